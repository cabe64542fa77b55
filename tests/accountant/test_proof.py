"""The nightly proof finds what both sides have otherwise, down to documents, whatever the links say."""

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from ...models.mapping.step import Step
from .proof_case import ProofCase
from .reconciliation_case import ReconciliationCase


@tagged('post_install', '-at_install')
class TestDifferences(ProofCase):
    """What somebody did, and the documents that the proof names. The comparer of single documents is switched off."""

    def setUp(self):
        super().setUp()
        self.patch(Step, 'difference', lambda *_args: None)

    def assertFound(self, kind, *expected):
        proof = self.prove()
        lines = self.differing(proof, kind)
        self.assertEqual(proof.state, 'differs', (proof.error, proof.line_ids.mapped('explanation')))
        self.assertEqual(self.named(lines), set(expected), proof.line_ids.mapped('explanation'))
        self.assertFalse(any(lines.mapped('unexplained')), lines.mapped('explanation'))
        return lines

    def test_books_that_agree(self):
        invoice = self.synced_invoice()
        self.synced(self.pay(invoice, 5.0))
        proof = self.prove()
        self.assertGreen(proof)
        self.assertFalse(self.differing(proof))

    def test_a_write_off(self):
        self.synced_invoice()
        move = self.write_off(5.0)
        lines = self.assertFound('customer', ('proof_only_here', -5.0, 0.0))
        self.assertEqual(lines.document_ids.filtered('res_id').mapped('res_id'), move.ids)
        self.assertEqual((lines.partner_id, lines.odoo_amount, lines.qbo_amount), (self.acme, 15.0, 20.0))

    def test_a_write_off_of_nobody(self):
        """It is named too, on a line of its own."""
        move = self.write_off(3.0, is_named=False)
        lines = self.assertFound('customer', ('proof_only_here', -3.0, 0.0))
        self.assertEqual((lines.partner_id.ids, lines.document_ids.res_id), ([], move.id))

    def test_a_refund_whose_money_did_not_go_back_here(self):
        """QuickBooks has it with its money; here the customer has it to his credit, used up or not."""
        refund = self.invoice(move_type='out_refund', qbo_is_refund=True)
        payment = refund._qbo_pay_out(self.bank)
        self.synced(refund)
        self.assertGreen(self.prove())
        payment.action_cancel()
        self.run_engine()
        self.assertFound('customer', ('proof_not_on_account', -20.0, 0.0))
        self.apply(refund, self.invoice())
        self.run_engine()
        self.assertFound('customer', ('proof_not_on_account', -20.0, 0.0))

    def test_what_quickbooks_alone_has_on_receivables(self):
        for entity, change in (('JournalEntry', -7.0), ('Deposit', -7.0), ('Purchase', 7.0)):
            with self.subTest(entity=entity):
                self.sandbox.restore()
                self.on_receivables(entity, 7.0)
                lines = self.assertFound('customer', ('proof_only_there', 0.0, change))
                self.assertEqual(lines.document_ids.entity, entity)

    def test_an_amount_that_was_changed_unseen(self):
        invoice = self.synced_invoice()
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': [self._item_line(self.chlorine.qbo_id, 3, 10)]})
        self.connection._schedule('documents').cursor = fields.Datetime.add(fields.Datetime.now(), hours=1)
        self.assertFound('customer', ('proof_amount', 20.0, 30.0))

    def test_a_document_that_was_deleted_unseen(self):
        invoice = self.synced_invoice()
        self.sandbox.delete('Invoice', invoice.qbo_id)
        self.assertFound('customer', ('proof_not_on_account', 20.0, 0.0))

    def test_a_refund_booked_twice(self):
        credit = self.synced_invoice(move_type='out_refund')
        self.pay(credit)
        self.on_receivables('Purchase', 20.0)
        self.assertFound('unapplied', ('proof_applied', 0.0, -20.0))
        self.assertFalse(self.differing(self.last(), 'customer'))
        self.on_receivables('Purchase', 20.0)
        lines = self.differing(self.prove(), 'customer')
        self.assertEqual(lines.to_explain, -20.0)
        paid = {('proof_only_there', 0.0, 20.0), ('proof_only_here', 20.0, 0.0)}
        self.assertEqual(self.named(lines), paid)

    def test_a_payment_of_a_document_that_is_left_out(self):
        invoice = self.invoice(qbo_invoice_type='odoo')
        payment = self.pay(invoice)
        self.synced(payment)
        lines = self.assertFound('unapplied', ('proof_applied', 0.0, -20.0))
        self.assertEqual(lines.document_ids.res_id, payment.id)

    def test_a_document_in_error(self):
        self.sandbox.arm('data_fault', on='invoice', code='2050', detail='too long')
        invoice = self.invoice()
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'error')
        lines = self.assertFound('customer', ('proof_error', 20.0, 0.0))
        self.assertEqual(lines.document_ids.res_id, invoice.id)

    def test_two_differences_of_one_customer_and_one_of_another(self):
        other = self.synced_customer("Blue Lagoon")
        self.synced_invoice()
        self.synced_invoice(other)
        self.write_off(5.0)
        self.on_receivables('JournalEntry', 3.0)
        self.write_off(4.0, other)
        proof = self.prove()
        lines = self.differing(proof, 'customer').sorted('name')
        self.assertEqual(lines.mapped('to_explain'), [-2.0, -4.0])
        self.assertEqual(self.named(lines[0]), {('proof_only_here', -5.0, 0.0), ('proof_only_there', 0.0, -3.0)})
        self.assertFalse(self.differing(proof, 'owed'), "what customers differ by explains the sum")

    def test_an_account_is_explained_by_documents(self):
        self.income.qbo_account_id = self.income_of(self.chlorine)
        self.connection.qbo_company_id._forget_opening()
        self.assertGreen(self.prove())
        invoice = self.synced_invoice()
        self.assertGreen(self.prove())
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': [self._item_line(self.chlorine.qbo_id, 3, 10)]})
        self.connection._schedule('documents').cursor = fields.Datetime.add(fields.Datetime.now(), hours=1)
        lines = self.assertFound('account', ('proof_amount', -20.0, -30.0))
        self.assertEqual(lines.qbo_id, self.income.qbo_account_id.qbo_id)

    def test_a_receipt_and_its_money_are_one_document(self):
        self.payment(1.0)._seek_for_lines()[0].account_id.qbo_account_id = self.connection.deposit_account_id
        self.run_engine()
        self.connection.qbo_company_id._forget_opening()
        self.assertGreen(self.prove())
        receipt = self.invoice(move_type='out_receipt')
        self.pay(receipt, payment_date='2026-03-02')
        self.synced(receipt)
        self.due(receipt).remove_move_reconcile()
        self.pay(receipt, payment_date='2026-03-02')  # takes the place of the first, which is credit now
        self.run_engine()
        self.assertEqual(self.sandbox.all('Payment')[-1]['UnappliedAmt'], receipt.amount_total)
        self.sell('SalesReceipt')
        self.pull('documents')
        proof = self.prove()
        self.assertGreen(proof)
        self.assertFalse(self.differing(proof))

        self.due(receipt).remove_move_reconcile()
        self.run_engine()
        self.assertGreen(self.prove())

        self.sandbox.update('SalesReceipt', receipt.qbo_id, {'Line': [self._item_line(self.chlorine.qbo_id, 3, 10)]})
        self.connection._schedule('documents').cursor = fields.Datetime.add(fields.Datetime.now(), hours=1)
        lines = self.assertFound('account', ('proof_amount', 20.0, 30.0))
        self.assertEqual(lines.document_ids.filtered(lambda item: not item.is_expected).entity, 'SalesReceipt')

    def test_what_quickbooks_keeps_for_itself_on_an_account_is_listed(self):
        self.income.qbo_account_id = self.income_of(self.chlorine)
        self.connection.qbo_company_id._forget_opening()
        self.prove()
        bank = self.account('Bank').qbo_id
        income = self.income.qbo_account_id.qbo_id
        lines = [self._entry_line(9.0, 'Debit', bank), self._entry_line(9.0, 'Credit', income)]
        self.sandbox.create('JournalEntry', {'TxnDate': '2026-03-04', 'Line': lines})
        proof = self.prove()
        self.assertGreen(proof)
        documents = proof.expected_ids.document_ids.filtered(lambda item: not item.is_old)
        self.assertEqual(documents.mapped('reason'), [{'key': 'proof_not_synchronized', 'values': {}}])

    def test_an_expense_of_quickbooks_own_is_listed(self):
        bank, cost = self.account('Bank'), self.account('Cost of Goods Sold')
        for there, kind in ((cost, 'expense'), (bank, 'asset_cash')):
            domain = [('account_type', '=', kind), ('company_ids', 'in', self.company.id)]
            self.env['account.account'].search(domain, limit=1).qbo_account_id = there
        self.connection.qbo_company_id._forget_opening()
        self.prove()
        detail = {'AccountRef': {'value': cost.qbo_id}}
        line = {
            'DetailType': 'AccountBasedExpenseLineDetail', 'Amount': 31.0, 'AccountBasedExpenseLineDetail': detail
        }  # fmt: skip
        values = {'TxnDate': '2026-03-04', 'PaymentType': 'Check', 'AccountRef': {'value': bank.qbo_id}}
        self.sandbox.create('Purchase', {**values, 'Line': [line]})
        proof = self.prove()
        self.assertGreen(proof)
        documents = proof.expected_ids.document_ids.filtered(lambda item: not item.is_old)
        self.assertEqual({row['key'] for row in documents.mapped('reason')}, {'proof_not_synchronized'})

    def test_what_was_sold_last_year_is_retained_on_both_sides(self):
        self.income.qbo_account_id = self.income_of(self.chlorine)
        self.connection.billing_start = '2025-01-01'
        self.connection.qbo_company_id._forget_opening()
        self.assertGreen(self.prove())
        self.synced_invoice(invoice_date='2025-12-30')
        self.synced_invoice()
        proof = self.prove()
        self.assertGreen(proof)
        income = proof.line_ids.filtered(lambda line: line.qbo_id == self.income.qbo_account_id.qbo_id)
        self.assertFalse(income.filtered('to_explain'))

    def income_of(self, product):
        """Return the income account of a product in QuickBooks."""
        item = self.sandbox.get('Item', product.qbo_id)
        return self.env['qbo.reference']._of(self.connection, 'Account', item['IncomeAccountRef']['value'])

    def test_a_payment_that_was_written_off_with_the_invoice(self):
        invoice = self.synced_invoice()
        loss = self.env['account.account'].search([('account_type', '=', 'expense')], limit=1)
        register = self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=invoice.ids
        )
        wizard = register.create({'journal_id': self.bank.id, 'group_payment': True, 'amount': 18.0})
        wizard.write({'payment_difference_handling': 'reconcile', 'writeoff_account_id': loss.id})
        wizard._create_payments()
        self.run_engine()
        proof = self.prove()
        self.assertEqual(proof.state, 'differs')
        self.assertFalse(any(self.differing(proof).mapped('unexplained')), proof.line_ids.mapped('explanation'))
        self.assertTrue(self.named(self.differing(proof)))


