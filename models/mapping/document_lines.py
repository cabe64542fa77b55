"""The lines of a document, both ways (qbo-api 9.6)."""

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...qbo import lines

TEXTS = ('line_section', 'line_subsection', 'line_note')
PRICE = ('quantity', 'price_unit', 'discount')


class QboMappingDocument(models.AbstractModel):
    _inherit = 'qbo.mapping.document'

    # === ODOO TO QUICKBOOKS === #

    def _line_values(self, step, move):
        """Return all lines in the order of a document, in the shape of :func:`qbo.lines.mapped`."""
        shown = move.invoice_line_ids.filtered(lambda line: not line.qbo_is_discount)
        shown = shown.sorted(lambda line: (line.sequence, line.id)) + self._rounding_lines(move)
        return [self._line_value(step, line) for line in shown]

    def _line_value(self, step, line):
        """Return one line, net of its discount and of tax."""
        if line.display_type in TEXTS:
            return lines.description(line.name)
        connection, move = step.connection, line.move_id
        amount = move.currency_id.round(move.direction_sign * line.amount_currency)
        gross = None
        if not connection._is_us() and self._tax_calculation(move) == 'TaxInclusive':
            gross = amount  # of a cash rounding
            if line.display_type != 'rounding':
                gross = move.currency_id.round(line.quantity * line.price_unit * (1 - line.discount / 100))
        qbo_class = None
        if connection._preference('AccountingInfoPrefs', 'ClassTrackingPerTxnLine', False):  # qbo-api 9.14
            own = line.qbo_class_id or move.qbo_class_id or move.journal_id.qbo_store_ids.class_id
            qbo_class = own.qbo_id or None
        return lines.sales(
            step.qbo_id(self._product(step, line), 'Item'),
            amount,
            *lines.price(amount, line.quantity),
            description=line.name,
            tax_code=self._line_tax_code(step, line),
            qbo_class=qbo_class,
            gross=gross,
            detail=self._line_detail,
        )

    def _product(self, step, line):
        """Return the product that QuickBooks sees on a line, empty where there is none."""
        return line.product_id or step.connection.line_product_id

    def _sent_lines(self, move):
        """Return the lines that are items in QuickBooks: what is sold or bought, and a cash rounding that is a line."""
        return move._qbo_item_lines() | self._rounding_lines(move)

    def _rounding_lines(self, move):
        """Return the cash rounding of a document where it is a line of its own, and no part of the tax."""
        roundings = move.line_ids.filtered(lambda line: line.display_type == 'rounding')
        return roundings.filtered(lambda line: not line.tax_repartition_line_id)

    # === QUICKBOOKS TO ODOO === #

    def _lines_vals(self, step, row):
        """Return the values of all lines but the discount's, as Odoo creates them.

        :param dict row: the entity as QuickBooks sent it, or what :meth:`_snapshot` kept of it
        :raise UserError: Odoo has no such product or tax
        """
        if self._is_of_charges(row):
            return [self._charges_vals(step, row)]
        return [
            {'display_type': 'line_note', 'name': line['Description'] or ''}
            if line['DetailType'] == lines.DESCRIPTION
            else self._item_vals(step, line, row)
            for line in lines.mapped(row.get('Line'))
            if line['DetailType'] != lines.DISCOUNT
        ]

    def _is_of_charges(self, row):
        """Return whether QuickBooks gives no lines of a document, as it was made of charges (qbo-api 9.6); tax cannot
        be told apart there."""
        tax = (row.get('TxnTaxDetail') or {}).get('TotalTax')
        return bool(row.get('TotalAmt')) and not tax and not lines.mapped(row.get('Line'))

    def _charges_vals(self, step, row):
        """Return the values of the one line of such a document."""
        return {
            'display_type': 'product',
            'product_id': step.connection.line_product_id.id,
            'name': self.env._("Charges"),
            'quantity': 1.0,
            'price_unit': row['TotalAmt'],
            'discount': 0.0,
            'tax_ids': [Command.clear()],
        }

    def _item_vals(self, step, line, row):
        detail = line[self._line_detail]
        included = row.get('GlobalTaxCalculation') == 'TaxInclusive'
        amount = detail['TaxInclusiveAmt'] if included and detail['TaxInclusiveAmt'] is not None else line['Amount']
        quantity, unit = self._quantity(detail, line['Amount'], amount)
        product = self._item_product(step, detail['ItemRef']['value'], line['Description'])
        return {
            'display_type': 'product',
            'product_id': product.id,
            'name': line['Description'] or product.display_name or self.env._("Shipping"),
            'quantity': quantity,
            'price_unit': unit,
            'discount': 0.0,
            'tax_ids': [Command.set(self._row_taxes(step, detail['TaxCodeRef']['value'], row, included).ids)],
            'qbo_class_id': step.list_item('Class', detail['ClassRef']['value']).id,
        }

    def _quantity(self, detail, net, amount):
        """Return ``(quantity, unit price)`` that come to ``amount`` in Odoo, which keeps fewer decimals of a quantity.

        :param net: the line's Amount; ``amount`` is the gross one where prices include tax
        """
        quantity, unit = detail['Qty'], detail['UnitPrice']
        if not quantity or unit is None:
            return 1.0, amount
        digits = self.env['decimal.precision'].precision_get('Product Unit')
        if round(quantity, digits) != quantity or lines.cents(quantity * unit) != lines.cents(net):
            return 1.0, amount
        return quantity, unit if net == amount else amount / quantity

    def _item_product(self, step, item, description):
        """Return the product of an item, empty for what QuickBooks has built in (shipping).

        :raise UserError: the item is not synchronised
        """
        if not item or not item.isdigit():
            return step.env['product.product']
        product = step.record_of('Item', item)
        if not product:
            raise UserError(
                step.env['qbo.link']._left_out_text(step.connection, 'Item', item)
                or self.env._(
                    "The product of the line “%s” is not synchronised: it is inactive or a bundle. Make it active in "
                    "QuickBooks, or replace it there.",
                    description or item,
                )
            )
        return product

    # === INTO A KNOWN DOCUMENT === #

    def _line_commands(self, step, move, row):
        """Return what makes the lines those of QuickBooks: lines that are still the same are changed in place.

        :param dict row: the entity as QuickBooks sent it, as far as :meth:`_snapshot` keeps it
        """
        rest = move.invoice_line_ids.filtered(lambda line: not line.qbo_is_discount)
        rest = list(rest.sorted(lambda line: (line.sequence, line.id)))
        commands = []
        for place, vals in enumerate(self._lines_vals(step, row)):
            vals = {**vals, 'sequence': place + 1}
            line = next((line for line in rest if self._is_alike(step, line, vals)), None)
            if line:
                rest.remove(line)
                commands.append(Command.update(line.id, self._changed_vals(line, vals)))
            else:
                commands.append(Command.create(vals))
        return [Command.delete(line.id) for line in rest] + commands

    def _is_alike(self, step, line, vals):
        """Return whether a line may become the one that QuickBooks has: the same product, or the same text."""
        if vals['display_type'] == 'product':
            return line.display_type == 'product' and self._product(step, line).id == vals['product_id']
        return line.display_type in TEXTS and (line.name or '') == vals['name']

    def _changed_vals(self, line, vals):
        """Return which of these values change a line.

        A price and discount of Odoo's that come to the same amount stay as they are.
        """

        def is_same(name):
            return (line._fields[name].convert_to_write(line[name], line) or False) == (vals[name] or False)

        # A product that is written anew would bring its price and taxes with it.
        kept = {name for name in ('name', 'qbo_class_id') if name in vals and is_same(name)}
        vals = {name: value for name, value in vals.items() if name not in {'display_type', 'product_id', *kept}}
        if 'quantity' in vals and line.quantity == vals['quantity']:
            amount = lines.cents(vals['quantity'] * vals['price_unit'])
            if amount in (lines.cents(line.price_subtotal), lines.cents(line.price_total)):
                vals = {name: value for name, value in vals.items() if name not in PRICE}
        if 'tax_ids' in vals and set(vals['tax_ids'][0][2]) == set(line.tax_ids.ids):
            del vals['tax_ids']
        return vals
