from odoo.fields import Command

from ..billing import BillingCase


class TaxCase(BillingCase):
    """Taxes of Odoo with the names and percentages of QuickBooks' tax codes."""

    rates = {'FL State': 6.0, 'FL Surtax': 1.0, 'GA State': 4.0}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.taxes = {name: cls.tax(name, percent) for name, percent in cls.rates.items()}

    @classmethod
    def tax(cls, name, percent, **vals):
        return cls.env['account.tax'].create({'name': name, 'amount': percent, 'type_tax_use': 'sale', **vals})

    def code(self, name):
        return next(row['Id'] for row in self.sandbox.all('TaxCode') if row['Name'] == name)


class TestUsTax(TaxCase):
    """The US: TAX or NON on lines, one code a document, tax sent as billed (qbo-api 9.7)."""

    @property
    def florida(self):
        return self.taxes['FL State'] + self.taxes['FL Surtax']

    def test_several_taxes_of_a_line_are_the_code_of_these_rates(self):
        invoice = self.synced_invoice(lines=[(self.chlorine, 3, 33.33, self.florida), (self.visit, 1, 145.0)])

        entity = self.in_qbo(invoice)

        self.assertEqual(entity['TxnTaxDetail']['TxnTaxCodeRef']['value'], self.code('Florida'))
        codes = [line['SalesItemLineDetail']['TaxCodeRef']['value'] for line in entity['Line'][:2]]
        self.assertEqual(codes, ['TAX', 'NON'])
        self.assertEqual(
            (entity['TotalAmt'], entity['TxnTaxDetail']['TotalTax']), (invoice.amount_total, invoice.amount_tax)
        )

    def test_the_tax_is_sent_as_billed_to_the_cent(self):
        """Odoo rounds each line, QuickBooks the sum: as billed the two agree all the same."""
        self.company.tax_calculation_rounding_method = 'round_per_line'
        lines = [(self.chlorine, 1, 0.57, self.taxes['GA State']) for _number in range(9)]
        invoice = self.synced_invoice(lines=lines)
        entity = self.in_qbo(invoice)
        self.assertEqual((entity['TxnTaxDetail']['TotalTax'], entity['TotalAmt']), (0.18, 5.31))

    def test_two_codes_on_one_document_are_an_error_that_names_them(self):
        invoice = self.invoice(lines=[
            (self.chlorine, 1, 10.0, self.taxes['GA State']), (self.visit, 1, 10.0, self.florida),
        ])  # fmt: skip
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'held')
        self.assertIn("Georgia", invoice.qbo_error)
        self.assertIn("Florida", invoice.qbo_error)

    def test_a_tax_that_quickbooks_has_not_blocks_its_documents_until_it_is_mapped(self):
        tax = self.tax("County tax", 7.0)
        invoice = self.invoice(lines=[(self.chlorine, 1, 10.0, tax)])
        other = self.invoice()
        self.run_engine()
        self.assertEqual((invoice.qbo_state, other.qbo_state), ('held', 'synced'))
        self.assertIn("County tax", invoice.qbo_error)

        code = self.env['qbo.reference'].search([('entity', '=', 'TaxCode'), ('name', '=', 'Florida')])
        tax.qbo_tax_code_id = code
        self.run_engine()

        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertEqual(self.in_qbo(invoice)['TotalAmt'], 10.7)

    def test_calculated_by_quickbooks_a_difference_shows_and_can_be_accepted(self):
        self.connection.automated_tax = True
        self.company.tax_calculation_rounding_method = 'round_per_line'
        lines = [(self.chlorine, 1, 0.57, self.taxes['GA State']) for _number in range(9)]
        invoice = self.invoice(lines=lines)
        payment = self.pay(invoice)
        self.run_engine()

        self.assertEqual(invoice.qbo_state, 'differs')
        self.assertIn("QuickBooks says", invoice.qbo_error)
        self.assertIn(invoice, self.env['account.move'].search([('qbo_state', '=', 'differs')]))
        self.assertTrue(invoice.qbo_can_accept_tax)

        self.sandbox.requests.clear()
        invoice.with_user(self.user).action_qbo_accept_tax()
        self.run_engine()

        self.assertEqual((invoice.amount_tax, invoice.amount_total), (0.21, 5.34))
        self.assertEqual((invoice.state, invoice.qbo_state), ('posted', 'synced'))
        self.assertEqual(payment.reconciled_invoice_ids, invoice, "what was paid is still reconciled")
        self.assertRequests()

    def test_a_taxed_invoice_made_there_has_the_same_tax_here(self):
        entity = self.sell(
            lines=[(self.chlorine.qbo_id, 3, 33.33, 'TAX'), (self.visit.qbo_id, 1, 145, 'NON')],
            TxnTaxDetail={'TxnTaxCodeRef': {'value': self.code('Florida')}},
        )
        self.pull('documents')
        move = self.move_of(entity)
        self.assertEqual(move.state, 'posted')
        self.assertEqual((move.amount_tax, move.amount_total), (entity['TxnTaxDetail']['TotalTax'], entity['TotalAmt']))
        self.assertEqual(move.invoice_line_ids.mapped('tax_ids'), self.florida)

    def test_a_tax_changed_there_by_hand_is_taken(self):
        invoice = self.synced_invoice(lines=[(self.chlorine, 1, 100.0, self.taxes['GA State'])])
        detail = self.in_qbo(invoice)['TxnTaxDetail']
        self.sandbox.update('Invoice', invoice.qbo_id, {
            'TxnTaxDetail': {'TxnTaxCodeRef': detail['TxnTaxCodeRef'], 'TotalTax': 3.97},
            'Line': self.in_qbo(invoice)['Line'][:1],
        })  # fmt: skip
        self.pull('documents')
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertEqual((invoice.amount_tax, invoice.amount_total), (3.97, 103.97))

    def test_a_code_that_odoo_has_not_is_an_error_that_names_it(self):
        self.taxes['GA State'].active = False
        entity = self.sell(
            lines=[(self.chlorine.qbo_id, 1, 10, 'TAX')],
            TxnTaxDetail={'TxnTaxCodeRef': {'value': self.code('Georgia')}},
        )
        self.pull('documents')
        self.assertFalse(self.move_of(entity))
        self.assertIn(
            "Georgia", self.env['qbo.link'].search([('qbo_id', '=', entity['Id']), ('entity', '=', 'Invoice')]).error
        )

    def test_a_code_that_quickbooks_made_meanwhile_is_looked_up(self):
        agency = self.sandbox.all('TaxAgency')[0]['Id']
        rate = {'TaxRateName': 'Dunes', 'RateValue': '3', 'TaxAgencyId': agency, 'TaxApplicableOn': 'Sales'}
        with self.enter_registry_test_mode():
            answer = self.connection._write_now('TaxService/TaxCode', {'TaxCode': "Dunes", 'TaxRateDetails': [rate]})
        tax = self.tax("Dunes", 3.0)
        entity = self.sell(
            lines=[(self.chlorine.qbo_id, 1, 100, 'TAX')],
            TxnTaxDetail={'TxnTaxCodeRef': {'value': answer.values['TaxCodeId']}},
        )
        self.pull('documents')
        self.assertNoErrors()
        self.assertEqual((self.move_of(entity).amount_total, self.move_of(entity).invoice_line_ids.tax_ids), (103, tax))

    def test_a_discount_before_tax_lowers_the_tax_on_both_sides(self):
        invoice = self.synced_invoice(
            lines=[(self.chlorine, 1, 100.0, self.taxes['GA State']), (self.visit, 1, 50.0)],
            qbo_discount=10, qbo_discount_before_tax=True,
        )  # fmt: skip
        self.assertEqual(invoice.amount_total, 138.6)
        self.assertEqual(self.in_qbo(invoice)['TotalAmt'], 138.6)

    def test_a_discount_after_tax_leaves_the_tax(self):
        invoice = self.synced_invoice(lines=[(self.chlorine, 1, 100.0, self.taxes['GA State'])], qbo_discount=10)
        self.assertEqual((invoice.amount_total, self.in_qbo(invoice)['TotalAmt']), (94.0, 94.0))

    def test_the_default_tax_for_new_invoices_is_odoos_or_none(self):
        self.company.account_sale_tax_id = self.taxes['GA State']
        line = self.env['account.move.line']
        product = self.env['product.product'].create({'name': "New", 'list_price': 5.0})
        move = self.draft(lines=[])
        move.invoice_line_ids = [Command.create({'product_id': product.id})]
        self.assertEqual(move.invoice_line_ids.tax_ids, self.taxes['GA State'])

        self.company.account_sale_tax_id = False
        product = self.env['product.product'].create({'name': "Newer", 'list_price': 5.0})
        move = self.draft(lines=[])
        move.invoice_line_ids = [Command.create({'product_id': product.id})]
        self.assertEqual(move.invoice_line_ids.tax_ids, line.tax_ids)


