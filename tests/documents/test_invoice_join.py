"""Lines that both sides changed between two pulls: what each changed is on both afterwards, to the cent."""

from odoo.fields import Command

from .cent_case import CentCase


class JoinCase(CentCase):
    """A table of edits of both sides; who goes first, and the rule for conflicts, make no difference."""

    def taxed(self):
        """Return the taxes of the first line in Odoo."""
        raise NotImplementedError

    def untaxed(self):
        return self.env['account.tax']

    def code_there(self):
        """Return the tax code of a line that is added in QuickBooks."""
        return 'NON'

    def documents(self, count):
        """Return invoices of three lines that are the same on both sides."""
        lines = [
            (self.chlorine, 3, 33.33, self.taxed(), {'name': "One"}),
            (self.visit, 2, 72.5, self.untaxed(), {'name': "Two"}),
            (self.chlorine, 1, 7.77, self.taxed(), {'name': "Three"}),
        ]
        moves = [self.invoice(lines=lines) for _number in range(count)]
        self.run_engine()
        self.assertNoErrors()
        return moves

    # === EDITS === #

    def here(self, number, **vals):
        """Return an edit in Odoo: other values on a line; without any, its removal."""

        def write(move):
            line = move.invoice_line_ids.sorted('sequence')[number]
            return [Command.update(line.id, vals) if vals else Command.delete(line.id)]

        return write

    def add_here(self, move):
        vals = {
            'product_id': self.visit.id, 'name': "Added here", 'quantity': 1, 'price_unit': 5.0, 'sequence': 999,
            'tax_ids': [Command.set(self.untaxed().ids)],
        }  # fmt: skip
        return [Command.create(vals)]

    def there_line(self, number, times=None, **members):
        """Return an edit in QuickBooks of one line: other members, or that many times its quantity."""

        def edit(rows):
            row = {**rows[number], **members}
            detail = dict(row['SalesItemLineDetail'])
            if times:
                row['Amount'] = round(row['Amount'] * times, 2)
                detail['Qty'] *= times
                if 'TaxInclusiveAmt' in detail:
                    detail['TaxInclusiveAmt'] = round(detail['TaxInclusiveAmt'] * times, 2)
            return [*rows[:number], {**row, 'SalesItemLineDetail': detail}, *rows[number + 1 :]]

        return edit

    def remove_there(self, number):
        return lambda rows: [row for place, row in enumerate(rows) if place != number]

    def add_there(self, rows):
        added = self._item_line(self.visit.qbo_id, 1, 12.0, self.code_there())
        return [*rows[:1], {**added, 'Description': "Added there"}, *rows[1:]]

    def cases(self):
        """Return ``{name: (edit in Odoo, edit in QuickBooks, [(text, quantity)] that both have then)}``."""
        one, two, three = ("One", 3), ("Two", 2), ("Three", 1)
        return {
            'quantity and text': (
                self.here(0, quantity=4), self.there_line(1, Description="Zwei"), [("One", 4), ("Zwei", 2), three],
            ),
            'text and quantity': (
                self.here(0, name="Uno"), self.there_line(1, times=2), [("Uno", 3), ("Two", 4), three],
            ),
            'quantity and quantity': (
                self.here(0, quantity=4), self.there_line(2, times=3), [("One", 4), two, ("Three", 3)],
            ),
            'text and quantity of one': (
                self.here(0, name="Uno"), self.there_line(0, times=2), [("Uno", 6), two, three],
            ),
            'quantity and text of one': (
                self.here(0, quantity=5), self.there_line(0, Description="Eins"), [("Eins", 5), two, three],
            ),
            'added and quantity': (
                self.add_here, self.there_line(2, times=2), [one, two, ("Three", 2), ("Added here", 1)],
            ),
            'quantity and added': (
                self.here(2, quantity=2), self.add_there, [one, ("Added there", 1), two, ("Three", 2)],
            ),
            'removed and quantity': (self.here(1), self.there_line(0, times=2), [("One", 6), three]),
            'quantity and removed': (self.here(0, quantity=2), self.remove_there(1), [("One", 2), three]),
            'removed and removed another': (self.here(2), self.remove_there(1), [one]),
        }  # fmt: skip

    def both_edit(self, moves, cases):
        for move, (here, there, _lines) in zip(moves, cases.values(), strict=True):
            rows = [line for line in self.in_qbo(move)['Line'] if line['DetailType'] != 'SubTotalLineDetail']
            self.sandbox.update('Invoice', move.qbo_id, {'Line': there(rows)})
            move.button_draft()
            move.write({'invoice_line_ids': here(move)})
            move.action_post()

    def assertJoined(self, moves, cases):
        """Assert that both sides have what both changed, that nobody is asked, and that all is said by then."""
        for move, (name, (_here, _there, lines)) in zip(moves, cases.items(), strict=True):
            with self.subTest(name, rule=self.connection.conflict_rule):
                own = [(line.name, line.quantity) for line in move.invoice_line_ids.sorted('sequence')]
                rows = [line for line in self.in_qbo(move)['Line'] if 'SalesItemLineDetail' in line]
                theirs = [(row['Description'], row['SalesItemLineDetail']['Qty']) for row in rows]
                self.assertEqual((own, theirs), (lines, lines))
                self.assertSame(move)
        kinds = self.env['qbo.log'].search([('kind', '=', 'conflict')])
        self.assertFalse(kinds)
        self.sandbox.requests.clear()
        self.pull('documents')
        self.run_engine()
        self.assertNothingWritten()

    def check(self, rule, is_pulled):
        """Have both sides edit each document, and the pull come first, or the push, which meets another version."""
        self.connection.conflict_rule = rule
        cases = self.cases()
        moves = self.documents(len(cases))
        self.both_edit(moves, cases)
        if is_pulled:
            self.pull('documents')
        self.run_engine()
        self.pull('documents')
        self.run_engine()
        self.assertJoined(moves, cases)


