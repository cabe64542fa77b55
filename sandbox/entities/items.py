"""Item: products and services (qbo-api 9.5)."""

from .. import errors
from .base import Entity, parent_is_sound, qualified, references_exist, required, unique_name
from .fields import BAD_IN_NAMES, Boolean, Day, Number, ReadOnly, Reference, Text

NEEDS = {
    'Service': ('IncomeAccountRef',),
    'NonInventory': (),
    'Category': (),
    'Inventory': (
        'QtyOnHand', 'InvStartDate', 'AssetAccountRef', 'IncomeAccountRef', 'ExpenseAccountRef',
    ),
}  # fmt: skip
"""Members that an item of each type must have. ``Group`` cannot be created through the API."""


def type_is_complete(books, entity, draft, old):
    """Refuse an unknown type (2170) and a type without its accounts (2020)."""
    type = draft.get('Type')
    if type not in NEEDS:
        yield errors.bad_enumeration('Type', type)
        return
    for name in NEEDS[type]:
        if name not in draft:
            yield errors.missing(name)
    if type == 'NonInventory' and not {'IncomeAccountRef', 'ExpenseAccountRef'} & set(draft):
        yield errors.missing('IncomeAccountRef')


def type_stays(books, entity, draft, old):
    """Refuse to take an item out of inventory (6000; the text is not known)."""
    if old and old['Type'] == 'Inventory' != draft.get('Type'):
        yield errors.business('An inventory item cannot become another type.')


class Item(Entity):
    """Products and services.

    Modelled: types Service, NonInventory, Inventory, Category with the members each needs;
    categories with fully qualified names; names unique in the company (qbo-api 9.5 takes them as
    globally unique); defaults.
    Not modelled: bundles, quantity adjustments and what they post, the check of the kind of each
    account, the company feature that allows categories.
    """

    name, path, name_list, sequence = 'Item', 'item', 'Item', 'Item'
    never_blank = ('ReorderPoint',)
    defaults = {'Active': True, 'UnitPrice': 0, 'PurchaseCost': 0}
    fields = {
        'Name': Text(100, 'fs', forbidden=BAD_IN_NAMES),
        'Type': Text(30, 'fs'),
        'Sku': Text(100, 'f'),
        'FullyQualifiedName': ReadOnly(query='f'),
        'Active': Boolean('f'),
        'UnitPrice': Number(-99999999999, 99999999999, query='s'),
        'PurchaseCost': Number(-99999999999, 99999999999),
        'Description': Text(4000), 'PurchaseDesc': Text(1000),
        'IncomeAccountRef': Reference('Account'), 'ExpenseAccountRef': Reference('Account'),
        'AssetAccountRef': Reference('Account'), 'PrefVendorRef': Reference('Vendor'),
        'ClassRef': Reference('Class'), 'ParentRef': Reference('Item'), 'SubItem': Boolean(),
        'Level': ReadOnly(), 'TrackQtyOnHand': Boolean(), 'QtyOnHand': Number(),
        'InvStartDate': Day(), 'ReorderPoint': Number(), 'Taxable': Boolean(),
        'SalesTaxIncluded': Boolean(), 'SalesTaxCodeRef': Reference('TaxCode'),
        'PurchaseTaxIncluded': Boolean(), 'PurchaseTaxCodeRef': Reference('TaxCode'),
        'TaxClassificationRef': Reference(), 'ItemCategoryType': Text(100), 'Source': Text(100),
        'ServiceType': Text(100), 'AbatementRate': Number(), 'ReverseChargeRate': Number(),
        'UQCDisplayText': Text(25), 'UQCId': Text(100),
    }  # fmt: skip
    rules = (
        required('Name'),
        type_is_complete,
        type_stays,
        references_exist,
        unique_name('product or service'),
        parent_is_sound('SubItem'),
    )

    def complete(self, books, draft, old):
        if draft.get('ParentRef'):
            draft['SubItem'] = True
        if draft.get('Type') == 'Category':
            for name in ('UnitPrice', 'PurchaseCost'):
                draft.pop(name, None)
        else:
            draft.setdefault('Taxable', False)
            draft.setdefault('TrackQtyOnHand', draft.get('Type') == 'Inventory')
        draft['FullyQualifiedName'], level = qualified(books, self, draft)
        if level:
            draft['Level'] = level

    def settle(self, books, new, old):
        if old and old.get('FullyQualifiedName') != new['FullyQualifiedName']:
            books.requalify(self, new['Id'])
