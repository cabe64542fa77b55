"""qbo-api 2, appendix A.11: the same request id never runs twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from .client import Api, detail, faults


def count(sandbox, name):
    return sum(body['DisplayName'] == name for body in sandbox.all('Customer'))


def test_second_call_returns_the_first_answer_byte_for_byte(sandbox, api):
    first = api.post('customer', {'DisplayName': 'Once'}, requestid='r1')
    sandbox.clock.advance(minutes=5)
    second = api.post('customer', {'DisplayName': 'Once'}, requestid='r1')

    assert (second.status_code, second.content) == (200, first.content)
    assert count(sandbox, 'Once') == 1
    assert [record.replayed for record in sandbox.requests] == [False, True]


def test_without_request_id_the_second_call_is_a_duplicate(api):
    api.post('customer', {'DisplayName': 'Once'})

    assert faults(api.post('customer', {'DisplayName': 'Once'})) == [('6240', '')]


def test_repeated_update_is_not_stale_and_runs_once(sandbox, api):
    values = {'Id': '1', 'SyncToken': '0', 'sparse': True, 'Notes': 'x'}
    first = api.post('customer', values, requestid='u1')
    second = api.post('customer', values, requestid='u1')

    assert first.json() == second.json()
    assert sandbox.get('Customer', '1')['SyncToken'] == '1'


def test_another_body_under_a_known_id_is_not_looked_at(sandbox, api):
    first = api.post('customer', {'DisplayName': 'First'}, requestid='r1')
    second = api.post('vendor', {'DisplayName': 'Second'}, requestid='r1')

    assert second.json() == first.json()
    assert len(sandbox.all('Vendor')) == 8


def test_batch_is_replayed_as_a_whole(sandbox, api):
    items = [{'bId': name, 'operation': 'create', 'Customer': {'DisplayName': name}} for name in ('B1', 'B2')]
    first = api.post('batch', {'BatchItemRequest': items}, requestid='b1')
    second = api.post('batch', {'BatchItemRequest': items}, requestid='b1')

    assert first.json() == second.json()
    assert [count(sandbox, name) for name in ('B1', 'B2')] == [1, 1]


def test_tax_service_is_replayed(sandbox, api):
    body = {'TaxCode': 'Once', 'TaxRateDetails': [{'TaxRateId': '3'}]}
    answers = [api.post('taxservice/taxcode', body, requestid='t').json() for _each in range(2)]

    assert answers[0] == answers[1]
    assert answers[0]['TaxCodeId']


def test_fault_is_replayed_although_its_reason_is_gone(sandbox, api):
    refused = api.post('customer', {'DisplayName': 'Aldous Fenwick'}, requestid='f1')
    sandbox.update('Customer', '1', {'DisplayName': 'Renamed'})

    assert api.post('customer', {'DisplayName': 'Aldous Fenwick'}, requestid='f1').json() == refused.json()
    assert api.post('customer', {'DisplayName': 'Aldous Fenwick'}, requestid='f2').status_code == 200


def test_fault_may_be_forgotten_instead(sandbox, api):
    sandbox.configure(replay_faults=False)
    api.post('customer', {'DisplayName': 'Aldous Fenwick'}, requestid='f1')
    sandbox.update('Customer', '1', {'DisplayName': 'Renamed'})

    assert api.post('customer', {'DisplayName': 'Aldous Fenwick'}, requestid='f1').status_code == 200


@pytest.mark.parametrize('fault, status', [({'name': 'status', 'status': 503}, 503), ({'name': 'transient_6000'}, 400)])
def test_transient_failure_is_not_kept(sandbox, api, fault, status):
    sandbox.arm(**fault)

    assert api.post('customer', {'DisplayName': 'Later'}, requestid='s').status_code == status
    assert api.post('customer', {'DisplayName': 'Later'}, requestid='s').status_code == 200
    assert count(sandbox, 'Later') == 1


def test_lost_answer_is_found_again(sandbox, api):
    sandbox.arm('drop_after_commit', on='customer')
    with pytest.raises(requests.ConnectionError):
        api.post('customer', {'DisplayName': 'Lost'}, requestid='l')
    assert count(sandbox, 'Lost') == 1

    answer = api.post('customer', {'DisplayName': 'Lost'}, requestid='l')
    assert answer.json()['Customer']['SyncToken'] == '0'
    assert count(sandbox, 'Lost') == 1


def test_companies_have_request_ids_of_their_own(sandbox, api):
    other = Api(sandbox, sandbox.realm_ids[1])
    api.post('customer', {'DisplayName': 'Same'}, requestid='r')

    assert 'Same' == other.post('customer', {'DisplayName': 'Same'}, requestid='r').json()['Customer']['DisplayName']
    assert len(sandbox.all('Customer', realm=other.realm)) == 1


def test_request_ids_are_forgotten_after_a_day(sandbox, api):
    api.post('customer', {'DisplayName': 'Once'}, requestid='r')
    sandbox.clock.advance(days=1, seconds=5)
    api.token = sandbox.access_token()

    assert faults(api.post('customer', {'DisplayName': 'Once'}, requestid='r')) == [('6240', '')]


@pytest.mark.parametrize('path, longest', [('customer', 50), ('batch', 36)])
def test_request_id_has_a_longest_length(api, path, longest):
    body = {'DisplayName': 'X', 'BatchItemRequest': [{'bId': '1', 'Query': 'select count(*) from Term'}]}
    body = {key: body[key] for key in (['DisplayName'] if path == 'customer' else ['BatchItemRequest'])}

    assert detail(api.post(path, body, requestid='r' * (longest + 1)))[0] == '2130'
    assert api.post(path, body, requestid='r' * longest).status_code == 200


def test_calls_at_the_same_moment_run_once(sandbox, api):
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(api.post, 'customer', {'DisplayName': 'Race'}, requestid='race') for _each in range(8)]
    bodies = {call.result().text for call in calls}

    assert len(bodies) == 1
    assert count(sandbox, 'Race') == 1


def test_write_and_its_answer_are_kept_together_or_not_at_all(sandbox, api, monkeypatch, caplog):
    def crash(*args):
        raise OSError('disk full')

    with monkeypatch.context() as patched:
        patched.setattr(type(sandbox.intuit.database), 'keep_answer', crash)
        assert api.post('customer', {'DisplayName': 'Whole'}, requestid='w').status_code == 500
    assert count(sandbox, 'Whole') == 0
    assert 'disk full' in caplog.text

    assert api.post('customer', {'DisplayName': 'Whole'}, requestid='w').status_code == 200


def test_reads_are_not_replayed(sandbox, api):
    first = api.get('customer/1', requestid='g').json()['Customer']
    sandbox.update('Customer', '1', {'Notes': 'new'})

    assert api.get('customer/1', requestid='g').json()['Customer'] != first
