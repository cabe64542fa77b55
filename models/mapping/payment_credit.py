from odoo import models


class QboMappingPaymentCredit(models.AbstractModel):
    _name = 'qbo.mapping.payment_credit'
    _inherit = 'qbo.mapping.legacy'
    _description = "CreditMemo"

    _entity = 'CreditMemo'
    _record_model = 'account.payment'
    _switch = 'sync_billing'
    _schedules = ()
    _name_member = 'DocNumber'

    def _takes(self, row):
        return False  # an unknown credit memo is a credit note

    def _concerned(self, step, records):
        return records.filtered(lambda record: record._qbo_is_memo())
