"""What people send back: messy and wrong workbooks and CSV files, each with its expected outcome and the cell named."""

from __future__ import annotations

import io
import shutil
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from nianbao.audit.audit import of_edition
from nianbao.cli import main
from nianbao.data.catalogue import Indicator
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from nianbao.intake.cells import Asked, Cell, understand
from nianbao.intake.reading import intake
from nianbao.intake.workbook import new_year

FILES = {
    "catalogue/codelists/regions.csv": """\
region,name,short,level,parent,note
640000,全区,全区,province,,
640100,银川市,银川市,prefecture,640000,
640101,银川市（市本级）,银川市本级,unit,640100,
640181,灵武市,灵武市,unit,640100,
640121,永宁县,永宁县,unit,640100,
640122,贺兰县,贺兰县,unit,640100,
""",
    "catalogue/codelists/schemes.csv": "item,name,short,level,parent,note\nall,合计,合计,total,,\ninjury,工伤保险,工伤,scheme,all,\n"
                             "unemployment,失业保险,失业,scheme,all,\n",
    "catalogue/documents.csv": "document,title,year,publisher,published\nreport-2025,年度报告（2025年）,2025,某局,2026\n",
    "catalogue/indicators/pension.csv": """\
indicator,name,unit,decimals,kind,dimension,parent,formula,definition
pension.insured,参保人数,万人,2,stock,region,,,年末参保的人数
pension.income,基金收入,亿元,2,flow,region,,,全年收入
pension.persons,领取人数,人,0,flow,region,,,领取的人数
pension.rate,替代率,%,2,ratio,region,,,比例
pension.ratio,抚养比,比,2,ratio,region,,,比例
pension.standard,待遇标准,元,0,ratio,region,,,标准
pension.balance,累计结余,亿元,2,stock,region,,,年末结余
pension.fresh,新设指标,万元,2,flow,region,,,上年没有
""",
    "catalogue/indicators/fund.csv": "indicator,name,unit,decimals,kind,dimension,parent,formula,definition\n"
                           "fund.assets,基金资产,亿元,2,stock,scheme,,,资产\nfund.debts,基金负债,亿元,2,stock,scheme,,,负债\n",
    "catalogue/identities.csv": "identity,title,indicator,item,weight,lag\n",
    "observations/2025/pension.csv": """\
indicator,item,value,status,source,margin
pension.insured,640000,30.00,A,report-2025 表1-1,
pension.insured,640101,20.00,A,report-2025 表1-1,
pension.insured,640181,6.00,A,report-2025 表1-1,
pension.insured,640121,4.00,A,report-2025 表1-1,
pension.income,640000,3.00,A,report-2025 表1-1,
pension.income,640101,2.00,A,report-2025 表1-1,
pension.income,640181,1.00,A,report-2025 表1-1,
pension.income,640121,—,M,report-2025 表1-1,
pension.persons,640000,66706,A,report-2025 第一部分一,
pension.rate,640000,46.86,A,report-2025 第一部分一,
pension.ratio,640000,3.04,A,report-2025 第一部分一,
pension.standard,640000,1862,A,report-2025 第一部分一,
pension.balance,640000,-1.20,A,report-2025 第一部分一,
""",
    "observations/2025/fund.csv": "indicator,item,value,status,source,margin\n" + "".join(
        f"fund.{kind},{item},{value},A,report-2025 表4,\n" for kind in ("assets", "debts")
        for item, value in (("all", "5.00"), ("injury", "2.00"), ("unemployment", "3.00"))),
    "editions/2025/texts/duties.csv": "order,text,source\n1,办理登记。,report-2025 第六部分一\n2,管理基金。,report-2025 第六部分一\n",
    "editions/2025/texts/remarks.csv": "place,text\nrate,上升到{{pension.rate}}。\n",
    "observations/2026/budget.csv": "indicator,item,value,status,source\n",
}
GOOD = {"C6": 33, "C7": 22, "C8": 6.6, "C9": 4.4, "E6": 3.3, "E7": 2.2, "E8": 1.1, "E9": "—"}
REST = {"第一部分文中数": {"F6": 70000, "F7": 47.5, "F8": 3.1, "F9": 1900, "F10": -0.5},
        "表4": {"D6": 6, "F6": 2, "H6": 4, "D7": 1, "F7": 0.5, "H7": 0.5}}


