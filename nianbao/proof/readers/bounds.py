"""What is too long to be read: figures of no statistics, and paragraphs that no person wrote.

A file of millions of characters on one line is no report, and a number of thousands of digits fits into no float.
What is left out is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from nianbao.proof.model import Document, Paragraph, Table
from nianbao.proof.numbers import MOST_DIGITS, without_endless

#: Characters of the longest paragraph, line or cell that is read: some thirty pages without a break.
LONGEST_TEXT = 60_000
#: Places that a message names.
MOST_NAMED = 5


class Bounds:
    """Leaves out what is too long; `said` tells of it afterwards."""

    def __init__(self) -> None:
        self._long: list[str] = []
        self._numbers: list[str] = []

    def within(self, text: str, place: str) -> str:
        """A text without what is too long in it, for a `place` in words."""
        if len(text) > LONGEST_TEXT:
            self._long.append(place)
            return ""
        masked = without_endless(text)
        if masked != text:
            self._numbers.append(place)
        return masked

    def said(self) -> Iterator[str]:
        """What was left out."""
        if self._long:
            yield f"{named(self._long)}一段超过{LONGEST_TEXT}字，没有读，请分段后再校对"
        if self._numbers:
            yield f"{named(self._numbers)}有超过{MOST_DIGITS}位的数，没有读"


def named(places: list[str]) -> str:
    """The first of some places, each once."""
    once = list(dict.fromkeys(places))
    return "、".join(once[:MOST_NAMED]) + ("等处" if len(once) > MOST_NAMED else "")


def keep_within(document: Document) -> None:
    """Leave out of a document what is too long, and say so in it."""
    bounds = Bounds()
    for part in document.parts:
        if isinstance(part, Paragraph):
            part.text = bounds.within(part.text, place_of(part))
            continue
        for row in part.rows:
            row[:] = [bounds.within(cell, place_of(part)) for cell in row]
    document.unread += bounds.said()


def place_of(part: Paragraph | Table) -> str:
    """Where a part stands, in words."""
    if part.page:
        return f"第{part.page}页"
    if part.line:
        return f"第{part.line}行"
    return f"第{part.number + 1}段"
