from odoo.fields import Command

from .cent_case import KINDS, CentCase, moved


class TestCentGb(CentCase):
    """The United Kingdom: a code on each line, tax on top of prices or in them, or none at all."""

    sandbox_country = 'GB'
    rates = {'20.0% S': 20.0, '5.0% R': 5.0, '0.0% Z': 0.0}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        codes = cls.env['qbo.reference'].search([('entity', '=', 'TaxCode')])
        for name, percent in cls.rates.items():
            code = codes.filtered(lambda code, name=name: code.name == name)
            cls.taxes[f'{name} in'] = cls.tax(
                f'{name} in', percent, price_include_override='tax_included', qbo_tax_code_id=code.id
            )

    @classmethod
    def _connection_vals(cls):
        cls.env.ref('base.GBP').active = True
        cls.company.currency_id = cls.env.ref('base.GBP')
        return super()._connection_vals()

    def priced(self, quantity, gross, net, code='20.0% S'):
        """Return a line whose price includes the tax; QuickBooks says what of it is tax."""
        line = self.row(self.chlorine.qbo_id, 1, net, self.code(code), TaxInclusiveAmt=gross)
        detail = line['SalesItemLineDetail']
        detail |= {'Qty': quantity, 'UnitPrice': round(net / quantity, 5)}
        return line

    def sold(self, kind, count, total=19.99):
        rows = [
            self.row(self.chlorine.qbo_id, 3, 33.33, self.code('20.0% S')),
            self.row(self.visit.qbo_id, 2.125, 40.0, self.code('0.0% Z')),
        ]
        rate = {'TaxRateRef': {'value': self.rate('20.0% S')}, 'NetAmountTaxable': 99.99}
        tax = {'TotalTax': total, 'TaxLine': [{'Amount': total, 'DetailType': 'TaxLineDetail', 'TaxLineDetail': rate}]}
        return [self.there(kind, rows, TxnTaxDetail=tax) for _number in range(count)]

    def rate(self, name):
        return next(row['Id'] for row in self.sandbox.all('TaxRate') if row['Name'] == name)

    def there_edits(self, kind):
        edits = {
            **self.kept_there(kind),
            'untaxed quantity': (
                lambda entity: self.lines_with(entity, 1, {'Qty': 3}, Amount=120),
                ['lines.1.quantity', 'lines.1.price', 'lines.1.net', 'total', 'open'],
            ),
            'tax code': (
                lambda entity: self.lines_with(
                    entity, 0, {'TaxCodeRef': {'value': self.code('5.0% R')}}, tax=False
                ),
                ['lines.0.taxes.0', 'tax.20.0% S', 'tax.5.0% R', 'total', 'open'],
            ),
            'total tax': (lambda entity: {'TxnTaxDetail': {'TotalTax': 20.0}}, ['tax.20.0% S', 'total', 'open']),
            'no tax at all': (
                lambda entity: {'GlobalTaxCalculation': 'NotApplicable'},
                ['lines.*.taxes.0', 'tax.*', 'total', 'open'],
            ),
        }  # fmt: skip
        if kind == 'RefundReceipt':  # paid at once
            edits = {name: (edit, [path for path in paths if path != 'open']) for name, (edit, paths) in edits.items()}
        return edits

    def test_an_edit_there_changes_nothing_else(self):
        for kind in KINDS:
            edits = self.there_edits(kind)
            moves = self.taken(self.sold(kind, len(edits)))
            self.assertEqual({move.amount_tax for move in moves}, {19.99})
            self.edit_there(edits, moves)

    def test_an_edit_here_changes_nothing_else(self):
        for kind in KINDS:
            edits = {**self.kept_here(kind), **self.here_amounts(kind)}
            self.edit_here(edits, self.taken(self.sold(kind, len(edits))))

    def here_amounts(self, kind):
        totals = {'Invoice': ['Balance'], 'CreditMemo': ['Balance', 'RemainingCredit']}.get(kind)
        totals = [*(totals or []), 'TotalAmt']
        if kind == 'RefundReceipt':  # the money that left is what it was
            return {}
        return {
            'price of an untaxed line': (
                self.line_edit(1, price_unit=170),
                ['Line.1.SalesItemLineDetail.UnitPrice', 'Line.1.Amount', 'Line.2.Amount', *totals,
                 'TxnTaxDetail.TaxLine.1.TaxLineDetail.NetAmountTaxable'],
            ),
            'price of a taxed line': (
                self.line_edit(0, price_unit=30),
                ['Line.0.SalesItemLineDetail.UnitPrice', 'Line.0.Amount', 'Line.2.Amount', *totals,
                 'TxnTaxDetail.*'],
            ),
        }  # fmt: skip

    def test_prices_with_tax_come_with_quickbooks_own_split(self):
        tables = {
            '3 × 10': [(3, 30.0, 25.0)],
            '10 + 10 + 10': [(1, 10.0, 8.33)] * 3,
            '10 + 25 + 7': [(1, 10.0, 8.33), (1, 25.0, 20.83), (1, 7.0, 5.83)],
            'two codes': [(1, 9.99, 8.33), (1, 10.0, 10.0, '0.0% Z'), (2, 4.99, 4.75, '5.0% R')],
        }
        for method in ('round_globally', 'round_per_line'):
            self.company.tax_calculation_rounding_method = method
            for kind in KINDS:
                entities = [
                    self.there(kind, [self.priced(*row) for row in rows], GlobalTaxCalculation='TaxInclusive')
                    for rows in tables.values()
                ]
                for (name, rows), entity, move in zip(tables.items(), entities, self.taken(entities), strict=True):
                    with self.subTest(name, method=method, kind=kind):
                        self.check_split(move, entity, rows)

    def check_split(self, move, entity, rows):
        lines = move._qbo_item_lines().sorted('sequence')
        self.assertEqual([abs(line.balance) for line in lines], [row[2] for row in rows])
        self.assertEqual(lines.mapped('price_subtotal'), [row[2] for row in rows])
        self.assertEqual(lines.mapped('quantity'), [row[0] for row in rows])
        self.assertSame(move)
        for _touch in range(2):
            before, sent = self.in_odoo(move), self.requests_of(move)
            move.button_draft()
            move.action_post()
            self.run_engine()
            self.assertEqual((moved(before, self.in_odoo(move)), self.requests_of(move)), (set(), sent))
        self.edit_here({'description': (self.line_edit(0, name="Blue"), ['Line.0.Description'])}, [move])
        self.assertEqual(move.amount_total, entity['TotalAmt'])

    def test_a_penny_stays_where_it_is_when_a_description_is_corrected(self):
        lines = [(self.chlorine, 1, 9.99, self.taxes['20.0% S in']), (self.visit, 1, 10.0, self.taxes['0.0% Z in'])]
        for method in ('round_globally', 'round_per_line'):
            self.company.tax_calculation_rounding_method = method
            with self.subTest(method=method):
                move = self.synced_invoice(lines=lines)
                self.assertEqual((move.amount_total, self.in_qbo(move)['TotalAmt']), (19.99, 19.99))
                self.edit_here({'description': (self.line_edit(1, name="Blue"), ['Line.1.Description'])}, [move])
                self.assertEqual((move.amount_total, self.in_qbo(move)['TotalAmt']), (19.99, 19.99))

    def test_out_of_scope_of_tax_it_stays_so_until_somebody_taxes_it(self):
        for kind in KINDS[:2]:
            with self.subTest(kind):
                rows = [self.row(self.chlorine.qbo_id, 3, 33.33, None), self.row(self.visit.qbo_id, 1, 40.0, None)]
                for row in rows:
                    del row['SalesItemLineDetail']['TaxCodeRef']
                free, taxed = self.taken(
                    [self.there(kind, rows, GlobalTaxCalculation='NotApplicable') for _number in range(2)]
                )
                self.assertFalse(free.invoice_line_ids.tax_ids)
                self.edit_here({
                    'description': (self.line_edit(0, name="Blue"), ['Line.0.Description']),
                    'tax': (
                        lambda move: {'invoice_line_ids': [
                            Command.update(line.id, {'tax_ids': [Command.set(self.taxes['20.0% S'].ids)]})
                            for line in move.invoice_line_ids
                        ]},
                        ['GlobalTaxCalculation', 'Line.*.TaxCodeRef.*', 'TxnTaxDetail.*', 'TotalAmt', '*Balance',
                         *(['RemainingCredit'] if kind == 'CreditMemo' else [])],
                    ),
                }, [free, taxed])  # fmt: skip
                self.assertEqual(self.in_qbo(free)['GlobalTaxCalculation'], 'NotApplicable')
                self.assertEqual(self.in_qbo(taxed)['GlobalTaxCalculation'], 'TaxExcluded')

    def test_prices_with_and_without_tax_can_be_exchanged_there(self):
        (move,) = self.taken(self.sold('Invoice', 1, 20.0))
        for calculation, taxes in (
            ('TaxInclusive', ['20.0% S in', '0.0% Z']), ('TaxExcluded', ['20.0% S', '0.0% Z']),
            ('NotApplicable', []), ('TaxInclusive', ['20.0% S in', '0.0% Z']),
        ):  # fmt: skip
            with self.subTest(calculation):
                self.sandbox.update('Invoice', move.qbo_id, {'GlobalTaxCalculation': calculation})
                self.sandbox.requests.clear()
                self.pull('documents')
                self.run_engine()
                self.assertNothingWritten()
                self.assertSame(move)
                charged = move.invoice_line_ids.tax_ids.filtered('amount').mapped('name')
                self.assertEqual(charged, [name for name in taxes if '0.0% Z' not in name])
