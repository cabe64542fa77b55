"""Files from QuickBooks: which there are, and their content. Whoever keeps the files never gets our token.

Intuit tells no news of Attachables by webhook, so that they are asked for: what was changed since the last time, and
whether what we know is still there. Each question is a metered read.
"""

import random
from datetime import timedelta, timezone

from odoo import fields
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ...qbo import attachments, client, endpoints, errors, throttle, transport
from ..connection.messages import sentence
from ..connection.reason import Reason, declare
from ..engine.pull import FETCH_SIZE, OVERLAP, PAGE_SIZE
from .attachment import PDF_FIELD
from .sending import ATTEMPTS_MAX

FETCHED = 20  # files in a step: their addresses are good for 15 minutes
CHECKS = 5  # questions a poll whether files are still there, each for FETCH_SIZE of them

_lt = LazyTranslate(__name__)
declare(
    {
        'file_kind_there': _lt("Files of this kind are not taken from QuickBooks. These are: %(kinds)s."),
        'file_too_large_there': _lt("Files of up to 100 MB are taken from QuickBooks. This one has %(size)s MB."),
        'file_elsewhere': _lt("QuickBooks says that it is at %(host)s, which is not Intuit's. It was not fetched."),
        'file_content': _lt("Its content is not what its name says. It was not taken from QuickBooks."),
        'file_not_fetched': _lt("It could not be fetched from QuickBooks %(count)s times in a row: %(error)s"),
    }
)


