"""Taking a first run back: what it created and nobody has touched since, on the side where it was created."""

import psycopg2
from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from ...qbo import entities, errors
from ..connection.messages import database_sentence, explain
from ..connection.reason import Reason, declare

UNDO_SIZE = 100

_lt = LazyTranslate(__name__)
declare(
    {
        'left_in_use': _lt("It is in use in Odoo: %(error)s"),
        'left_changed_there': _lt("It was changed in QuickBooks since."),
        'left_deleted': _lt("It was deleted in Odoo."),
        'left_changed_here': _lt("It was changed in Odoo since."),
        'left_changed': _lt("It was changed since."),
    }
)


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    def _ask_to_take_back(self, links):
        """Have the engine undo what it created for these links, all of this connection."""
        links.write({'undo': 'asked', 'undo_reason': False})
        self._wake()

    def _last_steps(self, step):
        return [*super()._last_steps(step), lambda: self._take_back(step)]

    def _take_back(self, step):
        """Take back some of what was asked for. Return how many links were looked at.

        What was created in Odoo is deleted here; for what was created in QuickBooks a change is appended, and the
        plan of its link says how it ends there.
        """
        asked = [('qbo_company_id', '=', self.qbo_company_id.id), ('undo', '=', 'asked')]
        links = self.env['qbo.link'].search(asked, limit=UNDO_SIZE)
        for link in links:
            if reason := link._why_touched():
                link._leave(reason)
            elif link.origin == 'qbo':
                self._take_back_here(step, link)
            else:
                link.undo = 'sending'
                step.append_change(link, is_bulk=True)
        return len(links)

    def _take_back_here(self, step, link):
        """Delete a record that the run created, unless Odoo needs it."""
        record = link._record()
        try:
            with self.env.cr.savepoint():
                changes = step.pending_changes(record)
                record.unlink()
                (changes | step.pending_changes(record)).unlink()
                link.unlink()
        except Exception as error:  # Odoo has many ways to say that a record is in use
            link._leave(Reason('left_in_use', {'error': self._why_refused(error)}))

    def _why_refused(self, error):
        """Return why Odoo refused something as a sentence, never as the database says it."""
        if isinstance(error, psycopg2.Error):
            return database_sentence(self.env, error) or self.env._("other records refer to it.")
        return str(error.args[0] if error.args else error)

    def _stop_imports(self):
        """Forget the imports under way and what was still to be sent for them. What users saved stays."""
        self.schedule_ids.filtered('push_after_import').write({'position': 0, 'push_after_import': False})
        self.env['qbo.event'].search([('connection_id', '=', self.id), ('source', '=', 'import')]).unlink()
        changes = self.env['qbo.change'].search([('connection_id', '=', self.id), ('is_bulk', '=', True)])
        for res_model, rows in changes.grouped('res_model').items():
            known = [('res_model', '=', res_model), ('res_id', 'in', rows.mapped('res_id')), ('qbo_id', '!=', False)]
            links = self.env['qbo.link'].search([('qbo_company_id', '=', self.qbo_company_id.id), *known])
            linked = set(links.mapped('res_id'))
            rows.filtered(lambda row, linked=linked: row.res_id not in linked).unlink()

    def _taken_back(self, step, link, request):
        """Note that QuickBooks undid what the run had created there: the record is tied to nothing any more."""
        step.note_touched(link._mapping(), link.base_qbo or {}, {})
        text = self.env._("%(model)s %(name)s deleted in QuickBooks", model=link._noun(), name=link.name)
        if request.operation == 'update':
            text = self.env._("%(model)s %(name)s made inactive in QuickBooks", model=link._noun(), name=link.name)
        self._log('push', text, request_id=request.id)
        link.unlink()

    def _why_left(self, link, error):
        """Return the reason why QuickBooks did not undo what the run had created there."""
        if error.kind is errors.Kind.STALE:
            return Reason('left_changed_there')
        return explain(error, link)

    def _is_idle(self):
        """Return whether an import, and what is sent after it, is complete."""
        here, own = [('connection_id', '=', self.id)], [('qbo_company_id', '=', self.qbo_company_id.id)]
        return not (
            self.schedule_ids.filtered(lambda schedule: schedule.position or schedule.push_after_import)
            or self.env['qbo.event'].search_count([*here, ('source', '=', 'import')], limit=1)
            or self.env['qbo.change'].search_count([*here, ('is_bulk', '=', True)], limit=1)
            or self.env['qbo.link'].search_count([*own, ('undo', 'in', ('asked', 'sending'))], limit=1)
            or self.env['qbo.request']._pending(self)
        )


class QboLink(models.Model):
    _inherit = 'qbo.link'

    undo = fields.Selection(
        [('asked', "Asked"), ('sending', "On its Way"), ('left', "Left")],
        "Undoing",
        readonly=True,
        index='btree_not_null',
        help="Whether what a first run created for this link is undone.",
    )
    undo_reason = fields.Json("Why Left", readonly=True, help="Of what was not undone.")
    undo_note = fields.Char("Why Left, in Words", compute='_compute_undo_note')

    @api.depends('undo_reason')
    @api.depends_context('lang')
    def _compute_undo_note(self):
        for link in self:
            reason = Reason.of(link.undo_reason)
            link.undo_note = reason.text(self.env) if reason else False

    def _why_touched(self):
        """Return the reason why what the run created may not be undone, or None."""
        record = self._record()
        if not record:
            return Reason('left_deleted')
        if self.origin == 'qbo' and record.write_date.replace(microsecond=0) > self.synced_at:
            return Reason('left_changed_here')
        done = self.request_ids.filtered(lambda item: item.state == 'done')
        if self.origin == 'odoo' and done.mapped('operation') != ['create']:
            return Reason('left_changed')
        if self._step().pending_changes(record):
            return Reason('left_changed_here')
        return None

    def _leave(self, reason):
        """Note that something could not be undone."""
        self.write({'undo': 'left', 'undo_reason': reason.stored()})

    def _plan_taking_back(self):
        """Return the plan that ends what the run created: name lists become inactive, documents are deleted."""
        if self.entity in entities.LISTS:
            return self.base_odoo, 'update', {**self._version(), 'sparse': True, 'Active': False}
        return self.base_odoo, 'delete', self._version()
