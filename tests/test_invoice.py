from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form

from .billing import BillingCase


class TestInvoicePush(BillingCase):
    """A confirmed invoice is in QuickBooks."""

    def test_a_confirmed_invoice_is_one_request(self):
        invoice = self.invoice(lines=[(self.chlorine, 2, 10.0), "Gate code 7", (self.visit, 1, 145.0)])

        self.run_engine()

        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertRequests('POST invoice')
        entity = self.in_qbo(invoice)
        self.assertEqual(self.lines_of(entity), [
            (self.chlorine.qbo_id, 2, 10, 20), ("Gate code 7", None, None, None), (self.visit.qbo_id, 1, 145, 145),
        ])  # fmt: skip
        self.assertEqual(entity['CustomerRef']['value'], self.acme.qbo_id)
        sent = {key: entity[key] for key in ('DocNumber', 'TxnDate', 'DueDate', 'TotalAmt', 'BillEmail')}
        self.assertEqual(sent, {
            'DocNumber': invoice.name, 'TxnDate': '2026-03-02', 'DueDate': str(invoice.invoice_date_due), 'TotalAmt': 165,
            'BillEmail': {'Address': 'ap@acme.example'},
        })  # fmt: skip

    def test_a_second_run_sends_nothing(self):
        self.synced_invoice()
        self.run_engine()
        self.assertRequests()

    def test_with_a_new_customer_and_two_new_items_it_is_two_requests(self):
        partner = self.env['res.partner'].create({'name': "Brand New"})
        products = self.env['product.product'].create([{'name': "Pump"}, {'name': "Filter"}])
        invoice = self.invoice(partner, [(product, 1, 50.0) for product in products])

        self.run_engine()

        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertRequests('POST batch', 'POST invoice')

    def test_thirty_invoices_are_one_batch(self):
        drafts = self.env['account.move']
        for number in range(30):
            drafts += self.draft(lines=[(self.chlorine, number + 1, 10.0)])
        drafts.action_post()

        self.run_engine()

        self.assertEqual(set(drafts.mapped('qbo_state')), {'synced'})
        self.assertRequests('POST batch')

    def test_a_draft_is_not_sent(self):
        draft = self.draft()
        self.run_engine()
        self.assertRequests()
        self.assertFalse(draft.qbo_state)

    def test_an_invoice_for_odoo_only_is_not_sent(self):
        invoice = self.invoice(qbo_invoice_type='odoo')
        self.run_engine()
        self.assertRequests()
        self.assertFalse(invoice.qbo_state)

    def test_the_type_of_new_invoices_is_the_connections(self):
        self.connection.default_invoice_type = 'odoo'
        self.assertEqual(self.draft().qbo_invoice_type, 'odoo')

    def test_the_type_cannot_be_changed_once_it_is_sent(self):
        invoice = self.synced_invoice()
        with self.assertRaisesRegex(UserError, "Invoice Type"):
            invoice.qbo_invoice_type = 'odoo'

    def test_a_line_discount_is_exact_to_the_cent(self):
        invoice = self.synced_invoice(lines=[(self.chlorine, 3, 9.99, self.env['account.tax'], {'discount': 12.5})])
        self.assertEqual(self.in_qbo(invoice)['TotalAmt'], invoice.amount_total)
        self.assertEqual(invoice.amount_total, 26.22)

    def test_a_discount_in_percent_is_quickbooks_discount_line(self):
        invoice = self.synced_invoice(lines=[(self.chlorine, 10, 10.0)], qbo_discount=7.5)

        entity = self.in_qbo(invoice)

        discount = [line for line in entity['Line'] if line['DetailType'] == 'DiscountLineDetail']
        self.assertEqual([line['DiscountLineDetail']['DiscountPercent'] for line in discount], [7.5])
        self.assertEqual((entity['TotalAmt'], invoice.amount_total), (92.5, 92.5))

    def test_a_discount_amount_is_quickbooks_discount_line(self):
        invoice = self.synced_invoice(lines=[(self.chlorine, 10, 10.0)], qbo_discount=12.34, qbo_discount_type='amount')
        entity = self.in_qbo(invoice)
        self.assertEqual([line['Amount'] for line in entity['Line'] if 'DiscountLineDetail' in line], [12.34])
        self.assertEqual((entity['TotalAmt'], invoice.amount_total), (87.66, 87.66))

    def test_the_note_is_the_message_to_the_customer(self):
        invoice = self.synced_invoice(narration="<p>Thank you<br/>for the work</p>")
        self.assertEqual(self.in_qbo(invoice)['CustomerMemo']['value'], "Thank you\nfor the work")

    def test_the_service_address_is_the_shipping_address(self):
        self.acme.write({'street': '1 Office Rd', 'city': 'Palmview', 'zip': '33499'})
        pool = self.env['res.partner'].create(
            {'name': "Pool", 'type': 'delivery', 'parent_id': self.acme.id, 'street': '9 Pool Ln', 'city': 'Palmview'}
        )
        entity = self.in_qbo(self.synced_invoice(partner_shipping_id=pool.id))
        self.assertEqual((entity['BillAddr']['Line1'], entity['ShipAddr']['Line1']), ('1 Office Rd', '9 Pool Ln'))

    def test_a_line_without_a_product_needs_one_from_the_connection(self):
        invoice = self.invoice(lines=[(None, 1, 10.0, self.env['account.tax'], {'name': "Extra work"})])
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'error')
        self.assertIn("“Extra work” has no product", invoice.qbo_error)

        self.connection.line_product_id = self.visit
        invoice.action_qbo_sync()
        self.run_engine()

        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertEqual(self.lines_of(self.in_qbo(invoice)), [(self.visit.qbo_id, 1, 10, 10)])

    def test_payment_terms_are_created_there_once(self):
        term = self.env['account.payment.term'].create(
            {'name': "37 days", 'line_ids': [Command.create({'value_amount': 100, 'nb_days': 37})]}
        )
        invoice = self.synced_invoice(invoice_payment_term_id=term.id)
        self.assertEqual(self.sandbox.get('Term', self.in_qbo(invoice)['SalesTermRef']['value'])['DueDays'], 37)
        self.assertEqual(self.in_qbo(invoice)['DueDate'], '2026-04-08')

        self.synced_invoice(invoice_payment_term_id=term.id)
        self.assertEqual(len([row for row in self.sandbox.all('Term') if row['Name'] == "37 days"]), 1)

    def test_a_class_is_sent_on_each_line(self):
        qbo_class = self.env['qbo.reference'].search([('entity', '=', 'Class')], limit=1)
        invoice = self.synced_invoice(qbo_class_id=qbo_class.id)
        self.assertEqual(self.in_qbo(invoice)['Line'][0]['SalesItemLineDetail']['ClassRef']['value'], qbo_class.qbo_id)


