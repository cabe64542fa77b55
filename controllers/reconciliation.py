from odoo import http
from odoo.http import content_disposition, request

from .pages import NO_STORE

XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'


class ReconciliationController(http.Controller):
    """The reconciliation report as a spreadsheet."""

    @http.route('/quickbooks_online/reconciliation/<int:report_id>.xlsx', type='http', auth='user', methods=['GET'])
    def download(self, report_id):
        """Return a report that the user may read, also without rights in accounting; the ORM refuses others."""
        report = request.env['qbo.reconciliation'].browse(report_id).exists()
        report.check_access('read')
        if not report:
            raise request.not_found()
        name = content_disposition(report._file_name())
        headers = [('Content-Type', XLSX), ('Content-Disposition', name), NO_STORE]
        return request.make_response(report.sudo()._xlsx(), headers)
