"""Deposit: money put into the bank (qbo-api 9.11)."""

from .. import errors
from ..documents import common, links, money, postings
from ..documents.lines import DEPOSIT, DEPOSIT_LINES, Part
from ..documents.lines import number as number_lines
from .base import required
from .documents import COMMON_FIELDS, GLOBAL_TAX, TAX_DETAIL, Document
from .fields import Number, ReadOnly, Reference, Text

SOURCES = {'Payment': 1, 'SalesReceipt': 1, 'RefundReceipt': -1}
"""Types that a deposit may take out of Undeposited Funds, and which way their money goes."""
NOT_MODELLED = frozenset({'JournalEntry', 'Transfer'})


def sources(body):
    """Yield (line, link) of the lines that take up another document."""
    for line in (body or {}).get('Line') or ():
        for link in line.get('LinkedTxn') or ():
            yield line, link


def _keys(body):
    return [(link.get('TxnType'), link.get('TxnId')) for _line, link in sources(body)]


def _name(line):
    entity = (line.get(DEPOSIT) or {}).get('Entity') or {}
    return entity.get('type'), entity.get('value')


def lines_sound(books, entity, draft, old):
    """Refuse lines without amount or account (2020), a linked line with a detail (6000, recorded), and one on
    receivables or payables without a name (6000). An account of a bank is taken, whatever the page says."""
    for line in draft.get('Line') or ():
        if line.get('Amount') is None:
            yield errors.missing('Line.Amount')
        if line.get('LinkedTxn'):
            if 'DetailType' in line:
                yield errors.business('Select a bank account for this deposit')
            continue
        id = postings.ref(line.get(DEPOSIT), 'AccountRef')
        if id is None:
            yield errors.missing('Line.DepositLineDetail.AccountRef')
        elif fault := common.name_fault((books.stored('Account', id) or {}).get('AccountType'), *_name(line)):
            yield fault


def total_is_positive(books, entity, draft, old):
    """Refuse a deposit of nothing or less (6000; inferred, the text is not known)."""
    if draft['TotalAmt'] <= 0 and draft.get('Line'):
        yield errors.business('The amount of a deposit must be greater than 0.')


def sources_sound(books, entity, draft, old):
    """Refuse what is not in Undeposited Funds, or in another deposit (620), another amount (6000), and
    a link without TxnLineId (2020)."""
    if len(set(_keys(draft))) < len(_keys(draft)):
        yield errors.business('A transaction can be deposited once.')
    for line, link in sources(draft):
        type, id = link.get('TxnType'), link.get('TxnId')
        if type in NOT_MODELLED:
            raise errors.NotModelled(f'a deposit of a {type}')
        if link.get('TxnLineId') is None:
            yield errors.missing('Line.LinkedTxn.TxnLineId')
        source = books.stored(type, id) if type in SOURCES else None
        if source is None or not _is_free(books, source, draft):
            yield errors.cannot_be_linked(type, id)
        elif money.cents(line.get('Amount')) != SOURCES[type] * money.cents(source['TotalAmt']):
            yield errors.business(f'The amount is not the one of {type} {id}.')


def _is_free(books, source, draft):
    """Whether a document's money waits, or is in this very deposit."""
    links = [link for link in source.get('LinkedTxn') or () if link['TxnType'] == 'Deposit']
    waits = postings.ref(source, 'DepositToAccountRef') == postings.undeposited(books)
    return waits and all(link['TxnId'] == draft.get('Id') for link in links)


class Deposit(Document):
    """Deposits.

    Modelled: lines on accounts and lines that take up payments and receipts out of Undeposited Funds,
    which cannot be changed then (6540); negative lines; cash back; delete, which gives them back; lines on
    receivables and payables, which payments may settle.
    Not modelled: journal entries and transfers as sources (refused), taxes on lines.
    """

    name, path = 'Deposit', 'deposit'
    fields = {
        **COMMON_FIELDS,
        'Line': DEPOSIT_LINES, 'DepositToAccountRef': Reference('Account'), 'DepartmentRef': Reference('Department'),
        'CashBack': Part(AccountRef=Reference('Account'), Amount=Number(), Memo=Text(4000)),
        'GlobalTaxCalculation': GLOBAL_TAX, 'TxnTaxDetail': TAX_DETAIL, 'TotalAmt': ReadOnly(), 'DocNumber': Text(21),
        'LinkedTxn': ReadOnly(),
    }  # fmt: skip
    rules = (
        required('DepositToAccountRef', 'Line'),
        *Document.rules,
        lines_sound,
        total_is_positive,
        links.shares_hold,
        common.money_goes_somewhere,
        sources_sound,
    )

    def complete(self, books, draft, old):
        super().complete(books, draft, old)
        number_lines(draft.get('Line') or [], old)
        total = sum(money.cents(line.get('Amount')) for line in draft.get('Line') or ())
        draft['TotalAmt'] = money.amount(total - money.cents((draft.get('CashBack') or {}).get('Amount')))
        common.complete_home(draft, balance=False)

    def postings(self, books, body):
        found = [postings.Posting(postings.ref(body, 'DepositToAccountRef'), money.cents(body['TotalAmt']))]
        back = body.get('CashBack') or {}
        found.append(postings.Posting(postings.ref(back, 'AccountRef'), money.cents(back.get('Amount'))))
        for line in body['Line']:
            linked = bool(line.get('LinkedTxn'))
            id = postings.undeposited(books) if linked else postings.ref(line[DEPOSIT], 'AccountRef')
            class_id = None if linked else postings.ref(line[DEPOSIT], 'ClassRef')
            entity = ':'.join(_name(line)) if all(_name(line)) else None
            place, memo = postings.ref(body, 'DepartmentRef'), line.get('Description', '')
            found.append(postings.Posting(id, -money.cents(line['Amount']), class_id, place, entity, memo))
        return found

    def named_lines(self, books, body):
        for line in body['Line']:
            account = books.stored('Account', postings.ref(line.get(DEPOSIT), 'AccountRef')) or {}
            yield account.get('AccountType'), *_name(line), -money.cents(line['Amount'])

    def answer(self, books, body):
        body = super().answer(books, body)
        for line in body.get('Line') or ():
            entity = (line.get(DEPOSIT) or {}).get('Entity')
            if entity:
                entity['type'] = entity['type'].upper()  # As recorded, here alone.
        return body

    def settle(self, books, new, old):
        super().settle(books, new, old)
        before, after = set(_keys(old)), set(_keys(new))
        for type, id in sorted(before ^ after):
            self._mark(books, type, id, (new or old)['Id'], (type, id) in after)

    @staticmethod
    def _mark(books, type, id, deposit, is_in):
        """Note on a document which deposit holds it. Whether that raises its SyncToken is a setting."""
        body = books.stored(type, id)
        links = [link for link in body.get('LinkedTxn') or () if link['TxnType'] != 'Deposit']
        links = [{'TxnId': deposit, 'TxnType': 'Deposit'}, *links] if is_in else links
        draft = {name: value for name, value in body.items() if name != 'LinkedTxn'}
        if links:
            draft['LinkedTxn'] = links
        if books.settings.deposit_bumps:
            books.replace(books.entity(type), draft, body)
        else:
            books.replace_quietly(books.entity(type), draft)
