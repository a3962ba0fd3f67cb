"""Files as grids of cells: the sheets of a workbook, or a CSV in the encodings that Excel and WPS write."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.data.csvfiles import LARGEST_FILE, unseen
from nianbao.data.parts import without_empty_rows
from nianbao.errors import DataError
from nianbao.intake.cells import Cell
from nianbao.intake.folding import plain
from nianbao.intake.keys import Place
from nianbao.intake.safety import COLUMNS, ROWS, inspect

#: First bytes of a zip archive, and of the files of Excel before 2007.
ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Marks of UTF-16 at the beginning of a file.
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
DELIMITERS = ",\t;"


@dataclass
class Grid:
    """A sheet or a CSV.

    `cells` holds what is not empty; `merged` the first cell of each cell of a merged range; `hidden` what rows and
    columns are hidden, in words; `from_csv` tells a CSV; `file` is the name of the file.
    """

    name: str
    cells: dict[Place, Cell] = field(default_factory=dict)
    merged: dict[Place, Place] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    from_csv: bool = False
    file: str = ""

    def cell(self, row: int, column: int) -> Cell | None:
        """A cell, the first one where cells are merged; None where nothing stands there."""
        place = Place(row, column)
        return self.cells.get(self.merged.get(place, place))

    def text(self, row: int, column: int) -> str:
        """The text of a cell, half-width and without blanks around."""
        cell = self.cell(row, column)
        return cell.text if cell else ""

    def typed(self, row: int, column: int) -> str:
        """The text of a cell with its signs as they were typed."""
        cell = self.cell(row, column)
        return cell.typed if cell else ""

    @cached_property
    def last_row(self) -> int:
        """The last row that holds something, once the grid is filled."""
        return max((place.row for place in self.cells), default=0)

    @cached_property
    def last_column(self) -> int:
        """The last column that holds something, once the grid is filled."""
        return max((place.column for place in self.cells), default=0)


def open_file(path: Path, unread: Collection[str] = ()) -> list[Grid]:
    """The sheets of an .xlsx, or the one of a .csv; DataError for anything else. `unread`: see `open_workbook`."""
    if not path.is_file():
        raise DataError("没有这个文件", str(path))
    if path.stat().st_size > LARGEST_FILE:
        raise DataError(f"文件超过{LARGEST_FILE >> 20}兆字节，不予读入", path.name)
    content = path.read_bytes()
    if content.startswith(ZIP):
        return open_workbook(path, content, unread)
    if content.startswith(OLD_EXCEL):
        raise DataError("是旧格式（.xls）或加了密码的工作簿，请去掉密码，另存为 .xlsx", path.name)
    if path.suffix.lower() in {".csv", ".txt", ".tsv"}:
        return [open_csv(path, content)]
    raise DataError("不是 .xlsx 工作簿，也不是 .csv", path.name)


# -- workbooks --------------------------------------------------------------------------------------------------
class Opened:
    """A workbook of which formulas and, where they are asked for, their stored results are known."""

    def __init__(self, path: Path, content: bytes):
        self.path = path
        self.content = content

    @cached_property
    def formulas(self) -> Workbook:
        """The workbook with its formulas."""
        return self._load(results=False)

    @cached_property
    def results(self) -> Workbook:
        """The workbook with the stored results in place of the formulas."""
        return self._load(results=True)

    def _load(self, results: bool) -> Workbook:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what openpyxl would not write back; nothing is
                return load_workbook(io.BytesIO(self.content), data_only=results, keep_links=False)
        except Exception as error:  # openpyxl raises whatever its parsers do
            words = f"工作簿打不开（{type(error).__name__}），请在 Excel 或 WPS 里打开，另存为 .xlsx"
            raise DataError(words, self.path.name) from None

    def cell(self, sheet: Worksheet, cell: SheetCell) -> Cell:
        """A cell with the stored result of its formula."""
        if cell.data_type != "f":
            return Cell(cell.value, cell.number_format, "", cell.data_type == "e")
        result = self.results[sheet.title][cell.coordinate]
        return Cell(result.value, cell.number_format, formula_of(cell), result.data_type == "e")


def formula_of(cell: SheetCell) -> str:
    """The formula in a cell; of an array formula its text."""
    return getattr(cell.value, "text", None) or str(cell.value)


def open_workbook(path: Path, content: bytes, unread: Collection[str] = ()) -> list[Grid]:
    """The sheets of a workbook; what its formulas came to is looked up but in the sheets named in `unread`."""
    cuts = {part: cells.cut for part, cells in inspect(path, content).cells.items() if cells.cut}
    opened = Opened(path, without_empty_rows(content, cuts))
    return [grid_of(opened, sheet, sheet.title not in unread) for sheet in opened.formulas.worksheets]


def grid_of(opened: Opened, sheet: Worksheet, with_results: bool) -> Grid:
    """A sheet as a grid; DataError for cells far out and for characters that cannot be seen."""
    grid = Grid(sheet.title, file=opened.path.name)
    for cell in sheet._cells.values():  # only those that exist: the sheet may claim a million rows
        if cell.value is None:
            continue
        where = f"{opened.path.name} 工作表“{sheet.title}”{cell.coordinate}"
        if cell.row > ROWS or cell.column > COLUMNS:
            raise DataError(f"超出了{ROWS}行、{COLUMNS}列", where)
        wrong = unseen(plain(cell.value)) if isinstance(cell.value, str) else ""
        if wrong:
            raise DataError(wrong, where)
        if with_results or cell.data_type != "f":
            grid.cells[Place(cell.row, cell.column)] = opened.cell(sheet, cell)
    grid.merged = merged_cells(sheet)
    grid.hidden = hidden_parts(sheet)
    return grid


def merged_cells(sheet: Worksheet) -> dict[Place, Place]:
    """The first cell of each cell of a merged range."""
    found = {}
    for area in sheet.merged_cells.ranges:
        if area.max_row > ROWS or area.max_col > COLUMNS:
            continue
        first = Place(area.min_row, area.min_col)
        for row, column in product(range(area.min_row, area.max_row + 1), range(area.min_col, area.max_col + 1)):
            found[Place(row, column)] = first
    return found


def hidden_parts(sheet: Worksheet) -> list[str]:
    """Rows and columns that are hidden, or the whole sheet, in words."""
    found = [f"第{row}行" for row, about in sorted(sheet.row_dimensions.items()) if about.hidden]
    found += [f"{name}列" for name, about in sorted(sheet.column_dimensions.items()) if about.hidden]
    if sheet.sheet_state != "visible":
        found.append("整张表")
    return found


# -- CSV --------------------------------------------------------------------------------------------------------
def open_csv(path: Path, content: bytes) -> Grid:
    """A CSV in UTF-8 (with or without BOM), UTF-16 with BOM, GB18030 or GBK; commas, tabs or semicolons."""
    text = decoded(path, content).replace("\r\n", "\n").replace("\r", "\n")
    head = next((line for line in text.split("\n") if line.strip()), "")
    reader = csv.reader(io.StringIO(text), delimiter=max(DELIMITERS, key=head.count), strict=True)
    grid = Grid(path.stem, from_csv=True, file=path.name)
    try:
        for number, texts in enumerate(reader, 1):
            take_row(grid, path, number, texts)
    except csv.Error:
        raise DataError("不是合格的 CSV，请查引号和分隔符", path.name) from None
    return grid


def decoded(path: Path, content: bytes) -> str:
    """The text of a CSV; DataError where none of the encodings fits."""
    encodings = ["utf-16"] if content.startswith(UTF16_MARKS) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
        break
    raise DataError("文字编码认不出，请存为 UTF-8 或 GB18030 的 CSV", path.name)


def take_row(grid: Grid, path: Path, number: int, texts: list[str]) -> None:
    """Put a row of a CSV into its grid; DataError for too many or too long rows, and for what cannot be seen."""
    if number > ROWS or len(texts) > COLUMNS:
        raise DataError(f"超出了{ROWS}行、{COLUMNS}列", path.name)
    for text in texts:
        wrong = unseen(plain(text))
        if wrong:
            raise DataError(wrong, path.name, number)
    for column, text in enumerate(texts, 1):
        if text.strip():
            grid.cells[Place(number, column)] = Cell(text)
