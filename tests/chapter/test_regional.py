"""The page of a region: all that is printed of it, its place, and what cannot be read as it stands."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import pytest

from nianbao.chapter import Chapter
from nianbao.chapter.published import Published
from nianbao.chapter.regional import Regional
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.errors import DataError
from nianbao.figures.quantity import Quantity
from nianbao.figures.ranking import Place
from nianbao.figures.units import decimals_of, round_half_up
from tests.support.projects import ROOT, YEAR
from tests.support.selection import mostly_long

COUNTY, CITY, KEEPER = "640122", "640100", "64BJ00"


@cache
def chapter(region: str) -> Chapter:
    """A chapter about a region of the published data."""
    return Chapter("D1", YEAR, region=region, data=ROOT / "data")


def rows(region: str) -> dict[str, dict[str, object]]:
    """The rows of this year's tables of a region by the name of the indicator, each by head."""
    here = chapter(region).regional
    found = {}
    measures = [here.levels(codes) for codes in here.schemes.values()]
    for each in [*measures, here.rates]:
        heads, lines = here.table(each)
        found |= {str(line[0]): dict(zip(heads, line, strict=True)) for line in lines}
    return found


@pytest.mark.parametrize("region", mostly_long([COUNTY, CITY, KEEPER, "640121", "640402"], [COUNTY, KEEPER]))
def test_every_printed_value_of_a_region_is_in_its_tables(region):
    """Of this year and of earlier ones, whatever the document."""
    here = chapter(region).regional
    shown = {}
    for codes in here.schemes.values():
        for measure, line in zip(here.levels(codes), here.table(here.levels(codes))[1], strict=True):
            shown[Key(measure.lead, region, YEAR)] = line[2]
    for codes in here.earlier.values():
        years = here.years_of(codes)
        for code, line in zip(codes, here.history(codes)[1], strict=True):
            shown |= {Key(code, region, year): cell for year, cell in zip(years, line[2:], strict=True)}
    printed = {key: seen for key, seen in Dataset(ROOT / "data", YEAR).observations.items() if key.item == region}
    assert len(printed) >= 4
    for key, seen in printed.items():
        cell = shown[key]
        if seen.value is None:
            assert cell == seen.literal
        else:
            assert isinstance(cell, Quantity) and (cell.value == seen.value or cell.mark or seen.derived), key


def test_a_row_sets_the_region_beside_the_whole():
    found = rows(COUNTY)["企业职工基本养老保险参保人数"]
    assert found["贺兰县"].signed == "8.71" and found["全区"].signed == "275.09"
    assert found["占全区（%）"].signed == "3.17"
    assert found["名次"] == "8／21"
    ratio = rows(COUNTY)["企业职工基本养老保险参保职工抚养比"]
    assert ratio["与全区之差"].signed == "0.71" and ratio["占全区（%）"] == ""


def test_a_difference_from_the_whole_is_of_what_is_known_and_has_no_more_decimals():
    """It is taken before rounding, so its last digit may be another than that of the printed figures."""
    found = rows("640303")["企业职工基本养老保险缴费人数占参保人数"]
    assert (found["红寺堡区"].signed, found["全区"].signed, found["与全区之差"].signed) == ("90", "64.76", "26")


def test_what_is_level_is_so_within_rounding():
    assert "在舍入范围内分不出高低的，名次并列。" in chapter(COUNTY).regional.on_places


def test_regions_that_rounding_leaves_level_share_a_place():
    """0.01 亿元 is printed for many; 0.8 万人 may be 0.81 万人."""
    assert rows(COUNTY)["失业保险基金收入"]["名次"].startswith("并列")
    assert rows(COUNTY)["机关事业单位基本养老保险参保人数"]["名次"] == "并列14／20"


def test_money_a_head_is_computed_from_figures_that_open():
    found = rows(COUNTY)["城乡居民基本养老保险每名参保人的基金支出"]["贺兰县"]
    assert found.unit == "元" and found.signed == "1397"
    assert [each.signed for each in found.inputs] == ["1.21", "8.66"]
    assert found.interval.low < 1397 < found.interval.high


def test_a_fund_that_is_kept_elsewhere_is_said_to_be_at_each_figure():
    here = chapter(COUNTY).regional
    measures = here.levels(here.schemes["企业职工基本养老保险"])
    words = "这是当地收入减当地支出之差，不是基金在当地的盈亏"
    assert words in here.notes(measures)[0]
    balance = chapter(COUNTY).f("pension.enterprise.current_balance", COUNTY).quantity
    assert balance.value < 0 and words in balance.note
    assert words not in chapter(COUNTY).f("pension.enterprise.current_balance", "640000").quantity.note
    assert "基金在当地的盈亏" not in chapter(KEEPER).f("pension.enterprise.current_balance", KEEPER).quantity.note
    assert "企业职工基本养老保险基金静态可支付月数" not in rows(COUNTY)


def test_a_fund_of_the_region_s_own_has_months_and_no_such_note():
    months = rows(COUNTY)["城乡居民基本养老保险基金静态可支付月数"]["贺兰县"]
    assert months.signed == "36.7"
    assert chapter(COUNTY).f("pension.resident.current_balance", COUNTY).quantity.note == ""


def test_small_figures_are_flagged():
    here = chapter(COUNTY).regional
    notes = here.notes(here.levels(here.schemes["失业保险"]))
    assert any("失业保险基金收入" in note and "舍入" in note for note in notes)
    assert not any("失业保险参保人数" in note for note in notes)


def test_a_difference_that_rounding_hides_is_said_to_be():
    here = chapter(COUNTY).regional
    note = next(each for each in here.notes(here.rates) if each.startswith("“与全区之差”空着的"))
    blank = [line for line in here.table(here.rates)[1] if line[4] == ""]
    assert blank and all(str(line[0]) in note for line in blank)


