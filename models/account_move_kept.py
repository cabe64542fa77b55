"""Customers pay in QuickBooks (posting mode Transaction): Odoo registers no payment on what they owe there.

A user who tries is told why and where to go. What happens by itself (an online payment, a scheduled action) never fails
for it: the document is left open, and the money goes to QuickBooks (``account_payment_memo.py``).
"""

from odoo import api, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Domain
from odoo.tools import format_list

from ..qbo import settlements
from .account_move import MOVE_TYPES
from .mapping.part import Part
from .mapping.settlement import belongs
from .mapping.step import Step

NAMED_MAX = 5  # documents that a message names


class AccountMove(models.Model):
    _inherit = 'account.move'

    # === WHICH === #

    def _qbo_kept_there(self):
        """Return those of these documents that customers pay in QuickBooks: it has them, or will."""
        documents = self.sudo().filtered(lambda move: move.move_type in MOVE_TYPES and move.state == 'posted')
        owed = documents.browse()
        for company, moves in documents._qbo_by_company() if documents else ():
            step = Step.of(self.env, company)
            if step.connection._keeps_receivables():
                step.load_links(moves)
                owed |= moves.filtered(lambda move, step=step: belongs(step, move.with_env(step.env)))
        return owed.with_env(self.env)

    @api.model
    def _qbo_kept_there_domain(self, company):
        """Return the domain of a company's documents that customers pay in QuickBooks."""
        step = Step.of(self.env, company)
        if not step.connection._keeps_receivables():
            return Domain.FALSE
        documents = self.sudo().with_company(company)
        modes = {
            mode: Domain('id', 'in', documents._qbo_links_query([('mode', '=', mode)])) for mode in ('always', 'never')
        }
        linked = Domain('id', 'in', documents._qbo_links_query([('qbo_id', '!=', False)]))
        mappings = [item for item in step.mappings if item._record_model == self._name]
        by_rule = Domain.OR(
            item._domain(step) for item in mappings if item._entity in settlements.RECEIVABLES.documents
        )
        return (
            Domain('company_id', '=', company.id)
            & Domain('move_type', 'in', tuple(MOVE_TYPES))
            & Domain('qbo_is_refund', '=', False)
            & (modes['always'] | linked | by_rule)
            & ~modes['never']
        )

    # === REFUSED === #

    def _qbo_refuse_payment(self):
        """Say why nothing is registered on these documents, where customers pay them in QuickBooks.

        :raise RedirectWarning: one document, with a button that opens it in QuickBooks
        :raise UserError: several, or one that is not in QuickBooks yet
        """
        owed = self._qbo_kept_there()
        if not owed:
            return
        names = format_list(self.env, owed[:NAMED_MAX].mapped('display_name'))
        text = self.env._(
            "Customers pay %s in QuickBooks, not in Odoo. Receive the payment there: it comes back and settles the "
            "invoice here.",
            names if len(owed) <= NAMED_MAX else f'{names} …',
        )
        link = owed.sudo().qbo_link_id if len(owed) == 1 else None
        if not link or not link._is_there():
            raise UserError(text)
        raise RedirectWarning(text, link.action_open_in_quickbooks(), self.env._("Open in QuickBooks"))

    def _qbo_is_payment_there(self):
        """Return whether this is the entry of a payment that QuickBooks has as one: it may be applied from here too."""
        payment = self.origin_payment_id.sudo()
        return bool(payment) and Step.of(self.env, payment.company_id).link(payment, 'Payment')._is_there()

    def _compute_payments_widget_to_reconcile_info(self):
        """Offer credit notes and QuickBooks' payments only: applying those registers nothing."""
        result = super()._compute_payments_widget_to_reconcile_info()
        for move in self._qbo_kept_there().filtered('invoice_outstanding_credits_debits_widget'):
            widget = move.invoice_outstanding_credits_debits_widget
            entries = self.browse(row['move_id'] for row in widget['content'])
            offered = entries.filtered(lambda entry: entry.move_type in MOVE_TYPES or entry._qbo_is_payment_there()).ids
            content = [row for row in widget['content'] if row['move_id'] in offered]
            move.invoice_outstanding_credits_debits_widget = {**widget, 'content': content} if content else False
        return result


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    def action_register_payment(self, ctx=None):
        self.move_id._qbo_refuse_payment()
        return super().action_register_payment(ctx)

    def _reconcile_plan(self, reconciliation_plan):
        """Leave out what customers pay in QuickBooks; refuse it where a user reconciles it with money."""
        lines = self.union(*_flat(reconciliation_plan))
        held = lines._qbo_held_lines()
        if held and not lines._qbo_come_by_themselves():
            held.move_id._qbo_refuse_payment()
        if held:
            reconciliation_plan = [part for part in _without(reconciliation_plan, held) if part]
        return super()._reconcile_plan(reconciliation_plan) if reconciliation_plan else None

    def _qbo_held_lines(self):
        """Return the lines of what customers pay in QuickBooks, where these lines would settle it with Odoo's money."""
        documents = self.move_id.filtered(lambda move: move.move_type in MOVE_TYPES)
        held = documents._qbo_kept_there()
        if held and (self.move_id - documents).filtered(
            lambda move: not (move._qbo_is_of_reconciliation() or move._qbo_is_payment_there())
        ):
            return self.filtered(lambda line: line.move_id in held)
        return self.browse()

    def _qbo_come_by_themselves(self):
        """Return whether no user decided to reconcile these lines: a scheduled action, or an online payment."""
        payments = self.move_id.origin_payment_id
        is_online = 'payment_transaction_id' in payments and bool(payments.sudo().payment_transaction_id)
        return self.env.su or is_online


def _flat(plan):
    """Return the recordsets of a reconciliation plan, which may be nested, without parts: they are QuickBooks' word."""
    rest = [item for item in plan if not isinstance(item, Part)]
    return [lines for item in rest for lines in (_flat(item) if isinstance(item, list) else [item])]


def _without(plan, held):
    """Return a reconciliation plan without some lines."""
    return [
        item if isinstance(item, Part) else _without(item, held) if isinstance(item, list) else item - held
        for item in plan
    ]
