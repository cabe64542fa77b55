import logging
import os
import secrets
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import requests
from cryptography.fernet import Fernet
from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from ... import uninstall_hook
from ...controllers.oauth import without_query
from ...qbo import transport
from ..common import QboCase


class TestConnection(QboCase):
    """Getting, keeping and giving up the access."""

    def other_connection(self, **vals):
        company = self.env['res.company'].create({'name': "Second company"})
        self.manager.company_ids |= company
        return self.env['qbo.connection'].create({**self._connection_vals(), 'company_id': company.id, **vals})

    def press_test(self):
        with self.enter_registry_test_mode():
            return self.connection.with_user(self.manager).action_test()

    def test_after_connecting_it_shows_company_country_and_times(self):
        self.assertRecordValues(self.connection, [{
            'state': 'connected', 'qbo_company_name': self.sandbox.get('CompanyInfo', '1')['CompanyName'],
            'qbo_country': 'US', 'message': False,
        }])  # fmt: skip
        self.assertGreater(self.connection.next_pull, fields.Datetime.now())
        self.assertIn(self.connection.token_days_left, (100, 101))

    def test_connecting_moves_nothing(self):
        self.run_engine()
        self.pull()

        self.assertRequests('GET cdc')
        self.assertFalse(self.env['qbo.link'].search([('qbo_company_id', '=', self.connection.qbo_company_id.id)]))

    def test_connecting_and_disconnecting_switch_the_scheduled_actions(self):
        def on():
            schedules = self.connection.schedule_ids.filtered(lambda item: item.name != 'attachments')  # switched off
            return [self.connection.cron_id.active, *(bool(item.next_run) for item in schedules)]

        self.assertEqual(on(), [True] * 6)

        self.connection.with_user(self.manager).action_disconnect()

        self.assertEqual(on(), [False] * 6)

    def test_connection_test_says_that_it_works(self):
        action = self.press_test()
        self.assertIn("works", action['params']['message'])

    def test_connection_test_says_what_is_wrong(self):
        self.sandbox.arm('status', times=None, status=503)
        action = self.press_test()
        self.assertEqual(action['params']['type'], 'danger')

    def test_wrong_secret_is_a_clear_message(self):
        connection = self.other_connection(client_secret='wrong', realm_entry=self.sandbox.realm_ids[1])
        with self.assertRaisesRegex(UserError, "client ID and secret"):
            connection.with_user(self.manager).action_connect_direct()

    def test_a_fault_of_the_first_read_keeps_the_new_refresh_token(self):
        connection = self.other_connection(realm_entry=self.sandbox.realm_ids[1])
        connection.token_entry = self.sandbox.refresh_token(self.sandbox.realm_ids[1])
        self.sandbox.configure(rotation_window_s=0, reuse_revokes=True)
        typed = connection._credential()._secret('refresh_token')
        self.sandbox.clock.advance(hours=25)
        self.sandbox.arm('status', on='companyinfo', status=503)
        action = connection.with_user(self.manager).action_connect_direct()
        self.assertIn("The access is kept", action['params']['message'])
        self.assertEqual(connection.state, 'draft')
        self.assertNotEqual(connection._credential()._secret('refresh_token'), typed)
        connection.with_user(self.manager).action_connect_direct()
        self.assertEqual(connection.state, 'connected')

    def test_dead_refresh_token_is_a_clear_message(self):
        connection = self.other_connection(token_entry='dead', realm_entry=self.sandbox.realm_ids[1])
        with self.assertRaisesRegex(UserError, "Connect again"):
            connection.with_user(self.manager).action_connect_direct()

    def test_realm_connected_elsewhere_is_refused(self):
        with self.assertRaisesRegex(UserError, "is connected to .* already"):
            self.other_connection()

    def test_another_realm_on_reconnect_is_refused_and_links_are_kept(self):
        partner = self.synced_customer()
        self.connection.with_user(self.manager).action_disconnect()
        with self.assertRaisesRegex(UserError, "another QuickBooks company"):
            self.connection.with_user(self.manager).realm_entry = self.sandbox.realm_ids[1]
        self.assertTrue(partner.qbo_id)

    def test_one_connection_a_company(self):
        with mute_logger('odoo.sql_db'), self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.env['qbo.connection'].create({'company_id': self.company.id})

    def test_local_sandbox_must_be_on_this_machine(self):
        with self.assertRaisesRegex(ValidationError, "on this machine"):
            self.connection.local_url = 'http://example.com:8090'

    def test_disconnect_revokes_forgets_tokens_and_keeps_links(self):
        partner = self.synced_customer()

        self.connection.with_user(self.manager).action_disconnect()

        self.assertEqual(self.connection.state, 'disconnected')
        self.after_commit()
        self.assertEqual(self.sandbox.requests[-1].entity, 'revoke')
        credential = self.connection._credential()
        self.assertFalse(credential.access_token or credential.refresh_token)
        self.assertTrue(partner.qbo_id)

    def test_what_changed_while_disconnected_goes_out_in_order_afterwards(self):
        partner = self.synced_customer()
        self.connection.with_user(self.manager).action_disconnect()
        partner.phone = '1'
        self.env.cr.flush()
        new = self.customer("Created meanwhile")
        self.run_engine()
        self.assertEqual({partner.qbo_state, new.qbo_state}, {'pending'})

        self.connection.token_entry = self.sandbox.refresh_token()
        self.connection.with_user(self.manager).action_connect_direct()
        self.run_engine()

        self.assertEqual({partner.qbo_state, new.qbo_state}, {'synced'})
        sent = [item['Customer'] for item in self.sandbox.requests[-1].body['BatchItemRequest']]
        self.assertEqual([row.get('Id') for row in sent], [partner.qbo_id, None], "in the order they were saved")
        self.assertEqual(self.in_quickbooks(partner)['PrimaryPhone']['FreeFormNumber'], '1')

    def test_expired_access_token_is_refreshed_once(self):
        self.wait(minutes=2)
        partner = self.customer()
        self.sandbox.expire_access_tokens()

        self.run_engine()

        self.assertEqual(partner.qbo_state, 'synced')
        self.assertEqual([row.entity for row in self.sandbox.requests], ['customer', 'token', 'customer'])
        self.assertEqual(len(self.named(partner.name)), 1)

    def test_token_about_to_expire_is_refreshed_before_use(self):
        self.wait(minutes=58)
        self.customer()

        self.run_engine()

        self.assertEqual([row.entity for row in self.sandbox.requests], ['token', 'customer'])

    def test_rotated_refresh_token_is_stored(self):
        self.sandbox.configure(rotation_window_s=0)
        credential = self.connection._credential()
        tokens = set()
        for number in range(3):
            self.wait(hours=2)
            self.customer(f"Customer {number}")
            self.run_engine()
            tokens.add(credential._secret('refresh_token'))
        self.assertEqual(len(tokens), 3)
        self.assertEqual(self.connection.state, 'connected')

    def test_access_revoked_in_quickbooks_holds_everything_and_tells_administrators(self):
        self.wait(minutes=2)
        partner = self.customer()
        self.sandbox.disconnect()

        self.run_engine()

        self.assertEqual(self.connection.state, 'reconnect')
        self.assertIn("Connect again", self.connection.message)
        self.assertEqual(partner.qbo_state, 'pending')
        self.assertIn(self.manager, self.connection.activity_ids.user_id)

        self.connection.token_entry = self.sandbox.refresh_token()
        self.connection.with_user(self.manager).action_connect_direct()
        self.run_engine()

        self.assertEqual(partner.qbo_state, 'synced')
        self.assertFalse(self.connection.activity_ids)

    def test_a_lost_key_is_mended_by_connecting_again(self):
        self.synced_customer()
        with patch.dict(os.environ, {'QBO_ENCRYPTION_KEY': Fernet.generate_key().decode()}):
            self.customer("Another")
            self.run_engine()
            self.assertEqual(self.connection.state, 'reconnect')
            self.assertIn("encrypted with another key", self.connection.message)

            self.connection.write({
                'client_secret': self.sandbox.client_secret, 'realm_entry': self.sandbox.realm_id,
                'token_entry': self.sandbox.refresh_token(),
            })  # fmt: skip
            self.connection.with_user(self.manager).action_connect_direct()
            self.run_engine()

        self.assertEqual(self.connection.state, 'connected')
        self.assertEqual(len(self.named("Another")), 1)

    def test_an_ended_subscription_is_said_and_waits(self):
        self.sandbox.configure(subscription_status='EXPIRED')
        partner = self.customer()

        self.run_engine()

        self.assertIn("subscription has ended", self.connection.message)
        self.assertEqual(partner.qbo_state, 'pending')

    def test_uninstalling_revokes_the_access_and_leaves_no_scheduled_action(self):
        crons = self.connection.cron_id

        uninstall_hook(self.env)

        self.after_commit()
        self.assertEqual(self.sandbox.requests[-1].entity, 'revoke')
        self.assertFalse(crons.exists())

    def test_user_who_lost_access_is_named_as_the_reason(self):
        self.wait(minutes=2)
        self.sandbox.arm('user_not_in_realm', times=None)
        self.sandbox.expire_access_tokens()
        self.customer()

        self.run_engine()

        self.assertIn("has lost access", self.connection.message)

    def test_a_new_token_that_is_refused_once_loses_nothing(self):
        self.sandbox.arm('expire_tokens', times=1)
        partner = self.customer()

        self.run_engine()
        self.assertEqual(self.connection.state, 'connected')
        self.wait(minutes=2)
        self.run_engine()

        self.assertEqual(partner.qbo_state, 'synced')

    def test_a_new_token_that_is_refused_again_and_again_asks_for_a_new_connection(self):
        self.sandbox.arm('expire_tokens', times=None)
        self.customer()

        for _run in range(8):
            self.connection.paused_until = False
            self.env['qbo.request'].search([('state', '=', 'unanswered')]).retry_at = False
            self.run_engine()

        self.assertEqual(self.connection.state, 'reconnect')

    def test_connection_test_with_an_expired_token_refreshes_it(self):
        self.wait(minutes=2)
        self.sandbox.expire_access_tokens()
        self.assertIn("works", self.press_test()['params']['message'])

    def test_only_administrators_connect(self):
        for action in (
            'action_connect', 'action_connect_direct', 'action_disconnect', 'action_test', 'action_import_customers',
        ):  # fmt: skip
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(self.connection.with_user(self.user), action)()

    def test_connected_one_cannot_be_deleted(self):
        with self.assertRaisesRegex(UserError, "Disconnect"):
            self.connection.with_user(self.manager).unlink()

    def test_deleting_a_disconnected_one_removes_its_scheduled_actions(self):
        crons = self.connection.cron_id
        self.connection.with_user(self.manager).action_disconnect()

        self.connection.with_user(self.manager).unlink()

        self.assertFalse(crons.exists())


