"""Mistakes as people make them: each is said at the intake, with sheet and cell, what stands there, and how to mend it.

A mistake that makes the file say something else than was meant rejects it (`fatal`); one after which the figures may
still be right is a note. None of them passes in silence, and none floods the editor: one cause, one remark.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from nianbao.intake.reading import Reading, intake
from nianbao.intake.remarks import Remark
from nianbao.intake.workbook import workbook
from tests.intake.small import (
    FILES,
    GOOD,
    SHEET,
    YEAR,
    fill,
    is_told,
    origin,
    reading,
    send,
    send_csv,
    write_files,
)
from tests.support.selection import long_but

SINGLES = "第一部分文中数"


def wide_files() -> dict[str, str]:
    """Data with a table of fourteen regions and three columns."""
    regions = "".join(f"6409{at:02},第{at}县,第{at}县,unit,640000,\n" for at in range(1, 15))
    indicators = "".join(
        f"wide.{name},{title},{unit},2,flow,region,,,含义\n"
        for name, title, unit in (("people", "人数", "万人"), ("money", "金额", "万元"), ("share", "比重甲", "%"))
    )
    files = dict(FILES)
    files["catalogue/codelists/regions.csv"] += regions
    head = FILES["catalogue/indicators/pension.csv"].splitlines()[0]
    files["catalogue/indicators/wide.csv"] = f"{head}\n{indicators}"
    rows = ["indicator,item,value,status,source,margin"]
    for at in range(1, 15):
        people = at * at + 3.17
        rows.append(f"wide.people,6409{at:02},{people:.2f},A,report-2025 表9-1,")
        rows.append(f"wide.money,6409{at:02},{people * 70 + 11 * (at % 3):.2f},A,report-2025 表9-1,")
        rows.append(f"wide.share,6409{at:02},{40 + at * 1.31:.2f},A,report-2025 表9-1,")
    files["observations/2025/wide.csv"] = "\n".join(rows) + "\n"
    return files


@cache
def wide_workbook() -> bytes:
    """The filled-in workbook of the next year of the data with a wide table: made once, it takes a second.

    Only two sheets are handed back, for each test reads them anew.
    """
    with TemporaryDirectory() as folder:
        book = workbook(Dataset(write_files(Path(folder) / "data", wide_files())), YEAR)
    for name, cells in GOOD.items():
        fill(book, name, cells)
    sheet = book["表9-1"]
    for row in range(6, 20):
        for column in (3, 5, 7):
            last = sheet.cell(row, column + 1).value
            sheet.cell(row, column).value = round(last * (1.02 + row % 4 / 100), 2)
    for other in set(book.sheetnames) - {SHEET, sheet.title}:
        del book[other]
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


class Read:
    """What there is to say of the workbook with a wide table and something changed."""

    def __init__(self, folder: Path, change, sheet: str = "表9-1"):
        root = write_files(folder / "wide" / "data", wide_files())
        path = folder / "wide.xlsx"
        book = load_workbook(BytesIO(wide_workbook()))
        change(book[sheet])
        book.save(path)
        self.reading = Reading([path], YEAR, root)
        self.remarks: list[Remark] = self.reading.remarks
        self.fatal = [each for each in self.remarks if each.fatal]

    def told(self, words: str, cell: str | None = None, fatal: bool | None = None) -> bool:
        """Whether a remark says so."""
        return is_told(self.remarks, words, cell, fatal)


def values(sheet: Worksheet, column: int) -> list[object]:
    """The figures of a column of the wide table."""
    return [sheet.cell(row, column).value for row in range(6, 20)]


def put(sheet: Worksheet, column: int, figures: list[object], first: int = 6) -> None:
    """Put figures into a column of the wide table."""
    for row, value in enumerate(figures, first):
        sheet.cell(row, column).value = value


def test_the_workbook_without_a_mistake_is_suspected_of_nothing(tmp_path):
    assert [each for each in Read(tmp_path, lambda sheet: None).remarks if "没有这张表" not in each.expected] == []


# -- rows and columns -------------------------------------------------------------------------------------------
def test_two_rows_swapped(tmp_path):
    def change(sheet):
        for column in (3, 5):
            one, other = sheet.cell(9, column), sheet.cell(15, column)
            one.value, other.value = other.value, one.value

    found = Read(tmp_path, change)
    assert found.told("“第4县”和“第10县”两行像是互换了", None, False)


@pytest.mark.long
def test_a_column_pasted_a_row_too_low(tmp_path):
    def change(sheet):
        put(sheet, 3, [None, *values(sheet, 3)[:-1]])

    found = Read(tmp_path, change)
    assert found.told("整块错了一行（粘低了一行）", None, False)
    assert sum("错了一行" in each.expected for each in found.remarks) == 1


def test_a_column_pasted_a_row_too_high(tmp_path):
    def change(sheet):
        put(sheet, 3, [*values(sheet, 3)[1:], None])

    assert Read(tmp_path, change).told("粘高了一行", None, False)


def test_two_columns_exchanged(tmp_path):
    def change(sheet):
        people, money = values(sheet, 3), values(sheet, 5)
        put(sheet, 3, money)
        put(sheet, 5, people)

    found = Read(tmp_path, change)
    assert found.told("“人数”一栏的数像是“金额”的；“金额”一栏的数像是“人数”的", None, False)


def test_a_block_pasted_one_column_to_the_right_is_one_question(tmp_path):
    def change(sheet):
        put(sheet, 4, values(sheet, 3))
        put(sheet, 3, [None] * 14)

    (found,) = Read(tmp_path, change).fatal
    assert found.sheet == "表9-1" and found.cell.startswith("D6、D7") and "共14格" in found.expected
    assert "粘到“2026年”一栏" in found.expected


def test_a_column_that_was_deleted_is_one_question(tmp_path):
    def change(sheet):
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        sheet.delete_cols(5, 2)

    (found,) = Read(tmp_path, change).fatal
    assert "缺少“金额”一栏（" in found.expected or "缺少“金额”一栏，" in found.expected
    assert "请补上" in found.expected


def test_a_heading_that_was_renamed_is_one_question(tmp_path):
    def change(sheet):
        sheet["E3"] = "钱数"
        sheet["E4"] = None

    (found,) = Read(tmp_path, change).fatal
    assert (found.cell, found.stands) == ("E3", "钱数")


@pytest.mark.long
def test_several_rows_that_were_deleted_are_one_question(tmp_path):
    (found,) = Read(tmp_path, lambda sheet: sheet.delete_rows(10, 3)).fatal
    assert "“第5县”的“人数”" in found.expected and "地区撤并" in found.expected


def test_names_sorted_without_their_codes_are_one_question(tmp_path):
    def change(sheet):
        put(sheet, 2, list(reversed(values(sheet, 2))))

    (found,) = Read(tmp_path, change).fatal
    assert "只对其中一栏排了序" in found.expected


@pytest.mark.long
def test_codes_and_names_deleted_are_one_question(tmp_path):
    def change(sheet):
        put(sheet, 1, [None] * 14)
        put(sheet, 2, [None] * 14)

    found = Read(tmp_path, change)
    assert len(found.fatal) == 1 and "没有写地区或指标" in found.fatal[0].expected


def test_a_row_entered_twice_with_other_figures():
    found = reading(A10="640121", B10="永宁县", C10=4.5, E10="—")
    assert found.told("C9是同一个数，那里是“4.40”", "C10", True)


def test_rows_of_a_city_and_of_its_own_offices_confused():
    assert reading(A7=None, B7="银川市").told("请写明是市本级还是全市", "C7", True)


# -- what is typed ----------------------------------------------------------------------------------------------
def test_zero_for_what_is_not_known(tmp_path):
    found = Read(tmp_path, lambda sheet: fill(sheet.parent, sheet.title, {"C9": 0}))
    assert found.told("本年填的是0；不知道、不公布应填“—”", "C9", False)


@pytest.mark.long
def test_zeros_down_a_column_are_one_note(tmp_path):
    found = Read(tmp_path, lambda sheet: put(sheet, 3, [0] * 14))
    assert sum("不公布应填“—”" in each.expected for each in found.remarks) == 1


@pytest.mark.parametrize("typed, number_format, fatal", [(7.899999, "General", True), ("7.899999", "0.00", True)])
def test_decimals_that_a_calculation_left(small, typed, number_format, fatal):
    def change(book):
        book[SHEET]["C8"] = typed
        book[SHEET]["C8"].number_format = number_format

    assert send(small, change).told("四舍五入到2位（如7.90）", "C8", fatal)


def test_decimals_that_the_format_hides_are_read_as_shown_and_said():
    assert reading(C8=6.599999).told("格内是6.599999，按显示的6.60读入", "C8", False)


def test_yuan_where_ten_thousands_are_asked_for_are_one_note(tmp_path):
    def change(sheet):
        put(sheet, 5, [value * 10000 for value in values(sheet, 5)])

    found = [each for each in Read(tmp_path, change).remarks if "请核对单位" in each.expected]
    assert len(found) == 1 and "像是以“元”填的" in found[0].expected and "共14格" in found[0].expected


def test_a_percentage_as_a_fraction():
    found = reading({SINGLES: {"F7": 0.475}})
    assert found.told("像是写成了小数，应乘以100", "F7", False)


def test_last_years_number_left_standing(tmp_path):
    def change(sheet):
        put(sheet, 3, values(sheet, 4))

    found = [each for each in Read(tmp_path, change).remarks if "一字不差" in each.expected]
    assert len(found) == 1 and found[0].cell.startswith("C6、C7") and not found[0].fatal


def test_a_date_that_excel_made_of_a_fraction(small):
    assert send(small, C8=datetime(2026, 3, 4)).told("当成了日期", "C8", True)


@pytest.mark.long
def test_errors_down_a_column_are_one_question(tmp_path):
    (found,) = Read(tmp_path, lambda sheet: put(sheet, 3, ["#REF!"] * 14)).fatal
    assert "公式出错，应为数字" in found.expected and "共14格" in found.expected


def test_formulas_whose_results_were_not_kept_are_one_question(tmp_path):
    (found,) = Read(tmp_path, lambda sheet: put(sheet, 3, [f"=D{row}*1.1" for row in range(6, 20)])).fatal
    assert "没有存下结果" in found.expected and "打开、保存" in found.expected


def test_numbers_pasted_as_texts_are_read(tmp_path):
    found = Read(tmp_path, lambda sheet: put(sheet, 3, [f"　{value}\u00a0" for value in values(sheet, 3)]))
    assert not found.fatal and found.reading.filled.figures["wide.people", "640901"].figure.literal == "4.34"


def test_one_figure_over_two_merged_cells(small):
    assert send(small, lambda book: book[SHEET].merge_cells("C8:C9")).told("取消合并后分别填写", "C8", True)


def test_a_hidden_row_is_read_and_said(small):
    def change(book):
        book[SHEET].row_dimensions[8].hidden = True

    assert send(small, change).told("隐藏的行列（第8行）", None, False)


def test_the_words_of_the_guide_typed_into_a_cell():
    assert reading(C8="同上年").told("应为数字（单位：万人），没有数填“—”", "C8", True)


# -- sheets and files -------------------------------------------------------------------------------------------
def test_a_sheet_that_was_deleted_is_one_note(small):
    sent = send(small, lambda book: book.remove(book["表4"]))
    found = [each for each in sent.remarks if "没有这张表" in each.expected]
    assert [each.sheet for each in found] == ["表4"] and "如是误删" in found[0].expected


def test_a_sheet_that_was_renamed_is_read_and_said(small):
    def change(book):
        book[SHEET].title = "Sheet2"

    sent = send(small, change)
    assert sent.value("pension.insured", "640181") == "6.60" and sent.told("这张表改了名", None, False)


@pytest.mark.long
def test_a_sheet_of_texts_that_was_renamed_is_read_or_asked_about_once(small):
    def change(title):
        def renamed(book):
            book["机构职责"]["A3"] = "是"
            book["机构职责"].title = title

        return renamed

    sent = send(small, change("机构职责（定稿）"))
    assert sent.data.texts("duties", YEAR) and sent.told("看来是“机构职责”", None, False)
    (found,) = send(small, change("Sheet5")).fatal
    assert "请改回原名" in found.expected and "机构职责" in found.expected


def test_a_column_of_a_sheet_of_texts_that_was_deleted_is_one_question(small):
    (found,) = send(small, lambda book: book["机构职责"].delete_cols(3, 2)).fatal
    assert "缺少“文字”、“位置”一栏" in found.expected


def test_the_workbook_of_another_year_is_one_question(small):
    """That of 2027, made after 2026 was read, sent back as 2026."""
    send(small)
    path = small / "2027.xlsx"
    book = workbook(Dataset(small / "data"), YEAR + 1)
    fill(book, SHEET, {"C6": 35})
    book.save(path)
    (found,) = [each for each in intake(path, YEAR, small / "data").remarks if each.fatal]
    assert "这是2027年的工作簿" in found.expected and "--year 2027" in found.expected


def test_a_region_sheet_saved_as_a_csv_is_read_with_last_years_columns_beside(small, tmp_path):
    book = load_workbook(origin() / "good.xlsx")
    lines = []
    for row in book[SHEET].iter_rows(values_only=True):
        lines.append(",".join("" if value is None else f"{value}" for value in row))
    sent = send_csv(small, "\n".join(lines) + "\n", "填报-2026.csv")
    assert not sent.fatal and sent.value("pension.income", "640101") == "2.20"


@pytest.mark.long
def test_files_of_two_years_mixed_in_one_call(small):
    send(small)
    other = small / "2027.xlsx"
    workbook(Dataset(small / "data"), YEAR + 1).save(other)
    outcome = intake([origin() / "good.xlsx", other], YEAR, small / "data")
    assert [each.file for each in outcome.remarks if each.fatal] == ["2027.xlsx"] and not outcome.changed


def test_a_table_put_together_from_two_editors_with_one_region_twice():
    """The lower half of the sheet is the other editor's, with other figures."""
    found = reading(A11="640181", B11="灵武市", C11=6.2, E11=1.1)
    assert found.told("C8是同一个数，那里是“6.60”", "C11", True)


