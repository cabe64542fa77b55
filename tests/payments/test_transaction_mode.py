from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Command

from ..payment_case import PaymentCase


class TransactionCase(PaymentCase):
    """Customers pay in QuickBooks; the product for payments in Odoo is booked on a clearing account there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls()
        cls.clearing = cls.sandbox.create(
            'Account',
            {'Name': "Payments received in Odoo", 'AccountType': 'Income', 'AccountSubType': 'OtherPrimaryIncome'},
        )
        with case.enter_registry_test_mode():
            cls.connection.with_user(cls.manager).action_refresh_lists()
        cls.money = cls.env['product.product'].create(
            {
                'name': "Payment received in Odoo",
                'type': 'service',
                'taxes_id': [Command.clear()],
                'qbo_income_account_id': cls.account('Income', name="Payments received in Odoo").id,
            }
        )
        cls.connection.write({'posting_mode': 'transaction', 'memo_product_id': cls.money.id})
        cls.user.group_ids += cls.env.ref('account.group_account_user')
        with case.enter_registry_test_mode():
            cls.connection.cron_id.method_direct_trigger()
        cls.env.invalidate_all()
        cls.sandbox.requests.clear()
        cls.sandbox.snapshot()

    def as_user(self, records):
        return records.with_user(self.user)

    def memo_of(self, payment):
        return self.sandbox.get('CreditMemo', payment.qbo_id)

    def apply_there(self, invoice, payment, amount=20.0):
        """Apply a payment's credit memo to an invoice, in QuickBooks."""
        memo = {'Amount': amount, 'LinkedTxn': [{'TxnId': payment.qbo_id, 'TxnType': 'CreditMemo'}]}
        values = {
            'CustomerRef': {'value': self.acme.qbo_id},
            'TotalAmt': 0,
            'TxnDate': '2026-03-05',
            'Line': [self.settles(invoice, amount), memo],
        }
        return self.sandbox.create('Payment', values)

    def income_in_odoo(self):
        """Return the balance of all income accounts in Odoo."""
        lines = self.env['account.move.line'].search(
            [('parent_state', '=', 'posted'), ('account_id.internal_group', '=', 'income')]
        )
        return sum(lines.mapped('balance'))

    def cleared(self):
        """Return what stands on the clearing account in QuickBooks, in cents."""
        return sum(row['cents'] for row in self.sandbox.postings() if row['account'] == self.clearing['Id'])


