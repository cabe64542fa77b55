"""The pages on which a person buys, pays and attaches files."""

import re

import pytest
import requests

from .buying import VENDOR, bought, expense, owed, owing, paid, spent
from .documents import account, line, link, values
from .test_paper_pages import Office


@pytest.fixture
def office(sandbox):
    return Office(sandbox)


def test_bill_is_made_in_quickbooks(sandbox, office):
    page = office.fill(
        f'{office.company}/Bill/new', VendorRef=VENDOR, account__0=account(sandbox, 'Fuel'), amount__0='80',
        text__0='Diesel', account__1=account(sandbox, 'Insurance'), amount__1='20.5', DocNumber='A-1', customer__0='1',
        PrivateNote='by hand',
    )  # fmt: skip
    (made,) = sandbox.all('Bill')

    assert 'Saved in QuickBooks.' in page and 'Pay bill' in page
    assert (made['TotalAmt'], made['DocNumber'], made['PrivateNote']) == (100.5, 'A-1', 'by hand')
    assert made['Line'][0]['AccountBasedExpenseLineDetail']['CustomerRef']['value'] == '1'
    assert office.fill(f'{office.company}/Bill/{made["Id"]}') and sandbox.get('Bill', made['Id']) == made
    office.fill(f'{office.company}/Bill/{made["Id"]}', amount__0='90', account__1='', text__1='')
    assert sandbox.get('Bill', made['Id'])['TotalAmt'] == 90


def test_item_is_bought_by_the_piece(sandbox, office):
    cell = next(body for body in sandbox.all('Item') if body['Type'] == 'Inventory')
    office.fill(f'{office.company}/VendorCredit/new', VendorRef=VENDOR, item__0=cell['Id'], qty__0='2', price__0='412')

    assert sandbox.all('VendorCredit')[0]['TotalAmt'] == 824
    assert sandbox.get('Item', cell['Id'])['QtyOnHand'] == cell['QtyOnHand'] - 2


@pytest.mark.parametrize('way', ['Check', 'CreditCard'])
def test_bill_is_paid_in_quickbooks(sandbox, office, way):
    bill = sandbox.create('Bill', owing(spent(sandbox, 200)))
    name = 'Checking' if way == 'Check' else 'Company Card'
    page = office.fill(
        f'{office.company}/BillPayment/new?bill={bill["Id"]}', **{'from': f'{way}:{account(sandbox, name)}'}
    )

    assert 'Saved in QuickBooks.' in page
    (made,) = sandbox.all('BillPayment')
    assert (made['PayType'], made['TotalAmt'], owed(sandbox)) == (way, 200, 0)
    shown = office.get(f'{office.company}/Bill/{bill["Id"]}')
    assert 'Paid' in shown and f'BillPayment/{made["Id"]}' in shown
    page = office.fill(f'{office.company}/BillPayment/{made["Id"]}', do='void')
    assert 'Voided' in page and owed(sandbox) == 200


def test_credit_is_applied_by_hand(sandbox, office):
    bill = sandbox.create('Bill', owing(spent(sandbox, 200)))
    memo = sandbox.create('VendorCredit', owing(spent(sandbox, 50)))
    path = f'{office.company}/BillPayment/new?bill={bill["Id"]}'
    applied = {f'apply.VendorCredit.{memo["Id"]}': '50', 'TotalAmt': '150'}
    office.fill(path, **applied)

    assert [sandbox.get(*pair)['Balance'] for pair in (('Bill', bill['Id']), ('VendorCredit', memo['Id']))] == [0, 0]


def test_expense_is_made_in_quickbooks(sandbox, office):
    office.fill(
        f'{office.company}/Purchase/new', payee=f'Vendor:{VENDOR}', PaymentType='CreditCard',
        AccountRef=account(sandbox, 'Company Card'), account__0=account(sandbox, 'Fuel'), amount__0='12.5',
    )  # fmt: skip
    (made,) = sandbox.all('Purchase')

    assert (made['PaymentType'], made['TotalAmt'], made['EntityRef']['value']) == ('CreditCard', 12.5, VENDOR)


