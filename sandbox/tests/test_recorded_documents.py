"""Documents recorded at Intuit, made again from what was typed in; they must come out the same.

They stand in a folder beside the project and are no part of it. Without that folder this module is
left out and says so.
"""

import json
from pathlib import Path

import pytest

from .client import Api

SAMPLES = Path(__file__).resolve().parents[3] / 'shared' / 'reference' / 'samples'
if not SAMPLES.is_dir():
    pytest.skip(f'No recorded samples at {SAMPLES}.', allow_module_level=True)


def sample(name):
    return json.loads((SAMPLES / name).read_text(encoding='utf-8'))


INVOICES = sample('invoices_sandbox_31.json')['mockInvoiceData']
ALONE = [f'invoice_{name}_sandbox.json' for name in ('discount_percent', 'partially_paid', 'taxed_linked_estimate')]
TYPED = ('TxnDate', 'CustomerMemo', 'BillAddr', 'ShipAddr', 'BillEmail', 'EmailStatus', 'PrintStatus', 'DocNumber')
EDITED_BY_HAND = '103'
"""Its tax was computed before one of its lines was made untaxable: a tax of the user's own."""
OF_A_CHARGE = '42'
"""Its one line is a statement charge, which no API can make; an item line stands for it."""


class Company:
    """The sandbox's company with what the recorded documents name, made when first named."""

    def __init__(self, sandbox):
        self.sandbox, self.api = sandbox, Api(sandbox)
        self.ids, self.names = {}, {}
        sandbox.configure(duplicate_numbers='allowed')  # The sample company has numbers like theirs.
        self.codes = {'2': self._code('California', ('California', 8)),
                      '3': self._code('Tucson', ('AZ State tax', 7.1), ('Tucson City', 2))}  # fmt: skip

    def _code(self, name, *rates):
        details = [{'TaxRateName': rate, 'RateValue': value, 'TaxAgencyId': '1'} for rate, value in rates]
        return self.api.post('taxservice/taxcode', {'TaxCode': name, 'TaxRateDetails': details}).json()['TaxCodeId']

    def id(self, type, reference):
        """Return our id of a recorded reference."""
        key = type, reference['value']
        if key not in self.ids:
            self.ids[key] = self._make(type, reference.get('name', f'{type} {reference["value"]}'))
            self.names[self.ids[key], type] = reference.get('name')
        return {'value': self.ids[key]}

    def _make(self, type, name):
        if type == 'Customer':
            for existing in self.sandbox.all('Customer'):
                if existing['DisplayName'] == name:
                    return existing['Id']
            return self.api.customer(name)['Id']
        if type == 'Item':
            income = next(a['Id'] for a in self.sandbox.all('Account') if a['AccountType'] == 'Income')
            return self.api.create('Item', Name=name, Type='Service', IncomeAccountRef={'value': income})['Id']
        if type == 'Term':
            return next(term['Id'] for term in self.sandbox.all('Term') if term['Name'] == name)
        raise KeyError(type)

    def inputs(self, recorded):
        """Return what was typed in for an invoice."""
        values = {name: recorded[name] for name in TYPED if name in recorded}
        values['CustomerRef'] = self.id('Customer', recorded['CustomerRef'])
        values['SalesTermRef'] = self.id('Term', recorded['SalesTermRef'])
        if recorded.get('PrivateNote', 'Voided') != 'Voided':
            values['PrivateNote'] = recorded['PrivateNote']
        values['Line'] = [self._line(line) for line in recorded['Line'] if line['DetailType'] != 'SubTotalLineDetail']
        if recorded['Id'] == OF_A_CHARGE:
            values['Line'] = [self._charge(recorded['Line'][0]['Amount'])]
        code = recorded['TxnTaxDetail'].get('TxnTaxCodeRef')
        if code:
            values['TxnTaxDetail'] = {'TxnTaxCodeRef': {'value': self.codes[code['value']]}}
        if recorded['Id'] == EDITED_BY_HAND:
            values['TxnTaxDetail']['TotalTax'] = recorded['TxnTaxDetail']['TotalTax']
        return values

    def _line(self, line):
        line = {name: value for name, value in line.items() if name not in ('Id', 'LineNum', 'LinkedTxn')}
        if line['DetailType'] == 'DiscountLineDetail':
            return {'DetailType': 'DiscountLineDetail', 'DiscountLineDetail': {
                'PercentBased': True, 'DiscountPercent': line['DiscountLineDetail']['DiscountPercent']}}  # fmt: skip
        detail = {**line['SalesItemLineDetail'], 'ItemRef': self.id('Item', line['SalesItemLineDetail']['ItemRef'])}
        return {**line, 'SalesItemLineDetail': detail}

    def _charge(self, amount):
        item = self.id('Item', {'value': 'charge', 'name': 'Charge'})
        return {'Amount': amount, 'DetailType': 'SalesItemLineDetail',
                'SalesItemLineDetail': {'ItemRef': item, 'TaxCodeRef': {'value': 'TAX'}}}  # fmt: skip

    def made(self, recorded):
        """Return our copy of a recorded invoice: created, paid, voided."""
        invoice = self.api.create('Invoice', **self.inputs(recorded))
        links = [link for link in recorded['LinkedTxn'] if link['TxnType'] == 'Payment']
        paid = round((recorded['TotalAmt'] - recorded['Balance']) * 100)
        for number in range(len(links)):
            cents = paid // len(links) + (paid % len(links) if not number else 0)
            self.sandbox.pay(invoice['Id'], cents / 100)
        if recorded.get('PrivateNote') == 'Voided':
            keys = {name: invoice[name] for name in ('Id', 'SyncToken')}
            return self.api.post('invoice', keys, operation='void').json()['Invoice']
        return self.sandbox.get('Invoice', invoice['Id'])


