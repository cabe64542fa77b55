from odoo import models


class QboMappingAppliedCredit(models.AbstractModel):
    _name = 'qbo.mapping.applied_credit'
    _inherit = 'qbo.mapping.legacy'
    _description = "Payment"

    _entity = 'Payment'
    _record_model = 'qbo.application'
    _switch = 'sync_billing'
    _name_member = 'TotalAmt'
    _is_name_unique = False
    _refers_to = ('Customer', 'Invoice', 'CreditMemo')
