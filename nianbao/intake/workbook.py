"""A new year's folder and the Excel workbook to fill in, laid out from what the report held last year."""

from __future__ import annotations

import errno
import gc
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from nianbao import temporary
from nianbao.data.csvfiles import display_path
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from nianbao.intake import side
from nianbao.intake.documents import Asked, document_row, plans
from nianbao.intake.layout import (
    ATTENTION,
    BASES,
    CHANGES,
    CHECKS,
    CODES,
    EARLIER,
    GUIDE,
    NOTES,
    REGIONS_SHEET,
    REVISIONS,
    Form,
)
from nianbao.intake.merging import document_file, report_row
from nianbao.intake.planning import plan, sheet_name
from nianbao.intake.printings import Printings
from nianbao.intake.saving import UNFINISHED, naming, put
from nianbao.intake.sheets import attention, changes, checks, codes, earlier, explained, finish, guide, revisions, texts
from nianbao.intake.sheets.choices import Choices
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
    REGIONS_SHEET: codes.HEAD_ROW,
    explained.SHEET: explained.HEAD_ROW,
}
#: How the name of a workbook ends.
SUFFIX = ".xlsx"
#: How lxml names what the system says: IO_ENOSPC.
FAILED = re.compile("IO_(E[A-Z]+)")


def workbook(data: Dataset, year: int, wanted: Asked | None = None) -> Workbook:
    """The workbook to fill in, of the report or of the document `wanted`; figures that are known stand in it.

    Raises DataError for a year that follows no edition.
    """
    forms = plans(data, wanted) if wanted else [plan(data, year)]
    form = forms[0]
    choices = Choices(data, form)
    book = Workbook()
    book.properties.created = datetime(year, 1, 1)
    book.active.title = GUIDE
    guide.write_guide(book.active, form, wanted.stem if wanted else "")
    if wanted:
        book.active["A1"] = wanted.words
    looks = book.create_sheet(ATTENTION)
    held = book.create_sheet(CHECKS)
    compared = book.create_sheet(CHANGES)
    write_figures(book, data, forms, choices)
    if not wanted:
        write_of_edition(book, data, form, choices)
    write_texts(book, data, form)
    side.write(book, data, year, wanted.kind if wanted else None)
    guide.write_notes(book.create_sheet(NOTES), data.catalogue, form, Printings(data))
    choices.write(book.create_sheet(CODES))
    rows = changes.Rows(form)
    changes.write(compared, data, form, rows)
    attention.number_changes(compared, rows)
    attention.write(looks, rows, checks.write(held, data, form, rows))
    guide.write_index(book.active, book, form)
    finish.finish(book, form, choices, REPEATED)
    for sheet in book:
        defuse(sheet)
    return book


def write_figures(book: Workbook, data: Dataset, forms: Sequence[Form], choices: Choices) -> None:
    """The sheets of figures: those of the year, then those of years before that the document prints too."""
    printings = Printings(data)
    for form in forms:
        for sheet in form.sheets:
            FigureSheet(book.create_sheet(sheet.name), sheet, data, form, printings, choices).write()


def write_of_edition(book: Workbook, data: Dataset, form: Form, choices: Choices) -> None:
    """The sheets that only a yearly report has: figures of earlier years, base years, revisions."""
    earlier.EarlierWriter(book.create_sheet(EARLIER), data, form, choices).write()
    earlier.write_bases(book.create_sheet(BASES), data, form, choices)
    revisions.write(book.create_sheet(REVISIONS), data, form.year)


def write_texts(book: Workbook, data: Dataset, form: Form) -> None:
    """The sheets of texts."""
    for name in form.texts:
        texts.write(book.create_sheet(sheet_name(form.title_of(name))), name, data, form)


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


def new_year(year: int, root: Path, target: Path | None = None, wanted: Asked | None = None) -> Path:
    """Make the folder of `year` in the data `root`, enter its report in the list of documents, write the workbook.

    `wanted` is a document that is no yearly report. Returns the path of the workbook: `target`, else one in the folder.
    All of it is there in the end or, whatever happens, nothing. Raises DataError where the workbook is there already or
    is to have another ending, and for a year that follows no edition; OSError where the disk is full.
    """
    if target is not None and target.suffix.lower() != SUFFIX:
        raise DataError(f"填报用的是 Excel 工作簿，文件名应以 {SUFFIX} 结尾", target)
    data = Dataset(root)
    folder = data.root / "observations" / str(year)
    stem = f"填报-{year}-{wanted.stem}" if wanted else f"填报-{year}"
    target = target or folder / f"{stem}.xlsx"
    if target.exists():
        raise DataError("工作簿已存在，未作改动；要重做请先把它移走或改名", display_path(target))
    content = content_of_book(workbook(data, year, wanted), target)
    row = document_row(data, wanted) if wanted else report_row(data, year)
    made = [each for each in (folder, target.parent) if not each.exists()]
    aside = target.with_name(f"{UNFINISHED}{target.name}.new")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        with naming(target):
            aside.write_bytes(content)
        for path, text in document_file(data, row).items():
            put(path, text.encode("utf-8"))
        aside.replace(target)
    except BaseException:
        aside.unlink(missing_ok=True)
        for each in made:
            with suppress(OSError):  # something else lies in it, or it was not made
                each.rmdir()
        raise
    return target


def content_of_book(book: Workbook, target: Path) -> bytes:
    """The bytes of a workbook that is to be `target`; OSError where the disk is full: openpyxl writes its sheets first.

    It does so in a folder for temporary files.
    """
    out = io.BytesIO()
    failed = None
    with nothing_told_of_what_is_dropped():
        try:
            temporary.save(book, out)
        except OSError:
            raise
        except Exception as error:  # lxml has an error of its own for what the system says
            failed = FAILED.search(str(error))
            if failed is None:
                raise
        if failed:
            gc.collect()  # the sheet is dropped here, while nobody listens
    if failed:
        code = getattr(errno, failed[1], errno.EIO)
        raise OSError(code, os.strerror(code), f"{target.name}，先写在 {tempfile.gettempdir()}")
    return out.getvalue()


@contextmanager
def nothing_told_of_what_is_dropped() -> Iterator[None]:
    """A sheet that could not be written tries once more when it is dropped; that is not told a second time."""
    told = sys.unraisablehook
    sys.unraisablehook = lambda _: None
    try:
        yield
    finally:
        sys.unraisablehook = told
