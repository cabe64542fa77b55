from uuid import uuid4

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

from ..store_case import StoreCase


class PosCase(StoreCase):
    """Burbank has a point of sale, with its journal, its till and its card reader."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.tz = cls.connection.tz  # Odoo dates what a point of sale books by the clock of its user
        cls.pos_journal = cls.env['account.journal'].create({'name': "Point of Sale", 'type': 'general', 'code': 'PSA'})
        cls.pos_bank = cls.env['account.journal'].create(
            {'name': "Card Reader", 'type': 'bank', 'code': 'RDR', 'qbo_is_card': True}
        )
        cls.burbank.journal_ids += cls.pos_journal | cls.pos_bank
        methods = cls.env['pos.payment.method']
        cls.cash = methods.create({'name': "Cash", 'journal_id': cls.till.id})
        cls.card = methods.create({'name': "Card", 'journal_id': cls.pos_bank.id})
        cls.config = cls.env['pos.config'].create(
            {
                'name': "Burbank counter",
                'journal_id': cls.pos_journal.id,
                'invoice_journal_id': cls.sales.id,
                'payment_method_ids': [Command.set((cls.cash | cls.card).ids)],
            }
        )
        cls.tablets = cls.env['product.product'].create(
            {
                'name': "Tablets",
                'available_in_pos': True,
                'is_storable': True,
                'list_price': 20.0,
                'standard_price': 8.0,
                'categ_id': cls.valued_category().id,
                'taxes_id': [Command.set(cls.tax.ids)],
            }
        )
        cls.connection.asset_account_id = cls.account('Other Current Asset', name="Inventory Asset")
        cls.map_accounts()
        cls.connection.billing_start = '2026-01-01'
        cls().run_engine()
        cls.sandbox.requests.clear()
        cls.sandbox.snapshot()

    @classmethod
    def valued_category(cls):
        """Return a category whose stock moves are booked as they happen, as cost against stock value."""
        cls.company.write({'anglo_saxon_accounting': True, 'inventory_valuation': 'real_time'})
        accounts = cls.env['account.account']
        cls.cost = accounts.create({'code': '770001', 'name': "Cost", 'account_type': 'expense_direct_cost'})
        cls.value = accounts.create({'code': '770002', 'name': "Stock", 'account_type': 'asset_current'})
        return cls.env['product.category'].create(
            {
                'name': "Chemicals",
                'property_valuation': 'real_time',
                'property_account_expense_categ_id': cls.cost.id,
                'property_stock_valuation_account_id': cls.value.id,
            }
        )

    def open_session(self):
        self.config.open_ui()
        session = self.config.current_session_id
        session.set_opening_control(0, None)
        return session

    def order(self, session, quantity=1, method=None, **vals):
        """Ring up tablets, paid at once; a negative quantity is a refund."""
        line = self.tax.compute_all(20.0, quantity=quantity)
        total = line['total_included']
        order = {
            'uuid': str(uuid4()),
            'name': f'Order {quantity}',
            'session_id': session.id,
            'company_id': self.company.id,
            'user_id': self.env.uid,
            'partner_id': False,
            'date_order': fields.Datetime.now(),
            'pricelist_id': self.config.pricelist_id.id,
            'fiscal_position_id': False,
            'amount_paid': total,
            'amount_return': 0,
            'amount_tax': total - line['total_excluded'],
            'amount_total': total,
            'to_invoice': False,
            'lines': [
                Command.create(
                    {
                        'uuid': str(uuid4()),
                        'product_id': self.tablets.id,
                        'qty': quantity,
                        'price_unit': 20.0,
                        'price_subtotal': line['total_excluded'],
                        'price_subtotal_incl': total,
                        'tax_ids': [Command.set(self.tax.ids)],
                    }
                )
            ],
            'payment_ids': [
                Command.create(
                    {'amount': total, 'name': fields.Datetime.now(), 'payment_method_id': (method or self.cash).id}
                )
            ],
            **vals,
        }
        self.env['pos.order'].sync_from_ui([order])

    def paid_to(self, journal):
        """Return the account that payments of a journal are booked on."""
        return (journal.inbound_payment_method_line_ids.payment_account_id or journal.default_account_id)[:1]

    def close_session(self, session):
        session.post_closing_cash_details(session.cash_register_balance_end)
        answer = session.close_session_from_ui()
        self.assertEqual(session.state, 'closed', answer)


class TestDayWithPos(PosCase):
    """A day of two stores: point of sale, invoices, payments, refunds, taxes, cost of goods, depreciation."""

    def test_an_open_point_of_sale_refuses_the_end_of_day(self):
        session = self.open_session()
        with self.assertRaisesRegex(UserError, "point of sale"):
            self.burbank.with_user(self.manager).action_end_of_day()
        self.assertIn(session.name, self.burbank.open_reason)
        self.close_session(session)
        self.burbank.invalidate_recordset()
        self.burbank.with_user(self.manager).action_end_of_day()

    def test_another_store_may_end_its_day_meanwhile(self):
        self.open_session()
        self.pasadena.with_user(self.manager).action_end_of_day()

    def a_day(self, lines=None):
        """Book a day in both stores; return the invoices."""
        session = self.open_session()
        self.order(session, 2)
        self.order(session, 3, self.card)
        self.order(session, -1)
        self.close_session(session)
        invoice = self.sell_in(self.sales, lines)
        other = self.sell_in(self.sales_2, lines)
        refund = self.sell_in(self.sales_2, lines, move_type='out_refund')
        self.receive_in(self.till, 12.4)
        self.receive_in(self.cards, 20.0)
        self.book()
        return invoice | other | refund

    def test_in_batch_the_trial_balances_agree(self):
        self.connection.posting_mode = 'batch'
        self.a_day()
        made = self.end_day()
        self.assertEqual({entry.kind for entry in made}, {'batch'})
        self.assertBalancesAgree()
        self.assertFalse(self.end_day())

    def test_in_real_time_the_trial_balances_agree(self):
        self.connection.posting_mode = 'real_time'
        moves = self.a_day()
        self.run_engine()
        self.assertEqual(set(moves.qbo_entry_ids.mapped('kind')), {'document'})
        made = self.end_day()
        self.assertEqual({entry.kind for entry in made}, {'batch', 'card'})
        self.assertBalancesAgree()
        self.assertFalse(self.end_day())

    def test_with_documents_the_trial_balances_agree(self):
        self.connection.posting_mode = 'documents'
        for journal in (self.till, self.cards):
            journal.qbo_deposit_account_id = self.paid_to(journal).qbo_account_id
        moves = self.a_day(self.untaxed())
        self.end_day()
        self.assertTrue(all(move.qbo_id for move in moves))
        self.assertBalancesAgree()
        self.assertFalse(self.end_day())

    def test_where_customers_pay_in_quickbooks_the_trial_balances_agree(self):
        clearing = self.account('Other Income')
        memo = self.env['product.product'].create(
            {'name': "Money from Odoo", 'type': 'service', 'taxes_id': False, 'qbo_income_account_id': clearing.id}
        )
        self.connection.write({'posting_mode': 'transaction', 'memo_product_id': memo.id})
        moves = self.a_day(self.untaxed())
        payments = self.env['account.payment'].search([('partner_id', '=', self.acme.id)])
        payments.move_id.line_ids.filtered('debit').account_id.qbo_account_id = clearing
        self.end_day()
        self.assertTrue(all(move.qbo_id for move in moves))
        self.assertEqual(len(self.env['account.payment'].search([('qbo_to_apply', '=', True)])), 2)
        self.assertBalancesAgree()
        self.assertFalse(self.end_day())

    def test_what_the_goods_cost_that_a_point_of_sale_hands_out_is_in_the_entry(self):
        self.a_day()
        entry = self.end_day(self.burbank)
        cost = sum(item.balance for item in entry.item_ids if item.account_id == self.cost)
        value = sum(item.balance for item in entry.item_ids if item.account_id == self.value)
        self.assertEqual((cost, value), (32.0, -32.0))  # five sold, one returned, at eight each
        self.end_day(self.pasadena)
        self.assertBalancesAgree()
