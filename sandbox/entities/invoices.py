"""Invoice and CreditMemo: what customers owe, and what they need not pay (qbo-api 9.6, 9.9)."""

from .. import errors
from ..clock import metadata_time
from ..documents import credits, dates, links, money, postings
from ..documents.lines import LINKED
from .documents import SALES_FIELDS, Document, SalesForm, need_customer
from .fields import Boolean, Day, Number, ReadOnly, Reference


def mailed(books, draft, address=None):
    """Return a document as it is once QuickBooks mailed it, to another address where one is given.

    :raise Fault: 6420, there is no address
    """
    email = {'Address': address} if address else draft.get('BillEmail')
    if not email:
        raise errors.Fault(*email_is_given(books, None, {'EmailStatus': 'NeedToSend'}, None))
    delivery = {'DeliveryType': 'Email', 'DeliveryTime': metadata_time(books.clock.time())}
    return {**draft, 'BillEmail': email, 'EmailStatus': 'EmailSent', 'DeliveryInfo': delivery}


def email_is_given(books, entity, draft, old):
    """Refuse to send to nobody (6420). The text is not known."""
    if draft.get('EmailStatus') == 'NeedToSend' and not draft.get('BillEmail'):
        text = 'Required parameter BillEmail is missing: an e-mail address is needed to send this transaction.'
        yield errors.Violation('6420', text, 'BillEmail')


def deposit_is_sound(books, entity, draft, old):
    """Refuse a deposit where the company takes none, or more than the total (6000; texts not known)."""
    deposit = draft.get('Deposit') or 0
    if deposit and not books.preference('SalesFormsPrefs', 'AllowDeposit', False):
        yield errors.business('Deposits are turned off in this company.')
    if not 0 <= deposit <= max(draft.get('TotalAmt') or 0, 0):
        yield errors.business('The deposit must lie between 0 and the total.')


def lines_are_few(books, entity, draft, old):
    """Refuse more than 750 lines on a taxable document (qbo-api 9.6; the code is not known)."""
    if len(draft.get('Line') or ()) > 752 and draft['TxnTaxDetail'].get('TotalTax'):
        yield errors.business('A taxable transaction can have 750 lines.')


