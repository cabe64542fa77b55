from odoo.tools.safe_eval import safe_eval

from .test_tax import TaxCase


class TestLists(TaxCase):
    """QuickBooks' lists and preferences in Odoo."""

    def test_lists_come_with_what_is_needed_later(self):
        self.sandbox.create('Class', {'Name': "North"})
        self.refresh()
        self.assertTrue(self.entry("North", 'Class'))
        self.assertEqual(self.entry("GA State", 'TaxRate').data['RateValue'], 4)
        details = self.entry("Florida").data['SalesTaxRateList']['TaxRateDetail']
        self.assertEqual([detail['TaxRateRef']['value'] for detail in details], ['1', '2'])
        self.assertTrue(self.entry("Florida Department of Revenue", 'TaxAgency'))
        account = self.env['qbo.reference'].search([('entity', '=', 'Account'), ('kind', '=', 'Income')], limit=1)
        self.assertEqual(account.data['AccountType'], 'Income')

    def test_long_lists_come_page_by_page(self):
        self.sandbox.create_many('Class', [{'Name': f'Class {number}'} for number in range(1001)])
        self.refresh()
        domain = [('qbo_company_id', '=', self.connection.qbo_company_id.id), ('entity', '=', 'Class')]
        self.assertEqual(self.env['qbo.reference'].search_count(domain), len(self.sandbox.all('Class')))

    def test_built_in_codes_are_not_offered(self):
        for use in ('sale', 'purchase'):
            values = {'company_id': self.company.id, 'type_tax_use': use}
            domain = safe_eval(self.env['account.tax']._fields['qbo_tax_code_id'].domain, values)
            self.assertEqual(self.env['qbo.reference'].search(domain).mapped('name'), ["Florida", "Georgia"])
        self.assertEqual(self.entry("TAX").kind, 'Built-in')

    def test_an_entry_that_is_gone_is_archived_and_comes_back(self):
        georgia = self.entry("Georgia")
        for active in (False, True):
            self.sandbox.overwrite('TaxCode', georgia.qbo_id, {'Active': active})
            self.refresh()
            self.assertEqual(georgia.active, active)

    def test_a_list_that_cannot_be_read_stops_no_other(self):
        self.sandbox.arm('page_4002', on='query', times=1)
        self.sandbox.update('Preferences', '1', {'SalesFormsPrefs': {'CustomTxnNumbers': True}})
        self.refresh()
        self.assertLogged("cannot be read")
        self.assertTrue(self.connection._preference('SalesFormsPrefs', 'CustomTxnNumbers'))

    def test_preferences_are_known_from_the_first_moment(self):
        self.assertEqual(self.connection._preference('CurrencyPrefs', 'HomeCurrency'), {'value': 'USD'})
        self.assertEqual(self.connection._home_currency(), 'USD')
        self.assertTrue(self.connection._is_us())
        self.assertEqual(self.connection._preference('Nothing', 'Known', default='x'), 'x')

    def test_the_end_of_the_closed_books(self):
        self.assertIsNone(self.connection._book_close_date())
        self.prefer(AccountingInfoPrefs={'BookCloseDate': '2026-06-30'})
        self.assertEqual(str(self.connection._book_close_date()), '2026-06-30')

    def test_each_way_of_taxing(self):
        for prefs, model in (
            ({'UsingSalesTax': False}, 'none'),
            ({'UsingSalesTax': True}, 'manual'),
            ({'PartnerTaxEnabled': False}, 'manual'),
            ({'PartnerTaxEnabled': True}, 'automated'),
        ):
            self.prefer(TaxPrefs=prefs)
            self.assertEqual(self.connection._tax_model(), model)

    def test_they_are_read_each_night_and_it_is_in_the_trace(self):
        self.sandbox.configure(preferences={'AccountingInfoPrefs': {'BookCloseDate': '2026-03-31'}})
        self.sandbox.create('Class', {'Name': "South"})

        self.pull('lists')

        self.assertRequests(*['POST query'] * 6, 'GET companyinfo', 'GET preferences')
        self.assertTrue(self.entry("South", 'Class'))
        self.assertEqual(str(self.connection._book_close_date()), '2026-03-31')
        bodies = self.env['qbo.request'].search([('operation', '=', 'read')], limit=7).mapped('shown_body')
        self.assertIn('GET preferences', bodies)

    def test_a_webhook_of_preferences_has_them_read(self):
        self.sandbox.configure(preferences={'AccountingInfoPrefs': {'BookCloseDate': '2026-03-31'}})
        self.connection._note_news({'Preferences'})
        self.run_engine()
        self.assertEqual(str(self.connection._book_close_date()), '2026-03-31')
