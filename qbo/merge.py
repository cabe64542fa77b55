"""Three-way merge of mapped values, with two spellings of the base.

Each side spells a value its own way (QuickBooks trims names and writes a country as "USA"), so each side is compared
with what *it* said when both agreed. A difference in spelling is then a change on neither side.

Values are dicts in QuickBooks' JSON shape. A path names a leaf (``BillAddr.City``); a list is one value. Only paths
that ``odoo`` has are merged: what one side alone has is not mapped. A mapping therefore names all its members every
time, with None where there is nothing. Nothing, ``''``, None, ``[]`` and ``{}`` are all *empty* and equal, as are texts
that differ in outer blanks or line ends only.

The cases, for each path:

====  ======================  ======================  =============================================
case  Odoo since the base     QuickBooks since then   outcome
====  ======================  ======================  =============================================
 1    (both sides are equal now)                      same
 2    unchanged               unchanged               same: two spellings of one value
 3    changed                 unchanged               odoo
 4    unchanged               changed                 qbo
 5    changed                 changed otherwise       conflict: the rule decides
====  ======================  ======================  =============================================

And where two existing records meet for the first time (no base):

====  ======================  ======================  =============================================
 6    empty                   a value                 qbo
 7    a value                 empty                   odoo
 8    a value                 another value           conflict: the rule decides
 9    a default               another value           qbo
10    a value                 a default               odoo
====  ======================  ======================  =============================================

A *default* is what a side says though nobody typed it in: a price of nothing, a first name that was split off. Two
defaults are no conflict: QuickBooks' stays. A path that the base does not have meets for the first time, whatever else
is agreed.

The rule is ``odoo``, ``qbo`` or ``ask``. A conflict that a person is asked about has outcome ``same``: neither side is
written, and the base must stay as it is for that path. Lines that both sides changed may be joined (``line_merge.py``):
then the outcome is ``both``, and ``qbo`` is what is on both sides afterwards.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

SAME, ODOO, QBO, BOTH, ASK = 'same', 'odoo', 'qbo', 'both', 'ask'


@dataclass(frozen=True)
class Decision:
    """What becomes of one path. The four values are JSON values, None where a side has nothing.

    ``outcome`` is ``odoo`` (QuickBooks takes Odoo's value), ``qbo`` (the reverse), ``both`` (each takes what the other
    changed of a list) or ``same`` (nobody takes anything).
    """

    path: str
    base_odoo: object
    base_qbo: object
    odoo: object
    qbo: object
    outcome: str
    conflict: bool = False
    asked: bool = False

    def joined(self, value):
        """Return this decision where both sides take a value with what each changed, instead of the rule's."""
        return replace(self, qbo=value, outcome=BOTH, conflict=False, asked=False)


def flatten(values):
    """Return ``{'BillAddr.City': value}`` for nested dicts. Lists, and dicts with nothing in them, are values."""
    flat = {}
    for key, value in values.items():
        if isinstance(value, dict) and value:
            flat.update({f'{key}.{path}': item for path, item in flatten(value).items()})
        else:
            flat[key] = value
    return flat


def unflatten(flat):
    """Return the nested dict whose `flatten` is ``flat``."""
    values = {}
    for path, value in flat.items():
        *blocks, leaf = path.split('.')
        inner = values
        for block in blocks:
            inner = inner.setdefault(block, {})
        inner[leaf] = value
    return values


def changed(base, now):
    """Return the set of top-level keys whose values differ; a key that is only in ``base`` counts as emptied.

    :param base: values, or None where there are none yet
    """
    base = base or {}
    return {key for key in base.keys() | now.keys() if _normal(base.get(key)) != _normal(now.get(key))}


def apart(*values):
    """Return the same values as far as they differ: of lists only what is not in all of them.

    Lists with the same items in another order are returned whole.
    """
    if not all(isinstance(value, (list, tuple, type(None))) for value in values):
        return list(values)
    shown = [list(value or ()) for value in values]
    for item in list(shown[0]):
        if all(_place(item, side) is not None for side in shown):
            for side in shown:
                del side[_place(item, side)]
    return shown if any(shown) else list(values)


