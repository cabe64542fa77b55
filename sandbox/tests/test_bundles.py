"""Bundles: items of items, and what stands on a document for one (qbo-api 9.5, 9.6)."""

import pytest

from .client import faults
from .documents import keys, line, values


@pytest.fixture
def kit(sandbox):
    """A bundle of two pieces of one item and one of another."""
    income = {'value': next(row['Id'] for row in sandbox.all('Account') if row['AccountType'] == 'Income')}
    parts = [
        sandbox.create('Item', {'Name': name, 'Type': 'Service', 'UnitPrice': price, 'IncomeAccountRef': income})
        for name, price in (('Hose', 10), ('Net', 2.5))
    ]
    rows = [{'ItemRef': {'value': part['Id']}, 'Qty': qty} for part, qty in zip(parts, (2, 1), strict=True)]
    return sandbox.create('Item', {'Name': 'Kit', 'Type': 'Group', 'ItemGroupDetail': {'ItemGroupLine': rows}})


def bundle(kit, quantity=1, **members):
    detail = {'GroupItemRef': {'value': kit['Id']}, 'Quantity': quantity}
    return {'DetailType': 'GroupLineDetail', 'GroupLineDetail': detail, **members}


def shape(body):
    """Return (Id, amount or the (Id, quantity, amount) of those inside) of each line."""
    found = []
    for each in body['Line']:
        inside = each.get('GroupLineDetail', {}).get('Line')
        rows = [(row['Id'], row['SalesItemLineDetail']['Qty'], row['Amount']) for row in inside or ()]
        found.append((each.get('Id'), rows or each['Amount']))
    return found


def test_a_bundle_is_spread_into_its_lines_and_counted_once(sandbox, kit):
    made = sandbox.create('Invoice', values(bundle(kit, 3), line(7)))

    assert shape(made) == [('1', [('2', 6, 60), ('3', 3, 7.5)]), ('4', 7), (None, 74.5)]
    assert made['TotalAmt'] == 74.5
    assert made['Line'][0]['GroupLineDetail']['GroupItemRef']['name'] == 'Kit'
    assert made['Line'][0]['GroupLineDetail']['Line'][0]['SalesItemLineDetail']['ItemRef']['name'] == 'Hose'


def test_sent_back_as_it_came_it_stays(sandbox, api, kit):
    made = sandbox.create('Invoice', values(bundle(kit), line(7)))

    sent = {**keys(made), 'sparse': True, 'Line': [*made['Line'][:1], line(9)]}
    again = api.post('invoice', sent).json()['Invoice']

    assert shape(again) == [('1', [('2', 2, 20), ('3', 1, 2.5)]), ('5', 9), (None, 31.5)]


def test_void_empties_it(sandbox, kit):
    made = sandbox.create('Invoice', values(bundle(kit)))
    sandbox.void('Invoice', made['Id'])

    assert shape(sandbox.get('Invoice', made['Id'])) == [('1', [('2', 0, 0), ('3', 0, 0)]), (None, 0)]


def test_only_people_make_bundles(api, kit):
    assert faults(api.post('item', {'Name': 'Other', 'Type': 'Group'})) == [('6000', '')]
    assert faults(api.post('item', {**keys(kit), 'sparse': True, 'Name': 'Other'})) == [('6000', '')]