@tagged('post_install', '-at_install')
class TestCurrencies(ProofCase):
    """What customers owe in another currency is compared in theirs, all together in the company's."""

    def setUp(self):
        super().setUp()
        self.euro = self.env.ref('base.EUR')
        self.euro.active = True
        self.env['res.currency.rate'].create({'name': '2025-01-01', 'currency_id': self.euro.id, 'rate': 0.8})
        self.prefer(CurrencyPrefs={'MultiCurrencyEnabled': True, 'HomeCurrency': {'value': 'USD'}})
        row = self.sandbox.create('Customer', {'DisplayName': "Piscines Azur", 'CurrencyRef': {'value': 'EUR'}})
        self.pull('customers')
        self.abroad = self.env['res.partner'].search([('qbo_id', '=', row['Id'])])
        self.sold = self.synced(self.invoice(self.abroad, currency_id=self.euro.id))

    def test_foreign_documents_are_the_same_in_all_sums(self):
        income = self.env['account.account'].search(
            [('account_type', '=', 'income'), ('company_ids', 'in', self.company.id)], limit=1
        )
        item = self.sandbox.get('Item', self.chlorine.qbo_id)
        there = item['IncomeAccountRef']['value']
        income.qbo_account_id = self.env['qbo.reference']._of(self.connection, 'Account', there)
        self.connection.qbo_company_id._forget_opening()
        self.assertGreen(self.prove())
        for vals in ({}, {'move_type': 'out_refund'}, {'invoice_currency_rate': 0.77}):
            self.synced(self.invoice(self.abroad, lines=[(self.chlorine, 3, 33.33)], currency_id=self.euro.id, **vals))
        self.pay(self.sold, 7.0, payment_date='2026-03-09')
        self.run_engine()
        self.assertGreen(self.prove())

    def test_another_rate_of_a_payment_is_no_difference(self):
        paid = {'CustomerRef': {'value': self.abroad.qbo_id}, 'CurrencyRef': {'value': 'EUR'}, 'ExchangeRate': 1.5}
        self.receive(20, [(self.sold, 20)], **paid)
        self.pull('documents')
        self.assertEqual(self.sold.payment_state, 'paid')
        self.assertGreen(self.prove())

    def test_a_difference_in_the_currency_of_the_customer(self):
        self.write_off_in_euro(4.0)
        lines = self.differing(self.prove(), 'customer')
        self.assertEqual((lines.currency_id, lines.to_explain), (self.euro, -4.0))
        self.assertEqual(self.named(lines), {('proof_only_here', -5.0, 0.0)})

    def write_off_in_euro(self, amount):
        loss = self.env['account.account'].search([('account_type', '=', 'expense')], limit=1)
        account = self.abroad.property_account_receivable_id
        value = {'currency_id': self.euro.id, 'partner_id': self.abroad.id}
        lines = [
            {**value, 'account_id': account.id, 'amount_currency': -amount, 'credit': amount / 0.8},
            {**value, 'account_id': loss.id, 'amount_currency': amount, 'debit': amount / 0.8},
        ]
        move = self.env['account.move'].create(
            {'date': '2026-03-05', 'line_ids': [Command.create(line) for line in lines]}
        )
        move.action_post()
        return move

    def test_a_wrong_amount_in_the_home_currency(self):
        self.sandbox.update('Invoice', self.sold.qbo_id, {'ExchangeRate': 2.0})
        self.connection._schedule('documents').cursor = fields.Datetime.add(fields.Datetime.now(), hours=1)
        proof = self.prove()
        self.assertFalse(self.differing(proof, 'customer'))
        lines = self.differing(proof, 'owed')
        self.assertEqual(self.named(lines), {('proof_amount', 25.0, 40.0)}, proof.line_ids.mapped('explanation'))


