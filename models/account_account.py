"""Which account of QuickBooks an account of Odoo is: what journal entries there are made with (qbo-api 9.12)."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..qbo import accounts, errors
from .connection.messages import sentence
from .link.mixin import GROUP

LONG_NUMBERS = ('AU', 'CA')  # qbo-api 9.12: countries where account numbers may be longer
NUMBER_MAX, LONG_NUMBER_MAX = 7, 20


class AccountAccount(models.Model):
    _inherit = 'account.account'

    qbo_account_id = fields.Many2one(
        'qbo.reference',
        "QuickBooks Account",
        check_company=True,
        company_dependent=True,
        domain="[('entity', '=', 'Account'), ('qbo_id', '!=', False)]",
        groups=GROUP,
        copy=False,
        tracking=True,
        help="The account in QuickBooks that journal entries of this account go to. A change counts for what is sent "
        "from then on.",
    )
    qbo_suggested_id = fields.Many2one(
        'qbo.reference',
        "Suggested",
        compute='_compute_qbo_suggested_id',
        compute_sudo=True,
        groups=GROUP,
        help="The account of QuickBooks of the same number, else of the same name and type.",
    )
    qbo_is_connected = fields.Boolean(compute='_compute_qbo_is_connected', compute_sudo=True, groups=GROUP)
    qbo_account_kind = fields.Char("Type in QuickBooks", related='qbo_account_id.kind', groups=GROUP)

    # === COMPUTE METHODS === #

    @api.depends('code', 'name', 'account_type', 'qbo_account_id')
    @api.depends_context('company')
    def _compute_qbo_suggested_id(self):
        connection = self.env['qbo.connection']._of_company(self.env.company)
        there = self.env['qbo.reference'].search(
            [('qbo_company_id', '=', connection.qbo_company_id.id), ('entity', '=', 'Account')]  # no connection: none
        )
        chart, defaults = [item._as_account() for item in there], self._qbo_defaults()
        for account in self:
            about = account.code, account.name, account._qbo_account_type(), chart, account in defaults
            found = not account.qbo_account_id.qbo_id and accounts.suggest(*about)
            account.qbo_suggested_id = found and there.filtered(lambda item, found=found: item.qbo_id == found.key)

    @api.depends_context('company')
    def _compute_qbo_is_connected(self):
        self.qbo_is_connected = self.env['qbo.connection']._of_company(self.env.company).state == 'connected'

    # === CRUD METHODS === #

    def write(self, vals):
        """Entries and bills that an account held back are looked at again when it is mapped."""
        result = super().write(vals)
        if 'qbo_account_id' in vals:
            connection = self.env['qbo.connection']._of_company(self.env.company)
            self.env['qbo.entry'].sudo()._retry_blocked(connection)
            if connection.sync_purchases:
                connection._retry_problems()
                connection._retry_refused()
        return result

    # === ACTION METHODS === #

    def action_qbo_accept_suggestions(self):
        """Map these accounts to what is suggested; on no accounts at all: every one that has a suggestion."""
        connection = self._qbo_check_manager()
        every = self or self.search(self._check_company_domain(self.env.company))
        taken = every.sudo().filtered(lambda account: account.qbo_suggested_id and not account.qbo_account_id.qbo_id)
        for account in taken:
            account.qbo_account_id = account.qbo_suggested_id
        text = self.env._("Accounts mapped: %s.", len(taken))
        connection._log('connection', text)
        return connection._toast(text, next={'type': 'ir.actions.client', 'tag': 'soft_reload'})

    def action_qbo_create_account(self):
        """Create these accounts in QuickBooks and map them. Calls QuickBooks.

        Pressed twice, also after a crash, it creates nothing twice.
        """
        connection = self._qbo_check_manager()
        connection._check_connected()
        for account in self.sudo().filtered(lambda account: not account.qbo_account_id.qbo_id):
            if account._qbo_account_type() not in accounts.TYPES:
                raise UserError(
                    self.env._("%s is off the balance sheet: QuickBooks has no such accounts.", account.name)
                )
            try:
                answer = connection._write_now('Account', account._qbo_new_account(connection))
            except errors.QboError as error:
                text = sentence(self.env, error, name=account.display_name)
                return connection._toast(text, 'danger', sticky=True, next=False)
            account.qbo_account_id = self.env['qbo.reference'].sudo()._take_one(connection, 'Account', answer.values)
            connection._log('push', self.env._("The account “%s” was created in QuickBooks.", account.display_name))
        return connection._toast(
            self.env._("The accounts are in QuickBooks now."),
            next={'type': 'ir.actions.client', 'tag': 'soft_reload'},
        )

    # === BUSINESS METHODS === #

    def _qbo_defaults(self):
        """Return the receivable and the payable account that partners of this company have unless they have others."""
        partners = self.env['res.partner'].with_company(self.env.company).sudo()
        fields_ = [partners._fields[f'property_account_{kind}_id'] for kind in ('receivable', 'payable')]
        return self.browse().union(*(field.get_company_dependent_fallback(partners) for field in fields_)).sudo()

    def _qbo_check_manager(self):
        """Return this company's connection, for an administrator only.

        :raise AccessError: the user is none
        :raise UserError: there is no connection
        """
        self.check_access('read')
        connection = self.env['qbo.connection']._of_company(self.env.company)
        if not connection:
            raise UserError(self.env._("This company is not connected to QuickBooks."))
        connection.with_env(self.env)._check_may('write')
        return connection

    def _qbo_account_type(self):
        """Return the type of this account as QuickBooks has to see it.

        What customers owe at the point of sale names nobody, which QuickBooks does not take on receivables.
        """
        company = self.env.company
        pos = 'account_default_pos_receivable_account_id' in company._fields
        if pos and self == company.sudo().account_default_pos_receivable_account_id:
            return 'asset_current'
        return self.account_type or ''

    def _qbo_new_account(self, connection):
        number_max = LONG_NUMBER_MAX if connection.qbo_country in LONG_NUMBERS else NUMBER_MAX
        return accounts.new(self.code, self.name, self._qbo_account_type(), number_max)

    @api.model
    def _qbo_mapping_action(self, accounts_=None):
        """Return the action that opens the mapping, of some accounts only where they are given."""
        action = self.env['ir.actions.act_window']._for_xml_id('quickbooks_online.qbo_account_mapping_action')
        if accounts_:
            action['domain'] = [('id', 'in', accounts_.ids)]
        return action
