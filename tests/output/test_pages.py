"""Pages as Sphinx makes them with our extension: links to files, places, search, description; two builds in a row."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from docutils import nodes
from docutils.utils import new_document
from sphinx.application import Sphinx

from nianbao.chapter.record import Heading, Paragraph, ProseRecord, Text
from nianbao.output import imprint, records
from nianbao.output.records import Page
from nianbao.output.web import extension, search
from nianbao.output.web.frame import STATIC
from nianbao.output.web.places import PLACES, Places
from tests.support.projects import ROOT, contents
from tests.support.small_dataset import dataset
from tests.support.small_records import chart, code_cell, html_of, prose, table, text_cell, write_notebook

CONTENTS = """\
root: notebooks/01-one
entries:
  - file: book/data
  - file: book/dictionary
"""
SETTINGS = {
    "extensions": ["myst_nb", "sphinx_external_toc", "nianbao.output.web.extension"],
    "project": "书",
    "html_title": "书",
    "author": "编者",
    "language": "zh_CN",
    "html_theme": "nianbao",
    "html_permalinks": False,
    "html_use_index": False,
    "html_domain_indices": False,
    "nb_execution_mode": "off",
    "nb_remove_code_source": True,
    "nianbao_files": False,
}


@dataclass
class Book:
    """A book of three pages in the folder `root`."""

    root: Path

    def build(self) -> None:
        """Let Sphinx make the pages."""
        with (self.root / "log").open("w", encoding="utf-8") as log:
            app = Sphinx(
                str(self.root / "src"),
                None,
                str(self.root / "html"),
                str(self.root / "doctrees"),
                "html",
                SETTINGS | {"nianbao_data": str(self.root / "data")},
                status=log,
                warning=log,
            )
            app.build()

    def page(self, name: str) -> str:
        """The HTML of a page."""
        return (self.root / "html" / f"{name}.html").read_text("utf-8")

    def search(self) -> dict[str, list]:
        """The passages of the search by address."""
        return {address: rows for address, _, rows in search.read(self.root / "html" / "search.data.js")["pages"]}


def write_page(path: Path, text: str, *places: str) -> None:
    """A page of Markdown with places below its text."""
    blocks = [text, *(f'<div id="{name}"></div>' for name in places)]
    path.write_text("\n\n".join(blocks) + "\n", "utf-8")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Book:
    """A built book: a chapter with a table and a chart, the data page, the page of reference."""
    root = tmp_path_factory.mktemp("book")
    shutil.copytree(dataset({}).root, root / "data")
    values = root / "data" / "observations" / "2025" / "x.csv"
    values.write_text("indicator,item,value,status,source,margin\nx.stock,640000,5.00,A,r 表1,\n", "utf-8")
    for folder in ("notebooks", "book"):
        (root / "src" / folder).mkdir(parents=True)
    (root / "src" / "_toc.yml").write_text(CONTENTS, "utf-8")
    write_notebook(
        root / "src" / "notebooks" / "01-one.ipynb",
        text_cell("# 第一章"),
        code_cell(prose("导言。")),
        text_cell("## 一、参保"),
        code_cell(table(), chart()),
    )
    write_page(root / "src" / "book" / "data.md", "# 数据\n\n可以取走。", "downloads", "citation")
    write_page(root / "src" / "book" / "dictionary.md", "# 指标", "indicators", "codelists", "identities")
    made = Book(root)
    made.build()
    return made


def test_tables_and_charts_lead_to_their_files(tiny):
    page = tiny.page("notebooks/01-one")
    links = re.findall(r'href="(\.\./downloads/[^"]+)" download aria-label="([^"]+)"', page)
    assert links == [
        ("../downloads/01-one/tab-1-1.csv", "表1-1 CSV"),
        ("../downloads/01-one/tab-1-1.xlsx", "表1-1 XLSX"),
        ("../downloads/01-one/fig-1-1.csv", "图1-1 CSV"),
        ("../downloads/01-one/fig-1-1.xlsx", "图1-1 XLSX"),
        ("../downloads/01-one/fig-1-1.svg", "图1-1 SVG"),
        ("../downloads/01-one/fig-1-1.png", "图1-1 PNG"),
    ]
    assert page.index("甲市未公布。") < page.index("tab-1-1.csv") < page.index('id="fig-1-1"')
    assert page.index("图注。") < page.index("fig-1-1.png") < page.index("查看数值")


def test_the_log_does_not_complain_of_records(tiny):
    assert "unknown_mime_type" not in (tiny.root / "log").read_text("utf-8")


def test_the_places_are_filled(tiny):
    page = tiny.page("book/data")
    assert '<a href="../downloads/nianbao-2025.xlsx" download>nianbao-2025.xlsx</a>' in page
    assert '<a href="../manifest.json" download>manifest.json</a>' in page and '<p class="cite">' in page
    assert 'id="x.stock"' in tiny.page("book/dictionary") and "代码表：documents" in tiny.page("book/dictionary")
    for name in ("book/data", "book/dictionary"):
        assert not [place for place in PLACES if place in tiny.page(name)]


def test_a_page_says_what_it_holds(tiny):
    chapter = tiny.page("notebooks/01-one")
    assert '<meta name="description" content="导言。">' in chapter and "facts/01-one.json" in chapter
    assert '<meta name="description" content="可以取走。">' in tiny.page("book/data")
    assert '<meta name="description" content="书">' in tiny.page("book/dictionary")
    assert "facts/" not in tiny.page("book/data")


def test_the_search_leads_to_sections_tables_and_places(tiny):
    found = tiny.search()
    assert [*found] == ["notebooks/01-one.html", "book/data.html", "book/dictionary.html"]
    chapter = found["notebooks/01-one.html"]
    anchors = [row[2] for row in chapter if len(row) == 3]
    assert anchors[2:] == ["tab-1-1", "fig-1-1", "fig-1-1-data"]
    for anchor in anchors:
        assert f'id="{anchor}"' in tiny.page("notebooks/01-one")
    assert [4, "nianbao-2025.parquet Parquet，供分析程序使用"] in found["book/data.html"]
    assert [4, "报告 r"] in found["book/dictionary.html"]


def test_what_the_book_does_not_use_is_gone(tiny):
    html = tiny.root / "html"
    assert not [name for name in ("searchindex.js", "genindex.html", "objects.inv") if (html / name).exists()]
    kept = {path.name for path in (html / "_static").iterdir() if path.is_file()}
    assert kept == {path.name for path in STATIC.iterdir()}
    assert "url=notebooks/01-one.html" in (html / "index.html").read_text("utf-8")


def test_other_data_show_on_pages_that_stay_as_they_are(tiny, tmp_path):
    again = Book(tmp_path / "again")
    shutil.copytree(tiny.root, again.root)
    again.build()  # its paths are new
    old = re.search(r"数据版本 (2025-\w+)", again.page("notebooks/01-one"))[1]
    values = again.root / "data" / "observations" / "2025" / "x.csv"
    values.write_text(values.read_text("utf-8").replace("5.00", "5.01"), "utf-8")
    documents = again.root / "data" / "catalogue" / "documents.csv"
    documents.write_text(documents.read_text("utf-8").replace("报告", "另一份报告"), "utf-8")
    again.build()
    assert "另一份报告" in again.page("book/dictionary")
    for name in ("notebooks/01-one", "book/data", "book/dictionary"):
        found = set(re.findall(r"数据版本 (2025-\w+)", again.page(name)))
        assert len(found) == 1 and old not in found, name
    imprint.version.cache_clear()


def test_pages_say_whom_to_tell_of_an_error_and_when_they_appeared(tiny, tmp_path):
    assert "发现差错" not in tiny.page("book/data") and "发布" not in tiny.page("book/data")
    again = Book(tmp_path / "again")
    shutil.copytree(tiny.root, again.root)
    shutil.copy(ROOT / "_config.yml", again.root / "src")
    edition = again.root / "src" / "book" / "edition.yml"
    contact = 'contact: {office: 统计处<1>, phone: "0951-1", email: a@example.org}'
    edition.write_text(f'{contact}\npublished: {{"2025": "2026-05-20"}}\n', "utf-8")
    (again.root / "src" / "_toc.yml").write_text(contents("notebooks/01-one", "book/data", "book/dictionary"), "utf-8")
    again.build()
    for name in ("notebooks/01-one", "book/data"):
        end = again.page(name).partition('<footer class="end"')[2]
        assert "2026-05-20发布" in end and "发现差错，请告知：统计处&lt;1&gt;　电话 0951-1" in end and "地址" not in end
        assert 'href="mailto:a@example.org?subject=%E4%B9%A6' in end


def test_contents_stand_before_the_text_and_say_where_one_is(tiny):
    page = tiny.page("book/data")
    assert '<a aria-current="page" class="current reference internal" href="#">数据</a>' in page
    first = tiny.page("notebooks/01-one")
    order = [first.index(each) for each in ('class="skip"', 'class="onpage"', 'class="contents"', "<main")]
    assert order == sorted(order)
    assert first.count('aria-current="page"') == 1 and '<a class="up" href="#">' in first
    assert f'data-cite="{imprint.named("书", dataset({}))}"' in first


# -- parts of it -------------------------------------------------------------------------------------------------------
def section(identity: str, title: str, *children: nodes.Node) -> nodes.section:
    """A section of a document."""
    return nodes.section("", nodes.title("", title), *children, ids=[identity])


def test_every_heading_has_the_id_of_its_section():
    doctree = new_document("")
    doctree += section("id1", "题", section("id2", "甲"), section("id3", "乙"))
    page = Page(tuple(Heading(level, (Text(title),)) for level, title in ((1, "题"), (2, "甲"), (2, "乙"))))
    assert extension.sections(doctree, page) == ["id1", "id2", "id3"]
    quoted = Page(tuple(Heading(level, (Text(title),)) for level, title in ((1, "题"), (2, '"甲"'), (2, "乙"))))
    assert extension.sections(doctree, quoted) == ["id1", "id2", "id3"]


def test_a_heading_that_opens_no_section_stays_in_the_last_one():
    doctree = new_document("")
    doctree += section("id1", "题", section("id3", "乙"))
    page = Page(tuple(Heading(2, (Text(title),)) for title in ("前", "题", "甲", "乙")))
    assert extension.sections(doctree, page) == ["", "id1", "id1", "id3"]


def test_links_stand_on_pages_of_any_depth():
    assert 'href="./downloads/one/tab-1-1.csv"' in extension.with_links(html_of(table()), table(), "one")
    assert 'href="../../downloads/c/tab-1-1.csv"' in extension.with_links(html_of(table()), table(), "a/b/c")


@pytest.mark.parametrize("label", ['表“1”<&>"', "表1-1"])
def test_labels_in_links_are_escaped(label):
    links = extension.with_links(html_of(table()), table(label=label), "a/b").partition('<p class="take">')[2]
    assert len(re.findall(r'aria-label="[^"<>]+"', links)) == 2


def test_a_description_is_the_first_paragraphs_and_no_list():
    page = Page((prose("一。", "二。"), *records.parts_of("- 列表\n\n三\n行。\n\n四。")))
    assert extension.description(page) == "一。二。三 行。"
    said = Paragraph((Text("本年资料未载：甲。"),), "lacking")
    lacking = ProseRecord(chapter="1", blocks=(said, Paragraph((Text("一。"),))))
    assert extension.description(Page((lacking,))) == "一。"
    assert len(extension.description(Page((prose("字" * 500),)))) == extension.LONGEST


def test_places_are_filled_only_where_they_stand():
    def never():
        raise AssertionError("the reference is not wanted here")

    places = Places(dataset({}), "书", False, never)
    assert places.fill("<p>文</p>", "./") == "<p>文</p>"
    filled = places.fill('<div id="downloads"></div>', "../")
    assert filled.startswith('<table class="files">') and "</table>" in filled and "manifest" not in filled
