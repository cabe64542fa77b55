"""The HTTP client: one call in, one answer or one :class:`errors.QboError` out.

Built on python-quickbooks, whose addresses and parameters are used and whose transport is not: it has no time-out,
crashes on XML errors, takes a throttled call for invalid data, and keeps only the first of several errors.

It neither sleeps nor retries, with one exception: after a 401 it asks for a fresh access token and repeats the call
once. That is safe for writes, since the gateway refuses a token before anything is done.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import quote as url_quote

import requests
from quickbooks import QuickBooks

from . import attachments, errors
from .text import parse_time
from .transport import UPLOAD_S, new_session, transport_error

MINOR_VERSION = 75  # qbo-api 2: lower ones are ignored since August 2025
CDC_MAX = 1000  # qbo-api 6: that many objects mean that some may be missing
BATCH_MAX = 30  # qbo-api 7
REQUEST_ID_MAX, BATCH_REQUEST_ID_MAX, BATCH_BID_MAX = 50, 36, 10  # qbo-api 2, 7
HEADERS = {'Accept': 'application/json', 'User-Agent': 'quickbooks_online (Odoo addon)'}


@dataclass(frozen=True)
class Answer:
    """What QuickBooks answered: ``values`` as the called method says, ``time`` by Intuit's clock in aware UTC."""

    values: dict | list
    status: int
    tid: str | None
    duration_ms: int
    time: datetime | None

    def having(self, values):
        """Return this answer with other ``values``."""
        return Answer(values, self.status, self.tid, self.duration_ms, self.time)


@dataclass(frozen=True)
class BatchItemAnswer:
    """What became of one item of a batch: an entity (of a query: the list of entities), or an error."""

    bid: str
    values: dict | list | None = None
    error: errors.QboError | None = None


@dataclass(frozen=True)
class CdcAnswer:
    """What changed: entity type → entities, deleted ones as stubs with ``status`` "Deleted", inactive ones in full.

    ``truncated`` means that there may be more: shorten the interval, ask for fewer types, or query page by page.
    """

    changes: dict
    truncated: bool
    status: int
    tid: str | None
    duration_ms: int
    time: datetime | None


def quote(value):
    r"""Return a value as a literal of the query language: in single quotes, with ``\'`` and ``\\`` (qbo-api 5).

    Numbers and dates are quoted too. Booleans are not literals: write ``true`` and ``false`` into the statement.
    """
    return "'{}'".format(str(value).replace('\\', '\\\\').replace("'", "\\'"))


def is_realm_id(text):
    """Return whether a text may be the id of a QuickBooks company: digits, up to 20 of them."""
    return bool(re.fullmatch(r'[0-9]{1,20}', str(text)))


def serialize(values):
    """Return the JSON text of values: the same dict gives the same text, so that a re-send is the same to the byte.

    :raise TypeError: a value that is not JSON; a Decimal becomes a number
    :raise ValueError: NaN or infinity
    """
    return json.dumps(
        values, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(',', ':'), default=_number
    )


