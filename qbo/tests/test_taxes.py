from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..taxes import (
    ON_AMOUNT,
    ON_TAX,
    ON_TOP,
    RATE_LISTS,
    Rate,
    TaxLists,
    charged,
    is_of_side,
    is_same_name,
    pair,
    percent_on,
    show,
    total,
)

RATES = st.builds(
    Rate,
    key=st.integers(),
    name=st.sampled_from(['State', 'state ', 'County', '']),
    percent=st.sampled_from([0.0, 1.0, 6.0, 9.975]),
    applies=st.sampled_from([ON_AMOUNT, ON_TOP]),
)


def lists(codes, rates, day='2026-11-21'):
    """Return the lists of a company.

    :param codes: ``{id: rate ids}``; ids with a minus are inactive
    :param rates: ``{id: percent}``
    """
    return TaxLists(
        [
            (key, f'Code {key}', '-' not in key, {'SalesTaxRateList': {'TaxRateDetail': [
                {'TaxRateRef': {'value': rate}, 'TaxTypeApplicable': ON_AMOUNT, 'TaxOrder': 0} for rate in of
            ]}})
            for key, of in codes.items()
        ],
        [(key, f'Rate {key}', '-' not in key, {'RateValue': percent}) for key, percent in rates.items()],
        day,
    )  # fmt: skip


@given(st.lists(RATES, max_size=5, unique_by=lambda rate: rate.key), st.randoms())
def test_a_list_is_the_same_as_itself_in_any_order(rates, random):
    other = random.sample(rates, len(rates))
    found = pair(rates, other)
    by_key = {rate.key: rate for rate in rates}
    assert found is not None and sorted(found) == sorted(found.values()) == sorted(by_key)
    assert all(by_key[one].kind == by_key[two].kind for one, two in found.items())


@given(st.lists(RATES, max_size=4, unique_by=lambda rate: rate.key), RATES)
def test_one_rate_more_is_not_the_same(rates, more):
    assert pair(rates, [*rates, more]) is None


def test_names_decide_between_equal_percentages():
    wanted = [Rate('a', 'County', 1), Rate('b', 'City', 1)]
    rates = [Rate('1', 'city ', 1), Rate('2', 'COUNTY', 1)]
    assert pair(wanted, rates) == {'a': '2', 'b': '1'}


def test_percentages_are_compared_to_four_decimals():
    assert pair([Rate('a', 'x', 9.975)], [Rate('1', 'y', 9.97500001)]) == {'a': '1'}
    assert pair([Rate('a', 'x', 9.975)], [Rate('1', 'y', 9.9751)]) is None


@pytest.mark.parametrize(
    'rates, percent',
    [
        ([], 0),
        ([Rate(1, '', 6), Rate(2, '', 1)], 7),
        ([Rate(1, '', 5), Rate(2, '', 7, ON_TOP)], 12.35),
        ([Rate(1, '', 5), Rate(2, '', 10, ON_TAX)], 5.5),
    ],
)
def test_total_of_rates(rates, percent):
    assert total(rates) == percent


def test_rates_of_nothing_are_left_out_where_others_are_charged():
    six, zero = Rate(1, '', 6), Rate(2, '', 0)
    assert charged([six, zero]) == (six,)
    assert charged([zero]) == (zero,)
    assert (show([six, Rate(3, '', 0.25)]), show([])) == ('6% + 0.25%', '0%')


def test_a_code_is_found_by_just_its_rates():
    found = lists({'5': ['1', '2'], '6': ['1'], '7-': ['2']}, {'1': 6, '2': 1, '3': 2})
    one, two, three = ({(rate, ON_AMOUNT)} for rate in '123')
    assert [found.of_rates(each).key for each in ([one, two], [two, one], [one])] == ['5', '5', '6']
    assert found.of_rates([two]) is None, 'inactive'
    assert found.of_rates([one, one]) is None, 'the same rate twice'
    assert found.of_rates([one, three]) is None
    assert found.of_rates([set(), one]) is None
    assert found.of_rates([one | two, two | one]).key == '5'


def test_the_code_of_nothing_is_known_only_where_there_is_one():
    assert lists({'5': ['1'], '6': ['2']}, {'1': 6, '2': 0}).zero().key == '6'
    assert lists({'5': [], '6': ['2']}, {'2': 0}).zero() is None
    assert lists({'5': ['1']}, {'1': 6}).zero() is None


def test_codes_and_rates_are_found_by_name():
    found = lists({'5': ['1'], '6-': ['1']}, {'1': 6})
    assert (found.named(' code 5').key, found.named('Code 6-')) == ('5', None)
    assert found.rates_like(Rate('x', 'RATE 1', 6)) == {'1'}
    assert found.rates_like(Rate('x', 'RATE 1', 6.5)) == set()
    assert is_same_name('Straße ', 'STRASSE')


def test_rates_stand_in_the_order_in_which_they_are_charged():
    details = [
        {'TaxRateRef': {'value': key}, 'TaxTypeApplicable': applies, 'TaxOrder': order}
        for key, applies, order in (('2', ON_TOP, 2), ('1', ON_TOP, 1), ('9', ON_AMOUNT, 3))
    ]
    code = ('5', 'Both', True, {'SalesTaxRateList': {'TaxRateDetail': details}})
    rates = [('1', 'One', True, {'RateValue': 5}), ('2', 'Two', False, {'RateValue': 7})]
    for order in permutations(rates):
        found = TaxLists([code], list(order), '2026-11-21').codes['5'].rates
        assert [(rate.key, rate.applies) for rate in found] == [('1', ON_AMOUNT), ('2', ON_TOP)]


@pytest.mark.parametrize(
    'day, percent', [('2019-12-31', 9), ('2020-01-01', 3), ('2025-12-31', 3), ('2026-01-01', 4), ('2030-01-01', 4)]
)
def test_a_rate_counts_as_on_the_day(day, percent):
    rate = {
        'RateValue': 9,
        'EffectiveTaxRate': [
            {'RateValue': 3, 'EffectiveDate': '2020-01-01T00:00:00-08:00', 'EndDate': '2025-12-31T23:59:59-08:00'},
            {'RateValue': 4, 'EffectiveDate': '2026-01-01T00:00:00-08:00'},
        ],
    }
    assert percent_on(rate, day) == percent


@given(st.sets(st.sampled_from(sorted(RATE_LISTS))))
def test_a_code_has_rates_of_its_own_for_each_side(sides):
    rates = {'sale': '1', 'purchase': '2'}
    code = {RATE_LISTS[side]: {'TaxRateDetail': [{'TaxRateRef': {'value': rates[side]}}]} for side in sides}
    every = [('1', 'Out', True, {'RateValue': 6}), ('2', 'In', True, {'RateValue': 4})]
    for side, rate in rates.items():
        found = TaxLists([('5', 'Code', True, code)], every, '2026-11-21', side).codes['5'].rates
        assert [item.key for item in found] == ([rate] if side in sides else [])
        assert is_of_side(code, side) == (side in sides or not sides)
