"""Sales receipts: document and money are one in QuickBooks, and two records in Odoo."""

from odoo import fields

from ...models.mapping.paid import POSTED
from ..payment_case import PaymentCase


class ReceiptCase(PaymentCase):
    def receipt(self, partner=None, lines=None, **vals):
        return self.invoice(partner, lines, move_type='out_receipt', **vals)

    def paid(self, **vals):
        """Return a receipt that is paid at once and in QuickBooks, and its payment."""
        receipt = self.receipt(**vals)
        payment = self.pay(receipt)
        self.synced(receipt)
        return receipt, payment

    def sold(self, **members):
        """Return a sales receipt of QuickBooks, and the receipt and payment that it became here."""
        entity = self.sell('SalesReceipt', **members)
        self.pull('documents')
        self.assertNoErrors()
        receipt = self.move_of(entity)
        self.sandbox.requests.clear()
        return entity, receipt, receipt._qbo_money()

    def own_payments(self):
        """Return what QuickBooks has as payments of the customer."""
        return [row for row in self.sandbox.all('Payment') if row['CustomerRef']['value'] == self.acme.qbo_id]

    def assertEnded(self, receipt, state):
        self.assertEqual(receipt.qbo_state, state, receipt.qbo_error)


class TestSalesReceipt(ReceiptCase):
    """From Odoo to QuickBooks: once one payment, and nothing else, pays it in full."""

    def test_one_paid_at_once_is_one_request(self):
        receipt = self.receipt(lines=[(self.chlorine, 2, 10.0), (self.visit, 1, 145.0)])
        payment = self.pay(receipt, payment_date='2026-03-02')
        self.run_engine()
        self.assertRequests('POST salesreceipt')
        self.assertEnded(receipt, 'synced')
        entity = self.in_qbo(receipt)
        self.assertEqual((entity['TotalAmt'], entity['DocNumber'], entity['Balance']), (165, receipt.name, 0))
        self.assertEqual(entity['CustomerRef']['value'], self.acme.qbo_id)
        self.assertEqual(entity['DepositToAccountRef']['value'], self.connection.deposit_account_id.qbo_id)
        self.assertFalse(payment.qbo_id, "the money is the receipt's")
        self.assertFalse(self.own_payments())
        self.assertFalse(self.env['qbo.change'].search([]))

    def test_the_money_goes_to_the_account_of_its_journal_with_method_and_reference(self):
        till = self.cash_journal()
        till.qbo_deposit_account_id = self.account('Bank')
        receipt = self.receipt()
        line = self.method_line("Check", till)
        payment = self.pay(receipt, journal_id=till.id, payment_method_line_id=line.id)
        payment.payment_reference = '1042'
        self.synced(receipt)
        entity = self.in_qbo(receipt)
        self.assertEqual(entity['DepositToAccountRef']['value'], self.account('Bank').qbo_id)
        self.assertEqual((entity['PaymentMethodRef'], entity['PaymentRefNum']), (self.method("Check"), '1042'))

    def test_one_without_a_customer(self):
        receipt = self.draft(move_type='out_receipt')
        receipt.partner_id = False
        receipt.action_post()
        self.pay(receipt)
        self.synced(receipt)
        self.assertNotIn('CustomerRef', self.in_qbo(receipt))

    def test_one_of_nothing_needs_no_payment(self):
        receipt = self.synced(self.receipt(lines=[(self.chlorine, 1, 0.0)]))
        self.assertEqual(self.in_qbo(receipt)['TotalAmt'], 0)

    def test_discount_tax_and_shipping_line(self):
        tax = self.env['account.tax'].create({'name': "GA State", 'type_tax_use': 'sale', 'amount': 4.0})
        receipt, _payment = self.paid(
            lines=[(self.chlorine, 10, 10.0, tax)], qbo_discount=10, qbo_discount_before_tax=True
        )
        entity = self.in_qbo(receipt)
        self.assertEqual((entity['TotalAmt'], receipt.amount_total), (93.6, 93.6))

    def test_in_another_currency(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        self.env['res.currency.rate'].create({'currency_id': euro.id, 'name': '2026-03-01', 'rate': 0.8})
        self.prefer(CurrencyPrefs={'MultiCurrencyEnabled': True})
        abroad = self.env['res.partner'].create({'name': "Piscines Azur", 'customer_rank': 1})
        receipt = self.receipt(abroad, currency_id=euro.id)
        self.pay(receipt, payment_date='2026-03-02')
        self.synced(receipt)
        entity = self.in_qbo(receipt)
        self.assertEqual(
            (entity['CurrencyRef']['value'], entity['ExchangeRate'], entity['HomeTotalAmt']), ('EUR', 1.25, 25)
        )

    def test_what_is_edited_here_goes_there(self):
        receipt, payment = self.paid()
        receipt.button_draft()
        receipt.invoice_line_ids.price_unit = 15.0
        receipt.action_post()
        self.run_engine()
        self.assertEqual(receipt.qbo_state, 'held')
        self.assertIn("not paid", receipt.qbo_error)
        self.assertRequests()
        self.assertFalse(payment.qbo_state, "the money still is the receipt's")
        payment.action_draft()
        payment.amount = 30.0
        payment.action_post()
        self.apply(payment, receipt)
        self.run_engine()
        self.assertRequests('POST salesreceipt')
        self.assertEnded(receipt, 'synced')
        self.assertEqual(self.in_qbo(receipt)['TotalAmt'], 30)

    def test_another_journal_or_reference_of_the_payment_goes_there(self):
        receipt, payment = self.paid()
        payment.payment_reference = '77'
        payment.qbo_deposit_account_id = self.account('Bank')
        self.run_engine()
        self.assertRequests('POST salesreceipt')
        entity = self.in_qbo(receipt)
        self.assertEqual(
            (entity['PaymentRefNum'], entity['DepositToAccountRef']['value']), ('77', self.account('Bank').qbo_id)
        )

    def test_one_that_is_deposited_says_what_to_do_whatever_became_of_it_here(self):
        for act in ('edited', 'canceled', 'deleted'):
            with self.subTest(act):
                receipt, payment = self.paid()
                qbo_id, link = receipt.qbo_id, self.link(receipt)
                linked = {'TxnId': qbo_id, 'TxnType': 'SalesReceipt', 'TxnLineId': '0'}
                bank = {'value': self.account('Bank').qbo_id}
                line = {'Amount': receipt.amount_total, 'LinkedTxn': [linked]}
                deposit = self.sandbox.create('Deposit', {'DepositToAccountRef': bank, 'Line': [line]})
                payment.action_draft()
                receipt.button_draft()
                if act == 'edited':
                    receipt.invoice_line_ids.price_unit = 15.0
                    receipt.action_post()
                    payment.amount = receipt.amount_total
                    payment.action_post()
                    self.apply(payment, receipt)
                else:
                    payment.action_cancel()
                    (receipt.unlink if act == 'deleted' else receipt.button_cancel)()
                self.run_engine()
                self.assertEqual((link.state, link.error_code), ('error', '6540'))
                self.assertIn("part of a bank deposit", link.error)
                self.assertEqual(link.way, 'quickbooks')
                self.assertEqual(self.sandbox.get('SalesReceipt', qbo_id)['TotalAmt'], 20)
                self.sandbox.delete('Deposit', deposit['Id'])
                link.with_user(self.manager).action_retry()
                self.run_engine()
                self.assertNoErrors()
                there = [row['TotalAmt'] for row in self.sandbox.all('SalesReceipt') if row['Id'] == qbo_id]
                self.assertEqual(there, {'edited': [30], 'canceled': [0], 'deleted': []}[act])

    def test_a_cancelled_one_is_void_and_its_money_credit(self):
        receipt, payment = self.paid()
        receipt.button_cancel()
        self.run_engine()
        entity = self.in_qbo(receipt)
        self.assertEqual((entity['TotalAmt'], entity['PrivateNote']), (0, 'Voided'))
        self.assertEqual(self.in_qbo(payment)['UnappliedAmt'], 20)
        payment.action_cancel()
        self.run_engine()
        self.assertEqual(self.in_qbo(payment)['TotalAmt'], 0)
        self.assertNoErrors()

    def test_a_deleted_one_is_deleted_there(self):
        receipt, payment = self.paid()
        qbo_id = receipt.qbo_id
        payment.action_cancel()
        receipt.button_draft()
        receipt.unlink()
        self.run_engine()
        self.assertNotIn(qbo_id, [row['Id'] for row in self.sandbox.all('SalesReceipt')])
        self.assertFalse(self.own_payments())

    def test_a_payment_that_is_undone_is_said_and_not_sent(self):
        receipt, payment = self.paid()
        self.due(receipt).remove_move_reconcile()
        self.run_engine()
        self.assertRequests()
        self.assertEnded(receipt, 'differs')
        self.assertIn("not paid", receipt.qbo_error)
        self.assertFalse(payment.qbo_id)
        self.apply(payment, receipt)
        self.run_engine()
        self.assertRequests()
        self.assertEnded(receipt, 'synced')

    def test_money_that_pays_nothing_since_an_edit(self):
        """Whatever becomes of the receipt then, QuickBooks has all the money that Odoo has, and no other."""

        def deleted_there(receipt, act='delete'):
            getattr(self.sandbox, act)('SalesReceipt', receipt.qbo_id)
            self.pull('documents')
            return 'cancel', 'canceled', []

        def canceled_here(receipt):
            receipt.button_cancel()
            self.run_engine()
            self.assertEqual(self.in_qbo(receipt)['TotalAmt'], 0)
            return 'cancel', POSTED, [20]

        def paid_anew(receipt):
            self.pay(receipt)
            self.synced(receipt)
            self.assertEqual(self.in_qbo(receipt)['TotalAmt'], 15)
            return 'posted', POSTED, [20]

        def paid_in_part(receipt):
            self.pay(receipt, amount=5.0)
            self.run_engine()
            self.assertEnded(receipt, 'held')
            return 'posted', POSTED, []  # QuickBooks has it with the receipt, as that was

        def deleted_here(receipt):
            receipt.button_draft()
            receipt.unlink()
            self.run_engine()
            return None, POSTED, [20]

        others = ((act,) for act in (deleted_there, canceled_here, paid_anew, paid_in_part, deleted_here))
        for act, *how in ((deleted_there, 'void'), *others):
            with self.subTest(act.__name__, how=how):
                (receipt, payment), before = self.paid(), {row['Id'] for row in self.own_payments()}
                receipt.button_draft()
                receipt.invoice_line_ids.price_unit = 7.5
                receipt.action_post()
                self.run_engine()
                self.assertEnded(receipt, 'held')
                self.assertFalse(receipt._qbo_money())
                state, paid, there = act(receipt, *how)
                self.assertNoErrors()
                self.assertEqual(receipt.exists().state or None, state)
                self.assertIn(payment.state, paid)
                self.assertEqual([row['TotalAmt'] for row in self.own_payments() if row['Id'] not in before], there)
                self.assertEqual(payment.qbo_state, 'synced' if there else False)

    def test_it_is_void_there_and_back_again(self):
        receipt, payment = self.paid()
        payment.action_cancel()
        receipt.button_cancel()
        self.run_engine()
        receipt.button_draft()
        receipt.action_post()
        self.pay(receipt)
        self.synced(receipt)
        self.assertEqual(self.in_qbo(receipt)['TotalAmt'], 20)
        self.assertNotIn('Voided', self.in_qbo(receipt).get('PrivateNote', ''))

    def test_the_reasons(self):
        statement = self.env['account.bank.statement.line']

        def unpaid(receipt):
            pass

        def in_part(receipt):
            self.pay(receipt, 5.0)

        def in_two(receipt):
            self.pay(receipt, 5.0)
            self.pay(receipt, 15.0)

        def with_credit_left(receipt):
            self.apply(self.payment(50.0), receipt)

        def with_an_invoice(receipt):
            self.apply(self.payment(40.0), receipt, self.invoice())

        def by_an_entry(receipt):
            line = statement.create({'journal_id': self.bank.id, 'date': '2026-03-03', 'amount': 20.0})
            suspense = line._seek_for_lines()[1]
            suspense.write({'account_id': self.due(receipt).account_id.id, 'partner_id': self.acme.id})
            (suspense + self.due(receipt)).reconcile()

        def by_a_payment_of_before(receipt):
            payment = self.synced(self.payment(20.0))
            self.apply(payment, receipt)

        def written_off(receipt):
            loss = self.env['account.account'].search([('account_type', '=', 'expense')], limit=1)
            register = self.env['account.payment.register'].with_context(
                active_model='account.move', active_ids=receipt.ids
            )
            wizard = register.create({'journal_id': self.bank.id, 'group_payment': True, 'amount': 18.0})
            wizard.write({'payment_difference_handling': 'reconcile', 'writeoff_account_id': loss.id})
            wizard._create_payments()

        for pay, state, key in (
            (unpaid, 'held', 'receipt_unpaid'),
            (in_part, 'held', 'receipt_part'),
            (in_two, 'held', 'receipt_payments'),
            (with_credit_left, 'held', 'receipt_more'),
            (with_an_invoice, 'held', 'receipt_more'),
            (by_an_entry, 'held', 'receipt_entries'),
            (by_a_payment_of_before, 'held', 'receipt_apart'),
            (written_off, 'held', 'receipt_part'),
        ):
            with self.subTest(pay.__name__):
                receipt = self.receipt()
                pay(receipt)
                self.run_engine()
                self.assertEqual((receipt.qbo_state, self.link(receipt).reason['key']), (state, key))
                self.assertFalse(receipt.qbo_id)
                self.assertFalse(self.sandbox.all('SalesReceipt'))

    def test_it_goes_when_what_was_wrong_is_put_right(self):
        receipt = self.receipt()
        first, second = self.pay(receipt, 5.0), self.pay(receipt, 15.0)
        self.run_engine()
        self.assertEqual(receipt.qbo_state, 'held')
        (first + second).action_cancel()
        self.pay(receipt)
        self.run_engine()
        self.assertEnded(receipt, 'synced')
        self.assertEqual([row['TotalAmt'] for row in self.own_payments()], [0, 0], "void")

    def test_a_journal_without_an_account(self):
        self.connection.deposit_account_id = False
        receipt = self.receipt()
        payment = self.pay(receipt)
        payment.qbo_deposit_account_id = False
        self.run_engine()
        self.assertEqual((receipt.qbo_state, self.link(receipt).reason['key']), ('held', 'no_deposit_account'))
        self.bank.qbo_deposit_account_id = self.account('Bank')
        receipt.action_qbo_sync()
        self.run_engine()
        self.assertEnded(receipt, 'synced')

    def test_one_that_is_odoos_only_leaves_its_payment_alone(self):
        receipt = self.receipt(qbo_invoice_type='odoo')
        payment = self.pay(receipt)
        self.run_engine()
        self.assertFalse(receipt.qbo_id)
        self.assertEqual(self.in_qbo(payment)['UnappliedAmt'], 20)
        self.assertEqual(self.link(payment).reason['key'], 'used_receipt')

    def test_a_bookkeeper_pays_one(self):
        receipt = self.receipt()
        self.pay(receipt.with_user(self.user))
        self.synced(receipt)
        self.assertTrue(receipt.with_user(self.user).qbo_id)


class TestSalesReceiptPull(ReceiptCase):
    """From QuickBooks to Odoo."""

    def test_one_made_there_is_a_paid_receipt(self):
        bank = self.account('Bank').qbo_id
        self.bank.qbo_deposit_account_id = self.account('Bank')
        entity, receipt, payment = self.sold(
            DepositToAccountRef={'value': bank}, PaymentMethodRef=self.method("Check"), PaymentRefNum='1042'
        )
        self.assertRecordValues(
            receipt,
            [
                {
                    'move_type': 'out_receipt',
                    'state': 'posted',
                    'amount_total': 20,
                    'partner_id': self.acme.id,
                    'amount_residual': 0,
                }
            ],
        )
        self.assertRecordValues(
            payment,
            [
                {
                    'amount': 20,
                    'date': fields.Date.to_date('2026-03-02'),
                    'journal_id': self.bank.id,
                    'payment_reference': '1042',
                    'qbo_receipt_id': receipt.id,
                }
            ],
        )
        self.assertEqual(receipt.qbo_number, entity['DocNumber'])
        self.run_engine()
        self.assertRequests()
        self.assertFalse(self.own_payments())

    def test_one_without_a_customer(self):
        values = {'TxnDate': '2026-03-02', 'Line': [self._item_line(self.chlorine.qbo_id, 2, 10.0)]}
        entity = self.sandbox.create('SalesReceipt', values)
        self.pull('documents')
        self.assertNoErrors()
        receipt = self.move_of(entity)
        self.assertEqual((receipt.partner_id.ids, receipt.amount_residual, receipt.qbo_state), ([], 0, 'synced'))
        self.assertRequests('GET cdc')

    def test_several_come_together(self):
        for quantity in (1, 2, 3):
            self.sell('SalesReceipt', [(self.chlorine.qbo_id, quantity, 10.0)])
        self.pull('documents')
        self.assertNoErrors()
        receipts = self.env['account.move'].search([('move_type', '=', 'out_receipt')])
        self.assertEqual(sorted(receipts.mapped('amount_total')), [10, 20, 30])
        self.assertFalse(any(receipts.mapped('amount_residual')))

    def test_what_is_edited_there_comes_here(self):
        till = self.cash_journal()
        till.qbo_deposit_account_id = self.account('Bank')
        for change, expected in (
            ({'Line': [self._item_line(self.chlorine.qbo_id, 3, 10.0)]}, (30, '2026-03-02', self.bank, False)),
            ({'TxnDate': '2026-03-05'}, (20, '2026-03-05', self.bank, False)),
            ({'DepositToAccountRef': {'value': self.account('Bank').qbo_id}}, (20, '2026-03-02', till, False)),
            ({'PaymentRefNum': '9'}, (20, '2026-03-02', self.bank, '9')),
        ):
            with self.subTest(change=list(change)):
                entity, receipt, payment = self.sold()
                self.sandbox.update('SalesReceipt', entity['Id'], change)
                self.pull('documents')
                self.assertNoErrors()
                self.assertRequests('GET cdc')
                total, day, journal, reference = expected
                self.assertRecordValues(receipt, [{'amount_total': total, 'amount_residual': 0, 'state': 'posted'}])
                self.assertEqual(receipt._qbo_money(), payment)
                self.assertRecordValues(
                    payment,
                    [
                        {
                            'amount': total,
                            'date': fields.Date.to_date(day),
                            'journal_id': journal.id,
                            'payment_reference': reference,
                        }
                    ],
                )
                self.assertEnded(receipt, 'synced')

    def test_what_was_sent_and_edited_there_comes_back(self):
        receipt, payment = self.paid()
        self.sandbox.update('SalesReceipt', receipt.qbo_id, {'Line': [self._item_line(self.chlorine.qbo_id, 4, 10.0)]})
        self.pull('documents')
        self.assertNoErrors()
        self.assertEqual((receipt.amount_total, receipt.amount_residual, payment.amount), (40, 0, 40))
        self.assertRequests('GET cdc')

    def test_void_and_deleted_there(self):
        for act in ('void', 'delete'):
            with self.subTest(act):
                entity, receipt, payment = self.sold()
                getattr(self.sandbox, act)('SalesReceipt', entity['Id'])
                self.pull('documents')
                self.assertNoErrors()
                self.assertEqual((receipt.state, payment.state), ('cancel', 'canceled'))
                self.assertRequests('GET cdc')

    def test_money_that_the_bank_confirmed_stays_and_says_so(self):
        entity, receipt, payment = self.sold()
        line = self.env['account.bank.statement.line'].create(
            {'journal_id': self.bank.id, 'date': '2026-03-05', 'amount': payment.amount}
        )
        suspense, outstanding = line._seek_for_lines()[1], payment._seek_for_lines()[0]
        suspense.account_id = outstanding.account_id
        (suspense + outstanding).reconcile()
        self.sandbox.delete('SalesReceipt', entity['Id'])
        self.pull('documents')
        self.assertEqual((receipt.state, receipt.qbo_state), ('posted', 'error'))
        self.assertIn("matched with a bank statement", receipt.qbo_error)

    def test_one_that_both_have_is_linked(self):
        receipt = self.receipt()
        payment = self.pay(receipt)
        entity = self.sell('SalesReceipt', DocNumber=receipt.name)
        self.pull('documents')
        self.assertEqual(receipt.qbo_id, entity['Id'])
        self.assertEqual(receipt._qbo_money(), payment)
        self.assertNoErrors()

    def test_an_edit_on_each_side_is_merged(self):
        entity, receipt, payment = self.sold()
        payment.payment_reference = '5'
        self.sandbox.update('SalesReceipt', entity['Id'], {'TxnDate': '2026-03-06'})
        self.pull('documents')
        self.run_engine()
        self.assertNoErrors()
        there = self.sandbox.get('SalesReceipt', entity['Id'])
        self.assertEqual((there['PaymentRefNum'], there['TxnDate']), ('5', '2026-03-06'))
        self.assertEqual(fields.Date.to_string(receipt.invoice_date), '2026-03-06')

    def test_in_another_currency(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        self.env['res.currency.rate'].create({'currency_id': euro.id, 'name': '2026-03-01', 'rate': 0.8})
        self.prefer(CurrencyPrefs={'MultiCurrencyEnabled': True})
        abroad = self.sandbox.create('Customer', {'DisplayName': "Piscines Azur", 'CurrencyRef': {'value': 'EUR'}})
        self.pull('customers')
        _entity, receipt, payment = self.sold(customer=abroad['Id'], CurrencyRef={'value': 'EUR'}, ExchangeRate=1.5)
        self.assertEqual((receipt.amount_total_signed, payment.amount_company_currency_signed), (30, 30))
        self.assertEqual((receipt.amount_residual, receipt.qbo_state), (0, 'synced'))
        self.assertFalse(self.due(receipt).matched_credit_ids.exchange_move_id)
