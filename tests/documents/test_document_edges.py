from odoo.fields import Command

from ..payment_case import PaymentCase


class EdgeCase(PaymentCase):
    applies_credits = False

    def calm(self):
        """Two more engine runs and a pull send nothing."""
        self.run_engine()
        self.pull('documents')
        self.run_engine()
        self.sandbox.requests.clear()
        self.run_engine()
        self.pull('documents')
        self.run_engine()
        sent = [row for row in self.sandbox.requests if row.path.startswith('/v3/') and row.method == 'POST']
        self.assertFalse(sent, self.sandbox.requests.table())

    def edit(self, invoice, vals):
        invoice.button_draft()
        invoice.write(vals)
        invoice.action_post()


class TestEdgesVoid(EdgeCase):
    def test_cancelled_here_and_lines_edited_there_stays_cancelled(self):
        invoice = self.synced_invoice()
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': [self._item_line(self.chlorine.qbo_id, 5, 10)]})
        invoice.button_cancel()
        self.pull('documents')
        self.run_engine()
        self.assertEqual(invoice.state, 'cancel')
        self.assertEqual(self.in_qbo(invoice)['TotalAmt'], 0)
        self.calm()

    def test_payment_cancelled_here_and_amount_edited_there_stays_cancelled(self):
        payment = self.synced(self.payment())
        self.sandbox.update('Payment', payment.qbo_id, {'TotalAmt': 60.0})
        payment.action_cancel()
        self.pull('documents')
        self.run_engine()
        self.assertEqual(payment.state, 'canceled')
        self.assertEqual(self.in_qbo(payment)['TotalAmt'], 0)
        self.calm()

    def test_credit_note_cancelled_here_and_edited_there(self):
        refund = self.synced_invoice(move_type='out_refund')
        qbo_id = refund.qbo_id
        self.sandbox.update('CreditMemo', qbo_id, {'Line': [self._item_line(self.chlorine.qbo_id, 5, 10)]})
        refund.button_cancel()
        self.pull('documents')
        self.run_engine()
        self.assertEqual(refund.state, 'cancel')
        self.assertNotIn(qbo_id, [row['Id'] for row in self.sandbox.all('CreditMemo')])

    def test_voided_there_and_edited_here(self):
        for rule in ('odoo', 'qbo', 'ask'):
            with self.subTest(rule=rule):
                self.connection.conflict_rule = rule
                invoice = self.synced_invoice()
                self.sandbox.void('Invoice', invoice.qbo_id)
                self.edit(invoice, {'invoice_line_ids': [Command.update(invoice.invoice_line_ids.id, {'quantity': 4})]})
                self.pull('documents')
                self.run_engine()
                self.assertEqual((invoice.state, invoice.qbo_state), ('cancel', 'synced'), invoice.qbo_error)
                self.assertEqual(self.in_qbo(invoice)['TotalAmt'], 0)
                self.calm()

    def test_a_number_that_quickbooks_gave_survives_a_void_and_its_undoing(self):
        self.connection.doc_numbering = 'qbo'
        invoice = self.synced_invoice()
        number = self.in_qbo(invoice)['DocNumber']
        invoice.button_cancel()
        self.run_engine()
        invoice.button_draft()
        invoice.action_post()
        self.run_engine()
        self.assertEqual(self.in_qbo(invoice).get('DocNumber'), number)
        self.calm()

    def test_edited_after_a_void_there_it_is_there_again(self):
        invoice = self.synced_invoice()
        self.sandbox.void('Invoice', invoice.qbo_id)
        self.pull('documents')
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': [self._item_line(self.chlorine.qbo_id, 5, 10)]})
        self.pull('documents')
        self.assertEqual((invoice.state, invoice.amount_total), ('posted', 50), invoice.qbo_error)
        self.calm()


