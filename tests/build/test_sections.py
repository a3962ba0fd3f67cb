"""Headings without content leave the book; all others stay."""

from __future__ import annotations

import nbformat
import pytest

from nianbao.build.engine import tidy
from nianbao.build.sections import drop_empty
from nianbao.chapter.record import MIME, Card, CardsRecord, Paragraph, ProseRecord, Record, Text, to_json
from nianbao.chapter.session import NAMES


def markdown(*lines: str) -> dict:
    return {"cell_type": "markdown", "source": "\n\n".join(lines), "metadata": {}}


def heading(level: int, text: str = "甲") -> dict:
    return markdown(f"{'#' * level} {text}")


def cell(*outputs: dict, tags: tuple[str, ...] = ()) -> dict:
    return {"cell_type": "code", "source": "x", "metadata": {"tags": list(tags)}, "outputs": list(outputs)}


def code(html: str = "", tags: tuple[str, ...] = ()) -> dict:
    outputs = [{"output_type": "display_data", "data": {"text/html": html}}] if html else []
    return cell(*outputs, tags=tags)


def recorded(record: Record) -> dict:
    data = {"text/html": '<div class="prose"></div>', "text/plain": "（网页内容）", MIME: to_json(record)}
    return {"output_type": "display_data", "data": data}


def prose(*words: str) -> dict:
    return recorded(ProseRecord(chapter="1", blocks=tuple(Paragraph((Text(word),)) for word in words)))


def kept(*cells: dict) -> list[str]:
    return ["".join(cell["source"]) for cell in drop_empty(cells) if cell["cell_type"] == "markdown"]


def test_a_heading_with_something_below_it_stays():
    assert kept(heading(1), heading(2, "乙"), code("<p>字</p>")) == ["# 甲", "## 乙"]


def test_a_heading_with_nothing_below_it_goes():
    assert kept(heading(1), heading(2, "乙"), code(), heading(2, "丙"), code("<p>字</p>")) == ["# 甲", "## 丙"]


def test_the_last_heading_goes_too():
    assert kept(heading(1), code("<p>字</p>"), heading(2, "乙"), code()) == ["# 甲"]


def test_a_heading_stays_for_a_section_within_it():
    assert kept(heading(1), heading(2, "乙"), heading(3, "丙"), code("<p>字</p>")) == ["# 甲", "## 乙", "### 丙"]
    cells = [heading(2, "乙"), heading(4, "丙"), code(), heading(3, "丁"), code("<p>字</p>")]
    assert kept(*cells) == ["## 乙", "### 丁"]


def test_a_heading_does_not_stay_for_the_next_of_its_level():
    cells = [
        heading(1),
        heading(2, "乙"),
        heading(3, "丙"),
        code(),
        heading(2, "丁"),
        heading(3, "戊"),
        code("<p>字</p>"),
    ]
    assert kept(*cells) == ["# 甲", "## 丁", "### 戊"]


def test_a_lower_heading_does_not_stay_for_a_higher_one():
    assert kept(heading(2, "乙"), heading(4, "丙"), heading(3, "丁"), code("字")) == ["## 乙", "### 丁"]


def test_of_several_headings_in_a_cell_each_is_judged():
    cells = [
        markdown("## 乙", "### 丙"),
        code(),
        heading(3, "丁"),
        code("<p>字</p>"),
        markdown("## 戊", "### 己"),
        code(),
    ]
    assert kept(*cells) == ["## 乙", "### 丁"]
    assert kept(heading(2, "乙"), markdown("### 丙", "### 丁"), code("<p>字</p>")) == ["## 乙", "### 丁"]


def test_text_is_content_wherever_it_stands():
    text = markdown("一段话。")
    assert kept(heading(1), heading(2, "乙"), text) == ["# 甲", "## 乙", "一段话。"]
    assert kept(markdown("## 乙", "### 丙", "一段话。")) == ["## 乙\n\n### 丙\n\n一段话。"]
    assert kept(markdown("一段话。", "## 乙")) == ["一段话。"]
    assert kept(markdown("## 乙", "```sh\n# 注\n```"), code()) == ["## 乙\n\n```sh\n# 注\n```"]


def test_labels_and_comments_are_no_content():
    assert kept(heading(1), markdown("## 乙", "(名)=\n")) == ["# 甲", "(名)="]
    assert kept(heading(1), heading(2, "乙"), markdown("% 注")) == ["# 甲", "% 注"]


