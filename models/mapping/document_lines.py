"""The lines of a document, both ways (qbo-api 9.6)."""

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...qbo import lines

TEXTS = ('line_section', 'line_subsection', 'line_note')
PRICE = ('quantity', 'price_unit', 'discount')
PRICED = ('Qty', 'UnitPrice', 'TaxInclusiveAmt')


class QboMappingDocument(models.AbstractModel):
    _inherit = 'qbo.mapping.document'

    # === ODOO TO QUICKBOOKS === #

    def _line_values(self, step, move):
        """Return all lines in the order of a document, in the shape of :func:`qbo.lines.mapped`."""
        return [self._line_value(step, line) for line in self._shown_lines(move) + self._rounding_lines(move)]

    def _shown_lines(self, move):
        """Return the lines of a document in its order, without its discount."""
        shown = move.invoice_line_ids.filtered(lambda line: not line.qbo_is_discount)
        return shown.sorted(lambda line: (line.sequence, line.id))

    def _line_value(self, step, line):
        """Return one line, net of its discount and of tax."""
        if line.display_type in TEXTS:
            return lines.description(line.name)
        connection, move = step.connection, line.move_id
        amount = move.currency_id.round(self._sign(move) * line.amount_currency)
        gross = None
        if not connection._is_us() and self._tax_calculation(step, move) == 'TaxInclusive':
            gross = amount  # of a cash rounding
            if line.display_type != 'rounding':
                gross = move.currency_id.round(line.quantity * line.price_unit * (1 - line.discount / 100))
        qbo_class = None
        if connection._preference('AccountingInfoPrefs', 'ClassTrackingPerTxnLine', False):  # qbo-api 9.14
            own = line.qbo_class_id or move.qbo_class_id or move.journal_id.qbo_store_ids.class_id
            qbo_class = step.list_id(own)
        return self._amount_line(step, line, amount, gross, qbo_class)

    def _amount_line(self, step, line, amount, gross, qbo_class):
        """Return a line with an amount in the shape of :func:`qbo.lines.mapped`.

        :param amount: net
        :param gross: with tax, where prices include it, else None
        :param qbo_class: id of its class
        """
        return lines.sales(
            step.qbo_id(self._product(step, line), 'Item'),
            amount,
            *lines.price(amount, line.quantity),
            description=line.name,
            tax_code=self._line_tax_code(step, line),
            qbo_class=qbo_class,
            gross=gross,
        )

    def _product(self, step, line):
        """Return the product that QuickBooks sees on a line, empty where there is none.

        Its account is where QuickBooks books it, so what is no income here is none there either.
        """
        connection = step.connection
        other = connection.deposit_product_id if self._is_deposit(line) else connection.line_product_id
        return line.product_id or other

    def _is_deposit(self, line):
        """Return whether a line is money that a customer gave before anything was sold."""
        return self._side == 'sale' and not line.product_id and line.account_id.internal_group == 'liability'

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
        shown = [line for line in lines.mapped(row.get('Line')) if line['DetailType'] != lines.DISCOUNT]
        return [self._line_vals(step, line, row) for line in shown]

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

    def _line_vals(self, step, line, row):
        """Return the values of one line, in the shape of :func:`qbo.lines.mapped`, as Odoo creates it."""
        if line['DetailType'] == lines.DESCRIPTION:
            return {'display_type': 'line_note', 'name': line['Description'] or ''}
        detail = lines.detail_of(line)
        quantity, unit = self._quantity(detail, line['Amount'], self._shown_amount(line, row))
        return {
            'display_type': 'product',
            **self._named_vals(step, line),
            'quantity': quantity,
            'price_unit': unit,
            'discount': 0.0,
            'tax_ids': [Command.set(self._row_taxes(step, detail['TaxCodeRef']['value'], row).ids)],
            'qbo_class_id': step.list_item('Class', detail['ClassRef']['value']).id,
        }

    def _named_vals(self, step, line):
        """Return the values of a line that say what was bought or sold."""
        product = self._item_product(step, lines.detail_of(line)['ItemRef']['value'], line['Description'])
        return {
            'product_id': product.id,
            'name': line['Description'] or product.display_name or self.env._("Shipping"),
        }

    def _shown_amount(self, line, row):
        """Return what quantity and price of a line come to: with tax where prices include it."""
        gross = lines.detail_of(line)['TaxInclusiveAmt']
        return gross if row.get('GlobalTaxCalculation') == 'TaxInclusive' and gross is not None else line['Amount']

    def _quantity(self, detail, net, amount):
        """Return ``(quantity, unit price)`` that come to ``amount`` in Odoo, which keeps fewer decimals of a quantity.

        :param net: the line's Amount; ``amount`` is the gross one where prices include tax
        """
        quantity, unit = detail.get('Qty'), detail.get('UnitPrice')
        if not quantity or unit is None:
            return 1.0, amount
        if not self._is_whole(quantity) or lines.cents(quantity * unit) != lines.cents(net):
            return 1.0, amount
        return quantity, unit if net == amount else amount / quantity

    def _is_whole(self, quantity):
        """Return whether Odoo keeps all decimals of a quantity."""
        return round(quantity, self.env['decimal.precision'].precision_get('Product Unit')) == quantity

    def _item_product(self, step, item, description):
        """Return the product of an item, empty for what QuickBooks has built in (shipping).

        :raise UserError: the item is not synchronized
        """
        if not item or not item.isdigit():
            return step.env['product.product']
        product = step.record_of('Item', item)
        if not product:
            raise UserError(
                step.env['qbo.link']._left_out_text(step.connection, 'Item', item)
                or self.env._(
                    "The product of the line “%s” is not synchronized: it is inactive or a bundle. Make it active in "
                    "QuickBooks, or replace it there.",
                    description or item,
                )
            )
        return product

    # === INTO A KNOWN DOCUMENT === #

    def _line_commands(self, step, move, row, changes):
        """Return what makes the lines those of QuickBooks: of a known line only what changed there.

        :param dict row: the entity as QuickBooks sent it, as far as :meth:`_snapshot` keeps it
        :param dict changes: what changed of the document
        """
        shown = self._shown_lines(move)
        rows = [line for line in lines.ordered(row.get('Line')) if line['DetailType'] != lines.DISCOUNT]
        pairs = []
        for theirs, (line, old) in zip(lines.mapped(rows), self._known_lines(step, move, shown, rows), strict=True):
            changed = self._changed_vals(step, line, theirs, old, row, changes) if line else None
            pairs.append((line, changed if line else self._line_vals(step, theirs, row)))
        return self._commands(shown, pairs)

    def _commands(self, shown, pairs):
        """Return what makes the lines of a document these, in this order.

        :param shown: the lines so far
        :param pairs: ``[(line, its new values)]``, without a line for a new one
        """
        commands = [Command.update(line.id, vals) if line else Command.create(vals) for line, vals in pairs]
        kept = [line for line, _vals in pairs]
        if kept != list(shown):
            for place, command in enumerate(commands):
                command[2]['sequence'] = place + 1
        gone = [Command.delete(line.id) for line in shown if line not in kept]
        return gone + [command for command in commands if command[2]]

    def _known_lines(self, step, move, shown, rows):
        """Return for each line of QuickBooks ``(line of Odoo, QuickBooks' line as agreed)``, two Nones for a new one.

        Ids say which line was which; where there are none, what stands on them. A line that changed here too, where
        QuickBooks' version wins, is compared with that as it is now.

        :param shown: the lines of Odoo
        :param rows: lines as QuickBooks sent them
        """
        link = step.link(move, self._entity)
        now = [self._line_value(step, line) for line in shown]
        before = lines.ordered((step.before.get(link) or {}).get('Line'))
        old = lines.mapped(before) or (link.base_qbo or {}).get('Line') or now
        ours = (link.base_odoo or {}).get('Line') or now
        ours = ours if len(ours) == len(old) else old
        known = {}
        for place, line, value in zip(lines.counterparts(now, ours), shown, now, strict=True):
            if place is not None:
                known[place] = line, old[place] if value == ours[place] else value
        found = []
        for row, place in zip(rows, lines.counterparts_by_id(rows, before, old), strict=True):
            is_same = place in known and lines.is_alike(row, old[place])
            found.append(known[place] if is_same else (None, None))
        return found

    def _changed_vals(self, step, line, theirs, old, row, changes):
        """Return the values of a line that follow from what QuickBooks changed of it.

        :param dict theirs: the line of QuickBooks in the shape of :func:`qbo.lines.mapped`
        :param dict old: the same as it was agreed
        """
        vals = {}
        if theirs['Description'] != old['Description']:
            vals['name'] = theirs['Description'] or line.product_id.display_name or ''
        if line.display_type != 'product':
            return vals
        now, was = lines.detail_of(theirs), lines.detail_of(old)
        is_other_tax = 'GlobalTaxCalculation' in changes or 'TxnTaxCodeRef' in changes.get('TxnTaxDetail', {})
        priced = [(each['Amount'], *(lines.detail_of(each).get(key) for key in PRICED)) for each in (theirs, old)]
        if 'GlobalTaxCalculation' in changes or priced[0] != priced[1]:
            vals |= self._price_vals(line, theirs, row)
        if is_other_tax or now['TaxCodeRef'] != was['TaxCodeRef']:
            taxes = self._row_taxes(step, now['TaxCodeRef']['value'], row)
            vals |= {'tax_ids': [Command.set(taxes.ids)]} if taxes != line.tax_ids else {}
        if now['ClassRef'] != was['ClassRef']:
            vals['qbo_class_id'] = step.list_item('Class', now['ClassRef']['value']).id
        return vals

    def _price_vals(self, line, theirs, row):
        """Return quantity, price and discount that come to QuickBooks' amount; Odoo's stay where they do."""
        detail, amount, discount = lines.detail_of(theirs), self._shown_amount(theirs, row), line.discount
        quantity, choices = detail.get('Qty'), []
        if quantity and self._is_whole(quantity):
            choices.append((quantity, line.price_unit, discount))
            if 0 < discount < 100:
                digits = self.env['decimal.precision'].precision_get('Product Price')
                choices.append((quantity, round(amount / quantity / (1 - discount / 100), digits), discount))
        choices.append((*self._quantity(detail, theirs['Amount'], amount), 0.0))
        fit = next(
            item for item in choices if lines.cents(item[0] * item[1] * (1 - item[2] / 100)) == lines.cents(amount)
        )
        return {name: value for name, value in zip(PRICE, fit, strict=True) if value != line[name]}
