"""Reconciling by an exact part, and again after a change. All of it through Odoo's own reconciliation."""

from odoo import api, models

from .mapping.part import Part


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    @api.model
    def _optimize_reconciliation_plan(self, reconciliation_plan, shadowed_aml_values=None):
        """Note on the nodes of parts what they are parts of; each item of a plan becomes a node of its own."""
        if not any(isinstance(item, Part) for item in reconciliation_plan):
            return super()._optimize_reconciliation_plan(reconciliation_plan, shadowed_aml_values)
        plan = []
        for item in reconciliation_plan:
            nodes, _lines = super()._optimize_reconciliation_plan([item], shadowed_aml_values)
            plan += [{**node, 'qbo_part': item} for node in nodes] if isinstance(item, Part) else nodes
        return plan, self.browse({line_id for node in plan for line_id in node['aml_ids']})

    @api.model
    def _prepare_reconciliation_plan(self, plan, amls_values_map, shadowed_aml_values=None):
        """The line of a part has no more open than that part while it is reconciled."""
        part = plan.get('qbo_part')
        if not part:
            return super()._prepare_reconciliation_plan(plan, amls_values_map, shadowed_aml_values)
        values = amls_values_map[part.line]
        open_before, open_now = dict(values), _cut(values, part.amount)
        values.update(open_now)
        results = super()._prepare_reconciliation_plan(plan, amls_values_map, shadowed_aml_values)
        for name, amount in open_now.items():
            values[name] += open_before[name] - amount
        for result in results:
            result['partial_values'].update(part.owner)
        return results


class AccountMove(models.Model):
    _inherit = 'account.move'

    def _qbo_is_of_reconciliation(self):
        """Return whether Odoo made this entry for a reconciliation: an exchange difference, tax that falls due."""
        is_exchange = self.journal_id == self.company_id.currency_exchange_journal_id
        return bool(is_exchange or self.tax_cash_basis_rec_id or self.tax_cash_basis_origin_move_id)

    def _qbo_reconciliations(self):
        """Return what these moves are reconciled with, for :meth:`_qbo_reconcile_again`; JSON-like rows.

        Odoo undoes a reconciliation where the amount, account or customer of a line changes.
        """
        lines = self._qbo_receivable_lines()
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        by_itself = partials.exchange_move_id  # Odoo books exchange differences anew
        return [row for partial in partials for row in self._qbo_reconciliation_rows(partial, by_itself)]

    def _qbo_reconciliation_rows(self, partial, by_itself):
        for own, other, amount in (
            (partial.debit_move_id, partial.credit_move_id, partial.debit_amount_currency),
            (partial.credit_move_id, partial.debit_move_id, partial.credit_amount_currency),
        ):
            if own.move_id in self and other.move_id not in by_itself:
                yield {
                    'partial_id': partial.id,
                    'move_id': own.move_id.id,
                    'other_id': other.id,
                    'amount': amount,
                    'owner': {
                        'qbo_application_id': partial.qbo_application_id.id,
                        'qbo_payment_id': partial.qbo_payment_id.id,
                    },
                }
                return

    def _qbo_reconcile_again(self, rows):
        """Reconcile again what a change of these moves undid, by the same amounts or what is still open of them.

        :param rows: what :meth:`_qbo_reconciliations` gave before the change
        """
        kept = self.env['account.partial.reconcile'].browse(row['partial_id'] for row in rows).exists()
        others = self.env['account.move.line'].browse(row['other_id'] for row in rows).exists()
        for row in rows:
            other = others.filtered(lambda line, row=row: line.id == row['other_id'])
            if other and row['partial_id'] not in kept.ids:
                self.browse(row['move_id'])._qbo_settle_with(other, row['amount'], **row['owner'])

    def _qbo_settle_with(self, others, amount, **owner):
        """Reconcile this move with other lines by ``amount`` at most, what is due first goes first.

        :param amount: in the currency of this move
        :param owner: as for :class:`Part`
        :return: the amount that was reconciled
        """
        left = amount
        for other in others:
            for line in self._qbo_open_lines(other):
                if self.currency_id.compare_amounts(left, 0.0) > 0 and not other.reconciled:
                    before = abs(line.amount_residual_currency)
                    line._reconcile_plan([Part(line, other, left, **owner)])
                    left -= line.currency_id.round(before - abs(line.amount_residual_currency))
        return self.currency_id.round(amount - left)

    def _qbo_receivable_lines(self):
        """Return the lines that say what a customer owes or has to get back (or a vendor)."""
        lines = self.line_ids
        owed = lines.filtered(lambda line: line.account_type in ('asset_receivable', 'liability_payable'))
        return owed.with_prefetch(lines._prefetch_ids)  # of a page of documents all are read at once

    def _qbo_open_lines(self, other):
        """Return the lines of this move that can be reconciled with ``other``, in the order in which they are due."""
        return self.line_ids.filtered(
            lambda line: (
                line.account_id == other.account_id and not line.reconciled and line.balance * other.balance < 0
            )
        ).sorted(lambda line: (line.date_maturity or line.date, line.id))

    def _qbo_settlements(self):
        """Return what settles these documents and is a payment in QuickBooks, as a list of recordsets."""
        lines = self._qbo_receivable_lines()
        partials = (lines.matched_debit_ids | lines.matched_credit_ids).sudo()
        payments = partials._qbo_moves().origin_payment_id | partials.qbo_payment_id | self.sudo().matched_payment_ids
        return [payments._qbo_owner(), partials.qbo_application_id]


def _cut(values, amount):
    """Return what is open of a line, cut to ``amount`` in its currency and to the same share in the company's."""
    line, open_amount = values['aml'], values['amount_residual_currency']
    if not open_amount or line.currency_id.compare_amounts(abs(open_amount), amount) <= 0:
        return {}
    share = amount / abs(open_amount)
    return {
        'amount_residual_currency': line.currency_id.round(open_amount * share),
        'amount_residual': line.company_currency_id.round(values['amount_residual'] * share),
    }
