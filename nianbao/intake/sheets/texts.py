"""Sheets of texts: the rows that are in use already, marked so, and last year's for reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.data.csvfiles import Row
from nianbao.data.dataset import Dataset
from nianbao.intake.layout import KEEP, Form, text_head, text_shown
from nianbao.intake.lists import Listing, belongs
from nianbao.intake.sheets import styles

#: Rows for new texts behind those of last year.
SPARE_ROWS = 30
HEAD_ROW = 2
FIRST_ROW = 3
#: Widths of columns of long texts, and of others.
WIDE = 70
NARROW = 18
LONG = {"text", "title"}
#: The mark of a row that is in use.
IN_USE = "是"


def write(sheet: Worksheet, name: str, data: Dataset, form: Form) -> None:
    """Fill the sheet of the list `name`: what was read for the year, and last year's rows that it does not replace."""
    given = form.texts[name]
    columns = list(given[0])
    rows = offered(data, form, name, given)
    last = HEAD_ROW + len(rows) + SPARE_ROWS
    title = f"{form.title_of(name)}　{form.year}年"
    sheet.append([f"{title}（上年内容供参考；“采用”为“是”的行读入，空着的不改动已读入的）"])
    sheet.append([KEEP, *(text_head(column, name) for column in columns)])
    for mark, row in rows:
        sheet.append([mark, *(text_shown(column, row.get(column, "")) for column in columns)])
    for line in sheet.iter_rows(HEAD_ROW, last, 1, len(columns) + 1):
        for cell in line:
            if cell.row == HEAD_ROW:
                styles.fixed(cell, bold=True, wrap=True)
            else:
                styles.fillable(cell, wrap=True)
    styles.set_widths(sheet, [WIDE if column in LONG else NARROW for column in columns], 2)
    choice = DataValidation("list", formula1='"是,否,删除"', allow_blank=True)
    choice.add(f"A{FIRST_ROW}:A{last}")
    sheet.add_data_validation(choice)
    styles.protect(sheet)


def offered(data: Dataset, form: Form, name: str, given: Sequence[Row]) -> list[tuple[str | None, Mapping[str, str]]]:
    """The rows of a list with their marks, in its order: of one key what is in use goes before last year's."""
    listing = Listing(tuple(given[0]), given)
    places = {row.get("place", "") for row in given}
    stored = data.texts(name, form.year)
    used = [row for row in stored if row.get("place") in places or belongs(row, form)]
    in_use = {listing.key(row): row for row in used}
    others = {listing.key(row): row for row in given if listing.key(row) not in in_use}
    marked = {id(row): IN_USE for row in in_use.values()}
    rows = listing.sorted([*in_use.values(), *others.values()])
    return [(marked.get(id(row)), row) for row in rows]
