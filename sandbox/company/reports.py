"""Reports: ``/reports/<Name>`` (qbo-api 2).

Modelled: TrialBalance in total, accrual basis, with its documented parameters start_date, end_date,
accounting_method and summarize_column_by. Its period is this month to date unless asked. Intuit
documents neither filters nor columns by class or location for it, and clients report that none are given
(``report_parameters``).
Not modelled: all other reports; cash basis, columns by time, sort_order, date_macro. Assumed: accounts
in the order of their types, under their fully qualified names, without numbers.
"""

from datetime import date

from .. import errors
from ..clock import metadata_time
from ..documents import dates, ledger
from ..entities.accounts import TYPES

INTUITS = frozenset((
    'AccountList', 'AgedPayableDetail', 'AgedPayables', 'AgedReceivableDetail', 'AgedReceivables', 'BalanceSheet',
    'CashFlow', 'ClassSales', 'CustomerBalance', 'CustomerBalanceDetail', 'CustomerIncome', 'CustomerSales',
    'DepartmentSales', 'FECReport', 'GeneralLedger', 'InventoryValuationDetail', 'InventoryValuationSummary',
    'ItemSales', 'JournalReport', 'ProfitAndLoss', 'ProfitAndLossDetail', 'TaxSummary', 'TransactionList',
    'TransactionListByCustomer', 'TransactionListByVendor', 'TransactionListWithSplits', 'TrialBalanceFR',
    'VendorBalance', 'VendorBalanceDetail', 'VendorExpenses',
))  # fmt: skip
EVERYWHERE = frozenset({'format', 'minorversion', 'requestid'})
TIMES = frozenset({'Month', 'Week', 'Days', 'Quarter', 'Year'})
SIDES = ('Debit', 'Credit')


def report(books, name, asked):
    """Return a report as the API answers it, without a wrapper.

    :param asked: the query parameters
    :raise NotModelled: Intuit has it, the sandbox does not
    :raise Fault: 5020, nobody has it; or what is wrong with the parameters
    """
    if name in INTUITS:
        raise errors.NotModelled(f'the report {name}')
    if name != 'TrialBalance':
        raise errors.Fault(errors.no_report())
    _require_sound(books, asked)
    since, until = _period(books, asked)
    income = None if books.settings.trial_balance_income == 'fiscal_year' else since
    sums = ledger.balances(books, until, income)
    rows = [(_label(body), cents) for body, cents in in_order(books, {id: sums[id, None] for id, _none in sums})]
    return {'Header': _header(books, since, until, rows), **_table(rows)}


def in_order(books, balances):
    """Return (account, balance) of {account id: balance} as people read them: by type, then name."""
    found = [(books.stored('Account', id) or {}, balance) for id, balance in balances.items()]
    types = list(TYPES)
    return sorted(found, key=lambda pair: (
        types.index(pair[0].get('AccountType', 'Equity')), pair[0].get('FullyQualifiedName', '').casefold(),
    ))  # fmt: skip


def _require_sound(books, asked):
    known = EVERYWHERE | {'start_date', 'end_date', 'accounting_method', 'summarize_column_by'}
    for name in ('date_macro', 'sort_order'):
        if name in asked:
            raise errors.NotModelled(f'{name} of a report')
    if books.settings.report_parameters == 'refused':
        _check([errors.unsupported_property(name) for name in sorted(asked.keys() - known)])
    basis = asked.get('accounting_method') or books.preference('ReportPrefs', 'ReportBasis', 'Accrual')
    if basis == 'Cash':
        raise errors.NotModelled('a report on cash basis')
    by = asked.get('summarize_column_by', 'Total')
    if by in TIMES:
        raise errors.NotModelled(f'summarize_column_by={by}')
    wrong = [] if basis == 'Accrual' else [errors.bad_enumeration('accounting_method', basis)]
    if by != 'Total' and books.settings.report_parameters == 'refused':
        wrong.append(errors.bad_enumeration('summarize_column_by', by))
    _check(wrong)


def _check(violations):
    if violations:
        raise errors.Fault(*violations)


def _period(books, asked):
    until = _day(asked, 'end_date') or dates.today(books)
    since = _day(asked, 'start_date') or f'{until[:7]}-01'
    _check([errors.bad_period()] if since > until else [])
    return since, until


def _day(asked, name):
    text = asked.get(name)
    try:
        return text and date.fromisoformat(text).isoformat()
    except ValueError:
        raise errors.Fault(errors.bad_date(name, text)) from None


def _header(books, since, until, rows):
    return {
        'Time': metadata_time(books.clock.time()), 'ReportName': 'TrialBalance', 'ReportBasis': 'Accrual',
        'StartPeriod': since, 'EndPeriod': until, 'Currency': books.home_currency,
        'Option': [{'Name': 'NoReportData', 'Value': 'false' if rows else 'true'}],
    }  # fmt: skip


def _label(body):
    """Return the first cell of an account; earnings of a company without an account for them have no id."""
    named = {'value': body.get('FullyQualifiedName', 'Retained Earnings')}
    return {**named, 'id': body['Id']} if body else named


def _table(rows):
    columns = [{'ColTitle': '', 'ColType': 'Account'}, *({'ColTitle': side, 'ColType': 'Money'} for side in SIDES)]
    found = [{'ColData': [label, _cell(cents), _cell(-cents)]} for label, cents in rows]
    if found:
        total = sum(cents for _account, cents in rows if cents > 0)
        summary = {'ColData': [{'value': 'TOTAL'}, _cell(total), _cell(total)]}
        found.append({'Summary': summary, 'type': 'Section', 'group': 'GrandTotal'})
    return {'Columns': {'Column': columns}, 'Rows': {'Row': found} if found else {}}


def _cell(cents):
    """Return the cell of one side; the other side of an account is blank."""
    return {'value': f'{cents / 100:.2f}' if cents > 0 else ''}
