"""Texts of charts: how wide they are, how they break, how numbers and years are written."""

from __future__ import annotations

from functools import cache

import numpy as np
from matplotlib.ft2font import FT2Font, LoadFlags

from nianbao.charts.style import FONT_FILE, SIZE

#: Size at which characters are measured, in points at 72 dots an inch.
MEASURED_AT = 100
#: Advances of a font are in 16.16 fixed point.
FIXED_POINT = 65536
#: Room for the font that a reader may have instead.
SPARE = 1.03
#: Marks that may not begin a line.
CLOSING = "，、。；：）"
ELLIPSIS = "…"
#: Words that no line breaks.
UNBROKEN = ("本级",)


@cache
def font() -> FT2Font:
    """The font, ready to measure."""
    made = FT2Font(str(FONT_FILE))
    made.set_size(MEASURED_AT, 72)
    return made


@cache
def advance(character: str) -> float:
    """Width of a character at 1 pt; one that the font lacks is drawn in another one, an em wide at most."""
    if not font().get_char_index(ord(character)):
        return 1.0
    glyph = font().load_char(ord(character), flags=LoadFlags.NO_HINTING)
    return glyph.linearHoriAdvance / (FIXED_POINT * MEASURED_AT)


def width(text: str, size: float = SIZE) -> float:
    """Width of a text in points, with a little to spare for a reader's other font."""
    return sum(map(advance, text)) * size * SPARE


def wrap(text: str, room: float, lines: int = 2, size: float = SIZE) -> list[str]:
    """Break a text into at most `lines` lines that fit `room` points; what is left over ends in an ellipsis."""
    rows = [""]
    for character in text:
        full = rows[-1] and width(rows[-1] + character, size) > room and character not in CLOSING
        if full and len(rows) == lines:
            return [*rows[:-1], shortened(rows[-1], room, size)]
        if full:
            rows[-1], begun = parted(rows[-1], character)
            rows.append(begun)
        rows[-1] += character
    return rows


def parted(row: str, character: str) -> tuple[str, str]:
    """A line before which a character begins the next one, and what of a word it takes along."""
    for word in UNBROKEN:
        begun = word.partition(character)[0]
        if begun and len(begun) < min(len(word), len(row)) and row.endswith(begun):
            return row.removesuffix(begun), begun
    return row, ""


def balanced(text: str, room: float, lines: int, size: float = SIZE) -> list[str]:
    """A text in lines that fit `room`, of about equal length where it takes several."""
    rows = wrap(text, room, lines, size)
    if len(rows) == 1:
        return rows
    return wrap(text, min(room, width(text, size) / len(rows) + 1.5 * size), lines, size)


def shortened(text: str, room: float, size: float = SIZE) -> str:
    """The beginning of a text that fits with an ellipsis behind it."""
    while text and width(text + ELLIPSIS, size) > room:
        text = text[:-1]
    return text + ELLIPSIS


def number(value: float, decimals: int) -> str:
    """A number as the yearbook prints it, with a true minus sign and separated thousands."""
    text = f"{value:,.{decimals}f}"
    is_zero = not text.strip("-0.")
    return (text.lstrip("-") if is_zero else text).replace("-", "−")


def label(at: object) -> str:
    """A year as it is written, or the name of an item."""
    return f"{at}年" if isinstance(at, int | np.integer) else str(at)