def test_a_workbook_that_nobody_filled_in(small):
    with pytest.raises(DataError, match="没有读到任何数"):
        intake(origin() / "empty.xlsx", YEAR, small / "data")


# -- texts ------------------------------------------------------------------------------------------------------
LISTED = {
    "editions/2025/texts/agencies.csv": (
        "order,name,region,level,five_in_one,source\n"
        "1,省局,640000,province,no,report-2025 第六部分一\n"
        "2,灵武所,640181,county,yes,report-2025 第六部分一\n"
    ),
    "editions/2025/texts/contribution_levels.csv": "level,amount,unit,source\n1,200,元,report-2025 第一部分三（一）2\n",
    "editions/2025/texts/policy_documents.csv": (
        "order,issuer,item,title,number,source\n1,厅,1,关于甲事的通知,甲发〔2025〕3号,report-2025 第七部分一\n"
    ),
}


def texts(folder: Path, sheets: dict[str, dict[str, object]]) -> tuple[list[Remark], Path]:
    """The remarks on a workbook of data with lists of several kinds, and the data."""
    root = write_files(folder / "texts" / "data", FILES | LISTED)
    book: Workbook = workbook(Dataset(root), YEAR)
    for name, cells in {**GOOD, **sheets}.items():
        fill(book, name, cells)
    path = folder / "texts.xlsx"
    book.save(path)
    return intake(path, YEAR, root).remarks, root


