from datetime import datetime

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..store_case import DAY, StoreCase


@tagged('post_install', '-at_install')
class TestStore(StoreCase):
    """A store: journals, a class, and a closing time."""

    def create_lists(self, store):
        with self._crons_may_commit():
            store.with_user(self.manager).action_create_lists()

    def test_a_journal_has_one_store(self):
        with self.assertRaisesRegex(ValidationError, "Burbank"):
            self.pasadena.journal_ids += self.sales

    def test_a_class_of_quickbooks_is_found_whatever_its_case(self):
        self.burbank.class_name = 'commercial: hotels'
        self.assertEqual(self.burbank.class_id.name, 'Commercial:Hotels')

    def test_a_missing_class_is_created_below_its_parent_and_only_once(self):
        self.burbank.write({'class_name': 'Store 1:Burbank', 'department_name': 'North depot:Burbank'})
        self.assertFalse(self.burbank.class_id)
        self.create_lists(self.burbank)
        there = self.sandbox.get('Class', self.burbank.class_id.qbo_id)
        self.assertEqual(there['FullyQualifiedName'], 'Store 1:Burbank')
        place = self.sandbox.get('Department', self.burbank.department_id.qbo_id)
        self.assertEqual(place['FullyQualifiedName'], 'North depot:Burbank')
        count = len(self.sandbox.all('Class'))
        self.create_lists(self.burbank)
        self.assertEqual(len(self.sandbox.all('Class')), count)

    def test_entries_wait_for_a_class_that_is_not_there_yet(self):
        self.burbank.class_name = 'Store 1:Burbank'
        self.book()
        entry = self.end_day(self.burbank)
        self.assertEqual(entry.qbo_state, 'held')
        self.assertIn('Store 1:Burbank', entry.qbo_error)
        self.create_lists(self.burbank)
        self.run_engine()
        self.assertBalancesAgree()

    def test_documents_of_a_store_have_its_class_and_location(self):
        self.connection.posting_mode = 'documents'
        move = self.sell_in(self.sales, self.untaxed())
        self.run_engine()
        there = self.in_qbo(move)
        classes = [line['SalesItemLineDetail']['ClassRef']['name'] for line in there['Line'][:-1]]
        self.assertEqual(classes, ['Commercial:Hotels'])
        self.assertEqual(there['DepartmentRef']['name'], 'North depot')

    def test_a_journal_with_postings_and_without_a_store_is_named(self):
        self.burbank.journal_ids -= self.misc
        self.assertFalse(self.burbank.without_store)
        self.book()
        self.burbank.invalidate_recordset()
        self.assertIn(self.misc.display_name, self.burbank.without_store)

    def test_a_branch_has_a_store_of_its_own_in_the_same_books(self):
        branch = self.env['res.company'].create({'name': "Glendale", 'parent_id': self.company.id})
        journals = self.env['account.journal'].with_company(branch)
        journal = journals.create({'name': "Glendale", 'type': 'general', 'code': 'GLE', 'company_id': branch.id})
        glendale = self.env['qbo.store'].create({'name': "Glendale", 'journal_ids': [Command.set(journal.ids)]})
        move = self.book(25.0, journal=journal)
        self.assertEqual(move.company_id, branch)
        entry = self.end_day(glendale, day=fields.Date.to_date(DAY))
        self.assertNoErrors()
        self.assertEqual([row[2] for row in self.lines_in(entry)], [25.0, 25.0])
        self.assertEqual(entry.item_ids.mapped('move_ref'), [move.id] * 2)

    def test_it_closes_on_the_clock_of_the_company_across_daylight_saving(self):
        self.connection.tz = 'America/Los_Angeles'
        for now, expected in (
            ('2026-03-07 12:00:00', datetime(2026, 3, 8, 6)),  # 22:00 in Los Angeles, winter time
            ('2026-03-08 12:00:00', datetime(2026, 3, 9, 5)),  # the same hour in summer time
        ):
            with freeze_time(now):
                self.assertEqual(self.burbank._next(), expected)

    def test_a_closing_time_at_night_ends_the_day_before(self):
        self.connection.tz = 'America/Los_Angeles'
        self.burbank.closing_time = 2.0
        with freeze_time('2026-03-10 08:30:00'):  # 01:30 in Los Angeles
            self.assertEqual(str(self.burbank._today()), '2026-03-09')
            self.assertEqual(str(self.burbank._last_day()), '2026-03-08')
        with freeze_time('2026-03-10 09:30:00'):
            self.assertEqual(str(self.burbank._today()), '2026-03-10')
            self.assertEqual(str(self.burbank._last_day()), '2026-03-09')

    def test_a_store_that_has_sent_something_is_archived_not_deleted(self):
        self.book()
        self.end_day(self.burbank)
        with self.assertRaises(UserError):
            self.burbank.unlink()
        self.pasadena.unlink()

    def test_a_connection_that_is_deleted_takes_its_stores_along(self):
        self.book()
        self.end_day()
        self.connection.with_user(self.manager).action_disconnect()
        self.connection.unlink()
        self.assertFalse(self.burbank.exists() or self.env['qbo.entry'].search([]))

    def test_an_administrator_sets_a_store_up_on_its_form(self):
        with Form(self.env['qbo.store'].with_user(self.manager)) as form:
            form.name = "Glendale"
            form.journal_ids.add(self.bank)
            form.class_name = 'Commercial'
        store = form.save()
        self.assertEqual((store.connection_id, store.class_id.name), (self.connection, 'Commercial'))
        self.assertTrue(store.next_run)

    def test_users_see_stores_and_only_administrators_set_them_up(self):
        self.assertEqual(self.burbank.with_user(self.user).name, "Burbank")
        with self.assertRaises(AccessError):
            self.burbank.with_user(self.user).closing_time = 12.0
        self.burbank.with_user(self.manager).closing_time = 12.0


