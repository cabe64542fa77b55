"""Rules that all documents share: closed books, currencies, deposits, links that hold them."""

from .. import errors
from . import currencies, money
from .lines import detail, spread

NEEDS = {
    'Accounts Receivable': (
        'Customer',
        'When you use Accounts Receivable, you must choose a customer in the Name field.',
    ),
    'Accounts Payable': ('Vendor', 'When you use Accounts Payable, you must choose a vendor in the Name field.'),
}
"""What a line on such an account must name. Both texts are recorded."""
MONEY_ACCOUNTS = frozenset({'Bank', 'Other Current Asset'})


def name_fault(account_type, type, id):
    """Return the refusal of a line on receivables without customer or on payables without vendor, or None."""
    needed, text = NEEDS.get(account_type, (None, ''))
    return errors.business(text) if needed and (type != needed or id is None) else None


def close_date(books):
    """Return the last day of the closed books, or ''."""
    return books.preference('AccountingInfoPrefs', 'BookCloseDate') or ''


def period_is_open(books, entity, draft, old):
    """Refuse to touch closed books (6210): the document's day before or after, and the days of
    documents whose links change. A person in QuickBooks may (with a warning)."""
    closed = close_date(books)
    if not closed or books.by_user:
        return
    days = [body['TxnDate'] for body in (draft, old) if body]
    if books.settings.closed_books_guard_links:
        days += entity.linked_days(books, draft, old)
    if any(day <= closed for day in days):
        yield errors.period_closed()


def currency_is_sound(books, entity, draft, old):
    """Refuse a currency that nobody has (2220), any but the home one while multicurrency is off,
    none while it is on (2020), and one that is not the customer's (6000; texts not known)."""
    code = (draft.get('CurrencyRef') or {}).get('value')
    if code is None:
        yield errors.missing('CurrencyRef')
    elif code not in currencies.NAMES:
        yield errors.Violation('2220', f'Invalid Currency : {code}', 'CurrencyRef')
    elif code != books.home_currency and not books.multicurrency:
        yield errors.business('Multicurrency is off in this company.')
    else:
        yield from _against_name(books, draft, code)


def _against_name(books, draft, code):
    for type in ('Customer', 'Vendor'):
        name = books.stored(type, (draft.get(f'{type}Ref') or {}).get('value')) or {}
        own = (name.get('CurrencyRef') or {}).get('value', code)
        if own != code:
            text = f'The currency of the transaction ({code}) is not the one of the {type.lower()} ({own}).'
            yield errors.business(text)


def complete_currency(books, draft, old):
    """Set currency, its name and the exchange rate; what multicurrency asks for stays missing."""
    before = (old or {}).get('CurrencyRef')
    code = (draft.get('CurrencyRef') or before or {}).get('value')
    if code is None and not books.multicurrency:
        code = books.home_currency
    if code is None:
        return
    draft['CurrencyRef'] = {'value': code, 'name': currencies.NAMES.get(code, '')}
    if books.multicurrency:
        rate = draft.get('ExchangeRate') or currencies.of_day(books, code, draft['TxnDate'])
        draft['ExchangeRate'] = 1 if code == books.home_currency else currencies.cut(books, rate)
    else:
        draft.pop('ExchangeRate', None)


def complete_home(draft, balance=True):
    """Set what the amounts are at home, where an exchange rate says so."""
    for name, of in (('HomeTotalAmt', 'TotalAmt'), ('HomeBalance', 'Balance')):
        draft.pop(name, None)
        if 'ExchangeRate' in draft and of in draft and (balance or of == 'TotalAmt'):
            rate = money.exact(draft['ExchangeRate'])
            draft[name] = money.amount(money.nearest(money.cents(draft[of]) * rate))


def is_deposited(body):
    """Tell whether a document's money is in a deposit."""
    return any(link.get('TxnType') == 'Deposit' for link in (body or {}).get('LinkedTxn') or ())


def not_deposited(books, entity, draft, old):
    """Refuse to change the money of a deposited document, to void or delete it (6540)."""
    if not is_deposited(old):
        return
    names = ('TotalAmt', 'DepositToAccountRef', 'CustomerRef', 'CurrencyRef', 'ExchangeRate')
    if draft is None or any(draft.get(name) != old.get(name) for name in names):
        yield errors.deposited()


def tracked(books):
    """Return (classes per document, classes per line, locations): what the company tracks."""
    names = ('ClassTrackingPerTxn', 'ClassTrackingPerTxnLine', 'TrackDepartments')
    return tuple(books.preference('AccountingInfoPrefs', name, False) for name in names)


def tracking(books, draft, lines, all_by_line=False):
    """Drop classes and locations that the company does not track (qbo-api 9.13), where so set.

    :param all_by_line: lines have classes and locations of their own, however classes are tracked
    """
    if books.settings.tracking_off != 'dropped':
        return
    per_document, per_line, locations = tracked(books)
    if not (per_document or per_line):
        draft.pop('ClassRef', None)
    if not locations:
        draft.pop('DepartmentRef', None)
    for members in lines:
        if not (per_line or (per_document and all_by_line)):
            members.pop('ClassRef', None)
        if not locations:
            members.pop('DepartmentRef', None)


def tracking_is_on(books, entity, draft, old):
    """Refuse classes and locations that the company does not track (6000), where so set. The texts are
    not known."""
    if books.settings.tracking_off != 'refused':
        return
    per_document, per_line, locations = tracked(books)
    given = [draft, *(detail(line) for line in spread(draft.get('Line') or ()))]
    if not (per_document or per_line) and any('ClassRef' in members for members in given):
        yield errors.business('Class tracking is off in this company.')
    if not locations and any('DepartmentRef' in members for members in given):
        yield errors.business('Location tracking is off in this company.')


def money_goes_somewhere(books, entity, draft, old):
    """Refuse money in or out of an account that holds none (6430; qbo-api 9.9)."""
    account = books.stored('Account', (draft.get('DepositToAccountRef') or {}).get('value'))
    if account and account['AccountType'] not in MONEY_ACCOUNTS:
        yield errors.wrong_account('DepositToAccountRef')
