from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.tests import Form, tagged


@tagged('post_install', '-at_install')
class TestX(AccountTestInvoicingCommon):
    def test_x(self):
        view = self.env.ref('account.view_move_form')
        with Form(self.env['account.move'].with_context(default_move_type='out_invoice')) as form:
            form.qbo_discount = 10
            form.partner_id = self.partner_a
            with form.invoice_line_ids.new() as line:
                line.name = 'a'
                line.price_unit = 100
            print([(r['name'], r['price_unit'], r['qbo_is_discount']) for r in form.invoice_line_ids._records])
            with form.invoice_line_ids.new() as line:
                line.name = 'b'
                line.price_unit = 50
            print([(r['name'], r['price_unit'], r['qbo_is_discount']) for r in form.invoice_line_ids._records])
        print([(l.name, l.price_unit, l.balance) for l in form.record.line_ids])
        f = Form(self.env['account.move'].with_context(default_move_type='out_invoice'))
        f.qbo_discount = 10
        env = self.env['account.move'].with_context(default_move_type='out_invoice')
        orig = type(env).onchange
        def onchange(self, values, names, spec):
            res = orig(self, values, names, spec)
            print('IN', names, values.get('invoice_line_ids'))
            print('OUT', res.get('value', {}).get('invoice_line_ids'))
            return res
        self.patch(type(env), 'onchange', onchange)
        with f.invoice_line_ids.new() as line:
            line.name = 'a'
            line.price_unit = 100
        with f.invoice_line_ids.new() as line:
            line.name = 'b'
            line.price_unit = 50
