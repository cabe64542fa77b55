"""The small lists: Class, Department, Term, PaymentMethod (qbo-api 9.13)."""

from .. import errors
from .base import Entity, parent_is_sound, qualified, references_exist, required, unique_name
from .fields import BAD_IN_NAMES, Boolean, Enum, Number, ReadOnly, Reference, Text


def tracking_is_on(books, entity, draft, old):
    """Refuse a new class or location of a company that does not track them (6000), where so set. The text
    is not known."""
    if old is None and books.settings.tracking_off == 'refused' and not any(
        books.preference('AccountingInfoPrefs', name, False) for name in entity.switches
    ):  # fmt: skip
        yield errors.business(f'{entity.name} tracking is off in this company.')


class Nested(Entity):
    """A list whose records may stand below each other; names are unique below one parent."""

    flag = ''
    switches = ()
    """Preferences of which one at least is on where the company uses the list."""

    def complete(self, books, draft, old):
        draft[self.flag] = bool(draft.get('ParentRef'))
        draft['FullyQualifiedName'], _level = qualified(books, self, draft)

    def settle(self, books, new, old):
        if old and old.get('FullyQualifiedName') != new['FullyQualifiedName']:
            books.requalify(self, new['Id'])


class Class(Nested):
    """Classes. Modelled: hierarchy to five levels, names unique below one parent, inactive, tracking
    that is off (``tracking_off``). Not modelled: what becomes of the ones below an inactive one."""

    name, path, name_list, sequence = 'Class', 'class', 'Class', 'Class'
    flag, switches = 'SubClass', ('ClassTrackingPerTxn', 'ClassTrackingPerTxnLine')
    counts_total = True
    defaults = {'Active': True}
    fields = {
        'Name': Text(100, 'fs', forbidden=BAD_IN_NAMES),
        'SubClass': Boolean(),
        'ParentRef': Reference('Class'),
        'FullyQualifiedName': ReadOnly(query='f'),
        'Active': Boolean('f'),
    }
    rules = (
        required('Name'),
        references_exist,
        unique_name('class', siblings=True),
        parent_is_sound('SubClass'),
        tracking_is_on,
    )


class Department(Nested):
    """Locations. Modelled and not modelled: as Class."""

    name, path, name_list, sequence = 'Department', 'department', 'Department', 'Department'
    flag, switches = 'SubDepartment', ('TrackDepartments',)
    defaults = {'Active': True}
    fields = {
        'Name': Text(100, 'fs', forbidden=BAD_IN_NAMES),
        'SubDepartment': Boolean(),
        'ParentRef': Reference('Department'),
        'FullyQualifiedName': ReadOnly(query='f'),
        'Active': Boolean('f'),
    }
    rules = (
        required('Name'),
        references_exist,
        unique_name('department', siblings=True),
        parent_is_sound('SubDepartment'),
        tracking_is_on,
    )


def has_due_date(books, entity, draft, old):
    """Refuse a term that says nothing about when (2020)."""
    if 'DueDays' not in draft and 'DayOfMonthDue' not in draft:
        yield errors.missing('DueDays')


class Term(Entity):
    """Payment terms, standard and date driven. Modelled: ranges, type, defaults.
    Not modelled: early payment discounts beyond keeping them."""

    name, path, name_list, sequence = 'Term', 'term', 'Term', 'Term'
    suffixed = ('Name',)
    defaults = {'Active': True, 'DiscountPercent': 0}
    fields = {
        'Name': Text(31, 'fs'),
        'Active': Boolean('fs'),
        'Type': ReadOnly(),
        'DueDays': Number(0, 999),
        'DayOfMonthDue': Number(1, 31),
        'DueNextMonthDays': Number(0, 999),
        'DiscountPercent': Number(0, 100),
        'DiscountDays': Number(0, 999),
        'DiscountDayOfMonth': Number(0, 31),
    }
    rules = (required('Name'), has_due_date, unique_name('term'))

    def complete(self, books, draft, old):
        draft['Type'] = 'STANDARD' if 'DueDays' in draft else 'DATE_DRIVEN'


class PaymentMethod(Entity):
    """Payment methods. Modelled: name, type, unique names."""

    name, path = 'PaymentMethod', 'paymentmethod'
    name_list, sequence = 'PaymentMethod', 'PaymentMethod'
    suffixed = ('Name',)
    defaults = {'Active': True, 'Type': 'NON_CREDIT_CARD'}
    fields = {
        'Name': Text(31, 'f'),
        'Active': Boolean('f'),
        'Type': Enum('CREDIT_CARD', 'NON_CREDIT_CARD'),
    }
    rules = (required('Name'), unique_name('payment method'))
