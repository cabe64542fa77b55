"""A create without an answer that QuickBooks may have forgotten is looked for before it is sent again.

A request id protects as long as Intuit remembers it, which it does not say (qbo-api 2). The same holds for what a
restored backup does not know of. One query a type: what is surely there is linked, what may be there is asked about,
the rest is sent. An entity that another record has never counts.
"""

import json
import logging
from datetime import timedelta

from odoo import fields
from odoo.fields import Domain

from ...qbo import errors, lost
from ..connection.messages import sentence
from ..connection.reason import Reason
from .edges import planned
from .outcomes import NOT_OF_ONE_RECORD, is_of_reads, stored

_logger = logging.getLogger(__name__)


class Lost:
    """Looks for creates whose fate is not known, for one step of a connection."""

    def __init__(self, step):
        self.step, self.connection, self.env = step, step.connection, step.env

    def look_for(self, wanted):
        """Return the :class:`qbo.lost.Verdict` of each of ``[(mapping, record, body)]``; one query a type.

        :raise qbo.errors.QboError: QuickBooks cannot be asked: all of them wait
        """
        found, by_mapping = {}, {}
        for place, (mapping, *_rest) in enumerate(wanted):
            by_mapping.setdefault(mapping._name, []).append(place)
        for name, places in by_mapping.items():
            mapping, some = self.env[name], [wanted[place][1:] for place in places]
            rows = self.free_rows(mapping, [body for _record, body in some])
            verdicts = self.verdicts(mapping, some, rows)
            found.update(zip(places, verdicts, strict=True))
        return [found[place] for place in range(len(wanted))]

    def look_if_possible(self, wanted):
        """Return what :meth:`look_for` does, None where the month's reads are used up: what is sent is not metered."""
        if not self.connection._may_read():
            return None
        try:
            return self.look_for(wanted)
        except errors.QuotaError as error:
            if not is_of_reads(error):
                raise
            self.connection._pause_reads(sentence(self.env, error))
            return None

    def verdicts(self, mapping, pairs, rows):
        """Return the verdict of each of ``[(record, body)]`` about these rows."""

        def alike(place, row):
            try:
                return mapping._likeness(self.step, *pairs[place], row)
            except NOT_OF_ONE_RECORD:
                raise
            except Exception:
                _logger.exception("%s cannot be compared with what QuickBooks has", pairs[place][0])
                return lost.PERHAPS

        return lost.verdicts([body for _record, body in pairs], rows, alike)

    def free_rows(self, mapping, bodies):
        """Return the entities in QuickBooks that these bodies may have become and that no record has."""
        rows = {}
        for where in mapping._where_lost(bodies):
            rows.update({row['Id']: row for row in self.connection._query(mapping._entity, where)})
        taken = self.step.links_to(mapping._entity, rows).filtered(lambda link: link._is_taken())
        return [row for qbo_id, row in rows.items() if qbo_id not in set(taken.mapped('qbo_id'))]

    # === BEFORE A REQUEST IS SENT AGAIN === #

    def still_to_send(self, calls):
        """Return those of these calls that are to be sent, after the forgotten ones were looked for.

        What is found becomes the answer of its request. What is left of a batch goes alone from here on: what was found
        of it must not be made once more.
        """
        old = self.env['qbo.request'].concat(*calls).filtered(self.is_forgotten)
        if not old:
            return calls
        records = self.step.records(old.link_id)
        wanted = [
            (self.step.mapping_of_link(item.link_id), records.get(item.link_id), json.loads(item.body)) for item in old
        ]
        verdicts = self.look_if_possible(wanted)
        if verdicts is None:
            waiting = [call for call in calls if call & old]
            self.env['qbo.request'].concat(*waiting).retry_at = self.connection.reads_paused_until
            return [call for call in calls if call not in waiting]
        for request, verdict in zip(old, verdicts, strict=True):
            self.conclude(request, verdict)
        broken = [call for call in calls if call & old and call[0].is_batch]
        for request in self.env['qbo.request'].concat(*broken).filtered(lambda item: item.state == 'unanswered'):
            request._send_alone()
            request._end('refused', self.env._("What is left of its batch goes alone."))
        return [call for call in calls if call not in broken and call[0].state == 'unanswered']

    def is_forgotten(self, request):
        """Return whether QuickBooks may have done a request and not know its id any more."""
        if request.operation != 'create' or request.state != 'unanswered' or not request.link_id:
            return False
        since = request.looked_at or request.create_date
        is_old = since <= fields.Datetime.now() - timedelta(hours=self.connection.remembers_hours)
        restored_at = self.connection.restored_at
        if restored_at and request.create_date <= restored_at and not request.looked_at:
            return True  # what became of it after the backup is not known
        return is_old and request.attempts > request.denials

    def conclude(self, request, verdict):
        """Write on a request what was found of it."""
        link = request.link_id
        if verdict.row:
            answer, qbo_id = stored(verdict.row)
            request.write({'state': 'answered', 'answer': answer, 'qbo_id': qbo_id, 'retry_at': False})
            text = self.env._("%s was found in QuickBooks: the answer to its creation had been lost.", link.name)
            self.connection._log('push', text, link)
        elif verdict.perhaps:
            self.ask(link, verdict.perhaps)
            request._end('refused', self.env._("It is asked about: it may be in QuickBooks already."))
            self.env['qbo.change'].browse(request.change_ids or ()).exists().unlink()
        else:
            request.looked_at = fields.Datetime.now()

    # === BEFORE A REQUEST IS STORED === #

    def not_there(self, operations, apply):
        """Return those of these operations that are to be stored, after doubtful creates were looked for.

        :param Apply apply: takes what is surely there
        :return: ``(operations that go, operations of which QuickBooks has, or may have, the entity already,
            operations of which that cannot be asked now)``
        """
        doubtful = [item for item in operations if self.is_doubtful(item)]
        if not doubtful:
            return operations, [], []
        there = []
        verdicts = self.look_if_possible([(item.mapping, item.record, item.body) for item in doubtful])
        if verdicts is None:
            return [item for item in operations if item not in doubtful], [], doubtful
        for item, verdict in zip(doubtful, verdicts, strict=True):
            if verdict.row:
                apply.tie(item.link, verdict.row)
                apply.apply_row(item.mapping, verdict.row, item.link)
            elif verdict.perhaps:
                self.ask(item.link, verdict.perhaps)
            else:
                continue
            there.append(item)
        return [item for item in operations if item not in there], there, []

    def is_doubtful(self, item):
        """Return whether QuickBooks may have what is about to be created."""
        if item.operation != 'create' or item.link.lost == 'anyway':
            return False
        return item.link.lost == 'look' or self.is_from_backup(item.record)

    def is_from_backup(self, record):
        """Return whether a record may have been sent after the backup that this database was restored from."""
        restored_at = self.connection.restored_at
        return bool(restored_at) and record.create_date <= restored_at

    # === WHEN AN UNKNOWN ENTITY COMES IN === #

    def meet(self, mapping, rows):
        """Return ``{row id: record}`` of the unknown rows that surely are records whose fate is not known.

        Those that may be one are asked about, and their links wait for it.

        :return: ``({row id: record}, {row id: link of the record that it may be})``
        """
        pairs = self.unknown_creates(mapping) if rows else []
        if not pairs:
            return {}, {}
        sure, perhaps = {}, {}
        verdicts = self.verdicts(mapping, pairs, rows)
        for (record, _body), verdict in zip(pairs, verdicts, strict=True):
            if verdict.row:
                sure[verdict.row['Id']] = record
            elif verdict.perhaps:
                link = self.step.link_for(mapping, record)
                self.ask(link, verdict.perhaps)
                perhaps.update({row['Id']: link for row in verdict.perhaps})
        return sure, perhaps

    def unknown_creates(self, mapping):
        """Return ``[(record, body)]`` of the records that QuickBooks may have though nothing says so."""
        step = self.step
        here = Domain('qbo_company_id', '=', step.qbo_company.id) & Domain('lost', '=', 'look')
        links = self.env['qbo.link'].search(here & Domain('entity', '=', mapping._entity))
        records = mapping._records(step).union(
            *step.records(links.filtered(lambda link: link.res_model == mapping._record_model)).values()
        )
        if self.connection.is_catching_up:
            old = (
                mapping._domain(step)
                & mapping._visible(step)
                & Domain('create_date', '<=', self.connection.restored_at)
            )
            records |= records.search(old)
        step.load_links(records)
        pairs = ((record, self.body_of(mapping, record)) for record in records)
        return [(record, body) for record, body in pairs if body]

    def body_of(self, mapping, record):
        """Return the body by which a record would be created, None where it is there or cannot be prepared."""
        link = self.step.link(record, mapping._entity)
        if link.qbo_id or link.mode == 'never' or link.lost == 'anyway':
            return None
        _values, operation, body = planned(self.step, mapping, record)
        return body if operation == 'create' else None

    # === ASKING === #

    def ask(self, link, rows):
        """Show on a record that QuickBooks may have it as one of these rows, once."""
        mapping = self.step.mapping_of_link(link)
        names = [mapping._row_name(self.step, row) for row in rows]
        if len(rows) > 1:
            reason = Reason('lost_several', {'names': names})
        else:
            reason = Reason('lost_one', {'name': names[0]})
        if (link.state, link.reason) != ('error', reason.stored()):
            words = self.connection._words(reason)
            self.connection._log('push', f"{link.name}: {words}", link, level='warning')
        perhaps = [
            {'id': row['Id'], 'name': name, 'values': mapping._from_row(self.step, row)}
            for row, name in zip(rows, names, strict=True)
        ]
        link._fail(reason, lost='look', perhaps=perhaps)
