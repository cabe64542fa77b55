"""Runs in `odoo shell`: what sending many records costs, and how near an export comes to what QuickBooks allows.

Each row of the first table: database queries and CPU milliseconds a record of the engine, and the queries to keep to;
with `--growth` how both grow as well. The last row: batches sent in the second minute of an export, of those that are
allowed then. It takes two minutes.
"""

from datetime import timedelta

from odoo import Command
from odoo.addons.quickbooks_online.qbo import throttle

from .bench_bulk import COUNT, Bulk

EXPORTED = 3000  # more than two minutes of batches
SHARE = 0.95
ALLOWED = throttle.BATCHES_FIRST + throttle.BATCHES_MORE  # in the second minute: the first one went well


class Push(Bulk):
    """A company with customers, products and billing, from which many records go."""

    def head(self):
        growth = f' {"CPU^":>6} {"queries^":>8}' if self.growth else ''
        print(f'{"export":<32} {"queries":>8} {"goal":>5} {"ms":>6}{growth}')

    def send(self, what, goal, prepare):
        """Print a row: ``prepare()`` makes or changes ``self.count`` records in Odoo, and the engine sends them."""
        cpu, queries = self.sending_cost(prepare)
        growth = self.growth_of(what, cpu, queries, lambda: self.sending_cost(prepare))
        row = f'{what:<32} {queries / COUNT:>8.1f} {goal:>5} {cpu * 1000 / COUNT:>6.1f}'
        print(row + growth, flush=True)
        self.reach(what, 'queries a record', queries / COUNT, goal)

    def sending_cost(self, prepare):
        """Return ``(CPU seconds, queries)`` of sending what ``prepare()`` makes or changes."""
        self.env['qbo.request'].search([]).unlink()
        prepare()
        self.env.flush_all()
        # The engine works on what is committed.
        self.env.cr.commit()
        cost = self.cost(self.connection._cron_run)
        left = self.env['qbo.link'].search([('state', '!=', 'synced')])
        assert not left, left.mapped('error')
        sent = self.env['qbo.request'].search_count([('state', '=', 'done')])
        assert sent >= self.count, f'{sent} records were sent instead of {self.count}'
        return cost

    def partners(self):
        return self.env['res.partner'].search([('name', 'like', 'Cleat')], order='id desc', limit=self.count)

    def edit_customers(self):
        for number, partner in enumerate(self.partners()):
            partner.phone = f'{self.count} 5550{number}'

    def new_invoices(self):
        term = self.env['account.payment.term'].search([('line_ids.nb_days', '=', 30)], limit=1)
        lines = [
            Command.create({'product_id': product.id, 'quantity': 2, 'price_unit': 10.0}) for product in self.products
        ]
        vals = {'move_type': 'out_invoice', 'invoice_payment_term_id': term.id}
        vals['invoice_date'] = self.connection._today()
        moves = self.env['account.move'].create(
            [{**vals, 'partner_id': partner.id, 'invoice_line_ids': lines} for partner in self.partners()]
        )
        moves._post(soft=False)

    def edit_invoices(self):
        moves = self.env['account.move'].search([('move_type', '=', 'out_invoice')], order='id desc', limit=self.count)
        for move in moves:
            move.narration = f'Leave it at gate {self.count}'

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
        print(f'{"batches in the second minute":<32} {count:>8} {ALLOWED:>5} {count / ALLOWED:>6.0%}', flush=True)
        if count < ALLOWED * SHARE:
            self.missed.append(f'{count} batches a minute of {ALLOWED} that are allowed')


def measure(env, growth=False):
    """Print the tables, and a line that begins with MISSED for each goal that is not reached."""
    bench = Push(env, growth)
    bench.head()
    bench.send('new customers', 6, lambda: bench.save_customers(bench.names('Cleat')))
    bench.send('changed customers', 6, bench.edit_customers)
    bench.send('new invoices', 12, bench.new_invoices)
    bench.send('changed invoices', 12, bench.edit_invoices)
    bench.export()
    bench.close()
