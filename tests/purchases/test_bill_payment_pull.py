"""Bill payments that are made or changed in QuickBooks."""

from odoo import fields

from .payment_case import BillPaymentCase


class TestBillPaymentPull(BillPaymentCase):
    def test_a_payment_of_two_bills_and_credit_arrives_exactly(self):
        first, second = self.synced_bill(ref='T-1'), self.synced_bill(ref='T-2')
        credit = self.synced_bill([(self.fuel, 1, 30.0)], move_type='in_refund', ref='C-1')
        there = self.pay_there(60.0, (first, 50.0), (second, 25.0), (credit, 30.0), DocNumber='77', PrivateNote="Hi")
        self.pull('documents')
        payment = self.payment_of(there)
        self.assertEqual(
            (payment.payment_type, payment.partner_type, payment.amount, str(payment.date), payment.journal_id),
            ('outbound', 'supplier', 60.0, '2026-03-06', self.bank),
        )
        self.assertEqual((payment.payment_reference, payment.memo), ('77', "Hi"))
        self.assertEqual(self.open_in_odoo(first, second, credit), [30.0, 55.0, 0.0])
        self.assertSynced(payment, first, second, credit)
        self.assertVendorAgrees()
        self.sandbox.requests.clear()
        self.run_engine()
        self.assertRequests()

    def test_a_bill_and_its_payment_come_together(self):
        bill = self.buy()
        there = self.pay_there(80.0, (bill, 80.0))
        self.pull('documents')
        self.assertEqual(self.bill_of(bill).payment_state in ('paid', 'in_payment'), True)
        self.assertSynced(self.payment_of(there), self.bill_of(bill))

    def test_edits_there_arrive(self):
        first, second = self.synced_bill(ref='T-1'), self.synced_bill(ref='T-2')
        there = self.pay_there(80.0, (first, 80.0))
        self.pull('documents')
        payment = self.payment_of(there)
        cases = {
            'number and note': ({'DocNumber': '88', 'PrivateNote': "Hello"}, [0.0, 80.0]),
            'amount': ({'TotalAmt': 60.0, 'Line': [self.settles(first, 60.0)]}, [20.0, 80.0]),
            'taken off': ({'Line': []}, [80.0, 80.0]),
            'another bill': ({'Line': [self.settles(second, 60.0)]}, [80.0, 20.0]),
            'day': ({'TxnDate': '2026-03-09'}, [80.0, 20.0]),
            'both': (
                {'TotalAmt': 100.0, 'Line': [self.settles(first, 60.0), self.settles(second, 40.0)]},
                [20.0, 40.0],
            ),
        }
        for name, (members, open_) in cases.items():
            with self.subTest(name):
                there = self.sandbox.update('BillPayment', there['Id'], members)
                self.pull('documents')
                self.assertEqual(self.open_in_odoo(first, second), open_)
                self.assertSynced(payment, first, second)
                self.assertVendorAgrees()
                self.assertEqual(payment.amount, there['TotalAmt'])
        self.assertEqual((payment.payment_reference, str(payment.date)), ('88', '2026-03-09'))

    def test_voided_and_deleted_there_is_canceled_here(self):
        for end in ('void', 'delete'):
            with self.subTest(end):
                bill = self.synced_bill(ref=f'T-{end}')
                there = self.pay_there(80.0, (bill, 80.0))
                self.pull('documents')
                payment = self.payment_of(there)
                getattr(self.sandbox, end)('BillPayment', there['Id'])
                self.pull('documents')
                self.assertEqual((payment.state, self.open_in_odoo(bill)), ('canceled', [80.0]))
                self.assertSynced(bill)

    def test_by_card_it_comes_into_the_journal_of_the_card(self):
        bill = self.synced_bill()
        there = self.pay_there(
            80.0,
            (bill, 80.0),
            PayType='CreditCard',
            CheckPayment=None,
            CreditCardPayment={'CCAccountRef': {'value': self.card.qbo_id}},
        )
        self.pull('documents')
        payment = self.payment_of(there)
        self.assertEqual(payment.journal_id, self.visa)
        self.assertSynced(payment, bill)

    def test_an_account_that_no_journal_stands_for_is_named(self):
        bill = self.synced_bill()
        account = {'BankAccountRef': {'value': self.savings.qbo_id}}
        there = self.pay_there(80.0, (bill, 80.0), CheckPayment=account)
        self.pull('documents')
        link = self.env['qbo.link'].search([('entity', '=', 'BillPayment'), ('qbo_id', '=', there['Id'])])
        self.assertEqual(link.state, 'error')
        self.assertIn(self.savings.name, link.error)
        journal = self.env['account.journal'].create({'name': "Savings", 'type': 'bank', 'code': 'SAV'})
        journal.qbo_paid_from_id = self.savings
        self.run_engine()
        self.assertEqual(self.payment_of(there).journal_id, journal)
        self.assertSynced(self.payment_of(there), bill)

    def test_credit_applied_there_without_money_is_applied_here(self):
        bill = self.synced_bill()
        credit = self.synced_bill([(self.fuel, 1, 30.0)], move_type='in_refund', ref='C-1')
        there = self.pay_there(0, (bill, 20.0), (credit, 20.0))
        self.pull('documents')
        self.assertEqual(self.open_in_odoo(bill, credit), [60.0, 10.0])
        self.assertSynced(bill, credit)
        lines = [self.settles(bill, 30.0), self.settles(credit, 30.0)]
        self.sandbox.update('BillPayment', there['Id'], {'Line': lines})
        self.pull('documents')
        self.assertEqual(self.open_in_odoo(bill, credit), [50.0, 0.0])
        self.sandbox.delete('BillPayment', there['Id'])
        self.pull('documents')
        self.assertEqual(self.open_in_odoo(bill, credit), [80.0, 30.0])
        self.assertSynced(bill, credit)

    def test_a_bill_from_before_purchases_pays_nothing_here_and_keeps_its_line(self):
        old = self.buy()
        self.sandbox.clock.advance(minutes=10)
        self.connection.purchases_since = fields.Datetime.add(fields.Datetime.now(), minutes=5)
        there = self.pay_there(80.0, (old, 80.0))
        self.pull('documents')
        payment = self.payment_of(there)
        self.assertEqual(payment.amount, 80.0)
        self.assertEqual(payment.qbo_state, 'differs')
        self.assertIn("Bill", payment.qbo_error)
        payment.memo = "Thank you"
        self.run_engine()
        self.assertEqual(self.applied(self.in_qbo(payment)), {('Bill', old['Id']): 80.0})

    def test_a_check_beside_credit_of_before_comes_with_its_money(self):
        """The rest of the bill stays open here and says so; following brings the credit."""
        old = self.buy('VendorCredit', [self.account_line(30.0)])
        self.sandbox.clock.advance(minutes=10)
        self.connection.purchases_since = fields.Datetime.add(fields.Datetime.now(), minutes=5)
        bill = self.synced_bill()
        there = self.pay_there(50.0, (bill, 80.0), ({**old, 'kind': 'VendorCredit'}, 30.0))
        self.pull('documents')
        self.assertSynced(self.payment_of(there))
        self.assertEqual((bill.qbo_state, bill.amount_residual), ('differs', 30.0))
        self.link(bill).with_user(self.manager).action_follow_quickbooks()
        self.pull('documents')
        self.assertSynced(bill, self.payment_of(there))
        self.assertEqual(self.open_in_odoo(bill, self.bill_of(old)), [0.0, 0.0])

    def test_matched_with_the_bank_it_is_not_changed(self):
        bill = self.synced_bill()
        there = self.pay_there(80.0, (bill, 80.0))
        self.pull('documents')
        payment = self.payment_of(there)
        line = self.env['account.bank.statement.line'].create(
            {'journal_id': self.bank.id, 'amount': -80.0, 'payment_ref': "Check 1", 'date': '2026-03-07'}
        )
        suspense = line._seek_for_lines()[1]
        suspense.account_id = payment.outstanding_account_id
        (suspense + payment._seek_for_lines()[0]).reconcile()
        self.sandbox.void('BillPayment', there['Id'])
        self.pull('documents')
        self.assertEqual(payment.state in ('in_process', 'paid'), True)
        self.assertEqual(payment.qbo_state, 'error')
        self.assertIn("bank statement", payment.qbo_error)

    def test_both_sides_edited_are_merged(self):
        bill = self.synced_bill()
        payment = self.synced(self.pay(bill))
        payment.memo = "From Odoo"
        self.sandbox.update('BillPayment', payment.qbo_id, {'DocNumber': '99'})
        self.pull('documents')
        self.run_engine()
        there = self.in_qbo(payment)
        self.assertEqual((there['PrivateNote'], there['DocNumber']), ("From Odoo", '99'))
        self.assertEqual((payment.memo, payment.payment_reference), ("From Odoo", '99'))
        self.assertSynced(payment, bill)
