import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .. import compare as module
from ..compare import ALONE, EXACT, PROBABLE, STATUS, Record, compare

ANN = {'email': 'ann@lee.example', 'phone': '(415) 555-0101', 'address': '12 Ocean Dr. Half Moon Bay CA 94213'}


def pair(mine, theirs):
    """Compare one record with one other, and return ``(verdict, reasons)``, or None when they are two."""
    pairings = compare([Record('o', **mine)], [Record('q', **theirs)])
    return (pairings[0].verdict, pairings[0].reasons) if len(pairings) == 1 else None


@pytest.mark.parametrize('name', ["Ann Lee", "ann  LEE", " Ann Lee ", "Ann\tLee", "Ann Lee (deleted)"])
def test_the_same_name_is_exact_whatever_capitals_and_blanks(name):
    assert pair({'name': "Ann Lee"}, {'name': name}) == (EXACT, ('name',))


@pytest.mark.parametrize(
    ('member', 'spelling'),
    [
        ('email', 'Ann@Lee.example'),
        ('email', 'Ann <ann@lee.example>, b@lee.example'),
        ('phone', '+1 415.555.0101'),
        ('address', '12 ocean dr, Half Moon Bay, CA, 94213'),
    ],
)
def test_what_agrees_is_recognised_in_another_spelling(member, spelling):
    agreeing = {'name': "Ann Lee", member: spelling}
    assert pair({'name': "Ann Lee", **ANN}, agreeing) == (EXACT, ('name', member))
    assert pair({'name': "Harbor", **ANN}, {**agreeing, 'name': "Xylo"}) == (PROBABLE, (member,))


@pytest.mark.parametrize(
    ('mine', 'theirs', 'found'),
    [
        ({}, [{}], [0]),
        ({}, [{}, {}], [0, 1]),  # only a person knows
        ({'email': 'a@lee.example'}, [{}, {'email': 'A@lee.example'}], [1]),
        ({'email': 'a@lee.example'}, [{'email': 'b@lee.example'}], []),
        ({'email': 'a@lee.example', 'phone': '4155550101'}, [{'email': 'b@x.example', 'phone': '(415) 555 0101'}], [0]),
        ({}, [{'name': "Anna Lee"}], []),
    ],
)
def test_who_surely_is_the_same(mine, theirs, found):
    others = [Record(str(place), **{'name': "Ann Lee", **item}) for place, item in enumerate(theirs)]
    assert module.surely(Record('o', **{'name': "ann  lee", **mine}), others) == [others[place] for place in found]


def test_the_same_reference_is_probable():
    assert pair({'name': "Chlorine", 'sku': 'CL5'}, {'name': "Bucket", 'sku': ' cl5'}) == (PROBABLE, ('sku',))


def test_the_same_name_with_another_reference_is_not_sure():
    assert pair({'name': "Chlorine", 'sku': 'CL5'}, {'name': "Chlorine", 'sku': 'CL9'}) == (
        PROBABLE,
        ('name', 'other_sku'),
    )


def test_the_same_name_with_another_email_is_not_sure():
    other = {'name': "Ann Lee", 'email': 'ann@elsewhere.example'}
    assert pair({'name': "Ann Lee", **ANN}, other) == (PROBABLE, ('name', 'other_email'))


def test_the_same_name_is_exact_when_one_of_several_agrees():
    other = {'name': "Ann Lee", 'email': 'ann@elsewhere.example', 'phone': ANN['phone']}
    assert pair({'name': "Ann Lee", **ANN}, other) == (EXACT, ('name', 'phone', 'other_email'))


@pytest.mark.parametrize(
    ('one', 'other'),
    [
        ("The Smiths", "John and Jane Smith"),
        ("Smith, John", "John Smith"),
        ("Jon Smith", "John Smith"),
        ("Harbor Marine Supply", "Harbor Marine Supply, Inc."),
        ("Harbour Marine Supply", "Harbor Marine Supply"),
        ("Müller Pools", "Muller Pools LLC"),
        ("O'Neil Windsurf", "ONeil Windsurf"),
        ("Chlorine", "Chlorin"),
    ],
)
def test_names_that_are_alike(one, other):
    assert pair({'name': one}, {'name': other}) == (PROBABLE, ('name_alike',))


@pytest.mark.parametrize(
    ('one', 'other'),
    [
        ("Ann Lee", "Bob Ray"),
        ("John Smith", "Jane Smith"),
        ("Pool A", "Pool B"),
        ("Tabs 5 gal", "Tabs 10 gal"),
        ("", ""),
        ("The Family", "Family"),
    ],
)
def test_names_that_are_not_alike(one, other):
    assert pair({'name': one}, {'name': other}) is None


def test_a_short_number_is_no_phone_number():
    assert pair({'name': "Ann Lee", 'phone': '101'}, {'name': "Bob Ray", 'phone': '101'}) is None


@pytest.mark.parametrize(('mine', 'theirs'), [(True, False), (False, True)])
def test_the_same_but_active_on_one_side_only(mine, theirs):
    assert pair({'name': "Ann Lee", 'active': mine}, {'name': "Ann Lee", 'active': theirs}) == (STATUS, ('name',))


def test_inactive_on_both_sides_is_exact():
    assert pair({'name': "Ann Lee", 'active': False}, {'name': "Ann Lee", 'active': False}) == (EXACT, ('name',))


