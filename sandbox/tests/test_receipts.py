"""Sales receipts, refunds, credit memos, and the stock they move (qbo-api 9.5, 9.9)."""

import pytest

from .client import faults
from .documents import account, balance, keys, line, owes, values

# Receipts.


def test_sales_receipt_is_paid_at_once(sandbox):
    before = balance(sandbox, 'Undeposited Funds')
    made = sandbox.create('SalesReceipt', values(line(100, tax='TAX'), code='2', PaymentRefNum='77'))

    assert (made['TotalAmt'], made['Balance'], owes(sandbox)) == (107, 0, 0)
    assert balance(sandbox, 'Undeposited Funds') == before + 107


def test_refund_takes_money_out_of_the_bank(sandbox, api):
    before = balance(sandbox, 'Checking')
    asked = values(line(100, tax='TAX'), code='2', DepositToAccountRef={'value': account(sandbox, 'Checking')})
    made = sandbox.create('RefundReceipt', asked)

    assert (made['TotalAmt'], owes(sandbox), balance(sandbox, 'Checking')) == (107, 0, before - 107)
    assert made['PaymentRefNum'] == 'To Print'
    printed = sandbox.update('RefundReceipt', made['Id'], {'PrintStatus': 'PrintComplete', 'PaymentRefNum': '9'})
    assert printed['PaymentRefNum'] == '9'
    asked['DepositToAccountRef'] = {'value': account(sandbox, 'Repair income')}
    assert faults(api.post('refundreceipt', asked)) == [('6430', 'DepositToAccountRef')]
    del asked['DepositToAccountRef']
    assert faults(api.post('refundreceipt', asked)) == [('2020', 'DepositToAccountRef')]


def test_receipt_is_voided_by_an_option_and_refunds_by_a_person(sandbox, api):
    sold = sandbox.create('SalesReceipt', values())
    asked = {**keys(sold), 'sparse': True}
    answered = api.post('salesreceipt', asked, operation='update', include='void').json()['SalesReceipt']
    assert (answered['TotalAmt'], answered['PrivateNote']) == (0, 'Voided')

    bank = {'value': account(sandbox, 'Checking')}
    back = sandbox.create('RefundReceipt', values(DepositToAccountRef=bank))
    memo = sandbox.create('CreditMemo', values())
    for type, body in (('RefundReceipt', back), ('CreditMemo', memo)):
        assert faults(api.post(type.lower(), keys(body), operation='void')) == [('sandbox-501', None)]
        assert sandbox.void(type, body['Id'])['TotalAmt'] == 0
    assert owes(sandbox) == 0


def test_deposited_receipt_keeps_its_amount(sandbox, api):
    sold = sandbox.create('SalesReceipt', values(line(50)))
    link = {'TxnId': sold['Id'], 'TxnType': 'SalesReceipt', 'TxnLineId': '0'}
    bank = {'value': account(sandbox, 'Checking')}
    sandbox.create('Deposit', {'DepositToAccountRef': bank, 'Line': [{'Amount': 50, 'LinkedTxn': [link]}]})
    sold = sandbox.get('SalesReceipt', sold['Id'])

    assert faults(api.update('SalesReceipt', sold, Line=[line(60)])) == [('6540', '')]
    sold = api.post('salesreceipt', {**values(line(50)), **keys(sold)}).json()['SalesReceipt']
    assert [each['TxnType'] for each in sold['LinkedTxn']] == ['Deposit']
    assert faults(api.post('salesreceipt', keys(sold), operation='delete')) == [('6540', '')]


def test_credit_memo_owes_the_customer(sandbox, api):
    memo = sandbox.create('CreditMemo', values(line(100, tax='TAX'), code='2'))

    assert (memo['TotalAmt'], memo['RemainingCredit'], owes(sandbox)) == (107, 107, -107)
    smaller = api.update('CreditMemo', memo, Line=[line(10)]).json()['CreditMemo']
    assert (smaller['RemainingCredit'], owes(sandbox)) == (10, -10)


# Stock.


SALT = '10'


