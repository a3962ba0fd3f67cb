"""Charts of the yearbook: pandas objects in, matplotlib figures out; `nianbao.charts.to_svg` writes them.

Labels stand at the marks, are measured before they are placed, and never overlap; what was not published is a visible
gap; there is never a second scale in one panel. Every mark has a tooltip in the SVG. Each kind takes the data, their
`unit` and `decimals`, and `color`: of the first series, a colour or the name of a scheme. How the book prints a value
may stand with the data (`WRITTEN` among their `attrs`, text by value); it is then printed so and not to `decimals`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from nianbao.charts.panels import columns, curves, runs
from nianbao.charts.scales import Scale, decades, transform
from nianbao.charts.sheet import Sheet, Swatch
from nianbao.charts.style import COLORS, GRID, INK, MISSING, NOTHING, SIZE, SMALL, WIDTH, contrast
from nianbao.charts.text import label, number, width, wrap

#: Colours of the series by their names.
Colours = Mapping[str, str]

#: The attribute of data that holds the texts of their values.
WRITTEN = "written"
#: Between the lines of a name of several lines.
NAME_LINE = 13.5
#: Lines that the name of a row may have.
NAME_LINES = 3
#: The largest value is so many times the median where values stand on a logarithmic scale.
FAR_APART = 8
LOGARITHMIC = "横轴为对数刻度"
#: Classes of a map, and points of its tiles.
CLASSES = 5
WIDEST_TILE = 120
TILE_HEIGHT = 46
#: Tiles in a line where none has a place of its own.
TILES_ACROSS = 5


def chart(draw: Callable[..., None]) -> Callable[..., Figure]:
    """Draw on a new sheet from a frame of floats, with a colour a column; where nothing is known, say so."""

    @wraps(draw)
    def drawn(
        data: pd.Series | pd.DataFrame, unit: str, decimals: int = 2, color: str = "enterprise", **options: Any
    ) -> Figure:
        sheet = Sheet(unit, decimals, data.attrs.get(WRITTEN))
        frame = pd.DataFrame(data).map(as_float)
        if frame.notna().to_numpy().any():
            draw(sheet, frame, coloured(frame, COLORS.get(color, color)), **options)
        else:
            sheet.box(8, 8, WIDTH - 16, 56, GRID, alpha=0.35)
            sheet.text(WIDTH / 2, 36, NOTHING, ha="center")
        return sheet.figure

    return drawn


def as_float(value: Any) -> float:
    """A number as float, NaN where it is unknown."""
    return np.nan if pd.isna(value) else float(value)


def coloured(frame: pd.DataFrame, first: str) -> dict[str, str]:
    """A colour a column: `first`, then the others in turn."""
    others = [color for color in COLORS.values() if color != first]
    return dict(zip(frame, cycle([first, *others]), strict=False))


def folded(frame: pd.DataFrame) -> pd.DataFrame:
    """Years in a row for which nothing is published as one place: 2020—2023."""
    unknown = frame.isna().all(axis=1).to_numpy()
    for run in reversed(runs(unknown)):
        if len(run) > 1:
            before = frame.iloc[: run[0]]
            years = f"{frame.index[run[0]]}—{frame.index[run[-1]]}"
            after = frame.iloc[run[-1] + 1 :]
            frame = pd.concat([before, frame.iloc[run[:1]].set_axis([years]), after])
    return frame


def legend(colours: Colours) -> list[Swatch]:
    """A swatch a series; none for one alone, which the caption names."""
    return [Swatch(name, color) for name, color in colours.items()] if len(colours) > 1 else []


# -- by year ----------------------------------------------------------------------------------------------------------
@chart
def lines(sheet: Sheet, frame: pd.DataFrame, colours: Colours) -> None:
    """Yearly series as lines (index: years, columns: series); names stand at the ends, or above if they are long."""
    frame = folded(frame)
    longest = max(map(width, frame.columns))
    beside = longest < 0.28 * WIDTH
    broken = frame.isna().any(axis=1) & frame.notna().any(axis=1)
    top = sheet.head([] if beside else legend(colours), f"线断开处{MISSING}" if broken.any() else "")
    sheet.resize(top + 212)
    right = longest + 26 if beside and len(colours) > 1 else 6.0
    curves(sheet, top, 190, frame, colours, right=right)


@chart
def bars(sheet: Sheet, frame: pd.DataFrame, colours: Colours) -> None:
    """Yearly columns, grouped if there are several series."""
    top = sheet.head(legend(colours))
    sheet.resize(top + 190)
    columns(sheet, top, 168, folded(frame), colours)


@chart
def flows(sheet: Sheet, frame: pd.DataFrame, colours: Colours) -> None:
    """A fund by year: income and expenditure (first two columns) side by side, its balance (third) below."""
    income, expenditure, balance = frame.columns
    color = colours[income]
    of_the_fund = dict.fromkeys(frame, color)
    frame = folded(frame)
    top = sheet.head([Swatch(income, color), Swatch(expenditure, color, "hollow")])
    sheet.resize(top + 318)
    left = columns(sheet, top, 160, frame[[income, expenditure]], of_the_fund, outlined=expenditure)
    sheet.text(8, top + 198, balance)
    curves(sheet, top + 216, 80, frame[[balance]], of_the_fund, left=left)


# -- rows -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Rows:
    """Horizontal rows: where they start right of their names, and the middle of each."""

    left: float
    middles: list[float]


def rows(sheet: Sheet, names: Sequence[str], top: float, share: float, height: float) -> Rows:
    """Write the names of rows down from `top`, and give the sheet its height.

    Names take at most `share` of the width, in lines of equal length where they are long; `height` is that of a row
    with a short name.
    """
    room = min(max(map(width, names)), share * WIDTH)
    broken = [name_lines(name, room) for name in names]
    highs = [max(height, 5 + NAME_LINE * len(texts)) for texts in broken]
    middles = [top + sum(highs[:at]) + high / 2 for at, high in enumerate(highs)]
    for texts, y in zip(broken, middles, strict=True):
        for k, text in enumerate(texts):
            sheet.text(8, y + NAME_LINE * (k - (len(texts) - 1) / 2), text)
    sheet.resize(top + sum(highs) + 6)
    return Rows(18 + room, middles)


def name_lines(name: str, room: float) -> list[str]:
    """A name in lines that fit `room`, of about equal length where it takes several."""
    texts = wrap(name, room, NAME_LINES)
    if len(texts) == 1:
        return texts
    return wrap(name, min(room, width(name) / len(texts) + 1.5 * SIZE), NAME_LINES)


@chart
def parts(
    sheet: Sheet,
    frame: pd.DataFrame,
    colours: Colours,
    printed: Mapping[str, str] | None = None,
    ordered: bool = False,
    shares: bool = True,
) -> None:
    """Composition: a bar a part, largest first, with value and share (no shares where a part is negative).

    `shares`: whether these are all parts of a whole; amounts alone are shown where some are not known.

    `ordered`: the parts have an order of their own (ages, grades) and keep it.
    `printed`: shares by name as the text prints them, where they may differ in the last digit.
    """
    (color,) = colours.values()
    series = frame.iloc[:, 0].dropna()
    if not ordered:
        series = series.sort_values(ascending=False, kind="stable")
    told = shares_told(series, printed or {}) if shares else [""] * len(series)
    labels = [sheet.measured(value) + share for value, share in zip(series, told, strict=True)]
    found = rows(sheet, series.index, 6, 0.34, 24)
    debt = max(0, -series.min())  # how far bars reach to the left of zero
    scale = bar_scale(series, labels, found.left, debt)
    zero = found.left + debt * scale
    sheet.line([zero, zero], [6, sheet.height - 6], INK, 0.8)
    for (name, value), text, y in zip(series.items(), labels, found.middles, strict=True):
        long = abs(value) * scale
        start = zero - long if value < 0 else zero
        sheet.box(start, y - 7, max(long, 0.8), 14, color, f"{name}：{text}")
        sheet.text(zero + max(value, 0) * scale + 6, y, text)


def shares_told(series: pd.Series, printed: Mapping[str, str]) -> list[str]:
    """Shares in brackets, as `printed` where they are; blanks where a part is negative or all are zero."""
    if series.sum() <= 0 or (series < 0).any():
        return [""] * len(series)
    return [f"（{printed.get(name) or number(value / series.sum() * 100, 2)}%）" for name, value in series.items()]


def bar_scale(series: pd.Series, labels: Iterable[str], left: float, debt: float) -> float:
    """Points a unit, so that each bar and its label behind it fit; `debt` is the room left of zero, in units."""
    fitting = []
    for text, value in zip(labels, series, strict=True):
        units = debt + max(value, 0)
        if units > 0:
            fitting.append((WIDTH - left - 16 - width(text)) / units)
    return min(fitting, default=0)


@chart
def stacked(sheet: Sheet, frame: pd.DataFrame, colours: Colours, percent: bool = False) -> None:
    """A stacked bar a row (index: rows, columns: parts), absolute with totals, or each as 100 %."""
    complete = frame.notna().all(axis=1)  # of parts that are not all known there is neither a total nor a share
    broken = (frame.notna().any(axis=1) & ~complete).any()
    percent = percent and not broken and not (frame < 0).to_numpy().any()
    top = sheet.head([Swatch(name, color) for name, color in colours.items()], unit="%" if percent else None)
    found = rows(sheet, list(map(label, frame.index)), top, 0.26, 32)
    plus = frame.clip(lower=0).sum(axis=1)
    minus = -frame.clip(upper=0).sum(axis=1)
    has_totals = not percent and len(colours) > 1
    totals = (plus - minus).where(complete)
    ends = [sheet.number(total) if has_totals and pd.notna(total) else "" for total in totals]
    scale = (WIDTH - found.left - 14 - max(map(width, ends))) / ((plus.max() + minus.max()) or 1)
    for row, y, end in zip(frame.index, found.middles, ends, strict=True):
        values = frame.loc[row].dropna()
        if percent:
            whole = Stack(found.left, y, (WIDTH - found.left - 8) / (plus[row] or 1))
            reached = stack_percent(sheet, row, values, colours, whole)
        else:
            amounts = Stack(found.left + minus.max() * scale, y, scale)
            reached = stack_values(sheet, row, values, colours, amounts)
        sheet.text(reached + 6, y, end if len(values) else MISSING)


@dataclass(frozen=True)
class Stack:
    """Where a stacked bar stands: its zero, its middle, and points a unit."""

    zero: float
    y: float
    scale: float


def stack_percent(sheet: Sheet, row: object, values: pd.Series, colours: Colours, stack: Stack) -> float:
    """The parts of a row as 100 %; returns where they end."""
    x = stack.zero
    total = values.sum() or 1
    for name, value in values.items():
        long = value * stack.scale
        share = number(value / total * 100, 2) + "%"
        tip = f"{sheet.tip(name, row, value)}（{share}）"
        stack_part(sheet, x, stack.y, long, colours[name], tip, share)
        x += long
    return x


def stack_values(sheet: Sheet, row: object, values: pd.Series, colours: Colours, stack: Stack) -> float:
    """The parts of a row, negative ones to the left of zero; returns where they end at the right."""
    right = stack.zero
    left = stack.zero
    for name, value in values.items():
        long = value * stack.scale
        start = right if value >= 0 else left
        stack_part(sheet, start, stack.y, long, colours[name], sheet.tip(name, row, value), sheet.number(value))
        if value >= 0:
            right += long
        else:
            left += long
    return right


def stack_part(sheet: Sheet, start: float, y: float, long: float, color: str, tip: str, text: str) -> None:
    """A part of a stacked bar, `long` points from `start`, with its text where that fits."""
    sheet.box(min(start, start + long), y - 11, max(abs(long) - 0.8, 0.4), 22, color, tip)
    if width(text, SMALL) + 4 <= abs(long):
        sheet.text(start + long / 2, y, text, ha="center", size=SMALL, color=contrast(color))


@chart
def ranking(sheet: Sheet, frame: pd.DataFrame, colours: Colours) -> None:
    """Regions by size with their values; dots on a logarithmic scale where they are far apart."""
    (color,) = colours.values()
    series = frame.iloc[:, 0].dropna().sort_values(ascending=False, kind="stable")
    log = bool(series.max() > FAR_APART * series.median() and series.min() > 0)
    top = sheet.head(note=LOGARITHMIC if log else "")
    found = rows(sheet, series.index, top, 0.36, 19.5)
    values_end = found.left + max(width(sheet.number(value)) for value in series)
    left = values_end + 10
    low = transform(log)(series.min() / 1.2) if log else min(0, series.min())
    high = transform(log)(series.max() * 1.05) if log else max(0, series.max())
    scale = Scale(left, WIDTH - left - 12, low, high, log)
    if log:
        decades(sheet, scale, top)
    else:
        zero = scale.place(0)
        sheet.line([zero, zero], [top, sheet.height - 6], INK, 0.8)
    for (name, value), y in zip(series.items(), found.middles, strict=True):
        sheet.text(values_end, y, sheet.number(value), ha="right")
        tip = sheet.tip(name, "", value)
        x = scale.place(value)
        if log:
            sheet.line([left, WIDTH - 8], [y, y], GRID, 0.8)
            sheet.dots([x], [y], color, [tip], size=8)
        else:
            sheet.box(min(zero, x), y - 5.5, max(abs(x - zero), 0.8), 11, color, tip)


@chart
def dumbbell(sheet: Sheet, frame: pd.DataFrame, colours: Colours, log: bool = False) -> None:
    """Two values of each item (columns: before, after) as numbers, and as a ring and a dot, joined; largest first."""
    first, second = frame.columns
    color = colours[first]
    frame = frame.iloc[np.argsort(-frame[second].to_numpy(), kind="stable")]
    top = sheet.head([Swatch(first, color, "ring"), Swatch(second, color, "dot")], LOGARITHMIC if log else "") + 16
    found = rows(sheet, frame.index, top, 0.28, 22)
    ends = {}
    end = found.left
    for head in (first, second):
        end += max(26, *(width(sheet.number(value), SMALL) for value in frame[head])) + 8
        ends[head] = end
        sheet.dots([end - 6], [top - 8], color, ring=head == first)
    scale = pair_scale(frame, end + 16, log)
    if log:
        decades(sheet, scale, top)
    for (name, values), y in zip(frame.iterrows(), found.middles, strict=True):
        sheet.line([scale.left, WIDTH - 8], [y, y], GRID, 0.8)
        less, more = sorted(map(scale.place, values))
        if more - less > 8:
            sheet.line([less + 4, more - 4], [y, y], color, 2)
        for head, end in ends.items():
            value = values[head]
            sheet.text(end, y, sheet.number(value), ha="right", size=SMALL)
            sheet.dots([scale.place(value)], [y], color, [sheet.tip(name, head, value)], ring=head == first, size=8)


def pair_scale(frame: pd.DataFrame, left: float, log: bool) -> Scale:
    """The scale of paired dots from `left` on, wide enough that small gaps stay small."""
    low = transform(log)(frame.min(axis=None))
    high = transform(log)(frame.max(axis=None))
    least = np.log(2) if log else 0.25 * max(abs(low), abs(high))
    room = max(0, least - (high - low))
    return Scale(left, WIDTH - 14 - left, low - room / 2, high + room / 2, log)


# -- map --------------------------------------------------------------------------------------------------------------
@chart
def tilemap(sheet: Sheet, frame: pd.DataFrame, colours: Colours, tiles: Mapping[str, tuple[int, int]]) -> None:
    """A tile of equal size a unit, about where it lies, filled by quantile class, with its name and value.

    `tiles`: (column, row) of each name, north at the top. Names without a place there, and a second one for the same
    place, get tiles of their own at the bottom.
    """
    series = frame.iloc[:, 0].dropna()
    classes = quantile_classes(series)
    fills = sns.color_palette("crest", max(classes.max() + 1, 2)).as_hex()
    top = sheet.head(class_legend(sheet, series, classes, fills)) + 2
    tiling = arranged(series.index, tiles)
    wide = min((WIDTH - 12) / tiling.across, WIDEST_TILE)
    sheet.resize(top + TILE_HEIGHT * tiling.down + 6)
    for (column, row), name in tiling.cells.items():
        x = (WIDTH - wide * tiling.across) / 2 + wide * column
        y = top + TILE_HEIGHT * row
        fill = fills[classes[name]]
        sheet.box(x + 2, y + 2, wide - 4, TILE_HEIGHT - 4, fill, sheet.tip(name, "", series[name]))
        (short,) = wrap(name, wide - 10, 1)
        middle = y + TILE_HEIGHT / 2
        sheet.text(x + wide / 2, middle - 8, short, ha="center", color=contrast(fill))
        sheet.text(x + wide / 2, middle + 8, sheet.number(series[name]), ha="center", color=contrast(fill))


def quantile_classes(series: pd.Series) -> pd.Series:
    """The class of each value, from 0 for the lowest; as many classes as there are different values, five at most."""
    many = min(CLASSES, series.nunique())
    classes = pd.qcut(series, many, labels=False, duplicates="drop") if many > 1 else series * 0
    return classes.rank(method="dense").astype(int) - 1


def class_legend(sheet: Sheet, series: pd.Series, classes: pd.Series, fills: Sequence[str]) -> list[Swatch]:
    """A swatch a class with its lowest and highest value."""
    swatches = []
    for fill, (_, group) in zip(fills, series.groupby(classes), strict=False):
        low = sheet.number(group.min())
        high = sheet.number(group.max())
        swatches.append(Swatch(low if low == high else f"{low}至{high}", fill))
    return swatches


@dataclass(frozen=True)
class Tiling:
    """The name at each (column, row), and how many columns there are."""

    cells: dict[tuple[int, int], str]
    across: int

    @property
    def down(self) -> int:
        """How many rows there are."""
        return max(row for _, row in self.cells) + 1


def arranged(names: Iterable[str], tiles: Mapping[str, tuple[int, int]]) -> Tiling:
    """Names with a place of their own there, the others in rows below."""
    cells: dict[tuple[int, int], str] = {}
    spare = []
    for name in names:
        if name in tiles and tiles[name] not in cells:
            cells[tiles[name]] = name
        else:
            spare.append(name)
    across = max((column for column, _ in cells), default=TILES_ACROSS - 1) + 1
    first_row = max((row for _, row in cells), default=-1) + 1
    for k, name in enumerate(spare):
        cells[k % across, first_row + k // across] = name
    return Tiling(cells, across)
