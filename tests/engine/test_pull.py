from datetime import timedelta

from odoo import fields

from ...models.engine.apply import Apply
from ..common import QboCase

BILL = {'Line1': '12 Ocean Dr.', 'City': 'Half Moon Bay', 'CountrySubDivisionCode': 'CA', 'PostalCode': '94213',
        'Country': 'USA'}  # fmt: skip
SHIP = {'Line1': 'Pier 7', 'City': 'San Francisco', 'CountrySubDivisionCode': 'CA', 'Country': 'USA'}


class TestPull(QboCase):
    """What changes in QuickBooks arrives in Odoo, with one metered read."""

    def partner_of(self, customer):
        return self.env['res.partner'].search([('qbo_id', '=', customer['Id'])])

    def test_an_edit_in_quickbooks_arrives_on_schedule(self):
        partner = self.synced_customer(phone='1')
        self.sandbox.update('Customer', partner.qbo_id, {'PrimaryPhone': {'FreeFormNumber': '2'}})

        self.pull()

        self.assertEqual(partner.phone, '2')
        self.assertEqual(partner.qbo_state, 'synced')
        self.assertRequests('GET cdc')
        self.assertLogged("Harbor Marine Supply updated from QuickBooks: phone")

    def test_two_edits_after_each_other_both_arrive(self):
        partner = self.synced_customer()
        for phone in ('1', '2'):
            self.sandbox.update('Customer', partner.qbo_id, {'PrimaryPhone': {'FreeFormNumber': phone}})
            self.pull()
            self.assertEqual(partner.phone, phone)

    def test_what_was_pulled_is_not_sent_back(self):
        partner = self.synced_customer()
        self.sandbox.update('Customer', partner.qbo_id, {'DisplayName': "Harbor  Marine", 'BillAddr': BILL})
        self.pull()
        self.sandbox.requests.clear()

        self.run_engine()
        self.pull()

        self.assertRequests('GET cdc')
        self.assertFalse(self.env['qbo.change'].search([('connection_id', '=', self.connection.id)]))

    def test_fifty_changes_are_one_read(self):
        rows = self.sandbox.create_many('Customer', [{'DisplayName': f'Berth {number}'} for number in range(50)])

        self.pull()

        self.assertRequests('GET cdc')
        self.assertEqual(self.env['res.partner'].search_count([('qbo_id', 'in', [row['Id'] for row in rows])]), 50)

    def test_a_customer_created_in_quickbooks_is_created_here(self):
        customer = self.sandbox.create('Customer', {
            'DisplayName': "Bill's Windsurf Shop", 'CompanyName': "Bill's Windsurf Shop", 'GivenName': "Bill",
            'FamilyName': "Lucchini", 'PrimaryEmailAddr': {'Address': 'surf@bill.example'},
            'PrimaryPhone': {'FreeFormNumber': '(415) 444-6538'}, 'WebAddr': {'URI': 'http://bill.example'},
            'Notes': "Call first", 'BillAddr': BILL,
        })  # fmt: skip

        self.pull()

        partner = self.partner_of(customer)
        self.assertRecordValues(partner, [{
            'name': "Bill's Windsurf Shop", 'is_company': True, 'qbo_given_name': "Bill", 'qbo_family_name': "Lucchini",
            'email': 'surf@bill.example', 'phone': '(415) 444-6538', 'website': 'http://bill.example',
            'street': '12 Ocean Dr.', 'city': 'Half Moon Bay', 'zip': '94213', 'qbo_state': 'synced',
            'state_id': self.env.ref('base.state_us_5').id, 'country_id': self.env.ref('base.us').id,
            'customer_rank': 1,
        }])  # fmt: skip
        self.assertIn("Call first", partner.comment)
        self.assertEqual(self.link(partner).origin, 'qbo')

    def test_a_different_shipping_address_is_a_delivery_address_once(self):
        customer = self.sandbox.create('Customer', {'DisplayName': "Two addresses", 'BillAddr': BILL, 'ShipAddr': SHIP})
        self.pull()
        partner = self.partner_of(customer)
        self.assertEqual(partner.street, '12 Ocean Dr.')
        self.assertRecordValues(partner.child_ids, [{'type': 'delivery', 'street': 'Pier 7', 'city': 'San Francisco'}])

        self.sandbox.update('Customer', customer['Id'], {'ShipAddr': {**SHIP, 'Line1': 'Pier 39'}})
        self.pull()

        self.assertEqual(partner.child_ids.mapped('street'), ['Pier 7'])

    def test_the_same_shipping_address_is_one_address(self):
        customer = self.sandbox.create('Customer', {'DisplayName': "One address", 'BillAddr': BILL, 'ShipAddr': BILL})

        self.pull()

        self.assertFalse(self.partner_of(customer).child_ids)

    def test_the_only_address_is_the_billing_address(self):
        customer = self.sandbox.create('Customer', {'DisplayName': "Ships only", 'ShipAddr': SHIP})

        self.pull()

        partner = self.partner_of(customer)
        self.assertEqual(partner.street, 'Pier 7')
        self.assertFalse(partner.child_ids)

    def test_sub_customers_and_inactive_ones_are_not_taken(self):
        parent = self.sandbox.create('Customer', {'DisplayName': "Parent"})
        sub = self.sandbox.create(
            'Customer', {'DisplayName': "Delivery", 'Job': True, 'ParentRef': {'value': parent['Id']}}
        )
        gone = self.sandbox.create('Customer', {'DisplayName': "Gone"})
        self.sandbox.update('Customer', gone['Id'], {'Active': False})

        self.pull()

        self.assertTrue(self.partner_of(parent))
        self.assertFalse(self.partner_of(sub) | self.partner_of(gone))

    def test_inactive_in_quickbooks_is_archived_here_with_its_name(self):
        partner = self.synced_customer()

        self.sandbox.update('Customer', partner.qbo_id, {'Active': False})
        self.pull()

        self.assertFalse(partner.active)
        self.assertEqual(partner.name, "Harbor Marine Supply")

        self.sandbox.update('Customer', partner.qbo_id, {'Active': True})
        self.pull()
        self.assertTrue(partner.active)

    def test_what_odoo_refuses_is_an_error_and_is_taken_when_it_may(self):
        partner = self.synced_customer()
        blocker = (
            self.env['res.users']
            .with_context(no_reset_password=True)
            .create({'name': partner.name, 'login': 'portal_harbor', 'partner_id': partner.id})
        )
        self.sandbox.update('Customer', partner.qbo_id, {'Active': False})
        other = self.sandbox.create('Customer', {'DisplayName': "After it"})

        self.pull()

        self.assertEqual(partner.qbo_state, 'error')
        self.assertIn("could not be applied", partner.qbo_error)
        self.assertTrue(self.partner_of(other), "one that Odoo refuses stops no other")

        blocker.active = False
        self.wait(hours=2)
        self.run_engine()

        self.assertFalse(partner.active)
        self.assertFalse(partner.qbo_error)

    def test_a_lost_cursor_falls_back_to_pages(self):
        partner = self.synced_customer()
        self.sandbox.update('Customer', partner.qbo_id, {'Notes': "while away"})
        self.connection._schedule('customers').cursor = fields.Datetime.now() - timedelta(days=40)

        self.pull()

        self.assertIn("while away", partner.comment)
        self.assertRequests('GET cdc', 'POST query')
        self.assertGreater(self.connection._schedule('customers').cursor, fields.Datetime.now() - timedelta(minutes=10))

    def test_more_than_a_thousand_changes_fall_back_to_pages(self):
        self.sandbox.create_many('Customer', [{'DisplayName': f'Berth {number:04}'} for number in range(1100)])

        runs = self.pull()

        self.assertEqual(self.env['res.partner'].search_count([('name', '=like', 'Berth %')]), 1100)
        # A run that Odoo gives no more time leaves its page to the next one.
        first, *pages = [row.entity for row in self.sandbox.requests if row.path.startswith('/v3/')]
        self.assertEqual((first, set(pages)), ('cdc', {'query'}))
        self.assertIn(len(pages), range(2, 2 + runs))

    def test_the_import_of_2500_customers_is_three_queries(self):
        self.connection.write({'skip_no_address': False, 'skip_no_first_name': False})
        existing = len(self.sandbox.all('Customer', active=True))
        self.sandbox.create_many(
            'Customer', [{'DisplayName': f'Berth {number:04}'} for number in range(2500 - existing)]
        )

        self.connection.with_user(self.manager).action_import_customers()
        runs = self.run_engine()

        # A run that Odoo gives no more time leaves its page to the next one.
        self.assertIn(len([row for row in self.sandbox.requests if row.path.startswith('/v3/')]), range(3, 3 + runs))
        taken = self.env['qbo.link'].search_count(
            [('qbo_company_id', '=', self.connection.qbo_company_id.id), ('state', '=', 'synced')]
        )
        subs = [row for row in self.sandbox.all('Customer', active=True) if row.get('Job')]
        self.assertEqual(taken, 2500 - len(subs))

    def test_the_import_says_what_it_left_out(self):
        self.connection.with_user(self.manager).action_import_customers()
        self.run_engine()

        subs = [row for row in self.sandbox.all('Customer', active=True) if row.get('Job')]
        self.assertLogged(f"{len(subs)} left out: Sub-customers are not synchronized.")

    def test_one_record_that_breaks_a_page_is_left_out_and_the_rest_is_taken(self):
        self.sandbox.arm('page_4002', on='customer', times=4)
        before = len(self.sandbox.all('Customer', active=True))

        self.connection.with_user(self.manager).action_import_customers()
        self.run_engine()

        subs = [row for row in self.sandbox.all('Customer', active=True) if row.get('Job')]
        taken = self.env['qbo.link'].search_count([('qbo_company_id', '=', self.connection.qbo_company_id.id)])
        self.assertEqual(taken, before - len(subs) - 1)
        self.assertLogged("Customer number 1 cannot be read from QuickBooks")

    def test_the_import_links_a_customer_that_odoo_has(self):
        partner = self.env['res.partner'].create({'name': "Known here", 'customer_rank': 1, 'phone': '1'})
        self.env['qbo.change'].search([]).unlink()
        customer = self.sandbox.create('Customer', {'DisplayName': "Known here", 'Notes': "from there"})

        self.connection.with_user(self.manager).action_import_customers()
        self.run_engine()

        self.assertEqual(partner.qbo_id, customer['Id'])
        self.assertIn("from there", partner.comment)
        self.assertEqual(self.sandbox.get('Customer', customer['Id'])['PrimaryPhone']['FreeFormNumber'], '1')

    def test_a_merged_customer_is_shown_and_can_be_created_again(self):
        partner = self.synced_customer()
        link = self.link(partner)
        Apply(self.step()).deleted_in_quickbooks(link)
        partner.invalidate_recordset()
        self.assertEqual(partner.qbo_state, 'error')
        self.assertIn("deleted or merged", partner.qbo_error)
        self.sandbox.update('Customer', partner.qbo_id, {'DisplayName': "The winner"})

        link.with_user(self.user).action_create_again()
        self.run_engine()

        self.assertEqual(partner.qbo_state, 'synced', partner.qbo_error)
        self.assertEqual(len(self.named("Harbor Marine Supply")), 1)


