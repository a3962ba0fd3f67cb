"""pandas in, matplotlib and seaborn axes out: drawings, style, fonts, SVG. It knows no `data/`.

May import: nothing else of the program.
"""

from nianbao.charts.additions import Additions
from nianbao.charts.drawings import DISPUTED, WRITTEN, bars, dumbbell, flows, lines, parts, ranking, stacked, tilemap
from nianbao.charts.style import COLORS, DOUBT, VERDICTS
from nianbao.charts.svg import to_svg
from nianbao.charts.text import label

__all__ = [
    "COLORS",
    "DISPUTED",
    "DOUBT",
    "VERDICTS",
    "WRITTEN",
    "Additions",
    "bars",
    "dumbbell",
    "flows",
    "label",
    "lines",
    "parts",
    "ranking",
    "stacked",
    "tilemap",
    "to_svg",
]
