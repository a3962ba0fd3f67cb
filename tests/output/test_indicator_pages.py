"""The pages of indicators: every figure with its mark, what it means, where it is used, its files."""

from __future__ import annotations

import csv
import io
import json
from functools import cache

from bs4 import BeautifulSoup

from nianbao.data.dataset import Dataset
from nianbao.output.levels import Levels
from nianbao.output.web.indicators import Book, IndicatorPage, Indicators, with_indicators
from tests.support.projects import ROOT, YEAR

REGIONS = {"region-640122": "640122"}
RATIO = "pension.enterprise.support_ratio"


@cache
def pages() -> Indicators:
    """The pages of the published data, without chapters."""
    return Indicators(Levels(Dataset(ROOT / "data", YEAR)), None, (), Book("书", {}, {}, REGIONS))


@cache
def page(code: str) -> IndicatorPage:
    """The page of an indicator."""
    found = pages().page(code, pages().keys[code])
    assert found is not None
    return found


@cache
def soup(code: str) -> BeautifulSoup:
    """The text of the page of an indicator."""
    return BeautifulSoup(page(code).page.text, "lxml")


def test_every_observation_of_the_indicator_is_on_its_page_and_opens():
    shown = {each["data-q"]: each["value"] for each in soup(RATIO).select("data.q")}
    printed = [seen for key, seen in pages().data.observations.items() if key.indicator == RATIO and seen.value]
    assert len(printed) > 20
    for seen in printed:
        assert shown[str(seen.key)] == seen.literal
    assert shown.keys() <= page(RATIO).facts.keys()


def test_a_doubtful_value_is_marked_in_table_and_map():
    marked = soup(RATIO).find("data", {"data-q": f"{RATIO}:640501:2025"})
    assert marked["data-mark"] == "1"
    assert any(text.get_text().endswith("※") for text in soup(RATIO).select("svg.small text"))
    assert "修订和勘误" in soup(RATIO).get_text()


def test_chart_and_map_say_their_values_without_script():
    drawings = [each["aria-label"] for each in soup(RATIO).select("svg[role=img]")]
    assert len(drawings) == 2 and "2025年3.04∶1" in drawings[0]


def test_headcounts_are_not_compared_by_colour():
    tiles = soup("pension.enterprise.insured").select("rect.tile")
    assert len(tiles) > 15 and {tuple(each["class"]) for each in tiles} == {("tile",)}
    assert soup(RATIO).select("rect.t3")


def test_the_name_of_a_region_leads_to_its_page():
    link = soup(RATIO).find("a", string="贺兰县")
    assert link["href"] == "../notebooks/region-640122.html"


def test_csv_and_json_hold_the_same_values():
    rows = list(csv.DictReader(io.StringIO(page(RATIO).csv)))
    known = json.loads(page(RATIO).json)
    assert [row["value"] for row in rows] == [each["value"] for each in known["values"]]
    assert known["citation"].endswith("。") and known["formula"]
    assert {row["mark"] for row in rows} != {""}


def test_pages_are_for_indicators_of_which_something_is_known():
    known = pages()
    assert len(known.keys) > 600
    assert {key.indicator for key in known.data.observations} <= known.keys.keys()


def test_the_dictionary_links_to_pages_that_exist():
    line = '<span class="term">代码：</span>{}<br>'
    html = with_indicators(line.format(RATIO) + line.format("no.such.thing"), pages().data, "../")
    assert f'<a href="../indicator/{RATIO}.html">{RATIO}</a><br>' in html
    assert html.endswith(line.format("no.such.thing"))
