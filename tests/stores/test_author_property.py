"""One author: whatever is booked, in whichever mode, no journal item comes to QuickBooks twice, and none is lost.

The table of who carries what is in ARCHITECTURE.md, "Who carries what".
"""

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from odoo.fields import Command
from odoo.tests import tagged

from ...qbo.lines import cents
from ..common import size
from ..store_case import StoreCase

MODES = ('documents', 'transaction', 'batch', 'real_time')
AMOUNT = st.integers(1, 60)
ACTS = ('sell', 'tax', 'credit', 'receive', 'pay', 'pay_more', 'refund', 'ring_up', 'book', 'sum', 'cancel')
DAYS = st.lists(st.lists(st.tuples(st.sampled_from(ACTS), AMOUNT), min_size=2, max_size=5), min_size=2, max_size=2)

# The same examples come each time.
RUN = settings(
    max_examples=size(3, 12),
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
        cls.bob = cls.env['res.partner'].create({'name': "Bob", 'customer_rank': 1})
        cls.charged = cls.env['account.tax'].create({'name': "GA State", 'amount': 4.0, 'type_tax_use': 'sale'})
        repartition = cls.charged.invoice_repartition_line_ids | cls.charged.refund_repartition_line_ids
        cls.payable = cls.account_of(cls, 'liability_current')
        repartition.filtered(lambda line: line.repartition_type == 'tax').account_id = cls.payable
        cls.payable.qbo_account_id = cls.account('Other Current Liability', name='Sales Tax Payable')
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
        """What each customer owes, what money there is and what tax is due are the same on both sides.

        Nobody carries what is written off in a payment, where documents go: QuickBooks has it as credit, and the
        payment says so (ARCHITECTURE).
        """
        self.assertNoErrors()
        receivable = self.acme.property_account_receivable_id
        for customer in (self.acme, self.bob):
            here = self.booked(receivable, partner_id=customer.id)
            there = self.there(receivable.qbo_account_id, customer)
            self.assertEqual(there, here - self.written_off.get(customer, 0), customer.name)
        self.assertEqual(self.there(self.payable.qbo_account_id), self.booked(self.payable), "tax")
        money = self.money.qbo_account_id | self.clearing
        self.assertEqual(self.there(money), self.booked(self.money), "money")

    def booked(self, accounts, **only):
        """Return what Odoo has on accounts, in cents, of one customer where one is given."""
        domain = [('account_id', 'in', accounts.ids), ('parent_state', '=', 'posted'), ('date', '>=', '2026-03-01')]
        lines = self.env['account.move.line'].search([*domain, *((key, '=', only[key]) for key in only)])
        return cents(sum(lines.mapped('balance')))

    def there(self, accounts, customer=None):
        """Return what came to accounts of QuickBooks in this test, in cents, of one customer where one is given."""
        ids, who = accounts.mapped('qbo_id'), customer and f'Customer:{customer.qbo_id}'
        rows = [row for row in self.sandbox.postings() if row['account'] in ids and who in (None, row['entity'])]
        before = 0 if customer else sum(self.before[qbo_id] for qbo_id in ids)
        return sum(row['cents'] for row in rows) - before


@tagged('post_install', '-at_install')
class TestOneAuthor(AuthorCase):
    @RUN
    @given(DAYS, st.sampled_from(MODES), st.sampled_from(MODES))
    def test_both_sides_agree_in_every_mode_and_after_every_switch(self, days, first, second):
        with self.env.cr.savepoint(flush=True) as savepoint:
            self.sandbox.restore()
            self.unpaid, self.written_off = [], {}
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
                self.unpaid, self.written_off = [], {}
                self.connection.posting_mode = mode
                for number, name in enumerate(ACTS):
                    getattr(self, f'_do_{name}')(12.0 + number)
                self.run_engine()
                self.end_day()
                self.run_engine()
                self.assertBooksAgree()
                savepoint.rollback()
            self.env.invalidate_all()

    def who(self, amount):
        """Return the customer of an amount, so that the same examples are of the same."""
        return self.bob if int(amount) % 3 else self.acme

    def _sell(self, amount, taxes, **vals):
        line = (self.chlorine, 1, amount, taxes)
        return self.sell_in(self.sales, [line], partner=self.who(amount), **vals)

    def _do_sell(self, amount):
        self.unpaid.append(self._sell(amount, self.env['account.tax']))

    def _do_tax(self, amount):
        self.unpaid.append(self._sell(amount, self.charged))

    def _do_credit(self, amount):
        self._sell(amount, self.charged, move_type='out_refund')

    def _do_receive(self, amount):
        self.receive_in(self.till, amount, partner_id=self.who(amount).id)

    def _do_cancel(self, _amount):
        """Nobody paid, and nothing came of it."""
        if self.unpaid and not self.unpaid[-1]._qbo_is_entered():
            self.unpaid.pop().button_cancel()

    def _do_pay(self, _amount, **vals):
        """Pay an invoice, where customers do not pay in QuickBooks; return it."""
        if self.unpaid and self.connection.posting_mode != 'transaction':
            invoice = self.unpaid.pop()
            if not invoice._qbo_kept_there():
                self.pay(invoice, journal_id=self.cards.id, payment_date='2026-03-03', **vals)
                return invoice
        return None

    def _do_pay_more(self, amount):
        """What is paid too much is written off."""
        account = self.account_of('income')
        vals = {'payment_difference_handling': 'reconcile', 'writeoff_account_id': account.id, 'writeoff_label': "x"}
        more = self.unpaid[-1].amount_total + 0.25 if self.unpaid else 0.0
        invoice = self._do_pay(amount, amount=more, **vals)
        if invoice and self._goes_as_document(invoice):
            who = invoice.partner_id
            self.written_off[who] = self.written_off.get(who, 0) + 25

    def _goes_as_document(self, invoice):
        return self.connection._sends_documents() or bool(invoice.qbo_id)

    def _do_refund(self, amount):
        vals = {'move_type': 'out_refund', 'qbo_is_refund': True, 'journal_id': self.sales.id}
        line = (self.chlorine, 1, amount, self.charged)
        refund = self.invoice(self.who(amount), lines=[line], invoice_date='2026-03-03', **vals)
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
                    Command.create({'account_id': account.id, 'partner_id': self.who(amount).id, 'debit': amount}),
                    Command.create({'account_id': other.id, 'credit': amount}),
                ],
            }
        )
        move.action_post()


@tagged('post_install', '-at_install')
class TestEnteredTwice(AuthorCase):
    def test_a_button_takes_back_what_was_entered_twice(self):
        """Before the payment knew which refund it pays out, an entry took it too."""
        self.connection.posting_mode, self.written_off = 'documents', {}
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
