"""The first run: start, watch, pause, cancel, undo. The engine does the work; here it is begun and counted."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

RATE_OVER_S = 60
SETTLED = ('synced', 'differs')
BATCH = 500
UNTOUCHED = ('leave', 'undecided')


class QboSetupItem(models.Model):
    _inherit = 'qbo.setup.item'

    def _prepare_links(self):
        """Give each row that is created or linked its link, so that its progress can be followed.

        Those of the comparison exist already, where it decided more than the engine would by itself.
        """
        connection = self.setup_id.connection_id
        links = self.env['qbo.link'].sudo()
        by_key = {}
        for link in links.search([('qbo_company_id', '=', connection.qbo_company_id.id)]):
            by_key[link.res_model, link.res_id, link.entity] = by_key[link.entity, link.qbo_id] = link
        followed = self.filtered(lambda item: item.what not in UNTOUCHED and item.kind != 'taxes')
        missing = followed.filtered(lambda item: item._link_key() not in by_key)
        for some in split_every(BATCH, missing, list):
            for item, link in zip(some, links.create([item._link_vals(connection) for item in some]), strict=True):
                by_key[item._link_key()] = link
        for item in followed:
            item.link_id = by_key[item._link_key()]

    def _link_key(self):
        return (self.res_model, self.res_id, self.entity) if self.res_id else (self.entity, self.qbo_id)

    def _link_vals(self, connection):
        vals = {
            'qbo_company_id': connection.qbo_company_id.id,
            'res_model': self.res_model,
            'name': self.name,
            'entity': self.entity,
        }
        return {**vals, 'res_id': self.res_id} if self.res_id else {**vals, 'qbo_id': self.qbo_id}

    def _outcome(self):
        """Return in words what became of this row."""
        link = self.link_id
        if self.setup_id.run_state == 'undone':
            return link.undo_note if link.undo == 'left' else self.env._("Undone") if not link else False
        if link.state in SETTLED:
            return self.env._("Done")
        return link.error


class QboSetup(models.Model):
    _inherit = 'qbo.setup'

    run_state = fields.Selection(
        [
            ('none', "Not started"),
            ('running', "Running"),
            ('paused', "Paused"),
            ('done', "Done"),
            ('canceled', "Canceled"),
            ('undoing', "Undoing"),
            ('undone', "Undone"),
        ],
        "First Run",
        default='none',
        required=True,
        readonly=True,
    )
    started_at = fields.Datetime(readonly=True)
    ended_at = fields.Datetime(readonly=True)
    report = fields.Text(compute='_compute_report', compute_sudo=True)

    # === ACTION METHODS === #

    def action_save_and_sync(self):
        """Do what the preview says: switch the kinds on and have the engine compare, create and link."""
        self.ensure_one()
        self._check_may('write')
        connection = self.connection_id
        connection._check_connected()
        if self.step != 'preview':
            raise UserError(self.env._("Look at the preview first."))
        self._check_ready()
        self._check_needs()
        if self.want_products or self.want_billing:
            self._check_taxes()
            self._apply_taxes()
        self.env['qbo.match'].sudo()._carry_out(connection.sudo())
        self.item_ids.sudo()._prepare_links()
        self._switch_kinds_on()
        self.sudo().write(
            {'step': 'watch', 'run_state': 'running', 'started_at': fields.Datetime.now(), 'ended_at': False}
        )
        return True

    def _switch_kinds_on(self):
        connection = self.connection_id
        connection.sudo().sync_on = True
        if self.want_customers:
            connection._switch_on('sync_customers', 'customers')
        if self.want_products:
            connection._switch_on('sync_products', 'products')
        if self.want_billing:
            connection._switch_on('sync_billing', 'documents', billing_since=fields.Datetime.now())

    def action_pause(self):
        """Hold the run after the record that is under way."""
        self._check_run('running')
        self.connection_id.action_switch_off()
        self.sudo().run_state = 'paused'
        return True

    def action_resume(self):
        """Go on with the run."""
        self._check_run('paused')
        self.connection_id.action_switch_on()
        self.sudo().run_state = 'running'
        return True

    def action_cancel(self):
        """End the run and synchronize nothing from now on. What is done stays, until it is undone."""
        self._check_run('running', 'paused')
        connection = self.connection_id
        connection.sudo()._stop_imports()
        connection.sudo().write(
            {'sync_customers': False, 'sync_products': False, 'sync_billing': False, 'sync_on': True}
        )
        self._end('canceled', self.env._("The first run was canceled. Nothing is synchronized now."))
        return True

    def action_undo(self):
        """Take back what the run created and nobody has touched since, on the side where it was created."""
        self._check_run('done', 'canceled')
        connection = self.connection_id.sudo()
        self._switch_kinds_for_undo()
        self.sudo().run_state = 'undoing'
        links = self.item_ids.filtered(lambda item: item.what in ('create_qbo', 'create_odoo')).sudo().link_id
        connection._ask_to_take_back(links.filtered('qbo_id'))
        return True

    def _switch_kinds_for_undo(self):
        """Switch on what the run had on: the engine takes nothing back of what is switched off."""
        wants = {'sync_customers': self.want_customers, 'sync_products': self.want_products}
        self.connection_id.sudo().write({**wants, 'sync_billing': self.want_billing, 'sync_on': True})

    def action_begin_again(self):
        """Go through the steps once more, for what is not linked yet."""
        self._check_run('done', 'canceled', 'undone')
        self.sudo().write({'step': 'readiness', 'run_state': 'none'})
        return True

    def action_view_log(self):
        """Open the activity log of this connection."""
        self.ensure_one()
        self._check_may('read')
        action = self.env['ir.actions.act_window']._for_xml_id('quickbooks_online.qbo_log_action')
        action['domain'] = [('connection_id', '=', self.connection_id.id)]
        return action

    def action_view_errors(self):
        """List the records of this connection that need a decision."""
        self.ensure_one()
        self._check_may('read')
        return self.connection_id.with_context(qbo_filter='error').action_view_links()

    def action_view_left(self):
        """List what could not be undone, and why."""
        self.ensure_one()
        self._check_may('read')
        return self._action_items([('link_id.undo', '=', 'left')])

    def _check_run(self, *states):
        self.ensure_one()
        self._check_may('write')
        if self.run_state not in states:
            raise UserError(self.env._("The run has moved on meanwhile. Reload the page."))

    # === WATCHING === #

    def progress(self):
        """Return where the run stands: ``{'state', 'kinds': [{'label', 'total', 'done', 'failed', 'held'}], …}``.

        ``rate`` is records per minute over the last minute, ``minutes_left`` follows from it; False: not known yet.
        """
        self.ensure_one()
        self._check_may('read')
        setup = self.sudo()
        if setup.task:
            pause = setup.connection_id._pause_text()
            bars = [setup._task_progress()]
            return {'state': 'reading', 'kinds': bars, 'rate': 0, 'minutes_left': False, 'pause': pause}
        kinds = [setup._kind_progress(kind, label) for kind, label in setup._kinds()]
        left = sum(row['total'] - row['done'] - row['failed'] - row['held'] for row in kinds)
        rate = setup._rate()
        minutes = left / rate if rate and setup.run_state == 'running' else False
        return {'state': setup.run_state, 'kinds': kinds, 'rate': round(rate), 'minutes_left': minutes}

    def _kinds(self):
        """Return ``[(kind, label)]`` of what the run works on: taxes are done before it begins."""
        wants = {
            'customers': self.want_customers,
            'products': self.want_products,
            'documents': self.want_billing,
            'purchases': self.want_purchases,
        }
        labels = self.env['qbo.setup.item']._fields['kind']._description_selection(self.env)
        return [(kind, label) for kind, label in labels if wants.get(kind)]

    def _kind_progress(self, kind, label):
        followed = [('setup_id', '=', self.id), ('kind', '=', kind), ('what', 'not in', UNTOUCHED)]

        def count(*domain):
            return self.env['qbo.setup.item'].search_count([*followed, *domain])

        total = count()
        waits = '&', ('link_id.state', '=', 'pending'), ('link_id.error_code', '!=', False)
        if self.run_state in ('undoing', 'undone'):
            taken = [('what', 'in', ('create_qbo', 'create_odoo'))]
            total, done, failed = (
                count(*taken),
                count(*taken, ('link_id', '=', False)),
                count(('link_id.undo', '=', 'left')),
            )
            return {'kind': kind, 'label': label, 'total': total, 'done': done, 'failed': failed, 'held': 0}
        return {
            'kind': kind,
            'label': label,
            'total': total,
            'done': count(('link_id.state', 'in', SETTLED)),
            'failed': count(('link_id.state', '=', 'error'), ('link_id.is_held', '=', False)),
            'held': count('|', ('link_id.is_held', '=', True), *waits),
        }

    def _rate(self):
        """Return how many records a minute are done now."""
        now = fields.Datetime.now()
        over_s = min(RATE_OVER_S, max((now - (self.started_at or now)).total_seconds(), 1))
        since = now - timedelta(seconds=over_s)
        done = self.env['qbo.link'].search_count(
            [('qbo_company_id', '=', self.qbo_company_id.id), ('synced_at', '>=', since), ('state', 'in', SETTLED)]
        )
        return done * 60 / over_s

    # === ENDING === #

    @api.model
    def _end_runs(self, connection):
        """End the run of a connection whose engine has nothing left to do. Called by the engine."""
        setup = self.sudo().search([('connection_id', '=', connection.id), ('run_state', 'in', ('running', 'undoing'))])
        if not setup or not connection._is_idle():
            return
        if setup.run_state == 'running':
            setup._end('done', self.env._("The first run is done."))
        else:
            setup._end_undo()

    def _end_undo(self):
        """Switch off what was switched on, and untie the records that the run had tied."""
        connection = self.connection_id.sudo()
        connection.write({'sync_customers': False, 'sync_products': False, 'sync_billing': False})
        linked = self.item_ids.filtered(lambda item: item.what in ('link', 'update_qbo', 'update_odoo'))
        linked.link_id.unlink()
        self._end('undone', self.env._("The first run was undone. Nothing is synchronized now."))

    def _end(self, state, text):
        self.sudo().write({'run_state': state, 'ended_at': fields.Datetime.now()})
        self.connection_id._log('connection', text)

    @api.depends('run_state')
    def _compute_report(self):
        for setup in self:
            setup.report = setup._report() if setup.run_state in ('done', 'canceled', 'undone') else False

    def _report(self):
        """Return in words what the run did, a line a kind."""
        is_undone = self.run_state == 'undone'
        template = self.env._("%(kind)s: %(done)s of %(total)s done")
        failed, held = self.env._("to decide: %s"), self.env._("waiting: %s")
        if is_undone:
            template, failed = self.env._("%(kind)s: %(done)s of %(total)s undone"), self.env._("left: %s")
        lines = []
        for kind, label in self._kinds():
            row = self._kind_progress(kind, label)
            more = [text % row[name] for name, text in (('failed', failed), ('held', held)) if row[name]]
            lines.append(", ".join([template % {**row, 'kind': label}, *more]) + ".")
        return '\n'.join(lines)


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    def _rest(self):
        self.env['qbo.setup']._end_runs(self)
        return super()._rest()
