"""The sheet of revisions: figures of earlier years that this year's document corrects, and definitions that changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from nianbao.data.catalogue import Indicator
from nianbao.data.csvfiles import NUMBER
from nianbao.data.dataset import Dataset
from nianbao.data.observations import Observation
from nianbao.intake.cells import DELETE, DELETIONS
from nianbao.intake.filled import Filled, Record, RevisionRow, Where
from nianbao.intake.folding import folded, plain
from nianbao.intake.grids import Grid
from nianbao.intake.keys import Place, Series
from nianbao.intake.layout import REVISION_HEADS, REVISION_KINDS
from nianbao.intake.names import Names
from nianbao.intake.remarks import Remarks

#: The column by which the head is known, and columns in which it may stand.
KNOWN_BY = "原数"
WIDEST = 14
DATE = re.compile(r"20\d\d-\d\d-\d\d")
#: The item of a revision that names none.
WHOLE = "合计"
#: The kind of a change of a definition, which revises no figure: its year is empty.
METHOD = "method"
#: Columns that are kept as they were typed.
AS_TYPED = {"reason"}
#: Codes that a question names.
MOST_NAMED = 3


@dataclass(frozen=True)
class Revised:
    """What a row is about, as far as it is known: the indicator, the item, and the observation that is revised.

    `possible` are the codes that the name of the indicator may mean; `definition` tells a change of a definition.
    """

    about: Indicator | None = None
    item: str | None = None
    seen: Observation | None = None
    possible: tuple[str, ...] = ()
    definition: bool = False


@dataclass(frozen=True)
class RevisionReader:
    """Reads the log of revisions into `filled`."""

    data: Dataset
    names: Names
    remarks: Remarks
    filled: Filled

    def read(self, grid: Grid) -> None:
        """Read the log of revisions of earlier figures."""
        head = revisions_head(grid)
        if head is None:
            self.remarks.ask(grid.name, "", "", f"找不到表头，应为：{'、'.join(REVISION_HEADS.values())}")
            return
        names = {head: name for name, head in REVISION_HEADS.items()}
        columns = {}
        for column in range(1, WIDEST + 1):
            word = grid.text(head, column)
            if word in names:
                columns[names[word]] = column
        lost = [title for name, title in REVISION_HEADS.items() if name not in columns]
        rows = range(head + 1, grid.last_row + 1)
        written = [row for row in rows if any(grid.text(row, column) for column in columns.values())]
        if lost and written:
            words = f"缺少“{'”、“'.join(lost)}”一栏，应有：{'、'.join(REVISION_HEADS.values())}"
            self.remarks.ask(grid.name, Place(head, 1), "", words)
            return
        for row in written:
            record = {
                name: grid.typed(row, columns[name]) if name in AS_TYPED else grid.text(row, columns[name])
                for name in REVISION_HEADS
            }
            revision = self._revision(grid, row, columns, record)
            if revision is not None:
                deletes = record["kind"] in DELETIONS
                where = Where(grid.file, grid.name, Place(row, columns["new"]))
                self.filled.revisions.append(RevisionRow(revision, where, deletes))

    def _revision(self, grid: Grid, row: int, columns: Mapping[str, int], record: Record) -> Record | None:
        """A row as it is stored; None, and a question for each of its cells that is wrong."""
        revised = self._revised(record)
        record["date"] = self._date(grid, row, columns, record)
        wrong = wrong_cells(record, revised)
        for name, wanted in wrong.items():
            stands = record[name] if name != "date" else grid.text(row, columns["date"])
            self.remarks.ask(grid.name, Place(row, columns[name]), stands, wanted)
        if wrong or revised.about is None or revised.item is None:
            return None
        seen = revised.seen
        old = seen.literal if seen else grid.typed(row, columns["old"])
        new = grid.typed(row, columns["new"])
        if as_number(record["new"]) is not None:
            new = with_decimals(record["new"], revised.about.decimals)
        return {
            "indicator": revised.about.code,
            "item": revised.item,
            "of_year": str(seen.year) if seen else record["of_year"][:4],
            "old": old,
            "new": new,
            "kind": REVISION_KINDS.get(record["kind"], ""),
            "reason": record["reason"],
            "date": record["date"],
        }

    def _revised(self, record: Record) -> Revised:
        """What a row is about."""
        possible = tuple(sorted(self.names.indicators(record["indicator"])))
        if len(possible) != 1:
            return Revised(possible=possible)
        about = self.data.catalogue.indicator(possible[0])
        item = self.names.item(about.dimension, record["item"] or WHOLE)
        year = record["of_year"][:4]
        if item is None or not year.isdecimal():
            definition = not year and REVISION_KINDS.get(record["kind"]) == METHOD
            return Revised(about, item, None, possible, definition)
        return Revised(about, item, self.data.observations.get(Series(about.code, item).at(int(year))), possible)

    def _date(self, grid: Grid, row: int, columns: Mapping[str, int], record: Record) -> str:
        """The date of a row: as it is typed, or as a date of Excel."""
        cell = grid.cells.get(Place(row, columns["date"]))
        if cell and isinstance(cell.value, date):
            return f"{cell.value:%Y-%m-%d}"
        return record["date"]


def revisions_head(grid: Grid) -> int | None:
    """The row of the head of a sheet of revisions; None where it has none."""
    for row in range(1, grid.last_row + 1):
        if folded(KNOWN_BY) in {folded(grid.text(row, column)) for column in range(1, WIDEST + 1)}:
            return row
    return None


def wrong_cells(record: Record, revised: Revised) -> dict[str, str]:
    """What is expected in each cell of a row that is wrong, by the name of its column."""
    seen = revised.seen
    deletes = record["kind"] in DELETIONS
    whole = deletes or revised.definition
    sound = {
        "indicator": revised.about is not None,
        "item": revised.item is not None,
        "of_year": seen is not None or whole,
        "old": whole or seen is None or (seen.value is not None and as_number(record["old"]) == seen.value),
        "new": whole or as_number(record["new"]) is not None,
        "kind": deletes or record["kind"] in REVISION_KINDS,
        "reason": deletes or bool(record["reason"]),
        "date": deletes or DATE.fullmatch(record["date"]) is not None,
    }
    several = f"；叫这个名称的有{'、'.join(revised.possible[:MOST_NAMED])}，请写代码" if revised.possible else ""
    wanted = {
        "indicator": f"应为指标的名称或代码{several}",
        "item": "应为地区或项目的名称或代码",
        "of_year": "应为有此数的年份；口径变化的种类写“方法”，年份空着",
        "old": f"应为数据中的“{seen.literal if seen else ''}”",
        "new": "应为数字",
        "kind": f"应为{'、'.join(REVISION_KINDS)}；要撤去这一条写“{DELETE}”",
        "reason": "应写明理由",
        "date": "应为日期，如 2027-01-15",
    }
    return {name: wanted[name] for name, fine in sound.items() if not fine}


def as_number(text: str) -> Decimal | None:
    """A plain number, thousands separated or not; None for anything else."""
    text = plain(text).replace(",", "")
    return Decimal(text) if NUMBER.fullmatch(text) else None


def with_decimals(text: str, decimals: int) -> str:
    """A number with at least so many decimals."""
    text = f"{as_number(text):f}"
    whole, _, fraction = text.partition(".")
    fraction = fraction.ljust(decimals, "0")
    return f"{whole}.{fraction}" if fraction else whole
