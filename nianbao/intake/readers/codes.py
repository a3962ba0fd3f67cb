"""Sheets of codelists, read: new entries, and entries that end, as rows of the files of `data/catalogue/codelists`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from nianbao.data.catalogue import CODE, Catalogue, Item
from nianbao.data.csvfiles import YEAR, unseen
from nianbao.intake.folding import folded
from nianbao.intake.grids import Grid
from nianbao.intake.keys import Place
from nianbao.intake.readers.heads import list_head
from nianbao.intake.remarks import Remarks
from nianbao.intake.sheets.codes import HEADS

#: Columns that the sheet must have.
NEEDED = frozenset({"code", "name", "parent"})
#: Columns that are years.
YEARS = ("since", "until")
#: Columns that are kept as they were typed.
AS_TYPED = ("name", "short", "unit")
#: The level of an entry whose neighbours have none.
NO_LEVEL = ""


class Said(NamedTuple):
    """An entry as a `file` said it."""

    item: Item
    file: str


@dataclass
class CodeReader:
    """Reads the sheet of a codelist for the form of `year`, and takes what is new up into the `catalogue`.

    `changed` holds the entries that are new or ended otherwise than the data say, by codelist and code.
    """

    catalogue: Catalogue
    year: int
    remarks: Remarks
    changed: dict[str, dict[str, Said]] = field(default_factory=dict)

    def read(self, grid: Grid, dimension: str) -> None:
        """Read the sheet of a codelist."""
        head, columns = list_head(grid, HEADS, NEEDED)
        if not columns:
            self.remarks.ask(grid.name, "", "", f"找不到表头，应为：{'、'.join(HEADS.values())}")
            return
        rows = [
            (row, {name: grid.text(row, column) for name, column in columns.items()})
            for row in range(head + 1, grid.last_row + 1)
        ]
        codes = {record["code"] for _, record in rows} | set(self.catalogue.codelists[dimension])
        for row, record in rows:
            if any(record.values()):
                record |= {name: grid.typed(row, columns[name]) for name in AS_TYPED if name in columns}
                item = self._item(grid, row, columns, record, dimension, codes)
                if item is not None and item != self.catalogue.codelists[dimension].get(item.code):
                    self._take(grid, row, dimension, item)

    def _take(self, grid: Grid, row: int, dimension: str, item: Item) -> None:
        """Take up an entry that is new or has changed; asked about where another file said it otherwise."""
        changed = self.changed.setdefault(dimension, {})
        seen = changed.get(item.code)
        if seen is not None and seen.file != grid.file:
            words = f"与“{seen.file}”所写的“{seen.item.name}”不同（年份或并入何处），请改成一样"
            self.remarks.ask(grid.name, Place(row, 1), item.code, words)
        self.catalogue.add(dimension, item)
        changed[item.code] = Said(item, grid.file)

    def _item(
        self,
        grid: Grid,
        row: int,
        columns: Mapping[str, int],
        record: Mapping[str, str],
        dimension: str,
        codes: set[str],
    ) -> Item | None:
        """The entry in a row; None, and a question for each cell that is wrong."""
        items = self.catalogue.codelists[dimension]
        known = items.get(record["code"])
        wrong = wrong_years(record, self.year)
        parent = named(items, codes, record.get("parent", ""))
        successor = named(items, codes, record.get("successor", ""))
        if record.get("successor") and successor is None:
            wrong["successor"] = "应为本表里的代码或名称"
        if record.get("successor") and not record.get("until"):
            wrong["until"] = "写了并入何处的，也应写最后有数的一年"
        if known is None:
            wrong |= self._wrong_new(record, parent, items)
        elif folded(record.get("name", "")) != folded(known.name):
            wrong["name"] = (
                f"代码{known.code}是“{known.name}”；新设的请另用代码。改了名的也照新设的办：这一行恢复原名，"
                "填“止于何年”，表末另写一行，用新代码、新名称（以前各年的书里仍用原名）"
            )
        for name, wanted in wrong.items():
            self.remarks.ask(grid.name, Place(row, columns.get(name, 1)), record.get(name, ""), wanted)
        if wrong:
            return None
        since = record.get("since", "").removesuffix("年")
        until = record.get("until", "").removesuffix("年")
        if known is not None:  # a blank cell takes nothing back
            return replace(
                known,
                since=since or known.since,
                until=until or known.until,
                successor=successor or known.successor,
            )
        beside = next((item for item in items.values() if item.parent == parent), None)
        name = record["name"]
        return Item(
            code=record["code"],
            name=name,
            short=record.get("short") or name,
            level=beside.level if beside else NO_LEVEL,
            parent=parent or "",
            note="",
            unit=record.get("unit", ""),
            since=since or str(self.year),
            until=until,
            successor=successor or "",
        )

    def _wrong_new(self, record: Mapping[str, str], parent: str | None, items: Mapping[str, Item]) -> dict[str, str]:
        """What is wrong with the row of an entry that is new."""
        wrong = {}
        name = record.get("name", "")
        if not CODE.fullmatch(record["code"]):
            wrong["code"] = "新设的应写代码，由字母、数字和 _ . - 组成"
        if not name or unseen(name):
            wrong["name"] = unseen(name) or "新设的应写名称"
        same = next(
            (item for item in items.values() if folded(item.name) == folded(name) and item.parent == parent), None
        )
        if same is not None:
            wrong["name"] = f"“{same.name}”的代码是{same.code}"
        if parent is None or not parent:
            wrong["parent"] = "新设的应写上级，为本表里的代码或名称"
        return wrong


def wrong_years(record: Mapping[str, str], year: int) -> dict[str, str]:
    """What is wrong with the years in a row."""
    wrong = {}
    for name in YEARS:
        text = record.get(name, "").removesuffix("年")
        if text and not YEAR.fullmatch(text):
            wrong[name] = f"应为年份，如 {year}"
    since = record.get("since", "").removesuffix("年")
    until = record.get("until", "").removesuffix("年")
    if not wrong and since and until and since > until:
        wrong["until"] = "不应早于自何年"
    return wrong


def named(items: Mapping[str, Item], codes: set[str], text: str) -> str | None:
    """The code of the entry that a text names, by code or name; empty for no text, None for an unknown one."""
    if not text or text in codes:
        return text
    return next((code for code, item in items.items() if folded(text) in {folded(item.name), folded(item.short)}), None)