def test_sales_move_the_quantity_on_hand(sandbox):
    assert (sandbox.get('Item', SALT)['Name'], sandbox.get('Item', SALT)['QtyOnHand']) == ('Salt cell', 12)
    asset = balance(sandbox, 'Inventory Asset')
    sold = sandbox.create('Invoice', values(line(1378, item=SALT, qty=2, price=689)))
    assert (sandbox.get('Item', SALT)['QtyOnHand'], balance(sandbox, 'Inventory Asset')) == (10, asset - 824)
    sandbox.create('CreditMemo', values(line(689, item=SALT, qty=1, price=689)))
    assert sandbox.get('Item', SALT)['QtyOnHand'] == 11
    sandbox.void('Invoice', sold['Id'])
    assert (sandbox.get('Item', SALT)['QtyOnHand'], sandbox.get('Item', SALT)['SyncToken']) == (13, '0')


def test_stock_is_not_sold_before_its_first_day(sandbox, api):
    asked = values(line(689, item=SALT, qty=1, price=689), TxnDate='2020-01-01')

    assert faults(api.post('invoice', asked)) == [('6270', 'TxnDate')]


def stock(sandbox):
    """Return the values of an inventory item that is complete."""
    names = {'AssetAccountRef': 'Inventory Asset', 'IncomeAccountRef': 'Sales of Product Income',
             'ExpenseAccountRef': 'Cost of Goods Sold'}  # fmt: skip
    refs = {key: {'value': account(sandbox, name)} for key, name in names.items()}
    return {'Name': 'Filter', 'Type': 'Inventory', 'TrackQtyOnHand': True, 'QtyOnHand': 3,
            'InvStartDate': '2026-01-01', **refs}  # fmt: skip


def test_complete_stock_is_valued_at_its_cost(sandbox):
    before = balance(sandbox, 'Inventory Asset')
    sandbox.create('Item', {**stock(sandbox), 'PurchaseCost': 10})

    assert balance(sandbox, 'Inventory Asset') == before + 30


@pytest.mark.parametrize('member, name, code', [
    ('AssetAccountRef', 'Checking', '6430'), ('AssetAccountRef', 'Prepaid Expenses', '6430'),
    ('IncomeAccountRef', 'Fuel', '6430'), ('ExpenseAccountRef', 'Repair income', '6430'),
    ('AssetAccountRef', None, '2020'), ('ExpenseAccountRef', None, '2020'), ('QtyOnHand', None, '2020'),
    ('InvStartDate', None, '2020'),
])  # fmt: skip
def test_stock_needs_its_accounts(sandbox, api, member, name, code):
    asked = stock(sandbox)
    del asked[member]
    if name:
        asked[member] = {'value': account(sandbox, name)}

    assert faults(api.post('item', asked)) == [(code, member)]


def test_only_stock_tracks_and_only_categories_have_children(sandbox, api):
    assert faults(api.post('item', {**stock(sandbox), 'Type': 'NonInventory'})) == [('6000', '')]
    assert faults(api.post('item', {**stock(sandbox), 'ParentRef': {'value': '1'}})) == [('2500', 'ParentRef')]


def test_stock_needs_the_preference(sandbox, api):
    sandbox.configure(preferences={'ProductAndServicesPrefs': {'QuantityOnHand': False}})

    assert faults(api.post('item', stock(sandbox))) == [('6000', '')]


def test_category_stays_active_and_first_day_stays(sandbox, api):
    category = sandbox.get('Item', '9')

    assert faults(api.update('Item', category, Active=False)) == [('6000', '')]
    day = sandbox.get('Item', SALT)['InvStartDate']
    changed = sandbox.update('Item', SALT, {'QtyOnHand': 20, 'InvStartDate': '2026-06-01'})
    assert (changed['QtyOnHand'], changed['InvStartDate']) == (20, day)


# Seeds.


@pytest.mark.parametrize('type', ['Invoice', 'Payment', 'CreditMemo', 'Deposit'])
def test_sample_company_has_documents(sandbox, type):
    assert sandbox.all(type)
    assert sandbox.all(type, realm=sandbox.realm_ids[1]) == []


def test_sample_company_is_balanced(sandbox):
    rows = sandbox.postings()

    assert rows and sum(row['cents'] for row in rows) == 0
    receivable = balance(sandbox, 'Accounts Receivable (A/R)')
    assert receivable == round(sum(body['Balance'] for body in sandbox.all('Customer')), 2)
    assert balance(sandbox, 'Undeposited Funds') == 375
