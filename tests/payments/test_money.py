"""Money is compared always, both ways: what settles or changes a document × on which side × direction × decimals.

Each case of the table makes both sides differ. The record says so, with both figures and a button; pressing it makes
both sides agree.
"""

from odoo import fields
from odoo.fields import Command

from ..documents.test_document_edges import EdgeCase

RECEIVABLE = 'Accounts Receivable (A/R)'


class MoneyCase(EdgeCase):
    """A customer of each of some currencies; what people do in Odoo, and in QuickBooks, that settles something."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox.snapshot()

    def setUp(self):
        super().setUp()
        self.someone = self.acme

    def abroad(self, code, rate):
        """Have everything in a currency: its units for one of the company's."""
        currency = self.env['res.currency'].with_context(active_test=False).search([('name', '=', code)])
        currency.active = True
        self.env['res.currency.rate'].create(
            {'name': '2026-03-01', 'currency_id': currency.id, 'rate': rate, 'company_id': self.company.id}
        )
        self.prefer(CurrencyPrefs={'MultiCurrencyEnabled': True, 'HomeCurrency': {'value': 'USD'}})
        row = self.sandbox.create('Customer', {'DisplayName': f"Abroad {code}", 'CurrencyRef': {'value': code}})
        self.pull('customers')
        self.someone = self.env['res.partner'].search([('qbo_id', '=', row['Id'])])
        self.someone_vals = {'currency_id': currency.id}
        self.sandbox.requests.clear()

    @property
    def vals(self):
        return getattr(self, 'someone_vals', {})

    # === IN ODOO === #

    def sold(self, **vals):
        """Return an invoice of 20 that is in QuickBooks."""
        return self.synced_invoice(self.someone, lines=[(self.chlorine, 2, 10.0)], **{**self.vals, **vals})

    def paid(self, amount=20.0, **vals):
        """Return a payment that is in QuickBooks and settles nothing."""
        return self.synced(self.payment(amount, partner_id=self.someone.id, **{**self.vals, **vals}))

    def owing(self, sign=1):
        """Return a posted manual entry by which the customer owes 20, or has them to his credit."""
        expense = self.env['account.account'].search([('account_type', '=', 'expense')], limit=1)
        currency = self.env['res.currency'].browse(self.vals.get('currency_id')) or self.company.currency_id
        home = currency._convert(20.0, self.company.currency_id, self.company, fields.Date.to_date('2026-03-05'))
        account = self.someone.property_account_receivable_id
        lines = [(account, self.someone, sign), (expense, self.someone, -sign)]
        move = self.env['account.move'].create(
            {
                'date': '2026-03-05',
                'line_ids': [
                    Command.create(
                        {
                            'account_id': account.id,
                            'partner_id': partner.id,
                            'currency_id': currency.id,
                            'amount_currency': sign_ * 20.0,
                            'balance': sign_ * home,
                        }
                    )
                    for account, partner, sign_ in lines
                ],
            }
        )
        move.action_post()
        return move

    # === IN QUICKBOOKS === #

    def there(self, name):
        return {'value': next(row['Id'] for row in self.sandbox.all('Account') if row['Name'] == name)}

    @property
    def customer_there(self):
        return self.someone.qbo_id

    @property
    def members_there(self):
        currency = self.env['res.currency'].browse(self.vals.get('currency_id'))
        return {'CurrencyRef': {'value': currency.name}, 'ExchangeRate': 0.5} if currency else {}

    def entry_there(self, amount=-20.0):
        """Create a journal entry by which the customer owes an amount, and return what a payment names it by."""
        who = {'Entity': {'Type': 'Customer', 'EntityRef': {'value': self.customer_there}}}
        lines = [
            {
                'Amount': abs(amount),
                'DetailType': 'JournalEntryLineDetail',
                'JournalEntryLineDetail': {
                    'PostingType': 'Debit' if debit > 0 else 'Credit',
                    'AccountRef': self.there(name),
                    **(who if name == RECEIVABLE else {}),
                },
            }
            for name, debit in ((RECEIVABLE, amount), ('Checking', -amount))
        ]
        return self.sandbox.create('JournalEntry', {'Line': lines, **self.members_there})['Id'], 'JournalEntry'

    def deposit_there(self):
        detail = {'AccountRef': self.there(RECEIVABLE), 'Entity': {'value': self.customer_there, 'type': 'Customer'}}
        line = {'Amount': 20.0, 'DetailType': 'DepositLineDetail', 'DepositLineDetail': detail}
        values = {'DepositToAccountRef': self.there('Checking'), 'Line': [line], **self.members_there}
        return self.sandbox.create('Deposit', values)['Id'], 'Deposit'

    def expense_there(self):
        """A check that came back: the customer owes the money again."""
        detail = {'AccountRef': self.there(RECEIVABLE)}
        line = {'Amount': 20.0, 'DetailType': 'AccountBasedExpenseLineDetail', 'AccountBasedExpenseLineDetail': detail}
        values = {
            'PaymentType': 'Cash',
            'AccountRef': self.there('Checking'),
            'EntityRef': {'type': 'Customer', 'value': self.customer_there},
            'Line': [line],
            **self.members_there,
        }
        return self.sandbox.create('Purchase', values)['Id'], 'Expense'

    def named(self, target, amount=20.0):
        """Return the line of a payment for what :meth:`entry_there` and the like return, or for a record."""
        qbo_id, kind = target if isinstance(target, tuple) else (target.qbo_id, target.qbo_link_id.entity)
        return {'Amount': amount, 'LinkedTxn': [{'TxnId': qbo_id, 'TxnType': kind}]}

    def settle_there(self, *targets, amount=0.0):
        values = {'CustomerRef': {'value': self.customer_there}, 'TotalAmt': amount, 'TxnDate': '2026-03-04'}
        lines = [self.named(target) for target in targets]
        return self.sandbox.create('Payment', {**values, **self.members_there, 'Line': lines})

    def sold_there(self, entity='Invoice', **members):
        row = self.sell(entity, customer=self.customer_there, **{**self.members_there, **members})
        return row['Id'], entity

    # === WHAT IS ASSERTED === #

    def assertSaid(self, record, here, there, fix):
        """Assert that a record differs, with both figures and a button."""
        self.assertEqual(record.qbo_state, 'differs', record.qbo_error)
        currency = record.currency_id
        for amount in (here, there):
            self.assertIn(currency.format(amount), record.qbo_error)
        self.assertEqual(self.link(record).error_fix, fix, record.qbo_error)

    def press(self, record):
        """Press the button of a record's dialog, as the bookkeeper does."""
        link = self.link(record)
        button = {
            'follow': 'action_follow_quickbooks',
            'include_payments': 'action_include_payments',
            'undo_there': 'action_undo_there',
            'send_rate': 'action_send_rate',
            'unapplied_changes': 'action_take_quickbooks',
        }[link.error_fix]
        getattr(link.with_user(self.manager), button)()
        for _round in range(2):
            self.run_engine()
            self.pull('documents')

    def assertAgree(self, *records):
        """Assert that as much is open on both sides, and that nothing differs any more."""
        for record in records:
            self.assertEqual(record.qbo_state, 'synced', (record.display_name, record.qbo_error))
            row = self.in_qbo(record)
            if record._name == 'account.move':
                here, there = record.amount_residual, row['Balance']
            else:
                here, there = abs(sum(self.due(record.move_id).mapped('amount_residual_currency'))), row['UnappliedAmt']
            self.assertEqual(record.currency_id.round(here), there, record.display_name)
        self.assertNoErrors()
        self.calm()


