import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..redact import MASK, redact

SECRETS = (
    'POST /v3/company/SECRET1/customer?requestid=1',
    '{"access_token": "SECRET", "expires_in": 3600}',
    '{"refresh_token":"SEC\\"RET","token_type":"bearer"}',
    '{"token": "SECRET"}',
    '{"refresh_token": "SECRET',
    'grant_type=refresh_token&refresh_token=SECRET&x=1',
    'grant_type=authorization_code&code=SECRET',
    'GET /callback?code=SECRET&state=SECRET&realmId=SECRET',
    'Authorization: Bearer SECRET.SECRET.SECRET',
    'Authorization: Basic SECRET==',
    'Bearer SECRETSECRETSECRET.SECRET',
    'Token expired: SECRET',
    '{"PrimaryTaxIdentifier": "SECRET", "DisplayName": "Ann"}',
    '{"realmId":"SECRET"}',
    '{"CreditChargeInfo": {"Number": "SECRET"}}',
)


@pytest.mark.parametrize('text', SECRETS)
def test_no_secret_stays_in_a_text(text):
    text = text.replace('SECRET1', '9130347957983546')
    shown = redact(text)
    assert 'SEC' not in shown and 'RET' not in shown and '9130347957983546' not in shown and MASK in shown


@pytest.mark.parametrize(
    'text',
    [
        '{"Fault":{"Error":[{"Message":"Stale Object Error","code":"5010","element":""}]}}',
        '{"DocNumber":"1001","SyncToken":"3","DisplayName":"Basic maintenance","FreeFormNumber":"(650) 555-3311"}',
        "SELECT * FROM Customer WHERE DisplayName = 'Ann'",
        '/v3/company/',
    ],
)
def test_what_is_no_secret_stays(text):
    assert redact(text) == text


def test_what_stands_around_a_secret_stays():
    assert redact('{"access_token":"x","expires_in":3600}') == '{"access_token":"***","expires_in":3600}'
    assert redact('a=1&code=x&b=2') == 'a=1&code=***&b=2'


def test_headers_and_values_keep_their_shape():
    headers = {'Authorization': 'Bearer x', 'Accept': 'application/json', 'Set-Cookie': 'x', 'intuit-signature': 'x'}
    assert redact(headers) == {
        'Authorization': MASK,
        'Accept': 'application/json',
        'Set-Cookie': MASK,
        'intuit-signature': MASK,
    }
    values = {'Customer': [{'PrimaryTaxIdentifier': '99', 'Balance': 5, 'Active': True, 'SSN': None}]}
    assert redact(values) == {'Customer': [{'PrimaryTaxIdentifier': MASK, 'Balance': 5, 'Active': True, 'SSN': None}]}


def test_bytes_stay_bytes():
    assert redact(b'{"token":"x"}') == b'{"token":"***"}'


@given(st.text())
def test_a_second_time_changes_nothing(text):
    once = redact(f'code={text}&Authorization: {text} {json.dumps({"token": text})}')
    assert redact(once) == once
