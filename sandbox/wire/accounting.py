"""The accounting API: ``/v3/company/<realm>/…`` (qbo-api 2)."""

import json

from .. import entities, errors
from ..clock import answer_time
from ..company.batch import batch
from ..company.cdc import cdc
from ..company.reports import report
from ..company.select import query
from . import envelope, uploads

PREFIX = '/v3/company/'
LONGEST_REQUEST_ID, LONGEST_BATCH_REQUEST_ID = 50, 36
NOT_MODELLED = frozenset((
    'recurringtransaction', 'graphql',
))  # fmt: skip
OPERATIONS = frozenset({'create', 'update', 'delete', 'void'})


def describe(record, path, method):
    """Fill in what a record says about a request of this API before it is served."""
    realm, _slash, rest = path[len(PREFIX) :].partition('/')
    parts = [part for part in rest.split('/') if part]
    record.realm, record.entity = realm, (parts[0].lower() if parts else '')
    named = {'query': 'query', 'cdc': 'cdc', 'batch': 'batch', 'taxservice': 'create', 'reports': 'report',
             'upload': 'upload', 'download': 'download'}  # fmt: skip
    if record.entity in named:
        record.operation = named[record.entity]
    elif method == 'GET':
        record.operation = 'read' if len(parts) < 3 else parts[2].lower()
    else:
        has_id = isinstance(record.body, dict) and record.body.get('Id')
        record.operation = record.query.get('operation') or ('update' if has_id else 'create')
        if _is_sending(method, parts):
            record.operation = 'send'
    return parts


def _is_sending(method, parts):
    """Tell whether a request has a document mailed: ``POST /invoice/12/send``."""
    return method == 'POST' and len(parts) == 3 and parts[2] == 'send'


