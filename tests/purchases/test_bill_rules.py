"""Bills: what is held, asked, or left; directions, currencies, closed books, rights."""

from odoo import fields
from odoo.exceptions import AccessError

from .purchase_case import PurchaseCase


class TestBillRules(PurchaseCase):
    # === EXISTING ONES === #

    def test_bills_that_both_sides_have_are_linked_by_vendor_number_and_amount(self):
        self.connection.sync_purchases = False
        same, undated, mine = self.bill(ref='OLD-1'), self.bill(ref=False), self.bill(ref='OLD-2')
        rows = [self.buy(DocNumber='OLD-1'), self.buy(), self.buy(DocNumber='OLD-3')]
        self.wait(minutes=5)
        self.connection.with_user(self.manager).action_switch_on_purchases()
        self.connection.purchases_since = fields.Datetime.add(fields.Datetime.now(), minutes=10)
        self.run_engine()
        self.assertNoErrors()
        self.assertEqual([self.link(move).qbo_id for move in (same, undated)], [row['Id'] for row in rows[:2]])
        self.assertNotIn(self.link(mine).qbo_id, [row['Id'] for row in rows])
        self.assertFalse(self.bill_of(rows[2]), "what QuickBooks had before stays out")
        self.assertEqual(len(self.sandbox.all('Bill')) - len(rows), 1)

    def test_the_import_of_purchases_reads_no_invoices(self):
        self.connection.with_user(self.manager).action_switch_off_purchases()
        self.sandbox.requests.clear()
        self.connection.with_user(self.manager).action_switch_on_purchases()
        self.run_engine()
        asked = [row.query for row in self.sandbox.requests if getattr(row, 'query', None)]
        self.assertFalse([text for text in map(str, asked) if 'FROM Invoice' in text], asked)
        self.assertFalse(self.connection._schedule('documents').import_of)

    def test_the_same_number_with_another_amount_is_asked_about(self):
        move = self.bill(ref='TWICE')
        self.connection.sync_on = False
        row = self.buy(lines=[self.account_line(90.0)], DocNumber='TWICE')
        self.env['qbo.change'].search([('res_model', '=', 'account.move')]).unlink()
        self.connection.sync_on = True
        self.pull('documents')
        link = self.env['qbo.link'].search([('entity', '=', 'Bill'), ('qbo_id', '=', row['Id'])])
        self.assertEqual((link.state, link.error_fix), ('error', 'meet'))
        self.assertIn("of the same vendor and number", link.error)
        link.with_user(self.user).action_link_record()
        self.run_engine()
        self.assertEqual((self.link(move).qbo_id, self.link(move).state), (row['Id'], 'synced'))
        self.assertEqual(self.bill_there(move)['TotalAmt'], move.amount_total)

    def test_a_number_that_the_vendor_has_there_offers_to_link(self):
        self.sandbox.configure(
            preferences={'OtherPrefs': {'NameValue': [{'Name': 'WarnDuplicateBillNumber', 'Value': 'true'}]}}
        )
        row = self.buy(DocNumber='TWICE')
        move = self.bill(ref='TWICE')
        self.run_engine()
        link = self.link(move)
        self.assertEqual((link.state, link.error_code, link.can_link_candidate), ('error', '6140', True))
        link.with_user(self.user).action_link_candidate()
        self.run_engine()
        self.assertEqual((link.qbo_id, move.qbo_state), (row['Id'], 'synced'))

    # === DIRECTIONS === #

    def test_bills_that_only_come_are_not_sent(self):
        self.connection.bill_direction = 'qbo'
        mine = self.bill()
        row = self.buy(DocNumber='Q-1')
        self.pull('documents')
        self.assertFalse(mine.qbo_state)
        move = self.bill_of(row)
        self.sandbox.requests.clear()
        move.ref = 'Q-2'
        self.run_engine()
        self.assertRequests()
        self.assertEqual(move.qbo_state, 'held')
        self.assertIn("such records only come from QuickBooks", move.qbo_error)
        self.sandbox.update('Bill', row['Id'], {'DocNumber': 'Q-3'})
        self.pull('documents')
        self.assertEqual((move.ref, move.qbo_state), ('Q-3', 'synced'))
        move.ref = 'Q-4'
        self.run_engine()
        self.connection.bill_direction = 'two_way'
        self.run_engine()
        self.assertEqual((self.bill_there(move)['DocNumber'], move.qbo_state), ('Q-4', 'synced'))

    def test_bills_that_only_go_are_not_taken(self):
        self.connection.bill_direction = 'odoo'
        move = self.synced_bill()
        self.sandbox.update('Bill', self.link(move).qbo_id, {'DocNumber': 'THERE'})
        row = self.buy(DocNumber='NEW')
        self.pull('documents')
        self.assertEqual((move.ref, move.qbo_state), ('TO-1', 'differs'))
        self.assertFalse(self.bill_of(row))
        self.link(move).with_user(self.user).action_send_odoo()
        self.run_engine()
        self.assertEqual(self.bill_there(move)['DocNumber'], 'TO-1')
        self.assertEqual(move.qbo_state, 'synced')
        vendor = self.sandbox.create('Vendor', {'DisplayName': "Comes all the same"})
        self.pull('documents')
        self.assertTrue(self.env['qbo.link'].search([('entity', '=', 'Vendor'), ('qbo_id', '=', vendor['Id'])]).res_id)

    # === TAX, NUMBERS, CURRENCY === #

    def test_tax_on_a_bill_in_the_us_is_held(self):
        tax = self.env['account.tax'].create({'name': "Sales tax paid", 'amount': 8.0, 'type_tax_use': 'purchase'})
        move = self.bill([(self.fuel, 1, 100.0, tax)])
        self.run_engine()
        self.assertEqual(move.qbo_state, 'held')
        self.assertIn("QuickBooks has no tax on purchases in the US", move.qbo_error)

    def test_use_tax_is_said(self):
        tax = self.env['account.tax'].create({'name': "Use tax", 'amount': 8.0, 'type_tax_use': 'purchase'})
        accounts = self.fuel | self.spare
        lines = [(0, 0, {'repartition_type': 'base'})]
        lines += [
            (0, 0, {'repartition_type': 'tax', 'factor_percent': percent, 'account_id': account.id})
            for percent, account in zip((100, -100), accounts, strict=True)
        ]
        tax.write({'invoice_repartition_line_ids': [(5,), *lines], 'refund_repartition_line_ids': [(5,), *lines]})
        move = self.bill([(self.fuel, 1, 100.0, tax)])
        self.run_engine()
        self.assertEqual((move.amount_total, self.bill_there(move)['TotalAmt']), (100.0, 100.0))
        self.assertEqual(move.qbo_state, 'differs')
        self.assertIn("use tax", move.qbo_error)

    def test_a_number_that_is_too_long_can_be_sent_shorter(self):
        move = self.bill(ref='2026/03/VENDOR/00000000017')
        self.run_engine()
        link = self.link(move)
        self.assertEqual((link.state, link.error_fix), ('error', 'send_as'))
        link.with_user(self.user).action_send_as_suggested()
        self.run_engine()
        self.assertEqual(move.qbo_state, 'synced', move.qbo_error)
        self.assertEqual(move.ref, '2026/03/VENDOR/00000000017')
        self.assertEqual(len(self.bill_there(move)['DocNumber']), 21)

    def test_a_bill_in_euros_with_a_rate_of_its_own(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        self.env['res.currency.rate'].create({'currency_id': euro.id, 'name': '2026-01-01', 'rate': 0.9})
        self.prefer(CurrencyPrefs={'MultiCurrencyEnabled': True})
        vendor = self.env['res.partner'].create({'name': "Werft Nord"})
        move = self.bill(vendor=vendor, currency_id=euro.id, invoice_currency_rate=0.8)
        self.run_engine()
        there = self.bill_there(move)
        self.assertEqual((there['CurrencyRef']['value'], there['TotalAmt'], there['ExchangeRate']), ('EUR', 80.0, 1.25))
        self.assertEqual((move.qbo_state, move.qbo_error), ('synced', False))
        self.sandbox.update('Bill', there['Id'], {'ExchangeRate': 1.3})
        self.pull('documents')
        self.assertEqual((abs(move.amount_total_signed), move.qbo_state), (104.0, 'synced'))

    # === CLOSED AND LOCKED === #

    def test_closed_books_hold_a_bill(self):
        self.sandbox.configure(preferences={'AccountingInfoPrefs': {'BookCloseDate': '2026-03-31'}})
        move = self.bill()
        self.run_engine()
        self.assertIn("books of QuickBooks are closed up to", move.qbo_error)
        self.assertNotEqual(move.qbo_state, 'synced')
        self.prefer(AccountingInfoPrefs={'BookCloseDate': '2026-01-31'})
        self.run_engine()
        self.assertEqual(move.qbo_state, 'synced', move.qbo_error)

    def test_a_period_that_is_locked_in_odoo_is_said(self):
        move = self.synced_bill()
        self.company.purchase_lock_date = '2026-03-31'
        there = self.bill_there(move)
        there['Line'][0]['Amount'] = 90.0
        self.sandbox.update('Bill', there['Id'], {'Line': there['Line']})
        self.pull('documents')
        self.assertEqual((move.amount_total, move.qbo_state), (80.0, 'differs'))
        self.assertIn("locked in Odoo", move.qbo_error)

    # === CLASSES AND CUSTOMERS === #

    def test_a_line_is_for_a_customer_who_is_charged(self):
        move = self.synced_bill(
            [(self.fuel, 1, 80.0, None, {'qbo_customer_id': self.acme.id, 'qbo_is_billable': True})]
        )
        detail = self.bill_there(move)['Line'][0]['AccountBasedExpenseLineDetail']
        self.assertEqual((detail['CustomerRef']['value'], detail['BillableStatus']), (self.acme.qbo_id, 'Billable'))
        row = self.buy(lines=[self.account_line(5.0, CustomerRef={'value': self.acme.qbo_id})])
        self.pull('documents')
        line = self.bill_of(row).invoice_line_ids
        self.assertEqual((line.qbo_customer_id, line.qbo_is_billable), (self.acme, False))

    # === RIGHTS === #

    def test_who_enters_bills_sees_their_badges_and_retries(self):
        move = self.bill([(self._expense_account("Rope", '600030'), 1, 5.0)])
        self.run_engine()
        mine = move.with_user(self.user)
        self.assertEqual(mine.qbo_state, 'held')
        self.assertTrue(mine.qbo_error)
        mine.action_qbo_sync()
        self.link(move).with_user(self.user).action_retry()
        self.assertEqual(self.user.has_group('quickbooks_online.quickbooks_online_group_manager'), False)

    def test_only_administrators_switch(self):
        with self.assertRaises(AccessError):
            self.connection.with_user(self.user).action_switch_off_purchases()
