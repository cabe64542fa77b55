"""Compares the customers, or the products, of both sides: which are the same, which may be, which are alone.

Nothing is compared with everything. Records meet in *buckets*: those that share an e-mail, a phone number, an address,
a reference, a name, a name but for one letter, or a word of it. A bucket with more than `CROWD` records on a side says
nothing about who is who (an office phone, a "Smith") and is passed over, so that the work grows with the number of
records and not with its square. Both sides are treated alike, and their order does not matter.
"""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher

from . import text

CROWD = 12  # records of one side in a bucket
LIKENESS = 0.84  # of names, from 0 to 1
PHONE_DIGITS = 10  # without the code of the country, which people leave out
PHONE_DIGITS_MIN = 7
WORD_MIN = 4  # letters of a name of one word, before a longer name that has it is alike

EXACT, PROBABLE, STATUS, ALONE = 'exact', 'probable', 'status', 'alone'
WEIGHTS = {'name': 8, 'email': 4, 'sku': 4, 'phone': 3, 'name_alike': 2, 'address': 2}
AGREEING = ('email', 'phone', 'address', 'sku')

# What says nothing about who it is.
FILLERS = text.NO_GIVEN_NAME | {'the', 'and', 'of', 'family', 'mr', 'mrs', 'ms', 'dr', 'company'}


@dataclass(frozen=True)
class Record:
    """What one customer or product is recognized by. Texts as they were typed in."""

    key: str  # unique on its side
    name: str = ''
    email: str = ''
    phone: str = ''
    address: str = ''  # all of it, without the country: it is spelt in several ways (qbo-api 2)
    sku: str = ''
    active: bool = True


@dataclass(frozen=True)
class Pairing:
    """A pair, or a record that is alone (the other side is None).

    ``reasons`` are words: what agrees (``name``, ``name_alike``, ``email``, ``phone``, ``address``, ``sku``), what
    speaks against it (``other_email`` …), and ``several`` where more than one record fits as well.
    """

    odoo: Record | None
    qbo: Record | None
    verdict: str
    reasons: tuple = ()


def compare(odoo, qbo, apart=()):
    """Return a :class:`Pairing` for every record: each record is in exactly one.

    ``exact``: the same name, nothing against it, and no other that fits as well. ``status``: the same, but active on
    one side only. ``probable``: something agrees. ``alone``: nothing does.

    :param odoo: records of Odoo
    :param qbo: records of QuickBooks
    :param apart: ``{(key of odoo, key of qbo)}`` of pairs that a person said are not the same
    """
    sides = [sorted(map(_Known, side), key=lambda known: known.record.key) for side in (odoo, qbo)]
    pairs = _pairs(*sides, set(apart))
    taken = {pairing.odoo.key for pairing in pairs}, {pairing.qbo.key for pairing in pairs}
    alone = [Pairing(known.record, None, ALONE) for known in sides[0] if known.record.key not in taken[0]]
    alone += [Pairing(None, known.record, ALONE) for known in sides[1] if known.record.key not in taken[1]]
    return pairs + alone


def surely(record, others):
    """Return those of ``others`` that surely are this record: the same name and nothing against it, the best of them.

    More than one: they fit equally well, and only a person knows.

    :param record: a :class:`Record`
    :param others: records of the other side
    """
    known, found = _Known(record), {}
    for other in others:
        reasons = _reasons(known, _Known(other))
        if 'name' in reasons and _is_undisputed(reasons):
            found.setdefault(_score(reasons), []).append(other)
    return found[max(found)] if found else []


def is_agreed(one, other):
    """Return whether two records agree in more than their name."""
    return any(reason in AGREEING for reason in _reasons(_Known(one), _Known(other)))


def name_key(name):
    """Return what two names have in common that are the same: QuickBooks knows no capitals and trims blanks."""
    return text.clean_name(text.strip_deleted(name)).casefold()


def address_key(address):
    """Return the words of an address, whatever its lines, commas and capitals."""
    return frozenset(_words(address))


class _Known:
    """A record with what it is compared by."""

    def __init__(self, record):
        self.record = record
        self.name = name_key(record.name)
        self.words = frozenset(_stem(word) for word in _words(record.name) if word not in FILLERS)
        self.numbers = {word for word in self.words if len(word) == 1 or any(map(str.isdigit, word))}
        self.joined = ''.join(sorted(self.words))
        self.email = (text.first_email(record.email) or '').casefold()
        self.phone = _phone(record.phone)
        self.address = address_key(record.address)
        self.sku = record.sku.strip().casefold()

    def buckets(self):
        """Yield what this record shares with those that it is compared with."""
        for kind in ('name', *AGREEING):
            if value := getattr(self, kind):
                yield kind, value
        for word in self.words:
            yield 'word', word
        if self.joined:
            # Two texts that differ in one letter are the same without some letter of each.
            yield 'joined', self.joined
            for place in range(len(self.joined)):
                yield 'joined', self.joined[:place] + self.joined[place + 1 :]


