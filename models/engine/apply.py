"""Taking one entity of QuickBooks over: into its record, into a new one, or not at all."""

import json
import logging
from datetime import timedelta

import psycopg2.extensions
from odoo import fields, models
from odoo.exceptions import LockError, RedirectWarning, UserError

from ...qbo import errors, merge
from ...qbo.values import VOIDED

_logger = logging.getLogger(__name__)

REFUSALS = (UserError, RedirectWarning)  # Odoo's own rules, as against a fault of ours
BUSY_FOR = timedelta(seconds=5)
RETRY_AFTER = timedelta(hours=1)
RETRIES_MAX = 24
NOT_OF_ONE_RECORD = (errors.QboError, psycopg2.extensions.TransactionRollbackError)


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    def _take_row(self, entity, row, link):
        """Take one entity; what Odoo refuses becomes an error on its link and is asked for again later.

        :param str entity: ``'Customer'``
        :param dict row: the entity as QuickBooks sent it
        :param link: its link, empty when it is not known
        """
        link = link or self._awaited(entity, row)
        try:
            with self.env.cr.savepoint():
                self._take(entity, row, link)
        except NOT_OF_ONE_RECORD:
            raise
        except LockError:
            self._take_soon(link or self._new_link(entity, row))
        except Exception as error:
            if not isinstance(error, REFUSALS):
                _logger.exception("QuickBooks %s %s could not be taken", entity, row['Id'])
            self._take_later(entity, row, link, error)

    def _awaited(self, entity, row):
        """Return the link of an unknown entity that we created ourselves and have no answer for.

        Its request is sent once more before the entity is taken, or a record that was renamed meanwhile would be
        created a second time, on both sides.

        :raise qbo.errors.TransientError: there is still no answer: the pull waits for it
        """
        link = self._link_of(entity, row['Id'])  # the answer may have come since the pull began
        unanswered = self.env['qbo.request']._unanswered(self) if not link else self.env['qbo.request']
        member = self._model_of(entity, row)._qbo_names()[0] if unanswered else None
        for request in unanswered.filtered(lambda request: request.entity == entity and request.operation == 'create'):
            sent = json.loads(request.body).get(member)  # None: QuickBooks gives the number
            if not link and sent in (None, row.get(member)):
                if request.state == 'unanswered':
                    self._send([unanswered.filtered(lambda item, request=request: item.call_id == request.call_id)])
                if request.state == 'unanswered':
                    raise errors.TransientError(request_id=request.call_id)
                link = self._link_of(entity, row['Id'])  # or it was another one: amounts of payments are not unique
        return link

    def _take(self, entity, row, link):
        if row.get('status') == 'Deleted':
            if link.mode == 'never' and not link.res_id:
                link.unlink()
            elif link:
                self._deleted_in_quickbooks(link)
        elif not link.res_id:
            self._take_new(entity, row, link)
        elif self._is_news(row, link):
            self._take_over(row, link)

    def _is_echo(self, row, link):
        """Return whether taking a row would do nothing: its record is known, and so is this version of it."""
        is_settled = link.res_id or link.mode == 'never'
        return bool(is_settled) and row.get('status') != 'Deleted' and not self._is_news(row, link)

    def _is_news(self, row, link):
        """Return whether a row is newer than what the link knows; our own writes come back as echoes."""
        if link.mode == 'never' or link.state == 'gone':
            return False
        return int(row['SyncToken']) > link.sync_token or link.direction == 'pull'

    def _take_soon(self, link):
        """Ask for an entity again in a moment: a user has the record open in a transaction, and goes first."""
        retry_at = fields.Datetime.now() + BUSY_FOR
        link.write({'direction': 'pull', 'retry_at': retry_at})
        self._wake(retry_at)

    def _take_later(self, entity, row, link, error):
        """Show that Odoo refused an entity, and ask for it again by id in an hour."""
        link = link or self._new_link(entity, row)
        attempts = link.attempts + 1
        link._fail(
            'odoo',
            self.env._(
                "QuickBooks' version of %(name)s could not be taken: %(why)s", name=link.name, why=error.args[0]
            ),
            direction='pull',
            attempts=attempts,
            retry_at=attempts < RETRIES_MAX and fields.Datetime.now() + RETRY_AFTER,
        )
        self._log('pull', link.error, link, level='error')

    def _new_link(self, entity, row):
        """Return a new link of an entity that has no record yet."""
        return self.env['qbo.link'].create(
            {
                'connection_id': self.id,
                'res_model': self._model_of(entity, row)._name,
                'entity': entity,
                'qbo_id': row['Id'],
                'name': row.get('DisplayName') or row.get('Name') or row.get('DocNumber') or row['Id'],
                'origin': 'qbo',
            }
        )

    def _deleted_in_quickbooks(self, link):
        """End the record of a document whose entity was deleted; other records stay and say what happened."""
        record = link._record()
        if link.state == 'gone':
            return
        if link.error_fix == 'take':
            link.unlink()  # never taken, so nothing is missing
            return
        if record and self.direction == 'two_way' and record._qbo_end():
            link.write({**link._cleared(), 'state': 'gone'})
            text = self.env._("%s was deleted in QuickBooks and is cancelled in Odoo", link.name)
            self._log('pull', text, link)
            self._pending_changes(record).unlink()
            return
        link._fail(
            'deleted',
            self.env._("%s was deleted or merged in QuickBooks. The record in Odoo is untouched.", link.name),
            direction='push',
            fix='create_again',
            retry_at=False,
        )
        self._log('pull', link.error, link, level='warning')

    # === A NEW ENTITY === #

    def _take_new(self, entity, row, link):
        """Link an entity with the record that it surely is, or create one.

        What a person said about an entity stands on its link: ``never`` leaves it out, ``always`` makes it a record
        of its own, whatever the rules and the names say.
        """
        model = self._model_of(entity, row)
        is_chosen = link.mode == 'always'
        if link.mode == 'never' or (not is_chosen and model._qbo_skips(row)):
            return
        record = model._qbo_match(row) if not is_chosen else model.browse()
        known = record and self.env['qbo.link']._for(self, record)
        if known and (known.mode == 'never' or known.state == 'gone'):
            return
        if known and not known.qbo_id:
            self._tie(known, row)
            self._take_over(row, known)
            return
        if not self._may_create(link):
            self._leave_in_quickbooks(link or self._new_link(entity, row), row)
            return
        record = model._qbo_apply(row)
        link = link or self.env['qbo.link']._for(self, record)
        link.write(
            {
                'res_id': record.id,
                'res_model': record._name,
                'name': record.display_name,
                'origin': 'qbo',
                'mode': 'auto',
                'sent_as': row.get('DocNumber'),  # it keeps its number, whatever Odoo's is
            }
        )
        link._agree(row, record._qbo_values(), record._qbo_mapped(row))
        self._settle_changes(record, link)
        text = self.env._("%(model)s %(name)s created from QuickBooks", model=record._qbo_noun(), name=link.name)
        self._log('pull', text, link)

    def _may_create(self, link):
        """Return whether an entity that Odoo does not have may become a record: not where Odoo is the source.

        Except in an import that an administrator started, and where somebody decided so.
        """
        return self.direction == 'two_way' or link.mode == 'always' or self.env.context.get('qbo_import')

    def _leave_in_quickbooks(self, link, row):
        """Show that QuickBooks has an entity that Odoo, which is the source, did not take over."""
        text = self.env._("It was created in QuickBooks and not taken over, because Odoo is the source.")
        link.write({**link._cleared(), 'state': 'differs', 'error': text, 'error_fix': 'take'})
        link.sync_token = int(row['SyncToken'])

    def _tie(self, link, row):
        """Tie a record to an entity that exists already; the two are still to be merged."""
        link._make_room(row['Id'])
        link.write({**link._cleared(), 'qbo_id': row['Id'], 'origin': 'qbo', 'state': 'pending', 'sync_token': -1})
        member = link._record()._qbo_names()[0]
        text = self.env._(
            "%(name)s linked with its counterpart in QuickBooks, which has the same %(member)s",
            name=link.name,
            member=link._label(member),
        )
        self._log('pull', text, link)

    # === A KNOWN ENTITY === #

    def _take_over(self, row, link):
        """Merge QuickBooks' version with Odoo's: write what changed there, leave to send what changed here."""
        record = link._record()
        if not record:
            if link._model().browse(link.res_id)._qbo_ending():
                # Its deletion is still to be sent, over this version.
                link.write({'sync_token': int(row['SyncToken']), 'token_ahead': 0})
            else:
                self._record_deleted(link)
            return
        for written in record._qbo_written():
            written.lock_for_update(allow_referencing=True)  # or raise: the engine never waits for a user
        incoming = record._qbo_mapped(row)
        bases = link.base_odoo or None, link.base_qbo or None
        decisions = merge.merge(*bases, record._qbo_values(), incoming, self._rule_for(link, incoming))
        taken = [decision for decision in decisions if decision.outcome == merge.QBO]
        link.facts = record._qbo_facts(row)
        if self._is_source(record):
            taken = self._leave_untaken(link, taken)
        if taken:
            record._qbo_apply(merge.unflatten({decision.path: decision.qbo for decision in taken}))
            link.name = record.display_name
        self._agree_in_part(row, link, record, incoming, decisions)
        self._log_taken(link, taken)
        self._log_conflicts(link, decisions)
        self._settle_changes(record, link)
        self._wake_waiting(link)

    def _is_source(self, record):
        """Return whether what QuickBooks changed of a record is shown and not taken over."""
        return self.direction == 'odoo' or record._qbo_is_source()

    def _leave_untaken(self, link, decisions):
        """Note what QuickBooks has otherwise instead of taking it over, where Odoo is the source; return what is taken.

        When two records meet for the first time they may differ: the comparison before the first run shows that.
        """
        if link.base_qbo:
            known = {row['path']: row for row in link.untaken or []}
            known.update({item.path: {'path': item.path, 'odoo': item.odoo, 'qbo': item.qbo} for item in decisions})
            link.untaken = list(known.values())
        return []

    def _rule_for(self, link, incoming):
        """Return who wins a conflict: what was voided in QuickBooks ends, whatever was changed here."""
        if self._is_source(link._model()):
            return merge.ODOO
        was_void = (link.base_qbo or {}).get(VOIDED)
        return merge.QBO if incoming.get(VOIDED) and not was_void else self.conflict_rule

    def _agree_in_part(self, row, link, record, incoming, decisions):
        """Move the agreed values on, except where Odoo's version is still to be sent or a person has to decide."""
        now = record._qbo_values()
        owed = {decision.path for decision in decisions if decision.outcome == merge.ODOO or decision.asked}
        owed |= set() if record._qbo_ending() else _moved(decisions, now)  # of what ended, nothing is sent
        asked = [decision for decision in decisions if decision.asked]
        link._agree(
            row,
            _keep(now, link.base_odoo, owed),
            _keep(incoming, link.base_qbo, {decision.path for decision in asked}),
        )
        if asked:
            rows = [{'path': item.path, 'odoo': item.odoo, 'qbo': item.qbo} for item in asked]
            text = self.env._("%s was changed in Odoo and in QuickBooks. Choose which version stays.", link.name)
            link._fail('conflict', text, fix='conflict', conflicts=rows)

    def _settle_changes(self, record, link):
        """Delete the record's changes when both sides agree, else see to it that the difference is sent.

        All changes that this transaction sees are in the values that it compared, so none is lost.
        """
        changes = self._pending_changes(record)
        if not merge.changed(link.base_odoo, record._qbo_values()) and not link.send_asked:
            changes.unlink()
        elif not changes and not link.conflicts:
            self.env['qbo.change']._append(record, self)

    def _pending_changes(self, record):
        """Return the changes of one record that are not agreed yet."""
        return self.env['qbo.change'].search(
            [('connection_id', '=', self.id), ('res_model', '=', record._name), ('res_id', '=', record.id)]
        )

    # === LOGGING === #

    def _log_taken(self, link, taken):
        if not taken:
            return
        labels = link._model()._qbo_labels()
        text = self.env._(
            "%(model)s %(name)s updated from QuickBooks: %(fields)s",
            model=link._noun(),
            name=link.name,
            fields=", ".join(sorted({link._label(decision.path, labels) for decision in taken})),
        )
        self._log('pull', text, link)

    def _log_conflicts(self, link, decisions):
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
        self._log('conflict', text, link, level='warning', details=details)

    def _model_of(self, entity, row):
        """Return the empty recordset of the model that an entity is synchronised with."""
        models = (self.env[name].with_company(self.company_id) for name in self._switched_on())
        records = (model.with_context(qbo_entity=entity) for model in models)
        return next(record for record in records if entity in record._qbo_entities() and record._qbo_takes(row))


def _moved(decisions, now):
    """Return the paths that nobody changed and that are others now, by what was taken: a new date moves the due date.

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
