from odoo import api, fields, models
from odoo.fields import Domain


class QboEntryItem(models.Model):
    """What an entry holds of one journal item, as it was booked then.

    Journal items may be changed and deleted: then the next end of day sees that it holds something else. So it refers
    to them by number, without locking or keeping them, and is never changed itself.
    """

    _name = 'qbo.entry.item'
    _description = "Journal Item in QuickBooks"
    _order = 'entry_id, account_id, id'

    entry_id = fields.Many2one('qbo.entry', required=True, ondelete='cascade', index=True, readonly=True)
    store_id = fields.Many2one(related='entry_id.store_id', store=True, index=True)
    qbo_company_id = fields.Many2one(related='entry_id.qbo_company_id', store=True, index=True)
    company_id = fields.Many2one(related='entry_id.company_id', store=True, index=True)
    line_ref = fields.Integer("Journal Item Number", required=True, index=True, readonly=True)
    move_ref = fields.Integer("Journal Entry Number", required=True, index=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    is_cost = fields.Boolean(
        "Cost of Goods",
        readonly=True,
        help="Of an invoice: it goes out in an entry even where the invoice itself does not.",
    )
    account_id = fields.Many2one('account.account', required=True, ondelete='restrict', readonly=True)
    partner_id = fields.Many2one(
        'res.partner',
        ondelete='restrict',
        readonly=True,
        help="Of receivables and payables: QuickBooks wants to know whose they are.",
    )
    tax_id = fields.Many2one('account.tax', ondelete='restrict', readonly=True)
    class_id = fields.Many2one(
        'qbo.reference', ondelete='set null', readonly=True, help="Empty: the class of the store."
    )
    balance = fields.Monetary(required=True, readonly=True, help="A debit is positive.")
    currency_id = fields.Many2one(related='company_id.currency_id')
    line_id = fields.Many2one('account.move.line', "Journal Item", compute='_compute_line_id')
    move_id = fields.Many2one('account.move', "Journal Entry", compute='_compute_line_id')

    @api.depends('line_ref', 'move_ref')
    def _compute_line_id(self):
        lines = self.env['account.move.line'].browse(set(self.mapped('line_ref'))).exists()
        moves = self.env['account.move'].browse(set(self.mapped('move_ref'))).exists()
        for item in self:
            item.line_id = lines & lines.browse(item.line_ref)
            item.move_id = moves & moves.browse(item.move_ref)

    def action_open_move(self):
        """Open the journal entry in Odoo, which may have changed meanwhile."""
        self.ensure_one()
        return self.move_id.action_open_business_doc()

    @api.model
    def _entries_of(self, member, ids):
        """Return ``{number: entries}`` of the journal items or entries with these numbers.

        :param str member: ``'line_ref'`` or ``'move_ref'``
        """
        return dict(self._read_group(self._counts() & Domain(member, 'in', ids), [member], ['entry_id:recordset']))

    @api.model
    def _counts(self):
        """Return the domain of what a QuickBooks company holds that is connected: what others hold counts for none."""
        return Domain('qbo_company_id.connection_ids', '!=', False)
