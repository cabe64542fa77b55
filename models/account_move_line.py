from odoo import fields, models

from ..qbo import lines
from .link.mixin import GROUP

TEXTS = ('line_section', 'line_subsection', 'line_note')
NOTED = frozenset({'name', 'product_id', 'quantity', 'price_unit', 'discount', 'tax_ids', 'sequence', 'qbo_class_id'})
PRICE = ('quantity', 'price_unit', 'discount')


class AccountMoveLine(models.Model):
    """Lines of customer invoices and credit notes: what one is in QuickBooks (qbo-api 9.6)."""

    _inherit = 'account.move.line'

    qbo_class_id = fields.Many2one(
        'qbo.reference',
        "QuickBooks Class",
        domain="[('entity', '=', 'Class'), ('company_id', '=', company_id)]",
        groups=GROUP,
        help="Empty: the class of the document.",
    )

    qbo_is_discount = fields.Boolean(
        "Document Discount",
        readonly=True,
        help="Made from the discount of the document, and made again whenever the document is saved.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Lines of posted documents can be changed without their document, as far as Odoo allows it."""
        result = super().write(vals)
        if not NOTED.isdisjoint(vals):
            moves = self.move_id.filtered(lambda move: move.state == 'posted')
            self.env['qbo.change']._append(moves._qbo_owner())
        return result

    # === BUSINESS METHODS === #

    def _qbo_product(self):
        """Return the product that QuickBooks sees on this line, empty where there is none."""
        connection = self.env['qbo.connection']._of_company(self.env.company)
        return self.product_id or connection.line_product_id.sudo(self.env.su)

    def _qbo_discount_taxes(self):
        """Return the taxes that a discount on this line lowers: all but amounts per unit, such as an eco-tax."""
        self.ensure_one()
        taxes = self.tax_ids.flatten_taxes_hierarchy()
        lowered = taxes.filtered(lambda tax: tax._can_be_discounted())
        return self.tax_ids if lowered == taxes else lowered

    def _qbo_line_value(self, connection):
        """Return this line in QuickBooks' shape (``lines.mapped``): net of its discount and of tax."""
        if self.display_type in TEXTS:
            return lines.description(self.name)
        move = self.move_id
        amount = move.currency_id.round(move.direction_sign * self.amount_currency)
        included = not connection._is_us() and move._qbo_tax_calculation() == 'TaxInclusive'
        return lines.sales(
            self._qbo_product().qbo_id or None,
            amount,
            *lines.price(amount, self.quantity),
            description=self.name,
            tax_code=self._qbo_tax_code(connection),
            qbo_class=self._qbo_class(connection),
            gross=self._qbo_gross() if included else None,
        )

    def _qbo_gross(self):
        """Return the amount of this line with tax, where its price includes it."""
        if self.display_type == 'rounding':
            return self.currency_id.round(self.move_id.direction_sign * self.amount_currency)
        return self.currency_id.round(self.quantity * self.price_unit * (1 - self.discount / 100))

    def _qbo_tax_code(self, connection):
        """Return the code of this line: TAX or NON in the US, elsewhere the id of a tax code (qbo-api 9.7)."""
        if connection._is_us():
            return 'TAX' if any(self.tax_ids._qbo_leaves().mapped('amount')) else 'NON'
        code, _reason = self._qbo_taxes(connection)._qbo_code_or_reason(connection, self.move_id.invoice_date)
        return code.qbo_id or None

    def _qbo_taxes(self, connection):
        """Return the taxes of this line; those of a cash rounding are a tax of 0 % where every line has to have a code.

        Odoo's has none, and no field for it.
        """
        if self.display_type != 'rounding' or connection._is_us():
            return self.tax_ids
        zero = self.env['account.tax'].search([
            *self.env['account.tax']._check_company_domain(self.company_id), ('type_tax_use', '=', 'sale'),
            ('amount_type', '=', 'percent'), ('amount', '=', 0),
        ])  # fmt: skip
        date = self.move_id.invoice_date
        return next((tax for tax in zero if tax._qbo_code_or_reason(connection, date)[0]), self.tax_ids)

    def _qbo_class(self, connection):
        """Return the id of this line's class, where the company tracks one for each line (qbo-api 9.14)."""
        if not connection._preference('AccountingInfoPrefs', 'ClassTrackingPerTxnLine', False):
            return None
        own = self.qbo_class_id or self.move_id.qbo_class_id
        return (own or self.journal_id.sudo().qbo_store_ids.class_id).qbo_id or None

    def _qbo_is_alike(self, vals):
        """Return whether this line may become the one that QuickBooks has: the same product, or the same text."""
        if vals['display_type'] == 'product':
            return self.display_type == 'product' and self._qbo_product().id == vals['product_id']
        return self.display_type in TEXTS and (self.name or '') == vals['name']

    def _qbo_changed_vals(self, vals):
        """Return which of these values change this line.

        A price and discount of Odoo's that come to the same amount stay as they are.
        """
        # A product that is written anew would bring its price and taxes with it.
        kept = {name for name in ('name', 'qbo_class_id') if name in vals and self._qbo_is(name, vals)}
        vals = {name: value for name, value in vals.items() if name not in {'display_type', 'product_id', *kept}}
        if 'quantity' in vals and self.quantity == vals['quantity'] and self._qbo_comes_to(vals):
            vals = {name: value for name, value in vals.items() if name not in PRICE}
        if 'tax_ids' in vals and set(vals['tax_ids'][0][2]) == set(self.tax_ids.ids):
            del vals['tax_ids']
        return vals

    def _qbo_is(self, name, vals):
        return (self._fields[name].convert_to_write(self[name], self) or False) == (vals[name] or False)

    def _qbo_comes_to(self, vals):
        amount = lines.cents(vals['quantity'] * vals['price_unit'])
        return amount in (lines.cents(self.price_subtotal), lines.cents(self.price_total))
