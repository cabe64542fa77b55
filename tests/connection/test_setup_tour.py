from urllib.parse import quote

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .test_setup_run import NEW, SetupCase


@tagged('post_install', '-at_install')
class TestSetupTour(SetupCase, HttpCase):
    """The setup as an administrator goes through it, in Chromium."""

    def setUp(self):
        super().setUp()
        self.env.ref('base.user_admin').company_ids |= self.company
        self.setup.sudo().write({'want_products': True, 'step': 'connect'})

    def tour(self, name):
        self.start_tour(f'/odoo/quickbooks-setup/{self.setup.id}', name, login='admin', timeout=600)
        self.env.invalidate_all()

    def test_a_clean_company_from_the_keys_to_the_activity_log(self):
        self.connection.with_user(self.manager).action_disconnect()
        self.connection.unlink()
        self.env['ir.config_parameter'].set_param('web.base.url', self.base_url())
        self.sandbox.configure(consent='given')
        partner = self.customer("Marina Supply")
        income = next(row for row in self.sandbox.all('Account') if row['AccountType'] == 'Income')
        item = {'Name': "Chlorine tabs", 'Type': 'Service', 'Taxable': True, 'UnitPrice': 9.99}
        item = self.sandbox.create('Item', {**item, 'IncomeAccountRef': {'value': income['Id']}})
        keys = quote(' '.join([self.sandbox.url, self.sandbox.client_id, self.sandbox.client_secret]))
        url = '/odoo/action-quickbooks_online.qbo_setup_action'

        self.start_tour(url, 'qbo_setup_clean', login='admin', timeout=600, cookies={'qbo_keys': keys})

        self.env.invalidate_all()
        self.connection = self.env['qbo.connection'].search([('company_id', '=', self.company.id)])
        self.assertEqual(self.env['qbo.setup']._of(self.connection).run_state, 'done')
        self.assertEqual(self.in_quickbooks(partner)['DisplayName'], "Marina Supply")
        self.assertTrue(self.connection.sync_billing)
        self.first_invoice(partner, item)

    def first_invoice(self, partner, item):
        """The next invoice, with a product that came from QuickBooks and is taxed there, is the same on both sides."""
        product = self.env['product.product'].search([('qbo_id', '=', item['Id'])])
        line = {'product_id': product.id, 'quantity': 3}
        invoice = self.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': partner.id,
                'invoice_date': self.today,
                'invoice_line_ids': [Command.create(line)],
            }
        )
        self.assertTrue(invoice.amount_tax)
        url = f'/odoo/action-account.action_move_out_invoice_type/{invoice.id}'
        self.start_tour(url, 'qbo_invoice_confirm', login='admin', timeout=600)
        self.env.invalidate_all()
        there = self.sandbox.get('Invoice', invoice.qbo_id)
        self.assertEqual((there['TotalAmt'], there['TxnTaxDetail']['TotalTax']),
                         (invoice.amount_total, invoice.amount_tax))  # fmt: skip

    def test_a_messy_company_is_stopped_shown_and_brought_in_step(self):
        books = {'AccountingInfoPrefs': {'BookCloseDate': '2030-06-30'}}
        self.sandbox.configure(preferences={**books, 'CurrencyPrefs': {'HomeCurrency': {'value': 'CAD'}}})
        self.sandbox.create(
            'Customer', {'DisplayName': "Marina Supplies", 'PrimaryEmailAddr': {'Address': 'a@m.example'}, **NEW}
        )
        self.sandbox.create('Customer', {'DisplayName': "No First Name", 'BillAddr': {'Line1': '1 Pier'}})
        gone = self.sandbox.create('Customer', {'DisplayName': "Sleeping Pools", **NEW})
        self.sandbox.update('Customer', gone['Id'], {'Active': False})
        self.customer("Sleeping Pools")
        partner = self.customer("Marina Supply", email='a@m.example')
        self.receive(partner, 30.0)
        self.setup.want_billing = True

        self.tour('qbo_setup_stopped')

        self.sandbox.configure(preferences={'CurrencyPrefs': {'HomeCurrency': {'value': 'USD'}}})
        self.tour('qbo_setup_messy')

        self.assertEqual(self.setup.run_state, 'done')
        self.assertFalse(partner.qbo_id)
        self.assertFalse(self.env['res.partner'].search([('name', 'in', ("Marina Supplies", "No First Name"))]))
