"""The trial balance after any documents (hypothesis)."""

from contextlib import contextmanager, suppress
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..company.reports import report
from ..control import Control
from ..documents.ledger import OF_A_YEAR, fiscal_year_start
from ..errors import Fault
from .documents import account, line, link, money, values
from .entries import entry, named
from .test_document_properties import cents

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FIRST, DAYS = date(2024, 11, 1), 900
ACCOUNTS = ('Checking', 'Savings', 'Truck', 'Truck loan', 'Retained Earnings', 'Fuel', 'Diesel', 'Interest earned')


@pytest.fixture(scope='module')
def us():
    return Control()


TURNS = ('2024-12-31', '2025-01-01', '2025-12-31', '2026-01-01')
days = st.sampled_from(TURNS) | st.integers(0, DAYS).map(lambda number: (FIRST + timedelta(days=number)).isoformat())
amounts = st.integers(1, 500_000).map(lambda number: number / 100)
refs = st.fixed_dictionaries({}, optional={
    'ClassRef': st.sampled_from('123').map(lambda id: {'value': id}),
    'DepartmentRef': st.sampled_from('12').map(lambda id: {'value': id}),
})  # fmt: skip
steps = st.lists(
    st.tuples(st.sampled_from(['entry', 'customer', 'Invoice', 'CreditMemo', 'SalesReceipt', 'pay', 'void', 'delete',
                               'move']),
              days, amounts, refs, st.integers(0, 50)),
    min_size=1, max_size=12,
)  # fmt: skip


def act(control, kind, day, amount, members, number):
    """Write one document, or change or end one; a refusal is fine."""
    invoices = control.all('Invoice')
    one, two = ACCOUNTS[number % len(ACCOUNTS)], ACCOUNTS[(number + 3) % len(ACCOUNTS)]
    if kind == 'entry':
        control.create('JournalEntry', entry(control, (one, amount, members), (two, -amount), TxnDate=day))
    elif kind == 'customer':
        owed = ('Accounts Receivable (A/R)', amount, {**members, **named('Customer', '1')})
        control.create('JournalEntry', entry(control, owed, (one, -amount), TxnDate=day))
    elif kind in ('pay', 'void', 'delete', 'move') and not invoices:
        return
    elif kind == 'pay':
        invoice = invoices[number % len(invoices)]
        shares = [link(invoice, min(amount, invoice['Balance']))]
        control.create('Payment', money(amount, *shares, customer=invoice['CustomerRef']['value'], TxnDate=day))
    elif kind in ('void', 'delete'):
        getattr(control, kind)('Invoice', invoices[number % len(invoices)]['Id'])
    elif kind == 'move':
        control.update('Invoice', invoices[number % len(invoices)]['Id'], {'TxnDate': day})
    else:
        sold = line(amount, class_=members.get('ClassRef', {'value': '4'})['value'], tax='TAX')
        where = {name: value for name, value in members.items() if name == 'DepartmentRef'}
        control.create(kind, values(sold, code='2', TxnDate=day, **where))


@contextmanager
def after(control, steps):
    """Take these steps; undo them in the end."""
    control.snapshot()
    try:
        for step in steps:
            with suppress(Fault):
                act(control, *step)
        yield
    finally:
        control.restore()


def expected(control, until, by):
    """Sum the postings anew, one by one."""
    books = control.books()
    first = fiscal_year_start(books, until)
    kinds = {body['Id']: body['Classification'] for body in control.all('Account')}
    sums = {}
    for row in control.postings():
        if row['txn_date'] <= until:
            closed = row['txn_date'] < first and kinds[row['account']] in OF_A_YEAR
            key = (account(control, 'Retained Earnings') if closed else row['account'], row[by] if by else None)
            sums[key] = sums.get(key, 0) + row['cents']
    return sums


def reported(control, until):
    """Return {account: cents} of the report, and its two totals."""
    answer = report(control.books(), 'TrialBalance', {'start_date': '2024-01-01', 'end_date': until})
    *rows, total = answer['Rows'].get('Row') or [{'Summary': {'ColData': [{}, {'value': ''}, {'value': ''}]}}]
    found = [row['ColData'] for row in rows]
    sums = {label['id']: cents(debit['value'] or 0) - cents(credit['value'] or 0) for label, debit, credit in found}
    return sums, [cell['value'] for cell in total['Summary']['ColData'][1:]]


@FEW
@given(steps, days)
def test_trial_balance_is_the_sum_of_the_postings_whatever_happened(us, steps, until):
    with after(us, steps):
        for by in (None, 'class', 'department'):
            found = us.balances(until, by)
            assert found == expected(us, until, by)
            assert sum(found.values()) == 0

        rows, (debits, credits) = reported(us, until)
        assert rows == {account: cents for (account, _none), cents in us.balances(until).items()}
        assert debits == credits


@FEW
@given(steps)
def test_account_balances_agree_with_the_trial_balance(us, steps):
    with after(us, steps):
        found = us.balances('2030-01-01')
        for body in us.all('Account'):
            if body['Classification'] not in OF_A_YEAR and body['Name'] != 'Retained Earnings':
                assert cents(body['CurrentBalance']) == found.get((body['Id'], None), 0), body['Name']


@given(days, st.sampled_from(['January', 'April', 'July', 'October', 'December']))
def test_a_day_is_in_the_fiscal_year_that_begins_within_twelve_months_before(us, day, month):
    us.configure(preferences={'AccountingInfoPrefs': {'FirstMonthOfFiscalYear': month}})
    first = date.fromisoformat(fiscal_year_start(us.books(), day))
    us.configure(preferences={'AccountingInfoPrefs': {'FirstMonthOfFiscalYear': 'January'}})

    assert first.day == 1 and f'{first:%B}' == month
    assert timedelta(0) <= date.fromisoformat(day) - first < timedelta(days=366)
