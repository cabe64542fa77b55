from odoo import models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ...qbo.values import VOIDED
from ..connection.reason import Reason, declare, money

_lt = LazyTranslate(__name__)
declare(
    {
        'refund_unpaid': _lt(
            "QuickBooks paid %(amount)s out with this refund, and Odoo has no payment of that amount for it. Pay it "
            "out, or correct its payment."
        ),
        'takes_place': _lt("It goes to QuickBooks when the credit memo that it takes the place of is deleted there."),
    }
)


class QboMappingRefundReceipt(models.AbstractModel):
    """Credit notes whose money went back at once, by a payment in Odoo (qbo-api 9.9)."""

    _name = 'qbo.mapping.refund_receipt'
    _inherit = 'qbo.mapping.sales_form'
    _description = "RefundReceipt"

    _entity = 'RefundReceipt'
    _move_type = 'out_refund'
    _refers_to = ('Customer', 'Item')

    def _kind(self):
        return super()._kind() & Domain('qbo_is_refund', '=', True)

    # === ODOO TO QUICKBOOKS === #

    def _wait_reason(self, step, move):
        """Never both at once: the money would have gone back twice there."""
        before = step.link(move, 'CreditMemo')
        is_there = before._is_there() and not (before.base_odoo or {}).get(VOIDED)
        return Reason('takes_place') if is_there else super()._wait_reason(step, move)

    def _values(self, step, move):
        journal = move._qbo_refund_payment().journal_id
        account = step.list_id(journal.qbo_deposit_account_id) or step.connection.deposit_account_id.qbo_id or None
        return super()._values(step, move) | {'DepositToAccountRef': {'value': account}}

    # === QUICKBOOKS TO ODOO === #

    def _from_row(self, step, row):
        return super()._from_row(step, row) | {'DepositToAccountRef': {'value': self._ref(row, 'DepositToAccountRef')}}

    def _create_records(self, step, rows):
        moves = super()._create_records(step, rows)
        for move, row in zip(moves, rows, strict=True):
            if move.state == 'posted':
                move._qbo_pay_out(self._journal(step, self._ref(row, 'DepositToAccountRef')))
        return moves

    def _new_vals(self, step, row):
        return super()._new_vals(step, row) | {'qbo_is_refund': True}

    def _change(self, step, move, changes):
        was_posted = move.state in ('posted', 'cancel')
        result = super()._change(step, move, changes)
        if was_posted:
            self._pay_out_again(step, move, changes)
        return result

    def _pay_out_again(self, step, move, changes):
        """Have the money follow what QuickBooks changed: the payment is canceled, and another one pays this out.

        :raise UserError: the payment is matched with the bank
        """
        payment = move._qbo_paid_out()
        journal = payment.journal_id
        if 'DepositToAccountRef' in changes:
            journal = self._journal(step, changes['DepositToAccountRef']['value'])
        is_same = (payment.amount, payment.date, payment.journal_id) == (move.amount_total, move.invoice_date, journal)
        if payment and not is_same:
            payment._qbo_check_bank()
            payment.action_cancel()
            payment.qbo_refund_id = False
            method = payment.payment_method_line_id if journal == payment.journal_id else None
            move._qbo_pay_out(journal, method=method)

    def _journal(self, step, account_id):
        return step.env['account.journal']._qbo_of_account(account_id)

    def _remove(self, step, move):
        if move.state != 'cancel':
            move._qbo_refund_payment()._qbo_check_bank()
        return super()._remove(step, move)

    def _written(self, step, move):
        return [*super()._written(step, move), move._qbo_refund_payment()]

    # === BOTH === #

    def _difference(self, step, move, snapshot):
        """Odoo may not have paid out what this refund is."""
        payments = move._qbo_paid_out()
        is_other = move.currency_id.compare_amounts(sum(payments.mapped('amount')), move.amount_total)
        is_paid = not move.amount_residual and not (payments and is_other)
        if move.state != 'posted' or is_paid or 'TotalAmt' not in snapshot:
            return super()._difference(step, move, snapshot)
        return Reason('refund_unpaid', {'amount': money(move.amount_total, move.currency_id)})

    # === WHAT USERS SEE === #

    def _noun(self, step, move):
        return self.env._("Refund")

    def _labels(self):
        return super()._labels() | {'DepositToAccountRef': self.env._("paid from")}
