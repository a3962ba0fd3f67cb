"""Looks of the workbook: what may be filled in, what is locked, what asks for attention, how it is printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from math import ceil
from unicodedata import east_asian_width
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

#: Cells to fill in, locked cells, and cells that ask for attention.
INPUT = PatternFill("solid", fgColor="FFFDE7")
PLAIN = PatternFill()
GREY = PatternFill("solid", fgColor="F2F2F2")
WARN = PatternFill("solid", fgColor="FFE0B2")
GOOD = PatternFill("solid", fgColor="E8F5E9")
SIDE = Side("thin", color="BDBDBD")
FRAME = Border(left=SIDE, right=SIDE, top=SIDE, bottom=SIDE)
NO_FRAME = Border()
TITLE = Font(bold=True, size=14, name="宋体")
LINKED = Font(name="宋体", size=10, color="0B5394", underline="single")
FAINT = Font(color="BDBDBD")
#: Fonts of heads and of all else, alignments with and without breaks of lines: made once, for thousands of cells.
FONTS = {bold: Font(bold=bold, name="宋体", size=10) for bold in (True, False)}
ALIGNMENTS = {wrap: Alignment(wrap_text=wrap, vertical="center") for wrap in (True, False)}
LEFT = Alignment(horizontal="left", vertical="center")
NOTE = Alignment(wrap_text=True, vertical="top")
LOCKED = Protection(locked=True)
OPEN = Protection(locked=False)
#: The format of a number that shows what was typed.
AS_TYPED = "General"
#: Height of a line of text, in points; margins of a printed page, in inches.
LINE = 14.0
MARGIN = 0.4
#: A sheet that is wider than this, in characters, is printed across.
UPRIGHT = 95
A4 = 9


@dataclass(frozen=True)
class Look:
    """How a cell looks, all but the format of its number."""

    font: Font
    alignment: Alignment
    fill: PatternFill
    protection: Protection

    def put_on(self, cell: Cell) -> None:
        """Give a cell this look.

        openpyxl looks a style up by its hash at every single assignment, which took most of the time of a workbook;
        here a cell gets the style of the first one of its workbook that looks the same.
        """
        style = LOOKS.setdefault(cell.parent.parent, {})
        number = cell._style.numFmtId if cell._style else 0
        kind = (id(self), number)
        if kind in style:
            cell._style = copy(style[kind])
            return
        cell.font = self.font
        cell.alignment = self.alignment
        cell.fill = self.fill
        cell.protection = self.protection
        cell.border = FRAME
        style[kind] = copy(cell._style)


#: The styles of the cells of a workbook, by look and format of number.
LOOKS: WeakKeyDictionary[Workbook, dict[tuple[int, int], StyleArray]] = WeakKeyDictionary()
#: Cells to fill in, with and without breaks of lines.
FILLABLE = {wrap: Look(FONTS[False], ALIGNMENTS[wrap], INPUT, OPEN) for wrap in (True, False)}
#: Locked cells, by whether they are bold and whether their lines break.
FIXED = {
    (bold, wrap): Look(FONTS[bold], ALIGNMENTS[wrap], GREY, LOCKED) for bold in (True, False) for wrap in (True, False)
}


def fillable(cell: Cell, wrap: bool = False) -> None:
    """A cell to fill in; `wrap` breaks its lines."""
    FILLABLE[wrap].put_on(cell)


def fixed(cell: Cell, bold: bool = False, wrap: bool = False) -> None:
    """A locked cell, `bold` in a head; `wrap` breaks its lines."""
    FIXED[bold, wrap].put_on(cell)


def head(sheet: Worksheet, row: int, width: int) -> None:
    """Make a row the head of a table of so many columns."""
    for column in range(1, width + 1):
        fixed(sheet.cell(row, column), bold=True, wrap=True)


def explain(sheet: Worksheet, width: int, rows: Iterable[int]) -> None:
    """The title in the first row; explanations in some `rows`, across `width` columns that have their widths already.

    Each is as high as its words need.
    """
    sheet["A1"].font = TITLE
    room = sum(sheet.column_dimensions[get_column_letter(column)].width for column in range(1, width + 1))
    for row in rows:
        cell = sheet.cell(row, 1)
        if width > 1:
            sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
        cell.alignment = NOTE
        cell.font = FONTS[False]
        lines = sum(max(1, ceil(columns_of(line) * 1.1 / room)) for line in str(cell.value or "").split("\n"))
        sheet.row_dimensions[row].height = LINE * lines + 2


def fit_height(sheet: Worksheet, row: int, columns: Iterable[int]) -> None:
    """Make a row as high as the longest of its cells in some columns needs, by the widths that these have already."""
    lines = 1
    for column in columns:
        text = str(sheet.cell(row, column).value or "")
        room = sheet.column_dimensions[get_column_letter(column)].width - 1
        lines = max(lines, ceil(columns_of(text) * 1.05 / room))
    if lines > 1:
        sheet.row_dimensions[row].height = LINE * lines


def columns_of(text: str) -> int:
    """How many columns of type a text takes: a Chinese character takes two."""
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in text)


def number_format(decimals: int) -> str:
    """The format of a number with so many decimals, thousands separated."""
    return f"#,##0.{'0' * decimals}" if decimals else "#,##0"


def set_widths(sheet: Worksheet, widths: Sequence[float], first: int = 1) -> None:
    """Widths of columns, from the column `first` on."""
    for column, width in enumerate(widths, first):
        sheet.column_dimensions[get_column_letter(column)].width = width


# -- choices ----------------------------------------------------------------------------------------------------
def choice(words: Iterable[str]) -> DataValidation:
    """A drop-down of a few words."""
    listed = ",".join(words)
    return DataValidation(
        "list",
        formula1=f'"{listed}"',
        allow_blank=True,
        errorStyle="warning",
        errorTitle="请核对",
        error=f"可选：{listed}"[:220],
    )


def validate(sheet: Worksheet, rule: DataValidation, area: str) -> None:
    """Put a rule on cells."""
    rule.add(area)
    sheet.add_data_validation(rule)


# -- locked and printed -----------------------------------------------------------------------------------------
def protect(sheet: Worksheet) -> None:
    """Lock everything but the input cells, without a password; widths may still be changed."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False
    sheet.protection.autoFilter = False
    sheet.protection.sort = False


def print_setup(sheet: Worksheet, repeated: str = "") -> None:
    """Print a sheet on A4, as wide as a page, across where it is wide; the rows `repeated` (`1:5`) on every page."""
    widths = [about.width for about in sheet.column_dimensions.values() if not about.hidden]
    sheet.page_setup.paperSize = A4
    sheet.page_setup.orientation = "landscape" if sum(widths) > UPRIGHT else "portrait"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.print_options.horizontalCentered = True
    for side in ("left", "right", "top", "bottom"):
        setattr(sheet.page_margins, side, MARGIN)
    sheet.page_margins.bottom = MARGIN * 1.5
    sheet.oddFooter.left.text = "&A"
    sheet.oddFooter.right.text = "第&P页，共&N页"
    if repeated:
        sheet.print_title_rows = repeated
