from odoo import models


class QboMappingPayment(models.AbstractModel):
    _name = 'qbo.mapping.payment'
    _inherit = 'qbo.mapping.legacy'
    _description = "Payment"

    _entity = 'Payment'
    _record_model = 'account.payment'
    _switch = 'sync_billing'
    _name_member = 'TotalAmt'
    _is_name_unique = False
    _refers_to = ('Customer', 'PaymentMethod', 'Invoice', 'CreditMemo', 'RefundReceipt')

    def _concerned(self, step, records):
        return records.filtered(lambda record: not record._qbo_is_memo())
