"""Word: styles, tables, contents, pictures, sections, notes."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from PIL import Image, ImageChops

from nianbao.output.packing import pack
from nianbao.output.print import word
from nianbao.output.print.document import (
    Again,
    Cell,
    Chapter,
    Definition,
    Footnote,
    Glossary,
    Head,
    Heading,
    Paragraph,
    Run,
    Table,
)
from nianbao.output.print.export import TEMPLATES
from nianbao.output.print.layout import fit
from nianbao.output.print.lengths import first_pages
from nianbao.output.print.typst import pictures
from tests.output.print.sample import ADDRESS, ALT, SIGNS, TITLE, bare, book, chart, paragraph, table, text


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
        ("Normal", "下降4.5※%，又升3.1※%。"),
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
    assert runs["※"].style.font.superscript


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
    told = [each.text.strip() for each in document.element.xpath("//w:instrText")]
    assert r'TOC \o "1-2" \h \z \u' in told
    anchors = [each.get(qn("w:anchor")) for each in document.element.xpath("//w:hyperlink")]
    named = [each.get(qn("w:name")) for each in document.element.xpath("//w:bookmarkStart")]
    contents = ["page_01_test", "_Toc00001", "_Toc00002"]
    lists = ["tab_1_1", "tab_1_2", "tab_1_4", "tab_1_3", "fig_1_1"]
    assert anchors == ["tab_1_2", *contents, *lists] and set(anchors) < set(named)
    pages = [rf"PAGEREF {name} \h" for name in (*contents, *lists)]
    assert pages == [each for each in told if each.startswith("PAGEREF")]
    numbers = document.element.xpath("//w:bookmarkStart/@w:id")
    assert len(set(named)) == len(named) and len(set(numbers)) == len(numbers)
    texts = [bare(each.text) for each in document.element.xpath("//w:hyperlink/w:r/w:t")]
    assert texts[1:7:2] == ["第一部分测试", "基金收入", "宽表"]
    assert texts[7::2] == ["表1-1测试表", "表1-2测试表", "表1-4测试表", "表1-3测试表", "图1-1测试图"]
    assert all(page.isdigit() and int(page) > 4 for page in texts[2::2])


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


def test_marks_in_cells_are_raised_and_names_hang(tmp_path):
    marked = Cell((Run("4.5"), Run("※1", raised=True)), "number")
    name = Cell(text("　缩进一格"), "name")
    made = Table((Head(text("地区")), Head(text("甲"))), ((name, marked),))
    small = replace(book(), chapters=(Chapter("notebooks/01", "", (made,)),))
    (shown,) = Document(io.BytesIO(pack(word.docx(small, tmp_path, TEMPLATES)))).tables
    first, second = shown.rows[1].cells
    assert [(run.text, bool(run.font.superscript)) for run in second.paragraphs[0].runs] == [
        ("4.5", False),
        ("※1", True),
    ]
    indent = first.paragraphs[0].paragraph_format
    assert indent.left_indent.pt == 9 and indent.first_line_indent.pt == -9


@pytest.mark.parametrize(("rows", "kept"), [(1, []), (2, [1]), (3, [1, 2]), (8, [1, 2, 6, 7])])
def test_the_last_row_goes_with_nothing_below_it(rows, kept):
    body = [cells for is_head, cells in word.word_rows(fit(table(1, ["地区", "甲"], rows))) if not is_head]
    assert [at for at, cells in enumerate(body, 1) if cells[0].keep] == kept


def test_rules_part_rows_of_many_lines(tmp_path):
    heads = (Head(text("出处")), Head(text("缘由")))
    tables = (Table(heads, ((Cell(text("甲")), Cell(text("两数不等" * many))),) * 3) for many in (1, 60))
    small = replace(book(), chapters=(Chapter("notebooks/01", "", tuple(tables)),))
    made = Document(io.BytesIO(pack(word.docx(small, tmp_path, TEMPLATES))))
    assert [len(each._tbl.xpath("w:tblPr/w:tblBorders/w:insideH")) for each in made.tables] == [0, 1]


def test_marks_are_footnotes_of_word(document):
    marks = document.element.xpath("//w:footnoteReference/@w:id")
    part = next(each for each in document.part.package.iter_parts() if each.partname == "/word/footnotes.xml")
    notes = parse_xml(part.blob)
    texts = {each.get(qn("w:id")): "".join(word.text or "" for word in each.iter(qn("w:t"))) for each in notes}
    assert [texts[mark] for mark in marks] == ["※ 原报告印作4.9%", "※ 原报告印作3.2%"]


def test_what_is_said_of_several_figures_is_one_footnote_and_its_number_again(tmp_path):
    line = (Run("甲"), Footnote("其一"), Run("乙"), Footnote("其二"), Run("丙"), Again(2), Run("丁"), Again(1))
    small = replace(book(), chapters=(Chapter("notebooks/01", "", (Paragraph(line), Paragraph(line[:2]))),))
    made = Document(io.BytesIO(pack(word.docx(small, tmp_path, TEMPLATES))))
    (first, second) = (each._p for each in made.paragraphs if each.text.startswith("甲※"))
    assert first.xpath(".//w:footnoteReference/@w:id") == ["1", "2"]
    assert second.xpath(".//w:footnoteReference/@w:id") == ["3"]
    named = {each.get(qn("w:name")) for each in first.xpath(".//w:bookmarkStart")}
    told = [each.text.split() for each in first.xpath(".//w:instrText")]
    assert named == {"_Note1", "_Note2"}
    assert told == [["NOTEREF", "_Note1", "\\f", "\\h"], ["NOTEREF", "_Note2", "\\f", "\\h"]]
    assert "".join(each.text for each in first.iter(qn("w:t"))) == "甲※乙※丙※1丁※2"


def test_each_ordered_list_counts_from_its_own_first_number(document):
    numbers = [line._p.pPr.numPr.numId.val for line in document.paragraphs if line.style.name == "List Number"]
    assert numbers == [word.FIRST_LIST] * 2
    numbering = document.part.numbering_part.element
    (found,) = [each for each in numbering.num_lst if each.numId == word.FIRST_LIST]
    assert found.xpath("w:lvlOverride/w:startOverride/@w:val") == ["3"]


def test_tables_and_charts_are_counted_by_word_and_referred_to(tmp_path):
    refers = Paragraph((Run("见"), Run("表1-1", target="#tab-1-1"), Run("和"), Run("下图", target="#fig-1-1")))
    blocks = (Heading(1, text("一"), "page-01"), refers, table(1, ["地区", "甲"], 3), chart())
    small = replace(book(), chapters=(Chapter("notebooks/01", "", blocks),))
    made = Document(io.BytesIO(pack(word.docx(small, tmp_path, TEMPLATES))))
    told = [each.text.strip() for each in made.element.xpath("//w:instrText")]
    assert {r"SEQ 表1 \* ARABIC", r"SEQ 图1 \* ARABIC", r"REF tab_1_1 \h"} <= set(told)
    captions = [line for line in made.paragraphs if line.style.name == "Caption"]
    assert [line.text for line in captions] == ["表1-1　测试表", "图1-1　测试图"]
    (says,) = [line for line in made.paragraphs if line.style.name == "图表说明"]
    assert says.text == "参保人数增加" and says.style.paragraph_format.keep_with_next
    assert captions[1]._p.xpath("w:pPr/w:keepNext")  # the notes below the chart go with it
    marked = captions[0]._p.xpath("w:bookmarkStart[@w:name='tab_1_1']/following-sibling::w:r/w:t/text()")
    assert "".join(marked).startswith("表1-1") and "fig_1_1" in made.element.xpath("//w:hyperlink/@w:anchor")


@pytest.mark.parametrize(
    ("label", "parts"), [("表A1-12", ("表A1-", "12")), ("图0-1", ("图0-", "1")), ("表1-1附图", None), ("", None)]
)
def test_a_number_that_word_can_count_is_the_last_of_its_label(label, parts):
    assert word.numbered(label) == parts


def test_the_file_is_for_the_word_of_today_and_tables_have_a_style(document):
    settings = document.settings.element
    assert settings.xpath("//w:compatSetting[@w:name='compatibilityMode']/@w:val") == [word.COMPATIBLE]
    assert {each._tbl.tblPr.style for each in document.tables} == {word.TABLE_STYLE}
    assert document.styles["年报表格"].type == WD_STYLE_TYPE.TABLE


def test_pictures_have_few_colours_and_keep_their_size(tmp_path):
    (png,) = pictures(book(), tmp_path, TEMPLATES).values()
    with Image.open(io.BytesIO(png)) as before, Image.open(io.BytesIO(word.small(png))) as after:
        assert after.size == before.size and after.mode == "P"
        difference = ImageChops.difference(before.convert("RGB"), after.convert("RGB"))
        assert max(high for _, high in difference.getextrema()) < 48


def test_a_heading_stands_near_the_page_that_the_contents_say():
    chapters = [
        Chapter(
            f"notebooks/0{at}", "", (Heading(1, text("章"), f"page-{at}"), *(paragraph("长" * 400) for _ in range(10)))
        )
        for at in range(3)
    ]
    assert first_pages(chapters, 2) == {"page-0": 5, "page-1": 8, "page-2": 11}


def test_tables_charts_and_meanings_are_counted_in_pages():
    entry = Definition(text("参保人数"), ((paragraph("年末参加的人数"),),))
    shown = (Heading(1, text("章"), "page"), Glossary((entry,) * 110), table(1, ["地区", "甲"], 3), chart())
    pages = first_pages([Chapter("notebooks/01", "", shown)], 2)
    assert pages == {"page": 6, "tab-1-1": 8, "fig-1-1": 8}
