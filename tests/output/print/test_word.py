"""Word: styles, tables, contents, pictures, sections, notes."""

from __future__ import annotations

import io

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn

from nianbao.output.packing import pack
from nianbao.output.print import word
from nianbao.output.print.document import Head
from nianbao.output.print.export import TEMPLATES
from nianbao.output.print.layout import fit
from tests.output.print.sample import ADDRESS, ALT, SIGNS, TITLE, bare, book, table, text


@pytest.fixture(scope="module")
def document(tmp_path_factory) -> WordDocument:
    """The Word file of the small book, read again."""
    return Document(io.BytesIO(pack(word.docx(book(), tmp_path_factory.mktemp("word"), TEMPLATES))))


@pytest.fixture(scope="module")
def lines(document) -> list[tuple[str, str]]:
    """Style and text of every paragraph outside tables."""
    return [(line.style.name, line.text) for line in document.paragraphs]


def test_it_uses_real_styles(document, lines):
    assert {
        "Title",
        "Heading 1",
        "Heading 2",
        "Caption",
        "Normal",
        "List Bullet",
        "List Number",
        "单位",
        "图表注释",
    } <= {style for style, _ in lines}
    fonts = document.styles["Heading 1"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "黑体" and fonts.get(qn("w:ascii")) == "Times New Roman"
    properties = document.core_properties
    assert (properties.title, properties.author, properties.created.year) == (f"{TITLE}（2025年）", "甲局、乙局", 2026)


@pytest.mark.parametrize(
    "line",
    [
        ("Normal", "2025年末参保275.09万人，较上年增加7.34万人，抚养比3.04∶1（※、—、…、‰）。"),
        ("Normal", "下降4.5※1%，又升3.1※2%。"),
        ("图表注释", "※1　原报告印作4.9%"),
        ("图表注释", "※2　原报告印作3.2%"),
        ("图表注释", "本年资料未载：基金支出。"),
        ("图表注释", "资料来源：测试。"),
        ("图表注释", f"网络版：{ADDRESS}"),
        ("单位", "单位：万人"),
        ("Caption", "表1-1　测试表"),
        ("Caption", "图1-1　测试图"),
        ("List Bullet", "参保人数　275.09万人　较上年增加7.34万人"),
        ("List Bullet", "无变动　5.00亿元"),
        ("List Number", "第三条"),
        ("Normal", "第四条之二"),
        ("List Bullet", "其中一点"),
        ("Normal", "参保人数"),
        ("Normal", "年末参加的人数"),
        ("Normal", "另一种说法"),
        ("Normal", "引用的话"),
        ("Normal", "nianbao check"),
        ("Heading 2", "基金 收入"),
        ("Normal", SIGNS),
        ("Normal", "一行\n又一行强调facts.csv"),
        ("图表注释", "数据版本：2025-abcdef01"),
    ],
)
def test_it_holds_every_line_in_its_style(lines, line):
    assert line in lines


def test_strong_words_are_bold_and_numbers_of_notes_raised(document):
    runs = {run.text: run for line in document.paragraphs for run in line.runs}
    assert runs["增加"].bold and runs["强调"].bold and not runs["facts.csv"].bold
    assert runs["※1"].font.superscript


def test_tables_have_heads_that_come_again(document):
    assert [len(each.columns) for each in document.tables] == [4, 5, 3, 2, 2, 18]
    for each in document.tables:
        assert each.rows[0]._tr.xpath("w:trPr/w:tblHeader")
    groups = document.tables[2]
    assert [cell.text for cell in groups.rows[0].cells] == ["地区", "甲组", "甲组"]
    assert [cell.text for cell in groups.rows[1].cells] == ["地区", "甲", "乙"]  # the first goes on
    assert document.tables[1].rows[-1].cells[0].paragraphs[0].runs[0].bold
    assert [cell.text for cell in document.tables[0].rows[1].cells] == ["地区1", "11.25", "地区12", "121.25"]


def test_the_contents_are_a_field_with_links_to_bookmarks(document):
    assert "TOC" in document.element.xpath("//w:instrText")[0].text
    anchors = [each.get(qn("w:anchor")) for each in document.element.xpath("//w:hyperlink")]
    named = [each.get(qn("w:name")) for each in document.element.xpath("//w:bookmarkStart")]
    assert anchors == ["_Toc00001", "_Toc00002", "_Toc00003"] and set(anchors) < set(named)
    numbers = document.element.xpath("//w:bookmarkStart/@w:id")
    assert len(set(named)) == len(named) and len(set(numbers)) == len(numbers)
    texts = document.element.xpath("//w:hyperlink/w:r/w:t")
    assert [bare(each.text) for each in texts] == ["第一部分测试", "基金收入", "宽表"]


def test_pictures_have_alternative_text_and_the_width_on_paper(document):
    assert document.element.xpath("//wp:docPr/@descr") == [ALT]
    (shape,) = document.inline_shapes
    assert shape.width.pt == pytest.approx(490 * 0.82, abs=0.1)
    assert shape.height / shape.width == pytest.approx(120 / 490, abs=0.01)


def test_wide_tables_stand_in_a_section_of_their_own(document):
    assert [section.orientation for section in document.sections] == [0, 1, 0]


def test_heads_in_two_levels_are_merged():
    made = table(1, ["地区", "甲", "乙"], 3, group="甲组")
    upper, lower = word.word_heads(fit(made))
    assert [(cell.text, cell.across, cell.merge) for cell in upper] == [("地区", 1, "restart"), ("甲组", 2, "")]
    assert [(cell.text, cell.merge) for cell in lower] == [("", "continue"), ("甲", ""), ("乙", "")]
    assert upper[1].width == pytest.approx(lower[1].width + lower[2].width)
    one = fit(type(made)((Head(text("甲")),), ()))
    assert [[cell.text for cell in row] for row in word.word_heads(one)] == [["甲"]]
