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


def fillable(cell: Cell, wrap: bool = False) -> None:
    """A cell to fill in; `wrap` breaks its lines."""
    style(cell, INPUT, locked=False, bold=False, wrap=wrap)


def fixed(cell: Cell, bold: bool = False, wrap: bool = False) -> None:
    """A locked cell, `bold` in a head; `wrap` breaks its lines."""
    style(cell, GREY, locked=True, bold=bold, wrap=wrap)


def style(cell: Cell, fill: PatternFill, *, locked: bool, bold: bool, wrap: bool) -> None:
    """Fill, lock, font and frame of a cell."""
    cell.font = Font(bold=bold, name="宋体", size=10)
    cell.protection = Protection(locked=locked)
    cell.alignment = Alignment(wrap_text=wrap, vertical="center")
    cell.fill = fill
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