class TestAutomatedTax(TaxCase):
    """Automated sales tax: QuickBooks finds the rate by the address (qbo-api 9.7)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prefer_for_all(TaxPrefs={'UsingSalesTax': True, 'PartnerTaxEnabled': True})

    def test_quickbooks_tax_is_compared_and_accepted(self):
        self.connection.automated_tax = True
        tax = self.tax("Sales tax", 5.0)
        invoice = self.invoice(lines=[(self.chlorine, 1, 100.0, tax)])
        self.run_engine()
        entity = self.in_qbo(invoice)
        self.assertNotEqual(entity['TotalAmt'], 105)
        self.assertEqual(invoice.qbo_state, 'differs')

        invoice.action_qbo_accept_tax()
        self.run_engine()

        self.assertEqual((invoice.amount_total, invoice.qbo_state), (entity['TotalAmt'], 'synced'))

    def test_as_billed_odoos_amount_goes_before(self):
        invoice = self.synced_invoice(lines=[(self.chlorine, 1, 100.0, self.tax("Sales tax", 5.0))])
        self.assertEqual(self.in_qbo(invoice)['TotalAmt'], 105)


class TestBritishTax(TaxCase):
    """Outside the US: a code on every line, tax included or not."""

    sandbox_country = 'GB'
    rates = {'20.0% S': 20.0, '5.0% R': 5.0, '0.0% Z': 0.0}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.qbo_country = 'GB'

    @classmethod
    def _connection_vals(cls):
        cls.env.ref('base.GBP').active = True
        cls.company.currency_id = cls.env.ref('base.GBP')
        return super()._connection_vals()

    def test_each_line_has_its_code(self):
        invoice = self.synced_invoice(lines=[
            (self.chlorine, 3, 33.33, self.taxes['20.0% S']), (self.visit, 1, 145.0, self.taxes['5.0% R']),
            (self.visit, 1, 10.0, self.taxes['0.0% Z']),
        ])  # fmt: skip
        entity = self.in_qbo(invoice)
        codes = [line['SalesItemLineDetail']['TaxCodeRef']['value'] for line in entity['Line'][:3]]
        self.assertEqual(codes, [self.code(name) for name in ('20.0% S', '5.0% R', '0.0% Z')])
        self.assertEqual(entity['TotalAmt'], invoice.amount_total)

    def test_a_cash_rounding_is_a_line_without_tax(self):
        for override in ('tax_excluded', 'tax_included'):
            with self.subTest(override=override):
                self.taxes['20.0% S'].price_include_override = override
                self.connection.line_product_id = self.visit
                account = self.env['account.account'].search([('account_type', '=', 'income_other')], limit=1).id
                method = self.env['account.cash.rounding'].create({
                    'name': "Ten pence", 'rounding': 0.1, 'strategy': 'add_invoice_line', 'rounding_method': 'HALF-UP',
                    'profit_account_id': account, 'loss_account_id': account,
                })  # fmt: skip
                lines = [(self.chlorine, 3, 9.99, self.taxes['20.0% S'])]
                invoice = self.synced_invoice(lines=lines, invoice_cash_rounding_id=method.id)
                entity = self.in_qbo(invoice)
                self.assertEqual((entity['TotalAmt'], round(entity['TotalAmt'] * 100) % 10), (invoice.amount_total, 0))
                self.assertEqual(entity['TxnTaxDetail']['TotalTax'], invoice.amount_tax)
        zero = self.env['account.tax'].search([('type_tax_use', '=', 'sale'), ('amount', '=', 0)])
        zero.active = False
        invoice = self.invoice(lines=lines, invoice_cash_rounding_id=method.id)
        self.run_engine()
        self.assertIn("Make a sales tax of 0 % that has a tax code in QuickBooks", invoice.qbo_error)

    def test_prices_that_include_tax_are_sent_so(self):
        tax = self.taxes['20.0% S']
        tax.price_include_override = 'tax_included'
        invoice = self.synced_invoice(lines=[(self.chlorine, 3, 9.99, tax)])
        entity = self.in_qbo(invoice)
        self.assertEqual((entity['GlobalTaxCalculation'], entity['TotalAmt']), ('TaxInclusive', 29.97))
        self.assertEqual(entity['Line'][0]['SalesItemLineDetail']['TaxInclusiveAmt'], 29.97)

    def test_an_invoice_with_tax_included_made_there_has_the_same_total_here(self):
        self.taxes['20.0% S'].price_include_override = 'tax_included'
        line = self._item_line(self.chlorine.qbo_id, 3, 8.33, self.code('20.0% S'))
        line['SalesItemLineDetail']['TaxInclusiveAmt'] = 29.99
        entity = self.sandbox.create('Invoice', {
            'CustomerRef': {'value': self.acme.qbo_id}, 'TxnDate': '2026-03-02', 'Line': [line],
            'GlobalTaxCalculation': 'TaxInclusive',
        })  # fmt: skip
        self.pull('documents')
        self.assertNoErrors()
        move = self.move_of(entity)
        self.assertEqual((move.amount_total, move.amount_tax), (entity['TotalAmt'], entity['TxnTaxDetail']['TotalTax']))
