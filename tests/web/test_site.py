"""`nianbao site`: the editions under one root, over file and http."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from nianbao.output import manifest
from tests.support.selection import PAGES

# Packing a whole site takes its time; `tests/build/test_published.py` gathers that of the small book each time.
pytestmark = pytest.mark.long


@pytest.mark.parametrize("scheme", ["file", "http"])
def test_the_switcher_keeps_the_chapter(page, site, server, scheme):
    base = site.as_uri() if scheme == "file" else server
    page.goto(f"{base}/2025/notebooks/02-injury.html")
    page.locator(".editions select").select_option("2024年")
    page.wait_for_url("**/2024/notebooks/02-injury.html")
    assert page.locator(".editions select option:checked").inner_text() == "2024年"


@pytest.mark.parametrize("scheme", ["file", "http"])
def test_the_address_of_a_version_leads_to_the_place_in_its_page(page, site, server, scheme):
    base = site.as_uri() if scheme == "file" else server
    version = manifest.read(site)["about"]["editions"]["2025"]["data"]
    page.goto(f"{base}/{version}/notebooks/02-injury.html#tab-2-1")
    page.wait_for_url(re.compile(r"/20\d\d/notebooks/02-injury\.html#tab-2-1$"))
    assert page.locator("#tab-2-1").count() == 1


def test_the_site_is_complete(site):
    front = BeautifulSoup((site / "index.html").read_text("utf-8"), "lxml")
    for each in front.select("a"):
        assert (site / each["href"]).exists(), each
    listed = re.findall("<loc>https://example.org/nianbao/(.*?)</loc>", (site / "sitemap.xml").read_text())
    assert all((site / unquote(each)).exists() for each in listed) and len(listed) == len(set(listed))
    assert {f"{year}/{name}.html" for year in (2024, 2025) for name in PAGES} <= set(listed)
    assert any(each.startswith("2025/indicator/") for each in listed)
    assert "数据版本 2025-" in (site / "feed.xml").read_text("utf-8")
    data = BeautifulSoup((site / "2025" / "book" / "data.html").read_text("utf-8"), "lxml")
    known = json.loads(data.select_one("script[type='application/ld+json']").string)
    assert known["@type"] == "Dataset" and len(known["distribution"]) >= 4
    for path in (each for each in site.rglob("*.html") if each.stat().st_size > 500):
        assert Path(f"{path}.gz").exists() and Path(f"{path}.br").exists()


def test_a_chapter_is_light(site):
    """At most 400 KB over the wire at first load; it is a tenth of that."""
    shared = sum(path.stat().st_size for path in (site / "2025" / "_static").glob("*.gz"))
    for name in PAGES:
        assert (site / "2025" / f"{name}.html.gz").stat().st_size + shared < 100_000, name
