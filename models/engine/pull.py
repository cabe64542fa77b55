"""QuickBooks to Odoo: which entities to ask for, and when. How a row is imported stands in ``apply.py``."""

import logging
import time
from collections import Counter
from datetime import timedelta, timezone
from math import inf

from odoo import fields
from odoo.fields import Domain
from odoo.tools import groupby, split_every

from ...qbo import client, entities, errors
from .apply import Apply
from .chunks import Chunks, kind_of
from .outcomes import NOT_OF_ONE_RECORD
from .push import Push
from .request import CHANGES

_logger = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=5)  # QuickBooks' journal of changes may lag behind its clock (qbo-api 6)
PAGE_SIZE = 1000  # qbo-api 5: the largest page
FETCH_SIZE = 100  # ids in one query: an address may not grow without end
FAILED_SIZE = 100  # links asked for again in one step
USERS_S = 0.1  # how often to look for what users saved; a chunk takes longer, a single row may not
LEFT_OUT_SIZE = 100  # rows of a page whose rules are asked before users' work is looked for
NEWS_MAX, NEWS_WITHIN = 6, timedelta(minutes=1)  # so many reads because of webhooks; more come with the next one
REST_SIZE = 500  # records that are looked at in one step after an import


class SwitchedOff(Exception):
    """An administrator switched the synchronization off in the middle of a step. What is not committed is undone."""


class OutOfTime(Exception):
    """Odoo's scheduler gives this run no more time. What is done is committed; the next run goes on from there."""


