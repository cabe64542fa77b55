import pytest

from ..endpoints import PAGES, check_url, deep_link, for_environment

LOCAL = 'http://127.0.0.1:8090'


def test_the_three_environments():
    assert for_environment('production').base_url == 'https://quickbooks.api.intuit.com'
    assert for_environment('sandbox').base_url == 'https://sandbox-quickbooks.api.intuit.com'
    local = for_environment('local', f'{LOCAL}/')
    assert local.base_url == LOCAL
    assert local.authorize_url == f'{LOCAL}/connect/oauth2'
    assert local.token_url == f'{LOCAL}/oauth2/v1/tokens/bearer'
    assert local.revoke_url == f'{LOCAL}/v2/oauth2/tokens/revoke'


@pytest.mark.parametrize('environment', ['production', 'sandbox'])
def test_intuits_own_addresses_pass_their_check(environment):
    endpoints = for_environment(environment)
    for name in ('base_url', 'authorize_url', 'token_url', 'revoke_url', 'app_url'):
        check_url(environment, getattr(endpoints, name))


@pytest.mark.parametrize(
    'url',
    [
        LOCAL,
        'http://localhost:1',
        'http://[::1]:8090',
        'https://127.8.9.10',
        'http://127.0.0.1:8090/',
    ],
)
def test_this_machine_is_local(url):
    check_url('local', url)


@pytest.mark.parametrize(
    'url',
    [
        '',
        None,
        'x',
        'ftp://127.0.0.1',
        'http://10.0.0.1',
        'http://0.0.0.0',
        'http://localhost.evil.com',
        'http://127.0.0.1@evil.com',
        'http://evil.com#127.0.0.1',
        'http://127.0.0.1\\@evil.com',
        'http://127.0.0.1.evil.com',
        'http://2130706433',
        'http://127.0.0.1:x',
        'http://127.0.0.1:99999',
        'http://127.0.0.1:0',
        'http://127.0.0.1\n',
        'https://quickbooks.api.intuit.com',
        'http://127.0.0.1/?x=1',
        'http://[fe80::1]',
        'http://[::1',
    ],
)
def test_all_else_is_not_local(url):
    with pytest.raises(ValueError):
        check_url('local', url)


@pytest.mark.parametrize(
    'environment, url',
    [
        ('production', 'http://quickbooks.api.intuit.com'),
        ('production', 'https://sandbox-quickbooks.api.intuit.com'),
        ('sandbox', 'https://quickbooks.api.intuit.com'),
        ('production', 'https://quickbooks.api.intuit.com.evil.com'),
        ('production', 'https://evil.com/quickbooks.api.intuit.com'),
        ('production', 'https://quickbooks.api.intuit.com:8443'),
        ('production', 'https://quickbooks.api.intuit.com@evil.com'),
        ('production', LOCAL),
        ('staging', 'https://quickbooks.api.intuit.com'),
    ],
)
def test_secrets_go_to_no_other_host(environment, url):
    with pytest.raises(ValueError):
        check_url(environment, url)


def test_a_local_environment_needs_its_address_and_an_unknown_one_is_refused():
    for arguments in (('local',), ('local', ''), ('local', 'http://evil.com'), ('staging', LOCAL)):
        with pytest.raises(ValueError):
            for_environment(*arguments)


def test_deep_links():
    assert deep_link('production', 'Customer', '67') == 'https://app.qbo.intuit.com/app/customerdetail?nameId=67'
    assert deep_link('sandbox', 'Invoice', '5') == 'https://app.sandbox.qbo.intuit.com/app/invoice?txnId=5'
    assert deep_link('local', 'Customer', '1&x', LOCAL) == f'{LOCAL}/app/customerdetail?nameId=1%26x'
    assert deep_link('production', 'TaxCode', '1') is None
    assert deep_link('production', 'Customer', False) is None


@pytest.mark.parametrize('page', PAGES.values())
def test_every_page_ends_where_the_id_follows(page):
    assert page.endswith('=')
