"""How payments and credits meet invoices (qbo-api 9.8, 9.3).

A payment's lines say what it settles. Each change of what is applied to a document moves that
document's balance and raises its SyncToken; a document whose share stays the same is left alone.
"""

from .. import errors
from . import money

KINDS = {'Invoice': 1, 'CreditMemo': -1}
"""Types that a payment's line may name, and whether the amount uses the payment up or feeds it."""
NOT_MODELLED = frozenset({'JournalEntry', 'Expense', 'Check', 'CreditCardCredit'})
NAME_VALUE = {
    'name': '{http://schema.intuit.com/finance/v3}NameValue', 'nil': False,
    'declaredType': 'com.intuit.schema.finance.v3.NameValue', 'scope': 'javax.xml.bind.JAXBElement$GlobalScope',
    'globalScope': True, 'typeSubstituted': False,
}  # fmt: skip


def _pairs(body):
    for line in (body or {}).get('Line') or ():
        for link in line.get('LinkedTxn') or ():
            yield line, (link.get('TxnType'), link.get('TxnId'))


def applied(body):
    """Return {(type, id): cents} of what a payment settles."""
    sums = {}
    for line, key in _pairs(body):
        sums[key] = sums.get(key, 0) + money.cents(line.get('Amount'))
    return sums


def unapplied(body):
    """Return what is left of a payment in cents: total − invoices + credits."""
    used = sum(KINDS.get(type, 1) * cents for (type, _id), cents in applied(body).items())
    return money.cents(body.get('TotalAmt')) - used


def open_before(books, key, old):
    """Return the balance of a document without what this payment settles of it, in cents."""
    body = books.stored(*key) or {}
    return money.cents(body.get('Balance')) + applied(old).get(key, 0)


def complete_lines(books, draft, old):
    """Set what Intuit adds to each line of a payment: the open balance before it, and the number."""
    draft['Line'] = [_extended(books, line, old) for line in draft.get('Line') or ()]


def _extended(books, line, old):
    if 'LineEx' in line:  # As it was when the line came.
        return line
    link = (line.get('LinkedTxn') or [{}])[0]
    key = (link.get('TxnType'), link.get('TxnId'))
    body = books.stored(*key) if key[0] in KINDS else None
    if body is None:
        return line
    pairs = [('txnId', body['Id']), ('txnOpenBalance', f'{open_before(books, key, old) / 100:.2f}')]
    if body.get('DocNumber'):
        pairs.append(('txnReferenceNumber', body['DocNumber']))
    return {**line, 'LineEx': {'any': [{**NAME_VALUE, 'value': {'Name': n, 'Value': v}} for n, v in pairs]}}


# Rules of payments.


def sound(books, entity, draft, old):
    """Refuse links to what cannot be settled (620) and more than there is (6000; texts not known)."""
    for line, key in _pairs(draft):
        if key[0] in NOT_MODELLED:
            raise errors.NotModelled(f'a payment of a {key[0]}')
        if line.get('Amount') is None:
            yield errors.missing('Line.Amount')
        elif line['Amount'] < 0:
            yield errors.Violation('2290', f'Negative amount : {line["Amount"]}', 'Line.Amount')
    for key, cents in applied(draft).items():
        yield from _link_faults(books, draft, old, key, cents)
    invoices = sum(cents for key, cents in applied(draft).items() if key[0] == 'Invoice')
    credits = sum(cents for key, cents in applied(draft).items() if key[0] == 'CreditMemo')
    if unapplied(draft) < 0:
        yield errors.business('The amounts applied are more than the amount of the payment.')
    elif credits > invoices:
        yield errors.business('The credits applied are more than the invoices they pay.')


def _link_faults(books, draft, old, key, cents):
    type, id = key
    target = books.stored(type, id) if type in KINDS else None
    if target is None or not _may_pay(books, draft, target):
        yield errors.cannot_be_linked(type, id)
        return
    room, before = open_before(books, key, old), applied(old).get(key, 0)
    if cents <= max(before, 0) or cents <= room:
        return
    if not room:
        yield errors.cannot_be_linked(type, id)
    elif books.settings.over_application == '620':
        yield errors.cannot_be_linked(type, id)
    else:
        yield errors.business(f'The amount applied to {type} {id} is more than its open balance.')


def _may_pay(books, draft, target):
    """The customer or one above it, and the same currency (qbo-api 9.8)."""
    payer = (draft.get('CustomerRef') or {}).get('value')
    if draft.get('CurrencyRef') != target.get('CurrencyRef'):
        return False
    customer = books.stored('Customer', (target.get('CustomerRef') or {}).get('value'))
    while customer:
        if customer['Id'] == payer:
            return True
        customer = books.stored('Customer', (customer.get('ParentRef') or {}).get('value'))
    return False


