"""Kinds of members an entity has: what they accept, what they keep, what a query compares.

A kind answers three questions and knows nothing about companies: ``check`` (which violations has
this value?), ``clean`` (what is kept of it?), ``key`` (what does a query compare?). ``query`` says
what a query may do with the member: ``f`` filter, ``s`` sort (the table in qbo-api 5).
"""

import re
from datetime import date

from .. import errors

BAD_IN_NAMES = ':\t\n'
"""qbo-api 9.4: no colon, tab or line break in any part of a name."""
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
EMAIL = re.compile(rf'(?:{ATOM}(?:\.{ATOM})*|"(?:[^"\\\r\n]|\\.)+")@{ATOM}(?:\.{ATOM})+', re.ASCII)
"""An address of RFC 822 (qbo-api 9.2): words of ASCII with dots between them, or one in quotes, then @ and a
domain with a dot. Intuit's exact pattern is not known."""


def is_blank(value):
    """Tell whether a value says "nothing": null, empty text, or an object of such values."""
    if isinstance(value, dict):
        return all(is_blank(member) for member in value.values())
    return value is None or value == ''


def text_key(value):
    """Return a text as queries compare and sort it: without case (qbo-api 5)."""
    return str(value).casefold()


class Field:
    """A member that is kept as it came."""

    default = None
    readonly = False

    def __init__(self, query='', readonly=False):
        self.query, self.readonly = query, readonly

    def check(self, path, value):
        """Yield the violations of a value that is not blank."""
        return ()

    def clean(self, value):
        """Return what is kept of a value that passed."""
        return value

    def key(self, value):
        """Return what a query compares and sorts by."""
        return text_key(value)

    def literal(self, text):
        """Return the key of a query's literal."""
        return text_key(text)


class Text(Field):
    """Text with a longest length; blanks at both ends go (qbo-api 9.1)."""

    def __init__(self, maximum, query='', forbidden=''):
        super().__init__(query)
        self.maximum, self.forbidden = maximum, forbidden

    def check(self, path, value):
        if isinstance(value, dict | list):
            yield errors.unsupported_property(path)
            return
        value = str(value)
        if len(value) > self.maximum:
            yield errors.bad_length(path, len(value), self.maximum)
        if any(character in value for character in self.forbidden):
            yield errors.bad_string(path)

    def clean(self, value):
        return str(value).strip()


class Masked(Text):
    """A tax number: only its end is kept and answered (recorded: five characters of a customer's, four of a
    vendor's; qbo-api 9.4, purchases 2)."""

    def __init__(self, maximum, shown=5):
        super().__init__(maximum)
        self.shown = shown

    def clean(self, value):
        value = str(value).strip()
        return 'X' * max(len(value) - self.shown, 0) + value[-self.shown :]


class Boolean(Field):
    """true or false; the texts of both are taken too."""

    def check(self, path, value):
        if not isinstance(value, bool) and str(value).lower() not in ('true', 'false'):
            yield errors.unsupported_property(path)

    def clean(self, value):
        return str(value).lower() == 'true'

    def key(self, value):
        return str(value).lower()

    def literal(self, text):
        return text.lower()


class Number(Field):
    """A number, also when sent as text (qbo-api 9.13)."""

    def __init__(self, low=None, high=None, query='', readonly=False):
        super().__init__(query, readonly)
        self.low, self.high = low, high

    def check(self, path, value):
        number = as_number(value)
        if number is None:
            yield errors.bad_number(path, value)
        elif self.low is not None and not self.low <= number <= self.high:
            yield errors.bad_number(path, value, self.low, self.high)

    def clean(self, value):
        return as_number(value)

    def key(self, value):
        return float(value)

    def literal(self, text):
        return float(text)


