"""Runs in `odoo shell`: what importing many records costs, as a ratio to Odoo's own bulk way in the same run.

Each row: CPU milliseconds a record of the engine and of Odoo alone (Python's thread and PostgreSQL's process, the
smaller of two runs that take turns), their ratio, the ratio to reach, and the database queries a record. The sandbox
answers in another thread and does not count.
"""

import time

from odoo import Command, fields

from .bench_documents import Documents
from .bench_entries import stat

COUNT = 250
RUNS = 2
QUIET = {'tracking_disable': True, 'mail_create_nolog': True, 'mail_create_nosubscribe': True}
TICKS = 100  # of a second: what Linux counts CPU in


class Bulk(Documents):
    """A company with customers, products and billing, into which many records come."""

    def __init__(self, env):
        super().__init__(env)
        self.as_admin().action_switch_on_billing()
        self.engine()
        self.serial = 0
        self.missed = []

    def head(self):
        print(f'{"import":<32} {"engine":>8} {"Odoo":>8} {"ratio":>6} {"goal":>5} {"queries":>8}')

    def cost(self, action):
        """Return ``(CPU seconds, queries)`` of an action, committed."""
        self.env.invalidate_all()
        queries, cpu = self.env.cr.sql_log_count, self.cpu()
        action()
        self.env.flush_all()
        # Its own share of what Odoo does before a commit.
        self.env.cr.commit()
        return self.cpu() - cpu, self.env.cr.sql_log_count - queries

    def cpu(self):
        self.env.cr.execute('SELECT pg_backend_pid()')
        backend = stat(self.env.cr.fetchone()[0])
        return time.thread_time() + sum(int(backend[place]) for place in (11, 12)) / TICKS

    def compare(self, what, goal, prepare, odoo, schedule):
        """Print a row: ``prepare()`` makes records in QuickBooks, ``odoo()`` creates as many in Odoo alone."""
        engine, alone = [], []
        for _run in range(RUNS):
            prepare()
            self.pull(schedule=schedule)
            # The engine works on what is committed.
            self.env.cr.commit()
            engine.append(self.cost(self.connection._cron_run))
            self.connection.sync_on = False
            alone.append(self.cost(odoo))
            self.env['qbo.change'].search([]).unlink()
            self.connection.sync_on = True
            # Nothing of it is to be sent.
            self.env.cr.commit()
        ratio = min(engine)[0] / min(alone)[0]
        ms = [min(costs)[0] * 1000 / COUNT for costs in (engine, alone)]
        queries = min(queries for _cpu, queries in engine) / COUNT
        print(f'{what:<32} {ms[0]:>8.1f} {ms[1]:>8.1f} {ratio:>6.1f} {goal:>5.1f} {queries:>8.1f}', flush=True)
        if ratio > goal:
            self.missed.append(f'{what}: {ratio:.1f} times Odoo, {goal} is the goal')

    def names(self, stem):
        self.serial += 1
        return [f'{stem} {self.serial}-{number:04}' for number in range(COUNT)]

    def customers_there(self):
        address = {'Line1': '9 Pier Street', 'City': 'Anacortes', 'CountrySubDivisionCode': 'WA', 'Country': 'US'}
        known = {'GivenName': 'Ada', 'BillAddr': address, 'PrimaryPhone': {'FreeFormNumber': '5550100'}}
        self.sandbox.create_many('Customer', [{'DisplayName': name, **known} for name in self.names('Buoy')])

    def customers_here(self):
        country = self.env.ref('base.us')
        state = self.env['res.country.state'].search([('code', '=', 'WA'), ('country_id', '=', country.id)])
        vals = {'street': '9 Pier Street', 'city': 'Anacortes', 'state_id': state.id, 'country_id': country.id}
        vals.update(phone='5550100', customer_rank=1)
        self.env['res.partner'].with_context(**QUIET).create([{'name': name, **vals} for name in self.names('Cleat')])

    def products_there(self):
        account = {'value': self.account('Income').qbo_id}
        vals = {'Type': 'Service', 'UnitPrice': 12.5, 'IncomeAccountRef': account}
        self.sandbox.create_many('Item', [{'Name': name, **vals} for name in self.names('Anode')])

    def products_here(self):
        vals = {'type': 'service', 'list_price': 12.5, 'taxes_id': [Command.clear()]}
        self.env['product.product'].with_context(**QUIET).create(
            [{'name': name, **vals} for name in self.names('Line')]
        )

    def invoices_there(self):
        detail = {'ItemRef': {'value': self.products[0].qbo_id}, 'Qty': 2, 'UnitPrice': 10.0}
        line = {'DetailType': 'SalesItemLineDetail', 'Amount': 20.0, 'SalesItemLineDetail': detail}
        values = {'CustomerRef': {'value': self.customer.qbo_id}, 'Line': [line, line]}
        self.sandbox.create_many('Invoice', [values] * COUNT)

    def invoices_here(self):
        lines = [Command.create({'product_id': self.products[0].id, 'quantity': 2, 'price_unit': 10.0})] * 2
        vals = {'move_type': 'out_invoice', 'partner_id': self.customer.id, 'invoice_date': fields.Date.today()}
        moves = self.env['account.move'].with_context(**QUIET)
        moves.create([{**vals, 'invoice_line_ids': lines}] * COUNT)._post(soft=False)


def measure(env):
    """Print the table of ratios, and a line that begins with MISSED for each goal that is not reached."""
    bench = Bulk(env)
    bench.head()
    bench.compare('customers', 4.0, bench.customers_there, bench.customers_here, 'customers')
    bench.compare('products', 4.0, bench.products_there, bench.products_here, 'products')
    bench.compare('invoices', 1.8, bench.invoices_there, bench.invoices_here, 'documents')
    for line in bench.missed:
        print(f'MISSED {line}')
    bench.sandbox.stop()
