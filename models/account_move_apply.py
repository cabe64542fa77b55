"""QuickBooks' version of a document is taken over: through Odoo's own reset, change, post, never past it."""

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import plaintext2html

from ..qbo import lines
from ..qbo.values import VOIDED
from .account_move import MOVE_TYPES

# What can be changed on a posted document; anything else needs its reset to draft.
LIGHT = frozenset({'CustomerMemo', 'DocNumber', 'BillEmail', 'ClassRef'})
OF_MONEY = frozenset({'Line', 'TxnTaxDetail', 'ApplyTaxAfterDiscount', 'GlobalTaxCalculation'})


class AccountMove(models.Model):
    _inherit = 'account.move'

    def _qbo_apply(self, values):
        if not self:
            return self._qbo_create(values)
        self.ensure_one()
        if values.get(VOIDED):
            self._qbo_end()
        elif self.state == 'cancel' and VOIDED not in values:
            pass  # nothing of a void document counts, and it stays void
        elif values.keys() <= LIGHT:
            self.write(self._qbo_light_vals(values))
        else:
            self._qbo_change(values)
        return self

    def _qbo_end(self):
        """Cancel the document, as its entity was voided or deleted in QuickBooks. What paid it becomes credit."""
        if self.state != 'cancel':
            self._qbo_refund_payment()._qbo_check_bank()
            self.button_cancel()
        return True

    def action_qbo_accept_tax(self):
        """Take QuickBooks' tax over into this document, by reset, change, post and reconcile again."""
        self.ensure_one()
        self.check_access('write')
        self.with_company(self.company_id)._qbo_accept_tax()

    def _qbo_accept_tax(self):
        link = self.sudo().qbo_link_id
        reconciled = self._qbo_reconciliations()
        self.button_draft()
        self._qbo_take_tax((link.facts or {}).get('TxnTaxDetail') or {}, (link.facts or {}).get('TotalAmt') or 0.0)
        self._post(soft=False)
        self._qbo_reconcile_again(reconciled)
        link.base_odoo = self.sudo()._qbo_values()
        link._compare()
        text = self.env._("%(model)s %(name)s: QuickBooks' tax accepted", model=self._qbo_noun(), name=self.name)
        link.connection_id._log('pull', text, link)

    def _qbo_written(self):
        lines = self._qbo_receivable_lines()
        others = lines.matched_debit_ids.debit_move_id | lines.matched_credit_ids.credit_move_id
        return [self, self.line_ids | others, self._qbo_refund_payment()]

    # === A NEW DOCUMENT === #

    def _qbo_create(self, values):
        """Create a document with the same total and tax to the cent, or raise."""
        mapped = self._qbo_mapped(values)
        quiet = self.with_context(tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True)
        move = quiet.create(
            {
                'move_type': MOVE_TYPES[self._qbo_entity()],
                'company_id': self.env.company.id,
                'qbo_invoice_type': 'qbo',
                'qbo_is_refund': self._qbo_entity() == 'RefundReceipt',
                'payment_reference': mapped['DocNumber'] or False,
                **self._qbo_light_vals(mapped),
                **self._qbo_heavy_vals(mapped),
                'invoice_line_ids': [Command.create(vals) for vals in self._qbo_lines_vals(values)],
            }
        ).with_env(self.env)
        move._qbo_take_tax(values.get('TxnTaxDetail') or {}, values.get('TotalAmt') or 0.0)
        connection = self.env['qbo.connection']._of_company(self.env.company)
        if connection.take_invoices_as == 'posted':
            move._qbo_check_lock_dates(connection)
            move._post(soft=False)
            if move.qbo_is_refund:
                journal = self.env['account.journal']._qbo_of_account(mapped['DepositToAccountRef']['value'])
                move._qbo_pay_out(journal)
        return move

    def _qbo_check_lock_dates(self, connection):
        connection._check_locked(self._get_violated_lock_dates(self.invoice_date, bool(self.amount_tax)))

    # === A KNOWN DOCUMENT === #

    def _qbo_change(self, values):
        """Reset, change, post again, and reconcile again what was reconciled.

        :raise UserError: Odoo forbids it (lock date, hash …), or the totals would not be the same
        """
        was_posted = self.state in ('posted', 'cancel')
        reconciled = self._qbo_reconciliations()
        if was_posted:
            self.button_draft()
        facts = self.qbo_link_id.facts or {}
        is_owed = 'Line' not in values and lines.mapped(facts.get('Line')) != self._qbo_values()['Line']
        takes_lines = values.keys() & OF_MONEY and not is_owed  # else Odoo's lines go out, and their tax with them
        vals = {**self._qbo_light_vals(values), **self._qbo_heavy_vals(values)}
        if takes_lines:
            # With the rest in one write: a discount is checked against the lines that it comes with.
            vals['invoice_line_ids'] = self._qbo_line_commands(facts)
            vals['invoice_cash_rounding_id'] = False  # it is one of these lines, and not rounded anew
        if vals:
            self.write(vals)
        if takes_lines:
            self._qbo_take_tax(facts.get('TxnTaxDetail') or {}, facts.get('TotalAmt') or 0.0)
        if was_posted:
            self._post(soft=False)
            self._qbo_reconcile_again(reconciled)
            self._qbo_pay_out_again(values)

    def _qbo_line_commands(self, values):
        """Return what makes the lines those of QuickBooks: lines that are still the same are changed in place.

        :param dict values: the entity as QuickBooks sent it, as far as :meth:`_qbo_facts` keeps it
        """
        rest = self.invoice_line_ids.filtered(lambda line: not line.qbo_is_discount)
        rest = list(rest.sorted(lambda line: (line.sequence, line.id)))
        commands = []
        for place, vals in enumerate(self._qbo_lines_vals(values)):
            vals = {**vals, 'sequence': place + 1}
            line = next((line for line in rest if line._qbo_is_alike(vals)), None)
            if line:
                rest.remove(line)
                commands.append(Command.update(line.id, line._qbo_changed_vals(vals)))
            else:
                commands.append(Command.create(vals))
        return [Command.delete(line.id) for line in rest] + commands

    # === VALUES === #

    def _qbo_light_vals(self, values):
        """Return what Odoo lets one change on a posted document."""
        vals = {}
        if 'CustomerMemo' in values:
            memo = values['CustomerMemo']['value']
            vals['narration'] = plaintext2html(memo) if memo else False
        if 'BillEmail' in values:
            vals['qbo_email'] = values['BillEmail']['Address'] or False
        if 'ClassRef' in values:
            vals['qbo_class_id'] = self._qbo_reference('Class', values['ClassRef']['value']).id
        if 'DocNumber' in values and self:
            self.qbo_link_id.sent_as = values['DocNumber']
        return vals

    def _qbo_heavy_vals(self, values):
        """Return what a document has to be a draft for, but for its lines."""
        vals = {}
        if 'CustomerRef' in values:
            vals['partner_id'] = self._qbo_partner(values['CustomerRef']['value']).id
        if values.get('TxnDate'):
            vals['invoice_date'] = values['TxnDate']
        vals.update(self._qbo_due_vals(values))
        vals.update(self._qbo_currency_vals(values))
        vals.update(self._qbo_discount_fields(values))
        vals.update(self._qbo_address_vals(values, vals))
        return vals

    def _qbo_due_vals(self, values):
        """Return terms and due date: the day that was agreed, and the terms where they give this day.

        Odoo computes the day from terms, and takes those of another customer.
        """
        due = fields.Date.to_date(values.get('DueDate')) or self.invoice_date_due
        if not due or values.keys().isdisjoint({'CustomerRef', 'TxnDate', 'SalesTermRef', 'DueDate'}):
            return {}
        term = self.invoice_payment_term_id
        if 'SalesTermRef' in values:
            term = self._qbo_linked('Term', values['SalesTermRef']['value']) or term.browse()
        elif term and 'DueDate' not in values and not term._qbo_is_simple():
            return {'invoice_payment_term_id': term.id}  # instalments move with the date
        day = fields.Date.to_date(values.get('TxnDate')) or self.invoice_date
        is_fit = term._qbo_is_simple() and day + timedelta(days=term.line_ids.nb_days) == due
        return {'invoice_payment_term_id': is_fit and term.id, 'invoice_date_due': due}

    def _qbo_currency_vals(self, values):
        vals = {}
        code = (values.get('CurrencyRef') or {}).get('value')
        if code:
            currency = self.env['res.currency'].with_context(active_test=False).search([('name', '=', code)], limit=1)
            if not currency.active:
                raise UserError(self.env._("Activate the currency %s in Odoo first.", code))
            vals['currency_id'] = currency.id
        if values.get('ExchangeRate') and values['ExchangeRate'] != 1.0:
            vals['invoice_currency_rate'] = 1 / values['ExchangeRate']
        elif 'TxnDate' in values and 'currency_id' not in vals and self:
            vals['invoice_currency_rate'] = self.invoice_currency_rate  # Odoo would look it up for the new day
        return vals

    def _qbo_discount_fields(self, values):
        """Return the discount of the whole document as the fields of ``account_move_discount.py``."""
        vals = {}
        if 'ApplyTaxAfterDiscount' in values:
            vals['qbo_discount_before_tax'] = values['ApplyTaxAfterDiscount']
        if 'Line' not in values:
            return vals
        found = next((line for line in values['Line'] if line['DetailType'] == lines.DISCOUNT), None)
        by_percent = not found or found[lines.DISCOUNT]['PercentBased']
        vals['qbo_discount_type'] = 'percent' if by_percent else 'amount'
        vals['qbo_discount'] = 0.0
        if found:
            vals['qbo_discount'] = found[lines.DISCOUNT]['DiscountPercent'] if by_percent else found['Amount']
        return vals

    def _qbo_address_vals(self, values, vals):
        """Return the contacts of the customer that have these addresses, made where there is none."""
        customer = self.env['res.partner'].browse(vals.get('partner_id')) or self.commercial_partner_id
        found, contact = {}, self.partner_id
        for member, field, kind, address in (
            ('BillAddr', 'partner_id', 'other', contact._qbo_address(contact)),
            ('ShipAddr', 'partner_shipping_id', 'delivery', self._qbo_ship_address()),
        ):
            address = {**address, **(values.get(member) or {})}  # only what changed of it comes
            if values.get(member) and any(address.values()):
                found[field] = customer._qbo_contact_at(address, kind).id
        if 'partner_id' in found and 'CustomerRef' not in values:
            # Odoo would choose these anew for the contact; QuickBooks changed the billing address alone.
            found.setdefault('partner_shipping_id', self.partner_shipping_id.id)
            if 'BillEmail' not in values:
                found['qbo_email'] = self.qbo_email
        return found

    # === LINES === #

    def _qbo_lines_vals(self, values):
        """Return the values of all lines but the discount's, as Odoo creates them.

        :param dict values: the entity as QuickBooks sent it, or what :meth:`_qbo_facts` kept of it
        """
        return [
            self._qbo_text_vals(line) if line['DetailType'] == lines.DESCRIPTION else self._qbo_item_vals(line, values)
            for line in lines.mapped(values.get('Line'))
            if line['DetailType'] != lines.DISCOUNT
        ]

    def _qbo_text_vals(self, line):
        return {'display_type': 'line_note', 'name': line['Description'] or ''}

    def _qbo_item_vals(self, line, values):
        detail = line[lines.SALES]
        included = values.get('GlobalTaxCalculation') == 'TaxInclusive'
        amount = detail['TaxInclusiveAmt'] if included and detail['TaxInclusiveAmt'] is not None else line['Amount']
        quantity, unit = self._qbo_quantity(detail, line['Amount'], amount)
        product = self._qbo_line_product(detail['ItemRef']['value'], line['Description'])
        return {
            'display_type': 'product',
            'product_id': product.id,
            'name': line['Description'] or product.display_name or self.env._("Shipping"),
            'quantity': quantity,
            'price_unit': unit,
            'discount': 0.0,
            'tax_ids': [Command.set(self._qbo_taxes_of(detail['TaxCodeRef']['value'], values, included).ids)],
            'qbo_class_id': self._qbo_reference('Class', detail['ClassRef']['value']).id,
        }

    def _qbo_quantity(self, detail, net, amount):
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

    def _qbo_taxes_of(self, code, values, included):
        """Return the taxes of a line; in the US those of the document where the line is taxed.

        :raise UserError: QuickBooks' code is no tax in Odoo
        """
        connection = self.env['qbo.connection']._of_company(self.env.company)
        taxes = self.env['account.tax']
        if code == 'TAX':
            code = ((values.get('TxnTaxDetail') or {}).get('TxnTaxCodeRef') or {}).get('value')
        if not code or code == 'NON':
            return taxes
        wanted = included if not connection._is_us() else False
        found, reason = taxes._qbo_from_code(connection, code, values.get('TxnDate'), wanted)
        if reason:
            raise UserError(reason)
        return found

    def _qbo_line_product(self, item, description):
        """Return the product of an item, empty for what QuickBooks has built in (shipping).

        :raise UserError: the item is not synchronised
        """
        if not item or not item.isdigit():
            return self.env['product.product']
        product = self._qbo_linked('Item', item)
        if not product:
            raise UserError(
                self._qbo_left_out_text('Item', item)
                or self.env._(
                    "The product of the line “%s” is not synchronised: it is inactive or a bundle. Make it active in "
                    "QuickBooks, or replace it there.",
                    description or item,
                )
            )
        return product

    # === LOOKING UP === #

    def _qbo_left_out_text(self, entity, qbo_id):
        connection = self.env['qbo.connection']._of_company(self.env.company)
        return self.env['qbo.link'].sudo()._left_out_text(connection, entity, qbo_id)

    def _qbo_partner(self, qbo_id):
        partner = self._qbo_linked('Customer', qbo_id)
        if not partner:
            raise UserError(
                self._qbo_left_out_text('Customer', qbo_id)
                or self.env._("Its customer is not synchronised: a sub-customer or an inactive one. Link it first.")
            )
        return partner

    def _qbo_linked(self, entity, qbo_id):
        """Return the Odoo record that is linked with an entity, empty where there is none."""
        connection = self.env['qbo.connection']._of_company(self.env.company)
        return self.env['qbo.link'].sudo()._record_of(connection, entity, qbo_id)

    def _qbo_reference(self, entity, qbo_id):
        connection = self.env['qbo.connection']._of_company(self.env.company)
        return self.env['qbo.reference'].sudo()._of(connection, entity, qbo_id)
