"""Which documents a difference of the nightly proof comes from, and why each of them differs."""

from collections import defaultdict, namedtuple
from datetime import date, timedelta, timezone

from odoo import fields
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ...qbo import ledger, settlements
from ...qbo.lines import cents
from ...qbo.proof import Document, differing
from ..connection.reason import Reason, declare
from .nightly_figures import AHEAD

FIRST_DAY = date(2000, 1, 1)  # QuickBooks Online is younger
SPAN = timedelta(days=180)  # qbo-purchases 14: not more than six months a call
BOUGHT = (*settlements.PAYABLES.documents, settlements.PAYABLES.payment)
SPLITS_MAX = 6  # a report that is too long is asked for in halves, so often

Found = namedtuple('Found', 'document row record')
"""A document that differs, its row in the general ledger and its record in Odoo, None where a side has none."""

_lt = LazyTranslate(__name__)
declare(
    {
        'proof_error': _lt("In error: %(why)s"),
        'proof_held': _lt("On hold: %(why)s"),
        'proof_only_here': _lt(
            "Only in Odoo, and nothing sends it. Register a payment or a credit note instead, or record it in "
            "QuickBooks too."
        ),
        'proof_deleted': _lt("Deleted in QuickBooks, and still counted in Odoo. Cancel it here, or send it again."),
        'proof_left_out': _lt("Left out of the synchronization by a person."),
        'proof_not_taken': _lt("In QuickBooks, and could not be applied: %(why)s"),
        'proof_before': _lt("In QuickBooks before its kind was switched on here: a part of the opening difference."),
        'proof_next_pull': _lt("New or changed in QuickBooks: it comes with the next pull."),
        'proof_not_synchronized': _lt("Recorded in QuickBooks, which keeps these for itself."),
        'proof_only_there': _lt(
            "Only in QuickBooks, and nothing brings it to Odoo. Record it here too, or undo it there."
        ),
        'proof_on_way': _lt("A change is on its way to QuickBooks."),
        'proof_not_on_account': _lt("QuickBooks has it on another account or customer, or without an amount."),
        'proof_only_on_account': _lt("Odoo has it on another account or customer, or it does not count here."),
        'proof_amount': _lt("The two sides have another amount."),
        'proof_applied': _lt("Applied to something in Odoo that QuickBooks does not have. Apply it there too."),
        'proof_applied_there': _lt("Applied in QuickBooks to something that Odoo does not have: it is from before."),
        'proof_open': _lt("More or less of it is applied in QuickBooks than in Odoo."),
    }
)


