"""What is said of figures that are unknown: nothing where there is nothing to know, and the right word elsewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nianbao.audit.audit import Audit
from nianbao.chapter.changes import is_loss
from nianbao.chapter.figure import Figures
from nianbao.chapter.lacking import sentences_on
from nianbao.data.explanations import Explanation
from tests.support.small_dataset import WHOLE, dataset

LACKING = "本年没有填报"


@pytest.fixture
def figures(monkeypatch):
    """Figures of 2025 of the levels given, where indicators have the parents and units given."""

    def made(levels, explained=(), **changed):
        data = dataset({(code, WHOLE, 2025): value for code, value in levels.items()})
        data.explanations = list(explained)
        indicators = data.catalogue.indicators
        for name, about in changed.items():
            code = f"x.{name}"
            monkeypatch.setitem(indicators, code, replace(indicators[code], **about))
        return Figures(Audit(data), 2025)

    return made


def test_what_was_not_filled_in_is_named_once(figures):
    f = figures({})
    assert sentences_on([f("x.flow"), f("x.flow"), f("x.other")], LACKING) == "本年没有填报：基金收入、基金支出。"
    assert sentences_on([], LACKING) == ""


@pytest.mark.parametrize("people, said", [("0.00", ""), ("3.00", "本年没有填报：替代率。")])
def test_there_is_no_average_of_nobody(figures, people, said):
    f = figures({"x.stock": people})
    assert sentences_on([f("x.rate")], LACKING) == said


def test_an_average_is_lacking_where_nobody_is_counted(figures):
    assert sentences_on([figures({})("x.rate")], LACKING) == "本年没有填报：替代率。"


@pytest.mark.parametrize("part, said", [("7.99", ""), ("7.00", "本年没有填报：缴费基数。")])
def test_parts_that_make_up_the_whole_leave_nothing(figures, part, said):
    parts = {"parent": "x.flow"}
    f = figures({"x.flow": "8.00", "x.other": part}, other=parts, money=parts | {"unit": "亿元"})
    assert sentences_on([f("x.money")], LACKING) == said


@pytest.mark.parametrize("people, part, nothing", [("0.00", "7.00", True), ("3.00", "7.00", False)])
def test_what_has_nobody_is_no_loss(figures, people, part, nothing):
    assert is_loss(figures({"x.stock": people, "x.other": part})("x.rate")) is not nothing


def test_what_has_ended_is_told_even_where_nothing_is_left_for_it(figures):
    ended = Explanation(2025, "", "x.money", "", 2025, "dropped", "取消", None, "")
    parts = {"parent": "x.flow"}
    levels = {"x.flow": "8.00", "x.other": "7.99"}
    changed = {"other": parts, "money": parts | {"unit": "亿元"}}
    assert not is_loss(figures(levels, **changed)("x.money"))
    assert is_loss(figures(levels, [ended], **changed)("x.money"))


def test_an_indicator_that_ended_is_said_to_have_ended(figures):
    ended = Explanation(2025, "", "x.flow", "", 2025, "dropped", "取消", None, "")
    f = figures({}, [ended])
    assert sentences_on([f("x.flow"), f("x.other")], LACKING) == "本年没有填报：基金支出。2025年起不再统计：基金收入。"
    assert sentences_on([f("x.flow", "640100")], LACKING) == "2025年起不再统计：基金收入（甲市）。"
    other = replace(ended, kind="definition")
    assert sentences_on([figures({}, [other])("x.flow")], LACKING) == "本年没有填报：基金收入。"
