from odoo import http
from odoo.http import content_disposition, request

from .pages import NO_STORE

TYPES = {'csv': 'text/csv;charset=utf-8', 'xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'}


class ComparisonController(http.Controller):
    """The comparison of both sides as a file."""

    @http.route(
        '/quickbooks_online/comparison/<int:connection_id>.<any(csv,xlsx):file_format>',
        type='http', auth='user', methods=['GET'],
    )  # fmt: skip
    def download(self, connection_id, file_format):
        """Return the lines that the user may read; the ORM refuses others."""
        connection = request.env['qbo.connection'].browse(connection_id).exists()
        matches = request.env['qbo.match']
        matches.check_access('read')
        connection.check_access('read')
        content = matches._csv(connection) if file_format == 'csv' else matches._xlsx(connection)
        name = content_disposition(f'{request.env._("Comparison with QuickBooks")}.{file_format}')
        headers = [('Content-Type', TYPES[file_format]), ('Content-Disposition', name), NO_STORE]
        return request.make_response(content, headers)
