"""Closed intervals of exact fractions.

A printed figure is known to half a unit of its last digit: `24.5` means [24.45, 24.55]. Arithmetic on intervals is
exact, so a true relation is never called an error (Moore, Kearfott and Cloud, Introduction to Interval Analysis,
2009, ch. 2).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from nianbao.figures.units import decimals_of


@dataclass(frozen=True)
class Interval:
    """A closed interval of exact fractions; `low` and `high` belong to it."""

    low: Fraction
    high: Fraction

    @classmethod
    def printed(cls, value: Decimal, margin: Decimal | None = None) -> Interval:
        """What a printed figure allows: half a unit of its last digit, or `margin`, to either side."""
        half = Fraction(1, 2) / 10 ** decimals_of(value) if margin is None else Fraction(margin)
        return cls(Fraction(value) - half, Fraction(value) + half)

    @classmethod
    def spanning(cls, values: Iterable[Fraction]) -> Interval:
        """The smallest interval that holds all `values`."""
        known = list(values)
        return cls(min(known), max(known))

    @classmethod
    def exactly(cls, value: Fraction) -> Interval:
        """The interval of a number without uncertainty."""
        return cls(value, value)

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

    @property
    def ends(self) -> tuple[Fraction, Fraction]:
        """Its lower and its upper end."""
        return self.low, self.high

    def scaled(self, by: Fraction | int) -> Interval:
        """The interval times an exact number."""
        return Interval.spanning((self.low * by, self.high * by))

    def meets(self, other: Interval) -> bool:
        """Whether the two have a point in common."""
        return self.low <= other.high and other.low <= self.high

    def meet(self, other: Interval) -> Interval | None:
        """What both hold; None where they have no point in common."""
        if not self.meets(other):
            return None
        return Interval(max(self.low, other.low), min(self.high, other.high))

    def nearest(self, value: Fraction) -> Fraction:
        """The value in it that is nearest to another one."""
        return min(max(value, self.low), self.high)

    def holds(self, value: Fraction) -> bool:
        """Whether a value lies in it."""
        return self.low <= value <= self.high

    @property
    def exact(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high


#: The interval of nothing, where sums begin.
NOTHING = Interval(Fraction(0), Fraction(0))
