from odoo.exceptions import UserError

from ..payment_case import PaymentCase


class TestRefund(PaymentCase):
    """Giving a payment back is a refund receipt in QuickBooks (Pool Brain)."""

    def wizard(self, payment, **vals):
        action = payment.action_qbo_refund()
        return self.env[action['res_model']].with_context(**action['context']).create(vals)

    def refund(self, payment, **vals):
        action = self.wizard(payment, **vals).action_refund()
        return self.env['account.move'].browse(action['res_id'])

    def paid(self, *lines):
        invoice = self.invoice(lines=lines or [(self.chlorine, 3, 10.0)])
        payment = self.pay(invoice)
        self.run_engine()
        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
        self.sandbox.requests.clear()
        return payment

    def test_the_whole_of_an_invoice_is_refunded_line_by_line(self):
        payment = self.paid((self.chlorine, 3, 10.0), (self.visit, 1, 145.0))

        refund = self.refund(payment)
        self.run_engine()

        self.assertEqual(refund.qbo_state, 'synced', refund.qbo_error)
        self.assertRequests('POST refundreceipt')
        entity = self.in_qbo(refund)
        self.assertEqual(entity['TotalAmt'], 175)
        self.assertEqual(self.lines_of(entity), [(self.chlorine.qbo_id, 3, 10, 30), (self.visit.qbo_id, 1, 145, 145)])
        self.assertEqual(entity['DepositToAccountRef']['value'], self.connection.deposit_account_id.qbo_id)
        self.assertTrue(refund.currency_id.is_zero(refund.amount_residual), "the credit note is paid out")

    def test_a_part_is_refunded_as_the_product_that_was_chosen(self):
        refund = self.refund(self.paid(), amount=12.5, product_id=self.visit.id)
        self.run_engine()
        self.assertEqual(self.lines_of(self.in_qbo(refund)), [(self.visit.qbo_id, 1, 12.5, 12.5)])

    def test_a_part_carries_its_tax(self):
        vals = {'type_tax_use': 'sale', 'amount': 4.0, 'name': "GA State"}
        for override in ('tax_excluded', 'tax_included'):
            with self.subTest(override):
                tax = self.env['account.tax'].create({**vals, 'price_include_override': override})
                payment = self.paid((self.chlorine, 1, 100.0, tax), (self.visit, 1, 33.33))
                refund = self.refund(payment, amount=10.01, product_id=self.visit.id)
                self.run_engine()
                self.assertEqual(refund.qbo_state, 'synced', refund.qbo_error)
                there = self.in_qbo(refund)
                invoice = payment.reconciled_invoice_ids
                share = round(10.01 * invoice.amount_tax / invoice.amount_total, 2)
                self.assertEqual((there['TotalAmt'], refund.amount_total), (10.01, 10.01))
                self.assertAlmostEqual(there['TxnTaxDetail']['TotalTax'], share, delta=0.011)
                tax.active = False

    def test_no_more_than_was_paid_is_refunded(self):
        payment = self.paid()
        with self.assertRaisesRegex(UserError, "above zero and up to"):
            self.refund(payment, amount=31)
        self.refund(payment)
        with self.assertRaisesRegex(UserError, "above zero and up to"):
            self.refund(payment, amount=1, product_id=self.visit.id)

    def test_a_payment_made_in_quickbooks_is_refunded_there(self):
        entity = self.receive(50)
        self.pull('documents')
        payment = self.payment_of(entity)
        with self.assertRaisesRegex(UserError, "Refund it there"):
            payment.action_qbo_refund()

    def test_a_cancelled_refund_is_deleted_there(self):
        refund = self.refund(self.paid())
        self.run_engine()
        qbo_id = refund.qbo_id
        refund.button_cancel()
        self.run_engine()
        self.assertNotIn(qbo_id, [row['Id'] for row in self.sandbox.all('RefundReceipt')])

    def test_a_refund_made_there_is_a_credit_note_paid_out_here(self):
        entity = self.sell('RefundReceipt', DepositToAccountRef={'value': self.account('Bank').qbo_id})

        self.pull('documents')

        self.assertNoErrors()
        move = self.move_of(entity)
        self.assertRecordValues(move, [{'move_type': 'out_refund', 'state': 'posted', 'amount_total': 20}])
        self.assertTrue(move.currency_id.is_zero(move.amount_residual))
        payment = move._qbo_refund_payment()
        self.assertEqual((payment.payment_type, payment.amount, payment.journal_id), ('outbound', 20, self.bank))
        self.run_engine()
        self.assertRequests('GET cdc')

        self.sandbox.delete('RefundReceipt', entity['Id'])
        self.pull('documents')
        self.assertEqual((move.state, payment.state), ('cancel', 'canceled'))

    def bank_line(self, payment):
        """Match a payment with a bank statement line, as the bank matching does."""
        line = self.env['account.bank.statement.line'].create(
            {'journal_id': self.bank.id, 'date': '2026-03-05', 'payment_ref': "Out", 'amount': -payment.amount}
        )
        _liquidity, suspense, _other = line._seek_for_lines()
        outstanding = payment._seek_for_lines()[0]
        suspense.account_id = outstanding.account_id
        (suspense + outstanding).reconcile()
        self.assertTrue(payment.reconciled_statement_line_ids)
        return line

    def test_a_refund_that_the_bank_paid_out_is_not_cancelled(self):
        refund = self.refund(self.paid())
        self.run_engine()
        payment = refund._qbo_refund_payment()
        line = self.bank_line(payment)
        with self.assertRaisesRegex(UserError, f"{payment.name}.*matched with a bank statement"):
            refund.with_user(self.user).button_cancel()
        refund.button_draft()
        with self.assertRaisesRegex(UserError, "matched with a bank statement"):
            refund.unlink()
        refund.action_post()

        line.action_undo_reconciliation()
        refund.button_cancel()
        self.assertEqual((refund.state, payment.state), ('cancel', 'canceled'))

    def test_a_refund_that_is_deleted_takes_its_money_back(self):
        refund = self.refund(self.paid())
        self.run_engine()
        payment, qbo_id = refund._qbo_refund_payment(), refund.qbo_id
        refund.button_draft()
        refund.unlink()
        self.run_engine()
        self.assertEqual(payment.state, 'canceled')
        self.assertNotIn(qbo_id, [row['Id'] for row in self.sandbox.all('RefundReceipt')])

    # === PAID OUT WITH ODOO'S OWN BUTTON === #

    def paid_out(self, amount=None):
        """Return a credit note that QuickBooks has as a credit memo, and the payment that *Pay* made of it."""
        credit = self.draft(move_type='out_refund', lines=[(self.chlorine, 2, 10.0)])
        credit.action_post()
        self.run_engine()
        self.assertEqual(credit.qbo_state, 'synced', credit.qbo_error)
        payment = self.pay(credit, amount)
        self.run_engine()
        self.assertEqual((payment.payment_type, payment.partner_type), ('outbound', 'customer'))
        self.sandbox.requests.clear()
        return credit, payment

    def test_a_credit_note_that_was_paid_with_odoos_own_button_is_refunded_there_by_another(self):
        credit, payment = self.paid_out()
        link, before = self.link(credit), credit.qbo_id
        self.assertEqual((credit.qbo_state, link.error_code), ('differs', 'settled_paid_out'))
        self.assertIn(payment.display_name, credit.qbo_error)
        self.assertEqual(payment.with_user(self.user).qbo_pays_out_id, credit)

        link.with_user(self.user).action_refund_there()
        self.run_engine()

        self.assertEqual((credit.qbo_state, credit.qbo_link_id.entity), ('synced', 'RefundReceipt'), credit.qbo_error)
        self.assertRequests('POST creditmemo', 'POST refundreceipt')
        self.assertNotIn(before, [row['Id'] for row in self.sandbox.all('CreditMemo')])
        self.assertEqual(self.in_qbo(credit)['TotalAmt'], 20)
        self.assertFalse(payment.qbo_pays_out_id)
        self.pull('documents')
        self.run_engine()
        self.assertNoErrors()
        self.assertEqual((credit.state, credit.qbo_state), ('posted', 'synced'))

        # The other way: what QuickBooks changes of it, the payment in Odoo follows.
        self.sandbox.update('RefundReceipt', credit.qbo_id, {'TxnDate': '2026-03-09'})
        self.pull('documents')
        self.assertEqual(credit._qbo_paid_out().date, credit.invoice_date)
        self.assertEqual(str(credit.invoice_date), '2026-03-09')
        self.sandbox.delete('RefundReceipt', credit.qbo_id)
        self.pull('documents')
        self.assertEqual((credit.state, credit._qbo_paid_out()), ('cancel', payment.browse()))

    def test_the_credit_memo_and_the_refund_are_never_there_at_once(self):
        credit, payment = self.paid_out()
        self.sandbox.arm('data_fault', on='creditmemo', times=1, code='6000', detail="No.")
        payment.with_user(self.user).action_qbo_refund_there()
        self.run_engine()
        self.assertEqual((credit.qbo_state, self.sandbox.all('RefundReceipt')), ('error', []))
        credit.qbo_link_id.action_retry()
        self.run_engine()
        self.assertEqual((credit.qbo_state, credit.qbo_link_id.entity), ('synced', 'RefundReceipt'), credit.qbo_error)

    def test_what_is_paid_out_in_part_or_applied_there_is_no_refund(self):
        credit, payment = self.paid_out(5.0)
        self.assertFalse(payment.qbo_pays_out_id)
        self.assertEqual((credit.qbo_state, self.link(credit).error_code), ('differs', 'settled_refund'))
        with self.assertRaisesRegex(UserError, "pays out no whole credit note"):
            payment.action_qbo_refund_there()
