"""The first meeting of records and entities that neither side has linked yet: which is which, and who wins.

Neither has a base. A record in use goes before an archived one and is never changed by it; what nobody typed in never
wins over what somebody did (``qbo/merge.py``); what cannot be known is asked.
"""

from dataclasses import replace

from odoo.tools.translate import LazyTranslate

from ...qbo import compare, entities, merge
from ..connection.reason import Reason, declare

_lt = LazyTranslate(__name__)
declare(
    {
        'meet_archived': _lt(
            "It is in use in QuickBooks, and Odoo has “%(name)s”, which is archived. Press Link to use and link that "
            "one again, or Create in Odoo to have another."
        ),
        'meet_differs': _lt(
            "Odoo has “%(name)s”, which has the same name and otherwise nothing in common. Press Link if they are the "
            "same, or Create in Odoo to have another."
        ),
        'meet_several': _lt(
            "Several in Odoo may be it: %(names)s. Merge or rename them and press Retry; choose one in "
            "the comparison with QuickBooks; or press Create in Odoo to have another."
        ),
    },
    fixes={'meet_archived': 'meet', 'meet_differs': 'meet', 'meet_several': 'take'},
)


def match_rows(mapping, step, rows, records):
    """Return ``{row id: records}`` of the rows that some of these records may be: surely that one, or one of several.

    A record is one row's only. Those in use go before archived ones, and those that go to QuickBooks by themselves
    before those that do not.

    :param records: that have the name of a row, of which the linked ones are left out
    """
    step.load_links(records)
    own = records.filtered_domain(mapping._domain(step))
    by_name, traits = {}, {}
    for record in records:
        if not step.qbo_id(record, mapping._entity):
            traits[record.id] = mapping._traits(step, record)
            by_name.setdefault(compare.name_key(traits[record.id].name), []).append(record)
    matches, taken = {}, set()
    for row in rows if by_name else ():
        theirs = mapping._traits_of(step, row)
        same = [item for item in by_name.get(compare.name_key(theirs.name), ()) if item.id not in taken]
        for place in sorted({_place(item, own) for item in same}):
            near = [traits[item.id] for item in same if _place(item, own) == place]
            found = mapping._surely(theirs, near)
            if found:
                ids = [int(item.key) for item in found]
                matches[row['Id']] = mapping._records(step, ids)
                taken.update(ids if len(ids) == 1 else ())
                break
    return matches


def _place(record, own):
    return not _in_use(record), record not in own


def _in_use(record):
    return 'active' not in record or record.active


def doubt(mapping, step, row, records, may_come):
    """Return the reason why a person has to say whether a row is one of these records, or None.

    :param records: what ``_match_rows`` gave for the row
    :param bool may_come: whether QuickBooks' version may be written to Odoo
    """
    if mapping._entity not in entities.LISTS:
        return mapping._doubt(step, row, records)
    if len(records) > 1:
        return Reason('meet_several', {'names': [_shown(mapping._traits(step, record)) for record in records]})
    name = records.display_name
    is_archived = not _in_use(records) and row.get('Active', True)
    if is_archived and (not may_come or step.connection.conflict_rule == merge.ASK):
        return Reason('meet_archived', {'name': name})
    return None if mapping._is_same(step, records, row) else Reason('meet_differs', {'name': name})


def decide(mapping, step, record, row, rule, link=None, is_source=False):
    """Return what :func:`merge.merge` says of a record and a row, with what only a first meeting knows.

    :param str rule: who wins a conflict
    :param link: the link of the two, where they have agreed on anything
    :param bool is_source: whether Odoo alone says what the record is
    """
    ours, theirs = mapping._values(step, record), mapping._from_row(step, row)
    bases = (link.base_odoo or None, link.base_qbo or None) if link else (None, None)
    is_met = 'Active' in (bases[1] or {})
    is_here, is_there = bool(ours.get('Active')), bool(theirs.get('Active'))
    if is_met or is_here == is_there or rule == merge.ASK:
        defaults = mapping._defaults(step, record, ours, theirs)
        decisions = merge.merge(*bases, ours, theirs, rule, defaults)
        if bases[1] is None and mapping._direction(step.connection) == 'qbo':
            # Nobody typed them in, and they do not go there.
            decisions = _without(decisions, defaults[0], (merge.ODOO,))
        return _without(decisions, mapping._never_taken(step, record))
    decisions = merge.merge(*bases, ours, theirs, merge.ODOO if is_here else merge.QBO)
    if is_source and not is_here:
        # Neither is written: what is archived in Odoo says nothing of what is in use in QuickBooks.
        return _without(decisions, {item.path for item in decisions}, (merge.QBO, merge.ODOO))
    return _without(decisions, mapping._never_taken(step, record))


def _without(decisions, paths, outcomes=(merge.QBO,)):
    """Return decisions of which those about these paths change nothing on a side; nobody is asked about them."""
    return [
        replace(item, outcome=merge.SAME, conflict=False, asked=False)
        if item.path in paths and (item.asked or item.outcome in outcomes)
        else item
        for item in decisions
    ]


def _shown(traits):
    return ", ".join(filter(None, (traits.name, traits.email, traits.phone, traits.address, traits.sku)))
