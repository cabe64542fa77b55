"""Appendix A.11: what can be made to go wrong."""

import threading
import time
from xml.etree import ElementTree

import pytest
import requests

from .client import detail, faults, refresh


def statuses(api, count=3, path='customer/1'):
    return [api.get(path).status_code for _each in range(count)]


@pytest.mark.parametrize('status', [401, 403, 429, 500, 502, 503, 504])
def test_status_hits_once_and_then_no_more(sandbox, api, status):
    sandbox.arm('status', status=status)

    assert statuses(api) == [status, 200, 200]


def test_injected_429_is_the_xml_of_the_throttle(sandbox, api):
    sandbox.arm('status', status=429)
    response = api.get('customer/1')

    assert response.headers['Content-Type'] == 'application/xml'
    assert ElementTree.fromstring(response.content)[0].get('type') == 'SERVICE'


def test_injected_500_is_a_system_fault(sandbox, api):
    sandbox.arm('status', status=500)
    response = api.get('customer/1')

    assert (response.json()['Fault']['type'], faults(response)) == ('SystemFault', [('10000', '')])


def test_injected_outage_is_not_json(sandbox, api):
    sandbox.arm('status', status=503)

    with pytest.raises(requests.JSONDecodeError):
        api.get('customer/1').json()


@pytest.mark.parametrize(
    'terms, expected',
    [
        ({'times': 2}, [503, 503, 200, 200]),
        ({'skip': 1}, [200, 503, 200, 200]),
        ({'skip': 1, 'times': 2}, [200, 503, 503, 200]),
        ({'times': None}, [503, 503, 503, 503]),
        ({'on': 'customer'}, [503, 200, 200, 200]),
        ({'on': 'Customer', 'method': 'get'}, [503, 200, 200, 200]),
        ({'on': 'vendor'}, [200] * 4),
        ({'method': 'POST'}, [200] * 4),
        ({'operation': 'read'}, [503, 200, 200, 200]),
        ({'operation': 'create'}, [200] * 4),
        ({'path': '/customer/1'}, [503, 200, 200, 200]),
        ({'path': '/customer/2'}, [200] * 4),
    ],
)
def test_terms_choose_the_requests(sandbox, api, terms, expected):
    sandbox.arm('status', status=503, **terms)

    assert statuses(api, 4) == expected


def test_two_faults_wait_side_by_side(sandbox, api):
    sandbox.arm('status', on='query', status=500)
    sandbox.arm('status', on='customer', status=503)

    assert api.get('customer/1').status_code == 503
    assert api.get('query', query='select * from Term').status_code == 500


def test_disarm_forgets_one_or_all(sandbox, api):
    first = sandbox.arm('status', on='customer')
    sandbox.arm('status', on='term')
    sandbox.disarm(first)
    assert [fault.on for fault in sandbox.armed()] == ['term']

    sandbox.disarm()
    assert (sandbox.armed(), statuses(api, 1, 'term/1')) == ([], [200])


@pytest.mark.parametrize('name, params', [('earthquake', {}), ('slow', {'minutes': 1}), ('status', {'code': 5})])
def test_unknown_fault_or_parameter_cannot_be_armed(sandbox, name, params):
    with pytest.raises(ValueError):
        sandbox.arm(name, **params)

    assert sandbox.armed() == []


def test_dropped_before_nothing_happened(sandbox, api):
    sandbox.arm('drop_before', on='customer')
    with pytest.raises(requests.ConnectionError):
        api.post('customer', {'DisplayName': 'Never'})

    assert not [body for body in sandbox.all('Customer') if body['DisplayName'] == 'Never']
    record = sandbox.requests[-1]
    assert (record.status, record.fault) == (None, 'drop_before')


def test_dropped_after_commit_it_happened(sandbox, api):
    sandbox.arm('drop_after_commit', on='customer', method='POST')
    with pytest.raises(requests.ConnectionError):
        api.post('customer', {'DisplayName': 'Done'})

    assert [body['DisplayName'] for body in sandbox.all('Customer')][-1] == 'Done'
    assert sandbox.requests[-1].status is None


