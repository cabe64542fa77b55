"""Tax codes of QuickBooks, and when a set of taxes is one of them (qbo-api 9.7).

A code is a list of rates, each a percentage of the amount or of the amount and the taxes before it. Two sides mean the
same tax when their rates do, one by one: so the same total is not enough, save where a person said that it is.
"""

from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import product

ON_AMOUNT = 'TaxOnAmount'
ON_TOP = 'TaxOnAmountPlusTax'  # of the amount and of the taxes before it
ON_TAX = 'TaxOnTax'
DIGITS = 4  # Odoo keeps four decimals of a percentage
RATE_LISTS = {'sale': 'SalesTaxRateList', 'purchase': 'PurchaseTaxRateList'}
"""The list of a tax code with the rates of a side, as Odoo calls it."""


@dataclass(frozen=True)
class Rate:
    """A percentage: a rate of QuickBooks, or a tax of Odoo that is no group. ``key`` is its id there."""

    key: object
    name: str
    percent: float
    applies: str = ON_AMOUNT

    @property
    def kind(self):
        """What decides about amounts."""
        return round(self.percent, DIGITS), self.applies


@dataclass(frozen=True)
class Code:
    """A tax code with its rates for one side, in the order in which they are charged."""

    key: str
    name: str
    active: bool
    rates: tuple


class TaxLists:
    """The tax codes and rates of a company as they are valid on a day, for sales or for purchases.

    :param codes: ``(id, name, active, entity)`` of the codes, entities as QuickBooks sends them
    :param rates: the same of the rates
    :param str day: ``2026-11-21``
    :param str side: ``sale`` or ``purchase``
    """

    def __init__(self, codes, rates, day, side='sale'):
        found = {key: Rate(key, name, percent_on(body, day)) for key, name, _active, body in rates}
        self.rates = {key: found[key] for key, _name, active, _body in rates if active}
        self.codes = {key: Code(key, name, active, _rates(body, found, side)) for key, name, active, body in codes}
        self.usable = [code for code in self.codes.values() if code.active]

    def named(self, name):
        """Return the usable code of this name, or None. Names are unique in QuickBooks, whatever their case."""
        return next((code for code in self.usable if is_same_name(code.name, name)), None)

    def of_rates(self, choices):
        """Return the usable code that has exactly one rate of each choice, or None.

        :param choices: for each tax of a line the set of ``(rate id, applies)`` that it may be
        """
        picks = {frozenset(pick) for pick in product(*choices) if len(set(pick)) == len(pick)}
        return next(
            (code for code in self.usable if frozenset((rate.key, rate.applies) for rate in code.rates) in picks), None
        )

    def rates_like(self, wanted):
        """Return the ids of the rates of the same name and percentage as ``wanted``, a :class:`Rate`."""
        percent = round(wanted.percent, DIGITS)
        return {
            rate.key
            for rate in self.rates.values()
            if is_same_name(rate.name, wanted.name) and round(rate.percent, DIGITS) == percent
        }

    def zero(self):
        """Return the one usable code under which nothing is charged; None where there are none or several."""
        found = [code for code in self.usable if not any(rate.percent for rate in code.rates)]
        return found[0] if len(found) == 1 else None


def pair(wanted, rates):
    """Return ``{key of wanted: key of its rate}`` where the two lists charge the same, else None.

    Those of the same name go together, the others as their percentages do.

    :param wanted: list of :class:`Rate`
    :param rates: list of :class:`Rate`
    """
    if Counter(rate.kind for rate in wanted) != Counter(rate.kind for rate in rates):
        return None
    left, pairs = list(rates), {}
    for is_fit in (lambda one, other: is_same_name(one.name, other.name), lambda one, other: True):
        for one in wanted:
            fits = [rate for rate in left if rate.kind == one.kind and is_fit(one, rate)]
            if fits and one.key not in pairs:
                pairs[one.key] = fits[0].key
                left.remove(fits[0])
    return pairs


def charged(rates):
    """Return the rates without those of 0%, which change nothing; all of them where nothing is charged."""
    return tuple(rate for rate in rates if rate.percent) or tuple(rates)


def total(rates):
    """Return what the rates charge together, in percent of the amount."""
    charged = 0.0
    for rate in rates:
        on = {ON_TOP: 100 + charged, ON_TAX: charged}.get(rate.applies, 100)
        charged += on * rate.percent / 100
    return round(charged, DIGITS)


def is_same_name(one, other):
    """Return whether two names are the same to QuickBooks: case and outer blanks do not count (qbo-api 9.1)."""
    return one.strip().casefold() == other.strip().casefold()


def likeness(one, other):
    """Return how much two names are alike, from 0 to 1."""
    return SequenceMatcher(None, one.strip().casefold(), other.strip().casefold()).ratio()


def percent_on(rate, day):
    """Return the percentage of a TaxRate entity on a day (``2026-11-21``): rates change, and old invoices do not."""
    spans = [
        (span.get('EffectiveDate', '')[:10], span['RateValue'])
        for span in rate.get('EffectiveTaxRate') or ()
        if span.get('EffectiveDate', '')[:10] <= day <= (span.get('EndDate') or '9999')[:10]
    ]
    return float(max(spans)[1] if spans else rate.get('RateValue') or 0)


def show(rates):
    """Return percentages for people: ``6% + 1%``."""
    return ' + '.join(f'{round(rate.percent, DIGITS):g}%' for rate in rates) or '0%'


def is_of_side(code, side):
    """Return whether a TaxCode entity may stand on documents of a side: one without any rates may on both."""
    sides = {name for name in RATE_LISTS if _details(code, name)}
    return side in sides or not sides


def _details(code, side):
    return (code.get(RATE_LISTS[side]) or {}).get('TaxRateDetail') or []


def _rates(code, rates, side):
    found = []
    for detail in sorted(_details(code, side), key=lambda detail: int(detail.get('TaxOrder') or 0)):
        if rate := rates.get(detail['TaxRateRef']['value']):
            applies = detail.get('TaxTypeApplicable') or ON_AMOUNT
            # On top of nothing is on the amount.
            applies = ON_AMOUNT if applies == ON_TOP and not found else applies
            found.append(Rate(rate.key, rate.name, rate.percent, applies))
    return charged(found)
