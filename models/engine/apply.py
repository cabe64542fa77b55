"""Importing rows of QuickBooks, a chunk at a time: into their records, into new ones, or not at all."""

import contextlib
import logging
from datetime import timedelta

from odoo import fields
from odoo.exceptions import LockError, RedirectWarning, UserError
from odoo.tools.translate import LazyTranslate

from ...qbo import merge
from ...qbo.values import VOIDED
from ..connection.messages import database_sentence
from ..connection.reason import Reason, declare
from ..mapping import meeting
from ..mapping.document_import import LockedInOdoo
from .amounts import Amounts
from .apply_log import ApplyLog
from .lost import Lost
from .outcomes import NOT_OF_ONE_RECORD

_logger = logging.getLogger(__name__)

REFUSALS = (UserError, RedirectWarning)  # Odoo's own rules, as against a fault of ours
BUSY_FOR = timedelta(seconds=5)
EQUAL_MAX = 5  # rows in a row that fail alike: the next ones are not tried together any more
RETRY_AFTER = timedelta(hours=1)
RETRIES_MAX = 24

_lt = LazyTranslate(__name__)
declare(
    {
        'odoo': _lt("QuickBooks' version of %(name)s could not be applied: %(why)s"),
        'deleted': _lt("%(name)s was deleted or merged in QuickBooks. The record in Odoo is untouched."),
        'not_taken': _lt("It was created in QuickBooks and not applied, because Odoo is the source."),
        'conflict': _lt("%(name)s was changed in Odoo and in QuickBooks. Choose which version stays."),
    },
    fixes={'deleted': 'create_again', 'not_taken': 'take', 'conflict': 'conflict'},
)


