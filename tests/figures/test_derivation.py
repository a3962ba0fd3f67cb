"""Derived figures: the interval always holds the truth behind the rounded figures."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nianbao.data.keys import Key
from nianbao.figures.derivation import Deriver, corners, rate, root
from nianbao.figures.ids import FigureId
from nianbao.figures.interval import Interval
from nianbao.figures.units import round_half_up
from tests.support.small_dataset import WHOLE as ALL
from tests.support.small_dataset import dataset

TINY = Fraction(1, 10**25)  # roots are computed to 38 digits
levels = st.fractions(Fraction(1, 2), 10**5, max_denominator=10**7)
places = st.integers(0, 3)


def holds(quantity, truth) -> bool:
    """Whether the interval holds the true value, but for the last digits of a root."""
    return quantity.interval.low - TINY <= truth <= quantity.interval.high + TINY


def printed(value: Fraction, digits: int) -> str:
    """A value as a document prints it."""
    return f"{round_half_up(value, digits):f}"


@given(levels, levels, places, places, st.none() | places, st.integers(1, 5))
def test_interval_holds_the_truth_behind_rounded_levels_and_change(x, y, digits, base_digits, change_digits, years):
    assume(y > 1)
    base = 2025 - years
    claims = [] if change_digits is None else [("change", "x.stock", 2025, base, printed(x - y, change_digits), "万人")]
    derive = Deriver(
        dataset({("x.stock", ALL, 2025): printed(x, digits), ("x.stock", ALL, base): printed(y, base_digits)}, claims)
    )
    growth = derive.between("growth", Key("x.stock", ALL, 2025), base)
    assert holds(growth, (x / y - 1) * 100)
    assert holds(derive.between("arithmetic", Key("x.stock", ALL, 2025), base), (x / y - 1) * 100 / years)
    average = derive.between("avg_growth", Key("x.stock", ALL, 2025), base)
    assert holds(average, rate("geometric", x, y, years))
    assert holds(derive.between("change", Key("x.stock", ALL, 2025), base), x - y)
    for each in (growth, average):
        assert holds(each, each.exact) and each.value == round_half_up(each.exact, 2)
        assert [one.id for one in each.inputs] == [
            FigureId.level("x.stock", ALL, 2025),
            FigureId.level("x.stock", ALL, base),
        ]


@given(levels, levels, places, places)
def test_interval_holds_the_truth_when_the_base_follows_from_the_change(x, y, digits, change_digits):
    """2024 = 2025 - printed change: the case of most figures of a first edition."""
    now = round_half_up(x, digits)
    change = round_half_up(x - y, change_digits)
    assume(change or change_digits)  # a 0 without decimals is read as being as exact as its column
    margin = Decimal(1).scaleb(-min(digits, change_digits))
    assume(now - change > 2 * margin)
    derive = Deriver(
        dataset(
            {("x.stock", ALL, 2025): f"{now:f}", ("x.stock", ALL, 2024): (f"{now - change:f}", "E", str(margin))},
            [("change", "x.stock", 2025, 2024, f"{change:f}", "万人")],
        )
    )
    growth = derive.between("growth", Key("x.stock", ALL, 2025), 2024)
    assert holds(growth, (x / y - 1) * 100)


persons = st.integers(2 * 10**4, 10**9).map(lambda count: Fraction(count, 10**4))


@given(persons, persons, places)
def test_a_printed_change_in_another_unit_narrows_too(x, y, digits):
    """增加657人 beside levels in 万人."""
    claims = [("change", "x.stock", 2025, 2024, printed((x - y) * 10**4, 0), "人")]
    derive = Deriver(
        dataset({("x.stock", ALL, 2025): printed(x, digits + 1), ("x.stock", ALL, 2024): printed(y, digits)}, claims)
    )
    assume(Decimal(printed(y, digits)) > 1)
    wide = Deriver(
        dataset({("x.stock", ALL, 2025): printed(x, digits + 1), ("x.stock", ALL, 2024): printed(y, digits)})
    )
    narrow, without = (each.between("growth", Key("x.stock", ALL, 2025), 2024) for each in (derive, wide))
    assert holds(narrow, (x / y - 1) * 100)
    assert narrow.interval.low >= without.interval.low and narrow.interval.high <= without.interval.high


@given(levels, levels, places)
def test_share_holds_the_truth(part, whole, digits):
    assume(whole > 1)
    derive = Deriver(
        dataset({("x.flow", ALL, 2025): printed(part, digits), ("x.other", ALL, 2025): printed(whole, digits)})
    )
    share = derive.share(Key("x.flow", ALL, 2025), "x.other")
    assert share.interval.low <= part / whole * 100 <= share.interval.high
    assert share.unit == "%"


@given(levels, levels, st.integers(1, 4))
def test_every_corner_lies_in_the_polygon_and_bounds_it(x, y, digits):
    now, base = Interval.printed(round_half_up(x, digits)), Interval.printed(round_half_up(y, digits))
    change = Interval.printed(round_half_up(x - y, digits))
    points = corners(now, base, change)
    for a, b in points:
        assert now.low <= a <= now.high and base.low <= b <= base.high and change.low <= a - b <= change.high
    assert min(a for a, _ in points) <= x <= max(a for a, _ in points)
    assert min(a / b for a, b in points) <= x / y <= max(a / b for a, b in points)


def test_corners_of_a_known_polygon():
    now, base, change = (Interval(Fraction(a), Fraction(b)) for a, b in ((10, 12), (4, 6), (5, 6)))
    assert set(corners(now, base, change)) == {(10, 4), (10, 5), (11, 6), (12, 6)}
    assert set(corners(now, base, None)) == {(10, 4), (10, 6), (12, 4), (12, 6)}
    assert set(corners(now, None, change)) == {(10, 5), (10, 4), (12, 7), (12, 6)}


def test_a_change_that_contradicts_the_levels_is_left_out():
    now, base = Interval(Fraction(10), Fraction(12)), Interval(Fraction(4), Fraction(6))
    assert set(corners(now, base, Interval(Fraction(50), Fraction(60)))) == set(corners(now, base, None))


@given(st.fractions(Fraction(1, 1000), 1000), st.integers(1, 12))
def test_root_is_precise(value, n):
    assert abs(root(value, n) ** n - value) < TINY * 1000


@pytest.mark.parametrize(
    "now, base",
    [
        (None, "5.00"),
        ("5.00", None),
        ("—", "5.00"),
        ("5.00", ""),
        ("5.00", "0.00"),
        ("5.00", "-1.00"),
        ("-5.00", "1.00"),
        ("0.00", "0.00"),
        ("-3.00", "-4.00"),
    ],
)
@pytest.mark.parametrize("measure", ["growth", "avg_growth", "geometric", "arithmetic"])
def test_no_rate_without_two_levels_and_a_positive_base(now, base, measure):
    known = {("x.flow", ALL, year): value for year, value in ((2025, now), (2024, base)) if value is not None}
    assert Deriver(dataset(known)).between(measure, Key("x.flow", ALL, 2025), 2024) is None


def test_a_base_that_may_be_zero_has_no_rate():
    data = dataset({("x.flow", ALL, 2025): "5.00", ("x.flow", ALL, 2024): ("0.01", "E", "0.01")})
    assert Deriver(data).between("growth", Key("x.flow", ALL, 2025), 2024) is None


@pytest.mark.parametrize("whole", ["0.00", "—", None, ("0.01", "E", "0.01"), ("0.01", "E", "0.02")])
def test_no_share_of_nothing(whole):
    known = {("x.flow", ALL, 2025): "5.00"} | ({} if whole is None else {("x.other", ALL, 2025): whole})
    assert Deriver(dataset(known)).share(Key("x.flow", ALL, 2025), "x.other") is None


def test_change_of_negative_and_zero_levels():
    derive = Deriver(
        dataset({("x.flow", ALL, 2025): "-2.00", ("x.flow", ALL, 2024): "-3.5", ("x.flow", ALL, 2023): "0"})
    )
    assert derive.between("change", Key("x.flow", ALL, 2025), 2024).value == Decimal("1.50")
    assert derive.between("change", Key("x.flow", ALL, 2024), 2023).value == Decimal("-3.5")
    assert derive.between("change", Key("x.flow", ALL, 2025), 2025) is None
    assert derive.between("change", Key("x.flow", ALL, 2025), 2022) is None


def test_average_growth_is_geometric_where_no_document_says_otherwise():
    derive = Deriver(dataset({("x.money", ALL, 2025): "3870", ("x.money", ALL, 2020): "3236"}))
    assert derive.between("growth", Key("x.money", ALL, 2025), 2020).value == Decimal("19.59")
    assert derive.between("arithmetic", Key("x.money", ALL, 2025), 2020).value == Decimal("3.92")
    assert derive.between("avg_growth", Key("x.money", ALL, 2025), 2020).value == Decimal("3.64")


def test_points_of_a_percentage():
    derive = Deriver(dataset({("x.rate", ALL, 2025): "46.86", ("x.rate", ALL, 2024): "58.26"}))
    quantity = derive.between("points", Key("x.rate", ALL, 2025), 2024)
    assert (quantity.value, quantity.unit) == (Decimal("-11.40"), "百分点")


def test_formulas_with_lag_and_pin():
    derive = Deriver(
        dataset(
            {
                ("x.flow", ALL, 2025): "10.00",
                ("x.flow", ALL, 2024): "8.00",
                ("x.flow", "640100", 2025): "2.50",
                ("x.stock", ALL, 2025): "4.00",
            }
        )
    )
    assert derive.level(Key("x.growth", ALL, 2025)).value == Decimal("2.00")
    assert derive.level(Key("x.pinned", "640100", 2025)).value == Decimal("25.00")
    assert derive.level(Key("x.quotient", ALL, 2025)).value == Decimal("2.50")
    assert derive.level(Key("x.growth", ALL, 2024)) is None
    quantity = derive.level(Key("x.quotient", ALL, 2025))
    assert quantity.formula == "基金收入 / 参保人数"
    assert [each.id for each in quantity.inputs] == [
        FigureId.level("x.flow", ALL, 2025),
        FigureId.level("x.stock", ALL, 2025),
    ]


@pytest.mark.parametrize("divisor", ["0", "0.00", "—"])
def test_a_formula_that_would_divide_by_zero_is_unknown(divisor):
    derive = Deriver(dataset({("x.flow", ALL, 2025): "10.00", ("x.stock", ALL, 2025): divisor}))
    assert derive.level(Key("x.quotient", ALL, 2025)) is None


def test_a_printed_level_goes_before_its_formula():
    derive = Deriver(
        dataset({("x.flow", ALL, 2025): "10.00", ("x.stock", ALL, 2025): "4.00", ("x.quotient", ALL, 2025): "2.4"})
    )
    assert derive.level(Key("x.quotient", ALL, 2025)).value == Decimal("2.4")
    assert derive.by_formula(Key("x.quotient", ALL, 2025)).value == Decimal("2.50")
