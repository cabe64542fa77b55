from odoo.exceptions import UserError

from ..common import QboCase


class TaxCase(QboCase):
    """A connection that has read QuickBooks' lists, and a company without taxes of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['account.tax'].search([('company_id', '=', cls.company.id)]).active = False
        cls.company.account_sale_tax_id = False
        cls.company.account_price_include = 'tax_excluded'
        cls.env['account.tax.group'].create({'name': "Sales tax", 'company_id': cls.company.id})
        case = cls()
        with case.enter_registry_test_mode():
            cls.connection.with_user(cls.manager).action_refresh_lists()
        cls.sandbox.requests.clear()
        cls.sandbox.snapshot()

    # === ACTING === #

    def tax(self, name, percent, **vals):
        return self.env['account.tax'].create({'name': name, 'amount': percent, 'company_id': self.company.id, **vals})

    def group(self, name, *taxes):
        children = self.env['account.tax'].concat(*taxes)
        return self.tax(name, 0, amount_type='group', children_tax_ids=children.ids)

    def entry(self, name, entity='TaxCode'):
        """Return an entry of QuickBooks' lists by name."""
        domain = [
            ('qbo_company_id', '=', self.connection.qbo_company_id.id),
            ('entity', '=', entity),
            ('name', '=', name),
        ]
        return self.env['qbo.reference'].search(domain)

    def refresh(self):
        with self.enter_registry_test_mode():
            self.connection.with_user(self.manager).action_refresh_lists()

    def press(self, tax):
        """Press Create in QuickBooks, and return the message that is shown."""
        with self.enter_registry_test_mode():
            return tax.with_user(self.manager).action_qbo_create_code()['params']

    def code_in_quickbooks(self, name, *rates):
        """Create a tax code in QuickBooks, as a person there does.

        :param rates: ``(name, percent)``, or the id of a rate
        """
        agency = self.sandbox.all('TaxAgency')[0]['Id']
        details = [
            {'TaxRateId': rate}
            if isinstance(rate, str)
            else {'TaxRateName': rate[0], 'RateValue': rate[1], 'TaxAgencyId': agency, 'TaxApplicableOn': 'Sales'}
            for rate in rates
        ]
        with self.enter_registry_test_mode():
            answer = self.connection._client().write(
                'TaxService/TaxCode', {'TaxCode': name, 'TaxRateDetails': details}, f'test {name}'
            )
        self.sandbox.requests.clear()
        self.refresh()
        return answer.values['TaxCodeId']

    def prefer(self, **groups):
        """Change preferences in QuickBooks and read them."""
        self.sandbox.configure(preferences=groups)
        self.refresh()

    # === LOOKING === #

    def assertCode(self, taxes, name):
        code, reason = taxes._qbo_code_or_reason(self.connection)
        self.assertEqual((code.name, reason), (name, None))

    def assertNoCode(self, taxes, *texts):
        code, reason = taxes._qbo_code_or_reason(self.connection)
        self.assertFalse(code)
        for text in texts:
            self.assertIn(text, reason.text(self.env))

    def assertTaxes(self, code, taxes, **options):
        found, reason = self.env['account.tax']._qbo_from_code(self.connection, self.entry(code).qbo_id, **options)
        self.assertEqual((found, reason), (taxes, None))

    def assertNoTaxes(self, code, *texts, **options):
        found, reason = self.env['account.tax']._qbo_from_code(self.connection, self.entry(code).qbo_id, **options)
        self.assertFalse(found)
        for text in texts:
            self.assertIn(text, reason.text(self.env))


