"""The journal items of an expense of QuickBooks: what it was spent for, its tax rate by rate, and the money."""

from odoo import models
from odoo.exceptions import UserError

from ...qbo import lines


class QboMappingExpense(models.AbstractModel):
    _inherit = 'qbo.mapping.expense'

    def _items(self, step, row, journal):
        """Return the values of the journal items of an expense, to the cent, in their order; the money comes last.

        :param dict row: the entity as QuickBooks sent it, or what :meth:`_snapshot` kept of it
        :param journal: that the money leaves, or comes back to
        :raise UserError: Odoo has no such account, product or tax, or would come to another total
        """
        sign = -1 if row.get('Credit') else 1
        heavy = self._heavy_vals(step, self._records(step), self._from_row(step, row))
        currency = step.env['res.currency'].browse(heavy.get('currency_id')) or step.company.currency_id
        common = {'partner_id': heavy.get('partner_id', False), 'currency_id': currency.id}
        spent = self._base_lines(step, row, sign, currency)
        items, taxes = self._booked(step, spent)
        self._take_tax(step, row, sign, currency, spent, taxes)
        total = currency.round(sign * (row.get('TotalAmt') or 0.0))
        self._check_total(currency, total, items, taxes)
        money = {
            'name': row.get('DocNumber') or journal.name,
            'account_id': journal._qbo_money_account().id,
            'amount_currency': -total,
        }
        items += [*taxes, money]
        self._book_at_home(step.company.currency_id, items, row.get('ExchangeRate') or 1.0)
        return [{**item, **common} for item in items]

    def _base_lines(self, step, row, sign, currency):
        """Return ``[(Odoo's base line of a line with an amount, other values of its journal item)]``."""
        found = []
        for line in self._from_row(step, row)['Line']:
            detail, vals = lines.detail_of(line), self._named_vals(step, line)
            product = step.env['product.product'].browse(vals.get('product_id') or ())
            vals['qbo_class_id'] = step.list_item('Class', detail['ClassRef']['value']).id
            vals['quantity'] = self._quantity(detail, line['Amount'], line['Amount'])[0]
            if product:
                vals['account_id'] = product.product_tmpl_id._get_product_accounts()['expense'].id
            base_line = step.env['account.tax']._prepare_base_line_for_taxes_computation(
                {},
                product_id=product,
                price_unit=line['Amount'],
                quantity=1.0,
                currency_id=currency,
                tax_ids=self._row_taxes(step, detail['TaxCodeRef']['value'], row),
                account_id=step.env['account.account'].browse(vals['account_id']),
                special_mode='total_excluded',
                is_refund=sign < 0,
                sign=sign,
            )
            found.append((base_line, vals))
        return found

    def _booked(self, step, spent):
        """Return ``(items of what was bought, items of the tax)`` as Odoo books these base lines."""
        AccountTax, base_lines = step.env['account.tax'], [base_line for base_line, _vals in spent]
        AccountTax._add_tax_details_in_base_lines(base_lines, step.company)
        AccountTax._round_base_lines_tax_details(base_lines, step.company)
        AccountTax._add_accounting_data_in_base_lines_tax_details(base_lines, step.company, include_caba_tags=True)
        found = AccountTax._prepare_tax_lines(base_lines, step.company)
        items = [
            {
                **vals,
                'tax_ids': [(6, 0, base_line['tax_ids'].ids)],
                'tax_tag_ids': amounts['tax_tag_ids'],
                'amount_currency': amounts['amount_currency'],
            }
            for (base_line, vals), (_base_line, amounts) in zip(spent, found['base_lines_to_update'], strict=True)
        ]
        return items, found['tax_lines_to_add']

    def _take_tax(self, step, row, sign, currency, spent, taxes):
        """Make tax items what QuickBooks says of each rate; what no rate explains goes to the largest of them."""
        detail, rates = row.get('TxnTaxDetail') or {}, {}
        for base_line, _vals in spent:
            if base_line['tax_ids']:
                rates |= base_line['tax_ids']._qbo_rate_ids(step.connection, row.get('TxnDate'), self._side)
        of_rate = {rates.get(self._tax_of(step, item).id): [] for item in taxes}
        for item in taxes:
            of_rate[rates.get(self._tax_of(step, item).id)].append(item)
        charged = {}
        for line in detail.get('TaxLine') or ():
            rate = self._ref(line.get('TaxLineDetail') or {}, 'TaxRateRef')
            charged[rate] = charged.get(rate, 0.0) + sign * (line.get('Amount') or 0.0)
        for rate, amount in charged.items():
            _raise_to(currency, of_rate.get(rate, ()), amount)
        _raise_to(currency, taxes, sign * (detail.get('TotalTax') or 0.0))

    def _tax_of(self, step, item):
        return step.env['account.tax.repartition.line'].browse(item['tax_repartition_line_id']).tax_id

    def _check_total(self, currency, total, items, taxes):
        """Refuse items that come to something else than QuickBooks' total.

        :raise UserError: with both totals
        """
        tax, booked = (sum(item['amount_currency'] for item in some) for some in (taxes, [*items, *taxes]))
        if currency.compare_amounts(booked, total):
            raise UserError(
                self.env._(
                    "Its total would be %(odoo)s in Odoo (tax %(tax)s), but is %(qbo)s in QuickBooks. Compare the "
                    "taxes of its lines on both sides.",
                    odoo=currency.format(abs(booked)),
                    tax=currency.format(abs(tax)),
                    qbo=currency.format(abs(total)),
                )
            )

    def _book_at_home(self, home, items, rate):
        """Set what items come to in the company's currency: the money at QuickBooks' rate, so that all is balanced."""
        for item in items:
            item['balance'] = home.round(item['amount_currency'] * rate)
        *booked, _money = items
        largest = max(booked, key=lambda item: abs(item['balance']))
        largest['balance'] = home.round(largest['balance'] - sum(item['balance'] for item in items))


def _raise_to(currency, items, amount):
    """Have items come to an amount: what is missing goes to the largest."""
    if items:
        largest = max(items, key=lambda item: abs(item['amount_currency']))
        missing = amount - sum(item['amount_currency'] for item in items)
        largest['amount_currency'] = currency.round(largest['amount_currency'] + missing)
