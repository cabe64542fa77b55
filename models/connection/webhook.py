import logging

from odoo import api, models

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
        :return: False when no connection's verifier token made this signature
        """
        connections = self.sudo().search([('state', '=', 'connected')])
        trusted = connections.filtered(lambda item: webhook.verify(body, signature, item._verifier_token()))
        if not trusted:
            return False
        try:
            events = webhook.parse(body)
        except ValueError:
            _logger.warning("A signed QuickBooks webhook call could not be read")
            return True  # qbo-api 8.4: never 400, or Intuit repeats the whole call for days
        for realm_id, entities in _entities_by_realm(events).items():
            connection = trusted.filtered(
                lambda item, realm_id=realm_id: (
                    item.qbo_company_id.realm_digest == item.qbo_company_id._digest(realm_id)
                )
            )
            connection._note_news(entities)
        return True

    def _verifier_token(self):
        return self._credential()._secret('verifier_token') or ''


def _entities_by_realm(events):
    result = {}
    for event in events:
        result.setdefault(event.realm_id, set()).add(event.entity)
    return result
