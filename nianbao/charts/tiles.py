"""Tile maps on real axes: a tile of equal size a unit, about where it lies. Rates are colours, headcounts numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from nianbao.charts.sheet import MARGIN, Sheet, Swatch, filled
from nianbao.charts.style import CLASSES, MISSING, Fill
from nianbao.charts.text import number, width, wrap

#: Points of the widest tile, and of its lines.
WIDEST = 120
LINE = 15.5
#: Between tiles.
GAP = 3
#: Tiles in a line where none has a place of its own.
ACROSS = 5
#: How opaque a tile of a map without rates is.
PALE = 0.12
#: What the legend calls a tile without a rate on a map of rates: it has no fill, and no class.
NO_RATE = "无比率"


@dataclass(frozen=True)
class Tiling:
    """The name at each (column, row), and how many columns there are."""

    cells: dict[tuple[int, int], str]
    across: int

    @property
    def down(self) -> int:
        """How many rows there are."""
        return max(row for _, row in self.cells) + 1


@dataclass(frozen=True)
class Classes:
    """Classes of rates: their limits, each the beginning of a class, and how they are filled."""

    limits: list[float]
    fills: list[Fill]

    def fill(self, rate: float) -> Fill:
        """How a rate is filled."""
        return self.fills[int(np.searchsorted(self.limits, rate, side="right"))]

    def names(self) -> list[str]:
        """What the classes hold, without a gap between one and the next."""
        if not self.limits:
            return []
        places = max(decimals(limit) for limit in self.limits)
        texts = [number(limit, places) for limit in self.limits]
        between = [f"{low}至不到{high}" for low, high in zip(texts, texts[1:], strict=False)]
        return [f"不到{texts[0]}", *between, f"{texts[-1]}及以上"]


def decimals(value: float) -> int:
    """Decimals that a round number needs."""
    return len(f"{value:.6f}".rstrip("0").partition(".")[2])


def classes_of(rates: pd.Series, color: str) -> Classes:
    """At most five classes of equal width with round limits that all hold between them."""
    known = rates.dropna()
    if known.nunique() < 2:
        return Classes([], [Fill(color, CLASSES[1][0])])
    ticks = MaxNLocator(max(CLASSES), steps=[1, 2, 2.5, 5, 10]).tick_values(known.min(), known.max())
    limits = [float(tick) for tick in ticks if known.min() < tick <= known.max()][: max(CLASSES) - 1]
    alphas = CLASSES[len(limits) + 1]
    return Classes(limits, [Fill(color, alpha) for alpha in alphas])


def arranged(names: Iterable[str], tiles: Mapping[str, tuple[int, int]]) -> Tiling:
    """Names with a place of their own there, the others in rows below."""
    cells: dict[tuple[int, int], str] = {}
    spare = []
    for name in names:
        if name in tiles and tiles[name] not in cells:
            cells[tiles[name]] = name
        else:
            spare.append(name)
    wide = max((column for column, _ in cells), default=ACROSS - 1) + 1
    first_row = max((row for _, row in cells), default=-1) + 1
    for k, name in enumerate(spare):
        cells[k % wide, first_row + k // wide] = name
    return Tiling(cells, wide)


@dataclass(frozen=True)
class Rates:
    """Rates of units in percent, as numbers and as printed, and what they are called."""

    values: pd.Series
    texts: Mapping[str, str]
    name: str


def draw_tiles(
    sheet: Sheet, series: pd.Series, color: str, places: Mapping[str, tuple[int, int]], rates: Rates | None
) -> None:
    """A tile of equal size a unit with its name and value; coloured by its rate, else with a bar as long as its value.

    `places`: (column, row) of each name, north at the top. Names without a place there, and a second one for the same
    place, get tiles of their own at the bottom.
    """
    classes = classes_of(rates.values, color) if rates else None
    lacking = rates is not None and bool(rates.values.reindex(series.index).isna().any())
    top = map_head(sheet, classes, rates, color if lacking else None)
    tiling = arranged([str(name) for name in series.index], places)
    wide = min((sheet.width - 2 * MARGIN) / tiling.across, WIDEST)
    lines = {str(name): tile_lines(sheet, str(name), value, rates, wide - GAP - 4) for name, value in series.items()}
    high = LINE * max(len(each) for each in lines.values()) + (12 if rates is None else 9)
    sheet.resize(top + high * tiling.down + 6)
    left = (sheet.width - wide * tiling.across) / 2
    ax = sheet.axes(left, top, wide * tiling.across, high * tiling.down)
    ax.set_xlim(0, tiling.across)
    ax.set_ylim(tiling.down, 0)
    ax.set_xticks([])
    ax.set_yticks([])
    if rates is None:
        add_bars(ax, series, tiling, GAP / wide, 4 / high, color)
    for (column, row), name in tiling.cells.items():
        rate = rates.values.get(name, np.nan) if rates else np.nan
        fill = tile_fill(classes, rate, color)
        x = left + wide * column
        y = top + high * row
        add_tile(ax, column, row, GAP / wide, GAP / high, fill)
        for k, text in enumerate(lines[name]):
            sheet.text(x + wide / 2, y + GAP / 2 + 2 + LINE * (k + 0.5), text, ha="center", color=fill.text)
        sheet.band(x, y, wide, high, name, told(sheet, name, series[name], rates))


def tile_fill(classes: Classes | None, rate: float, color: str) -> Fill:
    """How a tile is filled: by the class of its rate; a tile without one among rates is empty, as no class is."""
    if classes is None:
        return Fill(color, PALE)
    return Fill(color, 0) if np.isnan(rate) else classes.fill(rate)


def add_tile(ax: Axes, column: int, row: int, gap_x: float, gap_y: float, fill: Fill) -> None:
    """The area of a tile."""
    place = (column + gap_x / 2, row + gap_y / 2)
    ax.add_patch(Rectangle(place, 1 - gap_x, 1 - gap_y, clip_on=False, **filled(fill)))


def add_bars(ax: Axes, series: pd.Series, tiling: Tiling, gap: float, thick: float, color: str) -> None:
    """A bar at the foot of each tile, as long as its value."""
    columns = np.array([column for column, _ in tiling.cells])
    feet = np.array([row + 1 for _, row in tiling.cells])
    values = series.abs()[list(tiling.cells.values())].to_numpy()
    parts = values / (values.max() or 1.0) * (1 - 2 * gap)
    ax.barh(feet - 1.5 * thick, parts, thick, left=columns + gap, color=color, linewidth=0, zorder=2)


def map_head(sheet: Sheet, classes: Classes | None, rates: Rates | None, lacking: str | None) -> float:
    """Unit, and what the colours mean; `lacking`: the colour of tiles without a rate where there are any."""
    if classes is None or rates is None:
        return sheet.head(note="条形长短表示数的大小") + 2
    swatches = [Swatch(name, fill) for name, fill in zip(classes.names(), classes.fills, strict=False)]
    if lacking is not None:
        swatches.append(Swatch(NO_RATE, Fill(lacking, 0)))
    return sheet.head(swatches, note=f"颜色：{rates.name}（%）") + 2


def tile_lines(sheet: Sheet, name: str, value: float, rates: Rates | None, room: float) -> list[str]:
    """The texts of a tile: name, value, rate; a name that is too long breaks in two."""
    size = sheet.form.size
    lines = wrap(name, room, 2, size)
    lines.append(sheet.number(value))
    if rates:
        lines.append(f"{rates.texts[name]}%" if rates.texts.get(name) else MISSING)
    return lines


def fits(sheet: Sheet, series: pd.Series, across: int) -> bool:
    """Whether the numbers of all units fit their tiles."""
    room = min((sheet.width - 2 * MARGIN) / across, WIDEST) - GAP - 4
    return all(width(sheet.number(value), sheet.form.size) <= room for value in series)


def told(sheet: Sheet, name: str, value: float, rates: Rates | None) -> str:
    """What the band of a tile tells."""
    said = f"{name}：{sheet.measured(value)}"
    if rates and rates.texts.get(name):
        said += f"\n{rates.name}：{rates.texts[name]}%"
    return said
