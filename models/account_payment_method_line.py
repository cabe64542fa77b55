from odoo import api, models

from ..qbo import text

CASH = 'Cash'  # what QuickBooks calls it in its stock list (qbo-api 9.13)
OTHER = 'Other'  # what a payment of QuickBooks without a method becomes (Pool Brain)


class AccountPaymentMethodLine(models.Model):
    _inherit = 'account.payment.method.line'

    def _qbo_name(self):
        """Return the name of this payment method in QuickBooks, None where it says nothing about the payment."""
        if self.code == 'manual' and self.name == self.payment_method_id.name:
            return CASH if self.journal_id.type == 'cash' else None
        name = text.clean_name(self.name or '')
        return None if name.casefold() == OTHER.casefold() else name or None

    @api.model
    def _qbo_of(self, journal, name, payment_type='inbound'):
        """Return the method of this name for money that comes in on a journal, or goes out; created when missing.

        :param name: as QuickBooks calls it; None: *Other*
        """
        is_inbound = payment_type == 'inbound'
        lines = journal.inbound_payment_method_line_ids if is_inbound else journal.outbound_payment_method_line_ids
        if name:
            found = lines.filtered(lambda line: (line._qbo_name() or '').casefold() == name.casefold())
        else:
            found = lines.filtered(lambda line: line.name == OTHER)
        if found:
            return found[:1]
        manual = self.env.ref(f'account.account_payment_method_manual_{"in" if is_inbound else "out"}')
        usual = lines.filtered(lambda line: line.payment_method_id == manual)[:1]
        vals = {
            'name': name or OTHER,
            'journal_id': journal.id,
            'payment_method_id': manual.id,
            'payment_account_id': usual.payment_account_id.id,
            'sequence': 100,
        }
        return self.sudo().create(vals).sudo(False)
