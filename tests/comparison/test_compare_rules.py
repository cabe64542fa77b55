from .compare_case import CompareCase

RULES = {
    'sub_customers': "Sub-customers are not synchronized.",
    'inactive': "Inactive customers are not imported.",
    'no_address': "Customers without an address are not imported.",
    'no_first_name': "Customers without a first name are not imported.",
    'duplicates': "Odoo has one of the same name and billing address.",
}


class TestImportRules(CompareCase):
    """Pool Brain's rules: each is a switch, decides in the comparison, and holds in the first import."""

    def meets(self, rule):
        """Return a customer of QuickBooks that this rule leaves out, and no other."""
        if rule == 'sub_customers':
            return self.there("Site", Job=True, ParentRef={'value': self.there("Parent")['Id']})
        if rule == 'inactive':
            return self.deactivate('Customer', self.there("Gone"))
        if rule == 'no_address':
            return self.there("Nowhere", BillAddr={})
        if rule == 'no_first_name':
            return self.there("Nobody", GivenName=None)
        partner = self.synced_customer("Twin", street='12 Ocean Dr.', city='Half Moon Bay', zip='94213')
        partner.state_id = self.env.ref('base.state_us_5')
        self.run_engine()
        self.sandbox.update('Customer', partner.qbo_id, {'DisplayName': "Twin (2)"})
        row = self.there("Twin")
        self.link(partner).sync_token += 1  # what was changed there is known
        return row

    def test_each_rule_excludes_and_its_switch_lets_in(self):
        for rule in RULES:
            with self.subTest(rule=rule):
                row = self.meets(rule)
                self.compare()
                self.assertLine(self.line(row=row), 'excluded', 'leave', rule=rule)

                self.connection.with_user(self.manager)[f'skip_{rule}'] = False
                self.assertLine(self.line(row=row), 'only_qbo', 'create_odoo', rule=False)
                self.connection[f'skip_{rule}'] = True
                self.assertLine(self.line(row=row), 'excluded', 'leave', rule=rule)

    def test_each_rule_holds_in_the_first_import_and_the_log_says_so(self):
        rows = {rule: self.meets(rule) for rule in RULES}
        self.connection.with_user(self.manager).action_import_customers()
        self.run_engine()
        for rule, row in rows.items():
            with self.subTest(rule=rule):
                self.assertFalse(self.partner_of(row))
                if rule != 'inactive':  # QuickBooks does not list them
                    self.assertLogged(RULES[rule])

    def test_switched_off_the_first_import_takes_them(self):
        rows = {rule: self.meets(rule) for rule in RULES}
        self.connection.write({f'skip_{rule}': False for rule in RULES})
        self.connection.with_user(self.manager).action_import_customers()
        self.run_engine()
        for rule, row in rows.items():
            with self.subTest(rule=rule):
                partner = self.partner_of(row)
                self.assertTrue(partner)
                self.assertEqual(partner.active, rule != 'inactive')

    def test_the_rules_do_not_hold_for_what_comes_later(self):
        row = self.there("Nowhere", BillAddr={}, GivenName=None)
        self.pull()
        self.assertTrue(self.partner_of(row))

    def test_a_customer_that_odoo_has_is_linked_whatever_the_rules(self):
        partner, row = self.partner(), self.there(BillAddr={}, GivenName=None)
        self.compare()
        self.assertLine(self.line(partner), 'exact', 'link')
        self.connection.with_user(self.manager).action_import_customers()
        self.run_engine()
        self.assertEqual(partner.qbo_id, row['Id'])

    def test_inactive_on_both_sides_is_excluded(self):
        partner, row = self.partner("Gone", active=False), self.there("Gone")
        self.deactivate('Customer', row)
        self.compare()
        self.assertLine(self.line(partner), 'excluded', 'leave', rule='inactive', qbo_id=row['Id'])

    def test_inactive_products_are_excluded_and_the_switch_imports_them_archived(self):
        item = self.deactivate('Item', self.item_there("Old filter"))
        self.compare()
        self.assertLine(self.line(row=item), 'excluded', 'leave', rule='inactive')
        self.connection.skip_inactive = False
        self.assertLine(self.line(row=item), 'only_qbo', 'create_odoo')

        self.carry_out(products=True)

        product = self.product_of(item)
        self.assertEqual((product.name, product.active, product.product_tmpl_id.active), ("Old filter", False, False))
        self.assertEqual(product.qbo_state, 'synced', product.qbo_error)

    def test_bundles_are_excluded_and_nothing_else_can_be_decided(self):
        part = self.item_there("Chlorine")
        bundle = self.sandbox.overwrite('Item', self.item_there("Opening kit")['Id'], {'Type': 'Group'})
        self.compare()
        line = self.line(row=bundle)
        self.assertLine(line, 'excluded', 'leave', rule='bundle')
        self.assertEqual(line.allowed, 'leave')
        self.assertLine(self.line(row=part), 'only_qbo', 'create_odoo')
