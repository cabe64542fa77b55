"""A discount on a whole customer invoice or credit note, as QuickBooks has it (qbo-api 9.6).

What the user enters are three fields; what is booked are invoice lines with a negative price, flagged
``qbo_is_discount``. The lines follow the fields and the other lines at every save of a draft. So journal items, taxes,
payment terms, reports and reversals need to know nothing about discounts.
"""

from collections import defaultdict
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

KEY = 'qbo_discount'  # Odoo's name for lines that are rounded apart from the others
DISCOUNTED = ('out_invoice', 'out_refund', 'out_receipt')
LAST = 9999  # the place among the lines: below all items, above Odoo's tax lines


class AccountMove(models.Model):
    """Customer invoices and credit notes: their discount."""

    _inherit = 'account.move'

    qbo_discount_type = fields.Selection(
        [('percent', "%"), ('amount', "Amount")],
        "Discount Type",
        default='percent',
        required=True,
        help="A percentage of the untaxed amount, or an amount in the currency of the document.",
    )
    qbo_discount = fields.Float(
        "Discount",
        min_display_digits=2,
        help="Taken off the untaxed amount of the whole document. It is booked as lines at the end of the document; "
        "what is changed in these lines by hand is overwritten when the document is saved.",
    )
    qbo_discount_before_tax = fields.Boolean(
        "Discount before Tax",
        help="Ticked, the discount is spread over the lines, and tax is charged on what remains. Otherwise tax is "
        "charged on the full amount, and the discount is taken off afterwards.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains('qbo_discount', 'qbo_discount_type', 'line_ids', 'invoice_line_ids')
    def _check_qbo_discount(self):
        for move in self.filtered(lambda move: move._qbo_has_discount()):
            if move.qbo_discount_type == 'percent':
                move._check_qbo_discount_percent()
            else:
                move._check_qbo_discount_amount()

    def _check_qbo_discount_percent(self):
        if not 0 <= self.qbo_discount <= 100:
            raise ValidationError(
                self.env._(
                    "The discount of %(document)s is %(value)s %%. Enter a percentage from 0 to 100 in the field "
                    "Discount.",
                    document=self.display_name,
                    value=f'{self.qbo_discount:g}',
                )
            )

    def _check_qbo_discount_amount(self):
        subtotal = self._qbo_subtotal()
        if self.qbo_discount < 0 or (
            self._qbo_item_lines() and self.currency_id.compare_amounts(self.qbo_discount, subtotal) > 0
        ):
            raise ValidationError(
                self.env._(
                    "The discount of %(document)s is %(value)s. Enter an amount from 0 to %(subtotal)s, the untaxed "
                    "amount of its lines, in the field Discount.",
                    document=self.display_name,
                    value=self.currency_id.format(self.qbo_discount),
                    subtotal=self.currency_id.format(max(subtotal, 0.0)),
                )
            )

    @api.constrains('qbo_discount', 'qbo_discount_type', 'qbo_discount_before_tax')
    def _check_qbo_discount_draft(self):
        for move in self.filtered(lambda move: move.state == 'posted'):
            raise ValidationError(
                self.env._(
                    "The discount of %(document)s is booked. Press Reset to Draft, change it, and confirm again.",
                    document=move.display_name,
                )
            )

    # === ONCHANGE METHODS === #

    @api.onchange('qbo_discount', 'qbo_discount_type', 'qbo_discount_before_tax', 'invoice_line_ids')
    def _onchange_qbo_discount(self):
        """Show the discount while the document is edited."""
        self._qbo_rebuild_discount()

    # === CRUD METHODS === #

    def _get_sync_stack(self, container):
        stack, update_containers = super()._get_sync_stack(container)
        invoices = update_containers()[1]
        # The highest number is left first: taxes and payment terms are made from what the discount has become.
        stack.append((90, self._sync_qbo_discount(invoices)))
        return stack, update_containers

    @contextmanager
    def _sync_qbo_discount(self, container):
        yield
        container['records']._qbo_rebuild_discount()

    # === BUSINESS METHODS === #

    def _qbo_discount_amount(self):
        """Return the discount of the document in its currency: untaxed, 0.0 or more.

        It is what is booked, so that items less discount plus tax is the total. Where lines have fractions of a cent,
        Odoo may book one cent more or less than the lines show.
        """
        self.ensure_one()
        return self.currency_id.round(-self.direction_sign * sum(self._qbo_discount_lines().mapped('amount_currency')))

    def _qbo_item_lines(self):
        """Return the lines that something is sold with: all product lines but those of the document's discount."""
        self.ensure_one()
        return self._qbo_product_lines().filtered(lambda line: not line.qbo_is_discount)

    def _qbo_discount_lines(self):
        """Return the lines of the document's discount: one after tax, one for each combination of taxes before it."""
        self.ensure_one()
        return self._qbo_product_lines().filtered('qbo_is_discount')

    def _post(self, soft=True):
        # Lines may have been written in a way that skips Odoo's synchronization of a document.
        self._check_qbo_discount()
        self._qbo_rebuild_discount()
        return super()._post(soft)

    # What follows is called in this file only.

    def _qbo_has_discount(self):
        return self.move_type in DISCOUNTED and bool(self.qbo_discount)

    def _qbo_product_lines(self):
        # On a form that is not saved yet, line_ids lags behind.
        lines = self.line_ids if self.id else self.invoice_line_ids
        return lines.filtered(lambda line: line.display_type == 'product')

    def _qbo_subtotal(self):
        return self.currency_id.round(sum(amount for _line, amount in self._qbo_item_amounts()))

    def _qbo_item_amounts(self):
        """Return (line, untaxed amount) of the items, in cents that add up to the untaxed amount without discount."""
        AccountTax = self.env['account.tax']
        lines = self._qbo_item_lines()
        base_lines = [self._prepare_product_base_line_for_taxes_computation(line) for line in lines]
        AccountTax._add_tax_details_in_base_lines(base_lines, self.company_id)
        AccountTax._round_base_lines_tax_details(base_lines, self.company_id)
        details = [base_line['tax_details'] for base_line in base_lines]
        amounts = [each['total_excluded_currency'] + each['delta_total_excluded_currency'] for each in details]
        return list(zip(lines, amounts, strict=True))

    def _qbo_rebuild_discount(self):
        """Make the discount lines of drafts what the fields say. Nothing is written where they are so already."""
        for move in self:
            if move.state == 'draft' and move.move_type in DISCOUNTED:
                move._qbo_replace_discount_lines(move._qbo_discount_vals() if move._qbo_has_discount() else [])

    def _qbo_replace_discount_lines(self, vals_list):
        lines = self._qbo_discount_lines()
        commands = [
            Command.update(line.id, vals)
            for line, vals in zip(lines, vals_list, strict=False)
            if any(self._field_will_change(line, vals, name) for name in vals if name != 'extra_tax_data')
        ]
        commands += [Command.delete(line.id) for line in lines[len(vals_list) :]]
        commands += [Command.create(vals) for vals in vals_list[len(lines) :]]
        if commands and self.id:
            self.with_context(skip_is_manually_modified=True).write({'line_ids': commands})
        elif commands:
            self.invoice_line_ids = commands

    def _qbo_discount_vals(self):
        """Return the values of the discount lines: what each group of items bears of the discount."""
        due = self._qbo_discount_due()
        groups = self._qbo_discount_groups() if due else []
        shares = self._qbo_shares(due, [amount for _taxes, amount, _analytic in groups])
        return [
            self._qbo_discount_line_vals(share, taxes, analytic)
            for share, (taxes, _amount, analytic) in zip(shares, groups, strict=True)
            if not self.currency_id.is_zero(share)
        ]

    def _qbo_discount_due(self):
        subtotal = self._qbo_subtotal()
        if subtotal <= 0:
            return 0.0
        by_percent = self.qbo_discount_type == 'percent'
        return self.currency_id.round(subtotal * self.qbo_discount / 100 if by_percent else self.qbo_discount)

    def _qbo_discount_groups(self):
        """Return (taxes, untaxed amount, analytic distribution) of the items with the same taxes; after tax, of all.

        The last is the one that can bear what rounding leaves: that without tax, else the largest.
        """
        amounts, analytic = defaultdict(float), defaultdict(lambda: defaultdict(float))
        no_tax = self.env['account.tax']
        for line, amount in self._qbo_item_amounts():
            taxes = line._qbo_discount_taxes() if self.qbo_discount_before_tax else no_tax
            amounts[taxes] += amount
            for accounts, percent in (line.analytic_distribution or {}).items():
                analytic[taxes][accounts] += percent * amount
        groups = [
            (taxes, amount, {accounts: part / amount for accounts, part in analytic[taxes].items()})
            for taxes, amount in amounts.items()
            if not self.currency_id.is_zero(amount)
        ]
        return sorted(groups, key=lambda group: (not group[0], abs(group[1])))

    def _qbo_shares(self, amount, weights):
        """Return an amount spread over the weights, each share in whole cents; the last takes what rounding leaves."""
        if not weights:
            return []
        shares = [self.currency_id.round(amount * weight / sum(weights)) for weight in weights[:-1]]
        return [*shares, self.currency_id.round(amount - sum(shares))]

    def _qbo_discount_line_vals(self, share, taxes, analytic):
        price_unit, extra_tax_data = self._qbo_discount_price(-share, taxes)
        vals = {
            'display_type': 'product',
            'qbo_is_discount': True,
            'name': self._qbo_discount_name(),
            'sequence': LAST,
            'product_id': False,
            'account_id': self._qbo_discount_account().id,
            'quantity': 1.0,
            'discount': 0.0,
            'price_unit': price_unit,
            'tax_ids': [Command.set(taxes.ids)],
            'extra_tax_data': extra_tax_data,
            'analytic_distribution': analytic or False,
        }
        digits = self.env['decimal.precision'].precision_get('Percentage Analytic')
        return self.env['account.move.line']._sanitize_values(vals, digits)

    def _qbo_discount_price(self, net, taxes):
        """Return (unit price, extra tax data) of a line with this untaxed amount, whether or not prices include tax.

        Odoo rounds lines with another computation key apart. With tax on top, discount and items are rounded together:
        the tax is that of the rest, as in QuickBooks.
        """
        if not taxes:
            return net, {'computation_key': KEY}
        if not any(taxes.flatten_taxes_hierarchy().mapped('price_include')):
            return net, False
        base_line = self._qbo_net_base_line(net, taxes)
        taxes_data = base_line['tax_details']['taxes_data']
        included = sum(data['raw_tax_amount_currency'] for data in taxes_data if data['tax'].price_include)
        base_line.update({
            'price_unit': net + included,
            'computation_key': KEY,
            # A gross price has no exact net in cents, so Odoo is told net and tax.
            'manual_total_excluded_currency': net,
            'manual_tax_amounts': {
                str(data['tax'].id): {'tax_amount_currency': self.currency_id.round(data['raw_tax_amount_currency'])}
                for data in taxes_data
                if not data['is_reverse_charge']
            },
        })  # fmt: skip
        return base_line['price_unit'], self.env['account.tax']._export_base_line_extra_tax_data(base_line)

    def _qbo_net_base_line(self, net, taxes):
        """Return one of Odoo's base lines, with unrounded taxes, for a net amount."""
        AccountTax = self.env['account.tax']
        base_line = AccountTax._prepare_base_line_for_taxes_computation(
            None,
            price_unit=net,
            quantity=1.0,
            tax_ids=taxes,
            currency_id=self.currency_id,
            rate=self.invoice_currency_rate,
            special_mode='total_excluded',
        )
        AccountTax._add_tax_details_in_base_line(base_line, self.company_id, rounding_method='round_globally')
        return base_line

    def _qbo_discount_name(self):
        env = self.with_context(lang=self.partner_id.lang or self.env.lang).env  # as Odoo does for names of products
        if self.qbo_discount_type == 'percent':
            return env._("Discount %(percent)s%%", percent=f'{self.qbo_discount:g}')
        return env._("Discount")

    def _qbo_discount_account(self):
        account = self._get_discount_allocation_account() or self.journal_id.default_account_id
        return account or self._qbo_item_lines().account_id[:1]
