from odoo import models
from odoo.tools.translate import LazyTranslate

from ...qbo import lines
from ..connection.reason import Reason, declare, money

_lt = LazyTranslate(__name__)
declare(
    {
        'deposit': _lt(
            "QuickBooks has a deposit of %(deposit)s on the invoice itself, which is no payment: the invoice is open "
            "by that much more in Odoo. Take the deposit off the invoice in QuickBooks and receive it as a payment "
            "there."
        ),
    }
)


class QboMappingInvoice(models.AbstractModel):
    """Customer invoices (qbo-api 9.6): they fall due, and QuickBooks can void them."""

    _name = 'qbo.mapping.invoice'
    _inherit = ['qbo.mapping.due', 'qbo.mapping.sales_form']
    _description = "Invoice"

    _entity = 'Invoice'
    _move_type = 'out_invoice'
    _refers_to = ('Customer', 'Item', 'Term')
    _ends_as = 'void'

    # === BOTH === #

    def _open_reason(self, step, move, snapshot, figure):
        """Money that was received on the form itself, and is no payment: Balance = TotalAmt - Deposit (qbo-api 9.6)."""
        deposit = snapshot.get('Deposit') or 0.0
        if not lines.cents(deposit):
            return super()._open_reason(step, move, snapshot, figure)
        return Reason('deposit', {'deposit': money(deposit, move.currency_id)})

    # === WHAT USERS SEE === #

    def _noun(self, step, move):
        return self.env._("Invoice")
