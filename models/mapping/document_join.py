"""Lines of a document that both sides changed, each another one of them: both changes are kept (design 7)."""

from dataclasses import replace

from odoo import models

from ...qbo import line_merge, lines, merge, settlements
from ...qbo.values import VOIDED

MOVES_ALL = {'CurrencyRef.value', 'GlobalTaxCalculation', 'ApplyTaxAfterDiscount', 'TxnTaxDetail.TxnTaxCodeRef.value'}
"""Where one of these changes, all lines are others."""
TAXES = ('TxnTaxDetail.TotalTax', 'TxnTaxDetail.Split')


class QboMappingDocument(models.AbstractModel):
    _inherit = 'qbo.mapping.document'

    def _join_lines(self, step, move, link, row, decisions):
        """Join the lines where both sides changed them, and keep them in ``step.joined``; else the rule decides.

        Of receipts document and payment are one: there no figure comes from both sides.
        """
        step.joined[link] = None
        decision = self._joinable(step, decisions, {*MOVES_ALL, VOIDED})
        if not decision or self._entity not in settlements.DOCUMENTS:
            return decisions
        joined = self._joined(step, move, link, row, decision)
        taxes = [item for item in decisions if item.path in TAXES]
        if not joined or not self._is_tax_clear(link, row, joined, decision, taxes):
            return decisions
        step.joined[link] = joined
        is_theirs = lines.taxed(joined.values()) == lines.taxed(decision.qbo)
        ours = {'outcome': merge.ODOO, 'conflict': False, 'asked': False}
        is_ours = [item for item in taxes if not is_theirs and (item.conflict or item.outcome == merge.QBO)]
        return [
            item.joined(joined.values()) if item == decision else replace(item, **ours) if item in is_ours else item
            for item in decisions
        ]

    def _joined(self, step, move, link, row, decision):
        """Return the :class:`qbo.line_merge.Joined` lines, None where they cannot be: Odoo cannot change a bundle, its
        own rounding is no line that QuickBooks could keep, and a discount there is of the lines that are there."""
        before, rows = lines.ordered((link.snapshot or {}).get('Line')), lines.ordered(row.get('Line'))
        in_odoo, in_qbo = decision.base_odoo or [], decision.base_qbo or []
        shown = self._shown_lines(move)
        all_rows = [*((link.snapshot or {}).get('Line') or ()), *(row.get('Line') or ())]
        if len(in_odoo) != len(in_qbo) or not in_qbo or self._rounding_lines(move) or not decision.odoo:
            return None
        if any(line.get('DetailType') == lines.GROUP for line in all_rows) or self._is_of_charges(row):
            return None
        if _discounts(in_qbo) != _discounts(decision.qbo or []):
            return None
        if len(shown) != len(decision.odoo) - len(_discounts(decision.odoo)):
            return None
        before = before if lines.mapped(before) == in_qbo else []
        there = [
            place if place is not None and lines.is_alike(line, in_qbo[place]) else None
            for line, place in zip(rows, lines.counterparts_by_id(rows, before, in_qbo), strict=True)
        ]
        here = lines.counterparts(decision.odoo, in_odoo)
        return line_merge.joined(
            list(zip(in_odoo, in_qbo, strict=True)), decision.odoo, decision.qbo or [], here, there
        )

    def _is_tax_clear(self, link, row, joined, decision, taxes):
        """Return whether the tax of joined lines is known: it is that of the one side that changed what is taxed, or
        follows from them, as neither side's was typed in.

        :param taxes: the decisions about the tax
        """
        taxed = lines.taxed(joined.values())
        is_theirs = not any(item.conflict or item.outcome == merge.ODOO for item in taxes)
        is_ours = not any(item.conflict or item.outcome == merge.QBO for item in taxes)
        if taxed == lines.taxed(decision.qbo):
            return is_theirs
        if taxed == lines.taxed(decision.odoo) or is_ours:
            return is_ours
        return all(_is_computed(each) for each in (link.snapshot or {}, row))

    def _joined_commands(self, step, move, row, joined):
        """Return what makes the lines of a draft the joined ones.

        :param dict row: what :meth:`_snapshot` kept of the entity
        """
        shown, pairs = self._shown_lines(move), []
        for line in joined.lines:
            if line.here is not None and line.here < len(shown):
                own = shown[line.here]
                pairs.append((own, self._changed_vals(step, own, line.value, self._line_value(step, own), row, {})))
            elif line.value['DetailType'] != lines.DISCOUNT:
                pairs.append((None, self._line_vals(step, line.value, row)))
        return self._commands(shown, pairs)

    def _take_joined(self, step, move, row, joined):
        """Make the nets of a draft those of the joined lines; the tax is QuickBooks' where all that is taxed is."""
        values = [value for value in joined.values() if value['DetailType'] != lines.DISCOUNT]
        if lines.taxed(values) == lines.taxed(lines.mapped(row.get('Line'))):
            self._take_amounts(step, move, row)
            return
        pairs = zip(self._shown_lines(move), values, strict=True)
        move._qbo_book({line: value['Amount'] for line, value in pairs if line.display_type == 'product'}, {})


def _discounts(values):
    return [line for line in values if line['DetailType'] == lines.DISCOUNT]


def _is_computed(row):
    """Return whether the tax of an entity is what its rates come to, and nobody typed it in (qbo-api 9.7).

    Of each line a cent may be rounded away.
    """
    detail = row.get('TxnTaxDetail') or {}
    if detail.get('TaxReviewStatus') == 'AST_TAX_OVERRIDE':
        return False
    charged = [(line.get('Amount'), line.get('TaxLineDetail') or {}) for line in detail.get('TaxLine') or ()]
    rounding = len(lines.taxed(lines.mapped(row.get('Line'))))
    for amount, of_rate in charged:
        wanted = lines.exact(of_rate.get('NetAmountTaxable')) * lines.exact(of_rate.get('TaxPercent'))
        if not of_rate.get('PercentBased', True) or abs(lines.cents(amount) - wanted) > rounding:
            return False
    return sum(lines.cents(amount) for amount, _of_rate in charged) == lines.cents(detail.get('TotalTax'))
