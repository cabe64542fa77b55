"""How a storm ends: nothing fails any more, and both sides are given what they need until nothing is owed."""

import contextlib
import select
import time
import urllib.request

import psycopg2

from . import in_database
from .rpc import Broken, Failed, Refused, Unknown

UNMET = 'armed in QuickBooks and not met'
LOOK_S = 1.0  # how long to wait for a notice before looking anyway
REPEAT_MINUTES = 30
OWED = {
    'change': "SELECT count(*), min(res_model || ' ' || res_id) FROM qbo_change",
    'request without answer': (
        "SELECT count(*), min(entity || ' ' || operation) FROM qbo_request WHERE state IN ('unanswered', 'answered')"
    ),
    'event': 'SELECT count(*), NULL FROM qbo_event',
    'page': 'SELECT count(*), min(name) FROM qbo_schedule WHERE position > 0 OR push_after_import',
    'record to ask for again': (  # what Odoo refused often enough stays an error, which says so
        "SELECT count(*), min(name || ': ' || coalesce(reason::text, '')) FROM qbo_link "
        "WHERE retry_at IS NOT NULL AND (attempts < 3 OR state <> 'error')"
    ),
    'pause': "SELECT count(*), min(message) FROM qbo_connection WHERE paused_until > now() AT TIME ZONE 'UTC'",
    'connection that is lost': (
        "SELECT count(*), min(message) FROM qbo_connection WHERE state IN ('reconnect', 'disconnected')"
    ),
}
"""What is owed, by SQL: how much, and an example."""
ERRORS = "SELECT id FROM qbo_link WHERE state = 'error' AND mode <> 'never' ORDER BY id"
# Of what waits for a time: how many minutes until all of it is due.
PAUSED = """
    SELECT ceil(extract(epoch FROM max(at) - now() AT TIME ZONE 'UTC') / 60) FROM (
        SELECT paused_until AS at FROM qbo_connection
        UNION ALL SELECT retry_at FROM qbo_link
        UNION ALL SELECT retry_at FROM qbo_request WHERE state = 'unanswered'
    ) AS waiting WHERE at > now() AT TIME ZONE 'UTC'
"""


def end_faults(place, journal):
    """Stop all that was to go wrong and has not yet; note how much did."""
    place.ensure_running()
    left = {fault['id']: fault for fault in place.sandbox.ask('faults')['armed']}
    for id_ in left:
        _delete(place, id_)
    journal.fault(UNMET, len(left))
    journal.fault(in_database.MET, in_database.disarm(place))


def _delete(place, id_):
    request = urllib.request.Request(f'{place.sandbox.url}/_sandbox/faults/{id_}', method='DELETE')
    with urllib.request.urlopen(request, timeout=10):
        pass


def settle(place, within_s):
    """Wait until nothing is owed in either direction; return what still is after some time, as texts."""
    deadline = time.monotonic() + within_s
    with contextlib.closing(_listener(place)) as notices:
        asked = False
        while time.monotonic() < deadline:
            owed = what_is_owed(place)
            if not owed and asked:
                return []
            if not owed:
                asked = ask_for_news(place)
            help_on(place)
            _next(notices)
    return what_is_owed(place)


def _listener(place):
    connection = place.cluster.connect()
    with connection.cursor() as cursor:
        cursor.execute('LISTEN chaos')
    return connection


def _next(notices):
    """Return when something of the addon was written, or in a moment."""
    select.select([notices], [], [], LOOK_S)
    with contextlib.suppress(psycopg2.Error):
        notices.poll()
    notices.notifies.clear()


def what_is_owed(place):
    """Return in words what is still to be done, or nothing."""
    owed = []
    for name, statement in OWED.items():
        [[count, example]] = place.query(statement)
        if count:
            owed.append(f'{count} × {name}{f" ({example})" if example else ""}')
    undelivered = place.sandbox.ask('webhooks')['undelivered']
    return [*owed, *([f'{len(undelivered)} × webhook'] if undelivered else [])]


def help_on(place):
    """Do what a day brings by itself: pauses end, webhooks are delivered, an administrator connects again."""
    if place.query("SELECT 1 FROM qbo_connection WHERE state IN ('reconnect', 'disconnected')"):
        connect_again(place)
    [[minutes]] = place.query(PAUSED)
    if minutes:
        with contextlib.suppress(Unknown):  # Odoo has the row; the next time
            in_database.let_time_pass(place, minutes)
    if not place.sandbox.ask('webhooks/flush', {})['delivered'] and place.sandbox.ask('webhooks')['undelivered']:
        with contextlib.suppress(Unknown):  # Intuit repeats what was not acknowledged after some time
            in_database.let_time_pass(place, REPEAT_MINUTES)


def connect_again(place):
    """Press *Connect With These* with a fresh token, as an administrator does when he is asked to."""
    token = place.sandbox.ask('tokens', {'realm': place.realm})['refresh_token']
    call = place.user()
    with contextlib.suppress(Refused, Broken, Unknown, Failed):
        call('qbo.connection', 'write', [place.connection], {'token_entry': token, 'realm_entry': place.realm})
        call('qbo.connection', 'action_connect_direct', [place.connection])


def ask_for_news(place):
    """Press *Run now* on all that is pulled: a webhook may have been lost."""
    schedules = place.query("SELECT id FROM qbo_schedule WHERE name IN ('customers', 'products', 'documents')")
    place.user()('qbo.schedule', 'action_run_now', [id_ for (id_,) in schedules])
    return True


def retry(place):
    """Press *Retry* on every error."""
    errors = [id_ for (id_,) in place.query(ERRORS)]
    if errors:
        place.user()('qbo.link', 'action_retry', errors)


def sentences(place):
    """Return ``{link id: (state, sentence)}`` as users read them."""
    rows = place.user()('qbo.link', 'search_read', [], ['state', 'error', 'mode'], context={'active_test': False})
    return {row['id']: (row['state'], row['error'] or '') for row in rows}
