"""The comparison as a file. What comes from QuickBooks or a customer is text, never a formula."""

import csv
import io

from odoo import api, models

# Spreadsheets take a text that begins so for a formula, which may call a program or an address.
FORMULAS = ('=', '+', '-', '@', '\t', '\r', '\n')
COLUMNS = (
    'kind', 'verdict', 'why', 'decision', 'odoo_name', 'qbo_name', 'odoo_email', 'qbo_email', 'odoo_phone',
    'qbo_phone', 'odoo_address', 'qbo_address', 'odoo_ref', 'qbo_ref', 'odoo_active', 'qbo_active', 'qbo_id',
)  # fmt: skip
WIDTH = 24  # characters


class QboMatch(models.Model):
    _inherit = 'qbo.match'

    @api.model
    def _csv(self, connection):
        """Return the comparison as CSV, in the encoding that spreadsheets recognize."""
        file = io.StringIO()
        csv.writer(file).writerows([[_as_text(cell) for cell in row] for row in self._rows(connection)])
        return file.getvalue().encode('utf-8-sig')

    @api.model
    def _xlsx(self, connection):
        """Return the comparison as a workbook: all cells are texts."""
        import xlsxwriter  # as Odoo does: not every request needs it

        file = io.BytesIO()
        with xlsxwriter.Workbook(file, {'in_memory': True}) as workbook:
            sheet, bold = workbook.add_worksheet(), workbook.add_format({'bold': True})
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(COLUMNS) - 1, WIDTH)
            for place, row in enumerate(self._rows(connection)):
                for column, cell in enumerate(row):
                    sheet.write_string(place, column, cell, None if place else bold)
        return file.getvalue()

    def _rows(self, connection):
        """Return the rows of the file as texts, the first one with the names of the columns."""
        labels = self.fields_get(COLUMNS, ['string', 'selection'])
        words = {name: dict(label['selection']) for name, label in labels.items() if 'selection' in label}
        rows = [[labels[name]['string'] for name in COLUMNS]]
        for line in self.search([('connection_id', '=', connection.id)]):
            rows.append([line._cell(name, words.get(name, {})) for name in COLUMNS])
        return rows

    def _cell(self, name, words):
        if name.endswith('_active'):
            has_side = self.res_id if name == 'odoo_active' else self.qbo_id
            yes, no = self.env._("yes"), self.env._("no")
            return (yes if self[name] else no) if has_side else ''
        return words.get(self[name]) or self[name] or ''


def _as_text(cell):
    """Return a cell that a spreadsheet shows as it is."""
    return f"'{cell}" if cell.startswith(FORMULAS) else cell