class Accounting:
    """Serves the API for one sandbox."""

    def __init__(self, intuit):
        self._intuit = intuit

    def serve(self, request, record):
        """Return the response for a request.

        Order: token, realm, throttle, then the request itself; each refusal in its own shape.
        """
        parts = describe(record, request.path, request.method)
        settings = self._intuit.settings(record.realm)
        xml = envelope.wants_xml(request, settings.answer_without_accept)
        try:
            books = self._admit(request, record, settings)
            status, body = self._run(books, request, record, parts)
        except errors.GatewayFault as fault:
            return envelope.gateway(fault, self._intuit.clock.time(), xml)
        except errors.Fault as fault:
            status, body = self._refusal(fault, record)
        record.answer = body
        return envelope.answer(status, body, xml)

    def _admit(self, request, record, settings):
        consent = self._intuit.oauth.bearer(request.headers.get('Authorization'))
        books = self._intuit.books(record.realm)
        if not books or consent['realm'] != record.realm or 'accounting' not in consent['scope']:
            raise errors.application_forbidden()
        self._intuit.throttle.admit(record.realm, settings, record.entity)
        return books

    def _time(self):
        return answer_time(self._intuit.clock.time())

    def _refusal(self, fault, record):
        if fault.injected:
            record.fault = ','.join(filter(None, (record.fault, fault.injected)))
        return fault.status, {'Fault': fault.as_json(), 'time': self._time()}

    def _run(self, books, request, record, parts):
        """Return (status, body)."""
        if record.entity in NOT_MODELLED or (len(parts) > 2 and not _is_sending(request.method, parts)):
            raise errors.NotModelled(f'{request.method} {"/".join(parts)}')
        if request.method == 'GET' and record.entity == 'reports':
            if len(parts) < 2:
                # As recorded, words and all.
                text = 'No resource method found for GET, return 405 with Allow header'
                raise errors.Fault(errors.unsupported_operation(text), status=500)
            return 200, report(books, parts[1], record.query)
        if request.method == 'GET' and record.entity == 'download':
            found = books.read('Attachable', parts[1] if len(parts) > 1 else '')
            return 200, found.get('TempDownloadUri', '')
        if request.method == 'GET':
            return 200, {**self._get(books, record, parts), 'time': self._time()}
        if request.method != 'POST':
            raise errors.Fault(errors.unsupported_operation(request.method))
        if record.entity == 'query':
            return 200, {'QueryResponse': query(books, self._text(request)), 'time': self._time()}
        return self._once(books, request, record, parts)

    @staticmethod
    def _text(request):
        try:
            return request.get_data().decode()
        except UnicodeDecodeError:
            raise errors.Fault(errors.Violation('500', 'Malformed byte', None)) from None

    def _get(self, books, record, parts):
        if record.entity == 'query':
            return {'QueryResponse': query(books, record.query.get('query', ''))}
        if record.entity == 'cdc':
            asked = record.query
            return {'CDCResponse': cdc(books, asked.get('entities'), asked.get('changedSince'))}
        entity = self._entity(record.entity)
        if entity.name == 'ExchangeRate':
            return {entity.name: entity.look_up(books, record.query)}
        id = parts[1] if len(parts) > 1 else None
        if record.query.get('include'):
            raise errors.NotModelled(f'include={record.query["include"]}')
        if id is None and not entity.singleton:
            raise errors.Fault(errors.unsupported_operation(f'read {entity.name} without Id'))
        return {entity.name: books.read(entity.name, id)}

    @staticmethod
    def _entity(path):
        entity = entities.BY_PATH.get(path)
        if entity:
            return entity
        if entities.is_intuits(path):
            raise errors.NotModelled(f'the entity {path}')
        # qbo-api 4.1: 404 only for unknown resource paths; its body is not known.
        raise errors.Fault(errors.unsupported_operation(path), status=404)

    # Writing.

    def _once(self, books, request, record, parts):
        """Run a write, or answer what its request id was answered the first time (qbo-api 2).

        Write and answer are one transaction: there is no moment in which only one of them exists.
        """
        id = record.query.get('requestid')
        self._check_request_id(id, record.entity)
        if not id:
            return 200, self._post(books, request, record, parts)
        with self._intuit.database.transaction():
            since = self._intuit.clock.time() - books.settings.request_id_s
            known = self._intuit.database.answer(books.realm, id, since)
            if known:
                record.replayed = True
                return known
            status, body, keep = self._attempt(books, request, record, parts)
            if keep:
                now = self._intuit.clock.time()
                self._intuit.database.keep_answer(books.realm, id, status, body, now)
        return status, body

    def _attempt(self, books, request, record, parts):
        """Return (status, body, whether to keep it for replay)."""
        try:
            return 200, self._post(books, request, record, parts), True
        except errors.Fault as fault:
            status, body = self._refusal(fault, record)
            transient = fault.injected == 'transient_6000'
            return status, body, status == 400 and books.settings.replay_faults and not transient

    @staticmethod
    def _check_request_id(id, resource):
        longest = LONGEST_BATCH_REQUEST_ID if resource == 'batch' else LONGEST_REQUEST_ID
        if id and len(id) > longest:
            text = f'The request id is longer than {longest} characters.'
            raise errors.Fault(errors.Violation('2130', text))

    def _post(self, books, request, record, parts):
        """Return the body of the answer to a write."""
        if record.entity == 'upload':
            return {'AttachableResponse': uploads.upload(books, request, self._intuit.faults), 'time': self._time()}
        values = None if _is_sending(request.method, parts) else self._values(request)
        if record.entity == 'batch':
            items = batch(books, values, record.query.get('requestid'))
            return {'BatchItemResponse': items, 'time': self._time()}
        if parts == ['taxservice', 'taxcode']:
            return books.tax_service(values)
        entity = self._entity(record.entity)
        if _is_sending(request.method, parts):
            sent = books.send(entity.name, parts[1], record.query.get('sendTo'))
            return {entity.name: sent, 'time': self._time()}
        operation = record.query.get('operation')
        if len(parts) > 1 or (operation and operation not in OPERATIONS):
            raise errors.Fault(errors.unsupported_operation(operation or '/'.join(parts)))
        options = frozenset(filter(None, record.query.get('include', '').split(',')))
        return {entity.name: books.write(entity.name, operation, values, options), 'time': self._time()}

    def _values(self, request):
        """Return the parsed body. The text for a body that is no JSON is a report from the field."""
        if 'xml' in (request.content_type or ''):
            raise errors.NotModelled('a request body in XML')
        try:
            return json.loads(self._text(request))
        except ValueError:
            raise errors.Fault(errors.unparsed()) from None
