"""QuickBooks' version of a payment is taken over: through Odoo's own reset, change, confirm, never past it."""

from odoo import fields, models
from odoo.exceptions import UserError

from ..qbo import settlements
from ..qbo.values import VOIDED
from .account_payment import ENDED
from .lists.payment_method import CREDIT
from .mapping.settlement import LINE


class AccountPayment(models.Model):
    _inherit = 'account.payment'

    def _qbo_apply(self, values):
        if not self:
            return self._qbo_create(values)
        self.ensure_one()
        if values.get(VOIDED):
            self._qbo_end()
        elif self.state not in ENDED or VOIDED in values:  # nothing of a void payment counts, and it stays void
            self._qbo_take(values)
        return self

    def _qbo_take(self, values):
        heavy = self._qbo_heavy_vals(values)
        vals = {**self._qbo_light_vals(values, heavy), **heavy}
        if heavy or VOIDED in values:
            self._qbo_change(vals, values.get('ExchangeRate'))
        elif vals:
            self._qbo_write(vals)
        if LINE in values:
            self._qbo_set_lines(self.qbo_link_id.facts[LINE])

    def _qbo_end(self):
        """Cancel the payment, as it was voided or deleted in QuickBooks. What it paid is open again."""
        if self.state != 'canceled':
            self._qbo_check_bank()
            self.action_cancel()
        return True

    # === A NEW PAYMENT === #

    def _qbo_create(self, values):
        mapped = self._qbo_mapped(values)
        journal = self.env['account.journal']._qbo_of_account(mapped['DepositToAccountRef']['value'])
        vals = {
            'payment_type': 'inbound',
            'partner_type': 'customer',
            'company_id': self.env.company.id,
            'currency_id': self.env.company.currency_id.id,
            'journal_id': journal.id,
            **self._qbo_heavy_vals(mapped),
        }
        vals.update(self._qbo_light_vals(mapped, vals))
        self._qbo_check_lock_dates(vals['date'], journal)
        if vals['currency_id'] != self.env.company.currency_id.id:
            vals['force_balance'] = self.env.company.currency_id.round(vals['amount'] * mapped['ExchangeRate'])
        # An entry of its own, also in an edition that does without: only entries can be reconciled in part.
        quiet = self.with_context(tracking_disable=True, mail_create_nolog=True, force_payment_move=True)
        payment = quiet.create(vals).with_env(self.env)
        payment.action_post()
        payment._qbo_set_lines(values.get(LINE))
        return payment

    def _qbo_check_lock_dates(self, day, journal):
        connection = self.env['qbo.connection']._of_company(self.env.company)
        connection._check_locked(self.env.company._get_violated_lock_dates(day, False, journal))

    # === A KNOWN PAYMENT === #

    def _qbo_change(self, vals, rate=None):
        """Reset, change, confirm again, and reconcile again what the change undid.

        :param rate: QuickBooks' exchange rate; the one that was agreed by default
        :raise UserError: Odoo forbids it (lock date, hash, matched with the bank …)
        """
        self._qbo_check_bank()
        was_draft = self.state == 'draft'
        reconciled = self.move_id._qbo_reconciliations()
        if not was_draft:
            self.action_draft()
        rate = rate or (self.qbo_link_id.base_qbo or {}).get('ExchangeRate')
        self.with_context(qbo_rate=rate)._qbo_write(vals)
        if not was_draft:
            self.action_post()
        self.move_id._qbo_reconcile_again(reconciled)

    def _qbo_set_lines(self, lines):
        """A payment without an entry of its own only says for which invoices it is."""
        if self.move_id:
            return super()._qbo_set_lines(lines)
        known = self._qbo_known(settlements.amounts(lines)).values()
        self.invoice_ids = self.env['account.move'].union(*known)
        return None

    def _qbo_write(self, vals):
        """Write; the account that the entry is booked on stays, which Odoo would empty with a payment method."""
        with self.env.protecting([self._fields['outstanding_account_id']], self):
            self.write(vals)

    def _prepare_move_line_default_vals(self, write_off_line_vals=None, force_balance=None):
        """Odoo would look the rate up anew for an entry that is changed."""
        rate = self.env.context.get('qbo_rate')
        if rate and force_balance is None and self.currency_id != self.company_currency_id:
            force_balance = self.company_currency_id.round(self.amount * rate)
        return super()._prepare_move_line_default_vals(write_off_line_vals, force_balance)

    def _qbo_check_bank(self):
        if self.reconciled_statement_line_ids:
            raise UserError(
                self.env._("It is matched with a bank statement in Odoo. Undo that first, then press Retry.")
            )

    # === VALUES === #

    def _qbo_light_vals(self, values, heavy):
        """Return what Odoo lets one change on a confirmed payment.

        :param dict heavy: what else is changed; the payment method belongs to the journal
        """
        vals = {}
        if 'PrivateNote' in values:
            vals['memo'] = values['PrivateNote'] or False
        if 'PaymentRefNum' in values:
            vals['payment_reference'] = values['PaymentRefNum'] or False
        if 'DepositToAccountRef' in values:
            vals['qbo_deposit_account_id'] = self._qbo_account_of(values['DepositToAccountRef']['value']).id
        if 'PaymentMethodRef' in values:
            name = self._qbo_linked('PaymentMethod', values['PaymentMethodRef']['value']).name
            vals['qbo_account_credit'] = name == CREDIT
            if name != CREDIT:
                vals.update(self._qbo_method_vals(name, heavy))
        elif 'journal_id' in heavy:
            vals.update(self._qbo_method_vals(self.payment_method_line_id._qbo_name(), heavy))
        return vals

    def _qbo_method_vals(self, name, heavy):
        journal = self.env['account.journal'].browse(heavy.get('journal_id')) or self.journal_id
        line = self.env['account.payment.method.line']._qbo_of(journal, name)
        vals = {'payment_method_line_id': line.id}
        if journal != self.journal_id and line.payment_account_id:
            vals['outstanding_account_id'] = line.payment_account_id.id
        return vals

    def _qbo_heavy_vals(self, values):
        """Return what a payment has to be a draft for."""
        vals = {}
        if 'CustomerRef' in values:
            vals['partner_id'] = self.env['account.move']._qbo_partner(values['CustomerRef']['value']).id
        if 'TotalAmt' in values:
            vals['amount'] = values['TotalAmt']
        if values.get('TxnDate'):
            vals['date'] = fields.Date.to_date(values['TxnDate'])
        if 'DepositToAccountRef' in values and self:
            journal = self.env['account.journal']._qbo_of_account(values['DepositToAccountRef']['value'])
            if journal.qbo_deposit_account_id and journal != self.journal_id:
                vals['journal_id'] = journal.id
        if 'ExchangeRate' in values:
            vals.setdefault('amount', self.amount)  # has Odoo write the entry anew
        if (values.get('CurrencyRef') or {}).get('value'):
            vals['currency_id'] = self.env['account.move']._qbo_currency_vals(values)['currency_id']
        return vals

    def _qbo_account_of(self, qbo_id):
        connection = self.env['qbo.connection']._of_company(self.env.company)
        return self.env['qbo.reference'].sudo()._of(connection, 'Account', qbo_id)
