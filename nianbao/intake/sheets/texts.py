"""Sheets of texts, with last year's rows for reference."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.data.csvfiles import Row
from nianbao.intake.layout import KEEP, LISTS, Form, text_head, text_shown
from nianbao.intake.sheets import styles

#: Rows for new texts behind those of last year.
SPARE_ROWS = 30
HEAD_ROW = 2
FIRST_ROW = 3
#: Widths of columns of long texts, and of others.
WIDE = 70
NARROW = 18
LONG = {"text", "title"}


def write(sheet: Worksheet, title: str, rows: Sequence[Row], year: int) -> None:
    """Fill the sheet of a list called `title`; `rows` are last year's."""
    columns = list(rows[0])
    last = HEAD_ROW + len(rows) + SPARE_ROWS
    sheet.append([f"{title}　{year}年（上年内容供参考；只读入“采用”为“是”的行）"])
    sheet.append([KEEP, *map(text_head, columns)])
    for row in rows:
        sheet.append([None, *(text_shown(column, text) for column, text in row.items())])
    for line in sheet.iter_rows(HEAD_ROW, last, 1, len(columns) + 1):
        for cell in line:
            if cell.row == HEAD_ROW:
                styles.fixed(cell, bold=True, wrap=True)
            else:
                styles.fillable(cell, wrap=True)
    styles.set_widths(sheet, [WIDE if column in LONG else NARROW for column in columns], 2)
    choice = DataValidation("list", formula1='"是,否"', allow_blank=True)
    choice.add(f"A{FIRST_ROW}:A{last}")
    sheet.add_data_validation(choice)
    styles.protect(sheet)


def title_of(name: str) -> str:
    """What the sheet of a list is called."""
    return LISTS.get(name, name)


def title_in(form: Form, name: str) -> str:
    """What the sheet of a list is called in a form."""
    return form.titles.get(name) or title_of(name)
