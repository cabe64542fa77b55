"""The switches that a connection as a whole has: on or off, and both ways or one."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    sync_on = fields.Boolean(
        "Synchronize",
        default=True,
        tracking=True,
        help="Off: nothing is sent and nothing is imported. What changes in Odoo meanwhile is held, and goes out when "
        "it is switched on again.",
    )
    direction = fields.Selection(
        [('two_way', "Both ways"), ('odoo', "Odoo to QuickBooks only")],
        default='two_way',
        required=True,
        tracking=True,
        help="Odoo to QuickBooks only: Odoo is the source. What is changed in QuickBooks is not applied; the record "
        "shows both versions until somebody decides.",
    )

    posting_mode = fields.Selection(
        [
            ('documents', "Documents: invoices, credit notes and payments as such"),
            ('transaction', "Transaction: as Documents, but customers pay in QuickBooks"),
            ('real_time', "Real-time: a journal entry for each invoice at once, the rest at end of day"),
            ('batch', "Batch: one journal entry for each store and day, at its end of day"),
        ],
        default='documents',
        required=True,
        tracking=True,
        help="What QuickBooks gets of Odoo's accounting.",
    )

    @api.constrains('direction', 'posting_mode')
    def _check_direction(self):
        for connection in self:
            if connection.direction == 'odoo' and connection.posting_mode == 'transaction':
                raise ValidationError(
                    self.env._(
                        "In the posting mode Transaction customers pay in QuickBooks, and their payments have to come "
                        "to Odoo: choose both ways, or another posting mode."
                    )
                )

    def write(self, vals):
        resumed = self.filtered(lambda connection: not connection.sync_on) if vals.get('sync_on') else self.browse()
        result = super().write(vals)
        resumed._resume()
        return result

    # === ACTION METHODS === #

    def action_switch_on(self):
        """Go on with everything that was held, in both directions."""
        self._check_may('write')
        self.sync_on = True
        return True

    def action_switch_off(self):
        """Send nothing and take nothing from now on; changes are held. What QuickBooks is doing right now ends."""
        self._check_may('write')
        self.sync_on = False
        return True

    def action_switch_on_customers(self):
        """Synchronize customers from now on: first all of QuickBooks come here, then those only here go there."""
        self.ensure_one()
        self._check_may('write')
        self._check_connected()
        self._switch_on('sync_customers', 'customers')
        return self._toast(self.env._("Customers are being compared. You can go on working."))

    def action_switch_off_customers(self):
        """Leave customers alone from now on, in both directions. Links are kept."""
        self.ensure_one()
        self._check_may('write')
        self.sudo().sync_customers = False
        return True

    # === BUSINESS METHODS === #

    def _switch_on(self, toggle, schedule, **vals):
        """Switch one kind on and have the engine compare all of it: QuickBooks' first, then what only Odoo has.

        :param str toggle: ``'sync_customers'``
        :param str schedule: the name of the schedule that pulls it
        """
        self.sudo().write({toggle: True, **vals})
        schedule = self.sudo()._schedule(schedule)
        # What the schedule pulls already is not read anew, unless that is under way.
        is_alone = schedule.cursor and not schedule.push_after_import and not schedule.position
        schedule.write({'push_after_import': True, 'import_of': is_alone and toggle})
        self.env['qbo.event']._append(schedule, 'import')

    def _resume(self):
        """Ask for what changed in QuickBooks while these connections were off, and send what was held."""
        for connection in self.filtered(lambda connection: connection.state == 'connected'):
            for schedule in connection.sudo().schedule_ids:
                self.env['qbo.event']._append(schedule, 'user')
            connection._wake()
