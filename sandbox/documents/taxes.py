"""Sales tax of a document (qbo-api 9.7).

Four models: ``none`` (sales tax is off, or the document says NotApplicable), ``manual`` (US: TAX or
NON on lines, one code for the document), ``automated`` (US with PartnerTaxEnabled: QuickBooks has
its own result) and ``coded`` (elsewhere: a code on every line). All compute per rate on the sum and
round once; compound rates build on the exact tax before them.

Not known, and so here: TotalTax sent without a code is ignored; an override is spread over the
rates in proportion to what they would be; a compound rate sees unrounded amounts; ``AST_TAX`` is the
status of an automated result (the schema names NON_AST_TAX and AST_TAX_OVERRIDE).
"""

from dataclasses import dataclass
from decimal import Decimal

from .. import errors
from . import money
from .lines import SALES, of_type

PSEUDO = frozenset({'TAX', 'NON', 'CustomSalesTax'})
VAT = {'GB': 'VAT', 'CA': 'GST/HST'}


def model(books, draft):
    """Return which of the four models a document is under."""
    us = books.country == 'US'
    if not us and draft.get('GlobalTaxCalculation') == 'NotApplicable':
        return 'none'
    if not books.preference('TaxPrefs', 'UsingSalesTax', False):
        return 'none'
    if not us:
        return 'coded'
    automated = books.preference('TaxPrefs', 'PartnerTaxEnabled', False)
    return 'automated' if automated else 'manual'


@dataclass
class Sum:
    """What one rate has gathered, in cents."""

    percent: Decimal
    base: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)


def _code_id(value):
    return (value or {}).get('value')


def rates(books, code, day, bought=False):
    """Return (rate id, percent, what it applies to) of a code in order, as valid on a day.

    :param bought: those for what is bought, not for what is sold
    """
    body = books.stored('TaxCode', code) or {}
    details = (body.get('PurchaseTaxRateList' if bought else 'SalesTaxRateList') or {}).get('TaxRateDetail') or []
    found = []
    for each in sorted(details, key=lambda each: int(each.get('TaxOrder') or 0)):
        id = each['TaxRateRef']['value']
        rate = books.stored('TaxRate', id) or {}
        found.append((id, money.exact(_valid(rate, day)), each.get('TaxTypeApplicable', 'TaxOnAmount')))
    return found


def _valid(rate, day):
    """Return the percentage of a rate that is valid on a day."""
    for span in rate.get('EffectiveTaxRate') or ():
        starts, ends = span.get('EffectiveDate', '')[:10], span.get('EndDate', '9999')[:10]
        if starts <= day <= ends:
            return span['RateValue']
    return rate.get('RateValue', 0)


def gather(books, bases, day, bought=False):
    """Return {rate id: Sum} for pairs of (code id, taxable cents)."""
    sums = {}
    for code, base in bases:
        before = Decimal(0)
        for id, percent, applies in rates(books, code, day, bought):
            on = {'TaxOnAmountPlusTax': base + before, 'TaxOnTax': before}.get(applies, Decimal(base))
            tax = on * percent / 100
            before += tax
            each = sums.setdefault(id, Sum(percent))
            each.base, each.tax = each.base + on, each.tax + tax
    return sums


def line_tax(books, code, base, day, bought=False):
    """Return the tax on one amount under a code, in whole cents."""
    return sum(money.nearest(each.tax) for each in gather(books, [(code, base)], day, bought).values())


def _tax_line(rate, percent, base, tax):
    return {
        'Amount': money.amount(tax),
        'DetailType': 'TaxLineDetail',
        'TaxLineDetail': {
            'TaxRateRef': {'value': rate}, 'PercentBased': True, 'TaxPercent': money.number(percent),
            'NetAmountTaxable': money.amount(money.nearest(base)),
        },
    }  # fmt: skip


def _asked_total(asked):
    """Return the tax that a client wants in cents, or None to let QuickBooks compute."""
    if asked.get('TotalTax') is not None:
        return money.cents(asked['TotalTax'])
    lines = asked.get('TaxLine') or ()
    return sum(money.cents(line.get('Amount')) for line in lines) if lines else None


