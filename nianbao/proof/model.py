"""A document as it was read: paragraphs and tables in order, and the figures in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

#: What a paragraph may be.
TEXT, HEADING, CAPTION, UNIT, NOTE = "text", "heading", "caption", "unit", "note"


@dataclass
class Paragraph:
    """A paragraph.

    number: its place among the parts of the document. text: as it is read, without line breaks. kind: text, heading,
    caption, unit (a line that only says a table's unit) or note. page: of a PDF, else 0. line: of a text file, else 0.
    source: where a reader keeps the paragraph it came from, as it likes. path: the headings it stands under.
    """

    number: int
    text: str
    kind: str = TEXT
    page: int = 0
    line: int = 0
    source: object = None
    path: tuple[str, ...] = ()


@dataclass
class Table:
    """A table, or a drawing, as rows of cells; a cell that a merged one covers, and a blank one, are empty texts.

    number, page, line, path: as of a paragraph. caption, unit: as printed above it. aligned: whether cells of a column
    stand below each other; else rows are only lists of what was printed in them. sources: where a reader keeps each
    cell. boxes: of a drawing, whose rows are its labels, where each of these stands (left, lower, right, upper end);
    none for a table.
    """

    number: int
    rows: list[list[str]]
    caption: str = ""
    unit: str = ""
    page: int = 0
    line: int = 0
    aligned: bool = True
    path: tuple[str, ...] = ()
    sources: dict[tuple[int, int], object] = field(default_factory=dict)
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)

    @property
    def is_drawing(self) -> bool:
        """Whether it is a drawing, of which only the labels were read."""
        return bool(self.boxes)

    @property
    def width(self) -> int:
        """Number of columns."""
        return max((len(row) for row in self.rows), default=0)


class Spot(NamedTuple):
    """Where a figure stands: part of the document; characters of a paragraph; or row and column of a table (else -1),
    characters of its cell."""

    part: int
    start: int
    end: int
    row: int = -1
    column: int = -1


@dataclass
class Figure:
    """A number as printed, with what was understood of it.

    number: its place among the figures of the document. value: without separators. unit: as printed behind it, or said
    by the table. spot: where. before: the words in front of it, in its clause. year: that it is of, 0 where not said.
    noun: what it counts, as far as that can be told. text: as printed.
    """

    number: int
    value: Decimal
    unit: str
    spot: Spot
    text: str = ""
    before: str = ""
    noun: str = ""
    year: int = 0
    role: str = ""


#: The title of a report that comes every year, and its year; paragraphs at the beginning of which one is the title.
TITLE = re.compile(r"[^，。；：]{4,50}(?:公报|报告|年报)")
TITLE_YEAR = re.compile(r"((?:19|20)\d\d)年度?")
FIRST_PARTS = 5
#: A first chapter, and how a paragraph begins that says which year it is about.
FIRST_CHAPTER = re.compile(r"\s*(?:一、|第一[部章])")
ABOUT_YEAR = re.compile(r"\s*((?:19|20)\d\d)\s*年")


def title_of(part: Paragraph | Table) -> tuple[str, str]:
    """The title that a paragraph is, without its year, and this year; empty for none."""
    text = re.sub(r"\s", "", part.text) if isinstance(part, Paragraph) else ""
    years = TITLE_YEAR.findall(text)
    return (TITLE_YEAR.sub("", text), years[0]) if len(years) == 1 and TITLE.fullmatch(text) else ("", "")


@dataclass
class Document:
    """A document that was read. name: of the file. kind: its ending. parts: paragraphs and tables in order.

    unread: what could not be read, in words (`第3页是图片`). begins: where several documents were put together, the
    name of each and the number of its first part.
    """

    name: str
    kind: str
    parts: list[Paragraph | Table] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    begins: list[tuple[str, int]] = field(default_factory=list)

    def which(self, part: int) -> int:
        """Which of the documents that were put together a part is of: 0 for the first, or the only one."""
        return max((at for at, (_, first) in enumerate(self.begins) if first <= part), default=0)

    def reports(self) -> list[int]:
        """The first parts of its documents, and of the reports of other years that follow one in the same file."""
        firsts = {0, *(first for _, first in self.begins)}
        titles = self._titles()
        known = titles if len(set(titles.values())) > 1 else self._openings()
        names: dict[str, set[str]] = {}
        for at, (name, year) in sorted(known.items()):
            if names.get(name, {year}) - {year}:
                firsts.add(at)
            names.setdefault(name, set()).add(year)
        return sorted(firsts)

    def _titles(self) -> dict[int, tuple[str, str]]:
        """Titles of reports: the first stands at the beginning, the others have the same words."""
        found = {at: title for at, part in enumerate(self.parts) if (title := title_of(part))[0]}
        first = min(found, default=FIRST_PARTS)
        return {at: title for at, title in found.items() if first < FIRST_PARTS and title[0] == found[first][0]}

    def _openings(self) -> dict[int, tuple[str, str]]:
        """Paragraphs right before a first chapter that begin with the year they are about: 2023年是…, 一、综合."""
        found = {}
        for at, (before, part) in enumerate(pairwise(self.parts)):
            if isinstance(part, Paragraph) and part.kind == HEADING and isinstance(before, Paragraph):
                year = ABOUT_YEAR.match(before.text)
                if year and FIRST_CHAPTER.match(part.text):
                    found[at] = re.sub(r"\s", "", part.text), year[1]
        return found

    def paragraphs(self) -> Iterator[Paragraph]:
        """The paragraphs."""
        return (part for part in self.parts if isinstance(part, Paragraph))

    def tables(self) -> Iterator[Table]:
        """The tables."""
        return (part for part in self.parts if isinstance(part, Table) and not part.is_drawing)

    def drawings(self) -> Iterator[Table]:
        """The drawings."""
        return (part for part in self.parts if isinstance(part, Table) and part.is_drawing)


def together(documents: list[Document]) -> Document:
    """Documents as one, the parts numbered through."""
    if len(documents) == 1:
        return documents[0]
    result = Document("、".join(each.name for each in documents), documents[0].kind)
    for each in documents:
        result.begins.append((each.name, len(result.parts)))
        result.unread += [f"{each.name}：{words}" for words in each.unread]
        for part in each.parts:
            part.number = len(result.parts)
            result.parts.append(part)
    return result
