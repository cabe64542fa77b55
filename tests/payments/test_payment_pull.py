from types import SimpleNamespace

from odoo import fields

from ..payment_case import PaymentCase


class TestPaymentPull(PaymentCase):
    """A payment of QuickBooks is a payment in Odoo."""

    def test_a_payment_received_in_quickbooks_is_confirmed_here(self):
        entity = self.receive(
            50.0, PrivateNote="By post", PaymentRefNum='77', PaymentMethodRef=self.method('Check'), TxnDate='2026-03-04'
        )

        self.pull('documents')

        payment = self.payment_of(entity)
        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
        self.assertEqual(str(payment.date), '2026-03-04')
        self.assertRecordValues(payment, [{
            'amount': 50.0, 'memo': "By post", 'payment_reference': '77', 'partner_id': self.acme.id,
            'journal_id': self.bank.id, 'payment_type': 'inbound', 'partner_type': 'customer',
            'qbo_origin': 'qbo', 'qbo_account_credit': False,
        }])  # fmt: skip
        self.assertEqual(payment.payment_method_line_id.name, "Check")
        self.assertEqual(payment.move_id.state, 'posted')
        self.run_engine()
        self.assertRequests('GET cdc', 'POST query')  # the second one for the payment method

    def test_it_pays_exactly_what_quickbooks_says(self):
        first, second = self.synced_invoice(), self.synced_invoice(lines=[(self.visit, 1, 145.0)])

        entity = self.receive(100.0, [(first, 15.0), (second, 60.0)])
        self.pull('documents')

        payment = self.payment_of(entity)
        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
        self.assertEqual(self.open_in_odoo(first, second), [5.0, 85.0])
        self.assertEqual(self.due(payment.move_id).amount_residual, -25.0)
        self.assertEqual((first.payment_state, second.payment_state), ('partial', 'partial'))
        self.run_engine()
        self.assertRequests('GET cdc')

    def test_paid_in_full_is_paid(self):
        invoice = self.synced_invoice()
        self.sandbox.pay(invoice.qbo_id)
        self.pull('documents')
        self.assertEqual(invoice.payment_state, 'paid')
        self.assertTrue(self.due(invoice).full_reconcile_id)

    def test_an_invoice_and_its_payment_come_together(self):
        invoice = self.sell()
        self.sandbox.pay(invoice['Id'], 5.0)
        self.pull('documents')
        self.assertEqual(self.open_in_odoo(self.move_of(invoice)), [15.0])

    def test_what_is_open_is_not_reduced_twice_where_the_payment_was_edited_since(self):
        """It is younger than its invoice then, which is settled by it already."""
        entity = self.sell()
        payment = self.sandbox.pay(entity['Id'])
        self.sandbox.clock.advance(minutes=1)
        self.sandbox.update('Payment', payment['Id'], {'TotalAmt': 60.0})
        self.pull('documents')
        invoice = self.move_of(entity)
        self.assertEqual((invoice.amount_residual, self.open_in_qbo(invoice)), (0, [0]))
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertEqual(invoice.qbo_link_id.sudo().snapshot['Balance'], 0)

    def test_an_invoice_in_instalments_is_paid_from_the_first_one_on(self):
        term = self.env['account.payment.term'].create(
            {
                'name': "Halves",
                'line_ids': [(0, 0, {'value': 'percent', 'value_amount': 50.0, 'nb_days': days}) for days in (10, 40)],
            }
        )
        invoice = self.synced_invoice(invoice_payment_term_id=term.id)

        self.receive(12.0, [(invoice, 12.0)])
        self.pull('documents')

        lines = self.due(invoice).sorted('date_maturity')
        self.assertEqual(lines.mapped('amount_residual'), [0.0, 8.0])

    def test_light_edits_arrive_without_a_reset(self):
        payment = self.synced(self.payment())
        number, account = payment.move_id.name, payment.outstanding_account_id

        self.sandbox.update(
            'Payment',
            payment.qbo_id,
            {'PrivateNote': "Corrected", 'PaymentRefNum': '9', 'PaymentMethodRef': self.method('Check')},
        )
        self.pull('documents')

        self.assertRecordValues(payment, [{'memo': "Corrected", 'payment_reference': '9', 'state': 'in_process'}])
        self.assertEqual((payment.payment_method_line_id.name, payment.move_id.name), ("Check", number))
        self.assertEqual(payment.outstanding_account_id, account)
        self.run_engine()
        self.assertRequests('GET cdc', 'POST query')

    def test_another_amount_and_date_arrive_and_what_it_pays_stays_paid(self):
        invoice = self.synced_invoice()
        payment = self.synced(self.pay(invoice, 5.0))

        self.sandbox.update('Payment', payment.qbo_id, {'TotalAmt': 8.0, 'TxnDate': '2026-03-09'})
        self.pull('documents')

        self.assertEqual((payment.amount, str(payment.date)), (8.0, '2026-03-09'))
        self.assertEqual(self.open_in_odoo(invoice), [15.0])
        self.assertEqual(self.due(payment.move_id).amount_residual, -3.0)
        self.run_engine()
        self.assertRequests('GET cdc')

    def test_applied_and_taken_back_in_quickbooks(self):
        invoice = self.synced_invoice()
        payment = self.synced(self.payment(50.0))
        entry = payment.move_id

        self.sandbox.update('Payment', payment.qbo_id, {'Line': [self.settles(invoice, 12.0)]})
        self.pull('documents')
        self.assertEqual(self.open_in_odoo(invoice), [8.0])
        self.assertEqual((payment.move_id, entry.state), (entry, 'posted'))

        self.sandbox.update('Payment', payment.qbo_id, {'Line': []})
        self.pull('documents')
        self.assertEqual(self.open_in_odoo(invoice), [20.0])
        self.run_engine()
        self.assertRequests('GET cdc', 'GET cdc')

    def test_voided_in_quickbooks_is_cancelled_here(self):
        invoice = self.synced_invoice()
        payment = self.synced(self.pay(invoice))

        self.sandbox.void('Payment', payment.qbo_id)
        self.pull('documents')
        self.run_engine()

        self.assertEqual((payment.state, payment.qbo_state), ('canceled', 'synced'))
        self.assertEqual(self.open_in_odoo(invoice), [20.0])
        self.assertRequests('GET cdc')

    def test_deleted_in_quickbooks_is_cancelled_here(self):
        invoice = self.synced_invoice()
        payment = self.synced(self.pay(invoice))

        self.sandbox.delete('Payment', payment.qbo_id)
        self.pull('documents')
        self.run_engine()

        self.assertEqual((payment.state, payment.qbo_state), ('canceled', False))
        self.assertEqual(self.open_in_odoo(invoice), [20.0])
        self.assertRequests('GET cdc')

    def test_an_account_of_a_journal_leads_to_that_journal(self):
        cash = self.cash_journal()
        cash.qbo_deposit_account_id = self.account('Bank')

        entity = self.receive(50.0, DepositToAccountRef={'value': self.account('Bank').qbo_id})
        self.pull('documents')

        payment = self.payment_of(entity)
        self.assertEqual((payment.journal_id, payment.qbo_deposit_account_id), (cash, self.account('Bank')))

    def test_money_moved_to_the_account_of_another_journal_moves_here_too(self):
        cash = self.cash_journal()
        cash.qbo_deposit_account_id = self.account('Bank')
        payment = self.synced(self.payment())

        self.sandbox.update('Payment', payment.qbo_id, {'DepositToAccountRef': {'value': self.account('Bank').qbo_id}})
        self.pull('documents')
        self.run_engine()

        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
        self.assertEqual((payment.journal_id, payment.move_id.journal_id), (cash, cash))
        self.assertRequests('GET cdc')

    def test_a_payment_of_a_document_from_before_billing_pays_nothing_here_and_keeps_its_lines(self):
        invoice = self.synced_invoice()
        old = self.sell()
        self.connection.billing_since = fields.Datetime.add(fields.Datetime.now(), minutes=1)
        self.sandbox.clock.advance(minutes=2)
        entity = self.receive(50.0, [(_Entity('Invoice', old['Id']), 20.0)])

        self.pull('documents')

        payment = self.payment_of(entity)
        self.assertEqual(payment.qbo_state, 'differs')
        for words in ("30.00 of it is left in QuickBooks", "50.00 in Odoo", old['DocNumber']):
            self.assertIn(words, payment.qbo_error)
        self.assertFalse(self.move_of(old))
        self.assertEqual(self.due(payment.move_id).amount_residual, -50.0)
        self.run_engine()
        self.assertRequests('GET cdc', 'POST query')  # the second one for the invoice

        self.apply(payment, invoice)
        self.run_engine()
        self.assertEqual(
            self.applied(self.in_qbo(payment)), {('Invoice', invoice.qbo_id): 20.0, ('Invoice', old['Id']): 20.0}
        )

    def test_a_payment_waits_for_an_invoice_that_could_not_be_taken(self):
        self.company.fiscalyear_lock_date = '2026-03-02'
        invoice = self.sell()
        entity = self.receive(20.0, [(_Entity('Invoice', invoice['Id']), 20.0)])
        self.pull('documents')
        self.assertFalse(self.payment_of(entity))

        self.company.fiscalyear_lock_date = False
        self.wait(hours=1)
        self.run_engine()

        self.assertEqual(self.move_of(invoice).payment_state, 'paid')

    def test_an_invoice_that_cannot_be_read_hides_no_payment_at_its_place(self):
        invoices = [self.sell() for _number in range(2)]
        payments = [self.receive(20.0 + number) for number in range(2)]
        self.connection._schedule('documents').cursor = fields.Datetime.subtract(fields.Datetime.now(), days=40)
        self.sandbox.arm('page_4002', on='invoice', times=4)  # down to the first invoice alone

        self.pull('documents')

        self.assertFalse(self.move_of(invoices[0]))
        self.assertTrue(self.move_of(invoices[1]))
        self.assertTrue(all(self.payment_of(entity) for entity in payments))
        self.assertLogged("Invoice number 1 cannot be read")

    def test_payments_from_before_billing_stay_out_unless_odoo_has_them(self):
        self.connection.sync_billing = False
        same = self.payment(50.0, payment_reference='12')
        here = self.receive(50.0, PaymentRefNum='12', TxnDate='2026-03-03')
        other = self.receive(70.0)

        self.connection.with_user(self.manager).action_switch_on_billing()
        self.run_engine()

        self.assertEqual(same.qbo_id, here['Id'])
        self.assertFalse(self.payment_of(other))
        self.assertEqual(len([row for row in self.sandbox.all('Payment') if row.get('PaymentRefNum') == '12']), 1)

    def test_a_locked_period_is_not_touched_and_says_so(self):
        self.company.fiscalyear_lock_date = '2026-03-31'
        entity = self.receive(50.0)
        self.pull('documents')
        link = self.env['qbo.link'].search([('entity', '=', 'Payment'), ('qbo_id', '=', entity['Id'])])
        self.assertIn("locked", link.error)
        self.assertFalse(link.res_id)

    def test_a_payment_of_more_than_is_open_here_says_so(self):
        invoice = self.synced_invoice()
        own = self.payment(15.0)
        own.sudo().qbo_mode = 'never'
        self.apply(own, invoice)
        entity = self.receive(20.0, [(invoice, 20.0)])

        self.pull('documents')

        link = self.env['qbo.link'].search([('entity', '=', 'Payment'), ('qbo_id', '=', entity['Id'])])
        self.assertEqual(link.state, 'error')
        self.assertIn("than is open in Odoo", link.error)
        self.assertEqual(self.open_in_odoo(invoice), [5.0])

    def test_matched_with_the_bank_it_is_not_changed(self):
        payment = self.synced(self.payment(50.0))
        line = self.env['account.bank.statement.line'].create(
            {'journal_id': self.bank.id, 'amount': 50.0, 'payment_ref': "Deposit", 'date': '2026-03-05'}
        )
        suspense = line._seek_for_lines()[1]
        suspense.account_id = payment.outstanding_account_id
        (suspense + payment._seek_for_lines()[0]).reconcile()
        self.assertTrue(payment.reconciled_statement_line_ids)

        self.sandbox.update('Payment', payment.qbo_id, {'TotalAmt': 51.0})
        self.pull('documents')

        self.assertEqual((payment.amount, payment.qbo_state), (50.0, 'error'))
        self.assertIn("bank statement", payment.qbo_error)

    def test_both_sides_edited_are_merged(self):
        payment = self.synced(self.payment(memo="Before"))
        self.sandbox.update('Payment', payment.qbo_id, {'PaymentRefNum': '5'})
        payment.memo = "After"

        self.run_engine()

        self.assertEqual((payment.memo, payment.payment_reference), ("After", '5'))
        entity = self.in_qbo(payment)
        self.assertEqual((entity['PrivateNote'], entity['PaymentRefNum']), ("After", '5'))


class _Entity:
    """A document that only QuickBooks has."""

    def __init__(self, entity, qbo_id):
        self.qbo_id = qbo_id
        self.qbo_link_id = SimpleNamespace(entity=entity)
