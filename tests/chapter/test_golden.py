"""Figures copied by hand from the published report: computed from data, printed in their sentence or table."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache

import pytest
from bs4 import BeautifulSoup

from nianbao.audit.audit import Audit
from nianbao.chapter.figure import Figures
from nianbao.data.dataset import Dataset
from nianbao.figures.quantity import Quantity
from tests.support.pages import flat, soup
from tests.support.projects import ROOT
from tests.support.published_figures import CELLS, LAST_YEAR, MEASURES, SENTENCES
from tests.support.selection import SHORT_CHAPTERS, SHORT_OF_LAST_YEAR


def in_short(chapter: str, known: Collection[str]) -> list:
    """Marks of a test of this chapter: in the short run those of the chapters in `known`."""
    return [] if chapter in known else [pytest.mark.long]


def sentences(rows: Iterable[tuple], known: Collection[str]) -> list:
    """Chapter, indicator and words of each row as parameters of a test."""
    return [pytest.param(*row[:3], id=row[1], marks=in_short(row[0], known)) for row in rows]


@cache
def figures(year: int) -> Figures:
    """The figures of an edition."""
    return Figures(Audit(Dataset(ROOT / "data", year)), year)


def computed(year: int, indicator: str, what: str) -> Quantity | None:
    """The figure that an edition prints for `c2024`, `share x.y` and so on."""
    f = figures(year)
    if what == "level":
        return f(indicator).quantity
    if what.startswith("share "):
        return f(indicator).share(f(what.removeprefix("share ")))
    return f(indicator).derived(MEASURES[what[0]], int(what[1:]))


EACH = [
    (year, indicator, what, value)
    for year, rows in ((2025, SENTENCES), (2024, LAST_YEAR))
    for _, indicator, _, known in rows
    for what, value in known.items()
]


def test_there_are_enough():
    assert sum(year == 2025 for year, *_ in EACH) + len(CELLS) >= 60
    assert sum(year == 2024 for year, *_ in EACH) >= 15


@pytest.mark.parametrize("year, indicator, what, value", EACH, ids=lambda value: str(value).replace(" ", "/"))
def test_figure(year, indicator, what, value):
    quantity = computed(year, indicator, what)
    assert quantity is not None and quantity.signed == value
    assert quantity.interval.low <= quantity.interval.high and quantity.id.key.indicator == indicator


@pytest.mark.parametrize("row", CELLS, ids=lambda row: f"{row[1]}/{row[2]}")
def test_cell_is_known(row):
    *_, indicator, region, value = row
    assert figures(2025)(indicator, region).quantity.signed == value


@pytest.mark.parametrize("chapter, indicator, words", sentences(SENTENCES, SHORT_CHAPTERS))
def test_sentence_stands_in_the_book(book, chapter, indicator, words):
    path = book.html / "notebooks" / f"{chapter}.html"
    assert words in flat(path)


IN_TABLES = [pytest.param(row, id=f"{row[1]}/{row[2]}", marks=in_short(row[0], SHORT_CHAPTERS)) for row in CELLS]


@pytest.mark.parametrize("row", IN_TABLES)
def test_cell_stands_in_its_table(book, row):
    chapter, table, name, column, indicator, region, value = row
    found = soup(book.html / "notebooks" / f"{chapter}.html").find(id=table)
    assert column in found.find("thead").get_text() + found.find("caption").get_text()
    line = next(tr for tr in found.find("tbody").find_all("tr") if tr.th.get_text(strip=True) == name)
    figure = line.find("data", {"data-q": f"{indicator}:{region}:2025"})
    assert figure["value"] == value


@cache
def flat_html(html: str) -> str:
    """Text without blanks."""
    return "".join(BeautifulSoup(html, "lxml").get_text().split())


@pytest.mark.parametrize("chapter, indicator, words", sentences(LAST_YEAR, SHORT_OF_LAST_YEAR))
def test_sentence_stands_in_last_years_notebook(last_year, chapter, indicator, words):
    assert words in flat_html(last_year.html(chapter))
