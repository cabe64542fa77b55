r"""Sorts every failure: this file alone decides what a failure means and who has to act.

The client and the OAuth module raise these errors, the engine asks ``error.kind`` and schedules. Unknown means DATA:
it stops one record, never the realm, and never repeats for ever.

QboError
 ├─ TransientError       nobody: the same body goes again under the same request id
 │   └─ UnknownOutcome   as above, and the write may have taken effect already
 ├─ ThrottledError       nobody: the realm pauses for a minute
 ├─ QuotaError           whoever pays: the realm is refused for a commercial reason; all is kept
 ├─ AuthorizationError   an administrator: credentials or rights
 │   ├─ TokenRejected    nobody yet: an access token was refused, a fresh one may do
 │   └─ ReconnectRequired  the refresh token is dead
 ├─ DataError            a user: this record, and no other, cannot go
 │   └─ CursorTooOld     nobody: CDC looks back 30 days, a paged query takes over
 ├─ StaleError           nobody: fetch, merge, send again
 └─ ClosedBooksError     a user or an accountant: the date lies in a closed period

To teach a code: add a row to ``RULES``, a case to ``tests/test_errors.py``, and its sentence in ``models/``.
"""

import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from enum import Enum

from .redact import redact


class Kind(Enum):
    """What a failure means for the engine."""

    TRANSIENT = 'transient'
    THROTTLED = 'throttled'
    QUOTA = 'quota'
    AUTHORIZATION = 'authorization'
    DATA = 'data'
    STALE = 'stale'
    CLOSED_BOOKS = 'closed_books'


@dataclass(frozen=True)
class ErrorDetail:
    """One entry of a Fault, as Intuit spells it; ``element`` is the path of the field that it complains about."""

    code: str
    message: str = ''
    detail: str = ''
    element: str = ''

    def __str__(self):
        texts = (self.code, self.message, self.detail, self.element and f'({self.element})')
        return ' '.join(' '.join(text.split()) for text in texts if text)


class QboError(Exception):
    """A call to QuickBooks failed.

    :param kind: a :class:`Kind`
    :param errors: every :class:`ErrorDetail` of the Fault; empty where the answer named none
    :param status: HTTP status, None when there was no answer
    :param tid: Intuit's trace id (``intuit_tid``)
    :param request_id: the ``requestid`` that the call carried
    """

    kind = Kind.DATA

    def __init__(self, kind=None, errors=(), status=None, tid=None, request_id=None):
        super().__init__()
        self.kind = kind or self.kind
        self.errors = tuple(errors)
        self.status = status
        self.tid = tid
        self.request_id = request_id

    @property
    def code(self):
        """Code of the first error, ``''`` where there is none."""
        return self.errors[0].code if self.errors else ''

    @property
    def element(self):
        """Field path of the first error, ``''`` where there is none."""
        return self.errors[0].element if self.errors else ''

    @property
    def detail(self):
        """Detail text of the first error, ``''`` where there is none."""
        return self.errors[0].detail if self.errors else ''

    def __str__(self):
        status = f'HTTP {self.status}' if self.status else 'no answer'
        return f'{self.tid or "no tid"}: {"; ".join(map(str, self.errors)) or status}'


class TransientError(QboError):
    """QuickBooks could not do it now. Sent again later, it may well."""

    kind = Kind.TRANSIENT


class UnknownOutcome(TransientError):
    """The call went out and no usable answer came back: a write may have taken effect."""


class ThrottledError(QboError):
    """Too many calls: the realm has to rest for a minute (qbo-api 3)."""

    kind = Kind.THROTTLED


class QuotaError(QboError):
    """The month's quota of reads is used up, or the company's subscription has ended."""

    kind = Kind.QUOTA


class AuthorizationError(QboError):
    """Credentials or rights are missing. Waiting does not help."""

    kind = Kind.AUTHORIZATION


class TokenRejected(AuthorizationError):
    """An access token was refused and whoever holds the tokens has to bring a fresh one.

    :param token: the refused access token, for the one who refreshes; it is in no text of the error
    """

    def __init__(self, token):
        super().__init__(errors=(ErrorDetail('3200', 'The access token was refused'),), status=401)
        self.token = token


class ReconnectRequired(AuthorizationError):
    """The refresh token is dead (``invalid_grant``): a person has to connect again.

    :param reason: Intuit's ``x_error_reason`` (``user_not_in_realm``), else ``invalid_grant``
    """

    def __init__(self, reason='invalid_grant', **facts):
        super().__init__(**facts)
        self.reason = reason


class DataError(QboError):
    """QuickBooks refuses this record as it is."""

    kind = Kind.DATA


class CursorTooOld(DataError):
    """CDC was asked for changes of more than 30 days ago (qbo-api 6)."""


class StaleError(QboError):
    """Somebody changed the entity in QuickBooks since it was read (5010)."""

    kind = Kind.STALE


