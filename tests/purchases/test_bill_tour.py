from urllib.request import urlopen

from odoo.tests import HttpCase, tagged

from .payment_case import BillPaymentCase


@tagged('post_install', '-at_install')
class TestBillTour(BillPaymentCase, HttpCase):
    """Bills and their payment as a bookkeeper sees them, in Chromium."""

    def test_confirm_pay_two_look_there_edit_there_see_it(self):
        admin = self.env.ref('base.user_admin')
        admin.company_ids |= self.company
        admin.company_id = self.company
        first, second = self.draft_bill(ref='T-1'), self.synced_bill([(self.fuel, 1, 50.0)], ref='T-2')
        bills = '/odoo/action-account.action_move_in_invoice_type'
        self.start_tour(f'{bills}/{first.id}', 'qbo_bill_confirm', login='admin', timeout=600)
        self.start_tour(bills, 'qbo_bills_pay', login='admin', timeout=600)

        self.env.invalidate_all()
        payment = self.env['account.payment'].search([('partner_id', '=', self.tackle.id)])
        there = self.in_qbo(payment)
        self.assertEqual(self.applied(there), {('Bill', first.qbo_id): 80.0, ('Bill', second.qbo_id): 50.0})
        with urlopen(self.link(payment)._deep_link(), timeout=10) as page:
            shown = page.read().decode()
        self.assertIn('130', shown)
        self.assertTrue('T-1' in shown and 'T-2' in shown)
        self.sandbox.update('BillPayment', payment.qbo_id, {'DocNumber': '1187', 'TotalAmt': 140.0})
        self.pull('documents')

        url = f'/odoo/action-account.action_account_payments_payable/{payment.id}'
        self.start_tour(url, 'qbo_bill_payment_seen', login='admin', timeout=600)
        self.assertVendorAgrees()
