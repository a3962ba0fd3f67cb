"""Charts by year on real axes: the years stand where they are in time, and nothing stands where nothing is known.

Two known years are a slope between two labelled dots. Years without a gap between them may be columns. Where years lack
in between, there are dots, joined by dashes over the years that lack.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise, product

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

from nianbao.charts.sheet import MARGIN, Sheet, Swatch, filled, hollow_mark, round_mark
from nianbao.charts.style import COLORS, DOUBT, GRID, INK, MISSING, Fill, tints
from nianbao.charts.text import number, width, wrap

#: How far a label of the newest value may stand from its point where the line to it leaves no room nearer to it.
FURTHER = (-22, 22, -28, 28)
#: A position on a sheet.
Point = tuple[float, float]
#: Dashes over years that lack, in points.
DASHES = (0, (3, 3))
#: Dots to what is disputed, the outline of a column that is, and what they mean.
DOTS = (0, (1, 2.5))
OUTLINE = (0, (3, 2))
HOLLOW = "空心、点线处存疑"
#: Between the middles of names at the ends of lines.
NAME_STEP = 16
#: Decimals that ticks may need.
MOST_DECIMALS = 8
#: Values that lie within so much of the largest are drawn on an axis that does not begin at zero, and this is said.
CLOSE = 0.6
NOT_FROM_ZERO = "纵轴不从零起"
DASHED = "虚线跨过未载入的年份"
#: Columns of so few years stand as they would among this many, or one column is a wall.
FEWEST_YEARS = 4
#: Room above and below the data for numbers.
ABOVE = 19
BELOW = 20
#: Below a panel for its years.
YEARS_ROOM = 22


@dataclass(frozen=True)
class Series:
    """How a series is drawn: its colour, and whether its marks are rings."""

    color: str
    ring: bool = False

    @property
    def swatch(self) -> str:
        """Its mark in a legend."""
        return "ring" if self.ring else "dot"


def series_of(names: Iterable[str], color: str, own: Mapping[str, str] | None = None) -> dict[str, Series]:
    """Series of one thing: its colour filled and as rings, then the neutral colour; `own`: the colours of several."""
    if own:
        return {name: Series(own[name]) for name in names}
    looks = [Series(color), Series(color, True), Series(COLORS["general"]), Series(COLORS["general"], True)]
    return {name: looks[at % len(looks)] for at, name in enumerate(names)}


# -- time -------------------------------------------------------------------------------------------------------------
def trimmed(frame: pd.DataFrame) -> pd.DataFrame:
    """The years from the first to the last that are known, all of them in order."""
    known = frame.index[frame.notna().any(axis=1)]
    return frame.reindex(range(int(known.min()), int(known.max()) + 1))


def known_years(frame: pd.DataFrame) -> list[int]:
    """The years for which anything is known."""
    return [int(year) for year in frame.index[frame.notna().any(axis=1)]]


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


def tell_years(sheet: Sheet, frame: pd.DataFrame, ax: Axes, top: float, bottom: float) -> None:
    """A band over each year that is known, with all its values; it reaches half way to the years beside it, or to the
    edge of the sheet.
    """
    years = known_years(frame)
    between = [sheet.at(ax, (one + other) / 2, 0)[0] for one, other in pairwise(years)]
    for year, (start, end) in zip(years, pairwise([0.0, *between, sheet.width]), strict=True):
        sheet.band(start, top, end - start, bottom - top, year, sheet.told(year, frame.loc[year].items()))


# -- panels -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Room:
    """Where a panel stands on its sheet: its top, its height, what it leaves free at the sides, whether it has values
    at its axis, what is told of its series at the ends, and the room that it has above its values.
    """

    top: float
    height: float
    left: float = MARGIN
    right: float = MARGIN
    ticks: bool = True
    ends: Mapping[str, str] = field(default_factory=dict)
    above: float = ABOVE

    @property
    def bottom(self) -> float:
        """Where the panel ends."""
        return self.top + self.height


class Panel:
    """Axes by year at a place of a sheet, with room for the `fewest` years; `zero`: the values begin at zero."""

    def __init__(self, sheet: Sheet, frame: pd.DataFrame, room: Room, zero: bool, fewest: int = 1):
        self.sheet = sheet
        self.frame = frame
        self.room = room
        self.fewest = fewest
        low, high = reach(frame, zero)
        self.from_zero = low <= 0 <= high
        below = 2 if low == 0 else BELOW
        span = (high - low or abs(high) * 0.2 or 1) / (room.height - room.above - below)
        self.low = low - below * span
        self.high = high + room.above * span
        ticks = self.tick_values() if room.ticks else []
        places = decimals_needed(ticks, 1e-6 * (self.high - self.low))
        labels = [number(value, places) for value in ticks]
        self.left = room.left + max((10 + width(each, sheet.form.small) for each in labels), default=0)
        self.ax = sheet.axes(self.left, room.top, sheet.width - self.left - room.right, room.height)
        spare = 0.5 + max(0, fewest - len(frame)) / 2
        self.ax.set_xlim(frame.index[0] - spare, frame.index[-1] + spare)
        self.ax.set_ylim(self.low, self.high)
        self.ax.set_yticks(ticks, labels, **sheet.letters(sheet.form.small))
        if ticks:
            self.ax.grid(axis="y", color=GRID, linewidth=0.8)
            self.ax.set_axisbelow(True)
        if self.from_zero:
            self.ax.axhline(0, color=INK, linewidth=0.8, zorder=1, clip_on=False)

    def tick_values(self) -> list[float]:
        """Three to five round values."""
        values = MaxNLocator(4, min_n_ticks=3).tick_values(self.low, self.high)
        return [float(value) for value in values if self.low <= value <= self.high]

    @property
    def step(self) -> float:
        """The room of a year."""
        low, high = self.ax.get_xlim()
        return float((self.sheet.width - self.left - self.room.right) / (high - low))

    def at(self, year: float, value: float) -> Point:
        """Position on the sheet of a value."""
        return self.sheet.at(self.ax, year, value)

    def rules(self) -> list[float]:
        """Where the grid lines are on the sheet."""
        return [self.at(self.frame.index[0], value)[1] for value in self.ax.get_yticks()]

    def name_years(self, years: Sequence[int]) -> None:
        """The known years below, the last one for certain and as many others as fit."""
        size = self.sheet.form.size
        suffix = "年" if width("2025年", size) + 6 <= self.step else ""
        wide = width(f"2025{suffix}", size) + 5
        shown: list[int] = []
        for year in reversed(years):
            if not shown or (shown[-1] - year) * self.step >= wide:
                shown.append(year)
        self.ax.set_xticks(shown, [f"{year}{suffix}" for year in shown], **self.sheet.letters())


def reach(frame: pd.DataFrame, zero: bool) -> tuple[float, float]:
    """The lowest and the highest value that an axis shows: zero too, if asked for or if it is not far."""
    values = frame.stack().dropna()
    low = float(values.min())
    high = float(values.max())
    if zero or not is_close(frame):
        low = min(low, 0.0)
        high = max(high, 0.0)
    return low, high


def is_close(frame: pd.DataFrame) -> bool:
    """Whether all values are so near to each other, and far from zero, that an axis from zero would not tell them."""
    values = frame.stack().dropna()
    low = values.min()
    high = values.max()
    return bool(low > CLOSE * high > 0 or high < CLOSE * low < 0)


def decimals_needed(values: Sequence[float], tolerance: float) -> int:
    """The fewest decimals with which values differ from themselves by no more than `tolerance`."""
    for decimals in range(MOST_DECIMALS):
        if np.allclose(values, np.round(values, decimals), 0, tolerance):
            return decimals
    return MOST_DECIMALS


# -- columns ----------------------------------------------------------------------------------------------------------
def columns(sheet: Sheet, frame: pd.DataFrame, fills: Mapping[str, Fill], top: float, height: float) -> Panel:
    """Grouped columns with values on top where they fit, otherwise with values at the axis."""
    count = len(frame.columns)
    share = min(0.92, 0.64 + 0.12 * count) if count > 1 else 0.56
    size, fewest = label_size(sheet, frame, share)
    above = ABOVE if size or count == 1 else ABOVE + NAME_STEP  # so that one number may stand above another
    panel = Panel(sheet, frame, Room(top, height, ticks=size is None, above=above), zero=True, fewest=fewest)
    each = share / count
    wide = each * min(1, max(fewest, len(frame)) / FEWEST_YEARS)
    for at, (name, fill) in enumerate(fills.items()):
        column = frame[name].dropna()
        middles = column.index.to_numpy(float) + ((at + 0.5) / count - 0.5) * share
        bars = panel.ax.bar(middles, column.to_numpy(), wide, clip_on=False, **filled(fill))
        for bar, year in zip(bars, column.index, strict=True):
            if (year, name) in sheet.disputed:
                outline = {"edgecolor": fill.color, "linewidth": 1.2, "linestyle": OUTLINE}
                bar.set(facecolor=(*to_rgb(fill.color), 0), **outline)
        texts = [label_of(sheet, value, size is not None) for value in column]
        if size is None and column.index[-1] == frame.index[-1] and column.iloc[-1] >= 0:
            texts[-1] = ""
        panel.ax.bar_label(bars, texts, padding=2, color=INK, **sheet.letters(size or sheet.form.small))
        name_gaps(panel, frame.index[frame[name].isna()], at, each)
    if size is None:
        label_last(panel, share)
    return panel


def label_of(sheet: Sheet, value: float, fits: bool) -> str:
    """What stands above a column: its value, and where that does not fit only the sign of one that is in doubt."""
    if fits:
        return sheet.number(value)
    return DOUBT if sheet.is_doubted(value) else ""


def label_size(sheet: Sheet, frame: pd.DataFrame, share: float) -> tuple[float | None, int]:
    """The size of type in which the widest value fits above its column, None where none does, and among how many years
    the columns then stand, as many as possible.

    `share` is what the columns take of the room of a year.
    """
    count = len(frame.columns)
    widest = max(width(sheet.number(value), 1) for value in frame.stack().dropna())
    years = range(max(len(frame), FEWEST_YEARS), len(frame) - 1, -1)
    for fewest, size in product(years, (sheet.form.size, sheet.form.small)):
        slot = (sheet.width - 2 * MARGIN) / fewest * (share / count if count > 1 else 1)
        if widest * size + 5 <= slot:
            return size, fewest
    return None, FEWEST_YEARS


def label_last(panel: Panel, share: float) -> None:
    """The values of the last year, which are looked for, above its columns; as high as there is room for them."""
    sheet = panel.sheet
    count = len(panel.frame.columns)
    each = share / count
    last = int(panel.frame.index[-1])
    taken = column_boxes(panel, each)
    values = list(panel.frame.loc[last])
    for place in np.argsort(values):
        value = values[place]
        if not value >= 0:  # unknown, or a column that hangs down
            continue
        point = panel.at(last + (place + 0.5 - count / 2) * each, value)
        texts = [sheet.number(value), DOUBT if sheet.is_doubted(value) else ""]
        any(write_above(panel, point, text, taken) for text in texts if text)


def write_above(panel: Panel, point: Point, text: str, taken: list[Bbox]) -> bool:
    """Write a text above a point, as low as it stands on nothing that is `taken`; False where there is no room."""
    sheet = panel.sheet
    size = sheet.form.small
    half = width(text, size) / 2 + 1
    high = size * 0.6
    x = min(point[0], sheet.width - MARGIN - half)
    for y in np.arange(point[1] - 2 - high, panel.room.top - 6 + high, -2):
        box = Bbox([(x - half, y - high), (x + half, y + high)])
        if not box.count_overlaps(taken):
            taken.append(box)
            sheet.text(x, float(y), text, ha="center", size=size)
            return True
    return False


def column_boxes(panel: Panel, each: float) -> list[Bbox]:
    """What columns that are `each` wide take of the sheet, with the signs above those of earlier years in doubt."""
    count = len(panel.frame.columns)
    boxes = []
    for place, name in enumerate(panel.frame.columns):
        for year, value in panel.frame[name].dropna().items():
            middle = int(str(year)) + (place + 0.5 - count / 2) * each
            left, top = panel.at(middle - each / 2, max(value, 0))
            right, bottom = panel.at(middle + each / 2, min(value, 0))
            sign = panel.sheet.form.small * 1.2 + 2 if panel.sheet.is_doubted(value) else 0
            boxes.append(Bbox([(left, top - (sign if year != panel.frame.index[-1] else 0)), (right, bottom)]))
    return boxes


def name_gaps(panel: Panel, years: Iterable[int], place: int, share: float) -> None:
    """The sign for what is missing where a series lacks a year that others have, where there is room for it."""
    sheet = panel.sheet
    count = len(panel.frame.columns)
    if share * panel.step < sheet.form.small + 2:
        return
    for year in years:
        x, y = panel.at(year + ((place + 0.5) - count / 2) * share, 0)
        sheet.text(x, y - 8, MISSING, ha="center", size=sheet.form.small)


# -- lines ------------------------------------------------------------------------------------------------------------
def curves(
    sheet: Sheet, frame: pd.DataFrame, looks: Mapping[str, Series], room: Room, zero: bool = False, fewest: int = 1
) -> Panel:
    """Dots joined by lines, and by dashes over years that lack; values at the dots, names and values at the ends if
    there is room for them at the right.
    """
    panel = Panel(sheet, frame, room, zero, fewest)
    lines = Lines(panel, looks)
    lines.draw()
    if room.right > MARGIN:
        lines.tell_ends()
    lines.label_points()
    return panel


@dataclass
class Lines:
    """The lines of a panel; `tracks` and `taken` are lines and boxes that labels keep away from."""

    panel: Panel
    looks: Mapping[str, Series]
    tracks: list[Path] = field(default_factory=list)
    taken: list[Bbox] = field(default_factory=list)

    def __post_init__(self) -> None:
        #: Positions of the known values by series and year.
        self.points: dict[str, dict[int, Point]] = {}
        for name in self.looks:
            known = self.panel.frame[name].dropna()
            if len(known):
                self.points[name] = {int(year): self.panel.at(year, value) for year, value in known.items()}

    def draw(self) -> None:
        """Each series through its known years."""
        ax = self.panel.ax
        for name, places in self.points.items():
            look = self.looks[name]
            column = self.panel.frame[name]
            disputed = disputed_years(self.panel.sheet, name)
            for one, other in pairwise(places):
                line = Line2D([one, other], column[[one, other]], color=look.color, linewidth=2, clip_on=False)
                if other > one + 1:
                    line.set(linewidth=1.2, linestyle=DASHES)
                if disputed & {one, other}:
                    line.set(linewidth=1.2, linestyle=DOTS)
                ax.add_line(line)
                self.tracks.append(Path([places[one], places[other]]))
            mark_points(ax, column[list(places)], look, disputed)
            self.taken += [Bbox([(x - 5, y - 5), (x + 5, y + 5)]) for x, y in places.values()]

    def tell_ends(self) -> None:
        """What is told of the series at the right edge, joined to the last points of those that reach it."""
        sheet = self.panel.sheet
        room = self.panel.room
        last = self.panel.frame.index[-1]
        edge = sheet.width - room.right + 4
        self.tracks.append(Path([(edge - 2, room.top), (edge - 2, room.bottom)]))
        told = {name: places for name, places in self.points.items() if room.ends.get(name)}
        ends = [list(places.values())[-1][1] for places in told.values()]
        heights = spread(ends, NAME_STEP, room.top + 2, room.bottom)
        for (name, places), target in zip(told.items(), heights, strict=True):
            look = self.looks[name]
            if last in places:
                x, y = places[last]
                sheet.line([x + 5, edge], [y, target], look.color, 0.8)
                self.tracks.append(Path([(x, y), (edge, target)]))
            sheet.dot(edge + 5, target, look.color, look.ring)
            sheet.text(edge + 14, target, room.ends[name], size=sheet.form.small if sheet.is_narrow else None)

    def label_points(self) -> None:
        """The value at each point that has room for it, from the last year back."""
        last = self.panel.frame.index[-1] if self.panel.room.ends else None
        places = [(year, name) for name, known in self.points.items() for year in known if year != last]
        rules = self.panel.rules()
        for year, name in sorted(places, key=lambda place: -place[0]):
            self.label_point(name, year, rules)

    def label_point(self, name: str, year: int, rules: Sequence[float]) -> None:
        """The value at a point: above a peak, below a dip; off grid lines if possible; left out without room."""
        sheet = self.panel.sheet
        text = sheet.number(self.panel.frame[name][year])
        if not self.place_label(name, year, rules, text) and text.endswith(DOUBT):
            self.place_label(name, year, rules, DOUBT)

    def place_label(self, name: str, year: int, rules: Sequence[float], text: str) -> bool:
        """Write a text at a point where there is room for it; False where there is none."""
        sheet = self.panel.sheet
        x, y = self.points[name][year]
        size = sheet.form.small
        half = width(text, size) / 2 + 1
        end = sheet.width - self.panel.room.right - 2 * half
        # the newest value is the one that is looked for: it may stand left of its point, where that alone has room
        is_newest = year == max(self.points[name])
        asides = (0, half, half + 7) if is_newest else (0,)
        starts = [max(min(x - half - aside, end), self.panel.left) for aside in asides]
        offsets = (12, -12, 16, -16) if self.is_dip(name, year) else (-12, 12, -16, 16)

        def on_a_rule(offset: float) -> bool:
            return any(abs(y + offset - rule) < 6 for rule in rules)

        near = product(starts, sorted(offsets, key=on_a_rule))
        far = product(starts, sorted(FURTHER, key=on_a_rule)) if is_newest else ()
        for start, offset in chain(near, far):
            box = Bbox([(start, y + offset - size * 0.6), (start + 2 * half, y + offset + size * 0.6)])
            if self.is_free(box) and not self.beyond_a_rival(year, y, offset):
                self.taken.append(box)
                sheet.text(start + half, y + offset, text, ha="center", size=size)
                return True
        return False

    def is_dip(self, name: str, year: int) -> bool:
        """Whether a value is lower than those beside it."""
        known = self.panel.frame[name].dropna()
        at = known.index.get_loc(year)
        beside = known.iloc[max(at - 1, 0) : at + 2].drop(year)
        return len(beside) > 0 and known[year] < beside.min()

    def is_free(self, box: Bbox) -> bool:
        """Whether a box is within the panel, and on no dot, label or line."""
        room = self.panel.room
        inside = room.top - 6 <= box.y0 and box.y1 <= room.bottom + 1
        if not inside or box.count_overlaps(self.taken):
            return False
        return not any(track.intersects_bbox(box, filled=False) for track in self.tracks)

    def beyond_a_rival(self, year: int, y: float, offset: float) -> bool:
        """Whether a label at `offset` from a point at height `y` would be beside another series' dot of the year."""
        distances = [places[year][1] - y for places in self.points.values() if year in places]
        return any(0 < distance * offset < (abs(offset) + 8) * abs(offset) for distance in distances)


