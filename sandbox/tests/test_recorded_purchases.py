"""Recorded and published payloads of the purchase side, and of reports, against the sandbox."""

import pytest

from .buying import OTHER, VENDOR, expense, owing, spent
from .documents import account, line, link, values
from .test_attachables import send
from .test_samples import sample

NUMBERED = frozenset({'Id', 'SyncToken', 'MetaData', 'TxnDate', 'DueDate'})


def members(body):
    return set(body) - NUMBERED


def test_vendor_is_created_as_recorded(api):
    recorded = sample('purchase_vendor_create_batch_2020.json')['BatchItemResponse'][0]['Vendor']
    answered = api.create('Vendor', DisplayName=recorded['DisplayName'])

    assert {key: answered[key] for key in members(answered)} == {key: recorded[key] for key in members(recorded)}


def test_inactive_vendor_keeps_the_name_for_checks(sandbox, api):
    recorded = sample('purchase_vendor_inactive_2020.json')['QueryResponse']['Vendor'][0]
    name = recorded['PrintOnCheckName']
    made = api.create('Vendor', DisplayName=name, AcctNum=recorded['AcctNum'])
    answered = api.update('Vendor', made, Active=False).json()['Vendor']

    for key in ('DisplayName', 'PrintOnCheckName', 'Active', 'SyncToken', 'AcctNum', 'Balance', 'Vendor1099'):
        assert answered[key] == recorded[key]


def test_vendors_query_has_the_recorded_shape(api):
    recorded = sample('purchase_vendors_query_2020.json')['QueryResponse']
    answered = api.query('select * from Vendor maxresults 5')

    assert set(answered) == set(recorded)
    assert answered['maxResults'] == 5


def test_minimal_bill_is_answered_as_published(sandbox, api):
    page = sample('purchase_bill_create_DOC.json')
    request = page['request']
    request['Line'][0]['AccountBasedExpenseLineDetail']['AccountRef']['value'] = account(sandbox, 'Advertising')
    answered = api.create(
        'Bill', **{**request, 'VendorRef': {'value': sandbox.create('Vendor', {'DisplayName': 'B'})['Id']}}
    )
    recorded = page['response']['Bill']

    assert members(answered) == members(recorded) | {'CurrencyRef'}
    for key in ('TotalAmt', 'Balance', 'SyncToken', 'sparse', 'domain'):
        assert answered[key] == recorded[key]
    made, wanted = answered['Line'][0], recorded['Line'][0]
    assert set(made) == set(wanted) | {'LineNum'}
    assert set(made['AccountBasedExpenseLineDetail']) == set(wanted['AccountBasedExpenseLineDetail'])
    assert answered['DueDate'] == answered['TxnDate']


def test_paid_bill_is_answered_as_recorded(sandbox, api):
    recorded = sample('purchase_bill_paid_2019.json')['Bill']
    made = sandbox.create('Bill', owing(spent(sandbox, 500, 'Advertising'), vendor=OTHER))
    sandbox.pay_bill(made['Id'])
    answered = api.get(f'bill/{made["Id"]}').json()['Bill']

    assert members(answered) == members(recorded) | {'domain', 'sparse', 'SalesTermRef'}
    for key in ('TotalAmt', 'Balance', 'SyncToken'):
        assert answered[key] == recorded[key]
    assert [each['TxnType'] for each in answered['LinkedTxn']] == [each['TxnType'] for each in recorded['LinkedTxn']]
    assert [set(each) for each in answered['Line']] == [set(each) for each in recorded['Line']]


def test_bill_payment_is_answered_as_published(sandbox, api):
    page = sample('purchase_billpayment_create_DOC.json')
    bill = sandbox.create('Bill', owing(spent(sandbox, 200)))
    request = {**page['request'], 'VendorRef': {'value': VENDOR}, 'Line': [link(bill, 200, 'Bill')]}
    request['CheckPayment'] = {'BankAccountRef': {'value': account(sandbox, 'Checking')}}
    sandbox.configure(bill_payment_print='NeedToPrint')
    answered = api.create('BillPayment', **request)
    recorded = page['response']['BillPayment']

    assert members(answered) == members(recorded) | {'CurrencyRef'}
    for key in ('TotalAmt', 'PayType', 'PrivateNote', 'SyncToken'):
        assert answered[key] == recorded[key]
    assert set(answered['CheckPayment']) == set(recorded['CheckPayment'])
    assert answered['CheckPayment']['PrintStatus'] == recorded['CheckPayment']['PrintStatus']
    assert [set(each) for each in answered['Line']] == [set(each) for each in recorded['Line']]

    asked = {**sample('purchase_billpayment_void_DOC.json')['request'], 'Id': answered['Id']}
    voided = api.post('billpayment', asked, operation='update', include='void').json()['BillPayment']
    wanted = sample('purchase_billpayment_void_DOC.json')['response']['BillPayment']
    assert members(voided) == members(wanted) - {'DocNumber'}
    for key in ('TotalAmt', 'Line', 'SyncToken', 'sparse'):
        assert voided[key] == wanted[key]


