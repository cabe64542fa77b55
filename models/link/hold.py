"""What is on hold: nothing was refused, and yet somebody has to do something before it goes on.

One rule says it of a link and of a search: it waits with a reason that does not pass by itself, or for something that
is stuck; or it is stopped (state *error*) by a check of this app. Stopped by anything else it is in error.
"""

from odoo import api, fields, models
from odoo.fields import Domain

from ..connection.reason import CHECKS

PASSING = ('draft', 'archived', 'currency_first', 'held_by', 'takes_place', 'waits_for')
"""Reasons to wait that pass by themselves, or with what somebody is doing anyway."""
CHAIN_MAX = 4  # what waits for what waits for …: as far as a search looks


def on_hold():
    """Return the domain of what is on hold by a reason of its own."""
    waits = Domain('state', '=', 'pending') & Domain('error_code', '!=', False)
    stopped = Domain('state', '=', 'error') & Domain('error_code', 'in', sorted(CHECKS))
    return (waits & Domain('error_code', 'not in', PASSING)) | stopped


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
            link.is_held = link._is_checked() or (link.state == 'pending' and link._is_stuck())
            link.shown_state = 'held' if link.is_held else link.state

    def _is_checked(self):
        """Return whether a check of this app has stopped it."""
        return self.state == 'error' and self.error_code in CHECKS

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
        held = on_hold()
        ends = held | Domain('state', '=', 'error')
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
