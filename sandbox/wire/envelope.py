"""How answers and refusals look on the wire (qbo-api 2, 4, 1.5)."""

import json
from xml.etree import ElementTree

from werkzeug.wrappers import Response

from ..clock import answer_time

NAMESPACE = 'http://schema.intuit.com/finance/v3'
ATTRIBUTES = frozenset((
    'domain', 'sparse', 'status', 'startPosition', 'maxResults', 'totalCount', 'bId', 'code',
    'element', 'type', 'time',
))  # fmt: skip
JSON_TYPE, XML_TYPE = 'application/json;charset=UTF-8', 'application/xml;charset=UTF-8'


def wants_xml(request, without_accept):
    """Tell whether a client gets XML: it asked for it, or for nothing in particular."""
    accept = request.headers.get('Accept', '').lower()
    if 'json' in accept:
        return False
    return 'xml' in accept or without_accept == 'xml'


def answer(status, body, xml=False):
    """Return the response for a body of the accounting service."""
    if isinstance(body, str):  # The address of a file (recorded).
        return Response(body, status, content_type='text/plain;charset=UTF-8')
    text = to_xml(body) if xml else json.dumps(body)
    headers = {'qbo-version': 'sandbox', 'Cache-Control': 'max-age=0, no-cache, no-store'}
    return Response(text, status, headers, content_type=XML_TYPE if xml else JSON_TYPE)


def gateway(fault, seconds, xml=False):
    """Return the response for a refusal of the gateway (qbo-api 4.2)."""
    if fault.xml or xml:
        lines = {'Message': fault.message, 'Detail': fault.detail, 'code': fault.code}
        body = {'Fault': {'Error': [lines], 'type': fault.type}, 'time': answer_time(seconds)}
        return Response(to_xml(body), fault.status, content_type='application/xml')
    body = {
        'warnings': None,
        'intuitObject': None,
        'fault': {
            'error': [{'message': fault.message, 'detail': fault.detail, 'code': fault.code,
                       'element': None}],
            'type': fault.type,
        },
        'report': None,
        'queryResponse': None,
        'batchItemResponse': [],
        'attachableResponse': [],
        'syncErrorResponse': None,
        'requestId': None,
        'time': int(seconds * 1000),
        'status': None,
        'cdcresponse': [],
    }  # fmt: skip
    return Response(json.dumps(body), fault.status, content_type=JSON_TYPE)


def oauth(status, body):
    """Return the response of the token service, refusal or not (qbo-api 1.5)."""
    headers = {'Cache-Control': 'no-cache, no-store', 'Pragma': 'no-cache'}
    text = json.dumps(body, separators=(',', ':')) if body is not None else ''
    return Response(text, status, headers, content_type=JSON_TYPE)


def outage(status):
    """Return an answer of something in front of the service. Its looks are not known; HTML is
    assumed, so that a client is ready for what is not JSON."""
    page = f'<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>'
    return Response(page, status, content_type='text/html')


def to_xml(body):
    """Return an answer as XML: attributes as in Intuit's schema, lists as repeated elements."""
    root = ElementTree.Element('IntuitResponse', {'xmlns': NAMESPACE})
    _fill(root, body)
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return head + ElementTree.tostring(root, encoding='unicode')


def _fill(element, value):
    if not isinstance(value, dict):
        element.text = _text(value)
        return
    if 'value' in value and set(value) <= {'value', 'name', 'type'}:
        element.text = _text(value['value'])
        element.attrib.update({key: value[key] for key in ('name', 'type') if key in value})
        return
    for key, member in value.items():
        if key in ATTRIBUTES and not isinstance(member, dict | list):
            element.set(key, _text(member))
            continue
        for one in member if isinstance(member, list) else [member]:
            _fill(ElementTree.SubElement(element, key), one)


def _text(value):
    if isinstance(value, bool):
        return str(value).lower()
    return '' if value is None else str(value)