@tagged('post_install', '-at_install')
class TestExpected(ProofCase):
    """What nobody has to act on is listed, and green."""

    def assertExpected(self, reason, amount):
        proof = self.prove()
        self.assertGreen(proof)
        parts = proof.expected_ids.filtered(lambda line: line.kind == 'customer').mapped('parts')
        self.assertIn({reason: amount}, parts)

    def test_before_the_start(self):
        self.invoice(invoice_date='2025-11-02')
        self.run_engine()
        self.assertExpected('before', 2000)

    def test_only_in_odoo(self):
        self.invoice(qbo_invoice_type='odoo')
        self.assertExpected('excluded', 2000)

    def test_held_back(self):
        self.prefer(AccountingInfoPrefs={'BookCloseDate': '2026-03-31'})
        invoice = self.invoice()
        self.run_engine()
        proof = self.prove()
        self.assertEqual((invoice.qbo_state, proof.state), ('held', 'differs'))
        self.assertEqual(self.named(self.differing(proof, 'customer')), {('proof_held', 20.0, 0.0)})

    def test_on_its_way(self):
        self.env['qbo.change'].search([]).unlink()
        self.invoice()
        self.env['qbo.change'].search([]).unlink()
        self.assertExpected('document_pending', 2000)

    def test_what_the_next_pull_brings(self):
        self.connection._schedule('documents').cursor = fields.Datetime.subtract(fields.Datetime.now(), minutes=1)
        self.sell()
        proof = self.prove()
        self.assertGreen(proof)
        self.assertEqual(
            proof.expected_ids.document_ids.filtered(lambda item: not item.is_old).mapped('reason'),
            [{'key': 'proof_next_pull', 'values': {}}],
        )

    def test_a_payment_that_the_bank_has_not_confirmed(self):
        invoice = self.synced_invoice()
        payment = self.pay(invoice)
        self.synced(payment)
        self.assertGreen(self.prove())

    def test_a_refund_receipt_is_owed_by_nobody(self):
        credit = self.invoice(move_type='out_refund')
        credit.qbo_is_refund = True
        credit._qbo_pay_out(self.bank)
        self.synced(credit)
        self.assertEqual(credit.qbo_link_id.entity, 'RefundReceipt')
        self.assertGreen(self.prove())


