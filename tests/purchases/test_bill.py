"""Bills, both ways."""

from odoo.fields import Command

from ..documents.cent_case import moved
from .purchase_case import ACCOUNT, ITEM, PurchaseCase


class TestBill(PurchaseCase):
    # === TO QUICKBOOKS === #

    def test_a_bill_with_a_known_vendor_is_one_request(self):
        move = self.bill([(self.fuel, 1, 80.0), (self.chlorine, 3, 10.0)])
        self.run_engine()
        self.assertRequests('POST bill')
        self.assertEqual((move.qbo_state, move.qbo_error), ('synced', False))
        there = self.bill_there(move)
        self.assertEqual((there['DocNumber'], there['TxnDate'], there['TotalAmt']), ('TO-1', '2026-03-02', 110.0))
        self.assertEqual(there['VendorRef']['value'], self.vendor_id(self.tackle))
        self.assertEqual(there['DueDate'], move.invoice_date_due.isoformat())
        fuel = self.fuel.qbo_account_id.qbo_id
        self.assertEqual(self.bought_of(there), [(fuel, None, None, 80.0), (self.chlorine.qbo_id, 3, 10.0, 30.0)])
        self.assertEqual(there['Balance'], 110.0)

    def test_a_new_vendor_and_two_new_items_are_one_batch_before_the_bill(self):
        product = self.env['product.product']
        items = [product.create({'name': name, 'standard_price': 4.0}) for name in ("Bucket", "Brush")]
        vendor = self.env['res.partner'].create({'name': "Slipway Ltd"})
        self.bill([(item, 1, 4.0) for item in items], vendor=vendor)
        self.run_engine()
        self.assertRequests('POST batch', 'POST bill')
        self.assertNoErrors()

    def test_thirty_bills_are_one_batch(self):
        for number in range(30):
            self.bill(ref=f'T-{number}')
        self.run_engine()
        self.assertRequests('POST batch')
        self.assertNoErrors()
        self.assertEqual(
            len([row for row in self.sandbox.all('Bill') if row.get('DocNumber', '').startswith('T-')]), 30
        )

    def test_an_edit_changes_that_line_and_nothing_else(self):
        move = self.synced_bill([(self.fuel, 1, 80.0), (self.chlorine, 3, 10.0)], narration="Pump house")
        before = self.bill_there(move)
        move.button_draft()
        move.invoice_line_ids[1].price_unit = 12.0
        move.action_post()
        self.run_engine()
        self.assertRequests('POST bill')
        after = self.bill_there(move)
        self.assertEqual(after['Line'][0], before['Line'][0])
        self.assertEqual(after['Line'][1]['Id'], before['Line'][1]['Id'])
        self.assertEqual(after['TotalAmt'], 116.0)
        changed = {key for key in after if after[key] != before.get(key)} - {'MetaData'}
        self.assertEqual(changed, {'Line', 'TotalAmt', 'Balance', 'SyncToken'})
        self.assertEqual(move.qbo_state, 'synced')
        self.assertLogged("updated in QuickBooks: lines")

    def test_what_only_quickbooks_has_survives_a_full_update(self):
        row = self.buy(VendorAddr={'Line1': "Dock 5"}, DocNumber='Q-7', PrivateNote="By the harbor")
        self.pull('documents')
        move = self.bill_of(row)
        before = self.bill_there(move)
        move.ref = 'Q-8'
        self.run_engine()
        after = self.bill_there(move)
        self.assertEqual(after['DocNumber'], 'Q-8')
        self.assertEqual(after['VendorAddr'], before['VendorAddr'])
        self.assertEqual((after['Line'], after['DueDate']), (before['Line'], before['DueDate']))

    def test_sections_and_notes_are_lines_of_text_on_both_sides(self):
        move = self.draft_bill([(self.chlorine, 1, 10.0)])
        move.invoice_line_ids = [
            Command.create({'display_type': 'line_section', 'name': "Chemicals", 'sequence': 0}),
            Command.create({'display_type': 'line_note', 'name': "Gate code 7", 'sequence': 200}),
        ]
        move.action_post()
        self.run_engine()
        self.assertTexts(move, ["Chemicals", self.chlorine.name, "Gate code 7"], 10)
        there = self.bill_there(move)
        first, item, last = there['Line']
        self.sandbox.update('Bill', there['Id'], {'Line': [first, item, {**last, 'Description': "Gate code 8"}]})
        self.pull('documents')
        self.assertNoErrors()
        section, product, note = move.invoice_line_ids.sorted('sequence')
        self.assertEqual((section.display_type, note.display_type), ('line_section', 'line_note'))
        self.assertEqual((note.name, move.state), ("Gate code 8", 'posted'))

        move.button_draft()
        note.name, product.quantity = "Gate code 9", 2
        move.action_post()
        self.run_engine()
        self.assertTexts(move, ["Chemicals", self.chlorine.name, "Gate code 9"], 20)
        self.assertEqual([line['Id'] for line in self.bill_there(move)['Line']], [line['Id'] for line in there['Line']])

        words = [{'DetailType': ITEM, 'Amount': 0, 'Description': text, ITEM: {}} for text in ("Pump", None)]
        row = self.buy(lines=[words[0], self.account_line(80.0), words[1]])
        self.pull('documents')
        bill = self.bill_of(row)
        lines = bill.invoice_line_ids.sorted('sequence')
        self.assertEqual(lines.mapped('display_type'), ['line_note', 'product'])
        self.assertEqual((lines[0].name, bill.amount_total), ("Pump", 80))
        self.sandbox.requests.clear()
        self.run_engine()
        self.assertRequests()

    def assertTexts(self, move, texts, total):
        """Assert that a bill is in sync, with lines of these descriptions."""
        self.assertEqual((move.qbo_state, move.qbo_error), ('synced', False))
        there = self.bill_there(move)
        self.assertEqual([line.get('Description') for line in there['Line']], texts)
        self.assertEqual((there['TotalAmt'], move.amount_total), (total, total))

    def test_a_canceled_bill_is_deleted_there(self):
        move = self.synced_bill()
        qbo_id = self.link(move).qbo_id
        move.button_draft()
        move.button_cancel()
        self.run_engine()
        self.assertNotIn(qbo_id, [row['Id'] for row in self.sandbox.all('Bill')])
        self.assertFalse(move.qbo_state)

    def test_a_line_without_a_mapped_account_says_so_and_goes_once_it_is_mapped(self):
        rope = self._expense_account("Rope", '600030')
        move = self.bill([(rope, 1, 5.0)])
        self.run_engine()
        self.assertEqual(move.qbo_state, 'held')
        self.assertIn("is mapped to no account of QuickBooks", move.qbo_error)
        action = self.link(move).with_user(self.manager).action_map_accounts()
        self.assertEqual(action['domain'], [('id', 'in', rope.ids)])
        rope.qbo_account_id = self.account('Expense', name='Fuel')
        self.run_engine()
        self.assertEqual(move.qbo_state, 'synced', move.qbo_error)

    def test_nothing_is_collected_or_pulled_while_purchases_are_off(self):
        self.connection.with_user(self.manager).action_switch_off_purchases()
        self.env['qbo.change'].search([]).unlink()
        move = self.bill()
        self.assertFalse(self.env['qbo.change'].search([('res_model', '=', 'account.move')]))
        self.buy()
        self.run_engine()
        self.pull('documents')
        self.assertEqual([row for row in self.sandbox.requests if row.entity == 'bill'], [])
        self.assertFalse(move.qbo_state)
        self.assertEqual(self.env['account.move'].search_count([('move_type', '=', 'in_invoice')]), 1)

    # === TO ODOO === #

    def test_a_bill_of_quickbooks_comes_with_items_and_accounts(self):
        lines = [self.account_line(80.0, text="Diesel"), self.item_line(self.chlorine, 2, 9.5)]
        row = self.buy(lines=lines, DocNumber='TA-88', PrivateNote="For the dredger", DueDate='2026-04-15')
        self.pull('documents')
        move = self.bill_of(row)
        self.assertEqual((move.state, move.ref, move.amount_total), ('posted', 'TA-88', 99.0))
        days = [str(day) for day in (move.invoice_date, move.date, move.invoice_date_due)]
        self.assertEqual((move.partner_id, days), (self.tackle, ['2026-03-02', '2026-03-02', '2026-04-15']))
        self.assertIn("For the dredger", move.narration)
        self.assertEqual(move.invoice_line_ids.mapped('product_id'), self.chlorine)
        self.assertEqual(move.invoice_line_ids[0].account_id, self.fuel)
        self.assertEqual(move.invoice_line_ids[0].name, "Diesel")
        self.assertEqual((move.qbo_state, move.qbo_error), ('synced', False))
        self.run_engine()
        self.assertEqual([item.entity for item in self.sandbox.requests if item.method == 'POST'], [])

    def test_words_of_quickbooks_stay_between_the_lines_that_they_stand_between(self):
        heading = {'DetailType': ITEM, 'Description': "Parts", 'Amount': 0, ITEM: {}}
        remark = {'DetailType': 'DescriptionOnly', 'Description': "As agreed"}
        lines = [heading, self.account_line(80.0, text="Diesel"), remark, self.item_line(self.chlorine, 2, 9.5)]
        row = self.buy(lines=lines, DocNumber='TA-89')
        self.pull('documents')
        move = self.bill_of(row)
        words = [(line.display_type, line.name) for line in move.invoice_line_ids]
        self.assertEqual([kind for kind, _name in words], ['line_note', 'product', 'line_note', 'product'])
        self.assertEqual((words[0][1], words[2][1]), ("Parts", "As agreed"))

        move.button_draft()
        move.invoice_line_ids = [Command.update(move.invoice_line_ids[1].id, {'name': "Petrol"})]
        move.action_post()
        self.run_engine()
        there = self.bill_there(move)['Line']
        changed = moved([*row['Line']], there)
        self.assertEqual({path for path in changed if not path.endswith('LineNum')}, {'1.Description'})

        there[1]['Amount'] = 90.0
        self.sandbox.update('Bill', row['Id'], {'Line': there})
        self.pull('documents')
        self.assertEqual((len(move.invoice_line_ids), move.amount_total), (4, 109.0))
        self.assertEqual((move.qbo_state, move.qbo_error), ('synced', False))

    def test_a_poll_covers_vendors_and_bills_in_one_request(self):
        self.pull('documents')
        self.assertRequests('GET cdc')

    def test_an_edit_of_quickbooks_comes(self):
        move = self.synced_bill([(self.fuel, 1, 80.0), (self.chlorine, 3, 10.0)])
        there = self.bill_there(move)
        there['Line'][0]['Amount'] = 90.0
        self.sandbox.update('Bill', there['Id'], {'Line': there['Line'], 'DocNumber': 'TO-2', 'TxnDate': '2026-03-05'})
        self.pull('documents')
        self.assertEqual((move.amount_total, move.ref, str(move.invoice_date)), (120.0, 'TO-2', '2026-03-05'))
        self.assertEqual(str(move.date), '2026-03-05')
        self.assertEqual((move.state, move.qbo_state, move.qbo_error), ('posted', 'synced', False))

    def test_a_bill_deleted_there_is_canceled_here(self):
        move = self.synced_bill()
        self.sandbox.delete('Bill', self.link(move).qbo_id)
        self.pull('documents')
        self.assertEqual(move.state, 'cancel')

    def test_an_account_that_is_mapped_to_none_is_said_or_is_the_one_for_others(self):
        other = self.sandbox.create('Account', {'Name': "Moorings", 'AccountType': 'Expense'})
        line = {'DetailType': ACCOUNT, 'Amount': 30.0, ACCOUNT: {'AccountRef': {'value': other['Id']}}}
        row = self.buy(lines=[line])
        self.pull('documents')
        link = self.env['qbo.link'].search([('entity', '=', 'Bill'), ('qbo_id', '=', row['Id'])])
        self.assertEqual(link.state, 'error')
        self.assertIn("“Moorings” of QuickBooks is mapped to no account of Odoo", link.error)
        self.connection.bill_account_id = self.spare
        self.run_engine()
        move = self.bill_of(row)
        self.assertEqual((move.invoice_line_ids.account_id, move.qbo_state), (self.spare, 'synced'))
        move.ref = 'M-1'
        self.run_engine()
        account = self.bill_there(move)['Line'][0][ACCOUNT]['AccountRef']['value']
        self.assertEqual(account, other['Id'], "what nobody changed goes back as it came")

    # === WHAT IS OPEN === #

    def test_what_is_open_on_one_side_only_differs_with_both_figures(self):
        move = self.synced_bill()
        self.pay(move).sudo().qbo_mode = 'never'
        self.run_engine()
        self.pull('documents')
        self.assertEqual(move.qbo_state, 'differs')
        self.assertIn("$ 80.00 is open in QuickBooks and $ 0.00 in Odoo", move.qbo_error.replace('\xa0', ' '))

    # === VENDOR CREDITS === #

    def test_a_vendor_credit_goes_and_comes(self):
        move = self.synced_bill(move_type='in_refund', ref='C-1')
        there = self.bill_there(move)
        self.assertEqual((self.link(move).entity, there['TotalAmt'], there['Balance']), ('VendorCredit', 80.0, 80.0))
        row = self.buy('VendorCredit', DocNumber='C-2', lines=[self.item_line(self.chlorine, 1, 9.0)])
        self.pull('documents')
        other = self.bill_of(row) - move
        self.assertEqual((other.move_type, other.ref, other.amount_total), ('in_refund', 'C-2', 9.0))
        self.assertEqual((other.qbo_state, other.qbo_error), ('synced', False))
