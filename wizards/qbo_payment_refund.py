from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import clean_context

COPIED = ('product_id', 'name', 'quantity', 'price_unit', 'discount', 'product_uom_id', 'account_id', 'qbo_class_id')
DISCOUNT = ('qbo_discount', 'qbo_discount_type', 'qbo_discount_before_tax')


class QboPaymentRefund(models.TransientModel):
    """Give a customer's payment back: a credit note, paid out at once, which QuickBooks gets as a refund receipt."""

    _name = 'qbo.payment.refund'
    _inherit = ['qbo.guard']
    _description = "Refund of a Payment"
    _check_company_auto = True

    payment_id = fields.Many2one('account.payment', required=True, readonly=True, ondelete='cascade')
    company_id = fields.Many2one(related='payment_id.company_id')
    currency_id = fields.Many2one(related='payment_id.currency_id')
    refundable = fields.Monetary("Paid and Not Refunded Yet", compute='_compute_refundable')
    amount = fields.Monetary("Refund", required=True, help="What goes back.")
    date = fields.Date(compute='_compute_date', precompute=True, store=True, readonly=False, required=True)
    journal_id = fields.Many2one(
        'account.journal',
        "Paid From",
        required=True,
        domain="[('company_id', '=', company_id), ('type', 'in', ('bank', 'cash'))]",
    )
    reason = fields.Char()
    invoice_id = fields.Many2one('account.move', compute='_compute_invoice_id')
    product_id = fields.Many2one(
        'product.product',
        compute='_compute_product_id',
        precompute=True,
        store=True,
        readonly=False,
        domain="[('sale_ok', '=', True)]",
        help="What the refund is booked as. Not needed where the whole of an invoice is refunded: its lines are.",
    )

    # === COMPUTE METHODS === #

    @api.depends('payment_id')
    def _compute_refundable(self):
        for wizard in self:
            wizard.refundable = wizard.payment_id._qbo_refundable()

    @api.depends('payment_id')
    def _compute_date(self):
        for wizard in self:
            wizard.date = self.env['qbo.connection']._of_company(wizard.payment_id.company_id)._today()

    @api.depends('payment_id', 'amount')
    def _compute_invoice_id(self):
        """The invoice whose lines are refunded: the only one that the payment paid, and all of it."""
        for wizard in self:
            invoice = wizard.payment_id.reconciled_invoice_ids
            is_whole = len(invoice) == 1 and not invoice.currency_id.compare_amounts(
                invoice.amount_total, wizard.amount
            )
            wizard.invoice_id = invoice if is_whole else False

    @api.depends('payment_id')
    def _compute_product_id(self):
        """The product that was paid for; of several the one that cost most."""
        for wizard in self:
            invoices = wizard.payment_id.reconciled_invoice_ids
            lines = self.env['account.move.line'].union(*(invoice._qbo_item_lines() for invoice in invoices))
            wizard.product_id = lines.filtered('product_id').sorted('price_total')[-1:].product_id

    # === ACTION METHODS === #

    def action_refund(self):
        """Make and post the credit note, pay it out, and show it."""
        self.ensure_one()
        self._check_may('write')
        self.payment_id._check_may('write')
        self._check()
        # The defaults in the context are this wizard's, not the documents'.
        moves = self.env(context=clean_context(self.env.context))['account.move'].with_company(self.company_id)
        refund = moves.create(self._prepare_refund_vals())
        # What only this wizard says of a credit note, nobody writes by hand.
        refund.sudo().write({'qbo_is_refund': True, 'qbo_refunded_payment_id': self.payment_id.id})
        self._take_tax(refund)
        self._meet_amount(refund)
        refund.action_post()
        refund._qbo_pay_out(self.journal_id, self.date)
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'account.move',
            'res_id': refund.id,
            'view_mode': 'form',
            'views': [(False, 'form')],
        }

    def _check(self):
        if self.currency_id.compare_amounts(self.amount, 0.0) <= 0 or (
            self.currency_id.compare_amounts(self.amount, self.refundable) > 0
        ):
            raise UserError(
                self.env._(
                    "Refund: enter an amount above zero and up to %s, which is paid and not refunded yet.",
                    self.currency_id.format(self.refundable),
                )
            )
        if not self.invoice_id and not self.product_id:
            raise UserError(self.env._("Product: choose what the refund is booked as."))

    def _take_tax(self, refund):
        """Give back the tax that the invoice charged, also where somebody or QuickBooks changed it there."""
        if self.invoice_id:
            refund._qbo_book({}, {tax: amount for tax, (amount, _at_home) in self.invoice_id._qbo_booked()[1].items()})

    def _prepare_refund_vals(self):
        payment, invoice = self.payment_id, self.invoice_id
        return {
            'move_type': 'out_refund',
            'company_id': self.company_id.id,
            'partner_id': (invoice or payment).partner_id.id,
            'invoice_date': self.date,
            'currency_id': self.currency_id.id,
            'ref': self.reason,
            'qbo_invoice_type': 'qbo' if payment.qbo_id or payment.qbo_state else 'odoo',
            'invoice_cash_rounding_id': invoice.invoice_cash_rounding_id.id,
            **({name: invoice[name] for name in DISCOUNT} if invoice else {}),
            'invoice_line_ids': [Command.create(vals) for vals in self._prepare_lines_vals()],
        }

    def _prepare_lines_vals(self):
        if self.invoice_id:
            return [_copy(line) for line in self.invoice_id._qbo_item_lines()]
        name = self.reason or self.env._("Refund of %s", self.payment_id.name)
        return [
            {
                'product_id': self.product_id.id,
                'name': name,
                'quantity': 1.0,
                'price_unit': price,
                'tax_ids': [Command.set(taxes.ids)],
            }
            for taxes, price in self._taxed_parts()
        ]

    def _taxed_parts(self):
        """Return ``[(taxes, price)]`` of a part that is refunded: it carries its tax, as what was paid does."""
        paid = [line for invoice in self.payment_id.reconciled_invoice_ids for line in invoice._qbo_item_lines()]
        whole, parts = sum(line.price_total for line in paid), {}
        if not whole:
            return [(self.env['account.tax'], self.amount)]
        for line in paid:
            net, gross = parts.get(line.tax_ids, (0.0, 0.0))
            parts[line.tax_ids] = net + line.price_subtotal, gross + line.price_total
        prices = []
        for taxes, (net, gross) in parts.items():
            is_included = any(taxes.flatten_taxes_hierarchy().mapped('price_include'))
            prices.append((taxes, self.currency_id.round(self.amount * (gross if is_included else net) / whole)))
        return prices

    def _meet_amount(self, refund):
        """Have the refund come to the amount to the cent; what rounding left goes to its tax."""
        missing, charged = self.amount - refund.amount_total, refund._qbo_tax_lines()[:1]
        if charged and not self.invoice_id and not self.currency_id.is_zero(missing):
            amount = charged.amount_currency + refund.direction_sign * missing
            refund.write({'line_ids': [Command.update(charged.id, {'amount_currency': amount})]})


def _copy(line):
    vals = {name: line._fields[name].convert_to_write(line[name], line) for name in COPIED}
    return {**vals, 'tax_ids': [Command.set(line.tax_ids.ids)]}
