"""What a query answers: which members it may use, which records it finds, in which order (qbo-api 5)."""

import operator
import re

from .. import entities, errors
from ..clock import parse_time
from ..entities.base import plain_name
from .query import Condition, parse

PAGE, LARGEST_PAGE = 100, 1000
COMPARE = {
    '=': operator.eq,
    '!=': operator.ne,
    '<': operator.lt,
    '>': operator.gt,
    '<=': operator.le,
    '>=': operator.ge,
}


class _Time:
    """A member of MetaData."""

    query = 'fs'

    def key(self, value):
        return parse_time(value)

    literal = key


TIMES = {
    'metadata.createtime': ('CreateTime', _Time()),
    'metadata.lastupdatedtime': ('LastUpdatedTime', _Time()),
}


def query(books, statement):
    """Return the value of ``QueryResponse`` for a statement.

    :raise Fault: 4000, 4001, 4002
    """
    asked = parse(statement, books.settings.curly_quotes)
    entity = _entity(asked.entity)
    books.require_plan(entity)
    start, most = _page(asked, books.settings)
    books.intuit.faults.refuse_query(entity.path)
    wanted = _projection(entity, asked.fields)
    found = _found(books, entity, asked)
    pseudo = _pseudo_codes(books, entity, asked) if entity.name == 'TaxCode' and not asked.order else []
    if asked.count:
        return {'totalCount': len(found) + len(pseudo)}
    page = found[start - 1 : start - 1 + most]
    if start == 1:
        page = [*pseudo, *page]  # On top of the page (qbo-api 9.7).
    if not page:
        return {}
    return _response(entity, [_shown(books, entity, body, wanted) for body in page], start, len(found) + len(pseudo))


def _entity(name):
    entity = entities.find(name)
    if entity:
        return entity
    if entities.is_intuits(name):
        raise errors.NotModelled(f'the entity {name}')
    raise errors.Fault(errors.bad_query(f'invalid context declaration: {name}'))  # As recorded.


def _page(asked, settings):
    """Return (start position, page size). The text for a value too large is assumed."""
    start = 1 if asked.start is None else asked.start
    most = PAGE if asked.maximum is None else asked.maximum
    if start == 0 and settings.start_position_zero == 'allowed':
        start = 1
    for value in (start, most):
        if value < 1:
            text = f'value {value} is too small. Min allowed value is 1'
            raise errors.Fault(errors.bad_query(text))
    if most > LARGEST_PAGE:
        text = f'value {most} is too large. Max allowed value is {LARGEST_PAGE}'
        raise errors.Fault(errors.bad_query(text))
    return start, most


def _member(entity, path, use):
    """Return (getter, kind) of a property, by its name in any case.

    :raise Fault: 4001, it does not exist or may not be used so
    """
    if path.lower() in TIMES:
        name, kind = TIMES[path.lower()]
        return (lambda body: body.get('MetaData', {}).get(name)), kind
    name = next((n for n in (*entity.fields, 'Id', 'SyncToken') if n.lower() == path.lower()), None)
    if name is None:
        raise errors.Fault(errors.bad_query(f'Property {path} not found for Entity {entity.name}'))
    kind = entity.field(name)
    if use not in kind.query:
        raise errors.Fault(errors.bad_query(f"property '{name}' is not queryable"))
    default = True if name == 'Active' else None
    return (lambda body: body.get(name, default)), kind


def _projection(entity, fields):
    """Return the members to show, or None for all. Complex ones are refused (qbo-api 5)."""
    names = []
    for path in fields:
        if path == '*':
            continue
        if path.lower() in TIMES or path.lower() == 'metadata':
            names.append('MetaData')
            continue
        known = {name.lower(): name for name in (*entity.fields, 'Id', 'SyncToken')}
        name = known.get(path.lower())
        if name is None:
            text = f'Property {path} not found for Entity {entity.name}'
            raise errors.Fault(errors.bad_query(text))
        if hasattr(entity.field(name), 'members'):
            raise errors.Fault(errors.bad_query(f"property '{name}' is not queryable"))
        names.append(name)
    return None if '*' in fields else names


def _shown(books, entity, body, wanted):
    """Return a found record; with a projection Intuit marks it sparse (assumed)."""
    body = entity.answer(books, body)
    if wanted is None:
        return body
    kept = {name: body[name] for name in wanted if name in body}
    return {**kept, 'domain': 'QBO', 'sparse': True, 'Id': body['Id']}


def _found(books, entity, asked):
    tests = [_test(entity, condition) for condition in asked.where]
    if entity.is_list and not any(c.field.lower() == 'active' for c in asked.where):
        tests.append(lambda body: body.get('Active', True))
    found = [body for body in entity.rows(books, asked.where) if _passes(body, tests)]
    if entity.name == 'TaxCode' and asked.order:
        found = [*_pseudo_codes(books, entity, asked), *found]
    return _ordered(entity, found, asked.order)


def _pseudo_codes(books, entity, asked):
    tests = [_test(entity, condition) for condition in asked.where]
    return [body for body in entity.pseudo(books) if _passes(body, tests)]


def _passes(body, tests):
    return all(test(body) for test in tests)


def _test(entity, condition: Condition):
    get, kind = _member(entity, condition.field, 'f')
    if condition.operator == 'like':
        # Only % is special (qbo-api 5).
        parts = str(condition.values[0]).split('%')
        pattern = re.compile('.*'.join(map(re.escape, parts)), re.IGNORECASE | re.DOTALL)
        return lambda body: _text(get(body)) is not None and bool(pattern.fullmatch(_text(get(body))))
    wanted = [_literal(kind, condition.field, value) for value in condition.values]
    compare = COMPARE.get(condition.operator)

    def test(body):
        value = get(body)
        if value is None:
            return condition.operator == '!='  # Not known; nothing is not that.
        key = kind.key(value)
        return key in wanted if compare is None else compare(key, wanted[0])

    return test


def _literal(kind, field, value):
    text = str(value).lower() if isinstance(value, bool) else value
    try:
        return kind.literal(text)
    except ValueError:
        # The text for a literal of the wrong kind is not known.
        raise errors.Fault(errors.bad_query(f"value '{text}' is invalid for property '{field}'")) from None


def _text(value):
    if isinstance(value, dict):
        value = value.get('Address') or value.get('value')
    return None if value is None else str(value)


def _ordered(entity, bodies, order):
    """Return bodies in the asked order, else in the default one (qbo-api 5)."""
    if not order:
        if entity.is_list:
            return sorted(bodies, key=lambda body: _list_key(entity, body))
        return list(reversed(bodies))
    for part in reversed(order):
        get, kind = _member(entity, part.field, 's')
        bodies = sorted(bodies, key=lambda body: _sort_key(get, kind, body), reverse=part.descending)
    return bodies


def _sort_key(get, kind, body):
    value = get(body)
    return (value is not None, kind.key(value) if value is not None else 0)


def _list_key(entity, body):
    name = body.get('FullyQualifiedName') or body.get(entity.name_field) or ''
    return (plain_name(name).casefold(), int(body['Id']) if body['Id'].isdigit() else 0)


def _response(entity, bodies, start, total):
    response = {entity.name: bodies, 'startPosition': start, 'maxResults': len(bodies)}
    if entity.singleton:
        del response['startPosition']  # As recorded for Preferences.
    if entity.counts_total:
        response['totalCount'] = total
    return response
