"""The paper that charts are drawn on: text measured in its font, marks with tooltips, and output as SVG or PNG.

A `Sheet` is a matplotlib figure of fixed width whose unit is the point (1/72 inch), with y downwards.
"""

from __future__ import annotations

import io
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import seaborn as sns
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.patches import Rectangle
from matplotlib.text import Text

INK, GRID = "#24292f", "#d0d7de"  # the only neutral colours; a dark theme restyles them by attribute selectors
ON_DARK, ON_LIGHT = "#ffffff", "#000000"  # text on fills: stays as it is in every theme
# At least 3:1 on white and on #121212, and told apart (CIE76 17 or more) with every kind of colour blindness.
COLORS = {"enterprise": "#4274a7", "institution": "#ab32cb", "resident": "#19a17b", "injury": "#a34a39",
          "unemployment": "#a87c16", "ink": INK, "grid": GRID, "accent": "#cf222e"}
SERIES = tuple(COLORS[name] for name in ("enterprise", "unemployment", "resident", "injury", "institution"))
FONT = "Noto Sans CJK SC"
FAMILIES = f"'{FONT}', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
FONT_FILE = Path(find_spec("mplfonts").submodule_search_locations[0], "fonts", "NotoSansCJKsc-Regular.otf")
fontManager.addfont(FONT_FILE)
fontManager.ttflist.insert(0, fontManager.ttflist.pop())  # before an installed font of the same name
WIDTH, SIZE, SMALL = 490, 11, 10.5  # points
MISSING, NOTHING = "未公布", "本期资料未载"
STYLE = {**sns.axes_style("white"), **sns.plotting_context("notebook"), "font.family": [FONT],
         "font.sans-serif": [FONT], "text.parse_math": False, "lines.solid_capstyle": "butt",
         "svg.fonttype": "none", "path.simplify": False, "savefig.bbox": "standard"}

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


def wrap(text: str, room: float, lines: int = 2, size: float = SIZE) -> list[str]:
    """Break a text into at most `lines` lines that fit `room`; what is left over ends in an ellipsis."""
    rows = [""]
    for character in text:
        if width(rows[-1] + character, size) > room and rows[-1]:
            if len(rows) == lines:
                while rows[-1] and width(rows[-1] + "…", size) > room:
                    rows[-1] = rows[-1][:-1]
                rows[-1] += "…"
                break
            rows.append("")
        rows[-1] += character
    return rows


def number(value: float, decimals: int, sign: bool = False) -> str:
    """A number as the yearbook prints it, with a true minus sign, grouped from five digits on."""
    text = f"{value:{'+' if sign else ''}{',' if abs(value) >= 10**4 else ''}.{decimals}f}"
    return (text.lstrip("+-") if not text.strip("+-0.") else text).replace("-", "−")


def hollow(color: str) -> dict:
    """Style of a pale rectangle with an outline, which reads in light and dark alike."""
    return {"facecolor": (*to_rgb(color), 0.25), "edgecolor": color, "linewidth": 1.2}


