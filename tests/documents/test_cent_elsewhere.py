from odoo.fields import Command

from .cent_case import KINDS, CentCase, moved


class TestCentCanada(CentCase):
    """Canada: one code is two taxes, and what each comes to was typed in."""

    sandbox_country = 'CA'
    rates = {'GST': 5.0, 'PST BC': 7.0, 'HST ON': 13.0, 'Zero-rated': 0.0}

    @classmethod
    def _connection_vals(cls):
        cls.env.ref('base.CAD').active = True
        cls.company.currency_id = cls.env.ref('base.CAD')
        return super()._connection_vals()

    def sold(self, kind, count):
        rows = [
            self.row(self.chlorine.qbo_id, 3, 33.33, self.code('GST/PST BC')),
            self.row(self.visit.qbo_id, 2.125, 40.0, self.code('Zero-rated')),
        ]
        return [self.there(kind, rows, TxnTaxDetail=self.charged(4.99, 7.02)) for _number in range(count)]

    def charged(self, *amounts):
        ids = {row['Name']: row['Id'] for row in self.sandbox.all('TaxRate')}
        lines = [
            {
                'Amount': amount,
                'DetailType': 'TaxLineDetail',
                'TaxLineDetail': {'TaxRateRef': {'value': ids[name]}, 'NetAmountTaxable': 99.99},
            }
            for name, amount in zip(('GST', 'PST BC'), amounts, strict=True)
        ]
        return {'TotalTax': round(sum(amounts), 2), 'TaxLine': lines}

    def there_edits(self, kind):
        opened = [] if kind == 'RefundReceipt' else ['open']
        return {
            **self.kept_there(kind),
            'untaxed quantity': (
                lambda entity: self.lines_with(entity, 1, {'Qty': 3}, Amount=120),
                ['lines.1.quantity', 'lines.1.price', 'lines.1.net', 'total', *opened],
            ),
            'split of the same tax': (lambda entity: {'TxnTaxDetail': self.charged(5.0, 7.01)}, ['tax.*']),
            'tax of one rate': (
                lambda entity: {'TxnTaxDetail': self.charged(4.99, 7.0)},
                ['tax.PST BC', 'total', *opened],
            ),
            'tax code': (
                lambda entity: self.lines_with(entity, 0, {'TaxCodeRef': {'value': self.code('HST ON')}}, tax=False),
                ['tax.*', 'lines.0.taxes.*', 'total', *opened],
            ),
        }

    def test_an_edit_there_changes_nothing_else(self):
        for kind in KINDS:
            edits = self.there_edits(kind)
            moves = self.taken(self.sold(kind, len(edits)))
            self.assertEqual([abs(amount) for amount in self.in_odoo(moves[0])['tax'].values()], [4.99, 7.02])
            self.edit_there(edits, moves)

    def test_an_edit_here_changes_nothing_else(self):
        for kind in KINDS:
            edits = {
                **self.kept_here(kind),
                'split of the same tax': (self.split_here, ['TxnTaxDetail.TaxLine.*.Amount']),
            }
            self.edit_here(edits, self.taken(self.sold(kind, len(edits))))

    def split_here(self, move):
        """A bookkeeper moves a cent from one tax to the other."""
        commands = []
        for name, cent in (('GST', 0.01), ('PST BC', -0.01)):
            line = move.line_ids.filtered(lambda line, name=name: line.tax_line_id.name == name)
            amount = line.amount_currency + move.direction_sign * cent
            commands.append(Command.update(line.id, {'amount_currency': amount}))
        return {'line_ids': commands}

    def test_a_split_that_quickbooks_does_not_take_is_said(self):
        (move,) = self.taken(self.sold('Invoice', 1))
        self.connection.direction = 'odoo'
        self.sandbox.update('Invoice', move.qbo_id, {'TxnTaxDetail': self.charged(5.0, 7.01)})
        self.pull('documents')
        self.assertEqual(move.qbo_state, 'differs')
        for text in ("split otherwise", "GST 5.00", "GST 4.99"):
            self.assertIn(text, move.qbo_error)