class TestInvoiceEdit(BillingCase):
    """What is changed in Odoo is changed in QuickBooks."""

    def edit(self, invoice, vals):
        invoice.button_draft()
        invoice.write(vals)
        invoice.action_post()

    def test_lines_added_changed_and_removed_follow(self):
        invoice = self.synced_invoice(lines=[(self.chlorine, 2, 10.0), (self.visit, 1, 145.0)])
        before = {line['Id'] for line in self.in_qbo(invoice)['Line'] if 'Id' in line}
        chlorine, visit = invoice.invoice_line_ids

        self.edit(invoice, {'invoice_line_ids': [
            Command.update(chlorine.id, {'quantity': 3, 'name': "Chlorine, blue"}), Command.delete(visit.id),
            Command.create({'product_id': self.visit.id, 'price_unit': 80.0, 'tax_ids': [Command.clear()]}),
        ]})  # fmt: skip
        self.run_engine()

        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertRequests('POST invoice')
        entity = self.in_qbo(invoice)
        self.assertEqual(self.lines_of(entity), [(self.chlorine.qbo_id, 3, 10, 30), (self.visit.qbo_id, 1, 80, 80)])
        self.assertEqual(entity['Line'][0]['Description'], "Chlorine, blue")
        self.assertEqual({line['Id'] for line in entity['Line'] if 'Id' in line}, before, "known lines keep their ids")

    def test_a_reset_invoice_is_held_until_it_is_confirmed(self):
        invoice = self.synced_invoice()
        invoice.button_draft()
        invoice.invoice_line_ids.quantity = 5
        self.run_engine()

        self.assertRequests()
        self.assertEqual(invoice.qbo_state, 'pending')
        self.assertIn("draft", invoice.qbo_error)

        invoice.action_post()
        self.run_engine()
        self.assertEqual(self.in_qbo(invoice)['TotalAmt'], 50)

    def test_cancelled_is_void(self):
        invoice = self.synced_invoice()
        invoice.button_cancel()
        self.run_engine()

        self.assertRequests('POST invoice')
        entity = self.in_qbo(invoice)
        self.assertEqual((entity['TotalAmt'], entity['PrivateNote']), (0, 'Voided'))
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)

        self.run_engine()
        self.assertRequests('POST invoice')

    def test_a_cancelled_invoice_that_is_confirmed_again_is_there_again(self):
        invoice = self.synced_invoice(narration="<p>Thanks</p>")
        invoice.button_cancel()
        self.run_engine()

        invoice.button_draft()
        invoice.action_post()
        self.run_engine()

        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        entity = self.in_qbo(invoice)
        self.assertEqual((entity['TotalAmt'], entity['CustomerMemo']['value']), (20, "Thanks"))
        self.assertFalse(entity.get('PrivateNote'))

    def test_deleted_is_deleted(self):
        invoice = self.synced_invoice()
        qbo_id = invoice.qbo_id
        invoice.button_draft()
        invoice.unlink()
        self.run_engine()

        self.assertRequests('POST invoice')
        self.assertNotIn(qbo_id, [row['Id'] for row in self.sandbox.all('Invoice')])
        self.assertLogged("deleted in QuickBooks")

    def test_a_deletion_over_a_newer_version_is_sent_again(self):
        invoice = self.synced_invoice()
        qbo_id = invoice.qbo_id
        self.sandbox.update('Invoice', qbo_id, {'PrivateNote': 'seen'})
        invoice.button_draft()
        invoice.unlink()
        self.run_engine()
        self.assertNotIn(qbo_id, [row['Id'] for row in self.sandbox.all('Invoice')])

    def test_what_is_changed_there_too_is_merged(self):
        invoice = self.synced_invoice()
        self.sandbox.update('Invoice', invoice.qbo_id, {'CustomerMemo': {'value': "From QuickBooks"}})
        self.edit(invoice, {'invoice_line_ids': [Command.update(invoice.invoice_line_ids.id, {'quantity': 4})]})
        self.run_engine()

        entity = self.in_qbo(invoice)
        self.assertEqual((entity['TotalAmt'], entity['CustomerMemo']['value']), (40, "From QuickBooks"))
        self.assertIn("From QuickBooks", invoice.narration)