def comparable(body, codes=None):
    """Return an invoice without what each company numbers for itself."""
    # A job's name came without its parents in this recording.
    body = json.loads(json.dumps(body))
    for name in ('Id', 'MetaData', 'SyncToken'):
        body.pop(name)
    for line in body['Line']:
        line.pop('LinkedTxn', None)
        detail = line.get(line['DetailType'], {})
        for name in ('ItemRef', 'DiscountAccountRef'):
            if name in detail:
                detail[name].pop('value')
    body['LinkedTxn'] = [link['TxnType'] for link in body['LinkedTxn'] if link['TxnType'] == 'Payment']
    for name in ('BillAddr', 'ShipAddr'):
        body[name] = {key: value for key, value in body.get(name, {}).items() if key not in ('Id', 'Lat', 'Long')}
    body['CustomerRef'].pop('value')
    body['SalesTermRef'].pop('value')
    body['TxnTaxDetail'].pop('TxnTaxCodeRef', None)
    for line in body['TxnTaxDetail'].get('TaxLine', ()):
        line['TaxLineDetail'].pop('TaxRateRef')
    return body


@pytest.mark.parametrize('recorded', INVOICES, ids=lambda invoice: invoice['Id'])
def test_recorded_invoice_comes_out_the_same(sandbox, recorded):
    sandbox.configure(customer_ref_name='DisplayName')
    made, wanted = comparable(Company(sandbox).made(recorded)), comparable(recorded)
    if recorded['Id'] == OF_A_CHARGE:
        made['Line'] = made['Line'][1:]
    if recorded['Id'] == EDITED_BY_HAND:  # What the tax is a percentage of is not recomputed in the recording.
        assert wanted['TxnTaxDetail']['TaxLine'][0]['TaxLineDetail'].pop('NetAmountTaxable') == 582.5
        assert made['TxnTaxDetail']['TaxLine'][0]['TaxLineDetail'].pop('NetAmountTaxable') == 320

    assert made == wanted


@pytest.mark.parametrize('name', ALONE)
def test_invoice_in_a_file_of_its_own_is_one_of_the_31(sandbox, name):
    recorded = sample(name)['Invoice']

    assert recorded in INVOICES


def test_all_recorded_invoices_together_are_what_their_customers_owe(sandbox):
    company = Company(sandbox)
    before = {body['Id']: body['Balance'] for body in sandbox.all('Customer')}
    for recorded in INVOICES:
        company.made(recorded)
    owed = {body['Id']: round(body['Balance'] - before.get(body['Id'], 0), 2) for body in sandbox.all('Customer')}

    assert round(sum(owed.values()), 2) == round(sum(recorded['Balance'] for recorded in INVOICES), 2)


# Payments.


