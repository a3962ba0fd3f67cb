"""Records: they survive being written, say the same as the HTML beside them, and go with every output of a notebook."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from nianbao.audit.audit import Audit
from nianbao.chapter import record
from nianbao.chapter.figure import Figures
from nianbao.chapter.html import table_html
from nianbao.chapter.markdown import blocks_of_markdown
from nianbao.chapter.printer import Printer
from nianbao.chapter.prose import write
from nianbao.chapter.record import (
    CardsRecord,
    ChartRecord,
    Code,
    CodeBlock,
    Definition,
    Definitions,
    Emphasis,
    FigureText,
    Head,
    Heading,
    LineBreak,
    Link,
    ListBlock,
    Paragraph,
    PlainTable,
    ProseRecord,
    Quote,
    Record,
    Strong,
    Text,
    from_json,
    of_output,
    to_json,
)
from nianbao.chapter.session import Session
from nianbao.chapter.shell import NAMES, READ
from nianbao.chapter.table import Table
from nianbao.errors import DataError
from tests.chapter.words import figures, shown_figures, shown_words, tree, words
from tests.support.projects import ROOT, YEAR
from tests.support.small_dataset import WHOLE, dataset

LEVELS = {("x.stock", WHOLE, 2025): "275.09", ("x.stock", WHOLE, 2024): "267.75", ("x.flow", WHOLE, 2025): "-1234.50"}


# -- written and read again -------------------------------------------------------------------------------------------
TEXTS = st.text("参保人数，。1.5%<&\"' ", max_size=8)
SIMPLE: dict[Any, st.SearchStrategy] = {str: TEXTS, bool: st.booleans(), int: st.integers(-3, 9)}


def examples(kind: Any, depth: int = 0) -> st.SearchStrategy:
    """Values of a type that a record is made of; deep ones end in texts and paragraphs."""
    if kind in SIMPLE:
        return SIMPLE[kind]
    if isinstance(kind, types.UnionType):
        chosen = [each for each in kind.__args__ if depth < 3 or each in {Text, Paragraph}]
        return st.one_of([examples(each, depth + 1) for each in chosen])
    if isinstance(kind, type) and is_dataclass(kind):
        hints = {each.name: eval(each.type, vars(record)) for each in fields(kind)}  # noqa: S307
        return st.builds(kind, **{name: examples(hint, depth + 1) for name, hint in hints.items()})
    if getattr(kind, "__origin__", None) is tuple:
        return st.lists(examples(kind.__args__[0], depth), max_size=2 if depth < 4 else 1).map(tuple)
    return st.dictionaries(TEXTS, examples(kind.__args__[1], depth), max_size=2)


@pytest.mark.parametrize("kind", [each for each in record.TYPES.values() if issubclass(each, Record)])
def test_every_record_is_read_as_it_was_written(kind):
    @settings(max_examples=max(10, settings.default.max_examples // 10))
    @given(examples(kind))
    def check(value):
        assert from_json(json.loads(json.dumps(to_json(value)))) == value

    check()


def test_every_part_of_a_record_can_be_written():
    known = {each for each in vars(record).values() if isinstance(each, type) and is_dataclass(each)}
    assert known - {Record} == set(record.TYPES.values())


@pytest.mark.parametrize("wrong", [{"type": "Nothing"}, {"type": "Text"}, {"type": "Text", "text": "甲", "more": 1}])
def test_what_is_no_record_is_refused(wrong):
    with pytest.raises((KeyError, TypeError)):
        from_json(wrong)


def test_an_output_without_a_record_has_none():
    assert of_output({"data": {"text/plain": "甲"}}) is None
    assert of_output({"output_type": "stream", "text": "甲"}) is None


# -- prose ------------------------------------------------------------------------------------------------------------
def written(template: str, levels: dict = LEVELS, **more: object):
    """Paragraphs about the levels."""
    f = Figures(Audit(dataset(levels)), YEAR)
    return write(template, {"f": f, "a": f("x.stock"), "b": f("x.flow"), "rate": f("x.rate")} | more, Printer())


PIECES = [
    "参保",
    "{{ a }}",
    "{{ a | change }}",
    "{{ b }}",
    "{{ b | change }}",
    "{{ rate }}",
    "，",
    "。",
    "（",
    "）",
    "；",
    "**",
    "*",
    "`",
    "\n",
    "\n\n",
    "- ",
    "1. ",
    "> ",
    "[甲](https://example.org)",
    "![图](x.png)",
    "<br>",
    "<b>",
    "&lt;",
    "    ",
    "| 甲 | 乙 |\n|--|--|\n| 丙 | {{ a }} |\n",
]


@settings(max_examples=2 * settings.default.max_examples)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_prose_says_the_same_in_its_record_and_on_the_page(template):
    made = written(template)
    page = tree(made.html)
    for picture in page.xpath(".//img"):
        picture.tail = picture.get("alt") + (picture.tail or "")
    assert words(made.blocks) == shown_words(page)
    assert list(figures(made.blocks)) == shown_figures(page)


def test_a_paragraph_is_words_and_figures():
    made = written("**参保。** 年末{{ a }}，{{ a | change }}。")
    (paragraph,) = made.blocks
    lead, before, level, _, change, *_ = paragraph.content
    assert (lead, before) == (Strong((Text("参保。"),)), Text(" 年末"))
    assert level == FigureText(f"x.stock:{WHOLE}:2025", "275.09", "275.09")
    assert change == FigureText(f"x.stock:{WHOLE}:2025:change:2024", "7.34", "7.34")


def test_what_is_lacking_is_a_paragraph_of_its_own_kind():
    made = written("年末{{ a }}，替代率{{ rate }}。")
    assert [block.role for block in made.blocks] == ["", "lacking"]
    assert words(made.blocks[1]) == "本年资料未载：替代率。"


def test_figures_in_titles_and_pictures_are_words():
    made = written('[甲](https://example.org "共{{ a }}")和![共{{ a }}](x.png)')
    assert 'title="共275.09万人"' in made.html and 'alt="共275.09万人"' in made.html
    assert "<data" not in made.html


@pytest.mark.parametrize("place", ["name", "literal", "passage"])
def test_no_text_can_pass_for_a_figure(place):
    odd = chr(0xF0000)
    if place == "literal":
        made = written(f"年末{{{{ a }}}}共{odd}。")
    else:
        made = written("年末{{ a }}共{{ it }}。", it=f"甲{odd}")
    assert len(list(figures(made.blocks))) == 1 and odd not in made.html


# -- tables -----------------------------------------------------------------------------------------------------------
@st.composite
def tables(draw) -> Table:
    """Tables of texts, figures and what is unknown, with groups of heads, depths, totals and anchors."""
    f = Figures(Audit(dataset(LEVELS)), YEAR)
    cell = st.one_of(TEXTS, st.none(), st.sampled_from([f("x.stock").quantity, f("x.flow").quantity]))
    name = st.one_of(TEXTS, TEXTS.map(lambda text: f"　　{text}"), cell)
    columns = draw(st.integers(0, 3))
    heads = [draw(TEXTS), *(draw(TEXTS | st.tuples(st.sampled_from(["甲", "乙"]), TEXTS)) for _ in range(columns))]
    rows = draw(st.lists(st.tuples(name, *[cell] * columns), min_size=1, max_size=4))
    chosen = st.sets(st.integers(0, 3))
    anchors = draw(
        st.dictionaries(st.integers(0, 3), st.lists(st.sampled_from(["a-1", "b<2"]), max_size=2), max_size=2)
    )
    return Table(heads, rows, draw(TEXTS), draw(chosen), draw(chosen), anchors)


@given(tables(), TEXTS)
def test_a_table_says_the_same_in_its_record_and_on_the_page(table, caption):
    body = table.body(Printer())
    page = tree(table_html("tab-1", caption, body))
    rows = page.xpath(".//tbody/tr")
    assert [words(row.cells) for row in body.rows] == [shown_words(row) for row in rows]
    assert [each for row in body.rows for each in figures(row)] == shown_figures(page)
    assert [row.total for row in body.rows] == [row.get("class") == "total" for row in rows]
    anchors = [[each.get("id") for each in row.xpath("./th[1]//span[@id]")] for row in rows]
    assert [list(row.anchors) if isinstance(row.cells[0], Text) else [] for row in body.rows] == anchors
    heads = {shown_words(each) for each in page.xpath(".//thead//th[@scope='col']")}
    assert heads == {words(Text(head.name)) for head in body.heads}
    unit = [words(Text(f"单位：{body.unit}"))] if body.unit else []
    assert [shown_words(each) for each in page.xpath(".//caption/span[@class='unit']")] == unit


def test_names_stand_in_a_row_without_their_blanks():
    body = Table(["地区", ("基金", "收入"), "说明"], [["　　甲市", None, ""]], "亿元", text_columns=(0, 2)).body(
        Printer()
    )
    assert body.heads == (Head("地区", "", True), Head("收入", "基金"), Head("说明", "", True))
    assert body.rows[0].depth == 2 and body.rows[0].cells == (Text("甲市"), record.Unknown(), Text(""))


@pytest.mark.parametrize("wrong", [1, 1.5, ["甲"], object()])
def test_a_cell_that_is_no_text_and_no_figure_is_an_error_in_chinese(wrong):
    with pytest.raises(DataError, match="单元格应为"):
        Table(["甲"], [[wrong]]).body(Printer())


# -- Markdown ---------------------------------------------------------------------------------------------------------
def test_markdown_of_pages_as_blocks():
    text = """(label)=
