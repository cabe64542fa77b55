"""The lines of what is bought (purchases 1.3, 1.4): accounts and items, their tax, what they come to.

In the US purchases have no tax: TAX and NON on a line are marks that change no amount. Elsewhere the purchase
rates of the codes count, as sales rates do for sales (``taxes.py``); rates below zero make a reverse charge.
"""

from .. import errors
from . import common, money, postings, taxes
from .lines import ACCOUNT, ITEM, number, of_type

EVERY = (ACCOUNT, ITEM)
INCLUSIVE = 'TaxInclusive'


def rows(body):
    """Return the lines on accounts and on items."""
    return [line for line in body.get('Line') or () if line.get('DetailType') in EVERY]


def complete(books, draft, old):
    """Set lines, tax and total of a bill, vendor credit or purchase. Needs its ``Line`` and ``TxnDate``."""
    us = books.country == 'US'
    for line in rows(draft):
        detail = line[line['DetailType']]
        detail.setdefault('BillableStatus', 'NotBillable')
        if us:
            detail.setdefault('TaxCodeRef', {'value': 'NON'})
            detail.pop('TaxInclusiveAmt', None)
        if line['DetailType'] == ITEM and not detail.get('ItemRef'):
            line['Amount'] = 0  # A text (purchases 1.3).
    number(draft['Line'], old)
    net = sum(money.cents(line.get('Amount')) for line in rows(draft))
    draft['TotalAmt'] = money.amount(net + _tax(books, draft))


def _tax(books, draft):
    """Set the tax of a document; return it in cents."""
    if books.country == 'US' or taxes.model(books, draft) == 'none':
        draft.pop('TxnTaxDetail', None)  # Dropped (purchases 1.4).
        return 0
    bases = [(_code(line), money.cents(line.get('Amount'))) for line in rows(draft)]
    if draft.get('GlobalTaxCalculation') == INCLUSIVE:
        _include(books, draft)
    if 'TxnTaxDetail' not in books.given:
        draft.pop('TxnTaxDetail', None)
    draft['TxnTaxDetail'], tax = taxes.compute(books, draft, bases, bought=True)
    return tax


def _include(books, draft):
    """Fill in what a line is with tax, where the client says only the net."""
    for line in rows(draft):
        net, detail = money.cents(line.get('Amount')), line[line['DetailType']]
        if detail.get('TaxInclusiveAmt') is None:
            tax = taxes.line_tax(books, _code(line), net, draft['TxnDate'], bought=True)
            detail['TaxInclusiveAmt'] = money.amount(net + tax)


def _code(line):
    return postings.ref(line[line['DetailType']], 'TaxCodeRef')


# Rules.


def lines_sound(books, entity, draft, old):
    """Refuse a document without lines (2020), lines without account or amount (2020), accounts of receivables
    and payables without their name (6000), and items that cannot be bought (6000; text not known)."""
    if not rows(draft):
        yield errors.missing('Line')
    for line in rows(draft):
        if line.get('Amount') is None:
            yield errors.missing('Line.Amount')
    for line in of_type(draft, ACCOUNT):
        id = postings.ref(line[ACCOUNT], 'AccountRef')
        if id is None:
            yield errors.missing(f'Line.{ACCOUNT}.AccountRef')
        elif fault := common.name_fault(_type(books, id), *entity.payee(draft)):
            yield fault
    for line in of_type(draft, ITEM):
        item = books.stored('Item', postings.ref(line[ITEM], 'ItemRef')) or {}
        if item and item.get('Type') not in ('Category', 'Inventory') and not item.get('ExpenseAccountRef'):
            yield errors.business(f'{item["Name"]} has no expense account: it cannot be bought.')


def amounts_add_up(books, entity, draft, old):
    """Refuse a line whose amount is not quantity × price (6070), where so set."""
    for line in of_type(draft, ITEM) if books.settings.purchase_amounts == 'checked' else ():
        quantity, price = line[ITEM].get('Qty'), line[ITEM].get('UnitPrice')
        product = money.nearest(money.exact(quantity) * money.exact(price) * 100)
        if quantity and price and product != money.cents(line.get('Amount')):
            yield errors.amount_incorrect(line['Amount'])


def _type(books, account):
    return (books.stored('Account', account) or {}).get('AccountType')


def billable_has_customer(books, entity, draft, old):
    """Refuse a billable line without a customer (6000), where so set."""
    for line in rows(draft) if books.settings.billable_alone == 'refused' else ():
        detail = line[line['DetailType']]
        if detail.get('BillableStatus') == 'Billable' and not detail.get('CustomerRef'):
            yield errors.business('A billable line needs a customer.')


def taxes_sound(books, entity, draft, old):
    """Refuse codes of the wrong kind: TAX or NON in the US (6100), one on every line elsewhere (6000)."""
    codes = [_code(line) for line in rows(draft)]
    if books.country == 'US':
        if any(code not in ('TAX', 'NON') for code in codes):
            yield errors.Violation('6100', 'Invalid Line TaxCode. It must be TAX or NON.', 'Line.TaxCodeRef')
    elif taxes.model(books, draft) == 'coded':
        asked = books.values.get('TxnTaxDetail') or {}
        yield from taxes.coded_faults(books, draft, asked, codes, bought=True)


def total_is_positive(books, entity, draft, old):
    """Refuse a total below zero (6000): vendor credits and card credits are for that."""
    if draft.get('TotalAmt', 0) < 0:
        yield errors.business('The transaction amount must be 0 or greater.')


def one_currency(books, entity, draft, old):
    """Refuse an account of a third currency (6000, recorded): there is the company's, and the document's."""
    allowed = {None, books.home_currency, postings.ref(draft, 'CurrencyRef')}
    accounts = [postings.ref(line[ACCOUNT], 'AccountRef') for line in of_type(draft, ACCOUNT)]
    if {postings.ref(books.stored('Account', id), 'CurrencyRef') for id in accounts} - allowed:
        yield errors.business('You can only use one foreign currency per transaction')


RULES = (lines_sound, amounts_add_up, billable_has_customer, taxes_sound, total_is_positive, one_currency)