# -- slopes -----------------------------------------------------------------------------------------------------------
def slope(sheet: Sheet, frame: pd.DataFrame, looks: Mapping[str, Series], top: float, height: float) -> None:
    """One or two known years: a line between two labelled dots a series, from zero."""
    years = known_years(frame)
    beside = {side: Beside(sheet, frame.loc[year], looks, side == "right") for side, year in sides(years).items()}
    left = beside["left"].room if "left" in beside else 40.0
    right = beside["right"].room
    ax = sheet.axes(left, top, sheet.width - left - right, height)
    low, high = reach(frame, True)
    spare = (high - low or 1) * 0.08
    ax.set_xlim(years[0], years[-1] + (len(years) == 1))
    ax.set_ylim(low - spare, high + spare)
    ax.axhline(0, color=INK, linewidth=0.8, zorder=1, clip_on=False)
    for name, look in looks.items():
        known = frame[name].dropna()
        disputed = disputed_years(sheet, name)
        style = "-" if len(known) < 2 or known.index[1] == known.index[0] + 1 else DASHES
        if len(known) > 1:
            style = DOTS if disputed & set(known.index) else style
            wide = 1.2 if style == DOTS else 2
            ax.plot(known.index, known, color=look.color, linewidth=wide, linestyle=style, clip_on=False, zorder=2)
        mark_points(ax, known, look, disputed, 8)
    for side, year in sides(years).items():
        beside[side].write(ax, year, top, top + height)
    ax.set_xticks(years, [f"{year}年" for year in years], **sheet.letters())
    ax.tick_params(axis="x", pad=8)
    ax.set_yticks([])


