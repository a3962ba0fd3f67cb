"""Charts of the yearbook: pandas objects in, matplotlib figures with real axes out; `nianbao.charts.to_svg` writes
them.

    drawing = charts.bars(frame, "万人")
    drawing.axes[0].axhline(250)

Labels are measured before they are placed, and never overlap; what is not known is not drawn; there is never a second
scale in one panel, and never a logarithmic one. Each kind takes the data, their `unit` and `decimals`, `color` (a
colour or the name of a scheme), and `narrow` for the form that fits a phone. How the book prints a value may stand with
the data (`WRITTEN` among their `attrs`, text by value); it is then printed so and not to `decimals`. What is disputed
(`DISPUTED`) is hollow in drawings by year, and no full line leads to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from nianbao.charts import rows, tiles, years
from nianbao.charts.sheet import MARGIN, Sheet
from nianbao.charts.style import COLORS, GRID, NARROW, NOTHING, WIDE, Fill, tints

#: The attributes of data that hold the texts of their values, and what is disputed: pairs of row and column.
WRITTEN = "written"
DISPUTED = "disputed"
#: A colour, or the name of one.
Colours = Mapping[str, str]


def chart(draw: Callable[..., None]) -> Callable[..., Figure]:
    """Draw on a new sheet from a frame of floats; where nothing is known, say so."""

    @wraps(draw)
    def drawn(
        data: pd.Series | pd.DataFrame,
        unit: str,
        decimals: int = 2,
        color: str = "general",
        narrow: bool = False,
        **options: Any,
    ) -> Figure:
        sheet = Sheet(unit, decimals, data.attrs.get(WRITTEN), NARROW if narrow else WIDE, data.attrs.get(DISPUTED, ()))
        frame = pd.DataFrame(data).map(as_float)
        if frame.notna().to_numpy().any():
            draw(sheet, frame, COLORS.get(color, color), **options)
        else:
            say_nothing(sheet)
        return sheet.figure

    return drawn


def say_nothing(sheet: Sheet) -> None:
    """Say that nothing is known."""
    sheet.area(MARGIN, MARGIN, sheet.width - 2 * MARGIN, 60, Fill(GRID, 0.35), linewidth=0)
    sheet.text(sheet.width / 2, 36, NOTHING, ha="center")


def as_float(value: Any) -> float:
    """A number as float, NaN where it is unknown."""
    return np.nan if pd.isna(value) else float(value)


def coloured(names: pd.Index, color: str, own: Colours | None) -> dict[str, str]:
    """The colour of each row: its own, where it is a scheme or a verdict, else that of the chart."""
    known = own or {}
    return {name: COLORS.get(known.get(name, ""), known.get(name, color)) for name in names}


# -- by year ----------------------------------------------------------------------------------------------------------
@chart
def lines(sheet: Sheet, frame: pd.DataFrame, color: str, own: Colours | None = None) -> None:
    """Yearly series as lines (index: years, columns: series); two known years are a slope.

    `own`: names of colours by series, where these are schemes.
    """
    years.by_year(sheet, frame, color, wants_columns=False, own=coloured(frame.columns, color, own) if own else None)


@chart
def bars(sheet: Sheet, frame: pd.DataFrame, color: str) -> None:
    """Yearly columns, grouped if there are several series; lines where years lack, a slope where two are known."""
    years.by_year(sheet, frame, color, wants_columns=True)


@chart
def flows(sheet: Sheet, frame: pd.DataFrame, color: str) -> None:
    """A fund by year: income and expenditure (first two columns) side by side, its balance (third) below."""
    years.draw_flows(sheet, frame, color)


# -- rows -------------------------------------------------------------------------------------------------------------
@chart
def parts(
    sheet: Sheet,
    frame: pd.DataFrame,
    color: str,
    printed: Mapping[str, str] | None = None,
    ordered: bool = False,
    shares: bool = True,
    own: Colours | None = None,
) -> None:
    """Composition: a bar a part, largest first, with value and share (no shares where a part is negative).

    `shares`: whether these are all parts of a whole; amounts alone are shown where some are not known.

    `ordered`: the parts have an order of their own (ages, grades) and keep it.
    `printed`: shares by name as the text prints them, where they may differ in the last digit.
    `own`: names of colours by name of a part, where parts are schemes.
    """
    series = frame.iloc[:, 0].dropna()
    if not ordered:
        series = series.sort_values(ascending=False, kind="stable")
    told = rows.shares_told(series, printed or {}) if shares else [""] * len(series)
    rows.draw_bars(sheet, series, told, coloured(series.index, color, own), head=False)


@chart
def ranking(sheet: Sheet, frame: pd.DataFrame, color: str, own: Colours | None = None) -> None:
    """Items by size with their values; `own`: names of colours by item, where items are schemes."""
    series = frame.iloc[:, 0].dropna().sort_values(ascending=False, kind="stable")
    rows.draw_bars(sheet, series, [""] * len(series), coloured(series.index, color, own), head=True)


@chart
def stacked(sheet: Sheet, frame: pd.DataFrame, color: str, percent: bool = False, own: Colours | None = None) -> None:
    """A stacked bar a row (index: rows, columns: parts), absolute with totals, or each as 100 %.

    `own`: colours by part, where parts are verdicts or schemes; else they are tints of one colour.
    """
    fills = dict(zip(frame, tints(color, len(frame.columns)), strict=True))
    if own:
        fills = {name: Fill(one) for name, one in coloured(frame.columns, color, own).items()}
    rows.draw_stacked(sheet, frame, fills, percent)


@chart
def dumbbell(sheet: Sheet, frame: pd.DataFrame, color: str, own: Colours | None = None) -> None:
    """Two values of each item (columns: before, after) as numbers, and as a ring and a dot, joined; largest first.

    Where the items are of very unlike size the change is drawn in place of the amounts, so that each one's is seen.
    `own`: names of colours by item, where items are schemes.
    """
    frame = frame.dropna().rename(index=str)
    if len(frame):
        rows.draw_pairs(sheet, frame, coloured(frame.index, color, own))
    else:
        say_nothing(sheet)


# -- map --------------------------------------------------------------------------------------------------------------
@chart
def tilemap(
    sheet: Sheet,
    frame: pd.DataFrame,
    color: str,
    tiles_at: Mapping[str, tuple[int, int]] | None = None,
    rates: Mapping[str, float] | None = None,
    rates_written: Mapping[str, str] | None = None,
    rate_name: str = "",
) -> None:
    """A tile of equal size a unit, about where it lies, with its name and value; coloured by its rate if that is given.

    `tiles_at`: (column, row) of each name, north at the top. `rates` in percent, `rates_written` as they are printed,
    and `rate_name` what they are. Units whose numbers do not fit their tiles are rows.
    """
    series = frame.iloc[:, 0].dropna().rename(index=str)
    places = tiles_at or {}
    tiling = tiles.arranged(series.index, places)
    if not tiles.fits(sheet, series, tiling.across):
        ordered = series.sort_values(ascending=False, kind="stable")
        rows.draw_bars(sheet, ordered, [""] * len(ordered), coloured(ordered.index, color, None), head=True)
        return
    known = tiles.Rates(pd.Series(rates, dtype=float), rates_written or {}, rate_name) if rates else None
    tiles.draw_tiles(sheet, series, color, places, known)
