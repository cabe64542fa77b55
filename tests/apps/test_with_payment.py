from ..payments.test_transaction_mode import TransactionCase


class TestOnlinePayment(TransactionCase):
    """With Odoo's online payments: a customer pays an invoice on the portal though customers pay in QuickBooks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.method = cls.env['payment.method'].create({'name': "Card", 'code': 'qbo_card', 'support_refund': 'none'})
        cls.provider = cls.env['payment.provider'].create(
            {
                'name': "Cards",
                'code': 'none',
                'state': 'test',
                'company_id': cls.company.id,
                'payment_method_ids': cls.method.ids,
            }
        )
        manual = cls.env.ref('account.account_payment_method_manual_in')
        cls.env['account.payment.method.line'].create(
            {
                'name': "Cards",
                'journal_id': cls.bank.id,
                'payment_method_id': manual.id,
                'payment_provider_id': cls.provider.id,
            }
        )

    def pay_online(self, *invoices):
        """Pay invoices as the portal does; return Odoo's payment."""
        transaction = (
            self.env['payment.transaction']
            .sudo()
            .create(
                {
                    'provider_id': self.provider.id,
                    'payment_method_id': self.method.id,
                    'reference': "web-1",
                    'amount': sum(invoice.amount_total for invoice in invoices),
                    'currency_id': invoices[0].currency_id.id,
                    'partner_id': self.acme.id,
                    'operation': 'online_redirect',
                    'invoice_ids': [invoice.id for invoice in invoices],
                }
            )
        )
        transaction._set_done()
        transaction._post_process()
        return transaction.payment_id

    def test_it_fails_nowhere_and_waits_as_a_credit_memo(self):
        invoice = self.synced_invoice()
        payment = self.pay_online(invoice)
        self.assertIn(payment.state, ('in_process', 'paid'))
        self.assertEqual((invoice.payment_state, self.open_in_odoo(invoice)), ('not_paid', [20]))
        self.synced(payment)
        self.assertIn("web-1", self.memo_of(payment)['PrivateNote'])
        self.assertTrue(payment.qbo_to_apply)

    def test_applied_in_quickbooks_it_pays_the_invoice(self):
        invoice = self.synced_invoice()
        payment = self.synced(self.pay_online(invoice))
        self.apply_there(invoice, payment)
        self.pull('documents')
        self.assertEqual(self.open_in_odoo(invoice), [0])
        self.assertEqual(invoice._get_reconciled_payments(), payment)
        self.assertFalse(payment.qbo_to_apply)

    def test_it_pays_what_is_of_odoo_only_at_once(self):
        there, here = self.synced_invoice(), self.invoice(qbo_invoice_type='odoo')
        payment = self.pay_online(there, here)
        self.assertEqual(self.open_in_odoo(there, here), [20, 0])
        self.run_engine()
        self.assertEqual(self.memo_of(payment)['TotalAmt'], 40)
        # All of it is open in QuickBooks, which knows nothing of the other invoice.
        self.assertEqual(payment.qbo_state, 'differs')
        self.assertIn(here.name, payment.qbo_error)

    def test_a_paid_order_that_is_invoiced_later_fails_nowhere_either(self):
        payment = self.pay_online(self.synced_invoice())
        invoice = self.invoice()
        invoice.with_user(self.user).js_assign_outstanding_line(self.due(payment.move_id).id)
        self.assertEqual(self.open_in_odoo(invoice), [20])
