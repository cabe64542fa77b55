"""What is open of a document on either side, and what settles it there that does not settle it here (design 8)."""

from odoo import models
from odoo.tools.translate import LazyTranslate

from ...qbo import settlements
from ..connection.reason import Reason, declare, money
from .paid import POSTED
from .settlement import document_link, is_expected

_lt = LazyTranslate(__name__)
declare(
    {
        'settled': _lt(
            "%(qbo)s is open in QuickBooks and %(odoo)s in Odoo: %(amount)s of it is settled in Odoo by %(entries)s, "
            "which is not in QuickBooks. Undo that in Odoo and register a payment, which a bank statement line can "
            "then be matched with; or record it in QuickBooks."
        ),
        'settled_refund': _lt(
            "%(qbo)s is open in QuickBooks and %(odoo)s in Odoo: %(amount)s of it is settled in Odoo by %(entries)s, "
            "which is not in QuickBooks. Undo that in Odoo and apply the credit to an invoice or bill, or record it in "
            "QuickBooks."
        ),
        'settled_kept_out': _lt(
            "%(qbo)s is open in QuickBooks and %(odoo)s in Odoo: %(amount)s of it is paid in Odoo by %(entries)s, "
            "which is kept out of QuickBooks. Set that payment to Synchronize, or record it in QuickBooks."
        ),
        'settled_back': _lt(
            "%(qbo)s is open in QuickBooks and %(odoo)s in Odoo: %(amount)s of it came back from the vendor with "
            "%(entries)s, and such money does not go to QuickBooks. Record a bank deposit on Accounts Payable there "
            "and apply it; or undo it in Odoo and apply the credit to a bill."
        ),
        'settled_paid_out': _lt(
            "%(qbo)s is open in QuickBooks and %(odoo)s in Odoo, where %(payment)s paid it out. Press Refund in "
            "QuickBooks: a refund receipt takes the place of the credit memo there."
        ),
        'settled_more': _lt(
            "%(qbo)s is open in QuickBooks and %(odoo)s in Odoo, where %(entries)s settles more of it than there."
        ),
        'settled_there': _lt(
            "%(qbo)s is open in QuickBooks and %(odoo)s in Odoo: %(entries)s settles it there and is not in Odoo, or "
            "not as it is there. Follow QuickBooks, or undo it there."
        ),
        'settled_there_only': _lt(
            "%(qbo)s is open in QuickBooks and %(odoo)s in Odoo: it is settled there by %(entries)s, which Odoo cannot "
            "have. Record the same in Odoo, or undo it in QuickBooks."
        ),
        'settled_error': _lt(
            "%(qbo)s is open in QuickBooks and %(odoo)s in Odoo: %(entries)s settles it here, and could not be sent. "
            "%(why)s"
        ),
        'settled_waits': _lt(
            "%(qbo)s is open in QuickBooks and %(odoo)s in Odoo: %(entries)s settles it, and is not in QuickBooks as "
            "it is in Odoo. %(why)s"
        ),
        'settled_there_refused': _lt(
            "%(qbo)s is open in QuickBooks and %(odoo)s in Odoo: %(entries)s applies a credit there, which Odoo could "
            "not do. %(why)s Or undo it there."
        ),
        'credit_refused': _lt(
            "%(qbo)s is open in QuickBooks and %(odoo)s in Odoo: QuickBooks did not take the credit of %(credit)s. "
            "%(why)s Follow QuickBooks, which may have applied it by itself, or press Retry on the applied credit."
        ),
        'credit_refused_same': _lt(
            "As much is open in QuickBooks as in Odoo, %(qbo)s, but something else settles it there: QuickBooks did "
            "not take the credit of %(credit)s. %(why)s Follow QuickBooks, which may have applied it by itself, or "
            "press Retry on the applied credit."
        ),
    },
    fixes={
        'settled': 'follow',
        'settled_refund': 'follow',
        'settled_kept_out': 'include_payments',
        'settled_back': 'follow',
        'settled_paid_out': 'refund_there',
        'settled_more': 'follow',
        'settled_there': 'follow',
        'settled_there_only': 'undo_there',
        'settled_error': 'settling',
        'settled_waits': 'settling',
        'settled_there_refused': 'undo_there',
        'credit_refused': 'follow',
        'credit_refused_same': 'follow',
    },
)


