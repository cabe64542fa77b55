"""Refunds: a credit note that is paid out at once is a RefundReceipt in QuickBooks (qbo-api 9.9)."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .link.mixin import GROUP
from .mapping.paid import POSTED
from .mapping.settlement import document_link, settlement_of
from .mapping.step import Step


class AccountMove(models.Model):
    _inherit = 'account.move'

    qbo_is_refund = fields.Boolean(
        "Refund Paid Out",
        readonly=True,
        copy=False,
        help="The money went back at once: a refund receipt in QuickBooks.",
    )
    qbo_refunded_payment_id = fields.Many2one(
        'account.payment', "Refunds Payment", readonly=True, copy=False, index='btree_not_null', groups=GROUP
    )

    def _qbo_refund_payment(self):
        """Return the payment that paid this refund out, canceled or not; empty while there is none."""
        refunds = self.filtered('qbo_is_refund')  # whoever cancels another document may not be allowed to see payments
        found = self.env['account.payment'].sudo().search([('qbo_refund_id', 'in', refunds.ids)])
        return found.with_env(self.env)

    def _qbo_paid_out(self):
        """Return the payment that pays this refund out now; empty while there is none, or where it was canceled."""
        return self._qbo_refund_payment().filtered(lambda payment: payment.state in POSTED)

    def _qbo_paid_out_by(self):
        """Return the payment that paid this credit note out with Odoo's own button; empty where none did.

        In full, and nothing else: QuickBooks can have the two as one refund receipt.
        """
        none = self.env['account.payment']
        if self.move_type != 'out_refund' or self.state != 'posted' or self.qbo_is_refund:
            return none
        payments, entries = self._qbo_paid_by()
        paid = payments.filtered(lambda payment: payment.state in POSTED)
        is_whole = len(paid) == 1 and paid.currency_id == self.currency_id
        if entries or not is_whole or self.currency_id.compare_amounts(paid.amount, self.amount_total):
            return none
        is_own = (paid.partner_type, paid.payment_type) == ('customer', 'outbound') and paid._qbo_pays() == self
        return paid if is_own else none

    def _qbo_pay_out(self, journal, date=None, method=None):
        """Pay this posted credit note out in full and reconcile the two.

        :param journal: the bank or cash journal that the money leaves from
        :param method: a payment method line of that journal, its first by default
        :return: the payment
        """
        register = self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=self.ids, dont_redirect_to_payments=True
        )
        vals = {'journal_id': journal.id, 'payment_date': date or self.invoice_date}
        if method:
            vals['payment_method_line_id'] = method.id
        payment = register.create(vals)._create_payments()
        payment.sudo().qbo_refund_id = self
        return payment

    def _qbo_is_applied_there(self):
        """Return whether something settles this credit note in QuickBooks."""
        step = Step.of(self.env, self.company_id)
        link = document_link(step, self)
        return bool(link and settlement_of(self.env, self)._payments_there(link))

    def button_cancel(self):
        """The money of a refund that is canceled did not go back."""
        payments = self._qbo_taken_back()
        result = super().button_cancel()
        if payments:
            payments.action_cancel()
        return result

    def unlink(self):
        payments = self._qbo_taken_back()
        result = super().unlink()
        if payments:
            payments.action_cancel()
        return result

    def _qbo_taken_back(self):
        """Return the payments that end with these refunds.

        :raise UserError: the bank says that the money did go back
        """
        payments = self._qbo_refund_payment()
        matched = payments.sudo().filtered('reconciled_statement_line_ids')[:1]
        if matched:
            raise UserError(
                self.env._(
                    "%(payment)s paid %(refund)s out and is matched with a bank statement, so the money did go back. "
                    "Undo that match first.",
                    payment=matched.display_name,
                    refund=matched.qbo_refund_id.display_name,
                )
            )
        return payments


class AccountPayment(models.Model):
    _inherit = 'account.payment'

    qbo_refund_id = fields.Many2one(
        'account.move',
        "Pays Out",
        readonly=True,
        copy=False,
        index='btree_not_null',
        ondelete='set null',
        groups=GROUP,
    )
    qbo_pays_out_id = fields.Many2one(
        'account.move', "Paid-Out Credit Note", compute='_compute_qbo_pays_out_id', compute_sudo=True, groups=GROUP
    )

    @api.depends('state', 'qbo_refund_id')
    def _compute_qbo_pays_out_id(self):
        """The credit note that this pays out, which QuickBooks has as an open credit memo, or is about to."""
        for payment in self:
            back = (payment.partner_type, payment.payment_type) == ('customer', 'outbound')
            move = payment._qbo_pays() if back and payment.state in POSTED else payment.move_id.browse()
            is_one = len(move) == 1 and move.qbo_state and move._qbo_paid_out_by() == payment
            payment.qbo_pays_out_id = move if is_one else False

    def action_qbo_refund_there(self):
        """Have QuickBooks refund the credit note that this pays out: a refund receipt, in place of a credit memo.

        :raise UserError: it is no such payment, or QuickBooks has applied the credit
        """
        self.ensure_one()
        self._check_may('write')
        refund = self.qbo_pays_out_id
        if not refund:
            raise UserError(self.env._("%s pays out no whole credit note, or QuickBooks has it so.", self.display_name))
        refund.check_access('write')
        if refund.sudo()._qbo_is_applied_there():
            text = self.env._("QuickBooks has applied %s already. Undo that there first.", refund.display_name)
            raise UserError(text)
        refund.sudo().qbo_is_refund = True
        self.sudo().qbo_refund_id = refund
        self.env['qbo.change']._append(refund)
        return self.env['qbo.connection']._toast(self.env._("It will be in QuickBooks in a moment."))

    def action_qbo_refund(self):
        """Ask how much of a customer's payment goes back.

        :raise UserError: QuickBooks made the payment, so it is refunded there (Pool Brain)
        """
        self.ensure_one()
        self._check_may('write')
        if self.qbo_origin == 'qbo':
            raise UserError(
                self.env._("%s was made in QuickBooks. Refund it there; the refund then comes here.", self.display_name)
            )
        action = self.env['ir.actions.act_window']._for_xml_id('quickbooks_online.qbo_payment_refund_action')
        product = self.env['qbo.connection']._of_company(self.company_id).line_product_id
        context = {
            'default_payment_id': self.id,
            'default_amount': self._qbo_refundable(),
            'default_journal_id': self.journal_id.id,
            'default_product_id': product.id,
        }
        return {**action, 'context': context}

    def _qbo_refundable(self):
        """Return how much of this payment was not refunded yet, in its currency."""
        return self.amount - sum(self._qbo_refunds().mapped('amount_total'))

    def _qbo_refunds(self):
        """Return the refunds of this payment that count."""
        domain = Domain('qbo_refunded_payment_id', 'in', self.ids) & Domain('state', '!=', 'cancel')
        return self.env['account.move'].search(domain)
