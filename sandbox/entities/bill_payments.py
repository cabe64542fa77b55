"""BillPayment: money paid to vendors, and what it settles (purchases 5)."""

from .. import errors
from ..documents import common, links, money, postings
from ..documents.lines import LARGEST, PAYMENT_LINES, Part
from .base import required
from .documents import COMMON_FIELDS, Document
from .fields import Boolean, Enum, Field, Number, ReadOnly, Reference, Text

BLOCKS = {
    'Check': ('CheckPayment', 'BankAccountRef', ('Bank',)),
    'CreditCard': ('CreditCardPayment', 'CCAccountRef', ('Credit Card',)),
}
"""PayType: the member that it needs, the account in it, of which type that is."""


def money_comes_from_somewhere(books, entity, draft, old):
    """Refuse a payment without the block of its type (2020), and an account of another type (6430)."""
    block, name, types = BLOCKS.get(draft.get('PayType'), (None, None, ()))
    if block is None:
        return
    account = books.stored('Account', postings.ref(draft.get(block), name))
    if not draft.get(block):
        yield errors.missing(block)
    elif not draft[block].get(name):
        yield errors.missing(f'{block}.{name}')
    elif account and account['AccountType'] not in types:
        yield errors.wrong_account(f'{block}.{name}')
    elif account and postings.ref(account, 'CurrencyRef') not in (
        books.home_currency, postings.ref(draft, 'CurrencyRef'),
    ):  # fmt: skip
        yield errors.business('You can only use one foreign currency per transaction')


def amounts_are_sound(books, entity, draft, old):
    """Refuse a negative total (2290; the code is assumed)."""
    if (draft.get('TotalAmt') or 0) < 0:
        yield errors.Violation('2290', f'Negative amount : {draft["TotalAmt"]}', 'TotalAmt')


def one_payable(books, entity, draft, old):
    """Refuse to settle bills of another account of payables (620; inferred)."""
    own = postings.ref(draft, 'APAccountRef')
    for type, id in links.applied(draft):
        other = postings.ref(books.stored(type, id), 'APAccountRef') if type in links.PURCHASES.kinds else None
        if own and other and own != other:
            yield errors.cannot_be_linked(type, id)


def stays_itself(books, entity, draft, old):
    """Refuse another vendor or way of paying (6000; inferred, the texts are not known)."""
    for name in ('VendorRef', 'PayType') if old else ():
        if draft.get(name) != old.get(name):
            yield errors.business(f'The {name} of a bill payment cannot be changed.')


class BillPayment(Document):
    """Bill payments.

    Modelled: by check and by card; applied to bills, vendor credits and what journal entries, deposits, expenses
    and checks have on payables; the total is what leaves the account, a rest stays as a credit; payments of zero;
    a bill that is paid already (``paid_bill``); void by ``include=void``, which needs ``sparse``; delete.
    Not modelled: QuickBooks' own bill pay, discounts.
    """

    name, path = 'BillPayment', 'billpayment'
    needs_essentials = True
    void_by = 'option'
    option_names = frozenset({'void', 'allowduplicatedocnum'})
    defaults = {'Line': []}
    fields = {
        **COMMON_FIELDS,
        'DocNumber': Text(21, 'fs'), 'VendorRef': Reference('Vendor', 'f'), 'Line': PAYMENT_LINES,
        'TotalAmt': Number(-LARGEST, LARGEST, 'fs'),
        'PayType': Enum('Check', 'CreditCard', query='f'), 'APAccountRef': Reference('Account', 'f'),
        'CheckPayment': Part(
            BankAccountRef=Reference('Account'), PrintStatus=Enum('NotSet', 'NeedToPrint', 'PrintComplete'),
            CheckNum=Text(21), Status=Text(30), NameOnAcct=Text(100), AcctNum=Text(30), BankName=Text(100),
        ),
        'CreditCardPayment': Part(CCAccountRef=Reference('Account'), CCDetail=Field()),
        'DepartmentRef': Reference('Department'), 'ProcessBillPayment': Boolean(), 'LinkedTxn': ReadOnly(),
        'CustomField': Field(),
    }  # fmt: skip
    rules = (
        required('VendorRef', 'TotalAmt', 'PayType'), *Document.rules, amounts_are_sound, money_comes_from_somewhere,
        stays_itself, links.sound, one_payable,
    )  # fmt: skip

    def complete(self, books, draft, old):
        super().complete(books, draft, old)
        if draft.get('CheckPayment') and draft.get('PayType') == 'Check':
            draft['CheckPayment'].setdefault('PrintStatus', books.settings.bill_payment_print)
        if books.settings.paid_bill == 'dropped':
            self._drop_paid(books, draft, old)
        links.complete_lines(books, links.PURCHASES, draft, old)
        common.complete_home(draft, balance=False)

    @staticmethod
    def _drop_paid(books, draft, old):
        """Leave out what is paid already; a payment with nothing else to pay is void then (purchases 5.2)."""
        lines = draft.get('Line') or []
        kept = [line for line in lines if not _is_paid(books, draft, old, line)]
        draft['Line'] = kept
        if lines and not kept:
            draft.update(TotalAmt=0, PrivateNote=f'Voided{books.settings.void_separator}{draft["PrivateNote"]}'
                         if draft.get('PrivateNote') else 'Voided')  # fmt: skip

    def complete_unapplied(self, draft):
        """What is left of a bill payment is no member of it."""

    def owed(self, books, body):
        return links.owed(links.PURCHASES, body)

    def account(self, body):
        """Return the account that the money leaves."""
        block, name, _types = BLOCKS[body['PayType']]
        return postings.ref(body.get(block), name)

    def postings(self, books, body):
        entity, cents = f'Vendor:{postings.ref(body, "VendorRef")}', money.cents(body.get('TotalAmt'))
        payable = postings.ref(body, 'APAccountRef') or self._payable(books, body)
        return [
            postings.Posting(self.account(body), -cents, entity=entity),
            *links.on_account(books, links.PURCHASES, body, payable, entity),
        ]

    @staticmethod
    def _payable(books, body):
        """Return the account of payables of what it settles, else the currency's."""
        bodies = [books.stored(type, id) for type, id in links.applied(body) if type in links.PURCHASES.kinds]
        own = next((postings.ref(each, 'APAccountRef') for each in bodies if each), None)
        return own or postings.payable(books, postings.ref(body, 'CurrencyRef'))

    def settle(self, books, new, old):
        super().settle(books, new, old)
        links.settle(books, self, new, old)

    def linked_days(self, books, draft, old):
        return links.days(books, draft, old)

    def void_amounts(self, draft):
        draft.update(Line=[], TotalAmt=0, _settled=[])


def _is_paid(books, draft, old, line):
    """Tell whether a line names a bill of this vendor that has nothing open."""
    link = (line.get('LinkedTxn') or [{}])[0]
    bill = books.stored('Bill', link.get('TxnId')) if link.get('TxnType') == 'Bill' else None
    if bill is None or postings.ref(bill, 'VendorRef') != postings.ref(draft, 'VendorRef'):
        return False
    return not links.open_before(books, links.PURCHASES, ('Bill', bill['Id']), draft, old) and bool(bill['TotalAmt'])
