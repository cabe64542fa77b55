"""Invoices: lines, numbers, defaults, dates, void, delete, closed books (qbo-api 9.1, 9.3, 9.6)."""

import pytest

from ..errors import Fault
from .client import detail, faults
from .documents import account, balance, discount, keys, line, owes, values


def invoice(sandbox, *lines, **members):
    return sandbox.create('Invoice', values(*lines, **members))


def refused(api, type='invoice', **members):
    return faults(api.post(type, members))


# Lines.


def test_lines_are_numbered_and_the_subtotal_follows(sandbox):
    made = invoice(sandbox, line(20), {'DetailType': 'DescriptionOnly', 'Description': 'Thanks'}, line(30))

    assert [(each.get('Id'), each.get('LineNum'), each['DetailType'], each.get('Amount')) for each in made['Line']] == [
        ('1', 1, 'SalesItemLineDetail', 20), ('2', 2, 'DescriptionOnly', None),
        ('3', 3, 'SalesItemLineDetail', 30), (None, None, 'SubTotalLineDetail', 50),
    ]  # fmt: skip
    assert (made['TotalAmt'], made['Balance']) == (50, 50)


def test_lines_are_replaced_as_a_whole_and_known_ids_stay(sandbox):
    made = invoice(sandbox, line(20), line(30), line(40))
    kept = {**made['Line'][2], 'Amount': 5}
    changed = sandbox.update('Invoice', made['Id'], {'Line': [line(7), kept, line(8, Id='99')]})

    assert [(each.get('Id'), each['Amount']) for each in changed['Line']] == [
        ('4', 7), ('3', 5), ('5', 8), (None, 20),
    ]  # fmt: skip


def test_description_subtotal_says_the_sum_since_the_last_one(sandbox):
    subtotal = {'DetailType': 'DescriptionOnly', 'Description': 'Subtotal:'}
    made = invoice(sandbox, line(20), line(10), subtotal, line(5.5), subtotal)

    assert [each.get('Description') for each in made['Line']][2:5:2] == ['Subtotal: 30.00', 'Subtotal: 5.50']
    again = sandbox.update('Invoice', made['Id'], {'Line': made['Line'][1:]})
    assert again['Line'][1]['Description'] == 'Subtotal: 10.00'


def test_system_subtotal_is_ignored_in_requests(sandbox):
    fake = {'DetailType': 'SubTotalLineDetail', 'Amount': 999, 'SubTotalLineDetail': {}}

    assert invoice(sandbox, line(20), fake)['TotalAmt'] == 20


@pytest.mark.parametrize('lines, wanted', [
    ([line(10, qty=3, price=5)], [('6070', 'Line.Amount')]),
    ([line(14.99, qty=3, price=5), line(1, qty=1, price=2)], [('6070', 'Line.Amount')] * 2),
    ([line(10, item='999')], [('2500', 'Line.SalesItemLineDetail.ItemRef')]),
    ([line(None)], [('2020', 'Line.Amount')]),
    ([{'DetailType': 'SubTotalLineDetail', 'Amount': 3, 'SubTotalLineDetail': {}}], [('2020', 'Line')]),
    ([line(10, Description='x' * 4001)], [('2050', 'Description')]),
    ([{'DetailType': 'TeapotLineDetail', 'Amount': 3}], [('2170', 'Line.DetailType')]),
    ([{'Amount': 3}], [('2020', 'Line.DetailType')]),
    ([{'DetailType': 'TDSLineDetail', 'TDSLineDetail': {}}], [('sandbox-501', None)]),
    ([{'DetailType': 'GroupLineDetail', 'GroupLineDetail': {}}], [('2500', 'Line.GroupLineDetail.GroupItemRef')]),
    ([line(10), discount(percent=5), discount(amount=1)], [('6000', '')]),
    ([line(10), discount(amount=None)], [('6090', 'Line')]),
    ([line(10), discount(amount=11)], [('6000', '')]),
    ([line(10), line(-11)], [('6000', '')]),
    ([line(10, item='SHIPPING_ITEM_ID')], [('2500', 'Line.SalesItemLineDetail.ItemRef')]),
    ([line(10, tax='2')], [('6100', 'Line.SalesItemLineDetail.TaxCodeRef')]),
    ([line('ten')], [('2080', 'Line.Amount')]),
    ([line(1e300)], [('2090', 'Line.Amount')]),
    ([{**line(10), 'DetailType': ['x']}], [('2170', 'Line.DetailType')]),
    ([{**line(10), 'Color': 'red'}], [('2010', '')]),
])  # fmt: skip
def test_wrong_lines_are_refused(api, lines, wanted):
    assert refused(api, **values(*lines)) == wanted
    assert api.query('select count(*) from Invoice')['totalCount'] == len(api.sandbox.all('Invoice'))


