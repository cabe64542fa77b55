"""Whether QuickBooks has what was sent and never answered: what to ask for, and which of what is there it may be.

A request id protects for as long as Intuit remembers it. After that the entity is looked for: by its name or number,
else by party and day, with the rest compared here (``TotalAmt`` of a payment cannot be queried, qbo-api 5). Bodies are
what was sent, rows what QuickBooks has; both in QuickBooks' JSON.
"""

from dataclasses import dataclass, field

from . import client, entities, lines, settlements

PARTIES = ('CustomerRef', 'VendorRef')
"""Members that say whose a document is, by which it can be asked for (qbo-api 5)."""
OTHER_PARTIES = ('EntityRef',)
QUERY_SIZE = 50  # names, numbers or parties in one query: an address may not grow without end
NO, PERHAPS, SURELY = range(3)


@dataclass
class Verdict:
    """What was found of one body: the row that it surely is, or those that it may be; neither: it is not there."""

    row: dict | None = None
    perhaps: list = field(default_factory=list)


def conditions(entity, bodies, member):
    """Return the conditions of the queries that find all rows that these bodies may be; mostly one.

    :param str member: the one that names an entity
    """
    named = sorted({body[member] for body in bodies if _is_text(body.get(member))})
    where = [f'{member} IN ({_quoted(some)})' for some in _parts(named)]
    others = [body for body in bodies if not _is_text(body.get(member)) and body.get('TxnDate')]
    by_party = {}
    for body in others:
        party = next((name for name in PARTIES if _ref(body, name)), None)
        by_party.setdefault(party, []).append(body)
    for party, some in by_party.items():
        days = _quoted(sorted({body['TxnDate'] for body in some}))
        if not party:
            where.append(f'TxnDate IN ({days})')
        for ids in _parts(sorted({_ref(body, party) for body in some})) if party else ():
            where.append(f'{party} IN ({_quoted(ids)}) AND TxnDate IN ({days})')
    return where


def likeness(entity, body, row, member, amount=None, is_name_of_party=False):
    """Return whether a row is what was sent: ``SURELY``, ``PERHAPS`` or ``NO``.

    :param amount: what the record comes to, where the body does not say it
    :param bool is_name_of_party: whether a number belongs to whose it is, so that others may have the same
    """
    if _is_text(body.get(member)):
        if body[member].strip().casefold() != (row.get(member) or '').strip().casefold():
            return NO
        if entity in entities.LISTS:
            return SURELY
        if is_name_of_party and _party(body) != _party(row):
            return NO
        same = _party(body) == _party(row) and _is_of_day(body, row) and _is_alike(body, row)
        return SURELY if same else PERHAPS
    if not body.get('TxnDate') or _party(body) != _party(row) or not _is_of_day(body, row):
        return NO
    total = body.get('TotalAmt', amount)
    if total is not None and row.get('TotalAmt') is not None and lines.cents(total) != lines.cents(row['TotalAmt']):
        return NO
    return SURELY if _is_alike(body, row) else PERHAPS


def verdicts(bodies, rows, alike):
    """Return the :class:`Verdict` of each body. A row is what one body was made into, so that two are two.

    Several rows that are surely it are asked about, unless as many bodies say the same.

    :param alike: ``alike(number of the body, row)`` gives what :func:`likeness` does
    """
    found = []
    for number in range(len(bodies)):
        marks = [(alike(number, row), row) for row in rows]
        found.append([[row for mark, row in marks if mark == wanted] for wanted in (SURELY, PERHAPS)])
    groups = {}
    for sure, _perhaps in found:
        ids = tuple(row['Id'] for row in sure)
        groups[ids] = groups.get(ids, 0) + 1
    result, used = [], set()
    for sure, perhaps in found:
        is_enough = groups[tuple(row['Id'] for row in sure)] >= len(sure)
        free = [[row for row in some if row['Id'] not in used] for some in (sure, perhaps)]
        if free[0] and is_enough:
            used.add(free[0][0]['Id'])
            result.append(Verdict(row=free[0][0]))
        else:
            result.append(Verdict(perhaps=free[0] + free[1]))
    return result


def _is_of_day(body, row):
    """Return whether day and currency are the same; of a currency that one side does not name nothing is known."""
    ours, theirs = _ref(body, 'CurrencyRef'), _ref(row, 'CurrencyRef')
    return body.get('TxnDate') == row.get('TxnDate') and (not ours or not theirs or ours == theirs)


def _is_alike(body, row):
    """Return whether the rest of a document is the same: what it is for, what it settles, whose reference it has."""
    reference = (body.get('PaymentRefNum') or '') == (row.get('PaymentRefNum') or '')
    settled = settlements.amounts(body.get('Line')) == settlements.amounts(row.get('Line'))
    return reference and settled and _marks(body.get('Line')) == _marks(row.get('Line'))


def _marks(rows):
    """Return what tells lines from others: amount, and item or account; of a discount only that there is one."""
    marks = []
    for line in rows or ():
        kind = line.get('DetailType')
        detail = line.get(kind) or {}
        if kind == lines.GROUP:
            marks += _marks(detail.get('Line'))
        elif kind == lines.DISCOUNT:
            marks.append((kind, 0, ''))
        elif kind and kind not in (lines.DESCRIPTION, 'SubTotalLineDetail'):
            of = _ref(detail, 'ItemRef') or _ref(detail, 'AccountRef') or ''
            marks.append((kind, lines.cents(line.get('Amount') or 0.0), of))
    return sorted(marks)


def _party(body):
    return next(filter(None, (_ref(body, name) for name in (*PARTIES, *OTHER_PARTIES))), None)


def _ref(body, member):
    return (body.get(member) or {}).get('value') or None


def _is_text(value):
    return isinstance(value, str) and bool(value)


def _quoted(values):
    return ', '.join(map(client.quote, values))


def _parts(values):
    return [values[start : start + QUERY_SIZE] for start in range(0, len(values), QUERY_SIZE)]
