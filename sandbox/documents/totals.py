"""What a sales form adds up to (qbo-api 9.6): items, discount, tax, in whole cents.

``TotalAmt`` = items − discount + tax. A discount after tax (the default) leaves the tax as it is; one
before tax lowers each code's taxable amount in proportion.

Tax included (outside the US): a line's ``Amount`` is net and ``TaxInclusiveAmt`` gross. The tax comes from the
code's rate on the net amounts; or it is what lies between the two sums (``inclusive_tax``).
"""

import re
from decimal import Decimal

from .. import errors
from . import lines as lines_
from . import money, taxes
from .lines import DESCRIPTION, DISCOUNT, GROUP, SALES, SUBTOTAL, of_type, spread
from .references import SHIPPING

MONEY = frozenset({'Line', 'TxnTaxDetail', 'ApplyTaxAfterDiscount', 'GlobalTaxCalculation'})
PLACES = frozenset({'ShipAddr', 'CustomerRef'})
IN_FORM_SUBTOTAL = re.compile(r'Subtotal:( [-\d.,]+)?')


def are_asked(books, draft, old):
    """Tell whether a write touches what the totals follow from."""
    if not old or books.given & MONEY:
        return True
    return bool(books.given & PLACES) and taxes.model(books, draft) == 'automated'


def complete(books, draft, old):
    """Set lines, tax and total of a sales form. Needs its ``Line`` and ``TxnDate``."""
    top = [line for line in draft['Line'] if line.get('DetailType') in (SALES, DESCRIPTION, GROUP)]
    discounts = of_type(draft, DISCOUNT)
    for line in top:
        _expand(books, line)
    given = spread(top)
    for line in given:
        _complete_line(books, draft, line)
    lines_.number(given, old)
    _fill_subtotals(given)
    subtotal = sum(money.cents(line.get('Amount')) for line in given)
    discount = _discount(books, discounts[:1], subtotal)
    bases = _bases(books, draft, given, discount, subtotal)
    included = _included(books, draft, given)
    asked = draft.get('TxnTaxDetail') or {}
    if included is not None and books.settings.inclusive_tax == 'lines' and 'TxnTaxDetail' not in books.given:
        draft['TxnTaxDetail'] = {'TotalTax': money.amount(_share(included, subtotal, discount, draft))}
    elif 'TxnTaxDetail' not in books.given:
        draft['TxnTaxDetail'] = {key: asked[key] for key in ('TxnTaxCodeRef',) if key in asked}
    draft['TxnTaxDetail'], tax = taxes.compute(books, draft, bases)
    total = {'Amount': money.amount(subtotal), 'DetailType': SUBTOTAL, SUBTOTAL: {}}
    draft['Line'] = [*top, total, *discounts]
    draft['TotalAmt'] = money.amount(subtotal - discount + tax)


def _expand(books, line):
    """Fill a bundle that says nothing of its lines: so much of each item, at its price (qbo-api 9.6)."""
    bundle = line.get(GROUP) or {}
    if not bundle or bundle.get('Line'):
        return
    item = books.stored('Item', (bundle.get('GroupItemRef') or {}).get('value')) or {}
    times = money.exact(bundle.setdefault('Quantity', 1))
    bundle['Line'] = [
        _component(books, part['ItemRef']['value'], times * money.exact(part.get('Qty', 1)))
        for part in (item.get('ItemGroupDetail') or {}).get('ItemGroupLine', ())
    ]


def _component(books, id, quantity):
    item = books.stored('Item', id)
    price = money.exact(item.get('UnitPrice'))
    detail = {'ItemRef': {'value': id}, 'Qty': money.number(quantity), 'UnitPrice': money.number(price)}
    line = {'Amount': money.amount(money.nearest(quantity * price * 100)), 'DetailType': SALES, SALES: detail}
    return {**line, 'Description': item['Description']} if item.get('Description') else line


def _complete_line(books, draft, line):
    detail = line.get(SALES)
    if detail is None:
        return
    if detail.get('Qty') == detail.get('UnitPrice') == 0:  # Both count as absent (qbo-api 9.6).
        del detail['Qty'], detail['UnitPrice']
    default = (books.preference('OtherPrefs', 'NameValue') or (), 'SalesFormsPrefs.DefaultItem')
    if not detail.get('ItemRef'):
        item = next((pair['Value'] for pair in default[0] if pair['Name'] == default[1]), None)
        if books.stored('Item', item):
            detail['ItemRef'] = {'value': item}
    if books.country == 'US' and not detail.get('TaxCodeRef'):
        # qbo-api 9.7: no code counts as taxable under automated tax; recorded as NON without it.
        detail['TaxCodeRef'] = {'value': 'TAX' if taxes.model(books, draft) == 'automated' else 'NON'}


def _fill_subtotals(given):
    """Let a description ``Subtotal:`` say the sum of the lines since the one before (qbo-api 9.6)."""
    since = 0
    for line in given:
        since += money.cents(line.get('Amount'))
        if line['DetailType'] == DESCRIPTION and IN_FORM_SUBTOTAL.fullmatch(line.get('Description', '')):
            line['Description'], since = f'Subtotal: {since / 100:.2f}', 0


