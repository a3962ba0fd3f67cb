"""Charts of the yearbook: plain pandas objects in, matplotlib figures out; `to_svg` and `png` write them.

Labels stand at the marks, are measured before they are placed, and never overlap; what was not published is a visible
gap; there is never a second scale in one panel. Every mark has a tooltip in the SVG.
"""

from __future__ import annotations

from functools import partial, wraps
from itertools import cycle

import matplotlib
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.ticker import LogLocator

from .panels import MISSING, columns, curves, hint
from .sheet import (
    COLORS,
    GRID,
    INK,
    SERIES,
    SMALL,
    STYLE,
    WIDTH,
    Sheet,
    contrast,
    hollow,
    number,
    png,
    to_svg,
    width,
    wrap,
)

__all__ = ["COLORS", "bars", "dumbbell", "flows", "lines", "parts", "png", "ranking", "stacked", "tilemap",
           "to_svg"]
NOTHING = "本期资料未载"



def _clean(data, years: bool = False) -> pd.DataFrame:
    """A frame of floats (Decimal, None, NA and infinity allowed); with `years`, every year from first to last."""
    frame = data.to_frame(data.name or "") if isinstance(data, pd.Series) else data
    frame = frame.map(lambda v: np.nan if pd.isna(v) else float(v)).replace([np.inf, -np.inf], np.nan).astype(float)
    frame.columns, frame.columns.name = [str(c) for c in frame.columns], None
    if years and len(frame):
        frame = frame.reindex(range(int(frame.index.min()), int(frame.index.max()) + 1))
    return frame


def _colours(names: list[str], colors) -> dict[str, str]:
    """A colour a series, from None, a scheme or colour for the first, a list, or a dict by name."""
    if not isinstance(colors, dict):
        chosen = [colors] if isinstance(colors, str) else list(colors or [])
        colors = dict(zip(names, chosen, strict=False))
    known = {name: COLORS.get(colors[name], colors[name]) for name in names if colors.get(name)}
    rest = cycle([c for c in SERIES if c not in known.values()] or SERIES)
    return {name: known.get(name) or next(rest) for name in names}


def chart(draw, years=False):
    """Draw in the yearbook's style, from clean data; where nothing at all is known, a sheet that says so."""
    @wraps(draw)
    def wrapper(data, unit, *args, **options):
        frame = _clean(data, years)
        with matplotlib.rc_context(STYLE):
            if frame.notna().to_numpy().any():
                return draw(frame, unit, *args, **options)
            sheet = Sheet()
            sheet.box(8, 8, WIDTH - 16, 56, GRID, alpha=0.35)
            sheet.text(WIDTH / 2, 36, NOTHING, ha="center")
            return sheet.figure
    return wrapper


yearly = partial(chart, years=True)


@yearly
def lines(frame, unit, decimals=2, colors=None):
    """Yearly series as lines (index: years, columns: series); names stand at the ends, or above if they are long."""
    colours, sheet = _colours(frame.columns, colors), Sheet()
    longest = max(map(width, frame.columns)) if len(frame.columns) > 1 else 0
    beside = longest < 0.28 * WIDTH and len(frame.columns) <= 8
    broken = frame.isna().any(axis=1) & frame.notna().any(axis=1)
    top = sheet.head(unit, () if beside else [(n, c, "solid") for n, c in colours.items()],
                     f"线断开处{MISSING}" if broken.any() else "")
    sheet.resize(top + 212)
    curves(sheet, top, 190, frame, unit, decimals, colours, right=longest + 26 if longest and beside else 6.0)
    return sheet.figure


@yearly
def bars(frame, unit, decimals=2, colors=None, growth=None):
    """Yearly columns, grouped if there are several series; growth rates (percent, by year) in a panel of their own."""
    colours, sheet = _colours(frame.columns, colors), Sheet()
    top = sheet.head(unit, [(n, c, "solid") for n, c in colours.items()] if len(colours) > 1 else ())
    sheet.resize(top + 190 + (112 if growth is not None else 0))
    left = columns(sheet, top, 168, frame, unit, decimals, colours)
    if growth is not None:
        rates = _clean(growth).reindex(frame.index).iloc[:, :1].set_axis(["增长率"], axis=1)
        sheet.text(8, top + 204, "增长率，单位：%", size=SMALL)
        curves(sheet, top + 212, 68, rates, "%", 2, {"增长率": colours[frame.columns[0]]}, left=left, sign=True)
    return sheet.figure


