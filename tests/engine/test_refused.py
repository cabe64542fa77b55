from ...models.engine.apply import Apply
from ..common import QboCase


class TestRefused(QboCase):
    """A refusal stops one record, says what to do, and ends when it is done."""

    def test_one_bad_record_blocks_no_other(self):
        bad = self.customer("Bad", email='not an address')
        good = [self.customer(f'Good {number}') for number in range(3)]

        self.run_engine()

        self.assertEqual({partner.qbo_state for partner in good}, {'synced'})
        self.assertEqual(bad.qbo_state, 'error')
        self.assertIn("e-mail address of Bad is not valid", bad.qbo_error)

    def test_it_is_sent_again_when_the_user_corrects_it(self):
        bad = self.customer("Bad", email='not an address')
        self.run_engine()

        bad.email = 'jo@harbor.example'
        self.run_engine()

        self.assertEqual(bad.qbo_state, 'synced')
        sent = [row.query['requestid'] for row in self.sandbox.requests if row.entity == 'customer']
        self.assertEqual(len(set(sent)), 2, "a corrected body needs a new request id")

    def test_it_is_not_sent_again_by_itself(self):
        self.customer("Bad", email='not an address')
        self.run_engine()
        self.sandbox.requests.clear()

        self.wait(hours=5)
        self.run_engine()

        self.assertRequests()

    def test_retry_sends_it_again(self):
        partner = self.customer()
        self.sandbox.arm('data_fault', on='customer', times=1, code='6000', detail="You must set a name.")
        self.run_engine()
        self.assertEqual(partner.qbo_state, 'error')
        self.assertIn("You must set a name.", partner.qbo_error)

        self.link(partner).with_user(self.user).action_retry()
        partner.invalidate_recordset()
        self.assertEqual(partner.qbo_state, 'pending')
        self.run_engine()

        self.assertEqual(partner.qbo_state, 'synced', partner.qbo_error)

    def test_a_batch_refused_as_a_whole_is_sent_one_by_one(self):
        partners = [self.customer(f'Marina {number}') for number in range(3)]
        self.sandbox.arm('status', on='batch', times=1, status=400)

        self.run_engine()

        self.assertEqual({partner.qbo_state for partner in partners}, {'synced'})

    def test_a_customer_with_a_balance_cannot_be_archived_and_the_message_says_so(self):
        partner = self.synced_customer()
        self.sandbox.overwrite('Customer', partner.qbo_id, {'Balance': 85.0})

        partner.action_archive()
        self.run_engine()

        self.assertEqual(partner.qbo_state, 'error')
        self.assertIn("still has a balance", partner.qbo_error)

    def test_a_text_that_is_too_long_names_the_field(self):
        partner = self.customer(vat='1' * 101)

        self.run_engine()

        self.assertEqual(
            partner.qbo_error,
            "tax ID of Harbor Marine Supply is too long for QuickBooks, which takes 100 characters: it has 101. "
            "Shorten it.",
        )

    def test_a_failure_of_ours_is_an_error_on_its_record_only(self):
        partner = self.customer("Broken")
        other = self.customer("Whole")
        link = self.step().link_for(self.mapping(partner), partner)
        link.write({'qbo_id': '1', 'base_odoo': ["not a dict"], 'base_qbo': ["not a dict"]})

        with self.assertLogs('odoo.addons.quickbooks_online', 'ERROR'):
            self.run_engine()

        self.assertEqual(partner.qbo_state, 'error')
        self.assertEqual(other.qbo_state, 'synced')

    def test_one_that_stays_stale_becomes_an_error_and_the_engine_goes_on(self):
        partner = self.synced_customer()
        self.sandbox.arm('data_fault', on='customer', times=100, code='5010', match={'Id': partner.qbo_id})
        partner.phone = '1'
        other = self.customer("Other")

        self.run_engine()

        self.assertEqual(other.qbo_state, 'synced')
        self.assertEqual(partner.qbo_state, 'error')
        self.assertIn("keeps changing in QuickBooks", partner.qbo_error)

    def test_an_edit_of_a_deleted_one_does_not_hide_that_it_was_deleted(self):
        partner = self.synced_customer()
        Apply(self.step()).deleted_in_quickbooks(self.link(partner))

        partner.phone = '1'
        self.run_engine()

        self.assertRequests()
        self.assertIn("deleted or merged", partner.qbo_error)

    def test_retry_does_not_wait_for_the_pause_of_an_unanswered_request(self):
        partner = self.customer()
        self.sandbox.arm('status', on='customer', times=1, status=500)
        self.run_engine()
        self.env['qbo.request'].search([('state', '=', 'unanswered')]).attempts = 11
        self.sandbox.arm('status', on='customer', times=1, status=500)
        self.wait(hours=1)
        self.run_engine()
        self.assertEqual(partner.qbo_state, 'error')

        self.link(partner).with_user(self.user).action_retry()
        self.connection.paused_until = False
        self.run_engine()

        self.assertEqual(partner.qbo_state, 'synced')
        self.assertEqual(len(self.named(partner.name)), 1)
