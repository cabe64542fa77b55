import io

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .reconciliation_case import ReconciliationCase


@tagged('post_install', '-at_install')
class TestWhoReconciles(ReconciliationCase):
    """Whoever may see all of the books; nobody else."""

    def test_a_read_only_accountant_may(self):
        auditor = new_test_user(self.env, 'qbo_auditor', 'base.group_user,account.group_account_readonly')
        self.book(40.0)
        report = self.compared(user=auditor)
        self.assertEqual(
            self.reasons(self.line(report.with_user(auditor), self.account_of('asset_fixed'))), {'end_of_day': -40.0}
        )
        menus = self.env['ir.ui.menu'].with_user(auditor)._visible_menu_ids()
        self.assertIn(self.env.ref('quickbooks_online.menu_quickbooks_reconciliation').id, menus)
        self.assertNotIn(self.env.ref('quickbooks_online.menu_quickbooks_connections').id, menus)

    def test_an_invoicing_user_may_not(self):
        with self.assertRaises(AccessError):
            self.report(user=self.user)

    def test_nobody_writes_figures(self):
        self.book(40.0)
        report = self.compared()
        with self.assertRaises(AccessError):
            report.line_ids[0].with_user(self.accountant).difference = 0.0

    def test_other_companies_keep_theirs(self):
        report = self.compared()
        other = self.env['res.company'].create({'name': "Elsewhere"})
        stranger = new_test_user(
            self.env,
            'qbo_stranger',
            'base.group_user,account.group_account_user',
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            report.with_user(stranger).read(['state'])

    def test_without_a_connection_it_says_what_to_do(self):
        self.connection.with_user(self.manager).action_disconnect()
        with self.assertRaisesRegex(UserError, "Connect to QuickBooks first"):
            self.compared()

    def test_an_outage_is_a_sentence(self):
        self.sandbox.arm('status', on='reports', status=503, times=None)
        with self.assertRaisesRegex(UserError, "cannot be read"):
            self.compared()

    def test_books_in_another_currency_are_not_compared(self):
        self.connection.preferences = {
            **self.connection.preferences,
            'CurrencyPrefs': {'HomeCurrency': {'value': 'CAD'}},
        }
        with self.assertRaisesRegex(UserError, "CAD"):
            self.compared()


@tagged('post_install', '-at_install')
class TestReconciliationFiles(ReconciliationCase, HttpCase):
    """The report as a spreadsheet and as a printed page."""

    def setUp(self):
        super().setUp()
        self.acme.name = "=HYPERLINK(1)"
        self.sell_in(self.sales)
        self.authenticate('qbo_accountant', 'qbo_accountant')

    def test_the_spreadsheet_has_amounts_as_numbers_and_texts_as_texts(self):
        import openpyxl  # as Odoo does

        report = self.compared()
        answer = self.url_open(report.action_xlsx()['url'])
        self.assertEqual(answer.status_code, 200)
        balances, items = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
        rows = {row[0].value: row for row in balances.iter_rows(min_row=6)}
        line = self.line(report, self.account_of('asset_receivable'))
        row = rows[line.name]
        self.assertEqual([cell.value for cell in row[3:6]], [32.4, 0, 32.4])
        self.assertIn('0.00', row[3].number_format)
        self.assertEqual(rows['Total'][5].value, 0)
        named = [row[4] for row in items.iter_rows() if row[4].value == "=HYPERLINK(1)"]
        self.assertTrue(named)
        self.assertEqual({cell.data_type for cell in named}, {'s'})

    def test_a_stranger_gets_no_spreadsheet(self):
        report = self.compared()
        self.authenticate('qbo_user', 'qbo_user')
        self.assertNotEqual(self.url_open(report.action_xlsx()['url']).status_code, 200)

    def test_the_page_says_what_differs_and_why(self):
        report = self.compared()
        action = report.action_print()
        html = self.url_open(f"/report/html/{action['report_name']}/{report.id}").text
        for text in (
            "Reconciliation with QuickBooks",
            "the next end of day sends it",
            "=HYPERLINK(1)",
            "32.40",
            "Differs",
        ):
            self.assertIn(text, html)


@tagged('post_install', '-at_install')
class TestReconciliationTour(ReconciliationCase, HttpCase):
    """What an accountant sees, in Chromium."""

    def setUp(self):
        super().setUp()
        self.env.ref('base.user_admin').company_ids |= self.company
        self.book(40.25)
        self.sell_in(self.sales)

    def test_compare_see_the_difference_and_its_journal_items(self):
        self.start_tour('/odoo/quickbooks-reconciliation', 'qbo_reconciliation', login='admin', timeout=600)
        self.assertEqual(self.env['qbo.reconciliation'].search([]).state, 'differs')