class TestCentAutomated(CentCase):
    """The US with automated sales tax: what QuickBooks found was accepted, or Odoo's went before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prefer_for_all(TaxPrefs={'UsingSalesTax': True, 'PartnerTaxEnabled': True})
        cls.sales_tax = cls.tax("Sales tax", 5.0)

    def sold(self, kind, count):
        move_type = 'out_invoice' if kind == 'Invoice' else 'out_refund'
        lines = [(self.chlorine, 3, 33.33, self.sales_tax), (self.visit, 2, 40.0)]
        moves = [self.invoice(lines=lines, move_type=move_type) for _number in range(count)]
        if kind == 'Invoice':
            self.pay(moves[0])
        self.run_engine()
        for move in moves if self.connection.automated_tax else ():
            self.assertEqual(move.qbo_state, 'differs')
            move.with_user(self.user).action_qbo_accept_tax()
        self.run_engine()
        for move in moves:
            self.assertSame(move)
        self.sandbox.requests.clear()
        return moves

    def both(self):
        """Yield the two ways that tax can go."""
        for automated in (True, False):
            self.connection.automated_tax = automated
            for kind in KINDS[:2]:
                with self.subTest(automated=automated, kind=kind):
                    yield kind

    def test_an_edit_there_changes_nothing_else(self):
        for kind in self.both():
            edits = self.kept_there(kind)
            for name in ('customer', 'address'):  # the first one is paid, and QuickBooks' tax is of the place
                del edits[name]
            self.edit_there(edits, self.sold(kind, len(edits)))

    def test_an_edit_here_changes_nothing_else(self):
        for kind in self.both():
            edits = self.kept_here(kind)
            for name in ('customer', 'address') if self.connection.automated_tax else ():
                del edits[name]
            self.edit_here(edits, self.sold(kind, len(edits)))

    def test_an_amount_edited_there_is_taken_with_quickbooks_tax(self):
        for kind in self.both():

            def quantity(entity):
                lines = [line for line in entity['Line'] if line['DetailType'] != 'SubTotalLineDetail']
                detail = {**lines[0]['SalesItemLineDetail'], 'Qty': 4}
                lines[0] = {**lines[0], 'Amount': 133.32, 'SalesItemLineDetail': detail}
                return {'Line': lines}

            paths = ['lines.0.quantity', 'lines.0.net', 'tax.*', 'total', 'open']
            _paid, move = self.sold(kind, 2)
            self.edit_there({'quantity': (quantity, paths)}, [move])

    def test_accepted_and_paid_it_stays_paid_when_it_is_reset(self):
        self.connection.automated_tax = True
        move = self.invoice(lines=[(self.chlorine, 3, 33.33, self.sales_tax)])
        self.run_engine()
        move.with_user(self.user).action_qbo_accept_tax()
        self.pay(move)
        self.run_engine()
        before = self.in_odoo(move)
        self.assertEqual(before['paid'], 'paid')
        move.with_user(self.user).button_draft()
        move.with_user(self.user).action_post()
        self.run_engine()
        self.assertEqual(moved(before, self.in_odoo(move)), set())
        self.assertSame(move)


class TestCentCurrency(CentCase):
    """Another currency, at a rate of the document's own, paid with an exchange difference."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.deal_in_euros(('2025-01-01', 0.8), ('2026-03-04', 0.5))
        cls.abroad = cls.env['res.partner'].create({'name': "Abroad"})

    def sold(self, count):
        """Return invoices whose tax was typed in, at a rate that is nobody's, the first one paid."""
        moves = self.env['account.move']
        for _number in range(count):
            lines = [(self.chlorine, 3, 33.33, self.taxes['GA State']), (self.visit, 1, 40.0)]
            move = self.draft(self.abroad, lines, currency_id=self.euro.id)
            move.invoice_currency_rate = 0.77
            tax = move.line_ids.filtered('tax_line_id')
            move.write({'line_ids': [Command.update(tax.id, {'amount_currency': -3.97})]})
            moves += move
        moves.action_post()
        self.run_engine()
        self.pay(moves[0], payment_date='2026-03-09')
        self.run_engine()
        for move in moves:
            self.assertSame(move)
        self.sandbox.requests.clear()
        return moves

    def test_reset_and_confirmed_it_is_the_same(self):
        moves = self.sold(2)
        self.assertEqual(moves[0].payment_state, 'paid')
        for move in moves:
            before, sent = (self.in_odoo(move), sorted(move.line_ids.mapped('balance'))), self.requests_of(move)
            move.button_draft()
            move.action_post()
            self.run_engine()
            self.assertEqual(moved([*before], [self.in_odoo(move), sorted(move.line_ids.mapped('balance'))]), set())
            self.assertEqual(self.requests_of(move), sent)

    def test_an_edit_there_changes_nothing_else(self):
        edits = {
            'due': (lambda entity: {'DueDate': '2026-04-20'}, ['due']),
            'date': (lambda entity: {'TxnDate': '2026-03-05', 'DueDate': entity['DueDate']}, ['date']),
            'rate': (lambda entity: {'ExchangeRate': 1.25}, ['rate', 'tax.GA State', 'lines.*.net']),
        }
        moves = self.sold(len(edits))
        self.edit_there(edits, moves)
        self.assertEqual(moves[0].payment_state, 'paid')
        self.assertEqual([move.amount_tax for move in moves], [3.97] * 3)


class TestCentRounding(CentCase):
    """A total that is rounded for cash stays on its step."""

    def test_reset_and_confirmed_it_is_the_same(self):
        account = self.env['account.account'].search([('account_type', '=', 'income_other')], limit=1).id
        self.connection.line_product_id = self.visit
        for strategy in ('add_invoice_line', 'biggest_tax'):
            with self.subTest(strategy):
                method = self.env['account.cash.rounding'].create({
                    'name': strategy, 'rounding': 0.05, 'strategy': strategy, 'rounding_method': 'HALF-UP',
                    'profit_account_id': account, 'loss_account_id': account,
                })  # fmt: skip
                lines = [(self.chlorine, 3, 33.33, self.taxes['GA State'])]
                move = self.synced_invoice(lines=lines, invoice_cash_rounding_id=method.id)
                before, sent = self.in_odoo(move), self.requests_of(move)
                self.assertEqual(move.amount_total, 104.0)
                for _touch in range(2):
                    move.button_draft()
                    move.action_post()
                    self.run_engine()
                    self.assertEqual((moved(before, self.in_odoo(move)), self.requests_of(move)), (set(), sent))
                    self.assertSame(move)
                self.edit_here({'description': (self.line_edit(0, name="Blue"), ['Line.0.Description'])}, [move])
