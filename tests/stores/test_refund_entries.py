"""One author: what paid a refund out is booked by its refund receipt and by no entry, in every posting mode."""

from odoo import fields

from ..store_case import StoreCase

MODES = ('documents', 'transaction', 'batch', 'real_time')


class TestRefundPaidOutOfAStore(StoreCase):
    """The journal that pays out is a store's, so that its bookings go in entries where nothing else carries them."""

    def setUp(self):
        super().setUp()
        self.till.qbo_deposit_account_id = self.account('Other Current Asset', name='Undeposited Funds')
        self.bank_there = self.till.qbo_deposit_account_id.qbo_id
        outstanding = self.till.outbound_payment_method_line_ids.payment_account_id or self.env['account.payment'].new(
            {'journal_id': self.till.id}
        )._get_outstanding_account('outbound')
        (outstanding | self.till.default_account_id).qbo_account_id = self.till.qbo_deposit_account_id

    def refund(self, journal=None, **vals):
        """Return a refund of 30.00 that the till paid out."""
        draft = {'move_type': 'out_refund', 'qbo_is_refund': True, 'invoice_date': '2026-03-02', **vals}
        move = self.invoice(lines=self.untaxed(), journal_id=(journal or self.sales).id, **draft)
        move._qbo_pay_out(self.till)
        return move

    def moved(self, account):
        return self.sent_by_account().get(account, 0)

    def receipts(self):
        return self.sandbox.all('RefundReceipt')

    def assertBookedOnce(self):
        """The money left once, and no receivable is left over."""
        self.assertNoErrors()
        self.assertEqual(self.moved(self.bank_there), -3000)
        receivable = self.account('Accounts Receivable').qbo_id
        self.assertEqual(self.moved(receivable), 0)

    def test_the_money_leaves_once_in_every_mode(self):
        for mode in MODES:
            with self.subTest(mode), self.env.cr.savepoint(flush=True) as savepoint:
                self.sandbox.restore()
                self.connection.posting_mode = mode
                self.refund()
                self.run_engine()
                self.end_day()
                self.run_engine()
                self.assertBookedOnce()
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_refund_made_in_quickbooks_is_in_no_entry(self):
        for mode in MODES:
            with self.subTest(mode), self.env.cr.savepoint(flush=True) as savepoint:
                self.sandbox.restore()
                self.connection.posting_mode = mode
                row = self.sell('RefundReceipt', [(self.chlorine.qbo_id, 3, 10.0)],
                                DepositToAccountRef={'value': self.bank_there})  # fmt: skip
                self.connection.billing_since = fields.Datetime.subtract(fields.Datetime.now(), minutes=5)
                self.pull('documents')
                refund = self.move_of(row)
                self.assertTrue(refund._qbo_paid_out())
                self.end_day()
                self.assertBookedOnce()
                self.assertFalse(self.env['qbo.entry'].search([]))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_switch_of_the_mode_between_refund_and_end_of_day_books_nothing_twice(self):
        for before in MODES:
            for after in MODES:
                with self.subTest(f'{before} to {after}'), self.env.cr.savepoint(flush=True) as savepoint:
                    self.sandbox.restore()
                    self.connection.posting_mode = before
                    self.refund()
                    self.run_engine()
                    self.connection.posting_mode = after
                    self.run_engine()
                    self.end_day()
                    self.connection.posting_mode = before
                    self.run_engine()
                    self.end_day()
                    self.assertBookedOnce()
                    savepoint.rollback()
                self.env.invalidate_all()
