from odoo import models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ...qbo import open_amounts, settlements
from ..connection.reason import Reason, declare

LINE = 'Line'
REFUSED = ('620', '6000')  # while something else settles a document in QuickBooks

_lt = LazyTranslate(__name__)
declare(
    {
        'held_by': _lt(
            "It goes to its new customer or vendor when %(name)s, which settles it in QuickBooks, has let it go there."
        ),
        'keeps': _lt("It settles %(document)s. %(why)s"),
    }
)


class QboMappingSettlement(models.AbstractModel):
    """What settles documents in QuickBooks: money, or credit that is applied without any (qbo-api 9.8, purchases 5).

    Payments settle what customers owe, bill payments what is owed to vendors: ``_ledger`` says which. The lines are
    Odoo's reconciliations. Lines of documents that Odoo does not know (older than billing, or of a type that is not
    synchronized) are left as they are in QuickBooks.
    """

    _name = 'qbo.mapping.settlement'
    _inherit = 'qbo.mapping'
    _description = "Payment in QuickBooks"

    _name_member = 'TotalAmt'
    _is_name_unique = False

    _owed_type = None
    """The type of the documents that are owed in Odoo: ``'out_invoice'``. All others are credit."""
    _party_mapping = None
    """Who owes or is owed: ``'qbo.mapping.customer'``."""

    # === WHAT EACH MAPPING SAYS === #

    def _partials(self, record):
        """Return the reconciliations that are this payment's in QuickBooks."""
        raise NotImplementedError

    def _money_lines(self, record):
        """Return the journal items of the money that is applied; none where only credit is."""
        return self.env['account.move.line']

    def _owner_vals(self, record):
        """Return what partials between invoices and credit notes remember a record by."""
        raise NotImplementedError

    # === WHAT IT SETTLES === #

    def _settled(self, step, record):
        """Return ``{entry: amount}`` of what a record settles in Odoo: invoices, credit notes, and the entries of
        payments that are credit memos in QuickBooks."""
        return dict(step.once(('settled', record), lambda: self._partials(record)._qbo_amounts(step)))

    def _documents(self, step, record):
        """Return those of these entries that belong in QuickBooks: they have to be there first."""
        return (
            step.env['account.move']
            .union(*self._settled(step, record))
            .filtered(lambda move: move.origin_payment_id or belongs(step, move))
        )

    def _line_values(self, step, record):
        """Return the lines: what is settled of the documents that QuickBooks has."""
        settled, leaving = self._settled(step, record), self._leaving(step, record)
        links = {move: document_link(step, move) for move in settled if move not in leaving}
        return settlements.lines({(link.entity, link.qbo_id): settled[move] for move, link in links.items() if link})

    def _lines_from(self, step, row):
        """Return the lines of a row in the same shape: of the documents that Odoo has."""
        return settlements.lines(self._possible_amounts(step, row))

    def _possible_amounts(self, step, row):
        """Return ``{(type, id): amount}`` of what a row settles of the documents that Odoo has.

        What it settles with credit that Odoo cannot have (a deposit, a journal entry) stays open here, and the document
        says so.

        :param dict row: of QuickBooks, or the snapshot of one
        """
        sums = settlements.amounts(row.get(LINE))
        known = self._known(step, sums)
        found = {key: sums[key] for key in sums if key in known}
        if len(found) == len(sums):
            return found
        money = (row.get('TotalAmt') or 0.0) - (self._left_there(row) or 0.0)
        return settlements.affordable(found, self._ledger, money)

    def _is_short(self, step, snapshot):
        """Return whether something settles documents with credit that Odoo has not, so that they are open here."""
        sums = settlements.amounts(snapshot.get(LINE))
        possible = self._possible_amounts(step, snapshot)
        return any(possible.get(key) != sums[key] for key in self._known(step, sums))

    def _left_there(self, snapshot):
        """Return how much of its own money does not settle anything in QuickBooks, None where that is not known."""
        return None

    def _known(self, step, keys):
        """Return ``{(type, id): entry}`` of those of these documents that Odoo has; a query a type and model."""
        found = self._behind(step, keys)
        entries = {key: _entry_of(record) for key, (link, record) in found.items() if record and link._is_there()}
        return {key: entries[key] for key in keys if entries.get(key)}

    def _unapplied_documents(self, step, keys):
        """Return the links of documents that are in QuickBooks, could not be imported, and are asked for again."""
        links = (link for link, _record in self._behind(step, keys).values())
        return [link for link in links if not link.res_id and link.state == 'error']

    def _behind(self, step, keys):
        """Return ``{(type, id): (link, record)}`` of documents.

        :param keys: ``(type, id)`` each; of other types than Odoo has records for there is none
        """
        return step.behind(self._possible(keys))

    def _possible(self, keys):
        """Return those of ``(type, id)`` that Odoo may have a record for, sorted."""
        return sorted(key for key in keys if key[0] in self._ledger.documents)

    # === TO QUICKBOOKS === #

    def _settles(self, values):
        return settlements.amounts(values.get(LINE))

    def _aside(self, step, record, keys):
        """A payment lets go of all that it settles; one of zero cannot, so it is deleted, and made anew after."""
        link = step.link(record, self._entity)
        agreed = link.base_odoo or {}
        if not keys or not keys <= self._held(link, agreed):
            return None
        if not agreed.get('TotalAmt'):
            return 'delete', agreed, link._version()
        kept = self._settles(link.snapshot or {})
        known = self._known(step, kept)
        kept = settlements.lines({key: kept[key] for key in kept if key not in known})
        same = {member: agreed[member] for member in (self._ledger.party_member, 'TotalAmt')}
        body = {**link._version(), **self._whole({**same, LINE: kept}, link.snapshot or {})}
        return 'update', {**agreed, LINE: []}, body

    def _touches(self, before, after):
        old, new = self._settles(before), self._settles(after)
        return {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}

    def _body(self, step, record, body, snapshot):
        """Keep what QuickBooks alone knows: the lines are replaced as a whole (qbo-api 9.1)."""
        if LINE not in body:
            return body
        kept = self._settles(snapshot)
        known = self._known(step, kept)
        body[LINE] = body[LINE] + settlements.lines({key: kept[key] for key in kept if key not in known})
        # Intuit's samples of updates with lines carry both of these.
        now = self._values(step, record)
        return {**body, **{member: now[member] for member in (self._ledger.party_member, 'TotalAmt')}}

    # === DOCUMENTS THAT GET ANOTHER CUSTOMER OR VENDOR: let go first, taken up again after === #

    def _leaving(self, step, record):
        """Return the documents that QuickBooks does not give to their new customer or vendor while a record settles
        them."""
        moves = step.env['account.move'].union(*self._settled(step, record))
        return moves.filtered(lambda move: self._changes_party(step, move))

    def _changes_party(self, step, move):
        """Return whether QuickBooks has a document under another customer or vendor than Odoo."""
        if move.state != 'posted' or move.origin_payment_id:
            return False
        link = document_link(step, move)
        agreed = (link.base_odoo or {}).get(self._ledger.party_member)
        return bool(link) and agreed != {'value': step.qbo_id(move.commercial_partner_id, self._ledger.party)}

    def _dependents(self, step, record, before, after):
        """What was let go can move now, and so can what else settles it, and what was refused because of it."""
        leaving = self._leaving(step, record) if record else step.env['account.move']
        return [*([leaving, *leaving._qbo_settlements()] if leaving else []), *self._freed(step, before, after)]

    def _freed(self, step, before, after):
        """Return what QuickBooks refused while a payment settled documents there, where it settles less of them now."""
        now = self._settles(after)
        less = [key for key, amount in self._settles(before).items() if now.get(key, 0.0) < amount]
        moves = step.env['account.move'].union(*self._known(step, less).values())
        found = []
        for records in [moves, *moves._qbo_settlements()] if moves else ():
            links = step.links_of(records)
            found.append(
                records.filtered(lambda record, links=links: any(own.error_code in REFUSED for own in links[record.id]))
            )
        return found

    def _held_by(self, step, move):
        """Return the reason why a payment holds a document back: one that is settled keeps its customer or vendor."""
        if not self._changes_party(step, move):
            return None
        link = document_link(step, move)
        for record in (item for records in move._qbo_settlements() for item in records):
            for mapping in step.mappings_of(record):
                own = step.link(record, mapping._entity)
                if own._is_there() and (link.entity, link.qbo_id) in mapping._settles(own.base_odoo or {}):
                    return Reason('held_by', {'name': record.display_name})
        return None

    def _keeps(self, step, record):
        """Return the reason why a record keeps what it settles: nothing is let go that could not be taken up again."""
        for move in self._leaving(step, record):
            if reason := step.mapping_of(move)._closed_books(step, move):
                return Reason('keeps', {'document': move.display_name, 'why': reason})
        return None

    # === TO ODOO === #

    def _refers(self, step, row):
        if row.get('status') == 'Deleted':
            return []
        return [*self._named(row, self._ledger.party), *self._possible(self._settles(row))]

    def _named(self, row, *entities):
        """Return ``[(entity type, id)]`` of those of these that a row names."""
        refers = [(entity, (row.get(f'{entity}Ref') or {}).get('value')) for entity in entities]
        return [(entity, qbo_id) for entity, qbo_id in refers if qbo_id]

    def _snapshot(self, step, row):
        return {LINE: settlements.lines(self._settles(row)), **open_amounts.moved(row)}

    def _set_lines(self, step, record, row):
        """Settle exactly what QuickBooks says, of the documents that Odoo has. Others that are settled stay so.

        :param dict row: as QuickBooks sent it, or its snapshot
        :raise UserError: Odoo has less open, or a document could not be imported yet
        """
        if joined := step.joined.get(step.link(record, self._entity)):
            row = {**row, LINE: joined.lines}
        self._check_taken(step, settlements.amounts(row.get(LINE)))
        sums = self._possible_amounts(step, row)
        wanted = {move: sums[key] for key, move in self._known(step, sums).items()}
        settled = {move: sum_ for move, sum_ in self._settled(step, record).items() if document_link(step, move)}
        moves = step.env['account.move'].union(*wanted, *settled)
        changed = moves.filtered(
            lambda move: move.currency_id.compare_amounts(wanted.get(move, 0.0), settled.get(move, 0.0))
        )
        if any(move._qbo_type() != self._owed_type for move in changed):
            changed = moves  # which credit pays which invoice, QuickBooks does not say
        if changed:
            self._lock(changed)
            self._partials(record).filtered(lambda partial: partial._qbo_moves() & changed).unlink()
            self._settle(record, {move: amount for move, amount in wanted.items() if move in changed})

    def _check_taken(self, step, keys):
        """Refuse to settle what is in QuickBooks and could not be imported.

        :raise UserError: with its name
        """
        for document in self._unapplied_documents(step, keys):
            raise UserError(self.env._("It settles %s, which could not be applied yet.", document.name))

    def _lock(self, moves):
        for records in (moves, moves.line_ids):
            records.lock_for_update(allow_referencing=True)  # or raise: the engine never waits for a user

    def _settle(self, record, wanted):
        """Reconcile documents by exact amounts: what is owed with credits first, then with the money."""
        credits = {move: amount for move, amount in wanted.items() if move._qbo_type() != self._owed_type}
        for invoice, amount in wanted.items():
            if invoice in credits:
                continue
            left = amount
            for credit in credits:
                part = min(left, credits[credit])
                done = invoice._qbo_settle_with(credit._qbo_receivable_lines(), part, **self._owner_vals(record))
                credits[credit] -= done
                left -= done
            left -= invoice._qbo_settle_with(self._money_lines(record), left)
            is_open = invoice.currency_id.compare_amounts(_open(invoice), left) >= 0
            spent = [credit for credit in credits if is_open and not credit.currency_id.is_zero(credits[credit])]
            self._check_settled(spent[0] if spent else invoice, left)
        for credit, left in credits.items():
            self._check_settled(credit, left)

    def _check_settled(self, move, left):
        """Refuse to settle less than QuickBooks says.

        :param left: what Odoo could not settle of it
        :raise UserError: with what to do
        """
        if move.currency_id.is_zero(left):
            return
        raise UserError(
            self.env._(
                "%(amount)s more of %(document)s is settled in QuickBooks than is open in Odoo. Undo what else is "
                "reconciled with it in Odoo, or correct the payment in QuickBooks.",
                amount=move.currency_id.format(left),
                document=move.display_name,
            )
        )

    # === WORDS === #

    def _in_words(self, step, record, path, value):
        if path != LINE:
            return super()._in_words(step, record, path, value)
        return "; ".join(f"{step.name_of(*key)}: {amount:.2f}" for key, amount in settlements.amounts(value).items())

    def _mode_chosen(self, step, records):
        """What is settled by something that QuickBooks does not get is said on the documents."""
        records = records.with_env(step.env)
        documents = step.env['account.move'].union(*(self._documents(step, record) for record in records))
        self.env['qbo.change']._append(documents)
        return super()._mode_chosen(step, records)


