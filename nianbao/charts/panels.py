"""Panels by year for the charts: columns and lines, with gaps where nothing is published and labels where they fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from math import ceil

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator
from matplotlib.transforms import Bbox

from nianbao.charts.sheet import Sheet
from nianbao.charts.style import GRID, INK, MISSING, SIZE, SMALL, WIDTH, hollow
from nianbao.charts.text import number, width

#: A position on a sheet.
Point = tuple[float, float]
#: A line on a sheet from one point to another.
Track = tuple[Point, Point]
#: Columns of so few years stand as they would among this many, or one column is a wall.
FEWEST_YEARS = 4
#: Right margin of a panel without names at the ends of its lines.
NARROW = 6.0
#: Between the middles of names at the ends of lines.
NAME_STEP = 15
#: Between the middles of characters that stand above each other.
CHARACTER_STEP = 13
#: Decimals that ticks may need.
MOST_DECIMALS = 8


def runs(flags: Iterable[bool]) -> list[list[int]]:
    """Positions of each unbroken run of true flags."""
    known = list(flags)
    return [list(places) for flag, places in groupby(range(len(known)), lambda at: known[at]) if flag]


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move positions apart to at least `gap`, in order and within [low, high], as little as a sweep can."""
    placed = list(wanted)
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    for at in order:
        placed[at] = max(placed[at], low)
        low = placed[at] + gap
    for at in reversed(order):
        placed[at] = min(placed[at], high)
        high = placed[at] - gap
    return placed


@dataclass(frozen=True)
class Tick:
    """A value of an axis and what stands at it."""

    value: float
    label: str


@dataclass(frozen=True)
class Room:
    """Where a panel stands on its sheet, in points: `top`, `height`, the margins `left` and `right`.

    `left` None is as much as the value axis needs; where it is given there are no values at the axis. `above` and
    `below` are room for labels beyond the data.
    """

    top: float
    height: float
    above: float
    below: float
    left: float | None = None
    right: float = NARROW

    @property
    def bottom(self) -> float:
        """Where the panel ends."""
        return self.top + self.height

    @property
    def middle(self) -> float:
        """Half way down."""
        return self.top + self.height / 2


