"""What a document that QuickBooks has adds up to stays to the cent, whoever resets it to draft and confirms it again.

Odoo computes all nets and taxes of a document anew at *Reset to Draft* and whenever a line changes. Where that would
come to something else than what is booked (the tax was typed in, or is QuickBooks', or was rounded in another way), net
and tax of each line are noted in Odoo's own ``extra_tax_data``. Such a *pin* Odoo drops by itself once price, quantity,
discount or taxes of its line change; reversals take it along.
"""

from odoo import models
from odoo.fields import Command, Domain

UNTAXED = {'0': {}}  # Odoo heeds no pin without a tax in it; this one no line has


class AccountMove(models.Model):
    _inherit = 'account.move'

    # === ACTION METHODS === #

    def button_draft(self):
        """Reset documents that QuickBooks has without computing anything anew; others as Odoo does."""
        kept = self._qbo_ever_sent()
        kept._qbo_pin()
        result = super(AccountMove, kept.with_context(skip_invoice_sync=True)).button_draft() if kept else None
        return result if self == kept and kept else super(AccountMove, self - kept).button_draft()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """What was charged is credited, to the cent."""
        self._qbo_ever_sent().filtered(lambda move: move.state == 'posted')._qbo_pin()
        return super()._reverse_moves(default_values_list, cancel)

    # === BUSINESS METHODS === #

    def _qbo_ever_sent(self):
        """Return those of these documents that a QuickBooks company has, be it the connected one or not, or may have:
        what was sent counts before its answer is there."""
        owned = self._qbo_owner()
        is_under_way = Domain('request_ids', 'any', [('state', 'in', ('unanswered', 'answered'))])
        links = (
            self.env['qbo.link']
            .sudo()
            .search_fetch(
                Domain('res_model', '=', self._name)
                & Domain('res_id', 'in', owned.ids)
                & (Domain('qbo_id', '!=', False) | is_under_way),
                ['res_id'],
            )
        )
        sent = set(links.mapped('res_id'))
        return owned.filtered(lambda move: move.id in sent)

    def _qbo_pin(self):
        """Note on the lines what is booked, where Odoo would compute something else; nothing booked changes."""
        for move in self.filtered(lambda move: move.is_invoice(include_receipts=True)):
            nets, taxes = move._qbo_booked()
            base_lines, _tax_lines = move._get_rounded_base_and_tax_lines(round_from_tax_lines=False)
            if not move._qbo_is_computed(base_lines, nets, taxes):
                for line, pin in move._qbo_pins(base_lines, nets, taxes).items():
                    line.extra_tax_data = pin

    def _qbo_book(self, nets, taxes):
        """Book other nets and taxes on a draft, and pin them.

        :param nets: ``{line: net}`` in the document's currency, as the document says it; the others keep theirs
        :param taxes: ``{tax, no group: amount}`` likewise
        """
        own_nets, own_taxes = self._qbo_booked()
        rate = self.invoice_currency_rate or 1.0

        def at_home(amounts):
            return {key: (value, self.company_currency_id.round(value / rate)) for key, value in amounts.items()}

        if self._qbo_is_same(own_nets, nets) and self._qbo_is_same(own_taxes, taxes):
            return
        base_lines, _tax_lines = self._get_rounded_base_and_tax_lines(round_from_tax_lines=False)
        pins = self._qbo_pins(base_lines, {**own_nets, **at_home(nets)}, {**own_taxes, **at_home(taxes)})
        # Odoo computes anew where a line changes: the quantities go unseen, and come back with the pins.
        commands = [
            Command.update(line.id, {'quantity': line.quantity, 'extra_tax_data': pin}) for line, pin in pins.items()
        ]
        self.line_ids.browse(line.id for line in pins).with_context(skip_invoice_sync=True).quantity = 0.0
        self.write({'line_ids': commands})

    def _qbo_booked(self):
        """Return ``({line: (net, net at home)}, {tax: (amount, amount at home)})``, as the document says it."""
        sign = self.direction_sign
        taxes = self.line_ids.filtered(lambda line: line.display_type == 'tax').grouped('tax_line_id')
        return (
            {line: (sign * line.amount_currency, sign * line.balance) for line in self._qbo_product_lines()},
            {
                tax: (sign * sum(lines.mapped('amount_currency')), sign * sum(lines.mapped('balance')))
                for tax, lines in taxes.items()
            },
        )

    # What follows is called in this file only.

    def _qbo_is_same(self, own, wanted):
        return all(not self.currency_id.compare_amounts(own.get(key, (0.0,))[0], wanted[key]) for key in wanted)

    def _qbo_pins(self, base_lines, nets, taxes):
        """Return ``{line: extra_tax_data}`` with which Odoo computes these amounts; of a reverse charge it cannot.

        :param base_lines: Odoo's own, with tax details
        """
        AccountTax = self.env['account.tax']
        data = [each for base_line in base_lines for each in base_line['tax_details']['taxes_data']]
        if any(each['is_reverse_charge'] for each in data):
            return {}
        items = [base_line for base_line in base_lines if base_line['record'] in nets]
        AccountTax._fix_base_lines_tax_details_on_manual_tax_amounts(items, self.company_id)
        for base_line in items:
            self._qbo_pin_net(base_line, *nets[base_line['record']])
        for tax in {each['tax'] for each in data}:
            for suffix, wanted in zip(('_currency', ''), taxes.get(tax, (0.0, 0.0)), strict=True):
                self._qbo_pin_tax(base_lines, items, tax, suffix, wanted)
        return {line['record']: AccountTax._export_base_line_extra_tax_data(line) for line in items}

    def _qbo_is_computed(self, base_lines, nets, taxes):
        """Return whether these are the amounts that Odoo computes."""
        for place, (suffix, currency) in enumerate((('_currency', self.currency_id), ('', self.company_currency_id))):
            charged = dict.fromkeys(taxes, 0.0)
            for base_line in base_lines:
                details = base_line['tax_details']
                for each in details['taxes_data']:
                    charged[each['tax']] = charged.get(each['tax'], 0.0) + each[f'tax_amount{suffix}']
                net = details[f'total_excluded{suffix}'] + details[f'delta_total_excluded{suffix}']
                if base_line['record'] in nets and currency.compare_amounts(net, nets[base_line['record']][place]):
                    return False
            for tax, amount in charged.items():
                if currency.compare_amounts(amount, taxes.get(tax, (0.0, 0.0))[place]):
                    return False
        return True

    def _qbo_pin_net(self, base_line, net, at_home):
        details, amounts = base_line['tax_details'], base_line['manual_tax_amounts'] or UNTAXED
        moved = net - details['total_excluded_currency'] - details['delta_total_excluded_currency']
        moved_at_home = at_home - details['total_excluded'] - details['delta_total_excluded']
        base_line['manual_total_excluded_currency'], base_line['manual_total_excluded'] = net, at_home
        base_line['manual_tax_amounts'] = {key: dict(of_tax) for key, of_tax in amounts.items()}
        for of_tax in filter(None, base_line['manual_tax_amounts'].values()):
            of_tax['base_amount_currency'] = self.currency_id.round(of_tax['base_amount_currency'] + moved)
            of_tax['base_amount'] = self.company_currency_id.round(of_tax['base_amount'] + moved_at_home)

    def _qbo_pin_tax(self, base_lines, items, tax, suffix, wanted):
        """Spread what one tax comes to over the items that bear it, as Odoo would, the rest by their amounts."""
        key, currency = f'tax_amount{suffix}', self.currency_id if suffix else self.company_currency_id
        charged = [
            (line, each) for line in base_lines for each in line['tax_details']['taxes_data'] if each['tax'] == tax
        ]
        bearing = [(line, each) for line, each in charged if any(line is item for item in items)]
        has_tax = any(each[key] for _line, each in bearing)
        factors = [{'factor': abs(each[key if has_tax else f'base_amount{suffix}'])} for _line, each in bearing]
        missing = currency.round(wanted - sum(each[key] for _line, each in charged))
        shares = self.env['account.tax']._distribute_delta_amount_smoothly(currency.decimal_places, missing, factors)
        for (line, each), share in zip(bearing, shares, strict=True):
            line['manual_tax_amounts'][str(tax.id)][key] = currency.round(each[key] + share)
