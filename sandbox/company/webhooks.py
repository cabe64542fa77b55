"""Telling the app that something changed (qbo-api 8).

Events wait in the database until they are due. Somebody has to call :meth:`Webhooks.deliver`: a
test through ``Sandbox.flush_webhooks()``, the server's own thread otherwise. Sandbox time counts,
so the retry ladder of hours is climbed by advancing the clock.
"""

import base64
import hashlib
import hmac
import http.client
import json
import threading
from datetime import timezone
from urllib.parse import urlsplit

from ..clock import metadata_time, pacific

LADDER_S = (10, 20, 30, 300, 1200, 7200, 14400, 21600)
"""qbo-api 8.4: waits after each failure; the last one goes on for ever."""
ANSWER_WITHIN_S = 3
MOST_EVENTS = 100
WORDS = {
    'Create': 'created',
    'Update': 'updated',
    'Delete': 'deleted',
    'Merge': 'merged',
    'Void': 'voided',
    'Emailed': 'emailed',
}
SOURCE = 'intuit.c2FuZGJveC1vZi1xdWlja2Jvb2tzLW9ubGluZQ=='


def signature(body, verifier_token):
    """Return the header ``intuit-signature`` of a raw body (qbo-api 8.3)."""
    digest = hmac.new(verifier_token.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def cloudevents(events):
    """Return events in the format of 2026 (qbo-api 8.2)."""
    return [
        {
            'specversion': '1.0',
            'id': event['id'],
            'source': SOURCE,
            'type': f'qbo.{event["type"].lower()}.{WORDS[event["operation"]]}.v1',
            'datacontenttype': 'application/json',
            'time': _nanoseconds(event['happened_at']),
            'intuitentityid': event['entity_id'],
            'intuitaccountid': event['realm'],
            'data': {},
        }
        for event in events
    ]


def _nanoseconds(seconds):
    moment = pacific(seconds).astimezone(timezone.utc)
    return f'{moment:%Y-%m-%dT%H:%M:%S.%f}000Z'


def legacy(events):
    """Return events in the format until 2026 (qbo-api 8.1)."""
    realms = {}
    for event in events:
        realms.setdefault(event['realm'], []).append(
            {
                'name': event['type'],
                'id': event['entity_id'],
                'operation': event['operation'],
                'lastUpdated': ''.join(metadata_time(event['happened_at']).rsplit(':', 1)),
            }
        )
    return {
        'eventNotifications': [
            {'realmId': realm, 'dataChangeEvent': {'entities': changed}} for realm, changed in realms.items()
        ]
    }


FORMATS = {
    'cloudevents': (cloudevents, 'application/cloudevents+json'),
    'legacy': (legacy, 'application/json'),
}
"""qbo-api 8.2: the Content-Type of the new format is a community report."""


def post(url, body, headers):
    """POST and return the status, or None where nobody answered in time."""
    parts = urlsplit(url)
    secure = parts.scheme == 'https'
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=ANSWER_WITHIN_S)
    try:
        path = f'{parts.path or "/"}?{parts.query}' if parts.query else parts.path or '/'
        connection.request('POST', path, body, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


class Webhooks:
    """The events of a sandbox and who hears of them."""

    def __init__(self, intuit, post=post):
        self._intuit, self._database, self._post = intuit, intuit.database, post
        self._delivering = threading.Lock()

    def subscribe(self, url, format='cloudevents'):
        """Deliver to this address from now on, in place of any other; None: to nobody.

        :raise ValueError: an unknown format, or no address
        """
        if format not in FORMATS:
            raise ValueError(f'No such format: {format}. There are: {", ".join(FORMATS)}')
        if url and not (urlsplit(url).scheme in ('http', 'https') and urlsplit(url).hostname):
            raise ValueError(f'No address of a web server: {url}')
        with self._database.transaction():
            self._database.run('DELETE FROM subscriber')
            if url:
                self._database.run('INSERT INTO subscriber VALUES (?, ?)', url, format)

    def subscriber(self):
        """Return (url, format) or None."""
        row = self._database.row('SELECT * FROM subscriber')
        return (row['url'], row['format']) if row else None

    def note(self, realm, type, entity_id, operation):
        """Queue an event, if somebody subscribed."""
        if not self.subscriber():
            return
        settings, now = self._intuit.settings(realm), self._intuit.clock.time()
        with self._database.transaction():
            if settings.webhook_merge and self._merge(realm, type, entity_id, now):
                return
            self._database.run(
                'INSERT INTO event (id, realm, type, entity_id, operation, happened_at, due_at) '
                'VALUES (?, ?, ?, ?, ?, ?, ?)',
                self._intuit.ids.uuid(),
                realm,
                type,
                entity_id,
                operation,
                now,
                now + settings.webhook_delay_s,
            )

    def _merge(self, realm, type, entity_id, now):
        return self._database.run(
            'UPDATE event SET happened_at = ? WHERE realm = ? AND type = ? AND entity_id = ? '
            "AND delivered = 0 AND attempts = 0 AND operation IN ('Create', 'Update')",
            now,
            realm,
            type,
            entity_id,
        )

    def undelivered(self):
        """Return the events that still wait, oldest first, as dicts."""
        rows = self._database.rows('SELECT * FROM event WHERE delivered = 0 ORDER BY seq')
        return [dict(row) for row in rows]

    def deliver(self):
        """Deliver what is due now, in as few POSTs as possible; return how many events arrived.

        The POST is made without holding the database, so the app may call the API meanwhile.
        """
        arrived = 0
        with self._delivering:
            target = self.subscriber()
            while target and (events := self._due()):
                arrived += self._attempt(target, events)
        return arrived

    def _due(self):
        """Return the events of the next POST: all that are due, of all companies, but for those that
        wait behind an event that failed."""
        now, held, due = self._intuit.clock.time(), set(), []
        for event in self.undelivered():
            key = event['realm']
            if key in held:
                continue
            if event['due_at'] > now:
                if event['attempts'] and self._intuit.settings(key).webhook_hold_back:
                    held.add(key)
                continue
            due.append(event)
        return due[:MOST_EVENTS]

    def _attempt(self, target, events):
        url, format = target
        hits = {hit.name for hit in self._intuit.faults.take('webhook')}
        if 'webhook_lost' in hits:
            self._mark(events, delivered=True)
            return 0
        sent = list(reversed(events)) if 'webhook_reorder' in hits else list(events)
        sent += sent if 'webhook_duplicate' in hits else []
        build, content_type = FORMATS[format]
        body = json.dumps(build(sent)).encode()
        headers = {
            'Content-Type': content_type,
            'intuit-signature': signature(body, self._intuit.app['verifier_token']),
        }
        delivered = self._post(url, body, headers) == 200
        self._mark(events, delivered)
        return len(events) if delivered else 0

    def _mark(self, events, delivered):
        now = self._intuit.clock.time()
        with self._database.transaction():
            for event in events:
                wait_s = LADDER_S[min(event['attempts'], len(LADDER_S) - 1)]
                self._database.run(
                    'UPDATE event SET delivered = ?, attempts = attempts + 1, due_at = ? WHERE seq = ?',
                    int(delivered),
                    event['due_at'] if delivered else now + wait_s,
                    event['seq'],
                )
