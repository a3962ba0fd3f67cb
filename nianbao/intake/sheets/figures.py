"""Sheets of figures: names and codes, last year's figures, and the cells to fill in."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.formatting.rule import FormulaRule
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.data.catalogue import REGION, Catalogue, Indicator
from nianbao.data.dataset import Dataset
from nianbao.data.observations import Observation
from nianbao.figures.units import COUNTED, PERCENT, RATIO, counts, decimals_of
from nianbao.intake.cells import DELETE, UNIT
from nianbao.intake.keys import Place, Series
from nianbao.intake.layout import (
    CODES_ROW,
    FIRST_ROW,
    NAMES_ROW,
    SPARE_ROWS,
    YEARS_ROW,
    Form,
    FormSheet,
    SheetKind,
    heading,
)
from nianbao.intake.printings import Printings
from nianbao.intake.sheets import styles
from nianbao.intake.sheets.choices import Choices
from nianbao.intake.sheets.numbers import quoted

#: Widths of the columns that name the rows, of a column of figures, and of the places in report and book.
LABEL_WIDTHS = {
    SheetKind.ROW_PER_REGION: (9, 22),
    SheetKind.ROW_PER_INDICATOR: (26, 26, 8),
    SheetKind.ROW_PER_FIGURE: (34, 38, 10, 12, 9),
}
FIGURE_WIDTH = 13
SOURCE_WIDTH = 20
PRINTED_WIDTH = 40
NAMES_HEIGHT = 48
#: What stands above the columns that name regions, where the rows are something else.
NOT_OF_REGIONS = {"地区": "名称", "地区代码": "项目代码"}
#: What stands above the places in last year's report, and above those in the book.
SOURCE_HEAD = "原报告位置"
PRINTED_HEAD = "说明：书里印在何处"
#: Characters that a spreadsheet shows of the title and of the text of a hint, and takes in a rule.
LONGEST_TITLE = 32
LONGEST_HINT = 250
#: Marks and signs that a text in place of a number may hold.
MARKS = ("—", "-", "无", DELETE)
SIGNS = ("万", "亿", "（", "(")


class FigureSheet:
    """Writes one sheet of figures of a form."""

    def __init__(
        self, sheet: Worksheet, plan: FormSheet, data: Dataset, form: Form, printings: Printings, choices: Choices
    ):
        self.sheet = sheet
        self.plan = plan
        self.data = data
        self.form = form
        self.printings = printings
        self.choices = choices

    @property
    def catalogue(self) -> Catalogue:
        """Indicators and codelists."""
        return self.data.catalogue

    def write(self) -> None:
        """Fill the sheet."""
        self.sheet.cell(1, 1, title(self.plan, self.form, self.printings))
        self.sheet.cell(2, 1, self._guidance())
        self._write_head()
        self._write_labels()
        self._style_table()
        self._write_inputs()
        self._write_spare_rows()
        styles.explain(self.sheet, min(self.plan.width, self._widest_guidance()), (2,))
        styles.protect(self.sheet)

    def _guidance(self) -> str:
        """What is to be done on the sheet, and where the book prints what."""
        lines = [
            "黄色格填数，没有数填“—”，零填 0；灰色格已锁定（没有密码，怎样解锁见“填报说明”）。"
            "选中格时有含义和单位的提示。"
        ]
        if self.plan.kind is SheetKind.ROW_PER_REGION:
            whole = {}
            for named in self.plan.columns:
                about = self.catalogue.indicator(named.indicator)
                whole[about.name] = self.printings.places(Series(about.code, self.catalogue.top(about)))
            lines += [f"印在书里：{'；'.join(f'{name}——{places}' for name, places in whole.items() if places)}。"]
        lines.append(f"有新增的，填在表末{SPARE_ROWS}行空行（名称可下拉选）；撤并、停用的填“—”，不要删行。")
        return "\n".join(line for line in lines if "——" in line or "印在书里：" not in line)

    def _widest_guidance(self) -> int:
        """Over how many columns the guidance goes: as many as a screen shows."""
        return max(len(self.plan.kind.labels) + 2, 9)

    def _write_head(self) -> None:
        """What stands above the columns: a pair of columns a heading, for this year and the year before."""
        for column, label in enumerate(self._labels, 1):
            self.sheet.cell(NAMES_ROW, column, label)
        for number, named in enumerate(self.plan.columns):
            first = self.plan.column_at(number)
            self.sheet.cell(NAMES_ROW, first, self._column_name(named))
            self.sheet.cell(CODES_ROW, first, named.indicator or named.item or None)
            self.sheet.cell(YEARS_ROW, first, f"{self.form.year}年")
            self.sheet.cell(YEARS_ROW, first + 1, f"{self.form.previous}年")
            styles.set_widths(self.sheet, (FIGURE_WIDTH, FIGURE_WIDTH), first)
            for row in (NAMES_ROW, CODES_ROW):
                self.sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=first + 1)
        self.sheet.row_dimensions[NAMES_ROW].height = NAMES_HEIGHT
        self.sheet.freeze_panes = self.sheet.cell(FIRST_ROW, len(self.plan.kind.labels) + 1)

    def _column_name(self, named: Series) -> str:
        """The name of what a column holds: an indicator with its unit, an item, or nothing."""
        if named.indicator:
            return heading(self.catalogue.indicator(named.indicator))
        return self._item_name(named.item) if named.item else ""

    def _item_name(self, item: str) -> str:
        """The name of an item that a row or column is for."""
        about = next(self.catalogue.indicator(series.indicator) for series in self.plan.last if series.item == item)
        return self.catalogue.item(about, item).name

    @property
    def _is_of_regions(self) -> bool:
        """Whether any of the sheet's figures are counted for regions, not for lines of a budget or the like."""
        return any(self.catalogue.indicator(series.indicator).dimension == REGION for series in self.plan.last)

    @property
    def _labels(self) -> Sequence[str]:
        """What stands above the columns that name the rows."""
        labels = self.plan.kind.labels
        return labels if self._is_of_regions else [NOT_OF_REGIONS.get(label, label) for label in labels]

    def _write_labels(self) -> None:
        """What stands before the rows, and behind those of single figures where last year's report had them."""
        behind = self.plan.width + 1
        single = self.plan.kind is SheetKind.ROW_PER_FIGURE
        told = self.plan.kind is not SheetKind.ROW_PER_REGION
        if single:
            self.sheet.cell(NAMES_ROW, behind, SOURCE_HEAD)
            styles.set_widths(self.sheet, (SOURCE_WIDTH,), behind)
        if told:
            self.sheet.cell(NAMES_ROW, behind + single, PRINTED_HEAD)
            styles.set_widths(self.sheet, (PRINTED_WIDTH,), behind + single)
        for row, named in enumerate(self.plan.rows, FIRST_ROW):
            for column, text in enumerate(self._row_labels(named), 1):
                self.sheet.cell(row, column, text)
            seen = self.plan.last[named] or self.plan.like.get(named) if single else None
            if seen:
                self.sheet.cell(row, behind, seen.source.place)
            if told:
                self.sheet.cell(row, behind + single, self._places_of_row(named) or None)
        styles.set_widths(self.sheet, LABEL_WIDTHS[self.plan.kind])

    def _places_of_row(self, named: Series) -> str:
        """Where the book prints the figures of a row."""
        of_row = (series for series in self.plan.last if self.plan.kind.row_of(series) == named)
        return "、".join(dict.fromkeys(filter(None, map(self.printings.places, of_row))))

    def _row_labels(self, named: Series) -> tuple[str, ...]:
        """Code, name, and what else tells a row: as `SheetKind.labels` says."""
        if self.plan.kind is SheetKind.ROW_PER_REGION:
            return named.item, self._item_name(named.item)
        about = self.catalogue.indicator(named.indicator)
        if self.plan.kind is SheetKind.ROW_PER_INDICATOR:
            return named.indicator, about.name, about.unit
        item = self.catalogue.item(about, named.item)
        return named.indicator, about.name, named.item, item.name, self.catalogue.unit(about, named.item)

    def _style_table(self) -> None:
        """Frame and lock the table, its head bold."""
        for line in self.sheet.iter_rows(NAMES_ROW, YEARS_ROW + len(self.plan.rows), 1, self.plan.width):
            for cell in line:
                styles.fixed(cell, bold=cell.row < FIRST_ROW, wrap=cell.row == NAMES_ROW or cell.column == 2)
        behind = {SheetKind.ROW_PER_FIGURE: 2, SheetKind.ROW_PER_INDICATOR: 1}.get(self.plan.kind, 0)
        width = self.plan.width
        for line in self.sheet.iter_rows(NAMES_ROW, YEARS_ROW + len(self.plan.rows), width + 1, width + max(behind, 1)):
            for cell in line[:behind]:
                styles.fixed(cell, bold=cell.row < FIRST_ROW, wrap=True)
            if line[0].row >= FIRST_ROW:
                styles.fit_height(self.sheet, line[0].row, [2, *(cell.column for cell in line[:behind])])

    def _write_inputs(self) -> None:
        """The cells to fill in, with this year's figures as far as they are known, last year's beside them."""
        validations: dict[tuple[str, str, str], DataValidation] = {}
        for series, place in self.plan.places().items():
            about = self.catalogue.indicator(series.indicator)
            unit = self.catalogue.unit(about, series.item)
            printed = self.printings.places(series)
            self._put(place, about, self.data.observations.get(series.at(self.form.year)))
            self._put(place.beside, about, self.plan.last[series])
            if series in self.plan.like and unit not in COUNTED:
                self._leave_decimals_open(place)
            styles.fillable(self.sheet.cell(*place))
            same = (series.indicator, unit, printed)
            if same not in validations:
                validations[same] = validation(about, place.name, unit, printed)
                self.sheet.add_data_validation(validations[same])
            validations[same].add(place.name)
            self._mark_jumps(place)

    def _put(self, place: Place, about: Indicator, seen: Observation | None) -> None:
        """Put a figure into a cell, in the number format of its indicator."""
        cell = self.sheet.cell(*place)
        cell.number_format = styles.number_format(about.decimals)
        if seen and seen.value is None:
            cell.value = seen.literal
        elif seen:
            decimals = max(about.decimals, decimals_of(seen.value))
            margin = f'"±{seen.margin}"' if seen.margin else ""
            cell.number_format = f"{styles.number_format(decimals)}{margin}"
            cell.value = float(seen.value)

    def _leave_decimals_open(self, place: Place) -> None:
        """Show an empty cell's number as it is typed: nobody knows yet with how many decimals this county prints it."""
        cell = self.sheet.cell(*place)
        if cell.value is None:
            cell.number_format = styles.AS_TYPED

    def _mark_jumps(self, place: Place) -> None:
        """Colour an input cell that differs by three tenths or more from last year's figure."""
        now = place.name
        then = place.beside.name
        rule = f"AND(ISNUMBER({now}),ISNUMBER({then}),{now}<>{then},ABS({now}-{then})>=0.2999999*ABS({then}))"
        self.sheet.conditional_formatting.add(now, FormulaRule([rule], fill=styles.WARN))

    def _write_spare_rows(self) -> None:
        """Empty rows for regions, items and indicators that were not foreseen: all of their cells are open."""
        first = FIRST_ROW + len(self.plan.rows)
        last = first + SPARE_ROWS - 1
        labels = len(self.plan.kind.labels)
        inputs = [self.plan.column_at(number) for number in range(len(self.plan.columns))]
        for line in self.sheet.iter_rows(first, last, 1, self.plan.width):
            for cell in line:
                if cell.column <= labels or cell.column in inputs:
                    styles.fillable(cell)
                else:
                    styles.fixed(cell)
        if self.plan.kind is not SheetKind.ROW_PER_REGION:
            styles.validate(self.sheet, self.choices.indicators(), f"B{first}:B{last}")
        elif self._is_of_regions:
            styles.validate(self.sheet, self.choices.regions(), f"B{first}:B{last}")
        if self.plan.kind is SheetKind.ROW_PER_FIGURE and self._is_of_regions:
            styles.validate(self.sheet, self.choices.regions(), f"D{first}:D{last}")


