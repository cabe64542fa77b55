from odoo import models

from ...qbo import entities


class QboMappingCustomer(models.AbstractModel):
    _name = 'qbo.mapping.customer'
    _inherit = 'qbo.mapping.legacy'
    _description = "Customer"

    _entity = 'Customer'
    _record_model = 'res.partner'
    _switch = 'sync_customers'
    _schedules = ('customers',)
    _name_member = 'DisplayName'
    _unique_among = entities.SHARED_NAMES
    _is_compared = True