def disputed_years(sheet: Sheet, name: str) -> set[int]:
    """The years whose values of a series are disputed."""
    return {int(str(year)) for year, column in sheet.disputed if column == name}


def mark_points(ax: Axes, known: pd.Series, look: Series, disputed: Collection[int], size: float = 7.0) -> None:
    """A mark at each known value of a series, a hollow one where it is disputed."""
    sure = [year for year in known.index if year not in disputed]
    ax.plot(sure, known[sure], linestyle="none", zorder=3, **round_mark(look.color, look.ring, size))
    rest = [year for year in known.index if year in disputed]
    if rest:
        ax.plot(rest, known[rest], linestyle="none", zorder=3, **hollow_mark(look.color))


def sides(years: Sequence[int]) -> dict[str, int]:
    """The years of a slope by the side that they stand at."""
    return {"right": years[-1]} if len(years) == 1 else {"left": years[0], "right": years[-1]}


@dataclass
class Beside:
    """The labels at one side of a slope: the values of a year, at the right with the names of several series."""

    sheet: Sheet
    values: pd.Series
    looks: Mapping[str, Series]
    at_the_right: bool

    def __post_init__(self) -> None:
        known = self.values.dropna()
        self.texts = {name: self.sheet.number(known[name]) for name in self.looks if name in known}
        numbers = max((width(text, self.sheet.form.size) for text in self.texts.values()), default=0)
        self.room = max(numbers + 22, 34)

    def write(self, ax: Axes, year: int, top: float, bottom: float) -> None:
        """Each value beside its dot, moved as far from others as need be and then joined to its dot."""
        sheet = self.sheet
        x = sheet.at(ax, year, 0)[0]
        ys = [sheet.at(ax, year, self.values[name])[1] for name in self.texts]
        sign = 1 if self.at_the_right else -1
        for (name, text), y, place in zip(self.texts.items(), ys, spread(ys, NAME_STEP, top, bottom), strict=True):
            if abs(place - y) > 2:
                sheet.line([x + sign * 6, x + sign * 12], [y, place], self.looks[name].color, 0.8)
            sheet.text(x + sign * 14, place, text, ha="left" if self.at_the_right else "right")


