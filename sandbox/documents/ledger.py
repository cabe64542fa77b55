"""The general ledger: what all postings come to on a day."""

from datetime import date, timedelta

from .postings import account

MONTHS = ('January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November',
          'December')  # fmt: skip
OF_A_YEAR = frozenset({'Revenue', 'Expense'})
"""Classifications of accounts that begin every fiscal year with nothing."""


def fiscal_year_start(books, day):
    """Return the first day of the fiscal year that a day is in."""
    month = MONTHS.index(books.preference('AccountingInfoPrefs', 'FirstMonthOfFiscalYear', 'January')) + 1
    day = date.fromisoformat(day)
    return date(day.year if day.month >= month else day.year - 1, month, 1).isoformat()


def balances(books, until, since=None, by=None):
    """Return {(account, group): cents} at the end of a day; debits are positive.

    Balance sheet accounts have all their postings. Income and expenses have those of a year; what is
    older is retained earnings, for QuickBooks never posts the end of a year.

    :param until: the last day
    :param since: the first day of income and expenses; of the fiscal year if None
    :param by: ``class`` or ``department`` to group by; None: one group, None
    """
    since = since or fiscal_year_start(books, until)
    before = (date.fromisoformat(since) - timedelta(days=1)).isoformat()
    kinds = {body['Id']: body['Classification'] for body in books.database.all(books.realm, 'Account')}
    retained = account(books, 'RetainedEarnings')
    sums = {}
    for closed, span in ((True, ('', before)), (False, (since, until))):
        for row in books.database.sums(books.realm, *span):
            of_a_year = kinds[row['account']] in OF_A_YEAR
            key = (retained if closed and of_a_year else row['account'], row[by] if by else None)
            sums[key] = sums.get(key, 0) + row['cents']
    return sums
