"""How many requests a company may have (qbo-api 3)."""

import threading
from collections import defaultdict, deque

from .. import errors


class Throttle:
    """Counts requests per company in sliding windows. Sandbox time, so tests advance the clock."""

    def __init__(self, clock):
        self._clock, self._lock = clock, threading.Lock()
        self._seen = defaultdict(deque)

    def clear(self):
        """Forget what was counted."""
        with self._lock:
            self._seen.clear()

    def admit(self, realm, settings, resource=''):
        """Count one request for a resource, ``batch`` or ``reports`` where that has a limit of its own.

        :raise GatewayFault: 429; the request does not count then (whether it does is not known)
        """
        if not settings.throttle:
            return
        limits = [('all', 1, settings.requests_per_s), ('all', 60, settings.requests_per_min)]
        own = {'batch': settings.batches_per_min, 'reports': settings.reports_per_min}
        if resource in own:
            limits.append((resource, 60, own[resource]))
        with self._lock:
            now = self._clock.time()
            for kind, window_s, most in limits:
                if self._count(realm, kind, now - window_s) >= most:
                    raise errors.throttled()
            for kind in {kind for kind, _window, _most in limits}:
                self._seen[realm, kind].append(now)

    def _count(self, realm, kind, since):
        seen = self._seen[realm, kind]
        while seen and seen[0] <= self._clock.time() - 60:
            seen.popleft()
        return sum(1 for moment in seen if moment > since)
