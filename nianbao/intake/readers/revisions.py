"""The sheet of revisions: figures of earlier years that this year's document corrects."""

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
from nianbao.intake.filled import Filled, Record
from nianbao.intake.folding import folded
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


@dataclass(frozen=True)
class Revised:
    """What a row is about, as far as it is known: the indicator, the item, and the observation that is revised."""

    about: Indicator | None = None
    item: str | None = None
    seen: Observation | None = None


@dataclass(frozen=True)
class RevisionReader:
    """Reads the log of revisions into `filled`."""

    data: Dataset
    names: Names
    remarks: Remarks
    filled: Filled

    def read(self, grid: Grid) -> None:
        """Read the log of revisions of earlier figures."""
        head = self._head(grid)
        if head is None:
            self.remarks.ask(grid.name, "", "", f"找不到表头，应为：{'、'.join(REVISION_HEADS.values())}")
            return
        names = {head: name for name, head in REVISION_HEADS.items()}
        columns = {}
        for column in range(1, WIDEST + 1):
            word = grid.text(head, column)
            if word in names:
                columns[names[word]] = column
        revisions = []
        for row in range(head + 1, grid.last_row + 1):
            record = {name: grid.text(row, columns[name]) if name in columns else "" for name in REVISION_HEADS}
            if not any(record.values()):
                continue
            revision = self._revision(grid, row, columns, record)
            if revision is not None:
                revisions.append(revision)
        self.filled.revisions = revisions

    def _head(self, grid: Grid) -> int | None:
        """The row of the head."""
        for row in range(1, grid.last_row + 1):
            if folded(KNOWN_BY) in {folded(grid.text(row, column)) for column in range(1, WIDEST + 1)}:
                return row
        return None

    def _revision(self, grid: Grid, row: int, columns: Mapping[str, int], record: Record) -> Record | None:
        """A row as it is stored; None, and a question for each of its cells that is wrong."""
        revised = self._revised(record)
        record["date"] = self._date(grid, row, columns, record)
        wrong = wrong_cells(record, revised)
        for name, wanted in wrong.items():
            stands = record[name] if name != "date" else grid.text(row, columns.get("date", 0))
            self.remarks.ask(grid.name, Place(row, columns.get(name, 1)), stands, wanted)
        if wrong or revised.about is None or revised.item is None or revised.seen is None:
            return None
        return {
            "indicator": revised.about.code,
            "item": revised.item,
            "of_year": str(revised.seen.year),
            "old": revised.seen.literal,
            "new": with_decimals(record["new"], revised.about.decimals),
            "kind": REVISION_KINDS[record["kind"]],
            "reason": record["reason"],
            "date": record["date"],
        }

    def _revised(self, record: Record) -> Revised:
        """What a row is about."""
        code = next(iter(sorted(self.names.indicators(record["indicator"]))), "")
        about = self.data.catalogue.indicators.get(code)
        if about is None:
            return Revised()
        item = self.names.item(about.dimension, record["item"] or WHOLE)
        year = record["of_year"][:4]
        if item is None or not year.isdecimal():
            return Revised(about, item)
        return Revised(about, item, self.data.observations.get(Series(code, item).at(int(year))))

    def _date(self, grid: Grid, row: int, columns: Mapping[str, int], record: Record) -> str:
        """The date of a row: as it is typed, or as a date of Excel."""
        cell = grid.cells.get(Place(row, columns.get("date", 0)))
        if cell and isinstance(cell.value, date):
            return f"{cell.value:%Y-%m-%d}"
        return record["date"]


def wrong_cells(record: Record, revised: Revised) -> dict[str, str]:
    """What is expected in each cell of a row that is wrong, by the name of its column."""
    seen = revised.seen
    sound = {
        "indicator": revised.about is not None,
        "item": revised.item is not None,
        "of_year": seen is not None,
        "old": seen is None or (seen.value is not None and as_number(record["old"]) == seen.value),
        "new": as_number(record["new"]) is not None,
        "kind": record["kind"] in REVISION_KINDS,
        "reason": bool(record["reason"]),
        "date": DATE.fullmatch(record["date"]) is not None,
    }
    wanted = {
        "indicator": "应为指标的名称或代码",
        "item": "应为地区或项目的名称或代码",
        "of_year": "应为有此数的年份",
        "old": f"应为数据中的“{seen.literal if seen else ''}”",
        "new": "应为数字",
        "kind": "应为计划、方法或差错",
        "reason": "应写明理由",
        "date": "应为日期，如 2027-01-15",
    }
    return {name: wanted[name] for name, fine in sound.items() if not fine}


def as_number(text: str) -> Decimal | None:
    """A plain number, thousands separated or not; None for anything else."""
    text = text.replace(",", "")
    return Decimal(text) if NUMBER.fullmatch(text) else None


def with_decimals(text: str, decimals: int) -> str:
    """A number with at least so many decimals."""
    text = f"{as_number(text):f}"
    whole, _, fraction = text.partition(".")
    fraction = fraction.ljust(decimals, "0")
    return f"{whole}.{fraction}" if fraction else whole
