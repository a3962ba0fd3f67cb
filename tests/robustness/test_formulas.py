"""Formulas: what is no arithmetic is refused, and nothing that leaves the program is one."""

from __future__ import annotations

import csv
import re
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from nianbao.data import csvfiles, formulas
from nianbao.intake.workbook import new_year
from nianbao.output import facts
from nianbao.output.tables.sheets import workbook
from tests.support.hostile import FORMULAS, WRONG, change, refused
from tests.support.small_records import fact

#: Sheets of the workbook to fill in that have formulas.
RECKONED = ("填报说明", "要看的", "核对", "逐项比较")


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_a_formula_is_arithmetic_or_refused(text):
    refused(lambda: formulas.parse(text), "公式")


@pytest.mark.parametrize("text", FORMULAS, ids=range(len(FORMULAS)))
def test_no_download_carries_a_formula(tmp_path, text):
    harmless = len(text) == 1 or re.fullmatch(r"-\d+(\.\d+)?", text) or text in {"—", "1=1"}
    wanted = text if harmless else f"'{text}"
    rows = [["头", text], [text, "1.5"]]
    csvfiles.write_csv(tmp_path / "a.csv", rows)
    known = fact("x", "1.5", name=text, source=text)
    facts.write_csv({"1": {"x": facts.CheckedFact(known)}}, tmp_path / "facts.csv")
    for name, found in (("a.csv", 2), ("facts.csv", 2)):
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as stream:
            cells = [cell for row in csv.reader(stream) for cell in row]
        assert cells.count(wanted) == found, cells
    workbook({"数据": [["头", text], [text, Decimal("1.5")]]}, tmp_path / "a.xlsx", 2025)
    sheet = load_workbook(tmp_path / "a.xlsx").active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n"} and sheet["B2"].value == Decimal(
        "1.5"
    )
    assert text.strip() in sheet["B1"].value and sheet["B1"].quotePrefix == (not harmless)


def test_the_workbook_to_fill_in_has_no_formulas_but_its_own(small_data):
    change(small_data / "catalogue" / "indicators" / "pension.csv", "缴费人数", "=1+1")
    change(small_data / "catalogue" / "indicators" / "pension.csv", "年末在册的人", "=2+2")
    change(small_data / "catalogue" / "codelists" / "regions.csv", "甲市,甲市", "@SUM(1),=3")
    change(small_data / "observations" / "2025" / "pension.csv", "report-2025 第一部分", "report-2025 =4+4/[x]:*?'!")
    book = load_workbook(new_year(2026, small_data))
    found = {
        cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" and sheet.title not in RECKONED
    }
    own = [cell.value for name in RECKONED for row in book[name].iter_rows() for cell in row if cell.data_type == "f"]
    assert not found and own and not [text for text in own if re.match(r"=[1-4]\+", text)]
    assert "=1+1" in {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
