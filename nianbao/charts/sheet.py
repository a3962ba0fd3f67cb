"""The paper that charts are drawn on: text measured in its font, marks with tooltips, and a small SVG as output.

A `Sheet` is a matplotlib figure of fixed width whose unit is the point (1/72 inch), with y downwards.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.patches import Rectangle
from seaborn.utils import relative_luminance

INK, GRID = "#24292f", "#d0d7de"  # the only neutral colours; a dark theme restyles them by attribute selectors
# At least 3:1 on white and on #121212, and told apart (CIE76 17 or more) with every kind of colour blindness.
COLORS = {"enterprise": "#4274a7", "unemployment": "#a87c16", "resident": "#19a17b", "injury": "#a34a39",
          "institution": "#ab32cb"}
FONT = "Noto Sans CJK SC"
FONT_FILE = Path(find_spec("mplfonts").submodule_search_locations[0], "fonts", "NotoSansCJKsc-Regular.otf")
FAMILIES = f"'{FONT}', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
WIDTH, SIZE, SMALL = 490, 11, 10.5  # points
MISSING, NOTHING = "未公布", "本期资料未载"


@cache
def _font() -> FT2Font:
    font = FT2Font(str(FONT_FILE))
    font.set_size(100, 72)
    return font


@cache
def _advance(character: str) -> float:
    """Width of a character at 1 pt; one that the font lacks is drawn in another one, an em wide at most."""
    if not _font().get_char_index(ord(character)):
        return 1.0
    return _font().load_char(ord(character), flags=LoadFlags.NO_HINTING).linearHoriAdvance / 6553600


def width(text: str, size: float = SIZE) -> float:
    """Width of a text in points, with 3 % to spare for a reader's other font."""
    return sum(map(_advance, text)) * size * 1.03


def wrap(text: str, room: float, lines: int = 2) -> list[str]:
    """Break a text into at most `lines` lines that fit `room`; what is left over ends in an ellipsis."""
    rows = [""]
    for character in text:
        if rows[-1] and width(rows[-1] + character) > room and character not in "，、。；：）":  # these may not begin a line
            if len(rows) == lines:
                while rows[-1] and width(rows[-1] + "…") > room:
                    rows[-1] = rows[-1][:-1]
                return [*rows[:-1], rows[-1] + "…"]
            rows.append("")
        rows[-1] += character
    return rows


def number(value: float, decimals: int) -> str:
    """A number as the yearbook prints it, with a true minus sign and separated thousands."""
    text = f"{value:,.{decimals}f}"
    return (text if text.strip("-0.") else text.lstrip("-")).replace("-", "−")


def label(at) -> str:
    """A year as it is written, or the name of an item."""
    return f"{at}年" if isinstance(at, int | np.integer) else str(at)


def hollow(color: str) -> dict:
    """Style of a pale rectangle with an outline, which reads in light and dark alike."""
    return {"facecolor": (*to_rgb(color), 0.25), "edgecolor": color, "linewidth": 1.2}


def contrast(fill: str) -> str:
    """Black or white, whichever reads better on `fill` (4.5:1 or more), in every theme."""
    return "#000000" if relative_luminance(fill) > 0.179 else "#ffffff"


class Sheet:
    """A figure of fixed width for values of one unit, with a layer for text and marks in points from the top left."""

    def __init__(self, unit: str, decimals: int):
        self.unit, self.decimals = unit, decimals
        self.figure = Figure(figsize=(WIDTH / 72, 1), dpi=72)
        self.figure.patch.set_visible(False)
        self.layer = self.figure.add_axes((0, 0, 1, 1), zorder=9)
        self.layer.set_axis_off()
        self.resize(72)

    def resize(self, height: float):
        """Set the height; what is on the sheet keeps its distance from the top. Panels are added afterwards."""
        self.height = height
        self.figure.set_size_inches(WIDTH / 72, height / 72)
        self.layer.set(xlim=(0, WIDTH), ylim=(height, 0))

    def number(self, value: float) -> str:
        """A value as it is printed."""
        return number(value, self.decimals)

    def measured(self, value: float) -> str:
        """A value with its unit: 2.55:1 where that is 比."""
        return self.number(value) + {"%": "%", "": "", "比": ":1"}.get(self.unit, f" {self.unit}")

    def tip(self, name: str, at, value: float) -> str:
        """Tooltip: name, year (or item), value and unit."""
        return f"{f'{name} {label(at)}'.strip()}：{self.measured(value)}"

    def text(self, x, y, text, ha="left", color=INK, size=SIZE):
        """A line of text, centred on y by digit height; a line end in a name is a space."""
        self.layer.text(x, y + 0.36 * size, text.replace("\n", " "), ha=ha, va="baseline", color=color, font=FONT_FILE, fontsize=size,
                        parse_math=False)

    def box(self, x, y, wide, high, color, tip=None, **style):
        """A rectangle."""
        style = {"facecolor": color, "linewidth": 0, "clip_on": False, **style}
        self.layer.add_patch(Rectangle((x, y), wide, high, gid=tip, **style))

    def line(self, xs, ys, color=GRID, wide=1.0):
        """A line."""
        self.layer.plot(xs, ys, color=color, linewidth=wide, clip_on=False)

    def dots(self, xs, ys, color, tips=(), ring=False, size=7.0):
        """Round marks, each with its tooltip."""
        self.layer.plot(xs, ys, "o", markersize=size, markeredgewidth=1.6 if ring else 0, color=color, clip_on=False,
                        markerfacecolor=(*to_rgb(color), 0) if ring else color, gid="\n".join(tips) or None)

    def head(self, items=(), note: str = "", unit: str | None = None) -> float:
        """Unit at the top left, legend `(name, colour, kind)` right behind it where it fits, else in rows below.

        Returns where the content may start.
        """
        unit = self.unit if unit is None else unit
        title = "，".join(filter(None, [f"单位：{unit}" if unit else "", note]))
        self.text(8, 12, title, size=SMALL)
        wide = sum(30 + width(name) for name, *_ in items) - 13
        beside = wide <= WIDTH - 32 - width(title, SMALL)
        left, y = (26 + width(title, SMALL) if title else 8, 12) if beside else (8, 31)
        x = left
        for name, color, kind in items:
            (name,) = wrap(name, WIDTH - left - 24, 1)
            if x > left and x + 16 + width(name) > WIDTH - 8:
                x, y = left, y + 17
            if kind in ("dot", "ring"):
                self.dots([x + 6], [y], color, ring=kind == "ring")
            else:
                self.box(x + 0.5, y - 5, 11, 10, color, **(hollow(color) if kind == "hollow" else {}))
            self.text(x + 16, y, name)
            x += 30 + width(name)
        return y + 16 if items else 28


