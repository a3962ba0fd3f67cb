"""Workbooks that come back with rows and columns moved, added, gone, renamed, merged or hidden."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

from nianbao.cli import main
from nianbao.errors import DataError
from tests.intake.small import contents, origin, reading, send, send_csv


def test_a_good_workbook_arrives_whole(small):
    """Every cell with the indicator's decimals and its source, blanks with their mark; the report is in the list."""
    sent = send(small).again()
    assert sent.value("pension.insured") == "33.00" and sent.value("pension.insured", "640181") == "6.60"
    assert sent.value("pension.income", "640121") == "—" and sent.value("pension.persons") == "70000"
    assert sent.value("fund.debts", "injury") == "0.50"
    data = sent.data
    assert str(data.observations["pension.insured", "640000", 2026].source) == "report-2026 表1-1"
    assert "report-2026" in data.catalogue.documents


def test_a_rejected_file_changes_nothing(small):
    before = contents(small / "data")
    sent = send(small, C8="3-4")
    assert sent.fatal and sent.changed == [] and contents(small / "data") == before


# -- columns ----------------------------------------------------------------------------------------------------
def test_columns_are_found_by_their_heading(small):
    """The two pairs of columns change places, and a column of notes stands before them."""

    def change(book):
        sheet = book["表1-1"]
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        for row in range(3, 10):
            for one, other in (("C", "E"), ("D", "F")):
                first, second = sheet[f"{one}{row}"], sheet[f"{other}{row}"]
                first.value, second.value = second.value, first.value
        for head, beside in (("C", "D"), ("E", "F")):
            for row in (3, 4):
                sheet[f"{beside}{row}"] = sheet[f"{head}{row}"].value
        sheet.insert_cols(3)
        sheet["C3"] = "备注"
        sheet["C7"] = "含灵活就业"

    sent = send(small, change)
    assert sent.value("pension.insured") == "33.00" and sent.value("pension.income", "640101") == "2.20"


def test_an_added_column_that_is_no_indicator_is_left_out_and_said_so():
    found = reading(G3="人均缴费", G7=12)
    assert found.told("这一栏没有读入", "G3", False) and not found.fatal


def test_a_heading_that_is_no_longer_known_is_named_once():
    (found,) = reading(C3="参保数", C4=None).fatal
    assert found.cell == "C3" and found.stands == "参保数" and "请改正" in found.expected


def test_a_heading_with_another_unit_than_the_catalogue():
    assert reading(C3="参保人数（人）", C4=None).told("表头的单位应为“万人”", "C3", True)


def test_the_end_of_a_name_is_enough_where_one_indicator_of_the_sheet_has_it():
    found = reading(C3="人数（万人）", C4=None)
    assert found.value("pension.insured") == "33.00"


def test_a_workbook_of_another_year():
    assert reading(C5="2027年", E5="2027年").told("表头里没有2026年", fatal=True)


def test_a_sheet_without_a_heading(small):
    sent = send(small, lambda book: book["表1-1"].delete_rows(1, 5))
    assert sent.told("找不到表头", fatal=True)


# -- rows -------------------------------------------------------------------------------------------------------
def test_rows_are_found_by_code_and_name():
    """银川市（市本级） and 永宁县 change places."""
    found = reading(
        A7="640121",
        B7="永宁县",
        C7=4.4,
        D7=4,
        E7="—",
        F7="—",
        A9="640101",
        B9="银川市（市本级）",
        C9=22,
        D9=20,
        E9=2.2,
        F9=2,
    )
    assert found.value("pension.insured", "640101") == "22.00" and found.value("pension.insured", "640121") == "4.40"


def test_a_region_that_is_gone_is_asked_for(small):
    sent = send(small, lambda book: book["表1-1"].delete_rows(9))
    (found,) = sent.fatal
    assert "缺少“永宁县”的“参保人数”、“基金收入”（整行）" in found.expected


def test_a_region_that_had_no_figure_last_year_is_read_and_pointed_out(small):
    sent = send(small, A10="640122", B10="贺兰县", C10=1.5, E10=0.2)
    assert sent.value("pension.insured", "640122") == "1.50" and sent.told("作为新增读入", "C10", False)


def test_a_region_that_no_code_list_has_is_refused_with_what_to_do():
    assert reading(A10="640999", B10="新城区", C10=1.5).told("“地区”表", "A10", True)


def test_a_city_where_its_own_offices_belong_is_asked_about():
    assert reading(A7=None, B7="银川市").told("银川市（市本级）", "C7", True)