class TestRefusedPayments(TransactionCase):
    """What customers pay in QuickBooks takes no payment in Odoo, and says why."""

    def test_pay_is_refused_with_a_link_to_the_invoice(self):
        invoice = self.synced_invoice()
        with self.assertRaisesRegex(RedirectWarning, "in QuickBooks, not in Odoo") as caught:
            self.as_user(invoice).action_register_payment()
        _text, action, button, _context = caught.exception.args
        self.assertEqual(button, "Open in QuickBooks")
        self.assertIn(f'invoice?txnId={invoice.qbo_id}', action['url'])

    def test_an_invoice_that_is_still_to_be_sent_is_refused_too(self):
        invoice = self.invoice()
        with self.assertRaisesRegex(UserError, invoice.name):
            self.as_user(invoice).action_register_payment()

    def test_a_batch_names_the_invoices_that_are_refused(self):
        here = self.invoice(qbo_invoice_type='odoo')
        there = self.synced_invoice()
        with self.assertRaises(RedirectWarning) as caught:
            self.as_user(here + there).action_force_register_payment()
        self.assertIn(there.name, caught.exception.args[0])
        self.assertNotIn(here.name, caught.exception.args[0])

    def test_the_wizard_refuses_however_it_was_opened(self):
        invoice = self.synced_invoice()
        with self.assertRaises(RedirectWarning):
            self.pay(self.as_user(invoice))
        self.assertFalse(self.env['account.payment'].search([('partner_id', '=', self.acme.id)]))

    def test_an_invoice_of_odoo_only_is_paid_as_ever(self):
        invoice = self.invoice(qbo_invoice_type='odoo')
        self.pay(self.as_user(invoice))
        self.assertIn(invoice.payment_state, ('paid', 'in_payment'))

    def test_nothing_is_refused_in_the_mode_documents(self):
        self.connection.posting_mode = 'documents'
        invoice = self.synced_invoice()
        payment = self.pay(self.as_user(invoice))
        self.run_engine()
        self.assertEqual(self.open_in_qbo(invoice), [0])
        self.assertEqual(self.mapping(payment)._entity, 'Payment')

    def test_adding_a_payment_to_the_invoice_is_refused(self):
        invoice, payment = self.synced_invoice(), self.payment(amount=20.0)
        with self.assertRaises(RedirectWarning):
            self.as_user(invoice).js_assign_outstanding_line(self.due(payment.move_id).id)
        self.assertEqual(self.open_in_odoo(invoice), [20.0])

    def test_reconciling_with_an_entry_is_refused(self):
        invoice = self.synced_invoice()
        receivable = self.due(invoice).account_id
        entry = self.env['account.move'].create(
            {
                'date': '2026-03-03',
                'line_ids': [
                    Command.create({'account_id': receivable.id, 'partner_id': self.acme.id, 'credit': 20.0}),
                    Command.create({'account_id': self.bank.default_account_id.id, 'debit': 20.0}),
                ],
            }
        )
        entry.action_post()
        with self.assertRaises(RedirectWarning):
            self.as_user(self.due(entry) + self.due(invoice)).reconcile()

    def test_what_happens_by_itself_leaves_the_invoice_open_and_fails_nowhere(self):
        invoice, payment = self.synced_invoice(), self.payment(amount=20.0)
        (self.due(payment.move_id) + self.due(invoice)).sudo().reconcile()
        self.assertEqual(self.open_in_odoo(invoice), [20.0])

    def test_the_bank_is_not_offered_what_customers_pay_in_quickbooks(self):
        there, waiting, here = self.synced_invoice(), self.invoice(), self.invoice(qbo_invoice_type='odoo')
        line = self.env['account.bank.statement.line'].create(
            {'journal_id': self.bank.id, 'date': '2026-03-04', 'payment_ref': "Acme", 'amount': 20.0}
        )
        offered = self.env['account.move.line'].search(line._get_default_amls_matching_domain()).move_id
        self.assertEqual(offered & (there + waiting + here), here)

    def test_a_credit_note_still_pays_an_invoice_from_odoo(self):
        invoice = self.synced_invoice()
        note = self.synced_invoice(move_type='out_refund')
        widget = self.as_user(invoice).invoice_outstanding_credits_debits_widget
        self.assertEqual([row['move_id'] for row in widget['content']], note.ids)
        self.as_user(invoice).js_assign_outstanding_line(self.due(note).id)
        self.run_engine()
        self.assertEqual(self.open_in_qbo(invoice, note), [0, 0])

    def test_the_invoice_offers_no_payment_that_waits(self):
        invoice = self.synced_invoice()
        self.payment(amount=20.0)
        self.assertFalse(self.as_user(invoice).invoice_outstanding_credits_debits_widget)


class TestPaidInQuickBooks(TransactionCase):
    """Payments made in QuickBooks come back."""

    def test_a_payment_of_quickbooks_settles_the_invoice(self):
        invoice = self.synced_invoice()
        entity = self.receive(20.0, [(invoice, 20.0)])
        self.pull('documents')
        payment = self.payment_of(entity)
        self.assertEqual(self.open_in_odoo(invoice), [0])
        self.assertEqual((payment.amount, payment.qbo_state, payment.qbo_to_apply), (20.0, 'synced', False))
        self.assertNoErrors()

    def test_a_payment_that_is_changed_there_is_reconciled_again(self):
        invoice = self.synced_invoice()
        entity = self.receive(20.0, [(invoice, 20.0)])
        self.pull('documents')
        self.sandbox.update('Payment', entity['Id'], {'TotalAmt': 15.0, 'Line': [self.settles(invoice, 15.0)]})
        self.pull('documents')
        self.assertEqual(self.open_in_odoo(invoice), [5.0])
        self.assertNoErrors()

    def test_a_payment_of_quickbooks_that_was_undone_can_be_added_again(self):
        invoice = self.synced_invoice()
        entity = self.receive(20.0, [(invoice, 20.0)])
        self.pull('documents')
        self.due(invoice).remove_move_reconcile()
        self.run_engine()
        self.assertEqual(self.open_in_qbo(invoice), [20])
        line = self.due(self.payment_of(entity).move_id)
        self.assertEqual(self.as_user(invoice).invoice_outstanding_credits_debits_widget['content'][0]['id'], line.id)
        self.as_user(invoice).js_assign_outstanding_line(line.id)
        self.run_engine()
        self.assertEqual((self.open_in_odoo(invoice), self.open_in_qbo(invoice)), ([0], [0]))


