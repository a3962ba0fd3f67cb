"""Wide tables for small screens: readers of e-books can neither scroll sideways nor turn a page.

A table that is wider than a phone stands in parts below each other, each with the names of its rows and some of its
columns. One whose cells hold long texts is told row by row: what stands in it, below its head.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from nianbao.output.print.document import Table
from nianbao.output.print.layout import PADDING, Column, columns

#: Width of a small screen in em of the text of tables.
SCREEN = 27.0
#: A name or number is counted with this width at most: it may break.
WIDEST = 9.0
#: A table with wider texts is told row by row, where it does not fit.
LONG_TEXT = 14.0


@dataclass(frozen=True)
class Told:
    """A table that is told row by row."""

    table: Table


def for_small_screens(table: Table) -> tuple[Table, ...] | tuple[Told]:
    """The table itself where it fits, else its parts, or the table told row by row."""
    asked = columns(table)
    widths = [min(column.wanted, WIDEST) + PADDING for column in asked]
    if sum(widths) <= SCREEN or not table.heads or len(asked) < 3:
        return (table,)
    if any(is_long(table, at, column) for at, column in enumerate(asked)):
        return (Told(table),)
    return parts(table, widths)


def is_long(table: Table, at: int, column: Column) -> bool:
    """Whether a column behind the first holds long texts."""
    return at > 0 and column.body > LONG_TEXT and not all(row[at].is_number for row in table.rows)


def parts(table: Table, widths: list[float]) -> tuple[Table, ...]:
    """Parts of a table, each with its first column and as many others as a small screen has room for.

    The first part keeps the name to link to, the last one the notes.
    """
    groups: list[list[int]] = [[]]
    room = SCREEN - widths[0]
    for at in range(1, len(widths)):
        taken = sum(widths[each] for each in groups[-1])
        if groups[-1] and taken + widths[at] > room:
            groups.append([])
        groups[-1].append(at)
    found = [picked(table, [0, *group]) for group in groups]
    last = len(found) - 1
    return tuple(
        replace(
            part,
            identity=part.identity if at == 0 else "",
            title=part.title if at == 0 else f"{part.title}（续）",
            notes=part.notes if at == last else (),
        )
        for at, part in enumerate(found)
    )


def picked(table: Table, chosen: list[int]) -> Table:
    """A table with some of its columns."""
    heads = tuple(table.heads[at] for at in chosen)
    rows = tuple(tuple(row[at] for at in chosen) for row in table.rows)
    return replace(table, heads=heads, rows=rows)
