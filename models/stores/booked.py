"""What a store books is another: each of these notes which journal entries to compare at the end of day.

Where no store sends entries, that costs a look into a cache. What none of them sees (a booking changed by SQL) is found
when everything is compared, see ``close.py``.
"""

from odoo import api, models
from odoo.fields import Domain

MOVE = frozenset({'state', 'date', 'journal_id', 'partner_id', 'commercial_partner_id', 'qbo_class_id'})
LINE = frozenset(
    {
        'move_id',
        'account_id',
        'partner_id',
        'balance',
        'debit',
        'credit',
        'amount_currency',
        'display_type',
        'tax_line_id',
        'tax_repartition_line_id',
        'qbo_class_id',
    }
)
CARRIERS = ('account.move', 'account.payment')


class AccountMove(models.Model):
    _inherit = 'account.move'

    def write(self, vals):
        changes = self.env['qbo.store.change']
        if MOVE.isdisjoint(vals) or not changes._by_journal():
            return super().write(vals)
        before = changes._booking(self)
        result = super().write(vals)
        changes._append(before | changes._booking(self))
        return result


class AccountMoveLine(models.Model):
    """Of posted journal entries: those of drafts count when they are posted."""

    _inherit = 'account.move.line'

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        changes = self.env['qbo.store.change']
        if changes._by_journal():
            changes._append(changes._booking(lines.move_id))
        return lines

    def write(self, vals):
        changes = self.env['qbo.store.change']
        if LINE.isdisjoint(vals) or not changes._by_journal():
            return super().write(vals)
        before = changes._booking(self.move_id)
        result = super().write(vals)
        changes._append(before | changes._booking(self.move_id))
        return result

    def unlink(self):
        changes = self.env['qbo.store.change']
        before = changes._booking(self.move_id) if changes._by_journal() else set()
        result = super().unlink()
        changes._append(before)
        return result


class AccountPartialReconcile(models.Model):
    """A payment of a document that QuickBooks has goes there as a payment, and any other in an entry."""

    _inherit = 'account.partial.reconcile'

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        self.env['qbo.store.change']._append(partials._qbo_booked_payments())
        return partials

    def unlink(self):
        before = self._qbo_booked_payments()
        result = super().unlink()
        self.env['qbo.store.change']._append(before)
        return result

    def _qbo_booked_payments(self):
        changes = self.env['qbo.store.change']
        if not changes._by_journal():
            return set()
        moves = (self.debit_move_id | self.credit_move_id).move_id.sudo()
        return changes._booking(moves.filtered(lambda move: move.origin_payment_id or move.statement_line_id))


class AccountPayment(models.Model):
    """What pays a refund out goes where its refund goes."""

    _inherit = 'account.payment'

    def write(self, vals):
        result = super().write(vals)
        changes = self.env['qbo.store.change']
        if 'qbo_refund_id' in vals and changes._by_journal():
            changes._append(changes._booking(self.sudo()._qbo_booked_in()))
        return result

    def _qbo_booked_in(self):
        """Return the journal entries that book these payments: their own, or those of bank statement lines."""
        lines = self.env['account.bank.statement.line'].search([('payment_ids', 'in', self.ids)])
        return self.move_id | lines.move_id


class AccountBankStatementLine(models.Model):
    """A payment without a journal entry of its own is booked by the statement."""

    _inherit = 'account.bank.statement.line'

    def write(self, vals):
        result = super().write(vals)
        changes = self.env['qbo.store.change']
        if 'payment_ids' in vals and changes._by_journal():
            changes._append(changes._booking(self.move_id))
        return result


class QboLink(models.Model):
    """What QuickBooks has as a document is in no entry."""

    _inherit = 'qbo.link'

    @api.model_create_multi
    def create(self, vals_list):
        links = super().create(vals_list)
        self.env['qbo.store.change']._append(links.filtered('qbo_id')._booked_by_carried())
        return links

    def write(self, vals):
        result = super().write(vals)
        changes = self.env['qbo.store.change']
        if 'qbo_id' in vals or 'res_id' in vals or vals.get('state') in ('gone', 'error'):
            changes._append(self._booked_by_carried())
        return result

    def unlink(self):
        before = self._booked_by_carried()
        result = super().unlink()
        self.env['qbo.store.change']._append(before)
        return result

    def _booked_by_carried(self):
        """Return what ``qbo.store.change`` notes of the documents and payments of these links."""
        changes = self.env['qbo.store.change']
        links = self.filtered(lambda link: link.res_model in CARRIERS and link.res_id)
        if not links or not changes._by_journal():
            return set()
        by_model = links.grouped('res_model')
        documents, payments = (
            self.env[name].sudo().browse(by_model.get(name, links[:0]).mapped('res_id')).exists() for name in CARRIERS
        )
        money = Domain('qbo_refund_id', 'in', documents.ids) | Domain('qbo_receipt_id', 'in', documents.ids)
        payments |= payments.search(money)
        moves = documents | payments.move_id
        if payments:
            moves |= moves.search([('statement_line_id.payment_ids', 'in', payments.ids)])
        if not all(connection._sends_documents() for connection in links.connection_id):
            # Payments go as such there where they pay a document that QuickBooks has.
            lines = documents.line_ids
            paying = lines.matched_credit_ids.credit_move_id | lines.matched_debit_ids.debit_move_id
            moves |= paying.move_id.filtered('origin_payment_id')
        return changes._booking(moves)


class ResPartner(models.Model):
    """Receivables and payables stand under the commercial partner's name."""

    _inherit = 'res.partner'

    def write(self, vals):
        changes = self.env['qbo.store.change']
        if {'parent_id', 'is_company'}.isdisjoint(vals) or not changes._by_journal():
            return super().write(vals)
        before = [partner.commercial_partner_id for partner in self.sudo()]
        result = super().write(vals)
        if before != [partner.commercial_partner_id for partner in self.sudo()]:
            changes._append_all()
        return result


class AccountAccount(models.Model):
    """Whether somebody is named, or nothing is entered at all, depends on the type."""

    _inherit = 'account.account'

    def write(self, vals):
        result = super().write(vals)
        if 'account_type' in vals:
            self.env['qbo.store.change']._append_all()
        return result
