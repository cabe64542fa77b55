from odoo.tests import Form

from ..payment_case import PaymentCase


class TestPaymentMethod(PaymentCase):
    """How it was paid is the same on both sides."""

    def test_a_method_that_quickbooks_has_is_linked_by_its_name(self):
        payment = self.payment(payment_method_line_id=self.method_line("Check").id)
        self.run_engine()
        self.assertEqual(self.in_qbo(payment)['PaymentMethodRef']['value'], self.method('Check')['value'])

    def test_a_method_that_quickbooks_lacks_is_created_once(self):
        line = self.method_line("Zelle")
        first = self.payment(payment_method_line_id=line.id)
        self.run_engine()
        self.assertRequests('POST paymentmethod', 'POST payment')
        second = self.payment(payment_method_line_id=line.id)
        self.run_engine()

        self.assertEqual(self.in_qbo(first)['PaymentMethodRef'], self.in_qbo(second)['PaymentMethodRef'])
        self.assertEqual(self.in_qbo(first)['PaymentMethodRef']['value'], self.method('Zelle')['value'])

    def test_switched_on_the_methods_of_quickbooks_are_known_and_none_is_refused(self):
        self.connection.sync_billing = False
        self.connection.with_user(self.manager).action_switch_on_billing()
        self.run_engine()
        self.sandbox.requests.clear()

        payment = self.payment(payment_method_line_id=self.method_line("Check").id)
        self.run_engine()

        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
        self.assertRequests('POST payment')

    def test_a_general_method_says_nothing_except_cash_on_a_cash_journal(self):
        cash = self.cash_journal()
        general, coins = self.payment(), self.payment(journal_id=cash.id)
        self.run_engine()
        self.assertNotIn('PaymentMethodRef', self.in_qbo(general))
        self.assertEqual(self.in_qbo(coins)['PaymentMethodRef']['value'], self.method('Cash')['value'])

    def test_a_payment_without_a_method_is_other_here_and_stays_blank_there(self):
        entity = self.receive()
        self.pull('documents')
        payment = self.payment_of(entity)
        self.assertEqual(payment.payment_method_line_id.name, "Other")

        payment.memo = "Thank you"
        self.run_engine()
        self.assertEqual(self.in_qbo(payment)['PrivateNote'], "Thank you")
        self.assertNotIn('PaymentMethodRef', self.in_qbo(payment))

    def test_a_method_renamed_in_quickbooks_is_renamed_here(self):
        line = self.method_line("Check")
        self.synced(self.payment(payment_method_line_id=line.id))

        self.sandbox.update('PaymentMethod', self.method('Check')['value'], {'Name': "Cheque"})
        self.pull('documents')

        self.assertEqual(line.name, "Cheque")


class TestAccountCredit(PaymentCase):
    """Account credit is a payment with the method Adjustment/Credit."""

    def test_given_on_the_customer_it_is_a_payment_with_that_method(self):
        action = self.acme.action_qbo_give_credit()
        payment = self.env['account.payment'].with_context(**action['context']).create({'amount': 30.0})
        self.assertRecordValues(payment, [{'partner_id': self.acme.id, 'qbo_account_credit': True}])
        payment.action_post()

        self.run_engine()

        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
        entity = self.in_qbo(payment)
        self.assertEqual(entity['PaymentMethodRef']['value'], self.method('Adjustment/Credit')['value'])
        self.assertEqual(entity['UnappliedAmt'], 30.0)

    def test_in_quickbooks_a_payment_with_that_method_is_account_credit(self):
        method = self.sandbox.create('PaymentMethod', {'Name': 'Adjustment/Credit'})
        entity = self.receive(30.0, PaymentMethodRef={'value': method['Id']})

        self.pull('documents')

        payment = self.payment_of(entity)
        self.assertTrue(payment.qbo_account_credit)
        payment.memo = "Thank you"
        self.run_engine()
        self.assertEqual(self.in_qbo(payment)['PaymentMethodRef']['value'], method['Id'])


