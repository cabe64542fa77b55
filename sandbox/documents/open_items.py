"""What customers and vendors owe on a day, document by document: the basis of ageing reports.

Together the open amounts of a name are its balance, for every document that is dated by the day.
"""

from dataclasses import dataclass

from . import links, money
from .postings import ref


@dataclass(frozen=True)
class Item:
    """One document, or what it has on receivables or payables under one name."""

    type: str
    body: dict
    name: str
    due: str
    total: int
    open: int
    """Cents of the document's currency; what is owed is positive."""

    @property
    def home(self):
        """What is open in cents of the home currency."""
        return money.nearest(self.open * money.exact(self.body.get('ExchangeRate') or 1))

    @property
    def home_total(self):
        """The amount in cents of the home currency."""
        return money.nearest(self.total * money.exact(self.body.get('ExchangeRate') or 1))


def on(books, side, day):
    """Return the items of receivables or payables that are open at the end of a day, the oldest first."""
    settlements = [body for body in books.database.all(books.realm, side.settlement) if body['TxnDate'] <= day]
    taken, found = _taken(settlements), []
    for type, sign in side.kinds.items():
        for body in books.database.all(books.realm, type):
            total = money.cents(body.get('TotalAmt')) - money.cents(body.get('Deposit'))
            left = total - taken.get((type, body['Id']), 0)
            found.append(Item(type, body, ref(body, side.ref), body.get('DueDate', body['TxnDate']), sign * total,
                              sign * left))  # fmt: skip
    for body in settlements:
        used = sum(
            links.sign(body, key) * cents for key, cents in links.applied(body).items() if _day(books, key) <= day
        )
        total = money.cents(body['TotalAmt'])
        found.append(Item(side.settlement, body, ref(body, side.ref), body['TxnDate'], -total, used - total))
    found += _others(books, side, taken)
    return sorted(
        (item for item in found if item.open and item.body['TxnDate'] <= day),
        key=lambda item: (item.body['TxnDate'], int(item.body['Id'])),
    )


def _day(books, key):
    found = links.target(books, key)
    return found[1]['TxnDate'] if found else ''


def _taken(settlements):
    """Return {(entity, id) or, without a balance, (entity, id, name): cents} of what settlements take."""
    sums = {}
    for body in settlements:
        names = {(each['type'], each['id']): each['name'] for each in body.get('_settled') or ()}
        for (type, id), cents in links.applied(body).items():
            key = (links.OTHERS.get(type, type), id)
            key = (*key, names[type, id]) if (type, id) in names else key
            sums[key] = sums.get(key, 0) + cents
    return sums


def _others(books, side, taken):
    """Yield what journal entries, deposits and expenses have on the account, by name."""
    for type in sorted(set(links.OTHERS.values())):
        entity = books.entity(type)
        for body in books.database.all(books.realm, type):
            sums = {}
            for account, kind, id, debit in entity.named_lines(books, body):
                if (account, kind) == (side.account, side.name):
                    sums[id] = sums.get(id, 0) + side.debit * debit
            for id, cents in sums.items():
                left = abs(cents) - taken.get((type, body['Id'], id), 0)
                yield Item(type, body, id, body['TxnDate'], cents, left if cents > 0 else -left)