class Documents:
    """Compares documents one by one. What is asked of QuickBooks is the general ledger.

    :param Figures figures: of this proof
    """

    def __init__(self, figures):
        self.figures, self.connection, self.env = figures, figures.connection, figures.env
        self.links = figures.links
        self.pulled = {
            mapping._entity
            for mapping in figures.step.mappings
            if mapping._switch in ('sync_billing', 'sync_purchases')
        }
        cursor = self.connection._schedule('documents').cursor
        self.pulled_until = cursor and cursor.replace(tzinfo=timezone.utc)
        self.classifications = {
            item.qbo_id: (item.data or {}).get('Classification') for item in figures.chart.references()
        }

    # === WHO OWES WHAT === #

    def of_customers(self, side, qbo_ids, partners, with_nobody=False):
        """Return ``{QuickBooks id or partner: [Found]}`` of these customers. Calls QuickBooks.

        :param qbo_ids: of those that QuickBooks has
        :param partners: all of them that Odoo has
        :param bool with_nobody: what names no customer too, under an empty partner
        """
        theirs = defaultdict(list)
        if qbo_ids:
            asked = {'customer' if side.name == 'sale' else 'vendor': ','.join(qbo_ids)}
            until = self.figures.day + AHEAD
            for row in self._ledger(FIRST_DAY, until, self.figures.accounts_there(side), **asked):
                theirs[row.party].append(row)
        whose = Domain('partner_id.commercial_partner_id', 'in', partners.ids)
        whose |= Domain('partner_id', '=', False) if with_nobody else Domain.FALSE
        ids = self.figures.partners(side)
        ours = defaultdict(dict)
        owed, accounts = self.figures.owed(side) & whose, self.figures.accounts_of(side)
        for (key, partner), amount in self._ours(side, owed, accounts, whose).items():
            place = ids.get(partner.commercial_partner_id.id) or partner.commercial_partner_id
            ours[place][key] = ours[place].get(key, 0) + amount
        return {
            place: self._compared(ours.get(place, {}), theirs.get(place, ()), is_owed=True)
            for place in {*ours, *qbo_ids}
        }

    # === ACCOUNTS === #

    def of_accounts(self, qbo_ids, side=None):
        """Return ``{account id: [Found]}`` of accounts of QuickBooks. Calls QuickBooks.

        :param side: whose accounts these are, all of them under ``None``; where they are no one's, each is apart
        """
        start = self.connection.billing_start or self.figures.year_start
        yearly = self.figures.chart.of_year
        rows = self._ledger_by_parts(start, self.figures.day, qbo_ids)
        theirs = defaultdict(list)
        for row in rows:
            theirs[None if side else row.account].append(row)
        found = {}
        for qbo_id in [None] if side else qbo_ids:
            first = max(start, self.figures.year_start) if qbo_id in yearly else start
            place = [row for row in theirs[qbo_id] if row.date >= fields.Date.to_string(first)]
            ours = self._on_account(qbo_id, side, first)
            found[qbo_id] = self._compared(ours, place, is_owed=bool(side))
        return found

    def _on_account(self, qbo_id, side, first):
        figures = self.figures
        if side:
            booked, accounts = figures.owed(side), figures.accounts_of(side)
        else:
            accounts = figures.chart.accounts_of(qbo_id)
            booked = self.connection._booked() & Domain('account_id', 'in', accounts.ids)
        days = Domain('date', '>=', first) & Domain('date', '<=', figures.day)
        found = {}
        for (key, _partner), amount in self._ours(side, booked & days, accounts, days=days).items():
            found[key] = found.get(key, 0) + amount
        return found

    # === ODOO === #

    def _ours(self, side, booked, accounts, whose=Domain.TRUE, days=Domain.TRUE):
        """Return ``{(key, partner): cents}`` of what Odoo booked and QuickBooks should have, in home currency.

        :param booked: the domain of journal items, ``whose`` one of partners, ``days`` one of days
        """
        figures, found = self.figures, defaultdict(int)
        excused = Domain.OR(domain for _reason, domain in figures.reasons(bool(side)))
        held = self.connection._left_to_entries() & self.connection._held()
        rows = figures.lines._read_group(booked & ~excused & ~held, ['move_id', 'partner_id'], ['balance:sum'])
        records = self.links.records_of(self.env['account.move'].union(*(row[0] for row in rows)))
        for move, partner, amount in rows:
            found[self.links.key(records[move]), partner] += cents(amount)
        if side:
            for payment in figures.unbooked(side).filtered_domain(whose):
                found[self.links.key(payment), payment.partner_id] -= cents(payment.amount_company_currency_signed)
        for entry, partner, amount in self._entered(accounts, whose & days):
            found[self.links.key(entry), partner] += amount
        return found

    def _entered(self, accounts, only):
        """Yield ``(entry, partner, cents)`` of what entries hold that QuickBooks should have."""
        excused = Domain.OR(domain for _reason, domain in self.figures.item_reasons())
        domain = Domain('qbo_company_id', '=', self.connection.qbo_company_id.id) & ~excused & only
        domain &= self.figures.on(accounts)
        rows = self.figures.entry_items._read_group(domain, ['entry_id', 'partner_id'], ['balance:sum'])
        self.figures.step.load_links(self.env['qbo.entry'].union(*(row[0] for row in rows)))
        for entry, partner, amount in rows:
            yield entry, partner, cents(amount)

    # === QUICKBOOKS === #

    def _ledger_by_parts(self, start, end, accounts):
        rows = []
        while start <= end:
            until = min(start + SPAN, end)
            rows += self._ledger(start, until, accounts)
            start = until + timedelta(days=1)
        return rows

    def _ledger(self, start, end, accounts, splits=SPLITS_MAX, **asked):
        """Return the rows of the general ledger of some accounts, asked for in halves where there are too many."""
        amount = ledger.AMOUNTS[0 if self.connection._has_currencies() else 1]
        asked = {
            **asked,
            'account': ','.join(accounts),
            'start_date': fields.Date.to_string(start),
            'end_date': fields.Date.to_string(end),
            'accounting_method': 'Accrual',
            'columns': ','.join((*ledger.DETAILS, amount)),
        }
        answer = self.figures.ask(
            f'GET reports/GeneralLedger {start} {end}', lambda qbo: qbo.report('GeneralLedger', **asked)
        )
        try:
            return ledger.postings(answer.values, self.classifications)
        except ledger.TooMuch:
            if not splits or start >= end:
                raise
        half = start + (end - start) / 2
        rest = {name: asked[name] for name in ('customer', 'vendor') if name in asked}
        first = self._ledger(start, half, accounts, splits - 1, **rest)
        return first + self._ledger(half + timedelta(days=1), end, accounts, splits - 1, **rest)

    # === WHY === #

    def _compared(self, ours, rows, is_owed):
        """Return ``[Found]`` of what is not the same on both sides."""
        theirs, by_key = ledger.sums(rows), {row.key: row for row in rows}
        apart = differing(ours, theirs)
        self.links.load([key for key, _odoo, _qbo in apart])
        found = []
        for key, odoo, qbo in apart:
            row = by_key.get(key)
            reason, is_expected, is_old = self._why(key, odoo, row, is_owed)
            document = Document(key, odoo, qbo, reason, is_expected, is_old)
            found.append(Found(document, row, self.links.record(key)))
        return found

    def _why(self, key, odoo, row, is_owed):
        """Return ``(reason, whether nobody has to act, whether it is a part of the opening difference)``."""
        link = self.links.link(key)
        if key[0] == 'odoo':
            return self._why_only_here(link), False, False
        if not link.res_id:
            return self._why_only_there(key, link, row, is_owed)
        if self.links.is_waiting(link):
            return Reason('proof_on_way'), True, False
        if link.state == 'error' or link.is_held:
            return self._why_stuck(link), False, False
        if row and self._is_news(row, link):
            return Reason('proof_next_pull'), True, False
        if not row:
            return Reason('proof_not_on_account'), False, False
        return Reason('proof_amount' if odoo else 'proof_only_on_account'), False, False

    def _why_stuck(self, link):
        """Return the reason of what is in error or on hold."""
        return Reason('proof_held' if link.is_held else 'proof_error', {'why': self._cause(link._cause())})

    def _why_only_here(self, link):
        if link.state == 'error' or link.is_held:
            return self._why_stuck(link)
        return Reason('proof_deleted' if link.state == 'gone' else 'proof_only_here')

    def _why_only_there(self, key, link, row, is_owed):
        if link.mode == 'never':
            return Reason('proof_left_out'), True, False
        if link.state == 'error':
            return Reason('proof_not_taken', {'why': self._cause(link)}), False, False
        if self._is_old(row):
            return Reason('proof_before'), True, True
        is_pulled = key[0] in self.pulled
        if is_pulled and self._is_news(row, link):
            return Reason('proof_next_pull'), True, False
        if not is_owed and not is_pulled and self.connection._sends_documents():
            return Reason('proof_not_synchronized'), True, False
        return Reason('proof_only_there'), False, False

    def _cause(self, link):
        return Reason.of(link.reason) or link.name or ''

    def _is_old(self, row):
        """Return whether something was in QuickBooks before billing, or purchases, were switched on."""
        connection, since, start = self.connection, self.connection.billing_since, self.connection.billing_start
        if row.key[0] in BOUGHT:
            since, start = connection.purchases_since, connection.purchases_start
        if since and row.created:
            return row.created <= since.replace(tzinfo=timezone.utc)
        return row.date < fields.Date.to_string(start or self.figures.day)

    def _is_news(self, row, link):
        """Return whether QuickBooks has something newer than what was pulled and sent."""
        known = [moment.replace(tzinfo=timezone.utc) for moment in (link.synced_at,) if moment]
        known += [self.pulled_until] if self.pulled_until else []
        changed = row.changed or row.created
        return bool(changed and known and changed > max(known))

    # === UNAPPLIED === #

    def of_credits(self, apart):
        """Return ``[Found]`` of credits that are applied otherwise. Asks QuickBooks nothing.

        :param apart: ``[(key, cents of Odoo, of QuickBooks)]``
        """
        self.links.load([key for key, _odoo, _qbo in apart])
        found = []
        for key, odoo, qbo in apart:
            link = self.links.link(key)
            if self.links.is_waiting(link):
                reason, is_expected = Reason('proof_on_way'), True
            elif link.state == 'error' or link.is_held:
                reason, is_expected = self._why_stuck(link), False
            elif odoo > qbo:  # less of it is open in Odoo
                reason, is_expected = Reason('proof_applied'), False
            elif self._pays_unknown(link):
                reason, is_expected = Reason('proof_applied_there'), True
            else:
                reason, is_expected = Reason('proof_open'), False
            found.append(Found(Document(key, odoo, qbo, reason, is_expected), None, self.links.record(key)))
        return found

    def _pays_unknown(self, link):
        """Return whether QuickBooks applied a payment to something that Odoo does not have."""
        settles = settlements.amounts((link.snapshot or {}).get('Line'))
        self.links.load(list(settles))
        return any(not self.links.link(key).res_id for key in settles)
