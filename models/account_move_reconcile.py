"""Reconciling by an exact part, and again after a change. All of it through Odoo's own reconciliation.

And what is settled in Odoo only."""

from odoo import api, models
from odoo.tools import format_list

from ..qbo import settlements
from .account_payment import POSTED


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    @api.model
    def _prepare_reconciliation_plan(self, plan, amls_values_map, shadowed_aml_values=None):
        """Two lines that are to be reconciled by a part have no more open than that part."""
        pair, amount = self.env.context.get('qbo_part') or ((), 0.0)
        if pair and plan['aml_ids'] == set(pair):
            line = self.browse(pair[0])
            amls_values_map = {**amls_values_map, line: _part(amls_values_map[line], amount)}
        return super()._prepare_reconciliation_plan(plan, amls_values_map, shadowed_aml_values)

    def _qbo_reconcile_part(self, other, amount, **owner):
        """Reconcile this line with another one by ``amount`` at most, in this line's currency.

        :param owner: ``qbo_application_id`` or ``qbo_payment_id``: what the partial belongs to in QuickBooks
        :return: the amount that was reconciled
        """
        before = abs(self.amount_residual_currency)
        defaults = {f'default_{name}': value for name, value in owner.items() if value}
        lines = (self + other).with_context(qbo_part=((self.id, other.id), amount), **defaults)
        lines._reconcile_plan([lines])
        return self.currency_id.round(before - abs(self.amount_residual_currency))


class AccountMove(models.Model):
    _inherit = 'account.move'

    def _qbo_is_settled(self):
        """Return whether a payment in QuickBooks may name this: a document, or a payment that is a credit there."""
        return self.is_sale_document() or self.origin_payment_id.sudo().qbo_link_id.entity in settlements.DOCUMENTS

    def _qbo_settled_link(self):
        """Return the link of what QuickBooks has of this, empty where a payment cannot name it there."""
        link = (self.origin_payment_id or self).qbo_link_id
        return link if link and link._is_there() and link.entity in settlements.DOCUMENTS else link.browse()

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
        :param owner: as for ``_qbo_reconcile_part``
        :return: the amount that was reconciled
        """
        left = amount
        for other in others:
            for line in self._qbo_open_lines(other):
                if self.currency_id.compare_amounts(left, 0.0) > 0 and not other.reconciled:
                    left -= line._qbo_reconcile_part(other, left, **owner)
        return self.currency_id.round(amount - left)

    def _qbo_receivable_lines(self):
        """Return the lines that say what a customer owes or has to get back (or a vendor)."""
        return self.line_ids.filtered(lambda line: line.account_type in ('asset_receivable', 'liability_payable'))

    def _qbo_open_lines(self, other):
        """Return the lines of this move that can be reconciled with ``other``, in the order in which they are due."""
        return self.line_ids.filtered(
            lambda line: (
                line.account_id == other.account_id and not line.reconciled and line.balance * other.balance < 0
            )
        ).sorted(lambda line: (line.date_maturity or line.date, line.id))

    # === SETTLED IN ODOO ONLY === #

    def _qbo_settled_difference(self, balance):
        """Return ``(sentence, None)`` where something settles this document that QuickBooks has not, else None.

        :param balance: what was open in QuickBooks when the document was last seen there, None where that is not known
        """
        is_settled = self.currency_id.compare_amounts(self.amount_residual, self.amount_total) < 0
        is_there = balance is not None and self.currency_id.compare_amounts(balance, self.amount_residual) <= 0
        if self._qbo_entity() not in settlements.DOCUMENTS or not is_settled or is_there:
            return None
        amount, entries = self._qbo_settled_apart()
        if self.currency_id.compare_amounts(amount, 0.0) <= 0:
            return None
        what = {
            'amount': self.currency_id.format(amount),
            'entries': format_list(self.env, entries.mapped('display_name')),
        }
        return self._qbo_settled_text(what, entries), None

    def _qbo_settled_text(self, what, entries):
        if all(entry.origin_payment_id._qbo_owner() for entry in entries):
            return self.env._(
                "%(amount)s of it is paid in Odoo by %(entries)s, which is kept out of QuickBooks, so that it is open "
                "there. Set that payment to Synchronise, or record it in QuickBooks.",
                **what,
            )
        if self.move_type == 'out_refund':
            return self.env._(
                "%(amount)s of it is settled in Odoo by %(entries)s, which is not in QuickBooks, so that it is open "
                "there. Undo that in Odoo and apply the credit to an invoice, or record it in QuickBooks.",
                **what,
            )
        return self.env._(
            "%(amount)s of it is settled in Odoo by %(entries)s, which is not in QuickBooks, so that it is open there. "
            "Undo that in Odoo and register a payment, which a bank statement line can then be matched with; or record "
            "it in QuickBooks.",
            **what,
        )

    def _qbo_settled_apart(self):
        """Return how much of this document is settled in Odoo only, and by which entries.

        A bank statement line may stand for a payment without an entry of its own, which QuickBooks has.
        """
        lines = self._qbo_receivable_lines()
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        by_itself = partials.exchange_move_id
        apart = partials.filtered(lambda partial: not partial._qbo_moves() & by_itself)._qbo_apart()
        payments = self.matched_payment_ids.filtered(lambda payment: not payment.move_id and payment.state in POSTED)
        there = sum(payment._qbo_settled().get(self, 0.0) for payment in payments if payment._qbo_is_expected())
        return apart._qbo_amounts().get(self, 0.0) - there, apart._qbo_moves() - self


def _part(values, amount):
    """Return what is open of a line, cut to ``amount`` in its currency and to the same share in the company's."""
    line, open_amount = values['aml'], values['amount_residual_currency']
    if not open_amount or line.currency_id.compare_amounts(abs(open_amount), amount) <= 0:
        return values
    share = amount / abs(open_amount)
    return {
        **values,
        'amount_residual_currency': line.currency_id.round(open_amount * share),
        'amount_residual': line.company_currency_id.round(values['amount_residual'] * share),
    }
