"""How mapped values become the body of a request.

Values are dicts in QuickBooks' JSON shape; a member with nothing in it is None. Nested members (addresses) go as a
whole: QuickBooks replaces a block that is present, also in a sparse update (qbo-api 9.1, 9.2).
"""

VOIDED = 'Voided'
"""A member of our own, not of QuickBooks: whether a document is void. It is merged as any other and never sent."""
ADDRESSES = frozenset({'BillAddr', 'ShipAddr'})
VOID_NOTE = 'Voided'  # qbo-api 9.3: what QuickBooks puts in front of the note of a voided document


def is_void(values):
    """Return whether an entity is a voided document: there is no flag for it (qbo-api 9.3)."""
    return (values.get('PrivateNote') or '').startswith(VOID_NOTE) and not values.get('TotalAmt')


def without_void(note):
    """Return a note without what voiding put in front of it; how it separates the two is not known (qbo-api 9.3)."""
    return note.removeprefix(VOID_NOTE).lstrip(' -')


def for_create(values):
    """Return the body that creates an entity: nothing empty is sent (qbo-api 2: nulls are omitted)."""
    kept = {key: _pruned(value) for key, value in values.items() if key != VOIDED}
    return {key: value for key, value in kept.items() if value not in (None, '', {}, [])}


def for_update(values, base_odoo, base_qbo, changed, known=None):
    """Return the changed members of a sparse update, without Id and SyncToken.

    In a block that changed only in part, the other members go back as QuickBooks spells them; in an address also those
    that Odoo has no field for. A blanked text goes as ``""``, which is how a sparse update empties a field (qbo-api
    9.1).

    :param dict values: what Odoo says now
    :param dict base_odoo: the agreed values as Odoo spells them
    :param dict base_qbo: the agreed values as QuickBooks spells them
    :param changed: the top-level members to send
    :param dict known: the entity as it was last seen, as far as that is remembered
    """
    sent = {key: _member(values[key], base_odoo.get(key), base_qbo.get(key)) for key in sorted(changed)}
    for key in ADDRESSES & sent.keys() & (known or {}).keys():
        sent[key] = _address(sent[key], base_qbo.get(key) or {}, known[key])
    return sent


def _member(now, base_odoo, base_qbo):
    if not isinstance(now, dict):
        return '' if now is None else now
    base_odoo, base_qbo = base_odoo or {}, base_qbo or {}
    return {
        key: _member(base_qbo.get(key) if (value or '') == (base_odoo.get(key) or '') else value, None, None)
        for key, value in now.items()
    }


def _address(sent, base_qbo, known):
    """Return an address with what QuickBooks has of it besides, unless it is another one altogether.

    Where it is on the map does not count any more. Odoo's second line stands for lines 2 to 5.
    """
    changed = {key: value for key, value in sent.items() if value != (base_qbo.get(key) or '')}
    if all(key in changed for key in sent if base_qbo.get(key)):
        return sent
    gone = {'Lat', 'Long', *(('Line3', 'Line4', 'Line5') if 'Line2' in changed else ())}
    return {**{key: value for key, value in known.items() if key not in gone}, **changed}


def _pruned(value):
    if isinstance(value, dict):
        return {key: kept for key, item in value.items() if (kept := _pruned(item)) not in (None, '', {}, [])}
    return value
