"""Bills and vendor credits (purchases 1, 3, 4)."""

import pytest

from .buying import OTHER, VENDOR, bought, owed, owing, paid, spent
from .client import Api, detail, faults
from .documents import account, balance, keys, link


def bill(sandbox, *lines, **members):
    return sandbox.create('Bill', owing(*(lines or [spent(sandbox, 200)]), **members))


def test_minimal_bill_is_completed(sandbox, api):
    made = api.create('Bill', **owing(spent(sandbox, 200), vendor=OTHER))

    assert (made['TotalAmt'], made['Balance'], made['SyncToken']) == (200, 200, '0')
    assert made['APAccountRef']['name'] == 'Accounts Payable (A/P)'
    assert 'DocNumber' not in made and 'LinkedTxn' not in made and 'TxnTaxDetail' not in made
    (line,) = made['Line']
    assert (line['Id'], line['AccountBasedExpenseLineDetail']['TaxCodeRef']) == ('1', {'value': 'NON'})
    assert line['AccountBasedExpenseLineDetail']['BillableStatus'] == 'NotBillable'
    assert (owed(sandbox, OTHER), balance(sandbox, 'Accounts Payable (A/P)')) == (200, -200)


@pytest.mark.parametrize('term, due', [(None, '2026-03-31'), ('2', '2026-03-16'), ('1', '2026-03-01')])
def test_bill_is_due_after_its_term_or_its_vendors(sandbox, term, due):
    members = {'SalesTermRef': {'value': term}} if term else {}

    assert bill(sandbox, TxnDate='2026-03-01', **members)['DueDate'] == due


def test_bill_of_a_vendor_without_terms_is_due_at_once(sandbox):
    made = sandbox.create('Vendor', {'DisplayName': 'No terms'})

    assert bill(sandbox, vendor=made['Id'], TxnDate='2026-03-01')['DueDate'] == '2026-03-01'


def test_items_come_in(sandbox):
    cell = next(body for body in sandbox.all('Item') if body['Type'] == 'Inventory')
    stock = balance(sandbox, 'Inventory Asset')
    made = bill(sandbox, bought(824, cell['Id'], 2, 412))

    assert sandbox.get('Item', cell['Id'])['QtyOnHand'] == cell['QtyOnHand'] + 2
    assert balance(sandbox, 'Inventory Asset') == stock + 824
    back = sandbox.create('VendorCredit', owing(bought(412, cell['Id'], 1, 412)))
    assert sandbox.get('Item', cell['Id'])['QtyOnHand'] == cell['QtyOnHand'] + 1
    sandbox.delete('VendorCredit', back['Id'])
    sandbox.delete('Bill', made['Id'])
    assert sandbox.get('Item', cell['Id'])['QtyOnHand'] == cell['QtyOnHand']
    assert balance(sandbox, 'Inventory Asset') == stock


@pytest.mark.parametrize('change, wanted', [
    ({'VendorRef': None}, ('2020', 'VendorRef')),
    ({'VendorRef': {'value': '1'}}, ('2500', None)),
    ({'Line': []}, ('2020', 'Line')),
    ({'APAccountRef': {'value': '1'}}, ('6430', 'APAccountRef')),
    ({'CurrencyRef': {'value': 'EUR'}}, ('6000', '')),
    ({'Wing': 1}, ('2010', None)),
    ({'DocNumber': 'n' * 22}, ('2050', 'DocNumber')),
])  # fmt: skip
def test_what_no_bill_may_be_is_refused(sandbox, api, change, wanted):
    found = faults(api.post('bill', {**owing(spent(sandbox)), **change}))

    assert [code for code, _element in found][:1] == [wanted[0]]
    assert wanted[1] is None or wanted in found


@pytest.mark.parametrize('members, code', [
    ({'BillableStatus': 'HAS_BEEN_BILLED'}, '2170'), ({'BillableStatus': 'Billable'}, '6000'),
    ({'TaxCodeRef': {'value': '2'}}, '6100'), ({'AccountRef': {'value': '999'}}, '2500'),
    ({'AccountRef': None}, '2020'),
])  # fmt: skip
def test_what_no_line_may_be_is_refused(sandbox, api, members, code):
    assert faults(api.post('bill', owing(spent(sandbox, **members))))[0][0] == code


