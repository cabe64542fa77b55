"""When a document is due (qbo-api 9.6, 9.13)."""

from calendar import monthrange
from datetime import date, timedelta

USUAL_DAYS = 30
"""qbo-api 9.6: without a term."""


def today(books):
    """Return the company's date as documents write it."""
    return books.clock.today().isoformat()


def due_date(books, day, term_id):
    """Return when a document of this day is due under a term."""
    day, term = date.fromisoformat(day), books.stored('Term', term_id)
    if not term:
        return (day + timedelta(days=USUAL_DAYS)).isoformat()
    if 'DueDays' in term:
        return (day + timedelta(days=int(term['DueDays']))).isoformat()
    return _monthly(day, int(term['DayOfMonthDue']), int(term.get('DueNextMonthDays') or 0)).isoformat()


def _monthly(day, due_day, margin):
    """Return the next due day of a month that is at least ``margin`` days away (assumed reading)."""
    found = _in_month(day.year, day.month, due_day)
    while found < day or (found - day).days < margin:
        year, month = (found.year + 1, 1) if found.month == 12 else (found.year, found.month + 1)
        found = _in_month(year, month, due_day)
    return found


def _in_month(year, month, day):
    return date(year, month, min(day, monthrange(year, month)[1]))
