"""Purchase receipts: in QuickBooks an expense, a check or a charge of a credit card, paid at once."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

from .purchase_case import PurchaseCase


class TestPurchaseReceipt(PurchaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank.default_account_id.qbo_account_id = cls.account('Bank')
        cls.visa = cls.env['account.journal'].create({'name': "Visa", 'type': 'credit', 'code': 'VISA'})
        row = cls.sandbox.create('Account', {'Name': "Visa", 'AccountType': 'Credit Card'})
        with cls().enter_registry_test_mode():
            cls.connection.with_user(cls.manager).action_refresh_lists()
        cls.visa.default_account_id.qbo_account_id = cls.account('Credit Card', name="Visa")
        cls.visa_id = row['Id']
        cls.sandbox.requests.clear()
        cls.sandbox.snapshot()

    def receipt(self, lines=None, **vals):
        return self.bill(lines, move_type='in_receipt', **vals)

    def paid(self, journal=None, **vals):
        """Return a receipt that is paid at once and in QuickBooks, and its payment."""
        receipt = self.receipt(**vals)
        payment = self.pay(receipt, journal_id=(journal or self.bank).id, payment_date='2026-03-05')
        self.run_engine()
        self.assertState(receipt, 'synced')
        self.sandbox.requests.clear()
        return receipt, payment

    def spent(self, **members):
        """Return an expense of QuickBooks, and the receipt and payment that it became here."""
        values = {
            'PaymentType': 'Cash',
            'AccountRef': {'value': self.account('Bank').qbo_id},
            'EntityRef': {'value': self.vendor_id(self.tackle), 'type': 'Vendor'},
            'TxnDate': '2026-03-02',
            'Line': [self.account_line(80.0)],
        }
        entity = self.sandbox.create('Purchase', {**values, **members})
        self.pull('documents')
        self.assertNoErrors()
        domain = [('entity', '=', 'Purchase'), ('qbo_id', '=', entity['Id'])]
        receipt = self.env['account.move'].browse(self.env['qbo.link'].search(domain).res_id)
        self.sandbox.requests.clear()
        return entity, receipt, receipt._qbo_money()

    def assertState(self, receipt, state):
        self.assertEqual(receipt.qbo_state, state, receipt.qbo_error)

    # === TO QUICKBOOKS === #

    def test_one_paid_at_once_is_one_request(self):
        receipt = self.receipt([(self.fuel, 1, 80.0), (self.chlorine, 3, 10.0)])
        self.run_engine()
        self.assertRequests()
        self.assertEqual((receipt.qbo_state, self.link(receipt).reason['key']), ('held', 'receipt_unpaid'))

        payment = self.pay(receipt, payment_date='2026-03-05')
        self.run_engine()
        self.assertRequests('POST purchase')
        self.assertState(receipt, 'synced')
        there = self.in_qbo(receipt)
        self.assertEqual((there['TotalAmt'], there['TxnDate'], there['DocNumber']), (110, '2026-03-05', 'TO-1'))
        self.assertEqual((there['PaymentType'], there['AccountRef']['value']), ('Cash', self.account('Bank').qbo_id))
        self.assertEqual(
            (there['EntityRef']['value'], there['EntityRef']['type']), (self.vendor_id(self.tackle), 'Vendor')
        )
        self.assertFalse(payment.qbo_id)

    def test_by_card_and_without_a_vendor(self):
        receipt = self.draft_bill(move_type='in_receipt')
        receipt.partner_id = False
        receipt.action_post()
        self.pay(receipt, journal_id=self.visa.id)
        self.run_engine()
        self.assertState(receipt, 'synced')
        there = self.in_qbo(receipt)
        self.assertEqual((there['PaymentType'], there['AccountRef']['value']), ('CreditCard', self.visa_id))
        self.assertNotIn('EntityRef', there)

    def test_a_journal_that_stands_for_no_account(self):
        self.bank.default_account_id.qbo_account_id = False
        self.bank.qbo_deposit_account_id = False
        receipt = self.receipt()
        self.pay(receipt)
        self.run_engine()
        self.assertEqual((receipt.qbo_state, self.link(receipt).reason['key']), ('held', 'purchase_account'))
        action = self.link(receipt).action_map_accounts()
        self.assertIn(self.bank.default_account_id.id, action['domain'][0][2])

    def test_what_is_edited_here_goes_there(self):
        receipt, payment = self.paid()
        payment.action_draft()
        receipt.button_draft()
        receipt.invoice_line_ids.price_unit = 90.0
        receipt.action_post()
        payment.write({'amount': 90.0, 'date': '2026-03-06'})
        payment.action_post()
        (self.owed(receipt) + self.owed(payment.move_id)).reconcile()
        self.run_engine()
        self.assertState(receipt, 'synced')
        self.assertRequests('POST purchase')
        there = self.in_qbo(receipt)
        self.assertEqual((there['TotalAmt'], there['TxnDate']), (90, '2026-03-06'))

        payment.action_cancel()
        self.pay(receipt, journal_id=self.visa.id)
        self.run_engine()
        there = self.in_qbo(receipt)
        self.assertEqual((there['PaymentType'], there['AccountRef']['value']), ('CreditCard', self.visa_id))

    def owed(self, move):
        return move.line_ids.filtered(lambda line: line.account_type == 'liability_payable')

    def test_a_cancelled_and_a_deleted_one_are_deleted_there(self):
        for act in ('button_cancel', 'unlink'):
            with self.subTest(act):
                receipt, payment = self.paid(ref=act)
                qbo_id = receipt.qbo_id
                payment.action_cancel()
                receipt.button_draft()
                getattr(receipt, act)()
                self.run_engine()
                self.assertNotIn(qbo_id, [row['Id'] for row in self.sandbox.all('Purchase')])

    def test_nothing_goes_while_purchases_are_off(self):
        self.connection.sync_purchases = False
        receipt = self.receipt()
        payment = self.pay(receipt)
        self.run_engine()
        self.assertRequests()
        self.assertFalse(receipt.qbo_state or payment.qbo_state)

    def test_one_that_is_not_paid_goes_as_a_bill_where_somebody_says_so(self):
        receipt = self.receipt()
        self.run_engine()
        link = self.link(receipt)
        self.assertEqual((link.entity, link.error_fix), ('Purchase', 'send_as_bill'))
        link.with_user(self.manager).action_send_as_bill()
        self.run_engine()
        self.assertState(receipt, 'synced')
        self.assertRequests('POST bill')
        self.assertEqual(self.bill_there(receipt)['TotalAmt'], 80)
        self.assertNotIn(80, [row['TotalAmt'] for row in self.sandbox.all('Purchase')])

        bill_id = receipt.qbo_id
        for amount, left in ((30, 50), (50, 0)):
            payment = self.pay(receipt, amount=amount)
            self.run_engine()
            self.assertState(payment, 'synced')
            self.assertState(receipt, 'synced')
            self.assertEqual(self.sandbox.get('Bill', bill_id)['Balance'], left)
            [line] = self.sandbox.get('BillPayment', payment.qbo_id)['Line']
            self.assertEqual((line['LinkedTxn'][0]['TxnId'], line['Amount']), (bill_id, amount))

        nobody = self.draft_bill(move_type='in_receipt')
        nobody.partner_id = False
        nobody.action_post()
        self.run_engine()
        with self.assertRaisesRegex(UserError, "no vendor"):
            self.link(nobody).with_user(self.manager).action_send_as_bill()

    # === FROM QUICKBOOKS === #

    def test_one_made_there_is_a_paid_receipt(self):
        entity, receipt, payment = self.spent(DocNumber='R-9')
        self.assertRecordValues(
            receipt,
            [
                {
                    'move_type': 'in_receipt',
                    'state': 'posted',
                    'ref': 'R-9',
                    'amount_total': 80,
                    'amount_residual': 0,
                    'partner_id': self.tackle.id,
                }
            ],
        )
        day = fields.Date.to_date('2026-03-02')
        self.assertRecordValues(payment, [{'amount': 80, 'date': day, 'journal_id': self.bank.id}])
        self.assertEqual(receipt.invoice_line_ids.account_id, self.fuel)
        self.run_engine()
        self.assertRequests()
        self.assertState(receipt, 'synced')

    def test_by_card_and_to_nobody(self):
        _entity, receipt, payment = self.spent(
            PaymentType='CreditCard', AccountRef={'value': self.visa_id}, EntityRef=None
        )
        self.assertEqual((receipt.partner_id.ids, receipt.amount_residual), ([], 0))
        self.assertEqual(payment.journal_id, self.visa)
        self.assertState(receipt, 'synced')

    def test_what_is_edited_there_comes_here(self):
        for change, expected in (
            ({'Line': [self.account_line(95.0)]}, (95, '2026-03-02', self.bank)),
            ({'TxnDate': '2026-03-07'}, (80, '2026-03-07', self.bank)),
            ({'PaymentType': 'CreditCard', 'AccountRef': {'value': self.visa_id}}, (80, '2026-03-02', self.visa)),
        ):
            with self.subTest(list(change)):
                entity, receipt, payment = self.spent()
                self.sandbox.update('Purchase', entity['Id'], change)
                self.pull('documents')
                self.assertNoErrors()
                self.assertRequests('GET cdc')
                total, day, journal = expected
                self.assertEqual((receipt.amount_total, receipt.amount_residual), (total, 0))
                day = fields.Date.to_date(day)
                self.assertRecordValues(payment, [{'amount': total, 'date': day, 'journal_id': journal.id}])
                self.assertState(receipt, 'synced')

    def test_deleted_there_is_cancelled_here(self):
        entity, receipt, payment = self.spent()
        self.sandbox.delete('Purchase', entity['Id'])
        self.pull('documents')
        self.assertEqual((receipt.state, payment.state), ('cancel', 'canceled'))
        self.assertNoErrors()

    def test_money_that_pays_nothing_since_an_edit(self):
        """Whatever becomes of the receipt then, QuickBooks has all the money that Odoo has, and no other."""
        for act in ('deleted there', 'canceled here'):
            with self.subTest(act):
                receipt, payment = self.paid()
                receipt.button_draft()
                receipt.invoice_line_ids.price_unit = 7.5
                receipt.action_post()
                self.run_engine()
                self.assertState(receipt, 'held')
                if act == 'deleted there':
                    self.sandbox.delete('Purchase', receipt.qbo_id)
                    self.pull('documents')
                else:
                    receipt.button_cancel()
                    self.run_engine()
                self.assertNoErrors()
                is_spent = act == 'canceled here'
                self.assertEqual(receipt.state, 'cancel')
                self.assertEqual(payment.state == 'canceled', not is_spent)
                self.assertEqual(payment.qbo_state, 'synced' if is_spent else False, payment.qbo_error)

    def test_what_stays_in_quickbooks(self):
        payable = {'AccountRef': {'value': self.account('Accounts Payable').qbo_id}}
        on_payables = {**self.account_line(5.0), 'AccountBasedExpenseLineDetail': payable}
        for members, take_as, key in (
            ({'Line': [on_payables]}, 'receipt', 'skip_on_account'),
            ({'Line': [on_payables]}, 'entry', 'skip_on_account'),
            ({}, 'none', 'skip_purchases'),
            (self.credit(), 'none', 'skip_purchases'),
        ):
            with self.subTest(key):
                self.connection.take_expenses_as = take_as
                entity, receipt, _payment = self.spent(**members)
                self.assertFalse(receipt)
                link = self.env['qbo.link'].search([('entity', '=', 'Purchase'), ('qbo_id', '=', entity['Id'])])
                self.assertEqual(link.reason['key'], key)

    def test_an_expense_whose_account_no_journal_stands_for(self):
        self.bank.default_account_id.qbo_account_id = False
        self.bank.qbo_deposit_account_id = False
        values = {'PaymentType': 'Cash', 'AccountRef': {'value': self.account('Bank').qbo_id}}
        entity = self.sandbox.create('Purchase', {**values, 'Line': [self.account_line(80.0)]})
        self.pull('documents')
        link = self.env['qbo.link'].search([('entity', '=', 'Purchase'), ('qbo_id', '=', entity['Id'])])
        self.assertEqual(link.state, 'error')
        self.assertIn("no journal of Odoo stands for", link.error)

    # === AS JOURNAL ENTRIES === #

    def credit(self, **members):
        """Return the members of a credit on the company's card."""
        return {'PaymentType': 'CreditCard', 'Credit': True, 'AccountRef': {'value': self.visa_id}, **members}

    def entered(self, **members):
        """Return an expense of QuickBooks, and the journal entry that it became here."""
        if not members.get('Credit'):
            self.connection.take_expenses_as = 'entry'
        entity, entry, payment = self.spent(**members)
        self.assertFalse(payment)
        self.assertRecordValues(entry, [{'move_type': 'entry', 'state': 'posted', 'partner_id': self.tackle.id}])
        return entity, entry

    def booked(self, entry):
        """Return ``[(account, amount)]`` of an entry, without the money."""
        items = entry.line_ids - entry._qbo_money_items()
        return [(item.account_id, item.balance) for item in items]

    def assertAgrees(self, entry, entity):
        """Assert that money, day and account are the same, and that nothing is left to send."""
        there = self.sandbox.get('Purchase', entity['Id'])
        sign = -1 if there.get('Credit') else 1
        self.assertEqual((entry._qbo_spent(), str(entry.date)), (sign * there['TotalAmt'], there['TxnDate']))
        self.assertEqual(entry.journal_id._qbo_paid_from(self.step()).qbo_id, there['AccountRef']['value'])
        self.assertEqual(sum(entry.line_ids.mapped('balance')), 0)
        self.sandbox.requests.clear()
        self.run_engine()
        self.assertRequests()
        self.assertState(entry, 'synced')

    def test_an_expense_or_a_credit_of_a_card_is_an_entry(self):
        items = [self.account_line(80.0), self.item_line(self.chlorine, 3, 10.0)]
        for members, journal, amounts in (
            ({'DocNumber': 'E-1', 'PrivateNote': "Pump"}, self.bank, [80]),
            ({'Line': items}, self.bank, [80, 30]),
            (self.credit(Line=items), self.visa, [-80, -30]),
            ({'Line': [*items, self.account_line(-20.0, self.spare)]}, self.bank, [80, 30, -20]),
        ):
            with self.subTest(amounts=amounts):
                entity, entry = self.entered(**members)
                self.assertEqual((entry.journal_id, entry.ref), (journal, entity['DocNumber']))
                self.assertEqual([amount for _account, amount in self.booked(entry)], amounts)
                self.assertEqual(self.booked(entry)[0][0], self.fuel)
                self.assertAgrees(entry, entity)

    def test_an_entry_is_what_it_is_there_also_the_second_time(self):
        visa = {'PaymentType': 'CreditCard', 'AccountRef': {'value': self.visa_id}}
        for change in (
            {'Line': [self.account_line(95.0), self.account_line(5.0, self.spare)]},
            {'TxnDate': '2026-05-07'},
            visa,
            {**visa, 'Line': [self.account_line(70.0)]},
            {**visa, 'Credit': True},
            {'EntityRef': {'value': self.acme.qbo_id, 'type': 'Customer'}},
            {'DocNumber': 'E-9', 'PrivateNote': "Hose"},
        ):
            with self.subTest(list(change)):
                entity, entry = self.entered()
                self.sandbox.update('Purchase', entity['Id'], change)
                self.pull('documents')
                self.assertNoErrors()
                self.assertEqual(entry.partner_id, self.acme if 'EntityRef' in change else self.tackle)
                if 'DocNumber' in change:
                    self.assertEqual((entry.ref, str(entry.narration)), ('E-9', '<p>Hose</p>'))
                self.assertAgrees(entry, entity)
        self.sandbox.delete('Purchase', entity['Id'])
        self.pull('documents')
        self.assertEqual((entry.state, self.link(entry).state), ('cancel', 'gone'))

    def test_what_is_edited_on_an_entry_goes_there(self):
        entity, entry = self.entered(DocNumber='E-2')
        money, item = entry._qbo_money_items(), entry._qbo_item_lines()
        entry.button_draft()
        entry.line_ids = [
            Command.update(item.id, {'debit': 64.0, 'name': "Diesel"}),
            Command.update(money.id, {'credit': 64.0}),
        ]
        entry.write({'date': '2026-03-09', 'ref': 'E-3'})
        entry.action_post()
        self.run_engine()
        self.assertState(entry, 'synced')
        self.assertRequests('POST purchase')
        there = self.sandbox.get('Purchase', entity['Id'])
        self.assertEqual((there['TotalAmt'], there['TxnDate'], there['DocNumber']), (64, '2026-03-09', 'E-3'))
        self.assertEqual((there['Line'][0]['Description'], there['PaymentType']), ("Diesel", 'Cash'))

        entry.button_draft()
        spare = {'account_id': self.spare.id, 'credit': 64.0}
        entry.line_ids = [Command.delete(money.id), Command.create(spare)]
        entry.action_post()
        self.run_engine()
        self.assertEqual((entry.qbo_state, self.link(entry).reason['key']), ('held', 'expense_money'))

        entry.button_cancel()
        self.run_engine()
        self.assertNotIn(entity['Id'], [row['Id'] for row in self.sandbox.all('Purchase')])

    def test_an_entry_that_the_bank_confirmed_or_that_was_reversed(self):
        entity, entry = self.entered()
        entry._reverse_moves([{'date': entry.date}], cancel=False).action_post()
        entry.action_qbo_sync()
        self.run_engine()
        self.assertEqual((entry.qbo_state, self.link(entry).reason['key']), ('differs', 'expense_reversed'))

        entity, entry = self.entered()
        money = entry._qbo_money_items()
        money.account_id.reconcile = True
        other = self.env['account.move'].create(
            {
                'move_type': 'entry',
                'line_ids': [
                    Command.create({'account_id': money.account_id.id, 'debit': 80.0}),
                    Command.create({'account_id': self.spare.id, 'credit': 80.0}),
                ],
            }
        )
        other.action_post()
        (money + other.line_ids[0]).reconcile()
        self.sandbox.update('Purchase', entity['Id'], {'Line': [self.account_line(95.0)]})
        self.pull('documents')
        self.assertEqual((entry._qbo_spent(), entry.qbo_state), (80, 'error'))
        self.assertIn("matched with a bank statement", entry.qbo_error)

    def test_each_booking_of_an_expense_has_one_author(self):
        _entity, entry = self.entered()
        self.connection.take_expenses_as = 'receipt'
        _entity, receipt, payment = self.spent()
        left = self.env['account.move.line'].search(self.connection._left_to_entries())
        self.assertFalse(left & (entry | receipt | payment.move_id).line_ids)
        self.assertTrue(entry.line_ids <= self.env['account.move.line'].search(self.connection._booked()))
