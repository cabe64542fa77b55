"""The tax of a document: what is sent, and how QuickBooks' own tax is taken over (qbo-api 9.7)."""

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..qbo import lines


class AccountMove(models.Model):
    _inherit = 'account.move'

    # === ODOO TO QUICKBOOKS === #

    def _qbo_tax_values(self, connection):
        """Return the tax to be compared: in the US one code for the document, and what is charged, unless QuickBooks
        calculates it."""
        code = self._qbo_document_code(connection) if connection._tax_model() == 'manual' else None
        return {
            'TxnTaxCodeRef': {'value': code},
            'TotalTax': None if connection.automated_tax else self.amount_tax,
        }

    def _qbo_tax_as_billed(self, connection):
        """Return TxnTaxDetail with the tax as Odoo billed it, to the cent, for each rate that QuickBooks knows."""
        kind = connection._tax_model()
        if kind == 'none':
            return {}
        detail = {'TotalTax': self.amount_tax}
        if kind == 'automated':
            return detail  # an amount of one's own is taken and spread over the rates
        if code := self._qbo_document_code(connection) if kind == 'manual' else None:
            detail['TxnTaxCodeRef'] = {'value': code}
        rates = self._qbo_rates(connection)
        taxes = self._qbo_tax_lines().tax_line_id
        if taxes and all(tax.id in rates for tax in taxes):
            detail['TaxLine'] = [self._qbo_tax_line(tax, rates[tax.id]) for tax in taxes]
        return detail

    def _qbo_tax_line(self, tax, rate_id):
        charged = self._qbo_tax_lines().filtered(lambda line: line.tax_line_id == tax)
        base = self._qbo_product_lines().filtered(lambda line: tax in line.tax_ids._qbo_leaves())
        return {
            'Amount': self.currency_id.round(self.direction_sign * sum(charged.mapped('amount_currency'))),
            'DetailType': 'TaxLineDetail',
            'TaxLineDetail': {
                'TaxRateRef': {'value': rate_id},
                'PercentBased': True,
                'TaxPercent': tax.amount,
                'NetAmountTaxable': self.currency_id.round(self.direction_sign * sum(base.mapped('amount_currency'))),
            },
        }

    def _qbo_tax_calculation(self):
        """Return whether prices include tax, for companies outside the US (qbo-api 9.7)."""
        taxes = [line.tax_ids._qbo_leaves().filtered('amount') for line in self._qbo_item_lines()]
        charged = [tax for line_taxes in taxes for tax in line_taxes]
        return 'TaxInclusive' if charged and all(tax.price_include for tax in charged) else 'TaxExcluded'

    def _qbo_tax_problem(self):
        """Return the first tax that QuickBooks has not, or has with another percentage, as a problem (Pool Brain)."""
        connection = self.env['qbo.connection']._of_company(self.env.company)
        for taxes in self._qbo_tax_sets():
            _code, reason = taxes._qbo_code_or_reason(connection, self.invoice_date)
            if reason:
                return 'tax', reason, None
        codes = self._qbo_document_codes(connection) if connection._tax_model() == 'manual' else []
        if len(codes) < 2:
            return None
        text = self.env._(
            "QuickBooks takes one tax code for a whole document, and this one has %(codes)s. Use one of them on all "
            "taxed lines, or make a document for each.",
            codes=", ".join(code.name for code in codes),
        )
        return 'tax', text, None

    def _qbo_tax_sets(self):
        """Return the different combinations of taxes on the lines, each a recordset, none included."""
        connection = self.env['qbo.connection']._of_company(self.env.company)
        return list(dict.fromkeys(line._qbo_taxes(connection) for line in self._qbo_sent_lines()))

    def _qbo_document_codes(self, connection):
        """Return the different tax codes of what is taxed."""
        codes = self.env['qbo.reference']
        for taxes in self._qbo_tax_sets():
            if any(taxes._qbo_leaves().mapped('amount')):
                codes |= taxes._qbo_code_or_reason(connection, self.invoice_date)[0]
        return codes

    def _qbo_document_code(self, connection):
        return self._qbo_document_codes(connection)[:1].qbo_id or None

    def _qbo_rates(self, connection):
        """Return ``{id of a tax: id of its rate in QuickBooks}`` for all taxes of the document."""
        rates = {}
        for taxes in self._qbo_tax_sets():
            rates.update(taxes._qbo_rate_ids(connection, self.invoice_date) if taxes else {})
        return rates

    def _qbo_tax_lines(self):
        """Return the journal items of the tax, with what a cash rounding adds to it."""
        return self.line_ids.filtered(
            lambda line: (
                line.display_type == 'tax' or (line.display_type == 'rounding' and line.tax_repartition_line_id)
            )
        )

    # === QUICKBOOKS TO ODOO === #

    def _qbo_take_tax(self, detail, total):
        """Make the tax of a draft what QuickBooks charged, so that both totals are the same to the cent.

        :param dict detail: TxnTaxDetail as QuickBooks sent it
        :param total: TotalAmt
        :raise UserError: the two still differ, with both totals
        """
        if 'rounding' in self._qbo_tax_lines().mapped('display_type'):
            self.invoice_cash_rounding_id = False  # or Odoo would round the tax of QuickBooks anew
        wanted = self._qbo_wanted_tax(detail)
        vals = [
            Command.update(line.id, {'amount_currency': amount})
            for line, amount in wanted.items()
            if self.currency_id.compare_amounts(line.amount_currency, amount)
        ]
        if vals:
            self.write({'line_ids': vals})
        if lines.cents(self.amount_total) != lines.cents(total):
            raise UserError(
                self.env._(
                    "Its total would be %(odoo)s in Odoo (tax %(tax)s), but is %(qbo)s in QuickBooks. Compare the "
                    "taxes of its lines on both sides.",
                    odoo=self.currency_id.format(self.amount_total),
                    tax=self.currency_id.format(self.amount_tax),
                    qbo=self.currency_id.format(total),
                )
            )

    def _qbo_wanted_tax(self, detail):
        """Return ``{tax line of this draft: its amount in the document's currency, signed}``.

        QuickBooks says the tax of each rate. What a rate that Odoo does not charge comes to, and what two lines of one
        tax share, goes to the largest line.
        """
        existing = self._qbo_tax_lines()
        if not existing:
            return {}
        amounts = {line: line.amount_currency for line in existing}
        for tax, amount in self._qbo_charged(detail).items():
            first, *others = existing.filtered(lambda line, tax=tax: line.tax_line_id == tax) or [None]
            if first:
                rest = sum(line.amount_currency for line in others)
                amounts[first] = self.direction_sign * amount - rest
        largest = max(existing, key=lambda line: abs(amounts[line]))
        missing = self.direction_sign * (detail.get('TotalTax') or 0.0) - sum(amounts.values())
        amounts[largest] += missing
        return {line: self.currency_id.round(amount) for line, amount in amounts.items()}

    def _qbo_charged(self, detail):
        """Return ``{tax: amount}`` of what QuickBooks charged for the rates that are a tax in Odoo."""
        connection = self.env['qbo.connection']._of_company(self.env.company)
        own = {rate: self.env['account.tax'].browse(tax) for tax, rate in self._qbo_rates(connection).items()}
        charged = {}
        for line in detail.get('TaxLine') or ():
            tax = own.get(((line.get('TaxLineDetail') or {}).get('TaxRateRef') or {}).get('value'))
            if tax:
                charged[tax] = charged.get(tax, 0.0) + (line.get('Amount') or 0.0)
        return charged
