"""What Odoo's tests and the scripts use: the Python handle on a sandbox."""

import random
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from ..control import Control
from ..errors import Fault
from ..server import Sandbox
from .client import Api, refresh


def test_start_returns_when_it_listens_and_stop_ends_it():
    sandbox = Sandbox()
    assert sandbox.start() is sandbox
    assert requests.get(sandbox.url, timeout=5).status_code == 200

    sandbox.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get(sandbox.url, timeout=5)
    sandbox.stop()  # Twice does no harm.


def test_a_stopped_sandbox_comes_back_on_its_port_with_its_data():
    with Sandbox() as sandbox:
        url, api = sandbox.url, Api(sandbox)
        created = api.customer('Survivor')
        sandbox.stop()
        sandbox.update('Customer', created['Id'], {'Notes': 'while down'})
        sandbox.start()

        assert sandbox.url == url
        assert api.get(f'customer/{created["Id"]}').json()['Customer']['Notes'] == 'while down'


def test_a_port_in_use_is_an_oserror():
    with Sandbox() as sandbox, pytest.raises(OSError):
        Sandbox(port=sandbox.port).start()


def test_stop_closes_connections_that_wait():
    sandbox = Sandbox().start()
    with socket.create_connection(('127.0.0.1', sandbox.port), timeout=5) as waiting:
        waiting.sendall(b'GET / HTTP/1.1\r\n')
        deadline = time.monotonic() + 5
        while not sandbox._server.open_connections and time.monotonic() < deadline:
            time.sleep(0.005)
        sandbox.stop()
        assert waiting.recv(10) == b''


def test_realm_id_is_a_long_decimal_text(sandbox):
    for realm in sandbox.realm_ids:
        assert realm.isdigit() and len(realm) >= 16
    assert sandbox.realm_id == sandbox.realm_ids[0]
    assert len(set(sandbox.realm_ids)) == 2


def test_refresh_token_opens_the_default_company(sandbox):
    access = refresh(sandbox, sandbox.refresh_token()).json()['access_token']
    api = Api(sandbox)
    api.token = access

    assert api.get('customer/1').status_code == 200


# Snapshot and restore.


def test_restore_brings_everything_back():
    with Sandbox() as sandbox:
        api = Api(sandbox)
        kept = sandbox.refresh_token()
        sandbox.arm('status', on='term')
        sandbox.configure(stale_user='Kim')
        sandbox.snapshot()
        before = sandbox.all('Customer', active=None)

        api.customer('Gone')
        sandbox.clock.advance(days=400)
        sandbox.disconnect()
        sandbox.disarm()
        sandbox.configure(stale_user='Lee', preferences={'ReportPrefs': {'ReportBasis': 'Cash'}})
        sandbox.deliver_webhooks_to('http://127.0.0.1:9/')
        sandbox.restore()

        assert sandbox.all('Customer') == before
        assert refresh(sandbox, kept).status_code == 200
        assert [fault.on for fault in sandbox.armed()] == ['term']
        assert sandbox.intuit.settings(sandbox.realm_id).stale_user == 'Kim'
        assert sandbox.get('Preferences', '1')['ReportPrefs']['ReportBasis'] == 'Accrual'
        assert abs(sandbox.clock.time() - time.time()) < 5
        sandbox.create('Customer', {'DisplayName': 'Quiet'})
        assert sandbox.undelivered() == []


def test_restore_empties_the_request_log(sandbox, api):
    api.get('customer/1')
    assert len(sandbox.requests) == 1

    sandbox.restore()
    assert sandbox.requests == []


def test_restore_can_be_repeated(sandbox):
    for _each in range(3):
        sandbox.create('Customer', {'DisplayName': 'Again'})
        sandbox.restore()

    assert sandbox.all('Customer')[-1]['DisplayName'] != 'Again'


def test_restore_reuses_ids(sandbox):
    first = sandbox.create('Customer', {'DisplayName': 'A'})['Id']
    sandbox.restore()

    assert sandbox.create('Customer', {'DisplayName': 'B'})['Id'] == first


def test_restore_needs_a_snapshot():
    with pytest.raises(RuntimeError):
        Control().restore()


