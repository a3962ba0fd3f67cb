"""Last touches to all sheets: choices in columns of texts and revisions, what is frozen, how each is printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.data.csvfiles import Row
from nianbao.intake.cells import DELETE
from nianbao.intake.layout import REVISION_HEADS, REVISION_KINDS, REVISIONS, YEARS_ROW, Form, text_shown
from nianbao.intake.planning import sheet_name
from nianbao.intake.sheets import styles, texts
from nianbao.intake.sheets.choices import Choices

#: Rows of the sheet of revisions that get choices, and what is chosen there.
REVISION_ROWS = range(3, 203)
#: Width of the column in which rows of texts are marked for use.
KEEP_WIDTH = 13
#: A column of texts is one of choices if it holds so few different words, each no longer than this, that come again.
MOST_CHOICES = 8
LONGEST_CHOICE = 12
#: What may not stand in a list of choices in one cell.
NOT_IN_CHOICES = set(',"')
LONGEST_LIST = 250


def finish(book: Workbook, form: Form, choices: Choices, repeated: Mapping[str, int]) -> None:
    """Finish all sheets; `repeated` is the row of the head of those that are neither figures nor texts."""
    heads = {**{plan.name: YEARS_ROW for plan in form.sheets}, **repeated}
    if REVISIONS in book:
        finish_revisions(book[REVISIONS], choices)
    for name, rows in form.texts.items():
        sheet = book[sheet_name(form.title_of(name))]
        heads[sheet.title] = texts.HEAD_ROW
        finish_texts(sheet, rows)
    for sheet in book:
        row = heads.get(sheet.title)
        styles.print_setup(sheet, f"1:{row}" if row else "")


def finish_texts(sheet: Worksheet, rows: list[Row]) -> None:
    """A head that stays in view, and choices where last year's rows hold the same few words again and again."""
    sheet["A1"].font = styles.TITLE
    styles.set_widths(sheet, (KEEP_WIDTH,))
    for row in range(texts.HEAD_ROW, last_written(sheet) + 1):
        styles.fit_height(sheet, row, range(1, len(rows[0]) + 2))
    sheet.freeze_panes = f"B{texts.FIRST_ROW}"
    for column, words in choices_of(rows):
        letter = get_column_letter(column)
        styles.validate(sheet, styles.choice(words), f"{letter}{texts.FIRST_ROW}:{letter}{sheet.max_row}")


def last_written(sheet: Worksheet) -> int:
    """The last row of a sheet in which something stands."""
    rows = range(sheet.max_row, texts.HEAD_ROW, -1)
    return next((row for row in rows if any(cell.value for cell in sheet[row])), texts.HEAD_ROW)


def choices_of(rows: list[Row]) -> Iterator[tuple[int, list[str]]]:
    """The columns of a sheet of texts that are chosen from a few words, each with these."""
    for column, name in enumerate(rows[0], 2):
        shown = [text_shown(name, row[name]) for row in rows]
        words = list(dict.fromkeys(filter(None, shown)))
        short = all(len(word) <= LONGEST_CHOICE and not NOT_IN_CHOICES & set(word) for word in words)
        again = len(words) * 2 <= len(shown)
        if words and short and again and len(words) <= MOST_CHOICES and sum(map(len, words)) < LONGEST_LIST:
            yield column, words


def finish_revisions(sheet: Worksheet, choices: Choices) -> None:
    """Choices of the sheet of revisions, and the looks of its table."""
    heads = list(REVISION_HEADS)
    styles.head(sheet, 2, len(heads))
    sheet["A1"].font = styles.TITLE
    sheet.freeze_panes = "A3"
    for line in sheet.iter_rows(REVISION_ROWS[0], REVISION_ROWS[0] + texts.SPARE_ROWS - 1, 1, len(heads)):
        for cell in line:
            styles.fillable(cell, wrap=True)
    rules = {
        "indicator": choices.indicators(),
        "item": choices.regions(),
        "kind": styles.choice([*REVISION_KINDS, DELETE]),
    }
    for name, rule in rules.items():
        letter = get_column_letter(heads.index(name) + 1)
        styles.validate(sheet, rule, f"{letter}{REVISION_ROWS[0]}:{letter}{REVISION_ROWS[-1]}")
