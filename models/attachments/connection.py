"""Which files of documents go along, and when the engine looks after them."""

import logging
from collections import namedtuple
from datetime import datetime, time, timedelta

import psycopg2
import psycopg2.extensions
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...qbo import errors
from ..connection.cached import cached, empty_cache
from ..connection.messages import sentence
from ..engine.pull import OutOfTime, SwitchedOff
from .fetching import Fetching
from .sending import EVERYBODY_WAITS, Sending

_logger = logging.getLogger(__name__)

Taker = namedtuple('Taker', 'connection_id company_id qbo_company_id cron_id choice models')


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    attachments = fields.Selection(
        [
            ('none', "None"),
            ('pdf', "PDFs of sent invoices"),
            ('all', "All files"),
        ],
        default='none',
        required=True,
        tracking=True,
        help="PDFs of sent invoices: the PDF that Odoo makes when an invoice is sent goes to QuickBooks. All files: "
        "those that people attach too, both ways. Files of documents that are in QuickBooks already go along.",
    )
    attachments_on_send = fields.Boolean(
        "Include on Send",
        tracking=True,
        help="QuickBooks encloses these files when it sends the document by e-mail. Holds for files that go there from "
        "now on.",
    )
    attachments_after = fields.Integer(
        default=-1, readonly=True, copy=False, help="The last link whose document's files were noted; -1: all were."
    )
    attachments_rest = fields.Datetime("Attachments Rest Until", readonly=True, copy=False)
    attachments_failures = fields.Integer(readonly=True, copy=False)

    # === CRUD METHODS === #

    def write(self, vals):
        chosen = self.filtered(lambda item: item.attachments != vals['attachments']) if 'attachments' in vals else ()
        result = super().write(vals)
        if chosen:
            empty_cache(self.env)
        for connection in chosen:
            connection.sudo()._look_at_all_files()
        return result

    # === BUSINESS METHODS === #

    @api.model
    @cached()
    def _file_takers(self):
        """Return a :class:`Taker` for each connection that sends files. Cached: every saved attachment asks."""
        takers = []
        for item in self._collecting():
            connection = self.sudo().browse(item.connection_id)
            models_ = frozenset(
                mapping._record_model
                for mapping in self.env['qbo.mapping']._all()
                if mapping._has_files and connection[mapping._switch]
            )
            if connection.attachments != 'none' and models_:
                facts = (item.connection_id, item.company_id, item.qbo_company_id, item.cron_id)
                takers.append(Taker(*facts, connection.attachments, models_))
        return tuple(takers)

    def _takes_files(self):
        """Return whether files that people attach in QuickBooks come to Odoo."""
        return self.attachments == 'all' and self.direction == 'two_way'

    def _look_at_all_files(self):
        """Have the files of all documents that are on both sides looked at, here and there."""
        self.attachments_after = 0 if self.attachments != 'none' else -1
        self.qbo_company_id._add_schedules()
        schedule = self._schedule('attachments')
        schedule._plan()
        self.write({'attachments_rest': False, 'attachments_failures': 0})
        if self._takes_files():
            # What belongs to documents from the start date on cannot be older.
            starts = [start for start in (self.billing_start, self.purchases_start) if start]
            schedule.cursor = datetime.combine(min(starts, default=self._today()), time())
        if self.attachments != 'none' and self.state == 'connected':
            self.env['qbo.event']._append(schedule, 'user')

    def _last_steps(self, step):
        sending, fetching = Sending(step), Fetching(step)
        return [
            *super()._last_steps(step),
            lambda: self._rest_unless(sending.next),
            lambda: self._rest_unless(fetching.next),
        ]

    def _catch_up(self):
        """A file that was to be sent when the backup was made may have been sent since: it is looked for first."""
        result = super()._catch_up()
        here = [('qbo_company_id', '=', self.qbo_company_id.id), ('qbo_id', '=', False)]
        self.env['qbo.attachment'].search([*here, ('state', 'in', ('pending', 'sending'))]).must_look = True
        return result

    def _pull_attachments(self, step, schedule):
        """Ask QuickBooks for new files, and whether it still has the others. Commits."""
        self._rest_unless(lambda: Fetching(step).poll(schedule))

    def _rest_unless(self, function):
        """Do a step with files and return how much it did. One that fails has files rest for a while, and nothing else.

        :raise errors.QboError: what is no fault of files: everything waits
        """
        if self.attachments == 'none' or (self.attachments_rest and self.attachments_rest > fields.Datetime.now()):
            return 0
        try:
            done = function()
        except errors.QboError as error:
            are_reads_used_up = error.kind is errors.Kind.QUOTA and error.code != errors.SUBSCRIPTION_ENDED
            if error.kind in EVERYBODY_WAITS and not are_reads_used_up:
                raise
            self._rest_files(sentence(self.env, error))
            if are_reads_used_up:
                self._pause_reads(sentence(self.env, error))
            return 1
        except (
            OutOfTime,
            SwitchedOff,
            UserError,
            psycopg2.extensions.TransactionRollbackError,
            psycopg2.InterfaceError,
        ):
            raise
        except Exception as error:
            _logger.exception("Attachments of QuickBooks connection %s met an unknown fault", self.id)
            self._rest_files(str(error))
            return 1
        if self.attachments_failures:
            self.attachments_failures = 0
        return done

    def _rest_files(self, why):
        """Undo what is not committed of a step with files, and rest: longer after each failure, an hour at most."""
        self.env.cr.rollback()
        self.env.invalidate_all()
        minutes = min(5 * 2**self.attachments_failures, 60)
        if not self.attachments_failures:
            text = self.env._("Attachments rest for a while; documents go on: %s", why)
            self._log('connection', text, level='warning')
        self.attachments_failures += 1
        self.attachments_rest = fields.Datetime.now() + timedelta(minutes=minutes)
        self._wake(self.attachments_rest)


class QboSchedule(models.Model):
    _inherit = 'qbo.schedule'

    def _is_planned(self):
        return super()._is_planned() and (self.name != 'attachments' or self.connection_id.attachments != 'none')
