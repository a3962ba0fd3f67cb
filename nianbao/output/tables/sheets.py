"""Workbooks of rows of typed cells: a text stays a text, and a number shows the decimals it was printed with.

They follow the guidance for accessible statistical spreadsheets (UK Government Analysis Function, 2021): a sheet that
lists the others, one of notes, tables marked as such with their heads in the first row, no empty cell where a number is
due, markers in square brackets, no meaning in colour.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from nianbao import temporary
from nianbao.data.csvfiles import safe
from nianbao.data.dataset import Dataset
from nianbao.figures.units import decimals_of
from nianbao.output.imprint import citation, licence, version
from nianbao.output.packing import pack, unpack

#: A cell of a download: a text (empty for what is unknown), a number with the decimals it was printed with, or a year.
Cell = str | Decimal | int
Rows = Sequence[Sequence[Cell]]
#: Sheets: what a workbook is, which sheets it has, what its markers and columns mean.
COVER = "说明"
CONTENTS = "目录"
NOTES = "注释"
#: What stands where a number is not available, and what it means.
MARKER = "[x]"
MARKERS = {MARKER: "资料未载或未公布，不是零"}
#: Heads of the sheets of contents and of notes.
CONTENTS_HEADS = ("工作表", "内容")
NOTES_HEADS = ("标记或列", "含义")
LANGUAGE = "zh-CN"

#: Widths of columns, in characters of the standard type: of a Chinese character in rows and in heads, and limits.
WIDE = 1.9
WIDE_IN_HEADS = 1.2
NARROWEST = 10
WIDEST = 60
#: Characters of a cell beyond which a column does not grow.
LONGEST = 24
#: Characters of a column without rows.
EMPTY = 4
#: The times that openpyxl writes into a workbook.
NOW = re.compile(rb"(<dcterms:\w+ [^>]*>)[^<]*")


class Unknown(str):
    """A cell without its number: empty in a CSV, with a marker in a workbook."""


UNKNOWN = Unknown("")


def text_of(cell: Cell) -> str:
    """A cell as it stands in a CSV."""
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def workbook(sheets: Mapping[str, Rows], path: Path, year: int, title: str = "") -> None:
    """Save sheets, by name, to `path`: heads first, in bold and always in sight; `title` is that of the workbook.

    It is dated the end of the `year`, so that the same rows are the same file on any day.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = title or None
    book.properties.language = LANGUAGE
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        fill(sheet, rows)
        mark(sheet, rows)
    if CONTENTS in sheets:
        link(book[CONTENTS], sheets)
    stream = io.BytesIO()
    temporary.save(book, stream)
    stamp = rb"\g<1>%d-12-31T00:00:00Z" % year
    parts = {name: NOW.sub(stamp, content) for name, content in unpack(stream).items()}
    path.write_bytes(pack(parts))


def fill(sheet: Worksheet, rows: Rows) -> None:
    """Write rows to a sheet, the heads first."""
    for column, content in enumerate(rows[0], 1):
        cell = sheet.cell(1, column)
        put(cell, content)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for number, row in enumerate(rows[1:], 2):
        for column, content in enumerate(row, 1):
            put(sheet.cell(number, column), content)
    for column, head in enumerate(rows[0]):
        cells = [row[column] for row in rows[1:] if len(row) > column]
        sheet.column_dimensions[get_column_letter(column + 1)].width = width(text_of(head), cells)
    sheet.freeze_panes = "B2"


def mark(sheet: Worksheet, rows: Rows) -> None:
    """Mark the rows as a table, so that programs which read aloud know its heads; not where two heads are the same."""
    heads = [text_of(head) for head in rows[0]]
    if len(rows) > 1 and all(heads) and len({*heads}) == len(heads):
        reference = f"A1:{get_column_letter(len(heads))}{len(rows)}"
        sheet.add_table(Table(displayName=sheet.title, ref=reference))


def link(sheet: Worksheet, names: Collection[str]) -> None:
    """Have each name of a sheet in the contents lead to that sheet."""
    for (cell,) in sheet.iter_rows(min_row=2, max_col=1):
        if cell.value in names:
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{cell.value}'!A1", display=cell.value)
            cell.style = "Hyperlink"


def contents(about: Mapping[str, str]) -> list[list[Cell]]:
    """The sheet that lists the sheets, with what each holds."""
    return paired(CONTENTS_HEADS, about)


def notes(about: Mapping[str, str]) -> list[list[Cell]]:
    """The sheet of notes: what the markers mean, and what `about` says, of columns for example."""
    return paired(NOTES_HEADS, {**MARKERS, **about})


def paired(heads: tuple[str, str], about: Mapping[str, str]) -> list[list[Cell]]:
    """Two columns: names, and what each means."""
    rows: list[list[Cell]] = [[*heads]]
    rows += ([name, text] for name, text in about.items())
    return rows


def markers(rows: Rows) -> list[list[Cell]]:
    """What the markers in these rows mean, a row each; none where there is no marker."""
    has_unknown = any(isinstance(cell, Unknown) for row in rows for cell in row)
    return [[name, text] for name, text in MARKERS.items()] if has_unknown else []


def put(cell: SheetCell, content: Cell) -> None:
    """Write one cell: a number with its decimals and separated thousands, a year, a marker, or text (no formula)."""
    if isinstance(content, Decimal):
        places = decimals_of(content)
        cell.value = content if places else int(content)
        cell.number_format = "#,##0." + "0" * places if places else "#,##0"
    elif isinstance(content, int):
        cell.value = content
    elif isinstance(content, Unknown):
        cell.value = MARKER
        cell.alignment = Alignment(horizontal="right")
    elif content:
        cell.value = content
        cell.data_type = "s"
        cell.quotePrefix = safe(content) != content  # it stays a text also when somebody edits it


def width(head: str, cells: Sequence[Cell]) -> float:
    """Width of a column, in characters of the standard type."""
    longest = max((len(text_of(cell)) for cell in cells), default=EMPTY)
    wanted = max(NARROWEST, WIDE * min(longest, LONGEST), WIDE_IN_HEADS * len(head))
    return min(WIDEST, wanted)


def imprint(title: str, data: Dataset, *more: tuple[str, str]) -> list[list[Cell]]:
    """The sheet that says what a workbook is: title of the book, version of the data, licence, citation.

    `more` are pairs (what, text) that stand before these.
    """
    said = [
        ("项目", "说明"),
        *more,
        ("书名", title),
        ("数据版本", version(data)),
        ("许可", licence(data)),
        ("引用", citation(title, data)),
    ]
    return [[name, text] for name, text in said]