class TestMerge(QboCase):
    """Both sides edited: different fields merge, the same field follows the rule."""

    def both_edit(self, rule, odoo, qbo):
        self.connection.conflict_rule = rule
        partner = self.synced_customer(phone='1', email='old@harbor.example')
        partner.write(odoo)
        self.sandbox.update('Customer', partner.qbo_id, qbo)
        return partner

    def test_different_fields_merge(self):
        partner = self.both_edit('odoo', {'phone': '2'}, {'PrimaryEmailAddr': {'Address': 'new@harbor.example'}})

        self.pull()

        self.assertEqual((partner.phone, partner.email), ('2', 'new@harbor.example'))
        customer = self.in_quickbooks(partner)
        self.assertEqual(customer['PrimaryPhone']['FreeFormNumber'], '2')
        self.assertEqual(customer['PrimaryEmailAddr']['Address'], 'new@harbor.example')

    def test_a_stale_update_is_fetched_merged_and_sent_once_more(self):
        partner = self.both_edit('odoo', {'phone': '2'}, {'PrimaryEmailAddr': {'Address': 'new@harbor.example'}})

        self.run_engine()

        self.assertRequests('POST customer', 'POST query', 'POST customer')
        self.assertEqual((partner.phone, partner.email), ('2', 'new@harbor.example'))
        self.assertEqual(self.in_quickbooks(partner)['PrimaryPhone']['FreeFormNumber'], '2')

    def test_different_members_of_an_address_merge(self):
        partner = self.synced_customer(street='1 Pier', city='Oakland')
        partner.city = 'Alameda'
        self.sandbox.update('Customer', partner.qbo_id, {'BillAddr': {'Line1': '2 Pier', 'City': 'Oakland'}})

        self.run_engine()

        self.assertEqual((partner.street, partner.city), ('2 Pier', 'Alameda'))
        address = self.in_quickbooks(partner)['BillAddr']
        self.assertEqual((address['Line1'], address['City']), ('2 Pier', 'Alameda'))

    def test_same_field_odoo_wins(self):
        partner = self.both_edit('odoo', {'phone': '2'}, {'PrimaryPhone': {'FreeFormNumber': '3'}})

        self.run_engine()

        self.assertEqual(partner.phone, '2')
        self.assertEqual(self.in_quickbooks(partner)['PrimaryPhone']['FreeFormNumber'], '2')
        conflict = self.env['qbo.log'].search([('kind', '=', 'conflict'), ('link_id', '=', self.link(partner).id)])
        self.assertEqual(
            conflict.details,
            [{'field': 'phone', 'base': '1', 'odoo': '2', 'qbo': '3', 'outcome': "Odoo's stays"}],
        )

    def test_same_field_quickbooks_wins(self):
        partner = self.both_edit('qbo', {'phone': '2'}, {'PrimaryPhone': {'FreeFormNumber': '3'}})

        self.run_engine()

        self.assertEqual(partner.phone, '3')
        self.assertEqual(self.in_quickbooks(partner)['PrimaryPhone']['FreeFormNumber'], '3')
        self.assertEqual(partner.qbo_state, 'synced')

    def test_same_value_on_both_sides_is_no_conflict(self):
        partner = self.both_edit('ask', {'phone': '2'}, {'PrimaryPhone': {'FreeFormNumber': '2'}})

        self.run_engine()

        self.assertEqual(partner.qbo_state, 'synced')
        self.assertFalse(
            self.env['qbo.log'].search([('kind', '=', 'conflict'), ('link_id', '=', self.link(partner).id)])
        )

    def test_asked_nothing_moves_until_a_person_decides(self):
        partner = self.both_edit('ask', {'phone': '2'}, {'PrimaryPhone': {'FreeFormNumber': '3'}})
        self.run_engine()
        self.pull()

        self.assertEqual(partner.phone, '2')
        self.assertEqual(self.in_quickbooks(partner)['PrimaryPhone']['FreeFormNumber'], '3')
        self.assertEqual(partner.qbo_state, 'error')
        self.assertIn('phone: Odoo “2”, QuickBooks “3”', self.link(partner).conflict_text)

    def test_keep_odoo(self):
        partner = self.both_edit('ask', {'phone': '2'}, {'PrimaryPhone': {'FreeFormNumber': '3'}})
        self.run_engine()

        self.link(partner).with_user(self.user).action_keep_odoo()
        self.run_engine()

        self.assertEqual(partner.phone, '2')
        self.assertEqual(self.in_quickbooks(partner)['PrimaryPhone']['FreeFormNumber'], '2')
        self.assertEqual(partner.qbo_state, 'synced')

    def test_keep_quickbooks(self):
        partner = self.both_edit('ask', {'phone': '2'}, {'PrimaryPhone': {'FreeFormNumber': '3'}})
        self.run_engine()

        self.link(partner).with_user(self.user).action_keep_quickbooks()
        self.run_engine()

        self.assertEqual(partner.phone, '3')
        self.assertEqual(partner.qbo_state, 'synced')