def test_items_have_no_tax_amount(sandbox, api):
    assert faults(api.post('bill', owing(bought(10, '1', TaxAmount=1)))) == [('2010', '')]


def test_item_without_expense_account_cannot_be_bought(sandbox, api):
    assert faults(api.post('bill', owing(bought(10, '1')))) == [('6000', '')]


def test_lines_may_be_negative_but_not_the_total(sandbox, api):
    assert bill(sandbox, spent(sandbox, 100), spent(sandbox, -40))['TotalAmt'] == 60
    assert faults(api.post('bill', owing(spent(sandbox, 10), spent(sandbox, -40)))) == [('6000', '')]
    assert bill(sandbox, spent(sandbox, 0))['Balance'] == 0


def test_billable_line_names_its_customer(sandbox):
    made = bill(sandbox, spent(sandbox, BillableStatus='Billable', CustomerRef={'value': '31'}))

    told = made['Line'][0]['AccountBasedExpenseLineDetail']
    assert (told['BillableStatus'], told['CustomerRef']['name']) == (
        'Billable',
        sandbox.get('Customer', '31')['FullyQualifiedName'],
    )


def test_numbers_are_the_vendors(sandbox, api):
    bill(sandbox, DocNumber='A-1')
    assert bill(sandbox, DocNumber='A-1')['DocNumber'] == 'A-1'
    pairs = [{'Name': 'WarnDuplicateBillNumber', 'Value': 'true'}]
    sandbox.configure(preferences={'OtherPrefs': {'NameValue': pairs}})
    again = owing(spent(sandbox), DocNumber='A-1')

    assert faults(api.post('bill', again)) == [('6140', '')]
    assert 'TxnType=Bill with' in detail(api.post('bill', again))[1]
    assert api.post('bill', {**again, 'VendorRef': {'value': OTHER}}).status_code == 200
    assert api.post('bill', again, include='allowduplicatedocnum').status_code == 200
    sandbox.configure(duplicate_bills_among='company')
    assert faults(api.post('bill', {**again, 'VendorRef': {'value': '39'}})) == [('6140', '')]


def test_lines_are_replaced_by_id(sandbox, api):
    made = bill(sandbox, spent(sandbox, 10), spent(sandbox, 20))
    lines = [{**made['Line'][1], 'Amount': 25}, spent(sandbox, 5)]
    changed = api.update('Bill', made, Line=lines).json()['Bill']

    assert [(line['Id'], line['Amount']) for line in changed['Line']] == [('2', 25), ('3', 5)]
    assert (changed['TotalAmt'], owed(sandbox)) == (30, 30)


def test_full_update_empties_what_it_leaves_out(sandbox, api):
    made = bill(sandbox, PrivateNote='n', DocNumber='7')
    whole = {name: made[name] for name in ('Id', 'SyncToken', 'VendorRef', 'Line')}
    changed = api.post('bill', whole).json()['Bill']

    assert 'PrivateNote' not in changed and 'DocNumber' not in changed


def test_there_is_no_void(sandbox, api):
    made = bill(sandbox)

    assert faults(api.post('bill', keys(made), operation='void')) == [('500', '')]


def test_vendor_moves_with_its_documents_and_keeps_its_version(sandbox, api):
    since = sandbox.get('Vendor', VENDOR)
    sandbox.clock.advance(minutes=1)
    made = bill(sandbox)
    moved = sandbox.get('Vendor', VENDOR)

    assert moved['SyncToken'] == since['SyncToken']
    assert moved['MetaData']['LastUpdatedTime'] == made['MetaData']['LastUpdatedTime']
    answer = api.get('cdc', entities='Vendor', changedSince=made['MetaData']['LastUpdatedTime']).json()
    assert [body['Id'] for body in answer['CDCResponse'][0]['QueryResponse'][0]['Vendor']] == [VENDOR]


def test_paid_bill_is_not_deleted(sandbox, api):
    made = bill(sandbox)
    sandbox.pay_bill(made['Id'], 50)
    now = sandbox.get('Bill', made['Id'])

    assert faults(api.post('bill', keys(now), operation='delete')) == [('800', '')]
    sandbox.configure(delete_paid_purchase='6000')
    assert faults(api.post('bill', keys(now), operation='delete')) == [('6000', '')]
    sandbox.configure(delete_paid_purchase='unapply')
    assert api.post('bill', keys(now), operation='delete').status_code == 200
    assert owed(sandbox) == -50


