"""A table as a notebook writes it: heads, and rows of texts and figures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from nianbao.chapter import record
from nianbao.chapter.html import BLANK
from nianbao.chapter.printer import Printer
from nianbao.chapter.record import FigureText, Number, Row, TableBody, Text, Unknown
from nianbao.errors import DataError
from nianbao.figures.quantity import Quantity

#: A text, a figure, a number that the notebook computed itself, or None for what is not published.
Cell = str | Quantity | Number | None
#: The name of a column, or a pair (group, name) for a second level above it.
Head = str | tuple[str, str]


@dataclass(frozen=True)
class Table:
    """Heads and rows.

    `unit` is that of all figures; rows in `totals` are set apart; columns in `text_columns` hold texts; `anchors` are
    names by which other pages link to a row. A row's name is indented by the wide blanks in front of it.
    """

    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    unit: str = ""
    totals: Collection[int] = ()
    text_columns: Collection[int] = (0,)
    anchors: Mapping[int, Sequence[str]] = field(default_factory=dict)

    def body(self, printer: Printer) -> TableBody:
        """The table for a record; every figure is remembered by the printer.

        Raises DataError for a cell that is neither text nor figure.
        """
        heads = tuple(self._head(at, head) for at, head in enumerate(self.heads))
        rows = tuple(self._row(at, row, printer) for at, row in enumerate(self.rows))
        return TableBody(heads, rows, self.unit)

    def _head(self, at: int, head: Head) -> record.Head:
        group, name = head if isinstance(head, tuple) else ("", head)
        return record.Head(name, group, at in self.text_columns)

    def _row(self, at: int, row: Sequence[Cell], printer: Printer) -> Row:
        first, *rest = [self._cell(cell, printer) for cell in row]
        depth = 0
        if not isinstance(first, FigureText):
            name = first.text if isinstance(first, Text) else ""
            depth = len(name) - len(name.lstrip(BLANK))
            first = Text(name[depth:])
        return Row((first, *rest), depth, at in self.totals, tuple(self.anchors.get(at, ())))

    @staticmethod
    def _cell(cell: Cell, printer: Printer) -> record.Cell:
        if cell is None:
            return Unknown()
        if isinstance(cell, Quantity):
            return printer.show(cell)
        if isinstance(cell, Number):
            return cell
        if isinstance(cell, str):
            return Text(str(cell))
        raise DataError(f"表格的单元格应为文字、数（f(…)）或空（None），现为“{cell!r}”")
