"""A company with products and billing switched on: what its people do with documents, and what the two sides say."""

from datetime import datetime, timezone

from script.lib import demo_switches
from script.process.company import SETTLE_S, Company, until

INVOICE = ('amount_total', 'amount_residual')
PAYMENT = ('amount',)
IN_QUICKBOOKS = {'Invoice': ('TotalAmt', 'Balance'), 'Payment': ('TotalAmt',)}


def today():
    """Return which day it is for the company, which has no time zone: not the machine's."""
    return datetime.now(timezone.utc).date().isoformat()


class Billing(Company):
    """A `Company` whose customers, products and documents are in sync. Its sales tax is known on both sides."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        demo_switches.switch_on(self.odoo, self.connection)
        until(self.is_quiet, SETTLE_S, self.trace)
        self.tax = self.call('account.tax', 'search', [('qbo_tax_code_id', '!=', False)])[0]
        self.bank = self.call('account.journal', 'search', [('type', '=', 'bank')], limit=1)[0]

    # === WHAT PEOPLE DO === #

    def products(self, *names):
        """Save new services, the first of them taxed, and return their ids."""
        vals = {'type': 'service', 'list_price': 19.99}
        taxes = [[self.tax], *([] for _name in names[1:])]
        return self.call(
            'product.product',
            'create',
            [{**vals, 'name': name, 'taxes_id': [(6, 0, ids)]} for name, ids in zip(names, taxes, strict=True)],
        )

    def draft(self, customer, products, quantity=3):
        """Save a draft of an invoice and return its id."""
        vals = {
            'move_type': 'out_invoice',
            'partner_id': customer,
            'invoice_date': today(),
            'invoice_line_ids': [(0, 0, {'product_id': product, 'quantity': quantity}) for product in products],
        }
        return self.call('account.move', 'create', [vals])[0]

    def post(self, *moves):
        """Press *Confirm*."""
        self.call('account.move', 'action_post', list(moves))

    def invoice(self, customer, products, **kwargs):
        """Post an invoice and return its id."""
        move = self.draft(customer, products, **kwargs)
        self.post(move)
        return move

    def switch_on_purchases(self):
        """Switch on purchases; what the bank journal pays is paid from QuickBooks' checking account."""
        account = demo_switches.reference(self.odoo, self.connection, 'Account', ('name', '=', 'Checking'))
        self.call('account.journal', 'write', [self.bank], {'qbo_paid_from_id': account})
        self.call('qbo.connection', 'write', [self.connection], {'purchases_start': today()})
        self.call('qbo.connection', 'action_switch_on_purchases', [self.connection])
        until(self.is_quiet, SETTLE_S, self.trace)

    def bill(self, vendor, product, price):
        """Post a bill and return its id."""
        line = {'product_id': product, 'quantity': 1, 'price_unit': price, 'tax_ids': [(6, 0, [])]}
        vals = {
            'move_type': 'in_invoice',
            'partner_id': vendor,
            'invoice_date': today(),
            'ref': f'T-{price}',
            'invoice_line_ids': [(0, 0, line)],
        }
        move = self.call('account.move', 'create', [vals])[0]
        self.post(move)
        return move

    def pay(self, *moves):
        """Register one payment of all that is open of invoices of one customer, or bills of one vendor."""
        context = {'active_model': 'account.move', 'active_ids': list(moves), 'dont_redirect_to_payments': True}
        vals = {'journal_id': self.bank, 'group_payment': True}
        wizard = self.call('account.payment.register', 'create', [vals], context=context)
        self.call('account.payment.register', 'action_create_payments', wizard, context=context)

    def edit_invoice_in_quickbooks(self, entity, quantity=7):
        """Change the first line of an invoice in QuickBooks; return what the invoice is then."""
        line = entity['Line'][0]
        detail = {**line['SalesItemLineDetail'], 'Qty': quantity}
        lines = [{**line, 'Amount': round(quantity * detail['UnitPrice'], 2), 'SalesItemLineDetail': detail}]
        values = {'Line': lines + [each for each in entity['Line'][1:] if 'Id' in each]}
        return self.sandbox.ask(f'entities/Invoice/{entity["Id"]}?realm={self.realm}', values)

    # === WHAT THE TWO SIDES SAY === #

    def moves(self, *names):
        """Return the posted invoices as Odoo's user sees them."""
        domain = [('move_type', '=', 'out_invoice'), ('state', '=', 'posted')]
        return self.call('account.move', 'search_read', domain, ['name', 'qbo_id', 'qbo_state', 'qbo_error', *names])

    def synced_moves(self):
        """Return the ids of the invoices that are in QuickBooks."""
        return [row['id'] for row in self.moves() if row['qbo_state'] == 'synced']

    def has_taken(self, entities):
        """Tell whether Odoo's invoices have the totals of these invoices of QuickBooks."""
        totals = {row['qbo_id']: row['amount_total'] for row in self.moves('amount_total')}
        return all(totals[entity['Id']] == entity['TotalAmt'] for entity in entities)

    def payments(self, *names):
        """Return the payments as Odoo's user sees them."""
        return self.call('account.payment', 'search_read', [], ['name', 'qbo_id', 'qbo_state', 'qbo_error', *names])

    def assert_same_documents(self):
        """Every posted invoice and every payment is on both sides exactly once, with the same total and balance."""
        for kind, rows, names in (
            ('Invoice', self.moves(*INVOICE), INVOICE),
            ('Payment', self.payments(*PAYMENT), PAYMENT),
        ):
            for row in rows:
                assert row['qbo_state'] == 'synced', f'{row}\n{self.trace()}'
            in_odoo = sorted((row['qbo_id'], *map(row.get, names)) for row in rows)
            in_quickbooks = sorted((row['Id'], *map(row.get, IN_QUICKBOOKS[kind])) for row in self.entities(kind))
            assert in_odoo == in_quickbooks, self.trace()
