"""The passages of the search: what each part of a page says, and where a link to it leads."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.chapter.record import (
    Card,
    CardsRecord,
    FigureText,
    Head,
    ListBlock,
    Paragraph,
    PlainTable,
    Strong,
    TableBody,
    Text,
    Unknown,
)
from nianbao.data.catalogue import Item
from nianbao.errors import DataError
from nianbao.output import records
from nianbao.output.records import Place
from nianbao.output.web import search
from nianbao.output.web.answers import home_pages
from nianbao.output.web.dictionary import Listing
from nianbao.output.web.packing import packed, unpacked
from nianbao.output.web.search import CAPTION, HEADING, TABLE, TEXT, TITLE, SearchedPage
from nianbao.output.web.words import OWN_WORDS, ROLES, lexicon, names_of, readings_of, rows_in, words
from tests.support.small_dataset import dataset
from tests.support.small_records import BEFORE, CHANGE, FACTS, STOCK, chart, prose, rows, table


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


def test_a_figure_in_doubt_bears_its_mark_wherever_it_is_said():
    doubtful = FigureText(STOCK, "5.00", "5.00", marked=True)
    body = TableBody((Head("地区", is_text=True), Head("人数")), rows((Text("合计"), doubtful)))
    said = (Text("共"), Strong((doubtful,)), Text("万人"))
    block = ListBlock(((Paragraph(said),),))
    cards = CardsRecord(chapter="1", cards=(Card("参保", (doubtful,), (Text("持平"),)),))
    plain_table = PlainTable(((Text("人数"),),), (((doubtful,),),))
    shown = [text for _, text, _ in found(table(body=body, notes=()), block, cards, plain_table)]
    assert [text for text in shown if "5.00" in text] == ["合计 5.00※", "共5.00※万人", "参保 5.00※ 持平", "5.00※"]


def test_words_for_a_chart_bear_the_marks_of_its_numbers():
    cells = [FigureText(STOCK, value, value, marked=bool(mark)) for value, mark in (("5.00", 1), ("7", 1), ("7", 0))]
    body = TableBody((Head("年份"), *(Head("数") for _ in cells)), rows((Text("2025年"), *cells)), "万人")
    said = next(search.of_chart(chart(alt="甲5.00万人，乙15.00万人，丙7万人", body=body), "")).text
    assert said == "甲5.00※万人，乙15.00万人，丙7万人"


def pages() -> list[SearchedPage]:
    """Two pages, the second with a table."""
    return [
        SearchedPage("a.html", [*records.parts_of("# 题\n\n甲。\n\n## 二\n\n乙。")], ("id1", "id2")),
        SearchedPage("b.html", [*records.parts_of("文。"), table()], ()),
    ]


def written(tmp_path, *some: SearchedPage) -> dict:
    """What the search page loads, of these pages."""
    path = tmp_path / "search.data.js"
    search.write(some, path, dataset({}), tmp_path)
    return search.read(path)


def test_the_index_leaves_out_what_the_passage_before_says(tmp_path):
    first, second = written(tmp_path, *pages())["pages"]
    assert first == ["a.html", "题", [[TITLE, "题", "id1"], [TEXT, "甲。"], [HEADING, "二", "id2"], [TEXT, "乙。"]]]
    assert second[:2] == ["b.html", ""] and second[2][:2] == [
        [TEXT, "文。", ""],
        [CAPTION, "表1-1　参保人数 单位：万人", "tab-1-1"],
    ]


def figures_in(found: dict) -> dict[str, list]:
    """Name, value, page and note of each figure of an index by its id, as `seek.js` reads them."""
    figures = found["figures"]
    columns = [figures[name] for name in ("year_of", "kind_of", "page_of", "note_of")]
    lines = zip(*columns, figures["value_of"].split(" "), strict=True)
    series = iter(zip(figures["series"], figures["counts"], strict=True))
    known = {}
    for code, name, _, _, many in figures["indicators"]:
        for _ in range(many):
            number, count = next(series)
            item, label = figures["items"][number]
            for _ in range(count):
                year, kind, page, note, value = next(lines)
                end, ending, _ = figures["kinds"][kind]
                whole = ending.removeprefix("=") if ending.startswith("=") else f"{year}年{label}{name}{ending}"
                known[f"{code}:{item}:{year}{end}"] = [whole, value, page, figures["notes"][note]]
    assert next(lines, None) is None
    return known


def test_figures_that_are_printed_go_with_their_names_pages_and_doubts(tmp_path):
    named = {STOCK: "2025年参保人数", CHANGE: "参保的增减", BEFORE: "2024年参保人数"}
    facts = {name: replace(about, name=named[name]) for name, about in FACTS.items()}
    plain = facts[CHANGE]
    facts[CHANGE] = replace(plain, mark="x", note="与增长率不合")
    front = SearchedPage("a.html", [replace(table(), facts=facts | {CHANGE: plain})], ())
    later = SearchedPage("c.html", [replace(table(), facts=facts)], ())
    found = figures_in(written(tmp_path, front, later))
    assert found.keys() == {STOCK, CHANGE}  # the figure of the year before is only an input
    assert found[CHANGE] == ["参保的增减", "1.00", 1, "与增长率不合"]
    assert found[STOCK] == ["2025年参保人数", "5.00", 1, ""]


def test_the_overview_is_the_page_of_a_figure_only_where_no_other_prints_it():
    assert home_pages({"a": [0, 3, 4], "b": [0], "c": [2, 5]}) == {"a": 3, "b": 0, "c": 2}


# -- packing -----------------------------------------------------------------------------------------------------------
def test_what_recurs_stands_once_and_comes_back_whole():
    texts = ["城乡居民基本养老保险 2025,1", "城乡居民基本养老保险 收入", '"城乡居民基本养老保险"的\\线', "另一句"] * 3
    value = {"pages": [[1, text, None, 2.5] for text in texts], "城乡居民基本养老保险": ["2025,1"], "空": [""]}
    short = packed(value)
    assert unpacked(short) == value
    # It is part of a longer one as well.
    assert short.count("城乡居民基本养老保险") == 2
    assert len(short.encode()) < len(json.dumps(value, ensure_ascii=False).encode())


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=("Co", "Cs"), exclude_characters="\n"), max_size=30)))
def test_any_text_comes_back(texts):
    assert unpacked(packed([*texts, *texts])) == [*texts, *texts]


# -- words -------------------------------------------------------------------------------------------------------------
def test_everybody_may_add_words(tmp_path):
    (tmp_path / "book").mkdir()
    own = tmp_path / OWN_WORDS
    own.write_text("word,role,means\n养老钱,same,基础养老金\n本省,whole,\n", "utf-8")
    found = lexicon(words(dataset({}).catalogue, tmp_path))
    assert found["same"]["养老钱"] == ["养老金", "基础养老金"] and "本省" in found["whole"]
    assert "养老金" in found["same"]["退休金"]  # of the words that the frames know
    own.write_text("word,role,means\n养老钱,相同,养老金\n", "utf-8")
    with pytest.raises(DataError, match="不认识“相同”"):
        words(dataset({}).catalogue, tmp_path)
    own.write_text("word,role,means\n,same,养老金\n", "utf-8")
    with pytest.raises(DataError, match="缺少词"):
        words(dataset({}).catalogue, tmp_path)


def test_each_word_of_the_program_has_one_role_beside_that_of_a_page():
    table_of_words = rows_in("nianbao.output.web", "words.csv")
    assert {row["role"] for row in table_of_words} <= set(ROLES)
    roles: dict[str, set[str]] = {}
    for row in table_of_words:
        roles.setdefault(row["word"], set()).add(row["role"].replace("near", "same"))
    # What a page is about may be something else as well: 明年.
    assert [word for word, known in roles.items() if len(known - {"page"}) > 1 or not word] == []
    meaning = [row for row in table_of_words if row["role"] not in ("skip", "whole")]
    assert [row for row in meaning if not row["means"]] == []


@pytest.mark.parametrize(
    "name, short, others",
    [
        ("永宁县", "永宁县", ["永宁"]),
        ("银川市（市本级）", "银川市本级", ["银川市", "银川"]),
        ("宁东能源化工基地", "宁东", []),
        ("和县", "和县", []),
    ],
)
def test_regions_are_known_by_short_names(name, short, others):
    region = Item("1", name, short, "unit", "0", "")
    assert names_of(region) == list(dict.fromkeys([name, short, *others]))


def test_characters_go_with_all_their_readings():
    assert readings_of(["养老", "银行"]) == "hang行lao老xing行yang养yin银"
    assert readings_of(["12ab"]) == ""
