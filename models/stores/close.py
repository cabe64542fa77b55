"""The end of day: what is booked and not in QuickBooks yet becomes entries there."""

from collections import namedtuple
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Command, Domain
from odoo.tools import format_list

from ...qbo import entries
from ...qbo.lines import cents
from ..account_move import ENTITIES

ACCOUNTANTS = ('account.group_account_user', 'account.group_account_manager')
MANAGER = 'quickbooks_online.quickbooks_online_group_manager'
OWED = ('asset_receivable', 'liability_payable')
TEXTS = ('line_section', 'line_subsection', 'line_note')
TRY_AGAIN_IN = timedelta(minutes=30)
NAMED_MAX = 5

Held = namedtuple('Held', 'date line move is_cost account partner tax qbo_class')
"""What is the same in two bookings of a journal item; all else of it QuickBooks never hears of. Ids, 0 for none."""


class QboStore(models.Model):
    _inherit = 'qbo.store'

    # === ACTION METHODS === #

    def action_end_of_day(self):
        """Send what these stores booked up to today and QuickBooks does not have yet. For accountants."""
        self.check_access('read')
        if not any(map(self.env.user.has_group, (*ACCOUNTANTS, MANAGER))):
            raise AccessError(self.env._("Only an accountant or an administrator of QuickBooks may end the day."))
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

    def action_view_entries(self):
        """Show the entries of this store."""
        action = self.env['ir.actions.act_window']._for_xml_id('quickbooks_online.qbo_entry_action')
        return {**action, 'domain': [('store_id', 'in', self.ids)], 'context': {}}

    # === WHEN === #

    def _cron_end_of_day(self):
        """End the day that the closing time ended; while the store is open, try again every half an hour."""
        day = self._last_day()
        if not self.connection_id.sync_entries or not self.journal_ids:
            return
        reason = self._why_open(day)
        if not reason:
            self._end_of_day(day)
            return
        self.cron_id._trigger(fields.Datetime.now() + TRY_AGAIN_IN)
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
        left = entries.difference(self._booked(Domain('date', '<=', day)), self._held(Domain.TRUE))
        made = self._enter(left, self._kind_of(left))
        text = self.env._(
            "End of day of %(store)s, %(day)s: %(entries)s entries, %(items)s journal items.",
            store=self.name,
            day=fields.Date.to_string(day),
            entries=len(made),
            items=len(left),
        )
        self.connection_id._log('push', text)
        return made

    def _enter_at_once(self, moves):
        """Enter posted invoices and credit notes of this store as they are now, each on its own."""
        self = self.with_company(self.company_id)
        booked = self._booked(Domain('move_id', 'in', moves.ids))
        left = entries.difference(booked, self._held(Domain('move_ref', 'in', moves.ids)))
        return self._enter(left, lambda key: ('document', key.move))

    def _catch_up(self):
        """Enter what these stores booked before QuickBooks was connected: the days that were ended, and no others."""
        # Of a store that is ending its day right now nothing is left to do.
        for store in self.filtered('journal_ids').try_lock_for_update(allow_referencing=True):
            if store.connection_id.posting_mode == 'real_time':
                store._enter_at_once(store._posted_documents())
            if store.closed_on:
                store._end_of_day(store.closed_on)

    def _posted_documents(self):
        """Return the posted invoices and credit notes of this store from the start date on."""
        return self.env['account.move'].search(
            [
                ('journal_id', 'in', self.journal_ids.ids),
                ('move_type', 'in', tuple(ENTITIES)),
                ('state', '=', 'posted'),
                ('date', '>=', self.connection_id.billing_start),
            ]
        )

    def _booked(self, domain):
        """Return ``{Held: cents}`` of the posted journal items of this store that no document carries."""
        lines = self.env['account.move.line'].search_fetch(
            Domain('journal_id', 'in', self.journal_ids.ids)
            & Domain('parent_state', '=', 'posted')
            & Domain('date', '>=', self.connection_id.billing_start)
            & Domain('display_type', 'not in', TEXTS)
            & Domain('account_id.account_type', '!=', 'off_balance')
            & Domain('balance', '!=', 0.0)
            & self.connection_id._left_to_entries()
            & domain,
            ['date', 'move_id', 'display_type', 'account_id', 'partner_id', 'tax_line_id', 'balance', 'qbo_class_id'],
        )
        return {self._key_of(line): cents(line.balance) for line in lines}

    def _key_of(self, line):
        is_owed = line.account_id.account_type in OWED
        return Held(
            line.date,
            line.id,
            line.move_id.id,
            line.display_type == 'cogs',
            line.account_id.id,
            line.partner_id.commercial_partner_id.id or 0 if is_owed else 0,
            line.tax_line_id.id or 0,
            (line.qbo_class_id or line.move_id.qbo_class_id).id or 0,
        )

    def _held(self, domain):
        """Return ``{Held: cents}`` of what this store's entries hold."""
        rows = self.env['qbo.entry.item']._read_group(
            domain & self._own_items(),
            ['date:day', 'line_ref', 'move_ref', 'is_cost', 'account_id', 'partner_id', 'tax_id', 'class_id'],
            ['balance:sum'],
        )
        return {
            Held(day, line, move, bool(is_cost), *(record.id or 0 for record in records)): cents(total)
            for day, line, move, is_cost, *records, total in rows
        }

    def _own_items(self):
        """Return the domain of the items that count for this store: those of its journals, whoever entered them.

        A journal that moves to another store takes with it what was entered, so that it is not entered twice. What was
        deleted, and what stands in no store's journal any more, is the matter of the store that entered it.
        """
        moves = self.env['account.move']
        others = self.search([('connection_id', '=', self.connection_id.id), ('id', '!=', self.id)])
        own, of_others = (
            Domain('move_ref', 'in', moves._search([('journal_id', 'in', stores.journal_ids.ids)]))
            for stores in (self, others)
        )
        return own | (Domain('store_id', '=', self.id) & ~of_others)

    def _kind_of(self, left):
        """Return the function that says which entry of its day a journal item belongs to."""
        moves = self.env['account.move'].browse({key.move for key in left}).exists()
        cards = (
            moves.filtered('journal_id.qbo_is_card') if self.connection_id.posting_mode == 'real_time' else moves[:0]
        )
        ids = set(cards.ids)
        return lambda key: ('card', 0) if key.move in ids else ('batch', 0)

    # === ENTRIES === #

    def _enter(self, left, kind_of):
        """Create entries that hold ``left``: one for each day and kind, more where one would be too long.

        :param dict left: ``{Held: cents}``
        :param kind_of: ``kind_of(key)`` gives ``(kind, id of the journal entry it is alone about, or 0)``
        :return: those that QuickBooks gets
        """
        groups = {}
        for key, amount in left.items():
            groups.setdefault((key.date, *kind_of(key)), {})[key] = amount
        vals_list = []
        for (day, kind, move), amounts in sorted(groups.items()):
            parts = entries.parts(amounts, _group)
            title = self.env['account.move'].browse(move).display_name if move else False
            vals = {'store_id': self.id, 'date': day, 'kind': kind, 'title': title, 'parts': len(parts)}
            vals_list += [{**vals, 'part': place, **self._holding(part)} for place, part in enumerate(parts, 1)]
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
