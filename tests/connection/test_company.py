from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools.safe_eval import safe_eval

from ..billing import BillingCase
from ..store_case import StoreCase
from .test_connection_life import LifeCase
from .test_go_live import GoLive


class TestCompany(LifeCase):
    """What belongs to a QuickBooks company stays with it, and counts while it is the connected one."""

    def setUp(self):
        super().setUp()
        self.home, self.other = self.connection.qbo_company_id, self.sandbox.realm_ids[1]

    def test_which_company_it_is_never_changes(self):
        another = self.env['res.company'].create({'name': "Another"})
        for vals in ({'company_id': another.id}, {'environment': 'production'}, {'realm_digest': 'x'}):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "stays with it"):
                self.home.sudo().write(vals)
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            self.connection.company_id = another

    def test_each_realm_has_one_row_and_the_connection_points_to_it(self):
        self.move_to(self.other)
        there = self.connection.qbo_company_id
        self.assertNotEqual(there, self.home)
        self.assertTrue(self.home.left_at)
        self.move_to(self.sandbox.realm_id)
        self.assertEqual(self.connection.qbo_company_id, self.home)
        self.assertFalse(self.home.left_at)
        self.move_to(self.other)
        self.assertEqual(self.connection.qbo_company_id, there)
        self.assertEqual(self.env['qbo.company'].search([('company_id', '=', self.company.id)]), self.home | there)

    def test_the_cursor_goes_on_where_it_stopped(self):
        self.pull()
        cursor = self.connection._schedule('customers').cursor
        self.move_to(self.other)
        self.wait(days=1)
        self.move_to(self.sandbox.realm_id)
        self.assertEqual(self.connection._schedule('customers').cursor, cursor)
        row = self.sandbox.create('Customer', {'DisplayName': "Came while it was away"})
        self.pull()
        self.assertEqual(self.env['res.partner'].search([('qbo_id', '=', row['Id'])]).name, "Came while it was away")

    def test_back_after_longer_than_the_journal_of_changes_reaches_it_is_read_in_pages(self):
        partner = self.synced_customer()
        self.move_to(self.other)
        self.sandbox.update('Customer', self.home.link_ids.qbo_id, {'CompanyName': "Harbor Inc."})
        self.wait(days=40)
        cursors = self.home.schedule_ids.filtered(lambda schedule: schedule.name == 'customers')
        cursors.cursor = fields.Datetime.subtract(cursors.cursor, days=40)
        self.move_to(self.sandbox.realm_id)
        self.pull()
        self.run_engine()
        self.assertEqual(self.in_quickbooks(partner)['CompanyName'], "Harbor Inc.")
        self.assertNotIn('error', self.home.link_ids.mapped('state'))
        self.assertFalse(self.connection._schedule('customers').position)

    def test_nobody_acts_on_a_link_of_a_company_that_was_left(self):
        self.synced_customer()
        link = self.link(self.env['res.partner'].search([('qbo_state', '=', 'synced')]))
        self.move_to(self.other)
        for name in ('action_retry', 'action_exclude', 'action_link_candidate', 'action_create_again'):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(link.with_user(self.manager), name)()

    def test_an_error_that_was_left_behind_is_no_error_of_the_new_company(self):
        self.customer(email='not an address')
        self.run_engine()
        self.assertTrue(self.connection.error_count and self.connection.error_group_ids)
        self.move_to(self.other)
        self.assertFalse(self.connection.error_count or self.env['qbo.error.group'].search([]))

    def test_other_companies_users_see_nothing_of_it(self):
        another = self.env['res.company'].create({'name': "Another"})
        self.manager.write({'company_ids': [fields.Command.set(another.ids)], 'company_id': another.id})
        for model in ('qbo.company', 'qbo.schedule', 'qbo.reference', 'qbo.request'):
            with self.subTest(model):
                self.assertFalse(self.env[model].with_user(self.manager).search([]))


