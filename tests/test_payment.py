from datetime import timedelta

from odoo.tests import Form

from .payments import PaymentCase


class TestPaymentPush(PaymentCase):
    """A payment confirmed in Odoo is a payment in QuickBooks."""

    def test_a_payment_without_an_invoice_is_one_request(self):
        payment = self.payment(50.0, memo="For the opening", payment_reference='1187')

        self.run_engine()

        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
        self.assertRequests('POST payment')
        entity = self.in_qbo(payment)
        self.assertEqual(entity['CustomerRef']['value'], self.acme.qbo_id)
        self.assertEqual((entity['TotalAmt'], entity['UnappliedAmt'], entity['TxnDate']), (50.0, 50.0, '2026-03-03'))
        self.assertEqual((entity['PrivateNote'], entity['PaymentRefNum']), ("For the opening", '1187'))
        self.assertEqual(entity['DepositToAccountRef']['value'], self.connection.deposit_account_id.qbo_id)

    def test_a_draft_is_not_sent(self):
        payment = self.payment(confirm=False)
        self.run_engine()
        self.assertFalse(payment.qbo_state)
        self.assertRequests()

    def test_money_that_is_paid_out_is_not_sent(self):
        self.payment(payment_type='outbound')
        self.payment(partner_type='supplier')
        self.run_engine()
        self.assertRequests()

    def test_a_payment_from_before_the_start_date_is_not_sent(self):
        self.payment(date='2024-12-31')
        self.run_engine()
        self.assertRequests()

    def test_edits_are_one_request_with_what_changed(self):
        payment = self.synced(self.payment())

        payment.memo = "Thank you"
        payment.payment_reference = '22'
        self.run_engine()

        self.assertRequests('POST payment')
        entity = self.in_qbo(payment)
        self.assertEqual((entity['PrivateNote'], entity['PaymentRefNum'], entity['TotalAmt']), ("Thank you", '22', 50.0))

    def test_a_memo_taken_away_is_empty_in_quickbooks(self):
        payment = self.synced(self.payment(memo="Thank you"))
        payment.memo = False
        self.run_engine()
        self.assertFalse(self.in_qbo(payment).get('PrivateNote'))

    def test_an_amount_is_edited_by_way_of_a_draft_that_is_held(self):
        payment = self.synced(self.payment())

        payment.action_draft()
        payment.amount = 60.0
        self.run_engine()
        self.assertEqual(payment.qbo_state, 'pending')
        self.assertIn("draft", payment.qbo_error)
        self.assertRequests()
        payment.action_post()
        self.run_engine()

        self.assertRequests('POST payment')
        self.assertEqual(self.in_qbo(payment)['TotalAmt'], 60.0)

    def test_a_cancelled_payment_is_voided_and_comes_back(self):
        payment = self.synced(self.payment(memo="Thank you"))

        payment.action_cancel()
        self.run_engine()
        self.assertRequests('POST payment')
        entity = self.in_qbo(payment)
        self.assertEqual((entity['TotalAmt'], entity['PrivateNote'][:6]), (0, 'Voided'))
        self.pull('documents')
        self.assertEqual(payment.state, 'canceled')

        payment.action_draft()
        payment.action_post()
        self.run_engine()
        entity = self.in_qbo(payment)
        self.assertEqual((entity['TotalAmt'], entity['PrivateNote']), (50.0, "Thank you"))

    def test_a_deleted_payment_is_deleted(self):
        payment = self.synced(self.payment())
        qbo_id = payment.qbo_id

        payment.action_draft()
        payment.unlink()
        self.run_engine()

        self.assertRequests('POST payment')
        self.assertNotIn(qbo_id, [row['Id'] for row in self.sandbox.all('Payment')])

    def test_a_payment_that_is_deposited_says_what_to_do(self):
        payment = self.synced(self.payment())
        bank = next(row for row in self.sandbox.all('Account') if row['AccountType'] == 'Bank')
        linked = {'TxnId': payment.qbo_id, 'TxnType': 'Payment', 'TxnLineId': '0'}
        self.sandbox.create(
            'Deposit', {'DepositToAccountRef': {'value': bank['Id']}, 'Line': [{'Amount': 50.0, 'LinkedTxn': [linked]}]}
        )

        payment.action_cancel()
        self.run_engine()

        self.assertEqual(payment.qbo_state, 'error')
        self.assertIn("deposit", payment.qbo_error)
        self.assertEqual(self.in_qbo(payment)['TotalAmt'], 50.0)

    def test_a_reference_that_is_too_long_is_named(self):
        payment = self.payment(payment_reference='1' * 22)
        self.run_engine()
        self.assertEqual(payment.qbo_state, 'error')
        self.assertIn("payment reference", payment.qbo_error)
        self.assertRequests()

        payment.payment_reference = '1' * 21
        self.run_engine()
        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)

    def test_the_account_of_the_journal_goes_before_that_of_the_connection(self):
        self.bank.qbo_deposit_account_id = self.account('Bank')
        payment = self.payment()
        self.run_engine()
        self.assertEqual(self.in_qbo(payment)['DepositToAccountRef']['value'], self.account('Bank').qbo_id)

    def test_another_account_in_the_settings_moves_no_payment(self):
        payment = self.synced(self.payment())
        before = self.in_qbo(payment)['DepositToAccountRef']

        self.connection.deposit_account_id = self.account('Bank')
        payment.memo = "Thank you"
        self.run_engine()

        self.assertEqual(self.in_qbo(payment)['DepositToAccountRef'], before)

    def test_what_would_be_sent_is_shown(self):
        payment = self.payment()
        preview = self.env['qbo.preview'].browse(payment.action_qbo_preview()['res_id'])
        self.assertIn('"TotalAmt": 50.0', preview.payload)


