"""qbo-api 2, 3, 4.2, appendix A.2, A.3: what stands in front of the accounting service."""

from xml.etree import ElementTree

import pytest
import requests

from ..clock import parse_time
from .client import Api, detail

XMLNS = '{http://schema.intuit.com/finance/v3}'


def gateway_error(response):
    body = response.json()
    (error,) = body['fault']['error']
    return response.status_code, body['fault']['type'], error['code'], error['message'], error['detail']


AUTHENTICATION = (401, 'AUTHENTICATION', '3200', 'message=AuthenticationFailed; errorCode=003200; statusCode=401')
FORBIDDEN = (
    403, 'SERVICE', '3100', 'message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403', None,
)  # fmt: skip


@pytest.mark.parametrize(
    'header, expected',
    [
        (None, None),
        ('Basic abc', None),
        ('Bearer short', 'Malformed bearer token: too short or too long'),
        ('Bearer ' + 'x' * 5000, 'Malformed bearer token: too short or too long'),
        ('Bearer ' + 'AB01' * 20, 'Token expired: AB01…'),
    ],
    ids=['none', 'basic', 'short', 'long', 'unknown'],
)
def test_bad_bearer_gets_the_lower_case_envelope(sandbox, header, expected):
    headers = {'Accept': 'application/json', **({'Authorization': header} if header else {})}
    url = f'{sandbox.url}/v3/company/{sandbox.realm_id}/customer/1'
    response = requests.get(url, headers=headers, timeout=5)

    assert gateway_error(response) == (*AUTHENTICATION, expected)
    assert set(response.json()) == {
        'warnings', 'intuitObject', 'fault', 'report', 'queryResponse', 'batchItemResponse',
        'attachableResponse', 'syncErrorResponse', 'requestId', 'time', 'status', 'cdcresponse',
    }  # fmt: skip
    assert isinstance(response.json()['time'], int)


def test_token_of_another_company_is_forbidden(sandbox):
    api = Api(sandbox)
    api.realm = sandbox.realm_ids[1]

    assert gateway_error(api.get('customer/1')) == FORBIDDEN


def test_unknown_company_is_forbidden(api):
    api.realm = '1'

    assert gateway_error(api.get('customer/1')) == FORBIDDEN


def test_openid_alone_does_not_open_the_books(sandbox, api):
    consent = sandbox.intuit.oauth.consent(sandbox.realm_id, 'openid')
    sandbox.intuit.database.run('UPDATE access_token SET consent = ? WHERE value = ?', consent, api.token)

    assert gateway_error(api.get('customer/1')) == FORBIDDEN


def test_every_answer_has_its_own_trace_id_and_the_log_has_it_too(sandbox, api):
    tids = [api.get('customer/1').headers['intuit_tid'], api.get('customer/0').headers['intuit_tid']]

    assert len(set(tids)) == 2
    assert [record.tid for record in sandbox.requests] == tids


@pytest.mark.parametrize('version', [None, '4', '75', '99', 'x'])
def test_minor_version_changes_nothing(api, version):
    params = {'minorversion': version} if version else {}

    assert api.get('customer/1', **params).json()['Customer'] == api.get('customer/1').json()['Customer']


def test_answer_time_has_milliseconds_and_metadata_has_none(api):
    body = api.get('customer/1').json()

    assert len(body['time'].split('.')[1]) == len('123-08:00')
    assert '.' not in body['Customer']['MetaData']['CreateTime']
    assert parse_time(body['time']) == pytest.approx(api.sandbox.clock.time(), abs=5)


# Formats.


@pytest.mark.parametrize('accept', ['application/xml', '*/*'])
def test_client_that_does_not_ask_for_json_gets_xml(api, accept):
    response = api.get('customer/1', headers={'Accept': accept})
    root = ElementTree.fromstring(response.content)

    assert response.headers['Content-Type'].startswith('application/xml')
    assert root.tag == f'{XMLNS}IntuitResponse'
    customer = root.find(f'{XMLNS}Customer')
    assert customer.find(f'{XMLNS}DisplayName').text == 'Aldous Fenwick'
    assert customer.attrib == {'domain': 'QBO', 'sparse': 'false'}
    currency = customer.find(f'{XMLNS}CurrencyRef')
    assert (currency.text, currency.get('name')) == ('USD', 'United States Dollar')


def test_json_without_asking_can_be_switched_on(sandbox, api):
    sandbox.configure(answer_without_accept='json')

    assert api.get('customer/1', headers={'Accept': '*/*'}).json()['Customer']['Id'] == '1'


