from ..accountant.reconciliation_case import ReconciliationCase
from .test_with_pos import PosCase


class TestReconciliationWithPos(PosCase, ReconciliationCase):
    """A day with a point of sale, in the report."""

    def differences(self):
        """Return ``{account: difference}`` of this year."""
        report = self.compared(date_from='2026-01-01', date_to=self.today)
        self.assertEqual({reason.reason for reason in report.line_ids.reason_ids} - {'unexplained', 'qbo_only'}, set())
        return {line.name: line.difference for line in report.line_ids if line.difference}

    def test_a_day_with_a_point_of_sale_makes_no_difference(self):
        before = self.differences()  # what the sample company sold by itself
        session = self.open_session()
        self.order(session, 2)
        self.order(session, 3, self.card)
        self.order(session, -1)
        self.close_session(session)
        self.sell_in(self.sales)
        self.receive_in(self.till, 12.4)
        self.end_day()
        self.assertEqual(self.differences(), before)
