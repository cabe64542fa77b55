"""The nightly proof finds what both sides have otherwise, down to documents, whatever the links say."""

from odoo import fields
from odoo.tests import tagged

from .proof import ProofCase


@tagged('post_install', '-at_install')
class TestDifferences(ProofCase):
    """A table: what somebody did, and the documents that the proof names."""

    def assertFound(self, kind, *expected):
        proof = self.prove()
        lines = self.differing(proof, kind)
        self.assertEqual(proof.state, 'differs', (proof.error, proof.line_ids.mapped('explanation')))
        self.assertEqual(self.named(lines), set(expected), proof.line_ids.mapped('explanation'))
        self.assertFalse(any(lines.mapped('unexplained')), lines.mapped('explanation'))
        return lines

    def test_books_that_agree(self):
        invoice = self.synced_invoice()
        self.synced(self.pay(invoice, 5.0))
        proof = self.prove()
        self.assertGreen(proof)
        self.assertFalse(self.differing(proof))

    def test_a_write_off(self):
        self.synced_invoice()
        move = self.write_off(5.0)
        lines = self.assertFound('customer', ('proof_only_here', -5.0, 0.0))
        self.assertEqual(lines.document_ids.filtered('res_id').mapped('res_id'), move.ids)
        self.assertEqual((lines.partner_id, lines.odoo_amount, lines.qbo_amount), (self.acme, 15.0, 20.0))

    def test_what_quickbooks_alone_has_on_receivables(self):
        for entity, change in (('JournalEntry', -7.0), ('Deposit', -7.0), ('Purchase', 7.0)):
            with self.subTest(entity=entity):
                self.sandbox.restore()
                self.on_receivables(entity, 7.0)
                lines = self.assertFound('customer', ('proof_only_there', 0.0, change))
                self.assertEqual(lines.document_ids.entity, entity)

    def test_an_amount_that_was_changed_unseen(self):
        invoice = self.synced_invoice()
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': [self._item_line(self.chlorine.qbo_id, 3, 10)]})
        self.connection._schedule('documents').cursor = fields.Datetime.add(fields.Datetime.now(), hours=1)
        self.assertFound('customer', ('proof_amount', 20.0, 30.0))

    def test_a_document_that_was_deleted_unseen(self):
        invoice = self.synced_invoice()
        self.sandbox.delete('Invoice', invoice.qbo_id)
        self.assertFound('customer', ('proof_not_on_account', 20.0, 0.0))

    def test_a_refund_booked_twice(self):
        credit = self.synced_invoice(move_type='out_refund')
        self.pay(credit)
        self.on_receivables('Purchase', 20.0)
        self.assertFound('unapplied', ('proof_applied', 0.0, -20.0))
        self.assertFalse(self.differing(self.last(), 'customer'))
        self.on_receivables('Purchase', 20.0)
        lines = self.differing(self.prove(), 'customer')
        self.assertEqual(lines.to_explain, -20.0)
        paid = {('proof_only_there', 0.0, 20.0), ('proof_only_here', 20.0, 0.0)}
        self.assertEqual(self.named(lines), paid)

    def test_a_payment_of_a_document_that_is_left_out(self):
        invoice = self.invoice(qbo_invoice_type='odoo')
        payment = self.pay(invoice)
        self.synced(payment)
        lines = self.assertFound('unapplied', ('proof_applied', 0.0, -20.0))
        self.assertEqual(lines.document_ids.res_id, payment.id)

    def test_a_document_in_error(self):
        self.sandbox.arm('data_fault', on='invoice', code='2050', detail='too long')
        invoice = self.invoice()
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'error')
        lines = self.assertFound('customer', ('proof_error', 20.0, 0.0))
        self.assertEqual(lines.document_ids.res_id, invoice.id)

    def test_two_differences_of_one_customer_and_one_of_another(self):
        other = self.synced_customer("Blue Lagoon")
        self.synced_invoice()
        self.synced_invoice(other)
        self.write_off(5.0)
        self.on_receivables('JournalEntry', 3.0)
        self.write_off(4.0, other)
        proof = self.prove()
        lines = self.differing(proof, 'customer').sorted('name')
        self.assertEqual(lines.mapped('to_explain'), [-2.0, -4.0])
        self.assertEqual(self.named(lines[0]), {('proof_only_here', -5.0, 0.0), ('proof_only_there', 0.0, -3.0)})
        self.assertFalse(self.differing(proof, 'owed'), "what customers differ by explains the sum")

    def test_an_account_is_explained_by_documents(self):
        self.income.qbo_account_id = self.account_of(self.chlorine)
        self.connection._forget_opening()
        self.assertGreen(self.prove())
        invoice = self.synced_invoice()
        self.assertGreen(self.prove())
        product = self.visit
        values = [self._item_line(self.chlorine.qbo_id, 1, 10), self._item_line(product.qbo_id, 1, 10)]
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': values})
        self.connection._schedule('documents').cursor = fields.Datetime.add(fields.Datetime.now(), hours=1)
        proof = self.prove()
        self.assertEqual(
            proof.state, 'agrees' if self.account_of(product) == self.account_of(self.chlorine) else 'differs'
        )

    def account_of(self, product):
        """Return the income account of a product in QuickBooks."""
        item = self.sandbox.get('Item', product.qbo_id)
        return self.env['qbo.reference']._of(self.connection, 'Account', item['IncomeAccountRef']['value'])


@tagged('post_install', '-at_install')
class TestExpected(ProofCase):
    """What nobody has to act on is listed, and green."""

    def assertExpected(self, reason, amount):
        proof = self.prove()
        self.assertGreen(proof)
        parts = proof.expected_ids.filtered(lambda line: line.kind == 'customer').mapped('parts')
        self.assertIn({reason: amount}, parts)

    def test_before_the_start(self):
        self.invoice(invoice_date='2025-11-02')
        self.run_engine()
        self.assertExpected('before', 2000)

    def test_only_in_odoo(self):
        self.invoice(qbo_invoice_type='odoo')
        self.assertExpected('excluded', 2000)

    def test_held_back(self):
        self.prefer(AccountingInfoPrefs={'BookCloseDate': '2026-03-31'})
        self.invoice()
        self.run_engine()
        self.assertExpected('document_pending', 2000)

    def test_on_its_way(self):
        self.env['qbo.change'].search([]).unlink()
        self.invoice()
        self.env['qbo.change'].search([]).unlink()
        self.assertExpected('document_pending', 2000)

    def test_what_the_next_pull_brings(self):
        self.connection._schedule('documents').cursor = fields.Datetime.subtract(fields.Datetime.now(), minutes=1)
        self.sell()
        proof = self.prove()
        self.assertGreen(proof)
        self.assertEqual(
            proof.expected_ids.document_ids.filtered(lambda item: not item.is_old).mapped('reason'),
            [{'key': 'proof_next_pull', 'values': {}}],
        )

    def test_a_payment_that_the_bank_has_not_confirmed(self):
        invoice = self.synced_invoice()
        payment = self.pay(invoice)
        self.synced(payment)
        self.assertGreen(self.prove())

    def test_a_refund_receipt_is_owed_by_nobody(self):
        credit = self.invoice(move_type='out_refund')
        credit.qbo_is_refund = True
        credit._qbo_pay_out(self.bank)
        self.synced(credit)
        self.assertEqual(credit.qbo_link_id.entity, 'RefundReceipt')
        self.assertGreen(self.prove())
