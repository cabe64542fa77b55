"""Runs in `odoo shell`: what a screen, a save and *Connect* cost beside many links. See ``bench_in_odoo.py``.

Each row: a figure, what it is compared with, and the goal for the two: a ratio, or a difference.
"""

import gc
import json
import time
from pathlib import Path

from odoo import fields

from .bench_documents import Documents
from .bench_entries import MB, copy_rows, peak, stat

PARTNERS = 20_000
LINKS = 100_000
TAKEN = 50
SHOWN = 80
SAVES = 40
RUNS = 5
TICKS_MS = 10  # Linux counts CPU in hundredths of a second


def cpu_ms(env):
    """Return the CPU milliseconds of this thread and of its PostgreSQL process."""
    env.cr.execute('SELECT pg_backend_pid()')
    backend = stat(env.cr.fetchone()[0])
    return time.thread_time() * 1000 + sum(int(backend[place]) for place in (11, 12)) * TICKS_MS


def saving(env):
    """Return ``{'create' or 'write': (CPU milliseconds of one save, queries)}`` of a partner, the least of some runs.

    Works in a database without the addon too.
    """
    costs = {'create': [], 'write': []}
    env['res.partner'].create({'name': 'Slip', 'customer_rank': 1}).phone = '555'  # what is cached is read once
    for run in range(RUNS):
        partners = []

        def create(run=run, partners=partners):
            partners += [
                env['res.partner'].create({'name': f'Slip {run} {number}', 'customer_rank': 1})
                for number in range(SAVES)
            ]
            env.flush_all()

        def write(run=run, partners=partners):
            for number, partner in enumerate(partners):
                partner.write({'phone': f'555 {run} {number}'})
                env.flush_all()

        for name, action in (('create', create), ('write', write)):
            env.invalidate_all()
            queries, cpu = env.cr.sql_log_count, cpu_ms(env)
            action()
            spent = cpu_ms(env) - cpu, env.cr.sql_log_count - queries - 1
            costs[name].append(tuple(figure / SAVES for figure in spent))
        # Each run is a transaction of its own, as a save is.
        env.cr.commit()
    return {name: min(rows) for name, rows in costs.items()}


def measure_alone(env):
    """Print, as JSON, what :func:`saving` costs in a database without the addon."""
    print(json.dumps(saving(env)))


class Scale(Documents):
    """A company that grows: its customers and links are copies of one, made by PostgreSQL."""

    def __init__(self, env):
        super().__init__(env)
        self.as_admin().action_switch_on_billing()
        self.engine()

    def row(self, what, figure, beside, goal, unit):
        """Print a row; a figure over ``beside`` (times, or plus) the goal is missed."""
        found = figure / beside if unit == 'x' else figure - beside
        print(f'{what:<56} {figure:>9.1f} {beside:>9.1f} {found:>8.2f} {goal:>6.2f} {unit}', flush=True)
        self.reach(what, unit, found, goal)

    def take_customers(self):
        """Have new customers of QuickBooks pulled; return the CPU milliseconds of one."""
        rows = [{'DisplayName': f'Buoy {time.monotonic_ns()}', 'GivenName': 'Ada'} for _number in range(TAKEN)]
        self.sandbox.create_many('Customer', rows)
        self.pull()
        # The engine works on what is committed.
        self.env.cr.commit()
        self.env.invalidate_all()
        begin = cpu_ms(self.env)
        self.connection._cron_run()
        return (cpu_ms(self.env) - begin) / TAKEN

    def grow(self, model, template, count, **changed):
        """Have so many more records of a model, all like one, made by PostgreSQL."""
        self.env.flush_all()
        copy_rows(self.env, template, count, **changed)
        self.env.invalidate_all()
        self.env.cr.execute('ANALYZE')
        # What is measured next meets it as it would meet years of work.
        self.env.cr.commit()

    def timed(self, action):
        """Return ``(CPU milliseconds, MB of memory it took at most, queries)``, the smallest of some runs."""
        costs = []
        for _run in range(RUNS):
            # Every run begins in a transaction of its own.
            self.env.cr.commit()
            self.env.invalidate_all()
            gc.collect()
            Path('/proc/self/clear_refs').write_text('5')  # the peak begins anew
            begin = cpu_ms(self.env)
            memory, queries = peak(), self.env.cr.sql_log_count
            action()
            queries = self.env.cr.sql_log_count - queries
            took = cpu_ms(self.env) - begin
            costs.append((took, (peak() - memory) / MB, queries))
        return min(costs)

    def connect(self):
        """Press Disconnect and Connect."""
        self.as_admin().action_disconnect()
        self.connection.token_entry = self.sandbox.refresh_token()
        self.as_admin().action_connect_direct()


