"""Exchange rates: with so many digits that an amount comes to what is booked in the home currency (qbo-api 9.2)."""

from decimal import ROUND_HALF_UP, Decimal

from .lines import exact

DIGITS = 6  # of a rate that is good enough
DIGITS_MAX = 16
"""A dong is 0.00004 dollars, and a large invoice in dong needs twelve digits to come out to the cent."""


def home(amount, rate, decimals):
    """Return an amount at a rate, in the home currency, as a Decimal."""
    return (exact(amount) * exact(rate)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def shortest(amount, booked, rate, decimals):
    """Return the shortest rate at which ``amount`` comes to ``booked``, as near to ``rate`` as that allows.

    Lines are rounded one by one, so that the sum of a document is seldom its total at the rate of the day: then the
    rate is that of the totals. Where no rate does it, the one of the day goes.

    :param amount: in a foreign currency
    :param booked: what it is in the home currency, to its last decimal
    :param rate: home units for one foreign unit
    :param decimals: of the home currency
    """
    amount, booked, rate = abs(exact(amount)), abs(exact(booked)), exact(rate)
    wanted = booked.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    of_totals = booked / amount if amount else rate
    for base in (rate, of_totals):
        for digits in range(DIGITS, DIGITS_MAX + 1):
            # As it is sent, and not as it was computed.
            short = float(base.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))
            if not amount or home(amount, short, decimals) == wanted:
                return short
    return float(round(rate, DIGITS))
