"""What a cell says of the figure that it holds: its value, status, source and margin, or a question."""

from __future__ import annotations

from collections.abc import Mapping
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
from nianbao.intake.remarks import Remarks

#: A figure that is so small a part of last year's, or so many times as large, may be in another unit.
SMALLEST_JUMP = Decimal("0.01")
LARGEST_JUMP = Decimal(100)
#: Where a figure is said to stand that no document had before.
NEW = "新增"
#: How the part of a city that its own offices serve is called, behind the name of the city.
CITY_ITSELF = "（市本级）"


@dataclass(frozen=True)
class Spot:
    """A place in a grid that is being read."""

    grid: Grid
    place: Place

    @property
    def cell(self) -> Cell | None:
        """What stands there; None where nothing does."""
        return self.grid.cells.get(self.place)


@dataclass(frozen=True)
class EntryReader:
    """Reads the cells of known figures into `filled`."""

    data: Dataset
    form: Form
    remarks: Remarks
    filled: Filled

    def compare_previous(self, spot: Spot, series: Series) -> None:
        """Last year's column is for comparison: what it holds must be what the data hold."""
        seen = self.data.observations.get(series.at(self.form.previous))
        if spot.cell is None or seen is None or seen.value is None:
            return
        if plain_number(spot.cell) != seen.value:
            self._ask(spot, f"{self.form.previous}年的数应为{seen.literal}；要修订请写在“{REVISIONS}”表")

    def read(self, spot: Spot, series: Series, extras: Mapping[str, str]) -> None:
        """Read this year's figure; `extras` are its status, source and margin where columns say them."""
        if self._spans_several(spot) or self._is_whole_city(spot, series) or self._has_ended(spot, series):
            return
        figure = self._figure(spot, series)
        if figure is None or not self._extras_are_sound(spot, figure, extras):
            return
        figure = with_extras(figure, extras)
        if spot.cell is None and not self._must_be_there(series):
            self.filled.emptied.add(series)
            return
        self._tell_of_jump(spot, series, figure)
        self._enter(spot, series, figure, extras.get("source", ""))

    # -- what stands there --------------------------------------------------------------------------------------
    def _spans_several(self, spot: Spot) -> bool:
        """Whether the cell is merged with others; asked about at the first of them."""
        merged = spot.grid.merged
        start = merged.get(spot.place)
        if start is None or sum(each == start for each in merged.values()) == 1:
            return False
        if start == spot.place:
            self._ask(spot, "合并的格跨了几个数，请取消合并后分别填写")
        return True

    def _has_ended(self, spot: Spot, series: Series) -> bool:
        """Whether the region of a figure has ended before; asked about where a number stands there all the same."""
        item = self.data.catalogue.item(self._indicator(series), series.item)
        if item.existed_in(self.form.year):
            return False
        figure = self._figure(spot, series)
        if figure is not None and figure.status != "M":
            self._ask(spot, f"“{item.name}”只有{item.since or '以前'}至{item.until or '以后'}年的数，这一格应空着")
        return True

    def _is_whole_city(self, spot: Spot, series: Series) -> bool:
        """Whether a city is named where the form asks for what its own offices serve; asked about."""
        if series in self.form.sheet_of:
            return False
        about = self._indicator(series)
        city = self._item_name(series)
        for asked in self.form.sheet_of:
            if asked.indicator == about.code and self._item_name(asked) == f"{city}{CITY_ITSELF}":
                wanted = f"本表此处应为“{city}{CITY_ITSELF}”（{asked.item}），请写明是市本级还是全市"
                self.remarks.ask(spot.grid.name, spot.place, city, wanted)
                return True
        return False

    def _figure(self, spot: Spot, series: Series) -> Understood | None:
        """What stands in the cell; None where it was asked about."""
        about = self._indicator(series)
        unit = self.data.catalogue.unit(about, series.item)
        try:
            figure = understand(spot.cell, about, unit, typed=self.filled.tidy)
        except Asked as asked:
            words = str(asked)
            self._ask(spot, f"应为{words}" if words.startswith("数字") else words)
            return None
        if figure.remark:
            self._tell(spot, figure.remark)
        return figure

    def _extras_are_sound(self, spot: Spot, figure: Understood, extras: Mapping[str, str]) -> bool:
        """Whether status and margin, where columns say them, can be those of the figure; asked about where not."""
        status = extras.get("status", "")
        if status not in {figure.status, ""} and (status not in schema.STATUSES or "M" in {figure.status, status}):
            wanted = f"状态应为 A、E、P（空白为 M），此格是{figure.status}"
            self.remarks.ask(spot.grid.name, spot.place, status, wanted)
            return False
        margin = extras.get("margin", "")
        if margin and not NUMBER.fullmatch(margin):
            self.remarks.ask(spot.grid.name, spot.place, margin, "误差（margin）应为数字")
            return False
        return True

    def _must_be_there(self, series: Series) -> bool:
        """Whether the form expects a figure: one that was there last year and does not follow from others."""
        sheet = self.form.sheet_of.get(series)
        if sheet is None or sheet.last[series] is None:
            return False
        return not follows(self._indicator(series))

    def _tell_of_jump(self, spot: Spot, series: Series, figure: Understood) -> None:
        """Say where a figure is a hundred times last year's, or a hundredth of it."""
        seen = self.data.observations.get(series.at(self.form.previous))
        if seen is None or not seen.value or figure.status == "M":
            return
        ratio = abs(Decimal(figure.literal) / seen.value)
        if ratio and not SMALLEST_JUMP < ratio < LARGEST_JUMP:
            self._tell(spot, f"与{self.form.previous}年的{seen.literal}相差百倍，请核对单位")

    def _enter(self, spot: Spot, series: Series, figure: Understood, source: str) -> None:
        """Enter a figure, unless another cell says something else of it."""
        sheet = self.form.sheet_of.get(series)
        seen = self.data.observations.get(series.at(self.form.previous))
        home = sheet.name if sheet else NEW
        place = seen.source.place if seen else home
        entry = Entry(figure, source or self.form.source(place), spot.grid.name, spot.place)
        other = self.filled.figures.get(series)
        if other and not other.same_as(entry):
            self._ask(spot, f"与工作表“{other.sheet}”{other.place.name}是同一个数，那里是“{other.figure.literal}”")
            return
        if sheet is None and other is None:
            name = self._indicator(series).name
            self._tell(spot, f"{self.form.previous}年没有“{self._item_name(series)}”的“{name}”，作为新增读入")
        self.filled.figures[series] = entry

    # -- words --------------------------------------------------------------------------------------------------
    def _ask(self, spot: Spot, wanted: str) -> None:
        self.remarks.ask(spot.grid.name, spot.place, spot.cell, wanted)

    def _tell(self, spot: Spot, wanted: str) -> None:
        self.remarks.tell(spot.grid.name, spot.place, spot.cell, wanted)

    def _indicator(self, series: Series) -> Indicator:
        return self.data.catalogue.indicator(series.indicator)

    def _item_name(self, series: Series) -> str:
        return self.data.catalogue.item(self._indicator(series), series.item).name


def with_extras(figure: Understood, extras: Mapping[str, str]) -> Understood:
    """A figure with status and margin as columns of their own say them."""
    return figure._replace(status=extras.get("status") or figure.status, margin=extras.get("margin") or figure.margin)


def follows(about: Indicator) -> bool:
    """Whether an indicator that is not filled in follows from others."""
    return bool(about.formula) and not about.check_only


def plain_number(cell: Cell) -> Decimal | None:
    """The number in a cell, thousands separated or not; None for anything else."""
    if isinstance(cell.value, int | float):
        return Decimal(f"{cell.value:.15g}")
    text = cell.text.replace(",", "")
    return Decimal(text) if NUMBER.fullmatch(text) else None
