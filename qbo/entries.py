"""Journal entries of QuickBooks (qbo-api 9.10): what is still to be entered, split where it is too long, as lines.

Amounts are whole cents, debits positive.
"""

DETAIL = 'JournalEntryLineDetail'
LINES_MAX = 750
"""Of one entry. Intuit documents no number for journal entries; this is the one it gives for forms (qbo-api 9.6)."""

NAMED = {'Accounts Receivable': 'Customer', 'Accounts Payable': 'Vendor'}
"""Whom a line on an account of this type has to name (qbo-api 9.10)."""


def difference(now, held):
    """Return ``{key: cents}`` of what is booked now and not held yet, or held and not booked any more.

    :param dict now: ``{key: cents}`` of what is booked
    :param dict held: the same of what was entered before
    """
    left = {key: now.get(key, 0) - held.get(key, 0) for key in now.keys() | held.keys()}
    return {key: cents for key, cents in left.items() if cents}


def parts(amounts, group, size=LINES_MAX):
    """Return ``amounts``, which add up to nothing, as a list of dicts that do so each and have ``size`` groups at most.

    Where there are several, the largest amount is divided among them, so that each is balanced.

    :param dict amounts: ``{key: cents}``
    :param group: ``group(key)`` is the line that the amount of a key is summed into
    """
    groups = {}
    for key in sorted(amounts):
        groups.setdefault(group(key), []).append(key)
    if len(groups) <= size:
        return [amounts]
    largest = max(sorted(amounts), key=lambda key: abs(amounts[key]))
    beside = [key for key in groups.pop(group(largest)) if key != largest]
    rest, result = list(groups.values()), []
    for start in range(0, len(rest), size - 1):
        keys = [key for some in rest[start : start + size - 1] for key in some] + ([] if start else beside)
        part = {key: amounts[key] for key in keys}
        part[largest] = -sum(part.values())
        result.append({key: cents for key, cents in part.items() if cents})
    return result


def line(account, cents, description=None, name=None, qbo_class=None, department=None):
    """Return a line in the shape of :func:`mapped`: every member is there, None where there is nothing.

    :param str account: id of the account
    :param int cents: a debit is positive
    :param name: ``(type, id)`` of the customer or vendor, or None
    """
    kind, qbo_id = name or (None, None)
    return {
        'DetailType': DETAIL,
        'Description': description or None,
        'Amount': abs(cents) / 100,
        DETAIL: {
            'PostingType': 'Debit' if cents > 0 else 'Credit',
            'AccountRef': {'value': account},
            'Entity': {'Type': kind, 'EntityRef': {'value': qbo_id}},
            'ClassRef': {'value': qbo_class},
            'DepartmentRef': {'value': department},
        },
    }


def mapped(lines):
    """Return the lines of an entry as QuickBooks sent them, without ids and names."""
    return [_mapped(item, item[DETAIL]) for item in lines or () if item.get('DetailType') == DETAIL]


def _mapped(item, detail):
    entity = detail.get('Entity') or {}
    return line(
        _value(detail, 'AccountRef'),
        cents(item),
        item.get('Description'),
        (entity.get('Type'), _value(entity, 'EntityRef')),
        _value(detail, 'ClassRef'),
        _value(detail, 'DepartmentRef'),
    )


def debits(lines):
    """Return what the debits of an entry's lines come to, in cents."""
    return sum(max(cents(item), 0) for item in lines or () if item.get('DetailType') == DETAIL)


def sums(lines):
    """Return ``{account: cents}`` of lines as QuickBooks sent them, or in the shape of :func:`mapped`.

    An account whose lines name somebody is one for each name: ``'84 Customer 12'``. What comes to nothing is left out.
    """
    found = {}
    for item in lines or ():
        if item.get('DetailType') == DETAIL:
            key = _account_of(item[DETAIL])
            found[key] = found.get(key, 0) + cents(item)
    return {key: amount for key, amount in found.items() if amount}


def _account_of(detail):
    named = detail.get('Entity') or {}
    parts = (_value(detail, 'AccountRef'), named.get('Type'), _value(named, 'EntityRef'))
    return ' '.join(part for part in parts if part)


def cents(item):
    """Return the amount of a line in cents, negative for a credit."""
    amount = round((item.get('Amount') or 0.0) * 100)
    return amount if item[DETAIL].get('PostingType') == 'Debit' else -amount


def _value(body, member):
    return (body.get(member) or {}).get('value') or None


def to_send(item):
    """Return a line in the shape of :func:`mapped` without the members that have nothing."""
    detail = {member: value for member, value in item[DETAIL].items() if _says_something(value)}
    return {**{member: value for member, value in item.items() if value is not None}, DETAIL: detail}


def _says_something(value):
    return value.get('value') or value.get('Type') if isinstance(value, dict) else value
