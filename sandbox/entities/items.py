"""Item: products and services (qbo-api 9.5)."""

from .. import errors
from ..documents import money, postings
from .base import Entity, parent_is_sound, qualified, references_exist, required, unique_name
from .fields import BAD_IN_NAMES, Boolean, Day, Field, Number, ReadOnly, Reference, Text

NEEDS = {
    'Service': ('IncomeAccountRef',),
    'NonInventory': (),
    'Category': (),
    'Group': (),
    'Inventory': (
        'QtyOnHand', 'InvStartDate', 'AssetAccountRef', 'IncomeAccountRef', 'ExpenseAccountRef',
    ),
}  # fmt: skip
"""Members that an item of each type must have."""


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


def bundles_are_made_by_people(books, entity, draft, old):
    """Refuse a bundle through the API (6000; qbo-api 9.5 says that it is read-only, the text is not known)."""
    if 'Group' in (draft.get('Type'), (old or {}).get('Type')) and not books.by_user:
        yield errors.business('Bundles can be created and changed in QuickBooks only.')


LEVELS = 4
"""qbo-api 9.5: of categories."""

KINDS = {
    # member: account types, and the detail type that stock needs
    # A retainer is a service on a liability, as Intuit's own help has it; whether stock may be is not known.
    'IncomeAccountRef': (('Income', 'Other Income', 'Other Current Liability'), None),
    'ExpenseAccountRef': (('Cost of Goods Sold', 'Expense', 'Other Expense'), None),
    'AssetAccountRef': (('Other Current Asset',), 'Inventory'),
}


def accounts_fit(books, entity, draft, old):
    """Refuse an account of the wrong type (6430; text not known)."""
    for name, (types, subtype) in KINDS.items():
        account = books.stored('Account', postings.ref(draft, name)) or {}
        type = account.get('AccountType')
        if type and (type not in types or subtype not in (None, account['AccountSubType'])):
            yield errors.wrong_account(name)


def stock_is_on(books, entity, draft, old):
    """Refuse inventory where the company keeps none (6000; text not known)."""
    tracked = draft.get('Type') == 'Inventory' or draft.get('TrackQtyOnHand')
    if tracked and not books.preference('ProductAndServicesPrefs', 'QuantityOnHand', False):
        yield errors.business('Tracking of quantity on hand is turned off in this company.')


def tracking_fits(books, entity, draft, old):
    """Refuse to track what is no stock (6000; text not known). Inventory always tracks."""
    if draft.get('TrackQtyOnHand') and draft.get('Type') != 'Inventory':
        yield errors.business('Only an inventory item tracks its quantity on hand.')


def category_stays_active(books, entity, draft, old):
    """Refuse to make a category inactive (6000; qbo-api 9.5 says that it cannot be)."""
    if draft.get('Type') == 'Category' and not draft.get('Active', True):
        yield errors.business('A category cannot be made inactive.')


def categories_are_allowed(books, entity, draft, old):
    """Refuse a category where the company has none (6000; text not known), and a fifth level (6180; qbo-api 9.5)."""
    if draft.get('Type') != 'Category':
        return
    features = {pair['Name']: pair['Value'] for pair in books.stored('CompanyInfo', '1').get('NameValue', ())}
    if features.get('ItemCategoriesFeature') != 'true':
        yield errors.business('Categories are not turned on in this company.')
    if draft.get('Level', 0) >= LEVELS:
        yield errors.Violation('6180', f'Categories have no more than {LEVELS} levels.', 'ParentRef')


def parent_is_category(books, entity, draft, old):
    """Refuse a parent that is no category (2500)."""
    parent = books.stored('Item', postings.ref(draft, 'ParentRef'))
    if parent and parent.get('Type') != 'Category':
        yield errors.bad_reference('ParentRef')


class Item(Entity):
    """Products and services.

    Modelled: types Service, NonInventory, Inventory, Category with the members each needs; bundles,
    which people make;
    categories with fully qualified names; names unique in the company (qbo-api 9.5 takes them as
    globally unique); defaults; account types (6430); the quantity on hand, which sales move, and the
    value of the first one (at PurchaseCost, against Opening Balance Equity).
    Not modelled: what later adjustments of the quantity post, cost by layers.
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
        'Level': ReadOnly(), 'ItemGroupDetail': Field(), 'TrackQtyOnHand': Boolean(), 'QtyOnHand': Number(),
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
        bundles_are_made_by_people,
        references_exist,
        unique_name('product or service'),
        parent_is_sound('SubItem'),
        parent_is_category,
        accounts_fit,
        stock_is_on,
        tracking_fits,
        category_stays_active,
        categories_are_allowed,
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
        draft.pop('Level', None)
        if level:
            draft['Level'] = level

    def merge(self, old, values, sparse, settings):
        draft = super().merge(old, values, sparse, settings)
        if old.get('InvStartDate'):  # Sent with a quantity it is the day of an adjustment (qbo-api 9.5).
            draft['InvStartDate'] = old['InvStartDate']
        return draft

    def settle(self, books, new, old):
        if old is None and new.get('Type') == 'Inventory':
            self._post_opening(books, new)
        if old and old.get('FullyQualifiedName') != new['FullyQualifiedName']:
            books.requalify(self, new['Id'])

    def _post_opening(self, books, body):
        value = money.nearest(money.exact(body['QtyOnHand']) * money.exact(body.get('PurchaseCost')) * 100)
        rows = [
            (postings.Posting(postings.ref(body, 'AssetAccountRef'), value), value),
            (postings.Posting(postings.account(books, 'OpeningBalanceEquity'), -value), -value),
        ]
        moved = books.database.post(books.realm, 'Item', body['Id'], body['InvStartDate'], rows if value else [])
        postings.move_accounts(books, *moved)
