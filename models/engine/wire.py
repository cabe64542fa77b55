"""How a stored call goes over the wire. Runs in threads, without the database."""

import json

from ...qbo import errors


def wire_form(call):
    """Return what a thread needs to send a call, without touching the database.

    :param call: all ``qbo.request`` of one call, in the order in which they were stored
    """
    return call[0].call_id, call[0].is_batch, [(item.entity, item.operation, item.body) for item in call]


def call_quickbooks(client, wire):
    """Send one call and return its answer, or the error that came instead. Runs in a thread.

    :param client: a ``qbo.client.Client``
    :param wire: ``(request id, is batch, [(entity, operation, body)])``
    :return: ``qbo.client.Answer`` or ``qbo.errors.QboError``
    """
    call_id, is_batch, items = wire
    try:
        if is_batch:
            return client.batch([_batch_item(place, *item) for place, item in enumerate(items)], call_id)
        entity, operation, body = items[0]
        if operation == 'send':
            return client.send_by_email(entity, json.loads(body)['Id'], call_id)
        return client.write(entity, body, call_id, **_options(entity, operation))
    except errors.QboError as error:
        return error


def _options(entity, operation):
    """Return what a single call needs besides its body (qbo-api 9.3)."""
    if operation == 'delete':
        return {'operation': 'delete'}
    if operation == 'void':
        return {'operation': 'void'} if entity == 'Invoice' else {'operation': 'update', 'include': 'void'}
    return {}


def _batch_item(place, entity, operation, body):
    return {'bId': str(place), 'operation': operation, entity: json.loads(body)}
