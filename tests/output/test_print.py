"""PDF, Word and EPUB of a small book: one notebook with every kind of table and chart, and a preface."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from html import escape
from types import SimpleNamespace

import nbformat
import pandas as pd
import pypdf
import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree
from lxml import html as parser

from nianbao.build.edition import Edition
from nianbao.chapter.table import Table
from nianbao.charts import drawings as charts
from nianbao.errors import DataError
from nianbao.output.print import export, paper
from nianbao.output.print import pages as printed
from tests.support.projects import ROOT

TITLE = "测试年度报告"
PROSE = "2025年末参保<data class='q' value='275.09' data-q='a:1'>275.09</data>万人，较上年<strong>增加</strong>7.34万人，抚养比3.04∶1（※、—、…、‰）。"
MARKED = "下降<data class=\"q\" value=\"-4.5\" data-q=\"b:1\" data-mark=\"1\">4.5</data>%。"


class NoFacts:
    """A printer that keeps nothing."""

    def number(self, quantity) -> str:
        """Never called: the tables here hold texts."""
        raise AssertionError


def table(number: str, heads: list, rows: int, **options) -> str:
    """HTML of a table of texts."""
    width = len(heads)
    body = [[f"地区{at}", *(f"{at}{column}.25" for column in range(1, width))] for at in range(rows)]
    body[-1][0] = "合计"
    made = Table(heads, body, "万人", ["资料来源：测试。"], {rows - 1}, **options)
    return made.html(f"tab-1-{number}", f"表1-{number}　测试表", NoFacts())


def chart() -> str:
    """HTML of a chart with its numbers folded away."""
    drawing = charts.bars(pd.Series({2023: 1.5, 2024: 2.5, 2025: 3.5}, name="参保人数"), "万人")
    svg = charts.to_svg(drawing, "图1-1　测试图。参保人数2025年3.50万人", "fig-1-1")
    fold = f"<details><summary>查看数值</summary>{table('9', ['年', '折叠'], 3)}</details>"
    return (f'<figure class="chart" id="fig-1-1"><div class="drawing">{svg}</div><figcaption>图1-1　测试图</figcaption>'
            f'<p class="note">图注。</p>{fold}</figure>')


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """What `export` needs of an edition."""
    root = tmp_path_factory.mktemp("book")
    shutil.copytree(ROOT / "book" / "print", root / "book" / "print")
    (root / "book" / "preface.md").write_text("# 序言\n\n见[表](../notebooks/01-test.ipynb#tab-1-2)。\n", "utf-8")
    (root / "_config.yml").write_text("author: 甲局、乙局\n", "utf-8")
    (root / "_toc.yml").write_text(
        "root: book/preface\nparts:\n- caption: 年度报告\n  chapters:\n  - file: notebooks/01-test\n", "utf-8")
    cell = nbformat.v4.new_code_cell
    facts = {"facts": {"b:1": {"note": "原报告印作4.9%"}}}

    def shown(html: str, **options):
        output = nbformat.v4.new_output("display_data", {"text/html": html}, metadata={"nianbao": facts})
        return cell("", outputs=[output], **options)

    wide = [("甲组" if at < 9 else "乙组", f"第{at}个很长的指标") if at else "地区" for at in range(18)]
    notebook = nbformat.v4.new_notebook(cells=[
        nbformat.v4.new_markdown_cell("# 第一部分　测试"),
        shown("<p>不应出现</p>", metadata={"tags": ["remove-cell"]}),
        nbformat.v4.new_markdown_cell("#### 跳级的标题"),
        shown(f'<div class="prose"><p>{PROSE}</p></div>'), shown(f'<div class="prose"><p>{MARKED}</p></div>'),
        shown(table("1", ["地区", "参保人数"], 22)), shown(chart()),
        shown(table("2", ["地区", "甲", "乙", "丙", "丁"], 90)), shown(table("3", wide, 12)),
    ])
    (root / "notebooks").mkdir()
    nbformat.write(notebook, root / "notebooks" / "01-test.ipynb")
    return SimpleNamespace(root=root, year=2025, data_folder=ROOT / "data", settings={"title": TITLE, "url": "https://example.org/2025"})


@pytest.fixture(scope="module")
def files(edition, tmp_path_factory) -> dict[str, bytes]:
    """The book in every format."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1767225600")
        made = export.export(edition, tmp_path_factory.mktemp("out"), ["pdf", "docx", "epub"], edition.root)
    return {path.suffix[1:]: path.read_bytes() for path in made}


