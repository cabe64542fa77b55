"""What Intuit wants before it gives out production keys, and the reads that it counts."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase

from ...models.connection.keys import PAGES
from ..common import QboCase


class TestProductionKeys(QboCase, HttpCase):
    """The pages answer without a login, show no data, and change nothing; the checklist checks itself."""

    def checks(self):
        return {check.title: check for check in self.connection.with_user(self.manager)._keys_checks()}

    def levels(self, *titles):
        checks = self.checks()
        return [checks[title].level for title in titles]

    def page(self, name):
        path = PAGES[name] % self.connection.id if '%s' in PAGES[name] else PAGES[name]
        return self.url_open(path, allow_redirects=False)

    def test_every_page_answers_a_stranger_and_is_kept_by_nobody(self):
        told = ('state', 'message', 'paused_until', 'told_addresses', 'pages_answers', 'write_date')
        before = self.connection.read(told)
        for name, status in (
            ('launch', 303), ('disconnected', 200), ('reconnect', 303), ('privacy', 200), ('license', 200),
        ):  # fmt: skip
            with self.subTest(name):
                answer = self.page(name)
                self.assertEqual(answer.status_code, status)
                if status == 200:
                    self.assertIn('no-store', answer.headers['Cache-Control'])
                    self.assertNotIn(self.connection.qbo_company_name, answer.text)
        self.assertEqual(self.connection.read(told), before)
        self.assertFalse([row for row in self.sandbox.requests if 'revoke' in row.path])

    def test_the_texts_are_the_administrators_own_once_written(self):
        self.assertIn(self.company.name, self.page('privacy').text)
        self.connection.with_user(self.manager).write(
            {'privacy_policy': "<p>We keep nothing.</p>", 'support_email': 'help@example.com'}
        )
        answer = self.page('privacy').text
        self.assertIn("We keep nothing.", answer)
        self.assertIn('help@example.com', answer)
        self.assertEqual(self.url_open('/quickbooks_online/privacy/999999').status_code, 404)

    def test_reconnect_leads_an_administrator_to_intuit_and_nobody_else(self):
        self.connection.sudo()._lost("The access has ended.")
        self.authenticate('qbo_user', 'qbo_user')
        self.assertIn("Ask one", self.page('reconnect').text)
        self.authenticate('qbo_manager', 'qbo_manager')
        answer = self.page('reconnect')
        self.assertTrue(answer.headers['Location'].startswith(f'{self.sandbox.url}/connect/oauth2'))
        self.assertIn('client_id', answer.headers['Location'])

    def test_the_checklist_names_what_is_missing(self):
        self.assertEqual(
            self.levels("Address of this Odoo", "Name of the app", "Support contact", "Addresses at Intuit"),
            ['blocking', 'warning', 'blocking', 'warning'],
        )
        self.env['ir.config_parameter'].sudo().set_param('web.base.url', 'https://odoo.example.com')
        self.env.invalidate_all()
        self.connection.with_user(self.manager).write({'app_name': "Pool Sync", 'support_email': 'help@example.com'})
        self.connection.with_user(self.manager).action_told_addresses()
        self.assertEqual(
            self.levels("Address of this Odoo", "Name of the app", "Support contact", "Addresses at Intuit"), ['ok'] * 4
        )
        self.env['ir.config_parameter'].sudo().set_param('web.base.url', 'https://erp.example.com')
        self.env.invalidate_all()
        self.assertEqual(self.levels("Addresses at Intuit"), ['blocking'])

    def test_an_app_is_not_named_after_intuits_marks(self):
        for name, level in (
            ("Pools QuickBooks Sync", 'blocking'), ("QBO Bridge", 'blocking'), ("intuit helper", 'blocking'),
            ("Sync by Example Pools", 'ok'), ("Equbo", 'ok'),
        ):  # fmt: skip
            with self.subTest(name):
                self.connection.app_name = name
                self.assertEqual(self.levels("Name of the app"), [level])

    def test_a_rehearsal_is_noted_and_the_local_sandbox_is_no_development_company(self):
        self.connection.with_user(self.manager).action_disconnect()
        self.connection.write({'token_entry': self.sandbox.refresh_token()})
        self.connection.with_user(self.manager).action_connect_direct()
        rows = {row.kind: row.environment for row in self.connection.rehearsal_ids}
        self.assertEqual(rows, {'connect': 'local', 'disconnect': 'local', 'reconnect': 'local'})
        self.assertEqual(self.levels("Rehearsal: Connect"), ['warning'])
        self.assertIn("local sandbox only", self.checks()["Rehearsal: Connect"].text)

        self.connection.rehearsal_ids.write({'environment': 'sandbox'})
        self.assertEqual(self.levels("Rehearsal: Connect", "Rehearsal: Connect again"), ['ok', 'ok'])
        title = "Rehearsal: Go on after the access token has expired"
        self.assertEqual(self.levels(title), ['warning'])
        self.connection._credential().refreshed_at = fields.Datetime.now() + timedelta(hours=2)
        self.assertEqual(self.levels(title), ['ok'])

    def test_a_page_that_does_not_answer_is_named(self):
        self.env['ir.config_parameter'].sudo().set_param('web.base.url', self.sandbox.url)
        self.connection.with_user(self.manager).action_check_pages()
        check = self.checks()["Pages answer"]
        self.assertEqual(check.level, 'blocking')
        self.assertIn('404', check.text)

    def test_addresses_are_those_of_the_discovery_document_read_once_a_day(self):
        def documents():
            return [row for row in self.sandbox.requests if 'well-known' in row.path]

        self.assertEqual(self.connection.discovered['token_url'], f'{self.sandbox.url}/oauth2/v1/tokens/bearer')
        self.sandbox.requests.clear()
        self.run_engine()
        self.assertFalse(documents())

        self.connection.discovered = {**self.connection.discovered, 'token_url': f'{self.sandbox.url}/elsewhere'}
        self.assertEqual(self.connection._endpoints().token_url, f'{self.sandbox.url}/elsewhere')
        self.connection.discovered_at -= timedelta(days=2)
        self.run_engine()
        self.assertEqual(len(documents()), 1)
        self.assertEqual(self.connection._endpoints().token_url, f'{self.sandbox.url}/oauth2/v1/tokens/bearer')

    def test_addresses_of_one_environment_are_not_used_in_another(self):
        self.connection.environment = 'sandbox'
        self.assertEqual(self.connection._endpoints().base_url, 'https://sandbox-quickbooks.api.intuit.com')
        self.assertTrue(self.connection._endpoints().token_url.startswith('https://oauth.platform.intuit.com/'))

    def test_the_answers_are_of_this_database(self):
        page = self.connection.with_user(self.manager).keys_answers
        self.assertIn(self.company.name, page)
        self.assertIn("Minor version 75", page)
        self.assertIn("Where tokens are kept", page)
        for secret in (self.sandbox.client_secret, self.sandbox.realm_id):
            self.assertNotIn(secret, page)


class TestReads(QboCase):
    """Intuit counts reads a month and app; near the limit less is read, and beyond it people's work goes on."""

    def read_so_far(self, count):
        row = {
            'qbo_company_id': self.connection.qbo_company_id.id, 'call_id': 'read', 'operation': 'read',
            'state': 'done', 'sent_at': fields.Datetime.now(),
        }  # fmt: skip
        self.env['qbo.request'].search([('operation', '=', 'read')]).unlink()
        self.env['qbo.request'].create([row] * count)
        self.connection.invalidate_recordset()

    def test_the_month_is_forecast_and_shown_in_percent_of_what_is_allowed(self):
        self.connection.reads_limit = 100
        self.read_so_far(50)
        self.assertEqual((self.connection.reads_this_month, self.connection.reads_percent), (50, 50))
        self.assertGreaterEqual(self.connection.reads_forecast, 50)
        self.connection.reads_limit = 0
        self.assertFalse(self.connection.reads_percent)

    def test_administrators_are_told_at_70_and_at_85_percent_each_once(self):
        self.connection.reads_limit = 100
        for count, told in ((60, 0), (71, 1), (75, 1), (86, 2), (99, 2)):
            with self.subTest(count):
                self.read_so_far(count)
                self.connection._warn_of_reads()
                lines = self.env['qbo.log'].search([('text', 'like', 'reads that Intuit allows')])
                self.assertEqual(len(lines), told)

    def test_near_the_limit_documents_are_asked_for_once_an_hour(self):
        schedule, now = self.connection._schedule('documents'), fields.Datetime.now()
        self.assertLessEqual(schedule._next(), now + timedelta(minutes=15))
        self.connection.reads_limit = 100
        self.read_so_far(90)
        self.assertGreaterEqual(schedule._next(), now + timedelta(hours=1))

    def test_used_up_reads_pause_reading_and_what_people_save_goes_on(self):
        self.sandbox.arm('reads_used_up', method='GET', times=None)
        self.pull()
        self.assertTrue(self.connection.reads_paused_until)
        self.assertFalse(self.connection.paused_until)

        partner = self.customer("Harbor Marine Supply")
        self.run_engine()
        self.assertEqual(partner.qbo_state, 'synced')

        self.sandbox.disarm()
        there = self.sandbox.create('Customer', {'DisplayName': "Pool Parts Wholesale"})
        self.connection.reads_paused_until -= timedelta(hours=2)
        self.run_engine()
        self.assertTrue(self.env['qbo.link'].search([('qbo_id', '=', there['Id']), ('entity', '=', 'Customer')]))

    def test_what_was_sent_is_forgotten_after_the_days_that_were_chosen(self):
        partner = self.synced_customer()
        request = self.link(partner).request_ids
        self.connection.keep_bodies_days = 2
        self.env['qbo.request']._gc_bodies()
        self.assertTrue(request.body)
        self.env.flush_all()
        self.env.cr.execute("UPDATE qbo_request SET create_date = create_date - interval '3 days'")
        self.env.invalidate_all()
        self.env['qbo.request']._gc_bodies()
        self.assertFalse(request.body)
        self.assertEqual(request.state, 'done')
