"""What runs at a time of a company's own clock. One scheduled action serves all companies."""

import logging
from datetime import timedelta

import psycopg2.extensions
from odoo import api, fields, models

_logger = logging.getLogger(__name__)

TRY_AGAIN_IN = timedelta(minutes=30)
SOON = timedelta(minutes=1)  # what somebody had in hand is looked at again, without running in circles


class QboTimed(models.AbstractModel):
    """Its next run is stored, and the scheduled action that it shares takes all that are due.

    That action is triggered for the very minute. Its own interval only serves what a lost trigger left over.
    """

    _name = 'qbo.timed'
    _description = "Runs at a Time of a QuickBooks Connection"

    next_run = fields.Datetime(readonly=True, copy=False, index=True)

    # === WHAT EACH MODEL SAYS === #

    def _cron(self):
        """Return the scheduled action that serves this record, as superuser; empty where somebody deleted it."""
        raise NotImplementedError

    def _is_planned(self):
        """Return whether this record runs by itself at all."""
        raise NotImplementedError

    def _next(self):
        """Return when this record runs next, as a naive UTC datetime later than now."""
        raise NotImplementedError

    def _run_due(self):
        """Run this record, which is due and planned anew already. Commits nothing; what it raises is logged."""
        raise NotImplementedError

    # === THE CLOCK === #

    def _plan(self):
        """Plan the next run of each, or none, and have the scheduled actions run at that minute."""
        for record in self:
            record.next_run = record._is_planned() and record._next()
        for cron, records in self.filtered('next_run').grouped(lambda record: record._cron()).items():
            if cron:
                cron._trigger(at=min(records.mapped('next_run')))

    @api.model
    def _take_due(self, cron, domain=()):
        """Run what is due, each in a transaction of its own: one that fails stops no other. Commits.

        :param cron: the scheduled action; it runs again when the next of its records is due
        :param domain: which records it serves
        """
        due = self.search([*domain, ('next_run', '<=', fields.Datetime.now())], order='next_run, id')
        for place, record in enumerate(due, 1):
            record._take(cron)
            # What one company's clock struck is done, whatever happens to the next.
            if not cron._commit_progress(1, remaining=len(due) - place):
                break
        [(soonest,)] = self._read_group([*domain, ('next_run', '!=', False)], [], ['next_run:min'])
        if soonest:
            now = fields.Datetime.now()
            cron._trigger(at=soonest if soonest > now else now + SOON)

    def _take(self, cron):
        """Run this record if it is still due, and plan its next run; what somebody has in hand stays due. Commits."""
        try:
            is_free = self.try_lock_for_update(allow_referencing=True)
            if not is_free or not self.next_run or self.next_run > fields.Datetime.now():
                return
            self.next_run = fields.Datetime.now() + TRY_AGAIN_IN
            # A run that ends the worker itself, out of time or memory, is not the first again: others come before it.
            cron._commit_progress()
            self.next_run = self._is_planned() and self._next()
            if self.next_run:
                self._run_due()
            self.env.flush_all()
        except psycopg2.extensions.TransactionRollbackError:
            self.env.cr.rollback()
            self.next_run = fields.Datetime.now()  # somebody saved the same at the same moment: it is still due
        except Exception as error:
            _logger.exception("%s did not run at its time", self)
            self.env.cr.rollback()
            text = self.env._(
                "“%(name)s” met a fault at its time and tries again in half an hour: %(fault)s",
                name=self.display_name,
                fault=error,
            )
            self.connection_id._log('connection', text, level='error')
