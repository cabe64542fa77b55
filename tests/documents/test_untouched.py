"""What nobody changed goes back as it came, or not at all."""

import json

from odoo.fields import Command

from ..billing import BillingCase
from ..common import QboCase
from .cent_case import moved


class TestUntouchedCustomers(QboCase):
    """Sparse updates of customers carry what the user changed."""

    def sent(self, partner):
        """Return the bodies that were sent for a customer since the last look."""
        requests = self.env['qbo.request'].search([('link_id', '=', partner.qbo_link_id.id)], order='id')
        return [json.loads(request.body) for request in requests]

    def test_renamed_there_a_company_keeps_its_company_name_there(self):
        partner = self.synced_customer("Marina", is_company=True)
        before = self.in_quickbooks(partner)
        self.sandbox.update('Customer', partner.qbo_id, {'DisplayName': "Marina West"})
        self.pull()
        self.run_engine()
        self.assertEqual(partner.name, "Marina West")
        self.assertEqual(self.in_quickbooks(partner)['CompanyName'], before['CompanyName'])
        self.assertRequests('GET cdc')

        partner.phone = '555'
        self.run_engine()
        self.assertEqual(self.in_quickbooks(partner)['CompanyName'], before['CompanyName'])
        partner.name = "Marina East"
        self.run_engine()
        self.assertEqual(self.in_quickbooks(partner)['CompanyName'], "Marina East")

    def test_a_nameless_invoice_address_leaves_first_and_last_name(self):
        partner = self.synced_customer("Marina", is_company=True, qbo_given_name="Ann", qbo_family_name="Lee")
        self.env['res.partner'].create({'parent_id': partner.id, 'type': 'invoice', 'street': '2 Dock'})
        self.run_engine()
        there = self.in_quickbooks(partner)
        self.assertEqual(
            (there['GivenName'], there['FamilyName'], there['BillAddr']['Line1']), ("Ann", "Lee", '2 Dock')
        )

        self.sandbox.update('Customer', partner.qbo_id, {'GivenName': "Bea"})
        self.pull()
        self.run_engine()
        self.assertEqual(partner.qbo_given_name, "Bea")
        self.assertEqual(self.in_quickbooks(partner)['GivenName'], "Bea")

    def test_lines_of_an_address_that_odoo_has_not_stay(self):
        address = {f'Line{number}': f'Line {number}' for number in range(1, 6)} | {'City': "Miami", 'Note': "blue door"}
        row = self.sandbox.create('Customer', {'DisplayName': "Five Lines", 'BillAddr': address})
        self.pull()
        partner = self.env['res.partner'].search([('qbo_id', '=', row['Id'])])
        partner.city = "Tampa"
        self.run_engine()
        there = self.in_quickbooks(partner)['BillAddr']
        self.assertEqual({key: there.get(key) for key in address}, {**address, 'City': "Tampa"})

        partner.street2 = "Back yard"
        self.run_engine()
        there = self.in_quickbooks(partner)['BillAddr']
        self.assertEqual([there.get(f'Line{number}') for number in range(1, 5)], ["Line 1", "Back yard", None, None])

    def test_only_what_the_user_changed_is_sent(self):
        """For each field of a customer: its member, and no other."""
        partner = self.synced_customer(
            "Marina", is_company=True, qbo_given_name="Ann", email='a@marina.example', phone='1', street='1 Dock'
        )
        for field, value, member in (
            ('qbo_given_name', "Bea", 'GivenName'), ('email', 'b@marina.example', 'PrimaryEmailAddr'),
            ('phone', '2', 'PrimaryPhone'), ('website', 'marina.example', 'WebAddr'), ('street', '2 Dock', 'BillAddr'),
            ('comment', "Call first", 'Notes'),
        ):  # fmt: skip
            with self.subTest(field):
                before = self.in_quickbooks(partner)
                partner[field] = value
                self.run_engine()
                self.assertEqual(set(self.sent(partner)[-1]) - {'Id', 'SyncToken', 'sparse'}, {member})
                changed = {path.split('.')[0] for path in moved(before, self.in_quickbooks(partner))}
                self.assertEqual(changed - {'SyncToken', 'MetaData'}, {member})


