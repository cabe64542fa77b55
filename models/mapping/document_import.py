"""QuickBooks' version of a document is imported: through Odoo's own reset, change, post, never past it."""

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools.translate import LazyTranslate

from ...qbo import lines, merge
from ...qbo.values import VOIDED
from ..connection.reason import Reason, Refused, declare

_lt = LazyTranslate(__name__)
declare(
    {
        'skip_no_lines': _lt("Documents without lines are not imported."),
        'odoo_hash': _lt(
            "It is locked in Odoo, which secures the entries of this journal. Undo the change in QuickBooks, or "
            "correct the document with a credit note in Odoo."
        ),
        'odoo_lock_date': _lt(
            "%(day)s lies in a period that is locked in Odoo up to %(until)s. Change the lock date, and it is taken "
            "within the hour; or undo the change in QuickBooks."
        ),
    }
)


class LockedInOdoo(Refused):
    """Odoo has locked a document, or the period that it would get into: it stays as it is, and differs."""


class QboMappingDocument(models.AbstractModel):
    _inherit = 'qbo.mapping.document'

    # === WHAT IT IS === #

    def _refers(self, step, row):
        refers = [(self.env[self._party_mapping]._entity, self._ref(row, self._party_member))]
        refers.append(('TaxCode', self._ref(row.get('TxnTaxDetail') or {}, 'TxnTaxCodeRef')))
        for line in lines.flattened(row.get('Line')):
            detail = lines.detail_of(line)
            refers += [(entity, self._ref(detail, f'{entity}Ref')) for entity in ('Item', 'TaxCode', 'Class')]
        # What is no number is built in: shipping, TAX, NON.
        return [(entity, qbo_id) for entity, qbo_id in refers if qbo_id and qbo_id.isdigit()]

    def _skip_reason(self, step, row):
        return self._skip_reasons(step, [row]).get(row['Id'])

    def _skip_reasons(self, step, rows):
        reasons = self._left_out_before(step, rows)
        for row in rows:
            if not lines.mapped(row.get('Line')) and not self._is_of_charges(row):
                reasons.setdefault(row['Id'], Reason('skip_no_lines'))
        return reasons

    def _left_out_before(self, step, rows):
        """Return ``{id: reason}`` of the rows that were in QuickBooks before their kind was switched on."""
        connection = step.connection
        return connection._why_left_out(rows, lambda old: self._match_rows(step, old), connection.billing_since)

    def _match_rows(self, step, rows):
        """The same number and amount (Pool Brain: what both sides have is linked, not sent twice)."""
        numbers = {row['DocNumber'] for row in rows if row.get('DocNumber')}
        if not numbers:
            return {}
        found = self._records(step).search(
            Domain(self._number_field, 'in', list(numbers))
            & self._kind()
            & Domain('company_id', '=', step.company.id)
            & Domain('state', '=', 'posted')
        )
        step.load_links(found)
        free = {}
        for move in found:
            if not step.qbo_id(move, self._entity):
                free.setdefault((move[self._number_field], lines.cents(move.amount_total)), []).append(move)
        matches = {}
        for row in rows:
            if same := free.get((row.get('DocNumber'), lines.cents(row.get('TotalAmt')))):
                matches[row['Id']] = same.pop(0)
        return matches

    # === A NEW DOCUMENT === #

    def _create_records(self, step, rows):
        """Create documents with the same total and tax to the cent, or raise; all are posted together."""
        quiet = {'tracking_disable': True, 'mail_create_nolog': True, 'mail_create_nosubscribe': True}
        moves = self._records(step).with_context(**quiet)
        moves = moves.create([self._new_vals(step, row) for row in rows]).with_env(step.env)
        is_posted = self._becomes_posted(step)
        for move, row in zip(moves, rows, strict=True):
            self._take_amounts(step, move, row)
            if is_posted:
                locked = move._get_violated_lock_dates(move.invoice_date, bool(move.amount_tax))
                step.connection._check_locked(locked)
        if is_posted:
            moves._post(soft=False)
        return list(moves)

    def _becomes_posted(self, step):
        """Return whether new documents of QuickBooks' are posted here, instead of becoming drafts."""
        return step.connection.take_invoices_as == 'posted'

    def _new_vals(self, step, row):
        """Return the values of a new document, as Odoo creates it."""
        mapped, nothing = self._from_row(step, row), self._records(step)
        return {
            'move_type': self._move_type,
            'company_id': step.company.id,
            'qbo_invoice_type': 'qbo',
            **self._light_vals(step, nothing, mapped),
            **self._heavy_vals(step, nothing, mapped),
            'invoice_line_ids': [Command.create(vals) for vals in self._lines_vals(step, row)],
        }

    # === A KNOWN DOCUMENT === #

    def _apply_changes(self, step, move, changes):
        if changes.get(VOIDED):
            self._remove(step, move)
        elif move.state == 'cancel' and VOIDED not in changes:
            pass  # nothing of a void document counts, and it stays void
        elif changes.keys() <= self._light_members():
            move.write(self._light_vals(step, move, changes))
        else:
            self._change(step, move, changes)

    def _change(self, step, move, changes):
        """Reset, change, post again, and reconcile again what came off; what nobody changed stays, to the cent.

        :raise LockedInOdoo: Odoo does not let go of the document, or of its new day
        :raise UserError: the totals would not be the same
        """
        was_posted = move.state in ('posted', 'cancel')
        reconciled = move._qbo_reconciliations()
        if was_posted:
            self._check_open(step, move, fields.Date.to_date(changes.get('TxnDate')))
            move.invalidate_recordset(['qbo_link_id', 'qbo_id'])
            move.button_draft()
        link = step.link(move, self._entity)
        snapshot, joined = link.snapshot or {}, step.joined.get(link)
        if joined:
            changes = {member: value for member, value in changes.items() if member != 'Line'}
        # Where Odoo's lines changed too, and stay, they go out, and their tax with them.
        takes_lines = not joined and changes.keys() & self._money_members() and not self._is_owed(step, move, changes)
        vals = {**self._light_vals(step, move, changes), **self._heavy_vals(step, move, changes)}
        vals |= self._number_vals(step, move, vals)
        if joined:
            vals['invoice_line_ids'] = self._joined_commands(step, move, snapshot, joined)
        elif takes_lines:
            # With the rest in one write: a discount is checked against the lines that it comes with.
            vals['invoice_line_ids'] = self._line_commands(step, move, snapshot, changes)
            vals['invoice_cash_rounding_id'] = False  # it is one of these lines, and not rounded anew
        if vals:
            move.write(vals)
        if joined:
            self._take_joined(step, move, snapshot, joined)
        elif takes_lines:
            self._take_amounts(step, move, snapshot)
        elif 'TxnTaxDetail' in changes and self._is_tax_alone(step, move):
            move._qbo_book({}, self._wanted_tax(step, move, snapshot.get('TxnTaxDetail') or {}))
        if was_posted:
            move._post(soft=False)
            move._qbo_reconcile_again(reconciled)

    def _is_owed(self, step, move, changes):
        """Return whether Odoo's lines changed since both sides agreed, and are still to be sent."""
        agreed = step.link(move, self._entity).base_odoo or {}
        now = {'Line': self._line_values(step, move)}
        return 'Line' not in changes and 'Line' in merge.changed({'Line': agreed.get('Line')}, now)

    def _is_tax_alone(self, step, move):
        """Return whether QuickBooks changed the tax and no line, and Odoo's lines changed in nothing that is taxed."""
        link = step.link(move, self._entity)
        there, before = lines.mapped((link.snapshot or {}).get('Line')), (link.base_qbo or {}).get('Line')
        if merge.changed({'Line': before}, {'Line': there}):
            return False
        return lines.charged(self._line_values(step, move)) == lines.charged(self._agreed_lines(step, move))

    def _check_open(self, step, move, day):
        """Refuse to reset what Odoo has locked, or to post it into a period that is: Odoo would move it silently.

        :param day: the new day of the document, None where it stays
        :raise LockedInOdoo: with what is locked
        """
        if move.inalterable_hash:
            raise LockedInOdoo(Reason('odoo_hash'), self.env)
        is_moved = day and step.connection.closed_books == 'hold'
        for on in filter(None, (move.state == 'posted' and move.date, is_moved and day)):
            if locked := move._get_violated_lock_dates(on, bool(move.amount_tax)):
                until = fields.Date.to_string(locked[-1][0])
                reason = Reason('odoo_lock_date', {'day': fields.Date.to_string(on), 'until': until})
                raise LockedInOdoo(reason, self.env)

    def _number_vals(self, step, move, vals):
        """Return what gives a document that moves to another year, or month, a number there, as on Odoo's screens.

        In QuickBooks it keeps the number that it has.
        """
        day = fields.Date.to_date(vals.get('date') or vals.get('invoice_date'))
        if not day or not move.name or move.name == '/':
            return {}
        there = move.new(
            {'name': move.name, 'date': day, 'journal_id': move.journal_id.id, 'move_type': move.move_type}
        )
        if there._sequence_matches_date():
            return {}
        link = step.link(move, self._entity)
        link.sent_as = link.sent_as or link.doc_number
        return {'name': False}

    def _remove(self, step, move):
        """Cancel a document, as its entity was voided or deleted in QuickBooks. What paid it becomes credit."""
        if move.state != 'cancel':
            self._check_open(step, move, None)
            move.button_cancel()
        return True

    def _written(self, step, move):
        lines = move.line_ids
        owed = lines.filtered(lambda line: line.account_type == self._account_type)
        owed = owed.with_prefetch(lines._prefetch_ids)  # of a page of documents all are read at once
        others = owed.matched_debit_ids.debit_move_id | owed.matched_credit_ids.credit_move_id
        return [move, move.line_ids | others]

    # === VALUES === #

    def _light_members(self):
        """Return the members that Odoo lets one change on a posted document; anything else needs its reset."""
        return {'DocNumber', 'ClassRef'}

    def _money_members(self):
        """Return the members that the amounts of a document follow from."""
        return {'Line', 'TxnTaxDetail', 'GlobalTaxCalculation'}

    def _light_vals(self, step, move, changes):
        """Return the values for :meth:`_light_members`.

        :param move: empty for a new document
        """
        vals = {}
        if 'ClassRef' in changes:
            vals['qbo_class_id'] = step.list_item('Class', changes['ClassRef']['value']).id
        if 'DocNumber' in changes and move:
            step.link(move, self._entity).sent_as = changes['DocNumber']
        return vals

    def _heavy_vals(self, step, move, changes):
        """Return what a document has to be a draft for, but for its lines.

        :param move: empty for a new document
        """
        vals = {}
        if self._party_member in changes:
            vals['partner_id'] = self._party(step, changes[self._party_member]['value']).id
        if changes.get('TxnDate'):
            vals['invoice_date'] = changes['TxnDate']
        vals.update(self._due_vals(step, move, changes))
        vals.update(self._currency_vals(step, move, changes))
        return vals

    def _party(self, step, qbo_id):
        """Return the partner of a document.

        :raise UserError: it is not synchronized
        """
        entity = self.env[self._party_mapping]._entity
        partner = step.record_of(entity, qbo_id)
        if not partner:
            raise UserError(
                step.env['qbo.link']._left_out_text(step.connection, entity, qbo_id)
                or self.env._("Its customer is not synchronized: a sub-customer or an inactive one. Link it first.")
            )
        return partner

    def _due_vals(self, step, move, changes):
        """Return terms and due date where Odoo would compute them anew: of another day, or of another customer."""
        term = move.invoice_payment_term_id
        if changes.keys().isdisjoint({self._party_member, 'TxnDate'}):
            return {}
        if term and not term._qbo_is_simple():
            return {'invoice_payment_term_id': term.id}  # instalments move with the date
        return self._due_on(move.invoice_date_due, term, move, changes)

    def _due_on(self, due, term, move, changes):
        """Return terms and due date: the day that was agreed, and the terms where they give this day."""
        if not due:
            return {}
        day = fields.Date.to_date(changes.get('TxnDate')) or move.invoice_date
        is_fit = term._qbo_is_simple() and day + timedelta(days=term.line_ids.nb_days) == due
        return {'invoice_payment_term_id': is_fit and term.id, 'invoice_date_due': due}

    def _currency_vals(self, step, move, changes):
        """Return currency and rate.

        :raise UserError: the currency is not active in Odoo
        """
        vals = {}
        code = (changes.get('CurrencyRef') or {}).get('value')
        if code:
            currencies = step.env['res.currency'].with_context(active_test=False)
            currency = currencies.search([('name', '=', code)], limit=1)
            if not currency.active:
                raise UserError(self.env._("Activate the currency %s in Odoo first.", code))
            vals['currency_id'] = currency.id
        if changes.get('ExchangeRate') and changes['ExchangeRate'] != 1.0:
            vals['invoice_currency_rate'] = 1 / changes['ExchangeRate']
        elif 'TxnDate' in changes and 'currency_id' not in vals and move:
            vals['invoice_currency_rate'] = move.invoice_currency_rate  # Odoo would look it up for the new day
        return vals
