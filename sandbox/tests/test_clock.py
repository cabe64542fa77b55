"""qbo-api 2: times, Pacific with its summer time."""

from datetime import datetime, timezone

import pytest

from ..clock import Clock, answer_time, metadata_time, parse_time


def seconds(*parts):
    return datetime(*parts, tzinfo=timezone.utc).timestamp()


@pytest.mark.parametrize(
    'moment, shown',
    [
        ((2026, 1, 15, 20, 0), '2026-01-15T12:00:00-08:00'),
        ((2026, 7, 15, 19, 0), '2026-07-15T12:00:00-07:00'),
        ((2026, 3, 8, 9, 59, 59), '2026-03-08T01:59:59-08:00'),
        ((2026, 3, 8, 10, 0), '2026-03-08T03:00:00-07:00'),
        ((2026, 11, 1, 8, 59, 59), '2026-11-01T01:59:59-07:00'),
        ((2026, 11, 1, 9, 0), '2026-11-01T01:00:00-08:00'),
        ((2027, 3, 14, 10, 0), '2027-03-14T03:00:00-07:00'),
        ((2027, 1, 1, 7, 59, 59), '2026-12-31T23:59:59-08:00'),
    ],
)
def test_metadata_is_pacific_with_summer_time(moment, shown):
    assert metadata_time(seconds(*moment)) == shown
    assert parse_time(shown) == seconds(*moment)


@pytest.mark.parametrize(
    'text, moment',
    [
        ('2026-07-15', (2026, 7, 15, 7, 0)),
        ('2026-01-15', (2026, 1, 15, 8, 0)),
        ('2026-01-15T10:00:00', (2026, 1, 15, 18, 0)),
        ('2026-01-15T10:00:00Z', (2026, 1, 15, 10, 0)),
        ('2026-01-15T10:00:00+02:00', (2026, 1, 15, 8, 0)),
        ('2026-01-15T10:00:00-0800', (2026, 1, 15, 18, 0)),
        ('2026-01-15T10:00:00.000-08:00', (2026, 1, 15, 18, 0)),
        ('2026-01-15T10:00:00.11-08:00', (2026, 1, 15, 18, 0, 0, 110000)),
    ],
)
def test_times_of_clients_are_understood(text, moment):
    assert parse_time(text) == pytest.approx(seconds(*moment))


@pytest.mark.parametrize('text', ['', 'soon', '15/01/2026', '2026-13-01'])
def test_what_is_no_time_is_a_value_error(text):
    with pytest.raises(ValueError):
        parse_time(text)


def test_answers_have_milliseconds():
    assert answer_time(seconds(2026, 1, 15, 20, 0) + 0.25) == '2026-01-15T12:00:00.250-08:00'


def test_clock_runs_on_top_of_real_time():
    real = [1000.0]
    clock = Clock(now_s=lambda: real[0])
    clock.advance(minutes=2)
    real[0] += 5

    assert clock.time() == 1125
