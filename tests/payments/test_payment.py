from ..payment_case import PaymentCase


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
        self.assertEqual(
            (entity['PrivateNote'], entity['PaymentRefNum'], entity['TotalAmt']), ("Thank you", '22', 50.0)
        )

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
        self.assertEqual(payment.qbo_state, 'held')
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

    def test_one_that_pays_what_goes_later_says_so_until_it_does(self):
        self.connection.line_product_id = False
        invoice = self.invoice(lines=[(None, 1, 20.0)])
        payment = self.pay(invoice)
        self.run_engine()
        self.assertEqual((invoice.qbo_state, payment.qbo_state), ('held', 'held'))

        invoice.button_draft()
        self.run_engine()
        self.assertEqual(self.in_qbo(payment)['UnappliedAmt'], 20.0)
        for why, act in (("It is a draft", invoice.action_post), ("product", lambda: None)):
            self.assertEqual(payment.qbo_state, 'differs')
            self.assertIn(f"it pays {invoice.display_name}, which is not in QuickBooks yet", payment.qbo_error)
            self.assertIn(why, payment.qbo_error)
            act()
            self.run_engine()

        self.connection.line_product_id = self.visit
        self.link(invoice).with_user(self.manager).action_retry()
        self.run_engine()
        self.assertEqual((invoice.qbo_state, payment.qbo_state), ('synced', 'synced'))
        self.assertEqual((self.open_in_qbo(invoice), invoice.amount_residual), ([0.0], 0.0))

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

        self.assertEqual(payment.qbo_state, 'held')
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
        self.sandbox.update('Payment', payment.qbo_id, {'Line': []})
        self.pull('documents')
        self.assertFalse(payment.invoice_ids)

    def test_a_smaller_invoice_and_a_smaller_payment_saved_together_both_arrive(self):
        invoice = self.synced_invoice()
        payment = self.synced(self.pay(invoice))

        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 5.0
        invoice.action_post()
        payment.action_draft()
        payment.amount = 10.0
        payment.action_post()
        self.apply(payment, invoice)
        self.run_engine()

        self.assertEqual((invoice.qbo_state, payment.qbo_state), ('synced', 'synced'), invoice.qbo_error)
        self.assertEqual((self.in_qbo(invoice)['TotalAmt'], self.in_qbo(invoice)['Balance']), (10.0, 0))

    def test_a_payment_of_an_invoice_that_is_paid_in_quickbooks_already_says_so(self):
        invoice = self.synced_invoice()
        self.sandbox.configure(over_application='620')
        self.sandbox.pay(invoice.qbo_id)

        payment = self.pay(invoice)
        self.run_engine()

        self.assertEqual(payment.qbo_state, 'error')
        self.assertIn("paid there already", payment.qbo_error)
