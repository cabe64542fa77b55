from odoo import models


class QboMappingRefundReceipt(models.AbstractModel):
    _name = 'qbo.mapping.refund_receipt'
    _inherit = 'qbo.mapping.legacy'
    _description = "RefundReceipt"

    _entity = 'RefundReceipt'
    _record_model = 'account.move'
    _switch = 'sync_billing'
    _name_member = 'DocNumber'
    _refers_to = ('Customer', 'Item')

    def _concerned(self, step, records):
        return records.filtered(lambda record: record.move_type == 'out_refund' and record.qbo_is_refund)