# === PAIRS === #


def _pairs(odoo, qbo, apart):
    """Return the pairs, the surest first; a record is in one pair at most."""
    links = _links(odoo, qbo, apart)
    rivals = _rivals(links)
    pairs, taken = [], set()
    for (mine, theirs), reasons in sorted(links.items(), key=_place):
        ends = ('odoo', mine), ('qbo', theirs)
        if not taken.intersection(ends):
            taken.update(ends)
            is_tied = any(rivals[end][_score(reasons)] > 1 for end in ends)
            pairs.append(_pairing(odoo[mine].record, qbo[theirs].record, reasons, is_tied))
    return pairs


def _links(odoo, qbo, apart):
    """Return ``{(place in odoo, place in qbo): reasons}`` of all that have anything in common."""
    links = {}
    for mine, theirs in _candidates(odoo, qbo):
        one, other = odoo[mine], qbo[theirs]
        if (one.record.key, other.record.key) not in apart and (reasons := _reasons(one, other)):
            links[mine, theirs] = reasons
    return links


def _candidates(odoo, qbo):
    """Return the pairs of places that meet in a bucket: at most ``CROWD`` for each bucket of a record."""
    buckets = defaultdict(lambda: ([], []))
    for side, known in enumerate((odoo, qbo)):
        for place, record in enumerate(known):
            for bucket in set(record.buckets()):
                buckets[bucket][side].append(place)
    met = set()
    for mine, theirs in buckets.values():
        if mine and theirs and len(mine) <= CROWD and len(theirs) <= CROWD:
            met.update((one, other) for one in mine for other in theirs)
    return met


def _rivals(links):
    """Return ``{(side, place): {score: how many pairs}}``."""
    rivals = defaultdict(lambda: defaultdict(int))
    for (mine, theirs), reasons in links.items():
        rivals['odoo', mine][_score(reasons)] += 1
        rivals['qbo', theirs][_score(reasons)] += 1
    return rivals


def _place(link):
    """Return where a pair stands among all: the surest first, then by the order of the records."""
    (mine, theirs), reasons = link
    return -_score(reasons), mine + theirs, min(mine, theirs), mine


def _score(reasons):
    return sum(WEIGHTS.get(reason, -1) for reason in reasons)


def _pairing(odoo, qbo, reasons, is_tied):
    is_sure = 'name' in reasons and not is_tied and _is_undisputed(reasons)
    if is_tied:
        reasons = (*reasons, 'several')
    if not is_sure:
        return Pairing(odoo, qbo, PROBABLE, reasons)
    return Pairing(odoo, qbo, EXACT if odoo.active == qbo.active else STATUS, reasons)


def _is_undisputed(reasons):
    """Return whether something agrees, or nothing could be compared but the name."""
    return any(reason in AGREEING for reason in reasons) or not any(map(_is_against, reasons))


def _is_against(reason):
    return reason.startswith('other_')


# === REASONS === #


def _reasons(one, other):
    """Return what two records have in common and what speaks against it; empty when nothing is in common."""
    agree, against = [], []
    for kind in AGREEING:
        mine, theirs = getattr(one, kind), getattr(other, kind)
        if mine and theirs:
            (agree if mine == theirs else against).append(kind)
    if one.name and one.name == other.name:
        agree.insert(0, 'name')
    elif _alike(one, other):
        agree.insert(0, 'name_alike')
    return (*agree, *(f'other_{kind}' for kind in against)) if agree else ()


def _alike(one, other):
    """Return whether two names may be the same: the words of one are in the other, or most letters agree."""
    if not one.words or not other.words:
        return False
    if one.numbers and other.numbers and one.numbers != other.numbers:
        return False  # "5 gallons" is not "10 gallons", however many letters agree
    few, many = sorted((one.words, other.words), key=len)
    if few <= many and (len(few) > 1 or len(min(few)) >= WORD_MIN):
        return True
    first, second = sorted((' '.join(sorted(one.words)), ' '.join(sorted(other.words))))
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return matcher.quick_ratio() >= LIKENESS and matcher.ratio() >= LIKENESS  # the first is cheap, and never less


# === TEXTS === #


def _words(value):
    """Return the words of a text in small letters, without accents and punctuation."""
    plain = unicodedata.normalize('NFKD', text.strip_deleted(value).replace("'", '').replace('’', '')).casefold()
    return re.findall(r'\w+', ''.join(letter for letter in plain if not unicodedata.combining(letter)))


def _stem(word):
    """Return a word without the s of several: "The Smiths"."""
    return word[:-1] if len(word) > WORD_MIN and word.endswith('s') and not word.endswith('ss') else word


def _phone(value):
    digits = re.sub(r'\D', '', value)
    return digits[-PHONE_DIGITS:] if len(digits) >= PHONE_DIGITS_MIN else ''
