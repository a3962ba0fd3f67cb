"""What the book consists of: notebooks with records in their outputs, Markdown with places."""

from __future__ import annotations

import pytest

from nianbao.chapter.record import Heading, Paragraph, Text, plain
from nianbao.errors import DataError
from nianbao.output import records
from nianbao.output.records import Place
from tests.support.small_records import chart, code_cell, html_of, prose, table, text_cell, write_notebook


@pytest.fixture
def notebook(tmp_path):
    """A notebook with a title, a section, three outputs and one that is hidden."""
    return write_notebook(
        tmp_path / "01-one.ipynb",
        text_cell("# 第一章\n"),
        code_cell(prose("导言。")),
        text_cell("## 一、参保\n\n正文。\n"),
        code_cell(table(), chart()),
        code_cell(table("tab-1-2"), tags=["remove-cell"]),
    )


def test_a_notebook_is_its_cells_and_records_in_order(notebook):
    page = records.read(notebook.with_suffix(""))
    assert page.parts == (
        Heading(1, (Text("第一章"),)),
        prose("导言。"),
        Heading(2, (Text("一、参保"),)),
        Paragraph((Text("正文。"),)),
        table(),
        chart(),
    )


def test_records_that_are_not_shown_still_count(notebook):
    page = records.read(notebook.with_suffix(""))
    assert [record.identity for record in page.records[1:]] == ["tab-1-1", "fig-1-1", "tab-1-2"]
    assert [output.shown for output in page.outputs] == [True, True, True, False]
    assert page.outputs[1].html == html_of(table())
    assert records.of_chapter(notebook.parent, "01-one") == page.records
    assert records.of_chapter(notebook.parent, "02-two") == ()


def test_each_part_knows_the_headings_above_it(notebook):
    page = records.read(notebook.with_suffix(""))
    found = [[plain(heading.content) for heading in above] for above, _ in page.placed()]
    assert found == [["第一章"]] * 2 + [["第一章", "一、参保"]] * 4
    assert [heading.level for heading in page.headings] == [1, 2]


def test_a_section_ends_where_one_of_its_level_begins(tmp_path):
    (tmp_path / "page.md").write_text("# 甲\n\n## 乙\n\n### 丙\n\n## 丁\n\n文。\n", "utf-8")
    *_, (above, last) = records.read(tmp_path / "page").placed()
    assert [plain(each.content) for each in above] == ["甲", "丁"] and last == Paragraph((Text("文。"),))


def test_html_in_markdown_is_a_place_among_the_blocks(tmp_path):
    (tmp_path / "data.md").write_text('# 数据\n\n前。\n\n<div id="downloads"></div>\n\n后。\n', "utf-8")
    page = records.read(tmp_path / "data")
    assert page.parts == (
        Heading(1, (Text("数据"),)),
        Paragraph((Text("前。"),)),
        Place('<div id="downloads"></div>'),
        Paragraph((Text("后。"),)),
    )


def test_outputs_without_a_record_are_no_part_of_the_book(tmp_path):
    cell = code_cell(table())
    cell["outputs"].insert(0, {"output_type": "stream", "name": "stdout", "text": ["x"]})
    cell["outputs"].append({"output_type": "display_data", "metadata": {}, "data": {"text/html": "<table></table>"}})
    path = write_notebook(tmp_path / "a.ipynb", cell)
    assert records.read_notebook(path).records == (table(),)


def test_a_page_that_is_in_the_contents_only_is_an_error(tmp_path):
    with pytest.raises(DataError, match="_toc.yml 中的“gone”没有对应的文件"):
        records.read(tmp_path / "gone")
