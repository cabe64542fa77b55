"""Time in the sandbox: the machine's, plus an offset that tests and people may advance."""

import re
import time
from datetime import datetime, timedelta, timezone

UTC = timezone.utc


class Clock:
    """A clock that runs on top of real time and can be advanced, never turned back.

    :param now_s: function returning seconds since the epoch
    :param moved: called with the new offset in seconds, to keep it
    """

    def __init__(self, now_s=time.time, offset_s=0.0, moved=None):
        self._now_s, self._moved = now_s, moved
        self.offset_s = offset_s

    def time(self):
        """Return seconds since the epoch."""
        return self._now_s() + self.offset_s

    def now(self):
        """Return an aware datetime in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)

    def today(self):
        """Return the company's date: the server's, which is Pacific (qbo-api 2)."""
        return pacific(self.time()).date()

    def advance(self, **span):
        """Move forward, e.g. ``advance(minutes=1)``; takes what ``timedelta`` takes."""
        step_s = timedelta(**span).total_seconds()
        if step_s < 0:
            raise ValueError('The clock only moves forward.')
        self.offset_s += step_s
        if self._moved:
            self._moved(self.offset_s)


def _sunday(year, month, nth):
    first = datetime(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))


def pacific(seconds):
    """Return an aware datetime at US Pacific time.

    The rule is written out because a machine without time zone data must do too: summer time from
    the second Sunday of March to the first of November, both at 2:00 local time.
    """
    moment = datetime.fromtimestamp(seconds, UTC)
    begins = _sunday(moment.year, 3, 2).replace(hour=10, tzinfo=UTC)
    ends = _sunday(moment.year, 11, 1).replace(hour=9, tzinfo=UTC)
    hours = -7 if begins <= moment < ends else -8
    return moment.astimezone(timezone(timedelta(hours=hours)))


def metadata_time(seconds):
    """Return a time as MetaData has it: Pacific offset, whole seconds (qbo-api 2)."""
    return pacific(int(seconds)).isoformat(timespec='seconds')


def answer_time(seconds):
    """Return a time as the member ``time`` of an answer has it: milliseconds."""
    return pacific(seconds).isoformat(timespec='milliseconds')


def _plain(text):
    """Return a time in the one spelling that Python 3.10 knows too."""
    text = re.sub('[Zz]$', '+00:00', text)
    text = re.sub(r'(T.*[+-]\d\d)(\d\d)$', r'\1:\2', text)
    return re.sub(r'\.(\d+)', lambda match: f'.{match[1]:0<6.6}', text)


def parse_time(text):
    """Return seconds since the epoch of a date or date-time as clients send it.

    A time without offset is Pacific (qbo-api 2, inferred there).

    :raise ValueError: it is neither
    """
    moment = datetime.fromisoformat(_plain(text.strip()))
    if moment.tzinfo is None:
        guess = moment.replace(tzinfo=UTC).timestamp() + 8 * 3600
        moment = moment.replace(tzinfo=pacific(guess).tzinfo)
    return moment.timestamp()
