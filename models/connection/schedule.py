from datetime import timezone

from odoo import api, fields, models

from ...qbo import entities, schedule

# What Pool Office Manager promises (seed pool-office-manager), and lists each night, as the interval shown in
# Scheduled Actions.
INTERVALS = {
    'customers': (2, 'hours'),
    'products': (1, 'hours'),
    'services': (1, 'months'),
    'documents': (15, 'minutes'),
    'lists': (1, 'days'),
}


class QboSchedule(models.Model):
    """A group of entity types that is pulled together: when, and up to where (the pull cursor)."""

    _name = 'qbo.schedule'
    _description = "QuickBooks Schedule"
    _order = 'id'

    qbo_company_id = fields.Many2one('qbo.company', required=True, ondelete='cascade', index=True, readonly=True)
    connection_id = fields.Many2one(related='qbo_company_id.connection_id')
    company_id = fields.Many2one(related='qbo_company_id.company_id', store=True, index=True)
    name = fields.Selection(
        [
            ('customers', "Customers: every 2 hours, on the hour"),
            ('products', "Products: every hour, at half past"),
            ('services', "Service types: on the 1st of the month"),
            ('documents', "Documents: every 15 minutes"),
            ('lists', "Accounts, classes, taxes and preferences: every day at 4:00"),
        ],
        "Schedule",
        required=True,
        readonly=True,
    )
    cron_id = fields.Many2one('ir.cron', readonly=True, ondelete='restrict', groups='base.group_system')
    next_run = fields.Datetime(compute='_compute_next_run', compute_sudo=True)
    last_run = fields.Datetime(readonly=True)
    cursor = fields.Datetime("Pulled up to", readonly=True, help="QuickBooks' own clock, at the last complete pull.")
    position = fields.Integer(
        readonly=True, help="Of a paged pull, the next row of the type under way; 0 when no paged pull is under way."
    )
    paged_entity = fields.Char(
        readonly=True, help="The type under way: the pages of one are read before the next one's."
    )
    page_size = fields.Integer(readonly=True, help="Smaller while QuickBooks cannot give a whole page.")
    push_after_import = fields.Boolean(readonly=True, help="What is in Odoo only goes out when the import is complete.")
    paged_since = fields.Datetime(readonly=True)
    paged_until = fields.Datetime(readonly=True, help="Becomes the cursor when the paged pull is complete.")

    _unique_name = models.Constraint('UNIQUE(qbo_company_id, name)', "A QuickBooks company has each schedule once.")

    @api.depends('cron_id.nextcall')
    def _compute_next_run(self):
        for record in self:
            record.next_run = record.cron_id.active and record.cron_id.nextcall

    @api.model_create_multi
    def create(self, vals_list):
        schedules = super().create(vals_list)
        for record in schedules:
            record.sudo().cron_id = record._create_cron()
        return schedules

    def unlink(self):
        crons = self.sudo().cron_id
        result = super().unlink()
        crons.unlink()
        return result

    def action_run_now(self):
        """Pull this schedule now, whatever the clock says."""
        self.check_access('read')
        self.env['qbo.event']._append(self.sudo(), 'user')
        return self.env['qbo.connection']._toast(self.env._("QuickBooks will be asked in a moment."))

    def _create_cron(self):
        number, unit = INTERVALS[self.name]
        return (
            self.env['ir.cron']
            .sudo()
            .create(
                {
                    'name': f"QuickBooks: pull {self.name} ({self.connection_id.company_id.name})",
                    'model_id': self.env['ir.model']._get_id('qbo.schedule'),
                    'state': 'code',
                    'code': f'model.browse({self.id})._cron_tick()',
                    'interval_number': number,
                    'interval_type': unit,
                    'nextcall': self._next(),
                    'user_id': self.env.ref('base.user_root').id,
                    'active': False,
                }
            )
        )

    def _cron_tick(self):
        """Ask the connection's engine to pull. Called by the scheduled action, by hand as well as by the clock."""
        if self.connection_id.state == 'connected' and self.connection_id.sync_on:
            self.env['qbo.event']._append(self, 'schedule')

    def _replan(self):
        """Move the scheduled actions to the next time of their schedules; one that runs right now does so itself."""
        for record in self:
            record.cron_id.try_lock_for_update(allow_referencing=True).nextcall = record._next()

    def _next(self):
        """Return when this schedule runs next, as a naive UTC datetime (right across daylight saving)."""
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)
        at = schedule.next_run(self.name, now, self.connection_id.tz or 'UTC')
        return at.astimezone(timezone.utc).replace(tzinfo=None)

    def _entities(self, step):
        """Return the entity types that this schedule pulls; those of mappings are added where these are."""
        return ['Preferences', *entities.REFERENCE_LISTS] if self.name == 'lists' else []
