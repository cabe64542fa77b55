"""Purchase: expenses, cheques, card charges and card credits (purchases 6)."""

from .. import errors
from ..documents import expenses, links, money, numbers, postings
from ..documents.lines import ACCOUNT, EXPENSE_LINES, of_type
from .base import required
from .documents import COMMON_FIELDS, GLOBAL_TAX, TAX_DETAIL, Document
from .fields import Address, Boolean, Enum, Field, ReadOnly, Reference, Text, TypedReference

ACCOUNTS = {
    'Cash': frozenset({'Bank', 'Other Current Asset'}), 'Check': frozenset({'Bank'}),
    'CreditCard': frozenset({'Credit Card'}),
}  # fmt: skip
NUMBERS = {'Expense': '54', 'Check': '3', 'CreditCardCredit': '11'}
"""What ``PurchaseEx`` says of each kind (recorded)."""


def account_fits(books, entity, draft, old):
    """Refuse an account that is not for this way of paying (6430, recorded)."""
    account = books.stored('Account', postings.ref(draft, 'AccountRef'))
    fitting = ACCOUNTS.get(draft.get('PaymentType'))
    if account and fitting and account['AccountType'] not in fitting:
        yield errors.wrong_account('AccountRef')


def payees_currency_fits(books, entity, draft, old):
    """Refuse a payee of another currency (6000; text not known)."""
    name = books.stored(*entity.payee(draft)) if draft.get('EntityRef') else None
    own = postings.ref(name, 'CurrencyRef')
    if own and own != postings.ref(draft, 'CurrencyRef'):
        yield errors.business('The currency of the transaction is not the one of the name.')


class Purchase(Document):
    """Purchases.

    Modelled: Cash, Check, CreditCard and card credits with the account that each needs (6430); payees of all
    three types; lines and tax as on bills; numbers where the company does not number purchases itself, duplicates
    (6140) but for cheques without WarnDuplicateCheckNumber; lines on receivables and payables, which payments
    settle; stock; delete.
    Not modelled: void (no call is documented), RemitToAddr, billable expenses becoming charges.
    """

    name, path = 'Purchase', 'purchase'
    name_list = 'purchase number'
    option_names = frozenset({'allowduplicatedocnum'})
    fields = {
        **COMMON_FIELDS,
        'DocNumber': Text(21, 'fs'), 'Line': EXPENSE_LINES, 'AccountRef': Reference('Account', 'f'),
        'PaymentType': Enum('Cash', 'Check', 'CreditCard', query='f'), 'EntityRef': TypedReference(query='f'),
        'Credit': Boolean(), 'PrintStatus': Enum('NotSet', 'NeedToPrint', 'PrintComplete'),
        'PaymentMethodRef': Reference('PaymentMethod'), 'DepartmentRef': Reference('Department'),
        'GlobalTaxCalculation': GLOBAL_TAX, 'TxnTaxDetail': TAX_DETAIL, 'IncludeInAnnualTPAR': Boolean(),
        'ClassRef': Reference('Class'), 'PurchaseEx': ReadOnly(), 'LinkedTxn': ReadOnly(), 'CustomField': Field(),
        'RemitToAddr': Address(), 'CheckPayment': Field(), 'CreditCardPayment': Field(), 'LessCIS': Field(),
    }  # fmt: skip
    rules = (
        required('PaymentType', 'AccountRef'), *Document.rules, account_fits, payees_currency_fits, *expenses.RULES,
        links.shares_hold, numbers.unique,
    )  # fmt: skip

    def complete(self, books, draft, old):
        numbers.complete_purchase(books, self, draft, old, 'purchase number')
        super().complete(books, draft, old)
        card = draft.get('PaymentType') == 'CreditCard'
        if card:
            draft.setdefault('Credit', False)
        else:
            draft.pop('Credit', None)
        if draft.get('PaymentType') == 'Check':
            draft.setdefault('PrintStatus', 'NotSet')
        else:
            draft.pop('PrintStatus', None)
        if books.country != 'US':
            draft.setdefault('GlobalTaxCalculation', 'TaxExcluded')
        if draft.get('Line'):
            expenses.complete(books, draft, old)
        value = {'Name': 'TxnType', 'Value': NUMBERS[self.kind(draft)]}
        draft['PurchaseEx'] = {'any': [{**links.NAME_VALUE, 'value': value}]}
        self.complete_home(draft)

    def kind(self, body):
        """Return as what a payment's line names it: Expense, Check or CreditCardCredit."""
        if body.get('PaymentType') == 'Check':
            return 'Check'
        return 'CreditCardCredit' if body.get('Credit') else 'Expense'

    def payee(self, draft):
        """Return (type, id) of who is paid, both None where nobody is."""
        entity = draft.get('EntityRef') or {}
        return entity.get('type'), entity.get('value')

    def refuses_duplicates(self, books):
        given = (books.values or {}).get('PaymentType')
        warns = given != 'Check' or numbers.other(books, 'WarnDuplicateCheckNumber')
        return warns and super().refuses_duplicates(books)

    def _sign(self, body):
        return -1 if body.get('Credit') else 1

    def named_lines(self, books, body):
        for line in of_type(body, ACCOUNT):
            account = books.stored('Account', postings.ref(line[ACCOUNT], 'AccountRef')) or {}
            cents = self._sign(body) * money.cents(line.get('Amount'))
            yield account.get('AccountType'), *self.payee(body), cents

    def postings(self, books, body):
        entity = ':'.join(self.payee(body)) if all(self.payee(body)) else None
        return postings.of_purchase(books, body, postings.ref(body, 'AccountRef'), entity, self._sign(body))

    def settle(self, books, new, old):
        for body, moves in ((old, (None, old)), (new, (new, None))):  # Apart, for they may go different ways.
            if body:
                postings.move_stock(books, *moves, -self._sign(body))
        super().settle(books, new, old)
