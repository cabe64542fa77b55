import itertools
from dataclasses import replace

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ...qbo import compare, text
from ..connection.reason import Reason, declare, label
from . import meeting
from .names import has_name

NAME_MAX = 100  # qbo-api 9.5
LEVELS_MAX = 4  # qbo-api 9.5: of categories
LIST_PRICE = 1.0  # of a product of which nobody typed one in
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
SHARED_MEMBERS = frozenset(
    {'Name', 'UnitPrice', 'Taxable', 'SalesTaxCodeRef', 'SalesTaxIncluded', 'ParentRef', 'SubItem'}
)  # the same in QuickBooks

_lt = LazyTranslate(__name__)
declare(
    {
        'item_inventory': _lt(
            "It is an inventory item in QuickBooks and cannot become another type there. Let Odoo track its inventory "
            "again, or archive it and create a new product."
        ),
        'item_account': _lt("QuickBooks needs an %(account)s. Choose the default one on the connection."),
        'item_taxable': _lt(
            "QuickBooks charges sales tax on it, and Odoo has no tax for it: the company has no default sales tax. "
            "Give the product a tax, or choose in QuickBooks that it is not taxed."
        ),
        'kept_account': _lt("The product has an account of its own in Odoo, on its page QuickBooks."),
        'kept_variant': _lt("Name, price, category and taxes of a variant are those of its product."),
        'skip_bundle': _lt("Bundles are not synchronized."),
        'skip_inactive_products': _lt("Inactive products are not imported."),
    }
)