class TestTaxCode(TaxCase):
    """US, by hand: which tax code the taxes of a line are."""

    def test_each_side_has_its_own_rates(self):
        """A code of purchases alone is none of sales, and a tax of one side none of the other's documents."""
        rate = {'TaxRateRef': {'value': self.rate("GA State")}}
        code = self.entry("Georgia")
        code.data = {'PurchaseTaxRateList': {'TaxRateDetail': [rate]}}
        code.kind = 'Purchase'
        bought = self.tax("Georgia", 4, type_tax_use='purchase')
        sold = self.tax("Georgia sold", 4, qbo_tax_code_id=code.id)

        self.assertEqual(bought._qbo_code_or_reason(self.connection, side='purchase'), (code, None))
        self.assertEqual(bought._qbo_rate_ids(self.connection, side='purchase'), {bought.id: self.rate("GA State")})
        self.assertTaxes("Georgia", bought, side='purchase')
        self.assertNoCode(bought, "not a sales tax")
        self.assertNoCode(sold)
        reason = sold._qbo_code_or_reason(self.connection, side='purchase')[1]
        self.assertIn("not a purchase tax", reason.text(self.env))

    def test_the_same_name_and_percentage_is_the_same_tax(self):
        self.code_in_quickbooks("Palm County", ("Palm", 7.5))
        self.assertCode(self.tax(" palm county ", 7.5), "Palm County")

    def test_another_percentage_is_refused_and_names_both_and_the_fix(self):
        self.code_in_quickbooks("Palm County", ("Palm", 7.5))
        tax = self.tax("Palm County", 7)
        self.assertNoCode(tax, "Tax “Palm County” is 7%", "is 7.5% in QuickBooks", "map another tax code", "create it")

    def test_an_unknown_tax_says_so_with_the_fix(self):
        self.assertNoCode(self.tax("Nowhere", 3), "Tax “Nowhere” (3%) is not in QuickBooks", "Map it", "create it")

    def test_a_tax_named_like_a_rate_is_the_code_of_just_this_rate(self):
        self.assertCode(self.tax("GA State", 4), "Georgia")

    def test_a_total_is_not_the_same_as_its_parts_unless_mapped(self):
        tax = self.tax("Florida", 7)
        self.assertNoCode(tax, "Tax “Florida” is 7%", "is 6% + 1% in QuickBooks", "map it on the tax")

        tax.qbo_tax_code_id = self.entry("Florida")

        self.assertCode(tax, "Florida")
        self.assertFalse(tax._qbo_rate_ids(self.connection), "only the total can be sent")

    def test_a_mapping_goes_before_the_name(self):
        self.code_in_quickbooks("Palm County", ("Palm", 4))
        tax = self.tax("Palm County", 4, qbo_tax_code_id=self.entry("Georgia").id)
        self.assertCode(tax, "Georgia")

    def test_a_mapping_to_another_percentage_is_refused(self):
        tax = self.tax("Peach", 5, qbo_tax_code_id=self.entry("Georgia").id)
        self.assertNoCode(tax, "Tax “Peach” is 5%", "“Georgia” is 4%")

    def test_a_mapping_to_an_inactive_code_is_refused(self):
        tax = self.tax("Georgia state tax", 4, qbo_tax_code_id=self.entry("Georgia").id)
        self.sandbox.overwrite('TaxCode', self.entry("Georgia").qbo_id, {'Active': False})
        self.refresh()
        self.assertNoCode(tax, "“Georgia”", "inactive in QuickBooks")

    def test_a_group_is_the_code_of_the_same_name_and_rates(self):
        state, surtax = self.tax("State part", 6), self.tax("Surtax part", 1)
        group = self.group("florida", state, surtax)

        self.assertCode(group, "Florida")
        rates = {state.id: self.rate("FL State"), surtax.id: self.rate("FL Surtax")}
        self.assertEqual(group._qbo_rate_ids(self.connection), rates)

    def test_a_group_with_another_part_differs(self):
        group = self.group("Florida", self.tax("State part", 6), self.tax("Surtax part", 1.5))
        self.assertNoCode(group, "Tax “Florida” is 6% + 1.5%", "is 6% + 1% in QuickBooks")

    def test_several_taxes_of_a_line_are_the_code_of_just_their_rates(self):
        taxes = self.tax("FL Surtax", 1) + self.tax("FL State", 6)
        self.assertCode(taxes, "Florida")
        self.assertEqual(set(taxes._qbo_rate_ids(self.connection).values()), {'1', '2'})

    def test_several_taxes_may_have_codes_of_their_own(self):
        self.code_in_quickbooks("State only", '1')
        self.code_in_quickbooks("Surtax only", '2')
        state = self.tax("Our state tax", 6, qbo_tax_code_id=self.entry("State only").id)
        self.assertCode(state + self.tax("Surtax only", 1), "Florida")

    def test_several_taxes_without_a_common_code_say_which(self):
        taxes = self.tax("FL State", 6) + self.tax("GA State", 4)
        self.assertNoCode(taxes, "FL State (6%), GA State (4%)", "Create it in QuickBooks", "group of these taxes")
        self.assertNoCode(taxes + self.tax("Nowhere", 3), "Tax “Nowhere” (3%) is not in QuickBooks")

    def test_part_of_a_code_is_not_the_code(self):
        self.assertNoCode(self.tax("FL State", 6), "Tax “FL State” (6%) is not in QuickBooks")

    def test_no_tax_and_a_tax_of_nothing_are_not_taxed(self):
        self.assertCode(self.env['account.tax'], "NON")
        self.assertCode(self.tax("Exempt", 0), "NON")

    def test_a_tax_of_nothing_beside_another_changes_nothing(self):
        self.assertCode(self.tax("GA State", 4) + self.tax("Exempt", 0), "Georgia")

    def test_tax_on_top_of_tax_is_not_the_same(self):
        state = self.tax("FL State", 6, include_base_amount=True, sequence=1)
        group = self.group("Florida", state, self.tax("FL Surtax", 1, sequence=2))
        self.assertNoCode(group, "the same percentages (6% + 1%)", "on top of another tax")

        details = self.sandbox.get('TaxCode', self.entry("Florida").qbo_id)['SalesTaxRateList']['TaxRateDetail']
        details[1].update(TaxTypeApplicable='TaxOnAmountPlusTax', TaxOrder=1)
        self.sandbox.overwrite(
            'TaxCode', self.entry("Florida").qbo_id, {'SalesTaxRateList': {'TaxRateDetail': details}}
        )
        self.refresh()
        self.assertCode(group, "Florida")

    def test_a_rate_counts_as_it_was_on_the_day(self):
        spans = [
            {'RateValue': 3, 'EffectiveDate': '2020-01-01T00:00:00-08:00', 'EndDate': '2025-12-31T00:00:00-08:00'},
            {'RateValue': 4, 'EffectiveDate': '2026-01-01T00:00:00-08:00'},
        ]
        self.sandbox.overwrite('TaxRate', self.rate("GA State"), {'EffectiveTaxRate': spans})
        self.refresh()
        old, new = self.tax("Georgia old", 3), self.tax("Georgia new", 4)
        (old + new).qbo_tax_code_id = self.entry("Georgia")

        def code(tax, date):
            return tax._qbo_code_or_reason(self.connection, date)[0].name

        self.assertEqual((code(old, '2025-06-01'), code(old, '2026-06-01')), ("Georgia", False))
        self.assertEqual((code(new, '2025-06-01'), code(new, '2026-06-01')), (False, "Georgia"))
        found = self.env['account.tax']._qbo_from_code(self.connection, self.entry("Georgia").qbo_id, '2025-06-01')[0]
        self.assertEqual(found, old)

    def test_what_is_no_percentage_is_refused_in_words(self):
        self.assertNoCode(
            self.tax("Tyre fee", 2, amount_type='fixed'), "Tax “Tyre fee”", "product on a line of its own"
        )
        self.assertNoCode(self.tax("Georgia", 4, amount_type='division'), "not a plain percentage")
        self.assertNoCode(self.tax("Georgia in", 4, type_tax_use='purchase'), "not a sales tax")

    def test_a_leaf_knows_its_rate(self):
        self.assertEqual(self.tax("FL Surtax", 1)._qbo_rate_id(self.connection), self.rate("FL Surtax"))
        mapped = self.tax("Peach", 4, qbo_tax_code_id=self.entry("Georgia").id)
        self.assertEqual(mapped._qbo_rate_id(self.connection), self.rate("GA State"))
        self.assertIsNone(self.tax("FL State", 6.5)._qbo_rate_id(self.connection))

    def test_sales_tax_switched_off_in_quickbooks_is_said(self):
        self.prefer(TaxPrefs={'UsingSalesTax': False})
        self.assertNoCode(self.tax("GA State", 4), "switched off in QuickBooks", "GA State")
        self.assertCode(self.env['account.tax'], "NON")

    def test_before_lists_are_read_the_reason_says_so(self):
        self.connection.lists_read_at = False
        self.assertNoCode(self.tax("GA State", 4), "Press Refresh Lists")

    def rate(self, name):
        return self.entry(name, 'TaxRate').qbo_id


