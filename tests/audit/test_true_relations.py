"""Interval arithmetic against exact arithmetic: whatever is true and printed rounded is never called an error."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from nianbao.audit.findings import balance, decide
from nianbao.figures.derivation import corners, rate
from nianbao.figures.evaluation import evaluate
from nianbao.figures.interval import Interval
from nianbao.figures.units import round_half_up


def levels(low=1, high=10**7):
    """True levels, unrounded, and the decimals they are printed with."""
    return st.tuples(st.fractions(low, high, max_denominator=10**6), st.integers(0, 3))


def shown(level) -> tuple[Decimal, Interval]:
    value = round_half_up(*level)
    return value, Interval.printed(value)


@given(levels(), levels(), st.integers(0, 3))
def test_a_true_change_is_never_an_error(now, then, digits):
    (_, a), (_, b) = shown(now), shown(then)
    printed = round_half_up(now[0] - then[0], digits)
    exact = Fraction(shown(now)[0]) - Fraction(shown(then)[0])
    assert decide(printed, exact, a - b).status != "fails"


@given(
    levels(),
    levels(),
    st.integers(1, 6),
    st.integers(0, 2),
    st.sampled_from(["growth", "geometric", "arithmetic"]),
    st.booleans(),
    st.booleans(),
)
def test_a_true_growth_rate_is_never_an_error(now, then, years, digits, measure, with_change, with_base):
    (x, a), (y, b) = shown(now), shown(then)
    if b.low <= 0 or a.low < 0 or not (with_change or with_base):
        return
    change = shown((now[0] - then[0], 2))[1]
    points = corners(a, b if with_base else None, change if with_change else None)
    if any(base <= 0 or level < 0 for level, base in points):
        return
    spread = Interval.spanning(rate(measure, *point, years) for point in points)
    printed = round_half_up(rate(measure, now[0], then[0], years), digits)
    assert decide(printed, rate(measure, Fraction(x), Fraction(y), years), spread).status != "fails"


@given(levels(), levels(), st.integers(0, 2))
def test_a_true_share_is_never_an_error(part, whole, digits):
    (x, a), (y, b) = shown(part), shown(whole)
    if b.low <= 0:
        return
    exact, spread = evaluate("a.a / b.b * 100", [Fraction(x), Fraction(y)], [a, b])
    assert decide(round_half_up(part[0] / whole[0] * 100, digits), exact, spread).status != "fails"


@given(
    st.lists(levels(0), min_size=1, max_size=12), st.integers(0, 3), st.lists(st.booleans(), min_size=12, max_size=12)
)
def test_a_true_sum_is_never_an_error(parts, digits, whole_numbers):
    """Parts may be exact (whole persons) or rounded; their total is rounded or exact too."""
    parts = [
        (Fraction(int(value)), 0, True) if whole else (value, places, False)
        for (value, places), whole in zip(parts, whole_numbers, strict=False)
    ]
    total = sum(value for value, _, _ in parts)
    printed = round_half_up(total, digits)
    exact, terms = Fraction(printed), [Interval.printed(printed)]
    for value, places, whole in parts:
        number = round_half_up(value, places)
        exact -= Fraction(number)
        terms.append(Interval.printed(number, Decimal(0) if whole else None).scaled(-1))
    assert balance(exact, terms).status != "fails"


@given(
    levels(),
    levels(),
    levels(),
    st.integers(0, 2),
    st.sampled_from(
        ["a.a / (1 + b.b)", "a.a * b.b / c.c", "(a.a - b.b) / c.c * 100", "a.a / b.b * 12", "a.a + b.b - c.c"]
    ),
)
def test_a_true_formula_is_never_an_error(a, b, c, digits, text):
    inputs = [a, b, c][: sum(letter in text for letter in ("a.a", "b.b", "c.c"))]
    prints = [shown(each) for each in inputs]
    try:
        true, _ = evaluate(text, [each[0] for each in inputs], [each[1] for each in prints])
        exact, spread = evaluate(text, [Fraction(each[0]) for each in prints], [each[1] for each in prints])
    except ZeroDivisionError:
        return
    assert spread.low <= true <= spread.high
    assert decide(round_half_up(true, digits), exact, spread).status != "fails"


def test_a_sum_that_only_touches_zero_is_an_error_unless_a_term_is_exact():
    half = [Interval.printed(Decimal("0.02")), *(Interval.printed(Decimal("0.01")).scaled(-1) for _ in range(3))]
    assert balance(Fraction("-0.01"), half).status == "rounding"
    schemes = [Interval.printed(Decimal(each)).scaled(-1) for each in ("275.09", "34.95", "224.28")]
    assert balance(Fraction("0.02"), [Interval.printed(Decimal("534.34")), *schemes]).status == "fails"
    exact = Interval(Fraction("-0.005"), Fraction("-0.005"))
    assert balance(Fraction("0.005"), [Interval.printed(Decimal("0.01")), exact]).status == "rounding"