def merge(base_odoo, base_qbo, odoo, qbo, rule, defaults=((), ())):
    """Return one :class:`Decision` for each path of ``odoo``, sorted by path.

    :param base_odoo: the agreed values as Odoo spells them; None where two records meet for the first time
    :param base_qbo: the same as QuickBooks spells them
    :param dict odoo: what Odoo says now
    :param dict qbo: what QuickBooks says now
    :param str rule: who wins a conflict: ``odoo``, ``qbo`` or ``ask``
    :param defaults: the paths of Odoo, and those of QuickBooks, whose value nobody typed in; they count where two meet
    :raise ValueError: unknown rule
    """
    if rule not in (ODOO, QBO, ASK):
        raise ValueError(f"unknown conflict rule: {rule!r}")
    has_base = base_odoo is not None and base_qbo is not None
    agreed = flatten({**base_odoo, **base_qbo}) if has_base else {}
    decisions = []
    for path in sorted(flatten(odoo)):
        sides = [_at(side, path) for side in (base_odoo, base_qbo, odoo, qbo)]
        normal = [_normal(side) for side in sides]
        if path in agreed:
            outcome = _against_base(*normal)
        else:
            outcome = _first_meeting(*normal[2:], *(path in side for side in defaults))
        decisions.append(Decision(path, *sides, *_ruled(outcome, rule)))
    return decisions


def _against_base(base_odoo, base_qbo, odoo, qbo):
    """Return the outcome of cases 1 to 5; ``ask`` stands for a conflict."""
    if odoo == qbo:
        return SAME  # 1
    odoo_changed, qbo_changed = odoo != base_odoo, qbo != base_qbo
    if odoo_changed and qbo_changed:
        return ASK  # 5
    if odoo_changed:
        return ODOO  # 3
    return QBO if qbo_changed else SAME  # 4, 2


def _first_meeting(odoo, qbo, is_odoo_default, is_qbo_default):
    """Return the outcome of cases 1 and 6 to 10; ``ask`` stands for a conflict."""
    if odoo == qbo:
        return SAME  # 1
    if qbo is None:
        return ODOO  # 7
    if odoo is None or is_odoo_default:
        return QBO  # 6, 9
    return ODOO if is_qbo_default else ASK  # 10, 8


def _place(item, items):
    """Return where an item that means the same stands, None where there is none."""
    return next((place for place, other in enumerate(items) if _normal(other) == _normal(item)), None)


def _ruled(outcome, rule):
    """Return ``(outcome, conflict, asked)``."""
    if outcome != ASK:
        return outcome, False, False
    return (SAME, True, True) if rule == ASK else (rule, True, False)


def _at(values, path):
    for key in path.split('.'):
        values = values.get(key) if isinstance(values, dict) else None
    return values


def _normal(value):
    """Return a value in the form in which two spellings that mean the same are equal; None is empty."""
    if isinstance(value, str):
        return value.replace('\r\n', '\n').strip() or None
    if isinstance(value, dict):
        return {key: kept for key, item in value.items() if (kept := _normal(item)) is not None} or None
    if isinstance(value, (list, tuple)):
        return [_normal(item) for item in value] or None
    return float(value) if isinstance(value, Decimal) else value


def moved(decisions, now):
    """Return the paths that nobody changed and that are others now, by what was written: a new date moves the due date.

    QuickBooks does not know them yet.
    """
    now = flatten(now)
    return {
        decision.path
        for decision in decisions
        if decision.outcome == SAME
        and changed({'': decision.odoo}, {'': now.get(decision.path)})
        and changed({'': decision.qbo}, {'': now.get(decision.path)})
    }


def keep(values, base, paths):
    """Return ``values`` with the older value of ``base`` at ``paths``."""
    flat, old = flatten(values), flatten(base or {})
    return unflatten({path: old.get(path) if path in paths else value for path, value in flat.items()})
