"""The end and the return of a connection: lost, given up, moved to another QuickBooks company, begun again."""

from functools import partial

from markupsafe import Markup
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...qbo import errors
from .connection import SWITCHES
from .messages import sentence

WARN_DAYS = (30, 14, 7, 2)  # before the access ends
WARNING = 'mail.mail_activity_data_warning'
CURSOR = {
    'cursor': False,
    'last_run': False,
    'position': 0,
    'paged_entity': False,
    'push_after_import': False,
    'import_of': False,
    'rest_of': False,
    'rest_after': 0,
    'paged_since': False,
    'paged_until': False,
}


def _revoke_now(registry, connection_id, app, token):
    """Give an access back at Intuit; what goes wrong is noted in a transaction of its own."""
    try:
        app.revoke(token)
    except errors.QboError as error:
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            if 'qbo.connection' in env and (connection := env['qbo.connection'].browse(connection_id).exists()):
                text = env._(
                    "Disconnected here, but Intuit did not confirm (%s). "
                    "Remove the app in QuickBooks too, under Apps ▸ My apps.",
                    sentence(env, error),
                )
                connection.message = text
                connection._log('connection', text, level='warning')


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    # === ACTION METHODS === #

    def action_move(self):
        """Give up the QuickBooks company that is connected, so that another one can be. All that is its own stays."""
        self.ensure_one()
        self._check_may('write')
        self._check_idle()
        name = self.qbo_company_name or ''
        self._revoke()
        self._point_to(self._new_qbo_company())
        self._credential()._set_secrets(realm_id=None)
        text = self.env._("The links to %s are kept. Connect to the new QuickBooks company now.", name)
        self._set_state('draft', text)
        return True

    def action_start_over(self):
        """Forget all links with QuickBooks. No record is touched on either side."""
        self.ensure_one()
        self._check_may('write')
        self._check_idle()
        self._revoke()
        connection = self.sudo()
        connection._leave()
        self.env['qbo.link'].sudo()._forget(connection)
        connection.write({**dict.fromkeys(SWITCHES, False), 'billing_since': False, 'purchases_since': False})
        connection.schedule_ids.write(CURSOR)
        self._set_state('draft', self.env._("All links are forgotten. Connect to QuickBooks to begin again."))
        return True

    # === GIVING UP AND COMING BACK === #

    def _revoke(self):
        """Forget the tokens, and give the access back at Intuit once this transaction is committed.

        Not before: nobody gets a revoked access back. Where Intuit does not confirm, the connection says so then.
        """
        credential = self._credential()
        if token := credential._secret('refresh_token'):
            self.env.cr.postcommit.add(partial(_revoke_now, self.env.registry, self.id, self._oauth(), token))
        credential._forget_tokens()

    def _check_idle(self):
        """Refuse while the engine runs: what it sends next would go to another QuickBooks company.

        The lock holds until this transaction ends, and the engine starts with it only.
        """
        if not self.sudo().cron_id.try_lock_for_update(allow_referencing=True):
            raise UserError(
                self.env._("QuickBooks is being synchronized right now. Disconnect first, or try again in a minute.")
            )

    def _new_qbo_company(self):
        """Return a row for the QuickBooks company that is connected next."""
        return self.env['qbo.company'].sudo().create({'company_id': self.company_id.id})

    def _use_realm(self, realm_id):
        """Store which QuickBooks company this is; what belongs to another one stays with that.

        :raise UserError: it is no number, or may not be connected here, see :meth:`_check_same_realm`
        """
        self._check_realm_id(realm_id)
        self._check_same_realm(realm_id)
        own = self.sudo().qbo_company_id
        if not own._is_realm(self.environment, realm_id):
            known = own._of_realm(self.company_id, self.environment, realm_id)
            if known or own.realm_digest:
                self._point_to(known or self._new_qbo_company())
            if not known:
                own = self.sudo().qbo_company_id
                own.write({'environment': self.environment, 'realm_digest': own._digest(realm_id)})
        self._credential()._set_secrets(realm_id=realm_id)

    def _point_to(self, qbo_company):
        """Connect another QuickBooks company from now on. Nothing of the one so far goes there, or is deleted.

        Only what was collected before any was connected goes with it, and what a person excluded stays excluded.
        """
        connection, own = self.sudo(), self.sudo().qbo_company_id
        if own.realm_digest:
            connection._leave()
        elif connection.prepared_at:
            qbo_company.write({name: own[name] for name in SWITCHES})
        connection.qbo_company_id = qbo_company
        qbo_company._add_schedules()
        own.schedule_ids._plan()
        qbo_company._take_over(own)
        if not own.realm_digest:
            own.unlink()

    def _leave(self):
        """Note that the QuickBooks company is given up, and drop what is on its way: it is compared when it is back."""
        self.qbo_company_id.left_at = fields.Datetime.now()
        self.qbo_company_id.link_ids._announce()
        for name in self._forgotten_with_links():
            self.env[name].sudo().search([('connection_id', '=', self.id)]).unlink()

    def _forgotten_with_links(self):
        """Return the models whose rows of this connection are on their way, or decided about its entities."""
        return ['qbo.change', 'qbo.event']

    def _come_back(self):
        """Go on where a QuickBooks company was left: its records and its lists may have changed meanwhile.

        Links that an uninstallation left behind are taken up as well.
        """
        connection = self.sudo()
        if connection.qbo_company_id.left_at:
            connection.qbo_company_id.left_at = False
            connection.qbo_company_id.link_ids._compare_again(connection)
            self.env['qbo.event']._append(connection._schedule('lists'), 'user')
        self.env['qbo.link'].sudo()._recall(connection)

    # === TELLING ADMINISTRATORS === #

    def _lost(self, text):
        """Hold everything until an administrator connects again, and tell the administrators why."""
        if self.state != 'connected':
            return  # somebody disconnected while the engine was running
        self._set_state('reconnect', text)
        self._tell_administrators(self.env._("Reconnect to QuickBooks"), text)

    def _why_lost(self, error):
        """Return why the access is lost, in words."""
        credential = self._credential()
        ends = [at for at in (credential.refresh_expires_at, credential.hard_expires_at) if at]
        if getattr(error, 'reason', None) == 'invalid_grant' and ends and min(ends) <= fields.Datetime.now():
            return self.env._("Odoo's access to QuickBooks has expired. Connect again; changes are held until then.")
        return sentence(self.env, error)

    def _warn_of_end(self):
        """Tell the administrators that the access ends soon: 30, 14, 7 and 2 days before, each once.

        :return: whether they were told
        """
        credential, left = self._credential(), self.token_days_left
        if self._is_copy():
            return False
        due = min((days for days in WARN_DAYS if left <= days), default=0)
        is_new = due and not 0 < credential.warned_days <= due
        if is_new:
            text = self.env._(
                "Odoo's access to QuickBooks ends in %s days. Connect again before that, so that nothing has to wait.",
                left,
            )
            self._log('connection', text, level='warning')
            self._tell_administrators(self.env._("Renew the access to QuickBooks"), text)
        if credential.warned_days and not due:
            self.activity_unlink([WARNING])
        if credential.warned_days != due:
            credential.warned_days = due
        return bool(is_new)

    def _tell_administrators(self, summary, text):
        """Give each administrator an activity, the only one of its kind, and a mail at once."""
        self.activity_unlink([WARNING])
        users = self._administrators()
        quiet = self.with_context(mail_activity_quick_update=True)  # the mail below says it better
        for user in users:
            quiet.activity_schedule(WARNING, user_id=user.id, summary=summary, note=text)
        mail = self.env['mail.mail'].sudo()
        mail.create(
            {
                'subject': f"{summary}: {self.company_id.name}",
                'body_html': Markup('<p>%s</p><p><a href="%s">%s</a></p>')
                % (text, f'{self.get_base_url()}/odoo/quickbooks/{self.id}', summary),
                'recipient_ids': [Command.set(users.partner_id.ids)],
                'email_from': self.company_id.email_formatted or self.env.user.email_formatted,
            }
        ).send_after_commit()

    def _lost_info(self):
        """Return what the banner of the web client needs; it names no company, for its channel reaches all."""
        return {'connection_id': self.id, 'company_id': self.company_id.id}

    def _announce_lost(self):
        """Show or take away the banner for all who work with QuickBooks, when this transaction commits."""
        group = self.env.ref('quickbooks_online.quickbooks_online_group_user')
        payload = {**self._lost_info(), 'is_lost': self.state == 'reconnect'}
        group._bus_send('quickbooks_online/connection', payload)

    def _administrators(self):
        group = self.env.ref('quickbooks_online.quickbooks_online_group_manager')
        return group.all_user_ids.filtered(lambda user: self.company_id in user.company_ids and not user.share)
