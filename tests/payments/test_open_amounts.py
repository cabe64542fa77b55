from ..documents.test_invoice_tax import TaxCase
from ..payment_case import PaymentCase


class TestDeposit(PaymentCase):
    """Money that was received on the form of an invoice in QuickBooks is no payment (qbo-api 9.6)."""

    def setUp(self):
        super().setUp()
        self.prefer(SalesFormsPrefs={'AllowDeposit': True})

    def assertShown(self, invoice):
        self.assertEqual(invoice.qbo_state, 'differs', invoice.qbo_error)
        self.assertIn("deposit of $ 5.00 on the invoice itself", invoice.qbo_error.replace('\xa0', ' '))
        self.assertFalse(invoice.qbo_can_accept_tax)

    def test_it_is_shown_until_it_is_a_payment(self):
        entity = self.sell(Deposit=5.0)
        self.pull('documents')
        invoice = self.move_of(entity)
        self.assertEqual((invoice.amount_residual, self.open_in_qbo(invoice)), (20, [15]))
        self.assertShown(invoice)

        self.sandbox.update('Invoice', entity['Id'], {'Deposit': 0})
        self.receive(5.0, lines=[(invoice, 5.0)])
        self.pull('documents')

        self.assertEqual((invoice.amount_residual, self.open_in_qbo(invoice)), (15, [15]))
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)

    def test_received_on_an_invoice_of_odoo_it_is_shown_and_survives_an_edit(self):
        invoice = self.synced_invoice()
        self.sandbox.update('Invoice', invoice.qbo_id, {'Deposit': 5.0})
        self.pull('documents')
        self.assertShown(invoice)

        invoice.narration = "<p>Thanks</p>"
        self.run_engine()

        self.assertEqual(self.in_qbo(invoice)['CustomerMemo']['value'], "Thanks")
        self.assertEqual(self.in_qbo(invoice)['Deposit'], 5)
        self.assertShown(invoice)


class TestCashRounding(TaxCase):
    """Totals that are rounded for cash are the same on both sides."""

    def setUp(self):
        super().setUp()
        self.connection.line_product_id = self.visit

    def method(self, strategy):
        accounts = self.env['account.account'].search([('account_type', '=', 'income_other')], limit=1)
        return self.env['account.cash.rounding'].create({
            'name': "Nickel", 'rounding': 0.05, 'strategy': strategy, 'rounding_method': 'HALF-UP',
            'profit_account_id': accounts.id, 'loss_account_id': accounts.id,
        })  # fmt: skip

    def rounded(self, strategy, price=9.99, **vals):
        """Return a confirmed invoice of 4 % tax, rounded to five cents."""
        lines = [(self.chlorine, 1, price, self.taxes['GA State'])]
        return self.invoice(lines=lines, invoice_cash_rounding_id=self.method(strategy).id, **vals)

    def assertSame(self, document, total, tax):
        self.assertEqual(document.qbo_state, 'synced', document.qbo_error)
        entity = self.in_qbo(document)
        self.assertEqual((document.amount_total, entity['TotalAmt']), (total, total))
        self.assertEqual((document.amount_tax, entity['TxnTaxDetail']['TotalTax']), (tax, tax))

    def test_added_as_a_line_it_is_a_line_there_and_the_rounded_amount_can_be_paid(self):
        invoice = self.rounded('add_invoice_line')
        payment = self.pay(invoice)
        self.run_engine()
        self.assertSame(invoice, 10.4, 0.4)
        self.assertEqual(self.lines_of(self.in_qbo(invoice))[1], (self.visit.qbo_id, None, None, 0.01))
        self.assertEqual((payment.qbo_state, self.in_qbo(invoice)['Balance']), ('synced', 0), payment.qbo_error)

    def test_rounded_down_the_line_is_negative(self):
        invoice = self.rounded('add_invoice_line', price=10.02)
        self.run_engine()
        self.assertSame(invoice, 10.4, 0.4)
        self.assertEqual(self.lines_of(self.in_qbo(invoice))[1][3], -0.02)

    def test_on_a_credit_note_it_is_a_line_too(self):
        refund = self.rounded('add_invoice_line', move_type='out_refund')
        self.run_engine()
        self.assertSame(refund, 10.4, 0.4)

    def test_added_to_the_tax_it_is_in_the_tax_there(self):
        invoice = self.rounded('biggest_tax')
        payment = self.pay(invoice)
        self.run_engine()
        self.assertSame(invoice, 10.4, 0.41)
        self.assertEqual((payment.qbo_state, self.in_qbo(invoice)['Balance']), ('synced', 0), payment.qbo_error)
        self.assertEqual([line['Amount'] for line in self.in_qbo(invoice)['TxnTaxDetail']['TaxLine']], [0.41])

    def test_with_a_discount_the_totals_are_the_same(self):
        invoice = self.rounded('add_invoice_line', price=19.99, qbo_discount=10.0)
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertEqual(self.in_qbo(invoice)['TotalAmt'], invoice.amount_total)
        self.assertEqual(round(invoice.amount_total * 100) % 5, 0)

    def test_a_line_changed_there_takes_the_rounding_as_a_line_like_others(self):
        for strategy in ('add_invoice_line', 'biggest_tax'):
            with self.subTest(strategy=strategy):
                invoice = self.rounded(strategy)
                self.run_engine()
                lines = [line for line in self.in_qbo(invoice)['Line'] if 'SalesItemLineDetail' in line]
                lines[0] = {**lines[0], **self._item_line(self.chlorine.qbo_id, 3, 9.99, 'TAX')}
                self.sandbox.update('Invoice', invoice.qbo_id, {'Line': lines})
                self.pull('documents')
                entity = self.in_qbo(invoice)
                self.assertSame(invoice, entity['TotalAmt'], entity['TxnTaxDetail']['TotalTax'])
                self.sandbox.requests.clear()
                self.run_engine()
                self.assertRequests()

    def test_another_date_there_leaves_the_rounding_as_it_is(self):
        invoice = self.rounded('add_invoice_line')
        self.run_engine()
        self.sandbox.update('Invoice', invoice.qbo_id, {'DueDate': '2026-05-01'})
        self.pull('documents')
        self.assertTrue(invoice.invoice_cash_rounding_id)
        self.assertSame(invoice, 10.4, 0.4)

    def test_without_a_product_for_it_the_line_is_named(self):
        self.connection.line_product_id = False
        invoice = self.rounded('add_invoice_line')
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'held')
        self.assertIn("line “Nickel” has no product", invoice.qbo_error)

    def test_in_the_tax_that_quickbooks_calculates_it_is_an_error_with_a_way_out(self):
        self.connection.automated_tax = True
        invoice = self.rounded('biggest_tax')
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'held')
        self.assertIn("cash rounding Nickel", invoice.qbo_error)

        invoice.button_draft()
        invoice.invoice_cash_rounding_id = False
        invoice.action_post()
        self.run_engine()
        self.assertSame(invoice, 10.39, 0.4)
