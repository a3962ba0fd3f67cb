"""The passages of the search: what each part of a page says, and where a link to it leads."""

from __future__ import annotations

import json

import pytest

from nianbao.chapter.record import Card, CardsRecord, Head, ListBlock, Paragraph, TableBody, Text, Unknown
from nianbao.output import records
from nianbao.output.records import Place
from nianbao.output.web import search
from nianbao.output.web.dictionary import Listing
from nianbao.output.web.search import CAPTION, HEADING, TABLE, TEXT, TITLE, SearchedPage
from tests.support.small_records import chart, prose, rows, table


def found(*parts, sections: tuple[str, ...] = ("id1",)) -> list[tuple]:
    """The passages of a page of these parts below its title."""
    title = records.parts_of("# 题")
    first, *others = search.passages(SearchedPage("a.html", [*title, *parts], sections))
    assert first == (TITLE, "题", sections[0])
    return [tuple(each) for each in others]


def texts(markdown: str) -> list[str]:
    """What the blocks of a Markdown text say."""
    return [text for _, text, _ in found(*records.parts_of(markdown))]


def test_a_numbered_table():
    assert found(table()) == [
        (CAPTION, "表1-1　参保人数 单位：万人", "tab-1-1"),
        (TABLE, "地区 参保", "tab-1-1"),
        (TABLE, "人数 增减", "tab-1-1"),
        (TABLE, "合计 5.00 1.00", "tab-1-1"),
        (TABLE, "甲市 … —", "tab-1-1"),
        (TEXT, "甲市未公布。", "tab-1-1"),
    ]


def test_a_chart_says_in_words_what_it_shows():
    assert found(chart()) == [
        (TEXT, "甲5.00万人", "fig-1-1"),
        (CAPTION, "图1-1　走势", "fig-1-1"),
        (TEXT, "图注。", "fig-1-1"),
        (TABLE, "走势（数值） 单位：万人", "fig-1-1-data"),
        (TABLE, "年份 参保人数", "fig-1-1-data"),
        (TABLE, "2025年 5.00", "fig-1-1-data"),
    ]


def test_cards_and_prose_stand_in_their_section():
    card = Card("参保", (Text("5.00万人"),), (Text("增加1.00万人"),))
    cards = CardsRecord(chapter="1", cards=(card, Card("收入", (Text("1亿元"),))))
    section = records.parts_of("## 一、参保")
    assert found(*section, prose("正文。"), cards, sections=("id1", "id2")) == [
        (HEADING, "一、参保", "id2"),
        (TEXT, "正文。", "id2"),
        (TEXT, "参保 5.00万人 增加1.00万人", "id2"),
        (TEXT, "收入 1亿元", "id2"),
    ]


def test_a_heading_without_a_section_of_its_own_stays_in_the_last_one():
    parts = records.parts_of("## 甲\n\n文。")
    assert found(*parts, sections=("id1",)) == [(HEADING, "甲", "id1"), (TEXT, "文。", "id1")]


@pytest.mark.parametrize(
    "markdown,said",
    [
        ("一行\n两行 **粗** `code` [链](a.md)。", ["一行两行粗 code 链。"]),
        ("one\ntwo", ["one two"]),
        ("- 甲\n- 乙\n  1. 丙\n", ["甲", "乙", "丙"]),
        ("> 引文", ["引文"]),
        ("词\n: 义一\n: 义二\n", ["词", "义一", "义二"]),
        ("```\nx = 1\ny\n```", ["x = 1 y"]),
        ("|甲|乙|\n|-|-|\n|1|2|\n", ["甲 乙", "1 2"]),
        ('<div id="downloads"></div>', []),
    ],
)
def test_blocks_of_markdown(markdown, said):
    assert texts(markdown) == said


def test_a_list_in_prose_is_its_items():
    block = ListBlock(((Paragraph((Text("甲"),)),), (Paragraph((Text("乙"),)),)))
    assert [each.text for each in search.passages_of(block, "")] == ["甲", "乙"]


def test_a_table_of_reference_and_a_place_that_nobody_fills():
    body = TableBody((Head("名称"), Head("代码")), rows((Text("甲"), Unknown())))
    assert found(Place("<hr>"), Listing("codelist-a", "代码表：a", body)) == [
        (CAPTION, "代码表：a", "codelist-a"),
        (TABLE, "名称 代码", "codelist-a"),
        (TABLE, "甲 …", "codelist-a"),
    ]


def test_the_index_leaves_out_what_the_passage_before_says(tmp_path):
    pages = [
        SearchedPage("a.html", [*records.parts_of("# 题\n\n甲。\n\n## 二\n\n乙。")], ("id1", "id2")),
        SearchedPage("b.html", [*records.parts_of("文。")], ()),
    ]
    search.write(pages, tmp_path / "search.data.js")
    text = (tmp_path / "search.data.js").read_text("utf-8")
    assert json.loads(text.removeprefix("nianbaoText(").removesuffix(")\n")) == [
        ["a.html", "题", [[TITLE, "题", "id1"], [TEXT, "甲。"], [HEADING, "二", "id2"], [TEXT, "乙。"]]],
        ["b.html", "", [[TEXT, "文。", ""]]],
    ]
