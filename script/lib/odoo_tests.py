"""Runs Odoo's own test runner and makes its log short: failures with their tracebacks, and a count."""

import ast
import os
import re
import select
import subprocess
from dataclasses import dataclass, field

from . import odoo, servers
from .workplace import ADDON, HOME, LOGS, ROOT

RECORD = re.compile(r'^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>\S+): (?P<text>.*)')
STARTED = re.compile(r'Starting (\S+) \.\.\.')
FAILED = re.compile(r'(?:FAIL|ERROR): (?:Subtest )?((?:setUp|tearDown)\w+ \(\S+\)|\S+)')
SKIPPED = re.compile(r'skipped (\S+) : (.*)')
SHOWN = ('ERROR', 'CRITICAL')
SUMMARY = 'odoo.tests.result'
SILENCE_S = 180  # then a test is taken to wait for ever
LONGEST = 80  # lines of one log record that are shown


@dataclass
class Count:
    """How many tests ran well, and what failed, by name. A skipped test is a failed one."""

    passed: int = 0
    failed: list = field(default_factory=list)


ALL = f'/{ADDON}'
WITH_APPS = 'tests/test_with_'
"""How the paths of tests begin that need other apps; they run in a database that has these."""
SHARES = 2  # of all tests without apps, which run side by side
TOUR_WEIGHT = 10  # a tour takes as long as so many other tests


@dataclass
class Job:
    """One run of Odoo's test runner: which tests, and which of them have to run."""

    with_apps: bool
    tags: list
    names: set


def jobs(selections):
    """Return the runs that a selection takes. A tag of Odoo's that names no file means tests without apps.

    >>> [(job.with_apps, job.tags) for job in jobs(['tests/test_with_stock.py::TestA', '/quickbooks_online:TestB'])]
    [(False, ['/quickbooks_online:TestB']), (True, ['/quickbooks_online/tests/test_with_stock.py:TestA'])]
    """
    if any(tag(selection) == ALL for selection in selections):
        shares = [*shared_out(test_files(with_apps=False)), test_files(with_apps=True)]
        return [job_of(files) for files in shares]
    apart = [[], []]
    for selection in selections:
        apart[WITH_APPS in selection].append(tag(selection))
    return [Job(bool(with_apps), tags, set()) for with_apps, tags in enumerate(apart) if tags]


def shared_out(files):
    """Return the files in ``SHARES`` lists that take about as long."""
    weights = {file: len(declared([file])) + TOUR_WEIGHT * file.endswith('_tour.py') for file in files}
    shares = [[] for _share in range(SHARES)]
    for file in sorted(files, key=lambda file: (-weights[file], file)):
        min(shares, key=lambda share: sum(weights[file] for file in share)).append(file)
    return shares


def job_of(files):
    return Job(WITH_APPS in files[0], sorted(f'/{ADDON}/{file}' for file in files), declared(files))


def run_odoo_tests(database, job):
    """Run the tests of a job in a database and return a Count."""
    report = Report(LOGS / f'odoo-tests-{database}.log')
    pipes = {'stdin': subprocess.DEVNULL, 'stdout': subprocess.PIPE, 'stderr': subprocess.STDOUT}
    with subprocess.Popen(command(database, job.tags), env=odoo.environment(), **pipes) as process:
        report.read(lines_of(process))
    return report.finish(process.returncode, job.names)


def command(database, tags):
    options = {
        'database': database,
        'test-tags': ','.join(tags),
        'max-cron-threads': 0,
        'http-port': servers.free_port(),
        'screenshots': HOME / 'screenshots',
    }
    return [*odoo.command(), '--stop-after-init', *(f'--{name}={value}' for name, value in options.items())]


def lines_of(process):
    """Yield the lines that a process prints; kill it when it prints none for too long."""
    rest = b''
    while select.select([process.stdout], [], [], SILENCE_S)[0]:
        data = os.read(process.stdout.fileno(), 1 << 16)
        if not data:
            return
        *lines, rest = (rest + data).split(b'\n')
        yield from (line.decode(errors='replace').rstrip() for line in lines)
    process.kill()


class Report:
    """Reads the log line by line. Shows errors; notes which tests ran and how."""

    def __init__(self, log_file):
        self.log_file = log_file
        self.started, self.failed = set(), {}
        self.shown = 0  # lines of the current record still to be shown
        self.current = 'start'

    def read(self, lines):
        """Take in what Odoo prints, and keep it all in the log file."""
        with open(self.log_file, 'w') as log:
            for line in lines:
                log.write(f'{line}\n')
                self.add(line)

    def add(self, line):
        record = RECORD.match(line)
        if not record:
            self.show(line)
            return
        text = record['text'].rstrip()
        self.shown = LONGEST if record['level'] in SHOWN and record['logger'] != SUMMARY else 0
        self.show(text)
        self.note(record['logger'].removeprefix(f'odoo.addons.{ADDON}.'), text)

    def show(self, line):
        if self.shown > 0:
            print(f'    {line}', flush=True)
        self.shown -= 1

    def note(self, module, text):
        if match := STARTED.match(text):
            self.current = f'{module}.{match[1]}'
            self.started.add(self.current)
        elif match := FAILED.match(text):
            self.failed[f'{module}.{match[1]}'] = 'failed'
        elif match := SKIPPED.match(text):
            self.failed[f'{module}.{match[1]}'] = f'skipped: {match[2]}'

    def finish(self, status, expected):
        """Return the Count. A run that broke off or ran nothing, and a test that did not run, is a failure."""
        if status < 0:
            self.failed[self.current] = f'killed: it said nothing for {SILENCE_S} seconds, see {self.log_file}'
        for name in expected - self.started - self.failed.keys():
            self.failed[name] = 'never ran: is its file imported, and its class an Odoo test case?'
        failed = [f'{name}: {how}' for name, how in sorted(self.failed.items())]
        if status and not failed:
            failed.append(f'Odoo ended with status {status}: see {self.log_file}')
        if not self.started:
            failed.append(f'no Odoo test ran: see {self.log_file}')
        return Count(len(self.started - self.failed.keys()), failed)


def test_files(with_apps):
    """Return the paths of the files with Odoo tests, from the root, of one of the two sets."""
    paths = (str(file.relative_to(ROOT)) for file in (ROOT / 'tests').glob('test_*.py'))
    return [path for path in paths if path.startswith(WITH_APPS) == with_apps]


def declared(files):
    """Return the names of all test methods that these files define."""
    names = set()
    for file in map(ROOT.joinpath, files):
        for node in ast.parse(file.read_text()).body:
            methods = node.body if isinstance(node, ast.ClassDef) else []
            tests = (method.name for method in methods if getattr(method, 'name', '').startswith('test_'))
            names.update(f'tests.{file.stem}.{node.name}.{test}' for test in tests)
    return names


def tag(selection):
    """Translate a test's path into Odoo's tag: `tests/test_a.py::TestA::test_b`. A tag stays as it is.

    >>> tag('tests/test_a.py::TestA::test_b')
    '/quickbooks_online/tests/test_a.py:TestA.test_b'
    """
    if selection.startswith('/'):
        return selection
    path, *names = selection.split('::')
    path = ALL if path.rstrip('/') == 'tests' else f'/{ADDON}/{path}'
    return ':'.join([path, '.'.join(names)]) if names else path
