"""The sheet 逐项比较: each figure as it will be read, beside last year's, with a box for reasons of large changes."""

from __future__ import annotations

from openpyxl.formatting.rule import FormulaRule
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.data.catalogue import Catalogue
from nianbao.data.dataset import Dataset
from nianbao.figures.units import COUNTED
from nianbao.intake.keys import Place, Series
from nianbao.intake.layout import CHANGES, REASON, Form
from nianbao.intake.sheets import styles
from nianbao.intake.sheets.numbers import STEPS, UNCLEAR, Reading

HEAD_ROW = 4
FIRST_ROW = 5
#: Columns of the sheet, from A.
HEADS = ("代码", "指标", "地区代码", "地区", "单位", "所在格", "本年（读作）", "上年", "变动", "结果", REASON)
CODE, NAME, ITEM_CODE, ITEM, UNIT, CELL, NOW, THEN, MOVED, RESULT, REASON_COLUMN = range(1, 12)
FIRST_STEP = 13
WIDTHS = (30, 34, 9, 16, 9, 15, 14, 14, 9, 14, 36, 2)
STEP_WIDTH = 9
#: Change from which a reason is asked for.
LARGE = 0.3
#: Words for what happened to a figure.
MOVED_MUCH = "变动三成以上"
FROM_NOTHING = "上年为零"
NOT_READ = "看不懂"


class Rows:
    """Where the figures of a form stand on the sheet, for the formulas of other sheets."""

    def __init__(self, form: Form):
        self.cells: dict[Series, tuple[str, Place]] = {}
        for sheet in form.sheets:
            for series, place in sheet.places().items():
                self.cells[series] = (sheet.name, place)
        self.rows = {series: row for row, series in enumerate(self.cells, FIRST_ROW)}

    @property
    def last(self) -> int:
        """The last row."""
        return HEAD_ROW + max(len(self.rows), 1)

    def reference(self, series: Series, column: int) -> str:
        """A cell of the row of a figure as other sheets call it."""
        return f"'{CHANGES}'!${get_column_letter(column)}${self.rows[series]}"

    def typed(self, series: Series) -> str:
        """The cell in which a figure is typed."""
        sheet, place = self.cells[series]
        return f"'{sheet}'!{place.name}"

    def column(self, column: int) -> str:
        """A whole column of the table as other sheets call it."""
        letter = get_column_letter(column)
        return f"'{CHANGES}'!${letter}${FIRST_ROW}:${letter}${self.last}"


def half_a_digit(catalogue: Catalogue, series: Series) -> float:
    """Half a unit of the last digit of a figure as it is usually printed; nothing for what is counted whole."""
    about = catalogue.indicator(series.indicator)
    whole = catalogue.unit(about, series.item) in COUNTED and not about.decimals and about.kind != "ratio"
    return 0 if whole else 0.5 / 10**about.decimals


def write(sheet: Worksheet, data: Dataset, form: Form, rows: Rows) -> None:
    """Fill the sheet."""
    sheet.cell(1, 1, f"逐项比较　{form.year}年与{form.previous}年")
    sheet.cell(
        2,
        1,
        "“本年（读作）”是填报各表里的数按读入的规矩换算后的结果（“7.60万”“（4.00）”都认得），随填随算。"
        "变动三成以上的，请在最后一栏写原因，随年报存档；要撤回写“删除”。按“结果”一栏筛选，只看有变动的。",
    )
    sheet.cell(3, 1, "除最后一栏外都已锁定（没有密码），也不必改。M 栏以后是换算的中间步骤，不打印。")
    reasons = {Series(row["indicator"], row["item"]): row["reason"] for row in data.jumps(form.year)}
    for column, text in enumerate(HEADS, 1):
        sheet.cell(HEAD_ROW, column, text)
    for column, text in enumerate(STEPS, FIRST_STEP):
        sheet.cell(HEAD_ROW, column, text)
    for series, row in rows.rows.items():
        write_row(sheet, data, rows, series, row)
        sheet.cell(row, REASON_COLUMN, reasons.get(series))
    styles.head(sheet, HEAD_ROW, len(HEADS))
    styles.set_widths(sheet, WIDTHS)
    styles.set_widths(sheet, [STEP_WIDTH] * len(STEPS), FIRST_STEP)
    styles.explain(sheet, len(HEADS), (2, 3))
    for row in rows.rows.values():
        styles.fit_height(sheet, row, (NAME, CELL, REASON_COLUMN))
    result = f"{get_column_letter(RESULT)}{FIRST_ROW}"
    area = f"{get_column_letter(RESULT)}{FIRST_ROW}:{get_column_letter(REASON_COLUMN)}{rows.last}"
    sheet.conditional_formatting.add(area, FormulaRule([f'${result}<>""'], fill=styles.WARN))
    sheet.auto_filter.ref = f"A{HEAD_ROW}:{get_column_letter(REASON_COLUMN)}{rows.last}"
    sheet.freeze_panes = sheet.cell(FIRST_ROW, ITEM_CODE)
    sheet.print_area = f"A1:{get_column_letter(REASON_COLUMN)}{rows.last}"
    styles.protect(sheet)


def write_row(sheet: Worksheet, data: Dataset, rows: Rows, series: Series, row: int) -> None:
    """The row of a figure."""
    about = data.catalogue.indicator(series.indicator)
    item = data.catalogue.item(about, series.item)
    unit = data.catalogue.unit(about, series.item)
    name, place = rows.cells[series]
    typed = rows.typed(series)
    then = f"'{name}'!{place.beside.name}"
    steps = tuple(f"{get_column_letter(FIRST_STEP + at)}{row}" for at in range(len(STEPS)))
    reading = Reading(typed, unit, about.decimals, half_a_digit(data.catalogue, series), steps)
    now_cell = f"{get_column_letter(NOW)}{row}"
    then_cell = f"{get_column_letter(THEN)}{row}"
    moved_cell = f"{get_column_letter(MOVED)}{row}"
    texts = (about.code, about.name, series.item, item.name, unit, f"{name}!{place.name}")
    for column, text in enumerate(texts, 1):
        styles.fixed(sheet.cell(row, column, text), wrap=column == NAME)
    numbers = f"AND(ISNUMBER({now_cell}),ISNUMBER({then_cell}))"
    formulas = {
        NOW: reading.result(),
        THEN: f'=IF(ISNUMBER({then}),{then},"")',
        MOVED: f'=IF({numbers},IF({then_cell}=0,"",({now_cell}-{then_cell})/ABS({then_cell})),"")',
        RESULT: (
            f'=IF({now_cell}="{UNCLEAR}","{NOT_READ}",IF(NOT({numbers}),"",IF({then_cell}=0,IF({now_cell}=0,"",'
            f'"{FROM_NOTHING}"),IF(ABS({moved_cell})>={LARGE}-0.0000001,"{MOVED_MUCH}",""))))'
        ),
    }
    for column, formula in formulas.items():
        cell = sheet.cell(row, column, formula)
        styles.fixed(cell)
        cell.number_format = "0.0%" if column == MOVED else styles.number_format(about.decimals)
    for column, formula in enumerate(reading.formulas(), FIRST_STEP):
        styles.fixed(sheet.cell(row, column, formula))
    styles.fillable(sheet.cell(row, REASON_COLUMN), wrap=True)
