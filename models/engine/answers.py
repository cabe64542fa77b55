"""QuickBooks' answers to writes: the fact first, then its consequences.

:meth:`Answers.keep` stores what came on the request rows and nothing else; the caller commits. From then on nothing
that fails can undo it or have it sent again. :meth:`Answers.draw_consequences` then does, record by record, what
follows: link, agreed values, cleared changes, dependents. A request whose consequences are not drawn yet is *answered*;
they are the first step of every run.
"""

import json
import logging
import random
import uuid
from datetime import timedelta

import psycopg2
import psycopg2.extensions
from odoo import fields
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ...qbo import entities, errors, merge, settlements, throttle
from ..connection.messages import REFUSED, explain, sentence
from ..connection.reason import Reason, declare
from .apply import Apply
from .outcomes import (
    DATABASE_PASSING,
    is_of_reads,
    is_open,
    is_refused_unseen,
    is_remembered,
    is_shared,
    outcomes,
    refuses_all,
    restored,
    stored,
    words_of,
)
from .taken import Taken

_logger = logging.getLogger(__name__)

# What another transaction did meanwhile: the step begins again.
BEGIN_AGAIN = (errors.QboError, psycopg2.extensions.TransactionRollbackError)
DUPLICATE_ID = '600'  # QuickBooks saw the request id before: it may have done what was asked
ATTEMPTS_MAX = 12  # with the growing pauses of throttle.backoff: about two hours
STALE_MAX = 3  # a merge that stays stale is somebody typing right now; after this a person looks
REMOVALS = ('void', 'delete')
SETTLED_THERE = ('620 document', '6000 lowered', '6000 settles')  # refusals: something else settles it there

_lt = LazyTranslate(__name__)
declare(
    {
        'unanswered': _lt(
            "QuickBooks did not answer many times in a row for %(name)s. Odoo goes on asking every hour."
        ),
        'internal_answer': _lt("QuickBooks' answer could not be applied: %(error)s"),
    }
)


