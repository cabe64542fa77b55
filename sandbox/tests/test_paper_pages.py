"""The pages on which a person makes, pays, edits and voids documents."""

import re

import pytest

from .documents import discount, line, values
from .test_pages import Browser


class Office(Browser):
    """A person who works in QuickBooks."""

    def __init__(self, sandbox):
        super().__init__(sandbox)
        self.company = f'/company/{sandbox.realm_id}'

    def form(self, path):
        """Return all fields of the first form that a person fills in, chosen options and texts too."""
        text = re.search(r'<form method="post" class="card">.*?</form>', self.get(path), re.DOTALL).group()
        fields = dict(re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)"', text))
        for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', text, re.DOTALL):
            chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
            fields.setdefault(name, chosen.group(1))
        fields |= dict(re.findall(r'<textarea name="([^"]+)">(.*?)</textarea>', text, re.DOTALL))
        return fields

    def fill(self, path, **changes):
        """Change some fields of a form and send it."""
        fields = {**self.form(path), **{name.replace('__', '.'): value for name, value in changes.items()}}
        return self.send(path.partition('?')[0], **fields)


@pytest.fixture
def office(sandbox):
    return Office(sandbox)


def test_invoice_is_created_in_quickbooks(sandbox, office):
    page = office.fill(
        f'{office.company}/Invoice/new', CustomerRef='1', item__0='5', qty__0='2', price__0='89.5', tax__0='TAX',
        item__1='1', qty__1='1', price__1='145', tax__1='NON', text__2='Thank you', percent='10', code='2',
        PrivateNote='by hand',
    )  # fmt: skip
    made = sandbox.all('Invoice')[-1]

    assert 'Saved in QuickBooks.' in page and 'Invoice 1006' in page
    assert (made['TotalAmt'], made['TxnTaxDetail']['TotalTax'], made['PrivateNote']) == (304.13, 12.53, 'by hand')
    assert [each['DetailType'] for each in made['Line']] == [
        'SalesItemLineDetail', 'SalesItemLineDetail', 'DescriptionOnly', 'SubTotalLineDetail', 'DiscountLineDetail',
    ]  # fmt: skip


@pytest.mark.parametrize('type', ['CreditMemo', 'SalesReceipt', 'RefundReceipt'])
def test_other_forms_are_created_too(sandbox, office, type):
    more = {'DepositToAccountRef': '1'} if type == 'RefundReceipt' else {}
    office.fill(f'{office.company}/{type}/new', CustomerRef='1', item__0='1', qty__0='1', price__0='145', **more)

    assert sandbox.all(type)[-1]['TotalAmt'] == 145


def test_unchanged_form_changes_nothing(sandbox, office):
    made = sandbox.create('Invoice', values(line(100, tax='TAX', qty=3, price=33.3333), discount(amount=5), code='2'))
    sandbox.update('Invoice', made['Id'], {'TxnTaxDetail': {'TxnTaxCodeRef': {'value': '2'}, 'TotalTax': 9}})
    before = sandbox.get('Invoice', made['Id'])
    office.fill(f'{office.company}/Invoice/{made["Id"]}')
    after = sandbox.get('Invoice', made['Id'])

    assert after == before


def test_lines_are_edited_and_removed(sandbox, office):
    made = sandbox.create('Invoice', values(line(10, class_='2'), line(20), line(30)))
    office.fill(f'{office.company}/Invoice/{made["Id"]}', item__1='', text__1='', amount__0='15')
    lines = sandbox.get('Invoice', made['Id'])['Line']

    assert [(each.get('Id'), each['Amount']) for each in lines] == [('1', 15), ('3', 30), (None, 45)]
    assert lines[0]['SalesItemLineDetail']['ClassRef']['value'] == '2'


def test_due_date_follows_the_day_that_a_person_changes(sandbox, office):
    made = sandbox.create('Invoice', values(TxnDate='2026-02-02'))
    office.fill(f'{office.company}/Invoice/{made["Id"]}', TxnDate='2026-02-12')

    assert sandbox.get('Invoice', made['Id'])['DueDate'] == '2026-03-14'


