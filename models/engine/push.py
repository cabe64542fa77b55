"""Outbox to QuickBooks: take the changes of a record together, decide, store, send.

In which order is said in ``edges.py``, what becomes of the answers in ``answers.py``.
"""

import json
import logging
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

from odoo import fields
from odoo.fields import Domain
from odoo.tools import split_every
from odoo.tools.translate import LazyTranslate

from ..connection.reason import Reason, declare
from .answers import Answers
from .apply import NOT_OF_ONE_RECORD, Apply
from .edges import Edges, Operation, key_of
from .lost import Lost
from .merged import follow_merged
from .outcomes import words_of
from .pace import BATCH_SIZE, CALLS_IN_FLIGHT, WAVE_SIZE, Pace
from .wire import call_quickbooks, wire_form

_logger = logging.getLogger(__name__)

ALONE = ('void', 'send')
_lt = LazyTranslate(__name__)
declare(
    {
        'internal_body': _lt("This could not be prepared for QuickBooks: %(error)s"),
    }
)


class Push:
    """Sends what changed in Odoo, a wave at a time.

    :param Pace pace: of bulk work, of the run that this step belongs to
    """

    def __init__(self, step, pace=None):
        self.pace = pace or Pace()
        self.step, self.connection, self.env = step, step.connection, step.env
        self.requests = self.env['qbo.request']
        self.cleared = self.env['qbo.change']  # changes that nothing is sent for
        self._required = {}  # (model, id, entity type): what mapping._requires gave
        self._is_wanted = {}  # the same: what mapping._wanted gave
        self._busy = None

    def users(self):
        """Send what people saved. Return how many records were looked at."""
        return self.send_wave(Domain('is_bulk', '=', False))

    def bulk(self):
        """Send a share of imports and mass edits. Return how many records were looked at."""
        begin = time.monotonic()
        self.pace.waited_s = 0.0
        if done := self.send_wave(Domain('is_bulk', '=', True), self.pace.size):
            self.pace.note(done, time.monotonic() - begin)
        return done

    def send_wave(self, domain, size=WAVE_SIZE):
        """Send what no other operation has to precede; the rest keeps its changes, and goes with the next wave."""
        if self.connection.is_catching_up:
            return 0
        self.forget()
        follow_merged(self)
        groups = self.next_changes(domain, size)
        if not groups:
            return 0
        if not self.connection._room(1):
            return 1
        operations, front = self.front(groups)
        front, there = Lost(self.step).not_there(front, Apply(self.step))
        operations = self.without(operations, there)
        self.keep_changes_of_the_rest(operations, front)
        # Together: deleting rows empties Odoo's cache, and the next record would have to be read again.
        self.cleared.unlink()
        self.step.forget_existing()
        if front:
            self.send(self.store(front))
        return len(groups)

    def front(self, groups):
        """Return ``(all operations of a wave, those that may go now)``; where one cannot be ordered, each by itself.

        :param groups: ``[(record, changes)]``
        """
        cleared = self.cleared
        try:
            with self.env.cr.savepoint():
                edges = Edges(self, groups)
                front = edges.front()
                return edges.operations, front
        except NOT_OF_ONE_RECORD:
            raise
        except Exception as error:
            self.step.forget()
            self.forget()
            self.cleared = cleared
            if len(groups) == 1:
                _logger.exception("%s %s could not be ordered", groups[0][0]._name, groups[0][0].id)
                self.failed(*groups[0], error)
                return [], []
        operations, front = [], []
        for group in groups:
            if all(group[0] != item.record for item in operations):  # it was taken in with one before
                some, first = self.front([group])
                operations, front = operations + some, front + first
        return operations, front

    def without(self, operations, there):
        """Return the operations of a wave without those whose entity is in QuickBooks already, or may be."""
        operations = [item for item in operations if item not in there]
        going = {item.record_key for item in operations}
        for item in there:
            if item.record_key not in going and item.link.state == 'error':
                self.cleared |= item.changes  # a person decides
        return operations

    def forget(self):
        """Begin a wave: nothing of the one before is known to hold still."""
        self._required.clear()
        self._is_wanted.clear()
        self._busy, self.cleared = None, self.env['qbo.change']

    # === WHICH RECORDS === #

    def here(self):
        """Return the domain of this connection's changes."""
        return Domain('connection_id', '=', self.connection.id)

    def next_changes(self, domain, size):
        """Return ``[(record, changes)]`` of the records to look at now, oldest change first, each record once.

        A record with a request whose effect is not known waits: what QuickBooks holds of it is not known. All changes
        of a record go together, those of bulk work too.
        """
        domain &= self.here()
        domain &= Domain('res_model', 'in', self.env['qbo.mapping']._models())
        for res_model, res_ids in self.busy_records().items():
            domain &= ~Domain([('res_model', '=', res_model), ('res_id', 'in', res_ids)])
        rows = self.env['qbo.change']._read_group(
            domain,
            ['res_model', 'res_id'],
            ['id:min'],
            order='id:min',
            limit=size,
        )
        ids = {}
        for res_model, res_id, _first in rows:
            ids.setdefault(res_model, []).append(res_id)
        of_these = Domain.OR(Domain([('res_model', '=', name), ('res_id', 'in', some)]) for name, some in ids.items())
        changes = self.env['qbo.change'].search(self.here() & of_these)
        changes = changes.grouped(lambda change: (change.res_model, change.res_id))
        # All of a model are read together.
        return [
            (self.env[res_model].browse(res_id).with_prefetch(ids[res_model]), changes[res_model, res_id])
            for res_model, res_id, _first in rows
        ]

    def busy_records(self):
        """Return ``{model: record ids}`` of the records with a request whose effect is not settled here."""
        if self._busy is None:
            links = self.requests._pending(self.connection).link_id
            self._busy = {name: group.mapped('res_id') for name, group in links.grouped('res_model').items()}
        return self._busy

    # === DECIDING === #

    def decide(self, groups):
        """Return the operations that these records and what they require come to.

        A required record goes even where its own mapping would not send it.
        """
        self.load([record for record, _changes in groups])
        cleared = self.cleared
        try:
            with self.env.cr.savepoint():
                required = self.required([record for record, _changes in groups])
                groups_ = self.with_missing(groups, required)
                self.make_links(groups_, required)
                return [item for group in groups_ for item in self.operations_of(*group, required)]
        except NOT_OF_ONE_RECORD:
            raise
        except Exception:
            # One of them cannot be prepared. Each on its own: the others go.
            self.step.forget()
            self._required.clear()
            self._is_wanted.clear()
            self.cleared = cleared
        required = self.required([record for record, _changes in groups], is_guarded=True)
        groups = self.with_missing(groups, required)
        return [item for group in groups for item in self.guarded(*group, required)]

    def load(self, records):
        """Read at once the links of these records, and which of them there still are."""
        for name, ids in _ids_by_model(records).items():
            self.step.load_links(self.env[name].browse(ids))
            self.step.load_existing(self.env[name].browse(ids))

    def make_links(self, groups, required):
        """Create at once the links of what is to be sent and has none."""
        pairs = [
            (mapping, record)
            for record, _changes in groups
            if self.step.exists(record)
            for mapping in self.mappings_of(record, required)
            if not self.step.link(record, mapping._entity) and self.is_wanted(mapping, record, required)
        ]
        if pairs:
            self.step.make_links(pairs)

    def with_missing(self, groups, required):
        """Return the groups after those of what they require, which have no changes of their own."""
        in_groups = {(record._name, record.id) for record, _changes in groups}
        missing = {}
        for _mapping, record in required.values():
            if (record._name, record.id) not in in_groups:
                missing[record._name, record.id] = record, self.env['qbo.change']
        return [*missing.values(), *groups]

    def requires(self, mapping, record):
        """Return what QuickBooks has to know before a record; asked once a wave."""
        key = key_of(mapping, record)
        if key not in self._required:
            mapping._prepare(self.step, record)
            self._required[key] = mapping._requires(self.step, record)
        return self._required[key]

    def required(self, records, is_guarded=False):
        """Return ``{key: (mapping, record)}`` of what these records need in QuickBooks and what is not there yet.

        What waits for the answer to its creation is left out, or it would be created twice.

        :param bool is_guarded: leave out a record that cannot be asked; it says so itself when it is decided about
        """
        needed = {}
        for record in records:
            try:
                with self.env.cr.savepoint(flush=False) if is_guarded else nullcontext():
                    for mapping in self.step.mappings_of(record) if self.step.exists(record) else ():
                        needed.update({key_of(*pair): pair for pair in self.requires(mapping, record)})
            except NOT_OF_ONE_RECORD:
                raise
            except Exception:
                if not is_guarded:
                    raise
        self.load([record for _mapping, record in needed.values()])
        busy = self.busy_records()
        return {
            key: (mapping, record)
            for key, (mapping, record) in needed.items()
            if record.id not in busy.get(record._name, ()) and not self.step.link(record, mapping._entity).qbo_id
        }

    def guarded(self, record, changes, required):
        """Return the operations of one record; a failure of ours is an error on this record and stops no other."""
        try:
            with self.env.cr.savepoint():
                return self.operations_of(record, changes, required)
        except NOT_OF_ONE_RECORD:
            raise
        except Exception as error:
            _logger.exception("%s %s could not be prepared for QuickBooks", record._name, record.id)
            self.step.forget(record)
            self.failed(record, changes, error)
            return []

    def failed(self, record, changes, error):
        """Show on a record that it cannot be prepared."""
        reason = Reason('internal_body', {'error': words_of(error)})
        try:
            mappings = self.step.mappings_of(record)
        except NOT_OF_ONE_RECORD:
            raise
        except Exception:
            # It cannot even be asked what it is: what it may be says so.
            mappings = [item for item in self.step.mappings if item._record_model == record._name][:1]
        for mapping in mappings:
            link = self.step.link_for(mapping, record)
            link._fail(reason)
            self.connection._log('push', self.connection._words(reason), link, level='error')
        self.cleared |= changes

    def mappings_of(self, record, required):
        """Return the mappings of a record: its own, and those that others require it by."""
        mappings = self.step.mappings_of(record)
        return mappings + [
            mapping for mapping, needed in required.values() if needed == record and mapping not in mappings
        ]

    def is_wanted(self, mapping, record, required):
        """Return whether a record is to be sent, for itself or because others require it; asked once a wave."""
        key = key_of(mapping, record)
        if key not in self._is_wanted:
            self._is_wanted[key] = mapping._wanted(self.step, record)
        link = self.step.link(record, mapping._entity)
        return self._is_wanted[key] or (key in required and link.mode != 'never')

    def operations_of(self, record, changes, required):
        """Return the operations of one record, one for each of its entity types at most.

        Where there is none the changes are cleared: what waits or failed says so on its link, and goes on with the
        next change.
        """
        if self.step.exists(record):
            found = [
                self.decide_one(mapping, record, changes, required) for mapping in self.mappings_of(record, required)
            ]
        else:
            found = [self.decide_deletion(mapping, record, changes) for mapping in self.step.mappings_of(record)]
        operations = [operation for operation in found if operation]
        if not operations:
            self.cleared |= changes
        return operations

    def decide_one(self, mapping, record, changes, required):
        """Return the operation for one entity of a record, or None when nothing has to be sent now."""
        step = self.step
        link = step.link(record, mapping._entity)
        if link.conflicts or (link.base_qbo or {}).get('Active') is False:
            mapping._agree_on_equal(step, record, link)
        if not self.is_wanted(mapping, record, required):
            link.filtered(lambda link: link.state in ('pending', 'error') and not link.qbo_id)._reset()
            if link:
                step.wake_waiting(link)  # what waits for it may find it fixed
        elif link.conflicts:
            return None  # what still differs when a person has decided is sent then
        elif reason := mapping._wait_reason(step, record):
            step.link_for(mapping, record)._wait(reason)
        elif reason := mapping._hold_reason(step, record):
            self.show_problem(mapping, record, reason)
        elif waits_for := self.first_missing(mapping, record):
            step.link_for(mapping, record)._wait_for(waits_for)
        else:
            return self.decide_write(mapping, record, changes)
        return None

    def show_problem(self, mapping, record, reason):
        """Show what a person has to fix on the record, once, and that what it settles differs as long as that."""
        link = self.step.link_for(mapping, record)
        if (link.state, link.reason) != ('error', reason.stored()):
            link._fail(reason)
            self.connection._log('push', f"{link.name}: {self.connection._words(reason)}", link, level='warning')
            mapping._compare_documents(self.step, record)

    def decide_write(self, mapping, record, changes):
        """Return the operation for a record that may go, None where nothing differs or something comes first."""
        link = self.step.link_for(mapping, record)
        link.name = record.display_name
        if link.direction == 'pull':
            link.retry_at = fields.Datetime.now()  # QuickBooks' newer version comes first, and may come now
        if link.direction == 'pull' or link.error_fix == 'create_again':
            return None  # what still differs when that is done, or when a person has decided, is sent then
        mapping._try_plain_name(self.step, record)
        odoo_values, operation, body = mapping._plan(self.step, record)
        if body is None:
            self.step.acknowledge(link)
            return None
        if mapping._direction(self.connection) == 'qbo':
            link._wait(Reason('comes_only'))
            return None
        json.dumps([body, odoo_values])  # what cannot be stored is this record's fault, and no other's
        return Operation(mapping, record, link, changes, odoo_values, operation, body)

    def decide_deletion(self, mapping, record, changes):
        """Return the operation that ends the entity of a deleted record, or None where deletions do not travel."""
        link = self.step.link(record, mapping._entity)
        is_sent = link.mode != 'never' and mapping._direction(self.connection) != 'qbo'
        if link._is_there() and is_sent and mapping._removal(self.step, record):
            _values, operation, body = mapping._plan(self.step, record)
            if body:
                return Operation(mapping, record, link, changes, link.base_odoo, operation, body)
        self.step.record_deleted(link)
        return None

    def first_missing(self, mapping, record):
        """Return the link of a required record that cannot be in QuickBooks before this one, empty when all are."""
        for needed_as, needed in self.requires(mapping, record):
            link = self.step.link_for(needed_as, needed)
            if not link.qbo_id:
                return link
        return self.env['qbo.link']

    def keep_changes_of_the_rest(self, operations, front):
        """Have a record's changes outlive this wave where not all of its operations are sent with it."""
        rest = [item for item in operations if item not in front]
        waiting = {item.record_key for item in rest}
        for item in front:
            if item.record_key in waiting:
                item.changes = item.changes.browse()
        for item in rest:
            if not item.changes:
                self.env['qbo.change']._append(item.record, self.connection)  # looked at because of others

    # === STORING AND SENDING === #

    def store(self, operations):
        """Store the requests of operations; :meth:`send` commits them before anything is sent (write-ahead).

        :return: requests grouped by call
        """
        # How to void or send inside a batch is not documented for any entity (qbo-api 7).
        alone = [[item] for item in operations if item.operation in ALONE]
        together = [item for item in operations if item.operation not in ALONE]
        calls = [*split_every(BATCH_SIZE, together, list), *alone]
        requests = self.requests.create([vals for call in calls for vals in self.request_vals(call)])
        return list(requests.grouped('call_id').values())

    def request_vals(self, operations):
        """Return the values of the requests of one call."""
        call_id = str(uuid.uuid4())
        return [
            {
                'qbo_company_id': self.step.qbo_company.id,
                'link_id': item.link.id,
                'call_id': call_id,
                'is_batch': len(operations) > 1,
                'operation': item.operation,
                'entity': item.link.entity,
                'body': json.dumps(item.body, sort_keys=True, ensure_ascii=False),
                'odoo_values': item.odoo_values,
                'change_ids': item.changes.ids,
                'state': 'unanswered',
            }
            for item in operations
        ]

    def unanswered(self):
        """Send once more, with the same body and request id, what has no answer yet. Return how many calls."""
        now = fields.Datetime.now()
        due = self.requests._unanswered(self.connection)
        due = due.filtered(lambda item: not item.retry_at or item.retry_at <= now)
        return self.repeat(list(due.grouped('call_id').values())[:CALLS_IN_FLIGHT]) if due else 0

    def repeat(self, calls):
        """Send stored calls once more; what QuickBooks may have forgotten is looked for first. Return how many."""
        left = Lost(self.step).still_to_send(calls)
        if left != calls:
            # What was found is true, whatever happens to its consequences.
            self.env['ir.cron']._commit_progress(len(calls), remaining=1)
            Answers(self.step).draw_consequences()
        if left:
            self.send(left)
        return len(calls)

    def send(self, calls):
        """Send stored calls, several at once, keep their answers, and draw the consequences.

        HTTP runs in threads and the ORM in this one only. Calls for which there is no room stay unanswered and go
        with the next step.

        :param calls: a list of ``qbo.request`` recordsets, each one call or what is left of it to be answered
        :return: how many were sent; 1 where there was no room, so that the engine looks again
        """
        # What goes alone does not wait for batches, of which fewer are allowed.
        calls = [call for call in calls if not call[0].is_batch] or calls
        room = self.connection._room(len(calls), batch=calls[0][0].is_batch)
        calls = self.whole(calls[:room])
        for call in calls:
            call.write({'sent_at': fields.Datetime.now(), 'attempts': call[0].attempts + 1})
        # What is promised to QuickBooks must survive a crash between here and the answer. That it is stored counts as
        # work done: Odoo takes a scheduled action that is killed three times without any for broken.
        self.env['ir.cron']._commit_progress(len(calls), remaining=1)
        if not calls:
            return 1
        self.connection._mark_stored(max(request.id for call in calls for request in call))
        client = self.connection._client()
        jobs = [(client, wire_form(call)) for call in calls]
        begin = time.monotonic()
        with ThreadPoolExecutor(CALLS_IN_FLIGHT) as pool:
            received = list(pool.map(lambda job: call_quickbooks(*job), jobs))
        self.pace.waited_s += time.monotonic() - begin
        answers = Answers(self.step)
        blocking = answers.keep(list(zip(calls, received, strict=True)))
        # What QuickBooks answered is true, whatever happens to its consequences.
        self.env['ir.cron']._commit_progress(remaining=1)
        answers.draw_consequences()
        if blocking:
            raise blocking
        return len(calls)

    def whole(self, calls):
        """Return calls with the requests that are answered already: what was sent goes again to the byte."""
        ids = [call[0].call_id for call in calls]
        here = Domain('qbo_company_id', '=', self.step.qbo_company.id)
        found = self.requests.search(here & Domain('call_id', 'in', ids), order='id').grouped('call_id')
        return [found[call_id] for call_id in ids]


def _ids_by_model(records):
    ids = {}
    for record in records:
        ids.setdefault(record._name, []).append(record.id)
    return ids
