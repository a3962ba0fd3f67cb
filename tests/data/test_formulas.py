"""Formulas kept as data: what they may say, and that nothing else is ever evaluated."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nianbao.data.formulas import Term, parse, terms
from nianbao.errors import DataError
from nianbao.figures.evaluation import evaluate
from nianbao.figures.interval import Interval
from tests.support.projects import ROOT


def test_terms_are_found_in_order_with_pins_and_lags():
    found = terms("a.b / c.d_e[640000] * 12 - a.b{-1} + f.g[p1]{2}")
    assert found == (Term("a.b", "", 0), Term("c.d_e", "640000", 0), Term("a.b", "", -1), Term("f.g", "p1", 2))


@pytest.mark.parametrize(
    "text",
    [
        "a.b()",
        "a.b(1)",
        "__import__('os')",
        "a.b ** 2",
        "a.b // 2",
        "a.b % 2",
        "a.b if a.c else a.d",
        "a.b < 3",
        "[a.b]",
        "(a.b, a.c)",
        "lambda: 1",
        "a.b @ a.c",
        "~a.b",
        "not a.b",
        "a.b and a.c",
        "(a.b).real",
        "(1).__class__",
        "a.b[0][1]",
        "{1: 2}",
        "f'{1}'",
        "a.b := 3",
    ],
)
def test_anything_but_plain_arithmetic_is_refused(text):
    with pytest.raises(DataError) as error:
        parse(text)
    assert "公式" in str(error.value)


@pytest.mark.parametrize("text", ["", "a.b +", "(a.b", "a.b a.c", "1 +* 2", "总计 ／ 人数。"])
def test_what_cannot_be_read_is_refused_in_chinese(text):
    with pytest.raises(DataError, match="公式"):
        parse(text)


@pytest.mark.parametrize(
    "text", ["total / 2", "x", "'a'", "'a' + a.b", "True", "a.b + None", "1j * a.b", "_0 + a.b", "_1 + a.b"]
)
def test_names_and_constants_that_are_no_figures_are_refused(text):
    with pytest.raises(DataError):
        parse(text)


points = st.fractions(Fraction(1, 100), 10**6, max_denominator=1000)


@given(points, points, points)
def test_value_is_exact_and_lies_in_the_interval(a, b, c):
    half = Fraction(1, 200)
    spreads = [Interval(x - half, x + half) for x in (a, b, c)]
    assume(b + c > 4 * half)
    value, spread = evaluate("-a.a * 12 / (a.b + a.c) - 0.1", [a, b, c], spreads)
    assert value == -a * 12 / (b + c) - Fraction(1, 10)
    assert spread.low <= value <= spread.high
    for x in (a - half, a + half):
        for y in (b - half, b + half):
            assert spread.low <= -x * 12 / (y + c) - Fraction(1, 10) <= spread.high


def test_a_divisor_that_may_be_zero_raises():
    near = Interval(Fraction(-1, 200), Fraction(1, 200))
    with pytest.raises(ZeroDivisionError):
        evaluate("a.a / a.b", [Fraction(1), Fraction(0)], [Interval(Fraction(1), Fraction(1)), near])


def test_a_decimal_constant_is_exact():
    assert evaluate("0.1 + 0.2", [], [])[0] == Fraction(3, 10)


def test_every_formula_of_the_catalogue_and_the_data_can_be_read():
    from nianbao.data.dataset import Dataset

    data = Dataset(ROOT / "data")
    written = [(each.place, each.formula) for each in data.catalogue.indicators.values() if each.formula]
    assert len(written) >= 50
    for place, text in written:
        for term in terms(text):
            assert term.indicator in data.catalogue.indicators, f"{place}: {term.indicator}"
    of_items = list(data.formulas.items())
    assert len(of_items) >= 5
    for key, rule in of_items:
        for term in terms(rule.text):
            assert term.indicator in data.catalogue.indicators, f"{key}: {term.indicator}"
