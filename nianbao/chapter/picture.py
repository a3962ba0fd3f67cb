"""Any figure of matplotlib or seaborn as an SVG for the book: whole at any size, with real text, readable in the dark.

matplotlib's own backend draws it, so that whatever it can draw comes out: legends, pies, arrows, images. What it writes
is put into the form of the book's charts: no style sheet, no name that two charts of a page could share, as wide as
they are at most, and black as the ink that a dark theme restyles.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure as Drawing

from nianbao.chapter.framed import HEADS
from nianbao.chapter.record import FigureText, TableBody, Text
from nianbao.charts.style import FAMILIES, FONT, GRID, INK, WIDTH
from nianbao.errors import DataError

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
#: Pixels of a browser to a point.
PIXELS = 96 / 72
#: Around a figure, in inches.
MARGIN = 0.06
#: What matplotlib's defaults are in the colours of the book.
COLOURS = {"#000000": INK, "#262626": INK, "#333333": INK, "#b0b0b0": GRID, "#cccccc": GRID}
#: Rows of numbers that are told in words.
FEW = 12
#: From what part of red, green and blue on a ground is pale.
PALE = 0.9
#: How texts and lines are written whatever the notebook has set.
WRITING: dict[Any, Any] = {"svg.fonttype": "none", "svg.image_inline": True, "axes.unicode_minus": True}
#: A style that needs no attribute: it is SVG's own default.
DEFAULTS = {"stroke-opacity": "1", "fill-opacity": "1", "opacity": "1", "stroke-dashoffset": "0"}
#: The font is that of the whole drawing.
LEFT_OUT = {"font-family"}
REFERENCE = re.compile(r"url\(#([^)]+)\)")
DECIMALS = re.compile(r"-?\d+\.\d+(?!\d*[eE])")
BLANKS = re.compile(r"\s+")


def drawing_of(figure: Any) -> Drawing:
    """The matplotlib figure behind what a notebook may hand over: a figure, axes, a grid or plot of seaborn.

    Raises DataError for anything else.
    """
    if hasattr(figure, "plot") and type(figure).__module__.startswith("seaborn._core"):
        figure = figure.plot()._figure
    found = figure if isinstance(figure, Drawing) else getattr(figure, "figure", None)
    if not isinstance(found, Drawing):
        raise DataError(f"ch.figure 的第一个参数应为 matplotlib 或 seaborn 的图（Figure、Axes 等），现为“{figure!r}”")
    return found.get_figure(root=True) or found


def to_svg(figure: Drawing, alt: str, prefix: str, widest: float = WIDTH) -> str:
    """A figure as an `<svg>` to stand inline in HTML, no wider than `widest` points.

    `alt` says what it shows; all of its ids begin with `prefix`. The page behind it shows through its white.
    """
    buffer = io.BytesIO()
    with mpl.rc_context({**WRITING, "svg.hashsalt": prefix}):
        use_font(figure)
        clear_white(figure)
        figure.savefig(buffer, format="svg", bbox_inches="tight", pad_inches=MARGIN, metadata={"Date": None})
    root = ElementTree.fromstring(buffer.getvalue())
    return framed(root, alt, prefix, widest)


def use_words(figure: Drawing, unit: str) -> None:
    """Put the words of readers in the place of the names that columns of a tidy frame have on axes and in legends.

    `unit`: that of the values, named beside them.
    """
    of_values = {"value": f"{HEADS['value']}（{unit}）"} if unit else {}
    words = HEADS | of_values
    for axes in figure.axes:
        axes.set_xlabel(words.get(axes.get_xlabel(), axes.get_xlabel()))
        axes.set_ylabel(words.get(axes.get_ylabel(), axes.get_ylabel()))
    for legend in figure.findobj(mpl.legend.Legend):
        title = legend.get_title()
        title.set_text(words.get(title.get_text(), title.get_text()))


def close(figure: Drawing) -> None:
    """Take a figure from the hands of pyplot, so that the notebook does not show it once more on its own."""
    if "matplotlib.pyplot" in sys.modules:
        import matplotlib.pyplot as plt

        plt.close(figure)


def words(figure: Drawing, body: TableBody) -> str:
    """What a figure shows, in words: its axes, and its numbers where they are few, else how many there are."""
    names = []
    for axes in figure.axes:
        sides = {"横轴": axes.get_xlabel(), "纵轴": axes.get_ylabel()}
        names += [f"{side}{name}" for side, name in sides.items() if name]
    rows = ["，".join(cell.text for cell in row.cells if isinstance(cell, Text | FigureText)) for row in body.rows]
    told = "；".join(rows) if len(rows) <= FEW else f"共{len(rows)}行数，见数值表"
    return "。".join(filter(None, ["，".join(dict.fromkeys(names)), told]))


def use_font(figure: Drawing) -> None:
    """Have the texts of a figure drawn in the font of the book, which has Chinese, whatever the notebook has set."""
    for text in figure.findobj(mpl.text.Text):
        if not text.get_text().startswith("$"):  # formulas have fonts of their own
            text.set_fontfamily([FONT, *(name for name in text.get_fontfamily() if name != FONT)])


def clear_white(figure: Drawing) -> None:
    """Let the page show through the pale grounds of a figure, its axes and its legends, and keep their lines in sight.

    What is black there becomes bright in the dark, and would not be read on white.
    """
    figure.patch.set_visible(not is_pale(figure.patch.get_facecolor()))
    for axes in figure.axes:
        if is_pale(axes.patch.get_facecolor()):
            axes.patch.set_visible(False)
            for line in (*axes.get_xgridlines(), *axes.get_ygridlines()):
                if is_pale(line.get_color()):
                    line.set_color(GRID)
            for spine in axes.spines.values():
                spine.set_visible(spine.get_visible() and not is_pale(spine.get_edgecolor()))
    for legend in figure.findobj(mpl.legend.Legend):
        if is_pale(legend.get_frame().get_facecolor()):
            legend.get_frame().set_facecolor("none")


def is_pale(colour: Any) -> bool:
    """Whether a colour is white, or a grey that is nearly white."""
    red, green, blue, _ = to_rgba(colour)
    return min(red, green, blue) > PALE and max(red, green, blue) - min(red, green, blue) < 1 - PALE


# -- the form of the book's charts -------------------------------------------------------------------------------------
def framed(drawn: ElementTree.Element, alt: str, prefix: str, widest: float) -> str:
    """What matplotlib has drawn in the frame of the book's charts, no wider than `widest` points."""
    _, _, wide, high = map(float, drawn.attrib["viewBox"].split())
    scale = min(1.0, widest / wide)
    root = ElementTree.Element(
        "svg",
        {
            "xmlns": SVG,
            "width": str(round(wide * scale * PIXELS)),
            "height": str(round(high * scale * PIXELS)),
            "viewBox": f"0 0 {short(wide * scale)} {short(high * scale)}",
            "role": "img",
            "aria-labelledby": f"{prefix}-title",
            "font-family": FAMILIES,
            "fill": INK,  # matplotlib names no colour for what is black
        },
    )
    ElementTree.SubElement(root, "title", id=f"{prefix}-title").text = alt
    body = ElementTree.SubElement(root, "g", {} if scale == 1 else {"transform": f"scale({scale:.4g})"})
    body.extend(each for each in map(lambda each: plain(each, prefix), drawn) if each is not None)
    used = set(references(body))
    for element in body.iter():
        if element.get("id") not in used:
            element.attrib.pop("id", None)
    return ElementTree.tostring(root, encoding="unicode")


