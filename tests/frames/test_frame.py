"""Frames of an edition: tidy, of the values that the book prints, nothing twice, nothing guessed."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from nianbao import Edition
from nianbao.errors import DataError
from nianbao.frames import search
from tests.support.projects import ROOT, YEAR

RECIPIENTS = "unemployment.recipients"
INSURED = "unemployment.insured"


@pytest.fixture(scope="module")
def edition() -> Edition:
    """The published edition."""
    return Edition(YEAR, ROOT / "data")


@pytest.mark.long
def test_an_edition_needs_pandas_only_for_frames():
    """Figures, audit and intake do without it, and so does an edition until a frame is asked for."""
    program = (
        "import sys\n"
        "from nianbao import Edition\n"
        "import nianbao.intake.reading, nianbao.audit.audit\n"
        "edition = Edition(2025)\n"
        "assert edition.f('unemployment.insured').known\n"
        "assert not {'pandas', 'matplotlib', 'seaborn'} & set(sys.modules), sorted(sys.modules)\n"
        "edition.frame('unemployment.insured')\n"
        "assert 'pandas' in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT / "notebooks", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_whole_is_a_row_a_year_with_the_printed_values(edition):
    frame = edition.frame(INSURED)
    assert list(frame.columns) == ["indicator", "name", "year", "value"]
    known = {year: quantity for year, quantity in edition.f(INSURED).years(2019).items() if quantity}
    assert dict(zip(frame["year"], frame["value"], strict=True)) == {
        year: float(quantity.value) for year, quantity in known.items()
    }
    assert frame.attrs["unit"] == "万人"


def test_regions_of_a_frame_count_nothing_twice(edition):
    units = edition.frame(RECIPIENTS, by="region", years=YEAR)
    everything = edition.frame(RECIPIENTS, level="all", by="region", years=YEAR)
    whole = edition.f(RECIPIENTS).quantity.value
    assert units["value"].sum() == float(whole)
    assert everything["value"].sum() > float(whole)
    assert set(everything["level"]) > set(units["level"])
    assert not units["item"].duplicated().any()


def test_every_frame_of_all_figures_agrees_with_the_book(edition):
    frame = edition.frame(by="item", level="all", columns="all", exact=True)
    assert len(frame) > 1500
    for row in frame.sample(200, random_state=1).itertuples():
        quantity = edition.f(row.indicator, row.item, row.year).quantity
        assert (row.value, row.unit, row.status) == (quantity.value, quantity.unit, quantity.status)
        assert row.low <= Fraction(quantity.exact) <= row.high
        assert isinstance(row.value, Decimal) and isinstance(row.low, Fraction)


def test_what_is_unknown_has_no_row_and_a_blank_only_where_it_is_asked_for(edition):
    known = edition.frame(by="item", level="all")
    assert not known["value"].isna().any()
    more = edition.frame(by="item", level="all", blanks=True, columns="status")
    blank = more[more["status"] == "M"]
    assert len(more) == len(known) + len(blank) > len(known) and blank["value"].isna().all()


def test_units_convert_or_are_told_apart(edition):
    both = edition.frame([RECIPIENTS, INSURED], years=YEAR)
    assert list(both["unit"]) == ["人", "万人"] and "unit" not in both.attrs
    same = edition.frame([RECIPIENTS, INSURED], years=YEAR, unit="万人", exact=True)
    assert same["value"].tolist() == [Decimal("6.6706"), Decimal("132.58")] and same.attrs["unit"] == "万人"
    with pytest.raises(DataError, match="不能换算为“万元”"):
        edition.frame(RECIPIENTS, unit="万元")


@pytest.mark.parametrize("wanted", ["640121", 640121, np.int64(640121), [640121], "永宁县"])
def test_a_region_by_code_or_name(edition, wanted):
    frame = edition.frame(RECIPIENTS, region=wanted, years=YEAR)
    assert frame["region"].tolist() == ["永宁县"]


def test_a_figure_of_a_region_by_code_or_name(edition):
    found = [edition.f(RECIPIENTS, wanted).quantity for wanted in ("640121", 640121, "永宁县")]
    assert found[0] and found == [edition.f(RECIPIENTS).of("永宁县").quantity] * 3


@pytest.mark.parametrize("asked", [{"level": "prefecture"}, {"level": "all"}, {"item": "永宁县"}])
def test_regions_are_called_regions_however_they_are_asked_for(edition, asked):
    frame = edition.frame(RECIPIENTS, years=YEAR, **asked)
    assert list(frame.columns) == ["indicator", "name", "item", "region", "level", "year", "value"]
    assert frame.equals(edition.frame(RECIPIENTS, years=YEAR, by="region", **asked)) and len(frame)


def test_items_of_several_kinds_have_labels(edition):
    assert {"label", "region"} & set(edition.frame(level="all", years=YEAR).columns) == {"label"}


def test_years_may_be_those_of_a_frame(edition):
    frame = edition.frame(RECIPIENTS)
    assert edition.frame(RECIPIENTS, years=frame["year"].unique()).equals(frame)


@pytest.mark.parametrize(
    "ask, said",
    [
        (lambda e: e.f(RECIPIENTS).of("银川"), "没有名为“银川”的地区，相近的有：银川市、"),
        (lambda e: e.f("失业保险参保"), "没有指标“失业保险参保”，相近的有：失业保险参保人数"),
        (lambda e: e.frame(RECIPIENTS, region="银川"), "银川市"),
        (lambda e: e.frame(RECIPIENTS, level="县"), "没有级别“县”，可选：.*unit"),
        (lambda e: e.frame(RECIPIENTS, level="district"), "没有这一级的数，有数的级别：.*unit"),
        (lambda e: e.frame(RECIPIENTS, by="县"), "by 应为 region"),
        (lambda e: e.frame(RECIPIENTS, years=YEAR + 1), f"{YEAR}年的年报里没有{YEAR + 1}年的数"),
        (lambda e: e.frame(RECIPIENTS, years="2025"), "years 应为年份.*现为 '2025'$"),
        (lambda e: e.frame(RECIPIENTS, years=["2024", 2025]), "现为 '2024'$"),
        (lambda e: e.find("龘"), "“龘”相符；可以换个词，如：企业职工基本养老保险、"),
        (lambda e: e.find("老人钱"), "“老人钱”相符；相近的有：.*养老"),
        (lambda e: e.frame(RECIPIENTS, columns="来源"), "没有“来源”这一栏，可选：unit"),
        (lambda e: e.frame("fund.assets", by="region"), "不按“region”"),
        (lambda e: e.f(RECIPIENTS).share(e.f("unemployment.income")), "单位不同，不能算比重"),
        (lambda e: Edition(1990, ROOT / "data"), "没有1990年的数据"),
    ],
)
def test_what_is_not_known_is_told_with_what_is_near(edition, ask, said):
    with pytest.raises(DataError, match=said):
        ask(edition)


def test_a_share_is_of_one_unit(edition):
    """Persons of ten thousand persons: 66,706 of 132.58万."""
    share = edition.f(RECIPIENTS).share(edition.f(INSURED))
    exact = Fraction(66706 * 100, 1325800)
    assert share.value == Decimal("5.03") and share.interval.low < exact < share.interval.high
    assert share.expression == "$1 * 1 / 10000 / $2 * 100"


def test_indicators_are_found_by_words(edition):
    found = edition.find("失业 人数")
    assert found["name"].str.contains("失业").iloc[0] and INSURED in set(found["indicator"])
    assert edition.find("失业").shape[0] >= 10
    assert RECIPIENTS in set(edition.find("领金人数")["indicator"]), "near words"
    assert found["name"].is_unique


def test_a_short_form_finds_the_name_after_those_that_hold_it_whole(edition):
    names = edition.find("失业金")["name"].tolist()
    assert "全年领取失业保险金人数" in names[:3]
    whole = edition.find("保险金")["name"].tolist()
    held = ["保险金" in name for name in whole]
    assert held[0] and not all(held) and held == sorted(held, reverse=True)


def test_only_longer_words_are_looked_for_scattered():
    assert search.span_of("失业金", "全年领取失业保险金人数") == len("失业保险金")
    assert search.span_of("基金", "基本养老保险金") == search.span_of("金失业", "失业保险金") == 0


@pytest.mark.parametrize("word", list(search.everyday()))
def test_everyday_words_find_what_they_mean(edition, word):
    means = search.everyday()[word]
    names = edition.find(word)["name"]
    assert all(names.str.contains(each).any() for each in means)
    assert names.iloc[:4].str.contains("|".join([word, *means])).all()


def test_everyday_words_are_found_within_others(edition):
    assert edition.find("失业保险基金赤字")["name"].tolist() == ["失业保险基金累计结余", "失业保险基金当期结余"]


def test_a_figure_knows_its_years_and_items(edition):
    series = edition.f(INSURED).series(2019)
    assert series.index.tolist() == list(range(2019, YEAR + 1)) and series[YEAR] == 132.58
    assert series.isna().any() and series.attrs["unit"] == "万人"
    items = edition.f(RECIPIENTS).by_item()
    assert isinstance(items, pd.Series) and items["永宁县"] == 1846 and items.sum() == 66706


def test_schemes_come_from_the_catalogue(edition):
    assert list(edition.schemes()) == [item.name for item in edition.data.catalogue.schemes.values()]
    assert list(edition.schemes("injury", "失业保险").values()) == ["injury", "unemployment"]


def test_objects_show_themselves(edition):
    figure = edition.f(RECIPIENTS)
    assert "66,706人" in repr(figure) and "表3-3" in figure._repr_html_() and "取值范围" in figure._repr_html_()
    assert "未载入" in figure.at(2019)._repr_html_()
    assert "Audit" not in repr(figure)
    assert f"{YEAR}年" in edition._repr_html_()