def test_shipping_goes_where_the_company_ships(sandbox):
    sandbox.configure(preferences={'SalesFormsPrefs': {'AllowShipping': True}})

    assert invoice(sandbox, line(10), line(4, item='SHIPPING_ITEM_ID'))['TotalAmt'] == 14


def test_line_without_item_gets_the_default_one(sandbox):
    bare = {'Amount': 5, 'DetailType': 'SalesItemLineDetail', 'SalesItemLineDetail': {}}

    assert invoice(sandbox, bare)['Line'][0]['SalesItemLineDetail']['ItemRef']['value'] == '1'


# Numbers.


def test_quickbooks_numbers_one_sequence_over_all_forms(sandbox):
    first, second = invoice(sandbox), sandbox.create('SalesReceipt', values())
    third = sandbox.create('CreditMemo', values())

    numbers = [int(body['DocNumber']) for body in (first, second, third)]
    assert numbers == list(range(numbers[0], numbers[0] + 3))


def test_custom_numbers_leave_the_number_empty_unless_asked(sandbox):
    sandbox.configure(preferences={'SalesFormsPrefs': {'CustomTxnNumbers': True}})

    assert 'DocNumber' not in invoice(sandbox)
    assert invoice(sandbox, DocNumber='INV/7')['DocNumber'] == 'INV/7'
    assert invoice(sandbox, DocNumber='AUTO_GENERATE')['DocNumber'].isdigit()
    assert sandbox.create('CreditMemo', values(DocNumber='AUTO_GENERATE'))['DocNumber'] == 'AUTO_GENERATE'


def test_taken_number_names_its_owner(sandbox, api):
    owner = invoice(sandbox, DocNumber='A-1')

    answer = api.post('invoice', values(DocNumber='a-1'))
    assert detail(answer) == ('6140', (
        'Duplicate Document Number Error : You must specify a different number. This number has already been '
        f'used. DocNumber=a-1 is assigned to TxnType=Invoice with TxnId={owner["Id"]}'
    ))  # fmt: skip
    assert api.post('invoice', values(DocNumber='A-1'), include='allowduplicatedocnum').status_code == 200
    assert api.post('creditmemo', values(DocNumber='A-1')).status_code == 200
    sandbox.configure(duplicate_numbers_among='forms')
    assert refused(api, 'salesreceipt', **values(DocNumber='A-1')) == [('6140', '')]
    sandbox.configure(duplicate_numbers='allowed')
    assert api.post('invoice', values(DocNumber='A-1')).status_code == 200


def test_number_has_at_most_21_characters(api):
    assert refused(api, **values(DocNumber='1' * 22)) == [('2050', 'DocNumber')]


def test_number_stays_when_the_rest_changes(sandbox, api):
    made = invoice(sandbox)
    changed = api.post('invoice', {**values(line(5)), **keys(made)}).json()['Invoice']

    assert changed['DocNumber'] == made['DocNumber']
    assert sandbox.update('Invoice', made['Id'], {'DocNumber': 'NEW'})['DocNumber'] == 'NEW'


# Defaults and dates.


def test_customer_gives_addresses_email_and_terms(sandbox):
    customer = sandbox.get('Customer', '2')
    made = invoice(sandbox, customer='2')

    assert (made['BillAddr'], made['ShipAddr']) == (customer['BillAddr'], customer['ShipAddr'])
    assert made['BillEmail'] == customer['PrimaryEmailAddr']
    assert made['SalesTermRef'] == {'value': '3', 'name': 'Net 30'}
    assert made['TxnDate'] == sandbox.clock.today().isoformat()


def test_own_address_is_kept_beside_the_customers(sandbox):
    made = invoice(sandbox, customer='2', ShipAddr={'Line1': '5 Pool Lane'})

    assert made['ShipAddr']['Line1'] == '5 Pool Lane'
    assert made['ShipAddr']['Id'] != sandbox.get('Customer', '2')['ShipAddr']['Id']