class Apply(Amounts, ApplyLog):
    """Takes rows into Odoo for one step of a connection."""

    def __init__(self, step, is_import=False):
        """
        :param bool is_import: whether an administrator started this: then Odoo's being the source creates records too
        """
        super().__init__(step)
        self.is_import = is_import
        self.agreed = []  # [(record, link)] of the chunk under way
        self.notes = []  # lines for the activity log
        self.left_out = []  # reasons, of an import of everything
        self.failures = []  # what the last rows failed by, alike

    def apply_row(self, mapping, row, link):
        """Import one row, as :meth:`apply_rows` does."""
        self.apply_rows(mapping, [(row, link)])

    def apply_rows(self, mapping, pairs):
        """Import rows together; what Odoo refuses becomes an error on its link and is asked for again later.

        The caller commits: until then their records are locked.

        :param mapping: that of the rows
        :param pairs: ``[(row, link)]``: the entity as QuickBooks sent it; its link, empty when it is not known
        """
        self.attempt(mapping, pairs)
        self.env['qbo.log'].sudo().create(self.notes)
        self.notes = []

    def attempt(self, mapping, pairs):
        """Import rows in one savepoint; where one fails, each half in one of its own, after equal failures each row."""
        if len(self.failures) >= EQUAL_MAX and len(pairs) > 1:
            for pair in pairs:
                self.attempt(mapping, [pair])
            return
        noted = len(self.notes)
        try:
            with self.env.cr.savepoint():
                self.take(mapping, pairs)
            self.failures = []
            return
        except NOT_OF_ONE_RECORD:
            raise
        except Exception as error:
            self.step.forget()
            del self.notes[noted:]
            if len(pairs) == 1:
                failure = mapping._name, type(error)
                self.failures = [*self.failures, failure] if failure in self.failures else [failure]
                self.refused(mapping, *pairs[0], error)
                return
        half = len(pairs) // 2
        self.attempt(mapping, pairs[:half])
        self.attempt(mapping, pairs[half:])

    def refused(self, mapping, row, link, error):
        """Note why one row was not imported."""
        if isinstance(error, LockError):
            self.ask_again_soon(self.named(mapping, row, link))
            return
        if not isinstance(error, REFUSALS):
            _logger.error("QuickBooks %s %s could not be applied", mapping._entity, row['Id'], exc_info=error)
        self.ask_again_later(mapping, row, link, error)

    # === DECIDING, AND DOING IT === #

    def take(self, mapping, pairs):
        """Decide for each row under the locks of its records, and do it: what ended, what is known, what is new.

        What another transaction has locked is asked for again in a moment, and holds up no other. All or nothing: the
        caller undoes what a failure leaves behind.
        """
        step, self.agreed, self.settled = self.step, [], []
        named = [key for row, _link in pairs for key in (*mapping._refers(step, row), *mapping._settled_by(row))]
        step.load_behind(named)
        known = [(row, link) for row, link in pairs if link.res_id or is_deleted(row)]
        new = [(row, link) for row, link in pairs if not link.res_id and not is_deleted(row)]
        new = self.wanted(mapping, new)
        records = step.records(self.env['qbo.link'].concat(*(link for _row, link in known)))
        matches = mapping._match_rows(step, [row for row, link in new if link.mode != 'always'])
        new = self.undoubted(mapping, self.not_asked(mapping, new, matches), matches)
        step.load_links(mapping._records(step).union(*records.values(), *matches.values()))
        links = {record: link for link, record in records.items()} | step.links_for(mapping, matches.values())
        busy = self.lock(mapping, links)
        for row, link in known:
            if records.get(link) in busy:
                self.ask_again_soon(link)
            else:
                self.update(mapping, row, link, records.get(link))
        for row, link in new:
            record = matches.get(row['Id'])
            if record in busy:
                self.ask_again_soon(self.named(mapping, row, link))
            elif record:
                self.meet(mapping, row, link, record, links[record])
        self.import_new(mapping, [(row, link) for row, link in new if row['Id'] not in matches])
        self.settle_changes(mapping)
        self.compare_settled()
        step.wake_waiting(self.env['qbo.link'].concat(*(link for _record, link in self.agreed)))

    def wanted(self, mapping, pairs):
        """Return those of unknown rows that are imported.

        What a person said about an entity stands on its link: ``never`` leaves it out, ``always`` makes it a record
        of its own, whatever the rules and the names say.
        """
        by_rule = mapping._skip_reasons(self.step, [row for row, link in pairs if link.mode not in ('always', 'never')])
        for row, link in pairs:
            if link.mode != 'never' and row['Id'] in by_rule:
                self.leave_out(mapping, row, link, by_rule[row['Id']])
        return [(row, link) for row, link in pairs if link.mode != 'never' and row['Id'] not in by_rule]

    def not_asked(self, mapping, pairs, matches):
        """Return these rows without those that may be records of Odoo whose fate is not known: a person is asked.

        :param dict matches: ``{row id: record}``, to which those that surely are one are added
        """
        unknown = [row for row, link in pairs if link.mode != 'always' and row['Id'] not in matches]
        sure, asked = Lost(self.step).meet(mapping, unknown)
        matches.update(sure)
        for row, link in pairs:
            if record_link := asked.get(row['Id']):
                reason = Reason('lost_row', {'name': record_link.name})
                self.named(mapping, row, link)._wait(reason, record_link)
        return [pair for pair in pairs if pair[0]['Id'] not in asked]

    def undoubted(self, mapping, pairs, matches):
        """Return these rows without those about which a person has to be asked, and take these out of the matches."""
        kept = []
        for row, link in pairs:
            records = matches.get(row['Id'])
            reason = records and meeting.doubt(mapping, self.step, row, records, self.may_create(mapping, link))
            if reason:
                self.ask(self.named(mapping, row, link), reason, matches.pop(row['Id']))
            else:
                kept.append((row, link))
        return kept

    def ask(self, link, reason, records):
        """Show that a person has to say whether an entity is one of these records, which Odoo has already."""
        if (link.state, link.reason) != ('error', reason.stored()):
            self.note(f"{link.name}: {self.connection._words(reason)}", link, level='warning')
        candidate = {'entity': link.entity, 'id': link.qbo_id, 'name': link.name, 'linked': True}
        link._fail(reason, direction='pull', retry_at=False, candidate={**candidate, 'res_id': records[:1].id})

    def lock(self, mapping, links):
        """Lock links, their records and all that importing may write to, one query a model; the engine never waits.

        :param dict links: ``{record: link}``
        :return: the records of which somebody else has locked something
        """
        written = {record: [link, *mapping._written(self.step, record)] for record, link in links.items()}
        ids = {}
        for records in (records for some in written.values() for records in some):
            ids.setdefault(records._name, set()).update(records._ids)
        free = {
            name: set(self.env[name].browse(some).try_lock_for_update(allow_referencing=True)._ids)
            for name, some in ids.items()
        }
        return {
            record
            for record, some in written.items()
            if any(not free[records._name].issuperset(records._ids) for records in some)
        }

    def update(self, mapping, row, link, record):
        """Do with a row whose entity is known, or was deleted, what is to be done with it."""
        if not is_deleted(row):
            if self.is_news(row, link):
                self.merge(mapping, row, link, record)
        elif link and not link.res_id and (link.mode == 'never' or link.state == 'none'):
            link.unlink()  # it was left out
        elif link:
            self.deleted_in_quickbooks(link, row)

    def is_echo(self, row, link):
        """Return whether importing a row would do nothing: its record is known, and so is this version of it."""
        is_settled = link.res_id or link.mode == 'never'
        return bool(is_settled) and not is_deleted(row) and not self.is_news(row, link)

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
        link = self.named(mapping, row, link)
        attempts = link.attempts + 1
        state = 'differs' if isinstance(error, LockedInOdoo) else 'error'
        why = getattr(error, 'reason', None) or database_sentence(self.env, error)
        why = why or (str(error.args[0]) if error.args else '') or repr(error)
        reason = Reason('odoo', {'name': link.name, 'why': why})
        is_said = (link.state, link.reason) == (state, reason.stored())
        link._fail(
            reason,
            direction='pull',
            state=state,
            attempts=attempts,
            retry_at=attempts < RETRIES_MAX and fields.Datetime.now() + RETRY_AFTER,
            **({} if link.res_id or is_deleted(row) else self.kept(mapping, row)),
        )
        if not is_said:
            self.note(self.connection._words(reason), link, level='error')

    def kept(self, mapping, row):
        """Return what a link keeps of a row that failed; nothing where that is what fails, which the link says."""
        with contextlib.suppress(Exception):
            return {'snapshot': mapping._snapshot(self.step, row)}
        return {}

    def named(self, mapping, row, link):
        """Return the link of an entity that has no record yet, a new one where it has none, under a name."""
        if link and link.name == link.qbo_id:
            link.name = mapping._row_name(self.step, row)
        return link or self.env['qbo.link'].create(
            {
                'qbo_company_id': self.step.qbo_company.id,
                'res_model': mapping._record_model,
                'entity': mapping._entity,
                'qbo_id': row['Id'],
                'name': mapping._row_name(self.step, row),
                'origin': 'qbo',
            }
        )

    def deleted_in_quickbooks(self, link, row=None):
        """End the record of a document whose entity was deleted; other records stay and say what happened.

        :param dict row: what is left of it, which says when that was; None where it is only known to be gone
        """
        if link.state == 'gone':
            return
        if link.error_fix in ('take', 'meet') or (link.error_fix == 'lost' and not link.res_id):
            link.unlink()  # never imported, so nothing is missing
            return
        mapping, record = self.step.mapping_of_link(link), self.step.record(link)
        self.settled.append((mapping, {**(row or {}), 'Id': link.qbo_id}, link.base_qbo or {}, {}))
        is_taken = mapping._direction(self.connection) != 'odoo'
        if record and is_taken and mapping._remove(self.step, record):
            link.write({**link._cleared(), 'state': 'gone'})
            text = self.env._("%s was deleted in QuickBooks and is canceled in Odoo", link.name)
            self.connection._log('pull', text, link)
            self.tell(record, self.env._("Deleted in QuickBooks"))
            self.step.pending_changes(record).unlink()
            return
        reason = Reason('deleted', {'name': link.name})
        link._fail(reason, retry_at=False)
        self.note(self.connection._words(reason), link, level='warning')

    # === A NEW ENTITY === #

    def meet(self, mapping, row, waiting, record, link):
        """Link an entity with the record that it surely is, and merge the two.

        :param waiting: the link of the entity so far, empty where it has none
        :param link: that of the record
        """
        if link.mode == 'never' or link.state == 'gone':
            return
        waiting.unlink()
        self.tie(link, row, is_free=True)
        self.merge(mapping, row, link, record)

    def import_new(self, mapping, pairs):
        """Create the records of rows and all that belongs to them, together.

        :param pairs: ``[(row, link)]``; the link of one that could not be imported so far becomes its record's
        """
        for row, link in pairs:
            if not self.may_create(mapping, link):
                self.leave_in_quickbooks(self.named(mapping, row, link), row)
        pairs = [(row, link) for row, link in pairs if self.may_create(mapping, link)]
        rows = [row for row, _link in pairs]
        if not rows:
            return
        step = self.step
        records = mapping._create_records(step, rows)
        links = self.link_created(mapping, pairs, records)
        mapping._load_compared(step, step.there(mapping._records(step).concat(*records)))
        for row, record, link in zip(rows, records, links, strict=True):
            # The values of a record may depend on its own link.
            link.write({'base_odoo': mapping._values(step, record), 'base_qbo': mapping._from_row(step, row)})
            step.compare(link, mapping, record)
            noun = mapping._noun(step, record)
            self.note(self.env._("%(model)s %(name)s created from QuickBooks", model=noun, name=link.name), link)
            self.agreed.append((record, link))
            self.settled.append((mapping, row, {}, link.base_qbo or {}))

    def link_created(self, mapping, pairs, records):
        """Return the links of records that were just created, in their order; new ones are created together."""
        now, none = fields.Datetime.now(), self.env['qbo.link']
        vals = [
            {
                **none._cleared(),
                'qbo_company_id': self.step.qbo_company.id,
                'entity': mapping._entity,
                'form': mapping._form,
                'res_model': record._name,
                'res_id': record.id,
                'name': record.display_name,
                'origin': 'qbo',
                'mode': 'auto',
                'qbo_id': row['Id'],
                'sync_token': int(row.get('SyncToken') or 0),
                'token_ahead': 0,
                'sent_as': mapping._kept_number(row),
                'doc_number': row.get('DocNumber'),
                'snapshot': mapping._snapshot(self.step, row),
                'synced_at': now,
                'state': 'synced',
            }
            for (row, _link), record in zip(pairs, records, strict=True)
        ]
        created = iter(none.create([item for item, (_row, link) in zip(vals, pairs, strict=True) if not link]))
        links = []
        for item, (_row, link) in zip(vals, pairs, strict=True):
            if link:
                link.write(item)
            links.append(self.step.keep(link or next(created)))
        none.concat(*links)._announce()
        return links

    def may_create(self, mapping, link):
        """Return whether an entity that Odoo does not have may become a record: not where Odoo is the source.

        Except in an import that an administrator started, and where somebody decided so.
        """
        return mapping._direction(self.connection) != 'odoo' or link.mode == 'always' or self.is_import

    def leave_in_quickbooks(self, link, row):
        """Show that QuickBooks has an entity that Odoo, which is the source, did not import."""
        mapping = self.step.mapping_of_link(link)
        snapshot = mapping._snapshot(self.step, row)
        vals = {**link._cleared(), 'state': 'differs', 'sync_token': int(row['SyncToken']), 'snapshot': snapshot}
        link.write({**vals, **Reason('not_taken').vals()})
        self.settled.append((mapping, {}, {}, snapshot))

    def tie(self, link, row, is_free=False):
        """Tie a record to an entity that exists already; the two are still to be merged.

        :param bool is_free: whether no other link has the entity, where that is known
        """
        if not is_free:
            link._make_room(row['Id'])
        link.write(link._tied_vals(row['Id']))
        mapping = self.step.mapping_of_link(link)
        text = self.env._(
            "%(name)s linked with its counterpart in QuickBooks, which has the same %(member)s",
            name=link.name,
            member=link._label(mapping._name_member),
        )
        self.step.keep(link)
        self.note(text, link)

    # === A KNOWN ENTITY === #

    def merge(self, mapping, row, link, record):
        """Merge QuickBooks' version with Odoo's: write what changed there, leave to send what changed here."""
        step = self.step
        if not record:
            if mapping._removal(step, mapping._records(step, link.res_id)):
                # Its deletion is still to be sent, over this version.
                link.write({'sync_token': int(row['SyncToken']), 'token_ahead': 0})
            else:
                step.record_deleted(link)
            return
        if mapping._has_left(step, record, link):
            return
        if link.sync_token < 0:
            mapping._met(step, record, row)
        incoming, before = mapping._from_row(step, row), link.base_qbo or {}
        rule = self.rule_for(mapping, link, incoming)
        decisions = meeting.decide(mapping, step, record, row, rule, link, self.is_source(mapping))
        decisions = mapping._join_lines(step, record, link, row, decisions)
        changes = [decision for decision in decisions if decision.outcome in (merge.QBO, merge.BOTH)]
        step.before[link], link.snapshot = link.snapshot or {}, mapping._snapshot(step, row)
        changes = mapping._leave_kept(step, record, link, changes, self.is_source(mapping))
        if changes:
            mapping._forget_suffix(link, changes)
            mapping._apply_changes(step, record, merge.unflatten({decision.path: decision.qbo for decision in changes}))
            link.name = record.display_name
        self.step.free_name(mapping, link, incoming)
        self.step.wake_inactive(mapping, before, incoming)
        self.agree_in_part(mapping, row, link, record, incoming, decisions)
        self.log_changes(mapping, record, link, changes)
        self.log_conflicts(link, decisions)
        self.agreed.append((record, link))
        self.settled.append((mapping, row, before, incoming))

    def is_source(self, mapping):
        """Return whether what QuickBooks changed of a record is shown and not imported."""
        return mapping._direction(self.connection) == 'odoo' or mapping._is_source

    def rule_for(self, mapping, link, incoming):
        """Return who wins a conflict: what was voided in QuickBooks ends, whatever was changed here."""
        if self.is_source(mapping):
            return merge.ODOO
        if mapping._direction(self.connection) == 'qbo':
            return merge.QBO
        was_void = (link.base_qbo or {}).get(VOIDED)
        return merge.QBO if incoming.get(VOIDED) and not was_void else self.connection.conflict_rule

    def agree_in_part(self, mapping, row, link, record, incoming, decisions):
        """Move the agreed values on, except where Odoo's version is still to be sent or a person has to decide."""
        now, owed = mapping._values(self.step, record), set()
        to_send = {decision.path for decision in decisions if decision.outcome == merge.ODOO or decision.asked}
        if not mapping._removal(self.step, record):  # of what ended, nothing is sent
            owed = mapping._agreed_as_there(self.step, record, now, incoming)
            to_send |= {path for path in merge.moved(decisions, now) if path.split('.')[0] not in mapping._derived}
        asked = [decision for decision in decisions if decision.asked]
        agreed = mapping._overruled(self.step, link, merge.keep(now, link.base_odoo, to_send), decisions)
        self.step.agree(
            mapping,
            record,
            link,
            row,
            merge.keep(agreed, incoming, owed),
            merge.keep(incoming, link.base_qbo, {decision.path for decision in asked}),
        )
        if asked:
            rows = [{'path': item.path, 'odoo': item.odoo, 'qbo': item.qbo} for item in asked]
            link._fail(Reason('conflict', {'name': link.name}), conflicts=rows)

    def settle_changes(self, mapping):
        """Delete the changes of records on which both sides agree, else see to it that the difference is sent.

        All changes that this transaction sees are in the values that it compared, so none is lost. Another entity of
        the same record may still have to be sent: then they stay.
        """
        step, none, done, to_send = self.step, mapping._records(self.step), [], []
        records = none.union(*(record for record, _link in self.agreed))
        changes = step.pending_changes(records).grouped('res_id')
        for record, link in self.agreed:
            own = changes.get(record.id)
            if merge.changed(link.base_odoo, mapping._values(step, record)) or link.send_asked:
                if not own and not link.conflicts:
                    to_send.append(record)
            elif own and all(other._entity == mapping._entity for other in step.mappings_of(record)):
                done.append(own)
        self.env['qbo.change'].concat(*done).unlink()
        self.env['qbo.change']._append(none.concat(*to_send), self.connection)


def is_deleted(row):
    """Return whether an entity was deleted: of such a one QuickBooks says only that."""
    return row.get('status') == 'Deleted'
