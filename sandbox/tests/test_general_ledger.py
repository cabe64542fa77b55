"""``/reports/GeneralLedger`` (purchases 14)."""

import pytest

from ..company.report_parts import period
from ..control import Control
from .buying import VENDOR, expense, owing, paid, spent
from .client import Api, faults
from .documents import account, line, link, values
from .entries import entry


@pytest.fixture
def bare(sandbox):
    return sandbox.realm_ids[1]


@pytest.fixture
def books(bare, sandbox):
    return Api(sandbox, bare)


def ledger(api, **asked):
    response = api.get('reports/GeneralLedger', **asked)
    assert response.status_code == 200, response.text
    return response.json()


def sections(report):
    """Return {account name: [(date, type, num, name, memo, split, amount, balance)]}, nested ones too."""
    found = {}

    def walk(rows, name=None):
        for row in rows:
            if row['type'] == 'Data':
                found.setdefault(name, []).append(tuple(cell['value'] for cell in row['ColData']))
            else:
                head = row.get('Header', {}).get('ColData', [{'value': name}])[0]
                walk(row['Rows']['Row'], head['value'])

    walk(report['Rows'].get('Row', ()))
    return found


def test_each_document_has_its_rows(sandbox):
    realm = sandbox.realm_id
    api = Api(sandbox, realm)
    name = sandbox.get('Vendor', VENDOR)['DisplayName']
    bill = sandbox.create('Bill', owing(spent(sandbox, 200, text='Diesel'), DocNumber='A-1', PrivateNote='n',
                                        TxnDate='2030-03-01'))  # fmt: skip
    made = sandbox.create(
        'BillPayment', paid(sandbox, 200, link(bill, type='Bill'), card=True, TxnDate='2030-03-02', PrivateNote='p')
    )
    sandbox.create('Purchase', expense(sandbox, spent(sandbox, 5), spent(sandbox, 0.5, 'Insurance'), how='Check',
                                       to=('Vendor', VENDOR), DocNumber='75', TxnDate='2030-03-03'))  # fmt: skip
    found = sections(ledger(api, start_date='2030-03-01', end_date='2030-03-31'))

    card = ('2030-03-02', 'Bill Payment (Credit Card)', '', name, 'p', 'Accounts Payable (A/P)', '200.00', '200.00')
    assert found['Company Card'] == [card]
    payable = [row for row in found['Accounts Payable (A/P)'] if row[0] != 'Beginning Balance']
    assert payable == [
        ('2030-03-01', 'Bill', 'A-1', name, 'n', 'Fuel', '200.00', '200.00'),
        ('2030-03-02', 'Bill Payment (Credit Card)', '', name, 'p', 'Company Card', '-200.00', '.00'),
    ]
    assert found['Fuel'] == [
        ('2030-03-01', 'Bill', 'A-1', name, 'Diesel', 'Accounts Payable (A/P)', '200.00', '200.00'),
        ('2030-03-03', 'Check', '75', name, '', 'Checking', '5.00', '205.00'),
    ]
    assert found['Insurance'][0][-2:] == ('.50', '.50')
    assert [row for row in found['Checking'] if row[1] == 'Check'][0][5:7] == ('-Split-', '-5.50')
    assert made['Id']


def test_ids_are_those_of_document_account_and_name(sandbox, api):
    bill = sandbox.create('Bill', owing(spent(sandbox, 200), TxnDate='2030-03-01'))
    report = ledger(api, start_date='2030-03-01', end_date='2030-03-01', account=account(sandbox, 'Fuel'))
    (section,) = report['Rows']['Row']

    assert section['Header']['ColData'][0] == {'value': 'Fuel', 'id': account(sandbox, 'Fuel')}
    cells = section['Rows']['Row'][0]['ColData']
    assert [cells[place].get('id') for place in (1, 3, 5)] == [
        bill['Id'],
        VENDOR,
        account(sandbox, 'Accounts Payable (A/P)'),
    ]