class Client(QuickBooks):
    """Calls QuickBooks for one realm. Its constructor makes no call; several threads may share one client.

    All methods raise :class:`errors.QboError`. What ``token`` raises passes through.
    """

    def __new__(cls, *, realm_id, **_kwargs):
        if not is_realm_id(realm_id):
            raise ValueError("The id of a QuickBooks company is a number.")
        return super().__new__(cls, company_id=realm_id, minorversion=MINOR_VERSION)

    def __init__(self, *, base_url, realm_id, token, session=None):
        """
        :param str base_url: of an :class:`endpoints.Endpoints`; checked where it was configured
        :param str realm_id: QuickBooks company
        :param token: a function that returns an access token; called with ``None``, or once more with the token that
            QuickBooks just refused, and then it must return a fresh one or raise
        :param session: a `requests` session, :func:`new_session` by default
        """
        self.base_url = base_url.rstrip('/')
        self.realm_id = str(realm_id)
        self.token = token
        self.session = session or new_session()

    @property
    def api_url(self):
        """The address that python-quickbooks builds all others on."""
        return f'{self.base_url}/v3'

    # === WRITES === #

    def write(self, entity, values, request_id, operation=None, include=None):
        """Create, update, delete or void one entity; ``values`` of the answer are the entity as QuickBooks has it now.

        Sent again under the same ``request_id``, QuickBooks repeats its first answer and does nothing (qbo-api 2).

        :param str entity: ``'Customer'``; ``'TaxService/TaxCode'`` for a new tax code
        :param values: a dict in QuickBooks' shape, or its JSON text as it was stored
        :param str request_id: at most 50 characters
        :param operation: None, ``'delete'`` or ``'void'``
        :param include: ``'void'`` (with operation ``update``), ``'allowduplicatedocnum'``
        """
        params = {'operation': operation, 'include': include}
        answer = self.send(entity.lower(), values, request_id, params)
        return self._entity(answer, entity, request_id)

    def send(self, path, body, request_id=None, params=None):
        """POST a body to a path of the realm; ``values`` of the answer are the whole JSON object.

        :param str path: ``'customer'``, ``'batch'``
        :param body: a dict, or JSON text that is sent as it stands
        :param params: further query parameters; those that are None are left out
        """
        _check_length('request id', request_id, REQUEST_ID_MAX)
        body = body if isinstance(body, str) else serialize(body)
        return self.post(f'{self._company_url}/{path}', body, params=params, request_id=request_id)

    def send_by_email(self, entity, qbo_id, request_id):
        """Have QuickBooks send a document to the address it has there; ``values`` of the answer are the document.

        :param str entity: ``'Invoice'``, ``'CreditMemo'``
        :param str request_id: as for :meth:`write`: repeated under the same id, it is not sent a second time
        """
        path = f'{self._company_url}/{entity.lower()}/{url_quote(str(qbo_id), safe="")}/send'
        answer = self.make_request('POST', path, content_type='application/octet-stream', request_id=request_id)
        return self._entity(answer, entity, request_id)

    def batch(self, items, request_id=None):
        """Send up to 30 independent writes and queries in one call (qbo-api 7).

        ``values`` of the answer is one :class:`BatchItemAnswer` per item, in the order of the items. One that
        QuickBooks did not answer has an :class:`errors.UnknownOutcome`. Under the same ``request_id`` the whole answer
        is repeated, errors of items included: a failed item that is to be tried again needs a new one.

        :param items: dicts in the shape of BatchItemRequest (``bId``, ``operation``, ``Customer`` or ``Query``), or
            the JSON text of the whole body
        :param request_id: at most 36 characters, and each ``bId`` at most 10; None for queries alone
        :raise ValueError: too many items, ids too long or given twice
        """
        body = items if isinstance(items, str) else serialize({'BatchItemRequest': items})
        bids = [item['bId'] for item in json.loads(body)['BatchItemRequest']]
        _check_batch(bids, request_id)
        answer = self.send('batch', body, request_id)
        found = {item.get('bId'): item for item in _list_of_dicts(answer, answer.values, 'BatchItemResponse')}
        return answer.having([_batch_item(bid, found.get(bid), answer, request_id) for bid in bids])

    def upload(self, files, request_id=None):
        """Upload files, each with the record that it belongs to (qbo-purchases 11).

        ``values`` of the answer is a list in the order of the files: the Attachable, the :class:`errors.QboError` that
        refuses this file, or None where QuickBooks says nothing about it. Intuit's page of uploads knows no request
        id, and says so nowhere: one is sent, and nobody may rely on it.

        :param files: :class:`attachments.File`, not more than a request may hold
        """
        _check_length('request id', request_id, REQUEST_ID_MAX)
        body, content_type = attachments.multipart(files)
        answer = self.make_request(
            'POST', f'{self._company_url}/upload', body, content_type, request_id=request_id, timeout=UPLOAD_S
        )
        items = answer.values.get('AttachableResponse')
        if not isinstance(items, list):
            raise _no_such(answer, 'AttachableResponse', request_id)
        items += [None] * (len(files) - len(items))
        return answer.having([_uploaded(item, answer, request_id) for item in items[: len(files)]])

    # === READS === #

    def read(self, entity, qbo_id):
        """Read one entity by id, also an inactive one; ``values`` of the answer are the entity.

        :raise errors.DataError: 610, there is none
        """
        return self._entity(self.get_single_object(entity, url_quote(str(qbo_id), safe='')), entity)

    def query(self, statement):
        """Run a query; ``values`` of the answer are the entities, ``[]`` when there are none (qbo-api 5).

        :param str statement: with values given through :func:`quote`; a page holds 100 entities unless it says more
        """
        answer = self._query(statement)
        return answer.having(_rows(answer, answer.values))

    def count(self, entity, where=''):
        """Return how many entities there are; of lists only active ones unless ``where`` says otherwise.

        :param str where: condition without the word WHERE
        """
        where = f' WHERE {where}' if where else ''
        answer = self._query(f'SELECT COUNT(*) FROM {entity}{where}')
        try:
            return int(answer.values.get('totalCount', 0))
        except (TypeError, ValueError) as error:
            raise _no_such(answer, 'totalCount') from error

    def cdc(self, entities, changed_since):
        """Return a :class:`CdcAnswer`: all that changed in these types since then (qbo-api 6).

        :param entities: entity types; not TaxCode, TaxRate, TaxAgency, TimeActivity or JournalCode
        :param changed_since: aware datetime, at most 30 days ago
        :raise errors.CursorTooOld: more than 30 days ago
        :raise ValueError: naive datetime
        """
        entities = list(entities)
        if changed_since.tzinfo is None:
            raise ValueError("a naive datetime does not say when it is")
        answer = self.change_data_capture(','.join(entities), changed_since.isoformat(timespec='seconds'))
        changes = {entity: [] for entity in entities}
        for response in _list_of_dicts(answer, answer.values, 'CDCResponse'):
            for group in _list_of_dicts(answer, response, 'QueryResponse'):
                for entity, rows in group.items():
                    if isinstance(rows, list):
                        changes.setdefault(entity, []).extend(_list_of_dicts(answer, group, entity))
        truncated = sum(map(len, changes.values())) >= CDC_MAX
        return CdcAnswer(changes, truncated, answer.status, answer.tid, answer.duration_ms, answer.time)

    def report(self, name, **parameters):
        """Run a report; ``values`` of the answer are the report, which :mod:`reports` reads.

        :param str name: ``'TrialBalance'``; case counts
        :param parameters: of that report: ``start_date`` and ``end_date`` as text, ``accounting_method``; those that
            are None are left out. QuickBooks refuses or ignores the ones that the report does not have
        """
        answer = self.get_report(name, parameters)
        if not isinstance(answer.values.get('Rows'), dict):
            raise _no_such(answer, 'Rows')
        return answer

    def company_info(self):
        """Read the company: ``CompanyName``, ``Country``, ``NameValue`` with the subscription (qbo-api 9.14)."""
        return self.read('CompanyInfo', self.realm_id)

    def preferences(self):
        """Read the company's settings: closing date, classes, custom numbers, currency, taxes (qbo-api 9.14)."""
        return self._entity(self.get(f'{self._company_url}/preferences'), 'Preferences')

    # === TRANSPORT: what python-quickbooks' methods call === #

    def make_request(
        self,
        request_type,
        url,
        request_body=None,
        content_type='application/json',
        params=None,
        request_id=None,
        timeout=None,
    ):
        """Make one call and return its :class:`Answer`, with the whole JSON object as ``values``."""
        params = {**(params or {}), 'minorversion': self.minorversion, 'requestid': request_id}
        has_type = request_body or content_type != 'application/json'
        charset = '' if content_type.startswith('multipart/') else '; charset=UTF-8'
        headers = {**HEADERS, 'Content-Type': f'{content_type}{charset}'} if has_type else HEADERS
        response = self.process_request(request_type, url, headers, params, request_body or None, timeout)
        values = _json_object(response.content)
        if values is None or values.get('Fault') or values.get('fault'):
            raise _unusable(response, request_id)
        duration_ms = round(response.elapsed.total_seconds() * 1000)
        return Answer(values, response.status_code, response.headers.get('intuit_tid'), duration_ms, _time(values))

    def process_request(self, request_type, url, headers=None, params=None, data=None, timeout=None):
        """Make one call, once more after a 401 with a fresh token, and return the `requests` response of a success."""
        token = self.token(None)
        call = (request_type, url, headers, params, data, timeout)
        response = self._send_once(token, *call)
        if response.status_code == 401:
            response = self._send_once(self.token(token), *call)
        if response.status_code != 200:
            raise errors.from_answer(
                response.status_code, response.headers, response.content, (params or {}).get('requestid')
            )
        return response

    def _send_once(self, token, request_type, url, headers, params, data, timeout):
        try:
            return self.session.request(
                request_type,
                url,
                headers=headers,
                params=params,
                data=data.encode() if isinstance(data, str) else data,
                auth=_Bearer(token),
                timeout=timeout,
                allow_redirects=False,
                verify=True,  # whatever the session says
            )
        except requests.RequestException as error:
            raise transport_error(error, (params or {}).get('requestid')) from error

    @property
    def _company_url(self):
        return f'{self.api_url}/company/{url_quote(self.realm_id, safe="")}'

    def _query(self, statement):
        answer = super().query(statement)
        values = answer.values.get('QueryResponse', {})
        if not isinstance(values, dict):
            raise _no_such(answer, 'QueryResponse')
        return answer.having(values)

    def _entity(self, answer, entity, request_id=None):
        """Return the answer with the entity unwrapped. The tax service answers without a wrapper (qbo-api 9.7)."""
        if entity.lower().startswith('taxservice/'):
            return answer
        values = answer.values.get(entity)
        if not isinstance(values, dict):
            raise _no_such(answer, entity, request_id)
        return answer.having(values)