def contrast(fill: str) -> str:
    """Black or white, whichever reads better on `fill` (4.5:1 or more)."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
                        for c in to_rgb(fill))
    return ON_LIGHT if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 else ON_DARK


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Move positions apart to at least `gap`, in order and within [low, high], as little as a sweep can."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = [wanted[i] for i in order]
    for i, value in enumerate(placed):
        placed[i] = max(value, low if i == 0 else placed[i - 1] + gap)
    for i in reversed(range(len(placed))):
        placed[i] = min(placed[i], high if i == len(placed) - 1 else placed[i + 1] - gap)
    return [placed[order.index(i)] for i in range(len(wanted))]


class Sheet:
    """A figure of fixed width, with a layer for text and marks in points from the top left corner."""

    def __init__(self):
        self.figure = Figure(figsize=(WIDTH / 72, 1), dpi=72)
        self.figure.patch.set_visible(False)
        self.figure.tips = []
        self.layer = self.figure.add_axes((0, 0, 1, 1), zorder=9)
        self.layer.set_axis_off()
        self.resize(72)

    def resize(self, height: float):
        """Set the height; what is on the sheet keeps its distance from the top. Panels are added afterwards."""
        self.height = height
        self.figure.set_size_inches(WIDTH / 72, height / 72)
        self.layer.set(xlim=(0, WIDTH), ylim=(height, 0))

    def panel(self, top: float, height: float, left: float, right: float, xlim, ylim):
        """Axes without furniture at a place of the sheet."""
        ax = self.figure.add_axes((left / WIDTH, 1 - (top + height) / self.height,
                                   (WIDTH - left - right) / WIDTH, height / self.height))
        ax.set_axis_off()
        ax.set(xlim=xlim, ylim=ylim)
        return ax

    def at(self, ax, x: float, y: float) -> tuple[float, float]:
        """Sheet position of a point of a panel."""
        left, bottom = ax.transData.transform((x, y))
        return left, self.height - bottom

    def mark(self, artist, *tips: str):
        """Give an artist its tooltips, one for each element that it is drawn as."""
        artist.set_gid(f"v:{len(self.figure.tips)}")
        self.figure.tips.append(tips)

    def text(self, x, y, text, ha="left", color=INK, size=SIZE, rotation=0):
        """A line of text, centred on y by digit height (upright text: starting at y and going up)."""
        if rotation:
            self.layer.text(x + 0.36 * size, y, text, ha="left", va="baseline", color=color, fontsize=size,
                            rotation=90, rotation_mode="anchor")
        else:
            self.layer.text(x, y + 0.36 * size, text, ha=ha, va="baseline", color=color, fontsize=size)

    def box(self, x, y, wide, high, color, tip=None, **style):
        """A rectangle."""
        patch = Rectangle((x, y), wide, high, **{"facecolor": color, "linewidth": 0, "clip_on": False, **style})
        self.layer.add_patch(patch)
        if tip:
            self.mark(patch, tip)

    def line(self, xs, ys, color=GRID, wide=1.0, **style):
        """A line."""
        self.layer.plot(xs, ys, color=color, linewidth=wide, clip_on=False, **style)

    def dots(self, xs, ys, color, tips, ring=False, size=7.0):
        """Round marks, each with its tooltip."""
        (line,) = self.layer.plot(xs, ys, "o", markersize=size, markeredgewidth=1.6 if ring else 0, color=color,
                                  markeredgecolor=color, clip_on=False,
                                  markerfacecolor=(*to_rgb(color), 0) if ring else color)
        if tips:
            self.mark(line, *tips)

    def legend(self, items, top: float, left: float = 8) -> float:
        """Swatches `(name, colour, kind)` in rows; returns where the next content may start."""
        x, y = left, top
        for name, color, kind in items:
            (name,) = wrap(name, WIDTH - left - 24, 1)
            if x > left and x + 16 + width(name) > WIDTH - 8:
                x, y = left, y + 17
            if kind in ("dot", "ring"):
                self.dots([x + 6], [y], color, (), ring=kind == "ring")
            else:
                self.box(x + 0.5, y - 5, 11, 10, color, **(hollow(color) if kind == "hollow" else {}))
            self.text(x + 16, y, name)
            x += 30 + width(name)
        return y + 16

    def head(self, unit: str, items=(), note: str = "") -> float:
        """Unit at the top left, legend beside it where it fits, else below; returns where the content may start."""
        title = "，".join(filter(None, [f"单位：{unit}" if unit else "", note]))
        self.text(8, 12, title, size=SMALL)
        wide = sum(30 + width(name) for name, *_ in items) - 13
        beside = wide <= WIDTH - 32 - width(title, SMALL)
        return self.legend(items, 12 if beside else 31, WIDTH - 8 - wide if beside else 8) if items else 28


def _attributes(style: str) -> dict[str, str]:
    """Presentation attributes from a style attribute; the font family stands once, at the root."""
    pairs = (part.split(":", 1) for part in style.split(";") if ":" in part)
    return {k.strip(): re.sub(r"(?<=\d)px", "", v.strip()) for k, v in pairs if k.strip() != "font-family"}


def _round(match: re.Match) -> str:
    """A decimal number with two decimals at most."""
    return f"{round(float(match[0]), 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def _tidy(parent, tips, radii, queue=None):
    """Rewrite matplotlib's elements as small, style-free ones: circles for markers, no empty groups, tooltips."""
    for child in list(parent):
        mine = queue
        if child.get("id", "").startswith("v:"):
            mine = list(tips[int(child.get("id")[2:])])
        child.attrib.update(_attributes(child.attrib.pop("style", "")))
        if child.tag == "text":
            child.attrib.setdefault("fill", ON_LIGHT)
            if child.get("text-anchor") == "start":
                del child.attrib["text-anchor"]
            if child.get("transform", "").startswith("rotate(-0 "):
                del child.attrib["transform"]
        if child.tag == "use" and child.get("href", "")[1:] in radii:
            shape = radii[child.attrib.pop("href")[1:]]
            child.attrib.update({"cx": child.attrib.pop("x"), "cy": child.attrib.pop("y"), **shape, **child.attrib})
            child.tag = "circle"
        for key in ("d", "x", "y", "cx", "cy", "r", "transform", "points", "width", "height"):
            if key in child.attrib:
                child.set(key, re.sub(r"-?\d+\.\d+(e-\d+)?", _round, " ".join(child.get(key).split())))
        if "d" in child.attrib:
            child.set("d", re.sub(r" ?([A-Za-z]) ?", r"\1", child.get("d")))
        _tidy(child, tips, radii, None if child.tag == "defs" else mine)
        if mine and child.get("id") not in radii and child.tag in ("path", "circle", "use", "rect"):
            ElementTree.SubElement(child, "title").text = mine.pop(0)
        if child.tag in ("metadata", "style") or child.tag in ("g", "defs") and not len(child):
            parent.remove(child)
        elif child.tag == "path" and child.get("id") in radii:
            parent.remove(child)
        elif child.tag == "g" and set(child.attrib) <= {"id"}:
            place = list(parent).index(child)
            parent[place:place + 1] = list(child)


