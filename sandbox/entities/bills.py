"""Bill and VendorCredit: what the company owes vendors, and what it need not pay (purchases 3, 4)."""

from .. import errors
from ..documents import credits, dates, expenses, links, money, numbers, postings
from ..documents.lines import EXPENSE_LINES, LINKED
from .base import required
from .documents import COMMON_FIELDS, GLOBAL_TAX, TAX_DETAIL, Document
from .fields import Address, Boolean, Day, Field, Number, ReadOnly, Reference, Text

FIELDS = {
    **COMMON_FIELDS,
    'DocNumber': Text(21, 'fs'), 'VendorRef': Reference('Vendor', 'f'), 'Line': EXPENSE_LINES,
    'APAccountRef': Reference('Account', 'f'), 'DepartmentRef': Reference('Department'), 'ClassRef': Reference('Class'),
    'GlobalTaxCalculation': GLOBAL_TAX, 'TxnTaxDetail': TAX_DETAIL, 'IncludeInAnnualTPAR': Boolean(),
    'VendorAddr': Address(), 'ProjectRef': Reference(), 'LessCIS': Field(), 'CustomField': Field(),
    'Balance': ReadOnly(Number(), 'fs'), 'HomeBalance': ReadOnly(), 'LinkedTxn': LINKED,
}  # fmt: skip


def payable_fits(books, entity, draft, old):
    """Refuse an account that is not for payables (6430), or one of another currency (6000; text not known)."""
    account = books.stored('Account', postings.ref(draft, 'APAccountRef'))
    if account and account['AccountType'] != 'Accounts Payable':
        yield errors.wrong_account('APAccountRef')
    elif account and postings.ref(account, 'CurrencyRef') != postings.ref(draft, 'CurrencyRef'):
        yield errors.business('The currency of the account is not the one of the transaction.')


def nothing_is_asked(values):
    """Refuse links that the sandbox does not know, purchase orders and charges; others are read-only."""
    asked = values.get('LinkedTxn') if isinstance(values.get('LinkedTxn'), list) else []
    wanted = [link for link in asked if link.get('TxnType') not in links.SETTLEMENTS]
    if wanted:
        raise errors.NotModelled(f'a bill linked to {wanted[0].get("TxnType")}')


class Owed(Document):
    """What bills and vendor credits share: lines, tax, an account of payables for each currency, a balance."""

    needs_essentials = True
    sign = 1
    """1 where goods come from the vendor, −1 where they go back."""
    option_names = frozenset({'allowduplicatedocnum'})
    rules = (
        required('VendorRef'), *Document.rules, *expenses.RULES, payable_fits, links.holds, numbers.unique,
    )  # fmt: skip

    def start(self, books, values):
        nothing_is_asked(values)
        return {name: value for name, value in super().start(books, values).items() if name != 'LinkedTxn'}

    def merge(self, old, values, sparse, settings):
        draft = super().merge(old, values, sparse, settings)
        draft['LinkedTxn'] = old.get('LinkedTxn')
        return self.with_links(draft)

    def complete(self, books, draft, old):
        super().complete(books, draft, old)
        self.complete_vendor(books, draft, old)
        if books.country != 'US':
            draft.setdefault('GlobalTaxCalculation', 'TaxExcluded')
        if draft.get('Line'):
            expenses.complete(books, draft, old)
        currency = postings.ref(draft, 'CurrencyRef')
        if currency and not draft.get('APAccountRef'):
            draft['APAccountRef'] = {'value': postings.payable(books, currency)}
        if 'TotalAmt' in draft:
            draft['Balance'] = money.amount(money.cents(draft['TotalAmt']) - links.used(old))
        self.complete_home(draft)

    def complete_vendor(self, books, draft, old):
        """Set what a document takes over from its vendor."""

    def payee(self, draft):
        """Return (type, id) of who it is bought from."""
        return 'Vendor', postings.ref(draft, 'VendorRef')

    def owed(self, books, body):
        yield f'Vendor:{postings.ref(body, "VendorRef")}', self.sign * money.cents(body.get('Balance'))

    def postings(self, books, body):
        vendor = f'Vendor:{postings.ref(body, "VendorRef")}'
        return postings.of_purchase(books, body, postings.ref(body, 'APAccountRef'), vendor, self.sign)

    def settle(self, books, new, old):
        postings.move_stock(books, new, old, -self.sign)
        super().settle(books, new, old)


class Bill(Owed):
    """Bills.

    Modelled: lines on accounts and items, stock coming in, purchase tax outside the US; due date from terms; the
    number is the vendor's and never drawn; duplicates (6140) where WarnDuplicateBillNumber, of one vendor;
    an account of payables for each currency, made by itself; balance and linked payments; delete, refused while
    paid (``delete_paid_purchase``). There is no void.
    Not modelled: purchase orders (refused), billable expenses becoming charges, discounts of terms.
    """

    name, path = 'Bill', 'bill'
    name_list = 'bill number'
    fields = {**FIELDS, 'SalesTermRef': Reference('Term', 'f'), 'DueDate': Day('fs')}

    def complete_vendor(self, books, draft, old):
        vendor = books.stored('Vendor', postings.ref(draft, 'VendorRef')) or {}
        if not old and vendor.get('TermRef'):
            draft.setdefault('SalesTermRef', dict(vendor['TermRef']))
        moved = not old or any(draft.get(name) != old.get(name) for name in ('TxnDate', 'SalesTermRef'))
        if ('DueDate' not in books.given and moved) or not draft.get('DueDate'):
            term = postings.ref(draft, 'SalesTermRef')
            draft['DueDate'] = dates.due_date(books, draft['TxnDate'], term) if term else draft['TxnDate']

    def shares_numbers(self, books, draft, other):
        of_company = books.settings.duplicate_bills_among == 'company'
        return of_company or postings.ref(draft, 'VendorRef') == postings.ref(other, 'VendorRef')

    def refuses_duplicates(self, books):
        return numbers.other(books, 'WarnDuplicateBillNumber') and super().refuses_duplicates(books)

    def afterwards(self, books, operation, id):
        if operation == 'create':
            credits.apply_credits(books, links.PURCHASES, postings.ref(books.stored('Bill', id), 'VendorRef'))


class VendorCredit(Owed):
    """Vendor credits. Modelled: as bills, the other way round, without a due date; numbered where the company
    does not number purchases itself; applied by a bill payment. There is no void.
    Not modelled: what returned stock is worth (its line's amount here)."""

    name, path = 'VendorCredit', 'vendorcredit'
    name_list = 'vendor credit number'
    sign = -1
    fields = {name: kind for name, kind in FIELDS.items() if name != 'VendorAddr'}

    def complete(self, books, draft, old):
        numbers.complete_purchase(books, self, draft, old, 'vendor credit number')
        super().complete(books, draft, old)

    def afterwards(self, books, operation, id):
        if operation == 'create':
            credits.apply_credits(books, links.PURCHASES, postings.ref(books.stored('VendorCredit', id), 'VendorRef'))
