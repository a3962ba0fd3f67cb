"""The pages of regions and indicators in the built book: in their frame, linked from others, every figure opens."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from nianbao.data.dataset import Dataset
from nianbao.output.web import search
from tests.support.projects import YEAR

REGION = "notebooks/region-640122"
INDICATOR = "indicator/pension.enterprise.support_ratio"
LINK = "region-640122.html"


@cache
def soup(path: Path) -> BeautifulSoup:
    """A page of the book."""
    return BeautifulSoup(path.read_text("utf-8"), "lxml")


def facts(book, name: str) -> set[str]:
    """The names of the figures that a page can open."""
    script = (book.html / "facts" / f"{name.rpartition('/')[2]}.js").read_text("utf-8")
    known = json.loads(script.removeprefix("nianbaoFacts(").removesuffix(")\n"))
    return {row[0] for row in known["rows"]}


@pytest.mark.parametrize("name", [REGION, INDICATOR])
def test_every_figure_opens_and_no_mark_of_the_frame_is_left(book, name):
    html = (book.html / f"{name}.html").read_text("utf-8")
    assert "@@" not in html and not (book.html / name).with_name("frame.html").exists()
    shown = {each["data-q"] for each in soup(book.html / f"{name}.html").select("data.q")}
    assert shown and shown <= facts(book, name)
    assert f'data-page="{name}"' in html


def test_every_number_printed_of_the_region_is_on_its_page(book):
    page = soup(book.html / f"{REGION}.html")
    shown = {each["data-q"]: each["value"] for each in page.select("table data.q")}
    known = Dataset(book.root / "data", YEAR).observations.items()
    printed = {str(key): seen for key, seen in known if key.item == "640122" and seen.value is not None}
    assert len(printed) > 20
    assert {name: shown.get(name) for name in printed} == {name: seen.literal for name, seen in printed.items()}


def test_a_region_is_reached_from_rows_from_the_list_and_from_the_search(book):
    rows = soup(book.html / "notebooks" / "01-pension.html").select("#tab-1-1 tbody th a")
    assert [each["href"] for each in rows if each.get_text() == "贺兰县"] == [LINK]
    listed = soup(book.html / "book" / "regions.html").select_one(f'a[href$="{LINK}"]')
    assert listed is not None and listed.get_text() == "贺兰县"
    searched = search.read(book.html / "search.data.js")["pages"]
    assert any(address.endswith(LINK) for address, *_ in searched)


@pytest.mark.long
def test_the_chapter_about_a_county_is_linked_from_its_page(book):
    page = soup(book.html / "notebooks" / "region-640121.html")
    assert page.select_one('article a[href="A4-county.html"]') is not None


def test_links_of_a_page_lead_somewhere(book):
    for name in (REGION, INDICATOR, "book/regions", "book/dictionary"):
        path = book.html / f"{name}.html"
        for link in soup(path).select("article a[href]"):
            address = link["href"].partition("#")[0]
            if address and not re.match("https?:", address):
                assert (path.parent / address).resolve().exists(), (name, link["href"])


def test_figures_on_these_pages_stand_in_the_facts_of_the_edition(book):
    text = (book.target / "facts.csv").read_text("utf-8-sig")
    for name in (REGION, INDICATOR):
        for each in soup(book.html / f"{name}.html").select("data.q"):
            assert each["data-q"] in text


def test_the_files_of_an_indicator_stand_beside_its_page(book):
    for kind in ("csv", "json"):
        assert (book.html / f"{INDICATOR}.{kind}").stat().st_size > 500
    assert (book.html / "downloads" / "region-640122.csv").read_text("utf-8-sig").count("\n") > 20
