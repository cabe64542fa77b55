from odoo.fields import Command

from .billing import BillingCase


class TestSale(BillingCase):
    """With Odoo's sales app: an invoice made from a sales order is like any other."""

    def order(self, **vals):
        line = {'product_id': self.chlorine.id, 'product_uom_qty': 3, 'price_unit': 10.0, 'tax_ids': [Command.clear()]}
        order = self.env['sale.order'].create(
            {'partner_id': self.acme.id, 'order_line': [Command.create(line)], **vals}
        )
        order.action_confirm()
        return order

    def test_an_invoice_of_a_sales_order_is_sent_when_it_is_confirmed(self):
        self.chlorine.invoice_policy = 'order'
        invoice = self.order()._create_invoices()
        self.assertEqual(invoice.qbo_invoice_type, 'qbo')
        invoice.action_post()
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertEqual(self.in_qbo(invoice)['TotalAmt'], 30)

    def test_the_type_of_the_connection_counts_for_it_too(self):
        self.chlorine.invoice_policy = 'order'
        self.connection.default_invoice_type = 'odoo'
        invoice = self.order()._create_invoices()
        invoice.action_post()
        self.run_engine()
        self.assertFalse(invoice.qbo_state)

    def test_a_down_payment_is_taken_off_the_final_invoice(self):
        self.chlorine.invoice_policy = 'order'
        self.connection.line_product_id = self.visit
        order = self.order()
        context = {'active_model': 'sale.order', 'active_ids': order.ids}
        wizard = (
            self.env['sale.advance.payment.inv']
            .with_context(**context)
            .create({'advance_payment_method': 'fixed', 'fixed_amount': 10.0})
        )
        first = wizard._create_invoices(order)
        first.action_post()
        last = order._create_invoices(final=True)
        last.action_post()
        self.run_engine()
        self.assertEqual({first.qbo_state, last.qbo_state}, {'synced'}, (first.qbo_error, last.qbo_error))
        self.assertEqual([self.in_qbo(move)['TotalAmt'] for move in (first, last)], [10, 20])
