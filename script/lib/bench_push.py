"""Runs in `odoo shell`: what sending many records costs, and how near an export comes to what QuickBooks allows.

Each row of the first table: database queries and CPU milliseconds a record of the engine, and the queries to keep to.
The last row: batches sent in the second minute of an export, of those that were allowed then. It takes two minutes.
"""

from datetime import timedelta

from odoo import Command, fields

from .bench_bulk import Bulk

COUNT = 250
EXPORTED = 2700  # more than two minutes of batches
SHARE = 0.95


class Push(Bulk):
    """A company with customers, products and billing, from which many records go."""

    def head(self):
        print(f'{"export":<32} {"queries":>8} {"goal":>5} {"ms":>6}')

    def send(self, what, goal, prepare):
        """Print a row: ``prepare()`` makes or changes so many records in Odoo, and the engine sends them."""
        prepare()
        self.env.flush_all()
        # The engine works on what is committed.
        self.env.cr.commit()
        cpu, queries = self.cost(self.connection._cron_run)
        left = self.env['qbo.link'].search([('state', '!=', 'synced')])
        assert not left, left.mapped('error')
        queries /= COUNT
        print(f'{what:<32} {queries:>8.1f} {goal:>5} {cpu * 1000 / COUNT:>6.1f}', flush=True)
        if queries > goal:
            self.missed.append(f'{what}: {queries:.1f} queries a record, {goal} is the goal')

    def partners(self):
        return self.env['res.partner'].search([('name', 'like', 'Cleat')], order='id desc', limit=COUNT)

    def edit_customers(self):
        for number, partner in enumerate(self.partners()):
            partner.phone = f'5550{number}'

    def new_invoices(self):
        term = self.env['account.payment.term'].search([('line_ids.nb_days', '=', 30)], limit=1)
        lines = [
            Command.create({'product_id': product.id, 'quantity': 2, 'price_unit': 10.0}) for product in self.products
        ]
        vals = {'move_type': 'out_invoice', 'invoice_date': fields.Date.today(), 'invoice_payment_term_id': term.id}
        moves = self.env['account.move'].create(
            [{**vals, 'partner_id': partner.id, 'invoice_line_ids': lines} for partner in self.partners()]
        )
        moves._post(soft=False)

    def edit_invoices(self):
        for move in self.env['account.move'].search([('move_type', '=', 'out_invoice')], limit=COUNT):
            move.narration = 'Leave it at the gate'

    def export(self):
        """Send many customers, and print how many batches of those allowed were sent in the second minute."""
        self.env['qbo.request'].search([]).unlink()
        partners = self.env['res.partner'].with_context(tracking_disable=True)
        partners.create([{'name': f'Export {number}', 'customer_rank': 1} for number in range(EXPORTED)])
        # The engine works on what is committed.
        self.env.cr.commit()
        self.connection._cron_run()
        batches = self.env['qbo.request']._read_group([('is_batch', '=', True)], ['call_id'], ['sent_at:max'])
        sent = sorted(at for _call, at in batches)
        since = sent[0] + timedelta(minutes=1)
        count = sum(since <= at < since + timedelta(minutes=1) for at in sent)
        allowed = self.connection.batches_per_minute
        print(f'{"batches in the second minute":<32} {count:>8} {allowed:>5} {count / allowed:>6.0%}', flush=True)
        if count < allowed * SHARE:
            self.missed.append(f'{count} batches a minute of {allowed} that are allowed')


def measure(env):
    """Print the tables, and a line that begins with MISSED for each goal that is not reached."""
    bench = Push(env)
    bench.head()
    bench.send('new customers', 6, lambda: (bench.customers_here(), bench.partners()))
    bench.send('changed customers', 6, bench.edit_customers)
    bench.send('new invoices', 12, bench.new_invoices)
    bench.send('changed invoices', 12, bench.edit_invoices)
    bench.export()
    for line in bench.missed:
        print(f'MISSED {line}')
    bench.sandbox.stop()
