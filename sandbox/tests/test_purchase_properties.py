"""Receivables and payables after any documents: ledger, balances of names and reports agree (hypothesis)."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..company.general_ledger import general_ledger
from ..control import Control
from ..documents import links, open_items
from ..errors import Fault
from .buying import OTHER, VENDOR, bought, expense, owing, paid, spent
from .documents import account, line, link, money, values
from .entries import entry, named
from .test_document_properties import cents
from .test_ledger_properties import after

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
RECEIVABLE, PAYABLE = 'Accounts Receivable (A/R)', 'Accounts Payable (A/P)'
KINDS = (
    'Bill', 'VendorCredit', 'Purchase', 'item', 'pay bill', 'credit bill', 'entry', 'deposit', 'Invoice', 'CreditMemo',
    'pay', 'settle', 'void', 'delete', 'edit',
)  # fmt: skip
SETTLED = {side.settlement: (*side.kinds, 'JournalEntry', 'Deposit', 'Purchase') for side in links.SIDES.values()}


@pytest.fixture(scope='module')
def us():
    return Control()


days = st.integers(0, 60).map(lambda number: (date(2026, 5, 1) + timedelta(days=number)).isoformat())
steps = st.lists(
    st.tuples(st.sampled_from(KINDS), days, st.integers(1, 50_000).map(lambda number: number / 100),
              st.sampled_from([VENDOR, OTHER]), st.integers(0, 50)),
    min_size=1, max_size=14,
)  # fmt: skip


def pick(control, types, number):
    """Return (type, body) of some document of these types, or None."""
    found = [(type, body) for type in types for body in control.all(type)]
    return found[number % len(found)] if found else None


def label(item):
    """Return as what a payment's line names an open item."""
    if item.type != 'Purchase':
        return item.type
    if item.body['PaymentType'] == 'Check':
        return 'Check'
    return 'CreditCardCredit' if item.body.get('Credit') else 'Expense'


def settle(control, day, amount, vendor, number):
    """Settle up to three open items of one name, of whatever types, with the money that takes and at times more."""
    side = (links.SALES, links.PURCHASES)[number % 2]
    open_ = [item for item in open_items.on(control.books(), side, '2099-01-01') if item.type != side.settlement]
    names = sorted({item.name for item in open_})
    mine = [item for item in open_ if item.name == names[number % len(names)]][: number % 3 + 1] if names else []
    shares = [(item, min(abs(item.open), round(amount * 100))) for item in mine]
    total = max(sum(cents if item.open > 0 else -cents for item, cents in shares), 0) + (number % 5 == 0) * 500
    rows = [link(item.body, cents / 100, label(item)) for item, cents in shares]
    name = mine[0].name if mine else vendor
    if side is links.SALES:
        control.create('Payment', money(total / 100, *rows, customer=name, TxnDate=day))
    else:
        control.create('BillPayment', paid(control, total / 100, *rows, vendor=name, card=number % 4 == 0, TxnDate=day))


def act(control, what, day, amount, vendor, number):
    """Write one document, or change or end one; a refusal is fine."""
    customer, item = control.all('Customer')[number % 3]['Id'], '10'
    line_on = spent(control, amount, ('Fuel', 'Savings', 'Truck loan', 'Repair income')[number % 4])
    if what in ('Bill', 'VendorCredit'):
        control.create(what, owing(line_on, vendor=vendor, TxnDate=day))
    elif what == 'item':
        control.create(
            ('Bill', 'VendorCredit')[number % 2], owing(bought(amount, item, number, 0), vendor=vendor, TxnDate=day)
        )
    elif what == 'Purchase':
        on, to = ((PAYABLE, ('Vendor', vendor)), (RECEIVABLE, ('Customer', customer)), ('Fuel', None))[number % 3]
        how = ('Cash', 'Check', 'CreditCard')[number % 3 if number % 2 else 2]
        more = {'Credit': True} if how == 'CreditCard' and number % 4 == 0 else {}
        control.create('Purchase', expense(control, spent(control, amount, on), how=how, to=to, TxnDate=day, **more))
    elif what == 'entry':
        on = (RECEIVABLE, named('Customer', customer)) if number % 2 else (PAYABLE, named('Vendor', vendor))
        debit = amount if number % 3 else -amount
        control.create('JournalEntry', entry(control, (on[0], debit, on[1]), ('Checking', -debit), TxnDate=day))
    elif what == 'deposit':
        on, to = ((PAYABLE, ('Vendor', vendor)), (RECEIVABLE, ('Customer', customer)))[number % 2]
        detail = {'AccountRef': {'value': account(control, on)}, 'Entity': {'type': to[0], 'value': to[1]}}
        row = {'Amount': amount, 'DetailType': 'DepositLineDetail', 'DepositLineDetail': detail}
        control.create('Deposit', {'DepositToAccountRef': {'value': '1'}, 'Line': [row], 'TxnDate': day})
    elif what in ('Invoice', 'CreditMemo'):
        control.create(what, values(line(amount), customer=customer, TxnDate=day))
    else:
        change(control, what, day, amount, vendor, number)


