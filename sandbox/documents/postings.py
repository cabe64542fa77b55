"""What documents post to accounts, in cents of the home currency; debits are positive.

A posting is kept until its document changes; together they are the general ledger. Account balances
follow: balance sheet accounts as debits minus credits (recorded: A/P −1091.23), others stay 0.
Not modelled: cost by layers (stock goes out at the item's PurchaseCost), what a rate that is edited later does to
the gains of payments that are there.
"""

from dataclasses import dataclass

from . import money
from .lines import ACCOUNT, DISCOUNT, ITEM, SALES, of_type
from .references import SHIPPING

GAIN = {
    'Name': 'Exchange Gain or Loss', 'AccountType': 'Other Expense', 'AccountSubType': 'ExchangeGainOrLoss',
}  # fmt: skip
"""The account that QuickBooks makes when it needs it first."""


@dataclass(frozen=True)
class Posting:
    """One amount on one account."""

    account: str
    debit: int
    class_id: str | None = None
    department: str | None = None
    entity: str | None = None
    """``Customer:12``, ``Vendor:3`` or None."""
    memo: str | None = None
    """The description of its line; None: the memo of the document."""
    rate: float | None = None
    """Home units for one of the document's currency; None: the document's rate."""


def ref(body, name):
    """Return the id in a reference of a body, or None."""
    return ((body or {}).get(name) or {}).get('value')


def account(books, subtype='', type=''):
    """Return the id of the first active account of a detail type or type, or None."""
    for body in sorted(books.database.all(books.realm, 'Account'), key=lambda body: int(body['Id'])):
        if body.get('Active', True) and (body['AccountSubType'] == subtype or body['AccountType'] == type):
            return body['Id']
    return None


def receivable(books, body):
    """Return the A/R account of a document."""
    return ref(body, 'ARAccountRef') or account(books, type='Accounts Receivable')


def payable(books, currency):
    """Return the A/P account of a currency. QuickBooks makes one for each foreign one itself (recorded)."""
    for body in sorted(books.database.all(books.realm, 'Account'), key=lambda body: int(body['Id'])):
        if body['AccountType'] == 'Accounts Payable' and body.get('Active', True):
            if ref(body, 'CurrencyRef') == currency:
                return body['Id']
    name = 'Accounts Payable (A/P)' if currency == books.home_currency else f'Accounts Payable (A/P) - {currency}'
    members = {'Name': name, 'AccountType': 'Accounts Payable', 'AccountSubType': 'AccountsPayable',
               'CurrencyRef': {'value': currency}}  # fmt: skip
    return books.make('Account', members)['Id']


def undeposited(books):
    """Return the account that money waits in before it is deposited."""
    return account(books, 'UndepositedFunds')


def of_sale(books, body, against, sign=1):
    """Return the postings of a sales form.

    :param against: (account, cents) pairs that the total goes to
    :param sign: −1 where goods and money go the other way
    """
    common = {'department': ref(body, 'DepartmentRef'), 'entity': f'Customer:{ref(body, "CustomerRef")}'}
    found = [Posting(id, sign * cents, ref(body, 'ClassRef'), **common) for id, cents in against]
    for line in of_type(body, SALES):
        id = ref(line[SALES], 'ClassRef') or ref(body, 'ClassRef')
        income = Posting(_income(books, line), -sign * money.cents(line.get('Amount')), id, **common, memo=_memo(line))
        found.append(income)
        found += _stock(books, line, sign, id, common)
    for line in of_type(body, DISCOUNT):
        id = ref(line[DISCOUNT], 'ClassRef') or ref(body, 'ClassRef')
        discount = ref(line[DISCOUNT], 'DiscountAccountRef') or account(books, 'DiscountsRefundsGiven')
        found.append(Posting(discount, sign * money.cents(line.get('Amount')), id, **common, memo=_memo(line)))
    tax = money.cents((body.get('TxnTaxDetail') or {}).get('TotalTax'))
    found.append(Posting(account(books, 'SalesTaxPayable'), -sign * tax, None, **common))
    return found


def _income(books, line):
    id = ref(line[SALES], 'ItemRef')
    if id == SHIPPING:
        chosen = books.preference('SalesFormsPrefs', 'DefaultShippingAccount')
        return str(chosen) if books.stored('Account', chosen) else account(books, type='Income')
    return ref(books.stored('Item', id), 'IncomeAccountRef') or account(books, type='Income')


def _stock(books, line, sign, class_id, common):
    item = books.stored('Item', ref(line[SALES], 'ItemRef')) or {}
    if item.get('Type') != 'Inventory':
        return []
    cost = money.nearest(money.exact(line[SALES].get('Qty')) * money.exact(item.get('PurchaseCost')) * 100)
    return [
        Posting(ref(item, 'ExpenseAccountRef'), sign * cost, class_id, **common, memo=_memo(line)),
        Posting(ref(item, 'AssetAccountRef'), -sign * cost, class_id, **common, memo=_memo(line)),
    ]


