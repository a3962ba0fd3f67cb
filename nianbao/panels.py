"""Panels by year for the charts: columns and lines, with gaps where nothing is published and labels where they fit."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from .sheet import GRID, INK, SIZE, SMALL, WIDTH, Sheet, hollow, number, spread, width

MISSING = "未公布"


def runs(flags) -> list[tuple[int, int]]:
    """First and last position of each unbroken run of true flags."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], np.asarray(flags, int), [0]))))
    return [(int(a), int(b) - 1) for a, b in edges.reshape(-1, 2)]


def hint(name, year, value, unit, decimals) -> str:
    """Tooltip: name, year (or item), value and unit."""
    label = f"{name} {year}年" if isinstance(year, (int, np.integer)) else f"{name} {year}"
    return f"{label.strip()}：{number(value, decimals)}{'' if unit in ('%', '') else ' '}{unit}"


def _xlim(years) -> tuple[float, float]:
    """Limits of the axis of years: as wide as four at least, so that a single column is not a wall."""
    spare = max(0, 4 - len(years)) / 2
    return -0.5 - spare, len(years) - 0.5 + spare


def _years(sheet: Sheet, ax, years, base: float):
    """Year labels under a panel, thinned out from the last year backwards where they do not fit."""
    step = sheet.at(ax, 1, 0)[0] - sheet.at(ax, 0, 0)[0]
    suffix = "年" if width("2025年") + 6 <= step else ""
    every = next((n for n in (1, 2, 5, 10, 20, 50) if n * step >= width("2025") + 5), 100)
    for i, year in enumerate(years):
        if (len(years) - 1 - i) % every == 0:
            sheet.text(sheet.at(ax, i, 0)[0], base, f"{year}{suffix}", ha="center")


def _gaps(sheet: Sheet, ax, frame: pd.DataFrame):
    """Pale bands over the years for which no series is published."""
    low, high = ax.get_ylim()
    for first, last in runs(frame.isna().all(axis=1)):
        (x0, bottom), (x1, top) = sheet.at(ax, first - 0.5, low), sheet.at(ax, last + 0.5, high)
        ax.add_patch(Rectangle((first - 0.5, low), last - first + 1, high - low, facecolor=GRID, linewidth=0,
                               alpha=0.4, clip_on=False))
        upright = x1 - x0 < width(MISSING, SMALL) + 4
        rows = list(MISSING) if upright and bottom - top > 42 else [MISSING]
        if x1 - x0 >= max(width(r, SMALL) for r in rows):
            for k, row in enumerate(rows):
                y = (top + bottom) / 2 + 13 * (k - (len(rows) - 1) / 2)
                sheet.text((x0 + x1) / 2, y, row, ha="center", size=SMALL)


def _range(frame: pd.DataFrame, height: float, above: float, below: float, zero: bool) -> tuple[float, float]:
    """Limits of a value axis that leave room in points for labels above and below the data."""
    if not frame.notna().to_numpy().any():
        return 0.0, 1.0
    low, high = float(np.nanmin(frame)), float(np.nanmax(frame))
    if zero or 0 < low < 0.4 * high:
        low, high = min(low, 0.0), max(high, 0.0)
    below = 2 if low == 0 else below
    span = (high - low or abs(high) * 0.2 or 1) / max(height - above - below, 20)
    return low - below * span, high + above * span


def _ticks(limits: tuple[float, float], decimals: int) -> list[tuple[float, str]]:
    """Three to five round values within the limits, with as few decimals as they need."""
    low, high = limits
    ticks = [t for t in MaxNLocator(4, min_n_ticks=3).tick_values(low, high) if low <= t <= high]
    places = next((d for d in range(9) if all(abs(t - round(t, d)) < 1e-6 * (high - low) for t in ticks)), decimals)
    return [(tick, number(tick, places)) for tick in ticks]


