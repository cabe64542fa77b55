from odoo import fields

from ..billing import BillingCase


class TestInvoicePull(BillingCase):
    """What is done in QuickBooks arrives in Odoo."""

    def test_an_invoice_made_there_is_posted_here(self):
        entity = self.sell(
            lines=[(self.chlorine.qbo_id, 3, 9.99), (self.visit.qbo_id, 1, 145)], CustomerMemo={'value': "Hello\nyou"},
            DueDate='2026-03-20',
        )  # fmt: skip

        self.pull('documents')

        move = self.move_of(entity)
        self.assertRecordValues(move, [{
            'move_type': 'out_invoice', 'state': 'posted', 'partner_id': self.acme.id, 'amount_total': 174.97,
            'invoice_date': fields.Date.to_date('2026-03-02'), 'invoice_date_due': fields.Date.to_date('2026-03-20'),
            'qbo_state': 'synced', 'qbo_number': entity['DocNumber'],
        }])  # fmt: skip
        self.assertRecordValues(move.invoice_line_ids, [
            {'product_id': self.chlorine.id, 'quantity': 3, 'price_unit': 9.99},
            {'product_id': self.visit.id, 'quantity': 1, 'price_unit': 145},
        ])  # fmt: skip
        self.assertRequests('GET cdc')
        self.run_engine()
        self.assertRequests('GET cdc')

    def test_it_can_be_left_a_draft(self):
        self.connection.take_invoices_as = 'draft'
        move = self.move_of(self.sell_and_pull())
        self.assertEqual(move.state, 'draft')
        move.action_post()
        self.run_engine()
        self.assertRequests('GET cdc')

    def sell_and_pull(self, **members):
        entity = self.sell(**members)
        self.pull('documents')
        return entity

    def test_a_new_customer_and_item_come_with_it(self):
        customer = self.sandbox.create('Customer', {'DisplayName': "Walk-in Wanda"})
        item = self.sandbox.create('Item', {
            'Name': "Acid wash", 'Type': 'Service', 'IncomeAccountRef': {'value': self.account('Income').qbo_id},
        })  # fmt: skip
        entity = self.sell(customer=customer['Id'], lines=[(item['Id'], 1, 99)])

        self.pull('documents')

        move = self.move_of(entity)
        self.assertEqual((move.partner_id.name, move.invoice_line_ids.product_id.name), ("Walk-in Wanda", "Acid wash"))
        self.assertRequests('GET cdc', 'POST query', 'POST query')

    def test_a_discount_comes_as_the_discount_of_the_document(self):
        discount = {'DetailType': 'DiscountLineDetail', 'Amount': 0,
                    'DiscountLineDetail': {'PercentBased': True, 'DiscountPercent': 10}}  # fmt: skip
        entity = self.sandbox.create('Invoice', {
            'CustomerRef': {'value': self.acme.qbo_id}, 'TxnDate': '2026-03-02',
            'Line': [self._item_line(self.chlorine.qbo_id, 2, 10.05), discount],
        })  # fmt: skip
        self.pull('documents')
        move = self.move_of(entity)
        self.assertEqual((move.qbo_discount, move.qbo_discount_type), (10, 'percent'))
        self.assertEqual(move.amount_total, entity['TotalAmt'])

    def test_lines_edited_there_change_the_posted_invoice(self):
        invoice = self.synced_invoice(lines=[(self.chlorine, 2, 10.0, self.env['account.tax'], {'discount': 10})])
        entity = self.in_qbo(invoice)
        lines = [line for line in entity['Line'] if line['DetailType'] == 'SalesItemLineDetail']

        self.sandbox.update('Invoice', entity['Id'], {'Line': [*lines, self._item_line(self.visit.qbo_id, 1, 145)]})
        self.pull('documents')

        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertEqual((invoice.state, invoice.amount_total), ('posted', 163.0))
        self.assertEqual(invoice.invoice_line_ids.mapped('discount'), [10.0, 0.0], "what is the same stays as it is")
        self.run_engine()
        self.assertRequests('GET cdc')

    def test_an_edit_of_a_paid_invoice_keeps_its_payment(self):
        invoice = self.synced_invoice()
        self.pay(invoice)
        self.run_engine()
        self.assertTrue(invoice.currency_id.is_zero(invoice.amount_residual))

        entity = self.in_qbo(invoice)
        line = {**entity['Line'][0], 'Description': "Chlorine, blue"}
        self.sandbox.update('Invoice', entity['Id'], {'Line': [line]})
        self.pull('documents')

        self.assertEqual(invoice.invoice_line_ids.name, "Chlorine, blue")
        self.assertTrue(invoice.currency_id.is_zero(invoice.amount_residual))

    def test_the_memo_is_changed_without_a_reset(self):
        invoice = self.synced_invoice()
        self.sandbox.update('Invoice', invoice.qbo_id, {'CustomerMemo': {'value': "Net cash"}})
        self.pull('documents')
        self.assertIn("Net cash", invoice.narration)

    def test_voided_there_is_cancelled_here(self):
        invoice = self.synced_invoice()
        self.sandbox.void('Invoice', invoice.qbo_id)
        self.pull('documents')
        self.assertEqual((invoice.state, invoice.qbo_state), ('cancel', 'synced'))
        self.run_engine()
        self.assertRequests('GET cdc')

    def test_deleted_there_is_cancelled_here(self):
        invoice = self.synced_invoice()
        self.sandbox.delete('Invoice', invoice.qbo_id)
        self.pull('documents')
        self.assertEqual(invoice.state, 'cancel')
        self.assertLogged("canceled in Odoo")
        self.run_engine()
        self.assertRequests('GET cdc')

    def test_deleted_there_and_locked_here_it_says_so_and_stops_nothing_else(self):
        invoice = self.synced_invoice()
        self.company.fiscalyear_lock_date = '2026-03-31'
        self.sandbox.delete('Invoice', invoice.qbo_id)
        self.pull('documents')
        self.assertEqual((invoice.state, invoice.qbo_state), ('posted', 'differs'))
        self.assertIn("locked", invoice.qbo_error)

        self.wait(hours=2)
        self.run_engine()
        self.assertEqual((self.connection.state, invoice.qbo_state), ('connected', 'differs'))

        self.company.fiscalyear_lock_date = False
        self.wait(hours=2)
        self.run_engine()
        self.assertEqual(invoice.state, 'cancel')

    def test_deleted_there_and_confirmed_again_here_it_is_made_anew(self):
        invoice = self.synced_invoice()
        old = invoice.qbo_id
        self.sandbox.delete('Invoice', old)
        self.pull('documents')

        invoice.button_draft()
        invoice.action_post()
        self.run_engine()

        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertNotEqual(invoice.qbo_id, old)

    def test_what_was_there_before_billing_stays_out(self):
        self.connection.billing_since = fields.Datetime.add(fields.Datetime.now(), minutes=5)
        entity = self.sell_and_pull()
        self.assertFalse(self.move_of(entity))
        self.assertFalse(self.env['qbo.link'].search([('state', '=', 'error')]))

    def test_more_than_a_thousand_changed_documents_come_page_by_page_and_none_is_lost(self):
        """Most were there before billing, and somebody touched them all: what is new is behind them."""
        line = self._item_line(self.chlorine.qbo_id, 2, 10.0)
        old = {'CustomerRef': {'value': self.acme.qbo_id}, 'TxnDate': '2026-03-02', 'Line': [line]}
        self.sandbox.create_many('Invoice', [old] * 1005)
        self.wait(hours=1)
        self.connection.billing_since = fields.Datetime.add(fields.Datetime.now(), minutes=30)
        new = [self.sell(lines=[(self.chlorine.qbo_id, 1, 10.0 + number)]) for number in range(5)]
        paid = self.sandbox.pay(new[0]['Id'], 10)
        invoices = [('move_type', '=', 'out_invoice')]
        before = self.env['account.move'].search_count(invoices)

        self.pull('documents')

        self.assertEqual([self.move_of(entity).amount_total for entity in new], [10, 11, 12, 13, 14])
        self.assertEqual(self.move_of(new[0]).amount_residual, 0)
        self.assertTrue(self.env['account.payment'].search([('qbo_id', '=', paid['Id'])]))
        self.assertNoErrors()
        self.assertEqual(self.env['account.move'].search_count(invoices), before + 5)

        self.pull('documents')
        self.assertEqual(self.env['account.move'].search_count(invoices), before + 5)

    def test_a_hashed_invoice_says_what_differs_and_waits(self):
        invoice = self.synced_invoice()
        invoice.journal_id.restrict_mode_hash_table = True
        invoice.button_hash()
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': [self._item_line(self.chlorine.qbo_id, 5, 10)]})
        self.pull('documents')
        self.assertEqual((invoice.state, invoice.qbo_state), ('posted', 'differs'))
        self.assertIn("locked", invoice.qbo_error)
        self.assertEqual(invoice.amount_total, 20)


