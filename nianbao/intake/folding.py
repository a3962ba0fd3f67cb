"""Texts as they are read and compared: half-width, without blanks around or, for comparing, without any."""

from __future__ import annotations

import re

#: Full-width signs and odd blanks by what they stand for; characters without width stand for nothing.
NARROW: dict[int, int | None] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((0x3000, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F), 0x20),
    **dict.fromkeys((0x200B, 0xFEFF), None),
    0x2212: 0x2D,
}


#: Characters without width, which a text cannot need; tabs and breaks of lines as one of their kind.
WITHOUT_WIDTH = dict.fromkeys((0x200B, 0xFEFF), None)


def as_typed(text: str) -> str:
    """A text with its signs as they were typed: only blanks around it and characters without width go."""
    return text.translate(WITHOUT_WIDTH).replace("\r\n", "\n").replace("\r", "\n").strip()


def plain(text: str) -> str:
    """Full-width letters, digits and brackets as half-width ones, without blanks around."""
    return text.translate(NARROW).strip()


def folded(text: str) -> str:
    """A name for comparing: no blanks, half-width, small letters."""
    return re.sub(r"\s+", "", plain(text)).lower().replace("∶", ":")
