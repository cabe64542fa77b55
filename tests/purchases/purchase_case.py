"""What the tests of purchases share: purchases are switched on, and a vendor is in QuickBooks already."""

from odoo import fields
from odoo.fields import Command

from ..billing import BillingCase

ITEM, ACCOUNT = 'ItemBasedExpenseLineDetail', 'AccountBasedExpenseLineDetail'


class PurchaseCase(BillingCase):
    """Vendors, bills and vendor credits are synchronized; Odoo's fuel account is QuickBooks' Fuel."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_purchases()
        cls().run_engine()
        cls.sandbox.requests.clear()
        cls.sandbox.snapshot()

    @classmethod
    def _set_up_purchases(cls):
        cls.connection.write({'purchases_start': '2025-01-01', 'sync_purchases': True})
        cls.connection.purchases_since = fields.Datetime.subtract(fields.Datetime.now(), minutes=1)
        cls.fuel = cls._expense_account("Fuel", '600010')
        cls.fuel.qbo_account_id = cls.account('Expense', name='Fuel')
        cls.spare = cls._expense_account("Spare parts", '600020')
        cls.spare.qbo_account_id = cls.env['qbo.reference'].search(
            [
                ('qbo_company_id', '=', cls.connection.qbo_company_id.id),
                ('entity', '=', 'Account'),
                ('kind', '=', 'Cost of Goods Sold'),
            ],
            limit=1,
        )
        cls.tackle = cls.env['res.partner'].create({'name': "Tackle & Oil", 'supplier_rank': 1, 'is_company': True})
        (cls.chlorine | cls.visit).supplier_taxes_id = [Command.clear()]

    @classmethod
    def _expense_account(cls, name, code):
        return cls.env['account.account'].create({'name': name, 'code': code, 'account_type': 'expense'})

    # === ACTING === #

    def prefer(self, **groups):
        """Change preferences in QuickBooks, and read them."""
        self.sandbox.configure(preferences=groups)
        with self.enter_registry_test_mode():
            self.connection.with_user(self.manager).action_refresh_lists()
        self.sandbox.requests.clear()

    def draft_bill(self, lines=None, vendor=None, ref='TO-1', move_type='in_invoice', **vals):
        """Return a draft of lines ``(product or account, quantity, price[, taxes[, values]])``."""
        lines = lines or [(self.fuel, 1, 80.0)]
        return self.env['account.move'].create(
            {
                'move_type': move_type,
                'partner_id': (vendor or self.tackle).id,
                'invoice_date': '2026-03-02',
                'date': '2026-03-02',
                'ref': ref,
                'invoice_line_ids': [Command.create(self._bill_line(*line)) for line in lines],
                **vals,
            }
        )

    def _bill_line(self, what, quantity, price, taxes=None, vals=None):
        named = {'account_id': what.id} if what._name == 'account.account' else {'product_id': what.id}
        tax_ids = [Command.set(taxes.ids)] if taxes else [Command.clear()]
        return {
            **named,
            'name': what.name,
            'quantity': quantity,
            'price_unit': price,
            'tax_ids': tax_ids,
            **(vals or {}),
        }

    def bill(self, lines=None, **vals):
        """Return a posted bill, or credit of a vendor."""
        move = self.draft_bill(lines, **vals)
        move.action_post()
        return move

    def synced_bill(self, lines=None, **vals):
        """Return a posted bill that is in QuickBooks, with a clean request log."""
        move = self.bill(lines, **vals)
        self.run_engine()
        self.assertEqual((move.qbo_state, move.qbo_error), ('synced', False))
        self.sandbox.requests.clear()
        return move

    def buy(self, entity='Bill', lines=None, vendor=None, **members):
        """Create a bill or vendor credit in QuickBooks of lines as :meth:`item_line` and :meth:`account_line` give."""
        values = {
            'VendorRef': {'value': vendor or self.vendor_id(self.tackle)},
            'TxnDate': '2026-03-02',
            'Line': lines or [self.account_line(80.0)],
        }
        return self.sandbox.create(entity, {**values, **members})

    def account_line(self, amount, account=None, text=None, **detail):
        ref = (account or self.fuel).qbo_account_id.qbo_id
        line = {'DetailType': ACCOUNT, 'Amount': amount, ACCOUNT: {'AccountRef': {'value': ref}, **detail}}
        return {**line, **({'Description': text} if text else {})}

    def item_line(self, product, quantity, price, **detail):
        detail = {'ItemRef': {'value': product.qbo_id}, 'Qty': quantity, 'UnitPrice': price, **detail}
        return {'DetailType': ITEM, 'Amount': round(quantity * price, 2), ITEM: detail}

    # === LOOKING === #

    def link_as(self, record, entity):
        """Return the link of a record with an entity of this type, as superuser."""
        return self.step().link(record.sudo(), entity)

    def vendor_id(self, partner):
        return self.link_as(partner, 'Vendor').qbo_id

    def vendor_there(self, partner):
        return self.sandbox.get('Vendor', self.vendor_id(partner))

    def bill_there(self, move):
        return self.sandbox.get(self.link(move).entity, self.link(move).qbo_id)

    def bought_of(self, entity):
        """Return ``[(item or account id, quantity, price, amount)]`` of a purchase in QuickBooks."""
        rows = []
        for line in entity['Line']:
            detail = line[line['DetailType']]
            ref = detail.get('ItemRef') or detail.get('AccountRef')
            rows.append((ref and ref['value'], detail.get('Qty'), detail.get('UnitPrice'), line['Amount']))
        return rows

    def bill_of(self, entity):
        """Return the bill of Odoo that an entity is."""
        domain = [('entity', 'in', ('Bill', 'VendorCredit')), ('qbo_id', '=', entity['Id'])]
        links = self.env['qbo.link'].search(domain)
        return self.env['account.move'].browse(links.filtered('res_id').mapped('res_id'))
