"""Customer, Vendor and Employee: three types in one list of names (qbo-api 9.4)."""

from .. import errors
from ..documents.currencies import NAMES
from .base import (
    Entity,
    no_balance_when_inactive,
    parent_is_sound,
    qualified,
    references_exist,
    unique_name,
)
from .fields import (
    BAD_IN_NAMES,
    Address,
    Boolean,
    Day,
    Email,
    Enum,
    Field,
    Masked,
    Number,
    Phone,
    ReadOnly,
    Reference,
    Text,
    Web,
)

PARTS = ('Title', 'GivenName', 'MiddleName', 'FamilyName', 'Suffix')


def name_part(maximum, query=''):
    """Return a field for one part of a name."""
    return Text(maximum, query, forbidden=BAD_IN_NAMES)


PERSON = {
    'DisplayName': name_part(500, 'fs'),
    'Title': name_part(16),
    'GivenName': name_part(100, 'fs'),
    'MiddleName': name_part(100, 'fs'),
    'FamilyName': name_part(100, 'fs'),
    'Suffix': name_part(16),
    'PrintOnCheckName': Text(110, 'fs'),
    'Active': Boolean('fs'),
    'PrimaryEmailAddr': Email(query='f'),
    'V4IDPseudonym': ReadOnly(),
}


def has_name(books, entity, draft, old):
    """Refuse a record with neither DisplayName nor a part of it (6080). The text is not known."""
    if not draft.get('DisplayName'):
        yield errors.Violation('6080', 'No Name Provided', 'DisplayName')


class Name(Entity):
    """What customers, vendors and employees share.

    Their ids come from one sequence: so it is in Intuit's sample companies, where customers,
    vendors and employees share the numbers below 60 (seen there; not in the fact sheet).
    """

    name_field = 'DisplayName'
    name_list = 'name'
    sequence = 'name'
    suffixed = ('DisplayName', 'FullyQualifiedName')
    never_blank = ('DisplayName', 'PrintOnCheckName')
    defaults = {'Active': True}
    rules = (has_name, unique_name('customer, vendor or employee'), references_exist)

    def complete(self, books, draft, old):
        parts = [draft[part] for part in PARTS if draft.get(part)]
        if not draft.get('DisplayName') and parts:
            draft['DisplayName'] = ' '.join(parts)
        if not draft.get('PrintOnCheckName') and draft.get('DisplayName'):
            draft['PrintOnCheckName'] = draft.get('CompanyName') or draft['DisplayName']


def no_opening_balance(books, entity, draft, old):
    """Refuse what would make an opening invoice or bill: the sandbox cannot."""
    if draft.get('OpenBalanceDate'):
        raise errors.NotModelled(f'{entity.name} with OpenBalanceDate (an opening balance)')
    return ()


def currency_is_known(books, entity, draft, old):
    """Refuse a currency other than the home one while multicurrency is off (6000), or a change
    of it. The texts are not known."""
    value = (draft.get('CurrencyRef') or {}).get('value')
    before = (old or {}).get('CurrencyRef', {}).get('value')
    if before and value != before:
        yield errors.business('The currency of a name cannot be changed.')
    elif value not in NAMES:
        yield errors.Violation('2220', f'Invalid Currency : {value}', 'CurrencyRef')
    elif value != books.home_currency and not books.multicurrency:
        yield errors.business('Multicurrency is off in this company.')


def use_currency(books, body):
    """Add the currency of a new name to those of the company (qbo-api 9.4)."""
    code = body['CurrencyRef']['value']
    known = {each['Code'] for each in books.database.all(books.realm, 'CompanyCurrency')}
    if code != books.home_currency and code not in known:
        books.make('CompanyCurrency', {'Code': code})


