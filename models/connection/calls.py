"""Calls to QuickBooks that a connection makes: reads, their trace, and the room that Intuit's limits leave."""

import time
from datetime import datetime, timedelta, timezone

from odoo import fields, models

from ...qbo import client, entities, errors, throttle


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

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
