from copy import deepcopy

from odoo.fields import Command
from odoo.tests import Form

from .cent_case import KINDS, CentCase, moved


class TestCentUs(CentCase):
    """The US with manual tax: Florida charges 7 %, and somebody typed in 6.50 on 99.99."""

    def charged(self, total=6.5, code='Florida'):
        return {'TxnTaxCodeRef': {'value': self.code(code)}, 'TotalTax': total}

    def sold(self, kind, count):
        rows = [
            self.row(self.chlorine.qbo_id, 3, 33.33, 'TAX'),
            self.row(self.visit.qbo_id, 2.125, 40.0, 'NON'),
        ]
        return [self.there(kind, rows, TxnTaxDetail=self.charged()) for _number in range(count)]

    def there_edits(self, kind):
        class_id = self.env['qbo.reference'].search([('entity', '=', 'Class')], limit=1)
        discount = {
            'DetailType': 'DiscountLineDetail', 'Amount': 5, 'DiscountLineDetail': {'PercentBased': False},
        }  # fmt: skip
        class_ref = {'ClassRef': {'value': class_id.qbo_id}}
        edits = {
            **self.kept_there(kind),
            'class': (lambda entity: self.lines_with(entity, 1, class_ref), ['lines.1.class']),
            'split of the tax': (lambda entity: {'TxnTaxDetail': self.split_otherwise(entity)}, ['tax.FL *']),
        }
        money = {
            'quantity': (
                lambda entity: self.lines_with(entity, 0, {'Qty': 4}, Amount=133.32),
                ['lines.0.quantity', 'lines.0.net', 'total', 'open'],
            ),
            'price': (
                lambda entity: self.lines_with(entity, 0, {'UnitPrice': 30}, Amount=90),
                ['lines.0.price', 'lines.0.net', 'total', 'open'],
            ),
            'three decimals': (
                lambda entity: self.lines_with(entity, 1, {'Qty': 2.375}, Amount=95),
                ['lines.1.price', 'lines.1.net', 'total', 'open'],
            ),
            'total tax': (lambda entity: {'TxnTaxDetail': self.charged(6.99)}, ['tax.FL *', 'total', 'open']),
            'tax code': (
                lambda entity: {'TxnTaxDetail': {'TxnTaxCodeRef': {'value': self.code('Georgia')}, 'TotalTax': 4.0}},
                ['tax.FL *', 'tax.GA State', 'lines.0.taxes.*', 'total', 'open'],
            ),
            'discount': (
                lambda entity: {
                    'Line': [*self.lines_with(entity, 0)['Line'], discount], 'TxnTaxDetail': entity['TxnTaxDetail'],
                },
                ['discount', 'total', 'open'],
            ),
        }  # fmt: skip
        return edits, money

    def split_otherwise(self, entity):
        """Return the tax of an entity, of which a cent goes from one rate to the other."""
        detail = deepcopy(entity['TxnTaxDetail'])
        for line, cent in zip(detail['TaxLine'], (0.01, -0.01), strict=True):
            line['Amount'] = round(line['Amount'] + cent, 2)
        return detail

    def test_an_edit_there_changes_nothing_else(self):
        for kind in KINDS:
            edits, _money = self.there_edits(kind)
            moves = self.taken(self.sold(kind, len(edits)))
            self.assertEqual({move.amount_tax for move in moves}, {6.5})
            self.edit_there(edits, moves)

    def test_an_amount_edited_there_changes_no_other(self):
        for kind in KINDS:
            _edits, money = self.there_edits(kind)
            if kind == 'RefundReceipt':  # paid at once
                money = {name: (edit, set(paths) - {'open'}) for name, (edit, paths) in money.items()}
            moves = self.taken(self.sold(kind, len(money)))
            self.edit_there(money, moves)

    def test_rounded_line_by_line_here_and_as_a_sum_there(self):
        self.company.tax_calculation_rounding_method = 'round_per_line'
        for kind in KINDS:
            rows = [self.row(self.chlorine.qbo_id, 1, 0.57, 'TAX') for _number in range(9)]
            code = {'TxnTaxCodeRef': {'value': self.code('Georgia')}}
            (move,) = self.taken([self.there(kind, rows, TxnTaxDetail=code)])
            self.assertEqual(move.amount_total, 5.34)
            self.edit_there({'date': (lambda entity: {'TxnDate': '2026-03-05', **self.due(entity)}, ['date'])}, [move])
            self.edit_here({'nothing': (lambda move: {}, [])}, [move])
            self.edit_here({'description': (self.line_edit(4, name="Blue"), ['Line.4.Description'])}, [move])
            self.assertEqual(move.amount_total, 5.34)

    def test_paid_it_stays_paid(self):
        edits, _money = self.there_edits('Invoice')
        del edits['customer']  # QuickBooks does not let a paid invoice go
        entities = self.sold('Invoice', len(edits))
        for entity in entities:
            self.sandbox.pay(entity['Id'])
        moves = self.taken(entities)
        self.assertEqual({move.payment_state for move in moves}, {'paid'})
        self.edit_there(edits, moves)

    def here_edits(self, kind):
        qbo_class = self.env['qbo.reference'].search([('entity', '=', 'Class')], limit=1)
        ref = 'Line.1.SalesItemLineDetail.ClassRef'
        return {
            **self.kept_here(kind),
            'class': (self.line_edit(1, qbo_class_id=qbo_class.id), [f'{ref}.value', f'{ref}.name']),
        }

    def here_amounts(self, kind):
        totals = {'Invoice': ['Balance'], 'CreditMemo': ['Balance', 'RemainingCredit']}[kind] + ['TotalAmt']
        detail = 'Line.1.SalesItemLineDetail'
        tax = [f'TxnTaxDetail.TaxLine.{number}.Amount' for number in (0, 1)] + ['TxnTaxDetail.TotalTax']
        bases = [f'TxnTaxDetail.TaxLine.{number}.TaxLineDetail.NetAmountTaxable' for number in (0, 1)]
        return {
            # 2.125 pieces are one piece in Odoo, which keeps two decimals.
            'quantity of an untaxed line': (
                self.line_edit(1, quantity=2),
                [f'{detail}.Qty', f'{detail}.UnitPrice', 'Line.1.Amount', 'Line.2.Amount', *totals],
            ),
            'price of an untaxed line': (
                self.line_edit(1, price_unit=170),
                [f'{detail}.UnitPrice', 'Line.1.Amount', 'Line.2.Amount', *totals],
            ),
            'price of a taxed line': (
                self.line_edit(0, price_unit=30),
                ['Line.0.SalesItemLineDetail.UnitPrice', 'Line.0.Amount', 'Line.2.Amount', *totals, *tax, *bases],
            ),
            'no tax': (
                self.line_edit(0, tax_ids=[Command.clear()]),
                ['Line.0.SalesItemLineDetail.TaxCodeRef.value', 'TxnTaxDetail.*', *totals],
            ),
            'discount': (lambda move: {'qbo_discount': 5.0, 'qbo_discount_type': 'amount'}, [*totals, 'Line.3.*']),
        }  # fmt: skip

    def test_an_edit_here_changes_nothing_else(self):
        for kind in KINDS:
            edits = self.here_edits(kind)
            moves = self.taken(self.sold(kind, len(edits)))
            self.edit_here(edits, moves)

    def test_an_amount_edited_here_changes_no_other(self):
        for kind in KINDS[:2]:
            edits = self.here_amounts(kind)
            moves = self.taken(self.sold(kind, len(edits)))
            self.edit_here(edits, moves)

    def test_another_amount_of_a_refund_made_there_is_said_until_as_much_is_paid_out(self):
        (move,) = self.taken([self.there('RefundReceipt', [self.row(self.chlorine.qbo_id, 1, 100.0, 'NON')])])
        self.check_paid_out(move)

    def test_another_amount_of_a_refund_made_here_is_said_until_as_much_is_paid_out(self):
        move = self.invoice(lines=[(self.chlorine, 1, 100.0)], move_type='out_refund', qbo_is_refund=True)
        move._qbo_pay_out(self.bank)
        self.run_engine()
        self.check_paid_out(move)

    def check_paid_out(self, move):
        for amount in (90.0, 120.0):
            with self.subTest(amount):
                move.button_draft()
                move.invoice_line_ids.price_unit = amount
                move.action_post()
                self.run_engine()
                self.assertEqual((move.qbo_state, self.in_qbo(move)['TotalAmt']), ('differs', amount))
                self.assertIn("QuickBooks paid", move.qbo_error)
                payment = move._qbo_paid_out()
                payment.action_cancel()
                payment.qbo_refund_id = False
                move._qbo_pay_out(self.bank)
                self.run_engine()
                self.assertSame(move)
        row = self.row(self.chlorine.qbo_id, 1, 80.0, 'NON')
        self.sandbox.update('RefundReceipt', move.qbo_id, {'Line': [row]})
        self.pull('documents')
        self.assertSame(move)
        self.assertEqual((move._qbo_paid_out().amount, move.payment_state), (80.0, 'paid'))


