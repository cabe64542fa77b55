from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..throttle import (
    BATCHES_FIRST,
    BATCHES_MAX,
    BATCHES_MIN,
    LIMITS,
    Limit,
    backoff,
    batch_limits,
    free_slots,
    halved,
    next_free_at,
    raised,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
BATCH_LIMITS = batch_limits(BATCHES_FIRST)
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


def test_more_batches_after_a_minute_in_which_as_many_went_well():
    full = ago(*[1.4 * number for number in range(40)])
    for since_s, sent, expected in (
        (60, full, 50),
        (59, full, 40),  # not a whole minute yet
        (600, full[:20], 40),  # nobody knows whether more would go
        (600, full[4:], 50),
        (600, full[:36], 40),  # a burst: the minute is not over
    ):
        assert raised(40, sent, NOW - timedelta(seconds=since_s), NOW) == expected
    assert (
        raised(BATCHES_MAX, ago(*[0.4 * number for number in range(130)]), NOW - timedelta(days=1), NOW) == BATCHES_MAX
    )


@given(st.lists(st.booleans(), max_size=60))
def test_the_limit_stays_within_bounds_whatever_quickbooks_answers(refusals):
    limit = BATCHES_FIRST
    for is_refused in refusals:
        before = limit
        full = ago(*[59 * number / limit for number in range(limit)])
        limit = halved(limit) if is_refused else raised(limit, full, NOW - timedelta(minutes=1), NOW)
        assert BATCHES_MIN <= limit <= BATCHES_MAX
        assert limit <= before if is_refused else limit >= before


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
