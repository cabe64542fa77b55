"""Several operations in one call, each for itself (qbo-api 7).

``optionsData`` carries what the query parameter ``include`` does for a single call.

Not modelled: the limit of 1000 objects over all items, ``ReportQuery``.
"""

from .. import entities, errors
from .cdc import cdc
from .select import query

MOST_ITEMS = 30
OPERATIONS = frozenset({'create', 'update', 'delete', 'void'})
"""``void`` is in Intuit's schema only; it does here what ``operation=void`` does."""
NOT_MODELLED = frozenset({'revert', 'send', 'merge'})
"""In Intuit's schema, not in its documentation; the sandbox answers "not modelled"."""


def batch(books, values, request_id=None):
    """Return the value of ``BatchItemResponse``.

    Items are independent and one that fails changes nothing (qbo-api 7). They run in order here,
    which Intuit does not promise.

    :raise Fault: the call as a whole is malformed
    """
    items = values.get('BatchItemRequest') if isinstance(values, dict) else None
    if not isinstance(items, list) or not items:
        raise errors.Fault(errors.missing('BatchItemRequest'))
    if len(items) > MOST_ITEMS:
        text = f'The number of batch items is more than {MOST_ITEMS}.'
        raise errors.Fault(errors.Violation('1040', text))
    _check_ids(items, request_id)
    return [{'bId': item['bId'], **_answer(books, item)} for item in items]


def _check_ids(items, request_id):
    """The codes for a missing or doubled bId are not known; 2020 and 1000 are assumed."""
    ids = [item.get('bId') if isinstance(item, dict) else None for item in items]
    if not all(ids):
        raise errors.Fault(errors.missing('bId'))
    if len(set(ids)) < len(ids):
        raise errors.Fault(errors.Violation('1000', 'A bId occurs more than once.', 'bId'))
    if request_id and any(len(id) > 10 for id in ids):
        raise errors.Fault(errors.Violation('2130', 'A bId is longer than 10 characters.', 'bId'))


def _answer(books, item):
    try:
        return _run(books, item)
    except errors.Fault as fault:
        return {'Fault': fault.as_json()}


def _run(books, item):
    if 'Query' in item:
        return {'QueryResponse': query(books, item['Query'])}
    if 'CDCQuery' in item:
        asked = item['CDCQuery']
        return {'CDCResponse': cdc(books, asked.get('Entities'), asked.get('ChangedSince'))}
    name = next((key for key in item if entities.find(key) or entities.is_intuits(key)), None)
    if name is None:
        raise errors.NotModelled('a batch item without a known entity, Query or CDCQuery')
    operation = item.get('operation')
    if operation in NOT_MODELLED:
        raise errors.NotModelled(f'batch operation {operation}')
    if operation not in OPERATIONS:
        raise errors.Fault(errors.bad_enumeration('operation', operation))
    options = frozenset(filter(None, str(item.get('optionsData') or '').split(',')))
    body = books.write(name, operation, item[name], options)
    return {books.entity(name).name: body}
