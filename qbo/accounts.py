"""Which account of QuickBooks an account of Odoo is, and how one is made there (qbo-api 9.12)."""

from dataclasses import dataclass

TYPES = {
    'asset_receivable': ('Accounts Receivable', 'AccountsReceivable'),
    'asset_cash': ('Bank', 'Checking'),
    'asset_current': ('Other Current Asset', 'OtherCurrentAssets'),
    'asset_non_current': ('Other Asset', 'OtherLongTermAssets'),
    'asset_prepayments': ('Other Current Asset', 'PrepaidExpenses'),
    'asset_fixed': ('Fixed Asset', 'OtherFixedAssets'),
    'liability_payable': ('Accounts Payable', 'AccountsPayable'),
    'liability_credit_card': ('Credit Card', 'CreditCard'),
    'liability_current': ('Other Current Liability', 'OtherCurrentLiabilities'),
    'liability_non_current': ('Long Term Liability', 'OtherLongTermLiabilities'),
    'equity': ('Equity', 'OwnersEquity'),
    'equity_unaffected': ('Equity', 'RetainedEarnings'),
    'income': ('Income', 'SalesOfProductIncome'),
    'income_other': ('Other Income', 'OtherMiscellaneousIncome'),
    'expense': ('Expense', 'OtherMiscellaneousServiceCost'),
    'expense_other': ('Other Expense', 'OtherMiscellaneousExpense'),
    'expense_depreciation': ('Other Expense', 'Depreciation'),
    'expense_direct_cost': ('Cost of Goods Sold', 'SuppliesMaterialsCogs'),
}
"""Odoo's type of account: QuickBooks' type and detail type. Accounts off the balance sheet have none."""

KINDS = {'asset': 'Asset', 'liability': 'Liability', 'equity': 'Equity', 'income': 'Revenue', 'expense': 'Expense'}
"""How Odoo's types begin: QuickBooks' classification."""

ONLY_ONE = frozenset({'Accounts Receivable', 'Accounts Payable'})
"""Types of which a company has one account that partners have by default."""

BAD_IN_NAME = str.maketrans({':': '-', '"': "'"})
NAME_MAX = 100


@dataclass(frozen=True)
class Account:
    """An account of QuickBooks."""

    key: str
    name: str
    number: str
    type: str
    classification: str


def suggest(number, name, account_type, accounts, is_default=False):
    """Return the account that this one surely is, or None: the one of the same number, else of the same name and type.

    An account of another classification (an expense for an asset) is never suggested. The receivable and payable of
    which a company has only one by default are QuickBooks' own; other accounts of these types are not.

    :param number: of Odoo's account, or None
    :param str account_type: Odoo's
    :param accounts: those of QuickBooks, :class:`Account`
    :param bool is_default: whether it is the receivable or payable that partners have unless they have another
    """
    kind, own_type = KINDS.get(account_type.split('_')[0]), TYPES.get(account_type, ('',))[0]
    fitting = [item for item in accounts if item.classification == kind and _takes_names(item, own_type)]
    same_type = [item for item in fitting if item.type == own_type]
    found = [item for item in fitting if number and item.number == number]
    found = found or [item for item in same_type if _is_same(item.name, name)]
    if not found and is_default and own_type in ONLY_ONE:
        found = same_type
    return found[0] if found else None


def new(number, name, account_type, number_max):
    """Return the values of a new account in QuickBooks; a number that is too long there is left out.

    :param int number_max: how many characters a number may have
    """
    kind, subtype = TYPES[account_type]
    values = {
        'Name': name.strip().translate(BAD_IN_NAME)[:NAME_MAX].rstrip(),
        'AccountType': kind,
        'AccountSubType': subtype,
    }
    if number and len(number) <= number_max:
        values['AcctNum'] = number
    return values


def _takes_names(account, own_type):
    """Return whether customers and vendors are asked for on both sides or on none."""
    return (account.type in ONLY_ONE or own_type in ONLY_ONE) <= (account.type == own_type)


def _is_same(theirs, ours):
    """Return whether a name is the same; one of QuickBooks may stand below others."""
    return theirs.rpartition(':')[2].casefold().strip() == ours.casefold().strip()
