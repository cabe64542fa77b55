from odoo.tests import HttpCase, tagged

from ..billing import BillingCase


@tagged('post_install', '-at_install')
class TestInvoiceTour(BillingCase, HttpCase):
    """The life of an invoice as a bookkeeper sees it, in Chromium."""

    def test_the_badge_turns_though_quickbooks_is_faster_than_the_form(self):
        self.env.ref('base.user_admin').company_ids |= self.company
        invoice = self.draft(invoice_date=self.today)
        url = f'/odoo/action-account.action_move_out_invoice_type/{invoice.id}'

        self.start_tour(url, 'qbo_invoice_confirm_fast', login='admin', timeout=600)

    def test_confirm_edit_there_see_it_pay_refund(self):
        self.env.ref('base.user_admin').company_ids |= self.company
        invoice = self.draft(invoice_date=self.today)
        url = f'/odoo/action-account.action_move_out_invoice_type/{invoice.id}'

        self.start_tour(url, 'qbo_invoice_confirm', login='admin', timeout=600)

        self.env.invalidate_all()
        self.assertEqual(self.in_qbo(invoice)['TotalAmt'], 20)
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': [self._item_line(self.chlorine.qbo_id, 3, 10)]})
        self.pull('documents')

        self.start_tour(url, 'qbo_invoice_pay_and_refund', login='admin', timeout=600)

        self.env.invalidate_all()
        payment = self.env['account.payment'].search([('partner_id', '=', self.acme.id)], order='id', limit=1)
        self.assertEqual(self.in_qbo(payment)['TotalAmt'], 30)
        refund = payment._qbo_refunds()
        self.assertEqual((self.mapping(refund)._entity, self.in_qbo(refund)['TotalAmt']), ('RefundReceipt', 30))
