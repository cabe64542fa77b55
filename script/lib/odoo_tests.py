"""Runs Odoo's own test runner and makes its log short: failures with their tracebacks, and a count."""

import ast
import re
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
LONGEST = 80  # lines of one log record that are shown


@dataclass
class Count:
    """How many tests ran well, and what failed, by name. A skipped test is a failed one."""

    passed: int = 0
    failed: list = field(default_factory=list)


ALL = f'/{ADDON}'


def run_odoo_tests(database, tags):
    """Run the tests that the tags select, in the database, and return a Count."""
    log_file = LOGS / 'odoo-tests.log'
    command = [
        *odoo.command(),
        '-d',
        database,
        '--test-tags',
        ','.join(tags),
        '--stop-after-init',
        '--max-cron-threads=0',
        f'--http-port={servers.free_port()}',
        f'--screenshots={HOME / "screenshots"}',
    ]
    report = Report()
    with (
        open(log_file, 'w') as log,
        subprocess.Popen(
            command,
            env=odoo.environment(),
            text=True,
            errors='replace',
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        for line in process.stdout:
            log.write(line)
            report.add(line.rstrip())
    return report.finish(process.returncode, log_file, declared() if ALL in tags else set())


class Report:
    """Reads the log line by line. Shows errors; notes which tests ran and how."""

    def __init__(self):
        self.started, self.failed = set(), {}
        self.shown = 0  # lines of the current record still to be shown

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
            self.started.add(f'{module}.{match[1]}')
        elif match := FAILED.match(text):
            self.failed[f'{module}.{match[1]}'] = 'failed'
        elif match := SKIPPED.match(text):
            self.failed[f'{module}.{match[1]}'] = f'skipped: {match[2]}'

    def finish(self, status, log_file, expected):
        """Return the Count. A run that broke off or ran nothing, and a test that did not run, is a failure."""
        for name in expected - self.started - self.failed.keys():
            self.failed[name] = 'never ran: is its file imported, and its class an Odoo test case?'
        failed = [f'{name}: {how}' for name, how in sorted(self.failed.items())]
        if status and not failed:
            failed.append(f'Odoo ended with status {status}: see {log_file}')
        if not self.started:
            failed.append(f'no Odoo test ran: see {log_file}')
        return Count(len(self.started - self.failed.keys()), failed)


def declared():
    """Return the names of all test methods that the files in `tests/` define."""
    names = set()
    for file in (ROOT / 'tests').glob('test_*.py'):
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
