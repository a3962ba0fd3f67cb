"""The sheets beside those of figures and texts: codelists (地区 and others) and explained differences.

They are read first, so that the sheets of figures may hold what is new; their files are written with the rest.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from openpyxl import Workbook

from nianbao.data import schema
from nianbao.data.catalogue import DIMENSIONS, REGION, Item
from nianbao.data.csvfiles import read_csv
from nianbao.data.dataset import Dataset
from nianbao.intake.grids import Grid
from nianbao.intake.kinds import Kind
from nianbao.intake.names import Names
from nianbao.intake.readers.codes import CodeReader
from nianbao.intake.readers.explained import KNOWN_BY, Explained, ExplainedReader
from nianbao.intake.remarks import Remarks
from nianbao.intake.sheets import codes, explained

COLUMNS = tuple(column.name for column in schema.EXPLAINED.columns)


def code_sheets(kind: Kind | None) -> dict[str, str]:
    """The sheets of codelists of a workbook, by title: regions in that of a report, its own lists in a document's."""
    if kind is None:
        return {codes.REGIONS_SHEET: REGION}
    return {title: dimension for dimension, title in kind.codelists.items()}


def write(book: Workbook, data: Dataset, year: int, kind: Kind | None = None) -> None:
    """Add the sheets to a workbook of `year`, of a report or of another `kind` of document."""
    for title, dimension in code_sheets(kind).items():
        if dimension in data.catalogue.codelists:
            codes.write(book.create_sheet(title), title, data.catalogue, dimension, year)
    explained.write(book.create_sheet(explained.SHEET), data, year)


class Side:
    """What these sheets of the files read for `year` say; `remarks` takes the questions.

    The catalogue of `data` holds what is new from then on.
    """

    def __init__(self, data: Dataset, year: int, remarks: Remarks, kind: Kind | None = None):
        self.data = data
        self.year = year
        self.remarks = remarks
        self.sheets = code_sheets(kind)
        self.codes = CodeReader(data.catalogue, year, remarks)
        self.explained: list[Explained] = []

    def take(self, grids: Iterable[Grid]) -> list[Grid]:
        """Read the sheets that are of this kind, codelists first; returns the others."""
        rest = []
        explaining = []
        for grid in grids:
            if grid.name in self.sheets:
                self.codes.read(grid, self.sheets[grid.name])
            elif grid.name == explained.SHEET:
                explaining.append(grid)
            else:
                rest.append(grid)
        reader = ExplainedReader(self.data, self.year, Names(self.data.catalogue), self.remarks)
        for grid in explaining:
            self.explained += reader.read(grid)
        return rest

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
        known = {tuple(row[name] for name in KNOWN_BY): dict(row) for row in read_csv(path, optional=True)}
        for row in self.explained:
            if row.deletes:
                known.pop(row.key, None)
            else:
                known[row.key] = row.record
        return {path: csv_of(COLUMNS, known.values())} if known or path.exists() else {}

    def _codelist_files(self) -> dict[Path, str]:
        """The codelists with what is new in them."""
        names = {dimension: name for name, dimension in DIMENSIONS.items()}
        made = {}
        for dimension, items in self.codes.changed.items():
            name = names.get(dimension, dimension)
            path = self.data.root / "catalogue" / "codelists" / f"{name}.csv"
            made[path] = with_items(path, items)
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


def csv_of(columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> str:
    """The text of a CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
