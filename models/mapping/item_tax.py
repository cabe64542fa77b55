"""How an item is taxed, both ways: in the US whether it is, elsewhere by which tax code (qbo-api 9.5)."""

from odoo import Command, models

from ..connection.reason import Refused

WHOLE = 1_000_000_000.0  # a price that is large enough for its net share to have all decimals


class QboMappingItem(models.AbstractModel):
    _inherit = 'qbo.mapping.item'

    # === ODOO TO QUICKBOOKS === #

    def _tax_values(self, step, record):
        """Return what says how an item is taxed: in the US whether, elsewhere by which code (qbo-api 9.5)."""
        taxes = self._taxes(step, record)
        if step.connection._is_us():
            return {'Taxable': bool(taxes)}
        if step.connection._tax_model() == 'none':
            return {}
        code = self._tax_code(step, taxes)[0] if taxes else None
        return {'SalesTaxCodeRef': {'value': code.qbo_id if code else None}, 'SalesTaxIncluded': _is_included(taxes)}

    def _tax_code(self, step, taxes):
        """Return ``(tax code, None)`` or ``(empty, reason)`` for the taxes of an item today."""
        return taxes._qbo_code_or_reason(step.connection, step.connection._today(), 'sale')

    def _net_share(self, step, record):
        """Return how much of a price is net: in the US items say nothing of tax that is included."""
        taxes = self._taxes(step, record)
        if not step.connection._is_us() or not _is_included(taxes):
            return 1.0
        return taxes.compute_all(WHOLE, step.company.currency_id)['total_excluded'] / WHOLE

    def _taxes(self, step, record):
        """Return the product's sales taxes in this company, without those that come to nothing."""
        taxes = record.taxes_id._filter_taxes_by_company(step.company)
        return taxes.filtered(lambda tax: any(tax.flatten_taxes_hierarchy().mapped('amount')))

    # === QUICKBOOKS TO ODOO === #

    def _tax_from(self, step, row):
        if step.connection._is_us():
            return {'Taxable': bool(row.get('Taxable'))}
        if step.connection._tax_model() == 'none':
            return {}
        code = (row.get('SalesTaxCodeRef') or {}).get('value')
        return {'SalesTaxCodeRef': {'value': code}, 'SalesTaxIncluded': bool(code and row.get('SalesTaxIncluded'))}

    def _tax_vals(self, step, record, is_taxable):
        """Taxed: with the taxes the product has, else the company's default one. Not taxed: without."""
        default = step.company.account_sale_tax_id
        if not record:
            return {'taxes_id': [Command.set(default.ids if is_taxable else [])]}
        taxes = self._taxes(step, record)
        if is_taxable:
            return {} if taxes or not default else {'taxes_id': [Command.link(default.id)]}
        return {'taxes_id': [Command.unlink(tax.id) for tax in taxes]}

    def _coded_tax_vals(self, step, record, values):
        """Return the taxes that a tax code outside the US is; those of other companies stay.

        :raise Refused: the code is no tax in Odoo
        """
        now = self._tax_values(step, record) if record else {}
        code = {**now, **values}.get('SalesTaxCodeRef', {}).get('value')
        taxes = step.env['account.tax']
        if code:
            included = bool({**now, **values}.get('SalesTaxIncluded'))
            taxes, reason = taxes._qbo_from_code(step.connection, code, step.connection._today(), included)
            if reason:
                raise Refused(reason, step.env)
        if not record:
            return {'taxes_id': [Command.set(taxes.ids)]}
        own = record.taxes_id._filter_taxes_by_company(step.company)
        return {'taxes_id': [Command.unlink(tax.id) for tax in own - taxes] + [Command.link(tax.id) for tax in taxes]}

    def _gross(self, step, record, price, values):
        """Return the price in Odoo of an item: with its tax, where Odoo has that included and QuickBooks has not.

        :param record: empty for a new product
        """
        share = self._net_share(step, record) if record else self._net_share_of_new(step, values)
        digits = self.env['decimal.precision'].precision_get('Product Price')
        return price if share == 1.0 else round(price / share, digits)

    def _net_share_of_new(self, step, values):
        """Return :meth:`_net_share` of a product that gets the company's default tax."""
        taxes = step.company.account_sale_tax_id
        if not values.get('Taxable') or not _is_included(taxes):
            return 1.0
        return taxes.compute_all(WHOLE, step.company.currency_id)['total_excluded'] / WHOLE


def _is_included(taxes):
    """Return whether a price has its tax in it, as far as there is one."""
    leaves = taxes.flatten_taxes_hierarchy().filtered('amount')
    return bool(leaves) and all(leaves.mapped('price_include'))