class ClosedBooksError(QboError):
    """The date lies in a period whose books are closed."""

    kind = Kind.CLOSED_BOOKS


CLASSES = {
    cls.kind: cls
    for cls in (
        TransientError,
        ThrottledError,
        QuotaError,
        AuthorizationError,
        DataError,
        StaleError,
        ClosedBooksError,
    )
}

# A Fault with several errors: what stops the realm comes first, then what a retry alone would not cure.
PRECEDENCE = (
    Kind.THROTTLED,
    Kind.QUOTA,
    Kind.AUTHORIZATION,
    Kind.DATA,
    Kind.CLOSED_BOOKS,
    Kind.STALE,
    Kind.TRANSIENT,
)


@dataclass(frozen=True)
class Rule:
    """A failure we know: its code, and what it means."""

    code: str
    kind: Kind


SUBSCRIPTION_ENDED = '6190'

# qbo-api 4.3. A DATA row says that the code is about one record even where it comes with HTTP 500.
RULES = {
    rule.code: rule
    for rule in (
        Rule('100', Kind.AUTHORIZATION),
        Rule('120', Kind.AUTHORIZATION),
        Rule('130', Kind.AUTHORIZATION),  # sandbox company on the production host, or the reverse
        Rule('140', Kind.AUTHORIZATION),  # company locked out
        Rule('150', Kind.AUTHORIZATION),
        Rule('500', Kind.DATA),
        # Intuit saw this request id. Not known when that is not simply replayed; the id is kept: nothing doubles.
        Rule('600', Kind.TRANSIENT),
        Rule('610', Kind.DATA),
        Rule('620', Kind.DATA),
        Rule('630', Kind.DATA),
        Rule('700', Kind.DATA),
        Rule('800', Kind.DATA),
        Rule('1040', Kind.DATA),
        Rule('2000', Kind.DATA),
        Rule('2010', Kind.DATA),
        Rule('2020', Kind.DATA),
        Rule('2030', Kind.DATA),
        Rule('2040', Kind.DATA),
        Rule('2050', Kind.DATA),
        Rule('2060', Kind.DATA),
        Rule('2070', Kind.DATA),
        Rule('2080', Kind.DATA),
        Rule('2090', Kind.DATA),
        Rule('2170', Kind.DATA),
        Rule('2210', Kind.DATA),
        Rule('2220', Kind.DATA),
        Rule('2270', Kind.DATA),
        Rule('2280', Kind.DATA),
        Rule('2300', Kind.DATA),
        Rule('2500', Kind.DATA),
        Rule('3001', Kind.THROTTLED),
        Rule('3100', Kind.AUTHORIZATION),
        Rule('3200', Kind.AUTHORIZATION),
        Rule('3202', Kind.AUTHORIZATION),
        Rule('4000', Kind.DATA),
        Rule('4001', Kind.DATA),
        Rule('4002', Kind.DATA),  # one bad e-mail breaks a page of a query, with HTTP 400 or 500
        Rule('5010', Kind.STALE),
        Rule('5020', Kind.DATA),  # the user lost a right: it may be about one type only, so it stops one record
        Rule('6000', Kind.DATA),
        Rule('6010', Kind.DATA),
        Rule('6070', Kind.DATA),
        Rule('6080', Kind.DATA),
        Rule('6090', Kind.DATA),
        Rule('6100', Kind.DATA),
        Rule('6140', Kind.DATA),
        Rule('6170', Kind.DATA),
        Rule('6170', Kind.DATA),
        Rule('6180', Kind.DATA),
        # The subscription has ended: all writes fail, and neither credentials nor records are at fault.
        Rule(SUBSCRIPTION_ENDED, Kind.QUOTA),
        Rule('6200', Kind.CLOSED_BOOKS),
        Rule('6210', Kind.CLOSED_BOOKS),
        Rule('6220', Kind.DATA),
        Rule('6240', Kind.DATA),
        Rule('6270', Kind.DATA),
        Rule('6430', Kind.DATA),
        Rule('6450', Kind.DATA),
        Rule('6480', Kind.DATA),
        Rule('6540', Kind.DATA),
        Rule('10000', Kind.TRANSIENT),
    )
}

BEHIND_A_GATEWAY = frozenset({408, 502, 503, 504})  # the service itself did not speak: its code means nothing
TRANSIENT_TEXT = 'unexpected error occurred while accessing or saving your data'  # qbo-api 4.3, 6000
# Not known how Intuit words "the month's CorePlus quota is used up" (qbo-api 3); we assume that it says one of these.
QUOTA_TEXT = re.compile(r'quota|per month|monthly|core ?plus', re.IGNORECASE)
TOO_OLD_TEXT = re.compile(r'changedSince.*older than', re.IGNORECASE | re.DOTALL)
CODE_IN_TEXT = re.compile(r'errorCode=(\d+)')
OWNER_TEXT = re.compile(r'is assigned to TxnType=(?P<txn_type>.+?) with TxnId=(?P<txn_id>\d+)')


