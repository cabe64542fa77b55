import logging
import re

from markupsafe import Markup
from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from ..models.connection.auth import CALLBACK, Unread
from .pages import NO_STORE

PAGE = Markup('<!DOCTYPE html><html><body><p>%s</p><p><a href="/odoo/quickbooks">%s</a></p></body></html>')


class OAuthController(http.Controller):
    """Where Intuit sends the administrator back to after the consent page (qbo-api 1.2)."""

    @http.route(CALLBACK, type='http', auth='user', methods=['GET'], readonly=False)
    def callback(self, state=None, code=None, error=None, **params):
        """Take the connection up and show where it was begun, with a message where that failed.

        Without a ``state`` that is valid, and was not used yet, nothing is changed.
        """
        try:
            connection = request.env['qbo.connection']._from_state(state)
        except UserError as refusal:
            page = PAGE % (refusal, request.env._("Back to QuickBooks"))
            return request.make_response(page, [('Content-Type', 'text/html; charset=utf-8'), NO_STORE], status=400)
        try:
            connection._spend_state()
            connection._finish_redirect(code, params.get('realmId'), error)
        except Unread as refusal:
            connection._say_unread(refusal)  # not rolled back: the code is used, and the access is good
        except (AccessError, UserError) as refusal:
            request.env.cr.rollback()
            connection._spend_state()
            connection.sudo().message = str(refusal)
        response = request.redirect(connection._return_address())
        response.headers.set(*NO_STORE)
        return response


def without_query(record):
    """Take what Intuit's redirect carries, a code and a state, out of a line of the access log."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            re.sub(rf'({re.escape(CALLBACK)})\?\S*', r'\1?***', arg) if isinstance(arg, str) else arg
            for arg in record.args
        )
    return True


logging.getLogger('werkzeug').addFilter(without_query)
