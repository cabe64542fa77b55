import pytest

from .. import discovery, errors
from ..endpoints import PRODUCTION, for_environment


@pytest.mark.parametrize(
    'address, is_trusted',
    [
        ('https://oauth.platform.intuit.com/oauth2/v9/tokens', True),
        ('https://intuit.com/x', True),
        ('https://oauth.platform.intuit.com:443/x', True),
        ('http://oauth.platform.intuit.com/x', False),
        ('https://oauth.intuit.com.example.com/x', False),
        ('https://notintuit.com/x', False),
        ('https://intuit.com@example.com/x', False),
        ('https://oauth.intuit.com:8443/x', False),
        ('https://[x/', False),
        ('', False),
    ],
)
def test_secrets_go_to_intuit_only(address, is_trusted):
    assert discovery._is_trusted(address, PRODUCTION) is is_trusted


def test_every_environment_has_a_document_of_intuits():
    for environment, url in discovery.DOCUMENTS.items():
        assert discovery._is_trusted(url, for_environment(environment))


def local(server):
    return for_environment('local', server.url)


def document(base, **members):
    return {
        'issuer': f'{base}/op/v1',
        'authorization_endpoint': f'{base}/connect/oauth9',
        'token_endpoint': f'{base}/oauth9/tokens',
        'revocation_endpoint': f'{base}/oauth9/revoke',
        **members,
    }


def test_the_addresses_are_those_of_the_document(server):
    server.will_answer(document(server.url))
    assert discovery.read(local(server)) == {
        'authorize_url': f'{server.url}/connect/oauth9',
        'token_url': f'{server.url}/oauth9/tokens',
        'revoke_url': f'{server.url}/oauth9/revoke',
    }
    assert server.last.path == '/.well-known/openid_sandbox_configuration/'


@pytest.mark.parametrize(
    'odd',
    [
        {'token_endpoint': 'http://127.0.0.1:1/oauth9/tokens'},
        {'authorization_endpoint': 'https://example.com/connect'},
        {'revocation_endpoint': None},
        {'revocation_endpoint': ['x']},
    ],
)
def test_a_document_that_leads_elsewhere_is_refused_whole(server, odd):
    server.will_answer(document(server.url, **odd))
    with pytest.raises(errors.TransientError):
        discovery.read(local(server))


@pytest.mark.parametrize('body, status', [('<html>', 200), ([1], 200), ({}, 503), ('', 302), ('{', 200)])
def test_what_is_no_document_is_a_fault_that_passes(server, body, status):
    server.will_answer(body, status)
    with pytest.raises(errors.QboError):
        discovery.read(local(server))
