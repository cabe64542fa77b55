from odoo import models


class QboMappingPaymentMethod(models.AbstractModel):
    _name = 'qbo.mapping.payment_method'
    _inherit = 'qbo.mapping.legacy'
    _description = "PaymentMethod"

    _entity = 'PaymentMethod'
    _record_model = 'qbo.payment.method'
    _switch = 'sync_billing'