@tagged('post_install', '-at_install')
class TestOAuth(QboCase, HttpCase):
    """The round trip through Intuit's consent page, in a browser's place."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.password = 'qbo_manager'
        cls.connection.with_user(cls.manager).action_disconnect()
        cls.sandbox.snapshot()

    def setUp(self):
        super().setUp()
        self.connection.sudo().message = False
        self.authenticate('qbo_manager', 'qbo_manager')

    def consent_url(self):
        return self.connection.with_user(self.manager).action_connect()['url']

    def redirect_params(self, url=None, decision='connect', **choice):
        """Press a button on the consent page; return the parameters of the redirect."""
        query = parse_qs(urlsplit(url or self.consent_url()).query)
        form = {key: value[0] for key, value in query.items()}
        response = requests.post(
            f'{self.sandbox.url}/connect/oauth2',
            data={**form, 'decision': decision, **choice},
            allow_redirects=False,
            timeout=10,
        )
        location = urlsplit(response.headers['Location'])
        self.assertEqual(location.path, '/quickbooks_online/oauth/callback')
        return location.query

    def call_back(self, query):
        self.env.flush_all()
        response = self.url_open(f'/quickbooks_online/oauth/callback?{query}', allow_redirects=False)
        self.env.invalidate_all()
        return response

    def come_back(self, query):
        response = self.call_back(query)
        self.assertIn(f'/odoo/quickbooks/{self.connection.id}', response.headers['Location'])

    def assertRefused(self, query, text):
        """Assert that a callback changes nothing, and says why."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()
        before = self.connection.read(), self.connection._credential().read()
        response = self.call_back(query)
        self.assertEqual(response.status_code, 400)
        self.assertIn(text, response.text)
        self.assertEqual((self.connection.read(), self.connection._credential().read()), before)

    def test_allowed_it_is_connected(self):
        self.come_back(self.redirect_params(realm=self.sandbox.realm_id))

        self.assertEqual(self.connection.state, 'connected', self.connection.message)
        self.assertFalse(self.connection.message)

    def test_denied_it_says_so(self):
        self.come_back(self.redirect_params(decision='deny'))

        self.assertEqual(self.connection.state, 'disconnected')
        self.assertIn("not allowed", self.connection.message)

    def test_forged_state_is_refused(self):
        query = self.redirect_params(realm=self.sandbox.realm_id)

        self.assertRefused(query.replace('state=', 'state=x'), "not valid any more")
        self.assertRefused('', "not valid any more")
        self.assertRefused('error=access_denied', "not valid any more")

    def test_state_of_another_user_is_refused(self):
        query = self.redirect_params(realm=self.sandbox.realm_id)
        new_test_user(
            self.env,
            'other_manager',
            'base.group_user,quickbooks_online.quickbooks_online_group_manager',
            password='other_manager',
        )
        self.authenticate('other_manager', 'other_manager')

        self.assertRefused(query, "Another user")

    def test_state_expires(self):
        with freeze_time(fields.Datetime.now() - timedelta(minutes=16)):
            url = self.consent_url()

        self.assertRefused(self.redirect_params(url, realm=self.sandbox.realm_id), "not valid any more")

    def test_a_code_used_twice_is_refused(self):
        query = self.redirect_params(realm=self.sandbox.realm_id)
        self.come_back(query)
        self.connection.with_user(self.manager).action_disconnect()

        self.assertRefused(query, "not valid any more")

    def test_a_state_is_good_once_also_where_it_was_refused(self):
        query = self.redirect_params(decision='deny')
        self.come_back(query)
        self.assertIn("not allowed", self.connection.message)
        self.assertRefused(query, "not valid any more")

    def test_only_the_last_state_counts(self):
        first = self.redirect_params(realm=self.sandbox.realm_id)
        second = self.redirect_params(realm=self.sandbox.realm_id)
        self.assertRefused(first, "not valid any more")
        self.come_back(second)
        self.assertEqual(self.connection.state, 'connected', self.connection.message)

    def test_code_and_state_are_not_in_the_access_log(self):
        """A server of tests writes no access log, so the lines are written here as Odoo's writes them."""
        path = '/quickbooks_online/oauth/callback'
        self.assertIn(without_query, logging.getLogger('werkzeug').filters)
        for line, shown in (
            (f'GET {path}?code=c0de&state=st4te HTTP/1.1', f'GET {path}?*** HTTP/1.1'),
            (f'GET {path} HTTP/1.1', f'GET {path} HTTP/1.1'),
            ('GET /web?a=b HTTP/1.1', 'GET /web?a=b HTTP/1.1'),
        ):
            record = logging.LogRecord('werkzeug', logging.INFO, '', 0, '"%s" %s %s', (line, '303', '-'), None)
            self.assertTrue(without_query(record))
            self.assertEqual(record.getMessage(), f'"{shown}" 303 -')

    # === NO TOKEN IS LOST === #

    def press(self, action):
        """Press a button as the web client does: what fails is rolled back."""
        params = {'model': 'qbo.connection', 'method': action, 'args': [self.connection.ids], 'kwargs': {}}
        self.env.flush_all()
        response = self.url_open('/web/dataset/call_button', json={'params': params})
        self.env.invalidate_all()
        return response.json()

    def by_consent(self):
        self.call_back(self.consented)

    def by_typed_token(self):
        self.press('action_connect_direct')

    def by_test(self):
        self.press('action_test')

    def by_engine(self):
        self.run_engine()

    def database_refuses(self, is_refusing):
        """Have PostgreSQL refuse what is written after tokens came, as it does on a full disk."""
        self.env.cr.execute(
            "CREATE OR REPLACE FUNCTION qbo_test_full() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '53100'; END $$"
        )
        for table, event in (('qbo_company', 'UPDATE'), ('qbo_connection', 'UPDATE'), ('qbo_log', 'INSERT')):
            self.env.cr.execute(f'DROP TRIGGER IF EXISTS qbo_test_full ON {table}')
            if is_refusing:
                self.env.cr.execute(
                    f'CREATE TRIGGER qbo_test_full BEFORE {event} ON {table} EXECUTE FUNCTION qbo_test_full()'
                )

    def test_every_token_that_was_given_is_kept_whatever_fails_next(self):
        self.sandbox.configure(rotation_window_s=0, reuse_revokes=True)
        self.startPatcher(patch.object(transport, 'READ_S', 0.8))
        faults = {
            'unavailable': lambda: self.sandbox.arm('status', method='GET', status=503, times=None),
            'no answer': lambda: self.sandbox.arm('slow', method='GET', seconds=1.5, times=None),
            'no JSON': lambda: self.sandbox.arm('auth_xml', method='GET', times=None),
            'database': lambda: self.database_refuses(True),
        }
        for path in ('by_consent', 'by_typed_token', 'by_test', 'by_engine'):
            for fault, begin in faults.items():
                if fault == 'database' and path in ('by_test', 'by_engine'):
                    continue  # the transaction that gets them is another, which a test's rollback undoes as well
                with self.subTest(path=path, fault=fault):
                    self.prepare(path)
                    known = self.connection._credential()._secret('refresh_token')
                    begin()
                    with mute_logger('odoo.sql_db', 'odoo.http'):
                        getattr(self, path)()
                    self.sandbox.disarm()
                    self.database_refuses(False)
                    self.env.invalidate_all()
                    self.assertNotEqual(self.connection._credential()._secret('refresh_token'), known)
                    self.sandbox.clock.advance(hours=25)
                    self.connection.with_user(self.manager).action_connect_direct()
                    self.assertEqual(self.connection.state, 'connected', self.connection.message)

    def prepare(self, path):
        """Have a path be asked for tokens next, and Intuit replace the refresh token."""
        if path == 'by_consent':
            self.consented = self.redirect_params(realm=self.sandbox.realm_id)
            return
        if self.connection.state != 'connected':
            self.connection.write({'token_entry': self.sandbox.refresh_token(), 'realm_entry': self.sandbox.realm_id})
            self.connection.with_user(self.manager).action_connect_direct()
        self.run_engine()
        self.wait(hours=25)
        self.connection._schedule('customers').next_run = fields.Datetime.now()
        self.customer(f"Somebody {secrets.token_hex(4)}")

    def test_another_realm_is_refused(self):
        self.env['qbo.link'].create(
            {
                'qbo_company_id': self.connection.qbo_company_id.id,
                'entity': 'Customer',
                'qbo_id': '1',
                'res_model': 'res.partner',
            }
        )

        self.come_back(self.redirect_params(realm=self.sandbox.realm_ids[1]))

        self.assertEqual(self.connection.state, 'disconnected')
        self.assertIn("another QuickBooks company", self.connection.message)
