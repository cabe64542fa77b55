from odoo import models
from odoo.fields import Domain

from ...qbo import settlements


class QboMappingReceived(models.AbstractModel):
    """Money received from a customer, as a Payment or as a CreditMemo in QuickBooks. Each payment is one of the two."""

    _name = 'qbo.mapping.received'
    _inherit = 'qbo.mapping.paid'
    _description = "Money Received"

    _switch = 'sync_billing'
    _ledger = settlements.RECEIVABLES
    _partner_type = 'customer'
    _payment_type = 'inbound'

    def _domain(self, step):
        """In the posting modes without documents, those go that pay a document which QuickBooks has from before.

        What went to QuickBooks in an entry never goes as a payment too.
        """
        connection = step.connection
        domain = (
            self._paid_domain()
            & Domain('date', '>=', connection.billing_start)
            & ~Domain('move_id', 'any', connection._entered())
        )
        if connection.sync_entries:
            domain &= connection._not_of_pos()
        return domain if connection._sends_documents() else domain & connection._settling()
