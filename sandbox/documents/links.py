"""How payments and credits meet what is owed (qbo-api 9.8, 9.3; purchases 5, 9).

There are two sides, and one mechanism: payments settle invoices, bill payments settle bills. A settlement's
lines say what it settles. Each change of what is applied to a document moves that document's balance and
raises its SyncToken; a document whose share stays the same is left alone.

Journal entries, deposits and expenses have no balance. Those of their lines that stand on receivables or
payables under a name can be settled too, as often as they are not yet: by the payments that their
``LinkedTxn`` names. What a settlement took of them it remembers itself (the hidden member ``_settled``).
"""

from dataclasses import dataclass, field

from .. import errors
from . import money
from .postings import Posting


@dataclass(frozen=True)
class Side:
    """Receivables or payables."""

    settlement: str
    """The type that settles."""
    name: str
    """The type of those who owe or are owed; with ``Ref`` the member that names one."""
    account: str
    kinds: dict = field(default_factory=dict)
    """Types with a balance, and whether they use a settlement up (1) or feed it (−1)."""
    debit: int = 1
    """Whether a debit on the account uses a settlement up or feeds it."""

    @property
    def ref(self):
        """The member of a document that names who owes or is owed."""
        return f'{self.name}Ref'


SALES = Side('Payment', 'Customer', 'Accounts Receivable', {'Invoice': 1, 'CreditMemo': -1})
PURCHASES = Side('BillPayment', 'Vendor', 'Accounts Payable', {'Bill': 1, 'VendorCredit': -1}, -1)
SIDES = {side.settlement: side for side in (SALES, PURCHASES)}
SIGNS = {**SALES.kinds, **PURCHASES.kinds}
OTHERS = {
    'JournalEntry': 'JournalEntry', 'Deposit': 'Deposit', 'Expense': 'Purchase', 'Check': 'Purchase',
    'CreditCardCredit': 'Purchase',
}  # fmt: skip
"""Types without a balance that a settlement's line may name: their entities."""
SETTLEMENTS = {
    'Payment': 'Payment', 'BillPaymentCheck': 'BillPayment', 'BillPaymentCreditCard': 'BillPayment',
}  # fmt: skip
"""Types by which a settled document names what settles it: their entities."""
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
    """Return {(type, id): cents} of what a settlement settles."""
    sums = {}
    for line, key in _pairs(body):
        sums[key] = sums.get(key, 0) + money.cents(line.get('Amount'))
    return sums


def sign(body, key):
    """Return whether what a settlement takes of a document uses it up (1) or feeds it (−1)."""
    kept = {(each['type'], each['id']): each['sign'] for each in (body or {}).get('_settled') or ()}
    return SIGNS.get(key[0]) or kept.get(key, 1)


def unapplied(body):
    """Return what is left of a settlement in cents: total − what it uses + what feeds it."""
    return money.cents(body.get('TotalAmt')) - sum(sign(body, key) * cents for key, cents in applied(body).items())


def owed(side, body):
    """Yield ("Customer:1", cents) of what a settlement adds to balances of names, beyond those of the
    documents that it settles."""
    yield f'{side.name}:{_payer(side, body)}', -unapplied(body)
    for each in body.get('_settled') or ():
        yield f'{side.name}:{each["name"]}', -each['sign'] * each['cents']


def _payer(side, body):
    return ((body or {}).get(side.ref) or {}).get('value')


def on_account(books, side, body, account, entity):
    """Return the postings of a settlement on receivables or payables: what it settles at the rates of those
    documents, the rest at its own. One posting where all rates are the same."""
    own, rows = body.get('ExchangeRate'), []
    for key, cents in applied(body).items():
        found = target(books, key)
        rate = found[1].get('ExchangeRate') if found else own
        rows.append((sign(body, key) * cents, None if rate == own else rate))
    if all(rate is None for _cents, rate in rows):
        rows = [(money.cents(body.get('TotalAmt')), None)]
    else:
        rows.append((unapplied(body), None))
    return [Posting(account, -side.debit * cents, entity=entity, rate=rate) for cents, rate in rows]


# What is settled.


