from odoo import api, fields, models
from odoo.fields import Domain

from .mapping.settlement import is_document, is_expected
from .mapping.step import Step


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
        for step, some in partials._qbo_steps():
            step.env['qbo.application']._qbo_create_for(some._qbo_to_apply(step))
            self._qbo_note(some._qbo_owners(step))
        return partials

    def unlink(self):
        steps = self._qbo_steps()
        owners = [records for step, some in steps for records in some._qbo_owners(step)]
        # A document that differs for what is undone here is compared anew, also where nothing has to be sent for it.
        owners += [some._qbo_moves()._qbo_owner().filtered(_differs) for _step, some in steps]
        result = super().unlink()
        self._qbo_note(owners)
        return result

    # === BUSINESS METHODS === #

    def _qbo_steps(self):
        """Return ``[(step, partials)]`` for the companies that synchronize payments; a cache knows which those are.

        The partials come as superuser, and with the links of the payments among them.
        """
        companies = {
            item.company_id for item in self.env['qbo.connection']._collecting() if 'account.payment' in item.models
        }
        found = []
        for company, partials in self.grouped('company_id').items() if companies else ():
            if company.id in companies:
                step = Step.of(self.env, company)
                some = partials.with_env(step.env)
                step.load_links(some._qbo_payments())
                found.append((step, some))
        return found

    def _qbo_moves(self):
        """Return the entries that are reconciled here."""
        return (self.debit_move_id | self.credit_move_id).move_id

    def _qbo_payments(self):
        """Return the payments whose money is reconciled here, and those of QuickBooks that used a credit."""
        return self._qbo_moves().origin_payment_id | self.qbo_payment_id

    def _qbo_owners(self, step):
        """Return the payments and applications that are others in QuickBooks with these partials, and the documents
        that are compared with QuickBooks anew."""
        documents = self._qbo_moves().filtered('qbo_is_refund') | self._qbo_apart(step)._qbo_moves()._qbo_owner()
        return [self._qbo_payments()._qbo_owner(), self.qbo_application_id, documents]

    @api.model
    def _qbo_note(self, owners):
        for records in owners:
            self.env['qbo.change']._append(records.exists())

    def _qbo_to_apply(self, step):
        """Return the credits that a user applied to what is owed: each pair of documents becomes an application."""
        mappings = [item for item in step.mappings if item._record_model == 'qbo.application']
        return self.filtered(
            lambda partial: (
                not (partial.qbo_application_id or partial.qbo_payment_id)
                and any(mapping._applies(step, partial) for mapping in mappings)
            )
        )

    def _qbo_apart(self, step):
        """Return those of these partials that QuickBooks has no counterpart of and is not to get one: a bank statement
        line or a manual entry, credit of a document that is only in Odoo, a payment that is kept out."""

        def has_counterpart(partial):
            payment = partial.qbo_payment_id or partial._qbo_moves().origin_payment_id._qbo_owner()[:1]
            owner = partial.qbo_application_id or payment
            return bool(owner) and is_expected(step, owner)

        return self.filtered(lambda partial: not has_counterpart(partial))

    @api.model
    def _qbo_credits_since(self, company, day, limit, types, side):
        """Return partials of credits that were applied before anybody noted them: so many, and all of their pairs.

        :param types: of the documents that are owed, and of those that are credit
        :param side: the field with the item of the credit
        """
        (owed_type, credit_type), other = types, {'credit_move_id', 'debit_move_id'} - {side}
        noted_by_nobody = (
            Domain('company_id', '=', company.id)
            & Domain(f'{other.pop()}.move_id.move_type', '=', owed_type)
            & Domain(f'{side}.move_id.move_type', '=', credit_type)
            & Domain('max_date', '>=', day)
            & Domain('qbo_application_id', '=', False)
            & Domain('qbo_payment_id', '=', False)
        )
        found = self.search(noted_by_nobody, order='id', limit=limit)
        return self.search(noted_by_nobody & Domain(f'{side}.move_id', 'in', found[side].move_id.ids))

    # === EXACT AMOUNTS === #

    def _qbo_amounts(self, step):
        """Return ``{entry: amount}`` of what these partials settle and a payment in QuickBooks may name."""
        amounts = {}
        for partial in self:
            for line, amount in (
                (partial.debit_move_id, partial.debit_amount_currency),
                (partial.credit_move_id, partial.credit_amount_currency),
            ):
                if is_document(step, line.move_id):
                    amounts[line.move_id] = amounts.get(line.move_id, 0.0) + amount
        return {move: move.currency_id.round(amount) for move, amount in amounts.items()}


def _differs(move):
    return move.qbo_link_id.state == 'differs'
