from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.connection.dialog import dialog

SWITCHES = ('sync_customers', 'sync_products', 'sync_billing', 'sync_purchases', 'sync_entries')


class QboPrepare(models.TransientModel):
    """Asks what is to be collected for the real QuickBooks company, and says what happens to a sandbox."""

    _name = 'qbo.prepare'
    _inherit = ['qbo.guard']
    _description = "Prepare for Production"

    connection_id = fields.Many2one('qbo.connection', required=True, readonly=True, ondelete='cascade')
    billing_start = fields.Date(
        "Go Live From",
        compute='_compute_billing_start',
        precompute=True,
        store=True,
        readonly=False,
        required=True,
        help="What is dated from this day on goes to the real company. What is dated before stays out.",
    )
    posting_mode = fields.Selection(
        selection=lambda self: self.env['qbo.connection']._fields['posting_mode']._description_selection(self.env),
        required=True,
    )
    sync_customers = fields.Boolean("Customers")
    sync_products = fields.Boolean("Products and Services")
    sync_billing = fields.Boolean("Invoices and Payments")
    sync_purchases = fields.Boolean("Vendors and Bills")
    sync_entries = fields.Boolean("Stores and Journal Entries")
    leaves = fields.Char("Connected Now", compute='_compute_leaves')

    @api.depends('connection_id')
    def _compute_billing_start(self):
        for wizard in self:
            wizard.billing_start = wizard.connection_id._today()

    @api.depends('connection_id')
    def _compute_leaves(self):
        for wizard in self:
            connection = wizard.connection_id
            wizard.leaves = connection.state not in ('draft', 'prepared') and connection.qbo_company_name

    @api.model
    def _open(self, connection):
        """Return the action that asks. What is on stays on; of a company that was never connected, all goes."""
        is_new = connection.state == 'draft'
        switches = {name: is_new or connection[name] for name in SWITCHES}
        if is_new:
            switches |= {'sync_entries': bool(connection.store_ids), 'sync_purchases': False}
        wizard = self.create({'connection_id': connection.id, 'posting_mode': connection.posting_mode, **switches})
        return dialog(wizard, self.env._("Prepare for Production"))

    def action_confirm(self):
        """Collect from now on."""
        self.ensure_one()
        self._check_may('write')
        self.connection_id._prepare({name: self[name] for name in ('billing_start', 'posting_mode', *SWITCHES)})
        return {'type': 'ir.actions.act_window_close'}


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    def action_prepare(self):
        """Ask what is to be collected for the real QuickBooks company, before it is connected."""
        self.ensure_one()
        self._check_may('write')
        if self.environment == 'production' and self.state not in ('draft', 'prepared'):
            raise UserError(self.env._("The real QuickBooks company is connected already."))
        return self.env['qbo.prepare']._open(self)
