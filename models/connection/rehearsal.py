"""What Intuit asks to have been tried with a development company before it gives out production keys."""

from odoo import fields, models

KINDS = [
    ('connect', "Connect"),
    ('disconnect', "Disconnect"),
    ('reconnect', "Connect again"),
    ('expired', "Go on after the access token has expired"),
    ('webhook', "Take a webhook call"),
]


class QboRehearsal(models.Model):
    """When something was done for the last time with a company that is not a real one."""

    _name = 'qbo.rehearsal'
    _description = "Rehearsal for QuickBooks Production Keys"
    _inherit = ['qbo.guard']
    _check_company_auto = True
    _order = 'id'

    connection_id = fields.Many2one('qbo.connection', required=True, ondelete='cascade', readonly=True)
    company_id = fields.Many2one(related='connection_id.company_id', store=True, index=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    environment = fields.Char(required=True, readonly=True)
    done_at = fields.Datetime(required=True, readonly=True)

    _unique_kind = models.Constraint('UNIQUE(connection_id, kind)', "Each step of the rehearsal is noted once.")


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    rehearsal_ids = fields.One2many('qbo.rehearsal', 'connection_id', groups='base.group_system')

    def _rehearsed(self, kind):
        """Note that this was done, unless with a real company: it has no need of that any more.

        :param str kind: a key of ``KINDS``
        """
        now = fields.Datetime.now()
        for connection in self.sudo().filtered(lambda connection: connection.environment != 'production'):
            vals = {'environment': connection.environment, 'done_at': now}
            known = connection.rehearsal_ids.filtered(lambda row: row.kind == kind)
            # Once an hour is enough: a webhook call of many waits for no other.
            if (
                known
                and known.environment == connection.environment
                and known.done_at > fields.Datetime.subtract(now, hours=1)
            ):
                continue
            if known:
                known.write(vals)
            else:
                self.env['qbo.rehearsal'].sudo().create({'connection_id': connection.id, 'kind': kind, **vals})

    def _connected(self, realm_id, tokens):
        kind = 'reconnect' if self.state in ('reconnect', 'disconnected') else 'connect'
        result = super()._connected(realm_id, tokens)
        self._rehearsed(kind)
        return result

    def action_disconnect(self):
        result = super().action_disconnect()
        self._rehearsed('disconnect')
        return result
