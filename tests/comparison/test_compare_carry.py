from ..billing import BillingCase
from .compare_case import BILL, CompareCase


class TestCarryOut(CompareCase):
    """Each decision, carried out to the end by the engine."""

    def test_link(self):
        partner = self.partner("John and Jane Smith", phone='4155550101')
        row = self.there("The Smiths", Notes="Gate code 7")
        self.compare()
        self.line(partner).action_link()

        self.carry_out()

        self.assertEqual((partner.qbo_id, partner.qbo_state), (row['Id'], 'synced'), partner.qbo_error)
        self.assertIn("Gate code 7", partner.comment)
        customer = self.in_quickbooks(partner)
        self.assertEqual(customer['PrimaryPhone']['FreeFormNumber'], '4155550101')
        self.assertEqual(customer['DisplayName'], "John and Jane Smith")
        self.assertEqual(len(self.named("John and Jane Smith")), 1)
        self.compare()
        self.assertFalse(self.line(partner))

    def test_either_name_stays_whatever_the_rule_for_conflicts(self):
        for rule in ('odoo', 'qbo', 'ask'):
            for side, name in (('odoo', "John Smith"), ('qbo', "Smith Family")):
                with self.subTest(rule=rule, side=side):
                    self.connection.conflict_rule = rule
                    partner = self.partner("John Smith")
                    row = self.there("Smith Family", GivenName="John", FamilyName="Smith")
                    self.compare()
                    self.line(partner).write({'decision': 'link', 'name_from': side})
                    self.carry_out()
                    self.assertEqual(partner.name, name)
                    self.assertEqual(self.sandbox.get('Customer', row['Id'])['DisplayName'], name)
                    self.assertEqual(partner.qbo_state, 'synced', partner.qbo_error)
                    self.sandbox.update('Customer', row['Id'], {'DisplayName': f'{rule} {side}'})
                    self.pull()

    def test_linked_though_inactive_there_follows_the_rule_for_conflicts(self):
        partner, row = self.partner(), self.there()
        self.deactivate('Customer', row)
        self.compare()
        self.line(partner).action_link()

        self.carry_out()

        self.assertEqual((partner.qbo_id, partner.qbo_state), (row['Id'], 'synced'), partner.qbo_error)
        self.assertTrue(self.in_quickbooks(partner)['Active'])

    def test_create_in_odoo(self):
        row = self.there("Only there", Notes="Call first")
        self.compare()
        self.carry_out()
        partner = self.partner_of(row)
        self.assertRecordValues(partner, [{'name': "Only there", 'qbo_state': 'synced', 'qbo_mode': 'auto'}])

    def test_create_in_odoo_what_a_rule_excludes(self):
        parent = self.there("Parent")
        rows = [
            self.there("Site", Job=True, ParentRef={'value': parent['Id']}),
            self.there("Nowhere", BillAddr={}),
            self.deactivate('Customer', self.there("Gone")),
        ]
        self.compare()
        for row in rows:
            self.line(row=row).action_create()

        self.carry_out()

        self.assertEqual([self.partner_of(row).name for row in rows], ["Site", "Nowhere", "Gone"])
        self.assertFalse(self.partner_of(rows[2]).active)

    def test_create_in_quickbooks(self):
        partner = self.partner("Only here")
        self.compare()
        self.carry_out()
        self.assertEqual(partner.qbo_state, 'synced', partner.qbo_error)
        self.assertEqual(self.in_quickbooks(partner)['DisplayName'], "Only here")

    def test_what_is_not_the_same_is_created_on_both_sides(self):
        partner, row = self.partner("Harbor Marine"), self.there("Harbor Marine Inc")
        self.compare()
        self.line(partner).action_part()

        self.carry_out()

        self.assertEqual(self.partner_of(row).name, "Harbor Marine Inc")
        self.assertEqual(self.in_quickbooks(partner)['DisplayName'], "Harbor Marine")
        self.assertNotEqual(partner.qbo_id, row['Id'])

    def test_leave_keeps_a_record_out_of_quickbooks(self):
        partner = self.partner("Only here")
        self.compare()
        self.line(partner).action_leave()

        self.carry_out()
        partner.phone = '1'
        self.run_engine()

        self.assertFalse(self.named("Only here"))
        self.assertEqual((partner.qbo_mode, partner.qbo_state), ('never', False))

    def test_leave_keeps_an_entity_out_of_odoo_for_ever(self):
        row = self.there("Only there")
        self.compare()
        self.line(row=row).action_leave()

        self.carry_out()
        self.sandbox.update('Customer', row['Id'], {'Notes': "Changed"})
        self.pull()

        self.assertFalse(self.env['res.partner'].search([('name', '=', "Only there")]))
        self.assertLogged("1 left out: It was decided to leave them out.")
        self.compare()
        self.assertLine(self.line(row=row), 'only_qbo', 'leave')

    def test_leave_keeps_a_pair_apart(self):
        partner, row = self.partner(), self.there(Notes="there")
        self.compare()
        self.line(partner).action_leave()

        self.carry_out()

        self.assertFalse(partner.qbo_id or partner.comment)
        self.assertEqual(len(self.named(partner.name)), 1)
        self.assertEqual(self.env['res.partner'].search_count([('name', '=', partner.name)]), 1)
        self.assertFalse(self.partner_of(row))

    def test_what_nobody_decided_is_left_alone_until_somebody_does(self):
        partner, row = self.partner("John and Jane Smith"), self.there("The Smiths")
        self.compare()

        self.carry_out()
        partner.phone = '1'
        self.sandbox.update('Customer', row['Id'], {'Notes': "Changed"})
        self.pull()

        self.assertFalse(partner.qbo_id or partner.comment or self.partner_of(row))
        self.assertFalse(self.named("John and Jane Smith"))
        self.assertIn("Nobody has decided yet", self.link(partner).error)
        self.compare()
        self.assertLine(self.line(partner), 'probable', False, qbo_id=row['Id'])

        self.line(partner).action_link()
        self.line(partner).action_carry_out()
        self.run_engine()

        self.assertEqual((partner.qbo_id, partner.qbo_state), (row['Id'], 'synced'), partner.qbo_error)
        self.assertIn("Changed", partner.comment)

    def test_a_decision_can_be_taken_back_later(self):
        partner, row = self.partner("Only here"), self.there("Only there")
        self.compare()
        (self.line(partner) | self.line(row=row)).action_leave()
        self.carry_out()

        (self.line(partner) | self.line(row=row)).action_create()
        self.line(partner).action_carry_out()
        self.run_engine()

        self.assertEqual(partner.qbo_state, 'synced', partner.qbo_error)
        self.assertEqual(self.partner_of(row).name, "Only there")

    def test_what_was_left_out_is_synchronized_with_a_button_on_its_link(self):
        partner, row = self.partner("Only here"), self.there("Only there")
        self.compare()
        (self.line(partner) | self.line(row=row)).action_leave()
        self.carry_out()

        links = self.env['qbo.link'].search(
            [('qbo_company_id', '=', self.connection.qbo_company_id.id), ('mode', '=', 'never')]
        )
        links.filtered(lambda link: link.name in ("Only here", "Only there")).with_user(self.user).action_include()
        self.run_engine()

        self.assertEqual(partner.qbo_state, 'synced', partner.qbo_error)
        self.assertTrue(self.partner_of(row))

    def test_what_was_carried_out_is_not_decided_again(self):
        partner = self.partner("Only here")
        self.compare()
        self.carry_out()
        line = self.line(partner)
        self.assertTrue(line.is_done)
        line.action_leave()
        self.assertEqual(line.decision, 'create_qbo')
        self.sandbox.requests.clear()
        self.env['qbo.match']._carry_out(self.connection)
        self.run_engine()
        self.assertRequests()

    def test_a_record_that_was_deleted_since_is_tied_to_nothing(self):
        partner, row = self.partner(), self.there()
        self.compare()
        partner.unlink()
        self.carry_out()
        self.assertEqual(self.partner_of(row).qbo_state, 'synced')

    def test_what_was_taken_back_is_compared_and_carried_out_anew(self):
        partner, row = self.partner(), self.there()
        self.compare()
        line = self.line(partner)
        self.carry_out()
        self.link(partner).unlink()  # as undoing a first run does

        self.compare()
        self.assertLine(line, 'exact', 'link', is_done=False)
        self.carry_out()

        self.assertEqual((partner.qbo_id, partner.qbo_state), (row['Id'], 'synced'), partner.qbo_error)

    def test_where_odoo_is_the_source_it_creates_what_was_decided_and_links_without_taking_anything(self):
        self.connection.direction = 'odoo'
        partner, row = self.partner("John Smith", phone='1'), self.there("Smith, John", Notes="there")
        only = self.there("Only there")
        self.compare()
        self.line(partner).write({'decision': 'link', 'name_from': 'qbo'})

        self.carry_out()

        self.assertEqual((partner.qbo_id, partner.name, partner.comment), (row['Id'], "John Smith", False))
        self.assertEqual(self.in_quickbooks(partner)['DisplayName'], "John Smith")
        self.assertEqual(self.partner_of(only).name, "Only there")

    def test_products(self):
        same, item = self.old_product("Acid", type='service'), self.item_there("Acid Wash", Description="By hand")
        only_here, only_there = self.old_product("Only here"), self.item_there("Only there")
        left, left_there = self.old_product("Left here"), self.item_there("Elsewhere")
        self.compare()
        self.line(same).action_link()
        (self.line(left) | self.line(row=left_there)).action_leave()

        self.carry_out(products=True)

        self.assertEqual((same.qbo_id, same.description_sale), (item['Id'], "By hand"))
        self.assertEqual(only_here.qbo_state, 'synced', only_here.qbo_error)
        self.assertEqual(self.product_of(only_there).name, "Only there")
        self.assertFalse(left.qbo_id or self.product_of(left_there))

    def test_decisions_about_products_wait_until_products_are_switched_on(self):
        same, item = self.old_product("Acid", type='service'), self.item_there("Acid Wash")
        self.compare()
        self.line(same).action_link()
        self.carry_out()
        self.assertEqual(self.sandbox.get('Item', item['Id'])['Name'], "Acid Wash")

        self.connection.with_user(self.manager).action_switch_on_products()
        self.run_engine()

        self.assertEqual((same.qbo_id, same.qbo_state), (item['Id'], 'synced'), same.qbo_error)


