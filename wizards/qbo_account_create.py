from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.connection.dialog import dialog
from ..models.connection.messages import sentence
from ..qbo import errors

# What each setting of the connection may be, and what a new one is called (qbo-api 9.10: types, sub-types).
TYPES = {
    'income_account_id': ('Income', 'ServiceFeeIncome', "Services"),
    'expense_account_id': ('Cost of Goods Sold', 'SuppliesMaterialsCogs', "Cost of Goods Sold"),
    'asset_account_id': ('Other Current Asset', 'Inventory', "Inventory Asset"),
    'deposit_account_id': ('Other Current Asset', 'UndepositedFunds', "Undeposited Funds"),
    'discount_account_id': ('Income', 'DiscountsRefundsGiven', "Discounts Given"),
}


class QboAccountCreate(models.TransientModel):
    """Creates an account in QuickBooks where no account there fits a setting."""

    _name = 'qbo.account.create'
    _inherit = ['qbo.guard']
    _description = "New QuickBooks Account"

    setup_id = fields.Many2one('qbo.setup', required=True, readonly=True, ondelete='cascade')
    setting = fields.Char(required=True, readonly=True)
    kind = fields.Char("Type", compute='_compute_kind')
    name = fields.Char("Account Name", required=True, size=100)

    @api.depends('setting')
    def _compute_kind(self):
        for wizard in self:
            wizard.kind = TYPES[wizard.setting][0]

    @api.model
    def _open(self, setup, setting):
        """Return the action that asks for the name of a new account for a setting.

        :param str setting: ``'income_account_id'``
        """
        wizard = self.create({'setup_id': setup.id, 'setting': setting, 'name': TYPES[setting][2]})
        return dialog(wizard, self.env._("New Account in QuickBooks"))

    def action_create(self):
        """Create the account in QuickBooks and choose it. Calls QuickBooks."""
        self.ensure_one()
        self._check_may('write')
        connection = self.setup_id.connection_id
        connection._check_may('write')
        connection._check_connected()
        if any(character in self.name for character in ':"'):
            raise UserError(self.env._("The account name may have no colon and no double quote in QuickBooks."))
        kind, subtype, _name = TYPES[self.setting]
        values = {'Name': self.name, 'AccountType': kind, 'AccountSubType': subtype}
        try:
            answer = connection.sudo()._write_now('Account', values)
        except errors.QboError as error:
            raise UserError(sentence(self.env, error, name=self.name)) from error
        reference = self.env['qbo.reference'].sudo()._take_one(connection, 'Account', answer.values)
        self.setup_id[self.setting] = reference
        if self.setup_id.check_ids:
            self.setup_id._judge()
        return {'type': 'ir.actions.act_window_close'}
