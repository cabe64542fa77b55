"""Which tax code of QuickBooks a set of taxes is, and the other way round (qbo-api 9.7).

A mapping by hand goes first; else name and percentage must both agree. What amounts would differ by is never passed
over: the answer is then a reason that names the tax, both percentages and what to do.
"""

from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.tools.translate import LazyTranslate

from ..qbo import taxes
from .connection.reason import Reason, declare
from .link.mixin import GROUP

MENDING = frozenset({'qbo_tax_code_id', 'name', 'amount', 'children_tax_ids', 'active', 'price_include_override'})

_lt = LazyTranslate(__name__)
declare(
    {
        'tax_lists_unread': _lt("QuickBooks' tax codes are not known yet. Press Refresh Lists on the connection."),
        'tax_not_sale': _lt("Tax “%(tax)s” is not a sales tax. Use another one on this line."),
        'tax_not_purchase': _lt("Tax “%(tax)s” is not a purchase tax. Use another one on this line."),
        'tax_switched_off': _lt(
            "Sales tax is switched off in QuickBooks. Switch it on there, or take the tax “%(tax)s” off the line."
        ),
        'tax_no_percentage': _lt(
            "Tax “%(tax)s” is not a plain percentage of the amount. QuickBooks has no such taxes: charge it as a "
            "product on a line of its own."
        ),
        'tax_reverse_charge': _lt("Tax “%(tax)s” is a reverse charge: its parts cancel out. Use a tax of 0%%."),
        'tax_none': _lt("QuickBooks wants a tax code on every line. Put a tax of 0% on the lines without tax."),
        'tax_not_together': _lt(
            "No tax code of QuickBooks is just these taxes together: %(taxes)s. Create it in QuickBooks, or use a "
            "group of these taxes and map that."
        ),
        'tax_unknown': _lt(
            "Tax “%(tax)s” (%(percent)s) is not in QuickBooks: no tax code there has this name and percentage. Map it "
            "on the tax, or create it in QuickBooks."
        ),
        'tax_code_inactive': _lt(
            "The tax code “%(code)s” that tax “%(tax)s” is mapped to is inactive in QuickBooks. Map another one on the "
            "tax, or create it in QuickBooks."
        ),
        'tax_on_tax': _lt(
            "Tax “%(tax)s” and the tax code “%(code)s” of QuickBooks have the same percentages (%(odoo)s), but only "
            "one of them charges tax on top of another tax. Correct one, or map another tax code on the tax."
        ),
        'tax_unmapped': _lt(
            "Tax “%(tax)s” is %(odoo)s in Odoo, but the tax code “%(code)s” is %(qbo)s in QuickBooks. If it is the "
            "same tax, map it on the tax."
        ),
        'tax_differs': _lt(
            "Tax “%(tax)s” is %(odoo)s in Odoo, but the tax code “%(code)s” is %(qbo)s in QuickBooks. Correct one of "
            "them, map another tax code on the tax, or create it in QuickBooks under another name."
        ),
        'tax_price': _lt(
            "The tax code “%(code)s” of QuickBooks is tax “%(tax)s” in Odoo, but only one of the documents has it "
            "included in the prices. Add a tax in Odoo that is, or is not, included, and map it to “%(code)s” too."
        ),
        'tax_code_unknown': _lt(
            "Odoo does not know this tax code of QuickBooks. Press Refresh Lists on the connection."
        ),
        'tax_code_unmapped': _lt(
            "The tax code “%(code)s” (%(percent)s) of QuickBooks is no tax in Odoo. Map it on a tax, or press Create "
            "in Odoo on the page Taxes of the connection."
        ),
    },
    is_check=True,
)


