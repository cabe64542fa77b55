"""How a connection gets, keeps and gives up its access to QuickBooks."""

import logging
import secrets
from datetime import timedelta
from functools import partial

import psycopg2.errors
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq
from odoo.tools.misc import hash_sign, verify_hash_signed

from ...qbo import client, endpoints, errors, oauth
from .messages import sentence

STATE_SCOPE = 'quickbooks_online.oauth'
STATE_MINUTES = 15
REFRESH_BEFORE = timedelta(minutes=5)
FRESH_FOR = timedelta(minutes=1)
REFUSALS_MAX = 4
MANAGER = 'quickbooks_online.quickbooks_online_group_manager'
CALLBACK = '/quickbooks_online/oauth/callback'
WEBHOOK = '/quickbooks_online/webhook'


_logger = logging.getLogger(__name__)


def _keep_tokens(registry, connection_id, realm_id, tokens):
    """Store tokens in a transaction of their own, unless the connection is another QuickBooks company's by now."""
    try:
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            if connection := env['qbo.connection'].browse(connection_id).exists():
                credential = connection._credential()
                if credential._secret('realm_id') in (None, realm_id):
                    credential._set_secrets(realm_id=realm_id)
                    credential._set_tokens(tokens)
    except Exception:  # what failed before this is said to the user, and is not to be hidden by this
        _logger.exception("The tokens of QuickBooks connection %s could not be stored", connection_id)


