"""The pages of indicators: every figure with its mark, what it means, where it is used, its files."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from fractions import Fraction
from functools import cache
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup

from nianbao.data import schema
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.output.levels import Levels
from nianbao.output.web.drawing import WIDE, Mark, bars, lines_of, width
from nianbao.output.web.indicators import Book, IndicatorPage, Indicators, with_indicators
from tests.support.projects import ROOT, YEAR
from tests.support.small_dataset import WHOLE, dataset

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


def test_the_newest_year_stands_beside_the_names():
    """On a phone the last columns of a table are out of sight."""
    heads = soup("pension.enterprise.income").find("table").select("thead th")[1:]
    assert [head.get_text(strip=True) for head in heads] == [f"{year}年" for year in range(YEAR, 2019, -1)]


def test_a_doubtful_value_is_marked_in_table_and_map():
    marked = soup(RATIO).find("data", {"data-q": f"{RATIO}:640501:2025"})
    assert marked["data-mark"] == "1"
    assert any(text.get_text().endswith("※") for text in soup(RATIO).select("svg.small text"))
    assert "修订和勘误" in soup(RATIO).get_text()


def test_chart_and_map_say_their_values_without_script():
    drawings = [each["aria-label"] for each in soup(RATIO).select("svg[role=img]")]
    assert len(drawings) == 2 and "2025年3.04∶1" in drawings[0]


def test_drawings_are_no_wider_than_a_phone_and_no_number_stands_in_another():
    for each in soup(RATIO).select("svg[role=img]"):
        assert float(each["viewbox"].split()[2]) <= 328
    many = [Mark(str(year), Fraction(year), "123,456.78※") for year in range(2018, 2026)]
    drawn = BeautifulSoup(bars("标题", many), "lxml").select("text")
    numbers = [float(each["x"]) for each in drawn if each.get_text().endswith("※")]
    half = width("123,456.78※") / 2
    assert len(numbers) >= 3 and max(numbers) + half <= WIDE
    assert all(other - one >= 2 * half for one, other in pairwise(numbers))


def test_the_name_of_a_tile_breaks_before_its_own_level():
    assert lines_of("石嘴山市本级") == ["石嘴山市", "本级"] and lines_of("永宁县") == ["永宁县"]


def test_headcounts_are_not_compared_by_colour():
    tiles = soup("pension.enterprise.insured").select("rect.tile")
    assert len(tiles) > 15 and {tuple(each["class"]) for each in tiles} == {("tile",)}
    assert soup(RATIO).select("rect.t3")


def test_the_name_of_a_region_leads_to_its_page():
    link = soup(RATIO).find("a", string="贺兰县")
    assert link["href"] == "../notebooks/region-640122.html"


@pytest.mark.parametrize("fund", ["enterprise", "injury", "unemployment"])
def test_a_fund_that_is_kept_in_one_place_lasts_no_months_in_any_region(fund):
    """The keeper pays little itself of what it keeps for all."""
    code = f"fund.months.{fund}"
    known = json.loads(page(code).json)["values"]
    assert {each["item"] for each in known} == {"640000"} and "640000" in page(code).csv
    assert "自治区本级" not in soup(code).get_text() and "64BJ00" not in page(code).csv


def own(monkeypatch, levels, **more) -> Indicators:
    """The pages of a year that the bureau filled in itself."""
    data = dataset(levels)
    documents = data.catalogue.documents
    filled = dataclasses.replace(documents["r"], origin=schema.FILLED, year="2025")
    monkeypatch.setitem(documents, "r", filled)
    monkeypatch.setitem(documents, "report-2025", filled)
    data.revisions = lambda year: more.get("revisions", []) if year == 2025 else []
    return Indicators(Levels(data), None, (), Book("书", {}, {}))


def text_of(pages: Indicators, code: str) -> str:
    """The text of the page of an indicator of a small province."""
    found = pages.page(code, pages.keys[code])
    assert found is not None
    return BeautifulSoup(found.page.text, "lxml").get_text("|")


def test_what_was_filled_in_as_blank_is_no_sign_of_a_source(monkeypatch):
    levels = {("x.flow", "640100", 2025): "1.00", ("x.flow", "640200", 2025): ("—", "M", None)}
    text = text_of(own(monkeypatch, levels), "x.flow")
    assert "乙市|…" in text.replace("\n", "") and "—" not in text
    assert "…　本年没有填报，或以前年度未载入。" in text and "原件" not in text and "资料未载" not in text


def test_a_fund_in_debt_has_a_dash_and_a_note(monkeypatch):
    made = own(monkeypatch, {("x.flow", WHOLE, 2024): "6.0", ("x.flow", WHOLE, 2025): "-0.7"})
    monkeypatch.setitem(
        made.data.catalogue.indicators,
        "x.flow",
        dataclasses.replace(made.data.catalogue.indicators["x.flow"], unit="个月"),
    )
    text = text_of(made, "x.flow")
    assert "2025年|—" in text.replace("\n", "") and "没有月数，以“—”表示" in text and "原件" not in text


def test_what_stands_on_two_bases_is_said_not_to_be_computed(monkeypatch):
    levels = {(code, item, year): "2.00" for code in ("x.flow", "x.stock") for item in (WHOLE, "640100", "640200")
              for year in (2024, 2025)}  # fmt: skip
    made = own(monkeypatch, levels)
    indicators = made.data.catalogue.indicators
    monkeypatch.setitem(indicators, "x.rate", dataclasses.replace(indicators["x.rate"], formula="x.flow / x.stock"))
    vars(made.data)["restated"] = frozenset({Key("x.flow", "640100", 2024)})
    names = [indicators[code].name for code in ("x.flow", "x.stock")]
    said = f"甲市2024年：{names[0]}已经修订，{names[1]}没有修订，口径不同，不作计算。"
    keys = [Key("x.rate", "640100", 2024), Key("x.rate", "640200", 2023)]
    assert [*made._on_signs({}, keys[:1])] == [f"…　{said}"]
    assert [*made._on_signs({}, keys)] == ["…　本年没有填报，或以前年度未载入。", said]
    assert [*made._on_signs({}, [])] == []


def test_a_revision_of_a_region_names_it_and_a_merger_is_told(monkeypatch):
    revised = {"item": "640200", "indicator": "x.flow", "of_year": "2024", "old": "2.00", "new": "0.00"}
    row = revised | {"reason": "乙市并入甲市，结余划入甲市"}
    levels = {("x.flow", item, year): "1.00" for item in ("640100", "640200", WHOLE) for year in (2024, 2025)}
    text = text_of(own(monkeypatch, levels, revisions=[row]), "x.flow")
    assert "乙市2024年的数由2.00修订为0.00：乙市并入甲市" in text
    assert "乙市2025年并入甲市；甲市的数与以前年度不可比。" in text


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
