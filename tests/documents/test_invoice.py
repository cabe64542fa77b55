from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form

from ..billing import BillingCase


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
            'DocNumber': invoice.name, 'TxnDate': '2026-03-02', 'DueDate': str(invoice.invoice_date_due),
            'TotalAmt': 165, 'BillEmail': {'Address': 'ap@acme.example'},
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
        self.assertEqual(invoice.qbo_state, 'held')
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

    def test_a_date_changed_here_just_before_a_pull_is_not_lost(self):
        invoice = self.synced_invoice()
        self.sandbox.update('Invoice', invoice.qbo_id, {'CustomerMemo': {'value': "From QuickBooks"}})
        self.edit(invoice, {'invoice_date': '2026-03-09'})
        self.pull('documents')
        self.run_engine()
        entity = self.in_qbo(invoice)
        self.assertEqual((entity['TxnDate'], entity['CustomerMemo']['value']), ('2026-03-09', "From QuickBooks"))


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
