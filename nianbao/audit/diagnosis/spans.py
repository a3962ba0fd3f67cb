"""Exact intervals with open or closed ends: what rounding leaves of a printed figure.

A figure rounded half up never reaches the far end of its interval: `24.5` is [24.45, 24.55), `-24.5` is
(-24.55, -24.45], and `0.0` is (-0.05, 0.05). Ends are fractions, or the floats `inf` and `-inf` where nothing bounds
the figure. `grid` computes with intervals.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import inf
from typing import NamedTuple

End = Fraction | float  # a float only where it is infinite


class Span(NamedTuple):
    """An interval; `low_open` and `high_open` say whether the end itself is left out."""

    low: End
    low_open: bool
    high: End
    high_open: bool

    @property
    def empty(self) -> bool:
        """Whether no number is in it."""
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    @property
    def finite(self) -> bool:
        """Whether both ends are numbers."""
        return self.low != -inf and self.high != inf

    @property
    def width(self) -> End:
        """Distance of the ends, infinite where one of them is."""
        return self.high - self.low

    def holds(self, value: End) -> bool:
        """Whether a number is in it."""
        above = value > self.low or (value == self.low and not self.low_open)
        below = value < self.high or (value == self.high and not self.high_open)
        return above and below

    def meet(self, other: Span) -> Span:
        """What two intervals have in common, possibly nothing."""
        if self is other:
            return self
        low, low_open = self.low, self.low_open
        if other.low is low or other.low == low:
            low_open = low_open or other.low_open
        elif other.low > low:
            low, low_open = other.low, other.low_open
        high, high_open = self.high, self.high_open
        if other.high is high or other.high == high:
            high_open = high_open or other.high_open
        elif other.high < high:
            high, high_open = other.high, other.high_open
        return Span(low, low_open, high, high_open)


ALL = Span(-inf, True, inf, True)
NOT_NEGATIVE = Span(Fraction(0), False, inf, True)


def point(value: Fraction | Decimal | int) -> Span:
    """The interval of one number."""
    exact = Fraction(value)
    return Span(exact, False, exact, False)


def decimals_of(value: Decimal) -> int:
    """Number of decimals a value was printed with."""
    return max(0, -int(value.as_tuple().exponent))


def rounded(value: Decimal, decimals: int) -> Span:
    """Numbers that are printed as `value` when rounded half away from zero (四舍五入) to `decimals`."""
    exact = Fraction(value)
    half = Fraction(1, 2 * 10**decimals)
    return Span(exact - half, exact <= 0, exact + half, exact >= 0)


def round_half_up(value: Fraction, decimals: int) -> Decimal:
    """A number rounded half away from zero."""
    whole = int(abs(value) * 10**decimals + Fraction(1, 2))
    return Decimal(-whole if value < 0 else whole).scaleb(-decimals)