def _grid(sheet: Sheet, ax, ticks: list[tuple[float, str]], left: float):
    """Grid lines, with their values at the left if there are any besides the zero line."""
    for tick, label in ticks:
        ax.axhline(tick, color=INK if tick == 0 else GRID, linewidth=0.8, zorder=0.5, clip_on=False)
        sheet.text(left - 6, sheet.at(ax, 0, tick)[1], label, ha="right", size=SMALL)


def columns(sheet: Sheet, top, height, frame, unit, decimals, colours, outlined=()) -> float:
    """Grouped columns with values on top, years below; returns the left margin."""
    years, names = list(frame.index), list(frame.columns)
    share = min(0.92, 0.64 + 0.12 * len(names)) if len(names) > 1 else 0.56
    values = [number(v, decimals) for v in frame.to_numpy().ravel() if not np.isnan(v)] or [""]
    slot = (WIDTH - 12) / max(len(years), 4) * (share / len(names) if len(names) > 1 else 1)  # room that one label has
    size = next((s for s in (SIZE, SMALL) if max(width(v, s) for v in values) + 2 <= slot), None)
    upright = size is None and slot >= SMALL + 2
    extra = max(width(v, SMALL) for v in values) + 8 if upright else 17
    limits = _range(frame, height, extra, extra, True)
    ticks = [(0.0, "")] if size or upright else _ticks(limits, decimals)
    left = 6 if size or upright else 14 + max(width(label, SMALL) for _, label in ticks)
    ax = sheet.panel(top, height, left, 6, _xlim(years), limits)
    long = frame.rename_axis("year").reset_index().melt("year", var_name="name", value_name="value").dropna()
    if len(long):
        sns.barplot(long, x="year", y="value", hue="name", order=years, hue_order=names, palette=colours, saturation=1,
                    errorbar=None, width=share, legend=False, ax=ax)
        ax.set(xlim=_xlim(years), ylim=limits)
    for bar in ax.patches:
        middle = bar.get_x() + bar.get_width() / 2
        i, name = round(middle), names[round(((middle - round(middle)) / share + 0.5) * len(names) - 0.5)]
        value, label = frame.at[years[i], name], number(frame.at[years[i], name], decimals)
        bar.set(clip_on=False, linewidth=0)
        if name in outlined:
            bar.set(**hollow(colours[name]))
        sheet.mark(bar, hint(name, years[i], value, unit, decimals))
        x, y = sheet.at(ax, middle, value)
        if upright:
            sheet.text(x, y - 4 if value >= 0 else y + width(label, SMALL) + 4, label, size=SMALL, rotation=90)
        elif size:
            sheet.text(x, y + (-8 if value >= 0 else 9), label, ha="center", size=size)
    for i, j in zip(*np.nonzero(frame.isna().to_numpy()), strict=True):  # one series missing among others
        if frame.iloc[i].notna().any() and slot >= SMALL + 1:
            x, y = sheet.at(ax, i + ((j + 0.5) / len(names) - 0.5) * share, 0)
            for k, character in enumerate(reversed(MISSING)):
                sheet.text(x, y - 9 - 12.5 * k, character, ha="center", size=SMALL)
    _grid(sheet, ax, ticks, left)
    _gaps(sheet, ax, frame)
    _years(sheet, ax, years, top + height + 11)
    return left