# -- drawings ---------------------------------------------------------------------------------------------------------
def legend(looks: Mapping[str, Series]) -> list[Swatch]:
    """A mark a series; none for one alone, which the caption names."""
    if len(looks) < 2:
        return []
    return [Swatch(name, Fill(look.color), look.swatch) for name, look in looks.items()]


def by_year(
    sheet: Sheet, frame: pd.DataFrame, color: str, wants_columns: bool, own: Mapping[str, str] | None = None
) -> None:
    """Yearly series: a slope where one or two years are known, columns if wanted and no year lacks, else lines.

    `own`: the colour of each series, where they are of several things.
    """
    frame = trimmed(frame)
    years = known_years(frame)
    if len(years) <= 2 and not (wants_columns and len(frame.columns) > 1 and len(years) == len(frame)):
        draw_slope(sheet, frame, color, own)
    elif wants_columns and len(years) == len(frame):
        draw_columns(sheet, frame, color)
    else:
        draw_lines(sheet, frame, color, own)


def draw_slope(sheet: Sheet, frame: pd.DataFrame, color: str, own: Mapping[str, str] | None = None) -> None:
    """A sheet with a slope."""
    looks = series_of(frame, color, own)
    top = sheet.head(legend(looks), HOLLOW if sheet.disputed else "") + 6
    height = 84 if len(frame.columns) == 1 else max(120, NAME_STEP * len(frame.columns) + 20)
    sheet.resize(top + height + 30)
    slope(sheet, frame, looks, top, height)
    years = known_years(frame)
    middle = sheet.width / 2 if len(years) == 2 else sheet.width
    starts = [0.0, middle][: len(years)]
    for year, start in zip(years, starts, strict=True):
        wide = sheet.width - start if start else middle
        sheet.band(start, top - 6, wide, height + 34, year, sheet.told(year, frame.loc[year].items()))


