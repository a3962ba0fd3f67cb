"""What can be true of printed figures, by the intervals that their rounding leaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import log10

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
    """The size of a figure; unit: another than printed, decimals: of its column, where those of a zero are not shown."""
    kind = unit_of(figure.unit if unit is None else unit)
    factor = Fraction(10) ** kind.power
    interval = Interval.printed(figure.value, margin_of(figure, kind, decimals)).scaled(factor)
    return Size(interval, digits_of(figure.value), kind)


def margin_of(figure: Figure, kind: Unit, decimals: int | None = None) -> Decimal | None:
    """Half the width of a figure's interval where it is not half a unit of its last digit."""
    printed = decimals_of(figure.value)
    if kind.base in WHOLE and not kind.power and not printed:
        return Decimal(0)
    if kind == Unit("元", 0) and printed == 2:
        return Decimal(0)
    if decimals and not figure.value:
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