def test_ties_with_a_region_of_another_place_are_explained():
    """The places 17, 17 and 18 of three of which the one in the middle is level with both others."""
    here = chapter(COUNTY).regional
    measure = here.rates[0]
    found = {COUNTY: Place(18, True, 21), "a": Place(17, True, 21), "b": Place(17, True, 21)}
    own = Regional(here.material, COUNTY, {(measure.name, here.item.level): found})
    assert own.on_places.endswith(f"{measure.name}。") and "没有地区同名次" in own.on_places
    level = Regional(here.material, COUNTY, {(measure.name, here.item.level): {**found, "c": Place(18, True, 21)}})
    assert not level.on_places.endswith(f"{measure.name}。")


@pytest.mark.parametrize(
    "note, said",
    [
        ("2025年由丙县析置", "贺兰县2025年由丙县析置。"),
        ("国标无此代码，由本书自编", "贺兰县：国标无此代码，由本书自编。"),
        ("不含所辖县", "贺兰县的数：不含所辖县，也不含灵武市。"),
        ("全市口径，含所辖县", "贺兰县的数：全市口径，含所辖县，也含灵武市。"),
        ("", ""),
    ],
)
def test_a_note_of_the_list_of_regions_is_a_sentence(monkeypatch, note, said):
    regions = chapter(COUNTY).regional.regions
    monkeypatch.setitem(regions, COUNTY, replace(regions[COUNTY], note=note))
    monkeypatch.setitem(regions, "640181", replace(regions["640181"], note="2020年由丁县析置"))
    here = Regional(chapter(COUNTY).regional.material, COUNTY)
    assert said in (here.note, here.changed)


def test_a_merged_region_refers_to_its_successor(monkeypatch):
    regions = chapter(COUNTY).regional.regions
    gone = replace(regions[COUNTY], until=str(YEAR - 1), successor="640181")
    monkeypatch.setitem(regions, COUNTY, gone)
    material = chapter(COUNTY).regional.material
    other = Regional(material, "640181")
    assert other.changed == f"贺兰县{YEAR}年并入灵武市；灵武市的数与以前年度不可比。"
    here = Regional(material, COUNTY)
    here.published = Published(here.published.audit)
    monkeypatch.setattr(here.published, "level", lambda key: None)
    assert here.indicators == [] and here.levels(here.indicators) == []
    assert here.changed == f"贺兰县{YEAR}年并入灵武市，本年的数见灵武市。"
    assert here.areas.merger(COUNTY) == f"{YEAR}年并入灵武市"
    assert YEAR not in here.years_of(key.indicator for key in here.keys)


def test_a_chapter_without_a_region_has_no_such_page():
    whole = Chapter("D1", YEAR, data=ROOT / "data")
    with pytest.raises(DataError, match="没有写明地区"):
        assert isinstance(whole.regional, Regional)


def test_a_revised_figure_of_an_earlier_year_is_told_with_what_stayed(monkeypatch):
    here = Chapter("D1", YEAR, region=COUNTY, data=ROOT / "data").regional
    row = {"indicator": "injury.balance", "item": COUNTY, "of_year": "2024", "old": "2.00", "new": "3.30"}
    rows = [row | {"reason": "并入"}, row | {"item": CITY, "reason": "别处"}]
    monkeypatch.setattr(here.data, "revisions", lambda year: rows)
    said = "工伤保险基金累计结余2024年的数由2.00修订为3.30（并入）"
    assert here.revised(["injury.balance"]) == f"{said}。"
    assert here.revised(["injury.balance", "injury.income"]) == f"{said}；表中其他各项没有修订。"
    assert here.revised(["injury.income"]) == ""


def test_a_region_in_a_year_without_insurance_makes_no_chapter_depend_on_other_years():
    """The budget of the next year comes before its report: what the report before says changes nothing in it."""
    ch = Chapter("A1", YEAR + 1, region="自治区本级", data=ROOT / "data")
    read = {name for name in ch.data.folder.looked if name.startswith("observations/") and name.endswith(".csv")}
    assert not {name for name in read if name.endswith(("pension.csv", "unemployment.csv", "injury.csv"))}
    with pytest.raises(DataError, match="没有任何数"):
        Chapter("A1", YEAR + 1, region="兴庆区", data=ROOT / "data")


def test_a_difference_that_is_not_that_of_the_printed_figures_is_said_to_be_unrounded():
    here = chapter("640303").regional
    note = next(each for each in here.notes(here.rates) if "由未取整的数相减" in each)
    assert "企业职工基本养老保险缴费人数占参保人数" in note
    for line in here.table(here.rates)[1]:
        if isinstance(line[4], Quantity):
            apart = round_half_up(line[2].value - line[3].value, decimals_of(line[4].value))
            assert (line[0] in note) is (apart != line[4].value)


def test_a_scheme_of_which_nothing_is_known_has_no_table_and_is_named(monkeypatch):
    here = chapter(COUNTY).regional
    whole = dict(here.schemes)
    assert here.unknown == ""
    lost = whole["失业保险"]
    here = Chapter("D1", YEAR, region=COUNTY, data=ROOT / "data").regional
    known = here._of
    monkeypatch.setattr(here, "_of", lambda code, item: None if code in lost else known(code, item))
    assert here.schemes == whole, "what is printed blank stays so"
    del here.schemes
    here.material = SimpleNamespace(is_own=True)
    assert here.schemes == {name: codes for name, codes in whole.items() if name != "失业保险"}
    assert here.unknown == "本年没有填报：贺兰县失业保险各项数。"
