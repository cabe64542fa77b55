"""Notifications from Intuit: is it genuine, and what does it say? (qbo-api 8)

Bytes in, events out; answering within three seconds and refusing large bodies is the controller's task. An event holds
no values and may be late, doubled or out of order, so all that it is good for is to ask QuickBooks.
"""

import base64
import hashlib
import hmac
import json
import logging
from dataclasses import dataclass
from datetime import datetime

from .text import parse_time

_logger = logging.getLogger(__name__)

ENTITIES = {
    name.lower(): name
    for name in (  # qbo-api 8.5
        'Account',
        'Bill',
        'BillPayment',
        'Budget',
        'Class',
        'CreditMemo',
        'Currency',
        'Customer',
        'Department',
        'Deposit',
        'Employee',
        'Estimate',
        'Invoice',
        'Item',
        'JournalCode',
        'JournalEntry',
        'Payment',
        'PaymentMethod',
        'Preferences',
        'Purchase',
        'PurchaseOrder',
        'RefundReceipt',
        'SalesReceipt',
        'TaxAgency',
        'Term',
        'TimeActivity',
        'Transfer',
        'Vendor',
        'VendorCredit',
    )
}
OPERATIONS = {
    'created': 'create',
    'updated': 'update',
    'deleted': 'delete',
    'merged': 'merge',
    'voided': 'void',
    'emailed': 'email',
}


@dataclass(frozen=True)
class Event:
    """Something happened to an entity. The same ``event_id`` means the same event.

    ``operation`` is create, update, delete, merge, void or email, or Intuit's word for what we do not know.
    ``is_known`` is False for an entity type that is not in Intuit's list; ``entity`` is then spelled as it came.
    """

    event_id: str
    realm_id: str
    entity: str
    qbo_id: str
    operation: str
    at: datetime | None
    is_known: bool = True


def verify(body, signature, token):
    """Return whether Intuit signed this body (qbo-api 8.3). Takes the same time whatever is wrong.

    :param bytes body: raw, as it came
    :param signature: header ``intuit-signature``, may be missing
    :param token: the verifier token of the app; without one nothing is genuine
    """
    if not token or not signature:
        return False
    expected = base64.b64encode(hmac.new(token.encode(), body, hashlib.sha256).digest())
    return hmac.compare_digest(expected, signature.strip().encode())


def parse(body):
    """Return the list of :class:`Event` in a notification, of CloudEvents or of the format before (qbo-api 8.1, 8.2).

    Realms may be mixed. A single event that makes no sense is left out and the log says why, because a refusal would
    make Intuit send all of them again (qbo-api 8.4).

    :param bytes body: verified
    :raise ValueError: not JSON, or neither of the two formats
    """
    try:
        values = json.loads(body)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if isinstance(values, list):
        return _kept(_cloud_event, values)
    if isinstance(values, dict) and isinstance(values.get('eventNotifications'), list):
        return _kept(_legacy_event, _legacy_rows(values['eventNotifications']))
    raise ValueError("neither CloudEvents nor eventNotifications")


def _kept(read, rows):
    events = []
    for place, row in enumerate(rows):
        try:
            events.append(read(row))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            _logger.warning("Event %d of a QuickBooks notification left out: %r", place, error)
    return events


def _cloud_event(row):
    _qbo, entity, operation, _version = row['type'].split('.')
    return _event(row['id'], row['intuitaccountid'], entity, row['intuitentityid'], operation, row.get('time'))


def _legacy_rows(notifications):
    """Yield ``(realm id, entity row)``; a notification without the expected shape yields itself, to be reported."""
    for notification in notifications:
        try:
            rows = notification['dataChangeEvent']['entities']
            yield from [(notification['realmId'], row) for row in rows]
        except (KeyError, TypeError):
            yield None, None


def _legacy_event(pair):
    realm_id, row = pair
    facts = (realm_id, row['name'], row['id'], row['operation'], row.get('lastUpdated'))
    event_id = hashlib.sha256(json.dumps(facts).encode()).hexdigest()  # this format has no id of its own
    return _event(event_id, *facts)


def _event(event_id, realm_id, entity, qbo_id, operation, at):
    if not (event_id and realm_id and entity and qbo_id):
        raise ValueError("an id is missing")
    name, operation = ENTITIES.get(entity.lower()), operation.lower()
    operation = OPERATIONS.get(operation, operation)
    return Event(str(event_id), str(realm_id), name or entity, str(qbo_id), operation, _at(at), name is not None)


def _at(text):
    try:
        return parse_time(text)
    except ValueError:
        return None
