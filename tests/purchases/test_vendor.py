"""Vendors, beside the customer that the same partner may be."""

from .purchase_case import PurchaseCase


class TestVendor(PurchaseCase):
    def vendor(self, name="Anchor Supply", **vals):
        return self.env['res.partner'].create({'name': name, 'supplier_rank': 1, **vals})

    def both(self, **vals):
        partner = self.vendor(customer_rank=1, **vals)
        self.run_engine()
        return partner

    def test_a_vendor_goes_and_comes(self):
        partner = self.vendor(email='a@anchor.example', street="Quay 1", vat='12-3456789', qbo_is_1099=True)
        self.run_engine()
        self.assertRequests('POST vendor')
        there = self.vendor_there(partner)
        self.assertEqual(there['DisplayName'], "Anchor Supply")
        self.assertEqual(there['PrimaryEmailAddr']['Address'], 'a@anchor.example')
        self.assertTrue(there['Vendor1099'])
        self.assertTrue(there['TaxIdentifier'].startswith('X'), "QuickBooks masks it")
        self.assertEqual((partner.qbo_state, partner.qbo_error), ('synced', False))
        self.sandbox.update('Vendor', there['Id'], {'PrimaryPhone': {'FreeFormNumber': '3'}, 'Vendor1099': False})
        self.pull('documents')
        self.assertEqual((partner.phone, partner.qbo_is_1099, partner.vat), ('3', False, '12-3456789'))
        self.assertFalse(self.link_as(partner, 'Customer'))

    def test_the_same_partner_is_a_customer_and_a_vendor_with_a_name_of_its_own(self):
        partner = self.both()
        self.assertEqual(self.vendor_there(partner)['DisplayName'], "Anchor Supply (vendor)")
        customer = self.sandbox.get('Customer', self.link_as(partner, 'Customer').qbo_id)
        self.assertEqual(customer['DisplayName'], "Anchor Supply")
        self.assertNoErrors()
        partner.name = "Anchor Supplies"
        self.run_engine()
        self.assertEqual(self.vendor_there(partner)['DisplayName'], "Anchor Supplies (vendor)")

    def test_a_customer_becomes_a_vendor_with_the_first_bill(self):
        self.bill(vendor=self.acme)
        self.run_engine()
        self.assertEqual(self.vendor_there(self.acme)['DisplayName'], "Acme Pools (vendor)")
        self.assertEqual(self.acme.qbo_state, 'synced')
        self.assertNoErrors()

    def names_there(self, partner):
        """Return the names of a partner's customer and vendor in QuickBooks."""
        links = [self.link_as(partner, entity) for entity in ('Customer', 'Vendor')]
        self.assertEqual([link.state for link in links], ['synced', 'synced'], links[0].error or links[1].error)
        return [self.sandbox.get(link.entity, link.qbo_id)['DisplayName'] for link in links]

    def test_a_vendor_becomes_a_customer_under_another_name(self):
        partner = self.vendor()
        self.run_engine()
        invoice = self.invoice(partner)
        self.run_engine()
        self.assertEqual(self.names_there(partner), ["Anchor Supply (customer)", "Anchor Supply"])
        self.assertEqual((partner.name, invoice.qbo_state), ("Anchor Supply", 'synced'))
        partner.name = "Anchor Supplies"
        self.run_engine()
        self.assertEqual(self.names_there(partner), ["Anchor Supplies", "Anchor Supplies (vendor)"])

    def test_a_vendor_there_is_the_customer_here(self):
        self.sandbox.create('Vendor', {'DisplayName': "Anchor Supply", 'PrimaryEmailAddr': {'Address': 'a@b.example'}})
        partner = self.vendor(supplier_rank=0, customer_rank=1, email='a@b.example')
        self.run_engine()
        self.pull('documents')
        self.run_engine()
        self.assertEqual(self.names_there(partner), ["Anchor Supply (customer)", "Anchor Supply"])

    def test_each_may_be_renamed_there(self):
        for entity, named, names in (
            ('Vendor', "Dock (vendor)", ["Dock", "Dock (vendor)"]),
            ('Vendor', "Pier", ["Pier", "Pier (vendor)"]),
            ('Customer', "Quay", ["Quay", "Quay (vendor)"]),
        ):
            for is_vendor_first in (False, True):
                with self.subTest(entity, named=named, is_vendor_first=is_vendor_first):
                    vals = {'name': f"Anchor {named} {is_vendor_first}"}
                    partner = self.vendor(**vals) if is_vendor_first else self.both(**vals)
                    self.run_engine()
                    partner.customer_rank = 1
                    self.run_engine()
                    link = self.link_as(partner, entity)
                    self.sandbox.update(entity, link.qbo_id, {'DisplayName': named})
                    self.pull('documents' if entity == 'Vendor' else 'customers')
                    self.run_engine()
                    self.assertEqual(self.names_there(partner), names)
                    self.assertEqual(partner.name, names[0])
                    partner.name = f"Done {partner.id}"
                    self.run_engine()

    def test_inactive_as_one_he_stays_in_use_as_the_other(self):
        for entity, other in (('Vendor', 'Customer'), ('Customer', 'Vendor')):
            with self.subTest(entity):
                partner = self.both(name=f"Anchor {entity}")
                link = self.link_as(partner, entity)
                self.sandbox.update(entity, link.qbo_id, {'Active': False})
                self.come()
                self.assertEqual((partner.active, link.state, link.error_fix), (True, 'differs', 'unapplied_changes'))
                self.assertTrue(self.there(partner, other)['Active'])
                partner.phone = '5550100'
                self.run_engine()
                self.assertEqual(self.there(partner, other)['PrimaryPhone']['FreeFormNumber'], '5550100')
                self.assertEqual(link.state, 'differs')

                link.action_send_odoo()
                self.run_engine()
                self.assertEqual(self.there(partner, entity)['PrimaryPhone']['FreeFormNumber'], '5550100')
                self.assertEqual((self.there(partner, entity)['Active'], link.state), (True, 'synced'))

                for one in (entity, other):
                    self.sandbox.update(one, self.link_as(partner, one).qbo_id, {'Active': False})
                    self.come()
                self.assertFalse(partner.active)
                self.assertEqual({self.link_as(partner, one).state for one in (entity, other)}, {'synced'})

    def come(self):
        for schedule in ('customers', 'documents'):
            self.pull(schedule)
        self.run_engine()

    def there(self, partner, entity):
        return self.sandbox.get(entity, self.link_as(partner, entity).qbo_id)

    def test_a_vendor_there_with_the_customers_name_is_the_same_partner(self):
        row = self.sandbox.create('Vendor', {'DisplayName': "Acme Pools (vendor)"})
        self.pull('documents')
        self.assertEqual(self.vendor_id(self.acme), row['Id'])
        self.assertEqual(self.acme.name, "Acme Pools")
        self.run_engine()
        self.assertEqual(self.vendor_there(self.acme)['DisplayName'], "Acme Pools (vendor)")

    def test_a_name_that_an_unknown_customer_has_offers_another_one(self):
        self.sandbox.create('Customer', {'DisplayName': "Anchor Supply"})
        partner = self.vendor()
        self.run_engine()
        link = self.link_as(partner, 'Vendor')
        self.assertEqual((link.state, link.error_code), ('error', '6240'))
        self.assertEqual(link.suggested_name, "Anchor Supply (vendor)")
        link.with_user(self.user).action_send_as_suggested()
        self.run_engine()
        self.assertEqual(self.vendor_there(partner)['DisplayName'], "Anchor Supply (vendor)")
        self.assertEqual(partner.name, "Anchor Supply")

    def test_a_vendor_of_that_name_is_linked(self):
        row = self.sandbox.create('Vendor', {'DisplayName': "Anchor Supply"})
        partner = self.vendor()
        self.run_engine()
        self.assertEqual(self.vendor_id(partner), row['Id'])
        self.assertNoErrors()

    def test_a_vendor_of_quickbooks_comes(self):
        row = self.sandbox.create('Vendor', {'DisplayName': "Boatyard of the North", 'CompanyName': "Boatyard"})
        self.pull('documents')
        link = self.env['qbo.link'].search([('entity', '=', 'Vendor'), ('qbo_id', '=', row['Id'])])
        partner = link._record()
        self.assertEqual((partner.name, partner.supplier_rank, partner.customer_rank), ("Boatyard of the North", 1, 0))

    def test_archived_here_is_inactive_there_and_back(self):
        partner = self.vendor()
        self.run_engine()
        partner.active = False
        self.run_engine()
        self.assertFalse(self.vendor_there(partner)['Active'])
        self.sandbox.update('Vendor', self.vendor_id(partner), {'Active': True})
        self.pull('documents')
        self.assertTrue(partner.active)

    def test_a_vendors_terms_go_and_come(self):
        term = self.env['account.payment.term'].create({'name': "Net 20", 'line_ids': [(0, 0, {'nb_days': 20})]})
        partner = self.vendor(property_supplier_payment_term_id=term.id)
        self.run_engine()
        ref = self.vendor_there(partner)['TermRef']['value']
        self.assertEqual(ref, self.link_as(term, 'Term').qbo_id)
        other = self.sandbox.create('Term', {'Name': "Net 35", 'DueDays': 35})
        self.sandbox.update('Vendor', self.vendor_id(partner), {'TermRef': {'value': other['Id']}})
        self.pull('documents')
        self.assertEqual(partner.property_supplier_payment_term_id.name, "Net 35")

    def test_bank_details_never_go(self):
        partner = self.vendor()
        self.env['res.partner.bank'].create({'acc_number': 'GB33BUKB20201555555555', 'partner_id': partner.id})
        self.run_engine()
        self.assertNotIn('GB33BUKB', str([row.body for row in self.sandbox.requests]))