class TestTaxFromQuickBooks(TaxCase):
    """US, by hand: which tax of Odoo a tax code is."""

    def test_the_same_name_and_percentage_is_the_same_tax(self):
        self.code_in_quickbooks("Palm County", ("Palm", 7.5))
        tax = self.tax("Palm county", 7.5)
        self.assertTaxes("Palm County", tax)

    def test_another_percentage_is_refused_and_names_both(self):
        self.code_in_quickbooks("Palm County", ("Palm", 7.5))
        self.tax("Palm County", 7)
        self.assertNoTaxes("Palm County", "is 7% in Odoo", "is 7.5% in QuickBooks")

    def test_an_unknown_code_says_what_to_do(self):
        self.assertNoTaxes("Georgia", "“Georgia” (4%)", "Create in Odoo")
        reason = self.env['account.tax']._qbo_from_code(self.connection, '999')[1]
        self.assertIn("Press Refresh Lists", reason.text(self.env))

    def test_a_mapping_goes_before_the_name(self):
        self.code_in_quickbooks("Palm County", ("Palm", 4))
        self.tax("Palm County", 4)
        mapped = self.tax("Ours", 4, qbo_tax_code_id=self.entry("Palm County").id)
        self.assertTaxes("Palm County", mapped)

    def test_a_total_that_was_mapped_stands_for_its_parts(self):
        self.assertTaxes("Florida", self.tax("Our Florida", 7, qbo_tax_code_id=self.entry("Florida").id))

    def test_a_tax_mapped_elsewhere_is_not_found_by_its_name(self):
        self.code_in_quickbooks("Palm County", ("Palm", 4))
        self.tax("Palm County", 4, qbo_tax_code_id=self.entry("Georgia").id)
        self.assertNoTaxes("Palm County", "is no tax in Odoo")

    def test_a_group_goes_before_single_taxes(self):
        state, surtax = self.tax("FL State", 6), self.tax("FL Surtax", 1)
        self.assertTaxes("Florida", state + surtax)
        self.assertTaxes("Florida", self.group("Florida", state, surtax))

    def test_included_in_the_price_as_asked(self):
        code = self.entry("Georgia").id
        below = self.tax("Georgia on top", 4, qbo_tax_code_id=code, price_include_override='tax_excluded')
        self.assertNoTaxes("Georgia", "included in the prices", included=True)

        inside = self.tax("Georgia inside", 4, qbo_tax_code_id=code, price_include_override='tax_included')

        self.assertTaxes("Georgia", inside, included=True)
        self.assertTaxes("Georgia", below, included=False)
        self.assertTaxes("Georgia", below)

    def test_not_taxed_is_no_tax(self):
        self.assertTaxes("NON", self.env['account.tax'])

    def test_a_rate_is_the_leaf_that_it_belongs_to(self):
        state, surtax = self.tax("State part", 6), self.tax("Surtax part", 1)
        self.group("Florida", state, surtax)
        georgia = self.tax("GA State", 4)
        single = self.tax("FL Surtax", 1)

        def leaf(name):
            return self.env['account.tax']._qbo_from_rate(self.connection, self.entry(name, 'TaxRate').qbo_id)

        self.assertEqual((leaf("FL State"), leaf("FL Surtax"), leaf("GA State")), (state, surtax, georgia))
        self.env['account.tax'].search([('name', '=', "Florida")]).unlink()
        self.assertEqual((leaf("FL State"), leaf("FL Surtax")), (self.env['account.tax'], single))

    def test_a_tax_of_another_company_is_not_taken(self):
        other = self.env['res.company'].create({'name': "Elsewhere", 'country_id': self.env.ref('base.us').id})
        self.env['account.tax.group'].create({'name': "Sales tax", 'company_id': other.id})
        self.tax("GA State", 4, company_id=other.id)
        self.assertNoTaxes("Georgia", "is no tax in Odoo")


