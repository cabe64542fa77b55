"""What a payment settles of what is known of it here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..settlements import LEDGERS, RECEIVABLES, affordable

INVOICE, SECOND, CREDIT = ('Invoice', '1'), ('Invoice', '2'), ('CreditMemo', '3')


@pytest.mark.parametrize(
    ('sums', 'money', 'left'),
    [
        ({INVOICE: 20.0}, 20.0, {INVOICE: 20.0}),
        ({INVOICE: 20.0}, 50.0, {INVOICE: 20.0}),
        ({INVOICE: 20.0}, 8.0, {INVOICE: 8.0}),
        ({INVOICE: 20.0}, 0.0, {}),
        ({INVOICE: 20.0, CREDIT: 5.0}, 8.0, {INVOICE: 13.0, CREDIT: 5.0}),
        ({INVOICE: 20.0, SECOND: 20.0}, 25.1, {INVOICE: 20.0, SECOND: 5.1}),
        ({INVOICE: 20.0, SECOND: 20.0}, 10.0, {INVOICE: 10.0}),
    ],
)
def test_what_is_owed_is_cut_to_what_is_there_to_pay_it(sums, money, left):
    assert affordable(sums, RECEIVABLES, money) == left


@given(
    st.sampled_from(LEDGERS),
    st.dictionaries(st.tuples(st.integers(0, 1), st.integers(1, 9).map(str)), st.integers(1, 9999), max_size=6),
    st.integers(0, 20000),
)
def test_no_more_is_owed_than_money_and_credit_bring_and_nothing_else_is_touched(ledger, cents, money):
    sums = {(ledger.documents[place], number): amount / 100 for (place, number), amount in cents.items()}
    left = affordable(sums, ledger, money / 100)
    owed, credit = (sum(amount for key, amount in left.items() if key[0] == kind) for kind in ledger.documents)
    assert all(left[key] <= sums[key] for key in left)
    assert credit == sum(amount for key, amount in sums.items() if key[0] == ledger.documents[1])
    everything = sum(amount for key, amount in sums.items() if key[0] == ledger.documents[0])
    assert owed == pytest.approx(min(everything, credit + money / 100))
