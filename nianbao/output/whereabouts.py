"""Where the words of a printed book come from: the notebook, its cell, and the figures that stand in them.

Texts are looked up in the form `bare` gives them by whoever asks: this way of printing or another, they are the same.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

from nianbao.chapter.record import (
    Block,
    CardsRecord,
    Cell,
    ChartRecord,
    CodeBlock,
    Definitions,
    Emphasis,
    Fact,
    FigureText,
    Heading,
    Inline,
    Link,
    ListBlock,
    Paragraph,
    PlainTable,
    ProseRecord,
    Quote,
    Record,
    Strong,
    TableRecord,
    Text,
    Unknown,
    pieces,
)
from nianbao.output.records import outputs_of, parts_of, whole

#: The tag of the cell that a run puts in; it does not count among the cells of the notebook as it is edited.
INJECTED = "injected-parameters"
#: Rows that stand side by side on paper at most.
MOST_BESIDE = 4
#: Between the cells of a row.
BETWEEN = "｜"


@dataclass(frozen=True)
class Placed:
    """A figure within a text: where it begins and ends, its name, what is known of it."""

    start: int
    end: int
    id: str
    fact: Fact | None


@dataclass(frozen=True)
class Place:
    """A paragraph, heading or row: its file, the number of the cell in it (from 1; 0 of a page), its bare text.

    figures: in it. cells: of a row, the figures of each of its cells. caption: of its table, bare.
    """

    file: str
    cell: int
    text: str
    figures: tuple[Placed, ...] = ()
    cells: tuple[tuple[Placed, ...], ...] = ()
    caption: str = ""

    def at(self, start: int, cell: int = -1) -> Placed | None:
        """The figure that stands at a character of the text, or of a cell of a row; None where none does."""
        figures = self.cells[cell] if 0 <= cell < len(self.cells) else self.figures if cell < 0 else ()
        return next((each for each in figures if each.start <= start < each.end), None)

    def __str__(self) -> str:
        return f"{self.file} 第{self.cell}格" if self.cell else self.file


@dataclass(frozen=True)
class At:
    """A page, or a cell of a notebook, while it is read, with what is known of its figures."""

    file: str
    cell: int = 0
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def place(self, text: str) -> Place:
        """The place of a text in it."""
        return Place(self.file, self.cell, text)


class Whereabouts:
    """The places of all texts of a book; `bare` gives a text the form in which printed ones are compared."""

    def __init__(self, source: Path, files: Iterable[str], bare: Callable[[str], str]):
        self._bare = bare
        self._places: dict[str, list[Place]] = defaultdict(list)
        self._used: dict[str, int] = defaultdict(int)
        self._printed: Counter[str] = Counter()
        for file in files:
            for place in self._of_file(source, file):
                if place.text:
                    self._places[place.text].append(place)
                    self._printed.update(each.id for each in (*place.figures, *chain(*place.cells)))

    def times(self, figure: str) -> int:
        """How often the book prints a figure in sentences and tables."""
        return self._printed[figure]

    def of(self, text: str, caption: str = "") -> Place | None:
        """The place of a printed text; of several that say the same, that below the same caption.

        Where no caption tells, each time the next one in the order of the book.
        """
        key = self._bare(text)
        found = self._places.get(key)
        if not found:
            return None
        below = self._bare(caption)
        named = [place for place in found if below and place.caption and below.endswith(place.caption)]
        if named:
            return named[0]
        at = min(self._used[key], len(found) - 1)
        self._used[key] += 1
        return found[at]

    def of_cell(self, cells: Sequence[str], at: int, caption: str = "") -> tuple[Place, int] | None:
        """The place of the row that a cell stands in, and which of its cells it is.

        On paper, rows of a long table may stand side by side.
        """
        for beside in range(1, MOST_BESIDE + 1):
            size, left = divmod(len(cells), beside)
            if size and not left:
                first = at // size * size
                place = self.of(BETWEEN.join(cells[first : first + size]).strip(BETWEEN), caption)
                if place is not None and place.cells:
                    return place, at - first
        return None

    # -- reading ----------------------------------------------------------------------------------------------------
    def _of_file(self, source: Path, file: str) -> Iterator[Place]:
        """The places of a page or an executed notebook."""
        page = source / f"{file}.md"
        executed = source / f"{file}.ipynb"
        if page.exists():
            yield from self._of_markdown(page.read_text("utf-8"), At(f"{file}.md"))
        elif executed.exists():
            cells = json.loads(executed.read_text("utf-8"))["cells"]
            own = [cell for cell in cells if INJECTED not in cell.get("metadata", {}).get("tags", [])]
            for number, cell in enumerate(own, 1):
                yield from self._of_cell(cell, At(f"{file}.ipynb", number))

    def _of_cell(self, cell: dict[str, Any], at: At) -> Iterator[Place]:
        """The places of a cell of a notebook."""
        if cell["cell_type"] == "markdown":
            yield from self._of_markdown(whole(cell["source"]), at)
        elif cell["cell_type"] == "code":
            for output in outputs_of(cell):
                if output.shown:
                    yield from self._of_record(output.record, replace(at, facts=output.record.facts))

    def _of_markdown(self, text: str, at: At) -> Iterator[Place]:
        """The places of a text of Markdown."""
        for part in parts_of(text):
            if isinstance(part, Block):
                yield from self._of_block(part, at)

    def _of_record(self, record: Record, at: At) -> Iterator[Place]:
        """The places of an output."""
        if isinstance(record, ProseRecord):
            for block in record.blocks:
                yield from self._of_block(block, at)
        elif isinstance(record, CardsRecord):
            for card in record.cards:
                yield self._line((Text(card.name), *card.value, *card.moved), at)
        elif isinstance(record, TableRecord):
            yield from (at.place(self._bare(text)) for text in (record.caption, *record.notes))
            yield at.place(self._bare(BETWEEN.join(head.name for head in record.body.heads)))
            for row in record.body.rows:
                place = self._row([self._cell(cell, at) for cell in row.cells], at)
                yield replace(place, caption=self._bare(record.caption))
        elif isinstance(record, ChartRecord):
            yield from (at.place(self._bare(text)) for text in (record.caption, *record.notes))
            yield self._line(record.says, at)

    def _of_block(self, block: Block, at: At) -> Iterator[Place]:
        """The places of a block of text, and of the blocks in it."""
        match block:
            case Paragraph() | Heading():
                yield self._line(block.content, at)
            case PlainTable():
                for row in (block.heads, *block.rows):
                    yield self._row([self._spans(cell, at.facts) for cell in row], at)
            case CodeBlock():
                yield at.place(self._bare(block.text))
            case Definitions():
                for entry in block.entries:
                    yield self._line(entry.term, at)
        for inner in _within(block):
            yield from self._of_block(inner, at)

    def _line(self, content: Iterable[Inline], at: At) -> Place:
        """The place of a line."""
        text, figures = self._spans(content, at.facts)
        return replace(at.place(text), figures=figures)

    def _row(self, cells: list[tuple[str, tuple[Placed, ...]]], at: At) -> Place:
        """The place of a row of a table."""
        text = BETWEEN.join(text for text, _ in cells).strip(BETWEEN)
        return replace(at.place(self._bare(text)), cells=tuple(figures for _, figures in cells))

    def _cell(self, cell: Cell, at: At) -> tuple[str, tuple[Placed, ...]]:
        """Text and figures of a cell."""
        if isinstance(cell, Unknown):
            return "…", ()
        return self._spans((cell,), at.facts)

    def _spans(self, content: Iterable[Inline], facts: Mapping[str, Fact]) -> tuple[str, tuple[Placed, ...]]:
        """The bare text of a line and the figures in it."""
        text = ""
        figures: list[Placed] = []
        for each in _flat(content):
            words = self._bare(each.text if isinstance(each, FigureText) else "".join(pieces((each,))))
            if isinstance(each, FigureText):
                figures.append(Placed(len(text), len(text) + len(words), each.id, facts.get(each.id)))
            text += words
        return text, tuple(figures)


def _within(block: Block) -> Iterator[Block]:
    """The blocks in a block."""
    match block:
        case ListBlock():
            yield from (each for item in block.items for each in item)
        case Quote():
            yield from block.blocks
        case Definitions():
            yield from (each for entry in block.entries for blocks in entry.explanations for each in blocks)


def _flat(content: Iterable[Inline]) -> Iterator[Inline]:
    """The pieces of a line, those within others by themselves."""
    for each in content:
        if isinstance(each, Strong | Emphasis | Link):
            yield from _flat(each.content)
        else:
            yield each