class _Bearer(requests.auth.AuthBase):
    """Sets the token as `auth`, since a header would be overruled by an entry of a .netrc file."""

    def __init__(self, token):
        self.token = token

    def __call__(self, request):
        request.headers['Authorization'] = f'Bearer {self.token}'
        return request


def _no_such(answer, name, request_id=None):
    """Return the error of a success without the member that was asked for."""
    return errors.UnknownOutcome(
        errors=(errors.ErrorDetail('', f"The answer holds no {name}"),),
        status=answer.status,
        tid=answer.tid,
        request_id=request_id,
    )


def _unusable(response, request_id):
    """Return the error of a 200 that holds a Fault or is no JSON (a proxy's page: QuickBooks may not have seen us)."""
    error = errors.from_answer(200, response.headers, response.content, request_id)
    if error.code:
        return error
    return errors.UnknownOutcome(errors=error.errors, status=200, tid=error.tid, request_id=request_id)


def _json_object(body):
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None


def _time(values):
    try:
        return parse_time(values.get('time'))
    except ValueError:
        return None


def _number(value):
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _rows(answer, response):
    """Return the entities of a QueryResponse: its only list."""
    name = next((name for name, rows in response.items() if isinstance(rows, list)), None)
    return _list_of_dicts(answer, response, name)


