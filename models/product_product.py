from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..qbo import text

NAME_MAX = 100  # qbo-api 9.5
LEVELS_MAX = 4  # qbo-api 9.5: of categories
DIGITS = 5  # qbo-api 2: amounts of lines and prices have up to five decimals
TEXTS = {'Sku': 'default_code', 'Description': 'description_sale', 'PurchaseDesc': 'description_purchase'}
TYPES = {'service': 'Service', 'consu': 'NonInventory'}  # Odoo: QuickBooks
INVENTORY = 'Inventory'
FROM_TYPES = {'Service': 'service', 'NonInventory': 'consu', INVENTORY: 'consu'}
ACCOUNTS = {  # QuickBooks member: (product's own account, connection's default, product's switch)
    'IncomeAccountRef': ('qbo_income_account_id', 'income_account_id', 'sale_ok'),
    'ExpenseAccountRef': ('qbo_expense_account_id', 'expense_account_id', 'purchase_ok'),
    'AssetAccountRef': ('qbo_asset_account_id', 'asset_account_id', None),  # of inventory items, which need all three
}
SHARED = frozenset({'name', 'lst_price', 'categ_id', 'taxes_id'})  # a variant's are those of its product
NOTED = frozenset(
    {
        'name',
        'active',
        'type',
        'is_storable',
        'categ_id',
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
    qbo_asset_account_id = fields.Many2one(
        'qbo.reference',
        "QuickBooks Asset Account",
        company_dependent=True,
        domain="[('entity', '=', 'Account'), ('kind', '=', 'Other Current Asset')]",
        help="Where QuickBooks books the stock of this product. Empty: the connection's default.",
    )

    # === WHAT THE ENGINE ASKS === #

    def _qbo_entity(self):
        return 'Item'

    def _qbo_takes(self, values):
        return values.get('Type') != 'Category'

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
        if (self.qbo_link_id.base_qbo or {}).get('Type') == INVENTORY and self._qbo_type() in TYPES.values():
            return self.env._(
                "It is an inventory item in QuickBooks and cannot become another type there. Let Odoo track its "
                "inventory again, or archive it and create a new product."
            )
        if account := self._qbo_missing_account():
            return self.env._("QuickBooks needs an %s. Choose the default one on the connection.", account)
        return None

    def _qbo_requires(self):
        return list(self._qbo_category()._qbo_path()) if self._qbo_connection().has_categories else []

    def _qbo_refers(self, values):
        return self.env['product.category']._qbo_refers(values) if self._qbo_connection().has_categories else []

    def _qbo_values(self):
        return {
            'Name': self._qbo_name(),
            'Type': self._qbo_type(),
            'Active': self.active,
            'UnitPrice': round(self.lst_price, DIGITS),
            'PurchaseCost': round(self.standard_price, DIGITS),
            **{key: self[field] or None for key, field in TEXTS.items()},
            **{key: {'value': self._qbo_account(key)} for key in ACCOUNTS},
            **({'Taxable': bool(self._qbo_taxes())} if self._qbo_has_taxable() else {}),
            **(self._qbo_category()._qbo_place(self) if self._qbo_connection().has_categories else {}),
        }

    def _qbo_long(self):
        return [('Name', text.clean_name(self._qbo_whole_name()), NAME_MAX)]

    def _qbo_mapped(self, values):
        return {
            'Name': text.strip_deleted(values.get('Name') or ''),
            'Type': values['Type'] if 'is_storable' in self._fields else TYPES[FROM_TYPES[values['Type']]],
            'Active': values.get('Active', True),
            **{key: values.get(key) or 0.0 for key in ('UnitPrice', 'PurchaseCost')},
            **{key: values.get(key) or None for key in TEXTS},
            **{key: {'value': (values.get(key) or {}).get('value')} for key in ACCOUNTS},
            **({'Taxable': bool(values.get('Taxable'))} if self._qbo_has_taxable() else {}),
            **(self.env['product.category']._qbo_place_mapped(values) if self._qbo_connection().has_categories else {}),
        }

    def _qbo_once(self):
        """What is in stock at this moment; later the quantity is each side's own (qbo-api 9.5)."""
        if self._qbo_type() != INVENTORY:
            return {}
        today = self._qbo_connection()._today()
        in_company = self.with_context(allowed_company_ids=self.env.company.ids)
        return {'TrackQtyOnHand': True, 'QtyOnHand': in_company.qty_available, 'InvStartDate': today.isoformat()}

    def _qbo_apply(self, values):
        """Accounts are never taken over: they are QuickBooks' own matter (seed pool-office-manager)."""
        if not self:
            return self._qbo_create(values)
        vals = self._qbo_vals(values)
        if self.product_tmpl_id.product_variant_count > 1 and vals.keys() & SHARED:
            raise UserError(
                self.env._(
                    "Name and price of a variant are those of its product, and so are category and taxes. Change them "
                    "in Odoo, on the product."
                )
            )
        self.write(vals)
        return self

    def _qbo_written(self):
        return [self, self.product_tmpl_id]

    def _qbo_shown_on(self):
        return [self, self.exists().product_tmpl_id]

    def _qbo_match(self, values):
        """The same name, as Pool Brain links (seed pool-brain-initial-import)."""
        name = text.clean_name(values['Name']).casefold()
        same = self.with_context(active_test=False).search(Domain('name', '=ilike', like(values['Name'])))
        return next((item for item in same if item._qbo_name().casefold() == name and not item.qbo_id), self.browse())

    def _qbo_skips(self, values):
        if values.get('Type') not in FROM_TYPES:
            return self.env._("Bundles are not synchronised.")
        connection = self._qbo_connection()
        if connection.skip_inactive and not values.get('Active', True):
            return self.env._("Inactive products are not imported.")
        return None

    def _qbo_is_same(self, values):
        return values['Type'] in FROM_TYPES

    def _qbo_order(self, values):
        """After all categories."""
        return LEVELS_MAX

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
            'AssetAccountRef': self.env._("inventory asset account"),
            'Taxable': self.env._("taxable"),
            'ParentRef': self.env._("category"),
            'SubItem': self.env._("category"),
        }

    # === VALUES === #

    def _qbo_name(self):
        """Return the name of the item: of a variant, with its attributes, because names are unique (qbo-api 9.5)."""
        return text.fitted(self._qbo_whole_name(), NAME_MAX, self.qbo_link_id.name_suffix)

    def _qbo_whole_name(self):
        combination = self.product_template_attribute_value_ids._get_combination_name()
        return f'{self.name} ({combination})' if combination else self.name or ''

    def _qbo_connection(self):
        return self.env['qbo.connection']._of_company(self.env.company)

    def _qbo_type(self):
        """Return the type of the item. Whether stock is counted there is decided when the item is created."""
        if 'is_storable' not in self._fields or not self.is_storable:
            return TYPES.get(self.type)
        if self.qbo_link_id.qbo_id:
            return (self.qbo_link_id.base_odoo or {}).get('Type')  # None: linked by name, QuickBooks' type stands
        return INVENTORY if self._qbo_connection().has_inventory else TYPES['consu']

    def _qbo_account(self, member):
        """Return the id of an account in QuickBooks, or None.

        The product's own account goes first. Without one, an item that exists keeps what was agreed, and a new one
        gets the connection's default.
        """
        own, default, switch = ACCOUNTS[member]
        is_inventory = self._qbo_type() == INVENTORY
        if not switch and not is_inventory:
            return None
        if self[own].qbo_id or self.qbo_link_id.qbo_id:
            agreed = (self.qbo_link_id.base_odoo or {}).get(member) or {}
            return self[own].qbo_id or agreed.get('value')
        return self._qbo_connection()[default].qbo_id or None if is_inventory or self[switch] else None

    def _qbo_missing_account(self):
        """Return the name of an account that a new item needs and does not have, or None (qbo-api 9.5)."""
        missing = [member for member in ACCOUNTS if not self._qbo_account(member)]
        if self.qbo_link_id.qbo_id or not missing:
            return None
        if self._qbo_type() != INVENTORY:
            if len(missing) < len(ACCOUNTS):
                return None
            missing = ['IncomeAccountRef' if self.sale_ok else 'ExpenseAccountRef']
        return self._qbo_labels()[missing[0]]

    def _qbo_has_taxable(self):
        """Return whether items say themselves if they are taxed: in the US only (qbo-api 9.5)."""
        return self._qbo_connection()._is_us()

    def _qbo_taxes(self):
        """Return the product's sales taxes in this company, without those that come to nothing."""
        taxes = self.taxes_id._filter_taxes_by_company(self.env.company)
        return taxes.filtered(lambda tax: any(tax.flatten_taxes_hierarchy().mapped('amount')))

    def _qbo_category(self):
        """Return the category as QuickBooks has it: none for "All", and for one that a user keeps out."""
        category = self.categ_id - self.categ_id._qbo_all()
        return category.browse() if category.qbo_link_id.mode == 'never' else category

    def _qbo_vals(self, values):
        vals = {field: values[key] or False for key, field in TEXTS.items() if key in values}
        if 'Name' in values:
            vals['name'] = values['Name'].removesuffix(self.qbo_link_id.name_suffix or '')
        if 'Type' in values:
            vals.update(self._qbo_type_vals(values['Type']))
        if 'Taxable' in values:
            vals.update(self._qbo_tax_vals(values['Taxable']))
        if 'ParentRef' in values:
            vals['categ_id'] = self.categ_id._qbo_category_of(values).id
        if 'Active' in values:
            vals['active'] = values['Active']
        if 'UnitPrice' in values:
            vals['lst_price'] = values['UnitPrice'] or 0.0
        if 'PurchaseCost' in values:
            vals['standard_price'] = values['PurchaseCost'] or 0.0
        return vals

    def _qbo_type_vals(self, type):
        """Stock that Odoo counts is never given up for a type of QuickBooks'."""
        if 'is_storable' not in self._fields:
            return {'type': FROM_TYPES[type]}
        if type == INVENTORY:
            return {'type': 'consu', 'is_storable': True}
        return {} if self.is_storable else {'type': FROM_TYPES[type]}

    def _qbo_tax_vals(self, is_taxable):
        """Taxed: with the taxes the product has, else the company's default one. Not taxed: without."""
        taxes, default = self._qbo_taxes(), self.env.company.account_sale_tax_id
        if not self:
            return {'taxes_id': [Command.set(default.ids if is_taxable else [])]}
        if is_taxable:
            return {} if taxes or not default else {'taxes_id': [Command.link(default.id)]}
        return {'taxes_id': [Command.unlink(tax.id) for tax in taxes]}

    def _qbo_create(self, values):
        vals = self._qbo_vals(self._qbo_mapped(values))
        has_cost = bool(values.get('ExpenseAccountRef'))
        quiet = self.with_context(tracking_disable=True, mail_create_nolog=True)
        product = quiet.create({
            **vals, 'sale_ok': bool(values.get('IncomeAccountRef')) or not has_cost, 'purchase_ok': has_cost,
            'active': True,
        }).with_env(self.env)  # fmt: skip
        if not vals['active']:
            product.product_tmpl_id.action_archive()
        return product


def like(name):
    """Return the pattern that matches this text alone, for ``=ilike``."""
    return name.replace('\\', r'\\').replace('%', r'\%').replace('_', r'\_')
