"""What the page Overview shows of a connection: how it is, what needs attention, and how much was moved."""

import json
from datetime import timedelta

from odoo import api, fields, models

from ...qbo import throttle

PLOT_DAYS = 30


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    held_count = fields.Integer("On Hold", compute='_compute_health_counts', compute_sudo=True)
    is_in_sync = fields.Boolean(compute='_compute_is_in_sync', compute_sudo=True)
    sync_text = fields.Char(compute='_compute_is_in_sync', compute_sudo=True)
    differs_count = fields.Integer("Differences", compute='_compute_health_counts', compute_sudo=True)
    conflict_count = fields.Integer("Conflicts", compute='_compute_health_counts', compute_sudo=True)
    dismissed_count = fields.Integer("Dismissed", compute='_compute_health_counts', compute_sudo=True)
    unanswered_count = fields.Integer("Unanswered Requests", compute='_compute_usage', compute_sudo=True)
    calls_last_minute = fields.Integer("Calls in the Last Minute", compute='_compute_usage', compute_sudo=True)
    calls_limit = fields.Integer("Calls Allowed in a Minute", compute='_compute_usage', compute_sudo=True)
    activity_plot = fields.Text(compute='_compute_activity_plot', compute_sudo=True)
    error_group_ids = fields.One2many('qbo.error.group', 'connection_id', "Errors by Cause")

    # === COMPUTE METHODS === #

    def _compute_health_counts(self):
        links = self.env['qbo.link']
        here = [('qbo_company_id', 'in', self.qbo_company_id.ids), ('mode', '!=', 'never')]
        differs = dict(links._read_group([*here, ('state', '=', 'differs')], ['qbo_company_id'], ['__count']))
        error = [*here, ('state', '=', 'error')]
        conflicts = [*error, ('error_fix', '=', 'conflict'), ('dismissed', '=', False)]
        conflicts = dict(links._read_group(conflicts, ['qbo_company_id'], ['__count']))
        held = [*here, ('is_held', '=', True), ('dismissed', '=', False)]
        held = dict(links._read_group(held, ['qbo_company_id'], ['__count']))
        dismissed = dict(links._read_group([*error, ('dismissed', '=', True)], ['qbo_company_id'], ['__count']))
        for connection in self:
            connection.held_count = held.get(connection.qbo_company_id, 0)
            connection.differs_count = differs.get(connection.qbo_company_id, 0)
            connection.conflict_count = conflicts.get(connection.qbo_company_id, 0)
            connection.dismissed_count = dismissed.get(connection.qbo_company_id, 0)

    def _compute_is_in_sync(self):
        """Both sides are in sync where nothing is open: no error, nothing on hold, on its way or different."""
        for connection in self:
            open_items = [
                (connection.error_count, self.env._("errors: %s", connection.error_count)),
                (connection.held_count, self.env._("on hold: %s", connection.held_count)),
                (connection.differs_count, self.env._("different: %s", connection.differs_count)),
                (connection.pending_count, self.env._("pending: %s", connection.pending_count)),
            ]
            left = [text for count, text in open_items if count]
            stopped = connection._pause_text() or (
                connection.state != 'connected' and self.env._("Nothing goes to QuickBooks now.")
            )
            connection.is_in_sync = not left and not stopped and connection.proof_state not in ('differs', 'failed')
            if connection.is_in_sync:
                connection.sync_text = self.env._("In sync with %s", connection.company_id.name)
            elif left:
                connection.sync_text = self.env._("Not in sync: %s", ", ".join(left))
            else:
                connection.sync_text = stopped or self.env._("The books of both sides differ.")

    def _compute_usage(self):
        """Intuit counts calls a minute (qbo-api 3); they are in the trace."""
        requests = self.env['qbo.request']
        for connection in self:
            connection.unanswered_count = len(requests._unanswered(connection))
            connection.calls_last_minute = len(requests._sent_times(connection))
            connection.calls_limit = throttle.LIMITS[1].count

    def _compute_activity_plot(self):
        """Return, as JSON, how many records were sent, imported and refused on each of the last days."""
        for connection in self:
            today = connection._today()
            days = [today - timedelta(days=ago) for ago in reversed(range(PLOT_DAYS))]
            counts = connection._activity_by_day(days[0])
            series = [
                {'key': label, 'color': color, 'values': [counts.get((name, day), 0) for day in days]}
                for name, label, color in (
                    ('push', self.env._("Sent to QuickBooks"), 'success'),
                    ('pull', self.env._("Imported from QuickBooks"), 'info'),
                    ('error', self.env._("Errors"), 'danger'),
                )
            ]
            labels = [fields.Date.to_string(day) for day in days]
            connection.activity_plot = json.dumps({'days': labels, 'series': series})

    def _activity_by_day(self, since):
        """Return ``{('push', 'pull' or 'error', day): lines of the activity log}``."""
        domain = [
            ('connection_id', '=', self.id),
            ('kind', 'in', ('push', 'pull')),
            ('create_date', '>=', since - timedelta(days=1)),  # days begin elsewhere on the company's clock
        ]
        counts = {}
        for kind, level, day, count in (
            self.env['qbo.log']
            .with_context(tz=self.tz)
            ._read_group(domain, ['kind', 'level', 'create_date:day'], ['__count'])
        ):
            key = ('error' if level == 'error' else kind, day.date())
            counts[key] = counts.get(key, 0) + count
        return counts

    # === ACTION METHODS === #

    @api.model
    def action_overview(self):
        """Open the page Overview: of the only connection, or the list of those of the selected companies."""
        action = self.env['ir.actions.act_window']._for_xml_id('quickbooks_online.qbo_health_action')
        connections = self.search([], limit=2)
        if len(connections) == 1:
            action.update(connections._health_form())
        return action

    def action_health(self):
        """Open the page Overview of this connection."""
        self.ensure_one()
        self._check_may('read')
        action = self.env['ir.actions.act_window']._for_xml_id('quickbooks_online.qbo_health_action')
        return {**action, **self._health_form()}

    def _health_form(self):
        view = self.env.ref('quickbooks_online.qbo_health_view_form')
        return {'res_id': self.id, 'view_mode': 'form', 'views': [(view.id, 'form')]}

    def action_view_settings(self):
        """Open the connection with all that can be chosen."""
        self.ensure_one()
        self._check_may('read')
        action = self.env['ir.actions.act_window']._for_xml_id('quickbooks_online.qbo_connection_action')
        view = self.env.ref('quickbooks_online.qbo_connection_view_form')
        return {**action, 'res_id': self.id, 'view_mode': 'form', 'views': [(view.id, 'form')]}

    def action_retry_all(self):
        """Try everything again that failed, conflicts aside: a person decides those."""
        self.ensure_one()
        self._check_may('read')
        return self.error_group_ids.action_retry()

    def action_pull_all(self):
        """Ask QuickBooks for its news now, whatever the clock says."""
        self._check_may('read')
        self._check_connected()
        return self.schedule_ids.action_run_now()