class TestHandMadeTax(CentCase):
    """A bookkeeper typed in the tax in Odoo: what Odoo computes is not what is booked."""

    def typed_in(self, tax=6.5, **vals):
        """Return a posted invoice of 3 × 33.33 with a tax of its own, in QuickBooks."""
        florida = self.taxes['FL State'] + self.taxes['FL Surtax']
        move = self.draft(lines=[(self.chlorine, 3, 33.33, florida), (self.visit, 1, 40.0)], **vals)
        line = move.line_ids.filtered(lambda line: line.tax_line_id == self.taxes['FL State'])
        move.write({'line_ids': [Command.update(line.id, {'amount_currency': -tax + 1.0})]})
        move.action_post()
        self.assertEqual(move.amount_tax, tax)
        return move

    def synced(self, moves):
        self.run_engine()
        for move in moves:
            self.assertSame(move)
        self.sandbox.requests.clear()
        return moves

    def test_reset_and_confirmed_it_is_the_same(self):
        for method in ('round_globally', 'round_per_line'):
            self.company.tax_calculation_rounding_method = method
            free, paid = self.synced([self.typed_in(), self.typed_in()])
            self.pay(paid)
            self.run_engine()
            self.company.tax_calculation_rounding_method = 'round_per_line'  # also where that was changed meanwhile
            for move in (free, paid):
                with self.subTest(method=method, paid=move == paid):
                    before, sent = self.in_odoo(move), self.requests_of(move)
                    move.with_user(self.user).button_draft()
                    move.with_user(self.user).action_post()
                    self.run_engine()
                    self.assertEqual(moved(before, self.in_odoo(move)), set())
                    self.assertEqual(self.requests_of(move), sent)
                    self.assertSame(move)

    def test_it_stays_whichever_quickbooks_company_is_connected_and_whether_one_is(self):
        def another():
            self.connection.qbo_company_id = self.env['qbo.company'].create({'company_id': self.company.id})

        (move,) = self.synced([self.typed_in()])
        for leave in (
            lambda: self.connection.write({'sync_billing': False}),
            lambda: self.connection.with_user(self.manager).action_disconnect(),
            another,
        ):
            before = self.in_odoo(move)
            leave()
            move.button_draft()
            move.action_post()
            self.assertEqual(
                {path for path in moved(before, self.in_odoo(move)) if not path.startswith('number')}, set()
            )
            move.button_cancel()
            self.assertEqual(move.amount_tax, 6.5)
            move.button_draft()
            move.action_post()

    def test_an_edit_there_keeps_it(self):
        edits = {
            'date': (lambda entity: {'TxnDate': '2026-03-05', 'DueDate': entity['DueDate']}, ['date']),
            'due': (lambda entity: {'DueDate': '2026-04-20'}, ['due']),
            'customer': (lambda entity: {'CustomerRef': {'value': self.bob.qbo_id}}, ['partner']),
        }
        moves = self.synced([self.typed_in() for _edit in edits])
        self.edit_there(edits, moves)
        self.assertEqual({move.amount_tax for move in moves}, {6.5})

    def test_an_edit_here_keeps_it(self):
        edits = {
            'customer': (lambda move: {'partner_id': self.bob.id}, ['CustomerRef.*', 'BillEmail.*', 'ShipAddr.*']),
            'the other line': (self.line_edit(1, price_unit=50.0), [
                'Line.1.SalesItemLineDetail.UnitPrice', 'Line.1.Amount', 'Line.2.Amount', 'TotalAmt', 'Balance',
            ]),
        }  # fmt: skip
        moves = self.synced([self.typed_in() for _edit in edits])
        self.edit_here(edits, moves)
        self.assertEqual({move.amount_tax for move in moves}, {6.5})

    def test_on_the_form_it_stays_too(self):
        def line(form):
            with form.invoice_line_ids.edit(1) as row:
                row.name = "Blue"

        edits = {
            'date': (lambda form: setattr(form, 'invoice_date', '2026-03-05'), ['TxnDate']),
            'memo': (lambda form: setattr(form, 'narration', "<p>Thanks</p>"), ['CustomerMemo.value']),
            'customer': (
                lambda form: setattr(form, 'partner_id', self.bob),
                ['CustomerRef.*', 'BillEmail.*', 'ShipAddr.*'],
            ),
            'description': (line, ['Line.1.Description']),
        }
        moves = self.synced([self.typed_in() for _edit in edits])
        before = [self.there_now(move) for move in moves]
        for (edit, _paths), move in zip(edits.values(), moves, strict=True):
            move.button_draft()
            with Form(move) as form:
                edit(form)
            move.action_post()
        self.run_engine()
        for (name, (_edit, paths)), move, was in zip(edits.items(), moves, before, strict=True):
            with self.subTest(name):
                self.assertSame(move)
                self.assertEqual(move.amount_tax, 6.5)
                self.assertMoved(was, self.there_now(move), paths)

    def test_a_credit_note_credits_what_was_charged(self):
        (move,) = self.synced([self.typed_in()])
        refund = move._reverse_moves([{'invoice_date': '2026-03-09'}], cancel=True)
        self.assertEqual((refund.amount_tax, move.payment_state), (6.5, 'reversed'))

    def test_a_quantity_there_keeps_price_and_discount_of_the_line(self):
        none = self.env['account.tax']
        move = self.synced_invoice(lines=[(self.visit, 3, 40.0, none, {'discount': 10})])
        line = self.in_qbo(move)['Line'][0]
        line = {**line, 'Amount': 144, 'SalesItemLineDetail': {**line['SalesItemLineDetail'], 'Qty': 4}}
        self.edit_there(
            {'quantity': (lambda entity: {'Line': [line]}, ['lines.0.quantity', 'lines.0.net', 'total', 'open'])},
            [move],
        )
        self.assertRecordValues(move.invoice_line_ids, [{'quantity': 4, 'price_unit': 40, 'discount': 10}])

    def test_the_year_changes_and_it_gets_a_number_there(self):
        move, other = self.synced([self.typed_in(), self.typed_in()])
        number = move.name
        self.edit_there({
            'last year': (lambda entity: {'TxnDate': '2025-12-30', 'DueDate': entity['DueDate']}, ['date', 'name']),
            'nothing': (lambda entity: {'PrivateNote': "x"}, []),
        }, [move, other])  # fmt: skip
        self.assertIn('2025', move.name)
        self.assertEqual((move.qbo_number, self.in_qbo(move)['DocNumber']), (number, number))

    def test_reset_before_quickbooks_answered_it_is_the_same(self):
        move = self.typed_in()
        self.sandbox.arm('drop_after_commit', on='invoice')
        self.run_engine()
        self.assertFalse(move.qbo_id)
        before = self.in_odoo(move)
        move.button_draft()
        move.action_post()
        self.assertEqual(moved(before, self.in_odoo(move)), set())
        self.wait(minutes=2)
        self.run_engine()
        self.assertSame(move)

    def test_locked_in_odoo_it_says_so_until_it_is_open(self):
        """Changed, void or deleted there."""
        move, void, gone = moves = self.synced([self.typed_in() for _number in range(3)])
        before = [self.in_odoo(each) for each in moves]
        self.company.fiscalyear_lock_date = '2026-03-31'
        self.sandbox.update('Invoice', move.qbo_id, {'DueDate': '2026-04-20'})
        self.sandbox.void('Invoice', void.qbo_id)
        self.sandbox.delete('Invoice', gone.qbo_id)
        self.pull('documents')
        for each, was in zip(moves, before, strict=True):
            self.assertEqual((each.qbo_state, moved(was, self.in_odoo(each))), ('differs', set()))
            self.assertIn("is locked in Odoo up to 2026-03-31", each.qbo_error)

        self.company.fiscalyear_lock_date = False
        self.wait(hours=2)
        self.run_engine()
        self.assertEqual(moved(before[0], self.in_odoo(move)), {'due'})
        self.assertSame(move)
        self.assertEqual((void.state, gone.state), ('cancel', 'cancel'))

    def test_into_a_locked_year_it_does_not_go(self):
        (move,) = self.synced([self.typed_in()])
        self.company.fiscalyear_lock_date = '2025-12-31'
        self.sandbox.update('Invoice', move.qbo_id, {'TxnDate': '2025-12-30'})
        self.pull('documents')
        self.assertEqual((move.qbo_state, str(move.date)), ('differs', '2026-03-02'))

    def test_one_after_the_other_nothing_is_lost_and_nothing_is_sent(self):
        self.company.tax_calculation_rounding_method = 'round_per_line'
        georgia = self.taxes['GA State']
        small = self.invoice(lines=[(self.chlorine, 1, 0.57, georgia) for _number in range(9)])
        move, small = self.synced([self.typed_in(), small])
        self.pay(move + small)
        self.run_engine()
        self.company.tax_calculation_rounding_method = 'round_globally'
        before = [self.in_odoo(each) for each in (move, small)]
        self.assertEqual([was['total'] for was in before], [146.49, 5.31])
        steps = (
            {'TxnDate': '2026-03-05', 'DueDate': '2026-04-10'},
            {'DueDate': '2026-04-20'},
            {'ShipAddr': {'Line1': '5 Bank St', 'City': 'Palmview'}},
            {'BillEmail': {'Address': 'boss@acme.example'}},
        )
        for members in steps:
            with self.subTest(' '.join(members)):
                for each in (move, small):
                    self.sandbox.update('Invoice', each.qbo_id, members)
                self.sandbox.requests.clear()
                self.pull('documents')
                self.run_engine()
                self.assertNothingWritten()
                for each, was in zip((move, small), before, strict=True):
                    self.assertSame(each)
                    now = self.in_odoo(each)
                    self.assertLessEqual(moved(was, now), {'date', 'due', 'shipping', 'email'})

    def test_another_code_there_is_another_tax_here_whatever_the_lines_lack(self):
        """Lines without a text, without quantity and price, and with a third decimal."""
        plain = {'DetailType': 'SalesItemLineDetail', 'Amount': 60.0}
        rows = [
            {
                **plain,
                'SalesItemLineDetail': {'ItemRef': {'value': self.chlorine.qbo_id}, 'TaxCodeRef': {'value': 'TAX'}},
            },
            self._item_line(self.visit.qbo_id, 0.375, 80.0, 'TAX'),
            self._item_line(self.visit.qbo_id, 1, 10.0, 'TAX'),
        ]
        florida, georgia = ({'TxnTaxCodeRef': {'value': self.code(name)}} for name in ('Florida', 'Georgia'))
        moves = self.taken([self.there(kind, rows, TxnTaxDetail=florida) for kind in KINDS])
        for move in moves:
            with self.subTest(move.qbo_link_id.entity):
                self.assertEqual(set(self.in_odoo(move)['tax']), {'FL State', 'FL Surtax'})
                before = self.in_odoo(move)
                self.sandbox.update(move.qbo_link_id.entity, move.qbo_id, {'TxnTaxDetail': georgia})
                self.sandbox.requests.clear()
                self.pull('documents')
                self.run_engine()
                self.assertSame(move)
                self.assertEqual({tax: abs(of) for tax, of in self.in_odoo(move)['tax'].items()}, {'GA State': 4.0})
                kept = {path for path in moved(before, self.in_odoo(move)) if not path.startswith(('tax.', 'lines.'))}
                self.assertEqual(kept - {'open'}, {'total'})

    def test_where_numbers_go_by_the_month_it_gets_one_of_its_month(self):
        first = self.draft()
        first.name = 'INV/2026/03/0001'
        first.action_post()
        move = self.typed_in()
        self.assertEqual(move.name, 'INV/2026/03/0002')
        (_first, move) = self.synced([first, move])
        self.edit_there(
            {'April': (lambda entity: {'TxnDate': '2026-04-02', 'DueDate': entity['DueDate']}, ['date', 'name'])},
            [move],
        )
        self.assertIn('2026/04', move.name)
