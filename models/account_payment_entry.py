"""Payments in the posting modes: which go to QuickBooks as such, and which in a journal entry."""

from odoo import models
from odoo.fields import Domain


class AccountPayment(models.Model):
    _inherit = 'account.payment'

    def _qbo_domain(self):
        """Without documents, those go as such that pay a document which QuickBooks has from before."""
        connection = self.env['qbo.connection']._of_company(self.env.company)
        domain = super()._qbo_domain() & ~Domain('move_id', 'any', connection._entered())
        if connection.sync_entries:
            domain &= connection._not_of_pos()
        return domain if connection._sends_documents() else domain & connection._settling()

    def _qbo_wanted(self, link):
        return super()._qbo_wanted(link) and (bool(link.qbo_id) or not self.sudo().move_id._qbo_is_entered())
