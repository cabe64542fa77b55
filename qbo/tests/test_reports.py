from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .. import client, errors
from ..reports import fiscal_year_start, trial_balance, year_closed

COLUMNS = (
    {'ColTitle': '', 'ColType': 'Account'},
    {'ColTitle': 'Debit', 'ColType': 'Money'},
    {'ColTitle': 'Credit', 'ColType': 'Money'},
)


def cells(name, debit='', credit='', account=None):
    label = {'value': name} if account is None else {'value': name, 'id': account}
    return [label, {'value': debit}, {'value': credit}]


def row(*args):
    return {'ColData': cells(*args)}


def total(debit, credit):
    return {'Summary': {'ColData': cells('TOTAL', debit, credit)}, 'type': 'Section', 'group': 'GrandTotal'}


def report(*rows, columns=COLUMNS):
    return {'Header': {'ReportName': 'TrialBalance'}, 'Columns': {'Column': list(columns)}, 'Rows': {'Row': list(rows)}}


def test_debits_are_positive_and_totals_are_left_out():
    found = trial_balance(
        report(row('Checking', '4151.74', '', '35'), row('Income', '', '4151.74', '79'), total('4151.74', '4151.74'))
    )
    assert found == {'35': 415174, '79': -415174}


def test_a_report_without_data_is_empty():
    assert trial_balance({**report(), 'Rows': {}}) == {}
    assert trial_balance({**report(), 'Rows': {'Row': None}}) == {}


def test_sections_are_followed_and_an_account_with_others_below_counts_once():
    section = {
        'type': 'Section',
        'Header': {'ColData': cells('Truck', '10.00', '', '37')},
        'Rows': {'Row': [row('Original Cost', '13495.00', '', '38')]},
        'Summary': {'ColData': cells('Total Truck', '13505.00', '')},
    }
    plain = {'type': 'Section', 'Header': {'ColData': [{'value': 'ASSETS'}]}, 'Rows': {'Row': [section]}}
    assert trial_balance(report(plain, total('13505.00', ''))) == {'37': 1000, '38': 1349500}


def test_accounts_that_come_to_nothing_stay_and_missing_cells_are_nothing():
    short = {'ColData': [{'value': 'Savings', 'id': '36'}]}
    assert trial_balance(report(row('Fuel', '', '', '7'), row('Rent', '0.00', '', '8'), short)) == {
        '7': 0,
        '8': 0,
        '36': 0,
    }


def test_rows_without_account_are_together():
    found = trial_balance(report(row('Cash', '3.00', '', '1'), row('Not specified', '', '1.00'), row('?', '', '2', '')))
    assert found == {'1': 300, None: -300}


def test_titles_are_in_the_companys_language_and_columns_may_be_elsewhere():
    columns = [COLUMNS[0], {'ColType': 'String', 'ColTitle': 'No.'}, {'ColType': 'Money'}, {'ColType': 'Money'}]
    label, debit, credit = cells('Bank', '', '1,234.50', '1')
    assert trial_balance(report({'ColData': [label, {'value': '1000'}, debit, credit]}, columns=columns)) == {
        '1': -123450
    }


@pytest.mark.parametrize('columns', [[], COLUMNS[:2], [*COLUMNS, COLUMNS[1]]])
def test_another_report_is_no_trial_balance(columns):
    with pytest.raises(ValueError, match='debits and credits'):
        trial_balance(report(columns=columns))


@pytest.mark.parametrize('text', ['1.005', 'n/a', 'NaN', 'Infinity'])
def test_what_is_no_amount_is_not_taken_for_nothing(text):
    with pytest.raises(ValueError, match='not an amount'):
        trial_balance(report(row('Cash', text, '', '1')))


@given(st.dictionaries(st.integers(1, 99).map(str), st.integers(-(10**13), 10**13)))
def test_every_figure_comes_back_to_the_cent(balances):
    def text(cents):
        return f'{cents // 100}.{cents % 100:02}' if cents > 0 else ''

    rows = [row(f'Account {id}', text(cents), text(-cents), id) for id, cents in balances.items()]
    assert trial_balance(report(*rows, total('1.00', '1.00'))) == balances


# === THE CALL === #


@pytest.fixture
def qbo(server):
    return client.Client(base_url=server.url, realm_id='9130347957983546', token=lambda rejected: 'token')


def test_a_report_is_one_get_with_its_parameters(server, qbo):
    body = report(row('Checking', '1.00', '', '35'))
    server.will_answer(body, intuit_tid='1-r')
    answer = qbo.report('TrialBalance', start_date='2026-01-01', end_date='2026-06-30', accounting_method=None)

    assert (answer.values, answer.status, answer.tid) == (body, 200, '1-r')
    assert (server.last.method, server.last.path) == ('GET', '/v3/company/9130347957983546/reports/TrialBalance')
    assert server.last.params == {'start_date': '2026-01-01', 'end_date': '2026-06-30', 'minorversion': '75'}
    assert len(server.asked) == 1


def test_a_report_that_is_refused_is_an_error(server, qbo):
    fault = {'Message': 'Permission Denied Error', 'Detail': 'd', 'code': '5020', 'element': 'ReportName'}
    server.will_answer({'Fault': {'Error': [fault], 'type': 'ValidationFault'}}, status=400)

    with pytest.raises(errors.QboError) as caught:
        qbo.report('Cashflow')
    assert caught.value.errors[0].code == '5020'


def test_an_answer_that_is_no_report_is_an_error(server, qbo):
    server.will_answer({'QueryResponse': {}})
    with pytest.raises(errors.UnknownOutcome, match='Rows'):
        qbo.report('TrialBalance')


@pytest.mark.parametrize(
    ('day', 'month', 'start'),
    [
        (date(2026, 3, 31), 'January', date(2026, 1, 1)),
        (date(2026, 3, 31), 'April', date(2025, 4, 1)),
        (date(2026, 4, 1), 'April', date(2026, 4, 1)),
        (date(2024, 2, 29), 'February', date(2024, 2, 1)),
    ],
)
def test_a_fiscal_year_begins_in_its_month(day, month, start):
    assert fiscal_year_start(day, month) == start


def test_at_the_end_of_a_year_its_earnings_are_retained():
    assert year_closed({'1': 500, '9': -100, '79': -700, '80': 300}, {'79', '80'}, '9') == {'1': 500, '9': -500}
    assert year_closed({'1': 400, '79': -400}, {'79'}, None) == {'1': 400, None: -400}