@yearly
def flows(frame, unit, decimals=2, color="enterprise"):
    """A fund by year: income and expenditure (first two columns) side by side, its balance (third) below."""
    (income, expenditure, balance), hue, sheet = frame.columns[:3], COLORS.get(color, color), Sheet()
    top = sheet.head(unit, [(income, hue, "solid"), (expenditure, hue, "hollow")])
    sheet.resize(top + 308)
    left = columns(sheet, top, 160, frame[[income, expenditure]], unit, decimals, dict.fromkeys(frame.columns, hue),
                    outlined=(expenditure,))
    sheet.text(8, top + 198, balance)
    curves(sheet, top + 206, 80, frame[[balance]], unit, decimals, {balance: hue}, left=left, zero=True)
    return sheet.figure


def _names(sheet: Sheet, names, top: float, share: float = 0.34, row: float = 24) -> tuple[float, list[float]]:
    """Names of horizontal rows, in two lines where they are long; returns where the rows start and their middles."""
    room = min(max(map(width, names)), share * WIDTH)
    broken = [wrap(name, room) for name in names]
    row = max(row, 32 if any(len(rows) > 1 for rows in broken) else 0)
    middles = [top + row * (i + 0.5) for i in range(len(names))]
    for rows, y in zip(broken, middles, strict=True):
        for k, text in enumerate(rows):
            sheet.text(8, y + 13.5 * (k - (len(rows) - 1) / 2), text)
    sheet.resize(top + row * len(names) + 6)
    return 18 + room, middles


@chart
def parts(series, unit, decimals=2, color="enterprise", printed=None, ordered=False):
    """Composition: a bar a part, largest first, with value and share (no shares where a part is negative).

    `ordered`: the parts have an order of their own (ages, grades) and keep it.
    `printed`: shares by name as the text prints them, where they may differ in the last digit.
    """
    series = series.iloc[:, 0] if ordered else series.iloc[:, 0].sort_values(ascending=False, kind="stable")
    hue, sheet, total = COLORS.get(color, color), Sheet(), series.sum()
    shares = total > 0 and not (series < 0).any()
    printed = printed or {}
    labels = [MISSING if np.isnan(v) else f"{number(v, decimals)} {unit}" +
              (f"（{printed.get(name) or number(v / total * 100, 2)}%）" if shares else "") for name, v in series.items()]
    left, middles = _names(sheet, [str(n) for n in series.index], 6)
    debt = max(0, -series.min())
    scale = min(((WIDTH - left - 16 - width(label)) / (debt + max(value, 0))
                 for label, value in zip(labels, series, strict=True) if debt + max(value, 0) > 0), default=0)
    zero = left + debt * scale
    sheet.line([zero] * 2, [6, sheet.height - 6], INK, 0.8)
    for (name, value), label, y in zip(series.items(), labels, middles, strict=True):
        if not np.isnan(value):
            long = abs(value) * scale
            sheet.box(zero - (long if value < 0 else 0), y - 7, max(long, 0.8), 14, hue, f"{name}：{label}")
        sheet.text(zero + max(value, 0) * scale + 6 if value > 0 else zero + 6, y, label)
    return sheet.figure


@chart
def stacked(frame, unit, decimals=2, colors=None, percent=False):
    """A stacked bar a row (index: rows, columns: parts), absolute with totals, or each as 100 %."""
    colours, sheet = _colours(frame.columns, colors), Sheet()
    percent = percent and not (frame < 0).to_numpy().any()
    top = sheet.head("%" if percent else unit, [(n, c, "solid") for n, c in colours.items()])
    left, middles = _names(sheet, [str(n) for n in frame.index], top, 0.26, 32)
    totals = frame.sum(axis=1, min_count=1)
    ends = ["" if percent or len(frame.columns) == 1 else number(t, decimals) for t in totals.fillna(0)]
    plus, minus = frame.clip(lower=0).sum(axis=1), -frame.clip(upper=0).sum(axis=1)
    scale = (WIDTH - left - 14 - max(map(width, ends))) / ((plus.max() + minus.max()) or 1)
    for k, (row, y) in enumerate(zip(frame.index, middles, strict=True)):
        unitwise = (WIDTH - left - 8) / (plus.iloc[k] or 1) if percent else scale
        zero = left if percent else left + minus.max() * scale
        reach = {True: zero, False: zero}
        if np.isnan(totals.iloc[k]):
            sheet.text(zero + 6, y, MISSING)
            continue
        for name, value in frame.iloc[k].dropna().items():
            long = abs(value) * unitwise
            start = reach[value >= 0] - (long if value < 0 else 0)
            reach[value >= 0] += long if value >= 0 else -long
            share = number(value / plus.iloc[k] * 100 if plus.iloc[k] else 0, 2) + "%"
            tip = hint(name, row, value, unit, decimals) + (f"（{share}）" if percent else "")
            sheet.box(start, y - 11, max(long - 0.8, 0.4), 22, colours[name], tip)
            label = next((s for s in ((share, share[:-4] + "%") if percent else (number(value, decimals),))
                          if width(s, SMALL) + 4 <= long), None)
            if label:
                sheet.text(start + long / 2, y, label, ha="center", size=SMALL, color=contrast(colours[name]))
        sheet.text(reach[True] + 6, y, ends[k])
    return sheet.figure


