"""The lines of documents: what they accept, and how they are numbered (qbo-api 9.1, 9.6).

Lines are replaced as a whole. A line with a known ``Id`` keeps it, any other gets a new one.
"""

from .. import errors
from ..entities.fields import Boolean, Day, Enum, Field, Group, Number, Reference, Text, TypedReference, is_blank

SALES, SUBTOTAL, DISCOUNT, DESCRIPTION, GROUP = (
    'SalesItemLineDetail', 'SubTotalLineDetail', 'DiscountLineDetail', 'DescriptionOnly', 'GroupLineDetail',
)  # fmt: skip
JOURNAL, DEPOSIT = 'JournalEntryLineDetail', 'DepositLineDetail'
ACCOUNT, ITEM = 'AccountBasedExpenseLineDetail', 'ItemBasedExpenseLineDetail'


LARGEST = 99_999_999_999
"""qbo-api 9.5, there for prices; taken for every amount and quantity."""


def amount():
    """Return a field for an amount, a price or a quantity."""
    return Number(-LARGEST, LARGEST)


class Part(Group):
    """An object with these members."""

    def __init__(self, **members):
        super().__init__()
        self.members = members


class Many(Field):
    """A list of objects of one kind. Queries cannot show it (qbo-api 5): it has ``members``."""

    members = {}

    def __init__(self, kind):
        super().__init__()
        self.kind = kind

    def check(self, path, value):
        if not isinstance(value, list):
            yield errors.unsupported_property(path)
            return
        for each in value:
            yield from self.kind.check(path, each)

    def clean(self, value):
        return [self.kind.clean(each) for each in value]


LINKED = Many(Part(TxnId=Text(100), TxnType=Text(100), TxnLineId=Text(100)))
SALES_DETAIL = Part(
    ItemRef=Reference('Item'), ClassRef=Reference('Class'), TaxCodeRef=Reference('TaxCode'),
    ItemAccountRef=Reference('Account'), UnitPrice=amount(), Qty=amount(), ServiceDate=Day(),
    TaxInclusiveAmt=amount(), DiscountRate=Number(), DiscountAmt=Number(), RatePercent=Number(),
    MarkupInfo=Field(), TaxClassificationRef=Reference(), PriceLevelRef=Reference(),
)  # fmt: skip
DISCOUNT_DETAIL = Part(
    PercentBased=Boolean(), DiscountPercent=Number(0, 100), DiscountAccountRef=Reference('Account'),
    ClassRef=Reference('Class'), TaxCodeRef=Reference('TaxCode'), DiscountRef=Reference(),
)  # fmt: skip
JOURNAL_DETAIL = Part(
    PostingType=Enum('Debit', 'Credit'), AccountRef=Reference('Account'),
    Entity=Part(Type=Enum('Customer', 'Vendor', 'Employee'), EntityRef=Reference()),
    ClassRef=Reference('Class'), DepartmentRef=Reference('Department'), TaxCodeRef=Reference('TaxCode'),
    TaxApplicableOn=Enum('Sales', 'Purchase'), TaxAmount=Number(), TaxInclusiveAmt=amount(),
    BillableStatus=Text(30), JournalCodeRef=Reference(),
)  # fmt: skip
EXPENSE = {
    'TaxCodeRef': Reference('TaxCode'), 'TaxInclusiveAmt': amount(), 'ClassRef': Reference('Class'),
    'CustomerRef': Reference('Customer'), 'BillableStatus': Enum('Billable', 'NotBillable', 'HasBeenBilled'),
    'MarkupInfo': Field(), 'TaxClassificationRef': Reference(),
}  # fmt: skip
DEPOSIT_DETAIL = Part(
    AccountRef=Reference('Account'), Entity=TypedReference(), PaymentMethodRef=Reference('PaymentMethod'),
    CheckNum=Text(21), ClassRef=Reference('Class'), TxnType=Text(30), TaxCodeRef=Reference('TaxCode'),
    TaxApplicableOn=Text(30),
)  # fmt: skip
NOT_MODELLED = frozenset({'TDSLineDetail'})


