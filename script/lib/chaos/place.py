"""Where a run happens: PostgreSQL, Odoo and QuickBooks as processes of its own, which may be ended and come back."""

import contextlib
import os
import re
import shutil
import tempfile
import threading
import urllib.error
from pathlib import Path

import psycopg2

from .. import demo_switches, postgres, servers
from ..workplace import LOGS, Failure
from .cluster import DATABASE, Cluster
from .rpc import GONE, Refused, Rpc, Unknown

LOGGED = re.compile(r'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ ')
OURS = re.compile(r' (?:ERROR|CRITICAL) .*odoo\.addons\.quickbooks_online')
EXCEPTION = re.compile(r'[\w.]+(?:Error|Exception|Full|Canceled|Detected|Failure|NotAvailable|OfMemory)\b')
NO_SCHEDULER = 'Exception in thread odoo.service.cron'


class Place:
    """The servers of a run. A context manager: connected and with everything switched on inside, gone after.

    :param int workers: of Odoo; 0: threads
    :param keep: whether servers, databases and logs stay
    """

    def __init__(self, workers=0, keep=False):
        self.workers, self.keep, self.is_evidence = workers, keep, False
        self.is_going_back = False  # the database is not whole
        self.restarting = threading.RLock()  # who ends or starts a server holds it
        self._own = threading.local()

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.folder = Path(tempfile.mkdtemp(prefix='chaos-', dir=LOGS))
            self.cluster = stack.enter_context(Cluster(f'chaos-{os.getpid()}'))
            self.odoo = self._odoo()
            stack.callback(lambda: self.odoo.kill9())
            self.sandbox = servers.SandboxServer(
                self.folder / 'quickbooks.sqlite', ['--seed', 'empty'], logs=self.folder
            ).start()
            stack.callback(lambda: self.sandbox.kill9())
            self._started_at = 0
            self.odoo.start()
            self.realm = self.sandbox.ask('keys')['realm_id']
            self.connection = servers.connect(self.odoo, self.sandbox)
            demo_switches.switch_on(self.odoo, self.connection)
            self.odoo.execute('qbo.connection', 'action_switch_on_purchases', [self.connection])
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_exception):
        if self.keep:
            print(f'Odoo {self.odoo.url}, QuickBooks {self.sandbox.url}, all in {self.folder}. Enter ends them.')
            input()
        self._stack.close()
        if not self.is_evidence:
            shutil.rmtree(self.folder, ignore_errors=True)

    def keep_evidence(self):
        """Have the logs and both databases outlive the run; return where they are."""
        self.is_evidence = True
        self.cluster.back_up(self.folder / 'odoo.dump')
        return self.folder

    def _odoo(self):
        data = self.folder / 'data'
        (data / 'filestore').mkdir(parents=True)
        shutil.copytree(self.cluster.filestore, data / 'filestore' / DATABASE)
        options = [f'--data-dir={data}', '--log-level=warn', '--log-handler=odoo.addons.rpc.controllers.jsonrpc:ERROR']
        return servers.OdooServer(DATABASE, self.workers, options, logs=self.folder)

    # === WHAT PEOPLE AND THE CHECKER CALL === #

    def user(self):
        """Return a new :class:`Rpc` of a user of Odoo."""
        return Rpc(self.odoo.url, DATABASE)

    def query(self, statement, *values):
        """Return the rows of a statement, each thread over a connection of its own.

        :raise Unknown: the database is away, or was made to fail
        """
        connection, self._own.connection = getattr(self._own, 'connection', None), None
        if connection is not None:
            with contextlib.suppress(Unknown):  # the server was ended since: over a new one
                return self._execute(connection, statement, values)
        try:
            connection = self.cluster.connect()
        except psycopg2.OperationalError as error:
            raise Unknown(str(error)) from error
        return self._execute(connection, statement, values)

    def _execute(self, connection, statement, values):
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                rows = cursor.fetchall() if cursor.description else []
        except psycopg2.Error as error:
            connection.close()
            is_away = isinstance(error, psycopg2.OperationalError) or self.is_going_back
            if error.pgcode and not is_away:
                raise  # a statement of ours is wrong
            raise Unknown(str(error)) from error
        self._own.connection = connection
        return rows

    def notify(self):
        """Wake the threads of Odoo that run scheduled actions, as Odoo itself does."""
        with contextlib.suppress(Failure):
            postgres.execute(f"NOTIFY cron_trigger, '{DATABASE}'")

    def quickbooks(self, path, values=None):
        """Do what a person in QuickBooks does on its pages, and return the answer.

        :raise Refused: QuickBooks says no
        :raise Unknown: it is away
        """
        path = f'{path}{"&" if "?" in path else "?"}realm={self.realm}'
        try:
            return self.sandbox.ask(path, values)
        except urllib.error.HTTPError as error:
            words = error.read().decode(errors='replace')
            if error.code >= 500:
                raise Unknown(words) from error
            raise Refused(words) from error
        except GONE as error:
            raise Unknown(repr(error)) from error

    # === WHAT ENDS AND BEGINS AGAIN === #

    def kill_odoo(self):
        """End Odoo as a power cut does, and start it again."""
        with self.restarting:
            self.odoo.kill9()
            self._start_odoo()

    def crash_postgres(self):
        """End PostgreSQL at once, under Odoo that runs on, and start it again; Odoo too, where it did not bear that."""
        with self.restarting:
            self.cluster.crash()
            self.cluster.start()
            self.ensure_running()

    def kill_sandbox(self):
        """End QuickBooks, and start it again."""
        with self.restarting:
            self.sandbox.kill9()
            self.sandbox.start()

    def ensure_running(self):
        """Start Odoo again where it has ended, or where PostgreSQL's end took its scheduler along: Odoo's threads for
        scheduled actions do not outlive that. So does whoever supervises servers."""
        with self.restarting:
            if self.odoo.process.poll() is not None or NO_SCHEDULER in self._log_since_start():
                self.odoo.kill9()
                self._start_odoo()

    def _log_since_start(self):
        with open(self.odoo.log, errors='replace') as log:
            log.seek(self._started_at)
            return log.read()

    def _start_odoo(self):
        self._started_at = self.odoo.log.stat().st_size
        try:
            self.odoo.start()
        except Failure:
            self.odoo.start()  # once more: the database was ended while it started

    def go_back(self, backup):
        """Have the database as it was at a backup: Odoo is stopped meanwhile."""
        with self.restarting:
            self.odoo.kill9()
            self.is_going_back = True
            try:
                self.cluster.restore(backup)
            finally:
                self.is_going_back = False
            self._start_odoo()

    def unknown_faults(self):
        """Return the last lines of the tracebacks that the engine, or what prepares and takes records, logged."""
        found, is_ours = [], False
        for line in self.odoo.log.read_text(errors='replace').splitlines():
            if LOGGED.match(line):
                is_ours = bool(OURS.search(line))
            elif is_ours and EXCEPTION.match(line):
                found.append(line[:200])
        return found
