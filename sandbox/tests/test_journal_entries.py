"""Journal entries (qbo-api 9.10), and the classes and locations of their lines (9.13)."""

import pytest

from .client import detail, faults
from .documents import balance, keys, owes, values
from .entries import entry, named

RECEIVABLE, PAYABLE = 'Accounts Receivable (A/R)', 'Accounts Payable (A/P)'


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


def sides(body):
    """Return (side, amount) of the lines of an entry."""
    return [(each['JournalEntryLineDetail']['PostingType'], each['Amount']) for each in body['Line']]


def test_new_entry_is_answered_as_recorded(sandbox, api):
    made = api.create('JournalEntry', **entry(sandbox, ('Checking', 10), ('Savings', -10), PrivateNote='Store 1'))

    assert (made['Adjustment'], made['TxnTaxDetail'], made['PrivateNote']) == (False, {}, 'Store 1')
    assert 'DocNumber' not in made and made['SyncToken'] == '0'
    assert made['TxnDate'] == sandbox.clock.today().isoformat()
    assert sides(made) == [('Debit', 10), ('Credit', 10)]


@pytest.mark.parametrize('member, length, longest', [('DocNumber', 22, '21'), ('PrivateNote', 4001, '4,000')])
def test_long_texts_of_an_entry_are_refused(sandbox, api, member, length, longest):
    asked = entry(sandbox, ('Checking', 10), ('Savings', -10), **{member: 'x' * length})

    code, text = detail(api.post('journalentry', asked))
    assert (code, f'Max:{longest} supported' in text) == ('2050', True)


def test_line_without_account_or_amount_is_refused(sandbox, api):
    asked = entry(sandbox, ('Checking', 10), ('Savings', -10), ('Truck', 5))
    del asked['Line'][0]['JournalEntryLineDetail']['AccountRef']
    del asked['Line'][2]['Amount']

    assert {('2020', 'Line.JournalEntryLineDetail.AccountRef'), ('2020', 'Line.Amount')} <= set(
        faults(api.post('journalentry', asked))
    )


def test_entry_without_lines_is_refused(api):
    assert ('2020', 'Line') in faults(api.post('journalentry', {'PrivateNote': 'empty'}))


def test_sparse_update_keeps_the_lines_and_given_lines_replace_them(sandbox, api):
    made = api.create('JournalEntry', **entry(sandbox, ('Checking', 10), ('Savings', -10), DocNumber='D-1'))
    kept = api.update('JournalEntry', made, PrivateNote='late').json()['JournalEntry']
    assert (sides(kept), kept['PrivateNote'], kept['DocNumber'], kept['SyncToken']) == (
        sides(made), 'late', 'D-1', '1',
    )  # fmt: skip

    lines = entry(sandbox, ('Checking', 30), ('Fuel', -30))['Line']
    lines[0]['Id'] = '0'
    changed = api.update('JournalEntry', kept, Line=lines).json()['JournalEntry']
    assert [each['Id'] for each in changed['Line']] == ['0', '2']
    assert [row['cents'] for row in sandbox.postings('JournalEntry', made['Id'])] == [3000, -3000]


def test_stale_entry_is_neither_changed_nor_deleted(sandbox, api):
    made = api.create('JournalEntry', **entry(sandbox, ('Checking', 10), ('Savings', -10)))
    sandbox.update('JournalEntry', made['Id'], {'PrivateNote': 'first'})

    assert faults(api.update('JournalEntry', made, PrivateNote='second'))[0][0] == '5010'
    assert faults(api.post('journalentry', keys(made), operation='delete'))[0][0] == '5010'


def test_deleted_entry_leaves_no_posting_and_no_balance(sandbox, api):
    before = balance(sandbox, 'Checking')
    made = api.create('JournalEntry', **entry(sandbox, ('Checking', 10), ('Savings', -10)))
    answer = api.post('journalentry', keys(made), operation='delete').json()['JournalEntry']

    assert answer['status'] == 'Deleted'
    assert sandbox.postings('JournalEntry', made['Id']) == []
    assert balance(sandbox, 'Checking') == before