class Customer(Name):
    """Customers.

    Modelled: names unique over customers, vendors and employees, inactive ones too; DisplayName
    from its parts; PrintOnCheckName; lengths; sub-customers and jobs with fully qualified name and
    level; tax defaults; tax exemption; masked tax numbers; refusal to make one with a balance
    inactive (qbo-api 9.1, 9.4).
    Not modelled: opening balances (refused), projects, customer types, geocoding, what happens to
    the sub-customers of a customer that is made inactive.
    """

    name = 'Customer'
    path = 'customer'
    fields = {
        **PERSON,
        'FullyQualifiedName': ReadOnly(query='fs'),
        'CompanyName': Text(100, 'fs'),
        'PrimaryPhone': Phone(), 'AlternatePhone': Phone(), 'Mobile': Phone(), 'Fax': Phone(),
        'WebAddr': Web(), 'BillAddr': Address(), 'ShipAddr': Address(), 'OtherAddr': Field(),
        'Notes': Text(2000),
        'Job': Boolean(), 'ParentRef': Reference('Customer'), 'BillWithParent': Boolean(),
        'Level': ReadOnly(), 'IsProject': ReadOnly(), 'ClientEntityId': ReadOnly(),
        'Balance': ReadOnly(Number(), 'fs'), 'BalanceWithJobs': ReadOnly(Number(), 's'),
        'OpenBalanceDate': Day(),
        'Taxable': Boolean(), 'DefaultTaxCodeRef': Reference('TaxCode'),
        'TaxExemptionReasonId': Number(1, 15), 'ResaleNum': Text(16),
        'PrimaryTaxIdentifier': Masked(100), 'SecondaryTaxIdentifier': Masked(100),
        'GSTIN': Text(15), 'GSTRegistrationType': Text(15), 'BusinessNumber': Text(10),
        'SalesTermRef': Reference('Term'), 'PaymentMethodRef': Reference('PaymentMethod'),
        'ARAccountRef': Reference('Account'), 'CustomerTypeRef': Reference(),
        'CurrencyRef': Reference(),
        'PreferredDeliveryMethod': Enum('Print', 'Email', 'None'), 'Source': Text(100),
    }  # fmt: skip
    defaults = {
        'Active': True, 'Job': False, 'BillWithParent': False, 'IsProject': False,
        'PreferredDeliveryMethod': 'Print', 'Balance': 0, 'BalanceWithJobs': 0,
    }  # fmt: skip
    rules = (
        *Name.rules,
        no_opening_balance,
        currency_is_known,
        parent_is_sound('Job'),
        no_balance_when_inactive(),
    )

    def complete(self, books, draft, old):
        super().complete(books, draft, old)
        draft['CurrencyRef'] = books.currency_ref(draft.get('CurrencyRef') or (old or {}).get('CurrencyRef'))
        self._complete_tax(books, draft)
        # ParentRef without Job: qbo-api 9.4 asks for both; which fault its absence gives is not
        # known, so the customer becomes a sub-customer.
        if draft.get('ParentRef'):
            draft['Job'] = True
        draft['FullyQualifiedName'], level = qualified(books, self, draft)
        draft.pop('Level', None)
        if level:
            draft['Level'] = level

    def _complete_tax(self, books, draft):
        exempt = bool(draft.get('TaxExemptionReasonId'))
        default = books.default_tax_code()
        draft.setdefault('Taxable', bool(default) and not exempt)
        if exempt:
            draft['Taxable'] = False
        if default and draft['Taxable']:
            draft.setdefault('DefaultTaxCodeRef', {'value': default})

    def settle(self, books, new, old):
        """Carry a new name into the names of the sub-customers.

        Whether that raises their SyncToken is not known; here it does not.
        """
        use_currency(books, new)
        if old and old.get('FullyQualifiedName') != new['FullyQualifiedName']:
            books.requalify(self, new['Id'])


class Vendor(Name):
    """Vendors. Modelled: as Customer, without hierarchy and sales tax (qbo-api 9.4; purchases 2); a balance,
    which may be below zero; a time that moves with its documents.
    Not modelled: opening balances, 1099 reporting, bank details (kept as they come)."""

    name = 'Vendor'
    path = 'vendor'
    fields = {
        **PERSON,
        'CompanyName': Text(100, 'fs'),
        'PrintOnCheckName': Text(100, 'fs'),
        'PrimaryPhone': Phone(), 'AlternatePhone': Phone(), 'Mobile': Phone(), 'Fax': Phone(),
        'WebAddr': Web(), 'BillAddr': Address(), 'OtherContactInfo': Field(),
        'Balance': ReadOnly(Number(), 'fs'), 'AcctNum': Text(100), 'Vendor1099': Boolean(),
        'TaxIdentifier': Masked(20, shown=4), 'TermRef': Reference('Term'),
        'APAccountRef': Reference('Account'), 'CurrencyRef': Reference(), 'CostRate': Number(),
        'BillRate': Number(), 'GSTIN': Text(15), 'GSTRegistrationType': Text(15),
        'BusinessNumber': Text(10), 'HasTPAR': Boolean(), 'TaxReportingBasis': Text(100),
        'T4AEligible': Boolean(), 'T5018Eligible': Boolean(), 'VendorPaymentBankDetail': Field(),
        'Source': Text(100), 'OpenBalanceDate': Day(),
    }  # fmt: skip
    defaults = {'Active': True, 'Vendor1099': False, 'Balance': 0}
    rules = (*Name.rules, no_opening_balance, currency_is_known, no_balance_when_inactive())

    def complete(self, books, draft, old):
        super().complete(books, draft, old)
        draft['CurrencyRef'] = books.currency_ref(draft.get('CurrencyRef') or (old or {}).get('CurrencyRef'))

    def settle(self, books, new, old):
        use_currency(books, new)


class Employee(Name):
    """Employees. Modelled: the name, its uniqueness (6240), contact data (qbo-api 9.4).
    Not modelled: payroll; that DisplayName is ignored where payroll is on."""

    name = 'Employee'
    path = 'employee'
    fields = {
        **PERSON,
        'PrintOnCheckName': Text(100, 'fs'),
        'PrimaryPhone': Phone(20), 'Mobile': Phone(20), 'PrimaryAddr': Address(),
        'BillableTime': Boolean(), 'BillRate': Number(), 'CostRate': Number(),
        'BirthDate': Day(), 'HiredDate': Day(), 'ReleasedDate': Day(), 'Gender': Text(20),
        'SSN': Masked(100), 'EmployeeNumber': Text(100), 'Organization': Boolean(),
    }  # fmt: skip
    defaults = {'Active': True, 'BillableTime': False}
