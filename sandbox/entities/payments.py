"""Payment: money received, and what it settles (qbo-api 9.8)."""

from .. import errors
from ..documents import common, credits, links, money, postings
from ..documents.lines import PAYMENT_LINES, amount
from .base import required
from .documents import COMMON_FIELDS, Document, need_customer
from .fields import Boolean, Field, Number, ReadOnly, Reference, Text


def says_something(books, entity, draft, old):
    """Refuse a new payment of nothing for nothing (6000), and a negative one (2290)."""
    total = draft.get('TotalAmt')
    if not old and total == 0 and not draft.get('Line'):
        yield errors.business('You must set a transaction amount.')
    if (total or 0) < 0:
        yield errors.Violation('2290', f'Negative amount : {total}', 'TotalAmt')


class Payment(Document):
    """Payments.

    Modelled: applied to invoices, credit memos, and what journal entries, deposits, expenses and cheques
    have on receivables, in part, in whole, not at all; UnappliedAmt; LineEx; a customer's own documents
    and those of the jobs below; the SyncToken of what is linked;
    void by ``include=void``; delete; deposits (6540); automatic application (by preference).
    Not modelled: card processing.
    """

    name, path = 'Payment', 'payment'
    void_by = 'option'
    option_names = frozenset({'void'})
    defaults = {'ProcessPayment': False, 'Line': []}
    unnamed = ('DepositToAccountRef', 'ARAccountRef')  # As recorded.
    fields = {
        **COMMON_FIELDS,
        'CustomerRef': Reference('Customer', 'f'), 'TotalAmt': amount(),
        'UnappliedAmt': ReadOnly(Number()), 'Line': PAYMENT_LINES, 'LinkedTxn': ReadOnly(),
        'DepositToAccountRef': Reference('Account'), 'ARAccountRef': Reference('Account'),
        'PaymentMethodRef': Reference('PaymentMethod'), 'PaymentRefNum': Text(21, 'fs'),
        'ProjectRef': Reference(query='f'), 'ProcessPayment': Boolean(), 'CreditCardPayment': Field(),
    }  # fmt: skip
    rules = (
        required('TotalAmt'), need_customer, *Document.rules, says_something, links.sound, common.not_deposited,
        common.money_goes_somewhere,
    )  # fmt: skip
    deletion_rules = (*Document.deletion_rules, common.not_deposited)

    def complete(self, books, draft, old):
        super().complete(books, draft, old)
        draft.setdefault('DepositToAccountRef', {'value': postings.undeposited(books)})
        links.complete_lines(books, links.SALES, draft, old)
        self.complete_unapplied(draft)
        self.complete_home(draft)

    def complete_unapplied(self, draft):
        """Set what is left of the payment."""
        draft['UnappliedAmt'] = money.amount(links.unapplied(draft))

    def owed(self, books, body):
        return links.owed(links.SALES, body)

    def postings(self, books, body):
        entity, cents = f'Customer:{postings.ref(body, "CustomerRef")}', money.cents(body.get('TotalAmt'))
        return [
            postings.Posting(postings.ref(body, 'DepositToAccountRef'), cents, entity=entity),
            *links.on_account(books, links.SALES, body, postings.receivable(books, body), entity),
        ]

    def settle(self, books, new, old):
        super().settle(books, new, old)
        links.settle(books, self, new, old)

    def linked_days(self, books, draft, old):
        return links.days(books, draft, old)

    def void_amounts(self, draft):
        draft.update(Line=[], TotalAmt=0, UnappliedAmt=0, _settled=[])

    def afterwards(self, books, operation, id):
        if operation == 'create':
            credits.apply_payment(books, id)
