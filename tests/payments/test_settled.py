from odoo import fields
from odoo.fields import Command

from ..documents.test_document_edges import EdgeCase


class TestSettledInOdooOnly(EdgeCase):
    """What is settled in Odoo by something that QuickBooks has not is said on the document."""

    def bank_line(self, amount, other):
        """Return a bank statement line that is matched with a journal item directly, as the bank matching does."""
        line = self.env['account.bank.statement.line'].create(
            {'journal_id': self.bank.id, 'date': '2026-03-05', 'payment_ref': "Transfer", 'amount': amount}
        )
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.account_id = other.account_id
        (suspense + other).reconcile()
        return line

    def entry(self, amount):
        """Return a posted manual entry that takes an amount off what customers owe, and its receivable line."""
        receivable = self.acme.property_account_receivable_id
        expense = self.env['account.account'].search([('account_type', '=', 'expense')], limit=1)
        move = self.env['account.move'].create(
            {
                'date': '2026-03-05',
                'line_ids': [
                    Command.create({'account_id': receivable.id, 'partner_id': self.acme.id, 'credit': amount}),
                    Command.create({'account_id': expense.id, 'debit': amount}),
                ],
            }
        )
        move.action_post()
        return move

    def assertDiffers(self, document, *words):
        self.assertEqual(document.qbo_state, 'differs')
        for word in words:
            self.assertIn(word, document.qbo_error)

    def test_a_bank_line_matched_directly_is_named_until_it_is_undone(self):
        invoice = self.synced_invoice()
        line = self.bank_line(20, self.due(invoice))
        self.assertEqual(invoice.amount_residual, 0)
        self.run_engine()
        self.assertDiffers(invoice, "20.00", line.move_id.name, "register a payment")
        self.assertRequests()
        self.calm()
        self.assertDiffers(invoice, line.move_id.name)

        line.action_undo_reconciliation()
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'synced')

    def test_the_way_out_is_a_payment_that_the_bank_line_is_matched_with(self):
        invoice = self.synced_invoice()
        self.bank_line(20, self.due(invoice)).action_undo_reconciliation()
        payment = self.pay(invoice)
        self.bank_line(20, payment._seek_for_lines()[0])
        self.assertTrue(payment.reconciled_statement_line_ids)
        self.run_engine()
        self.assertEqual((invoice.qbo_state, payment.qbo_state), ('synced', 'synced'))
        self.assertEqual(self.open_in_qbo(invoice), [0])

    def test_only_the_part_that_quickbooks_has_not_is_named(self):
        invoice = self.synced_invoice(lines=[(self.visit, 1, 145.0)])
        payment = self.synced(self.pay(invoice, 100.0))
        entry = self.entry(45)
        self.apply(entry, invoice)
        self.run_engine()
        self.assertDiffers(invoice, "45.00", entry.name)
        self.assertNotIn(payment.name, invoice.qbo_error)
        self.pull('documents')
        self.assertDiffers(invoice, "45.00")

        self.due(entry).remove_move_reconcile()
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'synced')

    def test_what_was_settled_before_it_was_sent_is_named_too(self):
        invoice = self.invoice()
        entry = self.entry(20)
        self.apply(entry, invoice)
        self.run_engine()
        self.assertDiffers(invoice, entry.name)

    def test_recorded_in_quickbooks_too_nothing_differs(self):
        invoice = self.synced_invoice()
        self.apply(self.entry(20), invoice)
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'differs')
        credit = self.sell('CreditMemo')
        self.connection.billing_since = fields.Datetime.add(fields.Datetime.now(), minutes=1)  # what is there stays out
        used = {'Amount': 20, 'LinkedTxn': [{'TxnId': credit['Id'], 'TxnType': 'CreditMemo'}]}
        values = {'CustomerRef': {'value': self.acme.qbo_id}, 'TotalAmt': 0}
        payment = self.sandbox.create('Payment', {**values, 'Line': [self.settles(invoice, 20), used]})
        self.pull('documents')
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertNoErrors()

        self.sandbox.delete('Payment', payment['Id'])
        self.pull('documents')
        self.assertEqual(invoice.qbo_state, 'differs')

    def test_a_payment_exchanged_for_a_bank_line_is_noticed(self):
        invoice = self.synced_invoice()
        payment = self.synced(self.pay(invoice))
        self.pull('documents')
        self.due(invoice).remove_move_reconcile()
        line = self.bank_line(20, self.due(invoice))
        self.run_engine()
        self.pull('documents')
        self.assertDiffers(invoice, "20.00", line.move_id.name)
        self.assertEqual(self.in_qbo(payment)['UnappliedAmt'], 20)

    def test_a_vendor_bill_netted_by_an_entry_is_named(self):
        invoice = self.synced_invoice()
        payable = self.acme.property_account_payable_id
        move = self.env['account.move'].create(
            {
                'date': '2026-03-05',
                'line_ids': [
                    Command.create({'account_id': self.due(invoice).account_id.id, 'credit': 20}),
                    Command.create({'account_id': payable.id, 'debit': 20}),
                ],
            }
        )
        move.action_post()
        self.apply(move, invoice)
        self.run_engine()
        self.assertDiffers(invoice, move.name)

    def test_a_credit_note_settled_by_an_entry_says_what_to_do_with_credit(self):
        credit = self.synced(self.invoice(move_type='out_refund'))
        line = self.bank_line(-20, self.due(credit))
        self.run_engine()
        self.assertDiffers(credit, "20.00", line.move_id.name, "apply the credit")
        self.due(credit).remove_move_reconcile()
        self.run_engine()
        self.assertEqual(credit.qbo_state, 'synced')

    def test_a_credit_note_that_is_only_in_odoo_is_named_on_the_invoice(self):
        invoice = self.synced_invoice()
        credit = self.invoice(move_type='out_refund', qbo_invoice_type='odoo')
        self.apply(credit, invoice)
        self.run_engine()
        self.assertDiffers(invoice, credit.name)

    def test_a_payment_that_is_kept_out_is_named_on_the_invoice(self):
        invoice = self.synced_invoice()
        self.sandbox.arm('data_fault', on='payment', times=1, code='6000', detail="No.")
        payment = self.pay(invoice)
        self.run_engine()
        self.assertEqual((payment.qbo_state, invoice.qbo_state), ('error', 'differs'))
        self.assertDiffers(invoice, payment.name, "could not be sent")
        self.link(payment).with_user(self.user).action_exclude()
        self.run_engine()
        self.assertDiffers(invoice, "20.00", payment.name, "to Synchronize")

        payment.qbo_mode = 'auto'
        self.run_engine()
        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)

    def test_payments_credits_and_refunds_are_no_difference(self):
        paid, credited = self.synced_invoice(), self.synced_invoice()
        credit = self.synced(self.invoice(move_type='out_refund'))
        payment = self.pay(paid)
        self.apply(credit, credited)
        self.run_engine()
        action = payment.action_qbo_refund()
        wizard = self.env[action['res_model']].with_context(**action['context']).create({})
        refund = self.env['account.move'].browse(wizard.action_refund()['res_id'])
        self.run_engine()
        for record in (paid, credited, credit, refund, payment):
            self.assertEqual(record.qbo_state, 'synced', record.qbo_error)

    def test_exchange_differences_are_no_difference(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        for day, rate in (('2026-03-01', 0.8), ('2026-03-04', 0.5)):
            self.env['res.currency.rate'].create(
                {'name': day, 'currency_id': euro.id, 'rate': rate, 'company_id': self.company.id}
            )
        self.prefer(CurrencyPrefs={'MultiCurrencyEnabled': True, 'HomeCurrency': {'value': 'USD'}})
        row = self.sandbox.create('Customer', {'DisplayName': "Piscines Azur", 'CurrencyRef': {'value': 'EUR'}})
        self.pull('customers')
        abroad = self.env['res.partner'].search([('qbo_id', '=', row['Id'])])
        invoice = self.synced_invoice(abroad, currency_id=euro.id)
        payment = self.pay(invoice, payment_date='2026-03-05')
        lines = self.due(invoice)
        self.assertTrue((lines.matched_debit_ids | lines.matched_credit_ids).exchange_move_id)
        self.run_engine()
        self.assertEqual((invoice.qbo_state, payment.qbo_state), ('synced', 'synced'))

    def test_a_bank_line_that_stands_for_a_payment_without_entry_is_no_difference(self):
        invoice = self.synced_invoice()
        payment = self.payment(20.0, confirm=False)
        payment.write({'outstanding_account_id': False, 'invoice_ids': [Command.set(invoice.ids)]})
        payment.action_post()
        self.bank_line(20, self.due(invoice))
        self.run_engine()
        self.assertFalse(payment.move_id)
        self.assertEqual((invoice.qbo_state, payment.qbo_state), ('synced', 'synced'))
        self.assertEqual(self.open_in_qbo(invoice), [0])

    def test_nothing_is_noted_where_billing_is_off(self):
        invoice, entry = self.invoice(), self.entry(20)
        self.connection.sync_billing = False
        changes = self.env['qbo.change'].search_count([])
        self.apply(entry, invoice)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self.env['qbo.change'].search_count([]), changes)
