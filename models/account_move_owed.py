"""Customers pay in QuickBooks (posting mode Transaction): Odoo registers no payment on what they owe there.

A user who tries is told why and where to go. What happens by itself (an online payment, a scheduled action) never fails
for it: the document is left open, and the money goes to QuickBooks (``account_payment_memo.py``).
"""

from odoo import api, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Domain
from odoo.tools import format_list

from ..qbo import settlements
from .account_move import ENTITIES

NAMED_MAX = 5  # documents that a message names


class AccountMove(models.Model):
    _inherit = 'account.move'

    # === WHICH === #

    def _qbo_owed_there(self):
        """Return those of these documents that customers pay in QuickBooks: it has them, or will."""
        documents = self.sudo().filtered(lambda move: move.move_type in ENTITIES and move.state == 'posted')
        owed = documents.browse()
        for company, moves in documents._qbo_by_company() if documents else ():
            if self.env['qbo.connection']._of_company(company)._keeps_receivables():
                owed |= moves.with_company(company).filtered(lambda move: move._qbo_is_owed_there())
        return owed.with_env(self.env)

    def _qbo_is_owed_there(self):
        return self._qbo_entity() in settlements.DOCUMENTS and self._qbo_wanted(self.qbo_link_id)

    @api.model
    def _qbo_owed_there_domain(self, company):
        """Return the domain of a company's documents that customers pay in QuickBooks."""
        if not self.env['qbo.connection']._of_company(company)._keeps_receivables():
            return Domain.FALSE
        documents = self.sudo().with_company(company)
        modes = {
            mode: Domain('id', 'in', documents._qbo_links_query([('mode', '=', mode)])) for mode in ('always', 'never')
        }
        linked = Domain('id', 'in', documents._qbo_links_query([('qbo_id', '!=', False)]))
        return (
            Domain('company_id', '=', company.id)
            & Domain('move_type', 'in', tuple(ENTITIES))
            & Domain('qbo_is_refund', '=', False)
            & (modes['always'] | linked | documents._qbo_domain())
            & ~modes['never']
        )

    # === REFUSED === #

    def _qbo_refuse_payment(self):
        """Say why nothing is registered on these documents, where customers pay them in QuickBooks.

        :raise RedirectWarning: one document, with a button that opens it in QuickBooks
        :raise UserError: several, or one that is not in QuickBooks yet
        """
        owed = self._qbo_owed_there()
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
        link = self.origin_payment_id.sudo().qbo_link_id
        return link.entity == 'Payment' and link._is_there()

    def _compute_payments_widget_to_reconcile_info(self):
        """Offer credit notes and QuickBooks' payments only: applying those registers nothing."""
        result = super()._compute_payments_widget_to_reconcile_info()
        for move in self._qbo_owed_there().filtered('invoice_outstanding_credits_debits_widget'):
            widget = move.invoice_outstanding_credits_debits_widget
            entries = self.browse(row['move_id'] for row in widget['content'])
            offered = entries.filtered(lambda entry: entry.move_type in ENTITIES or entry._qbo_is_payment_there()).ids
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
        if 'qbo_part' not in self.env.context:  # else it is what QuickBooks says
            lines = self.union(*_flat(reconciliation_plan))
            held = lines._qbo_held_lines()
            if held and not lines._qbo_come_by_themselves():
                held.move_id._qbo_refuse_payment()
            if held:
                reconciliation_plan = [part for part in _without(reconciliation_plan, held) if part]
        return super()._reconcile_plan(reconciliation_plan) if reconciliation_plan else None

    def _qbo_held_lines(self):
        """Return the lines of what customers pay in QuickBooks, where these lines would settle it with Odoo's money."""
        owed = self.move_id.filtered(lambda move: move.move_type in ENTITIES)
        others = (self.move_id - owed).filtered(
            lambda move: not (move._qbo_is_of_reconciliation() or move._qbo_is_payment_there())
        )
        held = owed._qbo_owed_there() if owed and others else owed.browse()
        return self.filtered(lambda line: line.move_id in held)

    def _qbo_come_by_themselves(self):
        """Return whether no user decided to reconcile these lines: a scheduled action, or an online payment."""
        payments = self.move_id.origin_payment_id
        is_online = 'payment_transaction_id' in payments and bool(payments.sudo().payment_transaction_id)
        return self.env.su or is_online


def _flat(plan):
    """Return the recordsets of a reconciliation plan, which may be nested."""
    return [lines for part in plan for lines in (_flat(part) if isinstance(part, list) else [part])]


def _without(plan, held):
    return [_without(part, held) if isinstance(part, list) else part - held for part in plan]
