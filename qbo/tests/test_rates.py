from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..rates import home, shortest

KNOWN = [
    # amount, booked at home, rate of the day, decimals at home, what is sent
    (100, 90, 0.9, 2, 0.9),
    (100, 110.57, 1.10567, 2, 1.10567),
    (0, 0, 1.1, 2, 1.1),
    (3, 1.0, 1 / 3, 2, 0.333333),
]


@pytest.mark.parametrize('amount, booked, rate, decimals, sent', KNOWN)
def test_a_rate_that_is_good_enough_has_six_digits(amount, booked, rate, decimals, sent):
    assert shortest(amount, booked, rate, decimals) == sent


def test_a_large_amount_of_a_small_currency_needs_more():
    rate = shortest(251_234_000, 9_886.43, 1 / 25_412, 2)
    assert home(251_234_000, rate, 2) == Decimal('9886.43')
    assert home(251_234_000, round(1 / 25_412, 6), 2) != Decimal('9886.43')


CURRENCIES = st.sampled_from((0, 2, 3))


@given(
    st.integers(1, 10**11),
    CURRENCIES,
    CURRENCIES,
    st.decimals('0.00002', '30000', places=9),
    st.integers(-3, 3),
)
def test_what_is_booked_comes_out_to_the_last_decimal(units, foreign, at_home, rate, rounding):
    """Whatever the decimals of both currencies, and though the lines were rounded one by one."""
    amount = Decimal(units).scaleb(-foreign)
    booked = home(amount, rate, at_home) + Decimal(rounding).scaleb(-at_home)
    if booked <= 0:
        return
    sent = shortest(float(amount), float(booked), float(rate), at_home)
    assert home(float(amount), sent, at_home) == booked
