"""Account: the chart of accounts (qbo-api 9.12)."""

from .. import errors
from .base import (
    Entity,
    no_balance_when_inactive,
    parent_is_sound,
    qualified,
    references_exist,
    required,
    unique_name,
)
from .fields import Boolean, Number, ReadOnly, Reference, Text

TYPES = {
    'Bank': ('Asset', 'CashOnHand'),
    'Accounts Receivable': ('Asset', 'AccountsReceivable'),
    'Other Current Asset': ('Asset', 'EmployeeCashAdvances'),
    'Fixed Asset': ('Asset', 'FurnitureAndFixtures'),
    'Other Asset': ('Asset', 'Licenses'),
    'Accounts Payable': ('Liability', 'AccountsPayable'),
    'Credit Card': ('Liability', 'CreditCard'),
    'Other Current Liability': ('Liability', 'OtherCurrentLiabilities'),
    'Long Term Liability': ('Liability', 'OtherLongTermLiabilities'),
    'Equity': ('Equity', 'OpeningBalanceEquity'),
    'Income': ('Revenue', 'SalesOfProductIncome'),
    'Cost of Goods Sold': ('Expense', 'SuppliesMaterialsCogs'),
    'Expense': ('Expense', 'OtherMiscellaneousServiceCost'),
    'Other Income': ('Revenue', 'OtherMiscellaneousIncome'),
    'Other Expense': ('Expense', 'OtherMiscellaneousExpense'),
}
"""Account type: (classification, subtype where none is given). The default subtypes are assumed."""

SUBTYPES = {
    'Checking': 'Bank', 'Savings': 'Bank', 'CashOnHand': 'Bank', 'MoneyMarket': 'Bank',
    'AccountsReceivable': 'Accounts Receivable', 'Inventory': 'Other Current Asset',
    'UndepositedFunds': 'Other Current Asset', 'PrepaidExpenses': 'Other Current Asset',
    'EmployeeCashAdvances': 'Other Current Asset', 'Vehicles': 'Fixed Asset',
    'MachineryAndEquipment': 'Fixed Asset', 'FurnitureAndFixtures': 'Fixed Asset',
    'AccumulatedDepreciation': 'Fixed Asset', 'AccountsPayable': 'Accounts Payable',
    'CreditCard': 'Credit Card', 'SalesTaxPayable': 'Other Current Liability',
    'OtherCurrentLiabilities': 'Other Current Liability', 'NotesPayable': 'Long Term Liability',
    'OpeningBalanceEquity': 'Equity', 'RetainedEarnings': 'Equity', 'OwnersEquity': 'Equity',
    'SalesOfProductIncome': 'Income', 'ServiceFeeIncome': 'Income',
    'DiscountsRefundsGiven': 'Income', 'SuppliesMaterialsCogs': 'Cost of Goods Sold',
    'CostOfLaborCos': 'Cost of Goods Sold', 'OtherMiscellaneousServiceCost': 'Expense',
    'AdvertisingPromotional': 'Expense', 'Auto': 'Expense', 'BankCharges': 'Expense',
    'Insurance': 'Expense', 'OfficeGeneralAdministrativeExpenses': 'Expense',
    'PayrollExpenses': 'Expense', 'RentOrLeaseOfBuildings': 'Expense',
    'RepairMaintenance': 'Expense', 'SuppliesMaterials': 'Expense', 'Utilities': 'Expense',
    'InterestEarned': 'Other Income', 'OtherMiscellaneousIncome': 'Other Income',
    'Depreciation': 'Other Expense', 'ExchangeGainOrLoss': 'Other Expense',
}  # fmt: skip
"""Account type by subtype, for the subtypes that the seeds use; others need an account type."""

ALONE = frozenset((
    'OpeningBalanceEquity', 'UndepositedFunds', 'RetainedEarnings', 'CashReceiptIncome',
    'CashExpenditureExpense', 'ExchangeGainOrLoss',
))  # fmt: skip
"""Subtypes that neither have nor are sub-accounts."""


def type_is_known(books, entity, draft, old):
    """Refuse an account without a type (6010), one of an unknown type, and a wrong subtype."""
    type, subtype = draft.get('AccountType'), draft.get('AccountSubType')
    if not type:
        yield errors.Violation('6010', 'AccountType or AccountSubType is missing.', 'AccountType')
    elif type not in TYPES:
        yield errors.bad_enumeration('AccountType', type)
    elif SUBTYPES.get(subtype, type) != type:
        yield errors.Violation('6010', f'{subtype} does not belong to {type}.', 'AccountSubType')


def parent_has_same_type(books, entity, draft, old):
    """Refuse a sub-account of another type, or of one that stands alone (6010 assumed)."""
    parent = books.stored('Account', (draft.get('ParentRef') or {}).get('value'))
    if not parent:
        return
    alone = {draft.get('AccountSubType'), parent.get('AccountSubType')} & ALONE
    if alone or parent['AccountType'] != draft.get('AccountType'):
        yield errors.Violation('6010', 'The parent account does not fit.', 'ParentRef')


class Account(Entity):
    """Accounts of the general ledger.

    Modelled: type from subtype and back, classification, hierarchy, names unique below one parent,
    numbers to twenty characters (the page says seven in the US, eleven are taken), refusal to make one
    with a balance inactive.
    Not modelled: opening balances, registers, most of Intuit's some two hundred subtypes (kept as
    they come when the type is given too), tax codes on accounts.
    """

    name, path, name_list, sequence = 'Account', 'account', 'Account', 'Account'
    defaults = {'Active': True, 'CurrentBalance': 0, 'CurrentBalanceWithSubAccounts': 0}
    fields = {
        'Name': Text(100, 'fs', forbidden='":'),
        'AcctNum': Text(20, 'f', forbidden=':'),
        'AccountType': Text(100, 'f'),
        'AccountSubType': Text(100, 'f'),
        'Classification': ReadOnly(query='f'),
        'FullyQualifiedName': ReadOnly(query='f'),
        'Active': Boolean('f'),
        'CurrentBalance': ReadOnly(Number(), 'fs'),
        'CurrentBalanceWithSubAccounts': ReadOnly(Number()),
        'Description': Text(100),
        'SubAccount': ReadOnly(),
        'ParentRef': Reference('Account'),
        'CurrencyRef': Reference(),
        'TaxCodeRef': Reference('TaxCode'),
        'AccountAlias': Text(100),
        'TxnLocationType': Text(100),
    }
    rules = (
        required('Name'),
        references_exist,
        type_is_known,
        parent_has_same_type,
        unique_name('account', siblings=True),
        parent_is_sound('SubAccount'),
        no_balance_when_inactive('CurrentBalance'),
    )

    def complete(self, books, draft, old):
        subtype = draft.get('AccountSubType')
        draft.setdefault('AccountType', SUBTYPES.get(subtype, ''))
        classification, usual = TYPES.get(draft['AccountType'], ('', ''))
        draft['AccountSubType'], draft['Classification'] = subtype or usual, classification
        draft['SubAccount'] = bool(draft.get('ParentRef'))
        draft['CurrencyRef'] = books.currency_ref(draft.get('CurrencyRef'))
        draft['FullyQualifiedName'], _level = qualified(books, self, draft)

    def settle(self, books, new, old):
        if old and old.get('FullyQualifiedName') != new['FullyQualifiedName']:
            books.requalify(self, new['Id'])
