"""Names, e-mails and times in the form that QuickBooks takes and gives."""

import re
import unicodedata
from datetime import datetime, timezone

NAME_MAX = 500  # qbo-api 9.4: DisplayName
PERSON_NAME_MAX = 100  # qbo-api 9.4: GivenName, FamilyName
COMPANY_NAME_MAX = 100  # qbo-api 9.4
EMAIL_MAX = 100  # qbo-api 9.2
DELETED_SUFFIX = ' (deleted)'  # qbo-api 9.1: what QuickBooks appends to the name of an inactive entity

# What follows a comma without being a given name: "Smith Pools, Inc.", "Sammy Davis, Jr.".
NO_GIVEN_NAME = frozenset(
    {
        'inc',
        'llc',
        'ltd',
        'co',
        'corp',
        'lp',
        'llp',
        'plc',
        'pa',
        'gmbh',
        'jr',
        'sr',
        'ii',
        'iii',
        'iv',
        'md',
        'phd',
        'dds',
    }
)

_FORBIDDEN = re.compile(r'[:\x00-\x1f\x7f]')  # qbo-api 9.4: no colon, tab or newline in a name
_EMAIL = re.compile(r'[^\s@<>,;:"()\[\]]+@[^\s@<>,;:"()\[\]]+\.[^\s@<>,;:"()\[\].]+')
_TIME = re.compile(r'(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)')


def clean_name(text):
    """Return a name that QuickBooks accepts: no colon, tab or newline, single blanks, at most 500 characters.

    A letter and its accent are one character, as people type them. QuickBooks refuses the first and trims the rest
    (qbo-api 9.4, B). Cleaning twice changes nothing.
    """
    text = unicodedata.normalize('NFC', text or '')
    return ' '.join(_FORBIDDEN.sub(' ', text).split())[:NAME_MAX].rstrip()


def fitted(name, longest, suffix=None):
    """Return a name that QuickBooks accepts, with its suffix, in as many characters as it takes at most."""
    suffix = suffix or ''
    return clean_name(name)[: longest - len(suffix)].rstrip() + suffix


def split_name(name):
    """Return ``(given name, family name)`` of a person; the two together hold all that was typed.

    "Ludwig van Beethoven" is ``('Ludwig', 'van Beethoven')``, "Smith, John" is ``('John', 'Smith')``, and a single
    word is a given name. Each part has at most 100 characters (qbo-api 9.4).
    """
    name = clean_name(name)
    family, comma, given = name.partition(', ')
    if comma and given and ',' not in given and given.lower().replace('.', '') not in NO_GIVEN_NAME:
        return _short(given), _short(family)
    words = name.split(' ')
    last = len(words) - 1
    while last > 1 and words[last - 1].islower():  # "van", "de la"
        last -= 1
    if last < 1:
        return _short(name), ''
    return _short(' '.join(words[:last])), _short(' '.join(words[last:]))


def strip_deleted(name):
    """Return a name without the suffix that QuickBooks gives to inactive entities (qbo-api 9.1)."""
    name = name or ''
    return name[: -len(DELETED_SUFFIX)] if name.lower().endswith(DELETED_SUFFIX) else name


def first_email(text):
    """Return the first usable address in a text, None where there is none.

    QuickBooks takes one address of at most 100 characters, while people type lists (qbo-api 9.2).
    """
    return next((found[0] for found in _EMAIL.finditer(text or '') if len(found[0]) <= EMAIL_MAX), None)


def parse_time(text):
    """Return the aware UTC datetime of a time as Intuit writes it, to the microsecond.

    Understands ``Z``, ``-0700`` and ``-07:00``, with any number of decimals (qbo-api 2, 8). ``fromisoformat`` of
    Python 3.10 does not.

    :raise ValueError: not such a time, or one without an offset: a guess could be hours off
    """
    found = _TIME.fullmatch(text) if isinstance(text, str) else None
    if not found:
        raise ValueError(f"not a time with an offset: {text!r}")
    day, clock, fraction, offset = found.groups()
    offset = '+00:00' if offset == 'Z' else f'{offset[:3]}:{offset[-2:]}'
    micros = (fraction or '0').ljust(6, '0')[:6]
    return datetime.fromisoformat(f'{day}T{clock}.{micros}{offset}').astimezone(timezone.utc)


def _short(text):
    return text[:PERSON_NAME_MAX].rstrip()