class TestLeftOutOfDocuments(BillingCase):
    """A document of QuickBooks that refers to what was left out says so, and comes when it is let in."""

    def compared(self, **customer):
        """Create a customer in QuickBooks, compare, and return it with its line."""
        row = self.sandbox.create('Customer', {'DisplayName': "Left out", **customer})
        self.compare()
        lines = self.env['qbo.match'].with_user(self.manager)
        return row, lines.search([('kind', '=', 'customer'), ('qbo_id', '=', row['Id'])])

    def invoice_there(self, customer):
        detail = {'ItemRef': {'value': self.chlorine.qbo_id}, 'Qty': 1, 'UnitPrice': 10.0}
        line = {'Amount': 10.0, 'DetailType': 'SalesItemLineDetail', 'SalesItemLineDetail': detail}
        return self.sandbox.create('Invoice', {'CustomerRef': {'value': customer['Id']}, 'Line': [line]})

    def link_of(self, entity, row):
        return self.env['qbo.link'].search([('entity', '=', entity), ('qbo_id', '=', row['Id'])])

    def test_an_invoice_of_a_left_out_customer_says_what_to_do_and_comes_afterwards(self):
        row, line = self.compared(GivenName="Jo", BillAddr=BILL)
        line.action_leave()
        line.action_carry_out()
        invoice = self.invoice_there(row)

        self.pull('documents')

        link = self.link_of('Invoice', invoice)
        self.assertIn("Left out was left out of the synchronization.", link.error)

        self.link_of('Customer', row).with_user(self.user).action_include()
        self.run_engine()

        self.assertEqual(link._record().partner_id.name, "Left out")
        self.assertEqual(link.state, 'synced', link.error)

    def test_a_customer_that_only_a_rule_left_out_comes_with_its_invoice(self):
        row, line = self.compared()
        self.assertEqual(line.verdict, 'excluded')
        line.action_carry_out()
        invoice = self.invoice_there(row)

        self.pull('documents')

        self.assertEqual(self.link_of('Invoice', invoice)._record().partner_id.name, "Left out")
