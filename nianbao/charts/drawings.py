"""Charts of the yearbook: pandas objects in, matplotlib figures out; `to_svg` writes them.

Labels stand at the marks, are measured before they are placed, and never overlap; what was not published is a visible
gap; there is never a second scale in one panel. Every mark has a tooltip in the SVG. Each kind takes the data, their
`unit` and `decimals`, and `color`: of the first series, a colour or the name of a scheme.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from itertools import cycle

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from nianbao.charts.panels import columns, curves, runs
from nianbao.charts.sheet import (
    COLORS,
    GRID,
    INK,
    MISSING,
    NOTHING,
    SIZE,
    SMALL,
    WIDTH,
    Sheet,
    contrast,
    label,
    number,
    to_svg,
    width,
    wrap,
)

__all__ = ["COLORS", "bars", "dumbbell", "flows", "lines", "parts", "ranking", "stacked", "tilemap", "to_svg"]


def chart(draw) -> Callable[..., Figure]:
    """Draw on a new sheet from a frame of floats, with a colour a column; where nothing is known, say so."""
    @wraps(draw)
    def drawn(data: pd.Series | pd.DataFrame, unit: str, decimals: int = 2, color: str = "enterprise", **options) -> Figure:
        sheet, frame = Sheet(unit, decimals), pd.DataFrame(data).map(lambda v: np.nan if pd.isna(v) else float(v))
        first = COLORS.get(color, color)
        colours = dict(zip(frame, cycle([first, *(c for c in COLORS.values() if c != first)]), strict=False))
        if frame.notna().to_numpy().any():
            draw(sheet, frame, colours, **options)
        else:
            sheet.box(8, 8, WIDTH - 16, 56, GRID, alpha=0.35)
            sheet.text(WIDTH / 2, 36, NOTHING, ha="center")
        return sheet.figure
    return drawn


def folded(frame: pd.DataFrame) -> pd.DataFrame:
    """Years in a row for which nothing is published as one place: 2020—2023."""
    unknown = frame.isna().all(axis=1).to_numpy()
    for run in reversed(runs(unknown)):
        if len(run) > 1:
            first, last = frame.index[run[0]], frame.index[run[-1]]
            frame = pd.concat([frame.iloc[:run[0]], frame.iloc[run[:1]].set_axis([f"{first}—{last}"]), frame.iloc[run[-1] + 1:]])
    return frame


def legend(colours: dict[str, str]) -> list[tuple[str, str, str]]:
    """A swatch a series."""
    return [(name, colour, "solid") for name, colour in colours.items()]


@chart
def lines(sheet, frame, colours):
    """Yearly series as lines (index: years, columns: series); names stand at the ends, or above if they are long."""
    frame, longest = folded(frame), max(map(width, frame.columns))
    beside = longest < 0.28 * WIDTH
    broken = frame.isna().any(axis=1) & frame.notna().any(axis=1)
    top = sheet.head([] if beside or len(colours) == 1 else legend(colours), f"线断开处{MISSING}" if broken.any() else "")
    sheet.resize(top + 212)
    curves(sheet, top, 190, frame, colours, right=longest + 26 if beside and len(colours) > 1 else 6.0)


@chart
def bars(sheet, frame, colours):
    """Yearly columns, grouped if there are several series."""
    top = sheet.head(legend(colours) if len(colours) > 1 else ())
    sheet.resize(top + 190)
    columns(sheet, top, 168, folded(frame), colours)


@chart
def flows(sheet, frame, colours):
    """A fund by year: income and expenditure (first two columns) side by side, its balance (third) below."""
    income, expenditure, balance = frame.columns
    colours, frame = dict.fromkeys(frame, colours[income]), folded(frame)
    top = sheet.head([(income, colours[income], "solid"), (expenditure, colours[income], "hollow")])
    sheet.resize(top + 318)
    left = columns(sheet, top, 160, frame[[income, expenditure]], colours, outlined=expenditure)
    sheet.text(8, top + 198, balance)
    curves(sheet, top + 216, 80, frame[[balance]], colours, left=left)


def rows(sheet: Sheet, names, top: float, share: float, row: float) -> tuple[float, list[float]]:
    """Names of horizontal rows, in lines of equal length where they are long; returns where the rows start and their middles."""
    room = min(max(map(width, names)), share * WIDTH)
    broken = [wrap(name, room, 3) for name in names]
    broken = [wrap(name, min(room, width(name) / len(texts) + 1.5 * SIZE), 3) if len(texts) > 1 else texts
              for name, texts in zip(names, broken, strict=True)]
    highs = [max(row, 5 + 13.5 * len(texts)) for texts in broken]
    middles = [top + sum(highs[:at]) + high / 2 for at, high in enumerate(highs)]
    for texts, y in zip(broken, middles, strict=True):
        for k, text in enumerate(texts):
            sheet.text(8, y + 13.5 * (k - (len(texts) - 1) / 2), text)
    sheet.resize(top + sum(highs) + 6)
    return 18 + room, middles


def decades(sheet: Sheet, at: Callable[[float], float], low: float, high: float, top: float) -> None:
    """Grid lines of a logarithmic scale from log `low` to log `high`, down from `top`, with their numbers below."""
    bottom, labelled = sheet.height - 6, list[float]()
    sheet.resize(sheet.height + 18)
    for base in (1, 2, 5):  # powers of ten have their number first, the others where there is room
        for tick in LogLocator(subs=(base,)).tick_values(np.exp(low), np.exp(high)):
            if low <= np.log(tick) <= high:
                sheet.line([at(tick)] * 2, [top, bottom], GRID, 0.8)
                if all(abs(at(tick) - other) > 34 for other in labelled):
                    labelled.append(at(tick))
                    sheet.text(at(tick), bottom + 9, number(tick, max(0, -int(np.floor(np.log10(tick) + 1e-9)))), ha="center", size=SMALL)


@chart
def parts(sheet, frame, colours, printed=None, ordered=False):
    """Composition: a bar a part, largest first, with value and share (no shares where a part is negative).

    `ordered`: the parts have an order of their own (ages, grades) and keep it.
    `printed`: shares by name as the text prints them, where they may differ in the last digit.
    """
    series = frame.iloc[:, 0].dropna()
    series = series if ordered else series.sort_values(ascending=False, kind="stable")
    shares = series.sum() > 0 and not (series < 0).any()
    labels = [sheet.measured(v) +
              (f"（{(printed or {}).get(name) or number(v / series.sum() * 100, 2)}%）" if shares else "")
              for name, v in series.items()]
    left, middles = rows(sheet, series.index, 6, 0.34, 24)
    debt = max(0, -series.min())
    scale = min(((WIDTH - left - 16 - width(text)) / (debt + max(value, 0))
                 for text, value in zip(labels, series, strict=True) if debt + max(value, 0) > 0), default=0)
    zero = left + debt * scale
    sheet.line([zero] * 2, [6, sheet.height - 6], INK, 0.8)
    for (name, value), text, y in zip(series.items(), labels, middles, strict=True):
        long = abs(value) * scale
        sheet.box(zero - (long if value < 0 else 0), y - 7, max(long, 0.8), 14, *colours.values(), f"{name}：{text}")
        sheet.text(zero + max(value, 0) * scale + 6, y, text)


@chart
def stacked(sheet, frame, colours, percent=False):
    """A stacked bar a row (index: rows, columns: parts), absolute with totals, or each as 100 %."""
    percent = percent and not (frame < 0).to_numpy().any()
    top = sheet.head(legend(colours), unit="%" if percent else None)
    left, middles = rows(sheet, list(map(label, frame.index)), top, 0.26, 32)
    plus, minus = frame.clip(lower=0).sum(axis=1), -frame.clip(upper=0).sum(axis=1)
    ends = ["" if percent or len(colours) == 1 else sheet.number(total) for total in plus - minus]
    scale = (WIDTH - left - 14 - max(map(width, ends))) / ((plus.max() + minus.max()) or 1)
    for row, y, end in zip(frame.index, middles, ends, strict=True):
        values = frame.loc[row].dropna()
        if percent:
            scale = (WIDTH - left - 8) / (plus[row] or 1)
        reach = dict.fromkeys((True, False), left + (0 if percent else minus.max() * scale))
        for name, value in values.items():
            long, up = value * scale, value >= 0
            share = number(value / (plus[row] or 1) * 100, 2) + "%"
            sheet.box(min(reach[up], reach[up] + long), y - 11, max(abs(long) - 0.8, 0.4), 22, colours[name],
                      sheet.tip(name, row, value) + (f"（{share}）" if percent else ""))
            for text in (share, share[:-4] + "%") if percent else (sheet.number(value),):
                if width(text, SMALL) + 4 <= abs(long):
                    sheet.text(reach[up] + long / 2, y, text, ha="center", size=SMALL, color=contrast(colours[name]))
                    break
            reach[up] += long
        sheet.text(reach[True] + 6, y, end if len(values) else MISSING)


@chart
def ranking(sheet, frame, colours):
    """Regions by size with their values; dots on a logarithmic scale where the largest is over eight times the median."""
    series, (hue,) = frame.iloc[:, 0].dropna().sort_values(ascending=False, kind="stable"), colours.values()
    log = series.max() > 8 * series.median() and series.min() > 0
    top = sheet.head(note="横轴为对数刻度" if log else "")
    left, middles = rows(sheet, series.index, top, 0.36, 19.5)
    values = left + max(width(sheet.number(value)) for value in series)
    left = values + 10
    place = np.log if log else float
    low, high = (place(series.min() / 1.2), place(series.max() * 1.05)) if log else (min(0, series.min()), max(0, series.max()))
    at = lambda v: left + (place(v) - low) / (high - low or 1) * (WIDTH - left - 12)  # noqa: E731
    if log:
        decades(sheet, at, low, high, top)
    else:
        sheet.line([at(0)] * 2, [top, sheet.height - 6], INK, 0.8)
    for (name, value), y in zip(series.items(), middles, strict=True):
        sheet.text(values, y, sheet.number(value), ha="right")
        tip = sheet.tip(name, "", value)
        if log:
            sheet.line([left, WIDTH - 8], [y, y], GRID, 0.8)
            sheet.dots([at(value)], [y], hue, [tip], size=8)
        else:
            sheet.box(min(at(0), at(value)), y - 5.5, max(abs(at(value) - at(0)), 0.8), 11, hue, tip)


@chart
def dumbbell(sheet, frame, colours, log=False):
    """Two values of each item (two columns: before, after) as numbers, and as a ring and a dot, joined; largest first."""
    first, second = frame.columns
    hue, frame = colours[first], frame.iloc[np.argsort(-frame[second].to_numpy(), kind="stable")]
    place = np.log if log else float
    top = sheet.head([(first, hue, "ring"), (second, hue, "dot")], "横轴为对数刻度" if log else "") + 16
    left, middles = rows(sheet, frame.index, top, 0.28, 22)
    ends = []
    for head in (first, second):
        left += max(26, *(width(sheet.number(value), SMALL) for value in frame[head])) + 8
        ends.append(left)
        sheet.dots([left - 6], [top - 8], hue, ring=head == first)
    left += 16
    low, high = place(frame.min(axis=None)), place(frame.max(axis=None))
    room = max(0, (np.log(2) if log else 0.25 * max(abs(low), abs(high))) - (high - low))  # small gaps stay small
    low, high = low - room / 2, high + room / 2
    at = lambda v: left + (place(v) - low) / (high - low or 1) * (WIDTH - 14 - left)  # noqa: E731
    if log:
        decades(sheet, at, low, high, top)
    for (name, values), y in zip(frame.iterrows(), middles, strict=True):
        sheet.line([left, WIDTH - 8], [y, y], GRID, 0.8)
        less, more = sorted(map(at, values))
        if more - less > 8:
            sheet.line([less + 4, more - 4], [y, y], hue, 2)
        for head, end in zip((first, second), ends, strict=True):
            sheet.text(end, y, sheet.number(values[head]), ha="right", size=SMALL)
            sheet.dots([at(values[head])], [y], hue, [sheet.tip(name, head, values[head])], ring=head == first, size=8)


@chart
def tilemap(sheet, frame, colours, tiles):
    """A tile of equal size a unit, about where it lies, filled by quantile class, with its name and value.

    `tiles`: (column, row) of each name, north at the top. Names without a place there, and a second one for the same
    place, get tiles of their own at the bottom.
    """
    series = frame.iloc[:, 0].dropna()
    many = min(5, series.nunique())
    classes = pd.qcut(series, many, labels=False, duplicates="drop") if many > 1 else series * 0
    classes = classes.rank(method="dense").astype(int) - 1
    fills = sns.color_palette("crest", max(classes.max() + 1, 2)).as_hex()
    spans = [(sheet.number(group.min()), sheet.number(group.max())) for _, group in series.groupby(classes)]
    top = sheet.head([(a if a == b else f"{a}至{b}", fill, "solid") for (a, b), fill in zip(spans, fills, strict=False)]) + 2
    cells, spare = {}, []
    for name in series.index:
        if name in tiles and tiles[name] not in cells:
            cells[tiles[name]] = name
        else:
            spare.append(name)
    across, down = max((x for x, _ in cells), default=4) + 1, max((y for _, y in cells), default=-1) + 1
    cells |= {(k % across, down + k // across): name for k, name in enumerate(spare)}
    wide, high = min((WIDTH - 12) / across, 120), 46
    sheet.resize(top + high * (max(y for _, y in cells) + 1) + 6)
    for (column, row), name in cells.items():
        x, y = (WIDTH - wide * across) / 2 + wide * column, top + high * row
        fill = fills[classes[name]]
        sheet.box(x + 2, y + 2, wide - 4, high - 4, fill, sheet.tip(name, "", series[name]))
        sheet.text(x + wide / 2, y + high / 2 - 8, *wrap(name, wide - 10, 1), ha="center", color=contrast(fill))
        sheet.text(x + wide / 2, y + high / 2 + 8, sheet.number(series[name]), ha="center", color=contrast(fill))
