"""The entity layer carries documents: a small one, made up here, with totals, balances, void and delete."""

import pytest

from .. import entities, errors
from ..entities.base import Entity, references_exist, required, unique_name
from ..entities.fields import Field, ReadOnly, Reference, Text
from .client import detail, faults


def not_deposited(books, entity, draft, old):
    """The rule that keeps a document from being deleted."""
    if old.get('PrivateNote') == 'deposited':
        yield errors.Violation('6540', 'It has been deposited.')


class Slip(Entity):
    """A document of no real QuickBooks: lines, a total, and the balance of its customer."""

    name, path, is_list = 'Slip', 'slip', False
    operations = frozenset({'create', 'update', 'delete', 'void'})
    name_field, name_list = 'DocNumber', 'sales number'
    suffixed = ()
    fields = {
        'DocNumber': Text(21, 'fs'),
        'CustomerRef': Reference('Customer', 'f'),
        'Line': Field(),
        'PrivateNote': Text(4000),
        'TotalAmt': ReadOnly(),
    }
    rules = (required('CustomerRef', 'Line'), references_exist, unique_name('slip'))
    deletion_rules = (not_deposited,)

    def complete(self, books, draft, old):
        draft['TotalAmt'] = sum(line['Amount'] for line in draft.get('Line') or ())

    def void(self, books, draft):
        return {**draft, 'Line': [], 'TotalAmt': 0, 'PrivateNote': 'Voided'}

    def settle(self, books, new, old):
        for body, sign in ((old, -1), (new, 1)):
            if body:
                customer = books.stored('Customer', body['CustomerRef']['value'])
                balance = {'Balance': customer['Balance'] + sign * body['TotalAmt']}
                books.overwrite('Customer', customer['Id'], balance, quiet=True)


@pytest.fixture
def slips(monkeypatch, api):
    """An API that knows slips."""
    slip, find = Slip(), entities.find
    monkeypatch.setattr(entities, 'find', lambda name: slip if name.lower() == 'slip' else find(name))
    monkeypatch.setattr(entities, 'BY_PATH', {**entities.BY_PATH, 'slip': slip})
    return api


def slip(number, amount=10, **values):
    return {'DocNumber': number, 'CustomerRef': {'value': '1'}, 'Line': [{'Amount': amount}], **values}


def balance(sandbox):
    return sandbox.get('Customer', '1')['Balance']


def test_create_update_void_and_delete_move_the_balance(sandbox, slips):
    one = slips.create('Slip', **slip('1', 10))
    two = slips.create('Slip', **slip('2', 5))
    assert (one['TotalAmt'], balance(sandbox)) == (10, 15)

    one = slips.update('Slip', one, Line=[{'Amount': 30}]).json()['Slip']
    assert (one['TotalAmt'], balance(sandbox)) == (30, 35)

    voided = slips.post('slip', {key: one[key] for key in ('Id', 'SyncToken')}, operation='void').json()['Slip']
    assert (voided['TotalAmt'], voided['PrivateNote'], voided['SyncToken'], balance(sandbox)) == (0, 'Voided', '2', 5)

    stub = slips.post('slip', {key: two[key] for key in ('Id', 'SyncToken')}, operation='delete').json()['Slip']
    assert (stub, balance(sandbox)) == ({'status': 'Deleted', 'domain': 'QBO', 'Id': two['Id']}, 0)
    gone = ('610', 'Object Not Found : Another user has deleted this transaction.')
    assert detail(slips.get(f'slip/{two["Id"]}')) == gone


def test_deleted_document_is_in_change_data_and_heard(sandbox, slips):
    sandbox.deliver_webhooks_to('http://127.0.0.1:9/')
    since = sandbox.clock.now().isoformat()
    one = slips.create('Slip', **slip('1'))
    slips.batch({'bId': '1', 'operation': 'delete', 'Slip': {key: one[key] for key in ('Id', 'SyncToken')}})

    (stub,) = slips.get('cdc', entities='Slip', changedSince=since).json()['CDCResponse'][0]['QueryResponse'][0]['Slip']
    assert (stub['status'], stub['Id']) == ('Deleted', one['Id'])
    assert [event['operation'] for event in sandbox.undelivered()] == ['Create', 'Delete']


@pytest.mark.parametrize('operation', ['delete', 'void'])
def test_document_may_refuse_to_go(sandbox, slips, operation):
    one = slips.create('Slip', **slip('1', PrivateNote='deposited'))
    keys = {key: one[key] for key in ('Id', 'SyncToken')}

    assert faults(slips.post('slip', keys, operation=operation)) == [('6540', '')]
    assert detail(slips.post('slip', {**keys, 'SyncToken': '4'}, operation=operation))[0] == '5010'
    assert balance(sandbox) == 10


def test_documents_come_newest_first_and_share_one_sequence(slips):
    ids = [slips.create('Slip', **slip(str(number)))['Id'] for number in range(3)]

    found = slips.query('select * from Slip')['Slip']
    assert [body['Id'] for body in found] == ids[::-1]
    assert [int(id) - int(ids[0]) for id in ids] == [0, 1, 2]
    assert slips.query("select * from Slip where CustomerRef = '1' and DocNumber = '1'")['Slip'][0]['Id'] == ids[1]


def test_numbers_are_unique_through_the_list_of_names(slips):
    slips.create('Slip', **slip('1'))

    assert faults(slips.post('slip', slip('1'))) == [('6240', '')]
