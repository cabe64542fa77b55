from odoo.fields import Command

from .test_document_edges import EdgeCase


class TestEdgesRefund(EdgeCase):
    def wizard(self, payment, **vals):
        action = payment.action_qbo_refund()
        return self.env[action['res_model']].with_context(**action['context']).create(vals)

    def refund(self, payment, **vals):
        action = self.wizard(payment, **vals).action_refund()
        return self.env['account.move'].browse(action['res_id'])

    def test_less_is_refunded_there(self):
        bank = {'value': self.account('Bank').qbo_id}
        entity = self.sell('RefundReceipt', DepositToAccountRef=bank)
        self.pull('documents')
        move = self.move_of(entity)
        for quantity in (1, 3):
            self.sandbox.update(
                'RefundReceipt', entity['Id'], {'Line': [self._item_line(self.chlorine.qbo_id, quantity, 10)]}
            )
            self.pull('documents')
            self.assertEqual((move.amount_total, move._qbo_refund_payment().amount), (quantity * 10, quantity * 10))
            self.assertEqual(move.amount_residual, 0)
            self.calm()

    def test_a_cancelled_refund_takes_its_money_back(self):
        payment = self.synced(self.pay(self.invoice()))
        refund = self.refund(payment)
        self.run_engine()
        refund.button_cancel()
        self.run_engine()
        self.assertEqual(refund._qbo_refund_payment().state, 'canceled')

    def test_the_whole_is_refunded_with_accepted_tax(self):
        tax = self.env['account.tax'].create({'name': 'GA State', 'amount': 4.0, 'type_tax_use': 'sale'})
        invoice = self.draft(lines=[(self.chlorine, 1, 100.0, tax)])
        line = invoice.line_ids.filtered(lambda line: line.display_type == 'tax')
        invoice.write({'line_ids': [Command.update(line.id, {'amount_currency': -3.97})]})
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 103.97)
        payment = self.synced(self.pay(invoice))
        refund = self.refund(payment)
        self.assertEqual(refund.amount_total, 103.97)

    def test_edited_here_the_difference_of_the_money_is_said(self):
        payment = self.synced(self.pay(self.invoice()))
        refund = self.refund(payment)
        self.run_engine()
        self.edit(refund, {'invoice_line_ids': [Command.update(refund.invoice_line_ids.id, {'quantity': 1})]})
        self.run_engine()
        self.assertEqual(self.in_qbo(refund)['TotalAmt'], 10)
        self.assertEqual(refund.qbo_state, 'differs')

    def test_another_account_there(self):
        bank = {'value': self.account('Bank').qbo_id}
        till = self.cash_journal()
        till.qbo_deposit_account_id = self.account('Other Current Asset', name='Undeposited Funds')
        self.bank.qbo_deposit_account_id = self.account('Bank')
        entity = self.sell('RefundReceipt', DepositToAccountRef=bank)
        self.pull('documents')
        move = self.move_of(entity)
        self.assertEqual(move._qbo_refund_payment().journal_id, self.bank)
        self.sandbox.update(
            'RefundReceipt', entity['Id'], {'DepositToAccountRef': {'value': till.qbo_deposit_account_id.qbo_id}}
        )
        self.pull('documents')
        self.assertEqual(move._qbo_refund_payment().journal_id, till)
        self.calm()


