from odoo.fields import Command

from ..payment_case import PaymentCase


class ApplicationCase(PaymentCase):
    """An invoice of 145 and a credit note of 45 that are in QuickBooks."""

    applies_credits = False

    def setUp(self):
        super().setUp()
        self.sold = self.synced_invoice(lines=[(self.visit, 1, 145.0)])
        self.credit = self.synced(self.credit_note(45.0))

    def credit_note(self, price, **vals):
        return self.invoice(lines=[(self.visit, 1, price)], move_type='out_refund', **vals)

    def applications(self):
        return self.env['qbo.application'].search([])


class TestApplicationPush(ApplicationCase):
    """A credit note reconciled with an invoice in Odoo is a payment of zero in QuickBooks."""

    def test_credit_applied_is_one_payment_of_zero(self):
        self.apply(self.credit, self.sold)

        self.run_engine()

        self.assertRequests('POST payment')
        entity = self.sandbox.get('Payment', self.applications().qbo_id)
        self.assertEqual((entity['TotalAmt'], entity['UnappliedAmt']), (0, 0))
        self.assertEqual(
            self.applied(entity), {('Invoice', self.sold.qbo_id): 45.0, ('CreditMemo', self.credit.qbo_id): 45.0}
        )
        self.assertEqual(self.open_in_qbo(self.sold, self.credit), [100.0, 0])

    def test_a_bookkeeper_applies_a_credit_and_takes_it_back(self):
        self.apply(self.credit.with_user(self.user), self.sold.with_user(self.user))
        self.assertTrue(self.applications())
        self.due(self.sold.with_user(self.user)).remove_move_reconcile()
        self.assertFalse(self.applications().partial_ids)

    def test_all_saved_together_go_in_the_right_order(self):
        invoice, credit = self.invoice(lines=[(self.visit, 1, 10.0)]), self.credit_note(10.0)
        self.apply(credit, invoice)
        self.run_engine()
        self.assertEqual(self.open_in_qbo(invoice, credit), [0, 0])
        self.assertEqual(self.applications().qbo_state, 'synced', self.applications().qbo_error)

    def test_a_credit_note_on_two_invoices_is_two_payments_of_zero(self):
        other = self.synced_invoice(lines=[(self.visit, 1, 20.0)])

        self.apply(self.credit, other, self.sold)
        self.run_engine()

        self.assertEqual(len(self.applications()), 2)
        self.assertEqual(self.open_in_qbo(self.sold, other, self.credit), [120.0, 0, 0])

    def test_taken_back_the_payment_of_zero_is_deleted(self):
        self.apply(self.credit, self.sold)
        self.synced(self.applications())
        qbo_id = self.applications().qbo_id

        self.due(self.sold).remove_move_reconcile()
        self.run_engine()

        self.assertRequests('POST payment')
        self.assertNotIn(qbo_id, [row['Id'] for row in self.sandbox.all('Payment')])
        self.assertEqual(self.open_in_qbo(self.sold, self.credit), [145.0, 45.0])

    def test_applied_and_taken_back_before_the_engine_ran_is_nothing(self):
        self.apply(self.credit, self.sold)
        self.due(self.sold).remove_move_reconcile()
        self.run_engine()
        self.assertRequests()

    def test_with_a_document_for_odoo_only_nothing_is_applied_in_quickbooks(self):
        private = self.credit_note(10.0, qbo_invoice_type='odoo')
        self.apply(private, self.sold)
        self.run_engine()
        self.assertRequests()

    def test_a_cancelled_credit_note_is_taken_off_first(self):
        self.apply(self.credit, self.sold)
        self.synced(self.applications())

        self.credit.button_cancel()
        self.run_engine()

        self.assertEqual(self.open_in_qbo(self.sold), [145.0])
        self.assertNotIn(self.credit.id, self.env['qbo.link'].search([('state', '=', 'error')]).mapped('res_id'))

    def test_credits_applied_before_billing_was_switched_on_follow(self):
        self.connection.sync_billing = False
        self.apply(self.credit, self.sold)
        self.assertFalse(self.applications())

        self.connection.with_user(self.manager).action_switch_on_billing()
        self.run_engine()

        self.assertEqual(self.open_in_qbo(self.sold, self.credit), [100.0, 0])

    def test_vendors_credit_makes_nothing(self):
        vals = {'partner_id': self.acme.id, 'invoice_date': '2026-03-02'}
        line = Command.create({'name': "Chlorine", 'quantity': 1, 'price_unit': 10.0, 'tax_ids': [Command.clear()]})
        bill, refund = self.env['account.move'].create(
            [{**vals, 'move_type': kind, 'invoice_line_ids': [line]} for kind in ('in_invoice', 'in_refund')]
        )
        (bill + refund).action_post()
        lines = (bill + refund).line_ids.filtered(lambda line: line.account_type == 'liability_payable')
        lines.reconcile()
        self.assertTrue(lines.matched_debit_ids)
        self.assertFalse(self.applications())