def settlement_of(env, move):
    """Return the mapping of the payments that settle an entry: of what customers owe, or of what is owed to vendors."""
    is_bought = move.is_purchase_document(include_receipts=True)
    return env['qbo.mapping.bill_payment' if is_bought else 'qbo.mapping.payment']


def is_document(step, move):
    """Return whether a payment in QuickBooks may name an entry: a document, or a payment that is a credit there."""
    payment = move.origin_payment_id
    return move.is_invoice() or move.qbo_as_bill or bool(payment and step.link(payment, 'CreditMemo'))


def _open(move):
    return abs(sum(move._qbo_receivable_lines().mapped('amount_residual_currency')))


def document_link(step, move):
    """Return the link of what QuickBooks has of an entry, empty where a payment cannot name it there."""
    record = move.origin_payment_id or move
    links = (step.link(record, entity) for entity in settlements.DOCUMENTS)
    return next((link for link in links if link._is_there()), step.env['qbo.link'])


def is_expected(step, record):
    """Return whether QuickBooks has a record, or is going to get it."""
    mapping = step.mapping_of(record)
    return step.link(record, mapping._entity)._is_there() or mapping._is_coming(step, record)


def belongs(step, move):
    """Return whether a document belongs in QuickBooks, as one that a payment can name there."""
    mapping = step.mapping_of(move)
    return mapping._entity in settlements.DOCUMENTS and mapping._wanted(step, move)


def _entry_of(record):
    """Return the entry of what a payment may settle: a document, or a payment that is a credit memo."""
    return record.move_id if record._name == 'account.payment' else record
