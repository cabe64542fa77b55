from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_setup_run import NEW, SetupCase


@tagged('post_install', '-at_install')
class TestSetupTaxes(SetupCase):
    """Sales taxes of both sides are part of the setup: with what it proposes the first invoice is right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup.write({'want_products': True, 'want_billing': True})

    def tax(self, name, percent, **vals):
        return self.env['account.tax'].create({'name': name, 'amount': percent, 'company_id': self.company.id, **vals})

    def line(self, name):
        line = self.setup.tax_line_ids.filtered(lambda line: line.name == name)
        self.assertEqual(len(line), 1, name)
        return line

    def proposed(self, name):
        line = self.line(name)
        return line.choice, line.code_id.name

    def invoice(self, product):
        invoice = self.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': self.customer("Marina Supply").id,
                'invoice_line_ids': [Command.create({'product_id': product.id, 'quantity': 3, 'price_unit': 9.99})],
            }
        )
        invoice.action_post()
        self.run_engine()
        return invoice

    def assertSameTotal(self, invoice):
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        there = self.sandbox.get('Invoice', invoice.qbo_id)
        self.assertEqual((there['TotalAmt'], there['TxnTaxDetail']['TotalTax']),
                         (invoice.amount_total, invoice.amount_tax))  # fmt: skip
        self.assertTrue(invoice.amount_tax)

    def test_with_all_defaults_the_first_invoice_of_an_imported_taxable_product_is_right(self):
        item = self.sandbox.create(
            'Item',
            {
                'Name': "Chlorine tabs",
                'Type': 'Service',
                'Taxable': True,
                'UnitPrice': 9.99,
                'IncomeAccountRef': {'value': self.income()},
            },
        )
        self.first_run()
        product = self.env['product.product'].search([('qbo_id', '=', item['Id'])])
        self.assertTrue(product.taxes_id)
        self.assertSameTotal(self.invoice(product))

    def test_with_all_defaults_the_first_invoice_of_a_product_of_odoo_is_right(self):
        product = self.env['product.product'].create({'name': "Skimmer net"})
        self.assertTrue(product.taxes_id, "Odoo's own default tax")
        self.first_run()
        self.assertSameTotal(self.invoice(product))

    def income(self):
        return next(row['Id'] for row in self.sandbox.all('Account') if row['AccountType'] == 'Income')

    def test_a_code_is_proposed_by_name_and_percentage_else_by_percentage(self):
        self.tax("georgia", 4)
        self.tax("Peach State", 4)
        self.step_to('taxes')
        self.assertEqual(self.proposed("georgia"), ('match', "Georgia"))
        self.assertEqual(self.proposed("Peach State"), ('match', "Georgia"))

    def test_where_no_code_charges_the_same_it_is_created_if_it_is_in_use_and_the_nearest_is_named(self):
        used, unused = self.tax("Lagoon", 3.0), self.tax("Reef", 8.0)
        self.env['product.product'].create({'name': "Net", 'taxes_id': used.ids})
        self.step_to('taxes')
        self.assertEqual(self.proposed("Lagoon"), ('create_qbo', False))
        self.assertEqual(self.proposed(unused.name), ('leave', False))
        self.assertIn("The nearest is “Georgia” (4%)", self.line("Lagoon").note)

    def test_a_tax_that_quickbooks_cannot_have_says_so(self):
        self.tax("Bottle deposit", 0.05, amount_type='fixed')
        self.step_to('taxes')
        self.assertEqual(self.proposed("Bottle deposit"), ('leave', False))
        self.assertIn("not a plain percentage", self.line("Bottle deposit").note)

    def test_a_code_that_only_quickbooks_has_becomes_a_tax(self):
        self.step_to('taxes')
        self.assertEqual(self.proposed("Florida"), ('create_odoo', "Florida"))
        self.assertEqual(self.setup.default_tax_line_id.name, "Florida", "QuickBooks' own default")
        self.first_run()
        tax = self.env['account.tax'].search([('name', '=', "Florida"), ('company_id', '=', self.company.id)])
        self.assertEqual(tax.qbo_tax_state, 'matched')
        self.assertEqual(self.company.account_sale_tax_id, tax)

    def test_what_a_person_chose_stays_when_it_is_looked_at_again(self):
        tax = self.tax("Lagoon", 3.0)
        self.env['product.product'].create({'name': "Net", 'taxes_id': tax.ids})
        self.step_to('taxes')
        self.line("Lagoon").with_user(self.manager).choice = 'leave'
        self.setup.action_refresh()
        self.assertEqual(self.proposed("Lagoon")[0], 'leave')

    def test_a_code_that_is_created_needs_an_agency(self):
        self.tax("Lagoon", 3.0)
        self.env['product.product'].create({'name': "Net", 'taxes_id': self.line_tax("Lagoon").ids})
        self.step_to('taxes')
        self.assertTrue(self.setup.tax_agency_id, "proposed: that of QuickBooks' first rate")
        self.setup.tax_agency_id = False
        with self.assertRaisesRegex(UserError, "Choose the tax agency"):
            self.setup.action_next()

    def line_tax(self, name):
        return self.env['account.tax'].search([('name', '=', name), ('company_id', '=', self.company.id)])

    def test_the_preview_has_the_taxes_and_nothing_is_written_before_save_and_sync(self):
        codes = self.sandbox.all('TaxCode')
        self.step_to('preview')
        self.assertEqual(self.sandbox.all('TaxCode'), codes)
        self.assertFalse(self.line_tax("Florida"))
        self.assertTrue(self.numbers()['taxes', 'create_odoo'])

    def test_a_second_time_there_is_nothing_left_to_do(self):
        self.first_run()
        self.setup.action_begin_again()
        self.step_to('taxes')
        self.assertLessEqual(set(self.setup.tax_line_ids.mapped('choice')), {'match', 'leave'})


@tagged('post_install', '-at_install')
class TestSetupStart(SetupCase):
    """Which documents of Odoo go to QuickBooks is asked, with what each answer means."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup.write({'want_products': True, 'want_billing': True})
        cls.partner = cls.env['res.partner'].create({'name': "Marina Supply", 'customer_rank': 1})
        product = cls.env['product.product'].create({'name': "Visit", 'taxes_id': [Command.clear()]})
        cls.old, cls.new = (
            cls.env['account.move'].create(
                {
                    'move_type': 'out_invoice',
                    'partner_id': cls.partner.id,
                    'invoice_date': day,
                    'invoice_line_ids': [Command.create({'product_id': product.id, 'price_unit': price})],
                }
            )
            for day, price in (('2025-03-04', 100.0), ('2026-02-03', 40.0))
        )
        (cls.old + cls.new).action_post()

    def test_all_that_exist_are_preselected_and_go(self):
        self.step_to('preview')
        self.assertEqual(self.setup.start_choice, 'all')
        self.assertEqual(str(self.connection.billing_start), '2025-01-01')
        self.assertEqual(self.numbers()['documents', 'create_qbo'], 2)

    def test_what_the_run_does_not_switch_on_is_not_promised(self):
        bill = self.env['account.move'].create(
            {
                'move_type': 'in_invoice',
                'partner_id': self.partner.id,
                'invoice_date': '2026-02-03',
                'invoice_line_ids': [Command.create({'name': "Net", 'price_unit': 9.0, 'tax_ids': [Command.clear()]})],
            }
        )
        bill.action_post()
        self.step_to('preview')
        self.assertFalse(self.setup.item_ids.filtered(lambda item: item.res_id == bill.id and item.kind == 'documents'))

    def test_each_choice_says_how_many_documents_and_what_is_open_of_them(self):
        self.step_to('kinds')
        self.setup.write({'start_choice': 'date', 'start_date': '2026-01-01'})
        table = str(self.setup.start_table)
        every, dated, new = table.split('</thead>')[1].split('</tr>')[:3]
        self.assertIn('>2<', every)
        self.assertIn('140.00', every)
        self.assertIn('>1<', dated)
        self.assertIn('40.00', dated)
        self.assertIn('100.00', dated, "kept in Odoo only")
        self.assertIn('>0<', new)
        self.assertIn('140.00', self.setup.receivable_text)

    def test_from_a_date_on_older_ones_are_left_alone_and_the_preview_says_why(self):
        self.setup.write({'start_choice': 'date', 'start_date': '2026-01-01'})
        self.step_to('preview')
        self.assertEqual(self.numbers()['documents', 'create_qbo'], 1)
        self.assertEqual((self.item(self.old.display_name).what, self.item(self.old.display_name).why),
                         ('leave', "It is dated before 01/01/2026."))  # fmt: skip

    def test_a_date_has_to_be_chosen(self):
        self.step_to('kinds')
        self.setup.write({'start_choice': 'date', 'start_date': False})
        with self.assertRaisesRegex(UserError, "from which date"):
            self.setup.action_next()

    def test_credit_that_is_older_than_the_start_is_not_promised(self):
        self.env['account.move'].create(
            {
                'move_type': 'out_refund',
                'partner_id': self.partner.id,
                'invoice_date': '2025-05-06',
                'invoice_line_ids': [
                    Command.create({'name': "Back", 'price_unit': 30.0, 'tax_ids': [Command.clear()]})
                ],
            }
        ).action_post()
        self.setup.write({'start_choice': 'date', 'start_date': '2026-01-01'})
        self.step_to('preview')
        self.assertEqual(self.setup.credit_count, 0)
        self.assertIn(
            "1 customer has credit of $\xa030.00. It is older than the start date", self.setup.old_credit_text
        )

    def test_what_is_written_is_said_in_words(self):
        self.customer("Pier Nine", email='pier@nine.example')
        self.sandbox.create('Customer', {'DisplayName': "Blue Lagoon Club", **NEW})
        self.step_to('preview')
        for name, words in (("Pier Nine", "pier@nine.example"), ("Blue Lagoon Club", "9 Pier Street"),
                            (self.new.display_name, "Visit")):  # fmt: skip
            action = self.item(name).with_user(self.manager).action_payload()
            self.assertIn(words, self.env['qbo.preview'].browse(action['res_id']).words)