@pytest.fixture(scope="session")
def base(tmp_path_factory) -> Path:
    """A small data folder with the workbook of 2026, filled in well: `good.xlsx` beside `data/`."""
    folder = tmp_path_factory.mktemp("small")
    for name, text in FILES.items():
        path = folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    book = load_workbook(new_year(2026, folder / "data"))
    for name, cells in {"表1-1": GOOD, **REST}.items():
        for cell, value in cells.items():
            book[name][cell] = value
    book.save(folder / "good.xlsx")
    return folder


@pytest.fixture
def small(base, tmp_path) -> Path:
    """A copy of it to read into."""
    shutil.copytree(base / "data", tmp_path / "data")
    return tmp_path


class Result:
    """What an intake did: remarks, values by indicator and region, whether anything changed."""

    def __init__(self, folder: Path, path: Path, again: bool = False):
        def state():
            return {each: each.read_bytes() for each in (folder / "data").rglob("*.csv")}

        before = state()
        self.remarks, self.changed = intake(path, 2026, folder / "data")
        self.fatal = [each for each in self.remarks if each.fatal]
        assert bool(self.fatal) <= (state() == before), "a rejected file must change nothing"
        if not self.fatal:
            if again:
                first = state()
                assert intake(path, 2026, folder / "data")[1] == [] and state() == first, "reading twice changes nothing"
            self.data = Dataset(folder / "data", 2026)

    def value(self, indicator: str, region: str = "640000"):
        """Literal as it was stored."""
        return self.data.observations[indicator, region, 2026].literal

    def told(self, words: str, cell: str | None = None, fatal: bool | None = None) -> bool:
        """Whether a remark says so, about that cell."""
        return any(words in each.expected and (cell is None or each.cell == cell) and fatal in (None, each.fatal)
                   for each in self.remarks)


def send(base: Path, small: Path, change=None, again=False, **cells) -> Result:
    """Send the good workbook (`again`: twice) with some cells of 表1-1 changed, or changed by a function."""
    book = load_workbook(base / "good.xlsx")
    for cell, value in cells.items():
        book["表1-1"][cell] = value
    if change:
        change(book)
    book.save(small / "sent.xlsx")
    return Result(small, small / "sent.xlsx", again)


def test_good_workbook(base, small):
    """Every cell arrives with the indicator's decimals, its source, and blanks with their mark."""
    result = send(base, small, again=True)
    assert not result.fatal and result.value("pension.insured") == "33.00"
    assert result.value("pension.insured", "640181") == "6.60" and result.value("pension.income", "640121") == "—"
    assert result.value("pension.persons") == "70000" and result.value("fund.debts", "injury") == "0.50"
    seen = result.data.observations["pension.insured", "640000", 2026]
    assert str(seen.source) == "report-2026 表1-1" and "report-2026" in result.data.catalogue.documents


# What is typed into C8 (last year 6.00, unit 万人), and what is stored.
UNDERSTOOD = {
    "full-width digits": ("６．６０", "6.60"), "text": ("6.6", "6.60"), "blanks around": ("  6.6　", "6.60"),
    "no-break blank": ("\u00a06.6", "6.60"), "more decimals than shown": (6.625, "6.63"), "text with more decimals": ("6.625", "6.625"),
    "unit behind": ("6.6万人", "6.60"), "万": ("6.6万", "6.60"), "人": ("66000人", "6.60"), "亿": ("0.001亿", "10.00"),
    "full-width unit": ("６６，０００人", "6.60"), "plus sign": ("+6.6", "6.60"), "zero": (0, "0.00"),
    "float noise": (0.1 + 0.2, "0.30"), "dash": ("—", "—"), "double dash": ("——", "—"), "hyphen": ("-", "-"),
    "full-width hyphen": ("－", "-"), "无": ("无", "无"), "empty": (None, ""), "only blanks": ("   ", ""),
    "thousands": ("1,234.5", "1234.50"), "full-width thousands": ("１，２３４．５", "1234.50"), "blank thousands": ("1 234.5", "1234.50"),
}


