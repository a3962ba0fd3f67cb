"""A figure of a notebook once more, for phones: narrower, its type at the size that can be read there.

What stands on its axes stays as it is; only the sheet, the type, the breaks of titles and the way that names below an
axis run are others. Where that does not do, there is no such form, and phones get the other one.
"""

from __future__ import annotations

import io
import pickle
import warnings
from itertools import pairwise
from types import FunctionType
from typing import Any
from xml.etree import ElementTree

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Drawing
from matplotlib.layout_engine import TightLayoutEngine
from matplotlib.text import Text

from nianbao.chapter import picture
from nianbao.charts.style import NARROW, WIDTH
from nianbao.charts.text import balanced

#: In the name of what is made within a function.
LOCAL = "<locals>"
#: Points an inch.
INCH = 72
#: Lines of a title or of the name of an axis.
LINES = 3
#: A width in points that no figure exceeds, so that none is made smaller with its type; the least that one is made, in
#: inches.
BOUNDLESS = 1e6
LEAST = 1.0


def to_svg(figure: Drawing, alt: str, prefix: str) -> str:
    """A figure for phones as `<svg>`, as `picture.to_svg` writes it; empty where it cannot be drawn so narrow.

    `figure` itself stays as it is.
    """
    try:
        copied = copy_of(figure)
    except (pickle.PicklingError, AttributeError, TypeError):  # it holds what cannot be copied
        return ""
    FigureCanvasAgg(copied)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # the axes have no room left
            fit(copied)
            svg = drawn(copied, alt, prefix)
    except UserWarning:
        return ""
    return svg


def copy_of(figure: Drawing) -> Drawing:
    """A copy of a figure; functions that it holds, and classes made within one, which have no copies, are the same."""
    shared: list[Any] = []

    class Writer(pickle.Pickler):
        """Writes what is shared as its place in the list."""

        def persistent_id(self, held: Any) -> int | None:
            if not isinstance(held, FunctionType) and not (isinstance(held, type) and LOCAL in held.__qualname__):
                return None
            shared.append(held)
            return len(shared) - 1

    class Reader(pickle.Unpickler):
        """Takes what is shared from the list."""

        def persistent_load(self, place: int) -> Any:
            return shared[place]

    buffer = io.BytesIO()
    Writer(buffer, pickle.HIGHEST_PROTOCOL).dump(figure)
    buffer.seek(0)
    made: Drawing = Reader(buffer).load()
    return made


def drawn(figure: Drawing, alt: str, prefix: str) -> str:
    """A figure that fits, made narrower once where what stands beside its axes takes more; else empty."""
    for _ in range(2):
        svg = picture.to_svg(figure, alt, prefix, BOUNDLESS)
        excess = float(ElementTree.fromstring(svg).attrib["viewBox"].split()[2]) - NARROW.width
        wide = figure.get_size_inches()[0] - max(excess, 0) / INCH
        if excess <= 0:
            return svg
        if wide <= LEAST:
            return ""
        figure.set_size_inches(wide, figure.get_size_inches()[1])
    return ""


def fit(figure: Drawing) -> None:
    """Give a figure the width of a phone and the height that it has on a page, and its type the size for phones."""
    wide, high = figure.get_size_inches()
    shown = min(1.0, WIDTH / (INCH * wide))
    picture.use_font(figure)
    for text in figure.findobj(Text):
        text.set_fontsize(max(text.get_fontsize(), NARROW.size))
    inset = 2 * picture.MARGIN
    figure.set_size_inches(NARROW.width / INCH - inset, high * shown)
    for axes in figure.axes:
        fit_axes(axes)
    for text in figure.texts:
        break_lines(text)
    is_tight = isinstance(figure.get_layout_engine(), TightLayoutEngine)
    figure.set_layout_engine("tight" if is_tight else "constrained")
    figure.canvas.draw()
    for axes in figure.axes:
        if is_crowded(axes.xaxis):
            axes.tick_params(axis="x", labelrotation=90)


def fit_axes(axes: Axes) -> None:
    """Set the type of ticks, and break what is long."""
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_tick_params(labelsize=max([NARROW.size, *(each.get_fontsize() for each in axis.get_ticklabels())]))
    for text in (axes.title, axes.xaxis.label):
        break_lines(text)


def break_lines(text: Text) -> None:
    """Break a text that is wider than a phone, unless it is a formula."""
    said = text.get_text()
    size = float(text.get_fontsize())
    if said and "$" not in said and not text.get_rotation():
        rows = (row for line in said.split("\n") for row in balanced(line, NARROW.width * 0.9, LINES, size))
        text.set_text("\n".join(rows))


def is_crowded(axis: Axis) -> bool:
    """Whether names below an axis run into each other."""
    boxes = [each.get_window_extent() for each in axis.get_ticklabels() if each.get_text() and each.get_visible()]
    boxes = sorted(boxes, key=lambda box: box.x0)
    return any(one.x1 + 2 > other.x0 for one, other in pairwise(boxes))
