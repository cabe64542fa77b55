"""Files to QuickBooks: one upload for those of a document, stored before it is sent.

Intuit promises nothing of a request id on uploads (qbo-purchases 11). So whatever has no answer is looked for among the
document's files before it goes again: by name and size, and only what belongs to no other file of ours.
"""

import json
import random
import uuid
from datetime import timedelta

from odoo import fields
from odoo.tools.translate import LazyTranslate

from ...qbo import attachments, client, errors, throttle
from ..connection.messages import sentence
from ..connection.reason import Reason, declare
from ..engine.outcomes import is_refused_unseen
from .attachment import PDF_FIELD

CALL_BYTES = 20_000_000  # more than that goes one by one: a call has a minute
CALL_FILES = 10
PAGE = 100  # documents whose files are noted in one step
ATTEMPTS_MAX = 5
EVERYBODY_WAITS = (errors.Kind.AUTHORIZATION, errors.Kind.QUOTA, errors.Kind.THROTTLED)

_lt = LazyTranslate(__name__)
declare(
    {
        'file_too_large': _lt("QuickBooks takes files of up to 100 MB. This one has %(size)s MB."),
        'file_empty': _lt("It is empty."),
        'file_kind': _lt("QuickBooks does not take files of this kind. It takes %(kinds)s."),
        'file_refused': _lt("QuickBooks refused it: %(error)s"),
        'file_unanswered': _lt(
            "QuickBooks did not answer %(count)s times in a row, and does not have it. Try again when the line is "
            "better, or attach it there."
        ),
        'file_later': _lt("QuickBooks could not take it now: %(error)s. It is tried again."),
        'file_lost': _lt("Its content cannot be read in Odoo."),
    }
)


