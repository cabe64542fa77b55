from odoo import fields
from odoo.exceptions import UserError

from ..billing import BillingCase


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
        self.assertEqual(invoice.qbo_state, 'held')
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
        self.assertEqual(invoice.qbo_state, 'held')
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
        self.assertEqual(invoice.qbo_state, 'differs')
        self.assertIn("could not be applied", invoice.qbo_error)
        self.assertEqual(invoice.state, 'posted')


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