def curves(sheet: Sheet, top, height, frame, unit, decimals, colours, left=None, right=6.0, zero=False, sign=False):
    """Lines that break where a year is missing, values at the points, names at the ends if there is room at the right.

    With `left` given there are no tick labels; with `zero` the range starts at zero and the area is tinted.
    """
    years, names = list(frame.index), list(frame.columns)
    limits = _range(frame, height, 20, 18, zero)
    ticks = _ticks(limits, decimals) if left is None else [(0.0, "")] if limits[0] <= 0 <= limits[1] else []
    left = left or 14 + max(width(label, SMALL) for _, label in ticks)
    ax = sheet.panel(top, height, left, right, _xlim(years), limits)
    track, ends = [(-9.0, -9.0)], {}
    for name in names:
        for first, last in runs(frame[name].notna()):
            xs, ys = np.arange(first, last + 1), frame[name].iloc[first:last + 1].to_numpy()
            ends[name] = spots = [sheet.at(ax, x, y) for x, y in zip(xs, ys, strict=True)]
            if len(xs) > 1:
                sns.lineplot(x=xs, y=ys, color=colours[name], linewidth=2.2, errorbar=None, clip_on=False, ax=ax)
                track += [(x0 + (x1 - x0) * k / 12, y0 + (y1 - y0) * k / 12)
                          for (x0, y0), (x1, y1) in pairwise(spots) for k in range(13)]
                if zero:
                    ax.fill_between(xs, ys, color=colours[name], alpha=0.18, linewidth=0, clip_on=False)
    ax.set(xlim=_xlim(years), ylim=limits)
    _grid(sheet, ax, ticks, left)
    _gaps(sheet, ax, frame)
    place = {(i, name): sheet.at(ax, i, frame.iat[i, j]) for i in range(len(years)) for j, name in enumerate(names)
             if not np.isnan(frame.iat[i, j])}
    for name in ends:
        mine = [p for p in place if p[1] == name]
        tips = [hint(name, years[i], frame[name].iloc[i], unit, decimals) for i, _ in mine]
        xs, ys = zip(*(place[p] for p in mine), strict=True)
        sheet.dots(xs, ys, colours[name], tips, size=6.5 if len(years) < 16 else 5)
    taken = [(x - 4, y - 4, x + 4, y + 4) for x, y in place.values()]
    if right > 6:  # names at the ends
        heights = spread([ends[name][-1][1] for name in ends], 15, top + 2, top + height)
        edge = WIDTH - right + 4
        for name, target in zip(ends, heights, strict=True):
            x, y = ends[name][-1]
            if not np.isnan(frame[name].iloc[-1]):
                sheet.line([x, edge], [y, target], colours[name], 1)
                track += [(x + (edge - x) * k / 12, y + (target - y) * k / 12) for k in range(13)]
            sheet.line([edge, edge + 11], [target] * 2, colours[name], 2.2)
            sheet.text(edge + 15, target, name)
        track += [(WIDTH - right + 2, y) for y in np.arange(top, top + height)]
    track, rules = np.array(track), [sheet.at(ax, 0, tick)[1] for tick, _ in ticks]
    for i, name in sorted(place, key=lambda p: -p[0]):
        column, (x, y) = frame[name], place[i, name]
        if len(place) > 24 and i not in (0, len(years) - 1) and column.iloc[i] not in (column.min(), column.max()):
            continue
        label = number(column.iloc[i], decimals, sign)
        half, dip = width(label, SMALL) / 2 + 1, column.iloc[i] < column.iloc[max(i - 1, 0):i + 2].drop(years[i]).min()
        # Above a peak, below a dip; off grid lines if possible, never on a line or label or beyond a rival's dot.
        offsets = (12, -12, 16, -16) if dip else (-12, 12, -16, 16)
        for dy in sorted(offsets, key=lambda dy: any(abs(y + dy - rule) < 6 for rule in rules)):
            box = (max(min(x - half, WIDTH - right - 2 * half), 2), y + dy - 6)
            box = (*box, box[0] + 2 * half, y + dy + 6)
            rivals = (place[i, other][1] - y for other in names if (i, other) in place)
            if box[1] < top - 4 or box[3] > top + height + 3 \
                    or any(0 < rival * dy < (abs(dy) + 8) * abs(dy) for rival in rivals) \
                    or any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken) \
                    or ((track > box[:2]) & (track < box[2:])).all(axis=1).any():
                continue
            taken.append(box)
            sheet.text(box[0] + half, y + dy, label, ha="center", size=SMALL)
            break
    _years(sheet, ax, years, top + height + 11)
