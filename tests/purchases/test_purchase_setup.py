"""Purchases in the setup: preview, first run, taking it back."""

from odoo.fields import Command

from ..connection.test_setup_run import SetupCase as RunCase


class TestPurchaseSetup(RunCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup.write({'want_products': True, 'want_purchases': True, 'purchases_start': '2026-01-01'})
        cls.expense = cls.env['account.account'].search([('account_type', '=', 'expense')], limit=1)
        vendors = cls.env['res.partner']
        cls.new, cls.same = vendors.create(
            [{'name': name, 'supplier_rank': 1} for name in ("Slipway Ltd", "Anchor Co")]
        )
        with cls().enter_registry_test_mode():
            cls.connection.with_user(cls.manager).action_refresh_lists()
        cls.expense.qbo_account_id = cls.env['qbo.reference'].search(
            [('qbo_company_id', '=', cls.connection.qbo_company_id.id), ('kind', '=', 'Expense')], limit=1
        )

    def bill(self, ref, amount, vendor):
        line = {'account_id': self.expense.id, 'price_unit': amount, 'tax_ids': [Command.clear()]}
        move = self.env['account.move'].create(
            {
                'move_type': 'in_invoice',
                'partner_id': vendor.id,
                'ref': ref,
                'invoice_date': '2026-03-02',
                'invoice_line_ids': [Command.create(line)],
            }
        )
        move.action_post()
        return move

    def there(self, entity, **values):
        return self.sandbox.create(entity, values)

    def test_preview_run_and_undo(self):
        anchor = self.there('Vendor', DisplayName="Anchor Co")
        self.there('Vendor', DisplayName="Only There")
        kind = 'AccountBasedExpenseLineDetail'
        account = {'AccountRef': {'value': self.expense.qbo_account_id.qbo_id}}
        line = {'DetailType': kind, 'Amount': 30.0, kind: account}
        known = self.there(
            'Bill', VendorRef={'value': anchor['Id']}, DocNumber='A-1', Line=[line], TxnDate='2026-03-02'
        )
        same, mine = self.bill('A-1', 30.0, self.same), self.bill('S-1', 5.0, self.new)
        count = len(self.sandbox.all('Vendor'))

        self.step_to('preview')
        # Odoo has a first and a last name of Anchor Co.
        found = {item.name: item.what for item in self.setup.item_ids if item.kind == 'purchases'}
        self.assertEqual((found["Slipway Ltd"], found["Anchor Co"], found["Only There"]),
                         ('create_qbo', 'update_qbo', 'create_odoo'))  # fmt: skip
        self.assertEqual((found[same.display_name], found[mine.display_name]), ('link', 'create_qbo'))
        with self._crons_may_commit():
            self.setup.action_save_and_sync()
        self.run_engine()
        self.assertEqual(self.setup.run_state, 'done')
        self.assertEqual(self.env['qbo.link'].search([('state', '=', 'error')]).mapped('error'), [])
        self.assertEqual(self.link(same).qbo_id, known['Id'])
        self.assertEqual((mine.qbo_state, self.link(mine).entity), ('synced', 'Bill'))
        self.assertEqual(len(self.sandbox.all('Vendor')), count + 1)

        self.setup.action_undo()
        self.run_engine()
        self.assertEqual((self.setup.run_state, self.connection.sync_purchases), ('undone', False))
        self.assertNotIn('S-1', [row.get('DocNumber') for row in self.sandbox.all('Bill')])
        self.assertIn('A-1', [row.get('DocNumber') for row in self.sandbox.all('Bill')])
        self.assertEqual(mine.state, 'posted')
