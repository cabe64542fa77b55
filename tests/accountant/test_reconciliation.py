from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ...qbo.lines import cents
from ..store_case import DAY
from .reconciliation_case import ReconciliationCase


@tagged('post_install', '-at_install')
class TestReconciliation(ReconciliationCase):
    """The trial balance of Odoo against QuickBooks', to the cent, and what explains a difference."""

    def test_after_the_end_of_day_both_books_agree_to_the_cent(self):
        self.sell_in(self.sales)
        self.sell_in(self.sales_2, move_type='out_refund')
        self.receive_in(self.till, 32.4)
        self.receive_in(self.cards, 145.07)
        self.book(12.34)
        self.end_day()
        self.sandbox.requests.clear()
        report = self.compared()
        self.assertRequests('GET reports', 'GET reports')
        self.assertEqual((report.state, report.line_ids.mapped('difference')), ('agrees', [0.0] * len(report.line_ids)))
        receivable = self.line(report, self.account_of('asset_receivable'))
        self.assertEqual((receivable.odoo_balance, receivable.qbo_balance), (-177.47, -177.47))
        self.assertIn("agree to the cent", report.summary)

    def test_what_waits_for_the_end_of_day_is_the_whole_difference(self):
        move = self.book(40.25)
        report = self.compared()
        line = self.line(report, self.account_of('expense_depreciation'))
        self.assertEqual((report.state, line.verdict, line.difference), ('differs', 'differs', 40.25))
        self.assertEqual(self.reasons(line), {'end_of_day': 40.25})
        items = self.env['account.move.line'].search(line.reason_ids.action_journal_items()['domain'])
        self.assertEqual(items, move.line_ids.filtered('debit'))

    def test_what_only_quickbooks_has_is_an_unexplained_number(self):
        self.book(40.25)
        self.end_day()
        expense, asset = (self.account_of(kind).qbo_account_id for kind in ('expense_depreciation', 'asset_fixed'))
        self.book_in_quickbooks(0.01, expense, asset)
        report = self.compared()
        line = self.line(report, expense)
        self.assertEqual((line.difference, self.reasons(line)), (-0.01, {'unexplained': -0.01}))
        self.assertFalse(line.reason_ids.item_refs)
        self.assertEqual(sum(map(cents, report.line_ids.mapped('difference'))), 0)

    def test_an_entry_changed_in_quickbooks_names_the_items_it_was_made_of(self):
        move = self.book(40.25)
        entry = self.end_day()
        there = self.in_qbo(entry)
        lines = [{**row, 'Amount': 41.0} for row in there['Line']]
        self.sandbox.update('JournalEntry', there['Id'], {'Line': lines})
        self.pull('documents')
        line = self.line(self.compared(), self.account_of('expense_depreciation'))
        self.assertEqual(self.reasons(line), {'behind': 0.0, 'unexplained': -0.75})
        self.assertEqual(self.reason(line, 'behind')._items(), move.line_ids.filtered('debit'))

    def test_an_entry_in_error_is_the_reason(self):
        self.account_of('expense_depreciation').qbo_account_id = False
        self.book(40.0)
        self.end_day()
        report = self.compared()
        unmapped = report.line_ids.filtered(lambda line: line.verdict == 'not_mapped')
        self.assertEqual(unmapped.account_ids, self.account_of('expense_depreciation'))
        self.assertEqual((unmapped.odoo_balance, self.reasons(unmapped)), (40.0, {'entry_error': 40.0}))
        self.assertEqual(self.reasons(self.line(report, self.account_of('asset_fixed'))), {'entry_error': -40.0})
        self.assertIn("without one in QuickBooks: 1", report.remark)

    def test_an_entry_that_closed_books_hold_back_is_the_reason(self):
        self.sandbox.configure(preferences={'AccountingInfoPrefs': {'BookCloseDate': '2026-03-31'}})
        with self._crons_may_commit():
            self.connection._read_settings()
        self.book(40.0)
        self.end_day()
        line = self.line(self.compared(), self.account_of('expense_depreciation'))
        self.assertEqual(self.reasons(line), {'entry_pending': 40.0})

    def test_an_entry_that_closed_books_moved_to_another_day_is_the_reason(self):
        self.sandbox.configure(preferences={'AccountingInfoPrefs': {'BookCloseDate': '2026-03-31'}})
        with self._crons_may_commit():
            self.connection._read_settings()
        self.connection.closed_books = 'move'
        self.book(40.0)
        self.end_day()
        expense = self.account_of('expense_depreciation')
        march, april = self.compared(), self.compared(date_from='2026-04-01', date_to='2026-04-30')
        self.assertEqual(self.reasons(self.line(march, expense)), {'moved': 40.0})
        self.assertEqual(april.state, 'agrees')

    def test_what_was_reset_or_deleted_since_is_the_reason(self):
        reset, deleted = self.book(40.0), self.book(7.0)
        self.end_day()
        (reset | deleted).button_draft()
        deleted.with_context(force_delete=True).unlink()
        line = self.line(self.compared(), self.account_of('expense_depreciation'))
        self.assertEqual((line.difference, self.reasons(line)), (-47.0, {'changed': -47.0}))
        self.assertEqual(self.reason(line, 'changed').count, 2)
        self.assertEqual(self.reason(line, 'changed')._items().move_id, reset)

    def test_a_journal_without_a_store_is_the_reason(self):
        self.burbank.journal_ids -= self.misc
        self.book(40.0)
        line = self.line(self.compared(), self.account_of('expense_depreciation'))
        self.assertEqual(self.reasons(line), {'no_store': 40.0})

    def test_what_is_dated_before_the_start_differs_from_before(self):
        self.book(40.0, date='2026-02-10')
        line = self.line(self.compared(), self.account_of('expense_depreciation'))
        self.assertEqual((line.verdict, line.difference, line.difference_movement), ('earlier', 40.0, 0.0))
        self.assertEqual(self.reasons(line), {'before': 40.0})

    def test_what_is_dated_after_the_period_stays_out(self):
        self.book(40.0, date='2026-04-01')
        self.assertFalse(self.line(self.compared(), self.account_of('expense_depreciation')))

    def test_an_account_that_is_only_in_quickbooks_is_said_so(self):
        account = self.sandbox.create('Account', {'Name': 'Payroll', 'AccountType': 'Expense'})
        self.sandbox.requests.clear()
        there = self.env['qbo.reference'].new({'qbo_id': account['Id']})
        self.book_in_quickbooks(5.0, there, self.account('Bank'))
        report = self.compared()
        line = report.line_ids.filtered(lambda line: line.name == 'Payroll')
        self.assertEqual((line.verdict, line.qbo_balance, self.reasons(line)), ('qbo_only', 5.0, {'qbo_only': -5.0}))
        self.assertIn("in QuickBooks only: 1", report.remark)

    def test_the_period_ends_after_it_begins(self):
        with self.assertRaises(ValidationError):
            self.report(date_from='2026-04-01')

    def test_another_period_takes_the_figures_away(self):
        self.book(40.0)
        report = self.compared()
        report.date_to = '2026-03-30'
        self.assertEqual((report.state, len(report.line_ids)), ('draft', 0))

    def test_compared_again_it_has_the_new_figures(self):
        self.book(40.0)
        report = self.compared()
        self.end_day()
        self.compare(report)
        self.assertEqual((report.state, report.line_ids.reason_ids), ('agrees', report.line_ids.reason_ids.browse()))