class TestChoices(BillingCase, LifeCase):
    """What was chosen from the lists of one company is neither sent to another nor shown as chosen there."""

    def setUp(self):
        super().setUp()
        self.other = self.sandbox.realm_ids[1]

    def entry(self, entity, **condition):
        own = [('qbo_company_id', '=', self.connection.qbo_company_id.id), ('entity', '=', entity)]
        return self.env['qbo.reference'].search([*own, *[(name, '=', value) for name, value in condition.items()]])[:1]

    def test_a_tax_has_a_code_of_each_company(self):
        tax = self.env['account.tax'].search([('type_tax_use', '=', 'sale'), ('company_id', '=', self.company.id)])[:1]
        tax.qbo_tax_code_id = here = self.entry('TaxCode', kind='Sales')
        self.move_to(self.other)
        self.assertFalse(tax.qbo_tax_code_id)
        self.assertNotIn(tax, self.env['account.tax'].search([('qbo_tax_code_id', '!=', False)]))
        self.pull('lists')
        tax.qbo_tax_code_id = there = self.entry('TaxCode', kind='Sales')
        self.assertNotEqual(here, there)
        self.move_to(self.sandbox.realm_id)
        self.assertEqual(tax.qbo_tax_code_id, here)
        tax.qbo_tax_code_id = False
        self.move_to(self.other)
        self.assertEqual(tax.qbo_tax_code_id, there)

    def test_an_entry_of_another_company_is_refused_as_a_default_and_says_whose_it_is(self):
        old, name = self.connection.income_account_id, self.connection.qbo_company_name
        self.assertEqual(old.display_name, old.name)
        self.move_to(self.other)
        with self.assertRaisesRegex(ValidationError, "another QuickBooks company"):
            self.connection.income_account_id = old
        self.assertEqual(old.display_name, f'{old.name} ({name})')

    def test_no_drop_down_offers_an_entry_of_another_company(self):
        before = {model: self.offered(*model) for model in self.choices()}
        self.assertTrue(all(before.values()))
        self.connection.with_user(self.manager).action_move()
        for model in self.choices():
            with self.subTest(model):
                self.assertFalse(self.offered(*model))

    def choices(self):
        names = ('qbo_income_account_id', 'qbo_expense_account_id')
        return [
            *(('product.product', name) for name in names),
            *(('product.template', name) for name in names),
            ('account.account', 'qbo_account_id'),
            ('account.journal', 'qbo_deposit_account_id'),
            ('account.payment', 'qbo_deposit_account_id'),
            ('account.move', 'qbo_class_id'),
            ('account.move.line', 'qbo_class_id'),
            ('account.tax', 'qbo_tax_code_id'),
            ('qbo.connection', 'income_account_id'),
            ('qbo.connection', 'deposit_account_id'),
        ]

    def offered(self, model, name):
        known = {
            'company_id': self.company.id,
            'qbo_company_id': self.connection.qbo_company_id.id,
            'allowed_company_ids': self.company.ids,
            'type_tax_use': 'sale',
        }
        domain = self.env[model]._fields[name].get_description(self.env, ['domain'])['domain']
        domain = domain if isinstance(domain, list) else safe_eval(domain, known)
        return self.env['qbo.reference'].search(domain).ids


class TestEntries(GoLive, StoreCase):
    """What a store sent to one company counts for no other."""

    def test_collected_while_prepared_and_back_in_the_company_that_has_it_nothing_is_booked_twice(self):
        self.book(date='2026-03-02')
        self.end_day()
        home = self.connection.qbo_company_id
        self.prepare()
        self.book(7.5, date='2026-03-04')
        self.burbank.with_user(self.manager).action_end_of_day()
        self.connect_to(self.sandbox.realm_id)
        self.run_engine()
        self.assertEqual(self.connection.qbo_company_id, home)
        self.assertEqual(len(self.sandbox.all('JournalEntry')), 2)
        self.assertBalancesAgree()