def test_batch_takes_the_good_entries_and_refuses_the_bad(sandbox, api):
    good = entry(sandbox, ('Checking', 10), ('Savings', -10))
    bad = entry(sandbox, ('Checking', 10), ('Savings', -9))
    answers = api.batch(
        {'bId': '1', 'operation': 'create', 'JournalEntry': good},
        {'bId': '2', 'operation': 'create', 'JournalEntry': bad},
    )

    assert answers['1']['JournalEntry']['Id']
    assert faults(answers['2']) == [('2300', 'Line')]


def test_closed_books_hold_existing_entries_too(sandbox, api):
    made = api.create('JournalEntry', **entry(sandbox, ('Checking', 10), ('Savings', -10), TxnDate='2026-01-31'))
    sandbox.configure(preferences={'AccountingInfoPrefs': {'BookCloseDate': '2026-01-31'}})

    assert faults(api.update('JournalEntry', made, TxnDate='2026-02-01')) == [('6210', '')]
    assert faults(api.post('journalentry', keys(made), operation='delete')) == [('6210', '')]


@pytest.mark.parametrize('type, name', [('Account', 'Truck'), ('Class', 'Clubs'), ('Department', 'South depot')])
def test_inactive_accounts_classes_and_locations_are_refused(sandbox, api, type, name):
    id = next(body['Id'] for body in sandbox.all(type) if body['Name'] == name)
    sandbox.update(type, id, {'Active': False})
    lines = entry(sandbox, ('Checking', 10), ('Savings', -10))
    lines['Line'][0]['JournalEntryLineDetail'][f'{type}Ref'] = {'value': id}

    assert [code for code, _element in faults(api.post('journalentry', lines))] == ['610']


# Names, lines, currencies.


def test_many_customers_and_vendors_may_be_in_one_entry(sandbox):
    vendor = sandbox.all('Vendor')[0]['Id']
    rows = [(RECEIVABLE, 30, named('Customer', '1')), (RECEIVABLE, 20, named('Customer', '2')),
            (PAYABLE, -50, named('Vendor', vendor))]  # fmt: skip
    before = owes(sandbox, '2')
    sandbox.create('JournalEntry', entry(sandbox, *rows))

    assert (owes(sandbox, '1'), owes(sandbox, '2'), sandbox.get('Vendor', vendor)['Balance']) == (30, before + 20, 50)


def test_one_name_alone_where_so_set(sandbox, api):
    sandbox.configure(journal_names='one')
    rows = [(RECEIVABLE, 30, named('Customer', '1')), (RECEIVABLE, 20, named('Customer', '2')), ('Fuel', -50)]

    assert faults(api.post('journalentry', entry(sandbox, *rows))) == [('6000', '')]
    rows = [(RECEIVABLE, 30, named('Customer', '1')), ('Checking', -30, named('Customer', '2'))]
    assert api.post('journalentry', entry(sandbox, *rows)).status_code == 200


def test_entry_has_a_limit_of_lines(sandbox, api):
    sandbox.configure(journal_lines=3)
    rows = [('Checking', 10), ('Savings', -4), ('Fuel', -3), ('Truck', -3)]

    assert faults(api.post('journalentry', entry(sandbox, *rows))) == [('6000', '')]
    assert api.post('journalentry', entry(sandbox, ('Checking', 7), ('Savings', -4), ('Fuel', -3))).status_code == 200


