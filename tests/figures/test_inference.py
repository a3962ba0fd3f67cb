"""Levels that no document prints, from a later level and what is printed of the way there: by both, not by one."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nianbao.data.documents import Claim
from nianbao.data.keys import Key, Source
from nianbao.figures.derivation import Deriver
from nianbao.figures.ids import FigureId
from nianbao.figures.interval import Interval
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import round_half_up
from tests.support.small_dataset import WHOLE, dataset

BASE = Key("x.stock", WHOLE, 2024)


def inferred(now: str, kept: tuple[str, str], *claims: tuple[str, str, str]) -> Quantity:
    """The level of 2024, kept with a margin, that what is printed for 2025 leads back to."""
    levels = {("x.stock", WHOLE, 2025): now, ("x.stock", WHOLE, 2024): (kept[0], "E", kept[1])}
    printed = [(measure, "x.stock", 2025, 2024, value, unit) for measure, value, unit in claims]
    level = Deriver(dataset(levels, printed)).level(BASE)
    assert level is not None
    return level


@given(st.fractions(10, 10**4), st.fractions(10, 10**4), st.integers(0, 2), st.integers(0, 2), st.integers(1, 2))
def test_the_truth_lies_within_what_change_and_rate_allow(now, base, digits, change_digits, rate_digits):
    printed = round_half_up(now, digits)
    change = round_half_up(now - base, change_digits)
    rate = round_half_up((now / base - 1) * 100, rate_digits)
    assume(rate > -99)
    assume(change or change_digits)  # a 0 without decimals is read as being as exact as its column
    margin = Decimal(1).scaleb(-min(digits, change_digits))
    kept = (f"{printed - change:f}", f"{margin:f}")
    alone = inferred(f"{printed:f}", kept, ("change", f"{change:f}", "万人"))
    both = inferred(f"{printed:f}", kept, ("change", f"{change:f}", "万人"), ("growth", f"{rate:f}", "%"))
    for level in (alone, both):
        assert level.interval.holds(base) and level.interval.holds(level.exact)
        assert Interval.printed(level.value).meets(level.interval)
    assert alone.interval.low <= both.interval.low and both.interval.high <= alone.interval.high


def test_a_rate_tells_what_a_rounded_change_leaves_open():
    """6.6706 now, 1.7 more: 4.9706 by the change alone, impossible beside 34.1 %."""
    claims = (("change", "1.7", "万人"), ("growth", "34.1", "%"))
    level = inferred("6.6706", ("4.9706", "0.0501"), *claims)
    assert level.value == Decimal("4.9743") and level.expression == "6.6706 / (1 + 34.1 / 100)"
    assert (round(level.interval.low, 4), round(level.interval.high, 4)) == (Fraction("4.9725"), Fraction("4.9762"))
    without_rate = inferred("6.6706", ("4.9706", "0.0501"), claims[0])
    assert without_rate.value == Decimal("4.9706") and without_rate.expression == "6.6706 - 1.7"


def test_what_contradicts_the_change_is_left_out():
    level = inferred("6.6706", ("4.9706", "0.0501"), ("change", "1.7", "万人"), ("growth", "-34.1", "%"))
    assert level.value == Decimal("4.9706") and level.interval == Interval(Fraction("4.92055"), Fraction("5.02065"))


def test_what_was_inferred_from_a_rate_does_not_prove_it():
    """The base that both allow would agree with the rate by construction."""
    levels = {("x.stock", WHOLE, 2025): "6.6706", BASE: ("4.9706", "E", "0.0501")}
    claims = [
        ("change", "x.stock", 2025, 2024, "1.7", "万人"),
        ("growth", "x.stock", 2025, 2024, "34.1", "%"),
    ]
    derive = Deriver(dataset(levels, claims))
    growth = derive.between("growth", BASE.at(2025), 2024)
    assert growth.value == Decimal("34.20") and growth.interval.low < 33 and growth.interval.high > 35
    assert [each.id for each in growth.inputs] == [FigureId(BASE.at(2025)), FigureId(BASE)]


def test_a_level_printed_in_another_unit_is_bounded_by_its_own_rounding():
    levels = {("x.money", WHOLE, 2025): "5300", ("x.money", WHOLE, 2024): ("10400", "E", "50")}
    claims = [
        ("level", "x.money", 2024, "", "1.04", "万元"),
        ("growth", "x.money", 2025, 2024, "-49.03", "%"),
    ]
    level = Deriver(dataset(levels, claims)).level(Key("x.money", WHOLE, 2024))
    assert level.value == 10400 and level.interval == Interval(Fraction(10350), Fraction(10450))


def test_a_rate_may_come_from_levels_as_the_text_rounds_them():
    """0.26 to 0.43 万元 is −39.53 %; from 2,555 元 exactly it would lead to 4,225 元."""
    levels = {("x.money", WHOLE, 2025): "2555", ("x.money", WHOLE, 2024): ("4300", "E", "50")}
    growth = ("growth", "x.money", 2025, 2024, "-39.53", "%")
    exactly = Deriver(dataset(levels, [growth])).level(Key("x.money", WHOLE, 2024))
    rounded = Deriver(dataset(levels, [("level", "x.money", 2025, "", "0.26", "万元"), growth]))
    level = rounded.level(Key("x.money", WHOLE, 2024))
    assert level.value == 4300 and level.interval == Interval(Fraction(4250), Fraction(4350))
    assert exactly.interval == level.interval  # what contradicts the level as kept is left out


@pytest.mark.parametrize("rate, low, high", [("5.00", "7.6", "8.4"), ("4.56", "8.0", "8.0")])
def test_an_average_narrows_by_the_mean_that_the_change_allows(rate, low, high):
    """10 after five years: from 8.0 both +5 % a year (arithmetic) and +4.56 % (geometric)."""
    levels = {("x.stock", WHOLE, 2025): "10.00", ("x.stock", WHOLE, 2020): ("8.0", "E", "0.55")}
    claims = [("change", "x.stock", 2025, 2020, "2", "万人"), ("avg_growth", "x.stock", 2025, 2020, rate, "%")]
    level = Deriver(dataset(levels, claims)).level(Key("x.stock", WHOLE, 2020))
    assert Fraction(low) - Fraction("0.1") < level.interval.low <= 8 <= level.interval.high < Fraction(high) + 1
    assert level.interval.high - level.interval.low < Fraction(1)


def test_a_fall_to_nothing_leads_nowhere():
    level = inferred("0.00", ("5.00", "0.01"), ("change", "-5.00", "万人"), ("growth", "-100", "%"))
    assert level.value == Decimal("5.00") and level.interval == Interval(Fraction("4.99"), Fraction("5.01"))


def test_a_change_in_a_unit_that_does_not_convert_leads_nowhere():
    claim = Claim("change", BASE.at(2025), "2024", "1", "%", Source("r"), "")
    derive = Deriver(dataset({("x.stock", WHOLE, 2025): "6.00", BASE: ("5.00", "E", "0.01")}))
    assert derive.back(claim, derive.printed(BASE)) is None


# -- no more digits than are known ------------------------------------------------------------------------------------
def known(value: str, low: str, high: str) -> str:
    """A recomputed figure as it is shown."""
    interval = Interval(Fraction(low), Fraction(high))
    return Quantity(FigureId(BASE), "", Decimal(value), "%", interval, Fraction(value), "E").as_known().signed


@pytest.mark.parametrize(
    "value, low, high, shown",
    [
        ("4.10", "4.0918", "4.1120", "4.10"),
        ("27.59", "27.29", "27.88", "28"),
        ("130.43", "122.9", "138.6", "130"),
        ("11.0843", "11.0793", "11.0893", "11.08"),
        ("0.30", "-0.5", "1.1", "0.3"),
        ("-0.52", "-0.59", "-0.45", "-0.5"),
        ("0.00", "0", "0", "0.00"),
        ("100.00", "100", "100", "100.00"),
        ("49743", "49725", "49762", "49743"),
    ],
)
def test_the_last_digit_is_off_by_one_at_most(value, low, high, shown):
    assert known(value, low, high) == shown


@given(st.fractions(-1000, 1000), st.fractions(0, 10), st.fractions(0, 10), st.integers(0, 4))
def test_digits_that_are_shown_are_known(exact, below, above, digits):
    interval = Interval(exact - below, exact + above)
    value = round_half_up(exact, digits)
    shown = Quantity(FigureId(BASE), "", value, "%", interval, exact, "E").as_known()
    decimals = -int(shown.value.as_tuple().exponent)
    assert decimals <= digits and shown.value == round_half_up(exact, decimals)
    vanishes = decimals and round_half_up(exact, decimals - 1) == 0 and value != 0
    assert decimals == 0 or shown.is_known_to(decimals) or vanishes
    assert (shown.value == 0) == (value == 0)
