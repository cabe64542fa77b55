from odoo import models


class QboMappingCreditMemo(models.AbstractModel):
    _name = 'qbo.mapping.credit_memo'
    _inherit = 'qbo.mapping.legacy'
    _description = "CreditMemo"

    _entity = 'CreditMemo'
    _record_model = 'account.move'
    _switch = 'sync_billing'
    _name_member = 'DocNumber'
    _refers_to = ('Customer', 'Item')

    def _concerned(self, step, records):
        return records.filtered(lambda record: record.move_type == 'out_refund' and not record.qbo_is_refund)
