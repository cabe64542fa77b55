"""Money received from customers: Payment in QuickBooks (qbo-api 9.8). How rows come to Odoo: ``payment_import.py``."""

from odoo import fields, models
from odoo.tools.translate import LazyTranslate

from ...qbo import settlements
from ...qbo.values import VOIDED, is_void, without_void
from ..connection.reason import Reason, declare
from ..lists.payment_method import CREDIT
from ..lists.payment_method import NAME_MAX as METHOD_MAX
from .received import ENDED, NOTE_MAX, POSTED
from .settlement import LINE

REFERENCE_MAX = 21  # qbo-api 9.8
REFS = ('CustomerRef', 'PaymentMethodRef', 'DepositToAccountRef')

_lt = LazyTranslate(__name__)
declare(
    {
        'no_deposit_account': _lt(
            "QuickBooks needs a deposit-to account. Choose one on the connection or on the journal."
        ),
        'reference_length': _lt(
            "The payment reference %(reference)s has more than %(max)s characters, which is all that QuickBooks takes. "
            "Shorten it."
        ),
        'method_length': _lt(
            "The payment method %(method)s has more than %(max)s characters, which is all that QuickBooks takes. "
            "Shorten it on the journal."
        ),
        'currency_of_document': _lt(
            "It pays a document in another currency than its own, which QuickBooks does not take. Register the payment "
            "in the currency of the document."
        ),
        'writeoff': _lt(
            "More is settled than the payment brings in: the rest is written off in Odoo, and QuickBooks has no such "
            "payments. Record what is written off as a credit note instead, and reconcile that with the invoice."
        ),
    }
)


