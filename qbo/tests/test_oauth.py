import base64
import logging
import os
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

import pytest

from .. import errors
from ..endpoints import for_environment
from ..oauth import SCOPE, OAuthApp, Tokens
from .server import DROP

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
REDIRECT = 'https://odoo.example.com/quickbooks_online/oauth/callback'
TOKENS = {
    'token_type': 'bearer',
    'access_token': 'the-access-token',
    'expires_in': 3600,
    'refresh_token': 'the-refresh-token',
    'x_refresh_token_expires_in': 8726400,
}


@pytest.fixture
def app(server):
    return OAuthApp('client', 'the-client-secret', for_environment('local', server.url), now=lambda: NOW)


def form(asked):
    return {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}


def test_the_user_is_sent_to_intuit_with_scope_and_state():
    url = urlsplit(OAuthApp('client', 's', for_environment('production')).authorize_url(REDIRECT, 'signed state'))
    assert (url.scheme, url.netloc, url.path) == ('https', 'appcenter.intuit.com', '/connect/oauth2')
    assert parse_qs(url.query) == {
        'response_type': ['code'],
        'client_id': ['client'],
        'redirect_uri': [REDIRECT],
        'scope': [SCOPE],
        'state': ['signed state'],
    }


def test_the_user_is_sent_to_the_local_sandbox_by_plain_http(server, app):
    assert app.authorize_url(REDIRECT, 's').startswith(f'{server.url}/connect/oauth2?')


def test_a_code_becomes_tokens_with_their_ends(server, app):
    server.will_answer({**TOKENS, 'x_refresh_token_hard_expires_in': 157494248})
    tokens = app.exchange('the-code', REDIRECT)

    assert tokens == Tokens(
        'the-access-token',
        'the-refresh-token',
        NOW + timedelta(hours=1),
        NOW + timedelta(days=101),
        NOW + timedelta(seconds=157494248),
    )
    asked = server.last
    assert (asked.method, asked.path) == ('POST', '/oauth2/v1/tokens/bearer')
    assert form(asked) == {'grant_type': 'authorization_code', 'code': 'the-code', 'redirect_uri': REDIRECT}
    assert asked.headers['Authorization'] == f'Basic {base64.b64encode(b"client:the-client-secret").decode()}'
    assert asked.headers['Accept'] == 'application/json'
    assert asked.headers['x-include-refresh-token-hard-expires-in'] == 'true'


def test_a_refresh_sends_the_refresh_token_and_no_more(server, app):
    server.will_answer(TOKENS)
    assert app.refresh('old-refresh-token').hard_expires_at is None
    assert form(server.last)['refresh_token'] == 'old-refresh-token'
    assert form(server.last)['grant_type'] == 'refresh_token'
    assert server.last.headers['x-include-refresh-token-hard-expires-in'] == 'true'
    assert server.last.headers['Authorization'].startswith('Basic ')


def test_revoke(server, app):
    server.will_answer('')
    app.revoke('the-refresh-token')
    assert server.last.path == '/v2/oauth2/tokens/revoke'
    assert server.last.body == b'{"token": "the-refresh-token"}'
    assert server.last.headers['Authorization'].startswith('Basic ')


@pytest.mark.parametrize(
    'body, status, cls, reason',
    [
        ({'error': 'invalid_grant'}, 400, errors.ReconnectRequired, 'invalid_grant'),
        (
            {'error': 'invalid_grant', 'error_description': 'Incorrect or invalid refresh token'},
            400,
            errors.ReconnectRequired,
            'invalid_grant',
        ),
        (
            {'error': 'invalid_grant', 'x_error_reason': 'user_not_in_realm'},
            400,
            errors.ReconnectRequired,
            'user_not_in_realm',
        ),
        ({'error': 'invalid_client'}, 401, errors.AuthorizationError, None),
        ({'error': 'invalid_client'}, 400, errors.AuthorizationError, None),
        ({'error': 'unsupported_grant_type'}, 400, errors.AuthorizationError, None),
        ('', 401, errors.AuthorizationError, None),
        ('', 503, errors.TransientError, None),
        ({'error': 'server_error'}, 500, errors.TransientError, None),
        ('<html>', 502, errors.TransientError, None),
        ('', 429, errors.ThrottledError, None),
        ('<html>hotel</html>', 200, errors.TransientError, None),
        ({'access_token': 'x'}, 200, errors.TransientError, None),
        ([], 200, errors.TransientError, None),
    ],
    ids=str,
)
@pytest.mark.parametrize('method, arguments', [('refresh', ['old']), ('exchange', ['code', REDIRECT])])
def test_every_refusal_is_an_error_of_its_kind(server, app, method, arguments, body, status, cls, reason):
    server.will_answer(body, status, intuit_tid='1-abc')
    with pytest.raises(cls) as caught:
        getattr(app, method)(*arguments)
    assert getattr(caught.value, 'reason', None) == reason
    assert caught.value.kind is cls.kind
    if status != 200:
        assert (caught.value.status, caught.value.tid) == (status, '1-abc')


def test_intuits_own_words_are_kept(server, app):
    server.will_answer(
        {
            'error': 'invalid_grant',
            'error_description': 'Not a member',
            'x_error_reason': 'x',
            'x_error_reason_detail': 'The user is not in the realm',
        },
        400,
    )
    server.will_answer({'error': 'invalid_grant'}, 400)
    with pytest.raises(errors.ReconnectRequired, match='invalid_grant Not a member The user is not in the realm'):
        app.refresh('old')
    with pytest.raises(errors.ReconnectRequired) as caught:
        app.refresh('old')
    assert caught.value.errors == (errors.ErrorDetail('invalid_grant'),)


def test_a_revoke_that_intuit_refuses_is_told(server, app):
    server.will_answer({'error': 'invalid_client'}, 401)
    with pytest.raises(errors.AuthorizationError):
        app.revoke('t')


def test_a_lost_answer_leaves_the_outcome_unknown(server, app):
    server.will_answer(DROP)
    with pytest.raises(errors.UnknownOutcome):
        app.refresh('old')


def test_secrets_are_not_carried_to_where_a_redirect_points(server, app):
    server.will_answer('', 307, Location=f'{server.url}/elsewhere')
    with pytest.raises(errors.TransientError):
        app.refresh('old')
    assert len(server.asked) == 1


def test_no_secret_reaches_the_log_even_at_level_debug(server, app, caplog):
    server.will_answer(TOKENS)
    server.will_answer(TOKENS)
    server.will_answer('')
    with caplog.at_level(logging.DEBUG):
        app.exchange('the-code', REDIRECT)
        app.refresh('the-refresh-token')
        app.revoke('the-refresh-token')
    for secret in ('the-access-token', 'the-refresh-token', 'the-client-secret', 'the-code'):
        assert secret not in caplog.text


def test_warnings_of_the_library_still_reach_the_log(caplog):
    logging.getLogger('requests_oauthlib.oauth2_session').warning('look here')
    assert 'look here' in caplog.text


def test_tokens_show_no_secret():
    shown = repr(Tokens('the-access-token', 'the-refresh-token', NOW, NOW))
    assert 'the-' not in shown and '2026' in shown


def test_http_is_not_allowed_for_the_whole_process(server, app):
    server.will_answer(TOKENS)
    app.refresh('old')
    assert 'OAUTHLIB_INSECURE_TRANSPORT' not in os.environ
