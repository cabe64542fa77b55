from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..qbo import text
from .product_product import LEVELS_MAX, NAME_MAX, like

ALL = 'product.product_category_all'  # up to Odoo 18 every product was in "All": that says nothing


class ProductCategory(models.Model):
    """Product categories: items of type Category in QuickBooks (qbo-api 9.5).

    Odoo's accounts of a category are its own matter: nothing of them is sent or changed.
    """

    _name = 'product.category'
    _inherit = ['product.category', 'qbo.mixin']

    # === WHAT THE ENGINE ASKS === #

    def _qbo_entity(self):
        return 'Item'

    def _qbo_takes(self, values):
        return values.get('Type') == 'Category'

    def _qbo_fields(self):
        return {'name', 'parent_id'}

    def _qbo_toggle(self):
        return 'sync_products'

    def _qbo_schedules(self):
        return ('products', 'services')

    def _qbo_domain(self):
        """None goes by itself: a category is sent when a product needs it."""
        return Domain.FALSE

    def _qbo_requires(self):
        return list(self._qbo_path()[:-1])

    def _qbo_refers(self, values):
        parent = self._qbo_place_mapped(values)['ParentRef']['value']
        return [('Item', parent)] if parent else []

    def _qbo_ready(self):
        if len(self._qbo_path()) > LEVELS_MAX:
            return self.env._("QuickBooks has %(max)s levels of categories, and this one is deeper.", max=LEVELS_MAX)
        return None

    def _qbo_values(self):
        name = text.fitted(self.name, NAME_MAX, self.qbo_link_id.name_suffix)
        return {'Name': name, **self._qbo_parent()._qbo_place(self)}

    def _qbo_long(self):
        return [('Name', text.clean_name(self.name), NAME_MAX)]

    def _qbo_mapped(self, values):
        return {'Name': text.strip_deleted(values.get('Name') or ''), **self._qbo_place_mapped(values)}

    def _qbo_apply(self, values):
        vals = {}
        if 'Name' in values:
            vals['name'] = values['Name'].removesuffix(self.qbo_link_id.name_suffix or '')
        if 'ParentRef' in values:
            vals['parent_id'] = self._qbo_category_of(values).id
        if not self:
            return self.create(vals)
        self.write(vals)
        return self

    def _qbo_once(self):
        return {'Type': 'Category'}

    def _qbo_written(self):
        """The full names of those below follow."""
        return [self.search([('id', 'child_of', self.ids)])]

    def _qbo_match(self, values):
        """The same name; where there are several, the one in the same place."""
        same = self.search(Domain('name', '=ilike', like(values['Name']))) - self._qbo_all()
        free = same.filtered(lambda category: not category.qbo_id)
        above = self._qbo_category_of(values)
        return free.filtered(lambda category: category._qbo_parent() == above)[:1] or free[:1]

    def _qbo_is_same(self, values):
        return self._qbo_takes(values)

    def _qbo_skips(self, values):
        if not self.env['qbo.connection']._of_company(self.env.company).has_categories:
            return self.env._("This QuickBooks company does not use categories.")
        if not values.get('Active', True):
            return self.env._("Inactive categories are not imported.")
        return None

    def _qbo_order(self, values):
        return (values.get('FullyQualifiedName') or '').count(':')

    def _qbo_noun(self):
        return self.env._("Category")

    def _qbo_labels(self):
        return {'Name': self.env._("name"), 'ParentRef': self.env._("parent"), 'SubItem': self.env._("parent")}

    # === PLACES: where an item or a category lies === #

    @api.model
    def _qbo_all(self):
        """Return Odoo's old category of all products, which means none."""
        return self.env.ref(ALL, raise_if_not_found=False) or self.browse()

    def _qbo_parent(self):
        return self.parent_id - self._qbo_all()

    def _qbo_path(self):
        """Return this category and all above it, the topmost first."""
        ids = [int(key) for key in (self.parent_path or '').split('/') if key]
        return self.browse(ids) - self._qbo_all()

    def _qbo_place(self, item):
        """Return the members of an item that lies in this category, or in none.

        A category that QuickBooks does not know yet has a stand-in, which is equal to no id there and is never sent:
        what lies in the category requires it, and goes after it.

        :param item: the product or category that lies here
        """
        link = self._qbo_links(self.env.company).get(self.id)
        unknown = self and self.env._("new: %s", self.name)
        was_below = (item.qbo_link_id.base_odoo or {}).get('SubItem')
        return {
            'SubItem': bool(self) or (None if was_below is None else False),
            'ParentRef': {'value': (link and link.qbo_id) or unknown or None},
        }

    @api.model
    def _qbo_place_mapped(self, values):
        """Return the same members of an entity."""
        parent = (values.get('ParentRef') or {}).get('value')
        return {'SubItem': bool(parent) or None, 'ParentRef': {'value': parent}}

    @api.model
    def _qbo_category_of(self, values):
        """Return the category that an entity lies in; empty for none, and where an item lies below another item.

        :raise UserError: Odoo could not take it over
        """
        parent = (values.get('ParentRef') or {}).get('value')
        connection = self.env['qbo.connection']._of_company(self.env.company)
        if not parent:
            return self.browse()
        link = self.env['qbo.link'].search(
            [('connection_id', '=', connection.id), ('entity', '=', 'Item'), ('qbo_id', '=', parent)]
        )
        if not link.res_id:
            raise UserError(self.env._("Its category in QuickBooks is not in Odoo yet."))
        return link._record() if link.res_model == self._name else self.browse()
