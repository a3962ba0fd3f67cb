"""The paper that charts are drawn on: a matplotlib figure of fixed width whose unit is the point, with y downwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nianbao.charts.style import FONT_FILE, GRID, INK, SIZE, SMALL, WIDTH, hollow
from nianbao.charts.text import label, number, width, wrap

#: Points an inch.
INCH = 72
#: From the middle of the digits down to the line they stand on, as a part of the size of type.
HALF_DIGIT = 0.36
#: What stands behind a value: its unit, set apart or not.
UNITS = {"%": "%", "": "", "比": ":1"}

# -- the head of a chart ----------------------------------------------------------------------------------------------
MARGIN = 8
HEAD_LINE = 12  # middle of the first line
LEGEND_LINE = 31  # middle of a legend that stands below the unit
LEGEND_STEP = 17  # to its next line
SWATCH_ROOM = 16  # from the start of a swatch to its name
ITEM_ROOM = 30  # what an item takes beside its name
NO_LEGEND = 28  # where the content starts without one


@dataclass(frozen=True)
class Swatch:
    """An item of a legend; `kind` is solid, hollow, dot or ring."""

    name: str
    color: str
    kind: str = "solid"


class Sheet:
    """A figure of fixed width for values of one unit, with a layer for text and marks in points from the top left.

    `unit` stands in the head and behind values in tooltips, `decimals` is how many of them numbers have; `written`
    is how the book prints a value where that is known.
    """

    def __init__(self, unit: str, decimals: int, written: Mapping[float, str] | None = None):
        self.unit = unit
        self.decimals = decimals
        self.written = written or {}
        self.height = 0.0
        self.figure = Figure(figsize=(WIDTH / INCH, 1), dpi=INCH)
        self.figure.patch.set_visible(False)
        self.layer = self.figure.add_axes((0, 0, 1, 1), zorder=9)
        self.layer.set_axis_off()
        self.resize(INCH)

    def resize(self, height: float) -> None:
        """Set the height; what is on the sheet keeps its distance from the top. Panels are added afterwards."""
        self.height = height
        self.figure.set_size_inches(WIDTH / INCH, height / INCH)
        self.layer.set(xlim=(0, WIDTH), ylim=(height, 0))

    # -- numbers ------------------------------------------------------------------------------------------------
    def number(self, value: float) -> str:
        """A value as it is printed."""
        return self.written.get(value) or number(value, self.decimals)

    def measured(self, value: float) -> str:
        """A value with its unit: 2.55:1 where that is 比."""
        return self.number(value) + UNITS.get(self.unit, f" {self.unit}")

    def tip(self, name: str, at: object, value: float) -> str:
        """Tooltip: name, year (or item), value and unit."""
        about = f"{name} {label(at)}".strip()
        return f"{about}：{self.measured(value)}"

    # -- marks --------------------------------------------------------------------------------------------------
    def text(self, x: float, y: float, text: str, ha: str = "left", color: str = INK, size: float = SIZE) -> None:
        """A line of text, centred on y by digit height; a line end in a name is a space."""
        self.layer.text(
            x,
            y + HALF_DIGIT * size,
            text.replace("\n", " "),
            ha=ha,
            va="baseline",
            color=color,
            font=FONT_FILE,
            fontsize=size,
            parse_math=False,
        )

    def box(
        self, x: float, y: float, wide: float, high: float, color: str, tip: str | None = None, **style: Any
    ) -> None:
        """A rectangle from its top left corner."""
        look = {"facecolor": color, "linewidth": 0, "clip_on": False, **style}
        self.layer.add_patch(Rectangle((x, y), wide, high, gid=tip, **look))

    def line(self, xs: Sequence[float], ys: Sequence[float], color: str = GRID, wide: float = 1.0) -> None:
        """A line through points."""
        self.layer.plot(xs, ys, color=color, linewidth=wide, clip_on=False)

    def dots(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        color: str,
        tips: Iterable[str] = (),
        ring: bool = False,
        size: float = 7.0,
    ) -> None:
        """Round marks, each with its tooltip."""
        self.layer.plot(
            xs,
            ys,
            "o",
            markersize=size,
            markeredgewidth=1.6 if ring else 0,
            color=color,
            clip_on=False,
            markerfacecolor=(*to_rgb(color), 0) if ring else color,
            gid="\n".join(tips) or None,
        )

    # -- head ---------------------------------------------------------------------------------------------------
    def head(self, items: Sequence[Swatch] = (), note: str = "", unit: str | None = None) -> float:
        """Unit (that of the sheet, or another) and note at the top left, the legend right behind them where it fits,
        else in rows below. Returns where the content may start.
        """
        unit = self.unit if unit is None else unit
        title = "，".join(filter(None, [f"单位：{unit}" if unit else "", note]))
        self.text(MARGIN, HEAD_LINE, title, size=SMALL)
        beside = width(title, SMALL) + 26 if title else MARGIN
        wanted = sum(ITEM_ROOM + width(item.name) for item in items) - 13
        if wanted <= WIDTH - 32 - width(title, SMALL):
            return self.legend(items, beside, HEAD_LINE)
        return self.legend(items, MARGIN, LEGEND_LINE)

    def legend(self, items: Sequence[Swatch], left: float, y: float) -> float:
        """Swatches with their names from `left`, in the line `y` and below; returns where the content may start."""
        x = left
        for item in items:
            (name,) = wrap(item.name, WIDTH - left - 24, 1)
            if x > left and x + SWATCH_ROOM + width(name) > WIDTH - MARGIN:
                x = left
                y += LEGEND_STEP
            self.swatch(item, x, y)
            self.text(x + SWATCH_ROOM, y, name)
            x += ITEM_ROOM + width(name)
        return y + 16 if items else NO_LEGEND

    def swatch(self, item: Swatch, x: float, y: float) -> None:
        """The mark of an item in a legend."""
        if item.kind in {"dot", "ring"}:
            self.dots([x + 6], [y], item.color, ring=item.kind == "ring")
        else:
            style = hollow(item.color) if item.kind == "hollow" else {}
            self.box(x + 0.5, y - 5, 11, 10, item.color, **style)
