"""From records and Markdown to the document: figures and their marks, names, tables, charts, headings and links."""

from __future__ import annotations

import json

import pytest

from nianbao.chapter import record
from nianbao.errors import DataError
from nianbao.output import imprint
from nianbao.output.print import reading
from nianbao.output.print.document import (
    Again,
    Break,
    Cards,
    Footnote,
    Heading,
    Paragraph,
    Quote,
    Run,
    Table,
    words,
)
from nianbao.output.records import HIDDEN
from nianbao.settings import Entry
from tests.output.print.sample import SVG

PLACE = "pension.enterprise.insured"


def fact(identity: str, note: str = "") -> record.Fact:
    """A fact of which only the note matters here."""
    return record.Fact(identity, "参保人数", "4.5", "%", "4.45", "4.55", "A", "", (), "", "", note, "", "")


FACTS = {"b:1": fact("b:1", "原报告印作4.9%"), "b:2": fact("b:2")}
MARKED = record.FigureText("b:1", "-4.5", "4.5", True)
UNEXPLAINED = record.FigureText("b:2", "1", "1", True)


def table_record(**changes) -> record.TableRecord:
    """A table with every kind of cell."""
    heads = (record.Head("地区", is_text=True), record.Head("人数（万人）"), record.Head("备注", is_text=True))
    rows = (
        record.Row((record.Text("银川市"), record.FigureText("a:1", "275.09", "275.09"), record.Text("说明"))),
        record.Row((record.Text("其中"), MARKED, record.Unknown()), depth=2, anchors=("x",)),
        record.Row((record.Text("合计"), record.Unknown(), record.FigureText("a:3", "3", "3")), total=True),
    )
    known = {
        "chapter": "1",
        "facts": FACTS,
        "identity": "tab-1-1",
        "label": "表1-1",
        "title": "测试表",
        "body": record.TableBody(heads, rows, "万人"),
        "notes": ("资料来源：测试。", ""),
    }
    return record.TableRecord(**known | changes)


def notebook(*outputs: record.Record | dict, tags: tuple[str, ...] = ()) -> dict:
    """A notebook with a cell of outputs, each a record or the data of an output."""
    data = [
        each if isinstance(each, dict) else {record.MIME: record.to_json(each), "text/html": "<p>网页</p>"}
        for each in outputs
    ]
    shown = [{"output_type": "display_data", "data": each, "metadata": {}} for each in data]
    return {"cells": [{"cell_type": "code", "source": "", "metadata": {"tags": list(tags)}, "outputs": shown}]}


# -- lines ------------------------------------------------------------------------------------------------------------
def test_words_of_one_look_are_one_run():
    content = (
        record.Text("参保"),
        record.FigureText("a:1", "275.09", "275.09"),
        record.Text("万人，"),
        record.Strong((record.Text("增加"), record.FigureText("a:2", "7", "7"))),
        record.LineBreak(),
    )
    assert reading.line(content, {}) == (
        Run("参保"),
        Run("275.09万人", whole=True),
        Run("，"),
        Run("增加7", strong=True),
        Break(),
    )


def test_looks_add_up():
    content = (record.Link("x.md", (record.Strong((record.Emphasis((record.Code("a"),)),)),)),)
    assert reading.line(content, {}) == (Run("a", strong=True, emphasis=True, code=True, target="x.md"),)


def test_a_marked_figure_carries_its_note():
    assert reading.line((MARKED, record.Text("%")), FACTS) == (Run("4.5"), Footnote("原报告印作4.9%"), Run("%"))
    for facts in FACTS, {}:
        assert reading.line((UNEXPLAINED,), facts)[1] == Footnote(reading.DOUBTED)


def test_a_note_is_said_once_and_each_mark_bears_its_number():
    other = record.FigureText("c:1", "1", "1", True)
    follows = record.FigureText("d:1", "2", "2", True)
    facts = FACTS | {"c:1": fact("c:1", "另一处"), "d:1": fact("d:1", "由存疑的数算得：原报告印作4.9%")}
    found = reading.line((MARKED, other, follows, MARKED, other), facts)
    assert [each for each in found if not isinstance(each, Run)] == [
        Footnote("原报告印作4.9%"),
        Footnote("另一处"),
        Again(2),
        Again(2),
        Again(1),
    ]


