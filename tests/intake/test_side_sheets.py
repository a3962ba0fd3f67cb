"""The sheets 地区 and 已说明的差异: new and merged regions and explained differences come in without editing a CSV."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from nianbao.audit.audit import Audit
from nianbao.audit.findings import EXPLAINED, FAILS
from nianbao.data.csvfiles import read_csv
from nianbao.data.dataset import Dataset
from nianbao.intake.planning import plan
from nianbao.intake.reading import Outcome, intake
from nianbao.intake.workbook import new_year, workbook
from tests.intake.small import YEAR, origin
from tests.support.selection import long_but

REGIONS = "地区"
EXPLAINED_SHEET = "已说明的差异"
#: Columns of the sheet 地区: 代码, 名称, 上级, 自何年, 止于何年, 并入.
NEW = ("640123", "新设县（筹）", "银川市", "2026", "", "")


def send(folder: Path, change: Callable[[Workbook], None], year: int = YEAR) -> Outcome:
    """Change the good workbook and have it read."""
    book = load_workbook(origin() / "good.xlsx")
    change(book)
    path = folder / "sent.xlsx"
    book.save(path)
    return intake(path, year, folder / "data")


def add_row(book: Workbook, sheet: str, values: tuple[object, ...]) -> None:
    """Put values into the first row of a sheet whose first columns are empty."""
    grid = book[sheet]
    row = next(row for row in range(4, grid.max_row + 2) if not any(grid.cell(row, at).value for at in range(1, 7)))
    for column, value in enumerate(values, 1):
        grid.cell(row, column, value)


def row_of(book: Workbook, code: str) -> int:
    """The row of a region."""
    return next(row for row in range(4, book[REGIONS].max_row) if book[REGIONS].cell(row, 1).value == code)


def fatal(outcome: Outcome) -> list[str]:
    return [str(remark) for remark in outcome.remarks if remark.fatal]


# -- regions ------------------------------------------------------------------------------------------------------
def test_an_untouched_sheet_changes_nothing(small):
    before = (small / "data/catalogue/codelists/regions.csv").read_bytes()
    assert not fatal(send(small, lambda book: None))
    assert (small / "data/catalogue/codelists/regions.csv").read_bytes() == before
    assert not (small / "data/editions/2026/explained.csv").exists()


def with_a_new_county(book: Workbook) -> None:
    add_row(book, REGIONS, NEW)
    table = book["表1-1"]
    table.insert_rows(10)
    for column, value in {1: "640123", 2: "新设县（筹）", 3: 1.1, 5: 0.2}.items():
        table.cell(10, column, value)
    table["C9"] = 3.3


def test_a_new_region_and_its_figures_come_in_with_one_workbook(small):
    outcome = send(small, with_a_new_county)
    assert not fatal(outcome)
    data = Dataset(small / "data")
    item = data.catalogue.regions["640123"]
    assert (item.name, item.parent, item.level, item.since) == ("新设县（筹）", "640100", "unit", "2026")
    assert str(data.observations["pension.insured", "640123", 2026].value) == "1.10"
    last = read_csv(small / "data/catalogue/codelists/regions.csv")[-1]
    assert (last["region"], last["short"]) == ("640123", "新设县（筹）")


def test_later_workbooks_ask_for_the_new_region_in_every_table_of_its_neighbours(small):
    send(small, with_a_new_county)
    data = Dataset(small / "data")
    for year in (2026, 2027):
        asked = {series for sheet in plan(data, year).sheets for series in sheet.last if series.item == "640123"}
        assert {series.indicator for series in asked} == {"pension.insured", "pension.income"}


def end_lingwu(book: Workbook) -> None:
    row = row_of(book, "640181")
    for column, value in ((5, 2025), (6, "永宁县")):
        book[REGIONS].cell(row, column, value)
    for cell in ("C8", "E8"):
        book["表1-1"][cell] = None


def test_a_merged_region_keeps_its_history_and_is_asked_for_no_more(small):
    outcome = send(small, end_lingwu)
    assert not fatal(outcome)
    data = Dataset(small / "data")
    item = data.catalogue.regions["640181"]
    assert (item.until, item.successor) == ("2025", "640121")
    assert ("pension.insured", "640181", 2025) in data.observations
    assert ("pension.insured", "640181", 2026) not in data.observations
    for year in (2026, 2027):
        assert not [series for sheet in plan(data, year).sheets for series in sheet.last if series.item == "640181"]


@pytest.mark.long
def test_a_workbook_in_which_nobody_ended_the_region_does_not_bring_it_back(small):
    send(small, end_lingwu)
    kept = (small / "data/catalogue/codelists/regions.csv").read_bytes()

    def change(book: Workbook) -> None:
        for cell in ("C8", "E8"):
            book["表1-1"][cell] = None

    assert not fatal(send(small, change))
    assert (small / "data/catalogue/codelists/regions.csv").read_bytes() == kept


def test_a_number_of_a_region_that_has_ended_is_asked_about(small):
    def change(book: Workbook) -> None:
        end_lingwu(book)
        book["表1-1"]["C8"] = 6.6

    [question] = fatal(send(small, change))
    assert "表1-1" in question and "C8" in question and "灵武市" in question and "应空着" in question


@pytest.mark.parametrize(
    ("row", "wanted"),
    long_but(
        [
            (("640124", "", "银川市"), "应写名称"),
            (("640124", "又一县", "无此市"), "应写上级"),
            (("六四", "又一县", "银川市"), "应写代码"),
            (("640124", "永宁县", "银川市"), "640121"),
            (("640124", "又一县", "银川市", "明年"), "应为年份"),
            (("640124", "又一县", "银川市", 2026, 2025), "不应早于"),
        ],
        0,
        3,
    ),
)
def test_a_row_that_cannot_be_is_asked_about_and_nothing_is_read(small, row, wanted):
    before = {path: path.read_bytes() for path in (small / "data").rglob("*.csv")}
    questions = fatal(send(small, lambda book: add_row(book, REGIONS, row)))
    assert any(wanted in each and REGIONS in each for each in questions), questions
    assert {path: path.read_bytes() for path in (small / "data").rglob("*.csv")} == before


def test_another_name_for_a_known_code_is_asked_about(small):
    def change(book: Workbook) -> None:
        book[REGIONS].cell(row_of(book, "640122"), 2, "改名县")

    [question] = fatal(send(small, change))
    assert "640122" in question and "贺兰县" in question


# -- explained differences ----------------------------------------------------------------------------------------
def explain(*rows: tuple[object, ...]) -> Callable[[Workbook], None]:
    """A change: rows of explained differences, and a total that its parts do not make up."""

    def change(book: Workbook) -> None:
        book["表1-1"]["C6"] = 34
        for row in rows:
            add_row(book, EXPLAINED_SHEET, row)

    return change


def findings(folder: Path) -> dict:
    return {each.check: each for each in Audit(Dataset(folder / "data")).findings()}


TOTAL = "total:pension.insured:640000:2026"


def test_an_explained_difference_is_read_and_explains(small):
    assert not fatal(send(small, explain()))
    assert findings(small)[TOTAL].status == FAILS
    outcome = send(small, explain(("", "参保人数", "全区", 2026, "口径变化", "含跨省就业的“两地”参保者，未分到各县。")))
    assert not fatal(outcome) and not [remark for remark in outcome.remarks if remark.suspect]
    found = findings(small)[TOTAL]
    assert found.status == EXPLAINED and "含跨省就业的“两地”参保者，未分到各县。" in found.note
    [row] = read_csv(small / "data/editions/2026/explained.csv")
    assert (row["indicator"], row["item"], row["kind"]) == ("pension.insured", "640000", "definition")


@pytest.mark.long
def test_reading_again_changes_nothing_and_the_next_workbook_shows_what_is_explained(small):
    row = (TOTAL, "", "", "2026年", "其他", "理由", "1.00")
    send(small, explain(row))
    assert send(small, explain(row)).changed == []
    assert send(small, explain()).changed == []  # what is not said again is not lost
    sheet = workbook(Dataset(small / "data"), 2026)[EXPLAINED_SHEET]
    assert [cell.value for cell in sheet[4]] == [TOTAL, "", "", "2026", "其他", "理由", "1.00"]
    assert [cell.value for cell in workbook(Dataset(small / "data"), 2027)[EXPLAINED_SHEET][4]] == [None] * 7


def test_a_row_takes_the_place_of_one_about_the_same_and_can_be_taken_back(small):
    send(small, explain((TOTAL, "", "", 2026, "其他", "一")))
    send(small, explain((TOTAL, "", "", 2026, "拆分", "二")))
    [row] = read_csv(small / "data/editions/2026/explained.csv")
    assert (row["kind"], row["reason"]) == ("split", "二")
    send(small, explain((TOTAL, "", "", 2026, "删除", "")))
    assert read_csv(small / "data/editions/2026/explained.csv") == []
    assert findings(small)[TOTAL].status == FAILS


@pytest.mark.parametrize(
    ("row", "wanted"),
    long_but(
        [
            (("", "", "", 2026, "其他", "无"), "至少填一项"),
            (("", "没有的指标", "", 2026, "其他", "无"), "应为一个指标"),
            (("", "参保人数", "没有的县", 2026, "其他", "无"), "应为地区"),
            (("", "参保人数", "", 2031, "其他", "无"), "不晚于2026"),
            (("", "参保人数", "", 2026, "随便", "无"), "撤并"),
            (("", "参保人数", "", 2026, "其他", ""), "应写明缘由"),
            (("合不上的那条", "", "", 2026, "其他", "无"), "勾稽关系的名称"),
            (("", "参保人数", "", 2026, "其他", "无", "约一"), "应为数字"),
        ],
        0,
        4,
    ),
)
def test_what_is_wrong_with_an_explanation_is_asked_with_its_cell(small, row, wanted):
    [question] = fatal(send(small, explain(row)))
    assert EXPLAINED_SHEET in question and wanted in question


def test_explanations_alone_are_read_too(small):
    def change(book: Workbook) -> None:
        for name in book.sheetnames:
            if name != EXPLAINED_SHEET:
                del book[name]
        add_row(book, EXPLAINED_SHEET, (TOTAL, "", "", 2026, "其他", "理由"))

    outcome = send(small, change)
    assert [path.name for path in outcome.changed] == ["explained.csv"]


def test_the_workbook_of_a_copied_folder_has_the_sheets(tmp_path):
    shutil.copytree(origin() / "data", tmp_path / "data")
    book = load_workbook(new_year(YEAR, tmp_path / "data", tmp_path / "w.xlsx"))
    assert [cell.value for cell in book[REGIONS][3]][:6] == ["代码", "名称", "上级", "自何年", "止于何年", "并入"]
    assert book[REGIONS].cell(row_of(book, "640122"), 5).protection.locked is False
    assert book[REGIONS].cell(row_of(book, "640122"), 1).protection.locked is True
    assert book[EXPLAINED_SHEET].data_validations.dataValidation[0].formula1.startswith('"撤并')
