"""Calls to QuickBooks that a connection makes: reads, their trace, and the room that Intuit's limits leave."""

import time
from datetime import datetime, timezone

from odoo import fields, models

from ...qbo import client, entities, errors, throttle

WAIT_S = 1


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    batches_per_minute = fields.Integer(
        "Batch Calls Allowed in a Minute",
        default=throttle.BATCHES_FIRST,
        readonly=True,
        copy=False,
        help="What QuickBooks takes, as far as is found out: more after a minute without a refusal, less after one.",
    )
    batches_since = fields.Datetime(readonly=True, copy=False)

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

        Where none may, up to a second is waited out, and 0 means: ask again. A trigger of Odoo's would come up to a
        minute later, which is what these limits are counted in.

        :param int calls: how many the caller would like to make
        :param bool batch: calls of the batch endpoint, which has a limit of its own
        """
        now = datetime.now(timezone.utc)
        limits = [(self._sent_times(), throttle.LIMITS)]
        if batch:
            limits.append((self._sent_times(batch_only=True), throttle.batch_limits(self.batches_per_minute)))
        free = min(throttle.free_slots(sent, now, limit) for sent, limit in limits)
        if free:
            return min(calls, free)
        wait_s = max((throttle.next_free_at(sent, now, limit) - now).total_seconds() for sent, limit in limits)
        time.sleep(min(wait_s, WAIT_S))
        return int(wait_s <= WAIT_S)

    def _speed_up(self):
        """Send more batches a minute after a minute in which as many as are allowed went well."""
        now = datetime.now(timezone.utc)
        since = (self.batches_since or self.create_date).replace(tzinfo=timezone.utc)
        limit = throttle.raised(self.batches_per_minute, self._sent_times(batch_only=True), since, now)
        if limit != self.batches_per_minute:
            self.write({'batches_per_minute': limit, 'batches_since': fields.Datetime.now()})

    def _slow_down(self):
        """Send half as many batches a minute: QuickBooks refused one."""
        limit = throttle.halved(self.batches_per_minute)
        self.write({'batches_per_minute': limit, 'batches_since': fields.Datetime.now()})

    def _sent_times(self, batch_only=False):
        sent = self.env['qbo.request']._sent_times(self, batch_only)
        return [at.replace(tzinfo=timezone.utc) for at in sent]
