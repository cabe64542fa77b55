"""Outbox to QuickBooks: coalesce, plan, store, send.

How the answers are taken stands in ``qbo_connection_answer.py``.
"""

import json
import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import split_every

from ...qbo import errors
from .apply import NOT_OF_ONE_RECORD

_logger = logging.getLogger(__name__)

BATCH_SIZE = 30  # qbo-api 7: more than 30 items and the whole call fails
CALLS_IN_FLIGHT = 4  # qbo-api 3: 10 at once are allowed; the rest is left to pulls and to people
ENDINGS = ('void', 'delete')
ALONE = ('void', 'send')
RANK_MAX = 100


@dataclass
class Plan:
    """One write to be made: which record, what it says now, and what is sent for it."""

    link: models.Model
    changes: models.Model
    odoo_values: dict
    operation: str
    body: dict


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    def _push_users(self):
        """Send what people saved. Return how many records were looked at."""
        return self._push(Domain('is_bulk', '=', False))

    def _push_bulk(self):
        """Send a share of imports and mass edits. Return how many records were looked at."""
        return self._push(Domain('is_bulk', '=', True))

    def _push(self, domain):
        self._take_merged()
        groups = self._next_changes(domain)
        if not groups or not self._room(1):
            return 0
        plans = self._plan_wave(groups)
        if plans:
            self._send(self._store(plans))
        return len(groups)

    # === CHOOSING === #

    def _next_changes(self, domain):
        """Return ``[(record, changes)]`` for the records to look at now, oldest change first, each record once.

        A record with an unanswered request waits for its answer: what QuickBooks holds of it is not known.
        """
        domain &= Domain('connection_id', '=', self.id)
        for res_model, res_ids in self._busy_records().items():
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

    def _busy_records(self):
        """Return ``{model: record ids}`` of the records with an unanswered request."""
        links = self.env['qbo.request']._unanswered(self).link_id
        return {name: group.mapped('res_id') for name, group in links.grouped('res_model').items()}

    # === PLANNING === #

    def _plan_wave(self, groups):
        """Return the plans to send now: the lowest rank only, so that what depends on it finds it known."""
        needed = self._needed(groups)
        links = self._known_links([*needed.values(), *(record for record, _changes in groups)])
        required = self._required(needed, links)
        known = {_key(record) for record, _changes in groups}
        missing = [(record, self.env['qbo.change']) for key, record in required.items() if key not in known]
        plans = []
        for record, changes in missing + groups:
            plan = self._guarded(self._plan_one, record, changes, _key(record) in required, links)
            if plan:
                plans.append(plan)
        lowest = min(map(_rank, plans), default=0)
        return [plan for plan in plans if _rank(plan) == lowest]

    def _needed(self, groups):
        """Return ``{key: record}`` of all that the records need in QuickBooks."""
        existing = [record for record, _changes in groups if record.exists()]
        return {_key(item): item for record in existing for item in record._qbo_requires()}

    def _known_links(self, records):
        """Return ``{key: link}`` of those records that have a link: one query a model."""
        ids = {}
        for record in records:
            ids.setdefault(record._name, []).append(record.id)
        domains = [Domain([('res_model', '=', name), ('res_id', 'in', some)]) for name, some in ids.items()]
        links = self.env['qbo.link'].search(Domain('connection_id', '=', self.id) & Domain.OR(domains))
        return {(link.res_model, link.res_id): link for link in links}

    def _required(self, needed, links):
        """Return ``{key: record}`` of what is needed in QuickBooks and not there yet.

        What waits for the answer to its creation is left out, or it would be created twice.

        :param links: what :meth:`_known_links` gave
        """
        busy = self._busy_records()
        return {
            key: record
            for key, record in needed.items()
            if record.id not in busy.get(record._name, ()) and not (key in links and links[key].qbo_id)
        }

    def _guarded(self, function, record, changes, *args):
        """Return ``function(record, changes, *args)``; a failure of ours is an error on this record only."""
        try:
            with self.env.cr.savepoint():
                return function(record, changes, *args)
        except NOT_OF_ONE_RECORD:
            raise
        except Exception as error:
            _logger.exception("%s %s could not be prepared for QuickBooks", record._name, record.id)
            link = self.env['qbo.link']._for(self, record)
            link._fail('internal', self.env._("This could not be prepared for QuickBooks: %s", error))
            self._log('push', link.error, link, level='error')
            changes.unlink()
            return None

    def _plan_one(self, record, changes, is_required, links):
        """Return the plan for one record, or None when nothing has to be sent now.

        A required record goes even where the model's own rule would not send it. The changes are then settled too:
        what waits or failed says so on its link, and goes on with the next change.

        :param links: what :meth:`_known_links` gave
        """
        link = links.get(_key(record), self.env['qbo.link'])
        if not record.exists():
            return self._plan_deletion(link, record, changes)
        if not record._qbo_wanted(link) and (not is_required or link.mode == 'never'):
            held = link.filtered(lambda link: link.state in ('pending', 'error') and not link.qbo_id)
            held._reset()
            for mended in held:
                self._wake_waiting(mended)  # what requires it may find it mended
        elif reason := record._qbo_ready():
            self.env['qbo.link']._for(self, record)._wait(reason)
        elif problem := record._qbo_problem():
            self._show_problem(self.env['qbo.link']._for(self, record), *problem)
        elif waits_for := self._missing(record, links):
            link = link or self.env['qbo.link']._for(self, record)
            why = self.env._("It waits for %s.", waits_for.name)
            link._wait(f'{why} {waits_for.error}' if waits_for.error else why, waits_for)
        else:
            return self._plan_write(link or self.env['qbo.link']._for(self, record), record, changes)
        changes.unlink()
        return None

    def _show_problem(self, link, code, sentence, fix):
        """Show what a person has to mend on the record, once."""
        if (link.state, link.error) != ('error', sentence):
            link._fail(code, sentence, fix=fix)
            self._log('push', f"{link.name}: {sentence}", link, level='error')

    def _plan_write(self, link, record, changes):
        link.name = record.display_name
        if link.direction == 'pull':
            link.retry_at = fields.Datetime.now()  # QuickBooks' newer version is taken first, and may go in now
        if link.conflicts or link.direction == 'pull' or link.error_fix == 'create_again':
            # What still differs when that is done, or when a person has decided, is sent then.
            changes.unlink()
            return None
        odoo_values, operation, body = link._plan(record)
        if body is None:
            link._settle()
            changes.unlink()
            return None
        return Plan(link, changes, odoo_values, operation, body)

    def _plan_deletion(self, link, record, changes):
        """Return the plan that ends the entity of a deleted record, or None where deletions do not travel."""
        if link._is_there() and link.mode != 'never' and record._qbo_ending():
            _values, operation, body = link._plan(record)
            if body:
                return Plan(link, changes, link.base_odoo, operation, body)
        self._record_deleted(link)
        changes.unlink()
        return None

    def _missing(self, record, links):
        """Return the link of a required record that cannot be in QuickBooks before this one, empty when all are."""
        for needed in record._qbo_requires():
            link = links.get(_key(needed)) or self.env['qbo.link']._for(self, needed)
            if not link.qbo_id:
                return link
        return self.env['qbo.link']

    def _record_deleted(self, link):
        """Remember a deletion that does not travel (seed pool-brain-two-way-sync: customers): the entity stays."""
        if link.qbo_id and link.state != 'gone':
            link.write({**link._cleared(), 'state': 'gone'})
            self._log('push', self.env._("%s was deleted in Odoo. It stays in QuickBooks.", link.name), link)
        elif not link.qbo_id:
            link.unlink()

    # === RECORDS MERGED IN ODOO === #

    def _take_merged(self):
        """Settle whose the links of merged records are, before anything is planned for either record."""
        merged = self.env['qbo.change'].search([('connection_id', '=', self.id), ('heir_id', '>', 0)])
        for change in merged:
            model = self.env[change.res_model]
            heir = model.browse(change.heir_id).exists()
            links = self._known_links([model.browse(change.res_id), heir])
            link = links.get((change.res_model, change.res_id))
            if link and heir:
                self._take_merge(link, heir, links.get(_key(heir), link.browse()))
        merged.unlink()

    def _take_merge(self, link, heir, own):
        """Give a link to the record that the linked one was merged into, unless that has one of its own.

        :param link: of the record that is no more
        :param own: the link of ``heir``, may be empty
        """
        asked = self.env['qbo.request']._unanswered(self).link_id
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
            self.env['qbo.change']._append(heir, self)
            text = self.env._("%(name)s was merged into %(heir)s in Odoo, which is linked with it now.", **what)
        self._log('push', text, link)

    # === STORING AND SENDING === #

    def _store(self, plans):
        """Store the requests of ``plans``; :meth:`_send` commits them before anything is sent (write-ahead).

        :return: requests grouped by call
        """
        # How to void or send inside a batch is not documented for any entity (qbo-api 7).
        alone = [[plan] for plan in plans if plan.operation in ALONE]
        together = [plan for plan in plans if plan.operation not in ALONE]
        return [self._store_call(batch) for batch in [*split_every(BATCH_SIZE, together, list), *alone]]

    def _store_call(self, plans, **vals):
        call_id = str(uuid.uuid4())
        return self.env['qbo.request'].create(
            [
                {
                    'connection_id': self.id,
                    'link_id': plan.link.id,
                    'call_id': call_id,
                    'is_batch': len(plans) > 1,
                    'operation': plan.operation,
                    'entity': plan.link.entity,
                    'body': json.dumps(plan.body, sort_keys=True, ensure_ascii=False),
                    'odoo_values': plan.odoo_values,
                    'change_ids': plan.changes.ids,
                    'state': 'unanswered',
                    **vals,
                }
                for plan in plans
            ]
        )

    def _push_unanswered(self):
        """Send once more, with the same body and request id, what has no answer yet. Return how many."""
        now = fields.Datetime.now()
        due = self.env['qbo.request']._unanswered(self).filtered(lambda item: not item.retry_at or item.retry_at <= now)
        calls = list(due.grouped('call_id').values())[:CALLS_IN_FLIGHT]
        if not calls or not self._room(1):
            return 0
        self._send(calls)
        return len(calls)

    def _send(self, calls):
        """Send stored calls, several at once, and take their answers.

        HTTP runs in threads and the ORM in this one only. Calls for which there is no room stay unanswered and go
        with the next step.

        :param calls: a list of ``qbo.request`` recordsets, each one call
        """
        calls = calls[: self._room(len(calls), batch=any(call[0].is_batch for call in calls))]
        sent_at = fields.Datetime.now()
        for call in calls:
            call.write({'sent_at': sent_at, 'attempts': call[0].attempts + 1})
        # What is promised to QuickBooks must survive a crash between here and the answer. That it is stored counts as
        # work done: Odoo takes a scheduled action that is killed three times without any for broken.
        self.env['ir.cron']._commit_progress(len(calls), remaining=1)
        client = self._client()
        jobs = [(client, self._wire(call)) for call in calls]
        with ThreadPoolExecutor(CALLS_IN_FLIGHT) as pool:
            answers = list(pool.map(lambda job: call_quickbooks(*job), jobs))
        self._take_answers(list(zip(calls, answers, strict=True)))

    def _wire(self, call):
        """Return what a thread needs to send a call, without touching the database."""
        items = [(item.entity, item.operation, item.body) for item in call]
        return call[0].call_id, call[0].is_batch, items


def _key(record):
    return record._name, record.id


def _rank(plan):
    """Return the place of a plan in the order of sending; what ends goes last, and first what was made last."""
    rank = plan.link._model()._qbo_rank()
    return RANK_MAX - rank if plan.operation in ENDINGS or plan.link.undo else rank


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
