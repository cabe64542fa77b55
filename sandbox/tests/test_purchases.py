"""Purchases: expenses, cheques, card charges and card credits (purchases 6)."""

import pytest

from .buying import VENDOR, bought, expense, spent
from .client import faults
from .documents import account, balance, keys


def made(sandbox, *lines, **members):
    return sandbox.create('Purchase', expense(sandbox, *(lines or [spent(sandbox, 74.36)]), **members))


@pytest.mark.parametrize('how, credit, number, sign', [
    ('Cash', None, '54', -1), ('Check', None, '3', -1), ('CreditCard', False, '54', -1), ('CreditCard', True, '11', 1),
])  # fmt: skip
def test_each_kind_is_answered_as_recorded(sandbox, api, how, credit, number, sign):
    name = 'Company Card' if how == 'CreditCard' else 'Checking'
    before = balance(sandbox, name)
    members = {} if credit is None else {'Credit': credit}
    body = api.create('Purchase', **expense(sandbox, spent(sandbox, 74.36), how=how, to=('vendor', VENDOR), **members))

    assert balance(sandbox, name) == pytest.approx(before + sign * 74.36)
    assert (body.get('Credit'), body.get('PrintStatus')) == (credit, 'NotSet' if how == 'Check' else None)
    assert body['PurchaseEx']['any'][0]['value'] == {'Name': 'TxnType', 'Value': number}
    assert body['EntityRef'] == {
        'type': 'Vendor',
        'value': VENDOR,
        'name': sandbox.get('Vendor', VENDOR)['DisplayName'],
    }
    assert sum(row['cents'] for row in sandbox.postings('Purchase', body['Id'])) == 0


@pytest.mark.parametrize('how, name', [
    ('Cash', 'Company Card'), ('Check', 'Undeposited Funds'), ('Check', 'Fuel'), ('CreditCard', 'Checking'),
])  # fmt: skip
def test_account_of_another_kind_is_refused(sandbox, api, how, name):
    values = expense(sandbox, spent(sandbox), how=how, AccountRef={'value': account(sandbox, name)})

    assert faults(api.post('purchase', values)) == [('6430', 'AccountRef')]


@pytest.mark.parametrize('change, code', [
    ({'PaymentType': 'Gold'}, '2170'), ({'PaymentType': None}, '2020'), ({'AccountRef': None}, '2020'),
    ({'EntityRef': {'type': 'Pirate', 'value': '1'}}, '2170'),
    ({'EntityRef': {'type': 'Vendor', 'value': '1'}}, '2500'),
    ({'Line': []}, '2020'), ({'PrintStatus': 'Later'}, '2170'),
])  # fmt: skip
def test_what_no_purchase_may_be_is_refused(sandbox, api, change, code):
    found = faults(api.post('purchase', {**expense(sandbox, spent(sandbox)), **change}))

    assert code in [each for each, _element in found]


@pytest.mark.parametrize('type, id', [('Vendor', VENDOR), ('Customer', '1'), ('Employee', '45')])
def test_anybody_may_be_paid_and_is_touched(sandbox, type, id):
    sandbox.clock.advance(minutes=1)
    body = made(sandbox, to=(type, id))

    name = sandbox.get(type, id)
    assert (body['EntityRef']['name'], name['SyncToken']) == (name['DisplayName'], '0')
    assert name['MetaData']['LastUpdatedTime'] == body['MetaData']['LastUpdatedTime']


def test_nobody_need_be_paid(sandbox):
    assert 'EntityRef' not in made(sandbox)


@pytest.mark.parametrize('on, to, code', [
    ('Accounts Receivable (A/R)', ('Vendor', VENDOR), '6000'), ('Accounts Receivable (A/R)', None, '6000'),
    ('Accounts Payable (A/P)', ('Customer', '1'), '6000'),
])  # fmt: skip
def test_receivables_and_payables_need_their_name(sandbox, api, on, to, code):
    assert faults(api.post('purchase', expense(sandbox, spent(sandbox, 5, on), to=to))) == [(code, '')]


def test_numbers_are_drawn_or_given(sandbox, api):
    assert [made(sandbox)['DocNumber'] for _each in range(2)] == ['1', '2']
    assert faults(api.post('purchase', expense(sandbox, spent(sandbox), DocNumber='2'))) == [('6140', '')]
    values = expense(sandbox, spent(sandbox), DocNumber='2')
    assert api.post('purchase', values, include='allowduplicatedocnum').status_code == 200
    pairs = [{'Name': 'VendorAndPurchasesPrefs.UseCustomTxnNumbers', 'Value': 'true'}]
    sandbox.configure(preferences={'OtherPrefs': {'NameValue': pairs}})
    assert 'DocNumber' not in made(sandbox)


def test_items_come_in_and_go_back(sandbox, api):
    cell = next(body for body in sandbox.all('Item') if body['Type'] == 'Inventory')
    body = made(sandbox, bought(824, cell['Id'], 2, 412), how='CreditCard')
    assert sandbox.get('Item', cell['Id'])['QtyOnHand'] == cell['QtyOnHand'] + 2

    api.update('Purchase', body, Credit=True)
    assert sandbox.get('Item', cell['Id'])['QtyOnHand'] == cell['QtyOnHand'] - 2
    api.post('purchase', keys(sandbox.get('Purchase', body['Id'])), operation='delete')
    assert sandbox.get('Item', cell['Id'])['QtyOnHand'] == cell['QtyOnHand']


def test_kinds_are_found(sandbox, api):
    made(sandbox, how='Check')
    made(sandbox, how='Cash')

    assert len(api.query("select * from Purchase where PaymentType = 'Check'")['Purchase']) == 1


def test_lines_may_be_on_any_account(sandbox):
    names = ('Pool service income', 'Savings', 'Truck', 'Truck loan', 'Cost of Goods Sold')

    assert made(sandbox, *(spent(sandbox, 10, name) for name in names))['TotalAmt'] == 50