class TestUntouchedLines(BillingCase):
    """One line is edited in Odoo: the others go back as QuickBooks sent them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox.configure(preferences={'SalesFormsPrefs': {'AllowShipping': True}})
        cls.sandbox.snapshot()

    def rows(self):
        """Return lines with all that Odoo has no field for."""
        class_id = self.env['qbo.reference'].search([('entity', '=', 'Class')], limit=1).qbo_id
        first = self._item_line(self.chlorine.qbo_id, 2, 10.0)
        exact = self._item_line(self.visit.qbo_id, 2.125, 40.0)
        exact['SalesItemLineDetail'] |= {'ServiceDate': '2026-02-28', 'ClassRef': {'value': class_id}}
        tiny = self._item_line(self.chlorine.qbo_id, 3, 0.12345)
        shipping = self._item_line('SHIPPING_ITEM_ID', 1, 12.5)
        del shipping['SalesItemLineDetail']['Qty'], shipping['SalesItemLineDetail']['UnitPrice']
        text = {
            'DetailType': 'DescriptionOnly',
            'Description': "Gate",
            'DescriptionLineDetail': {'ServiceDate': '2026-02-01'},
        }
        discount = {
            'DetailType': 'DiscountLineDetail', 'Amount': 0,
            'DiscountLineDetail': {'PercentBased': True, 'DiscountPercent': 12.5},
        }  # fmt: skip
        return [first, {**exact, 'Description': "  Two and  an eighth\nof an hour "}, tiny, text, shipping, discount]

    def taken(self, entity='Invoice'):
        entity = self.sell(entity, Line=self.rows())
        self.pull('documents')
        self.assertNoErrors()
        link = self.env['qbo.link'].search([('entity', '=', entity_name(entity)), ('qbo_id', '=', entity['Id'])])
        move = self.env['account.move'].browse(link.res_id)
        self.assertEqual((move.qbo_state, move.amount_total), ('synced', entity['TotalAmt']))
        return move

    def edit(self, move, vals):
        """Edit a document as a person does; return the paths of its entity that moved."""
        before = self.in_qbo(move)
        move.button_draft()
        move.write(vals)
        move.action_post()
        self.run_engine()
        self.assertEqual(move.qbo_state, 'synced', move.qbo_error)
        found = moved(before, self.in_qbo(move))
        return {path for path in found if not path.startswith(('SyncToken', 'MetaData'))}

    def test_all_other_lines_go_back_as_they_came(self):
        for entity in ('Invoice', 'CreditMemo'):
            with self.subTest(entity):
                move = self.taken(entity)
                lines = move._qbo_item_lines().sorted('sequence')
                found = self.edit(move, {'invoice_line_ids': [Command.update(lines[0].id, {'name': "Blue"})]})
                self.assertEqual(found, {'Line.0.Description'})
                found = self.edit(move, {'invoice_line_ids': [Command.update(lines[1].id, {'name': "Green"})]})
                self.assertEqual(found, {'Line.1.Description'})
                found = self.edit(move, {'invoice_line_ids': [Command.update(lines[3].id, {'name': "By truck"})]})
                self.assertEqual(found, {'Line.4.Description'})

    def test_another_price_keeps_the_quantity_with_all_its_decimals(self):
        move = self.taken()
        line = move._qbo_item_lines().sorted('sequence')[1]
        self.assertEqual((line.quantity, line.price_unit), (1, 85))
        self.edit(move, {'invoice_line_ids': [Command.update(line.id, {'price_unit': 102})]})
        detail = self.in_qbo(move)['Line'][1]['SalesItemLineDetail']
        self.assertEqual((detail['Qty'], detail['UnitPrice'], detail['ServiceDate']), (2.125, 48, '2026-02-28'))

    def test_a_line_taken_away_or_added_leaves_the_others(self):
        move = self.taken()
        before = self.in_qbo(move)['Line']
        lines = move._qbo_item_lines().sorted('sequence')
        self.edit(move, {'invoice_line_ids': [Command.delete(lines[0].id)]})
        self.assertEqual(
            [self.plain(line) for line in self.in_qbo(move)['Line'][:4]], [self.plain(line) for line in before[1:5]]
        )
        self.edit(move, {'invoice_line_ids': [Command.create(self._line((self.chlorine, 1, 5.0)))]})
        there = self.in_qbo(move)['Line']
        self.assertEqual(len(there), len(before))
        for line in before[1:5]:
            self.assertIn(self.plain(line), [self.plain(other) for other in there])

    def plain(self, line):
        return {key: value for key, value in line.items() if key != 'LineNum'}

    def test_a_line_of_a_known_document_without_a_product_still_asks_for_one(self):
        move = self.taken()
        move.button_draft()
        move.invoice_line_ids = [Command.create({'name': "Loose", 'price_unit': 5.0, 'tax_ids': [Command.clear()]})]
        move.action_post()
        self.run_engine()
        self.assertIn("has no product", move.qbo_error)


def entity_name(entity):
    return 'CreditMemo' if 'RemainingCredit' in entity else 'Invoice'