def test_yes_levels_regions_and_amounts_are_stored_as_the_book_reads_them(tmp_path):
    agencies = {"A3": "是", "D3": "全区", "E3": "自治区级", "F3": "是"}
    agencies |= {"A4": "是", "D4": "灵武市", "E4": "县区级", "F4": "×"}
    amounts = {"A3": "是", "C3": "１，２００元"}
    remarks, root = texts(tmp_path, {"机构名录": agencies, "缴费档次": amounts})
    assert not [each for each in remarks if each.fatal]
    rows = Dataset(root).texts("agencies", YEAR)
    assert [(row["region"], row["level"], row["five_in_one"]) for row in rows] == [
        ("640000", "province", "yes"),
        ("640181", "county", "no"),
    ]
    (row,) = Dataset(root).texts("contribution_levels", YEAR)
    assert row["amount"] == "1200" and row["source"] == "report-2026 第一部分三（一）2"


def test_a_document_of_last_year_is_pointed_out_by_its_number(tmp_path):
    remarks, _ = texts(tmp_path, {"文件目录": {"A3": "是"}})
    assert is_told(remarks, "文号是上年的", "F3", False)


@pytest.mark.parametrize(
    "sheet, cells, cell, words",
    long_but(
        [
            ("机构名录", {"A3": "是", "F3": "部分"}, "F3", "应为“是”或“否”"),
            ("机构名录", {"A3": "是", "E3": "乡镇"}, "E3", "应为层级：省级、地市级、县级、市县级"),
            ("机构名录", {"A3": "是", "D3": "新城区"}, "D3", "应为地区的名称或代码"),
            ("机构名录", {"A3": "是", "B3": "一"}, "B3", "应为数字"),
            ("缴费档次", {"A3": "是", "C3": "约二百"}, "C3", "应为数字（单位：元）"),
            ("缴费档次", {"A3": "是", "C3": "200人"}, "C3", "单位应为“元”"),
            ("缴费档次", {"A3": "是", "C3": None}, "C3", "不能空着"),
            ("机构职责", {"A3": "是", "C3": "=1+2"}, "C3", "公式没有存下结果"),
            ("机构职责", {"A3": "是", "C3": "#REF!"}, "C3", "公式出错"),
            ("机构职责", {"A9": "是"}, "A9", "这一行没有内容"),
        ],
        1,
        6,
    ),
)
def test_what_a_list_does_not_take_is_asked_about_at_the_intake(tmp_path, sheet, cells, cell, words):
    remarks, _ = texts(tmp_path, {sheet: cells})
    assert is_told(remarks, words, cell, True)