def target(books, key):
    """Return (entity, body) of what a line names, or None: there is none, or it is of another kind."""
    type, id = key
    body = books.stored(OTHERS.get(type, type), id) if type in SIGNS or type in OTHERS else None
    if body is None:
        return None
    entity = books.entity(OTHERS.get(type, type))
    return (entity, body) if entity.name != 'Purchase' or entity.kind(body) == type else None


def shares(books, side, payer, entity, body):
    """Return {name: cents} of the lines of a document without balance that a payer may settle; what uses a
    settlement up is positive."""
    found = {}
    for account, type, id, debit in entity.named_lines(books, body):
        if account == side.account and type == side.name and pays_for(books, side, payer, id):
            found[id] = found.get(id, 0) + side.debit * debit
    return {id: cents for id, cents in found.items() if cents}


def pays_for(books, side, payer, name):
    """Tell whether somebody may pay what a name owes: the name itself, or one above it (qbo-api 9.8)."""
    while name is not None:
        if name == payer:
            return True
        above = books.stored(side.name, name) if side is SALES else None
        name = ((above or {}).get('ParentRef') or {}).get('value')
    return False


def _taken(books, side, body, key):
    """Return what the settlements of a document without balance take of it, in cents."""
    return sum(
        cents for settlement in _settling(books, side, body)
        for (type, id), cents in applied(settlement).items()
        if id == key[1] and OTHERS.get(type, type) == OTHERS.get(key[0], key[0])
    )  # fmt: skip


def _settling(books, side, body):
    found = ((link['TxnType'], link['TxnId']) for link in (body or {}).get('LinkedTxn') or ())
    bodies = [books.stored(side.settlement, id) for type, id in found if SETTLEMENTS.get(type) == side.settlement]
    return [each for each in bodies if each]


def open_before(books, side, key, draft, old):
    """Return what is open of a document without what this settlement takes of it, in cents."""
    entity, body = target(books, key) or (None, {})
    mine = applied(old).get(key, 0)
    if key[0] in SIGNS:
        return money.cents(body.get('Balance')) + mine
    whole = shares(books, side, _payer(side, draft), entity, body) if entity else {}
    return abs(sum(whole.values())) - _taken(books, side, body, key) + mine


# A settlement's lines.


def complete_lines(books, side, draft, old):
    """Set what Intuit adds to each line of a payment (the open balance before it, and the number), and what
    the settlement remembers of documents without balance."""
    draft['_settled'] = [
        each for key, cents in applied(draft).items() if key[0] in OTHERS
        for each in _remembered(books, side, draft, old, key, cents)
    ]  # fmt: skip
    if side is SALES:  # Recorded lines of bill payments have none.
        draft['Line'] = [_extended(books, side, line, draft, old) for line in draft.get('Line') or ()]


def _remembered(books, side, draft, old, key, cents):
    found = target(books, key)
    names = shares(books, side, _payer(side, draft), *found) if found else {}
    if not names:
        return [each for each in (old or {}).get('_settled') or () if (each['type'], each['id']) == key]
    name = max(names, key=lambda id: abs(names[id]))
    sign = 1 if sum(names.values()) > 0 else -1
    return [{'type': key[0], 'id': key[1], 'name': name, 'sign': sign, 'cents': cents}]


def _extended(books, side, line, draft, old):
    if 'LineEx' in line:  # As it was when the line came.
        return line
    link = (line.get('LinkedTxn') or [{}])[0]
    key = (link.get('TxnType'), link.get('TxnId'))
    found = target(books, key)
    if found is None:
        return line
    body = found[1]
    left = open_before(books, side, key, draft, old)
    pairs = [('txnId', body['Id']), ('txnOpenBalance', f'{left / 100:.2f}')]
    if body.get('DocNumber'):
        pairs.append(('txnReferenceNumber', body['DocNumber']))
    return {**line, 'LineEx': {'any': [{**NAME_VALUE, 'value': {'Name': n, 'Value': v}} for n, v in pairs]}}


# Rules of settlements.


