"""JournalEntry (qbo-api 9.10)."""

from .. import errors
from ..documents import common, links, money, numbers, postings
from ..documents.lines import JOURNAL, JOURNAL_LINES, of_type
from ..documents.lines import number as number_lines
from .base import required
from .documents import COMMON_FIELDS, GLOBAL_TAX, TAX_DETAIL, Document
from .fields import Boolean, ReadOnly, Reference, Text


def _account(books, line):
    return books.stored('Account', postings.ref(line[JOURNAL], 'AccountRef')) or {}


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


def is_short(books, entity, draft, old):
    """Refuse too many lines, and more than one on receivables and payables where so set (6000; the texts
    are not known)."""
    lines, most = of_type(draft, JOURNAL), books.settings.journal_lines
    if len(lines) > most:
        yield errors.business(f'A journal entry can have {most} lines at most.')
    named = [line for line in lines if _account(books, line).get('AccountType') in common.NEEDS]
    if books.settings.journal_names == 'one' and len(named) > 1:
        yield errors.business('Only one line can be on Accounts Receivable or Accounts Payable.')


def names_are_given(books, entity, draft, old):
    """Refuse a line on receivables without customer, on payables without vendor (6000), and a customer
    of another currency."""
    for line in of_type(draft, JOURNAL):
        account = _account(books, line).get('AccountType')
        if fault := common.name_fault(account, *_entity(line)):
            yield fault
        elif account in common.NEEDS:
            own = postings.ref(books.stored(*_entity(line)), 'CurrencyRef')
            if own and own != postings.ref(draft, 'CurrencyRef'):
                yield errors.business('The currency of the transaction is not the one of the name.')


def one_currency(books, entity, draft, old):
    """Refuse an account of a third currency: there is the company's, and one other (6000; text not known)."""
    allowed = {None, books.home_currency, postings.ref(draft, 'CurrencyRef')}
    used = {postings.ref(_account(books, line), 'CurrencyRef') for line in of_type(draft, JOURNAL)}
    if used - allowed:
        yield errors.business('You can only use one foreign currency per transaction.')


class JournalEntry(Document):
    """Journal entries.

    Modelled: two lines at least, debits = credits, names on receivables and payables, line Ids from
    "0", balances of accounts, customers and vendors, what payments settle of them, DocNumber (6140 where
    WarnDuplicateJournalNumber; ``include=allowautodocnum``), one foreign currency, how many lines
    (``journal_lines``) and how many with names (``journal_names``).
    Class and location are each line's own, also where classes are tracked per document (assumed: an
    entry has none itself).
    Not modelled: taxes on lines (kept, not computed), adjustments.
    """

    name, path = 'JournalEntry', 'journalentry'
    name_list = 'journal number'
    option_names = frozenset({'allowautodocnum', 'allowduplicatedocnum'})
    counts_total = classed_by_line = True
    defaults = {'Adjustment': False, 'TxnTaxDetail': {}}
    fields = {
        **COMMON_FIELDS,
        'DocNumber': Text(21, 'fs'), 'Line': JOURNAL_LINES, 'Adjustment': Boolean(), 'TxnTaxDetail': TAX_DETAIL,
        'GlobalTaxCalculation': GLOBAL_TAX, 'TaxRateRef': Reference(), 'TotalAmt': ReadOnly(), 'LinkedTxn': ReadOnly(),
    }  # fmt: skip
    rules = (
        required('Line'), *Document.rules, lines_sound, is_balanced, is_short, names_are_given, one_currency,
        numbers.unique, links.shares_hold,
    )  # fmt: skip

    def complete(self, books, draft, old):
        super().complete(books, draft, old)
        numbers.complete_journal(books, self, draft, old)
        number_lines(draft.get('Line') or [], old, first=0, positions=False)
        if books.multicurrency:
            draft['TotalAmt'] = 0

    def refuses_duplicates(self, books):
        return numbers.other(books, 'WarnDuplicateJournalNumber') and super().refuses_duplicates(books)

    def named_lines(self, books, body):
        for line in of_type(body, JOURNAL):
            yield _account(books, line).get('AccountType'), *_entity(line), _debit(line)

    def postings(self, books, body):
        return [
            postings.Posting(
                postings.ref(line[JOURNAL], 'AccountRef'), _debit(line), postings.ref(line[JOURNAL], 'ClassRef'),
                postings.ref(line[JOURNAL], 'DepartmentRef'),
                ':'.join(_entity(line)) if all(_entity(line)) else None, line.get('Description', ''),
            ) for line in of_type(body, JOURNAL)
        ]  # fmt: skip