def change(control, what, day, amount, vendor, number):
    """Pay, credit, settle, edit or end a document that is there."""
    if what == 'settle':
        settle(control, day, amount, vendor, number)
    elif what == 'pay bill' and (found := pick(control, ['Bill'], number)):
        control.pay_bill(found[1]['Id'], min(amount, found[1]['Balance']), TxnDate=day)
    elif what == 'pay' and (found := pick(control, ['Invoice'], number)):
        control.pay(found[1]['Id'], min(amount, found[1]['Balance']), TxnDate=day)
    elif what == 'credit bill':
        owed, memo = pick(control, ['Bill'], number), pick(control, ['VendorCredit'], number)
        if owed and memo:
            used = min(amount, owed[1]['Balance'], memo[1]['Balance'])
            rows = [link(owed[1], used, 'Bill'), link(memo[1], used, 'VendorCredit')]
            control.create('BillPayment', paid(control, 0, *rows, vendor=owed[1]['VendorRef']['value'], TxnDate=day))
    elif what in ('void', 'delete', 'edit') and (
        found := pick(control, sorted({*SETTLED, *sum(SETTLED.values(), ())}), number)
    ):
        if what == 'edit':
            lines = [{**each, 'Amount': amount} for each in found[1]['Line'] if 'Amount' in each][:1]
            control.update(found[0], found[1]['Id'], {'Line': lines} if number % 2 else {'TxnDate': day})
        else:
            getattr(control, what)(found[0], found[1]['Id'])


def run(control, steps):
    for step in steps:
        with suppress(Fault):
            act(control, *step)


@FEW
@given(steps, days)
def test_balances_ledger_and_reports_agree_whatever_happened(us, steps, day):
    with after(us, []):
        run(us, steps)
        books = us.books()
        sums = {}
        for row in us.postings():
            sums[row['type'], row['id']] = sums.get((row['type'], row['id']), 0) + row['cents']
        assert not any(sums.values())

        for side, name in ((links.SALES, RECEIVABLE), (links.PURCHASES, PAYABLE)):
            owed = {body['Id']: cents(body['Balance']) for body in us.all(side.name)}
            on_account = us.balances('2099-01-01').get((account(us, name), None), 0)
            assert sum(owed.values()) == side.debit * on_account
            items = {}
            for item in open_items.on(books, side, '2099-01-01'):
                items[item.name] = items.get(item.name, 0) + item.open
            assert {id: amount for id, amount in items.items() if amount} == {
                id: amount for id, amount in owed.items() if amount
            }
            then = sum(item.open for item in open_items.on(books, side, day))
            assert then == side.debit * us.balances(day).get((account(us, name), None), 0)

        check_links(us)
        check_ledger(us, day)


def check_links(control):
    """What is open of a document is what its settlements leave; both sides name each other."""
    for side in links.SIDES.values():
        taken, named_by = {}, {}
        for body in control.all(side.settlement):
            for (type, id), amount in links.applied(body).items():
                key = links.OTHERS.get(type, type), id
                taken[key] = taken.get(key, 0) + amount
                named_by.setdefault(key, set()).add(body['Id'])
        for type in SETTLED[side.settlement]:
            for body in control.all(type):
                if type in side.kinds:
                    assert cents(body['TotalAmt']) - cents(body['Balance']) == taken.get((type, body['Id']), 0)
                    assert body['Balance'] >= 0
                mine = {each['TxnId'] for each in body.get('LinkedTxn') or ()
                        if links.SETTLEMENTS.get(each['TxnType']) == side.settlement}  # fmt: skip
                assert mine == named_by.get((type, body['Id']), set())


def check_ledger(control, day):
    """The report's last running balance of an account is its balance in the ledger."""
    report = general_ledger(control.books(), {'start_date': '2026-01-01', 'end_date': day})
    balances, kinds = control.balances(day), {body['Id']: body for body in control.all('Account')}

    def walk(rows, id=None):
        for row in rows:
            if row['type'] == 'Section':
                walk(row['Rows']['Row'], row.get('Header', {}).get('ColData', [{'id': id}])[0].get('id'))
        data = [row for row in rows if row['type'] == 'Data']
        if data and id and kinds[id]['AccountSubType'] != 'RetainedEarnings':
            sign = -1 if kinds[id]['Classification'] in ('Liability', 'Equity', 'Revenue') else 1
            assert cents(data[-1]['ColData'][-1]['value']) == sign * balances.get((id, None), 0), kinds[id]['Name']

    walk(report['Rows'].get('Row', []))