@chart
def ranking(series, unit, highlight=None, decimals=2, color="enterprise", log=None):
    """Regions by size with their values; `highlight` (such as 全区) is a reference line, not a row.

    Dots on a logarithmic scale where the largest is more than eight times the median (or `log` says so).
    """
    series = series.iloc[:, 0]
    if series[series.index != highlight].notna().sum() == 0:
        highlight = None  # nothing to compare it with
    hue, sheet, reference = COLORS.get(color, color), Sheet(), series.get(highlight, np.nan)
    rows = series[series.index != highlight].sort_values(ascending=False, kind="stable")
    known = rows.dropna()
    log = (known.max() > 8 * known.median() if log is None else log) and known.min() > 0 and not reference <= 0
    top = sheet.head(unit, note="横轴为对数刻度" if log else "") + (0 if np.isnan(reference) else 16)
    left, middles = _names(sheet, [str(n) for n in rows.index], top, 0.36, 19.5)
    labels = [MISSING if np.isnan(v) else number(v, decimals) for v in rows]
    values = left + max(map(width, labels), default=0)
    left, bottom, room = values + 10, sheet.height - 6, WIDTH - values - 22
    extent = [*known, *([] if np.isnan(reference) else [reference])]
    if log:
        low, high = np.log(min(extent) / 1.2), np.log(max(extent) * 1.05)
        sheet.resize(sheet.height + 18)
        last = -99.0
    else:
        low, high = min(0, *extent, 0), max(0, *extent, 0) or 1
    at = lambda v: left + ((np.log(v) if log else v) - low) / (high - low) * room  # noqa: E731
    if log:
        for tick in LogLocator(subs=(1, 2, 5)).tick_values(np.exp(low), np.exp(high)):
            if low <= np.log(tick) <= high:
                sheet.line([at(tick)] * 2, [top, bottom], GRID, 0.8)
                if at(tick) - last > 34:
                    last = at(tick)
                    sheet.text(last, bottom + 9, f"{tick:g}", ha="center", size=SMALL)
    else:
        sheet.line([at(0)] * 2, [top, bottom], INK, 0.8)
    for (name, value), label, y in zip(rows.items(), labels, middles, strict=True):
        sheet.text(values, y, label, ha="right")
        if np.isnan(value):
            continue
        tip = hint(name, "", value, unit, decimals)
        if log:
            sheet.line([left, WIDTH - 8], [y, y], GRID, 0.8)
            sheet.dots([at(value)], [y], hue, [tip], size=8)
        else:
            sheet.box(min(at(0), at(value)), y - 5.5, max(abs(at(value) - at(0)), 0.8), 11, hue, tip)
    if not np.isnan(reference):
        label, x = f"{highlight} {number(reference, decimals)}", at(reference)
        sheet.line([x, x], [top - 8, bottom], COLORS["accent"], 1.4, linestyle=(0, (4, 2)))
        sheet.text(min(max(x, left + width(label) / 2), WIDTH - 8 - width(label) / 2), top - 16, label, ha="center")
    return sheet.figure