def _asked_lines(asked, sums, total):
    """Return {rate: (tax, base)} of a client's tax lines, where they name the rates and add up."""
    found = {}
    for line in asked.get('TaxLine') or ():
        detail = line.get('TaxLineDetail') or {}
        rate = _code_id(detail.get('TaxRateRef'))
        if rate not in sums:
            return {}
        base = money.cents(detail['NetAmountTaxable']) if 'NetAmountTaxable' in detail else sums[rate].base
        found[rate] = (money.cents(line.get('Amount')), Decimal(base))
    return found if sum(tax for tax, _base in found.values()) == total else {}


def detail(sums, asked, override=True):
    """Return (TaxLine list, tax in cents) for gathered sums, a client's own tax counting."""
    taxes = [money.nearest(each.tax) for each in sums.values()]
    total = _asked_total(asked) if override else None
    given = {}
    if total is not None and sums:
        given = _asked_lines(asked, sums, total)
        if total != sum(taxes):
            taxes = money.spread(total, taxes if sum(taxes) else [each.percent for each in sums.values()])
    lines = []
    for (rate, each), tax in zip(sums.items(), taxes, strict=True):
        tax, base = given.get(rate, (tax, each.base))
        lines.append(_tax_line(rate, each.percent, base, tax))
    return lines, sum(money.cents(line['Amount']) for line in lines)


# The models.


def compute(books, draft, bases, bought=False):
    """Return (TxnTaxDetail, tax in cents) of a document.

    :param bases: (code on the line, taxable cents) after any discount that comes before tax
    :param bought: whether the codes' purchase rates count
    """
    asked, kind = draft.get('TxnTaxDetail') or {}, model(books, draft)
    if kind == 'automated' and not _own_code(books, asked):
        return _automated(books, draft, asked, bases)
    if kind in ('manual', 'automated'):
        return _manual(books, draft, asked, bases)
    if kind == 'coded':
        sums = gather(books, _by_code(bases), draft['TxnDate'], bought)
        lines, total = detail(sums, asked)
        found = {'TotalTax': money.amount(total)}
        return ({**found, 'TaxLine': lines} if lines else found), total
    return {'TotalTax': 0}, 0


def _by_code(bases):
    sums = {}
    for code, base in bases:
        sums[code] = sums.get(code, 0) + base
    return list(sums.items())


def _taxable(bases):
    return sum(base for code, base in bases if code == 'TAX')


def _manual(books, draft, asked, bases):
    code = _code_id(asked.get('TxnTaxCodeRef'))
    if not code or code in PSEUDO:
        return {'TotalTax': 0}, 0
    sums = gather(books, [(code, _taxable(bases))], draft['TxnDate'])
    lines, total = detail(sums, asked)
    return {'TxnTaxCodeRef': {'value': code}, 'TotalTax': money.amount(total), 'TaxLine': lines}, total


def _own_code(books, asked):
    """Tell whether a company with automated tax lets a client choose the code all the same."""
    allowed = books.preference('TaxPrefs', 'AllowPartnerTaxOverride', False)
    return asked.get('UseAutomatedSalesTax') is False and allowed and 'TxnTaxCodeRef' in asked


def _automated(books, draft, asked, bases):
    """QuickBooks' own result: the rate of the state that the goods go to."""
    customer = books.stored('Customer', _code_id(draft.get('CustomerRef'))) or {}
    code = _state_code(books, draft)
    if not code or customer.get('TaxExemptionReasonId') or not customer.get('Taxable', True):
        return {'TotalTax': 0, 'TaxReviewStatus': 'NON_AST_TAX' if not code else 'AST_TAX'}, 0
    sums = gather(books, [(code, _taxable(bases))], draft['TxnDate'])
    override = asked.get('UseAutomatedSalesTax') is not True
    own = detail(sums, {})[1]
    lines, total = detail(sums, asked, override)
    status = 'AST_TAX_OVERRIDE' if total != own else 'AST_TAX'
    return {
        'TxnTaxCodeRef': {'value': code}, 'TotalTax': money.amount(total), 'TaxLine': lines, 'TaxReviewStatus': status,
    }, total  # fmt: skip


