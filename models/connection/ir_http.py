from odoo import api, models

from .connection import GROUP


class IrHttp(models.AbstractModel):
    _inherit = 'ir.http'

    @api.model
    def lazy_session_info(self):
        """Tell the web client of those who work with QuickBooks which companies have lost the access."""
        info = super().lazy_session_info()
        if self.env.user.has_group(GROUP):
            lost = (
                self.env['qbo.connection']
                .sudo()
                .search([('state', '=', 'reconnect'), ('company_id', 'in', self.env.user.company_ids.ids)])
            )
            info['quickbooks_online'] = {
                'lost': [connection._lost_info() for connection in lost],
                'may_reconnect': self.env.user.has_group('quickbooks_online.quickbooks_online_group_manager'),
            }
        return info
