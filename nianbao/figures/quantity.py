"""Numbers that remember how exactly they are known and where they come from.

A printed figure is known to half a unit of its last digit: `24.5` means the interval [24.45, 24.55].
Arithmetic on intervals is exact (fractions), so a true relation is never called an error.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache

#: Units that convert into each other, each with how many of the smallest it holds.
SCALES = ({"人": 1, "名": 1, "万人": 10**4}, {"人次": 1, "万人次": 10**4}, {"元": 1, "万元": 10**4, "亿元": 10**8},
          {"件": 1, "万件": 10**4}, {"课时": 1, "小时": 1})
#: Units of things that cannot be divided: printed without decimals they are exact, not rounded.
COUNTED = frozenset("人 名 人次 件 户 个 家 辆 次 项 批次 台 套 册 箱 间 层 张 条 本 天".split())


def margin_of(value: Decimal, unit: str, kind: str) -> Decimal | None:
    """Zero for what is printed exactly (whole persons, 元 to the fen), None for half a unit of the last digit."""
    exact = unit in COUNTED and decimals_of(value) == 0 or unit == "元" and decimals_of(value) == 2
    return Decimal(0) if exact and kind != "ratio" else None


@cache
def factor(unit: str, into: str) -> Fraction | None:
    """Multiplier that converts a value in `unit` to `into`; None where they do not convert."""
    scales = [scale for scale in SCALES if unit in scale and into in scale] or [{unit: 1}]
    return Fraction(scales[0][unit], scales[0][into]) if into in scales[0] else None


def decimals_of(value: Decimal) -> int:
    """Number of decimals a value was printed with."""
    return max(0, -int(value.as_tuple().exponent))


def round_half_up(value: Fraction | Decimal, decimals: int) -> Decimal:
    """Round the way official statistics do (四舍五入: halves away from zero)."""
    exact = Fraction(value)
    whole = int(abs(exact) * 10**decimals + Fraction(1, 2))
    return Decimal(-whole if exact < 0 else whole).scaleb(-decimals)


def show(value: Decimal) -> str:
    """A number as readers see it: thousands separated (GB/T 15835—2011, from four digits on), a true minus sign."""
    return f"{abs(value):,f}" if value >= 0 else f"−{-value:,f}"


@dataclass(frozen=True)
class Interval:
    """A closed interval of exact fractions."""

    low: Fraction
    high: Fraction

    @classmethod
    def printed(cls, value: Decimal, margin: Decimal | None = None) -> Interval:
        """What a printed figure allows: half a unit of its last digit, or `margin`, to either side."""
        half = Fraction(margin) if margin is not None else Fraction(1, 2) / 10 ** decimals_of(value)
        return cls(Fraction(value) - half, Fraction(value) + half)

    @classmethod
    def spanning(cls, values) -> Interval:
        """The smallest interval that holds all `values`."""
        values = list(values)
        return cls(min(values), max(values))

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __sub__(self, other: Interval) -> Interval:
        return self + -other

    def __mul__(self, other: Interval) -> Interval:
        return Interval.spanning(a * b for a in (self.low, self.high) for b in (other.low, other.high))

    def __truediv__(self, other: Interval) -> Interval:
        if other.low <= 0 <= other.high:
            raise ZeroDivisionError("the divisor may be zero")
        return self * Interval(1 / other.high, 1 / other.low)

    def scaled(self, by) -> Interval:
        """The interval times an exact number."""
        return Interval.spanning((self.low * by, self.high * by))

    def meets(self, other: Interval) -> bool:
        """Whether the two have a point in common."""
        return self.low <= other.high and other.low <= self.high


@dataclass(frozen=True)
class Quantity:
    """A figure with unit, interval and lineage.

    `id` is permanent: indicator:region:year, and for derived figures :measure:base behind it.
    `value` is what is shown, `exact` the unrounded point value, `inputs` the quantities the `formula` used; `expression`
    is the formula for machines, in which $1 is the first input, and so on.
    `source` is where a printed figure stands, `place` the data file and row.
    `mark` names the erratum when the printed figure does not hold.
    """

    id: str
    name: str
    value: Decimal
    unit: str
    interval: Interval
    exact: Fraction
    status: str = "A"
    formula: str = ""
    inputs: tuple[Quantity, ...] = field(default=(), repr=False)
    source: str = ""
    place: str = ""
    note: str = ""
    mark: str = ""
    expression: str = ""

    @property
    def text(self) -> str:
        """The number as printed, without its unit."""
        return show(self.value)

    @property
    def signed(self) -> str:
        """The number for machines."""
        return f"{self.value:f}"

    def with_value(self, value: Decimal, **changes) -> Quantity:
        """The same quantity showing another value (a published one instead of the recomputed)."""
        return replace(self, value=value, **changes)

    @staticmethod
    def printed(id, name, value: Decimal, unit, margin=None, **about) -> Quantity:
        """A figure as a document prints it."""
        return Quantity(id, name, value, unit, Interval.printed(value, margin), Fraction(value), **about)


__all__ = ["Interval", "Quantity", "decimals_of", "factor", "margin_of", "round_half_up", "show"]
