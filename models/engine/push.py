"""Outbox to QuickBooks: take the changes of a record together, decide, store, send.

What becomes of the answers stands in ``answers.py``.
"""

import json
import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import split_every
from odoo.tools.translate import LazyTranslate

from ...qbo import errors
from ..connection.reason import Reason, declare
from . import order
from .answers import Answers
from .apply import NOT_OF_ONE_RECORD

_logger = logging.getLogger(__name__)

BATCH_SIZE = 30  # qbo-api 7: more than 30 items and the whole call fails
CALLS_IN_FLIGHT = 4  # qbo-api 3: 10 at once are allowed; the rest is left to pulls and to people
ALONE = ('void', 'send')
REMOVALS = ('void', 'delete')

_lt = LazyTranslate(__name__)
declare(
    {
        'internal_body': _lt("This could not be prepared for QuickBooks: %(error)s"),
        'waits_for': _lt("It waits for %(name)s."),
    }
)


@dataclass(eq=False)
class Operation:
    """One write that is to be made: of which record, what it says now, and what is sent for it."""

    mapping: models.AbstractModel
    record: models.Model
    link: models.Model
    changes: models.Model
    odoo_values: dict
    operation: str
    body: dict
    gives: set = field(default_factory=set)
    needs: set = field(default_factory=set)

    @property
    def is_removal(self):
        """Return whether an entity ends with this: voided, deleted, or undone."""
        return self.operation in REMOVALS or bool(self.link.undo)


