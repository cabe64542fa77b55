"""What money paid to vendors and their applied credit have in common: both are a BillPayment (purchases 5)."""

from odoo import models

from ...qbo import open_amounts, settlements, values
from .settlement import LINE

BLOCKS = {'Check': ('CheckPayment', 'BankAccountRef'), 'CreditCard': ('CreditCardPayment', 'CCAccountRef')}
"""PayType: the member that it needs, and the account in it."""
SAID = frozenset({'Id', 'SyncToken', 'domain', 'sparse', 'MetaData', 'LinkedTxn', 'HomeTotalAmt', open_amounts.SEEN})
"""What is known of a bill payment that nobody sends back."""


class QboMappingPaidOut(models.AbstractModel):
    """What is a BillPayment, with money or without: a void alone may be sparse, all else says everything.

    So it is documented (purchases 1.1). What nobody changed goes back as QuickBooks spelt it.
    """

    _name = 'qbo.mapping.paid_out'
    _inherit = 'qbo.mapping'
    _description = "BillPayment"

    _entity = None
    _switch = 'sync_purchases'
    _direction_field = 'bill_payment_direction'
    _update = 'full'
    _ledger = settlements.PAYABLES
    _owed_type = 'in_invoice'
    _refers_to = ('Vendor', 'Bill', 'VendorCredit')
    _party_mapping = 'qbo.mapping.vendor'

    def _is_of_before(self, step, row):
        connection = step.connection
        return not self._is_on(connection) or connection._is_before_billing(row, connection.purchases_since)

    def _snapshot(self, step, row):
        """All that goes back with an update, and what is compared."""
        kept = {member: value for member, value in row.items() if member not in SAID}
        return {LINE: [], **kept, **open_amounts.moved(row)}

    def _whole(self, body, snapshot):
        kept = {member: value for member, value in snapshot.items() if member not in SAID}
        for block, _account in BLOCKS.values():
            if block in body and block in kept:
                body = {**body, block: {**kept[block], **body[block]}}
        # Without lines it is credit of the vendor, which an empty list says (purchases 5.2).
        return {LINE: [], **values.for_create({**kept, **body})}

    def _paid_with(self, account_id, pay_type):
        """Return the members that say which account the money leaves; both blocks are there, one has nothing in it."""
        blocks = {
            block: {member: {'value': account_id if kind == pay_type else None}}
            for kind, (block, member) in BLOCKS.items()
        }
        return {'PayType': pay_type, **blocks}


def paid_from(values):
    """Return the id of the account that a bill payment leaves, None where it says none."""
    blocks = ((values.get(block) or {}).get(member) or {} for block, member in BLOCKS.values())
    return next((ref['value'] for ref in blocks if ref.get('value')), None)