def draw_columns(sheet: Sheet, frame: pd.DataFrame, color: str) -> None:
    """A sheet with columns."""
    fills = dict(zip(frame, tints(color, len(frame.columns)), strict=True))
    swatches = [Swatch(name, fill) for name, fill in fills.items()] if len(fills) > 1 else []
    top = sheet.head(swatches, HOLLOW if sheet.disputed else "")
    sheet.resize(top + 168 + YEARS_ROOM)
    panel = columns(sheet, frame, fills, top, 168)
    panel.name_years(known_years(frame))
    tell_years(sheet, frame, panel.ax, top, sheet.height)


def draw_lines(sheet: Sheet, frame: pd.DataFrame, color: str, own: Mapping[str, str] | None = None) -> None:
    """A sheet with lines; names stand at the ends, or above where they are long."""
    looks = series_of(frame, color, own)
    longest = max(width(name, sheet.form.size) for name in frame.columns)
    beside = len(looks) > 1 and longest < 0.28 * sheet.width and not sheet.is_narrow
    ends = told_at_ends(sheet, frame, beside) if beside or len(looks) > 2 else {}
    notes = [NOT_FROM_ZERO if is_close(frame) else "", DASHED if has_gaps(frame) else ""]
    notes.append(HOLLOW if sheet.disputed else "")
    top = sheet.head([] if beside else legend(looks), "，".join(filter(None, notes))) + 4
    height = 180 if len(looks) > 1 else 140
    sheet.resize(top + height + YEARS_ROOM)
    right = max((width(text, sheet.form.size) + 24 for text in ends.values()), default=MARGIN)
    room = Room(top, height, right=right, ticks=len(looks) > 1, ends=ends)
    panel = curves(sheet, frame, looks, room)
    panel.name_years(known_years(frame))
    tell_years(sheet, frame, panel.ax, top - 4, sheet.height)