class TestTaxAutomated(TaxCase):
    """US, automated sales tax: QuickBooks finds the tax, Odoo says what is taxed."""

    def setUp(self):
        super().setUp()
        self.prefer(TaxPrefs={'PartnerTaxEnabled': True})

    def test_lines_are_taxed_or_not(self):
        self.assertEqual(self.connection.tax_model, 'automated')
        self.assertCode(self.tax("Whatever", 6.25), "TAX")
        self.assertCode(self.tax("Exempt", 0), "NON")
        self.assertCode(self.env['account.tax'], "NON")

    def test_the_status_says_that_quickbooks_computes(self):
        tax = self.tax("Whatever", 6.25)
        self.assertEqual(tax.qbo_tax_state, 'computed')
        self.assertIn("address of the customer", tax.qbo_tax_note)

    def test_nothing_is_created_in_quickbooks(self):
        before = len(self.sandbox.all('TaxCode'))
        with self.assertRaisesRegex(UserError, "automated sales tax"):
            self.press(self.tax("Whatever", 6.25))
        self.assertEqual(len(self.sandbox.all('TaxCode')), before)

    def test_a_code_that_quickbooks_made_is_found_and_can_be_created_in_odoo(self):
        self.code_in_quickbooks("FL automated 7%", ("FL automated 7%", 7))
        self.assertNoTaxes("FL automated 7%", "Create in Odoo")
        self.entry("FL automated 7%").with_user(self.manager).action_create_tax()
        self.assertTaxes("FL automated 7%", self.env['account.tax'].search([('name', '=', "FL automated 7%")]))


