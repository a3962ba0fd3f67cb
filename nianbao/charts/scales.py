"""Scales from values to places on a sheet, straight and logarithmic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import LogLocator

from nianbao.charts.sheet import Sheet
from nianbao.charts.style import GRID, SMALL
from nianbao.charts.text import number

#: Points between the numbers of grid lines.
NUMBER_STEP = 34


@dataclass(frozen=True)
class Scale:
    """Places from `left` over `room` points for values between `low` and `high`, which are logarithms if `log`."""

    left: float
    room: float
    low: float
    high: float
    log: bool = False

    def place(self, value: float) -> float:
        """Where a value stands, in points from the left of the sheet."""
        position = np.log(value) if self.log else float(value)
        return self.left + (position - self.low) / (self.high - self.low or 1) * self.room


def transform(log: bool) -> Callable[[float], float]:
    """What a scale makes of a value before it places it."""
    return np.log if log else float


def decades(sheet: Sheet, scale: Scale, top: float) -> None:
    """Grid lines of a logarithmic scale down from `top`, with their numbers in a line that the sheet gets below."""
    bottom = sheet.height - 6
    sheet.resize(sheet.height + 18)
    labelled: list[float] = []
    for base in (1, 2, 5):  # powers of ten have their number first, the others where there is room
        for tick in LogLocator(subs=(base,)).tick_values(np.exp(scale.low), np.exp(scale.high)):
            if scale.low <= np.log(tick) <= scale.high:
                x = scale.place(tick)
                sheet.line([x, x], [top, bottom], GRID, 0.8)
                if all(abs(x - other) > NUMBER_STEP for other in labelled):
                    labelled.append(x)
                    decimals = max(0, -int(np.floor(np.log10(tick) + 1e-9)))
                    sheet.text(x, bottom + 9, number(tick, decimals), ha="center", size=SMALL)
