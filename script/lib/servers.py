"""Servers that the scripts start and stop: Odoo and the sandbox, each with its own log file."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
import xmlrpc.client

from . import odoo
from .workplace import HOME, LOGS, VENV, Failure, run

HOST = '127.0.0.1'
START_S = 180
STOP_S = 15
PLAIN = HOME / 'plain'  # From here `import sandbox` imports neither the addon nor Odoo.


def free_port():
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def is_free(port):
    """Tell whether a server could listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


class Server:
    """A server process and its children. A context manager: running inside, stopped after."""

    name = None  # what the log file and messages call it
    health = '/'  # a path that answers as soon as the server works

    def __init__(self, port=None, logs=LOGS):
        self.port = port or free_port()
        self.url = f'http://{HOST}:{self.port}'
        self.log = logs / f'{self.name}-{self.port}.log'
        self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_exception):
        self.stop()

    def command(self):
        """Return what to run, and the options of Popen."""
        raise NotImplementedError

    def start(self):
        """Start, and return when the server answers."""
        command, options = self.command()
        LOGS.mkdir(parents=True, exist_ok=True)
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **options
            )
        try:
            self.wait()
        except BaseException:
            self.kill9()
            raise
        return self

    def wait(self):
        """Wait until the server answers; raise Failure when it ended instead, or takes too long."""
        deadline = time.monotonic() + START_S
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                tail = '\n'.join(self.log.read_text(errors='replace').splitlines()[-30:])
                raise Failure(f'{tail}\n{self.name} did not start: see {self.log}')
            time.sleep(0.05)

    def answers(self):
        try:
            with urllib.request.urlopen(self.url + self.health, timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def ended(self, within_s):
        """Tell whether the server ended by itself, now or within some seconds."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(within_s)
        return self.process.poll() is not None

    def stop(self):
        """Ask the server to stop; kill it when it does not."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_S)
        self.kill9()

    def kill9(self):
        """Kill the server and all its children as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class OdooServer(Server):
    """Odoo on one database. `workers=0` is one process with threads, more is a process per worker."""

    name = 'odoo'
    health = '/web/health'

    def __init__(self, database, workers=0, options=(), **kwargs):
        super().__init__(**kwargs)
        self.database = database
        self.options = [f'--workers={workers}', f'--gevent-port={free_port()}', *options]
        self.uid = {}

    def command(self):
        command = [*odoo.command(), '-d', self.database, f'--http-port={self.port}', *self.options]
        return command, {'env': odoo.environment()}

    def execute(self, model, method, *args, login='admin', password=None, **kwargs):
        """Call a method as a user would, and return its answer. Needs the server running."""
        password = password or login
        if login not in self.uid:
            common = xmlrpc.client.ServerProxy(f'{self.url}/xmlrpc/2/common')
            self.uid[login] = common.authenticate(self.database, login, password, {})
        models = xmlrpc.client.ServerProxy(f'{self.url}/xmlrpc/2/object', allow_none=True)
        return models.execute_kw(self.database, self.uid[login], password, model, method, args, kwargs)


class SandboxServer(Server):
    """A QuickBooks Online on this machine, whose state is in one file."""

    name = 'sandbox'

    def __init__(self, data, options=(), **kwargs):
        super().__init__(**kwargs)
        self.data = data
        self.options = options

    def command(self):
        command = [VENV / 'bin/python', '-m', 'sandbox', 'serve', '--port', str(self.port), '--data', self.data]
        return [*command, *self.options], {'cwd': PLAIN}

    def ask(self, path, values=None):
        """Call the sandbox's own admin API: GET, or POST where values are given. Return the answer."""
        request = urllib.request.Request(
            f'{self.url}/_sandbox/{path}',
            headers={'Content-Type': 'application/json'},
            data=None if values is None else json.dumps(values).encode(),
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


def connect(odoo_server, sandbox, login='admin', realm=None, company_id=None):
    """Connect a company in Odoo with one in the sandbox, webhook included, and return the connection's id.

    What a user does: the address, the keys and a refresh token are typed into the form, and the button is pressed.
    Customers are switched on, without an import.
    When left out, the company is the user's, and the realm the sandbox's first.
    """
    keys, tokens = sandbox.ask('keys'), sandbox.ask('tokens', {'realm': realm})
    values = {
        'environment': 'local',
        'local_url': sandbox.url,
        'client_id': keys['client_id'],
        'client_secret': keys['client_secret'],
        'verifier_token': keys['verifier_token'],
        'realm_entry': tokens['realm_id'],
        'token_entry': tokens['refresh_token'],
    }

    def call(method, *args):
        return odoo_server.execute('qbo.connection', method, *args, login=login)

    company = {'company_id': company_id} if company_id else {}
    ids = call('search', [(name, '=', value) for name, value in company.items()])
    ids = ids or call('create', [{'environment': 'local', 'local_url': sandbox.url, **company}])
    call('write', ids[:1], values)
    from . import postgres  # the checks import this file without the environment that it needs

    # The button would import all customers too.
    own = f'SELECT qbo_company_id FROM qbo_connection WHERE id = {int(ids[0])}'
    postgres.execute(f'UPDATE qbo_company SET sync_customers = true WHERE id = ({own})', odoo_server.database)
    call('action_connect_direct', ids[:1])
    sandbox.ask('webhooks', {'url': f'{odoo_server.url}/quickbooks_online/webhook'})
    return ids[0]


def odoo_shell(database, code):
    """Run Python code in `odoo shell` and return what it printed. `env` is there; commit what must stay."""
    return run(
        *odoo.command(),
        'shell',
        '-d',
        database,
        '--no-http',
        '--log-level=error',
        input=code,
        env=odoo.environment(),
        stderr=None,
        advice='see the lines above.',
    )
