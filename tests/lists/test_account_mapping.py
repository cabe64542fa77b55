from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..store_case import StoreCase


@tagged('post_install', '-at_install')
class TestAccountMapping(StoreCase):
    """Which account of QuickBooks an account of Odoo is."""

    def account_vals(self, **vals):
        return {'code': '555000', 'name': "Odd", 'account_type': 'expense', **vals}

    def odoo_account(self, **vals):
        return self.env['account.account'].create(self.account_vals(**vals))

    def test_it_is_suggested_by_number_else_by_name_and_never_of_another_kind(self):
        by_number = self.odoo_account(code='6030', name="Cover")
        by_name = self.odoo_account(name="office supplies")
        other_kind = self.odoo_account(code='4010', name="Fuel cards", account_type='asset_current')
        self.assertEqual(by_number.qbo_suggested_id.name, "Insurance")
        self.assertEqual(by_name.qbo_suggested_id.name, "Office supplies")
        self.assertFalse(other_kind.qbo_suggested_id)

    def test_only_the_default_receivable_and_payable_are_quickbooks_own(self):
        company = self.company.partner_id.with_company(self.company)
        defaults = company.property_account_receivable_id + company.property_account_payable_id
        defaults.qbo_account_id = False
        others = self.odoo_account(name="Owner's Current Account", account_type='asset_receivable')
        others += self.odoo_account(code='555001', name="Tax Receivable", account_type='asset_receivable')
        self.assertEqual(defaults.qbo_suggested_id.mapped('kind'), ['Accounts Receivable', 'Accounts Payable'])
        self.assertFalse(others.qbo_suggested_id)

    def test_all_suggestions_are_accepted_at_once_and_a_mapping_stays(self):
        account = self.odoo_account(code='6030', name="Cover")
        mapped = self.odoo_account(code='6040', qbo_account_id=self.account('Income').id)
        self.env['account.account'].with_user(self.manager).action_qbo_accept_suggestions()
        self.assertEqual(account.qbo_account_id.name, "Insurance")
        self.assertEqual(mapped.qbo_account_id, self.account('Income'))

    def test_a_missing_account_is_created_in_quickbooks_once(self):
        account = self.odoo_account(name='Chemicals: "bulk"')
        self.sandbox.requests.clear()
        with self._crons_may_commit():
            account.with_user(self.manager).action_qbo_create_account()
            account.with_user(self.manager).action_qbo_create_account()
        self.assertRequests('POST account')
        there = self.sandbox.get('Account', account.qbo_account_id.qbo_id)
        self.assertEqual(
            (there['Name'], there['AcctNum'], there['AccountType']), ("Chemicals- 'bulk'", '555000', 'Expense')
        )

    def test_only_an_administrator_maps(self):
        with self.assertRaises(AccessError):
            self.odoo_account().with_user(self.user).action_qbo_create_account()

    def test_an_unmapped_account_blocks_its_entry_and_the_error_leads_to_the_mapping(self):
        move = self.book()
        account = move.line_ids.account_id[:1]
        there, account.qbo_account_id = account.qbo_account_id, False
        entry = self.end_day(self.burbank)
        self.assertEqual(entry.qbo_state, 'held')
        self.assertIn(account.display_name, entry.qbo_error)
        self.assertEqual(self.link(entry).error_fix, 'map_accounts')
        action = self.link(entry).with_user(self.manager).action_map_accounts()
        self.assertIn(account, self.env['account.account'].search(action['domain']))
        account.qbo_account_id = there
        self.run_engine()
        self.assertBalancesAgree()

    def test_a_payable_line_names_a_vendor_made_for_it(self):
        supplier = self.env['res.partner'].create({'name': "Pump Wholesale"})
        move = self.book(credit='liability_payable')
        move.button_draft()
        move.line_ids.partner_id = supplier
        move.action_post()
        entry = self.end_day(self.burbank)
        self.assertNoErrors()
        self.assertIn("Pump Wholesale", [row[3] for row in self.lines_in(entry)])
        self.assertIn("Pump Wholesale", [row['DisplayName'] for row in self.sandbox.all('Vendor')])

    def test_a_customer_who_is_a_vendor_too_has_another_name_there(self):
        move = self.book(credit='liability_payable')
        move.button_draft()
        move.line_ids.partner_id = self.acme
        move.action_post()
        entry = self.end_day(self.burbank)
        self.assertIn("Acme Pools (vendor)", [row[3] for row in self.lines_in(entry)])

    def test_a_customer_who_is_a_vendor_too_has_two_links_and_only_the_customer_is_kept_in_step(self):
        move = self.book(credit='liability_payable')
        move.button_draft()
        move.line_ids.partner_id = self.acme
        move.action_post()
        customer = self.acme.qbo_id
        self.end_day(self.burbank)
        links = self.env['qbo.link'].search([('res_model', '=', 'res.partner'), ('res_id', '=', self.acme.id)])
        self.assertEqual(sorted(links.mapped('entity')), ['Customer', 'Vendor'])
        self.assertEqual((self.acme.qbo_id, self.acme.qbo_state), (customer, 'synced'))
        self.sandbox.requests.clear()
        self.acme.name = "Acme Pools & Spas"
        self.run_engine()
        self.assertRequests('POST customer')
        self.assertEqual(self.in_quickbooks(self.acme)['DisplayName'], "Acme Pools & Spas")

    def test_a_partner_that_no_entry_needs_is_no_vendor(self):
        self.env['res.partner'].create({'name': "Pump Wholesale", 'supplier_rank': 1})
        self.run_engine()
        self.assertFalse(self.env['qbo.link'].search([('entity', '=', 'Vendor')]))

    def test_a_vendor_who_is_there_already_is_not_made_again(self):
        known = self.sandbox.create('Vendor', {'DisplayName': "Pump Wholesale"})
        move = self.book(credit='liability_payable')
        move.button_draft()
        move.line_ids.partner_id = self.env['res.partner'].create({'name': "Pump Wholesale"})
        move.action_post()
        self.end_day(self.burbank)
        self.run_engine()
        self.assertNoErrors()
        self.assertEqual(self.env['qbo.link'].search([('entity', '=', 'Vendor')]).qbo_id, known['Id'])

    def test_a_receivable_line_without_a_customer_says_so(self):
        self.book(debit='asset_receivable')
        entry = self.end_day(self.burbank)
        self.assertEqual(entry.qbo_state, 'held')
        self.assertIn("names nobody", entry.qbo_error)
