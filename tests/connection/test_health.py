import json
from datetime import timedelta

from lxml import etree
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from ..common import QboCase


class HealthCase(QboCase):
    """A connection with records in every state."""

    def refused(self, *names):
        """Return customers that QuickBooks refuses for their e-mail address."""
        partners = self.env['res.partner'].union(*(self.customer(name, email='not an address') for name in names))
        self.run_engine()
        self.assertEqual(set(partners.mapped('qbo_state')), {'error'})
        return partners

    def groups(self, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.connection.with_user(user or self.user).error_group_ids


class TestErrorGroups(HealthCase):
    """Errors of one cause are one line, fixed and retried together."""

    def test_errors_of_one_cause_are_one_line(self):
        self.refused("Harbor Marine Supply", "Blue Lagoon", "Coral Cove")
        group = self.groups()

        self.assertRecordValues(group, [{'count': 3, 'what': "Customer", 'error_code': '2210', 'can_retry': True}])
        self.assertIn("e-mail address", group.error)
        self.assertIn("2 more", group.error)

    def test_other_causes_are_other_lines(self):
        self.refused("Harbor Marine Supply")
        self.sandbox.arm('data_fault', on='customer', code='2050', detail='too long')
        self.customer("Too long")
        self.run_engine()
        self.assertEqual(sorted(self.groups().mapped('error_code')), ['2050', '2210'])

    def test_retry_all_sends_what_was_mended(self):
        partners = self.refused("Harbor Marine Supply", "Blue Lagoon")
        self.sandbox.requests.clear()
        for partner in partners:
            self.env['qbo.change'].search([]).unlink()
            partner.email = f'{partner.id}@harbor.example'
        self.env['qbo.change'].search([]).unlink()  # so that only the button does it

        self.groups().action_retry()
        self.run_engine()

        self.assertEqual(set(partners.mapped('qbo_state')), {'synced'})
        self.assertFalse(self.groups())

    def test_fix_opens_the_record_that_has_to_be_mended(self):
        [partner] = self.refused("Harbor Marine Supply")
        action = self.groups().action_fix()
        self.assertEqual((action['res_model'], action['res_id']), ('res.partner', partner.id))

    def test_fix_of_several_lists_them(self):
        partners = self.refused("Harbor Marine Supply", "Blue Lagoon")
        action = self.groups().action_fix()
        links = self.env['qbo.link'].search(action['domain'])
        self.assertEqual(set(links.mapped('res_id')), set(partners.ids))

    def test_fix_of_a_conflict_opens_the_decision_and_is_not_retried(self):
        partner = self.synced_customer(phone='1')
        self.connection.conflict_rule = 'ask'
        partner.phone = '2'
        self.sandbox.update('Customer', partner.qbo_id, {'PrimaryPhone': {'FreeFormNumber': '3'}})
        self.pull()
        group = self.groups()

        self.assertEqual((self.connection.conflict_count, group.can_retry), (1, False))
        action = group.action_fix()
        self.assertEqual((action['res_model'], action['target']), ('qbo.link', 'new'))
        self.connection.with_user(self.user).action_retry_all()
        self.assertEqual(self.link(partner).error_fix, 'conflict')

    def test_a_dismissed_error_is_hidden_until_the_record_fails_again(self):
        [partner] = self.refused("Harbor Marine Supply")
        self.groups(self.manager).action_dismiss()

        self.assertFalse(self.groups())
        self.assertEqual((self.connection.error_count, self.connection.dismissed_count), (0, 1))
        self.assertEqual(partner.qbo_state, 'error', "the record itself goes on saying so")

        partner.email = 'still not an address'
        self.run_engine()

        self.assertEqual(self.groups().count, 1)
        self.assertEqual((self.connection.error_count, self.connection.dismissed_count), (1, 0))

    def test_dismissed_errors_are_found_by_their_filter(self):
        [partner] = self.refused("Harbor Marine Supply")
        self.groups(self.manager).action_dismiss()
        action = self.connection.with_context(qbo_filter='dismissed').action_view_links()
        self.assertEqual(action['context'], {'search_default_state_dismissed': 1})
        arch = etree.fromstring(self.env['qbo.link'].get_view(view_type='search')['arch'])
        [filter_] = arch.xpath("//filter[@name='state_dismissed']")
        domain = [*action['domain'], ('state', '=', 'error'), ('dismissed', '=', True)]
        self.assertIn("'dismissed', '=', True", filter_.get('domain'))
        self.assertEqual(self.env['qbo.link'].search(domain).res_id, partner.id)

    def test_an_excluded_record_is_no_error_any_more(self):
        [partner] = self.refused("Harbor Marine Supply")
        self.groups()._links().action_exclude()
        self.assertFalse(self.groups())
        self.assertEqual(partner.qbo_mode, 'never')
        self.assertEqual(self.connection.error_count, 0)

    def test_users_see_and_retry_and_only_administrators_dismiss(self):
        self.refused("Harbor Marine Supply")
        self.groups(self.user).action_retry()
        self.run_engine()
        with self.assertRaises(AccessError):
            self.groups(self.user).action_dismiss()

    def test_another_company_sees_nothing(self):
        self.refused("Harbor Marine Supply")
        company = self.env['res.company'].create({'name': "Second company"})
        other = new_test_user(
            self.env, 'other', 'base.group_user,account.group_account_invoice',
            company_id=company.id, company_ids=company.ids,
        )  # fmt: skip
        self.assertFalse(self.env['qbo.error.group'].with_user(other).search([]))


class TestHealth(HealthCase):
    """The page Overview."""

    def plot(self):
        self.env.invalidate_all()
        plot = json.loads(self.connection.with_user(self.user).activity_plot)
        return plot['days'], [series['values'] for series in plot['series']]

    def test_it_counts_what_is_in_step_pending_refused_and_different(self):
        self.synced_customer("In sync")
        self.refused("Refused")
        self.customer("Pending")
        different = self.synced_customer("Different")
        self.link(different).state = 'differs'
        self.env['qbo.change'].search([]).unlink()
        self.customer("Pending too")

        self.assertRecordValues(self.connection, [
            {'synced_count': 2, 'pending_count': 1, 'error_count': 1, 'differs_count': 1, 'conflict_count': 0},
        ])  # fmt: skip

    def test_the_plot_has_thirty_days_and_what_happened_today(self):
        self.synced_customer()
        self.refused("Refused")
        self.sandbox.create('Customer', {'DisplayName': "From there"})
        self.pull()

        days, (sent, taken, errors) = self.plot()

        self.assertEqual(len(days), 30)
        self.assertEqual(days[-1], self.today.isoformat())
        self.assertEqual((sent[-1], taken[-1], errors[-1]), (1, 1, 1))
        self.assertFalse(any(sent[:-1] + taken[:-1] + errors[:-1]))

    def test_the_plot_shows_other_days_too(self):
        self.synced_customer()
        log = self.env['qbo.log'].search([('kind', '=', 'push')], limit=1)
        self.env.cr.execute(
            "UPDATE qbo_log SET create_date = %s WHERE id = %s", [log.create_date - timedelta(days=3), log.id]
        )
        _days, (sent, _taken, _errors) = self.plot()
        self.assertEqual((sent[-4], sent[-1]), (1, 0))

    def test_calls_and_metered_reads_are_counted(self):
        before = self.connection.reads_this_month
        self.synced_customer()
        self.pull()
        self.env.invalidate_all()

        self.assertEqual(self.connection.reads_this_month, before + 1)
        self.assertGreaterEqual(self.connection.calls_last_minute, 2)
        self.assertEqual(self.connection.calls_limit, 500)

    def test_the_reads_of_the_whole_month_stay_in_the_trace(self):
        self.pull()
        old = self.env['qbo.request'].search([('operation', '=', 'read')], limit=1)
        self.env.cr.execute(
            "UPDATE qbo_request SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=31), old.id],
        )
        self.env.invalidate_all()
        self.env['qbo.request']._gc_old()
        self.assertTrue(old.exists())

    def test_one_connection_opens_at_once_and_several_as_cards(self):
        overview = self.env['qbo.connection'].with_user(self.user).action_overview
        self.assertEqual(overview()['res_id'], self.connection.id)

        company = self.env['res.company'].create({'name': "Second company"})
        self.env['qbo.connection'].create({'company_id': company.id})
        self.user.company_ids |= company
        both = (
            self.env['qbo.connection']
            .with_user(self.user)
            .with_context(allowed_company_ids=[self.company.id, company.id])
        )
        self.assertFalse(both.action_overview().get('res_id'))

    def test_asking_quickbooks_now_pulls_every_schedule(self):
        self.connection.with_user(self.user).action_pull_all()
        self.sandbox.create('Customer', {'DisplayName': "From there"})
        self.run_engine()
        self.assertTrue(self.env['res.partner'].search([('name', '=', "From there")]))

    def test_asking_without_a_connection_says_so(self):
        self.connection.with_user(self.manager).action_disconnect()
        with self.assertRaisesRegex(UserError, "Connect"):
            self.connection.with_user(self.user).action_pull_all()

    def test_the_settings_show_the_connection_and_lead_to_it(self):
        settings = self.env['res.config.settings'].create({})
        self.assertRecordValues(settings, [
            {'qbo_connection_id': self.connection.id, 'qbo_connection_state': 'connected'}
        ])  # fmt: skip
        self.assertEqual(settings.action_qbo_health()['res_id'], self.connection.id)
        self.assertIn('quickbooks_online', self.env['res.config.settings'].get_view()['arch'])

    def test_in_a_company_without_a_connection_the_settings_make_one(self):
        company = self.env['res.company'].create({'name': "Second company"})
        settings = self.env['res.config.settings'].with_company(company).create({})
        self.assertFalse(settings.qbo_connection_state)
        settings.action_qbo_setup()
        self.assertTrue(self.env['qbo.connection'].search([('company_id', '=', company.id)]))

    def test_the_banner_is_for_those_who_work_with_quickbooks(self):
        clerk = new_test_user(self.env, 'clerk', 'base.group_user')
        info = self.env['ir.http'].with_user(self.user).lazy_session_info()
        self.assertEqual(info['quickbooks_online'], {'lost': [], 'may_reconnect': False})

        self.connection._lost("The access is gone.")

        info = self.env['ir.http'].with_user(self.manager).lazy_session_info()['quickbooks_online']
        self.assertTrue(info['may_reconnect'])
        self.assertEqual([item['company_id'] for item in info['lost']], [self.company.id])
        self.assertNotIn('quickbooks_online', self.env['ir.http'].with_user(clerk).lazy_session_info())


@tagged('post_install', '-at_install')
class TestHealthTour(HealthCase, HttpCase):
    """What a person sees, in Chromium."""

    def setUp(self):
        super().setUp()
        self.env.ref('base.user_admin').company_ids |= self.company
        self.refused("Harbor Marine Supply", "Blue Lagoon")
        self.synced_customer("In sync")

    def fix(self):
        for partner in self.env['res.partner'].search([('email', '=', 'not an address')]):
            partner.email = f'{partner.id}@harbor.example'
        self.env['qbo.change'].search([]).unlink()

    def test_see_what_is_wrong_and_retry_all(self):
        self.fix()
        self.start_tour(f'/odoo/quickbooks-overview/{self.connection.id}', 'qbo_health', login='admin', timeout=600)
        self.env.invalidate_all()
        self.assertEqual(self.connection.error_count, 0)

    def test_in_french(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.env['ir.module.module'].search([('name', '=', 'quickbooks_online')])._update_translations('fr_FR')
        self.env.ref('base.user_admin').lang = 'fr_FR'
        self.start_tour(
            f'/odoo/quickbooks-overview/{self.connection.id}', 'qbo_health_french', login='admin', timeout=600
        )

    def test_on_a_phone(self):
        self.browser_size, self.touch_enabled = '375x667', True
        self.start_tour(
            f'/odoo/quickbooks-overview/{self.connection.id}', 'qbo_health_phone', login='admin', timeout=600
        )

    def test_one_click_on_the_banner_leads_to_intuit_and_back(self):
        self.connection._lost("QuickBooks does not accept Odoo's access any more.")
        self.env['ir.config_parameter'].set_param('web.base.url', self.base_url())
        self.sandbox.configure(consent='given')
        self.start_tour(
            '/odoo/action-account.action_move_out_invoice_type', 'qbo_lost_banner', login='admin', timeout=600
        )
