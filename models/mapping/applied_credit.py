from odoo import fields, models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ...qbo import settlements
from ..connection.reason import Reason, declare
from .settlement import LINE, is_document

_lt = LazyTranslate(__name__)
declare(
    {
        'skip_unknown_documents': _lt("Credit that is applied to documents that are not in Odoo is not imported."),
    }
)


class QboMappingCreditApplication(models.AbstractModel):
    """Credit that pays what is owed: in QuickBooks a payment of zero with lines of both (qbo-api 9.8, purchases 5.3).

    Of credit notes for customers and of those of vendors.
    """

    _name = 'qbo.mapping.credit_application'
    _inherit = 'qbo.mapping.settlement'
    _description = "Applied Credit on Either Side"

    _record_model = 'qbo.application'
    _tracked = ('partial_ids',)

    _start = None
    """The connection's field with the day from which on it goes: ``'billing_start'``."""
    _credit_side = None
    """Which side of a reconciliation is the credit: ``'credit_move_id'``."""

    # === WHICH === #

    def _concerned(self, step, applications):
        """Of one whose credit was undone only its link says whose it was."""
        return applications.filtered(
            lambda item: (
                any(move._qbo_type() == self._owed_type for move in item.partial_ids._qbo_moves())
                or step.link(item, self._entity)
            )
        )

    def _takes(self, step, row):
        return settlements.is_application(row)

    def _domain(self, step):
        return Domain('partial_ids', '!=', False)

    def _wanted(self, step, record):
        """Only where both documents belong in QuickBooks: it refuses a payment of zero that is not balanced."""
        return super()._wanted(step, record) and self._documents(step, record) == record.partial_ids._qbo_moves()

    def _skip_reason(self, step, row):
        return self._skip_reasons(step, [row]).get(row['Id'])

    def _skip_reasons(self, step, rows):
        old = [row for row in rows if self._is_of_before(step, row)]
        matches = self._match_rows(step, old) if old else {}
        reasons = {row['Id']: Reason('skip_before_billing') for row in old if row['Id'] not in matches}
        for row in rows:
            sums = settlements.amounts(row.get(LINE))
            if len(self._known(step, sums)) + len(self._unapplied_documents(step, sums)) < len(sums):
                reasons.setdefault(row['Id'], Reason('skip_unknown_documents'))
        return reasons

    def _match_rows(self, step, rows):
        """The same amounts of the same documents, applied on both sides."""
        keys = {key for row in rows for key in settlements.amounts(row.get(LINE))}
        moves = step.env['account.move'].union(*self._known(step, keys).values())
        found = self._records(step).search(
            Domain(f'partial_ids.{self._credit_side}.move_id', 'in', moves.ids) & self._visible(step)
        )
        step.load_links(found)
        free = [(item, self._line_values(step, item)) for item in found if not step.qbo_id(item, self._entity)]
        matches = {}
        for row in rows:
            wanted = self._lines_from(step, row)
            if same := next((pair for pair in free if pair[1] == wanted), None):
                free.remove(same)
                matches[row['Id']] = same[0]
        return matches

    def _applies(self, step, partial):
        """Return whether a reconciliation applies credit of this kind."""
        credit = partial[self._credit_side]
        owed = (partial.debit_move_id | partial.credit_move_id) - credit
        return owed.move_id._qbo_type() == self._owed_type and is_document(step, credit.move_id)

    def _not_noted(self, connection, limit):
        """Return the reconciliations of credit from before this kind was switched on, so many, from its start on."""
        partials = self.env['account.partial.reconcile']
        types = (self._owed_type, self._owed_type.replace('invoice', 'refund'))
        start = connection[self._start]
        return partials._qbo_credits_since(connection.company_id, start, limit, types, self._credit_side)

    # === WHAT IT SETTLES === #

    def _partials(self, record):
        return record.partial_ids

    def _owner_vals(self, record):
        return {'qbo_application_id': record.id}

    def _partner(self, record):
        """Return whose credit it is."""
        return record.partial_ids.debit_move_id.move_id.commercial_partner_id[:1]

    def _is_of_before(self, step, row):
        """Return whether a row was in QuickBooks before this kind was switched on."""
        return step.connection._is_before_billing(row)

    # === TO QUICKBOOKS === #

    def _wait_reason(self, step, record):
        if step.link(record, self._entity).qbo_id or not record.partial_ids:
            return self._keeps(step, record)
        return step.connection._closed_books_reason(self._day(step, record))

    def _requires(self, step, record):
        partner = self._partner(record)
        documents = [move.origin_payment_id or move for move in self._documents(step, record)]
        return [
            *([(step.env[self._party_mapping], partner)] if partner else []),
            *((step.mapping_of(document), document) for document in documents),
        ]

    def _removal(self, step, record):
        """A payment of zero cannot let go of its documents, so it is made anew when they have another customer."""
        is_settling = step.there(record) and record.partial_ids and not self._leaving(step, record)
        return None if is_settling else 'delete'

    def _values(self, step, record):
        ledger = self._ledger
        return {
            ledger.party_member: {'value': step.qbo_id(self._partner(record), ledger.party)},
            'TotalAmt': 0.0,
            LINE: self._line_values(step, record),
        }

    def _create_only(self, step, record):
        currency = record.partial_ids.debit_currency_id[:1]
        return {
            'TxnDate': fields.Date.to_string(self._day(step, record)),
            **({'CurrencyRef': {'value': currency.name}} if step.connection._has_currencies() else {}),
        }

    def _day(self, step, record):
        """Return from when on the credit counts: both documents are there, and the books are open."""
        return step.connection._open_day(max(record.partial_ids.mapped('max_date')))

    # === TO ODOO === #

    def _from_row(self, step, row):
        party = self._ledger.party_member
        return {
            party: {'value': (row.get(party) or {}).get('value')},
            'TotalAmt': row.get('TotalAmt') or 0.0,
            LINE: self._lines_from(step, row),
        }

    def _create_record(self, step, row):
        application = self._records(step).create({'company_id': step.company.id})
        self._set_lines(step, application, row)
        return application

    def _apply_changes(self, step, record, changes):
        """Only what is settled is imported: the rest follows from the documents."""
        if LINE in changes:
            self._set_lines(step, record, step.link(record, self._entity).snapshot)

    def _remove(self, step, record):
        record.partial_ids.unlink()
        return True

    def _written(self, step, record):
        moves = record.partial_ids._qbo_moves()
        return [record, moves, moves.line_ids]

    # === WORDS === #

    def _shown_on(self, records):
        moves = records.exists().partial_ids._qbo_moves()
        return [records, moves, moves.origin_payment_id]

    def _noun(self, step, record):
        return self.env._("Applied credit")

    def _labels(self):
        return {
            'TotalAmt': self.env._("amount"),
            LINE: self.env._("applied to"),
        }


