"""The QuickBooks company: what belongs to it stays with it, whichever one is connected."""

import hashlib
import hmac
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.orm.models import NO_ACCESS

from .cached import empty_cache

ENVIRONMENTS = [('production', "Production"), ('sandbox', "Intuit sandbox"), ('local', "Local sandbox")]
REALM_SECRET = 'quickbooks_online.realm_secret'
IDENTITY = ('company_id', 'environment', 'realm_digest')
CHOICES = (
    'income_account_id',
    'expense_account_id',
    'asset_account_id',
    'discount_account_id',
    'deposit_account_id',
    'payable_account_id',
    'tax_agency_id',
)


class QboCompany(models.Model):
    """A company in QuickBooks as one Odoo company knows it: its preferences, lists, cursors and links, and our choices.

    A connection points to one of these. Moved to another company it points to another, and nothing is deleted. One
    without a realm is what a connection begins with: it becomes the company that is connected first.
    """

    _name = 'qbo.company'
    _description = "QuickBooks Company"
    _inherit = ['qbo.guard']
    _check_company_auto = True
    _order = 'id'

    company_id = fields.Many2one('res.company', required=True, index=True, ondelete='cascade', readonly=True)
    environment = fields.Selection(ENVIRONMENTS, readonly=True)
    realm_digest = fields.Char(
        readonly=True, copy=False, groups=NO_ACCESS, help="Finds a realm without storing its id in clear."
    )
    connection_ids = fields.One2many('qbo.connection', 'qbo_company_id', "Connections", readonly=True)
    connection_id = fields.Many2one('qbo.connection', compute='_compute_connection_id', compute_sudo=True)
    left_at = fields.Datetime("Left On", readonly=True, copy=False, help="Empty while it is the connected one.")
    name = fields.Char("QuickBooks Company", copy=False)
    country = fields.Char(copy=False)
    subscription_status = fields.Char("Subscription", copy=False)
    has_categories = fields.Boolean("Item Categories", copy=False)
    preferences = fields.Json(
        copy=False,
        groups='quickbooks_online.quickbooks_online_group_manager',
        help="The company's settings in QuickBooks, as it sent them.",
    )
    lists_read_at = fields.Datetime("Lists Read", copy=False)
    sync_customers = fields.Boolean("Customers")
    sync_products = fields.Boolean("Products and Services")
    sync_billing = fields.Boolean("Billing")
    sync_purchases = fields.Boolean("Purchases")
    billing_since = fields.Datetime("Billing Switched On", copy=False)
    purchases_since = fields.Datetime("Purchases Switched On", copy=False)
    income_account_id = fields.Many2one('qbo.reference', "Default Income Account")
    expense_account_id = fields.Many2one('qbo.reference', "Default Expense Account")
    asset_account_id = fields.Many2one('qbo.reference', "Default Inventory Asset Account")
    discount_account_id = fields.Many2one('qbo.reference')
    deposit_account_id = fields.Many2one('qbo.reference', "Payment Deposit-To Account")
    payable_account_id = fields.Many2one('qbo.reference', "Accounts Payable")
    tax_agency_id = fields.Many2one('qbo.reference', "Tax Agency for New Taxes")
    schedule_ids = fields.One2many('qbo.schedule', 'qbo_company_id')
    link_ids = fields.One2many('qbo.link', 'qbo_company_id')

    _unique_realm = models.UniqueIndex(
        '(company_id, environment, realm_digest) WHERE realm_digest IS NOT NULL',
        "A QuickBooks company is known once to a company.",
    )
    _realm_idx = models.Index('(realm_digest) WHERE realm_digest IS NOT NULL')

    @api.depends('connection_ids')
    def _compute_connection_id(self):
        for company in self:
            company.connection_id = company.connection_ids[:1]

    # === CONSTRAINT METHODS === #

    @api.constrains(*CHOICES)
    def _check_choices(self):
        """An entry of a list of another company would be sent with an id that means something else here."""
        for company in self:
            for name in CHOICES:
                if company[name] and company[name].qbo_company_id != company:
                    raise ValidationError(
                        self.env._("“%s” is an entry of another QuickBooks company.", company[name].name)
                    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Which company this is never changes: what it holds would go to another one."""
        for company in self.sudo():
            for name in vals.keys() & set(IDENTITY):
                known = company._fields[name].convert_to_write(company[name], company)
                if known and known != vals[name]:
                    raise UserError(self.env._("What belongs to a QuickBooks company stays with it."))
        result = super().write(vals)
        if any(name.startswith('sync_') for name in vals):
            empty_cache(self.env)
        return result

    # === BUSINESS METHODS === #

    def _is_locked(self, field):
        """What a person chooses is written through the connection; all else is QuickBooks' or a button's."""
        return super()._is_locked(field) or field.name not in CHOICES

    @api.model
    def _digest(self, realm_id):
        """Return what a realm is found and compared by.

        Its secret outlives the encryption key, which may get lost, and stays the same in a copy of the database, where
        Odoo's own is made anew.
        """
        if not realm_id:
            return False
        parameters = self.env['ir.config_parameter'].sudo()
        if not (secret := parameters.get_param(REALM_SECRET)):
            secret = secrets.token_hex(32)
            parameters.set_param(REALM_SECRET, secret)
        return hmac.new(secret.encode(), realm_id.encode(), hashlib.sha256).hexdigest()

    @api.model
    def _of_realm(self, company, environment, realm_id):
        """Return the row of a realm, empty while this Odoo company does not know it."""
        digest = self._digest(realm_id)
        own = [('company_id', '=', company.id), ('environment', '=', environment), ('realm_digest', '=', digest)]
        return self.sudo().search(own)

    def _is_realm(self, environment, realm_id):
        return (self.environment, self.realm_digest) == (environment, self._digest(realm_id))

    def _add_schedules(self):
        """Create the schedules that a company has not yet; the clock is its connection's."""
        names = [name for name, _label in self.env['qbo.schedule']._fields['name'].selection]
        missing = [name for name in names if name not in self.schedule_ids.mapped('name')]
        self.env['qbo.schedule'].create([{'qbo_company_id': self.id, 'name': name} for name in missing])