class TestPaymentLost(PaymentCase):
    """Answers that are lost double no payment, though payments have no names."""

    def test_two_payments_of_one_amount_stay_two_when_their_answer_is_lost(self):
        payments = self.payment(50.0) + self.payment(50.0)
        self.sandbox.arm('drop_after_commit', on='batch')
        before = len(self.sandbox.all('Payment'))
        self.run_engine()
        self.connection.paused_until = False
        self.env['qbo.request'].search([('state', '=', 'unanswered')]).retry_at = '2099-01-01'

        self.pull('documents')

        self.assertEqual(payments.mapped('qbo_state'), ['synced'] * 2)
        self.assertEqual(len(set(payments.mapped('qbo_id'))), 2)
        self.assertEqual(len(self.sandbox.all('Payment')), before + 2)
        self.assertEqual(self.env['account.payment'].search_count([('amount', '=', 50.0)]), 2)

    def test_nor_when_each_was_sent_by_itself(self):
        payments = self.env['account.payment']
        for _number in range(2):
            payments += self.payment(50.0)
            self.sandbox.arm('drop_after_commit', on='payment')
            self.run_engine()
            self.connection.paused_until = False
            self.env['qbo.request'].search([('state', '=', 'unanswered')]).retry_at = '2099-01-01'

        self.pull('documents')

        self.assertEqual(payments.mapped('qbo_state'), ['synced'] * 2)
        self.assertEqual(self.env['account.payment'].search_count([('amount', '=', 50.0)]), 2)

    def test_what_is_open_is_not_reduced_twice_where_the_document_came_first(self):
        """What is open comes with the invoice, and the answer to the payment after it."""
        invoice = self.synced_invoice()
        payment = self.payment(15.0)
        self.apply(payment, invoice)
        self.sandbox.arm('drop_after_commit', on='payment')
        self.run_engine()
        self.connection.paused_until = False
        self.env['qbo.request'].search([('state', '=', 'unanswered')]).retry_at = '2099-01-01'

        self.pull('documents')

        self.assertEqual(self.open_in_qbo(invoice), [invoice.amount_residual])
        self.assertEqual((invoice.qbo_state, payment.qbo_state), ('synced', 'synced'), invoice.qbo_error)
        self.assertEqual(invoice.qbo_link_id.sudo().snapshot['Balance'], invoice.amount_residual)


class TestPaymentClosedBooks(PaymentCase):
    """Payments in a period that is closed in QuickBooks."""

    def close(self):
        self.prefer(AccountingInfoPrefs={'BookCloseDate': '2026-03-31'})

    def test_a_new_payment_is_held_and_says_so(self):
        self.close()
        payment = self.payment()
        self.run_engine()
        self.assertEqual(payment.qbo_state, 'held')
        self.assertIn("closed up to 2026-03-31", payment.qbo_error)
        self.assertRequests()

    def test_a_new_payment_goes_to_the_first_open_day_where_that_is_the_rule(self):
        self.close()
        self.connection.closed_books = 'move'
        payment = self.payment()
        self.run_engine()
        self.assertEqual(self.in_qbo(payment)['TxnDate'], '2026-04-01')
        self.sandbox.requests.clear()

        payment.memo = "Thank you"
        self.run_engine()
        self.pull('documents')

        self.assertEqual((str(payment.date), self.in_qbo(payment)['TxnDate']), ('2026-03-03', '2026-04-01'))
        self.assertEqual(self.in_qbo(payment)['PrivateNote'], "Thank you")

    def test_a_change_of_an_old_payment_is_held_and_one_without_a_change_is_not(self):
        changed, touched = self.synced(self.payment()), self.synced(self.payment())
        self.close()

        changed.memo = "Thank you"
        touched.action_qbo_sync()
        self.run_engine()

        self.assertIn("closed", changed.qbo_error)
        self.assertEqual(touched.qbo_state, 'synced', touched.qbo_error)
        self.assertRequests()

    def test_a_period_that_is_locked_in_odoo_is_left_alone_or_booked_on_the_first_open_day(self):
        self.company.fiscalyear_lock_date = '2026-03-31'
        self.connection.closed_books = 'move'
        entity = self.receive(50.0)
        self.pull('documents')
        payment = self.payment_of(entity)
        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
        self.assertGreater(str(payment.move_id.date), '2026-03-31')