class TestPaymentAsCreditMemo(TransactionCase):
    """A payment that arrives in Odoo all the same is a credit memo in QuickBooks."""

    def test_it_goes_as_a_credit_memo_that_names_the_payment(self):
        payment = self.synced(self.payment(amount=20.0, memo="tx-4711"))
        memo = self.memo_of(payment)
        self.assertEqual((memo['TotalAmt'], memo['CustomerRef']['value']), (20, self.acme.qbo_id))
        self.assertEqual(memo['PrivateNote'], f"Payment {payment.name} received in Odoo: tx-4711")
        self.assertEqual(memo['DocNumber'], payment.name)
        self.assertEqual(self.lines_of(memo), [(self.money.qbo_id, 1, 20, 20)])
        self.assertNotIn(self.acme.qbo_id, [row['CustomerRef']['value'] for row in self.sandbox.all('Payment')])

    def test_it_is_shown_as_to_be_applied(self):
        payment = self.synced(self.payment(amount=20.0))
        waiting = self.env['account.payment'].with_user(self.user).search([('qbo_to_apply', '=', True)])
        self.assertEqual(waiting, payment)
        self.assertTrue(payment.with_user(self.user).qbo_to_apply)

    def test_applied_in_quickbooks_it_settles_the_invoice_with_the_money_of_the_payment(self):
        invoice = self.synced_invoice()
        payment = self.synced(self.payment(amount=20.0))
        income = self.income_in_odoo()
        self.apply_there(invoice, payment)
        self.pull('documents')
        self.assertEqual(self.open_in_odoo(invoice), [0])
        self.assertIn(payment, invoice._get_reconciled_payments())
        self.assertFalse(payment.qbo_to_apply)
        self.assertEqual(self.income_in_odoo(), income)
        self.assertNoErrors()
        self.sandbox.requests.clear()
        self.run_engine()
        self.assertRequests()

    def test_it_is_applied_in_parts(self):
        first, second = self.synced_invoice(), self.synced_invoice()
        payment = self.synced(self.payment(amount=30.0))
        self.apply_there(first, payment, 20.0)
        self.pull('documents')
        self.assertTrue(payment.qbo_to_apply)
        self.apply_there(second, payment, 10.0)
        self.pull('documents')
        self.assertEqual(self.open_in_odoo(first, second), [0, 10])
        self.assertFalse(payment.qbo_to_apply)

    def test_money_received_in_quickbooks_may_use_it_too(self):
        invoice = self.synced_invoice(lines=[(self.chlorine, 5, 10.0)])
        payment = self.synced(self.payment(amount=20.0))
        memo = {'Amount': 20.0, 'LinkedTxn': [{'TxnId': payment.qbo_id, 'TxnType': 'CreditMemo'}]}
        entity = self.sandbox.create(
            'Payment',
            {
                'CustomerRef': {'value': self.acme.qbo_id},
                'TotalAmt': 30.0,
                'TxnDate': '2026-03-05',
                'Line': [self.settles(invoice, 50.0), memo],
            },
        )
        self.pull('documents')
        self.assertEqual(self.open_in_odoo(invoice), [0])
        self.assertEqual(invoice._get_reconciled_payments(), payment + self.payment_of(entity))
        self.assertNoErrors()
        self.sandbox.requests.clear()
        self.run_engine()
        self.assertRequests()

    def test_taken_back_in_quickbooks_the_invoice_is_open_again(self):
        invoice = self.synced_invoice()
        payment = self.synced(self.payment(amount=20.0))
        application = self.apply_there(invoice, payment)
        self.pull('documents')
        self.sandbox.delete('Payment', application['Id'])
        self.pull('documents')
        self.assertEqual(self.open_in_odoo(invoice), [20])
        self.assertTrue(payment.qbo_to_apply)

    def test_when_the_deposit_is_booked_the_clearing_account_is_even(self):
        self.synced(self.payment(amount=20.0))
        self.assertEqual(self.cleared(), 2000)
        bank = next(row['Id'] for row in self.sandbox.all('Account') if row['AccountType'] == 'Bank')
        line = {
            'Amount': 20.0,
            'DetailType': 'DepositLineDetail',
            'DepositLineDetail': {'AccountRef': {'value': self.clearing['Id']}},
        }
        self.sandbox.create('Deposit', {'DepositToAccountRef': {'value': bank}, 'Line': [line]})
        self.assertEqual(self.cleared(), 0)

    def test_without_a_product_it_says_what_to_choose_and_goes_when_that_is_done(self):
        self.connection.memo_product_id = False
        payment = self.payment(amount=20.0)
        self.run_engine()
        self.assertEqual(payment.qbo_state, 'held')
        self.assertIn("clearing account", payment.qbo_error)
        self.connection.memo_product_id = self.money
        self.run_engine()
        self.assertEqual(self.memo_of(payment)['TotalAmt'], 20)

    def test_an_edit_in_odoo_is_one_update(self):
        payment = self.synced(self.payment(amount=20.0))
        payment.action_draft()
        payment.amount = 25.0
        payment.action_post()
        self.run_engine()
        self.assertRequests('POST creditmemo')
        self.assertEqual(self.memo_of(payment)['TotalAmt'], 25)

    def test_a_cancelled_payment_is_taken_out_there_with_what_it_paid(self):
        invoice = self.synced_invoice()
        payment = self.synced(self.payment(amount=20.0))
        memo_id = payment.qbo_id
        self.apply_there(invoice, payment)
        self.pull('documents')
        payment.action_cancel()
        self.run_engine()
        self.assertNotIn(memo_id, [row['Id'] for row in self.sandbox.all('CreditMemo')])
        self.assertEqual(self.open_in_qbo(invoice), [20])
        self.assertEqual(self.open_in_odoo(invoice), [20])
        self.assertNoErrors()

    def test_another_amount_in_quickbooks_shows_as_a_difference(self):
        payment = self.synced(self.payment(amount=20.0))
        line = {**self.memo_of(payment)['Line'][0], 'Amount': 18.0}
        line['SalesItemLineDetail'] = {**line['SalesItemLineDetail'], 'Qty': 1, 'UnitPrice': 18.0}
        self.sandbox.update('CreditMemo', payment.qbo_id, {'Line': [line]})
        self.pull('documents')
        self.assertEqual((payment.qbo_state, payment.amount), ('differs', 20.0))
        self.assertIn("18.00", payment.qbo_error)

    def test_a_credit_memo_that_is_deleted_there_is_an_error_and_the_payment_stays(self):
        payment = self.synced(self.payment(amount=20.0))
        self.sandbox.delete('CreditMemo', payment.qbo_id)
        self.pull('documents')
        self.assertIn(payment.state, ('in_process', 'paid'))
        self.assertEqual((payment.qbo_state, payment.qbo_to_apply), ('error', False))
        self.link(payment).action_create_again()
        self.run_engine()
        self.assertEqual(self.memo_of(payment)['TotalAmt'], 20)

    def test_what_was_registered_before_the_mode_changed_is_a_payment(self):
        self.connection.posting_mode = 'documents'
        invoice = self.synced_invoice()
        payment = self.pay(invoice)
        self.connection.posting_mode = 'transaction'
        self.run_engine()
        self.assertEqual(self.open_in_qbo(invoice), [0])
        self.assertEqual(self.in_qbo(payment)['TotalAmt'], 20)

    def test_a_credit_memo_of_another_kind_still_becomes_a_credit_note(self):
        entity = self.sell('CreditMemo')
        self.pull('documents')
        self.assertEqual(self.move_of(entity).move_type, 'out_refund')
        self.assertNoErrors()


