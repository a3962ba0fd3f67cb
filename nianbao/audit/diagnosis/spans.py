"""Exact intervals with open or closed ends: what rounding leaves of a printed figure.

A figure rounded half up never reaches the far end of its interval: `24.5` is [24.45, 24.55), `-24.5` is
(-24.55, -24.45], and `0.0` is (-0.05, 0.05). Ends are fractions, or the floats `inf` and `-inf` where nothing bounds
the figure. Every operation returns an interval that holds all true results, and where each variable occurs once no
others, so that a true relation is never called impossible.
"""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from math import inf
from typing import NamedTuple

End = Fraction | float  # a float only where it is infinite

#: Digits to which an end is kept when its fraction grows long; ends are moved outwards.
GRID = 10**12
LONG = 10**16
ROOTS = Context(prec=40)


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

    def hull(self, other: Span) -> Span:
        """The smallest interval that holds both; an empty one adds nothing."""
        if self.empty:
            return other
        if other.empty:
            return self
        low, low_open = min((self.low, self.low_open), (other.low, other.low_open))
        high, closed = max((self.high, not self.high_open), (other.high, not other.high_open))
        return Span(low, low_open, high, not closed)


ALL = Span(-inf, True, inf, True)
NOT_NEGATIVE = Span(Fraction(0), False, inf, True)
NOTHING = Span(Fraction(1), True, Fraction(0), True)


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


def truncated(value: Fraction, decimals: int) -> Decimal:
    """A number cut off (截尾) instead of rounded."""
    whole = int(abs(value) * 10**decimals)
    return Decimal(-whole if value < 0 else whole).scaleb(-decimals)


# -- arithmetic -------------------------------------------------------------------------------------------------
def add(a: Span, b: Span) -> Span:
    """Sums of a number of each."""
    return Span(a.low + b.low, a.low_open or b.low_open, a.high + b.high, a.high_open or b.high_open)


def negative(a: Span) -> Span:
    """The negatives."""
    return Span(-a.high, a.high_open, -a.low, a.low_open)


def subtract(a: Span, b: Span) -> Span:
    """Differences of a number of each."""
    return Span(a.low - b.high, a.low_open or b.high_open, a.high - b.low, a.high_open or b.low_open)


def scaled(a: Span, by: Fraction) -> Span:
    """The interval times an exact number other than zero."""
    if by < 0:
        return Span(a.high * by, a.high_open, a.low * by, a.low_open)
    return Span(a.low * by, a.low_open, a.high * by, a.high_open)


def _corner(x: End, x_open: bool, y: End, y_open: bool) -> tuple[End, bool]:
    """Product of two ends, and whether it is only approached; nothing times an unbounded end is nothing."""
    if x == 0 or y == 0:
        reached = (x == 0 and not x_open) or (y == 0 and not y_open)
        return Fraction(0), not reached
    return x * y, x_open or y_open


def multiply(a: Span, b: Span) -> Span:
    """Products of a number of each."""
    corners = [
        _corner(a.low, a.low_open, b.low, b.low_open),
        _corner(a.low, a.low_open, b.high, b.high_open),
        _corner(a.high, a.high_open, b.low, b.low_open),
        _corner(a.high, a.high_open, b.high, b.high_open),
    ]
    low, low_open = min(corners)
    high, reached = max((value, not left_out) for value, left_out in corners)
    return Span(low, low_open, high, not reached)


def divide(a: Span, b: Span) -> Span:
    """Numbers q with q x b = a for some a and b of the two; everything where the divisor may be zero and so may a.

    Where the divisor may be zero but `a` may not, the quotients are two rays; their hull is everything unless zero is
    an end of the divisor.
    """
    if b.low == 0 and b.high == 0:
        return ALL if a.holds(0) else NOTHING
    if b.low < 0 < b.high:
        return ALL
    if b.holds(0) and a.holds(0):
        return ALL
    if b.low >= 0:
        low = 1 / b.high if b.high != inf else Fraction(0)
        high = 1 / b.low if b.low != 0 else inf
        turned = Span(low, b.high_open or b.high == inf, high, b.low_open or b.low == 0)
    else:
        low = 1 / b.high if b.high != 0 else -inf
        high = 1 / b.low if b.low != -inf else Fraction(0)
        turned = Span(low, b.high_open or b.high == 0, high, b.low_open or b.low == -inf)
    return multiply(a, turned)


def power(a: Span, exponent: int) -> Span:
    """Whole powers of numbers that are not negative."""
    kept = a.meet(NOT_NEGATIVE)
    if kept.empty:
        return NOTHING
    high = kept.high**exponent if kept.high != inf else inf
    return Span(kept.low**exponent, kept.low_open, high, kept.high_open)


def _root(value: End, exponent: int, outwards: int) -> End:
    """A root to some thirty digits, moved outwards so that the true one is never cut off."""
    if value == inf or value == 0:
        return value
    quotient = ROOTS.divide(Decimal(value.numerator), Decimal(value.denominator))
    approximate = Fraction(ROOTS.power(quotient, ROOTS.divide(Decimal(1), Decimal(exponent))))
    if approximate**exponent == value:
        return approximate
    return approximate * (1 + Fraction(outwards, 10**30))


def root(a: Span, exponent: int) -> Span:
    """Roots of numbers that are not negative."""
    kept = a.meet(NOT_NEGATIVE)
    if kept.empty:
        return NOTHING
    return Span(_root(kept.low, exponent, -1), kept.low_open, _root(kept.high, exponent, 1), kept.high_open)


def widened(a: Span, half: Fraction) -> Span:
    """Printed values that stand for a number of the interval: each stands for half a unit to either side of it.

    Of a positive figure the upper end of that is left out, of a negative one the lower.
    """
    if not half:
        return a
    low_open = True if a.low >= half else a.low_open
    high_open = True if a.high <= -half else a.high_open
    return Span(a.low - half, low_open, a.high + half, high_open)


def tidy(a: Span) -> Span:
    """The interval with short fractions, moved outwards a little where they were long."""
    low, high = a.low, a.high
    if low != -inf and low.denominator > LONG:
        low = Fraction(low.numerator * GRID // low.denominator, GRID)
    if high != inf and high.denominator > LONG:
        high = Fraction(-(-high.numerator * GRID // high.denominator), GRID)
    if low is a.low and high is a.high:
        return a
    return Span(low, a.low_open, high, a.high_open)
