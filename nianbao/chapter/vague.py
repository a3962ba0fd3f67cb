"""Notes on inferred figures in whole units whose last digits are not known."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction

from nianbao.figures.quantity import Quantity
from nianbao.figures.units import decimals_of, show


def note_on_vague(figures: Iterable[tuple[str, Quantity | None]]) -> str:
    """A note that says within what bounds inferred figures lie whose last digits are not known; nothing if none is so.

    `figures`: each with its name.
    """
    bounds = [f"{name}{told(each)}，实在{between(each)}之间" for name, each in figures if each and is_vague(each)]
    return f"由增减和增长率推算的数末位不尽可知：{'；'.join(bounds)}。" if bounds else ""


def told(quantity: Quantity) -> str:
    """How the figure that the book prints is called: 推算为49,743人."""
    return f"推算为{quantity.text}{quantity.unit}"


def is_vague(quantity: Quantity) -> bool:
    """Whether a level was inferred and its last digit is not known."""
    inferred = quantity.status == "E" and bool(quantity.source) and not quantity.id.derived
    return inferred and not quantity.is_known_to(decimals_of(quantity.value))


def between(quantity: Quantity) -> str:
    """The bounds of a figure with its unit, in the digits of its value: 49,725至49,762人."""
    decimals = decimals_of(quantity.value)
    low = inward(quantity.interval.low, decimals, ROUND_CEILING)
    high = inward(quantity.interval.high, decimals, ROUND_FLOOR)
    return f"{show(low)}至{show(high)}{quantity.unit}"


def inward(end: Fraction, decimals: int, direction: str) -> Decimal:
    """The end of an interval, rounded in a direction to so many decimals."""
    scaled = Decimal(end.numerator * 10**decimals) / Decimal(end.denominator)
    return scaled.to_integral_value(direction).scaleb(-decimals)