def test_a_code_and_a_name_of_two_regions_contradict_each_other():
    assert reading(B8="永宁县").told("同一项", "C8", True)


def test_two_rows_of_one_region_pass_where_they_agree():
    assert not reading(A10="640121", B10="永宁县", C10=4.4, E10="—").fatal
    assert reading(A10="640121", B10="永宁县", C10=4.5, E10="—").told("C9是同一个数", "C10", True)


def test_a_figure_in_a_row_that_names_nothing():
    assert reading(C11=5).told("没有写地区", "C11", True)


def test_a_note_below_the_table_is_no_row():
    found = reading(A12="注：本表不含……")
    assert not found.fatal and found.value("pension.insured") == "33.00"


# -- cells and sheets -------------------------------------------------------------------------------------------
def test_last_years_figures_are_not_changed_in_passing():
    assert reading(D8=6.5).told("2025年的数应为6.00", "D8", True)
    assert not reading(D8="6.00").fatal


def test_one_figure_over_two_rows(small):
    sent = send(small, lambda book: book["表1-1"].merge_cells("C8:C9"))
    assert sent.told("取消合并", "C8", True)


@pytest.mark.long
def test_hidden_rows_are_read_and_said_so(small):
    def change(book):
        book["表1-1"].row_dimensions[8].hidden = True

    sent = send(small, change)
    assert sent.value("pension.insured", "640181") == "6.60" and sent.told("隐藏的行列（第8行）", fatal=False)


@pytest.mark.long
def test_a_sheet_that_is_gone_leaves_its_figures_alone_and_says_so(small):
    send(small)
    sent = send(small, lambda book: book.remove(book["表4"]), C8=6.7)
    assert sent.told("没有这张表", fatal=False)
    assert sent.value("pension.insured", "640181") == "6.70" and sent.value("fund.debts", "injury") == "0.50"


def test_cells_left_empty_are_not_published_each_named():
    found = reading(C7=None, C8=None)
    assert not found.fatal and found.told("2格空着", "C7、C8", False)
    assert found.value("pension.insured", "640181") == ""


@pytest.mark.parametrize("typed, told", [(66000, True), (0.06, True), (599, False), (0.07, False), (0, False)])
def test_a_figure_a_hundred_times_last_years_is_read_and_pointed_out(typed, told):
    assert reading(C8=typed).told("请核对单位", "C8", False) is told


@pytest.mark.long
def test_an_indicator_that_the_catalogue_gained_has_a_cell_of_its_own_and_no_row_while_it_is_empty(small):
    assert ("pension.fresh", "640000", 2026) not in send(small).data.observations

    def change(book):
        book["第一部分文中数"]["F11"] = 12

    assert send(small, change).value("pension.fresh") == "12.00"
    assert send(small).value("pension.fresh") == "12.00", "an empty cell says nothing"

    def delete(book):
        book["第一部分文中数"]["F11"] = "删除"

    assert ("pension.fresh", "640000", 2026) not in send(small, delete).data.observations


# -- commands ---------------------------------------------------------------------------------------------------
def test_the_commands_say_every_cell_and_their_exit_codes(small, capsys):
    """0 read, 2 rejected with every cell named, 2 for a year that cannot be and a file that is not there."""
    data = ["--data", str(small / "data")]
    good = origin() / "good.xlsx"
    assert main(["intake", str(good), "--year", "2026", *data]) == 0
    book = load_workbook(good)
    book["表1-1"]["C8"] = "3-4"
    book.save(small / "bad.xlsx")
    assert main(["intake", str(small / "bad.xlsx"), "--year", "2026", *data]) == 2
    assert "工作表“表1-1”C8：填的是“3-4”" in capsys.readouterr().out
    assert main(["new-year", "2030", *data]) == 2
    assert main(["intake", str(small / "none.xlsx"), "--year", "2026", *data]) == 2


def test_new_year_never_overwrites_a_workbook(small, capsys):
    data = ["--data", str(small / "data")]
    assert main(["new-year", "2026", *data]) == 0
    path = small / "data" / "observations" / "2026" / "填报-2026.xlsx"
    before = path.read_bytes()
    assert main(["new-year", "2026", *data]) == 2 and path.read_bytes() == before
    assert "工作簿已存在" in capsys.readouterr().err


def test_a_file_without_any_figure_is_refused(small):
    with pytest.raises(DataError, match="没有读到任何数"):
        send_csv(small, "indicator,item,value\npension.insured,640181,—\n")
