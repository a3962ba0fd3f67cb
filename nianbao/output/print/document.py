"""The book on paper as typed data: chapters of blocks, from which PDF, Word and EPUB are written.

`reading` makes it from the records of the executed notebooks and from Markdown; `layout` fits its tables to a page. A
line holds pieces of text; a block is a paragraph, a heading, a list, a table, a chart and so on. Nothing here knows a
format: what a piece looks like is said where a format is written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Literal

from nianbao.settings import Colophon, Contact

#: Address of a place in China is behind universal time by this many seconds.
BEIJING = 8 * 3600
#: Behind a figure that does not agree with the rest of its document.
STAR = "※"
#: Between the number of a table or chart and its title.
WIDE_BLANK = "　"


# -- inside a line -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Run:
    """Words of one look.

    `whole` words are not torn at the end of a line, `raised` ones stand higher than the rest. `target` is where a link
    leads: an address, `#` with the identity of a heading, table or chart of the book, or nothing.
    """

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    raised: bool = False
    whole: bool = False
    target: str = ""


@dataclass(frozen=True)
class Break:
    """The end of a line within a paragraph."""


@dataclass(frozen=True)
class Footnote:
    """What there is to say of the words in front of it."""

    text: str


@dataclass(frozen=True)
class Again:
    """The mark of a footnote that the line has already: `back` is 1 for the last one, 2 for the one before that."""

    back: int


Piece = Run | Break | Footnote | Again
Line = tuple[Piece, ...]


def kind(value: object) -> str:
    """What a block or a piece is, in lower case: the name by which templates ask for it."""
    return type(value).__name__.lower()


def words(line: Line) -> str:
    """The text of a line without its footnotes."""
    return "".join(piece.text for piece in line if isinstance(piece, Run))


# -- blocks of text ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `role` is empty, `lacking` (what the year's material lacks) or `note`."""

    content: Line
    role: str = ""

    @property
    def leads(self) -> bool:
        """Whether it belongs to what follows: all of it is strong, or it ends in a colon."""
        text = words(self.content).strip()
        all_strong = all(isinstance(piece, Run) and (piece.strong or not piece.text.strip()) for piece in self.content)
        return bool(text) and (text.endswith("：") or all_strong)


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (the title of a chapter) to 5; `identity` is the name to link to, known once in the book."""

    level: int
    content: Line
    identity: str = ""

    @property
    def text(self) -> str:
        """Its words."""
        return words(self.content).strip()


@dataclass(frozen=True)
class ListBlock:
    """A list; each item holds blocks. `start` is the first number of an ordered list."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False
    start: int = 1


@dataclass(frozen=True)
class Definition:
    """A term and its explanations, each of blocks."""

    term: Line
    explanations: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True)
class Definitions:
    """A list of terms."""

    entries: tuple[Definition, ...]


@dataclass(frozen=True)
class Glossary:
    """What the indicators of a chapter mean: many short entries, set small."""

    entries: tuple[Definition, ...]


