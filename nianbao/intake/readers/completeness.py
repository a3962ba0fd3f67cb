"""What a file lacks of the figures that its form asks for: sheets, rows and columns that are gone, cells left empty."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from nianbao.data.dataset import Dataset
from nianbao.intake.filled import Entry, Filled
from nianbao.intake.grids import Grid
from nianbao.intake.keys import Series
from nianbao.intake.layout import UNREAD, Form, FormSheet, same_name
from nianbao.intake.readers.entries import follows
from nianbao.intake.remarks import Remarks

#: Cells and rows or columns that a remark names.
MOST_NAMED = 12
MOST_LOST = 8
MOST_OF_ROW = 3
#: How a lost row or column comes back.
CURE = "请补上（可从新生成的工作簿里复制）；地区撤并或指标停用请保留原行、填“—”"


@dataclass
class Completeness:
    """Says what of the figures of the sheets at hand is lacking in `filled`.

    `missing` are the sheets that a workbook does not have at all: that is said once for all files.
    """

    data: Dataset
    form: Form
    remarks: Remarks
    filled: Filled
    missing: list[FormSheet] = field(default_factory=list)

    def check(self, grids: list[Grid]) -> None:
        """Say what the sheets or the CSV of a file lack."""
        asked = self.remarks.sheets_with_questions()
        from_csv = grids[0].from_csv
        for sheet in self.form.sheets:
            grid = next((grid for grid in grids if same_name(grid.name, sheet.name)), None)
            here = [series for series in sheet.last if series in self.filled.figures]
            if not here and grid is None:
                if not from_csv:
                    self.missing.append(sheet)
                continue
            name = grid.name if grid else self._renamed(sheet, here, from_csv)
            if name not in asked and not self.filled.tidy:
                self._tell_of_lost(sheet, name, here, from_csv)
            self._tell_of_blanks(sheet, name, here)

    def _renamed(self, sheet: FormSheet, here: list[Series], from_csv: bool) -> str:
        """The name of the sheet that holds the figures of one that is not there by name; said so."""
        name = self.filled.figures[here[0]].sheet
        known = any(same_name(each.name, name) for each in self.form.sheets) or name in UNREAD
        if not from_csv and not known:
            self.remarks.tell(name, "", "", f"这张表改了名，其中的数是“{sheet.name}”的，照读")
        return name

    def _tell_of_lost(self, sheet: FormSheet, name: str, here: list[Series], from_csv: bool) -> None:
        """Figures that had a cell and have none now, by columns and rows; of a CSV those of the indicators it holds.

        Where they were read before nothing is lost, and that is only noted.
        """
        indicators = {series.indicator for series in (here if from_csv else sheet.last)}
        lost = [
            series
            for series, seen in sheet.last.items()
            if seen is not None
            and series not in self.filled.figures
            and series.indicator in indicators
            and not follows(self.data.catalogue.indicator(series.indicator))
        ]
        if not lost:
            return
        words = f"缺少{'、'.join(self._parts(sheet, lost))}，{CURE}"
        if all(self._was_read(series) for series in lost):
            self.remarks.tell(name, "", "", f"{words}；这些数以前读入过，保持不变")
        else:
            self.remarks.ask(name, "", "", words)

    def _parts(self, sheet: FormSheet, lost: list[Series]) -> list[str]:
        """Lost figures as whole columns and rows, as far as they are, else one by one."""
        gone = set(lost)
        columns = [column for column in sheet.columns if self._is_gone(sheet, gone, column, by_row=False)]
        rest = [series for series in lost if sheet.kind.column_of(series) not in columns]
        parts = [f"“{self._name(sheet, column)}”一栏" for column in columns if any(column)]
        if not parts:
            rest = lost
        rows = dict.fromkeys(sheet.kind.row_of(series) for series in rest)
        whole = [row for row in rows if any(row) and self._is_gone(sheet, gone, row, by_row=True)]
        for row in whole:
            parts.append(self._row(sheet, row, [series for series in rest if sheet.kind.row_of(series) == row]))
        single = [series for series in rest if sheet.kind.row_of(series) not in whole]
        parts += [f"“{self._item(series)}”的“{self._indicator(series)}”" for series in single]
        more = [f"等{len(parts)}处"] if len(parts) > MOST_LOST else []
        return [*parts[:MOST_LOST], *more]

    def _row(self, sheet: FormSheet, row: Series, lost: list[Series]) -> str:
        """A row that is gone, with the first of its figures."""
        if len(lost) == 1:
            return f"“{self._item(lost[0])}”的“{self._indicator(lost[0])}”"
        of_columns = [self._indicator(series) if row.item else self._item(series) for series in lost]
        named = "”、“".join(of_columns[:MOST_OF_ROW])
        return f"“{self._name(sheet, row)}”的“{named}”{f'等{len(lost)}格' if len(lost) > MOST_OF_ROW else ''}（整行）"

    def _is_gone(self, sheet: FormSheet, gone: set[Series], named: Series, by_row: bool) -> bool:
        """Whether all figures of a column or row that were there last year are gone."""
        place = sheet.kind.row_of if by_row else sheet.kind.column_of
        known = [series for series, seen in sheet.last.items() if seen is not None and place(series) == named]
        return bool(known) and set(known) <= gone

    def _was_read(self, series: Series) -> bool:
        """Whether an earlier intake brought the figure."""
        seen = self.data.observations.get(series.at(self.form.year))
        return seen is not None and bool(seen.literal)

    def _name(self, sheet: FormSheet, named: Series) -> str:
        """What a row or column is for."""
        series = next(
            series for series in sheet.last if named in (sheet.kind.row_of(series), sheet.kind.column_of(series))
        )
        if named.indicator and named.item:
            return f"{self._item(series)}”的“{self._indicator(series)}"
        return self._indicator(series) if named.indicator else self._item(series)

    def _indicator(self, series: Series) -> str:
        return self.data.catalogue.indicator(series.indicator).name

    def _item(self, series: Series) -> str:
        return self.data.catalogue.item(self.data.catalogue.indicator(series.indicator), series.item).name

    def _tell_of_blanks(self, sheet: FormSheet, name: str, here: Iterable[Series]) -> None:
        """Cells left empty for figures that were there last year and were not read before."""
        blank: list[Entry] = []
        for series in here:
            seen = sheet.last[series]
            entry = self.filled.figures[series]
            if seen is not None and seen.value is not None and entry.is_empty and not self._was_read(series):
                blank.append(entry)
        if blank:
            cells = "、".join(entry.place.name for entry in blank[:MOST_NAMED])
            more = "等" if len(blank) > MOST_NAMED else ""
            self.remarks.tell(name, f"{cells}{more}", "", f"{len(blank)}格空着，按未载处理")
