from odoo import models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ...qbo import compare, text
from ..connection.reason import Reason, declare
from .item import LEVELS_MAX, NAME_MAX
from .names import has_name

ALL = 'product.product_category_all'  # up to Odoo 18 every product was in "All": that says nothing

_lt = LazyTranslate(__name__)
declare(
    {
        'levels': _lt("QuickBooks has %(max)s levels of categories, and this one is deeper."),
        'skip_categories': _lt("This QuickBooks company does not use categories."),
        'skip_inactive_categories': _lt("Inactive categories are not imported."),
    }
)


class QboMappingCategory(models.AbstractModel):
    """Product categories: items of type Category in QuickBooks (qbo-api 9.5).

    Odoo's accounts of a category are its own matter: nothing of them is sent or changed.
    """

    _name = 'qbo.mapping.category'
    _inherit = 'qbo.mapping'
    _description = "Category"

    _entity = 'Item'
    _record_model = 'product.category'
    _switch = 'sync_products'
    _schedules = ('products', 'services')
    _tracked = ('name', 'parent_id')

    # === WHICH === #

    def _takes(self, step, row):
        return row.get('Type') == 'Category'

    def _domain(self, step):
        """None goes by itself: a category is sent when a product needs it."""
        return Domain.FALSE

    def _skip_reason(self, step, row):
        if not step.connection.has_categories:
            return Reason('skip_categories')
        if not row.get('Active', True):
            return Reason('skip_inactive_categories')
        return None

    # === ODOO TO QUICKBOOKS === #

    def _wait_reason(self, step, record):
        if len(self._path(record)) > LEVELS_MAX:
            return Reason('levels', {'max': LEVELS_MAX})
        return None

    def _requires(self, step, record):
        return [(self, above) for above in self._path(record)[:-1]]

    def _values(self, step, record):
        link = step.link(record, self._entity)
        was_below = (link.base_odoo or {}).get('SubItem')
        return {
            'Name': text.fitted(record.name, NAME_MAX, link.name_suffix),
            **self._place(step, self._parent(record), was_below),
        }

    def _create_only(self, step, record):
        return {'Type': 'Category'}

    def _truncated(self, step, record):
        return [('Name', text.clean_name(record.name), NAME_MAX)]

    # === QUICKBOOKS TO ODOO === #

    def _from_row(self, step, row):
        return {'Name': text.strip_deleted(row.get('Name') or ''), **self._place_of(row)}

    def _refers(self, step, row):
        parent = _parent_id(row)
        return [('Item', parent)] if parent else []

    def _row_order(self, row):
        return (row.get('FullyQualifiedName') or '').count(':')

    def _match_rows(self, step, rows):
        """The same name; where there are several, the one in the same place."""
        names = {text.clean_name(row['Name']) for row in rows}
        found = self._records(step).search(has_name(sorted(names))) - self._all_products()
        step.load_links(found)
        free = found.filtered(lambda category: not step.link(category, self._entity).qbo_id)
        by_name = {key: list(same) for key, same in free.grouped(lambda item: compare.name_key(item.name)).items()}
        # What lies in a category that Odoo does not know cannot be imported either: it is no other one meanwhile.
        above = self._above(step, rows) if free else {}
        left = [row for row in rows if _parent_id(row) in {None, *above}]
        matches = {}
        for in_same_place in (True, False):
            for row in left:
                same = by_name.get(compare.name_key(row['Name']), ())
                parent = self._category_of(row, above)
                fits = [item for item in same if not in_same_place or self._parent(item) == parent]
                if fits and row['Id'] not in matches:
                    matches[row['Id']] = fits[0]
                    same.remove(fits[0])
        return matches

    def _is_same(self, step, record, row):
        return self._takes(step, row)

    def _create_records(self, step, rows):
        categories, above = self._records(step), self._above(step, rows)
        return list(categories.create([self._vals(step, categories, row, above) for row in rows]))

    def _apply_changes(self, step, record, changes):
        record.write(self._vals(step, record, changes, self._above(step, [changes])))

    def _vals(self, step, record, values, above):
        vals = {}
        if 'Name' in values:
            suffix = step.link(record, self._entity).name_suffix if record else False
            vals['name'] = values['Name'].removesuffix(suffix or '')
        if 'ParentRef' in values:
            vals['parent_id'] = self._category_of(values, above).id
        return vals

    def _written(self, step, record):
        """The full names of those below follow."""
        return [record.search([('id', 'child_of', record.ids)])]

    # === WHAT USERS SEE === #

    def _noun(self, step, record):
        return self.env._("Category")

    def _labels(self):
        return {'Name': self.env._("name"), 'ParentRef': self.env._("parent"), 'SubItem': self.env._("parent")}

    # === PLACES: where an item or a category lies === #

    def _all_products(self):
        """Return Odoo's old category of all products, which means none."""
        return self.env['product.category'].browse(self._all_products_id())

    @tools.ormcache()
    def _all_products_id(self):
        """Return its id, False where there is none. Odoo itself remembers only ids that exist; each product asks."""
        return self.env['ir.model.data']._xmlid_to_res_id(ALL)

    def _parent(self, category):
        """Return what a category lies in, empty for none."""
        return category.parent_id - self._all_products()

    def _path(self, category):
        """Return a category and all above it, the topmost first."""
        ids = [int(key) for key in (category.parent_path or '').split('/') if key]
        return category.browse(ids) - self._all_products()

    def _place(self, step, category, was_below):
        """Return the members of an item that lies in this category, or in none.

        A category that QuickBooks does not know yet has a stand-in, which is equal to no id there and is never sent:
        what lies in the category requires it, and goes after it.

        :param was_below: whether it lay in one when both sides agreed, None where that was never said
        """
        unknown = self.env._("new: %s", category.name) if category else None
        return {
            'SubItem': bool(category) or (None if was_below is None else False),
            'ParentRef': {'value': step.qbo_id(category, self._entity) or unknown},
        }

    def _place_of(self, row):
        """Return the same members of a row."""
        parent = _parent_id(row)
        return {'SubItem': bool(parent) or None, 'ParentRef': {'value': parent}}

    def _above(self, step, rows):
        """Return ``{id of a parent: category}`` of all that these rows lie in and that Odoo knows.

        Where an item lies below another item, the category is empty.
        """
        links = step.links_to('Item', {_parent_id(row) for row in rows}).filtered('res_id')
        categories = self._records(step)
        ids = links.filtered(lambda link: link.res_model == categories._name).mapped('res_id')
        there = self._records(step, ids).exists()
        step.load_links(there)
        return {link.qbo_id: there.filtered(lambda item, link=link: item.id == link.res_id) for link in links}

    def _category_of(self, values, above):
        """Return the category that a row lies in; empty for none, and where an item lies below another item.

        :param dict above: what :meth:`_above` gave for the row
        :raise UserError: Odoo could not import it
        """
        parent = _parent_id(values)
        if parent and parent not in above:
            raise UserError(self.env._("Its category in QuickBooks is not in Odoo yet."))
        return above[parent] if parent else self.env['product.category']


def _parent_id(row):
    return (row.get('ParentRef') or {}).get('value')
