"""The types of records that the sandbox models, and the names of those that only Intuit has."""

from types import MappingProxyType

from .accounts import Account
from .company_info import CompanyInfo
from .deposits import Deposit
from .invoices import CreditMemo, Invoice
from .items import Item
from .journal_entries import JournalEntry
from .lists import Class, Department, PaymentMethod, Term
from .names import Customer, Employee, Vendor
from .payments import Payment
from .preferences import Preferences
from .receipts import RefundReceipt, SalesReceipt
from .taxes import TaxAgency, TaxCode, TaxRate

TYPES = (
    Account, Class, CompanyInfo, CreditMemo, Customer, Department, Deposit, Employee, Invoice, Item,
    JournalEntry, Payment, PaymentMethod, Preferences, RefundReceipt, SalesReceipt, TaxAgency, TaxCode,
    TaxRate, Term, Vendor,
)  # fmt: skip

ENTITIES = MappingProxyType({type.name: type() for type in TYPES})
"""Modelled types by Intuit's name."""

BY_PATH = MappingProxyType({entity.path: entity for entity in ENTITIES.values()})

INTUIT_ONLY = frozenset((
    'Attachable', 'Bill', 'BillPayment', 'Budget', 'CompanyCurrency', 'CreditCardPayment',
    'Currency', 'CustomerType', 'Estimate', 'ExchangeRate', 'InventoryAdjustment', 'JournalCode',
    'Purchase', 'PurchaseOrder', 'RecurringTransaction', 'ReimburseCharge', 'StatementCharge',
    'TaxPayment', 'TaxClassification', 'TimeActivity', 'Transfer', 'VendorCredit',
))  # fmt: skip
"""Types that Intuit has and the sandbox does not: asking for one is answered "not modelled"."""


def find(name):
    """Return the modelled type of this name in any case, or None."""
    return next((entity for key, entity in ENTITIES.items() if key.lower() == name.lower()), None)


def is_intuits(name):
    """Tell whether Intuit has a type of this name that the sandbox does not model."""
    return name.lower() in {known.lower() for known in INTUIT_ONLY}
