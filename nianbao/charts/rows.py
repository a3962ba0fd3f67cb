"""Charts of rows on real axes: parts, rankings, stacked bars, pairs. One bar a row, names and numbers beside or above.

Where the names leave too little room for the bars, as on a phone, they stand above them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from nianbao.charts.sheet import HEAD_LINE, MARGIN, Sheet, Swatch, filled, round_mark
from nianbao.charts.style import GRID, INK, Fill
from nianbao.charts.text import balanced, label, number, width

#: Between the lines of a name of several lines, in sizes of type.
LINE = 1.25
#: Lines that a name may have beside its bar, and above it.
BESIDE_LINES = 3
ABOVE_LINES = 2
#: The least room for bars beside names, as a part of the width.
LEAST = 0.34
#: Between a bar and what stands behind it.
BEHIND = 5
#: The largest size is so many times the least where a panel shows changes in place of amounts.
FAR_APART = 8
#: Where no two values of an item are further apart, as a part of the largest, their dots would hide one another, and
#: the panel shows changes too.
ALIKE = 0.04
#: The changes up to which a panel may reach, in percent; what is beyond the last ends in an arrow, and this is said.
REACHES = (5, 10, 20, 30, 50, 100)
FURTHEST = REACHES[-1]
ARROW = "›"
#: What is said of a change from zero where there is no room to name what was zero.
FROM_NONE = "由零增加"
#: No bar is thinner.
THINNEST = 0.8


@dataclass(frozen=True)
class Rows:
    """Rows on a sheet: the axes (y is points from their top), the middle of the bar of each row, and how high that is.

    `edges` are where the rows begin, and where the last one ends, on the sheet; `beside`: names stand beside the bars.
    """

    ax: Axes
    middles: list[float]
    bar: float
    edges: list[float]
    top: float
    beside: bool = True

    def rule(self, value: float, color: str, order: float) -> None:
        """A line at a value: down through all rows, or where names stand above the bars, beside each bar."""
        if self.beside:
            self.ax.axvline(value, color=color, linewidth=0.8, zorder=order, clip_on=False)
            return
        middles = np.array(self.middles)
        half = self.bar / 2 + 2
        places = np.full_like(middles, value)
        self.ax.vlines(places, middles - half, middles + half, color, linewidth=0.8, zorder=order, clip_on=False)

    def place(self, at: int) -> float:
        """Where the middle of a bar is on the sheet."""
        return self.top + self.middles[at]


def rows(
    sheet: Sheet, names: Sequence[str], top: float, wanted: float, bar: float = 13, above: Sequence[str] = ()
) -> Rows:
    """Write the names of rows down from `top`, give the sheet its height, and place axes for the bars.

    `wanted`: room for the bars and what stands behind them; where names leave less, they stand above the bars. `above`
    are texts of a line each that stand at the right end of the names then.
    """
    size = sheet.form.size
    longest = max(width(name, size) for name in names)
    if not sheet.is_narrow:
        room = min(longest, 0.34 * sheet.width)
        return rows_beside(sheet, names, top, bar, room)
    if longest <= sheet.width - wanted - 2 * MARGIN:
        return rows_beside(sheet, names, top, bar, longest)
    return rows_above(sheet, names, top, bar, above)


def rows_beside(sheet: Sheet, names: Sequence[str], top: float, bar: float, room: float) -> Rows:
    """Rows whose names stand left of their bars, in `room` and in lines of equal length where they are long."""
    size = sheet.form.size
    broken = [balanced(name, room, BESIDE_LINES, size) for name in names]
    highs = [max(bar + 9, 6 + LINE * size * len(lines)) for lines in broken]
    edges = [top, *(top + float(each) for each in np.cumsum(highs))]
    sheet.resize(edges[-1] + 6)
    left = MARGIN + room + 8
    middles = [(one + other) / 2 - top for one, other in zip(edges, edges[1:], strict=False)]
    ax = row_axes(sheet, left, top, edges[-1] - top)
    for lines, middle in zip(broken, middles, strict=True):
        for k, line in enumerate(lines):
            sheet.text(MARGIN, top + middle + LINE * size * (k - (len(lines) - 1) / 2), line)
    return Rows(ax, middles, bar, edges, top)


def rows_above(sheet: Sheet, names: Sequence[str], top: float, bar: float, above: Sequence[str]) -> Rows:
    """Rows whose names stand above their bars, with texts at the right end of the last line of the names."""
    size = sheet.form.size
    texts = above or [""] * len(names)
    room = sheet.width - 2 * MARGIN
    step = LINE * size
    edges = [top]
    middles = []
    for name, text in zip(names, texts, strict=True):
        lines = balanced(name, room - (width(text, size) + 8 if text else 0), ABOVE_LINES, size)
        y = edges[-1] + step * 0.6
        for line in lines:
            sheet.text(MARGIN, y, line)
            y += step
        sheet.text(sheet.width - MARGIN, y - step, text, ha="right")
        middles.append(y - step * 0.4 + bar / 2 - top)
        edges.append(y - step * 0.4 + bar + 7)
    sheet.resize(edges[-1] + 4)
    return Rows(row_axes(sheet, MARGIN, top, edges[-1] - top), middles, bar, edges, top, beside=False)


def row_axes(sheet: Sheet, left: float, top: float, high: float) -> Axes:
    """Axes for bars from `left` to the right edge of the sheet."""
    ax = sheet.axes(left, top, sheet.width - left - MARGIN, high)
    ax.set_ylim(high, 0)
    ax.set_xticks([])
    ax.set_yticks([])
    return ax


def across(ax: Axes, sheet: Sheet) -> float:
    """How wide axes are, in points."""
    return ax.get_position().width * sheet.width


def tell_rows(sheet: Sheet, found: Rows, names: Sequence[object], tips: Iterable[str]) -> None:
    """A band over each row, with all its values."""
    for at, (name, tip) in enumerate(zip(names, tips, strict=True)):
        sheet.band(0, found.edges[at], sheet.width, found.edges[at + 1] - found.edges[at], name, tip)


def scale_for(values: Sequence[float], texts: Sequence[str], room: float, size: float) -> float:
    """Points a unit, so that each bar and its text behind it fit `room`; 0 where there is nothing to scale."""
    debt = max(0.0, -min(values))
    fitting = []
    for value, text in zip(values, texts, strict=True):
        units = debt + max(value, 0)
        if units > 0:
            fitting.append(max(room - BEHIND - width(text, size), 12) / units)
    return min(fitting, default=0.0)


def limit(ax: Axes, sheet: Sheet, low: float, scale: float) -> None:
    """Let axes begin at `low`, with so many points a unit."""
    ax.set_xlim(low, low + (across(ax, sheet) / scale if scale else 1))


# -- bars -------------------------------------------------------------------------------------------------------------
def draw_bars(sheet: Sheet, series: pd.Series, shares: Sequence[str], colors: Mapping[str, str], head: bool) -> None:
    """A bar a row with its value and share, coloured by name."""
    size = sheet.form.size
    values = [float(value) for value in series]
    numbers = [sheet.number(value) if head else sheet.measured(value) for value in values]
    texts = [value + share for value, share in zip(numbers, shares, strict=True)]
    top = sheet.head() if head else 6.0
    wanted = LEAST * sheet.width + max(width(text, size) for text in texts)
    names = [str(name) for name in series.index]
    found = rows(sheet, names, top, wanted, above=texts)
    behind = texts if found.beside else [""] * len(texts)
    ax = found.ax
    scale = scale_for(values, behind, across(ax, sheet), size)
    limit(ax, sheet, min(0.0, *values), scale)
    found.rule(0, INK, 2)
    bars = ax.barh(found.middles, values, found.bar, color=[colors[name] for name in series.index], zorder=1)
    for bar in bars:
        bar.set_linewidth(0)
        bar.set_clip_on(False)
        if scale and abs(bar.get_width()) * scale < THINNEST:
            bar.set_width(np.copysign(THINNEST / scale, bar.get_width()))
    positive = [text if value >= 0 else "" for text, value in zip(behind, values, strict=True)]
    ax.bar_label(bars, positive, padding=BEHIND, color=INK, **sheet.letters())
    for at, (text, value) in enumerate(zip(behind, values, strict=True)):
        if value < 0:
            sheet.text(sheet.at(ax, 0, 0)[0] + BEHIND, found.place(at), text)
    tips = [f"{name}：{sheet.measured(value)}{share}" for name, value, share in zip(names, values, shares, strict=True)]
    tell_rows(sheet, found, names, tips)


def shares_told(series: pd.Series, printed: Mapping[str, str]) -> list[str]:
    """Shares in brackets, as `printed` where they are; blanks where a part is negative or all are zero."""
    if series.sum() <= 0 or (series < 0).any():
        return [""] * len(series)
    return [f"（{printed.get(str(name)) or number(value / series.sum() * 100, 2)}%）" for name, value in series.items()]


# -- stacked bars -----------------------------------------------------------------------------------------------------
def draw_stacked(sheet: Sheet, frame: pd.DataFrame, fills: Mapping[str, Fill], percent: bool) -> None:
    """A stacked bar a row (index: rows, columns: parts), absolute with totals, or each as 100 %."""
    frame = frame[frame.notna().any(axis=1)]
    complete = frame.notna().all(axis=1)  # of parts that are not all known there is neither a total nor a share
    percent = percent and bool(complete.all()) and not (frame < 0).to_numpy().any()
    top = sheet.head([Swatch(name, fill) for name, fill in fills.items()], unit="%" if percent else None)
    totals = frame.sum(axis=1).where(complete)
    has_totals = not percent and len(fills) > 1
    ends = [sheet.number(total) if has_totals and pd.notna(total) else "" for total in totals]
    size = sheet.form.size
    names = [label(row) for row in frame.index]
    wanted = 0.55 * sheet.width + max(width(end, size) for end in ends)
    found = rows(sheet, names, top, wanted, bar=20, above=[f"共{end}" if end else "" for end in ends])
    ax = found.ax
    behind = ends if found.beside else [""] * len(ends)
    shown = frame.div(frame.sum(axis=1).replace(0, 1), axis=0) * 100 if percent else frame
    plus = shown.clip(lower=0).sum(axis=1)
    minus = -shown.clip(upper=0).sum(axis=1)
    room = across(ax, sheet) - max(width(end, size) + BEHIND + 2 if end else 0 for end in behind)
    scale = max(room, 20) / ((plus.max() + minus.max()) or 1)
    limit(ax, sheet, -minus.max(), scale)
    stack(sheet, found, shown, fills, scale, percent)
    for at, (end, reached) in enumerate(zip(behind, plus, strict=True)):
        sheet.text(sheet.at(ax, reached, 0)[0] + BEHIND, found.place(at), end)
    if minus.any():
        found.rule(0, INK, 2)
    tips = [
        stack_told(sheet, row, frame.loc[row], shown.loc[row], percent, end)
        for row, end in zip(frame.index, ends, strict=True)
    ]
    tell_rows(sheet, found, list(frame.index), tips)


def stack(
    sheet: Sheet, found: Rows, shown: pd.DataFrame, fills: Mapping[str, Fill], scale: float, percent: bool
) -> None:
    """The parts of all rows, negative ones to the left of zero, each with its text where that fits."""
    right = np.zeros(len(shown))
    left = np.zeros(len(shown))
    for name, fill in fills.items():
        values = shown[name].fillna(0).to_numpy(float)
        starts = np.where(values >= 0, right, left)
        found.ax.barh(found.middles, values, found.bar, left=starts, clip_on=False, **filled(fill))
        for at, value in enumerate(values):
            text = number(value, 2) + "%" if percent else sheet.number(value)
            if value and width(text, sheet.form.small) + 4 <= abs(value) * scale:
                x = sheet.at(found.ax, starts[at] + value / 2, 0)[0]
                sheet.text(x, found.place(at), text, ha="center", color=fill.text, size=sheet.form.small)
        right += np.maximum(values, 0)
        left += np.minimum(values, 0)


def stack_told(sheet: Sheet, row: object, values: pd.Series, shown: pd.Series, percent: bool, total: str) -> str:
    """What the band of a stacked bar tells: each part, with its share where these are drawn, and the total."""
    lines = [label(row)]
    for name, value in values.items():
        said = "未载入" if pd.isna(value) else sheet.measured(value)
        share = f"（{number(shown[name], 2)}%）" if percent else ""
        lines.append(f"{name}：{said}{share}")
    if total:
        lines.append(f"合计：{sheet.measured(values.sum())}")
    return "\n".join(lines)


# -- pairs ------------------------------------------------------------------------------------------------------------
def draw_pairs(sheet: Sheet, frame: pd.DataFrame, colors: Mapping[str, str]) -> None:
    """Two values of each item (columns: before, after) as numbers, and drawn as dots, or as a change where the items
    are of very unlike size, or the dots of all would hide one another; largest first.
    """
    first, second = (str(name) for name in frame.columns)
    frame = frame.set_axis([first, second], axis=1)
    frame = frame.iloc[np.argsort(-frame[second].to_numpy(), kind="stable")]
    changes = are_far_apart(frame) or are_alike(frame)
    color = next(iter(colors.values()))
    swatches = [] if changes else [Swatch(first, Fill(color), "ring"), Swatch(second, Fill(color), "dot")]
    beyond = changes and (changes_of(frame).abs() > FURTHEST).any()
    top = sheet.head(swatches)
    if changes:
        note = f"条形：{second}比{first}多或少百分之几"
        top = write_lines(sheet, top, [note, f"超出{FURTHEST}%的画到{FURTHEST}%为止（{ARROW}）" if beyond else ""])
    found = name_pairs(sheet, frame, top)
    if changes:
        draw_changes(sheet, found, frame, colors)
    else:
        draw_dots(sheet, found, frame, colors)
    names = [str(name) for name in frame.index]
    tell_rows(sheet, found, names, [sheet.told(name, frame.loc[name].items()) for name in frame.index])


def write_lines(sheet: Sheet, top: float, texts: Iterable[str]) -> float:
    """Small texts from `top` down, in as many lines as they need; returns where they end."""
    top = max(top, HEAD_LINE)
    for text in filter(None, texts):
        for line in balanced(text, sheet.width - 2 * MARGIN, 3, sheet.form.small):
            sheet.text(MARGIN, top, line, size=sheet.form.small)
            top += 16
    return top


def are_far_apart(frame: pd.DataFrame) -> bool:
    """Whether the items are of so unlike size that the small ones would not be seen beside the large."""
    sizes = frame.abs().max(axis=1)
    sizes = sizes[sizes > 0]
    return bool(len(sizes) and sizes.max() > FAR_APART * sizes.min() and (frame >= 0).to_numpy().all())


def are_alike(frame: pd.DataFrame) -> bool:
    """Whether both values of each item are so close that one dot would lie on the other; equal ones hide nothing."""
    apart = (frame.iloc[:, 1] - frame.iloc[:, 0]).abs().max()
    return bool((frame > 0).to_numpy().all() and 0 < apart < ALIKE * frame.max(axis=None))


def changes_of(frame: pd.DataFrame) -> pd.Series:
    """By how many percent the second value is more than the first; NaN where the first is zero."""
    first = frame.iloc[:, 0]
    return (frame.iloc[:, 1] - first) / first.where(first > 0) * 100


def name_pairs(sheet: Sheet, frame: pd.DataFrame, top: float) -> Rows:
    """Names and both values of each row: in columns, or on phones in a line below the name."""
    size = sheet.form.size
    names = [str(name) for name in frame.index]
    if sheet.is_narrow:
        return pairs_above(sheet, frame, names, top)
    heads = [max(width(head, size), *(width(sheet.number(value), size) for value in frame[head])) for head in frame]
    found = rows_beside(sheet, names, top + 18, 10, min(max(width(name, size) for name in names), 0.3 * sheet.width))
    x = found.ax.get_position().x0 * sheet.width
    for head, wide in zip(frame, heads, strict=True):
        x += wide
        sheet.text(x, found.top - 9, head, ha="right")
        for at, value in enumerate(frame[head]):
            sheet.text(x, found.place(at), sheet.number(value), ha="right")
        x += 12
    found.ax.set_position(placed(sheet, x + 4, found))
    return found


def placed(sheet: Sheet, left: float, found: Rows) -> tuple[float, float, float, float]:
    """Where the axes of rows stand that begin at `left`."""
    box = found.ax.get_position()
    return left / sheet.width, box.y0, (sheet.width - MARGIN - left) / sheet.width, box.height


def pairs_above(sheet: Sheet, frame: pd.DataFrame, names: Sequence[str], top: float) -> Rows:
    """Rows with the name, below it both values with their heads, and below that the bar."""
    size = sheet.form.size
    step = LINE * size
    room = sheet.width - 2 * MARGIN
    top += 18
    edges = [top]
    middles = []
    for name, (_, values) in zip(names, frame.iterrows(), strict=True):
        said = [f"{head} {sheet.number(value)}" for head, value in values.items()]
        together = "　".join(said)
        texts = [together] if width(together, size) <= room else said
        y = edges[-1] + step * 0.6
        for line in [*balanced(name, room, ABOVE_LINES, size), *texts]:
            sheet.text(MARGIN, y, line)
            y += step
        middles.append(y - step * 0.3 + 5 - top)
        edges.append(y - step * 0.3 + 20)
    sheet.resize(edges[-1] + 4)
    return Rows(row_axes(sheet, MARGIN + 4, top, edges[-1] - top), middles, 10, edges, top, beside=False)


def draw_changes(sheet: Sheet, found: Rows, frame: pd.DataFrame, colors: Mapping[str, str]) -> None:
    """By how much the second value is more or less than the first, from a line in the middle; more is solid."""
    ax = found.ax
    changes = changes_of(frame)
    most = float(changes.abs().max()) if changes.notna().any() else 0.0
    reached = next((each for each in REACHES if each >= most), FURTHEST)
    ax.set_xlim(-reached * 1.25, reached * 1.25)
    shown = changes.clip(-reached, reached).fillna(0)
    edges = [colors[str(name)] for name in shown.index]
    faces = [(*to_rgb(color), 1.0 if value > 0 else 0.35) for color, value in zip(edges, shown, strict=True)]
    ax.barh(found.middles, shown, found.bar, color=faces, edgecolor=edges, linewidth=0.8, clip_on=False)
    from_none = said_from_none(sheet, str(frame.columns[0]), sheet.width - MARGIN - sheet.at(ax, 0, 0)[0])
    for at, change in enumerate(changes):
        if change > reached:
            sheet.text(sheet.at(ax, reached, 0)[0] + 3, found.place(at), ARROW)
        if np.isnan(change) and frame.iloc[at, 1] > 0:
            sheet.text(sheet.at(ax, 0, 0)[0] + BEHIND, found.place(at), from_none, size=sheet.form.small)
    found.rule(0, INK, 2)
    for side, text in ((-reached, f"少{reached}%"), (0, "相同"), (reached, f"多{reached}%")):
        sheet.text(sheet.at(ax, side, 0)[0], found.top - 9, text, ha="center", size=sheet.form.small)
        if side:
            found.rule(side, GRID, 0.5)


def said_from_none(sheet: Sheet, first: str, room: float) -> str:
    """What stands in the place of a change from zero, which no percentage can tell; `first`: the name of that value."""
    said = f"{first}为零"
    return said if width(said, sheet.form.small) <= room - BEHIND else FROM_NONE


def draw_dots(sheet: Sheet, found: Rows, frame: pd.DataFrame, colors: Mapping[str, str]) -> None:
    """Both values as a ring and a dot on an axis from zero, joined."""
    ax = found.ax
    first, second = frame.columns
    low = min(0.0, float(frame.min(axis=None)))
    high = max(0.0, float(frame.max(axis=None)))
    spare = 0.03 * (high - low or 1)
    ax.set_xlim(low - spare, high + spare)
    found.rule(0, INK, 1)
    middles = np.array(found.middles)
    each = [colors[str(name)] for name in frame.index]
    ax.hlines(middles, low, high, GRID, linewidth=0.8, zorder=0.5)
    ax.hlines(middles, frame[first], frame[second], each, linewidth=2, alpha=0.45, zorder=1)
    for color in dict.fromkeys(each):
        rows_of = np.array(each) == color
        ax.plot(frame[first][rows_of], middles[rows_of], linestyle="none", zorder=3, **round_mark(color, True, 8))
        ax.plot(frame[second][rows_of], middles[rows_of], linestyle="none", zorder=2, **round_mark(color, False, 8))
