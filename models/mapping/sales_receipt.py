"""Sales receipts: SalesReceipt in QuickBooks (qbo-api 9.9, qbo-purchases 7.5)."""

from odoo import models

from ..connection.reason import Reason
from .payment_import import Page

OF_PAYMENT = ('DepositToAccountRef', 'PaymentMethodRef', 'PaymentRefNum')
"""Members that are the payment's in Odoo, and are called as those of a Payment."""


class QboMappingSalesReceipt(models.AbstractModel):
    """Sales receipts of Odoo that one payment pays in full. QuickBooks knows them without a customer, too."""

    _name = 'qbo.mapping.sales_receipt'
    _inherit = ['qbo.mapping.receipt', 'qbo.mapping.sales_form']
    _description = "SalesReceipt"

    _entity = 'SalesReceipt'
    _move_type = 'out_receipt'
    _refers_to = ('Customer', 'Item', 'PaymentMethod')
    _ends_as = 'void'

    @property
    def _payments(self):
        return self.env['qbo.mapping.payment']

    # === ODOO TO QUICKBOOKS === #

    def _wait_reason(self, step, move):
        reason = super()._wait_reason(step, move)
        if reason or move.state != 'posted' or self._payments._deposit_account(step, self._money(step, move)):
            return reason
        return Reason('no_deposit_account')

    def _hold_reason(self, step, move):
        return super()._hold_reason(step, move) or self._payments._hold_reason(step, self._money(step, move))

    def _prepare(self, step, moves):
        for move in moves:
            self._payments._prepare(step, self._money(step, move))

    def _requires(self, step, move):
        needed = [(mapping, record) for mapping, record in super()._requires(step, move) if record]
        method = self._payments._method(step, self._money(step, move))
        return needed + ([(self.env['qbo.mapping.payment_method'], method)] if method else [])

    def _values(self, step, move):
        return super()._values(step, move) | self._payment_values(step, move)

    def _payment_values(self, step, move):
        """Return the members of the payment; while there is none, what both sides agreed on."""
        payment, agreed = self._money(step, move), step.link(move, self._entity).base_odoo
        if not payment and agreed:
            return {member: agreed.get(member) for member in OF_PAYMENT}
        method = self._payments._method(step, payment)
        return {
            'DepositToAccountRef': {'value': self._payments._deposit_account(step, payment)},
            'PaymentMethodRef': {'value': step.qbo_id(method, 'PaymentMethod')},
            'PaymentRefNum': payment.payment_reference or None,
        }

    # === QUICKBOOKS TO ODOO === #

    def _refers(self, step, row):
        method = self._ref(row, 'PaymentMethodRef')
        return super()._refers(step, row) + ([('PaymentMethod', method)] if method else [])

    def _from_row(self, step, row):
        return super()._from_row(step, row) | {
            'DepositToAccountRef': {'value': self._ref(row, 'DepositToAccountRef')},
            'PaymentMethodRef': {'value': self._ref(row, 'PaymentMethodRef')},
            'PaymentRefNum': row.get('PaymentRefNum') or None,
        }

    def _party(self, step, qbo_id):
        """QuickBooks takes sales receipts without a customer, and so does Odoo."""
        return super()._party(step, qbo_id) if qbo_id else step.env['res.partner']

    def _contact_vals(self, step, move, changes, vals):
        """Addresses are contacts of the customer: of nobody there are none."""
        has_customer = vals.get('partner_id', move.partner_id.id)
        return super()._contact_vals(step, move, changes, vals) if has_customer else {}

    def _create_records(self, step, rows):
        """Together, and the payments of all of them together too."""
        moves = super()._create_records(step, rows)
        sold = [(move, row) for move, row in zip(moves, rows, strict=True) if move.state == 'posted']
        self._receive(step, [(move, row) for move, row in sold if not move.currency_id.is_zero(move.amount_total)])
        return moves

    def _receive(self, step, sold):
        """Register a payment for each of these receipts, in full, where QuickBooks has the money.

        :param sold: ``[(receipt, row)]``
        """
        page = Page(step, step.env['qbo.mapping.payment'], [row for _move, row in sold], document=self)
        quiet = step.env['account.payment'].with_company(step.company)
        # An entry of its own, also in an edition that does without, as payments of QuickBooks have.
        quiet = quiet.with_context(tracking_disable=True, mail_create_nolog=True, force_payment_move=True)
        vals_list = []
        for move, row in sold:
            vals = self._payments._new_vals(step, row, page)
            vals['destination_account_id'] = move._qbo_receivable_lines().account_id[:1].id
            if move.currency_id != step.company.currency_id:
                vals['force_balance'] = move.amount_total_signed
            vals_list.append(vals)
        payments = quiet.create(vals_list).with_env(step.env)
        payments.action_post()
        plan = [
            self._payments._money_lines(payment) + move._qbo_receivable_lines()
            for payment, (move, _row) in zip(payments, sold, strict=True)
        ]
        step.env['account.move.line']._reconcile_plan(plan)

    def _apply_changes(self, step, move, changes):
        of_document = {member: value for member, value in changes.items() if member not in OF_PAYMENT}
        payment = self._money(step, move)
        result = super()._apply_changes(step, move, of_document) if of_document else None
        if move.state == 'posted' and payment:
            self._receive_as(step, move, payment, changes)
        return result

    def _receive_as(self, step, move, payment, changes):
        """Have the money follow what QuickBooks changed of a receipt.

        :raise UserError: the payment is matched with the bank
        """
        page = Page(step, step.env['qbo.mapping.payment'], document=self)
        of_payment = {member: changes[member] for member in OF_PAYMENT if member in changes}
        heavy = self._payments._heavy_vals(step, payment, of_payment, page) | self._heavy_of(move, payment, changes)
        vals = {**self._payments._light_vals(payment, of_payment, heavy, page), **heavy}
        rate = abs(move.amount_total_signed) / (move.amount_total or 1.0)
        booked = move.company_currency_id.round(payment.amount * rate)
        is_other_rate = move.company_currency_id.compare_amounts(abs(payment.amount_company_currency_signed), booked)
        if heavy or is_other_rate:
            self._payments._change(step, payment, vals, rate)
            for line in self._payments._money_lines(payment):
                move._qbo_settle_with(line, move.amount_total)
        elif vals:
            self._payments._write_vals(payment, vals)

    # === WHAT USERS SEE === #

    def _noun(self, step, move):
        return self.env._("Sales receipt")

    def _labels(self):
        labels = self._payments._labels()
        return super()._labels() | {member: labels[member] for member in OF_PAYMENT}
