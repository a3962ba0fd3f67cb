"""The PDF: what it declares, its fonts, its text, its tags, its tables over several pages; and charts as pictures."""

from __future__ import annotations

import io
import re
import shutil
from dataclasses import replace

import pypdf
import pytest

from nianbao.errors import DataError
from nianbao.output.print import typst
from nianbao.output.print.document import Chapter, Heading, Paragraph, Run
from nianbao.output.print.export import TEMPLATES
from tests.output.print.sample import ADDRESS, ALT, SIGNS, TITLE, bare, book, paragraph, table, text


@pytest.fixture(scope="module")
def pdf(tmp_path_factory) -> pypdf.PdfReader:
    """The PDF of the small book."""
    return pypdf.PdfReader(io.BytesIO(typst.pdf(book(), tmp_path_factory.mktemp("pdf"), TEMPLATES)))


@pytest.fixture(scope="module")
def pages(pdf) -> list[str]:
    """Text of each page without spaces."""
    return [bare(page.extract_text()) for page in pdf.pages]


def tags(node, found: list) -> list:
    """Every structure element below a node of the tag tree."""
    node = node.get_object() if isinstance(node, pypdf.generic.IndirectObject) else node
    if isinstance(node, pypdf.generic.DictionaryObject):
        found += [node] if "/S" in node else []
        tags(node.get("/K", []), found)
    elif isinstance(node, list):
        for each in node:
            tags(each, found)
    return found


def test_it_declares_what_it_is(pdf):
    catalog = pdf.trailer["/Root"]
    assert pdf.metadata.title == f"{TITLE}（2025年）"
    assert catalog["/Lang"].startswith("zh") and catalog["/MarkInfo"]["/Marked"]
    xmp = catalog["/Metadata"].get_data().decode()
    for name, value in ("pdfuaid:part", "1"), ("pdfaid:part", "2"), ("pdfaid:conformance", "A"):
        assert re.search(rf"<{name}>{value}</{name}>", xmp), name
    assert "2026-01-01" in xmp


def test_it_embeds_a_subset_of_its_two_fonts_and_no_other(pdf):
    names = set()
    for page in pdf.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            names.add(font.get_object()["/BaseFont"])
            below = font.get_object()["/DescendantFonts"][0].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(below["/FontDescriptor"].get_object())
    assert names and all(re.match(r"/[A-Z]{6}\+Noto(Sans|Serif)CJKsc", name) for name in names)


@pytest.mark.parametrize(
    "words",
    [
        "2025年末参保275.09万人，较上年增加7.34万人，抚养比3.04∶1（※、—、…、‰）。",
        "表1-1测试表",
        "单位：万人",
        "资料来源：测试。",
        "图1-1测试图",
        "图注。",
        "甲局",
        "乙局",
        "目录",
        "基金收入",
        "参保人数275.09万人较上年增加7.34万人",
        "无变动5.00亿元",
        "本年资料未载：基金支出。",
        "一行又一行强调facts.csv",
        "3.第三条",
        "4.第四条",
        "第四条之二",
        "其中一点",
        "参保人数年末参加的人数",
        "另一种说法",
        "引用的话",
        "nianbaobuild",
        "名称数量甲12",
        "数据版本：2025-abcdef01",
        "程序版本：0f9d307c（2026年1月1日）",
        "图中的字A&B",
        SIGNS,
    ],
)
def test_it_holds_every_word(pages, words):
    assert bare(words) in "".join(pages)


def test_marks_are_footnotes_of_their_page(pages):
    (page,) = [each for each in pages if "下降4.5" in each]
    assert "下降4.5※1%，又升3.1※2%。" in page
    assert page.index("※1原报告印作4.9%") > page.index("又升") and "※2原报告印作3.2%" in page


def test_it_has_bookmarks_tags_and_alternative_text(pdf):
    marks = [each.title for each in pdf.outline if not isinstance(each, list)]
    assert [bare(mark) for mark in marks] == ["序言", "目录", "表和图", "第一部分测试"]
    found = tags(pdf.trailer["/Root"]["/StructTreeRoot"], [])
    kinds = {each["/S"] for each in found}
    assert {"/Table", "/TH", "/TD", "/Figure", "/Caption", "/H1", "/H2", "/TOC", "/Note", "/L", "/BlockQuote"} <= kinds
    assert [each["/Alt"] for each in found if "/Alt" in each] == [ALT]


def test_the_page_is_turned_for_wide_tables_and_their_heading(pdf):
    wide = [bare(page.extract_text()) for page in pdf.pages if page.mediabox.width > page.mediabox.height]
    assert len(wide) == 1 and "表1-3" in wide[0] and "宽表" in wide[0]