def sound(books, entity, draft, old):
    """Refuse links to what cannot be settled (620) and more than there is (6000; texts not known)."""
    side = SIDES[entity.name]
    for line, _key in _pairs(draft):
        if line.get('Amount') is None:
            yield errors.missing('Line.Amount')
        elif line['Amount'] < 0:
            yield errors.Violation('2290', f'Negative amount : {line["Amount"]}', 'Line.Amount')
    for key, cents in applied(draft).items():
        yield from _link_faults(books, side, draft, old, key, cents)
    used = sum(cents for key, cents in applied(draft).items() if sign(draft, key) > 0)
    fed = sum(cents for key, cents in applied(draft).items() if sign(draft, key) < 0)
    if unapplied(draft) < 0:
        yield errors.business('The amounts applied are more than the amount of the payment.')
    elif fed > used:
        yield errors.business('The credits applied are more than what they pay.')


def _link_faults(books, side, draft, old, key, cents):
    type, id = key
    found = target(books, key)
    if found is None or not _may_settle(books, side, draft, type, *found):
        yield errors.cannot_be_linked(type, id)
        return
    room, before = open_before(books, side, key, draft, old), applied(old).get(key, 0)
    if cents <= max(before, 0) or cents <= room:
        return
    if not room:
        yield errors.cannot_be_linked(type, id)
    elif books.settings.over_application == '620':
        yield errors.cannot_be_linked(type, id)
    else:
        yield errors.business(f'The amount applied to {type} {id} is more than its open balance.')


def _may_settle(books, side, draft, type, entity, body):
    """Tell whether a settlement may take of a document: its own name or one below, the same currency."""
    if (draft.get('CurrencyRef') or {}).get('value') != (body.get('CurrencyRef') or {}).get('value'):
        return False
    if type in OTHERS:
        return bool(shares(books, side, _payer(side, draft), entity, body))
    return type in side.kinds and pays_for(books, side, _payer(side, draft), _payer(side, body))


# Rules of what is settled.


def used(old):
    """Return what is settled of a document with a balance, in cents."""
    if not old:
        return 0
    return money.cents(old.get('TotalAmt')) - money.cents(old.get('Deposit')) - money.cents(old.get('Balance'))


def holds(books, entity, draft, old):
    """Refuse to make a document smaller than what is settled of it, or to give it to another
    name meanwhile (6000; texts not known)."""
    if not used(old):
        return
    if money.cents(draft.get('TotalAmt')) - money.cents(draft.get('Deposit')) < used(old):
        yield errors.business('The amount is less than what has been applied to this transaction.')
    ref = 'CustomerRef' if entity.name in SALES.kinds else 'VendorRef'
    if draft.get(ref) != old.get(ref):
        yield errors.business(f'The {ref[:-3].lower()} of a transaction with payments cannot be changed.')


def shares_hold(books, entity, draft, old):
    """Refuse to undo lines on receivables or payables that are settled (6000; text not known)."""
    for side in SIDES.values():
        for settlement in _settling(books, side, old):
            payer = _payer(side, settlement)
            before, after = (sum(shares(books, side, payer, entity, body).values()) for body in (old, draft))
            if before * after < 0 or abs(after) < _taken(books, side, old, (entity.name, old['Id'])):
                yield errors.business('The amount is less than what has been applied to this transaction.')


def days(books, draft, old):
    """Return the days of the documents whose share changes between two versions of a settlement."""
    before, after = applied(old), applied(draft)
    changed = [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]
    return [found[1]['TxnDate'] for found in (target(books, key) for key in changed) if found]


def linked_are_free(books, entity, draft, old):
    """Refuse to delete a document that is settled, where a setting says so: neither side's fault is known."""
    types = {SETTLEMENTS.get(link['TxnType']) for link in (old or {}).get('LinkedTxn') or ()}
    if draft is not None:
        return
    if 'Payment' in types and books.settings.delete_linked == 'refused':
        yield errors.business('Unlink the payments of this transaction before you delete it.')
    if 'BillPayment' in types and not books.by_user:
        code = books.settings.delete_paid_purchase
        if code == '6000':
            yield errors.business('Unlink the payments of this transaction before you delete it.')
        elif code == '800':
            yield errors.Violation('800', 'Cannot delete object : The transaction is linked to payments.')


# Consequences.