class TestApplicationPull(ApplicationCase):
    """A payment of zero in QuickBooks reconciles a credit note with an invoice in Odoo."""

    def lines(self, amount):
        return [(self.sold, amount), (self.credit, amount)]

    def test_credit_applied_in_quickbooks_is_applied_here_exactly(self):
        self.receive(0, self.lines(30.0))

        self.pull('documents')
        self.run_engine()

        self.assertEqual(self.open_in_odoo(self.sold, self.credit), [115.0, 15.0])
        self.assertEqual(self.applications().qbo_state, 'synced', self.applications().qbo_error)
        self.assertFalse(self.env['account.payment'].search([('amount', '=', 0)]))
        self.assertRequests('GET cdc')

    def assertNamed(self, spent):
        """Assert that what Odoo spent apart from 10.00 is named where QuickBooks applies 30.00 of both."""
        self.pay(spent, amount=spent.amount_total - 10.0)
        self.receive(0, self.lines(30.0))
        self.pull('documents')
        link = self.env['qbo.link'].search([('res_model', '=', 'qbo.application'), ('state', '=', 'error')])
        self.assertIn(f"20.00 more of {spent.display_name} is settled in QuickBooks", link.error.replace('\xa0', ' '))

    def test_a_credit_that_has_not_enough_left_is_named(self):
        self.assertNamed(self.credit)

    def test_an_invoice_that_has_not_enough_left_is_named(self):
        self.assertNamed(self.sold)

    def test_another_amount_arrives(self):
        entity = self.receive(0, self.lines(30.0))
        self.pull('documents')

        lines = [self.settles(record, 45.0) for record in (self.sold, self.credit)]
        self.sandbox.update('Payment', entity['Id'], {'Line': lines})
        self.pull('documents')
        self.run_engine()

        self.assertEqual(self.open_in_odoo(self.sold, self.credit), [100.0, 0.0])
        self.assertRequests('GET cdc', 'GET cdc')

    def test_deleted_in_quickbooks_it_is_taken_back_here(self):
        self.assertTakenBack(self.sandbox.delete)

    def test_voided_in_quickbooks_it_is_taken_back_here(self):
        self.assertTakenBack(self.sandbox.void)

    def assertTakenBack(self, end):
        """Assert that an application that somebody ends in QuickBooks is none here, for two reads and no write."""
        entity = self.receive(0, self.lines(30.0))
        self.pull('documents')

        end('Payment', entity['Id'])
        self.pull('documents')
        self.run_engine()

        self.assertEqual(self.open_in_odoo(self.sold, self.credit), [145.0, 45.0])
        self.assertEqual((self.sold.qbo_state, self.credit.qbo_state), ('synced', 'synced'))
        self.assertRequests('GET cdc', 'GET cdc')

    def test_ours_comes_back_as_an_echo(self):
        self.apply(self.credit, self.sold)
        self.synced(self.applications())
        self.pull('documents')
        self.run_engine()
        self.assertRequests('GET cdc')
        self.assertEqual(len(self.applications()), 1)

    def test_quickbooks_applied_it_by_itself_what_odoo_had_applied_too(self):
        self.apply(self.credit, self.sold)
        application = self.applications()
        self.env['qbo.change'].search([]).unlink()
        entity = self.receive(0, self.lines(45.0))

        self.pull('documents')
        self.run_engine()

        self.assertEqual((self.applications(), application.qbo_id), (application, entity['Id']))
        self.assertEqual(self.open_in_odoo(self.sold, self.credit), [100.0, 0.0])
        self.assertRequests('GET cdc')

    def test_a_payment_that_also_uses_credit(self):
        entity = self.receive(55.0, [(self.sold, 100.0), (self.credit, 45.0)])

        self.pull('documents')
        self.run_engine()

        payment = self.payment_of(entity)
        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
        self.assertEqual(self.open_in_odoo(self.sold, self.credit), [45.0, 0.0])
        self.assertFalse(self.applications())
        self.assertRequests('GET cdc')

    def test_the_credit_of_a_payment_taken_back_here_is_taken_back_there(self):
        entity = self.receive(55.0, [(self.sold, 100.0), (self.credit, 45.0)])
        self.pull('documents')

        self.due(self.credit).remove_move_reconcile()
        self.run_engine()

        entity = self.sandbox.get('Payment', entity['Id'])
        self.assertEqual(self.applied(entity), {('Invoice', self.sold.qbo_id): 55.0})
        self.assertEqual(self.open_in_qbo(self.sold, self.credit), [90.0, 45.0])

    def test_a_payment_that_used_credit_is_voided(self):
        entity = self.receive(55.0, [(self.sold, 100.0), (self.credit, 45.0)])
        self.pull('documents')

        self.sandbox.void('Payment', entity['Id'])
        self.pull('documents')
        self.run_engine()

        self.assertEqual(self.open_in_odoo(self.sold, self.credit), [145.0, 45.0])
        self.assertRequests('GET cdc', 'GET cdc')

    def test_credit_of_documents_that_odoo_does_not_have_stays_out(self):
        old_invoice = self.sell(lines=[(self.visit.qbo_id, 1, 10.0)])
        self.connection.billing_since = '2099-01-01'
        unknown = {'Amount': 10.0, 'LinkedTxn': [{'TxnId': old_invoice['Id'], 'TxnType': 'Invoice'}]}
        self.receive(0, Line=[self.settles(self.credit, 10.0), unknown])

        self.pull('documents')

        self.assertEqual(self.open_in_odoo(self.credit), [45.0])
        self.assertFalse(self.applications())


