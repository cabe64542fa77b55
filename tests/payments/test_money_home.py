"""Exchange rates: what is booked at home comes out to the last decimal (qbo/rates.py)."""

from .test_money import MoneyCase


class TestHome(MoneyCase):
    """What is booked at home comes out to the last decimal, or it is said."""

    def vietnamese(self):
        self.abroad('VND', 25_412.0)
        return self.synced(self.invoice(self.someone, lines=[(self.visit, 1, 251_234_000.0)], **self.vals))

    def test_a_large_amount_in_dong_is_right_to_the_cent(self):
        invoice = self.vietnamese()
        self.assertEqual(invoice.amount_total_signed, 9_886.43)
        self.assertEqual(self.in_qbo(invoice)['HomeTotalAmt'], 9_886.43)
        payment = self.synced(self.pay(invoice))
        self.assertAgree(invoice, payment)

    def test_where_quickbooks_cuts_the_rate_it_is_said_until_it_takes_it(self):
        self.sandbox.configure(exchange_rate_digits=7)
        self.abroad('VND', 25_412.0)
        invoice = self.invoice(self.someone, lines=[(self.visit, 1, 251_234_000.0)], **self.vals)
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'differs')
        home = self.company.currency_id
        for amount in (9_886.43, self.in_qbo(invoice)['HomeTotalAmt']):
            self.assertIn(home.format(amount), invoice.qbo_error)
        self.assertEqual(self.link(invoice).error_fix, 'send_rate')

        self.sandbox.configure(exchange_rate_digits=None)
        self.press(invoice)
        self.assertAgree(invoice)
        self.assertEqual(self.in_qbo(invoice)['HomeTotalAmt'], 9_886.43)