class TestCreditNote(BillingCase):
    """Credit notes are credit memos."""

    def test_a_credit_note_is_a_credit_memo_with_positive_amounts(self):
        refund = self.synced_invoice(move_type='out_refund')
        self.assertEqual(self.mapping(refund)._entity, 'CreditMemo')
        self.assertEqual((self.in_qbo(refund)['TotalAmt'], self.in_qbo(refund)['RemainingCredit']), (20, 20))

    def test_cancelled_it_is_deleted(self):
        refund = self.synced_invoice(move_type='out_refund')
        qbo_id = refund.qbo_id
        refund.button_cancel()
        self.run_engine()
        self.assertNotIn(qbo_id, [row['Id'] for row in self.sandbox.all('CreditMemo')])

    def test_edited_it_follows(self):
        refund = self.synced_invoice(move_type='out_refund')
        refund.button_draft()
        refund.invoice_line_ids.quantity = 3
        refund.action_post()
        self.run_engine()
        self.assertEqual(self.in_qbo(refund)['TotalAmt'], 30)

    def test_one_made_there_is_posted_here(self):
        entity = self.sell('CreditMemo')
        self.pull('documents')
        move = self.move_of(entity)
        self.assertRecordValues(move, [{'move_type': 'out_refund', 'state': 'posted', 'amount_total': 20}])

        self.sandbox.update('CreditMemo', entity['Id'], {'Line': [self._item_line(self.chlorine.qbo_id, 1, 10)]})
        self.pull('documents')
        self.assertEqual((move.state, move.amount_total), ('posted', 10))

        self.sandbox.delete('CreditMemo', entity['Id'])
        self.pull('documents')
        self.assertEqual(move.state, 'cancel')
