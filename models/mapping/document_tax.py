"""The tax of a document: what is sent, and how QuickBooks' own tax is imported (qbo-api 9.7)."""

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...qbo import lines

MOVES_TAX = {'ShipAddr', 'BillAddr', 'CustomerRef', 'TxnDate'}  # what automated sales tax is computed from


class QboMappingDocument(models.AbstractModel):
    _inherit = 'qbo.mapping.document'

    # === ODOO TO QUICKBOOKS === #

    def _tax_values(self, step, move):
        """Return the tax to be compared: in the US one code for the document, and what is charged, unless QuickBooks
        calculates it."""
        code = self._document_code(step, move) if step.connection._tax_model() == 'manual' else None
        return {
            'TxnTaxCodeRef': {'value': code},
            'TotalTax': None if step.connection.automated_tax else self._tax_total(move),
            'Split': None if step.connection.automated_tax else self._tax_split(step, move),
        }

    def _tax_split(self, step, move):
        """Return ``[[id of a rate, amount]]`` of a tax that is of several rates; None of one, or where not all are
        known: the total says it all."""
        lines_of = move._qbo_tax_lines().grouped('tax_line_id')
        charged = {tax: self._tax_amount(move, items) for tax, items in lines_of.items()}
        charged = {tax: amount for tax, amount in charged.items() if amount}
        rates = self._rates(step, move) if len(charged) > 1 else {}
        if not rates or not all(tax.id in rates for tax in charged):
            return None
        return sorted([rates[tax.id], amount] for tax, amount in charged.items())

    def _tax_amount(self, move, items):
        """Return what journal items come to, as the document says it."""
        return move.currency_id.round(self._sign(move) * sum(items.mapped('amount_currency')))

    def _split_from(self, step, detail):
        """Return the same of QuickBooks' TxnTaxDetail."""
        if step.connection.automated_tax:
            return None
        rows = [line for line in detail.get('TaxLine') or () if line.get('Amount')]
        split = sorted([self._ref(line.get('TaxLineDetail') or {}, 'TaxRateRef'), line['Amount']] for line in rows)
        return split if len(split) > 1 and all(rate for rate, _amount in split) else None

    def _tax_body(self, step, move, body, snapshot):
        """Return what a request says of tax: nothing where it changes no line and no tax.

        QuickBooks computes tax anew where lines come without it. What nobody changed goes back as it came.
        """
        is_automated = step.connection._tax_model() == 'automated'
        if not {'Line', 'TxnTaxDetail'} & body.keys():
            # Elsewhere, for somebody else or on another day QuickBooks would compute a tax of its own (qbo-api 9.7).
            is_as_billed = is_automated and not step.connection.automated_tax and MOVES_TAX & body.keys()
            return {'TxnTaxDetail': self._tax_as_billed(step, move)} if is_as_billed else {}
        sent = {}
        if not step.connection._is_us() and snapshot:
            sent['GlobalTaxCalculation'] = self._tax_calculation(step, move)
        agreed = self._agreed_lines(step, move)
        known = snapshot.get('TxnTaxDetail') or {}
        is_same = 'TxnTaxDetail' not in body and lines.taxed(body['Line']) == lines.taxed(agreed)
        is_own = known.get('TaxReviewStatus') == 'AST_TAX_OVERRIDE'
        if sent.get('GlobalTaxCalculation') == 'NotApplicable':
            sent['TxnTaxDetail'] = {}  # qbo-api 9.7: 6170
        elif is_same and known and (is_own or not step.connection.automated_tax):
            sent['TxnTaxDetail'] = {'TotalTax': known.get('TotalTax')} if is_automated else known
        elif not step.connection.automated_tax:
            sent['TxnTaxDetail'] = self._tax_as_billed(step, move)
        elif 'TxnTaxDetail' in body:
            sent['TxnTaxDetail'] = {key: value for key, value in body['TxnTaxDetail'].items() if key == 'TxnTaxCodeRef'}
        return sent

    def _tax_as_billed(self, step, move):
        """Return TxnTaxDetail with the tax as Odoo billed it, to the cent, for each rate that QuickBooks knows."""
        kind = step.connection._tax_model()
        if kind == 'none':
            return {}
        detail = {'TotalTax': self._tax_total(move)}
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
        return {
            'Amount': self._tax_amount(move, charged),
            'DetailType': 'TaxLineDetail',
            'TaxLineDetail': {
                'TaxRateRef': {'value': rate_id},
                'PercentBased': True,
                'TaxPercent': tax.amount,
                'NetAmountTaxable': self._tax_amount(move, base),
            },
        }

    def _tax_calculation(self, step, move):
        """Return whether prices include tax, for companies outside the US (qbo-api 9.7).

        What QuickBooks has out of scope of tax stays so until somebody puts a tax on a line.
        """
        taxes = move._qbo_item_lines().tax_ids
        known = (step.link(move, self._entity).snapshot or {}).get('GlobalTaxCalculation')
        if not taxes and known == 'NotApplicable':
            return known
        charged = taxes._qbo_leaves().filtered('amount')
        return 'TaxInclusive' if charged and all(tax.price_include for tax in charged) else 'TaxExcluded'

    def _line_tax_code(self, step, line):
        """Return the code of a line: TAX or NON in the US, elsewhere the id of a tax code (qbo-api 9.7)."""
        connection = step.connection
        if connection._is_us():
            return 'TAX' if any(line.tax_ids._qbo_leaves().mapped('amount')) else 'NON'
        if self._tax_calculation(step, line.move_id) == 'NotApplicable':
            return None
        code, _reason = self._code_or_reason(step, self._line_taxes(step, line), line.move_id)
        return code.qbo_id or None

    def _code_or_reason(self, step, taxes, move):
        """Return ``(tax code, None)`` or ``(empty, reason)`` for taxes of a line of a document of this side."""
        return taxes._qbo_code_or_reason(step.connection, self._tax_day(move), self._side)

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
            rates.update(taxes._qbo_rate_ids(step.connection, self._tax_day(move), self._side) if taxes else {})
        return rates

    # === QUICKBOOKS TO ODOO === #

    def _row_taxes(self, step, code, row):
        """Return the taxes of a line; in the US those of the document where the line is taxed.

        :param str code: of the line
        :param dict row: the document, which says whether they have to be included in the price
        :raise UserError: QuickBooks' code is no tax in Odoo
        """
        connection, taxes = step.connection, step.env['account.tax']
        if code == 'TAX':
            code = self._ref(row.get('TxnTaxDetail') or {}, 'TxnTaxCodeRef')
        kind = row.get('GlobalTaxCalculation')
        if not code or code == 'NON' or kind == 'NotApplicable':
            return taxes
        wanted = kind == 'TaxInclusive' and not connection._is_us()
        found, reason = taxes._qbo_from_code(connection, code, row.get('TxnDate'), wanted, self._side)
        if reason:
            raise UserError(reason.text(step.env))
        return found

    def _take_amounts(self, step, move, row, with_nets=True):
        """Make net and tax of a draft what QuickBooks says, line by line and rate by rate, to the cent.

        :param dict row: the entity as QuickBooks sent it, or what :meth:`_snapshot` kept of it
        :param bool with_nets: whether the lines are QuickBooks' too, and not the tax alone
        :raise UserError: the two still differ, with both totals
        """
        if 'rounding' in move._qbo_tax_lines().mapped('display_type'):
            move.invoice_cash_rounding_id = False  # or Odoo would round the tax of QuickBooks anew
        nets = self._wanted_nets(move, row) if with_nets else {}
        move._qbo_book(nets, self._wanted_tax(step, move, row.get('TxnTaxDetail') or {}))
        total = row.get('TotalAmt') or 0.0
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

    def _wanted_nets(self, move, row):
        """Return ``{line of a draft: its net}`` where its items are QuickBooks', in the same order."""
        rows = lines.ordered(row.get('Line'))
        items = move._qbo_item_lines().sorted(lambda line: (line.sequence, line.id))
        amounts = [line.get('Amount') or 0.0 for line in rows if line['DetailType'] in self._line_details]
        nets = dict(zip(items, amounts, strict=True)) if len(items) == len(amounts) else {}
        if off := move._qbo_discount_lines():
            there = sum(line.get('Amount') or 0.0 for line in rows if line['DetailType'] == lines.DISCOUNT)
            own = move.direction_sign * off[-1].amount_currency
            nets[off[-1]] = move.currency_id.round(own + move._qbo_discount_amount() - there)
        return nets

    def _wanted_tax(self, step, move, detail):
        """Return ``{tax of a draft: what it comes to}``.

        QuickBooks says the tax of each rate. What rates come to that Odoo does not charge goes to the largest tax.

        :param dict detail: TxnTaxDetail as QuickBooks sent it
        """
        amounts = {tax: 0.0 for tax in move._qbo_item_lines().tax_ids._qbo_leaves() if tax.amount}
        amounts.update({tax: booked for tax, (booked, _at_home) in move._qbo_booked()[1].items()})
        if not amounts:
            return {}
        charged = {}  # of the rates that are a tax in Odoo
        own = {rate: move.env['account.tax'].browse(tax) for tax, rate in self._rates(step, move).items()}
        for line in detail.get('TaxLine') or ():
            tax = own.get(self._ref(line.get('TaxLineDetail') or {}, 'TaxRateRef'))
            if tax in amounts:
                charged[tax] = charged.get(tax, 0.0) + (line.get('Amount') or 0.0)
        amounts |= charged
        largest = max(amounts, key=lambda tax: abs(amounts[tax]))
        amounts[largest] += (detail.get('TotalTax') or 0.0) - sum(amounts.values())
        return {tax: move.currency_id.round(amount) for tax, amount in amounts.items()}

    def _accept_tax(self, step, move):
        """Take QuickBooks' tax over into a document, by reset, change, post and reconcile again.

        :param move: with the rights of who asks for it
        """
        link = step.link(move, self._entity)
        snapshot, reconciled = link.snapshot or {}, move._qbo_reconciliations()
        move.button_draft()
        self._take_amounts(step, move, snapshot, with_nets=False)
        move._post(soft=False)
        move._qbo_reconcile_again(reconciled)
        link.base_odoo = self._values(step, move.sudo())
        step.compare(link, self, move.sudo())
        text = self.env._("%(model)s %(name)s: QuickBooks' tax accepted", model=self._noun(step, move), name=move.name)
        step.connection._log('pull', text, link)