def test_parents_stand_above_their_accounts(sandbox, books, bare):
    for name in ('Fuel', 'Diesel'):
        sandbox.create('JournalEntry', entry(sandbox, (name, 10), ('Savings', -10), TxnDate='2026-05-01'), bare)
    sandbox.create('JournalEntry', entry(sandbox, ('Weekly routes', -7), ('Savings', 7), TxnDate='2026-05-01'), bare)
    rows = {row['Header']['ColData'][0]['value']: row for row in
            ledger(books, start_date='2026-05-01', end_date='2026-05-31')['Rows']['Row']}  # fmt: skip

    fuel = rows['Fuel']
    assert fuel['Header']['ColData'][0]['id'] == account(sandbox, 'Fuel')
    own, diesel = fuel['Rows']['Row']
    assert 'Header' not in own and own['Summary']['ColData'][0] == {'value': 'Total for Fuel'}
    assert diesel['Header']['ColData'][0]['value'] == 'Diesel'
    assert [fuel['Summary']['ColData'][place]['value'] for place in (0, 6)] == [
        'Total for Fuel with sub-accounts', '20.00',
    ]  # fmt: skip
    above = rows['Pool service income']
    assert 'id' not in above['Header']['ColData'][0]
    assert [above['Summary']['ColData'][place]['value'] for place in (0, 6)] == [
        'Total for Pool service income',
        '7.00',
    ]


def test_beginning_balances_are_those_of_balance_sheet_accounts(sandbox, books, bare):
    sandbox.create('JournalEntry', entry(sandbox, ('Fuel', 10), ('Savings', -10), TxnDate='2026-04-01'), bare)
    found = sections(ledger(books, start_date='2026-05-01', end_date='2026-05-31'))

    assert found == {'Savings': [('Beginning Balance', '', '', '', '', '', '', '-10.00')]}


def test_payments_of_zero_stand_apart(sandbox, api):
    sandbox.create('Invoice', values(line(100), TxnDate='2030-03-01'))
    sandbox.create('CreditMemo', values(line(40), TxnDate='2030-03-01'))
    applied = sandbox.all('Payment')[-1]
    day = applied['TxnDate']
    found = sections(ledger(api, start_date=day, end_date=day))

    (row,) = found['Not Specified']
    note = 'Created by QB Online to link credits to charges.'
    assert row == (day, 'Payment', '', sandbox.get('Customer', '1')['DisplayName'], note, '', '.00', '.00')


def test_nothing_says_so(books):
    report = ledger(books)

    assert report['Rows'] == {}
    assert {'Name': 'NoReportData', 'Value': 'true'} in report['Header']['Option']


def test_columns_and_filters(sandbox, api):
    sandbox.create('Bill', owing(spent(sandbox, 10, ClassRef={'value': '2'}), TxnDate='2030-03-01'))
    sandbox.create('Invoice', values(line(20), TxnDate='2030-03-01'))
    asked = {'start_date': '2030-03-01', 'end_date': '2030-03-01'}

    report = ledger(api, **asked, columns='tx_date,account_name,debt_amt,credit_amt,klass_name', vendor=VENDOR)
    assert [each['MetaData'][0]['Value'] for each in report['Columns']['Column']] == [
        'tx_date', 'account_name', 'debt_amt', 'credit_amt', 'klass_name',
    ]  # fmt: skip
    assert report['Header']['Vendor'] == VENDOR
    assert sections(report)['Fuel'] == [('2030-03-01', 'Fuel', '10.00', '', 'Residential:Weekly')]
    assert set(sections(ledger(api, **asked, customer='1'))) >= {'Pool service income', 'Accounts Receivable (A/R)'}
    assert 'Fuel' not in sections(ledger(api, **asked, customer='1'))
    assert set(sections(ledger(api, **asked, **{'class': '2'}))) == {'Fuel'}


@pytest.mark.parametrize('macro, since, until', [
    ('Today', '2026-11-18', '2026-11-18'), ('This Month', '2026-11-01', '2026-11-30'),
    ('Last Month', '2026-10-01', '2026-10-31'), ('Last Month-to-date', '2026-10-01', '2026-10-18'),
    ('This Fiscal Year-to-date', '2026-01-01', '2026-11-18'), ('Last Fiscal Year', '2025-01-01', '2025-12-31'),
    ('This Fiscal Quarter', '2026-10-01', '2026-12-31'), ('Last Week', '2026-11-08', '2026-11-14'),
    ('Next Month', '2026-12-01', '2026-12-31'),
])  # fmt: skip
def test_macros_are_days(macro, since, until):
    control = Control(now_s=lambda: 1795032000.0)  # 2026-11-18, noon Pacific.

    assert period(control.books(), {'date_macro': macro}) == (since, until, macro.lower())


def test_wrong_macro_is_refused(api):
    assert faults(api.get('reports/GeneralLedger', date_macro='Someday')) == [('2170', 'date_macro')]
    assert faults(api.get('reports/GeneralLedger', start_date='soon')) == [('2060', 'start_date')]