@pytest.mark.parametrize("typed, stored", UNDERSTOOD.values(), ids=UNDERSTOOD)
def test_understood(base, small, typed, stored):
    """What people really type is read exactly."""
    result = send(base, small, C8=typed)
    assert not result.fatal, result.fatal
    assert result.value("pension.insured", "640181") == stored


# What is typed into C8, and words of the answer; nothing is guessed, nothing changes.
ASKED = {
    "words": ("约6.6", "数字"), "date": (datetime(2026, 3, 4), "3-4"), "date as text": ("3-4", "数字"),
    "#REF!": ("#REF!", "公式出错"), "#DIV/0!": ("#DIV/0!", "公式出错"), "formula without result": ("=1+2", "公式没有存下结果"),
    "decimal comma": ("6,6", "数字"), "European": ("1.234,5", "数字"), "two numbers": ("6.6/7", "数字"),
    "footnote": ("6.6①", "单位"), "superscript": ("6.6²", "单位"), "other unit": ("6.6亿元", "单位"), "percent": ("6.6%", "单位"),
    "negative persons": (-6.6, "负数"), "brackets on persons": ("（6.6）", "负数"), "true": (True, "数字"),
    "not a number": ("nan", "数字"), "infinite": ("inf", "数字"), "code": ("0066", "数字"), "unknown mark": ("N/A", "数字"),
    "power": ("6.6E+02", "数字"), "many decimals": (6.123456789, "四舍五入"), "ideographic stop": ("6。6", "单位"),
    "broken thousands": ("12,34", "数字"), "slash": ("/", "数字"), "forecast": ("6.6（预计）", "单位"),
}


@pytest.mark.parametrize("typed, words", ASKED.values(), ids=ASKED)
def test_asked(base, small, typed, words):
    """What is ambiguous or wrong is asked about, with sheet and cell, and rejects the file."""
    def change(book):
        book["表1-1"]["C8"] = typed
        if typed == 6.123456789:
            book["表1-1"]["C8"].number_format = "General"

    result = send(base, small, change)
    (found,) = result.fatal
    assert (found.sheet, found.cell) == ("表1-1", "C8") and words in found.expected, found
    assert found.stands


def test_all_findings_at_once(base, small):
    """Three errors in two sheets are reported together."""
    def change(book):
        book["表4"]["D6"] = "很多"

    found = {(each.sheet, each.cell) for each in send(base, small, change, C7="3-4", E8="x").fatal}
    assert found == {("表1-1", "C7"), ("表1-1", "E8"), ("表4", "D6")}


def test_negative_in_brackets_and_percent(base, small):
    """Negative amounts in brackets; per cent as a sign and as a format; x∶1."""
    def change(book):
        sheet = book["第一部分文中数"]
        sheet["F10"], sheet["F7"], sheet["F8"], sheet["F6"] = "（0.50）", 0.475, "3.10：1", "7万人"
        sheet["F7"].number_format = "0.0%"

    result = send(base, small, change)
    assert not result.fatal, result.fatal
    assert [result.value(f"pension.{code}") for code in ("balance", "rate", "ratio", "persons")] == [
        "-0.50", "47.50", "3.10", "70000"]
    assert result.data.observations["pension.persons", "640000", 2026].margin == 5000  # 7万 is not 70000 to the person


def test_whole_persons(base, small):
    """Persons are whole."""
    result = send(base, small, lambda book: book["第一部分文中数"].__setitem__("F6", 70000.5))
    assert [(each.cell, each.sheet) for each in result.fatal] == [("F6", "第一部分文中数")] and result.told("整数")


def test_rounded_display_is_told(base, small):
    """A cell that shows fewer decimals than it holds is read as shown, and said so."""
    result = send(base, small, C8=6.6049)
    assert result.value("pension.insured", "640181") == "6.60" and result.told("按显示的6.60读入", "C8", False)


def test_scaling_format_is_asked(base, small):
    """A format that shows 66000 as 6.6万 is not guessed at."""
    def change(book):
        book["表1-1"]["C8"].number_format = '0.0,"千"'

    assert send(base, small, change).told("格式把数缩放显示了", "C8", True)