def _short(value: float) -> str:
    """A number with two decimals at most; rounded twice, so that noise in the last bits of a float does not show."""
    return f"{round(round(value, 6), 2) + 0.0:.2f}".rstrip("0").rstrip(".")


class _Small(RendererBase):
    """Draws a figure as few plain SVG elements without styles or groups: paths, circles and real text, with tooltips."""

    def __init__(self, root: ElementTree.Element, height: float):
        super().__init__()
        self.root, self.height, self.tips = root, height, iter(())

    def open_group(self, s, gid=None):
        """An artist begins; its id holds its tooltips, one for each element that it is drawn as."""
        self.tips = iter(gid.split("\n") if gid else ())

    def close_group(self, s):
        """An artist ends."""
        self.tips = iter(())

    def _add(self, tag: str, attributes: dict[str, str]):
        element = ElementTree.SubElement(self.root, tag, attributes)
        tip = next(self.tips, None)
        if tip:
            ElementTree.SubElement(element, "title").text = tip

    def _style(self, gc, fill) -> dict[str, str]:
        """Presentation attributes, without those that stand for SVG's own defaults."""
        forced, edge = gc.get_forced_alpha(), gc.get_linewidth() > 0
        style = {"fill": "none" if fill is None else to_hex(fill),
                 "fill-opacity": 1 if fill is None or forced or len(fill) < 4 else fill[3],
                 "opacity": gc.get_alpha() if forced else 1,
                 "stroke": to_hex(gc.get_rgb()) if edge else 1, "stroke-width": gc.get_linewidth() if edge else 1,
                 "stroke-linejoin": "miter" if edge and fill is not None and gc.get_joinstyle() == "miter" else 1}
        return {key: value if isinstance(value, str) else f"{value:g}" for key, value in style.items() if value != 1}

    def draw_path(self, gc, path, transform, rgbFace=None):
        """A line or an area of straight edges."""
        steps = "".join("z" if code == path.CLOSEPOLY else f"{' ML'[code]}{_short(x)} {_short(self.height - y)}"
                        for (x, y), code in path.iter_segments(transform, simplify=False))
        self._add("path", {"d": steps, **self._style(gc, rgbFace)})

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        """Round marks."""
        radius = _short(marker_trans.transform(marker_path.vertices)[:, 0].max())
        for x, y in trans.transform(path.vertices):
            place = {"cx": _short(x), "cy": _short(self.height - y), "r": radius}
            self._add("circle", self._style(gc, rgbFace) | place)

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        """A line of text, anchored where it was put."""
        x, y = mtext.get_transform().transform(mtext.get_unitless_position())
        anchor = {"center": {"text-anchor": "middle"}, "right": {"text-anchor": "end"}}.get(mtext.get_ha(), {})
        self._add("text", {"x": _short(x), "y": _short(self.height - y), "font-size": f"{prop.get_size_in_points():g}",
                           **anchor, "fill": to_hex(gc.get_rgb())})
        self.root[-1].text = s


def to_svg(figure: Figure, alt: str, prefix: str) -> str:
    """An `<svg>` to stand inline in HTML: real text, no style, one id that begins with `prefix`, same bytes every time."""
    wide, high = figure.get_size_inches()
    root = ElementTree.Element("svg", {
        "xmlns": "http://www.w3.org/2000/svg", "width": str(round(wide * 96)), "height": str(round(high * 96)),
        "viewBox": f"0 0 {_short(wide * 72)} {_short(high * 72)}", "role": "img", "aria-labelledby": f"{prefix}-title",
        "font-family": FAMILIES, "stroke-linejoin": "round"})
    ElementTree.SubElement(root, "title", id=f"{prefix}-title").text = alt
    figure.draw(_Small(root, high * 72))
    return ElementTree.tostring(root, encoding="unicode")
