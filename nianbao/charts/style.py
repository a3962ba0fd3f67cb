"""How charts look: colours, font, sizes. Lengths are in points (1/72 inch)."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from matplotlib.colors import to_rgb
from seaborn.utils import relative_luminance

#: The only neutral colours; a dark theme restyles them by attribute selectors.
INK = "#24292f"
GRID = "#d0d7de"
#: Colours of the schemes: at least 3:1 on white and on #121212, and told apart (CIE76 17 or more) with every kind of
#: colour blindness.
COLORS = {
    "enterprise": "#4274a7",
    "unemployment": "#a87c16",
    "resident": "#19a17b",
    "injury": "#a34a39",
    "institution": "#ab32cb",
}
#: The font that texts are measured in, and those that a reader may have instead.
FONT = "Noto Sans CJK SC"
FAMILIES = f"'{FONT}', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
#: Width of every chart.
WIDTH = 490
#: Size of type, and of numbers at marks.
SIZE = 11
SMALL = 10.5
#: What stands where nothing is known: at one place, in a whole chart. Whether it was published a drawing cannot say.
MISSING = "未载入"
NOTHING = "本期资料未载"
#: Luminance from which black reads better than white (4.5:1 or more for both).
BRIGHT = 0.179


def font_file() -> Path:
    """The file of the font, which comes with mplfonts."""
    package = find_spec("mplfonts")
    assert package is not None and package.submodule_search_locations  # it is required
    return Path(package.submodule_search_locations[0], "fonts", "NotoSansCJKsc-Regular.otf")


FONT_FILE = font_file()


def hollow(color: str) -> dict[str, Any]:
    """Style of a pale rectangle with an outline, which reads in light and dark alike."""
    return {"facecolor": (*to_rgb(color), 0.25), "edgecolor": color, "linewidth": 1.2}


def contrast(fill: str) -> str:
    """Black or white, whichever reads better on `fill`, in every theme."""
    return "#000000" if relative_luminance(fill) > BRIGHT else "#ffffff"