class Panel:
    """Axes by year at a place of a sheet; `zero`: the values begin at zero."""

    def __init__(self, sheet: Sheet, frame: pd.DataFrame, room: Room, zero: bool):
        self.sheet = sheet
        self.frame = frame
        self.room = room
        low, high = reach(frame, zero)
        self.stands_on_zero = low == 0
        below = 2 if self.stands_on_zero else room.below
        span = (high - low or abs(high) * 0.2 or 1) / (room.height - room.above - below)
        self.low = low - below * span
        self.high = high + room.above * span
        self.ticks = self.labelled_ticks() if room.left is None else self.zero_tick()
        self.left = self.room_of_ticks() if room.left is None else room.left
        across = WIDTH - self.left - room.right
        place = (self.left / WIDTH, 1 - room.bottom / sheet.height, across / WIDTH, room.height / sheet.height)
        self.ax = sheet.figure.add_axes(place)
        self.ax.set_axis_off()
        self.ax.xaxis.set_major_locator(FixedLocator(range(len(frame))))  # none are drawn: fewer for seaborn to look at
        self.ax.yaxis.set_major_locator(NullLocator())
        self.limit()

    def labelled_ticks(self) -> list[Tick]:
        """Three to five round values, with as few decimals as they need."""
        values = MaxNLocator(4, min_n_ticks=3).tick_values(self.low, self.high)
        inside = [value for value in values if self.low <= value <= self.high]
        places = decimals_needed(inside, 1e-6 * (self.high - self.low))
        return [Tick(value, number(value, places)) for value in inside]

    def room_of_ticks(self) -> float:
        """The left margin that the values at the axis need."""
        return 14 + max(width(tick.label, SMALL) for tick in self.ticks)

    def zero_tick(self) -> list[Tick]:
        """The zero line, where it is in reach."""
        return [Tick(0.0, "")] if self.low <= 0 <= self.high else []

    def limit(self) -> None:
        """Set the limits, also after seaborn has set its own."""
        years = len(self.frame)
        spare = max(0, FEWEST_YEARS - years) / 2
        self.ax.set(xlim=(-0.5 - spare, years - 0.5 + spare), ylim=(self.low, self.high))

    def at(self, x: float, y: float) -> Point:
        """Position on the sheet of a value."""
        left, bottom = self.ax.transData.transform((x, y))
        return left, self.sheet.height - bottom

    def rules(self) -> list[float]:
        """Where the grid lines are on the sheet."""
        return [self.at(0, tick.value)[1] for tick in self.ticks]

    def furnish(self) -> None:
        """Grid lines with their values, pale bands over the years for which nothing is published, years below."""
        for tick, y in zip(self.ticks, self.rules(), strict=True):
            color = INK if tick.value == 0 else GRID
            self.ax.axhline(tick.value, color=color, linewidth=0.8, zorder=0.5, clip_on=False)
            self.sheet.text(self.left - 6, y, tick.label, ha="right", size=SMALL)
        step = self.at(1, 0)[0] - self.at(0, 0)[0]
        self.shade_gaps(step)
        self.name_years(step)

    def shade_gaps(self, step: float) -> None:
        """A band over each run of years without any value, with the word for it; `step` is the room of a year."""
        foot = -self.low / (self.high - self.low) if self.stands_on_zero else 0.0  # bands stand on the zero line
        middle = self.between_rules()
        for run in runs(self.frame.isna().all(axis=1)):
            band = self.ax.axvspan(run[0] - 0.5, run[-1] + 0.5, foot, facecolor=GRID, linewidth=0, alpha=0.4)
            band.set(clip_on=False, zorder=0.3)
            fits = len(run) * step >= width(MISSING, SMALL) + 4
            rows = [MISSING] if fits else list(MISSING)
            x = self.at((run[0] + run[-1]) / 2, 0)[0]
            for k, row in enumerate(rows):
                y = middle + CHARACTER_STEP * (k - (len(rows) - 1) / 2)
                self.sheet.text(x, y, row, ha="center", size=SMALL)

    def between_rules(self) -> float:
        """The middle between two grid lines that is nearest to that of the panel."""
        middles = [sum(pair) / 2 for pair in pairwise(sorted(self.rules()))]
        return min(middles, key=lambda y: abs(y - self.room.middle), default=self.room.middle)

    def name_years(self, step: float) -> None:
        """The years below, the last one for certain and as many others as fit; `step` is the room of a year."""
        years = list(self.frame.index)
        longest = max(map(str, years), key=len)
        suffix = "年" if width(f"{longest}年") + 6 <= step else ""
        every = ceil((width("2025") + 5) / step)
        for i in range(len(years) - 1, -1, -every):
            self.sheet.text(self.at(i, 0)[0], self.room.bottom + 11, f"{years[i]}{suffix}", ha="center")


def reach(frame: pd.DataFrame, zero: bool) -> tuple[float, float]:
    """The lowest and the highest value that an axis shows: zero too, if asked for or if it is not far."""
    values = frame.stack().dropna()
    low = values.min() if len(values) else 0.0
    high = values.max() if len(values) else 1.0
    if zero or 0 < low < 0.4 * high:
        low = min(low, 0.0)
        high = max(high, 0.0)
    return low, high


def decimals_needed(values: Sequence[float], tolerance: float) -> int:
    """The fewest decimals with which values differ from themselves by no more than `tolerance`."""
    for decimals in range(MOST_DECIMALS):
        if np.allclose(values, np.round(values, decimals), 0, tolerance):
            return decimals
    return MOST_DECIMALS


# -- columns ----------------------------------------------------------------------------------------------------------
def columns(
    sheet: Sheet, top: float, height: float, frame: pd.DataFrame, colours: Mapping[str, str], outlined: str = ""
) -> float:
    """Grouped columns with values on top where they fit, otherwise with ticks; returns the left margin.

    `outlined` is the series that is drawn hollow.
    """
    many = len(frame.columns)
    share = min(0.92, 0.64 + 0.12 * many) if many > 1 else 0.56
    size = label_size(sheet, frame, share)
    panel = Panel(sheet, frame, Room(top, height, 17, 17, left=6 if size else None), zero=True)
    if frame.notna().to_numpy().any():
        draw_columns(panel, share, colours)
        panel.limit()
        for name, bars in zip(frame, panel.ax.containers, strict=True):  # a series without values has an empty one
            finish_columns(panel, name, list(bars), size, colours[name] if name == outlined else None)
    name_gaps(panel, share)
    panel.furnish()
    return panel.left


