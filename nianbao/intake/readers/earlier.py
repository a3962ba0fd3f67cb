"""Sheets about an edition as a whole, read back: base years, figures of earlier years, reasons of large changes.

What was read before stays: an empty cell erases nothing. A figure goes where its cell says 删除.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from nianbao.data import schema
from nianbao.data.bases import is_below
from nianbao.data.catalogue import Indicator
from nianbao.data.csvfiles import Row
from nianbao.data.dataset import Dataset
from nianbao.intake.cells import DELETE, Asked, Cell, Understood, understand
from nianbao.intake.earlier import LABELS, SOURCE_HEAD
from nianbao.intake.folding import folded
from nianbao.intake.grids import Grid
from nianbao.intake.keys import Place, Series
from nianbao.intake.layout import BASES, CHANGES, EARLIER, MEAN_NAMES, REASON, REVISIONS, Form
from nianbao.intake.merging import csv_of
from nianbao.intake.names import Names
from nianbao.intake.remarks import Remark, Remarks

#: The names of the sheets that are read here.
SHEETS = (BASES, EARLIER, CHANGES)
#: Rows from the top in which a head must stand.
DEEPEST_HEAD = 12
#: Words for all indicators.
ALL = {"", "全部", "(全部)", "全部指标"}
YEAR = re.compile(r"((?:19|20)\d\d)年?[末底]?")
#: Columns of the files.
BASE_COLUMNS = tuple(column.name for column in schema.BASES.columns)
EARLIER_COLUMNS = tuple(column.name for column in schema.EARLIER.columns)
JUMP_COLUMNS = tuple(column.name for column in schema.JUMPS.columns)

Record = dict[str, str]
#: Rows of a table by what they are known by; None for one that goes.
Rows = dict[tuple[str, ...], Record | None]


class Table(NamedTuple):
    """A table of an edition: the `name` of its file, its columns, what its rows are known by, and its `sheet`."""

    name: str
    columns: tuple[str, ...]
    by: tuple[str, ...]
    sheet: str


TABLES = (
    Table("bases", BASE_COLUMNS, ("indicator",), BASES),
    Table("earlier", EARLIER_COLUMNS, ("indicator", "item", "year"), EARLIER),
    Table("jumps", JUMP_COLUMNS, ("indicator", "item"), CHANGES),
)


@dataclass
class EditionReader:
    """Reads the sheets `SHEETS` of a file. `said` is then what it says of each table, by the table's name.

    A row that is None goes.
    """

    data: Dataset
    form: Form
    names: Names
    remarks: Remarks
    file: str = ""
    said: dict[str, Rows] = field(default_factory=lambda: {table.name: {} for table in TABLES})

    def read(self, grid: Grid) -> None:
        """Read one of the sheets."""
        self.file = grid.file
        if grid.name == BASES:
            self._read_bases(grid)
        elif grid.name == EARLIER:
            self._read_earlier(grid)
        else:
            self._read_reasons(grid)

    def _rows(self, name: str) -> list[Row]:
        return rows_of(self.data, self.form, name)

    # -- base years ---------------------------------------------------------------------------------------------
    def _read_bases(self, grid: Grid) -> None:
        """Rows that name a year; without an indicator, for all."""
        columns = self._head(grid, "基期年份")
        if columns is None:
            return
        for row in range(columns.row + 1, grid.last_row + 1):
            words = {name: grid.text(row, at) for name, at in columns.named.items()}
            if not any(words.values()):
                continue
            indicator = self._beginning(grid, row, words.get("指标", ""))
            year = YEAR.fullmatch(words["基期年份"])
            mean = words.get("年均算法", "")
            place = Place(row, columns.named["基期年份"])
            if words["基期年份"] == DELETE and indicator is not None:
                self.said["bases"][(indicator,)] = None
            elif year is None or int(year[1]) >= self.form.year - 1:
                wanted = f"应为{self.form.year - 1}年以前的年份，如 {self.form.year - 5}"
                self.remarks.ask(grid.name, place, words["基期年份"], wanted)
            elif mean not in {"", *MEAN_NAMES}:
                wanted = "应为" + "或".join(MEAN_NAMES)
                self.remarks.ask(grid.name, Place(row, columns.named["年均算法"]), mean, wanted)
            elif indicator is not None:
                values = (indicator, year[1], MEAN_NAMES.get(mean, ""), grid.typed(row, columns.named.get("说明", 0)))
                self._enter(grid, place, self.said["bases"], (indicator,), dict(zip(BASE_COLUMNS, values, strict=True)))

    def _beginning(self, grid: Grid, row: int, text: str) -> str | None:
        """The beginning of codes that a text names, empty for all; None, and a question, for an unknown one."""
        if folded(text) in ALL:
            return ""
        if any(is_below(code, text) for code in self.data.catalogue.indicators):
            return text
        codes = self.names.indicators(text)
        if len(codes) == 1:
            return next(iter(codes))
        self.remarks.ask(grid.name, Place(row, 1), text, "应为指标的名称、代码或代码的开头；空着为全部指标")
        return None

    # -- figures of earlier years ---------------------------------------------------------------------------------
    def _read_earlier(self, grid: Grid) -> None:
        """Rows of indicators, columns of years."""
        columns = self._head(grid, LABELS[0])
        if columns is None:
            return
        years = {at: year[1] for name, at in columns.named.items() if (year := YEAR.fullmatch(name))}
        for row in range(columns.row + 1, grid.last_row + 1):
            filled = {at: cell for at in self._beyond(grid, columns) if (cell := grid.cells.get(Place(row, at)))}
            if not filled:
                continue
            series = self._series(grid, row, columns)
            source = grid.typed(row, columns.named.get(SOURCE_HEAD, 0))
            for at, cell in filled.items():
                if at not in years:
                    wanted = "表头应写明年份，如 2012"
                    self.remarks.ask(grid.name, Place(columns.row, at), grid.text(columns.row, at), wanted)
                elif series is not None:
                    self._take(grid, Place(row, at), cell, series, years[at], source)

    def _beyond(self, grid: Grid, columns: Columns) -> list[int]:
        """The columns of figures: those that are neither labels nor sources."""
        others = {at for name, at in columns.named.items() if name in {*LABELS, SOURCE_HEAD}}
        return [at for at in range(1, grid.last_column + 1) if at not in others]

    def _series(self, grid: Grid, row: int, columns: Columns) -> Series | None:
        """The indicator and the item of a row; None, and a question, where they are not clear."""
        words = [grid.text(row, columns.named[name]) for name in LABELS if name in columns.named]
        indicators = [self.names.indicators(word) for word in words[:2] if word]
        codes = frozenset.intersection(*map(frozenset, indicators)) if indicators else frozenset()
        if len(codes) != 1:
            self.remarks.ask(grid.name, Place(row, 1), "、".join(filter(None, words[:2])), "应为一个指标的代码或名称")
            return None
        about = self.data.catalogue.indicator(next(iter(codes)))
        items = {self.names.item(about.dimension, word) for word in words[2:4] if word}
        if not items:
            return Series(about.code, self.data.catalogue.top(about))
        item = items.pop()
        if items or item is None:
            named = "、".join(filter(None, words[2:4]))
            self.remarks.ask(grid.name, Place(row, 3), named, "应为一个地区或项目的代码或名称")
            return None
        return Series(about.code, item)

    def _take(self, grid: Grid, place: Place, cell: Cell, series: Series, year: str, source: str) -> None:
        """Take up a figure of an earlier year, unless it is what the data hold."""
        if int(year) >= self.form.year:
            self.remarks.ask(grid.name, place, cell, f"应为{self.form.year}年以前的数")
            return
        key = (*series, year)
        if cell.text == DELETE:
            self.said["earlier"][key] = None
            return
        figure = self._understood(grid, place, cell, series)
        seen = self.data.observations.get(series.at(int(year)))
        own = any((row["indicator"], row["item"], row["year"]) == key for row in self._rows("earlier"))
        if figure is None or (seen and not own and not seen.derived and seen.literal == figure.literal):
            return
        if seen and not own and not seen.derived:
            wanted = f"数据中{year}年为“{seen.literal}”；要改请写在“{REVISIONS}”表"
            self.remarks.ask(grid.name, place, cell, wanted)
            return
        if seen and own and seen.literal != figure.literal:
            self.remarks.tell(grid.name, place, cell, f"先前读入的是“{seen.literal}”，改为“{figure.literal}”")
        where = self.form.source(source or EARLIER)
        values = (*key, figure.literal, figure.status, where, figure.margin)
        self._enter(grid, place, self.said["earlier"], key, dict(zip(EARLIER_COLUMNS, values, strict=True)))

    def _understood(self, grid: Grid, place: Place, cell: Cell, series: Series) -> Understood | None:
        """What stands in a cell; None, and a question, where that is not clear."""
        about: Indicator = self.data.catalogue.indicator(series.indicator)
        try:
            return understand(cell, about, self.data.catalogue.unit(about, series.item))
        except Asked as asked:
            self.remarks.ask(grid.name, place, cell, str(asked))
            return None

    # -- reasons of changes ---------------------------------------------------------------------------------------
    def _read_reasons(self, grid: Grid) -> None:
        """Reasons beside the figures that moved much."""
        columns = self._head(grid, REASON)
        if columns is None:
            return
        for row in range(columns.row + 1, grid.last_row + 1):
            reason = grid.typed(row, columns.named[REASON])
            code = grid.text(row, columns.named.get(LABELS[0], 0))
            item = grid.text(row, columns.named.get(LABELS[2], 0))
            if not reason:
                continue
            if Series(code, item) not in self.form.sheet_of:
                place = Place(row, columns.named[REASON])
                self.remarks.ask(grid.name, place, reason, "这一行没有指标，请写在所说的数那一行")
            elif reason == DELETE:
                self.said["jumps"][code, item] = None
            else:
                self.said["jumps"][code, item] = {"indicator": code, "item": item, "reason": reason}

    # -- heads ----------------------------------------------------------------------------------------------------
    def _head(self, grid: Grid, known_by: str) -> Columns | None:
        """The head of a sheet; None, and a question where the sheet holds anything, if there is none."""
        for row in range(1, DEEPEST_HEAD + 1):
            names = {at: grid.text(row, at) for at in range(1, grid.last_column + 1)}
            if folded(known_by) in map(folded, names.values()):
                return Columns(row, {head_name(name): at for at, name in names.items() if name})
        if grid.cells:
            self.remarks.ask(grid.name, "", "", f"找不到表头，应有一栏写着“{known_by}”")
        return None

    def _enter(self, grid: Grid, place: Place, into: Rows, key: tuple[str, ...], record: Record) -> None:
        """Enter a record, unless another row says something else of the same."""
        other = into.get(key)
        if other and other != record:
            self.remarks.ask(grid.name, place, "、".join(filter(None, record.values())), "同一个数写了两次，而所写不同")
            return
        into[key] = record


class Edition:
    """What several files say of an edition, put together: `files` are the tables that shall hold it.

    A row that only repeats what is known says nothing against another; `remarks` ask about different answers.
    """

    def __init__(self, data: Dataset, form: Form, readers: Sequence[EditionReader]):
        self.remarks: list[Remark] = []
        self.files: dict[Path, str] = {}
        for table in TABLES:
            known: Rows = {tuple(row[name] for name in table.by): dict(row) for row in rows_of(data, form, table.name)}
            read: Rows = {}
            files: dict[tuple[str, ...], str] = {}
            for reader in readers:
                for key, row in reader.said[table.name].items():
                    if key in read and read[key] != row and row == known.get(key):
                        continue
                    if key in read and read[key] not in (row, known.get(key)):
                        stands = "、".join(filter(None, (*key, *(row or {}).values())))
                        words = f"与“{files[key]}”所写的同一条不同，请改成一样"
                        self.remarks.append(Remark(table.sheet, "", stands, words, file=reader.file))
                    read[key] = row
                    files[key] = reader.file
            if read:
                path = data.root / "editions" / str(form.year) / f"{table.name}.csv"
                self.files[path] = csv_of(table.columns, together(known, read))


def rows_of(data: Dataset, form: Form, name: str) -> list[Row]:
    """The rows of a table of the edition."""
    return data.folder.read(f"editions/{form.year}/{name}.csv", optional=True)


@dataclass(frozen=True)
class Columns:
    """The `row` of a head, and its columns by what stands above them."""

    row: int
    named: dict[str, int]


def head_name(text: str) -> str:
    """A head as it is known here: a year as a number, without 年."""
    year = YEAR.fullmatch(folded(text))
    known = {folded(name): name for name in (*LABELS, SOURCE_HEAD, REASON, "指标", "基期年份", "年均算法", "说明")}
    return year[1] if year else known.get(folded(text), text)


def together(known: Mapping, read: Mapping) -> Iterator[Mapping[str, str]]:
    """The rows that were known, with those that were read in their place or behind them; None takes one away."""
    for row in {**known, **read}.values():
        if row is not None:
            yield row