@tagged('post_install', '-at_install')
class TestFiscalYear(ReconciliationCase):
    """QuickBooks counts income and expenses from the start of its fiscal year; older ones are retained earnings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.billing_start = '2025-11-01'
        cls.retained = cls.account('Equity', name='Retained Earnings')

    def years(self):
        for amount, date in ((40.0, '2025-12-10'), (5.0, '2026-01-15'), (2.5, '2026-03-02')):
            self.book(amount, date=date)
        self.end_day()

    def test_expenses_of_last_year_are_retained_earnings(self):
        self.years()
        report = self.compared()
        expense = self.line(report, self.account_of('expense_depreciation'))
        self.assertEqual((expense.odoo_opening, expense.odoo_movement, expense.odoo_balance), (5.0, 2.5, 7.5))
        self.assertEqual((expense.qbo_opening, expense.qbo_movement, expense.qbo_balance), (5.0, 2.5, 7.5))
        retained = self.line(report, self.retained)
        self.assertEqual((retained.odoo_balance, retained.qbo_balance), (40.0, 40.0))
        self.assertEqual(report.state, 'agrees')

    def test_a_period_across_the_new_year_agrees(self):
        self.years()
        report = self.compared(date_from='2025-12-01', date_to='2026-01-31')
        expense, retained = (
            self.line(report, item) for item in (self.account_of('expense_depreciation'), self.retained)
        )
        self.assertEqual((expense.odoo_opening, expense.qbo_movement), (0.0, 5.0))
        self.assertEqual((retained.odoo_movement, retained.qbo_movement), (40.0, 40.0))
        self.assertEqual(report.state, 'agrees')

    def test_a_period_from_the_first_day_of_the_year_begins_with_nothing(self):
        self.years()
        report = self.compared(date_from='2026-01-01', date_to='2026-01-31')
        expense = self.line(report, self.account_of('expense_depreciation'))
        self.assertEqual((expense.qbo_opening, expense.qbo_movement, expense.odoo_opening), (0.0, 5.0, 0.0))
        self.assertEqual(self.line(report, self.retained).qbo_opening, 40.0)
        self.assertEqual(report.state, 'agrees')

    def test_a_fiscal_year_of_quickbooks_that_begins_in_march_counts(self):
        self.sandbox.configure(preferences={'AccountingInfoPrefs': {'FirstMonthOfFiscalYear': 'March'}})
        with self._crons_may_commit():
            self.connection._read_settings()
        self.years()
        report = self.compared()
        self.assertEqual(str(report.year_start), '2026-03-01')
        self.assertEqual(self.line(report, self.account_of('expense_depreciation')).odoo_balance, 2.5)
        self.assertEqual(self.line(report, self.retained).odoo_balance, 45.0)
        self.assertEqual(report.state, 'agrees')

    def test_an_unsent_expense_of_last_year_explains_retained_earnings(self):
        self.book(40.0, date='2025-12-10')
        line = self.line(self.compared(), self.retained)
        self.assertEqual((line.difference, self.reasons(line)), (40.0, {'end_of_day': 40.0}))
        items = self.env['account.move.line'].search(line.action_journal_items()['domain'])
        self.assertEqual(sum(items.mapped('balance')), 40.0)


@tagged('post_install', '-at_install')
class TestReconciledDocuments(ReconciliationCase):
    """Documents that go to QuickBooks as such."""

    posting_mode = 'documents'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        income = cls.account('Income')
        cls.env['account.account'].search([('account_type', '=', 'income')]).qbo_account_id = income
        (cls.chlorine | cls.visit).sudo().qbo_income_account_id = income

    def test_a_payment_agrees_where_the_accounts_are_mapped_as_it_is_deposited(self):
        money = self.env['account.account'].create(
            {'code': '880020', 'name': "Not deposited yet", 'account_type': 'asset_current', 'reconcile': True}
        )
        money.qbo_account_id = self.connection.deposit_account_id
        self.bank.inbound_payment_method_line_ids.payment_account_id = money
        self.pay(self.sell_in(self.sales, self.untaxed()), payment_date=DAY)
        self.run_engine()
        self.assertNoErrors()
        report = self.compared()
        line = self.line(report, money)
        self.assertEqual((line.odoo_movement, line.qbo_movement), (30.0, 30.0))
        self.assertEqual(report.state, 'agrees')

    def test_foreign_currency_agrees_in_the_currency_of_the_books(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        self.env['res.currency.rate'].create({'currency_id': euro.id, 'name': '2026-03-01', 'rate': 0.87})
        self.sandbox.configure(
            preferences={'CurrencyPrefs': {'MultiCurrencyEnabled': True, 'HomeCurrency': {'value': 'USD'}}}
        )
        with self._crons_may_commit():
            self.connection.with_user(self.manager).action_refresh_lists()
        abroad = self.env['res.partner'].create({'name': "Abroad", 'customer_rank': 1})
        move = self.sell_in(self.sales, [(self.chlorine, 1, 33.33)], partner=abroad, currency_id=euro.id)
        self.run_engine()
        self.assertNoErrors()
        report = self.compared()
        receivable = self.account_of('asset_receivable')
        there = report.line_ids.filtered('qbo_movement')
        self.assertEqual(sorted(there.mapped('qbo_movement')), [-move.amount_total_signed, move.amount_total_signed])
        self.assertEqual(self.line(report, receivable).odoo_movement, move.amount_total_signed)

    def test_an_invoice_in_quickbooks_agrees_and_one_on_its_way_is_the_reason(self):
        self.sell_in(self.sales, self.untaxed())
        self.run_engine()
        self.assertNoErrors()
        report = self.compared()
        receivable = self.account_of('asset_receivable')
        self.assertEqual(self.line(report, receivable).difference_movement, 0.0)
        move = self.sell_in(self.sales, [(self.chlorine, 1, 7.0)])
        report = self.compared()
        line = self.line(report, receivable)
        self.assertEqual((line.odoo_movement, self.reasons(line)), (37.0, {'document_pending': 7.0}))
        self.assertEqual(self.reason(line, 'document_pending')._items().move_id, move)

    def test_an_invoice_in_error_and_one_kept_out_are_reasons(self):
        self.sandbox.arm('data_fault', on='invoice', code='2050', detail='too long')
        failed = self.sell_in(self.sales, [(self.chlorine, 1, 7.0)])
        self.run_engine()
        self.assertEqual(failed.qbo_state, 'error')
        self.sell_in(self.sales, [(self.chlorine, 1, 3.0)], qbo_invoice_type='odoo')
        line = self.line(self.compared(), self.account_of('asset_receivable'))
        self.assertEqual(self.reasons(line), {'document_error': 7.0, 'excluded': 3.0})
        self.assertEqual(self.reason(line, 'document_error')._items().move_id, failed)

    def test_an_invoice_changed_in_odoo_is_in_quickbooks_in_another_version(self):
        move = self.sell_in(self.sales, self.untaxed())
        self.run_engine()
        move.button_draft()
        move.invoice_line_ids.quantity = 4
        move.action_post()
        line = self.line(self.compared(), self.account_of('asset_receivable'))
        self.assertEqual(self.reasons(line), {'behind': 0.0, 'unexplained': 10.0})
        self.assertEqual(self.reason(line, 'behind')._items().move_id, move)

    def test_a_bill_is_sent_by_nothing(self):
        bill = self.env['account.move'].create(
            {
                'move_type': 'in_invoice',
                'partner_id': self.acme.id,
                'invoice_date': DAY,
                'date': DAY,
                'invoice_line_ids': [
                    Command.create({'name': "Rent", 'price_unit': 90.0, 'tax_ids': [Command.clear()]})
                ],
            }
        )
        bill.action_post()
        line = self.line(self.compared(), self.account_of('liability_payable'))
        self.assertEqual((line.difference, self.reasons(line)), (-90.0, {'no_store': -90.0}))


@tagged('post_install', '-at_install')
class TestReconciledRealTime(ReconciliationCase):
    """Invoices are entries at once, the rest waits for the end of day."""

    posting_mode = 'real_time'

    def test_invoices_agree_and_the_rest_waits(self):
        self.sell_in(self.sales)
        self.book(12.5)
        self.run_engine()
        report = self.compared()
        self.assertEqual(self.line(report, self.account_of('asset_receivable')).verdict, 'agrees')
        self.assertEqual(self.reasons(self.line(report, self.account_of('asset_fixed'))), {'end_of_day': -12.5})
        self.end_day()
        self.compare(report)
        self.assertEqual(report.state, 'agrees')