def test_payment_is_received_for_an_invoice(sandbox, office):
    made = sandbox.create('Invoice', values(line(100)))
    other = sandbox.create('Invoice', values(line(40)))
    assert 'Receive payment' in office.get(f'{office.company}/Invoice/{made["Id"]}')
    path = f'{office.company}/Payment/new?invoice={made["Id"]}'
    page = office.fill(path, TotalAmt='130', PaymentMethodRef='2', PaymentRefNum='881',
                       **{f'apply.Invoice.{other["Id"]}': '20'})  # fmt: skip
    payment = sandbox.all('Payment')[-1]

    assert 'Saved in QuickBooks.' in page
    assert (payment['TotalAmt'], payment['UnappliedAmt'], payment['PaymentRefNum']) == (130, 10, '881')
    assert [sandbox.get('Invoice', body['Id'])['Balance'] for body in (made, other)] == [0, 20]

    office.fill(f'{office.company}/Payment/{payment["Id"]}', **{f'apply.Invoice.{made["Id"]}': ''})
    assert sandbox.get('Invoice', made['Id'])['Balance'] == 100
    office.fill(f'{office.company}/Payment/{payment["Id"]}', do='void')
    assert sandbox.get('Payment', payment['Id'])['TotalAmt'] == 0


def test_invoice_is_voided_and_deleted(sandbox, office):
    made = sandbox.create('Invoice', values())
    page = office.fill(f'{office.company}/Invoice/{made["Id"]}', do='void')
    assert 'Voided in QuickBooks.' in page and '<span class="tag">Voided</span>' in page

    page = office.fill(f'{office.company}/Invoice/{made["Id"]}', do='delete')
    assert 'Deleted in QuickBooks.' in page
    assert made['Id'] not in [body['Id'] for body in sandbox.all('Invoice')]


def test_refusal_is_said_and_what_was_typed_stays(sandbox, office):
    page = office.fill(f'{office.company}/Invoice/new', item__0='1', qty__0='3', price__0='7', PrivateNote='typed')

    assert 'Required parameter CustomerRef is missing' in page
    assert 'typed' in page and 'value="3"' in page and 'value="7"' in page
    made = sandbox.create('Invoice', values())
    page = office.fill(f'{office.company}/Invoice/{made["Id"]}', SyncToken='9')
    assert 'Stale Object Error' in page


def test_lists_show_what_is_open(sandbox, office):
    page = office.get(f'{office.company}/Invoice')
    assert all(text in page for text in ('Harbor Lights Hotel', '158.00', 'Overdue', 'Paid', 'Open', 'New invoice'))
    assert 'Unapplied' in office.get(f'{office.company}/Payment')
    assert 'Deposited' in office.get(f'{office.company}/Payment')
    found = office.get(f'{office.company}/Invoice', q='harbor')
    assert ('Harbor' in found, 'Otis' in found) == (True, False)


@pytest.mark.parametrize('type', ['Invoice', 'Payment', 'CreditMemo', 'Deposit'])
def test_every_document_has_a_page(sandbox, office, type):
    for body in sandbox.all(type):
        assert office.get(f'{office.company}/{type}/{body["Id"]}')


def test_words_in_documents_cannot_smuggle_html(sandbox, office):
    evil = '"><script>alert(1)</script>'
    made = sandbox.create(
        'Invoice', values(line(10, Description=evil), PrivateNote='</textarea><b>', DocNumber='"><b>')
    )

    for path in (f'/Invoice/{made["Id"]}', '/Invoice', f'/Payment/new?invoice={made["Id"]}'):
        page = office.get(office.company + path)
        assert '<script>' not in page and '</textarea><b>' not in page and '"><b>' not in page


def test_address_of_intuits_own_page_leads_to_the_invoice(sandbox, office):
    made = sandbox.create('Invoice', values(DocNumber='LINK-1'))

    assert 'Invoice LINK-1' in office.get('/app/invoice', txnId=made['Id'])


def test_admin_api_voids_deletes_and_pays(sandbox):
    import requests

    made = sandbox.create('Invoice', values(line(100)))
    url = f'{sandbox.url}/_sandbox/entities/Invoice/{made["Id"]}'
    payment = requests.post(f'{url}/pay', json={'amount': 30}, timeout=5).json()
    assert payment['TotalAmt'] == 30
    rows = requests.get(f'{sandbox.url}/_sandbox/postings', {'type': 'Payment', 'id': payment['Id']}, timeout=5).json()
    assert sorted(row['cents'] for row in rows) == [-3000, 3000]
    assert requests.post(f'{url}/void', timeout=5).json()['TotalAmt'] == 0
    assert requests.post(f'{url}/delete', timeout=5).json()['status'] == 'Deleted'