class HereCase(MoneyCase):
    """What settles something in Odoo that QuickBooks has not: the record that says it, both figures, the button, and
    what agrees then."""

    def bank_line(self, amount, other):
        line = self.env['account.bank.statement.line'].create(
            {'journal_id': self.bank.id, 'date': '2026-03-05', 'payment_ref': "Transfer", 'amount': amount}
        )
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.account_id = other.account_id
        (suspense + other).reconcile()

    def by_bank_line(self):
        invoice = self.sold()
        self.bank_line(self.due(invoice).balance, self.due(invoice))
        return invoice, 0.0, 20.0, 'follow', [invoice]

    def by_entry(self):
        invoice = self.sold()
        self.apply(self.owing(-1), invoice)
        return invoice, 0.0, 20.0, 'follow', [invoice]

    def by_credit_that_stays_here(self):
        invoice = self.sold()
        self.apply(self.invoice(self.someone, move_type='out_refund', qbo_invoice_type='odoo', **self.vals), invoice)
        return invoice, 0.0, 20.0, 'follow', [invoice]

    def credit_by_entry(self):
        credit = self.sold(move_type='out_refund')
        self.apply(self.owing(), credit)
        return credit, 0.0, 20.0, 'follow', [credit]

    def by_payment_kept_out(self):
        invoice = self.sold()
        payment = self.pay(invoice)
        payment.qbo_mode = 'never'
        return invoice, 0.0, 20.0, 'include_payments', [invoice, payment]

    def overpaid_and_written_off(self):
        invoice = self.sold()
        account = self.env['account.account'].search([('account_type', '=', 'income')], limit=1)
        register = self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=invoice.ids, dont_redirect_to_payments=True
        )
        vals = {'payment_difference_handling': 'reconcile', 'writeoff_account_id': account.id, 'writeoff_label': "Tip"}
        payment = register.create({'journal_id': self.bank.id, 'amount': 21.0, **vals})._create_payments()
        return payment, 0.0, 1.0, 'follow', [payment, invoice]

    def sent_back(self):
        payment = self.paid()
        back = self.env['account.payment'].create(
            {
                'payment_type': 'outbound',
                'partner_type': 'customer',
                'partner_id': self.someone.id,
                'amount': 20.0,
                'date': '2026-03-06',
                'journal_id': self.bank.id,
                **self.vals,
            }
        )
        back.action_post()
        (self.due(payment.move_id) + self.due(back.move_id)).reconcile()
        return payment, 0.0, 20.0, 'follow', [payment]

    def returned(self):
        payment = self.paid()
        reverse = payment.move_id._reverse_moves([{'date': '2026-03-06'}])
        reverse.action_post()
        (self.due(payment.move_id) + self.due(reverse)).filtered(lambda line: not line.reconciled).reconcile()
        return payment, 0.0, 20.0, 'follow', [payment]

    def payment_of_entry(self):
        payment = self.paid()
        self.apply(payment, self.owing())
        return payment, 0.0, 20.0, 'follow', [payment]

    def payment_of_invoice_that_stays_here(self):
        payment = self.paid()
        self.apply(payment, self.invoice(self.someone, qbo_invoice_type='odoo', **self.vals))
        return payment, 0.0, 20.0, 'follow', [payment]

    def payment_of_invoice_of_before(self):
        payment = self.paid()
        self.apply(payment, self.invoice(self.someone, invoice_date='2024-12-30', **self.vals))
        return payment, 0.0, 20.0, 'follow', [payment]

    def payment_of_sales_receipt(self):
        payment = self.paid()
        self.apply(payment, self.invoice(self.someone, move_type='out_receipt', **self.vals))
        return payment, 0.0, 20.0, 'follow', [payment]

    CASES = (
        'by_bank_line',
        'by_entry',
        'by_credit_that_stays_here',
        'credit_by_entry',
        'by_payment_kept_out',
        'overpaid_and_written_off',
        'sent_back',
        'returned',
        'payment_of_entry',
        'payment_of_invoice_that_stays_here',
        'payment_of_invoice_of_before',
        'payment_of_sales_receipt',
    )

    def run_cases(self, names, *abroad):
        for direction in ('two_way', 'odoo'):
            for name in names:
                with self.subTest(name, direction=direction), self.env.cr.savepoint(flush=True) as savepoint:
                    self.sandbox.restore()
                    if abroad:
                        self.abroad(*abroad)
                    self.connection.direction = direction
                    record, here, qbo, fix, agreeing = getattr(self, name)()
                    self.run_engine()
                    self.assertSaid(record, here, qbo, fix)
                    self.pull('documents')
                    self.assertSaid(record, here, qbo, fix)
                    self.press(record)
                    self.assertAgree(*agreeing)
                    savepoint.rollback()
                self.env.invalidate_all()


