"""A small data folder, the workbook of its next year filled in well, and ways to hand it back with something changed.

`reading` changes cells of what was read from the workbook and reads on from there; `send` changes the workbook itself
and has it read into the data: slower, and needed only where the file or the data matter.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from nianbao.data.dataset import Dataset
from nianbao.intake.cells import Cell
from nianbao.intake.grids import Grid, open_file
from nianbao.intake.keys import Place, Series
from nianbao.intake.layout import CHANGES, UNREAD
from nianbao.intake.reading import Intake, intake
from nianbao.intake.remarks import Remark
from nianbao.intake.workbook import new_year

YEAR = 2026
WHOLE = "640000"
#: The sheet that tests change where they name none: C6 to C9 are 参保人数 and E6 to E9 基金收入 of four regions.
SHEET = "表1-1"
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
    "catalogue/codelists/schemes.csv": """\
item,name,short,level,parent,note
all,合计,合计,total,,
injury,工伤保险,工伤,scheme,all,
unemployment,失业保险,失业,scheme,all,
""",
    "catalogue/documents.csv": """\
document,title,year,publisher,published
report-2025,年度报告（2025年）,2025,某局,2026
""",
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
    "catalogue/indicators/fund.csv": """\
indicator,name,unit,decimals,kind,dimension,parent,formula,definition
fund.assets,基金资产,亿元,2,stock,scheme,,,资产
fund.debts,基金负债,亿元,2,stock,scheme,,,负债
""",
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
    "observations/2025/fund.csv": """\
indicator,item,value,status,source,margin
fund.assets,all,5.00,A,report-2025 表4,
fund.assets,injury,2.00,A,report-2025 表4,
fund.assets,unemployment,3.00,A,report-2025 表4,
fund.debts,all,5.00,A,report-2025 表4,
fund.debts,injury,2.00,A,report-2025 表4,
fund.debts,unemployment,3.00,A,report-2025 表4,
""",
    "observations/2026/.keep": "",
    "editions/2025/texts/duties.csv": """\
