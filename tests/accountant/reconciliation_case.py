"""What the tests of the reconciliation report share: an accountant, and what both books began with."""

from odoo.fields import Command
from odoo.tests import new_test_user

from ..store_case import DAY, StoreCase


class ReconciliationCase(StoreCase):
    """Two stores, and an accountant who compares March."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(cls.env, 'qbo_accountant', 'base.group_user,account.group_account_user')
        cls.book_stock()

    @classmethod
    def book_stock(cls):
        """Book in Odoo what the sample company of QuickBooks began with, long before anything was sent."""
        stock, equity = cls.env['account.account'].create(
            [
                {'code': '880010', 'name': "Stock", 'account_type': 'asset_current'},
                {'code': '880011', 'name': "Opening balances", 'account_type': 'equity'},
            ]
        )
        stock.qbo_account_id = cls.account('Other Current Asset', name='Inventory Asset')
        equity.qbo_account_id = cls.account('Equity', name='Opening Balance Equity')
        cls.env['account.move'].create(
            {
                'journal_id': cls.misc.id,
                'date': '2025-10-30',
                'line_ids': [
                    Command.create({'account_id': stock.id, 'debit': 4944.0}),
                    Command.create({'account_id': equity.id, 'credit': 4944.0}),
                ],
            }
        ).action_post()

    def report(self, user=None, **vals):
        vals = {'period': 'custom', 'date_from': '2026-03-01', 'date_to': '2026-03-31', **vals}
        return self.env['qbo.reconciliation'].with_user(user or self.accountant).create(vals)

    def compared(self, **vals):
        report = self.report(**vals)
        self.compare(report)
        return report

    def compare(self, report):
        self.env.flush_all()
        with self._crons_may_commit():
            report.action_compare()
        self.env.invalidate_all()

    def line(self, report, account):
        """Return the line of an account of QuickBooks, or of an account of Odoo."""
        there = account if account._name == 'qbo.reference' else account.qbo_account_id
        return report.line_ids.filtered(lambda line: line.qbo_id == there.qbo_id)

    def reasons(self, line):
        """Return ``{reason: amount}``."""
        return {reason.reason: reason.amount for reason in line.reason_ids}

    def reason(self, line, name):
        return line.reason_ids.filtered(lambda reason: reason.reason == name)

    def book_in_quickbooks(self, amount, debit, credit, date=DAY):
        """Enter a journal entry as a person does in QuickBooks."""
        lines = [
            {
                'DetailType': 'JournalEntryLineDetail',
                'Amount': amount,
                'JournalEntryLineDetail': {'PostingType': side, 'AccountRef': {'value': account.qbo_id}},
            }
            for side, account in (('Debit', debit), ('Credit', credit))
        ]
        return self.sandbox.create('JournalEntry', {'TxnDate': date, 'Line': lines})
