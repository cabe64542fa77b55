"""Money received from customers: Payment in QuickBooks (qbo-api 9.8)."""

from odoo import models
from odoo.tools.translate import LazyTranslate

from ..connection.reason import Reason, declare
from ..lists.payment_method import CREDIT
from ..lists.payment_method import NAME_MAX as METHOD_MAX
from .paid import POSTED

REFS = ('PaymentMethodRef', 'DepositToAccountRef')

_lt = LazyTranslate(__name__)
declare(
    {
        'no_deposit_account': _lt(
            "QuickBooks needs a deposit-to account. Choose one on the connection or on the journal."
        ),
        'method_length': _lt(
            "The payment method %(method)s has more than %(max)s characters, which is all that QuickBooks takes. "
            "Shorten it on the journal."
        ),
    },
    is_check=True,
)


class QboMappingPayment(models.AbstractModel):
    _name = 'qbo.mapping.payment'
    _inherit = ['qbo.mapping.payment_form', 'qbo.mapping.received']
    _description = "Payment"

    _entity = 'Payment'
    _refers_to = ('Customer', 'PaymentMethod', 'Invoice', 'CreditMemo', 'RefundReceipt')
    _owed_type = 'out_invoice'
    _party_mapping = 'qbo.mapping.customer'
    _document_mapping = 'qbo.mapping.invoice'
    _reference_member = 'PaymentRefNum'

    # === WHICH === #

    def _concerned(self, step, records):
        """Customers' payments, but for those that are credit memos in QuickBooks."""
        own = super()._concerned(step, records)
        return own - step.env['qbo.mapping.payment_credit']._concerned(step, own)

    # === READY OR NOT === #

    def _wait_reason(self, step, record):
        if reason := self._unfinished(record):
            return reason
        if record.state in POSTED and not self._deposit_account(step, record):
            return Reason('no_deposit_account')
        return super()._wait_reason(step, record)

    def _hold_reason(self, step, record):
        if record.state in POSTED and len(self._method_name(record) or '') > METHOD_MAX:
            return Reason('method_length', {'method': self._method_name(record), 'max': METHOD_MAX})
        return super()._hold_reason(step, record)

    def _prepare(self, step, records):
        """Note the payment methods that QuickBooks is to get. Odoo's stand on journals, as many as like of a name."""
        for record in records.filtered(lambda record: record.state in POSTED):
            name = self._method_name(record)
            if name and not self._method(step, record):
                step.env['qbo.payment.method'].create({'name': name, 'company_id': step.company.id})

    def _requires(self, step, record):
        method = self._method(step, record) if record.state in POSTED else None
        methods = [(step.env['qbo.mapping.payment_method'], method)] if method else []
        return super()._requires(step, record) + methods

    # === VALUES === #

    def _values(self, step, record):
        return super()._values(step, record) | {
            'PaymentMethodRef': {'value': step.qbo_id(self._method(step, record), 'PaymentMethod')},
            'DepositToAccountRef': {'value': self._deposit_account(step, record)},
        }

    def _head_from(self, step, row):
        refs = {member: {'value': (row.get(member) or {}).get('value') or None} for member in REFS}
        return super()._head_from(step, row) | refs

    def _refers(self, step, row):
        methods = [] if row.get('status') == 'Deleted' else self._named(row, 'PaymentMethod')
        return super()._refers(step, row) + methods

    def _left_there(self, snapshot):
        return snapshot.get('UnappliedAmt')

    def _method_name(self, record):
        """Return the payment method's name in QuickBooks, None where it says nothing."""
        return CREDIT if record.qbo_account_credit else record.payment_method_line_id._qbo_name()

    def _method(self, step, record):
        """Return the payment method of QuickBooks, empty where Odoo has not noted it yet."""
        return step.env['qbo.payment.method']._qbo_named(self._method_name(record))

    def _deposit_account(self, step, record):
        """Return the id of the account that QuickBooks books the money on; what was agreed stays."""
        if account_id := step.list_id(record.qbo_deposit_account_id):
            return account_id
        agreed = (step.link(record, self._entity).base_odoo or {}).get('DepositToAccountRef')
        if agreed:
            return agreed['value']
        own = record.journal_id.qbo_deposit_account_id
        return step.list_id(own) or step.connection.deposit_account_id.qbo_id or None

    # === TO ODOO === #

    def _journal_of(self, page, head):
        return page.journal(head['DepositToAccountRef']['value'])

    def _find_journal(self, step, account_id):
        return step.env['account.journal']._qbo_of_account(account_id)

    def _light_vals(self, record, values, heavy, page):
        """The payment method belongs to the journal."""
        vals = super()._light_vals(record, values, heavy, page)
        if 'DepositToAccountRef' in values:
            vals['qbo_deposit_account_id'] = page.account(values['DepositToAccountRef']['value']).id
        if 'PaymentMethodRef' in values:
            name = page.method_name(values['PaymentMethodRef']['value'])
            vals['qbo_account_credit'] = name == CREDIT
            if name != CREDIT:
                vals.update(self._method_vals(record, name, heavy, page))
        elif 'journal_id' in heavy:
            vals.update(self._method_vals(record, record.payment_method_line_id._qbo_name(), heavy, page))
        return vals

    def _heavy_vals(self, step, record, values, page):
        vals = super()._heavy_vals(step, record, values, page)
        if 'DepositToAccountRef' in values and record:
            journal = self._journal_of(page, values)
            if journal.qbo_deposit_account_id and journal != record.journal_id:
                vals['journal_id'] = journal.id
        return vals

    # === WORDS === #

    def _noun(self, step, record):
        return self.env._("Payment")

    def _labels(self):
        return super()._labels() | {
            'CustomerRef': self.env._("customer"),
            'PaymentRefNum': self.env._("reference"),
            'PaymentMethodRef': self.env._("payment method"),
            'DepositToAccountRef': self.env._("deposited to"),
        }
