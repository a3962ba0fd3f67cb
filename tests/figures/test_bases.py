"""Base years as data of an edition: what it names, what is loaded, and what the book says where neither helps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from nianbao.chapter import Chapter
from nianbao.chapter.phrases import Phrases
from nianbao.chapter.printer import GONE, Printer
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.errors import DataError
from tests.support.small_dataset import FILES, WHOLE

HEAD = "indicator,item,value,status,source,margin\n"
BASES = "indicator,base,mean,note\n"
EARLIER = "indicator,item,year,value,status,source,margin\n"
EDITION = "editions/2016"


def made(tmp_path: Path, levels: Mapping[tuple[str, int], str], **files: str) -> Path:
    """A data folder with levels of the whole, by indicator and year, and further files by name below the edition."""
    years: dict[int, str] = {2016: HEAD}
    for (indicator, year), value in levels.items():
        years[year] = years.get(year, HEAD) + f"{indicator},{WHOLE},{value},A,r 表1,\n"
    kept = {name: text for name, text in FILES.items() if not name.startswith("observations")}
    kept["catalogue/documents.csv"] = "document,title,year\nr,报告,2016\nold,旧报告,2012\n"
    kept |= {f"observations/{year}/{'.keep' if text == HEAD else 'x.csv'}": text for year, text in years.items()}
    kept |= {f"{EDITION}/{name}.csv": text for name, text in files.items()}
    for name, text in kept.items():
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path / "data"


def said(root: Path, indicator: str, usual: int = 2011) -> str:
    """What the edition of 2016 says of an indicator since the year that the book usually takes."""
    printer = Printer()
    text = Phrases(printer).since(Chapter("A", 2016, data=root).f(indicator), usual)
    return re.sub("<[^>]+>", "", printer.html(text))


LEVELS = {("x.stock", 2016): "150.00", ("x.stock", 2012): "100.00", ("x.flow", 2016): "9.00", ("x.flow", 2011): "4.00"}


def test_nothing_named_the_usual_year_is_taken_where_it_is_known(tmp_path):
    assert said(made(tmp_path, LEVELS | {("x.stock", 2011): "90.00"}), "x.stock").startswith("较2011年末增加60.00万人")


def test_nothing_named_a_year_that_the_editions_document_gives_is_taken(tmp_path):
    """100 to 150 in four years: the fourth root of 1.5 is 1.106682."""
    assert said(made(tmp_path, LEVELS), "x.stock") == "较2012年末增加50.00万人，年均增长10.67%"


def test_what_only_another_years_document_gives_is_not_taken(tmp_path):
    root = made(tmp_path, LEVELS)
    path = root / "observations/2012/x.csv"
    path.write_text(path.read_text("utf-8").replace("r 表1", "old 表1"), "utf-8")
    assert said(root, "x.stock") == GONE
    (root / EDITION).mkdir(parents=True)
    (root / EDITION / "bases.csv").write_text(BASES + "x.stock,2012,,\n", "utf-8")
    assert said(root, "x.stock").startswith("较2012年末增加50.00万人")


def test_what_a_document_compares_with_goes_before_what_else_is_loaded(tmp_path):
    root = made(tmp_path, LEVELS | {("x.stock", 2013): "120.00"})
    claims = root / "documents" / "r" / "claims.csv"
    claims.parent.mkdir(parents=True)
    claims.write_text(
        f"measure,indicator,item,year,base,value,unit,place\nchange,x.stock,{WHOLE},2016,2013,30.00,万人,一\n", "utf-8"
    )
    assert said(root, "x.stock").startswith("较2013年末增加30.00万人")


@pytest.mark.parametrize(
    "rows, stock, flow",
    [
        (",2012,arithmetic,\nx.flow,2011,,\n", "年均增长12.5", "较2011年增加5.00亿元，年均增长17.6%"),
        ("x.stock,2012,arithmetic,旧例\n", "年均增长12.5", "较2011年增加5.00亿元，年均增长17.6%"),
    ],
)
def test_the_edition_names_year_and_mean_the_longest_name_counts(tmp_path, rows, stock, flow):
    """50 % in four years are 12.5 % a year by the arithmetic mean; 4 to 9 in five years the fifth root of 2.25."""
    root = made(tmp_path, LEVELS, bases=BASES + rows)
    assert said(root, "x.stock").startswith(f"较2012年末增加50.00万人，{stock}")
    assert said(root, "x.flow") == flow


def test_where_the_named_year_is_not_known_nothing_is_said(tmp_path):
    root = made(tmp_path, LEVELS, bases=BASES + ",2012,,\n")
    assert said(root, "x.stock") == "较2012年末增加50.00万人，年均增长10.67%"
    assert said(root, "x.flow") == GONE


def test_charts_and_tables_begin_with_the_base_that_is_named_for_all(tmp_path):
    chapter = Chapter("A", 2016, data=made(tmp_path, LEVELS, bases=BASES + ",2012,,\nx.flow,2010,,\n"))
    assert [chapter.base(5), chapter.base(4)] == [2012, 2012]
    plain = Chapter("A", 2016, data=made(tmp_path / "plain", LEVELS))
    assert [plain.base(5), plain.base(4)] == [2011, 2012]


def test_last_year_is_never_exchanged(tmp_path):
    root = made(tmp_path, LEVELS, bases=BASES + ",2012,,\n")
    assert Chapter("A", 2016, data=root).f("x.stock").base(2015) == 2015


def test_how_many_years_are_said_in_words(tmp_path):
    root = made(tmp_path, LEVELS, bases=BASES + ",2012,,\n")
    assert Phrases(Printer()).years_since(Chapter("A", 2016, data=root).f("x.stock"), 2011) == "四年"


@pytest.mark.parametrize(
    "row, message",
    [
        (",2016,,\n", "基期“2016”应早于2016年"),
        (",2012,harmonic,\n", "“harmonic”不明"),
        ("y.stock,2012,,\n", "没有以“y.stock”开头的指标"),
        ("x.sto,2012,,\n", "没有以“x.sto”开头的指标"),
        (",2012,,\n,2011,,\n", "重复"),
        (",十二,,\n", "不是年份"),
    ],
)
def test_a_row_that_is_wrong_is_named(tmp_path, row, message):
    root = made(tmp_path, LEVELS, bases=BASES + row)
    with pytest.raises(DataError, match=re.escape(message)) as caught:
        Dataset(root, 2016).bases(2016)
    assert "bases.csv" in str(caught.value)


# -- figures of earlier years that an edition adds -------------------------------------------------------------------
def test_added_figures_are_known_to_their_edition_and_later_ones_only(tmp_path):
    rows = f"{EARLIER}x.stock,{WHOLE},2011,80.00,A,r 旧表,\n"
    root = made(tmp_path, LEVELS | {("x.stock", 2015): "140.00"}, earlier=rows)
    key = Key("x.stock", WHOLE, 2011)
    assert Dataset(root, 2016).observations[key].literal == "80.00"
    assert Dataset(root, 2016, lazy=True).observations[key].literal == "80.00"
    assert key not in Dataset(root, 2015).observations
    assert said(root, "x.stock").startswith("较2011年末增加70.00万人")


def test_a_year_without_a_folder_of_its_own_is_no_edition(tmp_path):
    data = Dataset(made(tmp_path, LEVELS, earlier=f"{EARLIER}x.stock,{WHOLE},2009,80.00,A,r 旧表,\n"), 2016)
    assert 2009 in data.years and 2009 not in data.editions


def test_an_inferred_figure_gives_way_a_printed_one_does_not(tmp_path):
    rows = f"{EARLIER}x.stock,{WHOLE},2012,100.25,A,r 旧表,\n"
    root = made(tmp_path, LEVELS, earlier=rows)
    with pytest.raises(DataError, match="数据中已有“100.00”"):
        Dataset(root, 2016)
    path = root / "observations/2012/x.csv"
    path.write_text(path.read_text("utf-8").replace(",A,", ",E,"), "utf-8")
    data = Dataset(root, 2016)
    assert data.observations["x.stock", WHOLE, 2012].literal == "100.25"


@pytest.mark.parametrize(
    "row, message",
    [
        (f"x.stock,{WHOLE},2016,1.00,A,,\n", "应早于2016年"),
        (f"x.stock,{WHOLE},2011,很多,A,,\n", "不是数字"),
        (f"x.none,{WHOLE},2011,1,A,,\n", "没有指标“x.none”"),
        (f"x.stock,{WHOLE},2011,1,E,,\n", "“E”不明"),
    ],
)
def test_an_added_figure_that_is_wrong_is_named(tmp_path, row, message):
    with pytest.raises(DataError, match=re.escape(message)):
        Dataset(made(tmp_path, LEVELS, earlier=EARLIER + row), 2016)
