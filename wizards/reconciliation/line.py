from odoo import fields, models
from odoo.fields import Domain

from ...models.connection.dialog import dialog

REASONS = [
    ('end_of_day', "Not entered yet: the next end of day sends it"),
    ('changed', "Changed, reset or deleted since it was sent: the next end of day sends the difference"),
    ('entry_pending', "In a journal entry that is on its way to QuickBooks, or held back"),
    ('entry_error', "In a journal entry that is in error"),
    ('entry_gone', "In a journal entry that was deleted in QuickBooks"),
    ('document_pending', "In a document or payment that is on its way to QuickBooks"),
    ('document_error', "In a document or payment that is in error or on hold"),
    ('excluded', "Kept out of QuickBooks by hand"),
    ('no_store', "Nothing sends it: neither a document of QuickBooks nor in the journal of a store"),
    ('before', "Dated before documents are sent (Documents From)"),
    ('moved', "In QuickBooks on another day: its books were closed"),
    ('behind', "In QuickBooks in another version: a change is on its way, or QuickBooks has another amount"),
    ('not_mapped', "This account is mapped to none of QuickBooks"),
    ('qbo_only', "No account of Odoo is mapped to it"),
    ('unexplained', "Not explained by journal items of Odoo: look in QuickBooks"),
]


class QboReconciliationLine(models.Model):
    """One account of QuickBooks, all accounts of Odoo that are mapped to it, and what both sides say."""

    _name = 'qbo.reconciliation.line'
    _inherit = ['qbo.guard']
    _description = "Account of a QuickBooks Reconciliation"
    _check_company_auto = True
    _order = 'sequence, id'
    _rec_name = 'name'

    reconciliation_id = fields.Many2one(
        'qbo.reconciliation', required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='reconciliation_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    sequence = fields.Integer(readonly=True)
    name = fields.Char("Account", readonly=True)
    qbo_id = fields.Char("QuickBooks Id", readonly=True)
    kind = fields.Char("Type", readonly=True)
    account_ids = fields.Many2many('account.account', string="Odoo Accounts", readonly=True)
    is_of_year = fields.Boolean(readonly=True, help="Income or expenses: counted from the start of the fiscal year on.")
    is_retained = fields.Boolean(
        readonly=True, help="Retained earnings: income and expenses of earlier fiscal years are in here on both sides."
    )
    odoo_opening = fields.Monetary("Odoo Before", readonly=True)
    odoo_movement = fields.Monetary("Odoo in Period", readonly=True)
    odoo_balance = fields.Monetary("Odoo", readonly=True)
    qbo_opening = fields.Monetary("QuickBooks Before", readonly=True)
    qbo_movement = fields.Monetary("QuickBooks in Period", readonly=True)
    qbo_balance = fields.Monetary("QuickBooks", readonly=True)
    difference_opening = fields.Monetary("Difference Before", readonly=True, help="It was there before the period.")
    difference_movement = fields.Monetary("Difference in Period", readonly=True)
    difference = fields.Monetary(readonly=True, help="Odoo's balance less QuickBooks', at the end of the period.")
    verdict = fields.Selection(
        [
            ('differs', "Differs"),
            ('earlier', "Differs from before"),
            ('not_mapped', "Not mapped"),
            ('qbo_only', "Only in QuickBooks"),
            ('agrees', "Agrees"),
        ],
        readonly=True,
    )
    reason_ids = fields.One2many('qbo.reconciliation.reason', 'line_id', "What Explains It", readonly=True)

    # === ACTION METHODS === #

    def action_explain(self):
        """Show what explains the difference."""
        self.ensure_one()
        self._check_may('read')
        return dialog(self, self.name)

    def action_journal_items(self):
        """Show all journal items that make up Odoo's balance."""
        self.ensure_one()
        self._check_may('read')
        return self._show_items(self._items_domain(), self.name)

    def action_map(self):
        """Open the account mapping, for these accounts."""
        self._check_may('read')
        return self.account_ids._qbo_mapping_action(self.account_ids)

    # === BUSINESS METHODS === #

    def _items_domain(self):
        report = self.reconciliation_id
        own = Domain('account_id', 'in', self.account_ids.ids)
        if self.is_of_year:
            own &= Domain('date', '>=', report.year_start)
        if self.is_retained:
            earned = Domain('account_id.internal_group', 'in', ('income', 'expense'))
            own |= earned & Domain('date', '<', report.year_start)
        return (
            own
            & Domain('company_id', 'child_of', self.company_id.id)
            & Domain('parent_state', '=', 'posted')
            & Domain('date', '<=', report.date_to)
        )

    def _show_items(self, domain, name):
        """Return the action that shows journal items."""
        return {
            'type': 'ir.actions.act_window',
            'name': name,
            'res_model': 'account.move.line',
            'views': [(self.env.ref('account.view_move_line_tree').id, 'list'), (False, 'kanban'), (False, 'form')],
            'view_mode': 'list,kanban,form',
            'domain': list(domain),
            'context': {'create': False},
        }


class QboReconciliationReason(models.Model):
    """A part of a difference: which journal items QuickBooks does not hold, why, and what they come to."""

    _name = 'qbo.reconciliation.reason'
    _inherit = ['qbo.guard']
    _description = "Reason of a Difference with QuickBooks"
    _check_company_auto = True
    _order = 'sequence, id'
    _rec_name = 'why'

    line_id = fields.Many2one('qbo.reconciliation.line', required=True, ondelete='cascade', index=True, readonly=True)
    company_id = fields.Many2one(related='line_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    sequence = fields.Integer(readonly=True)
    reason = fields.Selection(REASONS, required=True, readonly=True)
    why = fields.Text(compute='_compute_why')
    item_refs = fields.Json(readonly=True, help="Numbers of the journal items; none where there are too many to list.")
    count = fields.Integer("Journal Items", readonly=True)
    opening = fields.Monetary("Before", readonly=True, help="Dated before the period.")
    movement = fields.Monetary("In Period", readonly=True)
    amount = fields.Monetary(readonly=True, help="What it adds to the difference.")

    def _compute_why(self):
        words = dict(self._fields['reason']._description_selection(self.env))
        for reason in self:
            reason.why = words[reason.reason]

    def action_journal_items(self):
        """Show the journal items behind this reason, as far as they are still there."""
        self.ensure_one()
        self._check_may('read')
        return self.line_id._show_items(Domain('id', 'in', self.item_refs or []), f"{self.line_id.name}: {self.why}")

    def _items(self, limit=None):
        """Return the journal items behind this reason that are still there, by date."""
        return self.env['account.move.line'].search([('id', 'in', self.item_refs or [])], limit=limit, order='date, id')
