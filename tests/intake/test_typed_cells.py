"""What people type into a cell: read exactly, or asked about; nothing is guessed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from nianbao.data.catalogue import Indicator
from nianbao.intake.cells import Asked, Cell, understand
from nianbao.intake.grids import open_workbook
from tests.intake.small import dataset, origin, reading, send

ABOUT = Indicator(
    code="x.y",
    name="数",
    unit="亿元",
    decimals=2,
    kind="flow",
    dimension="region",
    parent="",
    formula="",
    check_only=False,
    definition="",
    place="data/catalogue/indicators/x.csv:2",
)

# What is typed into a cell of 万人 whose format shows two decimals, and what is stored.
UNDERSTOOD = {
    "full-width digits": ("６．６０", "6.60"),
    "text": ("6.6", "6.60"),
    "blanks around": ("  6.6　", "6.60"),
    "no-break blank": ("\u00a06.6", "6.60"),
    "more decimals than shown": (6.625, "6.63"),
    "text with more decimals": ("6.625", "6.625"),
    "unit behind": ("6.6万人", "6.60"),
    "万": ("6.6万", "6.60"),
    "人": ("66000人", "6.60"),
    "亿": ("0.001亿", "10.00"),
    "full-width unit": ("６６，０００人", "6.60"),
    "plus sign": ("+6.6", "6.60"),
    "zero": (0, "0.00"),
    "float noise": (0.1 + 0.2, "0.30"),
    "dash": ("—", "—"),
    "double dash": ("——", "—"),
    "hyphen": ("-", "-"),
    "full-width hyphen": ("－", "-"),
    "无": ("无", "无"),
    "empty": (None, ""),
    "only blanks": ("   ", ""),
    "thousands": ("1,234.5", "1234.50"),
    "full-width thousands": ("１，２３４．５", "1234.50"),
    "blank thousands": ("1 234.5", "1234.50"),
}
# What is typed into that cell, and words of the answer.
ASKED = {
    "words": ("约6.6", "数字"),
    "date": (datetime(2026, 3, 4), "3-4"),
    "date as text": ("3-4", "数字"),
    "#REF!": ("#REF!", "公式出错"),
    "#DIV/0!": ("#DIV/0!", "公式出错"),
    "formula without result": ("=1+2", "公式没有存下结果"),
    "decimal comma": ("6,6", "数字"),
    "European": ("1.234,5", "数字"),
    "two numbers": ("6.6/7", "数字"),
    "footnote": ("6.6①", "单位"),
    "superscript": ("6.6²", "单位"),
    "other unit": ("6.6亿元", "单位"),
    "percent": ("6.6%", "单位"),
    "negative persons": (-6.6, "负数"),
    "brackets on persons": ("（6.6）", "负数"),
    "true": (True, "数字"),
    "not a number": ("nan", "数字"),
    "infinite": ("inf", "数字"),
    "code": ("0066", "数字"),
    "unknown mark": ("N/A", "数字"),
    "power": ("6.6E+02", "数字"),
    "many decimals": (6.123456789, "四舍五入"),
    "ideographic stop": ("6。6", "单位"),
    "broken thousands": ("12,34", "数字"),
    "slash": ("/", "数字"),
    "forecast": ("6.6（预计）", "单位"),
}
#: Cells whose format fixes no decimals, and those that are what they are in a file only.
UNFORMATTED = {"many decimals"}
OF_A_FILE = {*UNFORMATTED, "#REF!", "#DIV/0!", "formula without result"}


@cache
def typed() -> dict[str, Cell | None]:
    """All of these as they come out of one workbook, by name."""
    book = Workbook()
    cases = [*UNDERSTOOD.items(), *ASKED.items()]
    for row, (name, (value, _)) in enumerate(cases, 1):
        cell = book.active.cell(row, 1)
        cell.number_format = "General" if name in UNFORMATTED else "#,##0.00"
        cell.value = value  # of a date this changes the format, as Excel does
    path = origin() / "typed.xlsx"
    book.save(path)
    (grid,) = open_workbook(path, path.read_bytes())
    return {name: grid.cells.get((row, 1)) for row, (name, _) in enumerate(cases, 1)}


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_what_people_really_type_is_read_exactly(name):
    about = dataset().catalogue.indicator("pension.insured")
    assert understand(typed()[name], about, "万人").literal == UNDERSTOOD[name][1]


@pytest.mark.parametrize("name", ASKED)
def test_what_is_ambiguous_or_wrong_is_asked_about(name):
    about = dataset().catalogue.indicator("pension.insured")
    with pytest.raises(Asked, match=ASKED[name][1]):
        understand(typed()[name], about, "万人")


@pytest.mark.parametrize("name", sorted(set(ASKED) - OF_A_FILE))
def test_a_question_names_sheet_and_cell_and_rejects_the_file(name):
    value, words = ASKED[name]
    (found,) = reading(C8=value).fatal
    assert (found.sheet, found.cell) == ("表1-1", "C8") and words in found.expected and found.stands


def test_questions_on_what_stands_in_a_file_only(small):
    """Errors, a formula without a result, a number without a format, beside each other in one workbook."""

    def change(book):
        sheet = book["表1-1"]
        sheet["C6"] = "=1+2"
        sheet["C7"] = "#REF!"
        sheet["C8"] = 6.123456789
        sheet["C8"].number_format = "General"
        sheet["E8"] = "#DIV/0!"

    found = {each.cell: (each.stands, each.expected) for each in send(small, change).fatal}
    assert set(found) == {"C6", "C7", "C8", "E8"} and all(stands for stands, _ in found.values())
    for cell, words in {"C6": "没有存下结果", "C7": "公式出错", "C8": "四舍五入", "E8": "公式出错"}.items():
        assert words in found[cell][1]


def test_a_workbook_typed_in_every_way_arrives_in_the_data(small):
    """Units, width, blanks and marks in one file: what is stored is what was meant."""
    insured = {"C6": "３３", "C7": "22万人", "C8": "66000人", "C9": " 4.4　"}
    income = {"E6": "3.3亿元", "E7": "22000万元", "E8": 1.1, "E9": "——"}
    sent = send(small, **insured, **income).again()
    stored = [sent.value("pension.insured", item) for item in ("640000", "640101", "640181", "640121")]
    assert stored == ["33.00", "22.00", "6.60", "4.40"]
    stored = [sent.value("pension.income", item) for item in ("640000", "640101", "640181", "640121")]
    assert stored == ["3.30", "2.20", "1.10", "—"]


def test_all_findings_are_told_at_once():
    sheets = {"表1-1": {"C7": "3-4", "E8": "x"}, "表4": {"D6": "很多"}}
    found = {(each.sheet, each.cell) for each in reading(sheets).fatal}
    assert found == {("表1-1", "C7"), ("表1-1", "E8"), ("表4", "D6")}


def test_negative_amounts_in_brackets_percent_as_sign_and_format_and_ratios(small):
    def change(book):
        sheet = book["第一部分文中数"]
        sheet["F10"] = "（0.50）"
        sheet["F7"] = 0.475
        sheet["F7"].number_format = "0.0%"
        sheet["F8"] = "3.10：1"
        sheet["F6"] = "7万人"

    sent = send(small, change)
    stored = [sent.value(f"pension.{code}") for code in ("balance", "rate", "ratio", "persons")]
    assert stored == ["-0.50", "47.50", "3.10", "70000"]
    seen = sent.data.observations["pension.persons", "640000", 2026]
    assert seen.margin == 5000, "7万 is not 70000 to the person"


def test_persons_are_whole():
    found = reading({"第一部分文中数": {"F6": 70000.5}})
    assert [(each.cell, each.sheet) for each in found.fatal] == [("F6", "第一部分文中数")] and found.told("整数")


def test_a_cell_that_shows_fewer_decimals_than_it_holds_is_read_as_shown():
    found = reading(C8=6.6049)
    assert found.value("pension.insured", "640181") == "6.60" and found.told("按显示的6.60读入", "C8", False)


@pytest.mark.parametrize("number_format", ['0.0,"千"', '0.00"万"', "0!.0,"])
def test_a_format_that_shows_another_number_is_not_guessed_at(number_format):
    about = dataset().catalogue.indicator("pension.insured")
    with pytest.raises(Asked, match="格式把数缩放显示了"):
        understand(Cell(66000, number_format), about, "万人")


def test_stored_results_of_formulas_are_read_and_links_to_other_workbooks_are_not(small):
    def change(book):
        book["表1-1"]["C6"] = "=[1]表!C7"

    (found,) = send(small, change).fatal
    assert found.cell == "C6"
    about = dataset().catalogue.indicator("pension.insured")
    assert understand(Cell(33.0, "0.00", "=SUM(C7:C9)"), about, "万人").literal == "33.00"
    with pytest.raises(Asked, match="别的工作簿"):
        understand(Cell(33.0, "0.00", "=[1]表!C7"), about, "万人")


UNITS = {"": 0, "亿": 0, "亿元": 0, "万元": -4, "万": -4, "元": -8}
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@given(st.decimals(-(10**9), 10**9, places=3), st.sampled_from(list(UNITS)), st.booleans(), st.booleans())
def test_whatever_unit_width_and_sign_the_number_is_the_same_to_the_last_digit(value, unit, wide, brackets):
    text = f"{value:,}" + unit
    if brackets and value < 0:
        text = f"({text[1:]})"
    if wide:
        text = text.translate(WIDE)
    literal = understand(Cell(text), ABOUT, "亿元").literal
    assert Decimal(literal) == value.scaleb(UNITS[unit]) and len(literal.partition(".")[2]) >= 2


@given(st.text(max_size=12))
def test_any_text_is_read_or_asked(text):
    """No text breaks the reader: a number, a blank, or a question."""
    try:
        figure = understand(Cell(text), ABOUT, "亿元")
    except Asked as asked:
        assert str(asked)
    else:
        assert (figure.status == "M") == (figure.literal in {"", "-", "—", "无"})
