from odoo import fields, models
from odoo.fields import Domain

from .product_product import NOTED
from .qbo_mixin import GROUP, STATES


class ProductTemplate(models.Model):
    """A product with one variant shows that variant's state; what is saved here is noted for all variants."""

    _inherit = 'product.template'

    qbo_state = fields.Selection(
        STATES, "QuickBooks", compute='_compute_qbo_state', search='_search_qbo_state', compute_sudo=True, groups=GROUP
    )
    qbo_error = fields.Char("QuickBooks Message", compute='_compute_qbo_state', compute_sudo=True, groups=GROUP)

    def _compute_qbo_state(self):
        for template in self:
            variant = template.with_context(active_test=False).product_variant_ids
            template.qbo_state = len(variant) == 1 and variant.qbo_state
            template.qbo_error = len(variant) == 1 and variant.qbo_error

    def _search_qbo_state(self, operator, value):
        return Domain('product_variant_ids.qbo_state', operator, value)

    def write(self, vals):
        result = super().write(vals)
        if not NOTED.isdisjoint(vals):
            self.env['qbo.change']._append(self.with_context(active_test=False).product_variant_ids)
        return result

    def action_qbo_details(self):
        """Show what happened to the product's one variant."""
        self.ensure_one()
        return self.with_context(active_test=False).product_variant_ids[:1].action_qbo_details()
