"""When each pull and each end of day runs next, in the company's own time (Pool Office Manager's promises).

A run is due whenever the clock on the company's wall shows its time. So a time that daylight saving skips is skipped,
and in the hour that it repeats an hourly pull stays hourly. Only the monthly one asks for more: it is due when the
wall shows a new month, which is once a month even where midnight is skipped or repeated.

All offsets from UTC in use are multiples of 15 minutes, so it is enough to look at each quarter of an hour of UTC.
"""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

QUARTER = timedelta(minutes=15)

# Schedule: whether it is due, given the local time and the local time a quarter of an hour before.
DUE = {
    'customers': lambda now, before: now.minute == 0 and now.hour % 2 == 0,
    'products': lambda now, before: now.minute == 30,
    'services': lambda now, before: now.day == 1 and now.month != before.month,
    'documents': lambda now, before: now.minute % 15 == 0,
    'attachments': lambda now, before: now.minute == 45 and now.hour % 2 == 0,
    'lists': lambda now, before: now.hour == 4 and now.minute == 0,
}


def next_run(schedule, after, tz):
    """Return when a schedule is due next, strictly after ``after``.

    :param str schedule: ``customers`` (even hours on the hour), ``products`` (every half past), ``services`` (start
        of the month), ``documents`` (every quarter), ``attachments`` (even hours at a quarter to) or ``lists`` (at four
        at night)
    :param after: aware datetime
    :param str tz: IANA name of the company's time zone (``America/New_York``)
    :return: aware UTC datetime
    :raise ValueError: ``after`` is naive
    :raise KeyError: unknown schedule or time zone
    """
    if after.tzinfo is None:
        raise ValueError("a naive datetime does not say when it is")
    is_due, zone = DUE[schedule], ZoneInfo(tz)
    at = _quarter(after.astimezone(timezone.utc)) + QUARTER
    while not is_due(at.astimezone(zone), (at - QUARTER).astimezone(zone)):
        at += QUARTER
    return at


def next_closing(closing_time, after, tz):
    """Return when a store closes next, strictly after ``after``: once on each day of the wall.

    A closing time that daylight saving skips comes as much later as the clock is put forward; of one that it repeats,
    the first counts.

    :param float closing_time: hours on the wall, from 0 to less than 24 (22.5 is half past ten in the evening)
    :param after: aware datetime
    :param str tz: IANA name of the company's time zone
    :return: aware UTC datetime
    :raise ValueError: ``after`` is naive
    :raise KeyError: unknown time zone
    """
    if after.tzinfo is None:
        raise ValueError("a naive datetime does not say when it is")
    zone = ZoneInfo(tz)
    minutes = min(round(closing_time * 60), 24 * 60 - 1)
    day = after.astimezone(zone).date()
    while True:
        at = datetime.combine(day, time(*divmod(minutes, 60)), zone).astimezone(timezone.utc)
        if at > after:
            return at
        day += timedelta(days=1)


def _quarter(at):
    """Return the quarter of an hour that ``at`` lies in."""
    return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)
