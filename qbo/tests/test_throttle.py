from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..throttle import BATCH_LIMITS, LIMITS, Limit, backoff, free_slots, next_free_at

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
SMALL = (Limit(3, timedelta(seconds=1)), Limit(5, timedelta(seconds=10)))


def ago(*seconds):
    return [NOW - timedelta(seconds=second) for second in seconds]


def test_ten_may_go_when_none_went():
    assert free_slots([], NOW) == free_slots([], NOW, BATCH_LIMITS) == 10


def test_ten_in_this_second_are_enough():
    assert free_slots(ago(*[0.5] * 10), NOW) == 0
    assert next_free_at(ago(*[0.5] * 10), NOW) == NOW + timedelta(seconds=0.5)


def test_five_hundred_in_this_minute_are_enough():
    assert free_slots(ago(*[30] * 500), NOW) == 0
    assert next_free_at(ago(*[30] * 500), NOW) == NOW + timedelta(seconds=30)


def test_forty_batches_in_this_minute_are_enough():
    assert free_slots(ago(*[30] * 39), NOW, BATCH_LIMITS) == 1
    assert free_slots(ago(*[30] * 40), NOW, BATCH_LIMITS) == 0


def test_what_is_older_than_the_window_does_not_count():
    assert free_slots(ago(*[60] * 500), NOW, LIMITS) == 10


def test_free_means_now():
    assert next_free_at([], NOW) == NOW


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=60))
def test_never_more_than_the_limit_in_any_window(wishes_ms):
    """Calls wished for at random times, each sent at the first moment allowed."""
    sent = []
    for wish in sorted(wishes_ms):
        now = max([NOW + timedelta(milliseconds=wish), *sent[-1:]])
        at = next_free_at(sent, now, SMALL)
        assert free_slots(sent, at, SMALL) >= 1
        sent.append(at)
    for limit in SMALL:
        for start in sent:
            assert sum(start <= at < start + limit.window for at in sent) <= limit.count


@given(st.lists(st.integers(0, 3000), max_size=30), st.integers(0, 3000))
def test_whoever_has_to_wait_has_no_slot_and_the_other_way_round(sent_ms, now_ms):
    sent, now = [NOW + timedelta(milliseconds=at) for at in sent_ms], NOW + timedelta(milliseconds=now_ms)
    assert (next_free_at(sent, now, SMALL) > now) == (free_slots(sent, now, SMALL) == 0)


@pytest.mark.parametrize('attempt, seconds', [(0, 5), (1, 5), (2, 10), (3, 20), (8, 640), (11, 3600), (10**6, 3600)])
def test_pauses_double_up_to_an_hour(attempt, seconds):
    assert backoff(attempt, lambda: 1) == seconds
    assert backoff(attempt, lambda: 0) == 0
