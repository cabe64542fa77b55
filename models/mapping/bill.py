from odoo import models


class QboMappingBill(models.AbstractModel):
    """Vendor bills (purchases 3): they fall due; QuickBooks cannot void them, so that a canceled one is deleted."""

    _name = 'qbo.mapping.bill'
    _inherit = ['qbo.mapping.due', 'qbo.mapping.purchase_form']
    _description = "Bill"

    _entity = 'Bill'
    _move_type = 'in_invoice'
    _refers_to = ('Vendor', 'Customer', 'Item', 'Term')

    def _noun(self, step, move):
        return self.env._("Bill")
