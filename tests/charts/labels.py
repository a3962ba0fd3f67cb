"""Where the labels of a drawing are: the boxes of ink of the texts in its SVG."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations
from xml.etree import ElementTree

from matplotlib.ft2font import LoadFlags

from nianbao.charts.text import MEASURED_AT, SPARE, font, width

SVG = "{http://www.w3.org/2000/svg}"
#: Font units of a bounding box are 64ths of a point, at the size that the font is measured in.
UNIT = 64 * MEASURED_AT


@dataclass(frozen=True)
class Label:
    """A text and its box of ink, in points from the top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Label) -> bool:
        """Whether the two boxes share more than an edge."""
        beside = self.right <= other.left or other.right <= self.left
        above = self.bottom <= other.top or other.bottom <= self.top
        return not beside and not above


@cache
def rise(character: str, size: float) -> tuple[float, float]:
    """How far the ink of a character reaches up from its line and down, in points."""
    box = font().load_char(ord(character), flags=LoadFlags.NO_HINTING).bbox
    return box[3] / UNIT * size, -box[1] / UNIT * size


def label(element: ElementTree.Element) -> Label:
    """The box of a text."""
    text = element.text or ""
    size = float(element.get("font-size", "0"))
    long = width(text, size) / SPARE
    start = float(element.get("x", "0")) - long * {"middle": 0.5, "end": 1.0}.get(element.get("text-anchor", ""), 0.0)
    line = float(element.get("y", "0"))
    heights = [rise(character, size) for character in text]
    up = max(high for high, _ in heights)
    down = max(low for _, low in heights)
    return Label(text, start, line - up, start + long, line + down)


def labels(svg: str) -> list[Label]:
    """The labels of a drawing, but for those without ink."""
    found = ElementTree.fromstring(svg).iter(f"{SVG}text")
    return [label(each) for each in found if (each.text or "").strip()]


def collisions(svg: str) -> list[tuple[str, str]]:
    """The texts of labels that overlap."""
    return [(one.text, other.text) for one, other in combinations(labels(svg), 2) if one.overlaps(other)]


def strays(svg: str) -> list[str]:
    """The texts of labels that leave the sheet."""
    _, _, wide, high = map(float, ElementTree.fromstring(svg).get("viewBox", "").split())
    return [
        each.text for each in labels(svg) if each.left < 0 or each.top < 0 or each.right > wide or each.bottom > high
    ]


def sizes(svg: str) -> list[float]:
    """The sizes of type in a drawing."""
    return [float(each.get("font-size", "0")) for each in ElementTree.fromstring(svg).iter(f"{SVG}text")]