class Answers(Taken):
    """Takes answers in for one step of a connection."""

    def __init__(self, step):
        self.step, self.connection, self.env = step, step.connection, step.env
        self.requests = self.env['qbo.request']
        self._lines = []  # of the activity log, of the requests that are being accepted
        self._settled = []  # (mapping, values) of what settles documents that are to be compared
        self._is_settled_there = False  # by something that Odoo may not have yet

    # === THE FACT === #

    def keep(self, pairs):
        """Store what came for a wave of calls. The caller commits, and raises what this returns after that.

        :param pairs: ``[(requests of one call, qbo.client.Answer or qbo.errors.QboError)]``
        :return: the failure that is not one record's and that everything has to wait for, None where there is none
        """
        blocking, tokens = None, set()
        for call, answer in pairs:
            if isinstance(answer, errors.TokenRejected):
                tokens.add(answer.token)
                self.never_seen(call)  # still unanswered: the same body goes with the new token
            elif isinstance(answer, errors.QboError) and is_shared(answer):
                self.postpone(call, answer)
                blocking = blocking or answer
                if call[0].is_batch and answer.kind is errors.Kind.THROTTLED:
                    self.connection._slow_down()
            elif isinstance(answer, errors.QboError) and call[0].is_batch:
                self.send_each_alone(call, answer)
            else:
                self.keep_call(call, answer)
                blocking = blocking or refuses_all(call, answer)
        if any(not isinstance(answer, errors.QboError) for _call, answer in pairs):
            self.connection._succeeded()
        if any(call[0].is_batch for call, _answer in pairs):
            self.connection._speed_up()
        try:
            for token in tokens:
                self.connection._access_token(token)
        except errors.QboError as error:
            blocking = error  # the answers of the other calls are kept nevertheless
        return blocking

    def keep_call(self, call, answer):
        """Write what came for one call on its rows: one plain statement, no hooks.

        An item of a batch whose outcome is not known stays unanswered, and the call goes again as it was.
        """
        found = [pair for pair in outcomes(call, answer) if pair[0].state == 'unanswered']
        open_ = [pair for pair in found if is_open(*pair)]
        for request, error in open_:
            self.postpone(request, error)
        rows = [(request.id, *stored(outcome)) for request, outcome in found if (request, outcome) not in open_]
        if not rows:
            return
        call.flush_recordset()
        self.env.cr.execute(
            SQL(
                """UPDATE qbo_request AS request
                      SET state = 'answered', answer = row.answer, qbo_id = row.qbo_id, status = %s, tid = %s,
                          duration_ms = %s, retry_at = NULL
                     FROM (VALUES %s) AS row (id, answer, qbo_id)
                    WHERE request.id = row.id""",
                answer.status,
                answer.tid,
                getattr(answer, 'duration_ms', 0),
                SQL(', ').join(SQL('(%s, %s, %s)', *row) for row in rows),
            )
        )
        call.invalidate_recordset(flush=False)

    def postpone(self, call, error):
        """Leave a call unanswered, to be sent again later under the same request id: all others have to wait too.

        After too many attempts the records show it, so that one that breaks QuickBooks does not do so unseen.
        """
        wait = throttle.backoff(call[0].attempts, random.random)
        retry_at = fields.Datetime.now() + timedelta(seconds=wait)
        call = call.filtered(lambda request: request.state == 'unanswered')
        call.write({'retry_at': retry_at, 'status': error.status, 'tid': error.tid, 'fault': str(error)})
        if is_refused_unseen(error):
            self.never_seen(call)
        elif not isinstance(error, errors.UnknownOutcome) and error.code != DUPLICATE_ID:
            call.write({'denials': call[0].denials + 1})
            if call[0].denials > 1 and call[0].denials == call[0].attempts and is_remembered(error):
                call.call_id = str(uuid.uuid4())
        if error.kind is not errors.Kind.TRANSIENT:
            return
        self.connection._wake(retry_at)
        if call[0].attempts >= ATTEMPTS_MAX:
            for link in call.link_id:
                link._fail(Reason('unanswered', {'name': link.name}))

    def never_seen(self, call):
        """Note that an attempt does not count: it was turned away before QuickBooks looked at it."""
        call = call.filtered(lambda request: request.state == 'unanswered')
        call.write({'attempts': call[0].attempts - 1})

    def send_each_alone(self, call, error):
        """Store each request of a batch anew and alone, after the call was refused as a whole for one of them."""
        call = call.filtered(lambda request: request.state == 'unanswered')
        call._answered('refused', error)
        for request in call:
            request._send_alone()

    # === ITS CONSEQUENCES === #

    def draw_consequences(self):
        """Do what follows from the answers that are stored. Return how many.

        Those of entities together, where nothing fails; else, and those of refusals, each record in a savepoint. A
        failure of ours leaves the request answered: it is tried again later, and its record says so.

        :raise qbo.errors.QboError: what has to be looked up cannot be: everything waits
        """
        now = fields.Datetime.now()
        answered = self.requests.search([('qbo_company_id', '=', self.step.qbo_company.id), ('state', '=', 'answered')])
        due = answered.filtered(lambda request: not request.retry_at or request.retry_at <= now).sorted('id')
        if not due:
            return 0
        accepted = due.filtered('qbo_id')
        done = accepted if self.draw_together(accepted) else self.requests
        for request in due - done:
            if self.draw(request):
                done |= request
        # Together: deleting rows empties Odoo's cache, and the next record would have to be read again.
        self.settle_covered(done.filtered(lambda request: request.state == 'done'))
        self.compare_settled()
        self.ask_what_settles()
        return len(due)

    def ask_what_settles(self):
        """Have QuickBooks asked for its documents after it refused what it has settled otherwise.

        It applies credits by itself, in the moment in which an invoice or a credit memo is saved (qbo-api 9.8).
        """
        if self._is_settled_there:
            self.env['qbo.event']._append(self.connection._schedule('documents'), 'refusal')
        self._is_settled_there = False

    def compare_settled(self):
        """Compare the documents of settlements that were accepted or refused: nothing of these is under way now."""
        for mapping, values in self._settled:
            try:
                with self.env.cr.savepoint():
                    self.step.compare_settled(values, mapping=mapping)
            except BEGIN_AGAIN:
                raise
            except Exception as error:
                _logger.exception("Documents could not be compared")
                self.step.forget()
                text_ = self.env._("The amounts of documents could not be compared: %s", words_of(error))
                self.connection._log('push', text_, level='error')
        self._settled.clear()

    def draw_together(self, requests):
        """Do what follows from answers that accept, in one savepoint; return whether that went well for all."""
        if len(requests) < 2:
            return False
        try:
            with self.env.cr.savepoint():
                self.accept(requests)
        except BEGIN_AGAIN:
            raise
        except Exception:
            # One of them cannot be taken. Each on its own: it is found, and says so.
            _logger.info("Answers of QuickBooks are taken one by one", exc_info=True)
            self.step.forget()
            return False
        return True

    def draw(self, request):
        """Do what follows from one stored answer; return whether that is done."""
        answer = restored(request)
        try:
            with self.env.cr.savepoint():
                if isinstance(answer, errors.QboError):
                    self.refused(request, answer)
                else:
                    self.accept(request)
        except errors.DataError as error:
            # What was to be looked up for this record cannot be read.
            request._end('refused', error)
            self.refuse(request.link_id, request, error)
        except BEGIN_AGAIN as error:
            if not is_of_reads(error):
                raise
            # What it needs cannot be read now. It stays answered; all that needs no reading goes on.
            self.connection._pause_reads(sentence(self.env, error))
            request.retry_at = self.connection.reads_paused_until
            return False
        except Exception as error:
            _logger.exception("The answer to QuickBooks request %s could not be applied", request.call_id)
            self.step.forget()
            self.draw_later(request, error)
            return False
        return True

    def draw_later(self, request, error):
        """Leave a request answered, to be tried again with growing pauses; its record says so, where it can."""
        attempts = request.attempts + 1
        wait = throttle.backoff(attempts, random.random)
        request.write({'attempts': attempts, 'retry_at': fields.Datetime.now() + timedelta(seconds=wait)})
        self.connection._wake(request.retry_at)
        if isinstance(error, DATABASE_PASSING):
            return  # the database could not do it now, which is nobody's error
        try:
            with self.env.cr.savepoint():
                request.link_id._fail(Reason('internal_answer', {'error': words_of(error)}))
        except psycopg2.Error:
            _logger.exception("QuickBooks link %s could not be written", request.link_id.id)

    # === ACCEPTED === #

    def accept(self, requests):
        """Record that QuickBooks accepted requests. Changes appended meanwhile stay in the outbox and go next."""
        links = requests.link_id
        for res_model, some in links.filtered('res_id').grouped('res_model').items():
            records = self.env[res_model].with_company(self.step.company).browse(some.mapped('res_id'))
            self.step.load_existing(records)
            self.step.load_links(records)
        records = self.step.records(links)
        self._lines = []
        for request in requests:
            link, entity = request.link_id, restored(request)
            request._end('done')
            if link.undo == 'sending':
                self.connection._taken_back(self.step, link, request)
            elif link and request.operation == 'create' and int(entity.get('SyncToken') or 0):
                self.found_changed(request, entity)
            elif link:
                none = self.env[link.res_model].with_company(self.step.company)
                self.accepted(request, entity, records.get(link, none))
        self.env['qbo.log'].create(self._lines)
        self.step.wake_waiting(links.exists())
        self.step.forget_existing()

    def accepted(self, request, entity, record):
        """Move what both sides agree on to what QuickBooks accepted, and have what depends on it looked at."""
        link = request.link_id
        mapping = self.step.mapping_of_link(link)
        before = link.base_odoo or {}, link.base_qbo or {}
        if request.operation == 'create':
            before = {}, {}  # what was agreed on is of an entity that was deleted to be made anew
        if request.operation == 'delete':
            self.step.note_touched(mapping, before[1], {})
            self.step.note_settled(mapping, before[1], {}, {'Id': link.qbo_id}, is_ours=True)
            self._settled.append((mapping, before[1]))
            self.ended(link, request)
            self.append_dependents(mapping, record, before[1], {})
            self.wake_refused(mapping, link, before[0], {})
            return
        values = mapping._from_row(self.step, entity)
        self.step.note_touched(mapping, before[1], values)
        self.step.note_settled(mapping, before[1], values, entity, is_ours=True)
        self._settled += [(mapping, before[1]), (mapping, values)]
        origin = {} if link.qbo_id else {'origin': 'odoo'}
        self.step.agree(mapping, record, link, entity, request.odoo_values, values, **origin)
        if request.operation == 'send':
            link.send_asked = False
        elif link.send_asked:
            self.env['qbo.change']._append(record, self.connection)  # it is next, after what was written
        self.log(request, self.accepted_text(mapping, record, request, before[0]))
        self.append_dependents(mapping, record, before[1], link.base_qbo or {})
        self.wake_refused(mapping, link, before[0], request.odoo_values)
        self.step.wake_inactive(mapping, before[1], link.base_qbo or {})

    def found_changed(self, request, entity):
        """Link what was found in QuickBooks in place of a lost answer, and merge what was changed there since."""
        link, apply = request.link_id, Apply(self.step)
        apply.tie(link, entity)
        link.write({'base_odoo': request.odoo_values, 'base_qbo': request.odoo_values})
        apply.apply_row(self.step.mapping_of_link(link), entity, link)

    def log(self, request, text_):
        """Note a line for the activity log; those of a wave are created together."""
        link = request.link_id
        vals = {'connection_id': self.connection.id, 'kind': 'push', 'text': text_}
        self._lines.append({**vals, 'link_id': link.id, 'request_id': request.id})

    def wake_refused(self, mapping, link, before, after):
        """Have what was refused because of this entity's name or number looked at again, once that is free."""
        if not any(key[0] == 'name' for key in mapping._held(link, before) - mapping._held(link, after or {})):
            return
        refused = [('state', '=', 'error'), ('error_code', 'in', ('6240', '6140')), ('direction', '=', 'push')]
        for other in link.search([('qbo_company_id', '=', self.step.qbo_company.id), *refused]):
            if (other.candidate or {}).get('id') == link.qbo_id and other.candidate['entity'] == link.entity:
                self.step.append_change(other)

    def append_dependents(self, mapping, record, before, after):
        """Have the engine look again at what depends on what was just accepted."""
        for records in mapping._dependents(self.step, record, before, after):
            self.env['qbo.change']._append(records, self.connection)

    def ended(self, link, request):
        """Note that the entity of a record that was canceled or deleted is no more."""
        link.write({**link._cleared(), 'state': 'gone'})
        self.log(request, self.env._("%(model)s %(name)s deleted in QuickBooks", model=link._noun(), name=link.name))

    def accepted_text(self, mapping, record, request, before):
        """Return in words what QuickBooks accepted.

        :param dict before: the values that were agreed, as Odoo spelled them
        """
        what = {'model': mapping._noun(self.step, record), 'name': request.link_id.name}
        if request.operation == 'create':
            return self.env._("%(model)s %(name)s created in QuickBooks", **what)
        if request.operation == 'void':
            return self.env._("%(model)s %(name)s voided in QuickBooks", **what)
        if request.operation == 'send':
            return self.env._("%(model)s %(name)s sent by QuickBooks", **what)
        labels = mapping._labels()
        is_whole = mapping._update == 'full'
        members = merge.changed(before, request.odoo_values) if is_whole else json.loads(request.body)
        changed = [labels.get(key, key) for key in members if key not in ('Id', 'SyncToken', 'sparse')]
        return self.env._(
            "%(model)s %(name)s updated in QuickBooks: %(fields)s", **what, fields=", ".join(sorted(changed))
        )

    # === REFUSED === #

    def refused(self, request, error):
        """Take a refusal that concerns one record: merge a stale one, fix a duplicate, else tell the user."""
        link = request.link_id
        request._end('refused', error)
        if not link:
            return
        if is_shared(error):
            self.send_anew(request, error)
        elif link.undo == 'sending':
            self.settle_covered(request)
            link._leave(self.connection._why_left(link, error))
        elif error.kind is errors.Kind.STALE:
            self.merge_stale(link, request, error)
        elif error.code == '610' and request.operation in REMOVALS:
            self.settle_covered(request)
            self._lines = []
            self.ended(link, request)  # it ended in QuickBooks before
            self.env['qbo.log'].create(self._lines)
        elif error.kind is errors.Kind.CLOSED_BOOKS:
            self.read_closing_date(link, request, error)
        elif error.code == '6240':
            self.find_name_owner(link, request, error)
        elif error.code == '6140':
            self.find_number_owner(link, request, error)
        else:
            self.refuse(link, request, error)

    def refuse(self, link, request, error, name=None, **vals):
        """Show the refusal on the record. Its changes are cleared: the next change, or Retry, sends it again."""
        self.settle_covered(request)
        kind = link.entity if link.entity in entities.LISTS else 'document'
        own = f'{error.code} {link.entity}'
        key = own if own in REFUSED else f'{error.code} {kind}'
        if error.code == '6000' and self.is_lowered(link, request):
            key = '6000 lowered'
        elif error.code == '6000' and link.entity in settlements.PAYMENTS and (request.odoo_values or {}).get('Line'):
            key = '6000 settles'
        self._is_settled_there |= key in SETTLED_THERE
        reason = explain(error, link, key, name=name or link.name)
        link._fail(reason, **vals)
        mapping = self.step.mapping_of_link(link)
        self._settled += [(mapping, link.base_qbo or {}), (mapping, request.odoo_values or {})]
        words = self.connection._words(reason)
        words = words if link.name in words else f"{link.name}: {words}"
        self.connection._log('push', words, link, level='error', request_id=request.id)
        self.tell_waiting(link)

    def is_lowered(self, link, request):
        """Return whether a request would have left less of a document than QuickBooks has."""
        record, there = self.step.record(link), (link.snapshot or {}).get('TotalAmt')
        if request.operation != 'update' or link.entity not in settlements.DOCUMENTS or there is None:
            return False
        return record._name == 'account.move' and record.currency_id.compare_amounts(record.amount_total, there) < 0

    def tell_waiting(self, link):
        """Have the records that wait for a refused one say why it does not go; what only wanted its name goes."""
        for waiting in link.search([('waits_for_id', '=', link.id)]):
            mapping, record = self.step.mapping_of_link(waiting), self.step.record(waiting)
            required = record and link.res_id in [
                needed.id for _mapping, needed in mapping._requires(self.step, record) if needed._name == link.res_model
            ]
            if required or link._is_there():
                waiting._wait_for(link)
            else:
                self.step.append_change(waiting)

    def send_anew(self, request, error):
        """Send one request of a batch later and alone: the answer of the batch call is settled (qbo-api 7)."""
        wait = throttle.backoff(request.attempts, random.random)
        again = request._send_alone()
        again.write({'attempts': request.attempts, 'retry_at': fields.Datetime.now() + timedelta(seconds=wait)})
        self.connection._wake(again.retry_at)

    def read_closing_date(self, link, request, error):
        """Learn the closing date anew: where it moved, the document is looked at again and held, or dated later."""
        known = self.connection._book_close_date()
        self.connection._read_settings()
        if self.connection._book_close_date() == known:
            self.refuse(link, request, error)

    def merge_stale(self, link, request, error):
        """Fetch what QuickBooks holds and merge; the next step sends what is still different (qbo-api 9.1)."""
        found = self.connection._fetch(link.entity, [link.qbo_id])
        link.token_ahead = 0  # what was counted ahead may have been wrong
        attempts = link.attempts + 1
        if not found:
            self.settle_covered(request)
            Apply(self.step).deleted_in_quickbooks(link)
        elif attempts > STALE_MAX:
            self.refuse(link, request, error)
        else:
            Apply(self.step).apply_row(self.step.mapping_of_link(link), found[0], link)
            if link.state != 'error':
                link.attempts = attempts

    def settle_covered(self, requests):
        """Delete the changes that requests covered; those appended meanwhile stay."""
        covered = [change for request in requests for change in request.change_ids or ()]
        self.env['qbo.change'].browse(covered).exists().unlink()
