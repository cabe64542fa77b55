from ..payment_case import PaymentCase


class TestLongTexts(PaymentCase):
    """What is longer than QuickBooks takes is never lost without a word."""

    def assertShortened(self, record, field, length, taken):
        self.assertEqual(record.qbo_state, 'differs', record.qbo_error)
        self.assertIn(f"QuickBooks takes {taken} characters of this field: {field}.", record.qbo_error)
        self.assertIn(f"It has {length} in Odoo", record.qbo_error)

    def test_a_long_message_goes_in_part_and_the_invoice_says_so_until_it_is_shorter(self):
        invoice = self.invoice(narration="<p>" + "x" * 1240 + "</p>")
        self.run_engine()
        self.assertShortened(invoice, "message to the customer", 1240, 1000)
        self.assertEqual(self.in_qbo(invoice)['CustomerMemo']['value'], "x" * 1000)
        self.assertFalse(invoice.qbo_can_accept_tax)

        invoice.narration = "<p>" + "x" * 1000 + "</p>"
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)

    def test_a_long_message_changed_in_quickbooks_is_taken_and_nothing_is_missing_any_more(self):
        invoice = self.invoice(narration="<p>" + "x" * 1240 + "</p>")
        self.run_engine()
        self.sandbox.update('Invoice', invoice.qbo_id, {'CustomerMemo': {'value': "Thanks"}})
        self.pull('documents')
        self.assertEqual((str(invoice.narration), invoice.qbo_state), ("<p>Thanks</p>", 'synced'))

    def test_another_change_in_quickbooks_leaves_the_long_message_whole(self):
        invoice = self.invoice(narration="<p>" + "x" * 1240 + "</p>")
        self.run_engine()
        self.sandbox.update('Invoice', invoice.qbo_id, {'DueDate': '2026-05-01'})
        self.pull('documents')
        self.assertIn("x" * 1240, invoice.narration)
        self.assertShortened(invoice, "message to the customer", 1240, 1000)

    def test_a_cancelled_invoice_is_missing_nothing(self):
        invoice = self.invoice(narration="<p>" + "x" * 1240 + "</p>")
        self.run_engine()
        invoice.button_cancel()
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)

    def test_a_long_line_is_refused_by_name(self):
        invoice = self.draft()
        invoice.invoice_line_ids.name = "x" * 4001
        invoice.action_post()
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'error')
        self.assertIn("line description", invoice.qbo_error)
        self.assertIn("too long", invoice.qbo_error)

    def test_a_long_memo_of_a_payment_goes_in_part_and_says_so(self):
        payment = self.payment(memo="x" * 4001)
        self.run_engine()
        self.assertShortened(payment, "memo", 4001, 4000)

    def test_long_names_go_in_part_and_say_so(self):
        partner = self.customer("x" * 501)
        product = self.env['product.product'].create({'name': "y" * 101, 'list_price': 1.0})
        term = self.env['account.payment.term'].create({
            'name': "z" * 32, 'line_ids': [(0, 0, {'value': 'percent', 'value_amount': 100.0, 'nb_days': 9})],
        })  # fmt: skip
        invoice = self.invoice(partner, lines=[(product, 1, 1.0)], invoice_payment_term_id=term.id)
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertShortened(partner, "name", 501, 500)
        self.assertShortened(product, "name", 101, 100)
        self.assertShortened(term, "name", 32, 31)

    def test_two_long_names_that_begin_alike_are_told_apart(self):
        one, other = self.env['product.product'].create([{'name': "y" * 101 + end, 'list_price': 1.0} for end in "ab"])
        self.run_engine()
        failed = (one + other).filtered(lambda product: product.qbo_state == 'error')
        self.assertEqual(len(failed), 1)
        self.user.group_ids += self.env.ref('product.group_product_manager')
        self.link(failed).with_user(self.user).action_send_as_suggested()
        self.run_engine()
        self.assertEqual(self.sandbox.get('Item', failed.qbo_id)['Name'], "y" * 96 + " (2)")
