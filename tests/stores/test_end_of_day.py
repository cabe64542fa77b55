from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..store_case import DAY, StoreCase


@tagged('post_install', '-at_install')
class TestEndOfDay(StoreCase):
    """What stores booked goes to QuickBooks in one balanced entry a day (seed point-of-rental: Batch)."""

    def test_a_day_of_two_stores_is_one_entry_each_and_the_balances_agree(self):
        self.sell_in(self.sales)
        self.sell_in(self.sales, [(self.visit, 1, 145.0)])
        self.sell_in(self.sales_2, move_type='out_refund')
        self.receive_in(self.till, 32.4)
        self.receive_in(self.cards, 145.0)
        self.book()
        made = self.end_day()
        self.assertEqual(made.mapped('store_id'), self.burbank | self.pasadena)
        self.assertEqual(len(made), 2)
        self.assertRequestsHave('POST batch')
        self.assertBalancesAgree()

    def assertRequestsHave(self, call):
        self.assertIn(call, [f'{row.method} {row.entity}' for row in self.sandbox.requests])

    def test_the_note_names_store_and_date_and_each_item_knows_its_entry(self):
        move = self.book()
        entry = self.end_day(self.burbank)
        there = self.in_qbo(entry)
        self.assertEqual((there['TxnDate'], there['DocNumber']), (DAY, entry.number))
        self.assertIn('Burbank', there['PrivateNote'])
        self.assertIn(DAY, there['PrivateNote'])
        self.assertEqual(move.line_ids.qbo_entry_ids, entry)
        self.assertEqual(entry.item_ids.line_id, move.line_ids)

    def test_items_of_the_same_account_are_one_line_and_receivables_one_a_customer(self):
        other = self.customer("Bay Pools")
        self.sell_in(self.sales)
        self.sell_in(self.sales)
        self.sell_in(self.sales, partner=other)
        entry = self.end_day(self.burbank)
        owed = [row for row in self.lines_in(entry) if row[3]]
        self.assertEqual(
            owed,
            [
                ('Accounts Receivable (A/R)', 'Debit', 64.8, 'Acme Pools'),
                ('Accounts Receivable (A/R)', 'Debit', 32.4, 'Bay Pools'),
            ],
        )
        self.assertEqual(len(self.lines_in(entry)), 4)

    def test_every_line_has_the_class_and_location_of_the_store(self):
        self.sell_in(self.sales)
        entry = self.end_day(self.burbank)
        details = [line['JournalEntryLineDetail'] for line in self.in_qbo(entry)['Line']]
        self.assertEqual({detail['ClassRef']['name'] for detail in details}, {'Commercial:Hotels'})
        self.assertEqual({detail['DepartmentRef']['name'] for detail in details}, {'North depot'})

    def test_no_document_goes_out(self):
        move = self.sell_in(self.sales)
        payment = self.receive_in(self.till, 32.4)
        self.end_day()
        self.assertFalse(move.qbo_id or payment.qbo_id)
        self.assertBalancesAgree()

    def test_run_twice_it_sends_nothing(self):
        self.sell_in(self.sales)
        self.end_day()
        self.sandbox.requests.clear()
        self.assertFalse(self.end_day())
        self.assertRequests()

    def test_a_late_posting_is_sent_alone_with_its_own_date(self):
        self.sell_in(self.sales)
        self.end_day()
        self.book(12.5)
        entry = self.end_day()
        self.assertEqual((entry.total, entry.date), (12.5, fields.Date.to_date(DAY)))
        self.assertBalancesAgree()

    def test_of_a_reopened_posting_only_the_difference_is_sent(self):
        move = self.sell_in(self.sales)
        self.end_day()
        move.button_draft()
        move.invoice_line_ids.quantity = 4
        move.action_post()
        entry = self.end_day()
        self.assertEqual(entry.total, 10.8)
        self.assertBalancesAgree()

    def test_a_posting_that_was_reset_and_deleted_is_taken_back(self):
        move = self.book()
        self.end_day()
        move.button_draft()
        move.with_context(force_delete=True).unlink()
        self.end_day()
        self.assertEqual(self.sent_by_account(), {})
        self.assertBalancesAgree()

    def test_a_posting_that_moves_to_another_day_is_an_entry_on_each(self):
        move = self.book()
        self.end_day()
        move.button_draft()
        move.date = '2026-03-05'
        move.action_post()
        made = self.end_day()
        self.assertEqual({str(entry.date) for entry in made}, {DAY, '2026-03-05'})
        self.assertBalancesAgree()

    def test_a_correction_that_changes_no_amount_is_not_sent(self):
        move = self.book()
        self.end_day()
        move.button_draft()
        vals = [line.copy_data()[0] for line in move.line_ids]
        move.line_ids = [fields.Command.clear(), *map(fields.Command.create, vals)]
        move.action_post()
        self.sandbox.requests.clear()
        made = self.end_day()
        self.assertTrue(made.is_empty)
        self.assertRequests()
        self.assertEqual(move.line_ids.qbo_entry_ids, made)

    def test_what_is_dated_before_the_start_stays_out(self):
        self.book(date='2026-02-27')
        self.assertFalse(self.end_day())

    def test_what_is_dated_later_waits_for_its_day(self):
        self.book(date='2026-03-09')
        self.assertFalse(self.end_day(day=fields.Date.to_date('2026-03-08')))
        self.assertTrue(self.end_day(day=fields.Date.to_date('2026-03-09')))

    def test_an_earlier_day_that_is_ended_late_takes_nothing_of_the_later_one_back(self):
        self.book(date='2026-03-09')
        self.end_day(day=fields.Date.to_date('2026-03-09'))
        late = self.book(12.5)
        made = self.end_day(day=fields.Date.to_date(DAY))
        self.assertEqual(made.item_ids.line_id, late.line_ids)
        self.assertBalancesAgree()

    def test_a_journal_that_moves_to_another_store_is_not_sent_twice(self):
        self.book()
        self.end_day()
        self.burbank.journal_ids -= self.misc
        self.pasadena.journal_ids += self.misc
        self.assertFalse(self.end_day())
        self.assertBalancesAgree()

    def test_a_long_day_is_several_balanced_entries(self):
        accounts = self.env['account.account'].create(
            [{'code': f'99{number:04d}', 'name': f'Rental {number}', 'account_type': 'income'} for number in range(760)]
        )
        accounts.qbo_account_id = self.account('Income')
        lines = [fields.Command.create({'account_id': account.id, 'credit': 1.0}) for account in accounts]
        lines.append(fields.Command.create({'account_id': self.account_of('asset_current').id, 'debit': 760.0}))
        self.env['account.move'].create({'journal_id': self.misc.id, 'date': DAY, 'line_ids': lines}).action_post()
        made = self.end_day(self.burbank)
        self.assertEqual(len(made), 2)
        self.assertTrue(all(len(self.in_qbo(entry)['Line']) <= 750 for entry in made))
        self.assertBalancesAgree()

    def test_in_closed_books_it_waits_or_gets_the_first_open_day(self):
        self.sandbox.configure(preferences={'AccountingInfoPrefs': {'BookCloseDate': '2026-03-31'}})
        with self._crons_may_commit():
            self.connection._read_settings()
        self.book()
        entry = self.end_day(self.burbank)
        self.assertEqual(entry.qbo_state, 'held')
        self.assertIn('closed', entry.qbo_error)
        self.connection.closed_books = 'move'
        self.run_engine()
        self.assertEqual(self.in_qbo(entry)['TxnDate'], '2026-04-01')
        self.assertBalancesAgree()