def test_vendor_credit_is_answered_as_published(sandbox, api):
    page = sample('purchase_vendorcredit_create_DOC.json')
    request = page['request']
    (line,) = request['Line']
    line.pop('ProjectRef')
    line['AccountBasedExpenseLineDetail']['AccountRef'] = {'value': account(sandbox, 'Bank and card fees')}
    request.update(APAccountRef={'value': account(sandbox, 'Accounts Payable (A/P)')}, VendorRef={'value': VENDOR})
    answered, recorded = api.create('VendorCredit', **request), page['response']['VendorCredit']

    assert members(answered) == members(recorded) | {'Balance', 'CurrencyRef', 'DocNumber'}
    detail = answered['Line'][0]['AccountBasedExpenseLineDetail']
    wanted = recorded['Line'][0]['AccountBasedExpenseLineDetail']
    assert set(detail) == set(wanted) and detail['BillableStatus'] == wanted['BillableStatus']


@pytest.mark.parametrize('name, place', [
    ('purchase_expenses_2022.json', 0), ('purchase_expenses_2022.json', 1), ('purchase_checks_2019.json', 0),
])  # fmt: skip
def test_purchase_is_answered_as_recorded(sandbox, api, name, place):
    recorded = sample(name)[place]
    lines = [spent(sandbox, each['Amount'], text=each['Description']) for each in recorded['Line']]
    to = ('Vendor', VENDOR) if 'EntityRef' in recorded else None
    kept = {key: recorded[key] for key in ('PrivateNote', 'TxnDate') if key in recorded}
    pairs = [{'Name': 'VendorAndPurchasesPrefs.UseCustomTxnNumbers', 'Value': 'true'}]
    sandbox.configure(preferences={'OtherPrefs': {'NameValue': pairs}})
    answered = api.create('Purchase', **expense(sandbox, *lines, how=recorded['PaymentType'], to=to, **kept))

    assert members(answered) == members(recorded) - {'ExchangeRate'}
    for key in ('PaymentType', 'TotalAmt', 'PurchaseEx', 'TxnDate', 'PrintStatus', 'Credit'):
        assert answered.get(key) == recorded.get(key), key
    for made, wanted in zip(answered["Line"], recorded["Line"], strict=True):
        assert set(made) == set(wanted) | {"LineNum"}
        assert set(made["AccountBasedExpenseLineDetail"]) == set(wanted['AccountBasedExpenseLineDetail']) - {'ClassRef'}


def test_file_is_uploaded_and_deleted_as_recorded(sandbox, api):
    made = sandbox.create('Invoice', values(line(5)))
    ref = {'AttachableRef': [{'EntityRef': {'type': 'Invoice', 'value': made['Id']}}], 'FileName': 'no_detail.xml'}
    answer = send(api, ({**ref, 'ContentType': 'text/xml'}, 'no_detail.xml', b'x' * 538, 'text/xml')).json()
    (found,), (recorded,) = (
        answer['AttachableResponse'],
        sample('attachable_upload_response_2020.json')['AttachableResponse'],
    )

    assert set(found['Attachable']) == set(recorded['Attachable'])
    assert found['Attachable']['Size'] == recorded['Attachable']['Size']
    wrong = {**ref, 'AttachableRef': [{'EntityRef': {'type': 'Estimate', 'value': '75'}}]}
    answer = send(api, (wrong, 'no_detail.xml', b'x', 'text/xml')).json()
    assert answer['AttachableResponse'] == sample('attachable_upload_fault_2020.json')['AttachableResponse']
    request = {**sample('attachable_delete_2020.json')['request_body'], 'Id': found['Attachable']['Id']}
    deleted = api.post('attachable', request, operation='delete').json()['Attachable']
    assert set(deleted) == set(sample('attachable_delete_2020.json')['response_body']['Attachable'])


