"""When the proof runs, what it costs, what it begins with, who sees it and who is told."""

from datetime import datetime
from zoneinfo import ZoneInfo

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .proof_case import ProofCase

ACTIVITY = 'quickbooks_online.qbo_proof_activity'


@tagged('post_install', '-at_install')
class TestProofRun(ProofCase):
    def activities(self):
        kind = self.env.ref(ACTIVITY)
        return self.connection.activity_ids.filtered(lambda item: item.activity_type_id == kind)

    # === WHAT IT COSTS === #

    def test_two_thousand_customers_take_less_than_ten_requests(self):
        self.sandbox.create_many('Customer', [{'DisplayName': f'Bulk {number:04}'} for number in range(2000)])
        self.sandbox.requests.clear()
        proof = self.prove()
        self.assertGreen(proof)
        seen = [row for row in self.sandbox.requests if row.path.startswith('/v3/')]
        self.assertLess(len(seen), 10, self.sandbox.requests.table())
        self.assertEqual(len(seen), proof.calls)
        self.assertGreaterEqual(proof.compared_count, 2000)

    def test_nothing_is_asked_in_the_users_request(self):
        self.connection.with_user(self.user).action_prove()
        self.assertRequests()
        self.assertEqual(self.last().state, 'asked')
        self.connection.with_user(self.user).action_prove()
        self.assertEqual(self.env['qbo.proof'].search_count([('state', '=', 'asked')]), 1)

    # === THE OPENING DIFFERENCE === #

    def test_the_opening_difference_is_fixed_dated_and_listed(self):
        proof = self.last()
        self.assertTrue(proof.is_opening)
        self.assertGreen(proof)
        openings = self.env['qbo.proof.opening'].search([('company_id', '=', self.company.id)])
        there = {f'Customer:{row["Id"]}': row['Balance'] for row in self.sandbox.all('Customer') if row['Balance']}
        found = {item.key: -item.amount for item in openings if item.key.startswith('Customer:')}
        self.assertEqual(found, there)
        self.assertEqual(set(openings.mapped('date')), {self.today})
        again = self.prove()
        self.assertGreen(again)
        self.assertFalse(again.is_opening)
        self.assertIn("opening difference", again.expected_ids.filtered('opening')[0].explanation)

    def test_an_error_is_not_hidden_in_the_opening_difference(self):
        invoice = self.synced_invoice()
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': [self._item_line(self.chlorine.qbo_id, 3, 10)]})
        self.connection._schedule('documents').cursor = fields.Datetime.add(fields.Datetime.now(), hours=1)
        self.connection.qbo_company_id._forget_opening()
        first, second = self.prove(), self.prove()
        for proof in (first, second):
            self.assertEqual(self.named(self.differing(proof, 'customer')), {('proof_amount', 20.0, 30.0)})

    def test_an_old_document_that_is_changed_later_is_found(self):
        old = next(row for row in self.sandbox.all('Invoice') if row['Balance'] == row['TotalAmt'] > 0)
        self.sandbox.delete('Invoice', old['Id'])
        line = self.differing(self.prove(), 'customer')
        self.assertEqual((line.qbo_id, line.unexplained), (old['CustomerRef']['value'], old['TotalAmt']))

    def test_with_another_start_it_is_fixed_anew(self):
        self.connection.billing_start = '2026-02-01'
        self.assertTrue(self.prove().is_opening)

    # === TURNING === #

    def test_one_activity_when_it_turns_and_none_when_it_turns_back(self):
        accountant = self._new_user('qbo_bookkeeper', 'base.group_user,account.group_account_user')
        self.connection.accountant_id = accountant
        self.synced_invoice()
        move = self.write_off(5.0)
        first = self.prove()
        self.assertEqual(self.activities().user_id, accountant)
        yesterday = fields.Date.subtract(first.date, days=1)
        self.env['qbo.proof'].search([('company_id', '=', self.company.id)]).date = yesterday
        first.line_ids.filtered('since').since = yesterday
        second = self.prove()
        self.assertEqual(len(self.activities()), 1)
        self.assertEqual(set(self.differing(second).mapped('since')), {yesterday})
        move.button_draft()
        third = self.prove()
        self.assertGreen(third)
        self.assertFalse(self.activities())
        self.assertIn("agree", self.connection.proof_text)
        self.assertTrue(first.line_ids)
        self.assertFalse(second.exists(), "one proof a night")

    def test_of_former_nights_only_what_differed_is_kept(self):
        self.invoice(qbo_invoice_type='odoo')
        first = self.prove()
        self.assertTrue(first.expected_ids)
        first.date = fields.Date.subtract(first.date, days=1)
        self.prove()
        self.assertFalse(first.line_ids)
        first.date = fields.Date.subtract(first.date, days=200)
        self.prove()
        self.assertFalse(first.exists())

    # === WHEN === #

    def test_it_runs_at_night_where_the_company_is(self):
        clock = self.connection._proof_schedule()
        for zone, day in (('America/Los_Angeles', '2026-11-01'), ('Europe/Berlin', '2026-03-29')):
            self.connection.tz = zone
            with freeze_time(f'{day} 02:30:00'):
                clock._plan()
                there = clock.next_run.replace(tzinfo=ZoneInfo('UTC')).astimezone(ZoneInfo(zone))
                self.assertEqual((there.hour, there.minute), (3, 0))
                self.assertGreater(clock.next_run, datetime.fromisoformat(f'{day} 02:30:00'))

    def test_the_clock_only_asks_and_plans_the_next_night(self):
        clock = self.connection._proof_schedule()
        self.strike(clock)
        self.assertEqual(self.last().state, 'asked')
        self.assertGreater(clock.next_run, fields.Datetime.now())
        self.assertRequests()
        self.run_engine()
        self.assertGreen(self.last())

    def test_switched_off_it_is_not_planned(self):
        clock = self.connection._proof_schedule()
        self.assertTrue(clock.next_run)
        self.connection.sync_billing = False
        self.assertFalse(clock.next_run)
        with self.assertRaises(UserError):
            self.connection.with_user(self.user).action_prove()

    # === FAULTS === #

    def test_an_outage_is_waited_out(self):
        self.sandbox.arm('status', on='reports', status=503)
        proof = self.prove()
        self.assertEqual(proof.state, 'asked')
        self.wait(minutes=5)
        self.run_engine()
        self.assertGreen(self.last())

    def test_a_report_that_is_refused_is_said_and_stops_nothing_else(self):
        self.sandbox.arm('status', on='reports', status=400)
        proof = self.prove()
        self.assertEqual(proof.state, 'failed')
        self.assertIn("not compared", self.connection.proof_text)
        self.assertFalse(self.connection.paused_until)

    # === WHO === #

    def test_readers_of_the_company_see_it_and_nobody_else(self):
        proof = self.prove()
        readonly = new_test_user(self.env, 'qbo_auditor', 'base.group_user,account.group_account_readonly')
        stranger = new_test_user(self.env, 'qbo_stranger', 'base.group_user')
        for user in (self.user, readonly):
            self.assertEqual(proof.with_user(user).read(['state'])[0]['state'], 'agrees')
            self.assertTrue(proof.with_user(user).expected_ids.mapped('explanation'))
            with self.assertRaises(AccessError):
                proof.with_user(user).write({'state': 'agrees'})
        with self.assertRaises(AccessError):
            proof.with_user(stranger).read(['state'])
        with self.assertRaises(AccessError):
            proof.with_user(stranger).action_prove_again()
        proof.with_user(readonly).action_prove_again()
        self.assertEqual(self.last().state, 'asked')

    def test_two_companies_each_have_their_own(self):
        company = self.env['res.company'].create({'name': "Second company"})
        self.manager.company_ids |= company
        realm_id = self.sandbox.realm_ids[1]
        vals = {'company_id': company.id, 'realm_entry': realm_id, 'token_entry': self.sandbox.refresh_token(realm_id)}
        other = self.env['qbo.connection'].create({**self._connection_vals(), **vals})
        other.with_user(self.manager).action_connect_direct()
        other.sync_entries = True
        self.write_off(5.0)
        self.env['qbo.proof'].sudo()._append(other)
        self._run_cron(other.cron_id)
        theirs = self.env['qbo.proof'].search([('company_id', '=', company.id)])
        self.assertGreen(theirs)
        self.assertEqual(self.prove().state, 'differs')
        self.assertFalse(self.env['qbo.proof'].with_user(self.user).search([('company_id', '=', company.id)]))
