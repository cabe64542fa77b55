"""What QuickBooks applies by itself (qbo-api 9.8): open credits by payments of zero that nobody sent,
and new payments to the oldest invoices. Both are preferences; the answer to the write that set them
off shows the record as it was before. Of vendors' credits nothing is recorded: a setting
(``auto_apply_vendor_credits``) makes them follow.
"""

from . import links, money, postings
from .postings import ref

NOTE = 'Created by QB Online to link credits to charges.'
"""As recorded."""


def _open(books, side, type, name):
    """Return the documents of a name with something open, the oldest first."""
    found = [
        body for body in books.database.all(books.realm, type)
        if ref(body, side.ref) == name and money.cents(body.get('Balance')) > 0
    ]  # fmt: skip
    return sorted(found, key=lambda body: (body['TxnDate'], int(body['Id'])))


def _line(type, body, cents):
    return {'Amount': money.amount(cents), 'LinkedTxn': [{'TxnId': body['Id'], 'TxnType': type}]}


def _is_on(books, side):
    if side is links.PURCHASES:
        return books.settings.auto_apply_vendor_credits
    return books.preference('SalesFormsPrefs', 'AutoApplyCredit', False)


def apply_credits(books, side, name):
    """Settle what a name owes, or is owed, with its open credits, one payment of zero for each pair."""
    if not _is_on(books, side) or name is None:
        return
    charge, credit = side.kinds
    for memo in _open(books, side, credit, name):
        left = money.cents(memo['Balance'])
        for owed in _open(books, side, charge, name):
            used = min(left, money.cents(owed['Balance']))
            if used and ref(owed, 'CurrencyRef') == ref(memo, 'CurrencyRef'):
                _settle(books, side, name, _line(charge, owed, used), _line(credit, memo, used))
                left -= used


def _settle(books, side, name, *lines):
    charge = lines[0]['LinkedTxn'][0]
    currency = books.stored(charge['TxnType'], charge['TxnId'])['CurrencyRef']
    values = {side.ref: {'value': name}, 'TotalAmt': 0, 'CurrencyRef': currency, 'Line': [*lines], 'PrivateNote': NOTE}
    if side is links.PURCHASES:
        bank = {'value': postings.account(books, type='Bank')}
        values.update(PayType='Check', CheckPayment={'BankAccountRef': bank})
    entity = books.entity(side.settlement)
    books.insert(side.settlement, entity.start(books, values))


def apply_payment(books, id):
    """Apply what is left of a new payment to the customer's oldest invoices."""
    if not books.preference('SalesFormsPrefs', 'AutoApplyPayments', False):
        return
    old = books.stored('Payment', id)
    left, lines = links.unapplied(old), list(old['Line'])
    for invoice in _open(books, links.SALES, 'Invoice', ref(old, 'CustomerRef')):
        used = min(left, money.cents(invoice['Balance']))
        paid = ('Invoice', invoice['Id']) in links.applied(old)
        if used and not paid and ref(invoice, 'CurrencyRef') == ref(old, 'CurrencyRef'):
            lines.append(_line('Invoice', invoice, used))
            left -= used
    if len(lines) > len(old['Line']):
        draft = {**old, 'Line': lines}
        entity = books.entity('Payment')
        entity.complete(books, draft, old)
        books.replace(entity, draft, old)
