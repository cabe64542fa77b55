"""The engine of a connection: one scheduled action that sends, pulls and recovers, in this order.

One engine a realm means that nothing of a realm runs twice at once; realms run side by side, on any Odoo node.
"""

import logging
import random
from datetime import timedelta
from functools import partial

import psycopg2
import psycopg2.extensions
from odoo import fields, models

from ...qbo import errors, throttle
from ..connection.credential import AccessUnusable
from ..connection.messages import sentence
from ..mapping.step import Step
from .answers import Answers
from .dependents import Dependents
from .outcomes import words_of
from .pace import Pace
from .pull import OutOfTime, Pull, SwitchedOff
from .push import Push

_logger = logging.getLogger(__name__)

PAUSE_MAX_S = 60  # an outage of QuickBooks is noticed to be over within a minute
QUOTA_PAUSE = timedelta(hours=1)


class Engine:
    """One run of a connection's engine."""

    def __init__(self, connection):
        self.connection, self.env = connection, connection.env
        self.pace = Pace()

    def run(self):
        """Do all that is due, a step at a time. Commits; raises nothing.

        Each step is small and committed, so that a crash costs one step and a user's edit waits for one step.
        """
        cron = self.env['ir.cron']
        connection = self.connection
        try:
            if connection.state == 'connected' and connection._warn_of_end():
                cron._commit_progress(remaining=1)  # told once, whatever fails next
            if self.may_run():
                connection._notice_backup()
            while self.may_run() and (done := self.step()):
                if not cron._commit_progress(done, remaining=1):
                    raise OutOfTime
            connection._rest()
        except OutOfTime:
            connection._wake()  # Odoo would look for what is left within a minute only
            cron._commit_progress(remaining=1)
            return
        except errors.QboError as error:
            self.hold(error)
        except SwitchedOff:
            self.env.cr.rollback()
        except AccessUnusable as error:
            self.env.cr.rollback()
            connection._lost(str(error))
        except psycopg2.extensions.TransactionRollbackError:
            # A user saved the very record at the same moment: begin again. Each step can be repeated.
            self.env.cr.rollback()
            connection._wake()
        except psycopg2.OperationalError as error:
            _logger.warning("The database refused the QuickBooks engine of %s: %s", connection.id, error)
            self.pause(self.env._("Odoo's database could not do it now: %s", words_of(error)))
        except Exception as error:
            _logger.exception("The QuickBooks engine of %s met an unknown fault", connection.id)
            self.pause(self.env._("Synchronizing stopped at a fault of this app: %s", words_of(error)))
        cron._commit_progress(remaining=0)

    def step(self):
        """Do the first thing that there is to do. Return how much was done, 0 when there is nothing left."""
        for function in self.functions(Step(self.connection)):
            if done := function():
                return done
        return 0

    def functions(self, step):
        """Return what there may be to do, the most urgent first."""
        answers, pull = Answers(step).draw_consequences, partial(self.pull, step)
        if self.connection.is_catching_up:
            return answers, pull, self.caught_up
        push = Push(step, self.pace)
        return (
            answers,
            *self.connection._first_steps(step),
            push.users,
            Dependents(step).next,
            push.unanswered,
            pull,
            push.bulk,
            *self.connection._last_steps(step),
        )

    def caught_up(self):
        """Begin to send, now that what changed in QuickBooks since the backup is here."""
        if not self.connection._may_read():
            return 0
        self.connection.is_catching_up = False
        return 1

    def pull(self, step):
        """Take the next thing that QuickBooks has news of. Return how much was done.

        Where the month's reads are used up only reading pauses: what is sent is not metered.
        """
        if not self.connection._may_read():
            return 0
        try:
            done = Pull(step).next()
        except errors.QuotaError as error:
            if error.code == errors.SUBSCRIPTION_ENDED:
                raise
            self.env.cr.rollback()
            self.env.invalidate_all()
            self.connection._pause_reads(sentence(self.env, error))
            return 1
        if done and self.connection.reads_paused_until:
            self.connection.reads_paused_until = False
        return done

    def may_run(self):
        """Return whether the engine may call QuickBooks now; while paused, wake it when the pause is over.

        Asked before each step: an administrator may switch off in the middle of an import.
        """
        return self.connection._may_run()

    def hold(self, error):
        """Stop after a failure that is not one record's: pause, or ask for a new connection.

        Changes and pending requests stay and go on afterwards.

        :param qbo.errors.QboError error: transient, throttled, quota or authorization
        """
        connection = self.connection
        if error.kind is errors.Kind.AUTHORIZATION:
            self.env.cr.rollback()
            self.env.invalidate_all()
            connection._lost(connection._why_lost(error))
            return
        self.pause(sentence(self.env, error), error.kind)

    def pause(self, message, kind=None):
        """Roll back what is not committed and rest for a while, longer after each failure; say why.

        :param kind: of the error of QuickBooks; None for a fault of ours
        """
        self.env.cr.rollback()
        self.env.invalidate_all()
        connection = self.connection
        connection.failures += 1
        connection.paused_until = fields.Datetime.now() + self.pause_length(kind)
        if not connection.message:
            connection._log('connection', message, level='warning')
        connection.message = message
        connection._wake(connection.paused_until)

    def pause_length(self, kind):
        """Return how long to rest."""
        if kind is errors.Kind.QUOTA:
            return QUOTA_PAUSE
        if kind is errors.Kind.THROTTLED:
            return timedelta(seconds=throttle.PAUSE_S)
        # Half of it at least: what made it fail is not over in a moment.
        pause = throttle.backoff(self.connection.failures, lambda: 0.5 + random.random() / 2)
        return timedelta(seconds=min(pause, PAUSE_MAX_S))


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    def _cron_run(self):
        """Run the engine of this connection. Called by its scheduled action."""
        # Odoo's own defaults choose a day in this environment too: that of an exchange difference, an activity.
        Engine(self.with_company(self.company_id).with_context(lang=self._language(), tz=self.tz)).run()