@tagged('post_install', '-at_install')
class TestPostingMode(StoreCase):
    """Another posting mode counts from then on; what QuickBooks has stays what it is."""

    def choose(self, mode):
        wizard = self.env['qbo.posting.mode'].with_user(self.manager)
        action = self.connection.with_user(self.manager).action_choose_posting_mode()
        wizard = wizard.browse(action['res_id'])
        wizard.posting_mode = mode
        self.assertTrue(wizard.meaning and wizard.stays)
        wizard.action_confirm()
        self.run_engine()

    def test_only_an_administrator_chooses_and_it_is_logged(self):
        with self.assertRaises(AccessError):
            self.connection.with_user(self.user).action_choose_posting_mode()
        self.choose('documents')
        self.assertEqual(self.connection.posting_mode, 'documents')
        self.assertLogged("Posting mode changed")

    def test_documents_stay_documents_and_what_pays_them_goes_as_a_payment(self):
        self.choose('documents')
        move = self.sell_in(self.sales, self.untaxed())
        self.run_engine()
        self.choose('batch')
        payment = self.pay(move, journal_id=self.till.id, payment_date=DAY)
        later = self.sell_in(self.sales)
        entry = self.end_day(self.burbank)
        self.assertNoErrors()
        self.assertTrue(payment.qbo_id)
        self.assertEqual(self.in_qbo(move)['Balance'], 0)
        self.assertFalse(later.qbo_id)
        self.assertEqual(later.qbo_entry_ids, entry)
        self.assertFalse((move | payment.move_id).qbo_entry_ids)

    def test_what_was_not_entered_yet_goes_as_a_document_from_then_on(self):
        entered = self.sell_in(self.sales, self.untaxed())
        self.end_day()
        waiting = self.sell_in(self.sales, self.untaxed())
        self.run_engine()
        self.choose('documents')
        self.assertTrue(waiting.qbo_id)
        self.assertFalse(entered.qbo_id)
        self.assertFalse(self.end_day())

    def test_what_was_entered_does_not_become_a_document(self):
        move = self.sell_in(self.sales)
        self.end_day()
        self.choose('documents')
        move.ref = "for the till"
        self.env['qbo.change']._append(move)
        self.run_engine()
        self.assertFalse(move.qbo_id)
        self.assertFalse(self.end_day())
        self.assertBalancesAgree()

    def test_with_documents_the_end_of_day_sends_what_they_do_not_carry(self):
        self.choose('documents')
        move = self.sell_in(self.sales, self.untaxed())
        self.receive_in(self.till, 30.0)
        depreciation = self.book()
        entry = self.end_day(self.burbank)
        self.assertNoErrors()
        self.assertTrue(move.qbo_id)
        self.assertEqual(entry.item_ids.line_id, depreciation.line_ids)

    def test_what_goods_cost_goes_out_at_end_of_day_beside_the_invoice(self):
        self.choose('documents')
        move = self.draft(lines=self.untaxed(), journal_id=self.sales.id, invoice_date=DAY)
        accounts = [self.account_of(kind) for kind in ('expense_direct_cost', 'asset_current')]
        move.line_ids = [
            Command.create({'account_id': account.id, 'balance': balance, 'display_type': 'cogs', 'tax_ids': []})
            for account, balance in zip(accounts, (12.0, -12.0), strict=True)
        ]
        move.action_post()
        entry = self.end_day(self.burbank)
        self.assertEqual(entry.total, 12.0)
        self.assertTrue(move.qbo_id)