def test_token_answer_can_be_lost_too(sandbox):
    sandbox.configure(rotation_window_s=0)
    value = sandbox.refresh_token()
    sandbox.arm('drop_after_commit', on='token')
    with pytest.raises(requests.ConnectionError):
        refresh(sandbox, value)

    assert refresh(sandbox, value).status_code == 400  # It was rotated, and nobody has the new value.


def test_slow_answer_comes_after_the_write(sandbox, api):
    sandbox.arm('slow', seconds=3)
    began = time.monotonic()
    with pytest.raises(requests.Timeout):
        requests.post(
            f'{api.base}/customer', json={'DisplayName': 'Slow'}, timeout=1,
            headers={'Authorization': f'Bearer {api.token}'},
        )  # fmt: skip

    assert time.monotonic() - began < 3
    assert sandbox.all('Customer')[-1]['DisplayName'] == 'Slow'


def test_expired_tokens_need_a_refresh(sandbox, api):
    sandbox.arm('expire_tokens')
    assert statuses(api, 2) == [401, 401]

    api.renew()
    assert statuses(api, 1) == [200]


@pytest.mark.parametrize('name, code', [('auth_xml', '100'), ('wrong_cluster', '130')])
def test_some_401_exist_only_as_xml(sandbox, api, name, code):
    sandbox.arm(name)
    response = api.get('customer/1')

    assert response.status_code == 401
    assert ElementTree.fromstring(response.content)[0][0].get('code') == code


def test_forbidden_app(sandbox, api):
    sandbox.arm('app_forbidden')

    assert api.get('customer/1').json()['fault']['error'][0]['code'] == '3100'


def test_transient_6000_has_its_sentence_and_is_over_at_the_next_try(sandbox, api):
    sandbox.arm('transient_6000', on='customer')
    response = api.post('customer', {'DisplayName': 'Again'})

    assert detail(response) == (
        '6000',
        'Business Validation Error: An unexpected error occurred while accessing or saving your data. '
        'Please wait a few minutes and try again. If the problem persists, contact customer support.',
    )
    assert api.post('customer', {'DisplayName': 'Again'}).status_code == 200


def test_data_fault_hits_the_one_item_of_a_batch_that_it_names(sandbox, api):
    sandbox.arm('data_fault', on='customer', times=None, match={'DisplayName': 'Bad'},
                code='6000', detail='Business Validation Error: No.', element='DisplayName')  # fmt: skip
    names = ('Good', 'Bad', 'Fine')
    answers = api.batch(*({'bId': name, 'operation': 'create', 'Customer': {'DisplayName': name}} for name in names))

    assert [id for id, item in answers.items() if 'Fault' in item] == ['Bad']
    assert detail(answers['Bad']) == ('6000', 'Business Validation Error: No.')
    assert faults(api.post('customer', {'DisplayName': 'Bad'})) == [('6000', 'DisplayName')]
    assert sandbox.requests[-1].fault == 'data_fault'


def test_data_fault_leaves_the_user_in_quickbooks_alone(sandbox):
    sandbox.arm('data_fault', times=None)

    assert sandbox.create('Customer', {'DisplayName': 'By hand'})['Id']


def test_page_with_a_bad_email_fails_as_a_whole(sandbox, api):
    sandbox.arm('page_4002', on='customer')

    assert api.get('query', query='select * from Vendor').status_code == 200
    response = api.get('query', query='select * from Customer')
    assert response.status_code == 400
    assert detail(response) == ('4002', 'QueryProcessingError: To email address entered is invalid')
    assert api.get('query', query='select * from Customer').status_code == 200


def test_what_is_answered_while_the_log_is_cleared_is_not_in_it(sandbox, api):
    sandbox.arm('slow', on='term', seconds=0.5)
    asking = threading.Thread(target=api.get, args=('term/1',))
    asking.start()
    while sandbox.armed():
        time.sleep(0.01)
    sandbox.requests.clear()
    asking.join()

    assert (list(sandbox.requests), statuses(api, 1, 'term/1')) == ([], [200])
    assert len(sandbox.requests) == 1
