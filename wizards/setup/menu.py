"""Where *Set Up* stands in the menu, and what is not there yet.

It is the first item while nothing is connected, and under Configuration from then on. What shows and maps records comes
when there is something to show.
"""

from odoo import models

CONNECTED = ('connected', 'reconnect')
BEFORE = ('setup',)
AFTER = ('setup_again',)
WITH_RECORDS = ('operations', 'reporting', 'stores', 'accounts', 'proof', 'proof_opening')
"""Menus that have nothing to show until a company was connected, or prepared, once."""


class IrUiMenu(models.Model):
    _inherit = 'ir.ui.menu'

    def _load_menus_blacklist(self):
        """Odoo keeps what a user sees; a connection whose state changes empties that."""
        connections = self.env['qbo.connection'].sudo()
        states = set(connections.search([('company_id', 'in', self.env.user.company_ids.ids)]).mapped('state'))
        hidden = BEFORE if states.intersection(CONNECTED) else AFTER
        if not states - {'draft'}:
            hidden += WITH_RECORDS
        # While the addon is being installed some of them are not there yet.
        menus = (self.env.ref(f'quickbooks_online.menu_quickbooks_{name}', False) for name in hidden)
        return [*super()._load_menus_blacklist(), *(menu.id for menu in menus if menu)]
