"""Purchase receipts: Purchase in QuickBooks, by cash, check or credit card (purchases 6)."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ...qbo import lines
from ..connection.reason import Reason, declare

OF_MONEY = ('AccountRef', 'PaymentType')
"""Members that follow from the payment in Odoo."""
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
        'skip_card_credit': _lt("Credits on a credit card are not imported: Odoo has no receipts of money back."),
        'skip_on_account': _lt(
            "Expenses on receivables or payables are not imported: they pay what somebody owes, and are no receipts."
        ),
        'skip_purchases': _lt("Expenses of QuickBooks stay there, as the connection says."),
    },
    fixes={'purchase_account': 'map_accounts'},
    is_check=True,
)


class QboMappingPurchase(models.AbstractModel):
    """Purchase receipts that one payment pays in full: out of its account, on its day."""

    _name = 'qbo.mapping.purchase'
    _inherit = ['qbo.mapping.receipt', 'qbo.mapping.purchase_form']
    _description = "Purchase"

    _entity = 'Purchase'
    _move_type = 'in_receipt'
    _refers_to = ('Vendor', 'Customer', 'Item')
    _party_member = 'EntityRef'

    # === WHICH === #

    def _kind(self):
        return super()._kind() & Domain('qbo_as_bill', '=', False)

    def _skip_reasons(self, step, rows):
        reasons = super()._skip_reasons(step, rows)
        for row in rows:
            if step.connection.take_expenses_as == 'none' and not step.links_to('Purchase', [row['Id']]).res_id:
                reasons.setdefault(row['Id'], Reason('skip_purchases'))
            elif row.get('Credit'):
                reasons.setdefault(row['Id'], Reason('skip_card_credit'))
            elif any(self._account_there(step, line).kind in OWED for line in lines.flattened(row.get('Line'))):
                reasons.setdefault(row['Id'], Reason('skip_on_account'))
        return reasons

    def _account_there(self, step, line):
        return step.list_item('Account', self._ref(lines.detail_of(line), 'AccountRef'))

    def _match_rows(self, step, rows):
        of_vendors = [row for row in rows if (row.get('EntityRef') or {}).get('type') == 'Vendor']
        return super()._match_rows(step, [{**row, 'VendorRef': row['EntityRef']} for row in of_vendors])

    # === READY OR NOT === #

    def _hold_reason(self, step, move):
        reason = super()._hold_reason(step, move)
        payment = self._money(step, move)
        if reason or move.state != 'posted' or not payment or self._paid_from(step, payment.journal_id):
            return reason
        return Reason('purchase_account', {'journal': payment.journal_id.display_name})

    def _requires(self, step, move):
        return [(mapping, record) for mapping, record in super()._requires(step, move) if record]

    # === VALUES === #

    def _values(self, step, move):
        found = super()._values(step, move) | self._money_values(step, move)
        return found | {'EntityRef': self._payee(step, move)}

    def _create_only(self, step, move):
        return {}

    def _money_values(self, step, move):
        """Return the members of the payment; while there is none, what both sides agreed on."""
        payment, agreed = self._money(step, move), step.link(move, self._entity).base_odoo
        if not payment and agreed:
            return {member: agreed.get(member) for member in OF_MONEY}
        account = self._paid_from(step, payment.journal_id)
        paid_by = PAID_BY.get(account.kind)
        return {
            'AccountRef': {'value': step.list_id(account)},
            'PaymentType': 'Check' if account.kind == 'Bank' and self._check_number(payment) else paid_by,
        }

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

    def _day(self, step, move):
        """Return the day of the payment: QuickBooks has one day for both."""
        agreed = (step.link(move, self._entity).base_odoo or {}).get('TxnDate')
        return self._money(step, move).date or fields.Date.to_date(agreed) or super()._day(step, move)

    def _number(self, step, move):
        """Return the number of the check, else that of the receipt."""
        typed_in = step.link(move, self._entity).sent_as
        return typed_in or self._check_number(self._money(step, move)) or move.ref or ''

    def _check_number(self, payment):
        """Return the number of the check that a payment was made by, None for any other payment."""
        has_number = 'check_number' in payment and payment.payment_method_code == 'check_printing'
        return (has_number and payment.check_number) or None

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

    def _heavy_vals(self, step, move, changes):
        """Whoever is paid may be a vendor, a customer, somebody who works here, or nobody."""
        vals = super()._heavy_vals(step, move, {key: changes[key] for key in changes if key != 'EntityRef'})
        if 'EntityRef' in changes:
            agreed = (step.link(move, self._entity).snapshot or {}).get('EntityRef') if move else {}
            payee = {**(agreed or {}), **changes['EntityRef']}
            partner = self._payee_of(step, payee)
            if payee.get('type') in PAYEES and not partner:
                self._party_missing(step, payee)
            vals['partner_id'] = partner.id
        return vals

    def _party_missing(self, step, payee):
        """Refuse an expense whose payee is not in Odoo.

        :raise UserError: with what to do
        """
        raise UserError(
            step.env['qbo.link']._left_out_text(step.connection, payee['type'], payee['value'])
            or self.env._("Who was paid is not synchronized: it is inactive or was left out. Link it first.")
        )

    def _create_records(self, step, rows):
        journals = [self._journal(step, self._ref(row, 'AccountRef')) for row in rows]
        moves = super()._create_records(step, rows)
        for move, journal in zip(moves, journals, strict=True):
            if move.state == 'posted' and not move.currency_id.is_zero(move.amount_total):
                move._qbo_pay_at_once(journal)
        return moves

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

    def _apply_changes(self, step, move, changes):
        of_document = {member: value for member, value in changes.items() if member not in OF_MONEY}
        payment = self._money(step, move)
        result = super()._apply_changes(step, move, of_document) if of_document else None
        if move.state == 'posted' and payment:
            vals = self._heavy_of(move, payment, changes)
            if 'AccountRef' in changes:
                vals['journal_id'] = self._journal(step, changes['AccountRef']['value']).id
            if vals and vals != {'journal_id': payment.journal_id.id}:
                move._qbo_pay_as(payment, vals)
        return result

    # === WHAT USERS SEE === #

    def _noun(self, step, move):
        return self.env._("Purchase receipt")

    def _labels(self):
        return super()._labels() | {
            'EntityRef': self.env._("payee"),
            'AccountRef': self.env._("paid from"),
            'PaymentType': self.env._("paid by"),
        }


class QboLink(models.Model):
    _inherit = 'qbo.link'

    def action_send_as_bill(self):
        """Send these purchase receipts, which no one payment pays in full, as bills.

        :raise UserError: one has no vendor, or is an expense in QuickBooks already
        """
        self._check_may('write')
        for link in self.sudo().filtered(lambda link: link.entity == 'Purchase' and link.res_id):
            receipt = link._record()
            if link._is_there() or not receipt.commercial_partner_id:
                raise UserError(
                    self.env._("%s has no vendor, which a bill needs. Choose one.", link.name)
                    if not link._is_there()
                    else self.env._("%s is an expense in QuickBooks already. Cancel it first.", link.name)
                )
            receipt.qbo_as_bill = True
            payments, _entries = receipt._qbo_paid_by()
            payments._compute_qbo_receipt_id()
            link._reset()
            self.env['qbo.change']._append(receipt)
            self.env['qbo.change']._append(payments)
        return self.env['qbo.connection']._toast(self.env._("It will be in QuickBooks in a moment."))