def test_exchange_rates_have_the_recorded_members(sandbox, api):
    sandbox.configure(preferences={'CurrencyPrefs': {'MultiCurrencyEnabled': True}})
    (row, *_others) = api.query('select * from ExchangeRate')['ExchangeRate']

    assert set(row) - {'domain'} == set(sample('purchase_exchangerates_2019.json')[0])


def test_preferences_have_the_recorded_members(api):
    recorded = sample('preferences_query_sandbox.json')['QueryResponse']['Preferences'][0]
    answered = api.get('preferences').json()['Preferences']

    assert set(answered) == set(recorded)
    for group in recorded:
        if isinstance(recorded[group], dict) and group not in ('MetaData', 'AccountingInfoPrefs', 'OtherPrefs'):
            assert set(answered[group]) >= set(recorded[group]), group
    assert set(recorded['AccountingInfoPrefs']) - set(answered['AccountingInfoPrefs']) == {'BookCloseDate'}
    assert answered['SalesFormsPrefs']['AutoApplyCredit'] is recorded['SalesFormsPrefs']['AutoApplyCredit'] is True


# Reports.


def test_general_ledger_has_the_recorded_shape(api):
    recorded, report = sample('report_generalledger_datemacro_2020.json'), api.get('reports/GeneralLedger').json()

    assert list(report['Header']) == list(recorded['Header'])
    assert report['Header']['DateMacro'] == recorded['Header']['DateMacro']
    assert report['Columns'] == sample('report_generalledger_2024_excerpt.json')['Columns']
    first, wanted = report['Rows']['Row'][0], recorded['Rows']['Row'][0]
    assert set(first) == set(wanted)
    assert first['Header']['ColData'][1:] == wanted['Header']['ColData'][1:]
    for place in (0, -1):
        cells, others = first['Rows']['Row'][0]['ColData'][place], wanted['Rows']['Row'][0]['ColData'][place]
        assert set(cells) == set(others)
    assert first['Rows']['Row'][0]['ColData'][0] == {'value': 'Beginning Balance'}


def test_rows_of_the_general_ledger_have_the_recorded_cells(sandbox, api):
    sandbox.create('Bill', owing(spent(sandbox, 10)))
    report, recorded = api.get('reports/GeneralLedger').json(), sample('report_generalledger_2024_excerpt.json')

    def cells(report, name):
        rows = (row for row in report['Rows']['Row'] if row['Header']['ColData'][0]['value'] == name)
        return [set(cell) for cell in next(rows)['Rows']['Row'][-1]['ColData']]

    assert cells(report, 'Accounts Payable (A/P)') == cells(recorded, 'Accounts Payable (A/P)')


def test_trial_balance_has_the_recorded_header(api):
    recorded = sample('report_trialbalance_2024.json')
    report = api.get('reports/TrialBalance', start_date='2026-01-01', end_date='2026-12-31').json()

    assert list(report['Header']) == list(recorded['Header'])
    assert report['Columns'] == recorded['Columns']


@pytest.mark.parametrize('name', ['AgedPayables', 'VendorBalance', 'CustomerBalance'])
def test_summaries_have_the_published_shape(sandbox, api, name):
    recorded = sample(f'report_{name.lower()}_DOC.json')
    sandbox.create('Bill', owing(spent(sandbox, 10)))
    sandbox.create('Invoice', values(line(5)))
    found = api.get(f'reports/{name}', **({'customer': '1'} if name == 'CustomerBalance' else {})).json()

    assert set(found['Header']) == set(recorded['Header'])
    assert found['Header']['DateMacro'] == recorded['Header']['DateMacro']
    assert found['Columns'] == recorded['Columns']
    assert set(found['Rows']['Row'][0]) == {'ColData'}
    assert found['Rows']['Row'][-1]['group'] == 'GrandTotal'


def test_aged_detail_has_the_recorded_columns(sandbox, api):
    recorded = sample('report_agedpayabledetail_2018.json')
    sandbox.create('Bill', owing(spent(sandbox, 10)))
    found = api.get('reports/AgedPayableDetail').json()

    assert set(found['Header']) == set(recorded['Header'])
    assert found['Columns'] == recorded['Columns']
    assert set(found['Rows']['Row'][-1]) == set(recorded['Rows']['Row'][-1])
