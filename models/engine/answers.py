"""QuickBooks' answers to writes, taken in short transactions."""

import json
import logging
import random
import uuid
from datetime import timedelta

from odoo import fields, models

from ...qbo import client, entities, errors, text, throttle
from ..connection.messages import SENTENCES, sentence
from .apply import NOT_OF_ONE_RECORD
from .push import ENDINGS

_logger = logging.getLogger(__name__)

ATTEMPTS_MAX = 12  # with the growing pauses of throttle.backoff: about two hours
STALE_MAX = 3  # a merge that stays stale is somebody typing right now; after this a person looks


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    def _take_answers(self, pairs):
        """Take the answers of a wave of calls, then stop the engine where one of them says so.

        :param pairs: ``[(requests of one call, qbo.client.Answer or qbo.errors.QboError)]``
        :raise qbo.errors.QboError: a failure that is not one record's: everything waits
        """
        blocking = None
        for call, answer in pairs:
            error = self._take_answer(call, answer)
            blocking = blocking or error
        if any(not isinstance(answer, errors.QboError) for _call, answer in pairs):
            self._succeeded()
        # What QuickBooks answered is true whatever happens to the next record.
        self.env['ir.cron']._commit_progress(remaining=1)
        if blocking:
            raise blocking

    def _take_answer(self, call, answer):
        """Take one answer; return the error where it concerns more than these records."""
        if isinstance(answer, errors.TokenRejected):
            self._access_token(answer.token)
            return None  # still unanswered: the same body goes again with the new token
        if isinstance(answer, errors.QboError) and self._is_shared(answer):
            return self._postpone(call, answer)
        if isinstance(answer, errors.QboError) and call[0].is_batch:
            self._store_alone(call, answer)
            return None
        for request, outcome in self._outcomes(call, answer):
            self._take_outcome(request, answer, outcome)
        # Together: deleting rows empties Odoo's cache, and the next record would have to be read again.
        self._settle_covered(call.filtered(lambda request: request.state == 'done'))
        return None

    def _take_outcome(self, request, answer, outcome):
        """Take the answer for one record; a failure of ours is an error on this record and stops no other."""
        try:
            with self.env.cr.savepoint():
                if isinstance(outcome, errors.QboError):
                    self._take_refusal(request, outcome)
                else:
                    self._take_entity(request, answer, outcome)
        except errors.DataError as error:
            # What was to be looked up for this record cannot be read.
            request._answered('refused', error)
            self._refuse(request.link_id, request, error)
        except NOT_OF_ONE_RECORD:
            raise
        except Exception as error:
            _logger.exception("The answer to QuickBooks request %s could not be taken", request.call_id)
            request._answered('done', answer)
            request.link_id._fail('internal', self.env._("QuickBooks' answer could not be taken: %s", error))

    def _is_shared(self, error):
        """Return whether a failure says nothing about the record that was sent."""
        return error.kind not in (errors.Kind.DATA, errors.Kind.STALE, errors.Kind.CLOSED_BOOKS)

    def _outcomes(self, call, answer):
        """Return ``[(request, entity or error)]`` of a call."""
        if isinstance(answer, errors.QboError):
            return [(call, answer)]
        if not call[0].is_batch:
            return [(call, answer.values)]
        by_bid = {item.bid: item.error or item.values for item in answer.values}
        return [(request, by_bid[str(place)]) for place, request in enumerate(call)]

    # === ACCEPTED === #

    def _take_entity(self, request, answer, entity):
        """Record that QuickBooks accepted a request. Changes appended meanwhile stay in the outbox and go next."""
        link = request.link_id
        request._answered('done', answer)
        if not link:
            return
        if link.undo == 'sending':
            self._taken_back(link, request)
            return
        if request.operation == 'delete':
            self._note_touched(link, {})
            self._ended(link, request)
            self._note_followers(link, {})
            return
        before, mapped = link.base_qbo or {}, link._model()._qbo_mapped(entity)
        self._note_touched(link, mapped)
        origin = {} if link.qbo_id else {'origin': 'odoo'}
        link._agree(entity, request.odoo_values, mapped)
        link.write(origin)
        self._note_sent(link, request)
        self._log('push', self._accepted_text(request, link), link, request_id=request.id)
        self._wake_waiting(link)
        self._note_followers(link, before)

    def _note_followers(self, link, before):
        """Have the engine look again at what depends on what was just accepted."""
        for records in link._record()._qbo_followers(before, link.base_qbo or {}):
            self.env['qbo.change']._append(records, self)

    def _note_sent(self, link, request):
        """Forget the wish that QuickBooks sends a document once it has; else it is next, after what was written."""
        if request.operation == 'send':
            link.send_asked = False
        elif link.send_asked:
            self.env['qbo.change']._append(link._record(), self)

    def _note_touched(self, link, mapped):
        """Count the versions that a write made of other entities: a payment raises that of its invoices (qbo-api 9.1).

        The next edit of such a document then goes with one request instead of being refused as stale.
        """
        for entity, qbo_id in link._model()._qbo_touches(link.base_qbo or {}, mapped):
            for other in self._link_of(entity, qbo_id):
                other.token_ahead += 1
                if other.state == 'error' and other.direction == 'push':
                    self.env['qbo.change']._append(other._record(), self)  # smaller now than what was paid: it fits

    def _link_of(self, entity, qbo_id):
        return self.env['qbo.link'].search(
            [('connection_id', '=', self.id), ('entity', '=', entity), ('qbo_id', '=', qbo_id)]
        )

    def _ended(self, link, request):
        """Note that the entity of a record that was cancelled or deleted is no more."""
        link.write({**link._cleared(), 'state': 'gone'})
        text = self.env._("%(model)s %(name)s deleted in QuickBooks", model=link._noun(), name=link.name)
        self._log('push', text, link, request_id=request.id)

    def _accepted_text(self, request, link):
        body = json.loads(request.body)
        labels = link._model()._qbo_labels()
        what = {'model': link._noun(), 'name': link.name}
        if request.operation == 'create':
            return self.env._("%(model)s %(name)s created in QuickBooks", **what)
        if request.operation == 'void':
            return self.env._("%(model)s %(name)s voided in QuickBooks", **what)
        if request.operation == 'send':
            return self.env._("%(model)s %(name)s sent by QuickBooks", **what)
        changed = [labels.get(key, key) for key in body if key not in ('Id', 'SyncToken', 'sparse')]
        return self.env._(
            "%(model)s %(name)s updated in QuickBooks: %(fields)s", **what, fields=", ".join(sorted(changed))
        )

    def _wake_waiting(self, link):
        """Look again at the records that waited for this one."""
        for waiting in self.env['qbo.link'].search([('waits_for_id', '=', link.id)]):
            self.env['qbo.change']._append(waiting._record(), self)

    # === REFUSED === #

    def _take_refusal(self, request, error):
        """Take a refusal that concerns this record: merge a stale one, mend a duplicate, else tell the user."""
        link = request.link_id
        request._answered('refused', error)
        if not link:
            return
        if self._is_shared(error):
            self._send_anew(request, error)
        elif link.undo == 'sending':
            self._settle_covered(request)
            link._leave(self._why_left(link, error))
        elif error.kind is errors.Kind.STALE:
            self._merge_stale(link, request, error)
        elif error.code == '610' and request.operation in ENDINGS:
            self._settle_covered(request)
            self._ended(link, request)  # it ended in QuickBooks before
        elif error.kind is errors.Kind.CLOSED_BOOKS:
            self._take_closed_books(link, request, error)
        elif error.code == '6240':
            self._take_duplicate(link, request, error)
        elif error.code == '6140':
            self._take_duplicate_number(link, request, error)
        else:
            self._refuse(link, request, error)

    def _refuse(self, link, request, error, name=None, **vals):
        """Show the refusal on the record. Its changes are settled: the next change, or Retry, sends it again."""
        self._settle_covered(request)
        text = sentence(self.env, error, link, self._sentence_key(error, link), name=name or link.name)
        link._fail(error.code, text, fix=self._fix(error, link), **vals)
        text = link.error if link.name in link.error else f"{link.name}: {link.error}"
        self._log('push', text, link, level='error', request_id=request.id)

    def _sentence_key(self, error, link):
        kind = link.entity if link.entity in entities.LISTS else 'document'
        own = f'{error.code} {link.entity}'
        return own if own in SENTENCES else f'{error.code} {kind}'

    def _fix(self, error, link):
        """Return the name of the button that mends a refusal, None where there is none for this record."""
        rule = errors.RULES.get(error.code)
        fix = rule and rule.fix
        return None if fix == 'reactivate' and link.entity in entities.LISTS else fix

    def _store_alone(self, call, error):
        """Send each request of a batch on its own, after the call was refused as a whole for one of them."""
        call._answered('refused', error)
        for request in call:
            self._copy_alone(request)

    def _copy_alone(self, request):
        return request.copy(
            {
                'call_id': str(uuid.uuid4()),
                'is_batch': False,
                'state': 'unanswered',
                'sent_at': False,
                'attempts': 0,
                'fault': False,
            }
        )

    def _take_closed_books(self, link, request, error):
        """Learn the closing date anew: where it moved, the document is looked at again and held, or dated later."""
        known = self._book_close_date()
        self._read_settings()
        if self._book_close_date() == known:
            self._refuse(link, request, error)

    def _merge_stale(self, link, request, error):
        """Fetch what QuickBooks holds and merge; the next step sends what is still different (qbo-api 9.1)."""
        found = self._fetch(link.entity, [link.qbo_id])
        link.token_ahead = 0  # what was counted ahead may have been wrong
        attempts = link.attempts + 1
        if not found:
            self._settle_covered(request)
            self._deleted_in_quickbooks(link)
        elif attempts > STALE_MAX:
            self._refuse(link, request, error)
        else:
            self._take_row(link.entity, found[0], link)
            if link.state != 'error':
                link.attempts = attempts

    def _settle_covered(self, requests):
        """Delete the changes that requests covered; those appended meanwhile stay."""
        covered = [change for request in requests for change in request.change_ids or ()]
        self.env['qbo.change'].browse(covered).exists().unlink()

    # === UNKNOWN === #

    def _postpone(self, call, error):
        """Leave a call unanswered, to be sent again later; return the error: all others have to wait too.

        After too many attempts the records show it, so that one that breaks QuickBooks does not do so unseen.
        """
        wait = throttle.backoff(call[0].attempts, random.random)
        retry_at = fields.Datetime.now() + timedelta(seconds=wait)
        call.write({'retry_at': retry_at, 'status': error.status, 'tid': error.tid, 'fault': str(error)})
        if error.kind is not errors.Kind.TRANSIENT:
            call.attempts -= 1  # QuickBooks never looked at it
            return error
        self._wake(retry_at)
        if call[0].attempts >= ATTEMPTS_MAX:
            for link in call.link_id:
                link._fail('unanswered', sentence(self.env, error, link, 'unanswered'))
        if self._is_replayed(call, error):
            call.call_id = str(uuid.uuid4())
        return error

    def _is_replayed(self, call, error):
        """Return whether a passing fault may come back for ever under this request id.

        Not known whether QuickBooks repeats a stored fault (qbo-api 2). A fault says that nothing was saved, so that
        after the second one a new id is safe; an answer that never came says nothing of the kind.
        """
        return call[0].attempts > 1 and bool(error.status) and error.status < 500

    def _send_anew(self, request, error):
        """Send one request of a batch later and alone: the answer of the batch call is settled (qbo-api 7)."""
        wait = throttle.backoff(request.attempts, random.random)
        again = self._copy_alone(request)
        again.write({'attempts': request.attempts, 'retry_at': fields.Datetime.now() + timedelta(seconds=wait)})
        self._wake(again.retry_at)

    # === DUPLICATE NAMES === #

    def _take_duplicate(self, link, request, error):
        """Look once at who has the name: link the same record, else let the user choose (qbo-api 9.4, B)."""
        member, lists = link._model()._qbo_names()
        name = json.loads(request.body).get(member)
        entity, found = self._name_owner(member, lists, name)
        if not found:
            self._refuse(link, request, error, name)
            return
        is_taken = self._link_of(entity, found['Id'])._is_taken()
        is_ours = entity == link.entity and not is_taken and not link.qbo_id
        if is_ours and link._record()._qbo_is_same(found):
            self._settle_covered(request)
            self._tie(link, found)
            self._take_row(entity, found, link)
            return
        model = link._model()
        fits = model._qbo_takes(found) and not model._qbo_skips({**found, 'Active': True})
        candidate = {'entity': entity, 'id': found['Id'], 'name': found[member], 'linked': is_taken or not fits}
        self._refuse(link, request, error, name, candidate=candidate)

    def _take_duplicate_number(self, link, request, error):
        """Offer to link the document that has the number (6140), or to send this one under another number.

        QuickBooks names the owner in its text (qbo-api 4.3); older texts do not.
        """
        number = json.loads(request.body).get('DocNumber')
        label, qbo_id = errors.duplicate_document_owner(error.detail) or ('', None)
        entity = label.replace(' ', '')
        is_taken = self._link_of(entity, qbo_id)._is_taken()
        candidate = {'entity': entity, 'id': qbo_id, 'name': f'{label} {number}'.strip(), 'linked': is_taken}
        self._refuse(link, request, error, number, candidate=candidate)

    def _name_owner(self, member, lists, name):
        """Return ``(entity type, entity)`` that has a name, active or not; one call for all lists."""
        names = ", ".join(map(client.quote, (name, f'{name}{text.DELETED_SUFFIX}')))
        items = [
            {
                'bId': entity,
                'Query': f"SELECT * FROM {entity} WHERE {member} IN ({names}) AND Active IN (true, false)",
            }
            for entity in lists
        ]
        answer = self._read(items[0]['Query'], lambda qbo: qbo.batch(items))
        for item in answer.values:
            if item.values:
                return item.bid, item.values[0]
        return None, None