class TestEdgesCurrency(EdgeCase):
    def setUp(self):
        super().setUp()
        self.euro = self.env.ref('base.EUR')
        self.euro.active = True
        self.env['res.currency.rate'].create(
            {'name': '2026-03-01', 'currency_id': self.euro.id, 'rate': 0.8, 'company_id': self.company.id}
        )
        self.prefer(CurrencyPrefs={'MultiCurrencyEnabled': True, 'HomeCurrency': {'value': 'USD'}})
        row = self.sandbox.create('Customer', {'DisplayName': "Piscines Azur", 'CurrencyRef': {'value': 'EUR'}})
        self.pull('customers')
        self.abroad = self.env['res.partner'].search([('qbo_id', '=', row['Id'])])
        self.sandbox.requests.clear()

    def test_rate_of_a_payment_stays_when_the_amount_changes(self):
        entity = self.receive(
            50.0, CustomerRef={'value': self.abroad.qbo_id}, CurrencyRef={'value': 'EUR'}, ExchangeRate=1.3
        )
        self.pull('documents')
        payment = self.payment_of(entity)
        self.sandbox.update('Payment', entity['Id'], {'TotalAmt': 60.0})
        self.pull('documents')
        self.assertEqual(payment.amount_company_currency_signed, 78.0)
        self.calm()

    def test_rate_of_a_payment_changed_there(self):
        entity = self.receive(
            50.0, CustomerRef={'value': self.abroad.qbo_id}, CurrencyRef={'value': 'EUR'}, ExchangeRate=1.3
        )
        self.pull('documents')
        payment = self.payment_of(entity)
        self.sandbox.update('Payment', entity['Id'], {'ExchangeRate': 1.4})
        self.pull('documents')
        self.assertEqual(payment.amount_company_currency_signed, 70.0)
        self.calm()

    def test_rate_of_an_invoice(self):
        entity = self.sell(customer=self.abroad.qbo_id, CurrencyRef={'value': 'EUR'}, ExchangeRate=1.3)
        self.pull('documents')
        move = self.move_of(entity)
        self.assertEqual(move.amount_total_signed, 26.0)
        self.sandbox.update('Invoice', entity['Id'], {'ExchangeRate': 1.4})
        self.pull('documents')
        self.assertEqual(move.amount_total_signed, 28.0, move.qbo_error)
        self.sandbox.update('Invoice', entity['Id'], {'TxnDate': '2026-03-05'})
        self.pull('documents')
        self.assertEqual(move.amount_total_signed, 28.0, move.qbo_error)
        self.calm()

    def test_rate_of_an_invoice_paid_and_edited(self):
        invoice = self.synced_invoice(self.abroad, currency_id=self.euro.id)
        payment = self.synced(self.pay(invoice, payment_date='2026-03-04'))
        self.assertEqual(self.in_qbo(invoice)['ExchangeRate'], 1.25)
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': [self._item_line(self.chlorine.qbo_id, 3, 10)]})
        self.pull('documents')
        self.assertEqual((invoice.amount_total, invoice.amount_residual), (30.0, 10.0))
        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
        self.calm()


