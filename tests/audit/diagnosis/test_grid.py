"""Intervals on the grid: every operation keeps all true results, and loses nothing of what is printed."""

from decimal import Decimal
from fractions import Fraction
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.audit.diagnosis import grid
from nianbao.audit.diagnosis.grid import ONE, Interval, Sum
from nianbao.audit.diagnosis.spans import Span, round_half_up

#: Numbers of which most lie between two steps of the grid.
NUMBERS = st.fractions(min_value=-1000, max_value=1000, max_denominator=1000)
WIDTHS = st.fractions(min_value=0, max_value=1000, max_denominator=1000)
#: Numbers as they are printed.
PRINTED = st.decimals(min_value=-(10**9), max_value=10**9, places=3)
EXPONENTS = st.integers(min_value=1, max_value=6)
STEP = Fraction(1, ONE)


def around(value: Fraction, low: Fraction = Fraction(0), high: Fraction = Fraction(0)) -> Interval:
    """A closed interval from a width below a value to a width above it."""
    return grid.of(Span(value - low, False, value + high, False))


def holds(interval: Interval, value: Fraction) -> bool:
    return grid.exact(interval).holds(value)


def ends(interval: Interval) -> tuple:
    """The ends, and whether those that are numbers are open."""
    low_open = interval.low != -inf and interval.low_open
    high_open = interval.high != inf and interval.high_open
    return interval.low, low_open, interval.high, high_open


@given(NUMBERS, WIDTHS, WIDTHS, st.booleans(), st.booleans())
def test_an_interval_is_moved_outwards_by_less_than_a_step(value, low, high, low_open, high_open):
    span = Span(value - low, low_open, value + high, high_open)
    found = grid.exact(grid.of(span))
    assert span.low - STEP < found.low <= span.low
    assert span.high <= found.high < span.high + STEP
    assert (found.low_open, found.high_open) == (low_open, high_open)


@given(PRINTED)
def test_what_is_printed_lies_on_the_grid(value):
    assert grid.exact(grid.point(value)) == Span(Fraction(value), False, Fraction(value), False)


def test_endless_intervals_stay_endless():
    assert grid.exact(grid.of(Span(-inf, True, Fraction(1, 3), False))).low == -inf
    assert grid.exact(grid.of(Span(Fraction(1, 3), False, inf, True))).high == inf
    assert grid.NOT_NEGATIVE.width == grid.ALL.width == inf


@given(NUMBERS, NUMBERS, WIDTHS, WIDTHS)
def test_arithmetic_holds_every_result(a, b, wide, other):
    one = around(a, wide, other)
    two = around(b, other, wide)
    assert holds(grid.add(one, two), a + b)
    assert holds(grid.subtract(one, two), a - b)
    assert holds(grid.multiply(one, two), a * b)
    assert holds(grid.scaled(one, -3, 7), a * Fraction(-3, 7))
    assert holds(grid.scaled(one, 5, 3), a * Fraction(5, 3))
    if b:
        assert holds(grid.divide(one, two), a / b)


@given(PRINTED, PRINTED, PRINTED, PRINTED)
def test_sums_and_products_of_what_is_printed_are_exact(a, b, c, d):
    one = Span(Fraction(min(a, b)), False, Fraction(max(a, b)), True)
    two = Span(Fraction(min(c, d)), True, Fraction(max(c, d)), False)
    total = grid.exact(grid.add(grid.of(one), grid.of(two)))
    assert total == Span(one.low + two.low, True, one.high + two.high, True)
    corners = [x * y for x in (one.low, one.high) for y in (two.low, two.high)]
    product = grid.exact(grid.multiply(grid.of(one), grid.of(two)))
    assert (product.low, product.high) == (min(corners), max(corners))


@given(PRINTED, PRINTED)
def test_a_quotient_that_comes_out_even_is_exact(a, b):
    if b:
        found = grid.exact(grid.divide(grid.point(Fraction(a) * Fraction(b)), grid.point(b)))
        assert (found.low, found.high) == (Fraction(a), Fraction(a))


