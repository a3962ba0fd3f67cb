"""What the chapter on changes says came and went between two editions: indicators, regions, what is left of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nianbao.audit.audit import Audit
from nianbao.chapter.changes import NO_MOVE, Changes, Moved, compare_items, given, report
from nianbao.chapter.figure import Figures
from nianbao.chapter.meaningless import DASH
from nianbao.data.explanations import Explanation
from nianbao.data.keys import Source
from tests.support.small_dataset import WHOLE, dataset

FIRST = "640100"
SECOND = "640200"
THIRD = "640300"
PARTS = {"x": "第一部分"}
YEARS = {2024: "2.00", 2025: "3.00"}


def changes(before: dict, now: dict) -> Changes:
    """The changes from 2024 to 2025; both by indicator: item -> what is printed."""
    levels = {
        (code, item, year): text
        for year, of_year in ((2024, before), (2025, now))
        for code, items in of_year.items()
        for item, text in items.items()
    }
    data = dataset(levels)
    report = Source("report-2025", "表1")
    data.observations = {key: replace(seen, source=report) for key, seen in data.observations.items()}
    found = Changes(2024, 2025, data)
    old = given(data, 2024)
    new = given(data, 2025)
    for code in data.catalogue.indicators:
        compare_items(found, code, old, new)
    return found


def test_indicators_that_came_and_went_are_told_by_part():
    whole = {WHOLE: "1.00"}
    found = changes({"x.stock": whole}, {"x.flow": whole, "x.other": whole})
    assert found.content_rows(PARTS) == [
        ["2025年有、2024年未载：第一部分", "2项", "基金收入、基金支出"],
        ["2024年有、2025年未载：第一部分", "1项", "参保人数"],
    ]
    assert found.content_rows()[1][0] == "2024年有、2025年未载"


@pytest.mark.parametrize("since, is_ended", [(2025, True), (2024, False)])
def test_an_indicator_that_has_ended_is_not_said_to_be_lacking(since, is_ended):
    found = changes({"x.stock": {WHOLE: "1.00"}, "x.other": {WHOLE: "1.00"}}, {})
    found.data.explanations = [Explanation(2025, "", "x.other", "", since, "dropped", "停用", None, "")]
    apart = [["2024年有、2025年未载", "1项", "参保人数"], ["2025年起不再统计", "1项", "基金支出"]]
    assert found.content_rows() == (apart if is_ended else [["2024年有、2025年未载", "2项", "参保人数、基金支出"]])
    assert any("2025年起不再统计的指标（1项）：基金支出" in line for line in report(found)) is is_ended


def test_a_region_is_told_once_with_all_its_indicators():
    old = {WHOLE: "3.00", FIRST: "1.00", SECOND: "2.00"}
    new = {WHOLE: "3.00", FIRST: "1.00", THIRD: "2.00"}
    found = changes({"x.stock": old, "x.flow": old}, {"x.stock": new, "x.flow": new})
    assert found.content_rows() == [
        ["新增地区：丙市", "2项", "参保人数、基金收入"],
        ["不再有的地区：乙市", "2项", "参保人数、基金收入"],
    ]


def test_regions_of_which_the_same_is_told_stand_together():
    now = {WHOLE: "3.00", SECOND: "1.00", THIRD: "2.00"}
    found = changes({"x.flow": {WHOLE: "2.00", FIRST: "2.00"}}, {"x.flow": now})
    assert found.content_rows()[0] == ["新增地区：乙市、丙市", "1项", "基金收入"]


def test_it_is_said_that_only_the_whole_is_left():
    found = changes({"x.flow": {WHOLE: "3.00", FIRST: "1.00", SECOND: "2.00"}}, {"x.flow": {WHOLE: "3.10", FIRST: "—"}})
    assert found.content_rows() == [["2025年只有全区数、没有分地区数", "1项", "基金收入"]]


def test_a_zero_where_a_blank_stood_is_no_news_and_a_figure_is():
    old = {WHOLE: "3.00", FIRST: "3.00", SECOND: "—", THIRD: "—"}
    found = changes({"x.flow": old}, {"x.flow": {WHOLE: "3.00", FIRST: "1.00", SECOND: "0.00", THIRD: "2.00"}})
    assert found.content_rows() == [["新增地区：丙市", "1项", "基金收入"]]
    assert changes({"x.flow": {WHOLE: "—"}}, {"x.flow": {WHOLE: "0.00"}}).content_rows() == []


def test_a_blank_where_a_figure_stood_is_news_and_where_a_zero_stood_is_none():
    old = {WHOLE: "3.00", FIRST: "3.00", SECOND: "0.00", THIRD: "1.00"}
    found = changes({"x.flow": old}, {"x.flow": {WHOLE: "3.00", FIRST: "3.00", SECOND: "—", THIRD: "—"}})
    assert found.content_rows() == [["不再有的地区：丙市", "1项", "基金收入"]]


def test_what_the_first_year_has_for_the_whole_only_says_nothing_of_regions():
    found = changes({"x.flow": {WHOLE: "3.00"}}, {"x.flow": {WHOLE: "3.00", FIRST: "3.00"}})
    assert found.content_rows() == []
    assert Figures(Audit(found.data), 2025)("x.flow", FIRST).known


def test_a_dash_stands_where_a_movement_means_nothing():
    data = dataset({(code, WHOLE, year): text for code in ("x.rate", "x.stock") for year, text in YEARS.items()})
    f = Figures(Audit(data), 2025)
    found = Changes(2024, 2025, data, moved=[Moved(f(code).at(2024), f(code)) for code in ("x.rate", "x.stock")])
    rate, stock = found.figure_rows()
    assert rate[-1] == DASH and stock[-1] != DASH
    assert found.notes()[-1] == NO_MOVE
    found.moved = found.moved[1:]
    assert found.notes()[-1] == ""


def test_how_often_something_was_done_so_far_does_not_grow(monkeypatch):
    data = dataset({("x.stock", WHOLE, 2024): "21", ("x.stock", WHOLE, 2025): "22"})
    about = data.catalogue.indicators["x.stock"]
    monkeypatch.setitem(data.catalogue.indicators, "x.stock", replace(about, unit="次", decimals=0))
    f = Figures(Audit(data), 2025)
    moved = Moved(f("x.stock").at(2024), f("x.stock"))
    assert moved.change.text == "1" and moved.rate is None
