"""What stands in a cell as it was typed: with its full-width signs, which belong to a text that is printed."""

from __future__ import annotations

from nianbao.intake.grids import Grid
from nianbao.intake.keys import Place


def as_typed(grid: Grid, row: int, column: int) -> str:
    """The text of a cell without blanks around it, of the first cell where cells are merged."""
    place = Place(row, column)
    cell = grid.cells.get(grid.merged.get(place, place))
    return "" if cell is None or cell.value is None else str(cell.value).strip()
