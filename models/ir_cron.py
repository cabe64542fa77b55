from odoo import api, models


class IrCron(models.Model):
    _inherit = 'ir.cron'

    @api.model
    def _reschedule_later(self, job):
        """Keep a QuickBooks schedule on its hour of the company's own clock; an interval drifts at daylight saving."""
        result = super()._reschedule_later(job)
        schedule = self.env['qbo.schedule'].sudo().search([('cron_id', '=', job['id'])])
        if schedule:
            schedule.cron_id.nextcall = schedule._next()
        return result
