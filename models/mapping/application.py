from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.tools import format_list

from ...qbo import settlements
from .settlement import LINE


class QboApplication(models.Model):
    """Credit notes that pay invoices: in QuickBooks a payment of zero with lines of both (qbo-api 9.8).

    Made when somebody reconciles the two; its reconciliations are all it holds. When they are gone, the payment of
    zero is deleted.
    """

    _name = 'qbo.application'
    _inherit = 'qbo.settlement'
    _description = "Applied Credit"

    company_id = fields.Many2one('res.company', required=True, readonly=True, ondelete='cascade')
    partial_ids = fields.One2many('account.partial.reconcile', 'qbo_application_id', readonly=True)

    @api.depends('partial_ids')
    def _compute_display_name(self):
        for application in self:
            names = application.partial_ids._qbo_moves().mapped('display_name')
            application.display_name = format_list(self.env, names) or self.env._("Credit that was taken back")

    # === WHAT THE ENGINE ASKS === #

    def _qbo_fields(self):
        return {'partial_ids'}

    def _qbo_takes(self, values):
        return settlements.is_application(values)

    def _qbo_domain(self):
        return Domain('partial_ids', '!=', False)

    def _qbo_wanted(self, link):
        """Only where both documents belong in QuickBooks: it refuses a payment of zero that is not balanced."""
        return super()._qbo_wanted(link) and self._qbo_documents() == self.partial_ids._qbo_moves()

    def _qbo_ending(self):
        """A payment of zero cannot let go of its documents, so it is made anew when they have another customer."""
        is_settling = self.exists() and self.partial_ids and not self._qbo_leaving()
        return None if is_settling else 'delete'

    def _qbo_once(self):
        connection = self.env['qbo.connection']._of_company(self.env.company)
        return {'TxnDate': fields.Date.to_string(connection._open_day(self._qbo_day()))}

    def _qbo_ready(self):
        if self.qbo_link_id.qbo_id or not self.partial_ids:
            return self._qbo_held_documents()
        connection = self.env['qbo.connection']._of_company(self.env.company)
        return connection._closed_books_reason(connection._open_day(self._qbo_day()))

    def _qbo_requires(self):
        if not self.partial_ids:
            return []
        return [self._qbo_customer(), *(move.origin_payment_id or move for move in self._qbo_documents())]

    def _qbo_values(self):
        return {
            'CustomerRef': {'value': self._qbo_customer().qbo_id or None},
            'TotalAmt': 0.0,
            LINE: self._qbo_line_values(),
        }

    def _qbo_mapped(self, values):
        return {
            'CustomerRef': {'value': (values.get('CustomerRef') or {}).get('value')},
            'TotalAmt': values.get('TotalAmt') or 0.0,
            LINE: self._qbo_mapped_lines(values),
        }

    def _qbo_apply(self, values):
        """Only what is settled is taken over: the rest follows from the documents."""
        if not self:
            application = self.create({'company_id': self.env.company.id})
            application._qbo_set_lines(values[LINE])
            return application
        if LINE in values:
            self._qbo_set_lines(self.qbo_link_id.facts[LINE])
        return self

    def _qbo_end(self):
        self.partial_ids.unlink()
        return True

    def _qbo_skips(self, values):
        connection = self.env['qbo.connection']._of_company(self.env.company)
        if connection._is_before_billing(values) and not self._qbo_match(values):
            return self.env._("Documents that were in QuickBooks before billing was switched on stay out.")
        sums = settlements.amounts(values.get(LINE))
        if len(self._qbo_known(sums)) + len(self._qbo_untaken(sums)) < len(sums):
            return self.env._("Credit that is applied to documents that are not in Odoo is not imported.")
        return None

    def _qbo_match(self, values):
        """The same amounts of the same documents, applied on both sides."""
        moves = self.env['account.move'].union(*self._qbo_known(settlements.amounts(values.get(LINE))).values())
        found = self.search([('partial_ids.credit_move_id.move_id', 'in', moves.ids)])
        lines = self._qbo_mapped_lines(values)
        return found.filtered(lambda item: not item.qbo_id and item._qbo_line_values() == lines)[:1]

    def _qbo_written(self):
        moves = self.partial_ids._qbo_moves()
        return [self, moves, moves.line_ids]

    def _qbo_shown_on(self):
        moves = self.exists().partial_ids._qbo_moves()
        return [self, moves, moves.origin_payment_id]

    def _qbo_noun(self):
        return self.env._("Applied credit")

    def _qbo_labels(self):
        return {
            'CustomerRef': self.env._("customer"),
            'TotalAmt': self.env._("amount"),
            LINE: self.env._("applied to"),
        }

    # === BUSINESS METHODS === #

    def _qbo_partials(self):
        return self.partial_ids

    def _qbo_owner_vals(self):
        return {'qbo_application_id': self.id}

    def _qbo_day(self):
        """Return from when on the credit counts: both documents are there."""
        return max(self.partial_ids.mapped('max_date'))

    def _qbo_customer(self):
        return self.partial_ids.debit_move_id.move_id.commercial_partner_id[:1]

    @api.model
    def _qbo_create_for(self, partials):
        """Create an application for each pair of credit note and invoice."""
        for pair in partials.grouped(lambda partial: partial._qbo_moves()).values():
            self.create({'company_id': pair.company_id.id, 'partial_ids': [Command.set(pair.ids)]})

    @api.model
    def _qbo_catch_up(self, connection):
        """Make the applications of credits that were applied before billing was switched on, from its start date on."""
        partials = self.env['account.partial.reconcile']
        self._qbo_create_for(partials._qbo_credits_since(connection.company_id, connection.billing_start))
