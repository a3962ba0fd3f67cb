"""Sheets of figures: codes and names beside and above a cell tell which figure it holds, never its position."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from nianbao.data.dataset import Dataset
from nianbao.intake.cells import Cell
from nianbao.intake.filled import Filled
from nianbao.intake.grids import Grid
from nianbao.intake.keys import Place, Series
from nianbao.intake.kinds import CODE_SHEETS
from nianbao.intake.layout import REGIONS_SHEET, Form
from nianbao.intake.names import NONE, Names
from nianbao.intake.readers.entries import EntryReader, Spot
from nianbao.intake.readers.heads import Head, Heading, HeadReader
from nianbao.intake.remarks import Remarks

#: Indicators that a question names.
MOST_NAMED = 3
#: Sheets that a question names.
MOST_SHEETS = 6


@dataclass(frozen=True)
class RowLabels:
    """What the labels of a row name.

    `indicators` holds the codes that each label may mean, `items` the texts that name items, `unknown` the labels that
    name nothing, by their columns.
    """

    indicators: list[Set[str]]
    items: set[str]
    unknown: dict[int, str]

    @property
    def sound(self) -> bool:
        """Whether the row names something, and nothing that is unknown."""
        return not self.unknown and bool(self.indicators or self.items)

    def with_heading(self, heading: Heading) -> list[Set[str]]:
        """The codes that each label, and the heading of a column, may mean."""
        return [*self.indicators, heading.indicators] if heading.indicators else self.indicators


class FigureReader:
    """Reads sheets of figures into `filled`."""

    def __init__(self, data: Dataset, form: Form, names: Names, remarks: Remarks, filled: Filled):
        self.catalogue = data.catalogue
        self.form = form
        self.names = names
        self.remarks = remarks
        self.filled = filled
        self._heads = HeadReader(data.catalogue, form, names, remarks)
        self._entries = EntryReader(data, form, remarks, filled)
        #: Sheets of other years by the year, at the heads that say so; how many sheets were of this one.
        self._of_other_years: dict[int, list[Spot]] = {}
        self._sheets_read = 0

    def read(self, grid: Grid) -> None:
        """Read a sheet of figures."""
        head = self._heads.read(grid)
        if head is None:
            return
        self.filled.tidy = self.filled.tidy or head.tidy
        years = head.years
        here = any(heading.here for heading in head.headings.values())
        if years and (self.form.year not in years and not here or max(years) > self.form.year):
            self._of_other_years.setdefault(max(years), []).append(Spot(grid, Place(head.row, 1)))
            return
        self._sheets_read += 1
        told: set[int] = set()
        for row in range(head.first, grid.last_row + 1):
            self._read_row(grid, row, head, told)

    def ask_for_year(self) -> None:
        """Ask about sheets whose heads name another year: once where it is the workbook of another year."""
        for year, spots in self._of_other_years.items():
            sheets = "、".join(spot.grid.name for spot in spots[:MOST_SHEETS])
            more = f"等{len(spots)}张表" if len(spots) > MOST_SHEETS else ""
            wanted = f"表头里没有{self.form.year}年的填报栏（填报栏是{year}年的），应为{self.form.year}年的数"
            if not self._sheets_read:
                wanted += f"；看来拿错了，这是{year}年的工作簿。要读{year}年的数请写 --year {year}"
            self.remarks.ask(f"{sheets}{more}", spots[0].place, f"{year}年", wanted)

    def _read_row(self, grid: Grid, row: int, head: Head, told: set[int]) -> None:
        """Read a row of figures; `told` are the columns whose heading has been asked about."""
        labels = self._labels(grid, row, head)
        for column, heading in head.headings.items():
            if heading.aside or heading.year not in {None, self.form.year, self.form.previous}:
                continue
            spot = Spot(grid, Place(row, column))
            codes = common(labels.with_heading(heading))
            if spot.cell is None and not (labels.sound and len(codes) == 1):
                continue
            if spot.cell is not None and not labels.sound:
                self._ask_for_label(spot, labels)
                return
            if not codes and heading.unknown:
                self._ask_for_heading(spot, heading, told)
            elif len(codes) != 1:
                self._ask_for_indicator(spot, labels.with_heading(heading))
            else:
                self._read_cell(spot, next(iter(codes)), labels, head)

    def _labels(self, grid: Grid, row: int, head: Head) -> RowLabels:
        """What the labels of a row name."""
        texts = {column: grid.text(row, column) for column in head.labels if grid.text(row, column)}
        return RowLabels(
            indicators=[codes for text in texts.values() if (codes := self.names.indicators(text))],
            items={text for text in texts.values() if self.names.is_item(text)},
            unknown={column: text for column, text in texts.items() if not self.names.is_known(text)},
        )

    def _read_cell(self, spot: Spot, code: str, labels: RowLabels, head: Head) -> None:
        """Read the cell of an indicator, once it is known for which item it is."""
        heading = head.headings[spot.place.column]
        about = self.catalogue.indicator(code)
        named = labels.items | {heading.item} if heading.item else labels.items
        options = [found for text in named if (found := self.names.items(about.dimension, text))]
        items = set(common(options))  # a code tells apart what shares a name
        if not named:
            items = {self.catalogue.top(about)}
        if len(items) != 1:
            words = "、".join(sorted(named))
            several = "代码和名称指的不是同一项。几行都这样，多半是只对其中一栏排了序：请整行排序，或照原工作簿恢复两栏"
            self._ask(spot, spot.cell, f"这一行的代码和名称（{words}）应指同一项，请改成一致", several)
            return
        series = Series(code, items.pop())
        if heading.year == self.form.previous:
            self._entries.compare_previous(spot, series)
        else:
            extras = {name: spot.grid.typed(spot.place.row, column) for name, column in head.extras.items()}
            self._entries.read(spot, series, extras)

    # -- questions ----------------------------------------------------------------------------------------------
    def _ask(self, spot: Spot, stands: Cell | str | None, wanted: str, several: str = "") -> None:
        self.remarks.ask(spot.grid.name, spot.place, stands, wanted, several)

    def _ask_for_label(self, spot: Spot, labels: RowLabels) -> None:
        """A row that names nothing, or something unknown."""
        if not labels.unknown:
            self._ask(spot, spot.cell, "这一行没有写地区或指标")
            return
        column, text = next(iter(labels.unknown.items()))
        wanted = f"不是代码表或指标目录里的名称；{self._cure(spot.grid)}"
        self._ask(Spot(spot.grid, Place(spot.place.row, column)), text, wanted)

    def _cure(self, grid: Grid) -> str:
        """What is to be done for a name that is not known: where it is added depends on what the sheet's rows are."""
        sheet = self.form.sheet_named(grid.name)
        dimensions = {self.catalogue.indicator(series.indicator).dimension for series in sheet.last} if sheet else set()
        lists = {title for dimension, title in CODE_SHEETS.items() if dimension in dimensions}
        if lists:
            return f"新增的请先写在“{'”或“'.join(sorted(lists))}”表末的空行（代码、名称、上级）"
        return f"新地区请先写在“{REGIONS_SHEET}”表末的空行，新指标请先写入 data/catalogue/indicators"

    def _ask_for_heading(self, spot: Spot, heading: Heading, told: set[int]) -> None:
        """A heading that names nothing: asked once, and not for last year's column."""
        if heading.year in {None, self.form.year} and spot.place.column not in told:
            told.add(spot.place.column)
            self._ask(
                Spot(spot.grid, heading.place),
                heading.unknown,
                "表头不是指标目录里的名称或代码，请改正（照新生成的工作簿）",
            )

    def _ask_for_indicator(self, spot: Spot, named: list[Set[str]]) -> None:
        """Labels and heading that name no indicator, several, or different ones."""
        possible = sorted(NONE.union(*named))[:MOST_NAMED]
        hint = f"，可能是{'、'.join(possible)}" if possible else ""
        words = "指标不明；代码与名称应指同一指标，请照原工作簿恢复名称、代码两栏和表头"
        self._ask(spot, spot.cell, f"指标不明{hint}；代码与名称应指同一指标", words)


def common(sets: list[Set[str]]) -> Set[str]:
    """What all sets hold; nothing where there are none."""
    found: Set[str] = sets[0] if sets else NONE
    for other in sets[1:]:
        found = found & other
    return found
