from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..qbo import text

NAME_MAX = 100  # qbo-api 9.5
DIGITS = 5  # qbo-api 2: amounts of lines and prices have up to five decimals
TEXTS = {'Sku': 'default_code', 'Description': 'description_sale', 'PurchaseDesc': 'description_purchase'}
TYPES = {'service': 'Service', 'consu': 'NonInventory'}  # Odoo: QuickBooks
FROM_TYPES = {'Service': 'service', 'NonInventory': 'consu', 'Inventory': 'consu'}
ACCOUNTS = {  # QuickBooks member: (product's own account, connection's default, product's switch)
    'IncomeAccountRef': ('qbo_income_account_id', 'income_account_id', 'sale_ok'),
    'ExpenseAccountRef': ('qbo_expense_account_id', 'expense_account_id', 'purchase_ok'),
}
NOTED = frozenset(
    {
        'name',
        'active',
        'type',
        'lst_price',
        'list_price',
        'standard_price',
        'sale_ok',
        'purchase_ok',
        'taxes_id',
        'product_template_attribute_value_ids',
        *TEXTS.values(),
        *(own for own, _default, _switch in ACCOUNTS.values()),
    }
)


class ProductProduct(models.Model):
    """Products and services: items in QuickBooks (qbo-api 9.5). Each variant is an item of its own."""

    _name = 'product.product'
    _inherit = ['product.product', 'qbo.mixin']

    qbo_income_account_id = fields.Many2one(
        'qbo.reference',
        "QuickBooks Income Account",
        company_dependent=True,
        domain="[('entity', '=', 'Account'), ('kind', '=', 'Income')]",
        help="Where QuickBooks books what this product earns. Empty: the connection's default, for products that Odoo "
        "creates there; products that came from QuickBooks keep their account.",
    )
    qbo_expense_account_id = fields.Many2one(
        'qbo.reference',
        "QuickBooks Expense Account",
        company_dependent=True,
        domain="[('entity', '=', 'Account'), ('kind', 'in', ('Expense', 'Cost of Goods Sold'))]",
        help="Where QuickBooks books what this product costs. Empty: the connection's default, for products that Odoo "
        "creates there; products that came from QuickBooks keep their account.",
    )

    # === WHAT THE ENGINE ASKS === #

    def _qbo_entity(self):
        return 'Item'

    def _qbo_fields(self):
        return NOTED

    def _qbo_toggle(self):
        return 'sync_products'

    def _qbo_schedules(self):
        return ('products', 'services')

    def _qbo_domain(self):
        return (Domain('sale_ok', '=', True) | Domain('purchase_ok', '=', True)) & Domain('type', '!=', 'combo')

    def _qbo_ready(self):
        if not text.clean_name(self.name or ''):
            return self.env._("It has no name.")
        if not self.active and (self.qbo_link_id.base_qbo or {}).get('Active') is False:
            return self.env._("It is archived. What changed is sent when it is active again.")
        if not self.qbo_link_id.qbo_id and not any(self._qbo_accounts().values()):
            if self.sale_ok:
                return self.env._("QuickBooks needs an income account. Choose the default one on the connection.")
            return self.env._("QuickBooks needs an expense account. Choose the default one on the connection.")
        return None

    def _qbo_values(self):
        return {
            'Name': self._qbo_name(),
            'Type': TYPES.get(self.type),
            'Active': self.active,
            'UnitPrice': round(self.lst_price, DIGITS),
            'PurchaseCost': round(self.standard_price, DIGITS),
            **{key: self[field] or None for key, field in TEXTS.items()},
            **{key: {'value': account} for key, account in self._qbo_accounts().items()},
        }

    def _qbo_mapped(self, values):
        return {
            'Name': text.strip_deleted(values.get('Name') or ''),
            'Type': TYPES[FROM_TYPES[values['Type']]],
            'Active': values.get('Active', True),
            **{key: values.get(key) or 0.0 for key in ('UnitPrice', 'PurchaseCost')},
            **{key: values.get(key) or None for key in TEXTS},
            **{key: {'value': (values.get(key) or {}).get('value')} for key in ACCOUNTS},
        }

    def _qbo_apply(self, values):
        """Accounts are never taken over: they are QuickBooks' own matter (seed pool-office-manager)."""
        if not self:
            return self._qbo_create(values)
        vals = self._qbo_vals(values)
        if self.product_tmpl_id.product_variant_count > 1 and vals.keys() & {'name', 'lst_price'}:
            raise UserError(
                self.env._("Name and price of a variant are those of its product. Change them in Odoo, on the product.")
            )
        self.write(vals)
        return self

    def _qbo_shown_on(self):
        return [self, self.exists().product_tmpl_id]

    def _qbo_match(self, values):
        """The same name, as Pool Brain links (seed pool-brain-initial-import)."""
        name = text.clean_name(values['Name']).casefold()
        same = self.with_context(active_test=False).search(Domain('name', '=ilike', _like(values['Name'])))
        return next((item for item in same if item._qbo_name().casefold() == name and not item.qbo_id), self.browse())

    def _qbo_skips(self, values):
        if values.get('Type') not in FROM_TYPES:
            return self.env._("Categories and bundles are not synchronised.")
        if not values.get('Active', True):
            return self.env._("Inactive products are not imported.")
        return None

    def _qbo_noun(self):
        return self.env._("Product")

    def _qbo_labels(self):
        return {
            'Name': self.env._("name"),
            'Type': self.env._("type"),
            'Active': self.env._("active"),
            'UnitPrice': self.env._("sales price"),
            'PurchaseCost': self.env._("cost"),
            'Sku': self.env._("reference"),
            'Description': self.env._("sales description"),
            'PurchaseDesc': self.env._("purchase description"),
            'IncomeAccountRef': self.env._("income account"),
            'ExpenseAccountRef': self.env._("expense account"),
        }

    # === VALUES === #

    def _qbo_name(self):
        """Return the name of the item: of a variant, with its attributes, because names are unique (qbo-api 9.5)."""
        combination = self.product_template_attribute_value_ids._get_combination_name()
        name = f'{self.name} ({combination})' if combination else self.name or ''
        return text.clean_name(name)[:NAME_MAX].rstrip() + (self.qbo_link_id.name_suffix or '')

    def _qbo_accounts(self):
        """Return ``{member: account id in QuickBooks or None}``.

        The product's own account goes first. Without one, an item that exists keeps what was agreed, and a new one
        gets the connection's default.
        """
        connection = self.env['qbo.connection']._of_company(self.env.company)
        agreed = self.qbo_link_id.base_odoo or {}
        accounts = {}
        for member, (own, default, switch) in ACCOUNTS.items():
            if self[own] or self.qbo_link_id.qbo_id:
                accounts[member] = self[own].qbo_id or (agreed.get(member) or {}).get('value')
            else:
                accounts[member] = connection[default].qbo_id or None if self[switch] else None
        return accounts

    def _qbo_vals(self, values):
        vals = {field: values[key] or False for key, field in TEXTS.items() if key in values}
        if 'Name' in values:
            vals['name'] = values['Name'].removesuffix(self.qbo_link_id.name_suffix or '')
        if 'Type' in values:
            vals['type'] = FROM_TYPES[values['Type']]
        if 'Active' in values:
            vals['active'] = values['Active']
        if 'UnitPrice' in values:
            vals['lst_price'] = values['UnitPrice'] or 0.0
        if 'PurchaseCost' in values:
            vals['standard_price'] = values['PurchaseCost'] or 0.0
        return vals

    def _qbo_create(self, values):
        vals = self._qbo_vals(self._qbo_mapped(values))
        has_cost = bool(values.get('ExpenseAccountRef'))
        quiet = self.with_context(tracking_disable=True, mail_create_nolog=True)
        return quiet.create({
            **vals, 'sale_ok': bool(values.get('IncomeAccountRef')) or not has_cost, 'purchase_ok': has_cost,
        }).with_env(self.env)  # fmt: skip


def _like(name):
    return name.replace('\\', r'\\').replace('%', r'\%').replace('_', r'\_')