def told_at_ends(sheet: Sheet, frame: pd.DataFrame, named: bool) -> dict[str, str]:
    """The last value of each series that has one in the last year; `named`: with the names of all series."""
    last = frame.iloc[-1]
    values = {name: "" if np.isnan(last[name]) else sheet.number(last[name]) for name in frame.columns}
    if not named:
        return {name: value for name, value in values.items() if value}
    return {name: f"{name} {value}".rstrip() for name, value in values.items()}


def has_gaps(frame: pd.DataFrame) -> bool:
    """Whether a series lacks years between two that are known."""
    return any((np.diff(frame.index[frame[name].notna()]) > 1).any() for name in frame)


def draw_flows(sheet: Sheet, frame: pd.DataFrame, color: str) -> None:
    """A fund by year: income and expenditure (first two columns) side by side, its balance (third) below."""
    frame = trimmed(frame)
    income, expenditure, balance = frame.columns
    moved = frame[[income, expenditure]]
    fills = dict(zip(moved, (Fill(color), Fill(color, 0.25)), strict=True))
    gaps = has_gaps(frame.dropna(how="all")) or len(known_years(frame)) < len(frame)
    looks = series_of(moved, color)
    swatches = legend(looks) if gaps else [Swatch(name, fill) for name, fill in fills.items()]
    notes = [DASHED if gaps else "", HOLLOW if sheet.disputed else ""]
    top = sheet.head(swatches, "，".join(filter(None, notes))) + 2
    upper = 150
    middle = top + upper + 16
    lower = 74
    sheet.resize(middle + 12 + lower + YEARS_ROOM)
    if not moved.notna().to_numpy().any():
        panels: list[Panel] = []
    elif gaps:
        panels = [curves(sheet, moved, looks, Room(top, upper, ticks=False), zero=True)]
    else:
        panels = [columns(sheet, moved, fills, top, upper)]
    (name,) = wrap(balance, sheet.width - 2 * MARGIN, 1, sheet.form.size)
    sheet.text(MARGIN, middle, name)
    below = frame[[balance]]
    if below.notna().to_numpy().any():
        left = panels[0].left if panels else MARGIN
        room = Room(middle + 12, lower, left=left, ticks=False)
        fewest = panels[0].fewest if panels else 1
        panels.append(curves(sheet, below, {balance: Series(color)}, room, zero=True, fewest=fewest))
    panels[-1].name_years(known_years(frame))
    tell_years(sheet, frame, panels[-1].ax, top, sheet.height)
    for panel in panels[:-1]:
        panel.ax.set_xticks([])