class Sending:
    """Sends files for one step of a connection."""

    def __init__(self, step):
        self.step, self.connection, self.env = step, step.connection, step.env
        self.rows = self.env['qbo.attachment']

    def next(self):
        """Do the first thing that there is to do with files of Odoo. Return how much was done."""
        if self.connection.attachments == 'none':
            return 0
        return self.unanswered() or self.document() or self.scan() or self.lost()

    def here(self, *domain):
        """Return the files of this QuickBooks company in a domain."""
        return self.rows.search([('qbo_company_id', '=', self.step.qbo_company.id), *domain], order='id')

    # === WHICH === #

    def document(self):
        """Send the files of the next document that has some and is in QuickBooks. Return how many were looked at."""
        first = self.rows.search(self.rows._due(self.step, 'odoo'), order='id', limit=1)
        if not first:
            return 0
        record = self.env[first.res_model].with_company(self.step.company).browse(first.res_id)
        due = self.rows._due(self.step, 'odoo') & self.rows._document_domain(first.res_model, first.res_id)
        rows = self.rows.search(due, order='id')
        link = self.link_of(record)
        if not link:
            rows.unlink()  # of a move that is no document
            return len(rows)
        count = len(rows)
        going = rows.browse([row.id for row in rows if self.is_going(row)])
        going.write({'entity': link.entity, 'entity_id': link.qbo_id})
        if going.filtered('must_look'):
            going -= self.found_there(going)
            going.must_look = False
        if going:
            self.send(self.store(link, self.one_call(going)))
        return count

    def link_of(self, record):
        """Return the link of a document that has files, empty where it has none."""
        for mapping in self.step.mappings_of(record) if self.step.exists(record) else ():
            link = self.step.link(record, mapping._entity)
            if mapping._has_files and link._is_there() and link.mode != 'never':
                return link
        return self.env['qbo.link']

    def is_going(self, row):
        """Return whether a file has to be sent; else it is tied, left out with the reason, or forgotten."""
        file = row.attachment_id
        if not file or (file.res_model, file.res_id) != (row.res_model, row.res_id) or not self.is_chosen(file):
            row.unlink()
            return False
        others = self.here(
            *self.rows._document_domain(row.res_model, row.res_id),
            ('checksum', '=', file.checksum),
            ('id', '!=', row.id),
        )
        others.filtered(lambda other: other.state == 'left').unlink()  # it may have a name now that goes
        if same := others.exists()[:1]:  # the same file again, or one that came from there
            if same.state == 'gone' and not same.attachment_id:
                same._tie(attachment_id=file.id)
            row.unlink()
            return False
        row.write({'name': file.name, 'checksum': file.checksum, 'size': file.file_size})
        if reason := self.problem(file):
            self.leave_out(row, reason)
            return False
        return True

    def is_chosen(self, file):
        """Return whether files like this one are sent now; the choice may be another than when it was noted."""
        return file.res_field == PDF_FIELD or (self.connection.attachments == 'all' and not file.res_field)

    def problem(self, file):
        """Return the reason why QuickBooks would not take a file, None where it may."""
        if attachments.kind(file.name) not in attachments.KINDS:
            return Reason('file_kind', {'kinds': ', '.join(attachments.KINDS)})
        if file.file_size > attachments.FILE_MAX:
            return Reason('file_too_large', {'size': round(file.file_size / 1_000_000)})
        if not file.file_size:
            return Reason('file_empty')
        return None

    def one_call(self, rows):
        """Return the files that go in one call: the first ones, or one that is large or was refused with others."""
        if rows[0].is_alone:
            return rows[0]
        taken, size = rows.browse(), 0
        for row in rows.filtered(lambda row: not row.is_alone)[:CALL_FILES]:
            size += row.size
            if taken and size > CALL_BYTES:
                break
            taken += row
        return taken

    # === STORING AND SENDING === #

    def store(self, link, rows):
        """Store the upload of files; :meth:`send` commits it before it is sent (write-ahead)."""
        mapping = self.step.mapping_of_link(link)
        on_send = bool(self.connection.attachments_on_send and mapping._side == 'sale')
        body = [attachments.described(row.name, row.entity, row.entity_id, on_send) for row in rows]
        request = self.env['qbo.request'].create(
            {
                'qbo_company_id': self.step.qbo_company.id,
                'call_id': str(uuid.uuid4()),
                'operation': 'upload',
                'entity': 'Attachable',
                'body': client.serialize(body),
                'state': 'unanswered',
            }
        )
        rows.write({'state': 'sending', 'request_id': request.id, 'retry_at': False, 'reason': False})
        return request

    def send(self, request):
        """Send a stored upload, or once more, and keep what came. Return 1.

        :raise errors.QboError: what everything has to wait for
        """
        rows = self.rows_of(request)
        files = self.files(request, rows)
        if not files or not self.connection._room(1):
            return 1  # it is stored, and goes with the next step
        request.write({'sent_at': fields.Datetime.now(), 'attempts': request.attempts + 1})
        rows.write({'attempts': rows[0].attempts + 1})
        # What is promised to QuickBooks must survive a crash between here and the answer: it is looked for then.
        self.env['ir.cron']._commit_progress(1, remaining=1)
        try:
            answer = self.connection._ask(lambda qbo: qbo.upload(files, request.call_id))
        except errors.QboError as error:
            blocking = self.failed(request, rows, error)
            self.env['ir.cron']._commit_progress(remaining=1)
            if blocking:
                raise
            return 1
        self.connection._succeeded()
        request._answered('done', answer)
        for row, outcome in zip(rows, answer.values, strict=True):
            self.answered(row, outcome)
        # What QuickBooks has is true, whatever fails next.
        self.env['ir.cron']._commit_progress(remaining=1)
        return 1

    def rows_of(self, request):
        """Return the files of an upload, in the order of its parts."""
        return self.here(('request_id', '=', request.id), ('state', '=', 'sending'))

    def files(self, request, rows):
        """Return what is uploaded, as it was stored; nothing where a file is another one now: all are noted anew."""
        about = json.loads(request.body)
        contents = [row.attachment_id.raw if row.attachment_id.checksum == row.checksum else None for row in rows]
        if len(about) == len(rows) and all(contents):
            return [
                attachments.File(*pair) for pair in zip(about, (bytes(content) for content in contents), strict=True)
            ]
        request.write({'state': 'refused', 'fault': 'superseded'})
        for row, content in zip(rows, contents, strict=True):
            if row.attachment_id.checksum == row.checksum and content is not None and not content:
                self.leave_out(row, Reason('file_lost'))  # the database knows it, the file store does not
            else:
                row._postpone(False)
        return []

    # === ANSWERS === #

    def answered(self, row, outcome):
        """Note what QuickBooks says of one file: its Attachable, an error, or None."""
        if isinstance(outcome, errors.QboError):
            self.refused(row, outcome)
        elif outcome is None:
            self.unknown(row)  # some were kept, and some were not
        else:
            self.tie(row, outcome)

    def tie(self, row, entity):
        """Note that QuickBooks has a file."""
        row._tie(qbo_id=entity['Id'], checked_at=fields.Datetime.now())
        link = self.link_of(self.env[row.res_model].with_company(self.step.company).browse(row.res_id))
        text = self.env._("%(file)s of %(document)s attached in QuickBooks", file=row.name, document=link.name)
        self.connection._log('push', text, link, request_id=row.request_id.id)

    def failed(self, request, rows, error):
        """Note that an upload failed as a whole; return whether everything else has to wait too."""
        request.write({'status': error.status, 'tid': error.tid, 'fault': str(error)})
        if isinstance(error, errors.UnknownOutcome):
            for row in rows:
                self.unknown(row)
            return False
        request.state = 'refused'
        if is_refused_unseen(error) or error.kind in EVERYBODY_WAITS:
            rows.write({'state': 'pending', 'attempts': rows[0].attempts - 1})
            return True
        if error.kind is not errors.Kind.TRANSIENT and len(rows) > 1:
            rows.write({'state': 'pending', 'is_alone': True})  # for one of them
            return False
        for row in rows:
            self.refused(row, error)
        return False

    def refused(self, row, error):
        """Note that QuickBooks did not take a file: for now, or at all."""
        if error.kind is errors.Kind.TRANSIENT and row.attempts < ATTEMPTS_MAX:
            row._postpone(self.later(row), Reason('file_later', {'error': sentence(self.env, error)}))
        else:
            self.leave_out(row, Reason('file_refused', {'error': error.detail or sentence(self.env, error)}))

    def unknown(self, row):
        """Have a file that may be in QuickBooks looked for before it goes again."""
        row._postpone(self.later(row), state='sending')

    def leave_out(self, row, reason):
        """Say why a file does not go, on it and in the activity log. The document is no error for it."""
        row._leave_out(reason)
        link = self.link_of(self.env[row.res_model].with_company(self.step.company).browse(row.res_id))
        words = self.connection._words(reason)
        text = self.env._("%(file)s of %(document)s is not sent: %(why)s", file=row.name, document=link.name, why=words)
        self.connection._log('push', text, link, level='warning')

    def later(self, row):
        """Return when a file is tried again, and wake the engine then."""
        at = fields.Datetime.now() + timedelta(seconds=throttle.backoff(row.attempts, random.random))
        self.connection._wake(at)
        return at

    # === WHAT HAS NO ANSWER === #

    def unanswered(self):
        """Look what became of an upload that was not answered, and send what QuickBooks has not. Return how many."""
        now = fields.Datetime.now()
        first = self.here(('state', '=', 'sending'), '|', ('retry_at', '=', False), ('retry_at', '<=', now))[:1]
        if not first:
            return 0
        request = first.request_id
        rows = self.rows_of(request)
        if not request.attempts and not any(rows.mapped('must_look')):
            return self.send(request)  # stored, and there was no room to send it
        rows -= self.found_there(rows)
        rows.must_look = False
        if rows and rows[0].attempts >= ATTEMPTS_MAX:
            for row in rows:
                self.leave_out(row, Reason('file_unanswered', {'count': row.attempts}))
            rows = rows.browse()
        if len(rows) == len(json.loads(request.body)):
            return self.send(request)
        request.state = 'done'  # in part: the rest goes with an upload of its own
        rows.write({'state': 'pending', 'retry_at': False})
        return 1

    def found_there(self, rows):
        """Return those of these files, all of one document, that QuickBooks has; they are tied.

        One query. What is tied to another file of ours is none of these.
        """
        first = rows[0]
        there = self.connection._query(
            'Attachable',
            f'AttachableRef.EntityRef.Type = {client.quote(first.entity.lower())} '
            f'AND AttachableRef.EntityRef.value = {client.quote(first.entity_id)}',
        )
        known = self.here(('qbo_id', 'in', [entity['Id'] for entity in there]), ('attachment_id', '!=', False))
        free = [entity for entity in there if entity['Id'] not in set(known.mapped('qbo_id'))]
        found = rows.browse()
        for row in rows:
            names = (attachments.short(row.name), row.size)
            match = next((item for item in free if (item.get('FileName'), int(item.get('Size') or 0)) == names), None)
            if match:
                free.remove(match)
                # One that the poll noted meanwhile is this one.
                self.here(('qbo_id', '=', match['Id']), ('attachment_id', '=', False)).unlink()
                self.tie(row, match)
                found += row
        return found

    # === ALL, AND WHAT IS GONE === #

    def scan(self):
        """Note the files of some of the documents that are in QuickBooks already, after files were switched on."""
        after = self.connection.attachments_after
        if after < 0:
            return 0
        mappings = [mapping for mapping in self.step.mappings if mapping._has_files]
        links = self.env['qbo.link'].search(
            [
                ('qbo_company_id', '=', self.step.qbo_company.id),
                ('entity', 'in', [mapping._entity for mapping in mappings]),
                ('qbo_id', '!=', False),
                ('res_id', '!=', False),
                ('id', '>', after),
            ],
            order='id',
            limit=PAGE,
        )
        self.rows._note_linked(links, is_new=False)
        self.connection.attachments_after = links[-1].id if len(links) == PAGE else -1
        return 1

    def lost(self):
        """Say which files were deleted in Odoo. They stay in QuickBooks, and do not come back."""
        rows = self.here(('state', '=', 'synced'), ('attachment_id', '=', False))
        for row in rows:
            record = self.env[row.res_model].with_company(self.step.company).browse(row.res_id)
            link = self.link_of(record)
            if not self.step.exists(record) and row.entity_id:
                # Its document went with it: taken again, the file comes again.
                row.write({'state': 'pending', 'origin': 'qbo', 'res_model': False, 'res_id': False, 'checksum': False})
                continue
            row.write({'state': 'gone', 'reason': Reason('file_deleted_here').stored()})
            text = self.env._(
                "%(file)s of %(document)s was deleted in Odoo. It stays in QuickBooks.",
                file=row.name,
                document=link.name or record.display_name,
            )
            self.connection._log('push', text, link)
        return len(rows)