class TestNumbers(BillingCase):
    """Which number a document has in QuickBooks."""

    def test_quickbooks_gives_the_number_and_odoo_shows_it(self):
        self.connection.doc_numbering = 'qbo'
        invoice = self.synced_invoice()
        number = self.in_qbo(invoice)['DocNumber']
        self.assertTrue(number.isdigit())
        self.assertEqual(invoice.qbo_number, number)
        self.assertIn(invoice, self.env['account.move'].search([('qbo_number', '=', number)]))

    def test_custom_transaction_numbers_stay_blank(self):
        self.sandbox.configure(preferences={'SalesFormsPrefs': {'CustomTxnNumbers': True}})
        self.connection.doc_numbering = 'blank'
        self.assertNotIn('DocNumber', self.in_qbo(self.synced_invoice()))

    def test_a_number_that_was_typed_in_is_sent(self):
        invoice = self.synced_invoice()
        invoice.qbo_number = 'A-17'
        self.run_engine()
        self.assertEqual(self.in_qbo(invoice)['DocNumber'], 'A-17')

    def test_a_number_that_is_too_long_is_an_error_with_a_fix(self):
        invoice = self.draft()
        invoice.name = 'INVOICE/SOUTH/2026/000017'
        invoice.action_post()
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'error')
        self.assertIn("more than 21 characters", invoice.qbo_error)

        link = self.link(invoice)
        self.assertEqual(link.suggested_name, 'ICE/SOUTH/2026/000017')
        link.with_user(self.user).action_send_as_suggested()
        self.run_engine()

        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertEqual(self.in_qbo(invoice)['DocNumber'], 'ICE/SOUTH/2026/000017')

    def test_a_number_that_is_taken_can_be_linked(self):
        invoice = self.invoice()
        other = self.sell(DocNumber=invoice.name)
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'error')
        self.assertIn(f"{invoice.name} is taken", invoice.qbo_error)

        self.link(invoice).with_user(self.user).action_link_candidate()
        self.run_engine()

        self.assertEqual((invoice.qbo_state, invoice.qbo_id), ('synced', other['Id']), invoice.qbo_error)

    def test_a_number_that_is_taken_can_get_a_further_one(self):
        invoice = self.invoice()
        self.sell(DocNumber=invoice.name)
        self.run_engine()

        self.link(invoice).with_user(self.user).action_send_as_suggested()
        self.run_engine()

        self.assertEqual(self.in_qbo(invoice)['DocNumber'], f'{invoice.name}-2')


