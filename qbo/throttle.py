"""How much may be sent, and when again. Pure functions: who was sent what, and when, is known to the caller.

Limits of Intuit, per realm (qbo-api 3): 10 calls a second and 500 a minute. For the batch endpoint 120 a minute are
announced and 40 still stand in other pages of Intuit (qbo-api C): it begins with 40, which is 1,200 records a minute,
and what is in force then is found out: more after each minute in which as many went well, half of it after a 429.
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
BATCHES_FIRST, BATCHES_MIN, BATCHES_MAX = 40, 5, 120  # a minute
BATCHES_MORE = 10
AT_THE_LIMIT = 0.9


def batch_limits(per_minute):
    """Return the limits of the batch endpoint.

    :param int per_minute: how many calls a minute are in force
    """
    return (LIMITS[0], Limit(per_minute, timedelta(minutes=1)))


def raised(per_minute, sent_at, since, now):
    """Return how many batches a minute are in force after some went well.

    :param sent_at: when each batch of the last minute was sent
    :param since: since when ``per_minute`` is in force
    """
    window = LIMITS[1].window
    recent = [at for at in sent_at if at > now - window]
    is_whole = bool(recent) and min(recent) <= now - window * AT_THE_LIMIT  # not a burst at its beginning
    is_clean = is_whole and since <= now - window and len(recent) >= per_minute * AT_THE_LIMIT
    return min(per_minute + BATCHES_MORE, BATCHES_MAX) if is_clean else per_minute


def halved(per_minute):
    """Return how many batches a minute are in force after a 429."""
    return max(per_minute // 2, BATCHES_MIN)


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