def test_a_note_of_several_rows_names_them_all_once():
    heads = (record.Head("地区", is_text=True), record.Head("人数"), record.Head("增减"))
    follows = record.FigureText("d:1", "2", "2", True)
    rows = (
        record.Row((record.Text("甲"), MARKED, follows)),
        record.Row((record.Text("乙"), UNEXPLAINED, MARKED)),
    )
    facts = FACTS | {"d:1": fact("d:1", "由存疑的数算得：原报告印作4.9%")}
    made = reading.table(table_record(body=record.TableBody(heads, rows), facts=facts, notes=()))
    assert [words(note) for note in made.notes] == ["※1 甲、乙：原报告印作4.9%", f"※2 乙：{reading.DOUBTED}"]
    assert [[words(cell.content) for cell in row] for row in made.rows] == [
        ["甲", "4.5※1", "2※1"],
        ["乙", "1※2", "4.5※1"],
    ]


@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        ("财政补贴收入（亿元）", [("财政补贴", True), ("收入", True), ("（亿元）", True)]),
        ("城乡居民养老金", [("城乡居民", True), ("养老金", True)]),
        ("参保人数", [("参保人数", True)]),
        ("其中：参保人数", [("其中：", True), ("参保人数", True)]),
        ("其中：十个字以上的很长的名称", [("其中：十个字以上的很长的名称", False)]),
        ("2025年（%）", [("2025年", False), ("（%）", True)]),
        ("第1项", [("第1项", False)]),
        ("", []),
    ],
)
def test_units_and_words_of_a_name_stay_whole(name, pieces):
    assert [(piece.text, piece.whole) for piece in reading.name_line(name)] == pieces


@pytest.mark.parametrize(
    ("behind", "whole", "rest"),
    [
        ("万人，较上年", "3万人", "，较上年"),
        ("%；", "3%", "；"),
        ("个百分点。", "3个百分点", "。"),
        ("∶1，", "3∶1", "，"),
        ("亿", "3亿", ""),
        ("，其中", "3", "，其中"),
    ],
)
def test_a_figure_and_its_unit_stay_on_one_line(behind, whole, rest):
    made = reading.line((record.Text("为"), record.FigureText("a:1", "3", "3"), record.Text(behind)), {})
    if whole == "3":
        assert made == (Run(f"为3{rest}"),)
    else:
        assert made == tuple(filter(lambda run: run.text, (Run("为"), Run(whole, whole=True), Run(rest))))


# -- blocks -----------------------------------------------------------------------------------------------------------
def test_a_table_holds_its_cells_by_kind():
    made = reading.table(table_record())
    assert (made.caption, made.unit, made.identity) == ("表1-1　测试表", "单位：万人", "tab-1-1")
    assert [[cell.kind for cell in row] for row in made.rows] == [
        ["name", "number", "text"],
        ["name", "number", "text"],
        ["name", "number", "number"],
    ]
    assert [[words(cell.content) for cell in row] for row in made.rows] == [
        ["银川市", "275.09", "说明"],
        ["　　其中", "4.5※1", "…"],
        ["合计", "…", "3"],
    ]
    assert [row[0].total for row in made.rows] == [False, False, True]


def test_marks_of_a_table_are_explained_below_it():
    made = reading.table(table_record())
    assert [words(note) for note in made.notes] == ["资料来源：测试。", "※1 其中：原报告印作4.9%"]


def test_a_row_of_another_length_is_told():
    body = table_record().body
    short = record.TableBody(body.heads, (record.Row((record.Text("甲"),)),), "")
    with pytest.raises(DataError, match="表1-1第1行有1格，表头有3格"):
        reading.table(table_record(body=short))


def test_a_table_of_texts_keeps_its_columns_and_marks():
    line = record.PlainTable(
        ((record.Text("名"),), (record.Text("数"),)), (((record.Text("甲"),), (MARKED,)),), (False, True)
    )
    (made,) = reading.printed_blocks([line], FACTS)
    assert isinstance(made, Table) and [cell.kind for cell in made.rows[0]] == ["text", "number"]
    assert words(made.rows[0][1].content) == "4.5※1" and words(made.notes[0]) == "※1 甲：原报告印作4.9%"
    assert not made.caption


def test_a_chart_has_the_size_of_its_drawing():
    shown = record.ChartRecord(
        chapter="1",
        identity="fig-1-1",
        label="图1-1",
        title="测试图",
        svg=SVG,
        alt="说明",
        body=record.TableBody((), ()),
        notes=("", "图注。"),
    )
    made = reading.chart(shown)
    assert (made.width, made.height, made.alt) == (490.0, 120.0, "图1-1　测试图。说明")
    assert [words(note) for note in made.notes] == ["图注。"]


