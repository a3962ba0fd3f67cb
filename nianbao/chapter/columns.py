"""How the columns of a table stand on a page: which are told in a second line, how numbers align, which signs need a
word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from nianbao.chapter.record import Cell, FigureText, Row, TableBody, Text, Unknown

#: Texts longer than this are a second line of their row, not a column; in the last column those longer than `REMARK`.
LONG = 20
REMARK = 8
#: A table with fewer columns keeps them all.
FEWEST = 4
#: Decimals that are aligned.
MOST_DECIMALS = 4
#: What the sources print where there is no number; on a page one sign stands for them.
BLANKS = frozenset({"-", "—", "–", "－", "--", "——"})
BLANK_SIGN = "—"
MISSING_SIGN = "…"
MISSING_NOTE = f"{MISSING_SIGN}　资料未载。"
#: The same in the book of a year that the bureau filled in: its own figures are not lacking in a source.
MISSING_OF_OWN = f"{MISSING_SIGN}　本年没有填报，或以前年度未载入。"
BLANK_NOTE = "—　原件此处没有数。"


@dataclass(frozen=True)
class Columns:
    """The columns of a table as they stand on a page; `missing` says why a figure is unknown."""

    body: TableBody
    missing: str = ""

    @cached_property
    def told(self) -> tuple[int, ...]:
        """Columns that are told in a second line of each row: long texts, above all reasons."""
        heads = self.body.heads
        if len(heads) < FEWEST or any(head.group for head in heads):
            return ()
        last = len(heads) - 1
        found = []
        for at, head in enumerate(heads):
            limit = REMARK if at == last and self.has_numbers else LONG
            if at and head.is_text and self.longest(at) > limit:
                found.append(at)
        return tuple(found) if len(heads) - len(found) > 1 else ()

    @property
    def has_numbers(self) -> bool:
        """Whether there is a column of numbers."""
        return any(not head.is_text for head in self.body.heads)

    def longest(self, at: int) -> int:
        """Characters of the longest text in a column."""
        cells = (row.cells[at] for row in self.body.rows if at < len(row.cells))
        return max((len(cell.text) for cell in cells if isinstance(cell, Text)), default=0)

    @cached_property
    def shown(self) -> tuple[int, ...]:
        """The columns that stand side by side."""
        return tuple(at for at in range(len(self.body.heads)) if at not in self.told)

    @property
    def is_deep(self) -> bool:
        """Whether much text stands between the names and the first number, for which a phone has little room."""
        first = next((at for at in self.shown if not self.body.heads[at].is_text), 0)
        between = [self.longest(at) for at in self.shown if 0 < at < first]
        return len(between) > 1 or sum(between) > REMARK

    @cached_property
    def decimals(self) -> dict[int, int]:
        """The most decimals of each column whose numbers differ in them."""
        found = {}
        for at in self.shown:
            places = {decimals(row.cells[at]) for row in self.body.rows if is_figure(row, at)}
            if len(places) > 1 and max(places) <= MOST_DECIMALS:
                found[at] = max(places)
        return found

    def spare(self, at: int, cell: Cell) -> str:
        """The class of a number that has fewer decimals than others of its column, so that the points align."""
        if at not in self.decimals or not isinstance(cell, FigureText):
            return ""
        own = decimals(cell)
        lacking = self.decimals[at] - own
        return "".join([f" p{lacking}" if lacking else "", " whole" if lacking and not own else ""])

    def notes(self, others: Sequence[str] = ()) -> list[str]:
        """What the signs in cells without a number mean, but for one that the `others` below the table explain."""
        cells = [(at, row.cells[at]) for row in self.body.rows for at in range(1, len(row.cells))]
        found = []
        told_of_missing = any(note.startswith(MISSING_SIGN) or f"“{MISSING_SIGN}”" in note for note in others)
        if not told_of_missing and any(isinstance(cell, Unknown) for _, cell in cells):
            found.append(MISSING_NOTE)
        told = any(f"“{sign}”" in note for note in others for sign in BLANKS)
        if not told and any(is_blank(cell) and not self.is_text(at) for at, cell in cells):
            found.append(BLANK_NOTE)
        return found

    def is_text(self, at: int) -> bool:
        """Whether a column holds texts."""
        return at < len(self.body.heads) and self.body.heads[at].is_text


def is_figure(row: Row, at: int) -> bool:
    """Whether a row has a figure in a column."""
    return at < len(row.cells) and isinstance(row.cells[at], FigureText)


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds a sign for no number, as its source prints it."""
    return isinstance(cell, Text) and cell.text.strip() in BLANKS


def decimals(cell: Cell) -> int:
    """Decimals of a figure as it is printed."""
    return len(cell.text.partition(".")[2]) if isinstance(cell, FigureText) else 0