@given(NUMBERS, WIDTHS, EXPONENTS)
def test_powers_and_roots_hold_every_result(a, wide, exponent):
    value = abs(a)
    assert holds(grid.power(around(value, wide, wide), exponent), value**exponent)
    assert holds(grid.root(around(value**exponent), exponent), value)


@given(st.integers(min_value=0, max_value=10**90), EXPONENTS)
def test_the_whole_root_is_the_largest_whose_power_is_not_above(value, exponent):
    found = grid.whole_root(value, exponent)
    assert found**exponent <= value < (found + 1) ** exponent


def test_powers_and_roots_of_what_lies_below_zero_only():
    below = grid.of(Span(Fraction(-3), False, Fraction(-2), False))
    assert grid.power(below, 3).empty
    assert grid.root(below, 3).empty
    assert grid.root(grid.NOT_NEGATIVE, 5) == grid.NOT_NEGATIVE


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_meet_and_hull(a, b, c, d, value):
    one = grid.of(Span(min(a, b), False, max(a, b), True))
    two = grid.of(Span(min(c, d), True, max(c, d), False))
    assert holds(one.meet(two), value) == (holds(one, value) and holds(two, value))
    if holds(one, value) or holds(two, value):
        assert holds(one.hull(two), value)


def test_division_by_what_may_be_nothing():
    assert grid.divide(grid.point(1), around(Fraction(0), Fraction(1), Fraction(1))) == grid.ALL
    assert grid.divide(grid.point(1), grid.point(0)).empty
    assert grid.divide(grid.point(0), grid.point(0)) == grid.ALL
    assert grid.divide(grid.point(6), grid.NOT_NEGATIVE) == Interval(0, True, inf, True)
    assert grid.divide(grid.point(-6), grid.NOT_NEGATIVE) == Interval(-inf, True, 0, True)
    assert grid.divide(grid.point(6), grid.negative(grid.NOT_NEGATIVE)) == Interval(-inf, True, 0, True)


def test_nothing_times_what_is_endless_is_nothing():
    assert grid.multiply(grid.point(0), grid.ALL) == grid.point(0)
    assert grid.multiply(grid.point(-2), grid.NOT_NEGATIVE) == Interval(-inf, True, 0, False)
    assert grid.multiply(grid.NOT_NEGATIVE, grid.NOT_NEGATIVE) == grid.NOT_NEGATIVE


def test_ends_too_large_for_floats_are_added_to_endless_ones():
    large = Interval(10**400, False, inf, True)
    assert grid.add(large, grid.ALL) == grid.ALL
    assert grid.subtract(grid.ALL, large) == grid.ALL
    assert grid.widened(large, 5).low == 10**400 - 5


@given(NUMBERS, WIDTHS, st.integers(min_value=0, max_value=3))
def test_widened_holds_what_is_printed_of_its_numbers(a, wide, decimals):
    """A printed value is among those of a widened interval where it is printed of one of its numbers."""
    half = ONE // (2 * 10**decimals)
    printed = Fraction(round_half_up(a, decimals))
    assert holds(grid.widened(around(a, wide, wide), half), printed)


@given(st.lists(st.tuples(PRINTED, WIDTHS), min_size=2, max_size=5), st.integers(min_value=0, max_value=4))
def test_a_sum_without_one_part_is_the_sum_of_the_others(parts, endless):
    intervals = [around(Fraction(value), wide, wide) for value, wide in parts]
    if endless < len(intervals):
        intervals[endless] = grid.NOT_NEGATIVE
    total = Sum()
    for each in intervals:
        total.add(each)
    for at, each in enumerate(intervals):
        others = grid.point(0)
        for other in intervals[:at] + intervals[at + 1 :]:
            others = grid.add(others, other)
        assert ends(total.without(each)) == ends(others)
        rest = total.copy()
        rest.add(each, -1)
        assert ends(rest.interval()) == ends(others)


@pytest.mark.parametrize("text, likely", [("0.005", "0.01"), ("1e-30", "0.00"), ("12.345", "12.35")])
def test_back_from_the_grid_is_what_went_there(text, likely):
    back = grid.exact(grid.point(Decimal(text)))
    assert back.low == Fraction(text)
    assert str(round_half_up(back.low, 2)) == likely
