"""Charts as SVG: few plain elements, real text, no styles, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Transform

from nianbao.charts.sheet import INCH
from nianbao.charts.style import FAMILIES

#: Pixels of a browser an inch.
PIXELS = 96
#: Anchors of texts; at the left is SVG's own default.
ANCHORS = {"center": "middle", "right": "end"}
#: The letter of a step of a path by matplotlib's code.
STEPS = {Path.MOVETO: "M", Path.LINETO: "L"}

#: A colour as matplotlib hands it to a renderer: red, green, blue and perhaps how opaque it is.
Colour = Any


def short(value: float) -> str:
    """A number with two decimals at most; rounded twice, so that noise in the last bits of a float does not show."""
    return f"{round(round(value, 6), 2) + 0.0:.2f}".rstrip("0").rstrip(".")


class PlainRenderer(RendererBase):
    """Draws a figure as paths, circles and texts, with tooltips; what stands for SVG's own defaults is left out.

    `root` is the element that gets them, `height` that of the figure in points.
    """

    def __init__(self, root: ElementTree.Element, height: float):
        super().__init__()
        self.root = root
        self.height = height
        self.tips: Iterator[str] = iter(())

    def open_group(self, s: str, gid: str | None = None) -> None:
        """An artist begins; its id holds its tooltips, one for each element that it is drawn as."""
        self.tips = iter(gid.split("\n") if gid else ())

    def close_group(self, s: str) -> None:
        """An artist ends."""
        self.tips = iter(())

    def add(self, tag: str, attributes: dict[str, str]) -> ElementTree.Element:
        """Add an element, with the next tooltip of its artist."""
        element = ElementTree.SubElement(self.root, tag, attributes)
        tip = next(self.tips, None)
        if tip:
            ElementTree.SubElement(element, "title").text = tip
        return element

    def place(self, x: float, y: float) -> tuple[str, str]:
        """A point as SVG has it, with y downwards."""
        return short(x), short(self.height - y)

    def draw_path(self, gc: GraphicsContextBase, path: Path, transform: Transform, rgbFace: Colour = None) -> None:
        """A line or an area of straight edges."""
        steps = []
        for (x, y), code in path.iter_segments(transform, simplify=False):
            steps.append("z" if code == Path.CLOSEPOLY else STEPS[code] + " ".join(self.place(x, y)))
        self.add("path", {"d": "".join(steps), **look(gc, rgbFace)})

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Path,
        marker_trans: Transform,
        path: Path,
        trans: Transform,
        rgbFace: Colour = None,
    ) -> None:
        """Round marks."""
        radius = short(marker_trans.transform(marker_path.vertices)[:, 0].max())
        for point in trans.transform(path.vertices):
            x, y = self.place(*point)
            self.add("circle", {**look(gc, rgbFace), "cx": x, "cy": y, "r": radius})

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: Any = False,
        mtext: Text | None = None,
    ) -> None:
        """A line of text, anchored where it was put."""
        assert mtext is not None  # charts have no other texts
        left, top = self.place(*mtext.get_transform().transform(mtext.get_unitless_position()))
        attributes = {"x": left, "y": top, "font-size": f"{prop.get_size_in_points():g}"}
        side = mtext.get_horizontalalignment()
        if side in ANCHORS:
            attributes["text-anchor"] = ANCHORS[side]
        attributes["fill"] = to_hex(gc.get_rgb())
        self.add("text", attributes).text = s


def look(gc: GraphicsContextBase, fill: Colour) -> dict[str, str]:
    """Attributes of a mark, without those that are SVG's own defaults."""
    known: dict[str, Any] = {"fill": "none" if fill is None else to_hex(fill)}
    forced = gc.get_forced_alpha()
    if fill is not None and not forced and len(fill) == 4:
        known["fill-opacity"] = fill[3]
    if forced:
        known["opacity"] = gc.get_alpha()
    if gc.get_linewidth() > 0:
        known["stroke"] = to_hex(gc.get_rgb())
        known["stroke-width"] = gc.get_linewidth()
        if fill is not None and gc.get_joinstyle() == "miter":
            known["stroke-linejoin"] = "miter"
    return {name: value if isinstance(value, str) else f"{value:g}" for name, value in known.items() if value != 1}


def to_svg(figure: Figure, alt: str, prefix: str) -> str:
    """An `<svg>` to stand inline in HTML.

    `alt` says what it shows; its one id begins with `prefix`.
    """
    wide, high = figure.get_size_inches()
    attributes = {
        "xmlns": "http://www.w3.org/2000/svg",
        "width": str(round(wide * PIXELS)),
        "height": str(round(high * PIXELS)),
        "viewBox": f"0 0 {short(wide * INCH)} {short(high * INCH)}",
        "role": "img",
        "aria-labelledby": f"{prefix}-title",
        "font-family": FAMILIES,
        "stroke-linejoin": "round",
    }
    root = ElementTree.Element("svg", attributes)
    ElementTree.SubElement(root, "title", id=f"{prefix}-title").text = alt
    figure.draw(PlainRenderer(root, high * INCH))
    return ElementTree.tostring(root, encoding="unicode")
