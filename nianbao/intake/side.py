"""The sheets beside those of figures and texts: codelists (地区 and others) and explained differences.

They are read first, so that the sheets of figures may hold what is new; their files are written with the rest.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from openpyxl import Workbook

from nianbao.data import schema
from nianbao.data.catalogue import DIMENSIONS, REGION, Item
from nianbao.data.csvfiles import read_csv
from nianbao.data.dataset import Dataset
from nianbao.intake.grids import Grid
from nianbao.intake.kinds import Kind
from nianbao.intake.layout import REGIONS_SHEET
from nianbao.intake.merging import csv_of
from nianbao.intake.names import Names
from nianbao.intake.readers.codes import CodeReader, Said
from nianbao.intake.readers.explained import KNOWN_BY, Explained, ExplainedReader
from nianbao.intake.remarks import Remarks
from nianbao.intake.sheets import codes, explained

COLUMNS = tuple(column.name for column in schema.EXPLAINED.columns)


def code_sheets(kind: Kind | None) -> dict[str, str]:
    """The sheets of codelists of a workbook, by title: regions in that of a report, its own lists in a document's."""
    if kind is None:
        return {REGIONS_SHEET: REGION}
    return {title: dimension for dimension, title in kind.codelists.items()}


def write(book: Workbook, data: Dataset, year: int, kind: Kind | None = None) -> None:
    """Add the sheets to a workbook of `year`, of a report or of another `kind` of document."""
    for title, dimension in code_sheets(kind).items():
        if dimension in data.catalogue.codelists:
            codes.write(book.create_sheet(title), title, data.catalogue, dimension, year)
    explained.write(book.create_sheet(explained.SHEET), data, year)


class Side:
    """What these sheets of the files read for `year` say.

    The catalogue of `data` holds what is new from then on.
    """

    def __init__(self, data: Dataset, year: int, kind: Kind | None = None):
        self.data = data
        self.year = year
        self.sheets = code_sheets(kind)
        #: Entries of codelists that are new or end otherwise, by codelist and code, each with the file that said so.
        self.changed: dict[str, dict[str, Said]] = {}
        self.explained: dict[tuple[str, ...], tuple[Explained, str]] = {}
        path = data.root / "editions" / str(year) / "explained.csv"
        self._known = {tuple(row[name] for name in KNOWN_BY): dict(row) for row in read_csv(path, optional=True)}

    def take(self, grids: Iterable[Grid], remarks: Remarks) -> list[Grid]:
        """Read the sheets of a file that are of this kind, codelists first; returns the others.

        `remarks` takes the questions, also on what another file said otherwise.
        """
        rest = []
        explaining = []
        codes_reader = CodeReader(self.data.catalogue, self.year, remarks, self.changed)
        for grid in grids:
            if grid.name in self.sheets:
                codes_reader.read(grid, self.sheets[grid.name])
            elif grid.name == explained.SHEET:
                explaining.append(grid)
            else:
                rest.append(grid)
        reader = ExplainedReader(self.data, self.year, Names(self.data.catalogue), remarks)
        for grid in explaining:
            for row in reader.read(grid):
                self._explain(row, grid, remarks)
        return rest

    def _explain(self, row: Explained, grid: Grid, remarks: Remarks) -> None:
        """Take up a row of explained differences; one that only repeats what is known says nothing against another."""
        seen, file = self.explained.get(row.key, (row, grid.file))
        if file != grid.file and seen != row:
            if self._repeats(row):
                return
            if not self._repeats(seen):
                words = f"与“{file}”说明的是同一处差异，内容却不同，请改成一样"
                remarks.ask(grid.name, "", row.record["reason"], words)
        self.explained[row.key] = (row, grid.file)

    def _repeats(self, row: Explained) -> bool:
        """Whether a row is known as it stands."""
        return not row.deletes and self._known.get(row.key) == row.record

    @property
    def says_anything(self) -> bool:
        """Whether anything was read that changes the data."""
        return bool(self.files())

    def files(self) -> dict[Path, str]:
        """The files as they shall be, with their texts."""
        return {**self._explained_file(), **self._codelist_files()}

    def _explained_file(self) -> dict[Path, str]:
        """The explained differences: those that were known stay unless a row takes their place or takes them back."""
        path = self.data.root / "editions" / str(self.year) / "explained.csv"
        if not self.explained:
            return {}
        known = dict(self._known)
        for key, (row, _) in self.explained.items():
            if row.deletes:
                known.pop(key, None)
            else:
                known[key] = row.record
        return {path: csv_of(COLUMNS, known.values())} if known or path.exists() else {}

    def _codelist_files(self) -> dict[Path, str]:
        """The codelists with what is new in them."""
        names = {dimension: name for name, dimension in DIMENSIONS.items()}
        made = {}
        for dimension, items in self.changed.items():
            name = names.get(dimension, dimension)
            path = self.data.root / "catalogue" / "codelists" / f"{name}.csv"
            made[path] = with_items(path, [said.item for said in items.values()])
        return made


def with_items(path: Path, items: Iterable[Item]) -> str:
    """The text of a codelist with entries that are new or have changed."""
    rows = {next(iter(row.values())): dict(row) for row in read_csv(path)}
    heads = next(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    heads += [name for name in schema.OF_LIFE if name not in heads]
    key = heads[0]
    for item in items:
        values = {**vars(item), key: item.code}
        known = rows.setdefault(item.code, {name: values.get(name) or "" for name in heads if name != "tile"})
        known |= {name: values[name] for name in schema.OF_LIFE}
    return csv_of(heads, rows.values())
