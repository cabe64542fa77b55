"""Purchase receipts: Purchase in QuickBooks, by cash, check or credit card (purchases 6)."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ..connection.reason import Reason, declare
from .spent import OF_MONEY, PAID_BY

_lt = LazyTranslate(__name__)
declare(
    {
        'expense_of_employee': _lt(
            "%(employee)s paid it, and is paid back: QuickBooks has no such expenses. Press Send as Bill to have it "
            "there as a bill; or record it there yourself and choose Do Not Synchronize."
        ),
    },
    fixes={'expense_of_employee': 'send_as_bill'},
)


class QboMappingPurchase(models.AbstractModel):
    """Purchase receipts that one payment pays in full: out of its account, on its day."""

    _name = 'qbo.mapping.purchase'
    _inherit = ['qbo.mapping.receipt', 'qbo.mapping.spent']
    _description = "Purchase"

    _entity = 'Purchase'
    _move_type = 'in_receipt'

    # === WHICH === #

    def _kind(self):
        return super()._kind() & Domain('qbo_as_bill', '=', False)

    def _takes(self, step, row):
        return not self.env['qbo.mapping.expense']._takes(step, row)

    def _match_rows(self, step, rows):
        of_vendors = [row for row in rows if (row.get('EntityRef') or {}).get('type') == 'Vendor']
        return super()._match_rows(step, [{**row, 'VendorRef': row['EntityRef']} for row in of_vendors])

    # === READY OR NOT === #

    def _wait_reason(self, step, move):
        if move.state == 'posted' and (employee := self._employee(step, move)):
            return Reason('expense_of_employee', {'employee': employee})
        return super()._wait_reason(step, move)

    def _requires(self, step, move):
        return [] if self._employee(step, move) else super()._requires(step, move)

    def _employee(self, step, move):
        """Return the name of the employee who paid a receipt that QuickBooks does not have, None of any other."""
        return None if step.link(move, self._entity)._is_there() else move._qbo_paid_by_employee()

    def _hold_reason(self, step, move):
        reason = super()._hold_reason(step, move)
        payment = self._money(step, move)
        if reason or move.state != 'posted' or not payment or self._paid_from(step, payment.journal_id):
            return reason
        return Reason('purchase_account', {'journal': payment.journal_id.display_name})

    # === VALUES === #

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

    # === QUICKBOOKS TO ODOO === #

    def _heavy_vals(self, step, move, changes):
        """Whoever is paid may be a vendor, a customer, somebody who works here, or nobody."""
        vals = super()._heavy_vals(step, move, {key: changes[key] for key in changes if key != 'EntityRef'})
        return vals | self._payee_vals(step, move, changes)

    def _create_records(self, step, rows):
        journals = [self._journal(step, self._ref(row, 'AccountRef')) for row in rows]
        moves = super()._create_records(step, rows)
        for move, journal in zip(moves, journals, strict=True):
            if move.state == 'posted' and not move.currency_id.is_zero(move.amount_total):
                move._qbo_pay_at_once(journal)
        return moves

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


class QboLink(models.Model):
    _inherit = 'qbo.link'

    def action_send_as_bill(self):
        """Send these purchase receipts, which no one payment pays in full, as bills.

        :raise UserError: one has no vendor, or is an expense in QuickBooks already
        """
        self._check_may('write')
        for link in self.sudo().filtered(lambda link: link.entity == 'Purchase' and not link.form and link.res_id):
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
