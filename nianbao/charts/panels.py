"""Panels by year for the charts: columns and lines, with gaps where nothing is published and labels where they fit."""

from __future__ import annotations

from itertools import groupby, pairwise
from math import ceil

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.path import Path
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator
from matplotlib.transforms import Bbox

from nianbao.charts.sheet import GRID, INK, MISSING, SIZE, SMALL, WIDTH, Sheet, hollow, number, width


def runs(flags) -> list[list[int]]:
    """Positions of each unbroken run of true flags."""
    return [list(places) for known, places in groupby(range(len(flags)), list(flags).__getitem__) if known]


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Move positions apart to at least `gap`, in order and within [low, high], as little as a sweep can."""
    placed = dict(sorted(enumerate(wanted), key=lambda pair: pair[1]))
    for i, value in placed.items():
        placed[i] = low = max(value, low)
        low += gap
    for i in reversed(placed):
        placed[i] = high = min(placed[i], high)
        high -= gap
    return [placed[i] for i in range(len(wanted))]


class Panel:
    """Axes by year at a place of a sheet.

    `above`, `below`: room for labels beyond the data; `left`: the margin, None for as much as the value axis needs (where
    it is given there are no values at the axis).
    """

    def __init__(self, sheet: Sheet, frame: pd.DataFrame, top: float, height: float, above: float, below: float,
                 zero: bool, left: float | None = None, right: float = 6.0):
        self.sheet, self.frame, self.middle, self.base = sheet, frame, top + height / 2, top + height + 11
        values = frame.stack().dropna()
        low, high = (values.min(), values.max()) if len(values) else (0.0, 1.0)
        if zero or 0 < low < 0.4 * high:
            low, high = min(low, 0.0), max(high, 0.0)
        standing = low == 0
        below = 2 if standing else below
        span = (high - low or abs(high) * 0.2 or 1) / (height - above - below)
        low, high = self.ylim = low - below * span, high + above * span
        self.foot = -low / (high - low) if standing else 0.0  # of the height: bands stand on the zero line
        self.ticks = [(0.0, "")] if low <= 0 <= high else []
        if left is None:  # three to five round values, with as few decimals as they need
            ticks = [t for t in MaxNLocator(4, min_n_ticks=3).tick_values(low, high) if low <= t <= high]
            places = next(d for d in range(9) if d == 8 or np.allclose(ticks, np.round(ticks, d), 0, 1e-6 * (high - low)))
            self.ticks = [(tick, number(tick, places)) for tick in ticks]
            left = 14 + max(width(label, SMALL) for _, label in self.ticks)
        self.left = left
        self.ax = sheet.figure.add_axes((left / WIDTH, 1 - (top + height) / sheet.height, (WIDTH - left - right) / WIDTH,
                                         height / sheet.height))
        self.ax.set_axis_off()
        self.ax.xaxis.set_major_locator(FixedLocator(range(len(frame))))  # no ticks are drawn: fewer for seaborn to look at
        self.ax.yaxis.set_major_locator(NullLocator())
        self.limit()

    def limit(self):
        """Set the limits, also after seaborn has set its own; as wide as four years at least, or one column is a wall."""
        spare = max(0, 4 - len(self.frame)) / 2
        self.ax.set(xlim=(-0.5 - spare, len(self.frame) - 0.5 + spare), ylim=self.ylim)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Position on the sheet of a value."""
        left, bottom = self.ax.transData.transform((x, y))
        return left, self.sheet.height - bottom

    def furnish(self):
        """Grid lines with their values, pale bands over the years for which nothing is published, years below."""
        for tick, label in self.ticks:
            self.ax.axhline(tick, color=INK if tick == 0 else GRID, linewidth=0.8, zorder=0.5, clip_on=False)
            self.sheet.text(self.left - 6, self.at(0, tick)[1], label, ha="right", size=SMALL)
        step = self.at(1, 0)[0] - self.at(0, 0)[0]
        lines = sorted(self.at(0, tick)[1] for tick, _ in self.ticks)
        middle = min((sum(pair) / 2 for pair in pairwise(lines)), key=lambda y: abs(y - self.middle), default=self.middle)
        for run in runs(self.frame.isna().all(axis=1)):
            self.ax.axvspan(run[0] - 0.5, run[-1] + 0.5, self.foot, facecolor=GRID, linewidth=0, alpha=0.4, clip_on=False, zorder=0.3)
            rows = [MISSING] if len(run) * step >= width(MISSING, SMALL) + 4 else MISSING
            for k, row in enumerate(rows):
                self.sheet.text(self.at((run[0] + run[-1]) / 2, 0)[0], middle + 13 * (k - (len(rows) - 1) / 2), row,
                                ha="center", size=SMALL)
        longest = max(map(str, self.frame.index), key=len)
        suffix, every = "年" if width(f"{longest}年") + 6 <= step else "", ceil((width("2025") + 5) / step)
        for i in range(len(self.frame) - 1, -1, -every):
            self.sheet.text(self.at(i, 0)[0], self.base, f"{self.frame.index[i]}{suffix}", ha="center")


