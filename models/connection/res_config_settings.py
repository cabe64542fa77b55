from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    qbo_connection_id = fields.Many2one('qbo.connection', compute='_compute_qbo_connection_id')
    qbo_connection_state = fields.Selection(related='qbo_connection_id.state')
    qbo_company_name = fields.Char(related='qbo_connection_id.qbo_company_name')
    qbo_error_count = fields.Integer(related='qbo_connection_id.error_count')

    @api.depends('company_id')
    def _compute_qbo_connection_id(self):
        for settings in self:
            own = [('company_id', '=', settings.company_id.id)]
            settings.qbo_connection_id = self.env['qbo.connection'].search(own)

    def action_qbo_setup(self):
        """Open the setup of the company's connection, a new one where there is none."""
        connections = self.env['qbo.connection']
        connection = self.qbo_connection_id or connections.create({'company_id': self.company_id.id})
        return connection.action_open_setup()

    def action_qbo_health(self):
        """Open the page Overview of the company's connection."""
        return self.qbo_connection_id.action_health()
