"""Ageing and balances of customers and vendors (purchases 14)."""

import pytest

from .buying import VENDOR, owing, paid, spent
from .client import Api, faults
from .documents import line, link, money, values

DAY = '2030-06-30'


@pytest.fixture
def report(sandbox):
    api = Api(sandbox)

    def ask(name, **asked):
        response = api.get(f'reports/{name}', **{'report_date': DAY, **asked})
        assert response.status_code == 200, response.text
        return response.json()

    return ask


def table(report):
    """Return {name: [cells]} of a flat report, the total too."""
    rows = [row.get('ColData') or row['Summary']['ColData'] for row in report['Rows'].get('Row', ())]
    return {row[0]['value']: [cell['value'] for cell in row[1:]] for row in rows}


@pytest.fixture
def bills(sandbox):
    """Bills due on four days before the report, one after it, and a credit."""
    for due, amount in (('2030-07-15', 1), ('2030-06-30', 2), ('2030-06-29', 4), ('2030-05-15', 8), ('2030-01-01', 16)):
        sandbox.create('Bill', owing(spent(sandbox, amount), TxnDate='2029-12-01', DueDate=due))
    sandbox.create('VendorCredit', owing(spent(sandbox, 3), TxnDate='2030-05-25'))


def test_what_is_due_is_in_its_bucket(sandbox, report, bills):
    name = sandbox.get('Vendor', VENDOR)['DisplayName']

    found = report('AgedPayables')
    assert table(found)[name] == ['3.00', '4.00', '5.00', '', '16.00', '28.00']
    assert table(found)['TOTAL'] == ['3.00', '4.00', '5.00', '0.00', '16.00', '28.00']
    assert found['Rows']['Row'][0]['ColData'][0] == {'value': name, 'id': VENDOR}
    wide = report('AgedPayables', aging_period='100', num_periods='2')
    assert [each['ColTitle'] for each in wide['Columns']['Column']] == [
        '',
        'Current',
        '1 - 100',
        '101 and over',
        'Total',
    ]
    assert table(wide)[name] == ['3.00', '9.00', '16.00', '28.00']


def test_detail_has_a_section_for_each_bucket(sandbox, report, bills):
    found = report('AgedPayableDetail')

    heads = [row.get('Header', {}).get('ColData', [{'value': None}])[0]['value'] for row in found['Rows']['Row']]
    assert heads == [
        '91 or more days past due', '31 - 60 days past due', '1 - 30 days past due', 'Current', None,
    ]  # fmt: skip
    second = found['Rows']['Row'][1]
    cells = [[cell['value'] for cell in row['ColData']] for row in second['Rows']['Row']]
    assert [row[1:2] + row[4:] for row in cells] == [
        ['Bill', '2030-05-15', '46', '8.00', '8.00'], ['Vendor Credit', '2030-05-25', '36', '-3.00', '-3.00'],
    ]  # fmt: skip
    assert [cell['value'] for cell in second['Summary']['ColData']][0::6] == ['Total for 31 - 60 days past due', '5.00']
    assert [cell['value'] for cell in found['Rows']['Row'][-1]['Summary']['ColData']][-1] == '28.00'


def test_what_is_paid_later_is_still_open_on_the_day(sandbox, report):
    bill = sandbox.create('Bill', owing(spent(sandbox, 100), TxnDate='2030-06-01'))
    sandbox.create('BillPayment', paid(sandbox, 60, link(bill, 60, 'Bill'), TxnDate='2030-07-01'))
    name = sandbox.get('Vendor', VENDOR)['DisplayName']

    assert table(report('VendorBalance'))[name] == ['100.00']
    assert table(report('VendorBalance', report_date='2030-07-01'))[name] == ['40.00']
    assert table(report('VendorBalance', report_date='2030-05-31')).get(name) is None


def test_unapplied_money_is_negative(sandbox, report):
    sandbox.create('BillPayment', paid(sandbox, 46, TxnDate='2030-05-20'))
    name = sandbox.get('Vendor', VENDOR)['DisplayName']

    assert table(report('AgedPayables'))[name] == ['', '', '-46.00', '', '', '-46.00']


def test_receivables_are_the_twin(sandbox, report):
    sandbox.create('Invoice', values(line(100), TxnDate='2030-05-01', DueDate='2030-05-31'))
    sandbox.create('Payment', money(30, TxnDate='2030-06-10'))
    name = sandbox.get('Customer', '1')['DisplayName']

    assert table(report('AgedReceivables', customer='1')) == {
        name: ['', '70.00', '', '', '', '70.00'], 'TOTAL': ['0.00', '70.00', '0.00', '0.00', '0.00', '70.00'],
    }  # fmt: skip
    keys = [each['MetaData'][0]['Value'] for each in report('AgedReceivableDetail')['Columns']['Column']]
    assert keys[3] == 'cust_name' and keys[-2:] == ['subt_amount', 'subt_open_bal']
    assert table(report('CustomerBalance', customer='1')) == {name: ['70.00'], 'TOTAL': ['70.00']}
    detail = report('CustomerBalanceDetail', customer='1')['Rows']['Row']
    assert detail[0]['Header']['ColData'][0] == {'value': name, 'id': '1'}
    assert detail[-1]['Summary']['ColData'][0] == {'value': 'TOTAL'}


@pytest.mark.parametrize('asked, wanted', [
    ({'report_date': 'soon'}, '2060'), ({'aging_period': 'x'}, '2080'), ({'num_periods': '0'}, '2080'),
])  # fmt: skip
def test_wrong_parameters_are_refused(sandbox, asked, wanted):
    assert faults(Api(sandbox).get('reports/AgedPayables', **asked))[0][0] == wanted
