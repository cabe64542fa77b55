"""QuickBooks to Odoo: which entities to ask for, and when. How one is taken stands in ``qbo_connection_merge.py``."""

from collections import Counter
from datetime import timedelta, timezone

from odoo import fields, models
from odoo.tools import split_every

from ...qbo import client, entities, errors
from ..lists.reference import LISTS

OVERLAP = timedelta(minutes=5)  # QuickBooks' journal of changes may lag behind its clock (qbo-api 6)
PAGE_SIZE = 1000  # qbo-api 5: the largest page
FETCH_SIZE = 100  # ids in one query: an address may not grow without end
COMPARED = ('Customer', 'Item')  # what the comparison reads, inactive ones included
APPLY_SIZE = 100  # rows applied before what users saved meanwhile is sent


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    def _pull(self):
        """Do one step of pulling: a page under way, the news in the inbox, or a failed record once more.

        :return: 0 when there is nothing to pull
        """
        return self._pull_page() or self._pull_news() or self._pull_failed()

    # === CHOOSING === #

    def _pull_news(self):
        """Pull the schedules that the inbox names, one at a time: all their events at once."""
        events = self.env['qbo.event'].search([('connection_id', '=', self.id)])
        if not events:
            return 0
        schedule = events[0].schedule_id
        events = events.filtered(lambda event: event.schedule_id == schedule)
        schedule.last_run = fields.Datetime.now()
        if schedule.name == 'lists':
            self._pull_lists()
        elif not schedule._synchronised():
            pass
        elif 'import' in events.mapped('source') or not schedule.cursor:
            self._start_pages(schedule, self._import_since(schedule))
        else:
            self._pull_changes(schedule)
        events.unlink()
        return 1

    def _pull_changes(self, schedule):
        """Take what changed since the cursor with one call, and move the cursor to QuickBooks' own time."""
        names = schedule._entities()
        since = schedule.cursor.replace(tzinfo=timezone.utc) - OVERLAP
        try:
            answer = self._read(
                f"CDC {', '.join(names)} since {since:%Y-%m-%d %H:%M} UTC", lambda qbo: qbo.cdc(names, since)
            )
        except errors.DataError:  # too old (qbo-api 6), or one record breaks the answer
            self._start_pages(schedule, since)
            return
        if answer.truncated:
            self._start_pages(schedule, since)
            return
        for entity in names:
            self._take_rows(entity, answer.changes[entity])
        schedule.cursor = answer.time.astimezone(timezone.utc).replace(tzinfo=None)

    def _start_pages(self, schedule, since):
        """Start a paged pull: of everything active, or of what changed ``since`` (aware UTC)."""
        schedule.write(
            {
                'position': 1,
                'page_size': PAGE_SIZE,
                'paged_since': since and since.astimezone(timezone.utc).replace(tzinfo=None),
                'paged_until': fields.Datetime.now() - OVERLAP,
            }
        )

    def _pull_page(self):
        """Take the next page of a paged pull. Interrupted, the page is asked for again: what is taken is an echo."""
        schedule = self.schedule_ids.filtered('position')[:1]
        if not schedule:
            return 0
        try:
            pages = [(entity, self._page(entity, schedule)) for entity in schedule._entities()]
        except errors.DataError as error:
            self._narrow(schedule, error)
            return 1
        is_import = schedule.push_after_import or not schedule.paged_since
        for entity, rows in pages:
            left_out = self._left_out(entity, rows, is_first=not schedule.paged_since)
            taken = [row for row in rows if row['Id'] not in left_out]
            self.with_context(qbo_import=is_import)._take_rows(entity, taken)
            self._log_skipped(left_out)
        self._turn_page(schedule, max(len(rows) for _entity, rows in pages))
        return 1

    def _turn_page(self, schedule, rows):
        """Move on after a page of so many rows; one that is not full is the last."""
        if rows < schedule.page_size:
            self._push_the_rest(schedule)
            schedule.write({'position': 0, 'cursor': schedule.paged_until, 'push_after_import': False})
        else:
            schedule.write({'position': schedule.position + schedule.page_size, 'page_size': PAGE_SIZE})

    def _push_the_rest(self, schedule):
        """After the first import of a kind, send what Odoo alone has, as bulk work."""
        if not schedule.push_after_import:
            return
        if schedule.name == 'documents':
            self.env['qbo.application']._qbo_catch_up(self)
        for record in schedule._synchronised():
            known = self.env['qbo.link'].search([('connection_id', '=', self.id), ('res_model', '=', record._name)])
            rest = record.search(record._qbo_domain()) - record.browse(known.filtered('qbo_id').mapped('res_id'))
            self.env['qbo.change']._append(rest, self, is_bulk=True)

    def _narrow(self, schedule, error):
        """Ask for less after QuickBooks could not give a page: one bad record breaks all of it (qbo-api 4.3, 4002).

        A single record that cannot be read is left out, and the activity log says so.
        """
        if schedule.page_size > 1:
            schedule.page_size //= 10
            return
        text = self.env._(
            "Record number %(number)s cannot be read from QuickBooks and was left out: %(why)s",
            number=schedule.position,
            why=error.detail or str(error),
        )
        self._log('pull', text, level='error')
        schedule.write({'position': schedule.position + 1, 'page_size': PAGE_SIZE})

    def _log_skipped(self, left_out):
        """Say in the activity log what a paged pull left out, and why.

        :param dict left_out: what :meth:`_left_out` gave
        """
        for reason, count in Counter(left_out.values()).items():
            self._log('pull', self.env._("%(count)s left out: %(reason)s", count=count, reason=reason))

    def _page(self, entity, schedule):
        tail = f'STARTPOSITION {schedule.position} MAXRESULTS {schedule.page_size}'
        is_first = schedule.push_after_import and entity in entities.LISTS  # of documents: terms, payment methods
        if not schedule.paged_since and entity in COMPARED and not self.skip_inactive:
            return self._whole_page(entity, schedule.position, schedule.page_size)
        if not schedule.paged_since or is_first:
            statement = f'SELECT * FROM {entity} ORDERBY Id {tail}'
            return self._read(statement, lambda qbo: qbo.query(statement)).values
        since = client.quote(f'{schedule.paged_since:%Y-%m-%dT%H:%M:%S}+00:00')
        tail = f'ORDERBY MetaData.LastUpdatedTime, Id {tail}'
        return self._query(entity, f'MetaData.LastUpdatedTime >= {since}', tail)

    def _pull_failed(self):
        """Ask again, by id, for entities that Odoo could not take."""
        due = self.link_ids.search(
            [
                ('connection_id', '=', self.id),
                ('res_model', 'in', self._switched_on()),
                ('direction', '=', 'pull'),
                ('retry_at', '<=', fields.Datetime.now()),
            ],
            limit=APPLY_SIZE,
        )
        due = due.sorted(lambda link: link._model()._qbo_rank())  # an invoice before the payment that waits for it
        for entity, links in due.grouped('entity').items():
            found = {row['Id']: row for row in self._fetch(entity, links.mapped('qbo_id'))}
            for link in links:
                gone = {'Id': link.qbo_id, 'status': 'Deleted'}
                self._take_row(entity, found.get(link.qbo_id, gone), link)
                # As in `_take_rows`: no lock outlives the row.
                self.env['ir.cron']._commit_progress(remaining=1)
        return len(due)

    # === TAKING === #

    def _take_rows(self, entity, rows):
        """Take entities as they came, each on its own: one that Odoo refuses stops no other."""
        self._take_referred(entity, rows)
        news = self._news(entity, rows)
        news.sort(key=lambda pair: self._model_of(entity, pair[0])._qbo_order(pair[0]))
        for place, (row, link) in enumerate(news):
            self._take_row(entity, row, link)
            # A user may want to save this very record: no lock on it outlives the row. Rows that are taken are echoes
            # when the pull starts over.
            self.env['ir.cron']._commit_progress(remaining=1)
            self._check_on()
            if place % APPLY_SIZE == APPLY_SIZE - 1:
                self._push_users()

    def _news(self, entity, rows):
        """Return ``[(row, link)]`` of entities without the echoes: most of what comes back is what Odoo knows."""
        known = self._links_of(entity, [row['Id'] for row in rows])
        by_id = {link.qbo_id: link for link in known}
        pairs = [(row, by_id.get(row['Id'], known.browse())) for row in rows]
        # Each link on its own: after the commit of a row, the next one would read those of all rows again.
        return [(row, link.with_prefetch()) for row, link in pairs if not self._is_echo(row, link)]

    def _take_referred(self, entity, rows):
        """Take what entities refer to and Odoo does not know yet: a new customer before its invoice.

        One query a type for all rows, then for what those refer to. What Odoo refuses, or leaves out, the referring
        record says itself.
        """
        wanted = self._referred(entity, rows)
        wanted.get(entity, set()).difference_update(row['Id'] for row in rows)
        for refers_to, qbo_ids in wanted.items():
            if refers_to in LISTS:
                self.env['qbo.reference']._read_unknown(self, refers_to, qbo_ids)
            else:
                self._take_missing(refers_to, qbo_ids)

    def _referred(self, entity, rows):
        """Return ``{entity type: ids}`` of what these entities refer to, but for those that are left out."""
        links = self._links_of(entity, [row['Id'] for row in rows])
        linked = set(links.filtered(lambda link: link.mode != 'never').mapped('qbo_id'))
        wanted = {}
        for row in rows:
            model = self._model_of(entity, row)
            refers = model._qbo_refers(row)
            if refers and (row['Id'] in linked or not model._qbo_skips(row)):
                for refers_to, qbo_id in refers:
                    wanted.setdefault(refers_to, set()).add(qbo_id)
        return wanted

    def _take_missing(self, entity, qbo_ids):
        """Fetch and take those of these entities that Odoo does not know."""
        known = self._links_of(entity, qbo_ids)
        settled = known.filtered(lambda link: link.res_id or link.mode == 'never')
        missing = sorted(qbo_ids - set(settled.mapped('qbo_id')))
        for some in split_every(FETCH_SIZE, missing, list):
            found = self._fetch(entity, some)
            self._take_referred(entity, found)
            for row in found:
                self._take_row(entity, row, known.filtered(lambda link, row=row: link.qbo_id == row['Id']))

    def _links_of(self, entity, qbo_ids):
        return self.env['qbo.link'].search(
            [('connection_id', '=', self.id), ('entity', '=', entity), ('qbo_id', 'in', list(qbo_ids))]
        )
