"""How both trial balances are compared: by account of QuickBooks, before the period and in it, in whole cents."""

from collections import defaultdict, namedtuple
from datetime import date, timedelta
from itertools import pairwise

from odoo import fields, models
from odoo.fields import Command, Domain

from ...models.accountant.chart import Chart, Place, order_of
from ...qbo import reports
from ...qbo.entries import difference
from ...qbo.lines import cents
from .line import REASONS

ITEMS_MAX = 10000
"""So many journal items of one reason are remembered; where there are more, nobody goes through a list of them."""

Span = namedtuple('Span', 'start end is_old is_before')
"""Days with the same place in the report: of an older fiscal year or not, before the period or in it."""


class Sums:
    """Amounts before the period and in it, in cents, and the ids of what they come from."""

    def __init__(self):
        self.before = self.inside = 0
        self.items = set()

    def add(self, amount, is_before, items=()):
        if is_before:
            self.before += amount
        else:
            self.inside += amount
        self.items.update(items)


class QboReconciliation(models.Model):
    _inherit = 'qbo.reconciliation'

    def _compare(self, connection):
        """Take the figures of both sides and note what differs, and why. Calls QuickBooks twice.

        :raise qbo.errors.QboError: QuickBooks does not answer
        :raise ValueError: its answer is no trial balance
        """
        company = self.company_id
        self = self.with_company(company)
        connection = connection.with_company(company)
        self.year_start = connection._fiscal_year_start(self.date_to)
        theirs = self._in_quickbooks(connection)
        chart = Chart(connection)
        ours = self._in_odoo(connection, chart)
        reasons = Reasons(self, connection, chart).find()
        lines = [self._line_vals(chart, *row) for row in self._rows(chart, ours, theirs, reasons)]
        self.sudo().line_ids.unlink()
        differs = any(line['verdict'] in ('differs', 'earlier', 'not_mapped') for line in lines)
        self.sudo().write(
            {
                'line_ids': [Command.create(line) for line in lines],
                'state': 'differs' if differs else 'agrees',
                'qbo_company_name': connection.qbo_company_name,
                'compared_at': fields.Datetime.now(),
                'compared_by_id': self.env.uid,
            }
        )

    def _spans(self):
        """Return the days up to the end of the period, cut where the fiscal year and the period begin."""
        marks = sorted({self.year_start, self.date_from})
        edges = [date.min, *marks, self.date_to + timedelta(days=1)]
        return [Span(start, end, start < self.year_start, start < self.date_from) for start, end in pairwise(edges)]

    # === QUICKBOOKS === #

    def _in_quickbooks(self, connection):
        """Return ``{Place: Sums}`` of QuickBooks, in the fiscal year of the period's last day."""
        before_period = self.date_from - timedelta(days=1)
        after = self._trial_balance(connection, self.date_to)
        before = self._trial_balance(connection, before_period)
        known = [account for account in after.keys() | before.keys() if account]
        self.env['qbo.reference'].sudo()._read_unknown(connection, 'Account', known)
        if self.year_start > connection._fiscal_year_start(before_period):
            chart = Chart(connection)
            before = reports.year_closed(before, chart.of_year, chart.retained)
        result = defaultdict(Sums)
        for account in after.keys() | before.keys():
            opening = before.get(account, 0)
            result[Place(account, None)].add(opening, True)
            result[Place(account, None)].add(after.get(account, 0) - opening, False)
        return result

    def _trial_balance(self, connection, day):
        """Return ``{account id: cents}`` of QuickBooks at the end of a day. Calls QuickBooks."""
        day = fields.Date.to_string(day)
        answer = connection._read(
            f'GET reports/TrialBalance {day}',
            lambda qbo: qbo.report('TrialBalance', start_date=day, end_date=day, accounting_method='Accrual'),
        )
        return reports.trial_balance(answer.values)

    # === ODOO === #

    def _in_odoo(self, connection, chart):
        """Return ``{Place: Sums}`` of Odoo; their items are the accounts."""
        result, items = defaultdict(Sums), self.env['account.move.line'].sudo()
        for span in self._spans():
            rows = items._read_group(connection._booked() & _within(span), ['account_id'], ['balance:sum'])
            for account, balance in rows:
                result[chart.place(account, span)].add(cents(balance), span.is_before, account.ids)
        return result

    # === LINES === #

    def _rows(self, chart, ours, theirs, reasons):
        """Return ``[(Place, Sums of Odoo, Sums of QuickBooks, {reason: Sums})]`` of what has something to say."""
        rows = []
        for place in sorted(ours.keys() | theirs.keys() | reasons.keys(), key=chart.order):
            row = place, ours.get(place) or Sums(), theirs.get(place) or Sums(), reasons.get(place, {})
            if any((row[1].before, row[1].inside, row[2].before, row[2].inside, row[3])):
                rows.append(row)
        return rows

    def _line_vals(self, chart, place, ours, theirs, reasons):
        there, accounts = chart.reference(place.qbo_id), chart.accounts(place)
        before, inside = ours.before - theirs.before, ours.inside - theirs.inside
        verdict = _verdict(place, bool(accounts) or place.qbo_id == chart.retained, before, inside)
        return {
            'sequence': order_of(there.kind),
            'name': there.name or accounts[:1].display_name or self.env._("Retained Earnings"),
            'qbo_id': place.qbo_id,
            'kind': there.kind,
            # Those that nothing was booked on are named only where there are no others.
            'account_ids': [Command.set([id for id in accounts.ids if id in ours.items] or accounts.ids)],
            'is_of_year': chart.is_yearly(there, accounts[:1]),
            'is_retained': place == chart.retained_place,
            'odoo_opening': ours.before / 100,
            'odoo_movement': ours.inside / 100,
            'odoo_balance': (ours.before + ours.inside) / 100,
            'qbo_opening': theirs.before / 100,
            'qbo_movement': theirs.inside / 100,
            'qbo_balance': (theirs.before + theirs.inside) / 100,
            'difference_opening': before / 100,
            'difference_movement': inside / 100,
            'difference': (before + inside) / 100,
            'verdict': verdict,
            'reason_ids': [Command.create(vals) for vals in _reason_vals(reasons, before, inside, verdict)],
        }


