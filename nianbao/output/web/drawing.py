"""Small drawings for the pages of indicators: bars by year, and regions as tiles.

They are written as SVG in no time, for there are hundreds of pages. Charts of chapters, which analysts work on, are
drawn by `nianbao.charts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape

#: Sizes of the drawing of bars.
WIDE = 460
HIGH = 180
TOP = 22
FOOT = 22
#: Of a bar the part of its place that it takes.
SHARE = Fraction(3, 5)
#: Width and height of a tile, and the gap between two.
TILE = 88
TALL = 46
GAP = 4
#: How many shades tiles have.
SHADES = 4


@dataclass(frozen=True)
class Mark:
    """A value that is drawn: its `name`, its `value`, the `text` as printed, whether it is in doubt."""

    name: str
    value: Fraction
    text: str
    marked: bool = False

    @property
    def shown(self) -> str:
        """The text, with the sign of doubt."""
        return f"{self.text}※" if self.marked else self.text


def bars(title: str, marks: Sequence[Mark]) -> str:
    """A bar a year, each with its value; those below zero hang from the line."""
    values = [Fraction(0), *(mark.value for mark in marks)]
    highest = max(values)
    lowest = min(values)
    span = highest - lowest or Fraction(1)
    room = HIGH - TOP - FOOT - (TOP if lowest < 0 else 0)
    zero = TOP + float(highest / span) * room
    step = WIDE / len(marks)
    parts = []
    for at, mark in enumerate(marks):
        middle = round(step * (at + 0.5), 1)
        tall = round(float(abs(mark.value) / span) * room, 1)
        wide = round(step * float(SHARE), 1)
        left = round(middle - wide / 2, 1)
        below = mark.value < 0
        upper = round(zero, 1) if below else round(zero - tall, 1)
        number = round(zero + tall + 14, 1) if below else round(upper - 5, 1)
        parts.append(f'<rect class="bar" x="{left}" y="{upper}" width="{wide}" height="{tall}"/>')
        parts.append(f'<text x="{middle}" y="{number}">{escape(mark.shown)}</text>')
        parts.append(f'<text x="{middle}" y="{HIGH - 6}">{escape(mark.name)}</text>')
    parts.append(f'<path class="axis" d="M0 {round(zero, 1)}H{WIDE}"/>')
    return svg(title, WIDE, HIGH, parts)


def tiles(title: str, marks: Mapping[tuple[int, int], Mark], shaded: bool) -> str:
    """A tile a region at its column and row, with its value; `shaded`: the higher the value, the deeper the colour."""
    columns = max(column for column, _ in marks) + 1
    rows = max(row for _, row in marks) + 1
    values = [mark.value for mark in marks.values()]
    parts = []
    for (column, row), mark in marks.items():
        x = column * (TILE + GAP)
        y = row * (TALL + GAP)
        kind = f"tile t{shade(mark.value, min(values), max(values))}" if shaded else "tile"
        parts.append(f'<rect class="{kind}" x="{x}" y="{y}" width="{TILE}" height="{TALL}"/>')
        parts.append(f'<text x="{x + TILE // 2}" y="{y + 19}">{escape(mark.name)}</text>')
        parts.append(f'<text x="{x + TILE // 2}" y="{y + 37}">{escape(mark.shown)}</text>')
    return svg(title, columns * (TILE + GAP) - GAP, rows * (TALL + GAP) - GAP, parts)


def shade(value: Fraction, lowest: Fraction, highest: Fraction) -> int:
    """The shade of a value between the lowest and the highest, from 0 on, in steps of equal width."""
    if highest == lowest:
        return 0
    return min(SHADES - 1, int((value - lowest) / (highest - lowest) * SHADES))


def svg(title: str, wide: int, high: int, parts: Sequence[str]) -> str:
    """A drawing with a title for those who do not see it."""
    size = f'viewBox="0 0 {wide} {high}"'
    return f'<svg class="small" {size} role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>'
