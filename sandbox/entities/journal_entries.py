"""JournalEntry (qbo-api 9.10)."""

from .. import errors
from ..documents import money, numbers, postings
from ..documents.lines import JOURNAL, JOURNAL_LINES, of_type
from ..documents.lines import number as number_lines
from .base import required
from .documents import COMMON_FIELDS, GLOBAL_TAX, TAX_DETAIL, Document
from .fields import Boolean, ReadOnly, Reference, Text

NEEDS = {
    'Accounts Receivable': (
        'Customer',
        'When you use Accounts Receivable, you must choose a customer in the Name field.',
    ),
    'Accounts Payable': ('Vendor', 'When you use Accounts Payable, you must choose a vendor in the Name field.'),
}
"""What a line on such an account must name. The first text is recorded, the second follows it."""


def _entity(line):
    entity = line[JOURNAL].get('Entity') or {}
    return entity.get('Type'), postings.ref(entity, 'EntityRef')


def lines_sound(books, entity, draft, old):
    """Refuse lines without side (2260), account (2020) or amount (2250), or with a negative one (2290)."""
    for line in of_type(draft, JOURNAL):
        if line[JOURNAL].get('PostingType') is None:
            yield errors.Violation('2260', 'Missing PostingType', 'Line.JournalEntryLineDetail.PostingType')
        if not line[JOURNAL].get('AccountRef'):
            yield errors.missing('Line.JournalEntryLineDetail.AccountRef')
        if line.get('Amount') is None:
            yield errors.missing('Line.Amount')
        elif line['Amount'] < 0:
            yield errors.Violation('2290', f'Negative amount : {line["Amount"]}', 'Line.Amount')


def is_balanced(books, entity, draft, old):
    """Refuse fewer than two lines (6000) and debits other than credits (2300; text not known)."""
    lines = of_type(draft, JOURNAL)
    if draft.get('Line') and len(lines) < 2:
        yield errors.business('Fill out at least two detail lines to continue.')
    elif sum(_debit(line) for line in lines):
        yield errors.Violation('2300', 'Total debits and total credits are not equal.', 'Line')


def _debit(line):
    cents = money.cents(line.get('Amount'))
    return cents if line[JOURNAL].get('PostingType') == 'Debit' else -cents


def names_are_given(books, entity, draft, old):
    """Refuse a line on receivables without customer, on payables without vendor (6000), and a customer
    of another currency."""
    for line in of_type(draft, JOURNAL):
        account = books.stored('Account', postings.ref(line[JOURNAL], 'AccountRef')) or {}
        type, text = NEEDS.get(account.get('AccountType'), (None, ''))
        if type and (_entity(line)[0] != type or _entity(line)[1] is None):
            yield errors.business(text)
        elif type:
            own = postings.ref(books.stored(*_entity(line)), 'CurrencyRef')
            if own and own != postings.ref(draft, 'CurrencyRef'):
                yield errors.business('The currency of the transaction is not the one of the name.')


class JournalEntry(Document):
    """Journal entries.

    Modelled: two lines at least, debits = credits, names on receivables and payables, line Ids from
    "0", balances of accounts, customers and vendors, DocNumber (6140 where WarnDuplicateJournalNumber).
    Not modelled: taxes on lines (kept, not computed), that a payment may settle an entry, adjustments,
    whether only one line may be on receivables or payables (here there may be more).
    """

    name, path = 'JournalEntry', 'journalentry'
    name_list = 'journal number'
    option_names = frozenset({'allowduplicatedocnum'})
    counts_total = True
    defaults = {'Adjustment': False, 'TxnTaxDetail': {}}
    fields = {
        **COMMON_FIELDS,
        'DocNumber': Text(21, 'fs'), 'Line': JOURNAL_LINES, 'Adjustment': Boolean(), 'TxnTaxDetail': TAX_DETAIL,
        'GlobalTaxCalculation': GLOBAL_TAX, 'TaxRateRef': Reference(), 'TotalAmt': ReadOnly(),
    }  # fmt: skip
    rules = (required('Line'), *Document.rules, lines_sound, is_balanced, names_are_given, numbers.unique)

    def complete(self, books, draft, old):
        super().complete(books, draft, old)
        numbers.complete_journal(books, draft, old)
        number_lines(draft.get('Line') or [], old, first=0, positions=False)
        if books.multicurrency:
            draft['TotalAmt'] = 0

    def refuses_duplicates(self, books):
        pairs = books.preference('OtherPrefs', 'NameValue') or ()
        warns = any(p['Name'] == 'WarnDuplicateJournalNumber' and p['Value'] == 'true' for p in pairs)
        return warns and super().refuses_duplicates(books)

    def owed(self, books, body):
        for line in of_type(body, JOURNAL):
            account = books.stored('Account', postings.ref(line[JOURNAL], 'AccountRef')) or {}
            type, id = _entity(line)
            if account.get('AccountType') in NEEDS and id is not None:
                yield f'{type}:{id}', _debit(line) if type == 'Customer' else -_debit(line)

    def postings(self, books, body):
        return [
            postings.Posting(
                postings.ref(line[JOURNAL], 'AccountRef'), _debit(line), postings.ref(line[JOURNAL], 'ClassRef'),
                postings.ref(line[JOURNAL], 'DepartmentRef'),
                ':'.join(_entity(line)) if all(_entity(line)) else None,
            ) for line in of_type(body, JOURNAL)
        ]  # fmt: skip
