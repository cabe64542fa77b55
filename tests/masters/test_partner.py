from odoo.tests import Form

from ...models.mapping.places import Places
from ..common import QboCase


class TestPartnerValues(QboCase):
    """The field mapping of customers, without a network."""

    def test_all_fields_go_where_quickbooks_has_a_place(self):
        partner = self.env['res.partner'].create({
            'name': "Bill's: Windsurf\tShop", 'is_company': True, 'email': 'Surf <surf@bill.example>, b@bill.example',
            'phone': '(415) 444-6538', 'website': 'bill.example', 'comment': '<p>Call first</p>', 'vat': '12-3456789',
            'street': '12 Ocean Dr.', 'street2': 'Suite 2', 'city': 'Half Moon Bay', 'zip': '94213',
            'state_id': self.env.ref('base.state_us_5').id, 'country_id': self.env.ref('base.us').id,
            'qbo_given_name': "Bill", 'qbo_family_name': "Lucchini", 'customer_rank': 1,
        })  # fmt: skip
        self.assertEqual(self.mapping(partner)._values(self.step(), partner), {
            'DisplayName': "Bill's Windsurf Shop",
            'CompanyName': partner.name,
            'GivenName': "Bill",
            'FamilyName': "Lucchini",
            'PrimaryEmailAddr': {'Address': 'surf@bill.example'},
            'PrimaryPhone': {'FreeFormNumber': '(415) 444-6538'},
            'WebAddr': {'URI': 'http://bill.example'},
            'Notes': "Call first",
            'PrimaryTaxIdentifier': '12-3456789',
            'BillAddr': {
                'Line1': '12 Ocean Dr.', 'Line2': 'Suite 2', 'City': 'Half Moon Bay', 'PostalCode': '94213',
                'CountrySubDivisionCode': 'CA', 'Country': 'United States',
            },
            'Active': True,
        })  # fmt: skip

    def test_the_invoice_address_is_the_billing_contact(self):
        partner = self.env['res.partner'].create({'name': "Marina", 'is_company': True, 'email': 'info@marina.example'})
        partner.child_ids = [(0, 0, {
            'type': 'invoice', 'name': "Ann Lee", 'email': 'ann@marina.example', 'street': '2 Dock', 'city': 'Alameda',
        })]  # fmt: skip

        values = self.mapping(partner)._values(self.step(), partner)

        self.assertEqual((values['GivenName'], values['FamilyName']), ("Ann", "Lee"))
        self.assertEqual(values['PrimaryEmailAddr']['Address'], 'ann@marina.example')
        self.assertEqual(values['BillAddr']['Line1'], '2 Dock')

    def test_an_edit_of_the_billing_contact_is_sent_and_comes_back_to_it(self):
        partner = self.synced_customer("Marina", is_company=True)
        contact = self.env['res.partner'].create(
            {'parent_id': partner.id, 'type': 'invoice', 'name': "Ann Lee", 'email': 'ann@marina.example'}
        )
        self.run_engine()
        self.assertEqual(self.in_quickbooks(partner)['GivenName'], "Ann")

        self.sandbox.update('Customer', partner.qbo_id, {'PrimaryEmailAddr': {'Address': 'lee@marina.example'}})
        self.pull()

        self.assertEqual(contact.email, 'lee@marina.example')
        self.assertFalse(partner.email)

    def test_other_contacts_and_addresses_are_not_sent(self):
        partner = self.synced_customer("Marina", is_company=True, street="1 Pier")

        self.env['res.partner'].create(
            [
                {'parent_id': partner.id, 'type': kind, 'name': f'A {kind}', 'street': 'Elsewhere'}
                for kind in ('contact', 'delivery', 'other')
            ]
        )
        self.run_engine()

        self.assertRequests()

    def test_a_name_that_was_typed_stays_and_first_and_last_name_follow_it(self):
        partner = self.customer("Ludwig van Beethoven")
        self.assertRecordValues(partner, [{
            'name': "Ludwig van Beethoven", 'qbo_given_name': "Ludwig", 'qbo_family_name': "van Beethoven",
        }])  # fmt: skip

        partner.name = "Jane Doe"
        self.assertRecordValues(partner, [{'qbo_given_name': "Jane", 'qbo_family_name': "Doe"}])

    def test_first_and_last_name_that_were_typed_stay(self):
        partner = self.customer("The Smiths", qbo_given_name="John", qbo_family_name="Smith")
        partner.name = "The Smith Family"
        self.assertRecordValues(partner, [{
            'name': "The Smith Family", 'qbo_given_name': "John", 'qbo_family_name': "Smith",
        }])  # fmt: skip

    def test_a_company_has_no_first_name_unless_typed(self):
        partner = self.customer("Bill's Windsurf Shop", is_company=True)
        self.assertFalse(partner.qbo_given_name)

    def test_a_name_changed_in_quickbooks_keeps_first_and_last_name(self):
        partner = self.synced_customer("The Smiths", qbo_given_name="John", qbo_family_name="Smith")
        self.sandbox.update('Customer', partner.qbo_id, {'DisplayName': "Smith Family"})

        self.pull()

        self.assertRecordValues(partner, [{
            'name': "Smith Family", 'qbo_given_name': "John", 'qbo_family_name': "Smith",
        }])  # fmt: skip

    def test_countries_are_understood_as_quickbooks_spells_them(self):
        us = self.env.ref('base.us')
        for name in ('US', 'USA', 'United States', 'usa'):
            self.assertEqual(Places(self.env).country(name), us, name)
        self.assertFalse(Places(self.env).country('Atlantis'))

    def test_an_unknown_state_is_not_lost_in_quickbooks(self):
        partner = self.synced_customer()
        self.sandbox.update('Customer', partner.qbo_id, {
            'BillAddr': {'Line1': '1 Pier', 'CountrySubDivisionCode': 'Cascadia', 'Country': 'USA'},
        })  # fmt: skip
        self.pull()
        self.assertFalse(partner.state_id)

        partner.city = 'Portland'
        self.run_engine()

        address = self.in_quickbooks(partner)['BillAddr']
        self.assertEqual((address['CountrySubDivisionCode'], address['City']), ('Cascadia', 'Portland'))

    def test_a_masked_tax_number_is_never_written_back(self):
        partner = self.synced_customer(vat='12-3456789')
        self.sandbox.update('Customer', partner.qbo_id, {'Notes': "touched"})

        self.pull()

        self.assertEqual(partner.vat, '12-3456789')

    def test_the_form_shows_the_state_and_its_page(self):
        partner = self.synced_customer()
        with Form(partner.with_user(self.user)) as form:
            self.assertEqual(form.qbo_state, 'synced')
            form.qbo_given_name = "Jo"
        self.assertEqual(partner.qbo_given_name, "Jo")


