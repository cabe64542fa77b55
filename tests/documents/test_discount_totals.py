import random
from decimal import ROUND_HALF_UP, Decimal

from odoo.fields import Command

from ...sandbox.server import Sandbox
from .test_discount import DiscountCase


class TestDiscountExact(DiscountCase):
    """Many documents: the total is exact, and saving again changes nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.currencies = cls.company.currency_id + cls.setup_other_currency('EUR', rates=[('2026-01-01', 0.917)])
        for code, rounding in (('JPY', 1.0), ('KWD', 0.001)):
            cls.currencies += cls.setup_other_currency(code, rates=[('2026-01-01', 3.1)], rounding=rounding)

    def random_lines(self, dice, taxes, currency):
        """Return lines whose exact sum is not half a cent: there Odoo's own sum of floats goes either way."""
        while True:
            rows = [
                (
                    round(dice.uniform(0.01, 300), dice.choice((0, 2, 4))),
                    dice.choice((1, 2, 3, 0.25, 7.333)),
                    dice.choice((0, 0, 5, 33.33)),
                )
                for _each in range(dice.randint(1, 6))
            ]
            exact = sum(self.decimal(price * quantity * (1 - off / 100)) for price, quantity, off in rows)
            if abs(exact * 10**currency.decimal_places % 1 - Decimal('0.5')) > Decimal('0.001'):
                break
        return [self.line(price, dice.choice(taxes), quantity=quantity, discount=off) for price, quantity, off in rows]

    def random_documents(self, seed, taxes, count, currencies):
        """Yield (document with a discount, the same without, the discount by hand)."""
        dice = random.Random(seed)
        for _each in range(count):
            currency = dice.choice(currencies)
            lines = self.random_lines(dice, taxes, currency)
            vals = {'currency_id': currency.id, 'move_type': dice.choice(('out_invoice', 'out_refund'))}
            plain = self.document(*lines, **vals)
            percent = Decimal(dice.choice(('1', '3.5', '10', '12.345', '33.333333', '99')))
            off = (self.decimal(plain.amount_untaxed) * percent / 100).quantize(
                Decimal(10) ** -currency.decimal_places, ROUND_HALF_UP
            )
            by_amount = dice.random() < 0.5
            vals['qbo_discount_type'] = 'amount' if by_amount else 'percent'
            vals['qbo_discount'] = float(off if by_amount else percent)
            vals['qbo_discount_before_tax'] = dice.random() < 0.6
            yield self.document(*lines, **vals), plain, off

    def about(self, move):
        """Return what it takes to make the document again."""
        lines = [(line.quantity, line.price_unit, line.discount, line.tax_ids.mapped('name'))
                 for line in move._qbo_item_lines()]  # fmt: skip
        fields = 'move_type', 'qbo_discount', 'qbo_discount_type', 'qbo_discount_before_tax'
        return f'{move.currency_id.name} {[move[field] for field in fields]} {lines}'

    def decimal(self, amount):
        return Decimal(repr(round(amount, 6)))

    def test_the_total_is_items_less_discount_plus_tax(self):
        taxes = [self.none, self.ten, self.state + self.city, self.group, self.included, self.per_unit + self.ten,
                 self.included + self.included_too]  # fmt: skip
        for seed, method in enumerate(('round_globally', 'round_per_line')):
            self.company.tax_calculation_rounding_method = method
            for move, plain, off in self.random_documents(seed, taxes, 30, self.currencies):
                with self.subTest(self.about(move), method=method):
                    self.assertExact(move, plain, off)

    def assertExact(self, move, plain, off):
        self.assertEqual(self.decimal(-sum(move._qbo_discount_lines().mapped('price_subtotal'))), off)
        # Rounded together with the items, the discount may be booked with the cent that their fractions add up to.
        together = move.qbo_discount_before_tax and self.company.tax_calculation_rounding_method == 'round_globally'
        apart = abs(self.decimal(move._qbo_discount_amount()) - off)
        self.assertLessEqual(apart, self.decimal(move.currency_id.rounding) if together else 0)
        self.assertEqual(self.decimal(move.amount_untaxed), self.decimal(plain.amount_untaxed) - off)
        self.assertAlmostEqual(move.amount_total, move.amount_untaxed + move.amount_tax, 6)
        if not move.qbo_discount_before_tax:
            self.assertAlmostEqual(move.amount_tax, plain.amount_tax, 6)
        self.assertBalanced(move)

    def test_before_tax_the_tax_is_that_of_the_rest(self):
        taxes = [self.none, self.ten, self.state]
        for move, _plain, _off in self.random_documents(7, taxes, 30, self.company.currency_id):
            move.qbo_discount_before_tax = True
            wanted = sum(self.tax_of_the_rest(move, tax) for tax in self.ten + self.state)
            with self.subTest(self.about(move)):
                self.assertEqual(self.decimal(move.amount_tax), wanted)

    def tax_of_the_rest(self, move, tax):
        """Return the tax by hand. Odoo keeps fractions of a cent of each line until the tax is rounded."""
        lines = move.invoice_line_ids.filtered(lambda line: line.tax_ids == tax)
        rest = sum(self.decimal(line.quantity * line.price_unit * (1 - line.discount / 100)) for line in lines)
        return (rest * self.decimal(tax.amount) / 100).quantize(Decimal('0.01'), ROUND_HALF_UP)

    def test_saving_again_changes_nothing(self):
        taxes = [self.none, self.ten, self.included, self.group, self.per_unit + self.ten]
        for move, _plain, _off in self.random_documents(3, taxes, 25, self.currencies):
            before, item = self.picture(move), move._qbo_item_lines()[0]
            with self.subTest(self.about(move)):
                move.write({'qbo_discount': move.qbo_discount, 'qbo_discount_type': move.qbo_discount_type})
                self.assertEqual(self.picture(move), before)
                move.write({'invoice_line_ids': [Command.update(item.id, {'price_unit': item.price_unit})]})
                self.assertEqual(self.picture(move), before)
                move.action_post()
                self.assertEqual(self.totals(move), before[1])

    def test_changed_and_changed_back_it_is_what_it_was(self):
        for move, _plain, _off in self.random_documents(5, [self.none, self.ten, self.included], 15, self.currencies):
            wanted, item = (self.totals(move), self.discounts(move)), move._qbo_item_lines()[0]
            price, discount, before = item.price_unit, move.qbo_discount, move.qbo_discount_before_tax
            with self.subTest(self.about(move)):
                item.price_unit = price + 100
                move.write({'qbo_discount': discount / 2, 'qbo_discount_before_tax': not before})
                self.assertNotEqual(self.totals(move), wanted[0])
                item.price_unit = price
                move.write({'qbo_discount': discount, 'qbo_discount_before_tax': before})
                self.assertEqual((self.totals(move), self.discounts(move)), wanted)


