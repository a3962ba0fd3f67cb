"""The workbook as an editor meets it: what is told, offered, listed and printed, and what its formulas come to.

Formulas are worked out by LibreOffice where it is installed; how they are built is tested without it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.data.dataset import Dataset
from nianbao.intake.cells import Asked, Cell, understand
from nianbao.intake.keys import Series
from nianbao.intake.layout import ATTENTION, CHANGES, CHECKS, CODES, GUIDE, SPARE_ROWS, UNREAD
from nianbao.intake.planning import plan
from nianbao.intake.printings import Printings
from nianbao.intake.sheets import changes, checks
from nianbao.intake.sheets.numbers import STEPS, UNCLEAR, Reading
from nianbao.intake.workbook import workbook
from tests.intake.small import FILES, GOOD, dataset, fill, reading, send, write_files
from tests.support.projects import ROOT

#: Functions that Excel since 2007, WPS and LibreOffice have.
FUNCTIONS = set(
    "ABS AND COUNTA COUNTIF FIND HYPERLINK IF IFERROR INDEX INT ISNUMBER ISTEXT LEFT LEN MATCH MAX MID N NOT OR RIGHT"
    " ROUND SUBSTITUTE SUM SUMPRODUCT TRIM VALUE".split()
)
PRINTED = """\
indicator,item,places
pension.insured,640000,第一章“概况”、表1-1
pension.insured,640101,表1-1
pension.insured,640181,表1-1
pension.insured,640121,表1-1
pension.income,640000,表1-1
pension.income,640101,表1-1
pension.income,640181,表1-1
pension.income,640121,表1-1
pension.persons,640000,第一章“待遇”、图1-2
fund.assets,all,表4-1
fund.debts,all,表4-1
"""
TABLES = "table,title,unit\n表1-1,分市县参保情况,万人\n表4-1,基金资产,亿元\n"
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.fixture(scope="module")
def empty() -> Workbook:
    """The empty workbook of the small data; not to be changed."""
    return workbook(dataset(), 2026)


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> Workbook:
    """The same where it is known what the book prints where."""
    lists = {"catalogue/printed.csv": PRINTED, "catalogue/tables.csv": TABLES}
    return workbook(Dataset(write_files(tmp_path_factory.mktemp("printed") / "data", FILES | lists)), 2026)


def formulas(book: Workbook) -> list[tuple[str, str]]:
    """Every formula of a workbook with the name of its sheet."""
    cells = ((sheet.title, cell) for sheet in book for row in sheet.iter_rows() for cell in row)
    return [(name, cell.value) for name, cell in cells if cell.data_type == "f"]


# -- what is told ----------------------------------------------------------------------------------------------------
def test_sheets_bear_title_number_and_unit_of_the_table_in_the_book(printed):
    assert printed["表1-1"]["A1"].value == "表1-1　2026年分市县参保情况　单位：万人"
    assert printed["第一部分文中数"]["A1"].value == "第一部分文中数　2026年"
    assert printed["表1-1"]["A2"].value.count("第一章“概况”、表1-1") == 1


def test_a_table_with_another_number_in_the_book_says_so(tmp_path):
    items = ("injury", "unemployment")
    places = "".join(f"fund.{name},{item},表4-1\n" for name in ("assets", "debts") for item in items)
    files = {"catalogue/printed.csv": PRINTED + places, "catalogue/tables.csv": TABLES}
    made = workbook(Dataset(write_files(tmp_path / "data", FILES | files)), 2026)
    assert made["表4"]["A1"].value == "表4（书中表4-1）　2026年基金资产　单位：亿元"


def test_each_cell_tells_where_it_is_printed(printed):
    sheet = printed["第一部分文中数"]
    heads = [cell.value for cell in sheet[3]]
    column = heads.index("说明：书里印在何处") + 1
    assert sheet.cell(6, column).value == "第一章“待遇”、图1-2"
    hints = {str(rule.sqref): rule.prompt for rule in printed["表1-1"].data_validations.dataValidation if rule.prompt}
    assert hints["C6"].endswith("印在：第一章“概况”、表1-1。") and hints["C7 C8 C9"].endswith("印在：表1-1。")


@pytest.mark.long
def test_what_the_book_prints_where_is_known_of_the_real_data():
    """Nine in ten of the figures that the form asks for stand in the book of last year."""
    data = Dataset(ROOT / "data")
    asked = plan(data, 2026).sheet_of
    known = [series for series in asked if Printings(data).places(series)]
    assert len(known) > 0.9 * len(asked)
    titles = [sheet["A1"].value for sheet in workbook(data, 2026) if sheet.title.startswith("表")]
    assert len(titles) >= 12 and all(re.search(r"2026年.{4,}", title) for title in titles)


def test_the_guide_lists_every_sheet_and_counts_cells(empty):
    guide = empty[GUIDE]
    words = {cell.value: cell for cell in guide["A"] if cell.value}
    assert [name for name in empty.sheetnames[1:] if name not in words] == []
    row = words["表1-1"].row
    assert guide.cell(row, 3).value == 8 and guide.cell(row, 4).value == "=COUNTA('表1-1'!C6:C9)+COUNTA('表1-1'!E6:E9)"
    assert words["表1-1"].hyperlink.location == "'表1-1'!A1"
    text = "".join(str(cell.value) for cell in guide["A"])
    assert "撤销工作表保护" in text and "没有密码" in text


# -- what is offered and kept out ------------------------------------------------------------------------------------
def rules(sheet: Worksheet, kind: str) -> dict[str, str]:
    """The rules of a kind by the cells they are about."""
    return {str(each.sqref): each.formula1 for each in sheet.data_validations.dataValidation if each.type == kind}


def test_choices_are_offered(empty):
    assert rules(empty["修订"], "list")["F3:F202"] == '"计划,方法,差错,删除"'
    assert f"'{CODES}'!$B$4:$B$9" in rules(empty["修订"], "list")["B3:B202"]
    assert rules(empty["表1-1"], "list") == {"B10:B13": f"'{CODES}'!$B$4:$B$9"}
    assert rules(empty["基期"], "list")["C5:C12"] == '"几何平均,算术平均"'
    assert "是,否" in rules(empty["机构职责"], "list")["A3:A34"]


def test_few_words_that_come_again_and_again_become_choices(tmp_path):
    agencies = "".join(f"{at},某{at}中心,{'副科级' if at % 3 else '正科级'},report-2025 一\n" for at in range(9))
    rows = {"editions/2025/texts/agencies.csv": f"order,name,rank,source\n{agencies}"}
    sheet = workbook(Dataset(write_files(tmp_path / "data", FILES | rows)), 2026)["机构名录"]
    assert rules(sheet, "list")["D3:D41"] == '"正科级,副科级"'
    assert not any(area.startswith("C") for area in rules(sheet, "list")), "names are no choices"


def test_rules_stay_within_what_excel_takes(empty):
    for sheet in empty:
        for rule in sheet.data_validations.dataValidation:
            assert len(rule.formula1) <= 255 and len(rule.prompt or "") <= 255 and len(rule.error or "") <= 225
            assert len(rule.promptTitle or "") <= 32


def test_people_are_whole_and_not_less_than_none(empty):
    rule = rules(empty["第一部分文中数"], "custom")["F6"]
    assert "F6=INT(F6)" in rule and "F6>=0" in rule and 'F6="—"' in rule and 'FIND("万",F6)' in rule
    assert ">=0" not in rules(empty["第一部分文中数"], "custom")["F10"], "a balance may be negative"


def test_rows_can_be_added_and_are_read(empty):
    sheet = empty["表1-1"]
    spare = [[cell.protection.locked for cell in row] for row in sheet.iter_rows(10, 9 + SPARE_ROWS, 1, 6)]
    assert spare == [[False, False, False, True, False, True]] * SPARE_ROWS
    read = reading({"表1-1": {"B10": "贺兰县", "C10": 5.5, "C6": 38.5}})
    assert read.value("pension.insured", "640122") == "5.50" and read.told("作为新增读入", "C10")


# -- what is printed on paper ----------------------------------------------------------------------------------------
def test_every_sheet_fits_a_page_and_repeats_its_head(empty):
    for sheet in empty:
        assert sheet.page_setup.paperSize == 9 and sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        if sheet.title not in {GUIDE, ATTENTION}:
            assert re.fullmatch(r"\$?1:\$?[2-6]", sheet.print_title_rows), sheet.title
    assert empty["表4"].page_setup.orientation == "landscape" and empty["表1-1"].page_setup.orientation == "portrait"


# -- formulas --------------------------------------------------------------------------------------------------------
def test_formulas_stand_where_they_are_meant_and_use_what_every_program_has(empty):
    found = formulas(empty)
    assert {name for name, _ in found} == {GUIDE, ATTENTION, CHECKS, CHANGES}
    for _, formula in found:
        assert set(re.findall(r"([A-Z][A-Z0-9.]+)\(", re.sub(r'"[^"]*"', "", formula))) <= FUNCTIONS, formula
        assert len(formula) < 8000 and "[" not in formula


def test_nothing_that_is_reckoned_is_read():
    assert {ATTENTION, CHECKS, CHANGES, CODES} <= set(UNREAD)


def worked_out(book: Workbook, folder: Path) -> Workbook:
    """A workbook with the results of its formulas, as LibreOffice works them out."""
    assert OFFICE is not None
    path = folder / "book.xlsx"
    book.save(path)
    aside = folder / "out"
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [OFFICE, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", aside, path]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return load_workbook(aside / "book.xlsx", data_only=True)


needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice works the formulas out")

#: Texts as they are typed, with the indicator of the small data they are typed for.
TYPED = [
    ("7.60万", "pension.persons"),
    ("（4.00）", "pension.balance"),
    ("(4.00)", "pension.balance"),
    ("-1.5", "pension.balance"),
    ("１２３４", "pension.persons"),
    ("66，706", "pension.persons"),
    ("66,706人", "pension.persons"),
    ("66706名", "pension.persons"),
    ("0.5万亿", "pension.balance"),
    ("12000万元", "pension.balance"),
    ("300000人", "pension.insured"),
    ("30万", "pension.insured"),
    ("30.00万人", "pension.insured"),
    ("46.86%", "pension.rate"),
    ("3.04:1", "pension.ratio"),
    ("3.04∶1", "pension.ratio"),
    ("1,862元", "pension.standard"),
    ("—", "pension.balance"),
    ("无", "pension.persons"),
    ("3-4", "pension.persons"),
    ("约5万", "pension.persons"),
    ("5万元", "pension.persons"),
    ("2024年", "pension.persons"),
    ("5%", "pension.balance"),
    ("1e5", "pension.persons"),
    ("1/2", "pension.balance"),
]


@pytest.mark.long
@needs_office
def test_formulas_read_texts_as_the_intake_does(tmp_path):
    """What is typed as a text comes to the same number, and what cannot be read is said to be unclear."""
    made = Workbook()
    sheet = made.active
    catalogue = dataset().catalogue
    for row, (text, code) in enumerate(TYPED, 1):
        about = catalogue.indicator(code)
        sheet.cell(row, 1, text).data_type = "s"
        steps = tuple(f"{letter}{row}" for letter in "CDEFG"[: len(STEPS)])
        rule = Reading(f"A{row}", about.unit, about.decimals, 0.5 / 10**about.decimals, steps)
        for column, formula in enumerate([rule.result(), *rule.formulas()], 2):
            sheet.cell(row, column, formula)
    done = worked_out(made, tmp_path).active
    for row, (text, code) in enumerate(TYPED, 1):
        about = catalogue.indicator(code)
        found = done.cell(row, 2).value
        try:
            expected = understand(Cell(text), about, about.unit)
        except Asked:
            assert found == UNCLEAR, (text, code, found)
            continue
        if expected.status == "M":
            assert found in (None, ""), (text, found)
        else:
            assert isinstance(found, int | float), (text, code, found)
            assert abs(Decimal(str(found)) - Decimal(expected.literal)) < Decimal("0.000001"), (text, found)
        if expected.margin:
            assert abs(done.cell(row, 7).value - float(expected.margin)) < 1e-9, text


def results(sheet: Worksheet, column: int, first: int) -> dict[str, str]:
    """What the rows of a sheet come to, by the words that name them."""
    return {str(row[1].value): row[column - 1].value for row in sheet.iter_rows(first)}


@pytest.mark.long
@needs_office
def test_an_empty_and_a_filled_workbook_say_what_is_true_of_them(tmp_path):
    """Empty: nothing but 未填全. Filled: totals hold with 7.60万 and （）, one is wrong, jumps are listed."""
    empty = worked_out(workbook(dataset(), 2026), tmp_path)
    assert set(results(empty[CHECKS], 7, checks.FIRST_ROW).values()) == {checks.INCOMPLETE}
    assert errors(empty) == []
    book = workbook(dataset(), 2026)
    for name, cells in GOOD.items():
        fill(book, name, cells)
    fill(book, "表1-1", {"C6": "３３.00", "C7": "220000人", "E6": "（3.30）", "E7": "33000万元"})
    fill(book, "表4", {"D6": 6, "F6": 2, "H6": 4.5})
    folder = tmp_path / "filled"
    folder.mkdir()
    done = worked_out(book, folder)
    assert errors(done) == []
    held = results(done[CHECKS], 7, checks.FIRST_ROW)
    assert held["全区参保人数＝分项之和"] == checks.HOLDS
    assert held["全区基金收入＝分项之和"] == checks.WRONG and held["合计基金资产＝分项之和"] == checks.WRONG
    listed = [row[1].value for row in done[ATTENTION].iter_rows(10, 12) if row[1].value]
    assert listed == ["全区基金收入＝分项之和", "合计基金资产＝分项之和"]
    moved = {row[2].value + row[0].value: row[9].value for row in done[CHANGES].iter_rows(changes.FIRST_ROW)}
    assert moved["640000pension.income"] == changes.MOVED_MUCH, "from 3 to -3.3"
    assert not moved["640000pension.insured"], "10 per cent"
    assert moved["injuryfund.debts"] == changes.MOVED_MUCH, "from 2 to 0.5"


def errors(book: Workbook) -> list[tuple[str, str, str]]:
    """Cells that show an error."""
    cells = ((sheet.title, cell) for sheet in book for row in sheet.iter_rows() for cell in row)
    return [(name, cell.coordinate, cell.value) for name, cell in cells if re.match("#[A-Z]", str(cell.value))]


# -- reasons of large changes ----------------------------------------------------------------------------------------
def test_reasons_are_kept_with_the_edition_and_come_back(small):
    row = changes.Rows(plan(dataset(), 2026)).rows[Series("fund.debts", "injury")]
    cell = f"K{row}"
    sent = send(small, lambda book: fill(book, CHANGES, {cell: "历年应付款一次清理，见附表。"}))
    path = sent.root / "editions/2026/jumps.csv"
    assert path.read_text("utf-8") == "indicator,item,reason\nfund.debts,injury,历年应付款一次清理，见附表。\n"
    assert workbook(Dataset(sent.root), 2026)[CHANGES][cell].value == "历年应付款一次清理，见附表。"
    send(small)
    assert path.exists(), "an empty box erases nothing"
    send(small, lambda book: fill(book, CHANGES, {cell: "删除"}))
    assert path.read_text("utf-8") == "indicator,item,reason\n"


def test_a_reason_beside_nothing_is_asked_about():
    assert reading({CHANGES: {"K200": "无此数"}}).told("这一行没有指标", "K200", fatal=True)