def without_numbers(body):
    return {key: value for key, value in body.items() if key not in ('Id', 'MetaData', 'SyncToken', 'TxnDate')}


def test_least_payment_is_answered_as_recorded(sandbox, api):
    recorded = sample('payment_create_min_response.json')['Payment']
    answered = api.create('Payment', **{**sample('payment_create_min_request.json'), 'CustomerRef': {'value': '20'}})

    assert set(answered) == set(recorded) | {'CurrencyRef'}
    for name in ('UnappliedAmt', 'TotalAmt', 'Line', 'ProcessPayment', 'SyncToken', 'domain', 'sparse'):
        assert answered[name] == recorded[name]
    assert set(answered['DepositToAccountRef']) == {'value'} and set(answered['CustomerRef']) == {'value', 'name'}


def test_applied_payment_is_answered_as_recorded(sandbox, api):
    recorded = sample('payment_applied_read.json')['Payment']
    line = recorded['Line'][0]
    extra = {each['value']['Name']: each['value']['Value'] for each in line['LineEx']['any']}
    item = sandbox.all('Item')[0]['Id']
    invoice = api.create('Invoice', CustomerRef={'value': '20'}, DocNumber=extra['txnReferenceNumber'], Line=[
        {'Amount': 71, 'DetailType': 'SalesItemLineDetail', 'SalesItemLineDetail': {'ItemRef': {'value': item}}}
    ])  # fmt: skip
    link = {'TxnId': invoice['Id'], 'TxnType': 'Invoice'}
    answered = api.create('Payment', CustomerRef={'value': '20'}, TotalAmt=recorded['TotalAmt'],
                          Line=[{'Amount': line['Amount'], 'LinkedTxn': [link]}])  # fmt: skip

    wanted = json.loads(json.dumps(line).replace('"70"', f'"{invoice["Id"]}"'))
    assert answered['Line'] == [wanted]
    assert answered['UnappliedAmt'] == recorded['UnappliedAmt']


def test_voided_payment_is_answered_as_recorded(sandbox, api):
    recorded = sample('payment_void_response.json')['Payment']
    created = api.create('Payment', CustomerRef={'value': '9'}, TotalAmt=30, PaymentMethodRef={'value': '2'})
    changed = api.update('Payment', created, TotalAmt=31).json()['Payment']
    request = {**sample('payment_void_request.json'), 'Id': changed['Id']}
    answered = api.post('payment', request, operation='update', include='void').json()['Payment']

    assert set(answered) == set(recorded) | {'CurrencyRef'}
    for name in ('SyncToken', 'UnappliedAmt', 'TotalAmt', 'Line', 'PrivateNote', 'PaymentMethodRef', 'sparse'):
        assert answered[name] == recorded[name]


def test_credit_memo_is_applied_by_the_recorded_request(sandbox, api, by_hand):
    item = sandbox.all('Item')[0]['Id']
    line = {'Amount': 55, 'DetailType': 'SalesItemLineDetail', 'SalesItemLineDetail': {'ItemRef': {'value': item}}}
    invoice = api.create('Invoice', CustomerRef={'value': '20'}, Line=[line])
    credit = api.create('CreditMemo', CustomerRef={'value': '20'}, Line=[line])
    text = json.dumps(sample('payment_credit_memo_application_request.json'))
    text = text.replace('"70"', f'"{invoice["Id"]}"').replace('"301"', f'"{credit["Id"]}"')
    payment = api.create('Payment', **json.loads(text))

    assert (payment['TotalAmt'], payment['UnappliedAmt']) == (0, 0)
    assert sandbox.get('Invoice', invoice['Id'])['Balance'] == 0
    assert sandbox.get('CreditMemo', credit['Id'])['RemainingCredit'] == 0


def test_deleted_document_leaves_the_recorded_stub(sandbox, api):
    created = api.create('Payment', CustomerRef={'value': '9'}, TotalAmt=30)
    answer = api.post('payment', {name: created[name] for name in ('Id', 'SyncToken')}, operation='delete').json()

    assert answer['Payment'] == {**sample('txn_delete_response.json')['Payment'], 'Id': created['Id']}


# Other documents.


def account(sandbox, **members):
    return next(body['Id'] for body in sandbox.all('Account')
                if all(body.get(name) == value for name, value in members.items()))  # fmt: skip


