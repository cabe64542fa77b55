"""Reports as figures. A report is a tree of rows, and its amounts are text (qbo-api 2; `Client.report`)."""

import re
from datetime import date
from decimal import Decimal

MONTHS = (
    'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November',
    'December',
)  # fmt: skip
OF_A_YEAR = frozenset({'Revenue', 'Expense'})
"""Classifications of accounts that begin every fiscal year with nothing."""

_AMOUNT = re.compile(r'(-?(\d+(\.\d{1,2})?|\.\d{1,2}))?')


def trial_balance(report):
    """Return ``{account id: cents}`` of a trial balance; debits are positive, accounts that come to nothing included.

    Rows that QuickBooks gives no account for are together under ``None``, so that the sum of all is nothing.
    Totals are left out. Balance sheet accounts have their balance on the last day, income and expenses what came
    since the fiscal year began; what is older is in the account for retained earnings.

    :param dict report: what QuickBooks answered, in total: one column of debits and one of credits
    :raise ValueError: it is not such a report, or an amount is none
    """
    debit, credit = _money_columns(report)
    balances = {}
    for cells in _cells(report):
        account = cells[0].get('id') or None
        cents = cents_at(cells, debit) - cents_at(cells, credit)
        if account or cents:
            balances[account] = balances.get(account, 0) + cents
    return balances


def fiscal_year_start(day, month):
    """Return the first day of the fiscal year that a day is in.

    :param str month: the first one, as QuickBooks names it: ``'January'``
    """
    number = MONTHS.index(month) + 1
    return date(day.year if day.month >= number else day.year - 1, number, 1)


def year_closed(balances, of_a_year, retained):
    """Return a trial balance as it is at the beginning of the next fiscal year: its earnings are retained.

    :param dict balances: of :func:`trial_balance`
    :param of_a_year: ids of the accounts for income and expenses
    :param retained: id of the account for retained earnings, None where QuickBooks gives it none
    """
    closed = {account: cents for account, cents in balances.items() if account not in of_a_year}
    closed[retained] = closed.get(retained, 0) + sum(balances.values()) - sum(closed.values())
    return closed


def _money_columns(report):
    """Return the places of debits and credits. Titles are in the company's language; their order is not."""
    columns = (report.get('Columns') or {}).get('Column') or []
    found = [place for place, column in enumerate(columns) if column.get('ColType') == 'Money']
    if len(found) != 2:
        raise ValueError(f"a trial balance has debits and credits, and not {len(found)} columns of amounts")
    return found


def _cells(node):
    """Yield the cells of each row below a node. An account with others below it is the header of a section."""
    for row in (node.get('Rows') or {}).get('Row') or ():
        for part in (row, row.get('Header') or {}):
            if part.get('ColData'):
                yield part['ColData']
        yield from _cells(row)


def cents_at(cells, place):
    """Return the amount in a cell of a report's row, in cents; 0 where the row has no such cell or it is empty.

    :raise ValueError: it is no amount in whole cents
    """
    text = (cells[place].get('value') or '').replace(',', '') if place < len(cells) else ''
    if not _AMOUNT.fullmatch(text):
        raise ValueError(f"not an amount in whole cents: {text!r}")
    return int(Decimal(text or 0) * 100)  # details write .50 where summaries write 0.50
