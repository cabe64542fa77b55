from odoo.fields import Command

from .purchase_case import ACCOUNT, PurchaseCase


class TestBillJoin(PurchaseCase):
    """Lines with accounts and with items: what both sides changed of them is on both afterwards."""

    def bought(self, move_type):
        lines = [
            (self.fuel, 1, 80.0, None, {'name': "One"}),
            (self.chlorine, 3, 4.0, None, {'name': "Two"}),
            (self.spare, 1, 20.0, None, {'name': "Three"}),
        ]
        return self.bill(lines, move_type=move_type, ref=f'J-{self.number()}')

    def number(self):
        return self.env['account.move'].search_count([])

    def here(self, number, **vals):
        def write(move):
            line = move.invoice_line_ids.sorted('sequence')[number]
            return [Command.update(line.id, vals) if vals else Command.delete(line.id)]

        return write

    def there(self, number, **members):
        return lambda rows: [{**row, **(members if place == number else {})} for place, row in enumerate(rows)]

    def for_acme(self, rows):
        detail = {**rows[0][ACCOUNT], 'CustomerRef': {'value': self.acme.qbo_id}, 'BillableStatus': 'Billable'}
        return [{**rows[0], ACCOUNT: detail}, *rows[1:]]

    def test_lines_that_both_sides_changed_are_joined(self):
        cases = {
            'amount and text': (
                self.here(0, price_unit=90.0), self.there(2, Description="Drei"),
                [("One", 90.0), ("Two", 12.0), ("Drei", 20.0)],
            ),
            'text and amount of one': (
                self.here(0, name="Uno"), self.there(0, Amount=85.0), [("Uno", 85.0), ("Two", 12.0), ("Three", 20.0)],
            ),
            'quantity and added': (
                self.here(1, quantity=5), lambda rows: [*rows, self.account_line(7.0, text="Four")],
                [("One", 80.0), ("Two", 20.0), ("Three", 20.0), ("Four", 7.0)],
            ),
            'removed and amount': (self.here(1), self.there(2, Amount=25.0), [("One", 80.0), ("Three", 25.0)]),
            'amount and removed': (
                self.here(0, price_unit=90.0), lambda rows: rows[:2], [("One", 90.0), ("Two", 12.0)],
            ),
            'amount and customer': (
                self.here(0, price_unit=90.0), self.for_acme, [("One", 90.0), ("Two", 12.0), ("Three", 20.0)],
            ),
        }  # fmt: skip
        for number, move_type in enumerate(('in_invoice', 'in_refund')):
            moves = [self.bought(move_type) for _case in cases]
            self.run_engine()
            self.assertNoErrors()
            for move, (here, there, _lines) in zip(moves, cases.values(), strict=True):
                entity = self.bill_there(move)
                self.sandbox.update(self.link(move).entity, entity['Id'], {'Line': there(entity['Line'])})
                move.button_draft()
                move.write({'invoice_line_ids': here(move)})
                move.action_post()
            if number:
                self.pull('documents')
            self.run_engine()
            self.pull('documents')
            self.run_engine()
            for (name, (_here, _there, lines)), move in zip(cases.items(), moves, strict=True):
                with self.subTest(name, move_type=move_type):
                    own = [(line.name, line.price_subtotal) for line in move.invoice_line_ids.sorted('sequence')]
                    entity = self.bill_there(move)
                    theirs = [(line.get('Description'), line['Amount']) for line in entity['Line']]
                    self.assertEqual((own, theirs), (lines, lines))
                    self.assertEqual((move.qbo_state, move.qbo_error), ('synced', False))
                    self.assertEqual(move.amount_total, entity['TotalAmt'])
            self.assertEqual(moves[-1].invoice_line_ids.qbo_customer_id, self.acme)
        self.assertFalse(self.env['qbo.log'].search([('kind', '=', 'conflict')]))
