"""``/reports/TrialBalance``, and what it counts (qbo-api 2, 3)."""

from datetime import timedelta

import pytest

from .client import Api, detail, faults
from .documents import account, line, values
from .entries import entry
from .test_pages import Browser


def trial_balance(api, **asked):
    """Return the report; it must succeed."""
    response = api.get('reports/TrialBalance', **asked)
    assert response.status_code == 200, response.text
    return response.json()


def figures(report):
    """Return {account name: (debit, credit)} as text."""
    rows = [row['ColData'] for row in report['Rows'].get('Row', ()) if 'ColData' in row]
    return {label['value']: (debit['value'], credit['value']) for label, debit, credit in rows}


@pytest.fixture
def bare(sandbox):
    """The second company: nothing is posted in it."""
    return sandbox.realm_ids[1]


@pytest.fixture
def books(bare, sandbox):
    """A client of the second company."""
    return Api(sandbox, bare)


def test_report_has_intuits_shape(sandbox, books, bare):
    sandbox.create('JournalEntry', entry(sandbox, ('Checking', 1250.5), ('Repair income', -1250.5)), bare)
    report = trial_balance(books, minorversion=75)
    today = sandbox.clock.today().isoformat()

    assert report.keys() == {'Header', 'Columns', 'Rows'}
    header = report['Header']
    assert (header['ReportName'], header['ReportBasis'], header['Currency']) == ('TrialBalance', 'Accrual', 'USD')
    assert (header['StartPeriod'], header['EndPeriod']) == (f'{today[:7]}-01', today)
    assert header['Option'] == [{'Name': 'NoReportData', 'Value': 'false'}]
    assert [(each['ColTitle'], each['ColType']) for each in report['Columns']['Column']] == [
        ('', 'Account'), ('Debit', 'Money'), ('Credit', 'Money'),
    ]  # fmt: skip
    assert report['Rows']['Row'] == [
        {'ColData': [{'value': 'Checking', 'id': account(sandbox, 'Checking')}, {'value': '1250.50'}, {'value': ''}]},
        {'ColData': [{'value': 'Repair income', 'id': account(sandbox, 'Repair income')},
                     {'value': ''}, {'value': '1250.50'}]},
        {'Summary': {'ColData': [{'value': 'TOTAL'}, {'value': '1250.50'}, {'value': '1250.50'}]},
         'type': 'Section', 'group': 'GrandTotal'},
    ]  # fmt: skip


def test_report_without_data_says_so_and_has_no_rows(books):
    report = trial_balance(books)

    assert report['Rows'] == {}
    assert report['Header']['Option'] == [{'Name': 'NoReportData', 'Value': 'true'}]


def test_balances_are_those_at_the_end_of_the_last_day(sandbox, books, bare):
    for day, amount in (('2026-03-01', 10), ('2026-03-31', 20), ('2026-04-01', 40)):
        asked = entry(sandbox, ('Checking', amount), ('Savings', -amount), TxnDate=day)
        sandbox.create('JournalEntry', asked, bare)

    found = [
        figures(trial_balance(books, start_date='2026-03-20', end_date=day)) for day in ('2026-03-31', '2026-04-01')
    ]
    assert [each['Checking'] for each in found] == [('30.00', ''), ('70.00', '')]
    assert found[0]['Savings'] == ('', '30.00')


def test_income_of_past_years_is_retained_earnings(sandbox, books, bare):
    for day, amount in (('2025-12-31', 100), ('2026-01-01', 7)):
        sandbox.create('JournalEntry', entry(sandbox, ('Checking', amount), ('Fuel', -amount), TxnDate=day), bare)

    found = figures(trial_balance(books, start_date='2026-06-01', end_date='2026-06-30'))
    assert found == {'Checking': ('107.00', ''), 'Retained Earnings': ('', '100.00'), 'Fuel': ('', '7.00')}
    assert figures(trial_balance(books, start_date='2025-12-01', end_date='2025-12-31')) == {
        'Checking': ('100.00', ''), 'Fuel': ('', '100.00'),
    }  # fmt: skip


