import json

from odoo import fields
from odoo.tests import tagged

from ..store_case import DAY, StoreCase


@tagged('post_install', '-at_install')
class TestEntry(StoreCase):
    """Odoo says what its journal entries are; what somebody does to them in QuickBooks is shown, not taken."""

    def entered(self):
        self.book()
        entry = self.end_day(self.burbank)
        self.connection._schedule('documents').cursor = self.env.cr.now()
        self.sandbox.requests.clear()
        return entry

    def test_a_change_in_quickbooks_is_shown_and_sent_over_when_somebody_says_so(self):
        entry = self.entered()
        self.sandbox.update('JournalEntry', entry.qbo_id, {'PrivateNote': "checked by Jo"})
        self.pull('documents')
        self.assertEqual(entry.qbo_state, 'differs')
        self.assertIn("checked by Jo", self.link(entry).conflict_text)
        self.link(entry).with_user(self.manager).action_send_odoo()
        self.run_engine()
        self.assertEqual(entry.qbo_state, 'synced', entry.qbo_error)
        self.assertIn("Burbank", self.in_qbo(entry)['PrivateNote'])
        self.assertBalancesAgree()

    def test_other_amounts_in_quickbooks_are_shown_and_mended(self):
        entry = self.entered()
        lines = self.in_qbo(entry)['Line']
        for line in lines:
            line['Amount'] = 41.0
        self.sandbox.update('JournalEntry', entry.qbo_id, {'Line': lines})
        self.pull('documents')
        self.assertEqual(entry.qbo_state, 'differs')
        self.link(entry).with_user(self.manager).action_send_odoo()
        self.run_engine()
        self.assertBalancesAgree()

    def test_the_same_amounts_on_other_accounts_in_quickbooks_are_named(self):
        entry = self.entered()
        lines = self.in_qbo(entry)['Line']
        other = self.account('Expense', name='Fuel')
        lines[0]['JournalEntryLineDetail']['AccountRef'] = {'value': other.qbo_id}
        self.sandbox.update('JournalEntry', entry.qbo_id, {'Line': lines})
        self.pull('documents')
        self.assertEqual(entry.qbo_state, 'differs')
        self.assertIn("On the account", entry.qbo_error)
        self.link(entry).with_user(self.manager).action_send_odoo()
        self.run_engine()
        self.assertEqual((entry.qbo_state, entry.qbo_error), ('synced', False))
        self.assertBalancesAgree()

    def test_one_that_was_deleted_there_can_be_created_again(self):
        entry = self.entered()
        self.sandbox.delete('JournalEntry', entry.qbo_id)
        self.pull('documents')
        self.assertEqual(self.link(entry).error_fix, 'create_again')
        self.link(entry).with_user(self.manager).action_create_again()
        self.run_engine()
        self.assertBalancesAgree()

    def test_entries_that_somebody_makes_in_quickbooks_stay_there(self):
        entry = self.entered()
        account = self.account('Income').qbo_id
        line = {'DetailType': 'JournalEntryLineDetail', 'Amount': 5}
        sides = ({'PostingType': side, 'AccountRef': {'value': account}} for side in ('Debit', 'Credit'))
        self.sandbox.create('JournalEntry', {'Line': [{**line, 'JournalEntryLineDetail': side} for side in sides]})
        self.pull('documents')
        self.assertNoErrors()
        self.assertEqual(self.env['qbo.entry'].search([]), entry)

    def test_a_number_that_is_taken_is_sent_as_another(self):
        self.sandbox.configure(
            preferences={'OtherPrefs': {'NameValue': [{'Name': 'WarnDuplicateJournalNumber', 'Value': 'true'}]}}
        )
        known = self.entered()
        self.book()
        self.sandbox.overwrite('JournalEntry', known.qbo_id, {'DocNumber': f'OD-{known.id + 1:07d}'})
        entry = self.end_day(self.burbank)
        self.assertEqual(entry.qbo_state, 'error')
        self.link(entry).with_user(self.manager).action_send_as_suggested()
        self.run_engine()
        self.assertEqual(self.in_qbo(entry)['DocNumber'], f'OD-{entry.id:07d}/2')

    def test_what_would_be_sent_is_shown_before_it_goes(self):
        self.book()
        self.burbank.with_user(self.manager).action_end_of_day()
        entry = self.burbank.entry_ids
        action = entry.with_user(self.user).action_qbo_preview()
        preview = self.env['qbo.preview'].browse(action['res_id'])
        self.assertEqual(len(json.loads(preview.payload)['Line']), 2)
        self.assertRequests()

    def test_an_account_that_is_mapped_anew_moves_what_was_sent_when_somebody_synchronizes_it(self):
        entry = self.entered()
        account = entry.item_ids.account_id[:1]
        account.qbo_account_id = self.account('Income')
        self.run_engine()
        self.assertRequests()
        entry.with_user(self.user).action_qbo_sync()
        self.run_engine()
        self.assertBalancesAgree()

    def test_begun_again_with_the_same_company_nothing_is_sent_twice(self):
        self.book(40.0)
        [entry] = self.end_day(self.burbank, day=fields.Date.to_date(DAY))
        sent = len(self.sandbox.all('JournalEntry'))
        connection = self.connection.with_user(self.manager)
        connection.action_start_over()
        connection.write({'realm_entry': self.sandbox.realm_id, 'token_entry': self.sandbox.refresh_token()})
        with self._crons_may_commit():
            connection.action_connect_direct()
            connection.action_refresh_lists()
        self.connection.sync_customers = True
        connection.action_switch_on_entries()
        self.run_engine()
        self.assertEqual(len(self.sandbox.all('JournalEntry')), sent)
        self.assertEqual(entry.qbo_state, 'synced', entry.qbo_error)
