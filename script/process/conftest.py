"""Fixtures for tests with real processes: Odoo servers and sandboxes that are started, killed and started again.

Here and only here code under test commits. Every test has its own database and its own sandbox file.
"""

from contextlib import ExitStack
from functools import partial

import pytest

from script.lib import databases, servers
from script.process.billing import Billing
from script.process.company import Company


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
def odoo_server(database, tmp_path):
    """A function that starts Odoo: `odoo_server(workers=2)` returns a running `servers.OdooServer`."""
    yield from starter(servers.OdooServer, database, logs=tmp_path)


@pytest.fixture
def sandbox_server(tmp_path):
    """A function that starts a sandbox: `sandbox_server(['--throttle'])` returns a running `servers.SandboxServer`.

    All of one test have the same file: a second one, started after the first was killed, knows what that knew.
    """
    yield from starter(servers.SandboxServer, tmp_path / 'quickbooks.sqlite', logs=tmp_path)


@pytest.fixture
def odoo_shell(database):
    """A function that runs Python code in `odoo shell` on the test's database and returns what it printed."""
    return partial(servers.odoo_shell, database)


@pytest.fixture
def company(odoo_server, sandbox_server):
    """A `Company` without customers, whose Odoo runs with threads. Its `odoo` and `sandbox` may be killed."""
    return Company(odoo_server(), sandbox_server(['--seed', 'empty']))


@pytest.fixture
def billing(odoo_server, sandbox_server):
    """A `company` that also has products and billing switched on."""
    return Billing(odoo_server(), sandbox_server(['--seed', 'empty']))


def starter(server_class, *args, **kwargs):
    """Yield a function that makes and starts servers; kill them all afterwards."""
    with ExitStack() as stack:

        def start(*more, **options):
            server = server_class(*args, *more, **kwargs, **options).start()
            stack.callback(server.kill9)
            return server

        yield start
