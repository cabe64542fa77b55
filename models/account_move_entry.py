"""Journal entries and items of Odoo, and the entries in QuickBooks that hold them."""

from odoo import fields, models
from odoo.fields import Domain

from .account_move import MOVE_TYPES
from .link.mixin import GROUP


class AccountMove(models.Model):
    _inherit = 'account.move'

    qbo_entry_ids = fields.Many2many(
        'qbo.entry', string="QuickBooks Entries", compute='_compute_qbo_entry_ids', compute_sudo=True, groups=GROUP
    )
    qbo_entry_count = fields.Integer(compute='_compute_qbo_entry_ids', compute_sudo=True, groups=GROUP)

    def _compute_qbo_entry_ids(self):
        found = self.env['qbo.entry.item']._entries_of('move_ref', self.ids)
        for move in self:
            move.qbo_entry_ids = found.get(move.id, False)
            move.qbo_entry_count = len(move.qbo_entry_ids)

    def _qbo_is_entered(self):
        """Return whether this went to QuickBooks in an entry, and not only what its goods cost."""
        items = self.env['qbo.entry.item'].sudo()
        return bool(
            items.search_count(
                items._counts() & Domain('move_ref', 'in', self.ids) & Domain('is_cost', '=', False), limit=1
            )
        )

    # === POSTING === #

    def _post(self, soft=True):
        """In the mode Real-time, an invoice or credit note of a store becomes an entry at once: inserts, no more."""
        posted = super()._post(soft)
        if any('qbo.entry' in item.models for item in self.env['qbo.connection']._collecting()):  # from a cache
            moves = posted.sudo().filtered(lambda move: move.move_type in MOVE_TYPES and move.state == 'posted')
            for store, some in moves.grouped(lambda move: move.journal_id.qbo_store_ids[:1]).items():
                if store.connection_id.sync_entries and store.connection_id.posting_mode == 'real_time':
                    store._enter_at_once(some)
        return posted

    # === ACTION METHODS === #

    def action_qbo_entries(self):
        """Show the entries of QuickBooks that hold these journal entries."""
        return self.qbo_entry_ids._action_show()


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    qbo_entry_ids = fields.Many2many(
        'qbo.entry', string="QuickBooks Entries", compute='_compute_qbo_entry_ids', compute_sudo=True, groups=GROUP
    )

    def _compute_qbo_entry_ids(self):
        found = self.env['qbo.entry.item']._entries_of('line_ref', self.ids)
        for line in self:
            line.qbo_entry_ids = found.get(line.id, False)

    def action_qbo_entries(self):
        """Show the entries of QuickBooks that hold these journal items."""
        return self.qbo_entry_ids._action_show()
