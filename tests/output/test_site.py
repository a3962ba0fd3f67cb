"""All editions under one root: front page, switcher, feeds, metadata, precompressed files."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import struct
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from nianbao.chapter.record import FigureText, Paragraph, ProseRecord, Text
from nianbao.errors import DataError
from nianbao.output import manifest
from nianbao.output.web.site import Site
from nianbao.settings import Contact, Entry, Settings
from tests.support.small_records import code_cell, prose, text_cell, write_notebook

TITLE = "年报“甲”<&>"
PAGE = (
    '<!DOCTYPE html><html><head><title>页</title><meta property="og:title" content="甲&amp;乙"></head><body>'
    + '<main id="main" tabindex="-1">'
    + "正文" * 300
    + "</main></body></html>"
)
ROOT_PAGE = Entry("notebooks/00-all")


def edition(build: Path, year: int, version: str = "", **files: str) -> None:
    """A built edition of three pages and a download, with a PDF; `files` stand beside the pages."""
    html = build / str(year) / "html"
    known = {
        "index.html": "转",
        "notebooks/01-one.html": PAGE,
        "book/data.html": PAGE,
        "_static/editions.js": "",
        "downloads/nianbao.csv": "a\n",
        **files,
    }
    for name, text in known.items():
        (html / name).parent.mkdir(parents=True, exist_ok=True)
        (html / name).write_text(text, "utf-8")
    for folder in (html, html.parent):
        (folder / f"nianbao-{year}.pdf").write_bytes(b"%PDF")
    (html.parent / f"nianbao-{year}-regions.pdf").write_bytes(b"%PDF")
    about = {"data": version or f"{year}-0123abcd", "date": f"{year + 1}-01-02T03:04:05+00:00", "year": year}
    manifest.write(html, about)
    manifest.write(html.parent, about)


@pytest.fixture
def build(tmp_path):
    """Two built editions; the newer one has a chapter that compares it with the older one."""
    edition(tmp_path / "_build", 2024)
    edition(tmp_path / "_build", 2025, **{"notebooks/A6-revisions.html": PAGE})
    return tmp_path / "_build"


def made(build: Path, url: str = "https://example.org/report", **more: Any) -> Path:
    """The site of what is built; `more` are further settings."""
    known = Settings(root=build.parent, title=TITLE, author="编者", province="某省", url=url, **more)
    return Site(known).make()


def rebuilt(build: Path, version: str, *facts: str) -> None:
    """Another version of the edition of 2025, which prints these facts (id, value, formula)."""
    shutil.rmtree(build / "2025")
    rows = [
        f"{each.split()[0]},01-one,{each.split()[1]},万人,{''.join(each.split()[2:])},,r,名{each[0]}" for each in facts
    ]
    text = "\n".join(["id,chapter,value,unit,formula,inputs,sources,name", *rows]) + "\n"
    edition(build, 2025, version, **{"downloads/nianbao-2025-facts.csv": text})


def test_the_front_page_leads_to_every_edition_the_newest_first(build):
    text = (made(build) / "index.html").read_text("utf-8")
    assert re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', text) == [
        ("2025/index.html", "2025年版"),
        ("2025/index.html", "读全书"),
        ("2025/search.html", "搜索"),
        ("2025/book/data.html", "数据与引用"),
        ("2025/notebooks/A6-revisions.html", "与上年相比：变化与修订"),
        ("2025/nianbao-2025.pdf", "PDF"),
        ("2025/nianbao-2025-regions.pdf", "PDF"),
        ("2024/index.html", "2024年"),
        ("2024/nianbao-2024.pdf", "PDF"),
        ("2024/book/data.html", "数据"),
        ("feed.xml", "订阅新版和更正（RSS）"),
    ]
    assert "<title>年报“甲”&lt;&amp;&gt;</title>" in text and 'data-root="2025/"' in text
    assert "数据版本 2025-0123abcd" in text and "<td>1 KB</td><td>地区卷</td>" in text and "发现差错" not in text


def test_the_front_page_tells_findings_with_their_marks_and_whom_to_tell_of_errors(build):
    finding = ProseRecord(
        chapter="0", blocks=(Paragraph((Text("1. 收入"), FigureText("a", "5", "5.00", True), Text("亿元。"))),)
    )
    notebook = build / "2025" / "src" / "notebooks" / "00-all.ipynb"
    notebook.parent.mkdir(parents=True)
    cells = [text_cell("# 概览"), code_cell(prose("导言。")), text_cell("## 要点"), code_cell(finding, prose("见后。"))]
    write_notebook(notebook, *cells, text_cell("## 其他"), code_cell(finding))
    contact = Contact("统计处", email="a@example.org")
    text = (made(build, contact=contact, published={2025: "2026-05-20"}, pages=[ROOT_PAGE]) / "index.html").read_text()
    assert re.findall("<li>(.*?)</li>", text)[:1] == ["收入5.00※亿元。"] and text.count("亿元") == 1
    assert "※ 与其他印出的数不符" in text and "2026-05-20发布" in text
    assert '统计处　邮箱 <a href="mailto:a@example.org">' in text and "电话" not in text


def test_an_unknown_address_is_answered_in_chinese_with_ways_on(build):
    text = (made(build, "https://example.org/report/") / "404.html").read_text("utf-8")
    assert 'href="/report/2025/_static/nianbao.css"' in text and 'action="/report/2025/search.html"' in text
    assert "没有这一页" in text and '<a href="/report/2024/index.html">2024年版</a>' in text


def test_pages_know_their_address_and_the_data_page_its_data(build):
    site = made(build)
    page = (site / "2024" / "notebooks" / "01-one.html").read_text("utf-8")
    assert '<link rel="canonical" href="https://example.org/report/2024/notebooks/01-one.html">' in page
    data = (site / "2025" / "book" / "data.html").read_text("utf-8")
    known = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', data)[1])
    assert known["name"] == f"{TITLE}（2025年）数据" and known["version"] == "2025-0123abcd"
    assert known["dateModified"] == "2026-01-02" and "datePublished" not in known and "contactPoint" not in known
    assert known["distribution"][0]["contentUrl"] == "https://example.org/report/2025/downloads/nianbao.csv"
    assert known["distribution"][0]["contentSize"] == "2 B"
    chapter = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    assert chapter["name"] == "甲&乙" and chapter["isPartOf"]["name"] == f"{TITLE}（2024年）"


@pytest.mark.long
def test_chapters_have_pictures(build):
    site = made(build)
    page = (site / "2024" / "notebooks" / "01-one.html").read_text("utf-8")
    assert 'og:image" content="https://example.org/report/2024/pictures/01-one.png"' in page
    assert "pictures/book.png" in (site / "2024" / "book" / "data.html").read_text("utf-8")
    picture = (site / "2024" / "pictures" / "01-one.png").read_bytes()
    assert picture[:4] == b"\x89PNG" and struct.unpack(">II", picture[16:24]) == (1200, 630) and len(picture) < 60_000
    assert picture == (made(build) / "2024" / "pictures" / "01-one.png").read_bytes()
    assert picture != (site / "2024" / "pictures" / "book.png").read_bytes()


# -- versions ----------------------------------------------------------------------------------------------------------
@pytest.mark.long
def test_the_address_of_a_version_leads_on_and_then_keeps_its_pages(build):
    rebuilt(build, "2025-aaaaaaaa", "x 1.00", "y 2.00 x*2", "z 3")
    site = made(build)
    moved = (site / "2025-aaaaaaaa" / "notebooks" / "01-one.html").read_text("utf-8")
    assert '<a href="../../2025/notebooks/01-one.html">' in moved and "../../2025/_static/moved.js" in moved
    assert "2025-aaaaaaaa/notebooks/01-one.html" in (site / "2025" / "notebooks" / "01-one.html").read_text("utf-8")

    rebuilt(build, "2025-bbbbbbbb", "x 1.01", "y 2.02 x*2", "w 1")
    made(build)
    old = (site / "2025-aaaaaaaa" / "notebooks" / "01-one.html").read_text("utf-8")
    assert (
        "正文正文" in old
        and old.count("<main ") == old.count("</main>") == 1
        and "数据版本 2025-aaaaaaaa，已有新版" in old
    )
    assert '<a href="../../2025/notebooks/01-one.html">' in old and '<a href="../changed.html">' in old
    assert gzip.decompress((site / "2025-aaaaaaaa" / "notebooks" / "01-one.html.gz").read_bytes()).decode() == old
    changed = " ".join((site / "2025-aaaaaaaa" / "changed.html").read_text("utf-8").split())
    assert "更正的数（1个）" in changed and "<td>1.00万人</td><td>1.01万人</td>" in changed
    assert "随之改变的推算数（1个）" in changed and "另增1个数，不再印出的有1个" in changed
    front = (site / "index.html").read_text("utf-8")
    assert "本版更正了1个数" in front and "名x：1.00万人改为1.01万人" in front
    assert "已有新版" not in (site / "2025" / "notebooks" / "01-one.html").read_text("utf-8")

    rebuilt(build, "2025-cccccccc", "x 1.01", "y 2.02 x*2", "w 1")
    made(build)
    changed = (site / "2025-aaaaaaaa" / "changed.html").read_text("utf-8")
    assert "2025-cccccccc" in changed and "1.01万人" in changed
    assert "两版印出的数完全相同" in (site / "2025-bbbbbbbb" / "changed.html").read_text("utf-8")
    assert manifest.read(site)["about"]["kept"]["2025"] == ["2025-aaaaaaaa", "2025-bbbbbbbb"]
    assert all(manifest.verify(folder)[1] == [] for folder in (site, site / "2025-aaaaaaaa", site / "2025-bbbbbbbb"))


@pytest.mark.long
def test_a_version_that_comes_back_is_the_present_one_again(build):
    for version in ("2025-aaaaaaaa", "2025-bbbbbbbb", "2025-aaaaaaaa"):
        rebuilt(build, version, "x 1")
        site = made(build)
    assert manifest.read(site)["about"]["kept"]["2025"] == ["2025-bbbbbbbb"]
    assert "这是现行版" in (site / "2025-aaaaaaaa" / "book" / "data.html").read_text("utf-8")


def test_the_feed_has_an_item_for_each_corrected_figure(build):
    for version, value in (("2025-aaaaaaaa", "1.00"), ("2025-bbbbbbbb", "1.01")):
        rebuilt(build, version, f"x:640000:2025 {value}", f"y {value} x*1")
        site = made(build)
    items = [*ElementTree.parse(site / "feed.xml").iter("item")]
    corrected = [each for each in items if each.findtext("title").startswith("更正：")]
    assert [each.findtext("title") for each in corrected] == ["更正：名x：1.00万人改为1.01万人"]
    link = corrected[0].findtext("link")
    assert link == "https://example.org/report/2025/notebooks/01-one.html#q=x%3A640000%3A2025"
    assert len({each.findtext("guid") for each in items}) == len(items) == 4


# -- for machines ------------------------------------------------------------------------------------------------------
def test_the_catalogue_tells_type_size_and_sum_of_each_download(build):
    site = made(build)
    known = json.loads((site / "catalog.jsonld").read_text("utf-8"))
    assert [each["dcat:version"] for each in known["dcat:dataset"]] == ["2025-0123abcd", "2024-0123abcd"]
    (file,) = known["dcat:dataset"][0]["dcat:distribution"]
    assert file["dcat:downloadURL"] == {"@id": "https://example.org/report/2025/downloads/nianbao.csv"}
    assert file["dcat:byteSize"]["@value"] == "2"
    digest = hashlib.sha256((site / "2025" / "downloads" / "nianbao.csv").read_bytes()).hexdigest()
    assert file["spdx:checksum"]["spdx:checksumValue"]["@value"] == digest


#: What DCAT-AP asks for of each class, and its recommendations that the site can follow.
ASKED = {
    "dcat:Catalog": {"dct:title", "dct:description", "dct:publisher", "dcat:dataset", "dct:license", "foaf:homepage"},
    "dcat:Dataset": {
        *("dct:title", "dct:description", "dct:publisher", "dct:identifier", "dct:license", "dcat:distribution"),
        *("dct:spatial", "dct:temporal", "dct:accrualPeriodicity", "dcat:theme", "dcat:keyword", "dcat:contactPoint"),
    },
    "dcat:Distribution": {"dct:title", "dcat:accessURL", "dcat:downloadURL", "dct:license", "dcat:mediaType"},
    "dct:Location": {"skos:prefLabel"},
    "dct:PeriodOfTime": {"dcat:startDate", "dcat:endDate"},
    "foaf:Agent": {"foaf:name"},
    "vcard:Kind": {"vcard:fn", "vcard:hasTelephone"},
    "spdx:Checksum": {"spdx:algorithm", "spdx:checksumValue"},
}
#: The class of what a property leads to, where DCAT-AP fixes one that the name of the property does not tell.
RANGES = {
    "dct:publisher": "foaf:Agent",
    "dct:license": "dct:LicenseDocument",
    "dct:language": "dct:LinguisticSystem",
    "dct:accrualPeriodicity": "dct:Frequency",
    "dcat:mediaType": "dct:MediaType",
    "dcat:theme": "skos:Concept",
    "dcat:contactPoint": "vcard:Kind",
}


def nodes(value: Any) -> list[dict[str, Any]]:
    """Every object of a JSON-LD document."""
    if isinstance(value, list):
        return [found for each in value for found in nodes(each)]
    if not isinstance(value, dict):
        return []
    return [value, *(found for each in value.values() for found in nodes(each))]


def classes(node: Any) -> set[str]:
    """The classes that an object names."""
    named = node.get("@type", [])
    return {named} if isinstance(named, str) else set(named)


def test_the_catalogue_has_what_dcat_ap_asks_for(build):
    site = made(build, contact=Contact(phone="0951 12345"))
    known = json.loads((site / "catalog.jsonld").read_text("utf-8"))
    context = known.pop("@context")
    found = nodes(known)
    assert set(ASKED) == {kind for node in found for kind in classes(node)} & set(ASKED)
    for node in found:
        for kind in classes(node) & set(ASKED):
            assert not [name for name in ASKED[kind] if not node.get(name)], (kind, node)
        for name, value in node.items():
            assert name.startswith("@") or name.partition(":")[0] in context, name
            assert name not in RANGES or RANGES[name] in classes(value), (name, value)
    (contact,) = [node for node in nodes(known["dcat:dataset"][0]) if "vcard:Kind" in classes(node)]
    assert (contact["vcard:fn"], contact["vcard:hasTelephone"]) == ("编者", {"@id": "tel:0951-12345"})
    assert known["dct:modified"]["@value"] == "2026-01-02"


def test_llms_txt_leads_to_data_and_chapters(build):
    site = made(build)
    text = (site / "llms.txt").read_text("utf-8")
    assert text.startswith(f"# {TITLE}\n\n> ")
    for address in re.findall(r"\]\(https://example.org/report/([^)]+)\)", text):
        assert (site / address).exists(), address
    assert "[甲&乙](https://example.org/report/2025/notebooks/01-one.html)" in text


def test_feed_and_sitemap_are_well_formed_whatever_the_address(build):
    site = made(build, "https://example.org/?a=1&b=2")
    feed = ElementTree.parse(site / "feed.xml")
    titles = [each.text for each in feed.iter("title")]
    assert titles == [TITLE, f"{TITLE}（2025年），数据版本 2025-0123abcd", f"{TITLE}（2024年），数据版本 2024-0123abcd"]
    assert [each.text for each in feed.iter("pubDate")][0] == "Fri, 02 Jan 2026 03:04:05 +0000"
    addresses = [each.text for each in ElementTree.parse(site / "sitemap.xml").iter() if each.tag.endswith("loc")]
    assert addresses[0] == "https://example.org/?a=1&b=2/" and len(addresses) == 1 + 3 + 2
    assert not [each for each in addresses if each.endswith("index.html")]
    days = [each.text for each in ElementTree.parse(site / "sitemap.xml").iter() if each.tag.endswith("lastmod")]
    assert days == ["2026-01-02"] * 4 + ["2025-01-02"] * 2


def test_the_switcher_knows_the_pages_of_every_edition(build):
    site = made(build)
    text = (site / "2024" / "_static" / "editions.js").read_text("utf-8")
    known = json.loads(text.removeprefix("nianbaoEditions(").removesuffix(")\n"))
    assert [(each["label"], each["current"]) for each in known] == [("2025年", False), ("2024年", True)]
    assert "notebooks/A6-revisions.html" in known[0]["pages"] and "index.html" not in known[0]["pages"]


def test_large_texts_are_packed_and_everything_is_in_the_manifest(build):
    site = made(build)
    page = site / "2025" / "book" / "data.html"
    assert gzip.decompress(Path(f"{page}.gz").read_bytes()) == page.read_bytes() and Path(f"{page}.br").exists()
    assert not Path(f"{site / '2025' / 'index.html'}.gz").exists()
    assert manifest.verify(site)[1] == [] and manifest.verify(site / "2024")[1] == []
    assert {*manifest.read(site)["about"]["editions"]} == {"2024", "2025"}


@pytest.mark.parametrize("name", ["nianbao-2024.pdf", "html/book/data.html"])
def test_a_changed_edition_makes_no_site(build, name):
    site = made(build)
    with (build / "2024" / name).open("ab") as stream:
        stream.write(b" ")
    with pytest.raises(DataError, match="编成后有改动"):
        made(build)
    assert manifest.verify(site)[1] == []


def test_nothing_built_is_an_error(tmp_path):
    with pytest.raises(DataError, match="nianbao build"):
        made(tmp_path / "_build")