@pytest.fixture(scope="module")
def pdf(files) -> pypdf.PdfReader:
    """The PDF."""
    return pypdf.PdfReader(io.BytesIO(files["pdf"]))


def bare(text: str) -> str:
    """Text without spaces, in which typesetting is free."""
    return re.sub(r"\s", "", text)


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


def test_pdf_declares_what_it_is(pdf):
    catalog = pdf.trailer["/Root"]
    assert pdf.metadata.title == f"{TITLE}（2025年）"
    assert catalog["/Lang"].startswith("zh") and catalog["/MarkInfo"]["/Marked"]
    xmp = catalog["/Metadata"].get_data().decode()
    for name, value in ("pdfuaid:part", "1"), ("pdfaid:part", "2"), ("pdfaid:conformance", "A"):
        assert re.search(rf"<{name}>{value}</{name}>", xmp), name
    assert "2026-01-01" in xmp


def test_pdf_embeds_a_subset_of_its_two_fonts_and_no_other(pdf):
    names = set()
    for page in pdf.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            names.add(font["/BaseFont"])
            below = font["/DescendantFonts"][0].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(below["/FontDescriptor"].get_object())
    assert names and all(re.match(r"/[A-Z]{6}\+Noto(Sans|Serif)CJKsc", name) for name in names)


def test_pdf_holds_every_character_of_the_page(pdf):
    text = bare("".join(page.extract_text() for page in pdf.pages))
    assert bare(parser.fromstring(PROSE).text_content()) in text
    assert "※1" in text and "原报告印作4.9%" in text
    assert "不应出现" not in text and "折叠" not in text
    for sign in "表1-1测试表单位：万人资料来源图注甲局乙局序言目录":
        assert sign in text


def test_pdf_has_bookmarks_tags_and_alternative_text(pdf):
    marks = [each.title for each in pdf.outline if not isinstance(each, list)]
    assert [mark.replace("　", "") for mark in marks] == ["序言", "目录", "第一部分测试"]
    found = tags(pdf.trailer["/Root"]["/StructTreeRoot"], [])
    kinds = {each["/S"] for each in found}
    assert {"/Table", "/TH", "/TD", "/Figure", "/Caption", "/H1", "/H2", "/TOC", "/Note"} <= kinds
    assert [each["/Alt"] for each in found if "/Alt" in each] == ["图1-1　测试图。参保人数2025年3.50万人"]


def test_pdf_turns_the_page_for_wide_tables_and_repeats_heads(pdf):
    wide = [page for page in pdf.pages if page.mediabox.width > page.mediabox.height]
    assert len(wide) == 1 and "表1-3" in bare(wide[0].extract_text())
    long = [bare(page.extract_text()) for page in pdf.pages if re.search(r"\b\d+4\.25", page.extract_text())]
    assert sum("地区甲乙丙丁" in text for text in long) >= 2
    parts = [text for text in (bare(page.extract_text()) for page in pdf.pages) if "地区甲乙丙丁" in text]
    assert ["续表1-2" in text for text in parts] == [at > 0 for at in range(len(parts))]


def test_pdf_links_to_the_online_edition(pdf):
    links = [each.get_object()["/A"].get("/URI") for page in pdf.pages for each in page.get("/Annots", [])
             if "/A" in each.get_object()]
    assert "https://example.org/2025/notebooks/01-test.html#tab-1-1" in links


