"""What QuickBooks applies by itself (qbo-api 9.8): open credits by payments of zero that nobody sent,
and new payments to the oldest invoices. Both are preferences; the answer to the write that set them
off shows the record as it was before.
"""

from . import links, money
from .postings import ref


def _open(books, type, customer, member='Balance'):
    """Return the documents of a customer with something open, the oldest first."""
    found = [
        body for body in books.database.all(books.realm, type)
        if ref(body, 'CustomerRef') == customer and money.cents(body.get(member)) > 0
    ]  # fmt: skip
    return sorted(found, key=lambda body: (body['TxnDate'], int(body['Id'])))


def _line(type, body, cents):
    return {'Amount': money.amount(cents), 'LinkedTxn': [{'TxnId': body['Id'], 'TxnType': type}]}


def apply_credits(books, customer):
    """Settle open invoices with open credit memos, one payment of zero for each pair."""
    if not books.preference('SalesFormsPrefs', 'AutoApplyCredit', False) or customer is None:
        return
    for credit in _open(books, 'CreditMemo', customer):
        left = money.cents(credit['Balance'])
        for invoice in _open(books, 'Invoice', customer):
            used = min(left, money.cents(invoice['Balance']))
            if used and invoice.get('CurrencyRef') == credit.get('CurrencyRef'):
                _settle(books, customer, invoice, credit, used)
                left -= used


def _settle(books, customer, invoice, credit, cents):
    values = {
        'CustomerRef': {'value': customer}, 'TotalAmt': 0, 'CurrencyRef': credit['CurrencyRef'],
        'Line': [_line('Invoice', invoice, cents), _line('CreditMemo', credit, cents)],
        'PrivateNote': 'Created by QB Online to link credits to charges.',
    }  # fmt: skip
    entity = books.entity('Payment')
    books.insert('Payment', entity.start(books, values))


def apply_payment(books, id):
    """Apply what is left of a new payment to the customer's oldest invoices."""
    if not books.preference('SalesFormsPrefs', 'AutoApplyPayments', False):
        return
    old = books.stored('Payment', id)
    left, lines = links.unapplied(old), list(old['Line'])
    for invoice in _open(books, 'Invoice', ref(old, 'CustomerRef')):
        used = min(left, money.cents(invoice['Balance']))
        paid = ('Invoice', invoice['Id']) in links.applied(old)
        if used and not paid and invoice.get('CurrencyRef') == old.get('CurrencyRef'):
            lines.append(_line('Invoice', invoice, used))
            left -= used
    if len(lines) > len(old['Line']):
        draft = {**old, 'Line': lines}
        entity = books.entity('Payment')
        entity.complete(books, draft, old)
        books.replace(entity, draft, old)
