from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..schedule import DUE, next_closing, next_run

ZONES = (
    'UTC',
    'America/New_York',
    'America/Los_Angeles',
    'America/Phoenix',
    'America/St_Johns',
    'Europe/Berlin',
    'Asia/Kathmandu',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Australia/Adelaide',
    'Pacific/Chatham',
    'America/Havana',
    'America/Santiago',
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(timezone.utc))


def runs(schedule, tz, start, count):
    """Return the next ``count`` runs after a local time, as the wall shows them."""
    at, zone, walls = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(tz)), ZoneInfo(tz), []
    for _ in range(count):
        at = next_run(schedule, at, tz)
        walls.append(f'{at.astimezone(zone):%m-%d %H:%M %z}')
    return walls


def test_customers_come_at_even_hours_and_products_at_half_past():
    assert runs('customers', 'America/New_York', '2026-07-01 09:10', 2) == ['07-01 10:00 -0400', '07-01 12:00 -0400']
    assert runs('products', 'America/New_York', '2026-07-01 09:30', 2) == ['07-01 10:30 -0400', '07-01 11:30 -0400']


def test_services_come_on_the_first_and_documents_every_quarter():
    assert runs('services', 'America/New_York', '2026-12-15 09:10', 2) == ['01-01 00:00 -0500', '02-01 00:00 -0500']
    assert runs('documents', 'America/New_York', '2026-07-01 09:10', 2) == ['07-01 09:15 -0400', '07-01 09:30 -0400']


def test_a_zone_off_the_hour_keeps_its_own_clock():
    assert runs('customers', 'Asia/Kathmandu', '2026-07-01 09:10', 1) == ['07-01 10:00 +0545']
    assert runs('products', 'America/St_Johns', '2026-07-01 09:10', 1) == ['07-01 09:30 -0230']


def test_an_even_hour_that_spring_skips_is_skipped():
    assert runs('customers', 'America/New_York', '2026-03-08 00:00', 2) == ['03-08 04:00 -0400', '03-08 06:00 -0400']


def test_autumn_repeats_an_odd_hour_in_new_york_and_customers_do_not_notice():
    assert runs('customers', 'America/New_York', '2026-11-01 00:00', 2) == ['11-01 02:00 -0500', '11-01 04:00 -0500']


def test_an_even_hour_that_autumn_repeats_is_an_even_hour_twice():
    assert runs('customers', 'Europe/Berlin', '2026-10-25 01:00', 3) == [
        '10-25 02:00 +0200',
        '10-25 02:00 +0100',
        '10-25 04:00 +0100',
    ]


def test_products_stay_hourly_through_both_changes():
    assert runs('products', 'America/New_York', '2026-11-01 00:45', 3) == [
        '11-01 01:30 -0400',
        '11-01 01:30 -0500',
        '11-01 02:30 -0500',
    ]
    assert runs('products', 'America/New_York', '2026-03-08 00:45', 2) == ['03-08 01:30 -0500', '03-08 03:30 -0400']


def test_half_an_hour_of_daylight_saving():
    assert runs('customers', 'Australia/Lord_Howe', '2026-10-04 00:30', 2) == ['10-04 04:00 +1100', '10-04 06:00 +1100']
    assert runs('products', 'Australia/Lord_Howe', '2026-10-04 00:45', 2) == ['10-04 01:30 +1030', '10-04 02:30 +1100']


def test_a_midnight_that_comes_twice_starts_one_month():
    """Havana puts its clocks back from 1:00 to 0:00 on 1 November 2026."""
    assert runs('services', 'America/Havana', '2026-10-20 12:00', 2) == ['11-01 00:00 -0400', '12-01 00:00 -0500']


def test_a_month_without_a_midnight_starts_all_the_same():
    """Asunción put its clocks forward from 0:00 to 1:00 on 1 October 2023."""
    assert runs('services', 'America/Asuncion', '2023-09-20 12:00', 2) == ['10-01 01:00 -0300', '11-01 00:00 -0300']


