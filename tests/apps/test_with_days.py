from collections import Counter

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from ...qbo import reports
from .test_with_pos import PosCase


class DayCase(PosCase):
    """Two stores with a tax that both sides know and goods whose cost Odoo books; QuickBooks counts no stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox.configure(preferences={'ProductAndServicesPrefs': {'QuantityOnHand': False}})
        with cls().enter_registry_test_mode():
            cls.connection._read_settings()
        cls.tax = cls.known_tax()
        vals = {'name': "Buckets", 'available_in_pos': True, 'list_price': 20.0, **cls.perpetual(cls.tablets)}
        cls.tablets = cls.env['product.product'].create({**vals, 'taxes_id': [Command.set(cls.tax.ids)]})
        cls.book_money(cls.till, cls.account('Bank'))
        cls.book_money(cls.cards, cls.connection.deposit_account_id)
        cls().run_engine()
        cls.sandbox.requests.clear()
        cls.sandbox.snapshot()

    @classmethod
    def known_tax(cls):
        """Return a tax of 4 % that QuickBooks has under the same name, booked on the same account."""
        owed = cls.env['account.account'].create({'code': '88100', 'name': "Tax", 'account_type': 'liability_current'})
        accounts = cls.env['qbo.reference'].search(
            [('qbo_company_id', '=', cls.connection.qbo_company_id.id), ('entity', '=', 'Account')]
        )
        owed.qbo_account_id = accounts.filtered(lambda item: item.data.get('AccountSubType') == 'SalesTaxPayable')[:1]
        tax = cls.env['account.tax'].create({'name': "GA State", 'amount': 4.0, 'type_tax_use': 'sale'})
        parts = tax.invoice_repartition_line_ids | tax.refund_repartition_line_ids
        parts.filtered(lambda part: part.repartition_type == 'tax').account_id = owed
        return tax

    @classmethod
    def perpetual(cls, product):
        """Return the values of goods whose stock and cost Odoo books as they move."""
        accounts = cls.env['account.account'].create(
            [
                {'code': f'8820{place}', 'name': name, 'account_type': kind}
                for place, (name, kind) in enumerate(
                    [("Stock", 'asset_current'), ("Cost", 'expense_direct_cost'), ("Losses", 'expense')]
                )
            ]
        )
        stock, cost, loss = accounts
        stock.qbo_account_id = cls.account('Other Current Asset')
        cost.qbo_account_id = cls.account('Cost of Goods Sold')
        loss.qbo_account_id = cls.account('Expense')
        category = cls.env['product.category'].create(
            {
                'name': "Goods",
                'property_valuation': 'real_time',
                'property_cost_method': 'standard',
                'property_stock_valuation_account_id': stock.id,
                'property_account_expense_categ_id': cost.id,
                'property_account_income_categ_id': product._get_product_accounts()['income'].id,
            }
        )
        cls.env['stock.location'].search([('usage', '=', 'inventory')]).valuation_account_id = loss
        cls.burbank.journal_ids += cls.company.account_stock_journal_id
        return {'categ_id': category.id, 'is_storable': True, 'standard_price': 8.0}

    @classmethod
    def book_money(cls, journal, account):
        """Have payments of a journal on an account of their own, and on this one in QuickBooks."""
        lines = journal.inbound_payment_method_line_ids
        lines.payment_account_id = lines.payment_account_id or cls.env['account.account'].create(
            {
                'code': f'883{journal.id}',
                'name': f"Received: {journal.name}",
                'account_type': 'asset_current',
                'reconcile': True,
            }
        )
        lines.payment_account_id.qbo_account_id = journal.qbo_deposit_account_id = account

    def setUp(self):
        super().setUp()
        self.trial_before = self.trial_balance()

    def trial_balance(self):
        """Return ``{id of QuickBooks' account: cents}`` as QuickBooks' own report says."""
        call = {'start_date': f'{self.today.year}-01-01', 'end_date': f'{self.today.year}-12-31'}
        with self._crons_may_commit():
            answer = self.connection._ask(lambda qbo: qbo.report('TrialBalance', **call))
        return Counter(reports.trial_balance(answer.values))

    def a_day(self):
        """Book a day in both stores: return the documents and the payments."""
        session = self.open_session()
        self.order(session, 2)
        self.order(session, 3, self.card)
        self.order(session, -1)
        self.close_session(session)
        lines = [(self.tablets, 3, 19.99, self.tax), (self.visit, 1, 145.0)]
        moves = self.sell_in(self.sales, lines, self.today)
        moves |= self.sell_in(self.sales_2, lines, self.today)
        moves |= self.sell_in(self.sales_2, [(self.tablets, 1, 19.99, self.tax)], self.today, move_type='out_refund')
        payments = self.receive_in(self.till, 12.4, self.today) | self.receive_in(self.cards, 20.0, self.today)
        self.book(date=self.today)
        self.lose_one()
        return moves, payments

    def lose_one(self):
        """Scrap one of the goods: a stock move that Odoo books."""
        scrap = self.env['stock.scrap'].create({'product_id': self.tablets.id, 'scrap_qty': 1})
        scrap.do_scrap()
        self.assertTrue(scrap.move_ids.account_move_id)

    def assertTrialBalancesAgree(self):
        """The report of QuickBooks says the same as Odoo's books, to the cent, for each account that is mapped."""
        self.assertNoErrors()
        came = self.trial_balance()
        came.subtract(self.trial_before)
        ours = self.in_odoo_by_account()
        self.assertEqual({account: amount for account, amount in came.items() if amount}, ours)
        names = {self.in_trial(account) for account in ours}
        self.assertLessEqual({'Cost of Goods Sold', 'Income', 'Accounts Receivable'}, names)

    def in_trial(self, account):
        return self.env['qbo.reference']._of(self.connection, 'Account', account).kind


@tagged('post_install', '-at_install')
class TestDays(DayCase):
    """A day of two stores in each posting mode: sales, payments, refunds, taxes, cost of goods, depreciation."""

    def test_in_batch(self):
        self.connection.posting_mode = 'batch'
        moves, payments = self.a_day()
        self.end_day()
        self.assertFalse([record.qbo_id for record in (*moves, *payments) if record.qbo_id])
        self.assertTrialBalancesAgree()
        self.assertFalse(self.end_day())

    def test_in_real_time(self):
        self.connection.posting_mode = 'real_time'
        moves, _payments = self.a_day()
        self.end_day()
        self.assertEqual(set(moves.qbo_entry_ids.mapped('kind')), {'document'})
        self.assertTrialBalancesAgree()
        self.assertFalse(self.end_day())

    def test_with_documents(self):
        self.connection.posting_mode = 'documents'
        moves, payments = self.a_day()
        self.run_engine()
        self.end_day()
        self.assertTrue(all(record.qbo_id for record in (*moves, *payments)))
        self.assertTrialBalancesAgree()
        self.assertFalse(self.end_day())

    def test_in_transaction_mode(self):
        clearing = self.sandbox.create(
            'Account',
            {'Name': "Payments in Odoo", 'AccountType': 'Income', 'AccountSubType': 'OtherPrimaryIncome'},
        )
        with self._crons_may_commit():
            self.connection.with_user(self.manager).action_refresh_lists()
        account = self.account('Income', name=clearing['Name'])
        money = self.env['product.product'].create(
            {'name': "Payment in Odoo", 'type': 'service', 'taxes_id': False, 'qbo_income_account_id': account.id}
        )
        self.book_money(self.till, account)
        self.book_money(self.cards, account)
        self.book_money(self.bank, self.connection.deposit_account_id)
        self.burbank.journal_ids += self.bank
        self.connection.write({'posting_mode': 'transaction', 'memo_product_id': money.id})
        moves, payments = self.a_day()
        self.run_engine()
        self.end_day()
        self.assertEqual(set(payments.mapped('qbo_link_id.entity')), {'CreditMemo'})
        self.pay_there(moves[0])
        self.assertEqual(moves[0].amount_residual, 0)
        self.end_day()
        self.assertTrialBalancesAgree()
        self.assertFalse(self.end_day())

    def pay_there(self, invoice):
        """Have the customer pay an invoice in QuickBooks, and see that it is paid in Odoo."""
        amount = invoice.amount_total
        self.sandbox.create(
            'Payment',
            {
                'CustomerRef': {'value': self.acme.qbo_id},
                'TotalAmt': amount,
                'TxnDate': fields.Date.to_string(self.today),
                'DepositToAccountRef': {'value': self.connection.deposit_account_id.qbo_id},
                'Line': [{'Amount': amount, 'LinkedTxn': [{'TxnId': invoice.qbo_id, 'TxnType': 'Invoice'}]}],
            },
        )
        self.pull('documents')