order,text,source
1,办理登记。,report-2025 第六部分一
2,管理基金。,report-2025 第六部分一
""",
    "editions/2025/texts/remarks.csv": "place,text\nrate,上升到{{pension.rate}}。\n",
}
#: The workbook filled in well.
GOOD: dict[str, dict[str, object]] = {
    SHEET: {"C6": 33, "C7": 22, "C8": 6.6, "C9": 4.4, "E6": 3.3, "E7": 2.2, "E8": 1.1, "E9": "—"},
    "第一部分文中数": {"F6": 70000, "F7": 47.5, "F8": 3.1, "F9": 1900, "F10": -0.5},
    "表4": {"D6": 6, "F6": 2, "H6": 4, "D7": 1, "F7": 0.5, "H7": 0.5},
}

Cells = Mapping[str, object]


# -- made once a process ----------------------------------------------------------------------------------------
def write_files(root: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder; returns the folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


@cache
def origin() -> Path:
    """The small data with the workbook of 2026 entered in it, `empty.xlsx` and `good.xlsx` beside `data/`.

    Not to be changed. The workbooks lack the sheets that are not read, which cost as much time as the others. Tests
    that make a workbook read whole ones.
    """
    folder = Path(tempfile.mkdtemp(prefix="nianbao-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    root = write_files(folder / "data", FILES)
    book = load_workbook(new_year(YEAR, root, folder / "empty.xlsx"))
    for name in set(UNREAD).intersection(book.sheetnames) - {CHANGES}:
        del book[name]
    book.save(folder / "empty.xlsx")
    for name, cells in GOOD.items():
        fill(book, name, cells)
    book.save(folder / "good.xlsx")
    return folder


@cache
def dataset() -> Dataset:
    """The small data, read."""
    return Dataset(origin() / "data")


@cache
def good_grids() -> list[Grid]:
    """The sheets of the good workbook as they are read from the file; not to be changed."""
    return open_file(origin() / "good.xlsx", UNREAD)


# -- read on from the good workbook -----------------------------------------------------------------------------
class Reading:
    """What was read, and what there is to say."""

    def __init__(self, work: Intake):
        self.work = work
        self.remarks = list(work.remarks)

    @property
    def fatal(self) -> list[Remark]:
        """The remarks that reject the file."""
        return [each for each in self.remarks if each.fatal]

    def value(self, indicator: str, item: str = WHOLE) -> str:
        """A figure as it would be stored; only of a file that is not rejected."""
        assert not self.fatal, self.fatal
        return self.work.filled.figures[Series(indicator, item)].figure.literal

    def told(self, words: str, cell: str | None = None, fatal: bool | None = None) -> bool:
        """Whether a remark says so, about that cell."""
        return is_told(self.remarks, words, cell, fatal)


def is_told(remarks: Iterable[Remark], words: str, cell: str | None, fatal: bool | None) -> bool:
    """Whether one of the remarks says so, about that cell (None: any), as a question or a note (None: either)."""
    return any(words in each.expected and cell in (None, each.cell) and fatal in (None, each.fatal) for each in remarks)


def reading(sheets: Mapping[str, Cells] | None = None, **cells: object) -> Reading:
    """Read the good workbook with cells of some `sheets`, or of 表1-1, holding something else; None empties a cell."""
    changes = dict(sheets or {})
    if cells:
        changes[SHEET] = cells
    grids = [changed(grid, changes.pop(grid.name, {})) for grid in good_grids()]
    assert not changes, f"no such sheets: {list(changes)}"
    work = Intake(dataset(), YEAR)
    work.take(grids)
    return Reading(work)


def changed(grid: Grid, cells: Cells) -> Grid:
    """A copy of a grid with some cells changed; what is put into a cell keeps its number format."""
    held = dict(grid.cells)
    for name, value in cells.items():
        place = place_of(name)
        before = held.pop(place, None)
        if value is not None:
            held[place] = Cell(value, before.format if before else "General")
    return Grid(grid.name, held, grid.merged, grid.hidden)


def place_of(name: str) -> Place:
    """The place of a cell by its name."""
    column, row = coordinate_from_string(name)
    return Place(row, column_index_from_string(column))


# -- as a file, into the data -----------------------------------------------------------------------------------
class Sent:
    """What came of a file that was read into the data of `folder`: the remarks, the files that changed, the data."""

    def __init__(self, folder: Path, path: Path):
        self.root = folder / "data"
        before = contents(self.root)
        self.remarks, self.changed = intake(path, YEAR, self.root)
        if self.fatal:
            assert contents(self.root) == before, "a rejected file must change nothing"
        self.path = path

    @property
    def fatal(self) -> list[Remark]:
        """The remarks that reject the file."""
        return [each for each in self.remarks if each.fatal]

    @property
    def data(self) -> Dataset:
        """The data as they are now."""
        assert not self.fatal, self.fatal
        return Dataset(self.root, YEAR)

    def value(self, indicator: str, item: str = WHOLE) -> str:
        """A figure as it is stored."""
        return self.data.observations[Series(indicator, item).at(YEAR)].literal

    def told(self, words: str, cell: str | None = None, fatal: bool | None = None) -> bool:
        """Whether a remark says so, about that cell."""
        return is_told(self.remarks, words, cell, fatal)

    def again(self) -> Sent:
        """The same file read once more: nothing changes."""
        before = contents(self.root)
        assert intake(self.path, YEAR, self.root).changed == [] and contents(self.root) == before
        return self


def send(folder: Path, change: Callable[[Workbook], object] | None = None, **cells: object) -> Sent:
    """Read the good workbook into the data of `folder`, with cells of 表1-1 or what a function does to it changed."""
    path = origin() / "good.xlsx"
    if change or cells:
        book = load_workbook(path)
        fill(book, SHEET, cells)
        if change:
            change(book)
        path = folder / "sent.xlsx"
        book.save(path)
    return Sent(folder, path)


def send_csv(folder: Path, content: bytes | str, name: str = f"{SHEET}.csv") -> Sent:
    """Read a CSV into the data of `folder`."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Sent(folder, path)


def fill(book: Workbook, sheet: str, cells: Cells) -> None:
    """Put values into cells of a sheet."""
    for name, value in cells.items():
        book[sheet][name] = value


def contents(root: Path) -> dict[Path, bytes]:
    """Every file below a folder with its bytes."""
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