def test_refund_receipt_is_answered_as_recorded(sandbox, api):
    recorded = sample('refundreceipt_create_response_partial.json')['RefundReceipt']
    request = sample('refundreceipt_create_request.json')
    request['Line'][0]['SalesItemLineDetail']['ItemRef']['value'] = sandbox.all('Item')[0]['Id']
    request['DepositToAccountRef'] = {'value': account(sandbox, Name='Checking')}
    answered = api.create('RefundReceipt', **request)

    assert set(recorded) <= set(answered)
    assert set(answered) - set(recorded) == {'CurrencyRef', 'EmailStatus'}
    assert [set(line) for line in answered['Line']] == [set(line) for line in recorded['Line']]
    assert answered['Line'][0]['SalesItemLineDetail']['TaxCodeRef'] == {'value': 'NON'}
    assert answered['DepositToAccountRef']['name'] == 'Checking'
    for name in ('TotalAmt', 'Balance', 'PrintStatus', 'PaymentRefNum', 'ApplyTaxAfterDiscount', 'TxnTaxDetail'):
        assert answered[name] == recorded[name]


def test_journal_entry_is_answered_as_recorded(sandbox, api):
    recorded = sample('journalentry_create_response.json')['JournalEntry']
    request = sample('journalentry_create_request.json')
    ids = [account(sandbox, AccountSubType=subtype) for subtype in ('AccumulatedDepreciation', 'NotesPayable')]
    for line, id in zip(request['Line'], ids, strict=True):
        line['JournalEntryLineDetail']['AccountRef'] = {'value': id}
    answered = api.create('JournalEntry', **request)

    assert set(answered) == set(recorded) | {'CurrencyRef'}
    assert [line['Id'] for line in answered['Line']] == ['0', '1']
    assert [set(line) for line in answered['Line']] == [set(line) for line in recorded['Line']]
    assert answered['TxnTaxDetail'] == {} and answered['Adjustment'] is False


def test_deposit_is_answered_as_recorded(sandbox, api):
    recorded = sample('deposit_create_response.json')['Deposit']
    request = sample('deposit_create_request.json')
    request['Line'][0]['DepositLineDetail']['AccountRef']['value'] = account(sandbox, AccountType='Other Income')
    request['DepositToAccountRef'] = {'value': account(sandbox, Name='Checking')}
    answered = api.create('Deposit', **request)

    assert set(answered) == set(recorded) | {'CurrencyRef'}
    assert [set(line) for line in answered['Line']] == [set(line) for line in recorded['Line']]
    assert answered['TotalAmt'] == recorded['TotalAmt']


def test_payment_is_deposited_by_the_inferred_request(sandbox, api):
    payment = api.create('Payment', CustomerRef={'value': '9'}, TotalAmt=25)
    request = sample('deposit_linked_payment_request_INFERRED.json')
    request['Line'][0]['LinkedTxn'][0]['TxnId'] = payment['Id']
    request['DepositToAccountRef'] = {'value': account(sandbox, Name='Checking')}
    deposit = api.create('Deposit', **request)

    assert deposit['TotalAmt'] == 25
    assert sandbox.get('Payment', payment['Id'])['LinkedTxn'] == [{'TxnId': deposit['Id'], 'TxnType': 'Deposit'}]


# Refusals.


@pytest.mark.parametrize('code, values', [
    ('6070', {'Line': [{'Amount': 1000, 'DetailType': 'SalesItemLineDetail',
                        'SalesItemLineDetail': {'ItemRef': {'value': '1'}, 'Qty': 3, 'UnitPrice': 5}}]}),
    ('2500', {'Line': [{'Amount': 10, 'DetailType': 'SalesItemLineDetail',
                        'SalesItemLineDetail': {'ItemRef': {'value': '999'}}}]}),
    ('2020', {'CustomerRef': {'value': '1'}}),
    ('2050', {'Line': [{'Amount': 10, 'DetailType': 'SalesItemLineDetail', 'Description': 'x' * 4006,
                        'SalesItemLineDetail': {'ItemRef': {'value': '1'}}}]}),
])  # fmt: skip
def test_refusal_has_the_recorded_words(api, code, values):
    answered = api.post('invoice', {'CustomerRef': {'value': '1'}, **values}).json()

    assert answered['Fault'] == sample('error_validation_samples.json')[code]['Fault']
