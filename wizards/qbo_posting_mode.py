from odoo import api, fields, models

from ..models.connection.dialog import dialog

MEANINGS = {
    'documents': lambda env: env._(
        "Invoices, credit notes and customers' payments go to QuickBooks as such. At end of day, stores send what is "
        "booked beside them."
    ),
    'transaction': lambda env: env._(
        "Invoices and credit notes go to QuickBooks with their lines, and customers pay there. At end of day, stores "
        "send what is booked beside them."
    ),
    'real_time': lambda env: env._(
        "An invoice or credit note of a store becomes a journal entry in QuickBooks as soon as it is posted. The day's "
        "card deposits go as an entry of their own, everything else in the entry of the day, at end of day."
    ),
    'batch': lambda env: env._(
        "Nothing goes to QuickBooks but one journal entry for each store and day, at its end of day. Invoices, credit "
        "notes and payments are summed in it."
    ),
}


class QboPostingMode(models.TransientModel):
    """Asks for a posting mode and says what it means before it counts."""

    _name = 'qbo.posting.mode'
    _inherit = ['qbo.guard']
    _description = "Posting Mode"

    connection_id = fields.Many2one('qbo.connection', required=True, readonly=True, ondelete='cascade')
    posting_mode = fields.Selection(
        selection=lambda self: self.env['qbo.connection']._fields['posting_mode']._description_selection(self.env),
        required=True,
    )
    meaning = fields.Text("From Now On", compute='_compute_meaning')
    stays = fields.Text("What Stays", compute='_compute_meaning')

    @api.depends('posting_mode')
    def _compute_meaning(self):
        for wizard in self:
            wizard.meaning = wizard.posting_mode and MEANINGS[wizard.posting_mode](self.env)
            wizard.stays = self.env._(
                "What QuickBooks has stays what it is. Documents stay documents, are kept in sync, and what pays them "
                "goes as a payment; what was sent in journal entries is corrected with further ones. What is posted "
                "and not there yet goes the new way."
            )

    @api.model
    def _open(self, connection):
        """Return the action that asks for another posting mode."""
        wizard = self.create({'connection_id': connection.id, 'posting_mode': connection.posting_mode})
        return dialog(wizard, self.env._("Posting Mode"))

    def action_confirm(self):
        """Post another way from now on."""
        self.ensure_one()
        self._check_may('write')
        self.connection_id._check_may('write')
        self.connection_id.posting_mode = self.posting_mode
        return {'type': 'ir.actions.act_window_close'}


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    def action_choose_posting_mode(self):
        """Ask for another posting mode, and say what that means before it is chosen."""
        self.ensure_one()
        self._check_may('write')
        return self.env['qbo.posting.mode']._open(self)
