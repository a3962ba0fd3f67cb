"""Names and codes that drop-downs offer: a sheet of their own, since a list of choices must stand in cells."""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.data.catalogue import REGION
from nianbao.data.dataset import Dataset
from nianbao.intake.layout import CODES, REGIONS_SHEET, Form
from nianbao.intake.sheets import styles

FIRST_ROW = 4
HEADS = ("地区代码", "地区", "指标代码", "指标", "单位")
WIDTHS = (12, 24, 42, 44, 12)
GUIDANCE = (
    "新增一行时，名称和代码写一样就行。"
    f"新设的地区写在“{REGIONS_SHEET}”表末的空行，读入后列入此表；新的指标先补进 data/catalogue/indicators 再填。"
)


class Choices:
    """What may be chosen for a form: every region, every indicator whose figures stand on its sheets."""

    def __init__(self, data: Dataset, form: Form):
        self.regions_listed = list(data.catalogue.codelists[REGION].values())
        parts = {data.catalogue.indicator(series.indicator).part for series in form.sheet_of}
        self.indicators_listed = [about for about in data.catalogue.indicators.values() if about.part in parts]

    def regions(self) -> DataValidation:
        """A drop-down of the names of regions; other names may be typed."""
        return self._from("B", len(self.regions_listed), "代码表里的地区名称；没有的请先补进地区代码表")

    def indicators(self) -> DataValidation:
        """A drop-down of the names of indicators; codes may be typed."""
        return self._from("D", len(self.indicators_listed), "代码表里的指标名称或代码")

    def _from(self, column: str, count: int, words: str) -> DataValidation:
        """A drop-down of the cells of a column of the sheet."""
        return DataValidation(
            "list",
            formula1=f"'{CODES}'!${column}${FIRST_ROW}:${column}${FIRST_ROW + max(count, 1) - 1}",
            allow_blank=True,
            errorStyle="information",
            errorTitle="请核对",
            error=words,
        )

    def write(self, sheet: Worksheet) -> None:
        """Fill the sheet."""
        sheet.append(["代码表　下拉选项从这里取，不必填写"])
        sheet.append([GUIDANCE])
        sheet.append(HEADS)
        for row, item in enumerate(self.regions_listed, FIRST_ROW):
            sheet.cell(row, 1, item.code)
            sheet.cell(row, 2, item.name)
        for row, about in enumerate(self.indicators_listed, FIRST_ROW):
            for column, text in enumerate((about.code, about.name, about.unit), 3):
                sheet.cell(row, column, text)
        styles.head(sheet, FIRST_ROW - 1, len(HEADS))
        styles.explain(sheet, len(HEADS), (2,))
        styles.set_widths(sheet, WIDTHS)
        sheet.freeze_panes = f"A{FIRST_ROW}"
        styles.protect(sheet)