def short(value: float) -> str:
    """A number with two decimals at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def plain(element: ElementTree.Element, prefix: str) -> ElementTree.Element | None:
    """An element without namespace and style sheet, its names behind `prefix`; None for what draws nothing."""
    tag = element.tag.removeprefix(f"{{{SVG}}}")
    if tag in {"metadata", "style"} or not isinstance(element.tag, str):
        return None
    made = ElementTree.Element(tag, dict(attributes(element, prefix)))
    made.text = element.text if tag in {"text", "tspan", "title"} else None
    children = (plain(each, prefix) for each in element)
    made.extend(each for each in children if each is not None)
    if tag in {"text", "tspan"}:
        for before, after in zip(element, made, strict=True):
            after.tail = before.tail
    return made


def attributes(element: ElementTree.Element, prefix: str) -> Iterator[tuple[str, str]]:
    """The attributes of an element, those of its style among them."""
    for name, value in element.attrib.items():
        name = name.replace(f"{{{XLINK}}}", "")
        if name == "id":
            yield name, f"{prefix}-{value}"
        elif name == "href" and value.startswith("#"):
            yield name, f"#{prefix}-{value[1:]}"
        elif name == "style":
            yield from styles(value, prefix)
        elif name in {"d", "points", "transform"}:
            yield name, BLANKS.sub(" ", DECIMALS.sub(lambda match: short(float(match[0])), value)).strip()
        elif not name.startswith("{"):
            yield name, REFERENCE.sub(rf"url(#{prefix}-\1)", value)


def styles(style: str, prefix: str) -> Iterator[tuple[str, str]]:
    """The declarations of a style as attributes; black and the grey of grids are the book's own."""
    for declaration in filter(None, map(str.strip, style.split(";"))):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name in LEFT_OUT or DEFAULTS.get(name) == value:
            continue
        value = REFERENCE.sub(rf"url(#{prefix}-\1)", value)
        if name in {"fill", "stroke"}:
            value = COLOURS.get(value, value)
        yield name, value.removesuffix("px")


def references(root: ElementTree.Element) -> Iterator[str]:
    """The names that something in a drawing refers to."""
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "href" and value.startswith("#"):
                yield value[1:]
            yield from REFERENCE.findall(value)