def title(plan: FormSheet, form: Form, printings: Printings) -> str:
    """What stands above a sheet: its name, the title of the table in the book where it has one, its number and unit."""
    table = printings.table(plan.last)
    if table is None:
        return f"{plan.name}　{form.year}年"
    other = "" if table.number == plan.name else f"（书中{table.number}）"
    unit = f"　单位：{table.unit}" if table.unit else ""
    return f"{plan.name}{other}　{form.year}年{table.title}{unit}"


def validation(about: Indicator, first: str, unit: str = "", printed: str = "") -> DataValidation:
    """The rule of cells of an indicator, of which `first` is the first: a number or a mark, with a hint.

    `unit` is that of the figures where it is not the indicator's, `printed` where the book prints them.
    """
    unit = unit or about.unit
    hint = f"单位：{unit}。{about.definition}"
    where = f"印在：{printed}。" if printed else ""
    return DataValidation(
        "custom",
        formula1=accepted(about, first, unit),
        allow_blank=True,
        errorStyle="warning",
        errorTitle="请核对",
        error=f"应为{expected(about, unit)}；没有数填“—”。带“万”“亿”的写法可以，读入时换算。确实无误可以继续。",
        promptTitle=about.name[:LONGEST_TITLE],
        prompt=f"{hint[: LONGEST_HINT - len(where)]}{where}",
        showInputMessage=True,
        showErrorMessage=True,
    )


def accepted(about: Indicator, cell: str, unit: str) -> str:
    """The rule of a cell as a formula: numbers that can be, marks, and texts that are read as numbers."""
    sound = [f"ISNUMBER({cell})"]
    if counts(unit) and "change" not in about.code:
        sound.append(f"{cell}>=0")
    if unit in COUNTED and about.kind != "ratio":
        sound.append(f"{cell}=INT({cell})")
    marks = [f'{cell}="{mark}"' for mark in MARKS]
    signs = [f'ISNUMBER(FIND("{sign}",{cell}))' for sign in SIGNS]
    match = UNIT.fullmatch(unit)
    thing = match["thing"] if match else ""
    behind = [f"RIGHT({cell},{len(thing)})={quoted(thing)}"] if thing and unit != RATIO else []
    number = f"AND({','.join(sound)})" if len(sound) > 1 else sound[0]
    return f"OR({','.join([number, *marks, *signs, *behind])})"


def expected(about: Indicator, unit: str) -> str:
    """What a cell should hold, in words."""
    if unit == PERCENT:
        return "数字，单位%：46.86% 就填 46.86"
    whole = "整数" if unit in COUNTED and about.kind != "ratio" else "数字"
    return f"{whole}，单位{unit}"
