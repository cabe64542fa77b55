"""Bill payments: money to vendors, and their credit, to QuickBooks; what both sides owe."""

from odoo.fields import Command

from ..settling_case import OF_CREDITS, OF_PAYMENTS, OF_PURCHASES, SettlingStates
from .payment_case import BillPaymentCase


class TestBillPayment(SettlingStates, BillPaymentCase):
    settling_entity = 'billpayment'

    # === TO QUICKBOOKS === #

    def test_a_payment_on_three_bills_is_one_request(self):
        first, second, third = (self.bill([(self.fuel, 1, price)], ref=f'T-{price}') for price in (80.0, 50.0, 30.0))
        self.run_engine()
        self.sandbox.requests.clear()
        payment = self.pay(first | second | third, 140.0, payment_date='2026-03-05')

        self.run_engine()

        self.assertRequests('POST billpayment')
        self.assertSynced(payment, first, second, third)
        there = self.in_qbo(payment)
        self.assertEqual((there['PayType'], there['TotalAmt'], there['TxnDate']), ('Check', 140.0, '2026-03-05'))
        self.assertEqual(there['CheckPayment']['BankAccountRef']['value'], self.checking.qbo_id)
        self.assertEqual(there['CheckPayment']['PrintStatus'], 'NotSet')
        self.assertEqual(
            sorted(self.applied(there).values()),
            sorted(amount for amount in (80.0, 50.0, 10.0)),
        )
        self.assertEqual(self.open_in_qbo(first, second, third), self.open_in_odoo(first, second, third))
        self.assertEqual(sum(self.open_in_qbo(first, second, third)), 20.0)

    def test_a_paid_bill_gets_another_vendor(self):
        bill = self.bill()
        payment = self.pay(bill)
        self.run_engine()
        self.check_another_party(bill, payment, self.env['res.partner'].create({'name': "Rope & Co"}))

    def test_a_bill_and_its_payment_saved_together_go_in_that_order(self):
        bill = self.bill()
        payment = self.pay(bill)
        self.run_engine()
        self.assertRequests('POST bill', 'POST billpayment')
        self.assertSynced(payment, bill)
        self.assertEqual(self.open_in_qbo(bill), [0])

    def test_what_is_not_applied_stays_on_the_payment(self):
        bill = self.synced_bill()
        payment = self.synced(self.paid(100.0, payment_reference='1187', memo="March"))
        there = self.in_qbo(payment)
        self.assertEqual((there['TotalAmt'], there['Line'], there['DocNumber']), (100.0, [], '1187'))
        self.assertEqual(there['PrivateNote'], "March")

        self.apply(payment, bill)
        self.run_engine()
        self.assertRequests('POST billpayment')
        self.assertEqual(self.applied(self.in_qbo(payment)), {('Bill', bill.qbo_id): 80.0})
        self.assertSynced(payment, bill)
        self.assertVendorAgrees()

        self.due(bill).remove_move_reconcile()
        self.sandbox.requests.clear()
        self.run_engine()
        self.assertRequests('POST billpayment')
        self.assertEqual((self.in_qbo(payment)['Line'], self.in_qbo(payment)['TotalAmt']), ([], 100.0))
        self.assertEqual(self.open_in_qbo(bill), [80.0])
        self.assertSynced(payment, bill)

    def test_what_quickbooks_alone_knows_goes_back_with_an_update(self):
        bill = self.synced_bill()
        payment = self.synced(self.pay(bill))
        paid = {**self.in_qbo(payment)['CheckPayment'], 'PrintStatus': 'PrintComplete'}
        self.sandbox.update('BillPayment', payment.qbo_id, {'CheckPayment': paid})
        self.pull('documents')
        self.sandbox.requests.clear()
        payment.memo = "Thank you"
        self.run_engine()
        self.assertRequests('POST billpayment')
        there = self.in_qbo(payment)
        self.assertEqual((there['PrivateNote'], there['CheckPayment']['PrintStatus']), ("Thank you", 'PrintComplete'))
        self.assertEqual(self.applied(there), {('Bill', bill.qbo_id): 80.0})
        payment.memo = False
        self.run_engine()
        self.assertFalse(self.in_qbo(payment).get('PrivateNote'))

    def test_another_amount_goes_by_way_of_a_draft(self):
        bill = self.synced_bill()
        payment = self.synced(self.pay(bill))
        payment.action_draft()
        payment.amount = 60.0
        self.run_engine()
        self.assertEqual(payment.qbo_state, 'pending')
        self.assertRequests()
        payment.action_post()
        self.apply(payment, bill)
        self.run_engine()
        self.assertRequests('POST billpayment')
        self.assertEqual((self.in_qbo(payment)['TotalAmt'], self.open_in_qbo(bill)), (60.0, [20.0]))
        self.assertSynced(payment, bill)

    def test_a_canceled_payment_is_void_and_comes_back(self):
        bill = self.synced_bill()
        payment = self.synced(self.pay(bill, communication="March"))
        payment.action_cancel()
        self.run_engine()
        self.assertRequests('POST billpayment')
        there = self.in_qbo(payment)
        self.assertEqual((there['TotalAmt'], there['Line'], there['PrivateNote'][:6]), (0, [], 'Voided'))
        self.assertEqual(self.open_in_qbo(bill), [80.0])
        self.pull('documents')
        self.assertEqual(payment.state, 'canceled')

        payment.action_draft()
        payment.action_post()
        self.apply(payment, bill)
        self.run_engine()
        there = self.in_qbo(payment)
        self.assertEqual((there['TotalAmt'], there['PrivateNote']), (80.0, "March"))
        self.assertSynced(payment, bill)

    def test_a_deleted_payment_is_deleted(self):
        bill = self.synced_bill()
        payment = self.synced(self.pay(bill))
        qbo_id = payment.qbo_id
        payment.action_draft()
        payment.unlink()
        self.run_engine()
        self.assertRequests('POST billpayment')
        self.assertNotIn(qbo_id, [row['Id'] for row in self.sandbox.all('BillPayment')])
        self.assertSynced(bill)
        self.assertEqual(self.open_in_qbo(bill), [80.0])

    def test_a_canceled_bill_lets_go_of_its_payment_first(self):
        bill = self.synced_bill()
        payment = self.synced(self.pay(bill))
        qbo_id = bill.qbo_id
        bill.button_draft()
        bill.button_cancel()
        self.run_engine()
        self.assertRequests('POST billpayment', 'POST bill')
        self.assertNotIn(qbo_id, [row['Id'] for row in self.sandbox.all('Bill')])
        self.assertEqual((self.in_qbo(payment)['TotalAmt'], self.in_qbo(payment)['Line']), (80.0, []))
        self.assertSynced(payment)
        self.assertVendorAgrees()

    def test_a_bill_for_another_vendor_leaves_its_payment_first(self):
        other = self.env['res.partner'].create({'name': "Harbor Supply", 'supplier_rank': 1})
        bill = self.synced_bill()
        payment = self.synced(self.pay(bill))
        bill.button_draft()
        bill.partner_id = other
        bill.action_post()
        self.run_engine()
        self.assertEqual(self.in_qbo(bill)['VendorRef']['value'], self.vendor_id(other))
        self.assertEqual((payment.qbo_state, self.link(payment).error_code), ('held', 'party_of_document'))
        self.assertIn(other.name, payment.qbo_error)
        self.due(bill).remove_move_reconcile()
        self.run_engine()
        self.assertNoErrors()
        self.assertSynced(payment, bill)
        self.assertEqual((self.in_qbo(payment)['Line'], self.open_in_qbo(bill)), ([], [80.0]))

    def test_by_card_where_the_journal_is_one(self):
        bill = self.synced_bill()
        payment = self.synced(self.pay(bill, journal_id=self.visa.id))
        there = self.in_qbo(payment)
        self.assertEqual(there['PayType'], 'CreditCard')
        self.assertEqual(there['CreditCardPayment']['CCAccountRef']['value'], self.card.qbo_id)
        self.assertNotIn('CheckPayment', there)
        self.assertEqual(self.in_qbo(bill)['Balance'], 0)

    def test_paid_by_card_instead_it_is_made_anew(self):
        """QuickBooks changes neither the way of paying nor the vendor of a bill payment (purchases 5.4)."""
        bill = self.synced_bill()
        payment = self.synced(self.pay(bill))
        before = payment.qbo_id
        line = self.visa.outbound_payment_method_line_ids[:1]
        line.payment_account_id = payment.outstanding_account_id
        payment.action_draft()
        payment.write({'journal_id': self.visa.id, 'payment_method_line_id': line.id})
        payment.action_post()
        self.run_engine()
        self.assertRequests('POST billpayment', 'POST billpayment')
        self.assertSynced(payment, bill)
        self.assertNotEqual(payment.qbo_id, before)
        self.assertEqual([row['PayType'] for row in self.sandbox.all('BillPayment')], ['CreditCard'])
        self.assertEqual(self.open_in_qbo(bill), [0])

    def test_a_journal_that_stands_for_no_account_is_held_with_a_button(self):
        self.bank.qbo_paid_from_id = False
        self.bank.default_account_id.qbo_account_id = False
        bill = self.synced_bill()
        payment = self.pay(bill)
        self.run_engine()
        self.assertEqual(payment.qbo_state, 'held')
        self.assertIn(self.bank.name, payment.qbo_error)
        action = self.link(payment).with_user(self.manager).action_open_journal()
        self.assertEqual((action['res_model'], action['res_id']), ('account.journal', self.bank.id))
        self.assertRequests()

        self.bank.qbo_paid_from_id = self.checking
        self.run_engine()
        self.assertSynced(payment, bill)

    def test_an_account_of_another_kind_is_named(self):
        self.bank.qbo_paid_from_id = False
        self.bank.default_account_id.qbo_account_id = self.account('Other Current Asset')
        payment = self.paid(50.0)
        self.run_engine()
        self.assertEqual((payment.qbo_state, self.link(payment).error_fix), ('held', 'open_journal'))
        self.assertIn("Other Current Asset", payment.qbo_error)

    def test_another_account_in_the_settings_moves_no_payment(self):
        payment = self.synced(self.paid(50.0))
        self.bank.qbo_paid_from_id = self.savings
        payment.memo = "Thank you"
        self.run_engine()
        self.assertEqual(self.in_qbo(payment)['CheckPayment']['BankAccountRef']['value'], self.checking.qbo_id)

    def test_money_back_from_a_vendor_is_said_and_not_sent(self):
        credit = self.synced_bill(move_type='in_refund', ref='C-1')
        payment = self.pay(credit)
        self.assertEqual(payment.payment_type, 'inbound')
        self.run_engine()
        self.assertRequests()
        self.assertEqual(payment.qbo_state, 'held')
        self.assertIn("money back", payment.qbo_error)
        self.assertEqual(credit.qbo_state, 'differs')
        self.assertIn(payment.name, credit.qbo_error)

    def test_what_pays_a_receipt_is_no_bill_payment(self):
        """The receipt and its money are one expense in QuickBooks, or say on themselves what is missing for that."""
        self.pay(self.bill(move_type='in_receipt', ref='R-1'))
        self.run_engine()
        self.assertEqual(self.sandbox.all('BillPayment'), [])

    def test_a_transfer_to_another_bank_is_no_bill_payment(self):
        transfer = self.paid(50.0, confirm=False, partner_id=False)
        transfer.destination_account_id = self.env.company.transfer_account_id
        transfer.action_post()
        self.run_engine()
        self.assertRequests()
        self.assertFalse(transfer.qbo_state)

    def test_before_the_start_date_nothing_is_sent(self):
        payment = self.paid(50.0, date='2024-12-31')
        self.run_engine()
        self.assertRequests()
        self.assertFalse(payment.qbo_state)

    def test_a_number_that_is_taken_can_be_sent_under_another(self):
        self.sandbox.configure(preferences={'VendorAndPurchasesPrefs': {'WarnDuplicateCheckNumber': True}})
        self.synced(self.paid(50.0, payment_reference='1187'))
        again = self.paid(60.0, payment_reference='1187')
        self.run_engine()
        if again.qbo_state == 'error':  # where QuickBooks checks it
            self.assertIn('1187', again.qbo_error)
            self.link(again).with_user(self.manager).action_send_as_suggested()
            self.run_engine()
            self.assertEqual(self.in_qbo(again)['DocNumber'], '1187-2')
        self.assertSynced(again)

    def test_checks_that_swap_their_numbers_go(self):
        self.sandbox.configure(preferences={'VendorAndPurchasesPrefs': {'WarnDuplicateCheckNumber': True}})
        first, second = (self.synced(self.paid(50.0, payment_reference=number)) for number in ('201', '202'))
        first.payment_reference, second.payment_reference = '202', '201'
        self.run_engine()
        self.assertSynced(first, second)
        self.assertEqual([self.in_qbo(item)['DocNumber'] for item in (first, second)], ['202', '201'])
        self.assertEqual([self.in_qbo(item)['TotalAmt'] for item in (first, second)], [50.0, 50.0])
        first.action_draft()
        first.action_cancel()
        again = self.paid(60.0, payment_reference='202')
        self.run_engine()
        self.assertEqual((again.qbo_state, self.in_qbo(again)['DocNumber']), ('synced', '202'), again.qbo_error)

    def test_a_bill_deleted_there_after_it_was_paid_there_goes_again_with_its_payment(self):
        bill = self.synced_bill()
        theirs = self.pay_there(80.0, (bill, 80.0))
        self.pull('documents')
        payment = self.payment_of(theirs)
        self.assertEqual(self.open_in_odoo(bill), [0])
        self.sandbox.update('BillPayment', theirs['Id'], {**theirs, 'Line': []})
        self.sandbox.delete('Bill', bill.qbo_id)
        self.pull('documents')
        self.assertEqual((bill.state, bill.qbo_state, payment.state), ('cancel', False, 'in_process'))
        self.assertVendorAgrees()

        bill.button_draft()
        bill.action_post()
        self.apply(payment, bill)
        self.run_engine()
        self.pull('documents')
        self.assertNoErrors()
        self.assertSynced(bill, payment)
        self.assertEqual((self.open_in_odoo(bill), self.open_in_qbo(bill)), ([0], [0]))
        self.assertEqual((len(self.sandbox.all('BillPayment')), payment.qbo_id), (1, theirs['Id']))
        self.assertSynced(bill, payment)
        self.assertVendorAgrees()

    def test_a_bill_that_is_paid_there_already_is_said_and_followed(self):
        first, second = self.synced_bill(ref='T-1'), self.synced_bill(ref='T-2')
        self.pay_there(80.0, (first, 80.0))
        self.sandbox.configure(paid_bill='dropped')
        both = self.pay(first | second)
        self.run_engine()
        self.assertEqual(both.qbo_state, 'differs', both.qbo_error)
        self.assertIn(first.display_name, both.qbo_error)
        self.assertEqual(self.link(both).error_fix, 'follow')
        self.link(both).with_user(self.manager).action_follow_quickbooks()
        self.run_engine()
        self.pull('documents')
        self.assertSynced(both, first, second)
        self.assertVendorAgrees()

    def test_a_payment_that_quickbooks_makes_void_is_said_and_canceled(self):
        bill = self.synced_bill()
        self.pay_there(80.0, (bill, 80.0))
        self.sandbox.configure(paid_bill='dropped')
        payment = self.pay(bill)
        self.run_engine()
        self.assertEqual(payment.qbo_state, 'differs', payment.qbo_error)
        self.assertIn(bill.display_name, payment.qbo_error)
        self.link(payment).with_user(self.manager).action_follow_quickbooks()
        self.run_engine()
        self.pull('documents')
        self.assertEqual(payment.state, 'canceled')
        self.assertSynced(bill)
        self.assertVendorAgrees()

    def test_refused_and_reconciled_payments_say_what_to_do(self):
        for code, words in (('6480', "bank feed"), ('6450', "settled"), ('6430', "journal")):
            with self.subTest(code):
                payment = self.synced(self.paid(50.0))
                self.sandbox.arm('data_fault', on='billpayment', code=code, times=1)
                payment.memo = f"changed {code}"
                self.run_engine()
                self.assertEqual(payment.qbo_state, 'error')
                self.assertIn(words, payment.qbo_error)
                self.assertEqual(self.link(payment).way, 'record' if code == '6430' else 'quickbooks')
                self.link(payment).action_retry()
                self.run_engine()
                self.assertSynced(payment)
        # The same where it was canceled or deleted here; or put back as it was.
        for act in ('canceled', 'deleted', 'put back'):
            with self.subTest(act):
                payment = self.synced(self.paid(50.0))
                link, before = self.link(payment), payment.qbo_id
                self.sandbox.arm('data_fault', on='billpayment', code='6480', times=1)
                payment.action_draft()
                if act == 'deleted':
                    payment.unlink()
                else:
                    payment.action_cancel()
                self.run_engine()
                self.assertEqual((link.state, link.way), ('error', 'quickbooks'))
                self.assertIn("bank feed", link.error)
                if act == 'put back':
                    payment.action_draft()
                    payment.action_post()
                else:
                    link.with_user(self.manager).action_retry()
                self.run_engine()
                self.assertNoErrors()
                there = [row['TotalAmt'] for row in self.sandbox.all('BillPayment') if row['Id'] == before]
                self.assertEqual(there, {'canceled': [0], 'deleted': [], 'put back': [50.0]}[act])

    def test_closed_books_hold_it(self):
        self.prefer_now(AccountingInfoPrefs={'BookCloseDate': '2026-03-31'})
        payment = self.paid(50.0)
        self.run_engine()
        self.assertEqual(payment.qbo_state, 'held')
        self.assertIn("closed", payment.qbo_error)
        self.assertRequests()
        self.connection.closed_books = 'move'
        self.run_engine()
        self.assertEqual(self.in_qbo(payment)['TxnDate'], '2026-04-01')

    # === CREDIT === #

    def test_a_credit_and_money_on_two_bills(self):
        first, second = self.synced_bill(ref='T-1'), self.synced_bill(ref='T-2')
        credit = self.synced_bill([(self.fuel, 1, 30.0)], move_type='in_refund', ref='C-1')
        payment = self.pay(first | second | credit)
        self.assertEqual(payment.amount, 130.0)
        self.run_engine()
        self.assertSynced(payment, first, second, credit)
        self.assertEqual(self.open_in_qbo(first, second, credit), [0, 0, 0])
        self.assertVendorAgrees()

    def test_credit_applied_without_money_is_one_payment_of_zero(self):
        bill = self.synced_bill()
        credit = self.synced_bill([(self.fuel, 1, 30.0)], move_type='in_refund', ref='C-1')
        self.apply(credit, bill)
        self.run_engine()
        self.assertRequests('POST billpayment')
        there = self.sandbox.all('BillPayment')[0]
        self.assertEqual(there['TotalAmt'], 0)
        self.assertEqual(self.applied(there), {('Bill', bill.qbo_id): 30.0, ('VendorCredit', credit.qbo_id): 30.0})
        self.assertSynced(bill, credit)
        self.assertEqual(self.open_in_qbo(bill, credit), [50.0, 0])

        self.due(bill).remove_move_reconcile()
        self.sandbox.requests.clear()
        self.run_engine()
        self.assertRequests('POST billpayment')
        self.assertEqual(self.sandbox.all('BillPayment'), [])
        self.assertEqual(self.open_in_qbo(bill, credit), [80.0, 30.0])
        self.assertSynced(bill, credit)

    def test_credit_applied_before_purchases_were_switched_on_follows(self):
        self.connection.sync_purchases = False
        bill, credit = self.bill(), self.bill([(self.fuel, 1, 30.0)], move_type='in_refund', ref='C-1')
        self.apply(credit, bill)
        self.connection.with_user(self.manager).action_switch_on_purchases()
        self.run_engine()
        self.assertSynced(bill, credit)
        self.assertEqual(self.open_in_qbo(bill, credit), [50.0, 0])

    # === THE NIGHTLY PROOF === #

    def prove(self):
        """Have the books compared, and return ``{who: verdict}`` of the vendors that do not simply agree."""
        self.env['qbo.proof'].sudo()._append(self.connection.sudo())
        self.run_engine()
        proof = self.env['qbo.proof'].search([('company_id', '=', self.company.id)], order='id desc', limit=1)
        self.assertIn(proof.state, ('agrees', 'differs'))
        lines = proof.line_ids.filtered(
            lambda line: line.kind in ('vendor', 'unapplied') or line.key == 'owed:purchase'
        )
        return {line.name: (line.verdict, line.difference) for line in lines}

    def test_the_nightly_proof_compares_what_is_owed_to_vendors(self):
        self.prove()  # fixes the opening difference
        bill = self.bill()
        payment = self.paid(100.0)
        self.apply(payment, bill)
        self.bill([(self.fuel, 1, 12.0)], move_type='in_refund', ref='C-1')
        self.paid(7.0)
        self.run_engine()
        self.assertEqual(self.prove(), {})

        loss = self.env['account.move'].create(
            {
                'date': '2026-03-09',
                'line_ids': [
                    Command.create(
                        {
                            'account_id': self.tackle.property_account_payable_id.id,
                            'partner_id': self.tackle.id,
                            'credit': 5.0,
                        }
                    ),
                    Command.create({'account_id': self.spare.id, 'debit': 5.0}),
                ],
            }
        )
        loss.action_post()
        found = self.prove()
        self.assertEqual(found["Tackle & Oil"], ('differs', -5.0))

    # === WHAT DOES NOT REACH QUICKBOOKS === #

    def _documents_by_payment(self):
        return [self.bill(ref=False)]

    def _settle_by_payment(self, bills):
        payment = self.paid(5.0)
        self.apply(payment, *bills)
        return payment

    def _documents_by_credit(self):
        return [self.bill(ref=False), self.bill([(self.fuel, 1, 7.0)], move_type='in_refund', ref=False)]

    def _settle_by_credit(self, documents):
        bill, credit = documents
        self.apply(credit, bill)
        return self.due(credit).matched_credit_ids.qbo_application_id

    def test_a_bill_shows_each_state_of_its_payment(self):
        self.check_states('by_payment', *OF_PAYMENTS, *OF_PURCHASES)

    def test_what_settles_a_bill_that_goes_later_takes_it_up(self):
        self.check_later('by_payment')
        self.check_later('by_credit')

    def test_a_bill_and_a_credit_show_each_state_of_the_applied_credit(self):
        self.check_states('by_credit', *OF_CREDITS)
