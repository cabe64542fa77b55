"""qbo-api 8, appendix A.9: webhooks."""

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ..company.webhooks import LADDER_S, signature


class Listener:
    """An app's webhook address: keeps what arrives, answers what it is told."""

    def __init__(self):
        self.posts, self.status, self.wait_s, self.meanwhile = [], 200, 0, lambda: None
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers['Content-Length']))
                listener.posts.append((dict(self.headers), body))
                time.sleep(listener.wait_s)
                listener.meanwhile()
                self.send_response(listener.status)
                self.end_headers()

            def log_message(self, *args):
                pass

        self._server = HTTPServer(('127.0.0.1', 0), Handler)
        self.url = f'http://127.0.0.1:{self._server.server_port}/qbo/webhook?db=a'
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    @property
    def events(self):
        """All CloudEvents, in the order in which they came."""
        return [event for _headers, body in self.posts for event in json.loads(body)]


@pytest.fixture
def listener():
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture
def heard(sandbox, listener):
    """A sandbox whose webhooks arrive."""
    sandbox.deliver_webhooks_to(listener.url)
    return sandbox


def customer(sandbox, name):
    return sandbox.create('Customer', {'DisplayName': name})


def test_nothing_is_queued_while_nobody_listens(sandbox, api):
    api.customer('Unheard')

    assert sandbox.undelivered() == []


def test_change_through_the_api_is_heard_as_a_cloud_event(heard, api, listener):
    created = api.customer('Heard')
    heard.flush_webhooks()

    (event,) = listener.events
    assert event.pop('id') and event.pop('source').startswith('intuit.')
    assert event.pop('time').endswith('000Z')
    assert event == {
        'specversion': '1.0', 'type': 'qbo.customer.created.v1', 'datacontenttype': 'application/json',
        'intuitentityid': created['Id'], 'intuitaccountid': heard.realm_id, 'data': {},
    }  # fmt: skip


def test_change_in_quickbooks_is_heard_too(heard, listener):
    heard.update('Customer', '1', {'Notes': 'x'})
    heard.update('Preferences', '1', {'ReportPrefs': {'ReportBasis': 'Cash'}})
    assert heard.flush_webhooks() == 2

    assert [event['type'] for event in listener.events] == [
        'qbo.customer.updated.v1', 'qbo.preferences.updated.v1',
    ]  # fmt: skip


def test_several_events_of_several_companies_share_a_post(heard, listener):
    customer(heard, 'One')
    heard.create('Vendor', {'DisplayName': 'Two'})
    heard.create('Customer', {'DisplayName': 'Three'}, realm=heard.realm_ids[1])
    heard.flush_webhooks()

    assert len(listener.posts) == 1
    assert [event['intuitaccountid'] for event in listener.events] == [
        heard.realm_ids[0], heard.realm_ids[0], heard.realm_ids[1],
    ]  # fmt: skip
    assert len({event['id'] for event in listener.events}) == 3


def test_a_post_holds_at_most_100_events(heard, listener):
    heard.create_many('Customer', [{'DisplayName': f'Bulk {number}'} for number in range(230)])
    heard.flush_webhooks()

    assert [len(json.loads(body)) for _headers, body in listener.posts] == [100, 100, 30]


def test_legacy_format_groups_by_company(sandbox, listener):
    sandbox.deliver_webhooks_to(listener.url, format='legacy')
    one = customer(sandbox, 'One')
    sandbox.create('Customer', {'DisplayName': 'Other'}, realm=sandbox.realm_ids[1])
    sandbox.update('Customer', one['Id'], {'Notes': 'x'})
    sandbox.flush_webhooks()

    ((headers, body),) = listener.posts
    first, second = json.loads(body)['eventNotifications']
    assert (first['realmId'], second['realmId']) == tuple(sandbox.realm_ids)
    created, updated = first['dataChangeEvent']['entities']
    assert (created['name'], created['id'], created['operation']) == ('Customer', one['Id'], 'Create')
    assert updated['operation'] == 'Update'
    assert created['lastUpdated'][-5:] in ('-0700', '-0800')
    assert headers['Content-Type'] == 'application/json'


def test_signature_is_over_the_raw_body(heard, listener):
    customer(heard, 'Signed')
    heard.flush_webhooks()

    ((headers, body),) = listener.posts
    digest = hmac.new(heard.verifier_token.encode(), body, hashlib.sha256).digest()
    assert headers['intuit-signature'] == base64.b64encode(digest).decode()


def test_signature_of_another_key_differs():
    assert signature(b'{}', 'one') != signature(b'{}', 'two')


def test_types_without_webhooks_are_silent(heard, api):
    api.post('taxservice/taxcode', {'TaxCode': 'New', 'TaxRateDetails': [{'TaxRateId': '3'}]})
    heard.update('CompanyInfo', '1', {'CompanyName': 'New name'})

    assert heard.undelivered() == []


def test_refused_write_is_not_heard(heard, api):
    api.post('customer', {'DisplayName': 'Aldous Fenwick'})

    assert heard.undelivered() == []


