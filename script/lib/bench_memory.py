"""How much memory an import takes, on a running server: of many customers, and of ten times as many.

Each row: by how much Odoo's memory grew at most, in MB, while it imported so many. It takes many minutes.
"""

import tempfile
from functools import partial
from pathlib import Path

from sandbox.server import Sandbox
from script.process.company import until

from .bench_latency import running

FEW, MANY = 5_000, 50_000
GOAL = 1.3  # the peak of many to that of few
WITHIN_S = 3600


def measure(installed, few=FEW, many=MANY):
    """Return the table, with a line that begins with MISSED where the goal is not reached.

    :param str installed: a database with the addon; each import works in a copy of it
    """
    lines, peaks = [f'{"import on a server":<40} {"MB":>6}'], []
    for count in (few, many):
        peaks.append(peak_of_import(installed, count))
        lines.append(f'{f"{count} customers":<40} {peaks[-1]:>6.0f}')
    ratio = peaks[1] / peaks[0]
    lines.append(f'{"ratio":<40} {ratio:>6.2f} {GOAL}')
    if ratio > GOAL:
        lines.append(f'MISSED memory of {many} customers: {ratio:.2f} times that of {few}, {GOAL} is the goal')
    return '\n'.join([*lines, ''])


def peak_of_import(installed, count):
    """Return by how many MB a server grew at most while it imported so many customers."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / 'quickbooks.sqlite'
        known = {
            'GivenName': 'Ada',
            'BillAddr': {'Line1': 'Pier 9'},
        }  # the import leaves out whom it knows no address of
        Sandbox(data, seed='empty').create_many(
            'Customer', [{'DisplayName': f'Berth {number:05}', **known} for number in range(count)]
        )
        with running(installed, data=data) as company:
            company.synced_customer('Harbor Marine Supply')  # what Odoo loads once is no part of it
            status = Path(f'/proc/{company.odoo.process.pid}')
            (status / 'clear_refs').write_text('5')  # the peak begins anew
            before = memory(status, 'VmRSS')
            company.call('qbo.connection', 'action_import_customers', [company.connection])
            imported = partial(company.count, 'qbo.link', ('name', '=like', 'Berth%'), ('res_id', '!=', False))
            until(lambda: imported() == count, WITHIN_S, company.trace, every_s=1)
            return memory(status, 'VmHWM') - before


def memory(status, figure):
    """Return a figure of a process's memory (man 5 proc_pid_status), in MB."""
    return int((status / 'status').read_text().partition(f'{figure}:')[2].split()[0]) / 1024
