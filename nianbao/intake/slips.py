"""Slips of the hand that leave each single cell sound: rows that changed places, columns that moved, zeros for nothing.

What was filled in is held against last year's figures of the rows and columns around it. All are notes: a year may
really be so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from math import log
from statistics import mean

from nianbao.data.dataset import Dataset
from nianbao.intake.filled import Entry, Filled
from nianbao.intake.keys import Series
from nianbao.intake.layout import Form, FormSheet
from nianbao.intake.remarks import Remark

#: Natural logarithms of quotients: a figure that is far from its own last year's, and one that is near another's.
FAR = 0.3
NEAR = 0.15
#: How much nearer the figures must be to those of the other row.
TIMES_NEARER = 3
#: Rows that a column must have moved by, and figures that a column must have, before it is told.
LEAST_MOVED = 3
LEAST_IN_COLUMN = 3
#: A column that was exchanged with another is at least so far from its own.
FAR_COLUMN = 0.5
#: Digits of a figure that hardly comes twice by chance.
TELLING_DIGITS = 3
#: Cells that a remark names.
MOST_NAMED = 8


@dataclass(frozen=True)
class Cell:
    """A figure of this year beside last year's."""

    entry: Entry
    now: Decimal
    last: Decimal

    def distance(self, last: Decimal) -> float:
        """How far this year's figure is from one of last year's: the logarithm of the quotient, without sign."""
        return abs(log(abs(self.now / last)))


class Table:
    """The figures of a sheet that stand in one place of a file: by row and column of the form."""

    def __init__(self, sheet: FormSheet, filled: Filled):
        self.rows = sheet.rows
        self.columns = sheet.columns
        self.cells: dict[tuple[Series, Series], Cell] = {}
        self.all: list[Cell] = []
        for series, seen in sheet.last.items():
            entry = filled.figures.get(series)
            if entry is None or entry.is_blank or entry.deletes or seen is None or seen.value is None:
                continue
            cell = Cell(entry, Decimal(entry.figure.literal), seen.value)
            self.all.append(cell)
            if cell.now and cell.last:
                self.cells[sheet.kind.row_of(series), sheet.kind.column_of(series)] = cell


def slips(data: Dataset, form: Form, filled: Filled) -> list[Remark]:
    """Notes on what looks like a slip, sheet by sheet."""
    found: list[Remark] = []
    for sheet in form.sheets:
        table = Table(sheet, filled)
        names = Titles(data, sheet)
        moved = [*exchanged_columns(table, names), *moved_columns(table)]
        found += moved or swapped_rows(table, names)
        found += zeros(table, form.previous)
        found += unchanged(table, form.previous)
    return found


class Titles:
    """What rows and columns of a sheet are called."""

    def __init__(self, data: Dataset, sheet: FormSheet):
        self.data = data
        self.sheet = sheet

    def of(self, named: Series) -> str:
        """The name of a row or column."""
        catalogue = self.data.catalogue
        if named.indicator and not named.item:
            return catalogue.indicator(named.indicator).name
        series = next(series for series in self.sheet.last if named.item == series.item)
        return catalogue.item(catalogue.indicator(series.indicator), named.item).name


def suspect(entry: Entry, cell: str, words: str) -> Remark:
    """A note on cells of the sheet of an entry."""
    return Remark(entry.sheet, cell, "", words, fatal=False, suspect=True, file=entry.file)


# -- rows and columns -------------------------------------------------------------------------------------------
def swapped_rows(table: Table, names: Titles) -> Iterator[Remark]:
    """Two rows each of which is near last year's figures of the other, and far from its own."""
    if len(table.columns) == 1 and table.rows and table.rows[0].indicator:
        return
    for one, other in combinations(table.rows, 2):
        pairs = [
            (table.cells[one, column], table.cells[other, column])
            for column in table.columns
            if (one, column) in table.cells and (other, column) in table.cells
        ]
        fitting = exchanged(pairs)
        if fitting:
            first, second = fitting[0]
            cells = f"{first.entry.place.name}、{second.entry.place.name}"
            words = f"“{names.of(one)}”和“{names.of(other)}”两行像是互换了：各与对方上年的数相近，请查对"
            yield suspect(first.entry, cells, words)


def exchanged(pairs: list[tuple[Cell, Cell]]) -> list[tuple[Cell, Cell]]:
    """The cells of two rows that fit better the other way round; none where fewer than half of those that can tell do.

    Where both rows had nearly the same figure last year a column cannot tell.
    """
    telling = [(first, second) for first, second in pairs if abs(log(abs(first.last / second.last))) > FAR]
    fitting = [(first, second) for first, second in telling if is_exchange(first, second)]
    return fitting if 2 * len(fitting) >= len(telling) else []


