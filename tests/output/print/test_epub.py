"""EPUB: a whole package of well-formed pages, whose links lead somewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from nianbao.output.print import epub
from nianbao.output.print.document import Chapter
from nianbao.output.print.export import TEMPLATES
from tests.output.print.sample import ADDRESS, SIGNS, SVG, bare, book, chart

XHTML = "{http://www.w3.org/1999/xhtml}"
PACKAGE = {"o": "http://www.idpf.org/2007/opf", "d": "http://purl.org/dc/elements/1.1/"}


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, bytes | str]:
    """The files of the EPUB."""
    return epub.epub(book(), tmp_path_factory.mktemp("epub"), TEMPLATES)


@pytest.fixture(scope="module")
def trees(files) -> dict[str, etree._Element]:
    """Every page, read as XML."""
    return {
        name.removeprefix("OEBPS/"): etree.fromstring(text.encode())
        for name, text in files.items()
        if name.endswith(".xhtml")
    }


@pytest.fixture(scope="module")
def page(trees) -> etree._Element:
    """The page of the chapter with every kind of block."""
    return trees["01-test.xhtml"]


def texts(page, path: str) -> list[str]:
    """Text of every element at an XPath, in which `h:` stands for XHTML."""
    found = page.xpath(path, namespaces={"h": XHTML.strip("{}")})
    return ["".join(each.itertext()) for each in found]


def test_the_package_lists_every_file(files):
    assert next(iter(files)) == "mimetype" and files["OEBPS/cover.png"].startswith(b"\x89PNG")
    package = etree.fromstring(files["OEBPS/package.opf"].encode())
    assert package.findtext(".//d:language", namespaces=PACKAGE) == "zh-CN"
    items = {each.get("id"): each for each in package.iterfind(".//o:item", PACKAGE)}
    assert {each.get("href") for each in items.values()} | {"package.opf"} == {
        name.removeprefix("OEBPS/") for name in files if name.startswith("OEBPS/")
    }
    spine = [items[each.get("idref")].get("href") for each in package.iterfind(".//o:itemref", PACKAGE)]
    assert spine == ["cover.xhtml", "imprint.xhtml", "nav.xhtml", "preface.xhtml", "01-test.xhtml"]
    assert [each.get("href") for each in items.values() if each.get("properties") == "svg"] == ["01-test.xhtml"]


def test_links_and_names_are_sound(trees):
    count = 0
    for name, tree in trees.items():
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids)), name
        for link in tree.iter(f"{XHTML}a"):
            path, _, place = link.get("href").partition("#")
            if not path.startswith("http"):
                count += 1
                assert not place or place in trees[path].xpath("//@id"), link.get("href")
    assert count == 5  # two chapters, two headings, and the link of the preface
    assert [each.get("href") for each in trees["preface.xhtml"].iter(f"{XHTML}a")] == ["01-test.xhtml#tab-1-2", ADDRESS]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("//h:h1", "第一部分　测试"),
        ("//h:h2", "宽表"),
        ("//h:ol[@start='3']/h:li", "第三条"),
        ("//h:li/h:p", "第四条之二"),
        ("//h:ul/h:li//h:ul/h:li", "其中一点"),
        ("//h:dt", "参保人数"),
        ("//h:dd", "另一种说法"),
        ("//h:blockquote/h:p", "引用的话"),
        ("//h:pre", "nianbao build\nnianbao check\n"),
        ("//h:p", SIGNS),
        ("//h:em", "强调"),
        ("//h:code", "facts.csv"),
        ("//h:p", "下降4.5※1%，又升3.1※2%。"),
        ("//h:p[@class='note']", "※2　原报告印作3.2%"),
        ("//h:p[@class='lacking']", "本年资料未载：基金支出。"),
        ("//h:caption", "表1-1　测试表单位：万人"),
        ("//h:figcaption", "参保人数增加图1-1　测试图"),
        ("//h:ul[@class='cards']/h:li", "参保人数 275.09万人 较上年增加7.34万人"),
        ("//h:sup", "※1"),
        ("//h:thead/h:tr/h:th[@colspan='2']", "甲组"),
        ("//h:thead/h:tr/h:th[@rowspan='2']", "地区"),
        ("//h:tr[@class='total']/h:th[@scope='row']", "合计"),
        ("//h:td[@class='number']", "11.25"),
        ("//h:td", "甲"),
    ],
)
def test_every_kind_of_block_is_an_element_of_its_own(page, path, words):
    assert words in texts(page, path)


def test_tables_stay_whole_and_charts_are_drawn_in_the_page(page):
    first = page.find(f".//{XHTML}table")
    assert len(first.findall(f"./{XHTML}tbody/{XHTML}tr")) == 22
    svg = page.find(".//{http://www.w3.org/2000/svg}svg")
    assert svg is not None and "图中的字A&B" in bare("".join(svg.itertext()))


def test_wide_tables_stand_in_parts(page):
    captions = texts(page, "//h:caption")
    assert "表1-3　测试表单位：万人" in captions and captions.count("表1-3　测试表（续）单位：万人") > 2


def test_charts_are_drawn_in_their_narrow_form_where_they_have_one(tmp_path):
    narrow = replace(chart(), narrow=SVG.replace("图中的字", "窄图的字"), narrow_width=320.0, narrow_height=120.0)
    made = replace(book(), chapters=(Chapter("notebooks/01", "", (narrow,)),))
    text = epub.pages(made, TEMPLATES / "epub")["01.xhtml"]
    assert "窄图的字" in text and "图中的字" not in text


def test_what_a_chart_shows_stands_apart_from_its_caption(page):
    assert texts(page, "//h:figcaption/h:span[@class='says']") == ["参保人数增加"]
    assert texts(page, "//h:figcaption") == ["参保人数增加图1-1　测试图"]


def test_the_imprint_says_what_it_was_made_of(trees):
    assert "程序版本：0f9d307c（2026年1月1日）" in texts(trees["imprint.xhtml"], "//h:p")