def _state_code(books, draft):
    """Return the id of the code that QuickBooks keeps for the state, made when first needed."""
    address = draft.get('ShipAddr') or {}
    company = (books.stored('CompanyInfo', '1') or {}).get('CompanyAddr', {})
    state = address.get('CountrySubDivisionCode') or company.get('CountrySubDivisionCode')
    percent = books.settings.automated_rates.get(state)
    if percent is None:
        return None
    name = f'{state} automated {money.number(money.exact(percent))}%'
    for _type, id, _body in books.named('TaxCode', name.casefold()):
        return id
    agencies = books.database.all(books.realm, 'TaxAgency')
    rate = books.insert('TaxRate', {
        'Name': name, 'Description': name, 'RateValue': percent, 'AgencyRef': {'value': agencies[0]['Id']},
    })['Id']  # fmt: skip
    link = {'TaxRateRef': {'value': rate, 'name': name}, 'TaxTypeApplicable': 'TaxOnAmount', 'TaxOrder': 0}
    return books.insert('TaxCode', {
        'Name': name, 'Description': name, 'TaxCodeConfigType': 'SYSTEM_GENERATED',
        'SalesTaxRateList': {'TaxRateDetail': [link]}, 'PurchaseTaxRateList': {'TaxRateDetail': []},
    })['Id']  # fmt: skip


# Rules.


def sound(books, entity, draft, old):
    """Refuse codes of the wrong kind on lines and on the document."""
    if books.country == 'US':
        yield from _us_faults(books, entity, draft)
        return
    asked = books.values.get('TxnTaxDetail') or {}
    if draft.get('GlobalTaxCalculation') == 'NotApplicable':
        if asked:
            text = 'TxnTaxDetail cannot be given when GlobalTaxCalculation is NotApplicable.'
            yield errors.Violation('6170', text, 'TxnTaxDetail')
        return
    if model(books, draft) == 'coded':
        codes = [_code_id(line[SALES].get('TaxCodeRef')) for line in of_type(draft, SALES)]
        yield from coded_faults(books, draft, asked, codes)


def _us_faults(books, entity, draft):
    if any(_code_id(line[SALES].get('TaxCodeRef')) not in ('TAX', 'NON') for line in of_type(draft, SALES)):
        text = 'Invalid Line TaxCode. It must be TAX or NON.'
        yield errors.Violation('6100', text, 'Line.SalesItemLineDetail.TaxCodeRef')
    asked = books.values.get('TxnTaxDetail') or {}
    code = _code_id(asked.get('TxnTaxCodeRef'))
    if model(books, draft) != 'manual':
        return
    if code == 'CustomSalesTax':
        if entity.name != 'Invoice':
            yield errors.Violation('6160', 'CustomSalesTax cannot be used on this transaction.', 'TxnTaxDetail')
        else:
            raise errors.NotModelled('CustomSalesTax on an invoice')
    elif code and code not in PSEUDO:
        yield from _rate_faults(books, asked, [code], draft)


def _rate_faults(books, asked, codes, draft, bought=False):
    known = {rate for code in codes for rate, _percent, _applies in rates(books, code, draft['TxnDate'], bought)}
    for line in asked.get('TaxLine') or ():
        rate = _code_id((line.get('TaxLineDetail') or {}).get('TaxRateRef'))
        if rate is not None and rate not in known:
            yield errors.Violation('2270', f'Invalid tax rate id : {rate}', 'TxnTaxDetail.TaxLine')


def coded_faults(books, draft, asked, codes, bought=False):
    """Yield what is wrong with the codes of a document's lines, and with the rates that a client names."""
    if not all(codes) or any(code in PSEUDO for code in codes):
        kind = VAT.get(books.country, 'tax')
        yield errors.business(f'Make sure all your transactions have a {kind} rate before you save.')
        return
    yield from _rate_faults(books, asked, codes, draft, bought)