class TestSendFromQuickBooks(TransactionCase):
    """QuickBooks sends the invoices that customers pay there."""

    def test_one_click_has_quickbooks_send_the_invoice(self):
        invoice = self.synced_invoice()
        self.as_user(invoice).action_qbo_send()
        self.env.invalidate_all()
        self.assertEqual(invoice.qbo_state, 'pending')
        self.run_engine()
        entity = self.in_qbo(invoice)
        self.assertRequests('POST invoice')
        self.assertEqual((entity['EmailStatus'], entity['BillEmail']['Address']), ('EmailSent', 'ap@acme.example'))
        self.assertTrue(invoice.qbo_sent_at)
        self.assertEqual(invoice.qbo_state, 'synced')
        self.assertLogged("sent by QuickBooks")
        self.sandbox.requests.clear()
        self.pull('documents')
        self.run_engine()
        self.assertRequests('GET cdc')

    def test_what_is_not_there_yet_goes_first_and_is_sent_after_it(self):
        invoice = self.invoice()
        self.as_user(invoice).action_qbo_send()
        self.run_engine()
        self.assertRequests('POST invoice', 'POST invoice')
        self.assertEqual(self.in_qbo(invoice)['EmailStatus'], 'EmailSent')

    def test_an_answer_that_is_lost_does_not_send_it_twice(self):
        invoice = self.synced_invoice()
        token = int(self.in_qbo(invoice)['SyncToken'])
        self.sandbox.arm('drop_after_commit', on='invoice', times=1)
        self.as_user(invoice).action_qbo_send()
        self.run_engine()
        self.wait(minutes=10)
        self.run_engine()
        self.assertEqual(self.in_qbo(invoice)['SyncToken'], str(token + 1))
        self.assertEqual(invoice.qbo_state, 'synced')

    def test_without_an_address_it_says_so(self):
        invoice = self.synced_invoice()
        invoice.qbo_email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            self.as_user(invoice).action_qbo_send()

    def test_many_are_not_sent_from_odoo(self):
        invoices = self.synced_invoice() + self.invoice(qbo_invoice_type='odoo')
        with self.assertRaisesRegex(UserError, "Send from QuickBooks"):
            self.as_user(invoices).action_send_and_print()
        with self.assertRaisesRegex(UserError, "Send from QuickBooks"):
            self.env['account.move.send.batch.wizard'].create({'move_ids': [Command.set(invoices.ids)]})

    def test_many_of_odoo_only_and_a_single_one_are_sent_as_ever(self):
        here = self.invoice(qbo_invoice_type='odoo') + self.invoice(qbo_invoice_type='odoo')
        self.assertEqual(self.as_user(here).action_send_and_print()['res_model'], 'account.move.send.batch.wizard')
        there = self.synced_invoice()
        self.assertEqual(self.as_user(there).action_send_and_print()['res_model'], 'account.move.send.wizard')


class TestBritishCreditMemo(TransactionCase):
    """Outside the US, where every line of a taxed form has a tax code: a payment is no sale, and has no tax."""

    sandbox_country = 'GB'

    @classmethod
    def _connection_vals(cls):
        cls.env.ref('base.GBP').active = True
        cls.company.currency_id = cls.env.ref('base.GBP')
        return super()._connection_vals()

    def test_the_credit_memo_is_out_of_tax(self):
        payment = self.synced(self.payment(amount=20.0))
        memo = self.memo_of(payment)
        self.assertEqual((memo['GlobalTaxCalculation'], memo['TotalAmt']), ('NotApplicable', 20))
        self.run_engine()
        self.assertRequests()
