from odoo import api, fields, models
from odoo.tools import SQL

from ..connection.reason import CHECKS
from .hold import PASSING

FIXED_TOGETHER = ('reactivate',)  # what may be fixed for many records without looking at each
DECIDED_ONE_BY_ONE = ('conflict', 'create_again', 'link_existing', 'lost', 'meet', 'send_as')


class QboErrorGroup(models.Model):
    """The records of a connection that failed for the same cause: what an administrator fixes at once."""

    _name = 'qbo.error.group'
    _description = "QuickBooks Errors of One Cause"
    _inherit = ['qbo.guard']
    _auto = False
    _order = 'count desc, id desc'
    _depends = {
        'qbo.link': (
            'qbo_company_id',
            'company_id',
            'dismissed',
            'entity',
            'error_code',
            'error_fix',
            'mode',
            'state',
            'waits_for_id',
        ),
        'qbo.connection': ('qbo_company_id',),
    }

    connection_id = fields.Many2one('qbo.connection', readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    entity = fields.Char("QuickBooks Type", readonly=True)
    error_code = fields.Char("Code", readonly=True)
    error_fix = fields.Char(readonly=True)
    state = fields.Selection([('error', "Error"), ('held', "On hold")], readonly=True)
    count = fields.Integer("Records", readonly=True, aggregator='sum')
    link_id = fields.Many2one('qbo.link', "Latest Record", readonly=True)
    what = fields.Char(compute='_compute_what', compute_sudo=True)
    error = fields.Text("What Happened and What to Do", compute='_compute_what', compute_sudo=True)
    can_retry = fields.Boolean(compute='_compute_what', compute_sudo=True)

    @property
    def _table_query(self):
        """Errors, and what is on hold: :func:`on_hold`, and what waits for an error."""
        query = """
            SELECT max(link.id) AS id, max(link.id) AS link_id, connection.id AS connection_id, link.company_id,
                   link.entity, link.error_code, link.error_fix, count(*) AS count,
                   CASE WHEN link.state = 'error' AND COALESCE(link.error_code, '') NOT IN %(checks)s THEN 'error'
                        ELSE 'held' END AS state
              FROM qbo_link AS link
              JOIN qbo_connection AS connection USING (qbo_company_id)
              LEFT JOIN qbo_link AS cause ON cause.id = link.waits_for_id
             WHERE link.mode != 'never' AND link.dismissed IS NOT TRUE
                   AND (link.state = 'error' OR (link.state = 'pending' AND (
                       (link.error_code IS NOT NULL AND link.error_code NOT IN %(passing)s) OR cause.state = 'error'
                   )))
             GROUP BY connection.id, link.company_id, link.entity, link.error_code, link.error_fix, link.state
        """
        return SQL(query, passing=PASSING, checks=tuple(sorted(CHECKS)))

    @api.depends_context('lang')
    def _compute_what(self):
        for group in self:
            group.what = group.link_id._noun()
            is_stopped = group.link_id.state == 'error'
            group.can_retry = is_stopped and group.error_fix not in ('conflict', 'create_again')
            group.error = group.link_id.error
            if group.count > 1:
                group.error = self.env._("%(error)s (%(more)s more like this)", error=group.error, more=group.count - 1)

    # === ACTION METHODS === #

    def action_fix(self):
        """Fix what can be fixed for all at once; else open the record, or the list of them, to be fixed."""
        self.ensure_one()
        self._check_may('read')
        if self.error_fix in FIXED_TOGETHER:
            for link in self._links():
                link.action_reactivate()
            return self._done(self.env._("They will be in QuickBooks in a moment."))
        if self.count > 1 and not self.link_id._has_shared_way():
            return self.action_view()
        return self.link_id._go_straight()

    def action_retry(self):
        """Try the records of these groups again."""
        self._check_may('read')
        self.filtered('can_retry')._links()._readable().action_retry()
        return self._done(self.env._("They are tried again now."))

    def action_dismiss(self):
        """Do not count the errors of these groups any more, until their records fail again."""
        self._check_may('read')
        return self._links().action_dismiss()

    def action_view(self):
        """List the records of this group."""
        self.ensure_one()
        self._check_may('read')
        action = self.env['ir.actions.act_window']._for_xml_id('quickbooks_online.qbo_link_action_errors')
        return {**action, 'domain': [('id', 'in', self._links().ids)], 'context': {}}

    # === BUSINESS METHODS === #

    def _links(self):
        """Return the links of these groups."""
        links = self.env['qbo.link']
        for group in self:
            links |= links.search(
                [
                    ('qbo_company_id', '=', group.connection_id.qbo_company_id.id),
                    ('state', '=', group.link_id.sudo().state),
                    ('mode', '!=', 'never'),
                    ('dismissed', '=', False),
                    *((name, '=', group[name]) for name in ('entity', 'error_code', 'error_fix')),
                ]
            ).filtered(lambda link, state=group.state: link.shown_state == state)
        return links

    def _done(self, text):
        reload = {'type': 'ir.actions.client', 'tag': 'soft_reload'}
        return self.env['qbo.connection']._toast(text, next=reload)


class QboLink(models.Model):
    _inherit = 'qbo.link'

    def action_dismiss(self):
        """Do not count these errors any more, until their records fail again."""
        self.check_access('read')
        self.connection_id._check_may('write')
        self.sudo().filtered(lambda link: link.state == 'error').dismissed = True
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}
