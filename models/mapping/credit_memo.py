from odoo import models
from odoo.fields import Domain


class QboMappingCreditMemo(models.AbstractModel):
    """Credit notes for customers, but for those that were paid out at once (qbo-api 9.9)."""

    _name = 'qbo.mapping.credit_memo'
    _inherit = 'qbo.mapping.sales_form'
    _description = "CreditMemo"

    _entity = 'CreditMemo'
    _move_type = 'out_refund'
    _refers_to = ('Customer', 'Item')

    def _kind(self):
        return super()._kind() & Domain('qbo_is_refund', '=', False)

    def _removal(self, step, move):
        """A refund receipt takes the place of a credit memo that was paid out later."""
        is_replaced = step.there(move) and move.qbo_is_refund
        return 'delete' if is_replaced else super()._removal(step, move)

    def _dependents(self, step, move, before, after):
        found = super()._dependents(step, move, before, after)
        return [*found, move] if not after and step.there(move) and move.qbo_is_refund else found

    def _noun(self, step, move):
        return self.env._("Credit note")