class QboMappingItem(models.AbstractModel):
    """Products and services: items in QuickBooks (qbo-api 9.5). Each variant is an item of its own."""

    _name = 'qbo.mapping.item'
    _inherit = 'qbo.mapping'
    _description = "Product or Service"

    _entity = 'Item'
    _record_model = 'product.product'
    _switch = 'sync_products'
    _schedules = ('products', 'services')
    _is_compared = True
    _derived = tuple(ACCOUNTS)  # of the category
    _tracked = (
        'name',
        'active',
        'type',
        'categ_id',
        'lst_price',
        'list_price',
        'standard_price',
        'sale_ok',
        'purchase_ok',
        'taxes_id.active',
        'taxes_id.amount',
        'taxes_id.amount_type',
        'taxes_id.price_include_override',
        'taxes_id.qbo_tax_code_id',
        'taxes_id.children_tax_ids.active',
        'taxes_id.children_tax_ids.amount',
        'product_template_attribute_value_ids.price_extra',
        # The name of a variant: of the values that a product has several of, in the order of its attributes.
        'product_template_attribute_value_ids.product_attribute_value_id.name',
        'product_template_attribute_value_ids.attribute_line_id.product_template_value_ids.ptav_active',
        'product_template_attribute_value_ids.attribute_line_id.sequence',
        'product_template_attribute_value_ids.attribute_line_id.attribute_id.sequence',
        *TEXTS.values(),
        *(own for own, _default, _switch in ACCOUNTS.values()),
    )

    def _paths(self):
        """Where the app Stock is installed, it says whether a product is counted."""
        counts_stock = 'is_storable' in self.env['product.product']._fields
        return (*super()._paths(), *(['is_storable'] if counts_stock else ()))

    # === WHICH === #

    def _takes(self, step, row):
        return row.get('Type') != 'Category'

    def _domain(self, step):
        return (Domain('sale_ok', '=', True) | Domain('purchase_ok', '=', True)) & Domain('type', '!=', 'combo')

    def _skip_reason(self, step, row):
        if row.get('Type') not in FROM_TYPES:
            return Reason('skip_bundle')
        if step.connection.skip_inactive and not row.get('Active', True):
            return Reason('skip_inactive_products')
        return None

    # === ODOO TO QUICKBOOKS === #

    def _wait_reason(self, step, record):
        agreed = step.link(record, self._entity).base_qbo or {}
        if not text.clean_name(record.name or ''):
            return Reason('no_name')
        if reason := self._archived_reason(step, record):
            return reason
        if agreed.get('Type') == INVENTORY and self._type(step, record) in TYPES.values():
            return Reason('item_inventory')
        if member := self._missing_account(step, record):
            return Reason('item_account', {'account': label(member, self._name)})
        taxes = self._taxes(step, record)
        has_codes = not step.connection._is_us() and step.connection._tax_model() != 'none'
        return self._tax_code(step, taxes)[1] if taxes and has_codes else None

    def _requires(self, step, record):
        if not step.connection.has_categories:
            return []
        categories = self.env['qbo.mapping.category']
        path = categories._path(self._category(step, record))
        return [(categories, category) for category in path]

    def _values(self, step, record):
        return {
            'Name': self._item_name(step, record),
            'Type': self._type(step, record),
            'Active': record.active,
            'UnitPrice': round(record.lst_price * self._net_share(step, record), DIGITS),
            'PurchaseCost': self._cost(step, record),
            **{key: record[field] or None for key, field in TEXTS.items()},
            **{key: {'value': self._account(step, record, key)} for key in ACCOUNTS},
            **self._tax_values(step, record),
            **self._place(step, record),
        }

    def _cost(self, step, record):
        """Return the cost; one that Odoo computes from what comes in stays what it was when the item was linked."""
        agreed = (step.link(record, self._entity).base_odoo or {}).get('PurchaseCost')
        is_computed = _is_valued(record) and record.cost_method != 'standard'
        return agreed if is_computed and agreed is not None else round(record.standard_price, DIGITS)

    def _never_taken(self, step, record):
        """Another cost would book a new value of the stock."""
        return {'PurchaseCost'} if _is_valued(record) else set()

    def _place(self, step, record):
        """Return the members that say which category an item lies in, where the company has categories."""
        if not step.connection.has_categories:
            return {}
        was_below = (step.link(record, self._entity).base_odoo or {}).get('SubItem')
        return self.env['qbo.mapping.category']._place(step, self._category(step, record), was_below)

    def _truncated(self, step, record):
        return [('Name', text.clean_name(self._whole_name(record)), NAME_MAX)]

    def _create_only(self, step, record):
        """What is in stock at this moment; later the quantity is each side's own (qbo-api 9.5)."""
        if self._type(step, record) != INVENTORY:
            return {}
        in_company = record.with_context(allowed_company_ids=step.company.ids)
        return {
            'TrackQtyOnHand': True,
            'QtyOnHand': in_company.qty_available,
            'InvStartDate': step.connection._today().isoformat(),
        }

    # === QUICKBOOKS TO ODOO === #

    def _from_row(self, step, row):
        categories = self.env['qbo.mapping.category']
        counts_stock = 'is_storable' in self.env['product.product']._fields
        return {
            'Name': text.strip_deleted(row.get('Name') or ''),
            'Type': row['Type'] if counts_stock else TYPES[FROM_TYPES[row['Type']]],
            'Active': row.get('Active', True),
            **{key: row.get(key) or 0.0 for key in ('UnitPrice', 'PurchaseCost')},
            **{key: row.get(key) or None for key in TEXTS},
            **{key: {'value': (row.get(key) or {}).get('value')} for key in ACCOUNTS},
            **self._tax_from(step, row),
            **(categories._place_of(row) if step.connection.has_categories else {}),
        }

    def _refers(self, step, row):
        return self.env['qbo.mapping.category']._refers(step, row) if step.connection.has_categories else []

    def _row_order(self, row):
        """After all categories."""
        return LEVELS_MAX

    def _candidates(self, step):
        return Domain('type', '!=', 'combo')

    def _match_rows(self, step, rows):
        """The same name, as Pool Brain links (seed pool-brain-initial-import); of a variant, with its attributes."""
        products = self._records(step)
        found = products.with_context(active_test=False).search(
            has_name(_with_stems(text.clean_name(self._traits_of(step, row).name) for row in rows))
            & self._candidates(step)
            & self._visible(step),
            order=f'active desc, {products._order}',
        )
        return meeting.match_rows(self, step, rows, products.browse(found.ids))

    def _surely(self, theirs, records):
        """Names are unique in QuickBooks: one of the name is it, another reference or not; see :meth:`_is_same`."""
        return super()._surely(theirs, records) or records

    def _is_same(self, step, record, row):
        if row['Type'] not in FROM_TYPES:
            return False
        theirs = self._traits_of(step, row)
        return bool(compare.surely(theirs, [replace(self._traits(step, record), name=theirs.name)]))

    def _defaults(self, step, record, ours, theirs):
        """Prices of nothing, and what Odoo puts into a new product: a price of 1, goods, the default tax.

        What a variant shares with others is never QuickBooks' to say; see :meth:`_apply_changes`.
        """
        if record.product_tmpl_id.product_variant_count > 1:
            return set(), {'Name', 'UnitPrice', 'Taxable', 'ParentRef.value', 'SubItem'}
        here = {path for path in ('UnitPrice', 'PurchaseCost') if not ours[path]}
        here |= {'UnitPrice'} if ours['UnitPrice'] == LIST_PRICE else set()
        here |= {'Type'} if ours['Type'] == TYPES['consu'] and theirs['Type'] != INVENTORY else set()
        here |= {'Taxable'} if self._taxes(step, record) == step.company.account_sale_tax_id else set()
        return here, {path for path in ('UnitPrice', 'PurchaseCost') if not theirs[path]}

    def _create_records(self, step, rows):
        products, categories = self._records(step), self.env['qbo.mapping.category']._above(step, rows)
        vals_list = []
        for row in rows:
            has_cost = bool(row.get('ExpenseAccountRef'))
            vals_list.append(
                {
                    **self._vals(step, products, self._from_row(step, row), categories),
                    'purchase_ok': has_cost,
                    'sale_ok': bool(row.get('IncomeAccountRef')) or not has_cost,
                    'active': True,
                }
            )
        quiet = products.with_context(tracking_disable=True, mail_create_nolog=True)
        created = quiet.create(vals_list).with_env(products.env)
        inactive = [not row.get('Active', True) for row in rows]
        products.concat(*itertools.compress(created, inactive)).product_tmpl_id.action_archive()
        return list(created)

    def _apply_changes(self, step, record, changes):
        """Accounts are never imported: they are QuickBooks' own matter (seed pool-office-manager)."""
        categories = self.env['qbo.mapping.category']._above(step, [changes])
        vals = self._vals(step, record, changes, categories)
        if record.product_tmpl_id.product_variant_count > 1 and vals.keys() & SHARED:
            raise UserError(
                self.env._(
                    "Name and price of a variant are those of its product, and so are category and taxes. Change them "
                    "in Odoo, on the product."
                )
            )
        active = vals.pop('active', record.active)
        record.write(vals)
        if active != record.active:
            # A product goes with its last variant, and comes with the first.
            record.action_unarchive() if active else record.action_archive()

    def _snapshot(self, step, row):
        return {'Taxable': bool(row.get('Taxable'))} if step.connection._is_us() else {}

    def _difference(self, step, record, snapshot):
        if snapshot.get('Taxable') and step.connection._tax_model() != 'none' and not self._taxes(step, record):
            return Reason('item_taxable')
        return super()._difference(step, record, snapshot)

    def _kept(self, step, record, changes):
        """What a variant shares with others, and an account that the product has in Odoo."""
        own = {member for member, names in ACCOUNTS.items() if step.list_id(record[names[0]])}
        if record.product_tmpl_id.product_variant_count > 1:
            own |= SHARED_MEMBERS
        return {path for path in changes if path.split('.')[0] in own}

    def _why_kept(self, paths):
        is_shared = any(path.split('.')[0] in SHARED_MEMBERS for path in paths)
        return Reason('kept_variant' if is_shared else 'kept_account')

    def _agreed_as_there(self, step, record, now, incoming):
        """An account that the product does not have in Odoo: QuickBooks' stays, until it gets one."""
        used = {member: names[0] for member, names in ACCOUNTS.items() if now[member]['value']}
        return {f'{member}.value' for member, own in used.items() if not step.list_id(record[own])}

    def _is_never_applied(self, paths):
        return True

    def _vals(self, step, record, values, categories):
        """Return QuickBooks values as Odoo values.

        :param record: that gets them, empty for a new one
        :param dict categories: what ``_above`` of the category mapping gave for the values
        """
        vals = {field: values[key] or False for key, field in TEXTS.items() if key in values}
        if 'Name' in values:
            suffix = step.link(record, self._entity).name_suffix if record else False
            vals['name'] = values['Name'].removesuffix(suffix or '')
        if 'Type' in values:
            vals.update(self._type_vals(record, values['Type']))
        if 'Taxable' in values:
            vals.update(self._tax_vals(step, record, values['Taxable']))
        if not values.keys().isdisjoint({'SalesTaxCodeRef', 'SalesTaxIncluded'}):
            vals.update(self._coded_tax_vals(step, record, values))
        if 'ParentRef' in values:
            vals['categ_id'] = self.env['qbo.mapping.category']._category_of(values, categories).id
        if 'Active' in values:
            vals['active'] = values['Active']
        if 'UnitPrice' in values:
            # What sets the price of a variant writes to its product once more, so a new one gets the product's.
            price = self._gross(step, record, values['UnitPrice'] or 0.0, values)
            vals['lst_price' if record else 'list_price'] = price
        if 'PurchaseCost' in values:
            vals['standard_price'] = values['PurchaseCost'] or 0.0
        return vals

    def _type_vals(self, record, kind):
        """Stock that Odoo counts is never given up for a type of QuickBooks'."""
        if 'is_storable' not in record._fields:
            return {'type': FROM_TYPES[kind]}
        if kind == INVENTORY:
            return {'type': 'consu', 'is_storable': True}
        return {} if record.is_storable else {'type': FROM_TYPES[kind]}

    def _written(self, step, record):
        return [record, record.product_tmpl_id]

    # === PARTS === #

    def _item_name(self, step, record):
        """Return the name of the item: of a variant, with its attributes, because names are unique (qbo-api 9.5)."""
        return text.fitted(self._whole_name(record), NAME_MAX, step.link(record, self._entity).name_suffix)

    def _whole_name(self, record):
        """Return the name before it is fitted."""
        combination = record.product_template_attribute_value_ids._get_combination_name()
        return f'{record.name} ({combination})' if combination else record.name or ''

    def _type(self, step, record):
        """Return the type of the item. Whether stock is counted there is decided when the item is created."""
        if 'is_storable' not in record._fields or not record.is_storable:
            return TYPES.get(record.type)
        link = step.link(record, self._entity)
        if link.qbo_id:
            return (link.base_odoo or {}).get('Type')  # None: linked by name, QuickBooks' type stands
        return INVENTORY if step.connection.has_inventory else TYPES['consu']

    def _account(self, step, record, member):
        """Return the id of an account in QuickBooks, or None.

        The product's own account goes first. Without one, an item that exists keeps what was agreed, and a new one
        gets the connection's default.
        """
        own, default, switch = ACCOUNTS[member]
        is_inventory = self._type(step, record) == INVENTORY
        if not switch and not is_inventory:
            return None
        link = step.link(record, self._entity)
        account_id = step.list_id(record[own])
        if account_id or link.qbo_id:
            return account_id or ((link.base_odoo or {}).get(member) or {}).get('value')
        return step.connection[default].qbo_id or None if is_inventory or record[switch] else None

    def _missing_account(self, step, record):
        """Return the member of an account that a new item needs and does not have, or None (qbo-api 9.5)."""
        missing = [member for member in ACCOUNTS if not self._account(step, record, member)]
        if step.link(record, self._entity).qbo_id or not missing:
            return None
        if self._type(step, record) != INVENTORY:
            if len(missing) < len(ACCOUNTS):
                return None
            missing = ['IncomeAccountRef' if record.sale_ok else 'ExpenseAccountRef']
        return missing[0]

    def _category(self, step, record):
        """Return the category as QuickBooks has it: none for "All", and for one that a user keeps out."""
        category = record.categ_id - self.env['qbo.mapping.category']._all_products()
        return category.browse() if category and step.link(category, 'Item').mode == 'never' else category

    # === THE COMPARISON === #

    def _traits(self, step, record):
        name = self._item_name(step, record)
        return compare.Record(key=str(record.id), name=name, sku=record.default_code or '', active=record.active)

    def _traits_of(self, step, row):
        return compare.Record(
            key=row['Id'],
            name=text.strip_deleted(row.get('Name') or ''),
            sku=row.get('Sku') or '',
            active=row.get('Active', True),
        )

    def _import_rules(self, step, row):
        is_bundle = row.get('Type') not in FROM_TYPES
        is_inactive = not row.get('Active', True)
        return [rule for rule, holds in (('bundle', is_bundle), ('inactive', is_inactive)) if holds]

    # === WHAT USERS SEE === #

    def _shown_on(self, records):
        return [records, records.exists().product_tmpl_id]

    def _noun(self, step, record):
        return self.env._("Product")

    def _labels(self):
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
            'SalesTaxCodeRef': self.env._("sales tax"),
            'SalesTaxIncluded': self.env._("tax included"),
            'ParentRef': self.env._("category"),
            'SubItem': self.env._("category"),
        }


def _is_valued(record):
    """Return whether Odoo keeps the value of a product's stock."""
    return 'cost_method' in record._fields and 'is_storable' in record._fields and record.is_storable


def _with_stems(names):
    """Return names, and what each is without the attributes in brackets at its end: the product's of a variant."""
    return sorted({name[:place] for name in names for place in (len(name), *_places(name, ' ('))} - {''})


def _places(name, part):
    return [place for place in range(len(name)) if name.startswith(part, place)]