def as_number(value):
    """Return a number of a number or its text, whole where it can be, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    if number != number or number in (float('inf'), float('-inf')):
        return None
    return int(number) if number.is_integer() else number


class Enum(Field):
    """One of some words."""

    def __init__(self, *words, query=''):
        super().__init__(query)
        self.words = words

    def check(self, path, value):
        if value not in self.words:
            yield errors.bad_enumeration(path, value)


class Day(Field):
    """A date, ``YYYY-MM-DD``."""

    def check(self, path, value):
        try:
            date.fromisoformat(str(value)[:10])
        except ValueError:
            yield errors.bad_date(path, value)

    def clean(self, value):
        return str(value)[:10]


class Group(Field):
    """An object with members of its own."""

    members = {}

    def check(self, path, value):
        if not isinstance(value, dict):
            yield errors.unsupported_property(path)
            return
        for name, member in value.items():
            if name not in self.members:
                yield errors.unsupported_property(f'{path}.{name}')
            elif not is_blank(member):
                yield from self.members[name].check(f'{path}.{name}', member)

    def clean(self, value):
        return {
            name: self.members[name].clean(member)
            for name, member in value.items()
            if name in self.members and not is_blank(member)
        }


class Reference(Group):
    """``{"value": id}``; a name sent along is ignored (qbo-api 2). ``to`` None: not followed."""

    members = {'value': Text(100), 'name': Text(1000), 'type': Text(100)}

    def __init__(self, to=None, query=''):
        super().__init__(query)
        self.to = to

    def clean(self, value):
        return {'value': str(value.get('value', ''))}

    def key(self, value):
        return text_key(value['value'])


class TypedReference(Reference):
    """A reference to a customer, vendor or employee that says of which type it is, in any case."""

    types = {'customer': 'Customer', 'vendor': 'Vendor', 'employee': 'Employee'}

    def check(self, path, value):
        yield from super().check(path, value)
        if isinstance(value, dict) and str(value.get('type') or 'Vendor').lower() not in self.types:
            yield errors.bad_enumeration(f'{path}.type', value['type'])

    def clean(self, value):
        type = self.types[str(value.get('type') or 'Vendor').lower()]
        return {**super().clean(value), 'type': type}


class Email(Group):
    """One address (qbo-api 9.2)."""

    def __init__(self, maximum=100, query=''):
        super().__init__(query)
        self.members = {'Address': Text(maximum)}

    def check(self, path, value):
        found = list(super().check(path, value))
        yield from found
        address = str(value.get('Address') or '').strip() if isinstance(value, dict) else ''
        if not found and not EMAIL.fullmatch(address):
            yield errors.bad_email(path)

    def key(self, value):
        return text_key(value['Address'])


class Phone(Group):
    """A number in any form (qbo-api 9.2)."""

    def __init__(self, maximum=30):
        super().__init__()
        self.members = {'FreeFormNumber': Text(maximum)}


class Web(Group):
    """A web address (qbo-api 9.2)."""

    members = {'URI': Text(1000)}


class Address(Group):
    """A physical address: five lines of 500, 2000 together (qbo-api 9.2). Lat and Long are ignored."""

    members = {
        'Id': Text(100), 'Lat': Text(100), 'Long': Text(100), 'Tag': Text(100), 'Note': Text(1000),
        **{f'Line{number}': Text(500) for number in range(1, 6)},
        'City': Text(255), 'CountrySubDivisionCode': Text(255), 'Country': Text(255),
        'CountryCode': Text(255), 'PostalCode': Text(30),
    }  # fmt: skip

    def check(self, path, value):
        yield from super().check(path, value)
        if isinstance(value, dict):
            length = sum(len(str(value.get(f'Line{number}') or '')) for number in range(1, 6))
            if length > 2000:
                yield errors.bad_length(path, length, 2000)

    def clean(self, value):
        kept = super().clean(value)
        return {name: kept[name] for name in kept if name not in ('Id', 'Lat', 'Long')}


class ReadOnly(Field):
    """Ignored in requests (qbo-api 9.1); queries see it as the kind inside."""

    def __init__(self, kind=None, query=''):
        super().__init__(query, readonly=True)
        kind = kind or Field()
        self.key, self.literal = kind.key, kind.literal


COMMON = {
    'Id': ReadOnly(Number(), query='fs'),
    'SyncToken': ReadOnly(),
    'domain': ReadOnly(),
    'sparse': ReadOnly(),
    'status': ReadOnly(),
    'MetaData': ReadOnly(),
}
"""Members that every entity has."""
