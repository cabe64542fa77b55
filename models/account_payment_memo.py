"""Payments while customers pay in QuickBooks (posting mode Transaction): see ``mapping/payment_credit.py``."""

from odoo import api, fields, models
from odoo.fields import Domain

from .link.mixin import GROUP
from .mapping.paid import POSTED
from .mapping.step import Step

MEMO = 'CreditMemo'


class AccountPayment(models.Model):
    _inherit = 'account.payment'

    qbo_to_apply = fields.Boolean(
        "To Be Applied in QuickBooks",
        compute='_compute_qbo_to_apply',
        search='_search_qbo_to_apply',
        compute_sudo=True,
        groups=GROUP,
        help="QuickBooks has this payment as a credit memo that is not, or not all, applied to invoices.",
    )

    qbo_is_memo = fields.Boolean(
        "Credit Memo in QuickBooks", compute='_compute_qbo_is_memo', compute_sudo=True, groups=GROUP
    )

    # === COMPUTE METHODS === #

    @api.depends('company_id', 'state')
    def _compute_qbo_is_memo(self):
        for company, payments in self._qbo_by_company():
            step = Step.of(self.env, company)
            records = payments.with_env(step.env)
            memos = step.env['qbo.mapping.payment_credit']._concerned(step, records)
            for payment in payments:
                payment.qbo_is_memo = payment.id in memos.ids

    @api.depends('is_reconciled', 'state')
    @api.depends_context('company')
    def _compute_qbo_to_apply(self):
        for company, payments in self._qbo_by_company():
            step = Step.of(self.env, company)
            step.load_links(payments)
            for payment in payments:
                link = step.link(payment, MEMO)
                is_there = link._is_there() and link.error_fix != 'create_again'
                payment.qbo_to_apply = is_there and payment.state in POSTED and not payment.is_reconciled

    def _search_qbo_to_apply(self, operator, value):
        self._check_search('qbo_to_apply')
        if operator != 'in' or set(value) != {True}:
            return NotImplemented
        is_there = [('qbo_id', '!=', False), ('state', '!=', 'gone'), ('error_fix', '!=', 'create_again')]
        memos = self._qbo_linked_domain([('entity', '=', MEMO), *is_there])
        return memos & Domain('state', 'in', POSTED) & Domain('is_reconciled', '=', False)

    # === AN ENTRY OF ITS OWN === #

    @api.model_create_multi
    def create(self, vals_list):
        """An entry of its own, also in an edition that does without: it is what settles the invoice."""
        connection = self.env['qbo.connection']._of_company(self.env.company)
        is_customers = any(vals.get('partner_type', 'customer') == 'customer' for vals in vals_list)
        if not (is_customers and connection._keeps_receivables()):
            return super().create(vals_list)
        own = self.with_context(force_payment_move=True)
        return super(AccountPayment, own).create(vals_list).with_env(self.env)

    def _get_outstanding_account(self, payment_type):
        """The entry that this mode asks for is booked where the payment method says, if it says so."""
        connection = self.env['qbo.connection']._of_company(self.company_id)
        own = connection._keeps_receivables() and self.outstanding_account_id
        return own or super()._get_outstanding_account(payment_type)