@tagged('post_install', '-at_install')
class TestWhoMayEndTheDay(StoreCase):
    """An accountant presses the button; a store that is open refuses with the reason."""

    def test_an_accountant_ends_the_day_and_an_invoicing_user_does_not(self):
        accountant = new_test_user(self.env, 'qbo_accountant', 'base.group_user,account.group_account_user')
        self.book()
        with self.assertRaises(AccessError):
            self.burbank.with_user(self.user).action_end_of_day()
        self.burbank.with_user(accountant).action_end_of_day()
        self.run_engine()
        self.assertBalancesAgree()

    def test_drafts_of_the_day_refuse_it_where_the_administrator_wants_that(self):
        draft = self.draft(journal_id=self.sales.id, invoice_date=DAY)
        draft.date = DAY
        self.burbank.with_user(self.manager).action_end_of_day()
        self.burbank.refuses_drafts = True
        with self.assertRaisesRegex(UserError, "drafts"):
            self.burbank.with_user(self.manager).action_end_of_day()
        self.assertIn("drafts", self.burbank.open_reason)

    def test_switched_off_it_is_refused(self):
        self.connection.with_user(self.manager).action_switch_off_entries()
        with self.assertRaisesRegex(UserError, "switched off"):
            self.burbank.with_user(self.manager).action_end_of_day()

    def test_at_closing_time_it_runs_by_itself(self):
        self.book()
        self.strike(self.burbank)
        self.run_engine()
        self.assertBalancesAgree()
        self.assertLogged("End of day of Burbank")

    def test_while_it_is_open_at_closing_time_it_says_why_and_tries_again(self):
        self.burbank.refuses_drafts = True
        self.draft(journal_id=self.sales.id, invoice_date=DAY).date = DAY
        self.burbank.closing_time = (self.connection._now().hour + 12) % 24  # not while this test runs
        before = fields.Datetime.now()
        self.strike(self.burbank)
        self.assertIn("drafts", self.burbank.message)
        self.assertLogged("drafts")
        half_an_hour = timedelta(minutes=30)
        again = self.burbank.next_run
        self.assertTrue(before + half_an_hour <= again <= fields.Datetime.now() + half_an_hour, again)
        self.assertIn(again, self.triggers(self.burbank))