def test_same_book_same_bytes(edition, files, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    for path in export.export(edition, tmp_path, ["pdf", "docx", "epub"], edition.root):
        assert path.read_bytes() == files[path.suffix[1:]], path.suffix


def test_one_chapter_is_a_booklet(edition, tmp_path):
    (path,) = export.export(edition, tmp_path, ["pdf"], edition.root, only="01-test")
    text = bare("".join(page.extract_text() for page in pypdf.PdfReader(path).pages))
    assert path.name == "01-test.pdf" and "表1-2" in text and "序言" not in text


def test_word_has_styles_tables_contents_and_pictures(files):
    document = Document(io.BytesIO(files["docx"]))
    used = {line.style.name for line in document.paragraphs}
    assert {"Title", "Heading 1", "Heading 2", "Caption", "Normal", "单位", "图表注释"} <= used
    fonts = document.styles["Heading 1"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "黑体" and document.core_properties.title == f"{TITLE}（2025年）"
    assert [len(each.columns) for each in document.tables] == [4, 5, 18]
    for each in document.tables:
        assert each.rows[0]._tr.xpath("w:trPr/w:tblHeader")
    code = document.element.xpath("//w:instrText")
    assert "TOC" in code[0].text
    assert document.element.xpath("//wp:docPr/@descr") == ["图1-1　测试图。参保人数2025年3.50万人"]
    assert [section.orientation for section in document.sections] == [0, 1, 0]
    assert bare(parser.fromstring(PROSE).text_content()) in bare("".join(line.text for line in document.paragraphs))


def test_epub_is_whole(files):
    archive = zipfile.ZipFile(io.BytesIO(files["epub"]))
    first = archive.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    package = etree.fromstring(archive.read("OEBPS/package.opf"))
    space = {"o": "http://www.idpf.org/2007/opf", "d": "http://purl.org/dc/elements/1.1/"}
    assert package.findtext(".//d:language", namespaces=space) == "zh-CN"
    items = {each.get("id"): each for each in package.iterfind(".//o:item", space)}
    assert {each.get("href") for each in items.values()} | {"package.opf"} == {
        name.removeprefix("OEBPS/") for name in archive.namelist() if name.startswith("OEBPS/")}
    assert all(each.get("idref") in items for each in package.iterfind(".//o:itemref", space))
    assert {"nav", "cover-image"} <= {each.get("properties") for each in items.values()}
    trees = {name.removeprefix("OEBPS/"): etree.fromstring(archive.read(name))
             for name in archive.namelist() if name.endswith(".xhtml")}
    for name, tree in trees.items():
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids)), name
        for link in tree.xpath("//*[local-name()='a']/@href"):
            path, _, place = link.partition("#")
            if not path.startswith("http"):
                assert not place or place in trees[path].xpath("//@id"), link
    assert bare(parser.fromstring(PROSE).text_content()) in bare("".join(trees["01-test.xhtml"].itertext()))


def test_long_narrow_table_stands_in_two_halves():
    block = printed.table(parser.fromstring(table("1", ["地区", "参保人数"], 21)))
    fitted, rows = paper.fit(block), block.xpath(".//tbody/tr")
    assert (len(block.xpath(".//thead/tr/th")), len(rows), fitted["seam"]) == (4, 11, 2)
    assert rows[0][2].text_content() == "地区11" and "total" not in rows[-2][0].get("class") and "total" in rows[-2][2].get("class")
    assert [cell.text_content() for cell in rows[-1][2:]] == ["", ""]
    assert sum(fitted["widths"]) == pytest.approx(paper.PORTRAIT, abs=0.1)


def test_markdown_keeps_the_text_of_directives_and_roles():
    text = printed.markdown("(label)=\n## 名词\n\n```{glossary}\n参保人数\n  年末参加的人数\n```\n\n见{term}`参保人数`，{ref}`这里 <x>`。\n\n"
                            ":::{note} 提示\n内容\n:::\n")
    page = parser.fragment_fromstring(text, create_parent="div")
    assert page.findtext(".//dt") == "参保人数" and page.find(".//dd").text_content().strip() == "年末参加的人数"
    assert bare(page.text_content()).endswith("见参保人数，这里。提示内容") and "(label)" not in text


def test_signs_of_typst_are_plain_text(edition, tmp_path):
    signs = "#let x = [1] $a$ *b* _c_ `d` <e> @f // g -- h"
    (tmp_path / "book").mkdir()
    (tmp_path / "_toc.yml").write_text("root: book/signs\n", "utf-8")
    (tmp_path / "book" / "signs.md").write_text(f"# 符号\n\n<p>{escape(signs)}</p>\n", "utf-8")
    shutil.copytree(edition.root / "book" / "print", tmp_path / "book" / "print")
    shutil.copy(edition.root / "_config.yml", tmp_path)
    (path,) = export.export(SimpleNamespace(**vars(edition) | {"root": tmp_path}), tmp_path, ["pdf"], tmp_path)
    assert bare(signs) in bare("".join(page.extract_text() for page in pypdf.PdfReader(path).pages))


def test_errors_are_told(edition, tmp_path):
    with pytest.raises(DataError, match="没有对应的文件"):
        printed.load(tmp_path / "notebooks" / "99-missing")
    with pytest.raises(DataError, match="没有“txt”格式"):
        export.export(edition, tmp_path, ["txt"], edition.root)
    with pytest.raises(DataError, match="单独一章"):
        Edition.booklet(edition, "01-test", ("html",), 1)
