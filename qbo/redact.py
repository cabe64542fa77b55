"""Masks what must never stand in a log or a trace (qbo-api 1.6): tokens, secrets, the realm id, tax and card numbers.

To hide one more thing, add its name to one of the sets below.
"""

import re

MASK = '***'

SECRET_HEADERS = frozenset({'authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'intuit-signature'})

# Members of JSON bodies. "code" is no secret in JSON: there it is the number of an error.
SECRET_MEMBERS = frozenset(
    {
        'access_token',
        'refresh_token',
        'id_token',
        'token',
        'client_secret',
        'realmid',
        'intuitaccountid',
        'primarytaxidentifier',
        'secondarytaxidentifier',
        'taxidentifier',
        'businessnumber',
        'ssn',
        'gstin',
        'resalenum',
        'ccaccountnumber',
        'number',
    }
)
# Fields of forms and of query strings, where "code" is a key to the company's books.
SECRET_FIELDS = ('access_token', 'refresh_token', 'id_token', 'token', 'client_secret', 'code', 'state', 'realmId')

_MEMBER, _FIELD, _HEADER = ('|'.join(sorted(names)) for names in (SECRET_MEMBERS, SECRET_FIELDS, SECRET_HEADERS))
_RULES = tuple(
    (re.compile(pattern, re.IGNORECASE | re.MULTILINE), replacement)
    for pattern, replacement in (
        (rf'("(?:{_MEMBER})"\s*:\s*)(?:"(?:\\.|[^"\\])*"?|-?\d+)', rf'\1"{MASK}"'),
        (rf'((?:^|[?&\s])(?:{_FIELD})=)[^&\s"\']+', rf'\1{MASK}'),
        (rf'(^(?:{_HEADER}):\s*)[^\r\n]+', rf'\1{MASK}'),
        (r'\b(Bearer\s+)[A-Za-z0-9._~+/=-]{16,}', rf'\1{MASK}'),
        (r'(Token expired:\s*)\S+', rf'\1{MASK}'),  # qbo-api 4.2: the gateway repeats the token in its error
        (r'(/company(?:info)?/)\d+', rf'\1{MASK}'),
    )
)


def redact(value):
    """Return ``value`` without its secrets, in the same shape.

    :param value: text (a body, a URL, an error), or headers or values as a mapping or list, nested as they come
    :return: a copy; redacting it again changes nothing
    """
    if isinstance(value, str):
        return _redact_text(value)
    if isinstance(value, bytes):
        return _redact_text(value.decode(errors='replace')).encode()
    if isinstance(value, list):
        return [redact(item) for item in value]
    if hasattr(value, 'items'):
        return {key: MASK if _is_secret(key) and item else redact(item) for key, item in value.items()}
    return value


def _is_secret(key):
    return str(key).lower() in SECRET_MEMBERS | SECRET_HEADERS


def _redact_text(text):
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