class TestDuplicates(QboCase):
    """Names are unique over customers, vendors and employees (6240): looked up once, linked or asked."""

    def test_the_same_customer_is_linked(self):
        customer = self.sandbox.create(
            'Customer', {'DisplayName': "Harbor Marine Supply", 'PrimaryEmailAddr': {'Address': 'jo@harbor.example'}}
        )
        partner = self.customer(email='jo@harbor.example', phone='7')

        self.run_engine()

        self.assertEqual(partner.qbo_id, customer['Id'])
        self.assertRequests('POST customer', 'POST batch', 'POST customer')
        self.assertEqual(self.in_quickbooks(partner)['PrimaryPhone']['FreeFormNumber'], '7')

    def test_an_inactive_customer_of_the_name_is_linked_and_activated(self):
        customer = self.sandbox.create(
            'Customer', {'DisplayName': "Harbor Marine Supply", 'PrimaryEmailAddr': {'Address': 'jo@harbor.example'}}
        )
        self.sandbox.update('Customer', customer['Id'], {'Active': False})
        partner = self.customer(email='jo@harbor.example')

        self.run_engine()

        self.assertEqual(partner.qbo_id, customer['Id'])
        self.assertTrue(self.in_quickbooks(partner)['Active'])

    def other_customer(self):
        customer = self.sandbox.create(
            'Customer', {'DisplayName': "Harbor Marine Supply", 'PrimaryEmailAddr': {'Address': 'al@other.example'}}
        )
        partner = self.customer(email='jo@harbor.example')
        self.run_engine()
        self.assertEqual(partner.qbo_state, 'error')
        return partner, customer

    def test_another_customer_of_the_name_is_an_error_that_offers_to_link(self):
        partner, customer = self.other_customer()
        self.assertIn("is called “Harbor Marine Supply”", partner.qbo_error)
        self.assertTrue(self.link(partner).can_link_candidate)

        self.link(partner).with_user(self.user).action_link_candidate()
        self.run_engine()

        self.assertEqual(partner.qbo_id, customer['Id'])
        self.assertEqual(partner.qbo_state, 'synced')
        self.assertEqual(self.in_quickbooks(partner)['PrimaryEmailAddr']['Address'], 'jo@harbor.example')

    def test_or_to_send_it_under_another_name(self):
        partner, _customer = self.other_customer()

        self.link(partner).with_user(self.user).action_send_as_suggested()
        self.run_engine()

        self.assertEqual(self.in_quickbooks(partner)['DisplayName'], "Harbor Marine Supply (2)")
        self.assertEqual(partner.name, "Harbor Marine Supply")
        self.pull()
        self.assertEqual(partner.name, "Harbor Marine Supply")

    def test_a_vendor_of_the_name_cannot_be_linked(self):
        self.sandbox.create('Vendor', {'DisplayName': "Harbor Marine Supply"})
        partner = self.customer()

        self.run_engine()

        link = self.link(partner)
        self.assertEqual(partner.qbo_state, 'error')
        self.assertFalse(link.can_link_candidate)
        link.with_user(self.user).action_send_as_suggested()
        self.run_engine()
        self.assertEqual(self.in_quickbooks(partner)['DisplayName'], "Harbor Marine Supply (customer)")

    def test_when_the_other_name_is_taken_too_the_next_one_is_offered(self):
        self.sandbox.create('Customer', {'DisplayName': "Harbor Marine Supply (2)"})
        partner, _customer = self.other_customer()
        link = self.link(partner).with_user(self.user)

        link.action_send_as_suggested()
        self.run_engine()
        self.assertIn("is called “Harbor Marine Supply (2)”", partner.qbo_error)
        link.action_send_as_suggested()
        self.run_engine()

        self.assertEqual(self.in_quickbooks(partner)['DisplayName'], "Harbor Marine Supply (3)")

    def test_a_name_with_an_apostrophe_is_looked_up(self):
        customer = self.sandbox.create(
            'Customer', {'DisplayName': r"O'Neil \ Sons", 'PrimaryPhone': {'FreeFormNumber': '7'}}
        )
        partner = self.customer(r"O'Neil \ Sons", phone='7')

        self.run_engine()

        self.assertEqual(partner.qbo_id, customer['Id'])
