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


EXACT = st.integers(1, 10_000_000).map(lambda number: number / 100_000)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            'Description': st.sampled_from([None, "Visit", "  two\nlines "]),
            'Amount': AMOUNTS,
            'members': st.fixed_dictionaries(
                {
                    'ItemRef': st.sampled_from(['1', '2', 'SHIPPING_ITEM_ID']).map(lambda item: {'value': item}),
                    'Qty': EXACT | st.none(),
                    'UnitPrice': EXACT | st.none(),
                    'ServiceDate': st.sampled_from([None, '2026-03-01']),
                    'ClassRef': st.sampled_from([None, {'value': '5', 'name': "North"}]),
                    'TaxCodeRef': st.sampled_from([None, {'value': 'TAX'}]),
                    'Unknown': st.none() | st.integers(),
                }
            ),
        }
    ),
    min_size=1,
    max_size=6,
)


def as_sent(rows):
    """Return lines as QuickBooks sends them, with what nobody else knows."""
    kept = [{key: value for key, value in row['members'].items() if value is not None} for row in rows]
    return [
        {
            'Id': str(number + 1),
            'DetailType': lines.SALES,
            'Amount': row['Amount'],
            **({'Description': row['Description']} if row['Description'] else {}),
            lines.SALES: members,
        }
        for number, (row, members) in enumerate(zip(rows, kept, strict=True))
    ]


def in_odoo(known):
    """Return the same lines as Odoo spells them: with a text, a quantity of two decimals, and no built-in item."""
    ours = []
    for line in lines.mapped(known):
        detail = {**line[lines.SALES], 'Qty': 1.0, 'UnitPrice': line['Amount']}
        if not detail['ItemRef']['value'].isdigit():
            detail['ItemRef'] = {'value': None}
        ours.append({**line, 'Description': (line['Description'] or "Product").strip(), lines.SALES: detail})
    return ours


@given(rows=ROWS, data=st.data())
def test_all_lines_but_the_edited_one_go_back_as_they_came(rows, data):
    known = as_sent(rows)
    ours = in_odoo(known)
    assert lines.to_send(ours, known, agreed=ours) == known

    edited = data.draw(st.integers(0, len(ours) - 1))
    now = [{**line, 'Description': "Edited"} if place == edited else line for place, line in enumerate(ours)]
    sent = lines.to_send(now, known, agreed=ours)
    same = [place for place, line in enumerate(ours) if line == ours[edited]]  # any of them may be the edited one
    assert sorted(line['Id'] for line in sent) == sorted(line['Id'] for line in known)
    for line in sent:
        old = known[int(line['Id']) - 1]
        assert line == old or (int(line['Id']) - 1 in same and line == {**old, 'Description': "Edited"})


@given(rows=ROWS)
def test_a_line_that_is_taken_away_takes_no_other_along(rows):
    known = as_sent(rows)
    ours = in_odoo(known)
    sent = lines.to_send(ours[1:], known, agreed=ours)
    assert len(sent) == len(known) - 1
    assert all(line == known[int(line['Id']) - 1] for line in sent)


def test_another_amount_keeps_a_quantity_of_more_decimals_where_it_fits():
    known = as_sent([{'Description': None, 'Amount': 85.0, 'members': {
        'ItemRef': {'value': '1'}, 'Qty': 2.125, 'UnitPrice': 40.0, 'ServiceDate': '2026-03-01',
    }}])  # fmt: skip
    ours = in_odoo(known)
    detail = {**ours[0][lines.SALES], 'UnitPrice': 102.0}
    (sent,) = lines.to_send([{**ours[0], 'Amount': 102.0, lines.SALES: detail}], known, agreed=ours)
    assert sent == {
        **known[0], 'Amount': 102.0, lines.SALES: {**known[0][lines.SALES], 'Qty': 2.125, 'UnitPrice': 48.0},
    }  # fmt: skip


def test_lines_in_another_order_lose_their_old_places():
    rows = [{'Description': None, 'Amount': amount, 'members': {'ItemRef': {'value': '1'}}} for amount in (1.0, 2.0)]
    known = [{**line, 'LineNum': number + 1} for number, line in enumerate(as_sent(rows))]
    ours = in_odoo(known)
    assert lines.to_send([*ours, lines.sales('2', 3.0)], known, agreed=ours)[:2] == known
    for now in (ours[::-1], ours[1:], [lines.sales('2', 3.0), *ours]):
        assert not any('LineNum' in line for line in lines.to_send(now, known, agreed=ours))


def test_what_was_emptied_is_left_out_and_what_odoo_has_not_stays():
    known = as_sent([{'Description': "Visit", 'Amount': 10.0, 'members': {
        'ItemRef': {'value': '1'}, 'Qty': 1, 'UnitPrice': 10.0, 'ClassRef': {'value': '5'}, 'ServiceDate': '2026-03-01',
    }}])  # fmt: skip
    ours = lines.mapped(known)
    detail = {**ours[0][lines.SALES], 'ClassRef': {'value': None}}
    (sent,) = lines.to_send([{**ours[0], 'Description': None, lines.SALES: detail}], known, agreed=ours)
    assert 'Description' not in sent and 'ClassRef' not in sent[lines.SALES]
    assert (sent[lines.SALES]['ServiceDate'], sent['Amount']) == ('2026-03-01', 10.0)


def test_ids_say_which_line_was_which():
    known = as_sent(
        [{'Description': None, 'Amount': amount, 'members': {'ItemRef': {'value': '1'}}} for amount in (1, 2)]
    )
    swapped = [{**known[1], 'Amount': 1.0}, {'DetailType': lines.SALES, lines.SALES: {'ItemRef': {'value': '1'}}}]
    assert lines.counterparts_by_id(swapped, known, lines.mapped(known)) == [1, 0]


def test_words_on_a_purchase_keep_the_spelling_that_quickbooks_gave_them():
    remark = {'Id': '3', **lines.description("As agreed")}
    heading = {'Id': '1', 'DetailType': lines.ITEM, 'Description': "Parts", 'Amount': 0, lines.ITEM: {}}
    snapshot = {'Line': [heading, remark, lines.description("without an id")]}
    new = lines.description("Thanks")

    assert lines.bought_text(remark, snapshot) == remark
    reworded = {**remark, 'Description': "As agreed by phone"}
    assert lines.bought_text(reworded, snapshot, tax_code='5') == reworded
    assert lines.bought_text(heading, snapshot) == heading
    for known in (None, snapshot):
        sent = lines.bought_text(new, known, tax_code='5')
        assert (sent['DetailType'], sent[lines.ITEM]) == (lines.ITEM, {'TaxCodeRef': {'value': '5'}})
