from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from odoo.tests import tagged

from ...models.stores.difference import Difference
from ..common import size
from ..store_case import StoreCase

DAYS = tuple(f'2026-03-{day:02d}' for day in range(2, 6))
WHICH, DAY = st.integers(0, 9), st.sampled_from(DAYS)
BOOKINGS = st.tuples(st.sampled_from(('sell', 'credit', 'receive', 'book')), WHICH, st.integers(1, 99), DAY)
CORRECTIONS = st.tuples(
    st.sampled_from(('reset', 'change', 'move', 'delete', 'account', 'journal')), WHICH, st.integers(1, 99), DAY
)
ROUNDS = st.lists(
    st.tuples(st.lists(CORRECTIONS, min_size=1, max_size=3), st.lists(BOOKINGS, min_size=1, max_size=3)),
    min_size=3,
    max_size=3,
)
"""What is corrected of the days that ended before, and what is booked, before the next end of day."""

# The same examples come each time.
RUN = settings(
    max_examples=size(3, 12),
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.differing_executors],
)


@tagged('post_install', '-at_install')
class TestAnyDays(StoreCase):
    """Whatever is booked, reopened, dated back or deleted, and whenever the day ends: both sides agree to the cent."""

    @RUN
    @given(ROUNDS, st.sampled_from(('batch', 'real_time')))
    def test_after_each_end_of_day_the_balances_agree(self, rounds, mode):
        with self.env.cr.savepoint(flush=True) as savepoint:
            self.sandbox.restore()
            self.connection.posting_mode = mode
            self.moves = []
            for corrections, bookings in rounds:
                for name, which, amount, day in corrections + bookings:
                    getattr(self, f'_do_{name}')(which, amount, day)
                self.end_day()
                self.assertBalancesAgree()
                self.assertNothingLeft()
            self.sandbox.requests.clear()
            self.assertFalse(self.end_day())
            self.assertRequests()
            savepoint.rollback()
        self.env.invalidate_all()

    def assertNothingLeft(self):
        """What was noted is all that differed: comparing everything finds nothing else."""
        for store in self.burbank | self.pasadena:
            self.assertEqual(Difference(store, until=store._today()).left(), {})

    def _do_sell(self, which, amount, day, **vals):
        journal = (self.sales, self.sales_2)[which % 2]
        self.moves.append(self.sell_in(journal, [(self.chlorine, amount, 9.99, self.tax)], day, **vals))

    def _do_credit(self, which, amount, day):
        self._do_sell(which, amount, day, move_type='out_refund')

    def _do_receive(self, which, amount, day):
        self.receive_in((self.till, self.cards)[which % 2], amount / 3, day)

    def _do_book(self, _which, amount, day):
        self.moves.append(self.book(amount / 7, date=day))

    def _do_reset(self, which, _amount, _day):
        for move in self._reopened(which):
            self.assertEqual(move.state, 'draft')

    def _do_change(self, which, amount, _day):
        for move in self._reopened(which):
            if move.is_invoice():
                move.invoice_line_ids.quantity = amount
            move.action_post()

    def _do_move(self, which, _amount, day):
        for move in self._reopened(which):
            move.write({'date': day, **({'invoice_date': day} if move.is_invoice() else {})})
            move.action_post()

    def _do_account(self, which, _amount, _day):
        for move in self.moves[which % len(self.moves) :][:1] if self.moves else []:
            lines = move.line_ids.filtered(lambda line: line.account_id.internal_group in ('income', 'expense'))
            accounts = [self.account_of('expense_depreciation'), self.account_of('income')]
            lines[:1].account_id = next(account for account in accounts if account != lines[:1].account_id)

    def _do_journal(self, which, _amount, _day):
        for move in self._reopened(which):
            if move.is_invoice():
                move.write({'name': False, 'journal_id': ((self.sales | self.sales_2) - move.journal_id).id})
            move.action_post()

    def _do_delete(self, which, _amount, _day):
        for move in self._reopened(which):
            self.moves.remove(move)
            move.with_context(force_delete=True).unlink()

    def _reopened(self, which):
        """Return one of the moves, if there is any, as a draft."""
        for move in self.moves[which % len(self.moves) :][:1] if self.moves else []:
            if move.state == 'posted':
                move.button_draft()
            yield move
