"""Bills outside the US: purchase rates, on top of prices or in them; what nobody changed stays to the cent."""

from odoo.fields import Command

from .purchase_case import ACCOUNT, PurchaseCase


class TestBillGb(PurchaseCase):
    sandbox_country = 'GB'

    @classmethod
    def _connection_vals(cls):
        cls.env.ref('base.GBP').active = True
        cls.company.currency_id = cls.env.ref('base.GBP')
        return super()._connection_vals()

    @classmethod
    def _set_up_purchases(cls):
        result = super()._set_up_purchases()
        cls.taxes = {
            name: cls.env['account.tax'].create({'name': name, 'amount': percent, 'type_tax_use': 'purchase'})
            for name, percent in (('20.0% S', 20.0), ('5.0% R', 5.0), ('0.0% Z', 0.0))
        }
        cls.codes = {row['Name']: row['Id'] for row in cls.sandbox.all('TaxCode')}
        code = cls.env['qbo.reference'].search([('entity', '=', 'TaxCode'), ('name', '=', '20.0% S')])
        vals = {'price_include_override': 'tax_included', 'qbo_tax_code_id': code.id}
        cls.included = cls.taxes['20.0% S'].copy({'name': "20.0% S in", **vals})
        return result

    def taxed(self, code='20.0% S'):
        return {'TaxCodeRef': {'value': self.codes[code]}}

    def lines_of_two_rates(self):
        return [(self.fuel, 1, 99.99, self.taxes['20.0% S']), (self.chlorine, 3, 10.0, self.taxes['5.0% R'])]

    def assertSame(self, move):
        there = self.bill_there(move)
        self.assertEqual((there['TotalAmt'], there['TxnTaxDetail']['TotalTax']), (move.amount_total, move.amount_tax))
        self.assertEqual((move.qbo_state, move.qbo_error), ('synced', False))
        return there

    def test_purchase_tax_goes_rate_by_rate(self):
        move = self.synced_bill(self.lines_of_two_rates())
        there = self.assertSame(move)
        self.assertEqual([line['Amount'] for line in there['TxnTaxDetail']['TaxLine']], [20.0, 1.5])
        self.assertEqual(there['GlobalTaxCalculation'], 'TaxExcluded')

    def test_a_tax_that_was_typed_in_stays_on_both_sides(self):
        move = self.draft_bill(self.lines_of_two_rates())
        line = move.line_ids.filtered(lambda line: line.tax_line_id == self.taxes['20.0% S'])
        move.line_ids = [Command.update(line.id, {'amount_currency': 19.99, 'balance': 19.99})]
        move.action_post()
        self.run_engine()
        self.assertEqual(move.amount_tax, 21.49)
        self.assertSame(move)
        tax = self.bill_there(move)['TxnTaxDetail']
        self.sandbox.update('Bill', self.link(move).qbo_id, {'DueDate': '2026-05-01', 'TxnTaxDetail': tax})
        self.pull('documents')
        self.assertEqual((move.amount_tax, str(move.invoice_date_due)), (21.49, '2026-05-01'))
        self.assertSame(move)

    def test_prices_with_tax(self):
        move = self.synced_bill([(self.fuel, 1, 9.99, self.included)])
        there = self.assertSame(move)
        self.assertEqual(there['GlobalTaxCalculation'], 'TaxInclusive')
        self.assertEqual(there['Line'][0][ACCOUNT]['TaxInclusiveAmt'], 9.99)

    def test_a_taxed_bill_of_quickbooks_comes_to_the_cent(self):
        reduced = self.item_line(self.chlorine, 2, 9.99, **self.taxed('5.0% R'))
        lines = [self.account_line(33.33, **self.taxed()), reduced]
        row = self.buy(lines=lines, DocNumber='GB-1')
        self.pull('documents')
        move = self.bill_of(row)
        self.assertEqual((move.amount_total, move.amount_tax), (row['TotalAmt'], row['TxnTaxDetail']['TotalTax']))
        self.assertSame(move)
        self.run_engine()
        self.assertEqual([item.entity for item in self.sandbox.requests if item.method == 'POST'], [])

    def test_a_discount_of_a_line_goes_as_its_net_price(self):
        move = self.synced_bill([(self.chlorine, 2, 10.0, self.taxes['20.0% S'], {'discount': 10.0})])
        there = self.assertSame(move)
        self.assertEqual(self.bought_of(there), [(self.chlorine.qbo_id, 2, 9.0, 18.0)])

    def test_what_is_not_deductible_is_said(self):
        move = self.bill([(self.fuel, 1, 100.0, self.taxes['20.0% S'], {'deductible_amount': 60.0})])
        self.run_engine()
        self.assertEqual(self.bill_there(move)['TotalAmt'], 120.0)
        self.assertEqual(move.qbo_state, 'differs')
        self.assertIn("not deductible", move.qbo_error)

    def test_a_line_without_a_code_says_what_to_do(self):
        exempt = self.taxes['0.0% Z'].copy({'name': "Other", 'amount': 3.0})
        move = self.bill([(self.fuel, 1, 100.0, exempt)])
        self.run_engine()
        self.assertEqual(move.qbo_state, 'held')
        self.assertIn("“Other” (3%) is not in QuickBooks", move.qbo_error.replace('3.0%', '3%'))
