from ..payment_case import PaymentCase


class TestDocumentErrors(PaymentCase):
    """Each refusal of a document has its own words and way out."""

    def refused(self, document, code, detail, on='invoice'):
        self.sandbox.arm('data_fault', on=on, times=1, code=code, detail=detail)
        self.run_engine()
        self.assertEqual(document.qbo_state, 'error')

    def test_an_inactive_product_is_made_active_by_a_button(self):
        product = self.env['product.product'].create({'name': "Old pump", 'list_price': 5.0})
        self.run_engine()
        self.sandbox.update('Item', product.qbo_id, {'Active': False})
        invoice = self.invoice(lines=[(product, 1, 5.0)])
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'error')
        self.assertIn("inactive", invoice.qbo_error)
        self.assertEqual(self.link(invoice).error_fix, 'reactivate')

        self.link(invoice).with_user(self.user).action_reactivate()
        self.run_engine()

        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertTrue(self.sandbox.get('Item', product.qbo_id)['Active'])

    def test_what_is_in_use_again_takes_along_what_was_refused(self):
        for where in ('here', 'there'):
            with self.subTest(where):
                product = self.env['product.product'].create({'name': f"Old pump {where}", 'list_price': 5.0})
                self.run_engine()
                self.sandbox.update('Item', product.qbo_id, {'Active': False})
                self.pull('products')
                self.assertFalse(product.active)
                invoice = self.invoice(lines=[(product, 1, 5.0)])
                self.run_engine()
                self.assertEqual(invoice.qbo_state, 'error')
                if where == 'here':
                    product.active = True
                else:
                    self.sandbox.update('Item', product.qbo_id, {'Active': True, 'Name': product.name})
                    self.pull('products')
                self.run_engine()
                self.assertEqual((invoice.qbo_state, invoice.qbo_error), ('synced', False))
                self.assertTrue(product.active)

    def test_an_inactive_customer_is_made_active_by_a_button(self):
        invoice = self.invoice()
        self.sandbox.update('Customer', self.acme.qbo_id, {'Active': False})
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'error')

        self.link(invoice).with_user(self.user).action_reactivate()
        self.run_engine()

        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)

    def test_one_refused_document_stops_no_other(self):
        bad, good = self.invoice(), self.invoice()
        self.sandbox.arm('data_fault', on='invoice', times=1, code='6000', detail="You must set a date.")
        self.run_engine()
        self.assertEqual({bad.qbo_state, good.qbo_state}, {'error', 'synced'})

    def test_a_deposited_payment_says_to_take_it_out_of_the_deposit(self):
        invoice = self.invoice()
        payment = self.pay(invoice)
        self.run_engine()
        link = {'TxnId': payment.qbo_id, 'TxnType': 'Payment', 'TxnLineId': '0'}
        bank = {'value': self.account('Bank').qbo_id}
        self.sandbox.create('Deposit', {'DepositToAccountRef': bank, 'Line': [{'Amount': 20, 'LinkedTxn': [link]}]})

        payment.action_draft()
        payment.action_cancel()
        self.run_engine()

        self.assertEqual(payment.qbo_state, 'error')
        self.assertIn("part of a", payment.qbo_error)
        self.assertIn("deposit", payment.qbo_error)

    def test_an_invoice_that_cannot_be_voided_says_why_and_what_to_do(self):
        for code, word in (('6540', "bank deposit"), ('6480', "bank feed"), ('6450', "card payment")):
            with self.subTest(code=code):
                invoice = self.synced_invoice()
                payment = self.synced(self.pay(invoice))
                invoice.button_cancel()
                self.refused(invoice, code, "This transaction cannot be changed.")
                self.assertIn(invoice.name, invoice.qbo_error)
                self.assertRegex(invoice.qbo_error, f"(?i){word}.*the invoice cannot be voided.*press Retry.*draft")
                self.assertEqual(payment.qbo_state, 'synced')

                self.link(invoice).with_user(self.user).action_retry()
                self.run_engine()
                self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
                self.assertEqual(self.in_qbo(invoice)['TotalAmt'], 0)

    def test_an_invoice_that_cannot_be_voided_may_be_confirmed_again(self):
        invoice = self.synced_invoice()
        invoice.button_cancel()
        self.refused(invoice, '6540', "This transaction has been deposited.")
        invoice.button_draft()
        invoice.action_post()
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertEqual(self.in_qbo(invoice)['TotalAmt'], 20)

    def test_an_invoice_that_is_cancelled_gives_its_payment_back_as_credit(self):
        invoice = self.invoice()
        payment = self.pay(invoice)
        self.run_engine()
        self.sandbox.requests.clear()

        payment.move_id.line_ids.remove_move_reconcile()
        invoice.button_cancel()
        self.run_engine()

        self.assertEqual((invoice.qbo_state, payment.qbo_state), ('synced', 'synced'))
        self.assertRequests('POST payment', 'POST invoice')
        self.assertEqual(self.in_qbo(payment)['UnappliedAmt'], 20)

    def test_an_edit_after_a_payment_is_one_request(self):
        """A payment gives its invoice a new version; others need three requests to find that out."""
        invoice = self.invoice()
        self.pay(invoice, 5.0)
        self.run_engine()
        self.sandbox.requests.clear()

        invoice.narration = "<p>Paid in part</p>"
        self.run_engine()

        self.assertRequests('POST invoice')
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)

        self.sandbox.update('Invoice', invoice.qbo_id, {'CustomerMemo': {'value': "Changed there"}})
        self.pull('documents')
        self.assertIn("Changed there", invoice.narration)

    def test_an_invoice_lost_on_the_way_is_not_made_twice(self):
        invoice = self.invoice()
        count = len(self.sandbox.all('Invoice'))
        self.sandbox.arm('drop_after_commit', on='invoice', times=1)
        self.run_engine()
        self.wait(minutes=2)
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertEqual(len(self.sandbox.all('Invoice')), count + 1)
