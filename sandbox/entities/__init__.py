"""The types of records that the sandbox models, and the names of those that only Intuit has."""

from types import MappingProxyType

from .accounts import Account
from .attachables import Attachable
from .bill_payments import BillPayment
from .bills import Bill, VendorCredit
from .company_info import CompanyInfo
from .currencies import CompanyCurrency, ExchangeRate
from .deposits import Deposit
from .invoices import CreditMemo, Invoice
from .items import Item
from .journal_entries import JournalEntry
from .lists import Class, Department, PaymentMethod, Term
from .names import Customer, Employee, Vendor
from .payments import Payment
from .preferences import Preferences
from .purchases import Purchase
from .receipts import RefundReceipt, SalesReceipt
from .taxes import TaxAgency, TaxCode, TaxRate

TYPES = (
    Account, Attachable, Bill, BillPayment, Class, CompanyCurrency, CompanyInfo, CreditMemo, Customer, Department,
    Deposit, Employee, ExchangeRate, Invoice, Item, JournalEntry, Payment, PaymentMethod, Preferences, Purchase,
    RefundReceipt, SalesReceipt, TaxAgency, TaxCode, TaxRate, Term, Vendor, VendorCredit,
)  # fmt: skip

ENTITIES = MappingProxyType({type.name: type() for type in TYPES})
"""Modelled types by Intuit's name."""

BY_PATH = MappingProxyType({entity.path: entity for entity in ENTITIES.values()})

INTUIT_ONLY = frozenset((
    'Budget', 'CreditCardPayment',
    'Currency', 'CustomerType', 'Estimate', 'InventoryAdjustment', 'JournalCode',
    'PurchaseOrder', 'RecurringTransaction', 'ReimburseCharge', 'StatementCharge',
    'TaxPayment', 'TaxClassification', 'TimeActivity', 'Transfer',
))  # fmt: skip
"""Types that Intuit has and the sandbox does not: asking for one is answered "not modelled"."""


def find(name):
    """Return the modelled type of this name in any case, or None."""
    return next((entity for key, entity in ENTITIES.items() if key.lower() == name.lower()), None)


def is_intuits(name):
    """Tell whether Intuit has a type of this name that the sandbox does not model."""
    return name.lower() in {known.lower() for known in INTUIT_ONLY}