def measure(env, alone):
    """Print the table, and a line that begins with MISSED for each goal that is not reached.

    :param dict alone: what :func:`saving` costs without the addon
    """
    bench = Scale(env)
    print(f'{"beside many":<56} {"figure":>9} {"beside":>9} {"result":>8} {"goal":>6}')
    bench.take_customers()
    few = min(bench.take_customers() for _run in range(RUNS))
    copied = {'name': "'Pile ' || n", 'complete_name': "'Pile ' || n"}
    bench.grow('res.partner', bench.customer, PARTNERS, **copied)
    many = min(bench.take_customers() for _run in range(RUNS))
    bench.row(f'ms of one more customer beside {PARTNERS} partners', many, few, 1.05, 'x')

    for name, beside in alone.items():
        spent = saving(env)[name]
        bench.row(f'ms to {name} a partner : without the addon', spent[0], beside[0], 1.15, 'x')
        bench.row(f'queries to {name} a partner : without the addon', spent[1], beside[1], 2.1, '+')

    moves = bench.invoices(SHOWN)
    bench.engine()
    shown = {'name': {}, 'partner_id': {'fields': {'display_name': {}}}, 'amount_total': {}}
    shown.update(company_id={}, state={}, payment_state={})  # as in Odoo's own list
    moves = moves.with_user(env.ref('base.user_admin'))
    plain = bench.timed(lambda: moves.web_read(shown))
    badge = bench.timed(lambda: moves.web_read({**shown, 'qbo_state': {}}))
    bench.row(f'ms of a list of {SHOWN} invoices with badge : without', badge[0], plain[0], 5.0, '+')
    bench.row(f'queries of a list of {SHOWN} invoices : without', badge[2], plain[2], 2.0, '+')

    link = bench.customer.qbo_link_id
    bench.grow('qbo.link', link, LINKS, res_id='1000000 + n', qbo_id="'900000' || n", state="'synced'")
    partners = env['res.partner'].with_user(env.ref('base.user_admin'))
    pages = {
        'Connect': bench.connect,
        'filter Error': lambda: partners.web_search_read([('qbo_state', '=', 'error')], {'name': {}}, limit=SHOWN),
        'badges of a list': lambda: partners.web_search_read([], {'name': {}, 'qbo_state': {}}, limit=SHOWN),
        'Overview': lambda: bench.as_admin().web_read(_fields_of(env, 'quickbooks_online.qbo_health_view_form')),
    }
    for name, action in pages.items():
        took, memory, _queries = bench.timed(action)
        bench.row(f'ms of {name} beside {LINKS} links', took, 0.0, 200.0, '+')
        bench.row(f'MB of {name} beside {LINKS} links', memory, 0.0, 10.0, '+')
    bench.close()


def _fields_of(env, xml_id):
    """Return the fields that a form shows, for ``web_read``."""
    view = env.ref(xml_id)
    arch = env[view.model].get_view(view.id, 'form')['models'][view.model]
    return {name: {} for name in arch if env[view.model]._fields[name].type not in fields.One2many.type}
