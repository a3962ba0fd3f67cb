"""A new year's folder and the Excel workbook to fill in, laid out from what the report held last year."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.data.csvfiles import display_path
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from nianbao.intake.layout import CHECKS, GUIDE, NOTES, REVISIONS
from nianbao.intake.merging import document_file
from nianbao.intake.planning import plan, sheet_name
from nianbao.intake.sheets import checks, guide, revisions, texts
from nianbao.intake.sheets.figures import FigureSheet


def workbook(data: Dataset, year: int) -> Workbook:
    """The workbook to fill in; figures of `year` that are known already stand in it.

    Raises DataError for a year that follows no edition.
    """
    form = plan(data, year)
    book = Workbook()
    book.properties.created = datetime(year, 1, 1)
    first = book.active
    first.title = GUIDE
    guide.write_guide(first, form)
    checks.write(book.create_sheet(CHECKS), data, form)
    for sheet in form.sheets:
        FigureSheet(book.create_sheet(sheet.name), sheet, data, form).write()
    revisions.write(book.create_sheet(REVISIONS), data, year)
    for name in form.texts:
        texts.write(book.create_sheet(sheet_name(texts.title_of(name))), name, data, form)
    guide.write_notes(book.create_sheet(NOTES), data.catalogue, form)
    for sheet in book:
        defuse(sheet)
    return book


def defuse(sheet: Worksheet) -> None:
    """Make texts of what looks like a formula and is none: only 核对 has formulas."""
    for row in sheet.iter_rows():
        for cell in row:
            meant = sheet.title == CHECKS and checks.is_formula(cell.row, cell.column)
            if cell.data_type == "f" and not meant:
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
