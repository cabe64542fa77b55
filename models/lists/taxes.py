"""The connection's page Taxes: which tax of Odoo is which tax code of QuickBooks."""

from odoo import api, fields, models
from odoo.exceptions import UserError

ACCOUNTANTS = 'account.group_account_manager'


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    default_tax_id = fields.Many2one(
        'account.tax',
        "Default Sales Tax",
        compute='_compute_default_tax_id',
        groups=ACCOUNTANTS,
        inverse='_inverse_default_tax_id',
        domain="[('type_tax_use', '=', 'sale'), ('company_id', 'parent_of', company_id)]",
        help="The tax of new products in Odoo, and so of the invoice lines that sell them. Empty: none.",
    )
    tax_agency_id = fields.Many2one(
        related='qbo_company_id.tax_agency_id',
        readonly=False,
        domain="[('qbo_company_id', '=', qbo_company_id), ('entity', '=', 'TaxAgency')]",
        help="To whom taxes that Odoo creates in QuickBooks are paid. Not needed where QuickBooks has only one agency.",
    )
    tax_agency_name = fields.Char(
        "New Tax Agency", help="QuickBooks has no tax agency yet: it is created under this name with the first tax."
    )
    has_tax_agency = fields.Boolean(compute='_compute_has_tax_agency', compute_sudo=True)
    tax_model = fields.Selection(
        [
            ('none', "Off: QuickBooks charges no sales tax"),
            ('manual', "One tax code for a document, lines are taxed or not"),
            ('automated', "Automated: QuickBooks finds the tax by address"),
            ('coded', "A tax code on every line"),
        ],
        "Sales Tax in QuickBooks",
        compute='_compute_tax_model',
    )
    tax_ids = fields.One2many(
        'account.tax', compute='_compute_tax_ids', string="Taxes", readonly=False, groups=ACCOUNTANTS
    )
    new_tax_code_ids = fields.One2many(
        'qbo.reference', compute='_compute_new_tax_code_ids', string="Only in QuickBooks", groups=ACCOUNTANTS
    )

    # === COMPUTE METHODS === #

    @api.depends('company_id.account_sale_tax_id')
    def _compute_default_tax_id(self):
        for connection in self:
            connection.default_tax_id = connection.company_id.account_sale_tax_id

    def _inverse_default_tax_id(self):
        """Only its administrators may write to a connection, and few of them to companies."""
        for connection in self:
            connection.company_id.sudo().account_sale_tax_id = connection.default_tax_id

    def _compute_has_tax_agency(self):
        for connection in self:
            connection.has_tax_agency = bool(connection._agencies())

    @api.depends('qbo_country', 'preferences', 'lists_read_at')
    def _compute_tax_model(self):
        for connection in self:
            connection.tax_model = connection.lists_read_at and connection._tax_model()

    @api.depends('company_id', 'sync_purchases', 'qbo_country', 'preferences')
    def _compute_tax_ids(self):
        model = self.env['account.tax']
        for connection in self:
            connection.tax_ids = model.union(*(model._qbo_taxes(connection, side) for side in connection._tax_sides()))

    def _compute_new_tax_code_ids(self):
        for connection in self:
            codes = self.env['qbo.reference'].search(
                [
                    ('qbo_company_id', '=', connection.qbo_company_id.id),
                    ('entity', '=', 'TaxCode'),
                    ('kind', 'in', ('Sales', 'Purchase')),
                ]
            )
            sides = connection._tax_sides()
            connection.new_tax_code_ids = codes.filtered(
                lambda code, sides=sides: any(code._lacks_tax(side) for side in sides)
            )

    # === BUSINESS METHODS === #

    def _tax_sides(self):
        """Return the sides of documents whose taxes are tax codes; on purchases the US has none (purchases 1.4)."""
        return ('sale', 'purchase') if self.sync_purchases and self._tax_model() == 'coded' else ('sale',)

    def _agencies(self):
        own = [('qbo_company_id', '=', self.qbo_company_id.id), ('entity', '=', 'TaxAgency')]
        return self.env['qbo.reference'].search(own)

    def _agency_is_open(self):
        """Return whether a person has to say to whom a new tax is paid."""
        return not self.tax_agency_id and len(self._agencies()) != 1

    def _agency_for_taxes(self):
        """Return the agency that new taxes are paid to; the company's first one is created. May call QuickBooks.

        :raise UserError: an administrator has to choose or to name it
        """
        agencies = self._agencies()
        if self.tax_agency_id or len(agencies) == 1:
            return self.tax_agency_id or agencies
        if agencies:
            raise UserError(self.env._("Choose the tax agency that new taxes are paid to."))
        if not self.tax_agency_name:
            raise UserError(self.env._("Enter the name of the tax agency that new taxes are paid to."))
        answer = self._write_now('TaxAgency', {'DisplayName': self.tax_agency_name.strip()})
        return self.env['qbo.reference']._take_one(self, 'TaxAgency', answer.values)