class TestClosedBooks(BillingCase):
    """Dates in a period that is closed on the other side."""

    def close(self, day):
        self.sandbox.configure(preferences={'AccountingInfoPrefs': {'BookCloseDate': day}})

    def test_a_document_in_closed_books_is_held(self):
        self.close('2026-03-31')
        invoice = self.invoice()
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'pending')
        self.assertIn("closed up to 2026-03-31", invoice.qbo_error)
        self.assertFalse(invoice.qbo_id)

    def test_or_goes_to_the_first_open_day(self):
        self.connection.closed_books = 'move'
        self.close('2026-03-31')
        invoice = self.synced_invoice()
        self.assertEqual(self.in_qbo(invoice)['TxnDate'], '2026-04-01')
        self.assertEqual(invoice.invoice_date, fields.Date.to_date('2026-03-02'))

        invoice.action_qbo_sync()
        self.run_engine()
        self.assertRequests()

    def test_a_known_closing_date_costs_no_request(self):
        self.close('2026-03-31')
        self.invoice()
        self.run_engine()
        self.sandbox.requests.clear()
        self.invoice()
        self.run_engine()
        self.assertRequests()

    def test_a_period_that_odoo_locked_holds_what_comes(self):
        self.company.sale_lock_date = '2026-03-31'
        entity = self.sell()
        self.pull('documents')
        self.assertFalse(self.move_of(entity))
        self.assertIn("locked in Odoo", self.env['qbo.link'].search([('state', '=', 'error')]).error)

    def test_or_is_booked_on_odoos_first_open_day(self):
        self.connection.closed_books = 'move'
        self.company.sale_lock_date = '2026-03-31'
        move = self.move_of(self.sell_and_pull())
        self.assertEqual(move.invoice_date, fields.Date.to_date('2026-03-02'))
        self.assertGreater(move.date, fields.Date.to_date('2026-03-31'))

    def sell_and_pull(self):
        entity = self.sell()
        self.pull('documents')
        return entity

    def test_an_edit_of_a_locked_invoice_waits_and_says_so(self):
        invoice = self.synced_invoice()
        self.company.sale_lock_date = '2026-03-31'
        self.sandbox.update('Invoice', invoice.qbo_id, {'DueDate': '2026-05-01'})
        self.pull('documents')
        self.assertEqual(invoice.qbo_state, 'error')
        self.assertIn("could not be taken", invoice.qbo_error)
        self.assertEqual(invoice.state, 'posted')


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
        self.assertLogged("cancelled in Odoo")
        self.run_engine()
        self.assertRequests('GET cdc')

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

    def test_a_hashed_invoice_says_what_differs_and_waits(self):
        invoice = self.synced_invoice()
        invoice.journal_id.restrict_mode_hash_table = True
        invoice.button_hash()
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': [self._item_line(self.chlorine.qbo_id, 5, 10)]})
        self.pull('documents')
        self.assertEqual(invoice.qbo_state, 'error')
        self.assertIn("locked", invoice.qbo_error)
        self.assertEqual(invoice.amount_total, 20)


