from datetime import timedelta

from odoo import api, fields, models
from odoo.orm.models import NO_ACCESS

from ..connection.auth import MANAGER

KEEP_DAYS = 180
GC_LIMIT = 10_000


class QboLog(models.Model):
    """The activity log: what the synchronization did, in words a user understands."""

    _name = 'qbo.log'
    _description = "QuickBooks Activity"
    _check_company_auto = True
    _inherit = ['qbo.guard']
    _order = 'id desc'
    _rec_name = 'text'

    connection_id = fields.Many2one('qbo.connection', required=True, ondelete='cascade', index=True, readonly=True)
    company_id = fields.Many2one(related='connection_id.company_id', store=True, index=True)
    level = fields.Selection(
        [('info', "Done"), ('warning', "Warning"), ('error', "Error")], default='info', required=True, readonly=True
    )
    kind = fields.Selection(
        [
            ('push', "To QuickBooks"),
            ('pull', "From QuickBooks"),
            ('conflict', "Conflict"),
            ('connection', "Connection"),
        ],
        required=True,
        readonly=True,
    )
    text = fields.Char("Activity", required=True, readonly=True)
    link_id = fields.Many2one('qbo.link', ondelete='set null', index='btree_not_null', readonly=True)
    request_id = fields.Many2one('qbo.request', ondelete='set null', index='btree_not_null', readonly=True)
    details = fields.Json(
        readonly=True,
        groups=NO_ACCESS,
        help="What was changed: field, value so far, new one. Of a conflict: agreed value, both, and which one won.",
    )
    details_text = fields.Text("In Detail", compute='_compute_details_text', compute_sudo=True)

    @api.depends('details')
    @api.depends_context('uid')
    def _compute_details_text(self):
        """Both versions, for who may read the record; where that is deleted, for administrators."""
        readable, is_manager = self.link_id._readable(), self.env.user.has_group(MANAGER)
        self.details_text = False
        for log in self.filtered(lambda log: log.link_id in readable if log.link_id else is_manager):
            log.details_text = '\n'.join(map(log._detail_in_words, log.details or []))

    def _detail_in_words(self, row):
        """Return a line about one field: both versions of a conflict, else what was there and what came."""
        if 'outcome' not in row:
            return f"{row['field']}: {row.get('odoo') or '–'} → {row.get('qbo') or '–'}"
        return self.env._(
            "%(field)s: agreed “%(base)s”, Odoo “%(odoo)s”, QuickBooks “%(qbo)s” → %(outcome)s",
            **{key: row.get(key) or '' for key in ('field', 'base', 'odoo', 'qbo', 'outcome')},
        )

    def action_open_record(self):
        """Open the Odoo record that this line is about."""
        self.ensure_one()
        self._check_may('read')
        return self.link_id.action_open_record()

    @api.autovacuum
    def _gc_old(self):
        """Delete lines older than 180 days."""
        old = self.search([('create_date', '<', fields.Datetime.now() - timedelta(days=KEEP_DAYS))], limit=GC_LIMIT)
        old.unlink()
        return len(old), len(old) == GC_LIMIT
