"""Checks that Odoo prints: their number is that of the bill payment, in QuickBooks' word for it, both ways."""

from odoo import fields

from ..purchases.payment_case import BillPaymentCase


class TestWithChecks(BillPaymentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        method = cls.env.ref('account_check_printing.account_payment_method_check')
        lines = cls.bank.outbound_payment_method_line_ids
        cls.by_check = lines.filtered(lambda line: line.payment_method_id == method) or lines.create(
            {'payment_method_id': method.id, 'journal_id': cls.bank.id}
        )

    def check(self, number=None, amount=80.0, **vals):
        payment = self.paid(amount, payment_method_line_id=self.by_check.id, **vals)
        if number:
            payment.check_number = number
        return payment

    def numbers(self, *payments):
        return [(self.in_qbo(payment).get('DocNumber'), payment.check_number) for payment in payments]

    def test_the_number_of_a_check_goes_and_comes_and_changes_on_both_sides(self):
        bill = self.synced_bill()
        payment = self.check('501')
        self.apply(payment, bill)
        self.synced(payment)
        self.assertEqual(self.numbers(payment), [('501', '501')])

        payment.check_number = '502'  # printed on another one
        self.run_engine()
        self.assertRequests('POST billpayment')
        self.assertEqual(self.numbers(payment), [('502', '502')])

        self.sandbox.update('BillPayment', payment.qbo_id, {'DocNumber': '503'})
        self.pull('documents')
        self.run_engine()
        self.assertEqual(self.numbers(payment), [('503', '503')])

        # What is no number of a check stands beside it, and an empty one goes.
        self.sandbox.update('BillPayment', payment.qbo_id, {'DocNumber': 'EFT 9'})
        self.pull('documents')
        self.run_engine()
        self.assertEqual(self.numbers(payment), [('EFT 9', False)])
        self.assertEqual((payment.payment_reference, self.open_in_odoo(bill)), ('EFT 9', [0]))
        self.assertSynced(payment, bill)

    def test_a_journal_that_numbers_its_checks_draws_none_for_what_quickbooks_changes(self):
        self.bank.check_manual_sequencing = True
        self.bank.check_sequence_id.number_next_actual = 700
        first, second = self.synced(self.check()), self.synced(self.check(amount=50.0))
        self.assertEqual(
            [number for number, _own in self.numbers(first, second)], [first.check_number, second.check_number]
        )
        self.assertNotEqual(first.check_number, second.check_number)
        number = first.check_number
        there = self.in_qbo(first)
        self.sandbox.update('BillPayment', first.qbo_id, {**there, 'TotalAmt': 90.0})
        self.pull('documents')
        self.run_engine()
        self.assertEqual((first.amount, self.numbers(first)), (90.0, [(number, number)]))
        self.assertSynced(first, second)

        # A number that the journal has already: it is said, and nothing is lost.
        self.sandbox.configure(duplicate_numbers='accepted')
        self.sandbox.update('BillPayment', second.qbo_id, {'DocNumber': number})
        self.pull('documents')
        self.assertEqual((second.qbo_state, second.check_number == number), ('error', False))
        self.assertIn("already used", second.qbo_error)

    def test_checks_that_both_sides_have_are_linked_by_their_number(self):
        self.connection.sync_purchases = False
        payment = self.check('601')
        theirs = self.pay_there(80.0, DocNumber='601', TxnDate='2026-03-05')
        self.run_engine()  # which leaves it alone
        self.wait(minutes=5)
        self.connection.with_user(self.manager).action_switch_on_purchases()
        self.connection.purchases_since = fields.Datetime.add(fields.Datetime.now(), minutes=10)
        self.run_engine()
        self.assertEqual((payment.qbo_id, len(self.sandbox.all('BillPayment'))), (theirs['Id'], 1))
        self.assertSynced(payment)
