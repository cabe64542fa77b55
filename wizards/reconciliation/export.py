"""The report as a spreadsheet, and what it has in common with the printed one. Texts are texts, never formulas."""

import io

from odoo import models

MONEY = '#,##0.00;[Red]-#,##0.00'
WIDTHS = (34, 18, 34, 16, 16, 16, 16, 16, 20)  # characters
ITEM_WIDTHS = (34, 50, 12, 22, 26, 30, 16)


class QboReconciliation(models.Model):
    _inherit = 'qbo.reconciliation'

    def _file_name(self):
        return self.env._(
            "Reconciliation with QuickBooks %(start)s to %(end)s.xlsx", start=self.date_from, end=self.date_to
        )

    def _xlsx(self):
        """Return the report as a workbook: the accounts, and the journal items behind the differences."""
        import xlsxwriter  # as Odoo does: not every request needs it

        file = io.BytesIO()
        with xlsxwriter.Workbook(file, {'in_memory': True}) as workbook:
            formats = {
                'bold': workbook.add_format({'bold': True}),
                'money': workbook.add_format({'num_format': MONEY}),
                'total': workbook.add_format({'num_format': MONEY, 'bold': True, 'top': 1}),
                'date': workbook.add_format({'num_format': 'yyyy-mm-dd'}),
            }
            balances = workbook.add_worksheet(self.env._("Trial balances")[:31])
            _fill(balances, formats, self._sheet_rows(), WIDTHS)
            items = workbook.add_worksheet(self.env._("Differences")[:31])
            _fill(items, formats, self._item_rows(), ITEM_WIDTHS)
        return file.getvalue()

    def _sheet_rows(self):
        """Return ``(is bold, cells)`` of the first sheet: what it is about, then the accounts and their totals."""
        names = (
            'name', 'kind', 'account_ids', 'odoo_balance', 'qbo_balance', 'difference', 'difference_opening',
            'difference_movement', 'verdict',
        )  # fmt: skip
        labels = self.line_ids.fields_get(names, ['string', 'selection'])
        verdicts = dict(labels['verdict']['selection'])
        title = self.env._(
            "%(company)s and QuickBooks, %(period)s", company=self.company_id.name, period=self.display_name
        )
        yield True, [title]
        yield False, [self.summary or '']
        yield False, [self.remark or '']
        yield False, []
        yield True, [labels[name]['string'] for name in names]
        for line in self.line_ids:
            money = [line[name] for name in names[3:8]]
            yield False, [line.name, line.kind or '', line._accounts_in_words(), *money, verdicts[line.verdict]]
        yield True, [self.env._("Total"), '', '', *(self._total(name) for name in names[3:8])]

    def _total(self, name):
        """Return what a column of amounts comes to."""
        return self.currency_id.round(sum(self.line_ids.mapped(name)))

    def _item_rows(self):
        """Return ``(is bold, cells)`` of the second sheet: the reasons of each difference, and their journal items."""
        yield (
            True,
            [
                self.env._("Account"),
                self.env._("Reason"),
                self.env._("Date"),
                self.env._("Journal Entry"),
                self.env._("Partner"),
                self.env._("Label"),
                self.env._("Amount"),
            ],
        )
        for reason in self.line_ids.reason_ids:
            yield True, [reason.line_id.name, reason.why, '', '', '', '', reason.amount]
            for item in reason._items():
                label, partner = item.name or '', item.partner_id.name or ''
                yield False, ['', '', item.date, item.move_id.name or '', partner, label, item.balance]


class QboReconciliationLine(models.Model):
    _inherit = 'qbo.reconciliation.line'

    def _accounts_in_words(self):
        return ", ".join(self.account_ids.mapped('display_name'))


def _fill(sheet, formats, rows, widths):
    """Write rows of cells: texts as texts, amounts as numbers, days as days."""
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for place, (is_bold, row) in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(place, column, cell, formats['bold'] if is_bold else None)
            elif isinstance(cell, float):
                sheet.write_number(place, column, cell, formats['total' if is_bold else 'money'])
            else:
                sheet.write_datetime(place, column, cell, formats['date'])
