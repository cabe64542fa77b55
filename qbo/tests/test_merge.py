import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..merge import apart, changed, flatten, merge, unflatten

RULES = ('odoo', 'qbo', 'ask')
TEXTS = st.sampled_from([None, '', 'a', 'b', 'c', ' a '])
VALUES = st.fixed_dictionaries(
    {
        'Name': TEXTS,
        'Active': st.booleans(),
        'Addr': st.fixed_dictionaries({'City': TEXTS, 'Country': TEXTS}),
        'Line': st.lists(st.integers(0, 2), max_size=2),
    }
)


def one(base_odoo, base_qbo, odoo, qbo, rule='odoo'):
    """Merge a single field and return ``(outcome, conflict, asked)``."""
    bases = [None if base is None else {'F': base} for base in (base_odoo, base_qbo)]
    [decision] = merge(*bases, {'F': odoo}, {'F': qbo}, rule)
    return decision.outcome, decision.conflict, decision.asked


def winning(decisions, side):
    """Return the values that the other side has to take from ``side``."""
    return {item.path: getattr(item, side) for item in decisions if item.outcome == side}


def settled(decisions, odoo, qbo):
    """Return both sides after each took what the other won."""
    mine = {**flatten(odoo), **winning(decisions, 'qbo')}
    theirs = {**flatten(qbo), **winning(decisions, 'odoo')}
    return unflatten(mine), unflatten(theirs)


# === CASES === #


@pytest.mark.parametrize('rule', RULES)
def test_case_1_both_made_the_same_change(rule):
    assert one('a', 'a', 'b', 'b', rule) == ('same', False, False)
    assert one('a', 'a', 'b ', 'b', rule) == ('same', False, False)


@pytest.mark.parametrize('rule', RULES)
def test_case_2_two_spellings_of_an_unchanged_value(rule):
    assert one('United States', 'USA', 'United States', 'USA', rule) == ('same', False, False)


@pytest.mark.parametrize('rule', RULES)
def test_case_3_changed_in_odoo(rule):
    assert one('United States', 'USA', 'Canada', 'USA', rule) == ('odoo', False, False)
    assert one('a', 'a', None, 'a', rule) == ('odoo', False, False)


@pytest.mark.parametrize('rule', RULES)
def test_case_4_changed_in_quickbooks(rule):
    assert one('United States', 'USA', 'United States', 'CAN', rule) == ('qbo', False, False)
    assert one('a', 'a', 'a', None, rule) == ('qbo', False, False)


@pytest.mark.parametrize(
    'rule, expected',
    [
        ('odoo', ('odoo', True, False)),
        ('qbo', ('qbo', True, False)),
        ('ask', ('same', True, True)),
    ],
)
def test_case_5_changed_on_both_sides(rule, expected):
    assert one('a', 'a', 'b', 'c', rule) == expected


@pytest.mark.parametrize('rule', RULES)
def test_case_6_first_meeting_and_odoo_is_empty(rule):
    assert one(None, None, '', 'x', rule) == ('qbo', False, False)


@pytest.mark.parametrize('rule', RULES)
def test_case_7_first_meeting_and_quickbooks_is_empty(rule):
    assert one(None, None, 'x', None, rule) == ('odoo', False, False)


@pytest.mark.parametrize(
    'rule, expected',
    [
        ('odoo', ('odoo', True, False)),
        ('qbo', ('qbo', True, False)),
        ('ask', ('same', True, True)),
    ],
)
def test_case_8_first_meeting_of_two_values(rule, expected):
    assert one(None, None, 'x', 'y', rule) == expected


@pytest.mark.parametrize('rule', RULES)
@pytest.mark.parametrize(
    'odoo, qbo, odoo_default, qbo_default, expected',
    [
        (1.0, 25.0, True, False, 'qbo'),
        (25.0, 0.0, False, True, 'odoo'),
        (1.0, 0.0, True, True, 'qbo'),
        (1.0, None, True, False, 'odoo'),
        (25.0, 25.0, True, True, 'same'),
    ],
)
def test_cases_9_and_10_a_default_never_wins_over_what_was_typed(rule, odoo, qbo, odoo_default, qbo_default, expected):
    defaults = {'F'} if odoo_default else set(), {'F'} if qbo_default else set()
    for base in (None, {'G': 'x'}):  # the name may be agreed, and nothing else
        [decision] = merge(base, base, {'F': odoo}, {'F': qbo}, rule, defaults)
        assert (decision.outcome, decision.conflict) == (expected, False)


@pytest.mark.parametrize('rule', RULES)
def test_a_default_that_was_agreed_is_a_value(rule):
    [decision] = merge({'F': 1.0}, {'F': 1.0}, {'F': 2.0}, {'F': 1.0}, rule, ({'F'}, {'F'}))
    assert decision.outcome == 'odoo'


def test_half_a_base_is_none():
    assert one(None, 'a', 'b', 'a') == one('b', None, 'b', 'a') == ('odoo', True, False)


def test_first_meeting_of_equal_values_is_no_conflict():
    assert one(None, None, 'x ', 'x') == ('same', False, False)


