"""A PostgreSQL of one run's own, which may end at any moment and be started again."""

import contextlib
import os
import shutil
import signal
import subprocess

import psutil
import psycopg2

from .. import databases, odoo, postgres
from ..workplace import HOME, locked

DATABASE = 'chaos'  # the same in each cluster: nobody else is in it
BASE = 'chaos'
SETTINGS = {
    'max_connections': 200,
    # What is committed survives the end of a process; only the end of the machine needs the disk.
    'fsync': 'off',
    'full_page_writes': 'off',
    'synchronous_commit': 'on',
    'max_wal_size': '2GB',
    'shared_buffers': '128MB',
    'lock_timeout': '60s',
}


def base():
    """Return the folder of a stopped cluster with the addon in a database, made anew when that has changed."""
    source = databases.installed()
    folder, state = HOME / 'postgres' / BASE, databases.state_of(BASE)
    with locked(HOME / 'postgres' / BASE):
        if databases.read_state(BASE) != databases.read_state(source) or not folder.exists():
            state.unlink(missing_ok=True)
            shutil.rmtree(folder, ignore_errors=True)
            dump = HOME / 'chaos.dump'
            postgres.dump(source, dump)
            server = postgres.start(BASE, SETTINGS)
            with pointing_to(server):
                postgres.restore(dump, DATABASE)
            server.stop()
            dump.unlink()
            state.write_text(databases.read_state(source))
    return folder, odoo.filestore(source)


@contextlib.contextmanager
def pointing_to(server):
    """Have libpq, and so Odoo and the scripts, go to a server inside."""
    before = {name: os.environ.get(name) for name in ('PGHOST', 'PGPORT', 'PGUSER')}
    host = str(server.get_postmaster_info().socket_dir)
    os.environ.update(PGHOST=host, PGPORT='5432', PGUSER=postgres.ROLE)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


class Cluster:
    """A copy of the base cluster. A context manager: running inside and libpq's default, gone after."""

    def __init__(self, name):
        self.name = name
        self.folder = HOME / 'postgres' / name

    def __enter__(self):
        source, self.filestore = base()
        shutil.rmtree(self.folder, ignore_errors=True)
        subprocess.run(['cp', '-a', source, self.folder], check=True)
        self.server = postgres.start(self.name, SETTINGS)
        self._pointing = pointing_to(self.server)
        self._pointing.__enter__()
        return self

    def __exit__(self, *_exception):
        self._pointing.__exit__(None, None, None)
        self.crash()
        shutil.rmtree(self.folder, ignore_errors=True)

    def connect(self, **options):
        """Return a connection to the database that commits each statement."""
        connection = psycopg2.connect(dbname=DATABASE, application_name='chaos', **options)
        connection.autocommit = True
        return connection

    def crash(self):
        """End the server at once, as `pg_ctl -m immediate` does; returns when it is gone."""
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.server.get_postmaster_info().pid)
            process.send_signal(signal.SIGQUIT)
            process.wait(30)

    def start(self):
        """Start the server again; returns when it has recovered."""
        self.server.start()

    def back_up(self, file):
        """Write a backup of the database as it is now, while everybody works."""
        postgres.dump(DATABASE, file)

    def restore(self, file):
        """Put the database of a backup in the place of the one that is there."""
        postgres.restore(file, DATABASE)
