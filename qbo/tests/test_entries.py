from hypothesis import given
from hypothesis import strategies as st

from .. import entries

KEYS = st.tuples(st.integers(1, 6), st.integers(1, 9))
AMOUNTS = st.dictionaries(KEYS, st.integers(-10_000, 10_000).filter(bool), max_size=40)


def balanced(amounts):
    """Return amounts with one more that makes them add up to nothing."""
    rest = -sum(amounts.values())
    return {**amounts, **({(0, 0): rest} if rest else {})}


@given(AMOUNTS, AMOUNTS)
def test_what_was_held_and_the_difference_are_what_is_booked(now, held):
    left = entries.difference(now, held)
    total = {key: held.get(key, 0) + left.get(key, 0) for key in held.keys() | left.keys()}
    assert {key: cents for key, cents in total.items() if cents} == now


@given(AMOUNTS)
def test_nothing_is_left_of_what_is_held(now):
    assert entries.difference(now, now) == {}


@given(AMOUNTS, st.integers(2, 8))
def test_each_part_is_balanced_and_short_enough_and_together_they_are_the_whole(amounts, size):
    amounts = balanced(amounts)
    parts = entries.parts(amounts, lambda key: key[0], size)
    total = {}
    for part in parts:
        assert sum(part.values()) == 0
        assert len({key[0] for key in part}) <= size
        for key, cents in part.items():
            total[key] = total.get(key, 0) + cents
    assert {key: cents for key, cents in total.items() if cents} == amounts


def test_what_is_short_enough_stays_in_one():
    amounts = {(1, 1): 100, (2, 1): -100}
    assert entries.parts(amounts, lambda key: key[0]) == [amounts]


def test_a_line_of_quickbooks_is_mapped_to_the_shape_of_ours():
    ours = entries.line('35', -1250, 'Sales', ('Customer', '58'), '7', '2')
    there = {
        'Id': '0',
        'Amount': 12.5,
        'Description': 'Sales',
        'DetailType': entries.DETAIL,
        entries.DETAIL: {
            'PostingType': 'Credit',
            'AccountRef': {'value': '35', 'name': 'Sales'},
            'Entity': {'Type': 'Customer', 'EntityRef': {'value': '58', 'name': 'Acme'}},
            'ClassRef': {'value': '7', 'name': 'Burbank'},
            'DepartmentRef': {'value': '2'},
        },
    }
    assert entries.mapped([there, {'DetailType': 'DescriptionOnly', 'Description': 'x'}]) == [ours]
    assert entries.debits([there]) == 0


def test_lines_are_summed_by_account_and_by_whom_they_name():
    lines = [
        entries.line('35', 1250, name=('Customer', '58')),
        entries.line('35', -250, name=('Customer', '58')),
        entries.line('35', -100, name=('Customer', '59')),
        entries.line('40', -900),
        entries.line('41', 5),
        entries.line('41', -5),
    ]
    assert entries.sums(lines) == {'35 Customer 58': 1000, '35 Customer 59': -100, '40': -900}
    assert entries.sums(None) == {}