class QboMappingPayment(models.AbstractModel):
    _name = 'qbo.mapping.payment'
    _inherit = ['qbo.mapping.settlement', 'qbo.mapping.received']
    _description = "Payment"

    _entity = 'Payment'
    _refers_to = ('Customer', 'PaymentMethod', 'Invoice', 'CreditMemo', 'RefundReceipt')

    # === WHICH === #

    def _takes(self, row):
        return not settlements.is_application(row)

    def _concerned(self, step, records):
        """Customers' payments, but for those that are credit memos in QuickBooks."""
        if len(records) > 1:
            step.load_links(records)
        own = records.filtered(lambda record: record._qbo_owner() or step.link(record, self._entity))
        return own - step.env['qbo.mapping.payment_credit']._concerned(step, own)

    # === WHAT IT SETTLES === #

    def _partials(self, record):
        """Return what the money settles, and the credits that a payment of QuickBooks used beside it."""
        lines = self._money_lines(record)
        return lines.matched_debit_ids | lines.matched_credit_ids | record._qbo_credits()

    def _money_lines(self, record):
        """Return the journal items that reduce what the customer owes."""
        return record._seek_for_lines()[1]

    def _owner_vals(self, record):
        return {'qbo_payment_id': record.id}

    def _settled(self, step, record):
        """A payment without an entry of its own settles its invoices one by one."""
        if record.move_id or not record.invoice_ids:
            return super()._settled(step, record)
        settled, left = {}, record.amount
        for invoice in record.invoice_ids.sorted(lambda move: (move.invoice_date_due or move.date, move.id)):
            part = min(left, invoice.amount_total)
            if invoice.currency_id.compare_amounts(part, 0.0) > 0:
                settled[invoice] = invoice.currency_id.round(part)
                left -= part
        return settled

    # === READY OR NOT === #

    def _wait_reason(self, step, record):
        if reason := self._unfinished(record):
            return reason
        if record.state in POSTED and not self._deposit_account(step, record):
            return Reason('no_deposit_account')
        return self._closed_books(step, record) or self._keeps(step, record)

    def _hold_reason(self, step, record):
        if record.state not in POSTED:
            return None
        if len(record.payment_reference or '') > REFERENCE_MAX:
            return Reason('reference_length', {'reference': record.payment_reference, 'max': REFERENCE_MAX})
        if len(self._method_name(record) or '') > METHOD_MAX:
            return Reason('method_length', {'method': self._method_name(record), 'max': METHOD_MAX})
        return self._currency_problem(step, record) or self._applied_problem(step, record)

    def _applied_problem(self, step, record):
        """Return the reason why QuickBooks does not take what a payment settles, or None."""
        documents, settled = self._documents(step, record), self._settled(step, record)
        if documents.currency_id - record.currency_id:
            return Reason('currency_of_document')
        rest = record.amount + sum(move.direction_sign * settled[move] for move in documents)
        if record.currency_id.compare_amounts(rest, 0.0) >= 0:
            return None
        return Reason('writeoff')

    def _prepare(self, step, records):
        """Note the payment methods that QuickBooks is to get. Odoo's stand on journals, as many as like of a name."""
        for record in records.filtered(lambda record: record.state in POSTED):
            name = self._method_name(record)
            if name and not self._method(step, record):
                step.env['qbo.payment.method'].create({'name': name, 'company_id': step.company.id})

    def _requires(self, step, record):
        if record.state not in POSTED:
            return []
        customer, method = self._customer(record), self._method(step, record)
        documents = [move.origin_payment_id or move for move in self._documents(step, record)]
        return [
            *([(step.env['qbo.mapping.customer'], customer)] if customer else []),
            *((step.mapping_of(document), document) for document in documents),
            *([(step.env['qbo.mapping.payment_method'], method)] if method else []),
        ]

    def _removal(self, step, record):
        if not step.there(record):
            return 'delete'
        return 'void' if record.state in ENDED else None

    # === VALUES === #

    def _values(self, step, record):
        return {
            'CustomerRef': {'value': step.qbo_id(self._customer(record), 'Customer')},
            'TotalAmt': record.amount,
            'TxnDate': fields.Date.to_string(record.date),
            'PaymentRefNum': record.payment_reference or None,
            'PaymentMethodRef': {'value': step.qbo_id(self._method(step, record), 'PaymentMethod')},
            'DepositToAccountRef': {'value': self._deposit_account(step, record)},
            'PrivateNote': (record.memo or '')[:NOTE_MAX] or None,
            LINE: self._line_values(step, record),
            VOIDED: record.state in ENDED,
            **self._currency_values(step, record),
        }

    def _from_row(self, step, row):
        return {**self._head_from(step, row), LINE: self._lines_from(step, row)}

    def _head_from(self, step, row):
        """Return the mapped part of a row but for its lines; looks nothing up."""
        note = row.get('PrivateNote') or ''
        return {
            **{member: {'value': (row.get(member) or {}).get('value') or None} for member in REFS},
            'TotalAmt': row.get('TotalAmt') or 0.0,
            'TxnDate': row.get('TxnDate'),
            'PaymentRefNum': row.get('PaymentRefNum') or None,
            # Without the word that QuickBooks puts in front when it voids (qbo-api 9.3).
            'PrivateNote': (without_void(note) if is_void(row) else note) or None,
            VOIDED: is_void(row),
            **self._currency_from(step, row),
        }

    def _body(self, step, record, body, snapshot):
        """A new payment in closed books goes out with the first open day, where that is the rule."""
        body = super()._body(step, record, body, snapshot)
        if 'TxnDate' in body:
            body['TxnDate'] = fields.Date.to_string(step.connection._open_day(record.date))
        return body

    def _truncated(self, step, record):
        return [] if record.state in ENDED else [('PrivateNote', record.memo or '', NOTE_MAX)]

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

    # === WORDS === #

    def _noun(self, step, record):
        return self.env._("Payment")

    def _labels(self):
        return {
            'CustomerRef': self.env._("customer"),
            'TotalAmt': self.env._("amount"),
            'TxnDate': self.env._("date"),
            'PaymentRefNum': self.env._("reference"),
            'PaymentMethodRef': self.env._("payment method"),
            'DepositToAccountRef': self.env._("deposited to"),
            'PrivateNote': self.env._("memo"),
            'CurrencyRef': self.env._("currency"),
            'ExchangeRate': self.env._("exchange rate"),
            LINE: self.env._("applied to"),
            VOIDED: self.env._("void"),
        }
