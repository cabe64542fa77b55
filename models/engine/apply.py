"""Importing one row of QuickBooks: into its record, into a new one, or not at all."""

import json
import logging
from datetime import timedelta

import psycopg2
from odoo import fields
from odoo.exceptions import LockError, RedirectWarning, UserError
from odoo.tools.translate import LazyTranslate

from ...qbo import errors, merge, open_amounts
from ...qbo.values import VOIDED
from ..connection.reason import Reason, declare

_logger = logging.getLogger(__name__)

REFUSALS = (UserError, RedirectWarning)  # Odoo's own rules, as against a fault of ours
BUSY_FOR = timedelta(seconds=5)
RETRY_AFTER = timedelta(hours=1)
RETRIES_MAX = 24
# What is nobody's error: QuickBooks' own, and what the database could not do now (serialization, time-out, disk full).
NOT_OF_ONE_RECORD = (errors.QboError, psycopg2.OperationalError)

_lt = LazyTranslate(__name__)
declare(
    {
        'odoo': _lt("QuickBooks' version of %(name)s could not be taken: %(why)s"),
        'deleted': _lt("%(name)s was deleted or merged in QuickBooks. The record in Odoo is untouched."),
        'not_taken': _lt("It was created in QuickBooks and not taken over, because Odoo is the source."),
        'conflict': _lt("%(name)s was changed in Odoo and in QuickBooks. Choose which version stays."),
    },
    fixes={'deleted': 'create_again', 'not_taken': 'take', 'conflict': 'conflict'},
)


