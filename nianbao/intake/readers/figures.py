"""Sheets of figures: each cell is found by the codes and names beside and above it, never by its position."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from decimal import Decimal

from nianbao.data import schema
from nianbao.data.catalogue import Indicator
from nianbao.data.csvfiles import NUMBER
from nianbao.data.dataset import Dataset
from nianbao.intake.cells import Asked, Cell, Understood, understand
from nianbao.intake.filled import Entry, Filled
from nianbao.intake.grids import Grid
from nianbao.intake.keys import Place, Series
from nianbao.intake.layout import REVISIONS, Form
from nianbao.intake.names import NONE, Names
from nianbao.intake.readers.heads import Head, Heading, HeadReader
from nianbao.intake.remarks import Remarks

#: A figure that is less, or more, than so many times last year's may be in another unit.
SMALLEST_JUMP = Decimal("0.01")
LARGEST_JUMP = Decimal(100)
#: Where a figure is said to stand that no document had before.
NEW = "新增"
#: How the part of a city that its own offices serve is called, behind the name of the city.
CITY_ITSELF = "（市本级）"
#: Indicators that an error lists.
MOST_NAMED = 3


@dataclass(frozen=True)
class RowLabels:
    """What the labels of a row name: codes of indicators, one set a label; texts that name items; labels that name nothing."""

    indicators: list[Set[str]]
    items: set[str]
    unknown: dict[int, str]

    @property
    def sound(self) -> bool:
        """Whether the row names something, and nothing that is unknown."""
        return not self.unknown and bool(self.indicators or self.items)


@dataclass(frozen=True)
class FigureReader:
    """Reads sheets of figures into `filled`."""

    data: Dataset
    form: Form
    names: Names
    remarks: Remarks
    filled: Filled

    def read(self, grid: Grid) -> None:
        """Read a sheet of figures."""
        head = HeadReader(self.data.catalogue, self.form, self.names, self.remarks).read(grid)
        if head is None:
            return
        self.filled.tidy = self.filled.tidy or head.tidy
        years = head.years
        if years and self.form.year not in years and not any(heading.here for heading in head.headings.values()):
            wanted = f"表头里没有{self.form.year}年的栏目，应为{self.form.year}年的数"
            self.remarks.ask(grid.name, Place(head.row, 1), f"{max(years)}年", wanted)
            return
        told: set[int] = set()
        for row in range(head.first, grid.last_row + 1):
            self._read_row(grid, row, head, told)

    # -- which figure a cell holds ------------------------------------------------------------------------------
    def _read_row(self, grid: Grid, row: int, head: Head, told: set[int]) -> None:
        """Read a row of figures; `told` are the columns whose heading has been asked about."""
        labels = self._labels(grid, row, head)
        for column, heading in head.headings.items():
            if heading.aside or heading.year not in {None, self.form.year, self.form.previous}:
                continue
            place = Place(row, column)
            cell = grid.cells.get(place)
            named = [*labels.indicators, heading.indicators] if heading.indicators else labels.indicators
            codes = common(named)
            if cell is None and not (labels.sound and len(codes) == 1):
                continue
            if cell is not None and not labels.sound:
                self._ask_for_label(grid, place, cell, labels)
                return
            if not codes and heading.unknown:
                self._ask_for_heading(grid, heading, told)
            elif len(codes) != 1:
                self._ask_for_indicator(grid, place, cell, named)
            else:
                self._read_cell(grid, place, next(iter(codes)), labels, heading, head)

    def _labels(self, grid: Grid, row: int, head: Head) -> RowLabels:
        """What the labels of a row name."""
        texts = {column: grid.text(row, column) for column in head.labels if grid.text(row, column)}
        return RowLabels(
            indicators=[codes for text in texts.values() if (codes := self.names.indicators(text))],
            items={text for text in texts.values() if self.names.is_item(text)},
            unknown={column: text for column, text in texts.items() if not self.names.is_known(text)},
        )

    def _ask_for_label(self, grid: Grid, place: Place, cell: Cell, labels: RowLabels) -> None:
        """A row that names nothing, or something unknown."""
        if not labels.unknown:
            self.remarks.ask(grid.name, place, cell, "这一行没有写地区或指标")
            return
        column, text = next(iter(labels.unknown.items()))
        self.remarks.ask(grid.name, Place(place.row, column), text,
                         "不是代码表或指标目录里的名称；新地区、新指标请先写入 data/catalogue/codelists 或 data/catalogue/indicators")

    def _ask_for_heading(self, grid: Grid, heading: Heading, told: set[int]) -> None:
        """A heading that names nothing: asked once, and not for last year's column."""
        column = heading.place.column
        if heading.year in {None, self.form.year} and column not in told:
            told.add(column)
            self.remarks.ask(grid.name, heading.place, heading.unknown, "表头不是指标目录里的名称或代码，请改正")

    def _ask_for_indicator(self, grid: Grid, place: Place, cell: Cell | None, named: list[Set[str]]) -> None:
        """Labels and heading that name no indicator, several, or different ones."""
        possible = sorted(NONE.union(*named))[:MOST_NAMED]
        hint = f"，可能是{'、'.join(possible)}" if possible else ""
        self.remarks.ask(grid.name, place, cell, f"指标不明{hint}；代码与名称应指同一指标")

    def _read_cell(self, grid: Grid, place: Place, code: str, labels: RowLabels, heading: Heading, head: Head) -> None:
        """Read the cell of an indicator, once it is known for which item it is."""
        about = self.data.catalogue.indicator(code)
        cell = grid.cells.get(place)
        named = labels.items | {heading.item} if heading.item else labels.items
        items = {item for text in named if (item := self.names.item(about.dimension, text))}
        if not named:
            items = {self.data.catalogue.top(about)}
        if len(items) != 1:
            self.remarks.ask(grid.name, place, cell, f"“{'、'.join(sorted(named))}”应是代码表“{about.dimension}”里的同一项")
            return
        series = Series(code, items.pop())
        if heading.year == self.form.previous:
            self._compare_previous(grid, place, series)
            return
        extras = {name: grid.text(place.row, column) for name, column in head.extras.items()}
        self._read_figure(grid, place, series, extras)

    # -- what it says -------------------------------------------------------------------------------------------
    def _compare_previous(self, grid: Grid, place: Place, series: Series) -> None:
        """Last year's column is for comparison: what it holds must be what the data hold."""
        cell = grid.cells.get(place)
        seen = self.data.observations.get(series.at(self.form.previous))
        if cell is None or seen is None or seen.value is None:
            return
        if plain_number(cell) != seen.value:
            wanted = f"{self.form.previous}年的数应为{seen.literal}；要修订请写在“{REVISIONS}”表"
            self.remarks.ask(grid.name, place, cell, wanted)

    def _read_figure(self, grid: Grid, place: Place, series: Series, extras: dict[str, str]) -> None:
        """Read the figure of a cell; `extras` are its status, source and margin where columns say them."""
        cell = grid.cells.get(place)
        if self._spans_several(grid, place) or self._is_whole_city(grid, place, series):
            return
        figure = self._figure(grid, place, series)
        if figure is not None:
            figure = self._with_extras(grid, place, figure, extras)
        if figure is None:
            return
        if cell is None and not self._must_be_there(series):
            self.filled.emptied.add(series)
            return
        self._tell_of_jump(grid, place, series, figure)
        self._enter(grid, place, series, figure, extras.get("source", ""))

    def _spans_several(self, grid: Grid, place: Place) -> bool:
        """Whether the cell is merged with others; asked about at the first of them."""
        start = grid.merged.get(place)
        if start is None or sum(each == start for each in grid.merged.values()) == 1:
            return False
        if start == place:
            self.remarks.ask(grid.name, place, grid.cells.get(place), "合并的格跨了几个数，请取消合并后分别填写")
        return True

    def _is_whole_city(self, grid: Grid, place: Place, series: Series) -> bool:
        """Whether a city is named where the form asks for what its own offices serve; asked about."""
        if series in self.form.sheet_of:
            return False
        catalogue = self.data.catalogue
        about = catalogue.indicator(series.indicator)
        city = catalogue.item(about, series.item).name
        for asked in self.form.sheet_of:
            if asked.indicator == series.indicator and catalogue.item(about, asked.item).name == f"{city}{CITY_ITSELF}":
                wanted = f"本表此处应为“{city}{CITY_ITSELF}”（{asked.item}），请写明是市本级还是全市"
                self.remarks.ask(grid.name, place, city, wanted)
                return True
        return False

    def _figure(self, grid: Grid, place: Place, series: Series) -> Understood | None:
        """What stands in the cell; None where it was asked about."""
        cell = grid.cells.get(place)
        about = self.data.catalogue.indicator(series.indicator)
        unit = self.data.catalogue.unit(about, series.item)
        try:
            figure = understand(cell, about, unit, typed=self.filled.tidy)
        except Asked as asked:
            words = str(asked)
            self.remarks.ask(grid.name, place, cell, f"应为{words}" if words.startswith("数字") else words)
            return None
        if figure.remark:
            self.remarks.tell(grid.name, place, cell, figure.remark)
        return figure

    def _with_extras(self, grid: Grid, place: Place, figure: Understood, extras: dict[str, str]) -> Understood | None:
        """The figure with status and margin from columns of their own; None where they were asked about."""
        status = extras.get("status", "")
        if status not in {figure.status, ""}:
            if status not in schema.STATUSES or "M" in (figure.status, status):
                self.remarks.ask(grid.name, place, status, f"状态应为 A、E、P（空白为 M），此格是{figure.status}")
                return None
            figure = figure._replace(status=status)
        margin = extras.get("margin", "")
        if margin:
            if not NUMBER.fullmatch(margin):
                self.remarks.ask(grid.name, place, margin, "误差（margin）应为数字")
                return None
            figure = figure._replace(margin=margin)
        return figure

    def _must_be_there(self, series: Series) -> bool:
        """Whether the form expects a figure: one that was there last year and does not follow from others."""
        sheet = self.form.sheet_of.get(series)
        return sheet is not None and sheet.last[series] is not None and not follows(self.data.catalogue.indicator(series.indicator))

    def _tell_of_jump(self, grid: Grid, place: Place, series: Series, figure: Understood) -> None:
        """Say where a figure is a hundred times last year's, or a hundredth of it."""
        seen = self.data.observations.get(series.at(self.form.previous))
        if seen is None or not seen.value or figure.status == "M":
            return
        ratio = abs(Decimal(figure.literal) / seen.value)
        if ratio and not SMALLEST_JUMP < ratio < LARGEST_JUMP:
            wanted = f"与{self.form.previous}年的{seen.literal}相差百倍，请核对单位"
            self.remarks.tell(grid.name, place, grid.cells.get(place), wanted)

    def _enter(self, grid: Grid, place: Place, series: Series, figure: Understood, source: str) -> None:
        """Enter a figure, unless another cell says something else of it."""
        cell = grid.cells.get(place)
        sheet = self.form.sheet_of.get(series)
        seen = self.data.observations.get(series.at(self.form.previous))
        home = sheet.name if sheet else NEW
        entry = Entry(figure, source or self.form.source(seen.source.place if seen else home), grid.name, place)
        other = self.filled.figures.get(series)
        if other and not other.same_as(entry):
            wanted = f"与工作表“{other.sheet}”{other.place.name}是同一个数，那里是“{other.figure.literal}”"
            self.remarks.ask(grid.name, place, cell, wanted)
            return
        if sheet is None and other is None:
            about = self.data.catalogue.indicator(series.indicator)
            name = self.data.catalogue.item(about, series.item).name
            self.remarks.tell(grid.name, place, cell, f"{self.form.previous}年没有“{name}”的“{about.name}”，作为新增读入")
        self.filled.figures[series] = entry


def common(sets: list[Set[str]]) -> Set[str]:
    """What all sets hold; nothing where there are none."""
    found: Set[str] = sets[0] if sets else NONE
    for other in sets[1:]:
        found = found & other
    return found


def follows(about: Indicator) -> bool:
    """Whether an indicator that is not filled in follows from others."""
    return bool(about.formula) and not about.check_only


def plain_number(cell: Cell) -> Decimal | None:
    """The number in a cell, thousands separated or not; None for anything else."""
    if isinstance(cell.value, int | float):
        return Decimal(f"{cell.value:.15g}")
    text = cell.text.replace(",", "")
    return Decimal(text) if NUMBER.fullmatch(text) else None