class TestDiscountInQuickbooks(DiscountCase):
    """QuickBooks comes to the same total from the same lines and the same discount."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox = Sandbox(seed='sample', country='US').start()
        cls.addClassCleanup(cls.sandbox.stop)

    def in_quickbooks(self, lines, percent, before):
        """Return an invoice of QuickBooks; its tax code 2 is 6 % and 1 %."""
        items = [
            {'Amount': amount, 'DetailType': 'SalesItemLineDetail',
             'SalesItemLineDetail': {'ItemRef': {'value': '1'}, 'TaxCodeRef': {'value': 'TAX' if taxed else 'NON'}}}
            for amount, taxed in lines
        ]  # fmt: skip
        discount = {
            'DetailType': 'DiscountLineDetail',
            'DiscountLineDetail': {'PercentBased': True, 'DiscountPercent': percent},
        }
        return self.sandbox.create('Invoice', {
            'CustomerRef': {'value': '1'}, 'Line': [*items, discount], 'ApplyTaxAfterDiscount': before,
            'TxnTaxDetail': {'TxnTaxCodeRef': {'value': '2'}},
        })  # fmt: skip

    def test_the_totals_agree(self):
        dice = random.Random(11)
        for _each in range(30):
            lines = [(round(dice.uniform(0.01, 200), 2), dice.random() < 0.6) for _line in range(dice.randint(1, 5))]
            percent, before = dice.choice((1, 8.5, 10, 12.5, 33.3)), dice.random() < 0.6
            move = self.document(
                *(self.line(amount, self.state + self.city if taxed else None) for amount, taxed in lines),
                qbo_discount=percent,
                qbo_discount_before_tax=before,
            )
            invoice = self.in_quickbooks(lines, percent, before)
            with self.subTest(lines=lines, percent=percent, before=before):
                there = invoice['TotalAmt'], invoice['TxnTaxDetail']['TotalTax'], invoice['Line'][-1]['Amount']
                self.assertEqual((move.amount_total, move.amount_tax, move._qbo_discount_amount()), there)