def test_different_fields_of_one_address_merge():
    base = {'Addr': {'City': 'Miami', 'Country': 'US'}}
    decisions = merge(
        base, base, {'Addr': {'City': 'Tampa', 'Country': 'US'}}, {'Addr': {'City': 'Miami', 'Country': 'CA'}}, 'odoo'
    )
    assert [(item.path, item.outcome) for item in decisions] == [('Addr.City', 'odoo'), ('Addr.Country', 'qbo')]


def test_what_odoo_does_not_map_is_ignored():
    assert merge({}, {'Lat': '1'}, {}, {'Lat': '2'}, 'odoo') == []


def test_a_member_that_quickbooks_omits_is_empty():
    [decision] = merge({'F': 'a'}, {'F': 'a'}, {'F': 'a'}, {}, 'odoo')
    assert (decision.outcome, decision.qbo) == ('qbo', None)


def test_lines_are_one_value():
    [decision] = merge({'Line': [1, 2]}, {'Line': [1, 2]}, {'Line': [1]}, {'Line': [1, 2]}, 'odoo')
    assert decision.outcome == 'odoo'


def test_false_and_zero_are_values():
    assert one(True, True, False, True) == ('odoo', False, False)
    assert one(5, 5, 0, 5) == ('odoo', False, False)
    assert one(None, None, False, True) == ('odoo', True, False)


def test_a_decision_can_be_logged_as_json():
    decisions = merge({'F': 'a'}, {}, {'F': None}, {}, 'odoo')
    assert json.dumps([vars(item) for item in decisions])


def test_an_unknown_rule_is_refused():
    with pytest.raises(ValueError):
        merge({}, {}, {}, {}, 'newest')


# === PROPERTIES === #


@given(VALUES, VALUES, VALUES, st.sampled_from(RULES))
def test_an_unchanged_side_never_wins(base_odoo, base_qbo, now, rule):
    assert not winning(merge(base_odoo, base_qbo, base_odoo, now, rule), 'odoo')
    assert not winning(merge(base_odoo, base_qbo, now, base_qbo, rule), 'qbo')


@given(VALUES, VALUES, VALUES, VALUES, st.sampled_from(RULES), st.randoms())
def test_the_order_of_keys_does_not_matter(base_odoo, base_qbo, odoo, qbo, rule, random):
    def shuffled(values):
        items = [(key, shuffled(value) if isinstance(value, dict) else value) for key, value in values.items()]
        random.shuffle(items)
        return dict(items)

    sides = (base_odoo, base_qbo, odoo, qbo)
    assert merge(*sides, rule) == merge(*map(shuffled, sides), rule)


@given(st.none() | VALUES, VALUES, VALUES, VALUES, st.sampled_from(['odoo', 'qbo']))
def test_a_second_merge_is_empty(base_odoo, base_qbo, odoo, qbo, rule):
    odoo, qbo = settled(merge(base_odoo, base_qbo, odoo, qbo, rule), odoo, qbo)
    assert {item.outcome for item in merge(odoo, qbo, odoo, qbo, rule)} == {'same'}


@given(VALUES, VALUES, VALUES, VALUES)
def test_an_asked_conflict_is_written_on_neither_side(base_odoo, base_qbo, odoo, qbo):
    for item in merge(base_odoo, base_qbo, odoo, qbo, 'ask'):
        assert item.conflict == item.asked and (not item.asked or item.outcome == 'same')


@given(VALUES)
def test_flat_values_unflatten_to_what_they_were(values):
    assert unflatten(flatten(values)) == values


@given(VALUES, VALUES)
def test_changed_names_what_a_merge_would_send(base, now):
    sent = {item.path.split('.')[0] for item in merge(base, base, now, base, 'odoo') if item.outcome == 'odoo'}
    assert changed(base, now) == sent


@pytest.mark.parametrize(
    'base, now, keys',
    [
        ({'A': None}, {'A': ''}, set()),
        ({}, {'A': None, 'B': {'C': ''}, 'D': []}, set()),
        (None, {'A': 'x'}, {'A'}),
        ({'A': 'x', 'B': 'y'}, {'B': 'y'}, {'A'}),
        ({'A': {'B': 'x', 'C': 'y'}}, {'A': {'B': 'x', 'C': 'z'}}, {'A'}),
        ({'A': 'x\r\ny'}, {'A': ' x\ny'}, set()),
        ({'A': 10}, {'A': 10.0}, set()),
        ({'A': False}, {'A': None}, {'A'}),
    ],
)
def test_changed(base, now, keys):
    assert changed(base, now) == keys


@pytest.mark.parametrize(
    ('values', 'shown'),
    [
        (['a', 'b'], ['a', 'b']),
        ([[{'N': 1}, {'N': 2}], [{'N': 1.0}, {'N': 3}]], [[{'N': 2}], [{'N': 3}]]),
        ([[1, 1, 2], [1], None], [[1, 1, 2], [1], []]),
        ([[1, 1, 2], [1], [1, 3]], [[1, 2], [], [3]]),
        ([[1, 2], [2, 1]], [[1, 2], [2, 1]]),
    ],
    ids=['texts', 'what is in both is left out', 'nothing is in all', 'counted', 'another order'],
)
def test_what_differs_is_shown(values, shown):
    assert apart(*values) == shown