# 题 `码`

甲**乙***丙*[丁](https://example.org)。
次行<br>三

- 一
  1. 二
- 三

5. 四

> 引

词
: 释一
: 释二

| 甲 | 乙 |
|----|---:|
| 丙 | 1 |

```
码
```

<div id="downloads"></div>

---
"""
    assert blocks_of_markdown(text) == (
        Heading(1, (Text("题 "), Code("码"))),
        Paragraph(
            (
                Text("甲"),
                Strong((Text("乙"),)),
                Emphasis((Text("丙"),)),
                Link("https://example.org", (Text("丁"),)),
                Text("。\n次行"),
                LineBreak(),
                Text("三"),
            )
        ),
        ListBlock(
            (
                (Paragraph((Text("一"),)), ListBlock(((Paragraph((Text("二"),)),),), ordered=True)),
                (Paragraph((Text("三"),)),),
            )
        ),
        ListBlock(((Paragraph((Text("四"),)),),), ordered=True, start=5),
        Quote((Paragraph((Text("引"),)),)),
        Definitions(
            (Definition((Text("词"),), ((Paragraph((Text("释一"),)),), (Paragraph((Text("释二"),)),))),),
        ),
        PlainTable(((Text("甲"),), (Text("乙"),)), (((Text("丙"),), (Text("1"),)),), (False, True)),
        CodeBlock("码\n"),
    )


@pytest.mark.parametrize(
    "text, shown",
    [
        ("见{ref}`一节 <label>`和{doc}`甲`。", "见一节和甲。"),
        (":::{note} 注意\n:class: x\n甲\n:::", "注意甲"),
        ("```{contents}\n```\n甲", "甲"),
        ("% 注释\n甲", "甲"),
    ],
)
def test_what_myst_adds_becomes_its_text(text, shown):
    assert words(blocks_of_markdown(text)) == shown


def test_a_glossary_is_a_list_of_definitions():
    (block,) = blocks_of_markdown(":::{glossary}\n词\n  释义\n:::")
    assert block == Definitions((Definition((Text("词"),), ((Paragraph((Text("释义"),)),),)),))


# -- a notebook that runs ---------------------------------------------------------------------------------------------
CELLS = [
    "from nianbao.chapter import Chapter, charts\nch = Chapter('3', 2025)\nf = ch.f",
    "%%prose\n年末参保{{ f('unemployment.insured') }}，{{ f('unemployment.insured') | change }}。",
    "ch.cards({'参保': f('unemployment.insured'), '未载': f('unemployment.insured').at(2019)})",
    "ch.by_item('分市县参保', {'参保人数': 'unemployment.insured'}, unit='万人')",
    "ch.tiles('分布', f('unemployment.insured'))",
    "ch.table('自编', ['甲', '乙'], [['一', f('unemployment.income')], ['合计', None]], '亿元', original='表9')",
    "ch.trend('参保', {'参保人数': f('unemployment.insured')}, 2021)",
    "ch.parts('收支', {'收入': f('unemployment.income'), '支出': f('unemployment.expenditure')})",
    "ch.against('收支', {'收入': {'失业': f('unemployment.income')}, '支出': {'失业': f('unemployment.expenditure')}})",
]
KINDS = [ProseRecord, CardsRecord, record.TableRecord, ChartRecord, record.TableRecord, *[ChartRecord] * 3]


@pytest.fixture(scope="module")
def shell() -> Iterator[InteractiveShell]:
    """The shell of a notebook, in this process."""
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def run(shell: InteractiveShell, session: Session, cells: list[str]) -> list[Any]:
    """The outputs of cells that run with a session, but for what headings are told."""
    shell.reset()
    shell.run_cell(session.cell, silent=True)
    outputs = []
    for cell in cells:
        with capture_output() as captured:
            # what is the last expression goes past the capture; so it is shown when the cell has run
            shell.run_cell(cell if cell.startswith("%%") else f"{cell}\nNone").raise_error()
        outputs += [output for output in captured.outputs if NAMES not in output.metadata]
    return outputs


@pytest.fixture(scope="module")
def outputs(shell) -> list[Any]:
    """The outputs of a small notebook."""
    return run(shell, Session(ROOT / "data"), CELLS)


def test_every_output_of_a_notebook_has_a_record(outputs):
    assert len(outputs) == len(KINDS)
    assert all("text/html" in output.data for output in outputs)
    assert [type(of_output({"data": output.data})) for output in outputs] == KINDS


def test_the_facts_of_a_record_explain_every_figure_it_shows(outputs):
    for output in outputs:
        known = of_output({"data": output.data})
        shown = {each.id for each in shown_figures(tree(output.data["text/html"]))}
        assert shown == set(known.printed) and shown
        assert set(known.printed) <= set(known.facts)
        for fact in known.facts.values():
            assert set(fact.inputs) <= set(known.facts)
            assert float(fact.low) <= float(fact.high)


def test_labels_are_numbered_and_belong_to_their_html(outputs):
    found = [of_output({"data": output.data}) for output in outputs]
    labels = [each.label for each in found if hasattr(each, "label")]
    assert labels == ["表3-1", "表3-1附图", "表3-2", "图3-1", "图3-2", "图3-3"]
    for output, each in zip(outputs, found, strict=True):
        if hasattr(each, "label"):
            page = tree(output.data["text/html"])
            assert page.xpath("./figure/@id") == [each.identity]
            captions = page.xpath(".//span[@class='title']")
            assert captions[0].text_content() == each.caption
    assert found[4].notes == ("原报告编号：表9",)


def test_cards_hold_what_is_known(outputs):
    (card,) = of_output({"data": outputs[1].data}).cards
    assert card.name == "参保" and words(card.moved).startswith("较上年末")


# -- what a notebook is executed with ---------------------------------------------------------------------------------
MARKED = [
    "from nianbao.chapter import Chapter\nch = Chapter('2', 2025)",
    "found = {key: ch.f.published.mark(key) for key in ch.data.observations}",
    "doubtful = [key for key, each in found.items() if each and not ch.f.published.is_settled(each.check)]",
    "ch.table('存疑', ['数'], [[ch.f(*key)] for key in doubtful])",
]


def test_figures_in_doubt_are_marked_where_the_session_says_so(shell):
    for marks in (True, False):
        (output,) = run(shell, Session(ROOT / "data", marks), MARKED)
        shown = shown_figures(tree(output.data["text/html"]))
        known = of_output({"data": output.data})
        assert shown and {each.marked for each in shown} == {marks}
        assert {bool(known.facts[each].mark) for each in known.printed} == {marks}


def test_a_chapter_says_what_it_read_where_the_session_asks_for_it(shell, tmp_path):
    outputs = run(shell, Session(ROOT / "data", tells_reading=True), CELLS[:2])
    said = [output.metadata[READ] for output in outputs if READ in output.metadata]
    assert len(said) == 2
    assert "catalogue/indicators" in said[0] and "observations/2025/unemployment.csv" in said[1]
    assert not any(READ in output.metadata for output in run(shell, Session(ROOT / "data"), CELLS[:2]))


def test_the_session_says_where_the_data_are(shell, tmp_path):
    with pytest.raises(DataError, match="没有数据文件夹"):
        run(shell, Session(tmp_path / "nowhere"), CELLS[:1])
