"""The files of numbered tables and charts: the numbers as CSV and workbook, a chart also as SVG.

`pictures` makes PNGs of the SVGs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from nianbao.chapter import record
from nianbao.chapter.doubted import Errata, word_of
from nianbao.chapter.published import reason_of
from nianbao.chapter.record import ChartRecord, Fact, FigureText, Number, Row, TableRecord, Text
from nianbao.data.csvfiles import write_csv
from nianbao.data.dataset import Dataset
from nianbao.output.imprint import version
from nianbao.output.packing import pack, unpack
from nianbao.output.tables.fingerprint import fingerprint
from nianbao.output.tables.sheets import UNKNOWN, Cell, imprint, markers, text_of, workbook

#: In a folder of downloads: what each table and chart was made of, and the version of the data.
MARK = ".made"
#: What parts of a table stand for in a download: an indented name, a head below a group.
INDENT = "　"
GROUP = "·"
#: The head of the first column where the table has none, and those of the columns behind the last.
ITEM = "项目"
ADDED = ("单位", "出处", "存疑")

Numbered = TableRecord | ChartRecord


@dataclass
class Made:
    """What stands in a folder of downloads.

    `of` says what each table and chart was made of, `data` is the version of the data, and `drawn` gives the captions
    of the charts that were drawn anew, by their SVG.
    """

    data: str
    of: dict[str, str] = field(default_factory=dict)
    drawn: dict[Path, str] = field(default_factory=dict)

    def save(self, folder: Path) -> None:
        """Remember it in the folder: from now on its files are taken for good."""
        (folder / MARK).write_text(json.dumps([self.of, self.data]), "utf-8", newline="\n")

    @classmethod
    def taken(cls, folder: Path) -> Made:
        """What was remembered in the folder, which is no longer taken for good: half of it may be written next."""
        mark = folder / MARK
        of, data = json.loads(mark.read_text()) if mark.exists() else ({}, "")
        mark.unlink(missing_ok=True)
        return cls(data, of)


def rows(about: Numbered, facts: Mapping[str, Fact], errata: Errata) -> list[list[Cell]]:
    """Heads and rows of a table, or of the numbers of a chart, with unit, source and doubts at the end of each row.

    `facts` are those of the chapter by id.
    """
    heads = [GROUP.join(filter(None, (head.group, head.name))) for head in about.body.heads]
    found: list[list[Cell]] = [[heads[0] or ITEM, *heads[1:], *ADDED]]
    for row in about.body.rows:
        known = [cell.id for cell in row.cells if isinstance(cell, FigureText)]
        units = dict.fromkeys(facts[each].unit for each in known if each in facts)
        places = dict.fromkeys(place for each in known for place in sources(each, facts))
        doubts = dict.fromkeys(doubts_of(row, heads, facts, errata))
        found.append([*cells(row), "、".join(units) or about.body.unit, "；".join(places), "；".join(doubts)])
    return found


def doubts_of(row: Row, heads: Sequence[str], facts: Mapping[str, Fact], errata: Errata) -> Iterator[str]:
    """What is said of each marked figure of a row, behind the name of its column."""
    for head, cell in zip(heads, row.cells, strict=False):
        if isinstance(cell, FigureText) and cell.marked and cell.id in facts:
            fact = facts[cell.id]
            yield f"{head}{word_of(fact, errata)}：{reason_of(fact.note).rstrip('。')}"


def cells(row: Row) -> list[Cell]:
    """The cells of a row: figures as numbers, what is unknown as an empty text, the name with its indent."""
    found = [cell_of(cell) for cell in row.cells]
    if isinstance(found[0], str):
        found[0] = INDENT * row.depth + found[0]
    return found


def cell_of(cell: record.Cell) -> Cell:
    """One cell of a record as a cell of a download."""
    if isinstance(cell, FigureText | Number):
        return Decimal(cell.value)
    return cell.text if isinstance(cell, Text) else UNKNOWN


def sources(identity: str, facts: Mapping[str, Fact]) -> list[str]:
    """Where a figure stands, or the figures it was computed from; each source once."""
    fact = facts.get(identity)
    if fact is None:
        return []
    if fact.source:
        return [fact.source]
    return [*dict.fromkeys(source for each in fact.inputs for source in sources(each, facts))]


def write(records: Iterable[Numbered], facts: Mapping[str, Fact], data: Dataset, title: str, folder: Path) -> Made:
    """Write the files of a chapter's tables and charts; those of tables that are gone are deleted.

    Those made of the same as last time only get the present version of the data. `facts` are those of the chapter by
    id, `title` is that of the book. Whoever has drawn the pictures too has the result saved.
    """
    before = Made.taken(folder)
    made = Made(version(data))
    folder.mkdir(parents=True, exist_ok=True)
    for about in records:
        lines = rows(about, facts, data.errata)
        svg = about.svg if isinstance(about, ChartRecord) else None
        made.of[about.identity] = fingerprint(title, about.caption, about.body.unit, lines, svg)
        book = folder / f"{about.identity}.xlsx"
        if before.of.get(about.identity) == made.of[about.identity] and book.exists():
            renew(book, before.data, made.data)
            continue
        if svg is not None:
            drawing = folder / f"{about.identity}.svg"
            drawing.write_text(svg, "utf-8", newline="\n")
            made.drawn[drawing] = about.caption
        write_csv(folder / f"{about.identity}.csv", ([text_of(cell) for cell in line] for line in lines))
        said = imprint(title, data, ("标题", about.caption), ("单位", about.body.unit))
        said += markers(lines)
        workbook({"数据": lines, "说明": said}, book, data.years[-1], about.caption)
    for path in folder.iterdir():
        if path.stem not in made.of:
            path.unlink()
    return made


def renew(book: Path, then: str, now: str) -> None:
    """Put the present version of the data into a workbook whose numbers stayed the same."""
    if then != now:
        parts = {name: content.replace(then.encode(), now.encode()) for name, content in unpack(book).items()}
        book.write_bytes(pack(parts))
