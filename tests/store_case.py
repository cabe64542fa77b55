"""What the tests of stores share: two stores, mapped accounts, and both trial balances."""

from collections import Counter

from odoo.fields import Command

from ..qbo.lines import cents
from .billing import BillingCase

DAY = '2026-03-02'


class StoreCase(BillingCase):
    """Two stores with journals of their own, in the posting mode Batch; all accounts are mapped."""

    posting_mode = 'batch'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.write({'posting_mode': cls.posting_mode, 'sync_entries': True, 'billing_start': '2026-03-01'})
        journals = cls.env['account.journal']
        cls.sales, cls.sales_2 = (
            journals.create({'name': f"Sales {code}", 'type': 'sale', 'code': code}) for code in ('SLA', 'SLB')
        )
        cls.till = journals.create({'name': "Till", 'type': 'cash', 'code': 'TIL'})
        cls.cards = journals.create({'name': "Cards", 'type': 'bank', 'code': 'CRD', 'qbo_is_card': True})
        cls.misc = journals.search([('type', '=', 'general'), ('code', '=', 'MISC')], limit=1)
        stores = cls.env['qbo.store']
        cls.burbank = stores.create(
            {
                'name': "Burbank",
                'journal_ids': [Command.set((cls.sales | cls.till | cls.cards | cls.misc).ids)],
                'class_name': 'Commercial:Hotels',
                'department_name': 'North depot',
            }
        )
        cls.pasadena = stores.create(
            {'name': "Pasadena", 'journal_ids': [Command.set(cls.sales_2.ids)], 'class_name': 'Residential'}
        )
        cls.tax = cls.env['account.tax'].create({'name': "Sales Tax 8%", 'amount': 8.0, 'type_tax_use': 'sale'})
        cls.env['account.account'].create(
            [
                {'code': f'88000{place}', 'name': kind, 'account_type': kind}
                for place, kind in enumerate(('expense_depreciation', 'asset_fixed', 'expense_direct_cost'))
            ]
        )
        cls.map_accounts()
        cls.sandbox.snapshot()

    @classmethod
    def map_accounts(cls):
        """Map each account to one of QuickBooks; several go to the same."""
        accounts = cls.env['account.account']
        every = accounts.search(accounts._check_company_domain(cls.company))
        accounts.with_user(cls.manager).action_qbo_accept_suggestions()
        by_type = {'asset_receivable': 'Accounts Receivable', 'liability_payable': 'Accounts Payable'}
        for account in every.filtered(lambda account: account.account_type != 'off_balance'):
            kind = by_type.get(account.account_type)
            if account == cls.company.account_default_pos_receivable_account_id:
                kind = 'Other Current Asset'
            kind = kind or {'asset': 'Bank', 'liability': 'Other Current Liability'}.get(account.internal_group)
            account.qbo_account_id = account.qbo_account_id or cls.account(kind or 'Income')

    def setUp(self):
        super().setUp()
        self.before = self.in_quickbooks_by_account()

    # === ACTING === #

    def sell_in(self, journal, lines=None, date=DAY, **vals):
        """Return a posted invoice of a store, with tax."""
        lines = lines or [(self.chlorine, 3, 10.0, self.tax)]
        return self.invoice(lines=lines, journal_id=journal.id, invoice_date=date, **vals)

    def untaxed(self):
        """Return the lines of a document without tax."""
        return [(self.chlorine, 3, 10.0)]

    def book(self, amount=40.0, journal=None, date=DAY, debit='expense_depreciation', credit='asset_fixed'):
        """Return a posted journal entry, such as a depreciation."""
        accounts = [self.account_of(kind) for kind in (debit, credit)]
        move = self.env['account.move'].create(
            {
                'journal_id': (journal or self.misc).id,
                'date': date,
                'line_ids': [
                    Command.create(
                        {'account_id': account.id, 'debit': max(sign * amount, 0), 'credit': max(-sign * amount, 0)}
                    )
                    for account, sign in zip(accounts, (1, -1), strict=True)
                ],
            }
        )
        move.action_post()
        return move

    def account_of(self, kind):
        accounts = self.env['account.account']
        pos = self.company.account_default_pos_receivable_account_id
        every = accounts.search([*accounts._check_company_domain(self.company), ('account_type', '=', kind)])
        return (every - pos)[:1]

    def receive_in(self, journal, amount, date=DAY, **vals):
        """Return a confirmed payment of the customer into the till or by card."""
        payment = self.env['account.payment'].create(
            {
                'payment_type': 'inbound',
                'partner_type': 'customer',
                'partner_id': self.acme.id,
                'amount': amount,
                'date': date,
                'journal_id': journal.id,
                **vals,
            }
        )
        payment.action_post()
        return payment

    def end_day(self, *stores, day=None):
        """Run the end of day of stores and the engine; return the new entries."""
        known = self.env['qbo.entry'].search([])
        for store in stores or (self.burbank, self.pasadena):
            store._end_of_day(store._today()) if day is None else store._end_of_day(day)
        self.run_engine()
        return self.env['qbo.entry'].search([]) - known

    # === LOOKING === #

    def in_odoo_by_account(self):
        """Return ``{id of QuickBooks' account: cents}`` of what the stores' journals hold from the start on."""
        journals = self.burbank.journal_ids | self.pasadena.journal_ids
        rows = self.env['account.move.line']._read_group(
            [('journal_id', 'in', journals.ids), ('parent_state', '=', 'posted'), ('date', '>=', '2026-03-01')],
            ['account_id'],
            ['balance:sum'],
        )
        total = Counter()
        for account, balance in rows:
            total[account.qbo_account_id.qbo_id] += cents(balance)
        return {account: amount for account, amount in total.items() if amount}

    def in_quickbooks_by_account(self):
        total = Counter()
        for row in self.sandbox.postings():
            total[row['account']] += row['cents']
        return total

    def sent_by_account(self):
        """Return ``{id of QuickBooks' account: cents}`` of what came to QuickBooks in this test."""
        total = self.in_quickbooks_by_account()
        total.subtract(self.before)
        return {account: amount for account, amount in total.items() if amount}

    def assertBalancesAgree(self):
        self.assertNoErrors()
        self.assertEqual(self.sent_by_account(), self.in_odoo_by_account())

    def lines_in(self, entry):
        """Return ``[(account, debit or credit, amount, who)]`` of an entry in QuickBooks."""
        rows = []
        for line in self.in_qbo(entry)['Line']:
            detail = line['JournalEntryLineDetail']
            who = (detail.get('Entity') or {}).get('EntityRef', {}).get('name')
            rows.append((detail['AccountRef']['name'], detail['PostingType'], line['Amount'], who))
        return rows
