"""How long it takes until what a person saves is in QuickBooks, on running servers: idle, and beside other work."""

import contextlib
import itertools
import statistics
import tempfile
from functools import partial
from pathlib import Path

from script.process.company import Company, seconds, until

from . import databases, servers

SAVES = 20
IMPORTED = 1000
EDITED = 500
GOALS = {'idle': (None, None), 'import': (300, 600), 'mass edit': (300, None)}
"""Milliseconds: median, 95th percentile; the idle figures are reported only."""


def measure(installed):
    """Return the table, with a line that begins with MISSED for each goal that is not reached.

    :param str installed: a database with the addon; each kind of server works in a copy of it
    """
    lines = [f'{"from a save to QuickBooks":<40} {"saves":>6} {"median":>8} {"p95":>8} {"goals"}']
    for workers, name in ((0, 'threads'), (2, '2 workers')):
        with running(installed, workers) as company:
            for work, times in _situations(company):
                lines += _row(f'{work}, {name}', times, *GOALS[work])
    return '\n'.join([*lines, ''])


@contextlib.contextmanager
def running(installed, workers=0, data=None):
    """Lend a company on servers of its own, in a copy of a database.

    :param data: the file of a sandbox that holds something already
    """
    with tempfile.TemporaryDirectory() as folder, databases.copied(installed) as database:
        data = data or Path(folder) / 'quickbooks.sqlite'
        with (
            servers.OdooServer(database, workers=workers) as odoo,
            servers.SandboxServer(data, ['--seed', 'empty']) as sandbox,
        ):
            yield Company(odoo, sandbox)


def _situations(company):
    """Yield ``(what else goes on, milliseconds of each save)``."""
    partner = company.synced_customer('Harbor Marine Supply')
    save = partial(_save, company, partner, company.partner(partner)['qbo_id'], itertools.count())
    yield 'idle', [save() for _number in range(SAVES)]

    for number in range(IMPORTED):
        company.create_in_quickbooks(DisplayName=f'Berth {number:04}', GivenName='Ada', BillAddr={'Line1': 'Pier 9'})
    company.call('qbo.connection', 'action_import_customers', [company.connection])
    linked = partial(company.count, 'qbo.link', ('name', '=like', 'Berth%'), ('res_id', '!=', False))
    until(linked, 60, company.trace)
    yield 'import', _while(lambda: linked() < IMPORTED, save)

    company.settle()
    berths = company.call('res.partner', 'search', [('name', '=like', 'Berth%')], limit=EDITED)
    company.call('res.partner', 'write', berths, {'street': '10 Pier Street'})
    yield 'mass edit', _while(lambda: company.count('qbo.change', ('is_bulk', '=', True)), save)
    company.settle()


def _while(goes_on, save):
    times = []
    while goes_on():
        times.append(save())
    return times


def _save(company, partner, qbo_id, serial):
    """Save a phone number; return the milliseconds until QuickBooks has it."""
    phone = f'555-{next(serial):04}'
    company.edit(partner, phone=phone)

    def is_there():
        return company.entity(qbo_id).get('PrimaryPhone', {}).get('FreeFormNumber') == phone

    return seconds(until, is_there, 60, company.trace, every_s=0.01) * 1000


def _row(what, times, median_goal, p95_goal):
    """Return the lines of the table for one situation."""
    if len(times) < 2:
        return [f'{what:<40} {len(times):>6}', f'MISSED {what}: the other work was done before anybody saved']
    median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    goals = ', '.join(str(goal) for goal in (median_goal, p95_goal) if goal)
    lines = [f'{what:<40} {len(times):>6} {median:>5.0f} ms {p95:>5.0f} ms {goals}']
    for figure, goal, name in ((median, median_goal, 'median'), (p95, p95_goal, '95th percentile')):
        if goal and figure > goal:
            lines.append(f'MISSED {what}: {name} {figure:.0f} ms, {goal} is the goal')
    return lines
