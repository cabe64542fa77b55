"""How much may be sent, and when again. Pure functions: who was sent what, and when, is known to the caller.

Limits of Intuit, per realm (qbo-api 3): 10 calls a second and 500 a minute. For the batch endpoint 120 a minute are
announced and 40 still stand in other pages of Intuit (qbo-api C): we keep to 40, which is 1,200 records a minute.
"""

from dataclasses import dataclass
from datetime import timedelta

PAUSE_S = 60  # qbo-api 3: what Intuit asks for after a 429
BACKOFF_BASE_S = 5
BACKOFF_CAP_S = 3600


@dataclass(frozen=True)
class Limit:
    """At most ``count`` calls in any ``window``."""

    count: int
    window: timedelta


LIMITS = (Limit(10, timedelta(seconds=1)), Limit(500, timedelta(minutes=1)))
BATCH_LIMITS = (LIMITS[0], Limit(40, timedelta(minutes=1)))


def free_slots(sent_at, now, limits=LIMITS):
    """Return how many calls may be sent at ``now``.

    :param sent_at: when each recent call was sent, in any order; of the last minute is enough
    :param now: a datetime as aware or as naive as ``sent_at``
    """
    return max(0, min(limit.count - len(_within(sent_at, now, limit)) for limit in limits))


def next_free_at(sent_at, now, limits=LIMITS):
    """Return the first moment, not before ``now``, at which one call may be sent. Arguments as for `free_slots`."""
    return max(now, *(_free_at(sent_at, now, limit) for limit in limits))


def backoff(attempt, random):
    """Return how many seconds to wait before the next try: exponential, full jitter, an hour at most.

    :param int attempt: how many tries have failed, from 1
    :param random: a function that returns a number in [0, 1), ``random.random``
    """
    doublings = min(max(attempt - 1, 0), 20)
    return random() * min(BACKOFF_CAP_S, BACKOFF_BASE_S * 2**doublings)


def _within(sent_at, now, limit):
    return [at for at in sent_at if at > now - limit.window]


def _free_at(sent_at, now, limit):
    recent = sorted(_within(sent_at, now, limit), reverse=True)
    return recent[limit.count - 1] + limit.window if len(recent) >= limit.count else now
