from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

from ..billing import BillingCase


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

    def test_a_down_payment_is_booked_on_its_own_account_on_both_sides(self):
        there = self.account('Other Current Liability', name="Customer deposits")
        self.chlorine.invoice_policy = 'order'
        self.connection.line_product_id = self.visit
        self.company.downpayment_account_id = self.env['account.account'].create(
            {'code': '21999', 'name': "Deposits", 'account_type': 'liability_current'}
        )
        order = self.order()
        wizard = self.env['sale.advance.payment.inv'].with_context(active_model='sale.order', active_ids=order.ids)
        first = wizard.create({'advance_payment_method': 'fixed', 'fixed_amount': 10.0})._create_invoices(order)
        first.action_post()
        self.run_engine()
        self.assertIn("Choose a product for down payments", first.qbo_error)

        self.connection.deposit_product_id = self.env['product.product'].create(
            {
                'name': "Deposit",
                'type': 'service',
                'taxes_id': [Command.clear()],
                'qbo_income_account_id': there.id,
            }
        )
        last = order._create_invoices(final=True)
        last.action_post()
        self.run_engine()
        self.run_engine()
        booked = [
            [row['cents'] for row in self.sandbox.postings(id=move.qbo_id) if row['account'] == there.qbo_id]
            for move in (first, last)
        ]
        self.assertEqual(booked, [[-1000], [1000]], (first.qbo_error, last.qbo_error))
        self.assertEqual([self.in_qbo(move)['TotalAmt'] for move in (first, last)], [10, 20])

    def test_a_salesperson_without_accounting_rights_sells_and_invoices(self):
        groups = 'base.group_user,base.group_partner_manager,sales_team.group_sale_salesman'
        seller = new_test_user(self.env, 'seller', groups)
        self.assertFalse(seller.has_group('quickbooks_online.quickbooks_online_group_user'))
        self.chlorine.invoice_policy = 'order'
        self.env.invalidate_all()
        env = self.env(user=seller, su=False)

        partner = env['res.partner'].create({'name': "Pier 7 Pools", 'email': 'ap@pier7.example'})
        with Form(env['sale.order']) as form:
            form.partner_id = partner
            with form.order_line.new() as line:
                line.product_id = self.chlorine.with_env(env)
                line.product_uom_qty = 3
        order = form.save()
        order.action_confirm()
        wizard = env['sale.advance.payment.inv'].with_context(active_model='sale.order', active_ids=order.ids)
        wizard.create({'advance_payment_method': 'delivered'}).create_invoices()
        invoice = order.invoice_ids
        self.assertEqual(invoice.state, 'draft')
        self.assertEqual(Form(invoice).partner_id, partner)
        with self.assertRaises(AccessError):  # Odoo's own rule: a bookkeeper does that
            invoice.action_post()

        self.env.invalidate_all()
        invoice.with_user(self.user).action_post()
        self.env.invalidate_all()
        self.assertEqual(order.invoice_status, 'invoiced')
        self.run_engine()
        invoice = invoice.with_env(self.env)
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertEqual(self.in_qbo(invoice)['TotalAmt'], 30)
        self.assertEqual(self.in_quickbooks(partner.with_env(self.env))['DisplayName'], "Pier 7 Pools")
        self.assertNoErrors()
