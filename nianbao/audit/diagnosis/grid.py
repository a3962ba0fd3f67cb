"""Intervals whose ends are whole numbers of a very fine step: what the propagation computes with.

Fractions are exact but slow, and most of a diagnosis is arithmetic of intervals. Here an end is an int that counts
steps of 10^-30, or the float `inf` or `-inf`. Printed figures, their halves and sums, and the products a document
computes lie on this grid, so that nothing is lost of them. What does not (quotients, roots, products of very many
decimals) is moved *outwards* to the next step: an interval only ever grows by it, so that it still holds all true
results and no true relation is called impossible.

`of` takes an exact interval (`spans.Span`) to the grid, `exact` brings one back; nothing else should mix the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import inf
from typing import NamedTuple

from nianbao.audit.diagnosis.spans import Span

#: Steps in one. Fine enough for the fifth power of a rate of three decimals times a level of five.
ONE = 10**30

Steps = int | float  # a float only where it is infinite


class Interval(NamedTuple):
    """An interval on the grid; `low_open` and `high_open` say whether the end itself is left out."""

    low: Steps
    low_open: bool
    high: Steps
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
    def width(self) -> Steps:
        """Distance of the ends in steps, infinite where one of them is."""
        return self.high - self.low if self.finite else inf

    def holds(self, value: Steps) -> bool:
        """Whether a number of the grid is in it."""
        above = value > self.low or (value == self.low and not self.low_open)
        below = value < self.high or (value == self.high and not self.high_open)
        return above and below

    def meet(self, other: Interval) -> Interval:
        """What two intervals have in common, possibly nothing."""
        if self is other:
            return self
        low, low_open, high, high_open = self
        other_low, other_low_open, other_high, other_high_open = other
        if other_low > low:
            low = other_low
            low_open = other_low_open
        elif other_low == low:
            low_open = low_open or other_low_open
        if other_high < high:
            high = other_high
            high_open = other_high_open
        elif other_high == high:
            high_open = high_open or other_high_open
        return Interval(low, low_open, high, high_open)

    def hull(self, other: Interval) -> Interval:
        """The smallest interval that holds both; an empty one adds nothing."""
        if self.empty:
            return other
        if other.empty:
            return self
        low, low_open = min((self.low, self.low_open), (other.low, other.low_open))
        high, closed = max((self.high, not self.high_open), (other.high, not other.high_open))
        return Interval(low, low_open, high, not closed)


ALL = Interval(-inf, True, inf, True)
NOT_NEGATIVE = Interval(0, False, inf, True)
NOTHING = Interval(1, True, 0, True)


# -- to the grid and back ---------------------------------------------------------------------------------------
def of(span: Span) -> Interval:
    """An exact interval on the grid, ends that do not lie on it moved outwards."""
    low = span.low if isinstance(span.low, float) else floor(span.low.numerator, span.low.denominator)
    high = span.high if isinstance(span.high, float) else -floor(-span.high.numerator, span.high.denominator)
    return Interval(low, span.low_open, high, span.high_open)


def floor(over: int, under: int) -> int:
    """A fraction in steps, moved downwards."""
    return over * ONE // under


def exact(interval: Interval) -> Span:
    """The same interval with fractions for ends."""
    low = interval.low if interval.low == -inf else Fraction(interval.low, ONE)  # type: ignore[arg-type]
    high = interval.high if interval.high == inf else Fraction(interval.high, ONE)  # type: ignore[arg-type]
    return Span(low, interval.low_open, high, interval.high_open)


def point(value: Fraction | Decimal | int) -> Interval:
    """The interval of one number; of two neighbouring steps where it lies between them."""
    over, under = value.as_integer_ratio()
    return Interval(floor(over, under), False, -floor(-over, under), False)


# -- arithmetic -------------------------------------------------------------------------------------------------
def _sum(one: Steps, other: Steps, endless: float) -> Steps:
    """Sum of two lower or two upper ends; `endless` is what such an end is where nothing bounds it.

    An end is never added to an infinite one: Python would make a float of it first, for which it may be too large.
    """
    return endless if one == endless or other == endless else one + other


def add(a: Interval, b: Interval) -> Interval:
    """Sums of a number of each."""
    return Interval(
        _sum(a.low, b.low, -inf), a.low_open or b.low_open, _sum(a.high, b.high, inf), a.high_open or b.high_open
    )


def negative(a: Interval) -> Interval:
    """The negatives."""
    return Interval(-a.high, a.high_open, -a.low, a.low_open)


def subtract(a: Interval, b: Interval) -> Interval:
    """Differences of a number of each."""
    return Interval(
        _sum(a.low, -b.high, -inf), a.low_open or b.high_open, _sum(a.high, -b.low, inf), a.high_open or b.low_open
    )


def scaled(a: Interval, over: int, under: int) -> Interval:
    """The interval times the fraction of two whole numbers, neither of them zero."""
    if over == under:
        return a
    if (over < 0) != (under < 0):
        a = negative(a)
    over = abs(over)
    under = abs(under)
    if over == under:
        return a
    low = a.low if a.low == -inf else a.low * over // under
    high = a.high if a.high == inf else -(-a.high * over // under)
    return Interval(low, a.low_open, high, a.high_open)


def _corner(x: Steps, x_open: bool, y: Steps, y_open: bool) -> tuple[Steps, bool]:
    """Product of two ends, in steps of a step, and whether it is only approached.

    Nothing times an unbounded end is nothing.
    """
    if x == 0 or y == 0:
        reached = (x == 0 and not x_open) or (y == 0 and not y_open)
        return 0, not reached
    if x in (inf, -inf) or y in (inf, -inf):
        return inf if (x > 0) == (y > 0) else -inf, x_open or y_open
    return x * y, x_open or y_open


def multiply(a: Interval, b: Interval) -> Interval:
    """Products of a number of each."""
    corners = [_corner(a.low, a.low_open, b.low, b.low_open), _corner(a.high, a.high_open, b.high, b.high_open)]
    if a.low < 0 or b.low < 0:  # otherwise the least is the product of the least, the greatest that of the greatest
        corners.append(_corner(a.low, a.low_open, b.high, b.high_open))
        corners.append(_corner(a.high, a.high_open, b.low, b.low_open))
    low, low_open = min(corners)
    high, reached = max((value, not left_out) for value, left_out in corners)
    if low != -inf:
        low = low // ONE
    if high != inf:
        high = -(-high // ONE)
    return Interval(low, low_open, high, not reached)


def divide(a: Interval, b: Interval) -> Interval:
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
    if b.high <= 0:
        a = negative(a)
        b = negative(b)
    # The divisor is positive now: its smaller end makes quotients large, whatever their sign.
    low_by, low_by_open = (b.high, b.high_open) if a.low >= 0 else (b.low, b.low_open)
    high_by, high_by_open = (b.low, b.low_open) if a.high >= 0 else (b.high, b.high_open)
    low, low_open = _quotient(a.low, a.low_open, low_by, low_by_open)
    high, high_open = _quotient(-a.high, a.high_open, high_by, high_by_open)
    return Interval(low, low_open, -high, high_open)


def _quotient(x: Steps, x_open: bool, by: Steps, by_open: bool) -> tuple[Steps, bool]:
    """Quotient of an end by one of a positive divisor, moved downwards, and whether it is only approached."""
    if x == 0:
        return 0, x_open
    if by == inf:
        return 0, True
    if by == 0 or x in (inf, -inf):
        return inf if x > 0 else -inf, True
    return x * ONE // by, x_open or by_open


def power(a: Interval, exponent: int) -> Interval:
    """Whole powers of numbers that are not negative."""
    kept = a.meet(NOT_NEGATIVE)
    if kept.empty:
        return NOTHING
    over = ONE ** (exponent - 1)
    high = kept.high if kept.high == inf else -(-(kept.high**exponent) // over)
    return Interval(kept.low**exponent // over, kept.low_open, high, kept.high_open)


def whole_root(value: int, exponent: int) -> int:
    """The largest whole number whose power is not above a value that is not negative (Newton's method)."""
    if value == 0:
        return 0
    guess = 1 << -(-value.bit_length() // exponent)  # not below the root: from there each step comes nearer
    while True:
        better = ((exponent - 1) * guess + value // guess ** (exponent - 1)) // exponent
        if better >= guess:
            return guess
        guess = better


def root(a: Interval, exponent: int) -> Interval:
    """Roots of numbers that are not negative."""
    kept = a.meet(NOT_NEGATIVE)
    if kept.empty:
        return NOTHING
    over = ONE ** (exponent - 1)
    high: Steps = inf
    if kept.high != inf:
        wanted = int(kept.high) * over
        high = whole_root(wanted, exponent)
        high += high**exponent < wanted
    return Interval(whole_root(int(kept.low) * over, exponent), kept.low_open, high, kept.high_open)


def widened(a: Interval, half: int) -> Interval:
    """Printed values that stand for a number of the interval: each stands for half a unit to either side of it.

    Of a positive figure the upper end of that is left out, of a negative one the lower.
    """
    if not half:
        return a
    low_open = True if a.low >= half else a.low_open
    high_open = True if a.high <= -half else a.high_open
    return Interval(_sum(a.low, -half, -inf), low_open, _sum(a.high, half, inf), high_open)


@dataclass
class Sum:
    """Bounds of a sum of intervals: finite parts, and how many parts are endless or have an open end."""

    low: int = 0
    high: int = 0
    low_endless: int = 0
    high_endless: int = 0
    low_open: int = 0
    high_open: int = 0

    def copy(self) -> Sum:
        """The same again, to be changed."""
        return Sum(self.low, self.high, self.low_endless, self.high_endless, self.low_open, self.high_open)

    def add(self, part: Interval, sign: int = 1) -> None:
        """Add an interval, or with sign -1 take one out again."""
        low, low_open, high, high_open = part
        if low == -inf:
            self.low_endless += sign
        else:
            self.low += low * sign  # type: ignore[assignment]
            self.low_open += sign * low_open
        if high == inf:
            self.high_endless += sign
        else:
            self.high += high * sign  # type: ignore[assignment]
            self.high_open += sign * high_open

    def interval(self) -> Interval:
        """The interval of the sum."""
        low = -inf if self.low_endless else self.low
        high = inf if self.high_endless else self.high
        return Interval(low, self.low_open > 0, high, self.high_open > 0)

    def without(self, part: Interval) -> Interval:
        """The interval of the sum of all but one of its parts."""
        low: Steps = -inf
        low_open = self.low_open
        if part.low == -inf:
            low = self.low if self.low_endless == 1 else -inf
        elif not self.low_endless:
            low = self.low - part.low
            low_open -= part.low_open
        high: Steps = inf
        high_open = self.high_open
        if part.high == inf:
            high = self.high if self.high_endless == 1 else inf
        elif not self.high_endless:
            high = self.high - part.high
            high_open -= part.high_open
        return Interval(low, low_open > 0, high, high_open > 0)
