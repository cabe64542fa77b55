from odoo.tests import HttpCase, tagged

from ..common import QboCase


@tagged('post_install', '-at_install')
class TestTour(QboCase, HttpCase):
    """What a person sees, in Chromium."""

    def setUp(self):
        super().setUp()
        self.env.ref('base.user_admin').company_ids |= self.company

    def test_connect_edit_see_the_badge_turn(self):
        self.connection.with_user(self.manager).action_disconnect()
        self.env['ir.config_parameter'].set_param('web.base.url', self.base_url())
        self.sandbox.configure(consent='given')
        partner = self.customer()
        self.env['qbo.change'].search([]).unlink()

        self.start_tour(f'/odoo/quickbooks/{self.connection.id}', 'qbo_connect_and_edit', login='admin', timeout=600)

        self.env.invalidate_all()
        self.assertEqual(self.in_quickbooks(partner)['PrimaryPhone']['FreeFormNumber'], '650-555-0199')

    def test_see_an_error_understand_it_and_mend_it(self):
        partner = self.customer(email='not an address')
        self.run_engine()

        self.start_tour(
            '/odoo/action-account.res_partner_action_customer?view_type=list',
            'qbo_fix_and_retry',
            login='admin',
            timeout=600,
        )

        self.env.invalidate_all()
        self.assertEqual(partner.qbo_state, 'synced', partner.qbo_error)
