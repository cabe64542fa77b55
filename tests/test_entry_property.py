from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from odoo.tests import tagged

from .stores import StoreCase

DAYS = tuple(f'2026-03-{day:02d}' for day in range(2, 6))
CORRECTIONS = ('reset', 'repost', 'move', 'delete')
STEPS = st.one_of(
    st.tuples(st.just('sell'), st.integers(0, 1), st.integers(1, 9), st.sampled_from(DAYS)),
    st.tuples(st.just('credit'), st.integers(0, 1), st.integers(1, 9), st.sampled_from(DAYS)),
    st.tuples(st.just('receive'), st.integers(0, 1), st.integers(1, 900), st.sampled_from(DAYS)),
    st.tuples(st.just('book'), st.just(0), st.integers(1, 99_999), st.sampled_from(DAYS)),
    st.tuples(st.sampled_from(CORRECTIONS), st.integers(0, 9), st.integers(1, 9), st.sampled_from(DAYS)),
    st.tuples(st.just('end'), st.just(0), st.just(0), st.just('')),
)  # fmt: skip

# The same examples come each time.
RUN = settings(
    max_examples=6,
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
    @given(st.lists(STEPS, min_size=3, max_size=9), st.sampled_from(('batch', 'real_time')))
    def test_after_the_last_end_of_day_the_balances_agree(self, steps, mode):
        with self.env.cr.savepoint(flush=True) as savepoint:
            self.sandbox.restore()
            self.connection.posting_mode = mode
            self.moves = []
            for name, which, amount, day in steps:
                getattr(self, f'_do_{name}')(which, amount, day)
            self.end_day()
            self.assertBalancesAgree()
            self.sandbox.requests.clear()
            self.assertFalse(self.end_day())
            self.assertRequests()
            savepoint.rollback()
        self.env.invalidate_all()

    def _do_sell(self, which, amount, day, **vals):
        journal = (self.sales, self.sales_2)[which]
        self.moves.append(self.sell_in(journal, [(self.chlorine, amount, 9.99, self.tax)], day, **vals))

    def _do_credit(self, which, amount, day):
        self._do_sell(which, amount, day, move_type='out_refund')

    def _do_receive(self, which, amount, day):
        self.receive_in((self.till, self.cards)[which], amount / 100, day)

    def _do_book(self, _which, amount, day):
        self.moves.append(self.book(amount / 100, date=day))

    def _do_reset(self, which, _amount, _day):
        for move in self._some(which, 'posted'):
            move.button_draft()

    def _do_repost(self, which, amount, _day):
        for move in self._some(which, 'draft'):
            if move.is_invoice():
                move.invoice_line_ids.quantity = amount
            move.action_post()

    def _do_move(self, which, _amount, day):
        for move in self._some(which, 'posted'):
            move.button_draft()
            move.write({'date': day, **({'invoice_date': day} if move.is_invoice() else {})})
            move.action_post()

    def _do_delete(self, which, _amount, _day):
        for move in self._some(which, 'draft'):
            self.moves.remove(move)
            move.with_context(force_delete=True).unlink()

    def _do_end(self, _which, _amount, _day):
        self.end_day()

    def _some(self, which, state):
        moves = [move for move in self.moves if move.state == state]
        return moves[which % len(moves) :][:1] if moves else []
