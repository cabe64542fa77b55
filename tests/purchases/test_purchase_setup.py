"""Purchases in the setup: preview, first run, taking it back."""

from odoo.fields import Command

from ..connection.test_setup_run import NEW
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

    def bill_there(self, vendor, number, amount):
        """Create a bill of a vendor in QuickBooks."""
        kind = 'AccountBasedExpenseLineDetail'
        account = {'AccountRef': {'value': self.expense.qbo_account_id.qbo_id}}
        line = {'DetailType': kind, 'Amount': amount, kind: account}
        vals = {'DocNumber': number, 'Line': [line], 'TxnDate': '2026-03-02'}
        return self.there('Bill', VendorRef={'value': vendor['Id']}, **vals)

    def pay(self, moves):
        """Pay bills of Odoo out of the bank."""
        wizard = self.env['account.payment.register'].with_context(active_model='account.move', active_ids=moves.ids)
        return wizard.create({'payment_date': '2026-03-05', 'group_payment': True})._create_payments()

    def previewed(self):
        return {item.name: item.what for item in self.setup.item_ids if item.kind == 'purchases'}

    def line_of(self, name):
        """Return the lines of vendors in the comparison with this name."""
        lines = self.env['qbo.match'].search([('kind', '=', 'vendor'), ('connection_id', '=', self.connection.id)])
        return lines.filtered(lambda line: name in (line.odoo_name, line.qbo_name)).with_user(self.manager)

    def test_preview_run_and_undo(self):
        anchor = self.there('Vendor', DisplayName="Anchor Co")
        self.there('Vendor', DisplayName="Only There")
        known = self.bill_there(anchor, 'A-1', 30.0)
        same, mine = self.bill('A-1', 30.0, self.same), self.bill('S-1', 5.0, self.new)
        late = self.bill('S-2', 7.0, self.new)
        count = len(self.sandbox.all('Vendor'))

        self.step_to('preview')
        self.assertFalse(self.setup.task_error)
        # Odoo has a first and a last name of Anchor Co.
        found = self.previewed()
        self.assertEqual((found["Slipway Ltd"], found["Anchor Co"], found["Only There"]),
                         ('create_qbo', 'update_qbo', 'create_odoo'))  # fmt: skip
        self.assertEqual((found[same.display_name], found[mine.display_name]), ('link', 'create_qbo'))

        self.setup.action_back()
        rows = {row.journal_id: row for row in self.setup.journal_line_ids}
        bank = self.env['account.journal'].search(
            [('type', '=', 'bank'), ('company_id', '=', self.company.id)], limit=1
        )
        payment = self.pay(mine)
        self.assertEqual(payment.journal_id, bank)
        self.assertEqual(rows[bank].note, "What is paid from it waits.")
        self.step_to('preview')
        self.assertEqual(self.previewed()[payment.display_name], 'hold')

        self.setup.action_back()
        checking = self.env['qbo.reference'].search(
            [('qbo_company_id', '=', self.connection.qbo_company_id.id), ('name', '=', "Checking")]
        )
        self.setup.write({'journal_line_ids': [Command.update(rows[bank].id, {'account_id': checking.id})]})
        self.assertEqual(bank.qbo_paid_from_id, checking)
        self.step_to('preview')
        self.assertEqual(self.previewed()[payment.display_name], 'create_qbo')
        with self._crons_may_commit():
            self.setup.action_save_and_sync()
        self.run_engine()
        self.assertEqual(self.setup.run_state, 'done')
        self.assertEqual(self.env['qbo.link'].search([('state', '=', 'error')]).mapped('error'), [])
        self.assertEqual(self.link(same).qbo_id, known['Id'])
        self.assertEqual((mine.qbo_state, self.link(mine).entity), ('synced', 'Bill'))
        self.assertEqual((payment.qbo_state, len(self.sandbox.all('BillPayment'))), ('synced', 1))
        self.assertEqual(len(self.sandbox.all('Vendor')), count + 1)

        self.setup.action_undo()
        self.run_engine()
        self.assertEqual((self.setup.run_state, self.connection.sync_purchases), ('undone', False))
        numbers = {row.get('DocNumber') for row in self.sandbox.all('Bill')}
        self.assertEqual(numbers & {'S-1', 'S-2', 'A-1'}, {'A-1'})
        self.assertEqual(self.sandbox.all('BillPayment'), [])
        self.assertEqual(self.setup.item_ids.link_id.filtered(lambda link: link.undo == 'left').mapped('undo_note'), [])
        self.assertEqual((mine.state, late.state), ('posted', 'posted'))

    def test_vendors_are_compared_as_customers_are(self):
        """Each verdict, and a partner that is a customer too: a line of each kind, each with a decision of its own."""
        both = self.env['res.partner'].create({'name': "Both Ways Ltd", 'customer_rank': 1, 'supplier_rank': 1})
        hired = self.env['res.partner'].create({'name': "John and Jane Smith", 'supplier_rank': 1})
        self.there('Vendor', DisplayName="Both Ways Ltd (vendor)")
        customer = self.there('Customer', DisplayName="Both Ways Ltd", **NEW)
        smiths = self.there('Vendor', DisplayName="The Smiths")
        only, gone = (self.there('Vendor', DisplayName=name) for name in ("Only There", "Long Gone"))
        self.sandbox.update('Vendor', gone['Id'], {'Active': False})
        self.setup.want_purchases = False
        self.step_to('kinds')
        self.assertFalse(self.line_of("Only There"), "Purchases are off")
        self.setup.want_purchases = True
        self.step_to('preview')

        found = {name: (line.verdict, line.decision) for name in (
            "Both Ways Ltd", "John and Jane Smith", "Only There", "Long Gone", "Slipway Ltd",
        ) for line in self.line_of(name)}  # fmt: skip
        self.assertEqual(found, {
            "Both Ways Ltd": ('exact', 'link'), "John and Jane Smith": ('probable', False),
            "Only There": ('only_qbo', 'create_odoo'), "Long Gone": ('excluded', 'leave'),
            "Slipway Ltd": ('only_odoo', 'create_qbo'),
        })  # fmt: skip
        self.assertEqual(self.previewed()["John and Jane Smith"], 'undecided')
        self.line_of("Only There").action_leave()
        with self._crons_may_commit():
            self.setup.action_save_and_sync()
        self.run_engine()
        self.assertEqual(self.setup.run_state, 'done')
        self.assertEqual(self.env['qbo.link'].search([('state', '=', 'error')]).mapped('error'), [])
        links = {link.entity: link for link in self.env['qbo.link'].search(
            [('res_model', '=', 'res.partner'), ('res_id', '=', both.id)])}  # fmt: skip
        self.assertEqual({entity: link.state for entity, link in links.items()},
                         {'Customer': 'synced', 'Vendor': 'synced'})  # fmt: skip
        self.assertEqual(links['Customer'].qbo_id, customer['Id'])
        self.assertEqual(self.sandbox.get('Vendor', links['Vendor'].qbo_id)['DisplayName'], "Both Ways Ltd (vendor)")
        self.assertEqual(both.name, "Both Ways Ltd")
        self.assertFalse(self.env['res.partner'].search([('name', 'in', ("Only There", "Long Gone"))]))

        # The standing comparison: what nobody decided is still there, and is linked with the choice of a person.
        line = self.line_of("John and Jane Smith")
        self.assertEqual((line.carried, line.qbo_id), ('held', smiths['Id']))
        line.action_part()
        self.line_of("The Smiths").write({'choice_partner_id': hired.id})
        self.line_of("The Smiths").action_pair()
        self.assertLink(self.line_of("The Smiths"), hired)
        with self._crons_may_commit():
            self.connection.with_user(self.manager).action_compare()
        self.run_engine()
        self.assertEqual(self.line_of("Only There").decision, 'leave')
        self.line_of("The Smiths").action_carry_out()
        self.run_engine()
        self.assertEqual((hired.qbo_id, hired.qbo_state), (smiths['Id'], 'synced'))
        self.line_of("Only There").with_context(qbo_connection_id=self.connection.id).action_import_vendors()
        self.assertEqual(self.line_of("Only There").decision, 'create_odoo')
        self.line_of("Only There").action_carry_out()
        self.run_engine()
        self.assertEqual(
            self.link_to('Vendor', only).res_id and self.link_to('Vendor', only)._record().supplier_rank, 1
        )

    def link_to(self, entity, row):
        return self.env['qbo.link'].search([('entity', '=', entity), ('qbo_id', '=', row['Id'])])

    def assertLink(self, line, record):
        self.assertEqual((line.res_id, line.decision, line.is_by_hand), (record.id, 'link', True))
