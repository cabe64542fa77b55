from odoo import fields, models

from .link.mixin import GROUP

NOTED = frozenset(
    {
        'name',
        'product_id',
        'account_id',
        'quantity',
        'price_unit',
        'discount',
        'tax_ids',
        'sequence',
        'qbo_class_id',
        'qbo_customer_id',
        'qbo_is_billable',
    }
)


class AccountMoveLine(models.Model):
    """Lines of documents: what they have for QuickBooks (qbo-api 9.6, purchases 1.3)."""

    _inherit = 'account.move.line'

    qbo_class_id = fields.Many2one(
        'qbo.reference',
        "QuickBooks Class",
        check_company=True,
        domain="[('entity', '=', 'Class'), ('company_id', '=', company_id), ('qbo_id', '!=', False)]",
        groups=GROUP,
        help="Empty: the class of the document.",
    )

    qbo_customer_id = fields.Many2one(
        'res.partner',
        "QuickBooks Customer",
        check_company=True,
        domain="[('parent_id', '=', False)]",
        groups=GROUP,
        help="Of a bill: for whom this was bought.",
    )
    qbo_is_billable = fields.Boolean(
        "Billable in QuickBooks", groups=GROUP, help="Of a bill: the customer is to be charged for it in QuickBooks."
    )

    qbo_is_discount = fields.Boolean(
        "Document Discount",
        help="Made from the discount of the document, and made again whenever the document is saved.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Lines of posted documents can be changed without their document, as far as Odoo allows it."""
        result = super().write(vals)
        if not NOTED.isdisjoint(vals):
            moves = self.move_id.filtered(lambda move: move.state == 'posted')
            self.env['qbo.change']._append(moves._qbo_owner())
        return result

    # === BUSINESS METHODS === #

    def _qbo_discount_taxes(self):
        """Return the taxes that a discount on this line lowers: all but amounts per unit, such as an eco-tax."""
        self.ensure_one()
        taxes = self.tax_ids.flatten_taxes_hierarchy()
        lowered = taxes.filtered(lambda tax: tax._can_be_discounted())
        return self.tax_ids if lowered == taxes else lowered
