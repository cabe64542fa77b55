from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..billing import BillingCase
from ..common import QboCase


@tagged('post_install', '-at_install')
class TestMasterSwitch(QboCase):
    """What an administrator switches off sends and takes nothing, and loses nothing."""

    def test_connecting_starts_nothing(self):
        connection = self.env['qbo.connection'].new()
        self.assertEqual(
            [connection.sync_customers, connection.sync_products, connection.sync_billing], [False, False, False]
        )

    def test_off_holds_what_is_saved_and_on_sends_it(self):
        self.connection.with_user(self.manager).action_switch_off()
        partner = self.customer()
        self.run_engine()
        self.assertRequests()
        self.assertEqual(partner.qbo_state, 'pending')
        self.connection.with_user(self.manager).action_switch_on()
        self.run_engine()
        self.assertEqual(self.in_quickbooks(partner)['DisplayName'], partner.name)

    def test_off_takes_nothing_and_on_takes_what_changed_meanwhile(self):
        partner = self.synced_customer()
        self.connection.with_user(self.manager).action_switch_off()
        self.sandbox.update('Customer', partner.qbo_id, {'WebAddr': {'URI': 'https://harbor.example'}})
        self.pull()
        self.assertFalse(partner.website)
        self.assertRequests()
        self.connection.with_user(self.manager).action_switch_on()
        self.run_engine()
        self.assertEqual(partner.website, 'https://harbor.example')

    def test_an_import_asked_for_while_off_waits(self):
        self.connection.sync_on = False
        event = self.env['qbo.event']
        event._append(self.connection._schedule('customers'), 'import')
        self.run_engine()
        self.assertTrue(event.search([('connection_id', '=', self.connection.id)]))

    def test_only_an_administrator_switches(self):
        with self.assertRaises(AccessError):
            self.connection.with_user(self.user).action_switch_off()


@tagged('post_install', '-at_install')
class TestOdooIsTheSource(BillingCase):
    """Odoo to QuickBooks only (seed skimmer): nothing is applied, and nothing is overwritten without a word."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.direction = 'odoo'

    def changed_there(self):
        partner = self.synced_customer(phone='555-0100')
        self.sandbox.update('Customer', partner.qbo_id, {'PrimaryPhone': {'FreeFormNumber': '555-0199'}})
        self.pull()
        return partner

    def test_customers_cannot_pay_in_quickbooks_where_nothing_comes_back(self):
        with self.assertRaisesRegex(ValidationError, "both ways"):
            self.connection.posting_mode = 'transaction'

    def test_what_is_saved_in_odoo_goes_out(self):
        partner = self.synced_customer()
        self.assertEqual(self.in_quickbooks(partner)['DisplayName'], partner.name)

    def test_a_field_changed_in_quickbooks_is_shown_as_a_difference(self):
        partner = self.changed_there()
        self.assertEqual(partner.phone, '555-0100')
        self.assertEqual(partner.qbo_state, 'differs')
        self.assertIn('phone', partner.qbo_error)
        self.assertIn('555-0199', self.link(partner).conflict_text)

    def test_another_field_saved_in_odoo_leaves_quickbooks_value_alone(self):
        partner = self.changed_there()
        partner.website = 'https://harbor.example'
        self.run_engine()
        there = self.in_quickbooks(partner)
        self.assertEqual(there['WebAddr']['URI'], 'https://harbor.example')
        self.assertEqual(there['PrimaryPhone']['FreeFormNumber'], '555-0199')
        self.assertEqual(partner.qbo_state, 'differs')

    def test_the_same_field_saved_in_odoo_goes_out_and_ends_the_difference(self):
        partner = self.changed_there()
        partner.phone = '555-0111'
        self.run_engine()
        self.assertEqual(self.in_quickbooks(partner)['PrimaryPhone']['FreeFormNumber'], '555-0111')
        self.assertEqual(partner.qbo_state, 'synced')

    def test_send_odoos_writes_it_over(self):
        partner = self.changed_there()
        self.link(partner).with_user(self.user).action_send_odoo()
        self.run_engine()
        self.assertEqual(self.in_quickbooks(partner)['PrimaryPhone']['FreeFormNumber'], '555-0100')
        self.assertEqual(partner.qbo_state, 'synced')

    def test_take_quickbooks_takes_it_over(self):
        partner = self.changed_there()
        self.sandbox.requests.clear()
        self.link(partner).with_user(self.user).action_take_quickbooks()
        self.run_engine()
        self.assertEqual(partner.phone, '555-0199')
        self.assertEqual(partner.qbo_state, 'synced')
        self.assertRequests()

    def test_a_value_set_back_in_quickbooks_ends_the_difference(self):
        partner = self.changed_there()
        self.sandbox.update('Customer', partner.qbo_id, {'PrimaryPhone': {'FreeFormNumber': '555-0100'}})
        self.pull()
        self.assertEqual(partner.qbo_state, 'synced')

    def test_a_customer_created_in_quickbooks_waits_for_a_decision(self):
        there = self.sandbox.create('Customer', {'DisplayName': 'Pier Nine'})
        self.pull()
        link = self.env['qbo.link'].search([('qbo_id', '=', there['Id']), ('entity', '=', 'Customer')])
        self.assertEqual((link.state, link.res_id), ('differs', False))
        link.with_user(self.user).action_take_quickbooks()
        self.run_engine()
        self.assertEqual(link._record().name, 'Pier Nine')
        self.assertEqual(link.state, 'synced')

    def test_one_that_is_deleted_again_there_is_forgotten(self):
        invoice = self.sell()
        self.pull('documents')
        link = self.env['qbo.link'].search([('qbo_id', '=', invoice['Id']), ('entity', '=', 'Invoice')])
        self.assertEqual(link.state, 'differs')
        self.sandbox.delete('Invoice', invoice['Id'])
        self.pull('documents')
        self.assertFalse(link.exists())

    def test_an_invoice_changed_in_quickbooks_stays_and_differs(self):
        invoice = self.synced_invoice()
        self.sandbox.update('Invoice', invoice.qbo_id, {'CustomerMemo': {'value': 'Paid in cash'}})
        self.pull('documents')
        self.assertFalse(invoice.narration)
        self.assertEqual(invoice.state, 'posted')
        self.assertEqual(invoice.qbo_state, 'differs')

    def test_an_invoice_deleted_in_quickbooks_stays_and_says_so(self):
        invoice = self.synced_invoice()
        self.sandbox.delete('Invoice', invoice.qbo_id)
        self.pull('documents')
        self.assertEqual((invoice.state, invoice.qbo_state), ('posted', 'error'))

    def test_an_import_brings_what_quickbooks_has(self):
        there = self.sandbox.create(
            'Customer', {'DisplayName': 'Pier Nine', 'GivenName': 'P', 'BillAddr': {'Line1': '9 Pier'}}
        )
        self.connection.with_user(self.manager).action_import_customers()
        self.run_engine()
        self.assertTrue(self.env['res.partner'].search([('qbo_id', '=', there['Id'])]))