class TestPaymentCurrency(PaymentCase):
    """Payments in another currency than the home currency."""

    def setUp(self):
        super().setUp()
        self.euro = self.env.ref('base.EUR')
        self.euro.active = True
        self.env['res.currency.rate'].create(
            {'name': '2026-03-01', 'currency_id': self.euro.id, 'rate': 0.8, 'company_id': self.company.id}
        )

    def european(self):
        """Return a customer of QuickBooks whose currency is the euro."""
        self.prefer(CurrencyPrefs={'MultiCurrencyEnabled': True, 'HomeCurrency': {'value': 'USD'}})
        row = self.sandbox.create('Customer', {'DisplayName': "Piscines Azur", 'CurrencyRef': {'value': 'EUR'}})
        self.pull('customers')
        self.sandbox.requests.clear()
        return self.env['res.partner'].search([('qbo_id', '=', row['Id'])])

    def test_without_multicurrency_it_is_not_sent_and_says_so(self):
        payment = self.payment(currency_id=self.euro.id)
        self.run_engine()
        self.assertEqual(payment.qbo_state, 'held')
        self.assertIn("multicurrency", payment.qbo_error)
        self.assertRequests()

    def test_currency_and_rate_are_sent(self):
        payment = self.payment(partner_id=self.european().id, currency_id=self.euro.id)
        self.run_engine()
        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
        entity = self.in_qbo(payment)
        self.assertEqual((entity['CurrencyRef']['value'], entity['ExchangeRate']), ('EUR', 1.25))

    def test_currency_and_rate_arrive_and_stay_when_the_amount_changes(self):
        customer = self.european()
        entity = self.receive(
            50.0, CustomerRef={'value': customer.qbo_id}, CurrencyRef={'value': 'EUR'}, ExchangeRate=1.3
        )
        self.pull('documents')
        payment = self.payment_of(entity)
        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
        self.assertEqual((payment.currency_id, payment.amount), (self.euro, 50.0))
        self.assertEqual(payment.amount_company_currency_signed, 65.0)

        self.sandbox.update('Payment', entity['Id'], {'TotalAmt': 60.0})
        self.pull('documents')
        self.run_engine()

        self.assertEqual((payment.amount, payment.qbo_state), (60.0, 'synced'))
        self.assertFalse([row for row in self.sandbox.requests if row.entity == 'payment'])


class TestPaymentScreens(PaymentCase):
    """What people see."""

    def test_a_bookkeeper_records_a_payment_and_sees_its_state(self):
        with Form(self.env['account.payment'].with_user(self.user)) as form:
            form.partner_id = self.acme
            form.amount = 12.0
            form.journal_id = self.bank
            form.payment_reference = '1187'
        payment = form.save()
        self.assertEqual(payment.qbo_deposit_account_id, self.connection.deposit_account_id)
        payment.action_post()
        self.assertEqual(payment.qbo_state, 'pending')
        self.run_engine()
        self.assertEqual(payment.qbo_state, 'synced')
        self.assertIn(payment, self.env['account.payment'].search([('qbo_state', '=', 'synced')]))

    def test_where_a_payment_was_created_is_known_on_it(self):
        here, there = self.synced(self.payment()), self.receive()
        self.pull('documents')
        self.assertEqual((here.qbo_origin, self.payment_of(there).qbo_origin), ('odoo', 'qbo'))