class TestEdgesConflict(EdgeCase):
    def conflict(self, rule):
        self.connection.conflict_rule = rule
        invoice = self.synced_invoice()
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': [self._item_line(self.chlorine.qbo_id, 5, 10)]})
        self.edit(invoice, {'invoice_line_ids': [Command.update(invoice.invoice_line_ids.id, {'quantity': 4})]})
        self.pull('documents')
        self.run_engine()
        return invoice

    def both(self, invoice, total):
        self.assertEqual((invoice.amount_total, self.in_qbo(invoice)['TotalAmt']), (total, total))
        self.assertEqual((invoice.state, invoice.qbo_state), ('posted', 'synced'), invoice.qbo_error)
        self.calm()

    def test_odoo(self):
        self.both(self.conflict('odoo'), 40)

    def test_qbo(self):
        self.both(self.conflict('qbo'), 50)

    def test_ask_odoo(self):
        invoice = self.conflict('ask')
        self.assertEqual(invoice.qbo_state, 'error')
        self.link(invoice).with_user(self.user).action_keep_odoo()
        self.run_engine()
        self.both(invoice, 40)

    def test_ask_qbo(self):
        invoice = self.conflict('ask')
        self.link(invoice).with_user(self.user).action_keep_quickbooks()
        self.run_engine()
        self.both(invoice, 50)

    def test_payment_amount(self):
        for rule, total in (('odoo', 70.0), ('qbo', 60.0)):
            with self.subTest(rule=rule):
                self.connection.conflict_rule = rule
                payment = self.synced(self.payment())
                self.sandbox.update('Payment', payment.qbo_id, {'TotalAmt': 60.0})
                payment.action_draft()
                payment.amount = 70.0
                payment.action_post()
                self.pull('documents')
                self.run_engine()
                self.assertEqual((payment.amount, self.in_qbo(payment)['TotalAmt']), (total, total))
                self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
                self.calm()

    def test_ask_payment(self):
        for button in ('action_keep_odoo', 'action_keep_quickbooks'):
            with self.subTest(button=button):
                self.connection.conflict_rule = 'ask'
                invoice = self.synced_invoice()
                payment = self.synced(self.pay(invoice, 10.0))
                self.sandbox.update(
                    'Payment', payment.qbo_id, {'TotalAmt': 15.0, 'Line': [self.settles(invoice, 15.0)]}
                )
                payment.action_draft()
                payment.amount = 12.0
                payment.action_post()
                self.apply(payment, invoice)
                self.pull('documents')
                self.run_engine()
                self.assertEqual(payment.qbo_state, 'error')
                words = f"applied to: Odoo “{invoice.name}: 12.00”, QuickBooks “{invoice.name}: 15.00”"
                self.assertIn(words, self.link(payment).conflict_text)
                getattr(self.link(payment).with_user(self.user), button)()
                self.run_engine()
                total = {'action_keep_odoo': 12.0, 'action_keep_quickbooks': 15.0}[button]
                self.assertEqual((payment.amount, self.in_qbo(payment)['TotalAmt']), (total, total))
                self.assertEqual((self.open_in_odoo(invoice), self.open_in_qbo(invoice)), ([20 - total], [20 - total]))
                self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
                self.calm()

    def test_draft_with_other_lines_and_an_edit_there(self):
        for rule in ('odoo', 'qbo'):
            with self.subTest(rule=rule):
                self.connection.conflict_rule = rule
                invoice = self.synced_invoice()
                invoice.button_draft()
                invoice.invoice_line_ids.quantity = 4
                self.run_engine()
                self.sandbox.update('Invoice', invoice.qbo_id, {'Line': [self._item_line(self.chlorine.qbo_id, 5, 10)]})
                self.pull('documents')
                self.assertEqual(invoice.state, 'draft')
                invoice.action_post()
                self.run_engine()
                self.both(invoice, {'odoo': 40, 'qbo': 50}[rule])


class TestEdgesDraft(EdgeCase):
    def test_what_is_a_draft_again_says_so_whatever_comes_from_quickbooks(self):
        """QuickBooks has it open and Odoo does not: that is no green badge, also not after news that change nothing."""
        credit = self.synced_invoice(move_type='out_refund')
        records = (self.synced_invoice(), 'Invoice'), (credit, 'CreditMemo'), (self.synced(self.payment()), 'Payment')
        for record, entity in records:
            for is_looked_at_first in (True, False):
                with self.subTest(entity=entity, is_looked_at_first=is_looked_at_first):
                    record.action_draft() if entity == 'Payment' else record.button_draft()
                    if is_looked_at_first:
                        self.run_engine()
                    self.sandbox.update(entity, record.qbo_id, {'PrivateNote': f"Seen {is_looked_at_first}"})
                    self.pull('documents')
                    self.run_engine()
                    self.assertEqual((record.state, record.qbo_state), ('draft', 'pending'))
                    self.assertIn("draft", record.qbo_error)
                    record.action_post()
                    self.run_engine()
                    self.assertEqual(record.qbo_state, 'synced', record.qbo_error)
        self.calm()


