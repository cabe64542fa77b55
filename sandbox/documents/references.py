"""References inside documents: they must lead somewhere, and answers name where (qbo-api 4.3, 10)."""

from .. import errors
from ..entities.fields import Group, Reference, TypedReference
from .lines import Lines, detail

TABLES = {'Account': 'Accounts', 'Class': 'Klasses', 'Department': 'Depts', 'Customer': 'Names', 'Vendor': 'Names'}
"""qbo-api 4.3: 2500 speaks of internal tables for these."""
NAMES = {
    'Customer': 'FullyQualifiedName', 'Item': 'Name', 'Account': 'FullyQualifiedName', 'Term': 'Name',
    'Class': 'FullyQualifiedName', 'Department': 'FullyQualifiedName', 'Vendor': 'DisplayName',
    'Employee': 'DisplayName',
}  # fmt: skip
"""The name that an answer adds to a reference. Recorded ones to tax codes, tax rates and payment
methods have none."""
SHIPPING = 'SHIPPING_ITEM_ID'


def found(entity, body):
    """Yield (path, type, reference) of every reference of a document that is followed."""
    for name, kind in entity.fields.items():
        value = body.get(name)
        if value is not None:
            yield from _inside(name, kind, value)


def _in_line(path, line, kind):
    type, members = line.get('DetailType'), detail(line)
    if type and kind.kinds.get(type):
        yield from _inside(f'{path}.{type}', kind.kinds[type], members)


def _inside(path, kind, value):
    if isinstance(kind, TypedReference):
        yield path, value['type'], value
    elif isinstance(kind, Reference):
        if kind.to:
            yield path, kind.to, value
    elif isinstance(kind, Lines):
        for line in value:
            yield from _in_line(path, line, kind)
    elif isinstance(kind, Group) and isinstance(value, dict):
        if 'EntityRef' in kind.members and value.get('Type') and value.get('EntityRef'):
            yield f'{path}.EntityRef', value['Type'], value['EntityRef']
        for name, member in kind.members.items():
            if name in value:
                yield from _inside(f'{path}.{name}', member, value[name])


def sound(books, entity, draft, old):
    """Refuse references to nothing (2500), to a category (2500), to an inactive record (610).

    qbo-api 10: an inactive customer or item refuses an old document too when it is saved again.
    """
    said = set()
    for path, to, reference in found(entity, draft):
        value = reference.get('value')
        if (path, value) in said or books.is_special(to, value):
            continue
        said.add((path, value))
        yield from _faults(books, path, to, value, old)


def _faults(books, path, to, value, old):
    target = books.stored(to, value)
    if target is None:
        if to in TABLES:
            yield errors.Violation('2500', f'Invalid Reference Id : {TABLES[to]} element id {value} not found')
        else:
            yield errors.bad_reference(path)
    elif target.get('Type') == 'Category' and to == 'Item':
        yield errors.Violation('2500', 'Invalid Reference Id : Categories cannot be used in transactions.', path)
    elif not target.get('Active', True) and (old is None or books.settings.inactive_in_old_documents == 'refused'):
        yield errors.made_inactive(books.settings.inactive_code, path)


def named(books, entity, body):
    """Return a document with the names that Intuit's answers have in its references."""
    body = {name: value for name, value in body.items() if not name.startswith('_')}  # Those are the sandbox's own.
    if 'Line' in body:
        body['Line'] = [_copy(line) for line in body['Line']]
    for name, value in list(body.items()):
        if isinstance(entity.field(name), Reference):
            body[name] = dict(value)
    for path, to, reference in found(entity, body):
        if to in NAMES and path not in entity.unnamed:
            _name(books, to, reference)
    return body


def _copy(value):
    if isinstance(value, dict):
        return {key: _copy(member) for key, member in value.items()}
    return [_copy(member) for member in value] if isinstance(value, list) else value


def _name(books, to, reference):
    if to == 'Item' and reference.get('value') == SHIPPING:
        return
    member = NAMES[to] if to != 'Customer' else books.settings.customer_ref_name
    name = (books.stored(to, reference.get('value')) or {}).get(member)
    if name:
        reference['name'] = name
