"""Several workbooks at once whose sheets beside the figures say something; preview and undo of these."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from nianbao.data.csvfiles import read_csv
from nianbao.errors import DataError
from nianbao.intake.reading import intake, preview, undo
from tests.intake.small import YEAR, contents, origin
from tests.intake.test_side_sheets import EXPLAINED_SHEET, TOTAL, add_row, with_a_new_county
from tests.support.selection import long_but

BASES = "基期"


def made(folder: Path, name: str, change: Callable[[Workbook], object]) -> Path:
    """The good workbook with a change, under another name."""
    book = load_workbook(origin() / "good.xlsx")
    change(book)
    book.save(folder / name)
    return folder / name


def based(year: int) -> Callable[[Workbook], None]:
    """A change: a base year of all figures."""

    def change(book: Workbook) -> None:
        sheet = book[BASES]
        (head,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == "基期年份"]
        sheet.cell(head.row + 1, head.column, year)

    return change


def explained(reason: str) -> Callable[[Workbook], None]:
    """A change: a difference explained."""
    return lambda book: add_row(book, EXPLAINED_SHEET, (TOTAL, "", "", YEAR, "其他", reason))


def test_what_several_files_say_beside_the_figures_is_put_together_shown_and_taken_back(small, tmp_path):
    root = small / "data"
    before = contents(root)
    files = [made(tmp_path, "甲.xlsx", with_a_new_county)]
    files.append(made(tmp_path, "乙.xlsx", lambda book: (with_a_new_county(book), based(2018)(book))))
    files.append(made(tmp_path, "丙.xlsx", lambda book: (with_a_new_county(book), explained("一")(book))))
    lines, done, _ = preview(files, YEAR, root)
    assert done and contents(root) == before
    assert any("代码1" in line and "基期1" in line and "差异说明1" in line for line in lines), lines
    outcome = intake(files, YEAR, root)
    assert not [str(each) for each in outcome.remarks if each.fatal]
    assert read_csv(root / "catalogue/codelists/regions.csv")[-1]["region"] == "640123"
    assert [row["base"] for row in read_csv(root / "editions/2026/bases.csv")] == ["2018"]
    assert [row["reason"] for row in read_csv(root / "editions/2026/explained.csv")] == ["一"]
    assert intake(files[::-1], YEAR, root).changed == []
    undo(YEAR, root)
    with pytest.raises(DataError):
        undo(YEAR, root)
    assert contents(root) == before


@pytest.mark.parametrize("one, other", long_but([(based(2018), based(2019)), (explained("一"), explained("二"))], 0))
def test_different_answers_of_two_files_are_asked_about_with_the_names_of_both(small, tmp_path, one, other):
    before = contents(small / "data")
    files = [made(tmp_path, "甲.xlsx", one), made(tmp_path, "乙.xlsx", other)]
    [question] = [str(each) for each in intake(files, YEAR, small / "data").remarks if each.fatal]
    assert "甲.xlsx" in question and "乙.xlsx" in question
    assert contents(small / "data") == before


@pytest.mark.long
def test_a_file_that_only_repeats_what_is_known_does_not_contradict(small, tmp_path):
    root = small / "data"
    first = made(tmp_path, "甲.xlsx", lambda book: (explained("一")(book), based(2018)(book)))
    later = made(tmp_path, "乙.xlsx", lambda book: (explained("二")(book), based(2019)(book)))
    intake(first, YEAR, root)
    assert not [str(each) for each in intake([later, first], YEAR, root).remarks if each.fatal]
    assert [row["reason"] for row in read_csv(root / "editions/2026/explained.csv")] == ["二"]
    assert [row["base"] for row in read_csv(root / "editions/2026/bases.csv")] == ["2019"]
