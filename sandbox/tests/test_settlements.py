"""What journal entries, deposits, expenses and cheques have on receivables, settled by payments (purchases 8, 9)."""

import pytest

from .buying import expense, spent
from .client import faults
from .documents import account, keys, line, link, money, owes, values
from .entries import entry, named

RECEIVABLE = 'Accounts Receivable (A/R)'


def journal(sandbox, debit, customer='1', **members):
    rows = ((RECEIVABLE, debit, named('Customer', customer)), ('Checking', -debit))
    return sandbox.create('JournalEntry', entry(sandbox, *rows, **members)), 'JournalEntry'


def deposit(sandbox, credit, customer='1'):
    detail = {'AccountRef': {'value': account(sandbox, RECEIVABLE)}, 'Entity': {'value': customer, 'type': 'Customer'}}
    row = {'Amount': credit, 'DetailType': 'DepositLineDetail', 'DepositLineDetail': detail}
    asked = {'DepositToAccountRef': {'value': account(sandbox, 'Checking')}, 'Line': [row]}
    return sandbox.create('Deposit', asked), 'Deposit'


def purchase(sandbox, amount, how, customer='1', **members):
    asked = expense(sandbox, spent(sandbox, amount, RECEIVABLE), how=how, to=('Customer', customer), **members)
    type = 'CreditCardCredit' if members.get('Credit') else {'Check': 'Check'}.get(how, 'Expense')
    return sandbox.create('Purchase', asked), type


MAKERS = {
    # name: (makes it, what the customer owes by it)
    'entry that owes': (lambda sandbox: journal(sandbox, 40), 40),
    'entry that credits': (lambda sandbox: journal(sandbox, -40), -40),
    'deposit': (lambda sandbox: deposit(sandbox, 40), -40),
    'expense': (lambda sandbox: purchase(sandbox, 40, 'Cash'), 40),
    'card': (lambda sandbox: purchase(sandbox, 40, 'CreditCard'), 40),
    'check': (lambda sandbox: purchase(sandbox, 40, 'Check'), 40),
    'card credit': (lambda sandbox: purchase(sandbox, 40, 'CreditCard', Credit=True), -40),
}


def of(type):
    return type if type in ('JournalEntry', 'Deposit') else 'Purchase'


@pytest.mark.parametrize('name', MAKERS)
def test_it_moves_what_the_customer_owes_and_is_settled_once(sandbox, api, name):
    make, owing = MAKERS[name]
    body, type = make(sandbox)
    assert owes(sandbox) == owing

    invoice = sandbox.create('Invoice', values(line(100)))
    shares = [link(body, 40, type)] if owing > 0 else [link(invoice, 100), link(body, 40, type)]
    made = api.create('Payment', **money(40 if owing > 0 else 60, *shares))
    assert made['UnappliedAmt'] == 0
    assert owes(sandbox) == 100 if owing > 0 else owes(sandbox) == 0
    now = sandbox.get(of(type), body['Id'])
    assert now['LinkedTxn'] == [{'TxnId': made['Id'], 'TxnType': 'Payment'}]
    assert now['SyncToken'] == body['SyncToken']

    again = money(5, link(body, 5, type)) if owing > 0 else money(0, link(invoice, 5), link(body, 5, type))
    assert ('620', 'Line.LinkedTxn') in faults(api.post('payment', again))


@pytest.mark.parametrize('name', MAKERS)
@pytest.mark.parametrize('end', ['unapply', 'delete the payment', 'void the payment', 'delete it'])
def test_end_of_it_puts_everything_back(sandbox, api, name, end):
    make, owing = MAKERS[name]
    body, type = make(sandbox)
    invoice = sandbox.create('Invoice', values(line(100)))
    shares = [link(body, 25, type)] if owing > 0 else [link(invoice, 25), link(body, 25, type)]
    made = api.create('Payment', **money(25 if owing > 0 else 0, *shares))

    if end == 'unapply':
        assert api.update('Payment', made, Line=[]).status_code == 200
    elif end == 'delete it':
        sandbox.delete(of(type), body['Id'])
    else:
        getattr(sandbox, end.split()[0])('Payment', made['Id'])
    left = 100 + (0 if end == 'delete it' else owing) - (25 if owing > 0 and end in ('unapply', 'delete it') else 0)
    assert owes(sandbox) == left
    assert sandbox.get('Invoice', invoice['Id'])['Balance'] == 100
    if end != 'delete it':
        assert 'LinkedTxn' not in sandbox.get(of(type), body['Id'])


@pytest.mark.parametrize('name', MAKERS)
def test_what_is_settled_keeps_its_lines(sandbox, api, name):
    make, owing = MAKERS[name]
    body, type = make(sandbox)
    invoice = sandbox.create('Invoice', values(line(100)))
    shares = [link(body, 25, type)] if owing > 0 else [link(invoice, 25), link(body, 25, type)]
    sandbox.create('Payment', money(25 if owing > 0 else 0, *shares))
    now = sandbox.get(of(type), body['Id'])

    lines = [{**each, 'Amount': 24} for each in now['Line']]
    assert faults(api.update(of(type), now, Line=lines)) == [('6000', '')]
    assert api.update(of(type), now, Line=[{**each, 'Amount': 25} for each in now['Line']]).status_code == 200


