"""Tax codes of QuickBooks in Odoo: as the rules of taxes see them, and as taxes that are made of them."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...qbo import taxes
from ..connection.cached import cached, empty_cache


class QboReference(models.Model):
    _inherit = 'qbo.reference'

    tax_percent = fields.Char("Rates", compute='_compute_tax_percent')
    lacks_sale_tax = fields.Boolean(compute='_compute_lacks_tax')
    lacks_purchase_tax = fields.Boolean(compute='_compute_lacks_tax')

    def _compute_tax_percent(self):
        for reference in self:
            side = 'purchase' if reference.kind == 'Purchase' else 'sale'
            reference.tax_percent = reference.entity == 'TaxCode' and reference._percent_on(side)

    def _compute_lacks_tax(self):
        for reference in self:
            sides = reference.connection_id._tax_sides() if reference.entity == 'TaxCode' else ()
            reference.lacks_sale_tax = 'sale' in sides and reference._lacks_tax('sale')
            reference.lacks_purchase_tax = 'purchase' in sides and reference._lacks_tax('purchase')

    @api.model_create_multi
    def create(self, vals_list):
        references = super().create(vals_list)
        empty_cache(self.env)
        return references

    def write(self, vals):
        result = super().write(vals)
        empty_cache(self.env)
        return result

    @api.model
    @cached('qbo_company_id', 'day', 'side')
    def _tax_lists(self, qbo_company_id, day, side='sale'):
        """Return the :class:`qbo.taxes.TaxLists` of a QuickBooks company on a day. Cached: each invoice line asks.

        :param str day: ``2026-11-21``
        :param str side: ``sale`` or ``purchase``
        """
        domain = [('qbo_company_id', '=', qbo_company_id), ('entity', 'in', ('TaxRate', 'TaxCode'))]
        found = self.sudo().with_context(active_test=False).search(domain)
        rates = [
            (item.entity_id, item.name, item.active, item.data)
            for item in found.filtered(lambda item: item.entity == 'TaxRate')
        ]
        codes = [
            (item.entity_id, item.name, item.active and item._is_of_side(side), item.data)
            for item in found.filtered(lambda item: item.entity == 'TaxCode' and item.kind != 'Built-in')
        ]
        return taxes.TaxLists(codes, rates, day, side)

    def _is_of_side(self, side):
        """Return whether a tax code may stand on documents of a side; most may on both."""
        return self.kind == 'Sales' if side == 'sale' else taxes.is_of_side(self.data or {}, side)

    def _lists_today(self, side='sale'):
        return self._tax_lists(self.qbo_company_id.id, str(self.connection_id._today()), side)

    def _percent_on(self, side):
        """Return what a tax code charges on documents of a side, for people; False for what is none."""
        code = self._lists_today(side).codes.get(self.entity_id)
        return bool(code) and taxes.show(code.rates)

    def _lacks_tax(self, side):
        """Return whether a tax code may stand on documents of a side, and is no tax of that side in Odoo."""
        if not self.sudo()._is_of_side(side):
            return False
        return bool(self.env['account.tax']._qbo_from_code(self.connection_id, self.qbo_id, side=side)[1])

    # === ACTION METHODS === #

    def action_create_tax(self):
        """Create the tax, or the group of taxes, that this tax code is on what is sold, and map it."""
        return self._create_taxes('sale')

    def action_create_purchase_tax(self):
        """Create the tax, or the group of taxes, that this tax code is on what is bought, and map it."""
        return self._create_taxes('purchase')

    def _create_taxes(self, side):
        self._check_may('read')
        self.connection_id._check_may('write')
        for reference in self:
            reference._create_tax(side)
        return True

    def _create_tax(self, side='sale'):
        """Return a new tax of a side for this code, with the accounts of the company's default tax of that side."""
        code = self._lists_today(side).codes[self.entity_id]
        if any(rate.applies == taxes.ON_TAX for rate in code.rates):
            raise UserError(self.env._("“%s” taxes a tax alone. Odoo has no such taxes.", self.name))
        model = self._default_tax(side)
        name, group = self._free_tax_name(code, side), self._tax_group(model)
        mapped = {'type_tax_use': side, 'qbo_tax_code_id': self.id, 'name': name, 'tax_group_id': group.id}
        if len(code.rates) < 2:
            return self._copy_tax(model, amount=code.rates[0].percent if code.rates else 0.0, **mapped)
        children = self.env['account.tax']
        for place, rate in enumerate(code.rates, 1):
            children += self._copy_tax(
                model,
                name=rate.name,
                amount=rate.percent,
                type_tax_use='none',
                tax_group_id=group.id,
                sequence=place,
                include_base_amount=any(later.applies == taxes.ON_TOP for later in code.rates[place:]),
                is_base_affected=rate.applies == taxes.ON_TOP,
            )
        return self._copy_tax(model, amount_type='group', amount=0.0, children_tax_ids=children.ids, **mapped)

    def _default_tax(self, side):
        company = self.company_id.sudo()
        return company.account_purchase_tax_id if side == 'purchase' else company.account_sale_tax_id

    def _copy_tax(self, model, **vals):
        """Return a new percent tax that is booked as ``model``, a company's default tax, or as Odoo's own default."""
        company = self.company_id
        vals = {'qbo_tax_code_id': False, **vals}
        if model.active and model.amount_type == 'percent' and vals.get('amount_type') != 'group':
            # It is booked as the default tax is, and replaces no other tax in a fiscal position.
            return model.with_env(self.env).copy({**vals, 'company_id': company.id, 'original_tax_ids': []})
        return self.env['account.tax'].create({'amount_type': 'percent', 'company_id': company.id, **vals})

    def _tax_group(self, model):
        """Return the group under whose name documents total the taxes of this code, paid as the default tax is."""
        company = self.company_id
        vals = {'name': self.name, 'company_id': company.id}
        groups = self.env['account.tax.group']
        own = groups.search([(field, '=', value) for field, value in vals.items()], limit=1)
        group = model.tax_group_id.with_env(self.env)
        return own or (group.copy(vals) if group else groups.create(vals))

    def _free_tax_name(self, code, side):
        """Return the code's name, with its percentages where a tax of Odoo of that side has that name already."""
        every = self.env['account.tax'].with_context(active_test=False)._qbo_taxes(self.connection_id, side)
        taken = any(taxes.is_same_name(tax.name, self.name) for tax in every)
        return f'{self.name} ({taxes.show(code.rates)})' if taken else self.name
