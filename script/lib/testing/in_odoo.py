"""A pytest plugin for a run with Odoo tests. It needs pytest-odoo loaded before it.

Each worker has databases of its own, one with the addon and one that has other apps too, and changes from one to the
other between files.
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
from ..workplace import HOME, LOGS
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
    """Lend databases to the worker. Takes the place of pytest-odoo's fixture, which knows one database."""
    threading.current_thread().testing = True
    with contextlib.ExitStack() as stack:
        yield functools.cache(lambda apps: stack.enter_context(databases.workbench(apps, WORKER)))
        odoo.sql_db.close_all()


@pytest.fixture(scope='module', autouse=True)
def enable_odoo_test_flag(request, load_registry):
    """Make Odoo use the database of the file's tests. Takes the place of pytest-odoo's fixture, which does the rest."""
    apps = databases.APPS if request.path.name.startswith(WITH_APPS) else ()
    database = load_registry(apps)
    odoo.tools.config['db_name'], odoo.tools.config['dbfilter'] = [database], f'^{database}$'
    Registry(database)  # Loaded with the flag it would run the tests itself.
    odoo.tools.config['test_enable'] = True
    yield
    odoo.tools.config['test_enable'] = False
