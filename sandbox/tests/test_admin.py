"""The sandbox's own API under ``/_sandbox``."""

import pytest
import requests

from .client import refresh


@pytest.fixture
def admin(sandbox):
    """Calls the admin API; returns the parsed answer."""

    def call(method, path, expect=200, **values):
        response = requests.request(method, f'{sandbox.url}/_sandbox{path}', json=values or None, timeout=5)
        assert response.status_code == expect, response.text
        return response.json()

    return call


def test_index_lists_every_path(admin):
    listed = {(line['method'], line['path']) for line in admin('GET', '')}

    assert ('POST', '/_sandbox/faults') in listed
    assert len(listed) > 20


def test_keys_and_tokens_connect_any_client(sandbox, admin):
    keys, tokens = admin('GET', '/keys'), admin('POST', '/tokens')

    assert (keys['client_id'], keys['client_secret']) == (sandbox.client_id, sandbox.client_secret)
    assert [realm['id'] for realm in keys['realms']] == sandbox.realm_ids
    assert refresh(sandbox, tokens['refresh_token']).status_code == 200
    admin('POST', '/disconnect')
    assert refresh(sandbox, tokens['refresh_token']).status_code == 400


def test_tokens_can_be_expired(sandbox, api, admin):
    admin('POST', '/tokens/expire')

    assert api.get('customer/1').status_code == 401


def test_fault_is_armed_listed_and_disarmed(sandbox, api, admin):
    first = admin('POST', '/faults', name='status', on='customer', status=500)['id']
    second = admin('POST', '/faults', name='drop_before')['id']
    listed = admin('GET', '/faults')

    assert [fault['id'] for fault in listed['armed']] == [first, second]
    assert set(listed['kinds']) >= {'status', 'slow', 'drop_after_commit', 'transient_6000', 'page_4002'}
    admin('DELETE', f'/faults/{second}')
    assert api.get('customer/1').status_code == 500
    admin('POST', '/faults', name='drop_before')
    admin('DELETE', '/faults')
    assert admin('GET', '/faults')['armed'] == []


def test_request_log_is_read_and_emptied(api, admin):
    api.get('customer/1')
    (record,) = admin('GET', '/requests')

    assert (record['method'], record['entity'], record['status']) == ('GET', 'customer', 200)
    assert set(record) >= {'time', 'path', 'query', 'tid', 'body', 'operation'}
    admin('DELETE', '/requests')
    assert admin('GET', '/requests') == []


def test_admin_calls_are_not_in_the_request_log(sandbox, admin):
    admin('GET', '/clock')

    assert sandbox.requests == []


def test_clock_advances(sandbox, admin):
    assert admin('POST', '/clock', hours=2)['offset_s'] == 7200
    assert sandbox.clock.offset_s == 7200


def test_settings_are_changed(sandbox, admin):
    changed = admin('POST', '/settings', stale_user='Kim', preferences={'ReportPrefs': {'ReportBasis': 'Cash'}})

    assert changed['stale_user'] == 'Kim'
    assert sandbox.get('Preferences', '1')['ReportPrefs']['ReportBasis'] == 'Cash'
    assert admin('GET', f'/settings?realm={sandbox.realm_ids[1]}')['stale_user'] == 'root'


def test_snapshot_restore_and_reset(sandbox, admin):
    admin('POST', '/snapshot')
    admin('POST', '/entities/Customer', DisplayName='Gone')
    admin('POST', '/restore')
    assert sandbox.all('Customer')[-1]['DisplayName'] != 'Gone'

    admin('POST', '/reset', seed='empty')
    assert sandbox.all('Customer') == []


def test_records_are_made_and_changed_in_quickbooks(sandbox, admin):
    created = admin('POST', '/entities/Customer', DisplayName='By hand')
    changed = admin('POST', f'/entities/Customer/{created["Id"]}', Notes='x')

    assert (changed['SyncToken'], changed['Notes']) == ('1', 'x')
    assert admin('GET', f'/entities/Customer/{created["Id"]}') == changed
    assert changed in admin('GET', '/entities/customer?active=true')
    assert len(admin('GET', '/entities/Customer?active=false')) == 2
    elsewhere = f'?realm={sandbox.realm_ids[1]}'
    admin('POST', f'/entities/Customer{elsewhere}', DisplayName='There')
    assert [body['DisplayName'] for body in admin('GET', f'/entities/Customer{elsewhere}')] == ['There']


def test_webhooks_are_subscribed_and_flushed(sandbox, admin):
    admin('POST', '/webhooks', url='http://127.0.0.1:9/x', format='legacy')
    admin('POST', '/entities/Customer', DisplayName='Heard')
    state = admin('GET', '/webhooks')

    assert state['subscriber'] == ['http://127.0.0.1:9/x', 'legacy']
    assert [event['operation'] for event in state['undelivered']] == ['Create']
    assert admin('POST', '/webhooks/flush') == {'delivered': 0}


@pytest.mark.parametrize(
    'method, path, values, status',
    [
        ('POST', '/faults', {'name': 'earthquake'}, 400),
        ('POST', '/faults', {'wrong': 1}, 400),
        ('POST', '/clock', {'fortnights': 1}, 400),
        ('POST', '/settings', {'wobble': 1}, 400),
        ('POST', '/tokens', {'realm': '7'}, 400),
        ('POST', '/reset', {'seed': 'moon'}, 400),
        ('POST', '/entities/Customer', {'DisplayName': 'Aldous Fenwick'}, 400),
        ('GET', '/entities/Estimate', {}, 501),
        ('GET', '/entities/Customer/999', {}, 400),
    ],
)
def test_bad_call_is_refused_as_json(admin, method, path, values, status):
    assert admin(method, path, status, **values)


def test_unknown_path_and_verb_are_refused(sandbox):
    assert requests.get(f'{sandbox.url}/_sandbox/nothing', timeout=5).status_code == 404
    assert requests.delete(f'{sandbox.url}/_sandbox/clock', timeout=5).status_code == 405


@pytest.mark.parametrize(
    'headers',
    [{'Host': 'evil.example'}, {'Origin': 'https://evil.example'}, {'Host': 'localhost.evil.example:80'}],
    ids=['rebound', 'cross-site', 'look-alike'],
)
@pytest.mark.parametrize('path', ['/_sandbox/keys', '/'])
def test_other_sites_in_the_browser_are_kept_out(sandbox, headers, path):
    assert requests.get(f'{sandbox.url}{path}', headers=headers, timeout=5).status_code == 403


def test_mistake_of_the_sandbox_is_loud_and_not_intuits(sandbox, api, monkeypatch, caplog):
    def broken(*args):
        raise ZeroDivisionError

    monkeypatch.setattr(type(sandbox.intuit.database), 'get', broken)
    response = api.get('customer/1')

    assert (response.status_code, response.json()['Fault']['type']) == (500, 'SandboxFault')
    assert 'ZeroDivisionError' in caplog.text