def test_moved_and_added_columns(base, small):
    """Columns are found by their heading: moved, with a note column before them."""
    def change(book):
        sheet = book["表1-1"]
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        sheet["E3"].value, sheet["C3"].value = sheet["C3"].value, sheet["E3"].value
        sheet["E4"].value, sheet["C4"].value = sheet["C4"].value, sheet["E4"].value
        for row in range(6, 10):
            sheet[f"C{row}"].value, sheet[f"E{row}"].value = sheet[f"E{row}"].value, sheet[f"C{row}"].value
            sheet[f"D{row}"].value, sheet[f"F{row}"].value = sheet[f"F{row}"].value, sheet[f"D{row}"].value
        sheet["D3"] = sheet["C3"].value
        sheet["F3"] = sheet["E3"].value
        sheet["D4"], sheet["F4"] = sheet["C4"].value, sheet["E4"].value
        sheet.insert_cols(3)
        sheet["C3"], sheet["C7"] = "备注", "含灵活就业"

    result = send(base, small, change)
    assert not result.fatal, result.fatal
    assert result.value("pension.insured") == "33.00" and result.value("pension.income", "640101") == "2.20"


def test_unknown_column_is_told(base, small):
    """An added column whose heading is no indicator is left out, and said so."""
    def change(book):
        book["表1-1"]["G3"], book["表1-1"]["G7"] = "人均缴费", 12

    assert send(base, small, change).told("这一栏没有读入", "G3", False)


def test_renamed_column_is_asked(base, small):
    """A heading that is no longer known is named, once."""
    def change(book):
        book["表1-1"]["C3"], book["表1-1"]["C4"] = "参保数", None

    (found,) = send(base, small, change).fatal
    assert found.cell == "C3" and found.stands == "参保数" and "请改正" in found.expected


def test_moved_rows(base, small):
    """Rows are found by code and name."""
    def change(book):
        sheet = book["表1-1"]
        for column in range(1, 7):
            one, two = sheet.cell(7, column), sheet.cell(9, column)
            one.value, two.value = two.value, one.value

    result = send(base, small, change)
    assert result.value("pension.insured", "640101") == "22.00" and result.value("pension.insured", "640121") == "4.40"


def test_removed_row(base, small):
    """A region that is gone is asked for."""
    result = send(base, small, lambda book: book["表1-1"].delete_rows(9))
    assert any("缺少“永宁县”" in each.expected for each in result.fatal)


def test_new_region(base, small):
    """A region of the code list that had no figure last year is read and pointed out."""
    result = send(base, small, A10="640122", B10="贺兰县", C10=1.5, E10=0.2)
    assert not result.fatal and result.value("pension.insured", "640122") == "1.50" and result.told("作为新增读入", "C10", False)


def test_unknown_region(base, small):
    """A region that no code list has is refused, with what to do."""
    result = send(base, small, A10="640999", B10="新城区", C10=1.5)
    assert result.told("data/catalogue/codelists", "A10", True)


def test_ambiguous_city(base, small):
    """银川市 where 银川市（市本级） belongs is asked about."""
    result = send(base, small, A7=None, B7="银川市")
    assert result.told("银川市（市本级）", "C7", True)


def test_code_against_name(base, small):
    """A code and a name of two regions contradict each other."""
    assert send(base, small, B8="永宁县").told("同一项", "C8", True)


def test_same_figure_twice(base, small):
    """Two rows of one region: equal figures pass, others are asked about."""
    assert not send(base, small, A10="640121", B10="永宁县", C10=4.4, E10="—").fatal
    assert send(base, small, A10="640121", B10="永宁县", C10=4.5, E10="—").told("C9是同一个数", "C10", True)


def test_row_without_label(base, small):
    """A figure in a row that names nothing."""
    assert send(base, small, C11=5).told("没有写地区", "C11", True)


def test_note_below_the_table(base, small):
    """A note below the table is no row."""
    assert not send(base, small, A12="注：本表不含……").fatal


def test_last_year_changed(base, small):
    """Last year's figures are not changed in passing."""
    assert send(base, small, D8=6.5).told("2025年的数应为6.00", "D8", True)