def test_xml_body_is_answered_not_modelled(api):
    response = api.post('customer', data='<Customer/>', headers={'Content-Type': 'application/xml'})

    assert response.status_code == 501
    assert detail(response)[0] == 'sandbox-501'


@pytest.mark.parametrize(
    'path', ['reports/BalanceSheet', 'customer/1/pdf', 'invoice/1/pdf', 'estimate/1', 'transfer/1', 'purchaseorder']
)
def test_what_only_intuit_has_is_answered_not_modelled(api, path):
    response = api.get(path)

    assert response.status_code == 501
    assert response.json()['Fault']['type'] == 'SandboxFault'


def test_what_nobody_has_is_not_found(api):
    response = api.get('sprocket/1')

    assert response.status_code == 404
    assert detail(response) == ('500', 'Operation sprocket is not supported.')


@pytest.mark.parametrize('method', ['PUT', 'DELETE', 'PATCH'])
def test_other_verbs_are_refused(api, method):
    headers = {'Authorization': f'Bearer {api.token}', 'Accept': 'application/json'}
    response = requests.request(method, f'{api.base}/customer/1', headers=headers, timeout=5)

    assert response.status_code == 400
    assert detail(response) == ('500', f'Operation {method} is not supported.')


def test_list_without_id_is_refused(api):
    assert detail(api.get('customer'))[0] == '500'


def test_body_that_is_no_json_is_an_unsupported_property(api):
    response = api.post('customer', data='{"DisplayName":', headers={'Content-Type': 'application/json'})

    assert response.status_code == 400
    assert detail(response)[0] == '2010'


def test_body_that_is_no_utf8_is_a_malformed_byte(api):
    data = '{"DisplayName": "Åse"}'.encode('latin-1')
    response = api.post('customer', data=data, headers={'Content-Type': 'application/json'})

    assert detail(response) == ('500', 'Malformed byte')


@pytest.mark.parametrize('body', [[], 'text', 5, None])
def test_body_that_is_no_object_is_refused(api, body):
    response = api.post('customer', data=str(body).replace('None', 'null').replace("text", '"text"'))

    assert detail(response)[0] == '2010'


# Throttling.


def test_throttle_is_off_unless_asked_for(api):
    assert [api.get('customer/1').status_code for _each in range(12)] == [200] * 12


def test_eleventh_request_of_a_second_is_throttled_in_xml(sandbox, api):
    sandbox.configure(throttle=True, requests_per_s=10)
    answers = [api.get('customer/1') for _each in range(11)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    error = ElementTree.fromstring(answers[-1].content).find(f'{XMLNS}Fault/{XMLNS}Error')
    assert error.get('code') == '3001'
    assert error.find(f'{XMLNS}Message').text == 'message=ThrottleExceeded; errorCode=003001; statusCode=429'
    assert error.find(f'{XMLNS}Detail').text == 'The request limit was reached.  Try again later'
    assert 'Retry-After' not in answers[-1].headers


def test_throttle_opens_again_with_time(sandbox, api):
    sandbox.configure(throttle=True, requests_per_s=1)
    api.get('customer/1')
    assert api.get('customer/1').status_code == 429

    sandbox.clock.advance(seconds=1)
    assert api.get('customer/1').status_code == 200


def test_a_minute_has_its_own_limit(sandbox, api):
    sandbox.configure(throttle=True, requests_per_s=100, requests_per_min=3)
    statuses = []
    for _each in range(4):
        statuses.append(api.get('customer/1').status_code)
        sandbox.clock.advance(seconds=5)
    assert statuses == [200, 200, 200, 429]

    sandbox.clock.advance(seconds=41)
    assert api.get('customer/1').status_code == 200


def test_batch_calls_have_their_own_limit(sandbox, api):
    sandbox.configure(throttle=True, requests_per_s=100, batches_per_min=2)
    item = {'bId': '1', 'Query': 'select count(*) from Customer'}
    statuses = [api.post('batch', {'BatchItemRequest': [item]}).status_code for _each in range(3)]

    assert statuses == [200, 200, 429]
    assert api.get('customer/1').status_code == 200


def test_companies_are_throttled_apart(sandbox, api):
    other = Api(sandbox, sandbox.realm_ids[1])
    for realm in sandbox.realm_ids:
        sandbox.configure(realm=realm, throttle=True, requests_per_s=1)
    api.get('term/1')

    assert (api.get('term/1').status_code, other.get('term/1').status_code) == (429, 200)
