"""The sheet 要看的: what does not add up, what changed much and what cannot be read, listed by itself."""

from __future__ import annotations

from openpyxl.formatting.rule import FormulaRule
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.intake.layout import CHANGES, CHECKS
from nianbao.intake.sheets import changes, checks, styles
from nianbao.intake.sheets.changes import Rows

#: How many of each kind are listed; the sheets themselves have them all.
MOST_WRONG = 20
MOST_MOVED = 40
HEADS_WRONG = ("序", "不符的关系", "填报数", "应为", "差", "所在行")
HEADS_MOVED = ("序", "变动三成以上、由零变有或看不懂的数", "本年", "上年", "变动", "写原因")
WIDTHS = (6, 62, 16, 16, 12, 14)
COUNTS_ROW = 3
LINK = "点此前往"
#: The helper column of 逐项比较 that numbers what is listed here.
NUMBER_COLUMN = changes.FIRST_STEP + len(changes.STEPS)


def number_changes(sheet: Worksheet, rows: Rows) -> None:
    """Number the figures of 逐项比较 that are to be listed, in a column of their own."""
    letter = sheet.cell(1, NUMBER_COLUMN).column_letter
    result = sheet.cell(1, changes.RESULT).column_letter
    sheet.cell(changes.HEAD_ROW, NUMBER_COLUMN, "序")
    for row in rows.rows.values():
        formula = f'=IF({result}{row}="","",MAX({letter}${changes.HEAD_ROW}:{letter}{row - 1})+1)'
        styles.fixed(sheet.cell(row, NUMBER_COLUMN, formula))


def write(sheet: Worksheet, rows: Rows, last_check: int) -> None:
    """Fill the sheet; `last_check` is the last row of 核对."""
    sheet["A1"] = "要看的　随填随算，自动列出"
    sheet["A2"] = (
        "先看这一页。不符的先查数；变动大的确有其事，就点右边去写原因，原因随年报存档。"
        "全部明细在“核对”和“逐项比较”两表。"
    )
    results = f"'{CHECKS}'!$G${checks.FIRST_ROW}:$G${last_check}"
    found = rows.column(changes.RESULT)
    reasons = rows.column(changes.REASON_COLUMN)
    counts = (
        ("不符", f'=COUNTIF({results},"{checks.WRONG}")'),
        ("未填全的关系", f'=COUNTIF({results},"{checks.INCOMPLETE}")'),
        ("变动三成以上或由零变有", f"={counted(found, changes.MOVED_MUCH)}+{counted(found, changes.FROM_NOTHING)}"),
        ("其中已写原因", f'=SUMPRODUCT(({found}<>"")*({found}<>"{changes.NOT_READ}")*({reasons}<>""))'),
        ("看不懂的格", f'=COUNTIF({found},"{changes.NOT_READ}")'),
    )
    for row, (words, formula) in enumerate(counts, COUNTS_ROW):
        sheet.cell(row, 2, words)
        sheet.cell(row, 3, formula)
        styles.fixed(sheet.cell(row, 2), bold=True)
        styles.fixed(sheet.cell(row, 3), bold=True)
        sheet.cell(row, 3).number_format = "0"
    first = COUNTS_ROW + len(counts) + 1
    head(sheet, first, HEADS_WRONG)
    numbers = f"'{CHECKS}'!$H$1:$H${last_check}"
    for number in range(1, MOST_WRONG + 1):
        match = f"MATCH({number},{numbers},0)"
        cells = [f'=IFERROR(INDEX(\'{CHECKS}\'!${letter}$1:${letter}${last_check},{match}),"")' for letter in "BCDE"]
        link = f'=IFERROR(HYPERLINK("#\'{CHECKS}\'!B"&{match},"{LINK}"),"")'
        line(sheet, first + number, number, [*cells, link])
    second = first + MOST_WRONG + 2
    head(sheet, second, HEADS_MOVED)
    letter = sheet.cell(1, NUMBER_COLUMN).column_letter
    numbers = f"'{CHANGES}'!${letter}$1:${letter}${rows.last}"
    for number in range(1, MOST_MOVED + 1):
        match = f"MATCH({number},{numbers},0)"
        name = picked(rows, changes.ITEM, match) + "&" + picked(rows, changes.NAME, match)
        cells = [
            f'=IFERROR({name}&"（"&{picked(rows, changes.CELL, match)}&"）","")',
            *(f'=IFERROR({picked(rows, at, match)},"")' for at in (changes.NOW, changes.THEN, changes.MOVED)),
        ]
        told = f'IF({picked(rows, changes.REASON_COLUMN, match)}="","{LINK}","已写")'
        link = f'=IFERROR(HYPERLINK("#\'{CHANGES}\'!K"&{match},{told}),"")'
        line(sheet, second + number, number, [*cells, link], "0.0%")
    styles.set_widths(sheet, WIDTHS)
    styles.explain(sheet, len(WIDTHS), (2,))
    sheet.freeze_panes = "A3"
    styles.protect(sheet)


def counted(area: str, words: str) -> str:
    """How often words stand in a range."""
    return f'COUNTIF({area},"{words}")'


def picked(rows: Rows, column: int, match: str) -> str:
    """The cell of a column of 逐项比较 in the row that a formula finds."""
    letter = rows.column(column).rpartition("$")[0].rpartition("$")[2]
    return f"INDEX('{CHANGES}'!${letter}$1:${letter}${rows.last},{match})"


def head(sheet: Worksheet, row: int, words: tuple[str, ...]) -> None:
    """A head of one of the lists."""
    for column, text in enumerate(words, 1):
        sheet.cell(row, column, text)
    styles.head(sheet, row, len(words))


def line(sheet: Worksheet, row: int, number: int, cells: list[str], last_format: str = "#,##0.00##") -> None:
    """A line of one of the lists; its number shows only where something is listed."""
    sheet.cell(row, 1, f'=IF(B{row}="","",{number})')
    for column, formula in enumerate(cells, 2):
        sheet.cell(row, column, formula)
    for column in range(1, len(cells) + 2):
        cell = sheet.cell(row, column)
        styles.fixed(cell, wrap=column == 2)
        cell.fill = styles.PLAIN
        cell.border = styles.NO_FRAME
        cell.number_format = "#,##0.00##" if column in (3, 4) else last_format if column == 5 else "General"
    sheet.cell(row, len(cells) + 1).font = styles.LINKED
    area = f"A{row}:F{row}"
    sheet.conditional_formatting.add(area, FormulaRule([f'$B{row}<>""'], fill=styles.WARN))