def test_merged_figures(base, small):
    """One figure over two rows."""
    result = send(base, small, lambda book: book["表1-1"].merge_cells("C8:C9"))
    assert result.told("取消合并", "C8", True)


def test_hidden_rows(base, small):
    """Hidden rows are read, and said so."""
    def change(book):
        book["表1-1"].row_dimensions[8].hidden = True

    result = send(base, small, change)
    assert result.value("pension.insured", "640181") == "6.60" and result.told("隐藏的行列（第8行）")


def test_wrong_year(base, small):
    """A workbook of another year."""
    def change(book):
        for cell in ("C5", "E5"):
            book["表1-1"][cell] = "2027年"

    assert send(base, small, change).told("表头里没有2026年", fatal=True)


def test_heading_with_another_unit(base, small):
    """A heading that says another unit than the catalogue."""
    def change(book):
        book["表1-1"]["C3"], book["表1-1"]["C4"] = "参保人数（人）", None

    assert send(base, small, change).told("表头的单位应为“万人”", "C3", True)


def test_sheet_without_heading(base, small):
    """Figures without any heading."""
    assert send(base, small, lambda book: book["表1-1"].delete_rows(1, 5)).told("找不到表头", fatal=True)


def test_missing_sheet(base, small):
    """A sheet that is gone leaves its figures alone, and says so."""
    result = send(base, small, lambda book: book.remove(book["表4"]))
    assert not result.fatal and result.told("没有这张表", fatal=False)


def test_blank_cells_are_told(base, small):
    """Cells left empty are read as not published, each named."""
    result = send(base, small, C7=None, C8=None)
    assert not result.fatal and any(each.cell == "C7、C8" and "2格空着" in each.expected for each in result.remarks)


def test_hundredfold_is_told(base, small):
    """A figure a hundred times last year's is read and pointed out."""
    assert send(base, small, C8=66000).told("请核对单位", "C8", False)


def test_new_indicator(base, small):
    """An indicator that the catalogue gained has a cell of its own; left empty it has no row."""
    assert ("pension.fresh", "640000", 2026) not in send(base, small).data.observations
    result = send(base, small, lambda book: book["第一部分文中数"].__setitem__("F11", 12))
    assert result.value("pension.fresh") == "12.00"


def test_formulas(base, small):
    """Stored results of formulas are read (as Excel leaves them); links to other workbooks are not."""
    book = load_workbook(base / "good.xlsx")
    book["表1-1"]["C6"] = "=[1]表!C7"
    book.save(small / "sent.xlsx")
    (found,) = Result(small, small / "sent.xlsx").fatal
    assert found.cell == "C6"
    about = Dataset(small / "data").catalogue.indicator("pension.insured")
    assert understand(Cell(33.0, "0.00", "=SUM(C7:C9)"), about, "万人")[0] == "33.00"
    with pytest.raises(Asked, match="别的工作簿"):
        understand(Cell(33.0, "0.00", "=[1]表!C7"), about, "万人")


def test_texts(base, small):
    """Only rows marked 是 are taken; references are checked; budget lists of the year stay."""
    def change(book):
        book["机构职责"]["A3"] = "是"
        book["机构职责"]["A5"], book["机构职责"]["C5"] = "是", "发放待遇。"
        book["文字说明"]["A3"] = "是"

    kept = small / "data/editions/2026/texts/remarks.csv"
    kept.parent.mkdir(parents=True)
    kept.write_text("place,text\nbudget,预算说明。\n", "utf-8")
    result = send(base, small, change, again=True)
    assert not result.fatal, result.fatal
    rows = Dataset(small / "data").texts("duties", 2026)
    assert [row["text"] for row in rows] == ["办理登记。", "发放待遇。"] and rows[0]["source"] == "report-2026 第六部分一"
    assert [row["place"] for row in Dataset(small / "data").texts("remarks", 2026)] == ["budget", "rate"]


