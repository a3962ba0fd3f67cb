"""What a reader who opens a figure is told besides: meaning, formula, years, rank."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nianbao.chapter.facts import fact
from nianbao.figures.ids import FigureId
from nianbao.output.levels import Levels
from nianbao.output.panel import Opened
from tests.support.small_dataset import WHOLE, dataset

CITIES = ("640100", "640200", "640300")


def opened(levels) -> Opened:
    return Opened(Levels(dataset(levels)))


def ranks(unit: str, *values: str) -> list[str]:
    """The ranks of the cities by their values."""
    made = opened({(unit, city, 2025): value for city, value in zip(CITIES, values, strict=True)})
    return [made.rank(FigureId.level(unit, city, 2025)) for city in CITIES]


@pytest.mark.parametrize(
    "values, places",
    [
        (("5.00", "7.00", "6.00"), ("第3", "第1", "第2")),
        (("5.00", "7.00", "7.00"), ("第3", "并列第1", "并列第1")),
        (("5.01", "5.02", "5.0"), ("并列第2", "并列第1", "并列第1")),
    ],
)
def test_regions_that_rounding_does_not_tell_apart_share_a_place(values, places):
    assert ranks("x.flow", *values) == [f"3个地区中由高到低{place}" for place in places]


def test_the_whole_and_what_is_derived_have_no_rank():
    made = opened({("x.flow", city, 2025): "5.00" for city in (*CITIES, WHOLE)})
    assert made.rank(FigureId.level("x.flow", WHOLE, 2025)) == ""
    assert made.rank(replace(FigureId.level("x.flow", CITIES[0], 2025), measure="change", base="2024")) == ""


def test_the_years_of_a_figure_are_those_of_its_level():
    made = opened({("x.flow", WHOLE, 2023): "5.00", ("x.flow", WHOLE, 2025): "7.0"})
    level = FigureId.level("x.flow", WHOLE, 2025)
    assert made.years(level) == "亿元|2023:5.00 2025:7.0" == made.years(replace(level, measure="change", base="2023"))
    assert made.years(FigureId.level("x.other", WHOLE, 2025)) == ""
    assert made.years(FigureId.level("levels", "1", 2025)) == ""


def test_a_printed_ratio_has_its_formula_where_it_agrees():
    levels = {("x.flow", WHOLE, 2025): "15.00", ("x.stock", WHOLE, 2025): "5.00", ("x.quotient", WHOLE, 2025): "3.00"}
    for value, inputs in (("3.00", 2), ("4.00", 0)):
        made = opened(levels | {("x.quotient", WHOLE, 2025): value})
        level = made.published.level(FigureId.level("x.quotient", WHOLE, 2025).key)
        known = made.with_formulas({str(level.id): fact(level, {})})
        assert len(known[str(level.id)].inputs) == inputs and len(known) == 1 + inputs
        assert known[str(level.id)].value == value


def test_what_says_itself_how_it_was_got_is_left_as_it_is():
    made = opened(
        {("x.flow", WHOLE, 2025): "15.00", ("x.stock", WHOLE, 2025): "5.00", ("x.quotient", WHOLE, 2025): "3"}
    )
    known = fact(made.published.level(FigureId.level("x.quotient", WHOLE, 2025).key), {})
    inferred = replace(known, expression="4 - 1", formula="2026年 − 所印增减量")
    assert made.with_formulas({known.id: inferred}) == {known.id: inferred}


def test_what_a_figure_means_is_said_plainly():
    made = opened({("x.flow", WHOLE, 2025): "15.00", ("x.flow", WHOLE, 2024): "10.00"})
    change = made.published.derived(replace(FigureId.level("x.flow", WHOLE, 2025), measure="change", base="2024"))
    about = fact(change, {})
    assert made.means(about, {about.id: about}) == "2025年的数减去2024年的数，负数表示少了。"