def test_entry_may_be_raised_to_a_new_version(sandbox):
    sandbox.configure(links_bump_entries=True)
    body, type = journal(sandbox, 40)
    sandbox.create('Payment', money(40, link(body, 40, type)))

    assert sandbox.get('JournalEntry', body['Id'])['SyncToken'] == '1'


def test_nobody_settles_what_another_owes(sandbox, api):
    body, type = journal(sandbox, 40, customer='2')

    assert ('620', 'Line.LinkedTxn') in faults(api.post('payment', money(40, link(body, 40, type))))


def test_parent_settles_its_jobs_entry(sandbox):
    job = next(body for body in sandbox.all('Customer') if body.get('ParentRef'))
    body, type = journal(sandbox, 40, customer=job['Id'])
    sandbox.create('Payment', money(40, link(body, 40, type), customer=job['ParentRef']['value']))

    assert (owes(sandbox, job['Id']), owes(sandbox, job['ParentRef']['value'])) == (0, 0)


def test_linked_line_of_a_deposit_has_no_detail(sandbox, api):
    payment = sandbox.create('Payment', money(20))
    row = {'Amount': 20, 'LinkedTxn': [{'TxnId': payment['Id'], 'TxnType': 'Payment', 'TxnLineId': '0'}]}
    bank = {'value': account(sandbox, 'Checking')}
    wrong = {**row, 'DetailType': 'DepositLineDetail', 'DepositLineDetail': {'AccountRef': bank}}
    response = api.post('deposit', {'DepositToAccountRef': bank, 'Line': [wrong]})

    assert response.json()['Fault']['Error'][0]['Detail'].endswith('Select a bank account for this deposit')
    assert api.post('deposit', {'DepositToAccountRef': bank, 'Line': [row]}).status_code == 200


# What moves and what does not.


def test_customer_moves_with_its_documents_and_keeps_its_version(sandbox, api):
    before = sandbox.get('Customer', '1')
    for act in (
        lambda: sandbox.create('Invoice', values(line(10))),
        lambda: sandbox.update('Invoice', sandbox.all('Invoice')[-1]['Id'], {'PrivateNote': 'n'}),
        lambda: sandbox.delete('Invoice', sandbox.all('Invoice')[-1]['Id']),
        lambda: journal(sandbox, 5),
    ):
        sandbox.clock.advance(minutes=1)
        act()
        after = sandbox.get('Customer', '1')
        assert after['MetaData']['LastUpdatedTime'] > before['MetaData']['LastUpdatedTime']
        assert after['SyncToken'] == before['SyncToken']
        before = after
    sandbox.configure(documents_move_names=False)
    sandbox.clock.advance(minutes=1)
    journal(sandbox, 5)
    assert sandbox.get('Customer', '1')['MetaData'] == before['MetaData']


@pytest.mark.parametrize('type, id', [('Customer', '1'), ('Account', '1'), ('Item', '1'), ('Vendor', '37')])
def test_update_without_a_change_changes_nothing(sandbox, api, type, id):
    before = sandbox.get(type, id)
    sandbox.clock.advance(minutes=1)

    assert (
        api.update(type, before, **{name: before[name] for name in before if name.endswith('Name')}).json()[type]
        == before
    )
    assert api.post(type.lower(), before).json()[type]['SyncToken'] == before['SyncToken']
    assert sandbox.undelivered() == [] and sandbox.get(type, id) == before


def test_document_sent_back_as_it_is_keeps_its_version(sandbox, api):
    body = sandbox.create('Invoice', values(line(100, tax='TAX', qty=3, price=33.3333), code='2'))

    assert api.post('invoice', body).json()['Invoice'] == body


def test_inactive_stays_inactive_and_is_not_edited(sandbox, api):
    body = sandbox.update('Customer', '1', {'Active': False})

    assert api.update('Customer', body, Active=False).json()['Customer'] == body
    assert faults(api.update('Customer', body, Active=False, Notes='n')) == [('610', '')]
    assert faults(api.update('Customer', body, Notes='n')) == [('610', '')]


def test_entry_is_numbered_where_asked(sandbox, api):
    asked = entry(sandbox, ('Fuel', 5), ('Checking', -5))

    assert 'DocNumber' not in api.post('journalentry', asked).json()['JournalEntry']
    numbers = [api.post('journalentry', asked, include='allowautodocnum').json()['JournalEntry']['DocNumber']
               for _each in range(2)]  # fmt: skip
    assert int(numbers[1]) == int(numbers[0]) + 1


def test_entry_links_are_seen_and_not_written(sandbox, api):
    body, type = journal(sandbox, 40)
    paid = sandbox.create('Payment', money(40, link(body, 40, type)))
    now = sandbox.get('JournalEntry', body['Id'])
    api.post('journalentry', {**now, 'LinkedTxn': [], 'PrivateNote': 'n'})

    assert sandbox.get('JournalEntry', body['Id'])['LinkedTxn'] == [{'TxnId': paid['Id'], 'TxnType': 'Payment'}]
    assert keys(sandbox.get('JournalEntry', body['Id']))['SyncToken'] == '1'
