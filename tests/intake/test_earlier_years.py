"""The sheets of base years and of earlier figures: what they offer, what is read of them, and what stays."""

from __future__ import annotations

import pytest
from openpyxl import Workbook

from nianbao.data.dataset import Dataset
from nianbao.intake.layout import BASES, EARLIER
from nianbao.intake.workbook import workbook
from tests.intake.small import fill, send
from tests.support.selection import long_but

HEAD = "indicator,item,year,value,status,source,margin\n"


def sheet_of(data: Dataset):
    """The sheet of earlier figures of the workbook of 2026."""
    return workbook(data, 2026)[EARLIER]


def sent(folder, **cells):
    """Read the good workbook with cells of the sheet of earlier figures filled in."""
    return send(folder, lambda book: fill(book, EARLIER, cells))


def added(folder) -> str:
    """The file of earlier figures."""
    path = folder / "data/editions/2026/earlier.csv"
    return path.read_text("utf-8") if path.exists() else ""


def test_years_back_to_the_usual_base_are_asked_for(small):
    sheet = sheet_of(Dataset(small / "data"))
    assert [cell.value for cell in sheet[4]] == [
        "代码", "指标", "地区代码", "地区", "单位", "2021年", "2022年", "2023年", "2024年", None, None, "出处"
    ]  # fmt: skip


def test_a_figure_of_an_earlier_year_is_read_with_its_place(small):
    assert not sent(small, B5="参保人数", F5=25.5, G5="26.25万人", L5="2021年年报，表1-1").fatal
    assert added(small) == (
        f"{HEAD}pension.insured,640000,2021,25.50,A,report-2026 2021年年报，表1-1,\n"
        "pension.insured,640000,2022,26.25,A,report-2026 2021年年报，表1-1,\n"
    )
    data = Dataset(small / "data", 2026)
    assert data.observations["pension.insured", "640000", 2021].literal == "25.50"
    assert ("pension.insured", "640000", 2021) not in Dataset(small / "data", 2025).observations


def test_what_was_read_comes_back_and_an_empty_cell_erases_nothing(small):
    sent(small, B5="参保人数", F5=25.5)
    before = added(small)
    sheet = sheet_of(Dataset(small / "data"))
    assert [sheet["A5"].value, sheet["F5"].value, sheet["F5"].protection.locked] == ["pension.insured", 25.5, False]
    sent(small, B5="基金收入", G5=2)
    assert added(small) == before + "pension.income,640000,2022,2.00,A,report-2026 以前年度,\n"
    send(small)
    assert added(small).count("\n") == 3


@pytest.mark.long
def test_a_figure_is_changed_and_taken_away_only_when_told(small):
    sent(small, B5="参保人数", F5=25.5)
    again = sent(small, B5="参保人数", F5=26)
    assert again.told("先前读入的是“25.50”，改为“26.00”", "F5", fatal=False) and "26.00" in added(small)
    sent(small, B5="参保人数", F5="删除")
    assert added(small) == HEAD


def test_another_year_may_be_named(small):
    assert not sent(small, J4="2012年", B5="参保人数", D5="灵武市", J5=3.25).fatal
    assert "pension.insured,640181,2012,3.25" in added(small)


def test_not_published_is_kept_as_such(small):
    sent(small, B5="参保人数", F5="—")
    assert "pension.insured,640000,2021,—,M" in added(small)


@pytest.mark.parametrize(
    "cells, cell, words",
    long_but(
        [
            ({"B5": "没有的指标", "F5": 1}, "A5", "应为一个指标的代码或名称"),
            ({"B5": "参保人数", "D5": "没有的县", "F5": 1}, "C5", "应为一个地区"),
            ({"B5": "参保人数", "J5": 1}, "J4", "表头应写明年份"),
            ({"B5": "参保人数", "J4": 2026, "J5": 1}, "J5", "应为2026年以前的数"),
            ({"B5": "参保人数", "F5": "很多"}, "F5", "数字"),
            ({"B5": "参保人数", "J4": "2025年", "J5": 31}, "J5", "数据中2025年为“30.00”"),
            ({"B5": "参保人数", "F5": 1, "B6": "参保人数", "F6": 2}, "F6", "写了两次"),
        ],
        1,
        4,
    ),
)
def test_what_is_not_clear_is_asked_and_nothing_changes(small, cells, cell, words):
    assert sent(small, **cells).told(words, cell, fatal=True)
    assert added(small) == ""


def test_a_figure_that_is_known_already_may_be_repeated(small):
    assert not sent(small, J4="2025年", B5="参保人数", J5=30).fatal
    assert added(small) == ""


# -- base years -------------------------------------------------------------------------------------------------------
def bases(folder, **cells):
    """Read the good workbook with cells of the sheet of base years filled in; returns what came of it and the file."""
    found = send(folder, lambda book: fill(book, BASES, cells))
    path = folder / "data/editions/2026/bases.csv"
    return found, path.read_text("utf-8") if path.exists() else ""


def test_base_years_are_read_and_come_back(small):
    _, text = bases(small, B5="2019年", C5="算术平均", A6="基金收入", B6=2020, D6="旧例，沿用")
    assert text == "indicator,base,mean,note\n,2019,arithmetic,\npension.income,2020,,旧例，沿用\n"
    data = Dataset(small / "data", 2026)
    assert data.bases(2026).of("pension.income").year == 2020 and data.bases(2026).of("pension.rate").year == 2019
    book: Workbook = workbook(data, 2026)
    assert [cell.value or "" for cell in book[BASES][5]] == ["", 2019, "算术平均", ""]
    assert "2019年" in [cell.value for cell in book[EARLIER][4]], "a base year is a year to be filled in"
    _, again = bases(small)
    assert again == text
    _, less = bases(small, A5="基金收入", B5="删除")
    assert less == "indicator,base,mean,note\n,2019,arithmetic,\n"


@pytest.mark.parametrize(
    "cells, cell, words",
    long_but(
        [
            ({"B5": 2025}, "B5", "应为2025年以前的年份"),
            ({"B5": "五年前"}, "B5", "应为2025年以前的年份"),
            ({"A5": "没有的", "B5": 2019}, "A5", "应为指标的名称"),
            ({"B5": 2019, "C5": "调和平均"}, "C5", "应为几何平均或算术平均"),
            ({"B5": 2019, "B6": 2018}, "B6", "写了两次"),
        ],
        2,
    ),
)
def test_a_base_that_is_not_clear_is_asked_about(small, cells, cell, words):
    found, text = bases(small, **cells)
    assert found.told(words, cell, fatal=True) and text == ""
