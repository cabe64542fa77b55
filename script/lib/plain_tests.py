"""Runs pytest on the rooms that are plain Python, and on the process tests.

The rooms are reached through a folder of links: from the checkout itself pytest would import the root `__init__.py`,
and so Odoo.
"""

import os
import subprocess
import textwrap
import xml.etree.ElementTree as ElementTree

from .odoo_tests import Count
from .workplace import LOGS, ROOT, VENV

PROCESS = ROOT / 'script' / 'process'

# These replay answers that were recorded elsewhere and are not part of this repository.
SAMPLES = ROOT.parent / 'shared' / 'reference' / 'samples'
SAMPLE_TESTS = ('test_samples', 'test_recorded_documents')

OPTIONS = ('-q', '--tb=short', '-p', 'no:cacheprovider', '--rootdir=.', '--confcutdir=.', '-o', 'junit_logging=no')
SHOWN = 20  # failures whose traceback is shown


def run_pytest(folder, selections):
    """Run pytest in the folder on the selections and return a Count. Shows the first failures with their tracebacks."""
    LOGS.mkdir(parents=True, exist_ok=True)
    report = LOGS / f'pytest-{os.getpid()}.xml'
    command = [VENV / 'bin/python', '-m', 'pytest', *OPTIONS, f'--junit-xml={report}', *selections]
    environment = {**os.environ, 'PYTHONPATH': str(ROOT)}
    done = subprocess.run(command, check=False, cwd=folder, env=environment, capture_output=True, text=True)
    if not report.exists():
        print(done.stdout + done.stderr)
        return Count(0, [f'pytest broke off: {" ".join(selections)}'])
    cases = ElementTree.parse(report).getroot().findall('.//testcase')
    report.unlink()
    return count(cases) if cases else Count(0, [f'no test ran: {" ".join(selections)}'])


def count(cases):
    """Count the cases of a JUnit report."""
    result = Count()
    for case in cases:
        name = f'{case.get("classname")}.{case.get("name")}'.strip('.')
        broken = [part for part in case if part.tag in ('failure', 'error')]
        skipped = case.find('skipped')
        if broken:
            show(name, broken, len(result.failed))
            result.failed.append(f'{name}: failed')
        elif skipped is None:
            result.passed += 1
        elif SAMPLES.exists() or not any(module in name for module in SAMPLE_TESTS):
            result.failed.append(f'{name}: skipped: {skipped.get("message")}')
        else:
            print(f'    {name} is left out: no recorded samples beside the project', flush=True)
    return result


def show(name, broken, shown):
    if shown < SHOWN:
        print(f'    {name}', *(textwrap.indent(part.text or '', '    ') for part in broken), sep='\n', flush=True)