def settle(books, entity, new, old):
    """Carry a settlement's changes into the documents that it settles."""
    id = (new or old)['Id']
    before, after = applied(old), applied(new)
    with books.hold(entity.name, id):
        for key in sorted(before.keys() | after.keys()):
            found = target(books, key) if before.get(key) != after.get(key) else None
            if found and (found[0].name, key[1]) not in books.held:
                _move(books, entity, new or old, found, key, after.get(key, 0) - before.get(key, 0), key in after)


def link_type(books, settlement):
    """Return as what a settled document names its settlement. Recorded bills say ``BillPaymentCheck`` of
    payments by card too (purchases 3)."""
    if 'PayType' not in settlement:
        return 'Payment'
    by_type = books.settings.bill_payment_links == 'by_type' and settlement['PayType'] == 'CreditCard'
    return 'BillPaymentCreditCard' if by_type else 'BillPaymentCheck'


def _move(books, by, settlement, found, key, moved, linked):
    """Move what is open of a document; ``linked``: whether the settlement still takes something of it."""
    entity, body = found
    mine = {'TxnId': settlement['Id'], 'TxnType': link_type(books, settlement)}
    had = body.get('LinkedTxn') or []
    others = [link for link in had if (SETTLEMENTS.get(link['TxnType']), link['TxnId']) != (by.name, settlement['Id'])]
    if linked:  # Newest first (qbo-api 9.2); one that was there keeps its place.
        links = had if len(others) < len(had) else [mine, *had]
    else:
        links = others
    draft = entity.with_links({**body, 'LinkedTxn': links})
    if key[0] in OTHERS:
        if books.settings.links_bump_entries:
            books.replace(entity, draft, body)
        else:
            books.replace_quietly(entity, draft)
        return
    balance = money.amount(money.cents(body.get('Balance')) - moved)
    draft['Balance'] = balance
    if 'RemainingCredit' in body:
        draft['RemainingCredit'] = balance
    entity.complete_home(draft)
    books.replace(entity, draft, body)


def release(books, entity, new, old):
    """Take a document that is voided or deleted out of what settles it.

    What they paid becomes unapplied credit; a credit that paid it is open again (qbo-api 9.3, 9.6).
    """
    kept = {(link['TxnType'], link['TxnId']) for link in (new or {}).get('LinkedTxn') or ()}
    for link in (old or {}).get('LinkedTxn') or ():
        by = SETTLEMENTS.get(link['TxnType'])
        if by and (link['TxnType'], link['TxnId']) not in kept and (by, link['TxnId']) not in books.held:
            with books.hold(entity.name, old['Id']):
                _unlink(books, (entity.name, old['Id']), by, link['TxnId'])


def _unlink(books, key, by, id):
    old = books.stored(by, id)
    if old is None:
        return

    def names(line):
        return {(OTHERS.get(type, type), id) for _line, (type, id) in _pairs({'Line': [line]})}

    draft = {**old, 'Line': _balanced(old, [line for line in old['Line'] if key not in names(line)])}
    draft['_settled'] = [
        {**each, 'cents': left} for each in old.get('_settled') or ()
        if (left := applied(draft).get((each['type'], each['id']), 0))
    ]  # fmt: skip
    entity = books.entity(by)
    entity.complete_unapplied(draft)
    books.replace(entity, draft, old)


def _balanced(settlement, lines):
    """Return lines cut, the last ones first, so that neither credits nor the total are overdrawn."""

    def of(wanted, rows):
        return sum(money.cents(line['Amount']) for line in rows if _sign(line) == wanted)

    def _sign(line):
        return sign(settlement, next(key for _line, key in _pairs({'Line': [line]})))

    def cut(wanted, rows, cents):
        kept = []
        for line in reversed(rows):
            own = money.cents(line['Amount'])
            if cents > 0 and _sign(line) == wanted:
                taken = min(own, cents)
                cents, own = cents - taken, own - taken
                line = {**line, 'Amount': money.amount(own)}
            if own:
                kept.append(line)
        return kept[::-1]

    lines = cut(1, lines, of(1, lines) - of(-1, lines) - money.cents(settlement['TotalAmt']))
    return cut(-1, lines, of(-1, lines) - of(1, lines))
