from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.orm.models import NO_ACCESS

from .link.link import ORIGINS
from .link.mixin import GROUP
from .lists.payment_method import CREDIT
from .mapping.paid import ENDED
from .mapping.step import Step


class AccountPayment(models.Model):
    """Money received from customers and paid to vendors. What it is in QuickBooks say ``qbo.mapping.payment``,
    ``.payment_credit`` and ``.bill_payment``."""

    _name = 'account.payment'
    _inherit = ['account.payment', 'qbo.mixin']

    qbo_account_credit = fields.Boolean(
        "Account Credit",
        groups=GROUP,
        copy=False,
        help="A credit that the customer is given, not money that came in. QuickBooks gets it as a payment with the "
        f"payment method {CREDIT}.",
    )
    qbo_deposit_account_id = fields.Many2one(
        'qbo.reference',
        "QuickBooks Deposit-To Account",
        check_company=True,
        compute='_compute_qbo_deposit_account_id',
        store=True,
        readonly=False,
        domain="[('entity', '=', 'Account'), ('company_id', '=', company_id), "
        "('qbo_id', '!=', False), ('kind', 'in', ('Bank', 'Other Current Asset'))]",
        groups=GROUP,
        help="Where QuickBooks books the money. It follows the journal; a later change of the settings does not move "
        "what is booked.",
    )
    qbo_paid_from_id = fields.Many2one(
        'qbo.reference',
        "Paid from in QuickBooks",
        check_company=True,
        compute='_compute_qbo_paid_from_id',
        store=True,
        readonly=False,
        domain="[('entity', '=', 'Account'), ('company_id', '=', company_id), "
        "('qbo_id', '!=', False), ('kind', 'in', ('Bank', 'Credit Card'))]",
        groups=GROUP,
        help="The bank account or credit card of QuickBooks that the money leaves. It follows the journal; a later "
        "change of the settings does not move what is paid.",
    )
    qbo_credit_ids = fields.One2many(
        'account.partial.reconcile',
        'qbo_payment_id',
        "Credits Used in QuickBooks",
        readonly=True,
        copy=False,
        groups=NO_ACCESS,
    )
    qbo_origin = fields.Selection(ORIGINS, "Created in", compute='_compute_qbo_origin', compute_sudo=True, groups=GROUP)

    def _qbo_owner(self):
        """Money from customers, and all from and to vendors; not what goes back to a customer."""
        return self.filtered(lambda payment: payment.partner_type == 'supplier' or payment.payment_type == 'inbound')

    # === COMPUTE METHODS === #

    @api.depends('journal_id')
    def _compute_qbo_deposit_account_id(self):
        for payment in self:
            connection = self.env['qbo.connection']._of_company(payment.company_id)
            own = payment.journal_id.qbo_deposit_account_id
            payment.qbo_deposit_account_id = (
                (own.filtered('qbo_id') or connection.deposit_account_id) if connection else False
            )

    @api.depends('journal_id', 'partner_type')
    def _compute_qbo_paid_from_id(self):
        for payment in self:
            step = Step.of(self.env, payment.company_id) if payment.partner_type == 'supplier' else None
            known = step and step.connection and payment.journal_id.sudo()._qbo_paid_from(step)
            payment.qbo_paid_from_id = known.id if known else False

    @api.depends('partner_type', 'payment_type')
    @api.depends_context('company')
    def _compute_qbo_connected(self):
        """Payments to vendors are a matter of purchases, those of customers of billing."""
        for payment in self:
            connection = self.env['qbo.connection']._of_company(payment.company_id or self.env.company)
            switch = 'sync_purchases' if payment.partner_type == 'supplier' else 'sync_billing'
            payment.qbo_connected = bool(payment._qbo_owner()) and bool(connection[switch])

    @api.depends_context('company')
    def _compute_qbo_origin(self):
        for payment in self:
            payment.qbo_origin = payment.qbo_link_id.origin

    # === CRUD METHODS === #

    def unlink(self):
        self.sudo()._qbo_credits().unlink()
        return super().unlink()

    def write(self, vals):
        """The credits that a payment used in QuickBooks are open again with what it paid, on both sides."""
        result = super().write(vals)
        if vals.get('state') in ENDED:
            self.sudo()._qbo_credits().unlink()
        return result

    # === BUSINESS METHODS === #

    def _qbo_credits(self):
        """Return the reconciliations of the credits that payments of QuickBooks used beside their money."""
        return self.sudo().qbo_credit_ids.with_env(self.env)

    def _qbo_check_bank(self):
        """Refuse to touch what the bank confirmed.

        :raise UserError: with what to do
        """
        if self.reconciled_statement_line_ids:
            raise UserError(
                self.env._("It is matched with a bank statement in Odoo. Undo that first, then press Retry.")
            )
