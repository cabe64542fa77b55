from datetime import timezone

from odoo import api, fields, models

from ...qbo import entities, schedule

CRON = 'quickbooks_online.qbo_schedule_cron_'


class QboSchedule(models.Model):
    """A group of entity types that is pulled together: when, and up to where (the pull cursor)."""

    _name = 'qbo.schedule'
    _description = "QuickBooks Schedule"
    _check_company_auto = True
    _inherit = ['qbo.timed', 'qbo.guard']
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
            ('attachments', "Attachments: every 2 hours, at a quarter to"),
            ('lists', "Accounts, classes, taxes and preferences: every day at 4:00"),
        ],
        "Schedule",
        required=True,
        readonly=True,
    )
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
    import_of = fields.Char(readonly=True, help="The switch whose records alone are imported; empty: of all.")
    rest_of = fields.Char(readonly=True, help="The mapping of what is looked through for what Odoo alone has.")
    rest_after = fields.Integer(readonly=True, help="Its last record that was looked at.")
    paged_since = fields.Datetime(readonly=True)
    paged_until = fields.Datetime(readonly=True, help="Becomes the cursor when the paged pull is complete.")

    _unique_name = models.Constraint('UNIQUE(qbo_company_id, name)', "A QuickBooks company has each schedule once.")

    def action_run_now(self):
        """Pull this schedule now, whatever the clock says."""
        self._check_may('read')
        self.env['qbo.event']._append(self.sudo(), 'user')
        return self.env['qbo.connection']._toast(self.env._("QuickBooks will be asked in a moment."))

    # === THE CLOCK === #

    @api.model
    def _cron_pull(self, name):
        """Ask the engine of each connection whose time has come to pull. Commits; called by the scheduled actions.

        :param str name: the kind that is pulled, ``customers``
        """
        self._take_due(self.env.ref(f'{CRON}{name}'), [('name', '=', name)])

    def _cron(self):
        cron = self.env.ref(f'{CRON}{self.name}', raise_if_not_found=False)
        return (cron or self.env['ir.cron']).sudo()

    def _is_planned(self):
        return self.connection_id.state == 'connected' and self.connection_id.sync_on

    def _run_due(self):
        self.env['qbo.event']._append(self, 'schedule')

    def _next(self):
        """Return when this schedule runs next, as a naive UTC datetime (right across daylight saving)."""
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)
        return schedule.next_run(self.name, now, self.connection_id.tz).replace(tzinfo=None)

    def _entities(self, step):
        """Return the entity types that this schedule pulls; those of mappings are added where these are."""
        return ['Preferences', *entities.REFERENCE_LISTS] if self.name == 'lists' else []
