"""Runs in `odoo shell`: what invoices, payments and bills cost. See ``bench_in_odoo.py``."""

from datetime import timedelta
from math import ceil

from odoo import Command

from .bench_in_odoo import Bench

BATCH = 30  # qbo-api 7: the largest batch
EXISTING = 500
READS = (
    7  # of an import, a page of each: Term, PaymentMethod, Invoice, CreditMemo, RefundReceipt, SalesReceipt, Payment
)
TAKEN = 200
ACCOUNT = 'AccountBasedExpenseLineDetail'


class Documents(Bench):
    """A company whose products and billing are switched on, once it has invoices."""

    def __init__(self, env):
        super().__init__(env)
        self.as_admin().action_refresh_lists()
        self.bank = env['account.journal'].search([('type', '=', 'bank')], limit=1)
        self.as_admin().write(
            {
                'income_account_id': self.account('Income').id,
                'deposit_account_id': self.account('Other Current Asset').id,
                'payment_journal_id': self.bank.id,
                'billing_start': self.yesterday(),
            }
        )
        self.as_admin().action_switch_on_products()
        (self.customer,) = self.customers(['Harbor Marine Supply'])
        self.products = self.new_products('Chlorine 5 gal', 'Weekly visit')
        self.engine()

    def yesterday(self):
        """Return the day before: in QuickBooks' time zone it may be that still, and what it dates so is to go along."""
        return self.connection._today() - timedelta(days=1)

    def account(self, kind):
        domain = [
            ('qbo_company_id', '=', self.connection.qbo_company_id.id),
            ('entity', '=', 'Account'),
            ('kind', '=', kind),
        ]
        return self.env['qbo.reference'].search(domain, limit=1)

    def new_products(self, *names):
        """Save products, tax-free."""
        vals = {'type': 'service', 'list_price': 10.0, 'taxes_id': [Command.clear()]}
        return self.env['product.product'].create([{'name': name, **vals} for name in names])

    def invoice(self, customer=None, products=None):
        """Post an invoice as a person does."""
        lines = [{'product_id': product.id, 'quantity': 2} for product in products or self.products]
        move = self.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': (customer or self.customer).id,
                'invoice_date': self.connection._today(),
                'invoice_line_ids': [Command.create(line) for line in lines],
            }
        )
        move.action_post()
        return move

    def invoices(self, count):
        """Post invoices one by one."""
        return self.env['account.move'].concat(*(self.invoice() for _number in range(count)))

    def invoice_of_strangers(self):
        """Post an invoice of a customer and of products that QuickBooks does not know."""
        (customer,) = self.customers(['Newcomer'])
        return self.invoice(customer, self.new_products('Skimmer basket', 'Filter clean'))

    # === PURCHASES === #

    def switch_on_purchases(self):
        """Have vendors and bills synchronized, with one vendor and one account that is mapped."""
        account = self.account('Expense')
        self.as_admin().write({'purchases_start': self.yesterday(), 'expense_account_id': account.id})
        self.expense = self.env['account.account'].search([('account_type', '=', 'expense')], limit=1)
        self.expense.qbo_account_id = account
        self.products.supplier_taxes_id = [Command.clear()]
        self.vendor = self.env['res.partner'].create({'name': 'Tackle & Oil', 'supplier_rank': 1})
        self.as_admin().action_switch_on_purchases()

    def bill(self, number, vendor=None, products=None):
        """Post a bill with a line on an account, and one of each product."""
        lines = [{'account_id': self.expense.id, 'name': 'Fuel', 'price_unit': 80.0, 'tax_ids': [Command.clear()]}]
        lines += [{'product_id': product.id, 'price_unit': 4.0} for product in products or self.products[:1]]
        move = self.env['account.move'].create(
            {
                'move_type': 'in_invoice',
                'partner_id': (vendor or self.vendor).id,
                'invoice_date': self.connection._today(),
                'ref': f'V-{number}',
                'invoice_line_ids': [Command.create(line) for line in lines],
            }
        )
        move.action_post()
        return move

    def bill_of_strangers(self):
        """Post a bill of a vendor and of products that QuickBooks does not know."""
        vendor = self.env['res.partner'].create({'name': 'Slipway Ltd'})
        products = self.new_products('Bucket', 'Brush')
        products.supplier_taxes_id = [Command.clear()]
        return self.bill('S', vendor, products)

    def buy_in_quickbooks(self, count):
        """Create bills in QuickBooks, and let the schedule strike."""
        self.sandbox.create_many('Bill', [self.bill_values()] * count)
        self.pull(schedule='documents')

    def bill_values(self):
        """Return what a bill of two lines looks like in QuickBooks."""
        ref = {'value': self.expense.qbo_account_id.qbo_id}
        line = {'DetailType': ACCOUNT, 'Amount': 20.0, ACCOUNT: {'AccountRef': ref}}
        vendor = self.env['qbo.link'].search([('entity', '=', 'Vendor'), ('res_id', '=', self.vendor.id)])
        return {'VendorRef': {'value': vendor.qbo_id}, 'Line': [line, line]}

    def pay(self, invoices):
        """Register one payment of all that is open of invoices."""
        register = self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=invoices.ids, dont_redirect_to_payments=True
        )
        return register.create({'journal_id': self.bank.id, 'group_payment': True})._create_payments()

    def edit_in_quickbooks(self, invoice):
        """Change a line of an invoice in QuickBooks, and let the schedule strike."""
        line = self.sandbox.get('Invoice', invoice.qbo_id)['Line'][0]
        line['SalesItemLineDetail'].update(Qty=3)
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': [{**line, 'Amount': 30.0}]})
        self.pull(schedule='documents')

    def sell_in_quickbooks(self, count):
        """Create invoices in QuickBooks, and let the schedule strike."""
        detail = {'ItemRef': {'value': self.products[0].qbo_id}, 'Qty': 2, 'UnitPrice': 10.0}
        line = {'DetailType': 'SalesItemLineDetail', 'Amount': 20.0, 'SalesItemLineDetail': detail}
        values = {'CustomerRef': {'value': self.customer.qbo_id}, 'Line': [line, line]}
        self.sandbox.create_many('Invoice', [values] * count)
        self.pull(schedule='documents')


