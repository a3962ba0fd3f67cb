"""pandas in, matplotlib and seaborn axes out: drawings, style, fonts, SVG. It knows no `data/`.

May import: nothing else of the program.
"""

from nianbao.charts.drawings import bars, dumbbell, flows, lines, parts, ranking, stacked, tilemap
from nianbao.charts.sheet import COLORS, label, to_svg

__all__ = ["COLORS", "bars", "dumbbell", "flows", "label", "lines", "parts", "ranking", "stacked", "tilemap", "to_svg"]
