from odoo import api, models


class IrCron(models.Model):
    _inherit = 'ir.cron'

    @api.model
    def _reschedule_later(self, job):
        """Keep schedules and closing times on their hour of the company's own clock; an interval drifts at daylight
        saving."""
        result = super()._reschedule_later(job)
        for model in ('qbo.schedule', 'qbo.store'):
            planned = self.env[model].sudo().search([('cron_id', '=', job['id'])])
            if planned:
                planned.cron_id.nextcall = planned._next()
        return result
