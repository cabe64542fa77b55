"""Bill payments and what they settle (purchases 5)."""

import pytest

from .buying import OTHER, VENDOR, expense, owed, owing, paid, spent
from .client import detail, faults
from .documents import balance, keys, link
from .entries import entry, named


@pytest.fixture
def bill(sandbox):
    return sandbox.create('Bill', owing(spent(sandbox, 200)))


def now(sandbox, body, type='Bill'):
    return sandbox.get(type, body['Id'])


@pytest.mark.parametrize('card, name', [(False, 'Checking'), (True, 'Company Card')])
def test_payment_takes_money_and_closes_the_bill(sandbox, api, bill, card, name):
    before = balance(sandbox, name)
    made = api.create('BillPayment', **paid(sandbox, 200, link(bill, type='Bill'), card=card))

    assert balance(sandbox, name) == before - 200
    assert made['Line'] == [{'Amount': 200, 'LinkedTxn': [{'TxnId': bill['Id'], 'TxnType': 'Bill'}]}]
    after = now(sandbox, bill)
    assert (after['Balance'], after['SyncToken'], owed(sandbox)) == (0, '1', 0)
    assert after['LinkedTxn'] == [{'TxnId': made['Id'], 'TxnType': 'BillPaymentCheck'}]


def test_link_may_be_named_by_type(sandbox, bill):
    sandbox.configure(bill_payment_links='by_type')
    made = sandbox.create('BillPayment', paid(sandbox, 200, link(bill, type='Bill'), card=True))

    assert now(sandbox, bill)['LinkedTxn'][0]['TxnType'] == 'BillPaymentCreditCard'
    sandbox.delete('BillPayment', made['Id'])
    assert 'LinkedTxn' not in now(sandbox, bill)


def test_several_payments_the_newest_first(sandbox, bill):
    first, second = sandbox.pay_bill(bill['Id'], 60), sandbox.pay_bill(bill['Id'])

    assert (second['TotalAmt'], now(sandbox, bill)['Balance']) == (140, 0)
    assert [each['TxnId'] for each in now(sandbox, bill)['LinkedTxn']] == [second['Id'], first['Id']]


def test_rest_stays_as_a_credit(sandbox, api, bill):
    made = api.create('BillPayment', **paid(sandbox, 250, link(bill, type='Bill')))
    assert (owed(sandbox), 'UnappliedAmt' in made) == (-50, False)

    whole = api.create('BillPayment', **paid(sandbox, 110))
    assert (whole['Line'], owed(sandbox)) == ([], -160)


def test_credit_is_applied_without_money(sandbox, api, bill):
    memo = sandbox.create('VendorCredit', owing(spent(sandbox, 50)))
    shares = [link(bill, 50, 'Bill'), link(memo, 50, 'VendorCredit')]
    made = api.create('BillPayment', **paid(sandbox, 0, *shares))

    assert (now(sandbox, bill)['Balance'], now(sandbox, memo, 'VendorCredit')['Balance'], owed(sandbox)) == (
        150,
        0,
        150,
    )
    assert now(sandbox, memo, 'VendorCredit')['LinkedTxn'] == [{'TxnId': made['Id'], 'TxnType': 'BillPaymentCheck'}]
    assert sandbox.postings('BillPayment', made['Id']) == []


@pytest.mark.parametrize('change, code', [
    ({'TotalAmt': 199}, '6000'), ({'TotalAmt': -1, 'Line': []}, '2290'), ({'VendorRef': {'value': OTHER}}, '620'),
    ({'PayType': 'Cash'}, '2170'), ({'PayType': 'CreditCard'}, '2020'), ({'TotalAmt': None}, '2020'),
    ({'CheckPayment': {'BankAccountRef': {'value': '11'}}}, '6430'), ({'CheckPayment': None}, '2020'),
])  # fmt: skip
def test_wrong_payments_are_refused(sandbox, api, bill, change, code):
    values = {**paid(sandbox, 200, link(bill, type='Bill')), **change}

    assert code in [each for each, _element in faults(api.post('billpayment', values))]
    assert now(sandbox, bill) == bill


@pytest.mark.parametrize('type, amount, code', [
    ('Bill', 201, '6000'), ('VendorCredit', 10, '620'), ('Invoice', 10, '620'), ('Bill', -5, '2290'),
])  # fmt: skip
def test_wrong_shares_are_refused(sandbox, api, bill, type, amount, code):
    found = faults(api.post('billpayment', paid(sandbox, 500, link(bill, amount, type))))

    assert code in [each for each, _element in found]


def test_paid_bill_is_dropped_and_the_payment_void(sandbox, api, bill):
    sandbox.pay_bill(bill['Id'])
    again = paid(sandbox, 200, link(bill, 200, 'Bill'))
    made = api.create('BillPayment', **again)

    assert (made['Line'], made['TotalAmt'], made['PrivateNote']) == ([], 0, 'Voided')
    sandbox.configure(paid_bill='620')
    assert ('620', 'Line.LinkedTxn') in faults(api.post('billpayment', again))


