"""Metered reads: how many the month will bring, who is told before they run out, and what goes on without them.

Intuit counts what is read (queries, CDC, reports) a month and app, writes never (qbo-api 3, App Partner Program).
"""

from calendar import monthrange
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.date_utils import start_of

READS_FREE = 500_000
"""What Intuit's free tier allows in a month (qbo-api 3)."""
WARN_AT = (70, 85)
"""Percent of the month's reads at which administrators are told, each once a month."""
SLOW_AT = WARN_AT[-1]
AVERAGE_DAYS = 7
PAUSE = timedelta(hours=1)
SLOWER = {
    'documents': timedelta(hours=1),
    'products': timedelta(hours=4),
    'attachments': timedelta(hours=12),
    'customers': timedelta(hours=12),
}
"""How long a schedule rests near the limit, at least."""


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    reads_limit = fields.Integer(
        "Metered Reads Allowed in a Month",
        default=READS_FREE,
        help="What Intuit allows your app in a month: 500,000 in its free tier, for all companies that use the same "
        "client ID. 0 where it is not metered. Near it the schedules slow down. What is sent is never metered.",
    )
    reads_this_month = fields.Integer("Metered Reads This Month", compute='_compute_reads', compute_sudo=True)
    reads_forecast = fields.Integer("Expected by the End of the Month", compute='_compute_reads', compute_sudo=True)
    reads_percent = fields.Integer("Percent of the Metered Reads", compute='_compute_reads', compute_sudo=True)
    reads_warned = fields.Char(readonly=True, copy=False, help="The last warning: month and percent, 2026-11 85.")
    reads_paused_until = fields.Datetime("Reading Pauses Until", readonly=True, copy=False)

    @api.depends('client_id', 'reads_limit')
    def _compute_reads(self):
        """Count what all connections of the same app have read: Intuit does."""
        now = fields.Datetime.now()
        month = start_of(now, 'month')
        for connection in self:
            so_far = connection._reads_since(month)
            since = max(month, now - timedelta(days=AVERAGE_DAYS))
            a_second = connection._reads_since(since) / max((now - since).total_seconds(), 1)
            ends = month + timedelta(days=monthrange(now.year, now.month)[1])
            connection.reads_this_month = so_far
            connection.reads_forecast = so_far + round(a_second * (ends - now).total_seconds())
            limit = connection.reads_limit
            connection.reads_percent = so_far * 100 // limit if limit else 0

    def _reads_since(self, since):
        """Return how many reads Intuit counted for this connection's app since a naive UTC datetime."""
        companies = self.sudo().search([('client_id', '=', self.client_id)]).qbo_company_id
        domain = [('qbo_company_id', 'in', companies.ids), ('operation', '=', 'read'), ('sent_at', '>=', since)]
        return self.env['qbo.request'].sudo().search_count(domain)

    def _is_near_reads_limit(self):
        return self.reads_percent >= SLOW_AT

    def _warn_of_reads(self):
        """Tell the administrators once a month that 70, and once that 85 percent of the month's reads are used."""
        due = max((percent for percent in WARN_AT if self.reads_percent >= percent), default=0)
        mark = f'{self._today():%Y-%m} {due:02}'
        if not due or (self.reads_warned or '') >= mark:
            return
        self.reads_warned = mark
        text = self.env._(
            "%(percent)s%% of the %(limit)s reads that Intuit allows your app this month are used. At this pace the "
            "month ends with %(forecast)s. What is sent is not counted, and goes on.",
            percent=self.reads_percent,
            limit=self.reads_limit,
            forecast=self.reads_forecast,
        )
        if self._is_near_reads_limit():
            text += ' ' + self.env._("Until then QuickBooks is asked for its news less often.")
        self._log('connection', text, level='warning')
        self._tell_administrators(self.env._("QuickBooks reads of this month"), text)

    # === PAUSE === #

    def _may_read(self):
        """Return whether QuickBooks may be asked for news now; while that pauses, wake the engine when it is over."""
        if self.reads_paused_until and self.reads_paused_until > fields.Datetime.now():
            self._wake(self.reads_paused_until)
            return False
        return True

    def _pause_reads(self, text):
        """Ask QuickBooks nothing for an hour; what people save goes on to it.

        :param str text: why
        """
        if not self.reads_paused_until:
            self._log('connection', text, level='warning')
        self.reads_paused_until = fields.Datetime.now() + PAUSE
        self._wake(self.reads_paused_until)

    # === AND GOING ON === #

    def _first_steps(self, step):
        return [self._resume_lost, *super()._first_steps(step)]

    def _resume_lost(self):
        """Look again at what waits for reading, once that is possible. Return how many records."""
        if not self.reads_paused_until or not self._may_read():
            return 0
        here = [('qbo_company_id', '=', self.qbo_company_id.id), ('state', '=', 'pending')]
        links = self.env['qbo.link'].search([*here, ('error_code', '=', 'lost_unread')])
        if links:
            self.reads_paused_until = False
            links._compare_again(self)
        return len(links)


class QboSchedule(models.Model):
    _inherit = 'qbo.schedule'

    def _run_due(self):
        self.connection_id._warn_of_reads()
        return super()._run_due()

    def _next(self):
        """Near the limit of the month's reads, rest longer."""
        soonest = super()._next()
        rest = SLOWER.get(self.name)
        if not rest or not self.connection_id.sudo()._is_near_reads_limit():
            return soonest
        return max(soonest, fields.Datetime.now() + rest)