def measure(env):
    """Print the table of costs."""
    bench = Documents(env)
    bench.head()
    bench.invoices(EXISTING)
    floor = ceil(EXISTING / BATCH) + READS
    bench.row(f'switch on billing, {EXISTING} invoices', floor, lambda: bench.as_admin().action_switch_on_billing())
    first = bench.row('create 1 invoice', 1, bench.invoice)
    second = bench.row('create 1 invoice, its customer and 2 products', 2, bench.invoice_of_strangers)
    bench.row(f'create {BATCH} invoices', 1, lambda: bench.invoices(BATCH))
    pair = bench.invoices(2)
    bench.engine()
    bench.row('pay 2 invoices at once', 1, lambda: bench.pay(pair))
    bench.row('edit an invoice after its payment', 1, lambda: pair[0].write({'narration': 'Gate code 7'}))
    bench.row('poll, nothing changed', 1, lambda: bench.pull(schedule='documents'))
    bench.row('poll, 1 invoice edited in QuickBooks', 1, lambda: bench.edit_in_quickbooks(first))
    bench.row(f'poll, {TAKEN} new invoices', 1, lambda: bench.sell_in_quickbooks(TAKEN))
    assert second.qbo_state == 'synced' and first.amount_total == 30.0
    measure_purchases(bench)
    bench.close()


def measure_purchases(bench):
    """Print the same of bills."""
    bench.switch_on_purchases()
    bench.engine()
    bench.row('create 1 bill', 1, lambda: bench.bill('1'))
    bench.row('create 1 bill, its vendor and 2 products', 2, bench.bill_of_strangers)
    bench.row(f'create {BATCH} bills', 1, lambda: [bench.bill(f'T{number}') for number in range(BATCH)])
    bench.row(f'poll, {TAKEN} new bills', 1, lambda: bench.buy_in_quickbooks(TAKEN))