class TestEdgesParts(EdgeCase):
    def test_one_line_of_the_billing_address_changed_there(self):
        self.acme.write({'street': '1 Office Rd', 'city': 'Palmview', 'zip': '33499'})
        self.run_engine()
        invoice = self.synced_invoice()
        self.sandbox.update(
            'Invoice', invoice.qbo_id, {'BillAddr': {**self.in_qbo(invoice)['BillAddr'], 'Line1': '2 New Rd'}}
        )
        self.pull('documents')
        self.assertEqual((invoice.partner_id.street, invoice.partner_id.city), ('2 New Rd', 'Palmview'))
        self.calm()

    def test_another_customer_chosen_there(self):
        term = self.env['account.payment.term'].create(
            {'name': "37 days", 'line_ids': [Command.create({'value_amount': 100, 'nb_days': 37})]}
        )
        other = self.synced_customer("Other", property_payment_term_id=term.id, street="9 Elsewhere", city="Town")
        invoice = self.synced_invoice()
        self.sandbox.update('Invoice', invoice.qbo_id, {'CustomerRef': {'value': other.qbo_id}})
        self.pull('documents')
        self.run_engine()
        self.assertEqual(invoice.commercial_partner_id, other)
        self.assertEqual(self.in_qbo(invoice)['DueDate'], str(invoice.invoice_date_due))
        self.assertEqual((invoice.qbo_state, invoice.invoice_payment_term_id.id), ('synced', False))
        self.calm()

    def test_the_date_changed_there_with_terms(self):
        term = self.env['account.payment.term'].create(
            {'name': "37 days", 'line_ids': [Command.create({'value_amount': 100, 'nb_days': 37})]}
        )
        invoice = self.synced_invoice(invoice_payment_term_id=term.id)
        self.sandbox.update('Invoice', invoice.qbo_id, {'TxnDate': '2026-03-10'})
        self.pull('documents')
        self.run_engine()
        self.assertEqual(self.in_qbo(invoice)['DueDate'], str(invoice.invoice_date_due))
        self.assertEqual(self.in_qbo(invoice)['SalesTermRef']['value'], invoice.invoice_payment_term_id.qbo_id)
        self.calm()

    def test_terms_and_due_date_of_an_invoice_made_there(self):
        term = self.sandbox.create('Term', {'Name': "Net 23", 'DueDays': 23})
        entity = self.sell(SalesTermRef={'value': term['Id']})
        self.pull('documents')
        move = self.move_of(entity)
        self.assertEqual(str(move.invoice_date_due), entity['DueDate'])
        self.assertEqual(move.invoice_payment_term_id.name, "Net 23")
        self.calm()

    def test_a_line_without_product_keeps_its_account(self):
        self.connection.line_product_id = self.visit
        invoice = self.draft(
            lines=[(None, 1, 10.0, self.env['account.tax'], {'name': "Extra work"}), (self.chlorine, 1, 10.0)]
        )
        account = self.env['account.account'].search([('account_type', '=', 'income_other')], limit=1)
        self.assertTrue(account)
        invoice.invoice_line_ids[0].account_id = account
        invoice.action_post()
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        lines = [line for line in self.in_qbo(invoice)['Line'] if 'SalesItemLineDetail' in line]
        lines[1] = {**lines[1], 'Description': "Blue"}
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': lines})
        self.pull('documents')
        self.assertEqual(invoice.invoice_line_ids.mapped('name'), ["Extra work", "Blue"])
        self.assertEqual(invoice.invoice_line_ids[0].account_id, account)
        self.calm()

    def test_closed_books_hold_no_invoice_without_a_difference(self):
        invoice = self.synced_invoice()
        self.prefer(AccountingInfoPrefs={'BookCloseDate': '2026-03-31'})
        invoice.action_qbo_sync()
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)

    def test_payments_held_by_closed_books_go_when_they_are_open(self):
        self.prefer(AccountingInfoPrefs={'BookCloseDate': '2026-03-31'})
        payment = self.payment()
        invoice = self.invoice()
        self.run_engine()
        self.assertEqual((payment.qbo_state, invoice.qbo_state), ('held', 'held'))
        self.prefer(AccountingInfoPrefs={'BookCloseDate': '2026-01-31'})
        self.run_engine()
        self.assertEqual((payment.qbo_state, invoice.qbo_state), ('synced', 'synced'))

    def test_version_counted_too_far_ahead(self):
        invoice = self.synced_invoice()
        self.link(invoice).token_ahead = 5
        invoice.narration = "<p>Hi</p>"
        self.run_engine()
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertEqual(self.in_qbo(invoice)['CustomerMemo']['value'], "Hi")

    def test_deleted_over_a_version_counted_ahead(self):
        invoice = self.synced_invoice()
        qbo_id = invoice.qbo_id
        self.sandbox.update('Invoice', qbo_id, {'PrivateNote': 'seen'})
        self.link(invoice).token_ahead = 1
        self.sandbox.update('Invoice', qbo_id, {'PrivateNote': 'seen 2'})
        invoice.button_draft()
        invoice.unlink()
        self.run_engine()
        self.run_engine()
        self.assertNotIn(qbo_id, [row['Id'] for row in self.sandbox.all('Invoice')])


class TestEdgesLost(EdgeCase):
    def test_lost_answer_with_quickbooks_numbers(self):
        self.connection.doc_numbering = 'qbo'
        invoice = self.invoice()
        moves = self.env['account.move'].search_count([])
        self.sandbox.arm('drop_after_commit', on='invoice', times=1)
        self.run_engine()
        self.connection.paused_until = False
        self.env['qbo.request'].search([('state', '=', 'unanswered')]).retry_at = '2099-01-01'
        self.pull('documents')
        self.assertEqual(self.env['account.move'].search_count([]), moves)
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.calm()