@pytest.mark.parametrize("sheet, cells, cell, words", [
    ("机构职责", {"A5": None, "C5": "新的一条。"}, "A5", "请在“采用”一栏"), ("机构职责", {"A3": "也许"}, "A3", "“是”或“否”"),
    ("文字说明", {"A3": "是", "C3": "为{{pension.wrong}}。"}, "C3", "指标目录"), ("文字说明", {"A3": "是", "C3": "{{x y}}"}, "C3", "指标代码"),
])
def test_wrong_texts(base, small, sheet, cells, cell, words):
    """A new row that is not decided on, an unclear mark, a reference to nothing."""
    def change(book):
        for each, value in cells.items():
            book[sheet][each] = value

    assert send(base, small, change).told(words, cell, True)


def test_revisions(base, small):
    """A revision of an earlier figure enters the log and the editions from then on, not those before."""
    def change(book):
        for column, value in enumerate(("参保人数", "灵武市", 2025, "6.00", "6.05", "差错", "重复计算", datetime(2027, 1, 15)), 1):
            book["修订"].cell(3, column, value)

    result = send(base, small, change, again=True, D8=6.0)
    assert not result.fatal, result.fatal
    assert result.data.observations["pension.insured", "640181", 2025].literal == "6.05"
    assert Dataset(small / "data", 2025).observations["pension.insured", "640181", 2025].literal == "6.00"
    assert Dataset(small / "data", 2026).revisions(2026)[0]["kind"] == "error"
    found = {each.check: each.printed for each in of_edition(small / "data", 2026).findings}
    assert found["total:pension.insured:640000:2025"] == "30.00" and found["total:pension.insured:640000:2026"] == "33.00"
    assert not any(each.status == "fails" for each in of_edition(small / "data", 2026).findings)


def test_wrong_revision(base, small):
    """A revision whose old figure is not what the data hold, of an unknown kind."""
    def change(book):
        for column, value in enumerate(("参保人数", "灵武市", 2025, "6.10", "6.05", "其他", "理由", "2027-01-15"), 1):
            book["修订"].cell(3, column, value)

    assert {each.cell for each in send(base, small, change).fatal} == {"D3", "F3"}


# -- CSV --------------------------------------------------------------------------------------------------------
TABLE = "代码,地区,参保人数（万人）,基金收入（亿元）\n640000,全区,33,3.3\n640101,银川市（市本级）,22,2.2\n640181,灵武市,6.6,1.1\n640121,永宁县,4.4,—\n"
TIDY = "indicator,item,value,status,source,margin\npension.insured,640181,6.6,A,report-2026 表1-1,\n"


