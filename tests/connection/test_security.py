import os
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import config

from ...qbo.crypto import encrypt
from ..common import QboCase

ROOT = Path(__file__).parents[2]


class TestSecurity(QboCase):
    """Secrets go in and never come out; everybody sees their own company only."""

    def secrets(self):
        credential = self.connection._credential()
        names = ('client_secret', 'verifier_token', 'realm_id', 'access_token', 'refresh_token')
        return {name: credential._secret(name) for name in names}

    def test_nobody_reads_credentials(self):
        for user in (self.user, self.manager, self.env.ref('base.user_admin')):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env['qbo.credential'].with_user(user).search_read([])

    def test_secrets_are_encrypted_at_rest(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT c::text FROM qbo_credential c UNION SELECT c::text FROM qbo_connection c")
        stored = str(self.env.cr.fetchall())
        for name, secret in self.secrets().items():
            self.assertTrue(secret, name)
            self.assertNotIn(secret, stored, name)

    def test_the_form_shows_no_secret(self):
        connection = self.connection.with_user(self.manager)
        shown = str(connection.read())
        for name, secret in self.secrets().items():
            self.assertNotIn(secret, shown, name)

    def test_no_secret_in_the_trace_or_the_log(self):
        self.customer(email='not an address')
        self.run_engine()
        self.sandbox.disconnect()
        self.customer("Another")
        self.run_engine()
        secrets = self.secrets()
        for model in ('qbo.request', 'qbo.log', 'qbo.link', 'mail.message'):
            text = str(self.env[model].sudo().search([]).read())
            for name in ('client_secret', 'verifier_token', 'access_token', 'refresh_token'):
                self.assertNotIn(secrets[name], text, f'{name} in {model}')

    def test_no_secret_in_the_server_log(self):
        with self.assertLogs(level='DEBUG') as logs:
            self.customer()
            self.wait(hours=2)
            self.run_engine()
        text = '\n'.join(logs.output)
        for name, secret in self.secrets().items():
            if name != 'realm_id':  # part of every address that Intuit is called at
                self.assertNotIn(secret, text, name)

    def test_a_lost_key_is_said_and_nothing_is_overwritten(self):
        credential = self.connection._credential()
        before = credential.refresh_token
        credential.refresh_token = before[:-4] + 'AAA='
        self.wait(hours=2)
        self.customer()

        self.run_engine()

        self.assertIn("encrypted with another key", self.connection.message)
        self.assertEqual(credential.refresh_token, before[:-4] + 'AAA=')

    def test_the_trace_masks_what_is_nobodys_business(self):
        self.customer(vat='12-3456789')
        self.run_engine()

        request = self.env['qbo.request'].with_user(self.manager).search([('operation', '=', 'create')], limit=1)

        self.assertIn('"PrimaryTaxIdentifier": "***"', request.shown_body)
        with self.assertRaises(AccessError):
            request.read(['body'])

    def test_users_see_states_but_configure_nothing(self):
        connection = self.connection.with_user(self.user)
        self.assertEqual(connection.state, 'connected')
        with self.assertRaises(AccessError):
            connection.conflict_rule = 'qbo'
        with self.assertRaises(AccessError):
            self.env['qbo.request'].with_user(self.user).search([])

    def test_another_company_sees_nothing(self):
        partner = self.synced_customer()
        other = self.env['res.company'].create({'name': "Other"})
        user = new_test_user(
            self.env,
            'other_company',
            'account.group_account_invoice,base.group_partner_manager',
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        user.group_ids += self.env.ref('quickbooks_online.quickbooks_online_group_manager')
        self.customer("Waiting")
        self.env['qbo.event']._append(self.connection.schedule_ids[:1], 'user')
        for model in ('connection', 'link', 'log', 'schedule', 'change', 'event', 'request'):
            self.assertTrue(self.env[f'qbo.{model}'].search([]), model)
            self.assertFalse(self.env[f'qbo.{model}'].with_user(user).search([]), model)
        self.assertFalse(partner.with_user(user).qbo_state)

    def test_portal_users_read_no_synchronization_field(self):
        portal = new_test_user(self.env, 'qbo_portal', 'base.group_portal')
        partner = portal.partner_id.with_user(portal)
        self.assertFalse([name for name in partner.fields_get() if name.startswith('qbo_') and 'name' not in name])

    def test_bookkeepers_are_users_of_it(self):
        self.assertTrue(self.user.has_group('quickbooks_online.quickbooks_online_group_user'))
        self.assertFalse(self.user.has_group('quickbooks_online.quickbooks_online_group_manager'))

    def copied(self):
        """Make this database look like a copy of the one that is connected, as the database manager makes one."""
        self.env['ir.config_parameter'].init(force=True)
        self.env.flush_all()
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.assertTrue(self.connection.is_copy)

    def test_a_copy_of_the_database_sends_nothing_until_somebody_says_that_it_is_the_original(self):
        partner = self.synced_customer()
        waiting = self.customer("Waiting")
        self.assertFalse(self.connection.is_copy)
        self.copied()
        manager = self.connection.with_user(self.manager)

        for _run in range(2):
            self.strike(self.connection.schedule_ids)
            self.run_engine()
        for action in ('action_test', 'action_refresh_lists', 'action_connect', 'action_connect_direct',
                       'action_disconnect', 'action_move', 'action_start_over'):  # fmt: skip
            with (
                self.subTest(action),
                self.enter_registry_test_mode(),
                self.assertRaisesRegex(UserError, "is a copy"),
                self.env.cr.savepoint(),
            ):
                getattr(manager, action)()
        self.assertFalse(list(self.sandbox.requests))
        self.assertEqual((self.connection.state, waiting.qbo_state), ('connected', 'pending'))
        self.assertFalse(self.connection.activity_ids, "the copy bothers nobody")
        with self.assertRaises(AccessError):
            self.connection.with_user(self.user).action_original()

        manager.action_original()
        self.assertFalse(self.connection.is_copy)
        self.run_engine()

        self.assertEqual((partner.qbo_state, waiting.qbo_state), ('synced', 'synced'))
        self.assertLogged("is the original now")
        company = self.connection.qbo_company_id
        self.assertTrue(company._is_realm(self.connection.environment, self.sandbox.realm_id))
        with self.assertRaisesRegex(UserError, "original already"):
            manager.action_original()

    def test_a_database_of_another_name_is_a_copy_too(self):
        credential = self.connection._credential()
        place = credential._place()
        self.assertIn(self.env.cr.dbname, place)
        credential.refresh_token = encrypt(credential._key(), 'token', f'{place}_2')
        self.assertTrue(self.connection.is_copy)
        with self.assertRaisesRegex(UserError, "is a copy"):
            credential._secret('refresh_token')

    def test_secrets_are_forgotten_when_the_environment_or_the_address_changes(self):
        for vals in ({'environment': 'sandbox'}, {'environment': 'production'}, {'local_url': 'http://127.0.0.1:1'}):
            with self.subTest(vals), self.env.cr.savepoint() as savepoint:
                self.connection.with_user(self.manager).write(vals)
                credential = self.connection._credential()
                names = ('client_secret', 'verifier_token', 'access_token', 'refresh_token')
                self.assertFalse([name for name in names if credential[name]])
                self.assertEqual(self.connection.state, 'disconnected')
                self.customer()
                self.run_engine()
                self.assertFalse(list(self.sandbox.requests))
                savepoint.rollback()
            self.env.invalidate_all()
            self.env.registry.clear_cache()
        self.connection.with_user(self.manager).write({'environment': 'local', 'local_url': self.sandbox.url})
        self.assertTrue(self.connection._credential().refresh_token, "nothing changed")

    def test_the_local_sandbox_is_for_servers_that_say_so(self):
        with (
            patch.dict(os.environ, {'QBO_LOCAL_SANDBOX': ''}),
            patch.dict(config.options, {'test_enable': False, 'dev_mode': []}),
        ):
            with self.assertRaisesRegex(UserError, "qbo_local_sandbox"):
                self.connection.local_url = 'http://127.0.0.1:9'
            with self.assertRaisesRegex(UserError, "qbo_local_sandbox"):
                self.connection._endpoints()

    def test_a_company_id_is_digits_and_a_local_address_has_no_path(self):
        manager = self.connection.with_user(self.manager)
        for realm in ('1/2', '../1', 'abc', '1?a=b'):
            with self.subTest(realm), self.assertRaises(UserError), self.env.cr.savepoint():
                manager.realm_entry = realm
        with self.assertRaises(UserError), self.env.cr.savepoint():
            manager.local_url = f'{self.sandbox.url}/path'

    def test_neutralized_copy_has_no_access_and_nothing_to_send(self):
        self.customer()
        self.env.flush_all()
        self.env.cr.execute((ROOT / 'data' / 'neutralize.sql').read_text())
        self.env.invalidate_all()

        self.assertEqual((self.connection.state, self.connection.environment), ('disconnected', 'sandbox'))
        self.assertFalse(self.env['qbo.change'].search([]))
        self.assertFalse(self.env['qbo.schedule'].search([('next_run', '!=', False)]))
        credential = self.connection._credential()
        self.assertFalse(credential.client_secret or credential.refresh_token or credential.access_token)