@tagged('post_install', '-at_install')
class TestEntries(ReconciliationCase):
    """Where stores send journal entries, what they have not sent yet is expected; what only QuickBooks has is not."""

    def setUp(self):
        super().setUp()
        self.opened = self.prove()

    def prove(self):
        self.env['qbo.proof'].sudo()._append(self.connection.sudo())
        self.run_engine()
        return self.env['qbo.proof'].search([('company_id', '=', self.company.id)], order='id desc', limit=1)

    def assertGreen(self, proof):
        self.assertEqual(proof.state, 'agrees', (proof.error, proof.differing_ids.mapped('explanation')))

    def test_what_waits_for_the_end_of_day(self):
        self.sell_in(self.sales)
        self.receive_in(self.till, 32.4)
        self.book(12.34)
        proof = self.prove()
        self.assertGreen(proof)
        self.assertIn({'end_of_day': 2006}, proof.expected_ids.mapped('parts'))
        self.end_day()
        proof = self.prove()
        self.assertGreen(proof)
        self.assertNotIn('end_of_day', str(proof.expected_ids.mapped('parts')))

    def test_what_is_booked_otherwise_since_it_was_sent(self):
        move = self.sell_in(self.sales)
        self.end_day()
        move.button_draft()
        move.invoice_line_ids.price_unit = 20.0
        move.action_post()
        proof = self.prove()
        self.assertGreen(proof)
        self.assertTrue(any('changed' in (parts or {}) for parts in proof.expected_ids.mapped('parts')))

    def test_an_entry_changed_in_quickbooks_is_named(self):
        self.book(40.25)
        entry = self.end_day()
        there = self.in_qbo(entry)
        self.sandbox.update('JournalEntry', there['Id'], {'Line': [{**row, 'Amount': 41.0} for row in there['Line']]})
        self.connection._schedule('documents').cursor = fields.Datetime.add(fields.Datetime.now(), hours=1)
        proof = self.prove()
        documents = proof.differing_ids.document_ids.filtered(lambda item: not item.is_expected)
        self.assertEqual({(item.res_model, item.res_id) for item in documents}, {('qbo.entry', entry.id)})
        self.assertEqual(sorted(documents.mapped('difference')), [-0.75, 0.75])

    def test_an_entry_of_a_person_in_quickbooks_is_named(self):
        expense, asset = (self.account_of(kind).qbo_account_id for kind in ('expense_depreciation', 'asset_fixed'))
        self.book_in_quickbooks(3.0, expense, asset)
        proof = self.prove()
        self.assertEqual(len(proof.differing_ids), 2, proof.line_ids.mapped('explanation'))
        self.assertEqual(
            set(proof.differing_ids.document_ids.filtered(lambda item: not item.is_old).mapped('entity')),
            {'JournalEntry'},
        )