class TestPaymentApplied(PaymentCase):
    """What a payment settles in Odoo it settles in QuickBooks."""

    def test_one_payment_on_two_invoices_is_one_payment(self):
        first, second = self.synced_invoice(), self.synced_invoice(lines=[(self.visit, 1, 145.0)])

        payment = self.pay(first + second)
        self.run_engine()

        self.assertRequests('POST payment')
        entity = self.in_qbo(payment)
        self.assertEqual((entity['TotalAmt'], entity['UnappliedAmt']), (165.0, 0))
        self.assertEqual(self.applied(entity), {('Invoice', first.qbo_id): 20.0, ('Invoice', second.qbo_id): 145.0})
        self.assertEqual(self.open_in_qbo(first, second), [0, 0])

    def test_a_part_is_a_part(self):
        invoice = self.synced_invoice()
        payment = self.pay(invoice, 5.0)
        self.run_engine()
        self.assertEqual(self.applied(self.in_qbo(payment)), {('Invoice', invoice.qbo_id): 5.0})
        self.assertEqual(self.open_in_qbo(invoice), [15.0])

    def test_an_invoice_and_its_payment_saved_together_go_in_that_order(self):
        invoice = self.invoice()
        payment = self.pay(invoice)

        self.run_engine()

        self.assertRequests('POST invoice', 'POST payment')
        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
        self.assertEqual(self.open_in_qbo(invoice), [0])

    def test_an_invoice_for_odoo_only_is_left_out(self):
        known, private = self.synced_invoice(), self.invoice(qbo_invoice_type='odoo')

        payment = self.pay(known + private)
        self.run_engine()

        entity = self.in_qbo(payment)
        self.assertEqual((entity['TotalAmt'], entity['UnappliedAmt']), (40.0, 20.0))
        self.assertEqual(self.applied(entity), {('Invoice', known.qbo_id): 20.0})

    def test_applied_later_and_taken_back_again(self):
        invoice = self.synced_invoice()
        payment = self.synced(self.payment(20.0))

        self.apply(payment, invoice)
        self.run_engine()
        self.assertRequests('POST payment')
        self.assertEqual(self.open_in_qbo(invoice), [0])

        self.due(invoice).remove_move_reconcile()
        self.run_engine()
        self.assertEqual(self.open_in_qbo(invoice), [20.0])
        self.assertEqual(self.in_qbo(payment)['UnappliedAmt'], 20.0)

    def test_what_is_written_off_is_no_payment_and_says_so(self):
        invoice = self.synced_invoice()
        account = self.env['account.account'].search([('account_type', '=', 'expense')], limit=1)
        register = self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=invoice.ids, dont_redirect_to_payments=True
        )
        wizard = register.create({'journal_id': self.bank.id, 'amount': 15.0, 'writeoff_account_id': account.id})
        wizard.payment_difference_handling = 'reconcile'
        payment = wizard._create_payments()
        self.assertEqual(invoice.payment_state, 'paid')

        self.run_engine()

        self.assertEqual(payment.qbo_state, 'error')
        self.assertIn("written off", payment.qbo_error)

    def test_a_cancelled_payment_opens_its_invoice_again_in_quickbooks(self):
        invoice = self.synced_invoice()
        payment = self.synced(self.pay(invoice))

        payment.action_cancel()
        self.run_engine()

        self.assertRequests('POST payment')
        self.assertEqual(self.open_in_qbo(invoice), [20.0])
        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)

    def test_a_cancelled_invoice_lets_its_payment_go(self):
        invoice = self.synced_invoice()
        payment = self.synced(self.pay(invoice))

        invoice.button_draft()
        invoice.button_cancel()
        self.run_engine()

        self.assertEqual(self.in_qbo(payment)['UnappliedAmt'], 20.0)
        self.assertEqual(self.in_qbo(invoice)['TotalAmt'], 0)
        self.assertEqual((payment.qbo_state, invoice.qbo_state), ('synced', 'synced'))

    def test_a_payment_without_an_entry_of_its_own_settles_its_invoice(self):
        invoice = self.synced_invoice()
        payment = self.payment(20.0, confirm=False)
        payment.write({'outstanding_account_id': False, 'invoice_ids': [(6, 0, invoice.ids)]})
        payment.action_post()
        self.assertFalse(payment.move_id)

        self.run_engine()

        self.assertEqual(self.applied(self.in_qbo(payment)), {('Invoice', invoice.qbo_id): 20.0})

    def test_a_payment_of_an_invoice_that_is_paid_in_quickbooks_already_says_so(self):
        invoice = self.synced_invoice()
        self.sandbox.configure(over_application='620')
        self.sandbox.pay(invoice.qbo_id)

        payment = self.pay(invoice)
        self.run_engine()

        self.assertEqual(payment.qbo_state, 'error')
        self.assertIn("paid there already", payment.qbo_error)


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

    def test_an_invoice_in_instalments_is_paid_from_the_first_one_on(self):
        term = self.env['account.payment.term'].create(
            {
                'name': "Halves",
                'line_ids': [
                    (0, 0, {'value': 'percent', 'value_amount': 50.0, 'nb_days': days}) for days in (10, 40)
                ],
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

        self.sandbox.update(
            'Payment', payment.qbo_id, {'DepositToAccountRef': {'value': self.account('Bank').qbo_id}}
        )
        self.pull('documents')
        self.run_engine()

        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
        self.assertEqual((payment.journal_id, payment.move_id.journal_id), (cash, cash))
        self.assertRequests('GET cdc')

    def test_a_payment_of_a_document_from_before_billing_pays_nothing_here_and_keeps_its_lines(self):
        invoice = self.synced_invoice()
        old = self.sell()
        self.connection.billing_since += timedelta(minutes=1)
        self.sandbox.clock.advance(minutes=2)
        entity = self.receive(50.0, [(_Entity('Invoice', old['Id']), 20.0)])

        self.pull('documents')

        payment = self.payment_of(entity)
        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
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

    def test_payments_from_before_billing_stay_out_unless_odoo_has_them(self):
        self.connection.sync_billing = False
        same = self.payment(50.0, payment_reference='12')
        here = self.receive(50.0, PaymentRefNum='12', TxnDate='2026-03-03')
        other = self.receive(70.0)
        self.sandbox.clock.advance(minutes=1)

        self.connection.with_user(self.manager).action_switch_on_billing()
        self.connection.billing_since += timedelta(minutes=1)
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
        payment = self.env['account.payment'].with_context(action['context']).create({'amount': 30.0})
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


class TestPaymentClosedBooks(PaymentCase):
    """Payments in a period that is closed in QuickBooks."""

    def close(self):
        self.prefer(AccountingInfoPrefs={'BookCloseDate': '2026-03-31'})

    def test_a_new_payment_is_held_and_says_so(self):
        self.close()
        payment = self.payment()
        self.run_engine()
        self.assertEqual(payment.qbo_state, 'pending')
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
        self.assertEqual(payment.qbo_state, 'error')
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


class _Entity:
    """A document that only QuickBooks has."""

    def __init__(self, entity, qbo_id):
        self.qbo_id = qbo_id
        self._qbo_entity = lambda: entity