def _discount(books, discounts, subtotal):
    """Return the discount in cents; complete its line."""
    for line in discounts:
        line.pop('Id', None)
        detail = line[DISCOUNT]
        account = books.preference('SalesFormsPrefs', 'DefaultDiscountAccount')
        if account:
            detail.setdefault('DiscountAccountRef', {'value': str(account)})
        if detail.get('PercentBased'):
            percent = money.exact(detail.get('DiscountPercent'))
            line['Amount'] = money.amount(money.nearest(subtotal * percent / 100))
        else:
            detail['PercentBased'] = False
            detail.pop('DiscountPercent', None)
        return money.cents(line.get('Amount'))
    return 0


def _bases(books, draft, given, discount, subtotal):
    """Return (code, taxable cents) per code, the discount taken off where it comes first."""
    sums = {}
    for line in given:
        if SALES in line:
            code = (line[SALES].get('TaxCodeRef') or {}).get('value')
            sums[code] = sums.get(code, 0) + money.cents(line.get('Amount'))
    if draft.get('ApplyTaxAfterDiscount') and discount and subtotal:
        return [(code, base - money.nearest(Decimal(discount) * base / subtotal)) for code, base in sums.items()]
    return list(sums.items())


def _included(books, draft, given):
    """Return the tax inside the gross amounts in cents, or None; fill missing gross amounts in."""
    if draft.get('GlobalTaxCalculation') != 'TaxInclusive' or taxes.model(books, draft) != 'coded':
        for line in given:
            line.get(SALES, {}).pop('TaxInclusiveAmt', None)
        return None
    inside = 0
    for line in given:
        if SALES not in line:
            continue
        net, code = money.cents(line.get('Amount')), (line[SALES].get('TaxCodeRef') or {}).get('value')
        if line[SALES].get('TaxInclusiveAmt') is None:
            line[SALES]['TaxInclusiveAmt'] = money.amount(net + taxes.line_tax(books, code, net, draft['TxnDate']))
        inside += money.cents(line[SALES]['TaxInclusiveAmt']) - net
    return inside


def _share(tax, subtotal, discount, draft):
    """Return the tax that stays when a discount before tax takes its part of it."""
    if not draft.get('ApplyTaxAfterDiscount') or not subtotal:
        return tax
    return tax - money.nearest(Decimal(tax) * discount / subtotal)


# Rules.


def lines_sound(books, entity, draft, old):
    """Refuse a form without item lines (2020) and lines whose amount is not what they say (6070)."""
    given = [line for line in draft.get('Line') or () if line.get('DetailType') in (SALES, DESCRIPTION, GROUP)]
    if not given:
        yield errors.missing('Line')
    for line in of_type(draft, GROUP):
        item = books.stored('Item', (line[GROUP].get('GroupItemRef') or {}).get('value')) or {}
        if item.get('Type') != 'Group':
            yield errors.bad_reference('Line.GroupLineDetail.GroupItemRef')
    for line in of_type(draft, SALES):
        if line.get('Amount') is None:
            yield errors.missing('Line.Amount')
        elif not _adds_up(line, books.settings.amount_tolerance_cents):
            yield errors.amount_incorrect(line['Amount'])
        if not line[SALES].get('ItemRef'):
            yield errors.missing('Line.SalesItemLineDetail.ItemRef')


def _adds_up(line, tolerance):
    detail = line[SALES]
    if detail.get('Qty') is None or detail.get('UnitPrice') is None:
        return True
    product = money.nearest(money.exact(detail['Qty']) * money.exact(detail['UnitPrice']) * 100)
    return abs(product - money.cents(line['Amount'])) <= tolerance


def discount_sound(books, entity, draft, old):
    """Refuse more than one discount, one that says nothing (6090), any where the company has none."""
    discounts = of_type(draft, DISCOUNT)
    if discounts and not books.preference('SalesFormsPrefs', 'AllowDiscount', True):
        yield errors.business('Discounts are turned off in this company.')
    if len(discounts) > 1:
        yield errors.business('A transaction can have one discount line only.')
    for line in discounts:
        detail = line[DISCOUNT]
        if detail.get('PercentBased') and detail.get('DiscountPercent') is None or line.get('Amount') is None:
            yield errors.Violation('6090', 'A discount line needs an amount or a percentage.', 'Line')
        elif line['Amount'] < 0 and not detail.get('PercentBased'):
            yield errors.Violation('2140', f'Invalid amount : {line["Amount"]}', 'Line.Amount')


def total_is_positive(books, entity, draft, old):
    """Refuse a negative total (6000). The text is not known."""
    if draft.get('TotalAmt', 0) < 0:
        yield errors.business('The transaction amount must be 0 or greater.')


def shipping_is_on(books, entity, draft, old):
    """Refuse the shipping item where the company does not ship (2500)."""
    used = any((line[SALES].get('ItemRef') or {}).get('value') == SHIPPING for line in of_type(draft, SALES))
    if used and not books.preference('SalesFormsPrefs', 'AllowShipping', False):
        yield errors.bad_reference('Line.SalesItemLineDetail.ItemRef')


def stock_has_started(books, entity, draft, old):
    """Refuse to sell an inventory item before its first day (6270). The text is not known."""
    for line in of_type(draft, SALES):
        item = books.stored('Item', (line[SALES].get('ItemRef') or {}).get('value')) or {}
        if item.get('Type') == 'Inventory' and draft['TxnDate'] < item['InvStartDate']:
            text = 'The transaction date is before the inventory start date of the item.'
            yield errors.Violation('6270', f'{text} {item["Name"]}: {item["InvStartDate"]}', 'TxnDate')
