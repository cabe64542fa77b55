from odoo.tests import HttpCase, tagged

from ..store_case import DAY, StoreCase


@tagged('post_install', '-at_install')
class TestStoreTour(StoreCase, HttpCase):
    """What an accountant sees at the end of a day, in Chromium."""

    def test_map_an_account_end_the_day_and_see_the_entry(self):
        self.env.ref('base.user_admin').company_ids |= self.company
        move = self.book()
        account = move.line_ids.account_id[:1]
        account.write({'qbo_account_id': False, 'code': '6030', 'account_type': 'expense'})

        self.start_tour('/odoo/quickbooks-stores', 'qbo_end_of_day', login='admin', timeout=600)

        self.env.invalidate_all()
        self.assertEqual(account.qbo_account_id.name, "Insurance")
        self.assertBalancesAgree()
        self.assertEqual(self.burbank.closed_on, self.burbank._today())

    def test_choose_another_posting_mode_after_reading_what_it_means(self):
        self.env.ref('base.user_admin').company_ids |= self.company

        self.start_tour(f'/odoo/quickbooks/{self.connection.id}', 'qbo_posting_mode', login='admin', timeout=600)

        self.env.invalidate_all()
        self.assertEqual(self.connection.posting_mode, 'real_time')

    def test_it_is_refused_while_there_are_drafts_then_sent_and_found_again(self):
        self.env.ref('base.user_admin').company_ids |= self.company
        self.burbank.refuses_drafts = True
        move = self.book()
        draft = self.draft(journal_id=self.sales.id, invoice_date=DAY)
        draft.date = DAY
        url = f'/odoo/quickbooks-stores/{self.burbank.id}'

        self.start_tour(url, 'qbo_end_of_day_refused', login='admin', timeout=600)

        self.assertFalse(self.burbank.entry_ids)
        draft.action_post()

        self.start_tour(url, 'qbo_end_of_day_after_drafts', login='admin', timeout=600)

        self.env.invalidate_all()
        entry = move.line_ids.qbo_entry_ids
        self.assertEqual(entry, draft.qbo_entry_ids)
        self.assertEqual(entry.qbo_state, 'synced', entry.qbo_error)
        self.assertBalancesAgree()