class Reasons:
    """Which journal items explain a difference."""

    def __init__(self, report, connection, chart):
        self.connection, self.chart, self.spans = connection, chart, report._spans()
        self.lines = report.env['account.move.line'].sudo()
        self.items = report.env['qbo.entry.item'].sudo()
        self.booked = connection._booked()
        self.found = defaultdict(lambda: defaultdict(Sums))

    def find(self):
        """Return ``{Place: {reason: Sums}}``."""
        for reason, domain in self.connection._why_not_there():
            self._take(reason, self.lines, self.booked & domain, 'id')
        for reason, domain in self.connection._why_entries_not_there():
            self._take(reason, self.items, domain, 'line_ref')
        # How much QuickBooks has of these, nobody here knows.
        self._take('behind', self.lines, self.booked & self.connection._behind(), 'id', counts=False)
        for span in self.spans:
            self._take_changed(span)
        for entry, day in self.connection._moved_entries():
            self._take_moved(entry, day)
        return self.found

    def _take(self, reason, model, domain, ref, counts=True):
        """Note what a reason comes to.

        :param str ref: the member of the model that is the number of a journal item
        """
        for span in self.spans:
            rows = model._read_group(domain & _within(span), ['account_id'], ['balance:sum', f'{ref}:array_agg'])
            for account, balance, refs in rows:
                self._add(reason, account, span, cents(balance) if counts else 0, refs)

    def _add(self, reason, account, span, amount, refs):
        self.found[self.chart.place(account, span)][reason].add(amount, span.is_before, refs)

    def _take_changed(self, span):
        """Note what is booked otherwise than entries hold it."""
        connection, days = self.connection, _within(span)
        held = Domain('qbo_company_id', '=', connection.qbo_company_id.id) & days
        booked = self.booked & connection._left_to_entries() & connection._held() & days
        for account in difference(_by_account(self.lines, booked), _by_account(self.items, held)):
            own = Domain('account_id', '=', account.id)
            now = {line.id: cents(line.balance) for line in self.lines.search(booked & own)}
            then = self.items._read_group(held & own, ['line_ref'], ['balance:sum'])
            changed = difference(now, {ref: cents(total) for ref, total in then})
            self._add('changed', account, span, sum(changed.values()), changed)

    def _take_moved(self, entry, day):
        """Note an entry that QuickBooks has on another day: missing where it is booked here, too much there."""
        for date_, sign in ((entry.date, 1), (day, -1)):
            span = next((span for span in self.spans if span.start <= date_ < span.end), None)
            for item in entry.item_ids if span else ():
                self._add('moved', item.account_id, span, sign * cents(item.balance), [item.line_ref])


def _within(span):
    """Return the domain of what is dated in these days."""
    return Domain('date', '>=', span.start) & Domain('date', '<', span.end)


def _by_account(model, domain):
    """Return ``{account: cents}``."""
    return {account: cents(total) for account, total in model._read_group(domain, ['account_id'], ['balance:sum'])}


def _verdict(place, is_mapped, before, inside):
    if place.account_id:
        return 'not_mapped'
    if not is_mapped:
        return 'qbo_only'
    if not before + inside:
        return 'agrees'
    return 'differs' if inside else 'earlier'


def _reason_vals(reasons, before, inside, verdict):
    """Return the values of the reasons, and of what is left without one; where nothing differs, of none.

    What both sides began with, each on its own, explains nothing.
    """
    if not before and not inside:
        return []
    if not before:
        reasons = {reason: sums for reason, sums in reasons.items() if reason != 'before'}
    reasons = {reason: sums for reason, sums in reasons.items() if reason != 'moved' or sums.before or sums.inside}
    rows, order = [], [name for name, _label in REASONS]
    for reason, sums in sorted(reasons.items(), key=lambda pair: order.index(pair[0])):
        rows.append((reason, sums))
        before, inside = before - sums.before, inside - sums.inside
    if before or inside:
        rest = Sums()
        rest.before, rest.inside = before, inside
        rows.append((verdict if verdict in ('not_mapped', 'qbo_only') else 'unexplained', rest))
    return [
        {
            'sequence': order.index(reason),
            'reason': reason,
            'item_refs': sorted(sums.items) if len(sums.items) <= ITEMS_MAX else False,
            'count': len(sums.items),
            'opening': sums.before / 100,
            'movement': sums.inside / 100,
            'amount': (sums.before + sums.inside) / 100,
        }
        for reason, sums in rows
    ]
