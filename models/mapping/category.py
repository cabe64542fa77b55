from odoo import models


class QboMappingCategory(models.AbstractModel):
    _name = 'qbo.mapping.category'
    _inherit = 'qbo.mapping.legacy'
    _description = "Item"

    _entity = 'Item'
    _record_model = 'product.category'
    _switch = 'sync_products'
    _schedules = ('products', 'services')