class Apply:
    """Takes rows into Odoo for one step of a connection."""

    def __init__(self, step, send=None, is_import=False):
        """
        :param send: ``send([call])`` sends a stored call again; who applies rows with a link needs none
        :param bool is_import: whether an administrator started this: then Odoo's being the source creates records too
        """
        self.step, self.connection, self.env = step, step.connection, step.env
        self.send, self.is_import = send, is_import
        self.left_out = []

    def apply_row(self, mapping, row, link):
        """Import one row; what Odoo refuses becomes an error on its link and is asked for again later.

        :param mapping: that of the row
        :param dict row: the entity as QuickBooks sent it
        :param link: its link, empty when it is not known
        """
        link = link or self.awaited(mapping, row)
        try:
            with self.env.cr.savepoint():
                self.decide(mapping, row, link)
        except NOT_OF_ONE_RECORD:
            raise
        except LockError:
            self.step.forget()
            self.ask_again_soon(link or self.new_link(mapping, row))
        except Exception as error:
            self.step.forget()
            if not isinstance(error, REFUSALS):
                _logger.exception("QuickBooks %s %s could not be taken", mapping._entity, row['Id'])
            self.ask_again_later(mapping, row, link, error)

    def awaited(self, mapping, row):
        """Return the link of an unknown entity that we created ourselves and have no answer for.

        Its request is sent once more before the entity is imported, or a record that was renamed meanwhile would be
        created a second time, on both sides.

        :raise qbo.errors.TransientError: there is still no answer: the pull waits for it
        """
        link = self.step.links_to(mapping._entity, [row['Id']])  # the answer may have come since the pull began
        requests = self.env['qbo.request']
        pending = requests._pending(self.connection) if not link else requests
        creates = pending.filtered(lambda item: item.entity == mapping._entity and item.operation == 'create')
        for request in creates:
            if not link and request.state == 'answered' and request.qbo_id == row['Id']:
                raise errors.TransientError(request_id=request.call_id)  # its consequences come first
            sent = json.loads(request.body).get(mapping._name_member)  # None: QuickBooks gives the number
            if not link and sent in (None, row.get(mapping._name_member)):
                if request.state == 'unanswered':
                    self.send([pending.filtered(lambda item, request=request: item.call_id == request.call_id)])
                if request.state in ('unanswered', 'answered'):
                    raise errors.TransientError(request_id=request.call_id)
                link = self.step.links_to(mapping._entity, [row['Id']])  # or another: amounts are not unique
        return link

    # === DECIDING === #

    def decide(self, mapping, row, link):
        """Do with a row what is to be done with it."""
        if row.get('status') == 'Deleted':
            if link and not link.res_id and (link.mode == 'never' or link.state == 'none'):
                link.unlink()  # it was left out
            elif link:
                self.deleted_in_quickbooks(link)
        elif not link.res_id:
            self.import_new(mapping, row, link)
        elif self.is_news(row, link):
            self.merge(mapping, row, link)

    def is_echo(self, row, link):
        """Return whether importing a row would do nothing: its record is known, and so is this version of it."""
        is_settled = link.res_id or link.mode == 'never'
        return bool(is_settled) and row.get('status') != 'Deleted' and not self.is_news(row, link)

    def is_news(self, row, link):
        """Return whether a row is newer than what the link knows; our own writes come back as echoes."""
        if link.mode == 'never' or link.state == 'gone':
            return False
        return int(row['SyncToken']) > link.sync_token or link.direction == 'pull'

    def ask_again_soon(self, link):
        """Ask for an entity again in a moment: a user has the record open in a transaction, and goes first."""
        retry_at = fields.Datetime.now() + BUSY_FOR
        link.write({'direction': 'pull', 'retry_at': retry_at})
        self.connection._wake(retry_at)

    def ask_again_later(self, mapping, row, link, error):
        """Show that Odoo refused an entity, and ask for it again by id in an hour."""
        link = link or self.new_link(mapping, row)
        attempts = link.attempts + 1
        why = str(error.args[0] if error.args else repr(error))
        reason = Reason('odoo', {'name': link.name, 'why': why})
        link._fail(
            reason,
            direction='pull',
            attempts=attempts,
            retry_at=attempts < RETRIES_MAX and fields.Datetime.now() + RETRY_AFTER,
        )
        self.connection._log('pull', self.connection._words(reason), link, level='error')

    def new_link(self, mapping, row):
        """Return a new link of an entity that has no record yet."""
        return self.env['qbo.link'].create(
            {
                'connection_id': self.connection.id,
                'res_model': mapping._record_model,
                'entity': mapping._entity,
                'qbo_id': row['Id'],
                'name': row.get('DisplayName') or row.get('Name') or row.get('DocNumber') or row['Id'],
                'origin': 'qbo',
            }
        )

    def deleted_in_quickbooks(self, link):
        """End the record of a document whose entity was deleted; other records stay and say what happened."""
        if link.state == 'gone':
            return
        if link.error_fix == 'take':
            link.unlink()  # never imported, so nothing is missing
            return
        mapping, record = self.step.mapping_of_link(link), self.step.record(link)
        self.step.note_settled(mapping, link.base_qbo or {}, {}, {'Id': link.qbo_id})
        if record and self.connection.direction == 'two_way' and mapping._remove(self.step, record):
            link.write({**link._cleared(), 'state': 'gone'})
            text = self.env._("%s was deleted in QuickBooks and is cancelled in Odoo", link.name)
            self.connection._log('pull', text, link)
            self.step.pending_changes(record).unlink()
            self.step.compare_settled(link.base_qbo or {}, mapping=mapping)
            return
        reason = Reason('deleted', {'name': link.name})
        link._fail(reason, retry_at=False)
        self.step.compare_settled(link.base_qbo or {}, mapping=mapping)
        self.connection._log('pull', self.connection._words(reason), link, level='warning')

    # === A NEW ENTITY === #

    def import_new(self, mapping, row, link):
        """Link an entity with the record that it surely is, or create one.

        What a person said about an entity stands on its link: ``never`` leaves it out, ``always`` makes it a record
        of its own, whatever the rules and the names say.
        """
        is_chosen = link.mode == 'always'
        if link.mode == 'never':
            return
        if reason := None if is_chosen else mapping._skip_reason(self.step, row):
            self.leave_out(mapping, row, link, reason)
            return
        record = None if is_chosen else mapping._match_rows(self.step, [row]).get(row['Id'])
        known = self.step.link_for(mapping, record) if record else None
        if known and (known.mode == 'never' or known.state == 'gone'):
            return
        if known and not known.qbo_id:
            self.tie(known, row)
            self.merge(mapping, row, known)
            return
        if not self.may_create(link):
            self.leave_in_quickbooks(link or self.new_link(mapping, row), row)
            return
        (record,) = mapping._create_records(self.step, [row])
        self.created(mapping, row, record, link)

    def leave_out(self, mapping, row, link, reason):
        """Note why an entity is not imported: nothing that QuickBooks has is left out in silence.

        An import of everything counts them by reason instead, for the activity log.
        """
        if self.is_import:
            self.left_out.append(reason)
            return
        facts = mapping._snapshot(self.step, row)
        if link and (link.reason, link.facts) == (reason.stored(), facts):
            return
        is_new = link.reason != reason.stored()
        link = link or self.new_link(mapping, row)
        vals = {'state': 'none', 'facts': facts, 'sync_token': int(row.get('SyncToken') or 0)}
        link.write({**link._cleared(), **reason.vals(), **vals})
        if is_new:
            text = self.env._("%(name)s is not imported: %(why)s", name=link.name, why=self.connection._words(reason))
            self.connection._log('pull', text, link)
        self.step.compare_settled(facts, mapping=mapping)

    def created(self, mapping, row, record, link):
        """Tie a record that was just created to its entity."""
        identity = {
            'res_id': record.id,
            'res_model': record._name,
            'name': record.display_name,
            'origin': 'qbo',
            'mode': 'auto',
            'sent_as': row.get('DocNumber'),  # it keeps its number, whatever Odoo's is
        }
        self.step.forget(record)
        link = link or self.step.link_for(mapping, record)
        link.write(identity)
        self.step.keep(link)
        self.step.agree(
            mapping, record, link, row, mapping._values(self.step, record), mapping._from_row(self.step, row)
        )
        self.settle_changes(mapping, record, link)
        self.settled(mapping, row, {}, link.base_qbo)
        text = self.env._(
            "%(model)s %(name)s created from QuickBooks", model=mapping._noun(self.step, record), name=link.name
        )
        self.connection._log('pull', text, link)

    def may_create(self, link):
        """Return whether an entity that Odoo does not have may become a record: not where Odoo is the source.

        Except in an import that an administrator started, and where somebody decided so.
        """
        return self.connection.direction == 'two_way' or link.mode == 'always' or self.is_import

    def leave_in_quickbooks(self, link, row):
        """Show that QuickBooks has an entity that Odoo, which is the source, did not import."""
        mapping = self.step.mapping_of_link(link)
        facts = mapping._snapshot(self.step, row)
        vals = {**link._cleared(), 'state': 'differs', 'sync_token': int(row['SyncToken']), 'facts': facts}
        link.write({**vals, **Reason('not_taken').vals()})
        self.step.compare_settled(facts, mapping=mapping)

    def tie(self, link, row):
        """Tie a record to an entity that exists already; the two are still to be merged."""
        link._make_room(row['Id'])
        link.write({**link._cleared(), 'qbo_id': row['Id'], 'origin': 'qbo', 'state': 'pending', 'sync_token': -1})
        mapping = self.step.mapping_of_link(link)
        text = self.env._(
            "%(name)s linked with its counterpart in QuickBooks, which has the same %(member)s",
            name=link.name,
            member=link._label(mapping._name_member),
        )
        self.connection._log('pull', text, link)

    # === A KNOWN ENTITY === #

    def merge(self, mapping, row, link):
        """Merge QuickBooks' version with Odoo's: write what changed there, leave to send what changed here."""
        step = self.step
        record = step.record(link)
        if not record:
            if mapping._removal(step, mapping._records(step, link.res_id)):
                # Its deletion is still to be sent, over this version.
                link.write({'sync_token': int(row['SyncToken']), 'token_ahead': 0})
            else:
                step.record_deleted(link)
            return
        for written in mapping._written(step, record):
            written.lock_for_update(allow_referencing=True)  # or raise: the engine never waits for a user
        incoming, before = mapping._from_row(step, row), link.base_qbo or {}
        bases = link.base_odoo or None, link.base_qbo or None
        rule = self.rule_for(mapping, link, incoming)
        decisions = merge.merge(*bases, mapping._values(step, record), incoming, rule)
        changes = [decision for decision in decisions if decision.outcome == merge.QBO]
        link.facts = mapping._snapshot(step, row)
        if self.is_source(mapping):
            changes = self.leave_untaken(link, changes)
        if changes:
            mapping._apply_changes(step, record, merge.unflatten({decision.path: decision.qbo for decision in changes}))
            link.name = record.display_name
        self.agree_in_part(mapping, row, link, record, incoming, decisions)
        self.log_changes(mapping, record, link, changes)
        self.log_conflicts(link, decisions)
        self.settle_changes(mapping, record, link)
        self.settled(mapping, row, before, incoming)
        step.wake_waiting(link)

    def is_source(self, mapping):
        """Return whether what QuickBooks changed of a record is shown and not imported."""
        return self.connection.direction == 'odoo' or mapping._is_source

    def leave_untaken(self, link, decisions):
        """Note what QuickBooks has otherwise instead of importing it, where Odoo is the source; return what is written.

        When two records meet for the first time they may differ: the comparison before the first run shows that.
        """
        if link.base_qbo:
            known = {row['path']: row for row in link.untaken or []}
            known.update({item.path: {'path': item.path, 'odoo': item.odoo, 'qbo': item.qbo} for item in decisions})
            link.untaken = list(known.values())
        return []

    def settled(self, mapping, row, before, after):
        """Compare the documents that an entity settles now, or did before this version of it."""
        self.step.note_settled(mapping, before, after, row)
        self.step.compare_settled(before, after, mapping=mapping)

    def look_at_money(self, mapping, row, link, record):
        """Compare the amounts of an echo: money moves in QuickBooks while the version of an entity stays."""
        facts = link.facts or {}
        if not record or link.state not in ('synced', 'differs') or int(row['SyncToken']) < link.sync_token:
            return
        now = open_amounts.seen_again(facts, row)
        if now != facts:
            link.facts = now
        self.step.compare(link, mapping, record)

    def rule_for(self, mapping, link, incoming):
        """Return who wins a conflict: what was voided in QuickBooks ends, whatever was changed here."""
        if self.is_source(mapping):
            return merge.ODOO
        was_void = (link.base_qbo or {}).get(VOIDED)
        return merge.QBO if incoming.get(VOIDED) and not was_void else self.connection.conflict_rule

    def agree_in_part(self, mapping, row, link, record, incoming, decisions):
        """Move the agreed values on, except where Odoo's version is still to be sent or a person has to decide."""
        now = mapping._values(self.step, record)
        to_send = {decision.path for decision in decisions if decision.outcome == merge.ODOO or decision.asked}
        if not mapping._removal(self.step, record):  # of what ended, nothing is sent
            to_send |= _moved(decisions, now)
        asked = [decision for decision in decisions if decision.asked]
        self.step.agree(
            mapping,
            record,
            link,
            row,
            _keep(now, link.base_odoo, to_send),
            _keep(incoming, link.base_qbo, {decision.path for decision in asked}),
        )
        if asked:
            rows = [{'path': item.path, 'odoo': item.odoo, 'qbo': item.qbo} for item in asked]
            link._fail(Reason('conflict', {'name': link.name}), conflicts=rows)

    def settle_changes(self, mapping, record, link):
        """Delete the record's changes when both sides agree, else see to it that the difference is sent.

        All changes that this transaction sees are in the values that it compared, so none is lost. Another entity of
        the same record may still have to be sent: then they stay.
        """
        changes = self.step.pending_changes(record)
        others = [other for other in self.step.mappings_of(record) if other._entity != mapping._entity]
        if not merge.changed(link.base_odoo, mapping._values(self.step, record)) and not link.send_asked:
            if not others:
                changes.unlink()
        elif not changes and not link.conflicts:
            self.env['qbo.change']._append(record, self.connection)

    # === LOGGING === #

    def log_changes(self, mapping, record, link, changes):
        """Say in the activity log which fields were imported."""
        if not changes:
            return
        labels = mapping._labels()
        text = self.env._(
            "%(model)s %(name)s updated from QuickBooks: %(fields)s",
            model=mapping._noun(self.step, record),
            name=link.name,
            fields=", ".join(sorted({link._label(decision.path, labels) for decision in changes})),
        )
        self.connection._log('pull', text, link)

    def log_conflicts(self, link, decisions):
        """Say in the activity log what both sides changed, and what became of it."""
        conflicts = [decision for decision in decisions if decision.conflict]
        if not conflicts:
            return
        winners = {'odoo': self.env._("Odoo's stays"), 'qbo': self.env._("QuickBooks' stays")}
        details = []
        for item in conflicts:
            words = link._in_words(item.path, item.base_odoo, item.odoo, item.qbo)
            outcome = self.env._("a person decides") if item.asked else winners[item.outcome]
            details.append({**dict(zip(('field', 'base', 'odoo', 'qbo'), words, strict=True)), 'outcome': outcome})
        text = self.env._("%s was changed in Odoo and in QuickBooks", link.name)
        self.connection._log('conflict', text, link, level='warning', details=details)


def _moved(decisions, now):
    """Return the paths that nobody changed and that are others now, by what was written: a new date moves the due date.

    QuickBooks does not know them yet.
    """
    now = merge.flatten(now)
    return {
        decision.path
        for decision in decisions
        if decision.outcome == merge.SAME
        and merge.changed({'': decision.odoo}, {'': now.get(decision.path)})
        and merge.changed({'': decision.qbo}, {'': now.get(decision.path)})
    }


def _keep(values, base, paths):
    """Return ``values`` with the older value of ``base`` at ``paths``."""
    flat, old = merge.flatten(values), merge.flatten(base or {})
    return merge.unflatten({path: old.get(path) if path in paths else value for path, value in flat.items()})