class QboMapping(models.AbstractModel):
    _inherit = 'qbo.mapping'

    def _compare_documents(self, step, record, link):
        """Compare the documents that a record settles on either side, now that it goes no further, or is fixed.

        :param record: may be deleted
        """

    def _settled_by(self, row):
        """Return ``[(entity type, id)]`` of the payments that a row of a document names."""
        ways = (self.env[name] for name in ('qbo.mapping.payment', 'qbo.mapping.bill_payment'))
        ways = [way for way in ways if self._entity in way._ledger.documents]
        return [(way._entity, qbo_id) for way in ways for qbo_id in way._payments_named(row)]


class QboMappingSettlement(models.AbstractModel):
    _inherit = 'qbo.mapping.settlement'

    def _load_settled(self, step, moves):
        """Read at once what :meth:`_open_reason` and what it asks read of each of these entries."""
        payments, _applications = moves._qbo_settlements()
        payments = payments.with_env(step.env)
        step.load_links(payments)
        step.there(payments)

    # === HOW MUCH IS OPEN === #

    def _open_here(self, step, move):
        """Return what is open of an entry in Odoo, in its currency.

        A payment without an entry of its own settles its invoices too; a bank statement line may stand for it.
        """
        lines = move._qbo_receivable_lines()
        payments = move.matched_payment_ids.filtered(lambda payment: not payment.move_id and payment.state in POSTED)
        paid = sum(self._settled(step, item).get(move, 0.0) for item in payments if is_expected(step, item))
        if paid:
            partials = lines.matched_debit_ids | lines.matched_credit_ids
            of_bank = partials.filtered(lambda partial: (partial._qbo_moves() - move).statement_line_id)
            paid = max(0.0, paid - of_bank._qbo_amounts(step).get(move, 0.0))
        return abs(sum(lines.mapped('amount_residual_currency'))) - paid

    def _open_reason(self, step, move, figure):
        """Return the reason why not as much is open of an entry on both sides, None where the rest is under way.

        :param figure: what is open
        """
        link = document_link(step, move)
        if not link:
            return None
        rest = figure.qbo - figure.odoo - self._under_way(step, move, link)
        if figure.currency.is_zero(rest):
            return None
        if found := self._credit_refused(step, move, figure) or self._settling_stuck(step, move, link, figure):
            return found
        if rest > 0:
            return self._settled_here(step, move, figure)
        return self._settled_there(step, link, figure)

    def _under_way(self, step, move, link):
        """Return by how much more is open in QuickBooks because of settlements that are not there yet as they are here.

        :param link: of what QuickBooks has of the entry
        """
        total = 0.0
        for mapping, record, own in self._settlers(step, move, link):
            if own.mode != 'never' and self._is_under_way(step, record, own):
                here = mapping._settled(step, record).get(move, 0.0) if record else 0.0
                total += here - mapping._settles(own.base_qbo or {}).get((link.entity, link.qbo_id), 0.0)
        return total

    def _is_under_way(self, step, record, own):
        """Return whether a settlement has something to send, and nothing keeps it: its documents show that."""
        if is_stuck(own) or not (own._is_there() or (record and is_expected(step, record))):
            return False
        model, res_id = (record._name, record.id) if record else (own.res_model, own.res_id)
        changes = [('connection_id', '=', step.connection.id), ('res_model', '=', model), ('res_id', '=', res_id)]
        return bool(step.env['qbo.change'].search_count(changes, limit=1))

    def _stuck(self, step, move, link):
        """Return ``[(record, link)]`` of what settles an entry not as it does there, and goes no further."""
        return [
            (record, own)
            for mapping, record, own in self._settlers(step, move, link)
            if is_stuck(own)
            and own.mode != 'never'
            and move.currency_id.compare_amounts(
                mapping._settled(step, record).get(move, 0.0) if record else 0.0,
                mapping._settles(own.base_qbo or {}).get((link.entity, link.qbo_id), 0.0),
            )
        ]

    def _compare_documents(self, step, record, link):
        here = [document_link(step, move) for move in (self._settled(step, record) if step.there(record) else ())]
        keys = {(own.entity, own.qbo_id) for own in here if own}
        for own in step.links_of_keys(keys | self._settles(link.base_qbo or {}).keys()):
            step.compare(own)

    def _settlers(self, step, move, link):
        """Return ``[(mapping, record, link)]`` of what settles an entry on either side and has a record in Odoo.

        Of one that was deleted the record is empty: its deletion may be under way.
        """
        found = {}
        for records in move._qbo_settlements():
            for record in records.with_env(step.env):
                mapping = step.mapping_of(record)
                if record._name == 'account.payment' and not self._is_own(record):
                    continue  # it came back, which QuickBooks is not told
                if mapping._entity == self._entity:
                    found[record._name, record.id] = mapping, record, step.link(record, self._entity)
        for own in step.links_named(self._entity, self._payments_there(link)).filtered('res_id'):
            found.setdefault((own.res_model, own.res_id), (step.mapping_of_link(own), step.record(own), own))
        return list(found.values())

    # === WHY === #

    def _settled_here(self, step, move, figure):
        """Return the reason where something settles an entry that QuickBooks has not."""
        if payment := move._qbo_paid_out_by():
            name = payment.display_name
            return Reason('settled_paid_out', {'qbo': figure.there, 'odoo': figure.here, 'payment': name})
        amount, entries = self._settled_apart(step, move)
        if move.currency_id.compare_amounts(amount, 0.0) <= 0:
            names = [record.display_name for _m, record, _l in self._settlers(step, move, document_link(step, move))]
            names = names or (move._qbo_receivable_lines()._all_reconciled_lines().move_id - move).mapped(
                'display_name'
            )
            return Reason('settled_more', {'qbo': figure.there, 'odoo': figure.here, 'entries': names})
        key = 'settled' if move._qbo_type() == self._owed_type else 'settled_refund'
        payments = [entry.origin_payment_id._qbo_owner() for entry in entries]
        if all(payments):
            key = 'settled_kept_out' if all(map(self._is_own, payments)) else 'settled_back'
        return Reason(
            key,
            {
                'qbo': figure.there,
                'odoo': figure.here,
                'amount': money(amount, move.currency_id),
                'entries': entries.mapped('display_name'),
            },
        )

    def _apart(self, step, move):
        """Return the reconciliations of an entry that QuickBooks has not and does not get."""
        lines = move._qbo_receivable_lines()
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        by_itself = partials.exchange_move_id
        return partials.filtered(lambda partial: not partial._qbo_moves() & by_itself)._qbo_apart(step)

    def _settled_apart(self, step, move):
        """Return how much of a document is settled in Odoo only, and by which entries.

        A bank statement line may stand for a payment without an entry of its own, which QuickBooks has.
        """
        apart = self._apart(step, move)
        payments = move.matched_payment_ids.filtered(lambda payment: not payment.move_id and payment.state in POSTED)
        there = sum(self._settled(step, item).get(move, 0.0) for item in payments if is_expected(step, item))
        return apart._qbo_amounts(step).get(move, 0.0) - there, apart._qbo_moves() - move

    def _settled_there(self, step, link, figure):
        """Return the reason where something settles an entry in QuickBooks that Odoo has not, or has otherwise."""
        payments = self._payments_there(link)
        links = {own.qbo_id: own for own in step.links_named(self._entity, payments)}
        if refused := next(filter(is_refused_credit, links.values()), None):
            why, name = Reason.of(refused.reason), refused.name
            return Reason(
                'settled_there_refused', {'qbo': figure.there, 'odoo': figure.here, 'entries': name, 'why': why}
            )
        names, cannot = [], []
        for qbo_id in payments:
            own = links.get(qbo_id, step.env['qbo.link'])
            if own.res_id and own.state == 'synced' and not self._is_short(step, own.snapshot or {}):
                continue
            strange = self._strange_documents(own)
            names.append(own.name or f"{self._entity} {qbo_id}")
            cannot += [f"{kind} {document_id}" for kind, document_id in strange]
        others = [f"{row['TxnType']} {row['TxnId']}" for row in _links_there(link) if row['TxnType'] not in KNOWN]
        if cannot or (others and not names):
            return Reason('settled_there_only', {'qbo': figure.there, 'odoo': figure.here, 'entries': cannot + others})
        return Reason('settled_there', {'qbo': figure.there, 'odoo': figure.here, 'entries': names or ["QuickBooks"]})

    def _settling_stuck(self, step, move, link, figure):
        """Return the reason where what settles an entry is in error, on hold or a draft, else None."""
        stuck = self._stuck(step, move, link)
        if not stuck:
            return None
        qbo, odoo, first = figure.there, figure.here, stuck[0][1]
        entries = [record.display_name if record else own.name for record, own in stuck]
        why = Reason.of(first.reason)
        if first.state == 'error':
            return Reason('settled_error', {'qbo': qbo, 'odoo': odoo, 'entries': entries, 'why': why})
        return Reason('settled_waits', {'qbo': qbo, 'odoo': odoo, 'entries': entries, 'why': why})

    def _credit_refused(self, step, move, figure):
        """Return the reason where QuickBooks refused to apply a credit that is applied in Odoo, else None."""
        if not figure.currency.compare_amounts(figure.odoo, move.amount_total):
            return None  # nothing is applied
        for application in move._qbo_settlements()[1].with_env(step.env):
            own = step.link(application, self._entity)
            if own.state == 'error' and not own.qbo_id:
                name, why = application.display_name, Reason.of(own.reason)
                if figure.is_same:
                    return Reason('credit_refused_same', {'qbo': figure.there, 'credit': name, 'why': why})
                return Reason('credit_refused', {'qbo': figure.there, 'odoo': figure.here, 'credit': name, 'why': why})
        return None

    # === WHAT QUICKBOOKS SAYS === #

    def _payments_there(self, link):
        """Return the ids of the payments that a document names."""
        return self._payments_named(link.snapshot or {})

    def _payments_named(self, row):
        """Return the ids of the payments that a row of a document names."""
        return [txn['TxnId'] for txn in row.get('LinkedTxn') or [] if txn['TxnType'] in self._ledger.links]

    def _strange_documents(self, link):
        """Return ``[(type, id)]`` of what a payment settles, or uses, that Odoo can have no records for."""
        keys = settlements.amounts((link.snapshot or {}).get('Line'))
        return sorted(key for key in keys if key[0] not in self._ledger.documents)


KNOWN = {
    *(kind for ledger in settlements.LEDGERS for kind in ledger.links),
    *('Estimate', 'TimeActivity', 'ReimburseCharge', 'StatementCharge', 'ChargeCredit', 'Deposit', 'PurchaseOrder'),
}
"""Types of what a document may name that settle nothing by themselves, or are payments."""


def is_stuck(link):
    """Return whether a settlement goes no further before something else happens: it is refused, on hold, a draft."""
    return link.state == 'error' or (link.state == 'pending' and bool(link.error_code))


def is_refused_credit(link):
    """Return whether Odoo refused to apply a credit as QuickBooks has applied it, perhaps by itself."""
    return link.res_model == 'qbo.application' and not link.res_id and link.state == 'error'


def _links_there(link):
    return (link.snapshot or {}).get('LinkedTxn') or []
