"""Where the stored access may be used: in the database that it was stored in, at the address that it was made for."""

import os

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import config, str2bool

AT = ('environment', 'local_url')


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    is_copy = fields.Boolean(
        compute='_compute_is_copy',
        compute_sudo=True,
        help="This database was copied from the one that is connected to QuickBooks.",
    )

    @api.depends('credential_ids.realm_id', 'credential_ids.client_secret', 'credential_ids.refresh_token')
    def _compute_is_copy(self):
        for connection in self:
            connection.is_copy = connection._is_copy()

    # === CRUD METHODS === #

    def write(self, vals):
        """What was made for one address is never sent to another one: it is forgotten, and somebody connects again."""
        moved = self.filtered(lambda item: any(name in vals and (item[name] or False) != vals[name] for name in AT))
        for connection in moved:
            credential = connection._credential()
            was_connected = credential.refresh_token and connection.state in ('connected', 'reconnect')
            credential._forget_secrets()
            if was_connected:
                connection._set_state('disconnected', self.env._("Another environment was chosen. Connect again."))
        return super().write(vals)

    # === ACTION METHODS === #

    def action_original(self):
        """Say that this copy takes the place of the database that it was copied from."""
        self.ensure_one()
        self._check_may('write')
        if not self.is_copy:
            raise UserError(self.env._("This database is the original already."))
        self._credential()._take_over()
        self._log('connection', self.env._("%s said that this database is the original now.", self.env.user.name))
        self.sudo()._catch_up()  # the original went on while this copy lay still
        if self.state == 'connected':
            self._wake()
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}

    # === BUSINESS METHODS === #

    def _is_copy(self):
        """Return whether the access was stored in another database, which still may use it: nothing is sent then."""
        return bool(self) and self.sudo().credential_ids._is_copied()

    def _may_run(self):
        """A copy sends nothing and takes nothing; the original does."""
        return super()._may_run() and not self._is_copy()

    @api.model
    def _copy_text(self):
        return self.env._(
            "This database is a copy of the one that is connected to QuickBooks, and sends nothing. If it takes the "
            "other one's place, an administrator says so on the connection: This One Is the Original Now."
        )

    def _check_local(self):
        """Refuse a QuickBooks on this machine where the server is not set up for trying out.

        Else whoever may choose the environment would have secrets sent to any program that listens here.

        :raise UserError: with what to write into the configuration
        """
        said = os.environ.get('QBO_LOCAL_SANDBOX') or config.get('qbo_local_sandbox') or ''
        is_allowed = config['dev_mode'] or config['test_enable'] or str2bool(said, False)
        if self.environment == 'local' and not is_allowed:
            raise UserError(
                self.env._(
                    "The local sandbox is for trying out. Its server says so: qbo_local_sandbox = True in odoo.conf."
                )
            )
