"""Receipts: sold, or bought, and paid at once. QuickBooks has such a document and its money as one (qbo-api 9.9)."""

from odoo import api, fields, models

from .account_move import RECEIPT_TYPES
from .link.mixin import GROUP
from .mapping.paid import POSTED

OF_MONEY = frozenset(
    {
        'state',
        'amount',
        'date',
        'journal_id',
        'payment_method_line_id',
        'payment_reference',
        'qbo_deposit_account_id',
        'qbo_account_credit',
    }
)
"""What a payment says of the receipt that it pays."""
OF_PAYING = frozenset({'state', 'matched_payment_ids'})
"""What a receipt says of its money."""


class AccountMove(models.Model):
    _inherit = 'account.move'

    qbo_as_bill = fields.Boolean(
        "Sent as Bill",
        readonly=True,
        copy=False,
        groups=GROUP,
        help="QuickBooks gets this receipt as a bill, and what pays it as payments of that.",
    )

    def write(self, vals):
        """What a payment without an entry pays is a field here; what paid a receipt that ends is none of it."""
        result = super().write(vals)
        if not OF_PAYING.isdisjoint(vals):
            self._qbo_note_receipts()
        return result

    def _qbo_note_receipts(self):
        """Note those of these that are receipts, and what is or was their money: QuickBooks has one payment with each,
        and all others as documents of their own."""
        if not self.env['qbo.connection']._collecting():
            return
        receipts = self.filtered(lambda move: move.move_type in RECEIPT_TYPES)
        if receipts:
            self.env['qbo.change']._append(receipts)
            money = self.env['account.payment'].sudo().search([('qbo_receipt_id', 'in', receipts.ids)])
            self.env['qbo.change']._append(money)

    def _qbo_type(self):
        """Return what QuickBooks has this document as, as a type of Odoo's: a receipt that is sent as a bill is one."""
        return 'in_invoice' if self.qbo_as_bill else self.move_type

    def _qbo_paid_by(self):
        """Return ``(payments, entries)`` that settle this receipt: the entries are those that are no payment's.

        A bank statement line may stand for a payment without an entry of its own.
        """
        lines = self._qbo_receivable_lines()
        partials = (lines.matched_debit_ids | lines.matched_credit_ids).sudo()
        entries = partials._qbo_moves() - self - partials.exchange_move_id
        apart = self.sudo().matched_payment_ids.filtered(
            lambda payment: not payment.move_id and payment.state in POSTED
        )
        of_bank = entries.filtered(lambda entry: entry.statement_line_id.payment_ids & apart)
        return entries.origin_payment_id | apart, entries.filtered(lambda entry: not entry.origin_payment_id) - of_bank

    def _qbo_pay_at_once(self, journal):
        """Register a payment of this posted receipt, in full and on its day; return it.

        :param journal: the bank, cash or credit card journal that the money comes into, or leaves
        """
        register = self.env['account.payment.register'].with_context(
            active_model='account.move',
            active_ids=self.ids,
            dont_redirect_to_payments=True,
            force_payment_move=True,  # an entry of its own, also in an edition that does without
        )
        return register.create({'journal_id': journal.id, 'payment_date': self.invoice_date})._create_payments()

    def _qbo_pay_as(self, payment, vals):
        """Change the payment of this receipt, and have it pay all of the receipt again.

        :param dict vals: of the payment
        :raise UserError: it is matched with the bank
        """
        payment._qbo_check_bank()
        payment.action_draft()
        # The account that the entry is booked on stays, unless that of the journal is known: Odoo would empty it.
        with self.env.protecting([payment._fields['outstanding_account_id']], payment):
            payment.write(vals)
            if 'journal_id' in vals and payment.payment_method_line_id.payment_account_id:
                payment.outstanding_account_id = payment.payment_method_line_id.payment_account_id
        payment.action_post()
        for line in payment._seek_for_lines()[1]:
            self._qbo_settle_with(line, self.amount_total)

    def _qbo_money(self):
        """Return the payments that pay this receipt now; empty while there is none."""
        payments, _entries = self._qbo_paid_by()
        return payments.filtered(lambda payment: payment.state in POSTED)

    def _qbo_money_of_before(self):
        """Return the payments that paid this receipt and pay nothing now: somebody corrects it, or one of them."""
        found = self.env['account.payment'].sudo().search([('qbo_receipt_id', '=', self.id), ('state', 'in', POSTED)])
        return found.filtered(lambda payment: not payment._qbo_pays()).with_env(self.env)


class AccountPartialReconcile(models.Model):
    """A receipt goes to QuickBooks when it is paid."""

    _inherit = 'account.partial.reconcile'

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._qbo_settled()._qbo_note_receipts()
        return partials

    def unlink(self):
        settled = self._qbo_settled()
        result = super().unlink()
        settled._qbo_note_receipts()
        return result

    def _qbo_settled(self):
        """Return what is settled here, nothing where no company is connected."""
        return self._qbo_moves() if self.env['qbo.connection']._collecting() else self.env['account.move']


class AccountPayment(models.Model):
    _inherit = 'account.payment'

    qbo_receipt_id = fields.Many2one(
        'account.move',
        "Pays Receipt",
        compute='_compute_qbo_receipt_id',
        store=True,
        index='btree_not_null',
        ondelete='set null',
        groups=GROUP,
        help="The receipt that this payment pays, and nothing else. QuickBooks has the two as one document.",
    )

    @api.depends('state', 'invoice_ids', 'move_id.line_ids.amount_residual')
    def _compute_qbo_receipt_id(self):
        """A payment that pays nothing any more stays with its receipt: somebody is about to correct one of them."""
        for payment in self:
            paid = payment._qbo_pays()
            is_of_receipt = len(paid) == 1 and paid._qbo_type() in RECEIPT_TYPES
            payment.qbo_receipt_id = paid if is_of_receipt else payment.qbo_receipt_id if not paid else False

    def _qbo_pays(self):
        """Return the entries that this payment settles."""
        self.ensure_one()
        if not self.move_id:
            return self.invoice_ids
        lines = self.move_id._qbo_receivable_lines()
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        return partials._qbo_moves() - self.move_id - partials.exchange_move_id

    def _qbo_noted(self, names):
        """What a payment says of its receipt, the receipt says in QuickBooks."""
        noted = super()._qbo_noted(names)
        receipts = self.sudo().qbo_receipt_id if noted and not OF_MONEY.isdisjoint(names) else None
        return [*noted, receipts] if receipts else noted