class TestTaxBritain(TaxCase):
    """Great Britain: a code on every line."""

    sandbox_country = 'GB'

    def test_every_code_by_name_and_percentage(self):
        for name, percent in (("20.0% S", 20), ("5.0% R", 5), ("0.0% Z", 0), ("Exempt", 0)):
            tax = self.tax(name, percent)
            self.assertCode(tax, name)
            self.assertTaxes(name, tax)

    def test_a_line_without_tax_is_asked_for_one_where_several_codes_charge_nothing(self):
        self.assertNoCode(self.env['account.tax'], "tax code on every line", "tax of 0%")
        self.assertNoTaxes("Exempt", "is no tax in Odoo")

    def test_a_tax_of_nothing_is_not_taken_for_another(self):
        self.assertNoCode(self.tax("Outside the EU", 0), "Tax “Outside the EU” (0%) is not in QuickBooks")

    def test_codes_for_purchases_only_are_not_offered(self):
        code = self.sandbox.get('TaxCode', self.entry("Exempt").qbo_id)
        self.sandbox.overwrite('TaxCode', code['Id'], {'SalesTaxRateList': {'TaxRateDetail': []}})
        self.refresh()
        self.assertEqual(self.entry("Exempt").kind, 'Purchase')
        self.assertCode(self.env['account.tax'], "0.0% Z")

    def test_the_model_and_the_home_currency(self):
        self.assertEqual(self.connection._tax_model(), 'coded')
        self.assertEqual(self.connection._home_currency(), 'GBP')
        self.assertFalse(self.connection._is_us())

    def test_without_sales_tax_no_code_is_needed(self):
        self.prefer(TaxPrefs={'UsingSalesTax': False})
        self.assertEqual(
            self.env['account.tax']._qbo_code_or_reason(self.connection), (self.env['qbo.reference'], None)
        )

    def test_purchase_taxes_have_codes_of_their_own(self):
        bought = self.tax("Input 5", 5, type_tax_use='purchase')
        self.assertEqual((bought.qbo_tax_state, bought in self.connection.tax_ids), (False, False))
        self.connection.sync_purchases = True
        bought.invalidate_recordset()
        self.assertEqual((bought.qbo_tax_state, bought in self.connection.tax_ids), ('missing', True))
        bought.qbo_tax_code_id = self.entry("5.0% R")
        self.assertEqual((bought.qbo_tax_state, bought.qbo_tax_found), ('matched', "5.0% R: 5%"))

        code = self.entry("20.0% S")
        self.assertTrue(code.lacks_purchase_tax and code.lacks_sale_tax)
        code.with_user(self.manager).action_create_purchase_tax()
        code.invalidate_recordset()
        self.assertEqual((code.lacks_purchase_tax, code.lacks_sale_tax), (False, True))
        made, _reason = bought._qbo_from_code(self.connection, code.qbo_id, side='purchase')
        self.assertRecordValues(made, [{'name': "20.0% S", 'amount': 20, 'type_tax_use': 'purchase'}])

        levy = self.tax("Levy", 8, type_tax_use='purchase')
        self.press(levy)
        [there] = [row for row in self.sandbox.all('TaxCode') if row['Name'] == "Levy"]
        self.assertEqual(len(there['PurchaseTaxRateList']['TaxRateDetail']), 1)
        self.assertFalse(there['SalesTaxRateList']['TaxRateDetail'])
        self.assertEqual((levy.qbo_tax_state, self.entry("Levy").kind), ('matched', 'Purchase'))

    def test_the_setup_asks_about_purchase_taxes_and_makes_them_where_purchases_are_wanted(self):
        standard = self.tax("Input", 20, type_tax_use='purchase')
        self.company.account_purchase_tax_id = levy = self.tax("Levy", 8, type_tax_use='purchase')
        setup = self.env['qbo.setup'].create({'connection_id': self.connection.id})
        for is_wanted, choices in (
            (False, ('match', 'leave', 'leave')),
            (True, ('match', 'create_qbo', 'create_odoo')),
        ):
            setup.want_purchases = is_wanted
            setup._suggest_taxes()
            found = {line.name: line for line in setup.tax_line_ids.filtered(lambda line: line.side == 'purchase')}
            self.assertEqual(tuple(found[name].choice for name in ("Input", "Levy", "5.0% R")), choices)
        with self.enter_registry_test_mode():
            setup.tax_line_ids.filtered(lambda line: line.side == 'purchase')._apply()
        self.assertEqual(standard.qbo_tax_code_id, self.entry("20.0% S"))
        self.assertEqual(levy.qbo_tax_code_id.name, "Levy")
        reduced = self.env['account.tax'].search([('name', '=', "5.0% R"), ('type_tax_use', '=', 'purchase')])
        self.assertEqual(reduced.qbo_tax_code_id, self.entry("5.0% R"))


class TestTaxCanada(TaxCase):
    """Canada: codes of several rates on lines."""

    sandbox_country = 'CA'

    def test_several_taxes_of_a_line_are_one_code(self):
        gst, pst = self.tax("GST", 5), self.tax("PST BC", 7)
        self.assertCode(gst, "GST")
        self.assertCode(gst + pst, "GST/PST BC")
        self.assertTaxes("GST/PST BC", gst + pst)

    def test_a_line_without_tax_takes_the_only_code_that_charges_nothing(self):
        self.assertCode(self.env['account.tax'], "Zero-rated")
        self.assertTaxes("Zero-rated", self.env['account.tax'])

        tax = self.tax("Zero-rated", 0)

        self.assertTaxes("Zero-rated", tax)