class Fetching:
    """Asks for files and fetches them, for one step of a connection."""

    def __init__(self, step):
        self.step, self.connection, self.env = step, step.connection, step.env
        self.rows = self.env['qbo.attachment']
        # Also of what is switched off still: its files are known when it is switched on.
        every = self.env['qbo.mapping']._all()
        self.mappings = {mapping._entity: mapping for mapping in every if mapping._has_files}

    def here(self, *domain):
        """Return the files of this QuickBooks company in a domain."""
        return self.rows.search([('qbo_company_id', '=', self.step.qbo_company.id), *domain], order='id')

    # === WHICH THERE ARE === #

    def poll(self, schedule):
        """Note the files that are new in QuickBooks, and say which are gone there. Commits after each page."""
        if not any(mapping._has_files for mapping in self.step.mappings):
            return
        if self.connection._takes_files():
            until = fields.Datetime.now() - OVERLAP
            since = (schedule.cursor or until).replace(tzinfo=timezone.utc) - OVERLAP
            where = f'MetaData.LastUpdatedTime >= {client.quote(since.isoformat(timespec="seconds"))}'
            position = 1
            while True:
                tail = f'ORDERBY MetaData.LastUpdatedTime, Id STARTPOSITION {position} MAXRESULTS {PAGE_SIZE}'
                page = self.connection._query('Attachable', where, tail)
                self.note(page)
                # What is noted once is known: a page that is asked for again changes nothing.
                self.env['ir.cron']._commit_progress(len(page), remaining=1)
                if len(page) < PAGE_SIZE:
                    break
                position += PAGE_SIZE
            schedule.cursor = until
        self.check()

    def note(self, page):
        """Note the files of documents among Attachables, and which were taken off one."""
        known = self.here(('qbo_id', 'in', [entity['Id'] for entity in page])).grouped('qbo_id')
        vals = []
        for entity in filter(attachments.is_file, page):
            rows = known.get(entity['Id'], self.rows)
            documents = attachments.refers_to(entity, self.mappings)
            self.off(rows.filtered(lambda row, documents=documents: (row.entity, row.entity_id) not in documents))
            for document in documents:
                row = rows.filtered(lambda row, document=document: (row.entity, row.entity_id) == document)
                self.back(row)
                if not row and not self.is_being_sent(entity, document):
                    vals.append(self.vals(entity, document))
        self.rows.create(vals)

    def vals(self, entity, document):
        """Return the values of a file that is to be fetched."""
        return {
            'qbo_company_id': self.step.qbo_company.id,
            'name': entity['FileName'],
            'size': int(float(entity['Size'])),
            'qbo_id': entity['Id'],
            'entity': document[0],
            'entity_id': document[1],
            'origin': 'qbo',
            'checked_at': fields.Datetime.now(),
        }

    def is_being_sent(self, entity, document):
        """Return whether this is a file of ours whose upload has no answer yet: looking for it ties the two."""
        size = int(float(entity['Size']))
        being_sent = self.here(
            ('state', '=', 'sending'),
            ('entity', '=', document[0]),
            ('entity_id', '=', document[1]),
            ('size', '=', size),
        )
        return any(attachments.short(row.name) == entity['FileName'] for row in being_sent)

    def off(self, rows):
        """Note that files were taken off their document in QuickBooks."""
        rows.filtered(lambda row: row.state == 'pending').unlink()
        self.gone(rows.exists().filtered(lambda row: row.state == 'synced'), Reason('file_detached_there'))

    def back(self, row):
        """Note that a file is on its document in QuickBooks again."""
        if row.state == 'gone' and row.attachment_id:
            row._tie()

    def check(self):
        """Say which files are gone in QuickBooks, of those that were not seen there for the longest time."""
        rows = self.rows.search(
            [
                ('qbo_company_id', '=', self.step.qbo_company.id),
                ('state', '=', 'synced'),
                ('attachment_id', '!=', False),
                ('entity', 'in', list(self.mappings)),
            ],
            order='checked_at NULLS FIRST, id',
            limit=FETCH_SIZE * CHECKS,
        )
        for start in range(0, len(rows), FETCH_SIZE):
            some = rows[start : start + FETCH_SIZE]
            there = {entity['Id'] for entity in self.connection._fetch('Attachable', some.mapped('qbo_id'))}
            self.gone(some.filtered(lambda row, there=there: row.qbo_id not in there), Reason('file_deleted_there'))
            some.checked_at = fields.Datetime.now()

    def gone(self, rows, reason):
        """Say that files are gone in QuickBooks. They stay in Odoo, and are not sent again."""
        for row in rows:
            row.write({'state': 'gone', 'reason': reason.stored()})
            link = self.step.links_to(row.entity, [row.entity_id])[:1]
            self.connection._log('pull', f'{row.name} ({link.name}): {self.connection._words(reason)}', link)

    # === THEIR CONTENT === #

    def next(self):
        """Fetch some of the files that are to come to Odoo. Return how many were looked at. Commits after each."""
        if not self.connection._takes_files() or not self.connection._may_read():
            return 0
        rows = self.rows.search(self.rows._due(self.step, 'qbo'), order='id', limit=FETCHED)
        wanted = rows.filtered(self.is_wanted)
        if wanted:
            # Fresh ones: an address is good for 15 minutes.
            entities = {item['Id']: item for item in self.connection._fetch('Attachable', wanted.mapped('qbo_id'))}
            for row in wanted:
                if row.qbo_id in entities:
                    self.fetch(row, entities[row.qbo_id])
                else:
                    row.unlink()  # deleted there before it came
                # No lock on a document outlives its file.
                self.env['ir.cron']._commit_progress(1, remaining=1)
        return len(rows)

    def is_wanted(self, row):
        """Return whether a file may come; else it is left out with the reason."""
        reason = None
        if attachments.kind(row.name) not in attachments.KINDS:
            reason = Reason('file_kind_there', {'kinds': ', '.join(attachments.KINDS)})
        elif row.size > attachments.FILE_MAX:
            reason = Reason('file_too_large_there', {'size': round(row.size / 1_000_000)})
        if reason:
            self.leave_out(row, reason)
        return not reason

    def fetch(self, row, entity):
        """Fetch one file and attach it to its document."""
        url = entity.get('TempDownloadUri') or ''
        try:
            endpoints.check_download_url(self.connection.environment, url)
        except ValueError as error:
            self.leave_out(row, Reason('file_elsewhere', {'host': str(error).partition(' ')[0]}))
            return
        try:
            content = transport.download(url, attachments.REQUEST_MAX)
        except errors.QboError as error:
            self.try_later(row, sentence(self.env, error))
            return
        if len(content) != int(float(entity.get('Size') or 0)):
            self.try_later(row, self.env._("not all of it came"))
        elif not attachments.is_what_it_says(row.name, content):
            self.leave_out(row, Reason('file_content'))
        else:
            self.attach(row, content)

    def attach(self, row, content):
        """Attach content to the document of a file, unless the document has it already."""
        link = self.step.links_to(row.entity, [row.entity_id])
        record = link and self.step.record(link)
        if not record:
            self.postpone(row)
            return
        files = self.env['ir.attachment']
        checksum = files._compute_checksum(content)
        own = Domain([('res_model', '=', record._name), ('res_id', '=', record.id)])
        file = files.search(own & Domain('res_field', 'in', (False, PDF_FIELD)) & Domain('checksum', '=', checksum))[:1]
        if not file:
            is_scan = self.mappings[row.entity]._side == 'purchase' and not record.message_main_attachment_id
            if is_scan and not record.try_lock_for_update():
                self.postpone(row)  # a user has it in hand
                return
            file = self.made(row, record, content)
            if is_scan:
                record._message_set_main_attachment_id(file, force=True)
                link.synced_at = fields.Datetime.now()  # that was no change of a user's
        row._tie(res_model=record._name, res_id=record.id, attachment_id=file.id, checksum=checksum)
        text = self.env._("%(file)s of %(document)s taken from QuickBooks", file=row.name, document=link.name)
        self.connection._log('pull', text, link)

    def made(self, row, record, content):
        """Create an attachment as its document's, and nobody else's: who may see that may see this.

        As it came: no picture is made smaller, and nothing is served as a page, whoever attached it there.
        """
        files = self.env['ir.attachment'].with_context(attachments_mime_plainxml=True, image_no_postprocess=True)
        return files.create(
            {
                'name': row.name,
                'raw': content,
                'res_model': record._name,
                'res_id': record.id,
                'company_id': self.step.company.id,
            }
        )

    def try_later(self, row, why):
        """Try again later, and give up after some times."""
        row.attempts += 1
        if row.attempts >= ATTEMPTS_MAX:
            self.leave_out(row, Reason('file_not_fetched', {'count': row.attempts, 'error': why}))
        else:
            self.postpone(row)

    def postpone(self, row):
        at = fields.Datetime.now() + timedelta(seconds=throttle.backoff(row.attempts + 1, random.random))
        row._postpone(at)
        self.connection._wake(at)

    def leave_out(self, row, reason):
        """Say why a file does not come, on it and in the activity log. Its document stays as it is."""
        link = self.step.links_to(row.entity, [row.entity_id])[:1]
        row._leave_out(reason)
        row.write({'res_model': link.res_model, 'res_id': link.res_id})
        words = self.connection._words(reason)
        text = self.env._(
            "%(file)s of %(document)s is not taken: %(why)s", file=row.name, document=link.name, why=words
        )
        self.connection._log('pull', text, link, level='warning')
