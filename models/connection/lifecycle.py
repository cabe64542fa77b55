"""The end and the return of a connection: lost, given up, moved to another company file, begun again."""

from functools import partial

from markupsafe import Markup
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.orm.models import NO_ACCESS

from ...qbo import errors
from .messages import sentence

WARN_DAYS = (30, 14, 7, 2)  # before the access ends
WARNING = 'mail.mail_activity_data_warning'
ACCOUNTS = (
    'income_account_id',
    'expense_account_id',
    'asset_account_id',
    'discount_account_id',
    'deposit_account_id',
    'tax_agency_id',
)
SWITCHES = ('sync_customers', 'sync_products', 'sync_billing', 'sync_entries')
FACTS = (
    'qbo_company_name',
    'qbo_country',
    'subscription_status',
    'has_categories',
    'preferences',
    'lists_read_at',
    'compared_at',
)
CURSOR = {
    'cursor': False,
    'last_run': False,
    'position': 0,
    'paged_entity': False,
    'push_after_import': False,
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

    left_files = fields.Json(
        readonly=True,
        copy=False,
        groups=NO_ACCESS,
        help="Of each company file that was left: how far it was pulled, and what was chosen for it.",
    )

    # === ACTION METHODS === #

    def action_move(self):
        """Give up the company file that is connected, so that another one can be. Its links come back with it."""
        self.ensure_one()
        self._check_may('write')
        self._check_idle()
        name = self.qbo_company_name or ''
        self._revoke()
        self._leave_file()
        self._credential()._set_secrets(realm_id=None)
        text = self.env._("The links to %s are put aside. Connect to the new company file now.", name)
        self._set_state('draft', text)
        return True

    def action_start_over(self):
        """Forget all links with QuickBooks. No record is touched on either side."""
        self.ensure_one()
        self._check_may('write')
        self._check_idle()
        self._revoke()
        self._forget_links(comes_back=False)
        self.sudo().write({**dict.fromkeys(SWITCHES, False), 'billing_since': False})
        self.sudo().schedule_ids.write(CURSOR)
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
        """Refuse while the engine runs: what it sends next would go to another company file.

        The lock holds until this transaction ends, and the engine starts with it only.
        """
        if not self.sudo().cron_id.try_lock_for_update(allow_referencing=True):
            raise UserError(
                self.env._("QuickBooks is being synchronised right now. Disconnect first, or try again in a minute.")
            )

    def _use_realm(self, realm_id):
        """Store which company file this is; what belongs to another one is put aside.

        :raise UserError: it is no number, or may not be connected here, see :meth:`_check_same_realm`
        """
        realm_id = realm_id.strip()
        self._check_realm_id(realm_id)
        self._check_same_realm(realm_id)
        credential = self._credential()
        if credential.realm_digest and credential.realm_digest != credential._realm_digest(realm_id):
            self._leave_file()
        credential._set_secrets(realm_id=realm_id)

    def _leave_file(self, keeps_mappings=False):
        """Put aside all that belongs to the connected company file; nothing of it is sent to another one.

        :param bool keeps_mappings: leave what refers to its lists, to be matched by name, and what is switched on
        """
        connection = self.sudo()
        digest = connection._credential().realm_digest
        if not digest:
            return
        connection.left_files = {**(connection.left_files or {}), digest: connection._file_facts()}
        connection._forget_links(comes_back=True)
        references = self.env['qbo.reference'].sudo().with_context(active_test=False)
        references.search([('connection_id', '=', self.id), ('qbo_id', '!=', False)])._shelve(digest)
        self.env['qbo.entry'].sudo().search([('connection_id', '=', self.id)])._shelve(digest)
        connection.schedule_ids.write(CURSOR)
        connection.write(dict.fromkeys((*FACTS, 'billing_since'), False))
        if not keeps_mappings:
            connection._mapped_taxes().qbo_tax_code_id = False
            connection.write(dict.fromkeys((*ACCOUNTS, *SWITCHES), False))

    def _forget_links(self, comes_back):
        """Archive the links and drop what was on its way. What a person excluded stays excluded.

        :param bool comes_back: whether they are taken up again when the same company file is connected again
        """
        connection = self.sudo()
        digest = connection._credential().realm_digest
        links = connection.link_ids
        excluded = links.filtered(lambda link: link.mode == 'never' and link.res_id and link._record())
        # Journal entries always come back with their file: their amounts must not be booked there twice.
        returning = links if comes_back else links.filtered(lambda link: link.res_model == 'qbo.entry')
        unanswered = self.env['qbo.request'].sudo()._unanswered(connection)
        shelved = unanswered.filtered(lambda request: request.link_id in returning)
        shelved.state = 'shelved'
        (unanswered - shelved).unlink()
        links._announce()
        links.write({'active': False, 'realm_digest': False})
        returning.realm_digest = digest
        for link in excluded:
            link._step().link_for(link._mapping(), link._record()).mode = 'never'
        for name in self._forgotten_with_links():
            self.env[name].sudo().search([('connection_id', '=', self.id)]).unlink()

    def _forgotten_with_links(self):
        """Return the models whose rows of this connection are on their way, or decided about its entities."""
        return ['qbo.change', 'qbo.event']

    def _file_facts(self):
        """Return what is known of the connected company file and has to be known again when it comes back; JSON."""
        times = ('billing_since', 'lists_read_at')
        return {
            'chosen': {name: self[name].id for name in ACCOUNTS}
            | {name: self[name] for name in SWITCHES}
            | {name: fields.Datetime.to_string(self[name]) for name in times},
            'cursors': {item.name: fields.Datetime.to_string(item.cursor) for item in self.schedule_ids},
            'taxes': {tax.id: tax.qbo_tax_code_id.id for tax in self._mapped_taxes()},
        }

    def _mapped_taxes(self):
        taxes = self.env['account.tax'].sudo().with_context(active_test=False)
        return taxes.search([('qbo_tax_code_id.connection_id', '=', self.id)])

    def _return_to_file(self):
        """Take up again what was put aside when the company file that is connected now was left.

        Links that an uninstallation left behind are taken up as well.

        :return: the links whose records may have changed meanwhile
        """
        connection = self.sudo()
        digest = connection._credential().realm_digest
        left = connection.left_files or {}
        if facts := left.get(digest):
            connection.left_files = {key: value for key, value in left.items() if key != digest}
            references = self.env['qbo.reference'].sudo().with_context(active_test=False)
            references.search([('connection_id', '=', self.id), ('realm_digest', '=', digest)])._unshelve()
            entries = self.env['qbo.entry'].sudo().with_context(active_test=False)
            entries.search([('connection_id', '=', self.id), ('realm_digest', '=', digest)])._unshelve()
            connection._restore_facts(facts)
        links = self.env['qbo.link'].sudo()._take_up(connection, digest)
        shelved = [('state', '=', 'shelved'), ('link_id', 'in', links.ids)]
        self.env['qbo.request'].sudo().search(shelved).state = 'unanswered'
        self.env['qbo.link'].sudo()._recall(connection)
        return links

    def _restore_facts(self, facts):
        """Set what :meth:`_file_facts` gave."""
        self.write(facts['chosen'])
        for schedule in self.schedule_ids:
            schedule.cursor = facts['cursors'].get(schedule.name)
        for tax_id, reference_id in facts['taxes'].items():
            tax = self.env['account.tax'].browse(int(tax_id)).exists()
            tax.qbo_tax_code_id = self.env['qbo.reference'].browse(reference_id).exists()
        self.env['qbo.event']._append(self._schedule('lists'), 'user')  # they may have changed meanwhile

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
