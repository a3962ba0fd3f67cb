"""A new year's folder and the Excel workbook to fill in, laid out from what the report held last year."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.data.csvfiles import display_path
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from nianbao.intake.layout import (
    ATTENTION,
    BASES,
    CHANGES,
    CHECKS,
    CODES,
    EARLIER,
    GUIDE,
    NOTES,
    REVISIONS,
    Form,
)
from nianbao.intake.merging import document_file
from nianbao.intake.planning import plan, sheet_name
from nianbao.intake.printings import Printings
from nianbao.intake.sheets import attention, changes, checks, earlier, finish, guide, revisions, texts
from nianbao.intake.sheets.codes import Choices
from nianbao.intake.sheets.figures import FigureSheet

#: Rows that are repeated on every printed page, of the sheets that are neither figures nor texts.
REPEATED = {
    CHECKS: checks.HEAD_ROW,
    CHANGES: changes.HEAD_ROW,
    NOTES: guide.NOTES_HEAD_ROW,
    CODES: 3,
    EARLIER: 4,
    BASES: 4,
    REVISIONS: 2,
}


def workbook(data: Dataset, year: int) -> Workbook:
    """The workbook to fill in; figures of `year` that are known already stand in it.

    Raises DataError for a year that follows no edition.
    """
    form = plan(data, year)
    choices = Choices(data, form)
    book = Workbook()
    book.properties.created = datetime(year, 1, 1)
    book.active.title = GUIDE
    guide.write_guide(book.active, form)
    looks = book.create_sheet(ATTENTION)
    held = book.create_sheet(CHECKS)
    compared = book.create_sheet(CHANGES)
    write_sheets(book, data, form, choices)
    rows = changes.Rows(form)
    changes.write(compared, data, form, rows)
    attention.number_changes(compared, rows)
    attention.write(looks, rows, checks.write(held, data, form, rows))
    guide.write_index(book.active, book, form)
    finish.finish(book, form, choices, REPEATED)
    for sheet in book:
        defuse(sheet)
    return book


def write_sheets(book: Workbook, data: Dataset, form: Form, choices: Choices) -> None:
    """The sheets that are filled in, and those with names and meanings: none of them has formulas."""
    printings = Printings(data)
    for sheet in form.sheets:
        FigureSheet(book.create_sheet(sheet.name), sheet, data, form, printings, choices).write()
    earlier.EarlierWriter(book.create_sheet(EARLIER), data, form, choices).write()
    earlier.write_bases(book.create_sheet(BASES), data, form, choices)
    revisions.write(book.create_sheet(REVISIONS), form.year)
    for name, rows in form.texts.items():
        texts.write(book.create_sheet(sheet_name(texts.title_of(name))), name, rows, form.year)
    guide.write_notes(book.create_sheet(NOTES), data.catalogue, form, printings)
    choices.write(book.create_sheet(CODES))


def is_meant(sheet: Worksheet, row: int, column: int) -> bool:
    """Whether a cell may hold a formula: texts that come from the data may not."""
    if sheet.title == GUIDE:
        return column > 2
    if sheet.title == ATTENTION:
        return True
    if sheet.title == CHECKS:
        return column > 2 or (column == 2 and row < checks.HEAD_ROW)
    return sheet.title == CHANGES and column > changes.CELL and column != changes.REASON_COLUMN


def defuse(sheet: Worksheet) -> None:
    """Make texts of what looks like a formula and is none."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f" and not is_meant(sheet, cell.row, cell.column):
                cell.data_type = "s"
                cell.quotePrefix = True


def new_year(year: int, root: Path, target: Path | None = None) -> Path:
    """Make the folder of `year` in the data `root`, enter its report in the list of documents, write the workbook.

    Returns the path of the workbook: `target`, else one in the folder. Raises DataError where it is there already, and
    for a year that follows no edition.
    """
    data = Dataset(root)
    folder = data.root / "observations" / str(year)
    target = target or folder / f"填报-{year}.xlsx"
    if target.exists():
        raise DataError("工作簿已存在，未作改动；要重做请先把它移走或改名", display_path(target))
    book = workbook(data, year)
    folder.mkdir(parents=True, exist_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    for path, text in document_file(data, year).items():
        path.write_text(text, "utf-8")
    book.save(target)
    return target