class TestEdgesOdd(EdgeCase):
    def test_zero_amount(self):
        invoice = self.synced_invoice(lines=[(self.chlorine, 2, 0.0)])
        self.assertEqual(self.in_qbo(invoice)['TotalAmt'], 0)
        self.calm()
        invoice = self.synced_invoice(lines=[(self.chlorine, 0, 5.0)])
        self.calm()

    def test_zero_amount_there(self):
        move = None
        entity = self.sell(lines=[(self.chlorine.qbo_id, 2, 0)])
        self.pull('documents')
        move = self.move_of(entity)
        self.assertEqual(move.state, 'posted')
        self.assertNoErrors()
        self.calm()

    def test_only_a_section(self):
        invoice = self.draft(lines=["Nothing"])
        invoice.action_post()
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'held')
        self.calm()

    def test_an_archived_product(self):
        product = self.env['product.product'].create({'name': "Old pump", 'list_price': 5.0})
        invoice = self.draft(lines=[(product, 1, 5.0)])
        self.env['qbo.change'].search([]).unlink()
        product.active = False
        invoice.action_post()
        self.run_engine()
        self.assertIn(invoice.qbo_state, ('synced', 'error', 'pending'))
        self.calm()

    def test_early_payment_discount(self):
        for computation in ('included', 'excluded', 'mixed'):
            with self.subTest(computation=computation):
                term = self.env['account.payment.term'].create(
                    {
                        'name': f"2/7 {computation}",
                        'early_discount': True,
                        'discount_percentage': 2,
                        'discount_days': 7,
                        'early_pay_discount_computation': computation,
                        'line_ids': [Command.create({'value': 'percent', 'value_amount': 100, 'nb_days': 30})],
                    }
                )
                tax = self.env['account.tax'].search([('name', '=', 'GA State')]) or self.env['account.tax'].create(
                    {'name': 'GA State', 'amount': 4.0, 'type_tax_use': 'sale'}
                )
                invoice = self.invoice(lines=[(self.chlorine, 1, 100.0, tax)], invoice_payment_term_id=term.id)
                self.run_engine()
                self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
                self.assertEqual(self.in_qbo(invoice)['TotalAmt'], invoice.amount_total)
                payment = self.pay(invoice, payment_date='2026-03-04')
                self.run_engine()
                self.assertEqual(payment.qbo_state, 'held')
                self.calm()

    def test_instalments(self):
        term = self.env['account.payment.term'].create(
            {
                'name': "Halves",
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': 50, 'nb_days': 10}),
                    Command.create({'value': 'percent', 'value_amount': 50, 'nb_days': 40}),
                ],
            }
        )
        invoice = self.synced_invoice(lines=[(self.visit, 1, 100.0)], invoice_payment_term_id=term.id)
        payment = self.pay(invoice, 70.0)
        self.run_engine()
        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
        self.assertEqual(self.open_in_qbo(invoice), [30.0])
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': [self._item_line(self.visit.qbo_id, 1, 120)]})
        self.pull('documents')
        self.assertEqual(invoice.invoice_payment_term_id, term)
        self.assertEqual(invoice.amount_residual, 50.0)
        self.calm()

    def test_customer_is_a_contact(self):
        contact = self.env['res.partner'].create(
            {'name': "Ann", 'parent_id': self.acme.id, 'email': 'ann@acme.example'}
        )
        invoice = self.synced_invoice(contact)
        self.assertEqual(self.in_qbo(invoice)['CustomerRef']['value'], self.acme.qbo_id)
        payment = self.synced(self.pay(invoice))
        self.assertEqual(self.open_in_qbo(invoice), [0])
        self.sandbox.update('Invoice', invoice.qbo_id, {'CustomerMemo': {'value': "X"}})
        self.pull('documents')
        self.assertEqual(invoice.partner_id, contact)
        self.calm()
        self.assertTrue(payment)

    def test_payment_with_two_invoices_one_edited_there(self):
        first, second = self.synced_invoice(), self.synced_invoice(lines=[(self.visit, 1, 145.0)])
        payment = self.synced(self.pay(first + second))
        self.sandbox.update('Invoice', first.qbo_id, {'Line': [self._item_line(self.chlorine.qbo_id, 3, 10)]})
        self.pull('documents')
        self.assertEqual((first.amount_residual, second.amount_residual), (10.0, 0.0))
        self.assertEqual(self.open_in_qbo(first, second), [10.0, 0])
        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
        self.calm()

    def test_credit_note_applied_then_edited_here(self):
        sold = self.synced_invoice(lines=[(self.visit, 1, 145.0)])
        credit = self.synced(self.invoice(lines=[(self.visit, 1, 45.0)], move_type='out_refund'))
        self.apply(credit, sold)
        self.run_engine()
        self.edit(credit, {'invoice_line_ids': [Command.update(credit.invoice_line_ids.id, {'price_unit': 30})]})
        self.run_engine()
        self.assertNoErrors()
        self.assertEqual(self.open_in_qbo(sold, credit), [145.0, 30.0])
        self.apply(credit, sold)
        self.run_engine()
        self.assertEqual(self.open_in_qbo(sold, credit), [115.0, 0])
        self.calm()

    def test_credit_note_applied_then_edited_there(self):
        sold = self.synced_invoice(lines=[(self.visit, 1, 145.0)])
        credit = self.synced(self.invoice(lines=[(self.visit, 1, 45.0)], move_type='out_refund'))
        self.apply(credit, sold)
        self.run_engine()
        self.sandbox.update('CreditMemo', credit.qbo_id, {'Line': [self._item_line(self.visit.qbo_id, 1, 60)]})
        self.pull('documents')
        self.assertEqual(self.open_in_odoo(sold, credit), [100.0, 15.0])
        self.assertEqual(self.open_in_qbo(sold, credit), [100.0, 15.0])
        self.assertNoErrors()
        self.calm()

    def test_drafts_and_their_payments(self):
        self.connection.take_invoices_as = 'draft'
        entity = self.sell()
        self.sandbox.pay(entity['Id'])
        self.pull('documents')
        move = self.move_of(entity)
        self.assertEqual(move.state, 'draft')
        move.action_post()
        self.run_engine()
        self.pull('documents')
        self.assertEqual(move.payment_state, 'paid' if move.payment_state != 'in_payment' else 'in_payment')
        self.calm()

    def test_search_by_state_in_a_company_without_connection(self):
        other = self.env['res.company'].create({'name': "Other"})
        moves = self.env['account.move'].with_company(other)
        payments = self.env['account.payment'].with_company(other)
        for state in ('pending', 'synced', 'error', 'differs', False):
            self.assertFalse(moves.search([('qbo_state', '=', state), ('id', '=', 0)]))
            self.assertFalse(payments.search([('qbo_state', '=', state), ('id', '=', 0)]))

    def test_discount_before_tax_set_there_while_lines_change_here(self):
        invoice = self.synced_invoice(qbo_discount=10, lines=[(self.chlorine, 10, 10.0)])
        self.sandbox.update('Invoice', invoice.qbo_id, {'ApplyTaxAfterDiscount': True})
        item = invoice.invoice_line_ids.filtered(lambda line: not line.qbo_is_discount)
        self.edit(invoice, {'invoice_line_ids': [Command.update(item.id, {'quantity': 4})]})
        self.pull('documents')
        self.run_engine()
        self.assertEqual(invoice.qbo_discount_before_tax, self.in_qbo(invoice).get('ApplyTaxAfterDiscount'))
        self.calm()
