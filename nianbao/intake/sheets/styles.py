"""Looks of the workbook: what may be filled in, what is locked, what asks for attention."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

#: Cells to fill in, locked cells, and cells that ask for attention.
INPUT = PatternFill("solid", fgColor="FFFDE7")
GREY = PatternFill("solid", fgColor="F2F2F2")
WARN = PatternFill("solid", fgColor="FFE0B2")
SIDE = Side("thin", color="BDBDBD")
FRAME = Border(left=SIDE, right=SIDE, top=SIDE, bottom=SIDE)
TITLE = Font(bold=True, size=14)
#: Fonts of heads and of all else, alignments with and without breaks of lines: made once, for thousands of cells.
FONTS = {bold: Font(bold=bold, name="宋体", size=10) for bold in (True, False)}
ALIGNMENTS = {wrap: Alignment(wrap_text=wrap, vertical="center") for wrap in (True, False)}
LOCKED = Protection(locked=True)
OPEN = Protection(locked=False)


def fillable(cell: Cell, wrap: bool = False) -> None:
    """A cell to fill in; `wrap` breaks its lines."""
    cell.font = FONTS[False]
    cell.alignment = ALIGNMENTS[wrap]
    cell.fill = INPUT
    cell.protection = OPEN
    cell.border = FRAME


def fixed(cell: Cell, bold: bool = False, wrap: bool = False) -> None:
    """A locked cell, `bold` in a head; `wrap` breaks its lines."""
    cell.font = FONTS[bold]
    cell.alignment = ALIGNMENTS[wrap]
    cell.fill = GREY
    cell.protection = LOCKED
    cell.border = FRAME


def number_format(decimals: int) -> str:
    """The format of a number with so many decimals, thousands separated."""
    return f"#,##0.{'0' * decimals}" if decimals else "#,##0"


def set_widths(sheet: Worksheet, widths: Sequence[float], first: int = 1) -> None:
    """Widths of columns, from the column `first` on."""
    for column, width in enumerate(widths, first):
        sheet.column_dimensions[get_column_letter(column)].width = width


def protect(sheet: Worksheet) -> None:
    """Lock everything but the input cells, without a password; widths may still be changed."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False
    sheet.protection.autoFilter = False