def test_the_title_stays():
    assert kept(heading(1), code()) == ["# 甲"]


def test_what_a_reader_does_not_see_is_no_content():
    assert kept(heading(1), heading(2, "乙"), code("<p>字</p>", ("remove-cell",))) == ["# 甲"]


@pytest.mark.parametrize(
    "empty",
    [
        code(" \n"),
        cell(prose()),
        cell(recorded(CardsRecord(chapter="1", cards=()))),
        cell({"output_type": "stream", "text": ""}),
    ],
    ids=["blank", "prose", "cards", "stream"],
)
def test_blank_outputs_are_no_content(empty: dict):
    assert kept(heading(1), heading(2, "乙"), empty) == ["# 甲"]


@pytest.mark.parametrize(
    "full",
    [
        cell(prose(), prose("字")),
        cell(recorded(CardsRecord(chapter="1", cards=(Card("参保", (Text("1"),), ()),)))),
        cell({"output_type": "error", "ename": "E", "evalue": "", "traceback": []}),
        cell({"output_type": "stream", "text": "字"}),
        cell({"output_type": "display_data", "data": {"application/json": {"a": 1}}}),
    ],
    ids=["prose", "cards", "error", "stream", "json"],
)
def test_everything_else_is_content(full: dict):
    assert kept(heading(1), heading(2, "乙"), full) == ["# 甲", "## 乙"]


def test_no_cell_that_was_given_is_changed():
    cells = [markdown("## 乙", "一段话。", "## 丙"), code()]
    before = [dict(cell) for cell in cells]
    assert drop_empty(cells)[0]["source"] == "## 乙\n\n一段话。" and cells == before


def test_an_executed_notebook_is_saved_without_them():
    """What web, search, downloads and print are made from is the notebook that `tidy` returns."""
    made = nbformat.v4.new_notebook()
    for source in ("# 甲", "## 乙\n\n### 丙"):
        made.cells.append(nbformat.v4.new_markdown_cell(source))
    made.cells.append(nbformat.v4.new_code_cell("x", outputs=[nbformat.from_dict(prose() | {"metadata": {}})]))
    assert [cell.source for cell in tidy(made).cells] == ["# 甲", "x"]
    nbformat.validate(made)


# -- what a year lacks ------------------------------------------------------------------------------------------------
def lacking(name: str = "甲") -> dict:
    block = Paragraph((Text(f"本年资料未载：{name}。"),), "lacking")
    return recorded(ProseRecord(chapter="1", blocks=(block,)))


def test_a_section_that_only_says_what_the_year_lacks_goes_and_is_named():
    gone = [heading(2, "乙"), cell(lacking()), heading(3, "丙"), cell(lacking())]
    cells = [heading(1), *gone, heading(2, "丁"), code("字")]
    assert kept(*cells) == ["# 甲", "## 丁", "以下各节没有本年的资料，从略：乙。"]
    assert "未载" not in str([each.get("outputs") for each in drop_empty(cells)])


def test_of_a_section_that_stays_the_parts_that_go_are_named():
    gone = [heading(3, "丙"), cell(lacking()), heading(3, "丁"), cell(lacking())]
    cells = [heading(1), heading(2, "乙"), code("字"), *gone]
    assert kept(*cells) == ["# 甲", "## 乙", "以下各节没有本年的资料，从略：乙中的丙、丁。"]


def test_what_a_section_that_stays_lacks_is_said_there():
    cells = [heading(1), heading(2, "乙"), cell(lacking()), code("字")]
    assert kept(*cells) == ["# 甲", "## 乙"] and "未载" in str(drop_empty(cells))


def test_a_section_that_is_empty_for_another_reason_is_not_named():
    assert kept(heading(1), heading(2, "乙"), code()) == ["# 甲"]


def test_headings_get_the_names_that_the_chapter_says():
    made = nbformat.v4.new_notebook()
    names = {"year": "2022", "place": "甲县"}
    said = nbformat.v4.new_output("display_data", {"text/plain": ""}, metadata={NAMES: names})
    made.cells.append(nbformat.v4.new_markdown_cell("# {{ place }}{{ year }}年{{ other }}\n\n{{ place }}"))
    made.cells.append(nbformat.v4.new_code_cell("x", outputs=[said, nbformat.from_dict(prose() | {"metadata": {}})]))
    heading, code_cell = tidy(made).cells
    assert heading.source == "# 甲县2022年{{ other }}\n\n{{ place }}"
    assert len(code_cell.outputs) == 1