def is_exchange(first: Cell, second: Cell) -> bool:
    """Whether two cells are far from their own last year's figures, and near each other's."""
    own = first.distance(first.last) + second.distance(second.last)
    other = first.distance(second.last) + second.distance(first.last)
    return own / 2 > FAR and other / 2 < NEAR and own > TIMES_NEARER * other


def moved_columns(table: Table) -> Iterator[Remark]:
    """Figures of a column that fit the row above or below: pasted a row too low or too high."""
    told: dict[int, list[list[Cell]]] = {}
    for column in table.columns:
        cells = [table.cells.get((row, column)) for row in table.rows]
        for step in (1, -1):
            run = longest_run(cells, step)
            if len(run) >= LEAST_MOVED:
                told.setdefault(step, []).append(run)
    for step, runs in told.items():
        first = runs[0][0].entry
        cells_named = "、".join(f"{run[0].entry.place.name}至{run[-1].entry.place.name}" for run in runs[:MOST_NAMED])
        way = "低" if step == 1 else "高"
        words = f"像是整块错了一行（粘{way}了一行）：各数与{'上' if step == 1 else '下'}一行上年的数相近，请查对"
        yield suspect(first, cells_named, words)


def longest_run(cells: list[Cell | None], step: int) -> list[Cell]:
    """The longest run of cells that are near last year's figure `step` rows above, and far from their own."""
    best: list[Cell] = []
    run: list[Cell] = []
    for at, cell in enumerate(cells):
        source = cells[at - step] if 0 <= at - step < len(cells) else None
        fits = cell is not None and source is not None and cell.distance(source.last) < NEAR
        run = [*run, cell] if cell is not None and fits and cell.distance(cell.last) > FAR else []
        best = max(best, run, key=len)
    return best


def exchanged_columns(table: Table, names: Titles) -> Iterator[Remark]:
    """Columns whose figures are near last year's of another column, and far from their own."""
    found = []
    for column in table.columns:
        own = [(row, table.cells[row, column]) for row in table.rows if (row, column) in table.cells]
        if len(own) < LEAST_IN_COLUMN or mean(cell.distance(cell.last) for _, cell in own) < FAR_COLUMN:
            continue
        for other in table.columns:
            both = [(cell, table.cells[row, other].last) for row, cell in own if (row, other) in table.cells]
            near = len(both) >= LEAST_IN_COLUMN and mean(cell.distance(last) for cell, last in both) < NEAR
            if other != column and near:
                found.append((own[0][1].entry, names.of(column), names.of(other)))
                break
    if found:
        entry = found[0][0]
        words = "；".join(f"“{column}”一栏的数像是“{other}”的" for _, column, other in found)
        cells = "、".join(entry.place.name for entry, _, _ in found)
        yield suspect(entry, f"{cells}起", f"像是错了一栏：{words}（与那一栏上年的数相近），请查对")


# -- single cells -----------------------------------------------------------------------------------------------
def zeros(table: Table, previous: int) -> Iterator[Remark]:
    """Zeros where there was a figure last year: what is not known is no zero."""
    for cell in table.all:
        if not cell.now and cell.last:
            entry = cell.entry
            cure = "不知道、不公布应填“—”；确是零的不必理会"
            words = f"{previous}年是{cell.last}，本年填的是0；{cure}"
            several = f"{previous}年有数，本年填的是0；{cure}"
            yield Remark(entry.sheet, entry.place.name, "", words, False, False, several, entry.file)


def unchanged(table: Table, previous: int) -> Iterator[Remark]:
    """Figures that are last year's to the last digit, of so many digits that this is hardly chance."""
    for cell in same_as_last(table.all):
        entry = cell.entry
        words = f"与{previous}年的数一字不差，请确认不是上年的数没有改"
        yield Remark(entry.sheet, entry.place.name, entry.figure.literal, words, False, False, "", entry.file)


def same_as_last(cells: Iterable[Cell]) -> list[Cell]:
    """Cells that hold last year's figure."""
    return [cell for cell in cells if cell.now == cell.last and is_telling(cell.now)]


def is_telling(number: Decimal) -> bool:
    """Whether a number has so many digits, zeros at its ends aside, that it tells itself from others."""
    return len(number.normalize().as_tuple().digits) >= TELLING_DIGITS