class Invoice(SalesForm):
    """Invoices.

    Modelled: what all sales forms have; due date from terms; deposit; e-mail status (6420); balance
    and linked payments; void, which leaves payments unapplied; delete, the same; refusal to go below
    what is paid or to change the customer then; automatic application of credits (by preference).
    Sending by e-mail marks it (EmailStatus, DeliveryInfo); no mail leaves the sandbox.
    Not modelled: estimates, time and charges as links (refused), online payment, reminders, PDF.
    """

    name, path = 'Invoice', 'invoice'
    operations = Document.operations | {'void'}
    void_by = 'operation'
    auto_generates = is_mailed = empty_links = True
    fields = {
        **SALES_FIELDS,
        'SalesTermRef': Reference('Term', 'f'), 'DueDate': Day('fs'), 'Deposit': Number(0, 99_999_999_999),
        'DepositToAccountRef': Reference('Account'), 'LinkedTxn': LINKED, 'InvoiceLink': ReadOnly(),
        'AllowIPNPayment': Boolean(), 'AllowOnlinePayment': Boolean(),
        'AllowOnlineCreditCardPayment': Boolean(), 'AllowOnlineACHPayment': Boolean(),
    }  # fmt: skip
    defaults = {
        **SalesForm.defaults, 'AllowIPNPayment': False, 'AllowOnlinePayment': False,
        'AllowOnlineCreditCardPayment': False, 'AllowOnlineACHPayment': False,
    }  # fmt: skip
    rules = (need_customer, *SalesForm.rules, email_is_given, deposit_is_sound, lines_are_few, links.holds)

    def merge(self, old, values, sparse, settings):
        draft = super().merge(old, values, sparse, settings)
        draft['LinkedTxn'] = old['LinkedTxn']  # Payments cannot be linked from this side (qbo-api 9.6).
        return draft

    def start(self, books, values):
        asked = values.get('LinkedTxn')
        wanted = [link for link in asked if link.get('TxnType') != 'Payment'] if isinstance(asked, list) else []
        if wanted:
            raise errors.NotModelled(f'an invoice linked to {wanted[0].get("TxnType")}')
        return {**super().start(books, values), 'LinkedTxn': []}

    def complete_customer(self, books, draft, old):
        super().complete_customer(books, draft, old)
        customer = books.stored('Customer', (draft.get('CustomerRef') or {}).get('value')) or {}
        if not old and customer.get('SalesTermRef'):
            draft.setdefault('SalesTermRef', customer['SalesTermRef'])
        moved = not old or any(draft.get(name) != old.get(name) for name in ('TxnDate', 'SalesTermRef'))
        if 'DueDate' not in books.given and moved or not draft.get('DueDate'):
            draft['DueDate'] = dates.due_date(books, draft['TxnDate'], postings.ref(draft, 'SalesTermRef'))
        if draft.get('EmailStatus') == 'NeedToSend':
            draft.setdefault('DeliveryInfo', {'DeliveryType': 'Email'})

    def complete_money(self, books, draft, old):
        if 'TotalAmt' in draft:
            open_ = money.cents(draft['TotalAmt']) - money.cents(draft.get('Deposit')) - links.used(old)
            draft['Balance'] = money.amount(open_)
        if draft.get('Deposit') and not draft.get('DepositToAccountRef'):
            draft['DepositToAccountRef'] = {'value': postings.undeposited(books)}

    def owed(self, books, body):
        yield f'Customer:{postings.ref(body, "CustomerRef")}', money.cents(body.get('Balance'))
        # What is paid was owed until the payment took it: only the open balance counts.

    def postings(self, books, body):
        deposit = money.cents(body.get('Deposit'))
        against = [(postings.receivable(books, body), money.cents(body.get('TotalAmt')) - deposit)]
        if deposit:
            against.append((postings.ref(body, 'DepositToAccountRef'), deposit))
        return postings.of_sale(books, body, against)

    def afterwards(self, books, operation, id):
        if operation == 'create':
            credits.apply_credits(books, links.SALES, postings.ref(books.stored('Invoice', id), 'CustomerRef'))


class CreditMemo(SalesForm):
    """Credit memos.

    Modelled: as invoices, the other way round; Balance and RemainingCredit; applied by a payment
    (qbo-api 9.8). Void is for people: through the API it is unverified (qbo-api 9.3) and refused.
    """

    name, path = 'CreditMemo', 'creditmemo'
    void_by = 'user'
    is_mailed = empty_links = True
    sign = -1
    fields = {
        **SALES_FIELDS,
        'SalesTermRef': Reference('Term'), 'InvoiceRef': Reference(), 'PaymentMethodRef': ReadOnly(),
        'RemainingCredit': ReadOnly(), 'LinkedTxn': ReadOnly(),
    }  # fmt: skip
    rules = (need_customer, *SalesForm.rules, email_is_given, links.holds)

    def start(self, books, values):
        return {**super().start(books, values), 'LinkedTxn': []}

    def complete_money(self, books, draft, old):
        if 'TotalAmt' in draft:
            open_ = money.amount(money.cents(draft['TotalAmt']) - links.used(old))
            draft.update(Balance=open_, RemainingCredit=open_)

    def owed(self, books, body):
        yield f'Customer:{postings.ref(body, "CustomerRef")}', -money.cents(body.get('Balance'))

    def postings(self, books, body):
        against = [(postings.receivable(books, body), money.cents(body.get('TotalAmt')))]
        return postings.of_sale(books, body, against, sign=-1)

    def afterwards(self, books, operation, id):
        if operation == 'create':
            credits.apply_credits(books, links.SALES, postings.ref(books.stored('CreditMemo', id), 'CustomerRef'))