class Lines(Field):
    """The member ``Line``.

    :param kinds: what each DetailType holds; None: nothing that is kept
    :param untyped: whether a line may have no DetailType (links of payments and deposits)
    """

    common = {
        'Id': Text(100), 'LineNum': Number(), 'Description': Text(4000), 'Amount': amount(),
        'LinkedTxn': LINKED, 'LineEx': Field(), 'CustomExtensions': Field(), 'ProjectRef': Reference(),
        'CustomField': Field(),
    }  # fmt: skip
    members = {}
    kept = ('Id', 'Description', 'Amount', 'LinkedTxn')

    def __init__(self, kinds, untyped=False):
        super().__init__()
        self.kinds, self.untyped = kinds, untyped

    def check(self, path, value):
        if not isinstance(value, list):
            yield errors.unsupported_property(path)
            return
        for line in value:
            if isinstance(line, dict):
                yield from self._check_line(path, line)
            else:
                yield errors.unsupported_property(path)

    def _check_line(self, path, line):
        type = line.get('DetailType')
        if type is not None and not isinstance(type, str):
            yield errors.bad_enumeration(f'{path}.DetailType', type)
            return
        if type in NOT_MODELLED:
            raise errors.NotModelled(f'a line with {type}')
        if type is None and not self.untyped:
            yield errors.missing(f'{path}.DetailType')
        elif type is not None and type not in self.kinds:
            yield errors.bad_enumeration(f'{path}.DetailType', type)
            return
        members = self._members(type)
        for name, member in line.items():
            if name == 'DetailType' or is_blank(member):
                continue
            if name not in members:
                yield errors.unsupported_property(f'{path}.{name}')
            else:
                # The recorded 2050 names the description alone.
                yield from members[name].check(name if name == 'Description' else f'{path}.{name}', member)

    def _members(self, type):
        own = {} if type is None else {DETAIL.get(type, type): self.kinds[type] or Field()}
        return {**self.common, **own}

    def clean(self, value):
        return [self._clean_line(line) for line in value]

    def _clean_line(self, line):
        kept = {name: self.common[name].clean(line[name]) for name in self.kept if not is_blank(line.get(name))}
        type = line.get('DetailType')
        if type is None:
            return kept
        kept['DetailType'], name = type, DETAIL.get(type, type)
        kind = self.kinds[type]
        if kind and (name in line or type != DESCRIPTION):
            kept[name] = kind.clean(line.get(name) or {})
        return kept


DETAIL = {DESCRIPTION: 'DescriptionLineDetail'}
"""The member of a line that holds its detail, where it is not named as the DetailType."""
SALES_LINES = Lines({
    SALES: SALES_DETAIL,
    DISCOUNT: DISCOUNT_DETAIL,
    SUBTOTAL: Part(ItemRef=Reference()),
    DESCRIPTION: Part(TaxCodeRef=Reference('TaxCode'), ServiceDate=Day()),
    GROUP: Part(GroupItemRef=Reference('Item'), Quantity=amount(), Line=Lines({SALES: SALES_DETAIL})),
})  # fmt: skip
JOURNAL_LINES = Lines({JOURNAL: JOURNAL_DETAIL, DESCRIPTION: Part(TaxCodeRef=Reference(), ServiceDate=Day())})
DEPOSIT_LINES = Lines({DEPOSIT: DEPOSIT_DETAIL}, untyped=True)
PAYMENT_LINES = Lines({}, untyped=True)
EXPENSE_LINES = Lines({
    ACCOUNT: Part(AccountRef=Reference('Account'), TaxAmount=amount(), **EXPENSE),
    ITEM: Part(ItemRef=Reference('Item'), Qty=amount(), UnitPrice=amount(), PriceLevelRef=Reference(), **EXPENSE),
    DESCRIPTION: Part(TaxCodeRef=Reference(), ServiceDate=Day()),
})  # fmt: skip
"""No TaxAmount on items (purchases 1.3)."""


def of_type(body, type):
    """Return the lines of a document that have this DetailType, those inside of bundles too."""
    return [line for line in spread(body.get('Line') or ()) if line.get('DetailType') == type]


def spread(lines):
    """Return lines, each bundle followed by the lines inside it."""
    inside = ((line.get(GROUP) or {}).get('Line') or () for line in lines)
    return [each for line, within in zip(lines, inside, strict=True) for each in (line, *within)]


def detail(line):
    """Return the detail of a line, of whatever type."""
    type = line.get('DetailType')
    return line.get(DETAIL.get(type, type)) or {}


def number(lines, old, first=1, positions=True):
    """Give lines their Ids and positions, in place.

    :param old: the document before; its line Ids are the known ones
    :param first: the Id of the first line of a new document
    """
    known = {line['Id'] for line in spread((old or {}).get('Line') or ()) if 'Id' in line}
    used = [int(id) for id in known if id.isdigit()]
    following = max([first - 1, *used]) + 1
    seen = set()
    for place, line in enumerate(lines):
        id = line.get('Id')
        if id not in known or id in seen:
            id, following = str(following), following + 1
        seen.add(id)
        line['Id'] = id
        if positions:
            line['LineNum'] = place + 1
