"""What a payment of Odoo is in QuickBooks, whether it was received (qbo-api 9.8) or paid out (purchases 5).

How rows come to Odoo: ``payment_import.py``; how amounts are compared: ``payment_money.py``.
"""

from odoo import fields, models
from odoo.tools.translate import LazyTranslate

from ...qbo import settlements
from ...qbo.values import VOIDED, is_void, without_void
from ..connection.reason import Reason, declare
from .paid import ENDED, NOTE_MAX, POSTED
from .settlement import LINE

REFERENCE_MAX = 21  # qbo-api 9.8, purchases 1.2

_lt = LazyTranslate(__name__)
declare(
    {
        'reference_length': _lt(
            "The payment reference %(reference)s has more than %(max)s characters, which is all that QuickBooks takes. "
            "Shorten it."
        ),
        'currency_of_document': _lt(
            "It pays a document in another currency than its own, which QuickBooks does not take. Register the payment "
            "in the currency of the document."
        ),
        'party_of_document': _lt(
            "It pays %(documents)s of %(others)s and is a payment of %(own)s. QuickBooks applies a payment to the "
            "documents of its own customer or vendor only. Reset it to draft and choose theirs; or undo the "
            "reconciliation and register a payment of theirs."
        ),
        'writeoff': _lt(
            "More is settled than the payment brings in: the rest is written off in Odoo, and QuickBooks has no such "
            "payments. Record what is written off as a credit note instead, and reconcile that with the invoice."
        ),
    },
    is_check=True,
)


class QboMappingPaymentForm(models.AbstractModel):
    """Payments with an amount of their own, of customers and to vendors: what both have in common."""

    _name = 'qbo.mapping.payment_form'
    _inherit = ['qbo.mapping.settlement', 'qbo.mapping.paid']
    _description = "Payment on Either Side"

    _has_files = True
    _side = None  # nobody is mailed a payment
    _document_mapping = None
    """What it settles first of all: ``'qbo.mapping.invoice'``."""
    _reference_member = None
    """The member for Odoo's payment reference, the number of a check: ``'PaymentRefNum'``."""

    # === WHICH === #

    def _takes(self, step, row):
        return not settlements.is_application(row)

    def _concerned(self, step, records):
        if len(records) > 1:
            step.load_links(records)
        return records.filtered(lambda record: self._is_own(record) or step.link(record, self._entity))

    # === WHAT IT SETTLES === #

    def _partials(self, record):
        """Return what the money settles, and the credits that a payment of QuickBooks used beside it."""
        lines = self._money_lines(record)
        return lines.matched_debit_ids | lines.matched_credit_ids | record._qbo_credits()

    def _money_lines(self, record):
        """Return the journal items that reduce what is owed."""
        return record._seek_for_lines()[1]

    def _load_compared(self, step, payments):
        """What their money settles, and the credits that went along."""
        lines = payments.move_id.line_ids
        partials = lines.matched_debit_ids | lines.matched_credit_ids | payments._qbo_credits()
        moves = partials._qbo_moves()
        step.load_links(moves)
        step.load_links(moves.origin_payment_id)

    def _owner_vals(self, record):
        return {'qbo_payment_id': record.id}

    def _settled(self, step, record):
        """A payment without an entry of its own settles its documents one by one."""
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
        return self._unfinished(record) or self._closed_books(step, record) or self._keeps(step, record)

    def _hold_reason(self, step, record):
        if record.state not in POSTED:
            return None
        if len(self._reference(record) or '') > REFERENCE_MAX:
            return Reason('reference_length', {'reference': self._reference(record), 'max': REFERENCE_MAX})
        return self._applied_problem(step, record) or self._currency_problem(step, record)

    def _applied_problem(self, step, record):
        """Return the reason why QuickBooks does not take what a payment settles, or None."""
        documents, settled = self._documents(step, record), self._settled(step, record)
        if documents.currency_id - record.currency_id:
            return Reason('currency_of_document')
        own = self._partner(record)
        posted = documents.filtered(lambda move: move.state == 'posted')  # a draft is under its old party there
        strange = posted.filtered(lambda move: own and move.commercial_partner_id != own)
        if strange and (strange := strange - self._leaving(step, record)):
            names, others = (part.mapped('display_name') for part in (strange, strange.commercial_partner_id))
            return Reason('party_of_document', {'documents': names, 'others': others, 'own': own.display_name})
        used = sum(settled[move] if move._qbo_type() == self._owed_type else -settled[move] for move in documents)
        return Reason('writeoff') if record.currency_id.compare_amounts(record.amount, used) < 0 else None

    def _requires(self, step, record):
        if record.state not in POSTED:
            return []
        partner = self._partner(record)
        documents = [move.origin_payment_id or move for move in self._documents(step, record)]
        return [
            *([(step.env[self._party_mapping], partner)] if partner else []),
            *((step.mapping_of(document), document) for document in documents),
        ]

    def _removal(self, step, record):
        if not step.there(record):
            return 'delete'
        return 'void' if record.state in ENDED else None

    # === VALUES === #

    def _values(self, step, record):
        ledger = self._ledger
        return {
            ledger.party_member: {'value': step.qbo_id(self._partner(record), ledger.party)},
            'TotalAmt': record.amount,
            'TxnDate': fields.Date.to_string(record.date),
            self._reference_member: self._reference(record),
            'PrivateNote': (record.memo or '')[:NOTE_MAX] or None,
            LINE: self._line_values(step, record),
            VOIDED: record.state in ENDED,
            **self._currency_values(step, record),
        }

    def _from_row(self, step, row):
        return {**self._head_from(step, row), LINE: self._lines_from(step, row)}

    def _head_from(self, step, row):
        """Return the mapped part of a row but for its lines; looks nothing up."""
        note, party = row.get('PrivateNote') or '', self._ledger.party_member
        return {
            party: {'value': (row.get(party) or {}).get('value') or None},
            'TotalAmt': row.get('TotalAmt') or 0.0,
            'TxnDate': row.get('TxnDate'),
            self._reference_member: row.get(self._reference_member) or None,
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

    def _reference(self, record):
        """Return the reference that is sent, a check's number, None where there is none."""
        return record.payment_reference or None

    # === WORDS === #

    def _labels(self):
        return {
            'TotalAmt': self.env._("amount"),
            'TxnDate': self.env._("date"),
            'PrivateNote': self.env._("memo"),
            'CurrencyRef': self.env._("currency"),
            'ExchangeRate': self.env._("exchange rate"),
            LINE: self.env._("applied to"),
            VOIDED: self.env._("void"),
        }
