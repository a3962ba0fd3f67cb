"""Figures as SVG: few plain elements, real text, no styles, the same bytes every time.

Any figure of matplotlib or seaborn can be written, whatever its dots an inch; those of this package are the smallest.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Bbox, Transform
from PIL import Image

from nianbao.charts.sheet import BAND, BETWEEN, INCH
from nianbao.charts.style import FAMILIES
from nianbao.charts.text import width

#: Pixels of a browser an inch.
PIXELS = 96
#: Anchors of texts; at the left is SVG's own default.
ANCHORS = {"center": "middle", "right": "end"}
#: The letter of a step of a path by matplotlib's code.
STEPS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}
#: How high a line of text is and how far it reaches below the line it stands on, as parts of the size of type: so is
#: the middle of a text that of its digits.
ASCENT = 0.96
DESCENT = 0.12
#: Vertices of the path that matplotlib draws a round mark with.
ROUND = np.shape(Path.unit_circle().vertices)

#: A colour as matplotlib hands it to a renderer: red, green, blue and perhaps how opaque it is.
Colour = Any


def short(value: float) -> str:
    """A number with one decimal at most; rounded twice, so that noise in the last bits of a float does not show."""
    return f"{round(round(value, 6), 1) + 0.0:.1f}".rstrip("0").rstrip(".")


class PlainRenderer(RendererBase):
    """Draws a figure as paths, circles and texts; what stands for SVG's own defaults is left out.

    `root` is the element that gets them, `height` that of the figure in points. `bands` are the invisible areas that
    tell the values of a year or an item, to stand above everything else.
    """

    def __init__(self, root: ElementTree.Element, height: float):
        super().__init__()
        self.root = root
        self.height = height
        self.bands = ElementTree.Element("g", {"fill": "none", "pointer-events": "all"})
        self.tips: Iterator[str] = iter(())
        self.band: list[str] = []

    def flipy(self) -> bool:
        """Texts are placed with y upwards, as everything else."""
        return False

    def open_group(self, s: str, gid: str | None = None) -> None:
        """An artist begins; its id may be that of a band, or hold a tooltip for each element that it is drawn as."""
        parts = gid.split(BETWEEN) if gid else []
        self.band = parts[1:] if parts[:1] == [BAND] else []
        self.tips = iter(gid.split("\n") if gid and not self.band else ())

    def close_group(self, s: str) -> None:
        """An artist ends."""
        self.tips = iter(())
        self.band = []

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
        """A line or an area, within what it is clipped to."""
        placed = path.transformed(transform)
        if self.band:
            self.draw_band(placed.get_extents())
            return
        placed = clipped(placed, gc.get_clip_rectangle(), rgbFace is not None)
        steps = []
        for points, code in placed.iter_segments(simplify=False):
            if code == Path.CLOSEPOLY:
                steps.append("z")
            else:
                pairs = zip(points[::2], points[1::2], strict=True)
                steps.append(STEPS[code] + " ".join(" ".join(self.place(*pair)) for pair in pairs))
        known = look(gc, rgbFace)
        if steps and known != {"fill": "none"}:
            self.add("path", {"d": "".join(steps), **known})

    def draw_band(self, box: Bbox) -> None:
        """An invisible area, with what it is about and what it tells."""
        key, tip = self.band
        x, y = self.place(box.x0, box.y1)
        known = {"x": x, "y": y, "width": short(box.width), "height": short(box.height), "data-k": key}
        element = ElementTree.SubElement(self.bands, "rect", known)
        ElementTree.SubElement(element, "title").text = tip

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Path,
        marker_trans: Transform,
        path: Path,
        trans: Transform,
        rgbFace: Colour = None,
    ) -> None:
        """Marks; round ones as circles."""
        if np.shape(marker_path.vertices) != ROUND:
            super().draw_markers(gc, marker_path, marker_trans, path, trans, rgbFace)
            return
        radius = short(marker_trans.transform(marker_path.vertices)[:, 0].max())
        for point in trans.transform(path.vertices):
            x, y = self.place(*point)
            self.add("circle", {**look(gc, rgbFace), "cx": x, "cy": y, "r": radius})

    def draw_image(
        self, gc: GraphicsContextBase, x: float, y: float, im: Any, transform: Transform | None = None
    ) -> None:
        """A picture, such as that of a heat map, within the drawing."""
        high, wide = im.shape[:2]
        held = BytesIO()
        Image.fromarray(np.asarray(im)[::-1]).save(held, format="png")
        left, top = self.place(x, y + high)
        known = {"x": left, "y": top, "width": str(wide), "height": str(high)}
        self.add("image", {**known, "href": f"data:image/png;base64,{b64encode(held.getvalue()).decode()}"})

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
        """A line of text; one that is not turned is anchored at its side, so that another font moves it less."""
        side = ""
        if mtext is not None and not angle:
            side = ANCHORS.get(mtext.get_horizontalalignment(), "")
            x = mtext.get_transform().transform(mtext.get_unitless_position())[0]
        left, top = self.place(x, y)
        attributes = {"x": left, "y": top, "font-size": f"{prop.get_size_in_points():g}"}
        if side:
            attributes["text-anchor"] = side
        if angle:
            attributes["transform"] = f"rotate({-angle:g} {left} {top})"
        attributes["fill"] = to_hex(gc.get_rgb())
        if prop.get_weight() in {"bold", 700}:
            attributes["font-weight"] = "bold"
        self.add("text", attributes).text = s

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        """What a line of text takes; measured in the font of the book."""
        size = prop.get_size_in_points()
        return width(s, size), ASCENT * size, DESCENT * size


def clipped(path: Path, box: Bbox | None, is_filled: bool) -> Path:
    """The part of a path in `box`; the path itself where it does not leave it, or is to be seen whole (None)."""
    if box is None or not np.size(path.vertices):
        return path
    extents = path.get_extents()
    around = box.padded(0.5)
    if around.x0 <= extents.x0 and extents.x1 <= around.x1 and around.y0 <= extents.y0 and extents.y1 <= around.y1:
        return path
    if is_filled:
        return path.clip_to_bbox(box)
    window = (box.x0, box.y0, box.x1, box.y1)
    kept = list(path.iter_segments(clip=window, simplify=False, curves=False))
    if not kept:
        return Path(np.empty((0, 2)))
    return Path([point for point, _ in kept], [code for _, code in kept])


def look(gc: GraphicsContextBase, fill: Colour) -> dict[str, str]:
    """Attributes of a mark, without those that are SVG's own defaults."""
    known: dict[str, Any] = {"fill": "none" if fill is None else to_hex(fill)}
    forced = gc.get_forced_alpha()
    if fill is not None and not forced and len(fill) == 4:
        known["fill-opacity"] = round(fill[3], 3)
    if forced:
        known["opacity"] = round(gc.get_alpha(), 3)
    if gc.get_linewidth() > 0:
        known["stroke"] = to_hex(gc.get_rgb())
        known["stroke-width"] = round(gc.get_linewidth(), 2)
        known["stroke-opacity"] = 1 if forced else round(gc.get_rgb()[3], 3)
        if gc.get_dashes()[1]:
            known["stroke-dasharray"] = " ".join(map(short, np.ravel(gc.get_dashes()[1])))
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
    before = figure.dpi
    figure.dpi = INCH
    renderer = PlainRenderer(root, high * INCH)
    try:
        figure.draw(renderer)
    finally:
        figure.dpi = before
    if len(renderer.bands):
        root.append(renderer.bands)
    return ElementTree.tostring(root, encoding="unicode")
