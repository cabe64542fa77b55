"""The currencies of a company and their rates (purchases 13)."""

import pytest

from ..documents import links, open_items
from .buying import owing, paid, spent
from .client import detail, faults
from .documents import balance, line, link, money, values


@pytest.fixture(autouse=True)
def worldly(sandbox):
    sandbox.configure(preferences={'CurrencyPrefs': {'MultiCurrencyEnabled': True}})


def test_currency_is_added_once_and_made_inactive(sandbox, api):
    made = api.create('CompanyCurrency', Code='KES')

    assert (made['Name'], made['Active'], made['Id'], made['SyncToken']) == ('Kenyan Shilling', True, '1', '0')
    assert faults(api.post('companycurrency', {'Code': 'KES'})) == [('6240', '')]
    assert api.update('CompanyCurrency', made, Active=False).json()['CompanyCurrency']['Active'] is False
    assert api.query('select * from CompanyCurrency') == {}


@pytest.mark.parametrize('code, wanted', [('USD', '6000'), ('XXQ', '2220'), (None, '2020')])
def test_what_is_no_currency_to_add_is_refused(api, code, wanted):
    assert faults(api.post('companycurrency', {'Code': code}))[0][0] == wanted


@pytest.mark.parametrize('type', ['Customer', 'Vendor'])
def test_first_name_of_a_currency_adds_it(sandbox, api, type):
    made = api.create(type, DisplayName='Abroad', CurrencyRef={'value': 'JPY'})

    assert made['CurrencyRef'] == {'value': 'JPY', 'name': 'Japanese Yen'}
    api.create(type, DisplayName='Abroad 2', CurrencyRef={'value': 'JPY'})
    assert [body['Code'] for body in sandbox.all('CompanyCurrency')] == ['JPY']
    assert faults(api.post(type.lower(), {'DisplayName': 'x', 'CurrencyRef': {'value': 'ZZQ'}})) == [
        ('2220', 'CurrencyRef')
    ]


def test_any_currency_is_invoiced(sandbox, api):
    for code in ('KES', 'NZD', 'CLP', 'BHD'):
        made = api.create('Customer', DisplayName=code, CurrencyRef={'value': code})
        asked = values(line(100), customer=made['Id'], CurrencyRef={'value': code}, ExchangeRate=0.5)
        assert api.create('Invoice', **asked)['HomeTotalAmt'] == 50


def rate(api, **asked):
    response = api.get('exchangerate', **asked)
    assert response.status_code == 200, response.text
    return response.json()['ExchangeRate']


def test_rate_of_a_day_is_the_last_one_set(sandbox, api):
    for day, number in (('2026-03-10', 1.2), ('2026-03-20', 1.310264)):
        asked = {'SourceCurrencyCode': 'EUR', 'Rate': number, 'AsOfDate': day}
        assert api.post('exchangerate', asked).json()['ExchangeRate']['Rate'] == number

    asked = {'sourcecurrencycode': 'EUR'}
    found = [rate(api, **asked, asofdate=f'2026-03-{day}')['Rate'] for day in ('09', '10', '19', '20', '25')]
    assert found == [1.1, 1.2, 1.2, 1.310264, 1.310264]
    row = rate(api, **asked)
    assert set(row) == {'SourceCurrencyCode', 'TargetCurrencyCode', 'Rate', 'AsOfDate', 'MetaData'}
    assert (row['TargetCurrencyCode'], set(row['MetaData'])) == ('USD', {'LastUpdatedTime'})
    assert row['AsOfDate'] == sandbox.clock.today().isoformat()


def test_home_currency_is_one_and_stays_so(api):
    assert rate(api, sourcecurrencycode='USD')['Rate'] == 1
    assert faults(api.post('exchangerate', {'SourceCurrencyCode': 'USD', 'Rate': 2}))[0][0] == '6000'


def test_rates_are_queried(sandbox, api):
    api.create('CompanyCurrency', Code='CAD')
    rows = api.query('select * from ExchangeRate')['ExchangeRate']
    assert {row['SourceCurrencyCode'] for row in rows} == {'CAD', 'USD'}
    asked = "select * from ExchangeRate where SourceCurrencyCode in ('GBP', 'CAD') and AsOfDate = '2026-01-05'"
    rows = api.query(f'{asked} orderby SourceCurrencyCode')['ExchangeRate']
    assert [(row['SourceCurrencyCode'], row['AsOfDate'], row['Rate']) for row in rows] == [
        ('CAD', '2026-01-05', 0.75), ('GBP', '2026-01-05', 1.3),
    ]  # fmt: skip


