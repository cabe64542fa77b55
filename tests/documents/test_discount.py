from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from ..billing import BillingCase

SHOWN = ('id', 'name', 'display_type', 'price_unit', 'quantity', 'balance', 'amount_currency', 'extra_tax_data',
         'price_subtotal', 'price_total', 'sequence', 'analytic_distribution', 'qbo_is_discount')  # fmt: skip


@tagged('post_install', '-at_install')
class DiscountCase(AccountTestInvoicingCommon):
    """A company with Odoo's default chart; a customer; taxes of several kinds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.none = cls.env['account.tax']
        cls.ten = cls.tax(10)
        cls.state, cls.city = cls.tax(6), cls.tax(1)
        cls.included = cls.tax(21, price_include_override='tax_included')
        cls.included_too = cls.tax(3.7, price_include_override='tax_included')
        cls.per_unit = cls.tax(0.5, amount_type='fixed')
        cls.group = cls.tax(0, amount_type='group', children_tax_ids=[Command.set((cls.tax(8.25) + cls.tax(0.75)).ids)])

    @classmethod
    def tax(cls, amount, **vals):
        name = f'{amount} {len(cls.env["account.tax"].search([]))}'
        return cls.env['account.tax'].create({'name': name, 'amount': amount, 'type_tax_use': 'sale', **vals})

    def line(self, price, taxes=None, **vals):
        taxes = taxes if taxes is not None else self.none
        return Command.create({'name': "Visit", 'price_unit': price, 'tax_ids': [Command.set(taxes.ids)], **vals})

    def document(self, *lines, move_type='out_invoice', **vals):
        return self.env['account.move'].create({
            'move_type': move_type, 'partner_id': self.partner_a.id, 'invoice_date': '2026-03-02',
            'invoice_payment_term_id': False, 'invoice_line_ids': list(lines), **vals,
        })  # fmt: skip

    def discounts(self, move):
        """Return (untaxed amount, taxes) of each discount line."""
        return [(line.price_subtotal, line.tax_ids) for line in move._qbo_discount_lines()]

    def totals(self, move):
        return move.amount_untaxed, move.amount_tax, move.amount_total

    def picture(self, move):
        """Return everything that a second save could change."""
        self.env.flush_all()
        self.env.invalidate_all()
        lines = [({name: line[name] for name in SHOWN}, line.tax_ids.ids, line.account_id.id) for line in move.line_ids]
        return lines, self.totals(move)

    def assertBalanced(self, move):
        terms = move.line_ids.filtered(lambda line: line.display_type == 'payment_term')
        self.assertAlmostEqual(sum(move.line_ids.mapped('balance')), 0)
        self.assertAlmostEqual(sum(terms.mapped('amount_currency')) * -move.direction_sign, move.amount_total)


class TestDiscount(DiscountCase):
    """What a discount does to an invoice."""

    def test_after_tax_it_is_one_line_without_tax_and_the_tax_stays(self):
        move = self.document(self.line(100, self.ten), self.line(50), qbo_discount=10)

        self.assertEqual(self.discounts(move), [(-15, self.none)])
        self.assertEqual(move._qbo_discount_lines().name, "Discount 10%")
        self.assertEqual(self.totals(move), (135, 10, 145))
        self.assertEqual(move._qbo_discount_amount(), 15)
        self.assertEqual(move._qbo_item_lines().mapped('price_unit'), [100, 50])
        self.assertBalanced(move)

    def test_before_tax_it_is_spread_and_tax_is_charged_on_the_rest(self):
        lines = self.line(60, self.ten), self.line(20, self.state + self.city), self.line(20)
        move = self.document(*lines, qbo_discount=10, qbo_discount_before_tax=True)

        self.assertEqual(self.discounts(move), [(-2, self.state + self.city), (-6, self.ten), (-2, self.none)])
        self.assertEqual(self.totals(move), (90, 6.66, 96.66))
        self.assertEqual(move._qbo_discount_amount(), 10)
        self.assertBalanced(move)

    def test_an_amount_is_taken_off_as_it_is(self):
        move = self.document(self.line(100, self.ten), qbo_discount_type='amount', qbo_discount=12.34)

        self.assertEqual(move._qbo_discount_lines().name, "Discount")
        self.assertEqual(self.totals(move), (87.66, 10, 97.66))
        move.qbo_discount_before_tax = True
        self.assertEqual(self.totals(move), (87.66, 8.77, 96.43))

    def test_half_a_cent_is_rounded_up(self):
        move = self.document(self.line(10.05), qbo_discount=10)
        self.assertEqual(move._qbo_discount_amount(), 1.01)

    def test_a_percentage_follows_the_lines_and_an_amount_does_not(self):
        percent = self.document(self.line(100), qbo_discount=10)
        amount = self.document(self.line(100), qbo_discount_type='amount', qbo_discount=10)

        for move in percent, amount:
            move.invoice_line_ids[0].price_unit = 200
            move.write({'invoice_line_ids': [self.line(100)]})

        self.assertEqual((percent._qbo_discount_amount(), percent.amount_total), (30, 270))
        self.assertEqual((amount._qbo_discount_amount(), amount.amount_total), (10, 290))

    def test_a_line_removed_takes_its_share_along(self):
        move = self.document(self.line(100, self.ten), self.line(50), qbo_discount=10, qbo_discount_before_tax=True)

        move.invoice_line_ids[0].unlink()

        self.assertEqual(self.discounts(move), [(-5, self.none)])
        self.assertEqual(self.totals(move), (45, 0, 45))

    def test_no_discount_leaves_no_line(self):
        move = self.document(self.line(100, self.ten), qbo_discount=10)
        move.qbo_discount = 0
        self.assertFalse(move._qbo_discount_lines())
        self.assertEqual(self.totals(move), (100, 10, 110))

    def test_the_whole_amount_can_be_discounted(self):
        move = self.document(self.line(100, self.ten), qbo_discount=100, qbo_discount_before_tax=True)
        self.assertEqual(self.totals(move), (0, 0, 0))

    def test_a_document_without_lines_waits_for_them(self):
        move = self.document(qbo_discount_type='amount', qbo_discount=10)
        self.assertFalse(move.line_ids)
        move.write({'invoice_line_ids': [self.line(100)]})
        self.assertEqual(move.amount_total, 90)

    def test_where_nothing_is_left_to_pay_there_is_no_discount(self):
        move = self.document(self.line(10, self.ten), self.line(-10), qbo_discount=10, qbo_discount_before_tax=True)
        self.assertEqual((self.discounts(move), self.totals(move)), ([], (0, 1, 1)))

    def test_what_was_changed_by_hand_is_overwritten(self):
        move = self.document(self.line(100), qbo_discount=10)
        discount = move._qbo_discount_lines()

        discount.write({'price_unit': 5, 'name': "Mine", 'quantity': 3, 'tax_ids': [Command.set(self.ten.ids)]})
        self.assertEqual((discount.name, self.totals(move)), ("Discount 10%", (90, 0, 90)))

        discount.unlink()
        self.assertEqual((len(move._qbo_discount_lines()), move.amount_total), (1, 90))

    def test_sections_and_notes_count_for_nothing(self):
        section, note = (
            Command.create({'display_type': display_type, 'name': display_type})
            for display_type in ('line_section', 'line_note')
        )
        move = self.document(section, self.line(100), note, qbo_discount=10)
        self.assertEqual((len(move._qbo_item_lines()), move.amount_total), (1, 90))

    def test_discounts_of_lines_come_first(self):
        move = self.document(self.line(33.33, self.ten, quantity=3, discount=15), qbo_discount=10)
        self.assertEqual(self.totals(move), (76.49, 8.5, 84.99))

    def test_a_tax_per_unit_is_not_lowered(self):
        line = self.line(100, self.ten + self.per_unit, quantity=4)
        move = self.document(line, qbo_discount=10, qbo_discount_before_tax=True)

        self.assertEqual(self.discounts(move), [(-40, self.ten)])
        self.assertEqual(self.totals(move), (360, 38, 398))

    def test_a_group_of_taxes_stays_a_group(self):
        move = self.document(self.line(100, self.group), qbo_discount=10, qbo_discount_before_tax=True)
        self.assertEqual(self.discounts(move), [(-10, self.group)])
        self.assertEqual(self.totals(move), (90, 8.11, 98.11))  # 7.425 and 0.675, rounded each

    def test_where_prices_include_tax_the_untaxed_amount_is_discounted(self):
        after = self.document(self.line(121, self.included), qbo_discount=10)
        before = self.document(self.line(121, self.included), qbo_discount=10, qbo_discount_before_tax=True)

        self.assertEqual(self.totals(after), (90, 21, 111))
        self.assertEqual(self.totals(before), (90, 18.9, 108.9))
        self.assertAlmostEqual(before._qbo_discount_lines().price_unit, -12.1)

    def test_the_discount_is_booked_on_the_companys_discount_account(self):
        plain = self.document(self.line(100), qbo_discount=10)
        self.assertEqual(plain._qbo_discount_lines().account_id, plain.journal_id.default_account_id)

        account = self.copy_account(self.company_data['default_account_revenue'])
        self.company.account_discount_expense_allocation_id = account
        move = self.document(self.line(100), qbo_discount=10)

        self.assertEqual(move._qbo_discount_lines().account_id, account)
        self.assertEqual(move.amount_total, 90)

    def test_the_discount_lowers_each_analytic_account_by_its_share(self):
        plan = self.env['account.analytic.plan'].create({'name': "Routes"})
        east, west = self.env['account.analytic.account'].create(
            [{'name': name, 'plan_id': plan.id} for name in ("East", "West")]
        )
        lines = (
            self.line(price, analytic_distribution={str(account.id): 100})
            for price, account in ((75, east), (25, west))
        )
        move = self.document(*lines, qbo_discount=10)
        distribution = move._qbo_discount_lines().analytic_distribution
        self.assertEqual(distribution, {str(east.id): 75, str(west.id): 25})

    def test_payment_terms_share_what_is_left(self):
        move = self.document(self.line(100, self.ten), qbo_discount=10, invoice_payment_term_id=self.pay_terms_b.id)
        terms = move.line_ids.filtered(lambda line: line.display_type == 'payment_term')
        self.assertEqual(sorted(terms.mapped('balance')), [30, 70])

    def test_other_documents_have_none(self):
        for move_type in ('in_invoice', 'in_refund', 'in_receipt'):
            move = self.document(self.line(100), move_type=move_type, qbo_discount=10)
            self.assertEqual((move_type, move.amount_total), (move_type, 100))


class TestDiscountLife(DiscountCase):
    """Posting, copies, credit notes, forms."""

    def test_a_posted_document_keeps_its_discount_until_it_is_reset(self):
        move = self.document(self.line(100, self.ten), qbo_discount=10)
        move.action_post()
        before = self.picture(move)

        with self.assertRaisesRegex(ValidationError, "Reset to Draft"):
            move.qbo_discount = 20
        self.assertEqual(self.picture(move), before)

        move.button_draft()
        move.qbo_discount = 20
        move.action_post()
        self.assertEqual((move.amount_total, move.state), (90, 'posted'))

    def test_a_cancelled_document_is_left_alone(self):
        move = self.document(self.line(100), qbo_discount=10)
        move.button_cancel()
        move.qbo_discount = 20
        self.assertEqual(move.amount_total, 90)

    def test_posting_makes_up_for_lines_written_without_synchronization(self):
        move = self.document(self.line(100), qbo_discount=10)
        move.with_context(skip_invoice_sync=True).qbo_discount = 20
        self.assertEqual(move.amount_total, 90)
        move.action_post()
        self.assertEqual((move.amount_total, move.state), (80, 'posted'))

    def test_a_duplicate_has_one_discount(self):
        for before in (False, True):
            lines = self.line(100, self.ten), self.line(50)
            move = self.document(*lines, qbo_discount=10, qbo_discount_before_tax=before)
            copy = move.copy()
            self.assertEqual(self.discounts(copy), self.discounts(move))
            self.assertEqual(self.totals(copy), self.totals(move))

    def test_reversed_it_is_the_same_credit_note(self):
        for taxes, before in ((self.ten, False), (self.ten, True), (self.included, True)):
            lines = self.line(100, taxes), self.line(50)
            move = self.document(*lines, qbo_discount=10, qbo_discount_before_tax=before)
            move.action_post()

            refund = self._reverse_invoice(move, post=True)

            self.assertEqual((refund.move_type, self.totals(refund)), ('out_refund', self.totals(move)))
            self.assertEqual(self.discounts(refund), self.discounts(move))
            self.assertBalanced(refund)

    def test_reversed_and_replaced_all_three_agree(self):
        move = self.document(self.line(100, self.ten), qbo_discount=10)
        move.action_post()

        again = self._reverse_invoice(move, is_modify=True)

        self.assertEqual(move.payment_state, 'reversed')
        self.assertEqual((again.move_type, again.state), ('out_invoice', 'draft'))
        self.assertEqual(self.totals(again), self.totals(move))
        self.assertEqual(self.discounts(again), self.discounts(move))

    def test_a_credit_note_has_its_own_discount(self):
        move = self.document(
            self.line(100, self.ten), move_type='out_refund', qbo_discount=10, qbo_discount_before_tax=True
        )
        self.assertEqual((self.totals(move), move._qbo_discount_amount()), ((90, 9, 99), 10))
        self.assertBalanced(move)

    def test_turned_into_a_credit_note_it_keeps_its_discount(self):
        move = self.document(self.line(100, self.ten), qbo_discount=10)
        move.action_switch_move_type()
        self.assertEqual((move.move_type, self.totals(move)), ('out_refund', (90, 10, 100)))

    def test_another_currency_or_rate_leaves_the_documents_amounts(self):
        euro = self.setup_other_currency('EUR', rates=[('2026-01-01', 0.73)])
        move = self.document(self.line(99.99, self.included), qbo_discount=7, qbo_discount_before_tax=True)
        wanted = self.totals(move)

        move.currency_id = euro
        self.assertEqual(self.totals(move), wanted)
        move.invoice_currency_rate = 1.9
        self.assertEqual(self.totals(move), wanted)
        self.assertBalanced(move)

    def test_invoices_made_together_as_from_sales_orders_have_their_discounts(self):
        first, second = self.env['account.move'].create([
            {'move_type': 'out_invoice', 'partner_id': partner.id, 'qbo_discount': percent,
             'invoice_line_ids': [self.line(100)]}
            for partner, percent in ((self.partner_a, 10), (self.partner_b, 20))
        ])  # fmt: skip
        self.assertEqual((first.amount_total, second.amount_total), (90, 80))

    def test_percentages_are_from_0_to_100(self):
        move = self.document(self.line(100))
        for percent in (-1, 100.01):
            with self.assertRaisesRegex(ValidationError, "from 0 to 100 in the field Discount"):
                move.qbo_discount = percent

    def test_amounts_are_from_0_to_the_untaxed_amount(self):
        move = self.document(self.line(100, self.ten), qbo_discount_type='amount', qbo_discount=100)
        for amount in (-1, 100.01):
            with self.assertRaisesRegex(ValidationError, r"Enter an amount from 0 to \$.100\.00"):
                move.qbo_discount = amount
        with self.assertRaisesRegex(ValidationError, r"Enter an amount from 0 to \$.40\.00"):
            move.write({'invoice_line_ids': [Command.update(move._qbo_item_lines().id, {'price_unit': 40})]})

    def test_a_line_lowered_below_the_discount_cannot_be_posted(self):
        move = self.document(self.line(100), qbo_discount_type='amount', qbo_discount=50)
        move._qbo_item_lines().price_unit = 40
        with self.assertRaisesRegex(ValidationError, r"Enter an amount from 0 to \$.40\.00"):
            move.action_post()

    def test_the_form_shows_it_before_it_is_saved(self):
        user = new_test_user(self.env, 'biller', 'base.group_user,account.group_account_invoice', **self.own_company())
        with Form(self.env['account.move'].with_user(user).with_context(default_move_type='out_invoice')) as form:
            form.partner_id = self.partner_a
            form.qbo_discount = 10
            for price in (100, 50):
                with form.invoice_line_ids.new() as line:
                    line.name = "Visit"
                    line.price_unit = price
                    line.tax_ids.clear()
                    line.tax_ids.add(self.ten)
            self.assertEqual(form.tax_totals['total_amount_currency'], 150)
            form.qbo_discount_before_tax = True
            self.assertEqual(form.tax_totals['total_amount_currency'], 148.5)
            form.invoice_line_ids.remove(1)  # the discount line comes back
            self.assertEqual(form.tax_totals['total_amount_currency'], 148.5)
        self.assertEqual(self.discounts(form.record), [(-15, self.ten)])
        self.assertEqual(self.totals(form.record), (135, 13.5, 148.5))
        before = self.picture(form.record)

        with Form(form.record) as form:
            form.ref = "P-1"
        self.assertEqual(self.picture(form.record), before)

    def own_company(self):
        return {'company_id': self.company.id, 'company_ids': [Command.set(self.company.ids)]}

    def test_the_form_takes_it_away_again(self):
        move = self.document(self.line(100), qbo_discount=10)
        with Form(move) as form:
            form.qbo_discount = 0
            self.assertEqual(form.tax_totals['total_amount_currency'], 100)
        self.assertEqual(len(move.invoice_line_ids), 1)


class TestDiscountTaken(BillingCase):
    """A discount that was changed in QuickBooks."""

    def test_it_can_exceed_what_the_lines_were_before(self):
        invoice = self.synced_invoice(lines=[(self.chlorine, 1, 40.0)], qbo_discount=10, qbo_discount_type='amount')
        off = {'Amount': 50.0, 'DetailType': 'DiscountLineDetail', 'DiscountLineDetail': {'PercentBased': False}}

        lines = [self._item_line(self.chlorine.qbo_id, 10, 10.0), off]
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': lines})
        self.pull('documents')

        self.assertNoErrors()
        self.assertEqual((invoice._qbo_discount_amount(), invoice.amount_total, invoice.state), (50, 50, 'posted'))

    def test_it_can_shrink_together_with_the_lines(self):
        invoice = self.synced_invoice(lines=[(self.chlorine, 10, 10.0)], qbo_discount=50, qbo_discount_type='amount')
        off = {'Amount': 10.0, 'DetailType': 'DiscountLineDetail', 'DiscountLineDetail': {'PercentBased': False}}

        lines = [self._item_line(self.chlorine.qbo_id, 1, 40.0), off]
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': lines})
        self.pull('documents')

        self.assertNoErrors()
        self.assertEqual((invoice._qbo_discount_amount(), invoice.amount_total, invoice.state), (10, 30, 'posted'))
