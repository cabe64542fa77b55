"""The end of day: what is booked and not in QuickBooks yet becomes entries there."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Command, Domain
from odoo.orm.models import NO_ACCESS
from odoo.tools import format_list, split_every

from ...qbo import entries
from ..account_move import MOVE_TYPES
from ..connection.auth import MANAGER
from ..connection.timed import TRY_AGAIN_IN
from .change import ALL
from .difference import TEXTS, Difference
from .store import ACCOUNTANTS, CRON

EVERYTHING_EVERY = timedelta(days=7)
CHANGED_MAX = 10_000  # journal entries that are compared by themselves; of more, everything is
AT_ONCE = 500  # documents
NAMED_MAX = 5


class QboStore(models.Model):
    _inherit = 'qbo.store'

    compared_on = fields.Date(
        readonly=True, copy=False, groups=NO_ACCESS, help="When all that was ever booked was compared with the entries."
    )
    compared_by = fields.Json(readonly=True, copy=False, groups=NO_ACCESS, help="The settings that counted then.")

    # === ACTION METHODS === #

    def action_end_of_day(self):
        """Send what these stores booked up to today and QuickBooks does not have yet. For accountants."""
        self._check_may_end()
        count = 0
        for store in self.sudo():
            if reason := store._why_not(store._today()):
                raise UserError(reason)
            count += len(store._end_of_day(store._today()))
        if not count:
            return self.env['qbo.connection']._toast(self.env._("QuickBooks has everything already."))
        text = self.env._("%s entries will be in QuickBooks in a moment.", count)
        if count == 1:
            text = self.env._("One entry will be in QuickBooks in a moment.")
        next_action = {'type': 'ir.actions.client', 'tag': 'soft_reload'}
        return self.env['qbo.connection']._toast(text, next=next_action)

    def action_compare_all(self):
        """Compare all that these stores ever booked with their entries, and send what differs. For accountants.

        What a document carries and an entry holds as well is undone by another entry.
        """
        self._check_may_end()
        self.sudo()._compare_all()
        return self.action_end_of_day()

    def _check_may_end(self):
        self._check_may('read')
        if not any(map(self.env.user.has_group, (*ACCOUNTANTS, MANAGER))):
            raise AccessError(self.env._("Only an accountant or an administrator of QuickBooks may end the day."))

    def action_view_entries(self):
        """Show the entries of this store."""
        self._check_may('read')
        action = self.env['ir.actions.act_window']._for_xml_id('quickbooks_online.qbo_entry_action')
        return {**action, 'domain': [('store_id', 'in', self.ids)], 'context': {}}

    # === WHEN === #

    @api.model
    def _cron_end_of_day(self):
        """End the day of each store whose closing time has come. Commits; called by the scheduled action."""
        self._take_due(self.env.ref(CRON))

    def _run_due(self):
        """End the day that the closing time ended; while the store is open, try again every half an hour."""
        day = self._last_day()
        if not self.connection_id.sync_entries or not self.journal_ids:
            return
        reason = self._why_open(day)
        if not reason:
            self._end_of_day(day)
            return
        self.next_run = min(self.next_run, fields.Datetime.now() + TRY_AGAIN_IN)
        if self.message != reason:
            self.message = reason
            self.connection_id._log('push', reason, level='warning')

    def _why_not(self, day):
        """Return why there is no end of day, in words, or None."""
        if not self.connection_id.sync_entries:
            return self.env._("Stores and journal entries are switched off on the QuickBooks connection.")
        if not self.journal_ids:
            return self.env._("The store %s has no journals.", self.name)
        return self._why_open(day)

    def _why_open(self, day):
        """Return why a day of this store is not over, in words, or None."""
        if sessions := self._open_sessions():
            return self.env._(
                "%(store)s is open: close the point of sale %(sessions)s first.",
                store=self.name,
                sessions=format_list(self.env, sessions.mapped('display_name')),
            )
        drafts = self._drafts(day) if self.refuses_drafts else self.env['account.move']
        if not drafts:
            return None
        names = format_list(self.env, drafts[:NAMED_MAX].mapped('display_name'))
        return self.env._(
            "%(store)s has drafts: %(drafts)s. Post or delete them first.",
            store=self.name,
            drafts=names if len(drafts) <= NAMED_MAX else f'{names} …',
        )

    def _open_sessions(self):
        """Return the sessions of points of sale that book into this store and are not closed; none without that app."""
        if 'pos.session' not in self.env:
            return self.env['qbo.store']
        configs = Domain('config_id.journal_id', 'in', self.journal_ids.ids)
        methods = Domain('config_id.payment_method_ids.journal_id', 'in', self.journal_ids.ids)
        return self.env['pos.session'].search((configs | methods) & Domain('state', '!=', 'closed'))

    def _drafts(self, day):
        return self.env['account.move'].search(
            [
                ('journal_id', 'in', self.journal_ids.ids),
                ('state', '=', 'draft'),
                ('date', '>=', self.connection_id.billing_start),
                ('date', '<=', day),
            ]
        )

    # === WHAT === #

    def _end_of_day(self, day):
        """Enter what is booked up to a day and not held by entries yet, and return the new entries.

        Run twice, also at the same time, it enters nothing twice.

        :raise UserError: it runs already
        """
        self = self.with_company(self.company_id)
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(self.env._("The end of day of %s runs already.", self.name)) from error
        # Who waited for this lock began before what we enter: this write makes its transaction start over.
        self.write({'closed_on': max(day, self.closed_on or day), 'closed_at': fields.Datetime.now(), 'message': False})
        changes = self.env['qbo.store.change'].sudo().search_fetch([('store_id', '=', self.id)], ['move_ref'])
        difference = Difference(self, self._changed(changes, day), until=day)
        made, count = self.env['qbo.entry'], 0
        for span in difference.spans():
            left = difference.left(*span)
            made += self._enter(left, self._kind_of(left))
            count += len(left)
            self.env.invalidate_all()  # a first end of day has years of items, and none is looked at again
        self._settle(changes, day)
        text = self.env._(
            "End of day of %(store)s, %(day)s. Journal entries: %(entries)s, journal items in them: %(items)s.",
            store=self.name,
            day=fields.Date.to_string(day),
            entries=len(made),
            items=count,
        )
        self.connection_id._log('push', text)
        return made

    def _changed(self, changes, day):
        """Return the journal entries that an end of day has to compare, some of which are deleted; None: all.

        All, where the settings are others than the last time; and once a week, for what nobody noted.

        :param changes: of this store (``qbo.store.change``)
        """
        moves, settings = set(changes.mapped('move_ref')), self._settings()
        is_due = not self.compared_on or abs(day - self.compared_on) >= EVERYTHING_EVERY
        is_noted = self.id in changes._by_journal().values() and ALL not in moves and len(moves) <= CHANGED_MAX
        if is_noted and not is_due and settings == self.compared_by:
            return self.env['account.move'].browse(moves)
        self.write({'compared_on': day, 'compared_by': settings})
        return None

    def _compare_all(self):
        """Have the next end of day of these stores compare all: what changed meanwhile was not noted."""
        self.sudo().compared_by = False

    def _settings(self):
        """Return what decides which journal items go in entries of this store, besides the items; JSON."""
        connection = self.connection_id
        stores = self.search([('connection_id', '=', connection.id)])
        return {
            'journals': {str(store.id): sorted(store.journal_ids.ids) for store in stores},
            'posting_mode': connection.posting_mode,
            'billing': [connection.sync_billing, fields.Date.to_string(connection.billing_start)],
            'purchases': [connection.sync_purchases, fields.Date.to_string(connection.purchases_start)],
            'inventory': bool(connection.has_inventory),
        }

    def _settle(self, changes, day):
        """Delete the changes that an end of day looked at, but for what is booked on a later day: that has to come.

        What other stores entered of a journal entry that is no store's any more, they undo with their own.
        """
        moves, ids = self.env['account.move'], set(changes.mapped('move_ref'))
        stores = self.search([('connection_id', '=', self.connection_id.id)])
        found = moves.search_fetch([('id', 'in', ids)], ['state', 'date', 'journal_id'])
        of_stores = found.filtered(lambda move: move.journal_id in stores.journal_ids)
        later = {move.id for move in found if move.state == 'posted' and move.date > day}
        changes.filtered(lambda change: change.move_ref not in later).unlink()
        if homeless := moves.browse(ids - {ALL, *of_stores.ids}):
            for store in stores - self:
                left = {key.move for key in Difference(store, homeless).left()}
                changes._append({(store.id, move_id) for move_id in left})

    def _enter_at_once(self, moves):
        """Enter posted invoices and credit notes of this store as they are now, each on its own."""
        self = self.with_company(self.company_id)
        return self._enter(Difference(self, moves).left(), lambda key: ('document', key.move))

    def _catch_up(self):
        """Enter what these stores booked before QuickBooks was connected: the days that were ended, and no others."""
        # Of a store that is ending its day right now nothing is left to do.
        for store in self.filtered('journal_ids').try_lock_for_update(allow_referencing=True):
            if store.connection_id.posting_mode == 'real_time':
                for ids in split_every(AT_ONCE, store._posted_documents().ids):
                    store._enter_at_once(self.env['account.move'].browse(ids))
            if store.closed_on:
                store._end_of_day(store.closed_on)

    def _posted_documents(self):
        """Return the posted invoices and credit notes of this store from the start date on."""
        return self.env['account.move'].search(
            [
                ('journal_id', 'in', self.journal_ids.ids),
                ('move_type', 'in', tuple(MOVE_TYPES)),
                ('state', '=', 'posted'),
                ('date', '>=', self.connection_id.billing_start),
            ]
        )

    def _booked(self, moves=None):
        """Return the domain of the posted journal items of this store that no document carries (``account.move.line``).

        :param moves: only of these journal entries
        """
        own = Domain('journal_id', 'in', self.journal_ids.ids) & Domain('parent_state', '=', 'posted')
        if moves is not None:
            own &= Domain('move_id', 'in', moves.ids)
        return (
            own
            & Domain('date', '>=', self.connection_id.billing_start)
            & Domain('display_type', 'not in', TEXTS)
            & Domain('account_id.account_type', '!=', 'off_balance')
            & Domain('balance', '!=', 0.0)
            & self.connection_id._left_to_entries(moves)
        )

    def _held(self, moves=None):
        """Return the domain of the items that count for this store: those of its journals, whoever entered them.

        A journal that moves to another store takes with it what was entered, so that it is not entered twice. What was
        deleted, and what stands in no store's journal any more, is the matter of the store that entered it.

        :param moves: only of these journal entries, which may be deleted (``qbo.entry.item``)
        """
        among, among_items = Domain.TRUE, Domain.TRUE
        if moves is not None:
            among, among_items = Domain('id', 'in', moves.ids), Domain('move_ref', 'in', moves.ids)
        others = self.search([('connection_id', '=', self.connection_id.id), ('id', '!=', self.id)])
        of_self, of_others = (
            Domain('move_ref', 'in', self.env['account.move']._search(among & Domain('journal_id', 'in', journals.ids)))
            for journals in (self.journal_ids, others.journal_ids)
        )
        own = Domain('qbo_company_id', '=', self.connection_id.qbo_company_id.id)
        return own & among_items & (of_self | (Domain('store_id', '=', self.id) & ~of_others))

    def _kind_of(self, left):
        """Return the function that says which entry of its day a journal item belongs to."""
        cards = set()
        if self.connection_id.posting_mode == 'real_time':
            moves = Domain('id', 'in', {key.move for key in left})
            cards = set(self.env['account.move'].search(moves & Domain('journal_id.qbo_is_card', '=', True)).ids)
        return lambda key: ('card', 0) if key.move in cards else ('batch', 0)

    # === ENTRIES === #

    def _enter(self, left, kind_of):
        """Create entries that hold ``left``: one for each day and kind, more where one would be too long.

        :param dict left: ``{Held: cents}``
        :param kind_of: ``kind_of(key)`` gives ``(kind, id of the journal entry it is alone about, or 0)``
        :return: those that QuickBooks gets
        """
        groups, own = {}, {'qbo_company_id': self.connection_id.qbo_company_id.id}
        for key, amount in left.items():
            groups.setdefault((key.date, *kind_of(key)), {})[key] = amount
        vals_list = []
        for (day, kind, move), amounts in sorted(groups.items()):
            parts = entries.parts(amounts, _group)
            title = self.env['account.move'].browse(move).display_name if move else False
            vals = {'store_id': self.id, 'date': day, 'kind': kind, 'title': title, 'parts': len(parts)}
            vals_list += [{**vals, **own, 'part': place, **self._holding(part)} for place, part in enumerate(parts, 1)]
        made = self.env['qbo.entry'].sudo().create(vals_list)
        return made.filtered(lambda entry: not entry.is_empty)

    def _holding(self, amounts):
        """Return the values of an entry that holds these amounts."""
        sums, items = {}, []
        for key, amount in sorted(amounts.items()):
            sums[_group(key)] = sums.get(_group(key), 0) + amount
            items.append(
                {
                    'line_ref': key.line,
                    'move_ref': key.move,
                    'date': key.date,
                    'is_cost': key.is_cost,
                    'account_id': key.account,
                    'partner_id': key.partner,
                    'tax_id': key.tax,
                    'class_id': key.qbo_class,
                    'balance': amount / 100,
                }
            )
        return {'is_empty': not any(sums.values()), 'item_ids': [Command.create(vals) for vals in items]}


def _group(key):
    """Return what is the same in the journal items of one line."""
    return key.account, key.partner, key.tax, key.qbo_class
