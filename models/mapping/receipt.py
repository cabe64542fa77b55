"""Receipts of either side: a document that QuickBooks has together with its money (qbo-api 9.9, qbo-purchases 6)."""

from odoo import models
from odoo.tools.translate import LazyTranslate

from ..connection.reason import Reason, declare, money
from .paid import POSTED, own_links

_lt = LazyTranslate(__name__)
declare(
    {
        'receipt_unpaid': _lt(
            "It is not paid in Odoo. QuickBooks knows receipts with their money only: it is sent when one payment pays "
            "it in full."
        ),
        'receipt_part': _lt(
            "%(paid)s of %(total)s is paid in Odoo by %(payments)s. QuickBooks knows receipts with all of their money "
            "only: it is sent when one payment pays it in full."
        ),
        'receipt_payment_draft': _lt(
            "Its payment %(payments)s is not confirmed, or was rejected. It is sent when the payment is confirmed."
        ),
        'receipt_payments': _lt(
            "It is paid by %(payments)s, and a receipt of QuickBooks has one payment. Undo these and register one "
            "payment over all of it."
        ),
        'receipt_entries': _lt(
            "It is paid by %(entries)s, which is no payment. Undo that and register a payment, which a bank statement "
            "line can then be matched with."
        ),
        'receipt_more': _lt(
            "Its payment %(payments)s is %(paid)s and pays more than this receipt, which QuickBooks cannot have as "
            "one. Undo it and register a payment for this receipt alone."
        ),
        'receipt_apart': _lt(
            "QuickBooks has its payment %(payments)s as a payment of its own. Undo it here, cancel that payment, and "
            "register a new one for this receipt."
        ),
        'receipt_entered': _lt(
            "Its payment %(payments)s is in QuickBooks in a journal entry already. Undo it here and register a new "
            "payment for this receipt."
        ),
        'receipt_currency': _lt(
            "Its payment %(payments)s is in another currency, which QuickBooks does not take. Register the payment in "
            "the currency of the receipt."
        ),
        'receipt_differs': _lt("QuickBooks has %(amount)s with this receipt, paid at once. %(why)s"),
    },
    # Of what was bought: see the view. What was sold is put right by another payment.
    fixes=dict.fromkeys(
        (
            'receipt_unpaid',
            'receipt_part',
            'receipt_payments',
            'receipt_entries',
            'receipt_more',
            'receipt_apart',
            'receipt_entered',
            'receipt_currency',
        ),
        'send_as_bill',
    ),
    is_check=True,
)

UNFINISHED = ('receipt_unpaid', 'receipt_part', 'receipt_payment_draft')
"""What the next step of a bookkeeper's day settles; all else somebody has to put right."""


class QboMappingReceipt(models.AbstractModel):
    """What sales receipts and purchase receipts share; a parent beside that of their side.

    A receipt goes when one payment, and nothing else, pays it in full. That payment is then no document of its own in
    QuickBooks. Until then it waits, and what pays a part of it goes as any other payment does.
    """

    _name = 'qbo.mapping.receipt'
    _inherit = 'qbo.mapping.document'
    _description = "Receipt"

    # === WHAT PAYS IT === #

    def _money(self, step, move):
        """Return the payment that pays a receipt, empty where there is none or not exactly one."""
        payments = move._qbo_money().with_env(step.env)
        return payments if len(payments) == 1 else payments.browse()

    def _pay_problem(self, step, move):
        """Return the :class:`Reason` why a receipt is not paid as QuickBooks needs it, or None."""
        total, currency = move.amount_total, move.currency_id
        payments, entries = (records.with_env(step.env) for records in move._qbo_paid_by())
        if currency.is_zero(total):
            return None
        if entries:
            return Reason('receipt_entries', {'entries': entries.mapped('display_name')})
        if not payments:
            return Reason('receipt_unpaid')
        names = payments.mapped('display_name')
        if len(payments) > 1:
            return Reason('receipt_payments', {'payments': names})
        if payments.state not in POSTED:
            return Reason('receipt_payment_draft', {'payments': names})
        if payments.currency_id != currency:
            return Reason('receipt_currency', {'payments': names})
        paid = money(payments.amount, currency)
        if currency.compare_amounts(payments.amount, total) < 0:
            return Reason('receipt_part', {'payments': names, 'paid': paid, 'total': money(total, currency)})
        if currency.compare_amounts(payments.amount, total) > 0 or payments.qbo_receipt_id != move:
            return Reason('receipt_more', {'payments': names, 'paid': paid})
        if own_links(step, payments):
            return Reason('receipt_apart', {'payments': names})
        return Reason('receipt_entered', {'payments': names}) if payments.move_id._qbo_is_entered() else None

    # === READY OR NOT === #

    def _wait_reason(self, step, move):
        reason = super()._wait_reason(step, move)
        if reason or move.state != 'posted':
            return reason
        problem = self._pay_problem(step, move)
        return problem if problem and problem.key in UNFINISHED and self._has_to_go(step, move) else None

    def _hold_reason(self, step, move):
        reason = super()._hold_reason(step, move)
        if reason or move.state != 'posted':
            return reason
        problem = self._pay_problem(step, move)
        return problem if problem and self._has_to_go(step, move) else None

    def _has_to_go(self, step, move):
        """Return whether something of a receipt is still to be sent. What is there and lacks its money here differs."""
        return not step.link(move, self._entity)._is_there() or self._plan(step, move)[2] is not None

    # === FROM QUICKBOOKS === #

    def _remove(self, step, move):
        """The money of a receipt that is void or deleted did not come in, or go out."""
        payments = self._money_there(step, move)
        payments._qbo_check_bank()
        result = super()._remove(step, move)
        payments.action_cancel()
        return result

    def _money_there(self, step, move):
        """Return the payments that QuickBooks has, or had, with a receipt: they pay it, or would if it were correct."""
        money = move._qbo_money()
        if money or not step.link(move, self._entity).qbo_id:
            return money
        return move._qbo_money_of_before().filtered(lambda payment: not own_links(step, payment))

    def _written(self, step, move):
        payments = self._money_there(step, move)
        return [*super()._written(step, move), payments, payments.move_id, payments.move_id.line_ids]

    def _heavy_of(self, move, payment, changes):
        """Return what a payment has of its receipt, where that is another now."""
        vals = {}
        if move.currency_id.compare_amounts(payment.amount, move.amount_total):
            vals['amount'] = move.amount_total
        if payment.currency_id != move.currency_id:
            vals['currency_id'] = move.currency_id.id
        if 'TxnDate' in changes:
            vals['date'] = move.invoice_date
        if self._party_member in changes:
            vals['partner_id'] = move.commercial_partner_id.id
        return vals

    # === BOTH === #

    def _difference(self, step, move, snapshot):
        """Odoo may not have the money that QuickBooks has with a receipt."""
        found = super()._difference(step, move, snapshot)
        if found or move.state != 'posted' or 'TotalAmt' not in snapshot:
            return found
        why = self._pay_problem(step, move)
        amount = money(snapshot['TotalAmt'] or 0.0, move.currency_id)
        return Reason('receipt_differs', {'amount': amount, 'why': why}) if why else None