# Rules of what is paid.


def used(old):
    """Return what is settled of an invoice or credit memo, in cents."""
    if not old:
        return 0
    return money.cents(old.get('TotalAmt')) - money.cents(old.get('Deposit')) - money.cents(old.get('Balance'))


def holds(books, entity, draft, old):
    """Refuse to make a document smaller than what is settled of it, or to give it to another
    customer meanwhile (6000; texts not known)."""
    if not used(old):
        return
    if money.cents(draft.get('TotalAmt')) - money.cents(draft.get('Deposit')) < used(old):
        yield errors.business('The amount is less than what has been applied to this transaction.')
    if draft.get('CustomerRef') != old.get('CustomerRef'):
        yield errors.business('The customer of a transaction with payments cannot be changed.')


def days(books, draft, old):
    """Return the days of the documents whose share changes between two versions of a payment."""
    before, after = applied(old), applied(draft)
    changed = [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]
    bodies = [books.stored(*key) for key in changed if key[0] in KINDS]
    return [body['TxnDate'] for body in bodies if body]


# Consequences.


def settle(books, new, old):
    """Carry a payment's changes into the documents that it settles."""
    id = (new or old)['Id']
    before, after = applied(old), applied(new)
    with books.hold('Payment', id):
        for key in sorted(before.keys() | after.keys()):
            changed = before.get(key) != after.get(key)
            if changed and key not in books.held and books.stored(*key):
                _move(books, key, id, after.get(key, 0) - before.get(key, 0), key in after)


def _move(books, key, payment, moved, linked):
    body = books.stored(*key)
    entity = books.entity(key[0])
    links = [link for link in body.get('LinkedTxn') or () if (link['TxnType'], link['TxnId']) != ('Payment', payment)]
    mine = {'TxnId': payment, 'TxnType': 'Payment'}
    was = len(links) < len(body.get('LinkedTxn') or ())
    if linked:  # Newest first (qbo-api 9.2); one that was there keeps its place.
        links = body['LinkedTxn'] if was else [mine, *links]
    balance = money.amount(money.cents(body.get('Balance')) - moved)
    draft = {**body, 'LinkedTxn': links, 'Balance': balance}
    if 'RemainingCredit' in body:
        draft['RemainingCredit'] = balance
    entity.complete_home(draft)
    books.replace(entity, draft, body)


def release(books, entity, new, old):
    """Take a document that is voided or deleted out of the payments that settle it.

    What they paid becomes unapplied credit; a credit that paid it is open again (qbo-api 9.3, 9.6).
    """
    kept = {(link['TxnType'], link['TxnId']) for link in (new or {}).get('LinkedTxn') or ()}
    for link in (old or {}).get('LinkedTxn') or ():
        other = (link['TxnType'], link['TxnId'])
        if other[0] == 'Payment' and other not in kept and other not in books.held:
            with books.hold(entity.name, old['Id']):
                _unlink(books, (entity.name, old['Id']), other[1])


def _unlink(books, key, payment):
    old = books.stored('Payment', payment)
    if old is None:
        return
    kept = [line for line in old['Line'] if key not in {other for _line, other in _pairs({'Line': [line]})}]
    draft = {**old, 'Line': balanced(kept, money.cents(old['TotalAmt']))}
    draft['UnappliedAmt'] = money.amount(unapplied(draft))
    books.replace(books.entity('Payment'), draft, old)


def balanced(lines, total):
    """Return lines cut, the last ones first, so that neither credits nor the total are overdrawn."""

    def of(type, rows):
        return sum(money.cents(line['Amount']) for line in rows if line['LinkedTxn'][0]['TxnType'] == type)

    over = of('Invoice', lines) - of('CreditMemo', lines) - total
    lines = _cut(lines, 'Invoice', over)
    return _cut(lines, 'CreditMemo', of('CreditMemo', lines) - of('Invoice', lines))


def _cut(lines, type, cents):
    kept = []
    for line in reversed(lines):
        own = money.cents(line['Amount'])
        if cents > 0 and line['LinkedTxn'][0]['TxnType'] == type:
            taken = min(own, cents)
            cents, own = cents - taken, own - taken
            line = {**line, 'Amount': money.amount(own)}
        if own:
            kept.append(line)
    return kept[::-1]


def linked_are_free(books, entity, draft, old):
    """Refuse to delete a document with payments, where the setting says so (qbo-api 9.6: not known)."""
    if draft is None and books.settings.delete_linked == 'refused':
        if any(link['TxnType'] == 'Payment' for link in (old or {}).get('LinkedTxn') or ()):
            yield errors.business('Unlink the payments of this transaction before you delete it.')