def test_refusal_is_shown_with_what_was_typed(sandbox, office):
    page = office.fill(
        f'{office.company}/Purchase/new', PaymentType='Check', AccountRef=account(sandbox, 'Company Card'),
        account__0=account(sandbox, 'Fuel'), amount__0='12.5',
    )  # fmt: skip

    assert '(6430)' in page and 'value="12.5"' in page
    assert sandbox.all('Purchase') == []


def test_lists_show_who_and_what_is_open(sandbox, office):
    name = sandbox.get('Vendor', VENDOR)['DisplayName']
    bill = sandbox.create('Bill', owing(spent(sandbox, 200), TxnDate='2026-01-01', DueDate='2026-01-02'))
    sandbox.pay_bill(bill['Id'], 50)
    sandbox.create('Purchase', expense(sandbox, spent(sandbox), to=('Vendor', VENDOR)))

    for type in ('Bill', 'BillPayment', 'Purchase'):
        assert name in office.get(f'{office.company}/{type}')
    assert 'Overdue' in office.get(f'{office.company}/Bill') and '150.00 open' in office.get(f'{office.company}/Bill')
    for path in ('Attachable', 'CompanyCurrency', 'ExchangeRate', 'Vendor'):
        assert office.get(f'{office.company}/{path}')


@pytest.mark.parametrize('page, type', [('bill', 'Bill'), ('expense', 'Purchase'), ('billpayment', 'BillPayment')])
def test_addresses_of_quickbooks_lead_to_the_pages(sandbox, office, page, type):
    bill = sandbox.create('Bill', owing(spent(sandbox, 200)))
    made = {
        'Bill': lambda: bill, 'BillPayment': lambda: sandbox.pay_bill(bill['Id']),
        'Purchase': lambda: sandbox.create('Purchase', expense(sandbox, spent(sandbox))),
    }[type]()  # fmt: skip

    assert f'Id {made["Id"]} ·' in office.get(f'/app/{page}', txnId=made['Id'])


# Files.


def attach(office, path, name, content=b'told'):
    return requests.post(f'{office.url}{path}/attach', files={'file': (name, content, 'text/plain')}, timeout=5).text


def test_file_is_attached_and_fetched(sandbox, office):
    made = sandbox.create('Invoice', values(line(5)))
    path = f'{office.company}/Invoice/{made["Id"]}'
    page = attach(office, path, 'told.txt')

    assert 'told.txt' in page and '4 bytes' in page
    url = re.search(r'<a href="([^"]*/attachments/[^"]*)"', page).group(1).replace('&amp;', '&')
    assert requests.get(url, timeout=5).content == b'told'
    assert '(6000)' in attach(office, path, 'told.exe')
    assert requests.post(f'{office.url}{path}/attach', timeout=5).status_code == 200
    assert len(sandbox.all('Attachable')) == 1


def test_words_in_names_cannot_smuggle_html(sandbox, office):
    vendor = sandbox.create('Vendor', {'DisplayName': '<script>x</script>'})
    bill = sandbox.create('Bill', owing(spent(sandbox, 5, text='<script>y</script>'), vendor=vendor['Id']))
    attach(office, f'{office.company}/Bill/{bill["Id"]}', '<script>z.txt')
    payment = sandbox.create('BillPayment', paid(sandbox, 5, link(bill, type='Bill'), vendor=vendor['Id']))

    for path in ('Bill', f'Bill/{bill["Id"]}', f'BillPayment/{payment["Id"]}', 'Bill/new', 'Attachable'):
        assert '<script>' not in office.get(f'{office.company}/{path}')


def test_item_lines_are_shown_as_they_are(sandbox, office):
    cell = next(body for body in sandbox.all('Item') if body['Type'] == 'Inventory')
    bill = sandbox.create('Bill', owing(bought(824, cell['Id'], 2, 412), spent(sandbox, 5)))
    office.fill(f'{office.company}/Bill/{bill["Id"]}', PrivateNote='n')
    after = sandbox.get('Bill', bill['Id'])

    assert after['Line'] == bill['Line'] and after['PrivateNote'] == 'n'
