"""What a file lacks of the figures that its form asks for: sheets, rows and columns that are gone, cells left empty."""

from __future__ import annotations

from dataclasses import dataclass

from nianbao.data.catalogue import Catalogue
from nianbao.intake.filled import Entry, Filled
from nianbao.intake.grids import Grid
from nianbao.intake.keys import Series
from nianbao.intake.layout import Form, FormSheet, same_name
from nianbao.intake.readers.entries import follows
from nianbao.intake.remarks import Remarks

#: Cells that a remark names.
MOST_NAMED = 12


@dataclass(frozen=True)
class Completeness:
    """Says what of the figures of the sheets at hand is lacking in `filled`."""

    catalogue: Catalogue
    form: Form
    remarks: Remarks
    filled: Filled

    def check(self, grids: list[Grid]) -> None:
        """Say what the sheets or the CSV of a file lack."""
        asked = self.remarks.sheets_with_questions()
        from_csv = grids[0].from_csv
        for sheet in self.form.sheets:
            grid = next((grid for grid in grids if same_name(grid.name, sheet.name)), None)
            here = [series for series in sheet.last if series in self.filled.figures]
            if not here and grid is None:
                if not from_csv:
                    self.remarks.tell(sheet.name, "", "", "没有这张表，其中各数保持不变")
                continue
            name = grid.name if grid else self.filled.figures[here[0]].sheet
            if name not in asked and not self.filled.tidy:
                self._ask_for_lost(sheet, name, here, from_csv)
            self._tell_of_blanks(sheet, name, here)

    def _ask_for_lost(self, sheet: FormSheet, name: str, here: list[Series], from_csv: bool) -> None:
        """Figures that had a cell and have none now; of a CSV those of the indicators that it holds."""
        indicators = {series.indicator for series in (here if from_csv else sheet.last)}
        for series, seen in sheet.last.items():
            about = self.catalogue.indicator(series.indicator)
            if seen is None or series in self.filled.figures or series.indicator not in indicators or follows(about):
                continue
            item = self.catalogue.item(about, series.item).name
            wanted = f"缺少“{item}”的“{about.name}”，请补上这一格；地区撤并或指标停用请填“—”"
            self.remarks.ask(name, "", "", wanted)

    def _tell_of_blanks(self, sheet: FormSheet, name: str, here: list[Series]) -> None:
        """Cells left empty for figures that were there last year."""
        blank: list[Entry] = []
        for series in here:
            seen = sheet.last[series]
            entry = self.filled.figures[series]
            if seen is not None and seen.value is not None and entry.is_blank and not entry.figure.literal:
                blank.append(entry)
        if blank:
            cells = "、".join(entry.place.name for entry in blank[:MOST_NAMED])
            more = "等" if len(blank) > MOST_NAMED else ""
            self.remarks.tell(name, f"{cells}{more}", "", f"{len(blank)}格空着，按未载处理")
