"""Tables on a page: numbers align, signs are explained, long texts are a second line."""

from __future__ import annotations

from decimal import Decimal

import lxml.html

from nianbao.chapter.columns import BLANK_NOTE, MISSING_NOTE, MISSING_OF_OWN, Columns
from nianbao.chapter.html import table_html
from nianbao.chapter.meaningless import DASH, without
from nianbao.chapter.record import FigureText, Head, Row, TableBody, Text, Unknown
from nianbao.figures.ids import FigureId
from nianbao.figures.quantity import Quantity

REASON = "由公布的增减量倒推，末位数可能差一"


def figure(text: str) -> FigureText:
    """A figure as it is printed."""
    return FigureText(f"a:1:{text}", text.replace(",", ""), text)


def body(*rows: tuple, heads: tuple[Head, ...] = (Head("地区", is_text=True), Head("人数"))) -> TableBody:
    """A table of cells."""
    return TableBody(heads, tuple(Row(tuple(cells)) for cells in rows))


def tree(made: TableBody, notes: tuple[str, ...] = ()):
    """The table as HTML."""
    return lxml.html.fragment_fromstring(table_html("tab-1-1", "表1-1　题", made, notes))


def notes_of(page) -> list[str]:
    """The notes below a table."""
    return [each.text_content() for each in page.xpath(".//p[@class='note']")]


def test_numbers_keep_their_decimals_and_their_points_align():
    made = body((Text("甲"), figure("275.09")), (Text("乙"), figure("24.5")), (Text("丙"), figure("2")))
    kinds = [cell.get("class") for cell in tree(made).xpath(".//tbody//td")]
    assert kinds == ["number", "number p1", "number p2 whole"]
    assert [cell.text_content() for cell in tree(made).xpath(".//tbody//td")] == ["275.09", "24.5", "2"]


def test_signs_are_explained_below_the_table_and_only_there():
    missing = body((Text("甲"), Unknown()), (Text("乙"), figure("1")))
    blank = body((Text("甲"), Text("-")), (Text("乙"), Text("—")), (Text("丙"), figure("1")))
    assert notes_of(tree(missing)) == [MISSING_NOTE]
    assert notes_of(tree(blank)) == [BLANK_NOTE]
    assert {cell.text_content() for cell in tree(blank).xpath(".//td[contains(@class, 'brief')]")} == {"—"}
    assert notes_of(tree(body((Text("甲"), figure("1"))))) == []


def test_a_sign_that_a_note_explains_needs_no_other():
    blank = body((Text("甲"), Text("—")), (Text("乙"), figure("1")))
    assert notes_of(tree(blank, ("预算数为零的，以“—”表示。",))) == ["预算数为零的，以“—”表示。"]


def test_months_that_mean_nothing_are_not_said_to_be_missing():
    level = FigureId.level("x.months", "1", 2025)
    debt = Quantity.printed(level, "2025年某基金可支付月数", Decimal("-0.7"), "个月")
    rows, note = without([["甲", debt]])
    page = tree(body((Text("甲"), Text(rows[0][1])), (Text("乙"), figure("1"))), (note,))
    assert rows[0][1] == DASH
    assert notes_of(page) == ["2025年某基金可支付月数：基金年末累计赤字，没有结余可供支付，没有月数，以“—”表示。"]


def test_reasons_are_a_second_line_of_their_row():
    heads = (Head("指标", is_text=True), Head("印作"), Head("算得"), Head("说明", is_text=True))
    made = body(
        (Text("甲"), figure("1"), figure("2"), Text(REASON)),
        (Text("乙"), figure("1"), figure("1"), Text("")),
        heads=heads,
    )
    page = tree(made)
    assert [head.text_content() for head in page.xpath(".//thead//th")] == ["指标", "印作", "算得"]
    rows = page.xpath(".//tbody/tr")
    assert [row.get("class") for row in rows] == [None, "why", None]
    assert rows[1].text_content() == f"说明：{REASON}" and rows[1][0].get("colspan") == "3"


def test_short_words_stay_columns():
    heads = (Head("指标", is_text=True), Head("数值"), Head("比重"), Head("单位", is_text=True))
    assert Columns(body((Text("甲"), figure("1"), figure("2"), Text("万人")), heads=heads)).told == ()


def test_a_reader_who_points_at_a_sign_reads_what_the_note_says():
    missing = body((Text("甲"), Unknown()), (Text("乙"), figure("1")))
    assert tree(missing).xpath(".//span/@title") == ["资料未载"]
    assert tree(missing, (MISSING_OF_OWN,)).xpath(".//span/@title") == ["本年没有填报，或以前年度未载入"]