class Unread(UserError):
    """The access is good, and the company could not be read with it now."""


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    credential_ids = fields.One2many('qbo.credential', 'connection_id', groups='base.group_system')
    client_secret = fields.Char(compute='_compute_secrets', inverse='_inverse_client_secret')
    verifier_token = fields.Char(
        "Webhook Verifier Token",
        compute='_compute_secrets',
        inverse='_inverse_verifier_token',
        help="From the Webhooks page of your app at Intuit. With it, changes in QuickBooks arrive at once.",
    )
    realm_entry = fields.Char("Company ID (Realm)", compute='_compute_secrets', inverse='_inverse_realm_entry')
    token_entry = fields.Char("Refresh Token", compute='_compute_secrets', inverse='_inverse_token_entry')
    has_client_secret = fields.Boolean(compute='_compute_has_secrets', compute_sudo=True)
    has_verifier_token = fields.Boolean(compute='_compute_has_secrets', compute_sudo=True)
    redirect_uri = fields.Char("Redirect URI", compute='_compute_addresses')
    webhook_url = fields.Char("Webhook Address", compute='_compute_addresses')
    token_days_left = fields.Integer("Days Left on the Token", compute='_compute_token_days_left', compute_sudo=True)

    # === COMPUTE METHODS === #

    def _compute_secrets(self):
        """Secrets go in and never come out."""
        for connection in self:
            connection.client_secret = connection.verifier_token = False
            connection.realm_entry = connection.token_entry = False

    def _inverse_client_secret(self):
        self._store_secret('client_secret', 'client_secret')

    def _inverse_verifier_token(self):
        self._store_secret('verifier_token', 'verifier_token')

    def _inverse_realm_entry(self):
        for connection in self.filtered('realm_entry'):
            realm_id = connection.realm_entry.strip()
            connection._check_realm_id(realm_id)
            connection._check_same_realm(realm_id)
            connection._credential()._set_secrets(realm_id=realm_id)

    def _inverse_token_entry(self):
        self._store_secret('token_entry', 'refresh_token')

    def _store_secret(self, field, name):
        for connection in self:
            if value := (connection[field] or '').strip():
                connection._credential()._set_secrets(**{name: value})

    @api.depends('credential_ids.client_secret', 'credential_ids.verifier_token')
    def _compute_has_secrets(self):
        for connection in self:
            credential = connection.sudo().credential_ids  # none while a new form is not saved
            connection.has_client_secret = bool(credential.client_secret)
            connection.has_verifier_token = bool(credential.verifier_token)

    def _compute_addresses(self):
        for connection in self:
            base = connection.get_base_url()
            connection.redirect_uri = f'{base}{CALLBACK}'
            connection.webhook_url = f'{base}{WEBHOOK}'

    @api.depends('credential_ids.refresh_expires_at', 'credential_ids.hard_expires_at')
    def _compute_token_days_left(self):
        for connection in self:
            credential = connection.sudo().credential_ids
            ends = [at for at in (credential.refresh_expires_at, credential.hard_expires_at) if at]
            connection.token_days_left = (min(ends) - fields.Datetime.now()).days if ends else 0

    # === ACTION METHODS === #

    def action_connect(self):
        """Send the administrator to Intuit to choose a company and to allow the access."""
        self.ensure_one()
        self._check_may('write')
        self._check_client()
        credential = self._credential()
        credential.state_once = secrets.token_urlsafe(16)  # only the last one that was given counts, and once
        state = hash_sign(
            self.sudo().env,
            STATE_SCOPE,
            {'connection': self.id, 'user': self.env.uid, 'once': credential.state_once},
            expiration=timedelta(minutes=STATE_MINUTES),
        )
        url = self._oauth().authorize_url(self.redirect_uri, state)
        return {'type': 'ir.actions.act_url', 'url': url, 'target': 'self'}

    def action_connect_direct(self):
        """Connect with the company id and refresh token typed in, without a visit to Intuit."""
        self.ensure_one()
        self._check_may('write')
        self._check_client()
        credential = self._credential()
        if not credential.realm_id or not credential.refresh_token:
            raise UserError(self.env._("Enter the company ID (realm) and the refresh token first."))
        try:
            realm_id = credential._secret('realm_id')
            tokens = self._outlasting(realm_id, self._oauth().refresh(credential._secret('refresh_token')))
            self._connected(realm_id, tokens)
        except Unread as error:
            # Not raised: Intuit may have replaced the token that was typed in, and only the new one is good now.
            return self._toast(self._say_unread(error), 'danger', sticky=True, next=False)
        except errors.QboError as error:
            raise UserError(sentence(self.env, error)) from error
        return True

    def action_test(self):
        """Ask QuickBooks for the company's name and say whether that worked."""
        self.ensure_one()
        self._check_may('write')
        self._check_connected()
        try:
            self._ask(self._read_company)
        except errors.QboError as error:
            return self._toast(sentence(self.env, error), 'danger', sticky=True, next=False)
        if self.paused_until:  # what was the reason for the pause is over
            self.sudo().write({'paused_until': False, 'failures': 0, 'message': False})
            self._wake()
        return self._toast(
            self.env._("The connection to %s works.", self.qbo_company_name),
            next={'type': 'ir.actions.client', 'tag': 'soft_reload'},
        )

    def action_disconnect(self):
        """Revoke the access at Intuit and forget the tokens. Links and held changes are kept."""
        self.ensure_one()
        self._check_may('write')
        text = self.env._("Disconnected from QuickBooks. Links are kept; changes are held until you connect again.")
        self._revoke()
        self._set_state('disconnected', text)
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _from_state(self, state):
        """Return the connection that an OAuth ``state`` was signed for. It is good once: see :meth:`_spend_state`.

        :raise UserError: forged, expired, used already, or signed for another user
        """
        try:
            values = verify_hash_signed(self.sudo().env, STATE_SCOPE, state or '')
        except (ValueError, IndexError):
            values = None
        connection = self.browse(values and values['connection']).exists()
        once = connection and connection._credential().state_once
        if not once or not consteq(once, values['once']):
            raise UserError(self.env._("This answer from Intuit is not valid any more. Press Connect once more."))
        if values['user'] != self.env.uid:
            raise UserError(self.env._("Another user started this connection. Press Connect yourself."))
        return connection

    def _spend_state(self):
        """Have the ``state`` that was given last count no more."""
        self._credential().state_once = False

    def _finish_redirect(self, code, realm_id, error):
        """Take the connection up with what Intuit's redirect brought.

        :raise UserError: denied, expired, the company may not be connected here, or Intuit refused
        """
        self._check_may('write')
        if error:
            raise UserError(self._denied(error))
        if not code or not realm_id:
            raise UserError(self.env._("Intuit's answer was not complete. Press Connect once more."))
        self._check_realm_id(realm_id)
        self._check_same_realm(realm_id)
        try:
            tokens = self._outlasting(realm_id, self._oauth().exchange(code, self.redirect_uri))
        except errors.ReconnectRequired as error:
            raise UserError(self.env._("Intuit's answer has expired. Press Connect once more.")) from error
        except errors.QboError as error:
            raise UserError(sentence(self.env, error)) from error
        self._connected(realm_id, tokens)

    def _say_unread(self, error):
        """Say on the connection that the access is good, and what to do to go on with it. Return the text."""
        text = self.env._("%s The access is kept: press Connect With These once more.", error)
        self.sudo().message = text
        return text

    def _return_address(self):
        """Return the address in Odoo that an administrator comes back to from Intuit."""
        return f'/odoo/quickbooks/{self.id}'

    def _denied(self, error):
        if error == 'access_denied':
            return self.env._("The access was not allowed at Intuit. Nothing was connected.")
        return self.env._("Intuit did not connect: %s", error)

    def _connected(self, realm_id, tokens):
        """Store the tokens, read the company, and let the engine run."""
        self._use_realm(realm_id)
        credential = self._credential()
        credential._set_tokens(tokens)
        credential.warned_days = 0
        try:
            with self.env.cr.savepoint():
                self._take_up(tokens)
        except errors.QboError as error:
            raise Unread(sentence(self.env, error)) from error
        except (psycopg2.Error, UserError):
            raise
        except Exception as error:
            _logger.exception("QuickBooks connection %s could not be taken up", self.id)
            raise Unread(self.env._("It stopped at a fault of this app: %s", str(error) or repr(error))) from error

    def _take_up(self, tokens):
        """Read the company with an access that was just given, and let the engine run."""
        qbo = self._client(tokens.access_token)
        answer = self._read_company(qbo)
        self._read_preferences(qbo)
        for schedule in self.sudo().schedule_ids.filtered(lambda schedule: not schedule.cursor):
            schedule.cursor = answer.time.replace(tzinfo=None)
        self._set_state('connected', False)
        self._come_back()

    def _read_company(self, qbo):
        answer = qbo.company_info()
        features = {pair['Name']: pair.get('Value') for pair in answer.values.get('NameValue') or ()}
        self.sudo().write(
            {
                'qbo_company_name': answer.values.get('CompanyName'),
                'qbo_country': answer.values.get('Country'),
                'has_categories': features.get('ItemCategoriesFeature') == 'true',
                'subscription_status': features.get('SubscriptionStatus'),
            }
        )
        return answer

    def _set_state(self, state, message):
        """Move the connection to ``state`` and switch its scheduled action accordingly."""
        self.sudo().write({'state': state, 'message': message, 'paused_until': False, 'failures': 0})
        if state == 'draft':
            self.sudo().prepared_at = False
        if message:
            self._log('connection', message, level='error' if state == 'reconnect' else 'info')
        else:
            self._log('connection', self.env._("Connected to %s.", self.qbo_company_name))
        if state != 'reconnect':
            self.activity_unlink(['mail.mail_activity_data_warning'])
        self._announce_lost()
        self._switch_crons(state == 'connected')
        if state == 'connected':
            self._wake()

    def _switch_crons(self, active):
        """Switch the engine; one that is running right now sees the state by itself.

        In a neutralized copy those that all companies share are off too, until one is connected.
        """
        crons = self.sudo().cron_id
        if active:
            crons = crons.union(*(schedule._cron() for schedule in self.sudo().schedule_ids))
        crons = crons.with_context(active_test=False).filtered(lambda cron: cron.active != active)
        for cron in crons.try_lock_for_update(allow_referencing=True):
            cron.active = active

    def _check_may(self, operation):
        """Only administrators decide about a connection."""
        if operation == 'write':
            self._check_group(MANAGER, self.env._("Only a QuickBooks administrator can do this."))
        return super()._check_may(operation)

    def _check_client(self):
        if not self.client_id or not self.has_client_secret:
            raise UserError(self.env._("Enter the client ID and the client secret first."))

    def _check_realm_id(self, realm_id):
        if not client.is_realm_id(realm_id):
            raise UserError(self.env._("The ID of a QuickBooks company is a number, for example 9130347957983546."))

    def _check_same_realm(self, realm_id):
        """Refuse a QuickBooks company that is connected elsewhere, or another one than the links were made for.

        :raise UserError: with the sentence that says what to do
        """
        own = self.sudo().qbo_company_id
        others = own.search([('realm_digest', '=', own._digest(realm_id)), ('id', '!=', own.id)]).connection_ids - self
        if taken := others.filtered(lambda connection: connection.state in ('connected', 'reconnect')):
            raise UserError(
                self.env._(
                    "This QuickBooks company is connected to %s already. Disconnect it there first, or choose another.",
                    taken.company_id.name,
                )
            )
        if not own.realm_digest or own.left_at or own._is_realm(self.environment, realm_id):
            return
        here = [('qbo_company_id', '=', own.id), ('qbo_id', '!=', False)]
        if self.env['qbo.link'].sudo().search_count(here, limit=1):
            raise UserError(
                self.env._(
                    "You chose another QuickBooks company. The records of %(company)s are linked to %(qbo)s: connect "
                    "again and choose that one, or press Move to Another QuickBooks Company first.",
                    company=self.company_id.name,
                    qbo=self.qbo_company_name,
                )
            )

    def _credential(self):
        """Return the secrets of this connection, as superuser."""
        self.ensure_one()
        connection = self.sudo()
        return connection.credential_ids or connection.credential_ids.create({'connection_id': connection.id})

    def _endpoints(self):
        return self._known_endpoints()

    def _known_endpoints(self):
        self._check_local()
        return endpoints.for_environment(self.environment, self.local_url)

    def _oauth(self):
        return oauth.OAuthApp(self.client_id, self._credential()._secret('client_secret'), self._endpoints())

    def _client(self, access_token=None):
        """Return a client for this realm.

        Its token does not renew itself: a rejected one raises :class:`qbo.errors.AuthorizationError`, because the
        engine's threads must not touch the database.
        """
        token = access_token or self._access_token()

        def current(rejected=None):
            if rejected:
                raise errors.TokenRejected(rejected)
            return token

        realm_id = self._credential()._secret('realm_id')
        return client.Client(base_url=self._endpoints().base_url, realm_id=realm_id, token=current)

    def _access_token(self, rejected=None):
        """Return an access token that is good for some minutes, refreshed when needed.

        Runs in a transaction of its own under a row lock: two processes that refresh at once would look like theft
        to Intuit (qbo-api 1.4). The new refresh token is committed before the access token is used.

        :param str rejected: an access token that Intuit just refused
        :raise qbo.errors.ReconnectRequired: the refresh token is dead
        :raise qbo.errors.TransientError: a token that is only moments old was refused
        :raise qbo.errors.TokenRejected: the same, again and again
        """
        while True:
            try:
                with self.env.registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    return env['qbo.connection'].browse(self.id)._locked_token(rejected)
            except psycopg2.errors.SerializationFailure:
                continue  # another process refreshed while we waited for the lock: a new transaction sees its token

    def _locked_token(self, rejected):
        credential = self.sudo().credential_ids
        # The ORM's lock does not wait, and here waiting is the point: the other process brings the token.
        self.env.cr.execute(
            "SELECT 1 FROM qbo_credential WHERE id = %s FOR NO KEY UPDATE", [credential.id], log_exceptions=False
        )
        token = credential._secret('access_token')
        if token and token != rejected and credential.access_expires_at > fields.Datetime.now() + REFRESH_BEFORE:
            return token
        if rejected and token == rejected and credential.refreshed_at > fields.Datetime.now() - FRESH_FOR:
            # Refused although it is new: a fault that passes, or, if it stays, a lost access.
            raise errors.TokenRejected(rejected) if self.failures >= REFUSALS_MAX else errors.TransientError(status=401)
        tokens = self._oauth().refresh(credential._secret('refresh_token') or '')
        self._outlasting(credential._secret('realm_id'), tokens)
        credential._set_tokens(tokens)
        return tokens.access_token

    def _outlasting(self, realm_id, tokens):
        """Return the tokens that Intuit just gave; they are stored, whatever becomes of this transaction.

        The refresh token before them may be good no more. Where the transaction is rolled back, they are stored in one
        of their own; where its connection to the database was cut, a rollback ends before what is to follow it.
        """
        cr, keep = self.env.cr, partial(_keep_tokens, self.env.registry, self.id, realm_id, tokens)
        cr.prerollback.add(lambda: keep() if cr.closed else None)
        cr.postrollback.add(keep)
        return tokens