@chart
def dumbbell(frame, unit, decimals=2, color="enterprise", log=False):
    """Two values of each item (two columns: before, after): a ring and a dot, joined; largest first."""
    first, second = frame.columns[:2]
    hue, sheet = COLORS.get(color, color), Sheet()
    frame = frame[[first, second]].iloc[np.argsort(-frame[second].fillna(frame[first]).to_numpy(), kind="stable")]
    known = frame.stack().dropna()
    log = log and known.min() > 0
    top = sheet.head(unit, [(first, hue, "ring"), (second, hue, "dot")], "横轴为对数刻度" if log else "")
    left, middles = _names(sheet, [str(n) for n in frame.index], top, 0.32, 22)
    pad = max(width(number(v, decimals), SMALL) for v in known) + 9
    place = np.log if log else float
    low, high = place(known.min()), place(known.max())
    room = max(0, (np.log(2) if log else 0.25 * max(abs(low), abs(high))) - (high - low))  # small gaps stay small
    low, high = low - room / 2, high + room / 2
    scale = (WIDTH - 8 - left - 2 * pad) / (high - low or 1)
    at = lambda v: left + pad + (place(v) - low) * scale  # noqa: E731
    for (name, (before, after)), y in zip(frame.iterrows(), middles, strict=True):
        if np.isnan(before) and np.isnan(after):
            sheet.text(left + pad, y - 0.5, MISSING, size=SMALL)
            continue
        ends = sorted((v, n) for v, n in ((before, first), (after, second)) if not np.isnan(v))
        if len(ends) == 2 and at(ends[1][0]) - at(ends[0][0]) > 8:
            sheet.line([at(ends[0][0]) + 4, at(ends[1][0]) - 4], [y, y], hue, 2)
        for k, (value, column) in enumerate(ends):
            sheet.dots([at(value)], [y], hue, [hint(name, column, value, unit, decimals)], ring=column == first, size=8)
            side, label = -1 if k == 0 and len(ends) == 2 else 1, number(value, decimals)
            sheet.text(at(value) + 8 * side, y, label, ha="right" if side < 0 else "left", size=SMALL)
            if k == 0 and (stop := at(value) + (8 + width(label, SMALL) if side < 0 else 4) * -1 - 5) > left:
                sheet.line([left, stop], [y, y], GRID, 0.8)
    return sheet.figure


@chart
def tilemap(series, unit, short_names, decimals=2, tiles=None, palette="crest"):
    """A tile of equal size a unit, about where it lies, filled by quantile class, with its name and value.

    `tiles`: (column, row) of each code, north at the top. Codes without a place there, and a second value for the same
    place, get tiles of their own at the bottom.
    """
    series, sheet, tiles = series.iloc[:, 0], Sheet(), tiles or {}
    known = series.dropna()
    many = min(5, known.nunique())
    classes = pd.qcut(known, many, labels=False, duplicates="drop") if many > 1 else known * 0
    classes = classes.rank(method="dense").astype(int) - 1
    fills = [matplotlib.colors.to_hex(c) for c in sns.color_palette(palette, max(classes.max() + 1, 2))]
    groups = [known[classes == k] for k in range(classes.max() + 1)]
    spans = [(number(g.min(), decimals), number(g.max(), decimals)) for g in groups]
    legend = [(a if a == b else f"{a}至{b}", fill, "solid") for (a, b), fill in zip(spans, fills, strict=False)]
    cells, spare = {}, []
    codes = {*series.index, *(c for c in tiles if c in short_names)}
    for code in sorted(codes, key=lambda c: (c not in known.index, c)):
        if code in tiles and tiles[code] not in cells:
            cells[tiles[code]] = code
        elif code in series.index and (code in known.index or code not in tiles):
            spare.append(code)
    across, down = max((x for x, _ in cells), default=4) + 1, max((y for _, y in cells), default=-1) + 1
    cells |= {(k % across, down + k // across): code for k, code in enumerate(spare)}
    wide, high = min((WIDTH - 12) / across, 120), 46
    top = sheet.head(unit, legend) + 2
    sheet.resize(top + high * (max(y for _, y in cells) + 1) + 6)
    for (column, row), code in cells.items():
        x, y = (WIDTH - wide * across) / 2 + wide * column, top + high * row
        value, name = series.get(code, np.nan), str(short_names.get(code, code))
        if np.isnan(value):
            fill, ink, label, tip, style = GRID, INK, MISSING, f"{name}：{MISSING}", hollow(GRID)
        else:
            fill, label, style = fills[classes[code]], number(value, decimals), {}
            ink, tip = contrast(fill), hint(name, "", value, unit, decimals)
        sheet.box(x + 2, y + 2, wide - 4, high - 4, fill, tip, **style)
        sheet.text(x + wide / 2, y + high / 2 - 8, wrap(name, wide - 10, 1)[0], ha="center", color=ink)
        sheet.text(x + wide / 2, y + high / 2 + 8, label, ha="center", color=ink)
    return sheet.figure
