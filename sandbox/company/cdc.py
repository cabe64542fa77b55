"""What changed since a moment (qbo-api 6)."""

from .. import entities, errors
from ..clock import metadata_time, parse_time

MOST, DAYS = 1000, 30


def cdc(books, names, since):
    """Return the value of ``CDCResponse``.

    :param names: entity names, separated by commas
    :param since: a date or a date-time
    :raise Fault: a missing parameter, a type that CDC does not have, a date too far back
    """
    found = [errors.missing(name) for name, value in (('entities', names), ('changedSince', since)) if not value]
    if found:
        raise errors.Fault(*found)
    types = [_type(name.strip()) for name in names.split(',') if name.strip()]
    moment = _moment(books, since)
    groups, room = [], MOST
    for entity in types:
        groups.append(_group(books, entity, moment, room))
        room -= len(groups[-1].get(entity.name, ()))
    return [{'QueryResponse': groups}]


def _type(name):
    entity = entities.find(name)
    if entity is None and entities.is_intuits(name):
        raise errors.NotModelled(f'the entity {name}')
    if entity is None or not entity.in_cdc:
        # qbo-api 6 lists the types; the fault's text is not known.
        raise errors.Fault(errors.unsupported_operation(f'cdc for {name}'))
    return entity


def _moment(books, since):
    try:
        # A blank stands where a client forgot to encode "+".
        moment = parse_time(since.strip().replace(' ', '+') if 'T' in since else since)
    except ValueError:
        raise errors.Fault(errors.bad_date('changedSince', since)) from None
    if moment < books.clock.time() - DAYS * 86400:
        text = f'cdc with changedSince date {since} which is older than fixed days'
        raise errors.Fault(errors.unsupported_operation(text))
    return moment


def _group(books, entity, moment, room):
    """Return one type's changes: records in order of their last update, then deletions."""
    changed = [entity.answer(books, body) for body in books.database.all(books.realm, entity.name, since=int(moment))]
    deleted = [
        {'status': 'Deleted', 'domain': 'QBO', 'Id': id, 'MetaData': {'LastUpdatedTime': metadata_time(at)}}
        for id, at in books.database.deletions(books.realm, entity.name, int(moment))
    ]  # fmt: skip
    bodies = (changed + deleted)[:room]
    if not bodies:
        return {}
    if not changed:
        return {entity.name: bodies}  # Deletions alone come without positions (qbo-api 6).
    return {entity.name: bodies, 'startPosition': 1, 'maxResults': len(bodies)}
