"""The sheets of base years and of figures of earlier years."""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.data import schema
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.figures.units import show
from nianbao.intake import earlier
from nianbao.intake.keys import Place
from nianbao.intake.layout import MEAN_NAMES, Form
from nianbao.intake.sheets import styles
from nianbao.intake.sheets.codes import Choices
from nianbao.intake.sheets.figures import validation

#: Rows of the sheet of base years.
BASES_HEAD = 4
BASES_SPARE = 8
BASES_WIDTHS = (40, 14, 16, 50)
#: Heads of the sheet of base years, as the schema has them.
BASES_HEADS = tuple(column.head for column in schema.BASES.columns)
EARLIER_WIDTHS = (38, 40, 10, 12, 8)
YEAR_WIDTH = 12
SOURCE_WIDTH = 26


def write_bases(sheet: Worksheet, data: Dataset, form: Form, choices: Choices) -> None:
    """Fill the sheet of base years: what the edition names so far, and empty rows."""
    five = form.year - earlier.FURTHEST
    sheet.append([f"基期　{form.year}年年报的多年比较"])
    sheet.append(
        [
            f"空着照惯例：参保、待遇等与{five}年比，基金和工伤保险各数与{five + 1}年比；"
            "那一年没有数的，改与资料里有数的最近一年比。只在要与别的年份比时才填。"
        ]
    )
    narrow = "指标空着表示全部指标，写得细的为准（如 pension.enterprise）。"
    sheet.append([f"{narrow}要取消已读入的一行，在“基期年份”写“删除”。"])
    sheet.append(BASES_HEADS)
    names = {mean: name for name, mean in MEAN_NAMES.items()}
    for row in data.folder.read(f"editions/{form.year}/bases.csv", optional=True):
        sheet.append([row["indicator"], int(row["base"]), names.get(row.get("mean", ""), ""), row.get("note", "")])
    last = max(sheet.max_row, BASES_HEAD) + BASES_SPARE
    styles.head(sheet, BASES_HEAD, len(BASES_HEADS))
    for line in sheet.iter_rows(BASES_HEAD + 1, last, 1, len(BASES_HEADS)):
        for cell in line:
            styles.fillable(cell, wrap=True)
    area = f"B{BASES_HEAD + 1}:B{last}"
    year = DataValidation(
        "whole",
        operator="between",
        formula1="1990",
        formula2=str(form.year - 2),
        allow_blank=True,
        errorStyle="warning",
        errorTitle="请核对",
        error=f"应为{form.year - 1}年以前的年份",
    )
    styles.validate(sheet, year, area)
    styles.validate(sheet, styles.choice(MEAN_NAMES), f"C{BASES_HEAD + 1}:C{last}")
    styles.validate(sheet, choices.indicators(), f"A{BASES_HEAD + 1}:A{last}")
    styles.set_widths(sheet, BASES_WIDTHS)
    styles.explain(sheet, len(BASES_HEADS), (2, 3))
    styles.protect(sheet)


