"""The workbook that goes out: which sheets it has, what stands on them, what is locked, and what is a formula."""

from __future__ import annotations

import shutil

import pytest
from openpyxl import load_workbook

from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from nianbao.intake.layout import REVISION_HEADS, SheetKind, text_head
from nianbao.intake.planning import plan
from nianbao.intake.workbook import workbook
from tests.intake.small import FILES, dataset, origin, send, write_files

#: Sheets with formulas.
RECKONED = {"填报说明", "要看的", "核对", "逐项比较"}
INDICATORS = "catalogue/indicators/pension.csv"
OBSERVATIONS = "observations/2025/pension.csv"


def of(tmp_path, **files: str) -> Dataset:
    """The small data with rows added to some files, each named by its place below `data/`."""
    changed = {name: FILES[name] + rows for name, rows in files.items()}
    return Dataset(write_files(tmp_path / "data", FILES | changed))


def test_each_table_of_last_year_is_a_sheet_and_single_figures_stand_by_part():
    form = plan(dataset(), 2026)
    assert [(sheet.name, sheet.kind) for sheet in form.sheets] == [
        ("表1-1", SheetKind.ROW_PER_REGION),
        ("第一部分文中数", SheetKind.ROW_PER_FIGURE),
        ("表4", SheetKind.ROW_PER_INDICATOR),
    ]
    assert workbook(dataset(), 2026).sheetnames == [
        "填报说明",
        "要看的",
        "核对",
        "逐项比较",
        "表1-1",
        "第一部分文中数",
        "表4",
        "以前年度",
        "基期",
        "修订",
        "机构职责",
        "文字说明",
        "指标说明",
        "代码表",
    ]


def test_regions_stand_before_rows_and_indicators_above_columns():
    sheet = workbook(dataset(), 2026)["表1-1"]
    assert [cell.value for cell in sheet[3]][:5] == ["代码", "地区", "参保人数（万人）", None, "基金收入（亿元）"]
    assert [sheet["C4"].value, sheet["C5"].value, sheet["D5"].value] == ["pension.insured", "2026年", "2025年"]
    assert [[cell.value for cell in row[:4]] for row in sheet.iter_rows(6, 7)] == [
        ["640000", "全区", None, 30],
        ["640101", "银川市（市本级）", None, 20],
    ]
    assert sheet["F9"].value == "—", "what was printed blank stands as it was printed"


def test_input_cells_are_open_and_all_others_locked_without_a_password():
    sheet = workbook(dataset(), 2026)["表4"]
    is_open = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    rows_to_add = {f"{letter}{row}" for letter in "ABCDFH" for row in range(8, 12)}
    assert is_open == {"D6", "F6", "H6", "D7", "F7", "H7"} | rows_to_add
    assert sheet.protection.sheet and sheet.protection.password is None


def test_cells_show_the_decimals_of_their_indicator_and_take_numbers_or_marks():
    sheet = workbook(dataset(), 2026)["第一部分文中数"]
    assert sheet["F6"].number_format == "#,##0" and sheet["F7"].number_format == "#,##0.00"
    rules = {str(each.sqref): each for each in sheet.data_validations.dataValidation}
    assert "ISNUMBER(F6)" in rules["F6"].formula1 and rules["F6"].prompt.startswith("单位：人。")


def test_a_table_of_two_kinds_has_a_second_sheet(tmp_path):
    """Three indicators of one figure each in 表1-1, which also has regions."""
    singles = "".join(f"pension.one{at},单{at},元,0,flow,region,,,\n" for at in range(3))
    figures = "".join(f"pension.one{at},640000,{at},A,report-2025 表1-1,\n" for at in range(3))
    form = plan(of(tmp_path, **{INDICATORS: singles, OBSERVATIONS: figures}), 2026)
    assert [sheet.name for sheet in form.sheets][:2] == ["表1-1", "表1-1（续）"]
    assert len(form.sheets[1].last) == 3 and form.sheets[1].kind is SheetKind.ROW_PER_FIGURE


def test_two_single_figures_of_a_table_are_no_table(tmp_path):
    singles = "".join(f"pension.one{at},单{at},元,0,flow,region,,,\n" for at in range(2))
    figures = "".join(f"pension.one{at},640000,{at},A,report-2025 表1-9,\n" for at in range(2))
    form = plan(of(tmp_path, **{INDICATORS: singles, OBSERVATIONS: figures}), 2026)
    assert [sheet.name for sheet in form.sheets] == ["表1-1", "第一部分文中数", "表4"]


