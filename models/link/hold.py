"""What is on hold: nothing was refused, and yet somebody has to do something before it goes on."""

from odoo import api, fields, models
from odoo.fields import Domain

PASSING = ('draft', 'archived', 'currency_first', 'held_by', 'waits_for', 'lost_unread')
"""Reasons to wait that pass by themselves, or with what somebody is doing anyway."""
CHAIN_MAX = 4  # what waits for what waits for …: as far as a search looks

ON_HOLD = Domain('state', '=', 'pending') & Domain('error_code', '!=', False) & Domain('error_code', 'not in', PASSING)
TROUBLED = Domain('state', '=', 'error') | ON_HOLD


class QboLink(models.Model):
    _inherit = 'qbo.link'

    is_held = fields.Boolean("On Hold", compute='_compute_is_held', search='_search_is_held')
    shown_state = fields.Selection(
        [
            ('none', "Not synchronized"),
            ('synced', "QBO"),
            ('pending', "Pending"),
            ('held', "On hold"),
            ('differs', "Differs"),
            ('error', "Error"),
            ('gone', "Deleted"),
        ],
        "State of the Record",
        compute='_compute_is_held',
    )

    @api.depends('state', 'error_code', 'waits_for_id')
    def _compute_is_held(self):
        """Not of the state of what it waits for: each write of a state would cost a look for who waits."""
        for link in self:
            link.is_held = link.state == 'pending' and link._is_stuck()
            link.shown_state = 'held' if link.is_held else link.state

    def _is_stuck(self):
        """Return whether somebody has to do something: about this record, or about the one that it waits for."""
        seen, link = self.browse(), self
        while link.error_code == 'waits_for' and link.waits_for_id and link.waits_for_id not in seen:
            seen |= link
            link = link.waits_for_id
        needs_somebody = link.state == 'pending' and link.error_code and link.error_code not in PASSING
        return bool(needs_somebody or (link != self and link.state == 'error'))

    def _search_is_held(self, operator, value):
        if operator != 'in':
            return NotImplemented
        held, ends = ON_HOLD, TROUBLED
        for _link in range(CHAIN_MAX):
            ends = Domain('state', '=', 'pending') & Domain('waits_for_id', 'in', self.sudo()._search(ends))
            held |= ends
        return held if True in value else ~held

    def _cause(self):
        """Return the link at the end of what this one waits for: where something can be done."""
        seen, link = self, self
        while link.waits_for_id and link.waits_for_id not in seen:
            link = link.waits_for_id
            seen |= link
        return link