def test_of_several_of_a_name_the_one_that_agrees_most_is_it():
    mine = [Record('o1', "Ann Lee"), Record('o2', "Ann Lee", **ANN), Record('o3', "Ann Lee", phone=ANN['phone'])]
    pairings = compare(mine, [Record('q', "Ann Lee", **ANN)])
    assert [(item.odoo.key, item.verdict) for item in pairings] == [('o2', EXACT), ('o1', ALONE), ('o3', ALONE)]


def test_where_two_fit_as_well_neither_is_sure():
    [found, rest] = compare([Record('o1', "Ann Lee"), Record('o2', "Ann Lee")], [Record('q', "Ann Lee")])
    assert (found.odoo.key, found.verdict, found.reasons) == ('o1', PROBABLE, ('name', 'several'))
    assert rest.odoo.key == 'o2'


def test_a_name_goes_before_anything_else():
    mine = [Record('o1', "Ann Lee"), Record('o2', "Office", phone=ANN['phone'])]
    found = compare(mine, [Record('q', "Ann Lee", phone=ANN['phone'])])
    assert [(item.odoo.key, item.verdict) for item in found] == [('o1', EXACT), ('o2', ALONE)]


def test_what_a_person_said_is_not_the_same_is_two():
    assert len(compare([Record('o', "Ann Lee")], [Record('q', "Ann Lee")], apart={('o', 'q')})) == 2


def test_a_phone_number_of_many_says_nothing():
    names = itertools.product("ABCDEFGHIJKLMNOPQRSTUVWXYZ", repeat=2)
    crowd = [Record(f'o{place}', f'{a * 9} {b * 9}', phone=ANN['phone']) for place, (a, b) in enumerate(names)]
    assert all(item.verdict == ALONE for item in compare(crowd, [Record('q', "Ann Lee", phone=ANN['phone'])]))


# === PROPERTIES === #

WORDS = st.sampled_from(["Ann", "Lee", "Lees", "Smith", "The", "Pool", "(deleted)", "é", "'"])
MEMBERS = {
    'name': st.lists(WORDS, max_size=3).map(' '.join),
    'email': st.sampled_from(['', 'a@lee.example', 'b@lee.example', 'none']),
    'phone': st.sampled_from(['', '4155550101', '4155550102', '1']),
    'address': st.sampled_from(['', '1 Pier', '2 Pier']),
    'sku': st.sampled_from(['', 'A', 'B']),
    'active': st.booleans(),
}


def sides(prefix):
    rows = st.lists(st.fixed_dictionaries(MEMBERS), max_size=8)
    return rows.map(lambda rows: [Record(f'{prefix}{place}', **row) for place, row in enumerate(rows)])


def as_set(pairings, mirrored=False):
    ends = (lambda item: (item.qbo, item.odoo)) if mirrored else (lambda item: (item.odoo, item.qbo))
    return {(*ends(item), item.verdict, item.reasons) for item in pairings}


@given(sides('o'), sides('q'))
def test_each_record_is_in_one_pairing(odoo, qbo):
    pairings = compare(odoo, qbo)
    assert sorted(item.odoo.key for item in pairings if item.odoo) == [record.key for record in odoo]
    assert sorted(item.qbo.key for item in pairings if item.qbo) == [record.key for record in qbo]


@given(sides('o'), sides('q'))
def test_neither_side_comes_first(odoo, qbo):
    assert as_set(compare(odoo, qbo)) == as_set(compare(qbo, odoo), mirrored=True)


@given(sides('o'), sides('q'), st.randoms())
def test_the_order_does_not_matter(odoo, qbo, chance):
    shuffled = [chance.sample(side, len(side)) for side in (odoo, qbo)]
    assert compare(odoo, qbo) == compare(*shuffled)


@given(sides('o'), sides('q'))
def test_every_pair_says_why(odoo, qbo):
    assert all(item.reasons for item in compare(odoo, qbo) if item.odoo and item.qbo)


# === SIZE === #


def company(number, prefix, seed):
    """Return so many customers of a town: few family names, one address in ten shared, one phone for a hundred."""
    chance = random.Random(seed)
    given = ["Ann", "Bob", "Carla", "Dan", "Eve", "Finn", "Gus", "Hana", "Ivo", "Jo"]
    family = [f'{first}{last}' for first in ("Smi", "Har", "Oce", "Win", "Bal") for last in ("th", "bor", "an", "ne")]
    return [
        Record(
            f'{prefix}{place}',
            name=f'{chance.choice(given)} {chance.choice(family)} {chance.randrange(number)}',
            email=f'c{chance.randrange(number)}@pool.example',
            phone=f'415555{chance.randrange(number // 100):04}',
            address=f'{chance.randrange(number // 10)} Ocean Drive',
        )
        for place in range(number)
    ]


def test_the_work_grows_with_the_number_of_records_and_not_with_its_square(monkeypatch):
    compared = []
    reasons = module._reasons
    monkeypatch.setattr(module, '_reasons', lambda *pair: compared.append(pair) or reasons(*pair))

    def count(number):
        compared.clear()
        compare(company(number, 'o', 1), company(number, 'q', 2))
        return len(compared)

    small, large = count(500), count(5000)

    assert large < 12 * small
    assert large < 5000 * 100  # of 25 million