def _list_of_dicts(answer, values, name):
    """Return a member that is a list of objects, an empty list where it is missing.

    :raise errors.UnknownOutcome: it is something else
    """
    rows = values.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _no_such(answer, name)
    return rows


def _batch_item(bid, item, answer, request_id):
    facts = {'status': answer.status, 'tid': answer.tid, 'request_id': request_id}
    if item is None:
        missing = errors.ErrorDetail('', f"The answer holds no item {bid}")
        return BatchItemAnswer(bid, error=errors.UnknownOutcome(errors=(missing,), **facts))
    if 'Fault' in item:
        return BatchItemAnswer(bid, error=errors.from_fault(item['Fault'], **facts))
    if isinstance(item.get('QueryResponse'), dict):
        return BatchItemAnswer(bid, _rows(answer, item['QueryResponse']))
    values = next((value for value in item.values() if isinstance(value, dict)), None)
    if values is None:
        missing = errors.ErrorDetail('', f"The answer holds nothing for item {bid}")
        return BatchItemAnswer(bid, error=errors.UnknownOutcome(errors=(missing,), **facts))
    return BatchItemAnswer(bid, values)


def _uploaded(item, answer, request_id):
    """Return what QuickBooks says of one file; some were answered by null (qbo-purchases 11)."""
    if isinstance(item, dict) and item.get('Fault'):
        return errors.from_fault(item['Fault'], answer.status, answer.tid, request_id)
    found = item.get('Attachable') if isinstance(item, dict) else None
    return found if isinstance(found, dict) and found.get('Id') else None


def _check_batch(bids, request_id):
    _check_length('request id', request_id, BATCH_REQUEST_ID_MAX)
    for bid in bids if request_id else ():
        _check_length('bId', bid, BATCH_BID_MAX)
    if len(bids) > BATCH_MAX or len(set(bids)) < len(bids):
        raise ValueError(f"a batch has at most {BATCH_MAX} items, each with a bId of its own")


def _check_length(what, text, limit):
    if text and len(text) > limit:
        raise ValueError(f"{what} has {len(text)} characters, QuickBooks takes {limit}")
