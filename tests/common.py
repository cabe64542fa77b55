import functools
import json
import os
import sqlite3
from contextlib import closing, nullcontext
from datetime import datetime, timedelta, timezone
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytz
from odoo import fields, models
from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged

from ..models.mapping.step import Step
from ..sandbox.server import Sandbox

AT = 'QBO_TEST_AT'
"""The environment variable that says what time it is where the company is: ``23:50``. ``script/test --at`` sets it."""


def time_zone():
    """Return the time zone of the company: Los Angeles, or one where it is about as late now as the variable says."""
    if AT not in os.environ:
        return 'America/Los_Angeles'
    now = datetime.now(timezone.utc)
    hour, minute = map(int, os.environ[AT].split(':'))

    def distance(name):
        there = now.astimezone(ZoneInfo(name))
        early = hour * 60 + minute - there.hour * 60 - there.minute
        # Not later, so that midnight does not pass in the middle of a test; rather where it is another day than in UTC.
        return early < 0, abs(early), there.date() == now.date(), name

    return min(pytz.all_timezones, key=distance)


READY = 'quickbooks_online.ready_made'
"""The system parameter of a database that holds the set-up of test cases: what is what there."""


@functools.cache
def seeded(country):
    """Return the data of a fresh sandbox; making it takes as long as a test."""
    return Sandbox(seed='sample', country=country).copy()


def _plain(case, name):
    """Return an attribute of a class, without the class where it is a method of it."""
    value = getattr(case, name, None)
    return getattr(value, '__func__', value)


