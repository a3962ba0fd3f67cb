"""Exact intervals: every operation keeps all true results."""

from decimal import Decimal
from fractions import Fraction
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from nianbao.audit.diagnosis import spans
from nianbao.audit.diagnosis.spans import NOT_NEGATIVE, Span, round_half_up, rounded, truncated

NUMBERS = st.fractions(min_value=-1000, max_value=1000, max_denominator=1000)
WHOLE = st.integers(min_value=-(10**6), max_value=10**6)


@given(NUMBERS, st.integers(min_value=0, max_value=4))
def test_a_number_lies_in_the_interval_of_what_is_printed_of_it(value, decimals):
    assert rounded(round_half_up(value, decimals), decimals).holds(value)


@given(WHOLE, st.integers(min_value=0, max_value=3))
def test_intervals_of_neighbouring_values_touch_but_share_nothing(digits, decimals):
    one = rounded(Decimal(digits).scaleb(-decimals), decimals)
    two = rounded(Decimal(digits + 1).scaleb(-decimals), decimals)
    assert one.high == two.low
    assert one.meet(two).empty


def test_halves_are_rounded_away_from_zero():
    assert rounded(Decimal("24.5"), 1).holds(Fraction("24.45"))
    assert not rounded(Decimal("24.5"), 1).holds(Fraction("24.55"))
    assert not rounded(Decimal("-24.5"), 1).holds(Fraction("-24.55"))
    assert not rounded(Decimal("0.0"), 1).holds(Fraction("0.05"))


def around(value: Fraction, low: Fraction, high: Fraction) -> Span:
    return Span(value - abs(low), False, value + abs(high), False)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_arithmetic_holds_every_result(a, b, wide, other):
    one, two = around(a, wide, other), around(b, other, wide)
    assert spans.add(one, two).holds(a + b)
    assert spans.subtract(one, two).holds(a - b)
    assert spans.multiply(one, two).holds(a * b)
    assert spans.scaled(one, Fraction(-3, 7)).holds(a * Fraction(-3, 7))
    if b:
        assert spans.divide(one, two).holds(a / b)


@given(NUMBERS, NUMBERS, st.integers(min_value=1, max_value=6))
def test_powers_and_roots(a, wide, exponent):
    value = abs(a)
    assert spans.power(around(value, wide, wide), exponent).holds(value**exponent)
    assert spans.root(spans.point(value**exponent), exponent).holds(value)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_meet_and_hull(a, b, c, d, value):
    one = Span(min(a, b), False, max(a, b), True)
    two = Span(min(c, d), True, max(c, d), False)
    assert one.meet(two).holds(value) == (one.holds(value) and two.holds(value))
    if one.holds(value) or two.holds(value):
        assert one.hull(two).holds(value)


def test_division_by_what_may_be_nothing():
    assert spans.divide(spans.point(1), Span(Fraction(-1), False, Fraction(1), False)) == spans.ALL
    assert spans.divide(spans.point(1), spans.point(0)).empty
    assert spans.divide(spans.point(0), spans.point(0)) == spans.ALL
    assert spans.divide(spans.point(6), NOT_NEGATIVE) == Span(0, True, inf, True)


@given(NUMBERS, NUMBERS)
def test_tidying_moves_outwards(a, wide):
    span = around(a / 7**20, wide / 11**20, wide / 13**20)
    kept = spans.tidy(span)
    assert kept.low <= span.low and kept.high >= span.high


def test_cut_and_rounded():
    assert truncated(Fraction("54.97"), 0) == 54
    assert truncated(Fraction("-405.66"), 0) == -405
    assert round_half_up(Fraction("-405.5"), 0) == -406


@given(NUMBERS, NUMBERS, st.integers(min_value=0, max_value=3))
def test_widened_holds_what_is_printed_of_its_numbers(a, wide, decimals):
    """A printed value is among those of a widened interval where it is printed of one of its numbers."""
    half = Fraction(1, 2 * 10**decimals)
    printed = Fraction(round_half_up(a, decimals))
    assert spans.widened(around(a, wide, wide), half).holds(printed)
