"""What a customer's payment looks like in QuickBooks (qbo-api 9.8)."""

from odoo import fields, models

from ..qbo.values import RATE_DIGITS, VOIDED, is_void, without_void
from .account_payment import ENDED
from .mapping.settlement import LINE

NOTE_MAX = 4000  # qbo-api 9.8
REFS = ('CustomerRef', 'PaymentMethodRef', 'DepositToAccountRef')


class AccountPayment(models.Model):
    _inherit = 'account.payment'

    def _qbo_values(self):
        return {
            'CustomerRef': {'value': self._qbo_customer().qbo_id or None},
            'TotalAmt': self.amount,
            'TxnDate': fields.Date.to_string(self.date),
            'PaymentRefNum': self.payment_reference or None,
            'PaymentMethodRef': {'value': self._qbo_method().qbo_id or None},
            'DepositToAccountRef': {'value': self._qbo_deposit_account()},
            'PrivateNote': (self.memo or '')[:NOTE_MAX] or None,
            LINE: self._qbo_line_values(),
            VOIDED: self.state in ENDED,
            **self._qbo_currency_values(),
        }

    def _qbo_mapped(self, values):
        connection = self.env['qbo.connection']._of_company(self.env.company)
        mapped = {
            **{member: {'value': (values.get(member) or {}).get('value') or None} for member in REFS},
            'TotalAmt': values.get('TotalAmt') or 0.0,
            'TxnDate': values.get('TxnDate'),
            'PaymentRefNum': values.get('PaymentRefNum') or None,
            'PrivateNote': _note(values),
            LINE: self._qbo_mapped_lines(values),
            VOIDED: is_void(values),
        }
        if connection._has_currencies():
            mapped['CurrencyRef'] = {'value': (values.get('CurrencyRef') or {}).get('value')}
            mapped['ExchangeRate'] = values.get('ExchangeRate') or 1.0
        return mapped

    def _qbo_body(self, body, facts):
        """A new payment in closed books goes out with the first open day, where that is the rule."""
        body = super()._qbo_body(body, facts)
        connection = self.env['qbo.connection']._of_company(self.env.company)
        if 'TxnDate' in body:
            body['TxnDate'] = fields.Date.to_string(connection._open_day(self.date))
        return body

    def _qbo_long(self):
        return [] if self.state in ENDED else [('PrivateNote', self.memo or '', NOTE_MAX)]

    # === PARTS === #

    def _qbo_deposit_account(self):
        """Return the id of the account that QuickBooks books the money on; what was agreed stays."""
        if account_id := self.qbo_deposit_account_id.qbo_id:
            return account_id
        agreed = (self.qbo_link_id.base_odoo or {}).get('DepositToAccountRef')
        if agreed:
            return agreed['value']
        connection = self.env['qbo.connection']._of_company(self.env.company)
        return self.journal_id.qbo_deposit_account_id.qbo_id or connection.deposit_account_id.qbo_id or None

    def _qbo_currency_values(self):
        connection = self.env['qbo.connection']._of_company(self.env.company)
        if not connection._has_currencies():
            return {}
        is_home = self.currency_id == self.company_currency_id
        rate = 1.0 if is_home or not self.amount else abs(self.amount_company_currency_signed) / self.amount
        return {'CurrencyRef': {'value': self.currency_id.name}, 'ExchangeRate': round(rate, RATE_DIGITS)}

    # === WHAT IT SETTLES === #

    def _qbo_money_lines(self):
        """Return the journal items that reduce what the customer owes."""
        return self._seek_for_lines()[1]

    def _qbo_partials(self):
        """Return what the money settles, and the credits that a payment of QuickBooks used beside it."""
        lines = self._qbo_money_lines()
        return lines.matched_debit_ids | lines.matched_credit_ids | self._qbo_credits()

    def _qbo_credits(self):
        partials = self.env['account.partial.reconcile'].search([('qbo_payment_id', 'in', self.ids)])
        return partials.filtered(lambda partial: partial._qbo_is_credit())  # not exchange differences

    def _qbo_owner_vals(self):
        return {'qbo_payment_id': self.id}

    def _qbo_settled(self):
        """Return ``{document: amount}``. A payment without an entry of its own settles its invoices one by one."""
        if self.move_id or not self.invoice_ids:
            return super()._qbo_settled()
        settled, left = {}, self.amount
        for invoice in self.invoice_ids.sorted(lambda move: (move.invoice_date_due or move.date, move.id)):
            part = min(left, invoice.amount_total)
            if invoice.currency_id.compare_amounts(part, 0.0) > 0:
                settled[invoice] = invoice.currency_id.round(part)
                left -= part
        return settled


def _note(values):
    """Return the memo, without the word that QuickBooks puts in front of it when it voids (qbo-api 9.3)."""
    note = values.get('PrivateNote') or ''
    return (without_void(note) if is_void(values) else note) or None