class QboMappingAppliedCredit(models.AbstractModel):
    _name = 'qbo.mapping.applied_credit'
    _inherit = 'qbo.mapping.credit_application'
    _description = "Applied Credit"

    _entity = 'Payment'
    _switch = 'sync_billing'
    _ledger = settlements.RECEIVABLES
    _refers_to = ('Customer', 'Invoice', 'CreditMemo')
    _owed_type = 'out_invoice'
    _party_mapping = 'qbo.mapping.customer'
    _start = 'billing_start'
    _credit_side = 'credit_move_id'

    def _labels(self):
        return super()._labels() | {'CustomerRef': self.env._("customer")}


class QboMappingAppliedVendorCredit(models.AbstractModel):
    """Credit of a vendor that pays bills (purchases 5.3)."""

    _name = 'qbo.mapping.applied_vendor_credit'
    _inherit = ['qbo.mapping.paid_out', 'qbo.mapping.credit_application']
    _description = "Applied Vendor Credit"

    _entity = 'BillPayment'
    _start = 'purchases_start'
    _credit_side = 'debit_move_id'

    def _create_only(self, step, record):
        """QuickBooks wants an account also where no money leaves it."""
        found = super()._create_only(step, record)
        account = step.env['account.journal']._qbo_any_bank(step)
        return {**found, **self._paid_with(step.list_id(account), 'Check')}

    def _body(self, step, record, body, snapshot):
        body = super()._body(step, record, body, snapshot)
        if not snapshot:
            body['CheckPayment'] = {**body.get('CheckPayment', {}), 'PrintStatus': 'NotSet'}
        return body

    def _noun(self, step, record):
        return self.env._("Applied vendor credit")

    def _labels(self):
        return super()._labels() | {'VendorRef': self.env._("vendor")}
