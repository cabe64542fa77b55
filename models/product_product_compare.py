"""What a product is recognised by when both sides are compared, and which import rules hold for it."""

from odoo import models

from ..qbo import compare, text
from .product_product import FROM_TYPES


class ProductProduct(models.Model):
    _inherit = 'product.product'

    def _qbo_traits(self):
        """Return this product as it is compared, and as it is shown."""
        return compare.Record(key=str(self.id), name=self._qbo_name(), sku=self.default_code or '', active=self.active)

    def _qbo_traits_of(self, values):
        """Return the same of an item of QuickBooks."""
        return compare.Record(
            key=values['Id'],
            name=text.strip_deleted(values.get('Name') or ''),
            sku=values.get('Sku') or '',
            active=values.get('Active', True),
        )

    def _qbo_rules(self, values):
        is_bundle = values.get('Type') not in FROM_TYPES
        is_inactive = not values.get('Active', True)
        return [rule for rule, holds in (('bundle', is_bundle), ('inactive', is_inactive)) if holds]