def csv_of(small: Path, content: bytes | str, name: str = "表1-1.csv") -> Result:
    """Send a CSV."""
    path = small / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Result(small, path, again=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_encodings(small, encoding):
    """A table as CSV in every encoding that Excel and WPS write."""
    result = csv_of(small, TABLE.encode(encoding))
    assert not result.fatal and result.value("pension.insured", "640181") == "6.60"


def test_csv_tidy(small):
    """The project's own form, with its decimals as they stand; other figures of the year stay."""
    csv_of(small, TABLE)
    result = csv_of(small, TIDY)
    assert result.value("pension.insured", "640181") == "6.6" and result.value("pension.insured", "640101") == "22.00"


@pytest.mark.parametrize("change, cell, words", [
    (("6.6,1.1", '"6,6",1.1'), "C4", "数字"), (("640181,灵武市", "640181,灵武县"), "B4", "代码表"),
    (("参保人数（万人）", "参保人数（人）"), "C1", "单位"), (("永宁县,4.4", "永宁县,3月4日"), "C5", "数字"),
])
def test_csv_asked(small, change, cell, words):
    """The same demands as for workbooks."""
    assert csv_of(small, TABLE.replace(*change)).told(words, cell, True)


def test_csv_short_heads_tabs_and_lacking_row(small):
    """Tabs and short headings are understood; a region that is missing is asked for."""
    assert not csv_of(small, TABLE.replace(",", "\t").replace("（万人）", "").replace("（亿元）", "")).fatal
    assert csv_of(small, TABLE.replace("640121,永宁县,4.4,—\n", "")).told("缺少“永宁县”的“参保人数”", fatal=True)


# -- files that are refused ---------------------------------------------------------------------------------------
def archive(base: Path, **parts) -> bytes:
    """The good workbook with parts added or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(base / "good.xlsx") as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


REFUSED = {
    "macro": (lambda base: archive(base, **{"xl/vbaProject.bin": b"x"}), "宏"),
    "external link": (lambda base: archive(base, **{"xl/externalLinks/externalLink1.xml": b"<x/>"}), "链接"),
    "entities": (lambda base: archive(base, **{"xl/sharedStrings.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}), "实体"),
    "bomb": (lambda base: archive(base, **{"xl/media.bin": bytes(30 << 20)}), "过大"),
    "broken": (lambda base: (base / "good.xlsx").read_bytes()[:5000], "损坏"),
    "other zip": (lambda base: archive(base, **{"xl/workbook.xml": b"<x/>"})[:0] + _zip(), "不是 Excel"),
    "xls": (lambda base: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "xls"),
    "pdf": (lambda base: b"%PDF-1.7", "不是 .xlsx"), "empty": (lambda base: b"", "不是 .xlsx"),
}


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "x")
    return out.getvalue()


@pytest.mark.parametrize("content, words", REFUSED.values(), ids=REFUSED)
def test_refused_files(base, small, content, words):
    """Files that are not what they seem."""
    path = small / "sent.xlsx"
    path.write_bytes(content(base))
    with pytest.raises(DataError, match=words):
        intake(path, 2026, small / "data")


def test_far_away_cell(base, small):
    """A stray cell a million rows down is refused by name instead of read for minutes."""
    with pytest.raises(DataError, match="A1048576"):
        send(base, small, A1048576="x")


def test_commands(base, small, capsys):
    """Exit codes: 0 read, 2 rejected with every cell named, 2 for a year that cannot be."""
    data = ["--data", str(small / "data")]
    assert main(["intake", str(base / "good.xlsx"), "--year", "2026", *data]) == 0
    book = load_workbook(base / "good.xlsx")
    book["表1-1"]["C8"] = "3-4"
    book.save(small / "bad.xlsx")
    assert main(["intake", str(small / "bad.xlsx"), "--year", "2026", *data]) == 2
    assert "工作表“表1-1”C8：填的是“3-4”" in capsys.readouterr().out
    assert main(["new-year", "2030", *data]) == 2 and main(["new-year", "2026", *data]) == 2
    assert main(["intake", str(small / "none.xlsx"), "--year", "2026", *data]) == 2


def test_data_that_would_not_load(base, small, monkeypatch):
    """When the data set cannot be read afterwards, everything is put back."""
    before = {path: path.read_bytes() for path in (small / "data").rglob("*.csv")}
    (small / "data/observations/2026/budget.csv").write_text("indicator,item,value,status,source\nx,y,1,A,z\n", "utf-8")
    with pytest.raises(DataError):
        send(base, small)
    (small / "data/observations/2026/budget.csv").write_bytes(before[small / "data/observations/2026/budget.csv"])
    assert {path: path.read_bytes() for path in (small / "data").rglob("*.csv")} == before


ABOUT = Indicator("x.y", "数", "亿元", 2, "flow", "region", "", "", False, "", "data/indicators/x.csv:2")


@given(st.decimals(-10**9, 10**9, places=3), st.sampled_from(["", "亿", "亿元", "万元", "万", "元"]), st.booleans(), st.booleans())
def test_units_are_exact(value, unit, wide, brackets):
    """Whatever the unit, width and sign, the number is the same to the last digit."""
    text = f"{value:,}" + unit
    if brackets and value < 0:
        text = f"({text[1:]})"
    if wide:
        text = text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    literal = understand(Cell(text), ABOUT, "亿元")[0]
    scale = {"": 0, "亿": 0, "亿元": 0, "万元": -4, "万": -4, "元": -8}[unit]
    assert type(value)(literal) == value.scaleb(scale) and len(literal.partition(".")[2]) >= 2


@given(st.text(max_size=12))
def test_any_text_is_read_or_asked(text):
    """No text breaks the reader: a number, a blank, or a question."""
    try:
        literal, status, _, _ = understand(Cell(text), ABOUT, "亿元")
    except Asked as asked:
        assert str(asked)
    else:
        assert (status == "M") == (literal in {"", "-", "—", "无"})