class TestJoinUs(JoinCase):
    """The US with manual tax: one code a document."""

    def taxed(self):
        return self.taxes['FL State'] + self.taxes['FL Surtax']

    def test_both_edit_and_the_pull_comes_first(self):
        self.check('odoo', is_pulled=True)

    def test_both_edit_and_the_push_comes_first(self):
        self.check('ask', is_pulled=False)

    def test_what_paid_it_stays(self):
        self.connection.conflict_rule = 'qbo'
        moves = self.documents(1)
        payment = self.pay(moves[0], 50.0)
        self.run_engine()
        cases = {name: case for name, case in self.cases().items() if name == 'quantity and quantity'}
        self.both_edit(moves, cases)
        money = payment.move_id.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')
        moves[0].js_assign_outstanding_line(money.id)
        self.pull('documents')
        self.run_engine()
        self.assertEqual(moves[0].payment_state, 'partial')
        self.assertJoined(moves, cases)

    def test_what_is_left_of_a_typed_tax_is_asked(self):
        """Whose the tax is of lines that both sides changed, nobody knows where it was typed in."""
        self.connection.conflict_rule = 'ask'
        (move,) = self.documents(1)
        detail = self.in_qbo(move)['TxnTaxDetail']
        self.sandbox.update('Invoice', move.qbo_id, {'TxnTaxDetail': {**detail, 'TotalTax': 6.11, 'TaxLine': []}})
        self.pull('documents')
        cases = {name: case for name, case in self.cases().items() if name == 'quantity and quantity'}
        self.both_edit([move], cases)
        self.pull('documents')
        self.run_engine()
        self.assertEqual((move.qbo_state, self.link(move).error_code), ('error', 'conflict'))

    def test_a_line_that_only_one_can_have_is_for_the_rule(self):
        """The same of a line changed otherwise, or gone on one side: the lines are one version."""
        for number, (here, there, odoos) in enumerate([
            (self.here(0, quantity=4), self.there_line(0, times=2), [("One", 4), ("Two", 2), ("Three", 1)]),
            (self.here(0), self.there_line(0, times=2), [("Two", 2), ("Three", 1)]),
            (self.here(0, quantity=4), self.remove_there(0), [("One", 4), ("Two", 2), ("Three", 1)]),
        ]):  # fmt: skip
            with self.subTest(number):
                self.connection.conflict_rule = 'odoo'
                moves = self.documents(1)
                self.both_edit(moves, {'': (here, there, odoos)})
                self.pull('documents')
                self.run_engine()
                own = [(line.name, line.quantity) for line in moves[0].invoice_line_ids.sorted('sequence')]
                self.assertEqual(own, odoos)
                self.assertSame(moves[0])


class TestJoinGb(JoinCase):
    """The United Kingdom: a code on each line, tax on top of prices."""

    sandbox_country = 'GB'
    rates = {'20.0% S': 20.0, '5.0% R': 5.0, '0.0% Z': 0.0}

    @classmethod
    def _connection_vals(cls):
        cls.env.ref('base.GBP').active = True
        cls.company.currency_id = cls.env.ref('base.GBP')
        return super()._connection_vals()

    def taxed(self):
        return self.taxes['20.0% S']

    def untaxed(self):
        return self.taxes['0.0% Z']

    def code_there(self):
        return self.code('0.0% Z')

    def test_both_edit_and_the_pull_comes_first(self):
        self.check('qbo', is_pulled=True)


class TestJoinIncluded(TestJoinGb):
    """The same with prices that include the tax."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        codes = {row['Name']: row['Id'] for row in cls.sandbox.all('TaxCode')}
        for name, percent in cls.rates.items():
            code = cls.env['qbo.reference'].search([('entity', '=', 'TaxCode'), ('qbo_id', '=', codes[name])], limit=1)
            vals = {'price_include_override': 'tax_included', 'qbo_tax_code_id': code.id}
            cls.taxes[name].name = f'{name} on top'
            cls.taxes[name] = cls.tax(f'{name} in', percent, **vals)

    def add_there(self, rows):
        added = super().add_there(rows)
        detail = added[1]['SalesItemLineDetail']
        return [added[0], {**added[1], 'SalesItemLineDetail': {**detail, 'TaxInclusiveAmt': 12.0}}, *added[2:]]
