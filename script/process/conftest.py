"""Fixtures for tests with real processes: Odoo servers and sandboxes that are started, killed and started again.

Here and only here code under test commits. Every test has its own database and its own sandbox file.
"""

import pytest

from script.lib import databases, servers


@pytest.fixture(scope='session')
def installed():
    """The name of a database with the addon installed. Do not work in it: use `database`."""
    return databases.installed()


@pytest.fixture
def database(installed):
    """The name of a database of the test's own, with the addon installed; dropped afterwards."""
    with databases.copied(installed) as name:
        yield name


@pytest.fixture
def odoo_server(database):
    """A function that starts Odoo: `odoo_server(workers=2)` returns a running `servers.OdooServer`."""
    yield from starter(lambda workers=0, **options: servers.OdooServer(database, workers, **options))


@pytest.fixture
def sandbox_server(tmp_path):
    """A function that starts a sandbox: `sandbox_server('--country', 'CA')` returns a running `servers.SandboxServer`.

    Give `data` to name its file: a second one started with the same file knows what the first knew.
    """
    file = tmp_path / 'quickbooks.sqlite'
    yield from starter(lambda *options, data=file, port=None: servers.SandboxServer(data, port, options))


@pytest.fixture
def odoo_shell(database):
    """A function that runs Python code in `odoo shell` on the test's database and returns what it printed."""
    return lambda code: servers.odoo_shell(database, code)


def starter(make):
    """Yield a function that makes and starts servers; stop them all afterwards."""
    started = []

    def start(*args, **kwargs):
        server = make(*args, **kwargs)
        started.append(server.start())
        return server

    yield start
    for server in started:
        server.kill9()
