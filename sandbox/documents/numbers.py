"""Document numbers (qbo-api 9.6): numbered by QuickBooks, or by whoever writes the document."""

from .. import errors
from ..entities.base import name_key

AUTO = 'AUTO_GENERATE'
FIRST = 1001
LABELS = {
    'JournalEntry': 'Journal Entry', 'SalesReceipt': 'Sales Receipt', 'CreditMemo': 'Credit Memo',
    'RefundReceipt': 'Refund Receipt', 'VendorCredit': 'Vendor Credit', 'BillPayment': 'Bill Payment',
    'Purchase': 'Expense',
}  # fmt: skip
"""What 6140 calls a type. Seen: ``Journal Entry``; the others are assumed to follow it."""


def complete(books, entity, draft, old):
    """Draw the next number where QuickBooks numbers the document."""
    if old and 'DocNumber' not in books.given:
        if old.get('DocNumber'):
            draft['DocNumber'] = old['DocNumber']
        return
    asked = draft.get('DocNumber')
    if asked == AUTO and entity.auto_generates:
        draft['DocNumber'] = _next(books, entity)
    elif not asked and not old and not books.preference('SalesFormsPrefs', 'CustomTxnNumbers', False):
        draft['DocNumber'] = _next(books, entity)


def complete_journal(books, entity, draft, old):
    """Keep the number of a journal entry; QuickBooks gives it none through the API unless it is asked to
    (``include=allowautodocnum``)."""
    if not old and 'allowautodocnum' in books.options and not draft.get('DocNumber'):
        draft['DocNumber'] = _next(books, entity, 'journal number')
    if old and 'DocNumber' not in books.given and old.get('DocNumber'):
        draft['DocNumber'] = old['DocNumber']


def complete_purchase(books, entity, draft, old, sequence):
    """Draw the next number of an expense or a vendor credit, where the company does not number them itself.

    :param sequence: whose next one it is
    """
    if old and 'DocNumber' not in books.given:
        if old.get('DocNumber'):
            draft['DocNumber'] = old['DocNumber']
    elif not old and not draft.get('DocNumber') and not other(books, 'VendorAndPurchasesPrefs.UseCustomTxnNumbers'):
        draft['DocNumber'] = _next(books, entity, sequence, 1)


def other(books, name):
    """Tell whether one of the preferences among ``OtherPrefs`` is on."""
    pairs = books.preference('OtherPrefs', 'NameValue') or ()
    return any(pair['Name'] == name and pair['Value'] == 'true' for pair in pairs)


def _next(books, entity, sequence='DocNumber', first=FIRST):
    """Return the next number of a sequence (sales forms share one); taken ones are passed over."""
    while True:
        found = str(books.database.next_number(books.realm, sequence, first))
        if not _owners(books, entity, found):
            return found


def _owners(books, entity, number, id=None, draft=None):
    """Return (type, id) of the other documents with this number, that count for a draft where one is given."""
    among = books.settings.duplicate_numbers_among
    return [
        (type, other) for type, other, body in books.named(entity.name_list, name_key(number))
        if (type, other) != (entity.name, id) and (among == 'forms' or type == entity.name)
        and (draft is None or entity.shares_numbers(books, draft, body))
    ]  # fmt: skip


def unique(books, entity, draft, old):
    """Refuse a number that another document has (6140), with its owner in the newer tail."""
    number = draft.get('DocNumber')
    if not number or number == (old or {}).get('DocNumber') or not entity.refuses_duplicates(books):
        return
    for type, id in _owners(books, entity, number, draft.get('Id'), draft)[:1]:
        yield errors.duplicate_number(number, LABELS.get(type, type), id)
