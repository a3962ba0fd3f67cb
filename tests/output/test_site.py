"""All editions under one root: front page, switcher, feeds, metadata, precompressed files."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nianbao.errors import DataError
from nianbao.output import manifest
from nianbao.output.web.site import Site
from nianbao.settings import Settings

TITLE = "年报“甲”<&>"
PAGE = "<!DOCTYPE html><html><head><title>页</title></head><body>" + "正文" * 300 + "</body></html>"


def edition(build: Path, year: int, **files: str) -> None:
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
    (html.parent / f"nianbao-{year}.pdf").write_bytes(b"%PDF")
    about = {"data": f"{year}-0123abcd", "date": f"{year + 1}-01-02T03:04:05+00:00", "year": year}
    manifest.write(html, about)
    manifest.write(html.parent, about)


@pytest.fixture
def build(tmp_path):
    """Two built editions; the newer one has a chapter that compares it with the older one."""
    edition(tmp_path / "_build", 2024)
    edition(tmp_path / "_build", 2025, **{"notebooks/A6-revisions.html": PAGE})
    return tmp_path / "_build"


def made(build: Path, url: str = "https://example.org/report") -> Path:
    """The site of what is built."""
    known = Settings(root=build.parent, title=TITLE, author="编者", province="某省", url=url)
    return Site(known).make()


def test_the_front_page_leads_to_every_edition_the_newest_first(build):
    text = (made(build) / "index.html").read_text("utf-8")
    assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', text) == [
        ("2025/index.html", "2025年"),
        ("2025/nianbao-2025.pdf", "PDF"),
        ("2025/book/data.html", "数据"),
        ("2025/notebooks/A6-revisions.html", "与上年比较"),
        ("2024/index.html", "2024年"),
        ("2024/nianbao-2024.pdf", "PDF"),
        ("2024/book/data.html", "数据"),
        ("feed.xml", "订阅新版和修订（RSS）"),
    ]
    assert "<title>年报“甲”&lt;&amp;&gt;</title>" in text and 'data-root="2025/"' in text
    assert "PDF</a>　<a" in text


def test_pages_know_their_address_and_the_data_page_its_data(build):
    site = made(build)
    page = (site / "2024" / "notebooks" / "01-one.html").read_text("utf-8")
    assert '<link rel="canonical" href="https://example.org/report/2024/notebooks/01-one.html">' in page
    data = (site / "2025" / "book" / "data.html").read_text("utf-8")
    known = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', data)[1])
    assert known["name"] == f"{TITLE}（2025年）数据" and known["version"] == "2025-0123abcd"
    assert known["distribution"][0]["contentUrl"] == "https://example.org/report/2025/downloads/nianbao.csv"
    assert known["distribution"][0]["contentSize"] == "2 B"


def test_feed_and_sitemap_are_well_formed_whatever_the_address(build):
    site = made(build, "https://example.org/?a=1&b=2")
    feed = ElementTree.parse(site / "feed.xml")
    titles = [each.text for each in feed.iter("title")]
    assert titles == [TITLE, f"{TITLE}（2025年），数据版本 2025-0123abcd", f"{TITLE}（2024年），数据版本 2024-0123abcd"]
    assert [each.text for each in feed.iter("pubDate")][0] == "Fri, 02 Jan 2026 03:04:05 +0000"
    addresses = [each.text for each in ElementTree.parse(site / "sitemap.xml").iter() if each.tag.endswith("loc")]
    assert addresses[0] == "https://example.org/?a=1&b=2/" and len(addresses) == 1 + 3 + 2
    assert not [each for each in addresses if each.endswith("index.html")]


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
