from odoo import api, fields, models


class QboEvent(models.Model):
    """The inbox: each row says "QuickBooks may have news, pull this schedule".

    A tick of the clock, a webhook and a press on *Run now* all append one; the engine deletes the rows it saw
    once their pull is done. As with the outbox, rows are only inserted, so a webhook never waits for a pull.
    """

    _name = 'qbo.event'
    _description = "News from QuickBooks"
    _order = 'id'

    connection_id = fields.Many2one('qbo.connection', required=True, ondelete='cascade', index=True, readonly=True)
    schedule_id = fields.Many2one('qbo.schedule', required=True, ondelete='cascade', readonly=True)
    source = fields.Selection(
        [
            ('schedule', "Schedule"),
            ('webhook', "Webhook"),
            ('user', "User"),
            ('import', "Import"),
            ('refusal', "Refusal"),
        ],
        required=True,
        readonly=True,
    )

    @api.model
    def _append(self, schedules, source):
        """Ask the engine to pull ``schedules`` soon. Inserts in the caller's transaction.

        :param str source: why: ``schedule``, ``webhook``, ``user``, ``refusal`` (of a write) or ``import``
            (everything, not only changes)
        """
        self.sudo().create(
            [
                {'connection_id': schedule.connection_id.id, 'schedule_id': schedule.id, 'source': source}
                for schedule in schedules
            ]
        )
        schedules.connection_id._wake()
