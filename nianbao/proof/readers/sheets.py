"""Workbooks: every sheet that is shown, as a table with the lines above it as paragraphs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from nianbao.data.scan import Scan, check_sheets
from nianbao.errors import DataError
from nianbao.proof.lines import kind_of, number
from nianbao.proof.model import CAPTION, Document, Paragraph, Table
from nianbao.proof.readers.archive import inspect

ROWS, COLUMNS, MOST_CELLS = 20_000, 300, 600_000
#: XML elements of a workbook, and cells that its merged ranges and links may span.
MOST_ELEMENTS, MOST_SPANNED = 3_000_000, 2_500_000


def read(path: Path, content: bytes) -> Document:
    """The document of a workbook. Raises DataError where it cannot be read."""
    inspect(path, content, "xl/workbook.xml", "Excel 工作簿（.xlsx）")
    try:
        _check_sheets(path, content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        parts = [part for sheet in book.worksheets if sheet.sheet_state == "visible" for part in _sheet(sheet)]
    except DataError:
        raise
    except Exception as error:  # whatever a broken file makes the reader stumble over
        raise DataError(f"文件已损坏：{error}", path.name) from None
    return Document(path.name, "xlsx", number(parts))


def _check_sheets(path: Path, content: bytes) -> None:
    """The checks that the intake makes of a workbook too: entities in any part, sheets and texts that are not there.

    Raises DataError.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        scan = Scan(path, MOST_ELEMENTS, MOST_SPANNED)
        scan.all(archive)
        check_sheets(path, scan.sheets, archive.namelist())


def _sheet(sheet: Any) -> Iterator[Paragraph | Table]:
    """A sheet: its name, lines with one cell as paragraphs, the others as a table, blank rows between tables."""
    yield Paragraph(0, str(sheet.title), CAPTION)
    rows: list[list[str]] = []
    cells = 0
    for at, row in enumerate(sheet.iter_rows(max_row=ROWS, max_col=COLUMNS), 1):
        texts = [shown(cell) for cell in row]
        cells += len(texts)
        if cells > MOST_CELLS:
            raise DataError(f"工作表“{sheet.title}”过大，不予读入")
        told = [text for text in texts if text]
        if len(told) > 1:
            rows.append(texts)
            continue
        if rows and (not told or len(told[0]) > 30):
            yield Table(0, _trimmed(rows), line=at)
            rows = []
        if told and not rows:
            yield Paragraph(0, told[0], kind_of(told[0]), line=at)
        elif told:
            rows.append(texts)
    if rows:
        yield Table(0, _trimmed(rows))


def _trimmed(rows: list[list[str]]) -> list[list[str]]:
    """Rows without the blank columns at their right."""
    width = max((at + 1 for row in rows for at, text in enumerate(row) if text), default=0)
    return [row[:width] for row in rows]


def shown(cell: Any) -> str:
    """A cell as Excel shows it: numbers with the decimals of their format."""
    value = cell.value
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value)
    if isinstance(value, datetime | date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "General")
    return str(value).strip()


def _number(value: float, style: str) -> str:
    """A number by its format: what stands between the point and the next other sign are its decimals."""
    style = style.split(";")[0]
    percent = "%" in style
    number = Decimal(repr(value)) * (100 if percent else 1)
    if "0" in style and "General" not in style:
        decimals = 0
        if "." in style:
            behind = style.partition(".")[2]
            decimals = len(behind) - len(behind.lstrip("0#?"))
        number = round(number, decimals) if decimals else Decimal(round(number))
    elif number != number.to_integral_value():
        number = round(number, 9).normalize()  # what Excel shows of a number without a format
    else:
        number = number.quantize(Decimal(1))
    return f"{number:f}{'%' if percent else ''}"
