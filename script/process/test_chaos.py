"""Small storms of `script/chaos`: people on both sides, everything that can go wrong, then quiet and a check.

A seed that fails here is looked into with `script/chaos SEED --rounds 1 --seconds 6`.
"""

import os

import pytest

from script.lib.chaos import run

SECONDS = 30 if 'QBO_TEST_LONG' in os.environ else 6


@pytest.mark.parametrize('seed, workers', [(7, 0), (8, 0), (9, 2)])
def test_after_a_storm_both_sides_are_the_same_or_say_why_not(seed, workers):
    options = run.parse([str(seed), '--rounds', '1', '--seconds', str(SECONDS), '--workers', str(workers)])
    assert not run.run(seed, options)
