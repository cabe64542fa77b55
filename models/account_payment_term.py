from odoo import api, fields, models
from odoo.tools import format_date

from .link.mixin import GROUP


class AccountPaymentTerm(models.Model):
    _name = 'account.payment.term'
    _inherit = ['account.payment.term', 'qbo.mixin']

    def _qbo_is_simple(self):
        """Return whether QuickBooks can express these terms: one instalment, days after the invoice."""
        line = self.line_ids
        return len(line) == 1 and line.delay_type == 'days_after'


class AccountMove(models.Model):
    _inherit = 'account.move'

    qbo_terms_note = fields.Char("Terms in QuickBooks", compute='_compute_qbo_terms_note', groups=GROUP)

    @api.depends('invoice_payment_term_id', 'invoice_date_due')
    @api.depends_context('lang')
    def _compute_qbo_terms_note(self):
        """Say what QuickBooks has of terms that it cannot express."""
        for move in self:
            term, note = move.invoice_payment_term_id, False
            if move.move_type == 'out_invoice' and term and not term._qbo_is_simple():
                note = self.env._(
                    "QuickBooks cannot have “%(terms)s”. It has one due date, %(day)s; which part is due when stays in "
                    "Odoo.",
                    terms=term.display_name,
                    day=format_date(self.env, move.invoice_date_due),
                )
            move.qbo_terms_note = note
