"""Nothing stops, nothing starves: floods, mass edits, imports, and a person's work between them."""

import base64
import hashlib
import hmac
import json
import threading
from unittest.mock import patch

from odoo.tools import SQL

from ...models.engine import pull
from ...models.engine.answers import Answers
from ...models.engine.pace import Pace
from ...models.engine.push import Push
from ..common import QboCase


class TestStarving(QboCase):
    def tell(self, *numbers):
        """Deliver a webhook call with one event each, as the controller does."""
        events = [
            {
                'specversion': '1.0', 'id': f'event {number}', 'source': 'intuit.test',
                'type': 'qbo.customer.updated.v1', 'time': '2026-11-21T10:00:00.000000001Z', 'intuitentityid': '1',
                'intuitaccountid': self.sandbox.realm_id, 'data': {},
            }
            for number in numbers
        ]  # fmt: skip
        body = json.dumps(events).encode()
        digest = hmac.new(self.sandbox.verifier_token.encode(), body, hashlib.sha256).digest()
        self.assertTrue(self.env['qbo.connection']._receive(body, base64.b64encode(digest).decode()))

    def reads(self):
        return sum(row.entity == 'cdc' for row in self.sandbox.requests)

    def sent(self, words):
        """Return how many statements that begin so the engine makes in one run."""
        seen, thread = [], threading.current_thread()
        thread.query_hooks = [lambda _cr, query, _params, _start, _delay: seen.append(query)]
        try:
            self.run_engine()
        finally:
            del thread.query_hooks
        return sum(query.lstrip().startswith(words) for query in seen)

    def test_a_thousand_webhooks_cost_a_handful_of_reads_and_lose_nothing(self):
        partner = self.synced_customer()
        for call in range(50):
            self.tell(*range(call * 20, call * 20 + 20))
            if call % 2:
                self.run_engine()
        self.sandbox.update('Customer', partner.qbo_id, {'PrimaryPhone': {'FreeFormNumber': '555 0100'}})
        self.tell(1000)
        self.run_engine()
        self.assertLessEqual(self.reads(), 6)
        self.assertTrue(self.env['qbo.event'].search([('connection_id', '=', self.connection.id)]), "it is remembered")
        self.assertTrue(self.env['ir.cron.trigger'].search([('cron_id', '=', self.connection.cron_id.id)]))
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE qbo_request SET sent_at = sent_at - interval '1 minute'"))
        self.env.invalidate_all()
        self.run_engine()
        self.assertEqual(partner.phone, '555 0100')
        self.assertLessEqual(self.reads(), 7)

    def test_what_a_person_asks_for_does_not_wait_behind_a_flood(self):
        for number in range(10):
            self.tell(number)
            self.run_engine()
        before = self.reads()
        self.connection._schedule('customers').with_user(self.manager).action_run_now()
        self.run_engine()
        self.assertEqual(self.reads(), before + 1)

    def test_a_record_with_a_persons_change_and_a_bulk_change_is_planned_once(self):
        partner = self.synced_customer()
        partner.with_user(self.user).phone = '555 0100'
        self.env['qbo.change']._append(partner, self.connection, is_bulk=True)
        planned, plan = [], type(self.env['qbo.mapping.customer'])._plan

        def counted(mapping, step, record):
            planned.append(record.id)
            return plan(mapping, step, record)

        with patch.object(type(self.env['qbo.mapping.customer']), '_plan', counted):
            self.run_engine()
        self.assertEqual(planned.count(partner.id), 1)
        self.assertRequests('POST customer')
        self.assertFalse(self.env['qbo.change'].search([]))

    def test_outbox_rows_are_deleted_in_groups(self):
        for number in range(60):
            self.customer(f'Customer {number}')
        self.env.flush_all()
        self.assertLessEqual(self.sent('DELETE FROM "qbo_change"'), 2)

    def test_a_chunk_is_announced_once(self):
        for number in range(100):
            values = {'DisplayName': f'Berth {number:03}', 'GivenName': 'Ada', 'BillAddr': {'Line1': '1'}}
            self.sandbox.create('Customer', values)
        self.strike(self.connection._schedule('customers'))
        chunks = self.env['qbo.log'].search_count([])
        with patch.object(pull.Pull, 'after_chunk', autospec=True, side_effect=pull.Pull.after_chunk) as after:
            announced = self.sent('INSERT INTO "bus_bus"')
        self.assertGreater(self.env['qbo.log'].search_count([]), chunks)
        self.assertLessEqual(announced, after.call_count + 1)
        self.assertLess(announced, 20)

    def test_a_persons_edit_goes_between_two_waves_of_a_mass_edit(self):
        person = self.synced_customer("Harbor Marine Supply")
        partners = self.env['res.partner'].create(
            [{'name': f'Mass {number}', 'customer_rank': 1} for number in range(200)]
        )
        self.env['qbo.change'].search([]).is_bulk = True
        keep, saved = Answers.keep, []

        def save(answers, pairs):
            if not saved:
                saved.append(len(self.sandbox.requests))
                person.with_user(self.user).phone = '555 0100'
                self.env.flush_all()
            return keep(answers, pairs)

        self.sandbox.requests.clear()
        with patch.object(Answers, 'keep', save):
            self.run_engine()
        sent = [row.entity for row in self.sandbox.requests if row.method == 'POST' and row.path.startswith('/v3/')]
        self.assertIn('customer', sent)
        self.assertEqual(sent.index('customer'), saved[0], "the first one after it was saved")
        self.assertEqual(set(partners.mapped('qbo_state')), {'synced'})

    def test_a_wave_of_bulk_work_is_half_a_second_of_our_own_work(self):
        pace = Pace()
        self.assertEqual(pace.size, 120)
        pace.waited_s = 10.0
        pace.note(120, 11.0)
        self.assertEqual(pace.size, 60)
        pace.note(60, 60.0)
        self.assertEqual(pace.size, 30, "a batch")
        pace.note(30, 0.01)
        self.assertEqual(pace.size, 120)
        self.assertIs(Push(self.step(), pace).pace, pace)

    def test_a_persons_edit_goes_while_a_page_is_left_out(self):
        person = self.synced_customer("Harbor Marine Supply")
        for number in range(250):
            self.sandbox.create('Customer', {'DisplayName': f'Berth {number:03}'})
        self.connection.write({'skip_no_address': True, 'skip_no_first_name': True})
        self.sandbox.requests.clear()
        left_out, calls = type(self.connection)._left_out, []

        def ask(connection, *args, **kwargs):
            calls.append(sum(row.entity == 'customer' for row in self.sandbox.requests))
            if len(calls) == 1:
                person.with_user(self.user).phone = '555 0100'
                self.env.flush_all()
            return left_out(connection, *args, **kwargs)

        self.env['qbo.event']._append(self.connection._schedule('customers'), 'import')
        with patch.object(type(self.connection), '_left_out', ask), patch.object(pull, 'USERS_S', 0):
            self.run_engine()
        self.assertEqual(calls[:2], [0, 1], "before the rest of the page")
