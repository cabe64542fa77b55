"""What runs at a time of a company's own clock: one scheduled action a kind, for all companies."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..payment_case import PaymentCase

KINDS = ('customers', 'products', 'services', 'documents', 'attachments', 'lists', 'end of day')
FAULTS = 'odoo.addons.quickbooks_online.models.connection.timed'

CLOCKS = (
    # time zone, kind, when it strikes, when it strikes next; in UTC
    ('America/Los_Angeles', 'customers', '2026-11-01 07:00', '2026-11-01 10:00'),  # 1:00 comes twice, 2:00 once
    ('America/Los_Angeles', 'customers', '2027-03-14 08:00', '2027-03-14 11:00'),  # there is no 2:00
    ('America/Los_Angeles', 'documents', '2027-03-14 09:45', '2027-03-14 10:00'),
    ('America/Los_Angeles', 'attachments', '2027-03-14 08:45', '2027-03-14 11:45'),  # there is no 2:45
    ('America/Los_Angeles', 'services', '2026-11-01 07:00', '2026-12-01 08:00'),
    ('America/Los_Angeles', 'lists', '2026-10-31 11:00', '2026-11-01 12:00'),
    ('America/Los_Angeles', 'end of day', '2026-11-01 05:00', '2026-11-02 06:00'),  # at 22:00, 25 hours later
    ('America/Los_Angeles', 'end of day', '2027-03-14 06:00', '2027-03-15 05:00'),
    ('Europe/Berlin', 'customers', '2026-10-25 00:00', '2026-10-25 01:00'),  # 2:00 comes twice
    ('Europe/Berlin', 'customers', '2027-03-27 23:00', '2027-03-28 02:00'),
    ('Europe/Berlin', 'products', '2027-03-28 00:30', '2027-03-28 01:30'),
    ('Europe/Berlin', 'lists', '2026-10-24 02:00', '2026-10-25 03:00'),
    ('Europe/Berlin', 'end of day', '2026-10-24 20:00', '2026-10-25 21:00'),
)


@tagged('post_install', '-at_install')
class TestTimed(PaymentCase):
    """A table of kinds, and of what may be the matter with a company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.sync_entries = True
        cls.connection.attachments = 'pdf'
        company = cls.env['res.company'].create({'name': "Second company"})
        cls.manager.company_ids |= company
        realm_id = cls.sandbox.realm_ids[1]
        vals = {
            'company_id': company.id,
            'realm_entry': realm_id,
            'token_entry': cls.sandbox.refresh_token(realm_id),
        }
        cls.other = cls.env['qbo.connection'].create({**cls._connection_vals(), **vals})
        cls.other.with_user(cls.manager).action_connect_direct()
        cls.other.sync_entries = True
        cls.other.attachments = 'pdf'
        journal = cls.env['account.journal'].create(
            {'name': "Misc", 'type': 'general', 'code': 'QMISC', 'company_id': company.id}
        )
        cls.stores = cls.env['qbo.store'].create(
            [
                {'name': "Burbank", 'connection_id': cls.connection.id, 'journal_ids': [Command.set(cls.bank.ids)]},
                {'name': "Second", 'connection_id': cls.other.id, 'journal_ids': [Command.set(journal.ids)]},
            ]
        )
        cls.sandbox.snapshot()

    def timed(self, kind, connection=None):
        """Return what runs at the times of a kind: a schedule or a store."""
        connection = connection or self.connection
        if kind == 'end of day':
            return self.stores.filtered(lambda store: store.connection_id == connection)
        return connection.sudo()._schedule(kind)

    def due(self, *records):
        for record in records:
            record.next_run = fields.Datetime.now()
            if record._name == 'qbo.store':
                record.closed_on = False

    def ran(self, record):
        """Return whether a schedule asked its engine to pull, or a store ended its day; once."""
        if record._name == 'qbo.store':
            return bool(record.closed_on)
        events = self.env['qbo.event'].search([('schedule_id', '=', record.id)])
        self.assertLessEqual(len(events), 1)
        self.assertLessEqual(set(events.mapped('source')), {'schedule'})
        woken = self.env['ir.cron.trigger'].search_count([('cron_id', '=', record.connection_id.cron_id.id)])
        self.assertTrue(woken or not events)
        return bool(events)

    def each(self):
        """Yield the record of each kind in both companies, with nothing asked for and nobody woken yet."""
        for kind in KINDS:
            mine, theirs = self.timed(kind), self.timed(kind, self.other)
            self.env['qbo.event'].search([]).unlink()
            self.env['ir.cron.trigger'].search([]).unlink()
            with self.subTest(kind):
                yield mine, theirs

    def assertPlanned(self, record):
        """Assert that a record runs at its next time, to the minute."""
        self.assertEqual(record.next_run, record._next())
        soonest = min(filter(None, record.search([]).filtered(self.shares(record)).mapped('next_run')))
        self.assertIn(soonest, self.triggers(record))

    def shares(self, record):
        return lambda other: other._cron() == record._cron()

    # === ONE ACTION, ALL COMPANIES === #

    def test_what_is_due_runs_in_each_company_and_is_planned_to_the_minute(self):
        for mine, theirs in self.each():
            self.due(mine, theirs)
            self._run_cron(mine._cron())
            self.assertTrue(self.ran(mine) and self.ran(theirs))
            self.assertPlanned(mine)
            self.assertPlanned(theirs)

    def test_what_is_not_due_waits_for_its_time(self):
        for mine, theirs in self.each():
            self.due(theirs, mine)
            later = mine.next_run = fields.Datetime.now() + timedelta(minutes=7)
            self._run_cron(mine._cron())
            self.assertEqual((self.ran(mine), self.ran(theirs)), (False, True))
            self.assertEqual(mine.next_run, later)
            self.assertIn(min(later, theirs.next_run), self.triggers(mine))

    def test_a_second_run_right_after_does_nothing(self):
        for mine, theirs in self.each():
            self.due(mine)
            self._run_cron(mine._cron())
            planned = mine.next_run
            self._run_cron(mine._cron())
            self.assertTrue(self.ran(mine))
            self.assertFalse(self.ran(theirs))
            self.assertEqual(mine.next_run, planned)

    def test_a_company_that_fails_stops_no_other_and_says_so(self):
        for mine, theirs in self.each():
            self.due(theirs)
            self.due(mine)
            theirs.next_run -= timedelta(minutes=5)  # first of all
            self._break_other()
            logs = self.env['qbo.log'].search([])
            before = fields.Datetime.now()
            with mute_logger(FAULTS):
                self._run_cron(mine._cron())
            self.assertEqual((self.ran(mine), self.ran(theirs)), (True, False))
            self.assertPlanned(mine)
            again = theirs.next_run - timedelta(minutes=30)
            self.assertTrue(before <= again <= fields.Datetime.now(), again)
            line = (self.env['qbo.log'].search([]) - logs).filtered(lambda line: line.level == 'error')
            self.assertEqual(line.connection_id, self.other)
            self.assertIn('Mars/Olympus', line.text)
            self.assertIn(theirs.display_name, line.text)
            self.assertFalse(mine._cron().failure_count)

    def test_what_failed_runs_when_it_is_mended(self):
        for mine, theirs in self.each():
            self.due(theirs)
            self._break_other()
            with mute_logger(FAULTS):
                self._run_cron(mine._cron())
            self.other.tz = 'UTC'
            self.due(theirs)
            self._run_cron(mine._cron())
            self.assertTrue(self.ran(theirs))
            self.assertPlanned(theirs)

    # === WHAT DOES NOT RUN === #

    def test_nothing_is_pulled_for_a_company_that_is_not_connected(self):
        """Nor for one that is switched off; an end of day is collected while the access is lost, as changes are."""
        states = (
            ('action_disconnect', False, True),
            ('action_switch_off', False, True),
            ('action_start_over', False, False),
        )
        for action, pulls, ends_days in states:
            getattr(self.other.with_user(self.manager), action)()
            for mine, theirs in self.each():
                runs = ends_days if theirs._name == 'qbo.store' else pulls
                self.assertEqual(bool(theirs.next_run), runs, action)
                self.due(mine, theirs)
                self._run_cron(mine._cron())
                self.assertEqual((self.ran(mine), self.ran(theirs)), (True, runs), action)
                self.assertEqual(bool(theirs.next_run), runs, action)
            self.other.with_user(self.manager).action_switch_on()
            self.other.realm_entry = self.sandbox.realm_ids[1]
            self.other.token_entry = self.sandbox.refresh_token(self.sandbox.realm_ids[1])
            self.other.with_user(self.manager).action_connect_direct()
            for mine, theirs in self.each():
                (mine | theirs)._plan()  # both: the clock may have passed the time that the one had
                self.assertPlanned(theirs)

    def test_an_archived_store_and_one_that_closes_by_hand_end_no_day(self):
        store = self.timed('end of day')
        for name in ('active', 'closes_by_itself'):
            with self.subTest(name):
                store[name] = False
                self.assertFalse(store.next_run)
                self.due(store)
                self._run_cron(store._cron())
                self.assertFalse(store.closed_on)
                store[name] = True
                self.assertPlanned(store)

    # === WHEN === #

    def test_what_moves_the_clock_moves_the_next_run(self):
        for zone in ('Asia/Kathmandu', 'America/New_York'):
            for mine, theirs in self.each():
                theirs.next_run = False
                self.connection.tz = 'UTC'
                self.connection.tz = zone
                self.assertPlanned(mine)
        store = self.timed('end of day')
        self.timed('end of day', self.other).next_run = False
        for closing_time in (2.0, 22.5, 23.999):
            store.closing_time = closing_time
            self.assertPlanned(store)

    def test_daylight_saving_in_two_time_zones(self):
        for zone, kind, now, later in CLOCKS:
            with self.subTest(zone, kind=kind, now=now), freeze_time(now):
                self.connection.tz = zone
                self.env['ir.cron.trigger'].search([]).unlink()
                self.timed(kind, self.other).next_run = False
                record = self.timed(kind)
                self.due(record)
                self._run_cron(record._cron())
                self.assertEqual(record.next_run, datetime.fromisoformat(later))
                self.assertEqual(self.triggers(record), [record.next_run])

    def test_after_a_restart_the_hourly_check_takes_what_was_missed_once(self):
        for mine, _theirs in self.each():
            self.due(mine)
            mine.next_run -= timedelta(days=3)
            self._run_cron(mine._cron())
            self.assertTrue(self.ran(mine))
            self.assertPlanned(mine)

    def test_an_action_that_an_administrator_deleted_stops_nobody(self):
        for mine, _theirs in self.each():
            mine._cron().unlink()
            self.connection.tz = 'UTC'
            self.assertEqual(mine.next_run, mine._next())

    def test_connecting_a_neutralized_copy_switches_the_pulls_on(self):
        crons = self.env['ir.cron'].union(*(self.timed(kind)._cron() for kind in KINDS[:-1]))
        crons.active = False
        self.connection.with_user(self.manager).action_disconnect()
        self.connection.realm_entry = self.sandbox.realm_id
        self.connection.token_entry = self.sandbox.refresh_token()
        self.connection.with_user(self.manager).action_connect_direct()
        self.assertEqual(crons.mapped('active'), [True] * 6)

    def test_the_names_say_what_the_interval_is_for(self):
        for mine, _theirs in self.each():
            cron = mine._cron()
            self.assertIn("hourly check", cron.name)
            self.assertEqual((cron.interval_number, cron.interval_type), (1, 'hours'))

    def _break_other(self):
        """Let the server know less time zones than it did when the other company chose one."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE qbo_connection SET tz = 'Mars/Olympus' WHERE id = %s", [self.other.id])
        self.env.invalidate_all()