def test_replayed_write_is_heard_once(heard, api):
    for _each in range(2):
        api.post('customer', {'DisplayName': 'Once'}, requestid='r')

    assert len(heard.undelivered()) == 1


@pytest.mark.parametrize('status', [500, 503, 301, 401, 204])
def test_anything_but_200_is_a_failure(heard, listener, status):
    listener.status = status
    customer(heard, 'Refused')

    assert heard.flush_webhooks() == 0
    assert len(heard.undelivered()) == 1


def test_retries_climb_the_ladder(heard, listener):
    listener.status = 500
    customer(heard, 'Retried')
    heard.flush_webhooks()
    assert LADDER_S == (10, 20, 30, 300, 1200, 7200, 14400, 21600)
    for number, wait_s in enumerate((*LADDER_S, 21600, 21600), start=1):
        heard.clock.advance(seconds=wait_s - 2)
        heard.flush_webhooks()
        assert len(listener.posts) == number, f'too early after {wait_s} s'
        heard.clock.advance(seconds=2)
        heard.flush_webhooks()
        assert len(listener.posts) == number + 1, f'not after {wait_s} s'

    listener.status = 200
    heard.clock.advance(hours=6)
    assert heard.flush_webhooks() == 1
    assert len({body for _headers, body in listener.posts}) == 1


def test_later_events_wait_behind_a_failed_one(heard, listener):
    listener.status = 500
    customer(heard, 'First')
    heard.flush_webhooks()
    customer(heard, 'Second')
    heard.create('Customer', {'DisplayName': 'Elsewhere'}, realm=heard.realm_ids[1])
    listener.status = 200

    assert heard.flush_webhooks() == 1  # Only the other company's.
    heard.clock.advance(seconds=11)
    assert heard.flush_webhooks() == 2


def test_later_events_may_pass_a_failed_one(heard, listener):
    heard.configure(webhook_hold_back=False)
    listener.status = 500
    customer(heard, 'First')
    heard.flush_webhooks()
    customer(heard, 'Second')
    listener.status = 200

    assert heard.flush_webhooks() == 1


def test_nobody_there_is_a_failure(sandbox):
    sandbox.deliver_webhooks_to('http://127.0.0.1:9/nobody')
    customer(sandbox, 'Unheard')

    assert sandbox.flush_webhooks() == 0
    assert sandbox.undelivered()[0]['attempts'] == 1


def test_answer_after_three_seconds_is_a_failure(monkeypatch, heard, listener):
    from ..company import webhooks

    assert webhooks.ANSWER_WITHIN_S == 3
    monkeypatch.setattr(webhooks, 'ANSWER_WITHIN_S', 0.05)
    listener.wait_s = 0.2
    customer(heard, 'Late')

    assert heard.flush_webhooks() == 0


def test_app_may_read_the_change_while_it_is_told(heard, api, listener):
    """A handler that calls back must not find the sandbox locked."""
    seen = []
    created = customer(heard, 'Read me')
    listener.meanwhile = lambda: seen.append(api.get(f'customer/{created["Id"]}').json()['Customer'])

    assert heard.flush_webhooks() == 1
    assert seen == [created]


@pytest.mark.parametrize(
    'fault, names',
    [
        (None, ['A', 'B']),
        ('webhook_duplicate', ['A', 'B', 'A', 'B']),
        ('webhook_reorder', ['B', 'A']),
        ('webhook_lost', []),
    ],
)
def test_delivery_can_be_imperfect(heard, listener, fault, names):
    ids = {customer(heard, name)['Id']: name for name in ('A', 'B')}
    if fault:
        heard.arm(fault)
    heard.flush_webhooks()

    assert [ids[event['intuitentityid']] for event in listener.events] == names
    assert len({event['id'] for event in listener.events}) == len(set(names))
    assert heard.undelivered() == []


def test_delay_holds_events_until_their_time(heard):
    heard.configure(webhook_delay_s=60)
    customer(heard, 'Later')
    assert heard.flush_webhooks() == 0

    heard.clock.advance(minutes=1)
    assert heard.flush_webhooks() == 1


def test_edits_that_wait_together_can_become_one_event(heard, listener):
    heard.configure(webhook_merge=True)
    one = customer(heard, 'One')
    heard.update('Customer', one['Id'], {'Notes': 'x'})
    heard.update('Customer', '1', {'Notes': 'x'})
    heard.flush_webhooks()

    assert [event['intuitentityid'] for event in listener.events] == [one['Id'], '1']


@pytest.mark.parametrize('url, format', [('ftp://x', 'legacy'), ('http://', 'legacy'), ('http://x', 'morse')])
def test_bad_subscription_is_refused(sandbox, url, format):
    with pytest.raises(ValueError):
        sandbox.deliver_webhooks_to(url, format)


def test_background_delivery_needs_no_flush(heard, listener):
    heard.deliver_in_background(every_s=0.01)
    customer(heard, 'Soon')

    deadline = time.monotonic() + 5
    while not listener.posts and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    assert len(listener.events) == 1
    heard.stop()
    heard.start()