def label_size(sheet: Sheet, frame: pd.DataFrame, share: float) -> float | None:
    """The size of type in which the widest value fits above its column; None where none does.

    `share` is what the columns take of the room of a year.
    """
    many = len(frame.columns)
    year = (WIDTH - 12) / max(len(frame), FEWEST_YEARS)
    slot = year * (share / many if many > 1 else 1)
    widest = max((width(sheet.number(value), 1) for value in frame.stack().dropna()), default=0)
    return next((size for size in (SIZE, SMALL) if widest * size + 5 <= slot), None)


def draw_columns(panel: Panel, share: float, colours: Mapping[str, str]) -> None:
    """The columns themselves, by seaborn."""
    frame = panel.frame
    long = frame.rename_axis("year").reset_index().melt("year", var_name="name").dropna()
    sns.barplot(
        long,
        x="year",
        y="value",
        hue="name",
        order=frame.index,
        hue_order=frame.columns,
        palette=colours,
        saturation=1,
        errorbar=None,
        width=share,
        legend=False,
        ax=panel.ax,
    )


def finish_columns(panel: Panel, name: str, bars: Sequence[Rectangle], size: float | None, outline: str | None) -> None:
    """Tooltips and, in the `size` given, values of the columns of a series; drawn hollow in the colour `outline`."""
    sheet = panel.sheet
    for (year, value), bar in zip(panel.frame[name].dropna().items(), bars, strict=True):
        bar.set(clip_on=False, linewidth=0, gid=sheet.tip(name, year, value))
        if outline:
            bar.set(**hollow(outline))
        if size:
            x, y = panel.at(bar.get_x() + bar.get_width() / 2, value)
            sheet.text(x, y + (-8 if value >= 0 else 9), sheet.number(value), ha="center", size=size)


def name_gaps(panel: Panel, share: float) -> None:
    """The word for what is missing, from bottom to top, where one series lacks a year that others have."""
    frame = panel.frame
    many = len(frame.columns)
    alone = frame.isna() & frame.notna().any(axis=1).to_numpy()[:, None]
    for i, j in np.argwhere(alone):
        x, y = panel.at(i + ((j + 0.5) / many - 0.5) * share, 0)
        for k, character in enumerate(reversed(MISSING)):
            panel.sheet.text(x, y - 9 - 12.5 * k, character, ha="center", size=SMALL)


# -- lines ------------------------------------------------------------------------------------------------------------
def curves(
    sheet: Sheet,
    top: float,
    height: float,
    frame: pd.DataFrame,
    colours: Mapping[str, str],
    left: float | None = None,
    right: float = NARROW,
) -> None:
    """Lines that break where a year is missing, values at the points, names at the ends if there is room at the right.

    With `left` given, a panel below columns: no tick labels, a range from zero and a tinted area.
    """
    below_columns = left is not None
    panel = Panel(sheet, frame, Room(top, height, 20, 18, left, right), zero=below_columns)
    lines = Lines(panel, colours, tinted=below_columns)
    lines.draw()
    panel.limit()
    panel.furnish()
    lines.mark_points()
    if right > NARROW:
        lines.name_ends()
    lines.label_points()


