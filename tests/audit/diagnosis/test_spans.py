"""Exact intervals: what rounding leaves of a printed figure."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from nianbao.audit.diagnosis.spans import Span, round_half_up, rounded

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


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_what_two_intervals_have_in_common(a, b, c, d, value):
    one = Span(min(a, b), False, max(a, b), True)
    two = Span(min(c, d), True, max(c, d), False)
    assert one.meet(two).holds(value) == (one.holds(value) and two.holds(value))


def test_a_negative_half_is_rounded_away_from_zero_as_well():
    assert round_half_up(Fraction("-405.5"), 0) == -406
