"""A pytest plugin for a run with Odoo tests. It needs pytest-odoo loaded before it.

Each worker has databases of its own, and changes between them from class to class: one with the addon, one in which a
company is connected already, and one that has other apps.
"""

import contextlib
import functools
import os
import threading

import odoo
import pytest
from odoo.modules.registry import Registry

from .. import databases
from ..odoo import CONF
from ..workplace import HOME, LOGS, step
from .rules import name_module

WITH_APPS = 'test_with_'
"""How the names of files begin whose tests need other apps."""
WORKER = os.environ.get('PYTEST_XDIST_WORKER', 'gw0')

# Tests are imported before pytest-odoo configures Odoo: from here on `odoo.addons` knows the addon.
odoo.tools.config.parse_config(['-c', str(CONF)], setup_logging=False)
name_module(in_odoo=True)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config):
    """Have Odoo keep the whole log, and pictures of failed tours. Comes before pytest-odoo's, which configures Odoo."""
    log = LOGS / f'odoo-tests-{WORKER}.log'
    log.unlink(missing_ok=True)
    config.option.odoo_log_level = 'info'
    config.option.odoo_extra = [f'logfile={log}', f'screenshots={HOME / "screenshots"}', 'max-cron-threads=0']
    return (yield)


@pytest.fixture(scope='session', autouse=True)
def load_registry():
    """Return a function that lends the worker a copy of a database. In place of pytest-odoo's, which lends only one."""
    threading.current_thread().testing = True
    with contextlib.ExitStack() as stack:
        yield functools.cache(lambda source: stack.enter_context(databases.workbench(source, WORKER)))
        odoo.sql_db.close_all()


@pytest.fixture(scope='class', autouse=True)
def enable_odoo_test_flag(request, load_registry):
    """Make Odoo use the database that a class's tests need. In place of pytest-odoo's, which does the rest."""
    if request.cls:
        use(load_registry(source_of(request.cls, request.path.name)))
    odoo.tools.config['test_enable'] = True
    yield
    odoo.tools.config['test_enable'] = False


@functools.cache
def source_of(case, file):
    """Return the name of the database that the tests of a class work in copies of."""
    if file.startswith(WITH_APPS):
        return databases.installed(databases.APPS)
    kept = getattr(case, 'ready_made_case', lambda: None)()
    return databases.ready(kept.__name__, functools.partial(make_ready, kept)) if kept else databases.installed()


def use(database):
    """Make Odoo, and its HTTP server, use the database."""
    odoo.tools.config['db_name'], odoo.tools.config['dbfilter'] = [database], f'^{database}$'
    Registry(database)  # Loaded here, for with the flag for tests it would run them.


def make_ready(case, database):
    """Fill a database with what a case sets up."""
    step(f'database in which {case.__name__} is set up')
    use(database)
    odoo.tools.config['test_enable'] = True
    once = type('Once', (case,), {'__module__': case.__module__})
    once.setUpClass()
    once.keep_ready(HOME / f'{database}.sqlite')
    once.doClassCleanups()
    odoo.tools.config['test_enable'] = False
    Registry.delete(database)
    odoo.sql_db.close_db(database)