def test_texts_arrive_as_they_were_typed(small):
    typed = "办理“登记”（含变更）；比例为５０％，见《办法》：A＋B～C。"

    def change(book):
        fill(book, "机构职责", {"A3": "是", "C3": f"　{typed} "})
        fill(book, "文字说明", {"A3": "是", "C3": "上升到｛｛pension．rate｝｝（全口径）。"})

    data = send(small, change).again().data
    assert data.texts("duties", YEAR)[0]["text"] == typed
    assert data.texts("remarks", YEAR)[0]["text"] == "上升到{{pension.rate}}（全口径）。"


def test_a_text_that_names_a_figure_which_is_dropped_is_said(small):
    def change(book):
        fill(book, "文字说明", {"A3": "是"})
        fill(book, SINGLES, {"F7": "—"})

    sent = send(small, change)
    assert sent.told("文字里引用的2026年替代率（{{pension.rate}}）是“—”，书里这一句会略去", "第3行", False)


@pytest.mark.long
def test_a_figure_that_is_dropped_later_is_said_of_the_text_that_was_read_before(small):
    send(small, lambda book: fill(book, "文字说明", {"A3": "是"}))
    assert send(small, lambda book: fill(book, SINGLES, {"F7": "—"})).told("以前读入的文字里引用的", None, False)


@pytest.mark.long
def test_a_name_that_several_indicators_bear_is_asked_about(tmp_path):
    files = dict(FILES)
    files["catalogue/indicators/fund.csv"] += "fund.insured,参保人数,万人,2,stock,scheme,,,同名\n"
    root = write_files(tmp_path / "data", files)
    book = workbook(Dataset(root), YEAR)
    for name, cells in GOOD.items():
        fill(book, name, cells)
    row = ("参保人数", "灵武市", 2025, "6.00", "6.05", "差错", "重复计算", "2027-01-15")
    fill(book, "修订", dict(zip(("A3", "B3", "C3", "D3", "E3", "F3", "G3", "H3"), row, strict=True)))
    book.save(tmp_path / "同名.xlsx")
    remarks = intake(tmp_path / "同名.xlsx", YEAR, root).remarks
    assert is_told(remarks, "叫这个名称的有fund.insured、pension.insured，请写代码", "A3", True)