def _memo(line):
    return line.get('Description', '')


def of_purchase(books, body, against, entity, sign=1):
    """Return the postings of a bill, vendor credit or purchase (purchases 16).

    :param against: the account that the total comes from
    :param entity: who it is bought from, ``Vendor:3`` or None
    :param sign: −1 where it goes back
    """
    common = {'department': ref(body, 'DepartmentRef'), 'entity': entity}
    found = [Posting(against, -sign * money.cents(body.get('TotalAmt')), ref(body, 'ClassRef'), **common)]
    for line in (*of_type(body, ACCOUNT), *of_type(body, ITEM)):
        detail = line[line['DetailType']]
        item = books.stored('Item', ref(detail, 'ItemRef')) or {}
        kind = 'AssetAccountRef' if item.get('Type') == 'Inventory' else 'ExpenseAccountRef'
        account_id = ref(detail, 'AccountRef') or ref(item, kind)
        class_id = ref(detail, 'ClassRef') or ref(body, 'ClassRef')
        found.append(Posting(account_id, sign * money.cents(line.get('Amount')), class_id, **common, memo=_memo(line)))
    tax = money.cents((body.get('TxnTaxDetail') or {}).get('TotalTax'))
    found.append(Posting(account(books, 'SalesTaxPayable'), sign * tax, None, **common))
    return found


def quantities(books, body):
    """Return {inventory item: quantity} that a sales form or a purchase names."""
    found = {}
    for line in (*of_type(body or {}, SALES), *of_type(body or {}, ITEM)):
        detail = line[line['DetailType']]
        id = ref(detail, 'ItemRef')
        if (books.stored('Item', id) or {}).get('Type') == 'Inventory':
            found[id] = found.get(id, 0) + money.exact(detail.get('Qty'))
    return found


def move_stock(books, new, old, sign):
    """Change quantities on hand. Whether that raises an item's SyncToken is not known; here it does not."""
    before, after = quantities(books, old), quantities(books, new)
    for id in before.keys() | after.keys():
        moved = after.get(id, 0) - before.get(id, 0)
        if moved:
            item = books.stored('Item', id)
            on_hand = money.exact(item.get('QtyOnHand')) - sign * moved
            books.overwrite('Item', id, {'QtyOnHand': money.number(on_hand)}, quiet=True)


def at_home(books, body, found):
    """Return (posting, cents of the home currency) of a document's postings, empty ones left out.

    Where postings have rates of their own, what they leave over is an exchange gain or loss (purchases 16).
    """
    rate = money.exact(body.get('ExchangeRate') or 1)
    rows = [(each, money.nearest(each.debit * (rate if each.rate is None else money.exact(each.rate))))
            for each in found if each.debit and each.account]  # fmt: skip
    off = sum(cents for _each, cents in rows)
    if not off or sum(each.debit for each, _cents in rows):
        return rows
    if any(each.rate is not None for each, _cents in rows):
        gain = account(books, 'ExchangeGainOrLoss') or books.make('Account', dict(GAIN))['Id']
        return [*rows, (Posting(gain, 0, entity=rows[0][0].entity), -off)]
    rows[-1] = (rows[-1][0], rows[-1][1] - off)  # A cent of rounding between currencies.
    return rows


def move_accounts(books, before, after):
    """Move account balances from one set of {account: cents} to another."""
    for id in before.keys() | after.keys():
        moved = after.get(id, 0) - before.get(id, 0)
        if moved:
            _move_account(books, id, moved)


def _move_account(books, id, moved):
    body, own = books.stored('Account', id), True
    while body and (body['Classification'] in ('Asset', 'Liability', 'Equity') or books.settings.income_balances):
        members = {'CurrentBalanceWithSubAccounts': _plus(body, 'CurrentBalanceWithSubAccounts', moved)}
        if own:
            members['CurrentBalance'] = _plus(body, 'CurrentBalance', moved)
        books.overwrite('Account', body['Id'], members, quiet=True)
        body, own = books.stored('Account', ref(body, 'ParentRef')), False


def _plus(body, name, moved):
    return money.amount(money.cents(body.get(name)) + moved)


# Balances of names.


def move_names(books, before, after):
    """Move the balances of customers and vendors from one {"Customer:1": cents} to another.

    Their SyncToken stays (qbo-api 9.1). A customer's jobs count in BalanceWithJobs of all above.
    """
    for key in before.keys() | after.keys():
        moved = after.get(key, 0) - before.get(key, 0)
        type, _colon, id = key.partition(':')
        body, own = books.stored(type, id) if moved else None, True
        while body:
            members = {'Balance': _plus(body, 'Balance', moved)} if own else {}
            if type == 'Customer':
                members['BalanceWithJobs'] = _plus(body, 'BalanceWithJobs', moved)
            books.overwrite(type, body['Id'], members, quiet=True)
            body, own = books.stored(type, ref(body, 'ParentRef')) if type == 'Customer' else None, False
