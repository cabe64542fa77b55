from odoo import models


class QboMappingTerm(models.AbstractModel):
    _name = 'qbo.mapping.term'
    _inherit = 'qbo.mapping.legacy'
    _description = "Term"

    _entity = 'Term'
    _record_model = 'account.payment.term'
    _switch = 'sync_billing'