def columns(sheet: Sheet, top: float, height: float, frame: pd.DataFrame, colours: dict, outlined: str = "") -> float:
    """Grouped columns with values on top where they fit, otherwise with ticks; returns the left margin."""
    many = len(frame.columns)
    share = min(0.92, 0.64 + 0.12 * many) if many > 1 else 0.56
    slot = (WIDTH - 12) / max(len(frame), 4) * (share / many if many > 1 else 1)  # room that one label has
    widest = max((width(sheet.number(value), 1) for value in frame.stack().dropna()), default=0)
    size = next((size for size in (SIZE, SMALL) if widest * size + 5 <= slot), None)
    panel = Panel(sheet, frame, top, height, 17, 17, zero=True, left=6 if size else None)
    long = frame.rename_axis("year").reset_index().melt("year", var_name="name").dropna()
    names = [name for name in frame if frame[name].notna().any()]
    sns.barplot(long, x="year", y="value", hue="name", order=frame.index, hue_order=frame.columns, palette=colours, saturation=1,
                errorbar=None, width=share, legend=False, ax=panel.ax)
    panel.limit()
    for name, bars in zip(names, panel.ax.containers, strict=True):
        for (year, value), bar in zip(frame[name].dropna().items(), bars, strict=True):
            bar.set(clip_on=False, linewidth=0, gid=sheet.tip(name, year, value))
            if name == outlined:
                bar.set(**hollow(colours[name]))
            if size:
                x, y = panel.at(bar.get_x() + bar.get_width() / 2, value)
                sheet.text(x, y + (-8 if value >= 0 else 9), sheet.number(value), ha="center", size=size)
    for i, j in np.argwhere(frame.isna() & frame.notna().any(axis=1).to_numpy()[:, None]):  # one missing among others
        x, y = panel.at(i + ((j + 0.5) / many - 0.5) * share, 0)
        for k, character in enumerate(reversed(MISSING)):
            sheet.text(x, y - 9 - 12.5 * k, character, ha="center", size=SMALL)
    panel.furnish()
    return panel.left


def curves(sheet: Sheet, top: float, height: float, frame: pd.DataFrame, colours: dict, left: float | None = None, right: float = 6.0):
    """Lines that break where a year is missing, values at the points, names at the ends if there is room at the right.

    With `left` given, a panel below columns: no tick labels, a range from zero and a tinted area.
    """
    panel = Panel(sheet, frame, top, height, 20, 18, zero=left is not None, left=left, right=right)
    points = {name: {i: panel.at(i, value) for i, value in enumerate(frame[name]) if not np.isnan(value)} for name in frame}
    points = {name: places for name, places in points.items() if places}
    tracks = []  # what labels keep away from
    for name, places in points.items():
        for run in runs(frame[name].notna()):
            if len(run) > 1:
                values = frame[name].iloc[run].to_numpy()
                sns.lineplot(x=run, y=values, color=colours[name], linewidth=2.2, estimator=None, clip_on=False, ax=panel.ax)
                tracks += pairwise(places[i] for i in run)
                if left is not None:
                    panel.ax.fill([run[0], *run, run[-1]], [0, *values, 0], color=colours[name], alpha=0.18, linewidth=0, clip_on=False)
    panel.limit()
    panel.furnish()
    for name, places in points.items():
        tips = [sheet.tip(name, frame.index[i], frame[name].iloc[i]) for i in places]
        sheet.dots(*zip(*places.values(), strict=True), colours[name], tips, size=6.5)  # type: ignore[call-arg]
    if right > 6:
        edge = WIDTH - right + 4
        tracks.append(((edge - 2, top), (edge - 2, top + height)))
        heights = spread([list(places.values())[-1][1] for places in points.values()], 15, top + 2, top + height)
        for (name, places), target in zip(points.items(), heights, strict=True):
            if len(frame) - 1 in places:
                x, y = places[len(frame) - 1]
                sheet.line([x, edge], [y, target], colours[name])
                tracks.append(((x, y), (edge, target)))
            sheet.line([edge, edge + 11], [target] * 2, colours[name], 2.2)
            sheet.text(edge + 15, target, name)
    rules = [panel.at(0, tick)[1] for tick, _ in panel.ticks]
    taken = [Bbox([(x - 4, y - 4), (x + 4, y + 4)]) for places in points.values() for x, y in places.values()]
    for i, name in sorted(((i, key) for key in points for i in points[key]), key=lambda pair: -pair[0]):
        column, (x, y) = frame[name], points[name][i]
        label = sheet.number(column.iloc[i])
        around = column.iloc[max(i - 1, 0):i + 2].drop(frame.index[i]).dropna()
        half, dip = width(label, SMALL) / 2 + 1, column.iloc[i] < around.min() and (left is None or len(around) == 2)
        start = max(min(x - half, WIDTH - right - 2 * half), 2)
        rivals = [places[i][1] - y for places in points.values() if i in places]
        # Above a peak, below a dip; off grid lines if possible, never on a line or label or beyond a rival's dot.
        offsets = (12, -12, 16, -16) if dip else (-12, 12, -16, 16)
        for dy in sorted(offsets, key=lambda dy: any(abs(y + dy - rule) < 6 for rule in rules)):
            box = Bbox([(start, y + dy - 6), (start + 2 * half, y + dy + 6)])
            if top - 4 <= box.y0 and box.y1 <= top + height + 3 and not box.count_overlaps(taken) \
                    and not any(0 < rival * dy < (abs(dy) + 8) * abs(dy) for rival in rivals) \
                    and not any(Path(track).intersects_bbox(box, filled=False) for track in tracks):
                taken.append(box)
                sheet.text(start + half, y + dy, label, ha="center", size=SMALL)
                break
