"""What settles a document and is in error: the document is never green over two different open amounts."""

from ..payment_case import PaymentCase
from ..settling_case import OF_CREDITS, OF_PAYMENTS, SettlingStates


class TestSettlingError(SettlingStates, PaymentCase):
    applies_credits = False  # QuickBooks would settle by itself what is kept from it here
    settling_entity = 'payment'
    prefer_now = PaymentCase.prefer

    def _documents_by_payment(self):
        return [self.invoice()]

    def _settle_by_payment(self, invoices):
        return self.pay(invoices[0], amount=5.0, payment_date='2026-03-03')

    def _documents_by_credit(self):
        return [self.invoice(), self.invoice(move_type='out_refund', lines=[(self.chlorine, 1, 7.0)])]

    def _settle_by_credit(self, documents):
        invoice, credit = documents
        self.apply(credit, invoice)
        return self.due(credit).matched_debit_ids.qbo_application_id

    def test_an_invoice_shows_each_state_of_its_payment(self):
        self.check_states('by_payment', *OF_PAYMENTS)

    def test_an_invoice_and_a_credit_note_show_each_state_of_the_applied_credit(self):
        self.check_states('by_credit', *OF_CREDITS)

    def test_what_settles_an_invoice_that_goes_later_takes_it_up(self):
        self.check_later('by_payment')
        self.check_later('by_credit')

    def check_differs(self, invoice, payment, state='error'):
        self.assertEqual((payment.qbo_state, invoice.qbo_state), (state, 'differs'), invoice.qbo_error)
        link = self.link(invoice)
        self.assertEqual((link.error_code, link.error_fix), ('settled_error', 'settling'))
        for text in (payment.display_name, payment.qbo_error):
            self.assertIn(text, invoice.qbo_error)
        action = link.with_user(self.user).action_open_settling()
        self.assertEqual((action['res_model'], action['res_id']), ('qbo.link', self.link(payment).id))

    def check_mended(self, invoice, payment):
        self.run_engine()
        self.assertEqual([payment.qbo_state, invoice.qbo_state], ['synced'] * 2, (payment.qbo_error, invoice.qbo_error))
        self.assertEqual(self.open_in_odoo(invoice), self.open_in_qbo(invoice))

    def test_a_paid_invoice_gets_another_customer(self):
        invoice = self.invoice()
        payment = self.pay(invoice)
        self.run_engine()
        self.check_another_party(invoice, payment, self.env['res.partner'].create({'name': "Rope & Co"}))

    def test_a_payment_that_a_person_has_to_mend(self):
        invoice = self.synced_invoice()
        payment = self.pay(invoice, amount=5.0)
        payment.payment_reference = "A reference that is much too long"
        self.run_engine()
        self.check_differs(invoice, payment, 'held')
        self.pull('documents')
        self.check_differs(invoice, payment, 'held')
        payment.payment_reference = "Short"
        self.check_mended(invoice, payment)

    def test_a_payment_that_quickbooks_refused(self):
        invoice = self.synced_invoice()
        payment = self.pay(invoice, amount=5.0)
        self.sandbox.arm('data_fault', on='payment')
        self.run_engine()
        self.check_differs(invoice, payment)
        self.link(payment).action_retry()
        self.check_mended(invoice, payment)

    def test_a_payment_that_was_larger_and_is_refused(self):
        invoice = self.synced_invoice()
        payment = self.pay(invoice, amount=5.0)
        self.run_engine()
        self.assertEqual([payment.qbo_state, invoice.qbo_state], ['synced'] * 2)
        payment.action_draft()
        payment.amount = 8.0
        payment.action_post()
        self.apply(payment, invoice)
        self.sandbox.arm('data_fault', on='payment')
        self.run_engine()
        self.check_differs(invoice, payment)
        self.link(payment).action_retry()
        self.check_mended(invoice, payment)

    def test_what_is_in_error_and_settles_the_same_says_nothing(self):
        invoice = self.synced_invoice()
        payment = self.pay(invoice, amount=5.0)
        self.run_engine()
        self.sandbox.arm('data_fault', on='payment')
        payment.memo = "Thank you"
        self.run_engine()
        self.assertEqual([payment.qbo_state, invoice.qbo_state], ['error', 'synced'], invoice.qbo_error)

    def test_a_payment_of_quickbooks_alone_has_a_name(self):
        invoice = self.synced_invoice()
        self.env['qbo.application'].create({'company_id': self.company.id})
        self.connection.direction = 'odoo'
        entity = self.receive(5.0, [(invoice, 5.0)])
        self.pull('documents')
        link = self.env['qbo.link'].search([('entity', '=', 'Payment'), ('qbo_id', '=', entity['Id'])])
        for word in ("Acme Pools", "5.00", "2026"):
            self.assertIn(word, link.name)
            self.assertIn(word, invoice.qbo_error)
        self.assertNotIn(f"Payment {entity['Id']}", invoice.qbo_error)

    def test_a_payment_of_what_is_paid_in_part_in_quickbooks(self):
        invoice = self.synced_invoice()
        self.receive(15.0, [(invoice, 15.0)])
        payment = self.pay(invoice, amount=10.0)
        self.run_engine()
        self.assertIn("paid there already, apply less", payment.qbo_error)
        self.assertIn("$\N{NO-BREAK SPACE}5.00", invoice.qbo_error)