def to_svg(figure: Figure, alt: str, prefix: str) -> str:
    """An `<svg>` to stand inline in HTML: real text, no style, ids that begin with `prefix`, same bytes every time."""
    buffer = io.BytesIO()
    with matplotlib.rc_context({**STYLE, "svg.hashsalt": prefix}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    root = ElementTree.fromstring(buffer.getvalue())
    for element in root.iter():
        element.tag = element.tag.rsplit("}")[-1]
        element.text = element.text if element.tag == "text" else None
        element.tail = None
        for key in [k for k in element.attrib if k.startswith("{")]:
            element.set(key.rsplit("}")[-1], element.attrib.pop(key))
    radii = {}  # markers that are circles
    for path in root.iter("path"):
        start = re.match(r"M 0 ([\d.]+)\s+C", path.get("d"))
        if start and path.get("id"):
            radii[path.get("id")] = {"r": start[1], **_attributes(path.get("style", ""))}
    _tidy(root, getattr(figure, "tips", []), radii)
    wide, high = (round(inch * 96) for inch in figure.get_size_inches())
    box = root.get("viewBox")
    root.attrib.clear()
    root.attrib.update({"xmlns": "http://www.w3.org/2000/svg", "width": str(wide), "height": str(high),
                        "viewBox": re.sub(r"\d+\.\d+", _round, box), "role": "img",
                        "aria-labelledby": f"{prefix}-title", "font-family": FAMILIES, "stroke-linejoin": "round"})
    text = ElementTree.tostring(root, encoding="unicode")
    used = list(dict.fromkeys(re.findall(r'(?:url\(|href=")#([^)"]+)', text)))
    text = re.sub(r' id="([^"]*)"', lambda m: f' id="{prefix}-{used.index(m[1])}"' if m[1] in used else "", text)
    text = re.sub(r'(url\(|href=")#([^)"]+)', lambda m: f"{m[1]}#{prefix}-{used.index(m[2])}", text)
    title = ElementTree.Element("title", id=f"{prefix}-title")
    title.text = alt
    start = text.index(">") + 1
    return text[:start] + ElementTree.tostring(title, encoding="unicode") + text[start:]


def png(figure: Figure) -> bytes:
    """The figure on white paper at 200 dpi.

    The minus sign of this font file is a full em wide and looks like 一, hence an en dash is drawn instead.
    """
    buffer = io.BytesIO()
    signed = [text for text in figure.findobj(Text) if "−" in text.get_text()]
    with matplotlib.rc_context(STYLE):
        figure.patch.set_visible(True)
        for text in signed:
            text.set_text(text.get_text().replace("−", "–"))
        figure.savefig(buffer, format="png", dpi=200, facecolor="white", metadata={"Software": None})
        for text in signed:
            text.set_text(text.get_text().replace("–", "−"))
        figure.patch.set_visible(False)
    return buffer.getvalue()
