"""What an output of a notebook holds, as typed data: every output of the book is made from records.

A record goes with each output as a mime type of its own beside `text/html`. Whoever needs numbers, cells or words reads
the record; nobody takes HTML apart for them. `to_json` and `from_json` carry records through notebooks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

#: The mime type of a record in the outputs of a notebook.
MIME = "application/vnd.nianbao.record+json"


# -- inside a line ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Text:
    """Plain text. A line end in it is a blank, as in HTML."""

    text: str


@dataclass(frozen=True)
class FigureText:
    """A figure in a line or a cell.

    Its `id`, its `value` for machines, the `text` as printed, whether it is `marked` as being in doubt.
    """

    id: str
    value: str
    text: str
    marked: bool = False


@dataclass(frozen=True)
class Strong:
    """Words that are set apart."""

    content: tuple[Inline, ...]


@dataclass(frozen=True)
class Emphasis:
    """Words that are stressed."""

    content: tuple[Inline, ...]


@dataclass(frozen=True)
class Code:
    """A word of the program: a code, a file, a command."""

    text: str


@dataclass(frozen=True)
class Link:
    """A link; `target` is an address, or a page of the book with the place in it."""

    target: str
    content: tuple[Inline, ...]


@dataclass(frozen=True)
class LineBreak:
    """The end of a line within a paragraph."""


Inline = Text | FigureText | Strong | Emphasis | Code | Link | LineBreak


#: The role of a paragraph that says what the year's material lacks.
LACKING = "lacking"


# -- blocks of text ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `role` is empty, `lacking` (what the year's material lacks) or `note`."""

    content: tuple[Inline, ...]
    role: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (the title of the page) to 6."""

    level: int
    content: tuple[Inline, ...]


@dataclass(frozen=True)
class ListBlock:
    """A list; each item holds blocks. `start` is the first number of an ordered list."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False
    start: int = 1


@dataclass(frozen=True)
class Definitions:
    """A list of terms, each with its explanations."""

    entries: tuple[Definition, ...]


@dataclass(frozen=True)
class Definition:
    """A term and its explanations, each of blocks."""

    term: tuple[Inline, ...]
    explanations: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True)
class Quote:
    """Quoted blocks."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class CodeBlock:
    """Lines of code."""

    text: str


@dataclass(frozen=True)
class PlainTable:
    """A table of texts without number or caption; `heads` and each row hold cells of inlines.

    `right` says of each column whether it is set to the right.
    """

    heads: tuple[tuple[Inline, ...], ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]
    right: tuple[bool, ...] = ()


Block = Paragraph | Heading | ListBlock | Definitions | Quote | CodeBlock | PlainTable


# -- tables -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Unknown:
    """A cell for what was not published."""


@dataclass(frozen=True)
class Head:
    """Head of a column; `group` is a second level above it; `is_text` whether the column holds texts, not numbers."""

    name: str
    group: str = ""
    is_text: bool = False


@dataclass(frozen=True)
class Number(Text):
    """A cell for a number that a notebook computed itself: the `text` as printed, the `value` for machines.

    It is no figure of the book: it has no name, no interval and no source.
    """

    value: str


Cell = Text | FigureText | Unknown


@dataclass(frozen=True)
class Row:
    """A row; `depth` is how far its name is indented, `total` whether it is set apart, `anchors` are names to link to.

    The first cell is the name, without blanks in front of it.
    """

    cells: tuple[Cell, ...]
    depth: int = 0
    total: bool = False
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableBody:
    """Heads and rows of a table, or of the numbers of a chart."""

    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    unit: str = ""


# -- records ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Fact:
    """What is known of a figure: all that `facts.csv` and the pages say about it.

    `inputs` are ids of other facts; `low` and `high` bound the value within what rounding allows; `source` is in words.
    """

    id: str
    name: str
    value: str
    unit: str
    low: str
    high: str
    status: str
    formula: str
    inputs: tuple[str, ...]
    source: str
    place: str
    note: str
    mark: str
    expression: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """What all records have: the number of the chapter, the figures printed, the facts on these and their inputs."""

    chapter: str
    printed: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ProseRecord(Record):
    """Paragraphs with their figures."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class TableRecord(Record):
    """A numbered table: `label` as in 表1-1, `identity` the name to link to."""

    identity: str
    label: str
    title: str
    body: TableBody
    notes: tuple[str, ...] = ()

    @property
    def caption(self) -> str:
        """Label and title, as they stand above the table."""
        return f"{self.label}　{self.title}"


@dataclass(frozen=True, kw_only=True)
class ChartRecord(Record):
    """A numbered chart with its drawing and, in `body`, its numbers; `alt` says in words what it shows.

    `says` is the line that stands first in its caption: what there is to be seen. `narrow` is the drawing for phones;
    where it is empty, the other one serves them too.
    """

    identity: str
    label: str
    title: str
    svg: str
    alt: str
    body: TableBody
    notes: tuple[str, ...] = ()
    says: tuple[Inline, ...] = ()
    narrow: str = ""

    @property
    def caption(self) -> str:
        """Label and title, as they stand below the drawing."""
        return f"{self.label}　{self.title}"


@dataclass(frozen=True)
class Card:
    """A key figure: what it is, its value with unit, how it moved."""

    name: str
    value: tuple[Inline, ...]
    moved: tuple[Inline, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CardsRecord(Record):
    """Key figures side by side."""

    cards: tuple[Card, ...]


#: Everything that is written with its type.
TYPES: dict[str, type] = {
    each.__name__: each
    for each in (
        Text,
        FigureText,
        Strong,
        Emphasis,
        Code,
        Link,
        LineBreak,
        Paragraph,
        Heading,
        ListBlock,
        Definitions,
        Definition,
        Quote,
        CodeBlock,
        PlainTable,
        Unknown,
        Head,
        Number,
        Row,
        TableBody,
        Fact,
        ProseRecord,
        TableRecord,
        ChartRecord,
        Card,
        CardsRecord,
    )
}


def to_json(value: Any) -> Any:
    """A record, or a part of one, as JSON: objects carry the name of their type, defaults are left out."""
    if is_dataclass(value) and not isinstance(value, type):
        known: dict[str, Any] = {"type": type(value).__name__}
        for each in fields(value):
            content = getattr(value, each.name)
            if content != each.default:
                known[each.name] = to_json(content)
        return known
    if isinstance(value, tuple | list):
        return [to_json(each) for each in value]
    if isinstance(value, Mapping):
        return {key: to_json(each) for key, each in value.items()}
    return value


def from_json(known: Any) -> Any:
    """A record, or a part of one, from its JSON; KeyError or TypeError for what is none."""
    if isinstance(known, list):
        return tuple(from_json(each) for each in known)
    if not isinstance(known, dict):
        return known
    if "type" not in known:
        return {key: from_json(each) for key, each in known.items()}
    content = {name: from_json(each) for name, each in known.items() if name != "type"}
    return TYPES[known["type"]](**content)


def of_output(output: Mapping[str, Any]) -> Record | None:
    """The record in an output of an executed notebook; None in an output without one (a warning, a frame of pandas)."""
    known = output.get("data", {}).get(MIME)
    return None if known is None else from_json(known)


def plain(content: tuple[Inline, ...]) -> str:
    """The words of a line."""
    return "".join(pieces(content))


def pieces(content: tuple[Inline, ...]) -> Iterator[str]:
    """The words of a line piece by piece."""
    for each in content:
        if isinstance(each, Text | FigureText | Code):
            yield each.text
        elif isinstance(each, Strong | Emphasis | Link):
            yield from pieces(each.content)
        else:
            yield "\n"
