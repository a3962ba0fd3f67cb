"""Rounding, intervals and how a number is shown."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nianbao.data.keys import Source
from nianbao.figures.ids import FigureId
from nianbao.figures.interval import Interval
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import decimals_of, factor, round_half_up, show

fractions = st.fractions(-(10**9), 10**9, max_denominator=10**6)
decimals = st.integers(-(10**12), 10**12).flatmap(
    lambda whole: st.integers(0, 6).map(lambda places: Decimal(whole).scaleb(-places))
)


@st.composite
def within(draw):
    """An interval and a point of it."""
    low, width, at = draw(fractions), draw(st.fractions(0, 1000)), draw(st.fractions(0, 1))
    return Interval(low, low + width), low + width * at


@given(fractions, st.integers(0, 6))
def test_rounding_is_half_away_from_zero_and_exact(value, places):
    rounded = round_half_up(value, places)
    distance = abs(Fraction(rounded) - value)
    half = Fraction(1, 2 * 10**places)
    assert distance <= half
    if distance == half:
        assert abs(Fraction(rounded)) > abs(value)
    assert decimals_of(rounded) == places


@given(decimals, st.integers(0, 6))
def test_rounding_agrees_with_decimal(value, places):
    assert round_half_up(value, places) == value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@given(decimals)
def test_rounding_never_gives_minus_zero(value):
    assert not str(round_half_up(value, 2)).startswith("-0.00")


@pytest.mark.parametrize(
    "value, places, expected",
    [
        ("2.345", 2, "2.35"),
        ("-2.345", 2, "-2.35"),
        ("2.5", 0, "3"),
        ("0.125", 2, "0.13"),
        ("1.005", 2, "1.01"),
        ("-0.004", 2, "0.00"),
        ("1166.6666", 2, "1166.67"),
        ("9.995", 2, "10.00"),
    ],
)
def test_rounding_of_cases_where_binary_floats_go_wrong(value, places, expected):
    assert str(round_half_up(Decimal(value), places)) == expected


@given(within(), within())
def test_interval_arithmetic_holds_every_result(a, b):
    (one, x), (two, y) = a, b
    for result, spread in ((x + y, one + two), (x - y, one - two), (x * y, one * two)):
        assert spread.low <= result <= spread.high
    assume(not two.low <= 0 <= two.high)
    quotient = one / two
    assert quotient.low <= x / y <= quotient.high


@given(within(), fractions)
def test_scaled_interval_holds_the_scaled_point(a, by):
    spread = a[0].scaled(by)
    assert spread.low <= a[1] * by <= spread.high


@pytest.mark.parametrize("low, high", [(-1, 1), (0, 1), (-1, 0), (0, 0)])
def test_no_division_by_an_interval_that_may_be_zero(low, high):
    with pytest.raises(ZeroDivisionError):
        Interval(Fraction(1), Fraction(2)) / Interval(Fraction(low), Fraction(high))


@given(fractions, st.integers(0, 5))
def test_a_printed_figure_allows_whatever_rounds_to_it(value, places):
    spread = Interval.printed(round_half_up(value, places))
    assert spread.low <= value <= spread.high
    assert spread.high - spread.low == Fraction(1, 10**places)


def test_printed_interval_keeps_the_zeros_a_document_prints():
    assert Interval.printed(Decimal("24.5")) == Interval(Fraction("24.45"), Fraction("24.55"))
    assert Interval.printed(Decimal("24.50")) == Interval(Fraction("24.495"), Fraction("24.505"))
    assert Interval.printed(Decimal("267.75"), Decimal("0.01")) == Interval(Fraction("267.74"), Fraction("267.76"))
    assert Interval.printed(Decimal("6")).high == Fraction("6.5")


def test_intervals_that_touch_meet():
    one, two = Interval.printed(Decimal("1.0")), Interval.printed(Decimal("1.1"))
    assert one.meets(two) and two.meets(one)
    assert not one.meets(Interval.printed(Decimal("1.2")))


@pytest.mark.parametrize(
    "value, expected",
    [
        ("275.09", "275.09"),
        ("1512522", "1,512,522"),
        ("12012", "12,012"),
        ("8483", "8,483"),
        ("-2.35", "−2.35"),
        ("-12345.60", "−12,345.60"),
        ("0.00", "0.00"),
        ("-0.00", "0.00"),
        ("24.50", "24.50"),
        ("1E+3", "1,000"),
        ("999.99", "999.99"),
        ("0", "0"),
    ],
)
def test_show(value, expected):
    assert show(Decimal(value)) == expected


@given(decimals)
def test_what_is_shown_reads_back_as_the_value(value):
    assert Decimal(show(value).replace("−", "-").replace(",", "")) == value
    quantity = Quantity.printed(FigureId.level("a.b", "640000", 2025), "甲", value, "万人")
    assert Decimal(quantity.signed) == value and "E" not in quantity.signed
    assert quantity.text == show(value)


def test_with_value_keeps_interval_and_lineage():
    quantity = Quantity.printed(
        FigureId.level("a.b", "640000", 2025), "甲", Decimal("6.35"), "%", source=Source("report-2025", "表1-1")
    )
    other = quantity.with_value(Decimal("6.36"), note="印作")
    assert (other.value, other.interval, other.source, other.note) == (
        Decimal("6.36"),
        quantity.interval,
        Source("report-2025", "表1-1"),
        "印作",
    )


def test_units_convert_within_their_kind_only():
    assert factor("万人", "人") == 10**4
    assert factor("亿元", "万元") == 10**4
    assert factor("元", "亿元") == Fraction(1, 10**8)
    assert factor("万人", "亿元") is None
    assert factor("人", "人次") is None
    assert factor("台", "台") == 1
