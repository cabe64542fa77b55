"""qbo-api 7, appendix A.8: batches."""

import pytest

from .client import detail, faults


def create(id, name, type='Customer'):
    return {'bId': id, 'operation': 'create', type: {'DisplayName': name}}


def test_each_item_is_answered_under_its_own_id(api):
    answers = api.batch(create('a', 'One'), create('b', 'Two', 'Vendor'))

    assert answers['a']['Customer']['DisplayName'] == 'One'
    assert answers['b']['Vendor']['DisplayName'] == 'Two'


def test_items_update_query_and_ask_for_changes(sandbox, api):
    customer = sandbox.get('Customer', '1')
    update = {'Id': '1', 'SyncToken': customer['SyncToken'], 'sparse': True, 'Notes': 'via batch'}
    answers = api.batch(
        {'bId': 'u', 'operation': 'update', 'Customer': update},
        {'bId': 'q', 'Query': 'select count(*) from Vendor'},
        {'bId': 'c', 'CDCQuery': {'Entities': 'Vendor', 'ChangedSince': sandbox.clock.now().isoformat()}},
    )

    assert answers['u']['Customer']['Notes'] == 'via batch'
    assert answers['q']['QueryResponse'] == {'totalCount': 8}
    assert answers['c']['CDCResponse'] == [{'QueryResponse': [{}]}]


def test_failing_items_leave_the_others_alone_and_the_status_is_200(sandbox, api):
    answers = api.batch(
        create('1', 'Aldous Fenwick'),
        create('2', 'Good'),
        {'bId': '3', 'operation': 'update', 'Customer': {'Id': '1', 'SyncToken': '9', 'sparse': True}},
        {'bId': '4', 'operation': 'update', 'Customer': {'Id': '777', 'SyncToken': '0', 'sparse': True}},
        {'bId': '5', 'Query': 'select nonsense'},
        {'bId': '6', 'operation': 'create', 'Estimate': {}},
        {'bId': '7', 'operation': 'merge', 'Customer': {}},
        {'bId': '8', 'operation': 'burn', 'Customer': {}},
    )

    assert {id: faults(item)[0][0] for id, item in answers.items() if 'Fault' in item} == {
        '1': '6240', '3': '5010', '4': '610', '5': '4000', '6': 'sandbox-501', '7': 'sandbox-501', '8': '2170',
    }  # fmt: skip
    assert sandbox.get('Customer', answers['2']['Customer']['Id'])['DisplayName'] == 'Good'


def test_second_of_two_items_with_one_name_fails(api):
    answers = api.batch(create('1', 'Twin'), create('2', 'Twin'))

    assert 'Customer' in answers['1']
    assert faults(answers['2']) == [('6240', '')]


@pytest.mark.parametrize('count, status', [(30, 200), (31, 400)])
def test_batch_ends_at_30_items(sandbox, api, count, status):
    before = len(sandbox.all('Customer'))
    items = [create(str(number), f'Bulk {number}') for number in range(count)]
    response = api.post('batch', {'BatchItemRequest': items})

    assert response.status_code == status
    assert len(sandbox.all('Customer')) == before + (count if status == 200 else 0)
    if status == 400:
        assert faults(response) == [('1040', '')]


@pytest.mark.parametrize(
    'body, code',
    [
        ({}, '2020'),
        ({'BatchItemRequest': []}, '2020'),
        ([], '2020'),
        ({'BatchItemRequest': [{'Query': 'select * from Term'}]}, '2020'),
        ({'BatchItemRequest': [{'bId': '1', 'Query': 'x'}, {'bId': '1', 'Query': 'x'}]}, '1000'),
    ],
)
def test_malformed_batch_fails_as_a_whole(api, body, code):
    response = api.post('batch', body)

    assert response.status_code == 400
    assert detail(response)[0] == code


def test_item_without_content_is_answered_not_modelled(api):
    assert faults(api.batch({'bId': '1', 'operation': 'create'})['1'])[0][0] == 'sandbox-501'


def test_long_item_ids_need_a_batch_without_request_id(api):
    item = create('x' * 11, 'Long')

    assert faults(api.post('batch', {'BatchItemRequest': [item]}, requestid='r')) == [('2130', 'bId')]
    assert 'Customer' in api.batch(item)['x' * 11]
