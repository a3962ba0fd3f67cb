"""What can be true of printed figures, by the intervals that their rounding leaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import log10
from typing import NamedTuple

from nianbao.figures.interval import NOTHING, Interval
from nianbao.figures.units import decimals_of
from nianbao.proof.model import Figure
from nianbao.proof.phrases import Unit, unit_of

#: Units of which there are no parts.
WHOLE = frozenset("人 人次 户 户次 家 件 笔 张 条 个 辆 台 套 批次 项 次 本 册 箱 床 座 部 所 处 例 起 宗 株".split())


@dataclass(frozen=True)
class Size:
    """A figure in its base unit: what it may be, and how many of its digits say something."""

    interval: Interval
    digits: int
    unit: Unit


def size_of(figure: Figure, unit: str | None = None, decimals: int | None = None) -> Size:
    """The size of a figure; unit: another than printed, decimals: of its column, where a zero does not show them."""
    kind = unit_of(figure.unit if unit is None else unit)
    factor = Fraction(10) ** kind.power
    interval = Interval.printed(figure.value, margin_of(figure, kind, decimals)).scaled(factor)
    return Size(interval, digits_of(figure.value), kind)


#: How far floats may be off, as a part of a number: a sum that misses by no more is taken to hold.
SLACK = 1e-9


class Ends(NamedTuple):
    """The ends of what a figure may be, in its base unit, as floats: for a quick look, never for a verdict."""

    low: float
    high: float

    def __add__(self, other: Ends) -> Ends:  # type: ignore[override]
        return Ends(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Ends) -> Ends:
        return Ends(self.low - other.high, self.high - other.low)

    def meets(self, other: Ends) -> bool:
        """Whether the two have a point in common, or miss each other by no more than floats may be off."""
        slack = SLACK * (1 + abs(self.low) + abs(self.high) + abs(other.low))
        return self.low <= other.high + slack and other.low <= self.high + slack

    def over(self, other: Ends) -> Ends | None:
        """The quotient; None where the divisor may be nothing."""
        if other.low <= 0 <= other.high:
            return None
        values = [one / two for one in self for two in other]
        return Ends(min(values), max(values))

    def product(self, other: Ends) -> Ends:
        """The product with another."""
        values = [one * two for one in self for two in other]
        return Ends(min(values), max(values))

    def times(self, by: float) -> Ends:
        """All of it times a number."""
        low, high = self.low * by, self.high * by
        return Ends(min(low, high), max(low, high))

    @property
    def middle(self) -> float:
        """The number in the middle."""
        return (self.low + self.high) / 2

    @property
    def information(self) -> float:
        """How telling it is to meet it: powers of ten between its size and its width, at most of a hundredth."""
        width = max(self.high - self.low, 0.01)
        return max(0.0, log10(abs(self.middle) / width)) if self.middle else 0.0


@lru_cache(100_000)
def _ends(value: Decimal, unit: str, decimals: int) -> Ends:
    kind = unit_of(unit)
    margin = _margin(value, kind, decimals)
    half = 0.5 / 10 ** decimals_of(value) if margin is None else float(margin)
    factor = 10.0**kind.power
    return Ends((float(value) - half) * factor, (float(value) + half) * factor)


def ends(figure: Figure, decimals: int = 0) -> Ends:
    """The ends of what a figure may be; decimals: of its column, for a zero."""
    return _ends(figure.value, figure.unit, decimals)


def margin_of(figure: Figure, kind: Unit, decimals: int | None = None) -> Decimal | None:
    """Half the width of a figure's interval where it is not half a unit of its last digit."""
    return _margin(figure.value, kind, decimals or 0)


def _margin(value: Decimal, kind: Unit, decimals: int) -> Decimal | None:
    printed = decimals_of(value)
    if kind.base in WHOLE and not kind.power and not printed:
        return Decimal(0)
    if kind == Unit("元", 0) and printed == 2:
        return Decimal(0)
    if decimals and not value:
        return Decimal(5).scaleb(-max(decimals, printed) - 1)
    return None


def digits_of(value: Decimal) -> int:
    """How many digits of a value say something: 0 for zero, 1 for 300, 4 for 27.03."""
    digits = f"{abs(value):f}".replace(".", "").strip("0") if value else ""
    return len(digits)


def total(sizes: Iterable[Interval]) -> Interval:
    """The sum of intervals."""
    result = NOTHING
    for each in sizes:
        result = result + each
    return result


def information(whole: Interval) -> float:
    """How telling it is that a sum meets an interval: powers of ten between its size and its width."""
    width = max(whole.high - whole.low, Fraction(1, 10**6))
    middle = abs(whole.high + whole.low) / 2
    return max(0.0, log10(float(middle / width))) if middle else 0.0


def percent_of(part: Interval, whole: Interval) -> Interval | None:
    """A part in percent of a whole; None where the whole may be nothing."""
    if whole.low <= 0 <= whole.high:
        return None
    return (part / whole).scaled(100)


def growth(change: Interval, base: Interval) -> Interval | None:
    """A change in percent of what it changed from; None where that may be nothing."""
    return percent_of(change, base)


def positive(interval: Interval) -> bool:
    """Whether it holds nothing but numbers above zero."""
    return interval.low > 0
