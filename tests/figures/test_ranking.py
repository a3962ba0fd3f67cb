"""Places among figures that are known to an interval: ties by interval, and never an order that rounding denies."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from nianbao.figures.interval import Interval
from nianbao.figures.ranking import Place, places


def printed(**values: str) -> dict[str, Interval]:
    """Figures as they are printed, by name."""
    return {name: Interval.printed(Decimal(value)) for name, value in values.items()}


def test_figures_that_can_be_told_apart_are_in_order():
    found = places(printed(a="3.1", b="3.2", c="2.9"))
    assert found == {"b": Place(1, False, 3), "a": Place(2, False, 3), "c": Place(3, False, 3)}


def test_a_figure_with_fewer_decimals_is_level_with_those_it_may_be():
    found = places(printed(a="0.8", b="0.81", c="0.79", d="0.9"))
    assert found["d"] == Place(1, False, 4)
    assert found["a"] == Place(2, True, 4)  # 0.75 to 0.85
    assert found["b"] == Place(2, True, 4)
    assert found["c"] == Place(3, True, 4)  # below b, level with a


def test_neighbours_in_the_last_digit_are_in_order():
    assert places(printed(a="0.80", b="0.81"))["b"] == Place(1, False, 2)


def test_equal_figures_are_level_whether_rounded_or_counted():
    exact = {name: Interval.exactly(Fraction(5)) for name in "ab"}
    assert set(places(exact).values()) == {Place(1, True, 2)}
    assert set(places(printed(a="0.01", b="0.01")).values()) == {Place(1, True, 2)}


@given(st.lists(st.tuples(st.integers(-20, 20), st.integers(0, 2)), min_size=1, max_size=8), st.randoms())
def test_no_draw_within_rounding_contradicts_a_place(figures, chance):
    """Whatever the figures are within their intervals, those that stand above another are not less."""
    known = {at: Interval.printed(Decimal(value).scaleb(-digits)) for at, (value, digits) in enumerate(figures)}
    found = places(known)
    drawn = {
        at: each.low + (each.high - each.low) * Fraction(chance.randint(0, 100), 100) for at, each in known.items()
    }
    for at, place in found.items():
        if not place.tied:
            above = sum(value > drawn[at] for other, value in drawn.items() if other != at)
            assert above <= place.rank - 1
            at_least = sum(value >= drawn[at] for other, value in drawn.items() if other != at)
            assert at_least >= place.rank - 1


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 2)), max_size=8))
def test_places_are_those_of_the_definition(ends):
    """Each pair compared by itself gives the same as all ends in order; exact numbers and touching ends among them."""
    known = {at: Interval(Fraction(low), Fraction(low + width)) for at, (low, width) in enumerate(ends)}

    def stands_above(one: Interval, other: Interval) -> bool:
        return one != other and one.low >= other.high

    for at, place in places(known).items():
        others = [each for other, each in known.items() if other != at]
        above = sum(stands_above(each, known[at]) for each in others)
        below = sum(stands_above(known[at], each) for each in others)
        assert place == Place(above + 1, above + below < len(others), len(known))
