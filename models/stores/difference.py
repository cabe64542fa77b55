"""What a store booked against what entries hold of it. PostgreSQL compares: only what differs is read."""

from collections import namedtuple

from odoo.fields import Domain
from odoo.tools import SQL

OWED = ('asset_receivable', 'liability_payable')
TEXTS = ('line_section', 'line_subsection', 'line_note')
SPAN_MAX = 5_000
"""How many items are read at once, where a day does not have more."""

Held = namedtuple('Held', 'date line move is_cost account partner tax qbo_class')
"""What is the same in two bookings of a journal item; all else of it QuickBooks never hears of. Ids, 0 for none."""


class Difference:
    """What is booked and not held by entries yet, or held and not booked any more.

    :param store: one store, as superuser and for its company
    :param moves: only of these journal entries, which may be deleted: then no others are looked at, however many there
        are; of all from the start date on when left out
    :param until: what is dated later and was never entered waits for its day; None: it does not
    """

    def __init__(self, store, moves=None, until=None):
        self.store, self.env, self.until = store, store.env, until
        self._booked = store._booked(moves)
        self._held = store._held(moves)

    def spans(self, size=SPAN_MAX):
        """Yield ``(first day, last day)`` of all that differs: each has ``size`` items at most, or is a single day."""
        first, items = None, 0
        rows = self.env.execute_query(
            SQL("SELECT date, COUNT(*) FROM (%s) AS differing GROUP BY date ORDER BY date", self._query())
        )
        for place, (day, count) in enumerate(rows):
            first, items = first or day, items + count
            if place + 1 == len(rows) or items + rows[place + 1][1] > size:
                yield first, day
                first, items = None, 0

    def left(self, first=None, last=None):
        """Return ``{Held: cents}`` of what differs, of a span of days or of all."""
        within = Domain('date', '>=', first) & Domain('date', '<=', last) if first else Domain.TRUE
        return {Held(*key): int(amount) for *key, amount in self.env.execute_query(self._query(within))}

    def _query(self, within=Domain.TRUE):
        """Return the query for the members of ``Held``, and the cents that are booked and not held."""
        is_due = SQL("date <= %s OR bool_or(is_held)", self.until) if self.until else SQL("TRUE")
        return SQL(
            "SELECT date, line, move, is_cost, account, partner, tax, qbo_class, ROUND(SUM(balance) * 100) AS cents "
            "FROM (%s UNION ALL %s) AS item (date, line, move, is_cost, account, partner, tax, qbo_class, balance, "
            "is_held) GROUP BY date, line, move, is_cost, account, partner, tax, qbo_class "
            "HAVING ROUND(SUM(balance) * 100) != 0 AND (%s)",
            self._query_booked(within),
            self._query_held(within),
            is_due,
        )

    def _query_booked(self, within):
        lines = self.env['account.move.line']
        query = lines._search(self._booked & within)
        accounts, account = lines._fields['account_id'].join(lines, query.table, query)
        partners, partner = lines._fields['partner_id'].join(lines, query.table, query)
        moves, move = lines._fields['move_id'].join(lines, query.table, query)
        return query.select(
            lines._field_to_sql(query.table, 'date', query),
            SQL.identifier(query.table, 'id'),
            lines._field_to_sql(query.table, 'move_id', query),
            SQL("%s IS NOT DISTINCT FROM 'cogs'", lines._field_to_sql(query.table, 'display_type', query)),
            lines._field_to_sql(query.table, 'account_id', query),
            SQL(
                "CASE WHEN %s IN %s THEN COALESCE(%s, 0) ELSE 0 END",
                accounts._field_to_sql(account, 'account_type', query),
                OWED,
                partners._field_to_sql(partner, 'commercial_partner_id', query),
            ),
            SQL("COALESCE(%s, 0)", lines._field_to_sql(query.table, 'tax_line_id', query)),
            SQL(
                "COALESCE(%s, %s, 0)",
                lines._field_to_sql(query.table, 'qbo_class_id', query),
                moves._field_to_sql(move, 'qbo_class_id', query),
            ),
            lines._field_to_sql(query.table, 'balance', query),
            SQL("FALSE"),
        )

    def _query_held(self, within):
        items = self.env['qbo.entry.item']
        query = items._search(self._held & within)
        names = ('date', 'line_ref', 'move_ref', 'is_cost', 'account_id', 'partner_id', 'tax_id', 'class_id', 'balance')
        *key, partner, tax, qbo_class, balance = (items._field_to_sql(query.table, name, query) for name in names)
        ids = (SQL("COALESCE(%s, 0)", column) for column in (partner, tax, qbo_class))
        return query.select(*key, *ids, SQL("-%s", balance), SQL("TRUE"))