def test_void_gives_the_bill_back(sandbox, api, bill):
    made = sandbox.pay_bill(bill['Id'], PrivateNote='n')

    assert faults(api.post('billpayment', keys(made), operation='update', include='void')) == [('2020', 'sparse')]
    asked = {**keys(made), 'sparse': True}
    voided = api.post('billpayment', asked, operation='update', include='void').json()['BillPayment']
    assert (voided['TotalAmt'], voided['Line'], voided['PrivateNote']) == (0, [], 'Voided - n')
    assert 'CheckPayment' in voided and voided['SyncToken'] == '1'
    after = now(sandbox, bill)
    assert (after['Balance'], after['SyncToken'], 'LinkedTxn' in after, owed(sandbox)) == (200, '2', False, 200)
    assert detail(api.post('billpayment', keys(voided), operation='void')) == ('500', 'Unknown Operation')


def test_void_in_a_batch(sandbox, api, bill):
    made = sandbox.pay_bill(bill['Id'])
    item = {'bId': '1', 'operation': 'update', 'optionsData': 'void', 'BillPayment': {**keys(made), 'sparse': True}}

    assert api.batch(item)['1']['BillPayment']['TotalAmt'] == 0


def test_left_out_bill_is_open_again(sandbox, api, bill):
    other = sandbox.create('Bill', owing(spent(sandbox, 70)))
    made = api.create('BillPayment', **paid(sandbox, 270, link(bill, type='Bill'), link(other, type='Bill')))
    api.update('BillPayment', made, Line=[link(bill, 200, 'Bill')])

    assert (now(sandbox, bill)['Balance'], now(sandbox, other)['Balance'], owed(sandbox)) == (0, 70, 0)
    assert faults(api.update('BillPayment', now(sandbox, made, 'BillPayment'), VendorRef={'value': OTHER}))


def test_delete_reopens_the_bill(sandbox, api, bill):
    made = sandbox.pay_bill(bill['Id'])
    api.post('billpayment', keys(made), operation='delete')

    assert (now(sandbox, bill)['Balance'], owed(sandbox)) == (200, 200)


# What has no balance.


def test_entries_on_payables_are_settled(sandbox, api, bill):
    credit = ('Accounts Payable (A/P)', 80, named('Vendor', VENDOR))
    debt = ('Accounts Payable (A/P)', -30, named('Vendor', VENDOR))
    fed = sandbox.create('JournalEntry', entry(sandbox, credit, ('Fuel', -80)))
    owes = sandbox.create('JournalEntry', entry(sandbox, debt, ('Fuel', 30)))
    assert owed(sandbox) == 150

    shares = [link(bill, 100, 'Bill'), link(owes, 30, 'JournalEntry'), link(fed, 80, 'JournalEntry')]
    made = api.create('BillPayment', **paid(sandbox, 50, *shares))
    assert (now(sandbox, bill)['Balance'], owed(sandbox)) == (100, 100)
    assert now(sandbox, fed, 'JournalEntry')['LinkedTxn'] == [{'TxnId': made['Id'], 'TxnType': 'BillPaymentCheck'}]
    assert ('620', 'Line.LinkedTxn') in faults(
        api.post('billpayment', paid(sandbox, 0, link(bill, 5, 'Bill'), link(fed, 5, 'JournalEntry')))
    )


def test_check_on_payables_is_a_credit(sandbox, api, bill):
    check = sandbox.create(
        'Purchase', expense(sandbox, spent(sandbox, 60, 'Accounts Payable (A/P)'), how='Check', to=('Vendor', VENDOR))
    )
    assert owed(sandbox) == 140

    api.create('BillPayment', **paid(sandbox, 0, link(bill, 60, 'Bill'), link(check, 60, 'Check')))
    assert (now(sandbox, bill)['Balance'], owed(sandbox)) == (140, 140)
    assert faults(api.post('billpayment', paid(sandbox, 0, link(bill, 1, 'Bill'), link(check, 1, 'Expense'))))


def test_money_back_from_a_vendor(sandbox, api):
    memo = sandbox.create('VendorCredit', owing(spent(sandbox, 50)))
    detail = {'AccountRef': {'value': '10'}, 'Entity': {'value': VENDOR, 'type': 'VENDOR'}}
    line = {'Amount': 50, 'DetailType': 'DepositLineDetail', 'DepositLineDetail': detail}
    back = api.create('Deposit', DepositToAccountRef={'value': '1'}, Line=[line])
    assert (back['Line'][0]['DepositLineDetail']['Entity']['type'], owed(sandbox)) == ('VENDOR', 0)

    shares = [
        link(memo, 50, 'VendorCredit'),
        {'Amount': 50, 'LinkedTxn': [{'TxnId': back['Id'], 'TxnType': 'Deposit'}]},
    ]
    api.create('BillPayment', **paid(sandbox, 0, *shares))
    assert (now(sandbox, memo, 'VendorCredit')['Balance'], owed(sandbox)) == (0, 0)


def test_payment_may_not_touch_a_bill_of_the_closed_books(sandbox, api):
    old = sandbox.create('Bill', owing(spent(sandbox), TxnDate='2026-01-10'))
    sandbox.configure(preferences={'AccountingInfoPrefs': {'BookCloseDate': '2026-01-31'}})

    assert faults(api.post('billpayment', paid(sandbox, 100, link(old, type='Bill')))) == [('6210', '')]
    assert faults(api.post('bill', owing(spent(sandbox), TxnDate='2026-01-10'))) == [('6210', '')]
