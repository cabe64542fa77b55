from odoo.tests import HttpCase, tagged

from .stores import StoreCase


@tagged('post_install', '-at_install')
class TestStoreTour(StoreCase, HttpCase):
    """What an accountant sees at the end of a day, in Chromium."""

    def test_map_an_account_end_the_day_and_see_the_entry(self):
        self.env.ref('base.user_admin').company_ids |= self.company
        move = self.book()
        account = move.line_ids.account_id[:1]
        account.write({'qbo_account_id': False, 'code': '6030', 'account_type': 'expense'})

        self.start_tour('/odoo/quickbooks-stores', 'qbo_end_of_day', login='admin', timeout=120)

        self.env.invalidate_all()
        self.assertEqual(account.qbo_account_id.name, "Insurance")
        self.assertBalancesAgree()
        self.assertEqual(self.burbank.closed_on, self.burbank._today())

    def test_choose_another_posting_mode_after_reading_what_it_means(self):
        self.env.ref('base.user_admin').company_ids |= self.company

        self.start_tour(f'/odoo/quickbooks/{self.connection.id}', 'qbo_posting_mode', login='admin', timeout=120)

        self.env.invalidate_all()
        self.assertEqual(self.connection.posting_mode, 'real_time')
