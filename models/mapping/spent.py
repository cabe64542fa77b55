"""Money that was spent: Purchase in QuickBooks, by cash, check or credit card (purchases 6)."""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ...qbo import lines
from ..connection.reason import Reason, declare

OF_MONEY = ('AccountRef', 'PaymentType')
"""Members that say where the money came from."""
PAID_BY = {'Bank': 'Cash', 'Other Current Asset': 'Cash', 'Credit Card': 'CreditCard'}
"""Type of the account that the money leaves: how it was paid."""
PAYEES = ('Vendor', 'Customer')
OWED = ('Accounts Payable', 'Accounts Receivable')

_lt = LazyTranslate(__name__)
declare(
    {
        'purchase_account': _lt(
            "QuickBooks needs the bank account or credit card that it was paid from, and the journal %(journal)s "
            "stands for none. Map the account of that journal under QuickBooks, Configuration, Account "
            "Mapping, to a bank account or a credit card."
        ),
        'skip_on_account': _lt(
            "Expenses on receivables or payables are not imported: they pay what somebody owes, and are no receipts."
        ),
        'skip_purchases': _lt("Expenses of QuickBooks stay there, as the connection says."),
    },
    fixes={'purchase_account': 'map_accounts'},
    is_check=True,
)


class QboMappingSpent(models.AbstractModel):
    """What a Purchase has besides what bills have, be it a receipt or a journal entry in Odoo: an account, a payee."""

    _name = 'qbo.mapping.spent'
    _inherit = 'qbo.mapping.purchase_form'
    _description = "Money Spent"

    _refers_to = ('Vendor', 'Customer', 'Item')
    _party_member = 'EntityRef'

    def _skip_reasons(self, step, rows):
        reasons = super()._skip_reasons(step, rows)
        for row in rows:
            if step.connection.take_expenses_as == 'none' and not step.links_to('Purchase', [row['Id']]).res_id:
                reasons.setdefault(row['Id'], Reason('skip_purchases'))
            elif any(self._account_there(step, line).kind in OWED for line in lines.flattened(row.get('Line'))):
                reasons.setdefault(row['Id'], Reason('skip_on_account'))
        return reasons

    def _account_there(self, step, line):
        return step.list_item('Account', self._ref(lines.detail_of(line), 'AccountRef'))

    def _requires(self, step, move):
        """Whom QuickBooks has as a customer, or as somebody who works there, need not be a vendor too."""
        is_vendor = self._payee(step, move)['type'] in (None, 'Vendor')
        needed = [(mapping, record) for mapping, record in super()._requires(step, move) if record]
        return [pair for pair in needed if is_vendor or pair[0]._name != self._party_mapping]

    # === VALUES === #

    def _values(self, step, move):
        found = super()._values(step, move) | self._money_values(step, move)
        return found | {'EntityRef': self._payee(step, move)}

    def _money_values(self, step, move):
        """Return :data:`OF_MONEY` of a record."""
        raise NotImplementedError

    def _create_only(self, step, move):
        return {}

    def _payee(self, step, move):
        """Return who is paid: the vendor, or whom QuickBooks names there while nobody else is chosen here."""
        agreed, partner = (step.link(move, self._entity).base_odoo or {}).get('EntityRef') or {}, move.partner_id
        known = self._payee_of(step, agreed)
        if agreed.get('value') and agreed.get('type') != 'Vendor' and known == partner.commercial_partner_id:
            return agreed
        vendor = step.qbo_id(partner.commercial_partner_id, 'Vendor')
        return {'value': vendor, 'type': 'Vendor' if vendor else None}

    def _payee_of(self, step, ref):
        """Return the partner that a payee of QuickBooks is, empty where Odoo has none, as for employees."""
        found = step.record_of(ref.get('type'), ref.get('value')) if ref.get('type') in PAYEES else None
        return found or step.env['res.partner']

    def _paid_from(self, step, journal):
        """Return the account of QuickBooks that money of a journal leaves, empty where none is known."""
        return journal._qbo_paid_from(step).filtered(lambda account: account.kind in PAID_BY)

    # === QUICKBOOKS TO ODOO === #

    def _refers(self, step, row):
        payee = row.get('EntityRef') or {}
        refers = super()._refers(step, {**row, 'EntityRef': None})
        return refers + ([(payee['type'], payee['value'])] if payee.get('type') in PAYEES else [])

    def _from_row(self, step, row):
        payee = row.get('EntityRef') or {}
        return super()._from_row(step, row) | {
            'EntityRef': {'value': payee.get('value'), 'type': payee.get('type')},
            'AccountRef': {'value': self._ref(row, 'AccountRef')},
            'PaymentType': row.get('PaymentType'),
        }

    def _payee_vals(self, step, move, changes):
        """Return whom a record names: a vendor, a customer; nobody where somebody who works there was paid.

        :raise UserError: who was paid is not in Odoo
        """
        if 'EntityRef' not in changes:
            return {}
        agreed = (step.link(move, self._entity).snapshot or {}).get('EntityRef') if move else {}
        payee = {**(agreed or {}), **changes['EntityRef']}
        partner = self._payee_of(step, payee)
        if payee.get('type') in PAYEES and not partner:
            raise UserError(
                step.env['qbo.link']._left_out_text(step.connection, payee['type'], payee['value'])
                or self.env._("Who was paid is not synchronized: it is inactive or was left out. Link it first.")
            )
        return {'partner_id': partner.id}

    def _journal(self, step, account_id):
        """Return the bank, cash or credit card journal that stands for an account of QuickBooks.

        :raise UserError: none does
        """
        found = step.env['account.journal']._qbo_of_paid_account(step, account_id)
        if not found:
            raise UserError(
                self.env._(
                    "It was paid from “%s” in QuickBooks, which no journal of Odoo stands for. Map the account of a "
                    "bank or credit card journal to it under QuickBooks, Configuration, Account Mapping.",
                    step.list_item('Account', account_id).name or account_id,
                )
            )
        return found

    # === WHAT USERS SEE === #

    def _labels(self):
        return super()._labels() | {
            'EntityRef': self.env._("payee"),
            'AccountRef': self.env._("paid from"),
            'PaymentType': self.env._("paid by"),
        }