def test_fiscal_year_begins_as_the_company_says(sandbox, books, bare):
    sandbox.configure(bare, preferences={'AccountingInfoPrefs': {'FirstMonthOfFiscalYear': 'April'}})
    for day, amount in (('2026-03-31', 100), ('2026-04-01', 7)):
        sandbox.create('JournalEntry', entry(sandbox, ('Checking', amount), ('Fuel', -amount), TxnDate=day), bare)

    assert figures(trial_balance(books, start_date='2027-03-01', end_date='2027-03-31'))['Fuel'] == ('', '7.00')
    assert figures(trial_balance(books, start_date='2026-03-01', end_date='2026-03-31'))['Fuel'] == ('', '100.00')


def test_income_of_the_period_alone_where_so_set(sandbox, books, bare):
    sandbox.configure(bare, trial_balance_income='period')
    for day, amount in (('2026-02-01', 100), ('2026-06-01', 7)):
        sandbox.create('JournalEntry', entry(sandbox, ('Checking', amount), ('Fuel', -amount), TxnDate=day), bare)

    found = figures(trial_balance(books, start_date='2026-06-01', end_date='2026-06-30'))
    assert found == {'Checking': ('107.00', ''), 'Retained Earnings': ('', '100.00'), 'Fuel': ('', '7.00')}


def test_account_that_comes_to_nothing_stays_and_a_deleted_document_goes(sandbox, books, bare):
    there = sandbox.create('JournalEntry', entry(sandbox, ('Checking', 10), ('Savings', -10)), bare)
    sandbox.create('JournalEntry', entry(sandbox, ('Savings', 10), ('Fuel', -10)), bare)
    assert figures(trial_balance(books))['Savings'] == ('0.00', '')

    sandbox.delete('JournalEntry', there['Id'], bare)
    assert 'Checking' not in figures(trial_balance(books))


def test_sub_accounts_and_inactive_ones_have_rows_of_their_own(sandbox, books, bare):
    sandbox.create('JournalEntry', entry(sandbox, ('Checking', 10), ('Diesel', -10)), bare)
    sandbox.update('Account', account(sandbox, 'Diesel'), {'Active': False}, bare)

    assert figures(trial_balance(books))['Fuel:Diesel (deleted)'] == ('', '10.00')


def test_all_documents_count(sandbox, api):
    before = sandbox.balances()
    made = sandbox.create('Invoice', values(line(100, tax='TAX'), code='2'))
    sandbox.pay(made['Id'], 40)
    moved = {key[0]: cents - before.get(key, 0) for key, cents in sandbox.balances().items()}

    names = ('Accounts Receivable (A/R)', 'Undeposited Funds', 'Sales Tax Payable')
    assert [moved[account(sandbox, name)] for name in names] == [6700, 4000, -700]
    assert sum(moved.values()) == 0
    tomorrow = (sandbox.clock.today() + timedelta(days=1)).isoformat()
    found = figures(trial_balance(api, start_date=tomorrow, end_date=tomorrow))
    assert found['Undeposited Funds'] == (f'{before[account(sandbox, "Undeposited Funds"), None] / 100 + 40:.2f}', '')


@pytest.mark.parametrize('asked, wanted', [
    ({'start_date': '2026-02-30'}, [('2060', 'start_date')]),
    ({'end_date': 'yesterday'}, [('2060', 'end_date')]),
    ({'start_date': '2026-02-02', 'end_date': '2026-02-01'}, [('2070', 'start_date')]),
    ({'accounting_method': 'Both'}, [('2170', 'accounting_method')]),
    ({'summarize_column_by': 'Classes'}, [('2170', 'summarize_column_by')]),
    ({'summarize_column_by': 'Departments'}, [('2170', 'summarize_column_by')]),
    ({'class': '2', 'department': '1'}, [('2010', ''), ('2010', '')]),
])  # fmt: skip
def test_what_the_report_does_not_have_is_refused(sandbox, api, asked, wanted):
    sandbox.configure(report_parameters='refused')

    assert faults(api.get('reports/TrialBalance', **asked, format='json')) == wanted


def test_classes_and_filters_are_ignored(sandbox, api):
    report = trial_balance(api, summarize_column_by='Classes', **{'class': '2'})
    assert report['Rows'] == trial_balance(api, accounting_method='Accrual', summarize_column_by='Total')['Rows']


