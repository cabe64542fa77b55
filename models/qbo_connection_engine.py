"""The engine of a connection: one scheduled action that sends, pulls and recovers, in this order.

One engine a realm means that nothing of a realm runs twice at once; realms run side by side, on any Odoo node.
"""

import random
import time
from datetime import datetime, timedelta, timezone

import psycopg2.extensions
from odoo import fields, models
from odoo.exceptions import UserError

from ..qbo import client, entities, errors, throttle
from .messages import sentence

PAUSE_MAX_S = 60  # an outage of QuickBooks is noticed to be over within a minute
QUOTA_PAUSE = timedelta(hours=1)


class SwitchedOff(Exception):
    """An administrator switched the synchronisation off in the middle of a step. What is not committed is undone."""


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    def _cron_run(self):
        """Do all that is due: send what users changed, ask again what was not answered, pull, send bulk work.

        Each step is small and committed, so that a crash costs one step and a user's edit waits for one step.
        """
        # Odoo's own defaults choose a day in this environment too: the one of an exchange difference, an activity.
        self = self.with_company(self.company_id).with_context(lang=self._language(), tz=self.tz)
        cron = self.env['ir.cron']
        steps = (self._go_live, self._push_users, self._push_unanswered, self._pull, self._push_bulk, self._take_back)
        if self.state == 'connected' and self._warn_of_end():
            cron._commit_progress(remaining=1)  # told once, whatever fails next
        try:
            while self._may_run() and (done := next(filter(None, (step() for step in steps)), 0)):
                if not cron._commit_progress(done, remaining=1):
                    return
            self._rest()
        except errors.QboError as error:
            self._hold(error)
        except SwitchedOff:
            self.env.cr.rollback()
        except UserError as error:
            self.env.cr.rollback()
            self._lost(str(error))
        except psycopg2.extensions.TransactionRollbackError:
            # A user saved the very record at the same moment: begin again. Each step can be repeated.
            self.env.cr.rollback()
            self._wake()
        cron._commit_progress(remaining=0)

    def _rest(self):
        """Do what has to wait until nothing is left to do. Others extend this."""

    def _may_run(self):
        """Return whether the engine may call QuickBooks now; while paused, wake it when the pause is over.

        Asked before each step: an administrator may switch off in the middle of an import.
        """
        if self.state != 'connected' or not self.sync_on:
            return False
        if self.paused_until and self.paused_until > fields.Datetime.now():
            self._wake(self.paused_until)
            return False
        return True

    def _check_on(self):
        """End the step under way where an administrator has switched off meanwhile; it begins again later.

        :raise SwitchedOff: to be called after a commit
        """
        if not self.sync_on:
            raise SwitchedOff

    def _language(self):
        return self.company_id.partner_id.lang or self.env.lang or 'en_US'

    def _hold(self, error):
        """Stop the engine after a failure that is not one record's: pause, or ask for a new connection.

        Changes and unanswered requests stay and go on afterwards.

        :param qbo.errors.QboError error: transient, throttled, quota or authorisation
        """
        self.env.cr.rollback()
        self.env.invalidate_all()
        if error.kind is errors.Kind.AUTHORISATION:
            self._lost(self._why_lost(error))
            return
        self.failures += 1
        self.paused_until = fields.Datetime.now() + self._pause(error.kind)
        if not self.message:
            self._log('connection', sentence(self.env, error), level='warning')
        self.message = sentence(self.env, error)
        self._wake(self.paused_until)

    def _pause(self, kind):
        if kind is errors.Kind.QUOTA:
            return QUOTA_PAUSE
        if kind is errors.Kind.THROTTLED:
            return timedelta(seconds=throttle.PAUSE_S)
        return timedelta(seconds=min(throttle.backoff(self.failures, random.random), PAUSE_MAX_S))

    def _succeeded(self):
        """Forget past failures: QuickBooks answers."""
        if self.failures or self.paused_until or self.message:
            self.write({'failures': 0, 'paused_until': False, 'message': False})
            self._log('connection', self.env._("QuickBooks answers again."))

    def _ask(self, function):
        """Return ``function(client)``, once more with a new token where the old one was refused.

        Used for reads; writes go through their stored requests.
        """
        try:
            return function(self._client())
        except errors.TokenRejected as error:
            return function(self._client(self._access_token(error.token)))

    def _read(self, statement, call):
        """Make a metered read, note it in the trace, and return its answer.

        :param str statement: what the trace shows
        :param call: ``call(client)`` makes the read
        """
        answer = self._ask(call)
        self.env['qbo.request']._note_read(self, answer, statement)
        self._succeeded()
        return answer

    def _fetch(self, entity, qbo_ids):
        """Return the current entities with these ids, in one query.

        :param str entity: ``'Customer'``
        :param qbo_ids: ids as strings, not more than a page
        """
        return self._query(entity, f'Id IN ({", ".join(client.quote(qbo_id) for qbo_id in qbo_ids)})')

    def _query(self, entity, where, tail='MAXRESULTS 1000'):
        """Return the entities in a condition, inactive ones included (lists hide them otherwise, qbo-api 5)."""
        if entity in entities.LISTS:
            where = f'{where} AND Active IN (true, false)'
        statement = f'SELECT * FROM {entity} WHERE {where} {tail}'
        return self._read(statement, lambda qbo: qbo.query(statement)).values

    def _room(self, calls, batch=False):
        """Return how many of ``calls`` may go now without passing Intuit's limits, shared by all Odoo nodes.

        A full second is waited out; for a full minute the engine stops and is woken when there is room again.

        :param int calls: how many the caller would like to make
        :param bool batch: calls of the batch endpoint, which has a limit of its own
        """
        now = datetime.now(timezone.utc)
        limits = [(self._sent_times(), throttle.LIMITS)]
        if batch:
            limits.append((self._sent_times(batch_only=True), throttle.BATCH_LIMITS))
        free = min(throttle.free_slots(sent, now, limit) for sent, limit in limits)
        if free:
            return min(calls, free)
        wait_s = max((throttle.next_free_at(sent, now, limit) - now).total_seconds() for sent, limit in limits)
        if wait_s <= 1:
            time.sleep(wait_s)  # a trigger would take up to a minute
            return 1
        self._wake(fields.Datetime.now() + timedelta(seconds=wait_s))
        return 0

    def _sent_times(self, batch_only=False):
        sent = self.env['qbo.request']._sent_times(self, batch_only)
        return [at.replace(tzinfo=timezone.utc) for at in sent]
