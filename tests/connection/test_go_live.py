from collections import Counter

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import QboCase, time_zone
from ..store_case import DAY, StoreCase


class GoLive:
    """What administrators do to go live."""

    def prepare(self, **vals):
        """Press *Prepare for Production* and confirm the dialog."""
        connection = self.connection.with_user(self.manager)
        wizard = self.env['qbo.prepare'].with_user(self.manager).browse(connection.action_prepare()['res_id'])
        wizard.write({'billing_start': '2026-03-01', **vals})
        wizard.action_confirm()
        self.env.invalidate_all()

    def connect_to(self, realm):
        """Enter the keys of the real company, which in tests is one of the sandbox's, and connect."""
        connection = self.connection.with_user(self.manager)
        connection.write(
            {
                'environment': 'local',
                'local_url': self.sandbox.url,
                'client_id': self.sandbox.client_id,
                'client_secret': self.sandbox.client_secret,
                'realm_entry': realm,
                'token_entry': self.sandbox.refresh_token(realm),
            }
        )
        connection.action_connect_direct()
        self.env.invalidate_all()

    def names_in(self, realm, entity='Customer'):
        return [row.get('DisplayName') or row.get('Name') for row in self.sandbox.all(entity, realm=realm)]


@tagged('post_install', '-at_install')
class TestPrepared(GoLive, QboCase):
    """A connection that never was connected collects changes as soon as it is prepared."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.sandbox.realm_ids[1]
        cls.connection.with_user(cls.manager).action_disconnect()
        cls.connection.unlink()
        cls.connection = cls.env['qbo.connection'].create({'company_id': cls.company.id, 'tz': time_zone()})

    def settings(self):
        """Choose what can be chosen when QuickBooks' lists are known."""
        accounts = self.env['qbo.reference'].search(
            [('qbo_company_id', '=', self.connection.qbo_company_id.id), ('entity', '=', 'Account')]
        )
        return {
            'income_account_id': accounts.filtered(lambda account: account.kind == 'Income')[:1].id,
            'deposit_account_id': accounts.filtered(lambda account: account.name == 'Undeposited Funds')[:1].id,
            'payment_journal_id': self.env['account.journal'].search([('type', '=', 'bank')], limit=1).id,
        }

    def test_nothing_is_collected_before_and_everything_from_then_on(self):
        self.customer("Before")
        self.assertFalse(self.env['qbo.change'].search([('connection_id', '=', self.connection.id)]))
        self.prepare(sync_products=False, sync_billing=False)
        self.assertEqual(self.connection.state, 'prepared')
        self.assertTrue(self.connection.prepared_at)
        partner = self.customer("Meanwhile")
        self.assertEqual(partner.with_user(self.manager).qbo_state, 'pending')
        self.run_engine()
        self.assertRequests()

    def test_the_mode_is_chosen_before_anything_is_connected(self):
        self.prepare(posting_mode='batch', sync_products=False, sync_billing=False)
        self.assertEqual((self.connection.posting_mode, self.connection.environment), ('batch', 'production'))

    def test_connected_what_was_collected_goes_out_and_what_was_there_is_linked(self):
        known = self.sandbox.create('Customer', {'DisplayName': "Known on Both Sides"}, realm=self.other)
        self.prepare(sync_products=False, sync_billing=False)
        new, both = self.customer("Only in Odoo"), self.customer("Known on Both Sides")
        self.connect_to(self.other)
        self.run_engine()
        self.assertEqual(both.qbo_id, known['Id'])
        self.assertEqual(new.qbo_state, 'synced', new.qbo_error)
        self.assertEqual(self.names_in(self.other).count("Known on Both Sides"), 1)
        tried = [row for row in self.sandbox.requests if row.operation in ('create', 'batch')]
        self.assertEqual(len(tried), 1, f"it was never tried to create it again\n{self.sandbox.requests.table()}")
        self.assertFalse(self.connection.prepared_at)
        self.assertLogged("Live: what was collected since")

    def test_documents_wait_for_the_settings_that_only_quickbooks_lists_offer(self):
        self.prepare()
        move = self.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': self.customer("Only in Odoo").id,
                'invoice_date': DAY,
                'invoice_line_ids': [
                    fields.Command.create(
                        {
                            'product_id': self.env['product.product'].create({'name': "Visit", 'type': 'service'}).id,
                            'price_unit': 10.0,
                            'tax_ids': [fields.Command.clear()],
                        }
                    )
                ],
            }
        )
        move.action_post()
        self.connect_to(self.other)
        self.run_engine()
        self.assertIn("default income account", self.connection.go_live_needs)
        self.assertIn("deposit-to account", self.connection.go_live_needs)
        self.assertEqual([row.method for row in self.sandbox.requests if row.operation in ('create', 'batch')], [])

        self.connection.write(self.settings())
        self.run_engine()
        self.assertFalse(self.connection.go_live_needs)
        self.assertEqual(move.qbo_state, 'synced', move.qbo_error)
        self.assertEqual(len(self.sandbox.all('Invoice', realm=self.other)), 1)

    def test_an_access_that_breaks_off_at_once_goes_live_when_it_is_back(self):
        self.prepare(sync_products=False, sync_billing=False)
        partner = self.customer("Only in Odoo")
        self.connect_to(self.other)
        self.sandbox.arm('status', times=1)
        self.run_engine()
        self.assertTrue(self.connection.prepared_at)
        self.wait(minutes=2)
        self.run_engine()
        self.assertFalse(self.connection.prepared_at)
        self.assertEqual(partner.qbo_state, 'synced', partner.qbo_error)

    def test_documents_are_not_collected_without_their_customers(self):
        with self.assertRaisesRegex(UserError, "customers"):
            self.prepare(sync_customers=False)

    def test_only_an_administrator_prepares(self):
        with self.assertRaises(AccessError):
            self.connection.with_user(self.user).action_prepare()

    def test_a_company_that_is_live_is_not_prepared_and_does_not_stop(self):
        self.connection.with_user(self.manager).action_prepare()
        self.connect_to(self.other)
        self.connection.environment = 'production'
        with self.assertRaisesRegex(UserError, "connected already"):
            self.connection.with_user(self.manager).action_prepare()
        with self.assertRaisesRegex(UserError, "Nothing is being collected"):
            self.connection.with_user(self.manager).action_stop_collecting()

    def test_who_stops_collecting_sends_nothing_of_it_later(self):
        self.prepare(sync_products=False, sync_billing=False)
        self.customer("Dropped")
        self.connection.with_user(self.manager).action_stop_collecting()
        self.env.invalidate_all()
        self.assertEqual((self.connection.state, self.connection.sync_customers), ('draft', False))
        self.connect_to(self.other)
        self.run_engine()
        self.assertNotIn("Dropped", self.names_in(self.other))


