"""Whether one printed number may be another, printed wrongly: one digit, two turned, the point moved, one too many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from nianbao.figures.units import decimals_of
from nianbao.proof.arithmetic import Ends
from nianbao.proof.model import Figure
from nianbao.proof.phrases import pattern, unit_of
from nianbao.proof.sentences import CHANGE

#: Words right before the figure of a fall.
FALLS = re.compile(rf"(?:{pattern('fall')})[^，。；\d]{{0,3}}$")
DECIMALS = "0123456789"


def is_slip(one: Figure, other: Figure) -> bool:
    """Whether two different figures of one kind of unit differ as a single slip makes them differ.

    The finer one is taken as it would be printed in the unit and with the decimals of the other. A fall of which words
    tell is that which a table prints with its sign.
    """
    if unit_of(one.unit).base != unit_of(other.unit).base:
        return False
    if one.value < 0 or other.value < 0:
        if not tells_fall(one, other):
            return False
        one, other = without_sign(one), without_sign(other)
    if one.unit == other.unit and one.value.as_tuple().exponent == other.value.as_tuple().exponent:
        return _is_slip_in_form(one, other)
    if _is_shifted(one, other):
        return True
    coarse, fine = sorted((one, other), key=_last_place, reverse=True)
    shown = in_unit_of(fine, coarse)
    if shown is None or shown == coarse.value:
        return False
    return differs_by_one(f"{coarse.value:f}", f"{shown:f}")


def _is_slip_in_form(one: Figure, other: Figure) -> bool:
    """The same of two figures in one unit and with as many decimals."""
    first, second = digits_of(one.value), digits_of(other.value)
    near = one.value != other.value and abs(len(first) - len(second)) <= 1
    return near and (differs_by_one(first, second) or _is_shifted(one, other))


@lru_cache(20_000)
def digits_of(value: Decimal) -> str:
    """A value in digits."""
    return f"{value:f}"


def _is_shifted(one: Figure, other: Figure) -> bool:
    """Whether one is the other with its point moved by one place."""
    moved = other.value.scaleb(unit_of(other.unit).power - unit_of(one.unit).power)
    return bool(moved) and one.value in {moved.scaleb(1), moved.scaleb(-1)}


def _last_place(figure: Figure) -> int:
    """The power of ten of a figure's last digit, in its base unit."""
    return unit_of(figure.unit).power - decimals_of(figure.value)


def in_unit_of(fine: Figure, coarse: Figure) -> Decimal | None:
    """A figure in the unit and with the decimals of another; None where it has too many digits."""
    moved = fine.value.scaleb(unit_of(fine.unit).power - unit_of(coarse.unit).power)
    try:
        return moved.quantize(Decimal(1).scaleb(-decimals_of(coarse.value)), ROUND_HALF_UP)
    except InvalidOperation:
        return None


def differs_by_one(one: str, other: str) -> bool:
    """Whether two texts of digits differ in one digit, in the order of two neighbours, or by one digit more."""
    if len(one) == len(other):
        places = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        if len(places) == 2 and places[1] == places[0] + 1:
            return one[places[0]] == other[places[1]] and one[places[1]] == other[places[0]]
        return len(places) == 1
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) != 1 or len(shorter.replace(".", "")) < 3:
        return False
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def tells_fall(one: Figure, other: Figure) -> bool:
    """Whether one figure is a change that words tell, and the other one that is printed with its sign."""
    told, signed = (one, other) if one.role == CHANGE else (other, one)
    return told.role == CHANGE and told.value > 0 > signed.value and bool(FALLS.search(told.before))


def without_sign(figure: Figure) -> Figure:
    """A figure as it would be printed without its sign."""
    return replace(figure, value=abs(figure.value))


def slips_of(value: Decimal) -> Iterator[Decimal]:
    """The sizes that a slip makes of one: a digit, two neighbours turned, the point moved by one place."""
    digits = f"{abs(value):f}"
    made = {digits[:at] + other + digits[at + 1 :] for at, own in enumerate(digits) if own != "." for other in DECIMALS}
    for at in range(len(digits) - 1):
        if "." not in digits[at : at + 2]:
            made.add(digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :])
    values = {Decimal(each) for each in made} | {Decimal(digits) * 10, Decimal(digits) / 10}
    yield from values - {abs(value)}


def is_mended(figure: Figure, allowed: Ends) -> bool:
    """Whether a slip made a figure of one that others allow; allowed: in its base unit."""
    factor = 10.0 ** unit_of(figure.unit).power
    low, high = (allowed.low, allowed.high) if figure.value >= 0 else (-allowed.high, -allowed.low)
    half = 0.5 / 10 ** decimals_of(figure.value)
    return any(
        low <= (float(each) + half) * factor and (float(each) - half) * factor <= high
        for each in slips_of(figure.value)
    )


def explains_quotient(
    rate: Figure, expected: Ends | None, factor: Ends, top: tuple[Figure, Ends], bottom: tuple[Figure, Ends]
) -> bool:
    """Whether a slip in one of three figures explains why a rate is not what two others make it.

    expected: what they make it, in its base unit; None where the divisor may be nothing. factor: what it says that the
    top is of the bottom, as a number. top, bottom: each with its ends.
    """
    if expected is not None and is_mended(rate, expected):
        return True
    over, over_ends = top
    under, under_ends = bottom
    if is_mended(over, factor.product(under_ends)):
        return True
    whole = over_ends.over(factor)
    return whole is not None and is_mended(under, whole)
