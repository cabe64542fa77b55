from odoo import api, fields, models

from ..connection.cached import cached

ALL = 0
"""In the place of a journal entry's number: all of them."""


class QboStoreChange(models.Model):
    """The outbox of a store: each row says "what this journal entry books may be something else than was entered".

    As those of ``qbo.change``, rows are inserted in the user's own transaction and never updated. The end of day
    compares these journal entries and no others, and deletes the rows. ``booked.py`` says what appends them.
    """

    _name = 'qbo.store.change'
    _description = "Journal Entry to Compare"
    _log_access = False

    store_id = fields.Many2one('qbo.store', required=True, ondelete='cascade', index=True, readonly=True)
    move_ref = fields.Integer("Journal Entry Number", required=True, readonly=True, help="0: everything.")

    @api.model
    @cached()
    def _by_journal(self):
        """Return ``{journal id: store id}`` of the stores whose connection sends entries, or collects for that.

        Cached, because every posting asks.
        """
        connections = [item for item in self.env['qbo.connection']._collecting() if 'qbo.entry' in item.models]
        stores = self.env['qbo.store'].sudo().search(
            [('connection_id', 'in', [item.connection_id for item in connections]), ('active', '=', True)]
        )  # fmt: skip
        return {journal_id: store.id for store in stores for journal_id in store.journal_ids.ids}

    @api.model
    def _booking(self, moves):
        """Return ``{(store id, journal entry id)}`` of those of these journal entries that a store has booked."""
        by_journal = self._by_journal()
        if not by_journal:
            return set()
        booked = ((by_journal.get(move.journal_id.id), move) for move in moves.sudo() if move.state == 'posted')
        return {(store_id, move.id) for store_id, move in booked if store_id}

    @api.model
    def _append(self, pairs):
        """Note that journal entries may book something else now.

        :param pairs: what :meth:`_booking` gave, before and after what changes them
        """
        if pairs:
            self.sudo().create([{'store_id': store_id, 'move_ref': move_id} for store_id, move_id in sorted(pairs)])

    @api.model
    def _append_all(self, store_ids=None):
        """Note that anything may be something else now, in these stores or in all."""
        every = set(self._by_journal().values())
        self._append({(store_id, ALL) for store_id in (every if store_ids is None else every.intersection(store_ids))})
