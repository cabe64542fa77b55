"""New records in chunks: created, linked, logged and announced together; halved where one of them fails."""

import time

from odoo import fields

from .apply import NOT_OF_ONE_RECORD

AIM_S = 0.3  # a person who saves into the same journal waits for one chunk at most
START = {'default': 50, 'account.move': 8, 'account.payment': 8, 'qbo.application': 1}
MOST = 200


class Chunks:
    """Creates the records of rows that nothing in Odoo is linked with.

    :param apply: an ``Apply``: what is no plain creation is left to it
    :param after: ``after(rows)`` is called when so many rows are done: it commits
    """

    def __init__(self, apply, after):
        self.apply, self.after = apply, after
        self.step, self.connection, self.env = apply.step, apply.connection, apply.env
        self.seconds = {}  # model: measured time a row

    def create_new(self, mapping, pairs):
        """Create what is surely new, in chunks, and yield the rest as ``(mapping, row, link)``.

        :param pairs: ``[(row, link)]`` of one mapping, none of which another one refers to
        """
        new = self.surely_new(mapping, pairs)
        left = list(new.values())
        while left:
            size = self.size(mapping)
            chunk, left = left[:size], left[size:]
            begin = time.monotonic()
            for row in self.create_chunk(mapping, chunk):
                self.apply.apply_row(mapping, row, self.env['qbo.link'])
            self.seconds[mapping._record_model] = (time.monotonic() - begin) / len(chunk)
            self.after(len(chunk))
        for row, link in pairs:
            if row['Id'] not in new:
                yield mapping, row, link

    def size(self, mapping):
        """Return how many rows the next chunk has, from the time that the last one took."""
        if seconds := self.seconds.get(mapping._record_model):
            return max(1, min(MOST, int(AIM_S / seconds)))
        return START.get(mapping._record_model, START['default'])

    def surely_new(self, mapping, pairs):
        """Return ``{id: row}`` of the rows without a link, a match, or a request of ours that may have created them."""
        if not self.apply.may_create(self.env['qbo.link']):
            return {}
        rows = [row for row, link in pairs if not link and row.get('status') != 'Deleted']
        if len(rows) < 2 or self.env['qbo.request']._pending(self.connection):
            return {}
        try:
            with self.env.cr.savepoint():
                self.step.load_behind(pair for row in rows for pair in mapping._refers(self.step, row))
                matches = mapping._match_rows(self.step, rows)
                return {
                    row['Id']: row
                    for row in rows
                    if row['Id'] not in matches and not mapping._skip_reason(self.step, row)
                }
        except NOT_OF_ONE_RECORD:
            raise
        except Exception:
            return {}  # one of them cannot be asked: each on its own

    def create_chunk(self, mapping, rows):
        """Create records, links, log lines and one announcement together; return the rows that cannot be created."""
        try:
            with self.env.cr.savepoint():
                self.create_together(mapping, rows)
            return []
        except NOT_OF_ONE_RECORD:
            raise
        except Exception:
            self.step.forget()
            if len(rows) == 1:
                return rows
        half = len(rows) // 2
        return self.create_chunk(mapping, rows[:half]) + self.create_chunk(mapping, rows[half:])

    def create_together(self, mapping, rows):
        """Create the records of rows and all that belongs to them; one failure undoes all."""
        step = self.step
        records = mapping._create_records(step, rows)
        now = fields.Datetime.now()
        links = self.env['qbo.link'].create(
            [
                {
                    'connection_id': self.connection.id,
                    'res_model': record._name,
                    'res_id': record.id,
                    'name': record.display_name,
                    'entity': mapping._entity,
                    'origin': 'qbo',
                    'qbo_id': row['Id'],
                    'sync_token': int(row.get('SyncToken') or 0),
                    'sent_as': row.get('DocNumber'),  # it keeps its number, whatever Odoo's is
                    'doc_number': row.get('DocNumber'),
                    'facts': mapping._snapshot(step, row),
                    'synced_at': now,
                    'state': 'synced',
                }
                for record, row in zip(records, rows, strict=True)
            ]
        )
        for link in links:
            step.keep(link)
        for record, row, link in zip(records, rows, links, strict=True):
            # The values of a record may depend on its own link.
            link.write({'base_odoo': mapping._values(step, record), 'base_qbo': mapping._from_row(step, row)})
            step.compare(link, mapping, record)
        for row, link in zip(rows, links, strict=True):
            self.apply.settled(mapping, row, {}, link.base_qbo)
        links._announce()
        self.clear_changes(mapping, records)
        self.env['qbo.log'].sudo().create(
            [
                {
                    'connection_id': self.connection.id,
                    'kind': 'pull',
                    'level': 'info',
                    'text': self.env._(
                        "%(model)s %(name)s created from QuickBooks", model=mapping._noun(step, record), name=link.name
                    ),
                    'link_id': link.id,
                }
                for record, link in zip(records, links, strict=True)
            ]
        )

    def clear_changes(self, mapping, records):
        """Delete the changes that creating these records appended: both sides agree on all of them."""
        if any(len(self.step.mappings_of(record)) > 1 for record in records[:1]):
            return  # another entity of them may still have to be sent
        self.env['qbo.change'].search(
            [
                ('connection_id', '=', self.connection.id),
                ('res_model', '=', mapping._record_model),
                ('res_id', 'in', [record.id for record in records]),
            ]
        ).unlink()
