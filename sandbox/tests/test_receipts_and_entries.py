"""Sales receipts, refunds, credit memos, journal entries, and the stock they move (qbo-api 9.5, 9.9, 9.10)."""

import pytest

from .client import detail, faults
from .documents import account, balance, keys, line, owes, values


def entry(sandbox, *rows, **members):
    """Return the values of a journal entry of rows (account, debits, further members of the detail)."""
    lines = []
    for name, debit, *more in rows:
        detail_ = {'PostingType': 'Debit' if debit > 0 else 'Credit', 'AccountRef': {'value': account(sandbox, name)}}
        lines.append({'Amount': abs(debit), 'DetailType': 'JournalEntryLineDetail',
                      'JournalEntryLineDetail': {**detail_, **(more[0] if more else {})}})  # fmt: skip
    return {'Line': lines, **members}


def named(type, id):
    return {'Entity': {'Type': type, 'EntityRef': {'value': id}}}


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
    answered = api.post('salesreceipt', keys(sold), operation='update', include='void').json()['SalesReceipt']
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


# Journal entries.


def test_entry_moves_accounts_customers_and_vendors(sandbox):
    rows = [('Accounts Receivable (A/R)', 70, named('Customer', '1')), ('Repair income', -50),
            ('Accounts Payable (A/P)', -20, named('Vendor', '41'))]  # fmt: skip
    vendor = sandbox.all('Vendor')[0]['Id']
    rows[2][2]['Entity']['EntityRef']['value'] = vendor
    before = balance(sandbox, 'Accounts Receivable (A/R)')
    made = sandbox.create('JournalEntry', entry(sandbox, *rows, TxnDate='2026-02-02'))

    assert [each['Id'] for each in made['Line']] == ['0', '1', '2']
    assert (owes(sandbox), sandbox.get('Vendor', vendor)['Balance']) == (70, 20)
    assert balance(sandbox, 'Accounts Receivable (A/R)') == before + 70
    assert balance(sandbox, 'Repair income') == 0
    assert (
        made['Line'][0]['JournalEntryLineDetail']['Entity']['EntityRef']['name']
        == sandbox.get('Customer', '1')['DisplayName']
    )
    sandbox.delete('JournalEntry', made['Id'])
    assert (owes(sandbox), sandbox.get('Vendor', vendor)['Balance']) == (0, 0)


@pytest.mark.parametrize('rows, wanted', [
    ([('Checking', 10), ('Savings', -9)], [('2300', 'Line')]),
    ([('Checking', 10)], [('6000', '')]),
    ([('Accounts Receivable (A/R)', 10), ('Savings', -10)], [('6000', '')]),
    ([('Accounts Receivable (A/R)', 10, named('Vendor', '99')), ('Savings', -10)], [('2500', ''), ('6000', '')]),
    ([('Accounts Payable (A/P)', 10, named('Customer', '1')), ('Savings', -10)], [('6000', '')]),
])  # fmt: skip
def test_wrong_entries_are_refused(sandbox, api, rows, wanted):
    assert faults(api.post('journalentry', entry(sandbox, *rows))) == wanted


def test_lines_of_an_entry_need_a_side_and_a_positive_amount(sandbox, api):
    asked = entry(sandbox, ('Checking', 10), ('Savings', -10))
    del asked['Line'][0]['JournalEntryLineDetail']['PostingType']
    asked['Line'][1]['Amount'] = -10

    assert {code for code, _element in faults(api.post('journalentry', asked))} >= {'2260', '2290'}


def test_number_of_an_entry_is_unique_where_the_company_warns(sandbox, api):
    asked = entry(sandbox, ('Checking', 10), ('Savings', -10), DocNumber='AA_1')
    made = sandbox.create('JournalEntry', asked)

    assert detail(api.post('journalentry', asked))[1].endswith(
        f'DocNumber=AA_1 is assigned to TxnType=Journal Entry with TxnId={made["Id"]}'
    )
    pair = {'Name': 'WarnDuplicateJournalNumber', 'Value': 'false'}
    sandbox.configure(preferences={'OtherPrefs': {'NameValue': [pair]}})
    assert api.post('journalentry', asked).status_code == 200


def test_entry_in_closed_books_is_refused(sandbox, api):
    sandbox.configure(preferences={'AccountingInfoPrefs': {'BookCloseDate': '2026-01-31'}})
    asked = entry(sandbox, ('Checking', 10), ('Savings', -10), TxnDate='2026-01-31')

    assert faults(api.post('journalentry', asked)) == [('6210', '')]


def test_classes_and_locations_reach_the_postings(sandbox):
    refs = {'ClassRef': {'value': '2'}, 'DepartmentRef': {'value': '1'}}
    made = sandbox.create('JournalEntry', entry(sandbox, ('Checking', 10, refs), ('Savings', -10)))
    rows = sandbox.postings('JournalEntry', made['Id'])

    assert [(row['cents'], row['class'], row['department']) for row in rows] == [(1000, '2', '1'), (-1000, None, None)]


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
