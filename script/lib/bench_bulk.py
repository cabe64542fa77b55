"""Runs in `odoo shell`: what taking many records over costs, as a ratio to Odoo's own bulk way in the same run.

Each row: CPU milliseconds a record of the engine and of Odoo alone (Python's thread and PostgreSQL's process, the
smaller of two runs that take turns), their ratio, the ratio to reach, the database queries a record, and those to stay
below. What payments pay is there before. The sandbox answers in another thread and does not count.

With `--growth`, how CPU and queries grow from 250 to 1000 records as well: 1.0 is as much a record.
"""

import time
from math import log

from odoo import Command

from .bench_documents import Documents
from .bench_entries import stat

COUNT = 250
MANY = 1000
CPU_GROWTH, QUERIES_GROWTH = 1.10, 1.02
RUNS = 2
QUIET = {'tracking_disable': True, 'mail_create_nolog': True, 'mail_create_nosubscribe': True}
TICKS = 100  # of a second: what Linux counts CPU in


class Bulk(Documents):
    """A company with customers, products and billing, into which many records come."""

    def __init__(self, env, growth=False):
        super().__init__(env)
        self.as_admin().action_switch_on_billing()
        self.engine()
        self.count, self.growth, self.serial = COUNT, growth, 0

    def head(self):
        growth = f' {"CPU^":>6} {"queries^":>8}' if self.growth else ''
        print(f'{"import":<32} {"engine":>8} {"Odoo":>8} {"ratio":>6} {"goal":>5} {"queries":>8} {"goal":>5}{growth}')

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

    def compare(self, what, schedule, there, here, ratio, queries):
        """Print a row.

        :param there: makes ``self.count`` records in QuickBooks, or changes them
        :param here: prepares as many in Odoo, and returns the function that does the same to them in Odoo alone
        :param ratio: the goal of the engine's CPU to Odoo's
        :param queries: the goal of the queries a record
        """
        engine, alone = [], []
        for _run in range(RUNS):
            engine.append(self.engine_cost(there, schedule))
            alone.append(self.alone_cost(here))
        cpu, asked = min(engine)[0], min(asked for _cpu, asked in engine)
        found = cpu / min(alone)[0]
        ms = [seconds * 1000 / COUNT for seconds in (cpu, min(alone)[0])]
        row = (
            f'{what:<32} {ms[0]:>8.1f} {ms[1]:>8.1f} {found:>6.1f} {ratio:>5.1f} {asked / COUNT:>8.1f} {queries:>5.1f}'
        )
        self.reach(what, 'times Odoo', found, ratio)
        self.reach(what, 'queries a record', asked / COUNT, queries)
        print(row + self.growth_of(what, cpu, asked, lambda: self.engine_cost(there, schedule)), flush=True)

    def growth_of(self, what, cpu, queries, cost):
        """Return the end of a row: the exponents by which CPU and queries grow, where that is asked for.

        :param float cpu: what ``COUNT`` records took
        :param cost: returns what ``self.count`` take
        """
        if not self.growth:
            return ''
        self.count = MANY
        more = cost()
        self.count = COUNT
        found = [log(big / small) / log(MANY / COUNT) for big, small in zip(more, (cpu, queries), strict=True)]
        self.reach(what, 'is how its CPU grows', found[0], CPU_GROWTH)
        self.reach(what, 'is how its queries grow', found[1], QUERIES_GROWTH)
        return f' {found[0]:>6.2f} {found[1]:>8.2f}'

    def engine_cost(self, there, schedule):
        """Return what the engine costs, which takes over what happened in QuickBooks."""
        self.settle_down()
        there()
        self.pull(schedule=schedule)
        # The engine works on what is committed.
        self.env.cr.commit()
        # As Odoo's scheduler runs it: it need not be woken by its own changes.
        cost = self.cost(self.connection.with_context(cron_id=self.connection.cron_id.id)._cron_run)
        left = [self.env[model].search_count([]) for model in ('qbo.change', 'qbo.event')]
        assert not any(left), f'the engine left {left} changes and events'
        self.assert_no_error()
        return cost

    def settle_down(self):
        """Have what QuickBooks wrote so far lie behind the cursor: no echo of it comes with what is measured next."""
        for _span in range(2):
            self.sandbox.clock.advance(minutes=6)
            for schedule in ('customers', 'products', 'documents'):
                self.pull(schedule=schedule)
            self.engine()

    def alone_cost(self, here):
        """Return what the same costs in Odoo while nothing is connected."""
        state = self.connection.state
        self.connection.state = 'draft'
        action = here()
        # What was prepared, so that only the action itself is measured.
        self.env.cr.commit()
        cost = self.cost(action)
        self.connection.state = state
        # The next run of the engine sees the connection.
        self.env.cr.commit()
        return cost

    # === CUSTOMERS === #

    def names(self, stem):
        self.serial += 1
        return [f'{stem} {self.serial}-{number:04}' for number in range(self.count)]

    def send_customers(self, names):
        """Have customers of these names in QuickBooks."""
        address = {
            'Line1': '9 Pier Street',
            'City': 'Anacortes',
            'CountrySubDivisionCode': 'WA',
            'Country': 'United States',
        }
        known = {'BillAddr': address, 'PrimaryPhone': {'FreeFormNumber': '5550100'}}
        parts = [dict(zip(('GivenName', 'FamilyName'), name.split(), strict=True)) for name in names]
        rows = [{'DisplayName': name, **part, **known} for name, part in zip(names, parts, strict=True)]
        self.sandbox.create_many('Customer', rows)

    def save_customers(self, names):
        """Have customers of these names in Odoo, all in one create."""
        country = self.env.ref('base.us')
        state = self.env['res.country.state'].search([('code', '=', 'WA'), ('country_id', '=', country.id)])
        vals = {'street': '9 Pier Street', 'city': 'Anacortes', 'state_id': state.id, 'country_id': country.id}
        vals.update(phone='5550100', customer_rank=1)
        return self.env['res.partner'].with_context(**QUIET).create([{'name': name, **vals} for name in names])

    def customers_there(self):
        self.send_customers(self.names('Buoy'))

    def customers_here(self):
        return lambda: self.save_customers(self.names('Cleat'))

    def edited_there(self):
        domain = [('entity', '=', 'Customer'), ('state', '=', 'synced'), ('name', '=like', 'Buoy%')]
        self.serial += 1
        for link in self.env['qbo.link'].search(domain, limit=self.count):
            self.sandbox.update('Customer', link.qbo_id, {'PrimaryPhone': {'FreeFormNumber': f'555 {self.serial}'}})

    def edited_here(self):
        # Without the context of their creation: the chatter says what was changed.
        partners = self.env['res.partner'].browse(self.save_customers(self.names('Fender')).ids)

        def write():
            for partner in partners:
                partner.phone = '5550199'

        return write

    def known_there(self):
        """Customers that Odoo has already, and that are another phone number in QuickBooks."""
        names = self.names('Winch')
        self.save_customers(names).phone = False
        # They were there before the two were connected.
        self.env['qbo.change'].search([]).unlink()
        self.send_customers(names)

    # === PRODUCTS === #

    def products_there(self):
        account = {'value': self.account('Income').qbo_id}
        vals = {'Type': 'Service', 'UnitPrice': 12.5, 'IncomeAccountRef': account}
        self.sandbox.create_many('Item', [{'Name': name, **vals} for name in self.names('Anode')])

    def products_here(self):
        vals = {'type': 'service', 'list_price': 12.5, 'taxes_id': [Command.clear()]}
        products = self.env['product.product'].with_context(**QUIET)
        return lambda: products.create([{'name': name, **vals} for name in self.names('Line')])

    # === DOCUMENTS AND PAYMENTS === #

    def invoices_there(self):
        detail = {'ItemRef': {'value': self.products[0].qbo_id}, 'Qty': 2, 'UnitPrice': 10.0}
        line = {'DetailType': 'SalesItemLineDetail', 'Amount': 20.0, 'SalesItemLineDetail': detail}
        values = {'CustomerRef': {'value': self.customer.qbo_id}, 'Line': [line, line]}
        return self.sandbox.create_many('Invoice', [values] * self.count)

    def invoices_here(self):
        return self.post_invoices

    def post_invoices(self):
        """Post invoices in Odoo, all in one create."""
        line = {'product_id': self.products[0].id, 'quantity': 2, 'price_unit': 10.0}
        return self.post('out_invoice', self.customer, line)

    def post(self, move_type, partner, line):
        """Post documents of two such lines in Odoo, all in one create."""
        vals = {'move_type': move_type, 'partner_id': partner.id, 'invoice_date': self.connection._today()}
        vals['invoice_line_ids'] = [Command.create(line)] * 2
        moves = self.env['account.move'].with_context(**QUIET).create([vals] * self.count)
        moves._post(soft=False)
        return moves

    def known(self, documents):
        """Return documents of QuickBooks, which Odoo has when this returns."""
        self.pull(schedule='documents')
        self.engine()
        self.settle_down()
        return documents

    def payments_there(self):
        """Payments of one invoice each; Odoo has these invoices."""
        invoices = self.known(self.invoices_there())
        self.sandbox.create_many(
            'Payment',
            [
                {
                    'CustomerRef': invoice['CustomerRef'],
                    'TotalAmt': invoice['TotalAmt'],
                    'Line': [
                        {
                            'Amount': invoice['TotalAmt'],
                            'LinkedTxn': [{'TxnId': invoice['Id'], 'TxnType': 'Invoice'}],
                        }
                    ],
                }
                for invoice in invoices
            ],
        )

    def payments_here(self):
        """As many, created, confirmed and reconciled together, by one plan."""
        return self.paying(self.post_invoices(), 'asset_receivable', payment_type='inbound', partner_type='customer')

    def paying(self, documents, account_type, **vals):
        """Return what pays each of these documents in Odoo, all together."""
        # Without the context of their creation: the chatter says that they are paid.
        documents = self.env['account.move'].browse(documents.ids)
        vals.update(journal_id=self.bank.id, date=self.connection._today(), partner_id=documents.partner_id.id)

        def pay():
            payments = self.env['account.payment'].with_context(**QUIET, force_payment_move=True)
            payments = payments.create([{**vals, 'amount': document.amount_total} for document in documents])
            payments.action_post()
            lines = [
                (document.line_ids | payment.move_id.line_ids).filtered(lambda line: line.account_type == account_type)
                for document, payment in zip(documents, payments, strict=True)
            ]
            self.env['account.move.line']._reconcile_plan(lines)

        return pay

    # === BILLS AND THEIR PAYMENTS === #

    def bills_there(self):
        return self.sandbox.create_many('Bill', [self.bill_values()] * self.count)

    def bills_here(self):
        return self.post_bills

    def post_bills(self):
        """Post bills in Odoo, all in one create."""
        line = {'account_id': self.expense.id, 'name': 'Fuel', 'price_unit': 20.0, 'tax_ids': [Command.clear()]}
        return self.post('in_invoice', self.vendor, line)

    def bill_payments_there(self):
        """Checks that pay one bill each; Odoo has these bills."""
        vals = {'PayType': 'Check', 'CheckPayment': {'BankAccountRef': {'value': self.bank.qbo_paid_from_id.qbo_id}}}
        self.sandbox.create_many(
            'BillPayment',
            [
                {
                    **vals,
                    'VendorRef': bill['VendorRef'],
                    'TotalAmt': bill['TotalAmt'],
                    'Line': [
                        {'Amount': bill['TotalAmt'], 'LinkedTxn': [{'TxnId': bill['Id'], 'TxnType': 'Bill'}]},
                    ],
                }
                for bill in self.known(self.bills_there())
            ],
        )

    def bill_payments_here(self):
        return self.paying(self.post_bills(), 'liability_payable', payment_type='outbound', partner_type='supplier')


def measure(env, growth=False):
    """Print the table of ratios, and a line that begins with MISSED for each goal that is not reached."""
    bench = Bulk(env, growth)
    bench.head()
    bench.compare('customers', 'customers', bench.customers_there, bench.customers_here, 4.0, 3.0)
    bench.compare('customers edited', 'customers', bench.edited_there, bench.edited_here, 10.0, 12.0)
    bench.compare('customers that Odoo has', 'customers', bench.known_there, bench.edited_here, 10.0, 12.0)
    bench.compare('products', 'products', bench.products_there, bench.products_here, 4.0, 3.0)
    bench.compare('invoices', 'documents', bench.invoices_there, bench.invoices_here, 1.8, 30.0)
    bench.compare('payments', 'documents', bench.payments_there, bench.payments_here, 3.0, 80.0)
    bench.switch_on_purchases()
    bench.bank.qbo_paid_from_id = bench.account('Bank')
    bench.engine()
    bench.compare('bills', 'documents', bench.bills_there, bench.bills_here, 1.8, 30.0)
    bench.compare('bill payments', 'documents', bench.bill_payments_there, bench.bill_payments_here, 3.0, 80.0)
    bench.close()
