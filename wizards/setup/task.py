"""Comparing and previewing as work of the engine: large companies take longer than one request may.

The page asks for it, the engine does it with its next step, and the page watches. How far it is stands on a row of its
own, written in transactions of their own: else nobody would see it before the end.
"""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ...models.connection.dialog import dialog
from ...models.connection.messages import sentence
from ...qbo import errors

TASKS = [('compare', "Comparing both sides"), ('preview', "Making the preview")]
TELL_EVERY = 200  # rows


class QboSetupTask(models.Model):
    """How far the engine is with the work of a setup."""

    _name = 'qbo.setup.task'
    _description = "QuickBooks Setup: Work under Way"

    setup_id = fields.Many2one('qbo.setup', required=True, ondelete='cascade', index=True, readonly=True)
    done = fields.Integer(readonly=True)
    total = fields.Integer(readonly=True, help="0: not known yet.")

    _unique_setup = models.Constraint('UNIQUE(setup_id)', "A setup has one piece of work under way.")


class QboSetup(models.Model):
    _inherit = 'qbo.setup'

    task = fields.Selection(TASKS, readonly=True)
    task_error = fields.Text(readonly=True)
    task_ids = fields.One2many('qbo.setup.task', 'setup_id', "Work under Way")

    def _ask_for(self, task):
        """Have the engine do the work that a step begins with.

        :raise UserError: the engine may not call QuickBooks now
        """
        connection = self.connection_id.sudo()
        if not connection._may_run():
            raise UserError(connection._pause_text() or self.env._("Connect to QuickBooks first."))
        setup = self.sudo()
        if not setup.task_ids:
            setup.task_ids.create({'setup_id': self.id})
        setup.write({'task': task, 'task_error': False})
        connection._wake()

    def _compare_meanwhile(self):
        """Have the engine compare both sides, whatever step this setup is at, and return the dialog that watches.

        :raise UserError: the engine may not call QuickBooks now, or makes the preview
        """
        if self.task != 'compare':
            self._check_idle()
            self._ask_for('compare')
        view = self.env.ref('quickbooks_online.qbo_setup_view_form_compare')
        return dialog(self, self.env._("Comparing with QuickBooks"), views=[(view.id, 'form')])

    def action_compare_again(self):
        """Compare once more what could not be compared."""
        self.ensure_one()
        self._check_may('write')
        return self._compare_meanwhile()

    def _check_idle(self):
        """Refuse what would disturb the work under way.

        :raise UserError: the engine works for this setup
        """
        if self.task:
            raise UserError(self.env._("It is still being read. You can close this page meanwhile."))

    def _check_ready(self):
        """Refuse to go on while the engine works for this step, or where it could not.

        :raise UserError: with what to do
        """
        self._check_idle()
        if self.task_error:
            raise UserError(self.task_error)

    @api.model
    def _do_asked(self, connection):
        """Do what a setup of this connection asked for. Return how much was done. Called by the engine."""
        setup = self.sudo().search([('connection_id', '=', connection.id), ('task', '!=', False)])
        if not setup:
            return 0
        try:
            with self.env.cr.savepoint():
                {'compare': setup._begin_compare, 'preview': setup._fill_preview}[setup.task]()
            setup.task = False
        except (errors.DataError, UserError) as error:
            text = sentence(self.env, error) if isinstance(error, errors.QboError) else str(error)
            setup.write({'task': False, 'task_error': text})
        return 1

    def _tell(self, done, total=0):
        """Have the page that watches know how far the work is."""
        with self.env.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env['qbo.setup.task'].search([('setup_id', '=', self.id)]).write({'done': done, 'total': total})

    def _counted(self, rows, total=0):
        """Yield rows, and tell how far they are."""
        done = 0
        for some in split_every(TELL_EVERY, rows, list):
            yield from some
            done += len(some)
            self._tell(done, total)

    def _task_progress(self):
        """Return the bar of what the engine does for this setup."""
        label = dict(self._fields['task']._description_selection(self.env))[self.task]
        row = self.task_ids[:1]
        return {'kind': self.task, 'label': label, 'total': row.total, 'done': row.done, 'failed': 0, 'held': 0}


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    def _last_steps(self, step):
        return [*super()._last_steps(step), lambda: self.env['qbo.setup']._do_asked(self)]
