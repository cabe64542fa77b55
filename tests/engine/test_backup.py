"""What a restored backup does not know of: it is looked for before it is sent."""

import ast
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from odoo.tools import mute_logger

from .test_lost import LostCase

ROOT = Path(__file__).parents[2]


class TestBackup(LostCase):
    """A restored backup of the same database."""

    def restore(self, *records):
        """Make Odoo forget that records went to QuickBooks, as a backup does that is older; the mark is ahead."""
        number = self.connection._last_number()
        for record in records:
            link = self.link(record)
            link.request_ids.unlink()
            link.unlink()
            self.env['qbo.change']._append(record, self.connection)
        self.connection._mark_stored(number + 100)
        self.addCleanup(self.connection._forget_mark)
        self.env.invalidate_all()
        self.sandbox.requests.clear()

    def synced_all(self):
        partner = self.customer("Harbor Marine Supply")
        self.connection.doc_numbering = 'qbo'
        invoice, payment = self.invoice(), self.payment(50.0)
        self.run_engine()
        for record in (partner, invoice, payment):
            self.assertEqual(record.qbo_state, 'synced', record.qbo_error)
        return partner, invoice, payment

    def assertNothingTwice(self, *records):
        for record in records:
            self.assertEqual(record.qbo_state, 'synced', record.qbo_error)
        self.assertEqual(self.writes(), [])
        for model, entity in (('res.partner', 'Customer'), ('account.move', 'Invoice'), ('account.payment', 'Payment')):
            linked = self.env['qbo.link'].search([('res_model', '=', model), ('qbo_id', '!=', False)])
            self.assertEqual(len(set(linked.mapped('qbo_id'))), len(linked), entity)
        self.assertEqual(self.env['account.payment'].search_count([('amount', '=', 50.0)]), 1)
        self.assertEqual(self.env['account.move'].search_count([('move_type', '=', 'out_invoice')]), 1)

    def test_what_was_sent_after_the_backup_is_found(self):
        records = self.synced_all()
        self.restore(*records)
        self.run_engine()
        self.assertLogged("restored from a backup")
        self.assertNothingTwice(*records)
        self.assertFalse(self.connection.is_catching_up)
        first = next(row.entity for row in self.sandbox.requests if row.path.startswith('/v3/'))
        self.assertIn(first, ('cdc', 'query'))

    def test_it_is_noticed_once(self):
        self.restore(*self.synced_all())
        self.run_engine()
        restored_at = self.connection.restored_at
        self.customer("Next")
        self.run_engine()
        self.pull()
        self.assertEqual(self.connection.restored_at, restored_at)

    def test_what_is_new_since_is_sent_without_looking(self):
        self.restore(*self.synced_all())
        self.run_engine()
        self.sandbox.requests.clear()
        self.connection.restored_at -= timedelta(hours=1)
        partner = self.customer("Next")
        self.run_engine()
        self.assertEqual((partner.qbo_state, self.queries()), ('synced', 0))

    def test_one_that_may_be_another_is_asked_about_and_waits(self):
        payment = self.synced(self.payment(50.0, payment_reference='7'))
        [row] = self.theirs()
        self.restore(payment)
        self.sandbox.update('Payment', row['Id'], {'PaymentRefNum': '8'})
        self.run_engine()
        self.assertEqual(self.env['account.payment'].search_count([('amount', '=', 50.0)]), 1)
        self.press(self.question(payment), row['Id'])
        self.assertEqual((payment.qbo_state, payment.qbo_id), ('synced', row['Id']), payment.qbo_error)
        self.assertEqual(len(self.theirs()), 1)

    def test_a_change_that_was_on_its_way_when_the_backup_was_made(self):
        partner = self.synced_customer("Harbor Marine Supply")
        link = self.link(partner)
        token, base = link.sync_token, dict(link.base_odoo)
        partner.phone = '555 0100'
        self.run_engine()
        self.restore()
        link.write({'sync_token': token, 'base_odoo': base, 'base_qbo': base})
        self.env['qbo.change']._append(partner, self.connection)
        self.run_engine()
        self.assertEqual((partner.qbo_state, partner.phone), ('synced', '555 0100'), partner.qbo_error)
        self.assertEqual(self.writes(), [])

    def test_an_administrator_says_it_where_the_mark_is_missing(self):
        records = self.synced_all()
        self.restore(*records)
        self.connection._forget_mark()
        self.connection.with_user(self.manager).action_restored()
        self.run_engine()
        self.assertNothingTwice(*records)

    def test_each_wave_is_marked_and_a_mark_that_cannot_be_written_stops_nothing(self):
        self.synced_customer("Ada")
        last = self.env['qbo.request'].search([('operation', '=', 'create')], limit=1)
        self.assertEqual(self.connection._stored_outside(), last.id)
        self.addCleanup(self.connection._forget_mark)
        for turn in range(2):
            with (
                patch('odoo.addons.quickbooks_online.models.connection.backup.FOLDER', '/proc/none'),
                mute_logger('odoo.addons.quickbooks_online.models.connection.backup'),
            ):
                self.synced_customer(f"Bo {turn}")
        told = self.env['qbo.log'].search([('text', 'like', "A restored backup could not be told")])
        self.assertEqual(len(told), 1)

    def test_a_copy_that_takes_over_looks_for_what_the_original_sent(self):
        self.env['ir.config_parameter'].set_param('database.uuid', 'another')
        self.env.invalidate_all()
        self.connection.with_user(self.manager).action_original()
        self.assertTrue(self.connection.is_catching_up)

    def test_request_ids_never_follow_from_record_ids(self):
        """The same record gives another id each time, and no call site makes one of anything but chance or content."""
        partner = self.customer("Ada")
        self.run_engine()
        first = self.link(partner).request_ids.call_id
        self.restore(partner)
        self.connection._forget_mark()
        for row in self.named("Ada"):
            self.sandbox.update('Customer', row['Id'], {'DisplayName': "Bo"})
        self.run_engine()
        self.assertNotEqual(self.link(partner).request_ids[:1].call_id, first)
        given = set()
        for path in (ROOT / 'models').rglob('*.py'):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Dict):
                    pairs = zip(node.keys, node.values, strict=True)
                    given |= {ast.unparse(value) for key, value in pairs if getattr(key, 'value', None) == 'call_id'}
        self.assertEqual(given, {'call_id', "answer.tid or 'read'", 'str(uuid.uuid4())'})
