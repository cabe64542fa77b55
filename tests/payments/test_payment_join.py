"""What a payment settles, changed on both sides between two pulls."""

from ..payment_case import PaymentCase


class TestPaymentJoin(PaymentCase):
    """One payment and several invoices: each side settles another one with what is left of it, or lets go of one."""

    applies_credits = False

    def start(self, rule):
        """Return invoices of 20.00 each, and a payment of 50.00 on the first one, on both sides."""
        self.connection.conflict_rule = rule
        invoices = [self.invoice() for _number in range(4)]
        self.run_engine()
        payment = self.payment()
        self.settle(payment, invoices[0])
        self.synced(payment)
        return payment, invoices

    def settle(self, payment, invoice):
        money = payment.move_id.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')
        invoice.js_assign_outstanding_line(money.id)

    def let_go(self, payment, invoice):
        parts = payment.move_id.line_ids.matched_debit_ids
        parts.filtered(lambda part: part.debit_move_id.move_id == invoice).unlink()

    def settle_there(self, payment, *pairs):
        lines = [self.settles(*pair) for pair in pairs]
        total = self.in_qbo(payment)['TotalAmt']
        self.sandbox.update('Payment', payment.qbo_id, {'TotalAmt': total, 'Line': lines})

    def assertSettled(self, payment, invoices, amounts):
        """Assert what the payment settles of each invoice on both sides, and that all badges say so."""
        self.env.invalidate_all()
        own = [20.0 - invoice.amount_residual for invoice in invoices]
        theirs = self.applied(self.in_qbo(payment))
        there = [theirs.get(('Invoice', invoice.qbo_id), 0.0) for invoice in invoices]
        self.assertEqual((own, there), (amounts, amounts))
        for record in (payment, *invoices):
            self.assertEqual(record.qbo_state, 'synced', record.qbo_error)
        for invoice in invoices:
            self.assertEqual(self.in_qbo(invoice)['Balance'], invoice.amount_residual)
        self.sandbox.requests.clear()
        self.pull('documents')
        self.run_engine()
        written = [row.path for row in self.sandbox.requests if row.method == 'POST' and row.entity != 'query']
        self.assertEqual(written, [])

    def test_what_both_settle_is_settled_on_both(self):
        for rule, is_pulled in (('odoo', True), ('qbo', False), ('ask', True)):
            with self.subTest('both settle another', rule=rule):
                payment, (first, second, third, other) = self.start(rule)
                self.settle(payment, second)
                self.settle_there(payment, (first, 20.0), (third, 10.0))
                self.sync(is_pulled)
                self.assertSettled(payment, [first, second, third, other], [20.0, 20.0, 10.0, 0.0])
            with self.subTest('let go here, settled there', rule=rule):
                payment, (first, second, third, other) = self.start(rule)
                self.let_go(payment, first)
                self.settle_there(payment, (first, 20.0), (third, 20.0))
                self.sync(is_pulled)
                self.assertSettled(payment, [first, second, third, other], [0.0, 0.0, 20.0, 0.0])
            with self.subTest('settled here, let go there', rule=rule):
                payment, (first, second, third, other) = self.start(rule)
                self.settle(payment, second)
                self.settle_there(payment)
                self.sync(is_pulled)
                self.assertSettled(payment, [first, second, third, other], [0.0, 20.0, 0.0, 0.0])

    def sync(self, is_pulled):
        if is_pulled:
            self.pull('documents')
        self.run_engine()
        self.pull('documents')
        self.run_engine()

    def test_where_the_money_is_not_enough_for_both_the_rule_decides(self):
        for rule, expected in (('odoo', [20.0, 20.0, 0.0, 0.0]), ('qbo', [20.0, 0.0, 20.0, 0.0])):
            with self.subTest(rule=rule):
                payment, invoices = self.start(rule)
                self.settle(payment, invoices[1])
                self.settle_there(payment, (invoices[0], 20.0), (invoices[2], 20.0))
                self.sync(True)
                self.assertSettled(payment, invoices, expected)
        self.assertTrue(self.env['qbo.log'].search_count([('kind', '=', 'conflict')]))