@pytest.mark.parametrize('term, due', [
    (None, '2026-03-04'), ({'DueDays': 0}, '2026-02-02'), ({'DueDays': 15}, '2026-02-17'),
    ({'DayOfMonthDue': 10}, '2026-02-10'), ({'DayOfMonthDue': 1}, '2026-03-01'),
    ({'DayOfMonthDue': 10, 'DueNextMonthDays': 10}, '2026-03-10'),
    ({'DayOfMonthDue': 10, 'DueNextMonthDays': 8}, '2026-02-10'),
    ({'DayOfMonthDue': 10, 'DueNextMonthDays': 9}, '2026-03-10'),
    ({'DayOfMonthDue': 31}, '2026-02-28'),
])  # fmt: skip
def test_term_says_when_an_invoice_is_due(sandbox, term, due):
    members = {}
    if term:
        members['SalesTermRef'] = {'value': sandbox.create('Term', {'Name': 'Special', **term})['Id']}

    assert invoice(sandbox, TxnDate='2026-02-02', **members)['DueDate'] == due


def test_due_date_follows_a_new_day_unless_it_is_given(sandbox):
    made = invoice(sandbox, TxnDate='2026-02-02')

    assert sandbox.update('Invoice', made['Id'], {'TxnDate': '2026-03-01'})['DueDate'] == '2026-03-31'
    assert sandbox.update('Invoice', made['Id'], {'DueDate': '2026-05-05'})['DueDate'] == '2026-05-05'
    assert sandbox.update('Invoice', made['Id'], {'PrivateNote': 'x'})['DueDate'] == '2026-05-05'


def test_sending_needs_an_address(sandbox, api):
    bare = sandbox.create('Customer', {'DisplayName': 'No mail'})['Id']

    assert refused(api, **values(customer=bare, EmailStatus='NeedToSend')) == [('6420', 'BillEmail')]
    made = invoice(sandbox, EmailStatus='NeedToSend')
    assert (made['EmailStatus'], made['DeliveryInfo']) == ('NeedToSend', {'DeliveryType': 'Email'})
    assert refused(api, **values(BillEmail={'Address': 'nonsense'})) == [('2210', 'BillEmail')]


def test_classes_and_locations_need_their_preference(sandbox):
    with_both = {'ClassRef': {'value': '1'}, 'DepartmentRef': {'value': '1'}}
    made = invoice(sandbox, line(class_='2'), **with_both)
    assert made['DepartmentRef'] == {'value': '1', 'name': 'North depot'}
    assert made['Line'][0]['SalesItemLineDetail']['ClassRef']['name'] == 'Residential:Weekly'

    off = {'ClassTrackingPerTxnLine': False, 'TrackDepartments': False}
    sandbox.configure(preferences={'AccountingInfoPrefs': off})
    made = invoice(sandbox, line(class_='2'), **with_both)
    assert not {'ClassRef', 'DepartmentRef'} & set(made)
    assert 'ClassRef' not in made['Line'][0]['SalesItemLineDetail']


def test_deposit_on_an_invoice_lowers_what_is_owed(sandbox, api):
    before = balance(sandbox, 'Undeposited Funds')
    made = invoice(sandbox, line(100), Deposit=30)

    assert (made['TotalAmt'], made['Balance'], owes(sandbox)) == (100, 70, 70)
    assert balance(sandbox, 'Undeposited Funds') == before + 30
    assert refused(api, **values(Deposit=101)) == [('6000', '')]


# References.


def test_inactive_customer_and_item_stop_new_and_old_documents(sandbox, api):
    made = invoice(sandbox, line(item='2'), customer='3')
    sandbox.update('Item', '2', {'Active': False})

    assert refused(api, **values(line(item='2'))) == [('610', '')]
    assert faults(api.update('Invoice', made, PrivateNote='again')) == [('610', '')]
    sandbox.configure(inactive_code='2500')
    assert refused(api, **values(line(item='2'))) == [('2500', 'Line.SalesItemLineDetail.ItemRef')]
    sandbox.configure(inactive_in_old_documents='allowed')
    assert api.update('Invoice', made, PrivateNote='again').status_code == 200