def test_a_figure_without_a_place_stands_with_its_part(tmp_path):
    form = plan(
        of(
            tmp_path,
            **{
                INDICATORS: "pension.lost,不明,元,0,flow,region,,,\n",
                OBSERVATIONS: "pension.lost,640000,1,A,report-2025,\n",
            },
        ),
        2026,
    )
    assert form.sheet_of["pension.lost", "640000"].name == "pension文中数"


def test_a_first_year_asks_for_every_region_and_indicator(tmp_path):
    """No edition before: a table a scheme, and the figures of no scheme behind."""
    root = shutil.copytree(origin() / "data", tmp_path / "data")
    shutil.rmtree(root / "observations")
    shutil.rmtree(root / "editions")
    (root / "observations").mkdir()
    schemes = root / "catalogue" / "codelists" / "schemes.csv"
    schemes.write_text(
        "item,name,short,level,parent,note,prefix\nall,合计,合计,total,,,\npension,养老,养老,scheme,all,,pension\n",
        "utf-8",
    )
    (root / "catalogue" / "indicators" / "other.csv").write_text(
        FILES[INDICATORS].splitlines()[0] + "\nother.cards,持卡人数,万人,2,stock,region,,,\n", "utf-8"
    )
    form = plan(Dataset(root), 2026)
    assert [(sheet.name, sheet.kind) for sheet in form.sheets] == [
        ("表1-1", SheetKind.ROW_PER_REGION),
        ("其他", SheetKind.ROW_PER_FIGURE),
    ]
    assert len(form.sheets[0].rows) == 6 and len(form.sheets[0].columns) == 8
    assert list(form.sheets[1].last) == [("other.cards", "640000")]


def test_a_year_that_follows_no_edition_is_refused():
    with pytest.raises(DataError, match="没有2029年的年报数据"):
        plan(dataset(), 2030)


def test_figures_of_the_year_that_are_known_stand_in_the_workbook(small):
    data = send(small).data
    sheet = workbook(Dataset(data.root), 2026)["表1-1"]
    assert [sheet["C8"].value, sheet["D8"].value, sheet["E9"].value] == [6.6, 6, "—"]


@pytest.mark.parametrize("name", ["=1+1", '=HYPERLINK("x")'])
def test_a_name_that_looks_like_a_formula_is_none(tmp_path, name):
    quoted = name.replace('"', '""')
    data = of(
        tmp_path,
        **{
            INDICATORS: f'pension.odd,"{quoted}",元,0,flow,region,,,"{quoted}"\n',
            OBSERVATIONS: "pension.odd,640000,1,A,report-2025 第一部分一,\n",
        },
    )
    book = workbook(data, 2026)
    book.save(tmp_path / "odd.xlsx")
    named = 0
    for sheet in load_workbook(tmp_path / "odd.xlsx"):
        for row in sheet.iter_rows():
            for cell in row:
                named += cell.value == name
                assert cell.data_type != "f" or sheet.title in RECKONED, cell.coordinate
                assert cell.value != name or cell.data_type == "s"
    assert named >= 3


def test_heads_of_texts_and_revisions_are_those_of_the_schema():
    book = workbook(dataset(), 2026)
    assert (
        [cell.value for cell in book["修订"][2]]
        == list(REVISION_HEADS.values())
        == ["指标", "地区", "年份", "原数", "新数", "种类", "理由", "日期"]
    )
    assert [cell.value for cell in book["机构职责"][2]] == ["采用（是/否）", "序号", "文字", "位置"]
    assert text_head("unheard_of") == "unheard_of"


def test_live_checks_name_the_totals():
    """合计 of the two figures with parts; each figure is taken from where it stands as it will be read."""
    book = workbook(dataset(), 2026)
    sheet = book["核对"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(7)]
    totals = [row for row in rows if row[0] == "合计"]
    assert [row[1] for row in totals] == [
        "全区参保人数＝分项之和",
        "全区基金收入＝分项之和",
        "合计基金资产＝分项之和",
        "合计基金负债＝分项之和",
    ]
    compared = {row[5].value: (row[0].row, row[6].value) for row in book["逐项比较"].iter_rows(5)}
    at = [compared[f"表1-1!C{row}"][0] for row in (6, 7, 8, 9)]
    terms = [f"N('逐项比较'!$G${row})" for row in at]
    assert totals[0][2:4] == [f"={terms[0]}", "=" + "+".join(terms[1:])]
    assert totals[0][5].count("+") == 3, "half a digit for each of the four figures"
    assert compared["表1-1!C6"][1].startswith("=IF(ISNUMBER('表1-1'!C6),ROUND('表1-1'!C6,2),")
    assert len(compared) == len(plan(dataset(), 2026).sheet_of)
