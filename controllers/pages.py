"""Pages that Intuit asks every app to serve. They show no data of QuickBooks, and a mere visit changes nothing."""

from odoo import http
from odoo.http import request

from ..models.connection.auth import MANAGER
from ..models.connection.keys import PAGES

NO_STORE = ('Cache-Control', 'no-cache, no-store')
"""Intuit's rule for each page and file with data of QuickBooks (qbo-api 1.6)."""


class PagesController(http.Controller):
    """Where Intuit sends users of the app, and what it shows of the app."""

    @http.route(PAGES['launch'], type='http', auth='public', methods=['GET'])
    def launch(self, **_params):
        """Lead to the page Overview; who is not signed in signs in first."""
        return request.redirect('/odoo/action-quickbooks_online.qbo_health_server_action')

    @http.route(PAGES['disconnected'], type='http', auth='public', methods=['GET'])
    def disconnected(self, **_params):
        """Say what it means that somebody disconnected the app at Intuit, and how the connections are."""
        connections = request.env['qbo.connection']
        if request.env.user._is_internal() and connections.has_access('read'):
            connections = connections.search([])
        return _page('quickbooks_online.page_disconnected', connections=connections)

    @http.route(PAGES['reconnect'], type='http', auth='user', methods=['GET'], readonly=False)
    def reconnect(self, realmId=None, **_params):  # noqa: N803 - Intuit's name
        """Lead an administrator to Intuit's consent page for the connection that has lost its access; others wait."""
        connections = request.env['qbo.connection']
        if not request.env.user.has_group(MANAGER):
            return _page('quickbooks_online.page_reconnect', connections=connections)
        connections = connections.search([('state', 'in', ('reconnect', 'disconnected', 'connected'))])
        if realmId:
            connections = connections.filtered(lambda connection: connection.sudo()._is_of_realm(realmId))
        lost = connections.filtered(lambda connection: connection.state == 'reconnect')
        connection = lost or connections
        if len(connection) != 1 or not connection.client_id or not connection.has_client_secret:
            return request.redirect('/odoo/quickbooks')
        return request.redirect(connection.action_connect()['url'], local=False)

    @http.route(
        '/quickbooks_online/<any(privacy,license):page>/<int:connection_id>',
        type='http', auth='public', methods=['GET'],
    )  # fmt: skip
    def text(self, page, connection_id):
        """Show the privacy policy or the end-user license of a connection's app."""
        connection = request.env['qbo.connection'].sudo().browse(connection_id).exists()
        if not connection:
            return request.not_found()
        return _page('quickbooks_online.page_text', connection=connection, text=connection._page_text(page))


def _page(template, **values):
    """Return a page that no browser or proxy keeps."""
    response = request.render(template, values)
    response.headers.set(*NO_STORE)
    return response