def test_paid_bill_keeps_its_vendor_and_what_is_paid(sandbox, api):
    made = bill(sandbox)
    sandbox.pay_bill(made['Id'], 150)
    now = sandbox.get('Bill', made['Id'])

    assert faults(api.update('Bill', now, VendorRef={'value': OTHER})) == [('6000', '')]
    assert faults(api.update('Bill', now, Line=[spent(sandbox, 149)])) == [('6000', '')]
    assert api.update('Bill', now, Line=[spent(sandbox, 150)]).json()['Bill']['Balance'] == 0


def test_vendor_credit_is_numbered_and_open(sandbox):
    credits = [sandbox.create('VendorCredit', owing(spent(sandbox, 30))) for _each in range(2)]

    assert [body['DocNumber'] for body in credits] == ['1', '2']
    assert (credits[0]['Balance'], 'DueDate' in credits[0], owed(sandbox)) == (30, False, -60)


def test_vendor_credits_apply_themselves_where_so_set(sandbox):
    sandbox.configure(auto_apply_vendor_credits=True)
    made = bill(sandbox)
    memo = sandbox.create('VendorCredit', owing(spent(sandbox, 30)))

    assert sandbox.get('Bill', made['Id'])['Balance'] == 170
    assert sandbox.get('VendorCredit', memo['Id'])['Balance'] == 0
    assert sandbox.all('BillPayment')[0]['TotalAmt'] == 0


# Elsewhere and in other currencies.


@pytest.fixture
def british(sandbox):
    sandbox.reset(country='GB')
    yield Api(sandbox)
    sandbox.reset()


def test_purchase_tax_follows_from_the_codes_purchase_rates(sandbox, british):
    made = british.create('Bill', **owing(spent(sandbox, 100, TaxCodeRef={'value': '2'})))

    assert (made['TotalAmt'], made['GlobalTaxCalculation']) == (120, 'TaxExcluded')
    assert made['TxnTaxDetail']['TaxLine'][0]['TaxLineDetail']['NetAmountTaxable'] == 100
    assert faults(british.post('bill', owing(spent(sandbox))))[0][0] == '6000'


def test_own_tax_and_tax_included(sandbox, british):
    own = {'TotalTax': 19.99, 'TaxLine': [{'Amount': 19.99, 'DetailType': 'TaxLineDetail', 'TaxLineDetail': {
        'TaxRateRef': {'value': '1'}, 'PercentBased': False, 'NetAmountTaxable': 100}}]}  # fmt: skip
    coded = spent(sandbox, 100, TaxCodeRef={'value': '2'})
    assert british.create('Bill', **owing(coded, TxnTaxDetail=own))['TotalAmt'] == 119.99
    made = british.create('Bill', **owing(coded, GlobalTaxCalculation='TaxInclusive'))
    assert (made['TotalAmt'], made['Line'][0]['AccountBasedExpenseLineDetail']['TaxInclusiveAmt']) == (120, 120)


def test_reverse_charge_is_a_pair_that_comes_to_nothing(sandbox, british):
    details = []
    for name, percent in (('RC in', 20), ('RC out', -20)):
        rate = sandbox.books().insert('TaxRate', {'Name': name, 'RateValue': percent, 'AgencyRef': {'value': '1'}})
        details.append({'TaxRateRef': {'value': rate['Id']}, 'TaxTypeApplicable': 'TaxOnAmount', 'TaxOrder': 0})
    lists = {'PurchaseTaxRateList': {'TaxRateDetail': details}, 'SalesTaxRateList': {'TaxRateDetail': []}}
    code = sandbox.books().insert('TaxCode', {'Name': '20.0% RC', **lists})['Id']
    made = british.create('Bill', **owing(spent(sandbox, 70, TaxCodeRef={'value': code})))

    assert [line['Amount'] for line in made['TxnTaxDetail']['TaxLine']] == [14, -14]
    assert (made['TxnTaxDetail']['TotalTax'], made['TotalAmt']) == (0, 70)