def classify(status, code, detail=''):
    """Return the :class:`Kind` of one error. A code that nobody has met is DATA (qbo-api 4.1, 4.3).

    :param status: HTTP status, or None
    :param code: Intuit's code as text; leading zeros (``003001``) do not count
    :param detail: the error's texts; they decide only for 6000 and for throttling, whose code has two meanings
    """
    code = _bare(code)
    rule = RULES.get(code)
    if status == 429 or code == '3001':
        return Kind.QUOTA if QUOTA_TEXT.search(detail or '') else Kind.THROTTLED
    if status == 401:
        return Kind.AUTHORIZATION
    if status in BEHIND_A_GATEWAY or (code == '6000' and TRANSIENT_TEXT in (detail or '')):
        return Kind.TRANSIENT
    if rule:
        return rule.kind
    if status == 403:
        return Kind.AUTHORIZATION
    # Intuit's API does not redirect: a 3xx comes from something in between, which no record is to blame for.
    return Kind.TRANSIENT if 300 <= (status or 0) < 400 or (status or 0) >= 500 else Kind.DATA


def from_fault(fault, status, tid=None, request_id=None):
    """Return the error that a Fault of JSON stands for, with all its entries.

    :param fault: the value of ``Fault`` or of the gateway's ``fault`` (qbo-api 4.1, 4.2); anything else is survived
    :param status: HTTP status of the answer (200 for an item of a batch)
    """
    details = _details(fault)
    found = {classify(status, item.code, f'{item.message} {item.detail}') for item in details}
    kind = next((kind for kind in PRECEDENCE if kind in found), None) or classify(status, '')
    cls = CLASSES[kind]
    if kind is Kind.TRANSIENT and (status == 408 or (status or 0) >= 500):
        cls = UnknownOutcome  # it may have worked before it failed
    if kind is Kind.DATA and any(TOO_OLD_TEXT.search(item.detail) for item in details):
        cls = CursorTooOld
    return cls(errors=details, status=status, tid=tid, request_id=request_id)


def from_answer(status, headers, body, request_id=None):
    """Return the error that an HTTP answer stands for. Never raises itself.

    Understands JSON Faults, the gateway's envelope, Intuit's XML (429 and some 401 come so even where JSON was asked,
    qbo-api 2), and survives HTML, truncated and empty bodies.

    :param status: HTTP status
    :param headers: a mapping; the case of ``intuit_tid`` varies
    :param bytes body: as it came
    """
    tid = next((value for name, value in headers.items() if name.lower() == 'intuit_tid'), None)
    text = body.decode('utf-8', errors='replace')
    fault = _json_fault(text) or _xml_fault(text) or {'Error': [{'Message': f'HTTP {status}', 'Detail': _plain(text)}]}
    return from_fault(fault, status, tid, request_id)


def duplicate_document_owner(detail):
    """Return ``(type, id)`` of the document that has the number already, from the text of a 6140, or None.

    The type is Intuit's label (``Journal Entry``), not an entity name; older texts name no owner (qbo-api 4.3).
    """
    found = OWNER_TEXT.search(detail or '')
    return (found['txn_type'], found['txn_id']) if found else None


def _bare(code):
    return str(code or '').strip().lstrip('0')


def _details(fault):
    entries = _member(fault, 'error')
    entries = entries if isinstance(entries, list) else [entries]
    return tuple(_detail(entry) for entry in entries if isinstance(entry, dict))


def _detail(entry):
    code, message, detail, element = (_text(_member(entry, name)) for name in ('code', 'message', 'detail', 'element'))
    named = CODE_IN_TEXT.search(message)
    return ErrorDetail(_bare(code or (named and named[1])), message, detail, element)


def _member(value, name):
    """Return a member whatever the case of its name: the service writes ``Error``, the gateway ``error``."""
    if not isinstance(value, dict):
        return None
    return next((item for key, item in value.items() if str(key).lower() == name), None)


def _text(value):
    return '' if value is None else redact(str(value))


def _json_fault(text):
    try:
        return _member(json.loads(text), 'fault')
    except (ValueError, RecursionError):
        return None


def _xml_fault(text):
    """Return the Fault of an XML answer in the shape of JSON. A body with a DTD is not Intuit's and not parsed."""
    if '<!' in text:
        return None
    try:
        root = ElementTree.fromstring(text.encode())
    except (ElementTree.ParseError, ValueError, LookupError):
        return None
    errors = [node for node in root.iter() if _tag(node) == 'error']
    return {'Error': [node.attrib | {_tag(child): child.text for child in node} for node in errors]} if errors else None


def _tag(node):
    return node.tag.rpartition('}')[2].lower()


def _plain(text):
    """Return the beginning of a page in words, for the trace."""
    return ' '.join(re.sub(r'<[^>]*>', ' ', text[:2000]).split())[:200]
