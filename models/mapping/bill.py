from odoo import models
from odoo.fields import Domain


class QboMappingBill(models.AbstractModel):
    """Vendor bills (purchases 3): they fall due; QuickBooks cannot void them, so that a canceled one is deleted.

    And receipts that somebody had sent as bills.
    """

    _name = 'qbo.mapping.bill'
    _inherit = ['qbo.mapping.due', 'qbo.mapping.purchase_form']
    _description = "Bill"

    _entity = 'Bill'
    _move_type = 'in_invoice'
    _refers_to = ('Vendor', 'Customer', 'Item', 'Term')

    def _kind(self):
        return super()._kind() | (Domain('move_type', '=', 'in_receipt') & Domain('qbo_as_bill', '=', True))

    def _paths(self):
        return (*super()._paths(), 'qbo_as_bill')

    def _noun(self, step, move):
        return self.env._("Bill")