class TestHere(HereCase):
    def test_it_is_said_and_the_button_makes_both_agree(self):
        self.run_cases(self.CASES)

    def test_rejected_a_payment_says_that_its_entry_still_settles(self):
        invoice = self.sold()
        payment = self.synced(self.pay(invoice))
        payment.action_reject()
        self.run_engine()
        self.assertEqual(self.open_in_qbo(invoice), [20])
        self.assertSaid(payment, 20.0, 0.0, 'follow')
        self.assertSaid(invoice, 0.0, 20.0, 'follow')
        self.press(payment)
        self.assertEqual((payment.state, invoice.amount_residual), ('canceled', 20.0))
        self.assertAgree(invoice)


class TestHereAbroad(HereCase):
    """The same in currencies of no, two and three decimals."""

    ABROAD = ('by_entry', 'payment_of_entry', 'overpaid_and_written_off')

    def test_without_decimals(self):
        self.run_cases(self.ABROAD, 'JPY', 150.0)

    def test_with_two_decimals(self):
        self.run_cases(self.ABROAD, 'EUR', 0.8)

    def test_with_three_decimals(self):
        self.run_cases(self.ABROAD, 'KWD', 0.3)


class TestThere(MoneyCase):
    """Something settles or changes it in QuickBooks that Odoo has not."""

    def test_what_settles_an_invoice_there_is_named_and_undone(self):
        for name in ('entry_there', 'deposit_there'):
            for direction in ('two_way', 'odoo'):
                with self.subTest(name, direction=direction):
                    self.connection.direction = direction
                    invoice = self.sold()
                    other = getattr(self, name)()
                    self.settle_there(invoice, other)
                    self.pull('documents')
                    self.assertSaid(invoice, 20.0, 0.0, 'undo_there')
                    self.assertIn(f'{other[1]} {other[0]}', invoice.qbo_error)
                    self.press(invoice)
                    self.assertAgree(invoice)
                    self.assertEqual(invoice.amount_residual, 20.0)

    def test_a_payment_that_uses_what_odoo_has_not_comes_with_its_money(self):
        """What a deposit, an entry or an old credit pays beside it stays open here, and the invoice says so."""
        for name, fix, left in (
            ('entry_there', 'undo_there', 12.0),
            ('deposit_there', 'undo_there', 12.0),
            ('old_credit_there', 'follow', 0.0),
        ):
            with self.subTest(name):
                invoice = self.sold()
                other = getattr(self, name)()
                values = {'CustomerRef': {'value': self.customer_there}, 'TotalAmt': 8.0, 'TxnDate': '2026-03-04'}
                lines = [self.named(invoice), self.named(other, 12.0)]
                payment = self.sandbox.create('Payment', {**values, 'Line': lines})
                self.pull('documents')
                payment = self.payment_of(payment)
                self.assertEqual((payment.amount, payment.qbo_state), (8.0, 'synced'))
                self.assertSaid(invoice, 12.0, 0.0, fix)
                if fix == 'undo_there':
                    self.calm()  # the old credit is asked for
                self.press(invoice)
                self.assertAgree(invoice, payment)
                self.assertEqual(invoice.amount_residual, left)

    def old_credit_there(self):
        """Create a credit memo that is from before billing."""
        other = self.sold_there('CreditMemo', lines=[(self.chlorine.qbo_id, 1, 12.0)])
        self.connection.billing_since = fields.Datetime.add(fields.Datetime.now(), minutes=1)
        self.sandbox.clock.advance(minutes=2)
        return other

    def test_a_returned_check_is_said_on_its_payment_and_on_the_invoice_that_it_opened(self):
        invoice = self.sold()
        payment = self.synced(self.pay(invoice))
        check = self.expense_there()
        self.sandbox.update('Payment', payment.qbo_id, {'Line': [self.named(check)]})
        self.pull('documents')
        self.assertAgree(invoice)
        self.assertEqual(invoice.amount_residual, 20.0)
        self.assertSaid(payment, 20.0, 0.0, 'undo_there')
        self.press(payment)
        self.assertAgree(payment, invoice)

    def test_a_payment_on_what_was_left_out_takes_it(self):
        old = self.sold_there()
        self.connection.billing_since = fields.Datetime.add(fields.Datetime.now(), minutes=1)
        self.sandbox.clock.advance(minutes=2)
        row = self.settle_there(old, amount=20.0)
        self.pull('documents')
        payment = self.payment_of(row)
        self.assertSaid(payment, 20.0, 0.0, 'follow')
        self.press(payment)
        invoice = self.move_of({'Id': old[0]})
        self.assertAgree(payment, invoice)
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_paid_or_credited_there_is_said_where_odoo_is_the_source(self):
        self.connection.direction = 'odoo'
        for name in ('payment', 'credit'):
            with self.subTest(name):
                invoice = self.sold()
                if name == 'payment':
                    self.settle_there(invoice, amount=20.0)
                else:
                    self.settle_there(invoice, self.sold_there('CreditMemo'))
                self.pull('documents')
                self.assertSaid(invoice, 20.0, 0.0, 'follow')
                self.press(invoice)
                self.assertAgree(invoice)
                self.assertEqual(invoice.amount_residual, 0.0)

    def test_void_there_is_said_where_odoo_is_the_source(self):
        self.connection.direction = 'odoo'
        invoice = self.sold()
        self.sandbox.void('Invoice', invoice.qbo_id)
        self.pull('documents')
        self.assertSaid(invoice, 20.0, 0.0, 'unapplied_changes')
        self.press(invoice)
        self.assertEqual(invoice.state, 'cancel')

    def test_a_void_payment_there_is_said_on_its_invoice_where_odoo_is_the_source(self):
        self.connection.direction = 'odoo'
        invoice = self.sold()
        payment = self.synced(self.pay(invoice))
        self.sandbox.void('Payment', payment.qbo_id)
        self.pull('documents')
        self.assertSaid(payment, 20.0, 0.0, 'unapplied_changes')
        self.assertSaid(invoice, 0.0, 20.0, 'follow')
        self.press(invoice)
        self.assertEqual(payment.state, 'canceled')
        self.assertAgree(invoice)

    def test_what_is_open_moves_while_the_version_stays(self):
        """Nothing is fetched for it: QuickBooks says it with the next pull."""
        invoice = self.sold()
        entity = self.in_qbo(invoice)
        self.settle_there(invoice, self.entry_there())
        self.link(invoice).sync_token = int(self.in_qbo(invoice)['SyncToken'])  # as if it had stayed
        self.assertEqual(entity['Balance'], 20.0)
        self.pull('documents')
        self.assertRequests('GET cdc')
        self.assertSaid(invoice, 20.0, 0.0, 'undo_there')

    def test_another_amount_of_a_payment_there_is_said_and_followed(self):
        payment = self.paid(50.0)
        self.sandbox.overwrite('Payment', payment.qbo_id, {'TotalAmt': 60.0, 'UnappliedAmt': 60.0})
        self.link(payment).sync_token = int(self.in_qbo(payment)['SyncToken'])  # as if it had stayed
        self.pull('documents')
        self.assertSaid(payment, 50.0, 60.0, 'follow')
        self.press(payment)
        self.assertAgree(payment)
        self.assertEqual(payment.amount, 60.0)

    def test_nothing_is_left_out_in_silence(self):
        invoice = self.sold()
        self.settle_there(invoice, self.entry_there())
        old = self.sold_there()
        self.sandbox.void('Invoice', old[0])
        self.pull('documents')
        left = self.env['qbo.link'].search(
            [('qbo_company_id', '=', self.connection.qbo_company_id.id), ('res_id', '=', False)]
        )
        self.assertEqual(len(left), 2, left.mapped('name'))
        for link in left:
            self.assertTrue(link.error)
            self.assertLogged(link.error)
        lines = self.env['qbo.log'].search_count([])
        self.pull('documents')
        self.assertEqual(self.env['qbo.log'].search_count([]), lines, "once is enough")