@tagged('post_install', '-at_install')
class TestSandboxToProduction(GoLive, StoreCase):
    """Settings and mappings carry over by name, links do not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other, cls.there = cls.sandbox.realm_ids[1], {}
        for entity in ('Account', 'Class', 'Department'):
            cls.copy_list(entity)
        cls.sandbox.snapshot()

    @classmethod
    def copy_list(cls, entity):
        """Give the second company the entries of the first one, under other ids."""
        known = {row['FullyQualifiedName']: row['Id'] for row in cls.sandbox.all(entity, realm=cls.other)}
        rows = cls.sandbox.all(entity, active=True)
        for row in sorted(rows, key=lambda row: row['FullyQualifiedName'].count(':')):
            members = ('Name', 'AccountType', 'AccountSubType', 'AcctNum', 'SubClass', 'SubDepartment', 'SubAccount')
            values = {name: row[name] for name in members if name in row}
            if parent := row.get('ParentRef'):
                values['ParentRef'] = {'value': cls.there[entity, parent['value']]}
            known_id = known.get(row['FullyQualifiedName'])
            cls.there[entity, row['Id']] = known_id or cls.sandbox.create(entity, values, realm=cls.other)['Id']

    def go_live(self, **vals):
        self.prepare(**vals)
        self.connect_to(self.other)
        self.run_engine()

    def sent_to_production(self):
        """Return ``{id of QuickBooks' account: cents}`` of what is in the real company."""
        total = Counter()
        for row in self.sandbox.postings(realm=self.other):
            total[row['account']] += row['cents']
        return {account: amount for account, amount in total.items() if amount}

    def test_mappings_are_those_of_the_same_name_and_settings_stay(self):
        mapped = self.env['account.account'].search([('qbo_account_id', '!=', False)])
        before = {account: account.qbo_account_id.name for account in mapped}
        old = self.connection.deposit_account_id
        self.chlorine.qbo_income_account_id = self.account('Income')
        self.connection.conflict_rule = 'qbo'
        self.go_live()
        self.assertFalse(self.connection.unmatched)
        self.assertEqual({account: account.qbo_account_id.name for account in mapped}, before)
        deposit = self.connection.deposit_account_id
        self.assertEqual((deposit.name, deposit.qbo_id), (old.name, self.there['Account', old.entity_id]))
        self.assertTrue(self.chlorine.qbo_income_account_id.qbo_id)
        self.assertEqual(self.burbank.class_id.qbo_id, self.sandbox_id('Class', 'Commercial:Hotels'))
        self.assertEqual(self.burbank.department_id.name, 'North depot')
        self.assertEqual((self.connection.conflict_rule, self.connection.sync_billing), ('qbo', True))

    def sandbox_id(self, entity, name):
        rows = self.sandbox.all(entity, realm=self.other)
        return next(row['Id'] for row in rows if row['FullyQualifiedName'] == name)

    def test_what_has_no_namesake_is_listed_and_blocks_only_what_needs_it(self):
        self.sandbox.update('Account', self.sandbox_id('Account', 'Insurance'), {'Name': "Cover"}, realm=self.other)
        self.sandbox.update('Class', self.sandbox_id('Class', 'Residential'), {'Name': "Homes"}, realm=self.other)
        account = self.account_of('expense_depreciation')
        account.qbo_account_id = self.account('Expense', name='Insurance')
        self.book()
        self.sell_in(self.sales)
        self.go_live(posting_mode='batch')
        self.assertIn("“Insurance”", self.connection.unmatched)
        self.assertIn(account.display_name, self.connection.unmatched)
        self.assertIn("Residential", self.connection.unmatched)
        self.assertFalse(account.qbo_account_id)
        blocked = self.end_day(self.burbank)
        self.assertIn(account.display_name, blocked.qbo_error)

        account.qbo_account_id = self.env['qbo.reference'].search([('name', '=', "Cover"), ('qbo_id', '!=', False)])
        self.connection.with_user(self.manager).action_forget_unmatched()
        self.run_engine()
        self.assertEqual(self.sent_to_production(), self.in_odoo_by_account())
        self.assertFalse(self.connection.unmatched)

    def test_links_stay_with_the_sandbox(self):
        acme = self.acme.qbo_id
        before = self.sandbox.get('Customer', acme)
        self.prepare()
        self.assertFalse(self.acme.qbo_id)
        self.acme.phone = '555-0199'
        self.connect_to(self.other)
        self.run_engine()
        self.assertEqual(self.sandbox.get('Customer', acme), before)
        there = self.sandbox.get('Customer', self.acme.qbo_id, realm=self.other)
        self.assertEqual(there['PrimaryPhone']['FreeFormNumber'], '555-0199')

    def test_days_that_ended_in_the_sandbox_or_meanwhile_are_in_production_once(self):
        self.book(date='2026-03-02')
        in_sandbox = self.end_day()
        self.book(25.0, date='2026-03-03')
        self.prepare()
        self.assertNotEqual(in_sandbox.qbo_company_id, self.connection.qbo_company_id)
        self.book(7.5, date='2026-03-04')
        self.burbank.with_user(self.manager).action_end_of_day()
        self.connect_to(self.other)
        self.run_engine()
        self.assertEqual(self.sent_to_production(), self.in_odoo_by_account())
        self.assertEqual(len(self.sandbox.all('JournalEntry')), 1, "the sandbox got nothing any more")
        self.assertFalse(self.end_day())

    def test_days_before_the_go_live_date_stay_in_the_sandbox(self):
        self.book(date='2026-03-02')
        self.end_day()
        self.book(25.0, date='2026-03-10')
        self.go_live(billing_start='2026-03-10')
        self.end_day()
        self.assertEqual(len(self.sandbox.all('JournalEntry', realm=self.other)), 1)
        self.assertEqual(self.sandbox.all('JournalEntry', realm=self.other)[0]['TxnDate'], '2026-03-10')

    def test_real_time_each_invoice_of_the_sandbox_and_of_meanwhile_is_an_entry(self):
        self.connection.posting_mode = 'real_time'
        moves = self.sell_in(self.sales)
        self.run_engine()
        self.prepare()
        moves |= self.sell_in(self.sales_2)
        self.connect_to(self.other)
        self.run_engine()
        self.assertEqual(moves.qbo_entry_ids.mapped('kind'), ['document', 'document'])
        self.assertEqual(len(self.sandbox.all('JournalEntry', realm=self.other)), 2)
        self.assertEqual(self.sent_to_production(), self.in_odoo_by_account())

    def test_as_documents_each_invoice_of_the_sandbox_and_of_meanwhile_is_there_once(self):
        self.connection.posting_mode = 'documents'
        moves = self.sell_in(self.sales, self.untaxed())
        self.run_engine()
        self.assertTrue(moves.qbo_id)
        self.prepare()
        moves |= self.sell_in(self.sales, self.untaxed())
        self.connect_to(self.other)
        self.run_engine()
        self.assertNoErrors()
        self.assertEqual(set(moves.mapped('qbo_state')), {'synced'})
        numbers = [row['DocNumber'] for row in self.sandbox.all('Invoice', realm=self.other)]
        self.assertEqual(sorted(numbers), sorted(moves.mapped('name')))

    def test_moved_to_another_company_file_entries_of_the_first_one_come_back_with_it(self):
        self.book()
        entry = self.end_day()
        self.connection.with_user(self.manager).action_move()
        self.connect_to(self.other)
        self.assertNotEqual(entry.qbo_company_id, self.connection.qbo_company_id)
        self.assertFalse(self.connection.sync_entries)
        self.connection.with_user(self.manager).action_move()
        self.connect_to(self.sandbox.realm_id)
        self.assertEqual(entry.qbo_company_id, self.connection.qbo_company_id)
        self.assertTrue(self.connection.sync_entries)
        self.assertFalse(self.end_day())
        self.assertBalancesAgree()
