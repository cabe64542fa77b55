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

    def test_an_invoice_of_charges_alone_comes_as_one_line_and_stays_as_it_is_there(self):
        self.connection.line_product_id = self.visit
        plain, taxed = (self.sold_there()[0] for _number in range(2))
        charges = {'Line': [{'Amount': 20.0, 'DetailType': 'SubTotalLineDetail', 'SubTotalLineDetail': {}}]}
        self.sandbox.overwrite('Invoice', plain, charges)
        self.sandbox.overwrite('Invoice', taxed, {**charges, 'TotalAmt': 21.4, 'TxnTaxDetail': {'TotalTax': 1.4}})
        self.pull('documents')
        invoice = self.move_of({'Id': plain})
        self.assertEqual(
            invoice.invoice_line_ids.mapped(lambda line: (line.name, line.price_subtotal)), [("Charges", 20.0)]
        )
        left = self.env['qbo.link'].search([('entity', '=', 'Invoice'), ('qbo_id', '=', taxed)])
        self.assertEqual((left.res_id, left.error), (0, "Documents without lines are not imported."))

        before = self.in_qbo(invoice)['Line']
        for _touch in range(2):
            invoice.button_draft()
            invoice.action_post()
            self.run_engine()
            self.sandbox.overwrite('Invoice', plain, {'DueDate': f'2026-05-0{_touch + 1}'})
            self.pull('documents')
            self.assertEqual((invoice.qbo_state, invoice.amount_total), ('synced', 20.0), invoice.qbo_error)
        self.assertEqual(
            [line['DetailType'] for line in self.in_qbo(invoice)['Line']], [row['DetailType'] for row in before]
        )
        self.assertEqual(self.in_qbo(invoice)['TotalAmt'], 20.0)
