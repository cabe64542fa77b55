"""One author: whatever is booked, in whichever mode, no journal item comes to QuickBooks twice, and none is lost.

The table of who carries what is in ARCHITECTURE.md, "Who carries what".
"""

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from odoo.fields import Command
from odoo.tests import tagged

from ...qbo.lines import cents
from ..store_case import StoreCase

MODES = ('documents', 'transaction', 'batch', 'real_time')
AMOUNT = st.integers(1, 60)
ACTS = ('sell', 'credit', 'receive', 'pay', 'refund', 'ring_up', 'book', 'sum')
DAYS = st.lists(st.lists(st.tuples(st.sampled_from(ACTS), AMOUNT), min_size=2, max_size=5), min_size=2, max_size=2)

# The same examples come each time.
RUN = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.differing_executors],
)


class AuthorCase(StoreCase):
    """All money is on one account in QuickBooks, whoever books it there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.money_there = cls.account('Other Current Asset', name='Undeposited Funds')
        for journal in (cls.till, cls.cards):
            journal.qbo_deposit_account_id = cls.money_there
        payments = cls.env['account.payment'].new({'journal_id': cls.till.id})
        cls.money = cls.till.default_account_id | cls.cards.default_account_id
        for kind in ('inbound', 'outbound'):
            cls.money |= payments._get_outstanding_account(kind)
        cls.money.qbo_account_id = cls.money_there
        # Where customers pay in QuickBooks, what arrives here waits on a clearing account there.
        name = "Payments received in Odoo"
        cls.sandbox.create('Account', {'Name': name, 'AccountType': 'Income', 'AccountSubType': 'OtherPrimaryIncome'})
        with cls().enter_registry_test_mode():
            cls.connection.with_user(cls.manager).action_refresh_lists()
        cls.clearing = cls.account('Income', name=name)
        cls.connection.memo_product_id = cls.env['product.product'].create(
            {
                'name': name,
                'type': 'service',
                'taxes_id': [Command.clear()],
                'qbo_income_account_id': cls.clearing.id,
            }
        )
        cls.sandbox.snapshot()

    def assertBooksAgree(self):
        """What customers owe, and what money there is, is the same on both sides."""
        self.assertNoErrors()
        receivable = self.acme.property_account_receivable_id
        sent = self.sent_by_account()
        for accounts in (receivable, self.money):
            lines = self.env['account.move.line'].search(
                [('account_id', 'in', accounts.ids), ('parent_state', '=', 'posted'), ('date', '>=', '2026-03-01')]
            )
            here = cents(sum(lines.mapped('balance')))
            ids = set(accounts.qbo_account_id.mapped('qbo_id'))
            if accounts == self.money:
                ids.add(self.clearing.qbo_id)
            there = sum(sent.get(qbo_id, 0) for qbo_id in ids)
            self.assertEqual(there, here, accounts.mapped('name'))


@tagged('post_install', '-at_install')
class TestOneAuthor(AuthorCase):
    @RUN
    @given(DAYS, st.sampled_from(MODES), st.sampled_from(MODES))
    def test_both_sides_agree_in_every_mode_and_after_every_switch(self, days, first, second):
        with self.env.cr.savepoint(flush=True) as savepoint:
            self.sandbox.restore()
            self.unpaid = []
            for acts, mode in zip(days, (first, second), strict=True):
                self.connection.posting_mode = mode
                for name, amount in acts:
                    getattr(self, f'_do_{name}')(float(amount))
                    self.run_engine()
                self.end_day()
                self.run_engine()
                self.assertBooksAgree()
            savepoint.rollback()
        self.env.invalidate_all()

    def test_the_four_modes_one_by_one(self):
        for mode in MODES:
            with self.subTest(mode), self.env.cr.savepoint(flush=True) as savepoint:
                self.sandbox.restore()
                self.unpaid = []
                self.connection.posting_mode = mode
                for name in ACTS:
                    getattr(self, f'_do_{name}')(12.0)
                self.run_engine()
                self.end_day()
                self.run_engine()
                self.assertBooksAgree()
                savepoint.rollback()
            self.env.invalidate_all()

    def _do_sell(self, amount):
        self.unpaid.append(self.sell_in(self.sales, [(self.chlorine, 1, amount)]))

    def _do_credit(self, amount):
        self.sell_in(self.sales, [(self.chlorine, 1, amount)], move_type='out_refund')

    def _do_receive(self, amount):
        self.receive_in(self.till, amount)

    def _do_pay(self, _amount):
        """Pay an invoice, where customers do not pay in QuickBooks."""
        if self.unpaid and self.connection.posting_mode != 'transaction':
            invoice = self.unpaid.pop()
            if not invoice._qbo_owed_there():
                self.pay(invoice, journal_id=self.cards.id, payment_date='2026-03-03')

    def _do_refund(self, amount):
        vals = {'move_type': 'out_refund', 'qbo_is_refund': True, 'journal_id': self.sales.id}
        refund = self.invoice(lines=[(self.chlorine, 1, amount)], invoice_date='2026-03-03', **vals)
        refund._qbo_pay_out(self.till)

    def _do_ring_up(self, amount):
        """A sales receipt that is paid at once."""
        receipt = self.sell_in(self.sales, [(self.chlorine, 1, amount)], move_type='out_receipt')
        self.pay(receipt, journal_id=self.till.id, payment_date='2026-03-02')

    def _do_book(self, amount):
        """A manual entry on what the customer owes."""
        self._entry(self.acme.property_account_receivable_id, amount, self.account_of('income'))

    def _do_sum(self, amount):
        """As a point of sale books a session: money against income, of nobody."""
        self._entry(self.till.default_account_id, amount, self.account_of('income'))

    def _entry(self, account, amount, other):
        move = self.env['account.move'].create(
            {
                'journal_id': self.misc.id,
                'date': '2026-03-03',
                'line_ids': [
                    Command.create({'account_id': account.id, 'partner_id': self.acme.id, 'debit': amount}),
                    Command.create({'account_id': other.id, 'credit': amount}),
                ],
            }
        )
        move.action_post()


@tagged('post_install', '-at_install')
class TestEnteredTwice(AuthorCase):
    def test_a_button_takes_back_what_was_entered_twice(self):
        """Before the payment knew which refund it pays out, an entry took it too."""
        self.connection.posting_mode = 'documents'
        vals = {'move_type': 'out_refund', 'qbo_is_refund': True, 'journal_id': self.sales.id}
        refund = self.invoice(lines=self.untaxed(), invoice_date='2026-03-02', **vals)
        payment = refund._qbo_pay_out(self.till)
        self.run_engine()
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_payment SET qbo_refund_id = NULL WHERE id = %s", [payment.id])
        self.env.invalidate_all()
        self.end_day()
        self.env.cr.execute("UPDATE account_payment SET qbo_refund_id = %s WHERE id = %s", [refund.id, payment.id])
        self.env.invalidate_all()
        with self.assertRaises(AssertionError):
            self.assertBooksAgree()

        self.burbank.with_user(self.manager).action_compare_all()
        self.run_engine()
        self.assertBooksAgree()
        self.assertFalse(self.end_day())
