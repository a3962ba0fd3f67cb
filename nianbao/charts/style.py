"""How charts look: colours and what they stand for, font, sizes. Lengths are in points (1/72 inch)."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from seaborn.utils import relative_luminance

# -- colours ----------------------------------------------------------------------------------------------------------
#: The only neutral colours; a dark theme restyles them by attribute selectors.
INK = "#24292f"
GRID = "#d0d7de"
#: Colours of the schemes, and of what belongs to none of them (`general`): at least 3:1 on white and on #14181d, and
#: told apart (CIE76 17 or more) with every kind of colour blindness. No other thing has the colour of a scheme.
COLORS = {
    "enterprise": "#4274a7",
    "unemployment": "#a87c16",
    "resident": "#19a17b",
    "injury": "#a34a39",
    "institution": "#ab32cb",
    "general": "#6d7b8a",
}
#: Colours of verdicts, by their role: agreement is quiet, what is wrong is loud.
VERDICTS = {
    "agrees": "#8a99a8",
    "rounding": "#6fa3b8",
    "explained": "#9a8fb0",
    "not checked": "#b9c2cc",
    "erratum": "#d97706",
    "fails": "#dc2626",
}
#: How opaque the parts of one thing are, by how many there are: tints that read on light paper and on dark.
TINTS = {
    1: (1.0,),
    2: (1.0, 0.35),
    3: (1.0, 0.55, 0.2),
    4: (1.0, 0.6, 0.35, 0.15),
    5: (1.0, 0.6, 0.42, 0.26, 0.12),
}
#: How opaque the classes of a map are, the highest last, by how many there are.
CLASSES = {
    1: (0.4,),
    2: (0.2, 1.0),
    3: (0.15, 0.5, 1.0),
    4: (0.08, 0.34, 0.6, 1.0),
    5: (0.05, 0.24, 0.43, 0.62, 1.0),
}
#: A fill less opaque than this lets the paper through, and ink reads on it in every theme.
SOLID = 0.75
#: Luminance from which black reads better than white (4.5:1 or more for both).
BRIGHT = 0.179

# -- type -------------------------------------------------------------------------------------------------------------
#: The font that texts are measured in, and those that a reader may have instead.
FONT = "Noto Sans CJK SC"
FAMILIES = f"'{FONT}', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"


@dataclass(frozen=True)
class Form:
    """A form of a chart: its width, the size of type, and that of numbers at marks."""

    width: float
    size: float
    small: float


#: For pages, PDF, Word and EPUB.
WIDE = Form(490, 11, 10.5)
#: For phones: shown as wide as the text of a page 360 pixels wide, where its type has 12 pixels.
NARROW = Form(320, 12, 12)
WIDTH = WIDE.width
SIZE = WIDE.size

# -- words ------------------------------------------------------------------------------------------------------------
#: What stands where nothing is known: at one place, in a whole chart. Whether it was published a drawing cannot say.
MISSING = "…"
NOTHING = "本期资料未载"
#: What stands behind a number that is in doubt.
DOUBT = "※"


def font_file() -> Path:
    """The file of the font, which comes with mplfonts."""
    package = find_spec("mplfonts")
    assert package is not None and package.submodule_search_locations  # it is required
    return Path(package.submodule_search_locations[0], "fonts", "NotoSansCJKsc-Regular.otf")


FONT_FILE = font_file()


@dataclass(frozen=True)
class Fill:
    """How an area is filled: its colour, and how opaque that is over the paper."""

    color: str
    alpha: float = 1.0

    @property
    def text(self) -> str:
        """The colour of text on it, which reads in every theme."""
        return contrast(self.color) if self.alpha >= SOLID else INK


def tints(color: str, count: int) -> list[Fill]:
    """Fills of one colour for `count` parts, the first one solid; they begin anew where there are more than five."""
    steps = TINTS[min(count, max(TINTS))]
    return [Fill(color, steps[at % len(steps)]) for at in range(count)]


def contrast(fill: str) -> str:
    """Black or white, whichever reads better on `fill`, in every theme."""
    return "#000000" if relative_luminance(fill) > BRIGHT else "#ffffff"
