"""Money: whole cents inside, numbers as Intuit writes them outside."""

from decimal import ROUND_HALF_UP, Decimal

ONE = Decimal(1)


def exact(value):
    """Return a number as a decimal; nothing is zero."""
    return Decimal(str(value or 0))


def nearest(value):
    """Return the nearest whole number; a half goes away from zero."""
    return int(value.quantize(ONE, ROUND_HALF_UP))


def cents(value):
    """Return an amount in whole cents."""
    return nearest(exact(value) * 100)


def amount(number):
    """Return whole cents as an amount, without decimals where there are none."""
    return number // 100 if number % 100 == 0 else number / 100


def number(value):
    """Return a decimal as a number, whole where it can be."""
    return int(value) if value == value.to_integral_value() else float(value)


def spread(total, weights):
    """Return whole cents for each weight, in its proportion; together exactly ``total``."""
    whole = sum(weights)
    if not weights:
        return []
    if not whole:
        return [total] + [0] * (len(weights) - 1)
    parts = [nearest(Decimal(total) * Decimal(weight) / Decimal(whole)) for weight in weights]
    largest = max(range(len(weights)), key=lambda place: abs(weights[place]))
    parts[largest] += total - sum(parts)
    return parts