@dataclass(frozen=True)
class Quote:
    """Quoted blocks."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class CodeBlock:
    """Lines of code."""

    text: str


@dataclass(frozen=True)
class Card:
    """A key figure: what it is, its value with unit, how it moved."""

    name: str
    value: Line
    moved: Line = ()


@dataclass(frozen=True)
class Cards:
    """Key figures side by side."""

    cards: tuple[Card, ...]


# -- tables and charts -------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Head:
    """Head of a column; `group` is a second level above it, empty where there is none."""

    content: Line
    group: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell of a table: the name of its row, a text or a number; a `total` is set apart."""

    content: Line
    kind: Literal["name", "text", "number"] = "text"
    total: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it stands at the right."""
        return self.kind == "number"


Cells = tuple[Cell, ...]


@dataclass(frozen=True)
class HeadCell:
    """A cell in the head of a table: what it says, and how many columns and rows it takes."""

    content: Line
    across: int = 1
    down: int = 1
    is_group: bool = False


@dataclass(frozen=True)
class Table:
    """A table. `label` as in 表1-1, `identity` the name to link to; a table without number has neither, nor a title.

    `unit` as it is printed above the table (单位：万人) or empty. Every row has as many cells as there are heads; a
    table may have no heads at all.
    """

    heads: tuple[Head, ...]
    rows: tuple[Cells, ...]
    identity: str = ""
    label: str = ""
    title: str = ""
    unit: str = ""
    notes: tuple[Line, ...] = ()

    @property
    def caption(self) -> str:
        """Number and title; nothing for a table without number."""
        return caption(self.label, self.title)


@dataclass(frozen=True)
class Chart:
    """A chart: its drawing as SVG of `width` x `height` points, and in `alt` what it shows in words.

    `says` is the line above its caption: what there is to be seen. `narrow` is the drawing for half a page or a phone,
    `narrow_width` x `narrow_height` points; empty where there is none.
    """

    svg: str
    width: float
    height: float
    alt: str
    identity: str
    label: str
    title: str
    notes: tuple[Line, ...] = ()
    says: Line = ()
    narrow: str = ""
    narrow_width: float = 0.0
    narrow_height: float = 0.0

    @property
    def caption(self) -> str:
        """Number and title."""
        return caption(self.label, self.title)


Block = Paragraph | Heading | ListBlock | Definitions | Glossary | Quote | CodeBlock | Cards | Table | Chart


def caption(label: str, title: str) -> str:
    """Number and title of a table or chart, as they stand above or below it."""
    return WIDE_BLANK.join(filter(None, (label, title)))


def head_rows(heads: tuple[Head, ...]) -> tuple[tuple[HeadCell, ...], ...]:
    """The rows of a table's head: none without heads, two where columns stand in groups, else one.

    Columns side by side with the same group share one cell above them.
    """
    if not heads:
        return ()
    if not any(head.group for head in heads):
        return (tuple(HeadCell(head.content) for head in heads),)
    upper: list[HeadCell] = []
    lower: list[HeadCell] = []
    group = ""
    for head in heads:
        if not head.group:
            upper.append(HeadCell(head.content, down=2))
        elif head.group == group:
            upper[-1] = replace(upper[-1], across=upper[-1].across + 1)
        else:
            upper.append(HeadCell((Run(head.group),), is_group=True))
        if head.group:
            lower.append(HeadCell(head.content))
        group = head.group
    return tuple(upper), tuple(lower)


# -- the whole ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Chapter:
    """A chapter, or a page of `book/`.

    `file` without suffix as in `_toc.yml`, `part` the heading it stands under there, `printed` the names of the figures
    that it prints, as often as it does.
    """

    file: str
    part: str
    blocks: tuple[Block, ...]
    printed: tuple[str, ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        """File name without folder."""
        return PurePosixPath(self.file).name

    @property
    def headings(self) -> list[Heading]:
        """Every heading in order."""
        return [block for block in self.blocks if isinstance(block, Heading)]

    @property
    def title(self) -> str:
        """Its first heading of level 1."""
        return next((heading.text for heading in self.headings if heading.level == 1), self.name)

    @property
    def charts(self) -> list[Chart]:
        """Every chart in order."""
        return [block for block in self.blocks if isinstance(block, Chart)]

    @property
    def tables(self) -> list[Table]:
        """Every numbered table in order."""
        return [block for block in self.blocks if isinstance(block, Table) and block.identity]

    @property
    def is_preface(self) -> bool:
        """Whether it stands in front of the table of contents."""
        return self.name == "preface"


@dataclass(frozen=True)
class Book:
    """What is written: chapters, and what the book says of itself.

    `version` is the commit of the program and `epoch` the time (seconds since 1970) that everything made is dated to,
    empty and 0 outside a clone; `data` is the fingerprint of the data; `url` the address of the edition on the web;
    `booklet` the title of the chapter where the book is one chapter only; `published` the day it appeared;
    `colophon` and `contact` what the settings say.
    """

    title: str
    year: int
    authors: tuple[str, ...]
    chapters: tuple[Chapter, ...] = field(repr=False)
    version: str = ""
    epoch: int = 0
    data: str = ""
    url: str = ""
    booklet: str = ""
    published: str = ""
    colophon: Colophon = Colophon()
    contact: Contact = Contact()

    @property
    def name(self) -> str:
        """The whole title."""
        whole = f"{self.title}（{self.year}年）"
        return f"{whole}·{self.booklet}" if self.booklet else whole

    @property
    def date(self) -> str:
        """The date of the program as readers write it, in Beijing's time."""
        day = time.gmtime(self.epoch + BEIJING)
        return f"{day.tm_year}年{day.tm_mon}月{day.tm_mday}日"

    @property
    def program(self) -> str:
        """Commit and date of the program, as far as they are known."""
        if self.version:
            return f"{self.version}（{self.date}）"
        return self.date if self.epoch else ""

    @property
    def imprint(self) -> list[tuple[str, str]]:
        """Lines of the imprint, each a name of four characters and what it says; what is not known is left out."""
        lines = [
            ("书　　名", self.name),
            ("英文书名", self.colophon.english),
            ("编　　者", "、".join(self.authors)),
            ("编写人员", self.colophon.editors),
            ("书　　号", self.colophon.number),
            ("版　　次", f"{self.year}年版"),
            ("发布日期", self.published),
            ("联系方式", self.reached),
            ("数据版本", self.data),
            ("程序版本", self.program),
            ("网络版　", self.url),
            ("说　　明", "表、图和文字由同一套数据计算生成；每个数的出处、算法和误差范围见网络版。"),
        ]
        return [(name, text) for name, text in lines if text]

    @property
    def reached(self) -> str:
        """How those who made the book are reached."""
        contact = self.contact
        phone = f"电话{contact.phone}" if contact.phone else ""
        return "，".join(filter(None, (contact.office, phone, contact.email, contact.address)))

    @property
    def charts(self) -> list[Chart]:
        """Every chart of every chapter."""
        return [chart for chapter in self.chapters for chart in chapter.charts]


