from odoo import models

from ...qbo import entities


class QboMappingVendorName(models.AbstractModel):
    _name = 'qbo.mapping.vendor_name'
    _inherit = 'qbo.mapping.legacy'
    _description = "Vendor"

    _entity = 'Vendor'
    _record_model = 'qbo.vendor'
    _switch = 'sync_entries'
    _schedules = ()
    _name_member = 'DisplayName'
    _unique_among = entities.SHARED_NAMES
    _is_source = True
