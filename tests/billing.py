"""What the tests of documents share: a connected company with products and billing switched on."""

from odoo import fields
from odoo.fields import Command

from .common import QboCase


class BillingCase(QboCase):
    """Customers, products and documents are synchronized; a customer and two products are in QuickBooks already."""

    is_kept_ready = True

    @classmethod
    def _set_up(cls):
        result = super()._set_up()
        case = cls()
        # Most tests apply credits themselves; those of what QuickBooks applies switch it on again.
        cls.sandbox.configure(preferences={'SalesFormsPrefs': {'AutoApplyCredit': False}})
        with case.enter_registry_test_mode():
            cls.connection.with_user(cls.manager).action_refresh_lists()
        cls.bank = cls.env['account.journal'].search([('type', '=', 'bank')], limit=1)
        cls.connection.write(cls._billing_vals())
        cls._begin_billing()
        cls.acme = cls.env['res.partner'].create({'name': "Acme Pools", 'customer_rank': 1, 'email': 'ap@acme.example'})
        product = cls.env['product.product']
        cls.chlorine = product.create({'name': "Chlorine 5 gal", 'list_price': 10.0, 'taxes_id': [Command.clear()]})
        cls.visit = product.create(
            {'name': "Weekly visit", 'type': 'service', 'list_price': 145.0, 'taxes_id': [Command.clear()]}
        )
        case.run_engine()
        return result

    @classmethod
    def _take_ready(cls):
        is_ready = super()._take_ready()
        if is_ready:
            cls._begin_billing()
        return is_ready

    @classmethod
    def _begin_billing(cls):
        """Have QuickBooks' documents of before stay out, and none asked for again."""
        cls.connection.billing_since = fields.Datetime.subtract(fields.Datetime.now(), minutes=1)
        cls.connection._schedule('documents').cursor = fields.Datetime.now()

    @classmethod
    def _billing_vals(cls):
        return {
            'sync_products': True,
            'sync_billing': True,
            'billing_since': fields.Datetime.subtract(fields.Datetime.now(), minutes=1),
            'billing_start': '2025-01-01',
            'income_account_id': cls.account('Income').id,
            'expense_account_id': cls.account('Cost of Goods Sold').id,
            'deposit_account_id': cls.account('Other Current Asset', name='Undeposited Funds').id,
            'payment_journal_id': cls.bank.id,
        }

    @classmethod
    def account(cls, kind, name=None):
        domain = [
            ('qbo_company_id', '=', cls.connection.qbo_company_id.id),
            ('entity', '=', 'Account'),
            ('kind', '=', kind),
        ]
        return cls.env['qbo.reference'].search([*domain, *([('name', '=', name)] if name else [])], limit=1)

    @classmethod
    def prefer_for_all(cls, **groups):
        """Change preferences in QuickBooks for all tests of a class, and read them."""
        cls.sandbox.configure(preferences=groups)
        with cls().enter_registry_test_mode():
            cls.connection.with_user(cls.manager).action_refresh_lists()
        cls.sandbox.requests.clear()
        cls.sandbox.snapshot()

    @classmethod
    def deal_in_euros(cls, *rates):
        """Have both sides work in euros too, with ``(day, euros for a dollar)``; return the currency."""
        euro = cls.env.ref('base.EUR')
        euro.active = True
        vals = [{'currency_id': euro.id, 'name': day, 'rate': rate} for day, rate in rates]
        cls.env['res.currency.rate'].create(vals)
        cls.prefer_for_all(CurrencyPrefs={'MultiCurrencyEnabled': True})
        return euro

    # === ACTING === #

    def draft(self, partner=None, lines=None, move_type='out_invoice', **vals):
        """Return a draft of lines ``(product, quantity, price[, taxes])``; a text is a note."""
        return self.env['account.move'].create(
            {
                'move_type': move_type,
                'partner_id': (partner or self.acme).id,
                'invoice_date': '2026-03-02',
                'invoice_line_ids': [Command.create(self._line(line)) for line in lines or [(self.chlorine, 2, 10.0)]],
                **vals,
            }
        )

    def invoice(self, partner=None, lines=None, **vals):
        """Return a posted invoice."""
        move = self.draft(partner, lines, **vals)
        move.action_post()
        return move

    def synced_invoice(self, partner=None, lines=None, **vals):
        """Return a posted invoice that is in QuickBooks, with a clean request log."""
        move = self.invoice(partner, lines, **vals)
        self.run_engine()
        self.assertEqual(move.qbo_state, 'synced', move.qbo_error)
        self.sandbox.requests.clear()
        return move

    def _line(self, line):
        if isinstance(line, str):
            return {'display_type': 'line_note', 'name': line}
        product, quantity, price, *taxes = line
        vals = {'quantity': quantity, 'price_unit': price, 'tax_ids': [Command.clear()]}
        if product:
            vals['product_id'] = product.id
        if taxes:
            vals['tax_ids'] = [Command.set(taxes[0].ids)]
        return {**vals, **(taxes[1] if len(taxes) > 1 else {})}

    def pay(self, invoices, amount=None, **vals):
        """Register one payment of invoices, in full unless an amount is given; return it."""
        register = self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=invoices.ids, dont_redirect_to_payments=True
        )
        wizard = register.create({'journal_id': self.bank.id, 'group_payment': True, **vals})
        if amount is not None:
            wizard.write({'amount': amount, **vals})  # Odoo forgets what becomes of a difference with the amount
        return wizard._create_payments()

    def sell(self, entity='Invoice', lines=None, customer=None, **members):
        """Create a sales form in QuickBooks, of lines ``(item id, quantity, price[, tax code])``; return it."""
        rows = lines or [(self.chlorine.qbo_id, 2, 10.0)]
        values = {
            'CustomerRef': {'value': customer or self.acme.qbo_id},
            'TxnDate': '2026-03-02',
            'Line': [self._item_line(*row) for row in rows],
        }
        return self.sandbox.create(entity, {**values, **members})

    def _item_line(self, item, quantity, price, code='NON'):
        detail = {'ItemRef': {'value': item}, 'Qty': quantity, 'UnitPrice': price, 'TaxCodeRef': {'value': code}}
        return {
            'DetailType': 'SalesItemLineDetail',
            'Amount': round(quantity * price, 2),
            'SalesItemLineDetail': detail,
        }

    # === LOOKING === #

    def in_qbo(self, record):
        """Return the entity that QuickBooks holds for a record."""
        return self.sandbox.get(record.qbo_link_id.entity, record.qbo_id)

    def move_of(self, entity):
        """Return the Odoo document of an entity."""
        return self.env['account.move'].search([('qbo_id', '=', entity['Id'])])

    def lines_of(self, entity):
        """Return ``[(item id or text, quantity, price, amount)]`` of a sales form in QuickBooks."""
        rows = []
        for line in entity['Line']:
            detail = line.get('SalesItemLineDetail')
            if detail:
                item = detail['ItemRef']['value']
                rows.append((item, detail.get('Qty'), detail.get('UnitPrice'), line['Amount']))
            elif line['DetailType'] == 'DescriptionOnly':
                rows.append((line['Description'], None, None, None))
        return rows

    def assertNoErrors(self):
        """Assert that no record is in error; else show the messages."""
        self.assertEqual(self.env['qbo.link'].search([('state', '=', 'error')]).mapped('error'), [])
