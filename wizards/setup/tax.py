"""The taxes of both sides: which tax is which tax code, and what becomes of those that the other side lacks."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...models.account_tax import is_agreed
from ...models.connection.messages import sentence
from ...qbo import errors, taxes

CHOICES = [
    ('match', "Is the tax code"),
    ('create_qbo', "Create in QuickBooks"),
    ('create_odoo', "Create in Odoo"),
    ('leave', "Leave: documents with it wait"),
]
ALLOWED = {True: ('match', 'create_qbo', 'leave'), False: ('create_odoo', 'leave')}


class QboSetupTax(models.Model):
    """A tax of Odoo, or a tax code that only QuickBooks has, and what becomes of it."""

    _name = 'qbo.setup.tax'
    _inherit = ['qbo.guard']
    _description = "QuickBooks Setup: Tax"
    _order = 'setup_id, side desc, is_there, id'

    setup_id = fields.Many2one('qbo.setup', required=True, ondelete='cascade', index=True, readonly=True)
    qbo_company_id = fields.Many2one(related='setup_id.qbo_company_id')
    tax_id = fields.Many2one('account.tax', "Tax in Odoo", readonly=True, ondelete='cascade')
    side = fields.Selection(
        [('sale', "Sales"), ('purchase', "Purchases")], "Used for", required=True, default='sale', readonly=True
    )
    is_there = fields.Boolean("Only in QuickBooks", readonly=True)
    name = fields.Char("Tax", readonly=True)
    percent = fields.Char("Rate", readonly=True)
    choice = fields.Selection(CHOICES, "What Becomes of It", required=True)
    code_id = fields.Many2one(
        'qbo.reference',
        "Tax Code in QuickBooks",
        domain="[('qbo_company_id', '=', qbo_company_id), ('entity', '=', 'TaxCode'), "
        "('kind', 'in', ['Sales', 'Purchase'] if side == 'purchase' else ['Sales'])]",
        ondelete='set null',
    )
    note = fields.Char("Why", readonly=True)
    is_chosen = fields.Boolean("Decided by a Person", readonly=True)

    @api.depends('name', 'percent')
    def _compute_display_name(self):
        for line in self:
            line.display_name = f'{line.name} ({line.percent})' if line.percent else line.name or ''

    @api.onchange('code_id')
    def _onchange_code_id(self):
        if self.code_id and not self.is_there:
            self.choice = 'match'

    def write(self, vals):
        """What a person chose is not proposed anew."""
        if not self.env.su and not {'choice', 'code_id'}.isdisjoint(vals):
            self.sudo().is_chosen = True
        return super().write(vals)

    @api.constrains('choice', 'code_id', 'is_there')
    def _check_choice(self):
        for line in self:
            if line.choice not in ALLOWED[not line.is_there]:
                raise UserError(self.env._("“%s” cannot be treated in this way.", line.name))
            if line.choice == 'match' and not line.code_id and line._is_charged():
                raise UserError(self.env._("Choose the tax code that “%s” is.", line.name))

    def _is_charged(self):
        return any(self.tax_id.sudo()._qbo_leaves().mapped('amount'))

    # === PROPOSING === #

    def _proposal(self, tax, connection):
        """Return the values proposed for a tax of Odoo: its code by name and percentage, else by percentage alone.

        Where no code charges the same, it is created there if it is in use; else it is left.
        """
        code, state, reason = tax._qbo_find(connection, None, tax.type_tax_use)
        if state in ('matched', 'computed'):
            notes = {'computed': self.env._("QuickBooks finds the tax by itself.")}
            same = self.env._("Same name and percentage.") if code.tax_percent else self.env._("It charges nothing.")
            return {'choice': 'match', 'code_id': code.id, 'note': notes.get(state, same)}
        if tax._qbo_odd() or connection._tax_model() == 'none':
            return {'choice': 'leave', 'note': reason.text(self.env)}
        rates = tax._qbo_rates()
        lists = tax._qbo_lists(connection, None, tax.type_tax_use)
        if same := [item for item in lists.usable if is_agreed(rates, item)]:
            nearest = max(same, key=lambda item: taxes.likeness(tax.name or '', item.name))
            return {
                'choice': 'match',
                'code_id': code._of(connection, 'TaxCode', nearest.key).id,
                'note': self.env._("Same percentage, another name."),
            }
        return self._proposal_without_code(tax, rates, lists, connection)

    def _proposal_without_code(self, tax, rates, lists, connection):
        """Return the values proposed where no code of QuickBooks charges what a tax does; the nearest one is named."""
        note = self.env._("QuickBooks has no tax code of %s.", taxes.show(rates))
        if lists.usable:
            near = min(lists.usable, key=lambda item: abs(taxes.total(item.rates) - taxes.total(rates)))
            note = self.env._(
                "QuickBooks has no tax code of %(percent)s. The nearest is “%(code)s” (%(there)s).",
                percent=taxes.show(rates),
                code=near.name,
                there=taxes.show(near.rates),
            )
        # QuickBooks has each name once, whatever it is used for.
        names = [item.name for item in lists.codes.values()]
        names += tax._qbo_taxes(connection, 'sale').mapped('name') if tax.type_tax_use == 'purchase' else []
        can_create = all(rate.applies == taxes.ON_AMOUNT for rate in rates) and not any(
            taxes.is_same_name(name, tax.name or '') for name in names
        )
        return {'choice': 'create_qbo' if can_create and tax._qbo_in_use() else 'leave', 'note': note}

    # === APPLYING === #

    def _apply(self):
        """Do what is chosen: map, create there, create here. Calls QuickBooks where something is created there.

        :raise UserError: QuickBooks, or Odoo, refuses one; what was created before is known the next time
        """
        for line in self:
            connection = line.setup_id.connection_id.sudo()
            if line.choice == 'match' and line.code_id.qbo_id:
                if line.tax_id.sudo()._qbo_find(connection, None, line.side)[0] != line.code_id:
                    line.tax_id.sudo().qbo_tax_code_id = line.code_id
            elif line.choice == 'create_qbo':
                line._create_there(connection)
            elif line.choice == 'create_odoo':
                line.sudo().tax_id = line.code_id._create_tax(line.side)

    def _create_there(self, connection):
        try:
            reason = self.tax_id.with_company(connection.company_id)._qbo_code_made(connection)
        except errors.QboError as error:
            raise UserError(sentence(self.env, error, name=self.name)) from error
        if reason:
            raise UserError(reason)


class QboSetup(models.Model):
    _inherit = 'qbo.setup'

    tax_line_ids = fields.One2many('qbo.setup.tax', 'setup_id', "Taxes")
    tax_model = fields.Selection(related='connection_id.tax_model')
    default_tax_line_id = fields.Many2one(
        'qbo.setup.tax',
        "Tax of New Products",
        domain="[('setup_id', '=', id), ('choice', '!=', 'leave'), ('side', '=', 'sale')]",
        ondelete='set null',
        help="Products that QuickBooks taxes, and new ones in Odoo, get this tax.",
    )
    tax_agency_id = fields.Many2one(related='connection_id.tax_agency_id', readonly=False)
    tax_agency_name = fields.Char(related='connection_id.tax_agency_name', readonly=False)
    has_tax_agency = fields.Boolean(related='connection_id.has_tax_agency')
    creates_codes = fields.Boolean(compute='_compute_creates_codes')
    has_purchase_taxes = fields.Boolean(compute='_compute_creates_codes')

    @api.depends('tax_line_ids.choice', 'tax_line_ids.side')
    def _compute_creates_codes(self):
        for setup in self:
            setup.creates_codes = 'create_qbo' in setup.tax_line_ids.mapped('choice')
            setup.has_purchase_taxes = 'purchase' in setup.tax_line_ids.mapped('side')

    def _suggest_taxes(self):
        """Write a line for each tax of both sides; what a person decided stays while it still fits."""
        setup = self.sudo()
        connection = setup.connection_id
        old = {(line.tax_id.id, line.side, line.is_there and line.code_id.id): line for line in setup.tax_line_ids}
        wanted = [*setup._lines_of_odoo(connection), *setup._lines_of_quickbooks(connection)]
        kept = self.env['qbo.setup.tax'].sudo()
        for vals in wanted:
            line = old.get((vals.get('tax_id', False), vals['side'], vals['is_there'] and vals['code_id']))
            if line and line.is_chosen:
                vals = {name: vals[name] for name in ('name', 'percent', 'note')}
            if line:
                line.write(vals)
            else:
                line = kept.create({**vals, 'setup_id': self.id})
            kept |= line
        (setup.tax_line_ids - kept).unlink()
        setup.invalidate_recordset(['tax_line_ids'])
        if setup.default_tax_line_id.choice in (False, 'leave'):
            setup.default_tax_line_id = setup._default_line(connection)
        if setup.creates_codes and not connection.tax_agency_id:
            connection.tax_agency_id = setup._likely_agency(connection)

    def _lines_of_odoo(self, connection):
        model, lines = self.env['account.tax'].with_company(self.company_id), []
        for tax in model.union(*(model._qbo_taxes(connection, side) for side in self._tax_sides(connection))):
            proposal = {'code_id': False, **self.env['qbo.setup.tax']._proposal(tax, connection)}
            if proposal['choice'] == 'create_qbo' and tax.type_tax_use == 'purchase' and not self._takes_purchases():
                proposal['choice'] = 'leave'
            percent = not tax._qbo_odd() and taxes.show(tax._qbo_rates())
            shown = {'is_there': False, 'side': tax.type_tax_use, 'name': tax.name, 'percent': percent}
            lines.append({'tax_id': tax.id, **shown, **proposal})
        return lines

    def _tax_sides(self, connection):
        """Return the sides of documents whose taxes are chosen here: on purchases outside the US alone."""
        return ('sale', 'purchase') if connection._tax_model() == 'coded' else ('sale',)

    def _takes_purchases(self):
        """Return whether somebody chose purchases, which comes after the taxes: then taxes are made for them."""
        return self.want_purchases or self.connection_id.sudo().sync_purchases

    def _lines_of_quickbooks(self, connection):
        """Return lines for the tax codes that no tax of Odoo is: they are created here, where the user may do so."""
        if connection._tax_model() not in ('manual', 'coded'):
            return []
        proposed = {(line['side'], line['code_id']) for line in self._lines_of_odoo(connection)}
        codes = self.env['qbo.reference'].search(
            [
                ('qbo_company_id', '=', connection.qbo_company_id.id),
                ('entity', '=', 'TaxCode'),
                ('kind', 'in', ('Sales', 'Purchase')),
            ]
        )
        may_create = self.env['account.tax'].sudo(False).has_access('create')
        note = self.env._("Documents and products of QuickBooks have it.")
        if not may_create:
            note = self.env._("An accounting administrator creates it: on the page Taxes of the connection.")
        return [
            {
                'is_there': True,
                'side': side,
                'code_id': code.id,
                'name': code.name,
                'percent': code._percent_on(side),
                'choice': 'create_odoo' if may_create and self._is_to_become_tax(code, side) else 'leave',
                'note': note,
            }
            for side in self._tax_sides(connection)
            for code in codes
            if (side, code.id) not in proposed and code._lacks_tax(side)
        ]

    def _is_to_become_tax(self, code, side):
        if side == 'purchase' and not self._takes_purchases():
            return False
        rates = code._lists_today(side).codes[code.entity_id].rates
        return not any(rate.applies == taxes.ON_TAX for rate in rates)

    def _default_line(self, connection):
        """Return the tax that products QuickBooks taxes are likely to have: Odoo's default, else QuickBooks' own."""
        lines = self.tax_line_ids.filtered(lambda line: line.choice != 'leave' and line.side == 'sale')
        own = lines.filtered(lambda line: line.tax_id == self.company_id.account_sale_tax_id)
        if connection._tax_model() != 'manual' or own.choice == 'match':
            return own[:1]
        there = connection._preference('TaxPrefs', 'TaxGroupCodeRef') or {}
        preferred = lines.filtered(lambda line: line.code_id.qbo_id and line.code_id.qbo_id == there.get('value'))
        charged = lines.filtered(lambda line: line.code_id and line.percent not in (False, '0%'))
        return (preferred or charged or own)[:1]

    def _likely_agency(self, connection):
        """Return the agency of the first rate that is charged, else the first one: a proposal, shown in the step."""
        agencies = connection._agencies()
        rates = self.env['qbo.reference'].search(
            [('qbo_company_id', '=', connection.qbo_company_id.id), ('entity', '=', 'TaxRate')], order='entity_id'
        )
        named = [((rate.data or {}).get('AgencyRef') or {}).get('value') for rate in rates]
        likely = agencies.filtered(lambda agency: agency.qbo_id in named)
        return (likely or agencies)[:1]

    def _check_taxes(self):
        """Refuse to go on where a tax code would be created and nobody said whom its tax is paid to.

        :raise UserError: with what is missing
        """
        if self.creates_codes and not self.tax_agency_id and not (self.tax_agency_name or '').strip():
            raise UserError(
                self.env._("Choose the tax agency, or enter a new one: QuickBooks asks whom the tax is paid to.")
            )

    def _apply_taxes(self):
        """Map and create the taxes as chosen, and give new products theirs. Calls QuickBooks."""
        self.tax_line_ids._apply()
        tax = self.default_tax_line_id.tax_id
        if tax and tax != self.company_id.sudo().account_sale_tax_id:
            self.connection_id.sudo().default_tax_id = tax
        self._suggest_taxes()

    def _tax_rows(self):
        """Yield the rows of the preview for the taxes."""
        what = {'match': 'link', 'create_qbo': 'create_qbo', 'create_odoo': 'create_odoo', 'leave': 'leave'}
        for line in self.tax_line_ids:
            yield {
                'kind': 'taxes',
                'what': what[line.choice],
                'name': line.display_name,
                'res_model': 'account.tax',
                'res_id': line.tax_id.id,
                'entity': 'TaxCode',
                'qbo_id': line.code_id.qbo_id,
                'in_qbo': False,
                'why': line.note,
            }


class AccountTax(models.Model):
    _inherit = 'account.tax'

    def _qbo_in_use(self):
        """Return whether a product, the company's default or a document has this tax."""
        tax, is_bought = self.sudo(), self.type_tax_use == 'purchase'
        company = tax.env.company
        default = company.account_purchase_tax_id if is_bought else company.account_sale_tax_id
        if tax == default or tax in default.children_tax_ids:
            return True
        products = tax.env['product.template'].with_context(active_test=False)
        lines = Domain('parent_state', '=', 'posted') & Domain('tax_ids', 'in', tax.ids)
        is_of_product = products.search_count(
            [('supplier_taxes_id' if is_bought else 'taxes_id', 'in', tax.ids)], limit=1
        )
        return bool(is_of_product or tax.env['account.move.line'].search_count(lines, limit=1))