@pytest.mark.parametrize('members, text', [
    ({'CustomerRef': {'value': '777'}}, 'Names element id 777 not found'),
    ({'ClassRef': {'value': '777'}}, 'Klasses element id 777 not found'),
    ({'DepartmentRef': {'value': '777'}}, 'Depts element id 777 not found'),
    ({'SalesTermRef': {'value': '777'}}, 'SalesTermRef'),
])  # fmt: skip
def test_reference_to_nothing_names_where(sandbox, api, members, text):
    sandbox.configure(tracking_off='kept')

    assert detail(api.post('invoice', values(**members))) == ('2500', f'Invalid Reference Id : {text}')


def test_category_is_no_product(sandbox, api):
    category = sandbox.create('Item', {'Name': 'Chemicals', 'Type': 'Category'})

    assert detail(api.post('invoice', values(line(item=category['Id']))))[1] == (
        'Invalid Reference Id : Categories cannot be used in transactions.'
    )


def test_invoice_needs_a_customer(api):
    asked = values()
    del asked['CustomerRef']

    assert ('2020', 'CustomerRef') in refused(api, **asked)


# Void, delete, closed books.


def test_voided_invoice_keeps_its_lines_without_amounts(sandbox, api):
    made = invoice(sandbox, line(10, qty=2, price=5, tax='TAX', Description='Salt'), code='2', PrivateNote='old')
    voided = api.post('invoice', keys(made), operation='void').json()['Invoice']

    assert voided['Line'] == [
        {'Id': '1', 'LineNum': 1, 'Description': 'Salt', 'Amount': 0, 'DetailType': 'SalesItemLineDetail',
         'SalesItemLineDetail': {'ItemRef': {'value': '1', 'name': 'Weekly pool service'}, 'Qty': 0,
                                 'TaxCodeRef': {'value': 'TAX'}}},
        {'Amount': 0, 'DetailType': 'SubTotalLineDetail', 'SubTotalLineDetail': {}},
    ]  # fmt: skip
    assert (voided['TotalAmt'], voided['Balance'], voided['TxnTaxDetail']) == (0, 0, {'TotalTax': 0})
    assert (voided['PrivateNote'], voided['SyncToken'], voided['LinkedTxn']) == ('Voided - old', '1', [])
    assert owes(sandbox) == 0
    assert api.query(f"select * from Invoice where Id = '{made['Id']}'")['Invoice'][0] == voided


def test_void_and_delete_take_the_postings_back(sandbox):
    before = [body['CurrentBalance'] for body in sandbox.all('Account')]
    for end in (sandbox.void, sandbox.delete):
        made = invoice(sandbox, line(100, tax='TAX'), code='2')
        assert balance(sandbox, 'Sales Tax Payable') < 0
        end('Invoice', made['Id'])
        assert [body['CurrentBalance'] for body in sandbox.all('Account')] == before
        assert owes(sandbox) == 0
        assert sandbox.postings('Invoice', made['Id']) == []


def test_deleted_invoice_leaves_a_stub_in_change_data(sandbox, api):
    made = invoice(sandbox)
    sandbox.delete('Invoice', made['Id'])
    (group,) = api.get('cdc', entities='Invoice', changedSince=made['MetaData']['LastUpdatedTime']).json()[
        'CDCResponse'
    ][0]['QueryResponse']

    assert group['Invoice'][-1]['status'] == 'Deleted' and group['Invoice'][-1]['Id'] == made['Id']
    assert detail(api.get(f'invoice/{made["Id"]}'))[1].endswith('Another user has deleted this transaction.')


@pytest.mark.parametrize('do', ['create', 'update', 'move', 'void', 'delete'])
def test_closed_books_stay_as_they_are(sandbox, api, do):
    made = invoice(sandbox, TxnDate='2026-01-15')
    late = invoice(sandbox, TxnDate='2026-02-15')
    sandbox.configure(preferences={'AccountingInfoPrefs': {'BookCloseDate': '2026-01-31'}})
    answer = {
        'create': lambda: api.post('invoice', values(TxnDate='2026-01-31')),
        'update': lambda: api.update('Invoice', made, PrivateNote='x'),
        'move': lambda: api.update('Invoice', late, TxnDate='2026-01-31'),
        'void': lambda: api.post('invoice', keys(made), operation='void'),
        'delete': lambda: api.post('invoice', keys(made), operation='delete'),
    }[do]()

    assert detail(answer)[0] == '6210'
    assert api.update('Invoice', late, PrivateNote='open').status_code == 200
    assert sandbox.update('Invoice', made['Id'], {'PrivateNote': 'by hand'})['PrivateNote'] == 'by hand'