@tagged('post_install', '-at_install')
class QboCase(TransactionCase):
    """A company connected to a sandbox that listens on this machine.

    The database rolls back after each test; the sandbox is restored to what it was at the end of ``setUpClass``.
    Everything runs for real: HTTP, crons, commits (as savepoints). Time moves with :meth:`wait`.
    """

    sandbox_country = 'US'
    is_kept_ready = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._signal_as_simulated()
        cls.company = cls.env.company
        if not cls._take_ready():
            cls._set_up()
        cls.sandbox.requests.clear()
        cls.sandbox.snapshot()

    @classmethod
    def _signal_as_simulated(cls):
        """Let the database tell the number of cache changes that Odoo's test cases count in memory only."""
        registry, get_sequences = cls.registry, cls.registry.get_sequences

        def sequences(cr):
            registry_sequence, _stored = get_sequences(cr)
            return registry_sequence, dict(registry.cache_sequences)

        cls.startClassPatcher(patch.object(registry, 'get_sequences', sequences))

    @classmethod
    def _set_up(cls):
        """Make what the tests of the class begin with, in both systems."""
        cls._start_sandbox(seeded(cls.sandbox_country))
        cls.manager = cls._new_user(
            'qbo_manager',
            'base.group_user,base.group_partner_manager,account.group_account_manager,'
            'quickbooks_online.quickbooks_online_group_manager',
        )
        cls.user = cls._new_user('qbo_user', 'base.group_user,base.group_partner_manager,account.group_account_invoice')
        cls.connection = cls.env['qbo.connection'].create(cls._connection_vals())
        cls.connection.with_user(cls.manager).action_connect_direct()

    @classmethod
    def _start_sandbox(cls, like):
        cls.sandbox = Sandbox(like=like).start()
        # On in a new company at Intuit. Only tests of what QuickBooks applies by itself have it on.
        cls.sandbox.configure(preferences={'SalesFormsPrefs': {'AutoApplyCredit': False}})
        cls.addClassCleanup(cls.sandbox.stop)

    @classmethod
    def _new_user(cls, login, groups):
        return new_test_user(cls.env, login, groups, context={'no_reset_password': True})

    @classmethod
    def _connection_vals(cls):
        return {
            'company_id': cls.company.id,
            'environment': 'local',
            'local_url': cls.sandbox.url,
            'client_id': cls.sandbox.client_id,
            'client_secret': cls.sandbox.client_secret,
            'verifier_token': cls.sandbox.verifier_token,
            'realm_entry': cls.sandbox.realm_id,
            'token_entry': cls.sandbox.refresh_token(),
            'tz': time_zone(),
            'sync_customers': True,
        }

    # === READY MADE === #

    @classmethod
    def ready_made_case(cls):
        """Return the case whose set-up is this class's too, and is worth keeping in a database; None without one.

        The test runner may then offer such a database. In any other the class sets up everything itself.
        """
        case = next((base for base in cls.__mro__ if 'is_kept_ready' in vars(base)), None)
        same = ('_set_up', '_connection_vals', '_billing_vals', 'sandbox_country')
        return case if case and all(_plain(cls, name) == _plain(case, name) for name in same) else None

    @classmethod
    def keep_ready(cls, path):
        """Commit what was set up, and note in the database what it is. QuickBooks' part goes to a file."""
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as file:
            cls.sandbox.copy().backup(file)
        records = {
            name: (value._name, value.ids) for name, value in vars(cls).items() if isinstance(value, models.BaseModel)
        }
        cls.env['ir.config_parameter'].set_param(READY, json.dumps({'records': records, 'sandbox': str(path)}))
        cls.env.flush_all()
        # All that the class made is there, and its own transaction ends here. `cr.commit` is forbidden in test cases.
        type(cls.cr).commit(cls.cr)

    @classmethod
    def _take_ready(cls):
        """Begin with what the database holds, connected to a sandbox of the class's own; tell whether it holds that."""
        ready = cls.env['ir.config_parameter'].get_param(READY)
        if not ready or not cls.ready_made_case():
            return False
        ready = json.loads(ready)
        for name, (model, ids) in ready['records'].items():
            setattr(cls, name, cls.env[model].browse(ids))
        with closing(sqlite3.connect(ready['sandbox'])) as file:
            cls._start_sandbox(file)
        cls.connection.write(cls._connection_vals())
        cls.connection.with_user(cls.manager).action_connect_direct()
        return True

    def setUp(self):
        super().setUp()
        self.sandbox.restore()

    # === ACTING === #

    def customer(self, name="Harbor Marine Supply", **vals):
        """Create a customer as the bookkeeper does."""
        return self.env['res.partner'].with_user(self.user).create({'name': name, 'customer_rank': 1, **vals})

    def synced_customer(self, name="Harbor Marine Supply", **vals):
        """Return a customer that is in QuickBooks already, with a clean request log."""
        partner = self.customer(name, **vals)
        self.run_engine()
        self.assertEqual(partner.qbo_state, 'synced', partner.qbo_error)
        self.sandbox.requests.clear()
        return partner

    def run_engine(self):
        """Run the connection's scheduled action, as the server does after a commit: until nothing is left to do.

        :return: how often it ran: once, unless Odoo gave it no more time
        """
        progress, runs, is_left = self.env['ir.cron.progress'].sudo(), 0, True
        while is_left:
            self._run_cron(self.connection.cron_id)
            last = progress.search([('cron_id', '=', self.connection.cron_id.id)], order='id desc', limit=1)
            runs, is_left = runs + 1, bool(last.remaining)
        return runs

    def pull(self, schedule='customers'):
        """Let the schedule's hour strike, and run the engine; return how often it ran."""
        self.strike(self.connection._schedule(schedule))
        return self.run_engine()

    def strike(self, records):
        """Let the time of schedules or stores come, and run the scheduled action that they share."""
        records.next_run = fields.Datetime.now()
        for record in records:
            self._run_cron(record._cron())

    def after_commit(self):
        """Do what waits for the end of the transaction, as a commit does."""
        self.env.flush_all()
        self.env.cr.postcommit.run()

    def _run_cron(self, cron):
        self.env.flush_all()
        with self._crons_may_commit():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def compare(self):
        """Have both sides compared, as an administrator asks for and the engine does."""
        with self._crons_may_commit():
            self.connection.with_user(self.manager).action_compare()
            self.env['qbo.setup'].sudo()._do_asked(self.connection)

    def _crons_may_commit(self):
        """Let new cursors share the test's transaction; a test with HTTP does so all the time."""
        return nullcontext() if isinstance(self, HttpCase) else self.enter_registry_test_mode()

    def wait(self, **delta):
        """Let time pass for what waits: pauses and retries."""
        moved = timedelta(**delta)
        self.sandbox.clock.advance(**delta)
        credential = self.connection._credential()
        for record, name in (
            (credential, 'access_expires_at'),
            (credential, 'refreshed_at'),
            *((connection, 'paused_until') for connection in self.connection),
            *((connection, 'attachments_rest') for connection in self.connection),
            *((request, 'retry_at') for request in self.env['qbo.request'].search([('retry_at', '!=', False)])),
            *((link, 'retry_at') for link in self.env['qbo.link'].search([('retry_at', '!=', False)])),
            *((file, 'retry_at') for file in self.env['qbo.attachment'].search([('retry_at', '!=', False)])),
        ):
            if record[name]:
                record[name] -= moved

    # === LOOKING === #

    def triggers(self, record):
        """Return when the scheduled action of a schedule or store runs, but for its own interval."""
        return self.env['ir.cron.trigger'].search([('cron_id', '=', record._cron().id)]).mapped('call_at')

    def step(self):
        """Return a step of the connection, as the engine begins one."""
        return Step(self.connection.sudo())

    def mapping(self, record):
        """Return the mapping that a record is synchronized by."""
        return self.step().mapping_of(record)

    @property
    def today(self):
        """Which day it is where the company is."""
        return datetime.now(ZoneInfo(self.connection.tz)).date()

    def in_quickbooks(self, partner):
        """Return the customer that QuickBooks holds for a partner."""
        return self.sandbox.get('Customer', partner.qbo_id)

    def named(self, name):
        """Return the customers of that name in QuickBooks."""
        return [row for row in self.sandbox.all('Customer') if row['DisplayName'] == name]

    def assertRequests(self, *expected):
        """Assert which accounting calls QuickBooks saw: ``'POST customer'``, ``'GET cdc'``."""
        seen = [f'{row.method} {row.entity}' for row in self.sandbox.requests if row.path.startswith('/v3/')]
        self.assertEqual(seen, list(expected), f'\n{self.sandbox.requests.table()}')

    def assertLogged(self, text):
        """Assert that the activity log has a line with this text."""
        lines = self.env['qbo.log'].search([('connection_id', '=', self.connection.id)]).mapped('text')
        self.assertTrue(any(text in line for line in lines), f'{text!r} is not in {lines}')

    def link(self, record):
        return record.sudo().qbo_link_id