def test_entry_has_one_foreign_currency(sandbox, api):
    sandbox.configure(preferences={'CurrencyPrefs': {'MultiCurrencyEnabled': True}})
    sandbox.create('Account', {'Name': 'Euros', 'AccountType': 'Bank', 'CurrencyRef': {'value': 'EUR'}})
    rows = [('Euros', 10), ('Savings', -10)]

    assert faults(api.post('journalentry', entry(sandbox, *rows))) == [('2020', 'CurrencyRef'), ('6000', '')]
    assert faults(api.post('journalentry', entry(sandbox, *rows, CurrencyRef={'value': 'GBP'}))) == [('6000', '')]
    asked = entry(sandbox, *rows, CurrencyRef={'value': 'EUR'}, ExchangeRate=1.2)
    made = api.create('JournalEntry', **asked)
    assert made['TotalAmt'] == 0
    assert [row['cents'] for row in sandbox.postings('JournalEntry', made['Id'])] == [1200, -1200]


# Classes and locations.

REFS = {'ClassRef': {'value': '2'}, 'DepartmentRef': {'value': '1'}}


def tracking(sandbox, per_document, per_line, locations):
    prefs = {'ClassTrackingPerTxn': per_document, 'ClassTrackingPerTxnLine': per_line, 'TrackDepartments': locations}
    sandbox.configure(preferences={'AccountingInfoPrefs': prefs})


@pytest.mark.parametrize('on, wanted', [
    ((False, True, True), ('2', '1')), ((True, False, True), ('2', '1')), ((False, False, True), (None, '1')),
    ((False, True, False), ('2', None)), ((False, False, False), (None, None)),
])  # fmt: skip
def test_lines_of_an_entry_keep_what_the_company_tracks(sandbox, on, wanted):
    tracking(sandbox, *on)
    made = sandbox.create('JournalEntry', entry(sandbox, ('Checking', 10, REFS), ('Savings', -10)))

    row = sandbox.postings('JournalEntry', made['Id'])[0]
    assert (row['class'], row['department']) == wanted
    assert ('ClassRef' in made['Line'][0]['JournalEntryLineDetail']) == bool(wanted[0])


def test_what_is_not_tracked_is_refused_where_so_set(sandbox, api):
    tracking(sandbox, False, False, False)
    sandbox.configure(tracking_off='refused')
    asked = entry(sandbox, ('Checking', 10, REFS), ('Savings', -10))

    assert faults(api.post('journalentry', asked)) == [('6000', ''), ('6000', '')]
    assert faults(api.post('invoice', values(ClassRef={'value': '2'}))) == [('6000', '')]
    assert faults(api.post('class', {'Name': 'Store 1'})) == [('6000', '')]
    assert faults(api.post('department', {'Name': 'Store 1'})) == [('6000', '')]
    assert api.post('journalentry', entry(sandbox, ('Checking', 10), ('Savings', -10))).status_code == 200
    tracking(sandbox, True, False, True)
    assert api.post('class', {'Name': 'Store 1'}).status_code == 200


@pytest.mark.parametrize('type, noun', [('Class', 'class'), ('Department', 'department')])
def test_store_and_its_class_below_have_names_of_their_own(api, type, noun):
    store = api.create(type, Name='Store 1')
    below = api.create(type, Name='Burbank', ParentRef={'value': store['Id']})
    assert (below['FullyQualifiedName'], below[f'Sub{type}'], store[f'Sub{type}']) == ('Store 1:Burbank', True, False)

    again = api.post(type.lower(), {'Name': 'BURBANK', 'ParentRef': {'value': store['Id']}})
    code, text = detail(again)
    assert (code, noun in text) == ('6240', True)
    assert api.create(type, Name='Burbank')['FullyQualifiedName'] == 'Burbank'
    assert faults(api.post(type.lower(), {'Name': 'Store:2'}))[0][0] == '2040'
    renamed = api.update(type, store, Name='Store 9').json()[type]
    assert api.get(f'{type.lower()}/{below["Id"]}').json()[type]['FullyQualifiedName'] == 'Store 9:Burbank'
    assert api.update(type, renamed, Active=False).json()[type]['Active'] is False
    assert faults(api.post(type.lower(), {'Name': 'Store 9'}))[0][0] == '6240'