# What a write touches.


def test_note_changes_nothing_but_the_invoice(sandbox, api):
    made = invoice(sandbox, line(100, tax='TAX'), discount(percent=10), code='2')
    customer = sandbox.get('Customer', '1')
    accounts = sandbox.all('Account')
    changed = api.update('Invoice', made, PrivateNote='x').json()['Invoice']

    same = {key: value for key, value in changed.items() if key not in ('SyncToken', 'MetaData', 'PrivateNote')}
    assert same == {key: value for key, value in made.items() if key not in ('SyncToken', 'MetaData')}
    assert changed['SyncToken'] == '1'
    assert (sandbox.get('Customer', '1'), sandbox.all('Account')) == (customer, accounts)


def test_balances_of_customers_move_without_their_sync_token(sandbox):
    job = next(body for body in sandbox.all('Customer') if body.get('ParentRef'))
    parent = sandbox.get('Customer', job['ParentRef']['value'])
    invoice(sandbox, line(80), customer=job['Id'])
    now = sandbox.get('Customer', parent['Id'])

    assert sandbox.get('Customer', job['Id'])['Balance'] == 80
    assert now['Balance'] == parent['Balance']
    assert now['BalanceWithJobs'] == parent['BalanceWithJobs'] + 80
    assert (now['SyncToken'], now['MetaData']) == (parent['SyncToken'], parent['MetaData'])


def test_invoice_in_a_batch_is_the_same_as_alone(sandbox, api):
    asked = values(line(10.01, qty=3.003, price=3.3333, tax='TAX'), discount(percent=3), code='2', DocNumber='B')
    sandbox.configure(duplicate_numbers='allowed')
    alone = api.create('Invoice', **asked)
    inside = api.batch({'bId': '1', 'operation': 'create', 'Invoice': asked})['1']['Invoice']

    def plain(body):
        return {key: value for key, value in body.items() if key not in ('Id', 'MetaData')}

    assert plain(alone) == plain(inside)


def test_batch_voids_and_allows_doubles_as_single_calls_do(sandbox, api):
    made, paid = (
        invoice(sandbox, DocNumber='D'),
        sandbox.create('Payment', {'CustomerRef': {'value': '1'}, 'TotalAmt': 5}),
    )
    answers = api.batch(
        {'bId': '1', 'operation': 'void', 'Invoice': keys(made)},
        {'bId': '2', 'operation': 'update', 'optionsData': 'void', 'Payment': {**keys(paid), 'sparse': True}},
        {'bId': '3', 'operation': 'create', 'optionsData': 'allowduplicatedocnum', 'Invoice': values(DocNumber='D')},
        {'bId': '4', 'operation': 'create', 'Invoice': values(DocNumber='D')},
        {'bId': '5', 'operation': 'void', 'CreditMemo': keys(made)},
    )

    assert answers['1']['Invoice']['TotalAmt'] == answers['2']['Payment']['TotalAmt'] == 0
    assert answers['3']['Invoice']['DocNumber'] == 'D'
    assert [faults(answers[id])[0][0] for id in '45'] == ['6140', 'sandbox-501']


def test_events_name_what_happened(sandbox):
    sandbox.deliver_webhooks_to('http://127.0.0.1:9/')
    made = invoice(sandbox)
    payment = sandbox.pay(made['Id'], 40)
    sandbox.void('Payment', payment['Id'])
    sandbox.void('Invoice', made['Id'])
    sandbox.delete('Invoice', made['Id'])

    assert [(each['type'], each['operation']) for each in sandbox.undelivered()] == [
        ('Invoice', 'Create'), ('Payment', 'Create'), ('Invoice', 'Update'), ('Payment', 'Void'),
        ('Invoice', 'Update'), ('Invoice', 'Void'), ('Invoice', 'Delete'),
    ]  # fmt: skip


