from odoo.tests import HttpCase, tagged

from .rights_case import GROUPS, NEIGHBORS, RightsCase


@tagged('post_install', '-at_install')
class TestDownloads(RightsCase, HttpCase):
    """Who may make a report may download it, also an administrator without rights in accounting."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in (*GROUPS, *NEIGHBORS):
            cls.users[name].password = f'rights_{name}'

    def status(self, user, path):
        """Return the status of a download by a user: 200, or whatever the refusal is."""
        if user == 'public':
            self.authenticate(None, None)
        else:
            self.authenticate(f'rights_{user}', f'rights_{user}')
        self.env.flush_all()
        response = self.url_open(path, allow_redirects=False)
        if response.status_code == 200:
            self.assertIn('attachment', response.headers['Content-Disposition'])
            self.assertTrue(response.content)
        return response.status_code

    def who_downloads(self, path):
        return {user for user in (*GROUPS, *NEIGHBORS) if self.status(user, path) == 200}

    def test_the_comparison(self):
        self.customer("Alone in Odoo")
        connection = self.connection.with_user(self.users['manager'])
        connection.action_compare()
        self.env['qbo.setup'].sudo()._do_asked(self.connection)
        action = self.env['qbo.match'].with_user(self.users['manager'])
        action = action.with_context(qbo_connection_id=connection.id).action_download()
        for path in (action['url'], f'/quickbooks_online/comparison/{connection.id}.csv'):
            with self.subTest(path):
                self.assertEqual(self.who_downloads(path), {'manager'})
        path = f'/quickbooks_online/comparison/{self.other.id}.csv'
        self.assertEqual(self.who_downloads(path), {'neighbor_manager'})

    def test_the_reconciliation(self):
        vals = {'date_from': '2026-03-01', 'date_to': '2026-03-31'}
        for user, who in (('manager', {'accountant', 'manager'}), ('neighbor_manager', {'neighbor_manager'})):
            company = self.users[user].company_id
            reports = self.env['qbo.reconciliation'].with_user(self.users[user])
            report = reports.create({**vals, 'company_id': company.id})
            if user == 'manager':
                report.action_compare()
                self.assertTrue(report.line_ids)
            with self.subTest(user):
                self.assertEqual(self.who_downloads(report.action_xlsx()['url']), who)