def test_a_snapshot_costs_a_fraction_of_what_it_keeps():
    control = Control()
    began = time.process_time()
    control.create_many('Customer', [{'DisplayName': f'Bulk {number}'} for number in range(2500)])
    created = time.process_time()
    control.snapshot()
    control.restore()

    assert time.process_time() - created < (created - began) / 10


def test_reset_starts_over_and_keeps_the_apps_keys():
    control = Control()
    keys, value = (control.client_id, control.client_secret), control.refresh_token()
    control.create('Customer', {'DisplayName': 'Gone'})
    control.reset(country='GB')

    assert (control.client_id, control.client_secret) == keys
    assert control.books().country == 'GB'
    assert 'Gone' not in [body['DisplayName'] for body in control.all('Customer')]
    assert control.intuit.database.row('SELECT 1 FROM refresh_token WHERE value = ?', value) is None


# Files.


def test_a_file_keeps_everything(tmp_path):
    path = tmp_path / 'sandbox.sqlite'
    first = Control(path)
    value, created = first.refresh_token(), first.create('Customer', {'DisplayName': 'Kept'})
    keys = first.client_id, first.client_secret, first.verifier_token
    first.clock.advance(hours=5)
    first.intuit.database.close()

    with Sandbox(path) as second:
        assert second.get('Customer', created['Id']) == created
        assert second.clock.offset_s == 5 * 3600
        assert (second.client_id, second.client_secret, second.verifier_token) == keys
        assert refresh(second, value).status_code == 200


def test_file_of_another_version_is_refused(tmp_path):
    control = Control(tmp_path / 'old.sqlite')
    control.intuit.database.run('PRAGMA user_version = 99')
    control.intuit.database.close()

    with pytest.raises(ValueError, match='another version'):
        Control(tmp_path / 'old.sqlite')


def test_two_processes_may_share_a_file(tmp_path):
    path = tmp_path / 'sandbox.sqlite'
    with Sandbox(path) as serving:
        value = Control(path).refresh_token()

        assert refresh(serving, value).status_code == 200


def test_snapshot_of_a_file_can_be_restored(tmp_path):
    control = Control(tmp_path / 'sandbox.sqlite')
    control.snapshot()
    control.create('Customer', {'DisplayName': 'Gone'})
    control.restore()

    assert control.all('Customer')[-1]['DisplayName'] != 'Gone'


def test_same_seed_of_chance_makes_the_same_sandbox():
    keys = [Control(random=random.Random(7), now_s=lambda: 1.8e9) for _each in range(2)]

    assert keys[0].client_secret == keys[1].client_secret
    assert keys[0].refresh_token() == keys[1].refresh_token()
    assert keys[0].all('Customer') == keys[1].all('Customer')


def test_two_sandboxes_share_nothing():
    one, two = Control(), Control()
    one.create('Customer', {'DisplayName': 'Mine'})

    assert one.client_secret != two.client_secret
    assert 'Mine' not in [body['DisplayName'] for body in two.all('Customer')]


# Acting in QuickBooks.


def test_edit_in_quickbooks_raises_the_token_and_the_api_sees_it(sandbox, api):
    sandbox.update('Customer', '1', {'Notes': 'by hand'})
    found = api.get('customer/1').json()['Customer']

    assert (found['Notes'], found['SyncToken']) == ('by hand', '1')
    assert api.update('Customer', {'Id': '1', 'SyncToken': '0'}, Notes='late').status_code == 400


def test_acting_in_quickbooks_obeys_the_rules(sandbox):
    with pytest.raises(Fault) as refused:
        sandbox.create('Customer', {'DisplayName': 'Aldous Fenwick'})
    assert [error.code for error in refused.value.errors] == ['6240']
    with pytest.raises(Fault):
        sandbox.update('Customer', '1', {'Notes': 'x'}, sync_token='9')


def test_ended_subscription_does_not_stop_acting_in_quickbooks(sandbox):
    sandbox.configure(subscription_status='EXPIRED')

    assert sandbox.create('Customer', {'DisplayName': 'Despite'})['Id']


def test_acting_in_quickbooks_makes_no_request(sandbox):
    sandbox.create('Customer', {'DisplayName': 'Silent'})

    assert sandbox.requests == []