class AccountTax(models.Model):
    _name = 'account.tax'
    _inherit = ['account.tax', 'qbo.guard']

    qbo_tax_code_ids = fields.Many2many(
        'qbo.reference',
        'account_tax_qbo_reference_rel',
        'tax_id',
        'reference_id',
        "Tax Codes",
        groups=GROUP,
        copy=False,
        context={'active_test': False},
        help="One of each QuickBooks company that was ever connected.",
    )
    qbo_tax_code_id = fields.Many2one(
        'qbo.reference',
        "QuickBooks Tax Code",
        check_company=True,
        compute='_compute_qbo_tax_code_id',
        inverse='_inverse_qbo_tax_code_id',
        search='_search_qbo_tax_code_id',
        compute_sudo=True,
        domain="[('entity', '=', 'TaxCode'), ('company_id', 'child_of', company_id), ('qbo_id', '!=', False), "
        "('kind', 'in', ['Sales', 'Purchase'] if type_tax_use == 'purchase' else ['Sales'])]",
        groups=GROUP,
        tracking=True,
        help="The tax code in QuickBooks that this tax is. Empty: the one of the same name and percentage.",
    )
    qbo_tax_state = fields.Selection(
        [
            ('matched', "Matched"),
            ('computed', "Computed by QuickBooks"),
            ('differs', "Differs"),
            ('missing', "Not in QuickBooks"),
        ],
        "In QuickBooks",
        compute='_compute_qbo_tax_state',
        groups=GROUP,
    )
    qbo_percent = fields.Char("Percentages", compute='_compute_qbo_tax_state', groups=GROUP)
    qbo_tax_found = fields.Char("Found in QuickBooks", compute='_compute_qbo_tax_state', groups=GROUP)
    qbo_tax_note = fields.Text("What to Do", compute='_compute_qbo_tax_state', groups=GROUP)
    qbo_is_connected = fields.Boolean(compute='_compute_qbo_tax_state', groups=GROUP)

    # === COMPUTE METHODS === #

    @api.depends('qbo_tax_code_ids.qbo_company_id.connection_ids')
    @api.depends_context('company')
    def _compute_qbo_tax_code_id(self):
        for tax in self:
            tax.qbo_tax_code_id = tax._qbo_mapped_to(tax._qbo_connection())

    def _inverse_qbo_tax_code_id(self):
        """What was chosen for other QuickBooks companies stays."""
        for tax in self:
            code = tax.qbo_tax_code_id
            own = code.sudo().qbo_company_id or tax._qbo_connection().qbo_company_id
            old = tax.sudo().qbo_tax_code_ids.filtered(lambda item, own=own: item.qbo_company_id == own)
            tax.qbo_tax_code_ids = [*map(Command.unlink, old.ids), *map(Command.link, code.ids)]

    def _search_qbo_tax_code_id(self, operator, value):
        self._check_search('qbo_tax_code_id')
        if operator != 'in':
            return NotImplemented
        found = Domain('qbo_tax_code_ids', 'in', [item for item in value if item])
        return found | ~Domain('qbo_tax_code_ids.qbo_id', '!=', False) if False in value else found

    @api.depends('name', 'amount', 'amount_type', 'type_tax_use', 'children_tax_ids', 'qbo_tax_code_id')
    @api.depends_context('company', 'lang')
    def _compute_qbo_tax_state(self):
        for tax in self:
            connection = tax._qbo_connection()
            tax.qbo_tax_state = tax.qbo_tax_found = tax.qbo_tax_note = False
            tax.qbo_is_connected = connection.state == 'connected'
            tax.qbo_percent = not tax._qbo_odd() and taxes.show(tax._qbo_rates())
            if connection and tax.type_tax_use in connection.sudo()._tax_sides():
                tax._qbo_show_state(connection)

    def _qbo_show_state(self, connection):
        side = self.type_tax_use
        code, self.qbo_tax_state, reason = self.sudo()._qbo_find(connection, None, side)
        percent = code and code._percent_on(side)
        self.qbo_tax_note = reason and reason.text(self.env)
        if self.qbo_tax_state == 'computed':
            self.qbo_tax_note = self.env._("QuickBooks finds the tax by the address of the customer.")
        elif self.qbo_tax_state == 'differs':
            other = self.sudo()._qbo_code_in(self._qbo_lists(connection, None, side), connection)[1]
            self.qbo_tax_found = f'{other.name}: {taxes.show(other.rates)}'
        elif percent:
            self.qbo_tax_found = f'{code.name}: {percent}'
        elif self.qbo_tax_state == 'matched':
            self.qbo_tax_note = self.env._("Lines with this tax are not taxed in QuickBooks.")

    # === CRUD METHODS === #

    def write(self, vals):
        """Documents that have a problem with a tax are looked at again when the tax changes."""
        result = super().write(vals)
        if not MENDING.isdisjoint(vals):
            self.env['qbo.connection'].union(*(tax._qbo_connection() for tax in self))._retry_problems()
        return result

    # === ODOO TO QUICKBOOKS === #

    def _qbo_code_or_reason(self, connection, date=None, side='sale'):
        """Return ``(tax code, None)`` or ``(empty, reason)`` for the taxes of one line, none included.

        The code is a ``qbo.reference``. In the US it is the code of the document, or TAX where QuickBooks finds the
        tax, and NON where nothing is charged. Both are empty where a company outside the US has sales tax off.

        :param connection: ``qbo.connection``
        :param date: of the document, today by default: rates of QuickBooks change with time
        :param str side: of the document, ``sale`` or ``purchase``: a code has rates of its own for each
        """
        code, _state, reason = self.sudo()._qbo_find(connection.sudo(), date, side)
        return code.with_env(self.env), reason

    def _qbo_rate_ids(self, connection, date=None, side='sale'):
        """Return ``{id of a tax: id of its rate in QuickBooks}`` for the taxes of one line, groups as their children.

        Empty where they have no code, or one of the same total but of other rates: then only the total can be sent.
        """
        every = self.sudo()
        return every._qbo_pairs(every._qbo_lists(connection, date, side), connection)

    def _qbo_rate_id(self, connection, date=None, side='sale'):
        """Return the id of the rate in QuickBooks that this tax is, None where there is none; it must be no group."""
        self.ensure_one()
        tax = self.sudo()
        return next(iter(tax._qbo_rate_choices(tax._qbo_lists(connection, date, side), connection)), None)

    def _qbo_find(self, connection, date, side):
        """Return ``(tax code or empty, state, reason or None)``: see :meth:`_qbo_code_or_reason`."""
        nothing, is_us = self.env['qbo.reference'], connection._is_us()
        charged = any(self._qbo_leaves().mapped('amount'))
        if reason := self._qbo_unfit(connection, charged, side):
            return nothing, 'missing', reason
        if connection._tax_model() == 'automated':
            return self._qbo_built_in(connection, charged), 'computed', None
        if not charged and is_us and not self._qbo_mapped_to(connection):
            return self._qbo_built_in(connection, False), 'matched', None
        if connection._tax_model() == 'none':
            return nothing, 'matched', None
        lists = self._qbo_lists(connection, date, side)
        code, other = self._qbo_code_in(lists, connection)
        if code:
            return nothing._of(connection, 'TaxCode', code.key), 'matched', None
        return nothing, 'differs' if other else 'missing', self._qbo_why_not(lists, connection, other)

    def _qbo_built_in(self, connection, charged):
        return self.env['qbo.reference']._of(connection, 'TaxCode', 'TAX' if charged else 'NON')

    def _qbo_code_in(self, lists, connection):
        """Return ``(code, other)``: the code that these taxes are, and one that was meant but is not the same.

        :param qbo.taxes.TaxLists lists: of the connection
        """
        if not self:
            return lists.zero(), None
        wanted, other = self._qbo_rates(), None
        if len(self) == 1:
            if mapped := self._qbo_mapped_code(lists, connection):
                return (mapped, None) if mapped.active and is_agreed(wanted, mapped) else (None, mapped)
            other = lists.named(self.name or '')
            if other and taxes.pair(wanted, other.rates):
                return other, None
        choices = [
            {(key, rate.applies) for key in self.browse(rate.key)._qbo_rate_choices(lists, connection)}
            for rate in wanted
        ]
        return lists.of_rates(choices), other

    def _qbo_mapped_code(self, lists, connection):
        """Return the code that was mapped by hand, as valid now; None where there is none of this connection."""
        return lists.codes.get(self._qbo_mapped_to(connection).entity_id)

    def _qbo_mapped_to(self, connection):
        """Return the codes of a connection that these taxes were mapped to by hand (``qbo.reference``)."""
        company = connection.sudo().qbo_company_id
        return self.sudo().qbo_tax_code_ids.filtered(lambda code: code.qbo_company_id == company)

    def _qbo_rate_choices(self, lists, connection):
        """Return the ids of the rates that a tax may be: that of its own code, or those of its name and percentage."""
        rate = taxes.Rate(self.id, self.name or '', self.amount)
        own = self._qbo_mapped_code(lists, connection) or lists.named(rate.name)
        if own and taxes.pair([rate], own.rates):
            return {own.rates[0].key}
        return lists.rates_like(rate)

    def _qbo_pairs(self, lists, connection):
        code, _other = self._qbo_code_in(lists, connection)
        return (taxes.pair(self._qbo_rates(), code.rates) if code else None) or {}

    # === QUICKBOOKS TO ODOO === #

    def _qbo_from_code(self, connection, code_id, date=None, included=None, side='sale'):
        """Return ``(taxes, None)`` or ``(empty, reason)``: the taxes of a side that a tax code of QuickBooks is.

        No taxes and no reason: nothing is charged. ``TAX`` of the US is no answer: ask with the document's code.

        :param connection: ``qbo.connection``
        :param str code_id: id of a TaxCode
        :param date: of the document, today by default
        :param included: whether they must be included in the price; None where that does not matter
        :param str side: of the document, ``sale`` or ``purchase``
        """
        every = self.sudo()._qbo_taxes(connection, side).filtered(lambda tax: not tax._qbo_odd())
        if code_id == 'NON':
            return self.browse(), None
        lists = every._qbo_lists(connection, date, side)
        code = lists.codes.get(code_id)
        if not code:
            return self.browse(), Reason('tax_code_unknown')
        found, reason = every._qbo_meant_by(code, lists, connection, included)
        if not found and code == lists.zero():
            return self.browse(), None
        return found.with_env(self.env), reason

    def _qbo_from_rate(self, connection, rate_id, date=None, included=None, side='sale'):
        """Return the tax of a side, no group, that a rate of QuickBooks is; empty where there is none.

        :param str rate_id: id of a TaxRate
        """
        every = self.sudo()._qbo_taxes(connection, side).filtered(lambda tax: not tax._qbo_odd())
        lists = every._qbo_lists(connection, date, side)
        found = [
            key
            for tax in every.sorted(lambda tax: not tax._qbo_mapped_to(connection))
            for key, rate in tax._qbo_pairs(lists, connection).items()
            if rate == rate_id
        ]
        single = every.filtered(lambda tax: tax.amount_type == 'percent')
        found += [tax.id for tax in single if rate_id in tax._qbo_rate_choices(lists, connection)]
        return self.browse(found).sudo().filtered(lambda tax: tax._qbo_is_included(included))[:1].with_env(self.env)

    def _qbo_meant_by(self, code, lists, connection, included):
        """Return ``(taxes, None)`` or ``(empty, reason)``: those of these that are a :class:`qbo.taxes.Code`."""
        mapped = self.filtered(lambda tax: tax._qbo_mapped_code(lists, connection) == code)
        free = self.filtered(lambda tax: not tax._qbo_mapped_code(lists, connection))
        named = free.filtered(lambda tax: taxes.is_same_name(tax.name, code.name))
        agreed = mapped.filtered(lambda tax: is_agreed(tax._qbo_rates(), code))
        agreed += named.filtered(lambda tax: taxes.pair(tax._qbo_rates(), code.rates))
        found = agreed.filtered(lambda tax: tax._qbo_is_included(included))[:1]
        found = found or self._qbo_several(code, included)
        if found:
            return found, None
        if agreed:
            return agreed.browse(), agreed[0]._qbo_wrong_price(code)
        if differing := (mapped or named)[:1]:
            return differing.browse(), differing._qbo_differs(code)
        return self.browse(), Reason('tax_code_unmapped', {'code': code.name, 'percent': taxes.show(code.rates)})

    def _qbo_several(self, code, included):
        """Return the single taxes that together are a code of several rates, empty where one is missing."""
        found = self.browse()
        for rate in code.rates:
            found += self.filtered(
                lambda tax, rate=rate: (
                    tax.amount_type == 'percent'
                    and tax._qbo_is_included(included)
                    and taxes.is_same_name(tax.name, rate.name)
                    and round(tax.amount, taxes.DIGITS) == round(rate.percent, taxes.DIGITS)
                )
            )[:1]
        return found if found and taxes.pair(found._qbo_rates(), code.rates) else self.browse()

    # === FACTS === #

    def _qbo_connection(self):
        """Return the connection that counts for a tax: its company's, or that of a branch which uses it."""
        connections = self.env['qbo.connection']
        return connections._of_company(self.company_id) or connections._of_company(self.env.company)

    def _qbo_lists(self, connection, date, side='sale'):
        day = fields.Date.to_string(fields.Date.to_date(date) or connection._today())
        return self.env['qbo.reference']._tax_lists(connection.qbo_company_id.id, day, side)

    def _qbo_taxes(self, connection, side):
        """Return the taxes of a side, ``sale`` or ``purchase``, that the company of a connection may use."""
        domain = self._check_company_domain(connection.company_id)
        return self.search([*domain, ('type_tax_use', '=', side)])

    def _qbo_leaves(self):
        """Return these taxes in the order in which they are charged, groups as their children."""
        return self._flatten_taxes_and_sort_them()[0]

    def _qbo_rates(self):
        """Return these taxes as :class:`qbo.taxes.Rate`, in the order in which they are charged."""
        rates, before = [], self.browse()
        for tax in self._qbo_leaves():
            on_top = before.filtered('include_base_amount') if tax.is_base_affected else before.browse()
            applies = taxes.ON_TOP if on_top else taxes.ON_AMOUNT
            if on_top and on_top != before:
                applies = 'partly'  # QuickBooks knows all taxes before or none
            rates.append(taxes.Rate(tax.id, tax.name or '', tax.amount, applies))
            before += tax.filtered('amount')
        return taxes.charged(rates)

    def _qbo_is_included(self, included):
        """Return whether these taxes are included in the price, or not, as asked; a tax of nothing is both."""
        charged = self._qbo_leaves().filtered('amount')
        return included is None or all(tax.price_include == included for tax in charged)

    # === WORDS === #

    def _qbo_unfit(self, connection, charged, side):
        """Return the reason why QuickBooks cannot have such taxes at all, or cannot be asked; None where it can."""
        if not connection.lists_read_at:
            return Reason('tax_lists_unread')
        if reason := self._qbo_odd():
            return reason
        if wrong := self.filtered(lambda tax: tax.type_tax_use != side)[:1]:
            return Reason('tax_not_purchase' if side == 'purchase' else 'tax_not_sale', {'tax': wrong.name})
        if charged and connection._tax_model() == 'none':
            return Reason('tax_switched_off', {'tax': self[:1].name})
        return None

    def _qbo_odd(self):
        """Return the reason why some of these are taxes that QuickBooks cannot have; None where there are none."""
        for tax in self | self._qbo_leaves():
            if tax.amount_type not in ('percent', 'group') or tax.amount < 0:
                return Reason('tax_no_percentage', {'tax': tax.name})
            if tax.has_negative_factor:
                return Reason('tax_reverse_charge', {'tax': tax.name})
        return None

    def _qbo_why_not(self, lists, connection, other):
        """Return the reason why these taxes have no code in QuickBooks."""
        if other:
            return self._qbo_differs(other)
        if not self:
            return Reason('tax_none')
        wanted = self._qbo_rates()
        lone = [rate for rate in wanted if not self.browse(rate.key)._qbo_rate_choices(lists, connection)]
        if len(self) > 1 and not lone:
            names = ', '.join(f'{rate.name} ({taxes.show([rate])})' for rate in wanted)
            return Reason('tax_not_together', {'taxes': names})
        name = self.name if len(self) == 1 else lone[0].name
        return Reason('tax_unknown', {'tax': name, 'percent': taxes.show(wanted if len(self) == 1 else lone[:1])})

    def _qbo_differs(self, code):
        """Return the reason that says that a tax and its code charge something else."""
        wanted = self._qbo_rates()
        if not code.active and is_agreed(wanted, code):
            return Reason('tax_code_inactive', {'code': code.name, 'tax': self.name})
        odoo, qbo = taxes.show(wanted), taxes.show(code.rates)
        if sorted(rate.percent for rate in wanted) == sorted(rate.percent for rate in code.rates):
            return Reason('tax_on_tax', {'tax': self.name, 'code': code.name, 'odoo': odoo})
        return Reason(
            'tax_unmapped' if is_agreed(wanted, code) else 'tax_differs',
            {'tax': self.name, 'code': code.name, 'odoo': odoo, 'qbo': qbo},
        )

    def _qbo_wrong_price(self, code):
        return Reason('tax_price', {'code': code.name, 'tax': self.name})


def is_agreed(wanted, code):
    """Return whether a mapping by hand holds: the same rates, or one tax that is the total of several rates."""
    is_total = len(wanted) == 1 and taxes.total(wanted) == taxes.total(code.rates)
    return is_total or taxes.pair(wanted, code.rates) is not None
