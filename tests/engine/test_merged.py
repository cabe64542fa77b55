from ..documents.test_document_edges import EdgeCase


class TestMergedCustomers(EdgeCase):
    """Two customers are merged in Odoo, which moves their documents past every hook."""

    def merge(self, gone, target):
        """Merge as *Merge* on contacts does."""
        wizard = self.env['base.partner.merge.automatic.wizard'].create({'dst_partner_id': target.id})
        wizard._merge((gone + target).ids, target)
        self.assertFalse(gone.exists())

    def customer_of(self, record):
        return self.in_qbo(record)['CustomerRef']['value']

    def test_documents_and_payments_get_the_other_customer(self):
        twin = self.synced_customer("Acme Twin")
        invoice = self.synced_invoice(twin)
        payment = self.synced(self.pay(invoice))
        self.merge(twin, self.acme)
        self.run_engine()
        self.assertNoErrors()
        self.assertEqual(invoice.partner_id, self.acme)
        self.assertEqual(self.customer_of(invoice), self.acme.qbo_id)
        self.assertEqual(self.customer_of(payment), self.acme.qbo_id)
        self.assertEqual(self.open_in_qbo(invoice), [0])
        self.assertEqual((invoice.qbo_state, payment.qbo_state), ('synced', 'synced'))
        self.calm()

    def test_a_settled_document_takes_three_requests(self):
        twin = self.synced_customer("Acme Twin")
        invoice = self.synced_invoice(twin)
        self.synced(self.pay(invoice))
        self.merge(twin, self.acme)
        self.run_engine()
        self.assertRequests('POST payment', 'POST invoice', 'POST payment')

    def test_open_documents_are_one_request_each(self):
        twin = self.synced_customer("Acme Twin")
        invoice = self.synced_invoice(twin)
        self.merge(twin, self.acme)
        self.run_engine()
        self.assertRequests('POST invoice')
        self.assertEqual(self.customer_of(invoice), self.acme.qbo_id)
        self.calm()

    def test_applied_credit_stays_applied(self):
        twin = self.synced_customer("Acme Twin")
        sold = self.synced_invoice(twin, lines=[(self.visit, 1, 145.0)])
        credit = self.synced(self.invoice(twin, lines=[(self.visit, 1, 45.0)], move_type='out_refund'))
        self.apply(credit, sold)
        payment = self.synced(self.pay(sold, 60.0))
        self.merge(twin, self.acme)
        self.run_engine()
        self.assertNoErrors()
        for record in (sold, credit, payment):
            self.assertEqual(self.customer_of(record), self.acme.qbo_id)
        self.assertEqual(self.open_in_qbo(sold, credit), [40.0, 0])
        self.calm()

    def test_the_customer_that_is_gone_stays_in_quickbooks_and_the_log_says_so(self):
        twin = self.synced_customer("Acme Twin")
        qbo_id = twin.qbo_id
        self.merge(twin, self.acme)
        self.run_engine()
        self.assertTrue(self.sandbox.get('Customer', qbo_id)['Active'])
        self.assertLogged("Acme Twin was merged into Acme Pools in Odoo. QuickBooks keeps both")

    def test_who_is_not_in_quickbooks_takes_the_customer_over(self):
        twin = self.synced_customer("Acme Twin")
        qbo_id = twin.qbo_id
        invoice = self.synced_invoice(twin)
        other = self.env['res.partner'].create({'name': "Acme Twin", 'email': 'twin@acme.example'})
        count = len(self.sandbox.all('Customer'))
        self.merge(twin, other)
        self.run_engine()
        self.assertEqual((other.qbo_id, other.qbo_state), (qbo_id, 'synced'))
        self.assertEqual(self.sandbox.get('Customer', qbo_id)['PrimaryEmailAddr']['Address'], 'twin@acme.example')
        self.assertEqual(self.customer_of(invoice), qbo_id)
        self.assertEqual(len(self.sandbox.all('Customer')), count)
        self.calm()

    def test_who_is_on_the_way_to_quickbooks_keeps_a_customer_of_its_own(self):
        twin = self.synced_customer("Acme Twin")
        invoice = self.synced_invoice(twin)
        other = self.customer("Other Pools")
        self.sandbox.arm('drop_after_commit', on='customer', times=1)
        self.run_engine()
        self.merge(twin, other)
        self.wait(minutes=2)
        self.run_engine()
        self.assertNoErrors()
        self.assertEqual(len(self.named("Other Pools")), 1)
        self.assertEqual(self.customer_of(invoice), other.qbo_id)

    def test_documents_that_waited_for_who_is_gone_go(self):
        twin = self.customer("Acme Twin")
        self.sandbox.arm('data_fault', on='customer', times=1, code='2210', detail="Bad.")
        invoice = self.invoice(twin)
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'held')
        self.merge(twin, self.acme)
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertEqual(self.customer_of(invoice), self.acme.qbo_id)

    def test_a_deposited_payment_keeps_what_it_pays_until_it_is_taken_out(self):
        twin = self.synced_customer("Acme Twin")
        invoice = self.synced_invoice(twin)
        payment = self.synced(self.pay(invoice))
        linked = {'TxnId': payment.qbo_id, 'TxnType': 'Payment', 'TxnLineId': '0'}
        bank = {'value': self.account('Bank').qbo_id}
        deposit = {'DepositToAccountRef': bank, 'Line': [{'Amount': 20, 'LinkedTxn': [linked]}]}
        deposit = self.sandbox.create('Deposit', deposit)
        self.merge(twin, self.acme)
        self.run_engine()
        self.assertEqual(payment.qbo_state, 'error')
        self.assertIn("deposit", payment.qbo_error)
        self.assertEqual(invoice.qbo_state, 'pending')
        self.assertIn(payment.name, invoice.qbo_error)
        self.assertEqual(self.open_in_qbo(invoice), [0])

        self.sandbox.delete('Deposit', deposit['Id'])
        self.link(payment).action_retry()
        self.run_engine()
        self.assertEqual((invoice.qbo_state, payment.qbo_state), ('synced', 'synced'))
        self.assertEqual(self.customer_of(invoice), self.acme.qbo_id)
        self.assertEqual(self.open_in_qbo(invoice), [0])

    def test_what_lies_in_closed_books_stays_settled_there(self):
        twin = self.synced_customer("Acme Twin")
        invoice = self.synced_invoice(twin)
        payment = self.synced(self.pay(invoice, payment_date='2026-04-02'))
        self.prefer(AccountingInfoPrefs={'BookCloseDate': '2026-03-31'})
        self.merge(twin, self.acme)
        self.run_engine()
        self.assertRequests()
        self.assertEqual((invoice.qbo_state, payment.qbo_state), ('held', 'held'))
        self.assertIn("closed", payment.qbo_error)

        self.prefer(AccountingInfoPrefs={'BookCloseDate': '2026-01-31'})
        self.run_engine()
        self.assertNoErrors()
        self.assertEqual(self.customer_of(payment), self.acme.qbo_id)
        self.assertEqual(self.open_in_qbo(invoice), [0])

    def test_a_customer_made_anew_in_quickbooks_takes_its_settled_documents_along(self):
        twin = self.synced_customer("Acme Twin")
        invoices = [self.synced_invoice(twin) for _number in range(2)]
        payments = [self.synced(self.pay(invoice, 10.0)) for invoice in invoices]
        payments.append(self.synced(self.pay(invoices[0] + invoices[1])))
        old = twin.qbo_id
        self.link(twin).write({'qbo_id': False, 'base_odoo': False, 'base_qbo': False, 'state': 'pending'})
        self.sandbox.update('Customer', old, {'DisplayName': "Acme Twin (old)"})
        payments[0].memo = "Thanks"
        twin.action_qbo_sync()
        self.run_engine()
        self.assertNoErrors()
        self.assertNotEqual(twin.qbo_id, old)
        for record in (*invoices, *payments):
            self.assertEqual(record.qbo_state, 'synced', record.qbo_error)
            self.assertEqual(self.customer_of(record), twin.qbo_id)
        self.assertEqual(self.open_in_qbo(*invoices), [0, 0])

    def test_nothing_of_it_concerns_who_has_no_quickbooks(self):
        self.connection.write({'sync_billing': False, 'sync_customers': False})
        twin = self.env['res.partner'].create({'name': "Acme Twin", 'customer_rank': 1})
        invoice = self.invoice(twin)
        changes = self.env['qbo.change'].search_count([])
        self.merge(twin, self.acme)
        self.assertEqual(invoice.partner_id, self.acme)
        self.assertEqual(self.env['qbo.change'].search_count([]), changes)