class TestReconcileAgain(ApplicationCase):
    """What a reset and a new confirmation undo is reconciled again, with the same owners."""

    def change(self, move, price):
        rows = move._qbo_reconciliations()
        move.button_draft()
        move.invoice_line_ids.price_unit = price
        move.action_post()
        move._qbo_reconcile_again(rows)

    def test_a_changed_invoice_keeps_its_payment_and_its_credit(self):
        self.apply(self.credit, self.sold)
        payment = self.pay(self.sold, 60.0)
        self.run_engine()
        self.pull('documents')  # the invoice's version after it was paid
        application, ids = self.applications(), (self.applications().qbo_id, payment.qbo_id)
        self.sandbox.requests.clear()

        self.change(self.sold, 200.0)
        self.run_engine()

        self.assertEqual(self.open_in_odoo(self.sold, self.credit), [95.0, 0.0])
        self.assertEqual(self.applications(), application)
        self.assertEqual((application.qbo_id, payment.qbo_id), ids)
        self.assertRequests('POST invoice')
        self.assertEqual(self.open_in_qbo(self.sold, self.credit), [95.0, 0])

    def test_what_is_more_than_the_smaller_invoice_stays_open(self):
        payment = self.pay(self.sold, 140.0)
        self.change(self.sold, 100.0)
        self.assertEqual(self.open_in_odoo(self.sold), [0.0])
        self.assertEqual(self.due(payment.move_id).amount_residual, -40.0)

    def test_in_another_currency_the_amounts_are_those_of_the_documents(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        self.env['res.currency.rate'].create(
            [
                {'name': day, 'currency_id': euro.id, 'rate': rate, 'company_id': self.company.id}
                for day, rate in (('2026-03-01', 0.5), ('2026-03-03', 0.4))
            ]
        )
        invoice = self.invoice(lines=[(self.visit, 1, 100.0)], currency_id=euro.id)
        payment = self.payment(100.0, currency_id=euro.id)

        done = invoice._qbo_settle_with(self.due(payment.move_id), 30.0)

        self.assertEqual((done, invoice.amount_residual), (30.0, 70.0))
        self.assertEqual(self.due(invoice).amount_residual, 140.0)
        self.assertEqual(self.due(payment.move_id).amount_residual_currency, -70.0)
        self.assertEqual(self.due(payment.move_id).amount_residual, -175.0)
        done += invoice._qbo_settle_with(self.due(payment.move_id), 70.0)
        self.assertEqual((done, invoice.payment_state), (100.0, 'paid'))
        self.assertEqual(self.due(payment.move_id).amount_residual, 0.0)
