"""What goes wrong inside PostgreSQL: statements that fail, connections that end, locks, and time that passes."""

import contextlib

import psycopg2

from .rpc import Unknown

STATES = {
    'disk full': '53100',
    'statement time-out': '57014',
    'serialization failure': '40001',
    'deadlock': '40P01',
    'lock not available': '55P03',
    'out of memory': '53200',
}
"""Fault: PostgreSQL's SQLSTATE."""
MET = 'armed in PostgreSQL and met'
OURS = ('qbo_change', 'qbo_link', 'qbo_request', 'qbo_event', 'qbo_log', 'qbo_application', 'qbo_schedule')
ODOOS = ('res_partner', 'product_template', 'account_move', 'account_payment', 'account_partial_reconcile')
OPERATIONS = ('INSERT', 'UPDATE', 'DELETE')
LOCKED = ('res_partner', 'account_move', 'account_payment', 'qbo_link', 'qbo_request', 'qbo_connection', 'qbo_schedule')
SET_UP = """
    CREATE TABLE chaos_armed (id serial PRIMARY KEY, relation text, operation text, state text, skip int);
    CREATE FUNCTION chaos_fail() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE armed record;
    BEGIN
        FOR armed IN SELECT * FROM chaos_armed WHERE relation = TG_TABLE_NAME AND operation = TG_OP LOOP
            -- A sequence goes on where a transaction does not: each fault happens once.
            IF nextval('chaos_calls_' || armed.id) = armed.skip + 1 THEN
                RAISE EXCEPTION 'chaos: %', armed.state USING ERRCODE = armed.state;
            END IF;
        END LOOP;
        RETURN NULL;
    END $$;
    CREATE FUNCTION chaos_tell() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_notify('chaos', ''); RETURN NULL; END $$;
"""
TOLD = ('qbo_change', 'qbo_link', 'qbo_request', 'qbo_event', 'qbo_connection')
TRIGGER = 'CREATE TRIGGER {0} AFTER INSERT OR UPDATE OR DELETE ON {1} FOR EACH STATEMENT EXECUTE FUNCTION {0}()'
TIMES = {
    'qbo_connection': ('paused_until', 'batches_since'),
    'qbo_link': ('retry_at', 'synced_at', 'write_date'),
    'qbo_request': ('retry_at', 'sent_at', 'create_date'),
    'qbo_schedule': ('next_run', 'last_run', 'write_date'),
    'qbo_credential': ('refreshed_at', 'access_expires_at', 'refresh_expires_at', 'hard_expires_at'),
    'ir_cron_trigger': ('call_at',),
    'ir_cron': ('nextcall', 'lastcall'),
}
"""What Odoo's clock wrote, by table. QuickBooks' own clock wrote the cursors: it is moved on instead."""


def set_up(place):
    """Give the database what the rest of this file needs."""
    place.query(SET_UP)
    for relation in (*OURS, *ODOOS):
        place.query(TRIGGER.format('chaos_fail', relation))
    for relation in TOLD:
        place.query(TRIGGER.format('chaos_tell', relation))


def arm(place, relation, operation, fault, skip):
    """Have one statement on a table fail, after some that do not."""
    [[id_]] = place.query(
        'INSERT INTO chaos_armed (relation, operation, state, skip) VALUES (%s, %s, %s, %s) RETURNING id',
        relation,
        operation,
        STATES[fault],
        skip,
    )
    place.query(f'CREATE SEQUENCE IF NOT EXISTS chaos_calls_{int(id_)}')


def disarm(place):
    """Have statements work again. Return how many of those that were to fail did."""
    failed = 0
    for id_, skip in place.query('SELECT id, skip FROM chaos_armed'):
        [[last, is_called]] = place.query(f'SELECT last_value, is_called FROM chaos_calls_{id_}')
        failed += bool(is_called and last > skip)
    place.query('DELETE FROM chaos_armed')
    return failed


def cancel(place, chance):
    """End the statement that runs, as a time-out does."""
    _signal(place, chance, 'pg_cancel_backend')


def disconnect(place, chance):
    """End a connection of Odoo's, as a network does."""
    _signal(place, chance, 'pg_terminate_backend')


def _signal(place, chance, function):
    rows = place.query(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name "
        "NOT IN ('chaos', 'pg_dump', 'pg_restore') AND backend_type = 'client backend' ORDER BY state <> 'active', pid"
    )
    if rows:
        place.query(f'SELECT {function}(%s)', rows[min(int(chance.expovariate(1)), len(rows) - 1)][0])


def hold(place, chance, stop, seconds):
    """Hold a row in a transaction for a while, as a person with a slow connection does; save it or not."""
    relation, is_saved = chance.choice(LOCKED), chance.random() < 0.5
    with contextlib.suppress(psycopg2.Error, Unknown):
        rows = place.query(f'SELECT id FROM {relation} ORDER BY id DESC LIMIT 20')
        if not rows:
            return
        [id_] = chance.choice(rows)
        with contextlib.closing(place.cluster.connect()) as connection, connection.cursor() as cursor:
            connection.autocommit = False
            if is_saved:
                cursor.execute(f'UPDATE {relation} SET write_date = write_date WHERE id = %s', [id_])
            else:
                cursor.execute(f'SELECT 1 FROM {relation} WHERE id = %s FOR UPDATE', [id_])
            stop.wait(seconds)
            connection.commit()


def let_time_pass(place, minutes):
    """Have everything happened some minutes earlier than it did, in Odoo's memory and in QuickBooks'."""
    for relation, columns in TIMES.items():
        moved = ', '.join(f"{column} = {column} - interval '{int(minutes)} minutes'" for column in columns)
        where = ' OR '.join(f'{column} IS NOT NULL' for column in columns)
        place.query(f'UPDATE {relation} SET {moved} WHERE {where}')
    place.quickbooks('clock', {'minutes': int(minutes)})
    wake(place)


def wake(place):
    """Have Odoo look for what is due."""
    place.query(
        'INSERT INTO ir_cron_trigger (cron_id, call_at, create_date, write_date) SELECT cron_id, '
        "now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC' "
        'FROM qbo_connection WHERE cron_id IS NOT NULL'
    )
    place.notify()