# -- changing lines ----------------------------------------------------------------------------------------------------
def with_lines(block: Block, change: Callable[[Line], Line]) -> Block:
    """The block with every line of its text changed, also of blocks in it; captions, units, heads and notes stay."""
    changed: Block = block
    match block:
        case Paragraph() | Heading():
            changed = replace(block, content=change(block.content))
        case ListBlock():
            changed = replace(block, items=tuple(_with_lines(item, change) for item in block.items))
        case Quote():
            changed = replace(block, blocks=_with_lines(block.blocks, change))
        case Definitions():
            changed = replace(block, entries=tuple(_define(entry, change) for entry in block.entries))
        case Cards():
            changed = replace(block, cards=tuple(_on_card(card, change) for card in block.cards))
        case Table():
            changed = replace(block, rows=tuple(_on_row(row, change) for row in block.rows))
    return changed


def _with_lines(blocks: tuple[Block, ...], change: Callable[[Line], Line]) -> tuple[Block, ...]:
    return tuple(with_lines(block, change) for block in blocks)


def _define(entry: Definition, change: Callable[[Line], Line]) -> Definition:
    explanations = tuple(_with_lines(blocks, change) for blocks in entry.explanations)
    return Definition(change(entry.term), explanations)


def _on_row(row: Cells, change: Callable[[Line], Line]) -> Cells:
    return tuple(replace(cell, content=change(cell.content)) for cell in row)


def _on_card(card: Card, change: Callable[[Line], Line]) -> Card:
    return replace(card, value=change(card.value), moved=change(card.moved))


def with_endnotes(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """The blocks with footnotes numbered (※1) block by block and their texts in notes below it.

    For formats that have no footnotes.
    """
    for block in blocks:
        found: list[str] = []
        yield with_lines(block, lambda line, found=found: _numbered(line, found))  # type: ignore[misc]
        for number, text in enumerate(found, 1):
            yield Paragraph((Run(f"{STAR}{number}{WIDE_BLANK}{text}"),), role="note")


def _numbered(line: Line, found: list[str]) -> Line:
    """A line with numbers in place of its footnotes, whose texts are put into `found`."""
    pieces: list[Piece] = []
    for piece in line:
        if isinstance(piece, Footnote):
            found.append(piece.text)
            pieces.append(Run(f"{STAR}{len(found)}", raised=True))
        elif isinstance(piece, Again):
            pieces.append(Run(f"{STAR}{len(found) + 1 - piece.back}", raised=True))
        else:
            pieces.append(piece)
    return tuple(pieces)
