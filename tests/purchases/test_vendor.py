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
