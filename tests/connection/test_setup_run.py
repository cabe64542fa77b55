from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import QboCase

NEW = {'BillAddr': {'Line1': '9 Pier Street'}, 'GivenName': 'Ada'}


class SetupCase(QboCase):
    """A company that is connected and where nothing is synchronized yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.sync_customers = False
        cls.setup = cls.env['qbo.setup']._of(cls.connection).with_user(cls.manager)
        cls.setup.write({'want_products': False, 'want_billing': False})

    @classmethod
    def _connection_vals(cls):
        return {**super()._connection_vals(), 'skip_no_address': True}

    def step_to(self, step):
        """Press Next until the setup shows this step."""
        while self.setup.step != step:
            with self._crons_may_commit():
                self.setup.action_next()
            if self.setup.task:
                self.run_engine()

    def start(self):
        """Go through all steps and press Save & Sync."""
        self.step_to('preview')
        with self._crons_may_commit():
            self.setup.action_save_and_sync()

    def first_run(self):
        self.start()
        self.run_engine()

    def receive(self, partner, amount):
        """Receive money of a customer that no invoice is paid with."""
        journal = self.env['account.journal'].search(
            [('type', '=', 'bank'), ('company_id', '=', self.company.id)], limit=1
        )
        payment = self.env['account.payment'].create(
            {
                'payment_type': 'inbound',
                'partner_type': 'customer',
                'partner_id': partner.id,
                'amount': amount,
                'journal_id': journal.id,
            }
        )
        payment.action_post()

    def numbers(self):
        return {(row.kind, row.what): row.number for row in self.setup.count_ids}

    def item(self, name):
        return self.setup.item_ids.filtered(lambda item: item.name == name)


@tagged('post_install', '-at_install')
class TestPreview(SetupCase):
    """What will be written is shown before anything is."""

    def test_nothing_is_written_before_save_and_sync(self):
        self.customer("Marina Supply")
        before = self.sandbox.all('Customer')
        self.step_to('preview')
        self.run_engine()
        self.assertEqual(self.sandbox.all('Customer'), before)
        self.assertFalse(
            self.env['qbo.link'].search(
                [('qbo_company_id', '=', self.connection.qbo_company_id.id), ('qbo_id', '!=', False)]
            )
        )

    def test_it_counts_what_is_created_where(self):
        self.customer("Marina Supply")
        self.step_to('preview')
        self.assertEqual(self.numbers()['customers', 'create_qbo'], 1 + self.others_in_odoo())
        imported = self.env['qbo.match'].search_count([('kind', '=', 'customer'), ('decision', '=', 'create_odoo')])
        self.assertEqual(self.numbers()['customers', 'create_odoo'], imported)

    def others_in_odoo(self):
        domain = [('kind', '=', 'customer'), ('decision', '=', 'create_qbo'), ('odoo_name', '!=', "Marina Supply")]
        return self.env['qbo.match'].search_count(domain)

    def test_comparing_and_previewing_is_work_of_the_engine_that_the_page_watches(self):
        self.step_to('readiness')
        asked = len(self.sandbox.requests)
        with self._crons_may_commit():
            self.setup.action_next()
        self.assertEqual(len(self.sandbox.requests), asked, "nothing is read while the page waits")
        self.assertEqual(self.setup.progress()['state'], 'reading')
        with self.assertRaisesRegex(UserError, "still being read"):
            self.setup.action_next()
        self.run_engine()
        self.assertEqual(self.setup.progress()['state'], 'none')
        self.assertGreater(self.setup.sudo().task_ids.done, 0)
        self.assertTrue(self.env['qbo.match'].search_count([('connection_id', '=', self.connection.id)]))

    def test_while_quickbooks_pauses_the_page_says_so_and_it_goes_on_by_itself(self):
        self.step_to('readiness')
        with self._crons_may_commit():
            self.setup.action_next()
        self.sandbox.arm('status', on='query', times=1)
        self.run_engine()
        self.assertIn("Paused until", self.setup.progress()['pause'])
        self.wait(minutes=2)
        self.run_engine()
        self.assertFalse(self.setup.task)

    def test_the_payload_of_a_row_is_what_is_sent(self):
        partner = self.customer("Marina Supply", email='marina@supply.example')
        self.step_to('preview')
        action = self.item("Marina Supply").with_user(self.manager).action_payload()
        shown = self.env['qbo.preview'].browse(action['res_id']).payload
        self.setup.action_save_and_sync()
        self.run_engine()
        self.assertEqual(self.link(partner).request_ids.shown_body, shown)

    def test_a_document_says_what_is_created_before_it(self):
        self.setup.write({'want_products': True, 'want_billing': True})
        partner = self.customer("Marina Supply")
        product = self.env['product.product'].create({'name': "Weekly visit", 'type': 'service'})
        invoice = self.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': partner.id,
                'invoice_date': self.connection.billing_start,
                'invoice_line_ids': [Command.create({'product_id': product.id, 'tax_ids': [Command.clear()]})],
            }
        )
        invoice.action_post()
        foreign = self.invoice_of_another_company(invoice)
        self.step_to('preview')
        self.assertNotIn(foreign.id, self.setup.item_ids.filtered(lambda row: row.kind == 'documents').mapped('res_id'))
        action = self.item(invoice.display_name).with_user(self.manager).action_payload()
        preview = self.env['qbo.preview'].browse(action['res_id'])
        self.assertIn("Marina Supply", preview.verdict)
        self.assertIn("Weekly visit", preview.verdict)
        self.assertIn('"TxnDate"', preview.payload)

    def invoice_of_another_company(self, invoice):
        """Return an invoice like this one, posted in a company that has just what it takes."""
        company = self.env['res.company'].create({'name': "Next door"})
        accounts = self.env['account.account'].with_company(company).create([
            {'name': kind, 'code': code, 'account_type': kind, 'company_ids': company.ids}
            for code, kind in (('1', 'asset_receivable'), ('2', 'income'))
        ])  # fmt: skip
        journal = {'name': "Sales", 'code': 'S', 'type': 'sale', 'company_id': company.id}
        journal = self.env['account.journal'].create({**journal, 'default_account_id': accounts[1].id})
        invoice.partner_id.with_company(company).property_account_receivable_id = accounts[0]
        line = {'name': "Visit", 'price_unit': 5.0, 'account_id': accounts[1].id, 'tax_ids': [Command.clear()]}
        vals = {'move_type': 'out_invoice', 'partner_id': invoice.partner_id.id, 'journal_id': journal.id}
        vals |= {'invoice_date': invoice.invoice_date, 'invoice_line_ids': [Command.create(line)]}
        foreign = self.env['account.move'].with_company(company).create(vals)
        foreign.action_post()
        return foreign

    def test_a_linked_pair_says_which_fields_go_where(self):
        self.sandbox.create('Customer', {'DisplayName': "Marina Supply", **NEW})
        self.customer("Marina Supply", phone='555-0100')
        self.step_to('preview')
        item = self.item("Marina Supply")
        self.assertEqual(item.what, 'update_qbo')
        self.assertIn('phone', item.sends)
        self.assertIn('billing address', item.takes)

    def test_probable_duplicates_and_credits_are_said_once_more(self):
        self.sandbox.create(
            'Customer', {'DisplayName': "Marina Supplies", 'PrimaryEmailAddr': {'Address': 'a@m.example'}, **NEW}
        )
        partner = self.customer("Marina Supply", email='a@m.example')
        self.receive(partner, 30.0)
        self.step_to('preview')
        self.assertEqual(self.setup.duplicate_count, 1)
        self.assertEqual(self.setup.credit_count, 1)
        self.assertIn('30.00', self.setup.credit_text)
        self.assertFalse(self.setup.old_credit_text)


@tagged('post_install', '-at_install')
class TestFirstRun(SetupCase):
    """What the preview showed is what happens."""

    def test_both_sides_are_in_step_afterwards(self):
        there = self.sandbox.create('Customer', {'DisplayName': "Pier Nine", **NEW})
        partner = self.customer("Marina Supply")
        self.first_run()
        self.assertEqual(self.in_quickbooks(partner)['DisplayName'], "Marina Supply")
        self.assertEqual(self.env['res.partner'].search([('qbo_id', '=', there['Id'])]).name, "Pier Nine")
        self.assertEqual(self.setup.run_state, 'done')

    def test_what_is_undecided_stays_apart(self):
        self.sandbox.create(
            'Customer', {'DisplayName': "Marina Supplies", 'PrimaryEmailAddr': {'Address': 'a@m.example'}, **NEW}
        )
        partner = self.customer("Marina Supply", email='a@m.example')
        self.first_run()
        self.assertFalse(self.env['res.partner'].search([('name', '=', "Marina Supplies")]))
        self.assertFalse(partner.qbo_id)

    def test_progress_counts_what_is_done_and_what_failed(self):
        self.customer("Marina Supply")
        self.start()
        [before] = self.setup.progress()['kinds']
        self.assertEqual((before['label'], before['done']), ("Customers", 0))
        self.sandbox.arm(
            'data_fault', on='customer', operation='create', match={'DisplayName': "Marina Supply"}, code='2020'
        )
        self.run_engine()
        progress = self.setup.progress()
        [after] = progress['kinds']
        self.assertEqual(progress['state'], 'done')
        self.assertEqual((after['failed'], after['done']), (1, after['total'] - 1))
        self.assertGreater(progress['rate'], 0)
        self.assertIn("to decide: 1", self.setup.report)

    def test_paused_it_sends_nothing_and_resumed_it_ends(self):
        self.customer("Marina Supply")
        self.start()
        self.setup.action_pause()
        self.sandbox.requests.clear()
        self.run_engine()
        self.assertRequests()
        self.assertEqual(self.setup.progress()['state'], 'paused')
        self.setup.action_resume()
        self.run_engine()
        self.assertEqual(self.setup.run_state, 'done')

    def test_cancelled_it_writes_nothing_more(self):
        partner = self.customer("Marina Supply")
        self.start()
        self.setup.action_cancel()
        self.run_engine()
        self.assertFalse(self.named("Marina Supply"))
        self.assertFalse(self.connection.sync_customers)
        partner.phone = '555-0100'
        self.run_engine()
        self.assertFalse(self.named("Marina Supply"))

    def test_it_can_be_gone_through_again(self):
        self.customer("Marina Supply")
        self.first_run()
        self.setup.action_begin_again()
        self.step_to('preview')
        self.assertNotIn(('customers', 'create_qbo'), self.numbers())

    def test_billing_needs_its_accounts(self):
        self.step_to('kinds')
        self.setup.write({'want_products': True, 'want_billing': True, 'income_account_id': False})
        with self.assertRaisesRegex(UserError, "income account"):
            self.setup.action_next()


@tagged('post_install', '-at_install')
class TestUndo(SetupCase):
    """What the first run created and nobody has touched is undone on the side where it was created."""

    def setUp(self):
        super().setUp()
        self.there = self.sandbox.create('Customer', {'DisplayName': "Pier Nine", **NEW})
        self.partner = self.customer("Marina Supply")
        self.first_run()
        self.here = self.env['res.partner'].search([('qbo_id', '=', self.there['Id'])])
        self.qbo_id = self.partner.qbo_id

    def undo(self):
        self.setup.action_undo()
        self.run_engine()

    def test_what_was_created_in_odoo_is_gone(self):
        self.undo()
        self.assertFalse(self.here.exists())
        self.assertTrue(self.sandbox.get('Customer', self.there['Id'])['Active'])

    def test_what_was_created_in_quickbooks_is_inactive(self):
        self.undo()
        self.assertFalse(self.sandbox.get('Customer', self.qbo_id)['Active'])
        self.assertTrue(self.partner.active)
        self.assertFalse(self.partner.qbo_id)

    def test_nothing_is_synchronized_afterwards(self):
        self.undo()
        self.assertEqual(self.setup.run_state, 'undone')
        self.partner.phone = '555-0100'
        self.run_engine()
        self.assertNotIn('PrimaryPhone', self.sandbox.get('Customer', self.qbo_id))

    def test_what_was_changed_in_odoo_since_stays_and_says_so(self):
        self.wait(seconds=2)
        self.link(self.here).synced_at = '2026-01-01'
        self.undo()
        self.assertTrue(self.here.exists())
        left = self.env['qbo.setup.item'].search(self.setup.action_view_left()['domain'])
        self.assertEqual([(item.name, item.outcome) for item in left], [("Pier Nine", "It was changed in Odoo since.")])

    def test_what_was_changed_in_quickbooks_since_stays_and_says_so(self):
        self.sandbox.update('Customer', self.qbo_id, {'Notes': 'Gate code 7'})
        self.undo()
        self.assertTrue(self.sandbox.get('Customer', self.qbo_id)['Active'])
        self.assertIn("changed in QuickBooks", self.item("Marina Supply").outcome)

    def test_what_was_sent_again_since_stays(self):
        self.partner.phone = '555-0100'
        self.run_engine()
        self.undo()
        self.assertTrue(self.sandbox.get('Customer', self.qbo_id)['Active'])

    def test_what_odoo_needs_stays_and_says_so(self):
        self.env['account.move'].create({'move_type': 'out_invoice', 'partner_id': self.here.id})
        self.undo()
        self.assertTrue(self.here.exists())
        self.assertTrue(self.item("Pier Nine").outcome)
