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

    # === RECEIPTS AND EXPENSES === #

    def receipt_there(self, **members):
        """Return an expense of QuickBooks with two rates, and what it became here."""
        taxed = [self.account_line(33.33, **self.taxed()), self.account_line(9.99, **self.taxed('5.0% R'))]
        values = {
            'PaymentType': 'Cash',
            'AccountRef': {'value': self.bank._qbo_paid_from(self.step()).qbo_id},
            'EntityRef': {'value': self.vendor_id(self.tackle), 'type': 'Vendor'},
            'TxnDate': '2026-03-02',
            'Line': taxed,
        }
        entity = self.sandbox.create('Purchase', {**values, **members})
        self.pull('documents')
        self.assertNoErrors()
        domain = [('entity', '=', 'Purchase'), ('qbo_id', '=', entity['Id'])]
        return entity, self.env['account.move'].browse(self.env['qbo.link'].search(domain).res_id)

    def test_receipts_go_and_come_rate_by_rate(self):
        self.bank.default_account_id.qbo_account_id = self.account('Bank')
        for lines, total, tax in (
            (self.lines_of_two_rates(), 151.49, 21.5),
            ([(self.fuel, 1, 9.99, self.included)], 9.99, 1.67),
        ):
            with self.subTest(total=total):
                receipt = self.bill(lines, move_type='in_receipt', ref=f'R-{total}')
                self.pay(receipt, payment_date='2026-03-05')
                self.run_engine()
                there = self.assertSame(receipt)
                self.assertEqual((there['TotalAmt'], there['TxnTaxDetail']['TotalTax']), (total, tax))
        entity, receipt = self.receipt_there()
        self.assertEqual((receipt.move_type, receipt.amount_residual), ('in_receipt', 0))
        self.assertEqual((receipt.amount_total, receipt.amount_tax), (50.49, 7.17))
        self.assertSame(receipt)

    def test_expenses_that_are_entries_have_the_tax_of_each_rate(self):
        self.bank.default_account_id.qbo_account_id = self.account('Bank')
        self.connection.take_expenses_as = 'entry'
        typed_in = [('20.0% S', 6.66), ('5.0% R', 0.51)]
        rates = {row['Name']: row['Id'] for row in self.sandbox.all('TaxRate')}
        detail = {
            'TaxLine': [
                {
                    'Amount': amount,
                    'DetailType': 'TaxLineDetail',
                    'TaxLineDetail': {'TaxRateRef': {'value': rates[name]}, 'PercentBased': False},
                }
                for name, amount in typed_in
            ]
        }
        included = {**self.account_line(50.0, **self.taxed()), 'Amount': 41.67}
        included[ACCOUNT]['TaxInclusiveAmt'] = 50.0
        for members, net, taxes in (
            ({}, [33.33, 9.99], [6.67, 0.5]),
            ({'TxnTaxDetail': detail}, [33.33, 9.99], [6.66, 0.51]),
            ({'Line': [included], 'GlobalTaxCalculation': 'TaxInclusive'}, [41.67], [8.33]),
        ):
            with self.subTest(taxes=taxes):
                entity, entry = self.receipt_there(**members)
                self.assertEqual(entry.move_type, 'entry')
                self.assertEqual(entry._qbo_item_lines().mapped('balance'), net)
                items = entry._qbo_tax_lines()
                self.assertEqual(items.mapped('balance'), taxes)
                self.assertEqual(entry._qbo_spent(), entity['TotalAmt'])
                self.sandbox.requests.clear()
                self.run_engine()
                self.assertRequests()
                self.assertEqual((entry.qbo_state, entry.qbo_error), ('synced', False))

        net, tax, money = entry._qbo_item_lines(), entry._qbo_tax_lines(), entry._qbo_money_items()
        entry.button_draft()
        commands = [
            Command.update(line.id, {'debit': debit, 'credit': credit})
            for line, debit, credit in ((net, 100.0, 0), (tax, 20.0, 0), (money, 0, 120.0))
        ]
        entry.with_context(skip_invoice_sync=True).line_ids = commands
        entry.action_post()
        self.run_engine()
        self.assertEqual((entry.qbo_state, entry.qbo_error), ('synced', False))
        there = self.sandbox.get('Purchase', entry.qbo_id)
        self.assertEqual((there['TotalAmt'], there['TxnTaxDetail']['TotalTax']), (120.0, 20.0))
