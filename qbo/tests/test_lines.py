from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from .. import lines

AMOUNTS = st.integers(-10_000_000, 10_000_000).map(lambda number: number / 100)
QUANTITIES = st.integers(1, 10_000_000).map(lambda number: number / 100)


@given(amount=AMOUNTS, quantity=QUANTITIES)
def test_a_price_comes_to_the_amount_to_the_cent_or_there_is_none(amount, quantity):
    qty, unit = lines.price(amount, quantity)
    if unit is not None:
        product = (lines.exact(qty) * lines.exact(unit)).quantize(Decimal('0.01'), ROUND_HALF_UP)
        assert product == lines.exact(amount)


def test_a_price_that_five_decimals_cannot_express_is_left_out():
    assert lines.price(1000000.01, 333333.33) == (None, None)
    assert lines.price(10, 0) == (None, None)


def item(qbo_id, value, **members):
    return {**lines.sales(value, 10.0, 1, 10.0), 'Id': qbo_id, **members}


def test_lines_that_are_known_keep_their_id_and_what_only_quickbooks_has():
    known = [item('1', 'A'), item('2', 'B')]
    known[1][lines.SALES]['ServiceDate'] = '2026-03-01'
    sent = lines.to_send([lines.sales('B', 20.0, 2, 10.0), lines.sales('C', 5.0)], known)
    assert [line.get('Id') for line in sent] == ['2', None]
    assert sent[0][lines.SALES]['ServiceDate'] == '2026-03-01'
    assert 'ServiceDate' not in sent[1][lines.SALES]


def test_the_same_line_is_recognised_before_one_that_is_only_alike():
    known = [item('1', 'A', Description='first'), item('2', 'A', Description='second')]
    sent = lines.to_send([lines.sales('A', 10.0, 1, 10.0, description='second')], known)
    assert sent[0]['Id'] == '2'


def test_bundles_are_expanded_and_subtotals_left_out():
    bundle = {'DetailType': 'GroupLineDetail', 'GroupLineDetail': {'Line': [item('1', 'A')]}}
    subtotal = {'DetailType': 'SubTotalLineDetail', 'Amount': 10}
    assert [line['DetailType'] for line in lines.mapped([bundle, subtotal])] == [lines.SALES]


def bundle(*inside):
    return {'Id': '9', 'DetailType': lines.GROUP, lines.GROUP: {'Line': list(inside)}}


def test_a_bundle_goes_back_as_it_came_where_its_lines_are_what_they_were():
    known = [bundle(item('1', 'A'), item('2', 'B')), item('3', 'A'), {'DetailType': 'SubTotalLineDetail'}]
    first, second, single = lines.mapped(known)

    sent = lines.to_send([lines.sales('C', 1.0), second, first, {**single, 'Amount': 2.0}], known)

    assert [line.get('Id') for line in sent] == [None, '9', '3']
    assert sent[1] is known[0]


def test_a_bundle_is_recognised_in_odoos_spelling():
    known = [bundle(item('1', 'A')), {'DetailType': lines.DISCOUNT, 'Amount': 1.0, lines.DISCOUNT: {}}, item('2', 'B')]
    ours = [{**line, 'Description': 'ours'} for line in lines.mapped(known)]

    assert [line.get('Id') for line in lines.to_send(ours, known, agreed=ours)][:2] == ['9', '2']
    assert lines.broken_bundle(ours, known) == known[0]
    assert lines.broken_bundle(ours, known, ours) is None


def test_a_bundle_is_broken_while_a_part_of_it_is_left():
    known = [bundle(item('1', 'A'), item('2', 'B')), item('3', 'B', Amount=7.0)]
    first, second, single = lines.mapped(known)

    assert lines.broken_bundle([first, second], known) is None
    assert lines.broken_bundle([single], known) is None
    assert lines.broken_bundle([], known) is None
    assert lines.broken_bundle([first, single], known) == known[0]
    assert lines.broken_bundle([first, {**second, 'Amount': 8.0}], known) == known[0]


def test_a_percentage_that_rounds_another_way_goes_as_an_amount():
    rows = [lines.sales('A', 10.05)]
    assert lines.discount_of(rows, 1.01, 10)[lines.DISCOUNT] == {'PercentBased': True, 'DiscountPercent': 10.0}
    assert lines.discount_of(rows, 1.0, 10) == lines.discount(1.0)


@given(st.lists(st.tuples(st.sampled_from('AB'), AMOUNTS)))
def test_mapping_what_was_mapped_changes_nothing(rows):
    once = lines.mapped([lines.sales(value, amount) for value, amount in rows])
    assert lines.mapped(once) == once