class TestCreditNote(BillingCase):
    """Credit notes are credit memos."""

    def test_a_credit_note_is_a_credit_memo_with_positive_amounts(self):
        refund = self.synced_invoice(move_type='out_refund')
        self.assertEqual(refund._qbo_entity(), 'CreditMemo')
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


class TestSwitchOn(BillingCase):
    """Billing is off until an administrator switches it on."""

    def setUp(self):
        super().setUp()
        self.connection.write({'sync_billing': False, 'billing_start': '2026-03-01'})

    def switch_on(self):
        self.connection.with_user(self.manager).action_switch_on_billing()
        self.run_engine()

    def test_documents_from_the_start_date_on_go_out(self):
        old = self.invoice(invoice_date='2026-02-28')
        new = self.invoice()
        self.run_engine()
        self.assertRequests()

        self.switch_on()

        self.assertEqual(new.qbo_state, 'synced', new.qbo_error)
        self.assertFalse(old.qbo_state)

    def test_the_same_number_and_amount_is_linked(self):
        invoice = self.invoice()
        there = self.sell(DocNumber=invoice.name)
        count = len(self.sandbox.all('Invoice'))

        self.switch_on()

        self.assertEqual((invoice.qbo_state, invoice.qbo_id), ('synced', there['Id']), invoice.qbo_error)
        self.assertEqual(len(self.sandbox.all('Invoice')), count)

    def test_the_same_number_with_another_amount_is_not_linked(self):
        invoice = self.invoice()
        self.sell(lines=[(self.chlorine.qbo_id, 1, 7)], DocNumber=invoice.name)
        self.switch_on()
        self.assertEqual(invoice.qbo_state, 'error')
        self.assertIn("is taken", invoice.qbo_error)

    def test_quickbooks_own_documents_stay_out(self):
        entity = self.sell()
        self.switch_on()
        self.assertFalse(self.move_of(entity))

    def test_it_needs_products_an_account_and_a_journal(self):
        self.connection.payment_journal_id = False
        with self.assertRaisesRegex(UserError, "journal for payments"):
            self.switch_on()

    def test_switched_off_nothing_is_noted(self):
        self.invoice()
        self.run_engine()
        self.assertRequests()


class TestInvoiceForm(BillingCase):
    """The bookkeeper sees it on the invoice."""

    def test_type_number_and_state_are_on_the_form(self):
        invoice = self.synced_invoice()
        with Form(invoice.with_user(self.user)) as form:
            self.assertEqual((form.qbo_state, form.qbo_number, form.qbo_invoice_type), ('synced', invoice.name, 'qbo'))

    def test_invoices_are_found_by_their_state(self):
        invoice, other = self.synced_invoice(), self.invoice(qbo_invoice_type='odoo')
        found = self.env['account.move'].search([('qbo_state', '=', 'synced')])
        self.assertIn(invoice, found)
        self.assertNotIn(other, found)
