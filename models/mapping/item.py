from odoo import models


class QboMappingItem(models.AbstractModel):
    _name = 'qbo.mapping.item'
    _inherit = 'qbo.mapping.legacy'
    _description = "Item"

    _entity = 'Item'
    _record_model = 'product.product'
    _switch = 'sync_products'
    _schedules = ('products', 'services')
    _is_compared = True
