from odoo import models
from odoo.exceptions import UserError

from ...qbo import settlements

LINE = 'Line'


class QboSettlement(models.AbstractModel):
    """What is a Payment in QuickBooks: money received, or credit that is applied without any (qbo-api 9.8).

    Its lines are Odoo's reconciliations. Lines of documents that Odoo does not know (older than billing, or of a type
    that is not synchronised) are left as they are in QuickBooks.
    """

    _name = 'qbo.settlement'
    _inherit = 'qbo.mixin'
    _description = "Payment in QuickBooks"

    # === WHAT THE TWO SAY === #

    def _qbo_partials(self):
        """Return the reconciliations that are this payment's in QuickBooks."""
        raise NotImplementedError

    def _qbo_money_lines(self):
        """Return the journal items of the money that is applied; none where only credit is."""
        return self.env['account.move.line']

    def _qbo_owner_vals(self):
        """Return what partials between invoices and credit notes remember this record by."""
        raise NotImplementedError

    # === WHAT THE ENGINE ASKS === #

    def _qbo_entity(self):
        return 'Payment'

    def _qbo_toggle(self):
        return 'sync_billing'

    def _qbo_rank(self):
        return 20

    def _qbo_names(self):
        return 'TotalAmt', ('Payment',)

    def _qbo_refers(self, values):
        if values.get('status') == 'Deleted':
            return []
        refers = [(entity, (values.get(f'{entity}Ref') or {}).get('value')) for entity in ('Customer', 'PaymentMethod')]
        refers += sorted(key for key in settlements.amounts(values.get(LINE)) if key[0] in settlements.DOCUMENTS)
        return [(entity, qbo_id) for entity, qbo_id in refers if qbo_id]

    def _qbo_touches(self, before, after):
        old, new = (settlements.amounts(values.get(LINE)) for values in (before, after))
        return {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}

    def _qbo_facts(self, values):
        return {LINE: settlements.lines(settlements.amounts(values.get(LINE)))}

    def _qbo_body(self, body, facts):
        """Keep what QuickBooks alone knows: the lines are replaced as a whole (qbo-api 9.1)."""
        if LINE in body:
            kept = settlements.amounts(facts.get(LINE))
            known = self._qbo_known(kept)
            body[LINE] = body[LINE] + settlements.lines({key: kept[key] for key in kept if key not in known})
            # Intuit's samples of updates with lines carry both of these.
            now = self._qbo_values()
            body = {**body, **{member: now[member] for member in ('CustomerRef', 'TotalAmt')}}
        return body

    def _qbo_mode_chosen(self):
        """What is settled by something that QuickBooks does not get is said on the documents."""
        documents = self.env['account.move'].union(*(item._qbo_documents() for item in self))
        self.env['qbo.change']._append(documents)
        return super()._qbo_mode_chosen()

    def _qbo_is_expected(self):
        """Return whether QuickBooks has this, or is going to get it."""
        link = self.qbo_link_id
        return link._is_there() or self._qbo_wanted(link)

    # === DOCUMENTS THAT GET ANOTHER CUSTOMER === #

    def _qbo_leaving(self):
        """Return the documents that QuickBooks does not give to their new customer while this settles them there."""
        return self.env['account.move'].union(*self._qbo_settled()).filtered(lambda move: move._qbo_changes_customer())

    def _qbo_followers(self, before, after):
        """What was let go can move now, and so can what else settles it."""
        leaving = self._qbo_leaving() if self else self.env['account.move']
        return [leaving, *leaving._qbo_settlements()] if leaving else []

    def _qbo_holds(self, key):
        """Return whether this settles a document in QuickBooks.

        :param key: its type and id
        """
        link = self.qbo_link_id
        return link._is_there() and key in settlements.amounts((link.base_odoo or {}).get(LINE))

    def _qbo_held_documents(self):
        """Return why this keeps what it settles, or None: nothing is let go that could not be taken up again."""
        for move in self._qbo_leaving():
            if reason := move._qbo_closed_books():
                return self.env._("It settles %(document)s. %(why)s", document=move.display_name, why=reason)
        return None

    def _qbo_in_words(self, path, value):
        if path != LINE:
            return super()._qbo_in_words(path, value)
        return "; ".join(
            f"{self._qbo_name_of(*key)}: {amount:.2f}" for key, amount in settlements.amounts(value).items()
        )

    # === LINES === #

    def _qbo_settled(self):
        """Return ``{document: amount}`` of what this settles in Odoo: invoices, credit notes, and the entries of
        payments that are credit memos in QuickBooks."""
        return self._qbo_partials()._qbo_amounts()

    def _qbo_line_values(self):
        """Return the lines: what is settled of the documents that QuickBooks has."""
        settled, leaving = self._qbo_settled(), self._qbo_leaving()
        links = {move: move._qbo_settled_link() for move in settled if move not in leaving}
        return settlements.lines({(link.entity, link.qbo_id): settled[move] for move, link in links.items() if link})

    def _qbo_mapped_lines(self, values):
        """Return the lines of an entity in the same shape: of the documents that Odoo has."""
        sums = settlements.amounts(values.get(LINE))
        known = self._qbo_known(sums)
        return settlements.lines({key: sums[key] for key in sums if key in known})

    def _qbo_known(self, keys):
        """Return ``{(type, id): document}`` of those that Odoo has."""
        links = self._qbo_document_links(keys).filtered('res_id')
        records = {(link.entity, link.qbo_id): _entry_of(link._record()) for link in links if link._is_there()}
        return {key: records[key] for key in keys if records.get(key)}

    def _qbo_document_links(self, keys):
        connection = self.env['qbo.connection']._of_company(self.env.company)
        return (
            self.env['qbo.link']
            .sudo()
            .search(
                [
                    ('connection_id', '=', connection.id),
                    ('res_model', 'in', ('account.move', 'account.payment')),
                    ('entity', 'in', settlements.DOCUMENTS),
                    ('qbo_id', 'in', [qbo_id for _entity, qbo_id in keys]),
                ]
            )
            .filtered(lambda link: (link.entity, link.qbo_id) in keys)
        )

    def _qbo_untaken(self, keys):
        """Return the links of documents that are in QuickBooks, could not be taken, and are asked for again."""
        return self._qbo_document_links(keys).filtered(lambda link: not link.res_id and link.state == 'error')

    def _qbo_documents(self):
        """Return the documents that this settles and that belong in QuickBooks: they have to be there first."""
        moves = self.env['account.move'].union(*self._qbo_settled())
        return moves.filtered(
            lambda move: (
                move.origin_payment_id
                or (move._qbo_entity() in settlements.DOCUMENTS and move._qbo_wanted(move.qbo_link_id))
            )
        )

    # === QUICKBOOKS TO ODOO === #

    def _qbo_set_lines(self, lines):
        """Settle exactly what QuickBooks says, of the documents that Odoo has. Others that are settled stay so.

        :param lines: as QuickBooks sent them
        :raise UserError: Odoo has less open, or a document could not be taken yet
        """
        sums = settlements.amounts(lines)
        for untaken in self._qbo_untaken(sums):
            raise UserError(self.env._("It settles %s, which could not be taken yet.", untaken.name))
        wanted = {move: sums[key] for key, move in self._qbo_known(sums).items()}
        settled = {move: amount for move, amount in self._qbo_settled().items() if move._qbo_settled_link()}
        moves = self.env['account.move'].union(*wanted, *settled)
        changed = moves.filtered(
            lambda move: move.currency_id.compare_amounts(wanted.get(move, 0.0), settled.get(move, 0.0))
        )
        if set(changed.mapped('move_type')) - {'out_invoice'}:
            changed = moves  # which credit pays which invoice, QuickBooks does not say
        if changed:
            self._qbo_lock(changed)
            self._qbo_partials().filtered(lambda partial: partial._qbo_moves() & changed).unlink()
            self._qbo_settle({move: amount for move, amount in wanted.items() if move in changed})

    def _qbo_settle(self, wanted):
        """Reconcile documents by exact amounts: invoices with credits first, then with the money."""
        credits = {move: amount for move, amount in wanted.items() if move.move_type != 'out_invoice'}
        for invoice, amount in wanted.items():
            if invoice in credits:
                continue
            left = amount
            for credit in credits:
                part = min(left, credits[credit])
                done = invoice._qbo_settle_with(credit._qbo_receivable_lines(), part, **self._qbo_owner_vals())
                credits[credit] -= done
                left -= done
            left -= invoice._qbo_settle_with(self._qbo_money_lines(), left)
            self._qbo_check_settled(invoice, left)
        for credit, left in credits.items():
            self._qbo_check_settled(credit, left)

    def _qbo_check_settled(self, move, left):
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

    def _qbo_lock(self, moves):
        for records in (moves, moves.line_ids):
            records.lock_for_update(allow_referencing=True)  # or raise: the engine never waits for a user


def _entry_of(record):
    """Return the entry of what a payment may settle: a document, or a payment that is a credit memo."""
    return record.move_id if record._name == 'account.payment' else record
