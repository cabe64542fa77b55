import contextlib
import os
from pathlib import Path

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import config

from ...qbo import crypto

SECRETS = ('client_secret', 'verifier_token', 'realm_id', 'access_token', 'refresh_token')


class AccessUnusable(UserError):
    """What is stored cannot be used here: the key is missing or another one, or this database is a copy."""


class QboCredential(models.Model):
    """The secrets of a connection, encrypted at rest.

    No group has access to this model, so that no RPC call reads it. The key stands outside the database
    (design §10), so that a dump alone opens nothing.
    """

    _name = 'qbo.credential'
    _description = "QuickBooks Credential"
    _rec_name = 'connection_id'

    connection_id = fields.Many2one('qbo.connection', required=True, ondelete='cascade', index=True)
    client_secret = fields.Char()
    verifier_token = fields.Char()
    realm_id = fields.Char()
    access_token = fields.Char()
    refresh_token = fields.Char()
    refreshed_at = fields.Datetime()
    access_expires_at = fields.Datetime()
    refresh_expires_at = fields.Datetime()
    hard_expires_at = fields.Datetime()
    state_once = fields.Char(help="What an answer of Intuit's consent page has to bring back.")
    warned_days = fields.Integer(help="How many days before its end administrators were last warned; 0: not yet.")

    _unique_connection = models.Constraint('UNIQUE(connection_id)', "A connection has one set of credentials.")

    def _key(self):
        """Return the encryption key: environment, ``odoo.conf``, or a 0600 file in the data directory.

        :raise AccessUnusable: it cannot be used; the text says why
        """
        path = Path(config['data_dir']) / 'quickbooks_online.key'
        try:
            return crypto.load_key(os.environ, config.get('qbo_encryption_key'), path)
        except crypto.KeyUnusable as error:
            raise AccessUnusable(self.env._("The QuickBooks access cannot be protected: %s", error)) from error

    def _key_place(self):
        """Return where the key comes from: ``environment``, ``conf`` or ``file``."""
        if os.environ.get(crypto.ENVIRONMENT):
            return 'environment'
        return 'conf' if config.get('qbo_encryption_key') else 'file'

    def _place(self):
        """Return which database this is: a copy has another uuid or another name."""
        uuid = self.env['ir.config_parameter'].sudo().get_param('database.uuid')
        return f'{uuid}/{self.env.cr.dbname}'

    def _is_copied(self):
        """Return whether these secrets were stored in another database, as far as the key can tell."""
        with contextlib.suppress(crypto.WrongKey, UserError):
            for token in filter(None, (self.client_secret, self.realm_id, self.refresh_token)):
                try:
                    crypto.decrypt(self._key(), token, self._place())
                except crypto.OtherPlace:
                    return True
        return False

    def _take_over(self):
        """Make the secrets of the database that this one was copied from its own."""
        self._set_secrets(**{name: crypto.decrypt(self._key(), self[name]) for name in SECRETS if self[name]})

    def _forget_secrets(self):
        """Forget all that was made for one environment and address: tokens, and the secrets of the app."""
        self._forget_tokens()
        self._set_secrets(client_secret=None, verifier_token=None)

    def _secret(self, name):
        """Return a secret in clear, or None.

        :param str name: one of ``SECRETS``
        :raise AccessUnusable: the key is not the one that the secret was encrypted with, or this database is a copy
        """
        token = self[name]
        try:
            return crypto.decrypt(self._key(), token, self._place()) if token else None
        except crypto.OtherPlace as error:
            raise AccessUnusable(self.env['qbo.connection']._copy_text()) from error
        except crypto.WrongKey as error:
            raise AccessUnusable(
                self.env._(
                    "The stored access to QuickBooks was encrypted with another key. Restore the key, or enter the "
                    "client secret and the webhook token once more and connect again."
                )
            ) from error

    def _set_secrets(self, **secrets):
        """Encrypt and store secrets; None forgets one."""
        key = self._key()
        vals = {name: crypto.encrypt(key, text, self._place()) if text else False for name, text in secrets.items()}
        self.write(vals)

    def _set_tokens(self, tokens):
        """Store what Intuit's token endpoint answered.

        :param qbo.oauth.Tokens tokens: with aware expiry times
        """
        self._set_secrets(access_token=tokens.access_token, refresh_token=tokens.refresh_token)
        self.refreshed_at = fields.Datetime.now()
        self.write(
            {
                name: getattr(tokens, name) and getattr(tokens, name).replace(tzinfo=None)
                for name in ('access_expires_at', 'refresh_expires_at', 'hard_expires_at')
            }
        )

    def _forget_tokens(self):
        """Forget the tokens and keep the rest, so that the same company can be connected again."""
        self.write(
            dict.fromkeys(
                ('access_token', 'refresh_token', 'access_expires_at', 'refresh_expires_at', 'hard_expires_at'), False
            )
        )
