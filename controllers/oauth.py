from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from ..models.connection.auth import CALLBACK


class OAuthController(http.Controller):
    """Where Intuit sends the administrator back to after the consent page (qbo-api 1.2)."""

    @http.route(CALLBACK, type='http', auth='user', methods=['GET'], readonly=False)
    def callback(self, state=None, code=None, error=None, **params):
        """Take the connection up and show where it was begun, with a message where that failed."""
        connections = request.env['qbo.connection']
        try:
            connection = connections._from_state(state)
        except UserError as refusal:
            return self._show(connections.search([('company_id', '=', request.env.company.id)]), refusal)
        try:
            connection._finish_redirect(code, params.get('realmId'), error)
        except (AccessError, UserError) as refusal:
            request.env.cr.rollback()
            return self._show(connection, refusal)
        return self._show(connection)

    def _show(self, connection, refusal=None):
        if refusal and connection:
            connection.sudo().message = str(refusal)
        return request.redirect(connection._return_address() if connection else '/odoo/quickbooks')
