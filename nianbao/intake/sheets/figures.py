"""Sheets of figures: names and codes, last year's figures, and the cells to fill in."""

from __future__ import annotations

from openpyxl.formatting.rule import FormulaRule
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.data.catalogue import Catalogue, Indicator
from nianbao.data.dataset import Dataset
from nianbao.data.observations import Observation
from nianbao.figures.units import decimals_of
from nianbao.intake.keys import Place, Series
from nianbao.intake.layout import CODES_ROW, FIRST_ROW, NAMES_ROW, YEARS_ROW, Form, FormSheet, SheetKind, heading
from nianbao.intake.sheets import styles

#: Widths of the columns that name the rows, of a column of figures, and of the places in last year's report.
LABEL_WIDTHS = {
    SheetKind.ROW_PER_REGION: (9, 22),
    SheetKind.ROW_PER_INDICATOR: (26, 26, 8),
    SheetKind.ROW_PER_FIGURE: (40, 40, 10, 12, 8),
}
FIGURE_WIDTH = 13
SOURCE_WIDTH = 20
NAMES_HEIGHT = 48
#: Characters that a spreadsheet shows of the title and of the text of a hint.
LONGEST_TITLE = 32
LONGEST_HINT = 250


class FigureSheet:
    """Writes one sheet of figures of a form."""

    def __init__(self, sheet: Worksheet, plan: FormSheet, data: Dataset, form: Form):
        self.sheet = sheet
        self.plan = plan
        self.data = data
        self.form = form

    @property
    def catalogue(self) -> Catalogue:
        """Indicators and codelists."""
        return self.data.catalogue

    def write(self) -> None:
        """Fill the sheet."""
        self.sheet.cell(1, 1, f"{self.plan.name}　{self.form.year}年").font = styles.TITLE
        self.sheet.cell(2, 1, "黄色格填数，没有数填“—”。指标含义见“指标说明”表，选中格时也有提示。")
        self._write_head()
        self._write_labels()
        self._style_table()
        self._write_inputs()
        styles.protect(self.sheet)

    def _write_head(self) -> None:
        """What stands above the columns: a pair of columns a heading, for this year and the year before."""
        for column, label in enumerate(self.plan.kind.labels, 1):
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

    def _write_labels(self) -> None:
        """What stands before the rows, and behind those of single figures where last year's report had them."""
        behind = self.plan.width + 1
        single = self.plan.kind is SheetKind.ROW_PER_FIGURE
        if single:
            self.sheet.cell(NAMES_ROW, behind, "原报告位置")
            styles.set_widths(self.sheet, (SOURCE_WIDTH,), behind)
        for row, named in enumerate(self.plan.rows, FIRST_ROW):
            for column, text in enumerate(self._row_labels(named), 1):
                self.sheet.cell(row, column, text)
            seen = self.plan.last[named] if single else None
            if seen:
                self.sheet.cell(row, behind, seen.source.place)
        styles.set_widths(self.sheet, LABEL_WIDTHS[self.plan.kind])

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
                styles.fixed(cell, bold=cell.row < FIRST_ROW, wrap=cell.row == NAMES_ROW)

    def _write_inputs(self) -> None:
        """The cells to fill in, with this year's figures as far as they are known, last year's beside them."""
        validations: dict[str, DataValidation] = {}
        for series, place in self.plan.places().items():
            about = self.catalogue.indicator(series.indicator)
            self._put(place, about, self.data.observations.get(series.at(self.form.year)))
            self._put(place.beside, about, self.plan.last[series])
            styles.fillable(self.sheet.cell(*place))
            if series.indicator not in validations:
                validations[series.indicator] = validation(about, place.name)
                self.sheet.add_data_validation(validations[series.indicator])
            validations[series.indicator].add(place.name)
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

    def _mark_jumps(self, place: Place) -> None:
        """Colour an input cell that differs by more than three tenths from last year's figure."""
        now = place.name
        then = place.beside.name
        rule = f"AND(ISNUMBER({now}),ISNUMBER({then}),ABS({now}-{then})>0.3*ABS({then}))"
        self.sheet.conditional_formatting.add(now, FormulaRule([rule], fill=styles.WARN))


def validation(about: Indicator, first: str) -> DataValidation:
    """The rule of the cells of an indicator, of which `first` is the first: a number or a mark, with a hint."""
    return DataValidation(
        "custom",
        formula1=f'=OR(ISNUMBER({first}),{first}="—",{first}="-",{first}="无")',
        allow_blank=True,
        errorStyle="warning",
        errorTitle="请核对",
        error="应为数字；没有数填“—”。带“万”“亿”的写法读入时会换算。",
        promptTitle=about.name[:LONGEST_TITLE],
        prompt=f"单位：{about.unit}。{about.definition}"[:LONGEST_HINT],
        showInputMessage=True,
    )
