from odoo import fields, models


class ProductProduct(models.Model):
    """Products and services: items in QuickBooks (qbo-api 9.5). Each variant is an item of its own."""

    _name = 'product.product'
    _inherit = ['product.product', 'qbo.mixin']
    _check_company_auto = True

    qbo_income_account_id = fields.Many2one(
        'qbo.reference',
        "QuickBooks Income Account",
        check_company=True,
        company_dependent=True,
        domain="[('qbo_id', '!=', False), ('entity', '=', 'Account'), ('kind', 'in', "
        "('Income', 'Other Income', 'Other Current Liability'))]",
        help="Where QuickBooks books what this product earns. Empty: the connection's default, for products that Odoo "
        "creates there; products that came from QuickBooks keep their account.",
    )
    qbo_expense_account_id = fields.Many2one(
        'qbo.reference',
        "QuickBooks Expense Account",
        check_company=True,
        company_dependent=True,
        domain="[('qbo_id', '!=', False), ('entity', '=', 'Account'), "
        "('kind', 'in', ('Expense', 'Cost of Goods Sold'))]",
        help="Where QuickBooks books what this product costs. Empty: the connection's default, for products that Odoo "
        "creates there; products that came from QuickBooks keep their account.",
    )
    qbo_asset_account_id = fields.Many2one(
        'qbo.reference',
        "QuickBooks Asset Account",
        check_company=True,
        company_dependent=True,
        domain="[('qbo_id', '!=', False), ('entity', '=', 'Account'), ('kind', '=', 'Other Current Asset')]",
        help="Where QuickBooks books the stock of this product. Empty: the connection's default.",
    )
