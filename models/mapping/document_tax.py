"""The tax of a document: what is sent, and how QuickBooks' own tax is imported (qbo-api 9.7)."""

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ...qbo import lines


class QboMappingDocument(models.AbstractModel):
    _inherit = 'qbo.mapping.document'

    # === ODOO TO QUICKBOOKS === #

    def _tax_values(self, step, move):
        """Return the tax to be compared: in the US one code for the document, and what is charged, unless QuickBooks
        calculates it."""
        code = self._document_code(step, move) if step.connection._tax_model() == 'manual' else None
        return {
            'TxnTaxCodeRef': {'value': code},
            'TotalTax': None if step.connection.automated_tax else move.amount_tax,
        }

    def _tax_as_billed(self, step, move):
        """Return TxnTaxDetail with the tax as Odoo billed it, to the cent, for each rate that QuickBooks knows."""
        kind = step.connection._tax_model()
        if kind == 'none':
            return {}
        detail = {'TotalTax': move.amount_tax}
        if kind == 'automated':
            return detail  # an amount of one's own is taken and spread over the rates
        if code := self._document_code(step, move) if kind == 'manual' else None:
            detail['TxnTaxCodeRef'] = {'value': code}
        rates, charged = self._rates(step, move), move._qbo_tax_lines()
        if charged and all(tax.id in rates for tax in charged.tax_line_id):
            detail['TaxLine'] = [
                self._tax_line(
                    move, tax, charged.filtered(lambda line, tax=tax: line.tax_line_id == tax), rates[tax.id]
                )
                for tax in charged.tax_line_id
            ]
        return detail

    def _tax_line(self, move, tax, charged, rate_id):
        """Return the line of one tax.

        :param charged: the journal items of this tax
        """
        base = move._qbo_product_lines().filtered(lambda line: tax in line.tax_ids._qbo_leaves())

        def amount(items):
            return move.currency_id.round(move.direction_sign * sum(items.mapped('amount_currency')))

        return {
            'Amount': amount(charged),
            'DetailType': 'TaxLineDetail',
            'TaxLineDetail': {
                'TaxRateRef': {'value': rate_id},
                'PercentBased': True,
                'TaxPercent': tax.amount,
                'NetAmountTaxable': amount(base),
            },
        }

    def _tax_calculation(self, move):
        """Return whether prices include tax, for companies outside the US (qbo-api 9.7)."""
        taxes = [line.tax_ids._qbo_leaves().filtered('amount') for line in move._qbo_item_lines()]
        charged = [tax for line_taxes in taxes for tax in line_taxes]
        return 'TaxInclusive' if charged and all(tax.price_include for tax in charged) else 'TaxExcluded'

    def _line_tax_code(self, step, line):
        """Return the code of a line: TAX or NON in the US, elsewhere the id of a tax code (qbo-api 9.7)."""
        connection = step.connection
        if connection._is_us():
            return 'TAX' if any(line.tax_ids._qbo_leaves().mapped('amount')) else 'NON'
        code, _reason = self._code_or_reason(step, self._line_taxes(step, line), line.move_id)
        return code.qbo_id or None

    def _code_or_reason(self, step, taxes, move):
        """Return ``(tax code, None)`` or ``(empty, reason)`` for taxes of a line of a document of this side."""
        return taxes._qbo_code_or_reason(step.connection, move.invoice_date, self._side)

    def _line_taxes(self, step, line):
        """Return the taxes of a line; those of a cash rounding are a tax of 0 % where every line has to have a code.

        Odoo's has none, and no field for it.
        """
        if line.display_type != 'rounding' or step.connection._is_us():
            return line.tax_ids
        zero = step.env['account.tax'].search(
            Domain(step.env['account.tax']._check_company_domain(line.company_id))
            & Domain('type_tax_use', '=', self._side)
            & Domain('amount_type', '=', 'percent')
            & Domain('amount', '=', 0)
        )
        return next((tax for tax in zero if self._code_or_reason(step, tax, line.move_id)[0]), line.tax_ids)

    def _tax_sets(self, step, move):
        """Return the different combinations of taxes on the lines, each a recordset, none included."""
        return list(dict.fromkeys(self._line_taxes(step, line) for line in self._sent_lines(move)))

    def _document_codes(self, step, move):
        """Return the different tax codes of what is taxed."""
        codes = step.env['qbo.reference']
        for taxes in self._tax_sets(step, move):
            if any(taxes._qbo_leaves().mapped('amount')):
                codes |= self._code_or_reason(step, taxes, move)[0]
        return codes

    def _document_code(self, step, move):
        return self._document_codes(step, move)[:1].qbo_id or None

    def _rates(self, step, move):
        """Return ``{id of a tax: id of its rate in QuickBooks}`` for all taxes of a document."""
        rates = {}
        for taxes in self._tax_sets(step, move):
            rates.update(taxes._qbo_rate_ids(step.connection, move.invoice_date, self._side) if taxes else {})
        return rates

    # === QUICKBOOKS TO ODOO === #

    def _row_taxes(self, step, code, row, included):
        """Return the taxes of a line; in the US those of the document where the line is taxed.

        :param str code: of the line
        :param bool included: whether they have to be included in the price
        :raise UserError: QuickBooks' code is no tax in Odoo
        """
        connection, taxes = step.connection, step.env['account.tax']
        if code == 'TAX':
            code = self._ref(row.get('TxnTaxDetail') or {}, 'TxnTaxCodeRef')
        if not code or code == 'NON':
            return taxes
        wanted = included if not connection._is_us() else False
        found, reason = taxes._qbo_from_code(connection, code, row.get('TxnDate'), wanted, self._side)
        if reason:
            raise UserError(reason.text(step.env))
        return found

    def _take_tax(self, step, move, detail, total):
        """Make the tax of a draft what QuickBooks charged, so that both totals are the same to the cent.

        :param dict detail: TxnTaxDetail as QuickBooks sent it
        :param total: TotalAmt
        :raise UserError: the two still differ, with both totals
        """
        if 'rounding' in move._qbo_tax_lines().mapped('display_type'):
            move.invoice_cash_rounding_id = False  # or Odoo would round the tax of QuickBooks anew
        vals = [
            Command.update(line.id, {'amount_currency': amount})
            for line, amount in self._wanted_tax(step, move, detail).items()
            if move.currency_id.compare_amounts(line.amount_currency, amount)
        ]
        if vals:
            move.write({'line_ids': vals})
        if lines.cents(move.amount_total) != lines.cents(total):
            raise UserError(
                self.env._(
                    "Its total would be %(odoo)s in Odoo (tax %(tax)s), but is %(qbo)s in QuickBooks. Compare the "
                    "taxes of its lines on both sides.",
                    odoo=move.currency_id.format(move.amount_total),
                    tax=move.currency_id.format(move.amount_tax),
                    qbo=move.currency_id.format(total),
                )
            )

    def _wanted_tax(self, step, move, detail):
        """Return ``{tax line of a draft: its amount in the document's currency, signed}``.

        QuickBooks says the tax of each rate. What a rate that Odoo does not charge comes to, and what two lines of one
        tax share, goes to the largest line.
        """
        existing = move._qbo_tax_lines()
        if not existing:
            return {}
        charged = {}  # of the rates that are a tax in Odoo
        own = {rate: tax for tax, rate in self._rates(step, move).items()}
        for line in detail.get('TaxLine') or ():
            tax = own.get(self._ref(line.get('TaxLineDetail') or {}, 'TaxRateRef'))
            if tax:
                charged[tax] = charged.get(tax, 0.0) + (line.get('Amount') or 0.0)
        amounts = {line: line.amount_currency for line in existing}
        for tax, amount in charged.items():
            first, *others = existing.filtered(lambda line, tax=tax: line.tax_line_id.id == tax) or [None]
            if first:
                rest = sum(line.amount_currency for line in others)
                amounts[first] = move.direction_sign * amount - rest
        largest = max(existing, key=lambda line: abs(amounts[line]))
        missing = move.direction_sign * (detail.get('TotalTax') or 0.0) - sum(amounts.values())
        amounts[largest] += missing
        return {line: move.currency_id.round(amount) for line, amount in amounts.items()}

    def _accept_tax(self, step, move):
        """Take QuickBooks' tax over into a document, by reset, change, post and reconcile again.

        :param move: with the rights of who asks for it
        """
        link = step.link(move, self._entity)
        snapshot, reconciled = link.facts or {}, move._qbo_reconciliations()
        move.button_draft()
        self._take_tax(step, move, snapshot.get('TxnTaxDetail') or {}, snapshot.get('TotalAmt') or 0.0)
        move._post(soft=False)
        move._qbo_reconcile_again(reconciled)
        link.base_odoo = self._values(step, move.sudo())
        step.compare(link, self, move.sudo())
        text = self.env._("%(model)s %(name)s: QuickBooks' tax accepted", model=self._noun(step, move), name=move.name)
        step.connection._log('pull', text, link)
