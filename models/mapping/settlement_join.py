"""What a payment settles, where both sides changed that: documents apart from each other are both kept (design 7)."""

from dataclasses import dataclass

from odoo import models

from ...qbo import settlements
from ...qbo.values import VOIDED
from .settlement import LINE


@dataclass(frozen=True)
class JoinedSettlement:
    """What a payment settles after a merge.

    :param lines: with the changes of both sides, in the shape of :func:`qbo.settlements.lines`
    :param there: what QuickBooks has of it so far
    """

    lines: list
    there: list

    def agreed(self, now):
        """Return what QuickBooks has of it, as Odoo spells it, as :meth:`qbo.line_merge.Joined.agreed` does."""
        return self.there


class QboMappingSettlement(models.AbstractModel):
    _inherit = 'qbo.mapping.settlement'

    def _join_lines(self, step, record, link, row, decisions):
        """Join what both sides settle with a payment, where its money is enough for both; else the rule decides.

        What settles documents that Odoo does not know is QuickBooks' own. Credit alone is not joined: which credit
        settles what, QuickBooks does not say.
        """
        step.joined[link] = None
        others = {'TotalAmt', 'CurrencyRef.value', f'{self._ledger.party_member}.value', VOIDED}
        decision = self._joinable(step, decisions, others)
        if not decision or settlements.is_application(row):
            return decisions
        agreed, here, there = (settlements.amounts(side) for side in (decision.base_qbo, decision.odoo, decision.qbo))
        found = settlements.joined(agreed, here, there)
        sums = settlements.amounts(row.get(LINE))
        if found is None or there != sums:
            return decisions
        joined = settlements.lines(found)
        if settlements.unapplied({'TotalAmt': row.get('TotalAmt'), LINE: joined}) < 0:
            return decisions
        step.joined[link] = JoinedSettlement(joined, decision.qbo or [])
        return [item.joined(joined) if item == decision else item for item in decisions]
