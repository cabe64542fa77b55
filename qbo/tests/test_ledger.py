from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..ledger import Row, TooMuch, moment, open_items, postings, sums

KEYS = ('tx_date', 'txn_type', 'doc_num', 'name', 'subt_nat_amount')


def column(key, with_meta=True):
    if not with_meta:
        return {'ColTitle': key, 'ColType': key}
    return {'ColTitle': key, 'ColType': 'String', 'MetaData': [{'Name': 'ColKey', 'Value': key}]}


def report(*rows, keys=KEYS, with_meta=True):
    return {'Columns': {'Column': [column(key, with_meta) for key in keys]}, 'Rows': {'Row': list(rows)}}


def row(type='Invoice', id='130', amount='.50', date='2026-03-02'):
    cells = [{'value': date}, {'value': type, 'id': id}, {'value': '1001'}, {'value': 'Acme', 'id': '7'}]
    return {'ColData': [*cells, {'value': amount}], 'type': 'Data'}


def section(account, *rows):
    head = {'Header': {'ColData': [{'value': 'Account', 'id': account}]}} if account else {}
    return {**head, 'Rows': {'Row': list(rows)}, 'Summary': {'ColData': [{'value': 'Total'}]}, 'type': 'Section'}


def test_rows_stand_on_the_account_of_their_section():
    own = section(None, row(id='1'))
    found = postings(
        report(section('84', own, section('85', row(id='2', amount='-1,234.50'))), section('1', row(id='3')))
    )
    assert [(each.key, each.account, each.cents) for each in found] == [
        (('Invoice', '1'), '84', 50),
        (('Invoice', '2'), '85', -123450),
        (('Invoice', '3'), '1', 50),
    ]
    assert (found[0].number, found[0].name, found[0].party, found[0].date) == ('1001', 'Acme', '7', '2026-03-02')


def test_the_credit_side_is_negative_whatever_the_account():
    found = postings(report(section('84', row()), section('79', row())), {'84': 'Asset', '79': 'Revenue'})
    assert [each.cents for each in found] == [50, -50]


def test_a_beginning_balance_is_no_document():
    begin = {'ColData': [{'value': 'Beginning Balance'}, *[{'value': ''}] * 3, {'value': '7.00'}], 'type': 'Data'}
    assert postings(report(section('84', begin))) == []


@pytest.mark.parametrize(
    ('type', 'entity'),
    [
        ('Credit Memo', 'CreditMemo'),
        ('Refund', 'RefundReceipt'),
        ('Check', 'Purchase'),
        ('Credit Card Credit', 'Purchase'),
        ('Bill Payment (Check)', 'BillPayment'),
        ('Sales Tax Payment', 'Sales Tax Payment'),
    ],
)
def test_types_have_their_entity_and_others_keep_their_word(type, entity):
    assert postings(report(row(type)))[0].key == (entity, '130')


def test_columns_without_metadata_and_in_home_currency_are_found():
    keys = (*KEYS[:4], 'subt_nat_home_amount')
    assert postings(report(row(), keys=keys, with_meta=False))[0].cents == 50


def test_a_report_that_was_cut_off_says_so():
    cut = {'ColData': [{'value': 'Unable to display more data. Please reduce the date range.'}], 'type': 'Data'}
    with pytest.raises(TooMuch):
        postings(report(section('84', row(), cut)))


def test_another_report_is_refused():
    with pytest.raises(ValueError, match='no column'):
        postings(report(row(), keys=KEYS[:4]))


def test_without_data_there_is_nothing():
    assert postings({'Columns': {}, 'Rows': {}}) == []
    assert open_items({'Rows': {}}) == []


@pytest.mark.parametrize('side', ['sale', 'purchase'])
def test_open_items_of_both_sides(side):
    key = {'sale': 'subt_open_bal', 'purchase': 'subt_neg_open_bal'}[side]
    found = open_items(report(section(None, row('Payment', '5', '-3.00')), keys=(*KEYS[:4], key)), side)
    assert sums(found) == {('Payment', '5'): -300}


@given(st.lists(st.tuples(st.sampled_from('123'), st.integers(-999, 999))))
def test_sums_lose_nothing(amounts):
    rows = [Row(('Invoice', id), cents) for id, cents in amounts]
    assert sum(sums(rows).values()) == sum(cents for _id, cents in amounts)


@pytest.mark.parametrize(
    ('text', 'expected'),
    [
        ('2026-03-02T10:00:00-08:00', datetime(2026, 3, 2, 18, tzinfo=timezone.utc)),
        ('2026-03-02', datetime(2026, 3, 2, 23, 59, 59, tzinfo=timezone.utc)),
        ('03/02/2026 10:00 AM', None),
        ('', None),
        (None, None),
    ],
)
def test_moments(text, expected):
    assert moment(text) == expected
