"""What changes in the tables beside figures and texts: codelists, explained differences, base years and the like."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from nianbao.data.catalogue import DIMENSIONS
from nianbao.data.csvfiles import read_csv
from nianbao.data.dataset import Dataset
from nianbao.intake.changes import BASE, CODE, EARLIER, EXPLANATION, REASON, Change, Kind
from nianbao.intake.kinds import CODE_SHEETS
from nianbao.intake.readers import earlier
from nianbao.intake.readers.explained import KNOWN_BY
from nianbao.intake.sheets import explained
from nianbao.intake.sheets.codes import HEADS as CODE_HEADS

#: What the rows of the tables of an edition are, by the name of their file.
SUBJECTS = {"bases": BASE, "earlier": EARLIER, "jumps": REASON}
#: The same with what they are known by, and the sheet where they are told.
TABLES = {
    "explained": (EXPLANATION, KNOWN_BY, explained.SHEET),
    **{table.name: (SUBJECTS[table.name], table.by, table.sheet) for table in earlier.TABLES},
}
#: The folder of codelists.
CODELISTS = "codelists"
REGIONS = "regions"

Row = Mapping[str, str]


def row_changes(data: Dataset, path: Path, text: str, files: str) -> list[Change]:
    """What changes in the table at `path` that shall hold `text`, said by the `files`."""
    rows = list(csv.DictReader(io.StringIO(text)))
    before = read_csv(path, optional=True)
    heads = next(csv.reader(io.StringIO(text)))
    of_codes = (CODE, tuple(heads[:1]), "地区" if path.stem == REGIONS else CODE_SHEETS.get(path.stem, path.stem))
    what, by, sheet = of_codes if path.parent.name == CODELISTS else TABLES[path.stem]
    old = {tuple(row[name] for name in by): row for row in before}
    new = {tuple(row[name] for name in by): row for row in rows}
    where = f"“{files}”工作表“{sheet}”"
    found = []
    for key in {**old, **new}:
        was = said_by(old.get(key), by)
        now = said_by(new.get(key), by)
        if key in old and key in new and was == now:
            continue
        kind = Kind.CHANGED if key in old else Kind.ADDED
        if key not in new:
            kind = Kind.DELETED
        title = titled(data, path, dict(zip(by, key, strict=True)))
        if path.parent.name == CODELISTS and kind is Kind.CHANGED:
            was, now = said_apart(old[key], new[key])
        found.append(Change(kind, (what, path.stem, *key), title, was, now, sheet, where))
    return found


def said_by(row: Row | None, by: Iterable[str]) -> str:
    """What a row says beside what it is known by, in a line."""
    return "　".join(text for name, text in row.items() if text and name not in by) if row else ""


def said_apart(old: Row, new: Row) -> tuple[str, str]:
    """What two states of an entry of a codelist say otherwise, each cell with the head of its column."""
    columns = [name for name in new if old.get(name, "") != new[name]]
    was = "，".join(f"{CODE_HEADS.get(name, name)}“{old[name]}”" for name in columns if old.get(name))
    return was, "，".join(f"{CODE_HEADS.get(name, name)}“{new[name]}”" for name in columns if new[name])


def titled(data: Dataset, path: Path, key: Row) -> str:
    """What a row is about, in words."""
    catalogue = data.catalogue
    about = catalogue.indicators.get(key.get("indicator", ""))
    words = []
    for name, text in key.items():
        if about is not None and name == "item" and text:
            text = catalogue.item(about, text).name
        elif about is not None and name == "indicator":
            text = about.name
        elif path.parent.name == CODELISTS:
            dimension = DIMENSIONS.get(path.stem, path.stem)
            item = catalogue.codelists.get(dimension, {}).get(text)
            text = f"{text}{item.name if item else ''}"
        words.append(text)
    return "、".join(filter(None, words)) or "全部指标"
