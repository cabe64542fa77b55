from odoo import models


class QboMappingInvoice(models.AbstractModel):
    _name = 'qbo.mapping.invoice'
    _inherit = 'qbo.mapping.legacy'
    _description = "Invoice"

    _entity = 'Invoice'
    _record_model = 'account.move'
    _switch = 'sync_billing'
    _name_member = 'DocNumber'
    _refers_to = ('Customer', 'Item', 'Term')

    def _concerned(self, step, records):
        return records.filtered(lambda record: record.move_type == 'out_invoice')
