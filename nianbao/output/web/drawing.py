"""Small drawings for the pages of indicators: bars by year, and regions as tiles.

They are written as SVG in no time, for there are hundreds of pages. Charts of chapters, which analysts work on, are
drawn by `nianbao.charts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape

#: Sizes of the drawing of bars: as wide as a phone shows it, so that its type is there as large as the text.
WIDE = 320
HIGH = 170
TOP = 22
FOOT = 22
#: Size of type, that of a style sheet, and widths of a Chinese character and of any other one.
EM = 12
DIGIT = 6.8
#: The first character that is as wide as a Chinese one.
FULL_WIDTH = "\u2000"
#: Of a bar the part of its place that it takes.
SHARE = Fraction(3, 5)
#: Width of a tile unless its number needs more, its height beside that of its lines, and the gap between two.
TILE = 62
AROUND = 12
LINE = 17
GAP = 3
#: What regions are called that are no whole city; it stands in a line of its own.
OWN_LEVEL = "本级"
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
    written = fitting(marks, step)
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
        if at in written:
            half = width(mark.shown) / 2
            at_middle = round(min(max(middle, half), WIDE - half), 1)
            parts.append(f'<text x="{at_middle}" y="{number}">{escape(mark.shown)}</text>')
        parts.append(f'<text x="{middle}" y="{HIGH - 6}">{escape(mark.name)}</text>')
    parts.append(f'<path class="axis" d="M0 {round(zero, 1)}H{WIDE}"/>')
    return svg(title, WIDE, HIGH, parts)


def tiles(title: str, marks: Mapping[tuple[int, int], Mark], shaded: bool) -> str:
    """A tile a region at its column and row, with its value; `shaded`: the higher the value, the deeper the colour."""
    columns = max(column for column, _ in marks) + 1
    rows = max(row for _, row in marks) + 1
    values = [mark.value for mark in marks.values()]
    names = {place: lines_of(mark.name) for place, mark in marks.items()}
    wide = max([TILE, *(round(width(mark.shown)) + 4 for mark in marks.values())])
    tall = AROUND + LINE * (1 + max(map(len, names.values())))
    parts = []
    for (column, row), mark in marks.items():
        x = column * (wide + GAP)
        y = row * (tall + GAP)
        kind = f"tile t{shade(mark.value, min(values), max(values))}" if shaded else "tile"
        parts.append(f'<rect class="{kind}" x="{x}" y="{y}" width="{wide}" height="{tall}"/>')
        for at, line in enumerate([*names[column, row], mark.shown], 1):
            parts.append(f'<text x="{x + wide // 2}" y="{y + LINE * at + 2}">{escape(line)}</text>')
    return svg(title, columns * (wide + GAP) - GAP, rows * (tall + GAP) - GAP, parts)


def width(text: str) -> float:
    """About how wide a text is."""
    return sum(EM if character > FULL_WIDTH else DIGIT for character in text)


def fitting(marks: Sequence[Mark], step: float) -> set[int]:
    """The places of the marks whose numbers have room, the last one's for certain; `step` is that of each mark."""
    found: list[int] = []
    for at in range(len(marks) - 1, -1, -1):
        beside = marks[found[-1]] if found else None
        if beside is None or (width(marks[at].shown) + width(beside.shown)) / 2 + 4 <= (found[-1] - at) * step:
            found.append(at)
    return set(found)


def lines_of(name: str) -> list[str]:
    """The name of a tile, in two lines where it is too long for one."""
    if width(name) <= TILE - 2:
        return [name]
    at = name.rfind(OWN_LEVEL)
    at = at if at > 0 else (len(name) + 1) // 2
    return [name[:at], name[at:]]


def shade(value: Fraction, lowest: Fraction, highest: Fraction) -> int:
    """The shade of a value between the lowest and the highest, from 0 on, in steps of equal width."""
    if highest == lowest:
        return 0
    return min(SHADES - 1, int((value - lowest) / (highest - lowest) * SHADES))


def svg(title: str, wide: int, high: int, parts: Sequence[str]) -> str:
    """A drawing with a title for those who do not see it."""
    size = f'viewBox="0 0 {wide} {high}"'
    return f'<svg class="small" {size} role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>'
