from odoo import api, fields, models
from odoo.fields import Domain


class AccountPartialReconcile(models.Model):
    """What settles what. In QuickBooks that is part of a payment, so the payment is what changes."""

    _inherit = 'account.partial.reconcile'

    qbo_application_id = fields.Many2one(
        'qbo.application', "QuickBooks Credit Application", ondelete='set null', index='btree_not_null', readonly=True
    )
    qbo_payment_id = fields.Many2one(
        'account.payment',
        "QuickBooks Payment",
        ondelete='set null',
        index='btree_not_null',
        readonly=True,
        help="Of a credit note that pays an invoice: the payment in QuickBooks that used this credit too.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        if self._qbo_companies():
            partials._qbo_apply_credits()
            self._qbo_note(partials._qbo_owners())
        return partials

    def unlink(self):
        owners = self._qbo_owners() if self and self._qbo_companies() else ()
        result = super().unlink()
        self._qbo_note(owners)
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _qbo_companies(self):
        """Return the ids of the companies that synchronise payments; answered from a cache."""
        return {
            item.company_id for item in self.env['qbo.connection']._collecting() if 'account.payment' in item.models
        }

    def _qbo_owners(self):
        """Return the payments and applications that are others in QuickBooks with these partials, and the documents
        that are compared with QuickBooks anew."""
        moves = self._qbo_moves()
        payments = moves.origin_payment_id | self.qbo_payment_id
        documents = moves.filtered('qbo_is_refund') | self._qbo_apart()._qbo_moves()._qbo_owner()
        return payments._qbo_owner(), self.sudo().qbo_application_id, documents

    @api.model
    def _qbo_note(self, owners):
        for records in owners:
            self.env['qbo.change']._append(records.exists())

    def _qbo_apply_credits(self):
        """Give credit notes that a user reconciled with invoices an application: one for each pair of documents."""
        companies = self._qbo_companies()
        credits = self.filtered(
            lambda partial: (
                partial.company_id.id in companies and partial._qbo_is_credit() and not partial._qbo_has_owner()
            )
        )
        self.env['qbo.application'].sudo()._qbo_create_for(credits)

    def _qbo_is_credit(self):
        """Return whether a customer's credit pays an invoice here: a credit note, or a payment that is one there."""
        invoice, credit = self.debit_move_id.move_id, self.credit_move_id.move_id
        is_credit = credit.move_type == 'out_refund' or credit._qbo_is_settled()
        return invoice.move_type == 'out_invoice' and is_credit

    def _qbo_moves(self):
        """Return the entries that are reconciled here."""
        return (self.debit_move_id | self.credit_move_id).move_id

    def _qbo_has_owner(self):
        return bool(self.sudo().qbo_application_id or self.qbo_payment_id)

    def _qbo_apart(self):
        """Return those of these partials that QuickBooks has no counterpart of and is not to get one: a bank statement
        line or a manual entry, credit of a document that is only in Odoo, a payment that is kept out."""
        companies = self._qbo_companies()
        return self.filtered(lambda partial: partial.company_id.id in companies and not partial._qbo_has_counterpart())

    def _qbo_has_counterpart(self):
        partial = self.sudo().with_company(self.company_id)
        payment = partial.qbo_payment_id or partial._qbo_moves().origin_payment_id._qbo_owner()[:1]
        owner = partial.qbo_application_id or payment
        return bool(owner) and owner._qbo_is_expected()

    @api.model
    def _qbo_credits_since(self, company, day):
        """Return the partials of credits that were applied before anybody noted them."""
        return self.search(
            Domain('company_id', '=', company.id)
            & Domain('debit_move_id.move_id.move_type', '=', 'out_invoice')
            & Domain('credit_move_id.move_id.move_type', '=', 'out_refund')
            & Domain('max_date', '>=', day)
            & Domain('qbo_application_id', '=', False)
            & Domain('qbo_payment_id', '=', False)
        )

    # === EXACT AMOUNTS === #

    def _qbo_amounts(self):
        """Return ``{document: amount}`` of what these partials settle, as :meth:`_qbo_is_settled` says."""
        amounts = {}
        for partial in self:
            for line, amount in (
                (partial.debit_move_id, partial.debit_amount_currency),
                (partial.credit_move_id, partial.credit_amount_currency),
            ):
                if line.move_id._qbo_is_settled():
                    amounts[line.move_id] = amounts.get(line.move_id, 0.0) + amount
        return {move: move.currency_id.round(amount) for move, amount in amounts.items()}