def test_all_filters_by_active_and_sorts_by_id(sandbox):
    everything = sandbox.all('Customer')

    assert len(everything) == len(sandbox.all('Customer', active=True)) + 2
    assert {body['Active'] for body in sandbox.all('Customer', active=False)} == {False}
    assert [int(body['Id']) for body in everything] == sorted(int(body['Id']) for body in everything)


def test_create_many_is_all_or_nothing(sandbox):
    before = len(sandbox.all('Customer'))
    with pytest.raises(Fault):
        sandbox.create_many('Customer', [{'DisplayName': 'Fine'}, {'DisplayName': 'Aldous Fenwick'}])

    assert len(sandbox.all('Customer')) == before


def test_what_a_customer_costs_does_not_grow_with_their_number():
    control = Control()

    def cost(name, number):
        began = time.process_time()
        bodies = control.create_many('Customer', [{'DisplayName': f'{name} {each}'} for each in range(number)])
        assert len(bodies) == number
        return (time.process_time() - began) / number

    first = cost("Some", 250)
    cost("Bulk", 2500)
    assert cost("Some more", 250) < first * 4


def test_overwrite_passes_all_rules_and_is_a_change(sandbox, api):
    sandbox.overwrite('Customer', '1', {'PrimaryEmailAddr': {'Address': 'not one, two'}, 'Balance': 7.5})
    found = api.get('customer/1').json()['Customer']

    assert (found['PrimaryEmailAddr'], found['Balance'], found['SyncToken']) == (
        {'Address': 'not one, two'}, 7.5, '1',
    )  # fmt: skip


def test_unknown_setting_or_company_is_refused(sandbox):
    with pytest.raises(ValueError):
        sandbox.configure(wobble=3)
    with pytest.raises(KeyError):
        sandbox.create('Customer', {'DisplayName': 'x'}, realm='7')


def test_settings_belong_to_one_company(sandbox):
    other = sandbox.realm_ids[1]
    sandbox.configure(realm=other, stale_user='Kim')

    assert sandbox.intuit.settings(other).stale_user == 'Kim'
    assert sandbox.intuit.settings(sandbox.realm_id).stale_user == 'root'


def test_clock_only_moves_forward(sandbox):
    with pytest.raises(ValueError):
        sandbox.clock.advance(minutes=-1)


# The request log.


def test_log_tells_what_was_asked(sandbox, api):
    api.post('customer', {'DisplayName': 'Logged'}, requestid='r', minorversion='75')
    api.get('query', query='select * from Term')
    api.update('Customer', {'Id': '1', 'SyncToken': '0'}, Notes='x')
    api.post('batch', {'BatchItemRequest': []})
    refresh(sandbox, 'nobody')

    assert [(record.method, record.entity, record.operation, record.status) for record in sandbox.requests] == [
        ('POST', 'customer', 'create', 200), ('GET', 'query', 'query', 200), ('POST', 'customer', 'update', 200),
        ('POST', 'batch', 'batch', 400), ('POST', 'token', 'token', 400),
    ]  # fmt: skip
    first = sandbox.requests[0]
    assert first.body == {'DisplayName': 'Logged'}
    assert first.query == {'requestid': 'r', 'minorversion': '75'}
    assert first.path == f'/v3/company/{sandbox.realm_id}/customer'
    assert first.tid in sandbox.requests.table()


# Together.


def test_concurrent_writers_do_not_disturb_each_other(sandbox, api):
    def write(number):
        return api.post('customer', {'DisplayName': f'Parallel {number}'}).json()['Customer']['Id']

    before = len(sandbox.all('Customer'))
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(write, range(60)))

    assert len(set(ids)) == 60
    assert len(sandbox.all('Customer')) == before + 60


def test_of_two_concurrent_updates_one_is_stale(sandbox, api):
    def write(number):
        return api.update('Customer', {'Id': '1', 'SyncToken': '0'}, Notes=str(number)).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(write, range(6)))

    assert statuses == [200] + [400] * 5
    assert sandbox.get('Customer', '1')['SyncToken'] == '1'


def test_of_concurrent_refreshes_of_a_rotating_token_one_wins(sandbox):
    sandbox.configure(rotation_window_s=0)
    value = sandbox.refresh_token()
    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(lambda _each: refresh(sandbox, value).status_code, range(4)))

    assert statuses == [200, 400, 400, 400]