@pytest.mark.parametrize('path, asked', [
    ('BalanceSheet', {}), ('GeneralLedger', {'columns': 'is_cleared'}), ('TrialBalance', {'accounting_method': 'Cash'}),
    ('TrialBalance', {'summarize_column_by': 'Month'}), ('VendorBalance', {'appaid': 'All'}),
])  # fmt: skip
def test_what_is_not_modelled_says_so(api, path, asked):
    response = api.get(f'reports/{path}', **asked)

    assert (response.status_code, faults(response)[0][0]) == (501, 'sandbox-501')


@pytest.mark.parametrize('name', ['Trialbalance', 'NoSuch'])
def test_report_that_nobody_has_is_a_lack_of_permission(api, name):
    response = api.get(f'reports/{name}')

    assert response.status_code == 400
    assert faults(response) == [('5020', 'ReportName')]
    assert detail(response)[1].endswith('You do not have the access rights to use this feature.')


def test_no_report_at_all_is_no_operation(api):
    response = api.get('reports')

    text = 'Operation No resource method found for GET, return 405 with Allow header is not supported.'
    assert (response.status_code, detail(response)) == (500, ('500', text))


def test_reports_are_read_only(api):
    assert api.post('reports/TrialBalance', {}).json()['Fault']['Error'][0]['code'] == '500'


def test_reports_have_a_limit_of_their_own(sandbox, api):
    sandbox.configure(throttle=True, requests_per_s=1000, reports_per_min=3)

    assert [api.get('reports/TrialBalance').status_code for _each in range(4)] == [200, 200, 200, 429]
    assert api.query('SELECT * FROM Term')
    sandbox.clock.advance(minutes=1)
    assert api.get('reports/TrialBalance').status_code == 200


def test_log_names_the_report(sandbox, api):
    api.get('reports/TrialBalance')

    assert (sandbox.requests[-1].entity, sandbox.requests[-1].operation) == ('reports', 'report')
    assert sandbox.requests[-1].path.endswith('/reports/TrialBalance')


def test_balances_are_known_by_class_and_by_location(sandbox):
    refs = {'ClassRef': {'value': '2'}, 'DepartmentRef': {'value': '1'}}
    sandbox.create('JournalEntry', entry(sandbox, ('Truck', 10, refs), ('Truck', 5), ('Truck loan', -15, refs)))
    truck = account(sandbox, 'Truck')

    assert sandbox.balances()[truck, None] == 1500
    assert {key[1]: cents for key, cents in sandbox.balances(by='class').items() if key[0] == truck} == {
        '2': 1000, None: 500,
    }  # fmt: skip
    assert sandbox.balances(by='department')[account(sandbox, 'Truck loan'), '1'] == -1500
    assert (truck, None) not in sandbox.balances(until='2020-01-01')


# The page.


@pytest.fixture
def page(sandbox):
    return lambda **asked: Browser(sandbox).get(f'/company/{sandbox.realm_id}/TrialBalance', **asked)


def test_page_shows_debits_and_credits_of_a_day(sandbox, page):
    sandbox.create('JournalEntry', entry(sandbox, ('Truck', 4321.09), ('Truck loan', -4321.09), TxnDate='2026-02-02'))

    assert page().count('4,321.09') == 2
    assert '4,321.09' not in page(until='2026-02-01')
    assert '/TrialBalance">Trial balance</a>' in page()
    assert 'Trial balance' in page(until='no day')


def test_page_shows_classes_and_locations(sandbox, page):
    refs = {'ClassRef': {'value': '2'}, 'DepartmentRef': {'value': '1'}}
    sandbox.create('JournalEntry', entry(sandbox, ('Truck', 4321.09, refs), ('Truck loan', -4321.09)))

    by_class, by_location = page(by='class'), page(by='department')
    assert 'Residential:Weekly' in by_class and 'Not specified' in by_class and '-4,321.09' in by_class
    assert 'North depot' in by_location and 'Residential:Weekly' not in by_location


def test_page_of_empty_books_says_so(sandbox):
    assert 'Nothing is posted yet.' in Browser(sandbox).get(f'/company/{sandbox.realm_ids[1]}/TrialBalance')


def test_words_in_names_cannot_smuggle_html(sandbox, page):
    made = sandbox.create('Class', {'Name': '<script>x</script>'})
    refs = {'ClassRef': {'value': made['Id']}}
    sandbox.create('JournalEntry', entry(sandbox, ('Truck', 1, refs), ('Truck loan', -1)))

    assert '<script>' not in page(by='class', until='2030-01-01')
