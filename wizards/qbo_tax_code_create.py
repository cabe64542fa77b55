from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.connection.dialog import dialog


class QboTaxCodeCreate(models.TransientModel):
    """Creates a tax code in QuickBooks where somebody has to say to whom its tax is paid."""

    _name = 'qbo.tax.code.create'
    _inherit = ['qbo.guard']
    _description = "New QuickBooks Tax Code"

    connection_id = fields.Many2one('qbo.connection', required=True, readonly=True, ondelete='cascade')
    qbo_company_id = fields.Many2one(related='connection_id.qbo_company_id')
    tax_id = fields.Many2one('account.tax', required=True, readonly=True, ondelete='cascade')
    name = fields.Char("Tax Code", related='tax_id.name')
    percent = fields.Char("Rate", related='tax_id.qbo_percent')
    agency_id = fields.Many2one(
        'qbo.reference',
        "Tax Agency",
        domain="[('qbo_company_id', '=', qbo_company_id), ('entity', '=', 'TaxAgency')]",
        help="To whom this tax is paid.",
    )
    has_agency = fields.Boolean(related='connection_id.has_tax_agency')
    agency_name = fields.Char("New Tax Agency", help="QuickBooks has none yet: it is created under this name.")

    @api.model
    def _open(self, tax, connection):
        """Return the action that asks for the agency of a tax and creates its code then."""
        wizard = self.create({'tax_id': tax.id, 'connection_id': connection.id})
        return dialog(wizard, self.env._("New Tax Code in QuickBooks"))

    def action_create(self):
        """Create the tax code in QuickBooks and map the tax to it. Calls QuickBooks."""
        self.ensure_one()
        self._check_may('write')
        connection = self.connection_id
        connection._check_may('write')
        connection._check_connected()
        if not self.agency_id and not (self.agency_name or '').strip():
            raise UserError(self.env._("Choose or enter the tax agency first."))
        connection = connection.sudo()
        if self.agency_id:
            connection.tax_agency_id = self.agency_id
        else:
            connection.tax_agency_name = self.agency_name.strip()
        action = self.tax_id._qbo_create_code(connection)
        if action['params'].get('type') == 'success':
            action['params']['next'] = {'type': 'ir.actions.act_window_close'}
        return action


class AccountTax(models.Model):
    _inherit = 'account.tax'

    def _qbo_begin_code(self, connection):
        """Ask for the tax agency first, where QuickBooks has none or several."""
        if connection._agency_is_open():
            return self.env['qbo.tax.code.create']._open(self, connection)
        return super()._qbo_begin_code(connection)