class Pull:
    """Asks QuickBooks for what is new, a step at a time."""

    def __init__(self, step):
        self.step, self.connection, self.env = step, step.connection, step.env
        self.push = Push(step)
        self.apply = Apply(step)
        self.chunks = Chunks(self.apply, send=self.push.repeat, after=self.after_chunk)
        self.users_sent_at = time.monotonic()

    def next(self):
        """Do one step of pulling: a page under way, the news in the inbox, or a failed record once more.

        :return: 0 when there is nothing to pull
        :raise OutOfTime: an earlier run of this job used up its time: a page would be read for one chunk only
        """
        if time.monotonic() > self.env.context.get('cron_end_time', inf):
            raise OutOfTime
        return self.page() or self.rest() or self.news() or self.failed()

    # === CHOOSING === #

    def news(self):
        """Pull the schedules that the inbox names, one at a time: all their events at once."""
        events = self.env['qbo.event'].search([('connection_id', '=', self.connection.id)])
        ready = (some for some in events.grouped('schedule_id').values() if self.may_ask(some))
        events = next(ready, events.browse())
        if not events:
            return 0
        schedule = events.schedule_id
        schedule.last_run = fields.Datetime.now()
        if schedule.name == 'lists':
            self.connection._pull_lists()
        elif schedule.name == 'attachments':
            self.connection._pull_attachments(self.step, schedule)
        elif not schedule._imported(self.step):
            schedule.import_of = False
        elif 'import' in events.mapped('source') or not schedule.cursor:
            self.start_pages(schedule, self.connection._import_since(schedule))
        else:
            self.changes(schedule)
        events.unlink()
        return 1

    def may_ask(self, events):
        """Return whether the news of a schedule is asked for now. A flood of webhooks waits for the minute to pass.

        :param events: all of one schedule; what the clock or a person asks for waits for nothing
        """
        if set(events.mapped('source')) != {'webhook'}:
            return True
        since, schedule = fields.Datetime.now() - NEWS_WITHIN, events.schedule_id
        if schedule.name == 'lists':  # several reads
            most, asked = 1, [at for at in (schedule.last_run,) if at and at > since]
        else:
            most, asked = NEWS_MAX, self.env['qbo.request']._changes_asked(self.connection, since)
        if len(asked) < most:
            return True
        self.connection._wake(min(asked) + NEWS_WITHIN)
        return False

    def changes(self, schedule):
        """Import what changed since the cursor with one call, and move the cursor to QuickBooks' own time."""
        names = schedule._entities(self.step)
        since = schedule.cursor.replace(tzinfo=timezone.utc) - OVERLAP
        try:
            answer = self.connection._read(
                f"{CHANGES} {', '.join(names)} since {since:%Y-%m-%d %H:%M} UTC", lambda qbo: qbo.cdc(names, since)
            )
        except errors.DataError:  # too old (qbo-api 6), or one record breaks the answer
            self.start_pages(schedule, since)
            return
        if answer.truncated:
            self.start_pages(schedule, since)
            return
        for entity in names:
            self.import_rows(entity, answer.changes[entity])
        schedule.cursor = answer.time.astimezone(timezone.utc).replace(tzinfo=None)

    def start_pages(self, schedule, since):
        """Start a paged pull: of everything active, or of what changed ``since`` (aware UTC)."""
        schedule.write(
            {
                'position': 1,
                'paged_entity': schedule._imported_entities(self.step)[0],
                'page_size': PAGE_SIZE,
                'paged_since': since and since.astimezone(timezone.utc).replace(tzinfo=None),
                'paged_until': fields.Datetime.now() - OVERLAP,
            }
        )

    def page(self):
        """Import the next page of a paged pull. Interrupted, the page is asked for again: what is done is an echo.

        Each type has a position of its own, and what others refer to comes before them.
        """
        schedule = self.connection.schedule_ids.filtered('position')[:1]
        if not schedule:
            return 0
        names = schedule._imported_entities(self.step)
        entity = schedule.paged_entity if schedule.paged_entity in names else names[:1] and names[0]
        if not entity:  # switched off meanwhile
            schedule.position = 0
            return 1
        try:
            rows = self.read_page(entity, schedule)
        except errors.DataError as error:
            self.narrow(schedule, entity, error)
            return 1
        self.apply.is_import = schedule.push_after_import or not schedule.paged_since
        self.import_rows(entity, self.without_left_out(schedule, entity, self.not_refused(schedule, entity, rows)))
        self.log_left_out(self.apply.left_out)
        self.apply.left_out.clear()
        self.turn_page(schedule, entity, names, len(rows))
        return 1

    def not_refused(self, schedule, entity, rows):
        """Return the rows of a page without those that Odoo refused since it was turned up: a run out of time asks for
        the page again, and these are asked for by themselves."""
        now = fields.Datetime.now()
        links = self.step.links_to(entity, [row['Id'] for row in rows]).filtered(
            lambda link: link.direction == 'pull' and link.retry_at and link.retry_at > now
        )
        refused = set(links.filtered(lambda link: link.write_date > schedule.write_date).mapped('qbo_id'))
        return [row for row in rows if row['Id'] not in refused]

    def without_left_out(self, schedule, entity, rows):
        """Return the rows of a page that the rules do not leave out; the activity log says how many were, and why."""
        left_out = {}
        for some in split_every(LEFT_OUT_SIZE, rows, list):
            self.after_chunk(0)
            left_out.update(self.connection._left_out(self.step, entity, some, is_first=not schedule.paged_since))
        self.log_left_out(left_out.values())
        return [row for row in rows if row['Id'] not in left_out]

    def log_left_out(self, reasons):
        """Say in the activity log how many entities were left out, and why."""
        for words, count in Counter(map(self.connection._words, reasons)).items():
            text = self.env._("%(count)s left out: %(reason)s", count=count, reason=words)
            self.connection._log('pull', text)

    def turn_page(self, schedule, entity, names, rows):
        """Move on after a page of so many rows; one that is not full is the last of its type."""
        if rows >= schedule.page_size:
            schedule.write({'position': schedule.position + schedule.page_size, 'page_size': PAGE_SIZE})
            return
        rest = names[names.index(entity) + 1 :]
        if rest:
            schedule.write({'paged_entity': rest[0], 'position': 1, 'page_size': PAGE_SIZE})
            return
        # What else the schedule pulls is read up to its cursor only.
        cursor = (schedule.import_of and schedule.cursor) or schedule.paged_until
        schedule.write({'position': 0, 'paged_entity': False, 'cursor': cursor})
        if schedule.push_after_import:
            self.start_rest(schedule, schedule._imported(self.step))

    # === WHAT ODOO ALONE HAS === #

    def start_rest(self, schedule, mappings):
        """Go on with what Odoo alone has of the first of these mappings; of none: the import is complete."""
        schedule.write(
            {'rest_of': mappings[0]._name if mappings else False, 'rest_after': 0, 'push_after_import': bool(mappings)}
        )
        if not mappings:
            schedule.import_of = False

    def rest(self):
        """After the first import of a kind, append some of what Odoo alone has as bulk work; the next step goes on."""
        schedule = self.connection.schedule_ids.filtered(lambda item: item.push_after_import and item.rest_of)[:1]
        if not schedule:
            return 0
        if schedule.name == 'documents' and self.env['qbo.application']._qbo_catch_up(self.connection, REST_SIZE):
            return 1
        mappings = schedule._imported(self.step)
        while mappings and mappings[0]._name != schedule.rest_of:
            mappings = mappings[1:]
        if not mappings:  # switched off meanwhile
            self.start_rest(schedule, mappings)
            return 1
        mapping = mappings[0]
        domain = mapping._domain(self.step) & mapping._visible(self.step) & Domain('id', '>', schedule.rest_after)
        records = mapping._records(self.step).search(domain, order='id', limit=REST_SIZE)
        self.step.load_links(records)
        rest = records.filtered(lambda record: not self.step.qbo_id(record, mapping._entity))
        self.env['qbo.change']._append(mapping._concerned(self.step, rest), self.connection, is_bulk=True)
        if len(records) == REST_SIZE:
            schedule.rest_after = records[-1].id
        else:
            self.start_rest(schedule, mappings[1:])
        return 1

    # === READING === #

    def narrow(self, schedule, entity, error):
        """Ask for less after QuickBooks could not give a page: one bad record breaks all of it (qbo-api 4.3, 4002).

        A single record that cannot be read is left out, and the activity log says so.
        """
        if schedule.page_size > 1:
            schedule.page_size //= 10
            return
        text = self.env._(
            "%(entity)s number %(number)s cannot be read from QuickBooks and was left out: %(why)s",
            entity=entity,
            number=schedule.position,
            why=error.detail or str(error),
        )
        self.connection._log('pull', text, level='error')
        schedule.write({'position': schedule.position + 1, 'page_size': PAGE_SIZE})

    def read_page(self, entity, schedule):
        """Return the rows of one type on the page under way."""
        connection = self.connection
        tail = f'STARTPOSITION {schedule.position} MAXRESULTS {schedule.page_size}'
        is_first = schedule.push_after_import and entity in entities.LISTS  # of documents: terms, payment methods
        is_compared = any(item._is_compared and item._entity == entity for item in self.step.mappings)
        if (not schedule.paged_since or is_first) and is_compared and not connection.skip_inactive:
            return connection._whole_page(entity, schedule.position, schedule.page_size)
        if not schedule.paged_since or is_first:
            statement = f'SELECT * FROM {entity} ORDERBY Id {tail}'
            return connection._read(statement, lambda qbo: qbo.query(statement)).values
        since = client.quote(f'{schedule.paged_since:%Y-%m-%dT%H:%M:%S}+00:00')
        tail = f'ORDERBY MetaData.LastUpdatedTime, Id {tail}'
        return connection._query(entity, f'MetaData.LastUpdatedTime >= {since}', tail)

    def failed(self):
        """Ask again, by id, for entities that Odoo could not import."""
        mappings = {(item._record_model, item._entity): place for place, item in enumerate(self.step.mappings)}
        due = self.env['qbo.link'].search(
            [
                ('qbo_company_id', '=', self.step.qbo_company.id),
                ('res_model', 'in', [model for model, _entity in mappings]),
                ('direction', '=', 'pull'),
                ('retry_at', '<=', fields.Datetime.now()),
            ],
            limit=FAILED_SIZE,
        )
        due = due.filtered(lambda link: (link.res_model, link.entity) in mappings)
        # An invoice before the payment that waits for it.
        due = due.sorted(lambda link: mappings[link.res_model, link.entity])
        for entity, links in due.grouped('entity').items():
            found = {row['Id']: row for row in self.connection._fetch(entity, links.mapped('qbo_id'))}
            gone = {link: {'Id': link.qbo_id, 'status': 'Deleted'} for link in links}
            self.import_triples(
                [
                    (self.mapping_of(entity, found[link.qbo_id], link), found[link.qbo_id], link)
                    if link.qbo_id in found
                    else (self.step.mapping_of_link(link), gone[link], link)
                    for link in links
                ]
            )
        return len(due)

    # === IMPORTING === #

    def import_rows(self, entity, rows):
        """Import entities as they came: one that Odoo refuses stops no other."""
        self.import_referred(entity, rows)
        pairs = self.without_echoes(entity, rows)
        self.import_triples([(self.mapping_of(entity, row, link), row, link) for row, link in pairs])

    def import_triples(self, triples):
        """Import ``[(mapping, row, link)]``, what others of them refer to first."""
        places = {mapping._name: place for place, mapping in enumerate(self.step.mappings)}

        def place_of(triple):
            mapping, row, link = triple
            return mapping._row_order(row), places.get(mapping._name, 0), mapping._name, kind_of(row, link)

        keyed = sorted(((place_of(triple), triple) for triple in triples), key=lambda item: item[0])
        for (*_place, name, kind), some in groupby(keyed, lambda item: item[0]):
            self.chunks.import_all(self.env[name], kind, [triple[1:] for _place, triple in some])

    def after_chunk(self, rows):
        """Commit so many rows, and let what users saved meanwhile go first.

        A user may want to save these very records: no lock on them outlives the chunk. Rows that are imported are
        echoes when the pull starts over.

        :raise SwitchedOff: an administrator switched the synchronization off meanwhile
        :raise OutOfTime: the rest has to wait for the next run
        """
        seconds_left = self.env['ir.cron']._commit_progress(rows, remaining=1)
        if not self.connection.sync_on:
            raise SwitchedOff
        if time.monotonic() - self.users_sent_at > USERS_S:
            self.push.users()
            self.users_sent_at = time.monotonic()
        if rows and not seconds_left:
            raise OutOfTime

    def mapping_of(self, entity, row, link=None):
        """Return the mapping of a row: that of its record, where Odoo knows it."""
        if link and link.res_id:
            return self.step.mapping_of_link(link)
        return self.env['qbo.mapping']._of_row(self.step, entity, row)

    def without_echoes(self, entity, rows):
        """Return ``[(row, link)]`` of entities without the echoes: most of what comes back is what Odoo knows."""
        known = self.step.links_to(entity, [row['Id'] for row in rows])
        by_id = {link.qbo_id: link for link in known}
        pairs = [(row, by_id.get(row['Id'], known.browse())) for row in rows]
        echoes = {row['Id'] for row, link in pairs if self.apply.is_echo(row, link)}
        carrying = {row['Id'] for row, _link in pairs if row['Id'] in echoes and 'TotalAmt' in row}
        links = known.filtered(lambda link: link.mode != 'never' and link.qbo_id in carrying)
        records = self.step.records(links) if links else {}
        carriers = [(row, link, records.get(link)) for row, link in pairs if row['Id'] in carrying]
        self.look_at_money(carriers)
        return [(row, link) for row, link in pairs if row['Id'] not in echoes]

    def look_at_money(self, carriers):
        """Compare the amounts of echoes, together; where one cannot be compared, each by itself, and it says so.

        :param carriers: ``[(row, link, record)]``
        """
        try:
            with self.env.cr.savepoint():
                for row, link, record in carriers:
                    self.apply.look_at_money(self.step.mapping_of_link(link), row, link, record)
        except NOT_OF_ONE_RECORD:
            raise
        except Exception as error:
            self.step.forget()
            if len(carriers) > 1:
                for carrier in carriers:
                    self.look_at_money([carrier])
                return
            row, link, _record = carriers[0]
            self.apply.refused(self.step.mapping_of_link(link), row, link, error)
            self.env['qbo.log'].create(self.apply.notes)
            self.apply.notes = []

    def import_referred(self, entity, rows):
        """Import what entities refer to and Odoo does not know yet: a new customer before its invoice.

        One query a type for all rows, then for what those refer to. What Odoo refuses, or leaves out, the referring
        record says itself.
        """
        wanted = self.referred(entity, rows)
        wanted.get(entity, set()).difference_update(row['Id'] for row in rows)
        for refers_to, qbo_ids in wanted.items():
            if refers_to in entities.REFERENCE_LISTS:
                self.env['qbo.reference']._read_unknown(self.connection, refers_to, qbo_ids)
            else:
                self.import_missing(refers_to, qbo_ids)

    def referred(self, entity, rows):
        """Return ``{entity type: ids}`` of what these entities refer to, but for those that are left out."""
        links = self.step.links_to(entity, [row['Id'] for row in rows])
        linked = set(links.filtered(lambda link: link.mode != 'never').mapped('qbo_id'))
        wanted = {}
        for mapping_name, some in groupby(rows, lambda row: self.mapping_of(entity, row)._name):
            mapping = self.env[mapping_name]
            refers = {row['Id']: self.refers(mapping, row) for row in some}
            self.step.load_behind(key for keys in refers.values() for key in keys)
            unknown = [row for row in some if refers[row['Id']] and row['Id'] not in linked]
            left_out = self.left_out(mapping, unknown)
            for refers_to, qbo_id in (key for row_id, keys in refers.items() if row_id not in left_out for key in keys):
                wanted.setdefault(refers_to, set()).add(qbo_id)
        return wanted

    def refers(self, mapping, row):
        """Return what an entity refers to; nothing where that cannot be told: it says so itself when it is taken."""
        try:
            return mapping._refers(self.step, row)
        except NOT_OF_ONE_RECORD:
            raise
        except Exception:
            _logger.info("What %s %s refers to cannot be told", mapping._entity, row['Id'], exc_info=True)
            return []

    def left_out(self, mapping, rows):
        """Return which of these entities are not imported; none where that cannot be told, as :meth:`refers`."""
        try:
            return mapping._skip_reasons(self.step, rows)
        except NOT_OF_ONE_RECORD:
            raise
        except Exception:
            _logger.info("Which %s are left out cannot be told", mapping._entity, exc_info=True)
            return {}

    def import_missing(self, entity, qbo_ids):
        """Fetch and import those of these entities that Odoo does not know."""
        known = self.step.links_to(entity, qbo_ids)
        settled = known.filtered(lambda link: link.res_id or link.mode == 'never')
        missing = sorted(qbo_ids - set(settled.mapped('qbo_id')))
        for some in split_every(FETCH_SIZE, missing, list):
            found = self.connection._fetch(entity, some)
            self.import_referred(entity, found)
            links = {link.qbo_id: link for link in known}
            self.import_triples(
                [(self.mapping_of(entity, row), row, links.get(row['Id'], known.browse())) for row in found]
            )