def test_cards_and_prose_are_read():
    cards = record.CardsRecord(chapter="1", facts=FACTS, cards=(record.Card("增长", (MARKED, record.Text("%"))),))
    prose = record.ProseRecord(chapter="1", blocks=(record.Paragraph((record.Text("缺"),), "lacking"),))
    first, second = reading.blocks_of_notebook(notebook(cards, prose))
    assert isinstance(first, Cards) and words(first.cards[0].value) == "4.5%" and len(first.cards[0].value) == 3
    assert second == Paragraph((Run("缺"),), "lacking")


def test_outputs_without_record_are_for_the_screen_unless_markdown():
    outputs = (
        {"text/html": "<table><tr><td>1</td></tr></table>"},
        {"text/markdown": ["**甲**\n", "乙"]},
        {"image/png": "x"},
    )
    (made,) = reading.blocks_of_notebook(notebook(*outputs))
    assert made == Paragraph((Run("甲", strong=True), Run("\n乙")))


@pytest.mark.parametrize("tag", sorted(HIDDEN))
def test_hidden_outputs_stay_hidden(tag):
    assert not list(reading.blocks_of_notebook(notebook(table_record(), tags=(tag,))))


def test_streams_and_errors_are_left_out():
    cell = {"cell_type": "code", "source": "", "metadata": {}, "outputs": [{"output_type": "stream", "text": "x"}]}
    assert not list(reading.blocks_of_notebook({"cells": [cell]}))


# -- chapters ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def source(tmp_path):
    """A folder with a notebook and two pages."""
    (tmp_path / "book").mkdir()
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "book" / "preface.md").write_text("# 序言\n\n见[表](../notebooks/01-test.ipynb#tab-1-1)。\n", "utf-8")
    (tmp_path / "book" / "methods.md").write_text(
        "# 说明\n\n[章](../notebooks/01-test.md#nowhere)"
        "[网](https://example.org)[无](nothing.html)[附](downloads/a.csv)\n",
        "utf-8",
    )
    known = notebook(table_record(), {"text/markdown": "正文"})
    known["cells"].insert(0, {"cell_type": "markdown", "metadata": {}, "source": ["# 第一章\n", "\n", "#### 跳级\n"]})
    known["cells"].append({"cell_type": "markdown", "metadata": {}, "source": "###### 末级\n\n## 二级"})
    (tmp_path / "notebooks" / "01-test.ipynb").write_text(json.dumps(known), "utf-8")
    return tmp_path


ENTRIES = [Entry("notebooks/01-test"), Entry("book/preface", "卷首"), Entry("book/methods", "卷首")]


def test_the_preface_stands_first_and_the_rest_in_order(source):
    made = reading.chapters(ENTRIES, source)
    assert [(each.name, each.part) for each in made] == [("preface", "卷首"), ("01-test", ""), ("methods", "卷首")]


def test_no_level_of_heading_is_left_out(source):
    chapter = reading.chapters(ENTRIES, source, "01-test")[0]
    assert [(heading.level, heading.text) for heading in chapter.headings] == [
        (1, "第一章"),
        (2, "跳级"),
        (3, "末级"),
        (2, "二级"),
    ]
    assert [heading.identity for heading in chapter.headings] == [
        "page-01-test",
        "page-01-test-2",
        "page-01-test-3",
        "page-01-test-4",
    ]


def test_links_lead_somewhere_on_paper_or_nowhere(source):
    preface, _, methods = reading.chapters(ENTRIES, source)
    targets = [piece.target for chapter in (preface, methods) for piece in chapter.blocks[1].content]
    assert targets == ["", "#tab-1-1", "", "#page-01-test", "https://example.org", "", ""]


def test_places_of_a_page_are_filled_on_paper(source):
    place = imprint.place(imprint.CITATION)
    (source / "book" / "methods.md").write_text(f"# 引用\n\n{place}\n\n完。\n", "utf-8")
    filled = reading.chapters(ENTRIES, source, "methods", {place: "某局：《年报》。"})[0]
    assert [words(block.content) for block in filled.blocks] == ["引用", "某局：《年报》。", "完。"]
    assert len(reading.chapters(ENTRIES, source, "methods")[0].blocks) == 2


def test_a_page_without_file_is_told(source):
    with pytest.raises(DataError, match="“99-missing”没有对应的文件"):
        reading.chapters([Entry("notebooks/99-missing")], source)


def test_headings_within_other_blocks_are_no_headings_of_the_chapter(source):
    (source / "book" / "methods.md").write_text("> # 引\n\n# 题\n", "utf-8")
    chapter = reading.chapters(ENTRIES, source, "methods")[0]
    assert [heading.text for heading in chapter.headings] == ["题"]
    assert isinstance(chapter.blocks[1], Heading)
    assert chapter.blocks[0] == Quote((Paragraph((Run("引", strong=True),)),))