@given(st.sampled_from(sorted(DUE)), MOMENTS, st.sampled_from(ZONES))
def test_the_next_run_is_later_right_on_the_wall_and_the_next_until_then(schedule, after, tz):
    at = next_run(schedule, after, tz)
    wall = at.astimezone(ZoneInfo(tz))
    assert at > after and at.utcoffset() == timedelta(0)
    assert wall.second == wall.microsecond == 0
    if schedule == 'customers':
        assert wall.minute == 0 and wall.hour % 2 == 0
    elif schedule == 'products':
        assert wall.minute == 30
    elif schedule == 'services':
        assert wall.day == 1 and wall.minute == 0 and wall.hour <= 1
    else:
        assert wall.minute % 15 == 0
    assert next_run(schedule, at - timedelta(microseconds=1), tz) == at


@given(st.sampled_from(sorted(DUE)), MOMENTS, st.sampled_from(ZONES))
def test_the_zone_of_the_argument_does_not_matter(schedule, after, tz):
    assert next_run(schedule, after.astimezone(ZoneInfo(tz)), 'America/New_York') == next_run(
        schedule, after, 'America/New_York'
    )


def closings(hours, tz, start, count):
    """Return the next closings after a local time, as the wall shows them."""
    at, zone, walls = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(tz)), ZoneInfo(tz), []
    for _ in range(count):
        at = next_closing(hours, at, tz)
        walls.append(f'{at.astimezone(zone):%m-%d %H:%M %z}')
    return walls


def test_a_store_closes_at_the_same_hour_in_winter_and_summer():
    assert closings(22.0, 'America/Los_Angeles', '2026-03-07 12:00', 2) == ['03-07 22:00 -0800', '03-08 22:00 -0700']
    assert closings(22.5, 'Europe/Berlin', '2026-10-24 22:30', 2) == ['10-25 22:30 +0100', '10-26 22:30 +0100']


def test_a_closing_time_that_spring_skips_comes_later_that_day():
    assert closings(2.5, 'America/Los_Angeles', '2026-03-07 12:00', 2) == ['03-08 03:30 -0700', '03-09 02:30 -0700']


def test_a_closing_time_that_autumn_repeats_comes_once():
    assert closings(1.5, 'America/Los_Angeles', '2026-11-01 00:00', 2) == ['11-01 01:30 -0700', '11-02 01:30 -0800']
    again = datetime(2026, 11, 1, 1, 15, tzinfo=ZoneInfo('America/Los_Angeles'), fold=1)
    assert next_closing(1.5, again, 'America/Los_Angeles') > again + timedelta(hours=24)


def test_a_closing_time_right_before_midnight_is_on_that_day():
    assert closings(23.999, 'UTC', '2026-07-01 12:00', 1) == ['07-01 23:59 +0000']


@given(st.integers(0, 24 * 60 - 1), MOMENTS, st.sampled_from(ZONES))
def test_a_store_closes_once_a_day(minutes, after, tz):
    zone = ZoneInfo(tz)
    first = next_closing(minutes / 60, after, tz)
    second = next_closing(minutes / 60, first, tz)
    days = [at.astimezone(zone).date() for at in (after, first, second)]
    assert after < first < second
    assert days[1] - days[0] <= timedelta(days=1) and days[2] - days[1] == timedelta(days=1)
    late = (first.astimezone(zone).hour * 60 + first.astimezone(zone).minute - minutes) % (24 * 60)
    assert 0 <= late <= 60
    assert next_closing(minutes / 60, first - timedelta(microseconds=1), tz) == first


def test_naive_times_and_unknown_names_are_refused():
    with pytest.raises(ValueError):
        next_run('customers', datetime(2026, 1, 1), 'UTC')
    with pytest.raises(ValueError):
        next_closing(22.0, datetime(2026, 1, 1), 'UTC')
    with pytest.raises(KeyError):
        next_run('weather', datetime.now(timezone.utc), 'UTC')
    with pytest.raises(ZoneInfoNotFoundError):
        next_run('customers', datetime.now(timezone.utc), 'Mars/Olympus')