def test_documents_take_the_rate_of_their_day(sandbox, api):
    made = api.create('Customer', DisplayName='Abroad', CurrencyRef={'value': 'EUR'})
    api.post('exchangerate', {'SourceCurrencyCode': 'EUR', 'Rate': 1.25, 'AsOfDate': '2026-03-10'})
    asked = values(line(100), customer=made['Id'], CurrencyRef={'value': 'EUR'})

    found = [api.create('Invoice', **asked, TxnDate=day)['ExchangeRate'] for day in ('2026-03-09', '2026-03-11')]
    assert found == [1.1, 1.25]


def test_rates_are_cut_where_so_set(sandbox, api):
    sandbox.configure(exchange_rate_digits=3)
    asked = {'SourceCurrencyCode': 'EUR', 'Rate': 1.23456}

    assert api.post('exchangerate', asked).json()['ExchangeRate']['Rate'] == 1.235


@pytest.mark.parametrize('asked, code', [
    ({}, '2020'), ({'sourcecurrencycode': 'QQQ'}, '2220'), ({'sourcecurrencycode': 'EUR', 'asofdate': 'soon'}, '2060'),
])  # fmt: skip
def test_wrong_questions_are_refused(api, asked, code):
    assert detail(api.get('exchangerate', **asked))[0] == code


def test_one_currency_has_no_rates(sandbox, api):
    sandbox.overwrite('Preferences', '1', {'CurrencyPrefs': {'HomeCurrency': {'value': 'USD'}}})

    assert detail(api.get('exchangerate', sourcecurrencycode='EUR'))[0] == '6000'
    assert detail(api.post('companycurrency', {'Code': 'EUR'}))[0] == '6000'


# Gains and losses.


def bought(sandbox, rate, amount=100):
    if not (vendor := next((body for body in sandbox.all('Vendor') if body['DisplayName'] == 'Abroad'), None)):
        vendor = sandbox.create('Vendor', {'DisplayName': 'Abroad', 'CurrencyRef': {'value': 'EUR'}})
    asked = owing(spent(sandbox, amount), vendor=vendor['Id'], CurrencyRef={'value': 'EUR'}, ExchangeRate=rate)
    return sandbox.create('Bill', asked)


def posted(sandbox, body, type):
    names = {each['Id']: each['Name'] for each in sandbox.all('Account')}
    sums = {}
    for row in sandbox.postings(type, body['Id']):
        sums[names[row['account']]] = sums.get(names[row['account']], 0) + row['cents']
    return sums


def test_bill_paid_at_another_rate_makes_a_loss(sandbox):
    bill = bought(sandbox, 1.1)
    asked = paid(sandbox, 120, link(bill, 100, 'Bill'), vendor=bill['VendorRef']['value'], CurrencyRef={'value': 'EUR'},
                 ExchangeRate=1.25)  # fmt: skip
    made = sandbox.create('BillPayment', asked)

    assert posted(sandbox, made, 'BillPayment') == {
        'Checking': -15000, 'Accounts Payable (A/P) - EUR': 11000 + 2500, 'Exchange Gain or Loss': 1500,
    }  # fmt: skip
    assert balance(sandbox, 'Accounts Payable (A/P) - EUR') == 25
    items = open_items.on(sandbox.books(), links.PURCHASES, '2099-01-01')
    assert sum(item.home for item in items) == -2500
    sandbox.delete('BillPayment', made['Id'])
    assert balance(sandbox, 'Accounts Payable (A/P) - EUR') == -110


def test_same_rate_makes_none(sandbox):
    bill = bought(sandbox, 1.1)
    asked = paid(sandbox, 100, link(bill, 100, 'Bill'), vendor=bill['VendorRef']['value'], CurrencyRef={'value': 'EUR'},
                 ExchangeRate=1.1)  # fmt: skip
    made = sandbox.create('BillPayment', asked)

    assert posted(sandbox, made, 'BillPayment') == {'Checking': -11000, 'Accounts Payable (A/P) - EUR': 11000}


def test_invoice_and_credit_of_two_rates_make_a_gain_without_money(sandbox, by_hand):
    euro = {'value': 'EUR'}
    customer = sandbox.create('Customer', {'DisplayName': 'Abroad', 'CurrencyRef': euro})['Id']
    made = sandbox.create('Invoice', values(line(50), customer=customer, CurrencyRef=euro, ExchangeRate=1.1))
    memo = sandbox.create('CreditMemo', values(line(50), customer=customer, CurrencyRef=euro, ExchangeRate=1.3))
    shares = [link(made, 50), link(memo, 50, 'CreditMemo')]
    payment = sandbox.create('Payment', money(0, *shares, customer=customer, CurrencyRef=euro, ExchangeRate=1.2))

    assert posted(sandbox, payment, 'Payment') == {
        'Accounts Receivable (A/R)': -5500 + 6500, 'Exchange Gain or Loss': -1000,
    }  # fmt: skip
    assert made['HomeBalance'] == 55
