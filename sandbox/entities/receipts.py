"""SalesReceipt and RefundReceipt: goods and money at once, out and back (qbo-api 9.9)."""

from ..documents import common, money, postings
from ..documents.lines import Part
from .base import required
from .documents import SALES_FIELDS, Document, SalesForm
from .fields import Enum, Field, ReadOnly, Reference, Text
from .invoices import email_is_given


class Receipt(SalesForm):
    """What both receipts share: the account of the money, a balance of 0, deposits."""

    rules = (*SalesForm.rules, email_is_given, common.not_deposited, common.money_goes_somewhere)
    deletion_rules = (*Document.deletion_rules, common.not_deposited)

    def complete_money(self, books, draft, old):
        draft['Balance'] = 0

    def postings(self, books, body):
        against = [(postings.ref(body, 'DepositToAccountRef'), money.cents(body.get('TotalAmt')))]
        return postings.of_sale(books, body, against, self.sign)


class SalesReceipt(Receipt):
    """Sales receipts. Modelled: as invoices, paid at once into Undeposited Funds or the account given;
    void by ``include=void``. CustomerRef is not required (sources differ, appendix C)."""

    name, path = 'SalesReceipt', 'salesreceipt'
    void_by = 'option'
    auto_generates = True
    option_names = SalesForm.option_names | {'void'}
    fields = {
        **SALES_FIELDS,
        'DepositToAccountRef': Reference('Account'), 'PaymentMethodRef': Reference('PaymentMethod'),
        'PaymentRefNum': Text(21), 'CreditCardPayment': Field(), 'LinkedTxn': ReadOnly(),
    }  # fmt: skip

    def complete_money(self, books, draft, old):
        super().complete_money(books, draft, old)
        draft.setdefault('DepositToAccountRef', {'value': postings.undeposited(books)})


class RefundReceipt(Receipt):
    """Refund receipts. Modelled: as sales receipts, the other way round; ``To Print``.
    Not modelled: that PaymentRefNum is required once printed; the account of a refund by card."""

    name, path = 'RefundReceipt', 'refundreceipt'
    void_by = 'user'
    sign = -1
    counts_total = True
    defaults = {**SalesForm.defaults, 'PrintStatus': 'NeedToPrint'}
    fields = {
        **SALES_FIELDS,
        'DepositToAccountRef': Reference('Account'), 'PaymentMethodRef': Reference('PaymentMethod'),
        'PaymentRefNum': Text(100), 'PaymentType': Enum('Cash', 'Check', 'CreditCard', 'Other'),
        'CheckPayment': Part(CheckNum=Text(21), Status=Text(30), NameOnAcct=Text(100), AcctNum=Text(30),
                             BankName=Text(100)),
        'CreditCardPayment': Field(), 'LinkedTxn': ReadOnly(),
    }  # fmt: skip
    rules = (required('DepositToAccountRef'), *Receipt.rules)

    def complete_money(self, books, draft, old):
        super().complete_money(books, draft, old)
        if draft.get('PrintStatus') == 'NeedToPrint':
            draft['PaymentRefNum'] = 'To Print'
        elif draft.get('PaymentRefNum') == 'To Print':
            del draft['PaymentRefNum']
