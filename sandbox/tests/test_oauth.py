"""qbo-api 1, appendix A.1: consent, codes, tokens."""

import base64
import json

import pytest
import requests

from .client import Api, authorize_url, decide, exchange, refresh, token

DAY = {'days': 1, 'seconds': 1}
DESCRIBED = {'error': 'invalid_grant', 'error_description': 'Incorrect or invalid refresh token'}


def works(sandbox, access_token, realm=None):
    api = Api(sandbox, realm)
    api.token = access_token
    return api.get('customer/1').status_code == 200


def refused(response, status=400):
    assert response.status_code == status, response.text
    return response.json()


# Discovery.


def test_discovery_names_addresses_that_answer(sandbox):
    document = requests.get(f'{sandbox.url}/.well-known/openid_sandbox_configuration/', timeout=5).json()

    assert document['authorization_endpoint'] == f'{sandbox.url}/connect/oauth2'
    assert document['token_endpoint'] == f'{sandbox.url}/oauth2/v1/tokens/bearer'
    assert document['revocation_endpoint'] == f'{sandbox.url}/v2/oauth2/tokens/revoke'
    statuses = [
        requests.get(document[name], timeout=5).status_code
        for name in ('authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'revocation_endpoint')
    ]
    assert statuses == [400, 405, 401, 405]


# Consent.


def test_consent_page_offers_every_company(sandbox):
    response = requests.get(authorize_url(sandbox), timeout=5)

    assert response.status_code == 200
    assert [realm in response.text for realm in sandbox.realm_ids] == [True, True]
    assert response.headers['X-Frame-Options'] == 'DENY'


def test_connecting_returns_code_state_and_realm(sandbox):
    answer = decide(sandbox)

    assert answer['state'] == 'st&te'
    assert answer['realmId'] == sandbox.realm_id
    assert exchange(sandbox, answer['code']).status_code == 200


def test_the_chosen_company_is_the_one_connected(sandbox):
    other = sandbox.realm_ids[1]
    answer = decide(sandbox, realm=other)
    access = exchange(sandbox, answer['code']).json()['access_token']

    assert answer['realmId'] == other
    api = Api(sandbox, other)
    api.token = access
    assert api.get(f'companyinfo/{other}').json()['CompanyInfo']['CompanyName'] == 'Second Shore Holdings'


def test_denial_returns_access_denied_and_state_and_no_code(sandbox):
    assert decide(sandbox, decision='deny') == {'error': 'access_denied', 'state': 'st&te'}


@pytest.mark.parametrize(
    'changes, text',
    [
        ({'client_id': 'nobody'}, 'client id'),
        ({'scope': 'com.intuit.quickbooks.everything'}, 'Invalid permissions requested'),
        ({'scope': ''}, 'Invalid permissions requested'),
        ({'response_type': 'token'}, 'response type'),
        ({'redirect_uri': ''}, 'redirect URI'),
    ],
)
def test_consent_page_refuses(sandbox, changes, text):
    response = requests.get(authorize_url(sandbox, **changes), timeout=5)

    assert response.status_code == 400
    assert text in response.text


def test_registered_redirect_uris_are_compared_byte_for_byte(sandbox):
    sandbox.configure(redirect_uris=['http://localhost:8069/back'])

    assert requests.get(authorize_url(sandbox), timeout=5).status_code == 200
    slash = authorize_url(sandbox, redirect_uri='http://localhost:8069/back/')
    assert requests.get(slash, timeout=5).status_code == 400


# Codes.


def test_second_use_of_a_code_is_refused(sandbox):
    code = decide(sandbox)['code']
    exchange(sandbox, code)

    assert refused(exchange(sandbox, code)) == {'error': 'invalid_grant'}


def test_second_use_of_a_code_revokes_what_the_first_one_gave(sandbox):
    code = decide(sandbox)['code']
    first = exchange(sandbox, code).json()
    assert works(sandbox, first['access_token'])

    exchange(sandbox, code)

    assert not works(sandbox, first['access_token'])
    assert refused(refresh(sandbox, first['refresh_token'])) == DESCRIBED


def test_code_expires(sandbox):
    code = decide(sandbox)['code']
    sandbox.clock.advance(minutes=6)

    assert refused(exchange(sandbox, code)) == {'error': 'invalid_grant'}


def test_code_is_bound_to_its_redirect_uri(sandbox):
    code = decide(sandbox)['code']

    assert refused(exchange(sandbox, code, redirect_uri='http://localhost/x')) == {'error': 'invalid_grant'}
    assert exchange(sandbox, code).status_code == 200


def test_unknown_code_is_refused(sandbox):
    assert refused(exchange(sandbox, 'XAB1nothing')) == {'error': 'invalid_grant'}


# Clients.


def test_client_may_name_itself_in_the_form(sandbox):
    keys = {'client_id': sandbox.client_id, 'client_secret': sandbox.client_secret}

    assert refresh(sandbox, sandbox.refresh_token(), auth=None, **keys).status_code == 200


@pytest.mark.parametrize('auth', [('x', 'y'), None], ids=['wrong', 'none'])
def test_wrong_client_is_refused(sandbox, auth):
    response = refresh(sandbox, sandbox.refresh_token(), auth=auth)

    assert refused(response, 401) == {'error': 'invalid_client'}


def test_right_id_with_wrong_secret_is_refused(sandbox):
    response = refresh(sandbox, sandbox.refresh_token(), auth=(sandbox.client_id, 'guess'))

    assert refused(response, 401) == {'error': 'invalid_client'}


@pytest.mark.parametrize(
    'form, error',
    [
        ({}, 'invalid_request'),
        ({'grant_type': 'password'}, 'unsupported_grant_type'),
        ({'grant_type': 'refresh_token'}, 'invalid_request'),
        ({'grant_type': 'authorization_code', 'code': 'x'}, 'invalid_request'),
    ],
)
def test_malformed_token_call_is_refused(sandbox, form, error):
    assert refused(token(sandbox, **form)) == {'error': error}


# Tokens.


def test_token_answer_has_intuits_members_and_is_not_cached(sandbox):
    response = refresh(sandbox, sandbox.refresh_token())
    body = response.json()

    assert set(body) == {
        'token_type', 'access_token', 'expires_in', 'refresh_token', 'x_refresh_token_expires_in'
    }  # fmt: skip
    assert (body['token_type'], body['expires_in']) == ('bearer', 3600)
    assert 8726390 < body['x_refresh_token_expires_in'] <= 8726400
    assert response.headers['Cache-Control'] == 'no-cache, no-store'
    assert response.headers['intuit_tid']


def test_access_token_is_shaped_like_a_jwe(sandbox):
    parts = refresh(sandbox, sandbox.refresh_token()).json()['access_token'].split('.')

    assert len(parts) == 5
    header = base64.urlsafe_b64decode(parts[0] + '==')
    assert json.loads(header) == {'enc': 'A128CBC-HS256', 'alg': 'dir'}
    assert 500 < len('.'.join(parts)) < 4096


def test_access_token_lives_an_hour(sandbox):
    access = sandbox.access_token()
    sandbox.clock.advance(minutes=59, seconds=50)
    assert works(sandbox, access)

    sandbox.clock.advance(seconds=11)
    assert not works(sandbox, access)


def test_refresh_leaves_earlier_access_tokens_alone(sandbox):
    value = sandbox.refresh_token()
    first = refresh(sandbox, value).json()['access_token']
    second = refresh(sandbox, value).json()['access_token']

    assert first != second
    assert works(sandbox, first)


def test_hard_expiry_is_told_only_to_those_who_ask(sandbox):
    header = {'x-include-refresh-token-hard-expires-in': 'true'}
    body = refresh(sandbox, sandbox.refresh_token(), headers=header).json()

    assert 157_679_000 < body['x_refresh_token_hard_expires_in'] <= 157_680_000


def test_hard_expiry_counts_from_consent_and_ends_the_chain(sandbox):
    sandbox.configure(hard_expiry_s=86400)
    value = sandbox.refresh_token()
    sandbox.clock.advance(hours=23)
    header = {'x-include-refresh-token-hard-expires-in': 'true'}
    assert 3590 < refresh(sandbox, value, headers=header).json()['x_refresh_token_hard_expires_in'] <= 3600

    sandbox.clock.advance(hours=2)
    assert refused(refresh(sandbox, value)) == DESCRIBED


def test_nothing_outlives_the_hard_expiry(sandbox):
    sandbox.configure(hard_expiry_s=1800)
    body = refresh(sandbox, sandbox.refresh_token()).json()
    assert body['x_refresh_token_expires_in'] <= 1800
    assert works(sandbox, body['access_token'])

    sandbox.clock.advance(minutes=31)
    assert not works(sandbox, body['access_token'])


# Rotation.


def test_refresh_within_the_window_returns_the_same_value(sandbox):
    value = sandbox.refresh_token()
    sandbox.clock.advance(hours=23)
    body = refresh(sandbox, value).json()

    assert body['refresh_token'] == value
    assert body['x_refresh_token_expires_in'] < 8726400 - 82000


def test_refresh_after_the_window_returns_a_new_value_with_full_life(sandbox):
    value = sandbox.refresh_token()
    sandbox.clock.advance(**DAY)
    body = refresh(sandbox, value).json()

    assert body['refresh_token'] != value
    assert body['x_refresh_token_expires_in'] == 8726400


def test_value_before_the_rotation_stops_working_at_once(sandbox):
    value = sandbox.refresh_token()
    sandbox.clock.advance(**DAY)
    new = refresh(sandbox, value).json()['refresh_token']

    assert refused(refresh(sandbox, value)) == DESCRIBED
    assert refresh(sandbox, new).status_code == 200


def test_grace_lets_the_value_before_return_its_successor(sandbox):
    sandbox.configure(rotation_window_s=0, old_token_grace_s=60)
    value = sandbox.refresh_token()
    new = refresh(sandbox, value).json()['refresh_token']
    assert refresh(sandbox, value).json()['refresh_token'] == new

    sandbox.clock.advance(seconds=61)
    assert refused(refresh(sandbox, value)) == DESCRIBED


def test_reuse_may_revoke_the_whole_consent(sandbox):
    sandbox.configure(rotation_window_s=0, reuse_revokes=True)
    value = sandbox.refresh_token()
    body = refresh(sandbox, value).json()
    refresh(sandbox, value)

    assert refused(refresh(sandbox, body['refresh_token'])) == DESCRIBED
    assert not works(sandbox, body['access_token'])


def test_refresh_token_expires_when_unused(sandbox):
    value = sandbox.refresh_token()
    sandbox.clock.advance(days=101, seconds=1)

    assert refused(refresh(sandbox, value)) == DESCRIBED


@pytest.mark.parametrize(
    'style, body',
    [
        ('bare', {'error': 'invalid_grant'}),
        ('described', DESCRIBED),
        ('token_invalid', {'error': 'invalid_grant', 'error_description': 'Token invalid'}),
    ],
)
def test_refusal_comes_in_each_recorded_body(sandbox, style, body):
    sandbox.configure(invalid_grant_body=style)

    assert refused(refresh(sandbox, 'RT1-unknown')) == body


def test_bare_refusal_is_the_recorded_25_bytes(sandbox):
    sandbox.configure(invalid_grant_body='bare')

    assert refresh(sandbox, 'RT1-unknown').content == b'{"error":"invalid_grant"}'


def test_user_who_lost_the_company_gets_its_own_body(sandbox):
    sandbox.arm('user_not_in_realm')

    assert refused(refresh(sandbox, sandbox.refresh_token())) == {
        'error_description': 'Unauthorized Request: User is not a member of the specified Realm',
        'x_error_reason': 'user_not_in_realm',
        'x_error_reason_detail': 'The user is not in the specified realm',
        'error': 'invalid_grant',
    }


@pytest.mark.parametrize('name, status', [('invalid_grant', 400), ('invalid_client', 401)])
def test_armed_token_fault_hits_once(sandbox, name, status):
    sandbox.arm(name)
    value = sandbox.refresh_token()

    assert refused(refresh(sandbox, value), status)['error'] == name
    assert refresh(sandbox, value).status_code == 200


# Revocation.


@pytest.mark.parametrize('which', ['refresh_token', 'access_token'])
def test_revoking_either_token_ends_both(sandbox, which):
    body = refresh(sandbox, sandbox.refresh_token()).json()
    keys = (sandbox.client_id, sandbox.client_secret)
    url = f'{sandbox.url}/v2/oauth2/tokens/revoke'
    response = requests.post(url, json={'token': body[which]}, auth=keys, timeout=5)

    assert (response.status_code, response.content) == (200, b'')
    assert refused(refresh(sandbox, body['refresh_token'])) == DESCRIBED
    assert not works(sandbox, body['access_token'])


@pytest.mark.parametrize('json_body', [{}, {'token': 'nobody'}, [1]])
def test_revoking_nothing_is_refused(sandbox, json_body):
    keys = (sandbox.client_id, sandbox.client_secret)
    url = f'{sandbox.url}/v2/oauth2/tokens/revoke'

    response = requests.post(url, json=json_body, auth=keys, timeout=5)
    assert refused(response) == {'error': 'invalid_request'}


def test_user_can_disconnect_inside_quickbooks(sandbox):
    body = refresh(sandbox, sandbox.refresh_token()).json()
    elsewhere = sandbox.refresh_token(sandbox.realm_ids[1])
    sandbox.disconnect()

    assert not works(sandbox, body['access_token'])
    assert refused(refresh(sandbox, body['refresh_token'])) == DESCRIBED
    assert refresh(sandbox, elsewhere).status_code == 200


# Userinfo.


def test_userinfo_is_camel_case_and_needs_the_openid_scope(sandbox):
    url = f'{sandbox.url}/v1/openid_connect/userinfo'
    with_openid = exchange(sandbox, decide(sandbox)['code']).json()['access_token']
    without = sandbox.access_token()

    answer = requests.get(url, headers={'Authorization': f'Bearer {with_openid}'}, timeout=5).json()
    assert set(answer) == {
        'sub', 'email', 'emailVerified', 'givenName', 'familyName', 'phoneNumber',
        'phoneNumberVerified', 'address',
    }  # fmt: skip
    refusal = requests.get(url, headers={'Authorization': f'Bearer {without}'}, timeout=5)
    assert refusal.status_code == 401


def test_consent_given_beforehand_sends_the_browser_straight_back(sandbox):
    sandbox.configure(consent='given')
    asked = {
        'client_id': sandbox.client_id, 'response_type': 'code', 'state': 's', 'redirect_uri': 'http://127.0.0.1/back',
        'scope': 'com.intuit.quickbooks.accounting',
    }  # fmt: skip

    answer = requests.get(f'{sandbox.url}/connect/oauth2', params=asked, allow_redirects=False, timeout=5)

    assert answer.status_code == 302
    assert f'realmId={sandbox.realm_id}' in answer.headers['Location']
