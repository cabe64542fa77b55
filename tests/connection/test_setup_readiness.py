from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import QboCase


@tagged('post_install', '-at_install')
class TestReadiness(QboCase):
    """What would go wrong is said before anything is written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.sync_customers = False
        cls.setup = cls.env['qbo.setup']._of(cls.connection).with_user(cls.manager)

    def look(self, **preferences):
        """Return ``{what: (verdict, reason)}`` of the report, with these settings in QuickBooks."""
        if preferences:
            self.sandbox.configure(preferences=preferences)
        self.setup.sudo().step = 'connect'
        with self._crons_may_commit():
            self.setup.action_next()
        return self.lines()

    def lines(self):
        return {line.name: (line.verdict, line.reason) for line in self.setup.check_ids}

    def fix(self, name):
        return self.setup.check_ids.filtered(lambda line: line.name == name).action_fix()

    def test_nothing_is_written_by_looking(self):
        self.look()
        asked = {row.entity for row in self.sandbox.requests if row.path.startswith('/v3/')}
        self.assertEqual(asked, {'query', 'companyinfo', 'preferences'})
        self.assertEqual(self.setup.step, 'readiness')

    def test_a_clean_company_has_nothing_to_stop_for(self):
        self.assertNotIn('blocking', [verdict for verdict, _reason in self.look().values()])

    def test_a_subscription_blocks_only_where_quickbooks_refuses_every_change(self):
        verdicts = {}
        for status in ('PAID', 'SUBSCRIBED', 'TRIAL', 'TRIALOPTIN', 'GIFTED', 'EXPIRED', 'RESTRICTED', 'SUSPENDED',
                       'CANCELED', 'CANCELLED'):  # fmt: skip
            self.sandbox.configure(subscription_status=status)
            verdicts.setdefault(self.look()["Subscription"][0], []).append(status)
        self.assertEqual(
            verdicts,
            {
                'ok': ['PAID', 'SUBSCRIBED'],
                'warning': ['TRIAL', 'TRIALOPTIN', 'GIFTED'],
                'blocking': ['EXPIRED', 'RESTRICTED', 'SUSPENDED', 'CANCELED', 'CANCELLED'],
            },
        )
        with self.assertRaises(UserError):
            self.setup.action_next()

    def test_another_home_currency_stops(self):
        verdict, reason = self.look(CurrencyPrefs={'HomeCurrency': {'value': 'CAD'}, 'MultiCurrencyEnabled': True})[
            "Currency"
        ]
        self.assertEqual(verdict, 'blocking')
        self.assertIn('CAD', reason)

    def test_another_country_is_worth_a_look(self):
        self.company.country_id = self.env.ref('base.fr')
        verdict, reason = self.look()["Country"]
        self.assertEqual(verdict, 'warning')
        self.assertIn('France', reason)

    def test_numbers_are_mended_by_a_button(self):
        self.assertEqual(self.look()["Document numbers"][0], 'warning')
        self.fix("Document numbers")
        self.assertEqual(self.connection.doc_numbering, 'qbo')
        self.assertEqual(self.lines()["Document numbers"][0], 'ok')

    def test_custom_numbers_in_quickbooks_want_odoos(self):
        self.connection.doc_numbering = 'qbo'
        self.assertEqual(self.look(SalesFormsPrefs={'CustomTxnNumbers': True})["Document numbers"][0], 'warning')
        self.fix("Document numbers")
        self.assertEqual(self.connection.doc_numbering, 'odoo')

    def test_automated_sales_tax_is_mended_by_a_button(self):
        self.assertEqual(
            self.look(TaxPrefs={'UsingSalesTax': True, 'PartnerTaxEnabled': True})["Sales tax"][0], 'warning'
        )
        self.fix("Sales tax")
        self.assertTrue(self.connection.automated_tax)
        self.assertEqual(self.lines()["Sales tax"][0], 'ok')

    def test_automatic_credits_are_worth_a_look(self):
        self.assertEqual(self.look(SalesFormsPrefs={'AutoApplyCredit': True})["Automatic credits"][0], 'warning')

    def test_closed_books_are_mended_by_a_button(self):
        self.setup.sudo().write({'start_choice': 'date', 'start_date': '2026-01-01'})
        closed = {'AccountingInfoPrefs': {'BookCloseDate': '2026-06-30'}}
        self.assertEqual(self.look(**closed)["Closed books"][0], 'warning')
        self.fix("Closed books")
        self.assertEqual(self.connection.closed_books, 'move')

    def test_books_closed_before_the_first_document_are_fine(self):
        self.setup.sudo().write({'start_choice': 'date', 'start_date': '2026-01-01'})
        self.assertEqual(self.look(AccountingInfoPrefs={'BookCloseDate': '2025-12-31'})["Closed books"][0], 'ok')

    def test_documents_in_other_currencies_are_counted(self):
        self.setup.sudo().write({'start_choice': 'date', 'start_date': '2025-01-01'})
        euro = self.env.ref('base.EUR')
        euro.active = True
        self.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': self.env['res.partner'].create({'name': "Azur"}).id,
                'invoice_date': '2026-03-02',
                'currency_id': euro.id,
                'invoice_line_ids': [(0, 0, {'name': "Visit", 'price_unit': 10.0, 'tax_ids': [(5,)]})],
            }
        ).action_post()
        verdict, reason = self.look()["Other currencies"]
        self.assertEqual(verdict, 'warning')
        self.assertIn('1', reason)

    def test_a_chart_without_income_accounts_gets_one_by_a_button(self):
        for account in self.sandbox.all('Account'):
            if account['AccountType'] == 'Income':
                self.sandbox.overwrite('Account', account['Id'], {'Active': False})
        self.assertEqual(self.look()["Income account"][0], 'blocking')
        action = self.fix("Income account")
        dialog = self.env['qbo.account.create'].with_user(self.manager).browse(action['res_id'])
        dialog.name = "Pool Services"
        with self._crons_may_commit():
            dialog.action_create()
        self.assertEqual(self.connection.income_account_id.name, "Pool Services")
        self.assertEqual(self.lines()["Income account"][0], 'ok')
        self.assertEqual(
            [row['Name'] for row in self.sandbox.all('Account') if row['Name'] == "Pool Services"], ["Pool Services"]
        )

    def test_an_account_name_that_is_taken_says_so(self):
        self.look()
        taken = next(row['Name'] for row in self.sandbox.all('Account') if not row.get('ParentRef'))
        dialog = self.env['qbo.account.create'].with_user(self.manager)
        dialog = dialog.create({'setup_id': self.setup.id, 'setting': 'income_account_id', 'name': taken})
        with self._crons_may_commit(), self.assertRaises(UserError) as caught:
            dialog.action_create()
        self.assertIn(taken, caught.exception.args[0])

    def test_only_an_administrator_opens_the_setup(self):
        with self.assertRaises(AccessError):
            self.env['qbo.setup'].with_user(self.user).action_open()
