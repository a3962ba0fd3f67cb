"""What a cell says of the figure that it holds: its value, status, source and margin, or a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from nianbao.data import schema
from nianbao.data.catalogue import Indicator
from nianbao.data.csvfiles import NUMBER
from nianbao.data.dataset import Dataset
from nianbao.figures.units import PERCENT
from nianbao.intake.cells import DELETED, Asked, Cell, Understood, understand
from nianbao.intake.filled import Entry, Filled
from nianbao.intake.grids import Grid
from nianbao.intake.keys import Place, Series
from nianbao.intake.layout import REVISIONS, Form
from nianbao.intake.remarks import Remarks

#: A figure that is so small a part of last year's, or so many times as large, may be in another unit.
SMALLEST_JUMP = Decimal("0.01")
UNITS = ((10**4, "万", ""), (10**4, "亿", "万"), (10**8, "亿", ""))
SMALLEST_PERCENT = Decimal("0.02")
LARGEST_JUMP = Decimal(100)
#: What is said of many cells that show fewer decimals than they hold.
ROUNDED = "格内的小数比显示的多，按显示的读入"
#: What is said of two cells for one figure, with sheet, cell and what stands in the other.
SAME_FIGURE = (
    "与工作表“{}”{}是同一个数，那里是“{}”；只留对的一处，另一处清空，多出的行或工作表删去"
    "（名称格若是合并的，先取消合并，各写各的名称）"
)
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
            words = f"{self.form.previous}年的数应为{seen.literal}；要修订请写在“{REVISIONS}”表"
            several = (
                f"与已公布的{self.form.previous}年的数不同。几格都是这样，多半是把{self.form.year}年的数错粘在"
                f"{self.form.previous}年一栏，或整块错了一栏：请粘到“{self.form.year}年”一栏，"
                f"并把{self.form.previous}年一栏恢复原样（重新生成工作簿即可）"
            )
            self._ask(spot, words, several)

    def read(self, spot: Spot, series: Series, extras: Mapping[str, str]) -> None:
        """Read this year's figure; `extras` are its status, source and margin where columns say them."""
        if self._spans_several(spot) or self._is_whole_city(spot, series) or self._has_ended(spot, series):
            return
        figure = self._figure(spot, series)
        if figure is None or not self._extras_are_sound(spot, figure, extras):
            return
        figure = with_extras(figure, extras)
        if figure.status == "M" and not figure.literal and not self._must_be_there(series):
            return
        self._tell_of_jump(spot, series, figure)
        self._enter(spot, series, figure, extras)

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
        if figure is not None and figure.status == DELETED:
            return False
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
            several = ROUNDED if figure.remark.startswith("格内是") else ""
            self._tell(spot, figure.remark, several)
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
        if seen is None or not seen.value or figure.status in {"M", DELETED}:
            return
        ratio = abs(Decimal(figure.literal) / seen.value)
        unit = self.data.catalogue.unit(self._indicator(series), series.item)
        smallest = SMALLEST_PERCENT if unit == PERCENT else SMALLEST_JUMP
        if ratio and not smallest < ratio < LARGEST_JUMP:
            words = f"与{self.form.previous}年的{seen.literal}相差百倍，请核对单位{likely_slip(ratio, unit)}"
            self._tell(spot, words, f"相差百倍，请核对单位{likely_slip(ratio, unit)}")

    def _enter(self, spot: Spot, series: Series, figure: Understood, extras: Mapping[str, str]) -> None:
        """Enter a figure, unless another cell says something else of it."""
        sheet = self.form.sheet_of.get(series)
        entry = Entry(
            figure,
            extras.get("source") or self.form.source(self._place(spot, series)),
            spot.grid.name,
            spot.place,
            spot.grid.file,
            frozenset(name for name, text in extras.items() if text),
            self.filled.tidy,
        )
        other = self.filled.figures.get(series)
        if other is not None and other.is_empty:
            other = None
        if other is not None and entry.is_empty:
            return
        if other and not other.agrees_with(entry):
            self._ask(spot, SAME_FIGURE.format(other.sheet, other.place.name, other.figure.literal))
            return
        if sheet is None and other is None:
            name = self._indicator(series).name
            words = f"{self.form.previous}年没有“{self._item_name(series)}”的“{name}”，作为新增读入"
            self._tell(spot, words, "作为新增读入")
        self.filled.figures[series] = entry

    def _place(self, spot: Spot, series: Series) -> str:
        """Where in the document a figure stands: as last time, else as its neighbours did on the sheet."""
        home = self.form.sheet_of.get(series) or self.form.sheet_named(spot.grid.name)
        seen = self.data.observations.get(series.at(self.form.previous))
        if seen is not None and (home is None or series not in home.like):
            return seen.source.place
        if home is None:
            return spot.grid.name
        items = self.data.catalogue.codelists[self._indicator(series).dimension]
        return home.place_of(series, {item.code: item.parent for item in items.values()})

    # -- words --------------------------------------------------------------------------------------------------
    def _ask(self, spot: Spot, wanted: str, several: str = "") -> None:
        self.remarks.ask(spot.grid.name, spot.place, spot.cell, wanted, several)

    def _tell(self, spot: Spot, wanted: str, several: str = "") -> None:
        self.remarks.tell(spot.grid.name, spot.place, spot.cell, wanted, several)

    def _indicator(self, series: Series) -> Indicator:
        return self.data.catalogue.indicator(series.indicator)

    def _item_name(self, series: Series) -> str:
        return self.data.catalogue.item(self._indicator(series), series.item).name


def with_extras(figure: Understood, extras: Mapping[str, str]) -> Understood:
    """A figure with status and margin as columns of their own say them."""
    return figure._replace(status=extras.get("status") or figure.status, margin=extras.get("margin") or figure.margin)


def likely_slip(ratio: Decimal, unit: str) -> str:
    """In what unit a figure may have been typed that is `ratio` times last year's; nothing where none fits."""
    for power, larger, smaller in UNITS:
        near = Decimal("0.5") < ratio / power < 2
        if unit.startswith(larger) and near:
            typed = unit.replace(larger, smaller, 1)
            return f"：像是以“{typed}”填的，应换算成{unit}（除以{power}），或在数后写明单位，如“2751{typed}”"
    if Decimal("0.5") < ratio * 10**4 < 2:
        return "：像是用大了单位（以“万”当“一”），应乘以10000"
    if Decimal("0.005") < ratio < Decimal("0.02") and unit == PERCENT:
        return "：像是写成了小数，应乘以100"
    return ""


def follows(about: Indicator) -> bool:
    """Whether an indicator that is not filled in follows from others."""
    return bool(about.formula) and not about.check_only


def plain_number(cell: Cell) -> Decimal | None:
    """The number in a cell, thousands separated or not; None for anything else."""
    if isinstance(cell.value, int | float):
        return Decimal(f"{cell.value:.15g}")
    text = cell.text.replace(",", "")
    return Decimal(text) if NUMBER.fullmatch(text) else None
