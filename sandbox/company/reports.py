"""Reports: ``/reports/<Name>`` (qbo-api 2, purchases 14).

Modelled: TrialBalance in total, accrual basis, with start_date, end_date, date_macro, accounting_method and
summarize_column_by; its period is this month to date unless asked. GeneralLedger: ``general_ledger.py``. Ageing and
balances of customers and vendors: ``aging.py``. What a report does not have is ignored (``report_parameters``).
Not modelled: all other reports; cash basis, columns by time, sort_order. Assumed: accounts in the order of their
types, under their fully qualified names, without numbers.
"""

from types import MappingProxyType

from .. import errors
from ..documents import ledger
from ..entities.accounts import TYPES
from . import aging
from . import report_parts as parts
from .general_ledger import general_ledger

INTUITS = frozenset((
    'AccountList', 'BalanceSheet', 'CashFlow', 'ClassSales', 'CustomerIncome', 'CustomerSales', 'DepartmentSales',
    'FECReport', 'GeneralLedgerFR', 'InventoryValuationDetail', 'InventoryValuationSummary', 'ItemSales',
    'JournalReport', 'ProfitAndLoss', 'ProfitAndLossDetail', 'TaxSummary', 'TransactionList',
    'TransactionListByCustomer', 'TransactionListByVendor', 'TransactionListWithSplits', 'TrialBalanceFR',
    'VendorExpenses',
))  # fmt: skip
SIDES = ('Debit', 'Credit')
MODELLED = MappingProxyType({
    'GeneralLedger': lambda books, name, asked: general_ledger(books, asked),
    'AgedReceivables': aging.aged, 'AgedPayables': aging.aged,
    'AgedReceivableDetail': aging.aged_detail, 'AgedPayableDetail': aging.aged_detail,
    'CustomerBalance': aging.balances, 'VendorBalance': aging.balances,
    'CustomerBalanceDetail': aging.balance_detail, 'VendorBalanceDetail': aging.balance_detail,
    'TrialBalance': lambda books, name, asked: trial_balance(books, asked),
})  # fmt: skip


def report(books, name, asked):
    """Return a report as the API answers it, without a wrapper.

    :param asked: the query parameters
    :raise NotModelled: Intuit has it, the sandbox does not
    :raise Fault: 5020, nobody has it; or what is wrong with the parameters
    """
    if name in INTUITS:
        raise errors.NotModelled(f'the report {name}')
    if name not in MODELLED:
        raise errors.Fault(errors.no_report())
    return MODELLED[name](books, name, asked)


def trial_balance(books, asked):
    """Return the trial balance of a day."""
    _require_sound(books, asked)
    since, until, macro = parts.period(books, asked)
    income = None if books.settings.trial_balance_income == 'fiscal_year' else since
    sums = ledger.balances(books, until, income)
    rows = [(body, cents) for body, cents in in_order(books, {id: sums[id, None] for id, _none in sums})]
    head = parts.header(books, 'TrialBalance', rows, since, until, macro, ReportBasis='Accrual')
    currency, option = head.pop('Currency'), head.pop('Option')
    head.update(SummarizeColumnsBy='Total', Currency=currency, Option=option)
    return {'Header': head, **_table(rows)}


def in_order(books, balances):
    """Return (account, balance) of {account id: balance} as people read them: by type, then name."""
    found = [(books.stored('Account', id) or {}, balance) for id, balance in balances.items()]
    types = list(TYPES)
    return sorted(found, key=lambda pair: (
        types.index(pair[0].get('AccountType', 'Equity')), pair[0].get('FullyQualifiedName', '').casefold(),
    ))  # fmt: skip


def _require_sound(books, asked):
    if 'sort_order' in asked:
        raise errors.NotModelled('sort_order of a report')
    known = frozenset({'start_date', 'end_date', 'date_macro', 'accounting_method', 'summarize_column_by'})
    parts.require_known(books, asked, known)
    parts.require_accrual(books, asked)
    by = asked.get('summarize_column_by', 'Total')
    if by in parts.TIMES:
        raise errors.NotModelled(f'summarize_column_by={by}')
    if by != 'Total' and books.settings.report_parameters == 'refused':
        parts.require([errors.bad_enumeration('summarize_column_by', by)])


def _label(body):
    """Return the first cell of an account; earnings of a company without an account for them have no id."""
    named = {'value': body.get('FullyQualifiedName', 'Retained Earnings')}
    return {**named, 'id': body['Id']} if body else named


def _table(rows):
    columns = [parts.column('', 'Account'), *(parts.column(side, 'Money') for side in SIDES)]
    found = [{'ColData': [_label(body), *_sides(body, cents)]} for body, cents in rows]
    if found:
        total = {'value': parts.summed(sum(cents for _account, cents in rows if cents > 0))}
        summary = {'ColData': [{'value': 'TOTAL'}, total, total]}
        found.append({'Summary': summary, 'type': 'Section', 'group': 'GrandTotal'})
    return {'Columns': {'Column': columns}, 'Rows': {'Row': found} if found else {}}


def _sides(body, cents):
    """Return the two cells of an account: one is blank, nothing stands on its natural side (recorded)."""
    natural = cents or (1 if body.get('Classification') in ('Asset', 'Expense') else -1)
    shown = {'value': parts.summed(abs(cents))}
    return (shown, {'value': ''}) if natural > 0 else ({'value': ''}, shown)