@pytest.mark.parametrize('where, found', [
    ("Balance > '0'", True), ("Balance = '0'", False), ("TotalAmt > '50'", True), ("CustomerRef = '1'", True),
    ("DueDate < '2026-03-05' and TxnDate >= '2026-02-02'", True), ("SalesTermRef = '3'", False),
])  # fmt: skip
def test_invoices_are_found_by(sandbox, api, where, found):
    made = invoice(sandbox, TxnDate='2026-02-02')
    bodies = api.query(f'select * from Invoice where {where}').get('Invoice', [])

    assert (made['Id'] in [body['Id'] for body in bodies]) is found


@pytest.mark.parametrize('member', ['Line', 'LinkedTxn', 'TxnTaxDetail', 'BillAddr'])
def test_complex_members_are_not_shown_alone(api, member):
    answer = api.get('query', query=f'select {member} from Invoice')

    assert detail(answer) == ('4001', f"QueryValidationError: property '{member}' is not queryable")


@pytest.mark.parametrize('type, member', [('Payment', 'DocNumber'), ('Payment', 'TotalAmt'), ('Deposit', 'TotalAmt')])
def test_other_documents_are_not_found_by(api, type, member):
    assert faults(api.get('query', query=f"select * from {type} where {member} = '1'")) == [('4001', None)]


@pytest.mark.parametrize('member', ['DepartmentRef', 'EmailStatus', 'PrivateNote'])
def test_invoices_are_not_found_by(api, member):
    answer = api.get('query', query=f"select * from Invoice where {member} = 'x'")

    assert detail(answer) == ('4001', f"QueryValidationError: property '{member}' is not queryable")


def test_stale_and_missing_invoices(sandbox, api):
    made = invoice(sandbox)
    sandbox.pay(made['Id'], 10)

    assert faults(api.update('Invoice', made, PrivateNote='late')) == [('5010', '')]
    assert faults(api.post('invoice', {**keys(made), 'Id': '7777'}, operation='void')) == [('610', '')]


def test_second_company_books_for_itself(sandbox):
    realm = sandbox.realm_ids[1]
    income = next(body['Id'] for body in sandbox.all('Account', realm=realm) if body['AccountType'] == 'Income')
    item = sandbox.create('Item', {'Name': 'Hour', 'Type': 'Service', 'IncomeAccountRef': {'value': income}}, realm)
    customer = sandbox.create('Customer', {'DisplayName': 'Only one'}, realm)
    made = sandbox.create('Invoice', values(line(item=item['Id']), customer=customer['Id']), realm)
    sandbox.pay(made['Id'], 40, realm)

    assert sandbox.get('Customer', customer['Id'], realm)['Balance'] == 60
    assert sandbox.void('Invoice', made['Id'], realm)['TotalAmt'] == 0


def test_embedding_refuses_what_the_api_refuses(sandbox):
    with pytest.raises(Fault, match='2020'):
        sandbox.create('Invoice', {'CustomerRef': {'value': '1'}})
    with pytest.raises(Fault, match='610'):
        sandbox.void('Invoice', '7777')
    assert account(sandbox, 'Checking')


def test_sending_marks_the_invoice_and_tells_where_it_went(sandbox, api):
    made = invoice(sandbox)
    answer = api.post(f'invoice/{made["Id"]}/send', None, sendTo='desk@harbor.example').json()['Invoice']

    assert answer['EmailStatus'] == 'EmailSent'
    assert answer['BillEmail']['Address'] == 'desk@harbor.example'
    assert answer['DeliveryInfo']['DeliveryType'] == 'Email'
    assert int(answer['SyncToken']) == int(made['SyncToken']) + 1


def test_an_invoice_is_sent_once_under_one_request_id(sandbox, api):
    made = invoice(sandbox)
    first, again = (api.post(f'invoice/{made["Id"]}/send', None, requestid='mail-1').json() for _ in range(2))

    assert first == again
    assert sandbox.get('Invoice', made['Id'])['SyncToken'] == first['Invoice']['SyncToken']


def test_an_invoice_without_an_address_is_not_sent(sandbox, api):
    made = invoice(sandbox, customer=sandbox.create('Customer', {'DisplayName': 'No address'})['Id'])

    assert detail(api.post(f'invoice/{made["Id"]}/send', None))[0] == '6420'
    assert detail(api.post('invoice/99999/send', None))[0] == '610'
