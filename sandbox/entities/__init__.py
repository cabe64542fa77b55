"""The types of records that the sandbox models, and the names of those that only Intuit has."""

from types import MappingProxyType

from .accounts import Account
from .company_info import CompanyInfo
from .items import Item
from .lists import Class, Department, PaymentMethod, Term
from .names import Customer, Employee, Vendor
from .preferences import Preferences
from .taxes import TaxAgency, TaxCode, TaxRate

TYPES = (
    Account, Class, CompanyInfo, Customer, Department, Employee, Item, PaymentMethod, Preferences,
    TaxAgency, TaxCode, TaxRate, Term, Vendor,
)  # fmt: skip

ENTITIES = MappingProxyType({type.name: type() for type in TYPES})
"""Modelled types by Intuit's name."""

BY_PATH = MappingProxyType({entity.path: entity for entity in ENTITIES.values()})

INTUIT_ONLY = frozenset((
    'Attachable', 'Bill', 'BillPayment', 'Budget', 'CompanyCurrency', 'CreditCardPayment',
    'CreditMemo', 'Currency', 'CustomerType', 'Deposit', 'Estimate', 'ExchangeRate',
    'InventoryAdjustment', 'Invoice', 'JournalCode', 'JournalEntry', 'Payment', 'Purchase',
    'PurchaseOrder', 'RecurringTransaction', 'RefundReceipt', 'ReimburseCharge', 'SalesReceipt',
    'StatementCharge', 'TaxPayment', 'TaxClassification', 'TimeActivity', 'Transfer',
    'VendorCredit',
))  # fmt: skip
"""Types that Intuit has and the sandbox does not: asking for one is answered "not modelled"."""


def find(name):
    """Return the modelled type of this name in any case, or None."""
    return next((entity for key, entity in ENTITIES.items() if key.lower() == name.lower()), None)


def is_intuits(name):
    """Tell whether Intuit has a type of this name that the sandbox does not model."""
    return name.lower() in {known.lower() for known in INTUIT_ONLY}
