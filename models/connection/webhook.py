import contextlib
import logging

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import groupby

from ...qbo import webhook

_logger = logging.getLogger(__name__)


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    @api.model
    def _receive(self, body, signature):
        """Note the news of a webhook call and wake the engines concerned. Calls nobody and reads nothing.

        One call may carry events of several companies; all of them share the app, and so the verifier token.

        :param bytes body: as it came
        :param str signature: the ``intuit-signature`` header
        :return: False when no connection's verifier token made this signature, whatever state the connection is in:
            Intuit repeats what is not acknowledged for hours and may hold later events back (qbo-api 8.4)
        """
        connections = self.env['qbo.credential'].sudo().search([('verifier_token', '!=', False)]).connection_id
        trusted = connections.filtered(lambda item: webhook.verify(body, signature, item._verifier_token()))
        if not trusted:
            return False
        trusted._rehearsed('webhook')
        try:
            events = webhook.parse(body)
        except ValueError:
            _logger.warning("A signed QuickBooks webhook call could not be read")
            return True  # qbo-api 8.4: never 400, or Intuit repeats the whole call for days
        for realm_id, told in groupby(events, lambda event: event.realm_id):
            # One that is not connected asks for all changes since its cursor once it is again.
            for connection in trusted.filtered(
                lambda item, realm_id=realm_id: item.state == 'connected' and item._is_of_realm(realm_id)
            ):
                if news := self.env['qbo.notice'].sudo()._news(connection, told):
                    connection._note_news({event.entity for event in news})
        return True

    def _verifier_token(self):
        """Return the token; empty where it cannot be used here, which must not keep the other companies' news away."""
        with contextlib.suppress(UserError):
            return self._credential()._secret('verifier_token') or ''
        return ''

    def _is_of_realm(self, realm_id):
        return self.qbo_company_id.realm_digest == self.qbo_company_id._digest(realm_id)