def test_heads_come_again_on_the_next_page_with_the_number_of_the_table(pages):
    parts = [page for page in pages if "地区甲乙丙丁" in page]
    assert len(parts) >= 2
    assert ["续表1-2" in page for page in parts] == [at > 0 for at in range(len(parts))]


def test_links_lead_to_tables_and_out_of_the_book(pdf):
    actions = [each.get_object() for page in pdf.pages for each in page.get("/Annots", [])]
    addresses = {each["/A"].get("/URI") for each in actions if "/A" in each}
    assert ADDRESS in addresses
    assert any("/Dest" in each or each.get("/A", {}).get("/S") == "/GoTo" for each in actions)


def test_a_booklet_names_its_chapter_and_needs_no_preface(tmp_path):
    bare_chapter = Chapter("notebooks/02-bare", "", (Heading(1, text("工伤"), "page-02-bare"), paragraph("正文")))
    made = typst.pdf(replace(book(), chapters=(bare_chapter,), booklet="工伤"), tmp_path, TEMPLATES)
    read = pypdf.PdfReader(io.BytesIO(made))
    assert read.metadata.title == f"{TITLE}（2025年）·工伤"
    assert bare(read.pages[0].extract_text()).count("工伤") == 1


def test_a_book_without_heading_has_an_empty_table_of_contents(tmp_path):
    plain = Chapter("book/plain", "", (paragraph("只有正文"),))
    made = typst.pdf(replace(book(), chapters=(plain,)), tmp_path, TEMPLATES)
    assert "只有正文" in bare("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages))


def test_a_volume_of_chapters_alike_lists_no_sections_and_no_empty_list(tmp_path):
    chapters = tuple(
        Chapter(
            f"notebooks/region-{at}",
            "",
            (
                Heading(1, text(f"第{at}县"), f"page-{at}"),
                Heading(2, text("各项数"), f"page-{at}-1"),
                replace(table(1, ["地区", "甲"], 3), identity=f"tab-{at}", label=f"表{at}-1"),
            ),
        )
        for at in range(1, 9)
    )
    assert typst.contents_depth(chapters) == 1 and typst.contents_depth(chapters[:3]) == 2
    assert typst.contents_depth(()) == 1 and typst.contents_depth(book().chapters[1:]) == 2
    made = typst.pdf(replace(book(), chapters=chapters), tmp_path, TEMPLATES)
    lines = [
        [bare(line) for line in page.extract_text().split("\n")] for page in pypdf.PdfReader(io.BytesIO(made)).pages
    ]
    (contents,) = [page for page in lines if "目录" in page]
    (lists,) = [page for page in lines if "表和图" in page]
    assert any("第8县" in line for line in contents) and not any("各项数" in line for line in contents)
    assert "表" in lists and "图" not in lists


def test_no_line_begins_with_a_semicolon(tmp_path):
    number = Run("12.34%", whole=True)
    line = (Run("较上年增长"), number, Run("；同比增长"), number, Run("；"), number, Run("，"))
    assert [each.text for each in typst.closed(line)] == [
        *("较上年增长", "12.34%；", "同比增长", "12.34%；", "12.34%", "，")
    ]
    pieces = (Run("19,136件", whole=True), Run("；审核申请表")) * 8
    blocks = tuple(Paragraph((Run("全年" + "字" * many), *pieces)) for many in range(20))
    small = replace(book(), chapters=(Chapter("notebooks/01", "", blocks),))
    read = pypdf.PdfReader(io.BytesIO(typst.pdf(small, tmp_path, TEMPLATES)))
    lines = [bare(line) for page in read.pages for line in page.extract_text().split("\n")]
    assert "".join(lines).count("19,136件；") == 160 and not [line for line in lines if line.startswith("；")]


def test_charts_become_pictures_of_their_size(tmp_path):
    made = typst.pictures(book(), tmp_path, TEMPLATES)
    assert list(made) == ["fig-1-1"]
    wide, high = (int.from_bytes(made["fig-1-1"][at : at + 4], "big") for at in (16, 20))  # of the PNG's header
    assert (wide, high) == pytest.approx((490 * typst.CHART_PPI / 72, 120 * typst.CHART_PPI / 72), abs=1)
    assert typst.pictures(replace(book(), chapters=()), tmp_path, TEMPLATES) == {}


def test_what_typst_cannot_set_is_told(tmp_path):
    templates = tmp_path / "templates"
    shutil.copytree(TEMPLATES, templates)
    (tmp_path / "work").mkdir()
    cover = templates / "cover.typ"
    cover.write_text(cover.read_text("utf-8") + '\n#text(font: "Nowhere Sans")[x]\n', "utf-8")
    with pytest.raises(DataError, match="unknown font family"):
        typst.cover(book(), tmp_path / "work", templates)
    cover.write_text("#let x = ", "utf-8")
    with pytest.raises(DataError, match="Typst 未能排版"):
        typst.cover(book(), tmp_path / "work", templates)
