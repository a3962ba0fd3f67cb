"""Levels that mean nothing: a fund in debt lasts no months, and never less than none.

Such a level is kept and checked, and neither tables nor charts show it: they say so in a note. Nothing is missing
there: the note says what the sign in a table stands for, so that no legend of figures without a number is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeGuard

from nianbao.chapter.figure import Figure
from nianbao.chapter.table import Cell
from nianbao.figures.quantity import Quantity

#: Units of time, of which there is nothing less than none.
SPANS = frozenset({"个月"})
#: What stands in a cell of a table.
DASH = "—"
#: What a chart speaks of where it leaves such a level out.
AMONG = "有结余的各项中，"


def means_nothing(cell: Cell) -> TypeGuard[Quantity]:
    """Whether a level is less than none of something of which there cannot be less."""
    return isinstance(cell, Quantity) and cell.unit in SPANS and cell.value < 0 and not cell.id.derived


def note(quantities: Iterable[Quantity]) -> str:
    """A note on levels that are not shown; nothing where all are."""
    names = list(dict.fromkeys(each.name for each in quantities))
    return f"{'、'.join(names)}：基金年末累计赤字，没有结余可供支付，没有月数。" if names else ""


def dashed(quantities: Iterable[Quantity]) -> str:
    """The note on levels in whose place a dash stands; nothing where none does."""
    said = note(quantities)
    return f"{said.removesuffix('。')}，以“{DASH}”表示。" if said else ""


def without(rows: Sequence[Sequence[Cell]]) -> tuple[list[list[Cell]], str]:
    """The rows of a table with a dash for what means nothing, and the note on it."""
    found = [cell for row in rows for cell in row if means_nothing(cell)]
    return [[DASH if means_nothing(cell) else cell for cell in row] for row in rows], dashed(found)


def left_out(figures: Mapping[str, Figure]) -> tuple[dict[str, Figure], str]:
    """The figures of a chart without those that mean nothing, and the note on these."""
    levels = {name: figure.quantity for name, figure in figures.items()}
    found = [level for level in levels.values() if means_nothing(level)]
    said = note(found)
    said = f"{said.removesuffix('。')}，图中不列。" if said else ""
    return {name: figures[name] for name, level in levels.items() if not means_nothing(level)}, said
