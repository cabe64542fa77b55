"""What reports have in common: their parameters, periods, headers and cells (purchases 14)."""

import calendar
from datetime import date, timedelta

from .. import errors
from ..clock import metadata_time
from ..documents import dates, ledger

EVERYWHERE = frozenset({'format', 'minorversion', 'requestid'})
TIMES = frozenset({'Month', 'Week', 'Days', 'Quarter', 'Year'})
TYPES = {
    'Invoice': 'Invoice', 'Payment': 'Payment', 'CreditMemo': 'Credit Memo', 'SalesReceipt': 'Sales Receipt',
    'RefundReceipt': 'Refund', 'Deposit': 'Deposit', 'JournalEntry': 'Journal Entry', 'Bill': 'Bill',
    'VendorCredit': 'Vendor Credit', 'Item': 'Inventory Qty Adjust',
}  # fmt: skip


def type_name(type, body):
    """Return what reports call a document; ids alone do not tell its type."""
    if type == 'BillPayment':
        return 'Bill Payment (Credit Card)' if body.get('PayType') == 'CreditCard' else 'Bill Payment (Check)'
    if type == 'Purchase':
        kind = 'Credit Card Credit' if body.get('Credit') else 'Expense'
        return 'Check' if body.get('PaymentType') == 'Check' else kind
    return TYPES[type]


def require(violations):
    """Raise a Fault of these violations, if there are any."""
    violations = list(violations)
    if violations:
        raise errors.Fault(*violations)


def require_known(books, asked, known):
    """Refuse parameters that a report does not have, where so set; without the setting they are ignored."""
    if books.settings.report_parameters == 'refused':
        require(errors.unsupported_property(name) for name in sorted(asked.keys() - EVERYWHERE - known))


def require_accrual(books, asked):
    """Refuse what is neither Cash nor Accrual; cash basis is not modelled."""
    basis = asked.get('accounting_method') or books.preference('ReportPrefs', 'ReportBasis', 'Accrual')
    if basis == 'Cash':
        raise errors.NotModelled('a report on cash basis')
    require([] if basis == 'Accrual' else [errors.bad_enumeration('accounting_method', basis)])


def day(asked, name):
    """Return a day that is asked for, or None.

    :raise Fault: 2060
    """
    text = asked.get(name)
    try:
        return text and date.fromisoformat(text).isoformat()
    except ValueError:
        raise errors.Fault(errors.bad_date(name, text)) from None


def ids(asked, name):
    """Return the ids that a filter asks for, or None where there is none."""
    return {id.strip() for id in asked[name].split(',')} if asked.get(name) else None


def period(books, asked):
    """Return (first day, last day, macro): what is asked for, this month to date otherwise (recorded).

    The macro is None where days were given; its name is as the header shows it.
    """
    since, until = day(asked, 'start_date'), day(asked, 'end_date')
    if since or until:
        until = until or dates.today(books)
        since = since or f'{until[:7]}-01'
        require([errors.bad_period()] if since > until else [])
        return since, until, None
    macro = asked.get('date_macro', 'this month-to-date').lower().replace('_', ' ')
    return (*_macro(books, macro), macro)


def _macro(books, macro):
    """Return the first and last day of a macro."""
    today = date.fromisoformat(dates.today(books))
    words = macro.removesuffix('-to-date').removesuffix(' to date').replace('fiscal ', '').replace('calendar ', '')
    to_date = macro.endswith('to-date') or macro.endswith('to date')
    if words in ('today', 'yesterday', 'all'):
        end = today - timedelta(days=words == 'yesterday')
        return ('1900-01-01' if words == 'all' else end.isoformat()), end.isoformat()
    which, _blank, unit = words.partition(' ')
    if which not in ('this', 'last', 'next') or unit not in ('week', 'month', 'quarter', 'year'):
        raise errors.Fault(errors.bad_enumeration('date_macro', macro))
    step = {'this': 0, 'last': -1, 'next': 1}[which]
    start = _start(books, today, unit, 'fiscal' in macro)
    first = _moved(start, unit, step)
    last = _moved(first, unit, 1) - timedelta(days=1)
    if to_date:
        last = min(last, first + (today - start))
    return first.isoformat(), last.isoformat()


def _start(books, today, unit, fiscal):
    if unit == 'week':
        return today - timedelta(days=(today.weekday() + 1) % 7)
    if unit == 'month':
        return today.replace(day=1)
    year = date.fromisoformat(ledger.fiscal_year_start(books, today.isoformat())) if fiscal else date(today.year, 1, 1)
    months = (today.year - year.year) * 12 + today.month - year.month
    return year if unit == 'year' else _months(year, months // 3 * 3)


def _moved(start, unit, step):
    if unit == 'week':
        return start + timedelta(weeks=step)
    return _months(start, {'month': 1, 'quarter': 3, 'year': 12}[unit] * step)


def _months(start, number):
    at = start.year * 12 + start.month - 1 + number
    year, month = at // 12, at % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def header(books, name, rows, since=None, until=None, macro=None, **members):
    """Return the header of a report. ``macro`` is None where days were asked for.

    :param members: further ones, in their place before the currency
    """
    found = {'Time': metadata_time(books.clock.time()), 'ReportName': name}
    if macro:
        found['DateMacro'] = macro
    options = members.pop('Option', [])
    found.update(members)
    for key, value in (('StartPeriod', since), ('EndPeriod', until)):
        if value:
            found[key] = value
    found['Currency'] = books.home_currency
    found['Option'] = [*options, {'Name': 'NoReportData', 'Value': 'false' if rows else 'true'}]
    return found


def column(title, type, key=None):
    """Return a column of a report."""
    shown = {'ColTitle': title, 'ColType': type}
    return {**shown, 'MetaData': [{'Name': 'ColKey', 'Value': key}]} if key else shown


def summed(cents):
    """Return an amount as summaries show it: ``0.00``."""
    return f'{cents / 100:.2f}'


def detailed(cents):
    """Return an amount as rows of detail show it: ``.00``. That ``.50`` is ``.50`` follows from it."""
    return f'{cents / 100:.2f}'.replace('0.', '.', 1) if abs(cents) < 100 else f'{cents / 100:.2f}'


def name_cell(books, entity):
    """Return the cell that names somebody, ``Customer:1``; blank with a blank id where there is nobody."""
    type, _colon, id = (entity or ':').partition(':')
    body = books.stored(type, id) if id else None
    if body is None:
        return {'value': '', 'id': ''}
    return {'value': body.get('FullyQualifiedName') or body['DisplayName'], 'id': id}
