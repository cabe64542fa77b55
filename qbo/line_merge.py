"""Three-way merge of the lines of a document where both sides changed them: what each side changed of them is kept.

What one side changed, added or removed is taken over by the other. Of one line, its text, its tax code, its class, for
whom it is, and its price (quantity, unit price and amount, which follow from each other) are merged each by itself.
Where the two cannot both be had there is no merge, and the lines are one value as any other, for a rule or a person to
decide (``merge.py``):

- both changed the same of a line, otherwise;
- one removed, or replaced, what the other changed;
- both replaced lines, or both added one of the same product: that may be one and the same line, typed in twice.
"""

from dataclasses import dataclass

from .lines import DISCOUNT, detail_of, identity

PARTS = {
    'Amount': 'price',
    'Qty': 'price',
    'UnitPrice': 'price',
    'TaxInclusiveAmt': 'price',
    'CustomerRef': 'customer',
    'BillableStatus': 'customer',
}
"""Members of a line that are one value."""


@dataclass(frozen=True)
class JoinedLine:
    """A line with what both sides changed of it.

    :param value: in the shape of :func:`qbo.lines.mapped`
    :param here: its place among Odoo's lines, None where Odoo has it not yet
    :param there: its place among those of QuickBooks, None where QuickBooks has it not yet
    :param agreed: what QuickBooks has of it, as Odoo spells that; None: as Odoo will spell it
    """

    value: dict
    here: int | None
    there: int | None
    agreed: dict | None = None


@dataclass(frozen=True)
class Joined:
    """The lines of both sides together.

    :param lines: each a :class:`JoinedLine`, in their order
    :param removed: ``{place among those of QuickBooks: a line that Odoo removed, as Odoo spelled it}``
    """

    lines: list
    removed: dict

    def values(self):
        """Return the lines in the shape of :func:`qbo.lines.mapped`."""
        return [line.value for line in self.lines]

    def agreed(self, now):
        """Return what QuickBooks has, as Odoo spells it.

        :param now: the lines of Odoo after it took these over
        """
        now = now if len(now) == len(self.lines) else self.values()
        pairs = [(line.there, line.agreed or own) for line, own in zip(self.lines, now, strict=True)]
        there = dict(pair for pair in pairs if pair[0] is not None) | self.removed
        return [there[place] for place in sorted(there)]


def joined(agreed, odoo, qbo, here, there):
    """Return the :class:`Joined` lines with what both sides changed, None where they cannot be joined.

    :param agreed: ``[(line as Odoo spells it, as QuickBooks does)]`` when both were the same; all lines are in the
        shape of :func:`qbo.lines.mapped`
    :param odoo: the lines of Odoo
    :param qbo: those of QuickBooks
    :param here: for each line of Odoo its place in ``agreed``, None for a new one
    :param there: for each line of QuickBooks likewise
    """
    ours = {place: number for number, place in enumerate(here) if place is not None}
    theirs = {place: number for number, place in enumerate(there) if place is not None}
    known, removed, is_replaced = {}, {}, False
    for place, (in_odoo, in_qbo) in enumerate(agreed):
        one = odoo[ours[place]] if place in ours else None
        other = qbo[theirs[place]] if place in theirs else None
        if one and other:
            line = _joined_line(in_odoo, in_qbo, one, other)
            if not line:
                return None
            known[place] = JoinedLine(line[0], ours[place], theirs[place], line[1])
        elif one or other:
            if (one or other) != (in_odoo if one else in_qbo):
                return None
            removed |= {} if one else {theirs[place]: in_odoo}
        else:
            is_replaced = True
    new_here = {n: JoinedLine(odoo[n], n, None) for n, place in enumerate(here) if place is None}
    new_there = {n: JoinedLine(qbo[n], None, n) for n, place in enumerate(there) if place is None}
    kinds = [{identity(line.value) for line in new.values()} for new in (new_here, new_there)]
    if (new_here and new_there and is_replaced) or kinds[0] & kinds[1]:
        return None
    return Joined(_placed(known, new_here, new_there, here, there), removed)


def _joined_line(in_odoo, in_qbo, one, other):
    """Return ``(line with both changes, what QuickBooks has of it as Odoo spells that)``, None where there is none.

    The latter is None where Odoo changed nothing: then it is what Odoo makes of QuickBooks' version.
    """
    was, was_there, now, now_there = (_parts(line) for line in (in_odoo, in_qbo, one, other))
    value, agreed, is_changed = dict(now), dict(was), False
    for part in now.keys() | now_there.keys():
        if _is_other(now_there.get(part), was_there.get(part)):
            if _is_other(now.get(part), was.get(part)) and now.get(part) != now_there.get(part):
                return None
            value[part] = agreed[part] = now_there.get(part)
        else:
            is_changed |= now.get(part) != was.get(part)
    is_same_there = now_there == was_there
    return _line(one, value), _line(one, agreed) if is_changed or is_same_there else None


def _is_other(now, before):
    """Return whether a part was changed. Of a price with tax, the net moves by a cent where other lines change."""
    pair = [dict(part or {}) for part in (now, before)]
    if all(part.get('TaxInclusiveAmt') is not None for part in pair):
        pair = [{member: part.get(member) for member in ('Qty', 'TaxInclusiveAmt')} for part in pair]
    return pair[0] != pair[1]


def _parts(line):
    """Return ``{part: {member: value}}`` of a line."""
    kind, parts = line['DetailType'], {}
    members = {**{key: value for key, value in line.items() if key not in ('DetailType', kind)}, **detail_of(line)}
    for member, value in members.items():
        part = 'price' if kind == DISCOUNT else PARTS.get(member, member)
        parts.setdefault(part, {})[member] = value
    return parts


def _line(line, parts):
    """Return a line of the kind of ``line`` that consists of these parts."""
    kind = line['DetailType']
    members = {member: value for part in parts.values() for member, value in (part or {}).items()}
    outer = {key: members.pop(key) for key in ('Description', 'Amount') if key in members}
    return {'DetailType': kind, **outer, **({kind: members} if kind in line else {})}


def _placed(known, new_here, new_there, here, there):
    """Return all lines in the order of the side that moved some, else of Odoo; new ones below what they stood below.

    A discount on the whole comes last.
    """
    kept_here = [place for place in here if place in known]
    kept_there = [place for place in there if place in known]
    is_moved_there = kept_there != sorted(kept_there) and kept_here == sorted(kept_here)
    sides = [(here, new_here), (there, new_there)]
    order = []
    for places, new in reversed(sides) if is_moved_there else sides:
        below = None
        for number, place in enumerate(places):
            line = known.get(place) or new.get(number)
            if line and line not in order:
                order.insert(order.index(below) + 1 if below else 0, line)
            below = line or below
    return sorted(order, key=lambda line: line.value['DetailType'] == DISCOUNT)