@dataclass
class Lines:
    """The lines of a panel; `tracks` and `taken` are lines and boxes that labels keep away from."""

    panel: Panel
    colours: Mapping[str, str]
    tinted: bool
    tracks: list[Track] = field(default_factory=list)
    taken: list[Bbox] = field(default_factory=list)

    def __post_init__(self) -> None:
        #: Positions of the known values by series and place of the year.
        self.points: dict[str, dict[int, Point]] = {}
        for name in self.panel.frame:
            values = enumerate(self.panel.frame[name])
            places = {i: self.panel.at(i, value) for i, value in values if not np.isnan(value)}
            if places:
                self.points[name] = places

    def draw(self) -> None:
        """A line through each run of known years."""
        for name, places in self.points.items():
            for run in runs(self.panel.frame[name].notna()):
                if len(run) > 1:
                    self.draw_run(name, run)
                    self.tracks += pairwise(places[i] for i in run)

    def draw_run(self, name: str, run: Sequence[int]) -> None:
        """A line through years in a row, with its area where that is tinted."""
        ax = self.panel.ax
        color = self.colours[name]
        values = self.panel.frame[name].iloc[list(run)].to_numpy()
        sns.lineplot(x=run, y=values, color=color, linewidth=2.2, estimator=None, clip_on=False, ax=ax)
        if self.tinted:
            xs = [run[0], *run, run[-1]]
            ax.fill(xs, [0, *values, 0], color=color, alpha=0.18, linewidth=0, clip_on=False)

    def mark_points(self) -> None:
        """A dot with its tooltip at each known value."""
        sheet = self.panel.sheet
        for name, places in self.points.items():
            column = self.panel.frame[name]
            tips = [sheet.tip(name, column.index[i], column.iloc[i]) for i in places]
            xs = [x for x, _ in places.values()]
            ys = [y for _, y in places.values()]
            sheet.dots(xs, ys, self.colours[name], tips, size=6.5)
            self.taken += [Bbox([(x - 4, y - 4), (x + 4, y + 4)]) for x, y in places.values()]

    def name_ends(self) -> None:
        """Names of the series at the right edge, joined to the last points of those that reach it."""
        sheet = self.panel.sheet
        room = self.panel.room
        last = len(self.panel.frame) - 1
        edge = WIDTH - room.right + 4
        self.tracks.append(((edge - 2, room.top), (edge - 2, room.bottom)))
        ends = [list(places.values())[-1][1] for places in self.points.values()]
        heights = spread(ends, NAME_STEP, room.top + 2, room.bottom)
        for (name, places), target in zip(self.points.items(), heights, strict=True):
            color = self.colours[name]
            if last in places:
                x, y = places[last]
                sheet.line([x, edge], [y, target], color)
                self.tracks.append(((x, y), (edge, target)))
            sheet.line([edge, edge + 11], [target, target], color, 2.2)
            sheet.text(edge + 15, target, name)

    def label_points(self) -> None:
        """The value at each point that has room for it, from the last year back."""
        places = [(i, name) for name, known in self.points.items() for i in known]
        rules = self.panel.rules()
        for i, name in sorted(places, key=lambda place: -place[0]):
            self.label_point(name, i, rules)

    def label_point(self, name: str, i: int, rules: Sequence[float]) -> None:
        """The value at a point: above a peak, below a dip; off grid lines if possible; left out without room."""
        sheet = self.panel.sheet
        x, y = self.points[name][i]
        label = sheet.number(self.panel.frame[name].iloc[i])
        half = width(label, SMALL) / 2 + 1
        start = max(min(x - half, WIDTH - self.panel.room.right - 2 * half), 2)
        offsets = (12, -12, 16, -16) if self.is_dip(name, i) else (-12, 12, -16, 16)

        def on_a_rule(offset: float) -> bool:
            return any(abs(y + offset - rule) < 6 for rule in rules)

        for offset in sorted(offsets, key=on_a_rule):
            box = Bbox([(start, y + offset - 6), (start + 2 * half, y + offset + 6)])
            if self.is_free(box) and not self.beyond_a_rival(i, y, offset):
                self.taken.append(box)
                sheet.text(start + half, y + offset, label, ha="center", size=SMALL)
                break

    def is_dip(self, name: str, i: int) -> bool:
        """Whether a value is lower than those beside it; at an end only where nothing is tinted below."""
        column = self.panel.frame[name]
        beside = column.iloc[max(i - 1, 0) : i + 2].drop(column.index[i]).dropna()
        return column.iloc[i] < beside.min() and (not self.tinted or len(beside) == 2)

    def is_free(self, box: Bbox) -> bool:
        """Whether a box is within the panel, and on no dot, label or line."""
        room = self.panel.room
        inside = room.top - 4 <= box.y0 and box.y1 <= room.bottom + 3
        if not inside or box.count_overlaps(self.taken):
            return False
        return not any(Path(track).intersects_bbox(box, filled=False) for track in self.tracks)

    def beyond_a_rival(self, i: int, y: float, offset: float) -> bool:
        """Whether a label at `offset` from a point at height `y` would be beside another series' dot of the year."""
        distances = [places[i][1] - y for places in self.points.values() if i in places]
        return any(0 < distance * offset < (abs(offset) + 8) * abs(offset) for distance in distances)
