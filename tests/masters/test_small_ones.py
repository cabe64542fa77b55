"""Small faults, each of a kind."""

from odoo.fields import Command
from odoo.tools import mute_logger

from ..billing import BillingCase
from ..common import QboCase


class TestSuffix(QboCase):
    """A name that QuickBooks alone has goes when the record's own is free there."""

    def suffixed(self):
        vendor = self.sandbox.create('Vendor', {'DisplayName': "Harbor Marine Supply"})
        partner = self.customer()
        self.run_engine()
        self.link(partner).with_user(self.user).action_send_as_suggested()
        self.run_engine()
        self.assertEqual(self.in_quickbooks(partner)['DisplayName'], "Harbor Marine Supply (customer)")
        return partner, vendor

    def test_renamed_it_goes(self):
        partner, _vendor = self.suffixed()
        partner.name = "Harbor Marine"
        self.run_engine()
        self.assertEqual(self.in_quickbooks(partner)['DisplayName'], "Harbor Marine")

    def test_synchronized_by_hand_it_goes_when_the_name_is_free_and_stays_when_not(self):
        partner, vendor = self.suffixed()
        partner.with_user(self.user).action_qbo_sync()
        self.run_engine()
        self.assertEqual((partner.qbo_state, partner.qbo_error), ('synced', False))
        self.assertEqual(self.in_quickbooks(partner)['DisplayName'], "Harbor Marine Supply (customer)")

        self.sandbox.update('Vendor', vendor['Id'], {'DisplayName': "Harbor Vendor"})
        partner.with_user(self.user).action_qbo_sync()
        self.run_engine()
        self.assertEqual(partner.qbo_state, 'synced', partner.qbo_error)
        self.assertEqual(self.in_quickbooks(partner)['DisplayName'], "Harbor Marine Supply")
        self.pull()
        self.assertEqual(partner.name, "Harbor Marine Supply")

    def test_renamed_there_the_other_customer_frees_it(self):
        first = self.synced_customer("Harbor", email='jo@harbor.example')
        second = self.customer("Harbor", email='al@other.example')
        self.run_engine()
        self.link(second).with_user(self.user).action_send_as_suggested()
        self.run_engine()
        self.assertEqual(self.in_quickbooks(second)['DisplayName'], "Harbor (2)")

        self.sandbox.update('Customer', first.qbo_id, {'DisplayName': "Harbor East"})
        self.pull()
        self.run_engine()

        self.assertEqual((first.name, self.in_quickbooks(second)['DisplayName']), ("Harbor East", "Harbor"))


class TestSharedCustomers(BillingCase):
    """A customer that companies share goes to the QuickBooks of the company that uses it."""

    def test_typed_in_elsewhere_it_goes_when_this_company_uses_it(self):
        other = self.env['res.company'].create({'name': "Without QuickBooks"})
        partner = self.env['res.partner'].with_company(other).create({'name': "Shared", 'customer_rank': 1})
        partner.email = 'shared@harbor.example'
        self.run_engine()
        self.assertFalse(partner.with_company(self.company).qbo_id)

        invoice = self.invoice(partner.with_company(self.company))
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        partner.email = 'new@harbor.example'
        self.run_engine()
        there = self.sandbox.get('Customer', partner.with_company(self.company).qbo_id)
        self.assertEqual(there['PrimaryEmailAddr']['Address'], 'new@harbor.example')


class TestInWords(BillingCase):
    """No raw text of QuickBooks or of the database where the cause is known."""

    def held(self, state='held', **vals):
        invoice = self.invoice(**vals)
        self.run_engine()
        self.assertEqual(invoice.qbo_state, state)
        return invoice.qbo_error

    def test_too_many_lines_with_tax(self):
        tax = self.env['account.tax'].create({'name': "Nothing", 'amount': 0.0, 'type_tax_use': 'sale'})
        line = (self.chlorine, 1, 1.0, tax)
        self.assertIn("has 751 lines, and QuickBooks takes 750", self.held(lines=[line, *["note"] * 750]))

    def test_no_tax_where_there_is_none(self):
        self.sandbox.arm('data_fault', on='invoice', code='6170')
        self.assertIn("is out of the scope of tax in QuickBooks", self.held('error'))

    def test_combos_and_text_alone(self):
        choice = self.env['product.combo'].create(
            {'name': "Choice", 'combo_item_ids': [Command.create({'product_id': self.chlorine.id})]}
        )
        combo = self.env['product.product'].create(
            {'name': "Starter set", 'type': 'combo', 'combo_ids': [Command.set(choice.ids)]}
        )
        self.assertIn("is a combo", self.held(lines=[(combo, 1, 10.0)]))
        self.assertIn("no line with a product", self.held(lines=["Only text"]))

    def test_a_payment_in_another_currency_than_the_customers(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        self.sandbox.configure(preferences={'CurrencyPrefs': {'MultiCurrencyEnabled': True}})
        with self.enter_registry_test_mode():
            self.connection.with_user(self.manager).action_refresh_lists()
        payment = self.env['account.payment'].create(
            {'partner_id': self.acme.id, 'amount': 10, 'currency_id': euro.id, 'journal_id': self.bank.id}
        )
        payment.action_post()
        self.run_engine()
        self.assertEqual(payment.qbo_state, 'held')
        self.assertIn("QuickBooks has Acme Pools in USD", payment.qbo_error)

    def test_a_rule_of_the_database_is_said_as_odoo_says_it(self):
        self.env.cr.execute("ALTER TABLE res_partner ADD CONSTRAINT of_another_addon CHECK (phone != '666')")
        row = self.sandbox.create('Customer', {'DisplayName': "Unlucky", 'PrimaryPhone': {'FreeFormNumber': '666'}})
        with mute_logger('odoo.sql_db', 'odoo.addons.quickbooks_online.models.engine.apply'):
            self.pull()
        error = self.env['qbo.link'].search([('qbo_id', '=', row['Id']), ('entity', '=', 'Customer')]).error
        self.assertIn("of_another_addon", error)
        self.assertNotIn("DETAIL", error)
        self.assertNotIn("violates", error)

    def test_what_waits_says_why_the_other_is_not_there(self):
        invoice = self.invoice(self.env['res.partner'].create({'name': "New", 'email': "x" * 101 + '@long.example'}))
        self.run_engine()
        customer = self.link(invoice.partner_id)
        self.assertEqual((customer.state, invoice.qbo_state), ('error', 'held'))
        self.assertIn(customer.error, invoice.qbo_error)