class EarlierWriter:
    """Writes the sheet of figures of earlier years."""

    def __init__(self, sheet: Worksheet, data: Dataset, form: Form, choices: Choices):
        self.sheet = sheet
        self.data = data
        self.form = form
        self.choices = choices
        self.plan = earlier.plan(data, form)
        self.added = {(row["indicator"], row["item"], int(row["year"])): row for row in data.earlier(form.year)}

    def write(self) -> None:
        """Fill the sheet."""
        sheet = self.sheet
        plan = self.plan
        width = plan.source_column
        sheet.cell(1, 1, f"以前年度　{self.form.year}年年报要用的以前各年的数")
        sheet.cell(
            2,
            1,
            "黄色格可填：当年公布过而本资料未载的数，照当年公布的填（有出处的写明）；灰色格是资料里已有的数。"
            "不填也可以，书里相应的话略去，图上注明“未载入”。",
        )
        sheet.cell(
            3,
            1,
            "表末各行和空着的年份栏可补别的指标、地区和年份（如 2012）。写“—”表示当年没有公布；"
            "要取消先前读入的数，写“删除”。改已公布的数不在这里，写在“修订”表。",
        )
        heads = [*earlier.LABELS, *(f"{year}年" for year in plan.years)]
        for column, text in enumerate(heads, 1):
            sheet.cell(earlier.HEAD_ROW, column, text)
        sheet.cell(earlier.HEAD_ROW, width, earlier.SOURCE_HEAD)
        styles.head(sheet, earlier.HEAD_ROW, width)
        for column in range(len(heads) + 1, width):
            styles.fillable(sheet.cell(earlier.HEAD_ROW, column))
        self._labels()
        self._figures()
        styles.set_widths(sheet, EARLIER_WIDTHS)
        styles.set_widths(sheet, [YEAR_WIDTH] * (width - len(earlier.LABELS) - 1), len(earlier.LABELS) + 1)
        styles.set_widths(sheet, (SOURCE_WIDTH,), width)
        for row in range(earlier.FIRST_ROW, plan.last_row + 1):
            styles.fit_height(sheet, row, (2,))
        styles.explain(sheet, width, (2, 3))
        sheet.freeze_panes = sheet.cell(earlier.FIRST_ROW, len(earlier.LABELS) + 1)
        styles.protect(sheet)

    def _labels(self) -> None:
        """Codes and names of the rows asked for; open cells in the spare rows."""
        first_spare = earlier.FIRST_ROW + len(self.plan.rows)
        for row, series in enumerate(self.plan.rows, earlier.FIRST_ROW):
            about = self.data.catalogue.indicator(series.indicator)
            item = self.data.catalogue.item(about, series.item)
            unit = self.data.catalogue.unit(about, series.item)
            for column, text in enumerate((about.code, about.name, series.item, item.name, unit), 1):
                styles.fixed(self.sheet.cell(row, column, text), wrap=column == 2)
        for line in self.sheet.iter_rows(first_spare, self.plan.last_row, 1, self.plan.source_column):
            for cell in line:
                styles.fillable(cell)
        styles.validate(self.sheet, self.choices.indicators(), f"B{first_spare}:B{self.plan.last_row}")
        styles.validate(self.sheet, self.choices.regions(), f"D{first_spare}:D{self.plan.last_row}")

    def _figures(self) -> None:
        """What is known, locked; what may be filled in, with what was inferred of it as a hint."""
        known = {place: (series, year) for series, year, place in self.plan.places()}
        for row, series in enumerate(self.plan.rows, earlier.FIRST_ROW):
            for column in range(len(earlier.LABELS) + 1, self.plan.source_column + 1):
                place = Place(row, column)
                _, year = known.get(place, (series, 0))
                self._cell(place, series, year)

    def _cell(self, place: Place, series: tuple[str, str], year: int) -> None:
        """One cell; the year is 0 in a column that names none."""
        cell = self.sheet.cell(*place)
        code, item = series
        about = self.data.catalogue.indicator(code)
        seen = self.data.observations.get(Key(code, item, year)) if year else None
        own = self.added.get((code, item, year))
        cell.number_format = styles.number_format(about.decimals)
        if place.column == self.plan.source_column:
            places = dict.fromkeys(
                row["source"].partition(" ")[2] for key, row in self.added.items() if key[:2] == (code, item)
            )
            cell.value = "、".join(places) or None
            cell.number_format = "General"
            styles.fillable(cell)
            return
        if seen is not None and (own or not seen.derived):
            cell.value = seen.literal if seen.value is None else float(seen.value)
        if seen is not None and not own and not seen.derived:
            styles.fixed(cell)
            return
        styles.fillable(cell)
        rule = validation(about, place.name)
        if seen is not None and seen.value is not None and not own:
            rule.prompt = f"由公布的增减推算为{show(seen.value)}{about.unit}，查到原数可以填。{rule.prompt}"[:250]
        styles.validate(self.sheet, rule, place.name)
