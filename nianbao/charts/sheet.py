"""The paper that charts are drawn on: a matplotlib figure of a form, on which axes and texts are placed by the point.

Marks stand on real axes, to which anything can be added. Over them lie bands, one for each year, item or region: an
invisible area that tells all values of it, wherever in it a reader points.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D

from nianbao.charts.style import DOUBT, FONT_FILE, GRID, INK, WIDE, Fill, Form
from nianbao.charts.text import label, number, width, wrap

#: Points an inch.
INCH = 72
#: Above everything else.
ON_TOP = 20
#: In the id of an artist: between the kind, the key and the text of a band.
BAND = "band"
BETWEEN = "\t"
#: What stands behind a value: its unit, set apart or not.
UNITS = {"%": "%", "": "", "比": ":1"}

# -- the head of a chart ----------------------------------------------------------------------------------------------
MARGIN = 6
HEAD_LINE = 11  # middle of the first line
LINE_STEP = 17  # to the next line
SWATCH_ROOM = 16  # from the start of a swatch to its name
ITEM_ROOM = 28  # what an item takes beside its name
BELOW_HEAD = 14  # from the middle of the last line to the content


@dataclass(frozen=True)
class Swatch:
    """An item of a legend; `kind` is area, dot or ring."""

    name: str
    fill: Fill
    kind: str = "area"


class Sheet:
    """A figure of a form for values of one unit.

    `unit` stands in the head and behind values in what bands tell, `decimals` is how many of them numbers have;
    `written` is how the book prints a value where that is known, `disputed` the rows and columns of values that are
    disputed. Places are in points from the top left.
    """

    def __init__(
        self,
        unit: str,
        decimals: int,
        written: Mapping[float, str] | None = None,
        form: Form = WIDE,
        disputed: Collection[tuple[object, str]] = (),
    ):
        self.unit = unit
        self.decimals = decimals
        self.written = written or {}
        self.disputed = frozenset(disputed)
        self.form = form
        self.height = 0.0
        self.figure = Figure(figsize=(form.width / INCH, 1), dpi=INCH)
        self.figure.patch.set_visible(False)
        self.points = Affine2D()
        self.to_screen = self.points + self.figure.dpi_scale_trans
        self.resize(INCH)

    @property
    def width(self) -> float:
        """Its width."""
        return self.form.width

    @property
    def is_narrow(self) -> bool:
        """Whether it is for phones."""
        return self.form != WIDE

    def resize(self, height: float) -> None:
        """Set the height; texts keep their distance from the top. Axes are added afterwards."""
        self.height = height
        self.figure.set_size_inches(self.width / INCH, height / INCH)
        self.points.clear().scale(1 / INCH, -1 / INCH).translate(0, height / INCH)

    # -- numbers ------------------------------------------------------------------------------------------------
    def number(self, value: float) -> str:
        """A value as it is printed."""
        return self.written.get(value) or number(value, self.decimals)

    def measured(self, value: float) -> str:
        """A value with its unit: 2.55:1 where that is 比."""
        return self.number(value) + UNITS.get(self.unit, f" {self.unit}")

    def told(self, at: object, values: Iterable[tuple[str, float | None]]) -> str:
        """What a band tells: its year or item, and a line for each name and value, None where it is unknown."""
        lines = []
        for name, value in values:
            said = "未载入" if value is None or value != value else self.measured(value)
            lines.append(f"{name}：{said}" if name else said)
        if len(lines) == 1:
            return f"{label(at)} {lines[0]}" if "：" in lines[0] else f"{label(at)}：{lines[0]}"
        return "\n".join([label(at), *lines])

    def is_doubted(self, value: float) -> bool:
        """Whether the book marks a value as being in doubt."""
        return self.number(value).endswith(DOUBT)

    # -- places -------------------------------------------------------------------------------------------------
    def axes(self, left: float, top: float, wide: float, high: float) -> Axes:
        """Axes without frame or ticks at a place."""
        place = (left / self.width, 1 - (top + high) / self.height, wide / self.width, high / self.height)
        ax = self.figure.add_axes(place)
        ax.set_facecolor("none")
        ax.patch.set_visible(False)
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0, labelsize=self.form.small, labelcolor=INK, pad=4)
        return ax

    def at(self, ax: Axes, x: float, y: float) -> tuple[float, float]:
        """Where a value of axes stands on the sheet."""
        left, bottom = ax.transData.transform((x, y)) * (INCH / self.figure.dpi)
        return left, self.height - bottom

    # -- marks --------------------------------------------------------------------------------------------------
    def text(
        self, x: float, y: float, text: str, ha: str = "left", color: str = INK, size: float | None = None
    ) -> None:
        """A line of text, its digits centred on y; a line end in a name is a space."""
        look = self.letters(size)
        self.figure.text(
            x, y, text.replace("\n", " "), ha=ha, va="center", color=color, transform=self.to_screen, **look
        )

    def letters(self, size: float | None = None) -> dict[str, Any]:
        """Options of a text: the font in a size (default: that of the form)."""
        return {"fontproperties": letters_of(size or self.form.size), "parse_math": False}

    def area(self, x: float, y: float, wide: float, high: float, fill: Fill, **style: Any) -> None:
        """A rectangle from its top left corner."""
        look = {**filled(fill), "transform": self.to_screen, **style}
        self.figure.add_artist(Rectangle((x, y), wide, high, **look))

    def line(self, xs: Sequence[float], ys: Sequence[float], color: str = GRID, wide: float = 1.0) -> None:
        """A line through points."""
        self.figure.add_artist(Line2D(xs, ys, color=color, linewidth=wide, transform=self.to_screen))

    def dot(self, x: float, y: float, color: str, ring: bool = False) -> None:
        """A round mark."""
        self.figure.add_artist(Line2D([x], [y], linestyle="none", transform=self.to_screen, **round_mark(color, ring)))

    def band(self, x: float, y: float, wide: float, high: float, key: object, tip: str) -> None:
        """An area that tells `tip`; `key` is the year, item or region it is about."""
        gid = BETWEEN.join((BAND, str(key), tip))
        place = Rectangle((x, y), wide, high, facecolor="none", linewidth=0, transform=self.to_screen, gid=gid)
        place.set_zorder(ON_TOP)
        self.figure.add_artist(place)

    # -- head ---------------------------------------------------------------------------------------------------
    def head(self, items: Sequence[Swatch] = (), note: str = "", unit: str | None = None) -> float:
        """Unit (that of the sheet, or another) and note at the top left, the legend right behind them where it fits,
        else in rows below. Returns where the content may start.
        """
        unit = self.unit if unit is None else unit
        small = self.form.small
        y: float = HEAD_LINE
        x: float = MARGIN
        for piece in filter(None, [f"单位：{unit}" if unit else "", note]):
            rows = wrap(piece, self.width - 2 * MARGIN, 3, small)
            if x > MARGIN and x + width(piece, small) > self.width - MARGIN:
                x = MARGIN
                y += LINE_STEP
            for row in rows:
                self.text(x, y, row, size=small)
                y += LINE_STEP
            y -= LINE_STEP
            x += width(rows[-1], small) + 14
        if items:
            y = self.legend(items, x, y)
        return y + BELOW_HEAD if items or x > MARGIN else 4.0

    def legend(self, items: Sequence[Swatch], x: float, y: float) -> float:
        """Swatches with their names behind `x` where all fit, else in lines below; returns the middle of the last."""
        size = self.form.size
        wanted = sum(ITEM_ROOM + width(item.name, size) for item in items) - ITEM_ROOM + SWATCH_ROOM
        if x > MARGIN and x + wanted > self.width - MARGIN:
            x = MARGIN
            y += LINE_STEP
        for item in items:
            (name,) = wrap(item.name, self.width - 2 * MARGIN - SWATCH_ROOM, 1, size)
            if x > MARGIN and x + SWATCH_ROOM + width(name, size) > self.width - MARGIN:
                x = MARGIN
                y += LINE_STEP
            self.swatch(item, x, y)
            self.text(x + SWATCH_ROOM, y, name)
            x += ITEM_ROOM + width(name, size)
        return y

    def swatch(self, item: Swatch, x: float, y: float) -> None:
        """The mark of an item in a legend."""
        if item.kind == "area":
            self.area(x + 0.5, y - 5, 11, 10, item.fill)
        else:
            self.dot(x + 6, y, item.fill.color, ring=item.kind == "ring")


@cache
def letters_of(size: float) -> FontProperties:
    """The font of the book in a size."""
    return FontProperties(fname=FONT_FILE, size=size)


def filled(fill: Fill) -> dict[str, Any]:
    """Options of an area: solid, a tint with an outline, which reads in light and dark alike, or a dashed outline."""
    if fill.alpha == 0:
        return {"facecolor": "none", "edgecolor": fill.color, "linewidth": 0.8, "linestyle": (0, (4, 3))}
    if fill.alpha == 1:
        return {"facecolor": fill.color, "linewidth": 0}
    return {"facecolor": (*to_rgb(fill.color), fill.alpha), "edgecolor": fill.color, "linewidth": 0.8}


def hollow_mark(color: str) -> dict[str, Any]:
    """Options of the mark of what is disputed: a rhombus that is not filled."""
    return round_mark(color, ring=True, size=8.4) | {"marker": "D", "markeredgewidth": 1.2}


def round_mark(color: str, ring: bool = False, size: float = 7.0) -> dict[str, Any]:
    """Options of a round mark, filled or a ring."""
    return {
        "marker": "o",
        "markersize": size - 1.2 if ring else size,
        "markeredgewidth": 1.6 if ring else 0,
        "color": color,
        "markeredgecolor": color,
        "markerfacecolor": (*to_rgb(color), 0) if ring else color,
        "clip_on": False,
    }
