import base64
import hashlib
import hmac
import json

from odoo.tests import HttpCase, tagged

from ..common import QboCase


@tagged('post_install', '-at_install')
class TestWebhook(QboCase, HttpCase):
    """With a webhook a change in QuickBooks arrives at once; a call that Intuit did not sign does nothing."""

    def setUp(self):
        super().setUp()
        self.url = f'{self.base_url()}/quickbooks_online/webhook'

    def call(self, body, signature=None, method='POST'):
        self.env.flush_all()
        headers = {'Content-Type': 'application/json'}
        if signature is not None:
            headers['intuit-signature'] = signature
        response = self.opener.request(method, self.url, data=body, headers=headers)
        self.env.invalidate_all()
        return response

    def signature(self, body):
        digest = hmac.new(self.sandbox.verifier_token.encode(), body, hashlib.sha256).digest()
        return base64.b64encode(digest).decode()

    def event(self, entity='customer', realm=None, event_id='e1'):
        return {
            'specversion': '1.0', 'id': event_id, 'source': 'intuit.test', 'type': f'qbo.{entity}.updated.v1',
            'time': '2026-11-21T10:00:00.000000001Z', 'intuitentityid': '1',
            'intuitaccountid': realm or self.sandbox.realm_id, 'data': {},
        }  # fmt: skip

    def events(self):
        return self.env['qbo.event'].search([('connection_id', '=', self.connection.id)])

    def test_an_edit_in_quickbooks_arrives_at_once(self):
        partner = self.synced_customer()
        for form in ('cloudevents', 'legacy'):
            with self.subTest(form):
                self.sandbox.deliver_webhooks_to(self.url, format=form)
                self.sandbox.update('Customer', partner.qbo_id, {'PrimaryPhone': {'FreeFormNumber': form}})
                self.env.flush_all()
                with self.allow_requests(all_requests=True):
                    self.sandbox.flush_webhooks()
                self.env.invalidate_all()

                self.run_engine()

                self.assertEqual(partner.phone, form)

    def test_a_signed_call_is_acknowledged_in_every_state(self):
        body = json.dumps([self.event()]).encode()
        for state in ('reconnect', 'disconnected', 'prepared', 'draft', 'connected'):
            with self.subTest(state):
                self.connection.sudo().state = state
                self.assertEqual(self.call(body, self.signature(body)).status_code, 200)
                self.assertEqual(len(self.events()), state == 'connected')
                self.assertEqual(self.call(body, 'bm9ib2R5').status_code, 401)

    def test_a_burst_of_events_is_one_read(self):
        body = json.dumps([self.event()] * 50).encode()
        for _call in range(3):
            self.assertEqual(self.call(body, self.signature(body)).status_code, 200)

        self.run_engine()

        self.assertRequests('GET cdc')

    def test_a_call_that_is_played_again_is_no_news(self):
        legacy = {'eventNotifications': [{
            'realmId': self.sandbox.realm_id,
            'dataChangeEvent': {'entities': [{'name': 'Customer', 'id': '1', 'operation': 'Update'}]},
        }]}  # fmt: skip
        for body in (json.dumps([self.event(event_id='again')]).encode(), json.dumps(legacy).encode()):
            self.sandbox.requests.clear()
            for _call in range(20):
                self.assertEqual(self.call(body, self.signature(body)).status_code, 200)
                self.run_engine()
            self.assertRequests('GET cdc')

    def test_another_event_is_news(self):
        for number in range(2):
            body = json.dumps([self.event(event_id=f'e{number}')]).encode()
            self.call(body, self.signature(body))
            self.run_engine()
        self.assertRequests('GET cdc', 'GET cdc')

    def test_unsigned_calls_are_refused(self):
        body = json.dumps([self.event()]).encode()
        for signature in (None, '', 'AAAA', self.signature(b'[]')):
            with self.subTest(signature=signature):
                self.assertEqual(self.call(body, signature).status_code, 401)
        self.assertFalse(self.events())

    def test_without_a_verifier_token_nothing_is_genuine(self):
        self.connection._credential().verifier_token = False
        body = json.dumps([self.event()]).encode()
        empty = base64.b64encode(hmac.new(b'', body, hashlib.sha256).digest()).decode()
        self.assertEqual(self.call(body, empty).status_code, 401)

    def test_events_that_concern_nobody_are_answered_and_ignored(self):
        for event in (self.event(realm='1'), self.event(entity='budget'), {'what': 'is this'}):
            body = json.dumps([event]).encode()
            self.assertEqual(self.call(body, self.signature(body)).status_code, 200)
        self.assertFalse(self.events())

    def test_a_signed_call_that_is_no_json_is_answered(self):
        with self.assertLogs('odoo.addons.quickbooks_online', 'WARNING'):
            self.assertEqual(self.call(b'not json', self.signature(b'not json')).status_code, 200)

    def test_only_post(self):
        self.assertEqual(self.call(b'', method='GET').status_code, 405)

    def test_too_large_a_body_is_refused(self):
        body = b'[' + b' ' * (3 * 1024 * 1024) + b']'
        self.assertEqual(self.call(body, self.signature(body)).status_code, 413)
