from contextlib import suppress

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from ...qbo import errors
from .test_tax import TaxCase


class TestTaxCreate(TaxCase):
    """Create in QuickBooks, create in Odoo."""

    def setUp(self):
        super().setUp()
        self.connection.tax_agency_id = self.entry("Georgia Department of Revenue", 'TaxAgency')

    def codes(self, name):
        return [code for code in self.sandbox.all('TaxCode') if code['Name'] == name]

    def posts(self):
        """Return the writes that QuickBooks saw."""
        return [row.entity for row in self.sandbox.requests if row.method == 'POST' and row.entity != 'query']

    def test_a_tax_becomes_a_code_with_a_rate(self):
        tax = self.tax("Palm County Sales Tax", 7.5)

        self.assertIn("Palm County Sales Tax", self.press(tax)['message'])

        [code] = self.codes("Palm County Sales Tax")
        self.assertEqual(tax.qbo_tax_code_id.qbo_id, code['Id'])
        [detail] = code['SalesTaxRateList']['TaxRateDetail']
        rate = self.sandbox.get('TaxRate', detail['TaxRateRef']['value'])
        agency = self.connection.tax_agency_id.qbo_id
        self.assertEqual((rate['RateValue'], rate['AgencyRef']['value']), (7.5, agency))
        self.assertLessEqual(len(rate['Name']), 10, "qbo-api 9.7")
        self.assertCode(tax, "Palm County Sales Tax")
        self.assertEqual(tax.qbo_tax_state, 'matched')
        self.assertTaxes("Palm County Sales Tax", tax)

    def test_pressed_twice_it_is_created_once(self):
        tax = self.tax("Palm County", 7.5)
        self.press(tax)
        self.press(tax)
        self.assertEqual((len(self.codes("Palm County")), self.posts()), (1, ['taxservice']))

    def test_a_lost_answer_creates_nothing_twice(self):
        tax = self.tax("Palm County", 7.5)
        self.sandbox.arm('drop_after_commit', on='taxservice', times=1)
        self.assertIn("does not answer", self.press(tax)['message'])
        self.assertFalse(tax.qbo_tax_code_id)

        self.press(tax)

        self.assertEqual(len(self.codes("Palm County")), 1)
        self.assertCode(tax, "Palm County")

    def test_the_same_request_has_the_same_id_until_it_is_refused(self):
        values = {'TaxCode': "Georgia", 'TaxRateDetails': [{'TaxRateId': '3'}]}
        with self.enter_registry_test_mode():
            for _press in range(2):
                with suppress(errors.DataError):  # assertRaises would take the trace back
                    self.connection._write_now('TaxService/TaxCode', values)
            values['TaxCode'] = "Peach"
            answers = [self.connection._write_now('TaxService/TaxCode', values).values for _press in range(2)]
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(len(self.codes("Peach")), 1)
        requests = self.env['qbo.request'].search([('entity', '=', 'TaxService/TaxCode')], order='id')
        self.assertEqual(requests.mapped('state'), ['refused', 'refused', 'done', 'done'])
        ids = requests.mapped('call_id')
        self.assertEqual((ids[0] == ids[1], ids[2] == ids[3]), (False, True))

    def test_it_is_in_the_trace(self):
        self.press(self.tax("Palm County", 7.5))
        request = self.env['qbo.request'].search([('entity', '=', 'TaxService/TaxCode')])
        self.assertEqual((request.operation, request.state, request.status), ('create', 'done', 200))
        self.assertIn("Palm County", request.shown_body)
        self.assertLogged("The tax code “Palm County” was created in QuickBooks.")

    def test_a_group_becomes_a_code_with_known_and_new_rates(self):
        group = self.group("Border", self.tax("GA State", 4), self.tax("Border surcharge", 0.5))

        self.press(group)

        [code] = self.codes("Border")
        rates = [detail['TaxRateRef']['value'] for detail in code['SalesTaxRateList']['TaxRateDetail']]
        self.assertEqual(rates[0], self.entry("GA State", 'TaxRate').qbo_id)
        self.assertEqual(self.sandbox.get('TaxRate', rates[1])['RateValue'], 0.5)
        self.assertCode(group, "Border")

    def test_long_names_do_not_collide(self):
        self.press(self.tax("Florida State Sales Tax A", 6.1))
        self.press(self.tax("Florida State Sales Tax B", 6.2))
        self.assertEqual(len([rate for rate in self.sandbox.all('TaxRate') if rate['Name'].startswith("Florida")]), 2)

    def test_a_code_that_came_to_quickbooks_meanwhile_is_mapped(self):
        tax = self.tax("Palm County", 7.5)
        self.code_in_quickbooks("Palm County", ("Palm", 7.5))
        self.connection.env['qbo.reference'].search([('name', '=', "Palm County")]).unlink()
        self.sandbox.requests.clear()

        self.press(tax)

        self.assertEqual((tax.qbo_tax_code_id.name, self.posts()), ("Palm County", []))

    def test_a_name_in_use_for_another_percentage_is_explained(self):
        shown = self.press(self.tax("Georgia", 5))
        self.assertIn("Tax “Georgia” is 5% in Odoo, but the tax code “Georgia” is 4%", shown['message'])
        self.assertEqual((shown['type'], self.posts()), ('danger', []))

    def test_a_name_in_use_by_an_inactive_code_is_refused_in_words(self):
        self.sandbox.overwrite('TaxCode', self.entry("Georgia").qbo_id, {'Active': False})
        shown = self.press(self.tax("Georgia", 5))
        self.assertIn("QuickBooks refused Georgia: The name supplied already exists", shown['message'])
        request = self.env['qbo.request'].search([('entity', '=', 'TaxService/TaxCode')])
        self.assertEqual(request.state, 'refused')

    def test_which_agency_has_to_be_chosen_where_there_are_several(self):
        self.connection.tax_agency_id = False
        tax = self.tax("Palm County", 7.5)
        dialog = self.asked_for_agency(tax)
        with self.assertRaisesRegex(UserError, "Choose or enter the tax agency"):
            dialog.action_create()
        dialog.agency_id = self.entry("Florida Department of Revenue", 'TaxAgency')
        with self.enter_registry_test_mode():
            self.assertEqual(dialog.action_create()['params']['type'], 'success')
        self.assertCode(tax, "Palm County")

    def asked_for_agency(self, tax):
        action = tax.with_user(self.manager).action_qbo_create_code()
        self.assertEqual(action['res_model'], 'qbo.tax.code.create')
        return self.env['qbo.tax.code.create'].with_user(self.manager).browse(action['res_id'])

    def test_the_first_agency_is_created_by_name(self):
        self.connection.tax_agency_id = False
        for table in ('TaxAgency', 'TaxCode', 'TaxRate'):
            self.env['qbo.reference'].search([('entity', '=', table)]).unlink()
        self.env['qbo.reference']._take(self.connection, 'TaxAgency', [])
        with self.assertRaisesRegex(UserError, "Enter the name of the tax agency"):
            self.connection._agency_for_taxes()

        self.connection.tax_agency_name = "Palm County Tax Collector"
        with self.enter_registry_test_mode():
            agency = self.connection._agency_for_taxes()

        self.assertEqual(self.sandbox.get('TaxAgency', agency.qbo_id)['DisplayName'], "Palm County Tax Collector")

    def test_tax_on_top_of_tax_cannot_be_created(self):
        group = self.group(
            "Stacked", self.tax("One", 5, include_base_amount=True, sequence=1), self.tax("Two", 7, sequence=2)
        )
        with self.assertRaisesRegex(UserError, "tax on top of tax"):
            self.press(group)

    def test_only_an_administrator_may_create(self):
        with self.assertRaises(AccessError):
            self.tax("Palm County", 7.5).with_user(self.user).action_qbo_create_code()

    def test_a_code_becomes_a_tax_booked_as_the_default_tax(self):
        account = self.env['account.account'].create(
            {'name': "Sales tax payable", 'code': '251999', 'account_type': 'liability_current'}
        )
        default = self.tax("Default", 9)
        lines = default.invoice_repartition_line_ids | default.refund_repartition_line_ids
        lines.filtered(lambda line: line.repartition_type == 'tax').account_id = account
        self.company.account_sale_tax_id = default

        self.entry("Georgia").with_user(self.manager).action_create_tax()

        tax = self.env['account.tax'].search([('name', '=', "Georgia")])
        self.assertEqual((tax.amount, tax.type_tax_use, tax.qbo_tax_code_id), (4, 'sale', self.entry("Georgia")))
        self.assertEqual(tax.invoice_repartition_line_ids.account_id, account)
        self.assertTaxes("Georgia", tax)
        self.assertCode(tax, "Georgia")

    def test_a_code_of_several_rates_becomes_a_group(self):
        self.entry("Florida").with_user(self.manager).action_create_tax()

        group = self.env['account.tax'].search([('name', '=', "Florida")])
        self.assertEqual(group.children_tax_ids.mapped('amount'), [6, 1])
        self.assertTaxes("Florida", group)
        self.assertCode(group, "Florida")
        self.assertEqual([line['amount'] for line in group.compute_all(200.0)['taxes']], [12, 2])

    def test_documents_total_it_under_its_own_name(self):
        default = self.tax("Default", 9)
        self.company.account_sale_tax_id = default

        self.entry("Florida").with_user(self.manager).action_create_tax()
        self.entry("Georgia").with_user(self.manager).action_create_tax()

        taxes = self.env['account.tax'].search([('name', 'in', ("Florida", "FL State", "FL Surtax", "Georgia"))])
        self.assertEqual(
            {tax.name: tax.tax_group_id.name for tax in taxes},
            {'Florida': 'Florida', 'FL State': 'Florida', 'FL Surtax': 'Florida', 'Georgia': 'Georgia'},
        )
        payable = default.tax_group_id.tax_payable_account_id
        self.assertEqual(taxes.tax_group_id.tax_payable_account_id, payable)

    def test_tax_on_top_of_tax_is_so_in_odoo_too(self):
        details = self.sandbox.get('TaxCode', self.entry("Florida").qbo_id)['SalesTaxRateList']['TaxRateDetail']
        details[1].update(TaxTypeApplicable='TaxOnAmountPlusTax', TaxOrder=1)
        self.sandbox.overwrite(
            'TaxCode', self.entry("Florida").qbo_id, {'SalesTaxRateList': {'TaxRateDetail': details}}
        )
        self.refresh()

        self.entry("Florida").with_user(self.manager).action_create_tax()

        group = self.env['account.tax'].search([('name', '=', "Florida")])
        self.assertEqual([line['amount'] for line in group.compute_all(200.0)['taxes']], [12, 2.12])
        self.assertCode(group, "Florida")

    def test_a_taken_name_gets_the_percentage(self):
        self.tax("Georgia", 5)
        self.entry("Georgia").with_user(self.manager).action_create_tax()
        self.assertTaxes("Georgia", self.env['account.tax'].search([('name', '=', "Georgia (4%)")]))


