from odoo import fields
from odoo.tests import tagged

from ..store_case import DAY, StoreCase


@tagged('post_install', '-at_install')
class TestRealTime(StoreCase):
    """Each posted invoice is a journal entry at once, the rest goes at end of day (seed point-of-rental: Real-Time)."""

    posting_mode = 'real_time'

    def test_a_posted_invoice_is_an_entry_at_once_and_no_document(self):
        move = self.sell_in(self.sales)
        entry = move.qbo_entry_ids
        self.assertEqual((entry.kind, entry.total), ('document', 32.4))
        self.run_engine()
        self.assertFalse(move.qbo_id)
        self.assertIn(move.name, self.in_qbo(entry)['PrivateNote'])
        self.assertBalancesAgree()

    def test_a_credit_note_is_one_too(self):
        move = self.sell_in(self.sales_2, move_type='out_refund')
        self.run_engine()
        self.assertEqual(move.qbo_entry_ids.store_id, self.pasadena)
        self.assertBalancesAgree()

    def test_the_end_of_day_leaves_it_out(self):
        self.sell_in(self.sales)
        self.run_engine()
        self.sandbox.requests.clear()
        self.assertFalse(self.end_day())
        self.assertRequests()

    def test_an_invoice_of_a_later_day_stays_entered_until_then(self):
        move = self.sell_in(self.sales, date=fields.Date.add(self.burbank._today(), days=3))
        self.assertFalse(self.end_day())
        self.assertEqual(move.qbo_entry_ids.total, 32.4)
        self.assertBalancesAgree()

    def test_a_reopened_invoice_sends_the_difference_at_once(self):
        move = self.sell_in(self.sales)
        move.button_draft()
        move.invoice_line_ids.quantity = 4
        move.action_post()
        self.assertEqual(sorted(move.qbo_entry_ids.mapped('total')), [10.8, 32.4])
        self.run_engine()
        self.assertBalancesAgree()

    def test_an_invoice_that_is_reset_and_left_so_is_taken_back_at_end_of_day(self):
        move = self.sell_in(self.sales)
        self.run_engine()
        move.button_draft()
        self.end_day()
        self.assertEqual(self.sent_by_account(), {})

    def test_card_deposits_of_the_day_are_an_entry_of_their_own(self):
        self.sell_in(self.sales)
        cash, card = self.receive_in(self.till, 12.4), self.receive_in(self.cards, 20.0)
        depreciation = self.book()
        made = self.end_day(self.burbank)
        by_kind = {entry.kind: entry.item_ids.move_id for entry in made}
        self.assertEqual(by_kind, {'card': card.move_id, 'batch': cash.move_id | depreciation})
        self.assertEqual(made.mapped('date'), [self.burbank.entry_ids[-1].date] * 2)
        self.assertIn(DAY, self.in_qbo(made.filtered(lambda entry: entry.kind == 'card'))['PrivateNote'])
        self.assertBalancesAgree()

    def test_in_batch_they_are_in_the_entry_of_the_day(self):
        self.connection.posting_mode = 'batch'
        self.receive_in(self.cards, 20.0)
        self.book()
        self.assertEqual(self.end_day(self.burbank).kind, 'batch')

    def test_an_invoice_of_a_journal_without_a_store_is_no_entry(self):
        move = self.invoice(invoice_date=DAY)
        self.assertFalse(move.qbo_entry_ids)

    def test_a_user_who_has_no_rights_to_quickbooks_posts_as_before(self):
        move = self.draft(journal_id=self.sales.id, invoice_date=DAY, lines=[(self.chlorine, 1, 10.0)])
        move.with_user(self.user).action_post()
        self.assertEqual(len(move.qbo_entry_ids), 1)

    def test_a_payment_is_no_document_either(self):
        self.sell_in(self.sales)
        payment = self.receive_in(self.till, 12.4)
        self.run_engine()
        self.assertFalse(payment.qbo_id)
        self.assertFalse(payment.qbo_state)
