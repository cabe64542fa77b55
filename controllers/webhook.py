from odoo import http
from odoo.http import request

from ..models.connection.auth import WEBHOOK

BODY_MAX = 2 * 1024 * 1024  # qbo-api 8.2: about 100 events and 1 MB in one call


class WebhookController(http.Controller):
    """Where Intuit tells that something changed. Nothing is read here: verify, note, wake the engine, answer."""

    @http.route(
        WEBHOOK,
        type='http',
        auth='public',
        methods=['POST'],
        csrf=False,
        save_session=False,
        readonly=False,
        max_content_length=BODY_MAX,
    )
    def webhook(self):
        """Answer 200 to a signed call, also for events that concern nobody here; 401 to any other (qbo-api 8.4)."""
        body = request.httprequest.get_data()
        signature = request.httprequest.headers.get('intuit-signature', '')
        is_known = request.env['qbo.connection'].sudo()._receive(body, signature)
        return request.make_response('', status=200 if is_known else 401)