class TestTaxPage(TaxCase):
    """The page Taxes of the connection."""

    def test_it_lists_sale_taxes_with_their_state(self):
        self.code_in_quickbooks("Palm County", ("Palm", 7.5))
        matched, differs = self.tax("Palm County", 7.5), self.tax("Georgia", 5)
        missing, bought = self.tax("Nowhere", 3), self.tax("Bought", 3, type_tax_use='purchase')

        shown = self.connection.with_user(self.manager).tax_ids

        self.assertEqual(shown, matched + differs + missing)
        self.assertEqual(shown.mapped('qbo_tax_state'), ['matched', 'differs', 'missing'])
        self.assertEqual(shown.mapped('qbo_tax_found'), ["Palm County: 7.5%", "Georgia: 4%", False])
        self.assertIn("is 5% in Odoo", differs.qbo_tax_note)
        self.assertFalse(bought.qbo_tax_state)

    def test_a_tax_is_mapped_in_the_list(self):
        tax = self.tax("Peach", 4)
        with Form(self.connection.with_user(self.manager)) as form, form.tax_ids.edit(0) as line:
            line.qbo_tax_code_id = self.entry("Georgia")
        self.assertEqual(tax.qbo_tax_code_id, self.entry("Georgia"))
        self.assertEqual(tax.qbo_tax_state, 'matched')

    def test_codes_without_a_tax_are_listed(self):
        self.assertEqual(self.connection.new_tax_code_ids.mapped('name'), ["Florida", "Georgia"])
        self.tax("GA State", 4)
        self.connection.invalidate_recordset()
        self.assertEqual(self.connection.new_tax_code_ids.mapped('name'), ["Florida"])

    def test_the_default_tax_of_new_invoices_or_none(self):
        tax = self.tax("GA State", 4)
        for value in (tax, self.env['account.tax']):
            with Form(self.connection.with_user(self.manager)) as form:
                form.default_tax_id = value
            self.assertEqual(self.company.account_sale_tax_id, value)
            product = self.env['product.product'].create({'name': "Visit"})
            lines = [(0, 0, {'product_id': product.id})]
            move = self.env['account.move'].create({'move_type': 'out_invoice', 'invoice_line_ids': lines})
            self.assertEqual(move.invoice_line_ids.tax_ids, value)

    def test_an_accountant_without_the_role_does_not_see_it(self):
        self.user.group_ids += self.env.ref('account.group_account_manager')
        arch = self.connection.with_user(self.user).get_view(view_type='form')['arch']
        self.assertNotIn('name="taxes"', arch)
        self.assertNotIn(
            'qbo_tax_code_id', self.env['account.tax'].with_user(self.user).get_view(view_type='form')['arch']
        )
        self.assertIn('name="taxes"', self.connection.with_user(self.manager).get_view(view_type='form')['arch'])
