from odoo import models


class QboMappingVendorCredit(models.AbstractModel):
    """Refunds of vendors (purchases 4)."""

    _name = 'qbo.mapping.vendor_credit'
    _inherit = 'qbo.mapping.purchase_form'
    _description = "VendorCredit"

    _entity = 'VendorCredit'
    _move_type = 'in_refund'
    _refers_to = ('Vendor', 'Customer', 'Item')

    def _noun(self, step, move):
        return self.env._("Vendor credit")
