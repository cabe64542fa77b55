"""What a fresh sandbox holds: a sample company, a second one that is nearly empty.

All of it is made up. The records go in through the same books and rules as everything else, dated
in the past, without webhooks.
"""

from ..company.oauth import USER
from . import company, documents, lists, names, taxes

REALM = '4620816365290123456'
EMPTY_REALM = '9341454123498765432'
SEEDS = ('sample', 'empty')
COUNTRIES = ('US', 'CA', 'GB')
DAY_S = 86400


class Seeder:
    """Puts records of one company in, each a little later than the one before."""

    def __init__(self, books, days_ago):
        self.books = books
        self._at = books.clock.time() - days_ago * DAY_S

    def put(self, type, id=None, **members):
        """Insert a record and return its body."""
        self._at += 97
        return self.books.insert(type, members, at=self._at, id=id, quiet=True)


def load(intuit, seed='sample', country='US'):
    """Fill an empty sandbox.

    :raise ValueError: no such seed or country
    """
    if seed not in SEEDS or country not in COUNTRIES:
        raise ValueError(f'No such seed or country: {seed} {country}')
    with intuit.database.transaction():
        intuit.register_app()
        intuit.database.set_meta('user', USER)
        if seed == 'sample':
            _sample(intuit, REALM, country)
        else:
            _bare(intuit, REALM, 'Empty Company', country)
        _bare(intuit, EMPTY_REALM, 'Second Shore Holdings', country)


def _start(intuit, realm, name, country, days_ago):
    intuit.database.add_realm(realm, name, country)
    seeder = Seeder(intuit.books(realm, by_user=True), days_ago)
    company.load(seeder, name, country)
    return seeder


def _sample(intuit, realm, country):
    seeder = _start(intuit, realm, 'Blue Heron Pool Care', country, days_ago=400)
    accounts = lists.load_accounts(seeder)
    tax_code = taxes.load(seeder, country)
    lists.load_small(seeder)
    lists.load_items(seeder, accounts, country)
    company.use(seeder, accounts, tax_code, country)
    names.load(seeder, country)
    documents.load(seeder, country, tax_code)


def _bare(intuit, realm, name, country):
    seeder = _start(intuit, realm, name, country, days_ago=40)
    accounts = lists.load_accounts(seeder)
    tax_code = taxes.load(seeder, country)
    lists.load_small(seeder, nested=False)
    company.use(seeder, accounts, tax_code, country)