class TestPartnerScreens(QboCase):
    """Searches, previews and buttons on customers."""

    def test_filters_find_each_state(self):
        synced = self.synced_customer("Synced")
        error = self.customer("Error", email='not an address')
        self.run_engine()
        pending = self.customer("Pending")
        vendor = self.env['res.partner'].create({'name': "Vendor", 'supplier_rank': 1})
        mine = synced | error | pending | vendor

        def found(state):
            return self.env['res.partner'].search([('qbo_state', '=', state), ('id', 'in', mine.ids)])

        self.assertEqual(found('synced'), synced)
        self.assertEqual(found('error'), error)
        self.assertEqual(found('pending'), pending)
        self.assertEqual(found(False), vendor)
        self.assertEqual(self.env['res.partner'].search([('qbo_id', '=', synced.qbo_id)]), synced)

    def test_an_edited_record_in_step_is_pending_in_form_and_filter(self):
        partner = self.synced_customer()
        partner.phone = '1'
        partner.invalidate_recordset()
        self.assertEqual(partner.qbo_state, 'pending')
        self.assertIn(partner, self.env['res.partner'].search([('qbo_state', '=', 'pending')]))
        self.assertNotIn(partner, self.env['res.partner'].search([('qbo_state', '=', 'synced')]))

    def preview(self, partner):
        action = partner.with_user(self.user).action_qbo_preview()
        return self.env['qbo.preview'].browse(action['res_id'])

    def test_what_would_be_sent_is_what_is_sent(self):
        partner = self.customer(phone='1')
        created = self.preview(partner)
        self.assertIn("would be created", created.verdict)
        self.assertRequests()
        self.run_engine()
        self.assertIn('"FreeFormNumber": "1"', created.payload)

        partner.phone = '2'
        updated = self.preview(partner)
        self.assertIn("would be updated", updated.verdict)
        self.assertNotIn('DisplayName', updated.payload)

        self.run_engine()
        self.assertIn("holds the same", self.preview(partner).verdict)

    def test_synchronize_now_asks_quickbooks_again_after_an_error(self):
        partner = self.customer()
        self.sandbox.arm('data_fault', on='customer', times=1, code='6000', detail="No.")
        self.run_engine()

        partner.with_user(self.user).action_qbo_sync()
        self.run_engine()

        self.assertEqual(partner.qbo_state, 'synced')

    def test_do_not_synchronize_from_the_errors_list(self):
        partner = self.customer(email='not an address')
        self.run_engine()

        self.link(partner).with_user(self.user).action_exclude()
        partner.invalidate_recordset()

        self.assertFalse(partner.qbo_state)
        self.assertEqual(partner.qbo_mode, 'never')

    def test_an_activity_leads_to_its_record_and_its_request(self):
        partner = self.synced_customer()
        line = self.env['qbo.log'].search([('link_id', '=', self.link(partner).id)], limit=1)

        self.assertEqual(line.request_id.operation, 'create')
        action = line.with_user(self.user).action_open_record()
        self.assertEqual((action['res_model'], action['res_id']), ('res.partner', partner.id))

    def test_what_a_save_costs(self):
        """One row in the outbox and one trigger; without a connection, nothing."""
        partner = self.synced_customer()
        partner.phone = '0'
        self.env.flush_all()
        with self.assertQueryCount(6):
            partner.phone = '1'
            self.env.flush_all()
        with self.assertQueryCount(1):
            partner.ref = 'not mapped'
            self.env.flush_all()

    def test_a_rank_that_grows_with_each_document_is_no_news(self):
        partner = self.synced_customer()
        partner.customer_rank += 1
        self.assertFalse(self.env['qbo.change'].search([]))
        supplier = self.customer("Pool Parts Wholesale", customer_rank=0)
        self.run_engine()
        self.assertFalse(supplier.qbo_id)
        supplier.customer_rank = 1
        self.run_engine()
        self.assertTrue(supplier.qbo_id)

    def test_old_traces_are_cleaned_up_and_what_is_owed_stays(self):
        partner = self.synced_customer()
        link = self.link(partner)
        owed = link.request_ids.copy({'state': 'unanswered'})
        self.env.flush_all()
        self.env.cr.execute("UPDATE qbo_request SET create_date = create_date - interval '33 days'")
        self.env.cr.execute("UPDATE qbo_log SET create_date = create_date - interval '181 days'")
        self.env.invalidate_all()

        self.env['qbo.request']._gc_old()
        self.env['qbo.log']._gc_old()

        self.assertEqual(link.request_ids, owed)
        self.assertFalse(link.log_ids)

    def test_open_in_quickbooks(self):
        partner = self.synced_customer()
        url = partner.with_user(self.user).action_qbo_open()['url']
        self.assertEqual(url, f'{self.sandbox.url}/app/customerdetail?nameId={partner.qbo_id}')

    def test_the_badge_opens_the_link(self):
        partner = self.synced_customer()
        action = partner.with_user(self.user).action_qbo_details()
        self.assertEqual((action['res_model'], action['res_id']), ('qbo.link', self.link(partner).id))

    def test_without_a_connection_nothing_is_noted_or_shown(self):
        self.connection.with_user(self.manager).action_disconnect()
        self.connection.with_user(self.manager).unlink()

        partner = self.customer("Free")

        self.assertFalse(partner.qbo_state)
        self.assertFalse(self.env['qbo.change'].search([]))
