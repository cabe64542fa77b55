"""A pytest plugin for all rooms: what counts as failed, who runs beside whom, and the line that counts them all.

A skipped test failed, and so did one that logged an error which it did not announce: with `assertLogs` or `mute_logger`
in an Odoo test, by asking for `caplog` in any other.
"""

import fcntl
import logging
import os
import time
from collections import defaultdict

import _pytest.pathlib
import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

from ..workplace import ADDON, HOME, ROOT, key_of

# How fast inputs are made says something about the machine and what else it does.
hypothesis.settings.register_profile('project', deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile('project')

# These replay answers that were recorded elsewhere and are not part of this repository.
SAMPLES = ROOT.parent / 'shared' / 'reference' / 'samples'
SAMPLE_TESTS = ('test_samples', 'test_recorded_documents', 'test_recorded_purchases')


class Errors(logging.Handler):
    """Collects errors that are logged. Where a test announces one, its logger hands nothing up to this handler."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.setFormatter(logging.Formatter('%(levelname)s %(name)s: %(message)s'))
        self.texts = []

    def emit(self, record):
        self.texts.append(self.format(record))

    def take(self):
        """Return what was logged since this was last asked, as one text."""
        texts, self.texts = self.texts, []
        return '\n'.join(texts)


ERRORS = Errors()


# === Names: which module a file is ===


def name_module(in_odoo):
    """Have pytest import files under the names that they have for Odoo, or without it for each other.

    It would name them after the folders that have an `__init__.py`, so after whatever this checkout is called.
    """
    prefix = f'odoo.addons.{ADDON}.' if in_odoo else ''

    def resolve(path, **_options):
        parts = path.relative_to(ROOT).with_suffix('').parts
        name = '.'.join(parts[:-1] if parts[-1] == '__init__' else parts)
        return ROOT, name if parts[0] == 'script' else f'{prefix}{name}'

    _pytest.pathlib.resolve_pkg_root_and_module_name = resolve


name_module(in_odoo=False)


def pytest_collect_directory(path, parent):
    """Import no `__init__.py` on behalf of a folder: the addon's own would bring Odoo into the plain rooms."""
    return pytest.Dir.from_parent(parent, path=path)


# === What failed ===


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item):
    report = yield
    errors = ERRORS.take()
    if report.skipped and not hasattr(report, 'wasxfail'):
        fail(report, f'skipped: {report.longrepr[2]}')
    elif report.passed and errors and 'caplog' not in item.fixturenames:
        fail(report, f'It logged what it did not announce:\n{errors}')
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(collector):
    report = yield
    allowed = collector.path.stem in SAMPLE_TESTS and not SAMPLES.exists()
    if report.skipped and not allowed:
        fail(report, f'skipped: {report.longrepr[2]}')
    return report


def fail(report, why):
    report.outcome, report.longrepr = 'failed', why


class Count:
    """Counts tests, each once: one that failed in its set-up, its clean-up or a part of it has failed.

    A run that broke off counts as a failure too. What was not begun for lack of time is said.
    """

    def __init__(self):
        self.asked, self.passed, self.failed, self.status = set(), set(), set(), 0

    def pytest_collection_finish(self, session):
        self.asked.update(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids):
        self.asked.update(ids)

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed.add(report.nodeid)
        elif report.when == 'call':
            self.passed.add(report.nodeid)

    def pytest_collectreport(self, report):
        if report.failed:
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self, exitstatus):
        self.status = exitstatus

    def pytest_unconfigure(self):
        failed = len(self.failed) or int(bool(self.status))
        if UNTIL in os.environ and (left := self.asked - self.passed - self.failed):
            print(f'{len(left)} of {len(self.asked)} tests were not begun: the time given with --within was over.')
        print(f'{len(self.passed - self.failed)} passed, {failed} failed', flush=True)


def pytest_configure(config):
    config.addinivalue_line('markers', 'alone: runs while no other test does')
    logging.getLogger().addHandler(ERRORS)
    if not hasattr(config, 'workerinput'):
        config.pluginmanager.register(Count())
    if UNTIL in os.environ:
        config.pluginmanager.register(Limit())


# === Who runs when, and beside whom ===

SHARED_SERVER = 'script/process/test_speed.py'
UNTIL = 'QBO_TEST_UNTIL'
"""The environment variable that says when no more test begins, in s since 1970; `script/test --within` sets it."""


def scope_of(nodeid):
    """Return what of the tests is one piece: a class, a file without classes, or a test of processes.

    Those of a file that share a server are one piece too.
    """
    is_process = nodeid.startswith('script/') and not nodeid.startswith(SHARED_SERVER)
    return nodeid if is_process else nodeid.rsplit('::', 1)[0]


class Scopes(LoadScopeScheduling):
    """Hands out the pieces as they come."""

    def _split_scope(self, nodeid):
        return scope_of(nodeid)


def pytest_xdist_make_scheduler(config, log):
    return Scopes(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Put slow ones first, so that at the end nobody waits long for the other; in a limited time, some of each room."""
    places = spread(item.nodeid for item in items) if UNTIL in os.environ else {}

    def place(item):
        scope = scope_of(item.nodeid)
        by_time = (places[scope], scope) if places else not item.nodeid.startswith('script/')
        return bool(item.get_closest_marker('alone')), by_time

    items.sort(key=place)


def spread(nodeids):
    """Return ``{piece: place}`` so that whatever time is enough for, it is about the same part of each folder's pieces.

    Which ones come first changes from day to day.
    """
    day, folders, places = int(float(os.environ[UNTIL])) // 86400, defaultdict(set), {}
    for nodeid in nodeids:
        folders[nodeid.partition('::')[0].rpartition('/')[0]].add(scope_of(nodeid))
    for pieces in folders.values():
        for index, piece in enumerate(sorted(pieces, key=lambda piece: key_of(day, piece))):
            places[piece] = index / len(pieces)
    return places


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    with open(HOME / 'tests.lock', 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if item.get_closest_marker('alone') else fcntl.LOCK_SH)
        return (yield)


class Limit:
    """Lets no test begin after the time that was given."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self):
        return True if time.time() > float(os.environ[UNTIL]) else None  # as one that was run, without a report