def test_foreign_bill_has_an_account_of_its_own(sandbox, api):
    sandbox.configure(preferences={'CurrencyPrefs': {'MultiCurrencyEnabled': True}})
    euro = {'value': 'EUR'}
    vendor = sandbox.create('Vendor', {'DisplayName': 'Abroad', 'CurrencyRef': euro})
    made = api.create('Bill', **owing(spent(sandbox), vendor=vendor['Id'], CurrencyRef=euro))

    assert made['APAccountRef']['name'] == 'Accounts Payable (A/P) - EUR'
    assert (made['ExchangeRate'], made['HomeBalance'], owed(sandbox, vendor['Id'])) == (1.1, 110, 100)
    home = {'value': account(sandbox, 'Accounts Payable (A/P)')}
    given = owing(spent(sandbox), vendor=vendor['Id'], CurrencyRef=euro, APAccountRef=home)
    assert faults(api.post('bill', given)) == [('6000', '')]
    payment = paid(sandbox, 100, link(made, type='Bill'), vendor=vendor['Id'], CurrencyRef=euro)
    sandbox.create('BillPayment', payment)
    assert (owed(sandbox, vendor['Id']), balance(sandbox, 'Accounts Payable (A/P) - EUR')) == (0, 0)


@pytest.mark.parametrize('digits, wanted', [(None, 1.123456789), (6, 1.123457), (2, 1.12)])
def test_exchange_rates_are_cut_where_so_set(sandbox, digits, wanted):
    sandbox.configure(exchange_rate_digits=digits, preferences={'CurrencyPrefs': {'MultiCurrencyEnabled': True}})
    vendor = sandbox.create('Vendor', {'DisplayName': 'Abroad', 'CurrencyRef': {'value': 'KES'}})
    values = owing(spent(sandbox), vendor=vendor['Id'], CurrencyRef={'value': 'KES'}, ExchangeRate=1.123456789)

    assert sandbox.create('Bill', values)['ExchangeRate'] == wanted


# Vendors.


def test_tax_number_of_a_vendor_is_masked_and_stays(sandbox, api):
    made = api.create('Vendor', DisplayName='Masked', TaxIdentifier='12-3459875', AcctNum='00000111546')

    assert (made['TaxIdentifier'], made['AcctNum']) == ('XXXXXX9875', '00000111546')
    assert api.post('vendor', made).json()['Vendor'] == made


def test_vendor_with_something_open_stays_active(sandbox, api):
    bill(sandbox)

    assert faults(api.update('Vendor', sandbox.get('Vendor', VENDOR), Active=False)) == [('6220', '')]


def test_line_of_a_client_may_have_custom_fields(sandbox, api):
    made = api.create('Bill', **owing({**spent(sandbox), 'CustomField': [], 'LinkedTxn': [], 'LineNum': 0}))

    assert 'CustomField' not in made['Line'][0]


def test_amount_may_have_to_be_quantity_times_price(sandbox, api):
    cell = next(body for body in sandbox.all('Item') if body['Type'] == 'Inventory')['Id']
    assert bill(sandbox, bought(100, cell, 8, 10))['TotalAmt'] == 100
    assert bill(sandbox, bought(0, cell, 1500))['TotalAmt'] == 0
    sandbox.configure(purchase_amounts='checked')

    assert faults(api.post('bill', owing(bought(100, cell, 8, 10)))) == [('6070', 'Line.Amount')]
    assert api.create('Bill', **owing(bought(80, cell, 8, 10)))['TotalAmt'] == 80


def test_billable_line_may_be_alone_where_so_set(sandbox):
    sandbox.configure(billable_alone='taken')

    assert bill(sandbox, spent(sandbox, BillableStatus='Billable'))['TotalAmt'] == 100


def test_small_plan_has_no_bills(sandbox, api):
    made = bill(sandbox)
    sandbox.configure(plan='Simple Start')
    refused = [('5020', '')]

    assert faults(api.post('bill', owing(spent(sandbox)))) == refused
    assert faults(api.get(f'bill/{made["Id"]}')) == refused
    assert faults(api.get('query', query='select * from VendorCredit')) == refused
    assert faults(api.post('billpayment', paid(sandbox, 5))) == refused
    assert api.get('query', query='select * from Purchase').status_code == 200
    pairs = api.get(f'companyinfo/{sandbox.realm_id}').json()['CompanyInfo']['NameValue']
    assert {'Name': 'OfferingSku', 'Value': 'QuickBooks Online Simple Start'} in pairs