class Push:
    """Sends what changed in Odoo, a wave at a time."""

    def __init__(self, step):
        self.step, self.connection, self.env = step, step.connection, step.env
        self.requests = self.env['qbo.request']
        self._required = {}  # (model, id, entity type): what mapping._requires gave

    def users(self):
        """Send what people saved. Return how many records were looked at."""
        return self.send_wave(Domain('is_bulk', '=', False))

    def bulk(self):
        """Send a share of imports and mass edits. Return how many records were looked at."""
        return self.send_wave(Domain('is_bulk', '=', True))

    def send_wave(self, domain):
        """Send what no other operation has to precede; the rest keeps its changes, and goes with the next wave."""
        self._required.clear()
        self.follow_merged()
        groups = self.next_changes(domain)
        if not groups or not self.connection._room(1):
            return 0
        operations = self.decide(groups)
        self.draw_edges(operations)
        front = order.first_front(operations)
        self.keep_changes_of_the_rest(operations, front)
        if front:
            self.send(self.store(front))
        return len(groups)

    # === WHICH RECORDS === #

    def next_changes(self, domain):
        """Return ``[(record, changes)]`` of the records to look at now, oldest change first, each record once.

        A record with a request whose effect is not known waits: what QuickBooks holds of it is not known.
        """
        domain &= Domain('connection_id', '=', self.connection.id)
        domain &= Domain('res_model', 'in', self.env['qbo.mapping']._models())
        for res_model, res_ids in self.busy_records().items():
            domain &= ~Domain([('res_model', '=', res_model), ('res_id', 'in', res_ids)])
        rows = self.env['qbo.change']._read_group(
            domain,
            ['res_model', 'res_id'],
            ['id:recordset'],
            order='id:min',
            limit=BATCH_SIZE * CALLS_IN_FLIGHT,
        )
        ids = {}
        for res_model, res_id, _changes in rows:
            ids.setdefault(res_model, []).append(res_id)
        # All of a model are read together.
        return [
            (self.env[res_model].browse(res_id).with_prefetch(ids[res_model]), changes)
            for res_model, res_id, changes in rows
        ]

    def busy_records(self):
        """Return ``{model: record ids}`` of the records with a request whose effect is not settled here."""
        links = self.requests._pending(self.connection).link_id
        return {name: group.mapped('res_id') for name, group in links.grouped('res_model').items()}

    # === DECIDING === #

    def decide(self, groups):
        """Return the operations that these records and what they require come to.

        A required record goes even where its own mapping would not send it.
        """
        for name, ids in _ids_by_model(record for record, _changes in groups).items():
            self.step.load_links(self.env[name].browse(ids))
            self.step.there(self.env[name].browse(ids))
        try:
            with self.env.cr.savepoint():
                required = self.required([record for record, _changes in groups])
                groups = self.with_missing(groups, required)
                return [item for group in groups for item in self.operations_of(*group, required)]
        except NOT_OF_ONE_RECORD:
            raise
        except Exception:
            # One of them cannot be prepared. Each on its own: the others go.
            self.step.forget()
            self._required.clear()
        required = self.required([record for record, _changes in groups], is_guarded=True)
        groups = self.with_missing(groups, required)
        return [item for group in groups for item in self.guarded(*group, required)]

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
        key = _key(mapping, record)
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
                    for mapping in self.step.mappings_of(record) if self.step.there(record) else ():
                        needed.update({_key(*pair): pair for pair in self.requires(mapping, record)})
            except NOT_OF_ONE_RECORD:
                raise
            except Exception:
                if not is_guarded:
                    raise
        for name, ids in _ids_by_model(record for _mapping, record in needed.values()).items():
            self.step.load_links(self.env[name].browse(ids))
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
            reason = Reason('internal_body', {'error': str(error)})
            for mapping in self.step.mappings_of(record):
                link = self.step.link_for(mapping, record)
                link._fail(reason)
                self.connection._log('push', self.connection._words(reason), link, level='error')
            changes.unlink()
            return []

    def operations_of(self, record, changes, required):
        """Return the operations of one record, one for each of its entity types at most.

        Where there is none the changes are cleared: what waits or failed says so on its link, and goes on with the
        next change.
        """
        step = self.step
        if not step.there(record):
            found = [self.decide_deletion(mapping, record, changes) for mapping in step.mappings_of(record)]
        else:
            mappings = step.mappings_of(record)
            mappings += [
                mapping for mapping, needed in required.values() if needed == record and mapping not in mappings
            ]
            found = [self.decide_one(mapping, record, changes, required) for mapping in mappings]
        operations = [operation for operation in found if operation]
        if not operations:
            changes.unlink()
        return operations

    def decide_one(self, mapping, record, changes, required):
        """Return the operation for one entity of a record, or None when nothing has to be sent now."""
        step = self.step
        link = step.link(record, mapping._entity)
        is_required = _key(mapping, record) in required
        if not mapping._wanted(step, record) and (not is_required or link.mode == 'never'):
            on_hold = link.filtered(lambda link: link.state in ('pending', 'error') and not link.qbo_id)
            on_hold._reset()
            for freed in on_hold:
                self.step.wake_waiting(freed)  # what requires it may find it mended
        elif reason := mapping._wait_reason(step, record):
            step.link_for(mapping, record)._wait(reason)
        elif reason := mapping._hold_reason(step, record):
            self.show_problem(step.link_for(mapping, record), reason)
        elif waits_for := self.first_missing(mapping, record):
            step.link_for(mapping, record)._wait(Reason('waits_for', {'name': waits_for.name}), waits_for)
        else:
            return self.decide_write(mapping, record, changes)
        return None

    def show_problem(self, link, reason):
        """Show what a person has to fix on the record, once."""
        if (link.state, link.reason) != ('error', reason.stored()):
            link._fail(reason)
            self.connection._log('push', f"{link.name}: {self.connection._words(reason)}", link, level='error')

    def decide_write(self, mapping, record, changes):
        """Return the operation for a record that may go, None where nothing differs or something comes first."""
        link = self.step.link_for(mapping, record)
        link.name = record.display_name
        if link.direction == 'pull':
            link.retry_at = fields.Datetime.now()  # QuickBooks' newer version comes first, and may come now
        if link.conflicts or link.direction == 'pull' or link.error_fix == 'create_again':
            # What still differs when that is done, or when a person has decided, is sent then.
            return None
        odoo_values, operation, body = mapping._plan(self.step, record)
        if body is None:
            self.step.acknowledge(link)
            return None
        return Operation(mapping, record, link, changes, odoo_values, operation, body)

    def decide_deletion(self, mapping, record, changes):
        """Return the operation that ends the entity of a deleted record, or None where deletions do not travel."""
        link = self.step.link(record, mapping._entity)
        if link._is_there() and link.mode != 'never' and mapping._removal(self.step, record):
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

    # === THE ORDER === #

    def draw_edges(self, operations):
        """Note on each operation what it gives and what it needs, for :func:`order.first_front`.

        What a record requires goes before it; where both end, after it. What lets go of a name, a number or money goes
        before what takes it.
        """
        by_key = {_key(item.mapping, item.record): item for item in operations}
        for item in operations:
            key = _key(item.mapping, item.record)
            item.gives.add(('removed' if item.is_removal else 'known', *key))
            if self.step.there(item.record):
                for needed in map(lambda pair: _key(*pair), self.requires(item.mapping, item.record)):
                    other = by_key.get(needed)
                    if other and other.is_removal:
                        other.needs.add(('removed' if item.is_removal else 'known', *key))
                    elif other:
                        item.needs.add(('known', *needed))
            before = item.link.base_odoo or {}
            after = {} if item.operation == 'delete' else item.odoo_values or {}
            gives, needs = item.mapping._frees(item.link, before, after, item.operation)
            item.gives |= gives
            item.needs |= needs

    def keep_changes_of_the_rest(self, operations, front):
        """Have a record's changes outlive this wave where not all of its operations are sent with it."""
        waiting = {(item.record._name, item.record.id) for item in operations if item not in front}
        for item in front:
            if (item.record._name, item.record.id) in waiting:
                item.changes = item.changes.browse()

    # === RECORDS MERGED IN ODOO === #

    def follow_merged(self):
        """Settle whose the links of merged records are, before anything is decided for either record."""
        merged = self.env['qbo.change'].search([('connection_id', '=', self.connection.id), ('heir_id', '>', 0)])
        for change in merged:
            model = self.env[change.res_model]
            heir = model.browse(change.heir_id).exists()
            gone = model.browse(change.res_id)
            for mapping in self.env['qbo.mapping']._of_model(change.res_model) if heir else ():
                if link := self.step.link(gone, mapping._entity):
                    self.follow_merge(mapping, link, heir)
        merged.unlink()

    def follow_merge(self, mapping, link, heir):
        """Give a link to the record that the linked one was merged into, unless that has one of its own."""
        own = self.step.link(heir, mapping._entity)
        asked = self.requests._pending(self.connection).link_id
        if not link._is_there() and link not in asked:
            return  # as with any other record that is deleted
        what = {'name': link.name, 'heir': heir.display_name}
        if own._is_there() or own in asked:
            link.write({**link._cleared(), 'state': 'gone'})
            text = self.env._(
                "%(name)s was merged into %(heir)s in Odoo. QuickBooks keeps both: merge them there as well, by giving "
                "%(name)s the name of the other.",
                **what,
            )
        else:
            mode = own.mode or 'auto'
            own.unlink()
            link.write({'res_id': heir.id, 'name': heir.display_name, 'mode': mode})
            self.env['qbo.change']._append(heir, self.connection)
            text = self.env._("%(name)s was merged into %(heir)s in Odoo, which is linked with it now.", **what)
        self.step.forget()
        self.connection._log('push', text, link)

    # === STORING AND SENDING === #

    def store(self, operations):
        """Store the requests of operations; :meth:`send` commits them before anything is sent (write-ahead).

        :return: requests grouped by call
        """
        # How to void or send inside a batch is not documented for any entity (qbo-api 7).
        alone = [[item] for item in operations if item.operation in ALONE]
        together = [item for item in operations if item.operation not in ALONE]
        return [self.store_call(batch) for batch in [*split_every(BATCH_SIZE, together, list), *alone]]

    def store_call(self, operations):
        """Store the requests of one call."""
        call_id = str(uuid.uuid4())
        return self.requests.create(
            [
                {
                    'connection_id': self.connection.id,
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
        )

    def unanswered(self):
        """Send once more, with the same body and request id, what has no answer yet. Return how many calls."""
        now = fields.Datetime.now()
        due = self.requests._unanswered(self.connection)
        due = due.filtered(lambda item: not item.retry_at or item.retry_at <= now)
        calls = list(due.grouped('call_id').values())[:CALLS_IN_FLIGHT]
        if not calls or not self.connection._room(1):
            return 0
        self.send(calls)
        return len(calls)

    def send(self, calls):
        """Send stored calls, several at once, keep their answers, and draw the consequences.

        HTTP runs in threads and the ORM in this one only. Calls for which there is no room stay unanswered and go
        with the next step.

        :param calls: a list of ``qbo.request`` recordsets, each one call
        """
        room = self.connection._room(len(calls), batch=any(call[0].is_batch for call in calls))
        calls = calls[:room]
        sent_at = fields.Datetime.now()
        for call in calls:
            call.write({'sent_at': sent_at, 'attempts': call[0].attempts + 1})
        # What is promised to QuickBooks must survive a crash between here and the answer. That it is stored counts as
        # work done: Odoo takes a scheduled action that is killed three times without any for broken.
        self.env['ir.cron']._commit_progress(len(calls), remaining=1)
        client = self.connection._client()
        jobs = [(client, wire_form(call)) for call in calls]
        with ThreadPoolExecutor(CALLS_IN_FLIGHT) as pool:
            received = list(pool.map(lambda job: call_quickbooks(*job), jobs))
        answers = Answers(self.step)
        blocking = answers.keep(list(zip(calls, received, strict=True)))
        # What QuickBooks answered is true, whatever happens to its consequences.
        self.env['ir.cron']._commit_progress(remaining=1)
        answers.draw_consequences()
        if blocking:
            raise blocking


def _key(mapping, record):
    return record._name, record.id, mapping._entity


def _ids_by_model(records):
    ids = {}
    for record in records:
        ids.setdefault(record._name, []).append(record.id)
    return ids


def wire_form(call):
    """Return what a thread needs to send a call, without touching the database."""
    return call[0].call_id, call[0].is_batch, [(item.entity, item.operation, item.body) for item in call]


def call_quickbooks(client, wire):
    """Send one call and return its answer, or the error that came instead. Runs in a thread.

    :param client: a ``qbo.client.Client``
    :param wire: ``(request id, is batch, [(entity, operation, body)])``
    :return: ``qbo.client.Answer`` or ``qbo.errors.QboError``
    """
    call_id, is_batch, items = wire
    try:
        if is_batch:
            return client.batch([_batch_item(place, *item) for place, item in enumerate(items)], call_id)
        entity, operation, body = items[0]
        if operation == 'send':
            return client.send_by_email(entity, json.loads(body)['Id'], call_id)
        return client.write(entity, body, call_id, **_options(entity, operation))
    except errors.QboError as error:
        return error


def _options(entity, operation):
    """Return what a single call needs besides its body (qbo-api 9.3)."""
    if operation == 'delete':
        return {'operation': 'delete'}
    if operation == 'void':
        return {'operation': 'void'} if entity == 'Invoice' else {'operation': 'update', 'include': 'void'}
    return {}


def _batch_item(place, entity, operation, body):
    return {'bId': str(place), 'operation': operation, entity: json.loads(body)}
