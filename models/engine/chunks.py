"""Rows of QuickBooks in chunks: as many as take 0.3 seconds together, committed after each."""

import json
import time

from ...qbo import errors
from .apply import is_deleted

AIM_S = 0.3  # a person who saves into the same journal waits for one chunk at most
START = {'default': 50, 'account.move': 8, 'account.payment': 8, 'qbo.application': 1}
MOST = 200
LEAST = 0.5  # of START: a chunk costs something by itself, and smaller ones would take longer for all


class Chunks:
    """Imports rows, a chunk at a time.

    :param apply: an ``Apply``
    :param send: ``send([call])`` sends a stored call again, or finds what it made
    :param after: ``after(rows)`` is called when so many rows are done: it commits
    """

    def __init__(self, apply, send, after):
        self.apply, self.send, self.after = apply, send, after
        self.step, self.connection, self.env = apply.step, apply.connection, apply.env
        self.seconds = {}  # (model, kind): measured time a row

    def import_all(self, mapping, kind, pairs):
        """Import rows of one mapping and kind, none of which another one refers to.

        :param pairs: ``[(row, link)]``
        """
        left = list(pairs)
        while left:
            size = self.size(mapping, kind)
            chunk, left = left[:size], left[size:]
            begin = time.monotonic()
            self.apply.apply_rows(mapping, self.awaited(mapping, self.alone(chunk)))
            self.seconds[mapping._record_model, kind] = (time.monotonic() - begin) / len(chunk)
            self.after(len(chunk))

    def size(self, mapping, kind):
        """Return how many rows the next chunk has, from the time that the last one took."""
        start = START.get(mapping._record_model, START['default'])
        seconds = self.seconds.get((mapping._record_model, kind))
        return max(1, int(start * LEAST), min(MOST, int(AIM_S / seconds))) if seconds else start

    def alone(self, pairs):
        """Have the links of a chunk read with each other, and with no other chunk's: a commit empties Odoo's cache."""
        ids = [link.id for _row, link in pairs if link]
        return [(row, link.with_prefetch(ids)) for row, link in pairs]

    def awaited(self, mapping, pairs):
        """Return ``[(row, link)]`` with the links that came since these rows were asked for.

        An unknown entity may be one that we created ourselves and have no answer for. Its request is sent once more
        before the entity is imported, or a record that was renamed meanwhile would be created a second time, on both
        sides.

        :raise qbo.errors.TransientError: there is still no answer: the pull waits for it
        """
        unknown = [row for row, link in pairs if not link]
        if not unknown:
            return pairs
        known = self.links_to(mapping, unknown)
        pending = self.env['qbo.request']._pending(self.connection)
        creates = pending.filtered(lambda item: item.entity == mapping._entity and item.operation == 'create')
        for row in unknown if creates else ():
            if row['Id'] not in known:
                known.update(self.answered_now(mapping, row, pending, creates))
        return [(row, link or known.get(row['Id'], link)) for row, link in pairs]

    def answered_now(self, mapping, row, pending, creates):
        """Return ``{row id: link}`` of a row that one of these requests created, as their answers say now."""
        for request in creates:
            if request.state == 'answered' and request.qbo_id == row['Id']:
                raise errors.TransientError(request_id=request.call_id)  # its consequences come first
            sent = json.loads(request.body).get(mapping._name_member)  # None: QuickBooks gives the number
            if sent not in (None, row.get(mapping._name_member)):
                continue
            if request.state == 'unanswered':
                self.send([pending.filtered(lambda item, request=request: item.call_id == request.call_id)])
            if request.state in ('unanswered', 'answered'):
                raise errors.TransientError(request_id=request.call_id)
            if link := self.links_to(mapping, [row]):  # or another: amounts are not unique
                return link
        return {}

    def links_to(self, mapping, rows):
        """Return ``{row id: link}`` of the rows that have a link."""
        return {link.qbo_id: link for link in self.step.links_to(mapping._entity, [row['Id'] for row in rows])}


def kind_of(row, link):
    """Return the place of a row among those of its mapping: what ended, what is known, what is new.

    What lets go of something comes before what takes it; and each kind takes its own time.
    """
    return 0 if is_deleted(row) else 1 if link.res_id else 2
