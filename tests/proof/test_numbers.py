"""Which numbers of a text are figures, and what they say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from nianbao.proof.numbers import cell_number, numbers, plain
from nianbao.proof.phrases import Unit, meanings, phrases, unit_of


def read(text: str) -> list[tuple[str, str]]:
    return [(f"{each.value}", each.unit) for each in numbers(plain(text).text)]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("参保人数30.12万人，增长4.1%", [("30.12", "万人"), ("4.1", "%")]),
        ("收入１，２３４．５０万元", [("1234.50", "万元")]),
        ("支出 12,345.67 元", [("12345.67", "元")]),
        ("支出12，345.67元", [("12345.67", "元")]),
        ("提高0.3个百分点", [("0.3", "个百分点")]),
        ("抚养比为3.04:1，上年为1:12", [("3.04", "比"), ("12", "比")]),
        ("參保總人數達到9.5萬人", [("9.5", "万人")]),
        ("自然增长率为2.15‰", [("2.15", "‰")]),
        ("结余-3.2亿元", [("-3.2", "亿元")]),
    ],
)
def test_figures_with_their_units(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "截至2025年12月31日",
        "2020年至2025年",
        "（示人社发〔2025〕15号）",
        "见表1-3和图2-4",
        "表A4-13　收支比较，见05表",
        "一、参保情况……12",
        "概览········51",
        "1.参保情况",
        "第21次调整",
        "18-35周岁人员",
        "100万元以上设备",
        "2080501-行政单位离退休",
        "“十四五”期间的“2+3”模式",
    ],
)
def test_what_is_no_statistics_is_no_figure(text):
    assert read(text) == []


def test_places_are_those_of_the_text_that_was_read():
    text = "共 有 1 2 万 人"
    form = plain("收入 3，701.73 万元")
    (figure,) = numbers(form.text)
    assert "收入 3，701.73 万元"[form.place(figure.start) : form.place(figure.end - 1) + 1] == "3，701.73"
    assert plain(text).text == "共有12万人"


def test_marks_of_notes_are_not_read_as_digits():
    assert read("支出295.12※3亿元，增长2.3%※1") == [("295.12", "亿元"), ("2.3", "%")]


@pytest.mark.parametrize(
    "text, value",
    [("1,234.50", "1234.50"), ("-3.6", "-3.6"), ("12.5%", "12.5"), ("▲4", "-4"), ("3.04:1", "3.04"), ("( 5 )", "5")],
)
def test_cells_that_are_a_number(text, value):
    assert cell_number(text).value == Decimal(value)


@pytest.mark.parametrize("text", ["", "—", "合计", "3 4", "2天*250人", "≥90%", "1-3", "x" * 60])
def test_cells_that_are_none(text):
    assert cell_number(text) is None


@pytest.mark.parametrize(
    "text, unit",
    [
        ("万元", Unit("元", 4)),
        ("亿元", Unit("元", 8)),
        ("万人次", Unit("人次", 4)),
        ("名", Unit("人", 0)),
        ("", Unit("", 0)),
    ],
)
def test_units_are_powers_of_ten_of_their_base(text, unit):
    assert unit_of(text) == unit


def test_the_table_of_phrases_has_no_row_twice_and_no_blank():
    rows = phrases()
    assert len(rows) > 250 and len({(each.kind, each.words) for each in rows}) == len(rows)
    assert all(each.kind and each.words == each.words.strip() for each in rows)
    assert not set(meanings("rise")) & set(meanings("fall"))
